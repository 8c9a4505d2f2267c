"""What stands between a begin and its end, row by row."""

from __future__ import annotations

from collections.abc import Callable

from executable_math.latex.cursor import Cursor
from executable_math.latex.tokens import Token
from executable_math.latex.tree import Apply, Node


def rows(reader: Cursor, row: Callable[[Cursor], Node]) -> tuple[Token, tuple[Node, ...]]:
    """The head of an environment and its rows, to its end."""
    token = reader.advance()
    if token.text == "array" and reader.token.text == "{":
        reader.skip_group()
    reader.open.append("rows")
    found: list[Node] = []
    while not _at_end(reader, token):
        found.append(row(reader))
        reader.take("\\\\")
    reader.advance()
    reader.open.pop()
    return token, tuple(found)


def _at_end(reader: Cursor, opened: Token) -> bool:
    if reader.at_end():
        reader.refuse(f"this environment {opened.text} is never closed", rf"\end{{{opened.text}}}", at=opened.start)
    if reader.token.kind == "end" and reader.token.text != opened.text:
        reader.refuse(f"this ends {reader.token.text}, and {opened.text} is open", rf"\end{{{opened.text}}}")
    return reader.token.kind == "end"


def cells(reader: Cursor) -> Apply:
    """A row of values."""
    start = reader.token.start
    items = [reader.expression()]
    while reader.take("&"):
        items.append(reader.expression())
    return Apply("vector", tuple(items), span=reader.since(start))
