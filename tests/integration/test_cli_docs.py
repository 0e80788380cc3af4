"""Every example of docs/cli.md runs, and every command of the client has one."""

import os
import re
import shlex
import subprocess
import unittest

from system import BIN, ROOT, SHARED, System

# Commands whose examples stand in the engine's own pages, run by the engine's own tests.
ELSEWHERE = {"sdc"}


def examples():
    """The lines after `$ ` in the console blocks of docs/cli.md, in order."""
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def subcommands(*path):
    """The commands below `path`, as --help lists them."""
    done = subprocess.run([BIN / "oboro", *path, "--help"], capture_output=True, text=True, check=True)
    if "Subcommands:" not in done.stdout:
        return []
    return re.findall(r"^  ([a-z][a-z-]+)\s", done.stdout.split("Subcommands:")[1], re.MULTILINE)


class CliDocsTest(unittest.TestCase):
    def test_every_command_has_an_example(self):
        lines = "\n".join(examples())
        missing = []
        for command in set(subcommands()) - ELSEWHERE:
            for words in [(command, sub) for sub in subcommands(command)] or [(command,)]:
                if not re.search(rf"oboro [^\n]*\b{' '.join(words)}\b", lines):
                    missing.append(" ".join(words))
        self.assertEqual(missing, [])

    def test_every_example_runs(self):
        with System() as system:
            system.main_job()
            (system.work / "deploy").symlink_to(ROOT / "deploy")
            script = "set -euo pipefail\n" + "".join(
                f"echo {shlex.quote('+ ' + line)} >&2\n{line}\n" for line in examples())
            environment = {**system.environment(), "PATH": f"{BIN}:{os.environ['PATH']}",
                           "OBORO_SHARED_DIR": str(SHARED)}
            done = subprocess.run(["bash", "-c", script], cwd=system.work, env=environment, text=True,
                                  capture_output=True, stdin=subprocess.DEVNULL, timeout=800)
            self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr[-3000:])


if __name__ == "__main__":
    unittest.main()
