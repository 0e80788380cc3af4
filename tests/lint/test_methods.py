"""docs/methods.md shows the specs of tests/specs as they are, and a rule each of them stands for."""

import sys
import unittest

from repository import ROOT, text

sys.path.insert(0, str(ROOT / "tests" / "specs"))
import render  # noqa: E402


class MethodsTest(unittest.TestCase):
    def test_the_document_is_what_the_specs_render(self):
        now, then = render.rendered()
        self.assertIn(render.BEGIN, now)
        self.assertIn(render.END, now)
        self.assertEqual(now, then, "run python3 tests/specs/render.py")

    def test_every_spec_has_a_title_a_source_a_command_and_an_expectation(self):
        specs = sorted(render.SPECS.glob("*.spec"))
        self.assertGreaterEqual(len(specs), 15)
        for path in specs:
            kinds = [kind for kind, _, _ in render.parts(path)]
            self.assertEqual(kinds[:3], ["title:", "source:", "text"], path.name)
            self.assertIn("run", kinds, path.name)
            self.assertTrue({"table", "output"} & set(kinds), path.name)

    def test_every_rule_of_the_table_of_rules_has_a_spec(self):
        titles = "\n".join(path.read_text(encoding="utf-8") for path in render.SPECS.glob("*.spec"))
        for rule in ("--threshold", "--zeros open", "--zeros protected", "--zeros shown", "--household ",
                     "--establishment ", "--p-percent", "--q-percent", "--dominance", "--min-contributors",
                     "--all-in-one", "--all-but-zero", "--singletons", "--level R", "--level P", "--hierarchies",
                     "--linked", "ledger check", "sdc attack"):
            self.assertIn(rule, titles)
            self.assertIn(rule, text("docs/methods.md"))


if __name__ == "__main__":
    unittest.main()
