"""Where we differ from nats-server on purpose, each with its reason. See differences.py."""

from tests.conformance.difference import Difference

_ALL = ">=2.0"
_NEW = ">=2.10"
_VALID = "-   stderr: nats-server: configuration file <dir>/x.conf is valid"


def _ours(case: str, reason: str, *lines: str, rewrites=(), of_peer=False, peers=_ALL) -> Difference:
    """Without lines and rewrites: we cannot do this (yet), and say so at the start."""
    return Difference(case, peers, reason, lines, tuple(rewrites), of_peer, ours_only=True)


_NO_PAGE = "pages about what we do not have are not there"
_PAGE_MISSING = [
    (r"^(GET \S+) -> 404$", r"\1 -> 200"),
    (r"(content-type): text/plain; charset=utf-8", r"\1: application/json"),
]
_CORS_MISSING = (r"(access-control-allow-origin): None", r"\1: *")
_WHOLE_LINE = "our limit counts the whole line, so that no line is without end"
_CR_OR_NUL = "a CR or NUL may end a line too early for whoever is told of the subject"
_CLIENT_INFO = "INFO from a client is of no consequence, so that it is not read"
_ALL_PROBLEMS = "all problems of a configuration are reported at once"
_CHECKED = "-t checks what would only fail at the start"
_SAYS_WHY = "who is sent away by a reload is told why"

_SHOWN_USER = "who is shown is who proved it, not what else CONNECT names"
_LET_IN = ("- c < MSG foo 1 1 | x", "- c < PONG", "- is JOE in ACME")
_SENT_AWAY = (
    "+ c < -ERR 'Authorization Violation'",
    "+ c < (end of stream)",
    "+ c * closed: Authentication Failure",
)

OURS = (
    _ours("logins.no_nkeys_both", _SHOWN_USER, "- is JOE in $G", "+ is pat in $G"),
    _ours("logins.jwt_with_password", _SHOWN_USER, "- is x in ACME", "+ is JOE in ACME"),
    _ours("logins.jwt_with_nkey", _SHOWN_USER, "- is EVE in ACME", "+ is JOE in ACME"),
    _ours(
        "logins.jwt_alg_old",
        "version 2 has one algorithm, and a header that says otherwise is not one of its tools'",
        *_LET_IN,
        *_SENT_AWAY,
    ),
    _ours(
        "logins.jwt_scoped_wildcard_name",
        "a scoped key must not widen its template by the names it gives",
        *_LET_IN,
        *_SENT_AWAY,
    ),
    _ours("sentinels.named", _SHOWN_USER, "- is joe in A", "+ is ANYBODY in A", peers=_NEW),
    _ours(
        "system_events.connected_by_jwt",
        "events hold no JWT: whoever has that of a bearer may use it; nor what is told by it alone",
        *2 * ("-   client.issuer_key string", "-   client.jwt string"),
        peers=_NEW,
    ),
    _ours(
        "system_commands.kick_broken",
        "who asks for what cannot be understood is told so",
        "- {: 0 errors",
        "+ {: 1 errors",
        '- {"cid":"x"}: 0 errors',
        '+ {"cid":"x"}: 1 errors',
        peers=_NEW,
    ),
    _ours(
        "logins.jwt_proxy",
        "we have no proxies that vouch for clients",
        "- c * closed: Proxy Required",
        "+ c * closed: Authentication Failure",
        peers=">=2.12",
    ),
    _ours(
        "callout.answer_defaults",
        "an account's permissions are those of all its users that have none, however they came",
        "- c < MSG foo 1 1 | x",
        "+ c < -ERR 'Permissions Violation for Publish to \"foo\"'",
        peers=_NEW,
    ),
    _ours(
        "callout.answer_proxy",
        "the reason is the same for all that an answer may be wrong in",
        "- c * closed: Proxy Required",
        "+ c * closed: Authentication Failure",
        peers=_NEW,
    ),
    _ours(
        "account_jwts.service_share",
        "a service is not told the JWT of who asks: whoever has that of a bearer may use it",
    ),
    _ours(
        "account_jwts.push_expired",
        "a JWT that nobody could log in by must not replace one that counts",
        "- ['data'] 200 True",
        "- known",
        "+ ['error'] 500 True",
        "+ not known",
        peers=_NEW,
    ),
    _ours(
        "account_jwts.push_stranger",
        "a JWT that nobody could log in by must not replace one that counts",
        "- ['data'] 200 True",
        "- known",
        "+ ['error'] 500 True",
        "+ not known",
        peers=_NEW,
    ),
    _ours("monitoring.other_*", _NO_PAGE, rewrites=_PAGE_MISSING, peers="<2.10"),
    _ours("monitoring.other_*", _NO_PAGE, rewrites=[*_PAGE_MISSING, _CORS_MISSING], peers=_NEW),
    _ours(
        "account_sharing.answer_to_wildcard",
        "an answer that goes on to another service has that service's subject",
        r"- c < HMSG <service-reply> 3 <bytes> <bytes> | "
        r'NATS/1.0\r\nNats-Request-Info: {"acc":"A"}\r\n\r\none',
        r"+ c < HMSG desk.1 1 <bytes> <bytes> | "
        r'NATS/1.0\r\nNats-Request-Info: {"acc":"A"}\r\n\r\none',
    ),
    _ours(
        "account_sharing.streams_maximum",
        "a maximum counts what is imported too",
        "- b < MSG pub.a 1 1 | y",
        "- b < MSG pub.a 1 1 | z",
    ),
    _ours("command_line.help_tls", "our help has our own text"),
    _ours(
        "command_line.routes_without_cluster",
        "clusters are not there yet",
        "-   stderr: nats-server: solicited routes require cluster capabilities, e.g. --cluster",
        "+   stderr: nats-server: flag -routes is not supported yet",
    ),
    _ours(
        "command_line.fails_https",
        "checked before the start",
        "- -p -1 -ms -1 -> 1: [FTL] Can't start monitoring",
        "+ -p -1 -ms -1 -> 1: (text)",
    ),
    *(
        _ours(f"config_check.{name}", _ALL_PROBLEMS, "+   stderr: (text)")
        for name in ("unknown_tls", "stray_brace", "tls_no_files", "tls_no_key")
    ),
    *(
        _ours(
            f"config_check.{name}",
            _CHECKED,
            "- -t -c {dir}/x.conf -> exit status 0",
            valid,
            "+ -t -c {dir}/x.conf -> exit status 1",
            "+   stderr: (text)",
            peers=peers,
        )
        for name in ("payload_above_pending", "no_auth_user_unknown", "lame_duck_grace")
        for peers, valid in (("<2.10", _VALID), (_NEW, _VALID + " (sha256:<digest>)"))
    ),
    _ours(
        "info.*",
        "JetStream's API is not there, so that INFO does not name it",
        rewrites=[(r"  api_lvl: .*", None)],
        of_peer=True,
        peers=_NEW,
    ),
    _ours(
        "limits.reason_headers",
        "the reason is more exact",
        "- c * closed: Protocol Violation",
        "+ c * closed: Message Header Violation",
    ),
    *(
        _ours(
            f"logs.{name}",
            "our name and no revision",
            "- [INF] Starting nats-server",
            "- [INF]   Git: ",
        )
        for name in ("whole_life", "to_a_file")
    ),
    _ours(
        "logs.trace_lines",
        "a traced CONNECT is made anew from the fields that hold no secret",
        rewrites=[(r'(<<- \[CONNECT \{"verbose":false,"pedantic":false).*', r"\1}]")],
    ),
    _ours(
        "monitoring.post",
        "the pages are read with GET and HEAD",
        "- POST /varz -> 200",
        "-   content-type: application/json",
        "-   access-control-allow-origin: *",
        "+ POST /varz -> 405",
        "+   content-type: text/plain; charset=utf-8",
        "+   access-control-allow-origin: None",
        peers=_NEW,
    ),
    _ours(
        "monitoring.post",
        "the pages are read with GET and HEAD",
        "- POST /varz -> 200",
        "-   content-type: application/json",
        "+ POST /varz -> 405",
        "+   content-type: text/plain; charset=utf-8",
        peers="<2.10",
    ),
    _ours(
        "monitoring_fields.before_any_client",
        "services of the system account are no subscriptions here",
        rewrites=[(r"  subscriptions_list.*", None)],
        of_peer=True,
    ),
    _ours(
        "monitoring_fields.tls",
        "/varz also says how many wait for their TLS handshake",
        rewrites=[(r"  tls_admission.*", None)],
    ),
    _ours(
        "monitoring_fields.users",
        "/varz also says how much who has not logged in has left unfinished",
        rewrites=[(r"  before_login.*", None)],
    ),
    _ours(
        "system_services.varz*",
        "VARZ says it too",
        rewrites=[(r"  data\.before_login.*", None)],
        peers=_NEW,
    ),
    _ours(
        "callout.tls_both_shown",
        "one way to an authority is told, not each one",
        "- a chain: the department's client, the department, the authority",
        "- a chain: the department's client, the department, the authority",
        peers=_NEW,
    ),
    _ours(
        "permissions.response_heard_twice",
        "who may answer a request may do so however often it came",
        "- ser < -ERR 'Permissions Violation for Publish to \"reply.1\"'",
        "+ joe < MSG reply.1 1 1 | a",
        peers=_NEW,
    ),
    _ours(
        "permissions.one_word_is_no_wildcard",
        "what is delivered is what may be subscribed to",
        "- word < MSG a.b 1 0 | ",
    ),
    *(
        _ours(
            f"publish.{kind}_{name}",
            _CR_OR_NUL,
            f"- c < MSG {subject} 1 1 | x",
            "+ c < -ERR 'Invalid Publish Subject'",
        )
        for kind in ("subject", "pedantic")
        for name, subject in (("nul", "a\\x00b"), ("cr_inside", "foo\\rbar"))
    ),
    _ours(
        "verbs.sub_nul",
        _CR_OR_NUL,
        "- c < MSG a\\x00b 1 0 | ",
        "+ c < -ERR 'Invalid Subject'",
        "+ c < -ERR 'Invalid Publish Subject'",
    ),
    _ours(
        "publish.control_line_spaces",
        _WHOLE_LINE,
        "- c < MSG foo 1 1 | x",
        "- c < PONG",
        "+ c < -ERR 'maximum control line exceeded'",
        "+ c < (end of stream)",
    ),
    *(
        _ours(
            f"verbs.control_line_{name}",
            _WHOLE_LINE,
            "- c < PONG",
            "+ c < -ERR 'maximum control line exceeded'",
            "+ c < (end of stream)",
        )
        for name in ("ping", "ok")
    ),
    *(
        _ours(f"verbs.info_{name}", _CLIENT_INFO, "- c < (end of stream)", "+ c < PONG")
        for name in ("bad_json", "no_argument", "wrong_type")
    ),
    *(
        _ours(
            f"reload.{name}",
            _SAYS_WHY,
            "+ c0 < -ERR 'Authorization Violation'",
            "- c0 * closed: Client Closed",
            "+ c0 * closed: Authentication Failure",
        )
        for name in ("user_removed", "all_users_replaced", "password_changed", "users_to_token")
    ),
    *(
        _ours(
            f"reload_events.{name}",
            _SAYS_WHY,
            "+ app < -ERR 'Authorization Violation'",
            "- $SYS.ACCOUNT.A.DISCONNECT client_disconnect ['A', 'app', 'app'] Client Closed",
            "+ $SYS.ACCOUNT.A.DISCONNECT client_disconnect ['A', 'app', 'app'] Authentication Failure",
        )
        for name in ("user_removed", "user_moved")
    ),
    _ours(
        "system_encodings.expvarz",
        "this is no Go program: of memstats there is what means something",
        rewrites=[(r"  data\.memstats\.(?!(Alloc|Sys|Heap(Alloc|Idle|Inuse|Sys)) ).*", None)],
        of_peer=True,
        peers=_NEW,
    ),
    _ours(
        "reload.auth_switched_off",
        "who may stay, stays",
        "- c0 < (end of stream)",
        "- c0 * closed: Client Closed",
        "+ c0 < MSG foo 1 1 | x",
        "+ c0 < PONG",
    ),
    _ours(
        "reload.authority_gone",
        "who came by an authority that is taken out of ca_file could not come again",
        "- c0 < MSG a 1 1 | x",
        "- c0 < PONG",
        "+ c0 < -ERR 'User Authentication Revoked'",
        "+ c0 < (end of stream)",
        "+ c0 * closed: Certificate Authority Removed",
    ),
    _ours(
        "reload.mappings_gone",
        "what is not in the configuration any more does not count",
        "- c < MSG b 1 1 | y",
        "+ c < MSG a 1 1 | y",
        peers=_NEW,
    ),
    _ours(
        "reload.max_payload_lowered",
        "clients that understand INFO at any time learn the new limit",
        "+ old < INFO",
    ),
)
