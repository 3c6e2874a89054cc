"""Trains as PyTorch's users write it for speed: data on the device, no DataLoader, no read-back before the end of an
epoch, and all parameters updated by one call. Faster or as fast as torch.optim.SGD, fused or not, and as torch.compile."""

import sys
import time

import mnist
import torch
import torch.nn.functional as F
from protocol import serve
from torch import nn

torch.set_num_threads(1)
DEVICE = "cuda" if sys.argv[2] == "gpu" and torch.cuda.is_available() else "cpu"


def tensors(part):
    return [torch.from_numpy(values).to(DEVICE) for values in part]


TRAIN, VALID, TEST = map(tensors, mnist.load(sys.argv[1]))


def convolutions(config):
    """The convolutions of our network `cnn`; none for a multilayer perceptron."""
    if config["network"] != "cnn":
        return [], mnist.PIXELS
    first, second = config["filters"]
    layers = [nn.Unflatten(1, (1, mnist.SIDE, mnist.SIDE))]
    for channels, filters, kernel in [(1, first, 5), (first, second, 3)]:
        layers += [nn.Conv2d(channels, filters, kernel), nn.ReLU(), nn.MaxPool2d(2)]
    return [*layers, nn.Flatten()], second * 5 * 5  # Maps of 5x5 are left of 28x28.


def network(config):
    layers, inputs = convolutions(config)
    for units in config["hidden"]:
        layers.append(nn.Linear(inputs, units))
        if config["layer_norm"]:
            layers.append(nn.LayerNorm(units))
        layers.append(nn.ReLU())
        if config["dropout"] > 0:
            layers.append(nn.Dropout(config["dropout"]))
        inputs = units
    return nn.Sequential(*layers, nn.Linear(inputs, mnist.CLASSES)).to(DEVICE)


@torch.no_grad()
def accuracy(model, images, labels):
    model.eval()
    predicted = torch.cat([model(part).argmax(1) for part in images.split(1000)])
    return (predicted == labels).float().mean().item()


def epoch(model, parameters, config):
    """One pass over the training rows; its mean loss and accuracy come from the logits of its steps."""
    images, labels = TRAIN
    rows, batch_size = len(labels), config["batch_size"]
    model.train()
    order = torch.randperm(rows, device=DEVICE)
    shuffled = labels[order]
    logits = torch.empty(rows, mnist.CLASSES, device=DEVICE)
    for start in range(0, rows, batch_size):
        batch = slice(start, start + batch_size)
        output = model(images.index_select(0, order[batch]))
        gradients = torch.autograd.grad(F.cross_entropy(output, shuffled[batch]), parameters)
        with torch.no_grad():
            torch._foreach_add_(parameters, gradients, alpha=-config["learning_rate"])
        logits[batch] = output.detach()
    loss = F.cross_entropy(logits, shuffled).item()
    return loss, (logits.argmax(1) == shuffled).float().mean().item()


def train(config):
    torch.manual_seed(config["seed"])
    model = network(config)
    parameters, seconds = list(model.parameters()), []
    for _ in range(config["epochs"]):
        started = time.perf_counter()
        epoch(model, parameters, config)
        trained = time.perf_counter()
        valid = accuracy(model, *VALID)
        forward = (time.perf_counter() - trained) / len(VALID[1])
        seconds.append(trained - started)
    test = accuracy(model, *TEST)
    return {"seconds": seconds, "forward": forward, "valid_accuracy": valid, "test_accuracy": test}


serve({"program": "PyTorch", "version": torch.__version__.split("+")[0], "device": DEVICE}, train)
