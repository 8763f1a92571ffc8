"""Logins to a broker in Choria's dialect: a real fleet of protocol version 2, a real node that waits to be
provisioned, and what those who are let in may do beside Choria's own broker.

MODEL   The same configuration is given to our broker and to the reference; every subject of SUBJECTS is played
        to both and the answers are compared. Tokens are those of Choria's own `choria jwt`.
"""

from collections.abc import Callable

from tests.interop.choria_login_rows import GRANTED, GRANTED_CERTIFICATES, LATER, both
from tests.interop.choria_login_scene import Scene, make_tokens
from tests.interop.choria_provisioning import (
    NODE_CHECKS,
    WaitingNode,
    provisioning_sees_nothing_else,
    what_crosses,
)
from tests.interop.choria_token_fleet import FLEET, Fleet
from tests.interop.results import PeerResult, expect
from tests.support.choria_v2 import PROVISIONER_PASSWORD, PROVISIONING_SECRET, Site

SHORT_LIFE_S = 3


def compare_grants(scene: Scene, configuration: str, token: str, certificate: str) -> str:
    got = {
        who: [one for one in scene.violations(who, configuration, token, certificate)
              if LATER not in one]
        for who in scene.commands
    }  # fmt: skip
    for who, errors in got.items():
        expect(errors == got["ours"], f"ours {got['ours']}; {who} {errors}")
    return f"{len(got['ours'])} violations"


def expires_while_connected(scene: Scene) -> str:
    scene.site.client("brief", "--validity", f"{SHORT_LIFE_S}s")
    login = scene.login("ours", "issuer")
    try:
        expect(login.connect(**both("brief")), "not let in")
        last = login.until("-ERR")[-1].line.decode()
        expect("User Authentication Expired" in last, last)
        return last
    finally:
        login.close()


SCENES: dict[str, Callable[[Scene], str | None]] = {
    "provisioning.sees_nothing_else": provisioning_sees_nothing_else,
    "provisioning.what_crosses": what_crosses,
    "token.expires_while_connected": expires_while_connected,
}


def check_fleet(scene: Scene, who: str, result: PeerResult) -> None:
    fleet = Fleet(scene, who)
    try:
        for name, run in FLEET.items():
            result.check(f"fleet.{who}.{name}", lambda run=run: run(fleet))
    finally:
        fleet.stop()


def check_waiting_nodes(scene: Scene, who: str, result: PeerResult) -> None:
    for protocol, checks in NODE_CHECKS.items():
        waiting = WaitingNode(scene, who, protocol)
        try:
            for name, run in checks.items():
                result.check(f"node.{who}.{protocol}.{name}", lambda run=run: run(waiting))
        finally:
            waiting.stop()


def secrets_of(site: Site) -> list[str]:
    """What must be nowhere: passwords, seeds, and the signed part of tokens."""
    names = ("alice", "carol", "node1", "provisioner", "waiting")
    texts = [PROVISIONER_PASSWORD, PROVISIONING_SECRET]
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
    try:
        for configuration, token in GRANTED:
            name = f"grant.{configuration}.{token}".replace(" ", "_")
            result.check(name, lambda c=configuration, t=token: compare_grants(scene, c, t, ""))
        for configuration in GRANTED_CERTIFICATES:
            name = f"grant.{configuration}.certificate".replace(" ", "_")
            result.check(name, lambda c=configuration: compare_grants(scene, c, "", "app"))
        for name, play in SCENES.items():
            result.check(name, lambda play=play: play(scene))
        for who in commands:
            for what, work in (("fleet", check_fleet), ("node", check_waiting_nodes)):
                try:
                    work(scene, who, result)
                except Exception as problem:  # it did not come up
                    result.add(f"{what}.{who}", False, f"{type(problem).__name__}: {problem}")
    finally:
        scene.brokers.stop()
    result.check("log.has_no_secret", lambda: log_is_clean(scene))
    return scene.brokers.logs
