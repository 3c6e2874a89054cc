"""How time and memory grow with the rows, the units of the layers, the classes, and the size and density of the images."""

import subprocess
import sys
from collections import namedtuple
from functools import partial

from programs import PEERS, BenchError, Peer


class Made(namedtuple("Made", "rows side classes units dense")):
    """Images made from MNIST's, and the units of the first layer; the second has half as many."""

    def __str__(self):
        density = ", no pixel 0" * self.dense
        return f"{self.rows:,} rows, {self.side}x{self.side}{density}, {self.classes} classes, {self.units} units"


FIRST = Made(rows=10_000, side=28, classes=10, units=256, dense=False)
# Each but the last differs from the first in one thing.
CASES = (
    FIRST,
    FIRST._replace(rows=100_000),
    FIRST._replace(rows=1_000_000),
    FIRST._replace(units=512),
    FIRST._replace(units=1024),
    FIRST._replace(units=2048),
    FIRST._replace(classes=100),
    FIRST._replace(classes=1000),
    FIRST._replace(side=14),
    FIRST._replace(side=56),
    FIRST._replace(side=128),
    FIRST._replace(dense=True),
    FIRST._replace(units=2048, dense=True),
)


def steps(suite):
    """Our trainer and PyTorch, if there is one, with each case: text, program, and a function of the round."""
    programs = [suite.trainers[0]] + [peer for peer in suite.peers if peer.name == "PyTorch"]
    for case in CASES:
        for program in programs:
            yield f"{case}: {program.name}", program, partial(measure, suite, program, case)


def measure(suite, program, case, round):
    """The seconds for a row of the second epoch, and the peak memory. In the first epoch, memory is new."""
    made = make(suite, case)
    settings = {"network": "mlp", "hidden": [case.units, case.units // 2], "learning_rate": 0.01, "batch_size": 64}
    settings |= {"dropout": 0.0, "layer_norm": False, "epochs": 2, "seed": round}
    if isinstance(program, Peer):  # Its process has read MNIST; these images are read by another one.
        with suite.start_peer(program.script, suite.core, made) as peer:
            trained = peer.train(settings)
    else:
        data = str(made / "made.npz")
        trained = program.train(settings | {"data": data, "test_data": f"{data}/x_test"})
    measured = {f"scaling {case}": trained["seconds"][1] / (case.rows - case.rows // 5)}
    return measured | {f"scaling {case}, memory": (trained["peak_memory"] or 0) / 1e6}


def make(suite, case):
    """The folder with the images of a case, which are made when they are needed first."""
    folder = suite.folder / f"{case.rows}-{case.side}-{case.classes}-{case.dense}"
    if not folder.exists():
        folder.mkdir()
        amounts = [case.rows, case.side, case.classes, int(case.dense)]
        script = [sys.executable, "-B", PEERS / "make_images.py", suite.folder, folder / "made.npz", *amounts]
        if subprocess.run([str(part) for part in script]).returncode:
            raise BenchError(f"python make_images.py: cannot make {case}")
    return folder
