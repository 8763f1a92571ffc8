"""Messages between connections on 1, 2 and 4 shards: none lost, none twice, none out of order."""

import unittest

from tests.support.broker import Broker
from tests.support.client import Client, Refused

# Enough that, with four shards, none of them is without connections (save once in ten thousand
# runs, which then tests less).
CONNECTIONS = 24
PUBLISHERS = 6
MESSAGES = 1200  # of each publisher
FENCES = 60


class OnShards:
    """The tests; the classes below say on how many shards they are run."""

    SHARDS = 0

    @classmethod
    def setUpClass(cls):
        cls.broker = Broker(shards=cls.SHARDS)
        cls.messages = MESSAGES // cls.broker.slowness

    @classmethod
    def tearDownClass(cls):
        cls.broker.stop()

    def clients(self, count: int, **options) -> list[Client]:
        joined = []
        for _ in range(count):
            joined.append(self.broker.join(**options))
            self.addCleanup(joined[-1].close)
        return joined

    def publish_from_all(self, publishers: list[Client], subject: str) -> None:
        """Numbered messages of every publisher, in portions, so that they travel together."""
        portion = 100
        for first in range(0, self.messages, portion):
            for index, publisher in enumerate(publishers):
                lines = [
                    b"PUB %b.%d %d\r\n%b\r\n" % (subject.encode(), index, len(text), text)
                    for number in range(first, min(first + portion, self.messages))
                    for text in [b"%d" % number]
                ]
                publisher.send(b"".join(lines))
        for publisher in publishers:
            publisher.settle()

    def test_every_subscriber_gets_every_message_in_each_publishers_order(self):
        subscribers = self.clients(CONNECTIONS - PUBLISHERS)
        for subscriber in subscribers:
            subscriber.subscribe("load.*")
        for subscriber in subscribers:
            subscriber.settle()
        self.publish_from_all(self.clients(PUBLISHERS), "load")
        for subscriber in subscribers:
            expected = [0] * PUBLISHERS
            for frame in subscriber.messages(PUBLISHERS * self.messages, deadline_s=60):
                publisher = int(frame.line.split()[1].split(b".")[1])
                self.assertEqual(int(frame.payload), expected[publisher])
                expected[publisher] += 1
            self.assertEqual(subscriber.settle(), [], "nothing comes twice")

    def test_a_queue_group_gets_every_message_once(self):
        members = self.clients(CONNECTIONS - PUBLISHERS)
        for member in members:
            member.subscribe("work.*", queue="group")
        for member in members:
            member.settle()
        publishers = self.clients(PUBLISHERS)
        self.publish_from_all(publishers, "work")
        seen: list[tuple[bytes, bytes]] = []
        shares = []
        # The members' PONGs say nothing of messages that another shard still holds, so each is
        # asked until all are there.
        while len(seen) < PUBLISHERS * self.messages:
            shares = [self.take_what_came(member, seen) for member in members]
            self.assertTrue(any(shares), f"only {len(seen)} came")
        self.assertEqual(len(seen), len(set(seen)), "some came twice")
        self.assertEqual(len(seen), PUBLISHERS * self.messages)

    def take_what_came(self, member: Client, seen: list) -> int:
        frames = member.settle(30)
        seen += [(frame.line.split()[1], frame.payload) for frame in frames]
        return len(frames)

    def test_requests_are_answered_across_all_connections(self):
        clients = self.clients(CONNECTIONS, headers=True, no_responders=True)
        for index, client in enumerate(clients):
            client.subscribe(f"service.{index}", "1")
            client.subscribe(f"inbox.{index}.*", "2")
        for client in clients:
            client.settle()
        for index, client in enumerate(clients):
            for other in range(CONNECTIONS):
                client.publish(f"service.{other}", b"?", reply=f"inbox.{index}.{other}")
        for index, client in enumerate(clients):
            asked = 0
            while asked < CONNECTIONS:
                for frame in client.messages(1):
                    words = frame.line.split()
                    if words[2] == b"1":
                        asked += 1
                        client.publish(words[3].decode(), b"from %d" % index)
                    else:
                        self.keep_answer(client, frame)
        for index, client in enumerate(clients):
            while len(self.answers(client)) < CONNECTIONS:
                self.keep_answer(client, client.messages(1)[0])
            expected = {
                f"inbox.{index}.{other}": b"from %d" % other for other in range(CONNECTIONS)
            }
            self.assertEqual(self.answers(client), expected)

    def answers(self, client: Client) -> dict[str, bytes]:
        return client.__dict__.setdefault("answers", {})

    def keep_answer(self, client: Client, frame) -> None:
        subject = frame.line.split()[1].decode()
        self.assertNotIn(subject, self.answers(client))
        self.answers(client)[subject] = frame.payload

    def test_a_request_that_nobody_can_answer_says_so(self):
        for client in self.clients(8, headers=True, no_responders=True):
            client.subscribe("nobody.answer")
            client.publish("nobody.there", b"?", reply="nobody.answer")
            self.assertTrue(client.messages(1)[0].payload.startswith(b"NATS/1.0 503"))

    def test_after_a_pong_a_subscription_is_seen_from_everywhere(self):
        publishers = self.clients(8)
        for number in range(FENCES):
            subject = f"fence.{number}"
            with self.broker.join() as subscriber:
                subscriber.subscribe(subject)
                subscriber.settle()
                publishers[number % len(publishers)].publish(subject, b"seen")
                self.assertEqual(subscriber.messages(1)[0].payload, b"seen")

    def test_after_a_pong_an_unsubscription_is_seen_from_everywhere(self):
        asking = self.clients(8, headers=True, no_responders=True)
        for number in range(FENCES):
            subject, answer = f"gone.{number}", f"gone.answer.{number}"
            with self.broker.join() as subscriber:
                subscriber.subscribe(subject)
                subscriber.settle()
                subscriber.send(b"UNSUB 1\r\n")
                subscriber.settle()
                client = asking[number % len(asking)]
                client.subscribe(answer, str(number))
                client.publish(subject, b"?", reply=answer)
                self.assertTrue(client.messages(1)[0].payload.startswith(b"NATS/1.0 503"))

    def test_auto_unsubscribe_counts_messages_from_all_shards(self):
        publishers = self.clients(8)
        subscribers = self.clients(8)
        wanted = 50
        for subscriber in subscribers:
            subscriber.subscribe("auto")
            subscriber.send(b"UNSUB 1 %d\r\n" % wanted)
            subscriber.settle()
        for _ in range(wanted):
            for publisher in publishers:
                publisher.publish("auto", b"x")
        for publisher in publishers:
            publisher.settle()
        for subscriber in subscribers:
            subscriber.messages(wanted)
            # A message to the same connection that was published later has overtaken nothing.
            subscriber.subscribe("auto.end", "2")
            subscriber.settle()
            for publisher in publishers:
                publisher.publish("auto.end")
            ends = [frame.line.split()[1] for frame in subscriber.messages(len(publishers))]
            self.assertEqual(set(ends), {b"auto.end"})
            subscriber.send(b"UNSUB 2\r\n")
            subscriber.settle()

    def test_echo_is_off_for_who_wants_it_off_and_for_nobody_else(self):
        (quiet,) = self.clients(1, echo=False)
        others = self.clients(4)
        for client in [quiet, *others]:
            client.subscribe("echo")
            client.settle()
        quiet.publish("echo", b"mine")
        for other in others:
            self.assertEqual(other.messages(1)[0].payload, b"mine")
        others[0].publish("echo", b"yours")
        self.assertEqual(quiet.messages(1)[0].payload, b"yours")


class OnOneShard(OnShards, unittest.TestCase):
    SHARDS = 1


class OnTwoShards(OnShards, unittest.TestCase):
    SHARDS = 2


class OnFourShards(OnShards, unittest.TestCase):
    SHARDS = 4


class Crowd(unittest.TestCase):
    def test_the_connection_limit_counts_all_shards(self):
        limit = 20
        with Broker(f"max_connections: {limit}\n", shards=4) as broker:
            clients = [broker.join() for _ in range(limit)]
            for _ in range(5):
                with self.assertRaisesRegex(Refused, "maximum connections exceeded"):
                    broker.join()
            broker.wait_for_connections(limit)
            for client in clients[:5]:
                client.close()
            broker.wait_for_connections(limit - 5)
            clients += [broker.join() for _ in range(5)]
            self.assertRaises(Refused, broker.join)
            for client in clients[5:]:
                client.settle()
