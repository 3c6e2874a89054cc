"""Measurements, as text for people and as CSV."""

import csv
from collections import namedtuple
from itertools import zip_longest
from math import ceil
from statistics import NormalDist, mean, median, stdev

# Training rows of MNIST without the fifth that is kept for validation.
ROWS = 48_000
TRAINING = "Training, one thread on the CPU: the network {}, plain SGD, 48,000 images an epoch"
NETWORKS = {"mlp": "784-256-128-10", "cnn": "24C5-P2-32C3-P2-256-10"}
FORWARD = "Forward alone, without gradients, of the network {}: images in a second"
STUDY = "A study: 12 runs of 10 epochs, {} at a time, from the CSV on; ours with its report"
READING = "The CSV of 60,000 images, 110 MB: our trainer from its start to its first step; pandas into numbers"
START = "Start, everything built and the data read once before"
STARTS = {
    "cargo_start": "cargo xtask --help",
    "train_start": "cargo xtask train, to its first step",
    "trainer_start": "the trainer alone, to its first step",
}
UNITS = {"test_accuracy": "fraction", "peak_memory": "MB"}
# The quantities of a record: its time under its name, and its accuracy.
RECORD, ACCURACY = "record ", ", accuracy"
RECORDS = "Records: time from the first step to the last, without evaluations; mean accuracy, each round with its own seed"

# Parts of trainings that differ in one thing. Their quantities begin with the part: the time for a row, and the memory.
VARIED = {
    "optimizers": "Optimizers: time for a row of an epoch at batch size 64, and peak memory; one thread on the CPU",
    "threads": "Threads: time for a row of an epoch, and peak memory",
    "scaling": "Growth: time for a row of an epoch at batch size 64, and peak memory; each but the last changes one thing",
}
MEMORY = ", memory"

# A value of a program in a round: in seconds, if its quantity has no other unit. Only trainings have a case.
Measurement = namedtuple("Measurement", "quantity program case round value")


class Case(namedtuple("Case", "network batch_size dropout layer_norm")):
    """The network and batch size of a training."""

    def __str__(self):
        parts = [f"dropout {self.dropout}"] * (self.dropout > 0) + ["layer norm"] * self.layer_norm
        return ", ".join(parts) or ("plain" if self.network == "mlp" else self.network)


class Results:
    """All measurements, the machine and the versions of the programs."""

    def __init__(self, machine, rounds, jobs):
        self.machine, self.rounds, self.jobs = machine, rounds, jobs
        self.versions, self.measurements = [], []

    def add(self, quantity, program, round, value, case=None):
        self.measurements.append(Measurement(quantity, program, case, round, value))

    def values(self, quantity, program, case=None):
        """The values of a program, round by round."""
        wanted = (quantity, program)
        return [found.value for found in self.measurements if found[:2] == wanted and case in (None, found.case)]

    def programs(self, quantity):
        """Programs with such measurements, in the order in which they ran."""
        return list(dict.fromkeys(found.program for found in self.measurements if found.quantity == quantity))

    def cases(self, network):
        """The trainings of a network, in the order in which they ran."""
        cases = dict.fromkeys(found.case for found in self.measurements if found.case)
        return [case for case in cases if case.network == network]

    def ratio(self, quantity, program, first, case=None):
        """How many times as long a program takes as the first: median of the rounds' ratios, and their range."""
        pairs = zip(self.values(quantity, program, case), self.values(quantity, first, case))
        return middle([other / own for other, own in pairs], "{:.2f}", "x")

    def write_csv(self, file):
        """Writes a row a measurement."""
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow("quantity program network batch_size dropout layer_norm round value unit machine versions".split())
        for quantity, program, case, round, value in self.measurements:
            case = (*case[:3], str(case.layer_norm).lower()) if case else ("", "", "", "")
            unit = UNITS.get(quantity, "s")
            unit = "fraction" if quantity.endswith(ACCURACY) else "MB" if quantity.endswith(MEMORY) else unit
            rows.writerow([quantity, program, *case, round, value, unit, self.machine, "; ".join(self.versions)])

    def text(self):
        """The tables of what was measured."""
        rounds, versions = "measured once", "\n          ".join(self.versions)
        if self.rounds > 1:
            rounds = f"medians of {self.rounds} rounds, in each of which all take turns; in brackets, their range"
        parts = [f"machine   {self.machine}\nprograms  {versions}\nmethod    {rounds}\n"]
        parts += [training(self, network) for network in NETWORKS if self.cases(network)]
        if self.programs("forward"):
            parts.append(forward(self))
        for part, title in VARIED.items():
            if any(found.quantity.startswith(f"{part} ") for found in self.measurements):
                parts.append(f"{title}\n{varied(self, part)}")
        for quantity, title in [("study", STUDY.format(self.jobs)), ("read_csv", READING)]:
            if programs := self.programs(quantity):
                parts.append(f"{title}\n{aligned([seconds(self, quantity, program) for program in programs])}")
        if any(found.quantity.startswith(RECORD) for found in self.measurements):
            parts.append(records(self))
        for program in self.programs("train_start"):
            starts = [[name, *middle(self.values(key, program), "{:.0f}", " ms", 1e3)] for key, name in STARTS.items()]
            parts.append(f"{START}\n{aligned(starts)}")
        return "\n".join(parts)


def middle(values, form, unit, factor=1):
    """Cells: the median, and the range if there are several values, such as `2.42x` and `(2.31-2.48)`."""
    low, middle, high = (form.format(factor * value) for value in (min(values), median(values), max(values)))
    return [middle + unit, f"({low}-{high})"] if len(values) > 1 else [middle + unit]


def aligned(rows, heads=0):
    """Rows of cells as lines: the first column to the left, the others to the right, a rule below the heads."""
    first, *others = [max(map(len, column)) for column in zip_longest(*rows, fillvalue="")]
    lines = ["  ".join([row[0].ljust(first), *map(str.rjust, row[1:], others)]).rstrip() for row in rows]
    if heads:
        lines.insert(heads, "─" * (first + sum(2 + width for width in others)))
    return "\n".join(lines) + "\n"


def seconds(results, quantity, program):
    """A program, its seconds, and how many times as long it takes as the first one."""
    first = results.programs(quantity)[0]
    ratio = [] if program == first else results.ratio(quantity, program, first)
    return [program, *middle(results.values(quantity, program), "{:.2f}", " s"), *ratio]


def forward(results):
    """The speed of each program's forward pass, and how many times as long it takes as the first one's."""
    first, *others = programs = results.programs("forward")
    speeds = {name: [1e-3 / seconds for seconds in results.values("forward", name)] for name in programs}
    rows = [[name, *middle(speeds[name], "{:.1f}", "k")] for name in programs]
    for row, name in zip(rows[1:], others):
        row += results.ratio("forward", name, first)
    return f"{FORWARD.format(NETWORKS['cnn'])}\n{aligned(rows)}"


def records(results):
    """The accuracy and the time of each record, by program."""
    names = [found.quantity for found in results.measurements if found.quantity.startswith(RECORD)]
    rows = [["record", "program", "test accuracy", "SD", "95 % from", "time", "(range)", "ratio"]]
    for name in dict.fromkeys(name for name in names if not name.endswith(ACCURACY)):
        first, *others = programs = results.programs(name)
        for program in programs:
            accuracies = results.values(name + ACCURACY, program)
            spread = f"{stdev(accuracies):.4f}" if len(accuracies) > 1 else ""
            low = f"{lower_end(accuracies):.4f}" if len(accuracies) >= 5 else ""
            ratio = results.ratio(name, program, first)[:1] if program in others else [""]
            seconds = middle(results.values(name, program), "{:.1f}", " s")
            seconds += [""] * (2 - len(seconds))
            rows.append([name.removeprefix(RECORD), program, f"{mean(accuracies):.4f}", spread, low, *seconds, *ratio])
    return f"{RECORDS}\n{aligned(rows, heads=1)}"


def varied(results, part):
    """The time for a row and the memory of each training, by program, and the ratio of each program's time to the first's."""
    quantities = dict.fromkeys(found.quantity for found in results.measurements if found.quantity.startswith(f"{part} "))
    names = [quantity for quantity in quantities if not quantity.endswith(MEMORY)]
    first, *others = programs = results.programs(names[0])
    rows = [["training"], [""]]
    for program in programs:
        rows[0] += ["", program]
        rows[1] += ["µs/row", "memory"]
    columns = 2 if results.rounds > 1 else 1
    for other in others:
        rows[0] += ["", f"{first} / {other}"][-columns:]
        rows[1] += ["speed", "(range)"][:columns]
    for name in names:
        row = [name.removeprefix(f"{part} ")]
        for program in programs:
            row.append(f"{1e6 * median(results.values(name, program)):.2f}")
            row.append(f"{median(results.values(name + MEMORY, program)):.0f} MB")
        for other in others:
            row += results.ratio(name, other, first)
        rows.append(row)
    return aligned(rows, heads=2)


def lower_end(values):
    """The lower end of the 95 % interval of the mean, by Student's t. Its quantile is that of Abramowitz and Stegun
    (26.7.5): for five values within 0.3 %, for ten within 0.02 %."""
    z, free = NormalDist().inv_cdf(0.975), len(values) - 1
    terms = [z, (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96, (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384]
    quantile = sum(term / free**power for power, term in enumerate(terms))
    return mean(values) - quantile * stdev(values) / len(values) ** 0.5


def training(results, network):
    """Speed by case of a network, and the ratio of each program's time to the first one's."""
    programs = results.programs("epoch")
    first, *others = programs
    rows = [["network", "batch size"], ["", ""]]
    for program in programs:
        rows[0] += ["", program]
        rows[1] += ["samples/s", "µs/step"]
    for other in others:
        columns = 2 if results.rounds > 1 else 1
        rows[0] += ["", f"{first} / {other}"][-columns:]
        rows[1] += ["speed", "(range)"][:columns]
    cases = results.cases(network)
    for case in cases:
        row = [str(case), str(case.batch_size)]
        for program in programs:
            epoch = median(results.values("epoch", program, case))
            row += [f"{ROWS / epoch / 1e3:.1f}k", f"{epoch / ceil(ROWS / case.batch_size) * 1e6:.0f}"]
        for other in others:
            row += results.ratio("epoch", other, first, case)
        rows.append(row)
    peaks = {name: [peak for case in cases for peak in results.values("peak_memory", name, case)] for name in programs}
    memory = [f"{name} {max(peaks):.0f} MB" for name, peaks in peaks.items() if peaks]
    memory = f"peak memory: {', '.join(memory)}\n" if memory else ""
    table = f"{TRAINING.format(NETWORKS[network])}\n{aligned(rows, heads=2)}{memory}"
    return table + (agreement(results, programs, cases) if others else "")


def agreement(results, programs, cases):
    """How far test accuracies are apart at the most steps: the speed of different trainings would say nothing."""
    smallest, apart = min(case.batch_size for case in cases), 0
    for case in cases:
        accuracies = [median(results.values("test_accuracy", program, case)) for program in programs]
        if case.batch_size == smallest:
            apart = max(apart, max(accuracies) - min(accuracies))
    return f"test accuracies at batch size {smallest}: at most {100 * apart:.2f} percentage points apart\n"
