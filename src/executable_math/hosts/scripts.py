"""The text between the code of a notebook that is written as a Python script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, takewhile
from typing import NamedTuple

from executable_math.hosts.markup import RST, outline
from executable_math.hosts.printed import Outline, Reading, inside, together

PERCENT = re.compile(r"#\s*%%(?!%)(.*)")
MARKDOWN = re.compile(r"\[(?:markdown|md)\]")
HEADER = re.compile(r"# ---\n(?:#[^\n]*\n)*?# ---\n")
LIGHT = "format_name: light"
LIGHT_CODE = re.compile(r"#\s*[+-]")


class Comment(NamedTuple):
    """Lines that are comments, without their marks, and the line of the file that the first is from, from 0."""

    first: int
    text: str


def reading(text: str) -> Reading:
    r"""What a script prints between its code: in percent format, or in the light format of Jupytext.

    >>> reading("# %% [markdown]\n# It is $x^2$.").formulas
    [Printed(latex='x^2', is_display=False, line=2, column=10, section='', label='')]
    """
    lines, section, readings = text.split("\n"), "", []
    for comment in comments(text, lines):
        read: Outline = outline(comment.text, section)
        section = read.section
        readings.append(inside(read.reading, comment.text, lines, comment.first))
    return together(readings)


def comments(text: str, lines: Sequence[str]) -> Iterator[Comment]:
    """The comments of a script that are text."""
    header = HEADER.match(text)
    if header and LIGHT in header[0]:
        return _light(lines, header[0].count("\n"))
    return _percent(lines)


def _percent(lines: Sequence[str]) -> Iterator[Comment]:
    """The comments behind each mark of a cell; where it is not said that they are Markdown, they must be reST."""
    for number, line in enumerate(lines):
        match = PERCENT.match(line)
        if match is None:
            continue
        comment = _comment(lines, number + 1)
        if MARKDOWN.search(match[1]) or RST.search(comment.text):
            yield comment


def _comment(lines: Sequence[str], first: int) -> Comment:
    below = (lines[number] for number in range(first, len(lines)))
    return Comment(first, "\n".join(map(_plain, takewhile(_is_text, below))))


def _is_text(line: str) -> bool:
    return line.startswith("#") and not PERCENT.match(line)


def _plain(line: str) -> str:
    """A comment without its mark."""
    return line[2:] if line.startswith("# ") else line[1:]


def _light(lines: Sequence[str], first: int) -> Iterator[Comment]:
    """The paragraphs that are nothing but comments, without those that a mark makes code."""
    for is_blank, group in groupby(range(first, len(lines)), key=lambda number: not lines[number].strip()):
        numbers = list(group)
        block = [lines[number] for number in numbers]
        if not is_blank and all(map(_is_text, block)) and not LIGHT_CODE.match(block[0]):
            yield Comment(numbers[0], "\n".join(map(_plain, block)))
