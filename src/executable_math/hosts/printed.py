"""What a documentation file prints, and what in it cannot be read."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

from executable_math.pages.text import Fault

LABEL = re.compile(r"\\label\s*\{([^{}]*)\}")


class Printed(NamedTuple):
    """A formula that a file prints.

    Args:
        latex: The formula as MathJax gets it, without its label.
        is_display: Whether it stands by itself, and not in a sentence.
        line: The line of the file where it begins, from 1.
        column: The column, from 1.
        section: The heading above it; of a docstring, the dotted name of what it documents.
        label: The name that other places refer to it by, if it has one.
    """

    latex: str
    is_display: bool
    line: int
    column: int
    section: str = ""
    label: str = ""


class Reading(NamedTuple):
    """The formulas of a file in their order, and what in it could not be read."""

    formulas: list[Printed]
    faults: list[Fault]


def unlabelled(latex: str) -> tuple[str, str]:
    r"""A formula without its label, and the label.

    >>> unlabelled(r"x = y \label{eq:x}")
    ('x = y', 'eq:x')
    """
    found = LABEL.search(latex)
    return (LABEL.sub("", latex).strip(), found[1]) if found else (latex.strip(), "")


class Source:
    """The text of a file, in which formulas are found one after the other.

    Args:
        text: The text.
        written: How a piece of a formula may be written in it, where it is not written as it is.
    """

    def __init__(self, text: str, written: Callable[[str], Sequence[str]] = lambda piece: [piece]) -> None:
        self.text, self.written = text, written
        self.begins = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self.reached = 0

    def line(self, number: int) -> str:
        """A line of the file, from 0."""
        return self.text[self.begins[number] : self.begins[number + 1]]

    def place(self, opening: str, content: str, lines: Sequence[int]) -> tuple[int, int]:
        """Where a formula begins, behind all that was found before.

        Args:
            opening: What stands before it in its line.
            content: All that stands between that and its end.
            lines: The first line in which it may be, from 0, and the one behind the last.
        """
        before, piece = _first_line(opening + content, len(opening))
        start, end = (self.begins[min(line, len(self.begins) - 1)] for line in lines)
        for written, skipped in zip(self.written(before + piece), self.written(before), strict=True):
            if (at := self.text.find(written, max(start, self.reached), end)) >= 0:
                self.reached = at + len(written)
                line = bisect_right(self.begins, at + len(skipped))
                return line, at + len(skipped) - self.begins[line - 1] + 1
        return lines[0] + 1, 1


def _first_line(text: str, begin: int) -> tuple[str, str]:
    r"""The first line of what stands from a place on, and what stands before it in its line.

    >>> _first_line("$$ a\n$$", 2), _first_line("$$\n  a\n$$", 2)
    (('$$ ', 'a'), ('', 'a'))
    """
    begin += len(text[begin:]) - len(text[begin:].lstrip())
    before = text[:begin].rpartition("\n")
    return "" if before[1] else before[2], text[begin:].partition("\n")[0].rstrip()
