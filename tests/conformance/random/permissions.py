"""Permissions of a user.

LIMITS  A queue belongs to one user: who of a group gets a message is the server's choice, so all
        its members must be allowed the same. `queues(name)` are what a user's clients join.
"""

from random import Random

from tests.conformance.random.subjects import Subjects


def queues(user: str) -> tuple[str, ...]:
    return (f"{user}.q", f"{user}.r")


def _entries(rng: Random, subjects: Subjects, user: str, with_queues: bool):
    entries = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        entry = subjects.pattern()
        if with_queues and rng.random() < 0.3:
            entry += " " + rng.choice((*queues(user), f"{user}.*", "*.q", ">", "other"))
        entries.append(entry)
    if with_queues and rng.random() < 0.5:
        entries.append("_INBOX.>")
    return entries[0] if len(entries) == 1 and rng.random() < 0.3 else entries


def _side(rng: Random, subjects: Subjects, user: str, with_queues: bool):
    how = rng.random()
    if how < 0.25:
        return _entries(rng, subjects, user, with_queues)
    side = {}
    if how < 0.75:
        side["allow"] = _entries(rng, subjects, user, with_queues)
    if how > 0.5:
        side["deny"] = _entries(rng, subjects, user, with_queues)
    return side


def draw(rng: Random, subjects: Subjects, user: str) -> dict:
    drawn = {}
    if rng.random() < 0.7:
        drawn["publish"] = _side(rng, subjects, user, False)
    if rng.random() < 0.7:
        drawn["subscribe"] = _side(rng, subjects, user, True)
    if rng.random() < 0.3:
        counted = {"max": rng.choice((1, 2, -1)), "expires": "1m"}
        drawn["allow_responses"] = rng.choice((True, counted))
    return drawn


def patterns_of(permissions: dict) -> tuple[str, ...]:
    """The subjects that are named, without queues."""
    found = []
    for side in ("publish", "subscribe"):
        value = permissions.get(side, {})
        lists = list(value.values()) if isinstance(value, dict) else [value]
        for entries in lists:
            found += [entries] if isinstance(entries, str) else entries
    return tuple(entry.split(" ")[0] for entry in found)


def takes_for_word(permissions: dict, pattern: str) -> bool:
    """Whether nats-server lets somebody subscribe to `a.>` because of `a.*`: it takes the `>` for a
    word that the `*` allows, and delivers everything. We deliver what is allowed."""
    side = permissions.get("subscribe", [])
    entries = side.get("allow", []) if isinstance(side, dict) else side
    tokens = pattern.split(".")
    for entry in [entries] if isinstance(entries, str) else entries:
        allowed = entry.split(" ")[0].split(".")
        alike = all(x in ("*", y) for x, y in zip(allowed, tokens))
        if tokens[-1] == ">" and len(allowed) == len(tokens) and allowed[-1] == "*" and alike:
            return True
    return False
