"""Kill -9 of oborod at twenty seeded moments of upload, checking and abstraction.

After each restart the work resumes or fails cleanly: what was acknowledged is there, every record is counted exactly
once, and no object stays that no row knows.
"""

import json
import random
import subprocess
import time
import unittest

from system import Failed, System

RECORDS = 60_000
KILLS = 20


class KillTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.system = System()
        cls.addClassCleanup(cls.system.__exit__)
        cls.system.__enter__()
        cls.system.main_job()
        cls.file = cls.system.synth(cls.system.work / "register.csv", "082201", RECORDS)

    def begin_upload(self, reference_date):
        return subprocess.Popen(
            [*self.system.command("upload", self.file, "--dataset", "resident-register", "--reference-date",
                                  reference_date, who="tsukuba-steward", tenant="tsukuba"), "--json"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=self.system.environment())

    def begin_abstraction(self, snapshot):
        return subprocess.Popen(
            [*self.system.command("abstraction", "run", "--snapshot", snapshot, "--recipe", "resident-register",
                                  who="tsukuba-steward", tenant="tsukuba"), "--json"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=self.system.environment())

    def finish(self, process):
        """The answer of a client that lived through the kill, or its error."""
        out, err = process.communicate(timeout=240)
        if process.returncode != 0:
            raise Failed(process.returncode, err)
        return json.loads(out)

    def kill_during(self, process, delay):
        """Kills oborod `delay` seconds into the work (the seeded moment), and starts it again."""
        try:
            process.wait(timeout=delay)
        except subprocess.TimeoutExpired:
            pass
        committed = self.system.sql("SELECT snapshot_id, committed_bytes FROM upload.snapshots")
        self.system.kill("oborod")
        self.system.start()
        after = dict(self.system.sql("SELECT snapshot_id, committed_bytes FROM upload.snapshots"))
        for snapshot, size in committed:
            self.assertGreaterEqual(int(after[snapshot]), int(size), "an acknowledged upload was lost")

    def snapshot_of(self, reference_date):
        listed = self.system.oboro("snapshots", "list", "--dataset", "resident-register", who="tsukuba-steward",
                                   tenant="tsukuba")["snapshots"]
        return next(item for item in listed if item["reference_date"] == reference_date)

    def assert_no_orphans(self):
        """Every object on disk has its row, and every live row its object."""
        known = {row[0] for row in self.system.sql("SELECT object_id FROM tenancy.data_keys")}
        found = set()
        for path in self.system.object_files():
            names = {part.split(".")[0] for part in path.relative_to(self.system.state).parts} & known
            self.assertTrue(names, f"{path} belongs to no row")
            found |= names
        # Asked after the files were listed: a snapshot may be on its way out, its row first and then its bytes.
        live = {row[0] for row in self.system.sql("SELECT object_id FROM tenancy.data_keys WHERE state = 'LIVE'")}
        self.assertTrue(live)
        self.assertEqual(live - found, set(), "a live row has lost its object")

    def measured_seconds(self):
        begin = time.monotonic()
        uploaded = self.finish(self.begin_upload("2024-01-01"))
        middle = time.monotonic()
        self.finish(self.begin_abstraction(uploaded["snapshot"]["name"]))
        return middle - begin, time.monotonic() - middle

    def test_twenty_kills(self):
        upload_seconds, abstraction_seconds = self.measured_seconds()
        moments = random.Random(20250401)
        outcomes = {"resumed": 0, "failed cleanly": 0}
        for kill in range(KILLS):
            reference_date = f"2023-{kill % 12 + 1:02d}-{kill + 1:02d}"
            during_upload = kill % 2 == 0
            process = self.begin_upload(reference_date)
            if during_upload:
                self.kill_during(process, moments.uniform(0.02, upload_seconds))
            try:
                self.finish(process)
            except Failed:
                outcomes["failed cleanly"] += 1
                self.finish(self.begin_upload(reference_date))  # The same command again resumes.
            else:
                outcomes["resumed"] += during_upload
            snapshot = self.snapshot_of(reference_date)
            self.assertEqual((snapshot["state"], int(snapshot["records"])), ("SNAPSHOT_STATE_ACCEPTED", RECORDS))

            process = self.begin_abstraction(snapshot["name"])
            if not during_upload:
                self.kill_during(process, moments.uniform(0.02, abstraction_seconds))
            try:
                made = self.finish(process)
                outcomes["resumed"] += not during_upload
            except Failed:
                outcomes["failed cleanly"] += 1
                made = self.finish_abstraction(snapshot["name"])
            self.assertEqual(int(made["abstraction"]["records"]), RECORDS)
        counted = self.system.sql(
            "SELECT count(*), count(DISTINCT snapshot) FROM abstraction.abstractions WHERE snapshot LIKE '%resident%'")
        self.assertEqual(counted[0][0], counted[0][1], "a snapshot was abstracted twice")
        self.system.call("stop")
        self.system.start()
        self.assert_no_orphans()
        print(f"{KILLS} kills: {outcomes}")

    def finish_abstraction(self, snapshot):
        """The abstraction that the killed call had asked for, or a new one where it was never accepted."""
        listed = self.system.oboro("abstraction", "list", who="tsukuba-steward", tenant="tsukuba")["abstractions"]
        for item in listed:
            if item["snapshot"] == snapshot:
                return {"abstraction": item}
        for operation in self.system.oboro("operations", "list", who="tsukuba-steward",
                                           tenant="tsukuba")["operations"]:
            if operation["target_name"] == snapshot and operation["kind"] == "abstraction.run":
                watched = self.system.oboro("operations", "watch", operation["name"], who="tsukuba-steward",
                                            tenant="tsukuba")
                return self.system.oboro("abstraction", "get", watched["result_name"], who="tsukuba-steward",
                                         tenant="tsukuba")
        return self.finish(self.begin_abstraction(snapshot))


if __name__ == "__main__":
    unittest.main()
