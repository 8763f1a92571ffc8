"""People who ask all nodes of a federation by name, again and again, while things happen."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from tests.support import choria, process

REQUEST_DEADLINE_S = 120.0


@dataclass(frozen=True)
class Asked:
    """What came of one request."""

    caller: str
    began: float  # of time.monotonic()
    ended: float
    request_id: str = ""
    senders: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()  # who was asked and did not answer
    unexpected: tuple[str, ...] = ()  # who answered and was not asked, or had answered already
    refusals: tuple[tuple[str, str], ...] = ()  # which federation broker has not passed it on, and why
    said: str = ""  # instead of a result

    @property
    def repeated(self) -> list[str]:
        return [sender for sender, times in Counter(self.senders).items() if times > 1]


def ask(caller: str, client: choria.Client, nodes_file: str) -> Asked:
    """A directed request to everybody who is named in the file."""
    began = time.monotonic()
    arguments = ("req", "rpcutil", "ping", "--json", "--nodes", nodes_file)
    done = client.run(*arguments, deadline_s=REQUEST_DEADLINE_S)
    ended = time.monotonic()
    try:
        result = json.loads(done.stdout)
    except ValueError:
        return Asked(caller, began, ended, said=f"{done.stdout}{done.stderr}")
    statistics, replies = result["request_stats"], result["replies"] or ()
    return Asked(
        caller, began, ended, statistics["requestid"],
        tuple(one["sender"] for one in replies if one["statuscode"] == 0),
        tuple(statistics["no_responses"] or ()), tuple(statistics["unexpected_responses"] or ()),
        tuple((one["sender"], one["statusmsg"]) for one in replies if one["statuscode"] != 0),
    )  # fmt: skip


class Crowd:
    """Each asks without pause until the block ends, which waits for the last answers."""

    def __init__(self, clients: dict[str, choria.Client], nodes_file: str):
        self._clients, self._nodes_file = clients, nodes_file
        self._changed = threading.Condition()
        self._asked: list[Asked] = []
        self._problem: Exception | None = None
        self._is_over = False
        self._threads = [
            threading.Thread(target=self._ask_on, args=pair, daemon=True) for pair in clients.items()
        ]

    def _ask_on(self, caller: str, client: choria.Client) -> None:
        try:
            while not self._is_over:
                asked = ask(caller, client, self._nodes_file)
                with self._changed:
                    self._asked.append(asked)
                    self._changed.notify_all()
        except Exception as problem:  # told by whoever waits
            with self._changed:
                self._problem = problem
                self._changed.notify_all()

    def asked(self) -> list[Asked]:
        with self._changed:
            if self._problem:
                raise self._problem
            return list(self._asked)

    def wait_until_each(self, is_enough: Callable[[list[Asked]], bool], what: str, deadline_s: float) -> None:
        """Of what each of them has asked."""

        def over() -> bool:
            if self._problem:
                raise self._problem
            return all(
                is_enough([one for one in self._asked if one.caller == caller]) for caller in self._clients
            )

        with self._changed:
            if not self._changed.wait_for(over, deadline_s):
                raise process.DeadlineExceeded(f"{what}: not within {deadline_s:g} s")

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._is_over = True
        for thread in self._threads:
            thread.join()
