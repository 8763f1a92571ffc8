"""Publish and subscribe: subjects, wildcards, queue groups, headers, payload sizes, order."""

import asyncio
from contextlib import asynccontextmanager

import nats
from checks import DEADLINE_S, check, expect

MAX_PAYLOAD_BYTES = 1024 * 1024
ORDERED_MESSAGES = 100_000
PUBLISH_BATCH = 1_000
ONCE = {"allow_reconnect": False, "max_reconnect_attempts": 1, "reconnect_time_wait": 0.05}


@asynccontextmanager
async def connection(world, server="plain", **options):
    client = await nats.connect(world.url(server), **ONCE | options)
    try:
        yield client
    finally:
        await client.close()


async def fence(client) -> None:
    """Returns when the server has processed everything sent before.

    One flush is not enough: this client writes the PING at once, ahead of what its flusher holds.
    """
    await client.flush()
    await client.flush()


async def take(subscription, count: int) -> list:
    return [await subscription.next_msg(timeout=DEADLINE_S) for _ in range(count)]


async def expect_quiet(client, subscription, why: str) -> None:
    """Nothing more is on its way: a round trip to the server brings no message."""
    await fence(client)
    expect(subscription.pending_msgs == 0, f"a message arrived {why}")


@check("connect.server_info")
async def _(world):
    async with connection(world) as client:
        expect(client.max_payload == MAX_PAYLOAD_BYTES, f"max_payload {client.max_payload}")
        expect(client.connected_server_version.major == 2, client.connected_server_version)
        info = client._server_info
        for field in ("server_id", "server_name", "version", "go", "host", "port", "proto"):
            expect(field in info, f"no {field} in INFO")
        expect(info["headers"] is True, "INFO does not offer headers")
        return info["version"]


@check("publish.subscribe")
async def _(world):
    async with connection(world) as client:
        subscription = await client.subscribe("greet")
        for number in range(10):
            await client.publish("greet", b"hello %d" % number)
        got = [message.data for message in await take(subscription, 10)]
        expect(got == [b"hello %d" % number for number in range(10)], got)


@check("publish.between_connections")
async def _(world):
    async with connection(world) as one, connection(world) as other:
        subscription = await one.subscribe("news")
        await fence(one)
        await other.publish("news", b"x")
        expect((await take(subscription, 1))[0].data == b"x", "payload")


@check("publish.empty_payload")
async def _(world):
    async with connection(world) as client:
        subscription = await client.subscribe("empty")
        await client.publish("empty")
        expect((await take(subscription, 1))[0].data == b"", "payload")


@check("publish.binary_payload")
async def _(world):
    payload = bytes(range(256)) + b"\r\nPING\r\n+OK\r\n"
    async with connection(world) as client:
        subscription = await client.subscribe("binary")
        await client.publish("binary", payload)
        expect((await take(subscription, 1))[0].data == payload, "payload")


@check("publish.reply_subject")
async def _(world):
    async with connection(world) as client:
        subscription = await client.subscribe("ask")
        await client.publish("ask", b"?", reply="answer.here")
        expect((await take(subscription, 1))[0].reply == "answer.here", "reply subject")


@check("publish.utf8_subject")
async def _(world):
    async with connection(world) as client:
        subscription = await client.subscribe("größe.*")
        await client.publish("größe.東京", b"x")
        expect((await take(subscription, 1))[0].subject == "größe.東京", "subject")


@check("wildcard.token")
async def _(world):
    async with connection(world) as client:
        subscription = await client.subscribe("w.*.end")
        for subject in ("w.1.end", "w.1.2.end", "w.end", "w.2.end.more", "w.3.end"):
            await client.publish(subject)
        got = [message.subject for message in await take(subscription, 2)]
        expect(got == ["w.1.end", "w.3.end"], got)
        await expect_quiet(client, subscription, "that does not match")


@check("wildcard.tail")
async def _(world):
    async with connection(world) as client:
        subscription = await client.subscribe("tail.>")
        for subject in ("tail", "tail.1", "tail.1.2.3", "tailor.1"):
            await client.publish(subject)
        got = [message.subject for message in await take(subscription, 2)]
        expect(got == ["tail.1", "tail.1.2.3"], got)
        await expect_quiet(client, subscription, "that does not match")


@check("subscribe.overlapping")
async def _(world):
    async with connection(world) as client:
        subjects = ("over.lap", "over.lap", "over.*", "over.>")
        subscriptions = [await client.subscribe(subject) for subject in subjects]
        await client.publish("over.lap", b"x")
        for subscription in subscriptions:
            await take(subscription, 1)
            await expect_quiet(client, subscription, "twice")


@check("subscribe.unsubscribe")
async def _(world):
    async with connection(world) as client:
        got = []

        async def keep(message):
            got.append(message)

        subscription = await client.subscribe("gone", cb=keep)
        await subscription.unsubscribe()
        await client.publish("gone")
        await fence(client)
        expect(not got, "delivered after unsubscribe")


@check("subscribe.auto_unsubscribe")
async def _(world):
    async with connection(world) as client, connection(world) as other:
        subscription = await client.subscribe("five")
        await subscription.unsubscribe(limit=5)
        await fence(client)
        for _ in range(10):
            await other.publish("five")
        await fence(other)
        await take(subscription, 5)
        await fence(client)
        delivered = client.stats["in_msgs"]
        expect(delivered == 5, f"{delivered} messages reached the client")


@check("subscribe.many")
async def _(world):
    count = 5_000
    async with connection(world) as client:
        subscriptions = [await client.subscribe(f"many.{n}") for n in range(count)]
        for number in range(count):
            await client.publish(f"many.{number}", b"%d" % number)
        for number, subscription in enumerate(subscriptions):
            expect((await take(subscription, 1))[0].data == b"%d" % number, number)


@check("subscribe.fan_out")
async def _(world):
    async with connection(world) as client:
        subscriptions = [await client.subscribe("fan") for _ in range(10)]
        for number in range(1_000):
            await client.publish("fan", b"%d" % number)
        for subscription in subscriptions:
            got = [int(message.data) for message in await take(subscription, 1_000)]
            expect(got == list(range(1_000)), "order")


async def queue_counts(world, groups: list[str], messages: int) -> list[int]:
    """How many of the messages each member got; members sit on two connections in turn."""
    counts = [0] * len(groups)
    done = asyncio.Event()
    expected = messages * len(set(groups))
    async with connection(world) as one, connection(world) as other:
        for index, group in enumerate(groups):

            async def count(_, index=index):
                counts[index] += 1
                if sum(counts) >= expected:
                    done.set()

            await (one, other)[index % 2].subscribe("work.*", queue=group, cb=count)
        await fence(one)
        await fence(other)
        for number in range(messages):
            await one.publish(f"work.{number}")
        await asyncio.wait_for(done.wait(), DEADLINE_S)
        await fence(one)
        await fence(other)
    return counts


@check("queue.exactly_once")
async def _(world):
    counts = await queue_counts(world, ["workers"] * 4, 1_000)
    expect(sum(counts) == 1_000 and min(counts) > 0, counts)
    return f"{counts}"


@check("queue.two_groups")
async def _(world):
    counts = await queue_counts(world, ["red", "red", "blue", "blue"], 500)
    expect(sum(counts[:2]) == 500 and sum(counts[2:]) == 500, counts)


@check("queue.beside_plain_subscriber")
async def _(world):
    async with connection(world) as client:
        plain = await client.subscribe("both")
        members = [await client.subscribe("both", queue="q") for _ in range(3)]
        for _ in range(100):
            await client.publish("both")
        await take(plain, 100)
        await fence(client)
        got = sum(member.pending_msgs for member in members)
        expect(got == 100, f"the group got {got} of 100")


@check("echo.off")
async def _(world):
    async with connection(world, no_echo=True) as client, connection(world) as other:
        own = await client.subscribe("echo")
        foreign = await other.subscribe("echo")
        await fence(other)
        await client.publish("echo")
        await take(foreign, 1)
        await expect_quiet(client, own, "from itself")


@check("headers.round_trip")
async def _(world):
    headers = {"Trace-Id": "abc 123", "x-lower": "ä: b", "Empty": ""}
    async with connection(world) as client:
        subscription = await client.subscribe("headed")
        await client.publish("headed", b"body", headers=headers)
        message = (await take(subscription, 1))[0]
        expect(message.headers == headers, message.headers)
        expect(message.data == b"body", message.data)


@check("headers.without_payload")
async def _(world):
    async with connection(world) as client:
        subscription = await client.subscribe("headed")
        await client.publish("headed", headers={"Only": "this"})
        message = (await take(subscription, 1))[0]
        expect(message.headers == {"Only": "this"} and message.data == b"", message)


@check("payload.at_max")
async def _(world):
    payload = b"\x5a" * MAX_PAYLOAD_BYTES
    async with connection(world) as client:
        subscription = await client.subscribe("large")
        for _ in range(5):
            await client.publish("large", payload)
        for message in await take(subscription, 5):
            expect(message.data == payload, f"{len(message.data)} bytes")


@check("payload.over_max")
async def _(world):
    async with connection(world) as client:
        try:
            await client.publish("large", b"x" * (MAX_PAYLOAD_BYTES + 1))
        except nats.errors.MaxPayloadError:
            return
        raise AssertionError("accepted")


@check("payload.limit_from_info")
async def _(world):
    async with connection(world, "limited") as client:
        expect(client.max_payload == 1024, client.max_payload)
        subscription = await client.subscribe("small")
        await client.publish("small", b"x" * 1024)
        await take(subscription, 1)


async def ordered(world, server: str, count: int, **options) -> None:
    """`count` numbered messages from one connection reach another one in order, none missing."""
    limits = {"pending_msgs_limit": -1, "pending_bytes_limit": -1}
    expected = 0
    done = asyncio.get_running_loop().create_future()

    async def take_next(message):
        nonlocal expected
        if int(message.data) != expected and not done.done():
            done.set_exception(AssertionError(f"{message.data} instead of {expected}"))
        expected += 1
        if expected == count and not done.done():
            done.set_result(None)

    async with connection(world, server, **options) as reader, connection(
        world, server, **options
    ) as writer:
        await reader.subscribe("ordered", cb=take_next, **limits)
        await fence(reader)
        for number in range(count):
            await writer.publish("ordered", b"%d" % number)
            if number % PUBLISH_BATCH == 0:
                await fence(writer)
        await asyncio.wait_for(done, 2 * DEADLINE_S)


@check("order.100k_messages")
async def _(world):
    await ordered(world, "plain", ORDERED_MESSAGES)
