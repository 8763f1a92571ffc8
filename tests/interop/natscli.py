"""The `nats` command line against the broker: every check is one or two runs of the program."""

import json
import os
import re
from collections.abc import Callable

from tests.interop.results import PeerResult, expect
from tests.interop.world import (
    BCRYPT_PASSWORD,
    BCRYPT_USER,
    PASSWORD,
    TOKEN,
    USER,
    World,
)
from tests.support import process

DEADLINE_S = 30.0
MAX_PAYLOAD_BYTES = 1024 * 1024
BENCH_MESSAGES = 100_000


class NatsCli:
    """Runs the program with a home of its own, so that no configuration of the user is used."""

    def __init__(self, binary: str, world: World):
        self.binary, self.world = binary, world
        home = world.directory.file("home")
        os.makedirs(home, exist_ok=True)
        self.env = {"HOME": home, "XDG_CONFIG_HOME": home, "NO_COLOR": "1"}

    def start(self, *arguments: str, server="plain", scheme="nats") -> process.Process:
        host = "localhost" if scheme == "tls" else "127.0.0.1"
        url = f"{scheme}://{host}:{self.world.ports[server]}"
        argv = [self.binary, "--server", url, "--no-context", *arguments]
        return process.Process(argv, env=self.env)

    def run(self, *arguments: str, fails: bool = False, **where: str) -> str:
        """The output of a run that must succeed, or must not."""
        with self.start(*arguments, **where) as child:
            status = child.wait(DEADLINE_S)
            output = "\n".join(child.lines())
        expect((status != 0) == fails, f"exit status {status}: {output}")
        return output

    def subscriber(self, *arguments: str, subject: str) -> process.Process:
        """A started subscriber whose subscription the server has."""
        child = self.start(*arguments)
        try:
            self.world.wait_for_subscription("plain", subject)
        except BaseException:
            child.end()
            raise
        return child


def output_of(child: process.Process) -> str:
    with child:
        status = child.wait(DEADLINE_S)
        output = "\n".join(child.lines())
    expect(status == 0, f"exit status {status}: {output}")
    return output


def rtt(cli: NatsCli) -> str:
    found = json.loads(cli.run("rtt", "--json"))
    expect(found[0]["results"][0]["rtt"] > 0, found)
    return f"{found[0]['results'][0]['rtt'] / 1e6:.2f} ms"


def publish_subscribe(cli: NatsCli) -> None:
    reader = cli.subscriber("sub", "greet.>", "--count", "3", "--raw", subject="greet.>")
    cli.run("pub", "greet.x", "hello {{Count}}", "--count", "3")
    got = [line for line in output_of(reader).split("\n") if line.startswith("hello")]
    expect(got == ["hello 1", "hello 2", "hello 3"], got)


def headers(cli: NatsCli) -> None:
    reader = cli.subscriber("sub", "headed", "--count", "1", subject="headed")
    cli.run("pub", "headed", "body", "-H", "One:first", "-H", "Two:second")
    output = output_of(reader)
    for expected in ("One: first", "Two: second", "body"):
        expect(expected in output, output)


def queue_group(cli: NatsCli) -> None:
    one = cli.subscriber("sub", "jobs", "--queue", "g", "--subjects-only", subject="jobs")
    with one, cli.start("sub", "jobs", "--queue", "g", "--subjects-only") as other:
        cli.world.wait_for_subscription("plain", "jobs", 2)
        cli.run("pub", "jobs", "x", "--count", "200")

        def received() -> list[int]:
            return [sum("jobs" in line for line in child.lines()[1:]) for child in (one, other)]

        process.wait_until(lambda: sum(received()) >= 200, "200 messages in the group", DEADLINE_S)
        cli.run("rtt")
        expect(sum(received()) == 200 and min(received()) > 0, received())


def request_reply(cli: NatsCli) -> None:
    with cli.subscriber("reply", "svc", "--echo", subject="svc"):
        output = cli.run("request", "svc", "ping me", "--raw")
        expect("ping me" in output, output)


def request_many(cli: NatsCli) -> None:
    with cli.subscriber("reply", "many", "--echo", "--queue", "a", subject="many"):
        with cli.start("reply", "many", "--echo", "--queue", "b"):
            cli.world.wait_for_subscription("plain", "many", 2)
            output = cli.run("request", "many", "hi", "--replies", "2", "--raw")
            expect(output.count("hi") == 2, output)


def no_responders(cli: NatsCli) -> None:
    output = cli.run("request", "nobody.here", "x")
    expect("No responders are available" in output, output)


def payload_at_max(cli: NatsCli) -> None:
    body = cli.world.directory.write("large", "x" * MAX_PAYLOAD_BYTES)
    dump = cli.world.directory.file("dump")
    reader = cli.subscriber("sub", "large", "--count", "1", "--dump", dump, subject="large")
    publish = [cli.binary, "--no-context", "--server", f"127.0.0.1:{cli.world.ports['plain']}"]
    shell = ["sh", "-c", '"$@" pub large --force-stdin < "$0"', body, *publish]
    done = process.run(shell, DEADLINE_S, env=dict(os.environ, **cli.env))
    expect(done.status == 0, done.stderr)
    output_of(reader)
    sizes = [len(json.load(open(os.path.join(dump, name)))["Data"]) for name in os.listdir(dump)]
    expect(sizes and sizes[0] >= MAX_PAYLOAD_BYTES, f"dumped {sizes}")


def payload_over_max(cli: NatsCli) -> None:
    output = cli.run("pub", "large", "{{ Random 2000 2000 }}", server="limited", fails=True)
    expect("maximum payload exceeded" in output, output)


def bench(cli: NatsCli) -> str:
    messages = ("--msgs", str(BENCH_MESSAGES), "--no-progress")
    reader = cli.subscriber("bench", "sub", "bench", *messages, subject="bench")
    cli.run("bench", "pub", "bench", *messages)
    output = output_of(reader)
    expect(re.search(r"subscriber stats: [\d,]+ msgs/sec", output), output)
    return output.strip().split("\n")[-1]


def reconnect(cli: NatsCli) -> None:
    with cli.start("sub", "after.restart", "--raw", server="volatile") as reader:
        cli.world.wait_for_subscription("volatile", "after.restart")
        cli.world.act("restart volatile")
        cli.world.wait_for_subscription("volatile", "after.restart")
        cli.run("pub", "after.restart", "still here", server="volatile")
        reader.wait_for_line("^still here$", DEADLINE_S)


def accepted(cli: NatsCli, *arguments: str, **where: str) -> None:
    cli.run(*arguments, "pub", "inside", "x", **where)


def denied(cli: NatsCli, words: str, *arguments: str, **where: str) -> None:
    output = cli.run(*arguments, "pub", "inside", "x", fails=True, **where)
    expect(re.search(words, output, re.IGNORECASE), output)


def security_checks(cli: NatsCli) -> dict[str, Callable[[NatsCli], str | None]]:
    paths = cli.world.certificates.paths
    ca = ("--tlsca", paths["ca"])
    certificate = ("--tlscert", paths["client.cert"], "--tlskey", paths["client.key"])

    def user(name: str, password: str) -> tuple[str, ...]:
        return ("--user", name, "--password", password)

    mtls = {"server": "mtls", "scheme": "tls"}
    tls = {"server": "tls", "scheme": "tls"}
    first = {"server": "tls_first", "scheme": "tls"}
    violation = "authorization violation"
    return {
        "auth.user": lambda c: accepted(c, *user(USER, PASSWORD), server="user"),
        "auth.bcrypt_user": lambda c: accepted(
            c, *user(BCRYPT_USER, BCRYPT_PASSWORD), server="user"
        ),
        "auth.wrong_password": lambda c: denied(c, violation, *user(USER, "no"), server="user"),
        "auth.missing": lambda c: denied(c, violation, server="user"),
        "auth.token": lambda c: accepted(c, "--token", TOKEN, server="token"),
        "auth.wrong_token": lambda c: denied(c, violation, "--token", "no", server="token"),
        "tls.server": lambda c: accepted(c, *ca, **tls),
        "tls.unknown_ca": lambda c: denied(
            c, "unknown authority", "--tlsca", paths["stranger_ca"], **tls
        ),
        "tls.mutual": lambda c: accepted(c, *ca, *certificate, **mtls),
        "tls.mutual_without_certificate": lambda c: denied(c, "error", *ca, **mtls),
        "tls.handshake_first": lambda c: accepted(c, *ca, "--tlsfirst", **first),
    }


SYSTEM = ("--user", "sys", "--password", "sys")


def server_list(cli: NatsCli) -> None:
    shown = json.loads(cli.run(*SYSTEM, "server", "list", "1", "--json", server="system"))
    servers = shown if isinstance(shown, list) else shown["servers"]
    expect(len(servers) == 1, servers)


def server_info(cli: NatsCli) -> None:
    """By the server's id, which the list tells."""
    shown = json.loads(cli.run(*SYSTEM, "server", "list", "1", "--json", server="system"))
    servers = shown if isinstance(shown, list) else shown["servers"]
    said = cli.run(*SYSTEM, "server", "info", servers[0]["server"]["id"], server="system")
    expect(servers[0]["server"]["ver"] in said, said)


def server_ping(cli: NatsCli) -> None:
    said = cli.run(*SYSTEM, "server", "ping", "1", server="system")
    expect("ping statistics" in said, said)


def server_requests(cli: NatsCli) -> str:
    """Each kind of request that the program can make of what is there."""
    kinds = ("variables", "connections", "subscriptions", "accounts", "jetstream-health",
             "gateways", "routes", "leafnodes", "jetstream")  # fmt: skip
    for kind in kinds:
        said = cli.run(*SYSTEM, "server", "request", kind, "1", server="system")
        expect('"server"' in said and '"error"' not in said, f"{kind}: {said}")
    return " ".join(kinds)


def server_report_connections(cli: NatsCli) -> None:
    with cli.start("--user", "app", "--password", "app", "sub", "reported", server="system"):
        cli.world.wait_for_subscription("system", "reported")
        said = cli.run(*SYSTEM, "server", "report", "connections", "1", server="system")
        expect("APP" in said, said)


def server_id(cli: NatsCli) -> str:
    shown = json.loads(cli.run(*SYSTEM, "server", "list", "1", "--json", server="system"))
    servers = shown if isinstance(shown, list) else shown["servers"]
    return servers[0]["server"]["id"]


def events(cli: NatsCli) -> None:
    """Who comes, goes and is refused."""
    with cli.start(*SYSTEM, "events", "--short", server="system") as listener:
        cli.world.wait_for_subscription("system", "$SYS.SERVER.*.CLIENT.AUTH.ERR")
        cli.run("--user", "app", "--password", "app", "pub", "seen", "x", server="system")
        cli.run("--user", "app", "--password", "no", "pub", "seen", "x", server="system", fails=True)
        for expected in (r"\[Connection\] user: app", r"\[Disconnection\] user: app .*Client Closed",
                         r"\[Disconnection\] user: app .*Authentication Failure"):  # fmt: skip
            listener.wait_for_line(expected, DEADLINE_S)


def statsz_heard(cli: NatsCli) -> None:
    said = cli.run(*SYSTEM, "sub", "$SYS.SERVER.*.STATSZ", "--count", "1", "--raw", server="system")
    expect('"statsz"' in said, said)


def config_reload(cli: NatsCli) -> None:
    """The program says the same whether it worked or not, so the server is asked."""
    before = cli.world.variables("system")["config_load_time"]
    said = cli.run(*SYSTEM, "server", "config", "reload", server_id(cli), "--force", server="system")
    expect("Server information" in said, said)
    after = cli.world.variables("system")["config_load_time"]
    expect(after != before, f"loaded at {before} before and after")


def kick(cli: NatsCli) -> None:
    """A client is closed by its number, and comes back."""
    with cli.start("--user", "app", "--password", "app", "sub", "kicked", server="system"):
        cli.world.wait_for_subscription("system", "kicked")
        connections = cli.world.connections("system", "subs=1")
        cid = next(c["cid"] for c in connections if "kicked" in c.get("subscriptions_list", []))
        said = cli.run(*SYSTEM, "server", "request", "kick", str(cid), server_id(cli),
                       server="system")  # fmt: skip
        expect('"error"' not in said, said)

        def reason() -> str | None:
            closed = cli.world.connections("system", "state=closed")
            return next((c["reason"] for c in closed if c["cid"] == cid), None)

        found = process.wait_until(reason, f"client {cid} among the closed", DEADLINE_S)
        expect(found == "Kicked", found)
        cli.world.wait_for_subscription("system", "kicked")


def account_statistics(cli: NatsCli) -> None:
    with cli.start("--user", "app", "--password", "app", "sub", "counted", server="system"):
        cli.world.wait_for_subscription("system", "counted")
        said = cli.run(*SYSTEM, "account", "report", "statistics", server="system")
        rows = said.split("Slow Consumers")[-1]  # the head of the table is there in any case
        expect(cli.world.variables("system")["version"] in rows, said)


def server_denied_to_others(cli: NatsCli) -> None:
    said = cli.run("--user", "app", "--password", "app", "--timeout", "1s", "server", "request",
                   "variables", "1", server="system", fails=True)  # fmt: skip
    expect('"server"' not in said, said)


CHECKS: dict[str, Callable[[NatsCli], str | None]] = {
    "rtt": rtt,
    "publish.subscribe": publish_subscribe,
    "headers": headers,
    "queue.exactly_once": queue_group,
    "request.reply": request_reply,
    "request.many_replies": request_many,
    "request.no_responders": no_responders,
    "payload.at_max": payload_at_max,
    "payload.over_max": payload_over_max,
    "bench.100k_messages": bench,
    "reconnect.subscriptions_restored": reconnect,
    "system.server_list": server_list,
    "system.server_info": server_info,
    "system.server_ping": server_ping,
    "system.server_requests": server_requests,
    "system.report_connections": server_report_connections,
    "system.events": events,
    "system.statsz_heard": statsz_heard,
    "system.config_reload": config_reload,
    "system.kick": kick,
    "system.account_statistics": account_statistics,
    "system.denied_to_others": server_denied_to_others,
}


def run(binary: str, world: World, result: PeerResult) -> None:
    cli = NatsCli(binary, world)
    for name, check in (CHECKS | security_checks(cli)).items():
        result.check(name, lambda check=check: check(cli))
