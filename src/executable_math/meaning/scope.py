r"""Where a part of a formula stands while it is evaluated, and what is noted on the way.

A value is an array with an axis for the samples; before it an axis for each index in scope, the innermost first, and
after it the axes of a vector or matrix. So arrays of outer scopes broadcast against those of inner ones, and
\(\sum_i\) adds up the first axis.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, NamedTuple

import numpy as np

from executable_math.latex.tree import MathError, Node
from executable_math.meaning.names import Context
from executable_math.values.arrays import Value
from executable_math.values.derivative import Array, Dual, Real
from executable_math.values.symbols import MOST_VALUES, Group

MOST_DERIVATIVES = 8
# What evaluating a node costs, in elements of an array, and how much one formula may cost: some five seconds.
STEP, MOST_EFFORT = 2000, 10**9


class Branching(NamedTuple):
    """Which branches of a node were taken: for each branch the samples, and for each how far it was from another."""

    node: Node
    taken: dict[Any, Array]
    gap: Array


class Missing(NamedTuple):
    """Why a value is not there, for which samples, and where that is written; None within a definition."""

    node: Node | None
    reason: str
    where: Array
    advice: str = ""


class Scope(NamedTuple):
    """Where a part of a formula stands: indices and arguments that have values there, and the axes in use."""

    depth: int = 0
    indices: Mapping[str, Array] = {}
    arguments: Mapping[str, Callable[[], Value]] = {}

    def bind(self, name: str, values: Array) -> Scope:
        """With one more index, on an axis of its own.

        Raises:
            MathError: All indices together have too many values.
        """
        together = values.size * math.prod(known.shape[0] for known in self.indices.values())
        if together > MOST_VALUES:
            raise MathError(f"{together} values, of all indices together", advice=f"at most {MOST_VALUES}")
        axis = values.reshape(-1, *[1] * (self.depth + 1))
        hidden = {key: value for key, value in self.arguments.items() if key != name}
        return Scope(self.depth + 1, {**self.indices, name: axis}, hidden)


Rule = Callable[[Any, Any, Scope], Value]


class State:
    """What is known while trees are evaluated for the samples of one group; the rooms below add what a node is worth.

    Args:
        context: What the names mean.
        group: The samples.
    """

    # What evaluates each type of node.
    rules: ClassVar[Mapping[type[Node], Rule]]

    def __init__(self, context: Context, group: Group) -> None:
        self.context = context
        self.symbols = context.symbols
        self.group = group
        self.rows = np.arange(group.count)
        self.tag = 0
        # Derivatives being taken: for each key the tags, with the place in the array that is varied.
        self.varied: dict[str, list[tuple[int, tuple[Array, ...]]]] = {}
        # Symbols that have other values than their samples: over which an expectation is taken, or set behind a bar.
        self.fixed: dict[str, Value] = {}
        # What was seen of each node that branches, such as a maximum.
        self.branches: dict[int, Branching] = {}
        # How far the last condition was from changing, for each sample.
        self.margin: Array = np.full(1, np.inf)
        self.missing: list[Missing] = []
        self.called: set[str] = set()
        self.nesting = 0
        self.order = 0
        # The derivatives and expectations that are being taken, and what definitions gave under them.
        self.active: list[int] = []
        self.known: dict[tuple[Any, ...], tuple[tuple[Array, ...], Value]] = {}

    def value(self, node: Node, scope: Scope) -> Value:
        """The value of a node.

        Raises:
            MathError: A name is not known, or parts do not fit together.
        """
        found = self.rules[type(node)](self, node, scope)
        self.spend(1, found.data, node)
        return found

    def spend(self, times: int, data: Real, node: Node) -> None:
        """Count what was done, so many times with arrays of one size.

        Raises:
            MathError: It is too much for one formula.
        """
        parts = 1
        while isinstance(data, Dual):
            parts, data = 2 * parts, data.primal
        self.context.effort += times * parts * (STEP + data.size)
        if self.context.effort > MOST_EFFORT:
            reason = f"this takes more than {MOST_EFFORT // STEP} steps"
            raise MathError(reason, node.span, "shorter sums, or fewer derivatives and definitions in one another")

    @contextmanager
    def deriving(self) -> Iterator[int]:
        """While a derivative is taken; its tag.

        Raises:
            MathError: It stands within too many others: each doubles the work.
        """
        self.order += 1
        if self.order > MOST_DERIVATIVES:
            raise MathError(f"more than {MOST_DERIVATIVES} derivatives of one another", None, "fewer of them")
        try:
            yield self.fresh()
        finally:
            self.order -= 1

    def scalar(self, node: Node, scope: Scope) -> Real:
        value = self.value(node, scope)
        if value.rank:
            kind = "vector" if value.rank == 1 else "matrix"
            raise MathError(f"this is a {kind}, and a number is needed here", node.span, "an index, as in y_i")
        return value.data

    def fresh(self) -> int:
        self.tag += 1
        return self.tag

    @contextmanager
    def moving(self, key: str, place: tuple[Array, ...]) -> Iterator[int]:
        """While a symbol is varied at a place."""
        with self.deriving() as tag:
            self.varied.setdefault(key, []).append((tag, place))
            self.active.append(tag)
            try:
                yield tag
            finally:
                self.varied[key].pop()
                self.active.pop()

    @contextmanager
    def fixing(self) -> Iterator[None]:
        """While symbols have other values than their samples."""
        before = dict(self.fixed)
        self.active.append(self.fresh())
        try:
            yield
        finally:
            self.fixed = before
            self.active.pop()

    def took(self, node: Node, taken: Mapping[Any, Array], gap: Array) -> None:
        """Note for which samples each branch was taken, and how far another one was."""
        seen = self.branches.setdefault(id(node), Branching(node, {}, np.full(self.group.count, np.inf)))
        for branch, where in taken.items():
            seen.taken[branch] = seen.taken.get(branch, np.zeros((), bool)) | self.by_sample(where, np.any)
        np.minimum(seen.gap, self.by_sample(gap, np.min), out=seen.gap)

    def by_sample(self, array: Array, reduce: Callable[..., Any]) -> Array:
        """One value for each sample, of all those for its indices."""
        if not array.size:
            return np.zeros(self.group.count, array.dtype)
        array = np.broadcast_to(array, (*array.shape[:-1], self.group.count))
        return np.asarray(reduce(array.reshape(-1, array.shape[-1]), axis=0)) if array.ndim > 1 else array

    def miss(self, node: Node, reason: str, where: Array, advice: str = "") -> None:
        """Note why a value is not there."""
        self.missing.append(Missing(None if self.nesting else node, reason, self.by_sample(where, np.any), advice))

    def refuse(self, node: Node, scope: Scope) -> Value:
        raise MathError("this is not a value", node.span, "a symbol, a number or a bracket")
