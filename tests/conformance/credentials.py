"""Credentials of always the same keys, and what comes of a login with them.

MODEL   What CONNECT carries is a function of the nonce, which is signed here. What is written down is
        whether the server let the client in, who it says the client is, and how it ended, never the
        credential itself.
"""

import base64
import json

from tests.support.nats_keys import Key

ACME, OTHER = Key("A", 1), Key("A", 2)
JOE, ANN, EVE, GUEST = (Key("U", n) for n in range(1, 5))


def says(play, talker):
    """Who the client is, as /connz tells it."""
    for connection in play.json("/connz?auth=1")["connections"]:
        if connection["cid"] == talker.cid:
            known = {ACME.nkey: "ACME", OTHER.nkey: "OTHER", JOE.nkey: "JOE", ANN.nkey: "ANN",
                     EVE.nkey: "EVE"}
            user, account = connection.get("authorized_user"), connection.get("account", "$G")
            play.note(f"is {known.get(user, user)} in {known.get(account, account)}")


def login(play, options):
    """Logs in with what `options(nonce)` gives, and publishes to itself."""
    c = play.open(info=False)
    nonce = c.info().get("nonce", "")
    body = {"verbose": False, "pedantic": False, **options(nonce)}
    c.send(f"CONNECT {json.dumps(body)}\r\n", quiet=True)
    c.talk("SUB foo 1\r\nPUB foo 1\r\nx\r\n")
    if c.sock.ended:
        play.note_close_reason(c)
    else:
        says(play, c)


def nonce_told(play):
    info = play.open(info=False).info()
    play.note(f"nonce of {len(info.get('nonce', ''))} letters, auth {info.get('auth_required')}")


def another(nonce: str) -> str:
    """A nonce that is certainly not this one."""
    return ("y" if nonce.startswith("x") else "x") + nonce[1:]


def signed(key, by=None, **more):
    return lambda nonce: {"nkey": key.nkey, "sig": (by or key).sig(nonce), **more}


def fixed(**options):
    return lambda nonce: options


def standard_base64(signature: bytes) -> str:
    return base64.b64encode(signature).decode()
