r"""The errors that a formula might have: one small change of its text for each place where one could slip.

A place is a node of the tree. Its sign is flipped, it is left out of its sum or product, or it is changed for what is
easily mistaken for it: a number for the next one, a function, a relation or an operator for its neighbour, a symbol or
an index for the one beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from decimal import Decimal
from itertools import chain, pairwise
from typing import Any

from executable_math.claims.faults import Edit
from executable_math.latex.cursor import NotRead
from executable_math.latex.reader import read
from executable_math.latex.tree import (
    Absolute,
    Add,
    Big,
    Case,
    Chain,
    Divide,
    Indexed,
    Indicator,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Primed,
    Relation,
    Symbol,
    walk,
)

NEIGHBOURS = {
    r"\log": r"\exp", r"\exp": r"\log", r"\sin": r"\cos", r"\cos": r"\sin", r"\tanh": r"\sinh", r"\sinh": r"\cosh",
    r"\cosh": r"\sinh", r"\max": r"\min", r"\min": r"\max",
}  # fmt: skip
OPERATORS = {"sum": "prod", "prod": "sum", "max": "min", "min": "max", "argmax": "argmin", "argmin": "argmax"}
RELATIONS = {r"\le": r"\ge", r"\ge": r"\le", "<": ">", ">": "<", r"\ne": "="}
_HOW_IT_IS_WRITTEN = {"span", "signs", "bracketed"}
BRACKET = re.compile(r"(?:\\(?:left|right|[bB]igg?[lr]?)\s*)?(?:(?P<open>\\?\{|[(\[])|\\?\}|[)\]])")


def edits(latex: str, words: Iterable[str] = ()) -> list[Edit]:
    """Every error to try in a formula, each of which reads to another tree.

    >>> [edit.applied("a - 2") for edit in edits("a - 2")]
    ['0 - 2', 'a - 0', '-a - 2', 'a + 2', 'a - 3', 'a - 1']
    """
    known = frozenset(words)
    tree = read(latex, known)
    found = [edit for node in walk(tree) for edit in _RULES.get(type(node), _nothing)(latex, node)]
    seen = {repr(_form(tree))}
    kept = []
    for edit in [*found, *_swaps(latex, tree)]:
        try:
            form = repr(_form(read(edit.applied(latex), known)))
        except NotRead:
            continue
        if form not in seen:
            seen.add(form)
            kept.append(edit)
    return kept


def _form(part: Any) -> Any:
    """What a tree says: the same for two that are equal by the laws of arithmetic that need no calculation."""
    if isinstance(part, tuple):
        return [_form(item) for item in part]
    if not isinstance(part, Node):
        return part
    if isinstance(part, Negate) and isinstance(part.body, Number) and not float(part.body.text.rstrip("…")):
        return _form(part.body)
    if isinstance(part, Absolute):
        part = replace(part, body=_unsigned(part.body))
    if isinstance(part, Power) and _is_even(part.exponent):
        part = replace(part, base=_unsigned(part.base))
    parts = [_form(getattr(part, item.name)) for item in fields(part) if item.name not in _HOW_IT_IS_WRITTEN]
    if _commutes(part):
        parts[0].sort(key=repr)
    return [type(part).__name__, *parts]


def _unsigned(node: Node) -> Node:
    """The same one of a sum and its negative, whichever is given."""
    if not isinstance(node, Add):
        return node
    turned = tuple(term.body if isinstance(term, Negate) else Negate(term) for term in node.terms)
    return min(node, replace(node, terms=turned), key=lambda one: repr(_form(one)))


def _is_even(exponent: Node) -> bool:
    return isinstance(exponent, Number) and float(exponent.text.rstrip("…")) % 2 == 0


def _commutes(node: Node) -> bool:
    """Whether what stands first in a node says the same in any order."""
    if isinstance(node, Chain):
        return [relation.sign for relation in node.relations] in (["="], [r"\ne"])
    return isinstance(node, Add | Multiply)


def _nothing(latex: str, node: Node) -> Iterator[Edit]:
    yield from ()


def _terms(latex: str, node: Add) -> Iterator[Edit]:
    for place, term in enumerate(node.terms):
        yield _instead(latex, term.body if isinstance(term, Negate) else term, "0")
        if place and not isinstance(term, Negate):
            yield from _change(latex, (node.terms[place - 1].span[1], term.span[0]), "+", "-")
    if not isinstance(node.terms[0], Negate):
        yield _before(latex, node.terms[0], "-")


def _sides(latex: str, node: Chain) -> Iterator[Edit]:
    yield from (_before(latex, side, "-") for side in node.sides[1:] if not isinstance(side, Negate | Add))


def _condition(latex: str, node: Node) -> Iterator[Edit]:
    chains = [part for part in node.children if isinstance(part, Chain)]
    equals = [relation for chain in chains for relation in chain.relations if relation.sign == "="]
    yield from (Edit(*relation.span, r" \ne ") for relation in equals)


def _relation(latex: str, node: Relation) -> Iterator[Edit]:
    if node.sign in RELATIONS:
        yield Edit(*node.span, f" {RELATIONS[node.sign]} ")


def _number(latex: str, node: Number) -> Iterator[Edit]:
    """A unit in the last printed digit, up and down."""
    digits = node.text.rstrip("…")
    unit = Decimal(1).scaleb(-len(digits.partition(".")[2]))
    for value in (Decimal(digits) + unit, Decimal(digits) - unit):
        if value >= 0:
            yield Edit(*node.span, f"{value:f}{'…' * node.text.endswith('…')}")


def _operator(latex: str, node: Big) -> Iterator[Edit]:
    old, new = (name.removeprefix("arg") for name in (node.operator, OPERATORS[node.operator]))
    yield from _change(latex, node.span, old, new)
    if node.upper is not None:
        start, end = _whole(latex, node.upper.span)
        yield Edit(start, end, f"{{{latex[start:end]} - 1}}")


def _symbol(latex: str, node: Symbol) -> Iterator[Edit]:
    if node.name in NEIGHBOURS:
        yield Edit(*node.span, NEIGHBOURS[node.name])


_RULES: dict[type[Node], Callable[[str, Any], Iterator[Edit]]] = {
    Add: _terms,
    Big: lambda latex, node: chain(_operator(latex, node), _condition(latex, node)),
    Case: _condition,
    Chain: _sides,
    Divide: lambda latex, node: (_instead(latex, part, "1") for part in (node.numerator, node.denominator)),
    Indicator: _condition,
    Multiply: lambda latex, node: (_instead(latex, factor, "1") for factor in node.factors),
    Negate: lambda latex, node: _change(latex, node.span, "-", "+"),
    Number: _number,
    Power: lambda latex, node: iter([_instead(latex, node.exponent, "1")]),
    Primed: lambda latex, node: _change(latex, node.span, "'", ""),
    Relation: _relation,
    Symbol: _symbol,
}


def _swaps(latex: str, tree: Node) -> Iterator[Edit]:
    """Two symbols next to one another in each other's place, and two indices."""
    named = [index for node in walk(tree) if isinstance(node, Indexed | Big) for index in node.indices]
    indices = {leaf.span for index in named for leaf in walk(index) if isinstance(leaf, Symbol | Number)}
    symbols = {node.span for node in walk(tree) if isinstance(node, Symbol) and node.name not in NEIGHBOURS}
    for left, right in [*pairwise(sorted(indices)), *pairwise(sorted(symbols - indices))]:
        one, other = latex[slice(*left)], latex[slice(*right)]
        if one != other:
            swapped = _fit(latex, left, other) + latex[left[1] : right[0]] + _fit(latex, right, one)
            yield Edit(left[0], right[1], swapped)


def _change(latex: str, span: tuple[int, int], old: str, new: str) -> Iterator[Edit]:
    if (start := latex.find(old, *span)) >= 0:
        yield Edit(start, start + len(old), new)


def _before(latex: str, node: Node, sign: str) -> Edit:
    start, _ = _whole(latex, node.span)
    return Edit(start, start, sign)


def _instead(latex: str, node: Node, text: str) -> Edit:
    span = _whole(latex, node.span)
    return Edit(*span, _fit(latex, span, text))


def _fit(latex: str, span: tuple[int, int], text: str) -> str:
    """A text for a place, in braces where it would run into its neighbours."""
    before, after = latex[: span[0]].rstrip()[-1:], latex[span[1] :].lstrip()[:1]
    return f"{{{text}}}" if before.isalnum() or after.isalnum() or (before in "_^" and len(text) > 1) else text


def _whole(latex: str, span: tuple[int, int]) -> tuple[int, int]:
    r"""A span with the whole of every bracket that it has one end of.

    >>> _whole("(a - b)^2", (1, 9))
    (0, 9)
    """
    start, end = span
    open_: list[int] = []
    for bracket in BRACKET.finditer(latex):
        if bracket["open"]:
            open_.append(bracket.start())
        elif open_ and (start <= (left := open_.pop()) < end) != (start < bracket.end() <= end):
            start, end = min(start, left), max(end, bracket.end())
    return start, end
