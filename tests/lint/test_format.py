"""Every C++ file is as clang-format 19 writes it, every proto passes buf, every shell script shellcheck."""

import os
import subprocess
import tempfile
import unittest

from repository import ROOT, tracked

BUF = ROOT / "deploy" / "deps" / "node_modules" / "@bufbuild" / "buf-linux-x64" / "bin" / "buf"


def run(command, **environment):
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env=dict(os.environ, **environment))
    return done.returncode, done.stdout


class FormatTest(unittest.TestCase):
    def test_cpp(self):
        files = tracked(".cc", ".h")
        self.assertTrue(files)
        code, output = run(["clang-format-19", "--dry-run", "-Werror", "--ferror-limit=1", *files])
        self.assertEqual(code, 0, output[-4000:] + "\nremedy: clang-format-19 -i FILE")

    def test_proto(self):
        with tempfile.TemporaryDirectory() as cache:
            code, output = run([str(BUF), "lint"], BUF_CACHE_DIR=cache)
        self.assertEqual(code, 0, output[-4000:])

    def test_shell(self):
        scripts = [path for path in tracked()
                   if path.endswith(".sh") or (ROOT / path).read_bytes().startswith(b"#!/bin/bash")]
        self.assertIn("deploy/up", scripts)
        for path in scripts:
            code, output = run(["bash", "-n", path])
            self.assertEqual(code, 0, output)
        # Sourced parts use each other's variables, which shellcheck cannot see.
        code, output = run(["shellcheck", "-s", "bash", "-e", "SC1091,SC2034,SC2153,SC2154,SC2155", *scripts])
        self.assertEqual(code, 0, output[-4000:])


if __name__ == "__main__":
    unittest.main()
