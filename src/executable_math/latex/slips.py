r"""The slips that many notations have: a part that is left out, two that are swapped, a mark for another.

Most are undone by another slip of their kind, as one sign by the other. One that leaves something out is a `Loss`,
which says too how that looks: so a record says once what is lost, to try errors, and what is put back, to find them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from executable_math.latex.edits import Edit, Slip, change, fit, whole
from executable_math.latex.tree import Call, Node, Number, applies, walk

OPENS = re.compile(r"(?:\\(?:left|[bB]igg?l?)\s*)?[(\[]\s*$")
CLOSES = re.compile(r"\s*(?:\\(?:right|[bB]igg?r?)\s*)?[)\]]")


class Names(NamedTuple):
    """What a formula may have been meant to name, as LaTeX writes it."""

    values: Sequence[str] = ()
    sizes: Sequence[str] = ()
    indices: Sequence[str] = ()


class Place(NamedTuple):
    """A value in a formula, what it stands in, and what there is to name."""

    node: Node
    outer: Node
    names: Names

    @property
    def is_whole(self) -> bool:
        """Whether it is all that stands in a bracket, a brace, a term or a side, and no factor or base."""
        return not applies(self.outer, "multiply", "transpose", "negate")


@dataclass(frozen=True)
class Loss:
    """A slip that leaves something out, and how that is put back.

    Args:
        made: The changes that leave it out, at a node of the notation.
        undone: The changes that put it back, at a value that it may have applied to.
    """

    made: Slip
    undone: Callable[[str, Place], Iterator[Edit]]

    def __call__(self, latex: str, node: Any) -> Iterator[Edit]:
        return self.made(latex, node)


def around(*forms: str, whole_only: bool = False) -> Callable[[str, Place], Iterator[Edit]]:
    r"""A value is put into each of some forms, such as `\sqrt{@}`, in which `@` stands for it.

    `#value`, `#size` and `#index` stand for each name of that kind, and `(@)` for the value in brackets where it would
    fall apart without.
    """

    def undone(latex: str, place: Place) -> Iterator[Edit]:
        base = applies(place.outer, "power") and place.node is place.outer.parts[0]
        if base or (whole_only and not place.is_whole):
            return
        span = _with_brackets(latex, place)
        bare, body = span == whole(latex, place.node.span), latex[slice(*span)]
        for form in forms:
            closed = f"({body})" if bare and _falls_apart(place.node, form) else body
            for filled in _filled(form, place, latex):
                yield Edit(*span, fit(latex, span, filled.replace("(@)", closed).replace("@", body)))

    return undone


def _filled(form: str, place: Place, latex: str) -> Iterator[str]:
    """A form with each name in it that is not there already; a number is a factor of its own kind."""
    for kind, known in zip(("#value", "#size", "#index"), place.names, strict=True):
        if kind in form:
            there = walk(place.node) if "^" in form else factors(place.node)
            said = {latex[slice(*node.span)] for node in there}
            plain = isinstance(place.node, Number) and kind == "#value"
            yield from (form.replace(kind, name) for name in known if name not in said and not plain)
            return
    yield form


def factors(node: Node) -> Sequence[Node]:
    return node.parts if applies(node, "multiply") else (node,)


def _falls_apart(node: Node, form: str) -> bool:
    """Whether a form would take only a part of a node that stands in it without brackets."""
    loose = ("add", "negate", "multiply", "divide", "power") if "^" in form else ("add", "negate")
    return applies(node, *loose)


def _with_brackets(latex: str, place: Place) -> tuple[int, int]:
    """The place of a node, with the brackets right around it where they are no function's."""
    start, end = whole(latex, place.node.span)
    if isinstance(place.outer, Call) or not applies(place.node, "add", "multiply", "divide", "negate"):
        return start, end
    before, after = OPENS.search(latex[:start]), CLOSES.match(latex[end:])
    return (before.start(), end + after.end()) if before and after else (start, end)


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
    texts = (latex[slice(*whole(latex, part.span))] for part in (one, other))
    parts = instead(latex, other, next(texts)), instead(latex, one, next(texts))
    start, end = parts[1].start, parts[0].end
    yield Edit(start, end, parts[1].text + latex[parts[1].end : parts[0].start] + parts[0].text)


def left_out(latex: str, node: Any) -> Iterator[Edit]:
    """The operation is left out: its first part, or argument, stands there alone."""
    for part in (node.arguments if isinstance(node, Call) else node.children)[:1]:
        start, end = whole(latex, part.span)
        yield Edit(node.span[0], node.span[1], f"{{{latex[start:end]}}}")


def another(mark: str) -> Slip:
    """Another function is written in the place of a called one."""

    def slip(latex: str, node: Any) -> Iterator[Edit]:
        start, end = node.function.span
        yield Edit(start, end, mark)

    return slip


def body_alone(latex: str, node: Any) -> Iterator[Edit]:
    """What is done about the variables is left out: the body stands there alone."""
    start, end = whole(latex, node.body.span)
    yield Edit(node.span[0], node.span[1], f"{{{latex[start:end]}}}")


def written(old: str, new: str) -> Slip:
    """One mark for another."""

    def slip(latex: str, node: Any) -> Iterator[Edit]:
        yield from change(latex, node.span, old, new)

    return slip


def before(latex: str, node: Node, sign: str) -> Edit:
    """A sign in front of a node."""
    start, _ = whole(latex, node.span)
    return Edit(start, start, sign)


def instead(latex: str, node: Node, text: str) -> Edit:
    """A text in the place of a node."""
    span = whole(latex, node.span)
    return Edit(*span, fit(latex, span, text))
