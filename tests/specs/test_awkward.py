"""Inputs as people bring them: odd labels, encodings, missing and repeated cells, figures that cannot be."""

import unittest

from commands import Commands

TOWNS = [("a", "M", 3), ("a", "F", 20), ("b", "M", 30), ("b", "F", 40), ("c", "M", 25), ("c", "F", 50)]


class Labels(Commands):
    def test_spaces_commas_quotes_and_kanji(self):
        names = {"a": "東 一丁目", "b": 'the "old" town', "c": "x, y; z"}
        self.records("r.csv", [(names[t], s, n) for t, s, n in TOWNS], ["町 丁, 目", 'the "sex"'])
        dims = ["町 丁, 目", 'the "sex"']
        # A name with a comma cannot be told from two names: it must be an error, not a wrong table.
        self.refused("table", "--in", "r.csv", "--by", ",".join(dims))
        self.records("r.csv", [(names[t], s, n) for t, s, n in TOWNS], ["町 丁目", 'the "sex"'])
        dims = ["町 丁目", 'the "sex"']
        self.ok("table", "--in", "r.csv", "--by", ",".join(dims), "--out", "t.csv")
        cells = self.table("t.csv", dims)
        self.assertEqual(cells["東 一丁目", "M"], ("", "SUPPRESSED_PRIMARY"))
        self.assertEqual(cells['the "old" town', "*"][0] or "70", "70")
        attack = self.ok("attack", "--in", "t.csv", "--dims", ",".join(dims), "--threshold", 10)
        self.assertEqual(attack["exposed"], 0)
        self.assertIn("東 一丁目", {cell["町 丁目"] for cell in attack["intervals"]})

    def test_cp932_and_utf8_sig(self):
        rows = [({"a": "一丁目", "b": "二丁目～", "c": "髙田"}[t], s, n) for t, s, n in TOWNS]
        seen = []
        for encoding in ("utf-8", "utf-8-sig", "cp932"):
            self.records("r.csv", rows, ["町丁目", "sex"], encoding)
            self.ok("table", "--in", "r.csv", "--by", "町丁目,sex", "--encoding", encoding, "--out", "t.csv")
            seen.append((self.folder / "t.csv").read_bytes())
        self.assertEqual(seen[0], seen[1])
        self.assertEqual(seen[0], seen[2])

    def test_a_byte_order_mark_that_nobody_announced(self):
        self.records("r.csv", TOWNS, ["town", "sex"], "utf-8-sig")
        self.ok("table", "--in", "r.csv", "--by", "town,sex", "--out", "t.csv")
        self.write("t.csv", (self.folder / "t.csv").read_text(), "utf-8-sig")
        self.ok("attack", "--in", "t.csv", "--dims", "town,sex", "--threshold", 10)

    def test_the_wrong_encoding_is_told(self):
        self.records("r.csv", [("一丁目", 20)], ["町丁目"], "cp932")
        self.refused("table", "--in", "r.csv", "--by", "町丁目", says="r.csv")

    def test_delimiters(self):
        for delimiter, word in ((";", ";"), ("\t", "tab"), ("|", "|")):
            self.records("r.csv", TOWNS, ["town", "sex"], delimiter=delimiter)
            self.assertEqual(self.ok("table", "--in", "r.csv", "--by", "town,sex", "--delimiter", word)["primary"], 1)
        self.refused("table", "--in", "r.csv", "--by", "town,sex", "--delimiter", "", says="--delimiter")
        self.refused("table", "--in", "r.csv", "--by", "town,sex", "--delimiter", ";;", says="--delimiter")

    def test_an_empty_label_is_a_category(self):
        self.records("r.csv", [("", "M", 20), ("b", "M", 30), ("", "F", 11), ("b", "F", 40)], ["town", "sex"])
        self.ok("table", "--in", "r.csv", "--by", "town,sex", "--out", "t.csv")
        self.assertEqual(self.table("t.csv", ["town", "sex"])["", "M"], ("20", "VALUE"))
        self.ok("attack", "--in", "t.csv", "--dims", "town,sex", "--threshold", 10)

    def test_a_category_that_is_called_like_the_total(self):
        self.records("r.csv", [("*", 20), ("b", 30)], ["town"])
        self.refused("table", "--in", "r.csv", "--by", "town", "--out", "t.csv", says="*")

    def test_dimensions_named_value_or_status(self):
        self.records("r.csv", TOWNS, ["value", "status"])
        self.refused("table", "--in", "r.csv", "--by", "value,status", "--out", "t.csv", says="value")

    def test_one_column_of_the_file_has_no_name_that_is_asked_for(self):
        self.records("r.csv", TOWNS, ["town", "sex"])
        self.refused("table", "--in", "r.csv", "--by", "town,age", says="age")
        self.refused("table", "--in", "none.csv", "--by", "town", says="none.csv")
        self.refused("table", "--in", "r.csv", "--by", "town,town", says="twice")
        self.refused("table", "--in", "r.csv", "--by", "town,,sex", says="--by")


class Hierarchies(Commands):
    ROWS = "a;east;city\nb;east;city\nc;west;city\nd;west;city\n"
    COUNTS = [("a", "M", 4), ("b", "M", 30), ("c", "M", 25), ("d", "M", 40), ("a", "F", 20), ("b", "F", 30),
              ("c", "F", 35), ("d", "F", 45)]

    def test_from_a_folder_and_by_name(self):
        self.records("r.csv", self.COUNTS, ["town", "sex"])
        self.write("h/town.csv", self.ROWS)
        self.write("g/muni_hierarchy_town.csv", self.ROWS)
        self.write("plain.csv", self.ROWS.replace(";", ","))
        seen = []
        for where in ("h", "g", "town=plain.csv", "h/"):
            self.ok("table", "--in", "r.csv", "--by", "town,sex", "--hierarchies", where, "--out", "t.csv")
            seen.append((self.folder / "t.csv").read_bytes())
        self.assertEqual(set(seen), {seen[0]})
        cells = self.table("t.csv", ["town", "sex"])
        self.assertEqual(cells["city", "*"], ("229", "VALUE"))
        self.assertEqual(cells["west", "M"][1], "VALUE")
        self.assertNotIn(("*", "*"), cells)
        self.assertEqual(self.ok("attack", "--in", "t.csv", "--dims", "town,sex", "--hierarchies", "h",
                                 "--threshold", 10)["exposed"], 0)
        # The top label may be written as * as well.
        text = (self.folder / "t.csv").read_text().replace("city,", "*,")
        self.write("star.csv", text)
        self.assertEqual(self.ok("attack", "--in", "star.csv", "--dims", "town,sex", "--hierarchies", "h",
                                 "--threshold", 10)["exposed"], 0)

    def test_windows_line_ends_bom_quotes_and_cp932(self):
        names = {"a": "一丁目", "b": "二、丁目", "c": "三;丁目", "d": "四丁目"}
        self.records("r.csv", [(names[t], s, n) for t, s, n in self.COUNTS], ["town", "sex"], "cp932")
        rows = "".join(f'"{names[t]}";{g};市\r\n' for t, g in (("a", "東"), ("b", "東"), ("c", "西"), ("d", "西")))
        seen = []
        for encoding in ("cp932", "utf-8", "utf-8-sig"):
            self.write("town.csv", rows, encoding)
            self.ok("table", "--in", "r.csv", "--by", "town,sex", "--encoding", "cp932", "--hierarchies", "town=town.csv",
                    "--out", "t.csv")
            seen.append((self.folder / "t.csv").read_bytes())
        self.assertEqual(set(seen), {seen[0]})
        attack = self.ok("attack", "--in", "t.csv", "--dims", "town,sex", "--hierarchies", "town=town.csv", "--threshold", 10)
        self.assertEqual(attack["exposed"], 0)

    def test_a_value_that_the_hierarchy_lacks(self):
        self.records("r.csv", self.COUNTS + [("e", "M", 20)], ["town", "sex"])
        self.write("town.csv", self.ROWS)
        self.refused("table", "--in", "r.csv", "--by", "town,sex", "--hierarchies", "town=town.csv", says="town.csv")

    def test_more_values_in_the_hierarchy_than_in_the_records(self):
        self.records("r.csv", self.COUNTS, ["town", "sex"])
        self.write("town.csv", self.ROWS + "e;west;city\nf;north;city\n")
        self.ok("table", "--in", "r.csv", "--by", "town,sex", "--hierarchies", "town=town.csv", "--out", "t.csv")
        self.assertEqual(self.ok("attack", "--in", "t.csv", "--dims", "town,sex", "--hierarchies", "town=town.csv",
                                 "--threshold", 10)["exposed"], 0)

    def test_two_groups_of_one_name_and_other_faults(self):
        self.records("r.csv", self.COUNTS, ["town", "sex"])
        self.write("town.csv", "a;a;city\nb;a;city\nc;west;city\nd;west;city\n")
        self.refused("table", "--in", "r.csv", "--by", "town,sex", "--hierarchies", "town=town.csv", says='"a"')
        self.write("town.csv", "a;east;city\nb;east;city\nc;west\nd;west;city\n")
        self.refused("table", "--in", "r.csv", "--by", "town,sex", "--hierarchies", "town=town.csv", says="town.csv")
        self.refused("table", "--in", "r.csv", "--by", "town,sex", "--hierarchies", "place=town.csv", says="place")
        self.refused("table", "--in", "r.csv", "--by", "town,sex", "--hierarchies", "nowhere", says="nowhere")
        self.refused("table", "--in", "r.csv", "--by", "town,sex", "--hierarchies", "town=none.csv", says="none.csv")


class Filters(Commands):
    def setUp(self):
        super().setUp()
        self.records("r.csv", [("a b", "1", 15), ("a b", "2", 20), ("c", "1", 30), ("c", "3", 40), ("x=y&z", "2", 11)],
                     ["town", "kind"])

    def values(self, where, by="town"):
        self.ok("table", "--in", "r.csv", "--by", by, "--where", where, "--out", "t.csv")
        return {labels: value for labels, (value, _) in self.table("t.csv", by.split(",")).items()}

    def test_bars_and_spaces(self):
        self.assertEqual(self.values("kind=1|2"), {("a b",): "35", ("c",): "30", ("x=y&z",): "11", ("*",): "76"})
        self.assertEqual(self.values("kind = 1 | 2"), self.values("kind=1|2"))
        self.assertEqual(self.values("town=a b&kind=1|2", "kind"), {("1",): "15", ("2",): "20", ("*",): "35"})
        self.assertEqual(self.values(r"town=x=y\&z", "kind")["*",], "11")

    def test_a_filter_of_a_dimension_leaves_only_its_values(self):
        self.assertEqual(self.values("kind=1|3", "town,kind").keys(),
                         {(t, k) for t in ("a b", "c", "x=y&z", "*") for k in ("1", "3", "*")})

    def test_what_cannot_be_meant(self):
        for where, says in (("kind", "--where"), ("kind=9", "kind"), ("age=1", "age"), ("kind=1&kind=2", "twice"), ("", "--where")):
            self.refused("table", "--in", "r.csv", "--by", "town", "--where", where, says=says)


class Outside(Commands):
    def test_one_mark_and_nothing_else(self):
        self.records("r.csv", TOWNS, ["town", "sex"])
        told = self.ok("table", "--in", "r.csv", "--by", "town,sex", "--outside", "--out", "t.csv")
        cells = self.table("t.csv", ["town", "sex"])
        self.assertEqual({status for _, status in cells.values()}, {"", "X"})
        self.assertEqual(sum(status == "X" for _, status in cells.values()), told["primary"] + told["secondary"])
        self.assertEqual({value for value, status in cells.values() if status == "X"}, {""})
        self.assertEqual(self.ok("attack", "--in", "t.csv", "--dims", "town,sex", "--threshold", 10)["exposed"], 0)

    def test_the_keys_of_the_report(self):
        self.records("r.csv", TOWNS, ["town", "sex"])
        told = self.ok("table", "--in", "r.csv", "--by", "town,sex")
        self.assertLessEqual({"cells", "primary", "secondary", "level", "seconds", "loss", "attack"}, told.keys())
        self.assertEqual(told["seconds"].keys(), {"load", "tabulate", "protect", "attack"})
        self.assertEqual(told["loss"].keys(), {"cells", "value"})
        self.assertLessEqual({"cells", "exposed", "min_width"}, told["attack"].keys())
        self.assertEqual(told["cells"], 12)
        self.assertEqual(told["loss"]["cells"], told["primary"] + told["secondary"])
        self.assertEqual(told["attack"]["cells"], told["loss"]["cells"])

    def test_a_folder_that_is_not_there(self):
        self.records("r.csv", TOWNS, ["town", "sex"])
        self.refused("table", "--in", "r.csv", "--by", "town,sex", "--out", "no/t.csv", says="no/t.csv")
        self.refused("table", "--in", "r.csv", "--by", "town,sex", "--intervals", "no/i.csv", says="no/i.csv")


class Thresholds(Commands):
    def test_none_one_and_huge(self):
        self.records("r.csv", TOWNS, ["town", "sex"])
        for threshold in (0, 1):
            self.assertEqual(self.ok("table", "--in", "r.csv", "--by", "town,sex", "--threshold", threshold)["primary"], 0)
        # Everything is small, the total as well: nothing can be shown, and nothing shows that.
        told = self.ok("table", "--in", "r.csv", "--by", "town,sex", "--threshold", 10**12, "--out", "t.csv")
        self.assertEqual(told["primary"], 12)
        self.assertEqual({v for v, _ in self.table("t.csv", ["town", "sex"]).values()}, {""})
        for wrong in (-1, "1.5", "ten", 10**13, 10**30, ""):
            self.refused("table", "--in", "r.csv", "--by", "town,sex", "--threshold", wrong, says="--threshold")

    def test_a_threshold_that_leaves_only_the_total(self):
        self.records("r.csv", TOWNS, ["town", "sex"])
        told = self.ok("table", "--in", "r.csv", "--by", "town,sex", "--threshold", 111, "--out", "t.csv")
        self.assertEqual(told["primary"], 11)
        self.assertEqual(self.table("t.csv", ["town", "sex"])["*", "*"], ("168", "VALUE"))

    def test_a_single_cell(self):
        self.records("r.csv", [("a", 3)], ["town"])
        # The cell is its own margin: both must go.
        told = self.ok("table", "--in", "r.csv", "--by", "town", "--out", "t.csv")
        self.assertEqual(told["primary"], 2)
        self.records("r.csv", [("a", 30)], ["town"])
        self.assertEqual(self.ok("table", "--in", "r.csv", "--by", "town")["primary"], 0)

    def test_one_category_beside_others(self):
        self.records("r.csv", [("a", "M", 30), ("a", "F", 4), ("a", "X", 20)], ["town", "sex"])
        told = self.ok("table", "--in", "r.csv", "--by", "town,sex", "--out", "t.csv")
        cells = self.table("t.csv", ["town", "sex"])
        self.assertEqual(cells["a", "F"][0], "")
        self.assertEqual(cells["*", "F"][0], "")
        self.assertEqual(told["attack"]["exposed"], 0)

    def test_all_zero(self):
        self.write("c.csv", "a,b,n\nx,u,0\nx,v,0\ny,u,0\ny,v,0\n")
        self.assertEqual(self.ok("protect", "--in", "c.csv", "--dims", "a,b", "--value", "n", "--threshold", 10)["primary"], 0)
        told = self.ok("protect", "--in", "c.csv", "--dims", "a,b", "--value", "n", "--threshold", 10, "--zeros", "protected",
                       "--out", "t.csv")
        self.assertEqual(told["primary"], 9)

    def test_no_records(self):
        self.write("r.csv", "town,sex\n")
        self.refused("table", "--in", "r.csv", "--by", "town,sex")
        self.write("r.csv", "")
        self.refused("table", "--in", "r.csv", "--by", "town,sex")

    def test_nothing_can_protect_it(self):
        # Zeros are shown, and the only companions are zeros: no table may leave.
        self.records("r.csv", [("a", "M", 3), ("b", "F", 40)], ["town", "sex"])
        told = self.ok("table", "--in", "r.csv", "--by", "town,sex", "--zeros", "shown", "--out", "t.csv")
        self.assertEqual(told["attack"]["exposed"], 0)  # by way of the margins
        self.write("c.csv", "a,n,p\nx,3,1\ny,0,0\n*,3,0\n")
        told = self.ok("protect", "--in", "c.csv", "--dims", "a", "--value", "n", "--primary", "p", "--zeros", "shown",
                       "--out", "u.csv")
        self.assertEqual(told["secondary"], 1)


class Amounts(Commands):
    def taxes(self, rows):
        self.write("r.csv", "kind,firm,tax\n" + "".join(f"{k},{f},{x}\n" for k, f, x in rows))

    def test_negative_and_zero_contributions(self):
        self.taxes([("A", 1, 90), ("A", 2, -8), ("B", 3, 50)])
        self.refused("table", "--in", "r.csv", "--by", "kind", "--measure", "sum:tax", "--p-percent", 15, says="negative")
        self.taxes([("A", 1, 0), ("A", 2, 0), ("B", 3, 50), ("B", 4, 45), ("B", 5, 40), ("C", 6, 80), ("C", 7, 0)])
        told = self.ok("table", "--in", "r.csv", "--by", "kind", "--measure", "sum:tax", "--contributor", "firm", "--p-percent", 15,
                       "--out", "t.csv")
        cells = self.table("t.csv", ["kind"])
        self.assertEqual(cells["A",], ("0", "VALUE"))
        self.assertEqual(cells["C",], ("", "SUPPRESSED_PRIMARY"))
        self.assertEqual(told["attack"]["exposed"], 0)

    def test_fractions(self):
        self.taxes([("A", 1, "90.25"), ("A", 2, "8"), ("A", 3, "5.5"), ("B", 4, "60.0"), ("B", 5, 30), ("B", 6, 20), ("C", 7, 50),
                    ("C", 8, 40), ("C", 9, "30.05")])
        told = self.ok("table", "--in", "r.csv", "--by", "kind", "--measure", "sum:tax", "--contributor", "firm", "--p-percent", 15,
                       "--cost", "value", "--out", "t.csv")
        cells = self.table("t.csv", ["kind"])
        self.assertEqual(cells["*",], ("333.80", "VALUE"))
        self.assertEqual([k for (k,), (v, _) in cells.items() if v == ""], ["A", "B"])
        self.assertAlmostEqual(told["loss"]["value"], 213.75)
        attack = self.ok("attack", "--in", "t.csv", "--dims", "kind")
        self.assertEqual({(c["low"], c["high"]) for c in attack["intervals"]}, {(0, 213.75)})
        self.assertAlmostEqual(attack["min_width"], 213.75)
        self.taxes([("A", 1, "1e3"), ("B", 2, 5)])
        self.refused("table", "--in", "r.csv", "--by", "kind", "--measure", "sum:tax", "--p-percent", 15, says="tax")
        self.taxes([("A", 1, ""), ("B", 2, 5)])
        self.refused("table", "--in", "r.csv", "--by", "kind", "--measure", "sum:tax", "--p-percent", 15, says="tax")

    def test_dominance(self):
        self.taxes([("A", 1, 81), ("A", 2, 19), ("B", 3, 80), ("B", 4, 20), ("C", 5, 60), ("C", 6, 50)])
        self.ok("table", "--in", "r.csv", "--by", "kind", "--measure", "sum:tax", "--contributor", "firm", "--dominance", "1,80",
                "--out", "t.csv")
        cells = self.table("t.csv", ["kind"])
        self.assertEqual(cells["A",][1], "SUPPRESSED_PRIMARY")
        self.assertNotEqual(cells["B",][1], "SUPPRESSED_PRIMARY")  # 80 % is not more than 80 %
        for wrong in ("1", "80", "1,80,3", "a,b", "0,80", "1,0", "1,101", "-1,80"):
            self.refused("table", "--in", "r.csv", "--by", "kind", "--measure", "sum:tax", "--dominance", wrong, says="--dominance")

    def test_measures_that_do_not_exist(self):
        self.taxes([("A", 1, 81), ("B", 2, 19)])
        for wrong in ("sum", "sum:", "mean:tax", "tax", "sum:income"):
            self.refused("table", "--in", "r.csv", "--by", "kind", "--measure", wrong)

    def test_distinct_households(self):
        rows = "".join(f"{t},{h}\n" * n for t, h, n in [("a", "h1", 4), ("a", "h2", 3), ("b", "h3", 2), ("b", "h4", 1), ("b", "h5", 5)])
        self.write("r.csv", "town,household\n" + rows)
        self.ok("table", "--in", "r.csv", "--by", "town", "--measure", "households:household", "--threshold", 2, "--out", "t.csv")
        self.assertEqual({k: v for k, (v, _) in self.table("t.csv", ["town"]).items()}, {("a",): "2", ("b",): "3", ("*",): "5"})
        self.write("r.csv", "town,household\na,h1\nb,h1\na,h2\n")  # h1 lives in both towns
        told = self.ok("table", "--in", "r.csv", "--by", "town", "--measure", "households:household", "--threshold", 1, "--out", "t.csv")
        self.assertFalse(told["additive"])
        self.assertEqual({k: v for k, (v, _) in self.table("t.csv", ["town"]).items()}, {("a",): "2", ("b",): "1", ("*",): "2"})
        # Such a table does not add up: what reads sums says so.
        self.refused("attack", "--in", "t.csv", "--dims", "town", says="contradict")
        self.refused("ledger", "check", "--ledger", "L", "--in", "t.csv", "--dims", "town", "--measure", "households", says="contradicts itself")


class Protect(Commands):
    def test_empty_repeated_negative_and_fractional_cells(self):
        head = "a,b,n\n"
        self.write("c.csv", head + "x,u,3\nx,v,20\ny,u,30\n")  # y v is missing: nobody
        self.assertEqual(self.ok("protect", "--in", "c.csv", "--dims", "a,b", "--value", "n", "--threshold", 10)["attack"]["exposed"], 0)
        self.write("c.csv", head + "x,u,3\nx,v,\n")
        self.refused("protect", "--in", "c.csv", "--dims", "a,b", "--value", "n", "--threshold", 10, says="a=x, b=v")
        self.write("c.csv", head + "x,u,3\nx,v,20\nx,u,4\n")
        self.refused("protect", "--in", "c.csv", "--dims", "a,b", "--value", "n", "--threshold", 10, says="twice")
        self.write("c.csv", head + "x,u,-3\nx,v,20\n")
        self.refused("protect", "--in", "c.csv", "--dims", "a,b", "--value", "n", "--threshold", 10, says="negative")
        self.write("c.csv", head + "x,u,many\nx,v,20\n")
        self.refused("protect", "--in", "c.csv", "--dims", "a,b", "--value", "n", "--threshold", 10, says="row 1")
        self.write("c.csv", head + "x,u,3.5\nx,v,20.25\ny,u,30\ny,v,40\n")
        told = self.ok("protect", "--in", "c.csv", "--dims", "a,b", "--value", "n", "--threshold", 10, "--out", "t.csv")
        self.assertEqual(told["primary"], 1)
        self.assertEqual(self.table("t.csv", ["a", "b"])["*", "*"], ("93.75", "VALUE"))

    def test_margins_that_agree_and_those_that_do_not(self):
        rows = "a,n\nx,3\ny,20\nz,30\n"
        self.write("c.csv", rows + "*,53\n")
        self.ok("protect", "--in", "c.csv", "--dims", "a", "--value", "n", "--threshold", 10)
        self.write("c.csv", rows + "*,54\n")
        self.refused("protect", "--in", "c.csv", "--dims", "a", "--value", "n", "--threshold", 10, says="a=*")

    def test_marked_primaries(self):
        for mark in ("1", "true", "x", "u"):
            self.write("c.csv", f"a,n,p\nx,100,{mark}\ny,200,0\nz,300,\n")
            self.ok("protect", "--in", "c.csv", "--dims", "a", "--value", "n", "--primary", "p", "--range-percent", 15, "--cost", "value",
                    "--out", "t.csv")
            cells = self.table("t.csv", ["a"])
            self.assertEqual([cells[k,][1] for k in "xyz"], ["SUPPRESSED_PRIMARY", "SUPPRESSED_SECONDARY", "VALUE"])
        self.refused("protect", "--in", "c.csv", "--dims", "a", "--value", "n", "--primary", "q", says="q")
        self.refused("protect", "--in", "c.csv", "--dims", "a", "--value", "n", says="--threshold")

    def test_linked(self):
        cells = [(a, b, c, 4 if (a, b) == ("0", "0") else 30 + 3 * int(a) + int(b) * int(c))
                 for a in "012" for b in "012" for c in "012"]
        self.write("c.csv", "a,b,c,n\n" + "".join(",".join(map(str, r)) + "\n" for r in cells))
        self.write("l.yaml", "tables:\n  - [a, b]\n  - [c, a]\n")
        told = self.ok("protect", "--in", "c.csv", "--dims", "a,b,c", "--value", "n", "--threshold", 15, "--linked", "l.yaml", "--out", "t.csv")
        self.assertEqual(told["cells"], 28)
        self.assertTrue(all("*" in (b, c) for a, b, c in self.table("t.csv", ["a", "b", "c"])))
        for wrong in ("tables: [[a, d]]", "tables: []", "tables: {a: b}", "nothing: 1", "tables: [[a, b]", "tables: [a, b]", ""):
            self.write("l.yaml", wrong)
            self.refused("protect", "--in", "c.csv", "--dims", "a,b,c", "--value", "n", "--threshold", 5, "--linked", "l.yaml", says="l.yaml")
        self.refused("protect", "--in", "c.csv", "--dims", "a,b,c", "--value", "n", "--threshold", 5, "--linked", "no.yaml", says="no.yaml")


class Attack(Commands):
    def test_a_margin_off_by_one(self):
        self.write("t.csv", "a,b,value\nx,u,20\nx,v,30\nx,*,50\ny,u,5\ny,v,6\ny,*,11\n*,u,25\n*,v,36\n*,*,62\n")
        says = self.refused("attack", "--in", "t.csv", "--dims", "a,b", says="a=*, b=*")
        self.assertIn("62", says)
        self.assertIn("61", says)

    def test_a_contradiction_among_hidden_cells(self):
        self.write("t.csv", "a,b,value\nx,u,X\nx,v,X\nx,*,10\ny,u,X\ny,v,X\ny,*,11\n*,u,8\n*,v,14\n*,*,21\n")
        self.refused("attack", "--in", "t.csv", "--dims", "a,b", says="contradicts")
        self.write("t.csv", "a,value\nx,20\ny,X\n*,15\n")  # y would be -5
        self.refused("attack", "--in", "t.csv", "--dims", "a", says="a=*")

    def test_negative_and_fractional_figures(self):
        self.write("t.csv", "a,value\nx,-3\ny,X\nz,X\n*,15\n")
        self.refused("attack", "--in", "t.csv", "--dims", "a", says="a=x")
        self.write("t.csv", "a,value\nx,3.5\ny,X\nz,\n*,15.25\n")
        told = self.ok("attack", "--in", "t.csv", "--dims", "a")
        self.assertEqual([(c["low"], c["high"]) for c in told["intervals"]], [(0, 11.75)] * 2)
        self.assertEqual(told["min_width"], 11.75)

    def test_a_repeated_cell_and_one_that_is_missing(self):
        self.write("t.csv", "a,value\nx,20\nx,20\n*,40\n")
        self.refused("attack", "--in", "t.csv", "--dims", "a", says="twice")
        self.write("t.csv", "a,b,value\nx,u,20\nx,v,X\nx,*,50\ny,u,5\n*,v,36\n")  # a table in pieces
        told = self.ok("attack", "--in", "t.csv", "--dims", "a,b", "--threshold", 10)
        self.assertEqual([(c["a"], c["low"], c["high"], c["exposed"]) for c in told["intervals"]], [("x", 30, 30, True)])

    def test_a_singleton_is_found(self):
        self.write("t.csv", "a,value,status\nx,,X\ny,20,\nz,30,\n*,53,\n")
        told = self.ok("attack", "--in", "t.csv", "--dims", "a", "--threshold", 10)
        self.assertEqual((told["exposed"], told["intervals"][0]["low"], told["intervals"][0]["high"]), (1, 3, 3))

    def test_no_margins_and_nothing_hidden(self):
        self.write("t.csv", "a,value\nx,20\ny,30\n")
        self.assertEqual(self.ok("attack", "--in", "t.csv", "--dims", "a")["cells"], 0)
        self.write("t.csv", "a,value\nx,X\ny,30\n")
        told = self.ok("attack", "--in", "t.csv", "--dims", "a", "--threshold", 10)
        self.assertEqual((told["intervals"][0]["low"], told["intervals"][0]["high"], told["exposed"]), (0, None, 0))

    def test_all_marks(self):
        for mark in ("X", "x", "秘匿", ""):
            self.write("t.csv", f"a,value\nx,{mark}\ny,{mark}\n*,53\n")
            self.assertEqual(self.ok("attack", "--in", "t.csv", "--dims", "a")["cells"], 2, mark)
        self.write("t.csv", "a,value\nx,n.a.\ny,5\n*,53\n")
        self.refused("attack", "--in", "t.csv", "--dims", "a", says="row 1")

    def test_another_name_for_the_figures(self):
        self.write("t.csv", "a,人数\nx,X\ny,X\n*,53\n")
        self.assertEqual(self.ok("attack", "--in", "t.csv", "--dims", "a", "--value", "人数")["cells"], 2)
        self.refused("attack", "--in", "t.csv", "--dims", "a", says="value")


class Ledger(Commands):
    def ask(self, verb, name, *more, code=0):
        return self.ok("ledger", verb, "--ledger", "L", "--in", name, "--threshold", 10, *more, code=code)

    def test_two_filters_that_differ_by_one_person(self):
        base = [("a", "30", 20), ("a", "64", 15), ("b", "30", 25), ("b", "64", 17)]
        self.records("r.csv", base + [("a", "65", 1), ("b", "66", 12)], ["town", "age"])
        for name, ages in (("under65", "30|64"), ("under66", "30|64|65")):
            self.ok("table", "--in", "r.csv", "--by", "town", "--where", f"age={ages}", "--out", f"{name}.csv")
        self.ask("add", "under65.csv", "--dims", "town", "--where", "age=30|64")
        told = self.ask("check", "under66.csv", "--dims", "town", "--where", "age=30|64|65", code=5)
        self.assertTrue(any("town=a" in cell for cell in told["exposed"]), told)

    def test_a_table_with_a_filter_of_its_own_dimension(self):
        self.write("all.csv", "town,sex,value\na,M,20\na,F,30\na,*,50\nb,M,33\nb,F,12\nb,*,45\n*,M,53\n*,F,42\n*,*,95\n")
        self.write("men.csv", "town,sex,value\na,M,20\na,*,20\nb,M,33\nb,*,33\n*,M,53\n*,*,53\n")
        self.ask("add", "all.csv", "--dims", "town,sex")
        told = self.ask("check", "men.csv", "--dims", "town,sex", "--where", "sex=M")
        self.assertEqual(told["verdict"], "safe")
        self.write("men.csv", "town,sex,value\na,M,20\na,*,20\nb,M,33\nb,*,33\n*,M,53\n*,*,54\n")
        self.assertEqual(self.call("ledger", "check", "--ledger", "L", "--in", "men.csv", "--dims", "town,sex", "--where", "sex=M").returncode, 2)

    def test_a_release_that_contradicts_another(self):
        self.write("s.csv", "town,value\na,20\nb,30\n*,50\n")
        self.write("t.csv", "town,value\na,21\nb,30\n*,51\n")
        self.ask("add", "s.csv", "--dims", "town")
        self.refused("ledger", "check", "--ledger", "L", "--in", "t.csv", "--dims", "town", says="s and t show different values")
        self.refused("ledger", "add", "--ledger", "L", "--in", "s.csv", "--dims", "town", says="--id")

    def test_outside_says_a_word(self):
        self.write("s.csv", "town,value,status\na,,X\nb,30,\n*,33,\n")
        done = self.call("ledger", "check", "--ledger", "L", "--in", "s.csv", "--dims", "town", "--outside")
        self.assertEqual((done.returncode, done.stdout), (5, "REFUSED\n"))
        told = self.ok("ledger", "check", "--ledger", "L", "--in", "s.csv", "--dims", "town", "--outside", code=5)
        self.assertEqual(told, {"verdict": "REFUSED"})

    def test_refusals_are_limited(self):
        self.write("s.csv", "town,value,status\na,,X\nb,30,\n*,33,\n")
        codes = [self.call("ledger", "check", "--ledger", "L", "--in", "s.csv", "--dims", "town", "--max-refusals", 2).returncode
                 for _ in range(3)]
        self.assertEqual(codes[:2], [5, 5])
        self.assertNotIn(codes[2], (0, 5))
        self.assertEqual(len((self.folder / "L" / "refusals.log").read_text().splitlines()), 3)

    def test_a_joint_table_with_two_tenants(self):
        self.write("s.csv", "city,town,value,status\nA,1,4,\nA,*,34,\nB,*,50,\n*,*,84,\n".replace("A,1,4,", "A,1,,SUPPRESSED_PRIMARY")
                   + "A,2,,SUPPRESSED_SECONDARY\n")
        self.assertEqual(self.ask("check", "s.csv", "--dims", "city,town")["verdict"], "safe")
        self.write("j.csv", "city,value,status\nA,,SUPPRESSED_PRIMARY\nB,,SUPPRESSED_SECONDARY\n*,34,\n")
        self.assertEqual(self.ask("check", "j.csv", "--dims", "city")["verdict"], "safe")
        self.assertNotEqual(self.ask("check", "j.csv", "--dims", "city", "--tenant-dimension", "city", code=5)["verdict"], "safe")
        self.refused("ledger", "check", "--ledger", "L", "--in", "j.csv", "--dims", "city", "--tenant-dimension", "town")

    def test_any_order_of_a_few_releases(self):
        tables = {"a": "town,value\na,32\nb,50\n*,82\n", "b": "mesh,value\n1,30\n2,52\n*,82\n", "c": "sex,value\nM,40\nF,42\n*,82\n"}
        for name, text in tables.items():
            self.write(f"{name}.csv", text)
        verdicts = set()
        for order in ("abc", "cba", "bac"):
            for name in order:
                told = self.ok("ledger", "add", "--ledger", order, "--in", f"{name}.csv", "--dims", tables[name].split(",")[0])
            verdicts.add(told["verdict"])
        self.assertEqual(verdicts, {"safe"})

    def test_true_figures_of_categories_that_no_release_names(self):
        self.write("s.csv", "town,value\na,20\nb,30\n*,50\n")
        self.write("base.csv", "town,age,value\na,0-14,20\nb,0-14,30\na,15-64,7\nb,65-,9\n")
        self.assertEqual(self.ask("check", "s.csv", "--dims", "town", "--where", "age=0-14", "--base", "base.csv")["verdict"], "safe")
        # Without the filter the figures are not those of the table.
        self.refused("ledger", "check", "--ledger", "L", "--in", "s.csv", "--dims", "town", "--base", "base.csv", says="town=")

    def test_options_that_contradict_each_other(self):
        self.write("s.csv", "town,value\na,20\nb,30\n*,50\n")
        ask = ("ledger", "check", "--ledger", "L", "--in", "s.csv", "--dims", "town")
        for more, says in ((("--rounded-to", 10, "--noise", 3), "exclude"), (("--mean-of", "counts"), "--mean-of"),
                           (("--rounding", "sideways", "--rounded-to", 10), "--rounding"), (("--link", "households"), "--link"),
                           (("--bounds",), "low"), (("--range",), "up"), (("--flow-bound", "-1"), "--flow-bound"),
                           (("--attackers", "none.yaml"), "none.yaml"), (("--id", "../x"), "--id"), (("--base", "none.csv"), "none.csv")):
            self.refused(*ask, *more, says=says)
        self.refused("ledger", "forget", says="add or check")
        self.refused("table", "r.csv", says="r.csv")


if __name__ == "__main__":
    unittest.main()
