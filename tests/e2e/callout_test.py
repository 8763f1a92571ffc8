"""Auth callout on the real program with two shards: logins in number, secrets, reloads, and clients that go.

MODEL   A service of the test answers requests in a thread of its own; its JWTs are made here.
"""

import base64
import json
import threading
import time
import unittest

from tests.support import process
from tests.support.broker import Broker, listening
from tests.support.client import Client, Refused
from tests.support.nats_keys import NO_LIMITS, Key, account_jwt, claims, operator_jwt, token, user_jwt

SUBJECT = "$SYS.REQ.USER.AUTH"
ISSUER, TARGET, SYSTEM = (Key("A", n) for n in range(1, 4))
OPERATOR, SERVING, SENTINEL = Key("O", 1), Key("U", 1), Key("U", 2)
LOGIN = {"user": "dlc", "pass": "pa55word-of-the-client"}
CLIENTS = 60
SHARDS = 2


def config(more: str = "", timeout: int = 2) -> str:
    return f"""
accounts {{ AUTH {{ users [ {{user: auth, password: pwd}} ] }}, ACME {{}}, OTHER {{}} }}
authorization {{ timeout: {timeout}, auth_callout {{
  issuer: {ISSUER.nkey}, account: AUTH, auth_users: [auth] }} }}
{more}"""


class Service:
    """Reads requests and answers them with what `decide(request)` gives, until it is closed."""

    def __init__(self, broker: Broker, decide=None, **login):
        self.issuer, self.asked = ISSUER, []
        self._decide = decide or self.yes
        self.client = broker.join(**(login or {"user": "auth", "pass": "pwd"}))
        self.client.subscribe(SUBJECT)
        self.client.settle()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                frame = self.client.messages(1, deadline_s=600)[0]
            except (AssertionError, OSError):
                return
            body = json.loads(base64.urlsafe_b64decode(frame.payload.split(b".")[1] + b"=="))
            self.asked.append(body)
            answer = self._decide(body)
            if answer is not None:
                self.client.publish(frame.line.decode().split(" ")[3], answer.encode())

    def user(self, body: dict, standard: dict | None = None, **nats) -> str:
        standard = {"aud": "ACME", "name": "", **(standard or {})}
        subject = body["nats"]["user_nkey"]
        return token(claims("user", subject, self.issuer, {**NO_LIMITS, **nats}, **standard), self.issuer)

    def answer(self, body: dict, user: str) -> str:
        said = claims(
            "authorization_response", body["nats"]["user_nkey"], self.issuer, {"jwt": user},
            aud=body["nats"]["server_id"]["id"], name="",
        )  # fmt: skip
        return token(said, self.issuer)

    def yes(self, body: dict) -> str | None:
        if body["nats"]["connect_opts"].get("pass") != LOGIN["pass"]:
            return ""
        return self.answer(body, self.user(body))

    def close(self) -> None:
        self.client.socket.shut_down()
        self.client.close()


class CalloutCase(unittest.TestCase):
    def start(self, text: str) -> Broker:
        broker = Broker(text, shards=SHARDS)
        self.addCleanup(broker.stop)
        return broker

    def serve(self, broker: Broker, *args, **kwargs) -> Service:
        service = Service(broker, *args, **kwargs)
        self.addCleanup(service.close)
        return service

    def enter(self, broker: Broker, **options) -> Client:
        client = broker.join(**(options or LOGIN))
        self.addCleanup(client.close)
        return client

    def wait_for_none_waiting(self, broker: Broker) -> None:
        process.wait_until(lambda: broker.metrics()["antiphon_callouts_waiting"] == 0, "nobody waits")


class Configured(CalloutCase):
    def test_clients_on_all_shards_are_let_in_by_one_service(self):
        broker = self.start(config())
        service = self.serve(broker)
        clients = [self.enter(broker) for _ in range(CLIENTS)]
        clients[0].subscribe("a")
        clients[0].settle()
        for client in clients:
            client.publish("a", b"x")
        self.assertEqual(len(clients[0].messages(CLIENTS)), CLIENTS)
        self.assertEqual(len(service.asked), CLIENTS)
        self.assertEqual(broker.metrics()["antiphon_callouts_total"], CLIENTS)
        self.wait_for_none_waiting(broker)
        keys = {body["nats"]["user_nkey"] for body in service.asked}
        self.assertEqual(len(keys), CLIENTS)
        shown = broker.json(f"/connz?auth=1&cid={clients[0].cid}")["connections"][0]
        self.assertEqual((shown["authorized_user"], shown["account"]), ("dlc", "ACME"))

    def test_a_crowd_that_comes_at_once_is_let_in_and_others_are_served_meanwhile(self):
        broker = self.start(config(timeout=30))
        self.serve(broker)
        came: list[object] = []

        def come():
            try:
                came.append(self.enter(broker))
            except Exception as problem:
                came.append(problem)

        threads = [threading.Thread(target=come) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([one for one in came if not isinstance(one, Client)], [])
        self.assertEqual(len(came), CLIENTS)

    def test_the_clients_secret_is_in_the_request_alone(self):
        broker = self.start(config("trace: true\ndebug: true\n"))
        service = self.serve(broker)
        self.enter(broker).settle()
        self.assertRaises(Refused, broker.join, user="dlc", **{"pass": "another-secret-word"})
        self.assertEqual(service.asked[0]["nats"]["connect_opts"]["pass"], LOGIN["pass"])
        pages = b"".join(
            broker.get(path)[2]
            for path in ("/varz", "/connz?auth=1&subs=detail", "/connz?state=closed&auth=1", "/metrics")
        ).decode()
        log = "\n".join(broker.process.lines())
        encoded = base64.b64encode(LOGIN["pass"].encode()).decode()[2:-3]
        for text in (LOGIN["pass"], "another-secret-word", encoded, "eyJ"):
            self.assertNotIn(text, pages)
            self.assertNotIn(text, log)
        self.assertIn("MSG_PAYLOAD: [[REDACTED]]", log)

    def test_a_reload_keeps_who_was_let_in_and_asks_nobody(self):
        broker = self.start(config())
        service = self.serve(broker)
        client = self.enter(broker)
        text = config().replace("OTHER {}", "OTHER { users [ {user: new, password: x} ] }")
        broker.reload(listening(text, SHARDS))
        client.settle()
        self.assertEqual(len(service.asked), 1)
        self.enter(broker)
        self.assertEqual(len(service.asked), 2)

    def test_a_reload_sends_away_who_came_to_an_account_that_is_gone(self):
        broker = self.start(config())
        self.serve(broker)
        client = self.enter(broker)
        broker.reload(listening(config().replace("ACME {},", ""), SHARDS))
        self.assertEqual(broker.wait_for_reason(client.cid), "Authentication Failure")

    def test_a_reload_cannot_change_the_service(self):
        broker = self.start(config())
        service = self.serve(broker)
        client = self.enter(broker)
        changed = config().replace("auth_users: [auth]", "auth_users: [auth, second]")
        self.assertRaises(AssertionError, broker.reload, listening(changed, SHARDS))
        client.settle()
        self.enter(broker)
        self.assertEqual(len(service.asked), 2)

    def test_a_silent_service_and_clients_that_leave_leave_nothing_behind(self):
        broker = self.start(config(timeout=30))
        service = self.serve(broker, lambda body: None)
        sockets = []
        for _ in range(8):
            raw = broker.connect_raw()
            raw.sendall(b'CONNECT {"user":"dlc","pass":"x"}\r\n')
            sockets.append(raw)
        process.wait_until(lambda: len(service.asked) == 8, "all are asked about")
        self.assertEqual(broker.metrics()["antiphon_callouts_waiting"], 8)
        for raw in sockets:
            raw.close()
        self.wait_for_none_waiting(broker)
        broker.wait_for_connections(1)

    def test_a_late_service_costs_the_login_and_nothing_else(self):
        broker = self.start(config(timeout=1))
        self.serve(broker, lambda body: None)
        begin = time.monotonic()
        self.assertRaises(Refused, broker.join, **LOGIN)
        self.assertGreater(time.monotonic() - begin, 0.9)
        self.assertEqual(broker.metrics()["antiphon_callouts_expired_total"], 1)
        self.wait_for_none_waiting(broker)

    def test_a_service_that_goes_is_missed_at_once(self):
        broker = self.start(config(timeout=30))
        service = self.serve(broker)
        self.enter(broker)
        service.close()
        broker.wait_for_connections(1)
        self.assertRaises(Refused, broker.join, **LOGIN)
        self.assertEqual(broker.metrics()["antiphon_callouts_unheard_total"], 1)

    def test_the_servers_keys_are_new_in_each_process(self):
        one, two = (self.start(config()).join(user="auth", **{"pass": "pwd"}) for _ in range(2))
        self.addCleanup(one.close)
        self.addCleanup(two.close)
        for field, role in (("server_id", "N"), ("xkey", "X")):
            self.assertTrue(one.info[field].startswith(role))
            self.assertEqual(len(one.info[field]), 56)
            self.assertNotEqual(one.info[field], two.info[field])


class Operated(CalloutCase):
    def config(self, **nats) -> str:
        return f"""
operator: {operator_jwt(OPERATOR, system_account=SYSTEM.nkey)}
resolver: MEMORY
resolver_preload: {{
  {ISSUER.nkey}: {account_jwt(ISSUER, OPERATOR, **nats)}
  {TARGET.nkey}: {account_jwt(TARGET, OPERATOR)}
  {SYSTEM.nkey}: {account_jwt(SYSTEM, OPERATOR)}
}}"""

    @staticmethod
    def signs(key: Key):
        return lambda nonce: {"jwt": user_jwt(key, ISSUER), "sig": key.sig(nonce), **(LOGIN if key is SENTINEL else {})}

    def test_users_are_placed_where_the_account_may_place_them(self):
        served = {"auth_users": [SERVING.nkey], "allowed_accounts": [TARGET.nkey]}
        broker = self.start(self.config(authorization=served))

        def decide(body):
            user = claims("user", body["nats"]["user_nkey"], TARGET, NO_LIMITS, name="Derek")
            return service.answer(body, token(user, TARGET))

        service = self.serve(broker, decide, credentials=self.signs(SERVING))
        client = self.enter(broker, credentials=self.signs(SENTINEL))
        shown = broker.json(f"/connz?auth=1&cid={client.cid}")["connections"][0]
        self.assertEqual((shown["authorized_user"], shown["account"]), ("Derek", TARGET.nkey))
        # It may not do so any more, and then the account has no service at all.
        for rules in ({"auth_users": [SERVING.nkey]}, {}):
            broker.reload(listening(self.config(authorization=rules), SHARDS))
            self.assertEqual(broker.wait_for_reason(client.cid), "Authentication Failure")
        client = self.enter(broker, credentials=self.signs(SENTINEL))
        self.assertEqual(len(service.asked), 1)
        # And has one again: who came without it must come again.
        broker.reload(listening(self.config(authorization=served), SHARDS))
        self.assertEqual(broker.wait_for_reason(client.cid), "Authentication Failure")
