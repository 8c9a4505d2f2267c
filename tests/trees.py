"""Trees in few words, for the tests that say how a formula is read."""

from __future__ import annotations

from executable_math.latex.tree import Apply, Bind, Chain, Node


def add(*terms: Node) -> Apply:
    return Apply("add", terms)


def negate(body: Node) -> Apply:
    return Apply("negate", (body,))


def multiply(*factors: Node, signs: tuple[str, ...] = ("",)) -> Apply:
    return Apply("multiply", factors, signs)


def divide(numerator: Node, denominator: Node) -> Apply:
    return Apply("divide", (numerator, denominator))


def power(base: Node, exponent: Node) -> Apply:
    return Apply("power", (base, exponent))


def transpose(body: Node, mark: str) -> Apply:
    return Apply("transpose", (body,), (mark,))


def norm(*parts: Node) -> Apply:
    return Apply("norm", parts)


def indicator(condition: Node) -> Apply:
    return Apply("indicator", (condition,))


def vector(*items: Node) -> Apply:
    return Apply("vector", items)


def over(operator: str, index: Node, body: Node) -> Bind:
    """A sum, or its like, without bounds."""
    return Bind(operator, (index,), None, None, (), body)


def derivative(body: Node, *variables: Node) -> Bind:
    return Bind("derivative", variables, None, None, (), body)


def at(body: Node, *settings: Chain) -> Bind:
    return Bind("at", (), None, None, settings, body)
