"""What is timed: training by batch size, the convolutional network, trainings that differ in one thing, a study, records,
reading a CSV, and the start."""

import gzip
import os
import shutil
import sys
import time
import tomllib
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path
from statistics import median

import variants
from programs import BenchError, Peer, Trainer, run
from tables import VARIED, Case

BATCH_SIZES = (16, 32, 64, 128, 256, 512)
# Sizes that only a graphics card is made for.
LARGE_BATCH_SIZES = (1024, 2048, 4096)
# Dropout and layer norm: neither, or one of them.
REGULARIZATIONS = ((0.0, False), (0.2, False), (0.0, True))
# The batch sizes of the convolutional network, which takes longer.
CNN_BATCH_SIZES = (64, 256)
# As `cargo xtask train` and `cargo xtask train --network cnn` without flags, but for fewer epochs. The first is not
# counted: JAX compiles in it, memory is new.
BASELINES = {
    "mlp": {"hidden": [256, 128], "learning_rate": 0.01, "epochs": 4},
    "cnn": {"filters": [24, 32], "hidden": [256], "learning_rate": 0.01, "epochs": 2},
}
# The settings of a run that its peers need.
SETTINGS = ("network", "hidden", "learning_rate", "epochs", "batch_size", "dropout", "layer_norm", "seed")

# A program, and a function of the round that gives its measurements by their quantity.
Step = namedtuple("Step", "text program measure case", defaults=[None])


class Suite:
    """The steps of a round, and the programs for them."""

    def __init__(self, plan, folder, stack):
        self.plan, self.folder = plan, folder
        self.cores = sorted(os.sched_getaffinity(0)) if shutil.which("taskset") else []
        # The last core has least of the system's own work to do.
        self.core = self.cores[-1] if self.cores and not plan.gpu else None
        for name in ("mnist_train.csv", "mnist_test.csv"):
            with gzip.open(f"data/{name}.gz") as packed, open(folder / name, "wb") as plain:
                shutil.copyfileobj(packed, plain)
        self.train, self.test = folder / "mnist_train.csv", folder / "mnist_test.csv"
        self.trainers = [Trainer(name, path, self.core, folder) for name, path in plan.trainers]
        self.peers, self.pandas = [], []
        if plan.peers and {"training", "cnn", "study", "records", *VARIED} & {*plan.parts}:
            self.peers = self.training_peers(stack)
        if plan.peers and "csv" in plan.parts:
            self.pandas = [stack.enter_context(self.start_peer("read_csv.py", self.core))]

    def start_peer(self, script, core, data=None):
        return Peer.start(script, core, data or self.folder, "gpu" if self.plan.gpu else "cpu")

    def training_peers(self, stack):
        """PyTorch and JAX, or the one that this Python has."""
        peers, problem = [], None
        for script in ("train_pytorch.py", "train_jax.py"):
            try:
                peers.append(stack.enter_context(self.start_peer(script, self.core)))
            except BenchError as error:
                problem = error
                print(f"warning: {problem}", file=sys.stderr)
        if not peers:
            install = f"{sys.executable} -m pip install -r bench/peers/requirements.txt"
            raise BenchError(f"{sys.executable}: neither PyTorch nor JAX can be loaded ({problem}); {install}")
        return peers

    def programs(self):
        return self.trainers + self.peers + self.pandas

    def steps(self):
        """A round: all programs do the same work one after the other."""
        ours, parts = self.trainers[0], self.plan.parts
        for case, program in product(self.cases(), self.trainers + self.peers):
            text = f"{case}, batch size {case.batch_size}: {program.name}"
            yield Step(text, program, partial(training, program, case), case)
        for part in [part for part in VARIED if part in parts]:
            for step in variants.steps(self, part):
                yield Step(*step)
        if "study" in parts:
            yield Step(f"study: {ours.name}", ours, partial(self.our_study, ours))
            for peer in self.peers:
                yield Step(f"study: {peer.name}", peer, partial(self.peers_study, peer))
        if "records" in parts:
            for recipe in map(Path, self.plan.records):
                programs = [ours] + [peer for peer in self.peers if peer.name == "PyTorch" and is_shared(recipe)]
                for program in programs:
                    text = f"record {recipe.stem}: {program.name}"
                    yield Step(text, program, partial(record, program, recipe))
        if "csv" in parts:
            yield Step(f"CSV: {ours.name}", ours, partial(self.our_csv, ours))
            for pandas in self.pandas:
                yield Step(f"CSV: {pandas.name}", pandas, partial(self.pandas_csv, pandas))
        if "start" in parts:
            yield Step(f"start: {ours.name}", ours, partial(self.start, ours))

    def cases(self):
        """The trainings of a round."""
        large = LARGE_BATCH_SIZES if self.plan.gpu else ()
        if "training" in self.plan.parts:
            for regularization, size in product(REGULARIZATIONS, BATCH_SIZES + large):
                yield Case("mlp", size, *regularization)
        if "cnn" in self.plan.parts:
            for size in CNN_BATCH_SIZES + large:
                yield Case("cnn", size, 0.0, False)

    def our_study(self, ours, round):
        """From the CSV to the report."""
        study = self.folder / "study"
        shutil.rmtree(study, ignore_errors=True)
        for file in (self.train, self.test):
            os.utime(file)  # With another time of change, it is parsed anew.
        command = [self.plan.xtask, "analysis", "--experiments", "bench/study", "--seeds", "1", "--out", study]
        command += ["--data", self.train, "--test-data", self.test]
        command += ["--backend", ours.name, "--jobs", self.plan.jobs]
        seconds = run("cargo xtask analysis", command).seconds
        records = list(study.glob("runs/*/run.toml"))
        ours.read_version(records[0].parent)
        records = [tomllib.loads(record.read_text()) for record in records]
        self.studied = [{**record.get("defaults", {}), **record} for record in records]
        return {"study": seconds}

    def peers_study(self, peer, round):
        """The same runs in as many processes, each on a core of its own, without a report."""
        # One iterator for all threads. The runs with the smallest batches take longest and come first.
        runs = iter(sorted(self.studied, key=lambda run: run["batch_size"]))

        def work(job):
            with self.start_peer(peer.script, self.cores[job % len(self.cores)] if self.cores else None) as worker:
                for run in runs:
                    worker.ask({key: run[key] for key in SETTINGS})

        started = time.perf_counter()
        with ThreadPoolExecutor(self.plan.jobs) as pool:
            try:
                list(pool.map(work, range(self.plan.jobs)))
            finally:
                list(runs)  # If one has failed, the others end, too.
        return {"study": time.perf_counter() - started}

    def our_csv(self, ours, round):
        return {"read_csv": ours.run({"data": str(self.train), "epochs": 1}).first_step}

    def pandas_csv(self, pandas, round):
        return {"read_csv": pandas.ask({"path": str(self.train)})["seconds"]}

    def start(self, ours, round):
        out = self.folder / "start"
        shutil.rmtree(out, ignore_errors=True)
        ours.run({"epochs": 1}, self.plan.cache)  # Fills the cache.
        alone = ours.run({"epochs": 1}, self.plan.cache)
        train = cargo_xtask("train", "--epochs", "1", "--backend", ours.name, "--out", out)
        help = cargo_xtask("--help")
        return {"cargo_start": help.seconds, "train_start": train.first_step, "trainer_start": alone.first_step}


def settings_of(recipe):
    return tomllib.loads(recipe.read_text())


def is_shared(recipe):
    """Whether PyTorch's script has all that a record needs."""
    return settings_of(recipe).get("augment", "none") in ("none", "affine")


def record(program, recipe, round):
    """Trains a record: from its first step to its last, without evaluations."""
    defaults = {"momentum": 0.0, "dropout": 0.0, "layer_norm": False, "augment": "none", "augment_strength": 1.0}
    trained = program.train(defaults | settings_of(recipe) | {"seed": round})
    name = recipe.stem
    return {f"record {name}": sum(trained["seconds"]), f"record {name}, accuracy": trained["test_accuracy"]}


def training(program, case, round):
    trained = program.train(BASELINES[case.network] | case._asdict() | {"seed": round})
    measured = {"epoch": median(trained["seconds"][1:]), "test_accuracy": trained["test_accuracy"]}
    if case.network == "cnn":  # The multilayer perceptron's forward pass is too short to be timed from outside.
        measured["forward"] = trained["forward"]
    return measured | ({"peak_memory": trained["peak_memory"] / 1e6} if trained["peak_memory"] else {})


def cargo_xtask(*arguments):
    # Cargo has set these variables for xtask; with them, it would build anew.
    of_xtask = ("CARGO_PKG_", "CARGO_MANIFEST_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(of_xtask)}
    cargo = os.environ.get("CARGO", "cargo")
    return run(f"cargo xtask {arguments[0]}", [cargo, "xtask", *arguments], env=environment)
