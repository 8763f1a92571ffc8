"""What a random login says, as far as it decides where our broker and Choria's differ on purpose."""

from tests.interop.random.login_cases import (
    CLAIM_NAMES,
    CLIENT_FLAGS,
    PURPOSES,
    SERVER_FLAGS,
    STANDARD_NAMES,
    Case,
    bent,
)
from tests.interop.random.login_subjects import Probe
from tests.interop.random.login_tokens import appointer
from tests.support.choria_v2 import PROVISIONER_PASSWORD, SYSTEM_USER

_WITHOUT_AUTHORITY = ("issuer", "no servers")  # there nobody is asked for a certificate
_WITHOUT_SYSTEM = ("no servers",)  # there that user is anybody
_YEAR_9999 = 253_402_300_799
_BLANKS = "\t\n\f\r "


def said(case: Case) -> dict:
    """The first of each claim; what a chain adds is not among them."""
    return dict(reversed(case.changed_claims))


def flag(case: Case, name: str) -> bool:
    flags = said(case).get("permissions")
    return isinstance(flags, dict) and flags.get(name) is True


def _is_subject(text) -> bool:
    tokens = text.split(".")
    return all(tokens) and ">" not in tokens[:-1] and not set(text) & set(_BLANKS)


def _is_literal(text) -> bool:
    return _is_subject(text) and not {"*", ">"} & set(text.split("."))


def _texts(value) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _serves(case: Case) -> bool:
    """A server's token that grants something if its names are good."""
    return (
        case.kind == "server"
        and case.configuration != "no servers"
        and bool(_texts(said(case).get("collectives")))
    )


def _is_by_name(case: Case) -> bool:
    """For these a token is only to be good, if it is looked at."""
    return case.user == "provisioner" or (
        case.user == SYSTEM_USER and case.configuration not in _WITHOUT_SYSTEM
    )


def looks_at_token(case: Case) -> bool:
    if not case.kind:
        return False
    return not (
        _is_by_name(case) and case.certificate == "app" and case.configuration not in _WITHOUT_AUTHORITY
    )


def has_unsafe_name(case: Case) -> bool:
    claims = said(case)
    if not _serves(case) or _is_by_name(case):
        return False
    identity, collectives = claims.get("identity"), _texts(claims["collectives"])
    if any(not _is_literal(one) or "." in one for one in collectives):
        return True
    return isinstance(identity, str) and identity != "" and not _is_literal(identity)


def has_unsafe_organization(case: Case) -> bool:
    if _is_by_name(case):
        return False
    named = said(case).get("ou", "")
    streams = flag(case, "streams") and _serves(case) or (
        case.kind == "client" and flag(case, "streams_user") and not flag(case, "org_admin"))  # fmt: skip
    return bool(streams) and isinstance(named, str) and (not _is_literal(named) or "." in named)


def has_bad_subject(case: Case) -> bool:
    names = {"client": ("pub_subjects", "sub_subjects"), "server": ("pub_subjects",)}.get(case.kind, ())
    if (case.kind == "server" and not _serves(case)) or _is_by_name(case):
        return False
    return any(not _is_subject(one) for name in names for one in _texts(said(case).get(name)))


def has_null_entry(case: Case) -> bool:
    names = {"agents", "collectives", "pub_subjects", "sub_subjects"} & set(CLAIM_NAMES.get(case.kind, ()))
    values = [value for name, value in case.changed_claims if name in names]
    return any(isinstance(value, list) and None in value for value in values)


def is_ambiguous(case: Case) -> bool:
    known = {*STANDARD_NAMES, *CLAIM_NAMES.get(case.kind, ())}
    chain = [(name, "") for name in ("iss", "issexp", "tcs")] if case.chain else []
    names = [name for name, _ in bent([*case.claims, *(one for one in chain if one[0] not in dict(case.claims))],
                                      case.bends)]  # fmt: skip
    if any(name.lower() in known and name not in known for name in names):
        return True
    flags = said(case).get("permissions")
    own = set(CLIENT_FLAGS if case.kind == "client" else SERVER_FLAGS)
    if isinstance(flags, dict) and any(name.lower() in own and name not in own for name in flags):
        return True
    return any(names.count(name) > 1 for name in set(names) & known)


def issuer_has_ended(case: Case) -> bool:
    end = said(case).get("issexp")
    ended = isinstance(end, dict) and end.get("in", 1) < 0
    return (ended or isinstance(end, int) and end < 1_700_000_000) and not isinstance(end, bool)


def is_self_appointed(case: Case) -> bool:
    if not case.chain or case.chain == "appointed":
        return False
    trusted = {"choria": ["issuer"], "other": ["other"]}.get(str(said(case).get("ou")), [])
    return appointer(case) not in (
        ["issuer", "other"] if case.configuration in ("signers", "hosts") else trusted
    )


def is_chained_to_rsa(case: Case) -> bool:
    if case.signer != "rsa" or case.kind == "provisioning":
        return False
    issuer = dict(bent([("iss", "C-" if case.chain not in ("", "appointed") else "")], case.bends)).get("iss")
    return isinstance(issuer, str) and issuer.startswith("C-")


def has_odd_time(case: Case) -> bool:
    """Not a whole number of seconds of some year until 9999."""
    for name, value in case.changed_claims:
        if name in ("exp", "nbf", "iat", "issexp") and value is not None:
            seconds = value["in"] if isinstance(value, dict) and set(value) == {"in"} else value
            if type(seconds) is not int or seconds > _YEAR_9999:
                return True
    return False


def has_another_purpose(case: Case) -> bool:
    claims = said(case)
    return claims.get("sub") == PURPOSES["provisioning"] != claims.get("purpose") and bool(
        claims.get("purpose")
    )


def is_provisioner(case: Case) -> bool:
    return case.user == "provisioner" and case.password == PROVISIONER_PASSWORD


def lets_through(case: Case, probe: Probe, _: str) -> bool:
    """A rule `a.*` lets the reference deliver all that a subscription to `a.>` catches."""
    tokens = probe.subject.split(".")
    for rule in _texts(said(case).get("sub_subjects")):
        own = rule.split(".")
        same = all(one in ("*", token) for one, token in zip(own, tokens, strict=False))
        if tokens[-1] == ">" and own[-1] == "*" and len(own) == len(tokens) and same:
            return True
    return False


def is_denied(case: Case, probe: Probe, subject: str) -> bool:
    """To a certificate without a token, which has subscribed to more than what is denied."""
    tokens = subject.split(".")
    if case.kind or len(tokens) < 3 or not {"*", ">"} & set(probe.subject.split(".")):
        return False
    if tokens[1] == "reply" or tokens[:2] in (["choria", "federation"], ["choria", "lifecycle"]):
        return True
    if case.configuration != "authority":
        return False
    return tokens[1] in ("broadcast", "node") or tokens[:2] == ["choria", "machine"]
