"""Whose permissions choria_login.py compares at our broker and at the reference, under which configuration.

MODEL   Data only: configurations, the subjects that everybody publishes and subscribes to, and who does. Who is
        let in at all is compared by the table of logins (decisions/).
"""

from tests.support.choria import node_name
from tests.support.choria_v2 import (
    AUTHORITY,
    COLLECTIVE,
    FILE_PROVIDER,
    ISSUER,
    PROVISIONER_PASSWORD,
    PROVISIONING,
    SYSTEM,
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
    "other hosts": (FILE_PROVIDER, _OTHER_HOSTS),
    "no servers": (ISSUER, _NO_SERVERS),
    "compatible": (ISSUER, PROVISIONING, AUTHORITY, _HOSTS, _COMPATIBLE),
}


def as_provisioner(**more) -> dict:
    return {"user": "provisioner", "password": PROVISIONER_PASSWORD} | more


def both(token: str) -> dict:
    return {"token": token, "seed": token}


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
