"""The forms that many notations have: a command with parts in braces, a pair of brackets."""

from __future__ import annotations

from executable_math.latex.atoms import braced
from executable_math.latex.cursor import Cursor
from executable_math.latex.language import Start
from executable_math.latex.tree import Apply


def command(mark: str, count: int) -> Start:
    """A command with so many parts in braces."""

    def read(reader: Cursor, name: str) -> Apply:
        start = reader.advance().start
        parts = tuple(braced(reader) for _ in range(count))
        return Apply(name, parts, span=reader.since(start))

    return Start(mark, read)


def fence(mark: str) -> Start:
    """An opening bracket, with one expression up to the bracket that closes it."""

    def read(reader: Cursor, name: str) -> Apply:
        start = reader.token.start
        return Apply(name, (reader.between(reader.expression),), span=reader.since(start))

    return Start(mark, read)
