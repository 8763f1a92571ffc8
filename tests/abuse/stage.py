"""A broker under attack: its listener, a witness, and what is measured meanwhile.

WHY     Every abuse has a fresh broker, because memory that an allocator kept from the last one
        would hide what this one costs.
"""

import atexit
import functools
from dataclasses import dataclass

from tests.support import process_facts, witness
from tests.support.broker import Broker
from tests.support.certificates import Authority, Certificate
from tests.support.places import TempDir
from tests.support.process import DEFAULT_DEADLINE_S, wait_until
from tests.support.witness import Access, Report, Witness

USER, PASSWORD = "witness", "antiphon-secret-of-the-witness"
SECRET = "antiphon-secret"  # begins every password here; must not be in any log

# Short, so that the cases are; a broker with a sanitizer is given more time, though not as much
# more as it is slower, for fewer attack it.
AUTH_TIMEOUT_S = 1.0
TLS_TIMEOUT_S = 0.7
TIMEOUT_FACTOR_MAX = 3

GROWTH_BYTES_MAX = 64 * 1024  # of resident memory, for each attacker
# What the allocator may keep for later, and how long jemalloc takes to give back the rest (its
# decay time and some more); glibc's gives back only what lies on top of its heaps.
KEPT_BYTES_MAX = 16 * 1024 * 1024
KEPT_DEADLINE_S = 20.0
ROUND_TRIP_MS_MAX = 250.0  # the worst that others may meet
LOGIN_MS_MAX = 1000.0
# A machine that wakes processes late does so to the broker as well, several times a round trip.
LATENESS_FACTOR = 6


@dataclass(frozen=True)
class Listener:
    """One way of being reached; the text is filled with certificate paths and times."""

    name: str
    config: str
    greets: bool = True  # INFO comes before anything else
    tls: bool = False
    tls_first: bool = False
    client_certificate: bool = False

    def text(self, slowness: int) -> str:
        issued = certificates() if self.tls else None
        factor = min(slowness, TIMEOUT_FACTOR_MAX)
        return self.config.format(
            auth=f"user: {USER}, password: {PASSWORD}, timeout: {AUTH_TIMEOUT_S * factor}",
            tls_timeout=TLS_TIMEOUT_S * factor,
            cert=issued and issued.server.cert,
            key=issued and issued.server.key,
            ca=issued and issued.authority.ca.cert,
        )


_AUTH = "authorization {{ {auth} }}\n"
_TLS = 'tls {{ cert_file: "{cert}", key_file: "{key}", timeout: {tls_timeout} %s }}\n'
_VERIFY = ', verify: true, ca_file: "{ca}"'

PLAIN = Listener("plain", _AUTH)
OPEN = Listener("open", "")
TLS = Listener("tls", _TLS % "" + _AUTH, tls=True)
MUTUAL = Listener("mutual", _TLS % _VERIFY, tls=True, client_certificate=True)
FIRST = Listener(
    "first", _TLS % ", handshake_first: true" + _AUTH, greets=False, tls=True, tls_first=True
)
EITHER = Listener("either", _TLS % "" + "allow_non_tls: true\n" + _AUTH, tls=True)


@dataclass(frozen=True)
class Issued:
    authority: Authority
    stranger: Authority
    server: Certificate
    client: Certificate


@functools.cache
def certificates() -> Issued:
    """Made once in a run."""
    directory = TempDir("antiphon-abuse-")
    atexit.register(directory.remove)
    authority = Authority(directory.file("pki"))
    stranger = Authority(directory.file("stranger"), "Stranger CA")
    server = authority.issue("server", usage="serverAuth")
    return Issued(authority, stranger, server, authority.issue("client"))


class Stage:
    def __init__(self, listener: Listener, extra: str = "", flags=()):
        self.listener = listener
        # How slow the binary is, is known only after it was started.
        slowness = _slowness()
        self.broker = Broker(
            "debug: true\n" + listener.text(slowness) + extra, shards=2, flags=flags
        )
        self.witness: Witness | None = None
        self._measuring = self.broker.sanitizer is None
        self._gives_back = process_facts.uses_jemalloc(self.broker.pid)
        self._growth_per_attacker = 0.0
        try:
            self.witness = Witness(self._access())
            self.report = Report()
            self.broker.json("/connz?state=closed")  # what is made once is made now
            self._start_bytes = self.broker.resident_bytes()
            self._start_descriptors = self.broker.descriptors()
            if self._measuring:
                process_facts.forget_peak(self.broker.pid)
            self.witness.report()
        except BaseException:
            self.close()
            raise

    def _access(self) -> Access:
        listener = self.listener
        issued = certificates() if listener.tls else None
        known = "{auth}" in listener.config
        shown = issued.client if issued and listener.client_certificate else None
        return Access(
            self.broker.port,
            user=USER if known else "",
            password=PASSWORD if known else "",
            ca=issued.authority.ca.cert if issued else "",
            cert=shown.cert if shown else "",
            key=shown.key if shown else "",
            tls_first=listener.tls_first,
        )

    def reasons(self, ports: list[int]) -> dict[int, str]:
        """By local port, why the newest connection of a stranger was closed."""
        found: dict[int, str] = {}
        query = f"/connz?state=closed&sort=stop&limit={2 * len(ports) + 1000}"
        for closed in self.broker.json(query)["connections"]:
            if closed.get("name") != witness.NAME:
                found.setdefault(closed["port"], closed["reason"])
        return {port: found[port] for port in ports if port in found}

    def wait_for_reasons(self, ports: list[int], deadline_s: float) -> dict[int, str]:
        distinct = set(ports)  # a port that a reset has freed may be chosen again

        def all_known():
            found = self.reasons(ports)
            return found if len(found) == len(distinct) else None

        return wait_until(all_known, f"{len(ports)} connections are closed", deadline_s, 0.05)

    # ---- Verdicts

    def summary(self) -> str:
        seen = self.report
        memory = f"{self._growth_per_attacker / 1024:.1f} KiB each, " if self._measuring else ""
        return (
            f"({memory}others waited {seen.round_trip_ms:.0f} ms at worst, {seen.login_ms:.0f} ms "
            f"to log in)"
        )

    def problems_of_growth(self, attackers: int) -> list[str]:
        """Whether resident memory grew too much since the start, at its peak."""
        if not self._measuring:
            return []
        grown = process_facts.peak_bytes(self.broker.pid) - self._start_bytes
        self._growth_per_attacker = grown / attackers
        if self._growth_per_attacker <= GROWTH_BYTES_MAX:
            return []
        return [f"memory grew by {self._growth_per_attacker / 1024:.1f} KiB for each attacker"]

    def problems_of_the_witness(self) -> list[str]:
        self.report: Report = self.witness.report()
        slack_ms = LATENESS_FACTOR * self.report.late_ms
        problems = []
        for what, worst, bound in (
            ("round trip", self.report.round_trip_ms, ROUND_TRIP_MS_MAX),
            ("login", self.report.login_ms, LOGIN_MS_MAX),
        ):
            if worst > bound * self.broker.slowness + slack_ms:
                problems.append(f"a {what} of the witness took {worst:.0f} ms ({self.report})")
        return problems

    def problems_afterwards(self) -> list[str]:
        """Once all attackers are gone."""
        problems = []
        descriptors_max = self._start_descriptors + 2  # a login of the witness may be under way
        if not self.comes_true(lambda: self.broker.descriptors() <= descriptors_max):
            problems.append(f"{self.broker.descriptors() - descriptors_max} descriptors too many")
        if self._gives_back and not self.comes_true(
            lambda: self._kept_bytes() <= KEPT_BYTES_MAX, KEPT_DEADLINE_S
        ):
            problems.append(f"{self._kept_bytes() / 1024**2:.1f} MiB of memory did not come back")
        if any(SECRET in line for line in self.broker.process.lines()):
            problems.append("a secret is in the log")
        return problems

    def _kept_bytes(self) -> int:
        return self.broker.resident_bytes() - self._start_bytes

    @staticmethod
    def comes_true(condition, deadline_s: float = DEFAULT_DEADLINE_S) -> bool:
        try:
            return wait_until(condition, "", deadline_s)
        except AssertionError:
            return False

    def close(self) -> None:
        """Also a verdict: the broker must still be there and end well."""
        try:
            if self.witness:
                self.witness.close()
        finally:
            self.broker.stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


@functools.cache
def _slowness() -> int:
    with Broker() as broker:
        return broker.slowness
