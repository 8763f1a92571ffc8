"""Tokens that `antiphon jwt` makes are believed by go-choria, and the other way round."""

import base64
import json
import os
import shutil
from collections.abc import Callable

from tests.interop.results import PeerResult, expect
from tests.support import process
from tests.support.peers import Absent

DEADLINE_S = 60.0
KINDS = ("client", "server", "provisioning")
FAMILIES = ("ed25519", "rsa")
SECRET = "opens-the-agent"


class Workshop:
    """A directory with keys, and both programs working in it."""

    def __init__(self, ours: str, reference: str, directory: str):
        if not shutil.which("openssl"):
            raise Absent("no openssl in PATH (Debian package openssl)")
        self.programs = {"ours": ours, "reference": reference}
        self.directory = directory
        self.public = {name: self._pair(name) for name in ("issuer", "login", "holder", "stranger")}
        self._run("openssl", "genrsa", "-out", "signer.pem", "2048")
        self._run("openssl", "rsa", "-in", "signer.pem", "-pubout", "-out", "signer.public")
        os.chmod(self.file("signer.pem"), 0o600)
        self.write("agent.secret", SECRET)

    def file(self, name: str) -> str:
        return os.path.join(self.directory, name)

    def write(self, name: str, text: str) -> None:
        with open(os.open(self.file(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(text)

    def read(self, name: str) -> str:
        with open(self.file(name), encoding="utf-8") as text:
            return text.read()

    def _run(self, *argv: str) -> process.Outcome:
        environment = os.environ | {"HOME": self.directory}
        return process.run(argv, DEADLINE_S, cwd=self.directory, env=environment)

    def jwt(self, who: str, *arguments: str) -> process.Outcome:
        return self._run(self.programs[who], "jwt", *arguments)

    def must(self, who: str, *arguments: str) -> str:
        done = self.jwt(who, *arguments)
        expect(done.status == 0, f"{who} jwt {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def _pair(self, name: str) -> str:
        self.must("ours", "keys", f"{name}.seed", f"{name}.public")
        return self.read(f"{name}.public")

    def key(self, family: str) -> tuple[str, str]:
        """The files of the signing key and of its public half."""
        return ("issuer.seed", "issuer.public") if family == "ed25519" else ("signer.pem", "signer.public")

    def make(self, who: str, kind: str, family: str) -> str:
        """The name of a token's file."""
        name, key = f"{who}-{kind}-{family}.jwt", self.key(family)[0]
        if kind == "client":
            self.must(who, "client", name, "up=alice", key, "--public-key", self.public["holder"],
                      "--agents", "rpcutil.*", "--agents", "puppet", "--stream-user",
                      "--publish", "a.>", "--subscribe", "b.*")  # fmt: skip
        elif kind == "server":
            self.must(who, "server", name, "n1.example.net", self.public["holder"], key,
                      "--collectives", "mcollective", "--collectives", "eu", "--submission")  # fmt: skip
        else:
            secret = ("--token", SECRET) if who == "reference" else ("--token-file", "agent.secret")
            self.must(who, "provisioning", name, key, "--urls", "nats://p1.example.net:4222",
                      "--default", "--extensions", '{"b":1,"a":[true]}', *secret)  # fmt: skip
        return name

    def claims(self, name: str) -> dict:
        body = self.read(name).split(".")[1]
        return json.loads(base64.urlsafe_b64decode(body + "=="))

    def believed(self, who: str, name: str, public: str) -> process.Outcome:
        return self.jwt(who, "check" if who == "ours" else "view", name, public)

    def expect_believed(self, who: str, name: str, public: str) -> None:
        done = self.believed(who, name, public)
        mark = "is valid" if who == "ours" else "Validated"
        expect(done.status == 0 and mark in done.stdout, f"{who}: {done.stdout}{done.stderr}")
        expect(SECRET not in done.stdout + done.stderr, f"{who} shows a secret")

    def expect_refused(self, who: str, name: str, public: str) -> None:
        done = self.believed(who, name, public)
        expect(done.status == 1, f"{who} believes it: {done.stdout}{done.stderr}")


def same_claims(shop: Workshop, kind: str, family: str) -> None:
    """What both write differs in nothing but times, ids, the issuer's name and our safer default."""
    ours, theirs = (shop.claims(shop.make(who, kind, family)) for who in ("ours", "reference"))
    expect(list(ours) == list(theirs), f"{list(ours)} {list(theirs)}")
    for varying in ("exp", "nbf", "iat", "jti", "iss", "chs"):
        ours.pop(varying, None), theirs.pop(varying, None)
    expect(ours == theirs, f"{ours} {theirs}")


def chain(shop: Workshop, appointer: str) -> str:
    shop.must(appointer, "client", f"login-{appointer}.jwt", "up=login", "issuer.seed",
              "--public-key", shop.public["login"], "--issuer")  # fmt: skip
    name = f"chained-{appointer}.jwt"
    shop.must("ours", "client", name, "up=bob", "login.seed", "--issuer-token",
              f"login-{appointer}.jwt", "--public-key", shop.public["holder"])  # fmt: skip
    return name


def chained_is_believed(shop: Workshop, appointer: str) -> None:
    name = chain(shop, appointer)
    for who in shop.programs:
        shop.expect_believed(who, name, "issuer.public")
        shop.expect_believed(who, f"login-{appointer}.jwt", "issuer.public")
    done = shop.jwt("reference", "check", name, "--issuer", shop.public["issuer"],
                    "--purpose", "client", "--identity", "up=bob")  # fmt: skip
    expect(done.status == 0, done.stdout + done.stderr)
    done = shop.jwt("ours", "check", f"login-{appointer}.jwt", "issuer.public", "--chain-issuer")
    expect(done.status == 0, done.stdout + done.stderr)


def stranger_cannot_appoint_himself(shop: Workshop) -> None:
    """A chain whose first half another key than the organization's has signed."""
    shop.must("ours", "client", "self.jwt", "up=self", "stranger.seed",
              "--public-key", shop.public["stranger"], "--issuer")  # fmt: skip
    shop.must("ours", "client", "forged.jwt", "up=admin", "stranger.seed", "--org-admin",
              "--issuer-token", "self.jwt", "--public-key", shop.public["stranger"])  # fmt: skip
    shop.expect_refused("ours", "forged.jwt", "issuer.public")
    done = shop.believed("ours", "forged.jwt", "issuer.public")
    expect("not appointed by the organization" in done.stdout, done.stdout)


def changed_is_refused(shop: Workshop) -> None:
    for family in FAMILIES:
        for maker in shop.programs:
            name = shop.make(maker, "client", family)
            head, body, signature = shop.read(name).split(".")
            claims = shop.claims(name) | {"callerid": "up=admin"}
            body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
            shop.write("changed.jwt", f"{head}.{body}.{signature}")
            for who in shop.programs:
                shop.expect_refused(who, "changed.jwt", shop.key(family)[1])


def other_keys_are_refused(shop: Workshop) -> None:
    for maker in shop.programs:
        name = shop.make(maker, "client", "ed25519")
        for who in shop.programs:
            for public in ("stranger.public", "signer.public"):
                shop.expect_refused(who, name, public)


def seeds_serve_both(shop: Workshop) -> None:
    shop.must("reference", "keys", "theirs.seed", "theirs.public")
    shown = shop.must("ours", "keys", "--show-public", "theirs.seed")
    expect(shop.read("theirs.public") in shown, shown)
    shown = shop.must("reference", "keys", "--show-public", "holder.seed")
    expect(shop.public["holder"] in shown, shown)


def checks(shop: Workshop) -> dict[str, Callable[[], None]]:
    found: dict[str, Callable[[], None]] = {"keys.seeds_serve_both": lambda: seeds_serve_both(shop)}
    for family in FAMILIES:
        public = shop.key(family)[1]
        for kind in KINDS:
            found[f"{family}.{kind}.same_claims"] = (
                lambda kind=kind, family=family: same_claims(shop, kind, family)
            )
            for maker, judge in (("ours", "reference"), ("reference", "ours")):
                found[f"{family}.{kind}.{maker}_believed_by_{judge}"] = (
                    lambda maker=maker, judge=judge, kind=kind, family=family, public=public:
                    shop.expect_believed(judge, shop.make(maker, kind, family), public)
                )  # fmt: skip
    for appointer in shop.programs:
        found[f"chain.appointed_by_{appointer}"] = (
            lambda appointer=appointer: chained_is_believed(shop, appointer)
        )
    found["chain.stranger_cannot_appoint_himself"] = lambda: stranger_cannot_appoint_himself(shop)
    found["refused.changed_claims"] = lambda: changed_is_refused(shop)
    found["refused.other_keys"] = lambda: other_keys_are_refused(shop)
    return found


def run(ours: str, reference: str, directory: str, result: PeerResult) -> None:
    for name, check in checks(Workshop(ours, reference, directory)).items():
        try:
            check()
            result.add(name, True)
        except AssertionError as problem:
            result.add(name, False, str(problem))
