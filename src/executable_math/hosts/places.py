"""Where a text that was taken out of a file stands in it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

Place = tuple[int, int]


def within(text: str, offset: int) -> Place:
    r"""The line and the column of an offset, both from 0.

    >>> within("a\nbc", 3)
    (1, 1)
    """
    starts = _starts(text)
    line = bisect_right(starts, offset) - 1
    return line, offset - starts[line]


# The formulas of a paragraph ask for the lines of the same text, one after the other.
@lru_cache(maxsize=8)
def _lines(text: str) -> list[str]:
    return text.split("\n")


@lru_cache(maxsize=8)
def _starts(text: str) -> list[int]:
    return [0, *accumulate(len(line) + 1 for line in _lines(text))][:-1]


@lru_cache(maxsize=64)
def column(inner: str, outer: str, after: int = 0, is_tail: bool = True) -> int:
    """Where a line stands in the line of the file that it was taken from; what is before it, if it does not.

    Args:
        inner: The line without what its host has before it.
        outer: The line of the file.
        after: The column from which it is looked for, from 0.
        is_tail: Whether it is the end of that line, if it can be.
    """
    text = inner.strip()
    indent = len(inner) - len(inner.lstrip())
    tail = len(outer.rstrip()) - len(text)
    if is_tail and tail >= after and outer.startswith(text, tail):
        return tail - indent
    return max(outer.find(text, after), 0) - indent


def placed(inner: str, offset: int, lines: Sequence[str], first: int, after: int = 0) -> Place:
    """The place in a file, from 1, of an offset of a text whose lines are the ends of lines of the file.

    Args:
        inner: The text that was taken out.
        offset: A place in it.
        lines: The lines of the file.
        first: The line of the file that its first line is from, from 0.
        after: The column in that line behind what opens the text.
    """
    line, at = within(inner, offset)
    if first + line >= len(lines):
        return max(len(lines), 1), 1
    start = column(_lines(inner)[line], lines[first + line], after if line == 0 else 0)
    return first + line + 1, max(start + at, 0) + 1
