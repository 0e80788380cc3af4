"""After shred nothing of the tenant decrypts, on a restored backup neither; the other tenant is untouched."""

import pathlib
import unittest

from system import CITIES, Failed, System


class ShredTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.system = System()
        cls.addClassCleanup(cls.system.__exit__)
        cls.system.__enter__()
        cls.system.main_job()

    def statistic(self, city):
        return self.system.oboro("statistics", "list", who=f"{city}-analyst", tenant=city)["statistics"][0]["name"]

    def names(self):
        rows = self.system.sql("SELECT municipality_code, tenant_id FROM tenancy.tenants")
        return {code: f"tenants/{tenant}" for code, tenant in rows}

    def test_shred_and_restore(self):
        system = self.system
        statistics = {city: self.statistic(city) for city in CITIES}
        before = {city: system.export(statistics[city], city) for city in CITIES}
        tenant = self.names()[CITIES["tsukuba"]]
        backup = system.work / "backup"
        backup.mkdir()
        system.backup(backup)

        with self.assertRaises(Failed) as refused:
            system.oboro("keys", "shred", "--confirm", "221309", who="operator", tenant="tsukuba")
        self.assertEqual(refused.exception.code, 2)
        self.assertEqual(system.export(statistics["tsukuba"], "tsukuba"), before["tsukuba"])

        system.oboro("keys", "shred", "--confirm", "082201", who="operator", tenant="tsukuba")
        with self.assertRaises(Failed):
            system.oboro("statistics", "export", statistics["tsukuba"], who="tsukuba-analyst", tenant=tenant)
        self.assertEqual(system.export(statistics["hamamatsu"], "hamamatsu"), before["hamamatsu"])

        # The backup knows nothing of the shredding: its rows say ACTIVE, but the keys are gone.
        system.restore(backup)
        states = dict(system.sql("SELECT municipality_code, state FROM tenancy.tenants"))
        self.assertEqual(states["082201"], "ACTIVE")
        with self.assertRaises(Failed) as gone:
            system.oboro("statistics", "export", statistics["tsukuba"], who="tsukuba-analyst", tenant=tenant)
        self.assertNotEqual(gone.exception.code, 0)
        self.assertEqual(system.export(statistics["hamamatsu"], "hamamatsu"), before["hamamatsu"])


if __name__ == "__main__":
    unittest.main()
