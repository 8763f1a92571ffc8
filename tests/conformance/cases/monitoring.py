"""The monitoring endpoints: statuses, headers, bodies, and where they listen."""

import http.client
import json
import re

from tests.conformance.script import LISTEN, NO_SERVER, NO_SERVER_TLS, Area, Setup
from tests.conformance.workload import PLAIN, TLS

AREA = Area("monitoring")


def status_line(play, path, method="GET"):
    """Status and the headers that clients look at."""
    status, headers, body = play.server.get(path, method)
    play.note(f"{method} {path} -> {status}")
    for name in ("content-type", "access-control-allow-origin"):
        play.note(f"  {name}: {headers.get(name)}")
    play.note(f"  body: {bool(body)}")


AREA.rows(
    PLAIN,
    status_line,
    [
        ("root", "The index", "/"),
        ("varz", "/varz", "/varz"),
        ("connz", "/connz", "/connz"),
        ("subsz", "/subsz", "/subsz"),
        ("subscriptionsz", "The old name of it", "/subscriptionsz"),
        ("healthz", "/healthz", "/healthz"),
        ("not_found", "A path that is none", "/nosuchz"),
        ("not_found_below", "A path below one", "/varz/x"),
        ("trailing_slash", "A slash too many", "/varz/"),
        ("upper_case", "Paths are in lower case", "/VARZ"),
        ("head", "HEAD", "/varz", "HEAD"),
        ("post", "POST", "/varz", "POST"),
        ("unknown_query", "Unknown arguments are ignored", "/varz?nosuch=1"),
    ],
)
AREA.rows(
    PLAIN,
    status_line,
    [
        (f"other_{name}", f"/{name}", f"/{name}")
        for name in ("routez", "gatewayz", "leafz", "accountz", "accstatz", "jsz")
    ],
)


@AREA.case(PLAIN)
def root_links(play):
    """The index has links to what there is."""
    body = play.server.get("/")[2].decode()
    links = re.findall(r"href=[\"']?\.?(/\w+)", body)
    play.note(
        f"{sorted(link for link in links if link in ('/varz', '/connz', '/subsz', '/healthz'))}"
    )


@AREA.case(PLAIN)
def layout(play):
    """JSON is indented by two spaces; /healthz is one line."""
    for path in ("/varz", "/connz", "/subsz", "/healthz"):
        body = play.server.get(path)[2].decode()
        play.note(
            f"{path} {body[:5]!r} {body[-2:]!r} lines of one field: {body.count(chr(10)) > 3}"
        )


@AREA.case(PLAIN)
def healthz_body(play):
    """What /healthz says when all is well."""
    for path in ("/healthz", "/healthz?js-enabled-only=true", "/healthz?js-server-only=1"):
        status, _, body = play.server.get(path)
        play.note(f"{path} {status} {body.decode()}")


def callback(play, path):
    status, headers, body = play.server.get(path + "?callback=fun")
    play.note(f"{status} {headers.get('content-type')} {body[:5]!r} {body[-2:]!r}")


AREA.rows(
    PLAIN,
    callback,
    [
        (f"callback{p.replace('/', '_')}", f"?callback at {p}", p)
        for p in ("/varz", "/connz", "/subsz")
    ],
)


@AREA.case(NO_SERVER)
def base_path(play):
    """http_base_path comes before every path."""
    server = play.start(config=LISTEN + 'http: "127.0.0.1:-1"\nhttp_base_path: "/nats"\n')
    for path in ("/nats/varz", "/nats/connz", "/nats/healthz", "/nats", "/varz", "/"):
        play.note(f"{path} {server.get(path)[0]}")
    play.note(play.json("/nats/varz", server)["http_base_path"])


@AREA.case(NO_SERVER)
def http_port_key(play):
    """http_port and monitor_port name the port alone."""
    for key in ("http_port", "monitor_port"):
        server = play.start(config=LISTEN + f"{key}: -1\n")
        play.note(f"{key} {server.get('/healthz')[0]}")


@AREA.case(NO_SERVER_TLS)
def https(play):
    """https with the certificate of the tls block."""
    config = play.filled(Setup("https", TLS.config)).replace("http:", "https:")
    server = play.start(config=config)
    context = play.certificates.authority.client_context(certificate=play.certificates.client)
    status, headers, body = server.get("/varz", tls=context)
    is_port = json.loads(body)["https_port"] == server.monitor_port
    play.note(f"{status} {headers.get('content-type')} {is_port}")


@AREA.case(NO_SERVER)
def no_monitoring(play):
    """Without a port there is none."""
    server = play.start(config=LISTEN)
    play.note(f"{[line for line in server.process.lines() if 'monitor' in line]}")


@AREA.case(PLAIN, alone=True)
def keep_alive(play):
    """Several requests on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", play.server.monitor_port, timeout=10)
    for path in ("/healthz", "/varz", "/nosuch", "/healthz"):
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        play.note(f"{path} {response.status} {response.will_close}")
    connection.close()
