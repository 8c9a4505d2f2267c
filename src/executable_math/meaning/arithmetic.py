"""Arithmetic of numbers, vectors and matrices, and lists of them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from executable_math.latex.tree import (
    Add,
    Big,
    Call,
    Ceiling,
    Choices,
    Divide,
    Dots,
    Factorial,
    Floor,
    Inner,
    MathError,
    Matrix,
    Multiply,
    Negate,
    Node,
    Number,
    Percent,
    Power,
    Root,
    Symbol,
    Transpose,
    Vector,
    rebuilt,
)
from executable_math.meaning.ranges import Ranges
from executable_math.meaning.scope import Scope
from executable_math.values.arrays import Value, aligned, inverse, moved, own_shape, stacked_values, times
from executable_math.values.derivative import Dual, apply, choose, linear, power, primal

_GAMMA = np.vectorize(lambda x: math.nan if not x > 0 else math.gamma(x) if x < 171 else math.inf, otypes=[float])


class Arithmetic(Ranges):
    """Evaluates sums, products, powers, norms and lists."""

    def add(self, node: Add, scope: Scope) -> Value:
        if any(isinstance(term, Dots) for term in node.terms):
            node = self.without_dots(node)
        result = self.value(node.terms[0], scope)
        for term in node.terms[1:]:
            left, right, rank = aligned(result, self.value(term, scope), term)
            result = Value(left + right, rank, result.row)
        return result

    def without_dots(self, node: Add) -> Add:
        r"""The terms with `a_1 + a_2 + \dots + a_n` as a sum over what changes between the first and the last."""
        place = next(k for k, term in enumerate(node.terms) if isinstance(term, Dots))
        if not 0 < place < len(node.terms) - 1:
            raise MathError("dots without a last term", node.terms[place].span, r"a_1 + \dots + a_N")
        last = node.terms[place + 1]
        start = place - 1
        while start > 0 and _single_gap(node.terms[start - 1], last):
            start -= 1
        low, high = _gap(node.terms[start], last, node)
        index = Symbol("position in the sum", span=node.span)
        body = rebuilt(node.terms[start], lambda part_of: index if part_of == low else None)
        whole = Big("sum", (index,), low, high, (), body, span=node.span)
        return replace(node, terms=(*node.terms[:start], whole, *node.terms[place + 2 :]))

    def negate(self, node: Negate, scope: Scope) -> Value:
        value = self.value(node.body, scope)
        return Value(-value.data, value.rank, value.row)

    def multiply(self, node: Multiply, scope: Scope) -> Value:
        result = self.value(node.factors[0], scope)
        for factor, sign in zip(node.factors[1:], node.signs, strict=True):
            result = times(result, self.value(factor, scope), sign, factor)
        return result

    def divide(self, node: Divide, scope: Scope) -> Value:
        left, right = self.value(node.numerator, scope), self.value(node.denominator, scope)
        if right.rank:
            raise MathError("division by a vector", node.denominator.span, "an index, as in y_i")
        a, b, rank = aligned(left, right, node)
        return Value(a / b, rank, left.row)

    def power(self, node: Power, scope: Scope) -> Value:
        if isinstance(node.base, Call) and (product_of := self.as_product(node.base, scope)):
            head, argument = product_of.factors
            inner = self.power(Power(argument, node.exponent, span=node.span), scope)
            return times(self.value(head, scope), inner, "", node)
        base = self.value(node.base, scope)
        if base.rank:
            return self.vector_power(base, node, scope)
        return Value(power(base.data, self.scalar(node.exponent, scope)))

    def vector_power(self, base: Value, node: Power, scope: Scope) -> Value:
        square = base.rank == 2 and len(set(own_shape(base))) == 1
        if square and node.exponent == Negate(Number("1")) and not isinstance(base.data, Dual):
            return Value(inverse(base.data), 2)
        raise MathError("a power of a vector", node.span, r"\|x\|^2 for the squared length, x_i^2 for each element")

    def root(self, node: Root, scope: Scope) -> Value:
        body = self.scalar(node.body, scope)
        if node.degree is None:
            return Value(apply("sqrt", body))
        degree = self.scalar(node.degree, scope)
        if (primal(degree) % 2 == 1).all():  # an odd root of a negative number is negative
            return Value(choose(primal(body) < 0, -power(-body, 1.0 / degree), power(body, 1.0 / degree)))
        return Value(power(body, 1.0 / degree))

    def factorial(self, node: Factorial, scope: Scope) -> Value:
        body = primal(self.scalar(node.body, scope))
        return Value(_GAMMA(body + 1.0))

    def percent(self, node: Percent, scope: Scope) -> Value:
        return Value(self.scalar(node.body, scope) / 100.0)

    def transpose(self, node: Transpose, scope: Scope) -> Value:
        if isinstance(node.body, Call) and (product_of := self.as_product(node.body, scope)):
            head, argument = product_of.factors
            return times(self.value(head, scope), self.transpose(replace(node, body=argument), scope), "", node)
        value = self.value(node.body, scope)
        if value.rank == 0:
            known = self.lookup("T", scope) if node.mark == "T" else None
            return Value(power(value.data, known.data)) if known is not None else value
        if value.rank == 1:
            return Value(value.data, 1, not value.row)
        return Value(linear(lambda array: np.swapaxes(array, -1, -2), value.data), 2)

    def floor(self, node: Floor, scope: Scope) -> Value:
        return Value(apply("floor", self.scalar(node.body, scope)))

    def ceiling(self, node: Ceiling, scope: Scope) -> Value:
        return Value(apply("ceil", self.scalar(node.body, scope)))

    def inner(self, node: Inner, scope: Scope) -> Value:
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        return times(left, right, "\\cdot", node)

    def vector(self, node: Vector | Choices, scope: Scope) -> Value:
        if any(isinstance(item, Dots) for item in node.items):
            return self.sequence(node, scope)
        return stacked_values([self.value(item, scope) for item in node.items], node)

    def sequence(self, node: Vector | Choices, scope: Scope) -> Value:
        r"""A list written with dots, `l_1, \dots, l_N`: the element that changes runs from the first to the last."""
        items = [item for item in node.items if not isinstance(item, Dots)]
        low, high = _gap(items[0], items[-1], node)
        index = Symbol("position in the list", span=node.span)
        body = rebuilt(items[0], lambda part_of: index if part_of == low else None)
        numbers, _ = self.span_of(Big("sum", (index,), low, high, (), body, span=node.span), index.name, scope)
        return moved(self.value(body, scope.bind(index.name, numbers)), scope.depth, len(numbers))

    def matrix(self, node: Matrix, scope: Scope) -> Value:
        if len(node.rows[0].items) == 1:
            return stacked_values([self.value(row.items[0], scope) for row in node.rows], node)
        rows = [stacked_values([self.value(item, scope) for item in row.items], row) for row in node.rows]
        return stacked_values(rows, node) if len(rows) > 1 or rows[0].rank > 1 else Value(rows[0].data, 1, True)


def _single_gap(first: Node, last: Node) -> tuple[Node, Node] | None:
    """The part in which two terms of one form differ, if it is one."""
    gaps = _differences(first, last)
    return gaps[0] if gaps and all(gap == gaps[0] for gap in gaps) and isinstance(gaps[0][0], Number) else None


def _gap(first: Node, last: Node, node: Node) -> tuple[Node, Node]:
    gap = _single_gap(first, last)
    if gap is None:
        raise MathError("dots between what and what?", node.span, r"x_1, \dots, x_N")
    return gap


def _differences(one: Node, other: Node) -> list[tuple[Node, Node]]:
    """The parts in which two trees of one shape differ."""
    if one == other:
        return []
    if type(one) is not type(other) or isinstance(one, Number | Symbol) or len(one.children) != len(other.children):
        return [(one, other)]
    return [gap for pair in zip(one.children, other.children, strict=True) for gap in _differences(*pair)]
