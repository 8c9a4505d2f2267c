"""Jupyter's notebooks: the text of their cells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from executable_math.hosts import markdown
from executable_math.hosts.printed import Reading, Source
from executable_math.pages.text import Fault

NO_NOTEBOOK = "this is no notebook: {}\n    write: what Jupyter saves"


def read(text: str) -> Reading:
    """The formulas in the Markdown cells of a notebook, with their places in its file.

    >>> [formula] = read('{"cells": [{"cell_type": "markdown", "source": ["# Loss\\\\n", "$x^2$"]}]}').formulas
    >>> formula
    Printed(latex='x^2', is_display=False, line=1, column=63, section='Loss', label='')
    """
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        return Reading([], [Fault(error.lineno, error.colno, NO_NOTEBOOK.format(error.msg))])
    except RecursionError:
        return Reading([], [Fault(1, 1, NO_NOTEBOOK.format("it is nested too deep"))])
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        return Reading([], [Fault(1, 1, NO_NOTEBOOK.format("it has no cells"))])
    source = Source(text, _escaped)
    reader = markdown.Reader(source, anywhere=True)
    for cell in _texts(notebook["cells"]):
        first = next(filter(str.strip, cell.split("\n")), "")
        at = max((text.find(written, source.reached) for written in _escaped(first)), default=-1)
        source.reached = max(at, source.reached)
        reader.read(cell, text.count("\n", 0, source.reached))
    return Reading(reader.formulas, reader.faults)


def _texts(cells: list[Any]) -> Iterator[str]:
    """The text of each Markdown cell."""
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "markdown":
            written = cell.get("source", "")
            yield "".join(map(str, written)) if isinstance(written, list) else str(written)


def _escaped(piece: str) -> list[str]:
    """How JSON may write a piece of text."""
    return [json.dumps(piece, ensure_ascii=False)[1:-1], json.dumps(piece)[1:-1]]
