"""Times our trainer, and PyTorch, JAX and pandas beside it; `cargo xtask bench` starts this script with a JSON plan.

`suite` says what is timed, `programs` how programs run, `tables` how results look.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(f"error: {sys.executable}: Python {sys.version.split()[0]}; expected 3.11 or newer")

import contextlib
import json
import os
import platform
import signal
import tempfile
import threading
import time
from itertools import product
from pathlib import Path
from types import SimpleNamespace

from programs import BenchError
from suite import Suite
from tables import Results


def measure(plan, suite, results):
    """Goes round after round through all steps, so that all programs share the ups and downs of the machine."""
    steps, started = list(suite.steps()), time.perf_counter()
    for done, (round, step) in enumerate(product(range(1, plan.rounds + 1), steps)):
        progress(done, plan.rounds * len(steps), step.text, time.perf_counter() - started)
        for quantity, value in step.measure(round).items():
            results.add(quantity, step.program.name, round, value, step.case)
        results.versions = [program.version for program in suite.programs() if program.version]


def machine(cores):
    """The machine in words. Which processor it has, the trainer's version says."""
    vectors = ""
    with contextlib.suppress(OSError):
        flags = Path("/proc/cpuinfo").read_text().split()
        vectors = ", AVX-512" if "avx512f" in flags else ", AVX2" if "avx2" in flags else ""
    return f"{platform.system().lower()} {platform.machine()}, {cores} cores{vectors}"


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


def write_csv(results, out):
    out.mkdir(parents=True, exist_ok=True)
    with open(out / "results.csv", "w") as file:
        results.write_csv(file)


def main():
    plan = SimpleNamespace(**json.loads(sys.argv[1]))
    stop_at_end_of_input()
    results, out = Results(machine(plan.jobs), plan.rounds, plan.jobs), Path(plan.out)
    try:
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
            measure(plan, Suite(plan, Path(folder), stack), results)
    except BaseException:  # An error or Ctrl-C: what was measured is kept, but replaces no older results.
        if results.measurements and not (out / "results.txt").exists():
            write_csv(results, out)
        raise
    finally:
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr)
    write_csv(results, out)
    (out / "results.txt").write_text(results.text())
    print(results.text())


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except (BenchError, OSError) as error:
        sys.exit(f"error: {error}")
