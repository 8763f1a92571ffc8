"""Descriptors, threads and memory: they run out gracefully, and come back."""

import os
import stat
import unittest

from tests.support import process_facts
from tests.support.broker import Broker, binary
from tests.support.client import Client
from tests.support.places import TempDir
from tests.support.process import wait_until

DESCRIPTORS_MAX = 64
CYCLES = 2000
CYCLES_AT_ONCE = 100
CONNECTIONS = 5000
MIB = 1024 * 1024
# What may stay behind after 5,000 connections: memory that the allocator keeps for the next ones.
KEPT_BYTES_MAX = 24 * MIB
BYTES_PER_CONNECTION_MAX = 8 * 1024
SETTLE_DEADLINE_S = 30.0


class Descriptors(unittest.TestCase):
    def limited_program(self, directory: TempDir) -> str:
        """The broker behind a script of the same name that lowers the descriptor limit."""
        path = directory.write(
            "nats-server", f'#!/bin/sh\nulimit -n {DESCRIPTORS_MAX}\nexec {binary()} "$@"\n'
        )
        os.chmod(path, stat.S_IRWXU)
        return path

    def test_without_descriptors_it_says_so_and_goes_on_when_clients_leave(self):
        with TempDir() as directory:
            program = self.limited_program(directory)
            with Broker(shards=2, program=program) as broker, broker.join() as first:
                # A sanitizer needs a descriptor to look at a thread that begins.
                wait_until(lambda: process_facts.all_threads_have_waited(broker.pid), "all threads", SETTLE_DEADLINE_S)
                waiting = [broker.connect_raw() for _ in range(DESCRIPTORS_MAX)]
                broker.process.wait_for_line(r"\[ERR\] Out of file descriptors: .*ulimit -n")
                first.subscribe("a")
                first.publish("a", b"still served")
                self.assertEqual(first.messages(1)[0].payload, b"still served")
                for one in waiting:
                    one.close()
                with broker.join(deadline_s=20) as later:
                    later.publish("a", b"and new ones too")
                    self.assertEqual(first.messages(1)[0].payload, b"and new ones too")
                told = [x for x in broker.process.lines() if "Out of file descriptors" in x]
                self.assertLessEqual(len(told), 2, "said once on each shard")

    def test_none_is_lost_over_many_connections(self):
        with Broker(shards=2) as broker:
            cycles = CYCLES // broker.slowness
            broker.varz()
            before, threads = broker.descriptors(), process_facts.thread_count(broker.pid)
            for first in range(0, cycles, CYCLES_AT_ONCE):
                sockets = [broker.connect_raw() for _ in range(CYCLES_AT_ONCE)]
                if first % 200 == 0:  # every other time after they were greeted
                    for one in sockets:
                        self.assertTrue(one.recv(4))
                for one in sockets:
                    one.close()
            broker.wait_for_connections(0)
            self.assertGreaterEqual(broker.varz()["total_connections"], cycles)
            # The connection that asked monitoring may still be open there.
            wait_until(lambda: broker.descriptors() <= before + 1, "descriptors come back")
            self.assertEqual(process_facts.thread_count(broker.pid), threads)


class MemoryOfAFleet(unittest.TestCase):
    def test_it_comes_back_when_5000_connections_leave(self):
        with Broker(shards=2) as broker:
            count = CONNECTIONS // broker.slowness
            self.fill(broker, 200).clear()  # what is made once is there now
            before = broker.resident_bytes()
            clients = self.fill(broker, count)
            full = broker.resident_bytes()
            clients.clear()
            broker.wait_for_connections(0)
            if broker.sanitizer:
                return  # it keeps what is freed
            wait_until(
                lambda: broker.resident_bytes() - before <= KEPT_BYTES_MAX,
                f"memory comes back to {before} bytes",
                SETTLE_DEADLINE_S,
                0.1,
            )
            each = (full - before) / count
            print(
                f"\n  resident: {before / MIB:.1f} MiB, with {count} connections {full / MIB:.1f}"
                f" MiB ({each / 1024:.2f} KiB each), after {broker.resident_bytes() / MIB:.1f} MiB"
            )
            self.assertLessEqual(each, BYTES_PER_CONNECTION_MAX)

    def fill(self, broker: Broker, count: int) -> "Fleet":
        fleet = Fleet()
        self.addCleanup(fleet.clear)
        for number in range(count):
            client = broker.join()
            fleet.clients.append(client)
            client.send(f"SUB node.{number} 1\r\nSUB all 2\r\n".encode())
        for client in fleet.clients:
            client.settle()
        return fleet


class Fleet:
    def __init__(self):
        self.clients: list[Client] = []

    def clear(self) -> None:
        for client in self.clients:
            client.close()
        self.clients.clear()


class BeforeLogin(unittest.TestCase):
    """What strangers leave unfinished is shown as long as it is there."""

    UNFINISHED = b"CONNECT {" + b" " * 991

    def shown(self, broker: Broker) -> int:
        bytes_held = broker.varz()["before_login"]["bytes"]
        metrics = broker.metrics()
        shards = [metrics[f'antiphon_shard_before_login_bytes{{shard="{i}"}}'] for i in range(2)]
        self.assertEqual(sum(shards), metrics["antiphon_before_login_bytes"])
        return bytes_held if bytes_held == metrics["antiphon_before_login_bytes"] else -1

    def test_unfinished_lines_are_shown_until_their_clients_log_in_or_go(self):
        with Broker("authorization { user: joe, password: pwd, timeout: 60 }", shards=2) as broker:
            most = broker.varz()["before_login"]["bytes_max"]
            self.assertEqual(most, 2 * 64 * MIB)
            self.assertEqual(broker.metrics()["antiphon_before_login_bytes_max"], most)
            strangers = [broker.connect_raw() for _ in range(8)]
            for one in strangers:
                one.sendall(self.UNFINISHED)
            wait_until(lambda: self.shown(broker) == 8000, "8 lines are held")
            for one in strangers[:3]:
                one.close()
            wait_until(lambda: self.shown(broker) == 5000, "3 have gone")
            for one in strangers[3:]:
                one.sendall(b'"user":"joe","pass":"pwd"}\r\n')
            wait_until(lambda: self.shown(broker) == 0, "the others have logged in")
            for one in strangers[3:]:
                one.close()

    def test_where_nobody_must_log_in_there_are_none(self):
        with Broker(shards=2) as broker:
            self.assertNotIn("before_login", broker.varz())
            self.assertEqual(broker.metrics()["antiphon_before_login_bytes_max"], 0)
