"""Random logins to a broker in Choria's dialect: any token, bent in any way, and the subjects to try
with it.

MODEL   A case is data alone, made from a seed. `bends` change the claims after they are chained, in
        their order: ("set", name, value), ("drop", name), ("twice", name, value), ("rename", name,
        other name).
"""

import dataclasses
import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.interop.random.login_subjects import Probe, random_probes
from tests.support.choria_jwt import Claims, public
from tests.support.choria_v2 import PROVISIONER_PASSWORD, SYSTEM_PASSWORD, SYSTEM_USER

CLIENT_FLAGS = (
    "streams_admin", "streams_user", "events_viewer", "election_user", "system_user", "governor",
    "org_admin", "fleet_management", "signed_fleet_management", "service",
    "authentication_delegator", "provisioner",
)  # fmt: skip
SERVER_FLAGS = ("submission", "streams", "governor", "service_host")
PURPOSES = {
    "client": "choria_client_id", "server": "choria_server", "provisioning": "choria_provisioning",
}  # fmt: skip
CONFIGURATIONS = ("issuer", "authority", "no servers", "signers", "hosts")

_COLLECTIVES = ("choria", "mcollective", "c1", "c2", "Ünder")
_ODD_NAMES = (
    "", " ", "*", ">", "a.*", "a.>", "a..b", ".a", "a.", "a b", "a\tb", "a\nb", "*a", "a>", "$SYS", "é.ü",
    "x" * 300, "x" * 5000, "A.B", "0", "a\x00b", "a\x7fb", "\u2028", "a\u00a0b",
)  # fmt: skip
_ODD_VALUES = (None, 0, 1, -1, 1.5, True, False, "", "x", [], {}, ["x"], {"x": 1}, [None], [1], [[]])
_EXTRA_SUBJECTS = (
    "own.>", "own.*", "own.*.x", "own.subject", "metrics.x", ">", "*", "*.*", "*.>", "choria.>",
    "choria.node.>", "*.broadcast.agent.discovery", "$SYS.>", "$SYS.REQ.SERVER.PING", "choria.reply.>",
    "provisioning.>", "choria.federation.*.collective", "é.>", "_INBOX.>",
)  # fmt: skip
_BAD_SUBJECTS = ("", " ", "a..b", ".", "a.", ".a", "a b", "a.>.b", "own.> workers", "a\tb", "a\r\nb")
_TIMES = (-4_000_000_000, -100_000, -60, 60, 100_000, 4_000_000_000)
_SPELLINGS = (
    "newline",
    "padded",
    "space before",
    "four parts",
    "two parts",
    "stray bits",
    "changed",
    "doubled",
)
_HEADERS = (
    ("alg", "none"), ("alg", "HS256"), ("alg", "RS256"), ("alg", "ES256"), ("alg", "eddsa"), ("alg", None),
    ("typ", "jwt"), ("typ", "JOSE"), ("typ", None), ("typ", 1), ("kid", "x"), ("crit", ["b64"]), ("b64", False),
)  # fmt: skip
_CHAINS = ("login", "other login", "self", "odd id", "old id", "upper key", "ended")


@dataclass(frozen=True)
class Case:
    configuration: str = "issuer"
    certificate: str = ""
    user: str = ""
    password: str = ""
    kind: str = ""  # of the token; empty: none is shown
    claims: tuple = ()
    chain: str = ""  # how a chain issuer vouches for it; "appointed": it is a chain issuer's own
    bends: tuple = ()
    header: tuple = ()
    signer: str = "issuer"
    spelling: str = ""
    field: str = "auth_token"  # where CONNECT shows it
    holder: str = "holder"  # who signs the nonce
    probes: tuple[Probe, ...] = ()

    @property
    def changed_claims(self) -> Claims:
        """As they stand in the token, but for what a chain adds."""
        return bent(list(self.claims), self.bends)


def bent(claims: Claims, bends: tuple) -> Claims:
    for what, name, *value in bends:
        if what == "drop":
            claims = [one for one in claims if one[0] != name]
        elif what == "twice":
            claims = [*claims, (name, value[0])]
        elif what == "rename":
            claims = [(value[0] if own == name else own, old) for own, old in claims]
        elif any(own == name for own, _ in claims):
            claims = [(own, value[0] if own == name else old) for own, old in claims]
        else:
            claims = [*claims, (name, value[0])]
    return claims


def _flags(rng: random.Random, names: tuple[str, ...]) -> dict:
    share = rng.choice((0.1, 0.3, 0.6))
    return {name: rng.random() < 0.9 for name in names if rng.random() < share}


def _subjects(rng: random.Random) -> list[str]:
    return rng.sample(_EXTRA_SUBJECTS, rng.choice((0, 0, 1, 2, 3)))


def _identity(rng: random.Random) -> str:
    return rng.choice(("node1.choria.test", "node1", "a.b.c.d.e", "NODE.test", "n-1_2.test", "ü.test", "1"))


def _caller(rng: random.Random) -> str:
    odd = (
        "up=*",
        "up=>",
        "=",
        "alice",
        "up=a b",
        "up=a.b.c",
        "choria=" + "y" * 200,
        "up=\u00fc",
        "*",
        ">",
        "up=",
    )
    return rng.choice(odd) if rng.random() < 0.3 else f"up={rng.choice(('alice', 'bob', 'carol'))}"


def _standard(kind: str, seed: int, end: int) -> Claims:
    return [
        ("purpose", PURPOSES[kind]), ("public_key", public("holder")), ("iss", "Choria Tokens Package"),
        ("exp", {"in": end}), ("nbf", {"in": 0}), ("iat", {"in": 0}), ("jti", {"ksuid": seed}),
    ]  # fmt: skip


def _claims(rng: random.Random, kind: str, seed: int) -> Claims:
    organization = rng.choices(("choria", "other"), (4, 1))[0]
    claims: Claims
    if kind == "client":
        claims = [("callerid", _caller(rng)), ("agents", ["*"]), ("ou", organization)]
        claims += [("permissions", _flags(rng, CLIENT_FLAGS))]
        claims += [("pub_subjects", _subjects(rng)), ("sub_subjects", _subjects(rng))]
    elif kind == "server":
        count = rng.choice((1, 1, 2, 3))
        claims = [("identity", _identity(rng)), ("collectives", rng.sample(_COLLECTIVES, count))]
        claims += [("permissions", _flags(rng, SERVER_FLAGS)), ("ou", organization)]
        claims += [("pub_subjects", _subjects(rng))]
    else:
        claims = [("cht", "secret"), ("chs", True), ("chu", "nats://127.0.0.1:4222"), ("chpd", True)]
        claims += [("extensions", None), ("ou", organization), ("v2", True), ("sub", PURPOSES[kind])]
    return claims + _standard(kind, seed, rng.choice((60, 3600, 100_000)))


def _odd_permissions(rng: random.Random, kind: str):
    flags = SERVER_FLAGS if kind == "server" else CLIENT_FLAGS
    name = rng.choice(flags)
    return rng.choice((
        None, {}, [], "all", {name: 1}, {name: "true"}, {name: None}, {name.upper(): True}, {"unknown": True},
        {"unknown": 1, name: True}, dict.fromkeys(flags, True),
    ))  # fmt: skip


def _odd_value(rng: random.Random, kind: str, name: str):
    """For this claim; nearly always one that some program could write."""
    if name in ("exp", "nbf", "iat", "issexp"):
        times = [{"in": one} for one in _TIMES] + [0, -1, 1.5e9, 4e9, 1e30, "4000000000", 9_999_999_999_999]
        return rng.choice([*times, {"in": 3600}, {"half": 3600}])
    if name == "permissions":
        return _odd_permissions(rng, kind)
    if name in ("pub_subjects", "sub_subjects"):
        return rng.choice(
            ([rng.choice(_BAD_SUBJECTS)], ["own.>", rng.choice(_BAD_SUBJECTS)], "own.>", None, [None])
        )
    if name == "collectives":
        return rng.choice(([rng.choice(_ODD_NAMES)], ["choria", rng.choice(_ODD_NAMES)], [], ["choria"] * 3, "choria",
                           [f"c{number}" for number in range(40)]))  # fmt: skip
    if name == "ou":
        return rng.choice((*_ODD_NAMES, "Choria", "unknown", "other", "choria"))
    if name in ("callerid", "identity"):
        return rng.choice(_ODD_NAMES)
    if name == "public_key":
        good = public("holder")
        return rng.choice(
            (good.upper(), good[:-2], good + "00", "", "zz" * 32, public("mallory"), f" {good}")
        )
    if name == "purpose":
        return rng.choice((*PURPOSES.values(), "", "x", "Choria_Server", "choria_client_id "))
    if name == "sub":
        return rng.choice((*PURPOSES.values(), "", "x"))
    if name == "jti":
        return rng.choice(("", "x", {"ksuid": 1}))
    if name == "iss":
        return rng.choice(("", "C-", "I-", "C-x.y", f"C-x.{public('login')}", f"I-{public('issuer')}", "x"))
    if name == "tcs":
        return rng.choice(("", "x", "x.y", "00" * 64, ".", f"{'00' * 64}.{'00' * 64}"))
    return rng.choice(_ODD_VALUES)


CLAIM_NAMES = {
    "client": ("callerid", "agents", "ou", "user_properties", "opa_policy", "permissions", "pub_subjects",
               "sub_subjects"),
    "server": ("identity", "collectives", "permissions", "ou", "pub_subjects"),
    "provisioning": ("cht", "chs", "chu", "chsrv", "chpd", "chrd", "chf", "chusr", "chpwd", "extensions", "ou",
                     "v2", "update"),
}  # fmt: skip
STANDARD_NAMES = ("purpose", "public_key", "iss", "exp", "nbf", "iat", "jti", "sub", "aud", "tcs", "issexp")
_OTHER_LETTERS = {"callerid": "CallerID", "ou": "OU", "exp": "Exp", "permissions": "Permissions"}


def _bend(rng: random.Random, kind: str) -> tuple:
    own = rng.random() < 0.6
    name = rng.choice(CLAIM_NAMES[kind] if own else STANDARD_NAMES)
    value = _odd_value(rng, kind, name) if rng.random() < 0.8 else rng.choice(_ODD_VALUES)
    return rng.choices(
        (("set", name, value), ("drop", name), ("twice", name, value),
         ("rename", name, _OTHER_LETTERS.get(name, name.upper())), ("set", f"x_{name}", value)),
        (10, 4, 1, 1, 1),
    )[0]  # fmt: skip


def _user(rng: random.Random) -> dict:
    password = rng.choices(("right", "wrong", ""), (4, 1, 1))[0]
    name = rng.choice(("provisioner", SYSTEM_USER, "alice"))
    right = PROVISIONER_PASSWORD if name == "provisioner" else SYSTEM_PASSWORD
    return {"user": name, "password": {"right": right}.get(password, password)}


def make_case(seed: int) -> Case:
    rng = random.Random(seed)
    kind = rng.choices(("client", "server", "provisioning", ""), (10, 8, 2, 1))[0]
    parts: dict = {"configuration": rng.choice(CONFIGURATIONS), "kind": kind}
    if rng.random() < (0.15 if kind else 0.9):
        parts["certificate"] = rng.choices(("app", "foreign"), (9, 1))[0]
    if rng.random() < 0.12:
        parts |= _user(rng)
    claims: Claims = []
    if kind:
        claims = _claims(rng, kind, seed)
        organization = dict(claims)["ou"]
        parts["signer"] = "issuer" if organization == "choria" else "other"
        if rng.random() < 0.25:
            parts["chain"] = rng.choices((*_CHAINS, "appointed"), (6, 1, 1, 1, 1, 1, 1, 2))[0]
        count = rng.choices((0, 1, 2, 3), (5, 6, 2, 1))[0]
        parts["bends"] = tuple(_bend(rng, kind) for _ in range(count))
        if rng.random() < 0.06:
            parts["signer"] = rng.choice(("stranger", "issuer", "other", "rsa", "login"))
        if parts["configuration"] in ("signers", "hosts") and rng.random() < 0.2:
            parts["signer"] = "rsa"
        if rng.random() < 0.05:
            parts["header"] = (rng.choice(_HEADERS),)
        if rng.random() < 0.04:
            parts["spelling"] = rng.choice(_SPELLINGS)
        if rng.random() < 0.06:
            parts["holder"] = rng.choice(("", "mallory", "garbage"))
        if rng.random() < 0.03:
            parts["field"] = rng.choice(("jwt", "both"))
    parts["claims"] = tuple(claims)
    case = Case(**parts)
    return dataclasses.replace(case, probes=random_probes(rng, case.changed_claims))


def smaller(case: Case) -> Iterator[Case]:
    """Cases with a little less in them each."""
    half = len(case.probes) // 2
    if half:
        yield dataclasses.replace(case, probes=case.probes[:half])
        yield dataclasses.replace(case, probes=case.probes[half:])
    for field in ("probes", "bends", "header"):
        for index in range(len(getattr(case, field))):
            less = getattr(case, field)[:index] + getattr(case, field)[index + 1 :]
            yield dataclasses.replace(case, **{field: less})
    plain = Case(configuration=case.configuration)
    for field in ("certificate", "user", "password", "chain", "signer", "spelling", "field", "holder"):
        if getattr(case, field) != getattr(plain, field):
            yield dataclasses.replace(case, **{field: getattr(plain, field)})
    for index, (name, value) in enumerate(case.claims):
        around = case.claims[:index], case.claims[index + 1 :]
        yield dataclasses.replace(case, claims=around[0] + around[1])
        for less in _smaller_value(value):
            yield dataclasses.replace(case, claims=(*around[0], (name, less), *around[1]))


def _smaller_value(value) -> Iterator:
    if isinstance(value, list):
        for index in range(len(value)):
            yield value[:index] + value[index + 1 :]
    if isinstance(value, dict) and not set(value) & {"in", "ksuid", "half"}:
        for name in value:
            yield {own: one for own, one in value.items() if own != name}
