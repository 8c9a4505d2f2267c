"""What a file prints: its formulas and what could not be read, with places."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from inspect import cleandoc
from itertools import groupby
from typing import NamedTuple

from executable_math.hosts.places import Place, column
from executable_math.pages.text import Fault

LABEL = re.compile(r"\\label\s*\{([^{}]*)\}")
# What stands before the LaTeX proper: its place is behind it.
BEFORE = re.compile(rf"(?:\s|{LABEL.pattern})*")
LABEL_LINE = re.compile(rf"^[ \t]*(?:{LABEL.pattern}[ \t]*)+\n", re.MULTILINE)


class Printed(NamedTuple):
    """One formula that a file prints: its LaTeX as MathJax would get it, and where this begins."""

    latex: str
    is_display: bool
    line: int
    column: int
    section: str
    label: str


class Reading(NamedTuple):
    """What was read of a file: its formulas in their order, and its faults."""

    formulas: list[Printed]
    faults: list[Fault]


class Outline(NamedTuple):
    """A reading, and the heading that counts for what follows it."""

    reading: Reading
    section: str


# From a line and a column, both from 1, to those of the text around.
Move = Callable[[int, int], Place]

EMPTY = Reading([], [])


def formula(raw: str, at: Callable[[int], Place], is_display: bool, section: str, label: str = "") -> Reading:
    """What is printed by a text between delimiters; nothing, if it is blank.

    Args:
        raw: The text, with the line feeds that it has.
        at: The place of each offset of it in the file, both from 1.
        is_display: Whether it stands in a line of its own.
        section: The heading above it.
        label: The label that its host gives it; else its own is taken.
    """
    match = BEFORE.match(raw)
    start = match.end() if match else 0
    latex = unlabelled(raw[start:])
    if not latex:
        return EMPTY
    own = LABEL.search(raw)
    return Reading([Printed(latex, is_display, *at(start), section, label or (own[1].strip() if own else ""))], [])


def unlabelled(latex: str) -> str:
    r"""LaTeX without its labels, and without the indentation of its lines.

    >>> unlabelled(r"\begin{align} \label{a} x &= 1 \end{align}")
    '\\begin{align} x &= 1 \\end{align}'
    """
    lines = cleandoc(LABEL_LINE.sub("", latex))
    return re.sub(rf"[ \t]?{LABEL.pattern}", "", lines).strip()


def equations(raw: str) -> list[tuple[int, str]]:
    r"""The equations of a directive, which blank lines separate, each with its offset: none ends in an environment.

    >>> equations("a\n\n\\begin{b}\n\nc\\end{b}")
    [(0, 'a\n'), (3, '\\begin{b}\n\nc\\end{b}')]
    """
    found: list[tuple[int, str]] = []
    offset, is_open = 0, 0
    lines = re.findall(r"[^\n]*\n|[^\n]+", raw)
    for has_text, group in groupby(lines, key=lambda line: bool(line.strip())):
        text = "".join(group)
        if is_open:
            found[-1] = (found[-1][0], found[-1][1] + text)
        elif has_text:
            found.append((offset, text))
        is_open = max(is_open + text.count(r"\begin{") - text.count(r"\end{"), 0)
        offset += len(text)
    return found


def together(readings: list[Reading]) -> Reading:
    """Several readings as one, in the order of their places."""
    formulas = sorted((one for reading in readings for one in reading.formulas), key=_place)
    return Reading(formulas, sorted((one for reading in readings for one in reading.faults), key=_place))


def moved(reading: Reading, move: Move) -> Reading:
    """A reading with its places moved to those of the text around."""
    formulas = [
        Printed(one.latex, one.is_display, *move(one.line, one.column), one.section, one.label)
        for one in reading.formulas
    ]
    return Reading(formulas, [Fault(*move(one.line, one.column), one.message) for one in reading.faults])


def inside(reading: Reading, text: str, lines: Sequence[str], first: int) -> Reading:
    """A reading of a text whose lines are the ends of lines of another, with its places moved to those.

    Args:
        reading: What was read of the text.
        text: The text that was taken out.
        lines: The lines of the text around.
        first: The line of these that its first one is from, from 0.
    """
    inner = text.split("\n")

    def move(line: int, at: int) -> Place:
        outer = lines[min(first + line - 1, len(lines) - 1)]
        return first + line, max(column(inner[line - 1], outer) + at, 1)

    return moved(reading, move)


def _place(one: Printed | Fault) -> Place:
    return one.line, one.column
