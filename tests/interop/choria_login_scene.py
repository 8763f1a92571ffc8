"""What logins are played with: the tokens of everybody, and brokers that are started when needed."""

from tests.interop.choria_login_rows import CONFIGURATIONS, NODE, SUBJECTS, WIDE
from tests.interop.results import expect
from tests.support.choria import node_name
from tests.support.choria_v2 import Broker, Login, Site


def make_tokens(site: Site) -> None:
    site.keys("mallory")
    site.client("alice")
    site.client("nofleet", "--no-fleet-management")
    site.client("admin", "--org-admin")
    site.client("provisioner", "--server-provisioner")
    site.client("streamer", "--stream-user", "--event-viewer", "--publish", "own.>",
                "--subscribe", "own.>")  # fmt: skip
    site.client("everything", "--stream-admin", "--stream-user", "--event-viewer",
                "--elections-user", "--governor")  # fmt: skip
    site.client("login", "--issuer", "--no-fleet-management", "--validity", "1d")
    site.chained_client("carol", "login")
    site.server("node1", NODE)
    site.server("richnode", node_name(8), "--submission", "--stream-user", "--service", "--governor")
    site.provisioning("waiting")


class Brokers:
    """Ours and the reference under one configuration after the other, started when needed."""

    def __init__(self, site: Site, commands: dict[str, list[str]]):
        self._site, self._commands = site, commands
        self._configuration = ""
        self._running: dict[str, Broker] = {}
        self.logs: dict[str, str] = {}

    def port(self, who: str, configuration: str) -> int:
        if configuration != self._configuration:
            self.stop()
            self._configuration = configuration
        if who not in self._running:
            settings = CONFIGURATIONS[configuration]
            self._running[who] = Broker(self._site, self._commands[who], *settings)
        return self._running[who].port

    def stop(self) -> None:
        for who, broker in self._running.items():
            broker.stop()
            self.logs[who] = self.logs.get(who, "") + broker.log()
        self._running.clear()


class Scene:
    def __init__(self, site: Site, commands: dict[str, list[str]]):
        self.site, self.commands = site, commands
        self.brokers = Brokers(site, commands)
        self.certificates = {"app": site.authority.issue("app")}

    def login(self, who: str, configuration: str, certificate: str = "") -> Login:
        port = self.brokers.port(who, configuration)
        return Login(self.site, port, self.certificates.get(certificate))

    def violations(self, who: str, configuration: str, token: str, certificate: str) -> list[str]:
        """What the broker objects to when all subjects are published and subscribed to."""
        login = self.login(who, configuration, certificate)
        try:
            seed = "" if token == "waiting" else token
            expect(login.connect(token=token, seed=seed), f"{who} does not let {token} in")
            commands = b"".join(f"PUB {subject} 0\r\n\r\n".encode() for subject in SUBJECTS)
            for sid, subject in enumerate(SUBJECTS + WIDE):
                commands += f"SUB {subject} {sid}\r\nUNSUB {sid}\r\n".encode()
            return login.errors(commands)
        finally:
            login.close()
