"""The certificates of one run, made when the first case asks for them."""

import os
import threading
from dataclasses import dataclass

from tests.support.certificates import Authority, Certificate


@dataclass(frozen=True)
class Issued:
    authority: Authority  # of the server and of the good clients
    client: Certificate
    nobody: Certificate  # good, but of no user
    expired: Certificate
    stranger: Authority
    unknown: Certificate  # of the stranger


def _issue(directory: str) -> Issued:
    authority = Authority(directory)
    stranger = Authority(os.path.join(directory, "stranger"), "Stranger CA")
    authority.issue("server", usage="serverAuth")
    authority.issue("server2", usage="serverAuth")

    def client(issuer: Authority, name: str, common_name: str, **kwargs) -> Certificate:
        return issuer.issue(name, subject=f"/CN={common_name}", alt_names="", **kwargs)

    return Issued(
        authority,
        client(authority, "client", "client"),
        client(authority, "nobody", "nobody"),
        client(authority, "expired", "client", days=-1),
        stranger,
        client(stranger, "unknown", "client"),
    )


class Certificates:
    def __init__(self, directory: str):
        self._directory, self._lock, self._issued = directory, threading.Lock(), None

    def issued(self) -> Issued:
        with self._lock:
            if self._issued is None:
                self._issued = _issue(self._directory)
            return self._issued

    def filled(self, config: str) -> str:
        """The configuration with {certs} replaced by the directory."""
        if "{certs}" not in config:
            return config
        self.issued()
        return config.replace("{certs}", self._directory)
