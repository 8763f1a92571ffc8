"""The declared differences; differences.py says what an entry means and when it applies."""

from tests.conformance.difference import Difference
from tests.conformance.our_difference_table import OURS


def _old(case: str, reason: str, *lines: str, rewrites=()) -> Difference:
    """2.9 differs, we follow 2.15. Without lines and rewrites: 2.9 cannot do this at all."""
    return Difference(case, "<2.10", reason, lines, tuple(rewrites))


_NO_INFO = "2.9 sends no INFO after the first PONG"
_MORE_FIELDS = "fields that came after 2.9"
_DIGEST = "2.9 does not show the digest of the configuration"
_TERM = "2.9 exits with status 1 on TERM and does not log the signal"
_SECOND_CONNECT = "since 2.12 a second CONNECT drops the subscriptions made before it"
_RESERVED = "newer servers reserve more subjects"
_EMPTY_CONFIG = "2.9 takes a configuration without any value"
_HANDSHAKE_FIRST = "handshake_first came with 2.10"
_MIN_VERSION = "min_version came with 2.10"
_503 = "newer servers name the subject in the 503"
_OLD_503 = (
    r"(HMSG \S+ \S+) \d+ \d+ \| NATS/1.0 503\\r\\nNats-Subject: .*",
    r"\1 16 16 | NATS/1.0 503\\r\\n\\r\\n",
)

_NKEY_GUEST = "in 2.9 the no_auth_user cannot be an nkey"
_PROXIES = "proxies that vouch for clients came with 2.12"

OLD_PEER = (
    _old("logins.nkey_guest*", _NKEY_GUEST),
    _old("logins.jwt_proxy", _PROXIES),
    _old("account_jwts.service_*", _503, rewrites=[_OLD_503]),
    _old("account_jwts.push*", "2.9 says nothing to a JWT that it does not take"),
    _old("system_services.*", "answers of 2.9 have other forms"),
    _old("system_encodings.of_*", "answers of 2.9 have other forms"),
    _old("system_encodings.expvarz", "EXPVARZ came with 2.10"),
    _old("system_subscribers.services_by_import", "2.9 does not answer an import of IDZ"),
    _old("system_events.*", "events of 2.9 have other forms, and those of strangers are not told"),
    _old("system_commands.*", "commands came with 2.10, and answers of 2.9 have other forms"),
    *(
        _old(f"account_deletion.{name}", "2.9 says nothing when it is asked for what it does not know")
        for name in ("kept", "for_good", "by_signer", "untyped", "several")
    ),
    _old("sentinels.[!p]*", "default_sentinel came with 2.10"),
    _old("callout.*", "auth callout came with 2.10"),
    _old("info.*", _MORE_FIELDS, rewrites=[(r"  (api_lvl|xkey): .*", None)]),
    _old("info.after_first_pong", _NO_INFO, "+ c < INFO"),
    _old("info.ping_before_connect", _NO_INFO, "+ c < INFO"),
    _old("info.after_first_pong_fields", _NO_INFO),
    _old("accounts.account_in_info", _NO_INFO),
    _old("connect.second_protocol", _NO_INFO, "+ c < INFO"),
    _old("connect.second_and_subscriptions", _SECOND_CONNECT, "- c < MSG foo 1 1 | b"),
    _old("accounts.second_connect", _SECOND_CONNECT, "- a < MSG foo 1 1 | x"),
    _old(
        "accounts.auth_only_system_block_nobody",
        "2.9 lets everybody into $G beside an authorization block without users",
    ),
    _old("account_sharing.mapping_*", "some functions of mappings came after 2.9"),
    _old("account_sharing.user_info", "$SYS.REQ.USER.INFO came with 2.10"),
    _old("account_sharing.streams_nobody", _503, rewrites=[_OLD_503]),
    _old(
        "account_sharing.request_nobody",
        "2.9 does not tell who asks a service that nobody serves",
        r"+ b < HMSG inbox 7 36 36 | NATS/1.0 503\r\nNats-Subject: help\r\n\r\n",
        r"+ b < HMSG inbox 7 37 37 | NATS/1.0 503\r\nNats-Subject: ask.x\r\n\r\n",
    ),
    _old("headers.nr*", _503, rewrites=[_OLD_503]),
    _old("connect.verbose_no_responders", _503, rewrites=[_OLD_503]),
    _old(
        "publish.reserved_subject_old_gr",
        _RESERVED,
        "- c < MSG $GR.x.y.z 1 1 | x",
        """+ c < -ERR 'Permissions Violation for Publish to "$GR.x.y.z"'""",
    ),
    _old(
        "publish.reserved_subject_nrg",
        _RESERVED,
        "- c < MSG $NRG.x 1 1 | x",
        """+ c < -ERR 'Permissions Violation for Publish to "$NRG.x"'""",
    ),
    _old("tls.min_version*", _MIN_VERSION),
    _old("tls.first_*", _HANDSHAKE_FIRST),
    _old("signals.*term*", _TERM, rewrites=[(r"exit status 0$", "exit status 1")]),
    _old("logs.whole_life", _TERM, '+ [INF] Trapped "terminated" signal'),
    _old(
        "logs.to_a_file",
        _TERM,
        "- exit status 1, on stderr: []",
        "+ exit status 0, on stderr: []",
        '+ [INF] Trapped "terminated" signal',
    ),
    _old("logs.utc", "--logtime_utc came after 2.9"),
    _old(
        "logs.trace_lines",
        "2.9 does not log the payload of a delivery",
        '+ [TRC] 127.0.0.1:<port> - cid:<n> - ->> MSG_PAYLOAD: ["hello"]',
    ),
    _old(
        "command_line.signal_nobody",
        "newer servers can signal several processes, and name each",
        "-   stderr: nats-server: no such process",
        "+   stderr: nats-server: ",
        '+   stderr: signal "quit" 99999999: no such process',
    ),
    _old("config_check.*", _DIGEST, rewrites=[(r" \(sha256:<digest>\)", "")]),
    _old("reload.log_line", _DIGEST, rewrites=[(r" \(sha256:<digest>\)", "")]),
    *(
        _old(
            f"config_check.{name}",
            reason,
            "- -t -c {dir}/x.conf -> exit status 0",
            "-   stderr: nats-server: configuration file <dir>/x.conf is valid",
            "+ -t -c {dir}/x.conf -> exit status 1",
            "+   stderr: (text)",
        )
        for name, reason in (
            ("empty", _EMPTY_CONFIG),
            ("comments", _EMPTY_CONFIG),
            ("stray_brace", _EMPTY_CONFIG),
            ("server_name_space", "2.9 takes a server_name with spaces"),
        )
    ),
    _old(
        "signals.lame_duck_monitoring",
        "2.9 has another status for a server that goes down",
        "- /healthz 503",
        "+ /healthz 500",
    ),
    _old(
        "monitoring.*",
        "2.9 sends no CORS header",
        rewrites=[(r"(access-control-allow-origin): \*", r"\1: None")],
    ),
    _old(
        "monitoring.callback_*",
        "JSONP is gone",
        rewrites=[(r"200 .*", r"200 application/javascript b'fun({' b'})'")],
    ),
    _old(
        "monitoring_fields.*",
        _MORE_FIELDS,
        rewrites=[
            (
                r"  (config_digest|disk_io_wait_stats|feature_flags|(in|out)_client_(bytes|msgs)"
                r"|slow_consumer_stats|stale_connection(s|_stats)|stalled_clients"
                r"|tls_cert_not_after)\b.*",
                None,
            ),
            (r"  (connections|subscriptions_list)\[\]\.(name_tag|account_tag) .*", None),
        ],
    ),
    *(
        _old(
            f"monitoring_fields.{case}",
            "2.9 leaves server, time and page out of /subsz without subs",
            "+   limit number",
            "+   now string",
            "+   offset number",
            "+   server_id string",
            "+   total number",
        )
        for case in ("subsz", "before_any_client")
    ),
    _old(
        "monitoring_fields.values_after_workload",
        "2.9 leaves the page out of /subsz without subs",
        "-   total: None",
        "-   offset: None",
        "-   limit: None",
        "+   total: 0",
        "+   offset: 0",
        "+   limit: 1024",
    ),
    _old("monitoring_queries.connz_sort_rtt", "the order by rtt came after 2.9"),
    _old("monitoring_queries.subsz_list", _MORE_FIELDS, rewrites=[(r"'account_tag': '\$G', ", "")]),
    _old(
        "monitoring_queries.subsz_pages",
        "2.9 has no page behind the end",
        "-   offset: None",
        "-   limit: None",
        "+   offset: 100",
        "+   limit: 1024",
    ),
)

TABLE: tuple[Difference, ...] = OLD_PEER + OURS
