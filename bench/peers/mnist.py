"""MNIST as arrays, read from Kaggle's form of CSV."""

import numpy as np
import pandas as pd

SIDE, PIXELS, CLASSES = 28, 784, 10


def read(path):
    rows = pd.read_csv(path, dtype="uint8").to_numpy()
    return rows[:, 1:].astype(np.float32) / 255, rows[:, 0].astype(np.int64)


def load(folder):
    """Training rows, a fifth of them kept back for validation, and test rows: images and labels of each."""
    images, labels = read(f"{folder}/mnist_train.csv")
    order = np.random.default_rng(0).permutation(len(labels))
    valid, train = order[: len(order) // 5], order[len(order) // 5 :]
    return (images[train], labels[train]), (images[valid], labels[valid]), read(f"{folder}/mnist_test.csv")
