"""Request and reply, in all the ways it can end."""

import asyncio

import nats
from checks import DEADLINE_S, check, expect
from messaging import connection, fence, take


async def echo(message):
    await message.respond(message.data.upper())


@check("request.reply")
async def _(world):
    async with connection(world) as server, connection(world) as client:
        await server.subscribe("service", cb=echo)
        await fence(server)
        reply = await client.request("service", b"help", timeout=DEADLINE_S)
        expect(reply.data == b"HELP", reply.data)


@check("request.concurrent")
async def _(world):
    async with connection(world) as server, connection(world) as client:
        await server.subscribe("service", cb=echo)
        await fence(server)
        requests = [client.request("service", b"n%d" % n, timeout=DEADLINE_S) for n in range(500)]
        replies = [reply.data for reply in await asyncio.gather(*requests)]
        expect(replies == [b"N%d" % n for n in range(500)], "replies got mixed up")


@check("request.old_style")
async def _(world):
    async with connection(world) as client:
        await client.subscribe("service", cb=echo)
        for _ in range(20):
            reply = await client.request("service", b"a", timeout=DEADLINE_S, old_style=True)
            expect(reply.data == b"A", reply.data)


@check("request.queue_service")
async def _(world):
    async with connection(world) as server, connection(world) as client:
        answered = [0, 0, 0]
        for member in range(3):

            async def serve(message, member=member):
                answered[member] += 1
                await message.respond(b"%d" % member)

            await server.subscribe("pool", queue="pool", cb=serve)
        await fence(server)
        for _ in range(100):
            await client.request("pool", timeout=DEADLINE_S)
        expect(sum(answered) == 100, answered)


@check("request.headers")
async def _(world):
    async with connection(world) as client:

        async def serve(message):
            await client.publish(message.reply, b"", headers={"Seen": message.headers["Give"]})

        await client.subscribe("service", cb=serve)
        reply = await client.request("service", headers={"Give": "v"}, timeout=DEADLINE_S)
        expect(reply.headers == {"Seen": "v"}, reply.headers)


@check("request.no_responders")
async def _(world):
    async with connection(world) as client:
        try:
            await client.request("nobody.here", timeout=DEADLINE_S)
        except nats.errors.NoRespondersError:
            return
        raise AssertionError("no error")


@check("request.timeout")
async def _(world):
    async with connection(world) as client:
        await client.subscribe("mute")
        try:
            await client.request("mute", timeout=0.2)
        except nats.errors.TimeoutError:
            return
        raise AssertionError("no error")


@check("request.many_replies")
async def _(world):
    async with connection(world) as client:
        for name in (b"a", b"b", b"c"):

            async def serve(message, name=name):
                await message.respond(name)

            await client.subscribe("crowd", cb=serve)
        inbox = client.new_inbox()
        answers = await client.subscribe(inbox)
        await client.publish("crowd", reply=inbox)
        got = sorted(message.data for message in await take(answers, 3))
        expect(got == [b"a", b"b", b"c"], got)
