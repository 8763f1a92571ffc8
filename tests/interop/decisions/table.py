"""The rows of tests/support/choria_decisions.txt, which says what their words mean.

WHY     The unit test asks the function that decides; here the same rows reach it over a connection.
"""

import os
from dataclasses import dataclass

PATH = os.path.join(os.path.dirname(__file__), "..", "..", "support", "choria_decisions.txt")
_BETWEEN_FIELDS, _NOTHING = " | ", "-"

# What no client of a broker in this dialect can bring about, by the word of the connection.
UNPLAYABLE = {
    "pipe": "a part of the broker's own process has no socket",
    "leaf": "neither has a listener for leaf nodes here: our broker has none in this dialect",
    "no_nonce": "our broker tells everybody a nonce",
}


@dataclass(frozen=True)
class Row:
    policy: str
    connection: str
    credentials: str
    outcome: str
    difference: str = ""  # where Choria's broker does otherwise: its name in differences.py

    @property
    def name(self) -> str:
        return " | ".join(field or _NOTHING for field in (self.policy, self.connection, self.credentials))

    @property
    def is_let_in(self) -> bool:
        return not self.outcome.startswith("no ")

    @property
    def unplayable(self) -> list[str]:
        return [word for word in self.connection.split() if word in UNPLAYABLE]


def read_rows() -> list[Row]:
    rows = []
    with open(PATH, encoding="utf-8") as table:
        for line in table:
            if line.strip() and not line.startswith("#"):
                fields = line.rstrip("\n").split(_BETWEEN_FIELDS)
                rows.append(Row(*("" if field == _NOTHING else field for field in fields)))
    return rows
