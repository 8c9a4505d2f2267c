r"""Changes of a formula's text, such as the slips that are easily made in it.

A slip is a function of the text and of a node in it: the changes that it could have there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

COMMAND = re.compile(r"\\[A-Za-z]+(?:\{[^{}]*\})?$")
BRACKET = re.compile(r"(?:\\(?:left|right|[bB]igg?[lr]?)\s*)?(?:(?P<open>\\?\{|[(\[])|\\?\}|[)\]])")


class Edit(NamedTuple):
    """A change of a formula's text: what stands from `start` to `end` is replaced."""

    start: int
    end: int
    text: str

    def applied(self, latex: str) -> str:
        return latex[: self.start] + self.text + latex[self.end :]

    def balanced(self, latex: str) -> Edit:
        """The same change of a text that has the whole of each of its brackets."""
        start, end = whole(latex, (self.start, self.end))
        if latex[start:end].startswith("{") and (command := COMMAND.search(latex[:start])):
            start = command.start()
        return Edit(start, end, latex[start : self.start] + self.text + latex[self.end : end])

    def advice(self, latex: str) -> str:
        """What the change says, for the author."""
        old, new = latex[self.start : self.end].strip(), _bare(self.text.strip())
        if not old:
            return f"with {new} here it would hold"
        return f"with {new} in place of {old} it would hold" if new else f"without {old} it would hold"


def changed(old: str, new: str) -> Edit:
    """The change that makes one text another, of whole words and numbers.

    >>> changed("x = 0.12", "x = 0.13")
    Edit(start=4, end=8, text='0.13')
    """
    start = shared(old, new)
    start = re.search(r"(?:\\?[A-Za-z]+|[\d.]*)$", old[:start]).start()  # type: ignore[union-attr]
    same = shared(old[start:][::-1], new[start:][::-1])
    same -= re.match(r"(?:[A-Za-z]+|[\d.]+)?", old[len(old) - same :]).end()  # type: ignore[union-attr]
    return Edit(start, len(old) - same, new[start : len(new) - same])


def shared(one: str, other: str) -> int:
    """How many characters two texts begin with that are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _bare(text: str) -> str:
    r"""A text without braces around it that say nothing.

    >>> _bare("{x^2}"), _bare("{a}_{b}")
    ('x^2', '{a}_{b}')
    """
    return text[1:-1] if re.fullmatch(r"\{(?:[^{}]|\{[^{}]*\})*\}", text) else text


Slip = Callable[[str, Any], Iterator[Edit]]


def change(latex: str, span: tuple[int, int], old: str, new: str) -> Iterator[Edit]:
    """The first of some marks in a span is another one."""
    if (start := latex.find(old, *span)) >= 0:
        yield Edit(start, start + len(old), new)


def fit(latex: str, span: tuple[int, int], text: str) -> str:
    """A text for a place, in braces where it would run into its neighbours."""
    left, right = latex[: span[0]].rstrip()[-1:], latex[span[1] :].lstrip()[:1]
    return f"{{{text}}}" if left.isalnum() or right.isalnum() or (left in "_^" and len(text) > 1) else text


def whole(latex: str, span: tuple[int, int]) -> tuple[int, int]:
    r"""A span with the whole of every bracket that it has one end of.

    >>> whole("(a - b)^2", (1, 9))
    (0, 9)
    """
    start, end = span
    opened: list[int] = []
    for bracket in BRACKET.finditer(latex):
        if bracket["open"]:
            opened.append(bracket.start())
        elif opened and (start <= (left := opened.pop()) < end) != (start < bracket.end() <= end):
            start, end = min(start, left), max(end, bracket.end())
    return start, end
