"""A configuration made from another one by a few changes, for a reload.

MODEL   What is left out is a branch: a permission, an export, a mapping, a user. What is put in is
        the permissions of a user.
"""

import json
from collections.abc import Iterator
from random import Random

from tests.conformance.random import permissions
from tests.conformance.random.subjects import Subjects

CHANGES_MAX = 3
# What a reload cannot change, or what would let everybody in.
_FIXED = ("max_subscriptions", "max_subscription_tokens", "no_header_support",
          "disable_sublist_cache", "authorization", "mappings", "no_auth_user")  # fmt: skip

_NEEDED = ("limits", "user", "password", "nkey", "token", "users", "account", "subject", "weight",
           "destination", "timeout", "stream", "service")  # fmt: skip


def branches(tree, path: tuple = ()) -> Iterator[tuple]:
    """The paths of all that can be left out, what is near the root first."""
    keys = tree.keys() if isinstance(tree, dict) else range(len(tree))
    below = [(key, tree[key]) for key in keys]
    yield from (path + (key,) for key, _ in below)
    for key, value in below:
        if isinstance(value, (dict, list)):
            yield from branches(value, path + (key,))


def copy(tree: dict) -> dict:
    return json.loads(json.dumps(tree))


def leave_out(tree: dict, path: tuple) -> None:
    for key in path[:-1]:
        tree = tree[key]
    del tree[path[-1]]


def _can_go(path: tuple) -> bool:
    is_account = path[0] == "accounts" and len(path) < 3
    return not (path[0] in _FIXED and len(path) == 1 or is_account or path[-1] in _NEEDED)


def _must_stay(tree, path: tuple) -> bool:
    """Without users everybody is let in, and those who are there stay with us alone. For nobody
    we let nothing be exported. Without a mapping at the top nats-server keeps those it had."""
    if len(path) < 2:
        return False
    for key in path[:-1]:
        tree = tree[key]
    return len(tree) == 1 and (path[-2] in ("users", "accounts") or path[:-1] == ("mappings",))


def _users(tree: dict) -> list[dict]:
    blocks = [tree.get("authorization", {}), *tree.get("accounts", {}).values()]
    return [user for block in blocks for user in block.get("users", [])]


def changed(tree: dict, known: tuple[str, ...], rng: Random) -> dict:
    tree = copy(tree)
    for _ in range(rng.randint(1, CHANGES_MAX)):
        paths = [path for path in branches(tree) if _can_go(path) and not _must_stay(tree, path)]
        users = [user for user in _users(tree) if "user" in user]
        if paths and (not users or rng.random() < 0.6):
            leave_out(tree, rng.choice(paths))
        elif users:
            user = rng.choice(users)
            drawn = permissions.draw(rng, Subjects(rng, known), user["user"])
            drawn.pop("allow_responses", None)
            user["permissions"] = drawn
    return tree
