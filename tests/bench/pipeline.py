"""Measures the whole path on one machine: an instance of its own, a synthetic register, every stage. See README.md."""

import argparse
import datetime
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "integration"))
from system import BIN, System, duckdb  # noqa: E402  (the folder is on the path only now)

CITY = "hamamatsu"
CODE = "221309"
# What `quasi_identifiers` of deploy/recipes/resident_register.yaml names.
QUASI_IDENTIFIERS = ["city", "ward", "town", "age_band", "sex", "resident_kind"]
KINDS = {"upload.check": "check", "abstraction.run": "abstract", "verification.run": "verify",
         "aggregation.run": "aggregate"}
MEGABYTE = 1e6


def median(values):
    return statistics.median(values) if values else 0


def status_of(pid):
    """Fields of /proc/PID/status that are numbers; None when the process is gone."""
    try:
        text = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    return {key: int(value) for key, value in re.findall(r"^(\w+):\s+(\d+)", text, re.MULTILINE)}


def processor_seconds(pid):
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class ChildSampler(threading.Thread):
    """Looks at the job children of oborod every 20 ms: threads and processor time that the service does not report."""

    def __init__(self, parent):
        super().__init__(daemon=True)
        self.parent = parent
        self.samples = []  # (time, pid, threads, processor seconds)
        self.ending = threading.Event()

    def run(self):
        while not self.ending.wait(0.02):
            now = time.time()
            for child in self.children():
                status = status_of(child)
                if status:
                    self.samples.append((now, child, status.get("Threads", 0), processor_seconds(child)))

    def children(self):
        found = []
        for path in pathlib.Path(f"/proc/{self.parent}/task").glob("*/children"):
            try:
                found += [int(word) for word in path.read_text().split()]
            except OSError:
                pass  # A thread that has just ended.
        return found

    def between(self, begin, end):
        """Most threads, and processor seconds, of the child that ran in this span."""
        seen = [sample for sample in self.samples if begin <= sample[0] <= end]
        return (max((threads for _, _, threads, _ in seen), default=0),
                max((seconds for _, _, _, seconds in seen), default=0))


def make_tenant(system, residents):
    admin = {"who": f"{CITY}-admin", "tenant": CITY}
    system.oboro("tenants", "create", "--code", CODE, "--display-name", "浜松市", "--population", residents,
                 "--administrator", f"{CITY}-admin", "--quota-bytes", 64 << 30, "--quota-rows", 50_000_000,
                 "--quota-jobs", 2, who="operator")
    system.oboro("departments", "create", "citizens", "--display-name", "市民窓口課", **admin)
    system.oboro("members", "add", f"{CITY}-steward", "--role", "steward", "--department", "citizens", **admin)
    system.oboro("members", "add", f"{CITY}-analyst", "--role", "analyst", **admin)
    system.oboro("members", "add", f"{CITY}-privacy", "--role", "privacy-officer", **admin)


def timestamp(text):
    # Nanoseconds are more than fromisoformat reads.
    return datetime.datetime.fromisoformat(re.sub(r"(\.\d{6})\d*", r"\1", text).replace("Z", "+00:00")).timestamp()


def operations(system):
    listed = system.oboro("operations", "list", who=f"{CITY}-steward", tenant=CITY)["operations"]
    return {operation["name"]: operation for operation in listed}


def run_once(system, register, number):
    """One file from upload to table. Returns {stage: {seconds, work, rows, memory, threads, processor}}."""
    before = operations(system)
    sampler = ChildSampler(system.pid("oborod"))
    sampler.start()
    outcome = system.run_path(CITY, register, f"bench-{number}", ["town", "age_band", "sex"],
                              documents="resident_register", out=system.work / f"bench-{number}.csv")
    sampler.ending.set()
    sampler.join()
    seconds = {stage["stage"].split()[-1]: float(stage["seconds"]) for stage in outcome["stages"]}
    stages = {"upload": {"seconds": seconds["upload"], "work": seconds["upload"], "rows": outcome["records"],
                         "memory": status_of(system.pid("oborod"))["VmHWM"] * 1024, "threads": 0, "processor": 0}}
    named = dict(zip(KINDS.values(), ("check", "abstraction", "verification", "aggregation")))
    for name, operation in operations(system).items():
        stage = KINDS.get(operation["kind"])
        if name in before or stage is None:
            continue
        reports = operation.get("stages", [])
        threads, processor = sampler.between(timestamp(operation["create_time"]), timestamp(operation["end_time"]))
        stages[stage] = {
            "seconds": seconds[named[stage]],
            "work": sum(float(report["seconds"]) for report in reports),
            "rows": outcome["cells"] if stage == "aggregate" else outcome["records"],
            "memory": max((int(report.get("peak_memory_bytes", 0)) for report in reports), default=0),
            "threads": threads, "processor": processor}
    return outcome, stages


def object_bytes(system, table):
    rows = system.sql(f"SELECT k.bytes FROM tenancy.data_keys k JOIN {table} t USING (tenant_id, object_id) LIMIT 1")
    return int(rows[0][0]) if rows else 0


def print_stages(runs, sizes):
    print(f"\n{'stage':<10} {'rows':>10} {'MB':>7} {'seconds':>8} {'work s':>7} {'per second':>16} {'threads':>7} "
          f"{'cpu s':>6} {'peak MB':>8}")
    for stage in ("upload", "check", "abstract", "verify", "aggregate"):
        got = [run[stage] for run in runs]
        middle = {key: median([one[key] for one in got]) for key in got[0]}
        size = sizes[stage] / MEGABYTE
        if stage == "upload":
            rate = f"{size / middle['work']:,.1f} MB"
        else:
            rate = f"{middle['rows'] / max(middle['work'], 1e-9):,.0f} " + (
                "cells" if stage == "aggregate" else "rows")
        print(f"{stage:<10} {int(middle['rows']):>10,} {size:>7.1f} {middle['seconds']:>8.2f} {middle['work']:>7.2f} "
              f"{rate:>16} {int(middle['threads']) or '-':>7} {middle['processor']:>6.2f} "
              f"{middle['memory'] / MEGABYTE:>8.0f}")


def abstraction_like(system, residents, folder):
    """The quasi-identifiers' columns as one CSV file, computed by DuckDB from the same residents in UTF-8."""
    register = system.synth(folder / "utf8.csv", CODE, residents, "--encoding", "utf-8")
    path = folder / "quasi_identifiers.csv"
    # Years are enough for a band here: the classes are as many and as large as the recipe's, the bands a year off.
    duckdb(f"""
        COPY (
          WITH r AS (SELECT *, replace("生年月日", '元年', '1年') AS born FROM read_csv('{register}', header = true,
                     all_varchar = true)),
          y AS (SELECT *, try_cast(regexp_extract(born, '(\\d+)', 1) AS INT) + CASE
                  WHEN starts_with(born, '明治') THEN 1867 WHEN starts_with(born, '大正') THEN 1911
                  WHEN starts_with(born, '昭和') THEN 1925 WHEN starts_with(born, '平成') THEN 1988
                  WHEN starts_with(born, '令和') THEN 2018 ELSE 0 END AS year FROM r)
          SELECT '221309' AS city, left("町字コード", 5) AS ward, "町字コード" || ' ' || "町字" AS town,
                 coalesce(least((2025 - year) // 5, 20)::VARCHAR, '不詳') AS age_band, "性別" AS sex,
                 "住民種別" AS resident_kind
          FROM y) TO '{path}' (HEADER, DELIMITER ',')""")
    return path


def compare_classes(path, threads, repetitions):
    done = subprocess.run([BIN / "oboro_class_sizes_bench", path, ",".join(QUASI_IDENTIFIERS), str(threads),
                           str(repetitions)], capture_output=True, text=True, check=True)
    figures = json.loads(done.stdout)
    print(f"\nclass sizes over {', '.join(QUASI_IDENTIFIERS)}: {figures['records']:,} records, "
          f"{figures['classes']:,} classes (DuckDB finds as many), {threads} threads, medians of {repetitions}")
    print(f"  ours {figures['seconds'] * 1e3:.1f} ms, DuckDB {figures['duckdb_seconds'] * 1e3:.1f} ms, "
          f"ratio {figures['duckdb_seconds'] / figures['seconds']:.1f}")


def measure_cipher():
    """The encrypting stream alone beside OpenSSL's own AES-256-GCM on blocks of the same size, one thread each."""
    speed = subprocess.run(["openssl", "speed", "-evp", "aes-256-gcm", "-bytes", str(1 << 20), "-seconds", "2"],
                           capture_output=True, text=True, check=True).stdout.split()
    openssl = float(speed[-1].rstrip("k")) / 1e3
    done = subprocess.run([BIN / "oboro_platform_stream_bench", "--benchmark_format=json",
                           "--benchmark_repetitions=3", "--benchmark_report_aggregates_only=true"],
                          capture_output=True, text=True, check=True)
    found = {entry["name"]: entry["bytes_per_second"] / MEGABYTE for entry in json.loads(done.stdout)["benchmarks"]
             if entry["name"].endswith("_median")}
    print(f"\ncipher alone, one thread: openssl speed {openssl:,.0f} MB/s, our stream encrypts "
          f"{found['BM_Encrypt_median']:,.0f} MB/s and decrypts {found['BM_Decrypt_median']:,.0f} MB/s")


def describe_machine():
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    print(f"{datetime.datetime.now():%Y-%m-%d %H:%M}, commit {commit.stdout.strip() or 'unknown'}, "
          f"{os.cpu_count()} cores ({model.group(1) if model else 'unknown'}), load {os.getloadavg()[0]:.1f}")


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/run", description=__doc__)
    parser.add_argument("--residents", type=int, default=300_000, help="rows of the synthetic register")
    parser.add_argument("--repetitions", type=int, default=3, help="medians of so many runs")
    options = parser.parse_args()
    threads = os.cpu_count() or 1
    describe_machine()
    measure_cipher()
    with System() as system:
        begin = time.time()
        register = system.synth(system.work / "register.csv", CODE, options.residents)
        print(f"\nsynth: {options.residents:,} residents, {register.stat().st_size / MEGABYTE:.1f} MB in "
              f"{time.time() - begin:.2f} s")
        make_tenant(system, options.residents)
        runs = []
        for number in range(options.repetitions):
            outcome, stages = run_once(system, register, number)
            runs.append(stages)
        abstraction = object_bytes(system, "abstraction.abstractions")
        file_bytes = register.stat().st_size
        print_stages(runs, {"upload": file_bytes, "check": file_bytes, "abstract": file_bytes,
                            "verify": abstraction, "aggregate": abstraction})
        print(f"{outcome['cells']:,} cells, {outcome['primary_suppressions']:,} primary and "
              f"{outcome['secondary_suppressions']:,} secondary suppressions; medians of {options.repetitions}; "
              f"peak of oborod {status_of(system.pid('oborod'))['VmHWM'] * 1024 / MEGABYTE:.0f} MB")
        compare_classes(abstraction_like(system, options.residents, system.work), threads,
                        max(5, options.repetitions))


if __name__ == "__main__":
    main()
