"""Works through what nats-py offers of the core protocol. Argument: the driver's world file."""

import asyncio
import sys

import checks
import lifecycle  # noqa: F401  registers its checks
import messaging  # noqa: F401
import requests  # noqa: F401
import security  # noqa: F401

asyncio.run(checks.run_all(checks.World(sys.argv[1])))
