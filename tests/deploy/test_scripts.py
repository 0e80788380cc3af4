"""The parts of deploy/lib that the commands are put together from, and the commands' own arguments."""

import pathlib
import tempfile
import unittest

from instance import ROOT, run


def shell(script, *parts, **variables):
    """Runs a bash script with parts of deploy/lib sourced, under the errexit that the commands use."""
    head = "set -euo pipefail\n" + "".join(f"{key}={value!r}\n" for key, value in variables.items())
    head += "".join(f". {ROOT}/deploy/lib/{part}.sh\n" for part in parts)
    return run("bash", "-c", head + script)


class StageTest(unittest.TestCase):
    def test_a_stage_prints_its_name_and_time(self):
        done = shell("stage 'First things' true; echo after", "log")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"==> \[ +\d+\.\d s\] First things\n    First things: \d+\.\d s\nafter")

    def test_a_failure_anywhere_in_a_stage_ends_the_script_and_names_the_stage(self):
        done = shell("work() { false; echo unreached; }\nstage Work work\necho unreached", "log")
        self.assertEqual(done.returncode, 1)
        self.assertNotIn("unreached", done.stdout)
        self.assertIn('stage "Work" failed', done.stdout)

    def test_a_stages_exit_code_is_the_scripts(self):
        done = shell("stage Work bash -c 'exit 7'", "log")
        self.assertEqual(done.returncode, 7)

    def test_quiet_prints_nothing_but_errors(self):
        self.assertEqual(shell("OBORO_QUIET=1; stage Work true; progress 1 2 x", "log").stdout, "")
        self.assertIn("failed", shell("OBORO_QUIET=1; stage Work false", "log").stdout)

    def test_progress_off_a_terminal_is_one_line_a_tenth(self):
        done = shell("for i in $(seq 0 200); do progress $i 200 label; done", "log")
        self.assertEqual([line.split()[0] for line in done.stdout.splitlines()], [f"{i}%" for i in range(0, 101, 10)])

    def test_die_tells_the_remedy(self):
        done = shell("die 'it is so' 'do that'", "log")
        self.assertEqual((done.returncode, done.stdout), (1, "error: it is so\n  remedy: do that\n"))


class PackagesTest(unittest.TestCase):
    def test_only_missing_packages_are_named(self):
        with tempfile.TemporaryDirectory() as root:
            deploy = pathlib.Path(root) / "deploy"
            deploy.mkdir()
            (deploy / "packages.txt").write_text("bash\ncoreutils\noboro-has-no-such-package\nnodejs\nnpm\n")
            done = shell("missing_packages", "log", "packages", OBORO_ROOT=root)
        self.assertEqual(done.stdout, "oboro-has-no-such-package\n", "node and npm are there as commands")

    def test_everything_this_suite_needs_is_listed_and_there(self):
        done = shell("missing_packages", "log", "packages", OBORO_ROOT=str(ROOT))
        self.assertEqual(done.stdout, "")

    def test_npm_packages_are_installed_again_only_when_the_lock_file_changes(self):
        with tempfile.TemporaryDirectory() as root:
            deps = pathlib.Path(root) / "deploy" / "deps"
            (deps / "node_modules").mkdir(parents=True)
            (deps / "package-lock.json").write_text("one")
            portal = pathlib.Path(root) / "services" / "portal"
            (portal / "node_modules").mkdir(parents=True)
            (portal / "package-lock.json").write_text("one")
            script = "npm() { echo npm \"$@\" >&2; }\ninstall_npm_packages\n"
            first, second = (shell(script, "log", "packages", OBORO_ROOT=root).stdout for _ in range(2))
            (deps / "package-lock.json").write_text("two")
            third = shell(script, "log", "packages", OBORO_ROOT=root).stdout
        self.assertIn("npm ci --ignore-scripts", first)
        self.assertNotIn("npm ci", second)
        self.assertIn("npm ci --ignore-scripts", third)


class BuildTest(unittest.TestCase):
    def test_ninjas_lines_become_progress(self):
        done = shell("printf '[1/4] a\\nnoise\\n[4/4] b\\n' | show_ninja_progress", "log", "build")
        self.assertEqual(done.stdout, "     25% a\n    100% b\n")


    def test_a_failed_build_shows_its_errors_and_ends(self):
        with tempfile.TemporaryDirectory() as root:
            script = ("cmake() { :; }\n"
                      "ninja() { echo '[1/2] CXX a.o'; echo 'a.cc:3: error: no such thing'; return 1; }\n"
                      "stage Build build_preset release oborod\necho unreached")
            done = shell(script, "log", "build", OBORO_ROOT=root)
        self.assertEqual(done.returncode, 1)
        self.assertIn("a.cc:3: error: no such thing", done.stdout)
        self.assertIn("the build of preset release failed", done.stdout)
        self.assertNotIn("unreached", done.stdout)


class ArgumentTest(unittest.TestCase):
    def refuse(self, part, *command):
        done = run(*command)
        self.assertNotEqual(done.returncode, 0, command)
        self.assertIn(part, done.stdout)

    def test_up_refuses_what_it_does_not_understand(self):
        up = ROOT / "deploy" / "up"
        self.refuse("deploy/up [--population", up, "--popullation", "tsukuba=1,hamamatsu=1")
        self.refuse("remedy", up, "--population", "tsukuba=1")
        self.refuse("remedy", up, "--seed", "x")

    def test_down_and_instance_refuse_what_they_do_not_understand(self):
        self.refuse("deploy/down [--state", ROOT / "deploy" / "down", "--all")
        instance = ROOT / "deploy" / "instance"
        self.refuse("deploy/instance start|stop", instance)
        self.refuse("deploy/instance start|stop", instance, "restart", "--state", "/tmp/oboro-deploy-none")
        self.refuse("deploy/instance start|stop", instance, "start")
        self.refuse("remedy", instance, "start", "--state", "/tmp/oboro deploy: none")

    def test_down_of_nothing_is_no_error(self):
        with tempfile.TemporaryDirectory() as folder:
            for flags in ((), ("--purge",)):
                done = run(ROOT / "deploy" / "down", "--state", f"{folder}/none", *flags)
                self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()
