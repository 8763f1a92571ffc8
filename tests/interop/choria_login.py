"""Logins to a broker in Choria's dialect: a real fleet of protocol version 2, and one login after the
other beside Choria's own broker.

MODEL   The same configuration is given to our broker and to the reference; every row of LOGINS and
        every subject of SUBJECTS is played to both and the answers are compared. Where ours differs
        on purpose, the row says what the reference does, and why.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.interop.results import PeerResult
from tests.support import process
from tests.support.certificates import RSA, Authority
from tests.support.choria import CONNECTED, node_name
from tests.support.choria_v2 import (
    AUTHORITY,
    COLLECTIVE,
    FILE_PROVIDER,
    ISSUER,
    PROVISIONER_PASSWORD,
    PROVISIONING,
    PROVISIONING_SECRET,
    SYSTEM,
    SYSTEM_PASSWORD,
    SYSTEM_USER,
    Broker,
    Login,
    Site,
)
from tests.support.places import LOOPBACK

NODES = (1, 2, 3)
FLEET_DEADLINE_S = 60.0
SHORT_LIFE_S = 3
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


def _system(password: str = SYSTEM_PASSWORD, **more) -> dict:
    return {"user": SYSTEM_USER, "password": password} | more


def _provisioner(password: str = PROVISIONER_PASSWORD, **more) -> dict:
    return {"user": "provisioner", "password": password} | more


def _both(token: str) -> dict:
    return {"token": token, "seed": token}


_NO_NONCE = "the reference does not ask the provisioner to sign the nonce"
_BESIDE_TOKENS = (
    Row("issuer", "nothing", False),
    Row("issuer", "user and password", False, user="alice", password="x"),
    Row("issuer", "client", True, **_both("alice")),
    Row("issuer", "client of no fleet", True, **_both("nofleet")),
    Row("issuer", "client unsigned", False, token="alice"),
    Row("issuer", "client stolen", False, token="alice", seed="mallory"),
    Row("issuer", "client of a stranger", False, **_both("forged")),
    Row("issuer", "client of another organization", False, **_both("foreign")),
    Row("issuer", "client expired", False, **_both("expired")),
    Row("issuer", "client with an empty key", False, **_both("keyless")),
    Row("issuer", "client by its user name", True, user="bob", **_both("alice")),
    Row("issuer", "chained", True, **_both("carol")),
    Row("issuer", "chained unsigned", False, token="carol"),
    Row("issuer", "chained by a self-appointed one", False, reference=True,
        why="the reference does not ask whether the organization appointed the chain issuer",
        **_both("usurper")),
    Row("issuer", "chain issuer", True, **_both("login")),
    Row("issuer", "server", True, **_both("node1")),
    Row("issuer", "server unsigned", False, token="node1"),
    Row("issuer", "server stolen", False, token="node1", seed="mallory"),
    Row("issuer", "server of a stranger", False, **_both("rogue")),
    Row("issuer", "node to be provisioned", True, token="waiting"),
    Row("issuer", "node of a stranger", False, token="waiting_forged"),
    Row("issuer", "no token at all", False, token="garbage"),
    Row("issuer", "system by password alone", False, **_system()),
    Row("issuer", "system by token", True, **_system(**_both("operator"))),
    Row("issuer", "system by administrator", True, **_system(**_both("admin"))),
    Row("issuer", "system by stolen token", False, **_system(token="operator", seed="mallory")),
    Row("issuer", "system by another token", False, **_system(**_both("alice"))),
    Row("issuer", "system by server", False, **_system(**_both("node1"))),
    Row("issuer", "system by wrong password", False, **_system("wrong", **_both("operator"))),
    Row("issuer", "provisioner by password alone", False, **_provisioner()),
    Row("issuer", "provisioner", True, **_provisioner(**_both("provisioner"))),
    Row("issuer", "provisioner by another token", False, **_provisioner(**_both("alice"))),
    Row("issuer", "provisioner by wrong password", False,
        **_provisioner("wrong", **_both("provisioner"))),
    Row("issuer", "provisioner unsigned", False, reference=True, why=_NO_NONCE,
        **_provisioner(token="provisioner")),
    Row("issuer", "provisioner stolen", False, reference=True, why=_NO_NONCE,
        **_provisioner(token="provisioner", seed="mallory")),
    Row("compatible", "provisioner unsigned", True, **_provisioner(token="provisioner")),
    Row("compatible", "provisioner by another token", False, **_provisioner(**_both("alice"))),
    Row("signers", "client", True, **_both("alice")),
    Row("signers", "client stolen", False, token="alice", seed="mallory"),
    Row("signers", "client of a stranger", False, **_both("forged")),
    Row("signers", "server", True, **_both("node1")),
    Row("signers", "node to be provisioned", False, token="waiting"),
    Row("no servers", "server", True, **_both("node1")),
    Row("no servers", "client", True, **_both("alice")),
)  # fmt: skip
_BESIDE_CERTIFICATES = (
    Row("issuer with CA", "certificate", True, certificate="app"),
    Row("issuer with CA", "certificate of another CA", False, certificate="foreign"),
    Row("issuer with CA", "client and certificate", True, certificate="app", **_both("alice")),
    Row("issuer with CA", "stolen and certificate", False, certificate="app", token="alice",
        seed="mallory"),
    Row("issuer with CA", "node and certificate", False, certificate="app", token="waiting"),
    Row("issuer with CA", "system by certificate", True, certificate="app", **_system()),
    Row("issuer with CA", "system by certificate, wrong", False, certificate="app",
        **_system("wrong")),
    Row("issuer with CA", "provisioner by certificate", False, certificate="app",
        **_provisioner()),
    Row("signers", "certificate", True, certificate="app"),
    Row("signers", "system by certificate", True, certificate="app", **_system()),
    Row("certificates", "certificate", True, certificate="app"),
    Row("certificates", "nothing", False),
    Row("certificates", "client", False, **_both("alice")),
    Row("certificates", "client and certificate", False, certificate="app", **_both("alice")),
    Row("certificates", "system by password alone", False, **_system()),
    Row("certificates", "provisioner", False, certificate="app", **_provisioner()),
    Row("hosts", "certificate", True, certificate="app"),
    Row("hosts", "nothing", False),
    Row("other hosts", "certificate", True, certificate="app"),
)  # fmt: skip
LOGINS = _BESIDE_TOKENS + _BESIDE_CERTIFICATES

_NODE = node_name(1)
SUBJECTS = (
    f"{COLLECTIVE}.broadcast.agent.rpcutil", f"{COLLECTIVE}.broadcast.agent.registration",
    f"{COLLECTIVE}.broadcast.service.rpcutil", f"{COLLECTIVE}.node.{_NODE}",
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


def expect(condition, detail) -> None:
    if not condition:
        raise AssertionError(detail)


def make_tokens(site: Site) -> None:
    for name in ("mallory", "stranger"):
        site.keys(name)
    site.client("alice")
    site.client("nofleet", "--no-fleet-management")
    site.client("admin", "--org-admin")
    site.client("operator", "--system", "--no-fleet-management")
    site.client("provisioner", "--server-provisioner")
    site.client("streamer", "--stream-user", "--event-viewer", "--publish", "own.>",
                "--subscribe", "own.>")  # fmt: skip
    site.client("everything", "--stream-admin", "--stream-user", "--event-viewer",
                "--elections-user", "--governor")  # fmt: skip
    site.client("foreign", "--org", "other")
    site.client("forged", signer="stranger")
    site.client("login", "--issuer", "--no-fleet-management", "--validity", "1d")
    site.chained_client("carol", "login")
    site.client("self", "--issuer", "--no-fleet-management", signer="stranger")
    site.chained_client("usurper", "self", "--org-admin")
    site.server("node1", _NODE)
    site.server("richnode", node_name(8), "--submission", "--stream-user", "--service", "--governor")
    site.server("rogue", node_name(9), signer="stranger")
    site.provisioning("waiting")
    site.provisioning("waiting_forged", signer="stranger")
    for name in ("garbage", "keyless"):
        site.keys(name)
    site.directory.write("garbage.jwt", "not.a.token")
    site._make(site.reference, "client", "keyless.jwt", "up=keyless", "issuer.seed")
    site.client("expired", "--validity", "1s")
    site.made_expired = time.time()


class Brokers:
    """Ours and the reference under one configuration after the other, started when needed."""

    def __init__(self, site: Site, commands: dict[str, list[str]]):
        self._site, self._commands = site, commands
        self._configuration = ""
        self._running: dict[str, Broker] = {}
        self.logs: dict[str, str] = {}

    def port(self, who: str, configuration: str) -> int:
        if configuration != self._configuration:
            self.stop()
            self._configuration = configuration
        if who not in self._running:
            settings = CONFIGURATIONS[configuration]
            self._running[who] = Broker(self._site, self._commands[who], *settings)
        return self._running[who].port

    def stop(self) -> None:
        for who, broker in self._running.items():
            broker.stop()
            self.logs[who] = self.logs.get(who, "") + broker.log()
        self._running.clear()


class Scene:
    def __init__(self, site: Site, commands: dict[str, list[str]]):
        self.site, self.commands = site, commands
        self.brokers = Brokers(site, commands)
        stranger = Authority(site.file("stranger-pki"), name="Stranger CA", key_type=RSA)
        self.certificates = {"app": site.authority.issue("app"), "foreign": stranger.issue("app")}

    def login(self, who: str, configuration: str, certificate: str = "") -> Login:
        port = self.brokers.port(who, configuration)
        return Login(self.site, port, self.certificates.get(certificate))

    def let_in(self, who: str, row: Row) -> bool:
        login = self.login(who, row.configuration, row.certificate)
        try:
            return login.tls and login.connect(row.user, row.password, row.token, row.seed)
        finally:
            login.close()

    def violations(self, who: str, configuration: str, token: str, certificate: str) -> list[str]:
        """What the broker objects to when all subjects are published and subscribed to."""
        login = self.login(who, configuration, certificate)
        try:
            seed = "" if token == "waiting" else token
            expect(login.connect(token=token, seed=seed), f"{who} does not let {token} in")
            commands = b"".join(f"PUB {subject} 0\r\n\r\n".encode() for subject in SUBJECTS)
            for sid, subject in enumerate(SUBJECTS + WIDE):
                commands += f"SUB {subject} {sid}\r\nUNSUB {sid}\r\n".encode()
            return login.errors(commands)
        finally:
            login.close()


def compare_login(scene: Scene, row: Row) -> str:
    for who in scene.commands:
        wanted = row.allowed
        if who == "reference" and row.reference is not None:
            wanted = row.reference
        got = scene.let_in(who, row)
        expect(got == wanted, f"{who}: {'let in' if got else 'refused'}")
    return f"differs: {row.why}" if row.why else ""


def compare_grants(scene: Scene, configuration: str, token: str, certificate: str) -> str:
    got = {
        who: [one for one in scene.violations(who, configuration, token, certificate)
              if LATER not in one]
        for who in scene.commands
    }  # fmt: skip
    for who, errors in got.items():
        expect(errors == got["ours"], f"ours {got['ours']}; {who} {errors}")
    return f"{len(got['ours'])} violations"


def hosts_may_be_clients(scene: Scene) -> str:
    """The intent of client_hosts, which the reference does not have; see docs/security.md."""
    may = {}
    for who in scene.commands:
        errors = scene.violations(who, "hosts", "", "app")
        may[who] = not any(f"Publish to \"{COLLECTIVE}.node.{_NODE}\"" in one for one in errors)
    expect(may.pop("ours"), "a listed address may not send requests")
    expect(not any(may.values()), "the reference has changed: a listed address may send requests")
    return "the reference makes servers of listed addresses too"


def provisioning_sees_nothing_else(scene: Scene) -> None:
    """Neither side sees the other: a client publishes, a node waits; and the other way round."""
    node, client = (scene.login("ours", "issuer") for _ in range(2))
    provisioner, admin = (scene.login("ours", "issuer") for _ in range(2))
    try:
        expect(node.connect(token="waiting"), "the node is not let in")
        expect(client.connect(**_both("admin")), "the client is not let in")
        expect(admin.connect(**_both("admin")), "the administrator is not let in")
        expect(provisioner.connect(**_provisioner(**_both("provisioner"))), "no provisioner")
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
            expect(provisioner.connect(**_provisioner(**_both("provisioner"))), f"{who}: no provisioner")
            expect(admin.connect(**_both("admin")), f"{who}: the administrator is not let in")
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


def expires_while_connected(scene: Scene) -> str:
    scene.site.client("brief", "--validity", f"{SHORT_LIFE_S}s")
    login = scene.login("ours", "issuer")
    try:
        expect(login.connect(**_both("brief")), "not let in")
        last = login.until("-ERR")[-1].line.decode()
        expect("User Authentication Expired" in last, last)
        return last
    finally:
        login.close()


# ---- A real fleet ---------------------------------------------------------------------------------


class Fleet:
    """Three real servers with tokens behind one broker."""

    def __init__(self, scene: Scene, who: str):
        self.site = scene.site
        self.port = scene.brokers.port(who, "issuer")
        self.site.broker_port = self.port
        self.servers = [self.site.start_server(number) for number in NODES]
        try:
            for number, server in zip(NODES, self.servers, strict=True):
                server.wait_for_line(CONNECTED, FLEET_DEADLINE_S)
                server.wait_for_line(f"Subscribing node {node_name(number)}", FLEET_DEADLINE_S)
        except BaseException:
            self.stop()
            raise

    def answering(self, token: str, *arguments: str) -> tuple[list[str], str]:
        done = self.site.run_client(token, "ping", "--names", *arguments)
        names = [line for line in done.stdout.split() if line.startswith("node")]
        return sorted(names), done.stdout + done.stderr

    def stop(self) -> None:
        for server in self.servers:
            server.end()


ALL = [node_name(number) for number in NODES]


def fleet_pings(fleet: Fleet) -> None:
    got, said = fleet.answering("alice", "--expect", "3")
    expect(got == ALL, said)


def fleet_discovers(fleet: Fleet) -> None:
    done = fleet.site.run_client("alice", "discover")
    expect(sorted(done.stdout.split()) == ALL, done.stdout + done.stderr)


def fleet_requests(fleet: Fleet) -> None:
    done = fleet.site.run_client("alice", "req", "rpcutil", "ping", "--json")
    expect(done.status == 0, done.stdout + done.stderr)
    reply = json.loads(done.stdout)
    expect(sorted(one["sender"] for one in reply["replies"]) == ALL, reply)
    expect(reply["request_stats"]["ok"] == len(ALL), reply["request_stats"])


def fleet_directed(fleet: Fleet) -> None:
    done = fleet.site.run_client("alice", "req", "rpcutil", "ping", "--json", "-I", ALL[1])
    expect(done.status == 0, done.stdout + done.stderr)
    replies = json.loads(done.stdout)["replies"]
    expect([one["sender"] for one in replies] == [ALL[1]], replies)


def fleet_refuses_clients_without_it(fleet: Fleet) -> None:
    got, said = fleet.answering("nofleet", "--timeout", "2")
    expect(not got, said)


def fleet_refuses_stolen_tokens(fleet: Fleet) -> None:
    refused = r"(?i)connection to the broker failed on try \d+: .*authorization"
    with fleet.site.start_client("alice", "mallory", "ping", "--names", "--timeout", "2") as child:
        child.wait_for_line(refused)
        expect(not any(line.startswith("node") for line in child.lines()), child.lines())


def fleet_answers_chained(fleet: Fleet) -> None:
    got, said = fleet.answering("carol", "--expect", "3")
    expect(got == ALL, said)


FLEET: dict[str, Callable[[Fleet], None]] = {
    "ping": fleet_pings,
    "discover": fleet_discovers,
    "request": fleet_requests,
    "request.directed": fleet_directed,
    "client.without_fleet": fleet_refuses_clients_without_it,
    "client.stolen_token": fleet_refuses_stolen_tokens,
    "client.chained_token": fleet_answers_chained,
}

SCENES: dict[str, Callable[[Scene], str | None]] = {
    "hosts.are_clients": hosts_may_be_clients,
    "provisioning.sees_nothing_else": provisioning_sees_nothing_else,
    "provisioning.what_crosses": what_crosses,
    "token.expires_while_connected": expires_while_connected,
}


def check(result: PeerResult, name: str, run: Callable[[], str | None]) -> None:
    try:
        result.add(name, True, run() or "")
    except Exception as problem:  # reported as this check's failure
        result.add(name, False, f"{type(problem).__name__}: {problem}")


def check_fleet(scene: Scene, who: str, result: PeerResult) -> None:
    fleet = Fleet(scene, who)
    try:
        for name, run in FLEET.items():
            check(result, f"fleet.{who}.{name}", lambda run=run: run(fleet))
    finally:
        fleet.stop()


def secrets_of(site: Site) -> list[str]:
    """What must be nowhere: passwords, seeds, and the signed part of tokens."""
    names = ("alice", "carol", "node1", "operator", "provisioner", "waiting")
    texts = [SYSTEM_PASSWORD, PROVISIONER_PASSWORD, PROVISIONING_SECRET]
    return texts + [site.read(f"{name}.jwt").rsplit(".", 1)[1] for name in names]


def log_is_clean(scene: Scene) -> None:
    log = scene.brokers.logs.get("ours", "")
    expect("Audit: " in log, "the log has no records")
    for secret in secrets_of(scene.site):
        expect(secret not in log, "a secret is in the log")


def run(site: Site, commands: dict[str, list[str]], result: PeerResult) -> dict[str, str]:
    """Works through all checks; returns the brokers' logs. `commands` has ours and perhaps reference."""
    make_tokens(site)
    scene = Scene(site, commands)
    process.wait_until(lambda: time.time() > site.made_expired + 2, "a token has expired")
    try:
        for row in LOGINS:
            name = f"login.{row.configuration}.{row.name}".replace(" ", "_")
            check(result, name, lambda row=row: compare_login(scene, row))
        for configuration, token in GRANTED:
            name = f"grant.{configuration}.{token}".replace(" ", "_")
            check(result, name,
                  lambda c=configuration, t=token: compare_grants(scene, c, t, ""))  # fmt: skip
        for configuration in GRANTED_CERTIFICATES:
            name = f"grant.{configuration}.certificate".replace(" ", "_")
            check(result, name, lambda c=configuration: compare_grants(scene, c, "", "app"))
        for name, play in SCENES.items():
            check(result, name, lambda play=play: play(scene))
        for who in commands:
            try:
                check_fleet(scene, who, result)
            except Exception as problem:  # the fleet did not come up
                result.add(f"fleet.{who}", False, f"{type(problem).__name__}: {problem}")
    finally:
        scene.brokers.stop()
    check(result, "log.has_no_secret", lambda: log_is_clean(scene))
    return scene.brokers.logs
