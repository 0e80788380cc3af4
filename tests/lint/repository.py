"""The files that git knows of, for tests about the repository itself."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def tracked(*suffixes):
    """Paths relative to the root of tracked files that exist, with one of the suffixes (none: all)."""
    listed = subprocess.run(
        ["git", "-c", "core.quotepath=off", "ls-files", "-z"], cwd=ROOT, check=True,
        stdout=subprocess.PIPE).stdout.decode().split("\0")
    return [path for path in listed
            if path and (not suffixes or path.endswith(suffixes)) and (ROOT / path).is_file()]


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def includes(path):
    """What a C++ file includes from our own tree."""
    return re.findall(r'^\s*#\s*include\s+"([^"]+)"', text(path), re.MULTILINE)
