"""Nodes that wait to be provisioned: what they and the rest of a site see of each other, and a real one on its
way from a provisioning token to a place in the fleet.

MODEL   `choria server run` finds nothing but a provisioning token, which `antiphon jwt provisioning` made. It
        connects, a provisioner (Choria's own client, as the user `provisioner` in the account of that name)
        finds it and asks its agent choria_provision, step by step; in the end the node has a configuration
        and a server's token, starts anew and answers the fleet's clients. Each step is a check; all of it
        is played to our broker and to the reference.
"""

import base64
import gzip
import json
import os
from collections.abc import Callable

from tests.interop.choria_login_rows import as_provisioner, both
from tests.interop.choria_login_scene import Scene
from tests.interop.results import expect
from tests.support import process
from tests.support.choria import CONNECTED, node_name
from tests.support.choria_v2 import COLLECTIVE, PROVISIONING_SECRET, Login
from tests.support.places import LOOPBACK

IDENTITY = node_name(7)  # what it is called once it is provisioned
STEP_DEADLINE_S = 60.0
RESTART_SPLAY_S = 1
REGISTRATION = '{"rack":"r7"}'
# What its token says of the protocol; a node without certificates has none to sign version 1 with.
PROTOCOLS = {"v1": ("--insecure",), "v2": ("--protocol-v2",)}
STARTED = "choria.lifecycle.event.startup.provision_mode_server"


def provisioning_sees_nothing_else(scene: Scene) -> None:
    """Neither side sees the other: a client publishes, a node waits; and the other way round."""
    node, client = (scene.login("ours", "issuer") for _ in range(2))
    provisioner, admin = (scene.login("ours", "issuer") for _ in range(2))
    try:
        expect(node.connect(token="waiting"), "the node is not let in")
        expect(client.connect(**both("admin")), "the client is not let in")
        expect(admin.connect(**both("admin")), "the administrator is not let in")
        expect(provisioner.connect(**as_provisioner(**both("provisioner"))), "no provisioner")
        expect(not node.errors(b"SUB provisioning.node.> 1\r\n"), "the node may not listen")
        expect(not provisioner.errors(b"SUB provisioning.registration.> 1\r\n"), "nor it")
        expect(not admin.errors(b"SUB > 1\r\n"), "the administrator may not listen")
        client.errors(b"PUB provisioning.node.x 5\r\nalien\r\n")
        provisioner.errors(b"PUB provisioning.node.x 5\r\nhello\r\n")
        frames = node.until("MSG")
        expect(frames[-1].payload == b"hello", frames)
        node.errors(b"PUB provisioning.registration.x 4\r\nnode\r\n")
        frames = provisioner.until("MSG")
        expect(frames[-1].payload == b"node", frames)
        # What the node said comes to nobody in the other account; what is said there does.
        client.errors(b"PUB marker 1\r\nm\r\n")
        frames = admin.until("MSG")
        while b" marker " not in frames[-1].line + b" ":
            expect(b"provisioning.registration" not in frames[-1].line, frames)
            frames = admin.until("MSG")
    finally:
        for login in (node, client, provisioner, admin):
            login.close()


def what_crosses(scene: Scene) -> str:
    """Of what is said in `provisioning`, the same reaches `choria` in both brokers."""
    heard = {}
    for who in scene.commands:
        logins = [scene.login(who, "issuer") for _ in range(3)]
        node, provisioner, admin = logins
        try:
            expect(node.connect(token="waiting"), f"{who}: the node is not let in")
            expect(provisioner.connect(**as_provisioner(**both("provisioner"))), f"{who}: no provisioner")
            expect(admin.connect(**both("admin")), f"{who}: the administrator is not let in")
            expect(not admin.errors(b"SUB > 1\r\n"), f"{who}: the administrator may not listen")
            for login, subject in (
                (node, "choria.lifecycle.event.startup.provision_mode_server"),
                (node, "choria.lifecycle.x"),
                (provisioner, "choria.streams.STREAM.INFO.KV_CHORIA_LEADER_ELECTION"),
                (provisioner, "choria.streams.STREAM.INFO.KV_OTHER"),
                (provisioner, "$KV.CHORIA_LEADER_ELECTION.provisioner"),
                (provisioner, "$KV.CHORIA_LEADER_ELECTION.other"),
                (provisioner, "choria.streams.$KV.CHORIA_LEADER_ELECTION.provisioner"),
            ):
                login.errors(f"PUB {subject} choria.answers.1 1\r\nx\r\n".encode())
            heard[who] = _subjects_before_marker(admin)
        finally:
            for login in logins:
                login.close()
    for who, subjects in heard.items():
        expect(subjects == heard["ours"], f"ours {heard['ours']}; {who} {subjects}")
    expect("choria.lifecycle.event.startup.provision_mode_server" in heard["ours"], heard)
    return " ".join(heard["ours"])


def _subjects_before_marker(login: Login) -> list[str]:
    # Each publisher has had its PONG, so what it published is on its way to this client already.
    login.socket.send(b"PUB marker 1\r\nm\r\n")
    subjects = []
    while True:
        subject = login.until("MSG")[-1].line.split()[1].decode()
        if subject == "marker":
            return sorted(subjects)
        if not subject.startswith("_INBOX") and not subject.startswith("$SYS"):
            subjects.append(subject)


# ---- A real node ----------------------------------------------------------------------------------


class WaitingNode:
    """A real node in provisioning mode behind one broker, and everybody who listens to it."""

    def __init__(self, scene: Scene, who: str, protocol: str):
        self.site, self.who = scene.site, who
        self.port = self.site.broker_port = scene.brokers.port(who, "issuer")
        self.home = self.site.file(f"waiting-{who}-{protocol}")
        os.makedirs(self.home)
        self.token = os.path.join(self.home, "provisioning.jwt")
        self.site.waiting_node(
            self.token, f"nats://{LOOPBACK}:{self.port}", self._registration(), *PROTOCOLS[protocol]
        )
        self.ear = scene.login(who, "issuer")
        self.admin = scene.login(who, "issuer")
        self.node: process.Process | None = None
        self.host = ""  # what it is called until then
        self._unheard: list[tuple[str, bytes]] = []  # came before something else that was waited for
        try:
            expect(self.ear.connect(**as_provisioner(**both("provisioner"))), "no provisioner")
            expect(self.admin.connect(**both("admin")), "no administrator")
            for login in (self.ear, self.admin):
                expect(not login.errors(b"SUB > 1\r\n"), "may not listen")
            self.node = self.site.start_waiting_node(
                os.path.join(self.home, "server.conf"), self.token
            )
        except BaseException:
            self.stop()
            raise

    def _registration(self) -> str:
        path = os.path.join(self.home, "registration.json")
        with open(path, "w", encoding="utf-8") as out:
            out.write(REGISTRATION)
        return path

    def heard(self, subject: str) -> bytes:
        """The next message on this subject in the account of the provisioner."""
        for index, (known, payload) in enumerate(self._unheard):
            if known == subject:
                del self._unheard[index]
                return payload
        while True:
            frame = self.ear.until("MSG")[-1]
            expect(frame.payload is not None, f"nothing came on {subject}")
            known = frame.line.split()[1].decode()
            if known == subject:
                return frame.payload
            self._unheard.append((known, frame.payload))

    def provision(self, action: str, **inputs: str) -> dict:
        """The reply of its agent, asked by the real client in the provisioner's place."""
        words = [f"{key}={value}" for key, value in inputs.items()]
        done = self.site.run_provisioner(
            "req", "choria_provision", action, *words, "-I", self.host, "--json"
        )
        replies = json.loads(done.stdout)["replies"]
        expect(len(replies) == 1 and replies[0]["sender"] == self.host, done.stdout + done.stderr)
        return replies[0]

    def must(self, action: str, **inputs: str) -> dict:
        reply = self.provision(action, token=PROVISIONING_SECRET, **inputs)
        expect(reply["statuscode"] == 0, reply)
        return reply["data"]

    def requests(self) -> int:
        """How many messages it has got, this one included."""
        done = self.site.run_provisioner("req", "rpcutil", "daemon_stats", "-I", self.host, "--json")
        return json.loads(done.stdout)["replies"][0]["data"]["total"]

    def stop(self) -> None:
        for login in (self.ear, self.admin):
            login.close()
        if self.node:
            self.node.end()


def connects(waiting: WaitingNode) -> str:
    waiting.node.wait_for_line(CONNECTED, STEP_DEADLINE_S)
    event = json.loads(waiting.heard(STARTED))["data"]
    waiting.host = event["identity"]
    expect(event["component"] == "provision_mode_server", event)
    return f"as {waiting.host}"


def registers(waiting: WaitingNode) -> None:
    transport = json.loads(waiting.heard("provisioning.registration.data"))
    request = json.loads(json.loads(base64.b64decode(transport["data"]))["message"])
    expect(request["envelope"]["collective"] == "provisioning", request)
    packed = json.loads(request["message"])["zcontent"]
    said = gzip.decompress(base64.b64decode(packed)).decode()
    expect(said == REGISTRATION, said)


def is_found(waiting: WaitingNode) -> None:
    for words in (("ping", "--names"), ("discover", "-A", "choria_provision")):
        done = waiting.site.run_provisioner(*words)
        expect(waiting.host in done.stdout.split(), f"{words}: {done.stdout}{done.stderr}")


def shows_its_token(waiting: WaitingNode) -> None:
    with open(waiting.token, encoding="utf-8") as text:
        expect(waiting.must("jwt")["jwt"] == text.read(), "another token")
    refused = waiting.provision("jwt", token="a-wrong-secret")
    expect(refused["statuscode"] != 0 and "token" in refused["statusmsg"], refused)


def is_nobodys_but_the_provisioners(waiting: WaitingNode) -> str:
    """In the account of the fleet nobody finds it, by whatever name; only its events are heard there."""
    site = waiting.site
    for arguments in (("--timeout", "2"), ("--timeout", "2", "-T", "provisioning")):
        done = site.run_client("admin", "ping", "--names", *arguments)
        expect(waiting.host not in done.stdout.split(), done.stdout)
    subjects = _subjects_before_marker(waiting.admin)
    of_node = sorted({one for one in subjects if one.startswith(("choria.lifecycle", "provisioning."))})
    expect(STARTED in of_node, f"its events do not come: {subjects}")
    strange = [one for one in of_node if one.startswith("provisioning.") and ".reply." in one]
    expect(not strange, f"the fleet hears it answer: {strange}")
    expect("provisioning.registration.data" not in of_node, of_node)
    return " ".join(of_node)


def sees_nothing_else(waiting: WaitingNode) -> None:
    """What the fleet's administrator sends to its very subjects does not reach it."""
    first, before = waiting.requests(), waiting.requests()  # asking is some messages itself
    for subject in (f"provisioning.node.{waiting.host}", "provisioning.broadcast.agent.discovery",
                    f"{COLLECTIVE}.node.{waiting.host}"):  # fmt: skip
        expect(not waiting.admin.errors(f"PUB {subject} 5\r\nalien\r\n".encode()), subject)
    after = waiting.requests()
    expect(after - before == before - first, f"{first}, {before}, {after} messages")


def is_provisioned(waiting: WaitingNode) -> None:
    """A seed of its own, a token for it, a configuration, and a new start."""
    made = waiting.must("gen25519", nonce="0123456789abcdef")
    site = waiting.site
    token = site.server_token(f"provisioned-{waiting.who}", IDENTITY, made["public_key"])
    configuration = site.provisioned(IDENTITY, waiting.home)
    waiting.must("configure", config=json.dumps(configuration), server_jwt=token)
    waiting.heard("choria.lifecycle.event.provisioned.provision_mode_server")
    waiting.must("restart", splay=str(RESTART_SPLAY_S))
    waiting.node.wait_for_line(f"Subscribing node {IDENTITY}", STEP_DEADLINE_S)


def is_one_of_the_fleet(waiting: WaitingNode) -> None:
    def answers() -> bool:
        done = waiting.site.run_client("alice", "ping", "--names", "--timeout", "2")
        return IDENTITY in done.stdout.split()

    process.wait_until(answers, f"{IDENTITY} answers", STEP_DEADLINE_S)
    done = waiting.site.run_provisioner("ping", "--names", "--timeout", "2")
    expect(IDENTITY not in done.stdout.split(), "the provisioner still finds it")


NODE_CHECKS: dict[str, dict[str, Callable[[WaitingNode], str | None]]] = {
    # Its protocol allows no unsigned request, and so, in this release, no registration.
    "v2": {
        "connects": connects,
        "is_found": is_found,
        "shows_its_token": shows_its_token,
        "is_nobodys_but_the_provisioners": is_nobodys_but_the_provisioners,
        "sees_nothing_else": sees_nothing_else,
        "is_provisioned": is_provisioned,
        "is_one_of_the_fleet": is_one_of_the_fleet,
    },
    "v1": {
        "connects": connects,
        "registers": registers,
        "is_nobodys_but_the_provisioners": is_nobodys_but_the_provisioners,
    },
}
