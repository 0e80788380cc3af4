"""deploy/instance: what it starts, whom its database lets in, and that nothing of it stays."""

import os
import pathlib
import pwd
import signal
import socket
import stat
import subprocess
import tempfile
import unittest
import urllib.request

from instance import ROOT, SCRIPT, Instance, run

PSQL = "/usr/lib/postgresql/15/bin/psql"


def connect(instance, role, certificate):
    """psql as a role, over TLS with the named certificate (None: with none). Returns (exit code, output)."""
    database = instance.describe()["database"]
    parts = {"host": "localhost", "port": database["port"], "dbname": database["name"], "user": role,
             "sslmode": "verify-full", "sslrootcert": database["sslrootcert"],
             "sslcert": "/nonexistent", "sslkey": "/nonexistent"}
    if certificate:
        parts["sslcert"] = f"{database['certs_dir']}/{certificate}.crt"
        parts["sslkey"] = f"{database['certs_dir']}/{certificate}.key"
    conninfo = " ".join(f"{key}={value}" for key, value in parts.items())
    done = run(PSQL, "-X", "-A", "-t", "-c", "SELECT current_user", conninfo)
    return done.returncode, done.stdout.strip()


class RunningInstanceTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.instance = Instance("oidc", "oborod")
        cls.instance.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.instance.__exit__()

    def roles(self):
        names = {path.stem for path in (self.instance.state / "pki" / "postgres").glob("*.crt")}
        self.assertLessEqual(
            {"oboro_owner", "oboro_tenancy", "oboro_upload", "oboro_abstraction", "oboro_verification",
             "oboro_aggregation"}, names)
        return sorted(names)

    def test_each_role_enters_with_its_own_certificate(self):
        for role in self.roles():
            self.assertEqual(connect(self.instance, role, role), (0, role))

    def test_no_role_enters_without_a_certificate(self):
        for role in self.roles() + ["postgres"]:
            code, output = connect(self.instance, role, None)
            self.assertNotEqual(code, 0)
            self.assertIn("certificate", output)

    def test_no_role_enters_with_another_roles_certificate(self):
        roles = self.roles()
        for role, other in zip(roles, roles[1:] + roles[:1]):
            code, output = connect(self.instance, role, other)
            self.assertNotEqual(code, 0, f"{role} entered as {other}")
            self.assertIn("certificate authentication failed", output)

    def test_the_superuser_has_no_way_in_over_tcp(self):
        code, _ = connect(self.instance, "postgres", "oboro_owner")
        self.assertNotEqual(code, 0)

    def test_plain_tcp_is_refused(self):
        database = self.instance.describe()["database"]
        done = run(PSQL, "-X", "-c", "SELECT 1",
                   f"host=127.0.0.1 port={database['port']} dbname={database['name']} user=oboro_owner sslmode=disable")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("no pg_hba.conf entry", done.stdout)

    def test_durable_and_checksummed(self):
        for setting, value in {"fsync": "on", "data_checksums": "on", "full_page_writes": "on",
                               "synchronous_commit": "on", "listen_addresses": "127.0.0.1"}.items():
            database = self.instance.describe()["database"]
            owner = f"{database['certs_dir']}/oboro_owner"
            done = run(PSQL, "-X", "-A", "-t", "-c", f"SHOW {setting}",
                       f"host=localhost port={database['port']} dbname={database['name']} user=oboro_owner "
                       f"sslmode=verify-full sslrootcert={database['sslrootcert']} sslcert={owner}.crt "
                       f"sslkey={owner}.key")
            self.assertEqual(done.stdout.strip(), value, setting)

    def test_secrets_are_readable_by_their_owner_only(self):
        state = self.instance.state
        secrets = list(state.glob("pki/**/*.key")) + [state / "softhsm" / "pin", state / "so_pin"]
        self.assertGreater(len(secrets), 10)
        for path in secrets:
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path)

    def test_service_certificates_name_the_service(self):
        for path in (self.instance.state / "pki" / "services").glob("*.crt"):
            text = run("openssl", "x509", "-in", path, "-noout", "-ext", "subjectAltName").stdout
            self.assertIn(f"URI:spiffe://oboro.internal/service/{path.stem}", text)
            self.assertIn("DNS:localhost", text)
            self.assertIn("IP Address:127.0.0.1", text)

    def test_start_again_changes_nothing(self):
        before = (self.instance.describe(), self.instance.pids())
        done = self.instance.call("start")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual((self.instance.describe(), self.instance.pids()), before)


class LifeTest(unittest.TestCase):
    def test_instances_live_side_by_side_and_end_without_a_trace(self):
        with Instance("migrations", "oborod") as one, Instance("migrations", "oborod") as two:
            ports = list(one.describe()["ports"].values()) + list(two.describe()["ports"].values())
            self.assertEqual(len(set(ports)), len(ports))
            self.assertGreaterEqual(len(one.pids()), 2)
            self.assertEqual(one.call("stop").returncode, 0)
            self.assertEqual(one.pids(), {})
            self.assertEqual(one.call("status").returncode, 3)
            self.assertEqual(two.call("status").returncode, 0, "the other instance goes on")
            kept = one.clients()["clients"]
            self.assertEqual(one.call("start").returncode, 0)
            self.assertEqual(one.clients()["clients"], kept, "a restart keeps the clients' secrets")
            self.assertEqual(one.client_credentials("operator")[0], 200)
            self.assertEqual(one.call("purge").returncode, 0)
            self.assertFalse(one.state.exists())
            self.assertEqual(one.pids(), {})

    def test_a_pid_used_again_by_another_process_is_left_alone(self):
        with Instance("migrations", "postgres", "oborod") as instance:
            with subprocess.Popen(["sleep", "60"]) as bystander:
                path = instance.state / "run" / "oidc.pid"
                pid, began = path.read_text().split()
                path.write_text(f"{bystander.pid} {began}\n")
                self.assertEqual(instance.call("stop").returncode, 0)
                self.assertIsNone(bystander.poll())
                bystander.kill()
            path.write_text(f"{pid} {began}\n")
            self.assertEqual(instance.call("stop").returncode, 0)
            self.assertEqual(instance.pids(), {})

    def test_purge_deletes_only_a_state_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            keep = pathlib.Path(folder) / "keep"
            keep.write_text("mine")
            done = run(SCRIPT, "purge", "--state", folder)
            self.assertNotEqual(done.returncode, 0)
            self.assertEqual(keep.read_text(), "mine")
            done = run(SCRIPT, "start", "--state", folder)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("remedy", done.stdout)

    @unittest.skipUnless(os.getuid() == 0, "only root hands processes to other users")
    def test_a_closed_folder_above_is_told_with_its_remedy(self):
        with tempfile.TemporaryDirectory() as folder:  # 0700, root's
            done = run(SCRIPT, "start", "--state", f"{folder}/state", "--without", "portal")
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(f"chmod o+x {folder}", done.stdout)

    @unittest.skipUnless(os.getuid() == 0, "only root hands processes to other users")
    def test_no_process_of_an_instance_runs_as_root(self):
        with Instance("migrations", "oborod") as instance:
            for pid, line in instance.pids().items():
                self.assertNotEqual(pathlib.Path(f"/proc/{pid}").stat().st_uid, 0, line)


class WholeInstanceTest(unittest.TestCase):
    def fetch(self, instance, path):
        with urllib.request.urlopen(instance.describe()["health"].replace("/healthz", path), timeout=30) as answer:
            return answer.status, answer.read().decode()

    def test_oborod_serves_from_the_state_folder_and_comes_back_after_a_crash(self):
        with Instance() as instance:
            self.assertEqual(self.fetch(instance, "/healthz")[0], 200)
            self.assertIn("# TYPE oboro_", self.fetch(instance, "/metrics")[1])
            pid = int((instance.state / "run" / "oborod.pid").read_text().split()[0])
            self.assertIn(str(instance.state / "bin" / "oborod"), instance.pids()[pid])
            if os.getuid() == 0:
                status = pathlib.Path(f"/proc/{pid}/status").read_text()
                user = pwd.getpwnam(instance.describe()["users"]["service"]).pw_uid
                self.assertIn(f"Uid:\t{user}\t{user}\t{user}\t{user}", status)
                self.assertIn("NoNewPrivs:\t1", status)
                self.assertIn("CapEff:\t0000000000000000", status)
            os.kill(pid, signal.SIGKILL)
            run("tail", "--pid", pid, "-f", "/dev/null")
            self.assertEqual(instance.call("status").returncode, 3)
            self.assertEqual(instance.call("start").returncode, 0, instance.logs())
            self.assertEqual(self.fetch(instance, "/healthz")[0], 200)
            self.assertEqual(instance.call("stop").returncode, 0)
            self.assertEqual(instance.pids(), {})

    def test_a_missing_binary_is_told_before_anything_is_made(self):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o711)
            done = run(SCRIPT, "start", "--state", f"{folder}/state", "--bin", folder)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("remedy: build it", done.stdout)
            self.assertFalse(os.path.exists(f"{folder}/state"))


class PortTest(unittest.TestCase):
    def test_ports_are_free_and_differ(self):
        done = run("bash", "-c", f". {ROOT}/deploy/lib/processes.sh; free_ports 8")
        ports = [int(word) for word in done.stdout.split()]
        self.assertEqual(len(set(ports)), 8)
        for port in ports:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))


if __name__ == "__main__":
    unittest.main()
