"""HUP: what a new configuration changes for those who are connected, and what is refused."""

import http.client
import os
import shutil
import signal
import ssl
import unittest

from tests.support import certificates
from tests.support.broker import Broker, binary, listening
from tests.support.certificates import Authority
from tests.support.client import Client, Refused
from tests.support.nats_server import NatsServer
from tests.support.places import LOOPBACK, TempDir


def users(**passwords: str) -> str:
    rows = "".join(f'{{ user: {u}, password: "{p}" }}\n' for u, p in passwords.items())
    return f"authorization {{ users: [\n{rows}] }}\n"


def log_in(broker: Broker, user: str, password: str) -> Client:
    return broker.join(user=user, **{"pass": password})


class ReloadCase(unittest.TestCase):
    def start(self, config: str = "", **kwargs) -> Broker:
        broker = Broker(config, shards=2, **kwargs)
        self.addCleanup(broker.stop)
        return broker

    def assert_closed(self, client: Client, *texts: bytes):
        said = [f.line for f in client.socket.read_until(lambda _: False)]
        self.assertEqual([line for line in said if line.startswith(b"-ERR")], list(texts))

    def assert_refused(self, broker: Broker, config: str, reason: str):
        """The broker keeps what it has and says in the log why."""
        seen = len(broker.process.lines())
        broker.write_config(config)
        broker.process.signal(signal.SIGHUP)
        broker.process.wait_for_line(
            rf"\[ERR\] Failed to reload server configuration: .*{reason}", first=seen
        )


class Users(ReloadCase):
    def test_an_added_user_can_log_in_and_nobody_is_disturbed(self):
        broker = self.start(users(ann="a"))
        with log_in(broker, "ann", "a") as ann:
            self.assertRaises(Refused, log_in, broker, "bob", "b")
            broker.reload(listening(users(ann="a", bob="b"), 2))
            log_in(broker, "bob", "b").close()
            ann.settle()

    def test_a_removed_user_is_sent_away_and_the_others_stay(self):
        broker = self.start(users(ann="a", bob="b"))
        with log_in(broker, "ann", "a") as ann:
            gone = [log_in(broker, "bob", "b") for _ in range(8)]
            broker.reload(listening(users(ann="a"), 2))
            for bob in gone:
                self.assert_closed(bob, b"-ERR 'Authorization Violation'")
                self.assertEqual(broker.wait_for_reason(bob.cid), "Authentication Failure")
                bob.close()
            ann.settle()
            self.assertRaises(Refused, log_in, broker, "bob", "b")

    def test_who_has_the_old_password_is_sent_away(self):
        broker = self.start(users(ann="a"))
        with log_in(broker, "ann", "a") as old:
            broker.reload(listening(users(ann="new"), 2))
            self.assert_closed(old, b"-ERR 'Authorization Violation'")
            self.assertRaises(Refused, log_in, broker, "ann", "a")
            log_in(broker, "ann", "new").close()

    def test_authorization_that_is_switched_on_sends_strangers_away(self):
        broker = self.start()
        with broker.join() as stranger:
            broker.reload(listening(users(ann="a"), 2))
            self.assert_closed(stranger, b"-ERR 'Authorization Violation'")


class Limits(ReloadCase):
    def test_a_lower_payload_limit_is_told_and_holds_for_who_is_connected(self):
        broker = self.start("max_payload: 2048\n")
        with broker.join() as client:
            broker.reload(listening("max_payload: 1024\n", 2))
            told = client.socket.read_frame()
            self.assertEqual(told.verb, "INFO")
            self.assertIn(b'"max_payload":1024', told.line)
            client.publish("a", b"x" * 1024)
            client.settle()
            client.publish("a", b"x" * 1025)
            self.assert_closed(client, b"-ERR 'Maximum Payload Violation'")

    def test_a_lower_line_limit_holds_for_who_is_connected(self):
        broker = self.start()
        with broker.join() as client:
            client.subscribe("a" * 300)
            client.settle()
            broker.reload(listening("max_control_line: 256\n", 2))
            client.settle()  # the new settings have reached every shard with the answer
            client.subscribe("a" * 300, "2")
            self.assert_closed(client, b"-ERR 'maximum control line exceeded'")

    def test_a_higher_connection_limit_lets_more_in(self):
        broker = self.start("max_connections: 1\n")
        with broker.join() as first:
            self.assertRaises(Refused, broker.join)
            broker.reload(listening("max_connections: 2\n", 2))
            broker.join().close()
            first.settle()


class Refusals(ReloadCase):
    def test_a_listener_that_moves_is_refused_as_a_whole(self):
        broker = self.start("max_payload: 2048\n")
        moved = f'listen: "127.0.0.1:{broker.port + 1}"\nmax_payload: 1024\n'
        self.assert_refused(broker, moved, "port")
        with broker.join() as client:
            self.assertEqual(client.info["max_payload"], 2048)

    def test_a_broken_file_changes_nothing(self):
        broker = self.start("max_payload: 2048\n")
        path = broker.config_path
        with broker.join() as client:
            for broken in ("max_payload: 1024\nnonsense {\n", "max_payload: lots\n", "\0\xff{{{"):
                self.assert_refused(broker, listening(broken, 2), f"{path}:")
            os.remove(path)
            broker.process.signal(signal.SIGHUP)
            broker.process.wait_for_line(rf"Failed to reload .*{path}.*No such file")
            client.settle()
        with broker.join() as client:
            self.assertEqual(client.info["max_payload"], 2048)

    def test_every_error_of_a_broken_file_is_logged(self):
        broker = self.start()
        self.assert_refused(broker, listening("max_payload: lots\nnonsense: 1\n", 2), "nonsense")
        text = "\n".join(broker.process.lines())
        self.assertRegex(text, r"Failed to reload server configuration: .*max_payload|lots")

    def test_a_good_file_is_taken_after_a_broken_one(self):
        broker = self.start("max_payload: 2048\n")
        self.assert_refused(broker, listening("max_payload: lots\n", 2), "")
        broker.reload(listening("max_payload: 1024\n", 2))
        with broker.join() as client:
            self.assertEqual(client.info["max_payload"], 1024)


@unittest.skipUnless(certificates.available(), "there is no openssl program")
class TlsExchange(ReloadCase):
    def setUp(self):
        self.directory = TempDir()
        self.addCleanup(self.directory.remove)
        self.old = Authority(self.directory.file("old"), "Old CA")
        self.new = Authority(self.directory.file("new"), "New CA")
        self.use(self.old, "live")

    def use(self, authority: Authority, name: str):
        """Puts a certificate of the authority where the configuration looks for it."""
        made = authority.issue("server")
        for source, kind in ((made.cert, "pem"), (made.key, "key"), (authority.ca.cert, "ca")):
            shutil.copy(source, self.directory.file(f"{name}.{kind}"))

    def tls(self, name: str, more: str = "") -> str:
        base = self.directory.file(name)
        return f'tls {{ cert_file: "{base}.pem", key_file: "{base}.key", timeout: 10 {more} }}\n'

    def test_new_connections_see_the_new_certificate_and_old_ones_stay(self):
        broker = self.start(self.tls("live"))
        with broker.join(tls=self.old.client_context()) as old:
            self.use(self.new, "live")
            broker.reload(listening(self.tls("live"), 2))
            for _ in range(8):
                broker.join(tls=self.new.client_context()).close()
            self.assertRaises(Refused, broker.join, tls=self.old.client_context())
            old.subscribe("a")
            old.publish("a", b"x" * 40_000)
            self.assertEqual(len(old.messages(1)[0].payload), 40_000)

    def test_https_monitoring_shows_the_new_certificate_too(self):
        config = f'listen: "{LOOPBACK}:-1"\nhttps: "{LOOPBACK}:-1"\n' + self.tls("live")
        server = NatsServer(binary(), config)
        self.addCleanup(server.stop)

        def fetch(authority: Authority) -> int:
            connection = http.client.HTTPSConnection(
                LOOPBACK, server.monitor_port, timeout=10, context=authority.client_context()
            )
            try:
                connection.request("GET", "/healthz")
                return connection.getresponse().status
            finally:
                connection.close()

        self.assertEqual(fetch(self.old), 200)
        self.use(self.new, "live")
        server.reload(config)
        self.assertEqual(fetch(self.new), 200)
        self.assertRaises(ssl.SSLError, fetch, self.old)

    def test_a_key_that_does_not_fit_is_refused_and_the_old_certificate_stays(self):
        broker = self.start(self.tls("live"))
        shutil.copy(self.new.issue("other").key, self.directory.file("live.key"))
        self.assert_refused(broker, listening(self.tls("live"), 2), "key")
        broker.join(tls=self.old.client_context()).close()

    def test_client_certificates_can_be_asked_for_from_now_on(self):
        broker = self.start(self.tls("live"))
        with broker.join(tls=self.old.client_context()) as old:
            verify = f', verify: true, ca_file: "{self.directory.file("live.ca")}"'
            broker.reload(listening(self.tls("live", verify), 2))
            self.assertRaises(Refused, broker.join, tls=self.old.client_context())
            known = self.old.client_context(self.old.issue("client"))
            broker.join(tls=known).close()
            old.settle()

    def test_tls_can_be_switched_on_and_off_again(self):
        broker = self.start()
        with broker.join() as plain:
            broker.reload(listening(self.tls("live"), 2))
            with broker.join(tls=self.old.client_context()) as encrypted:
                broker.reload(listening("", 2))
                broker.join().close()
                encrypted.settle()
            plain.settle()
