"""Tables of distinct households, which do not add up: every figure counted again from the records, and every "safe" confirmed
by counting out the populations that agree with the outside file.

Nothing here is shared with the engine. A population says how many households occur in exactly these inner cells; what is
enumerated are households of one or two inner cells, as in the records. An attacker who knows less sees more populations still.
"""

import csv
import itertools
import json
import random
import unittest

from commands import Commands

TREE = {"a": ["a", "east", "city"], "b": ["b", "east", "city"], "c": ["c", "west", "city"], "d": ["d", "west", "city"]}
SHAPES = [[["a", "b"], ["M", "F"]], [["a", "b", "c"]], [["a", "b", "c", "d"]], [["a", "b", "c"], ["M", "F"]], [["a", "b"], ["M", "F"], ["x", "y"]]]
MOST_STEPS = 50_000


class TooMany(Exception):
    pass


class Populations:
    def __init__(self, cells, parents):
        inner = list(itertools.product(*(sorted(p) for p in parents)))
        groups = [{leaf} for leaf in inner] + [set(pair) for pair in itertools.combinations(inner, 2)]
        over = {leaf: [labels for labels in cells if all(labels[d] in parents[d][leaf[d]] for d in range(len(parents)))] for leaf in inner}
        # A household counts once in a cell, however many of its own inner cells lie under it.
        self.counted = [{labels for leaf in group for labels in over[leaf]} for group in groups]
        self.counted.sort(key=len)
        self.left = {labels: int(value) for labels, (value, _) in cells.items() if value != ""}
        self.hidden = [labels for labels, (value, _) in cells.items() if value == ""]
        self.last = {labels: max(i for i, counted in enumerate(self.counted) if labels in counted) for labels in self.left}
        self.ends = [[labels for labels in self.left if self.last[labels] == i] for i in range(len(self.counted))]
        self.steps = 0

    def ranges(self, most):
        """{hidden cell: [least, greatest]}; `most`: of a group that nothing bounds."""
        found = {}
        now = dict.fromkeys(self.hidden, 0)

        def place(i):
            self.steps += 1
            if self.steps > MOST_STEPS:
                raise TooMany
            if i == len(self.counted):
                for labels, value in now.items():
                    low, high = found.get(labels, (value, value))
                    found[labels] = (min(low, value), max(high, value))
                return
            shown = [labels for labels in self.counted[i] if labels in self.left]
            hidden = [labels for labels in self.counted[i] if labels in now]
            for ids in range(min([self.left[labels] for labels in shown], default=most) + 1):
                for labels in shown:
                    self.left[labels] -= ids
                for labels in hidden:
                    now[labels] += ids
                if all(self.left[labels] == 0 for labels in self.ends[i]):
                    place(i + 1)
                for labels in shown:
                    self.left[labels] += ids
                for labels in hidden:
                    now[labels] -= ids

        place(0)
        return found


class DistinctTest(Commands):
    def make(self, rng, seed):
        shape = SHAPES[seed % len(SHAPES)]
        parents = [{leaf: [leaf, "*"] for leaf in leaves} for leaves in shape]
        tree = []
        if shape == [["a", "b", "c", "d"]]:
            parents = [TREE]
            self.write("d0.csv", "".join(";".join(over) + "\n" for over in TREE.values()))
            tree = ["--hierarchies", "d0=d0.csv"]
        places = list(itertools.product(*shape))
        rows = [(*place, f"h{i}") for i, place in enumerate(places)]  # each category occurs
        for i in range(len(places), len(places) + rng.randrange(2, 9)):
            rows += [(*rng.choice(places), f"h{i}") for _ in range(rng.choice([1, 1, 2, 2, 2]))]
        rng.shuffle(rows)
        dims = [f"d{i}" for i in range(len(shape))]
        self.write("r.csv", ",".join(dims) + ",household\n" + "".join(",".join(row) + "\n" for row in rows))
        return dims, parents, tree, rows

    def one(self, seed):
        rng = random.Random(seed)
        dims, parents, tree, rows = self.make(rng, seed)
        threshold, zeros, level = rng.choice([2, 3, 4]), rng.choice(["open", "open", "protected"]), rng.choice("PPR")
        words = ["table", "--in", "r.csv", "--by", ",".join(dims), "--measure", "households:household", "--threshold", threshold,
                 "--zeros", zeros, "--level", level, *tree, "--json"]
        done = self.call(*words, "--out", "t.csv", "--outside", "--intervals", "i.csv")
        labels = [sorted({label for over in p.values() for label in over}) for p in parents]
        true = {cell: len({row[-1] for row in rows if all(cell[d] in parents[d][row[d]] for d in range(len(dims)))})
                for cell in itertools.product(*labels)}
        if done.returncode == 5:  # what cannot be proven is refused, and leaves nothing behind
            self.assertFalse((self.folder / "t.csv").exists())
            self.assertFalse((self.folder / "i.csv").exists())
            return "refused"
        self.assertEqual(done.returncode, 0, f"seed {seed}: {done.stdout}{done.stderr}")
        told = json.loads(done.stdout)
        cells = self.table("t.csv", dims)
        self.assertEqual(set(cells), set(true), f"seed {seed}")
        for cell, (value, status) in cells.items():
            small = 0 < true[cell] < threshold or (true[cell] == 0 and zeros == "protected")
            self.assertFalse(small and value != "", f"seed {seed}: {cell} is small and shown")
            self.assertIn((value, status), {("", "X"), (str(true[cell]), "")}, f"seed {seed}: {cell}")
        self.parts_and_margins(cells, parents, seed)
        hidden = [cell for cell, (value, _) in cells.items() if value == ""]
        self.assertEqual(told["attack"]["cells"], len(hidden))
        self.assertEqual((told["attack"]["exposed"], told["loss"]["cells"]), (0, len(hidden)))
        if told["additive"]:
            return "additive"
        try:
            ranges = Populations(cells, parents).ranges(threshold + 1)
        except TooMany:
            return "too many"
        for cell, (low, high) in ranges.items():
            self.assertLess(low, high, f"seed {seed}: {cell} is certain")
            small = 0 < true[cell] < threshold or (true[cell] == 0 and zeros == "protected")
            if level == "P" and small:
                self.assertGreaterEqual(high, threshold, f"seed {seed}: {cell} is certainly small")
        # What the engine says that a cell may be, it may be.
        with open(self.folder / "i.csv", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                low, high = ranges[tuple(row[d] for d in dims)]
                self.assertLessEqual(low, int(row["low"]), f"seed {seed}: {row}")
                if row["high"] and int(row["high"]) <= threshold:
                    self.assertGreaterEqual(high, int(row["high"]), f"seed {seed}: {row}")
        return "confirmed" if hidden else "nothing hidden"

    def parts_and_margins(self, cells, parents, seed):
        """A margin is at least each of its parts and at most their sum, where all of them are shown."""
        for d, tree in enumerate(parents):
            tops = {over[k + 1]: set() for over in tree.values() for k in range(len(over) - 1)}
            for over in tree.values():
                for part, top in itertools.pairwise(over):
                    tops[top].add(part)
            for cell in cells:
                parts = [cells[(*cell[:d], part, *cell[d + 1:])][0] for part in tops.get(cell[d], [])]
                if parts and all(parts) and cells[cell][0]:
                    value, parts = int(cells[cell][0]), list(map(int, parts))
                    self.assertLessEqual(max(parts), value, f"seed {seed}: {cell}")
                    self.assertLessEqual(value, sum(parts), f"seed {seed}: {cell}")

    def test_every_safe_is_confirmed_by_enumeration(self):
        ends = [self.one(seed) for seed in range(80)]
        counts = {end: ends.count(end) for end in sorted(set(ends))}
        print(counts)
        self.assertGreater(counts.get("confirmed", 0), 15, counts)
        self.assertGreater(counts.get("confirmed", 0), counts.get("refused", 0), counts)

    def test_couples_move_as_a_whole(self):
        """Nobody occurs in one cell only: what is additive does not reach, whole households do."""
        rows = [(town, age, f"{town}{i}") for town, n in (("a", 3), ("b", 20), ("c", 30)) for i in range(n) for age in ("old", "young")]
        self.write("r.csv", "town,age,household\n" + "".join(",".join(row) + "\n" for row in rows))
        told = self.ok("table", "--in", "r.csv", "--by", "town,age", "--measure", "households:household", "--threshold", 5, "--out", "t.csv")
        self.assertEqual((told["additive"], told["primary"], told["attack"]["exposed"]), (False, 3, 0))
        cells = self.table("t.csv", ["town", "age"])
        self.assertEqual([cells[cell][0] for cell in (("*", "*"), ("*", "old"), ("*", "young"))], ["53", "53", "53"])
        self.assertEqual({cells["a", x] for x in ("old", "young", "*")}, {("", "SUPPRESSED_PRIMARY")})
        done = self.call("table", "--in", "r.csv", "--by", "town,age", "--measure", "households:household", "--threshold", 5)
        self.assertIn("not additive", done.stdout)

    def test_the_order_of_records_does_not_matter(self):
        rng = random.Random(7)
        dims, _, _, rows = self.make(rng, 3)
        seen = set()
        for _ in range(4):
            rng.shuffle(rows)
            self.write("r.csv", ",".join(dims) + ",household\n" + "".join(",".join(row) + "\n" for row in rows))
            self.ok("table", "--in", "r.csv", "--by", ",".join(dims), "--measure", "households:household", "--threshold", 2, "--out", "t.csv")
            seen.add((self.folder / "t.csv").read_bytes())
        self.assertEqual(len(seen), 1)


if __name__ == "__main__":
    unittest.main()
