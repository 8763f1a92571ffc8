"""The file that keeps what was measured, so that tables can be made again and a long comparison
continued.

FORMAT  {"format": 1, "scenarios": {NAME: result of measuring.measure()}}
"""

import json
import os

FORMAT = 1


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


def save(path: str, scenarios: dict[str, dict]) -> None:
    """All or nothing: what was there stays until the new file is complete."""
    beside = path + ".new"
    with open(beside, "w", encoding="utf-8") as file:
        json.dump({"format": FORMAT, "scenarios": scenarios}, file, indent=1)
        file.write("\n")
    os.replace(beside, path)
