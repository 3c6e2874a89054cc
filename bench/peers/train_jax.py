"""Trains as JAX's users write it for speed: an epoch is one compiled scan over the steps."""

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
    """Weights, biases, and scales and shifts of the hidden layers, drawn as PyTorch's nn.Linear draws them."""
    draw, layers = np.random.default_rng(config["seed"]), []
    sizes = [mnist.PIXELS, *config["hidden"], mnist.CLASSES]
    for inputs, units in zip(sizes, sizes[1:]):
        bound = 1 / np.sqrt(inputs)
        weights, biases = draw.uniform(-bound, bound, (inputs, units)), draw.uniform(-bound, bound, units)
        norm = (np.ones(units), np.zeros(units)) if config["layer_norm"] and units != mnist.CLASSES else ()
        layers.append(tuple(jnp.asarray(values, jnp.float32) for values in (weights, biases, *norm)))
    return layers


def logits_of(layers, x, dropout, key):
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


@functools.cache
def compiled(batch_size, dropout):
    """One pass over the training rows, with its mean loss and accuracy."""

    def step(layers, rows, images, labels, learning_rate, key):
        gradient = jax.value_and_grad(loss_of, has_aux=True)
        (loss, correct), gradients = gradient(layers, images[rows], labels[rows], dropout, key)
        layers = jax.tree.map(lambda value, slope: value - learning_rate * slope, layers, gradients)
        return layers, (loss * len(rows), correct)

    def epoch(layers, images, labels, order, learning_rate, key):
        whole = len(order) // batch_size * batch_size
        batches = order[:whole].reshape(-1, batch_size)

        def scanned(layers, batch):
            index, rows = batch
            return step(layers, rows, images, labels, learning_rate, jax.random.fold_in(key, index))

        layers, (loss, correct) = jax.lax.scan(scanned, layers, (jnp.arange(len(batches)), batches))
        loss, correct = loss.sum(), correct.sum()
        if whole < len(order):
            layers, last = step(layers, order[whole:], images, labels, learning_rate, key)
            loss, correct = loss + last[0], correct + last[1]
        return layers, loss / len(order), correct / len(order)

    return jax.jit(epoch, donate_argnums=0)


@jax.jit
def accuracy(layers, images, labels):
    return jnp.mean(jnp.argmax(logits_of(layers, images, 0, None), 1) == labels)


def train(config):
    layers, epoch = fresh(config), compiled(config["batch_size"], config["dropout"])
    draw, key, seconds = np.random.default_rng(config["seed"]), jax.random.key(config["seed"]), []
    for index in range(config["epochs"]):
        started = time.perf_counter()
        order = jnp.asarray(draw.permutation(len(TRAIN[1])), jnp.int32)
        layers, *measured = epoch(layers, *TRAIN, order, config["learning_rate"], jax.random.fold_in(key, index))
        jax.block_until_ready(measured)
        seconds.append(time.perf_counter() - started)
        valid = float(accuracy(layers, *VALID))
    return {"seconds": seconds, "valid_accuracy": valid, "test_accuracy": float(accuracy(layers, *TEST))}


serve({"program": "JAX", "version": jax.__version__, "device": jax.default_backend()}, train)
