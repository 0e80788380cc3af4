"""Measures the table engine beside its goals: makes the benchmark register with ../shared/bench/gen_muni.cpp and runs
sdc_tables_bench, which makes the city itself. See README.md."""

import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("OBORO_BIN_DIR", ROOT / "build" / "release" / "bin"))
SHARED = pathlib.Path(os.environ.get("OBORO_SHARED_DIR", ROOT.parent / "shared"))


def main():
    source = SHARED / "bench" / "gen_muni.cpp"
    if not source.exists():
        print(f"table engine: not measured, {source} is missing (OBORO_SHARED_DIR names its folder)", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory(prefix="oboro-bench-") as folder:
        program = pathlib.Path(folder) / "gen_muni"
        subprocess.run(["g++", "-O2", "-std=c++17", "-o", program, source], check=True)
        files = []
        for name, rows in (("muni100k.csv", 100_000), ("muni10m.csv", 10_000_000)):
            files.append(pathlib.Path(folder) / name)
            subprocess.run([program, str(rows), files[-1]], check=True)
        print("\ntable engine, medians of 5:\n", flush=True)
        subprocess.run([BIN / "sdc_tables_bench", *files], check=True)


if __name__ == "__main__":
    main()
