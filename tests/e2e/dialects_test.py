"""Both configuration dialects, started for real."""

import os
import signal
import ssl
import unittest

from tests.support import certificates, process
from tests.support.broker import binary
from tests.support.certificates import Authority
from tests.support.choria import DOMAIN, Site
from tests.support.client import Client, Refused
from tests.support.places import free_port

PORT_TRIES = 3


@unittest.skipUnless(certificates.available(), "there is no openssl program")
class Dialects(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site("")
        cls.node = cls.site.certificate(f"node1.{DOMAIN}")

    @classmethod
    def tearDownClass(cls):
        cls.site.close()

    def start(self, dialect: str, extra: str = "") -> tuple[process.Process, int]:
        """`antiphon broker run` with a configuration of the dialect; its port."""
        for _ in range(PORT_TRIES):  # the port may be taken before the broker has it
            port = free_port()
            path = self.site.broker_config(port, dialect)
            with open(path, "a", encoding="utf-8") as file:
                file.write(extra)
            argv = [os.path.realpath(binary()), "broker", "run", "--config", path]
            started = process.Process(argv, cwd=self.site.directory.path)
            self.addCleanup(started.end)
            if started.wait_for_line("Server is ready|already in use").group() == "Server is ready":
                return started, port
            started.end()
        raise AssertionError(f"{PORT_TRIES} ports were all taken")

    def assert_serves_its_own_nodes_only(self, port: int):
        authority = self.site.authority
        with Client(port, tls=authority.client_context(self.node)) as client:
            self.assertTrue(client.info["tls_required"])
            self.assertTrue(client.info["tls_verify"])
            self.assertEqual(client.info["server_name"], f"broker.{DOMAIN}")
            client.subscribe("mcollective.broadcast.agent.discovery")
            client.publish("mcollective.broadcast.agent.discovery", b"hello")
            self.assertEqual(client.messages(1)[0].payload, b"hello")
        with self.assertRaises(Refused):  # no certificate
            Client(port, tls=authority.client_context())
        stranger = Authority(self.site.directory.file("stranger"), "Stranger CA")
        context = authority.client_context(stranger.issue("node1", subject=f"/CN=node1.{DOMAIN}"))
        with self.assertRaises(Refused):  # the right name, but of another authority
            Client(port, tls=context)
        with self.assertRaises(Refused):  # no TLS at all
            Client(port)

    def stop(self, started: process.Process):
        started.signal(signal.SIGTERM)
        self.assertEqual(started.wait(20), 0)

    def test_chorias_broker_conf_with_the_file_provider(self):
        started, port = self.start("choria")
        self.assert_serves_its_own_nodes_only(port)
        self.stop(started)

    def test_the_nats_grammar(self):
        started, port = self.start("nats")
        self.assert_serves_its_own_nodes_only(port)
        self.stop(started)

    def test_chorias_dialect_reloads_too(self):
        started, port = self.start("choria")
        started.signal(signal.SIGHUP)
        started.wait_for_line("Reloaded server configuration")
        with Client(port, tls=self.site.authority.client_context(self.node)) as client:
            client.settle()
        self.stop(started)

    def test_old_tls_is_refused(self):
        started, port = self.start("choria")
        old = self.site.authority.client_context(self.node, ssl.TLSVersion.TLSv1_1)
        with self.assertRaises(Refused):
            Client(port, tls=old)
        self.stop(started)

    def test_wrong_flags_are_told_from_a_broker_that_cannot_run(self):
        for flags, status in ((["--bogus"], 2), (["--check"], 2), (["--config", "/none"], 1), (["--help"], 0)):
            with self.subTest(flags=flags):
                outcome = process.run([os.path.realpath(binary()), "broker", "run", *flags], 20)
                self.assertEqual(outcome.status, status, outcome.stdout + outcome.stderr)

    def test_errors_of_a_broker_conf_are_reported_together(self):
        path = self.site.directory.write(
            "wrong.conf",
            "plugin.choria.broker_network = perhaps\n"
            "plugin.choria.network.client_prt = 4222\n"
            "plugin.security.provider = file\n",
        )
        outcome = process.run([os.path.realpath(binary()), "broker", "run", "--config", path], 20)
        self.assertEqual(outcome.status, 1)
        for text in (f"{path}:1:", f"{path}:2:", "did you mean", "plugin.security.file.key"):
            self.assertIn(text, outcome.stderr)
