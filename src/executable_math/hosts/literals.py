r"""A string as a program or a JSON file writes it: its text, and where each of its letters stands.

`\\frac` in a file is `\frac` in a formula; the place is that of the first backslash.
"""

from __future__ import annotations

import io
import re
import tokenize
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from executable_math.hosts.places import Place
from executable_math.hosts.printed import Move

PYTHON = re.compile(r"\\(?:N\{[^}]*\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|.)", re.DOTALL)
# Two halves are one letter.
JSON = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL)
NEVER = re.compile(r"(?!)")
OPENING = re.compile(r"([a-zA-Z]*)(\"\"\"|'''|\"|')")
LETTERS = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "\n": ""}
SAME = frozenset("\\'\"/")


class Written(NamedTuple):
    """A text, and the offset in its file of each of its letters."""

    text: str
    offsets: Sequence[int]


def decoded(source: str, start: int, end: int, escape: re.Pattern[str]) -> Written:
    """What stands in a file between two offsets, its escapes replaced; an escape that is none stays."""
    parts, offsets = [], list[int]()
    for match in escape.finditer(source, start, end):
        parts += [source[start : match.start()], letters := _letters(match[0])]
        offsets += [*range(start, match.start()), *range(match.start(), match.start() + len(letters))]
        start = match.end()
    return Written("".join([*parts, source[start:end]]), [*offsets, *range(start, end)])


def _letters(escape: str) -> str:
    r"""What an escape stands for.

    >>> _letters(r"\u03b1"), _letters(r"\q")
    ('α', '\\q')
    """
    kind, rest = escape[1], escape[2:]
    if kind in LETTERS:
        return LETTERS[kind]
    if kind in SAME:
        return kind
    if kind in "xuU" and rest:
        return _joined(escape)
    if kind in "01234567":
        return chr(int(escape[1:], 8))
    return _named(escape) if rest else escape


def _joined(escape: str) -> str:
    """A letter that its number is written for, in halves maybe; a half alone is no letter."""
    codes = [int(code, 16) for code in re.split(r"\\[xuU]", escape)[1:]]
    if len(codes) == 2:
        return chr(0x10000 + ((codes[0] - 0xD800) << 10) + codes[1] - 0xDC00)
    return "\ufffd" if 0xD800 <= codes[0] < 0xE000 or codes[0] > 0x10FFFF else chr(codes[0])


def _named(escape: str) -> str:
    try:
        return unicodedata.lookup(escape[3:-1])
    except KeyError:
        return escape


def strings(source: str, start: int, end: int) -> Written:
    """The text of an expression that is a string, or several behind one another."""
    pieces = [decoded(source, *span) for span in _spans(source[start:end], start)]
    return Written("".join(piece.text for piece in pieces), [at for piece in pieces for at in piece.offsets])


def _spans(segment: str, start: int) -> Iterator[tuple[int, int, re.Pattern[str]]]:
    """Where the strings of an expression stand, without their quotes, and what an escape is in each."""
    starts = line_starts(f"({segment})")
    for token in tokenize.generate_tokens(io.StringIO(f"({segment})").readline):
        match = OPENING.match(token.string) if token.type == tokenize.STRING else None
        if match:
            first = start - 1 + starts[token.start[0] - 1] + token.start[1]
            is_raw = "r" in match[1].lower()
            yield first + match.end(), first + len(token.string) - len(match[2]), NEVER if is_raw else PYTHON


def line_starts(text: str) -> list[int]:
    """The offsets at which the lines of a text begin."""
    return [0, *accumulate(len(line) + 1 for line in text.split("\n"))][:-1]


def mover(text: str, removed: Sequence[int], written: Written, starts: Sequence[int]) -> Move:
    """From a place in a text to that in the file.

    Args:
        text: The text, without the indentation of its lines.
        removed: How much was taken from each line.
        written: The text with it, as the file has it.
        starts: Where the lines of the file begin.
    """
    inner = line_starts(written.text)

    def move(line: int, column: int) -> Place:
        at = min(inner[line - 1] + removed[line - 1] + column - 1, len(written.offsets) - 1)
        offset = written.offsets[at]
        number = bisect_right(starts, offset)
        return number, offset - starts[number - 1] + 1

    return move


def offset_of(lines: Sequence[str], starts: Sequence[int], line: int, column: int) -> int:
    """The offset of a place as Python counts it: the column is in bytes."""
    text = lines[line - 1]
    return starts[line - 1] + (column if text.isascii() else len(text.encode()[:column].decode()))
