"""Ciphertext that is not where it was written: swapped between objects, tenants, parts and chunks, cut, flipped, put
back. A running instance refuses each, whoever reads; put right again, it reads as before."""

import unittest

from system import CITIES, Failed, System

HEADER = 16
PREFIX = 4
OVERHEAD = PREFIX + 12 + 16


def chunks(data):
    """The stream's header and its chunks (docs/stream-format.md)."""
    found, at = [], HEADER
    while at < len(data):
        end = at + OVERHEAD + (int.from_bytes(data[at:at + PREFIX], "big") & 0x7FFFFFFF)
        found.append(data[at:end])
        at = end
    return data[:HEADER], found


class SwappedTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.system = System()
        cls.addClassCleanup(cls.system.__exit__)
        cls.system.__enter__()
        cls.system.main_job()
        cls.register = cls.system.synth(cls.system.work / "register.csv", "082201", 20_000)

    def setUp(self):
        """The statistic and its bytes of each city, and what an export of Tsukuba's says as long as nothing is wrong."""
        self.statistics = {}
        for city, code in CITIES.items():
            rows = self.system.sql("SELECT s.tenant_id, s.statistic_id, s.object_id FROM aggregation.statistics s"
                                   f" JOIN tenancy.tenants t USING (tenant_id) WHERE t.municipality_code = '{code}'"
                                   " ORDER BY s.create_time LIMIT 1")
            tenant, statistic, identity = rows[0]
            self.statistics[city] = (statistic, self.file_of(tenant, identity))
        self.truth = self.read("tsukuba")

    def file_of(self, tenant, identity):
        files = [path for path in self.system.object_files() if tenant in path.parts and identity in path.parts]
        self.assertEqual(len(files), 1)
        return files[0]

    def read(self, city):
        return self.system.export(self.statistics[city][0], city)

    def assert_unreadable(self, city="tsukuba"):
        with self.assertRaises(Failed) as caught:
            self.read(city)
        self.assertEqual(caught.exception.code, 9)  # An export is text: its error is too.
        self.assertIn("[STREAM_CORRUPT]", str(caught.exception))

    def with_bytes(self, path, data, check):
        """Runs `check` while the file holds `data`, then puts it right and sees that it is."""
        right = path.read_bytes()
        path.write_bytes(data)  # In place: owner and mode stay.
        try:
            check()
        finally:
            path.write_bytes(right)

    def test_swapped_between_tenants(self):
        mine, theirs = (self.statistics[city][1] for city in ("tsukuba", "hamamatsu"))
        right = theirs.read_bytes()
        self.with_bytes(theirs, mine.read_bytes(), lambda: self.with_bytes(
            mine, right, lambda: [self.assert_unreadable(city) for city in CITIES]))
        self.assertEqual(self.read("tsukuba"), self.truth)

    def test_cut_flipped_and_grown(self):
        path = self.statistics["tsukuba"][1]
        data = path.read_bytes()
        header, pieces = chunks(data)
        flipped = lambda at: data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]  # noqa: E731
        wrong = [b"", data[:HEADER], data[:-1], data[:len(data) // 2], data + b"\0", data + pieces[-1],
                 header + b"".join(pieces[:-1]), flipped(0), flipped(HEADER + 3), flipped(HEADER + PREFIX),
                 flipped(len(data) // 2), flipped(len(data) - 1)]
        for number, bad in enumerate(wrong):
            if bad == data:
                continue
            with self.subTest(number):
                self.with_bytes(path, bad, self.assert_unreadable)
        self.assertEqual(self.read("tsukuba"), self.truth)

    def upload(self, date):
        self.system.oboro("upload", self.register, "--dataset", "resident-register", "--reference-date", date,
                          who="tsukuba-steward", tenant="tsukuba")
        tenant, snapshot, identity = self.system.sql(
            f"SELECT tenant_id, snapshot_id, object_id FROM upload.snapshots WHERE reference_date = '{date}'")[0]
        files = [path for path in self.system.object_files() if tenant in path.parts and identity in path.parts]
        return f"tenants/{tenant}/datasets/resident-register/snapshots/{snapshot}", sorted(files)

    def abstract(self, snapshot):
        return self.system.oboro("abstraction", "run", "--snapshot", snapshot, "--recipe", "resident-register",
                                 who="tsukuba-steward", tenant="tsukuba")

    def assert_not_abstracted(self, snapshot):
        before = self.system.sql("SELECT count(*) FROM abstraction.abstractions")
        with self.assertRaises(Failed) as caught:
            self.abstract(snapshot)
        self.assertEqual(caught.exception.reason, "STREAM_CORRUPT", caught.exception)
        self.assertEqual(self.system.sql("SELECT count(*) FROM abstraction.abstractions"), before)
        state = self.system.sql(f"SELECT state FROM upload.snapshots WHERE snapshot_id = '{snapshot.split('/')[-1]}'")
        self.assertEqual(state, [["ACCEPTED"]], "a snapshot that could not be read was given up")

    def test_snapshots_swapped_with_each_other_and_in_their_chunks(self):
        """The same tenant, the same steward, two reference dates: the records of one must not pass for the other's."""
        first, mine = self.upload("2021-04-01")
        second, theirs = self.upload("2022-04-01")
        self.assertEqual(len(mine), len(theirs))
        right = [path.read_bytes() for path in mine]
        for path, other in zip(mine, theirs):
            path.write_bytes(other.read_bytes())
        self.assert_not_abstracted(first)
        for path, data in zip(mine, right):
            path.write_bytes(data)

        header, pieces = chunks(right[0])
        self.assertGreater(len(pieces), 2)
        swapped = [pieces[1], pieces[0], *pieces[2:]]
        self.with_bytes(mine[0], header + b"".join(swapped), lambda: self.assert_not_abstracted(first))
        repeated = [pieces[0], pieces[0], *pieces[2:]]
        self.with_bytes(mine[0], header + b"".join(repeated), lambda: self.assert_not_abstracted(first))
        self.with_bytes(mine[0], header + b"".join(pieces[:1] + pieces[2:]),
                        lambda: self.assert_not_abstracted(first))

        for snapshot in (first, second):
            self.assertEqual(int(self.abstract(snapshot)["abstraction"]["records"]), 20_000)


if __name__ == "__main__":
    unittest.main()
