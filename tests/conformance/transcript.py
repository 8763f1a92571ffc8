"""How what a server said is written down, so that two servers can be compared.

Ids, times, ports and digests are replaced; bytes that are not printable are escaped; what is long
is cut, with its length and a digest. JSON is written as one line per field with its type.
"""

import hashlib
import json
import re

from tests.support.nats_socket import Frame

SHOWN_BYTES_MAX = 160

_REPLACED = (
    (re.compile(r"\bN[A-Z2-7]{55}\b"), "<server-id>"),
    (re.compile(r"\bgo1\.\d+(\.\d+)?\b"), "<go>"),
    (re.compile(r"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"), "<time>"),
    (re.compile(r"\b127\.0\.0\.1:\d+"), "127.0.0.1:<port>"),
    (re.compile(r"\bsha256:[0-9a-f]{64}"), "sha256:<digest>"),
    (re.compile(r"\b_R_(\.\w{6,}){2}"), "<service-reply>"),
    # Times make the line longer or shorter.
    (re.compile(r'(Nats-Request-Info: \{.*?),"rtt":\d+'), r"\1"),
    (re.compile(r"^(HMSG .*) \d+ \d+ \| (.*Nats-Request-Info: \{)"), r"\1 <bytes> <bytes> | \2"),
)


def normalised(text: str) -> str:
    for pattern, replacement in _REPLACED:
        text = pattern.sub(replacement, text)
    return text


def shown(data: bytes) -> str:
    """Printable form of bytes: JSON-like escapes, long data by length and digest."""
    if len(data) > SHOWN_BYTES_MAX:
        digest = hashlib.sha256(data).hexdigest()[:12]
        return f"{shown(data[:48])}...({len(data)} bytes, {digest})"
    return data.decode("latin-1").encode("unicode_escape").decode("ascii")


def of_frame(frame: Frame) -> str:
    text = shown(frame.line)
    if frame.line_end != b"\r\n":
        text += f" (line end {frame.line_end!r})"
    if frame.payload is not None:
        text += f" | {shown(frame.payload)}"
    return normalised(text)


def json_type(value) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    return {str: "string", list: "array", dict: "object", type(None): "null"}[type(value)]


def shape(value, path: str = "") -> list[str]:
    """One line per field, with its type; of an array the shapes of all elements together."""
    if isinstance(value, dict):
        below = [line for key in value for line in shape(value[key], f"{path}.{key}".lstrip("."))]
    elif isinstance(value, list):
        below = [line for element in value for line in shape(element, f"{path}[]")]
    else:
        below = []
    return sorted(set([f"{path or '(top)'} {json_type(value)}", *below]))


def info_fields(line: bytes) -> dict:
    """The JSON of an INFO line."""
    verb, _, rest = line.partition(b" ")
    if verb != b"INFO":
        raise AssertionError(f"not an INFO line: {line!r}")
    return json.loads(rest)
