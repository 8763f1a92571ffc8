"""The frame of the nats-py program: a check is a coroutine; results go to the driver as lines."""

import asyncio
import json
import sys
import time

DEADLINE_S = 20.0
_checks = []


class World:
    """Ports, files and secrets by name, from the driver's file."""

    def __init__(self, path: str):
        with open(path, encoding="utf-8") as lines:
            self._values = dict(line.rstrip("\n").split(" ", 1) for line in lines)

    def __getitem__(self, key: str) -> str:
        return self._values[key]

    def url(self, server: str, credentials: str = "") -> str:
        return f"nats://{credentials}127.0.0.1:{self[server + '.port']}"


def check(name: str):
    """Registers a coroutine function of the world; it fails by raising."""

    def register(function):
        _checks.append((name, function))
        return function

    return register


def expect(condition, detail) -> None:
    if not condition:
        raise AssertionError(detail)


def _tell(message: dict) -> None:
    print(json.dumps(message), flush=True)


async def ask(request: str) -> str:
    """Has the driver do something with a server; returns its answer."""
    _tell({"do": request})
    reply = await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    state, _, text = reply.strip().partition(" ")
    expect(state == "ok", f"driver: {reply.strip()}")
    return text


async def until(condition, what: str, deadline_s: float = DEADLINE_S) -> None:
    """Polls what the library offers no event for."""
    end = time.monotonic() + deadline_s
    while not condition():
        expect(time.monotonic() < end, f"{what}: not within {deadline_s:g} s")
        await asyncio.sleep(0.005)


async def run_all(world: World) -> None:
    for name, function in _checks:
        try:
            async with asyncio.timeout(3 * DEADLINE_S):
                detail = await function(world)
            _tell({"check": name, "ok": True, "detail": detail or ""})
        except Exception as problem:
            _tell({"check": name, "ok": False, "detail": f"{type(problem).__name__}: {problem}"})
