"""Many statistics of one dataset through the real service: together they give nothing away.

One after another in one instance.
"""

import unittest

from system import SHARED, Failed, System, duckdb

ADULT = SHARED / "data" / "adult" / "adult.csv"
RARE = "Armed-Forces"  # 9 people, fewer than may be shown.
MIN_COUNT = 20


class LedgerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.system = System()
        cls.addClassCleanup(cls.system.__exit__)
        cls.system.__enter__()
        cls.system.main_job()
        cls.basis = cls.system.run_path("tsukuba", ADULT, "adult", ["sex", "schooling", "race"])
        relation = f"read_csv('{ADULT}', delim = ';', header = true, all_varchar = true)"
        cls.jobs = [row[0] for row in duckdb(f"SELECT DISTINCT occupation FROM {relation} ORDER BY 1")]

    def command(self, by, where=(), basis=None, tier="internal"):
        basis = basis or self.basis
        return ["statistics", "create", "--display-name", "表", "--abstraction", basis["abstraction"], "--verdict",
                basis["verdict"], "--by", ",".join(by), "--tier", tier,
                *[word for column, values in where for word in ("--where", f"{column}={'|'.join(values)}")]]

    def create(self, by, where=(), who="tsukuba-analyst", **options):
        made = self.system.oboro(*self.command(by, where, **options), who=who, tenant="tsukuba")
        return made.get("statistic", made)

    def cells(self, statistic, by):
        rows = self.system.export(statistic["name"], "tsukuba")
        return {tuple(row[name] for name in by): int(row["value"]) for row in rows if row["status"] == ""}

    def refusals(self):
        return self.system.sql("SELECT because FROM aggregation.ledger_refusals")

    def test_1_several_tables_of_one_abstraction(self):
        for by in (["sex", "age_band"], ["schooling", "salary_class"], ["race"], ["age_band", "schooling"]):
            made = self.create(by)
            self.assertGreater(int(made["cells"]), int(made["suppressed"]))
        self.assertEqual(self.refusals(), [])

    def test_2_two_filters_that_differ_by_few(self):
        """All occupations, and all but one of 9 people: the difference of two tables must not be theirs."""
        whole = self.cells(self.create(["sex"]), ["sex"])
        try:
            made = self.create(["sex"], [("occupation", [job for job in self.jobs if job != RARE])])
        except Failed as refused:
            self.assertEqual(refused.reason, "LEDGER_REFUSED")
            self.assertNotIn("statistics/", str(refused))
            return
        for key, value in self.cells(made, ["sex"]).items():
            if key in whole:
                self.assertFalse(0 < whole[key] - value < MIN_COUNT, f"{key}: {whole[key]} - {value}")

    def test_3_the_same_question_has_the_same_answer(self):
        by = ["schooling", "salary_class"]
        first, second = self.create(by), self.create(by)
        self.assertNotEqual(first["name"], second["name"])
        self.assertEqual(self.cells(first, by), self.cells(second, by))

    def test_4_filters_are_nowhere_in_plain(self):
        try:
            self.create(["race"], [("occupation", [RARE, "Sales"])])
        except Failed as refused:
            self.assertEqual(refused.reason, "LEDGER_REFUSED")
        self.assertNotIn(RARE.encode(), self.system.dump())

    def test_5_other_records_at_the_same_date(self):
        shorter = self.system.work / "shorter.csv"
        shorter.write_bytes(b"\r\n".join(ADULT.read_bytes().split(b"\r\n")[:-3]) + b"\r\n")
        with self.assertRaises(Failed) as refused:
            self.system.run_path("tsukuba", shorter, "adult", ["sex"])
        self.assertEqual(refused.exception.reason, "LEDGER_BASIS_DIFFERS")
        # At another date they are others, which no policy here links.
        self.system.run_path("tsukuba", shorter, "adult", ["sex"], reference_date="2025-05-01")


if __name__ == "__main__":
    unittest.main()
