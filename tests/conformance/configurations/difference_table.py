"""Where we read a configuration otherwise than nats-server on purpose, each with its reason.

A pattern is searched in the line that tells of a difference. One that is not needed any more is a failure.
"""

_SEEMS = "the file would not do what it seems to say"
_OFF = "an empty value leaves a feature off, whatever its kind"
_NO_OCSP = "OCSP is not there: nobody is asked about our certificate"

TABLE = {
    r"^ours alone: TLS needs a certificate": _SEEMS,
    r"^ours alone: tls\.\w+ must not be empty": _SEEMS,
    r"^ours alone: clients' certificates cannot be verified": _SEEMS,
    r"^ours alone: this key has no value": _SEEMS,
    r"^ours alone: operators need a resolver": _SEEMS,
    r"^ours alone: a quote inside text without quotes": "nats-server ends such a text at its quote",
    r"^ours alone: expected a key, found '\{'": "braces around the braces of a file mean nothing",
    r"^ours alone: .* ee key too small": "OpenSSL holds RSA keys of 1024 bits to be too weak",
    r"^ours alone: an account cannot import from itself": "what it exports it has already",
    r'^ours alone: "[^"]+" has wildcards and "[^"]+" has none': "no message could be told its subject",
    r"^the peer alone: invalid use of field": "-t of nats-server fails where it warns, and a start does not",
    r"^the peer alone: .*error resolving system account": "the system account is always there",
    r"^the peer alone: Expected (map to define )?(cluster|mqtt|websocket)\b": _OFF,
    r"^the peer alone: (.*bad OCSP status|Get \"http)": _NO_OCSP,
    r"^the peer alone: invalid account JWT": "preloaded accounts are read where there is an operator",
    r"^/varz trusted_operators_(jwt|claim)": "/varz does not show operators",
    r"^/varz system_account: None, ours '\$SYS'": "nobody reaches it without users, so it may be there",
}
