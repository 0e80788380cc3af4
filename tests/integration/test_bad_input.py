"""Bad files end to end: each is refused in clear words, with the place, and leaves no key and no bytes behind."""

import gzip
import unittest

from system import Failed, System

RECORDS = 300


def mutated(lines, row, change):
    """The register with `change` applied to one line (bytes)."""
    return b"\r\n".join([*lines[:row], change(lines[row]), *lines[row + 1:]]) + b"\r\n"


class BadInputTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.system = System()
        cls.addClassCleanup(cls.system.__exit__)
        cls.system.__enter__()
        cls.system.main_job()
        cls.good = cls.system.synth(cls.system.work / "good.csv", "082201", RECORDS).read_bytes()
        cls.lines = cls.good.rstrip(b"\r\n").split(b"\r\n")
        cls.dates = iter(f"2010-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 29))

    def upload(self, data):
        path = self.system.work / "input.csv"
        path.write_bytes(data)
        date = next(self.dates)
        try:
            self.system.oboro("upload", path, "--dataset", "resident-register", "--reference-date", date,
                              who="tsukuba-steward", tenant="tsukuba")
        except Failed as failed:
            return date, failed
        return date, None

    def snapshot(self, date):
        rows = self.system.sql("SELECT snapshot_id, object_id, state, coalesce(findings_object_id, ''), records"
                               f" FROM upload.snapshots WHERE reference_date = '{date}'")
        self.assertEqual(len(rows), 1)
        return rows[0]

    def held(self):
        """Everything that a snapshot could leave: files, keys, rows of parts, unfinished work, bytes on the quota."""
        return (self.system.object_files(),
                self.system.sql("SELECT tenant_id, object_id, state FROM tenancy.data_keys ORDER BY 1, 2"),
                self.system.sql("SELECT count(*) FROM upload.snapshot_parts"),
                self.system.sql("SELECT count(*) FROM jobs.jobs WHERE state IN ('QUEUED', 'RUNNING')"),
                self.system.sql("SELECT tenant_id, bytes, rows FROM tenancy.usage ORDER BY 1"))

    def assert_refused(self, data, rule, where=None, words=()):
        before = self.held()
        date, failed = self.upload(data)
        self.assertIsNotNone(failed, f"{rule}: the file was accepted")
        self.assertEqual((failed.reason, failed.code), ("SNAPSHOT_REFUSED", 2), failed)
        metadata = failed.error.get("metadata", {})
        self.assertEqual(metadata.get("rule"), rule, failed)
        for key, value in (where or {}).items():
            self.assertEqual(metadata.get(key), str(value), failed)
        for word in words:
            self.assertIn(word, failed.error["message"])
        self.assertTrue(failed.error.get("message_ja"), failed.error)
        _, _, state, findings, _ = self.snapshot(date)
        self.assertEqual(state, "REFUSED")
        self.assertEqual(findings, "")
        self.assertEqual(self.held(), before, f"{rule} left something behind")

    def test_truncated_multibyte(self):
        cut = self.good[:self.good.index("つくば".encode("cp932")) + 1]
        self.assert_refused(cut, "ENCODING_TRUNCATED")

    def test_bytes_that_the_encoding_does_not_know(self):
        self.assert_refused(mutated(self.lines, 7, lambda line: line.replace(b",", b",\xff\xff", 1)),
                            "ENCODING_INVALID", {"row": 7})

    def test_unbalanced_quotes(self):
        self.assert_refused(mutated(self.lines, RECORDS - 5, lambda line: line.replace(b",", b',"', 1)),
                            "CSV_UNBALANCED_QUOTE", {"row": RECORDS - 5})
        # Far from the end the limit of a field is met first, and says where to look.
        self.assert_refused(mutated([*self.lines] * 20, 20, lambda line: line.replace(b",", b',"', 1)),
                            "CSV_FIELD_TOO_LARGE", {"row": 20}, ["quote"])

    def test_ragged_rows(self):
        self.assert_refused(mutated(self.lines, 30, lambda line: line + b",1"), "CSV_RAGGED_ROW",
                            {"row": 30, "line": 31}, ["16", "15"])
        self.assert_refused(mutated(self.lines, 30, lambda line: line.rsplit(b",", 1)[0]), "CSV_RAGGED_ROW",
                            {"row": 30, "line": 31}, ["14", "15"])

    def test_nul_bytes(self):
        self.assert_refused(mutated(self.lines, 40, lambda line: line[:15] + b"\0" + line[15:]), "CSV_NUL_BYTE",
                            {"row": 40})

    def test_a_field_of_10_megabytes(self):
        self.assert_refused(mutated(self.lines, 50, lambda line: line + b"x" * 10_000_000), "CSV_FIELD_TOO_LARGE",
                            {"row": 50})
        self.assert_refused(mutated(self.lines, 50, lambda line: line + b',"' + b"x\n" * 5_000_000 + b'"'),
                            "CSV_FIELD_TOO_LARGE", {"row": 50})

    def test_a_wrong_header(self):
        self.assert_refused(mutated(self.lines, 0, lambda line: line.replace("性別".encode("cp932"), b"sex")),
                            "HEADER_MISMATCH", {"column": 6}, ["性別"])

    def test_files_without_records(self):
        self.assert_refused(b"", "FILE_EMPTY")
        self.assert_refused(self.lines[0] + b"\r\n", "FILE_EMPTY")

    def test_a_compressed_file_named_csv(self):
        self.assert_refused(gzip.compress(self.good), "FILE_NOT_TEXT", words=["gzip"])

    def test_findings_before_the_fault_do_not_stay(self):
        """A structural fault behind rows with errors: their values, which are personal, go with the rest."""
        lines = [line.replace("世帯主".encode("cp932"), "不明人".encode("cp932")) for line in self.lines]
        self.assert_refused(mutated(lines, 250, lambda line: line + b",1"), "CSV_RAGGED_ROW", {"row": 250})

    def test_too_many_errors_keep_only_the_findings(self):
        """Those a steward has to settle: they stay until the snapshot is destroyed, and nothing else does."""
        files, keys, *rest = self.held()
        lines = [line.replace("世帯主".encode("cp932"), "不明人".encode("cp932")) for line in self.lines]
        date, failed = self.upload(b"\r\n".join(lines) + b"\r\n")
        self.assertEqual(failed.error["metadata"]["rule"], "ERROR_LIMIT_EXCEEDED", failed)
        snapshot, records_object, state, findings, _ = self.snapshot(date)
        self.assertEqual(state, "REFUSED")
        left = [path for path in self.system.object_files() if path not in files]
        self.assertTrue(left and all(findings in path.parts for path in left), left)
        self.assertNotIn(records_object, [row[1] for row in self.system.sql("SELECT * FROM tenancy.data_keys")])
        listed = self.system.oboro("snapshots", "list", "--dataset", "resident-register", who="tsukuba-steward",
                                   tenant="tsukuba")["snapshots"]
        name = next(item["name"] for item in listed if item["name"].endswith(snapshot))
        found = self.system.oboro("snapshots", "findings", name, who="tsukuba-steward", tenant="tsukuba")["findings"]
        self.assertIn("不明人", [finding["value"] for finding in found])
        self.system.oboro("snapshots", "destroy", name, who="tsukuba-steward", tenant="tsukuba")
        self.assertEqual(self.held(), (files, keys, *rest))

    def test_the_good_file_is_accepted(self):
        """Whatever the others show, it is not that everything is refused."""
        date, failed = self.upload(self.good)
        self.assertIsNone(failed)
        self.assertEqual(self.snapshot(date)[2:5:2], ["ACCEPTED", str(RECORDS)])


if __name__ == "__main__":
    unittest.main()
