"""Who tries to log in to a broker in Choria's dialect, under which configuration, and what comes of it.

MODEL   Data only: rows that choria_login.py plays to our broker and to the reference, and the subjects by
        which it compares what those who are let in may do. Where ours differs on purpose, the row says
        what the reference does, and why.
"""

from dataclasses import dataclass

from tests.support.choria import node_name
from tests.support.choria_v2 import (
    AUTHORITY,
    COLLECTIVE,
    FILE_PROVIDER,
    ISSUER,
    PROVISIONER_PASSWORD,
    PROVISIONING,
    SYSTEM,
    SYSTEM_PASSWORD,
    SYSTEM_USER,
)
from tests.support.places import LOOPBACK

_SIGNERS = """\
plugin.choria.network.client_signer_cert = {issuer}
plugin.choria.network.server_signer_cert = {issuer}
"""
_HOSTS = f"plugin.choria.network.client_hosts = {LOOPBACK}, 192.0.2.0/24\n"
_OTHER_HOSTS = "plugin.choria.network.client_hosts = 192.0.2.0/24\n"
_NO_SERVERS = "plugin.choria.network.deny_server_connections = true\n"
_COMPATIBLE = """\
plugin.antiphon.client_hosts_are_servers = true
plugin.antiphon.provisioner_without_nonce = true
"""
CONFIGURATIONS = {
    "issuer": (ISSUER, SYSTEM, PROVISIONING),
    "issuer with CA": (ISSUER, SYSTEM, PROVISIONING, AUTHORITY),
    "signers": (FILE_PROVIDER, _SIGNERS, SYSTEM),
    "certificates": (FILE_PROVIDER, SYSTEM),
    "hosts": (FILE_PROVIDER, _HOSTS),
    "other hosts": (FILE_PROVIDER, _OTHER_HOSTS),
    "no servers": (ISSUER, _NO_SERVERS),
    "compatible": (ISSUER, PROVISIONING, AUTHORITY, _HOSTS, _COMPATIBLE),
}


@dataclass(frozen=True)
class Row:
    configuration: str
    name: str
    allowed: bool
    token: str = ""
    seed: str = ""  # who signs the nonce
    user: str = ""
    password: str = ""
    certificate: str = ""
    reference: bool | None = None  # what the reference does where it differs
    why: str = ""


def as_system(password: str = SYSTEM_PASSWORD, **more) -> dict:
    return {"user": SYSTEM_USER, "password": password} | more


def as_provisioner(password: str = PROVISIONER_PASSWORD, **more) -> dict:
    return {"user": "provisioner", "password": password} | more


def both(token: str) -> dict:
    return {"token": token, "seed": token}


_NO_NONCE = "the reference does not ask the provisioner to sign the nonce"
_BESIDE_TOKENS = (
    Row("issuer", "nothing", False),
    Row("issuer", "user and password", False, user="alice", password="x"),
    Row("issuer", "client", True, **both("alice")),
    Row("issuer", "client of no fleet", True, **both("nofleet")),
    Row("issuer", "client unsigned", False, token="alice"),
    Row("issuer", "client stolen", False, token="alice", seed="mallory"),
    Row("issuer", "client of a stranger", False, **both("forged")),
    Row("issuer", "client of another organization", False, **both("foreign")),
    Row("issuer", "client expired", False, **both("expired")),
    Row("issuer", "client with an empty key", False, **both("keyless")),
    Row("issuer", "client by its user name", True, user="bob", **both("alice")),
    Row("issuer", "chained", True, **both("carol")),
    Row("issuer", "chained unsigned", False, token="carol"),
    Row("issuer", "chained by a self-appointed one", False, reference=True,
        why="the reference does not ask whether the organization appointed the chain issuer",
        **both("usurper")),
    Row("issuer", "chain issuer", True, **both("login")),
    Row("issuer", "server", True, **both("node1")),
    Row("issuer", "server unsigned", False, token="node1"),
    Row("issuer", "server stolen", False, token="node1", seed="mallory"),
    Row("issuer", "server of a stranger", False, **both("rogue")),
    Row("issuer", "node to be provisioned", True, token="waiting"),
    Row("issuer", "node of a stranger", False, token="waiting_forged"),
    Row("issuer", "no token at all", False, token="garbage"),
    Row("issuer", "system by password alone", False, **as_system()),
    Row("issuer", "system by token", True, **as_system(**both("operator"))),
    Row("issuer", "system by administrator", True, **as_system(**both("admin"))),
    Row("issuer", "system by stolen token", False, **as_system(token="operator", seed="mallory")),
    Row("issuer", "system by another token", False, **as_system(**both("alice"))),
    Row("issuer", "system by server", False, **as_system(**both("node1"))),
    Row("issuer", "system by wrong password", False, **as_system("wrong", **both("operator"))),
    Row("issuer", "provisioner by password alone", False, **as_provisioner()),
    Row("issuer", "provisioner", True, **as_provisioner(**both("provisioner"))),
    Row("issuer", "provisioner by another token", False, **as_provisioner(**both("alice"))),
    Row("issuer", "provisioner by wrong password", False,
        **as_provisioner("wrong", **both("provisioner"))),
    Row("issuer", "provisioner unsigned", False, reference=True, why=_NO_NONCE,
        **as_provisioner(token="provisioner")),
    Row("issuer", "provisioner stolen", False, reference=True, why=_NO_NONCE,
        **as_provisioner(token="provisioner", seed="mallory")),
    Row("compatible", "provisioner unsigned", True, **as_provisioner(token="provisioner")),
    Row("compatible", "provisioner by another token", False, **as_provisioner(**both("alice"))),
    Row("signers", "client", True, **both("alice")),
    Row("signers", "client stolen", False, token="alice", seed="mallory"),
    Row("signers", "client of a stranger", False, **both("forged")),
    Row("signers", "server", True, **both("node1")),
    Row("signers", "node to be provisioned", False, token="waiting"),
    Row("no servers", "server", True, **both("node1")),
    Row("no servers", "client", True, **both("alice")),
)  # fmt: skip
_BESIDE_CERTIFICATES = (
    Row("issuer with CA", "certificate", True, certificate="app"),
    Row("issuer with CA", "certificate of another CA", False, certificate="foreign"),
    Row("issuer with CA", "client and certificate", True, certificate="app", **both("alice")),
    Row("issuer with CA", "stolen and certificate", False, certificate="app", token="alice",
        seed="mallory"),
    Row("issuer with CA", "node and certificate", False, certificate="app", token="waiting"),
    Row("issuer with CA", "system by certificate", True, certificate="app", **as_system()),
    Row("issuer with CA", "system by certificate, wrong", False, certificate="app",
        **as_system("wrong")),
    Row("issuer with CA", "provisioner by certificate", False, certificate="app",
        **as_provisioner()),
    Row("signers", "certificate", True, certificate="app"),
    Row("signers", "system by certificate", True, certificate="app", **as_system()),
    Row("certificates", "certificate", True, certificate="app"),
    Row("certificates", "nothing", False),
    Row("certificates", "client", False, **both("alice")),
    Row("certificates", "client and certificate", False, certificate="app", **both("alice")),
    Row("certificates", "system by password alone", False, **as_system()),
    Row("certificates", "provisioner", False, certificate="app", **as_provisioner()),
    Row("hosts", "certificate", True, certificate="app"),
    Row("hosts", "nothing", False),
    Row("other hosts", "certificate", True, certificate="app"),
)  # fmt: skip
LOGINS = _BESIDE_TOKENS + _BESIDE_CERTIFICATES

NODE = node_name(1)
SUBJECTS = (
    f"{COLLECTIVE}.broadcast.agent.rpcutil", f"{COLLECTIVE}.broadcast.agent.registration",
    f"{COLLECTIVE}.broadcast.service.rpcutil", f"{COLLECTIVE}.node.{NODE}",
    f"{COLLECTIVE}.node.other.example.net", f"{COLLECTIVE}.reply.0123.x", "other.node.x",
    f"{COLLECTIVE}.submission.in.x", f"{COLLECTIVE}.governor.x", "choria.lifecycle.event.startup",
    "choria.lifecycle.event.governor.x", "choria.machine.transition", "choria.machine.watcher.x.y",
    f"choria.federation.{COLLECTIVE}.federation", f"choria.federation.{COLLECTIVE}.collective",
    "choria.republish.x", "$SYS.REQ.USER.INFO", "$JS.API.INFO", "$JS.API.STREAM.INFO.X",
    "$JS.API.STREAM.CREATE.X", "$JS.ACK.x", "$KV.X.y", "$KV.CHORIA_LEADER_ELECTION.x",
    "provisioning.node.x", "provisioning.broadcast.agent.rpcutil", "provisioning.reply.x",
    "provisioning.broadcast.agent.choria_provision", "provisioning.registration.x", "own.subject",
    "metrics.x",
)  # fmt: skip
WIDE = (">", f"{COLLECTIVE}.>", f"{COLLECTIVE}.node.>", "*.broadcast.agent.>", "choria.lifecycle.>",
        "$JS.EVENT.>", "provisioning.node.>", f"{COLLECTIVE}.reply.>", "provisioning.>")  # fmt: skip
# Later releases of the reference let those with streams subscribe to it, and so do we.
LATER = "choria.republish.x"
# Who is compared in what it may do.
GRANTED = (
    ("issuer", "alice"), ("issuer", "nofleet"), ("issuer", "admin"), ("issuer", "streamer"),
    ("issuer", "everything"), ("issuer", "carol"), ("issuer", "node1"), ("issuer", "richnode"),
    ("issuer", "waiting"), ("no servers", "node1"),
)  # fmt: skip
GRANTED_CERTIFICATES = ("issuer with CA", "signers", "certificates", "other hosts", "compatible")
