"""Makes images of any number, size and number of classes from MNIST's, 19 % of whose pixels are not 0:

python make_images.py FOLDER OUT.npz ROWS SIDE CLASSES DENSE

Each is one of MNIST's in FOLDER, at random, enlarged or reduced to SIDExSIDE pixels and shifted by up to two. The images of a
digit become CLASSES / 10 classes. If DENSE is 1, no pixel stays 0.
"""

import sys

import mnist
import numpy as np

folder, out = sys.argv[1:3]
rows, side, classes, dense = map(int, sys.argv[3:])
draw = np.random.default_rng(0)


def made(part, rows):
    images, labels = mnist.read_bytes(f"{folder}/mnist_{part}.csv")
    at = np.arange(side) * mnist.SIDE // side
    images = images.reshape(-1, mnist.SIDE, mnist.SIDE)[:, at][:, :, at]
    chosen = draw.integers(len(labels), size=rows)
    result = np.empty((rows, side, side), np.uint8)
    shifts = draw.integers(-2, 3, size=(rows, 2))
    for row, (image, shift) in enumerate(zip(chosen, shifts)):
        result[row] = np.roll(images[image], shift, (0, 1))
    if dense:
        result = np.where(result == 0, draw.integers(1, 256, result.shape, np.uint8), result)
    labels = labels[chosen].astype(np.int64)
    for digit in range(mnist.CLASSES):  # Its classes in turns: each gets rows for training and for validation.
        rows_of = np.flatnonzero(labels == digit)
        labels[rows_of] += 10 * (np.arange(len(rows_of)) % (classes // 10))
    return result, labels


train, test = made("train", rows), made("test", 1000)
np.savez(out, x_train=train[0], y_train=train[1], x_test=test[0], y_test=test[1])
