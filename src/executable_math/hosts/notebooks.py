"""The formulas in the Markdown cells of a notebook, with their places in its JSON."""

from __future__ import annotations

import json
import json.scanner
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from executable_math.hosts import markdown
from executable_math.hosts.literals import JSON, Written, decoded, line_starts, mover
from executable_math.hosts.printed import Reading, moved, together
from executable_math.pages.text import Fault


class Quoted(NamedTuple):
    """A string, and where it stands between its quotes."""

    text: str
    start: int
    end: int


def reading(text: str) -> Reading:
    r"""What the Markdown cells of a notebook print.

    Args:
        text: The notebook, as JSON; its lines end with line feeds.

    >>> reading('{"cells": [{"cell_type": "markdown", "source": ["$\\\\pi$"]}]}').formulas
    [Printed(latex='\\pi', is_display=False, line=1, column=51, section='', label='')]
    """
    try:
        notebook = _loaded(text)
    except json.JSONDecodeError as error:
        return Reading([], [Fault(error.lineno, error.colno, f"this is no JSON: {error.msg}")])
    starts, section, readings = line_starts(text), "", []
    for cell in _cells(text, notebook):
        read = markdown.outline(cell.text, section)
        section = read.section
        lines = cell.text.count("\n") + 1
        readings.append(moved(read.reading, mover(cell.text, [0] * lines, cell, starts)))
    return together(readings)


def _loaded(text: str) -> Any:
    """What a JSON text says, with the place of each string that is no key."""

    # A number of five thousand digits is none of ours to convert.
    decoder: Any = json.JSONDecoder(parse_int=str)
    standard: Any = json.scanner
    scan = decoder.parse_string

    def located(source: str, start: int, strict: bool = True) -> tuple[Quoted, int]:
        value, end = scan(source, start, strict)
        return Quoted(value, start, end - 1), end

    decoder.parse_string = located
    decoder.scan_once = standard.py_make_scanner(decoder)  # the one in C takes no `parse_string`
    return decoder.decode(text)


def _cells(text: str, notebook: object) -> Iterator[Written]:
    """The texts of the Markdown cells."""
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    for cell in cells if isinstance(cells, list) else ():
        if isinstance(cell, dict) and _is_markdown(cell.get("cell_type")):
            source = cell.get("source")
            pieces = source if isinstance(source, list) else [source]
            yield _joined([decoded(text, one.start, one.end, JSON) for one in pieces if isinstance(one, Quoted)])


def _is_markdown(kind: object) -> bool:
    return isinstance(kind, Quoted) and kind.text == "markdown"


def _joined(pieces: Sequence[Written]) -> Written:
    return Written("".join(piece.text for piece in pieces), [at for piece in pieces for at in piece.offsets])
