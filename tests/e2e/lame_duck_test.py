"""USR2: the broker leaves slowly, so that its clients do not all go elsewhere at once."""

import selectors
import signal
import time
import unittest

from tests.support.broker import Broker

# The shortest duration that the configuration allows; with few clients it is over much sooner,
# because closes are at most a second apart.
CONFIG = 'lame_duck_duration: "30s"\nlame_duck_grace_period: "500ms"\n'
CLIENTS = 4


class LameDuck(unittest.TestCase):
    def test_clients_are_told_then_closed_one_by_one_and_the_broker_ends(self):
        with Broker(CONFIG, shards=2) as broker:
            clients = [broker.join() for _ in range(CLIENTS)]
            started = time.monotonic()
            broker.process.signal(signal.SIGUSR2)
            for client in clients:
                told = client.socket.read_frame()
                self.assertEqual(told.verb, "INFO")
                self.assertIn(b'"ldm":true', told.line)
            broker.process.signal(signal.SIGTERM)  # ignored: it is leaving already
            self.assertRaises(ConnectionError, broker.connect_raw)
            ends = self.wait_for_ends(clients)
            self.assertGreaterEqual(ends[0] - started, 0.5, "the grace period")
            self.assertGreaterEqual(ends[-1] - ends[0], 1.0, "spread over time")
            self.assertEqual(broker.process.wait(), 0)
            text = "\n".join(broker.process.lines())
            self.assertIn("Entering lame duck mode", text)
            self.assertIn('Trapped "terminated" signal', text)

    def wait_for_ends(self, clients) -> list[float]:
        """When each was closed, in order; until then it is served like before."""
        ends: list[float] = []
        with selectors.DefaultSelector() as selector:
            for client in clients:
                selector.register(client, selectors.EVENT_READ, client)
            while len(ends) < len(clients):
                for key, _ in selector.select(timeout=20):
                    if key.data.socket.read_frame() is None:
                        ends.append(time.monotonic())
                        selector.unregister(key.fileobj)
        return ends

    def test_messages_still_flow_while_it_leaves(self):
        with Broker(CONFIG, shards=2) as broker:
            one, other = broker.join(), broker.join()
            other.subscribe("a")
            other.settle()
            broker.process.signal(signal.SIGUSR2)
            self.assertIn(b'"ldm":true', one.socket.read_frame().line)
            one.publish("a", b"still here")
            self.assertEqual(other.messages(1)[0].payload, b"still here")

    def test_int_ends_it_at_once(self):
        with Broker('lame_duck_duration: "30s"\nlame_duck_grace_period: "20s"\n') as broker:
            with broker.join() as client:
                broker.process.signal(signal.SIGUSR2)
                self.assertEqual(client.socket.read_frame().verb, "INFO")
                broker.process.signal(signal.SIGINT)
                self.assertEqual(broker.process.wait(10), 0)

    def test_with_nobody_connected_it_ends_at_once(self):
        with Broker('lame_duck_duration: "30s"\nlame_duck_grace_period: "20s"\n') as broker:
            broker.process.signal(signal.SIGUSR2)
            self.assertEqual(broker.process.wait(10), 0)

    def test_who_is_in_the_middle_of_logging_in_is_closed_too(self):
        with Broker(CONFIG + "authorization { user: a, password: b, timeout: 30 }\n") as broker:
            with broker.connect_raw() as silent:
                broker.wait_for_connections(1)
                broker.process.signal(signal.SIGUSR2)
                while silent.recv(4096):
                    pass
                self.assertEqual(broker.process.wait(), 0)
