"""Flush, drain, reconnect, lame duck, slow consumers, limits of the server."""

import asyncio
import time

import nats
from checks import DEADLINE_S, ask, check, expect, until
from messaging import connection, fence, take

RECONNECT = {"allow_reconnect": True, "max_reconnect_attempts": -1, "reconnect_time_wait": 0.05}


@check("flush.round_trip")
async def _(world):
    async with connection(world) as client:
        start = time.monotonic()
        await client.flush(timeout=DEADLINE_S)
        return f"{(time.monotonic() - start) * 1e3:.2f} ms"


@check("drain.subscription")
async def _(world):
    async with connection(world) as client:
        got = 0

        async def work(_):
            nonlocal got
            await asyncio.sleep(0.001)
            got += 1

        subscription = await client.subscribe("drained", cb=work)
        for _ in range(50):
            await client.publish("drained")
        await fence(client)
        await subscription.drain()
        expect(got == 50, f"{got} of 50 handled before the drain ended")
        await client.publish("drained")
        await fence(client)
        expect(got == 50, "delivered after the drain")


@check("drain.connection")
async def _(world):
    async with connection(world) as sender, connection(world) as watcher:
        closed = asyncio.Event()

        async def on_closed():
            closed.set()

        client = await nats.connect(world.url("plain"), closed_cb=on_closed)

        async def pass_on(_):
            await client.publish("passed.on")

        received = await watcher.subscribe("passed.on")
        await fence(watcher)
        await client.subscribe("work", cb=pass_on)
        await fence(client)
        for _ in range(100):
            await sender.publish("work")
        await fence(sender)
        await client.drain()
        await asyncio.wait_for(closed.wait(), DEADLINE_S)
        await take(received, 100)


@check("reconnect.subscriptions_restored")
async def _(world):
    back = asyncio.Event()

    async def on_reconnect():
        back.set()

    async with connection(world, "volatile", **RECONNECT, reconnected_cb=on_reconnect) as client:
        plain = await client.subscribe("kept.*")
        member = await client.subscribe("shared", queue="q")
        limited = await client.subscribe("counted")
        await limited.unsubscribe(limit=3)
        await client.publish("counted")
        await take(limited, 1)
        await ask("restart volatile")
        await asyncio.wait_for(back.wait(), DEADLINE_S)
        await fence(client)
        async with connection(world, "volatile") as other:
            await other.publish("kept.1", b"after")
            await other.publish("shared", b"after")
            for _ in range(5):
                await other.publish("counted")
            await fence(other)
        for subscription in (plain, member):
            expect((await take(subscription, 1))[0].data == b"after", "payload")
        await take(limited, 2)


@check("reconnect.publishes_are_buffered")
async def _(world):
    gone, back = asyncio.Event(), asyncio.Event()

    async def on_disconnect():
        gone.set()

    async def on_reconnect():
        back.set()

    handlers = {"disconnected_cb": on_disconnect, "reconnected_cb": on_reconnect}
    async with connection(world, "volatile", **RECONNECT, **handlers) as client:
        subscription = await client.subscribe("buffered")
        await fence(client)
        await ask("stop volatile")
        await asyncio.wait_for(gone.wait(), DEADLINE_S)
        for number in range(10):
            await client.publish("buffered", b"%d" % number)
        await ask("start volatile")
        await asyncio.wait_for(back.wait(), DEADLINE_S)
        got = [int(message.data) for message in await take(subscription, 10)]
        expect(got == list(range(10)), got)


@check("reconnect.off_closes")
async def _(world):
    closed = asyncio.Event()

    async def on_closed():
        closed.set()

    async with connection(world, "volatile", closed_cb=on_closed) as client:
        await ask("restart volatile")
        await asyncio.wait_for(closed.wait(), DEADLINE_S)
        expect(client.is_closed, "not closed")


@check("lame_duck.moves_to_another_server")
async def _(world):
    moved, notice = asyncio.Event(), asyncio.Event()

    async def on_reconnect():
        moved.set()

    async def on_lame_duck():
        notice.set()

    client = await nats.connect(
        [world.url("duck"), world.url("plain")],
        dont_randomize=True,
        reconnected_cb=on_reconnect,
        lame_duck_mode_cb=on_lame_duck,
        **RECONNECT,
    )
    try:
        subscription = await client.subscribe("moving")
        await fence(client)
        await ask("lame-duck duck")
        await asyncio.wait_for(notice.wait(), DEADLINE_S)
        await asyncio.wait_for(moved.wait(), DEADLINE_S)
        expect(client.connected_url.port == int(world["plain.port"]), client.connected_url)
        await client.publish("moving", b"x")
        await take(subscription, 1)
    finally:
        await client.close()


@check("slow_consumer.in_the_client")
async def _(world):
    errors = []

    async def on_error(error):
        errors.append(error)

    async with connection(world, error_cb=on_error) as client:

        async def dawdle(_):
            await asyncio.sleep(0.05)

        await client.subscribe("flood", pending_msgs_limit=10, cb=dawdle)
        for _ in range(100):
            await client.publish("flood")
        await until(lambda: errors, "slow consumer error")
        expect(isinstance(errors[0], nats.errors.SlowConsumerError), repr(errors[0]))


@check("slow_consumer.stalled_reader_is_closed")
async def _(world):
    chunk = b"x" * 64 * 1024
    async with connection(world, "slow") as client:
        await ask("stall slow flood")
        for _ in range(256):
            await client.publish("flood", chunk)
            await fence(client)
        return await ask("closed-reason slow Slow")


@check("limits.max_connections")
async def _(world):
    """Refused; the client's error depends on whether it still writes when the server closes."""
    async with connection(world, "crowded"), connection(world, "crowded"):
        try:
            async with connection(world, "crowded") as third:
                await fence(third)
        except Exception:
            return await ask("closed-reason crowded Maximum")
        raise AssertionError("a third connection was accepted")


@check("limits.max_subscriptions")
async def _(world):
    """The server only refuses the subscription; this client closes on an error it does not know."""
    async with connection(world, "limited") as client:
        for number in range(6):
            await client.subscribe(f"s.{number}")
        await until(lambda: client.is_closed, "closed by the error")
        expect("maximum subscriptions exceeded" in str(client.last_error), repr(client.last_error))
