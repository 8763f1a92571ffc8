"""A server configuration that a seed decides: who there is, what they may do, what accounts share.

MODEL   It is a tree of JSON values, which is also nats-server's grammar, so that it can be written
        out, and made smaller, without knowing what it means.
"""

import json
from dataclasses import dataclass
from functools import cache
from random import Random

from tests.conformance.random import mappings, permissions, sharing
from tests.conformance.random.sharing import Meeting
from tests.conformance.random.subjects import Subjects
from tests.support.nats_keys import Key

ACCOUNTS_MAX = 3
USERS_MAX = 3
NKEYS = 4


def subjects_of(block: dict) -> tuple[str, ...]:
    """Subjects that mean something in this account."""
    found = mappings.subjects(block.get("mappings", {})) + sharing.subjects(block)
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Login:
    """Somebody who can log in: what CONNECT has to carry, and what comes of it."""

    name: str
    connect: dict
    account: str
    permissions: dict
    key: int | None = None  # which nkey signs the nonce


@dataclass(frozen=True)
class Configuration:
    tree: dict

    def text(self) -> str:
        return "".join(f"{key}: {json.dumps(value)}\n" for key, value in self.tree.items())

    def logins(self) -> list[Login]:
        tree = self.tree
        authorization = tree.get("authorization", {})
        blocks = [("$G", authorization), *tree.get("accounts", {}).items()]
        found = [
            self._login(user, account, block)
            for account, block in blocks
            for user in block.get("users", [])
        ]
        if "token" in authorization:
            found.append(Login("token", {"auth_token": authorization["token"]}, "$G", {}))
        if "user" in authorization:
            connect = {"user": authorization["user"], "pass": authorization["password"]}
            found.append(Login("single", connect, "$G", {}))
        if guest := next((x for x in found if x.name == tree.get("no_auth_user")), None):
            found.append(Login("guest", {}, guest.account, guest.permissions))
        return found or [Login("guest", {}, "$G", {})]

    def permissions_of(self, login: Login) -> dict:
        return next((x.permissions for x in self.logins() if x.name == login.name), {})

    @staticmethod
    def _login(user: dict, account: str, block: dict) -> Login:
        allowed = user.get("permissions", block.get("default_permissions", {}))
        if "nkey" in user:
            number = next(n for n in range(NKEYS) if nkey(n).nkey == user["nkey"])
            return Login(f"nkey{number}", {}, account, allowed, number)
        connect = {"user": user["user"], "pass": user["password"]}
        return Login(user["user"], connect, account, allowed)

    def block(self, account: str) -> dict:
        return self.tree["accounts"][account] if account != "$G" else self.tree

    def meetings(self) -> list[Meeting]:
        """Which messages go somewhere else because of what is configured."""
        accounts = self.tree.get("accounts", {})
        found = [meeting for name in accounts for meeting in sharing.meetings(name, accounts[name])]
        for name in accounts or ["$G"]:
            pairs = mappings.pairs(self.block(name).get("mappings", {}))
            found += [Meeting(name, source, name, goal) for source, goal in pairs]
        return found

    def patterns(self, account: str) -> tuple[str, ...]:
        return subjects_of(self.block(account))


@cache
def nkey(number: int) -> Key:
    return Key("U", number)


class _Users:
    """Draws users, each nkey for one of them."""

    def __init__(self, rng: Random):
        self._rng = rng
        self._keys = 0

    def _user(self, name: str, subjects: Subjects) -> dict:
        rng = self._rng
        user = {"user": name, "password": "x"}
        if rng.random() < 0.1 and self._keys < NKEYS:
            user = {"nkey": nkey(self._keys).nkey}
            name = f"nkey{self._keys}"
            self._keys += 1
        if rng.random() < 0.4:
            user["permissions"] = permissions.draw(rng, subjects, name)
        return user

    def draw(self, first: str, subjects: Subjects) -> list[dict]:
        count = self._rng.randint(1, USERS_MAX)
        return [self._user(f"{first}{n}", subjects) for n in range(count)]


def _accounts(rng: Random, users: _Users, subjects: Subjects) -> dict:
    names = "ABC"[: rng.randint(2, ACCOUNTS_MAX)]
    accounts: dict[str, dict] = {}
    for name in names:
        block = accounts[name] = {}
        sharing.draw(name, accounts, names, rng, subjects)
        known = Subjects(rng, tuple(sharing.subjects(block)))
        if rng.random() < 0.4:
            block["mappings"] = mappings.draw(rng, known)
        known = Subjects(rng, subjects_of(block))
        block["users"] = users.draw(name.lower(), known)
        if rng.random() < 0.15:
            limit = rng.choice(("max_subscriptions", "max_payload", "max_connections"))
            block["limits"] = {limit: rng.choice((2, 3, 12))}
        if rng.random() < 0.15:
            block["default_permissions"] = permissions.draw(rng, known, name.lower())
    return accounts


def _authorization(rng: Random, users: _Users, known: Subjects) -> dict:
    block: dict = {"timeout": 30}
    how = rng.random()
    if how < 0.1:
        return block | {"token": "s3cr3t"}
    if how < 0.2:
        return block | {"user": "only", "password": "x"}
    block["users"] = users.draw("g", known)
    if rng.random() < 0.3:
        block["default_permissions"] = permissions.draw(rng, known, "g0")
    return block


def _limits(rng: Random) -> dict:
    drawn: dict = {}
    if rng.random() < 0.15:
        drawn["disable_sublist_cache"] = True
    if rng.random() < 0.2:
        drawn["max_payload"] = rng.choice((16, 64, 200))
    if rng.random() < 0.15:
        drawn["max_subscriptions"] = rng.choice((2, 5))
    if rng.random() < 0.1:
        drawn["max_subscription_tokens"] = rng.choice((2, 3))
    if rng.random() < 0.05:
        drawn["no_header_support"] = True
    return drawn


def draw(rng: Random) -> Configuration:
    tree: dict = {}
    subjects, users = Subjects(rng), _Users(rng)
    if rng.random() < 0.65:
        tree["accounts"] = _accounts(rng, users, subjects)
    else:
        if rng.random() < 0.6:
            tree["mappings"] = mappings.draw(rng, subjects)
        known = Subjects(rng, subjects_of(tree))
        if rng.random() < 0.75:
            tree["authorization"] = _authorization(rng, users, known)
    blocks = [tree.get("authorization", {}), *tree.get("accounts", {}).values()]
    named = [user["user"] for block in blocks for user in block.get("users", []) if "user" in user]
    if named and rng.random() < 0.25:
        tree["no_auth_user"] = rng.choice(named)
    return Configuration(tree | _limits(rng))
