import json
import os
import shlex
import tempfile
import unittest

from bench.comparison import machine, measuring, results
from bench.comparison.measuring import Setting
from bench.comparison.scenarios import SCENARIOS


def setting(connections_max=100_000, quick=False, antiphon="antiphon") -> Setting:
    versions = ("1", "2", "3")
    return Setting(antiphon, "ours", "theirs", 5, quick, connections_max, versions)


class MeasuringTest(unittest.TestCase):
    def test_the_command_has_both_servers_and_the_runs(self):
        scenario = SCENARIOS["ping-tls-10000"]
        options, note = measuring.options_of(scenario, setting())
        self.assertEqual(note, "")
        self.assertEqual(
            shlex.join(measuring.command_of(scenario, setting(), options)),
            "antiphon bench fleet ping --nodes 10000 --threads 2 --tls --runs 5"
            " --server ours --name ours --vs-server theirs --vs-name peer --json",
        )

    def test_flags_for_our_server_go_to_it_alone(self):
        scenario = SCENARIOS["pubsub-1-1"]
        command = measuring.command_of(scenario, setting(), {})
        self.assertEqual(command[command.index("--server") + 1], "ours -c bench/shards_1.conf")
        self.assertEqual(command[command.index("--vs-server") + 1], "theirs")

    def test_a_scenario_may_have_a_peer_of_its_own(self):
        scenario = SCENARIOS["fanout-1000-bare"]
        command = measuring.command_of(scenario, setting(), {})
        self.assertEqual(command[command.index("--vs-server") + 1], "build/bench/bench/ap_bare_loop")
        self.assertEqual(command[command.index("--server") + 1], "ours -c bench/shards_1.conf")

    def test_a_scenario_that_the_peer_cannot_end_is_measured_alone(self):
        command = measuring.command_of(SCENARIOS["slow-1000-of-10000"], setting(), {})
        self.assertNotIn("--vs-server", command)
        made = measuring.measure(SCENARIOS["slow-1000-of-10000"], setting(antiphon="/no/such"))
        self.assertEqual(made["alone"], "not through after 330 s")

    def test_later_files_replace_and_have_a_mark(self):
        together = results.merged([{"a": {"runs": 5}, "b": {"runs": 5}}, {"b": {"runs": 2}}])
        self.assertEqual(
            together, {"a": {"runs": 5, "mark": ""}, "b": {"runs": 2, "mark": "‡"}}
        )

    def test_a_handshake_is_measured_where_the_benchmarks_are_built(self):
        self.assertEqual(machine.handshake_us("/no/such/program"), 0)
        printed = {"benchmarks": [{"real_time": 417_000, "time_unit": "ns"}]}
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "micro")
            with open(path, "w", encoding="utf-8") as file:
                file.write(f"#!/bin/sh\necho {shlex.quote(json.dumps(printed))}\n")
            os.chmod(path, 0o700)
            self.assertEqual(machine.handshake_us(path), 417)

    def test_a_fleet_comes_down_to_the_descriptor_limit_and_says_so(self):
        options, note = measuring.options_of(SCENARIOS["idle-plain"], setting(5000))
        self.assertEqual(options["--nodes"], 5000)
        self.assertEqual(note, "5,000 instead of 19,000 nodes: the descriptor limit")

    def test_readers_that_are_stuck_count_too(self):
        scenario = SCENARIOS["slow-1000-of-10000"]
        options, note = measuring.options_of(scenario, setting(5000))
        self.assertEqual((options["--readers"], options["--stuck"]), (4000, 1000))
        self.assertIn("4,000 instead of 9,000 readers", note)
        with self.assertRaises(ValueError):
            measuring.options_of(scenario, setting(1000))

    def test_quick_has_fewer_nodes_and_the_same_rest(self):
        options, _ = measuring.options_of(SCENARIOS["storm-10000-2s"], setting(quick=True))
        self.assertEqual((options["--nodes"], options["--node-timeout"]), (200, 2))

    def test_what_was_printed_is_kept_or_why_nothing_was(self):
        printed = json.dumps({"scenario": "x", "cases": [{"case": "c"}]})
        self.assertEqual(measuring.outcome(1, printed, "lost"), {"cases": [{"case": "c"}]})
        self.assertEqual(measuring.outcome(1, "", "a\n b\n"), {"failure": "a b"})
        self.assertIn("status 3", str(measuring.outcome(3, "", "")["failure"]))
        self.assertIn("failure", measuring.outcome(0, "[1]", ""))

    def test_a_generator_that_is_not_there_is_a_result(self):
        made = measuring.measure(SCENARIOS["latency-idle"], setting(antiphon="/no/such/program"))
        self.assertIn("/no/such/program", made["failure"])
        self.assertIn("bench latency", made["command"])

    def test_results_are_kept_in_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "kept.json")
            results.save(path, {"a": {"runs": 5}})
            self.assertEqual(results.load(path), {"a": {"runs": 5}})
            self.assertEqual(os.listdir(folder), ["kept.json"])

    def test_a_file_of_something_else_is_refused_with_its_name(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "kept.json")
            for text in ("no json", "[]", '{"format": 99}', '{"format": 1, "scenarios": []}'):
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
                with self.assertRaisesRegex(results.BadResults, "kept.json"):
                    results.load(path)

    def test_the_machine_is_described(self):
        self.assertEqual(machine.memory_text("25165824 kB"), "24 GB")
        self.assertEqual(machine.memory_text(""), "unknown")
        self.assertRegex(machine.describe(), r".+, \d+ cores, \d+ GB memory, Linux .+")
        self.assertGreater(machine.connections_max(), 0)
        with self.assertRaises(OSError):
            machine.version("/no/such/server")


if __name__ == "__main__":
    unittest.main()
