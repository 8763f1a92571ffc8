"""The fields of the monitoring endpoints: names, types, forms, and chosen values."""

import re

from tests.conformance import transcript
from tests.conformance.script import NO_SERVER, Area, Setup
from tests.conformance.workload import PLAIN, TLS, USERS, counted, note_values, workload

AREA = Area("monitoring_fields")

GO_DURATION = r"(\d+(\.\d+)?(ns|µs|ms|s|m|h))+"


def note_shape(play, value):
    for line in transcript.shape(value):
        if not line.startswith("git_commit "):  # some builds have it
            play.note("  " + line)


def shape_of(play, path):
    workload(play)
    note_shape(play, play.json(path))


SHAPES = (
    ("varz", "/varz"),
    ("connz", "/connz"),
    ("connz_subs", "/connz?subs=1"),
    ("connz_subs_detail", "/connz?subs=detail"),
    ("connz_auth", "/connz?auth=1"),
    ("connz_empty_page", "/connz?offset=100"),
    ("subsz", "/subsz"),
    ("subsz_subs", "/subsz?subs=1"),
    ("subsz_test", "/subsz?subs=1&test=foo"),
)
for _name, _path in SHAPES:
    AREA.add(
        PLAIN,
        _name,
        f"Fields and types of {_path}",
        lambda p, path=_path: shape_of(p, path),
        alone=True,
    )


@AREA.case(PLAIN, alone=True)
def before_any_client(play):
    """Before the first client."""
    for path in ("/varz", "/connz", "/subsz", "/subsz?subs=1"):
        play.note(path)
        note_shape(play, play.json(path))


@AREA.case(PLAIN, alone=True)
def connz_closed(play):
    """Of closed connections."""
    a, _ = workload(play)
    a.send("BYE\r\n")
    a.read_to_end()
    play.note_close_reason(a)
    for path in ("/connz?state=closed", "/connz?state=closed&subs=1", "/connz?state=any"):
        play.note(path)
        note_shape(play, play.json(path))


@AREA.case(USERS, alone=True)
def users(play):
    """With users."""
    workload(play, user="joe", **{"pass": "joe"})
    for path in ("/varz", "/connz", "/connz?auth=1", "/connz?auth=1&subs=detail"):
        play.note(path)
        note_shape(play, play.json(path))


@AREA.case(TLS, alone=True)
def tls(play):
    """With TLS."""
    c = play.open()
    c.start_tls(certificate=play.certificates.client)
    c.connect(verbose=False)
    c.talk("")
    for path in ("/varz", "/connz"):
        play.note(path)
        note_shape(play, play.json(path))
    connection = play.json("/connz")["connections"][0]
    play.note(f"{connection['tls_version']}")


@AREA.case(NO_SERVER)
def server_name_is_id(play):
    """Without server_name the id stands for it."""
    server = play.start(config='listen: "127.0.0.1:-1"\nhttp: "127.0.0.1:-1"\n')
    varz = play.json("/varz", server)
    play.note(f"{varz['server_name'] == varz['server_id']}")


# --- values

DEFAULTS = (
    "proto host max_connections max_subscriptions ping_interval ping_max http_host http_base_path "
    "https_port auth_timeout max_control_line max_payload max_pending tls_timeout write_deadline "
    "auth_required "
    "tls_required tls_verify connections total_connections routes remotes leafnodes slow_consumers "
    "in_msgs out_msgs in_bytes out_bytes server_name"
).split()


@AREA.case(PLAIN, alone=True)
def values_defaults(play):
    """/varz shows the defaults."""
    note_values(play, play.json("/varz"), DEFAULTS)


@AREA.case(NO_SERVER)
def values_configured(play):
    """/varz shows what is configured."""
    config = (
        "max_payload: 2048\nmax_pending: 1MB\nmax_control_line: 1024\nmax_connections: 10\n"
        'max_subscriptions: 7\nping_interval: "30s"\nping_max: 5\nwrite_deadline: "3s"\n'
        "authorization { user: u, password: p, timeout: 5 }\n"
    )
    server = play.start(Setup("x", config))
    note_values(play, play.json("/varz", server), DEFAULTS)


CONNECTION_VALUES = (
    "kind type name lang version ip subscriptions in_msgs in_bytes out_msgs out_bytes".split()
)
COUNTERS = (
    "in_msgs in_bytes out_msgs out_bytes connections total_connections slow_consumers".split()
)


@AREA.case(PLAIN, alone=True)
def values_after_workload(play):
    """Counters after a known workload."""
    before = play.json("/varz")["subscriptions"]
    a, b = workload(play)
    b.talk("PUB foo 100\r\n" + "x" * 100 + "\r\n")
    play.carry(b, a)
    counted(a, b)
    varz, connz, subsz = (play.json(path) for path in ("/varz", "/connz", "/subsz"))
    play.note(f"subscriptions: {varz['subscriptions'] - before} more")
    play.note("varz")
    note_values(play, varz, COUNTERS)
    play.note("connz")
    note_values(play, connz, ("num_connections", "total", "offset", "limit"))
    for c in sorted(connz["connections"], key=lambda c: c["cid"]):
        note_values(play, c, CONNECTION_VALUES)
    play.note("subsz")
    note_values(play, subsz, ("total", "offset", "limit"))


@AREA.case(PLAIN, alone=True)
def values_headers_count(play):
    """Bytes of headers are counted too."""
    a, b = play.connect("a"), play.connect("b", headers=True)
    a.talk("SUB foo 1\r\n")
    b.talk("SUB foo 1\r\nHPUB foo 12 17\r\nNATS/1.0\r\n\r\nhello\r\n")
    a.read_frames(1)
    counted(a, b)
    for c in sorted(play.json("/connz")["connections"], key=lambda c: c["cid"]):
        note_values(play, c, "in_msgs in_bytes out_msgs out_bytes".split())


@AREA.case(PLAIN, alone=True)
def values_total_connections(play):
    """Connections that ended are in the total."""
    for name in "abc":
        play.connect(name)
    gone = play.connect("d")
    gone.close()
    play.note_close_reason(gone)
    note_values(play, play.json("/varz"), ("connections", "total_connections"))


@AREA.case(PLAIN, alone=True)
def values_unsubscribed(play):
    """Subscriptions that ended are not counted."""
    a, b = play.connect("a"), play.connect("b")
    a.talk("SUB a 1\r\nSUB b 2\r\nSUB c q 3\r\n")
    b.talk("SUB a 1\r\n")
    before = play.json("/varz")["subscriptions"]
    a.talk("UNSUB 1\r\nUNSUB 2 1\r\n")
    b.talk("PUB b 0\r\n\r\n")
    play.carry(b, a)
    counted(a, b)
    after = play.json("/varz")["subscriptions"]
    play.note(f"{before - after} fewer")
    b.close()
    play.note_close_reason(b)
    play.note(f"{after - play.json('/varz')['subscriptions']} fewer")


@AREA.case(PLAIN, alone=True)
def values_request_counts(play):
    """http_req_stats counts the requests."""
    for path in ("/varz", "/varz", "/connz", "/subsz", "/", "/nosuch"):
        play.server.get(path)
    stats = play.json("/varz")["http_req_stats"]
    note_values(play, stats, ("/", "/varz", "/connz", "/subsz", "/healthz"))


@AREA.case(PLAIN, alone=True)
def value_forms(play):
    """The forms of times and durations."""
    workload(play)
    varz, connz = play.json("/varz"), play.json("/connz")
    first = connz["connections"][0]
    for name, value in (
        ("varz start", varz["start"]), ("varz now", varz["now"]), ("varz uptime", varz["uptime"]),
        ("connz now", connz["now"]), ("start", first["start"]), ("uptime", first["uptime"]),
        ("idle", first["idle"]), ("last_activity", first["last_activity"]),
    ):  # fmt: skip
        play.note(f"{name}: {re.sub(r'[0-9]+', '0', value)}")
    play.note(f"rtt is a duration: {bool(re.fullmatch(GO_DURATION, first['rtt']))}")
    play.note(f"server_id the same: {varz['server_id'] == connz['server_id']}")
