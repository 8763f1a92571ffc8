"""The part of a document that is made by a program: what stands between two marker lines."""

BEGIN = "<!-- bench/compare: begin -->"
END = "<!-- bench/compare: end -->"


class BadMarkers(Exception):
    """The document does not say where the tables belong; the text says what is wrong and where."""


def _only_line(lines: list[str], marker: str, path: str) -> int:
    found = [number for number, line in enumerate(lines) if line.strip() == marker]
    if not found:
        raise BadMarkers(f"{path}: there is no line {marker}")
    if len(found) > 1:
        raise BadMarkers(f"{path}:{found[1] + 1}: {marker} stands here again")
    return found[0]


def replaced(document: str, content: str, path: str) -> str:
    """`document` with `content` between its markers, which stay. `path` is for errors."""
    lines = document.splitlines()
    begin = _only_line(lines, BEGIN, path)
    end = _only_line(lines, END, path)
    if end < begin:
        raise BadMarkers(f"{path}:{end + 1}: {END} stands before {BEGIN}")
    return "\n".join([*lines[: begin + 1], "", content.strip("\n"), "", *lines[end:]]) + "\n"
