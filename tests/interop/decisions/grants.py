"""What those who are let in may do, told by subjects that each set of permissions has and the others do not.

MODEL   Independent of the code that grants: from section 5 of Choria's protocol as it is on the wire. A row
        names sets; a subject is permitted if one of them has it.
"""

import hashlib

from tests.interop.decisions.table import Row


def _reply(name: str) -> str:
    return f"mcollective.reply.{hashlib.md5(name.encode()).hexdigest()}.x"


Probe = tuple[str, str]  # PUB or SUB, and the subject

INFO: Probe = ("PUB", "$SYS.REQ.USER.INFO")  # the server answers who the asker is
# Where an answer can come: everybody who may ask may subscribe to one of these.
INBOXES = (_reply("up=alice"), "own.subject")

_ALL = {"everything", "org_admin"}
# Of certificates alone: `server` by the rule for addresses, and beside issuers.
_ADDRESS, _MESSAGING = "server_by_address", "messaging"
_PLAIN = {_ADDRESS, _MESSAGING}
_SETS: dict[Probe, set[str]] = {
    INFO: {"own_replies", *_PLAIN},
    ("SUB", INBOXES[0]): {"own_replies"},
    ("SUB", INBOXES[1]): _PLAIN,
    ("SUB", ">"): _PLAIN,
    ("SUB", _reply("n1.example.net")): {"server"},
    ("SUB", _reply("up=mallory")): set(),
    ("PUB", "own.subject"): _PLAIN,
    ("PUB", "metrics.x"): {"token_subjects", *_PLAIN},
    ("PUB", "mcollective.broadcast.agent.rpcutil"): {"fleet_management"},
    ("PUB", "mcollective.broadcast.service.x"): {"fleet_management"},
    ("PUB", "mcollective.node.n1.example.net"): {"fleet_management"},
    ("PUB", "choria.federation.mcollective.federation"): {"fleet_management"},
    ("SUB", "mcollective.broadcast.agent.rpcutil"): {"server", _ADDRESS},
    ("SUB", "other.broadcast.agent.rpcutil"): {_ADDRESS},
    ("SUB", "mcollective.node.n1.example.net"): {"server", _ADDRESS},
    ("SUB", "mcollective.node.n2.example.net"): {_ADDRESS},
    ("SUB", "mcollective.broadcast.service.x"): {"service_host", _ADDRESS},
    ("PUB", "mcollective.broadcast.agent.registration"): {"server", "fleet_management"},
    ("PUB", "mcollective.reply.0123.x"): {"server", _ADDRESS},
    ("PUB", "choria.lifecycle.event.startup.x"): {"server", _ADDRESS, "unprovisioned"},
    ("SUB", "choria.lifecycle.event.startup.x"): set(),
    ("PUB", "choria.machine.transition"): {"server", _ADDRESS},
    ("PUB", "choria.federation.mcollective.collective"): {"server", _ADDRESS},
    ("PUB", "mcollective.submission.in.x"): {"submission", *_PLAIN},
    ("PUB", "mcollective.governor.x"): {"governor", *_PLAIN},
    ("PUB", "$JS.API.STREAM.INFO.X"): {"streams", *_PLAIN},
    ("SUB", "provisioning.node.x"): {"unprovisioned", _ADDRESS},
    ("SUB", "provisioning.broadcast.agent.choria_provision"): {"unprovisioned", _ADDRESS},
    ("SUB", "provisioning.broadcast.agent.other"): {_ADDRESS},
    ("PUB", "provisioning.registration.x"): {"unprovisioned", *_PLAIN},
}
PROBES = tuple(_SETS)


def permitted(row: Row) -> frozenset[Probe]:
    """To whom the row lets in."""
    _, rule, *words = row.outcome.split()
    granted = {_ADDRESS if rule == _ADDRESS and word == "server" else word for word in words}
    return frozenset(probe for probe, sets in _SETS.items() if granted & (sets | _ALL))
