"""A conversation that a seed decides, between clients of one configuration.

LIMITS  Who of a queue group gets a message is free, and must make no difference. So a group's
        members are clients of one user; either one client alone is in its groups, or all of them
        are alike: they hear themselves, and may not answer because they were asked.
"""

from dataclasses import dataclass, field
from random import Random

from tests.conformance.random import commands, sharing
from tests.conformance.random.changes import changed
from tests.conformance.random.configuration import Configuration, Login
from tests.conformance.random.heard import GROUP_MARK
from tests.conformance.random.permissions import patterns_of, queues, takes_for_word
from tests.conformance.random.steps import Answer, Command, Connect, Leave, Reload, Send, Step
from tests.conformance.random.subjects import Subjects, filled, narrowed, widened

CLIENTS_MAX = 5
STEPS_MAX = 22


@dataclass
class _Speaker:
    """What the conversation knows of a client of its own."""

    name: str
    login: Login
    subjects: Subjects
    headers: bool
    joins_groups: bool
    may_end: bool  # subscriptions with a maximum
    permissions: tuple[dict, ...]  # before and after a reload
    sids: list[str] = field(default_factory=list)


class Conversation:
    def __init__(self, configuration: Configuration, rng: Random, one_shard: bool):
        self._configuration, self._rng = configuration, rng
        self._logins = configuration.logins()
        # A subscriber of another shard counts as somebody; what it may hear is known only there.
        self._may_ask_for_503 = one_shard or not any(
            "subscribe" in login.permissions for login in self._logins
        )
        self._meetings = configuration.meetings()
        self._configurations = [configuration]
        if rng.random() < 0.2 and self._may_reload():
            self._may_ask_for_503 = self._may_ask_for_503 and one_shard
            self._configurations.append(self._changed())
        self._serial = 0
        # For nats-server each further delivery of a request is a use of the right to answer it.
        self._heard_once = any("allow_responses" in login.permissions for login in self._logins)
        self._speakers: list[_Speaker] = []
        # Of each login: whether all its clients join groups, or the first one alone.
        self._alike = {
            login.name: rng.random() < 0.5
            and "allow_responses" not in login.permissions
            for login in self._logins
        }

    def steps(self) -> list[Step]:
        rng = self._rng
        steps: list[Step] = []
        for _ in range(rng.randint(2, CLIENTS_MAX)):
            steps.append(self._connect())
            if rng.random() < 0.9:
                speaker = self._speakers[-1]
                told = [self._sub(speaker) for _ in range(rng.randint(1, 3))]
                told += [self._inbox(speaker)] if rng.random() < 0.7 else []
                steps.append(self._send(speaker, told))
        for _ in range(rng.randint(6, STEPS_MAX)):
            steps += self._next()
        for configuration in self._configurations[1:]:
            at = rng.randrange(len(self._speakers), len(steps))
            steps.insert(at, Reload(configuration.tree))
        return steps

    def _may_reload(self) -> bool:
        """Some time after a reload nats-server sends away who has all that a limit allows, and
        those who log in as the only user or by the token."""
        tree = self._configuration.tree
        limited = "max_subscriptions" in tree or any(
            "limits" in self._configuration.block(login.account) for login in self._logins
        )
        alone = "users" not in tree.get("authorization", {"users": []})
        return not limited and not alone

    def _changed(self) -> Configuration:
        known = tuple(
            pattern
            for login in self._logins
            for pattern in self._configuration.patterns(login.account)
        )
        return Configuration(changed(self._configuration.tree, known, self._rng))

    # --- connections

    def _connect(self) -> Connect:
        rng, name = self._rng, f"c{len(self._speakers)}"
        login = rng.choice(self._logins)
        first = all(speaker.login != login for speaker in self._speakers)
        alike = self._alike[login.name]
        options = {"verbose": rng.random() < 0.1, "pedantic": rng.random() < 0.1}
        options |= {"protocol": 1, "headers": rng.random() < 0.85} if rng.random() < 0.95 else {}
        if options.get("headers") and self._may_ask_for_503 and rng.random() < 0.6:
            options["no_responders"] = True
        if not alike and rng.random() < 0.15:
            options["echo"] = False
        if alike:
            options |= {"headers": True, "verbose": False, "pedantic": False}
        options |= login.connect
        if login.connect and rng.random() < 0.02:
            options |= rng.choice(({"pass": "wrong"}, {"user": "nobody"}, {"user": "", "pass": ""}))
        silent = not login.connect and login.key is None and not alike and rng.random() < 0.2
        imports = self._configuration.block(login.account).get("imports", [])
        known = self._configuration.patterns(login.account)
        known += patterns_of(login.permissions)
        known += 2 * tuple(sharing.services(self._configuration.block(login.account)))
        self._speakers.append(
            _Speaker(
                name, login, Subjects(rng, known), bool(options.get("headers")) and not silent,
                joins_groups=alike or first,
                may_end="no_responders" not in options
                and not any("stream" in drawn for drawn in imports),
                permissions=tuple(c.permissions_of(login) for c in self._configurations),
            )
        )  # fmt: skip
        return Connect(name, None if silent else tuple(options.items()), login.key)

    # --- commands

    def _inbox(self, speaker: _Speaker) -> Command:
        inbox = f"_INBOX.{speaker.name}"
        return self._sub(speaker, self._rng.choice((f"{inbox}.>", f"{inbox}.*", "_INBOX.>")))

    def _sub(self, speaker: _Speaker, subject: str = "") -> Command:
        rng = self._rng
        number = len(speaker.sids)
        subject = subject or commands.pattern(speaker.subjects, rng)
        if any(takes_for_word(allowed, subject) for allowed in speaker.permissions):
            subject = f"{subject[:-1]}*"
        if speaker.joins_groups and rng.random() < 0.25:
            queue = rng.choice(queues(speaker.login.name))
            sid = f"{GROUP_MARK.decode()}{queue}:{number}"
            speaker.sids.append(sid)
            return commands.subscribe(subject, sid, rng, queue)
        taken = [sid for sid in speaker.sids if not sid.startswith(GROUP_MARK.decode())]
        if taken and rng.random() < 0.05:
            return commands.subscribe(subject, rng.choice(taken), rng)
        sid = rng.choice((f"{number}", f"s{number}", f"{number}x"))
        speaker.sids.append(sid)
        return commands.subscribe(subject, sid, rng)

    def _unsub(self, speaker: _Speaker) -> Command:
        rng = self._rng
        sid = rng.choice(speaker.sids) if speaker.sids and rng.random() < 0.95 else "none"
        counted = speaker.may_end and not sid.startswith(GROUP_MARK.decode()) and rng.random() < 0.6
        return commands.unsubscribe(sid, rng, rng.choice((0, 1, 1, 2, 3)) if counted else None)

    def _next_serial(self) -> int:
        self._serial += 1
        return self._serial

    def _reply(self, speaker: _Speaker, serial: int) -> str:
        rng = self._rng
        how = rng.random()
        if how < 0.85:
            return f"_INBOX.{speaker.name}.{serial}"
        return rng.choice(commands.ODD_REPLIES) if how < 0.9 else speaker.subjects.subject()

    def _pub(
        self, speaker: _Speaker, asks: bool, subject: str | None = None
    ) -> tuple[Command, int]:
        rng, serial = self._rng, self._next_serial()
        headers = b""
        if speaker.headers and rng.random() < 0.25:
            headers = rng.choice(commands.HEADERS)
        content = commands.body(serial, rng, self._size(speaker, len(headers)))
        reply = self._reply(speaker, serial) if asks else ""
        subject = subject or commands.subject(speaker.subjects, rng)
        return commands.publish(subject, reply, headers, content, rng), serial

    def _size(self, speaker: _Speaker, headers: int) -> int | None:
        """At the limit of payloads, or just beyond it, where it is a narrow one."""
        limits = self._configuration.block(speaker.login.account).get("limits", {})
        most = limits.get("max_payload", self._configuration.tree.get("max_payload"))
        if most is None or self._rng.random() < 0.5:
            return None if most is None else 0
        return most - headers + self._rng.choice((-1, 0, 0, 0, 1))

    # --- steps

    def _send(self, speaker: _Speaker, told: list[Command]) -> Send:
        rng = self._rng
        cuts = tuple(rng.random() for _ in range(rng.randint(1, 3))) if rng.random() < 0.2 else ()
        return Send(speaker.name, tuple(told), cuts)

    def _next(self) -> list[Step]:
        rng = self._rng
        speaker, how = rng.choice(self._speakers), rng.random()
        if how < 0.03 and len(self._speakers) < CLIENTS_MAX + 2:
            return [self._connect()]
        if how < 0.05:
            return [Leave(speaker.name)]
        if how < 0.08:
            return [Send(speaker.name, (commands.malformed(rng),))]
        if how < 0.22:
            return [self._send(speaker, [self._sub(speaker) for _ in range(rng.randint(1, 2))])]
        if how < 0.32:
            return [self._send(speaker, [self._unsub(speaker) for _ in range(rng.randint(1, 2))])]
        if how < 0.55:
            return self._meet() or self._ask(speaker)
        if how < 0.7:
            return self._ask(speaker)
        told = [self._any(speaker) for _ in range(rng.randint(1, 5))]
        return [self._send(speaker, told)]

    def _any(self, speaker: _Speaker) -> Command:
        how = self._rng.random()
        if how < 0.75:
            return self._pub(speaker, self._rng.random() < 0.2)[0]
        if how < 0.85:
            return self._sub(speaker)
        return self._unsub(speaker) if how < 0.93 else commands.ping(self._rng)

    def _of_account(self, account: str) -> _Speaker | None:
        found = [speaker for speaker in self._speakers if speaker.login.account == account]
        return self._rng.choice(found) if found else None

    def _meet(self) -> list[Step]:
        """Somebody listens to what another one publishes in his own way."""
        rng = self._rng
        if not self._meetings:
            return []
        meeting = rng.choice(self._meetings)
        publisher = self._of_account(meeting.publisher)
        subscriber = self._of_account(meeting.subscriber)
        if not publisher or not subscriber:
            return []
        steps: list[Step] = []
        if rng.random() < 0.7:
            how = rng.random()
            change = widened if how < 0.15 else narrowed if how < 0.3 else None
            pattern = change(meeting.pattern, rng) if change else meeting.pattern
            steps.append(self._send(subscriber, [self._sub(subscriber, pattern)]))
        return steps + self._ask(publisher, filled(meeting.subject, rng))

    def _ask(self, speaker: _Speaker, subject: str | None = None) -> list[Step]:
        rng = self._rng
        command, serial = self._pub(speaker, asks=rng.random() < 0.9, subject=subject)
        steps: list[Step] = [self._send(speaker, [command])]
        for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
            headers = rng.choice(commands.HEADERS) if rng.random() < 0.1 else b""
            reply = f"_INBOX.x.{serial}" if rng.random() < 0.1 else ""
            which, answer = rng.randrange(4), self._next_serial()
            steps.append(Answer(serial, which, answer, headers, reply, self._heard_once))
        return steps
