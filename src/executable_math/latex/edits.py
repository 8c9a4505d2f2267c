r"""Changes of a formula's text, such as the slips that are easily made in it.

A slip is a function of the text and of a node in it: the changes that it could have there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from executable_math.latex.tree import Call, Node

BRACKET = re.compile(r"(?:\\(?:left|right|[bB]igg?[lr]?)\s*)?(?:(?P<open>\\?\{|[(\[])|\\?\}|[)\]])")


class Edit(NamedTuple):
    """A change of a formula's text: what stands from `start` to `end` is replaced."""

    start: int
    end: int
    text: str

    def applied(self, latex: str) -> str:
        return latex[: self.start] + self.text + latex[self.end :]

    def advice(self, latex: str) -> str:
        """What the change says, for the author."""
        old, new = latex[self.start : self.end].strip(), self.text.strip()
        if not old:
            return f"with {new} here it would hold"
        return f"with {new} in place of {old} it would hold" if new else f"without {old} it would hold"


Slip = Callable[[str, Any], Iterator[Edit]]


def each_part(text: str) -> Slip:
    """Each part in turn is left out: the text that changes nothing stands there."""

    def slip(latex: str, node: Any) -> Iterator[Edit]:
        yield from (instead(latex, part, text) for part in node.parts)

    return slip


def last_part(text: str) -> Slip:
    """The last part is left out."""

    def slip(latex: str, node: Any) -> Iterator[Edit]:
        yield instead(latex, node.parts[-1], text)

    return slip


def swapped(latex: str, node: Any) -> Iterator[Edit]:
    """The two parts stand in each other's place."""
    one, other = node.parts
    parts = instead(latex, other, latex[slice(*one.span)]), instead(latex, one, latex[slice(*other.span)])
    start, end = parts[1].start, parts[0].end
    yield Edit(start, end, parts[1].text + latex[parts[1].end : parts[0].start] + parts[0].text)


def left_out(latex: str, node: Any) -> Iterator[Edit]:
    """The operation is left out: its first part, or argument, stands there alone."""
    start, end = whole(latex, node.children[1 if isinstance(node, Call) else 0].span)
    yield Edit(node.span[0], node.span[1], f"{{{latex[start:end]}}}")


def body_alone(latex: str, node: Any) -> Iterator[Edit]:
    """What is done about the variables is left out: the body stands there alone."""
    start, end = whole(latex, node.body.span)
    yield Edit(node.span[0], node.span[1], f"{{{latex[start:end]}}}")


def written(old: str, new: str) -> Slip:
    """One mark for another."""

    def slip(latex: str, node: Any) -> Iterator[Edit]:
        yield from change(latex, node.span, old, new)

    return slip


def change(latex: str, span: tuple[int, int], old: str, new: str) -> Iterator[Edit]:
    """The first of some marks in a span is another one."""
    if (start := latex.find(old, *span)) >= 0:
        yield Edit(start, start + len(old), new)


def before(latex: str, node: Node, sign: str) -> Edit:
    """A sign in front of a node."""
    start, _ = whole(latex, node.span)
    return Edit(start, start, sign)


def instead(latex: str, node: Node, text: str) -> Edit:
    """A text in the place of a node."""
    span = whole(latex, node.span)
    return Edit(*span, fit(latex, span, text))


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
