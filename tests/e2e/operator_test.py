"""Operator mode and nkeys on the real program: who stays through a reload, and who goes with what."""

import json
import os
import time
import unittest

from tests.support.broker import Broker, listening
from tests.support.client import Client, Refused
from tests.support.nats_keys import (
    Key,
    account_jwt,
    activation_jwt,
    claims,
    operator_jwt,
    token,
    user_jwt,
)
from tests.support.places import TempDir
from tests.support.process import wait_until

OPERATOR = Key("O", 1)
ACME, OTHER, SYSTEM, SIGNER = (Key("A", n) for n in range(1, 5))
JOE, ANN = Key("U", 1), Key("U", 2)
LATER = int(time.time()) + 3600
VIOLATION = b"-ERR 'Authorization Violation'"


def signs(key: Key, jwt: str | None = None):
    """What a client answers to the nonce."""
    named = {"nkey": key.nkey} if jwt is None else {"jwt": jwt}
    return lambda nonce: {**named, "sig": key.sig(nonce)}


class LoginCase(unittest.TestCase):
    def start(self, config: str) -> Broker:
        broker = Broker(config, shards=2)
        self.addCleanup(broker.stop)
        return broker

    def enter(self, broker: Broker, credentials) -> Client:
        client = broker.join(credentials=credentials)
        self.addCleanup(client.close)
        return client

    def shown(self, broker: Broker, client: Client) -> dict:
        return broker.json(f"/connz?auth=1&cid={client.cid}")["connections"][0]

    def assert_sent_away(self, broker: Broker, client: Client, text: bytes, reason: str):
        said = [f.line for f in client.socket.read_until(lambda _: False)]
        self.assertEqual([line for line in said if line.startswith(b"-ERR")], [text])
        self.assertEqual(broker.wait_for_reason(client.cid), reason)


class Nkeys(LoginCase):
    @staticmethod
    def config(*keys: Key) -> str:
        rows = ", ".join(f"{{nkey: {key.nkey}}}" for key in keys)
        return f"authorization {{ users: [ {rows} ] }}"

    def test_a_key_that_stays_listed_stays_and_one_that_goes_is_sent_away(self):
        broker = self.start(self.config(JOE, ANN))
        joe, ann = self.enter(broker, signs(JOE)), self.enter(broker, signs(ANN))
        broker.reload(listening(self.config(ANN), 2))
        self.assert_sent_away(broker, joe, VIOLATION, "Authentication Failure")
        ann.settle()
        self.assertRaises(Refused, broker.join, credentials=signs(JOE))

    def test_keys_that_are_switched_on_send_strangers_away(self):
        broker = self.start("")
        stranger = broker.join()
        self.addCleanup(stranger.close)
        self.assertNotIn("nonce", stranger.info)
        broker.reload(listening(self.config(ANN), 2))
        self.assert_sent_away(broker, stranger, VIOLATION, "Authentication Failure")
        self.enter(broker, signs(ANN)).settle()

    def test_a_nonce_comes_always_where_that_is_wanted(self):
        broker = self.start("")
        broker.reload(listening("antiphon { always_nonce: true, shards: 2 }"))
        with broker.join() as one, broker.join() as two:
            self.assertEqual(len(one.info["nonce"]), 15)
            self.assertNotEqual(one.info["nonce"], two.info["nonce"])

    def test_neither_keys_nor_signatures_are_logged(self):
        broker = self.start(self.config(JOE) + "\ntrace: true\ndebug: true\n")
        said = signs(JOE)
        seen = []
        self.enter(broker, lambda nonce: seen.append(said(nonce)) or seen[-1]).settle()
        self.assertRaises(Refused, broker.join, credentials=signs(ANN))
        log = "\n".join(broker.process.lines())
        self.assertNotIn(seen[0]["sig"], log)
        self.assertNotIn(ANN.nkey, log)


class Operators(LoginCase):
    def setUp(self):
        self.folder = TempDir()
        self.addCleanup(self.folder.remove)
        self.put(ACME)
        self.put(SYSTEM)

    def put(self, account: Key, **claims):
        text = account_jwt(account, OPERATOR, **claims)
        self.folder.write(f"{account.nkey}.jwt", text)

    @property
    def config(self) -> str:
        return (
            f"operator: {operator_jwt(OPERATOR, system_account=SYSTEM.nkey)}\n"
            f'resolver {{ type: full, dir: "{self.folder.path}" }}\n'
        )

    def reload(self, broker: Broker):
        broker.reload(listening(self.config, 2))

    def test_accounts_are_read_from_the_folder_at_each_reload(self):
        broker = self.start(self.config)
        joe = self.enter(broker, signs(JOE, user_jwt(JOE, ACME)))
        other = signs(ANN, user_jwt(ANN, OTHER))
        self.assertRaises(Refused, broker.join, credentials=other)
        self.put(OTHER)
        self.reload(broker)
        ann = self.enter(broker, other)
        joe.settle()
        self.assertEqual(self.shown(broker, ann)["account"], OTHER.nkey)

    def test_a_user_who_may_have_no_subscription_is_told_so_and_stays(self):
        broker = self.start(self.config)
        joe = self.enter(broker, signs(JOE, user_jwt(JOE, ACME, subs=0)))
        for _ in range(2):
            joe.subscribe("foo")
            joe.publish("foo", b"x")
            lines = [frame.line for frame in joe.settle()]
            self.assertEqual(lines, [b"-ERR 'maximum subscriptions exceeded'"])

    def push(self, system: Client, account: Key, subject="$SYS.REQ.CLAIMS.UPDATE", **nats) -> dict:
        """What the broker says to a JWT that comes over the network."""
        jwt = account_jwt(account, OPERATOR, **nats)
        system.publish(subject, jwt.encode(), reply="inbox.1")
        return json.loads(system.messages(1)[0].payload)

    def system_client(self, broker: Broker) -> Client:
        self.put(SYSTEM)
        self.reload(broker)
        system = self.enter(broker, signs(ANN, user_jwt(ANN, SYSTEM)))
        system.subscribe("inbox.*")
        system.settle()
        return system

    def test_a_pushed_account_counts_at_once_and_stays(self):
        broker = self.start(self.config)
        system = self.system_client(broker)
        other = signs(ANN, user_jwt(ANN, OTHER))
        self.assertRaises(Refused, broker.join, credentials=other)
        answer = self.push(system, OTHER)
        self.assertEqual(answer["data"]["code"], 200)
        self.assertEqual(answer["data"]["account"], OTHER.nkey)
        wait_until(lambda: self.lets_in(broker, other), "the account is known", 30.0)
        self.assertTrue(os.path.exists(os.path.join(self.folder.path, f"{OTHER.nkey}.jwt")))
        self.reload(broker)
        self.enter(broker, other).settle()

    def lets_in(self, broker: Broker, credentials) -> bool:
        try:
            self.enter(broker, credentials)
        except Refused:
            return False
        return True

    def test_a_pushed_revocation_counts_at_once_and_cannot_be_taken_back_by_an_old_jwt(self):
        broker = self.start(self.config)
        system = self.system_client(broker)
        joe = self.enter(broker, signs(JOE, user_jwt(JOE, ACME)))
        answer = self.push(
            system, ACME, standard={"iat": int(time.time())}, revocations={JOE.nkey: int(time.time())}
        )
        self.assertEqual(answer["data"]["code"], 200)
        self.assert_sent_away(
            broker, joe, b"-ERR 'User Authentication Revoked'", "Credentials Revoked"
        )
        answer = self.push(system, ACME)
        self.assertIn("issued before", answer["error"]["description"])
        self.assertRaises(Refused, broker.join, credentials=signs(JOE, user_jwt(JOE, ACME)))
        system.settle()

    def test_who_pushes_is_told_that_it_does_not_count_when_accounts_cannot_be_loaded(self):
        ends = int(time.time()) + 8  # a broker with a sanitizer takes seconds to begin
        operator = operator_jwt(OPERATOR, standard={"exp": ends}, system_account=SYSTEM.nkey)
        resolver = f'resolver {{ type: full, dir: "{self.folder.path}", allow_delete: true }}'
        broker = self.start(f"operator: {operator}\n{resolver}\n")
        system = self.enter(broker, signs(ANN, user_jwt(ANN, SYSTEM)))
        system.subscribe("inbox.*")
        wait_until(lambda: time.time() > ends + 1, "the operator's JWT has expired", 30.0, 0.1)
        self.assertIn("the JWT has expired", self.push(system, OTHER)["error"]["description"])
        self.assertRaises(Refused, broker.join, credentials=signs(ANN, user_jwt(ANN, OTHER)))
        deletion = token(claims("generic", OPERATOR, OPERATOR, {"accounts": [ACME.nkey]}), OPERATOR)
        system.publish("$SYS.REQ.CLAIMS.DELETE", deletion.encode(), reply="inbox.1")
        answer = json.loads(system.messages(1)[0].payload)
        self.assertIn("deleted 0 accounts, failed for 1", answer["error"]["description"])

    def test_only_the_system_account_pushes(self):
        broker = self.start(self.config)
        system = self.system_client(broker)
        joe = self.enter(broker, signs(JOE, user_jwt(JOE, ACME)))
        joe.subscribe("inbox.*")
        for subject in ("$SYS.REQ.CLAIMS.UPDATE", f"$SYS.REQ.ACCOUNT.{OTHER.nkey}.CLAIMS.UPDATE"):
            joe.publish(subject, account_jwt(OTHER, OPERATOR).encode(), reply="inbox.1")
        self.assertEqual(joe.settle(), [])
        # Requests are worked on one after the other: had these been taken, they would be done by now.
        system.publish("$SYS.REQ.CLAIMS.LIST", reply="inbox.1")
        self.assertNotIn(OTHER.nkey, json.loads(system.messages(1)[0].payload)["data"])
        self.assertRaises(Refused, broker.join, credentials=signs(ANN, user_jwt(ANN, OTHER)))

    def test_what_an_activation_let_cross_ends_with_it(self):
        soon = int(time.time()) + 8  # a broker with a sanitizer takes seconds to begin
        activation = activation_jwt(OTHER, ACME, "stream", "s.*", standard={"exp": soon})
        shared = {"subject": "s.*", "type": "stream"}
        self.put(ACME, exports=[{**shared, "token_req": True}])
        self.put(OTHER, imports=[{**shared, "account": ACME.nkey, "token": activation}])
        broker = self.start(self.config)
        joe = self.enter(broker, signs(JOE, user_jwt(JOE, ACME)))
        ann = self.enter(broker, signs(ANN, user_jwt(ANN, OTHER)))
        ann.subscribe("s.>")
        ann.settle()
        joe.publish("s.1", b"before")
        self.assertEqual(ann.messages(1)[0].payload, b"before")

        def nothing_crosses() -> bool:
            joe.publish("s.1", b"x")
            joe.settle()  # its PONG comes after the message has reached every shard
            return not ann.settle()

        wait_until(nothing_crosses, "the activation has ended", 30.0, 0.1)
        self.assertGreaterEqual(time.time(), soon)

    def test_a_revoked_user_is_sent_away_and_the_others_stay(self):
        broker = self.start(self.config)
        joe = self.enter(broker, signs(JOE, user_jwt(JOE, ACME)))
        ann = self.enter(broker, signs(ANN, user_jwt(ANN, ACME)))
        self.put(ACME, revocations={JOE.nkey: int(time.time())})
        self.reload(broker)
        self.assert_sent_away(
            broker, joe, b"-ERR 'User Authentication Revoked'", "Credentials Revoked"
        )
        ann.settle()

    def test_users_go_with_the_signing_key_or_the_account_that_vouched_for_them(self):
        self.put(ACME, signing_keys=[SIGNER.nkey])
        self.put(OTHER)
        broker = self.start(self.config)
        by_key = user_jwt(JOE, SIGNER, issuer_account=ACME.nkey)
        joe = self.enter(broker, signs(JOE, by_key))
        ann = self.enter(broker, signs(ANN, user_jwt(ANN, OTHER)))
        stays = self.enter(broker, signs(ANN, user_jwt(ANN, ACME)))
        self.put(ACME)
        os.unlink(os.path.join(self.folder.path, f"{OTHER.nkey}.jwt"))
        self.reload(broker)
        self.assert_sent_away(broker, joe, VIOLATION, "Authentication Failure")
        self.assert_sent_away(broker, ann, VIOLATION, "Authentication Failure")
        stays.settle()

    def test_an_account_that_has_ended_takes_its_users_with_it(self):
        broker = self.start(self.config)
        joe = self.enter(broker, signs(JOE, user_jwt(JOE, ACME)))
        self.put(ACME, standard={"exp": int(time.time()) - 5})
        self.reload(broker)
        self.assert_sent_away(
            broker, joe, b"-ERR 'Account Authentication Expired'", "Authentication Expired"
        )

    def test_a_login_ends_when_its_jwt_ends(self):
        broker = self.start(self.config)
        ends = user_jwt(JOE, ACME, standard={"exp": int(time.time()) + 2})
        joe = self.enter(broker, signs(JOE, ends))
        ann = self.enter(broker, signs(ANN, user_jwt(ANN, ACME, standard={"exp": LATER})))
        self.assert_sent_away(
            broker, joe, b"-ERR 'User Authentication Expired'", "Authentication Expired"
        )
        ann.settle()

    def test_a_folder_with_other_things_in_it_is_read_all_the_same(self):
        self.folder.write("notes.txt", "hello")
        self.folder.write("A.jwt", "x")
        self.folder.write(f"{OTHER.nkey}.jwt", account_jwt(ACME, OPERATOR))
        broker = self.start(self.config)
        broker.process.wait_for_line(f"{OTHER.nkey}.jwt: the JWT is of another account")
        self.enter(broker, signs(JOE, user_jwt(JOE, ACME))).settle()
        self.assertRaises(
            Refused, broker.join, credentials=signs(JOE, user_jwt(JOE, OTHER))
        )

    def test_neither_jwts_nor_signatures_are_logged_or_shown(self):
        broker = self.start(self.config + "trace: true\ndebug: true\n")
        jwt = user_jwt(JOE, ACME)
        joe = self.enter(broker, signs(JOE, jwt))
        self.assertRaises(Refused, broker.join, credentials=signs(ANN, jwt))
        log = "\n".join(broker.process.lines())
        pages = "".join(
            str(broker.get(page)[2]) for page in ("/connz?auth=1", "/varz", "/metrics")
        )
        for text in (jwt, jwt.split(".")[1], jwt.split(".")[2]):
            self.assertNotIn(text, log)
            self.assertNotIn(text, pages)
        self.assertEqual(self.shown(broker, joe)["authorized_user"], JOE.nkey)

    def test_mistakes_are_named_with_their_place(self):
        expired = operator_jwt(OPERATOR, standard={"exp": int(time.time()) - 5})
        for config, problem in (
            (f"operator: {operator_jwt(OPERATOR)}", "operators need a resolver"),
            (f"operator: {expired}\nresolver: MEMORY", "the JWT has expired; get a new one"),
            ("operator: /nowhere/op.jwt\nresolver: MEMORY", "/nowhere/op.jwt"),
            (f"operator: {account_jwt(ACME, OPERATOR)}\nresolver: MEMORY", "no key of this kind"),
            (f"{self.config}\naccounts {{ A {{}} }}", "exclude each other"),
            (f"{self.config}\nauthorization {{ token: x }}", "exclude each other"),
            (f"{self.config}\nresolver_preload {{ {OTHER.nkey}: x }}", "not three parts"),
            ("operator: x\nresolver: URL(http://x)", "resolvers over HTTP"),
        ):
            with self.subTest(problem), self.assertRaisesRegex(AssertionError, problem):
                self.start(config)


if __name__ == "__main__":
    unittest.main()
