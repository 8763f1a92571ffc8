import os
import subprocess
import sys
import tempfile
import unittest

from bench.comparison import results
from bench.comparison.page import BEGIN, END
from bench.comparison.scenarios import SCENARIOS
from tests.bench.results_made import metric, result, series

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.join(ROOT, "bench", "compare")


# A generator and server in one: says its version, measures nothing, fails where it is told to.
STAND_IN = """#!/bin/sh
case "$*" in
  *--version*) echo "stand-in 1" ;;
  *"bench latency --seconds 0.2 --rate"*) echo "no such server" >&2; exit 1 ;;
  *) echo '{"scenario": "x", "cases": []}' ;;
esac
"""


def compare(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, PROGRAM, *arguments], capture_output=True, text=True)


class CommandLineTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.kept = os.path.join(folder.name, "kept.json")
        self.document = os.path.join(folder.name, "page.md")
        both = (series("ours", metric("memory a node", "bytes", 1024)), series("peer"))
        results.save(self.kept, {"idle-plain": result(both)})

    def write(self, text: str):
        with open(self.document, "w", encoding="utf-8") as file:
            file.write(text)

    def test_lists_every_scenario(self):
        done = compare("--list")
        self.assertEqual(done.returncode, 0)
        self.assertEqual([line.split()[0] for line in done.stdout.splitlines()], list(SCENARIOS))

    def test_makes_the_tables_again_without_measuring(self):
        self.write(f"# Title\n{BEGIN}\n{END}\nend\n")
        done = compare("--from", self.kept, "--out", self.document)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.document, encoding="utf-8") as file:
            text = file.read()
        self.assertIn("| `idle-plain` | plain | 1.00 KB | - | - | <= 2.00 KB | yes | 1 |", text)
        self.assertTrue(text.startswith("# Title\n") and text.endswith(f"{END}\nend\n"))

    def test_several_files_make_one_set_of_tables(self):
        second = os.path.join(os.path.dirname(self.kept), "second.json")
        both = (series("ours", metric("memory a node", "bytes", 2048)), series("peer"))
        results.save(second, {"idle-plain": result(both, machine="another machine")})
        done = compare("--from", self.kept, "--from", second, "--out", "-")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("| `idle-plain` ‡ | plain | 2.00 KB |", done.stdout)
        self.assertIn("- Machine: another machine", done.stdout)

    def test_a_document_without_markers_is_left_alone(self):
        self.write("text\n")
        done = compare("--from", self.kept, "--out", self.document)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{self.document}: there is no line {BEGIN}", done.stderr)
        with open(self.document, encoding="utf-8") as file:
            self.assertEqual(file.read(), "text\n")

    def test_a_server_that_is_not_there_is_said_before_anything_is_measured(self):
        done = compare("--quick", "--json", self.kept, "--server", "/no/such/server")
        self.assertEqual(done.returncode, 1)
        self.assertIn("--server: there is no program /no/such/server", done.stderr)

    def test_measures_what_is_missing_or_failed_and_keeps_the_rest(self):
        stand_in = os.path.join(os.path.dirname(self.kept), "stand-in")
        with open(stand_in, "w", encoding="utf-8") as file:
            file.write(STAND_IN)
        os.chmod(stand_in, 0o700)
        programs = ["--server", stand_in, "--peer", stand_in, "--antiphon", stand_in]
        common = ["--quick", "--json", self.kept, *programs]
        done = compare(*common, "--only", "latency-idle,latency-50k")
        self.assertEqual(done.returncode, 1)
        self.assertIn("[2/2] latency-50k: FAILED", done.stderr)
        self.assertIn("failed: no such server", done.stdout)
        kept = results.load(self.kept)
        self.assertEqual(list(kept), ["idle-plain", "latency-idle", "latency-50k"])
        done = compare(*common, "--continue", "--only", "idle-plain,latency-idle,latency-50k")
        self.assertIn("[1/1] latency-50k", done.stderr)

    def test_wrong_options_have_a_status_of_their_own(self):
        for arguments in (
            ["--only", "nothing"],
            ["--from", self.kept, "--only", "idle-plain"],
            ["--runs", "-1"],
            ["--runs", "many"],
        ):
            self.assertEqual(compare(*arguments).returncode, 2, arguments)

    def test_help_shows_examples(self):
        done = compare("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("bench/compare --continue", done.stdout)


if __name__ == "__main__":
    unittest.main()
