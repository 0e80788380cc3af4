"""A whole running Oboro for a test: an instance of deploy/instance, the client against it, and what tests do to it."""

import csv
import io
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "deploy"))
from instance import Instance, run  # noqa: E402  (the folder is on the path only now)

BIN = pathlib.Path(os.environ.get("OBORO_BIN_DIR", ROOT / "build" / "release" / "bin"))
SHARED = pathlib.Path(os.environ.get("OBORO_SHARED_DIR", ROOT.parent / "shared"))
DOCUMENTS = ROOT / "deploy"
CITIES = {"tsukuba": "082201", "hamamatsu": "221309"}


class Failed(Exception):
    """The client ended with an exit code other than 0."""

    def __init__(self, code, error):
        super().__init__(f"exit {code}: {error}")
        self.code = code
        try:
            self.error = json.loads(error.strip().splitlines()[-1])["error"]
        except (ValueError, KeyError, IndexError):
            self.error = {"reason": "", "message": error}

    @property
    def reason(self):
        return self.error["reason"]


def duckdb(sql):
    """Rows of a statement, computed by DuckDB itself: lists of strings."""
    done = subprocess.run([BIN / "duckdb_query"], input=sql, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


class System(Instance):
    """An instance with the client. Work files lie beside the state folder, never in it."""

    def __init__(self):
        super().__init__()
        self.work = pathlib.Path(self.parent) / "work"
        self.work.mkdir()

    def call(self, command, *arguments):
        return super().call(command, "--bin", BIN, *arguments)

    def start(self):
        started = self.call("start")
        if started.returncode != 0:
            raise RuntimeError(started.stdout + self.logs())

    def environment(self):
        # Tokens are cached per instance: a cache in the home would outlive it.
        return {**os.environ, "XDG_CACHE_HOME": str(self.work / "cache"), "OBORO_STATE": str(self.state)}

    def command(self, *arguments, who=None, tenant=None):
        words = [BIN / "oboro", "--state", self.state]
        words += ["--as", who] if who else []
        words += ["--tenant", CITIES.get(tenant, tenant)] if tenant else []
        return [str(word) for word in [*words, *arguments]]

    def oboro(self, *arguments, who=None, tenant=None, text=False):
        """Runs the client; returns its JSON (or its text), or raises Failed."""
        words = self.command(*arguments, who=who, tenant=tenant)
        done = subprocess.run(words if text else [*words, "--json"], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=600, env=self.environment())
        if done.returncode != 0:
            raise Failed(done.returncode, done.stderr)
        return done.stdout if text else json.loads(done.stdout or "null")

    def main_job(self, tsukuba=2500, hamamatsu=3000, seed=1):
        """Both cities, their people and one statistic each. Below 2,000 people the policy lets no counts out."""
        return self.oboro("main-job", "--population", f"tsukuba={tsukuba},hamamatsu={hamamatsu}",
                          "--seed", str(seed), "--documents", DOCUMENTS, "--out", self.work / "job", text=True)

    def run_path(self, city, file, dataset, by, reference_date="2025-04-01", documents=None, out=None):
        """`oboro run` of one file as the city's people."""
        name = documents or dataset.replace("-", "_")
        policy = DOCUMENTS / "policies" / f"{name}.yaml"
        if not policy.exists():
            policy = DOCUMENTS / "policies" / "default.yaml"
        return self.oboro(
            "run", file, "--reference-date", reference_date, "--dataset", dataset, "--department", "citizens",
            "--schema", DOCUMENTS / "schemas" / f"{name}.yaml", "--recipe", DOCUMENTS / "recipes" / f"{name}.yaml",
            "--policy", policy, "--by", ",".join(by), *(["--out", out] if out else []),
            "--privacy-officer", f"{city}-privacy", "--analyst", f"{city}-analyst",
            who=f"{city}-steward", tenant=city)

    def synth(self, path, municipality="082201", population=1000, *options):
        self.oboro("synth", "--municipality", municipality, "--population", population, "--as-of", "2025-04-01",
                   "--out", path, *options)
        return path

    def export(self, statistic, city):
        """The statistic as rows of its CSV (dictionaries)."""
        text = self.oboro("statistics", "export", statistic, who=f"{city}-analyst", tenant=city, text=True)
        return list(csv.DictReader(io.StringIO(text)))

    # --- what a test may do to it

    def pid(self, name):
        return int((self.state / "run" / f"{name}.pid").read_text().split()[0])

    def kill(self, name="oborod", number=signal.SIGKILL):
        """Ends a process of the instance the hard way, and waits until the kernel has taken it."""
        pid = self.pid(name)
        os.kill(pid, number)
        run("tail", "--pid", pid, "-f", "/dev/null")

    def sql(self, statement, database="oboro"):
        """Rows of a statement as the cluster's superuser, each a list of strings."""
        described = self.describe()
        user = described["users"]["postgres"]
        words = ["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1",
                 "-h", str(self.state / "postgres" / "socket"), "-p", str(described["ports"]["postgres"]),
                 "-U", "postgres", "-d", database, "-c", statement]
        done = run(*self.as_user(user, words), cwd="/")
        if done.returncode != 0:
            raise RuntimeError(done.stdout)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def dump(self):
        """Everything PostgreSQL holds, as bytes."""
        described = self.describe()
        words = ["pg_dumpall", "-h", str(self.state / "postgres" / "socket"),
                 "-p", str(described["ports"]["postgres"]), "-U", "postgres"]
        return subprocess.run(self.as_user(described["users"]["postgres"], words), cwd="/", check=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout

    @staticmethod
    def as_user(user, words):
        return ["runuser", "-u", user, "--", *words] if os.geteuid() == 0 else words

    def object_files(self):
        return sorted(path for path in (self.state / "objects").rglob("*") if path.is_file())

    def backup(self, folder):
        """Copies database and objects of the stopped instance, as a backup would: the token is not in it."""
        self.call("stop")
        for part in ("postgres", "objects"):
            run("cp", "-a", self.state / part, pathlib.Path(folder) / part)
        self.start()

    def restore(self, folder):
        self.call("stop")
        for part in ("postgres", "objects"):
            shutil.rmtree(self.state / part)
            run("cp", "-a", pathlib.Path(folder) / part, self.state / part)
        self.start()
