"""The house rules of the repository (design.md 4 and 5) that a machine can hold."""

import json
import re
import unittest

from repository import ROOT, includes, text, tracked

SERVICES = ("tenancy", "upload", "abstraction", "verification", "aggregation")
CODE = (".cc", ".h", ".py", ".sh", ".mjs", ".ts", ".tsx", ".sql", ".proto", ".cmake", "CMakeLists.txt")

# Folder of services/ -> the folders of services/ that it may include besides itself.
FLOORS = {"sdc": (), "civic": (), "platform": (),
          "oborod": ("platform", "civic", "sdc", *SERVICES),
          "cli": ("platform", "civic", "sdc")}
FLOORS.update({name: ("platform", "civic", "sdc") for name in SERVICES})


class HouseTest(unittest.TestCase):
    def test_no_file_is_long(self):
        long = {path: lines for path in tracked(*CODE) if (lines := text(path).count("\n")) > 600}
        self.assertEqual(long, {}, "over 600 lines")

    def test_main_only_wires(self):
        mains = [path for path in tracked("/main.cc")]
        long = {path: lines for path in mains if (lines := text(path).count("\n")) > 80}
        self.assertEqual(long, {}, "a main.cc over 80 lines")

    def test_every_room_has_a_readme(self):
        missing = [name for name in FLOORS if not (ROOT / "services" / name / "README.md").is_file()]
        self.assertEqual(missing, [])

    def test_arrows_run_down(self):
        wrong = []
        for path in tracked(".cc", ".h"):
            room = re.match(r"services/(\w+)/", path)
            if not room:
                continue
            for include in includes(path):
                other = re.match(r"services/(\w+)/", include)
                if other and other.group(1) != room.group(1) and other.group(1) not in FLOORS[room.group(1)]:
                    wrong.append(f"{path} includes {include}")
                if room.group(1) in ("sdc", "civic") and include.startswith("oboro/"):
                    wrong.append(f"{path} includes {include}")
        self.assertEqual(wrong, [])

    def test_the_ground_floor_knows_no_rpc_and_no_database(self):
        wrong = [path for path in tracked(".cc", ".h") if path.startswith(("services/sdc/", "services/civic/"))
                 and re.search(r"#\s*include\s+<(grpc|pqxx|google/protobuf)", text(path))]
        self.assertEqual(wrong, [])

    def test_nothing_is_left_for_later(self):
        mark = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
        found = [f"{path}: {match.group(0)}" for path in tracked(*CODE) if (match := mark.search(text(path)))]
        self.assertEqual(found, [])


class DocumentTest(unittest.TestCase):
    def test_links_between_documents_lead_somewhere(self):
        broken = []
        for path in tracked(".md"):
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text(path)):
                if not re.match(r"[a-z]+:", target) and not (ROOT / path).parent.joinpath(target).exists():
                    broken.append(f"{path}: {target}")
        self.assertEqual(broken, [])

    def test_documents_name_scripts_that_exist(self):
        wrong = []
        for path in tracked(".md"):
            for script in re.findall(r"(?<![\w/.])(?:\./)?((?:deploy|tests|\.ci)/[a-z_]+)(?=[\s`)])", text(path)):
                if not (ROOT / script).exists():
                    wrong.append(f"{path}: {script}")
        self.assertEqual(wrong, [])


class DependencyTest(unittest.TestCase):
    def test_packages_are_sorted_and_named_once(self):
        lines = text("deploy/packages.txt").splitlines()
        self.assertEqual(lines, sorted(set(lines)))
        for line in lines:
            self.assertRegex(line, r"^[a-z0-9][a-z0-9+.-]+$")

    def test_npm_packages_are_pinned_by_digest_and_name_no_host(self):
        lock = json.loads(text("deploy/deps/package-lock.json"))
        for name, entry in lock["packages"].items():
            if name and not entry.get("link"):
                self.assertTrue(entry.get("integrity", "").startswith("sha512-"), name)
            self.assertNotIn("resolved", entry, name)
        for name, version in json.loads(text("deploy/deps/package.json"))["dependencies"].items():
            self.assertRegex(version, r"^\d+\.\d+\.\d+(-[\w.]+)?$", f"{name} is not pinned")


class SecretTest(unittest.TestCase):
    def test_no_secret_is_kept(self):
        patterns = [re.compile(p) for p in (
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}",
            r"\bAKIA[0-9A-Z]{16}\b",
            r"client_secret[\"']?\s*[:=]\s*[\"'][A-Za-z0-9_\-]{16,}[\"']",
            r"\"d\"\s*:\s*\"[A-Za-z0-9_\-]{40,}\"",
        )]
        found = []
        for path in tracked():
            try:
                content = text(path)
            except UnicodeDecodeError:
                continue
            found += [f"{path}: {p.pattern}" for p in patterns if p.search(content)]
        self.assertEqual(found, [])

    def test_no_key_or_certificate_file_is_tracked(self):
        self.assertEqual(tracked(".key", ".p12", ".pfx", ".jks", ".crt"), [])


if __name__ == "__main__":
    unittest.main()
