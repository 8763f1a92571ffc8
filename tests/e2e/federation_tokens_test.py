"""`antiphon federation run` under organizations' issuers: it logs in with a token of each side."""

import hashlib
import json
import os
import shutil
import time
import unittest

from tests.support import certificates, process
from tests.support.choria import node_name
from tests.support.choria_v2 import ISSUER, Broker, Login, Site
from tests.support.federation_tokens import CLUSTER, READY, federation_config, make_tokens
from tests.support.places import free_port
from tests.support.site_broker import antiphon
from tests.support.tier_case import TierCase

NODE = node_name(1)
REPLY_TO = f"choria.reply.{hashlib.md5(b'up=alice').hexdigest()}.1"
REQUEST = json.dumps({
    "protocol": "io.choria.protocol.v2.transport", "data": "AAAA",
    "headers": {"reply": REPLY_TO, "federation": {"request": "1", "targets": [f"choria.node.{NODE}"]}},
}, separators=(",", ":")).encode()  # fmt: skip
REPLY = json.dumps({
    "protocol": "io.choria.protocol.v2.transport", "data": "e30=",
    "headers": {"sender": NODE, "federation": {"request": "1", "reply": REPLY_TO}},
}, separators=(",", ":")).encode()  # fmt: skip
# What the two tokens allow, and of the rest what they might be thought to.
MAY = {
    "federation": ([f"choria.federation.{CLUSTER}.federation"], [REPLY_TO, "choria.reply.0123.x"]),
    "collective": ([f"choria.federation.{CLUSTER}.collective"],
                   [f"choria.node.{NODE}", "choria.broadcast.agent.rpcutil",
                    "choria.broadcast.service.rpcutil"]),
}  # fmt: skip
SUBJECTS = sorted({one for lists in MAY.values() for subjects in lists for one in subjects} | {
    "choria.federation.other.federation", "choria.federation.other.collective", "choria.node.>", ">",
    "choria.lifecycle.event.startup.server", "choria.machine.transition", "$KV.X.y", "metrics.x",
    f"choria.federation.{CLUSTER}.absent.x.y", "$JS.API.INFO",
    f"federated.{CLUSTER}.choria.lifecycle.x",
})  # fmt: skip


@unittest.skipUnless(certificates.available(), "there is no openssl program")
class FederationTokens(TierCase):
    @classmethod
    def setUpClass(cls):
        cls.sites = {side: Site(antiphon(), antiphon()) for side in MAY}
        argv = [antiphon(), "broker", "run", "--config"]
        cls.brokers = {side: Broker(site, argv, ISSUER) for side, site in cls.sites.items()}
        cls.above, cls.site = cls.sites["federation"], cls.sites["collective"]
        names = {side: side for side in MAY}
        make_tokens(antiphon(), cls.sites, federation_config(cls.sites, "maker.test", names))
        cls.above.client("alice")
        cls.site.server("node1", NODE)
        for site in cls.sites.values():
            site.client("plain", "--no-fleet-management")
            site.client("ended", "--validity", "1s")
        cls.made = time.time()

    @classmethod
    def tearDownClass(cls):
        for broker in cls.brokers.values():
            broker.stop()
        for site in cls.sites.values():
            site.close()

    def run_federation(self, identity: str, federation: str = "federation",
                       collective: str = "collective") -> process.Process:  # fmt: skip
        self.http_port = free_port()
        tokens = {"federation": federation, "collective": collective}
        self.config = federation_config(self.sites, identity, tokens, self.http_port)
        started = self.run_tier(self.config, ready=False)
        self.deadline_s = 30 * self.slowness
        return started

    def stop(self, started: process.Process) -> None:
        super().stop(started)
        for site in self.sites.values():
            for name in os.listdir(site.directory.path):
                if name.endswith((".seed", ".jwt")):
                    secret = site.read(name).rsplit(".", 1)[-1]
                    self.assertNotIn(secret, "\n".join(started.lines()))

    def join(self, side: str, token: str, subscribe: str) -> Login:
        login = Login(self.sites[side], self.brokers[side].port)
        self.addCleanup(login.close)
        self.assertTrue(login.connect(token=token, seed=token), token)
        self.assertEqual(login.errors(f"SUB {subscribe} 1\r\n".encode()), [])
        return login

    def health(self) -> int:
        return self.get("/healthz")[0]

    @staticmethod
    def publish(login: Login, subject: str, payload: bytes) -> list[str]:
        return login.errors(b"PUB %s %d\r\n%s\r\n" % (subject.encode(), len(payload), payload))

    def test_a_request_and_its_reply_pass_between_two_organizations(self):
        started = self.run_federation("fed1.test")
        started.wait_for_line(READY, self.deadline_s)
        node = self.join("collective", "node1", f"choria.node.{NODE}")
        alice = self.join("federation", "alice", f"*.reply.{REPLY_TO.split('.')[2]}.>")
        self.assertEqual(self.publish(alice, f"choria.federation.{CLUSTER}.federation", REQUEST), [])
        request = json.loads(node.until("MSG")[-1].payload)
        self.assertEqual(request["headers"]["federation"], {"request": "1", "reply": REPLY_TO})
        self.assertEqual(self.publish(node, f"choria.federation.{CLUSTER}.collective", REPLY), [])
        reply = json.loads(alice.until("MSG")[-1].payload)
        self.assertEqual(reply["headers"]["sender"], NODE)
        self.assertEqual(self.health(), 200)
        self.stop(started)

    def test_the_tokens_allow_what_is_needed_and_nothing_else(self):
        for side, (may_subscribe, may_publish) in MAY.items():
            login = self.join(side, side, may_subscribe[0])
            for verb, allowed in (("SUB", may_subscribe), ("PUB", may_publish)):
                for subject in SUBJECTS:
                    if verb == "PUB" and ">" in subject:
                        continue
                    line = f"SUB {subject} 9\r\nUNSUB 9\r\n" if verb == "SUB" else f"PUB {subject} 0\r\n\r\n"
                    errors = login.errors(line.encode())
                    self.assertEqual(errors == [], subject in allowed, f"{side} {line} {errors}")

    def test_a_token_without_the_permission_is_told_and_tried_again(self):
        started = self.run_federation("fed2.test", federation="plain")
        started.wait_for_line(
            r"federation side at nats://\S+: the login is good but has no permission to subscribe to "
            rf"choria\.federation\.{CLUSTER}\.federation: see antiphon federation permissions --help; "
            r"the next attempt follows in",
            self.deadline_s,
        )
        process.wait_until(lambda: self.health() == 503, "it is not healthy")
        started.wait_for_line("has no permission", self.deadline_s, len(started.lines()))
        self.assertFalse(any(READY in line for line in started.lines()))
        self.stop(started)

    def test_a_token_of_the_other_organization_is_refused(self):
        shutil.copy(self.above.file("federation.jwt"), self.site.file("alien.jwt"))
        shutil.copy(self.above.file("federation.seed"), self.site.file("alien.seed"))
        started = self.run_federation("fed3.test", collective="alien")
        started.wait_for_line(
            r"collective side at nats://\S+: login: .*Authorization Violation", self.deadline_s
        )
        self.stop(started)

    def test_a_token_is_renewed_in_its_place(self):
        process.wait_until(lambda: time.time() > self.made + 2, "the token has ended")
        shutil.copy(self.site.file("ended.jwt"), self.site.file("renewed.jwt"))
        shutil.copy(self.site.file("ended.seed"), self.site.file("renewed.seed"))
        started = self.run_federation("fed4.test", collective="renewed")
        started.wait_for_line(
            r"collective side: \S+renewed\.jwt: the token has ended at .*: put a new one there",
            self.deadline_s,
        )
        done = process.run([antiphon(), "federation", "run", "--config", self.config, "--check"])
        self.assertEqual(done.status, 1)
        self.assertRegex(done.stderr, "renewed.jwt: the token has ended at")
        shutil.copy(self.site.file("collective.seed"), self.site.file("renewed.seed"))
        shutil.copy(self.site.file("collective.jwt"), self.site.file("renewed.jwt"))
        started.wait_for_line(READY, self.deadline_s)
        done = process.run([antiphon(), "federation", "run", "--config", self.config, "--check"])
        self.assertEqual((done.status, done.stderr), (0, ""))
        self.stop(started)


if __name__ == "__main__":
    unittest.main()
