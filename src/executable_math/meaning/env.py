r"""Where a part of a formula stands while it is evaluated, and what is noted on the way.

A value is an array with an axis for the samples; before it an axis for each index in scope, the innermost first, and
after it the axes of a vector or matrix. So arrays of outer scopes broadcast against those of inner ones, and
\(\sum_i\) adds up the first axis.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from executable_math.latex.language import Rule
from executable_math.latex.tree import Apply, Bind, MathError, Node, TooMuch
from executable_math.meaning.facts import Facts
from executable_math.meaning.resolve import resolve
from executable_math.values.arrays import Value, aligned
from executable_math.values.derivative import Array, Dual, Real
from executable_math.values.numbers import DOUBLES, NoOrder, Numbers, OnlyDoubles
from executable_math.values.symbols import MOST_VALUES, Group

MOST_DERIVATIVES = 8
# What evaluating a node costs, in elements of an array, and how much one formula may cost: some five seconds.
STEP, MOST_EFFORT = 2000, 10**9

Thunk = Callable[[], Value]


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


class Evaluation:
    """What is known, and what is noted, while trees are evaluated for the samples of one group.

    Args:
        facts: What the page has said.
        group: The samples.
        leaves: What the nodes are worth that are no operation of the language, by their types.
        numbers: The numbers that are computed with.
    """

    def __init__(self, facts: Facts, group: Group, leaves: Mapping[type[Node], Rule], numbers: Numbers) -> None:
        self.facts = facts
        self.symbols = facts.symbols
        self.group = group
        self.leaves = leaves
        self.numbers = numbers
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
        # The samples with a matrix that has no inverse: what is said of inverses is not said of them.
        self.singular: Array = np.zeros(group.count, bool)
        # The samples at which what is differentiated has no value itself: no kink.
        self.outside: Array = np.zeros(group.count, bool)
        self.called: set[str] = set()
        self.nesting = 0
        self.order = 0
        # The derivatives and expectations that are being taken, and what definitions gave under them.
        self.active: list[int] = []
        self.known: dict[tuple[Any, ...], tuple[tuple[Array, ...], Value]] = {}
        # The elements of recursions that are worked out, under the same.
        self.recursions: dict[tuple[Any, ...], dict[int, Value]] = {}

    @property
    def env(self) -> Env:
        """Where a formula begins: no index and no argument has a value."""
        return Env(self)

    def rule(self, node: Node) -> Rule:
        """What evaluates a node."""
        language = self.facts.language
        if isinstance(node, Apply):
            return language.operators[node.operator].value or no_value
        if isinstance(node, Bind):
            return language.binders[node.operator].value or no_value
        return self.leaves.get(type(node), no_value)

    def needs_doubles(self, node: Node) -> None:
        """Refuse balls, for what is computed by sampling.

        Raises:
            OnlyDoubles: The numbers are balls.
        """
        if self.numbers is not DOUBLES:
            raise OnlyDoubles("this is computed with doubles", node.span)

    def settle(self, node: Node) -> Node:
        """What a part of a declaration or of a left side means on the page."""
        return resolve(node, self.facts)

    def spend(self, times: int, data: Real, node: Node) -> None:
        """Count what was done, so many times with arrays of one size.

        Raises:
            MathError: It is too much for one formula.
        """
        parts = 1
        while isinstance(data, Dual):
            parts, data = 2 * parts, data.primal
        self.facts.effort.spent += times * parts * (STEP + data.size)
        if self.facts.effort.spent > MOST_EFFORT:
            reason = f"this takes more than {MOST_EFFORT // STEP} steps"
            raise TooMuch(reason, node.span, "shorter sums, or fewer derivatives and definitions in one another")

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
        if self.numbers is not DOUBLES:
            return
        seen = self.branches.setdefault(id(node), Branching(node, {}, np.full(self.group.count, np.inf)))
        for branch, where in taken.items():
            seen.taken[branch] = seen.taken.get(branch, np.zeros((), bool)) | self.by_sample(where, np.any)
        np.minimum(seen.gap, self.by_sample(gap, np.min), out=seen.gap)

    def approach(self, one: Array, other: Array) -> None:
        """Note how far a condition between two values is from changing."""
        if self.numbers is DOUBLES:
            self.margin = np.minimum(self.margin, np.abs(one - other))

    def by_sample(self, array: Array, reduce: Callable[..., Any]) -> Array:
        """One value for each sample, of all those for its indices."""
        if not array.size:
            return np.zeros(self.group.count, array.dtype)
        found = reduce(array.reshape(-1, array.shape[-1]), axis=0) if array.ndim > 1 else array
        return np.broadcast_to(found, (self.group.count,))

    def miss(self, node: Node, reason: str, where: Array, advice: str = "") -> None:
        """Note why a value is not there."""
        self.missing.append(Missing(None if self.nesting else node, reason, self.by_sample(where, np.any), advice))


class Env(NamedTuple):
    """Where a part of a formula stands: indices and arguments that have values there, and the axes in use."""

    run: Evaluation
    depth: int = 0
    indices: Mapping[str, Array] = {}
    arguments: Mapping[str, Thunk] = {}

    def value(self, node: Node) -> Value:
        """The value of a node.

        Raises:
            MathError: A name is not known, or parts do not fit together.
        """
        try:
            found: Value = self.run.rule(node)(node, self)
        except NoOrder as problem:
            raise problem if problem.span else NoOrder(problem.reason, node.span, problem.advice) from None
        self.run.spend(1, found.data, node)
        return found

    def scalar(self, node: Node) -> Real:
        """The value of a node that is a number."""
        value = self.value(node)
        if value.rank:
            kind = "vector" if value.rank == 1 else "matrix"
            raise MathError(f"this is a {kind}, and a number is needed here", node.span, "an index, as in y_i")
        return value.data

    def bind(self, name: str, values: Array) -> Env:
        """With one more index, on an axis of its own.

        Raises:
            MathError: All indices together have too many values.
        """
        together = values.size * math.prod(known.shape[0] for known in self.indices.values())
        if together > MOST_VALUES:
            raise TooMuch(f"{together} values, of all indices together", advice=f"at most {MOST_VALUES}")
        axis = values.reshape(-1, *[1] * (self.depth + 1))
        hidden = {key: value for key, value in self.arguments.items() if key != name}
        return Env(self.run, self.depth + 1, {**self.indices, name: axis}, hidden)

    def over(self, free: Iterable[tuple[str, Node]]) -> Env:
        """Where each of some indices runs over its range, on an axis of its own; its place is where it is met first.

        Raises:
            MathError: Nothing says how far one runs.
        """
        env = self
        for name, node in free:
            try:
                found = self.run.symbols.range(name)
            except MathError as problem:
                raise MathError(problem.reason, node.span, problem.advice) from problem
            size = found.size(self.run.group.sizes)
            env = env.bind(name, np.arange(found.low, found.low + size, dtype=float))
        return env

    def given(self, name: str, thunk: Thunk) -> Env:
        """With a value for an argument."""
        return self._replace(arguments={**self.arguments, name: thunk})


def elementwise(function: Callable[..., Real]) -> Rule:
    """The rule of a function of one or two numbers, which is taken element by element."""

    def rule(node: Apply, env: Env) -> Value:
        value, *others = map(env.value, node.parts)
        if not others:
            return Value(function(value.data), value.rank, value.row)
        left, right, rank = aligned(value, others[0], node)
        return Value(function(left, right), rank, value.row)

    return rule


def no_value(node: Node, env: Env) -> Value:
    """The rule of what is none."""
    raise MathError("this is not a value", node.span, "a symbol, a number or a bracket")
