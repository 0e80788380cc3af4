"""A ledger of 200 releases, entered one by one by `ledger add`: they show parts of one protected table, so that all of them
together tell no more than it does. At least 95 % must be accepted, in any order the same ones; what leaks is refused in any."""

import csv
import random
import time
import unittest

from commands import Commands

TOWNS = [f"town{i:02}" for i in range(30)]
BANDS = {"00": "young", "05": "young", "10": "young", "15": "working", "30": "working", "45": "working", "65": "old", "75": "old"}
SEXES = ["M", "F"]
RELEASES = 200
THRESHOLD = 10


class LedgerLength(Commands):
    def protect(self, rng):
        counts = [(town, band, sex, rng.choice([0, 2, 5, 9, 14, 20, 31, 40, 55, 70])) for town in TOWNS for band in BANDS for sex in SEXES]
        self.write("age.csv", "".join(f"{band};{group};all\n" for band, group in BANDS.items()))
        self.write("cells.csv", "town,age,sex,n\n" + "".join(",".join(map(str, row)) + "\n" for row in counts))
        told = self.ok("protect", "--in", "cells.csv", "--dims", "town,age,sex", "--hierarchies", "age=age.csv", "--value", "n",
                       "--threshold", THRESHOLD, "--out", "all.csv")
        self.assertEqual(told["attack"]["exposed"], 0)
        return self.table("all.csv", ["town", "age", "sex"])

    def release(self, i, rng, cells):
        """A part of the table as a file of its own, and how the ledger is told what it is: (file, options)."""
        # A total is that of the towns that the table lists.
        towns = {*TOWNS, "*"} if rng.random() < 0.15 else set(rng.sample(TOWNS, rng.randrange(3, 12)))
        kind = rng.choice(["bands", "groups", "sexes", "group", "sex"])
        group, sex = rng.choice(["young", "working", "old"]), rng.choice(SEXES)
        name = f"r{i:03}.csv"
        ages = {"bands": set(BANDS) | {"all"}, "groups": set(BANDS.values()) | {"all"}, "sexes": {"all"}, "group": {group}, "sex": set(BANDS.values()) | {"all"}}[kind]
        sexes = {"sexes": set(SEXES) | {"*"}, "sex": {sex}, "group": set(SEXES) | {"*"}}.get(kind, {"*"})
        dims = {"sexes": ["town", "sex"], "group": ["town", "sex"], "sex": ["town", "age"]}.get(kind, ["town", "age"])
        where = {"group": "age=" + "|".join(band for band, over in BANDS.items() if over == group), "sex": f"sex={sex}"}.get(kind)
        with open(self.folder / name, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*dims, "value", "status"])
            for (town, age, of), shown in cells.items():
                if town in towns and age in ages and of in sexes:
                    place = {"town": town, "age": age, "sex": of}
                    writer.writerow([*(place[d] for d in dims), *shown])
        words = ["--in", name, "--dims", ",".join(dims), "--threshold", THRESHOLD]
        if "age" in dims:
            words += ["--hierarchies", "age=age.csv"]
        return words + (["--where", where] if where else [])

    def enter(self, ledger, releases, order):
        verdicts = {}
        for i in order:
            done = self.call("ledger", "add", "--ledger", ledger, *releases[i], "--max-refusals", 1000)
            self.assertIn(done.returncode, (0, 5), done.stderr)
            verdicts[i] = done.stdout.split("\n", 1)[0]
        return verdicts

    def test_a_ledger_of_200_releases(self):
        rng = random.Random(4)
        cells = self.protect(rng)
        releases = [self.release(i, rng, cells) for i in range(RELEASES)]
        order = list(range(RELEASES))
        seen = []
        for ledger in ("L", "M"):
            start = time.monotonic()
            seen.append(self.enter(ledger, releases, order))
            accepted = sum(verdict == "safe" for verdict in seen[-1].values())
            print(f"{ledger}: {accepted} of {RELEASES} accepted, {time.monotonic() - start:.1f} s")
            self.assertGreaterEqual(accepted, 0.95 * RELEASES)
            rng.shuffle(order)
        self.assertEqual(seen[0], seen[1])
        # A cell that a release hides, told outright by another: refused in both.
        with open(self.folder / "cells.csv", encoding="utf-8") as file:
            true = {(row["town"], row["age"], row["sex"]): int(row["n"]) for row in csv.DictReader(file)}
        words, (town, age) = next((words, cell) for words in releases if "town,age" in words and "--where" not in words
                                  for cell, (_, status) in self.table(words[1], ["town", "age"]).items() if status == "SUPPRESSED_PRIMARY")
        value = sum(n for (where, band, _), n in true.items() if town in (where, "*") and age in (band, BANDS[band], "all"))
        self.assertLess(value, THRESHOLD)
        self.write("leak.csv", f"town,age,value\n{town},{age},{value}\n")
        for ledger in ("L", "M"):
            done = self.call("ledger", "check", "--ledger", ledger, "--in", "leak.csv", *words[2:])
            self.assertEqual(done.returncode, 5, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
