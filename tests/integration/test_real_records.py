"""The whole path on records nobody here made, compared with DuckDB's own SQL over the same files."""

import unittest

from system import SHARED, System, duckdb

# What the policy never shows for a municipality of 2,000 to 24,999 people, as main_job makes them.
MIN_COUNT = 20


class RealRecordsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.system = System()
        cls.addClassCleanup(cls.system.__exit__)
        cls.system.__enter__()
        cls.system.main_job()

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
        by = ["prefecture", "party_type", "injury"]
        outcome = self.system.run_path("tsukuba", file, "npa-hojuhyo", by)
        utf8 = self.system.work / "hojuhyo.csv"
        utf8.write_text(file.read_bytes().decode("cp932"), encoding="utf-8")
        relation = f"""
            SELECT trim("都道府県コード") AS prefecture, trim("当事者種別") AS party_type, trim("乗車別") AS riding,
                   trim("乗車等の区分") AS seat, trim("人身損傷程度") AS injury, trim("用途別") AS vehicle_use,
                   trim("車両形状") AS vehicle_shape
            FROM read_csv('{utf8}', header = true, all_varchar = true)"""
        self.assertEqual(outcome["records"], 88961)
        self.check_classes(outcome, relation,
                           ["prefecture", "party_type", "riding", "seat", "vehicle_use", "vehicle_shape"])
        self.assertGreater(self.check_cells(outcome, relation, by, MIN_COUNT), 0)

    def test_adult(self):
        """UCI Adult: `;`-separated, CRLF, generalised by code maps and bands."""
        file = SHARED / "data" / "adult" / "adult.csv"
        by = ["sex", "schooling", "race"]
        outcome = self.system.run_path("tsukuba", file, "adult", by)
        relation = f"""
            SELECT sex, race,
                   CASE WHEN age::int < 20 THEN 10 WHEN age::int >= 80 THEN 80 ELSE age::int // 10 * 10 END AS age_band,
                   "marital-status" IN ('Married-civ-spouse', 'Married-AF-spouse') AS family_state,
                   CASE WHEN education IN ('Preschool', '1st-4th', '5th-6th') THEN 'primary'
                        WHEN education IN ('7th-8th', '9th', '10th', '11th', '12th', 'HS-grad') THEN 'secondary'
                        ELSE 'higher' END AS schooling,
                   CASE WHEN "native-country" IN ('United-States', 'Mexico', 'Canada') THEN "native-country"
                        ELSE 'elsewhere' END AS origin,
                   CASE WHEN workclass LIKE '%-gov' THEN 'government' WHEN workclass LIKE 'Self-%' THEN 'self'
                        ELSE workclass END AS employer
            FROM read_csv('{file}', delim = ';', header = true, all_varchar = true)"""
        self.assertEqual(outcome["records"], 30162)
        self.check_classes(outcome, relation,
                           ["sex", "age_band", "race", "family_state", "schooling", "origin", "employer"])
        self.assertGreater(self.check_cells(outcome, relation, by, MIN_COUNT), 0)


if __name__ == "__main__":
    unittest.main()
