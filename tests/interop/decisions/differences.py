"""Where Choria's broker does otherwise than ours: few reasons, which rows of the table name.

MODEL   Each is a row of docs/security.md, "Where we are stricter than Choria". A row that names one must
        differ as it says; a row that names none must not differ; a reason that no row names is out of date.
"""

from dataclasses import dataclass

LETS_IN, GRANTS_OTHERWISE = "lets them in", "grants something else"


@dataclass(frozen=True)
class Difference:
    does: str  # what Choria's broker does to whom the row is about
    why: str


DIFFERENCES = {
    "nonce": Difference(LETS_IN, "it believes the provisioner's token without its key"),
    "password_alone": Difference(
        LETS_IN, "where the provisioner's token may be left out it asks for no certificate either"
    ),
    "client_hosts": Difference(
        GRANTS_OTHERWISE, "with client_hosts it makes servers of the listed addresses too"
    ),
    "client_hosts_beside_issuers": Difference(
        LETS_IN, "with client_hosts it makes servers of certificates that issuers want a token of"
    ),
    "appointment": Difference(
        LETS_IN, "it does not ask whether the organization appointed the chain issuer"
    ),
    "names": Difference(LETS_IN, "names and subjects of tokens become permissions as they are"),
    "spelling": Difference(LETS_IN, "it passes over line ends within a token"),
    "issuer_end": Difference(LETS_IN, "the end of a chain issuer counts only in chained tokens"),
}
