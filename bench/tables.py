"""What was measured, as text for people and as CSV."""

import csv
from math import ceil
from statistics import median

# Training rows of MNIST without the fifth that is kept for validation.
ROWS = 48_000
UNITS = {"test_accuracy": "fraction", "peak_memory": "MB"}
FIELDS = "quantity program batch_size dropout layer_norm round value unit machine versions".split()
TRAINING = "Training, one thread on the CPU: the network 784-256-128-10, plain SGD, 48,000 images an epoch"
STUDY = "A study: 12 runs of 10 epochs, {} at a time, from the CSV on; ours with its report"
READING = "The CSV of 60,000 images, 110 MB: our trainer from its start to its first step; pandas into numbers"
START = "Start, everything built and the data read once before"
STARTS = {
    "cargo_start": "cargo xtask --help",
    "train_start": "cargo xtask train, to its first step",
    "trainer_start": "the trainer alone, to its first step",
}


class Results:
    """Measurements: in seconds, but accuracies as fractions and memory in MB."""

    def __init__(self, machine, rounds, jobs):
        self.machine, self.rounds, self.jobs = machine, rounds, jobs
        self.versions, self.rows = [], []

    def add(self, quantity, program, round, value, case=None):
        """Adds a measurement; the case is batch_size, dropout and layer_norm."""
        row = {"quantity": quantity, "program": program, "round": round, "value": value}
        self.rows.append(row | (case or {}))

    def values(self, quantity, program, case=None):
        """The values of a program, round by round."""
        wanted = {"quantity": quantity, "program": program} | (case or {})
        return [row["value"] for row in self.rows if wanted.items() <= row.items()]

    def programs(self, quantity):
        """Programs with such measurements, in the order in which they ran."""
        return list(dict.fromkeys(row["program"] for row in self.rows if row["quantity"] == quantity))

    def cases(self):
        """Networks and batch sizes, in the order in which they ran."""
        keys = ("batch_size", "dropout", "layer_norm")
        cases = dict.fromkeys(tuple(row[key] for key in keys) for row in self.rows if "batch_size" in row)
        return [dict(zip(keys, case)) for case in cases]

    def ratio(self, quantity, program, first, case=None):
        """How many times as long a program takes as the first: median of the rounds' ratios, and their range."""
        pairs = zip(self.values(quantity, program, case), self.values(quantity, first, case))
        return middle([other / own for other, own in pairs], "{:.2f}", "x")

    def write_csv(self, file):
        """A row a measurement."""
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        for row in self.rows:
            layer_norm = str(row.get("layer_norm", "")).lower()
            unit = UNITS.get(row["quantity"], "s")
            about = {"unit": unit, "machine": self.machine, "versions": "; ".join(self.versions)}
            writer.writerow(row | {"layer_norm": layer_norm} | about)

    def text(self):
        """Every table for which there are measurements."""
        rounds = "measured once"
        if self.rounds > 1:
            rounds = f"medians of {self.rounds} rounds, in each of which all take turns; in brackets, their range"
        versions = "\n          ".join(self.versions)
        parts = [f"machine   {self.machine}\nprograms  {versions}\nmethod    {rounds}\n"]
        if self.cases():
            parts.append(training(self))
        for quantity, title in [("study", STUDY.format(self.jobs)), ("read_csv", READING)]:
            if programs := self.programs(quantity):
                parts.append(f"{title}\n{aligned([seconds(self, quantity, program) for program in programs])}")
        if programs := self.programs("train_start"):
            rows = [[name, *middle(self.values(key, programs[0]), "{:.0f}", " ms", 1e3)] for key, name in STARTS.items()]
            parts.append(f"{START}\n{aligned(rows)}")
        return "\n".join(parts)


def middle(values, form, unit, factor=1):
    """The median, and the range if there are several values: `2.42x` and `(2.31-2.48)`."""
    low, middle, high = (form.format(factor * value) for value in (min(values), median(values), max(values)))
    return [middle + unit, f"({low}-{high})" if len(values) > 1 else ""]


def aligned(rows, heads=0):
    """Rows of text as lines: the first column to the left, the others to the right, a rule below the heads."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = [
        "  ".join([first.ljust(widths[0]), *map(str.rjust, others, widths[1:])]).rstrip() + "\n"
        for first, *others in rows
    ]
    if heads:
        lines.insert(heads, "─" * (sum(widths) + 2 * (len(widths) - 1)) + "\n")
    return "".join(lines)


def seconds(results, quantity, program):
    """A program, its seconds, and how many times as long it takes as the first one."""
    first, *_ = results.programs(quantity)
    ratio = ["", ""] if program == first else results.ratio(quantity, program, first)
    return [program, *middle(results.values(quantity, program), "{:.2f}", " s"), *ratio]


def network(case):
    parts = [f"dropout {case['dropout']}"] if case["dropout"] else []
    return ", ".join(parts + ["layer norm"] * case["layer_norm"]) or "plain"


def training(results):
    """Speed by network and batch size, and the ratio of each program's time to the first one's."""
    programs = results.programs("epoch")
    first, *others = programs
    heads = [["network", "batch size"], ["", ""]]
    for program in programs:
        heads[0] += ["", program]
        heads[1] += ["samples/s", "µs/step"]
    for other in others:
        heads[0] += ["", f"{first} / {other}"]
        heads[1] += ["speed", ""]
    rows = []
    for case in results.cases():
        row = [network(case), str(case["batch_size"])]
        for program in programs:
            epoch = median(results.values("epoch", program, case))
            row += [f"{ROWS / epoch / 1e3:.1f}k", f"{epoch / ceil(ROWS / case['batch_size']) * 1e6:.0f}"]
        rows.append(sum((results.ratio("epoch", other, first, case) for other in others), row))
    return f"{TRAINING}\n{aligned(heads + rows, heads=2)}{memory(results)}{agreement(results)}"


def memory(results):
    programs = results.programs("peak_memory")
    most = [f"{program} {max(results.values('peak_memory', program)):.0f} MB" for program in programs]
    return f"peak memory: {', '.join(most)}\n" if most else ""


def agreement(results):
    """How far test accuracies are apart at the most steps: the speed of different trainings would say nothing."""
    programs = results.programs("epoch")
    if len(programs) < 2:
        return ""
    smallest = min(case["batch_size"] for case in results.cases())
    apart = 0
    for case in results.cases():
        if case["batch_size"] == smallest:
            accuracies = [median(results.values("test_accuracy", program, case)) for program in programs]
            apart = max(apart, max(accuracies) - min(accuracies))
    return (
        f"at batch size {smallest}, with the most steps, test accuracies are at most "
        f"{100 * apart:.2f} percentage points apart\n"
    )
