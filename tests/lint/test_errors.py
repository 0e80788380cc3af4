"""Registers that documents keep: reasons of errors, audit actions; and who may make a TenantContext."""

import re
import unittest

from repository import text, tracked

# ReasonedError(code, {"REASON", ...
REASON = re.compile(r'ReasonedError\(\s*[\w:]+[^{;]*?\{\s*"([A-Z][A-Z0-9_]+)"\s*,')


def sources():
    return [path for path in tracked(".cc", ".h") if path.startswith("services/")
            and not path.endswith("_test.cc") and "/testing/" not in path and "_test_" not in path]


class ErrorsTest(unittest.TestCase):
    def setUp(self):
        self.registered = re.findall(r"^\| `([A-Z0-9_]+)` \|", text("docs/errors.md"), re.MULTILINE)

    def test_the_table_is_sorted_and_names_each_once(self):
        self.assertEqual(self.registered, sorted(set(self.registered)))

    def test_every_reason_is_registered(self):
        missing = sorted({(reason, path) for path in sources() for reason in REASON.findall(text(path))
                          if reason not in self.registered})
        self.assertEqual(missing, [])

    def test_every_registered_reason_is_used(self):
        code = "".join(text(path) for path in sources())
        self.assertEqual([reason for reason in self.registered if f'"{reason}"' not in code], [])


class ActionsTest(unittest.TestCase):
    def test_every_audit_action_is_registered(self):
        document = text("docs/audit.md")
        used = {(action, path) for path in sources()
                for action in re.findall(r'\bEvent\(\s*"([A-Z_]+)"', text(path))}
        self.assertGreater(len(used), 10)
        self.assertEqual(sorted(pair for pair in used if f"`{pair[0]}`" not in document), [])


class TenantContextTest(unittest.TestCase):
    def test_only_identity_and_jobs_make_a_tenant_context(self):
        makers = sorted(path for path in sources() if "MakeResolved(" in text(path)
                        and not path.startswith(("services/platform/identity/", "services/platform/jobs/")))
        # The fixture of the tests with a database.
        self.assertEqual(makers, ["services/platform/db/test_database.h"])


if __name__ == "__main__":
    unittest.main()
