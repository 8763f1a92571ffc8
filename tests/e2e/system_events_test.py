"""The system account while much happens: events in order and none lost, commands side by side."""

import json
import signal
import threading
import unittest

from tests.support.broker import Broker
from tests.support.client import Client

ACCOUNTS = """
accounts {
  SYS { users [ { user: sys, password: s } ] }
  A { users [ { user: app, password: a } ] }
}
system_account: SYS
"""
CLIENTS = 600
AT_ONCE = 6
EVENT_DEADLINE_S = 60


def operator(broker: Broker, **options) -> Client:
    return broker.join(user="sys", **{"pass": "s"}, **options)


def app(broker: Broker) -> Client:
    return broker.join(user="app", **{"pass": "a"})


def answer_to(client: Client, subject: str, body: str = "") -> dict:
    client.subscribe("inbox.1", "99")
    client.send(f"PUB {subject} inbox.1 {len(body)}\r\n{body}\r\n".encode())
    frames = client.socket.read_until(lambda f: f.payload is not None, EVENT_DEADLINE_S)
    return json.loads(frames[-1].payload)


class SystemEvents(unittest.TestCase):
    def start(self, config: str = "", shards: int = 2) -> Broker:
        broker = Broker(ACCOUNTS + config, shards=shards)
        self.addCleanup(broker.stop)
        return broker

    def storm(self, broker: Broker, count: int) -> None:
        """So many clients come and go, some of them at once."""

        def some() -> None:
            for _ in range(count // AT_ONCE):
                app(broker).close()

        threads = [threading.Thread(target=some) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def test_each_client_of_a_crowd_is_told_once_to_come_and_then_to_go(self):
        broker = self.start()
        count = CLIENTS // broker.slowness
        listener = operator(broker)
        listener.subscribe("$SYS.ACCOUNT.A.CONNECT", "1")
        listener.subscribe("$SYS.ACCOUNT.A.DISCONNECT", "2")
        listener.settle()
        self.storm(broker, count)
        told: dict[int, list[str]] = {}
        left = 2 * (count // AT_ONCE) * AT_ONCE
        for frame in listener.messages(left, deadline_s=EVENT_DEADLINE_S):
            event = json.loads(frame.payload)
            told.setdefault(event["client"]["id"], []).append(event["type"].rsplit("_", 1)[1])
        self.assertEqual(len(told), left // 2)
        self.assertEqual({tuple(kinds) for kinds in told.values()}, {("connect", "disconnect")})
        self.assertEqual(broker.metrics()["antiphon_system_events_dropped_total"], 0)

    def test_a_listener_that_does_not_read_holds_nobody_up(self):
        broker = self.start("max_pending: 20000\nmax_payload: 1000\n")
        stalled = operator(broker, receive_buffer_bytes=4096)
        for sid in range(60):  # as many copies of each event, so that it is soon behind
            stalled.subscribe("$SYS.ACCOUNT.>", str(sid))
        stalled.settle()
        self.storm(broker, CLIENTS // broker.slowness)
        reason = broker.wait_for_reason(stalled.cid)
        self.assertTrue(reason.startswith("Slow Consumer"), reason)

    def test_connections_are_told_as_they_are_in_the_end(self):
        broker = self.start()
        listener = operator(broker)
        listener.subscribe("$SYS.ACCOUNT.A.SERVER.CONNS", "1")
        listener.settle()
        clients = [app(broker) for _ in range(50)]
        wanted = b'"conns":50'
        listener.socket.read_until(lambda f: wanted in (f.payload or b""), EVENT_DEADLINE_S)
        for client in clients:
            client.close()
        listener.socket.read_until(lambda f: b'"conns":0' in (f.payload or b""), EVENT_DEADLINE_S)

    def test_everybody_who_asks_for_a_reload_is_answered(self):
        broker = self.start()
        server = answer_to(operator(broker), "$SYS.REQ.SERVER.PING.IDZ")["id"]
        subject = f"$SYS.REQ.SERVER.{server}.RELOAD"
        clients = [operator(broker) for _ in range(8)]
        answers: list[dict] = []
        threads = [
            threading.Thread(target=lambda c=client: answers.append(answer_to(c, subject)))
            for client in clients
        ]
        for thread in threads:
            thread.start()
        broker.process.signal(signal.SIGHUP)
        for thread in threads:
            thread.join()
        self.assertEqual([sorted(answer) for answer in answers], [["server"]] * len(clients))

    def test_the_end_is_told_on_every_shard_before_anybody_is_cut(self):
        broker = self.start(shards=4)
        listeners = [operator(broker) for _ in range(24)]
        for listener in listeners:
            listener.subscribe("$SYS.SERVER.*.SHUTDOWN", "1")
            listener.settle()
        broker.process.signal(signal.SIGTERM)
        for listener in listeners:
            frames = listener.socket.read_until(lambda _: False)
            told = [f for f in frames if f.payload is not None]
            self.assertEqual(len(told), 1, frames)

    def test_a_kicked_client_is_told_to_have_gone_by_that_reason(self):
        broker = self.start()
        listener = operator(broker)
        listener.subscribe("$SYS.ACCOUNT.A.DISCONNECT", "1")
        server = answer_to(operator(broker), "$SYS.REQ.SERVER.PING.IDZ")["id"]
        client = app(broker)
        answer = answer_to(
            operator(broker), f"$SYS.REQ.SERVER.{server}.KICK", json.dumps({"cid": client.cid})
        )
        self.assertNotIn("error", answer)
        frames = listener.socket.read_until(lambda f: f.payload is not None, EVENT_DEADLINE_S)
        self.assertEqual(json.loads(frames[-1].payload)["reason"], "Kicked")
        metric = 'antiphon_closed_connections_total{reason="Kicked"}'
        self.assertEqual(broker.metrics()[metric], 1)


if __name__ == "__main__":
    unittest.main()
