"""Sums, products and extremes over indices."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from executable_math.latex.tree import Big, Chain, Choices, Dots, Indexed, MathError, Node, Symbol, name_of, walk
from executable_math.meaning.calls import Calls
from executable_math.meaning.names import CONSTANTS
from executable_math.meaning.scope import Scope
from executable_math.values.arrays import Value, spread
from executable_math.values.derivative import Array, choose, largest, linear, primal, product, total

_LONGEST_SUM = 10_000


class Ranges(Calls):
    """Evaluates what runs over an index."""

    def big(self, node: Big, scope: Scope) -> Value:
        if not node.indices:
            raise MathError(f"a {node.operator} without an index", node.span, rf"\{node.operator}_{{i=1}}^{{N}}")
        node = bounded(node)
        if len(node.indices) > 1:
            first = replace(node, indices=node.indices[1:], lower=None, upper=None)
            node = replace(node, indices=node.indices[:1], body=first, conditions=())
        name = node.indices[0].name
        numbers, inside = self.span_of(node, name, scope)
        inner = scope.bind(name, numbers)
        kept = inside(inner.indices[name])
        for condition in node.conditions:
            kept = kept & self.condition(condition, inner)
        value = self.value(node.body, inner)
        if node.operator != "sum":
            self.spend(len(numbers), linear(lambda array: array[:1], value.data), node)
        if value.rank and node.operator not in ("sum",):
            raise MathError(f"a {node.operator} of vectors", node.span, "an index, as in y_i")
        return self.reduced(node, value, kept, numbers, scope)

    def reduced(self, node: Big, value: Value, kept: Array, numbers: Array, scope: Scope) -> Value:
        neutral = {"sum": 0.0, "prod": 1.0, "max": -math.inf, "argmax": -math.inf}.get(node.operator, math.inf)
        data = value.data
        if kept.ndim:
            data = choose(kept.reshape(*kept.shape, *[1] * value.rank), data, np.array([neutral]))
        full = scope.depth + 2 + value.rank
        data = linear(lambda array: spread(array, full, len(numbers)), data)
        if node.operator == "sum":
            return Value(total(data, 0), value.rank, value.row)
        if node.operator == "prod":
            return Value(product(data, 0))
        if not len(numbers):
            return Value(np.full(data.shape[1:], neutral))
        if node.operator.startswith("arg"):
            best = np.argmax(primal(data), 0) if node.operator == "argmax" else np.argmin(primal(data), 0)
            return Value(numbers[best])
        rows = [linear(lambda array, k=k: array[k], data) for k in range(len(numbers))]  # type: ignore[misc]
        return Value(largest(rows) if node.operator == "max" else -largest([-row for row in rows]))

    def span_of(self, node: Big, name: str, scope: Scope) -> tuple[Array, Callable[[Array], Array]]:
        """The values of an index, and which of them belong to the range for each sample."""
        if node.lower is None and node.upper is None:
            low, size = self.extent(node, name, scope)
            return np.arange(low, low + size, dtype=float), lambda at: np.ones((), bool)
        lower = primal(self.scalar(node.lower, scope)) if node.lower is not None else np.array([1.0])
        if node.upper is None:
            raise MathError(f"{name} has a first value and no last", node.span, rf"\sum_{{{name}=1}}^{{N}}")
        upper = self.upper_end(node.upper, scope)
        if not lower.size or not upper.size:  # within a sum that has no terms
            return np.zeros(0), lambda at: np.ones((), bool)
        low, high = np.min(lower), np.max(upper)
        if not high - low < _LONGEST_SUM:
            raise MathError(f"{name} runs over {high - low + 1:g} values", node.span, f"at most {_LONGEST_SUM}")
        numbers = np.arange(low, high + 0.5)
        if np.ptp(lower) == 0 and np.ptp(upper) == 0:
            return numbers, lambda at: np.ones((), bool)
        return numbers, lambda at: (at >= lower) & (at <= upper)

    def upper_end(self, node: Node, scope: Scope) -> Array:
        name = name_of(node) if isinstance(node, Symbol | Indexed) else ""
        known = self.context.keys_known(name) or name in scope.arguments or name in scope.indices or name in CONSTANTS
        if name and not known:
            raise MathError(f"the size {name} is not declared", node.span, f"declare it: `{name}: size`")
        return primal(self.scalar(node, scope))

    def extent(self, node: Big, name: str, scope: Scope) -> tuple[int, int]:
        """First value and number of values of an index without bounds: by the vector it points into, or its range."""
        for part_of in walk(node.body):
            if isinstance(part_of, Indexed) and name_of(part_of.base) in scope.arguments:
                names = [name_of(index) for index in part_of.indices]
                value = scope.arguments[name_of(part_of.base)]()
                if name in names and value.rank == len(names):
                    shape = primal(value.data).shape
                    return self.first(part_of.indices[names.index(name)]), shape[
                        len(shape) - value.rank + names.index(name)
                    ]
        if not self.context.is_index(name) and name not in self.symbols.ranges:
            raise MathError(f"{name} is not an index", node.indices[0].span, f"declare it: `{name}: index 1..K`")
        found = self.range_of(name, node)
        return found.low, found.size(self.group.sizes)


def bounded(node: Big) -> Big:
    r"""A sum over `i \in \{1, \dots, n\}` or `i \in [n]` as one from 1 to n."""
    for condition in node.conditions:
        span = condition.sides[-1] if isinstance(condition, Chain) and condition.relations[0].sign == "\\in" else None
        if isinstance(span, Choices) and len(span.items) >= 3 and isinstance(span.items[-2], Dots):
            rest = tuple(other for other in node.conditions if other is not condition)
            return replace(node, lower=span.items[0], upper=span.items[-1], conditions=rest)
    return node
