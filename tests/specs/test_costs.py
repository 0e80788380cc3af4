"""--cost, --keep, --prefer: which of the safe patterns is chosen, and that it is safe all the same."""

import unittest

from commands import Commands

# One small cell; any of three others may go with it.
CELLS = "town,n\na,3\nb,20\nc,30\nd,40\n"


class Costs(Commands):
    def protect(self, *more, code=0):
        told = self.ok("protect", "--in", "c.csv", "--dims", "town", "--value", "n", "--threshold", 10, "--out", "t.csv", *more, code=code)
        return told, {label: status for (label,), (_, status) in self.table("t.csv", ["town"]).items()} if code == 0 else {}

    def gone(self, *more):
        return [label for label, status in self.protect(*more)[1].items() if status == "SUPPRESSED_SECONDARY"]

    def test_given_costs(self):
        self.write("c.csv", CELLS)
        for dear, cheap in (("b", "c"), ("c", "b"), ("b", "d")):
            costs = {label: 50 for label in "abcd"} | {dear: 1000, cheap: 7}
            self.write("costs.csv", "town,cost\n" + "".join(f"{label},{cost}\n" for label, cost in costs.items()))
            self.assertEqual(self.gone("--cost", "costs.csv"), [cheap])
        # A margin costs as much as its parts unless the file says otherwise; then it may go before all others.
        self.write("costs.csv", "town,cost\na,50\nb,50\nc,50\nd,50\n*,1\n")
        self.assertEqual(self.gone("--cost", "costs.csv"), ["*"])
        self.write("costs.csv", "town,cost\nb,50\nc,50\n*,500\n")  # d is not named: 1
        self.assertEqual(self.gone("--cost", "costs.csv"), ["d"])
        self.write("c.csv", CELLS.replace("town,n", "town,n,cost").replace(",3\n", ",3,9\n").replace(",20\n", ",20,9\n")
                   .replace(",30\n", ",30,5\n").replace(",40\n", ",40,9\n"))
        self.assertEqual(self.gone("--cost", "c.csv"), ["c"])  # a column of the cells themselves

    def test_named_costs(self):
        self.write("c.csv", CELLS)
        for name in ("value", "values", "cells"):
            self.assertEqual(self.gone("--cost", name), ["b"], name)
        for wrong, says in (("valu", "no file valu"), ("", "--cost"), (".", "--cost")):
            self.refused("protect", "--in", "c.csv", "--dims", "town", "--value", "n", "--threshold", 10, "--cost", wrong, says=says)

    def test_cells_that_stay_and_cells_that_rather_go(self):
        self.write("c.csv", CELLS)
        self.write("keep.csv", "town\nb\n")
        self.assertEqual(self.gone("--keep", "keep.csv", "--cost", "value"), ["c"])
        self.write("prefer.csv", "town\nd\n")
        self.assertEqual(self.gone("--prefer", "prefer.csv"), ["d"])
        self.refused("protect", "--in", "c.csv", "--dims", "town", "--value", "n", "--threshold", 10, "--keep", "keep.csv",
                     "--prefer", "keep.csv", says="town=b")
        # A small cell goes although it is to stay; where nothing else may go the table is refused, and not written.
        self.write("keep.csv", "town\na\nb\nc\nd\n*\n")
        (self.folder / "t.csv").unlink()
        told, _ = self.protect("--keep", "keep.csv", "--intervals", "i.csv", code=5)
        self.assertEqual(told["attack"]["exposed"], 1)
        self.assertFalse((self.folder / "t.csv").exists() or (self.folder / "i.csv").exists())

    def test_zeros_that_are_always_shown_are_never_preferred(self):
        self.write("c.csv", CELLS + "e,0\n")
        self.write("prefer.csv", "town\ne\n")
        self.assertEqual(self.gone("--prefer", "prefer.csv", "--zeros", "shown", "--level", "R"), ["b"])
        self.assertEqual(self.gone("--prefer", "prefer.csv", "--level", "R"), ["e"])

    def test_files_that_name_other_cells(self):
        self.write("c.csv", CELLS)
        for option in ("--cost", "--keep", "--prefer"):
            for text, says in (("town,cost\nz,1\n", "row 1"), ("town,cost\na,1\na,2\n", "twice"), ("cost\n1\n", "town")):
                self.write("x.csv", text)
                self.refused("protect", "--in", "c.csv", "--dims", "town", "--value", "n", "--threshold", 10, option, "x.csv", says=says)
        for cost in ("0", "-1", "1.5", "many", "", "9" * 30):
            self.write("x.csv", f"town,cost\na,{cost}\n")
            self.refused("protect", "--in", "c.csv", "--dims", "town", "--value", "n", "--threshold", 10, "--cost", "x.csv", says="column cost")
        self.refused("protect", "--in", "c.csv", "--dims", "town", "--value", "n", "--threshold", 10, "--keep", "no.csv", says="no.csv")

    def test_tables_from_records_and_of_sums(self):
        self.write("r.csv", "town,tax\n" + "".join(f"{t},{x}\n" * n for t, x, n in (("a", 2, 3), ("b", 1, 20), ("c", 5, 30), ("d", 7, 40))))
        self.write("keep.csv", "town\nb\n")
        self.write("prefer.csv", "town\nd\n")
        self.write("costs.csv", "town,cost\na,5\nb,5\nc,4\nd,5\n")
        for measure in ((), ("--measure", "sum:tax")):
            for more, label in ((("--keep", "keep.csv", "--cost", "value"), "c"), (("--prefer", "prefer.csv"), "d"), (("--cost", "costs.csv"), "c")):
                told = self.ok("table", "--in", "r.csv", "--by", "town", *measure, "--threshold", 10, "--out", "t.csv", *more)
                self.assertEqual(told["attack"]["exposed"], 0)
                self.assertEqual(self.table("t.csv", ["town"])[label,][1], "SUPPRESSED_SECONDARY", (measure, more))


if __name__ == "__main__":
    unittest.main()
