"""Trains as JAX's users write it for speed: an epoch is one compiled scan over the steps. Convolutions on the CPU are the
exception: XLA has no fast ones inside of a loop, so a compiled step is called batch by batch."""

import functools
import os
import sys
import time

if sys.argv[2] != "gpu":
    os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import mnist
import numpy as np
from protocol import serve

# The default generator takes longer to draw a dropout mask.
jax.config.update("jax_default_prng_impl", "rbg")

TRAIN, VALID, TEST = [
    (jnp.asarray(images), jnp.asarray(labels, jnp.int32)) for images, labels in mnist.load(sys.argv[1])
]


def fresh(config):
    """Weights, biases, and scales and shifts of the hidden layers, drawn as PyTorch's nn.Linear and nn.Conv2d draw
    them; the weights of convolutions have the shape [height, width, channels, filters]."""
    draw, layers, inputs = np.random.default_rng(config["seed"]), [], mnist.PIXELS

    def add(shape, *norm):
        bound = 1 / np.sqrt(np.prod(shape[:-1]))
        weights, biases = draw.uniform(-bound, bound, shape), draw.uniform(-bound, bound, shape[-1])
        layers.append(tuple(jnp.asarray(values, jnp.float32) for values in (weights, biases, *norm)))

    if config["network"] == "cnn":
        first, second = config["filters"]
        add((5, 5, 1, first))
        add((3, 3, first, second))
        inputs = second * 5 * 5  # Maps of 5x5 are left of 28x28.
    for units in config["hidden"]:
        add((inputs, units), *((np.ones(units), np.zeros(units)) if config["layer_norm"] else ()))
        inputs = units
    add((inputs, mnist.CLASSES))
    return layers


def convolved(weights, biases, x):
    """A convolution with ReLU and max pooling of images [batch, height, width, channels]."""
    x = jax.lax.conv_general_dilated(x, weights, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
    return jax.lax.reduce_window(jax.nn.relu(x + biases), -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def logits_of(layers, x, dropout, key):
    convolutions = [layer for layer in layers if layer[0].ndim == 4]
    if convolutions:
        layers, x = layers[len(convolutions) :], x.reshape(-1, mnist.SIDE, mnist.SIDE, 1)
        for layer in convolutions:
            x = convolved(*layer, x)
        x = x.reshape(len(x), -1)
    for index, (weights, biases, *norm) in enumerate(layers[:-1]):
        x = x @ weights + biases
        if norm:
            centred = x - x.mean(1, keepdims=True)
            x = centred * jax.lax.rsqrt((centred**2).mean(1, keepdims=True) + 1e-5) * norm[0] + norm[1]
        x = jax.nn.relu(x)
        if dropout > 0:
            kept = jax.random.bernoulli(jax.random.fold_in(key, index), 1 - dropout, x.shape)
            x = jnp.where(kept, x / (1 - dropout), 0)
    weights, biases = layers[-1]
    return x @ weights + biases


def loss_of(layers, x, labels, dropout, key):
    logits = logits_of(layers, x, dropout, key)
    loss = jnp.mean(jax.nn.logsumexp(logits, 1) - jnp.take_along_axis(logits, labels[:, None], 1)[:, 0])
    return loss, jnp.sum(jnp.argmax(logits, 1) == labels)


def step(layers, rows, images, labels, learning_rate, dropout, key):
    gradient = jax.value_and_grad(loss_of, has_aux=True)
    (loss, correct), gradients = gradient(layers, images[rows], labels[rows], dropout, key)
    layers = jax.tree.map(lambda value, slope: value - learning_rate * slope, layers, gradients)
    return layers, (loss * len(rows), correct)


@functools.cache
def compiled_epoch(batch_size, dropout):
    """One pass over the training rows, with its mean loss and accuracy."""

    def epoch(layers, images, labels, order, learning_rate, key):
        whole = len(order) // batch_size * batch_size
        batches = order[:whole].reshape(-1, batch_size)

        def scanned(layers, batch):
            index, rows = batch
            return step(layers, rows, images, labels, learning_rate, dropout, jax.random.fold_in(key, index))

        layers, (loss, correct) = jax.lax.scan(scanned, layers, (jnp.arange(len(batches)), batches))
        loss, correct = loss.sum(), correct.sum()
        if whole < len(order):
            layers, last = step(layers, order[whole:], images, labels, learning_rate, dropout, key)
            loss, correct = loss + last[0], correct + last[1]
        return layers, loss / len(order), correct / len(order)

    return jax.jit(epoch, donate_argnums=0)


@functools.cache
def compiled_steps(batch_size, dropout):
    """The same, a compiled step after the other."""
    compiled = jax.jit(functools.partial(step, dropout=dropout), donate_argnums=0)

    def epoch(layers, images, labels, order, learning_rate, key):
        loss = correct = 0
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            layers, last = compiled(layers, rows, images, labels, learning_rate, key=jax.random.fold_in(key, start))
            loss, correct = loss + last[0], correct + last[1]
        return layers, loss / len(order), correct / len(order)

    return epoch


def epoch_of(config):
    convolutions = config["network"] == "cnn" and jax.default_backend() == "cpu"
    return (compiled_steps if convolutions else compiled_epoch)(config["batch_size"], config["dropout"])


@jax.jit
def correct(layers, images, labels):
    return jnp.sum(jnp.argmax(logits_of(layers, images, 0, None), 1) == labels)


def accuracy(layers, images, labels, at_once=1000):
    """In batches of 1,000 images, as our trainer and PyTorch evaluate."""
    starts = range(0, len(labels), at_once)
    return float(sum(correct(layers, images[i : i + at_once], labels[i : i + at_once]) for i in starts)) / len(labels)


def train(config):
    layers, epoch = fresh(config), epoch_of(config)
    draw, key, seconds = np.random.default_rng(config["seed"]), jax.random.key(config["seed"]), []
    for index in range(config["epochs"]):
        started = time.perf_counter()
        order = jnp.asarray(draw.permutation(len(TRAIN[1])), jnp.int32)
        layers, *measured = epoch(layers, *TRAIN, order, config["learning_rate"], jax.random.fold_in(key, index))
        jax.block_until_ready(measured)
        trained = time.perf_counter()
        valid = accuracy(layers, *VALID)
        forward = (time.perf_counter() - trained) / len(VALID[1])
        seconds.append(trained - started)
    return {"seconds": seconds, "forward": forward, "valid_accuracy": valid, "test_accuracy": accuracy(layers, *TEST)}


serve({"program": "JAX", "version": jax.__version__, "device": jax.default_backend()}, train)
