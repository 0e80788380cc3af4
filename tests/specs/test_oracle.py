"""Random small tables that `table` wrote for the outside, attacked by plain enumeration.

Nothing here is shared with the engine: a table of at most 12 inner cells is read from the outside file, all tables of whole
numbers that agree with what it shows are counted out, and with them every interval, every "safe" and every "exposed".
"""

import itertools
import random
import unittest

from commands import Commands


class Puzzle:
    """What an outside file shows: inner cells, and for each cell shown which inner cells it is the sum of."""

    def __init__(self, cells, parents):
        # parents[d][leaf]: the labels that stand over a leaf in dimension d, itself included.
        self.inner = [labels for labels in itertools.product(*(sorted(p) for p in parents))]
        self.under = {}
        for labels in cells:
            self.under[labels] = [i for i, leaf in enumerate(self.inner)
                                  if all(labels[d] in parents[d][leaf[d]] for d in range(len(parents)))]
        self.known = [(self.under[labels], int(value)) for labels, (value, _) in cells.items() if value != ""]
        self.hidden = [labels for labels, (value, _) in cells.items() if value == ""]

    def solutions(self, most, lower):
        """Every table of the inner cells that agrees, depth first with the sums that are left."""
        over = [[k for k, (under, _) in enumerate(self.known) if i in under] for i in range(len(self.inner))]
        left = [value for _, value in self.known]
        last = [max(under) for under, _ in self.known]
        table = [0] * len(self.inner)

        def place(i):
            if i == len(self.inner):
                yield table
                return
            high = min([left[k] for k in over[i]], default=most)
            ends = [k for k in over[i] if last[k] == i]
            low = max([left[k] for k in ends], default=lower[i])
            for value in range(max(low, lower[i]), min(high, most) + 1):
                if any(left[k] != value for k in ends):
                    continue
                table[i] = value
                for k in over[i]:
                    left[k] -= value
                yield from place(i + 1)
                for k in over[i]:
                    left[k] += value

        yield from place(0)

    def intervals(self, most, lower):
        found = {}
        tables = 0
        for table in self.solutions(most, lower):
            tables += 1
            for labels in self.hidden:
                value = sum(table[i] for i in self.under[labels])
                low, high = found.get(labels, (value, value))
                found[labels] = min(low, value), max(high, value)
        return found, tables


FLAT = [["a", "b", "c"], ["M", "F"]], [["a", "b"], ["M", "F"], ["x", "y"]], [["a", "b", "c", "d"], ["M", "F", "N"]], [list("abcdef")]
TREE = {"a": ["a", "east", "city"], "b": ["b", "east", "city"], "c": ["c", "west", "city"], "d": ["d", "west", "city"]}


class OracleTest(Commands):
    def make(self, rng, shape, hierarchical):
        dims = [f"d{i}" for i in range(len(shape))]
        parents = [{leaf: [leaf, "*"] for leaf in leaves} for leaves in shape]
        if hierarchical:
            parents[0] = TREE
        counts = [(*labels, rng.choice([0, 0, 1, 2, 2, 3, 4, 5, 6, 7])) for labels in itertools.product(*(sorted(p) for p in parents))]
        # Each category has somebody, or the table would not have it.
        present = [{row[d] for row in counts if row[-1]} for d in range(len(shape))]
        parents = [{leaf: over for leaf, over in p.items() if leaf in present[d]} for d, p in enumerate(parents)]
        self.records("r.csv", counts, dims)
        true = {labels[:-1]: labels[-1] for labels in counts}
        return dims, parents, true

    def value_of(self, labels, parents, true):
        return sum(n for leaf, n in true.items()
                   if all(leaf[d] in parents[d] and labels[d] in parents[d][leaf[d]] for d in range(len(parents))))

    def one(self, seed):
        rng = random.Random(seed)
        hierarchical = seed % 4 == 3
        shape = [["a", "b", "c", "d"], ["M", "F"]] if hierarchical else FLAT[seed % len(FLAT)]
        dims, parents, true = self.make(rng, shape, hierarchical)
        if not any(true.values()):
            return 0
        threshold, zeros = rng.choice([2, 3, 4]), rng.choice(["open", "shown", "protected"])
        level = rng.choice("PPR")
        words = ["--threshold", threshold, "--zeros", zeros, "--level", level]
        tree = []
        if hierarchical:
            self.write("d0.csv", "".join(";".join(over) + "\n" for over in TREE.values()))
            tree = ["--hierarchies", "d0=d0.csv"]
        done = self.call("table", "--in", "r.csv", "--by", ",".join(dims), *words, *tree, "--out", "t.csv", "--outside", "--json",
                         "--intervals", "i.csv")
        self.assertEqual(done.returncode, 0, f"seed {seed}: {done.stdout}{done.stderr}")
        cells = self.table("t.csv", dims)
        for labels, (value, status) in cells.items():
            true_value = self.value_of(labels, parents, true)
            small = 0 < true_value < threshold or (true_value == 0 and zeros == "protected")
            self.assertFalse(small and value != "", f"seed {seed}: {labels} is small and shown")
            self.assertIn((value, status), {("", "X"), (str(true_value), "")}, f"seed {seed}: {labels}")
        puzzle = Puzzle(cells, parents)
        if not puzzle.hidden:
            return 0
        inner = set(puzzle.hidden)
        lower = [1 if zeros == "shown" and leaf in inner else 0 for leaf in puzzle.inner]
        # Where the total is hidden nothing bounds a cell; beyond the sum of what is there nothing new happens.
        most = sum(true.values()) if cells[tuple("city" if hierarchical and d == 0 else "*" for d in range(len(dims)))][0] else 12
        if most == 12 and len(puzzle.inner) > 6:
            return 0
        intervals, tables = puzzle.intervals(most, lower)
        self.assertGreater(tables, 1, f"seed {seed}")
        # Every "safe": no hidden value is certain; at level P every small one may reach the threshold.
        for labels, (low, high) in intervals.items():
            self.assertLess(low, high, f"seed {seed}: {labels} is certain")
            true_value = self.value_of(labels, parents, true)
            self.assertLessEqual(low, true_value)
            self.assertGreaterEqual(high, true_value)
            if level == "P" and true_value < threshold and (true_value > 0 or zeros == "protected"):
                self.assertGreaterEqual(high, threshold, f"seed {seed}: {labels} is certainly small")
        told = self.ok("attack", "--in", "t.csv", "--dims", ",".join(dims), "--threshold", threshold,
                       "--zeros", zeros, *tree)
        self.assertEqual(told["inexact"], 0, f"seed {seed}")
        self.assertEqual(len(told["intervals"]), len(intervals))
        for cell in told["intervals"]:
            labels = tuple(cell[d] for d in dims)
            low, high = intervals[labels]
            self.assertEqual(cell["low"], low, f"seed {seed}: {labels}")
            if cell["high"] is None:
                self.assertEqual(most, 12, f"seed {seed}: {labels} has an upper end")
            elif most != 12:
                self.assertEqual(cell["high"], high, f"seed {seed}: {labels}")
            self.assertEqual(cell["exposed"], cell["high"] is not None and (low >= high or high < threshold), f"seed {seed}: {labels}")
        return tables

    def test_tables_that_the_engine_made_safe(self):
        tables = [self.one(seed) for seed in range(60)]
        self.assertGreater(sum(n > 1 for n in tables), 25, "too few tables have something to hide")

    def test_tables_hidden_at_random(self):
        """The attack on patterns that nobody made safe: exposed is exposed, and nothing else is."""
        exposed = safe = 0
        for seed in range(40):
            rng = random.Random(1000 + seed)
            dims, parents, true = self.make(rng, FLAT[seed % 3], False)
            labels = itertools.product(*(sorted({x for over in p.values() for x in over}) for p in parents))
            cells = {}
            for label in labels:
                hide = "*" not in label and rng.random() < 0.45 or rng.random() < 0.08
                if label == ("*",) * len(dims):
                    hide = False
                cells[label] = ("", "X") if hide else (str(self.value_of(label, parents, true)), "")
            self.write("t.csv", ",".join(dims) + ",value,status\n" + "".join(
                ",".join(label) + f",{value},{status}\n" for label, (value, status) in cells.items()))
            puzzle = Puzzle(cells, parents)
            if not puzzle.hidden:
                continue
            threshold = rng.choice([2, 3, 4])
            intervals, _ = puzzle.intervals(sum(true.values()), [0] * len(puzzle.inner))
            told = self.ok("attack", "--in", "t.csv", "--dims", ",".join(dims), "--threshold", threshold)
            for cell in told["intervals"]:
                low, high = intervals[tuple(cell[d] for d in dims)]
                self.assertEqual((cell["low"], cell["high"]), (low, high), f"seed {seed}: {cell}")
                self.assertEqual(cell["exposed"], low >= high or high < threshold, f"seed {seed}: {cell}")
                exposed, safe = exposed + cell["exposed"], safe + (not cell["exposed"])
        self.assertGreater(exposed, 20)
        self.assertGreater(safe, 20)


if __name__ == "__main__":
    unittest.main()
