"""Trainings that differ from a common one in one thing: the optimizer, the number of threads, or a size. They are timed in
our trainer and in PyTorch."""

import subprocess
import sys
from collections import namedtuple
from functools import partial
from statistics import median

from programs import PEERS, BenchError, Peer, Trainer
from tables import ROWS

COMMON = {"network": "mlp", "hidden": [256, 128], "learning_rate": 0.01, "batch_size": 64, "epochs": 3}
COMMON |= {"dropout": 0.0, "layer_norm": False, "threads": 1}
CNN = {"network": "cnn", "filters": [24, 32], "hidden": [256]}

# Images made from MNIST's.
Made = namedtuple("Made", "rows side classes dense", defaults=[10_000, 28, 10, False])

# A row of the table of a part: its label, the settings that it changes, and its images if they are not MNIST's.
Variant = namedtuple("Variant", "label settings made", defaults=[None])

OPTIMIZERS = (
    Variant("SGD", {}),
    Variant("SGD with momentum", {"momentum": 0.9}),
    Variant("Adam", {"optimizer": "adam", "learning_rate": 0.001}),
    Variant("AdamW", {"optimizer": "adamw", "learning_rate": 0.001}),
)


def units(first):
    return {"hidden": [first, first // 2]}


SCALING = (
    Variant("10,000 rows of 28x28, 10 classes, 256 units", {}, Made()),
    Variant("100,000 rows", {}, Made(rows=100_000)),
    Variant("1,000,000 rows", {}, Made(rows=1_000_000)),
    Variant("512 units", units(512), Made()),
    Variant("1,024 units", units(1024), Made()),
    Variant("2,048 units", units(2048), Made()),
    Variant("100 classes", {}, Made(classes=100)),
    Variant("1,000 classes", {}, Made(classes=1000)),
    Variant("14x14", {}, Made(side=14)),
    Variant("56x56", {}, Made(side=56)),
    Variant("128x128", {}, Made(side=128)),
    Variant("no pixel 0", {}, Made(dense=True)),
    Variant("no pixel 0, 2,048 units", units(2048), Made(dense=True)),
)


def threads(cores):
    """Batch by batch with one thread, and with one for each core."""
    sizes = [("mlp", {}, size) for size in (64, 128, 256, 512)] + [("cnn", CNN, size) for size in (64, 256)]
    for (name, network, size), count in [(size, count) for size in sizes for count in dict.fromkeys((1, cores))]:
        label = f"{name}, batch size {size}, {count} thread{'s' * (count > 1)}"
        yield Variant(label, network | {"batch_size": size, "threads": count})


def variants(part, cores):
    return {"optimizers": OPTIMIZERS, "threads": tuple(threads(cores)), "scaling": SCALING}[part]


def steps(suite, part):
    """Our trainer and PyTorch, if there is one, with each variant: text, program, and a function of the round."""
    programs = [suite.trainers[0]] + [peer for peer in suite.peers if peer.name == "PyTorch"]
    for variant in variants(part, suite.plan.jobs):
        for program in programs:
            text = f"{part}: {variant.label}: {program.name}"
            yield text, program, partial(measure, suite, part, program, variant)


def measure(suite, part, program, variant, round):
    """The seconds for a row of an epoch, and the peak memory. The first epoch is not counted: memory is new in it."""
    settings = COMMON | variant.settings | {"seed": round}
    core = suite.core if settings["threads"] == 1 else None
    rows, folder = ROWS, suite.folder
    if variant.made:
        rows, folder = variant.made.rows - variant.made.rows // 5, make(suite, variant.made)
    if isinstance(program, Peer):  # A process of its own, for its cores, its images and its peak memory.
        with suite.start_peer(program.script, core, folder) as peer:
            trained = peer.train(settings)
    else:
        ours = Trainer(program.name, program.path, core, suite.folder)
        data = str(folder / "made.npz")
        trained = ours.train(settings | ({"data": data, "test_data": f"{data}/x_test"} if variant.made else {}))
        program.version = ours.version
    name = f"{part} {variant.label}"
    return {name: median(trained["seconds"][1:]) / rows, f"{name}, memory": (trained["peak_memory"] or 0) / 1e6}


def make(suite, made):
    """The folder of these images, which are made when they are needed first."""
    folder = suite.folder / "-".join(str(int(amount)) for amount in made)
    if not folder.exists():
        folder.mkdir()
        amounts = [int(amount) for amount in made]
        script = [sys.executable, "-B", PEERS / "make_images.py", suite.folder, folder / "made.npz", *amounts]
        if subprocess.run([str(part) for part in script]).returncode:
            raise BenchError(f"python make_images.py: cannot make {made}")
    return folder
