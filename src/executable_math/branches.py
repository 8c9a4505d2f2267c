"""What depends on a condition: cases, indicators, extremes, and where a condition holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from executable_math.arrays import Value, aligned, close, determinant, own_shape, widened
from executable_math.derivative import (
    Array,
    Dual,
    Real,
    apply,
    choose,
    largest,
    linear,
    power,
    primal,
    total,
    unless_kinked,
)
from executable_math.naming import Naming
from executable_math.scope import Scope
from executable_math.tree import (
    Absolute,
    Both,
    Case,
    Cases,
    Chain,
    Choices,
    Dots,
    Either,
    Indicator,
    Interval,
    MathError,
    Matrix,
    Multiply,
    Node,
    Norm,
    Power,
    Symbol,
    Vector,
    name_of,
    walk,
)


class Row(NamedTuple):
    """A row of cases: its value, where it applies, where that may tip, and how far it is from that."""

    value: Value
    holds: Array
    tied: Array
    margin: Array
    rest: bool = False


COMPARISONS: dict[str, Callable[[Array, Array], Array]] = {
    "=": np.equal, "\\ne": np.not_equal, "<": np.less, ">": np.greater, "\\le": np.less_equal, "\\ge": np.greater_equal,
}  # fmt: skip


class Branches(Naming):
    """Evaluates conditions, and what they decide between."""

    def extreme(self, arguments: Sequence[Node], node: Node, scope: Scope, sign: float) -> Value:
        values = [self.value(argument, scope) for argument in arguments]
        if len(values) == 1:
            data = self.entries(values[0], node)
            values = [Value(linear(lambda array, k=k: array[..., k], data)) for k in range(data.shape[-1])]  # type: ignore[misc]
        if any(value.rank for value in values):
            rank = max(value.rank for value in values)
            values = [Value(linear(lambda array, v=v: widened(array, rank - v.rank), v.data), rank) for v in values]  # type: ignore[misc]
        parts = [sign * value.data for value in values]
        result = largest(parts)
        best = primal(result)
        if len(parts) == len(arguments) and not values[0].rank:
            gaps = [best - primal(value) for value in parts]
            nearest = np.min([np.where(gap > 0, gap, np.inf) for gap in np.broadcast_arrays(*gaps)], axis=0)
            self.took(node, {place: gap == 0 for place, gap in enumerate(gaps)}, nearest)
        return Value(sign * result, values[0].rank)

    def entries(self, value: Value, node: Node) -> Real:
        """All entries of a vector or matrix, on one axis."""
        if not value.rank:
            raise MathError("the largest or smallest of a single number", node.span, r"\max(0, x), or \max_i x_i")
        return linear(lambda array: array.reshape(*array.shape[: array.ndim - value.rank], -1), value.data)

    def absolute(self, node: Absolute, scope: Scope) -> Value:
        value = self.value(node.body, scope)
        if isinstance(node.body, Matrix) and value.rank == 2:
            return determinant(value, node)
        if value.rank == 2:
            advice = r"\det A for the determinant, \|A\|_F for the norm"
            raise MathError("bars around a matrix have two readings", node.span, advice)
        if value.rank:
            return self.norm(Norm(node.body, span=node.span), scope)
        data = primal(value.data)
        self.took(node, {"+": data > 0, "-": data < 0}, np.abs(data))
        return Value(largest([value.data, -value.data]))

    def indicator(self, node: Indicator, scope: Scope) -> Value:
        holds, margin = self.condition_with_margin(node.condition, scope)
        self.took(node, {True: holds, False: ~holds}, margin)
        return Value(np.where(holds, 1.0, 0.0))

    def condition_with_margin(self, node: Node, scope: Scope) -> tuple[Array, Array]:
        self.margin = np.full(1, np.inf)
        return self.condition(node, scope), self.margin

    def cases(self, node: Cases, scope: Scope) -> Value:
        """The value of the row whose condition holds; there is none where no row's does, or where two differ."""
        rows = [self.tested(row, scope) for row in node.rows]
        widest = max((row.value for row in rows), key=lambda value: value.rank)
        rank = widest.rank
        data: Real = np.full((1,) * (rank + 1), np.nan)
        for row in reversed(rows):
            _, value, _ = aligned(widest, row.value, node)
            chosen = choose(widened(row.holds, rank), value, data)
            data = chosen if rank else unless_kinked(chosen, value, data, row.tied)
        self.note_cases(node, rows)
        clash = self.clash(node, rows)
        return Value(choose(widened(clash, rank), np.full((), np.nan), data) if clash.any() else data, rank)

    def tested(self, row: Case, scope: Scope) -> Row:
        """A row's value, and where it applies; a row without a condition applies where no other does."""
        value = self.value(row.value, scope)
        if row.condition is None:
            return Row(value, np.ones((), bool), np.zeros((), bool), np.full(1, np.inf), True)
        self.margin = np.full(1, np.inf)
        holds, tied = self.condition_with_ties(row.condition, scope)
        return Row(value, holds, tied, self.margin)

    def note_cases(self, node: Cases, rows: Sequence[Row]) -> None:
        left, taken = np.ones((), bool), dict[Any, Array]()
        for place, row in enumerate(rows):
            taken[place] = left & row.holds
            left = left & ~row.holds
        nearest = rows[0].margin
        for row in rows[1:]:
            nearest = np.minimum(nearest, row.margin)
        self.took(node, taken, nearest)
        if left.any():
            self.miss(node, "no row of these cases holds", left)

    def clash(self, node: Cases, rows: Sequence[Row]) -> Array:
        """Where two rows hold and give different values."""
        found = np.zeros((), bool)
        self.spend(len(rows) ** 2, np.zeros(self.group.count), node)
        for (one, first), (other, second) in combinations(enumerate(row for row in rows if not row.rest), 2):
            both = first.holds & second.holds
            if both.any():
                a, b, rank = aligned(first.value, second.value, node)
                differ = ~close(primal(a), primal(b)) & ~np.isnan(primal(a)) & ~np.isnan(primal(b))
                differ = both & differ.any(axis=tuple(range(-rank, 0)))
                if differ.any():
                    self.miss(node, f"rows {one + 1} and {other + 1} of these cases both hold, and differ", differ)
                found = found | differ
        return found

    def condition_with_ties(self, node: Node, scope: Scope) -> tuple[Array, Array]:
        """Where a condition holds, and where a change of the variable would tip it."""
        holds = self.condition(node, scope)
        tied = np.zeros((), bool)
        if self.varied or self.tag:
            for chain in (part_of for part_of in walk(node) if isinstance(part_of, Chain)):
                for left, right in zip(chain.sides, chain.sides[1:], strict=False):
                    if isinstance(right, Choices | Interval | Vector):
                        continue
                    a, b, rank = aligned(self.value(left, scope), self.value(right, scope), chain)
                    gap = a - b
                    if isinstance(gap, Dual) and not rank:
                        tied = tied | ((primal(gap) == 0) & (primal(gap.tangent) != 0))
        return holds, tied

    def condition(self, node: Node, scope: Scope) -> Array:
        """Where a condition holds."""
        if isinstance(node, Both | Either):
            parts = [self.condition(part_of, scope) for part_of in node.parts]
            result = parts[0]
            for one in parts[1:]:
                result = result & one if isinstance(node, Both) else result | one
            return result
        if not isinstance(node, Chain):
            if isinstance(node, Symbol) and self.context.is_index(node.name):
                return np.ones((), bool)
            raise MathError("a condition without a relation", node.span, "y = 1, s > 0 or k \\ne y")
        return self.chain(node, scope)

    def chain(self, node: Chain, scope: Scope) -> Array:
        result = np.ones((), bool)
        for left, relation, right in zip(node.sides, node.relations, node.sides[1:], strict=False):
            result = result & self.link(left, relation.sign, right, node, scope)
        return result

    def link(self, left: Node, sign: str, right: Node, node: Node, scope: Scope) -> Array:
        if sign in ("\\in", "\\notin"):
            inside = self.belongs(left, right, scope)
            return inside if sign == "\\in" else ~inside
        if isinstance(right, Vector) and any(isinstance(item, Dots) for item in right.items):
            return np.ones((), bool)
        if sign not in COMPARISONS:
            raise MathError(f"{sign} is not a condition", node.span, r"=, \ne, <, >, \le or \ge")
        a, b, rank = aligned(self.value(left, scope), self.value(right, scope), node)
        result = COMPARISONS[sign](primal(a), primal(b))
        if not rank:
            self.margin = np.minimum(self.margin, np.abs(primal(a) - primal(b)))
        return np.asarray(result.all(axis=tuple(range(-rank, 0)))) if rank else result

    def belongs(self, left: Node, right: Node, scope: Scope) -> Array:
        value = self.value(left, scope)
        data = primal(value.data)
        if isinstance(right, Power):
            if not self.has_shape(value, right.exponent, scope):
                return np.zeros((), bool)
            right = right.base
        axes = tuple(range(-value.rank, 0))
        return np.asarray(
            self.inside(data, value.rank, right, scope).all(axis=axes) if axes else self.inside(data, 0, right, scope)
        )

    def inside(self, data: Array, rank: int, right: Node, scope: Scope) -> Array:
        def end(node: Node) -> Array:
            return widened(primal(self.scalar(node, scope)), rank)

        if isinstance(right, Choices):
            if any(isinstance(item, Dots) for item in right.items):
                first, last = end(right.items[0]), end(right.items[-1])
                return np.asarray((data >= first) & (data <= last) & (data == np.round(data)))
            return np.asarray(np.any([self.equal(data, rank, item, scope) for item in right.items], axis=0))
        if isinstance(right, Interval):
            above = data >= end(right.low) if right.low_closed else data > end(right.low)
            return above & (data <= end(right.high) if right.high_closed else data < end(right.high))
        name = name_of(right)
        if name in ("\\mathbb{R}", "R"):
            return np.isfinite(data)
        if name in ("\\mathbb{N}", "\\mathbb{Z}"):
            return np.asarray((data == np.round(data)) & ((data >= 0) | (name == "\\mathbb{Z}")))
        if isinstance(right, Node) and not isinstance(right, Symbol):
            return np.asarray(data == end(right))
        raise MathError(f"the set {name or 'here'} is not known", right.span, r"\{0, 1\}, [0, 1] or \mathbb{R}")

    def has_shape(self, value: Value, sizes: Node, scope: Scope) -> bool:
        r"""Whether a value has the sizes behind a set, as in `\mathbb{R}^{N \times K}`; a last 1 may be left out."""
        parts = sizes.factors if isinstance(sizes, Multiply) and set(sizes.signs) == {"\\times"} else (sizes,)
        wanted = [primal(self.scalar(part, scope)) for part in parts]
        own = [*own_shape(value), *[1] * (len(wanted) - value.rank)]
        return len(own) == len(wanted) and all(np.all(one == size) for size, one in zip(own, wanted, strict=True))

    def equal(self, data: Array, rank: int, item: Node, scope: Scope) -> Array:
        """Where a value, or each of its elements, is one of a set; a vector where the set has vectors."""
        value = self.value(item, scope)
        if not value.rank:
            return np.asarray(data == widened(primal(value.data), rank))
        if value.rank != rank or own_shape(value) != data.shape[data.ndim - rank :]:
            return np.zeros(data.shape, bool)
        axes = tuple(range(-rank, 0))
        return np.asarray((data == primal(value.data)).all(axis=axes, keepdims=True) & np.ones(data.shape, bool))

    def norm(self, node: Norm, scope: Scope) -> Value:
        value = self.value(node.body, scope)
        order = node.order
        name = name_of(order) if order is not None else "2"
        if value.rank == 2:
            return self.matrix_norm(value, name, node)
        flat = value.data
        if not value.rank:
            return Value(largest([flat, -flat]))
        if name in ("2", "F"):
            return self.length(flat)
        size = largest([flat, -flat])
        if name == "\\infty":
            return Value(largest([linear(lambda array, k=k: array[..., k], size) for k in range(size.shape[-1])]))  # type: ignore[misc]
        degree = self.scalar(order, scope) if order is not None else np.array([2.0])
        wide = linear(lambda array: array[..., None], degree)
        return Value(total(size, -1) if name == "1" else power(total(power(size, wide), -1), 1.0 / degree))

    def length(self, flat: Real) -> Value:
        return Value(apply("sqrt", total(flat * flat, -1)))

    def matrix_norm(self, value: Value, name: str, node: Norm) -> Value:
        """The norm of a matrix: of its entries, or its largest singular value."""
        if name == "F":
            return self.length(self.entries(value, node))
        if name == "2" and node.order is not None and not isinstance(value.data, Dual):
            return Value(np.asarray(np.linalg.norm(value.data, 2, axis=(-2, -1))))
        reason = "this norm of a matrix has two readings, or no derivative here"
        raise MathError(reason, node.span, r"\|A\|_F, or \|A\|_2 for the largest singular value")
