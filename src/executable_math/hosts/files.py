"""Which format a documentation file has."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from executable_math.hosts.printed import Reading
from executable_math.pages import text as pages

# What reads it, by how a file's name ends: loaded when such a file is read.
FORMATS = {".md": "markdown", ".qmd": "markdown", ".rst": "rst", ".ipynb": "notebook", ".py": "python"}


def of(text: str, suffix: str) -> Reading:
    """The formulas that a text prints, in their order, and what in it cannot be read.

    Args:
        text: The text.
        suffix: How the name of its file ends, one of `FORMATS`.

    >>> [formula.latex for formula in of("The $x$ of it.", ".md").formulas]
    ['x']
    """
    reading: Reading = import_module(f"executable_math.hosts.{FORMATS[suffix]}").read(text)
    return reading


def printed(path: Path) -> Reading:
    """The formulas that a documentation file prints.

    Args:
        path: The file; its name ends in one of `FORMATS`.

    Raises:
        OSError: It cannot be read.
    """
    text, faults = pages.read(path)
    reading = of(text, path.suffix)
    return Reading(reading.formulas, [*faults, *reading.faults])
