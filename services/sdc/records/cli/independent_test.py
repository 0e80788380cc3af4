"""The command line against a page of Python that knows nothing of the engine: tables of fixed seeds, in every
dialect of CSV, with awkward names and values; what the commands say, and the file they write, is computed anew."""

import collections
import csv
import io
import itertools
import json
import math
import os
import pathlib
import random
import subprocess
import tempfile
import unittest
from fractions import Fraction

TOOL = os.environ.get("OBORO_SDC_TOOL", "oboro_sdc_records_tool")
DIALECTS = [(";", ";"), ("\t", "tab"), ("|", "|"), (",", ",")]
ENCODINGS = [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-8-sig", "utf-8"), ("cp932", "cp932")]
NAMES = ["age", "home town", "a,b", "国 籍", 'say "x"', "p;q|r"]
# What quoting, delimiters and encodings stumble over; ソ ends with the byte of a backslash in CP932.
VALUES = ["", " lead", "two words", "semi;colon", "comma,", "tab\there", "pipe|", 'quo"te', '""', "line\nend",
          "cr\r\nlf", "ソース", "表", "*", "0", "00", "-1", "N/A"]
ROWS = 60


def call(*arguments):
    done = subprocess.run([TOOL, *arguments], capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise AssertionError(f"{arguments}: exit {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def listed(names):
    """Names as a flag takes them."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(names)
    return out.getvalue()


def write(path, rows, delimiter, encoding, end, quote_all=False):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end,
               quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL).writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))


class Case:
    """A table of `columns`, a hierarchy for each of its first q columns and one for the sensitive column."""

    def __init__(self, seed):
        self.rng = rng = random.Random(seed)
        self.q = rng.choice([1, 2, 3])
        self.columns = rng.sample(NAMES, self.q) + ["s s", "house", "spare"]
        self.hierarchies = [self.hierarchy(rng.sample(VALUES, rng.randint(2, 6))) for _ in range(self.q)]
        numeric = rng.random() < 0.5
        sensitive = [str(n) for n in rng.sample(range(-5, 120), 4)] if numeric else rng.sample(VALUES, 4)
        self.numeric = numeric
        self.sensitive_hierarchy = self.hierarchy(sensitive)
        pools = [list(h) for h in self.hierarchies] + [sensitive]
        self.rows = [[rng.choice(p[:rng.randint(1, len(p))]) for p in pools]
                     + [str(rng.randint(1, 25)), f"{rng.randint(1, 3)}"] for _ in range(ROWS)]

    def hierarchy(self, values):
        """value -> labels by level; two or three levels, nested, complete."""
        groups = {v: f"g {i // 2};" for i, v in enumerate(values)}
        if self.rng.random() < 0.6:
            return {v: (v, groups[v], "all *") for v in values}
        return {v: (v, "*") for v in values}

    def permuted(self):
        """The same facts: rows and columns in another order, quasi-identifiers' labels renamed."""
        other = Case.__new__(Case)
        other.rng, other.q, other.numeric = self.rng, self.q, self.numeric
        rename = [{v: f"v{i} {v}" for i, v in enumerate(sorted(h))} for h in self.hierarchies]
        other.columns = list(self.columns)
        other.hierarchies = [{rename[d][v]: (rename[d][v], *("~" + x for x in h[v][1:])) for v in h}
                             for d, h in enumerate(self.hierarchies)]
        other.sensitive_hierarchy = self.sensitive_hierarchy
        other.rows = [[rename[d][v] for d, v in enumerate(r[:self.q])] + r[self.q:] for r in self.rows]
        self.rng.shuffle(other.rows)
        order = list(range(len(other.columns)))
        self.rng.shuffle(order)
        other.order = order
        return other

    order = None

    def put(self, folder, variant):
        delimiter, flag = DIALECTS[variant % 4]
        bytes_as, encoding = ENCODINGS[variant // 4 % 4]
        end = ["\n", "\r\n"][variant // 16 % 2]
        order = self.order or range(len(self.columns))
        rows = [[r[i] for i in order] for r in [self.columns, *self.rows]]
        write(folder / "in.csv", rows, delimiter, bytes_as, end, variant % 3 == 0)
        (folder / "h").mkdir(exist_ok=True)
        for i, (name, h) in enumerate(zip(self.columns, [*self.hierarchies, self.sensitive_hierarchy])):
            prefix = ["", "muni_"][i % 2]
            write(folder / "h" / f"{prefix}hierarchy_{name}.csv", h.values(), ";", bytes_as, end)
        return ["--in", str(folder / "in.csv"), "--delimiter", flag, "--encoding", encoding,
                "--quasi-identifiers", listed(self.columns[:self.q]), "--json",
                "--threads", str(variant % 4)]


def satisfies(models, n, values, total, records, case):
    """Exact but for logarithms, which no case brings near equality."""
    p = {s: Fraction(c, n) for s, c in values.items()}
    g = {s: Fraction(c, records) for s, c in total.items()}
    if n < models.get("k", 1) or len(values) < models.get("distinct-l", 1):
        return False
    if "entropy-l" in models:  # n^n >= l^n prod c^c
        product = math.prod(c ** c for c in values.values())
        if n ** n < models["entropy-l"] ** n * product:
            return False
    if "recursive-cl" in models:
        c, l = models["recursive-cl"]
        counts = sorted(values.values(), reverse=True)
        if counts[0] >= c * sum(counts[l - 1:]):
            return False
    if "t-equal" in models:
        if sum(abs(p.get(s, 0) - g[s]) for s in g) / 2 > models["t-equal"]:
            return False
    if "t-ordered" in models and len(g) > 1:
        order = sorted(g, key=(lambda s: Fraction(s)) if case.numeric else (lambda s: s.encode()))
        run = list(itertools.accumulate(p.get(s, 0) - g[s] for s in order))
        if sum(map(abs, run)) / (len(order) - 1) > models["t-ordered"]:
            return False
    if "t-hierarchical" in models and earth_mover(p, g, case.sensitive_hierarchy) > models["t-hierarchical"]:
        return False
    for s in p:
        ratio, beta = p[s] / g[s], (p[s] - g[s]) / g[s]
        if "delta-disclosure" in models and abs(math.log2(ratio)) >= models["delta-disclosure"]:
            return False
        if "beta" in models and beta > models["beta"]:
            return False
        if "enhanced-beta" in models and beta > min(models["enhanced-beta"], -math.log(g[s])):
            return False
    return True


def earth_mover(p, g, hierarchy):
    """The flow that must cross each edge of the tree: half the cost of a level's height for each side."""
    top = len(next(iter(hierarchy.values()))) - 1
    cost = Fraction(0)
    for level in range(top):
        net = collections.Counter()
        for s, path in hierarchy.items():
            net[path[level]] += p.get(s, 0) - g.get(s, 0)
        cost += sum(map(abs, net.values()), Fraction(0)) / (2 * top)
    return cost


def evaluate(case, models, levels):
    """Suppressed records, kept classes and loss of each attribute at a node."""
    classes = collections.defaultdict(collections.Counter)
    for row in case.rows:
        key = tuple(h[v][l] for h, v, l in zip(case.hierarchies, row, levels))
        classes[key][row[case.q]] += 1
    total = collections.Counter(row[case.q] for row in case.rows)
    records, suppressed, kept = len(case.rows), 0, {}
    for key, values in classes.items():
        n = sum(values.values())
        if satisfies(models, n, values, total, records, case):
            kept[key] = n
        else:
            suppressed += n
    losses = []
    for d, h in enumerate(case.hierarchies):
        leaves = collections.Counter(path[levels[d]] for path in h.values())
        share = sum(Fraction(n * leaves[key[d]], len(h)) for key, n in kept.items()) + suppressed
        floor = Fraction(records, len(h))
        losses.append((share - floor) / (records - floor))
    return suppressed, kept, losses, classes


def score(metric, records, suppressed, kept, losses, classes):
    """Comparable exactly; and as the command prints it."""
    if metric == "loss":
        product = math.prod(1 + x for x in losses)
        return product, float(product) ** (1 / len(losses)) - 1
    value = {"loss-arithmetic": lambda: sum(losses) / len(losses),
             "aecs": lambda: Fraction(records, len(kept) + (suppressed > 0)) if kept or suppressed else 0,
             "discernibility": lambda: sum(n * n for n in kept.values()) + records * suppressed,
             "discernibility-all": lambda: sum(sum(c.values()) ** 2 for c in classes.values())}[metric]()
    return value, float(value)


def optimum(case, models, metric, limit):
    best = None
    for levels in itertools.product(*(range(len(next(iter(h.values())))) for h in case.hierarchies)):
        suppressed, kept, losses, classes = evaluate(case, models, levels)
        if suppressed > math.floor(limit * len(case.rows)):
            continue
        exact, shown = score(metric, len(case.rows), suppressed, kept, losses, classes)
        if best is None or (exact, suppressed, levels) < best[:3]:
            best = (exact, suppressed, levels, shown, kept, losses)
    return best


def random_models(rng):
    models = {"k": rng.choice([1, 1, 2, 5])}
    others = {"distinct-l": lambda: rng.choice([2, 3]), "entropy-l": lambda: Fraction(rng.choice(["1.5", "2", "3"])),
              "recursive-cl": lambda: (Fraction(rng.choice(["2", "3.5"])), rng.choice([1, 2, 3])),
              "t-equal": lambda: Fraction(rng.choice(["0.2", "0.3", "0.5"])),
              "t-ordered": lambda: Fraction(rng.choice(["0.15", "0.3"])),
              "t-hierarchical": lambda: Fraction(rng.choice(["0.1", "0.2", "0.3", "0.4"])),
              "delta-disclosure": lambda: Fraction(rng.choice(["0.7", "1.3"])),
              "beta": lambda: Fraction(rng.choice(["0.5", "2"])),
              "enhanced-beta": lambda: Fraction(rng.choice(["0.5", "2"]))}
    for name in rng.sample(list(others), rng.choice([0, 1, 1, 1, 2])):
        models[name] = others[name]()
    return models


def flags_of(models):
    def text(value):
        return ",".join(map(text, value)) if isinstance(value, tuple) else str(float(value) if isinstance(
            value, Fraction) else value)
    return [word for name, value in models.items() for word in (f"--{name}", text(value))]


class IndependentTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="oboro-sdc-independent-")
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def check_risk(self, case, flags):
        population = [[r[i] for i in range(case.q)] for r in case.rows + case.rows[:ROWS // 2]]
        population += [["elsewhere"] * case.q] * 3
        write(self.folder / "p.csv", [case.columns[:case.q], *population], *(
            (",", "utf-8", "\n") if case.order is None else (",", "utf-8-sig", "\r\n")))
        said = call("risk", *flags, "--sensitive", "s s", "--household", "house", "--k", "7")
        keys = [tuple(r[:case.q]) for r in case.rows]
        sizes = collections.Counter(keys)
        histogram = collections.Counter(sizes.values())
        self.assertEqual(said["histogram"], [list(x) for x in sorted(histogram.items())])
        self.assertEqual((said["records"], said["classes"]), (ROWS, len(sizes)))
        self.assertEqual((said["min_class"], said["max_class"]), (min(sizes.values()), max(sizes.values())))
        self.assertEqual(said["uniques"], histogram[1])
        for k in (2, 3, 5, 7, 10):
            self.assertEqual(said["records_below"][str(k)], sum(n * c for n, c in histogram.items() if n < k))
        self.assertAlmostEqual(said["prosecutor"]["max"], 1 / min(sizes.values()), 15)
        self.assertAlmostEqual(said["prosecutor"]["mean"], len(sizes) / ROWS, 15)
        self.assertAlmostEqual(said["marketer"], len(sizes) / ROWS, 15)
        classes = collections.defaultdict(collections.Counter)
        for key, row in zip(keys, case.rows):
            classes[key][row[case.q]] += 1
        total = collections.Counter(r[case.q] for r in case.rows)
        sensitive = said["sensitive"]["s s"]
        self.assertEqual(sensitive["distinct_l"], min(map(len, classes.values())))
        entropy = min(-sum(v / sizes[k] * math.log(v / sizes[k]) for v in c.values()) for k, c in classes.items())
        self.assertAlmostEqual(sensitive["entropy_l"], math.exp(entropy), 12)
        distance = max(sum(abs(Fraction(c[s], sizes[k]) - Fraction(total[s], ROWS)) for s in total) / 2
                       for k, c in classes.items())
        self.assertAlmostEqual(sensitive["t_equal"], float(distance), 12)
        safe, highest = collections.defaultdict(lambda: Fraction(1)), collections.Counter()
        for key, row in zip(keys, case.rows):
            safe[row[case.q + 1]] *= 1 - Fraction(1, sizes[key])
            highest[row[case.q + 1]] = max(highest[row[case.q + 1]], 1 / sizes[key])
        self.assertEqual(said["household"]["highest_member"]["max"], max(highest.values()))
        self.assertAlmostEqual(said["household"]["highest_member"]["mean"], sum(highest.values()) / len(highest), 12)
        self.assertEqual(said["household"]["households"], len(safe))
        self.assertAlmostEqual(said["household"]["max"], float(1 - min(safe.values())), 12)
        self.assertAlmostEqual(said["household"]["mean"], float(1 - sum(safe.values()) / len(safe)), 12)
        self.assertAlmostEqual(said["household"]["record_mean"],
                               float(1 - sum(safe[r[case.q + 1]] for r in case.rows) / ROWS), 12)
        write(self.folder / "in.csv", [case.columns, *case.rows], ",", "utf-8", "\n")
        plain = ["--in", str(self.folder / "in.csv"), *flags[6:]]
        journalist = call("risk", *plain, "--population", str(self.folder / "p.csv"))["journalist"]
        there = collections.Counter(map(tuple, population))
        self.assertAlmostEqual(journalist["max"], 1 / min(there[k] for k in keys), 15)
        self.assertAlmostEqual(journalist["mean"], sum(1 / there[k] for k in keys) / ROWS, 12)
        self.assertEqual(journalist["records_beyond_population"], 0)

    def check_anonymized(self, case, flags, rng):
        models, metric = random_models(rng), rng.choice(
            ["loss", "loss-arithmetic", "aecs", "discernibility", "discernibility-all"])
        limit = Fraction(rng.choice(["0", "0.05", "0.2", "0.5", "0.5"]))
        out, manifest = self.folder / "out.csv", self.folder / "manifest.json"
        out.unlink(missing_ok=True)
        said = call("anonymize", *flags, "--hierarchies", str(self.folder / "h"), "--sensitive", "s s", *flags_of(models),
                    "--metric", metric, "--suppression-limit", str(float(limit)), "--keep", "spare",
                    "--out", str(out), "--manifest", str(manifest))
        best = optimum(case, models, metric, limit)
        told = (models, metric, limit)
        self.assertEqual(said["found"], best is not None, told)
        self.assertTrue(said["complete"])
        if best is None:
            self.assertFalse(out.exists())
            return None
        _, suppressed, levels, shown, kept, losses = best
        self.assertTrue(said["optimal"])
        self.assertEqual([said["levels"][name] for name in case.columns[:case.q]], list(levels), told)
        self.assertAlmostEqual(said["score"], shown, 9, told)
        self.assertEqual((said["suppressed_records"], said["classes"]), (suppressed, len(kept)), told)
        self.assertEqual(said["min_class"], min(kept.values(), default=0))
        # The file, read anew: exactly the named columns, and the kept records, generalised, in any order.
        delimiter = DIALECTS[int(flags[-1]) % 4][0]
        with open(out, newline="", encoding="utf-8") as file:
            written = list(csv.reader(file, delimiter=delimiter))
        wanted = [*case.columns[:case.q], "s s", "spare"]
        self.assertEqual(sorted(written[0]), sorted(wanted))
        at = [written[0].index(name) for name in wanted]
        got = collections.Counter(tuple(row[i] for i in at) for row in written[1:])
        expected = collections.Counter()
        for row in case.rows:
            key = tuple(h[v][l] for h, v, l in zip(case.hierarchies, row, levels))
            if key in kept:
                expected[(*key, row[case.q], row[case.q + 2])] += 1
        self.assertEqual(got, expected)
        sizes = collections.Counter()
        for row, n in got.items():
            sizes[row[:case.q]] += n
        self.assertEqual(sizes, kept)
        for d, h in enumerate(case.hierarchies):  # loss from the file alone
            leaves = collections.Counter(path[levels[d]] for path in h.values())
            gone = ROWS - sum(got.values())
            share = sum(Fraction(n * leaves[row[d]], len(h)) for row, n in got.items()) + gone
            loss = (share - Fraction(ROWS, len(h))) / (ROWS - Fraction(ROWS, len(h)))
            self.assertEqual(loss, losses[d])
            self.assertAlmostEqual(said["losses"][case.columns[d]], float(loss), 12)
        stated = json.loads(manifest.read_text(encoding="utf-8"))
        self.assertEqual(stated["counts"]["suppressed"], suppressed)
        return said["score"], said["suppressed_records"], [said["levels"][n] for n in case.columns[:case.q]]

    def test_tables_of_every_dialect(self):
        found = 0
        for seed in range(64):
            with self.subTest(seed=seed):
                case = Case(seed)
                other = case.permuted()
                results = []
                for variant, table in ((seed, case), (seed + 5, other)):
                    for old in self.folder.glob("h/*"):
                        old.unlink()
                    for old in self.folder.glob("*.*"):
                        old.unlink()
                    flags = table.put(self.folder, variant)
                    results.append([self.check_anonymized(table, flags, random.Random(draw))
                                    for draw in range(3 * seed, 3 * seed + 3)])
                    self.check_risk(table, flags)
                self.assertEqual(results[0], results[1], "permuting rows, columns and labels changed the result")
                found += len(results[0]) - results[0].count(None)
        self.assertGreater(found, 90)

    def test_twenty_quasi_identifiers(self):
        rng = random.Random(20)
        columns = [f"q{i}" for i in range(20)]
        rows = [[str(rng.randrange(2 if i % 2 else 150)) for i in range(20)] for _ in range(400)]
        rows += rows[:80]  # keys of 86 bits
        write(self.folder / "in.csv", [columns, *rows], ",", "utf-8", "\n")
        flags = ["--in", str(self.folder / "in.csv"), "--quasi-identifiers", ",".join(columns), "--json"]
        sizes = collections.Counter(map(tuple, rows))
        self.assertEqual(call("risk", *flags)["histogram"],
                         [list(x) for x in sorted(collections.Counter(sizes.values()).items())])
        said = call("anonymize", *flags, "--hierarchies", ",".join(f"{c}=suppression" for c in columns), "--k", "3",
                    "--suppression-limit", "0.05", "--out", str(self.folder / "out.csv"))
        self.assertTrue(said["optimal"])
        self.assertEqual(said["lattice_nodes"], 2 ** 20)
        shown = collections.Counter(tuple("*" if said["levels"][c] else v for c, v in zip(columns, r)) for r in rows)
        kept = {k: n for k, n in shown.items() if n >= 3}
        self.assertEqual((said["classes"], said["suppressed_records"]), (len(kept), len(rows) - sum(kept.values())))
        with open(self.folder / "out.csv", newline="", encoding="utf-8") as file:
            self.assertEqual(collections.Counter(map(tuple, list(csv.reader(file))[1:])), kept)


if __name__ == "__main__":
    unittest.main()
