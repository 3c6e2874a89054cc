"""The text and the CSV of results that two rounds might give: `python3 -m unittest discover bench`."""

import io
import unittest

from tables import Case, Results

PLAIN, DROPOUT, CNN = Case("mlp", 64, 0.0, False), Case("mlp", 512, 0.2, False), Case("cnn", 256, 0.0, False)
# Quantity, program, values of two rounds, the second on a machine that is half as fast.
MEASURED = [
    ("epoch", "flex", (0.48, 0.96), PLAIN),
    ("test_accuracy", "flex", (0.902, 0.902), PLAIN),
    ("peak_memory", "flex", (202.0, 202.0), PLAIN),
    ("epoch", "PyTorch", (1.2, 2.88), PLAIN),
    ("test_accuracy", "PyTorch", (0.9, 0.9), PLAIN),
    ("epoch", "flex", (0.4, 0.8), DROPOUT),
    ("test_accuracy", "flex", (0.81, 0.81), DROPOUT),
    ("epoch", "PyTorch", (0.6, 1.2), DROPOUT),
    ("test_accuracy", "PyTorch", (0.814, 0.814), DROPOUT),
    ("epoch", "flex", (6.0, 12.0), CNN),
    ("test_accuracy", "flex", (0.95, 0.95), CNN),
    ("forward", "flex", (0.00004, 0.00008), CNN),
    ("epoch", "PyTorch", (24.0, 36.0), CNN),
    ("test_accuracy", "PyTorch", (0.95, 0.952), CNN),
    ("forward", "PyTorch", (0.0001, 0.0002), CNN),
    ("study", "flex", (35.0, 70.0), None),
    ("study", "PyTorch", (110.0, 220.0), None),
    ("record cnn-99.0", "flex", (14.0, 16.0), None),
    ("record cnn-99.0, accuracy", "flex", (0.99, 0.992), None),
    ("record cnn-99.0", "PyTorch", (42.0, 48.0), None),
    ("record cnn-99.0, accuracy", "PyTorch", (0.9905, 0.9905), None),
    ("scaling 10,000 rows", "flex", (6e-6, 8e-6), None),
    ("scaling 10,000 rows, memory", "flex", (100.0, 100.0), None),
    ("scaling 10,000 rows", "PyTorch", (18e-6, 24e-6), None),
    ("scaling 10,000 rows, memory", "PyTorch", (900.0, 902.0), None),
    ("read_csv", "flex", (0.25, 0.5), None),
    ("cargo_start", "flex", (0.2, 0.4), None),
    ("train_start", "flex", (0.3, 0.6), None),
    ("trainer_start", "flex", (0.05, 0.1), None),
]
EVERYTHING = """\
machine   a processor, 2 cores
programs  flex 0.1.0
          PyTorch 2.15.0
method    medians of 2 rounds, in each of which all take turns; in brackets, their range

Training, one thread on the CPU: the network 784-256-128-10, plain SGD, 48,000 images an epoch
network      batch size                flex             PyTorch         flex / PyTorch
                         samples/s  µs/step  samples/s  µs/step  speed         (range)
──────────────────────────────────────────────────────────────────────────────────────
plain                64      66.7k      960      23.5k     2720  2.75x     (2.50-3.00)
dropout 0.2         512      80.0k     6383      53.3k     9574  1.50x     (1.50-1.50)
peak memory: flex 202 MB
test accuracies at batch size 64: at most 0.20 percentage points apart

Training, one thread on the CPU: the network 24C5-P2-32C3-P2-256-10, plain SGD, 48,000 images an epoch
network  batch size                flex             PyTorch         flex / PyTorch
                     samples/s  µs/step  samples/s  µs/step  speed         (range)
──────────────────────────────────────────────────────────────────────────────────
cnn             256       5.3k    47872       1.6k   159574  3.50x     (3.00-4.00)
test accuracies at batch size 256: at most 0.10 percentage points apart

Forward alone, without gradients, of the network 24C5-P2-32C3-P2-256-10: images in a second
flex     18.8k  (12.5-25.0)
PyTorch   7.5k   (5.0-10.0)  2.50x  (2.50-2.50)

Growth: time for a row of an epoch at batch size 64, and peak memory; each but the last changes one thing
training               flex          PyTorch         flex / PyTorch
             µs/row  memory  µs/row   memory  speed         (range)
───────────────────────────────────────────────────────────────────
10,000 rows    7.00  100 MB   21.00   901 MB  3.00x     (3.00-3.00)

A study: 12 runs of 10 epochs, 2 at a time, from the CSV on; ours with its report
flex      52.50 s    (35.00-70.00)
PyTorch  165.00 s  (110.00-220.00)  3.14x  (3.14-3.14)

The CSV of 60,000 images, 110 MB: our trainer from its start to its first step; pandas into numbers
flex  0.38 s  (0.25-0.50)

Records: time from the first step to the last, without evaluations; mean accuracy, each round with its own seed
record    program  test accuracy      SD  95 % from    time      (range)  ratio
───────────────────────────────────────────────────────────────────────────────
cnn-99.0     flex         0.9910  0.0014             15.0 s  (14.0-16.0)
cnn-99.0  PyTorch         0.9905  0.0000             45.0 s  (42.0-48.0)  3.00x

Start, everything built and the data read once before
cargo xtask --help                    300 ms  (200-400)
cargo xtask train, to its first step  450 ms  (300-600)
the trainer alone, to its first step   75 ms   (50-100)
"""
ONE_ROUND = """\
network      batch size                flex             PyTorch  flex / PyTorch
                         samples/s  µs/step  samples/s  µs/step           speed
───────────────────────────────────────────────────────────────────────────────
plain                64     100.0k      640      40.0k     1600           2.50x
dropout 0.2         512     120.0k     4255      80.0k     6383           1.50x
"""
ONE_PART = """\
machine   a processor, 2 cores
programs  flex 0.1.0
          PyTorch 2.15.0
method    measured once

The CSV of 60,000 images, 110 MB: our trainer from its start to its first step; pandas into numbers
flex  0.25 s
"""
CSV = """\
quantity,program,network,batch_size,dropout,layer_norm,round,value,unit,machine,versions
epoch,flex,mlp,64,0.0,false,1,0.48,s,"a processor, 2 cores",flex 0.1.0; PyTorch 2.15.0
test_accuracy,flex,mlp,64,0.0,false,1,0.902,fraction,"a processor, 2 cores",flex 0.1.0; PyTorch 2.15.0
peak_memory,flex,mlp,64,0.0,false,1,202.0,MB,"a processor, 2 cores",flex 0.1.0; PyTorch 2.15.0
study,flex,,,,,1,35.0,s,"a processor, 2 cores",flex 0.1.0; PyTorch 2.15.0
"""


def results(rounds, measured):
    found = Results("a processor, 2 cores", rounds, jobs=2)
    found.versions = ["flex 0.1.0", "PyTorch 2.15.0"]
    for quantity, program, values, case in measured:
        for round, value in enumerate(values[:rounds], 1):
            found.add(quantity, program, round, value, case)
    return found


class Tables(unittest.TestCase):
    maxDiff = None

    def test_everything_at_once(self):
        self.assertEqual(results(2, MEASURED).text(), EVERYTHING)

    def test_a_part_by_itself(self):
        self.assertEqual(results(1, [row for row in MEASURED if row[0] == "read_csv"]).text(), ONE_PART)

    def test_a_training_without_ranges(self):
        self.assertIn(ONE_ROUND, results(1, MEASURED).text())

    def test_five_rounds_give_an_interval(self):
        accuracies = (0.990, 0.991, 0.992, 0.993, 0.994)
        found = results(5, [("record a", "flex", (1.0,) * 5, None), ("record a, accuracy", "flex", accuracies, None)])
        # 0.992 - 2.776 * 0.00158 / sqrt(5)
        self.assertRegex(found.text(), r"a +flex +0\.9920  0\.0016 +0\.9900 ")

    def test_each_measurement_is_a_row_of_the_csv(self):
        file = io.StringIO()
        results(1, MEASURED[:3] + [row for row in MEASURED if row[0] == "study"][:1]).write_csv(file)
        self.assertEqual(file.getvalue(), CSV)


if __name__ == "__main__":
    unittest.main()
