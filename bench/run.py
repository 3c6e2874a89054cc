"""Times our trainer, and PyTorch, JAX and pandas beside it. `cargo xtask bench` starts this script with a plan as JSON.

In each round, all programs do the same work one after the other, so that they share the ups and downs of the machine.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(f"error: {sys.executable}: Python {sys.version.split()[0]}; expected 3.11 or newer")

import contextlib
import gzip
import json
import os
import platform
import shutil
import signal
import tempfile
import threading
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path
from statistics import median
from types import SimpleNamespace

from programs import BenchError, Peer, Trainer, run
from tables import Case, Results

BATCH_SIZES = (16, 32, 64, 128, 256, 512)
# Sizes that only a graphics card is made for.
LARGE_BATCH_SIZES = (1024, 2048, 4096)
# Dropout and layer norm: neither, or one of them.
NETWORKS = ((0.0, False), (0.2, False), (0.0, True))
# As `cargo xtask train` without flags, but for 4 epochs. The first is not counted: JAX compiles in it, memory is new.
BASELINE = {"hidden": [256, 128], "learning_rate": 0.01, "epochs": 4}
# The settings of a run that its peers need.
SETTINGS = ("hidden", "learning_rate", "epochs", "batch_size", "dropout", "layer_norm", "seed")


class Suite:
    """Everything that can be timed, and the programs for it."""

    def __init__(self, plan, folder, stack):
        self.plan, self.folder = plan, folder
        self.results = Results(machine(plan.jobs), plan.rounds, plan.jobs)
        self.cores = sorted(os.sched_getaffinity(0)) if shutil.which("taskset") else []
        # The last core has least of the system's own work to do.
        self.core = self.cores[-1] if self.cores and not plan.gpu else None
        self.trainers = [Trainer(name, path, self.core, folder) for name, path in plan.trainers]
        self.ours = self.trainers[0]
        self.train, self.test = unpack("mnist_train.csv", folder), unpack("mnist_test.csv", folder)
        self.peers, self.pandas = [], []
        if plan.peers and {"training", "study"} & {*plan.parts}:
            self.peers = self.training_peers(stack)
        if plan.peers and "csv" in plan.parts:
            self.pandas = [stack.enter_context(self.start_peer("read_csv.py", self.core))]

    def start_peer(self, script, core):
        return Peer.start(script, core, self.folder, "gpu" if self.plan.gpu else "cpu")

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

    def run(self):
        """Goes round after round through all steps."""
        steps, started = list(self.steps()), time.perf_counter()
        rounds = range(1, self.plan.rounds + 1)
        for done, (round, (text, step)) in enumerate(product(rounds, steps)):
            progress(done, len(rounds) * len(steps), text, time.perf_counter() - started)
            step(round)
        programs = self.trainers + self.peers + self.pandas
        self.results.versions = [program.version for program in programs if program.version]
        return self.results

    def steps(self):
        """What a round does: pairs of a text and a function of the round."""
        ours, parts = self.ours.name, self.plan.parts
        if "training" in parts:
            sizes = BATCH_SIZES + (LARGE_BATCH_SIZES if self.plan.gpu else ())
            for network, size, program in product(NETWORKS, sizes, self.trainers + self.peers):
                case = Case(size, *network)
                yield f"{case}, batch size {size}: {program.name}", partial(self.training, program, case)
        if "study" in parts:
            yield f"study: {ours}", self.our_study
            yield from ((f"study: {peer.name}", partial(self.peers_study, peer)) for peer in self.peers)
        if "csv" in parts:
            yield f"CSV: {ours}", self.our_csv
            yield from ((f"CSV: {pandas.name}", partial(self.pandas_csv, pandas)) for pandas in self.pandas)
        if "start" in parts:
            yield f"start: {ours}", self.start

    def training(self, program, case, round):
        settings = BASELINE | case._asdict() | {"seed": round}
        if program in self.trainers:
            settings |= {"data": str(self.train), "test_data": str(self.test)}
            trained = program.train(settings, self.folder / "cache")
        else:
            trained = program.ask(settings)
        self.results.add("epoch", program.name, round, median(trained["seconds"][1:]), case)
        self.results.add("test_accuracy", program.name, round, trained["test_accuracy"], case)
        if trained["peak_memory"]:
            self.results.add("peak_memory", program.name, round, trained["peak_memory"] / 1e6, case)

    def our_study(self, round):
        """From the CSV to the report, as everyone runs a study."""
        study = self.folder / "study"
        shutil.rmtree(study, ignore_errors=True)
        for file in (self.train, self.test):
            os.utime(file)  # With another time of change, it is parsed anew.
        command = [self.plan.xtask, "analysis", "--experiments", "bench/study", "--seeds", "1", "--out", study]
        command += ["--data", self.train, "--test-data", self.test]
        command += ["--backend", self.ours.name, "--jobs", self.plan.jobs]
        self.results.add("study", self.ours.name, round, run("cargo xtask analysis", command).seconds)
        records = list(study.glob("runs/*/run.toml"))
        self.ours.read_version(records[0].parent)
        self.studied = [tomllib.loads(record.read_text()) for record in records]

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
        self.results.add("study", peer.name, round, time.perf_counter() - started)

    def our_csv(self, round):
        ended = self.ours.run({"data": str(self.train), "epochs": 1})
        self.results.add("read_csv", self.ours.name, round, ended.first_step)

    def pandas_csv(self, pandas, round):
        self.results.add("read_csv", pandas.name, round, pandas.ask({"path": str(self.train)})["seconds"])

    def start(self, round):
        out = self.folder / "start"
        shutil.rmtree(out, ignore_errors=True)
        self.ours.run({"epochs": 1}, self.plan.cache)  # Fills the cache.
        alone = self.ours.run({"epochs": 1}, self.plan.cache)
        train = cargo_xtask("train", "--epochs", "1", "--backend", self.ours.name, "--out", out)
        for quantity, seconds in [
            ("cargo_start", cargo_xtask("--help").seconds),
            ("train_start", train.first_step),
            ("trainer_start", alone.first_step),
        ]:
            self.results.add(quantity, self.ours.name, round, seconds)


def cargo_xtask(*arguments):
    # Cargo has set these variables for xtask; with them, it would build anew.
    of_xtask = ("CARGO_PKG_", "CARGO_MANIFEST_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(of_xtask)}
    cargo = os.environ.get("CARGO", "cargo")
    return run(f"cargo xtask {arguments[0]}", [cargo, "xtask", *arguments], env=environment)


def unpack(name, folder):
    with gzip.open(f"data/{name}.gz") as packed, open(folder / name, "wb") as plain:
        shutil.copyfileobj(packed, plain)
    return folder / name


def machine(cores):
    """The machine in words. Which processor it has, the trainer's version says."""
    with contextlib.suppress(OSError):
        flags = Path("/proc/cpuinfo").read_text().split()
        vectors = "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else "without AVX2"
        return f"{platform.system().lower()} {platform.machine()}, {cores} cores, {vectors}"
    return f"{platform.system().lower()} {platform.machine()}, {cores} cores"


def progress(done, total, text, seconds):
    """A line a step; on a terminal, the next one replaces it."""
    left = f"   {seconds / done * (total - done) / 60:.0f} min left" if done else ""
    start, end = ("\r\033[K", "") if sys.stderr.isatty() else ("", "\n")
    print(f"{start}{done + 1} of {total}  {text}{left}", end=end, file=sys.stderr, flush=True)


def stop_at_end_of_input():
    """The program that started this one holds the other end of its input, and closes it to stop this one."""

    def watch():
        while os.read(0, 1):
            pass
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=watch, daemon=True).start()


def main():
    plan = SimpleNamespace(**json.loads(sys.argv[1]))
    stop_at_end_of_input()
    try:
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
            results = Suite(plan, Path(folder), stack).run()
    finally:
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr)
    out = Path(plan.out)
    out.mkdir(parents=True, exist_ok=True)
    with open(out / "results.csv", "w") as file:
        results.write_csv(file)
    (out / "results.txt").write_text(results.text())
    print(results.text())


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except (BenchError, OSError) as error:
        sys.exit(f"error: {error}")
