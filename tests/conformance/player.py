"""Plays all cases to a set of binaries, many at a time, and gives back their transcripts."""

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from tests.conformance import transcript
from tests.conformance.certificates import Certificates
from tests.conformance.play import Play
from tests.conformance.script import PLAIN, Case, Setup
from tests.support.nats_server import NatsServer
from tests.support.places import TempDir
from tests.support.process import wait_until

THREADS = 8  # they mostly wait
BROKEN = "!! "  # begins a transcript line that says the case could not be played

Transcripts = dict[str, list[str]]


def _play_case(
    case: Case, binary: str, server: NatsServer | None, certs: Certificates
) -> list[str]:
    play = Play(binary, server, certs)
    try:
        case.play(play)
    except Exception as error:  # whatever it is, it belongs to this case alone
        play.note(f"{BROKEN}{type(error).__name__}: {error}")
    finally:
        play.finish()
    return [transcript.normalised(line) for line in play.lines]


def _is_deserted(server: NatsServer) -> bool:
    """Waits until no connection is left, and two looks in a row count the same subscriptions."""
    seen = []

    def deserted() -> bool:
        figures = json.loads(server.get("/varz")[2])
        seen.append((figures["connections"], figures["subscriptions"]))
        return seen[-1][0] == 0 and seen[-2:-1] == seen[-1:]

    try:
        return wait_until(deserted, "the clients of the case are gone", poll_s=0.001)
    except (AssertionError, OSError, ValueError, KeyError):
        return False


def _play_group(
    binary: str, setup: Setup, cases: list[Case], certs: Certificates, results: Transcripts
) -> None:
    """One server, its cases in their order; one that died or is not deserted is replaced."""
    server = None
    watched = True
    try:
        for case in cases:
            if server is None and not setup.own:
                server = NatsServer(binary, certs.filled(setup.text()))
            results[case.name] = _play_case(case, binary, server, certs)
            if case.alone:
                continue
            if not server.process.running:
                last_words = server.process.lines()[-5:]
                results[case.name].append(f"{BROKEN}the server has ended: {last_words}")
            watched = watched and (not server.process.running or _is_deserted(server))
            if not watched or not server.process.running:
                server.stop()
                server = None
    except Exception as error:  # the server did not start, or did not end
        for case in cases:
            results.setdefault(case.name, [f"{BROKEN}server: {error}"])
    finally:
        if server:
            server.stop()


def starts(binary: str) -> str | None:
    """What is wrong, if the binary cannot even be started and talked to; else None."""
    try:
        with NatsServer(binary, PLAIN.text()) as server, server.connect() as connection:
            return None if connection.read_frame() else "no INFO"
    except (AssertionError, OSError) as error:
        return str(error)


def _groups(cases: Iterable[Case]) -> list[tuple[Setup, list[Case]]]:
    shared: dict[str, tuple[Setup, list[Case]]] = {}
    single = []
    for case in cases:
        if case.alone:
            single.append((case.setup, [case]))
        else:
            shared.setdefault(case.setup.name, (case.setup, []))[1].append(case)
    return sorted([*shared.values(), *single], key=lambda group: not group[0].slow)


def play_all(
    binaries: list[str], cases: list[Case], passed_over: list[set[str]] | None = None
) -> list[Transcripts]:
    """The transcripts of each binary by case name. The same binary twice is played twice.

    `passed_over`: names of cases, by binary, that are not played to it: their transcripts are empty.
    """
    passed_over = passed_over or [set() for _ in binaries]
    results: list[Transcripts] = [{name: [] for name in names} for names in passed_over]
    with TempDir() as directory, ThreadPoolExecutor(THREADS) as threads:
        certs = Certificates(directory.path)
        running = [
            threads.submit(_play_group, binary, setup, played, certs, into)
            for setup, group in _groups(cases)
            for binary, into, names in zip(binaries, results, passed_over)
            if (played := [case for case in group if case.name not in names])
        ]
        for job in running:
            job.result()
    return results
