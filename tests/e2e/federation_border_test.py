"""A border of `antiphon federation run`: who is signed for, who is told no, and what is recorded of it."""

import base64
import json
import os
import unittest

from tests.support import certificates, process
from tests.support.choria import CLIENT, STRANGE_CLIENT
from tests.support.client import Client
from tests.support.places import LOOPBACK
from tests.support.site_broker import antiphon
from tests.support.tier_case import SitePairCase

OWN = "plugin.antiphon.federation."
NODE = "n1.test"
REQUESTS = "choria.federation.dc1.federation"


@unittest.skipUnless(certificates.available(), "there is no openssl program")
class FederationBorder(SitePairCase):
    one_authority = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.near, cls.far = cls.federation_site, cls.site
        cls.tier = cls.near.certificate("fed.test")
        cls.signer = cls.far.certificate("border.privileged.mcollective")

    def settings(self, identity: str, policy: str) -> str:
        self.audit = self.far.directory.file(f"{identity}.audit")
        self.policy = self.far.directory.write(f"{identity}.policy", policy)
        return (
            f"{OWN}federation_certificate = {self.tier.cert}\n{OWN}federation_key = {self.tier.key}\n"
            f"{OWN}federation_ca = {self.near.authority.ca.cert}\n{OWN}border = true\n"
            f"{OWN}border_policy_file = {self.policy}\n{OWN}border_audit_file = {self.audit}\n"
            f"{OWN}border_near_ca = {self.near.authority.ca.cert}\n"
            f"{OWN}border_certificate = {self.signer.cert}\n{OWN}border_key = {self.signer.key}\n"
        )

    def start(self, identity: str, policy: str) -> process.Process:
        return self.run_federation(identity, self.settings(identity, policy))

    def listen(self) -> Client:
        client = self.join(self.collective)
        client.subscribe("mcollective.node.>")
        client.settle()
        return client

    def ask(self, certname: str, *more: str) -> process.Outcome:
        made = self.near.certificate(certname)
        return process.run(
            [antiphon(), "federation", "trace", NODE, "--federations", "dc1", "--timeout", "1",
             "--server", f"tls://{LOOPBACK}:{self.federation.port}", "--tls-cert", made.cert,
             "--tls-key", made.key, "--tls-ca", self.near.authority.ca.cert,
             "--brokers", f"{LOOPBACK}:{self.http_port}", *more]
        )  # fmt: skip

    def records(self, count: int) -> list[dict]:
        def enough():
            if not os.path.exists(self.audit):
                return None
            with open(self.audit, encoding="utf-8") as text:
                lines = text.read().splitlines()
            return [json.loads(line) for line in lines] if len(lines) >= count else None

        return process.wait_until(enough, f"{count} records")

    def test_a_request_that_the_policy_allows_is_signed_for_the_other_authority(self):
        started = self.start("fed1.test", f"allow choria={CLIENT} discovery mcollective choria=guest.mcollective\n")
        nodes = self.listen()
        self.ask(CLIENT)
        secure = json.loads(base64.b64decode(json.loads(nodes.messages(1)[0].payload)["data"]))
        with open(self.signer.cert, encoding="utf-8") as text:
            self.assertEqual(secure["pubcert"], text.read())
        request = json.loads(secure["message"])
        self.assertEqual(request["envelope"]["callerid"], "choria=guest.mcollective")
        signature = self.far.directory.file("signature")
        with open(signature, "wb") as out:
            out.write(base64.b64decode(secure["signature"]))
        message = self.far.directory.write("message", secure["message"])
        public = process.run(["openssl", "x509", "-in", self.signer.cert, "-pubkey", "-noout"]).stdout
        key = self.far.directory.write("public.pem", public)
        verified = process.run(["openssl", "dgst", "-sha256", "-verify", key, "-signature", signature, message])
        self.assertEqual(verified.status, 0, verified.stdout + verified.stderr)
        [record] = self.records(1)
        self.assertEqual(
            {key: record[key] for key in ("decision", "caller", "as", "agent", "collective", "row", "targets")},
            {"decision": "carried", "caller": f"choria={CLIENT}", "as": "choria=guest.mcollective",
             "agent": "discovery", "collective": "mcollective", "row": 1, "targets": 1},
        )  # fmt: skip
        self.stop(started)

    def test_who_is_denied_or_cannot_be_verified_is_recorded_and_nothing_leaves(self):
        started = self.start("fed2.test", "deny /alice/ * *\nallow * * *\n")
        nodes = self.listen()
        for asked in (self.ask(CLIENT), self.ask(STRANGE_CLIENT), self.ask(CLIENT, "--unsigned")):
            self.assertEqual(asked.status, 1)
            self.assertRegex(asked.stdout, r"fed2\.test +says: not passed on by the federation broker of dc1: border_")
        done = process.run([antiphon(), "federation", "status", f"{LOOPBACK}:{self.http_port}", "--json"])
        self.assertIn('"border_unverified": 2', done.stdout)
        self.assertIn('"border_denied": 1', done.stdout)
        denied, strange, unsigned = self.records(3)
        self.assertEqual((denied["decision"], denied["row"]), ("border_denied", 1))
        self.assertEqual(strange["reason"], "caller's name is not allowed")
        self.assertEqual(unsigned["decision"], "border_unverified")
        self.assertNotIn("caller", unsigned)
        self.assertEqual(nodes.settle(), [])
        self.stop(started)

    def test_what_has_passed_is_neither_signed_nor_recorded_again(self):
        started = self.start("fed4.test", "allow * * *\n")
        nodes = self.listen()
        seen = Client(self.federation.port, tls=self.near.authority.client_context(self.near.certificate("probe.mcollective")))
        self.addCleanup(seen.close)
        seen.subscribe(REQUESTS)
        seen.settle()
        self.ask(CLIENT)
        request = seen.messages(1)[0].payload
        nodes.messages(1)
        for _ in range(20):
            seen.publish(REQUESTS, request)
        process.wait_until(lambda: self.status()["requests"]["received"] == 21, "all have come")
        self.assertEqual(self.status()["requests"]["refused"], {"duplicate": 20})
        self.assertEqual(len(self.records(1)), 1)
        # In another envelope it must be opened to be known.
        transport = json.loads(request)
        transport["data"] = base64.b64encode(base64.b64decode(transport["data"]) + b" ").decode()
        seen.publish(REQUESTS, json.dumps(transport).encode())
        carried, again = self.records(2)
        self.assertEqual((carried["decision"], again["decision"]), ("carried", "duplicate"))
        self.assertEqual(self.status()["border"], {"on": True, "carried_over": 1})
        self.assertEqual(nodes.settle(), [])
        self.stop(started)

    def test_a_border_that_cannot_sign_does_not_begin(self):
        more = self.settings("fed3.test", "allow everybody\n")
        config = self.far.federation_config("dc1", self.federation.port, 0, "fed3.test", more)
        for flags in ([], ["--check"]):
            done = process.run([antiphon(), "federation", "run", "--config", config, *flags])
            self.assertEqual(done.status, 1)
            self.assertIn("fed3.test.policy: line 1: needs a caller, agents and collectives",
                          done.stdout + done.stderr)  # fmt: skip
        self.far.directory.write("fed3.test.policy", "allow * * *\n")
        done = process.run([antiphon(), "federation", "run", "--config", config, "--check"])
        self.assertEqual((done.status, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
