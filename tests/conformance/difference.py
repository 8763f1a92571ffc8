"""One declared difference; differences.py says what its forms mean and when it applies."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    case: str  # shell pattern
    peers: str  # "<2.10" or ">=2.10"
    reason: str
    lines: tuple[str, ...] = ()
    rewrites: tuple[tuple[str, str | None], ...] = ()
    of_peer: bool = False
    ours_only: bool = False

    @property
    def not_compared(self) -> bool:
        return not self.lines and not self.rewrites
