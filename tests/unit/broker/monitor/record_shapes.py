#!/usr/bin/env python3
"""Prints nats_server_shapes.h: the fields of a real nats-server's monitoring pages, in their order.

Usage, from the repository root:
    python3 -m tests.unit.broker.monitor.record_shapes NATS_SERVER > OUT

A shape has for each field its path and its type, in the order of the page. Of an array the fields
of all elements are merged. The keys of free-form objects are not listed.
"""

import json
import sys
import textwrap

from tests.support.certificates import Authority
from tests.support.nats_server import NatsServer, version_of
from tests.support.nats_socket import NatsSocket
from tests.support.places import TempDir

LISTEN = 'listen: "127.0.0.1:-1"\nhttp: "127.0.0.1:-1"\n'
LINE_WIDTH = 96
FREE_FORM = ("http_req_stats", "metadata")

PLAIN_PAGES = (
    ("Varz", "/varz"),
    ("Connz", "/connz"),
    ("ConnzSubs", "/connz?subs=1"),
    ("ConnzSubsDetail", "/connz?subs=detail"),
    ("ConnzAuth", "/connz?auth=1"),
    ("ConnzPastTheEnd", "/connz?offset=100"),
    ("ConnzUnknownAccount", "/connz?acc=none"),
    ("Subsz", "/subsz"),
    ("SubszSubs", "/subsz?subs=1&test=bar"),
    ("Healthz", "/healthz"),
    ("HealthzNoAccount", "/healthz?stream=x"),
    ("HealthzNoAccountDetails", "/healthz?stream=x&details=1"),
)
CLOSED_PAGES = (
    ("ConnzClosed", "/connz?state=closed"),
    ("ConnzClosedSubs", "/connz?state=closed&subs=1"),
)


def type_name(value) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    return {str: "string", list: "array", dict: "object", type(None): "null"}[type(value)]


def merge(shape: dict, value, path: str) -> None:
    """Adds the fields of `value`, each new one behind the field that came before it."""
    if isinstance(value, list):
        for element in value:
            merge(shape, element, path + "[]")
        return
    if not isinstance(value, dict) or path.rsplit(".", 1)[-1] in FREE_FORM:
        return
    for key, child in value.items():
        child_path = f"{path}.{key}".lstrip(".")
        shape.setdefault(child_path, type_name(child))
        merge(shape, child, child_path)


def print_shape(name: str, body: bytes) -> None:
    shape: dict[str, str] = {}
    merge(shape, json.loads(body), "")
    fields = ", ".join(f"{path} {kind}" for path, kind in shape.items())
    lines = textwrap.fill(fields.replace(" ", "~").replace(",~", ", "), LINE_WIDTH)
    print(f'inline constexpr char k{name}[] = R"(\n{lines})";\n'.replace("~", " "))


def record(server: NatsServer, pages) -> None:
    for name, path in pages:
        print_shape(name, server.get(path)[2])


def connect(client: NatsSocket, commands: str = "", **options) -> None:
    options = {"verbose": False, "name": "n", "lang": "cc", "version": "1"} | options
    client.send(f"CONNECT {json.dumps(options)}\r\n{commands}PING\r\n".encode())
    client.read_until(lambda frame: frame.verb == "PONG")


def plain(binary: str) -> None:
    with NatsServer(binary, LISTEN) as server, server.connect() as client:
        connect(client, "SUB bar q 1\r\nUNSUB 1 10\r\n")
        record(server, PLAIN_PAGES)
        client.send(b"UNKNOWN\r\n")
        client.read_until(lambda frame: False)
        while json.loads(server.get("/connz?state=closed")[2])["total"] == 0:
            pass
        record(server, CLOSED_PAGES)


def configured(binary: str) -> None:
    config = (
        'max_subscriptions: 7\nserver_tags: ["a"]\nserver_metadata: { k: v }\n'
        "authorization { users = [ { user: joe, password: joe } ] }\n"
    )
    with NatsServer(binary, LISTEN + config) as server, server.connect() as client:
        connect(client, user="joe", **{"pass": "joe"})
        record(server, (("VarzConfigured", "/varz"), ("ConnzUser", "/connz?auth=1")))


def tls(binary: str) -> None:
    with TempDir() as directory:
        authority = Authority(directory.path)
        leaf = authority.issue("server")
        config = f'tls {{ cert_file: "{leaf.cert}", key_file: "{leaf.key}" }}\n'
        with NatsServer(binary, LISTEN + config) as server, server.connect() as client:
            client.read_until(lambda frame: frame.verb == "INFO")
            client.start_tls(authority.client_context())
            connect(client)
            record(server, (("VarzTls", "/varz"), ("ConnzTls", "/connz")))


def main() -> None:
    binary = sys.argv[1]
    print(f"// The fields of the monitoring pages of nats-server {version_of(binary)}, in their order.")
    print("// Printed by record_shapes.py; nothing here is written by hand.")
    print("#pragma once\n\nnamespace antiphon::nats_server_shapes {\n")
    plain(binary)
    configured(binary)
    tls(binary)
    print("}  // namespace antiphon::nats_server_shapes")


if __name__ == "__main__":
    main()
