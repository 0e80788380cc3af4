"""What must not pass in silence: options that would bind nothing, labels that the tables keep for themselves, characters that
a terminal obeys, files beside a refusal."""

import json
import unittest

from commands import Commands

TABLE = "town,value\na,20\nb,30\n*,50\n"


class Refused(Commands):
    def test_nothing_is_written_of_a_refused_table(self):
        # Every household lives in both towns: that all of them do is what the rule forbids to tell, and nobody can move.
        self.write("r.csv", "town,household\n" + "".join(f"a,h{i}\nb,h{i}\n" for i in range(20)))
        told = self.ok("table", "--in", "r.csv", "--by", "town", "--measure", "households:household", "--all-in-one", "town",
                       "--out", "t.csv", "--intervals", "i.csv", code=5)
        self.assertGreater(told["attack"]["exposed"], 0)
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["r.csv"])

    def test_flags_take_no_value(self):
        self.write("r.csv", "town\n" + "a\n" * 20 + "b\n" * 30)
        for flag in ("--json=false", "--outside=false", "--outside="):
            self.refused("table", "--in", "r.csv", "--by", "town", "--out", "t.csv", flag, says="takes no value")
        self.refused("table", "--in", "r.csv", "--by", "town", "--out", "--outside", says="--out needs a value")
        self.refused("table", "--in", "r.csv", "--by", "town", "--by", "town", says="twice")
        self.assertEqual([p.name for p in self.folder.iterdir()], ["r.csv"])

    def test_rules_of_another_measure(self):
        self.write("r.csv", "town,tax\n" + "a,5\n" * 20 + "b,7\n" * 30)
        for rule in (("--p-percent", 15), ("--dominance", "1,80"), ("--min-contributors", 3), ("--contributor", "town"), ("--singletons",)):
            self.refused("table", "--in", "r.csv", "--by", "town", *rule, says=rule[0])
        for rule in (("--all-in-one", "town"), ("--all-but-zero", "town"), ("--zeros", "protected")):
            self.refused("table", "--in", "r.csv", "--by", "town", "--measure", "sum:tax", *rule, says=rule[0])
        self.refused("table", "--in", "r.csv", "--by", "town", "--measure", "sum:tax", "--q-percent", 50, says="--p-percent")

    def test_sums_of_few_are_not_shown(self):
        self.write("r.csv", "town,tax\n" + "a,5\n" * 3 + "b,7\n" * 30 + "c,7\n" * 30)
        for rule in (("--threshold", 10), (), ("--threshold", 10, "--p-percent", 15)):
            told = self.ok("table", "--in", "r.csv", "--by", "town", "--measure", "sum:tax", *rule, "--out", "t.csv")
            self.assertEqual((told["primary"], self.table("t.csv", ["town"])["a",]), (1, ("", "SUPPRESSED_PRIMARY")), rule)
        told = self.ok("table", "--in", "r.csv", "--by", "town", "--measure", "sum:tax", "--threshold", 3, "--out", "t.csv")
        self.assertEqual(told["primary"], 0)

    def test_labels_that_the_tables_keep_for_themselves(self):
        for label in ("(any)", "(other)", "*"):
            self.records("r.csv", [(label, 20), ("b", 30)], ["town"])
            self.refused("table", "--in", "r.csv", "--by", "town", "--out", "t.csv", says=label)
            if label == "*":
                continue
            self.write("t.csv", f"town,value\n{label},20\nb,30\n*,50\n")
            for words in (["attack"], ["protect", "--threshold", 5], ["ledger", "add", "--ledger", "L"]):
                self.refused(*words, "--in", "t.csv", "--dims", "town", says=label)
            self.write("h.csv", f"a;{label};all\nb;x;all\n")
            self.records("r.csv", [("a", 20), ("b", 30)], ["town"])
            self.refused("table", "--in", "r.csv", "--by", "town", "--hierarchies", "town=h.csv", says=label)
            self.write("t.csv", TABLE)
            self.refused("ledger", "add", "--ledger", "L", "--in", "t.csv", "--dims", "town", "--where", f"age={label}", says=label)
        self.assertFalse((self.folder / "L").exists())


class Figures(Commands):
    def test_large_counts_are_protected_and_too_large_ones_refused(self):
        for n in (10 ** 12, 2 ** 53 - 1, 2 ** 56 - 9):
            self.write("c.csv", f"a,b,value\nx,u,{n}\nx,v,{n - 1}\ny,u,3\ny,v,{n - 2}\n")
            told = self.ok("protect", "--in", "c.csv", "--dims", "a,b", "--threshold", 10, "--out", "t.csv")
            self.assertEqual((told["primary"], told["secondary"], told["attack"]["exposed"]), (1, 3, 0))
            self.assertEqual(self.table("t.csv", ["a", "b"])["*", "*"][0], str(3 * n))
        self.write("c.csv", f"a,value\nx,{2 ** 57}\ny,3\n")
        self.refused("protect", "--in", "c.csv", "--dims", "a", "--threshold", 10, says="too large")
        self.write("c.csv", "a,value\n" + "".join(f"x{i},{2 ** 56}\n" for i in range(20)))
        for command in (["protect", "--threshold", 10], ["attack"], ["ledger", "add", "--ledger", "L"]):
            self.refused(*command, "--in", "c.csv", "--dims", "a", says="too large together")
        self.write("s.csv", "a,value\nx0,20\nx1,30\n*,50\n")
        self.refused("ledger", "add", "--ledger", "L", "--in", "s.csv", "--dims", "a", "--base", "c.csv", says="c.csv")

    def test_percentages_that_are_none(self):
        self.write("c.csv", "a,value,p\nx,100,1\ny,200,\n")
        self.refused("protect", "--in", "c.csv", "--dims", "a", "--primary", "p", "--range-percent", 10 ** 12, says="--range-percent")
        self.write("r.csv", "a,tax\nx,1\n")
        self.refused("table", "--in", "r.csv", "--by", "a", "--measure", "sum:tax", "--p-percent", 10 ** 12, says="--p-percent")

    def test_where_nothing_bounds_a_cell_the_least_width_is_null(self):
        self.write("r.csv", "a\n" + "x\n" * 3)
        self.assertIsNone(self.ok("table", "--in", "r.csv", "--by", "a")["attack"]["min_width"])
        self.assertIn("without bound", self.call("table", "--in", "r.csv", "--by", "a").stdout)


class Terminal(Commands):
    EVIL = "a\x1b[31mred\x1b[0m\x07\x9b2J\u202etxet\x7f"

    def visible(self, text):
        for character in text.replace("\n", ""):
            self.assertTrue(character >= " " and not "\x7f" <= character < "\xa0" and character != "\u202e", repr(text))

    def test_labels_reach_no_terminal_as_commands(self):
        self.records("r.csv", [(self.EVIL, "M", 3), (self.EVIL, "F", 20), ("b", "M", 30), ("b", "F", 40)], ["town", "sex"])
        self.ok("table", "--in", "r.csv", "--by", "town,sex", "--out", "t.csv")
        self.assertIn(self.EVIL.encode(), (self.folder / "t.csv").read_bytes())  # files stay exact
        attack = ("attack", "--in", "t.csv", "--dims", "town,sex", "--threshold", 10)
        done = self.call(*attack)
        self.assertIn("\\u001b[31mred", done.stdout)
        self.visible(done.stdout)
        done = self.call(*attack, "--json")
        self.visible(done.stdout)
        self.assertIn(self.EVIL, {cell["town"] for cell in json.loads(done.stdout)["intervals"]})
        self.call(*attack, "--out", "i.csv")
        self.assertIn(self.EVIL.encode(), (self.folder / "i.csv").read_bytes())
        # A table that shows what the first hides; and one that contradicts it.
        self.ok("ledger", "add", "--ledger", "L", "--in", "t.csv", "--dims", "town,sex")
        self.write("u.csv", f"town,sex,value,status\n{self.EVIL},F,20,\n{self.EVIL},*,23,\n")
        done = self.call("ledger", "check", "--ledger", "L", "--in", "u.csv", "--dims", "town,sex")
        self.assertEqual(done.returncode, 5)
        self.assertIn("red", done.stdout)
        self.visible(done.stdout)
        self.write("u.csv", f"town,value\n{self.EVIL},20\n{self.EVIL},20\n")
        done = self.call("attack", "--in", "u.csv", "--dims", "town")
        self.assertEqual(done.returncode, 2)
        self.visible(done.stderr)

    def test_names_that_are_no_text(self):
        self.write("t.csv", TABLE)
        for option in ("--id", "--as-of", "--measure"):
            self.refused("ledger", "add", "--ledger", "L", "--in", "t.csv", "--dims", "town", option, b"\xff\xfe".decode(errors="surrogateescape"),
                         says="UTF-8")


class Ledger(Commands):
    ASK = ("ledger", "check", "--ledger", "L", "--in", "t.csv", "--dims", "town")

    def test_links_that_would_bind_nothing(self):
        self.write("t.csv", TABLE)
        for link in ("households<=counts", "counts<=people", "households<=people"):
            self.refused(*self.ASK, "--link", link, says=link)
        self.ok("ledger", "add", "--ledger", "L", "--in", "t.csv", "--dims", "town", "--id", "people", "--measure", "people")
        self.assertEqual(self.ok(*self.ASK, "--link", "counts<=people", "--measure", "counts")["verdict"], "safe")
        self.refused(*self.ASK, "--link", "households<=people", says="households")

    def test_attackers_who_are_less_than_meant(self):
        self.write("t.csv", TABLE)
        for text, says in (
                ("attackers:\n  - name: x\n    know: [{town: a}]\n", "unknown key know "),
                ("attackers:\n  - name: x\n", "x knows nothing"),
                ("attackers:\n  - name: x\n    knows: []\n", "knows of x"),
                ("attackers:\n  - name: x\n    knows: {town: a}\n", "knows of x"),
                ("attackers:\n  - name: x\n    knows: [{town: a}]\n    knows: [{town: b}]\n", "knows twice"),
                ("attackers:\n  - name: x\n    knows: [{towns: a}]\n", "unknown key towns"),
                ("attackers:\n  - name: x\n    knows: [{town: c}]\n", '"c" is no category'),
                ("attackers:\n  - name: x\n    knows: [a]\n", "a cell"),
                ("attackers:\n  - knows: [{town: a}]\n", "no name"),
                ("attackers:\n  - name: x\n    members: [y]\n", "no attacker above is called y"),
                ("attackers:\n  - name: x\n    knows: [{town: a}]\n  - name: x\n    knows: [{town: b}]\n", "two attackers"),
                ("attackers:\n  - name: x\n    parts: [{cell: {town: a}, at_least: 5, measure: taxes}]\n", "nothing is released of taxes"),
                ("attackers:\n  - name: x\n    parts: [{cell: {town: a}, atleast: 5}]\n", "unknown key atleast"),
                ("attackers:\n  - name: x\n    parts: [{cell: {town: a}}]\n", "at_least"),
                ("attackers:\n  - name: x\n    parts: [{cell: {town: a}, at_least: 0}]\n", "at_least"),
                ("attackers:\n  - name: x\n    parts: [{at_least: 5}]\n", "cell"),
                ("attacker:\n  - name: x\n    knows: [{town: a}]\n", "unknown key attacker "),
                ("attackers:\n  - name: x\n    knows: [{town: a}]\nmore: 1\n", "unknown key more"),
                ("attackers: []\n", "attackers"), ("", "the file"), ("attackers: [", "a.yaml")):
            self.write("a.yaml", text)
            self.assertIn("a.yaml", self.refused(*self.ASK, "--attackers", "a.yaml", says=says), text)
        self.write("a.yaml", "attackers:\n  - name: x\n    knows: [{town: a}]\n  - name: both\n    members: [x]\n"
                   "    parts: [{cell: {town: b}, at_least: 5, measure: counts}]\n")
        self.assertEqual(self.ok(*self.ASK, "--attackers", "a.yaml")["verdict"], "safe")

    def test_what_others_published_is_entered_whatever_follows(self):
        self.write("s.csv", "town,value,status\na,,SUPPRESSED_PRIMARY\nb,,SUPPRESSED_SECONDARY\n*,33,\n")
        self.write("t.csv", "town,value\na,3\nb,30\n*,33\n")
        self.ok("ledger", "add", "--ledger", "L", "--in", "s.csv", "--dims", "town")
        done = self.call("ledger", "add", *self.ASK[2:], "--elsewhere", "--outside")
        self.assertEqual((done.returncode, done.stdout), (0, "ENTERED\n"))
        self.assertTrue((self.folder / "L" / "t.json").exists())
        told = self.ok("ledger", "check", *self.ASK[2:], "--id", "again", "--elsewhere")
        self.assertFalse(told["entered"])


if __name__ == "__main__":
    unittest.main()
