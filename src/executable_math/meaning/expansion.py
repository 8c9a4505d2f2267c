r"""What \(\approx\) says between two expressions: the right one is the first terms of the left one for small symbols.

A symbol is small whose declared range is an interval around zero. Over that range what the right side leaves out must
be less than half of every term that it has; and where the symbols are a hundred times as small, it must be less of them
still, by a factor of ten at least. A term with a wrong sign or factor leaves out a fixed share of itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np

from executable_math.latex.tree import Node, applies
from executable_math.meaning.env import Env
from executable_math.meaning.facts import Facts
from executable_math.values.derivative import Array, primal
from executable_math.values.symbols import Declaration, Group

_SMALLER, _LESS, _LARGEST, _NOTHING, _NONE = 0.01, 0.1, 0.5, 1e-6, 1e-12


def small_symbols(facts: Facts, keys: Collection[str]) -> list[Declaration]:
    """The symbols that are declared as an interval around zero."""
    known = (item for key, item in facts.symbols.declared.items() if key in keys and item.kind.name == "real")
    return [item for item in known if -np.inf < item.kind.low < 0 < item.kind.high < np.inf]


def expands(left: Node, right: Node, group: Group, small: Sequence[Declaration], env: Callable[[Group], Env]) -> Array:
    """Where the right side is the first terms of the left one."""
    less = group
    for item in small:
        less = less.replaced(item, _SMALLER * group.data(item))
    (rest, share), (_, smaller) = (_left_out(left, right, env(one)) for one in (group, less))
    settles = (smaller <= _LESS * share) | (smaller <= _NOTHING)
    return np.asarray(np.where(np.isnan(share), rest <= _NONE, (share <= _LARGEST) & settles))


def _left_out(left: Node, right: Node, env: Env) -> tuple[Array, Array]:
    """What the right side leaves out, and how much that is of its smallest term; NaN where a term is nothing."""
    terms = [primal(env.scalar(term)) for term in (right.parts if applies(right, "add") else (right,))]
    rest = np.abs(primal(env.scalar(left)) - sum(terms))
    least = np.min(np.broadcast_arrays(*map(np.abs, terms)), axis=0)
    return rest, rest / np.where(least > 0, least, np.nan)
