"""One message to many readers, and readers that do not read."""

import unittest

from tests.support.broker import Broker
from tests.support.client import Client

READERS = 500
MESSAGES = 20
PAYLOAD_BYTES = 1000

SLOW_CONFIG = 'max_pending: 2MB\nwrite_deadline: "20s"\n'
TRAFFIC_MESSAGES = 160
TRAFFIC_PAYLOAD_BYTES = 64 * 1024
SMALL_RECEIVE_BUFFER_BYTES = 4096


class Wide(unittest.TestCase):
    """Both ways of encoding: readers with the same sid share it, others have their own."""

    @classmethod
    def setUpClass(cls):
        cls.broker = Broker(shards=2)

    @classmethod
    def tearDownClass(cls):
        cls.broker.stop()

    def fan_out(self, sids: list[str]) -> None:
        readers: list[Client] = []
        for sid in sids:
            readers.append(self.broker.join())
            self.addCleanup(readers[-1].close)
            readers[-1].subscribe("wide", sid)
        for reader in readers:
            reader.settle()
        texts = [b"%d" % number * (PAYLOAD_BYTES // 2) for number in range(MESSAGES)]
        with self.broker.join() as publisher:
            for text in texts:
                publisher.publish("wide", text)
            publisher.settle()
            for sid, reader in zip(sids, readers):
                frames = reader.messages(MESSAGES)
                self.assertEqual([frame.payload for frame in frames], texts)
                self.assertEqual({frame.line.split()[2] for frame in frames}, {sid.encode()})
                self.assertEqual(reader.settle(), [])

    def test_readers_with_the_same_sid(self):
        self.fan_out(["1"] * READERS)

    def test_readers_with_sids_of_their_own(self):
        self.fan_out([f"sid{number}" for number in range(READERS)])

    def test_readers_with_a_few_sids(self):
        self.fan_out([str(number % 7 * 10**9) for number in range(READERS)])

    def test_many_subscriptions_of_one_reader_each_get_the_message(self):
        with self.broker.join() as reader:
            for number in range(READERS):
                reader.subscribe("many", f"s{number}")
            reader.settle()
            reader.publish("many", b"x")
            sids = [frame.line.split()[2] for frame in reader.messages(READERS)]
            self.assertEqual(len(set(sids)), READERS)


class Slow(unittest.TestCase):
    def test_a_reader_that_never_reads_is_closed_and_the_others_get_everything(self):
        for shards in (1, 2):
            with self.subTest(shards=shards), Broker(SLOW_CONFIG, shards=shards) as broker:
                stuck = broker.join(receive_buffer_bytes=SMALL_RECEIVE_BUFFER_BYTES)
                stuck.subscribe("traffic")
                stuck.settle()
                self.pump(broker)
                self.assertEqual(broker.wait_for_reason(stuck.cid), "Slow Consumer (Pending Bytes)")
                self.assertEqual(broker.varz()["slow_consumers"], 1)
                stuck.close()

    def pump(self, broker: Broker) -> None:
        """Five times what may be pending goes to eight readers, who get all of it in order."""
        payload = b"x" * TRAFFIC_PAYLOAD_BYTES
        with broker.join() as publisher:
            readers = [broker.join() for _ in range(8)]
            for reader in readers:
                reader.subscribe("traffic")
                reader.settle()
            for number in range(TRAFFIC_MESSAGES):
                publisher.publish("traffic", b"%08d" % number + payload)
                for reader in readers:
                    (frame,) = reader.messages(1, deadline_s=30)
                    self.assertEqual(int(frame.payload[:8]), number)
            for reader in readers:
                reader.close()

    def test_the_write_deadline_closes_who_takes_nothing_for_too_long(self):
        with Broker('max_pending: 512MB\nwrite_deadline: "300ms"\n', shards=2) as broker:
            stuck = broker.join(receive_buffer_bytes=SMALL_RECEIVE_BUFFER_BYTES)
            stuck.subscribe("traffic")
            stuck.settle()
            self.pump(broker)
            self.assertEqual(broker.wait_for_reason(stuck.cid), "Slow Consumer (Write Deadline)")
            stuck.close()


class Budget(unittest.TestCase):
    """Many stuck readers, each far below its own limit, together above the budget for all."""

    BUDGET_BYTES = 16 << 20
    STUCK = 16
    EACH = 160  # more than the kernel takes for each of them

    def test_the_slowest_with_the_most_pay_and_memory_stays_inside(self):
        for shards in (1, 2):
            config = (
                'max_pending: 512MB\nwrite_deadline: "60s"\n'
                f"antiphon {{ shards: {shards}, max_pending_total: {self.BUDGET_BYTES} }}\n"
            )
            with self.subTest(shards=shards), Broker(config) as broker:
                self.press(broker)

    def press(self, broker: Broker) -> None:
        stuck = []
        for number in range(self.STUCK):
            stuck.append(broker.join(receive_buffer_bytes=SMALL_RECEIVE_BUFFER_BYTES))
            self.addCleanup(stuck[-1].close)
            stuck[-1].subscribe(f"own.{number}")
            stuck[-1].settle()
        before = broker.resident_bytes()
        payload = b"x" * TRAFFIC_PAYLOAD_BYTES
        with broker.join() as publisher, broker.join() as reader:
            reader.subscribe("own.*")
            reader.settle()
            for number in range(self.STUCK * self.EACH):
                publisher.publish(f"own.{number % self.STUCK}", b"%08d" % number + payload)
                (frame,) = reader.messages(1, deadline_s=30)
                self.assertEqual(int(frame.payload[:8]), number)
        counts = broker.metrics()
        closed = counts['antiphon_closed_connections_total{reason="Slow Consumer (Pending Budget)"}']
        self.assertGreater(closed, 0)
        self.assertEqual(counts["antiphon_slow_consumers_total"], closed)
        self.assertEqual(counts["antiphon_pending_bytes_max"], self.BUDGET_BYTES)
        self.assertLessEqual(counts["antiphon_pending_bytes"], self.BUDGET_BYTES * 9 // 8)
        if broker.sanitizer is None:  # their own memory is several times that
            growth = broker.resident_bytes() - before
            self.assertLess(growth, self.BUDGET_BYTES * 2, "it did not stay inside")
