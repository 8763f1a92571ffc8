"""The server's first words: INFO, its form, its fields, and the INFO that may come later."""

from tests.conformance import transcript
from tests.conformance.script import Area, Setup

AREA = Area("info")

CHOSEN = Setup(
    "info_chosen",
    "max_payload: 2048\nserver_name: somebody\nauthorization { token: secret, timeout: 60 }\n",
)
ADVERTISED = Setup("info_advertised", 'client_advertise: "example.org:4242"\n')

# These are the server's own: of them only the type is compared.
VARYING = {"server_id", "version", "go", "port", "client_id", "nonce", "xkey"}


def note_fields(play, info):
    info.pop("git_commit", None)  # some builds have it
    for name, value in sorted(info.items()):
        kind = transcript.json_type(value)
        play.note(f"  {name}: {kind}" + ("" if name in VARYING else f" {value!r}"))


@AREA.case()
def fields(play):
    """The fields of INFO, their types and the values that do not depend on the server."""
    note_fields(play, play.open(info=False).info())


@AREA.case()
def form(play):
    """INFO is one line: verb, a space, JSON, a space, CRLF."""
    c = play.open(info=False)
    frame = c.read_until(lambda f: True)[0]
    play.note(f"{frame.line[:6]} ... {frame.line[-2:]} {frame.line_end}")


@AREA.case()
def server_id(play):
    """The id is a public server key of 56 base-32 letters, the same for each client."""
    ids = [play.open(name, info=False).info()["server_id"] for name in "ab"]
    play.note(f"{len(ids[0])} {ids[0][0]} {ids[0].isupper()} {ids[0] == ids[1]}")


@AREA.case()
def client_ids_grow(play):
    """Each client has its own, growing id, and is told its address."""
    infos = [play.open(name, info=False).info() for name in "ab"]
    play.note(f"grows: {infos[0]['client_id'] < infos[1]['client_id']}")
    play.note(f"client_ip {infos[0]['client_ip']}")


@AREA.case(CHOSEN)
def fields_with_authorization(play):
    """Limits, name and authorization are told."""
    note_fields(play, play.open(info=False).info())


@AREA.case(ADVERTISED)
def fields_with_advertise(play):
    """client_advertise replaces host and port."""
    info = play.open(info=False).info()
    play.note(f"{info['host']}:{info['port']} connect_urls {info.get('connect_urls')}")


@AREA.case()
def nothing_before_info(play):
    """What a client says before it has read INFO is taken after it."""
    c = play.open(info=False)
    c.send('CONNECT {"verbose":true}\r\nPING\r\n')
    c.read_to_pong()


@AREA.case()
def after_first_pong(play):
    """A client of protocol 1 gets another INFO after its first PONG, once."""
    c = play.connect(protocol=1)
    c.talk("")
    c.talk("")


@AREA.case()
def after_first_pong_fields(play):
    """That INFO has the fields of the first and tells the account."""
    c = play.open()
    c.send('CONNECT {"verbose":false,"protocol":1}\r\nPING\r\nPING\r\n')
    frames = c.read_until(lambda f: f.line == b"PONG") + c.read_until(lambda f: f.line == b"PONG")
    for frame in frames:
        play.note(frame.verb)
        if frame.verb == "INFO":
            note_fields(play, transcript.info_fields(frame.line))


@AREA.case()
def protocol_zero_gets_none(play):
    """A client of protocol 0 gets no further INFO."""
    c = play.connect(protocol=0)
    c.talk("")
    c.talk("")


@AREA.case()
def ping_before_connect(play):
    """A PING before CONNECT does not use up the INFO of the first PONG."""
    c = play.open()
    c.talk("")
    c.connect(protocol=1, verbose=False)
    c.talk("")
