"""Logging in with the client: device flow, the token's cache, client credentials, and their refusals."""

import json
import re
import stat
import subprocess
import unittest

from system import Failed, System


class LoginTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.system = System()
        cls.addClassCleanup(cls.system.__exit__)
        cls.system.__enter__()

    def begin_device_login(self, profile):
        return subprocess.Popen([*self.system.command("login", "--device", who=profile), "--json"],
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env=self.system.environment())

    def approve(self, process, person):
        """What a person does in the browser: takes the code shown, signs in, confirms."""
        line = process.stderr.readline()
        code = re.search(r"[A-Z]{4}-[A-Z]{4}", line)
        self.assertIsNotNone(code, line)
        password = self.system.clients()["users"][person]["password"]
        status, _, body = self.system.request("POST", "/dev/device/approve", {
            "user_code": code.group(), "username": person, "password": password})
        self.assertEqual(status, 200, body)

    def test_device_flow_keeps_a_token_for_its_owner_only(self):
        process = self.begin_device_login("my-laptop")
        self.approve(process, "operator")
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        self.assertEqual(json.loads(out)["principal"]["subject"], "operator")
        # The profile is no client: only the kept token can make this call.
        self.assertTrue(self.system.oboro("whoami", who="my-laptop")["operator"])
        kept = [path for path in (self.system.work / "cache" / "oboro").iterdir()]
        self.assertTrue(kept)
        for path in kept:
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.system.oboro("logout", who="my-laptop")
        with self.assertRaises(Failed) as refused:
            self.system.oboro("whoami", who="my-laptop")
        self.assertEqual((refused.exception.code, refused.exception.reason), (3, "LOGIN_NEEDED"))

    def test_client_credentials(self):
        answer = self.system.oboro("login", who="tsukuba-steward")
        self.assertEqual(answer["principal"]["subject"], "tsukuba-steward")
        self.assertFalse(answer["operator"])
        with self.assertRaises(Failed) as refused:
            self.system.oboro("login", who="nobody-known-here")
        self.assertEqual(refused.exception.code, 3)

    def test_who_belongs_to_nothing_sees_nothing(self):
        self.assertEqual(self.system.oboro("tenants", "list", who="stranger")["tenants"], [])
        with self.assertRaises(Failed) as refused:
            self.system.oboro("tenants", "get", who="stranger", tenant="tsukuba")
        self.assertEqual((refused.exception.code, refused.exception.reason), (4, "NOT_FOUND"))


if __name__ == "__main__":
    unittest.main()
