"""Trains as PyTorch's users write it for speed: data on the device, no DataLoader, no read-back before the end of an
epoch, and all parameters updated by one call. Faster or as fast as torch.optim.SGD, fused or not, and as torch.compile.
Momentum, Adam, the cosine schedule and affine augmentation are defined as in our trainer."""

import math
import sys
import time

import mnist
import torch
import torch.nn.functional as F
from protocol import serve
from torch import nn

DEVICE = "cuda" if sys.argv[2] == "gpu" and torch.cuda.is_available() else "cpu"


def tensors(part):
    return [torch.from_numpy(values).to(DEVICE) for values in part]


TRAIN, VALID, TEST = map(tensors, mnist.load(sys.argv[1]))
CLASSES = int(TRAIN[1].max()) + 1


def convolutions(config):
    """The convolutions of our network `cnn`; none for a multilayer perceptron."""
    if config["network"] != "cnn":
        return [], TRAIN[0].shape[1]
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
    return nn.Sequential(*layers, nn.Linear(inputs, CLASSES)).to(DEVICE)


@torch.no_grad()
def accuracy(model, images, labels):
    model.eval()
    predicted = torch.cat([model(part).argmax(1) for part in images.split(1000)])
    return (predicted == labels).float().mean().item()


def learning_rates(config, steps):
    """The learning rate of each step of all epochs: constant, or after a linear warm-up along half a cosine to 0."""
    full, every, warmup = config["learning_rate"], config["epochs"] * steps, round(config.get("warmup", 0) * steps)
    if config.get("schedule", "constant") == "constant":
        return [full] * every
    rising = [full * (step + 1) / warmup for step in range(warmup)]
    along = [step / (every - warmup) for step in range(every - warmup)]
    return rising + [full * (1 + math.cos(math.pi * part)) / 2 for part in along]


def transformed(images, config):
    """Each image turned, scaled, sheared and shifted at random, by the amounts of our `augment = "affine"`."""
    if config.get("augment", "none") == "none":
        return images
    if config["augment"] != "affine":
        raise SystemExit(f"no augmentation {config['augment']} here; expected none or affine")
    rows, strength = len(images), config["augment_strength"]
    within = lambda most: (2 * torch.rand(rows, device=DEVICE) - 1) * most * strength
    angle, shear = within(math.radians(15)), within(0.15)
    width, height = 1 + within(0.15), 1 + within(0.15)
    sin, cos = angle.sin(), angle.cos()
    across, down = torch.stack([cos / width, sin / width]), torch.stack([-sin / height, cos / height])
    matrix = torch.stack([across - shear * down, down]).permute(2, 0, 1)
    shift = torch.stack([within(2), within(2)], 1) * 2 / mnist.SIDE
    grid = F.affine_grid(torch.cat([matrix, shift[:, :, None]], 2), (rows, 1, mnist.SIDE, mnist.SIDE), align_corners=False)
    squares = images.view(rows, 1, mnist.SIDE, mnist.SIDE)
    return F.grid_sample(squares, grid, align_corners=False).view(rows, mnist.PIXELS)


class Adam:
    """PyTorch's Adam or AdamW, which updates all parameters by one call."""

    def __init__(self, parameters, optimizer):
        kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[optimizer]
        self.parameters, self.optimizer = parameters, kind(parameters, fused=True)

    def step(self, gradients, learning_rate):
        for parameter, gradient in zip(self.parameters, gradients):
            parameter.grad = gradient
        self.optimizer.param_groups[0]["lr"] = learning_rate
        self.optimizer.step()


class Sgd:
    """SGD with momentum, of all parameters at once."""

    def __init__(self, parameters, momentum):
        self.parameters, self.momentum = parameters, momentum
        self.velocities = [torch.zeros_like(each) for each in parameters] if momentum else None

    @torch.no_grad()
    def step(self, gradients, learning_rate):
        if self.velocities:
            torch._foreach_mul_(self.velocities, self.momentum)
            torch._foreach_add_(self.velocities, gradients)
            gradients = self.velocities
        torch._foreach_add_(self.parameters, gradients, alpha=-learning_rate)


def epoch(model, optimizer, rates, config):
    """One pass over the training rows; its mean loss and accuracy come from the logits of its steps."""
    images, labels = TRAIN
    rows, batch_size = len(labels), config["batch_size"]
    model.train()
    order = torch.randperm(rows, device=DEVICE)
    shuffled = labels[order]
    logits = torch.empty(rows, CLASSES, device=DEVICE)
    for start in range(0, rows, batch_size):
        batch = slice(start, start + batch_size)
        output = model(transformed(images.index_select(0, order[batch]), config))
        gradients = torch.autograd.grad(F.cross_entropy(output, shuffled[batch]), optimizer.parameters)
        optimizer.step(gradients, next(rates))
        logits[batch] = output.detach()
    loss = F.cross_entropy(logits, shuffled).item()
    return loss, (logits.argmax(1) == shuffled).float().mean().item()


def train(config):
    torch.manual_seed(config["seed"])
    torch.set_num_threads(config.get("threads", 1))
    model, seconds = network(config), []
    parameters, name = list(model.parameters()), config.get("optimizer", "sgd")
    optimizer = Sgd(parameters, config.get("momentum", 0)) if name == "sgd" else Adam(parameters, name)
    rates = iter(learning_rates(config, math.ceil(len(TRAIN[1]) / config["batch_size"])))
    for _ in range(config["epochs"]):
        started = time.perf_counter()
        epoch(model, optimizer, rates, config)
        trained = time.perf_counter()
        valid = accuracy(model, *VALID)
        forward = (time.perf_counter() - trained) / len(VALID[1])
        seconds.append(trained - started)
    test = accuracy(model, *TEST)
    return {"seconds": seconds, "forward": forward, "valid_accuracy": valid, "test_accuracy": test}


serve({"program": "PyTorch", "version": torch.__version__.split("+")[0], "device": DEVICE}, train)
