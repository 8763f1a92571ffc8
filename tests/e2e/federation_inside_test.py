"""The federation tier inside a broker's process: messages, pages, reloads, and ends in the middle of traffic."""

import json
import signal
import threading
import unittest

from tests.e2e.federation_test import REPLIES, REPLY, REQUEST, REQUESTS, subject_of
from tests.support import certificates, process
from tests.support.choria import Site
from tests.support.client import Client, Refused
from tests.support.places import LOOPBACK, free_port
from tests.support.process_facts import complaints
from tests.support.site_broker import SiteBroker, antiphon
from tests.support.tier_case import READY, SitePairCase

IDENTITY = "broker.choria.test"
TARGETS = 2  # of REQUEST
EMULATED = 200
PACE = 20  # requests that are published before the broker is asked whether it has them


def number_of(payload: bytes) -> int:
    return int(payload.split(b'"data":"')[1][:8])


class Traffic:
    """Numbered requests, published by one client and read by a node, each in a thread of its own."""

    def __init__(self, asker: Client, node: Client):
        self._asker, self._node = asker, node
        self._stop = threading.Event()
        self.published = 0
        self.got: list[int] = []
        self.ended = threading.Event()  # the node's connection
        self._threads = [threading.Thread(target=one, daemon=True) for one in (self._publish, self._read)]
        for one in self._threads:
            one.start()

    def _publish(self) -> None:
        while not self._stop.is_set():
            for _ in range(PACE):
                self._asker.publish(REQUESTS, REQUEST % (b"%08d" % self.published))
                self.published += 1
            self._asker.settle()

    def _read(self) -> None:
        try:
            while True:
                self.got.append(number_of(self._node.messages(1, 120)[0].payload))
        except Refused:
            self.ended.set()

    def wait_for(self, count: int, deadline_s: float) -> None:
        process.wait_until(lambda: len(self.got) >= count, f"{count} messages have come", deadline_s)

    def stop(self, deadline_s: float) -> None:
        self._stop.set()
        self._threads[0].join(deadline_s)


@unittest.skipUnless(certificates.available(), "there is no openssl program")
class FederationInside(SitePairCase):
    with_collective = False

    def run_inside(self, more: str = "", ready: bool = True) -> SiteBroker:
        """The collective's broker, with the tier inside."""
        self.http_port = free_port()
        self.tier = self.site.tier_beside("dc1", self.federation.port, self.http_port)
        broker = SiteBroker(self.site, self.tier + more)
        self.addCleanup(broker.process.end)
        if ready:
            broker.process.wait_for_line(READY, 30 * self.slowness)
        return broker

    def run_beside(self, identity: str) -> process.Process:
        """Another federation broker of the same cluster, a process of its own."""
        config = self.site.federation_config("dc1", self.federation.port, 0, identity)
        return self.run_tier(config)

    def stop_broker(self, broker: SiteBroker) -> None:
        broker.process.signal(signal.SIGTERM)
        self.assert_ended_well(broker)

    def assert_ended_well(self, broker: SiteBroker) -> None:
        self.assertEqual(broker.process.wait(30 * self.slowness), 0, broker.process.lines()[-20:])
        self.assertEqual(complaints(broker.process.lines()), [])

    def reload(self, broker: SiteBroker, more: str | None) -> None:
        """With these lines and a new certificate, or (None) with the files as they are."""
        if more is not None:
            broker.configure(more)
        lines = len(broker.process.lines())
        broker.process.signal(signal.SIGHUP)
        broker.process.wait_for_line("Reloaded server configuration", 30 * self.slowness, lines)

    @staticmethod
    def starts(broker: SiteBroker) -> int:
        return sum("federation dc1: starting" in line for line in broker.process.lines())

    def node(self, broker: SiteBroker) -> Client:
        client = self.join(broker)
        client.subscribe("mcollective.node.>")
        client.settle()
        return client

    # ---- Messages and pages

    def test_requests_and_replies_pass_between_the_process_and_the_other_broker(self):
        broker = self.run_inside()
        node, asker = self.node(broker), self.join(self.federation)
        asker.subscribe("mcollective.reply.>")
        asker.settle()
        asker.publish(REQUESTS, REQUEST % b"AAAA")
        got = node.messages(TARGETS)
        headers = json.loads(got[0].payload)["headers"]
        self.assertEqual(headers["reply-to"], REPLIES)
        self.assertEqual(headers["seen-by"], [[
            f"nats://{LOOPBACK}:{self.federation.port}",
            f"{IDENTITY} (choria_nats_ingest:0, choria_request_transformer:0, choria_nats_egest:0)",
            f"nats://{IDENTITY}:{broker.port}",
        ]])  # fmt: skip
        node.publish(REPLIES, REPLY)
        self.assertEqual(subject_of(asker.messages(1)[0]), "mcollective.reply.h.i")
        self.stop_broker(broker)

    def test_the_brokers_port_shows_both(self):
        broker = self.run_inside()
        status = self.status()
        self.assertTrue(status["collective"]["in_process"])
        self.assertFalse(status["federation"]["in_process"])
        self.assertTrue(status["ready"])
        mine = [one for one in json.loads(self.get("/connz?auth=1")[1])["connections"] if one["ip"] == "pipe"]
        self.assertEqual(len(mine), 1, mine)
        self.assertEqual(mine[0]["name"], f"federation dc1 collective {IDENTITY}")
        self.assertEqual(mine[0]["authorized_user"], "in-process")
        self.assertEqual(mine[0]["account"], "choria")
        self.assertNotIn("tls_version", mine[0])
        metrics = self.get("/metrics")[1]
        self.assertIn("choria_federation_received_msgs{", metrics)
        self.assertIn("antiphon_federation_connected{", metrics)
        self.assertRegex(metrics, r"(?m)^antiphon_connections\S* \d")
        self.assertIn("choria_federation_received_msgs{", self.get("/choria/prometheus")[1])
        self.assertEqual(self.get("/federation/healthz")[0], 200)
        self.assertEqual(self.get("/nothing")[0], 404)
        done = process.run([antiphon(), "federation", "status", f"{LOOPBACK}:{self.http_port}"])
        self.assertEqual(done.status, 0, done.stderr)
        self.assertRegex(done.stdout, r"collective +connected to nats://\S+ in its own process")
        self.stop_broker(broker)

    def test_emulated_nodes_answer_a_ping_and_a_trace_through_it(self):
        broker = self.run_inside()
        files = ["--tls-cert", self.certificate.cert, "--tls-key", self.certificate.key,
                 "--tls-ca", self.site.authority.ca.cert]  # fmt: skip
        nodes = process.Process(
            [antiphon(), "emulate", "--nodes", str(EMULATED), "--identity", "inside{n}.test",
             "--server", f"tls://{LOOPBACK}:{broker.port}", *files]
        )  # fmt: skip
        self.addCleanup(nodes.end)
        nodes.wait_for_line(f"ready: {EMULATED} of {EMULATED}", 60 * self.slowness)
        above = ["--unsigned", "--server", f"tls://{LOOPBACK}:{self.federation.port}", *files]
        done = process.run(
            [antiphon(), "ping", "--json", "--federations", "dc1", "--expect", str(EMULATED),
             "--timeout", str(30 * self.slowness), *above], 60 * self.slowness
        )  # fmt: skip
        ping = json.loads(done.stdout)
        self.assertEqual((ping["replies"], ping["repeated"]), (EMULATED, 0), done.stderr)
        done = process.run(
            [antiphon(), "federation", "trace", "inside7.test", "--federations", "dc1",
             "--brokers", f"{LOOPBACK}:{self.http_port}", "--timeout", str(5 * self.slowness), *above],
            60 * self.slowness,
        )  # fmt: skip
        self.assertEqual(done.status, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"inside7\.test through dc1: answered after [0-9.]+ ms")
        self.stop_broker(broker)

    def test_messages_larger_than_the_way_between_them(self):
        broker = self.run_inside()
        node, asker = self.node(broker), self.join(self.federation)
        for number in range(12):
            asker.publish(REQUESTS, REQUEST % (b"%08d" % number + b"A" * 700_000))
        got = node.messages(12 * TARGETS, 60 * self.slowness)
        self.assertEqual([number_of(one.payload) for one in got], [n for n in range(12) for _ in range(TARGETS)])
        self.stop_broker(broker)

    def test_the_federation_may_be_inside_and_the_collective_elsewhere(self):
        elsewhere = SiteBroker(self.site)
        self.addCleanup(elsewhere.process.end)
        above = Site("", self.federation_site.authority)
        self.addCleanup(above.close)
        self.http_port = free_port()
        broker = SiteBroker(
            above,
            "plugin.choria.broker_federation = true\nplugin.choria.federation.cluster = dc1\n"
            "plugin.antiphon.federation.inside = federation\n"
            f"plugin.choria.middleware_hosts = {LOOPBACK}:{elsewhere.port}\n"
            f"plugin.choria.stats_port = {self.http_port}\n",
        )
        self.addCleanup(broker.process.end)
        broker.process.wait_for_line(READY, 30 * self.slowness)
        self.assertTrue(self.status()["federation"]["in_process"])
        node, asker = self.node(elsewhere), self.join(broker)
        asker.subscribe("mcollective.reply.>")
        asker.settle()
        asker.publish(REQUESTS, REQUEST % b"AAAA")
        node.messages(TARGETS)
        node.publish(REPLIES, REPLY)
        self.assertEqual(subject_of(asker.messages(1)[0]), "mcollective.reply.h.i")
        self.stop_broker(broker)

    def test_a_federation_that_is_away_leaves_the_broker_to_its_nodes(self):
        broker = self.run_inside()
        self.federation.kill()
        self.addCleanup(lambda: self.federation.process.running or self.federation.start())
        process.wait_until(lambda: self.get("/federation/healthz")[0] == 503, "the loss is seen", 30 * self.slowness)
        self.assertEqual(self.get("/healthz")[0], 200)
        node, other = self.node(broker), self.join(broker)
        other.publish("mcollective.node.n1.test", b"from here")
        self.assertEqual(node.messages(1)[0].payload, b"from here")
        lines = len(broker.process.lines())
        self.federation.start()
        broker.process.wait_for_line(READY, 60 * self.slowness, lines)
        self.assertEqual(self.get("/federation/healthz")[0], 200)
        self.stop_broker(broker)

    # ---- Changes and ends in the middle of traffic

    def assert_all_came_once(self, traffic: Traffic) -> None:
        traffic.stop(30 * self.slowness)
        traffic.wait_for(TARGETS * traffic.published, 60 * self.slowness)
        self.assertEqual(sorted(traffic.got), [n for n in range(traffic.published) for _ in range(TARGETS)])

    def test_a_reload_changes_the_tier_and_loses_nothing(self):
        broker = self.run_inside()
        traffic = Traffic(self.join(self.federation), self.node(broker))
        traffic.wait_for(200, 60 * self.slowness)
        self.reload(broker, self.tier + "plugin.antiphon.federation.hops_max = 5\n")
        self.assertEqual(self.starts(broker), 2)
        self.reload(broker, None)
        self.assertEqual(self.starts(broker), 2, "nothing has changed")
        self.reload(broker, self.tier + "plugin.antiphon.federation.hops_max = 5\n")
        self.assertEqual(self.starts(broker), 3, "the certificate is another")
        traffic.wait_for(len(traffic.got) + 200, 60 * self.slowness)
        self.assert_all_came_once(traffic)
        self.stop_broker(broker)

    def test_a_reload_ends_and_begins_it(self):
        broker = self.run_inside()
        self.reload(broker, f"plugin.choria.stats_port = {self.http_port}\n")
        self.assertEqual(self.get("/federationz")[0], 404)
        self.assertEqual(self.get("/varz")[0], 200)
        self.assertEqual([one for one in json.loads(self.get("/connz")[1])["connections"] if one["ip"] == "pipe"], [])
        lines = len(broker.process.lines())
        self.reload(broker, self.tier)
        broker.process.wait_for_line(READY, 30 * self.slowness, lines)
        self.assertTrue(self.status()["ready"])
        self.stop_broker(broker)

    def test_a_reload_with_a_mistake_changes_nothing(self):
        broker = self.run_inside()
        broker.configure(self.tier + "plugin.antiphon.federation.hop_max = 5\n")
        broker.process.signal(signal.SIGHUP)
        broker.process.wait_for_line("Failed to reload server configuration: .*hops_max", 30 * self.slowness)
        self.assertTrue(self.status()["ready"])
        self.stop_broker(broker)

    def test_lame_duck_leaves_the_work_to_the_others_of_the_cluster_first(self):
        broker = self.run_inside()
        beside = self.run_beside("fed2.test")
        node = self.node(broker)
        traffic = Traffic(self.join(self.federation), node)
        process.wait_until(lambda: self.status()["requests"]["published"] > 50, "it has its part", 60 * self.slowness)
        broker.process.signal(signal.SIGUSR2)
        broker.process.wait_for_line("Entering lame duck mode", 30 * self.slowness)
        log = "\n".join(broker.process.lines())
        self.assertLess(log.index("federation: stopping"), log.index("Entering lame duck mode"))
        self.assertEqual(self.get("/federationz")[0], 404)
        traffic.wait_for(len(traffic.got) + 100, 60 * self.slowness)
        self.assert_all_came_once(traffic)
        broker.process.signal(signal.SIGINT)
        self.assert_ended_well(broker)
        self.assertEqual(beside.end(20), 0)

    def test_the_end_passes_on_what_was_taken(self):
        broker = self.run_inside()
        traffic = Traffic(self.join(self.federation), self.node(broker))
        traffic.wait_for(500, 60 * self.slowness)
        broker.process.signal(signal.SIGTERM)
        self.assert_ended_well(broker)
        self.assertTrue(traffic.ended.wait(30 * self.slowness))
        traffic.stop(30 * self.slowness)
        # Those that nobody took any more are missing at the end, and only there.
        taken = len(traffic.got) // TARGETS
        self.assertEqual(traffic.got, [n for n in range(taken) for _ in range(TARGETS)])
        log = "\n".join(broker.process.lines())
        self.assertLess(log.index("federation: stopping"), log.index("Initiating Shutdown"))
        self.assertNotIn("stopped before everything was passed on", log)

    # ---- Starting

    def test_a_name_that_does_not_resolve_keeps_only_the_tier_waiting(self):
        broker = self.run_inside("plugin.choria.federation_middleware_hosts = no..name:4222\n", ready=False)
        broker.process.wait_for_line(r"federation side: no broker is found: no\.\.name: .*the next attempt",
                                     60 * self.slowness)  # fmt: skip
        self.assertEqual(self.get("/healthz")[0], 200)
        node, other = self.node(broker), self.join(broker)
        other.publish("mcollective.node.n1.test", b"from here")
        self.assertEqual(node.messages(1)[0].payload, b"from here")
        lines = len(broker.process.lines())
        self.reload(broker, self.tier)
        broker.process.wait_for_line(READY, 30 * self.slowness, lines)
        self.stop_broker(broker)

    def test_without_a_network_broker_it_runs_alone(self):
        broker = SiteBroker(self.site)
        self.addCleanup(broker.process.end)
        config = self.site.federation_config("dc1", self.federation.port, 0, "fed3.test")
        alone = process.Process([antiphon(), "broker", "run", "--config", config])
        self.addCleanup(alone.end)
        alone.wait_for_line(READY, 30 * self.slowness)
        alone.signal(signal.SIGTERM)
        self.assertEqual(alone.wait(20 * self.slowness), 0)
        done = process.run([antiphon(), "broker", "run", "--config", config, "--port", "4222"])
        self.assertEqual(done.status, 2)
        self.assertIn("are for a network broker", done.stderr)

    def test_mistakes_are_told_with_their_place(self):
        tier = self.site.tier_beside("dc1", 1, 0)
        for line, text in {
            "plugin.antiphon.federation.hop_max = 5": r':1: unknown key "plugin\.antiphon\.federation\.hop_max"',
            "plugin.antiphon.federation.inside = here": r":37: \S+ needs collective, federation or none",
        }.items():
            config = self.site.broker_config(1, "choria", f"{tier}{line}\n")
            for more in ([], ["--check"]):
                done = process.run([antiphon(), "broker", "run", "--config", config, *more])
                self.assertEqual(done.status, 1)
                self.assertRegex(done.stderr, rf"choria-broker\.conf:\d+{text}")
        config = self.site.broker_config(1, "choria", tier)
        self.assertEqual(process.run([antiphon(), "broker", "run", "--config", config, "--check"]).status, 0)


if __name__ == "__main__":
    unittest.main()
