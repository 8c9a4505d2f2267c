r"""The errors that a formula might have: one small change of its text for each place where one could slip.

A place is a node of the tree. Its sign is flipped, it is left out of its sum or product, or it is changed for what is
easily mistaken for it: a number for the next one, a function, a relation or an operator for its neighbour, a symbol or
an index for the one beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import Any

from executable_math.latex.cursor import NotRead
from executable_math.latex.edits import Edit, Slip, change, fit
from executable_math.latex.language import Language
from executable_math.latex.reader import read
from executable_math.latex.slips import before
from executable_math.latex.tree import (
    Apply,
    Bind,
    Call,
    Case,
    Chain,
    Indexed,
    Node,
    Number,
    Primed,
    Relation,
    Symbol,
    applies,
    said,
    walk,
)
from executable_math.notation.conditions import unequal

_HOW_IT_IS_WRITTEN = {"marks", "bracketed"}


def edits(latex: str, language: Language, words: Iterable[str] = ()) -> list[Edit]:
    """Every error to try in a formula, each of which reads to another tree.

    >>> from executable_math.notation.standard import LANGUAGE
    >>> [edit.applied("a - 2") for edit in edits("a - 2", LANGUAGE)]
    ['0 - 2', 'a - 0', '-a - 2', 'a + 2', 'a - 3', 'a - 1']
    """
    known = frozenset(words)
    tree = read(latex, language, known)
    return list(distinct(latex, tree, slips(latex, tree, language), lambda text: read(text, language, known)))


def slips(latex: str, tree: Node, language: Language) -> Iterator[Edit]:
    """The errors that the nodes of a tree might have, and two names in each other's place."""
    for node in walk(tree):
        yield from _of(latex, node, language)
    yield from _swaps(latex, tree, language)


def distinct(latex: str, tree: Node, found: Iterable[Edit], read: Callable[[str], Node]) -> Iterator[Edit]:
    """Those changes that are read, each to a tree that neither the formula nor a change before it has."""
    seen = {repr(_form(tree))}
    for edit in found:
        try:
            form = repr(_form(read(edit.applied(latex))))
        except NotRead:
            continue
        if form not in seen:
            seen.add(form)
            yield edit


def _form(part: Any) -> Any:
    """What a tree says: the same for two that are equal by the laws of arithmetic that need no calculation."""
    if isinstance(part, tuple):
        return [_form(item) for item in part]
    if not isinstance(part, Node):
        return part
    match part:
        case Apply("negate", (Number(text) as number,)) if not float(text.rstrip("…")):
            return _form(number)
        case Apply("absolute", (body,)):
            part = replace(part, parts=(_unsigned(body),))
        case Apply("power", (base, exponent)) if _is_even(exponent):
            part = replace(part, parts=(_unsigned(base), exponent))
    marks = _HOW_IT_IS_WRITTEN - ({"marks"} if applies(part, "interval") else set())
    parts = [_form(getattr(part, name)) for name in said(part) if name not in marks]
    if _commutes(part):
        parts[-1 if isinstance(part, Apply) else 0].sort(key=repr)
    return [type(part).__name__, *parts]


def _unsigned(node: Node) -> Node:
    """The same one of a sum and its negative, whichever is given."""
    if not applies(node, "add"):
        return node
    turned = tuple(_turned(term) for term in node.parts)
    return min(node, replace(node, parts=turned), key=lambda one: repr(_form(one)))


def _turned(term: Node) -> Node:
    return term.parts[0] if applies(term, "negate") else Apply("negate", (term,))


def _is_even(exponent: Node) -> bool:
    return isinstance(exponent, Number) and float(exponent.text.rstrip("…")) % 2 == 0


def _commutes(node: Node) -> bool:
    """Whether what stands first in a node says the same in any order."""
    if isinstance(node, Chain):
        return [relation.sign for relation in node.relations] in (["="], [r"\ne"])
    return applies(node, "add", "multiply")


def _of(latex: str, node: Node, language: Language) -> Iterator[Edit]:
    """The errors that a node might have: those of its notation, or of its kind."""
    own: Sequence[Slip]
    match node:
        case Apply(operator):
            own = language.operators[operator].slips
        case Bind(operator):
            own = language.binders[operator].slips
        case Call(Symbol(name) | Indexed(Symbol(name))) if name in language.called:
            own = language.called[name].slips
        case Number():
            own = (_number,)
        case Chain():
            own = (_sides,)
        case Case(_, Chain() as condition):
            own = (lambda latex, node: unequal(condition),)
        case Primed():
            own = (lambda latex, node: change(latex, node.span, "'", ""),)
        case Relation(sign):
            slip = language.comparisons[sign].slip
            own = (partial(_relation, slip),) if slip else ()
        case _:
            own = ()
    for one in own:
        yield from one(latex, node)


def _sides(latex: str, node: Chain) -> Iterator[Edit]:
    yield from (before(latex, side, "-") for side in node.sides[1:] if not applies(side, "negate", "add"))


def _relation(slip: str, latex: str, node: Relation) -> Iterator[Edit]:
    yield Edit(*node.span, f" {slip} ")


def _number(latex: str, node: Number) -> Iterator[Edit]:
    """A unit in the last printed digit, up and down."""
    digits = node.text.rstrip("…")
    unit = Decimal(1).scaleb(-len(digits.partition(".")[2]))
    for value in (Decimal(digits) + unit, Decimal(digits) - unit):
        if value >= 0:
            yield Edit(*node.span, f"{value:f}{'…' * node.text.endswith('…')}")


def _swaps(latex: str, tree: Node, language: Language) -> Iterator[Edit]:
    """Two symbols next to one another in each other's place, and two indices."""
    indices = {
        leaf.span for index in _indices(tree, language) for leaf in walk(index) if isinstance(leaf, Symbol | Number)
    }
    named = (node for node in walk(tree) if isinstance(node, Symbol))
    symbols = {node.span for node in named if node.name not in language.called}
    for left, right in [*pairwise(sorted(indices)), *pairwise(sorted(symbols - indices))]:
        one, other = latex[slice(*left)], latex[slice(*right)]
        if one != other:
            swapped = fit(latex, left, other) + latex[left[1] : right[0]] + fit(latex, right, one)
            yield Edit(left[0], right[1], swapped)


def _indices(tree: Node, language: Language) -> Iterator[Node]:
    """What stands where an index does: behind a name, and below a sum."""
    for node in walk(tree):
        if isinstance(node, Indexed):
            yield from node.indices
        elif isinstance(node, Bind) and language.binders[node.operator].settled is None:
            yield from node.variables
