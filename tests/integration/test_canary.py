"""No personal value in plaintext anywhere: state folder, database, logs, and no core after a crash."""

import os
import pathlib
import signal
import unittest

from system import System

# Names that occur nowhere else; one is written over each of the first residents.
CANARIES = ["金糸雀坑道", "鳴禽検知子", "カナリヤ・ゼロイチ"]
ADDRESS = "金糸雀町九丁目987番地654"


def encodings(text):
    return [text.encode(name) for name in ("utf-8", "cp932", "utf-16-le", "utf-16-be")]


class CanaryTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.system = System()
        cls.addClassCleanup(cls.system.__exit__)
        cls.system.__enter__()
        cls.system.main_job()

    def register(self):
        """A register with canaries as names and addresses, and errors whose findings quote them."""
        path = self.system.synth(self.system.work / "plain.csv", "082201", 3000, "--encoding", "utf-8")
        lines = path.read_bytes().decode().split("\r\n")
        header = lines[0].split(",")
        name, address, relation = (header.index(column) for column in ("氏名", "住所", "続柄"))
        for row in range(1, 41):
            fields = lines[row].split(",")
            fields[name] = CANARIES[row % len(CANARIES)]
            fields[address] = ADDRESS
            if row % 10 == 0:
                fields[relation] = CANARIES[0]  # No relation: the finding holds the value.
            lines[row] = ",".join(fields)
        path.write_bytes("\r\n".join(lines).encode("cp932"))
        return path

    def assert_nowhere(self, data, where):
        for canary in [*CANARIES, ADDRESS]:
            for encoded in encodings(canary):
                self.assertNotIn(encoded, data, f"a canary stands in {where}")

    def search(self):
        searched = 0
        for path in self.system.state.rglob("*"):
            if path.is_file() and not path.is_symlink():
                self.assert_nowhere(path.read_bytes(), path)
                searched += 1
        self.assertGreater(searched, 20)
        self.assert_nowhere(self.system.dump(), "the dumped database")

    def test_no_canary_after_a_full_run(self):
        file = self.register()
        # The search itself must be able to fail: it finds the canaries in the input.
        with self.assertRaises(AssertionError):
            self.assert_nowhere(file.read_bytes(), file)
        uploaded = self.system.oboro("upload", file, "--dataset", "resident-register", "--reference-date", "2025-04-01",
                                     who="tsukuba-steward", tenant="tsukuba")
        findings = self.system.oboro("snapshots", "findings", uploaded["snapshot"]["name"], who="tsukuba-steward",
                                     tenant="tsukuba")["findings"]
        self.assertIn(CANARIES[0], [finding["value"] for finding in findings])
        self.search()
        outcome = self.system.run_path("tsukuba", file, "resident-register", ["town", "age_band", "sex"],
                                       reference_date="2025-05-01")  # The ledger takes no other records of one date.
        self.search()
        self.system.export(outcome["statistic"], "tsukuba")
        self.crash()
        self.search()

    def crash(self):
        """A crash leaves no core, although the limits around it would let it."""
        cwd = pathlib.Path(os.readlink(f"/proc/{self.system.pid('oborod')}/cwd"))
        self.system.kill("oborod", signal.SIGSEGV)
        cores = [*cwd.glob("core*"), *self.system.state.rglob("core"), *self.system.state.rglob("core.*")]
        self.assertEqual([path for path in cores if path.is_file()], [])
        self.system.start()


if __name__ == "__main__":
    unittest.main()
