"""Many statistics of one dataset through the real service: together they give nothing away.

One after another in one instance; test_6 kills oborod while tables are made.
"""

import json
import random
import subprocess
import time
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

    def heads(self):
        """Per dataset: the ledger's version, statistics, and those of them that left an entry."""
        return self.system.sql(
            "SELECT l.version, count(*), count(*) FILTER (WHERE s.ledger <> '') FROM aggregation.ledger l "
            "JOIN aggregation.statistics s ON s.tenant_id = l.tenant_id "
            "AND starts_with(s.snapshot, l.dataset || '/snapshots/') GROUP BY l.tenant_id, l.dataset, l.version")

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

    def test_6_killed_between_anything(self):
        """kill -9 while tables are made: each is there with its entry and a version, or not at all."""
        moments = random.Random(4)
        for by in (["sex", "origin"], ["origin"], ["employer"], ["family_state", "sex"]):
            process = subprocess.Popen(
                [*self.system.command(*self.command(by), who="tsukuba-analyst", tenant="tsukuba"), "--json"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env=self.system.environment())
            time.sleep(moments.uniform(0.05, 1.0))
            self.system.kill("oborod")
            self.system.start()
            process.kill()
            process.wait()
        deadline = time.monotonic() + 120
        while self.system.sql("SELECT 1 FROM jobs.jobs WHERE state IN ('QUEUED', 'RUNNING')"):
            self.assertLess(time.monotonic(), deadline, "jobs do not end")
            time.sleep(0.5)
        for version, statistics, entries in self.heads():
            self.assertEqual((version, entries), (statistics, statistics))
        pending = "SELECT object_id FROM tenancy.data_keys WHERE service = 'aggregation' AND state = 'PENDING'"
        self.assertEqual(self.system.sql(pending), [])

    def test_7_refusals_are_logged_and_limited(self):
        def refuse():
            with self.assertRaises(Failed) as refused:
                self.system.run_path("tsukuba", self.system.work / "shorter.csv", "adult", ["race"])
            return refused.exception.reason

        reasons = []
        while not reasons or (reasons[-1] != "LEDGER_REFUSALS_EXHAUSTED" and len(reasons) < 12):
            reasons.append(refuse())
        self.assertEqual(reasons[-1], "LEDGER_REFUSALS_EXHAUSTED")
        self.assertEqual(set(reasons[:-1]), {"LEDGER_BASIS_DIFFERS"})
        events = self.system.oboro("audit", "list", "--action", "REFUSE_STATISTIC", who="tsukuba-auditor",
                                   tenant="tsukuba")["events"]
        self.assertEqual(len(events), len(self.refusals()))
        details = [json.loads(event["detail_json"]) for event in events]
        self.assertIn("LEDGER_BASIS_DIFFERS", [detail["because"] for detail in details])


if __name__ == "__main__":
    unittest.main()
