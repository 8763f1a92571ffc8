"""Clients that come back with a TLS session ticket, to the same broker and to another."""

import os
import ssl
import unittest

from tests.support import certificates
from tests.support.broker import Broker
from tests.support.client import Client
from tests.support.nats_socket import NatsSocket
from tests.support.places import TempDir

RESUMED = "antiphon_tls_handshakes_resumed_total"


class ResumingSocket(NatsSocket):
    """A client that keeps its TLS session."""

    def __init__(self, port: int):
        super().__init__(port)
        self.read_frame()

    def secure(self, context: ssl.SSLContext, session: ssl.SSLSession | None) -> bool:
        """Whether the session was resumed."""
        self._sock = context.wrap_socket(self._sock, server_hostname="localhost", session=session)
        self.send(b'CONNECT {"verbose":false}\r\nPING\r\n')
        self.read_until(lambda frame: frame.verb == "PONG")
        return self._sock.session_reused

    def leave(self) -> ssl.SSLSession:
        session = self._sock.session
        self._sock = self._sock.unwrap()
        self.close()
        return session


@unittest.skipUnless(certificates.available(), "openssl is not installed")
class Tickets(unittest.TestCase):
    def setUp(self):
        self.directory = TempDir()
        self.addCleanup(self.directory.remove)
        self.authority = certificates.Authority(self.directory.path)
        server = self.authority.issue("localhost")
        self.tls = (
            f'tls {{ cert_file: "{server.cert}", key_file: "{server.key}", '
            f'ca_file: "{self.authority.ca.cert}", verify: true, timeout: 10 }}\n'
        )
        self.secret = self.directory.file("secret")
        with open(self.secret, "wb") as file:
            file.write(os.urandom(48))

    def broker(self, own: str) -> Broker:
        return self.enterContext(Broker(f"{self.tls}antiphon {{ shards: 2, {own} }}\n"))

    def visit(self, broker: Broker, context: ssl.SSLContext, session=None):
        """Whether it resumed, and the session to come back with."""
        client = ResumingSocket(broker.port)
        resumed = client.secure(context, session)
        return resumed, client.leave()

    def context(self, version: ssl.TLSVersion) -> ssl.SSLContext:
        context = self.authority.client_context(self.authority.issue(f"node-{version.value}"))
        context.maximum_version = version
        return context

    def test_a_client_resumes_at_every_broker_with_the_same_secret(self):
        own = f'tls_tickets: true, tls_ticket_secret: "{self.secret}"'
        one, two = self.broker(own), self.broker(own)
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with self.subTest(version=version.name):
                context = self.context(version)
                resumed, session = self.visit(one, context)
                self.assertFalse(resumed)
                self.assertTrue(session.has_ticket)
                for broker in (one, two):
                    resumed, _ = self.visit(broker, context, session)
                    self.assertTrue(resumed)
        self.assertEqual(one.metrics()[RESUMED], 2)
        self.assertEqual(two.metrics()[RESUMED], 2)

    def test_a_secret_of_its_own_is_not_shared(self):
        one, two = self.broker("tls_tickets: true"), self.broker("tls_tickets: true")
        context = self.context(ssl.TLSVersion.TLSv1_3)
        _, session = self.visit(one, context)
        self.assertEqual(self.visit(two, context, session)[0], False)
        self.assertEqual(self.visit(one, context, session)[0], True)

    def test_without_the_option_there_are_no_tickets(self):
        broker = self.broker("")
        context = self.context(ssl.TLSVersion.TLSv1_3)
        _, session = self.visit(broker, context)
        self.assertFalse(session.has_ticket)
        self.assertEqual(self.visit(broker, context, session)[0], False)

    def test_other_clients_come_in_as_before(self):
        broker = self.broker("tls_tickets: true")
        with Client(broker.port, tls=self.context(ssl.TLSVersion.TLSv1_3)) as client:
            client.subscribe("a")
            client.publish("a", b"x")
            self.assertEqual(len(client.messages(1)), 1)

    def test_a_secret_that_is_too_short_is_refused(self):
        with open(self.secret, "wb") as file:
            file.write(b"short")
        own = f'tls_tickets: true, tls_ticket_secret: "{self.secret}"'
        with self.assertRaises(AssertionError) as refused:
            Broker(f"{self.tls}antiphon {{ shards: 2, {own} }}\n")
        self.assertIn("32 to 4096 bytes", str(refused.exception))
