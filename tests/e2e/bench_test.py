"""`antiphon bench`: it logs in to any server, and what it measures of ours is plausible."""

import csv
import io
import json
import os
import resource
import time
import unittest

from tests.support import certificates, process
from tests.support.broker import Broker, binary
from tests.support.nats_keys import Key, account_jwt, operator_jwt, user_jwt
from tests.support.places import TempDir

NODES = 200
DEADLINE_S = 60.0
SHORT = ("--seconds", "0.1")
JOE, ACME, OPERATOR = Key("U", 1), Key("A", 1), Key("O", 1)


def bench(*arguments: str, slowness: float = 1.0, **kwargs) -> process.Outcome:
    program = os.path.join(os.path.dirname(binary()), "antiphon")
    return process.run([program, "bench", *arguments], DEADLINE_S * slowness, **kwargs)


class BenchCase(unittest.TestCase):
    def setUp(self):
        self.directory = TempDir()
        self.addCleanup(self.directory.remove)

    def start(self, config: str = "") -> Broker:
        return self.enterContext(Broker(config))

    def url(self, broker: Broker) -> str:
        return f"nats://127.0.0.1:{broker.port}"

    def figures(self, done: process.Outcome) -> dict[str, float]:
        """The medians of the only server of the only case."""
        self.assertEqual(done.status, 0, done.stdout + done.stderr)
        (case,) = json.loads(done.stdout)["cases"]
        (server,) = case["servers"]
        self.assertEqual(server["failures"], [])
        return {metric["name"]: metric["median"] for metric in server["metrics"]}


class Logins(BenchCase):
    def assert_in(self, broker: Broker, *login: str, env: dict | None = None) -> None:
        made = {"env": dict(os.environ, **env)} if env else {}
        url = ("--url", self.url(broker))
        more = {"slowness": broker.slowness, **made}
        self.figures(bench("latency", *SHORT, *url, *login, "--json", **more))
        ping = self.figures(bench("fleet", "ping", "--nodes", "20", *url, *login, "--json", **more))
        self.assertGreater(ping["last answer after"], 0)

    def assert_refused(self, broker: Broker, *login: str) -> None:
        done = bench("latency", *SHORT, "--url", self.url(broker), *login)
        self.assertEqual(done.status, 1, done.stdout)
        self.assertIn("Authorization Violation", done.stderr)

    def test_by_a_user_whose_password_stands_in_a_file_or_in_the_environment(self):
        broker = self.start("authorization { user: joe, password: s3cret }")
        password = self.directory.write("password", "s3cret\n")
        self.assert_in(broker, "--user", "joe", "--password-file", password)
        self.assert_in(broker, "--user", "joe", env={"ANTIPHON_PASSWORD": "s3cret"})
        self.assert_refused(broker)
        wrong = self.directory.write("wrong", "guess\n")
        self.assert_refused(broker, "--user", "joe", "--password-file", wrong)

    def test_by_a_token(self):
        broker = self.start("authorization { token: s3cret }")
        self.assert_in(broker, "--token-file", self.directory.write("token", "s3cret\n"))
        self.assert_refused(broker, "--token-file", self.directory.write("wrong", "guess\n"))

    def test_by_an_nkey(self):
        broker = self.start(f"authorization {{ users: [ {{nkey: {JOE.nkey}}} ] }}")
        self.assert_in(broker, "--nkey", self.directory.write("seed", JOE.seed + "\n"))
        self.assert_refused(broker, "--nkey", self.directory.write("other", Key("U", 2).seed))

    def test_by_a_creds_file(self):
        operator = operator_jwt(OPERATOR)
        account = account_jwt(ACME, OPERATOR)
        broker = self.start(
            f"operator: {operator}\nresolver: MEMORY\n"
            f"resolver_preload {{ {ACME.nkey}: {account} }}"
        )
        creds = self.directory.write(
            "joe.creds",
            f"-----BEGIN NATS USER JWT-----\n{user_jwt(JOE, ACME)}\n------END NATS USER JWT------\n\n"
            f"-----BEGIN USER NKEY SEED-----\n{JOE.seed}\n------END USER NKEY SEED------\n",
        )
        self.assert_in(broker, "--creds", creds)

    @unittest.skipUnless(certificates.available(), "there is no openssl program")
    def test_over_tls_that_comes_first_and_tls_that_nobody_vouches_for(self):
        authority = certificates.Authority(self.directory.path)
        server = authority.issue("localhost")
        for first in ("false", "true"):
            broker = self.start(
                f'tls {{ cert_file: "{server.cert}", key_file: "{server.key}", '
                f"handshake_first: {first} }}\nauthorization {{ token: s3cret }}"
            )
            token = ("--token-file", self.directory.write("token", "s3cret\n"))
            flags = ("--tls-first",) if first == "true" else ()
            self.assert_in(broker, *token, *flags, "--tls-ca", authority.ca.cert)
            self.assert_in(broker, *token, *flags, "--insecure")
            done = bench("latency", *SHORT, "--url", self.url(broker), *token, *flags)
            self.assertEqual(done.status, 1, done.stdout)
            self.assertIn("certificate", done.stderr)

    def test_secrets_are_not_taken_from_the_command_line(self):
        self.assertEqual(bench("latency", "--url", "nats://joe:s3cret@127.0.0.1").status, 1)
        for given in (["--password", "s3cret"], ["--token", "s3cret"]):
            self.assertEqual(bench("latency", *given).status, 2)
        seed = self.directory.write("seed", JOE.seed)
        self.assertEqual(bench("latency", "--user", "joe", "--nkey", seed).status, 2)


class Figures(BenchCase):
    @classmethod
    def setUpClass(cls):
        with Broker() as broker:
            cls.slowness = broker.slowness

    def measured(self, *arguments: str) -> dict[str, float]:
        begin = time.monotonic()
        figures = self.figures(
            bench(*arguments, "--server", binary(), "--json", slowness=self.slowness)
        )
        self.took_s = time.monotonic() - begin
        return figures

    def assert_storm(self, figures: dict[str, float]) -> None:
        self.assertEqual(figures["nodes back"], NODES)
        self.assertGreater(figures["all back after"], 0)
        self.assertLess(figures["all back after"], self.took_s)
        # Two of them are cut off and come back, none costs less than the system calls it takes.
        self.assertGreater(figures["server CPU a node"], 5)
        mib = 1024 * 1024
        for name in ("memory with nobody", "memory before", "memory after all left"):
            self.assertGreater(figures[name], 2 * mib, name)
        self.assertLess(figures["memory with nobody"], figures["memory before"])

    def test_a_plain_storm(self):
        figures = self.measured("fleet", "storm", "--nodes", str(NODES), "--node-timeout", "30",
                                "--leave", "0.2")  # fmt: skip
        self.assert_storm(figures)
        self.assertNotIn("server CPU a handshake", figures)

    def test_a_storm_over_tls(self):
        figures = self.measured("fleet", "storm", "--nodes", str(NODES), "--tls", "--node-timeout",
                                "60", "--leave", "0.2")  # fmt: skip
        self.assert_storm(figures)
        if self.slowness == 1:  # a sanitizer makes handshakes longer than the broker's patience
            self.assertEqual(figures["failed dials"], 0)
        # An RSA-2048 signature alone takes longer than that anywhere.
        self.assertGreater(figures["server CPU a handshake"], 50)
        self.assertGreater(figures["server CPU a node"], figures["server CPU a handshake"] / 2)
        self.assertLessEqual(figures["handshake CPU spent in vain"], 100)

    def test_readers_that_never_read(self):
        figures = self.measured("slow", "--readers", "9", "--stuck", "1", "--seconds", "0.5",
                                "--rate", "2000")  # fmt: skip
        # 2,000 a second to nine readers; fewer while the machine has something else to do.
        for name in ("delivered, none stuck", "delivered, some stuck"):
            self.assertGreater(figures[name], 900, name)
            self.assertLess(figures[name], 22_000, name)
        self.assertGreater(figures["rate the others keep"], 0)
        self.assertGreater(figures["delay p99, some stuck"], 0)

    def assert_round_trips(self, figures: dict[str, float]) -> None:
        order = ["round trip p50", "round trip p99", "round trip p99.9", "round trip max"]
        values = [figures[name] for name in order]
        self.assertEqual(values, sorted(values))
        self.assertGreater(values[0], 5)  # us: four times through the kernel
        self.assertLess(values[-1], self.took_s * 1e6)

    def test_latency_beside_other_messages(self):
        figures = self.measured("latency", "--seconds", "0.5", "--rate", "200", "--background", "2000")
        self.assert_round_trips(figures)
        self.assertLessEqual(figures["requests"], 101)
        self.assertGreater(figures["requests"], 0)
        self.assertGreater(figures["background"], 100)
        self.assertLess(figures["background"], 2500)

    def test_latency_beside_a_storm_over_tls(self):
        figures = self.measured("latency", "--seconds", "0.1", "--rate", "200", "--storm", str(NODES),
                                "--tls")  # fmt: skip
        self.assert_round_trips(figures)
        self.assertLess(figures["all connected after"], self.took_s)
        self.assertGreater(figures["all connected after"], 0)

    def test_a_ping_has_the_size_that_was_asked_for(self):
        usual = self.measured("fleet", "ping", "--nodes", "50")
        self.assertTrue(1200 <= usual["payload of a request"] < 1210, usual)
        self.assertTrue(600 <= usual["payload of an answer"] < 640, usual)
        small = self.measured("fleet", "ping", "--nodes", "50", "--request-bytes", "0")
        self.assertLess(small["payload of a request"], 900)
        large = self.measured("fleet", "ping", "--nodes", "50", "--reply-bytes", "5000")
        self.assertTrue(5000 <= large["payload of an answer"] < 5100, large)


class Running(BenchCase):
    def test_two_processes_are_one_fleet(self):
        broker = self.start()
        program = os.path.join(os.path.dirname(binary()), "antiphon")
        others = process.Process([program, "emulate", "--nodes", "30", "--server", self.url(broker)])
        self.addCleanup(others.end)
        others.wait_for_line("ready: 30 of 30", DEADLINE_S)
        pid = ("--server-pid", str(broker.pid))
        figures = self.figures(
            bench("fleet", "idle", "--nodes", "20", "--first", "31", "--settle", "0", *pid,
                  "--url", self.url(broker), "--json")  # fmt: skip
        )
        self.assertGreater(figures["all connected after"], 0)
        names = {one["name"] for one in broker.json("/connz?state=any")["connections"]}
        self.assertTrue({f"node{n}.emulated.example.net" for n in range(1, 51)} <= names, names)

    def test_a_fleet_above_the_descriptor_limit_is_refused_before_it_starts(self):
        def few():
            resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))

        done = bench("fleet", "idle", "--nodes", "500", "--server", binary(), preexec_fn=few)
        self.assertEqual(done.status, 1)
        self.assertIn("501 connections need 565 descriptors", done.stderr)
        self.assertIn("make do with 136", done.stderr)
        self.assertEqual(done.stdout, "")

    def test_a_run_that_failed_is_a_line_of_csv_too(self):
        done = bench("pubsub", "--server", f"{binary()} -c {self.small_payload()}", "--size", "2048",
                     "--messages", "10", "--csv")  # fmt: skip
        self.assertEqual(done.status, 1, done.stderr)
        (row,) = csv.DictReader(io.StringIO(done.stdout))
        self.assertEqual((row["run"], row["metric"], row["value"]), ("1", "", ""))
        self.assertNotEqual(row["failure"], "")

    def small_payload(self) -> str:
        return self.directory.write("small.conf", "max_payload: 1024\n")


if __name__ == "__main__":
    unittest.main()
