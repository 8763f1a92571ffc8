"""The arguments of /connz, /subsz and /healthz: what they choose, and what is said to bad ones."""

from tests.conformance.script import Area
from tests.conformance.workload import PLAIN, USERS, note_values, three

AREA = Area("monitoring_queries")


def bad_query(play, path):
    status, headers, body = play.server.get(path)
    text = body.decode() if status != 200 else "(JSON)"
    play.note(f"{path} -> {status} {headers.get('content-type')} {text}")


AREA.rows(
    PLAIN,
    bad_query,
    [
        ("connz_bad_sort", "An unknown order", "/connz?sort=nosuch"),
        ("connz_bad_sort_case", "An order in upper case", "/connz?sort=CID"),
        ("connz_bad_auth", "auth that is no switch", "/connz?auth=maybe"),
        ("connz_bad_subs", "subs that is none", "/connz?subs=all"),
        ("connz_bad_limit", "limit that is no number", "/connz?limit=ten"),
        ("connz_bad_offset", "offset that is no number", "/connz?offset=1.5"),
        ("connz_bad_cid", "cid that is no number", "/connz?cid=abc"),
        ("connz_negative_cid", "A negative cid", "/connz?cid=-1"),
        ("connz_negative_limit", "A negative limit", "/connz?limit=-1"),
        ("connz_negative_offset", "A negative offset", "/connz?offset=-1"),
        ("connz_bad_state", "An unknown state", "/connz?state=asleep"),
        ("connz_state_upper", "A state in upper case", "/connz?state=OPEN"),
        ("connz_sort_stop_open", "By the end, of open ones", "/connz?sort=stop"),
        ("connz_sort_reason_open", "By the reason, of open ones", "/connz?sort=reason"),
        ("connz_sort_stop_closed", "By the end, of closed ones", "/connz?sort=stop&state=closed"),
        (
            "connz_sort_reason_closed",
            "By the reason, of closed ones",
            "/connz?sort=reason&state=closed",
        ),
        ("connz_sort_uptime_any", "By uptime, of all", "/connz?sort=uptime&state=any"),
        (
            "connz_empty_values",
            "Empty values are none",
            "/connz?sort=&auth=&subs=&limit=&offset=&cid=&state=",
        ),
        ("connz_huge_limit", "A limit out of range", "/connz?limit=99999999999999999999"),
        ("connz_filter_without_account", "filter_subject without acc", "/connz?filter_subject=foo"),
        ("subsz_bad_subs", "subs that is no switch", "/subsz?subs=maybe"),
        ("subsz_bad_limit", "limit that is no number", "/subsz?limit=x"),
        ("subsz_bad_offset", "offset that is no number", "/subsz?offset=x"),
        ("subsz_bad_test", "test that is no subject", "/subsz?test=foo..bar"),
        ("subsz_wildcard_test", "test with a wildcard", "/subsz?test=foo.*"),
        ("healthz_bad_flag", "A switch of /healthz that is none", "/healthz?js-enabled-only=maybe"),
    ],
)


def names(connz):
    found = connz["connections"]
    return None if found is None else [c.get("name") for c in found]


def ordered(play, query):
    three(play)
    connz = play.json(f"/connz{query}")
    play.note(f"{query} -> {names(connz)}")
    note_values(play, connz, ("num_connections", "total", "offset", "limit"))


QUERIES = (
    ("sort_default", "", "Without arguments by cid"),
    ("sort_cid", "?sort=cid", "By cid"),
    ("sort_start", "?sort=start", "By start"),
    ("sort_subs", "?sort=subs", "By subscriptions"),
    ("sort_msgs_to", "?sort=msgs_to", "By messages to the client"),
    ("sort_msgs_from", "?sort=msgs_from", "By messages from the client"),
    ("sort_bytes_to", "?sort=bytes_to", "By bytes to the client"),
    ("sort_bytes_from", "?sort=bytes_from", "By bytes from the client"),
    ("sort_last", "?sort=last", "By the last activity"),
    ("sort_uptime", "?sort=uptime", "By uptime"),
    ("limit_1", "?limit=1", "limit"),
    ("limit_2_offset_1", "?limit=2&offset=1", "limit and offset"),
    ("offset_2", "?offset=2", "offset"),
    ("offset_9", "?offset=9", "offset behind the end"),
    ("limit_0", "?limit=0", "A limit of 0 is the default"),
    ("limit_sorted", "?limit=1&sort=subs", "limit after sorting"),
    ("state_any", "?state=any", "Open and closed"),
    ("state_all", "?state=all", "all means any"),
    ("state_closed", "?state=closed", "Nobody is closed"),
    ("user_nobody", "?user=joe", "user that is nobody"),
    ("acc_global", "?acc=$G", "acc"),
    ("acc_nobody", "?acc=none", "acc that is none"),
    ("acc_filter", "?acc=$G&filter_subject=s.1.0", "filter_subject"),
)
for _name, _query, _about in QUERIES:
    AREA.add(PLAIN, f"connz_{_name}", _about, lambda p, query=_query: ordered(p, query), alone=True)


@AREA.case(PLAIN, alone=True)
def connz_sort_free(play):
    """By what cannot be foretold: all three are there."""
    three(play)
    for key in ("pending", "idle"):
        play.note(f"{key} {sorted(names(play.json(f'/connz?sort={key}')))}")


@AREA.case(PLAIN, alone=True)
def connz_sort_rtt(play):
    """By round trip time."""
    three(play)
    play.note(f"{sorted(names(play.json('/connz?sort=rtt')))}")


@AREA.case(PLAIN, alone=True)
def connz_cid(play):
    """One connection by its cid; one that is none."""
    clients = three(play)
    found = play.json(f"/connz?cid={clients[1].cid}")
    play.note(f"{names(found)}")
    note_values(play, found, ("num_connections", "total", "offset", "limit"))
    nobody = play.json("/connz?cid=999999")
    note_values(play, nobody, ("num_connections", "total", "offset", "limit"))
    with_subs = play.json(f"/connz?cid={clients[1].cid}&subs=1")["connections"][0]
    play.note(f"subs {sorted(with_subs['subscriptions_list'])}")


@AREA.case(PLAIN, alone=True)
def connz_closed(play):
    """Closed ones in their orders, by cid, and with open ones."""
    clients = three(play)
    for c in clients[:2]:
        c.send("BYE\r\n")
        c.read_to_end()
        play.note_close_reason(c)
    c0 = f"cid={clients[0].cid}"
    for query in (
        *("?state=closed", "?state=closed&sort=stop", "?state=closed&sort=cid"),
        *("?state=any", "?state=open"),
        *(f"?state=closed&{c0}", f"?state=open&{c0}", f"?state=any&{c0}", f"?{c0}"),
    ):
        connz = play.json(f"/connz{query}")
        query = query.replace(c0, "cid=<c0>")
        play.note(f"{query} -> {names(connz)} {connz['num_connections']} {connz['total']}")


@AREA.case(PLAIN, alone=True)
def connz_subs(play):
    """The list of subscriptions, plain and detailed."""
    c = play.connect()
    c.talk("SUB foo 1\r\nSUB bar q 2\r\nUNSUB 2 10\r\nPUB foo 0\r\n\r\n")
    connection = play.json("/connz?subs=1")["connections"][0]
    play.note(f"{sorted(connection['subscriptions_list'])}")
    connection = play.json("/connz?subs=detail")["connections"][0]
    for detail in sorted(connection["subscriptions_list_detail"], key=lambda d: d["subject"]):
        play.note(f"{ {k: v for k, v in sorted(detail.items()) if k != 'cid'} }")


@AREA.case(USERS, alone=True)
def connz_auth(play):
    """auth=1 shows who it is, user= chooses."""
    for name in ("joe", "ann"):
        play.connect(name, user=name, name=f"of {name}", **{"pass": name}).talk("")
    for query in (
        "",
        "?auth=1",
        "?auth=true",
        "?auth=0",
        "?auth=1&user=joe",
        "?user=ann",
        "?user=eve&auth=1",
    ):
        shown = [
            (c["name"], c.get("authorized_user"), c.get("account"))
            for c in play.json(f"/connz{query}")["connections"]
        ]
        play.note(f"{query} -> {shown}")


# --- /subsz


@AREA.case(PLAIN, alone=True)
def subsz_list(play):
    """The list of subscriptions, its pages, and test."""
    a, b = play.connect("a"), play.connect("b")
    a.talk("SUB one.foo 1\r\nSUB one.* q 2\r\nSUB two 3\r\n")
    b.talk("SUB one.> 1\r\n")

    def shown(query):
        found = play.json("/subsz" + query)
        own = [s for s in found.get("subscriptions_list", []) if not s["subject"].startswith("$")]
        own.sort(key=lambda s: (s["subject"], s["sid"]))
        return [{k: v for k, v in sorted(s.items()) if k != "cid"} for s in own]

    for query in (
        "?subs=1",
        "?subs=1&test=one.foo",
        "?subs=1&test=none",
        "?subs=1&acc=$G",
        "?test=two",
        "?subs=1&acc=none",
    ):
        play.note(query)
        for line in shown(query):
            play.note(f"  {line}")


@AREA.case(PLAIN, alone=True)
def subsz_pages(play):
    """offset and limit."""
    play.connect("a").talk("".join(f"SUB s{n} {n}\r\n" for n in range(5)))
    for query in (
        "?subs=1&acc=$G&limit=2",
        "?subs=1&acc=$G&offset=3&limit=2",
        "?subs=1&acc=$G&offset=100",
    ):
        found = play.json("/subsz" + query)
        play.note(f"{query} {len(found.get('subscriptions_list') or [])}")
        note_values(play, found, ("offset", "limit"))
