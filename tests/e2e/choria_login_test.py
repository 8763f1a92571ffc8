"""Logins in Choria's dialect: the audit, reloads, `antiphon why`, and that no secret is ever shown."""

import http.client
import json
import os
import re
import signal
import unittest

from tests.support import certificates, process
from tests.support.broker import binary
from tests.support.choria_v2 import (
    AUTHORITY,
    ISSUER,
    PROVISIONER_PASSWORD,
    PROVISIONING,
    PROVISIONING_SECRET,
    SYSTEM,
    SYSTEM_PASSWORD,
    SYSTEM_USER,
    Broker,
    Login,
    Site,
)
from tests.support.places import LOOPBACK

PAGES = (
    "/", "/varz", "/connz?subs=detail&auth=1", "/connz?state=closed&auth=1&subs=1", "/subsz?subs=1",
    "/healthz", "/metrics",
)  # fmt: skip
TRACING = """\
loglevel = debug
logfile = {directory}/broker.log
plugin.choria.stats_port = {monitor}
plugin.antiphon.audit_file = {directory}/audit.jsonl
"""
HOSTILE_CALLER = "up=eve\r\n[1] [INF] forged \x1b[31m {x=\"1\"}"
MONITOR = r"Starting http monitor on \S*:(\d+)"


class LocalSite(Site):
    """All tokens by `antiphon jwt`: needs no Go."""

    def __init__(self):
        antiphon = os.path.realpath(binary())
        super().__init__(antiphon, antiphon)
        for name in ("mallory", "stranger"):
            self.keys(name)
        self.client("alice")
        self.client("operator", "--system")
        self.client("provisioner", "--server-provisioner")
        self.client("forged", signer="stranger")
        self.server("node1", "node1.choria.test")
        self.hostile("hostile")
        self.directory.write("secret", PROVISIONING_SECRET)
        os.chmod(self.file("secret"), 0o600)
        self._make(antiphon, "provisioning", "waiting.jwt", "issuer.seed", "--token-file", "secret",
                   "--urls", "nats://127.0.0.1:4222", "--default")  # fmt: skip

    def hostile(self, name: str) -> None:
        public = self.keys(name)
        self._make(self.ours, "client", f"{name}.jwt", HOSTILE_CALLER, "issuer.seed",
                   "--public-key", public)  # fmt: skip

    def secrets(self) -> list[str]:
        """Passwords, seeds, and of each token its claims and its signature."""
        texts = [SYSTEM_PASSWORD, PROVISIONER_PASSWORD, PROVISIONING_SECRET, "a-wrong-password"]
        for name in sorted(os.listdir(self.directory.path)):
            if name.endswith(".seed"):
                texts.append(self.read(name))
            if name.endswith(".jwt"):
                texts += self.read(name).split(".")[1:]
        return texts


@unittest.skipUnless(certificates.available(), "there is no openssl program")
class ChoriaLogin(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = LocalSite()

    @classmethod
    def tearDownClass(cls):
        cls.site.close()

    def setUp(self):
        self.signatures: list[str] = []
        for name in ("audit.jsonl", "broker.log"):
            if os.path.exists(self.site.file(name)):
                os.remove(self.site.file(name))

    def start(self, *settings: str, options: tuple[str, ...] = ()) -> Broker:
        argv = [self.site.ours, "broker", "run", *options, "--config"]
        broker = Broker(self.site, argv, *settings, ready_file="broker.log")
        self.addCleanup(broker.stop)
        return broker

    def audited(self) -> Broker:
        return self.start(ISSUER, SYSTEM, PROVISIONING, TRACING, options=("--trace",))

    def login(self, broker: Broker, certificate=None, **fields) -> Login:
        login = Login(self.site, broker.port, certificate)
        self.addCleanup(login.close)
        login.is_in = login.connect(**fields)
        if fields.get("seed"):
            self.signatures.append(login.signature)
        return login

    def records(self) -> list[dict]:
        with open(self.site.file("audit.jsonl"), encoding="utf-8") as text:
            return [json.loads(line) for line in text]

    def wait_for_records(self, count: int) -> list[dict]:
        def enough():
            exists = os.path.exists(self.site.file("audit.jsonl"))
            found = self.records() if exists else []
            return found if len(found) >= count else None

        return process.wait_until(enough, f"{count} records")

    def of_each_kind(self, broker: Broker) -> list[Login]:
        """Thirteen logins, seven of them let in."""
        both = {"token": "alice", "seed": "alice"}
        operator = {"token": "operator", "seed": "operator"}
        system = {"user": SYSTEM_USER, "password": SYSTEM_PASSWORD}
        provisioner = {"token": "provisioner", "seed": "provisioner", "user": "provisioner"}
        tries = [
            (True, both),
            (True, {"token": "node1", "seed": "node1"}),
            (True, {"token": "waiting"}),
            (True, {"token": "hostile", "seed": "hostile"}),
            (True, system | operator),
            (True, provisioner | {"password": PROVISIONER_PASSWORD}),
            (True, both | {"user": "x\\r\\ny"}),
            (False, {"token": "alice", "seed": "mallory"}),
            (False, {"token": "forged", "seed": "forged"}),
            (False, {"user": "nobody", "password": "a-wrong-password"}),
            (False, system | {"password": "a-wrong-password"} | operator),
            (False, provisioner | {"password": "a-wrong-password"}),
            (False, {"user": "x\\r\\n[1] [INF] forged\\u0000\\u001b[31m", "password": "y"}),
        ]
        logins = []
        for allowed, fields in tries:
            login = self.login(broker, **fields)
            self.assertEqual(login.is_in, allowed, fields)
            logins.append(login)
        return logins

    def log(self) -> bytes:
        with open(self.site.file("broker.log"), "rb") as text:
            return text.read()

    def pages(self, port: int) -> dict[str, bytes]:
        found = {}
        for page in PAGES:
            monitor = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
            monitor.request("GET", page)
            found[page] = monitor.getresponse().read()
            monitor.close()
        return found

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

    # ---- Audit

    def test_each_decision_is_one_record(self):
        broker = self.audited()
        self.of_each_kind(broker)
        records = self.wait_for_records(13)
        self.assertEqual(len(records), 13)
        self.assertEqual([one["allowed"] for one in records], [True] * 7 + [False] * 6)
        self.assertEqual(
            [one["rule"] for one in records],
            ["client_token", "server_token", "unprovisioned", "client_token", "system_user",
             "provisioner", "client_token", "client_token", "client_token", "no_credentials",
             "system_user", "provisioner", "no_credentials"],
        )  # fmt: skip
        first = records[0]
        self.assertEqual(first["name"], "up=alice")
        self.assertEqual(first["granted"], ["own_replies", "fleet_management"])
        self.assertEqual((first["account"], first["from"]), ("choria", LOOPBACK))
        self.assertRegex(first["expires"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(records[3]["name"], HOSTILE_CALLER)
        self.assertEqual(records[7]["reason"], "nonce was not signed by the token's holder")

    def test_the_audit_file_is_opened_again(self):
        broker = self.audited()
        for number, when in enumerate((signal.SIGHUP, signal.SIGUSR1)):
            self.login(broker, token="alice", seed="alice")
            self.wait_for_records(1)
            os.rename(self.site.file("audit.jsonl"), self.site.file(f"audit.{number}"))
            broker.process.signal(when)
            process.wait_until(
                lambda: os.path.exists(self.site.file("audit.jsonl")), "the file is there again"
            )
        self.assertEqual(os.stat(self.site.file("audit.jsonl")).st_mode & 0o007, 0)

    def test_a_disk_that_is_full_costs_records_and_nothing_else(self):
        full = TRACING.replace("{directory}/audit.jsonl", "/dev/full")
        broker = self.start(ISSUER, full)
        self.assertTrue(self.login(broker, token="alice", seed="alice").is_in)
        port = int(re.search(MONITOR, self.log().decode()).group(1))

        def counted() -> bool:
            return b"antiphon_audit_records_dropped_total 1" in self.pages(port)["/metrics"]

        process.wait_until(counted, "the record is counted")

    # ---- What happens later

    def test_a_token_that_ends_ends_its_connection(self):
        broker = self.audited()
        self.site.client("brief", "--validity", "2s")
        login = self.login(broker, token="brief", seed="brief")
        self.assertTrue(login.is_in)
        last = login.until("-ERR")[-1]
        self.assertEqual(last.line, b"-ERR 'User Authentication Expired'")
        self.assertFalse(self.login(broker, token="brief", seed="brief").is_in)

    def reload(self, broker: Broker, *changes: tuple[str, str]) -> None:
        with open(broker.config, encoding="utf-8") as text:
            config = text.read()
        for before, after in changes:
            self.assertIn(before, config)
            config = config.replace(before, after)
        self.site.directory.write(os.path.basename(broker.config), config)
        done = self.log().count(b"Reloaded server configuration")
        broker.process.signal(signal.SIGHUP)
        process.wait_until(
            lambda: self.log().count(b"Reloaded server configuration") > done, "the reload"
        )

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
