"""Where a part of a formula may have a kink, a jump or a narrow place, as a function of one variable in it.

They are where its terms, its conditions, what it divides by and what it takes the absolute value of are zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import combinations, pairwise

import numpy as np

from executable_math.latex.tree import Apply, Chain, MathError, Node, applies, name_of, rebuilt, walk
from executable_math.meaning.settled import Argument, Defined
from executable_math.values.derivative import Array
from executable_math.values.numbers import real
from executable_math.values.quadrature import Ends

_MOST, _MOST_ROOTS, _MESH, _HALVINGS = 16, 4, 97, 48
_STRAIGHT = 1e-9
_DEEPEST = 6

Evaluate = Callable[[Node, Array], Array]


def kinks(body: Node, moves: Callable[[Node], bool], evaluate: Evaluate, ends: Ends) -> list[Array]:
    """The places of a variable at which a part of a body is zero.

    Args:
        body: What may have kinks.
        moves: Whether a node is the variable.
        evaluate: What a node gives while the variable is at places, which are along the first axis.
        ends: Between what the variable is.
    """
    own = (part for part in _turning(opened(body)) if any(map(moves, walk(part))))
    found: list[Array] = []
    for part in list(dict.fromkeys(own))[:_MOST]:
        with suppress(MathError):
            found += _zeros(lambda at, part=part: evaluate(part, at), ends)  # type: ignore[misc]
    return found


def opened(tree: Node, depth: int = 0) -> Node:
    """A tree with what is defined in the place of its name, where that is written without indices."""

    def open_one(node: Node) -> Node | None:
        if not isinstance(node, Defined) or node.definition is None or depth == _DEEPEST:
            return None
        definition, arguments = node.definition, node.arguments or ()
        names = [name_of(parameter) for parameter in definition.parameters]
        if node.indices or definition.otherwise or not all(names) or len(names) != len(arguments):
            return None
        given = dict(zip(names, arguments, strict=True))
        return opened(rebuilt(definition.body, lambda part: _given(part, given)), depth + 1)

    return rebuilt(tree, open_one)


def _given(part: Node, given: dict[str, Node]) -> Node | None:
    return given.get(part.argument) if isinstance(part, Argument) and not part.indices else None


def _turning(tree: Node) -> Iterator[Node]:
    """What a tree may turn at where it is zero."""
    for node in walk(tree):
        if applies(node, "add"):
            yield node
        elif applies(node, "largest", "smallest"):
            yield from (_gap(one, other) for one, other in combinations(node.parts, 2))
        elif applies(node, "absolute", "norm", "sign", "log", "root", "power", "sqrt"):
            yield node.parts[0]
        elif applies(node, "divide"):
            yield node.parts[1]
        elif isinstance(node, Chain):
            for one, other in pairwise(node.sides):
                yield from (_gap(one, end) for end in (other.parts if applies(other, "interval", "set") else [other]))


def _gap(one: Node, other: Node) -> Node:
    return Apply("add", (one, Apply("negate", (other,), span=other.span)), span=one.span)


def _zeros(function: Callable[[Array], Array], ends: Ends) -> list[Array]:
    """Where a function of one variable is zero: that of a straight line, or the first few others that change sign."""
    low, middle, high = real(function(np.array([-1.0, 0.0, 1.0]).reshape(-1, *[1] * ends.lower.ndim)))
    if (np.abs(high - 2 * middle + low) <= _STRAIGHT * (np.abs(high) + np.abs(low))).all():
        return [2 * middle / (low - high)]
    steps = np.linspace(*ends.reach, _MESH).reshape(-1, *[1] * ends.lower.ndim)
    signs = np.sign(function(ends.places(steps)[0]))
    turns = signs[1:] * signs[:-1] < 0
    most = min(_MOST_ROOTS, int(turns.sum(0).max()))
    return [_bisected(function, ends, turns, steps, which) for which in range(most)]


def _bisected(function: Callable[[Array], Array], ends: Ends, turns: Array, steps: Array, which: int) -> Array:
    """The zero between two steps, where the sign of a function turns for the so many-th time; NaN where it does not."""
    first = turns & (np.cumsum(turns, axis=0) == which + 1)
    place = np.argmax(first, axis=0)
    low, high = steps.reshape(-1)[place][None], steps.reshape(-1)[place + 1][None]
    start = np.sign(function(ends.places(low)[0]))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        same = np.sign(function(ends.places(middle)[0])) == start
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.asarray(np.where(first.any(0), ends.places(low)[0][0], np.nan))
