"""`antiphon plan`: its text, its JSON, its model file, and how it ends."""

import json
import os
import unittest

from tests.support import process
from tests.support.broker import binary
from tests.support.places import TempDir

SLOW_S = 200.0  # measuring takes most of a minute, and longer under sanitizers
# Else each run would measure the machine, and no two plans were the same.
SPEED = ("--signatures-per-second", "1000", "--messages-per-second", "200000")


def plan(*arguments: str) -> process.Outcome:
    program = os.path.join(os.path.dirname(binary()), "antiphon")
    return process.run([program, "plan", *arguments], SLOW_S)


class Plan(unittest.TestCase):
    def plan_json(self, *arguments: str) -> dict:
        done = plan(*arguments, *SPEED, "--json")
        self.assertEqual(done.status, 0, done.stderr)
        return json.loads(done.stdout)

    def assert_refused(self, text: str, *arguments: str) -> None:
        done = plan(*arguments)
        self.assertEqual(done.status, 2, done.stdout + done.stderr)
        self.assertIn(text, done.stdout + done.stderr)

    def test_the_table_has_every_part_of_a_plan(self):
        fleet = ("--nodes", "100000", "--agents", "10", "--collectives", "2", "--tls", "rsa")
        done = plan(*fleet, *SPEED)
        self.assertEqual(done.status, 0, done.stderr)
        for part in ("subscriptions", "descriptors", "idle fleet", "peak of a storm",
                     "last answer after", "bytes from the brokers", "all back, patient nodes",
                     "(10 agents + 1) x 2 collectives = 22 a node"):  # fmt: skip
            self.assertIn(part, done.stdout)

    def test_without_a_speed_it_measures_this_machine(self):
        done = plan("--nodes", "1000")
        self.assertEqual(done.status, 0, done.stderr)
        self.assertIn("measured here just now", done.stdout)

    def test_explain_shows_formulas_and_where_costs_come_from(self):
        done = plan("--nodes", "1000", "--explain", *SPEED)
        self.assertEqual(done.status, 0, done.stderr)
        self.assertIn("= 1,000 nodes x (7 agents + 1) x 1 collective = 8 a node", done.stdout)
        self.assertIn("rsa/connect_signatures", done.stdout)
        self.assertIn("antiphon bench fleet", done.stdout)

    def test_json_is_numbers_and_grows_with_the_fleet(self):
        small = self.plan_json("--nodes", "1000")["each_broker"]
        large = self.plan_json("--nodes", "2000")["each_broker"]
        for name, value in small.items():
            self.assertIsInstance(value, (int, float), name)
            self.assertGreaterEqual(large[name], value, name)
        self.assertEqual(large["subscriptions"], 2 * small["subscriptions"])

    def test_plain_connections_take_less(self):
        tls = self.plan_json("--nodes", "1000")["each_broker"]
        plain = self.plan_json("--nodes", "1000", "--tls", "none")["each_broker"]
        self.assertLess(plain["idle_memory_bytes"], tls["idle_memory_bytes"])
        self.assertLess(plain["storm_cpu_seconds"], tls["storm_cpu_seconds"])

    def test_handshake_threads_bring_the_fleet_back_sooner(self):
        usual = self.plan_json("--nodes", "10000", "--cores", "8")
        told = self.plan_json("--nodes", "10000", "--cores", "8", "--handshake-threads", "8")
        self.assertEqual(usual["shape"]["handshake_threads"], 4)
        self.assertEqual(told["shape"]["handshake_threads"], 8)
        for name in ("storm_all_back_patient_seconds", "storm_all_back_impatient_seconds"):
            self.assertAlmostEqual(
                told["each_broker"][name], usual["each_broker"][name] / 2, msg=name
            )
        self.assertIn("antiphon { handshake_threads: 8 }", "\n".join(told["notes"]))

    def test_brokers_share_the_nodes(self):
        made = self.plan_json("--nodes", "30000", "--brokers", "3")
        self.assertEqual(made["each_broker"]["nodes"], 10000)
        self.assertEqual(made["all_brokers"]["nodes"], 30000)
        self.assertTrue(any("clusters" in note for note in made["notes"]))

    def test_wrong_options_are_refused(self):
        self.assert_refused("--nodes is required")
        self.assert_refused("--nodes must be 1 to 10000000, not 0", "--nodes", "0")
        self.assert_refused("--agents must be 1 to 1000", "--nodes", "1", "--agents", "9999")
        self.assert_refused("--nodes", "--nodes", "-5")
        self.assert_refused("--tls", "--nodes", "1", "--tls", "dsa")
        self.assert_refused(
            "--handshake-threads", "--nodes", "1", "--handshake-threads", "0"
        )
        self.assert_refused("2 brokers for 1 nodes", "--nodes", "1", "--brokers", "2")
        self.assert_refused("--server", "--nodes", "1", "--server", "x")
        self.assert_refused("cannot write /nowhere/x", "--measure", "/nowhere/x")
        self.assert_refused("--explain", "--nodes", "1", "--json", "--explain")

    def test_what_nobody_has_measured_is_not_predicted(self):
        self.assert_refused(
            "has no measured costs for --tls ecdsa", "--nodes", "1", "--tls", "ecdsa", *SPEED
        )

    def test_a_printed_model_is_read_again(self):
        printed = plan("--print-model")
        self.assertEqual(printed.status, 0, printed.stderr)
        model = json.loads(printed.stdout)
        model["name"] = "mine"
        # 200 us at the model's speed; another one is told.
        of_model = model["general"]["messages_per_core_s"]
        model["ecdsa"] = dict(model["rsa"], connect_signatures=1, connect_cpu_us=200)
        with TempDir() as directory:
            path = directory.write("model.json", json.dumps(model))
            made = self.plan_json("--nodes", "1000", "--model", path)
            self.assertEqual(made["model"]["name"], "mine")
            self.assertEqual(made["each_broker"], self.plan_json("--nodes", "1000")["each_broker"])
            other = self.plan_json("--nodes", "1000", "--model", path, "--tls", "ecdsa")
            wanted_s = 1000 * (1 / 1000 + 200e-6 * of_model / 200_000)
            self.assertAlmostEqual(other["each_broker"]["storm_cpu_seconds"], wanted_s)

    def test_errors_in_a_model_have_their_place(self):
        model = json.loads(plan("--print-model").stdout)
        model["rsa"]["typo_us"] = 1
        del model["general"]["subscription_bytes"]
        with TempDir() as directory:
            path = directory.write("model.json", json.dumps(model))
            asked = ("--nodes", "1", "--model", path)
            self.assert_refused(f"{path}: /rsa/typo_us: unknown field", *asked)
            self.assert_refused(f"{path}: /general/subscription_bytes: missing", *asked)
            broken = directory.write("broken.json", "{\n  ?\n}")
            self.assert_refused(f"{broken}:2:3: ", "--nodes", "1", "--model", broken)
        self.assert_refused("cannot read /nowhere", "--nodes", "1", "--model", "/nowhere")

    def test_measuring_writes_a_model_that_makes_a_plan(self):
        with TempDir() as directory:
            path = os.path.join(directory.path, "costs.json")
            done = plan("--measure", path, "--measure-nodes", "200", "--nodes", "5000", "--json")
            self.assertEqual(done.status, 0, done.stderr)
            self.assertEqual(json.loads(done.stdout)["each_broker"]["nodes"], 5000)
            again = self.plan_json("--nodes", "5000", "--model", path)
            self.assertGreater(again["each_broker"]["ping_cpu_seconds"], 0)

    def test_a_measurement_that_fails_says_why_and_writes_nothing(self):
        with TempDir() as directory:
            path = os.path.join(directory.path, "costs.json")
            done = plan("--measure", path, "--server", "sh -c 'echo broken; exit 1'")
            self.assertEqual(done.status, 1, done.stdout)
            self.assertIn("broken", done.stderr)
            self.assertFalse(os.path.exists(path))

    def test_help_has_examples(self):
        done = plan("--help")
        self.assertEqual(done.status, 0)
        self.assertIn("antiphon plan --nodes 100000 --agents 10 --collectives 2", done.stdout)
