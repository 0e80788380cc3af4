"""The whole path on records nobody here made, compared with DuckDB's own SQL over the same files."""

import unittest

from system import SHARED, System, duckdb


class RealRecordsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.system = System()
        cls.system.__enter__()
        cls.system.main_job()

    @classmethod
    def tearDownClass(cls):
        cls.system.__exit__()

    def verdict(self, outcome):
        return self.system.oboro("verification", "get", outcome["verdict"], who="tsukuba-privacy",
                                 tenant="tsukuba")["verdict"]

    def check_classes(self, outcome, relation, columns):
        """Class sizes of the verdict against GROUP BY."""
        figures = self.verdict(outcome)["figures"]
        self.assertEqual(sorted(figures["quasi_identifiers"]), sorted(columns))
        histogram = duckdb(f"""
            SELECT n, count(*) FROM (SELECT count(*) AS n FROM ({relation}) GROUP BY {', '.join(columns)})
            GROUP BY n ORDER BY n""")
        self.assertEqual([(int(entry["size"]), int(entry["classes"])) for entry in figures["histogram"]],
                         [(int(size), int(classes)) for size, classes in histogram])
        self.assertEqual(int(figures["k"]), int(histogram[0][0]))
        self.assertEqual(int(figures["records"]), sum(int(size) * int(n) for size, n in histogram))

    def check_cells(self, outcome, relation, by, threshold):
        """Every cell of the exported table against GROUP BY CUBE: shown ones equal, small ones never shown."""
        names = ", ".join(by)
        truth = {}
        for row in duckdb(f"SELECT {names}, count(*) FROM ({relation}) GROUP BY CUBE ({names})"):
            truth[tuple("計" if value is None else value for value in row[:-1])] = int(row[-1])
        rows = self.system.export(outcome["statistic"], "tsukuba")
        shown = suppressed = 0
        for row in rows:
            key = tuple(row[name] for name in by)
            count = truth.get(key, 0)
            if row["status"] == "":
                self.assertEqual(int(row["value"]), count, key)
                self.assertFalse(0 < count < threshold, f"{key} shows {count}")
                shown += 1
            else:
                self.assertEqual((row["status"], row["value"]), ("X", ""), key)
                suppressed += 1
        keys = [tuple(row[name] for name in by) for row in rows]
        self.assertEqual(len(keys), len(set(keys)))
        self.assertLessEqual(set(truth), set(keys))
        self.assertEqual(len(rows), int(outcome["cells"]))
        self.assertEqual(suppressed, int(outcome["suppressed"]))
        self.assertGreater(shown, 0)
        return suppressed

    def test_traffic_accidents(self):
        """警察庁 補充票: CP932, blank-padded codes."""
        file = SHARED / "data" / "npa" / "hojuhyo_2019.csv"
        by = ["prefecture", "party_kind", "injury"]
        outcome = self.system.run_path("tsukuba", file, "npa-hojuhyo", by)
        utf8 = self.system.work / "hojuhyo.csv"
        utf8.write_text(file.read_bytes().decode("cp932"), encoding="utf-8")
        relation = f"""
            SELECT "都道府県コード" AS prefecture, "当事者種別" AS party_kind, "人身損傷程度" AS injury
            FROM read_csv('{utf8}', header = true, all_varchar = true)"""
        self.assertEqual(outcome["records"], 88961)
        self.assertGreater(self.check_cells(outcome, relation, by, 10), 0)

    def test_adult(self):
        """UCI Adult: `;`-separated, CRLF."""
        file = SHARED / "data" / "adult" / "adult.csv"
        by = ["sex", "education", "race"]
        outcome = self.system.run_path("tsukuba", file, "adult", by)
        relation = f"""
            SELECT sex, education, race FROM read_csv('{file}', delim = ';', header = true, all_varchar = true)"""
        self.assertEqual(outcome["records"], 30162)
        self.assertGreater(self.check_cells(outcome, relation, by, 10), 0)


if __name__ == "__main__":
    unittest.main()
