"""Messages of every size up to the limit, in writes cut at odd places, plain and encrypted."""

import random
import unittest

from tests.support import certificates
from tests.support.broker import Broker
from tests.support.certificates import Authority
from tests.support.client import Client
from tests.support.places import TempDir

MAX_PAYLOAD = 1024 * 1024
SIZES = (0, 1, 2, 1023, 4096, 16_384, 65_535, 65_536, 65_537, 300_007, MAX_PAYLOAD - 1, MAX_PAYLOAD)
CHUNKS = (1021, 16_383, 65_537)
SEED = 20


class InChunks:
    @classmethod
    def setUpClass(cls):
        cls.directory = TempDir()
        cls.tls = None
        cls.broker = Broker(cls.config(), shards=2)

    @classmethod
    def tearDownClass(cls):
        cls.broker.stop()
        cls.directory.remove()

    @classmethod
    def config(cls) -> str:
        return ""

    def client(self) -> Client:
        client = self.broker.join(tls=self.tls, headers=True)
        self.addCleanup(client.close)
        return client

    def readers(self, subject: str) -> list[Client]:
        readers = [self.client() for _ in range(3)]
        for reader in readers:
            reader.subscribe(subject)
            reader.settle()
        return readers

    def test_every_size_arrives_whole(self):
        readers, publisher = self.readers("sizes"), self.client()
        noise = random.Random(SEED).randbytes(MAX_PAYLOAD)
        for size in SIZES:
            publisher.publish("sizes", noise[:size])
            for reader in readers:
                self.assertEqual(reader.messages(1)[0].payload, noise[:size], size)

    def test_a_stream_cut_anywhere_is_the_same_stream(self):
        readers, publisher = self.readers("cuts"), self.client()
        random_sizes = random.Random(SEED)
        payloads = [bytes([n % 251]) * random_sizes.randrange(120_000) for n in range(12)]
        stream = b"".join(b"PUB cuts %d\r\n%b\r\n" % (len(p), p) for p in payloads)
        for chunk in CHUNKS:
            for first in range(0, len(stream), chunk):
                publisher.send(stream[first : first + chunk])
            for reader in readers:
                got = [frame.payload for frame in reader.messages(len(payloads))]
                self.assertEqual(got, payloads)

    def test_small_messages_byte_by_byte(self):
        readers, publisher = self.readers("bytes"), self.client()
        header = b"NATS/1.0\r\nA: b\r\n\r\n"
        size = len(header)
        stream = b"pub\t bytes  5 \r\nhello\r\nHPUB bytes %d %d\r\n%b\r\n" % (size, size, header)
        for index in range(len(stream)):
            publisher.send(stream[index : index + 1])
        for reader in readers:
            first, second = reader.messages(2)
            self.assertEqual((first.payload, second.payload), (b"hello", header))

    def test_a_message_above_the_limit_ends_the_connection_before_its_payload(self):
        client = self.client()
        client.send(b"PUB a %d\r\n" % (MAX_PAYLOAD + 1))
        frames = client.socket.read_until(lambda _: False)
        self.assertEqual([f.line for f in frames], [b"-ERR 'Maximum Payload Violation'"])
        self.assertEqual(broker_reason(self.broker, client), "Maximum Message Payload Exceeded")


def broker_reason(broker: Broker, client: Client) -> str:
    return broker.wait_for_reason(client.cid)


class Plain(InChunks, unittest.TestCase):
    pass


@unittest.skipUnless(certificates.available(), "there is no openssl program")
class Encrypted(InChunks, unittest.TestCase):
    @classmethod
    def config(cls) -> str:
        authority = Authority(cls.directory.file("pki"))
        server = authority.issue("server")
        cls.tls = authority.client_context(authority.issue("client"))
        files = f'cert_file: "{server.cert}", key_file: "{server.key}"'
        return f'tls {{ {files}, ca_file: "{authority.ca.cert}", verify: true, timeout: 10 }}\n'
