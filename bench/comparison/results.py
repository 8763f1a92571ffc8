"""The file that keeps what was measured, so that tables can be made again and a long comparison
continued.

FORMAT  {"format": 1, "scenarios": {NAME: result of measuring.measure()}}

Several files may be one comparison: of two machines, or of two days. What a later one has replaces what
the others have, and each after the first has a mark of its own.
"""

import json
import os

FORMAT = 1
MARKS = "‡§¶"
FILES_MAX = 1 + len(MARKS)


class BadResults(Exception):
    """The file is not one of ours."""


def load(path: str) -> dict[str, dict]:
    try:
        with open(path, encoding="utf-8") as file:
            kept = json.load(file)
    except ValueError as error:
        raise BadResults(f"{path} is no JSON: {error}") from error
    if not isinstance(kept, dict) or kept.get("format") != FORMAT:
        raise BadResults(f"{path} holds no results of format {FORMAT}")
    if not isinstance(kept.get("scenarios"), dict):
        raise BadResults(f"{path} has no scenarios")
    return kept["scenarios"]


def merged(files: list[dict[str, dict]]) -> dict[str, dict]:
    """One of all; what comes from the second file on says its "mark"."""
    together: dict[str, dict] = {}
    for mark, scenarios in zip(("", *MARKS), files):
        together |= {name: result | {"mark": mark} for name, result in scenarios.items()}
    return together


def save(path: str, scenarios: dict[str, dict]) -> None:
    """All or nothing: what was there stays until the new file is complete."""
    beside = path + ".new"
    with open(beside, "w", encoding="utf-8") as file:
        json.dump({"format": FORMAT, "scenarios": scenarios}, file, indent=1)
        file.write("\n")
    os.replace(beside, path)
