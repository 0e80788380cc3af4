"""The development OpenID provider issues the tokens that every other part relies on."""

import base64
import hashlib
import json
import re
import unittest
import urllib.parse

from instance import NODE, ROOT, Browser, Instance, claims, run


class OidcTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.instance = Instance("postgres", "oborod")
        cls.instance.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.instance.__exit__()

    def password(self, user):
        return self.instance.clients()["users"][user]["password"]

    def token(self, form, basic=None):
        headers = {}
        if basic:
            headers["Authorization"] = "Basic " + base64.b64encode(basic.encode()).decode()
        status, _, body = self.instance.request("POST", "/token", form, headers)
        return status, json.loads(body)

    def check_access_token(self, token, subject):
        payload = claims(token)
        self.assertEqual(payload["sub"], subject)
        self.assertEqual(payload["aud"], "oboro")
        self.assertEqual(payload["iss"], self.instance.describe()["issuer"])
        self.assertEqual(payload["exp"] - payload["iat"], 900)

    def test_every_seeded_user_has_a_client_whose_subject_it_is(self):
        seed = json.loads((ROOT / "deploy" / "oidc" / "seed.json").read_text())
        subjects = [user["sub"] for user in seed["users"]]
        roles = {"admin", "steward", "analyst", "privacy", "auditor"}
        expected = {f"{city}-{role}" for city in ("tsukuba", "hamamatsu") for role in roles}
        self.assertLessEqual(expected | {"operator"}, set(subjects))
        for subject in subjects:
            status, _, body = self.instance.client_credentials(subject)
            self.assertEqual(status, 200, body)
            self.check_access_token(json.loads(body)["access_token"], subject)

    def test_a_wrong_secret_is_refused(self):
        status, body = self.token({"grant_type": "client_credentials"}, "operator:wrong")
        self.assertEqual((status, body["error"]), (401, "invalid_client"))

    def start_device_flow(self):
        status, _, body = self.instance.request(
            "POST", "/device/auth", {"client_id": "oboro-cli", "scope": "openid oboro"})
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def poll_device(self, device):
        return self.token({
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
            "device_code": device["device_code"], "client_id": "oboro-cli"})

    def test_device_flow_approved_over_http(self):
        device = self.start_device_flow()
        status, body = self.poll_device(device)
        self.assertEqual((status, body["error"]), (400, "authorization_pending"))
        approval = {"user_code": device["user_code"], "username": "tsukuba-steward", "password": "wrong"}
        status, _, _ = self.instance.request("POST", "/dev/device/approve", approval)
        self.assertEqual(status, 401)
        approval["password"] = self.password("tsukuba-steward")
        status, _, body = self.instance.request("POST", "/dev/device/approve", approval)
        self.assertEqual(status, 200, body)
        status, body = self.poll_device(device)
        self.assertEqual(status, 200, body)
        self.check_access_token(body["access_token"], "tsukuba-steward")
        status, _, _ = self.instance.request("POST", "/dev/device/approve", approval)
        self.assertEqual(status, 404, "a code is approved once")

    def test_device_flow_through_the_browser(self):
        device = self.start_device_flow()
        browser = Browser(self.instance)
        _, status, page = browser.follow("GET", "/device")
        xsrf = re.search(r'name="xsrf" value="([^"]+)"', page).group(1)
        form = {"xsrf": xsrf, "user_code": device["user_code"], "confirm": "yes"}
        path, status, page = browser.follow("POST", "/device", form)
        self.assertIn('type="password"', page)
        sign_in = {"username": "hamamatsu-analyst", "password": self.password("hamamatsu-analyst")}
        path, status, page = browser.follow("POST", path, sign_in)
        self.assertEqual(status, 200, page)
        status, body = self.poll_device(device)
        self.assertEqual(status, 200, body)
        self.check_access_token(body["access_token"], "hamamatsu-analyst")

    def test_authorization_code_with_pkce(self):
        verifier = "v" * 64
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        redirect = "https://localhost:8443/auth/callback"
        query = {"client_id": "portal", "response_type": "code", "scope": "openid oboro", "state": "s",
                 "redirect_uri": redirect, "code_challenge": challenge, "code_challenge_method": "S256"}
        browser = Browser(self.instance)
        path, status, page = browser.follow("GET", "/auth?" + urllib.parse.urlencode(query))
        self.assertIn('type="password"', page)
        _, status, page = browser.follow("POST", path, {"username": "tsukuba-analyst", "password": "wrong"})
        self.assertEqual(status, 401)
        sign_in = {"username": "tsukuba-analyst", "password": self.password("tsukuba-analyst")}
        location, _, page = browser.follow("POST", path, sign_in)
        self.assertTrue(location.startswith(redirect), (location, page))
        code = urllib.parse.parse_qs(urllib.parse.urlparse(location).query)["code"][0]
        basic = "portal:" + self.instance.clients()["clients"]["portal"]["client_secret"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}
        status, body = self.token(form | {"code_verifier": "w" * 64}, basic)
        self.assertEqual((status, body["error"]), (400, "invalid_grant"), "another verifier")
        status, body = self.token(form | {"code_verifier": verifier}, basic)
        self.assertEqual(status, 200, body)
        self.check_access_token(body["access_token"], "tsukuba-analyst")
        self.assertEqual(claims(body["id_token"])["sub"], "tsukuba-analyst")

    def test_an_authorization_request_without_pkce_is_refused(self):
        query = {"client_id": "portal", "response_type": "code", "scope": "openid",
                 "redirect_uri": "https://localhost:8443/auth/callback"}
        status, headers, body = self.instance.request("GET", "/auth?" + urllib.parse.urlencode(query))
        self.assertIn("invalid_request", headers.get("Location") or body)

    def mint(self, *arguments):
        done = run(NODE, ROOT / "deploy" / "oidc" / "mint.mjs", self.instance.state, *arguments)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout.strip()

    def test_minted_tokens_carry_what_was_asked(self):
        expired = claims(self.mint("--sub", "operator", "--expires-in=-60"))
        self.assertEqual(expired["sub"], "operator")
        self.assertLess(expired["iat"], expired["exp"])
        self.assertEqual(claims(self.mint("--audience", "other"))["aud"], "other")
        self.assertEqual(claims(self.mint("--issuer", "https://evil"))["iss"], "https://evil")


if __name__ == "__main__":
    unittest.main()
