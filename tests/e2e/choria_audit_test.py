"""The audit of logins in Choria's dialect: a record for each decision, and for each end that the broker decides."""

import hashlib
import json
import os
import re
import signal
import ssl
import unittest

from tests.e2e.choria_scene import HOSTILE_CALLER, MONITOR, TRACING, ChoriaScene
from tests.support import process
from tests.support.choria_v2 import AUTHORITY, ISSUER, SYSTEM, SYSTEM_PASSWORD, Login
from tests.support.places import LOOPBACK


class ChoriaAudit(ChoriaScene):
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
        self.assertEqual((first["event"], first["issuer"]), ("login", "Antiphon"))
        self.assertRegex(first["token_id"], r"^[0-9A-Za-z]{27}$")
        self.assertEqual(len({one["cid"] for one in records}), 13)
        self.assertEqual(records[3]["name"], HOSTILE_CALLER)
        self.assertEqual(records[7]["reason"], "nonce was not signed by the token's holder")

    def test_who_asks_for_an_account_is_recorded_as_refused(self):
        broker = self.audited()
        tries = ('"account":"x"', '"account":"choria"', '"new_account":true', '"account":"x","new_account":true')
        for number, more in enumerate(tries):
            login = self.login(broker, token="alice", seed="alice", more=f'"protocol":1,{more}')
            self.assertEqual(login.last.line, b"-ERR 'Authorization Violation'", more)
            record = self.wait_for_records(number + 1)[-1]
            self.assertEqual((record["allowed"], record["rule"]), (False, "client_token"))
            self.assertEqual(record["reason"], "CONNECT asks for an account")
            self.assertNotIn("granted", record)
        reason = b"client_token: CONNECT asks for an account"
        process.wait_until(lambda: reason in self.log(), "the line in the log")

    def test_a_record_can_be_tied_to_its_connection_and_certificate(self):
        broker = self.start(ISSUER, AUTHORITY, TRACING)
        app = self.site.authority.issue("app")
        self.login(broker, app)
        record = self.wait_for_records(1)[0]
        self.assertEqual((record["rule"], record["certificate"]), ("messaging_certificate", "app"))
        with open(app.cert, encoding="utf-8") as pem:
            der = ssl.PEM_cert_to_DER_cert(pem.read())
        self.assertEqual(record["certificate_sha256"], hashlib.sha256(der).hexdigest())
        port = int(re.search(MONITOR, self.log().decode()).group(1))
        shown = json.loads(self.pages(port)["/connz?subs=detail&auth=1"])["connections"]
        self.assertEqual(len(shown), 1)
        for name, shown_name in (("cid", "cid"), ("from", "ip"), ("port", "port")):
            self.assertEqual(record[name], shown[0][shown_name])

    def test_what_happens_to_whom_was_let_in_is_recorded_as_what_it_is(self):
        broker = self.audited()
        app = self.login(broker, token="alice", seed="alice")
        self.assertEqual(app.errors(b'CONNECT {"verbose":false}\r\n'), [])
        self.reload(broker, (SYSTEM_PASSWORD, "another-password"))
        self.wait_for_records(3)
        app.errors(b'CONNECT {"verbose":false,"protocol":9}\r\n')
        self.site.client("brief", "--validity", "2s")
        self.login(broker, token="brief", seed="brief").until("-ERR")
        records = self.wait_for_records(7)
        self.assertEqual(
            [(one["event"], one["allowed"]) for one in records],
            [("login", True), ("connect_again", True), ("reload", True), ("connect_again", True),
             ("closed", False), ("login", True), ("expired", False)],
        )  # fmt: skip
        self.assertEqual({one["rule"] for one in records}, {"client_token"})
        self.assertEqual(records[4]["reason"], "invalid client protocol")
        self.assertEqual(records[6]["reason"], "login expired")
        self.assertEqual(len({one["cid"] for one in records[:5]}), 1)
        self.assertEqual(records[6]["cid"], records[5]["cid"])

    def test_a_reload_that_judges_a_certificate_is_recorded_as_a_reload(self):
        broker = self.start(ISSUER, AUTHORITY, SYSTEM, TRACING)
        self.login(broker, self.site.authority.issue("app"))
        self.reload(broker, (SYSTEM_PASSWORD, "another-password"))
        records = self.wait_for_records(2)
        self.assertEqual([one["event"] for one in records], ["login", "reload"])

    def test_what_never_reaches_a_decision_is_in_the_log_alone(self):
        broker = self.audited()
        for sent in (b"PING\r\n", b"CONNECT {no\r\n", b"SUB a 1\r\n"):
            login = Login(self.site, broker.port)
            self.addCleanup(login.close)
            login.socket.send(sent)
            login.until("nothing")
        self.login(broker, token="alice", seed="alice")
        self.assertEqual(len(self.wait_for_records(1)), 1)
        for text in (b"CONNECT must come first", b"CONNECT is not valid"):
            process.wait_until(lambda text=text: text in self.log(), "the line in the log")

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

    def check(self, audit: str, level: str = "info") -> process.Outcome:
        broker = self.start(ISSUER, TRACING)
        broker.stop()
        with open(broker.config, encoding="utf-8") as text:
            config = re.sub(r"(?m)^(loglevel|logfile|plugin.antiphon.audit_file) = .*\n", "", text.read())
        config += f"loglevel = {level}\nlogfile = stdout\n"
        config += f"plugin.antiphon.audit_file = {audit}\n" if audit else ""
        path = self.site.directory.write("checked.conf", config)
        return process.run([self.site.ours, "broker", "run", "--check", "--config", path])

    def test_a_check_tells_of_an_audit_file_that_cannot_be_opened(self):
        folder = self.site.directory.path
        for bad, reason in ((folder, "Is a directory"), (f"{folder}/none/audit", "No such file")):
            done = self.check(bad)
            self.assertEqual(done.status, 1, done)
            self.assertIn(f"plugin.antiphon.audit_file: cannot open {bad}: {reason}", done.stderr)
        done = self.check(f"{folder}/checked.jsonl")
        self.assertEqual((done.status, done.stderr), (0, ""), done)
        self.assertFalse(os.path.exists(f"{folder}/checked.jsonl"))

    def test_a_check_warns_of_a_log_that_takes_no_records(self):
        file = self.site.file("checked.jsonl")
        for audit, level, warned in (("", "warn", True), ("", "info", False), (file, "warn", False)):
            done = self.check(audit, level)
            self.assertEqual(done.status, 0, done)
            self.assertEqual("they leave no record" in done.stderr, warned, (audit, level, done))

    def test_a_disk_that_is_full_costs_records_and_nothing_else(self):
        full = TRACING.replace("{directory}/audit.jsonl", "/dev/full")
        broker = self.start(ISSUER, full)
        self.assertTrue(self.login(broker, token="alice", seed="alice").is_in)
        port = int(re.search(MONITOR, self.log().decode()).group(1))

        def counted() -> bool:
            return b"antiphon_audit_records_dropped_total 1" in self.pages(port)["/metrics"]

        process.wait_until(counted, "the record is counted")


if __name__ == "__main__":
    unittest.main()
