"""Users, tokens, TLS and mutual TLS: who gets in, who does not, and with which error."""

import ssl

import nats
from checks import check, expect
from messaging import ONCE, connection, fence, ordered, take


async def works(world, server: str, **options) -> None:
    async with connection(world, server, **options) as client:
        subscription = await client.subscribe("inside")
        await client.publish("inside", b"x")
        await take(subscription, 1)


async def refused(world, server: str, *words: str, **options) -> str:
    """The error's text; one of the words must be in it."""
    try:
        async with connection(world, server, **options) as client:
            await fence(client)
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        expect(any(word.lower() in text.lower() for word in words), text)
        return text
    raise AssertionError("accepted")


def context(world, ca: str = "ca", certificate: bool = False) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=world[ca])
    if certificate:
        made.load_cert_chain(world["client.cert"], world["client.key"])
    return made


@check("auth.user")
async def _(world):
    await works(world, "user", user=world["user"], password=world["password"])


@check("auth.bcrypt_user")
async def _(world):
    await works(world, "user", user=world["bcrypt_user"], password=world["bcrypt_password"])


@check("auth.wrong_password")
async def _(world):
    await refused(world, "user", "authorization", user=world["user"], password="wrong")


@check("auth.wrong_bcrypt_password")
async def _(world):
    await refused(world, "user", "authorization", user=world["bcrypt_user"], password="wrong")


@check("auth.missing")
async def _(world):
    await refused(world, "user", "authorization")


@check("auth.token")
async def _(world):
    await works(world, "token", token=world["token"])


@check("auth.wrong_token")
async def _(world):
    await refused(world, "token", "authorization", token="wrong")


@check("auth.nkey")
async def _(world):
    await works(world, "nkey", nkeys_seed=world["nkey.seed"])


@check("auth.nkey_unknown")
async def _(world):
    await refused(world, "nkey", "authorization", nkeys_seed=world["nkey.other"])


@check("auth.nkey_missing")
async def _(world):
    await refused(world, "nkey", "authorization")


@check("auth.nkey_beside_password")
async def _(world):
    await works(world, "nkey", user="pat", password="secret")


@check("auth.jwt")
async def _(world):
    await works(world, "jwt", user_credentials=world["creds"])


@check("auth.jwt_of_signing_key")
async def _(world):
    await works(world, "jwt", user_credentials=world["creds.signer"])


def refused_creds(wrong: str):
    @check(f"auth.jwt_{wrong}")
    async def _(world):
        creds = world[f"creds.{wrong}"]
        await refused(world, "jwt", "authorization", "expired", user_credentials=creds)


for _wrong in ("stolen", "expired", "revoked", "stranger"):
    refused_creds(_wrong)


@check("auth.jwt_missing")
async def _(world):
    await refused(world, "jwt", "authorization")


@check("auth.in_url")
async def _(world):
    url = world.url("user", f"{world['bcrypt_user']}:{world['bcrypt_password']}@")
    client = await nats.connect(url, **ONCE)
    await fence(client)
    await client.close()


@check("tls.server")
async def _(world):
    await works(world, "tls", tls=context(world), tls_hostname="localhost")


@check("tls.unknown_ca")
async def _(world):
    await refused(
        world, "tls", "certificate", tls=context(world, "stranger_ca"), tls_hostname="localhost"
    )


@check("tls.mutual")
async def _(world):
    await works(world, "mtls", tls=context(world, certificate=True), tls_hostname="localhost")


@check("tls.mutual_without_certificate")
async def _(world):
    await refused(
        world, "mtls", "certificate", "eof", "closed", "reset", "pipe", "lost",
        tls=context(world), tls_hostname="localhost",
    )  # fmt: skip


@check("tls.handshake_first")
async def _(world):
    await works(
        world, "tls_first", tls=context(world), tls_hostname="localhost", tls_handshake_first=True
    )


@check("tls.order")
async def _(world):
    await ordered(world, "mtls", 20_000, tls=context(world, certificate=True))


@check("tls.payload_at_max")
async def _(world):
    payload = bytes(range(256)) * 4096
    async with connection(world, "mtls", tls=context(world, certificate=True)) as client:
        subscription = await client.subscribe("large")
        for _ in range(3):
            await client.publish("large", payload)
        expect(all(m.data == payload for m in await take(subscription, 3)), "payload")
