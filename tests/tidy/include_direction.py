"""Fails when a source file includes something of a room that stands above its own.

The rooms and their order are those of docs/architecture.md.
"""

import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Each room with the rooms it may include, besides itself.
PROTOCOL = ("protocol/bytes", "protocol/subject", "protocol/nats", "protocol/choria")
ALLOWED = {
    "protocol/bytes": (),
    "protocol/subject": ("protocol/bytes",),
    "protocol/nats": ("protocol/bytes", "protocol/subject"),
    "protocol/choria": ("protocol/bytes", "protocol/subject"),
    "broker/runtime": ("protocol/bytes",),
    "broker/buffer": (*PROTOCOL, "broker/runtime"),
    "broker/routing": (*PROTOCOL, "broker/runtime", "broker/buffer"),
    "broker/net": (*PROTOCOL, "broker/runtime", "broker/buffer"),
    "broker/auth": (*PROTOCOL, "broker/runtime"),
    "broker/config": (*PROTOCOL, "broker/runtime"),
}
ALLOWED["broker/session"] = (
    *PROTOCOL, "broker/runtime", "broker/buffer", "broker/routing", "broker/net", "broker/auth",
)  # fmt: skip
ALLOWED["broker/monitor"] = (*ALLOWED["broker/session"], "broker/session", "broker/config")
ALLOWED["broker/system"] = (*ALLOWED["broker/monitor"], "broker/monitor")
ALLOWED["broker/server"] = (*ALLOWED["broker/system"], "broker/system")
_WIRE = (*PROTOCOL, "broker/runtime", "broker/buffer", "broker/net")
ALLOWED["fleet/wire"] = _WIRE
ALLOWED["fleet/emulator"] = (*_WIRE, "fleet/wire")
ALLOWED["fleet/client"] = (*_WIRE, "fleet/wire")
ALLOWED["fleet/bench"] = (*_WIRE, "fleet/wire", "fleet/emulator", "fleet/client")
ALLOWED["fleet/plan"] = (*ALLOWED["fleet/bench"], "fleet/bench")
_FEDERATION = (*_WIRE, "broker/config", "fleet/wire")
ALLOWED["federation/envelope"] = PROTOCOL
ALLOWED["federation/memory"] = (*PROTOCOL, "federation/envelope")
ALLOWED["federation/border"] = (
    *PROTOCOL, "broker/runtime", "broker/config", "federation/envelope",
)  # fmt: skip
ALLOWED["federation/names"] = (*_WIRE, "fleet/wire")
ALLOWED["federation/relay"] = (
    *_FEDERATION, "federation/border", "federation/envelope", "federation/memory", "federation/names",
)  # fmt: skip
ALLOWED["cli"] = (*ALLOWED["broker/server"], "broker/server",
                  "fleet/wire", "fleet/emulator", "fleet/client", "fleet/bench",
                  "fleet/plan", "federation/border", "federation/memory", "federation/relay")  # fmt: skip
INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)


def room_of(path: str) -> str:
    parts = path.split("/")
    return parts[0] if parts[0] == "cli" else "/".join(parts[:2])


def sources() -> list[str]:
    found = []
    for top in ("protocol", "broker", "fleet", "federation", "cli"):
        for directory, _, files in os.walk(os.path.join(ROOT, top)):
            found += [os.path.join(directory, f) for f in files if f.endswith((".h", ".cc"))]
    return sorted(found)


def main() -> int:
    problems = []
    for source in sources():
        path = os.path.relpath(source, ROOT)
        room = room_of(path)
        if room not in ALLOWED:
            problems.append(f"{path}: the room {room} is not known to this test")
            continue
        with open(source, encoding="utf-8") as text:
            for included in INCLUDE.findall(text.read()):
                other = room_of(included)
                if other != room and other not in ALLOWED[room]:
                    problems.append(f"{path}: {room} must not include {included}")
    for problem in problems:
        print(problem)
    print(f"{len(sources())} files, {len(problems)} includes in the wrong direction")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
