"""`antiphon jwt`: files and their modes, exit statuses, and that no secret is ever shown."""

import base64
import json
import os
import re
import stat
import unittest

from tests.support import process
from tests.support.broker import binary
from tests.support.choria_jwt import base64url
from tests.support.ed25519 import SigningKey
from tests.support.places import TempDir

SECRET = "opens-the-agent"
PASSWORD = "swordfish-and-more"
NOT_GRANTABLE = "a name or subject in the token is none that can be granted"
SUBCOMMANDS = ("keys", "client", "server", "provisioning", "view", "check")


class Jwt(unittest.TestCase):
    def setUp(self):
        self.place = TempDir()
        self.addCleanup(self.place.remove)
        for name in ("issuer", "login", "holder"):
            self.good("keys", self.file(f"{name}.seed"), self.file(f"{name}.public"))
        self.issuer = self.file("issuer.public")

    def file(self, name: str) -> str:
        return self.place.file(name)

    def write(self, name: str, text: str, mode: int = 0o600) -> str:
        with open(self.file(name), "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(self.file(name), mode)
        return self.file(name)

    def read(self, name: str) -> str:
        with open(self.file(name), encoding="utf-8") as text:
            return text.read()

    def jwt(self, *arguments: str) -> process.Outcome:
        program = os.path.join(os.path.dirname(binary()), "antiphon")
        done = process.run([program, "jwt", *arguments])
        for name in ("issuer.seed", "login.seed", "holder.seed"):
            if os.path.exists(self.file(name)):
                self.assertNotIn(self.read(name).strip(), done.stdout + done.stderr)
        for secret in (SECRET, PASSWORD):
            self.assertNotIn(secret, done.stdout + done.stderr)
        return done

    def good(self, *arguments: str) -> str:
        done = self.jwt(*arguments)
        self.assertEqual(done.status, 0, done.stdout + done.stderr)
        return done.stdout

    def bad(self, status: int, text: str, *arguments: str) -> None:
        done = self.jwt(*arguments)
        self.assertEqual(done.status, status, done.stdout + done.stderr)
        self.assertIn(text, done.stdout + done.stderr)

    def client(self, name: str = "alice", *more: str) -> str:
        made = self.file(f"{name}.jwt")
        self.good("client", made, f"up={name}", self.file("issuer.seed"),
                  "--public-key", self.file("holder.public"), *more)  # fmt: skip
        return made

    def changed(self, token: str, **claims) -> str:
        """The issuer's token with other claims: also such as no tool makes."""
        header, body, _ = self.read(token).split(".")
        said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))) | claims
        text = f"{header}.{base64url(json.dumps(said).encode())}"
        signer = SigningKey(bytes.fromhex(self.read("issuer.seed")))
        return self.write("changed.jwt", f"{text}.{base64url(signer.sign(text.encode()))}")

    def test_every_subcommand_explains_itself_with_an_example(self):
        for name in SUBCOMMANDS:
            self.assertIn(f"antiphon jwt {name} ", self.good(name, "--help"))
            self.assertIn("xample", self.good(name, "--help"))

    def test_wrong_usage_is_status_2(self):
        self.bad(2, "", "nonsense")
        self.bad(2, "", "client", self.file("x.jwt"))
        self.bad(2, "", "keys", self.file("x.seed"), "--nonsense")
        self.bad(2, "--governor needs", "server", self.file("x.jwt"), "n1", self.issuer,
                 self.file("issuer.seed"), "--governor")  # fmt: skip
        self.bad(2, "duration", "check", self.file("x.jwt"), self.issuer, "--validity-min", "soon")

    def test_seeds_and_tokens_are_for_their_owner_only(self):
        token = self.client()
        for path in (self.file("issuer.seed"), token):
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.assertRegex(self.read("issuer.seed"), re.compile(r"\A[0-9a-f]{64}\Z"))

    def test_a_seed_is_only_replaced_by_force(self):
        before = self.read("issuer.seed")
        self.bad(1, "exists", "keys", self.file("issuer.seed"))
        self.assertEqual(self.read("issuer.seed"), before)
        shown = self.good("keys", "--show-public", self.file("issuer.seed"))
        self.assertIn(self.read("issuer.public"), shown)
        self.good("keys", self.file("issuer.seed"), "--force")

    def test_a_key_that_others_can_read_is_refused(self):
        for mode in (0o640, 0o604, 0o644, 0o620, 0o666):
            os.chmod(self.file("issuer.seed"), mode)
            self.bad(1, "chmod 600", "client", self.file("x.jwt"), "up=x", self.file("issuer.seed"))
        self.assertFalse(os.path.exists(self.file("x.jwt")))

    def test_a_public_key_is_for_everybody_whatever_the_umask(self):
        before = os.umask(0o077)
        try:
            self.good("keys", self.file("more.seed"), self.file("more.public"))
        finally:
            os.umask(before)
        self.assertEqual(stat.S_IMODE(os.stat(self.file("more.seed")).st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(os.stat(self.file("more.public")).st_mode), 0o644)

    def test_no_seed_gets_into_a_token(self):
        token, issuer, holder = (self.file(name) for name in ("x.jwt", "issuer.seed", "holder.seed"))
        seed = self.read("issuer.seed")
        for text, arguments in (
            ("chmod 600", ("server", token, "n1", issuer, self.file("holder.public"))),
            ("chmod 600", ("client", token, "up=x", self.issuer)),
            ("chmod 600", ("client", token, "up=x", self.issuer, "--public-key", holder)),
            ("looks like a seed", ("server", token, "n1", holder, issuer)),
            ("looks like a seed", ("server", token, "n1", issuer, issuer)),
            ("looks like a seed", ("client", token, "up=x", issuer, "--public-key", holder)),
            ("looks like a seed", ("client", token, "up=x", issuer, "--public-key", issuer)),
            ("the seed that signs", ("client", token, "up=x", issuer, "--public-key", seed)),
            ("the seed that signs", ("server", token, "n1", seed, issuer)),
        ):
            self.bad(1, text, *arguments)
            self.assertFalse(os.path.exists(token), arguments)
        os.chmod(self.file("holder.public"), 0o600)  # as other programs leave it
        self.bad(1, "chmod 644", "server", token, "n1", self.file("holder.public"), issuer)

    def test_viewing_says_that_nothing_is_verified(self):
        token = self.client("alice", "--agents", "rpcutil.*", "--agents", "puppet")
        text = self.good("view", token)
        for part in ("NOT verified", "up=alice", "rpcutil.*, puppet", "fleet_management"):
            self.assertIn(part, text)
        done = self.jwt("view", "--json", token)
        self.assertEqual(json.loads(done.stdout)["callerid"], "up=alice")
        self.assertIn("NOT verified", done.stderr)

    def test_checking_shows_expiry_and_permissions_or_why_not(self):
        token = self.client("alice", "--stream-user", "--validity", "2h")
        text = self.good("check", token, self.issuer, "--purpose", "client", "--identity",
                         "up=alice", "--validity-min", "90m", "--validity-max", "2h")  # fmt: skip
        for part in ("is valid", "effective expiry", "streams_user"):
            self.assertIn(part, text)
        self.bad(1, "signature is wrong", "check", token, self.file("login.public"))
        self.bad(1, "it is a client token", "check", token, self.issuer, "--purpose", "server")
        self.bad(1, "another identity", "check", token, self.issuer, "--identity", "up=bob")
        self.bad(1, "too early", "check", token, self.issuer, "--validity-min", "3h")
        self.bad(1, "too late", "check", token, self.issuer, "--validity-max", "1h")
        self.bad(1, "not a chain issuer", "check", token, self.issuer, "--chain-issuer")

    def test_what_no_broker_grants_is_neither_made_nor_believed(self):
        client = ("client", self.file("x.jwt"), "up=x", self.file("issuer.seed"), "--public-key",
                  self.file("holder.public"))  # fmt: skip
        for arguments in (("--publish", "a..b"), ("--subscribe", "a b"),
                          ("--stream-user", "--org", "a.b")):
            self.bad(2, NOT_GRANTABLE, *client, *arguments)
        keys = (self.file("holder.public"), self.file("issuer.seed"))
        for identity, *more in (("n1.*",), ("n1 x",), ("n1", "--collectives", "m.x"), ("n1", "--subjects", "a..b"),
                                ("n1", "--collectives", "*"), ("n1", "--stream-user", "--org", "*")):  # fmt: skip
            self.bad(2, NOT_GRANTABLE, "server", self.file("x.jwt"), identity, *keys, *more)
        self.assertFalse(os.path.exists(self.file("x.jwt")))
        self.good("server", self.file("node.jwt"), "n1", *keys)
        self.client("alice")
        self.good("check", self.changed("alice.jwt", pub_subjects=["a.b"]), self.issuer)
        for name, claims in (
            ("alice.jwt", {"pub_subjects": ["a..b"]}), ("alice.jwt", {"sub_subjects": ["a\r\nPUB b 0"]}),
            ("node.jwt", {"identity": "n1.>"}), ("node.jwt", {"collectives": ["m", "m.x"]}),
        ):  # fmt: skip
            self.bad(1, NOT_GRANTABLE, "check", self.changed(name, **claims), self.issuer)

    def test_checking_as_json(self):
        token = self.client()
        report = json.loads(self.good("check", "--json", token, self.read("issuer.public")))
        self.assertTrue(report["valid"])
        self.assertEqual(report["claims"]["exp"], report["effective_expiry"])
        done = self.jwt("check", "--json", token, self.file("login.public"))
        report = json.loads(done.stdout)
        self.assertEqual((done.status, report["valid"]), (1, False))
        self.assertNotIn("claims", report)

    def test_a_chain_ends_with_its_issuer(self):
        login = self.file("login.jwt")
        self.good("client", login, "up=login", self.file("issuer.seed"), "--public-key",
                  self.file("login.public"), "--issuer", "--validity", "1h")  # fmt: skip
        token = self.file("bob.jwt")
        self.good("client", token, "up=bob", self.file("login.seed"), "--issuer-token", login,
                  "--public-key", self.file("holder.public"), "--validity", "8h")  # fmt: skip
        self.good("check", token, self.issuer, "--validity-max", "1h")
        self.bad(1, "another key", "client", token, "up=eve", self.file("holder.seed"),
                 "--issuer-token", login, "--public-key", self.file("holder.public"))  # fmt: skip

    def test_provisioning_secrets_come_from_files_and_stay_there(self):
        token = self.file("prov.jwt")
        self.good("provisioning", token, self.file("issuer.seed"), "--token-file",
                  self.write("agent.secret", SECRET + "\n"), "--password-file",
                  self.write("password", PASSWORD), "--username", "prov", "--urls",
                  "nats://p1.example.net:4222", "--json")  # fmt: skip
        for arguments in (("view", token), ("view", "--json", token),
                          ("check", token, self.issuer), ("check", "--json", token, self.issuer)):
            self.assertIn("*****", self.good(*arguments))
        self.assertIn("secure: yes", self.good("view", token))
        self.bad(1, "chmod 600", "provisioning", token, self.file("issuer.seed"), "--urls", "x",
                 "--token-file", self.write("open.secret", SECRET, 0o644))  # fmt: skip
        self.bad(2, "exclude each other", "provisioning", token, self.file("issuer.seed"),
                 "--token-file", self.file("agent.secret"), "--urls", "x", "--srv", "y")  # fmt: skip

    def test_what_is_no_token_is_said_to_be_none(self):
        for text in ("", "x", "a.b.c", "..", self.read("issuer.public")):
            path = self.write("no.jwt", text)
            self.bad(1, "token", "view", path)
            self.bad(1, "REFUSED", "check", path, self.issuer)
        self.bad(1, "cannot open", "view", self.file("missing.jwt"))

    def test_control_characters_of_a_token_do_not_reach_the_terminal(self):
        token = self.file("odd.jwt")
        self.good("client", token, "up=\x1b[2Jodd", self.file("issuer.seed"),
                  "--public-key", self.file("holder.public"))  # fmt: skip
        for arguments in (("view", token), ("view", "--json", token),
                          ("check", token, self.issuer), ("check", "--json", token, self.issuer)):
            self.assertNotIn("\x1b", self.good(*arguments))


if __name__ == "__main__":
    unittest.main()
