"""What accounts export and import.

MODEL   An account imports from those before it, so that there is no ring. What it imports is
        exported, as it is or a part of it; now and then not to this account.
"""

from dataclasses import dataclass
from itertools import combinations
from random import Random

from tests.conformance.random.subjects import Subjects, narrowed, overlap

EXPORTS_MAX = 4
IMPORTS_MAX = 4


def _numbered(pattern: str, rng: Random) -> str:
    """Another name for what the pattern matches, with its wildcards in some order."""
    tokens = pattern.split(".")
    wild = [i for i, token in enumerate(tokens) if token == "*"]
    numbers = list(range(1, len(wild) + 1))
    if rng.random() < 0.4:
        rng.shuffle(numbers)
    form = rng.choice(("${}", "{{{{wildcard({})}}}}"))
    made = [form.format(numbers[wild.index(i)]) if i in wild else t for i, t in enumerate(tokens)]
    head = rng.choice(("to", "a", "b", "c"))
    if made[0] == ">" or rng.random() < 0.5:
        made.insert(0, head)
    elif made[0] in tokens:
        made[0] = head
    return ".".join(made)


def _export(kind: str, names: str, rng: Random, subjects: Subjects) -> dict:
    export: dict = {kind: subjects.new_pattern()}
    if rng.random() < 0.25:
        export["accounts"] = rng.sample(names, rng.randint(1, 2))
    if kind == "service":
        if rng.random() < 0.4:
            export["response_type"] = rng.choice(("single", "singleton", "stream", "chunked"))
        tokens = export[kind].split(".")
        if "*" in tokens and rng.random() < 0.1:
            export["account_token_position"] = tokens.index("*") + 1
    return export


def _ambiguous(one: dict, other: dict) -> bool:
    """Of two exports that cover something, nats-server takes either, so they must say the same."""
    kind = next(iter(one))
    if kind not in other or not overlap(one[kind], other[kind]):
        return False
    return one[kind] == other[kind] or len(one) > 1 or len(other) > 1


def _import(name: str, exporter: str, export: dict, rng: Random) -> dict:
    kind = "stream" if "stream" in export else "service"
    subject = export[kind]
    if "account_token_position" in export:
        tokens = subject.split(".")
        tokens[export["account_token_position"] - 1] = name
        subject = ".".join(tokens)
    elif rng.random() < 0.4:
        subject = narrowed(subject, rng)
    drawn: dict = {kind: {"account": exporter, "subject": subject}}
    how = rng.random()
    if how < 0.35:
        drawn["to"] = _numbered(subject, rng)
    elif how < 0.55 and kind == "stream":
        drawn["prefix"] = rng.choice(("p", "a", "a.b"))
    return drawn


def _pass_on(block: dict, rng: Random) -> None:
    """Now and then what is imported is exported again."""
    drawn = rng.choice(block["imports"])
    kind = "stream" if "stream" in drawn else "service"
    export = {kind: imported_as(drawn)}
    exports = block.get("exports", [])
    if rng.random() < 0.4 and not any(_ambiguous(export, other) for other in exports):
        block["exports"] = [*exports, export]


def draw(name: str, accounts: dict, names: str, rng: Random, subjects: Subjects) -> None:
    """Into the block of the account that is the last one so far."""
    block = accounts[name]
    exports: list[dict] = []
    for _ in range(rng.randint(0, EXPORTS_MAX)):
        export = _export(rng.choice(("stream", "service")), names, rng, subjects)
        if not any(_ambiguous(export, other) for other in exports):
            exports.append(export)
    if exports:
        block["exports"] = exports
    offered = [
        (other, export)
        for other in accounts
        if other != name
        for export in accounts[other].get("exports", [])
        if name in export.get("accounts", names) or rng.random() < 0.02
    ]
    imports = {}
    for _ in range(rng.randint(0, IMPORTS_MAX) if offered else 0):
        drawn = _import(name, *rng.choice(offered), rng)
        # A name is imported once; now and then twice, to see both servers refuse it.
        imports[imported_as(drawn) if rng.random() < 0.99 else len(imports)] = drawn
    asked = [drawn for drawn in imports.values() if "service" in drawn]
    # Of two imports that a request takes, either tells first who asks.
    if not any(overlap(*map(imported_as, pair)) for pair in combinations(asked, 2)):
        for drawn in asked:
            if rng.random() < 0.4:
                drawn["share"] = True
    if imports:
        block["imports"] = list(imports.values())
        _pass_on(block, rng)


def _plain(destination: str) -> str:
    return ".".join("*" if "$" in t or "{{" in t else t for t in destination.split("."))


def imported_as(drawn: dict) -> str:
    """The name in the importing account, as a pattern."""
    subject = (drawn.get("stream") or drawn["service"])["subject"]
    if "to" in drawn:
        return _plain(drawn["to"])
    return f"{drawn['prefix']}.{subject}" if "prefix" in drawn else subject


@dataclass(frozen=True)
class Meeting:
    """What is published here is heard there."""

    publisher: str  # account
    subject: str
    subscriber: str
    pattern: str


def meetings(name: str, block: dict) -> list[Meeting]:
    """Of what this account imports."""
    found = []
    for drawn in block.get("imports", []):
        source, here = drawn.get("stream") or drawn["service"], imported_as(drawn)
        if "stream" in drawn:
            found.append(Meeting(source["account"], source["subject"], name, here))
        else:
            found.append(Meeting(name, here, source["account"], source["subject"]))
    return found


def services(block: dict) -> list[str]:
    """What is asked for and answered here."""
    found = [export["service"] for export in block.get("exports", []) if "service" in export]
    return found + [imported_as(d) for d in block.get("imports", []) if "service" in d]


def subjects(block: dict) -> list[str]:
    """What is exported, and the names under which something is imported."""
    found = [export.get("stream") or export["service"] for export in block.get("exports", [])]
    return found + [imported_as(drawn) for drawn in block.get("imports", [])]
