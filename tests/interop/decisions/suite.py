"""Every row of the table of logins that can come over a connection, at our broker and at Choria's.

MODEL   One broker of each kind for each policy; its rows one after the other, the brokers side by side. Ours
        must do what the row says: let in or not, into which account, with which subjects, and by which
        rule and for which reason, as its records have it. Choria's must do the same, but for rows that name
        a difference.
"""

import json
import os
import shutil
import ssl
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.interop.decisions import differences
from tests.interop.decisions.differences import DIFFERENCES
from tests.interop.decisions.grants import permitted
from tests.interop.decisions.login import DEADLINE_S, Login, Verdict, play
from tests.interop.decisions.policies import (
    AUDIT,
    PROVISIONER_PASSWORD,
    SYSTEM_PASSWORD,
    insists_on_certificates,
    settings_of,
)
from tests.interop.decisions.table import UNPLAYABLE, Row, read_rows
from tests.interop.decisions.tokens import Tokens
from tests.interop.results import PeerResult, expect
from tests.support import certificates, choria_jwt, process
from tests.support.choria_v2 import Broker, Site

OURS, CHORIA = "ours", "reference"
_SIDE_BY_SIDE = 6
_STARTS = 3  # a port that was free may be taken when the broker comes to it
_Outcome = Verdict | Exception


class Scene:
    def __init__(self, site: Site, commands: dict[str, list[str]]):
        self.site, self._commands = site, commands
        self.logs: dict[str, str] = {}
        self._contexts = {word: _context(one) for word, one in self._certificates().items()}
        signer = site.authority.issue("signer")
        shutil.copy(signer.cert, site.file("signer.pem"))
        site.directory.write("organization.public", choria_jwt.public("organization"))
        self.tokens = Tokens(signer.key)

    def _certificates(self) -> dict[str, certificates.Certificate | None]:
        good = self.site.authority
        stranger, nobody = (
            certificates.Authority(self.site.file(name), name="Site CA", key_type=certificates.RSA)
            for name in ("stranger-pki", "nobody-pki")
        )
        app = good.issue("alice.mcollective")
        return {
            "": None, "mtls": app, "unasked": app, "foreign": stranger.issue("alice.mcollective"),
            "self_made": nobody.ca, "lapsed": good.issue("lapsed", days=-1),
            "begins_later": good.issue_for_later("begins-later"),
            "for_servers": good.issue("for-servers", usage="serverAuth"),
        }  # fmt: skip

    def _start(self, who: str, policy: str) -> Broker:
        for _ in range(_STARTS - 1):
            try:
                return Broker(self.site, self._commands[who], *settings_of(policy))
            except process.DeadlineExceeded:
                pass
        return Broker(self.site, self._commands[who], *settings_of(policy))

    def play(self, who: str, policy: str, rows: Sequence[Row]) -> list[_Outcome]:
        """What this broker makes of the rows of this policy, in their order."""
        try:
            broker = self._start(who, policy)
        except Exception as problem:
            return [problem] * len(rows)
        kept: list[Login] = []
        try:
            found = [self._play(broker.port, row, kept) for row in rows]
            return self._with_records(broker.port, rows, found) if who == OURS else found
        finally:
            for login in kept:
                login.socket.close()
            broker.stop()
            self.logs[f"{who}.{policy.replace(' ', '-')}"] = broker.log()

    def _play(self, port: int, row: Row, kept: list[Login]) -> _Outcome:
        def once() -> Verdict | None:
            return play(port, row, self._contexts, self.tokens, kept)

        try:
            return process.wait_until(once, "an answer within the token's second", DEADLINE_S)
        except Exception as problem:
            return problem

    def _with_records(self, port: int, rows: Sequence[Row], found: list[_Outcome]) -> list[_Outcome]:
        """Our broker's own words for each verdict in the place of what it said to the client."""
        path = AUDIT.format(directory=self.site.directory.path, port=port)
        wanted = {one.address for row, one in zip(rows, found, strict=True)
                  if isinstance(one, Verdict) and reaches_decision(row)}  # fmt: skip

        def enough() -> dict | None:
            records = _records(path)
            return records if wanted <= set(records) else None

        try:
            records = process.wait_until(enough, "a record of each decision", DEADLINE_S)
        except process.DeadlineExceeded:
            records = _records(path)
        return [Verdict(one.let_in, one.account, one.permitted, records.get(one.address, ""), one.address)
                if isinstance(one, Verdict) else one for one in found]  # fmt: skip


def _context(certificate: certificates.Certificate | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if certificate:
        context.load_cert_chain(certificate.cert, certificate.key)
    return context


def _text(path: str) -> str:
    with open(path, encoding="utf-8") as text:
        return text.read()


def _records(path: str) -> dict[tuple[str, int], str]:
    """Outcomes of logins in the words of the table, by where they came from."""
    found: dict[tuple[str, int], str] = {}
    if os.path.exists(path):
        for line in _text(path).splitlines(keepends=True):
            if line.endswith("\n") and (one := json.loads(line))["event"] == "login":
                found[(one["from"], one["port"])] = _outcome(one)
    return found


def _outcome(record: dict) -> str:
    if record["allowed"]:
        return f"{record['account']} {record['rule']} {' '.join(record['granted'])}"
    return f"no {record['rule']}: {record['reason']}"


def reaches_decision(row: Row) -> bool:
    """Others are refused by the listener, or by the bound on a line before a login."""
    words = row.connection.split()
    if "clear" in words or row.outcome.startswith("no listener: ") or "token=huge" in row.credentials:
        return False
    return "mtls" in words or not insists_on_certificates(row.policy)


# ---- Judging ------------------------------------------------------------------------------------------


def expected(row: Row) -> Verdict:
    if not row.is_let_in:
        return Verdict(False)
    return Verdict(True, row.outcome.split()[0], permitted(row))


def otherwise(row: Row, got: Verdict) -> str:
    """How this is another verdict than the row's, in words; empty if it is the same."""
    wanted = expected(row)
    if got.let_in != wanted.let_in:
        return f"{got} {got.said}"
    if got.account and got.account != wanted.account:
        return f"in the account {got.account}"
    changed = sorted(wanted.permitted ^ got.permitted)
    return "".join(f"{'may not' if one in wanted.permitted else 'may'} {' '.join(one)}; " for one in changed)


def _verdict(one: _Outcome) -> Verdict:
    if isinstance(one, Exception):
        raise one
    return one


def judge_ours(row: Row, got: Verdict) -> None:
    expect(not (problem := otherwise(row, got)), f"ours: {problem}")
    record = row.outcome if reaches_decision(row) else ""
    expect(got.said == record, f"its record says {got.said!r}, not {record!r}")


def judge_choria(row: Row, got: Verdict) -> str:
    problem = otherwise(row, got)
    if not row.difference:
        expect(not problem, f"Choria's, and no difference is declared: {problem}")
        return f"Choria's: {got}"
    difference = DIFFERENCES[row.difference]
    expect(problem, f"Choria's does the same: it is no {row.difference} any more")
    does = differences.LETS_IN if got.let_in and not row.is_let_in else differences.GRANTS_OTHERWISE
    expect(got.let_in and does == difference.does, f"Choria's: {problem}, which is not: {difference.does}")
    shown = str(got) if does == differences.LETS_IN else problem.rstrip("; ")
    return f"Choria's: {shown}: {difference.why}"


def judge(row: Row, got: dict[str, _Outcome]) -> str:
    judge_ours(row, _verdict(got[OURS]))
    return judge_choria(row, _verdict(got[CHORIA]))


def differences_are_those_of_the_table(rows: Sequence[Row]) -> str:
    named = {row.difference for row in rows if row.difference}
    expect(named == set(DIFFERENCES), f"named and declared are not the same: {named ^ set(DIFFERENCES)}")
    return f"{len(named)} differences in {sum(bool(row.difference) for row in rows)} rows"


def what_is_not_played_is_named(rows: Sequence[Row]) -> str:
    counts = {word: sum(word in row.unplayable for row in rows) for word in UNPLAYABLE}
    expect(all(counts.values()), f"no row needs: {counts}")
    return "; ".join(f"{count} rows: {UNPLAYABLE[word]}" for word, count in counts.items())


def most_must_not_come_in(rows: Sequence[Row]) -> str:
    played = [row for row in rows if not row.unplayable]
    let_in = sum(row.is_let_in for row in played)
    expect(len(played) > 300 and let_in < len(played) - let_in, f"{len(played)} rows, {let_in} let in")
    return f"{len(played)} rows played, {len(played) - let_in} of them refusals"


def our_logs_have_no_secret(scene: Scene) -> str:
    """Neither passwords nor the signed part of any token; nor has a record."""
    texts = [text for name, text in scene.logs.items() if name.startswith(OURS)]
    expect(all(texts), "a log is empty")
    texts += [_text(os.path.join(scene.site.directory.path, name))
              for name in os.listdir(scene.site.directory.path) if name.startswith("audit-")]  # fmt: skip
    secrets = [SYSTEM_PASSWORD, PROVISIONER_PASSWORD, *scene.tokens.signatures()]
    for text in texts:
        expect(not any(secret in text for secret in secrets), "a secret is in a log")
    return f"{len(texts)} logs, {len(secrets)} secrets"


def run(site: Site, commands: dict[str, list[str]], result: PeerResult) -> dict[str, str]:
    """A check for each row that can be played; returns the brokers' logs."""
    rows = read_rows()
    scene = Scene(site, commands)
    policies: dict[str, list[Row]] = {}
    for row in rows:
        if not row.unplayable:
            policies.setdefault(row.policy, []).append(row)
    longest_first = sorted(policies, key=lambda policy: -len(policies[policy]))
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as threads:
        started = {
            (who, policy): threads.submit(scene.play, who, policy, policies[policy])
            for policy in longest_first for who in commands
        }  # fmt: skip
    for policy, own in policies.items():
        found = {who: started[who, policy].result() for who in commands}
        for at, row in enumerate(own):
            got = {who: verdicts[at] for who, verdicts in found.items()}
            result.check(row.name, lambda row=row, got=got: judge(row, got))
    for check in (differences_are_those_of_the_table, what_is_not_played_is_named, most_must_not_come_in):
        result.check(f"table.{check.__name__}", lambda check=check: check(rows))
    result.check("log.has_no_secret", lambda: our_logs_have_no_secret(scene))
    return scene.logs
