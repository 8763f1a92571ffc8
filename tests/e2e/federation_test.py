"""`antiphon federation run` between two real brokers: messages, health, brokers that go and come, the end."""

import json
import signal
import unittest

from tests.support import certificates, process
from tests.support.nats_socket import Frame
from tests.support.places import LOOPBACK, free_port
from tests.support.site_broker import antiphon
from tests.support.tier_case import READY, SitePairCase

RECONNECT_DEADLINE_S = 60.0
REQUEST = (
    b'{"protocol":"choria:transport:1","data":"%s","headers":{"reply-to":"mcollective.reply.h.i",'
    b'"federation":{"req":"1","target":["mcollective.node.n1.test","mcollective.node.n2.test"]}}}'
)
REPLY = (
    b'{"protocol":"choria:transport:1","data":"e30=","headers":{"mc_sender":"n1.test",'
    b'"federation":{"req":"1","reply-to":"mcollective.reply.h.i"}}}'
)
REGISTRATION = (
    b'{"protocol":"choria:transport:1","data":"e30=","headers":{"reply-to":"dev.null",'
    b'"mc_sender":"n2.test","seen-by":[["nats://a:1","n2.test","nats://a:1"]]}}'
)
LIFECYCLE = b'{"specversion":"1.0","source":"io.choria.lifecycle","data":{"identity":"%s"}}'
REQUESTS = "choria.federation.dc1.federation"
REPLIES = "choria.federation.dc1.collective"


def subject_of(frame: Frame) -> str:
    return frame.line.split()[1].decode()


@unittest.skipUnless(certificates.available(), "there is no openssl program")
class Federation(SitePairCase):
    def status_command(self, status: int) -> str:
        done = process.run([antiphon(), "federation", "status", f"{LOOPBACK}:{self.http_port}"])
        self.assertEqual(done.status, status, done.stderr)
        return done.stdout

    def test_requests_go_out_replies_come_back_and_the_rest_is_counted(self):
        started = self.run_federation("fed1.test")
        nodes, asker = self.join(self.collective), self.join(self.federation)
        nodes.subscribe("mcollective.node.>")
        asker.subscribe("mcollective.reply.>")
        nodes.settle()
        asker.settle()
        self.assertTrue(nodes.info["multi_publish"], "the two of a request come in one frame")
        asker.publish(REQUESTS, REQUEST % b"AAAA")
        got = nodes.messages(2)
        self.assertEqual([subject_of(one) for one in got],
                         ["mcollective.node.n1.test", "mcollective.node.n2.test"])  # fmt: skip
        self.assertEqual(got[0].payload, got[1].payload)
        headers = json.loads(got[0].payload)["headers"]
        self.assertEqual(headers["reply-to"], REPLIES)
        self.assertEqual(headers["federation"], {"req": "1", "reply-to": "mcollective.reply.h.i"})
        self.assertEqual(headers["seen-by"], [[
            f"nats://{LOOPBACK}:{self.federation.port}",
            "fed1.test (choria_nats_ingest:0, choria_request_transformer:0, choria_nats_egest:0)",
            f"nats://{LOOPBACK}:{self.collective.port}",
        ]])  # fmt: skip
        nodes.publish(REPLIES, REPLY)
        reply = asker.messages(1)[0]
        self.assertEqual(subject_of(reply), "mcollective.reply.h.i")
        self.assertNotIn("federation", json.loads(reply.payload)["headers"])
        asker.publish(REQUESTS, REQUEST % b"AAAA")  # again
        asker.publish(REQUESTS, (REQUEST % b"BBBB").replace(b"node.n2", b"lifecycle.n2"))
        process.wait_until(
            lambda: self.status()["requests"]["received"] == 3, "three requests have come"
        )
        status = self.status()
        self.assertEqual(status["requests"]["refused"], {"target_not_allowed": 1, "duplicate": 1})
        self.assertEqual(status["requests"]["published"], 2)
        self.assertEqual(status["replies"]["published"], 1)
        metrics = self.get("/choria/prometheus")[1]
        self.assertIn('antiphon_federation_refused_total{cluster="dc1",direction="request",'
                      'reason="target_not_allowed"} 1\n', metrics)  # fmt: skip
        self.stop(started)

    def test_a_target_that_nobody_listens_to_is_left_out_until_that_is_out_of_date(self):
        started = self.run_federation(
            "fed8.test",
            "plugin.antiphon.federation.placement = on\nplugin.antiphon.federation.placement_settle = 0\n"
            "plugin.antiphon.federation.placement_expiry = 2s\n",
        )
        nodes, asker = self.join(self.collective), self.join(self.federation)
        nodes.subscribe("mcollective.node.n1.test")
        nodes.settle()
        asker.publish(REQUESTS, REQUEST % b"CCC0")
        process.wait_until(lambda: self.status()["placement"]["absent"] == 1, "the broker has said so")
        asker.publish(REQUESTS, REQUEST % b"CCC1")
        process.wait_until(lambda: self.status()["requests"]["received"] == 2, "both have come")
        self.assertEqual(self.status()["requests"]["elsewhere_targets"], 1)
        self.assertEqual(self.status()["requests"]["published"], 3)
        self.assertIn("1 targets are not here", self.status_command(0))
        target = json.loads(self.get("/federationz?target=mcollective.node.n2.test")[1])
        self.assertTrue(target["left_out"], target)
        late = self.join(self.collective)
        late.subscribe("mcollective.node.n2.test")
        late.settle()

        process.wait_until(
            lambda: not json.loads(self.get("/federationz?target=mcollective.node.n2.test")[1])["left_out"],
            "it is out of date",
        )
        asker.publish(REQUESTS, REQUEST % b"CCC2")
        self.assertEqual(subject_of(late.messages(1)[0]), "mcollective.node.n2.test")
        self.stop(started)

    def test_a_node_that_is_heard_from_is_there_at_once_and_one_that_ends_is_not_kept(self):
        started = self.run_federation(
            "fed13.test",
            "plugin.antiphon.federation.placement = on\nplugin.antiphon.federation.placement_settle = 0\n"
            "plugin.antiphon.federation.placement_lifecycle = true\n"
            "plugin.antiphon.federation.placement_registration = *.broadcast.agent.registration\n",
        )
        nodes, asker = self.join(self.collective), self.join(self.federation)
        target = "mcollective.node.n2.test"

        def known() -> dict:
            return json.loads(self.get(f"/federationz?target={target}")[1])

        asker.publish(REQUESTS, REQUEST % b"FFF0")
        process.wait_until(lambda: known()["left_out"], "nobody listens")
        nodes.publish("mcollective.broadcast.agent.registration", REGISTRATION)
        process.wait_until(lambda: not known()["left_out"], "it has registered")
        self.assertGreaterEqual(known()["heard_ms_ago"], 0)
        nodes.subscribe(target)
        nodes.settle()
        asker.publish(REQUESTS, REQUEST % b"FFF1")
        self.assertEqual(subject_of(nodes.messages(1)[0]), target)
        # Somebody says of it that it ends: it is there, so it is asked as whoever is unknown.
        nodes.publish("choria.lifecycle.event.shutdown.server", LIFECYCLE % b"n2.test")
        process.wait_until(lambda: known()["heard_ms_ago"] is None, "it has ended")
        nodes.send(b"UNSUB 1\r\n")  # and not a close, which is seen at some later time only
        nodes.settle()
        asker.publish(REQUESTS, REQUEST % b"FFF2")
        process.wait_until(lambda: known()["left_out"], "the broker has said that it is gone")
        late = self.join(self.collective)
        late.publish("choria.lifecycle.event.alive.server", b"of nobody")
        late.publish("choria.lifecycle.event.alive.server", LIFECYCLE % b"n2.test")
        process.wait_until(lambda: not known()["left_out"], "it lives")
        self.assertIn("1 signs of alive, 1 signs of registration, 1 signs of shutdown", self.status_command(0))
        self.assertIn('antiphon_federation_nameless_signs_total{cluster="dc1"} 1\n', self.get("/metrics")[1])
        self.stop(started)

    def test_what_became_of_a_request(self):
        started = self.run_federation("fed9.test")
        nodes, asker = self.join(self.collective), self.join(self.federation)
        nodes.subscribe("mcollective.node.>")
        nodes.settle()
        asker.publish(REQUESTS, REQUEST % b"DDD0")
        nodes.messages(2)
        nodes.publish(REPLIES, REPLY)
        process.wait_until(lambda: self.status()["replies"]["published"] == 1, "the reply has passed")
        done = process.run(
            [antiphon(), "federation", "status", f"{LOOPBACK}:{self.http_port}", "--request", "1"]
        )
        self.assertEqual(done.status, 1, "somebody is missing")
        self.assertIn("expected 2, answered 1, missing 1", done.stdout)
        self.assertIn("known in none of them: n2.test", done.stdout)
        nodes.publish(REPLIES, REPLY.replace(b"n1.test", b"n2.test"))
        process.wait_until(lambda: self.status()["replies"]["published"] == 2, "both have passed")
        done = process.run(
            [antiphon(), "federation", "status", f"{LOOPBACK}:{self.http_port}", "--request", "1", "--json"]
        )
        self.assertEqual(done.status, 0, done.stdout)
        self.assertEqual(json.loads(done.stdout)["missing"], 0)
        requests = process.run(
            [antiphon(), "federation", "status", f"{LOOPBACK}:{self.http_port}", "--requests"]
        )
        self.assertRegex(requests.stdout, r"request     1 .*: 2 targets, 2 passed on, .* 2 replies")
        self.stop(started)

    def test_what_is_beyond_the_rate_is_told_to_the_asker(self):
        started = self.run_federation("fed10.test", "plugin.antiphon.federation.requests_rate = 1\n")
        asker = self.join(self.federation)
        asker.subscribe("mcollective.reply.>")
        asker.settle()
        for number in range(3):
            asker.publish(REQUESTS, REQUEST % (b"EEE%d" % number))
        told = json.loads(asker.messages(1)[0].payload)
        self.assertEqual(told["headers"]["mc_sender"], "fed10.test")
        status = self.status()
        self.assertGreaterEqual(status["requests"]["refused"]["rate_limited"], 1)
        self.assertEqual(status["limits"], {"requests_rate": 1, "targets_rate": 0, "events_rate": 1000})
        self.assertGreater(status["rates"]["requests"], 0)
        self.assertIn(" events a second; limits: 1 requests, 1000 events\n", self.status_command(0))
        self.stop(started)

    def test_events_go_up_under_the_name_of_their_site(self):
        started = self.run_federation(
            "fed11.test", "plugin.antiphon.federation.events = choria.lifecycle.event.>\n"
        )
        nodes, above = self.join(self.collective), self.join(self.federation)
        above.subscribe("federated.>")
        above.settle()
        nodes.publish("choria.lifecycle.event.startup.server", b"{}")
        nodes.publish("choria.machine.transition", b"{}")
        nodes.publish("choria.lifecycle.event.shutdown.server", b"[]")
        got = above.messages(2)
        self.assertEqual(
            [(subject_of(one), one.payload) for one in got],
            [
                ("federated.dc1.choria.lifecycle.event.startup.server", b"{}"),
                ("federated.dc1.choria.lifecycle.event.shutdown.server", b"[]"),
            ],
        )
        self.assertIn("events      2 received, 2 passed up", self.status_command(0))
        self.stop(started)

    def test_nothing_that_a_request_names_comes_back_to_the_broker_that_sent_it(self):
        started = self.run_federation(
            "fed14.test",
            "plugin.antiphon.federation.events = *.broadcast.agent.registration\n"
            "plugin.antiphon.federation.placement = watch\n"
            "plugin.antiphon.federation.placement_registration = *.broadcast.agent.registration\n",
        )
        nodes, asker = self.join(self.collective), self.join(self.federation)
        nodes.subscribe("mcollective.>")
        nodes.settle()
        asker.subscribe("mcollective.reply.>")
        asker.subscribe("federated.>", "2")
        asker.settle()
        forged = (REQUEST % b"GGG0").replace(b"node.n2.test", b"broadcast.agent.registration")
        asker.publish(REQUESTS, forged)
        told = asker.messages(1)[0]
        self.assertEqual(subject_of(told), "mcollective.reply.h.i")
        self.assertEqual(self.status()["requests"]["refused"], {"target_not_allowed": 1})
        nodes.publish("mcollective.broadcast.agent.registration", REGISTRATION)
        self.assertEqual(asker.messages(1)[0].payload, REGISTRATION)
        self.assertEqual(self.status()["events"]["received"], 1)
        self.assertEqual(self.status()["placement"]["signs"]["registration"], 1)
        self.assertEqual(subject_of(nodes.messages(1)[0]), "mcollective.broadcast.agent.registration")
        self.stop(started)

    def reload(self, started: process.Process, identity: str, more: str, line: str) -> None:
        self.site.federation_config("dc1", self.federation.port, self.http_port, identity, more)
        lines = len(started.lines())
        started.signal(signal.SIGHUP)
        started.wait_for_line(line, 30 * self.slowness, lines)

    def test_a_reload_changes_it_and_loses_nothing(self):
        started = self.run_federation("fed15.test")
        nodes, asker = self.join(self.collective), self.join(self.federation)
        nodes.subscribe("mcollective.node.>")
        nodes.settle()
        asker.subscribe("mcollective.reply.>")
        for number in range(50):
            asker.publish(REQUESTS, REQUEST % (b"HA%02d" % number))
        self.reload(started, "fed15.test", "plugin.antiphon.federation.requests_rate = 100000\n",
                    "Reloaded the configuration$")  # fmt: skip
        for number in range(50):
            asker.publish(REQUESTS, REQUEST % (b"HB%02d" % number))
        got = nodes.messages(200)
        self.assertEqual(len({one.payload.split(b'"data":"')[1][:4] for one in got}), 100)
        self.assertEqual(self.status()["limits"]["requests_rate"], 100000)
        self.assertTrue(self.status()["ready"])
        self.reload(started, "fed15.test", "", "Reloaded the configuration$")
        nodes.publish(REPLIES, REPLY)  # to what was asked before
        self.assertEqual(subject_of(asker.messages(1)[0]), "mcollective.reply.h.i")
        asked = self.status()["asked"]
        self.assertEqual((asked["hearing"], asked["unknown_passed"], asked["others_known"]), ("yes", 0, False))
        self.stop(started)

    def test_a_reload_without_a_change_or_with_a_mistake_leaves_it_as_it_is(self):
        started = self.run_federation("fed16.test")
        started.signal(signal.SIGHUP)
        started.wait_for_line("Reloaded the configuration: the federation tier is the same", 30 * self.slowness)
        self.assertEqual(self.status()["federation"]["connects"], 1)
        self.reload(started, "fed16.test", "plugin.antiphon.federation.hop_max = 1\n",
                    "Failed to reload the configuration: .*hops_max")  # fmt: skip
        self.http_port = (port := self.http_port) + 1
        self.reload(started, "fed16.test", "", "Failed to reload the configuration: .*stats_port")
        self.http_port = port
        self.assertTrue(self.status()["ready"])
        started.signal(signal.SIGUSR2)  # nobody is connected to it, so there is nothing to lead away
        self.assertEqual(started.wait(30 * self.slowness), 0)

    def trace(self, node: str, *more: str) -> process.Outcome:
        files = ["--tls-cert", self.certificate.cert, "--tls-key", self.certificate.key]
        return process.run(
            [antiphon(), "federation", "trace", node, "--unsigned",
             "--server", f"tls://{LOOPBACK}:{self.federation.port}", *files,
             "--tls-ca", self.site.authority.ca.cert,
             "--brokers", f"{LOOPBACK}:{self.http_port}", *more]
        )  # fmt: skip

    def test_a_trace_draws_the_way_or_says_where_it_ends(self):
        started = self.run_federation(
            "fed12.test",
            "plugin.antiphon.federation.placement = watch\nplugin.antiphon.federation.placement_settle = 0\n",
        )
        files = ["--tls-cert", self.certificate.cert, "--tls-key", self.certificate.key]
        nodes = process.Process(
            [antiphon(), "emulate", "--nodes", "2", "--identity", "traced{n}.test",
             "--server", f"tls://{LOOPBACK}:{self.collective.port}", *files,
             "--tls-ca", self.site.authority.ca.cert]
        )  # fmt: skip
        self.addCleanup(nodes.end)
        nodes.wait_for_line("ready: 2 of 2", 30 * self.slowness)
        done = self.trace("traced1.test", "--federations", "dc1,dc9", "--timeout", str(5 * self.slowness))
        self.assertEqual(done.status, 0, done.stderr)
        self.assertRegex(done.stdout, r"traced1\.test through dc1: answered after [0-9.]+ ms")
        self.assertRegex(done.stdout, r"fed12\.test +nats://\S+ -> nats://\S+  \(its collective took [0-9.]+ ms\)")
        self.assertRegex(done.stdout, r"traced1\.test +answers at tls://")
        self.assertRegex(done.stdout, r"has the answer after [0-9.]+ ms  \([0-9.]+ ms to fed12\.test and back\)")
        self.assertIn("through dc9: nobody serves this federation", done.stdout)
        done = self.trace("absent.test", "--federations", "dc1", "--timeout", "1")
        self.assertEqual(done.status, 1)
        self.assertRegex(done.stdout, r"fed12\.test +passed it on to nats://\S+, where nobody listens to "
                         r"mcollective\.node\.absent\.test")  # fmt: skip
        self.assertIn("last seen by fed12.test", done.stdout)
        self.stop(started)

    def test_a_side_that_goes_and_comes(self):
        started = self.run_federation("fed2.test")
        self.assertEqual(self.get("/healthz")[0], 200)
        self.assertIn("dc1: ready", self.status_command(0))
        self.collective.kill()
        self.addCleanup(lambda: self.collective.process.running or self.collective.start())
        process.wait_until(lambda: self.get("/healthz")[0] == 503, "the loss is seen")
        self.assertIn("collective", self.get("/healthz")[1])
        started.wait_for_line("collective side at .*; the next attempt follows in")
        self.assertIn("collective  NOT CONNECTED", self.status_command(1))
        lines = len(started.lines())
        self.collective.start()
        started.wait_for_line(READY, RECONNECT_DEADLINE_S, lines)
        self.assertEqual(self.get("/healthz")[0], 200)
        self.assertEqual(self.status()["collective"]["connects"], 2)
        self.stop(started)

    def test_it_waits_for_brokers_that_are_not_there_yet(self):
        self.collective.kill()
        self.addCleanup(lambda: self.collective.process.running or self.collective.start())
        started = self.run_federation("fed3.test", ready=False)
        started.wait_for_line("collective side at .*: dial: Connection refused")
        self.collective.start()
        started.wait_for_line(READY, RECONNECT_DEADLINE_S)
        self.stop(started)

    def test_two_brokers_share_the_work(self):
        one = self.run_federation("fed4.test")
        one_port = self.http_port
        two = self.run_federation("fed5.test")
        two_port = self.http_port
        nodes, asker = self.join(self.collective), self.join(self.federation)
        nodes.subscribe("mcollective.node.>")
        nodes.settle()
        for number in range(100):
            asker.publish(REQUESTS, REQUEST % (b"%04d" % number))
        got = nodes.messages(200)
        self.assertEqual(len({one.payload.split(b'"data":"')[1][:4] for one in got}), 100)
        published = [self.status()["requests"]["published"]]
        self.http_port = one_port
        published.append(self.status()["requests"]["published"])
        self.assertEqual(sum(published), 200)
        self.assertTrue(all(published), published)
        # A reply may come to either, whoever has taken the request.
        asker.subscribe("mcollective.reply.>")
        asker.settle()
        for _ in range(100):
            nodes.publish(REPLIES, REPLY)
        asker.messages(100)
        forwarded = []
        for port in (one_port, two_port):
            self.http_port = port
            self.assertEqual(self.status()["replies"]["refused"], {})
            self.assertEqual(self.status()["asked"]["heard"], 100)
            forwarded.append(self.status()["replies"]["forwarded"])
        self.assertEqual(sum(forwarded), 100)
        self.assertTrue(all(forwarded), forwarded)
        self.stop(one)
        self.stop(two)

    def test_a_bad_configuration_is_told_with_its_place(self):
        config = self.site.federation_config("dc1", 1, 0, "fed6.test", "plugin.antiphon.federation.hops = 1\n")
        for more in ([], ["--check"]):
            done = process.run([antiphon(), "federation", "run", "--config", config, *more])
            self.assertEqual(done.status, 1)
            self.assertRegex(done.stderr, r'federation\.conf:\d+:1: unknown key "plugin\.antiphon')

    def test_the_status_of_nobody(self):
        done = process.run([antiphon(), "federation", "status", f"{LOOPBACK}:{free_port()}"])
        self.assertEqual(done.status, 1)
        self.assertIn("Connection refused", done.stderr)

    def test_a_good_configuration_passes_the_check(self):
        config = self.site.federation_config("dc1", 1, 0, "fed7.test")
        done = process.run([antiphon(), "federation", "run", "--config", config, "--check"])
        self.assertEqual((done.status, done.stderr), (0, ""))
        self.assertIn("is valid", done.stdout)


if __name__ == "__main__":
    unittest.main()
