"""The formulas of a file, whatever its format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from executable_math.hosts.printed import Reading, together
from executable_math.pages.text import Fault, lines, read


def printed(path: Path) -> Reading:
    """The formulas that a file prints, with their places in it.

    Args:
        path: The file; its name ends with one of `SUFFIXES`.

    Returns:
        The formulas, and what could not be read. A byte that is not UTF-8 is such a fault, and the rest is read.

    Raises:
        ValueError: The name ends otherwise.
        OSError: The file cannot be opened.
    """
    text, faults = read(path)
    return together([of(text, path.suffix), Reading([], faults)])


def of(text: str, suffix: str) -> Reading:
    r"""The formulas that a text prints.

    Args:
        text: The text.
        suffix: How the name of its file ends, one of `SUFFIXES`.

    Raises:
        ValueError: It is none of these.

    >>> of("The loss is $y^2$.", ".md").formulas
    [Printed(latex='y^2', is_display=False, line=1, column=14, section='', label='')]
    """
    if suffix not in READERS:
        raise ValueError(f"nothing is read of a file {suffix!r}: write one of {', '.join(SUFFIXES)}")
    try:
        return READERS[suffix](lines(text))
    except RecursionError:
        return Reading([], [Fault(1, 1, "what stands in this file is too deep in one another: write it side by side")])


# What reads a format is loaded when a file has it: docutils and markdown-it take their time.
def _python(text: str) -> Reading:
    from executable_math.hosts import docstrings, scripts

    return together([docstrings.reading(text), scripts.reading(text)])


def _markdown(text: str) -> Reading:
    from executable_math.hosts import markdown

    return markdown.outline(text).reading


def _quarto(text: str) -> Reading:
    from executable_math.hosts import markdown

    return markdown.outline(text, has_cells=True).reading


def _rst(text: str) -> Reading:
    from executable_math.hosts import rst

    return rst.outline(text).reading


def _notebook(text: str) -> Reading:
    from executable_math.hosts import notebooks

    return notebooks.reading(text)


READERS: dict[str, Callable[[str], Reading]] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".qmd": _quarto,
    ".Rmd": _quarto,
    ".rst": _rst,
    ".py": _python,
    ".ipynb": _notebook,
}
SUFFIXES = tuple(READERS)
