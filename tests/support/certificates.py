"""Throw-away certificates for TLS tests, made with the openssl command line.

WHY     The Python standard library can use certificates but not make them.
LIMITS  `available()` is false where there is no openssl program: such tests are a visible skip.
"""

import os
import shutil
import ssl
import subprocess
import time
from dataclasses import dataclass

VALID_DAYS = 2
EC = ("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")  # fast to make
RSA = ("rsa:2048",)  # for programs that want RSA

_CA_SETTINGS = """\
[ca]
default_ca = own
[own]
database = {index}
new_certs_dir = {directory}
default_md = sha256
rand_serial = yes
policy = any
x509_extensions = client
[any]
commonName = supplied
[client]
basicConstraints = CA:FALSE
extendedKeyUsage = clientAuth
"""


def available() -> bool:
    return shutil.which("openssl") is not None


@dataclass(frozen=True)
class Certificate:
    cert: str  # PEM file paths
    key: str


def _openssl(*args: str, **kwargs) -> str:
    done = subprocess.run(["openssl", *args], capture_output=True, text=True, timeout=60, **kwargs)
    if done.returncode != 0:
        raise AssertionError(f"openssl {' '.join(args)}:\n{done.stderr}")
    return done.stdout


class Authority:
    """A certificate authority of its own, living in a directory."""

    def __init__(self, directory: str, name: str = "Test CA", key_type: tuple[str, ...] = EC):
        os.makedirs(directory, exist_ok=True)
        self.directory = directory
        self._key_type = key_type
        self.ca = Certificate(self._path("ca.pem"), self._path("ca.key"))
        _openssl(
            "req", "-x509", "-newkey", *key_type, "-nodes", "-days", str(VALID_DAYS),
            "-keyout", self.ca.key, "-out", self.ca.cert, "-subj", f"/CN={name}",
            "-addext", "basicConstraints=critical,CA:TRUE",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign",
        )  # fmt: skip

    def _path(self, name: str) -> str:
        return os.path.join(self.directory, name)

    def issue(
        self,
        name: str,
        *,
        subject: str | None = None,
        alt_names: str = "DNS:localhost,IP:127.0.0.1",
        usage: str = "serverAuth,clientAuth",
        days: int = VALID_DAYS,
        key_type: tuple[str, ...] | None = None,
    ) -> Certificate:
        """A leaf certificate; days may be negative for one that has expired. Its key is of the authority's type
        unless another is given."""
        made = Certificate(self._path(f"{name}.pem"), self._path(f"{name}.key"))
        extensions = self._path(f"{name}.ext")
        with open(extensions, "w", encoding="utf-8") as out:
            out.write(f"basicConstraints=CA:FALSE\nextendedKeyUsage={usage}\n")
            out.write(f"subjectAltName={alt_names}\n" if alt_names else "")
        _openssl(
            "x509", "-req", "-in", self._request(made, subject or f"/CN={name}", key_type), "-CA", self.ca.cert,
            "-CAkey", self.ca.key, "-CAcreateserial", "-days", str(days), "-extfile", extensions,
            "-out", made.cert,
        )  # fmt: skip
        return made

    def issue_for_later(self, name: str) -> Certificate:
        """A client's certificate that begins tomorrow. Only `openssl ca` can make one."""
        made = Certificate(self._path(f"{name}.pem"), self._path(f"{name}.key"))
        settings, index = self._path("ca.conf"), self._path("index")
        with open(settings, "w", encoding="utf-8") as out:
            out.write(_CA_SETTINGS.format(index=index, directory=self.directory))
        with open(index, "w", encoding="utf-8"):
            pass
        begin, end = (time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + days * 86_400)) for days in (1, 2))
        _openssl(
            "ca", "-batch", "-notext", "-config", settings, "-cert", self.ca.cert,
            "-keyfile", self.ca.key, "-in", self._request(made, f"/CN={name}"), "-startdate", begin,
            "-enddate", end, "-out", made.cert,
        )  # fmt: skip
        return made

    def _request(
        self, made: Certificate, subject: str, key_type: tuple[str, ...] | None = None
    ) -> str:
        request = made.key.removesuffix(".key") + ".csr"
        _openssl(
            "req", "-new", "-newkey", *(key_type or self._key_type), "-nodes", "-keyout", made.key,
            "-out", request, "-subj", subject,
        )  # fmt: skip
        return request

    def certify(self, other: "Authority") -> str:
        """One more certificate of an authority, this one or another, signed by this one: the same name and key."""
        made = f"{other.ca.key}.by-{os.path.basename(self.directory)}-{time.monotonic_ns()}.pem"
        extensions = self._path("authority.ext")
        with open(extensions, "w", encoding="utf-8") as out:
            out.write("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n")
        request = self._path("authority.csr")
        _openssl("x509", "-x509toreq", "-in", other.ca.cert, "-signkey", other.ca.key, "-out", request)
        _openssl(
            "x509", "-req", "-in", request, "-CA", self.ca.cert, "-CAkey", self.ca.key,
            "-CAcreateserial", "-days", str(VALID_DAYS), "-extfile", extensions, "-out", made,
        )  # fmt: skip
        return made

    def client_context(
        self, certificate: Certificate | None = None, version: ssl.TLSVersion | None = None
    ) -> ssl.SSLContext:
        """Trusts this authority, shows the certificate, speaks only the given TLS version."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.ca.cert)
        if certificate:
            context.load_cert_chain(certificate.cert, certificate.key)
        if version:
            if version < ssl.TLSVersion.TLSv1_2:
                context.set_ciphers("DEFAULT:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = version
        return context
