"""What the words of a policy are in a broker's configuration."""

from tests.support import choria_v2
from tests.support.choria_jwt import public

SYSTEM_USER, SYSTEM_PASSWORD, PROVISIONER_PASSWORD = "sys", "sys-secret", "prov-secret"
LISTED, IN_NETWORK = "127.0.2.7", "127.16.200.3"  # where clients come from

# A busy machine is no reason to refuse anybody.
_PATIENT = """\
plugin.choria.network.tls_timeout = 50
plugin.choria.network.auth_timeout = 50
"""
AUDIT = "{directory}/audit-{port}.jsonl"
_OURS = f"plugin.antiphon.audit_file = {AUDIT}\n"
_KEYS = f"{public('organization')}, {{directory}}/signer.pem"
_CLIENT_SIGNER = f"plugin.choria.network.client_signer_cert = {_KEYS}\n"
_SERVER_SIGNER = f"plugin.choria.network.server_signer_cert = {_KEYS}\n"
_SYSTEM_USER = f"plugin.choria.network.system.user = {SYSTEM_USER}\n"
_PROVISIONING = "plugin.choria.network.provisioning."
_WORDS = {
    "issuer": f"""\
plugin.security.issuer.names = choria, other
plugin.security.issuer.choria.public = {public("organization")}
plugin.security.issuer.other.public = {public("other")}
""",
    "signers": _CLIENT_SIGNER + _SERVER_SIGNER,
    "client_signer": _CLIENT_SIGNER,
    "server_signer": _SERVER_SIGNER,
    "ca": choria_v2.AUTHORITY,
    "anonymous": "",
    "hosts": f"plugin.choria.network.client_hosts = {LISTED}, 127.16.0.0/16\n",
    "demote": "plugin.antiphon.client_hosts_are_servers = true\n",
    "deny": "plugin.choria.network.deny_server_connections = true\n",
    "system": f"{_SYSTEM_USER}plugin.choria.network.system.password = {SYSTEM_PASSWORD}\n",
    "system_no_password": _SYSTEM_USER,
    "prov": f"{_PROVISIONING}client_password = {PROVISIONER_PASSWORD}\n",
    "prov_rsa": f"{_PROVISIONING}signer_cert = {{directory}}/signer.pem\n",
    "prov_ed25519": f"{_PROVISIONING}signer_cert = {{directory}}/organization.public\n",
    "without_token": f"{_PROVISIONING}provisioner_without_token = true\n",
    "without_certificate": "plugin.antiphon.provisioner_without_certificate = true\n",
    "without_nonce": "plugin.antiphon.provisioner_without_nonce = true\n",
}
# The provider `choria` asks for certificates only where it has their authority; `file` always has one.
_OF_PROVIDER_CHORIA = {"ca", "anonymous"}
# With one of these somebody can come in who has no certificate, so the listener insists on none.
_ADMIT_WITHOUT_CERTIFICATE = {"issuer", "signers", "client_signer", "server_signer", "prov"}


def settings_of(policy: str) -> tuple[str, ...]:
    words = policy.split()
    provider = () if _OF_PROVIDER_CHORIA & set(words) else (choria_v2.FILE_PROVIDER,)
    return (*provider, _PATIENT, _OURS, *(_WORDS[word] for word in words))


def insists_on_certificates(policy: str) -> bool:
    return not _ADMIT_WITHOUT_CERTIFICATE & set(policy.split())
