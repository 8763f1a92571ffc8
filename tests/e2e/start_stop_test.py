"""Starting and stopping: files, signals, exit statuses, and what is said when it cannot start."""

import contextlib
import json
import os
import signal
import socket
import stat
import threading
import unittest

from tests.support import process
from tests.support.broker import Broker, binary
from tests.support.places import LOOPBACK, TempDir, free_port
from tests.support.process import wait_until

LISTEN = f'listen: "{LOOPBACK}:-1"\n'


def run(*arguments: str, program: str | None = None) -> process.Outcome:
    return process.run([program or binary(), *arguments], 20.0)


class Scraper:
    """Asks for a page again and again, from before there is a server."""

    def __init__(self, port: int):
        self.port, self.asked, self._stopping = port, 0, False
        self._thread = threading.Thread(target=self._ask)

    def _ask(self) -> None:
        while not self._stopping:
            with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, self.port), 1) as sock:
                sock.sendall(b"GET /varz HTTP/1.1\r\nHost: test\r\n\r\n")
                self.asked += 1
                sock.recv(100)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopping = True
        self._thread.join()


class Running(unittest.TestCase):
    def test_the_ports_file_names_every_listener_and_goes_at_the_end(self):
        with Broker(flags=["--ports_file_dir", "{dir}"]) as broker:
            path = broker.directory.file(f"nats-server_{broker.pid}.ports")
            with open(path, encoding="utf-8") as file:
                ports = json.load(file)
            self.assertEqual(ports["nats"], [f"nats://{LOOPBACK}:{broker.port}"])
            self.assertEqual(ports["monitoring"], [f"http://{LOOPBACK}:{broker.monitor_port}"])
            broker.process.signal(signal.SIGTERM)
            self.assertEqual(broker.process.wait(), 0)
            self.assertFalse(os.path.exists(path))

    def test_the_pid_file_holds_the_process_id(self):
        with Broker(flags=["-P", "{dir}/pid"]) as broker:
            with open(broker.directory.file("pid"), encoding="utf-8") as file:
                self.assertEqual(int(file.read()), broker.pid)

    def test_int_and_term_close_the_clients_and_end_with_status_0(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number.name), Broker() as broker, broker.join() as client:
                broker.process.signal(number)
                self.assertIsNone(client.socket.read_frame())
                self.assertEqual(broker.process.wait(), 0)

    def test_who_is_cut_by_the_end_finds_nobody_when_it_comes_back_at_once(self):
        # One shard must not take in again those whom another has just closed.
        with Broker(shards=4) as broker, contextlib.ExitStack() as closing:
            clients = [closing.enter_context(broker.join()) for _ in range(64)]
            broker.process.signal(signal.SIGTERM)
            for client in clients:
                self.assertIsNone(client.socket.read_frame())
                with self.assertRaises(OSError):
                    again = socket.create_connection((LOOPBACK, broker.port), 5.0)
                    with again:
                        self.assertEqual(again.recv(1), b"", "let in again")
                        raise ConnectionResetError
            self.assertEqual(broker.process.wait(), 0)

    def test_it_stops_while_a_handshake_and_an_unfinished_message_are_under_way(self):
        with Broker() as broker, broker.connect_raw(), broker.join() as client:
            client.send(b"PUB a 100000\r\n" + b"x" * 50_000)  # the second half never comes
            broker.process.signal(signal.SIGTERM)
            self.assertEqual(broker.process.wait(), 0)

    def test_the_log_file_is_opened_again_after_it_was_renamed(self):
        with Broker(flags=["-l", "{dir}/log"], ready=None) as broker:
            log, old = broker.directory.file("log"), broker.directory.file("log.1")

            def text(path: str) -> str:
                if not os.path.exists(path):
                    return ""
                with open(path, encoding="utf-8") as file:
                    return file.read()

            wait_until(lambda: "Server is ready" in text(log), "the first log file is written")
            os.rename(log, old)
            broker.process.signal(signal.SIGUSR1)
            wait_until(lambda: "File log re-opened" in text(log), "the new log file is written")
            self.assertNotIn("Server is ready", text(log))
            broker.process.signal(signal.SIGTERM)
            self.assertEqual(broker.process.wait(), 0)
            self.assertIn("Server Exiting", text(log))
            self.assertEqual(broker.process.lines(), [])

    def test_the_other_name_of_the_program_serves_too(self):
        antiphon = os.path.realpath(binary())
        with TempDir() as directory:
            config = directory.write("broker.conf", LISTEN)
            argv = [antiphon, "broker", "run", "--config", config]
            with process.Process(argv) as started:
                started.wait_for_line("Server is ready")
                started.signal(signal.SIGTERM)
                self.assertEqual(started.wait(), 0)


class Refusing(unittest.TestCase):
    def setUp(self):
        self.directory = TempDir()
        self.addCleanup(self.directory.remove)

    def config(self, text: str) -> str:
        return self.directory.write("server.conf", text)

    def assert_not_started(self, outcome: process.Outcome, *texts: str):
        said = outcome.stdout + outcome.stderr
        self.assertEqual(outcome.status, 1, said)
        self.assertNotIn("Listening", said)
        for text in texts:
            self.assertIn(text, said)

    def test_a_good_configuration_is_checked_and_nothing_starts(self):
        path = self.config(LISTEN + "max_payload: 1024\n")
        outcome = run("-t", "-c", path)
        self.assertEqual(outcome.status, 0)
        self.assertIn(f"configuration file {path} is valid (sha256:", outcome.stderr)

    def test_all_errors_are_reported_at_once_with_their_places(self):
        path = self.config(
            LISTEN + 'max_payload: "much"\nmax_conections: 5\nping_interval: "2 fortnights"\n'
        )
        for outcome in (run("-t", "-c", path), run("-c", path)):
            places = [f"{path}:{line}:" for line in (2, 3, 4)]
            self.assert_not_started(outcome, *places, "max_conections")

    def test_a_block_that_never_ends_is_an_error_with_its_line(self):
        path = self.config(LISTEN + "authorization {\n  user: a\n")
        self.assert_not_started(run("-c", path), f"{path}:")

    def test_a_configuration_that_is_not_there_is_named(self):
        missing = self.directory.file("missing.conf")
        self.assert_not_started(run("-c", missing), missing)

    def test_a_certificate_that_is_not_there_is_named(self):
        path = self.config(LISTEN + 'tls { cert_file: "no.pem", key_file: "no.key" }\n')
        for outcome in (run("-t", "-c", path), run("-c", path)):
            self.assert_not_started(outcome, "no.pem")

    def test_a_port_in_use_is_named(self):
        for shards in (1, 2):
            with self.subTest(shards=shards), socket.create_server((LOOPBACK, 0)) as other:
                place = f"{LOOPBACK}:{other.getsockname()[1]}"
                path = self.config(f'listen: "{place}"\nantiphon {{ shards: {shards} }}\n')
                self.assert_not_started(run("-c", path), place, "Address already in use")

    def test_two_brokers_do_not_share_a_port(self):
        with Broker(shards=2) as broker:
            place = f"{LOOPBACK}:{broker.port}"
            path = self.config(f'listen: "{place}"\nantiphon {{ shards: 2 }}\n')
            self.assert_not_started(run("-c", path), place, "Address already in use")
            broker.join().close()

    def test_a_monitoring_port_in_use_is_named(self):
        with socket.create_server((LOOPBACK, 0)) as other:
            port = other.getsockname()[1]
            path = self.config(f'{LISTEN}http: "{LOOPBACK}:{port}"\n')
            outcome = run("-c", path)
            self.assertEqual(outcome.status, 1)
            self.assertIn(str(port), outcome.stdout + outcome.stderr)

    def test_an_address_that_is_not_ours_is_named(self):
        path = self.config('listen: "192.0.2.1:4222"\n')
        self.assert_not_started(run("-c", path), "192.0.2.1:4222")

    def test_a_pid_file_that_cannot_be_written_is_named(self):
        path = self.config(LISTEN)
        outcome = run("-c", path, "-P", self.directory.file("none/pid"))
        self.assertEqual(outcome.status, 1)
        self.assertIn("none/pid", outcome.stdout + outcome.stderr)

    def test_a_broker_that_cannot_start_ends_though_somebody_asks_its_pages(self):
        with Scraper(free_port()) as scraper:
            path = self.config(f'{LISTEN}http: "{LOOPBACK}:{scraper.port}"\n')
            for _ in range(30):  # it is there for a moment only
                outcome = run("-c", path, "-P", self.directory.file("none/pid"))
                self.assertEqual(outcome.status, 1)
        self.assertGreater(scraper.asked, 0)

    def test_a_log_file_that_cannot_be_opened_is_named(self):
        path = self.config(LISTEN + f'log_file: "{self.directory.path}"\n')
        self.assert_not_started(run("-c", path), self.directory.path)

    def test_more_shards_than_there_can_be_are_refused(self):
        path = self.config(LISTEN + "antiphon { shards: 200 }\n")
        self.assert_not_started(run("-c", path), "shards")

    def test_secrets_on_the_command_line_are_blotted_out(self):
        with Broker(flags=["--user", "alice", "--pass", "open-sesame"]) as broker:
            with open(f"/proc/{broker.pid}/cmdline", "rb") as file:
                self.assertNotIn(b"open-sesame", file.read())
            broker.join(user="alice", **{"pass": "open-sesame"}).close()

    def test_files_it_writes_are_not_writable_by_others(self):
        with Broker(flags=["-P", "{dir}/pid"]) as broker:
            mode = stat.S_IMODE(os.stat(broker.directory.file("pid")).st_mode)
            self.assertEqual(mode & 0o022, 0)
