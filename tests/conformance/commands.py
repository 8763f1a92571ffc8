"""Runs of the program that end by themselves, and how their output is written down."""

import re

from tests.support import process
from tests.support.places import TempDir

LINES_MAX = 3


def said(play, directory, text):
    """Lines of output, with what belongs to this run and this build replaced."""
    text = text.replace(directory, "<dir>").replace(play.binary, "<exe>")
    text = re.sub(r"\bv?\d+\.\d+\.\d+(-\w+)?\b(?!\.)", "<version>", text)
    text = re.sub(r"^\[\d+\]", "[<pid>]", text, flags=re.MULTILINE)
    return [line for line in text.splitlines() if line.strip()]


def shape_of_error(line):
    """Of a complaint about a configuration: the unknown field and its line, otherwise no text."""
    if unknown := re.search(r"(x\.conf:\d+):\d+: .*(unknown field)\W+(\w+)", line):
        return "{} {} {}".format(*unknown.groups())
    return "(text)"


def command(play, *flags, files=(), shape=lambda line: line):
    """Runs to the end: exit status, and the first lines of both streams (one of a usage text)."""
    with TempDir() as directory:
        for name, text in files:
            directory.write(name, text)
        filled = [flag.replace("{dir}", directory.path) for flag in flags]
        outcome = process.run([play.binary, *filled], cwd=directory.path)
        play.note(f"{' '.join(flags)} -> exit status {outcome.status}")
        for stream in ("stdout", "stderr"):
            lines = said(play, directory.path, getattr(outcome, stream))
            if lines and lines[0].startswith("Usage:"):
                lines = lines[:1]
            for line in sorted(shape(line) for line in lines[:LINES_MAX]):
                play.note(f"  {stream}: {line}")
