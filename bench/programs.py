"""The programs that are timed: our trainer, and Python processes that run the scripts in `peers/`."""

import contextlib
import json
import os
import shutil
import sys
import tempfile
import time
import tomllib
from csv import DictReader
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from types import SimpleNamespace

PEERS = Path(__file__).parent / "peers"
# The line that the trainer prints when its data is loaded and its first step comes.
BEGINS = "network "


class BenchError(Exception):
    """What went wrong, in one line."""


@contextlib.contextmanager
def running(command, core=None, **options):
    """A process, on this core alone if one is given. It ends with the block."""
    pinned = [] if core is None else ["taskset", "--cpu-list", core]
    try:
        process = Popen([str(part) for part in pinned + command], **{"stdin": DEVNULL, "text": True} | options)
    except OSError as error:
        raise BenchError(f"{command[0]}: {error.strerror}") from error
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            process.wait()


def wait(process):
    """Waits for a process: its exit code, and its peak memory in bytes where the system tells."""
    if not hasattr(os, "wait4"):
        return process.wait(), None
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def log_file():
    """A file for what a process prints besides its answers."""
    return tempfile.TemporaryFile("w+", errors="replace")


def last_line(log):
    """What a process printed last; from Python and from our programs, that is the error."""
    log.seek(0)
    lines = [line.strip() for line in log if line.strip()]
    return lines[-1] if lines else "it ended without a message"


def run(name, command, core=None, **options):
    """Runs a command to its end: its seconds, those until the trainer in it began its first step, its peak memory."""
    first_step, started = None, time.perf_counter()
    with log_file() as log, running(command, core, stdout=PIPE, stderr=log, **options) as process:
        for line in process.stdout:
            if first_step is None and line.startswith(BEGINS):
                first_step = time.perf_counter() - started
        code, peak_memory = wait(process)
        if code != 0:
            raise BenchError(f"{name}: {last_line(log)}")
    return SimpleNamespace(seconds=time.perf_counter() - started, first_step=first_step, peak_memory=peak_memory)


class Trainer:
    """Our trainer with one backend, for the digits in a folder. Each run is a process."""

    def __init__(self, name, path, core, folder):
        self.name, self.path, self.core, self.folder = name, path, core, folder
        self.record = folder / f"run-{name}"
        self.version = None  # Known after the first run.

    def run(self, settings, cache=None):
        """Trains with these settings, the others at their defaults."""
        shutil.rmtree(self.record, ignore_errors=True)
        workspace = {"cache": str(cache)} if cache else {}
        lines = [f"folder = {json.dumps(str(self.record))}", 'start = "new"']
        for table, values in [("workspace", workspace), ("settings", {"backend": self.name} | settings)]:
            # Text, numbers and truth values are written in TOML as they are in JSON.
            lines += [f"[{table}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items())]
        job = self.record.with_suffix(".toml")
        job.write_text("\n".join(lines))
        ended = run(self.name, [self.path, job], self.core)
        self.read_version(self.record)
        return ended

    def train(self, settings):
        """Trains once: seconds of each epoch, those of an image's forward pass, test accuracy, peak memory."""
        data = {"data": str(self.folder / "mnist_train.csv"), "test_data": str(self.folder / "mnist_test.csv")}
        ended = self.run(data | settings, self.folder / "cache")
        with open(self.record / "history.csv") as history:
            seconds = [float(epoch["seconds"]) for epoch in DictReader(history)]
        summary = json.loads((self.record / "summary.json").read_text())
        # What is left of its time: the evaluations, and also its files, its calibration and its end.
        evaluating = ended.seconds - ended.first_step - sum(seconds)
        return {
            "seconds": seconds,
            "forward": evaluating / evaluated(summary),
            "test_accuracy": summary["test_accuracy"],
            "peak_memory": ended.peak_memory,
        }

    def read_version(self, run):
        """Takes versions and processor from the record of a run."""
        record = tomllib.loads((run / "run.toml").read_text())["provenance"]
        rustc = " ".join(record["rustc"].split()[:2])
        self.version = f"{self.name} {record['trainer']} (Burn {record['burn']}, {rustc}) on {record['device']}"


def evaluated(summary):
    """The images of the forward passes of a run without gradients: validation and training rows after each epoch, at
    the end the validation rows for the calibration, and the test rows."""
    train_eval = min(summary["train_rows"], 10_000)
    return summary["epochs"] * (summary["valid_rows"] + train_eval) + summary["valid_rows"] + summary["test_rows"]


class Peer:
    """A Python process on one core that has loaded its libraries and data, and answers requests."""

    def __init__(self, script, process, log):
        self.script, self.process, self.log = script, process, log
        about = self.answer()
        self.name, device = about["program"], about["device"]
        self.version = f"{self.name} {about['version']}" + ("" if device == "cpu" else f" on {device}")

    @classmethod
    @contextlib.contextmanager
    def start(cls, script, core, data, device):
        """Starts a script on `cpu` or `gpu`; it ends with the block."""
        command = [sys.executable, "-B", PEERS / script, data, device]
        with log_file() as log, running(command, core, stdin=PIPE, stdout=PIPE, stderr=log) as process:
            yield cls(script, process, log)

    def ask(self, request):
        with contextlib.suppress(BrokenPipeError):  # What it printed before it ended says more.
            print(json.dumps(request), file=self.process.stdin, flush=True)
        return self.answer()

    def train(self, settings):
        """Trains once: seconds of each epoch, those of an image's forward pass, test accuracy, peak memory."""
        return self.ask(settings)

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise BenchError(f"python {self.script}: {last_line(self.log)}")
        return json.loads(line)
