"""A federation broker that logs in with Choria's tokens: one for each side, of two organizations.

MODEL   Each side is a site of protocol version 2 with an issuer of its own. The commands that make the
        tokens are those that `antiphon federation permissions` prints.
"""

from tests.support import process
from tests.support.choria_v2 import COLLECTIVE, PROGRAM_DEADLINE_S, Site
from tests.support.places import LOOPBACK

CLUSTER = COLLECTIVE  # so that nodes may publish to it
SIDES = ("federation", "collective")
READY = "passing on requests and replies"

_CONFIG = """\
identity = {identity}
logfile = stdout
loglevel = info
plugin.choria.broker_federation = true
plugin.choria.federation.cluster = {cluster}
plugin.choria.federation_middleware_hosts = {federation}
plugin.choria.middleware_hosts = {collective}
plugin.choria.stats_port = {stats}
plugin.choria.use_srv = false
plugin.security.provider = choria
"""


def federation_config(
    sites: dict[str, Site], identity: str, tokens: dict[str, str], stats_port: int = 0, more: str = ""
) -> str:
    """The path of a configuration; `tokens` says by side which of the site's tokens it shows."""
    text = _CONFIG.format(
        identity=identity, cluster=CLUSTER, stats=stats_port,
        federation=f"{LOOPBACK}:{sites['federation'].broker_port}",
        collective=f"{LOOPBACK}:{sites['collective'].broker_port}",
    )  # fmt: skip
    for side, site in sites.items():
        own = f"plugin.antiphon.federation.{side}"
        text += f"{own}_token_file = {site.file(tokens[side])}.jwt\n"
        text += f"{own}_seed_file = {site.file(tokens[side])}.seed\n"
        text += f"{own}_ca = {site.authority.ca.cert}\n"
    return sites["collective"].directory.write(f"{identity}.conf", text + more)


def make_tokens(antiphon: str, sites: dict[str, Site], config: str) -> None:
    """SIDE.jwt and SIDE.seed in each side's site, as the program itself says that they are made."""
    done = process.run([antiphon, "federation", "permissions", "--config", config])
    if done.status != 0:
        raise AssertionError(done.stderr)
    for part in done.stdout.split("# ")[1:]:
        title, commands = part.split("\n", 1)
        [side] = [side for side in SIDES if f"the {side} side" in title]
        script = commands.replace("antiphon jwt", f"{antiphon} jwt").replace("ISSUER", "issuer")
        made = process.run(["sh", "-e", "-c", script], PROGRAM_DEADLINE_S,
                           cwd=sites[side].directory.path)  # fmt: skip
        if made.status != 0:
            raise AssertionError(f"{script}: {made.stdout}{made.stderr}")
