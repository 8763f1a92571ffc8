"""A reload that takes an authority out of `ca_file` closes those who came by it, and nobody else."""

import json
import re
import ssl
import unittest

from tests.e2e.choria_scene import MONITOR, TRACING, ChoriaScene
from tests.support import certificates, process
from tests.support.broker import Broker, listening
from tests.support.certificates import Authority, Certificate
from tests.support.choria_v2 import ISSUER
from tests.support.client import Client, Refused
from tests.support.places import TempDir

REASON = "Certificate Authority Removed"
COUNTED = f'antiphon_closed_connections_total{{reason="{REASON}"}}'
TOLD = b"-ERR 'User Authentication Revoked'"
SHARDS = 2
OF_EACH = 4  # so that each shard has some


def joined(*files: str) -> str:
    return "".join(open(file, encoding="utf-8").read() for file in files)


@unittest.skipUnless(certificates.available(), "there is no openssl program")
class RemovedAuthority(unittest.TestCase):
    def setUp(self):
        self.directory = TempDir()
        self.addCleanup(self.directory.remove)
        self.old = self.authority("old")
        self.new = self.authority("new")
        self.server = self.new.issue("server")
        self.bundle = self.directory.file("bundle.pem")

    def authority(self, name: str) -> Authority:
        return Authority(self.directory.file(name), f"The {name} CA")

    def trust(self, *files: str):
        with open(self.bundle, "w", encoding="utf-8") as out:
            out.write(joined(*files))

    def config(self, verify: str = "verify: true", more: str = "") -> str:
        return (
            f'tls {{ cert_file: "{self.server.cert}", key_file: "{self.server.key}", timeout: 10\n'
            f'ca_file: "{self.bundle}", {verify} }}\nantiphon {{ shards: {SHARDS} {more} }}\n'
        )

    def start(self, *trusted: str, **options) -> Broker:
        self.trust(*trusted)
        broker = Broker(self.config(**options))
        self.addCleanup(broker.stop)
        return broker

    def context(self, shown: Certificate | None, version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
        return self.new.client_context(shown, version)

    def join(self, broker: Broker, shown: Certificate | None, version=None) -> Client:
        client = broker.join(tls=self.context(shown, version))
        self.addCleanup(client.close)
        return client

    def with_others(self, leaf: Certificate, *others: str) -> Certificate:
        """The certificate as it is shown together with those of authorities."""
        shown = self.directory.write("shown.pem", joined(leaf.cert, *others))
        return Certificate(shown, leaf.key)

    def reload(self, broker: Broker, *trusted: str, **options):
        self.trust(*trusted)
        broker.reload(listening(self.config(**options)))

    def assert_closed(self, broker: Broker, client: Client):
        said = [frame.line for frame in client.socket.read_until(lambda _: False)]
        self.assertEqual([line for line in said if line.startswith(b"-ERR")], [TOLD])
        self.assertEqual(broker.wait_for_reason(client.cid), REASON)

    def assert_all_there(self, *clients: Client):
        for client in clients:
            client.settle()

    # ---- Who goes and who stays

    def test_who_came_by_it_is_closed_with_its_reason_and_the_others_stay(self):
        broker = self.start(self.old.ca.cert, self.new.ca.cert)
        by_old, by_new = self.old.issue("node"), self.new.issue("node")
        both = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
        go = [self.join(broker, by_old, version) for version in both for _ in range(OF_EACH)]
        stay = [self.join(broker, by_new, version) for version in both for _ in range(OF_EACH)]
        self.reload(broker, self.old.ca.cert, self.new.ca.cert)
        self.assert_all_there(*go, *stay)
        self.reload(broker, self.new.ca.cert)
        for client in go:
            self.assert_closed(broker, client)
        self.assertEqual(broker.metrics()[COUNTED], len(go))
        self.assert_all_there(*stay)
        broker.process.wait_for_line(r"cid:\d+ - no authority vouches for its certificate any more")
        self.assertRaises(Refused, self.join, broker, by_old)
        self.join(broker, by_new)

    def test_a_renewed_certificate_of_the_same_authority_closes_nobody(self):
        broker = self.start(self.old.ca.cert, self.new.ca.cert)
        client = self.join(broker, self.old.issue("node"))
        self.reload(broker, self.old.certify(self.old), self.new.ca.cert)
        self.assert_all_there(client)
        self.reload(broker, self.new.ca.cert)
        self.assert_closed(broker, client)

    def test_an_intermediate_that_is_shown_goes_with_its_root(self):
        department = self.authority("department")
        node = self.with_others(department.issue("node"), self.old.certify(department))
        broker = self.start(self.old.ca.cert, self.new.ca.cert)
        client = self.join(broker, node)
        self.reload(broker, self.old.ca.cert)
        self.assert_all_there(client)
        self.reload(broker, self.new.ca.cert)
        self.assert_closed(broker, client)

    def test_an_intermediate_that_is_taken_out_goes_though_its_root_stays(self):
        department = self.authority("department")
        by_root = self.old.certify(department)
        broker = self.start(self.old.ca.cert, by_root)
        leaf = department.issue("node")
        bare, whole = self.join(broker, leaf), self.join(broker, self.with_others(leaf, by_root))
        self.reload(broker, self.old.ca.cert)
        self.assert_closed(broker, bare)
        self.assertRaises(Refused, self.join, broker, leaf)
        self.assert_all_there(whole)  # it shows what leads to the root

    def test_who_is_vouched_for_by_another_one_as_well_stays(self):
        department = self.authority("department")
        by_old, by_new = self.old.certify(department), self.new.certify(department)
        broker = self.start(self.old.ca.cert)
        client = self.join(broker, self.with_others(department.issue("node"), by_old))
        for trusted in (by_new, self.old.ca.cert, department.ca.cert, by_new):
            self.reload(broker, trusted)
            self.assert_all_there(client)
        self.reload(broker, self.authority("third").ca.cert)
        self.assert_closed(broker, client)

    def test_a_ticket_does_not_hide_by_whom_somebody_came(self):
        broker = self.start(self.old.ca.cert, self.new.ca.cert, more=", tls_tickets: true")
        context = self.context(self.old.issue("node"), ssl.TLSVersion.TLSv1_2)
        first = _ResumingClient(broker.port, tls=context)
        again = _ResumingClient(broker.port, tls=context, session=first.leave())
        self.addCleanup(again.close)
        self.assertTrue(again.socket._sock.session_reused)
        self.reload(broker, self.new.ca.cert, more=", tls_tickets: true")
        self.assert_closed(broker, again)

    # ---- Where nobody is asked

    def test_nobody_is_closed_where_certificates_are_no_longer_asked_for(self):
        broker = self.start(self.old.ca.cert, self.new.ca.cert)
        client = self.join(broker, self.old.issue("node"))
        self.reload(broker, self.new.ca.cert, verify="verify: false")
        self.assert_all_there(client)
        self.reload(broker, self.new.ca.cert)
        self.assert_closed(broker, client)

    def test_who_showed_none_stays_when_they_are_asked_for_from_now_on(self):
        broker = self.start(self.new.ca.cert, verify="verify: false")
        client = self.join(broker, None)
        self.reload(broker, self.new.ca.cert)
        self.assert_all_there(client)
        self.assertRaises(Refused, self.join, broker, None)

    def test_who_has_not_logged_in_yet_is_closed_too(self):
        broker = self.start(self.old.ca.cert, self.new.ca.cert)
        silent = _SilentClient(broker.port, tls=self.context(self.old.issue("node")))
        self.addCleanup(silent.close)
        self.reload(broker, self.new.ca.cert)
        self.assert_closed(broker, silent)

    def test_who_is_in_its_handshake_meanwhile_is_told_too(self):
        broker = self.start(self.old.ca.cert, self.new.ca.cert)
        context = self.context(self.old.issue("node"), ssl.TLSVersion.TLSv1_3)
        reloads = []

        def before_the_certificate_is_shown(_connection, direction, _version, _content, message, _data):
            if direction == "read" and message == ssl._TLSMessageType.FINISHED and not reloads:
                reloads.append(self.reload(broker, self.new.ca.cert))

        # Nothing that is public is called between the server's last word and the client's.
        context._msg_callback = before_the_certificate_is_shown
        silent = _SilentClient(broker.port, tls=context)
        self.addCleanup(silent.close)
        self.assertEqual(len(reloads), 1)
        self.assert_closed(broker, silent)


class _ResumingClient(Client):
    def __init__(self, port: int, tls: ssl.SSLContext, session: ssl.SSLSession | None = None):
        self.session = session
        super().__init__(port, tls=tls)

    def _start_tls(self, context: ssl.SSLContext) -> None:
        sock = self.socket._sock
        self.socket._sock = context.wrap_socket(sock, server_hostname="localhost", session=self.session)

    def leave(self) -> ssl.SSLSession:
        """Properly, else OpenSSL does not resume the session."""
        session = self.socket._sock.session
        self.socket._sock = self.socket._sock.unwrap()
        self.close()
        return session


class _SilentClient(Client):
    """Through with TLS, and has said nothing yet."""

    def send(self, data: bytes, deadline_s: float = 0) -> None:
        pass

    def settle(self, deadline_s: float = 0) -> list:
        return []


class ChoriaAuthority(ChoriaScene):
    def test_a_reload_closes_who_came_by_it_and_records_it(self):
        other = Authority(self.site.file("other-pki"), "Other CA")
        bundle = self.site.file("bundle.pem")
        self.site.directory.write("bundle.pem", joined(self.site.authority.ca.cert, other.ca.cert))
        broker = self.start(ISSUER, f"plugin.security.choria.ca = {bundle}\n", TRACING)
        by_other, by_site = other.issue("app"), self.site.authority.issue("app")
        goes = self.login(broker, by_other)
        stays = self.login(broker, by_site)
        # A token lets in whoever shows none, and nobody who shows a bad one.
        with_token = self.login(broker, by_other, token="alice", seed="alice")
        token_alone = self.login(broker, token="alice", seed="alice")
        logins = (goes, stays, with_token, token_alone)
        self.assertEqual([one.is_in for one in logins], [True] * 4)
        self.wait_for_records(4)
        self.site.directory.write("bundle.pem", joined(self.site.authority.ca.cert))
        self.reload(broker)
        for login in (goes, with_token):
            self.assertEqual(login.until("-ERR")[-1].line, TOLD)
        for login in (stays, token_alone):
            self.assertEqual(login.errors(b""), [])
        records = self.wait_for_records(6)[4:]
        self.assertEqual({one["rule"] for one in records}, {"messaging_certificate", "client_token"})
        for record in records:
            self.assertEqual((record["event"], record["allowed"]), ("reload", False))
            self.assertEqual(record["reason"], "no authority vouches for its certificate any more")
            self.assertEqual(record["certificate"], "app")
        refused = process.wait_until(lambda: self.closed_reasons(), "they are closed")
        self.assertEqual(sorted(refused), [REASON, REASON])

    def closed_reasons(self) -> list[str]:
        port = int(re.search(MONITOR, self.log().decode()).group(1))
        page = json.loads(self.pages(port)["/connz?state=closed&auth=1&subs=1"])
        reasons = [one["reason"] for one in page["connections"]]
        return reasons if len(reasons) >= 2 else []


if __name__ == "__main__":
    unittest.main()
