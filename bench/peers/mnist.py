"""MNIST as arrays, read from Kaggle's form of CSV; or images that were made from it."""

from pathlib import Path

import numpy as np
import pandas as pd

SIDE, PIXELS, CLASSES = 28, 784, 10


def read_bytes(path):
    rows = pd.read_csv(path, dtype="uint8").to_numpy()
    return rows[:, 1:], rows[:, 0]


def scaled(images, labels):
    return images.reshape(len(images), -1).astype(np.float32) / 255, labels.astype(np.int64)


def load(folder):
    """Training rows, a fifth of them kept back for validation, and test rows: images and labels of each."""
    made = Path(folder) / "made.npz"
    if made.exists():
        arrays = np.load(made)
        train, test = [(arrays[f"x_{part}"], arrays[f"y_{part}"]) for part in ("train", "test")]
    else:
        train, test = [read_bytes(f"{folder}/mnist_{part}.csv") for part in ("train", "test")]
    images, labels = train
    order = np.random.default_rng(0).permutation(len(labels))
    kept, trained = order[: len(order) // 5], order[len(order) // 5 :]
    return scaled(images[trained], labels[trained]), scaled(images[kept], labels[kept]), scaled(*test)
