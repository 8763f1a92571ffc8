"""Logins by nkey: a table of credentials, most of which must be refused."""

from tests.conformance.credentials import (
    ACME,
    ANN,
    EVE,
    GUEST,
    JOE,
    another,
    fixed,
    login,
    nonce_told,
    signed,
    standard_base64,
)
from tests.conformance.script import Area, Setup
from tests.support.nats_keys import url64

AREA = Area("logins")

NKEYS = Setup(
    "login_nkeys",
    f"""
authorization {{ timeout: 30, users = [
  {{ nkey: {JOE.nkey} }}
  {{ nkey: {ANN.nkey}, permissions {{ publish: {{ deny: foo }} }} }}
  {{ user: pat, password: secret }}
  {{ user: web, password: secret, allowed_connection_types: [WEBSOCKET] }}
  {{ user: std, password: secret, allowed_connection_types: ["standard", MQTT] }}
  {{ nkey: {GUEST.nkey}, connection_types: [MQTT] }} ] }}
""",
)
NKEY_GUEST = Setup(
    "login_nkey_guest",
    f"""
no_auth_user: {GUEST.nkey}
authorization {{ timeout: 30, users = [ {{ nkey: {JOE.nkey} }}, {{ nkey: {GUEST.nkey} }} ] }}
""",
)
NKEY_ACCOUNTS = Setup(
    "login_nkey_accounts",
    f"""
accounts {{ A {{ users [ {{ nkey: {JOE.nkey} }} ] }}, B {{ users [ {{ nkey: {ANN.nkey} }}, {{ user: pat, password: secret }} ] }} }}
""",
)
NO_NKEYS = Setup("login_no_nkeys", "authorization { user: pat, password: secret, timeout: 30 }\n")


def with_sig(key, change):
    """`change` makes the text of the signature from its 64 bytes."""
    return lambda nonce: {"nkey": key.nkey, "sig": change(key.sign(nonce.encode()))}


NKEY_ROWS = (
    ("right", "A listed key that signs the nonce", signed(JOE)),
    ("denied_publish", "Its permissions count", signed(ANN)),
    ("standard_base64", "In standard base64", with_sig(JOE, standard_base64)),
    ("unknown", "A key that is not listed", signed(EVE)),
    ("stolen", "Signed with another key", signed(JOE, by=EVE)),
    ("no_sig", "Without a signature", fixed(nkey=JOE.nkey)),
    ("empty_sig", "With an empty one", fixed(nkey=JOE.nkey, sig="")),
    ("sig_only", "A signature without its key", lambda n: {"sig": JOE.sig(n)}),
    ("old_nonce", "A signature of another nonce", lambda n: signed(JOE)(another(n))),
    ("no_nonce", "A signature of nothing", lambda n: signed(JOE)("")),
    ("raw", "A signature that is no base64", fixed(nkey=JOE.nkey, sig="!" * 86)),
    ("short", "A signature that is cut", with_sig(JOE, lambda s: url64(s[:63]))),
    ("long", "A signature that is too long", with_sig(JOE, lambda s: url64(s + b"x"))),
    ("zero", "A signature of zeros", fixed(nkey=JOE.nkey, sig=url64(bytes(64)))),
    ("bit", "A signature with a bit changed", with_sig(JOE, lambda s: url64(bytes([s[0] ^ 1]) + s[1:]))),
    ("lower", "The key in lower case", lambda n: {"nkey": JOE.nkey.lower(), "sig": JOE.sig(n)}),
    ("truncated", "The key cut short", lambda n: {"nkey": JOE.nkey[:-1], "sig": JOE.sig(n)}),
    ("mistyped", "The key with a letter changed", lambda n: {"nkey": JOE.nkey[:-1] + "A", "sig": JOE.sig(n)}),
    ("padded", "The key with a blank", lambda n: {"nkey": JOE.nkey + " ", "sig": JOE.sig(n)}),
    ("as_user", "The key as a name", fixed(user=JOE.nkey)),
    ("as_token", "The key as a token", fixed(auth_token=JOE.nkey)),
    ("seed", "The seed instead of the key", lambda n: {"nkey": JOE.seed, "sig": JOE.sig(n)}),
    ("account_key", "An account's key", signed(ACME)),
    ("number", "A number for a key", fixed(nkey=5)),
    ("password", "A user beside the nkeys", fixed(user="pat", **{"pass": "secret"})),
    ("wrong_password", "Its wrong password", fixed(user="pat", **{"pass": "x"})),
    ("both_right", "Key and password", signed(JOE, user="pat", **{"pass": "secret"})),
    ("key_wrong_password_right", "A wrong key beside a right password",
     signed(EVE, user="pat", **{"pass": "secret"})),
    ("key_right_password_wrong", "A right key beside a wrong password",
     signed(JOE, user="pat", **{"pass": "x"})),
    ("nothing", "No credentials", fixed()),
    ("jwt_ignored", "A JWT where there is no operator", fixed(jwt="x.y.z")),
    ("kind_user", "A user for websockets", fixed(user="web", **{"pass": "secret"})),
    ("kind_listed", "A user for this kind among others", fixed(user="std", **{"pass": "secret"})),
    ("kind_nkey", "An nkey for MQTT", signed(GUEST)),
)  # fmt: skip
AREA.rows(NKEYS, nonce_told, [("nkeys_nonce", "A nonce where there are nkeys")])
AREA.rows(NO_NKEYS, nonce_told, [("no_nkeys_nonce", "No nonce where nobody signs")])
AREA.rows(NKEYS, login, [(f"nkey_{n}", a, o) for n, a, o in NKEY_ROWS])
AREA.rows(NKEY_ACCOUNTS, login, [
    ("nkey_account_a", "The account of the key", signed(JOE)),
    ("nkey_account_b", "Another account", signed(ANN)),
    ("nkey_account_password", "And a password there", fixed(user="pat", **{"pass": "secret"})),
    ("nkey_account_crossed", "The other's signature", signed(JOE, by=ANN)),
    ("nkey_account_nothing", "No credentials", fixed()),
])  # fmt: skip
AREA.rows(NKEY_GUEST, login, [
    ("nkey_guest", "Who sends nothing is the guest", fixed()),
    ("nkey_guest_signed", "The guest may sign too", signed(GUEST)),
    ("nkey_guest_other", "Others must", fixed(nkey=JOE.nkey)),
    ("nkey_guest_right", "And may", signed(JOE)),
    ("nkey_guest_unknown", "A stranger is no guest", signed(EVE)),
    ("nkey_guest_user", "Nor is who names a user", fixed(user="x")),
    ("nkey_guest_pass", "Or a password", fixed(**{"pass": "x"})),
    ("nkey_guest_token", "Or a token", fixed(auth_token="x")),
])  # fmt: skip
AREA.rows(NO_NKEYS, login, [
    ("no_nkeys_signed", "A key where only passwords count", signed(JOE)),
    ("no_nkeys_both", "A key beside the right password", signed(JOE, user="pat", **{"pass": "secret"})),
    ("no_nkeys_jwt", "A JWT beside the right password",
     fixed(user="pat", jwt="x", **{"pass": "secret"})),
])  # fmt: skip
