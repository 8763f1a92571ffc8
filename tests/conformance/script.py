"""What a conformance case is: a short function that talks to a server, kept in an area.

MODEL   `Setup` is a server configuration, shared by all cases that name it: one server per setup
        and binary, its cases played one after the other. `Area` collects cases; a case is a
        function with a docstring (`@AREA.case(SETUP)`) or a row of a table (`AREA.rows(...)`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

LISTEN = 'listen: "127.0.0.1:-1"\nserver_name: conformance\n'
MONITOR = 'http: "127.0.0.1:-1"\n'


@dataclass(frozen=True)
class Setup:
    """A server to talk to. "{dir}" is its temporary directory, "{certs}" the certificates' one."""

    name: str
    config: str = ""
    needs_openssl: bool = False
    slow: bool = False  # waits for timers: started first, so that it runs beside the others
    own: bool = False  # nothing is started: the case does that itself

    def text(self) -> str:
        return LISTEN + MONITOR + self.config


PLAIN = Setup("plain")
NO_SERVER = Setup("none", own=True)
NO_SERVER_TLS = Setup("none_tls", own=True, needs_openssl=True)


@dataclass(frozen=True)
class Case:
    name: str
    about: str
    setup: Setup
    play: Callable
    alone: bool = False  # gets a server of its own, and may do with it what it wants


@dataclass
class Area:
    name: str
    cases: list[Case] = field(default_factory=list)

    def add(self, setup: Setup, name: str, about: str, play: Callable, alone: bool = False) -> None:
        full = f"{self.name}.{name}"
        if any(case.name == full for case in self.cases):
            raise ValueError(f"two cases are called {full}")
        alone = alone or setup.own
        self.cases.append(Case(full, " ".join(about.split()), setup, play, alone))

    def case(self, setup: Setup = PLAIN, alone: bool = False):
        def register(play: Callable) -> Callable:
            self.add(setup, play.__name__, play.__doc__, play, alone)
            return play

        return register

    def rows(self, setup: Setup, play: Callable, rows: Iterable[tuple]) -> None:
        """Each row is (name, about, *arguments for play)."""
        for name, about, *arguments in rows:
            self.add(setup, name, about, lambda p, a=tuple(arguments): play(p, *a))
