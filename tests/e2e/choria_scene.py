"""A broker in Choria's dialect with certificates, tokens and passwords, for tests of its logins."""

import http.client
import json
import os
import re
import signal
import unittest

from tests.support import certificates, process
from tests.support.broker import binary
from tests.support.choria_v2 import (
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
class ChoriaScene(unittest.TestCase):
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
