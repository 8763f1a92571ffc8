"""Logins in Choria's dialect: reloads, `antiphon why`, and that no secret is ever shown."""

import json
import os
import re
import signal
import unittest

from tests.e2e.choria_scene import MONITOR, TRACING, ChoriaScene
from tests.support import certificates, process
from tests.support.choria_v2 import AUTHORITY, ISSUER, PROVISIONING, SYSTEM, SYSTEM_PASSWORD, SYSTEM_USER, Login
from tests.support.places import LOOPBACK


class ChoriaLogin(ChoriaScene):
    # ---- Secrets and control characters

    def test_no_secret_is_anywhere_after_logins_of_each_kind(self):
        broker = self.audited()
        self.of_each_kind(broker)
        self.wait_for_records(13)
        port = int(re.search(MONITOR, self.log().decode()).group(1))
        places = self.pages(port) | {"the log": self.log()}
        with open(self.site.file("audit.jsonl"), "rb") as text:
            places["the audit"] = text.read()
        for name in ("cmdline", "environ", "comm"):
            with open(f"/proc/{broker.process.pid}/{name}", "rb") as text:
                places[f"the process's {name}"] = text.read()
        places["what it printed"] = broker.log().encode()
        self.assertIn(b"CONNECT", places["the log"], "tracing is off")
        self.assertIn(b"alice", places["/connz?subs=detail&auth=1"])
        self.assertGreater(len(self.signatures), 5)
        for secret in self.site.secrets() + self.signatures:
            for place, text in places.items():
                self.assertNotIn(secret.encode(), text, f"{secret[:12]}... is in {place}")

    def test_control_characters_of_tokens_reach_no_line(self):
        broker = self.audited()
        self.of_each_kind(broker)
        self.wait_for_records(13)
        port = int(re.search(MONITOR, self.log().decode()).group(1))
        for line in self.log().split(b"\n")[:-1]:
            self.assertRegex(line, rb"^\[\d+\] \d{4}/", "a line that the log did not begin")
            self.assertNotRegex(line, rb"[\x00-\x1f\x7f]")
        with open(self.site.file("audit.jsonl"), "rb") as text:
            for line in text.read().split(b"\n"):
                self.assertNotRegex(line, rb"[\x00-\x1f\x7f]")
        for page, text in self.pages(port).items():
            self.assertNotRegex(text, rb"[\x00-\x08\x0b-\x1f\x7f]", page)
            self.assertNotIn(b"\n[1] [INF] forged", text, page)

    # ---- A fleet

    def test_an_emulated_fleet_logs_in_by_tokens_of_its_own(self):
        nodes = 25
        broker = self.audited()
        argv = [
            self.site.ours, "emulate", "--nodes", str(nodes), "--server", f"tls://{LOOPBACK}:{broker.port}",
            "--tls-ca", self.site.authority.ca.cert, "--token-issuer", self.site.file("issuer.seed"),
            "--duration", "0.01", "--json",
        ]  # fmt: skip
        done = process.run(argv, 60.0)
        self.assertEqual(done.status, 0, done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual(report["connected"], nodes)
        self.assertEqual(report["failures"], {})
        self.assertEqual(report["complaints"], {}, "a token allows what a node subscribes to")
        records = self.wait_for_records(nodes)
        self.assertEqual({record["allowed"] for record in records}, {True})
        self.assertEqual(len({record["name"] for record in records}), nodes)
        argv[argv.index(self.site.file("issuer.seed"))] = self.site.file("stranger.seed")
        stranger = process.run([*argv, "--wait", "1"], 60.0)
        self.assertEqual(stranger.status, 1, "nobody believes this issuer")

    # ---- What happens later

    def test_a_token_that_ends_ends_its_connection(self):
        broker = self.audited()
        self.site.client("brief", "--validity", "2s")
        login = self.login(broker, token="brief", seed="brief")
        self.assertTrue(login.is_in)
        last = login.until("-ERR")[-1]
        self.assertEqual(last.line, b"-ERR 'User Authentication Expired'")
        self.assertFalse(self.login(broker, token="brief", seed="brief").is_in)

    def test_a_reload_sends_away_whom_nobody_vouches_for_any_more(self):
        broker = self.audited()
        client = self.login(broker, token="alice", seed="alice")
        both = {"token": "operator", "seed": "operator"}
        system = self.login(broker, user=SYSTEM_USER, password=SYSTEM_PASSWORD, **both)
        self.assertTrue(client.is_in and system.is_in)
        self.reload(broker, (SYSTEM_PASSWORD, "another-password"))
        self.assertEqual(client.errors(b""), [], "the client may stay")
        self.assertEqual(system.until("-ERR")[-1].line, b"-ERR 'Authorization Violation'")
        self.reload(broker, (self.site.issuer, self.site.read("stranger.public")))
        self.assertEqual(client.until("-ERR")[-1].line, b"-ERR 'Authorization Violation'")
        self.assertFalse(self.login(broker, token="alice", seed="alice").is_in)
        self.assertTrue(self.login(broker, token="forged", seed="forged").is_in)
        events = [one["event"] for one in self.records()]
        self.assertIn("reload", events)

    def test_a_reload_that_is_wrong_changes_nothing(self):
        broker = self.audited()
        client = self.login(broker, token="alice", seed="alice")
        with open(broker.config, encoding="utf-8") as text:
            config = text.read()
        broken = config.replace(self.site.issuer, "8a88")
        self.site.directory.write(os.path.basename(broker.config), broken)
        broker.process.signal(signal.SIGHUP)
        wrong = rb"Failed to reload server configuration: \S+:\d+:\d+: plugin.security.issuer.choria"
        process.wait_until(lambda: re.search(wrong, self.log()), "the refusal")
        self.assertEqual(client.errors(b""), [])
        self.assertTrue(self.login(broker, token="alice", seed="alice").is_in)

    def test_nobody_comes_in_before_connect(self):
        broker = self.audited()
        login = Login(self.site, broker.port)
        self.addCleanup(login.close)
        login.socket.send(b"PING\r\n")
        self.assertEqual(login.until("-ERR")[-1].line, b"-ERR 'Authorization Violation'")

    # ---- antiphon why

    def why(self, *arguments: str) -> process.Outcome:
        done = process.run([self.site.ours, "why", *arguments])
        for secret in self.site.secrets():
            self.assertNotIn(secret, done.stdout + done.stderr)
        self.assertNotRegex(done.stdout, r"[\x00-\x09\x0b-\x1f\x7f]")
        return done

    def config(self, *settings: str) -> str:
        broker = self.start(*settings, TRACING)
        broker.stop()
        return broker.config

    def test_why_says_what_a_token_opens(self):
        config = self.config(ISSUER, SYSTEM, PROVISIONING)
        subject = "choria.node.node1.choria.test"
        cases = [
            (0, "client_token", ("alice.jwt",)),
            (0, "client_token", ("alice.jwt", "--subject", subject)),
            (1, "client_token", ("alice.jwt", "--subject", "other.subject")),
            (0, "server_token", ("node1.jwt", "--subject", subject)),
            (0, "unprovisioned", ("waiting.jwt",)),
            (0, "client_token", ("hostile.jwt",)),
            (0, "system_user", ("operator.jwt", "--user", SYSTEM_USER)),
            (1, "system_user", ("alice.jwt", "--user", SYSTEM_USER)),
            (0, "provisioner", ("provisioner.jwt", "--user", "provisioner")),
            (1, "client_token", ("forged.jwt",)),
            (1, "no_credentials", (self.site.broker_certificate.cert,)),
        ]
        for status, rule, (file, *more) in cases:
            shown = self.why(self.site.file(file), "--config", config, *more)
            self.assertEqual(shown.status, status, (file, more, shown.stdout, shown.stderr))
            self.assertIn(f"{rule}: ", shown.stdout)
            as_json = self.why(self.site.file(file), "--config", config, "--json", *more)
            self.assertEqual(as_json.status, status)
            self.assertEqual(json.loads(as_json.stdout)["rule"], rule)

    def test_why_says_what_a_certificate_opens(self):
        config = self.config(ISSUER, AUTHORITY)
        app = self.site.authority.issue("app")
        shown = json.loads(self.why(app.cert, "--config", config, "--json").stdout)
        self.assertEqual((shown["rule"], shown["name"]), ("messaging_certificate", "app"))
        self.assertIn("*.node.>", shown["publish"]["deny"])
        stranger = certificates.Authority(self.site.file("stranger-pki")).issue("app")
        done = self.why(stranger.cert, "--config", config)
        self.assertEqual(done.status, 1)
        self.assertIn("REFUSED", done.stdout)
        self.assertRegex(done.stdout, "(?i)certificate: .*issuer")

    def test_a_token_beside_a_certificate_that_is_not_good_comes_to_nothing(self):
        broker = self.start(ISSUER, AUTHORITY, TRACING)
        stranger = certificates.Authority(self.site.file("beside-pki")).issue("app")
        good = self.site.authority.issue("app")
        token = self.site.file("alice.jwt")
        for certificate, is_in in ((stranger, False), (good, True)):
            login = Login(self.site, broker.port, certificate)
            self.addCleanup(login.close)
            self.assertEqual(login.connect(token="alice", seed="alice"), is_in)
            for pair in ((token, certificate.cert), (certificate.cert, token)):
                argv = (pair[0], "--certificate", pair[1], "--config", broker.config, "--json")
                done = self.why(*argv)
                self.assertEqual(done.status, 0 if is_in else 1, done)
                shown = json.loads(done.stdout)
                self.assertEqual(shown["allowed"], is_in)
                if not is_in:
                    self.assertIn("TLS handshake fails", shown["reason"])
                    self.assertRegex(shown["certificate_problem"], "(?i)issuer")

    def test_why_agrees_with_the_broker(self):
        broker = self.start(ISSUER, TRACING)
        for name in ("alice", "node1", "forged", "waiting", "hostile"):
            shown = self.why(self.site.file(f"{name}.jwt"), "--config", broker.config, "--json")
            login = self.login(broker, token=name, seed="" if name == "waiting" else name)
            self.assertEqual(json.loads(shown.stdout)["allowed"], login.is_in, name)

    def test_why_says_what_it_cannot_use(self):
        config = self.config(ISSUER)
        nats = self.site.directory.write("nats.conf", "port: 4222\n")
        token = self.site.file("alice.jwt")
        for text, arguments in (
            ("cannot", (self.site.file("none.jwt"), "--config", config)),
            ("cannot read", (token, "--config", self.site.file("none.conf"))),
            ("not in Choria's dialect", (token, "--config", nats)),
            ("no subject", (token, "--config", config, "--subject", "a..b")),
            ("needs an address", (token, "--config", config, "--from", "home")),
            ("required", ()),
        ):
            done = self.why(*arguments)
            self.assertEqual(done.status, 2, done)
            self.assertIn(text, done.stderr + done.stdout)
        helped = self.why("--help")
        self.assertEqual(helped.status, 0)
        self.assertIn("antiphon why alice.jwt", helped.stdout)


if __name__ == "__main__":
    unittest.main()
