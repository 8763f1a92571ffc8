"""The certificates of one run, made when the first case asks for them."""

import os
import shutil
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
    department: Certificate  # of an authority that the first one has signed: department.pem
    with_department: Certificate  # the same, shown with that authority's certificate


def _bundle(path: str, *certificates: str) -> None:
    with open(path, "w", encoding="utf-8") as out:
        for one in certificates:
            with open(one, encoding="utf-8") as certificate:
                out.write(certificate.read())


def _issue(directory: str) -> Issued:
    authority = Authority(directory)
    stranger = Authority(os.path.join(directory, "stranger"), "Stranger CA")
    department = Authority(os.path.join(directory, "department"), "Department CA")
    certified = os.path.join(directory, "department.pem")
    shutil.copy(authority.certify(department), certified)
    _bundle(os.path.join(directory, "both.pem"), authority.ca.cert, stranger.ca.cert)
    _bundle(os.path.join(directory, "department_and_root.pem"), certified, authority.ca.cert)
    authority.issue("server", usage="serverAuth")
    authority.issue("server2", usage="serverAuth")

    def client(issuer: Authority, name: str, common_name: str, **kwargs) -> Certificate:
        return issuer.issue(name, subject=f"/CN={common_name}", alt_names="", **kwargs)

    of_department = client(department, "client", "client")
    chain = os.path.join(directory, "department_chain.pem")
    _bundle(chain, of_department.cert, certified)
    return Issued(
        authority,
        client(authority, "client", "client"),
        client(authority, "nobody", "nobody"),
        client(authority, "expired", "client", days=-1),
        stranger,
        client(stranger, "unknown", "client"),
        of_department,
        Certificate(chain, of_department.key),
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
