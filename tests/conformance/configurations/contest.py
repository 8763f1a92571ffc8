"""Gives one configuration to both servers, and tells where they differ.

MODEL   What this broker does not have is refused with `not supported yet`: such entries are cut out
        of the text, and both get what is left. Much is left more than once; it is played once.
"""

from dataclasses import dataclass, field
from pathlib import Path

from tests.conformance.configurations import cut, fill, told
from tests.conformance.configurations.upstream import Configuration
from tests.conformance.configurations.verdict import Complaint, Verdict, check, start

_NOT_SUPPORTED = "not supported yet"
_CUTS_MAX = 30
_NEVER_EMPTY = "\nmax_closed_clients: 10000\n"


@dataclass(frozen=True)
class Contest:
    peer: str
    ours: str
    root: Path  # where the module's files are laid out
    played: dict[tuple[str, str], tuple[Verdict, Verdict]] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    configuration: Configuration
    text: str  # what both got in the end
    peer: Verdict
    ours: Verdict

    def differences(self) -> list[str]:
        """A line for each."""
        if self.peer.takes and self.ours.takes:
            return [f"/varz {line}" for line in told.otherwise(self.peer.told, self.ours.told)]
        if self.peer.takes:
            return [f"ours alone: {complaint.text}" for complaint in self.ours.complaints]
        if self.ours.takes:
            return [f"the peer alone: {complaint.text}" for complaint in self.peer.complaints]
        return self._differences_of_refusals()

    def _differences_of_refusals(self) -> list[str]:
        """Which fields are unknown. The rest has other words here, and is told where it stands."""
        if self.peer.is_about_grammar or self.peer.by_start:
            return []
        theirs, own = self.peer.unknown_fields(), self.ours.unknown_fields()
        if theirs - own and self.ours.other_complaints():
            return [f"ours alone: {text}" for text in self.ours.other_complaints()]
        return [f"unknown to one alone: {name}" for name in sorted(theirs ^ own)]


class _Play:
    def __init__(self, contest: Contest, number: int, configuration: Configuration):
        self._contest, self._configuration = contest, configuration
        self._folder = str(contest.root / configuration.folder)
        # Beside where it comes from, because of what it includes.
        self._path = (contest.root / configuration.name).parent / f"case{number}.conf"
        self._scratch = contest.root / f"scratch{number}"
        self._text = ""

    def play(self) -> Result:
        self._scratch.mkdir()
        self._fill()
        self._cut()
        lines = (line.strip() for line in self._text.splitlines())
        left = "\n".join(line for line in lines if line).replace(str(self._scratch), "")
        played, key = self._contest.played, (self._folder, left)
        if key not in played:
            played[key] = self._verdicts()
        self._path.unlink()
        return Result(self._configuration, self._text, *played[key])

    def _fill(self) -> None:
        """With the first guess that the peer takes, else with the first."""
        texts = fill.fillings(self._configuration.text, self._configuration.values)
        guesses = [text.replace("/tmp/", f"{self._scratch}/") for text in texts]
        for guess in guesses if len(guesses) > 1 else []:
            self._write(guess)
            if self._check(self._contest.peer).takes:
                return
        self._write(guesses[0])

    def _cut(self) -> None:
        for cuts in range(_CUTS_MAX):
            missing = [one for one in self._check(self._contest.ours).complaints if self._is_missing(one)]
            if not missing:
                return
            left = cut.without(self._text, [(one.line, one.column) for one in missing])
            self._write(left + ("" if cuts else _NEVER_EMPTY))

    def _verdicts(self) -> tuple[Verdict, Verdict]:
        peer, ours = self._check(self._contest.peer), self._check(self._contest.ours)
        if peer.takes:
            peer = self._start(self._contest.peer)
        if ours.takes and (peer.takes or peer.by_start):
            ours = self._start(self._contest.ours)
        return peer, ours

    def _is_missing(self, complaint: Complaint) -> bool:
        return complaint.text.startswith(_NOT_SUPPORTED) and complaint.file == str(self._path)

    def _write(self, text: str) -> None:
        self._text = text
        self._path.write_text(text, errors="surrogateescape")

    def _check(self, binary: str) -> Verdict:
        return check(binary, str(self._path), self._folder)

    def _start(self, binary: str) -> Verdict:
        return start(binary, str(self._path), self._folder, self._text, self._scratch)


def play(contest: Contest, number: int, configuration: Configuration) -> Result:
    return _Play(contest, number, configuration).play()
