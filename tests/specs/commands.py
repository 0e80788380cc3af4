"""Runs the engine's table commands in a folder of their own."""

import csv
import io
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

BIN = pathlib.Path(os.environ["OBORO_BIN_DIR"]) / "sdc_tables"


class Commands(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="oboro-tables-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text, encoding="utf-8"):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(encoding))
        return name

    def records(self, name, counts, header, encoding="utf-8", delimiter=","):
        """`counts`: (values ..., how often)."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
        writer.writerow(header)
        for *values, times in counts:
            for _ in range(times):
                writer.writerow(values)
        return self.write(name, out.getvalue(), encoding)

    def call(self, *words):
        return subprocess.run([BIN, *map(str, words)], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=60)

    def ok(self, *words, code=0):
        """The JSON of a command that ends with `code`."""
        done = self.call(*words, "--json")
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def refused(self, *words, says=""):
        """A command that ends with 2, says so and writes nothing to standard output."""
        done = self.call(*words)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertIn(says, done.stderr)
        return done.stderr

    def table(self, name, dims, encoding="utf-8"):
        """{labels: (value, status)} of a long CSV."""
        with open(self.folder / name, encoding=encoding, newline="") as file:
            rows = list(csv.DictReader(file))
        cells = {tuple(row[d] for d in dims): (row["value"], row["status"]) for row in rows}
        self.assertEqual(len(cells), len(rows), "a cell is there twice")
        return cells
