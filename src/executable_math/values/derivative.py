"""Exact derivatives by dual numbers over NumPy arrays.

A dual number a + b ε with ε² = 0 carries a value and its derivative through a computation: f(a + ε) = f(a) + f'(a) ε.
The parts of a dual number may be dual numbers again, told apart by their tag, so that derivatives nest to any order.

At a kink, where the derivatives on the two sides differ, the derivative is NaN: there is none.

Example:
    >>> x = Dual(np.array([0.0, 3.0]), np.array([1.0, 1.0]), tag=1)
    >>> (x * x).tangent
    array([0., 6.])

References:
    Siskind and Pearlmutter, "Nesting forward-mode AD in a functional framework",
    https://doi.org/10.1007/s10990-008-9037-1
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from operator import methodcaller
from typing import Any, Union

import numpy as np

from executable_math.values.numbers import Array as Array
from executable_math.values.numbers import are_balls, over, pi_as, real

Real = Union[Array, "Dual"]
Operand = Real | float


class Dual:
    """A value and its derivative by one variable; both have the same shape.

    Args:
        primal: The value, an array or a dual number of an outer derivative.
        tangent: The derivative.
        tag: Which derivative this belongs to; inner derivatives have larger tags.
    """

    __slots__ = ("primal", "tag", "tangent")
    __array_ufunc__ = None

    def __init__(self, primal: Real, tangent: Real, tag: int) -> None:
        self.primal = primal
        self.tangent = tangent
        self.tag = tag

    @property
    def shape(self) -> tuple[int, ...]:
        return self.primal.shape

    @property
    def ndim(self) -> int:
        return len(self.primal.shape)

    def __add__(self, other: Operand) -> Real:
        tag = highest_tag(self, other)
        (a, da), (b, db) = parts(self, tag), parts(other, tag)
        return Dual(a + b, da + db, tag)

    __radd__ = __add__

    def __sub__(self, other: Operand) -> Real:
        return self + (-1.0) * other

    def __rsub__(self, other: Operand) -> Real:
        return other + (-1.0) * self

    def __neg__(self) -> Real:
        return (-1.0) * self

    def __mul__(self, other: Operand) -> Real:
        tag = highest_tag(self, other)
        (a, da), (b, db) = parts(self, tag), parts(other, tag)
        return Dual(a * b, da * b + a * db, tag)

    __rmul__ = __mul__

    def __truediv__(self, other: Operand) -> Real:
        return self * reciprocal(other)

    def __rtruediv__(self, other: Operand) -> Real:
        return other * reciprocal(self)


def primal(x: Real) -> Array:
    """The plain value, without any derivative."""
    while isinstance(x, Dual):
        x = x.primal
    return x


def part(x: Real, tag: int) -> Real:
    """The derivative that belongs to a tag; zeros where the value does not depend on the variable."""
    if isinstance(x, Dual) and x.tag == tag:
        return x.tangent
    return linear(np.zeros_like, x)


def without(x: Real, tag: int) -> Real:
    """The value without the derivative that belongs to a tag."""
    return x.primal if isinstance(x, Dual) and x.tag == tag else x


def linear(function: Callable[[Array], Array], x: Real) -> Real:
    """A linear function of an array, such as a sum or a change of shape, on value and derivative alike."""
    if not isinstance(x, Dual):
        return function(x)
    return Dual(linear(function, x.primal), linear(function, x.tangent), x.tag)


def total(x: Real, axis: int) -> Real:
    """The sum along an axis."""
    return linear(lambda array: np.sum(array, axis=axis), x)


def product(x: Real, axis: int) -> Real:
    """The product along an axis."""
    if not isinstance(x, Dual):
        factors: Array = np.prod(x, axis=axis)
        return factors
    result: Real = np.ones_like(primal(total(x, axis)))
    for place in range(x.shape[axis]):
        result = linear(lambda array, place=place: np.take(array, place, axis=axis), x) * result  # type: ignore[misc]
    return result


def reciprocal(x: Operand) -> Real:
    """1/x."""
    if not isinstance(x, Dual):
        array = np.asarray(x)
        return over(lambda one: 1 / one, array) if are_balls(array) else 1.0 / array
    inverse = reciprocal(x.primal)
    return Dual(inverse, -1.0 * x.tangent * inverse * inverse, x.tag)


def power(base: Real, exponent: Real) -> Real:
    """base to the exponent; the derivative by the exponent needs a positive base."""
    tag = highest_tag(base, exponent)
    if not tag:
        return _power(primal(base), primal(exponent))
    (a, da), (b, db) = parts(base, tag), parts(exponent, tag)
    tangent: Real = np.zeros(np.broadcast_shapes(base.shape, exponent.shape))
    if isinstance(base, Dual) and base.tag == tag:
        lower = choose(primal(b) == 0, np.zeros(()), b - 1.0)  # the power 0 is constant, also at 0
        tangent = tangent + b * power(a, lower) * da
    if isinstance(exponent, Dual) and exponent.tag == tag:
        safe = choose(primal(a) == 0, np.ones(()), a)
        tangent = tangent + power(a, b) * apply("log", safe) * db
    return Dual(power(a, b), tangent, tag)


def _power(base: Array, exponent: Array) -> Array:
    if are_balls(base) or are_balls(exponent):
        return over(lambda a, b: a**b, base, exponent)
    return np.power(base, exponent)


def choose(condition: Array, yes: Real, no: Real) -> Real:
    """`yes` where the condition holds and `no` elsewhere."""
    tag = highest_tag(yes, no)
    if not tag:
        return np.where(condition, primal(yes), primal(no))
    (a, da), (b, db) = parts(yes, tag), parts(no, tag)
    return Dual(choose(condition, a, b), choose(condition, da, db), tag)


def largest(values: Sequence[Real]) -> Real:
    """The largest of several values; where two are equal and their derivatives differ there is no derivative."""
    result = values[0]
    for value in values[1:]:
        chosen = choose(real(primal(result)) >= real(primal(value)), result, value)
        result = unless_kinked(chosen, result, value, primal(result) == primal(value))
    return result


def unless_kinked(chosen: Real, one: Real, other: Real, tied: Array) -> Real:
    """The chosen value, its derivative NaN where `one` and `other` are tied and differ in their derivatives."""
    tag = highest_tag(one, other)
    if not tag or not tied.any() or not isinstance(chosen, Dual):
        return chosen
    slopes = primal(parts(one, tag)[1]), primal(parts(other, tag)[1])
    kinked = tied & (slopes[0] != slopes[1])
    return Dual(chosen.primal, choose(kinked, np.full((), np.nan), chosen.tangent), tag)


def apply(name: str, x: Real) -> Real:
    """An elementary function by name, such as `exp` or `arctan`."""
    function, slope = ELEMENTARY[name]
    if name in _OF_REAL:
        real(primal(x))
    if not isinstance(x, Dual):
        return over(BALL[name], x) if are_balls(x) else function(x)
    return Dual(apply(name, x.primal), slope(x.primal) * x.tangent, x.tag)


def _square(x: Real) -> Real:
    return x * x


_ERF = np.vectorize(math.erf, otypes=[float])

# Each function with its derivative.
ELEMENTARY: dict[str, tuple[Callable[[Any], Array], Callable[[Real], Real]]] = {
    "exp": (np.exp, lambda x: apply("exp", x)),
    "log": (np.log, reciprocal),
    "sqrt": (np.sqrt, lambda x: 0.5 * reciprocal(apply("sqrt", x))),
    "sin": (np.sin, lambda x: apply("cos", x)),
    "cos": (np.cos, lambda x: -1.0 * apply("sin", x)),
    "tan": (np.tan, lambda x: 1.0 + _square(apply("tan", x))),
    "cot": (lambda x: 1.0 / np.tan(x), lambda x: -1.0 - _square(apply("cot", x))),
    "sec": (lambda x: 1.0 / np.cos(x), lambda x: apply("sec", x) * apply("tan", x)),
    "csc": (lambda x: 1.0 / np.sin(x), lambda x: -1.0 * apply("csc", x) * apply("cot", x)),
    "sinh": (np.sinh, lambda x: apply("cosh", x)),
    "cosh": (np.cosh, lambda x: apply("sinh", x)),
    "tanh": (np.tanh, lambda x: 1.0 - _square(apply("tanh", x))),
    "coth": (lambda x: 1.0 / np.tanh(x), lambda x: 1.0 - _square(apply("coth", x))),
    "arcsin": (np.arcsin, lambda x: reciprocal(apply("sqrt", 1.0 - _square(x)))),
    "arccos": (np.arccos, lambda x: -1.0 * reciprocal(apply("sqrt", 1.0 - _square(x)))),
    "arctan": (np.arctan, lambda x: reciprocal(1.0 + _square(x))),
    "arsinh": (np.arcsinh, lambda x: reciprocal(apply("sqrt", 1.0 + _square(x)))),
    "arcosh": (np.arccosh, lambda x: reciprocal(apply("sqrt", _square(x) - 1.0))),
    "artanh": (np.arctanh, lambda x: reciprocal(1.0 - _square(x))),
    "erf": (_ERF, lambda x: 2.0 * reciprocal(apply("sqrt", pi_as(primal(x)))) * apply("exp", -1.0 * _square(x))),
    "sign": (np.sign, lambda x: np.where(primal(x) == 0, np.nan, 0.0)),
    "floor": (np.floor, lambda x: np.where(primal(x) == np.floor(primal(x)), np.nan, 0.0)),
    "ceil": (np.ceil, lambda x: np.where(primal(x) == np.floor(primal(x)), np.nan, 0.0)),
}

_OF_REAL = ("erf", "sign", "floor", "ceil")

# The names under which balls have them.
_NAMES = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "sign": "sgn"}
_NAMES |= {"arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh"}
BALL: dict[str, Callable[[Any], Any]] = {name: methodcaller(_NAMES.get(name, name)) for name in ELEMENTARY}


def highest_tag(*values: Operand) -> int:
    return max((value.tag for value in values if isinstance(value, Dual)), default=0)


def parts(x: Any, tag: int) -> tuple[Real, Real]:
    """Value and derivative for a tag."""
    if isinstance(x, Dual) and x.tag == tag:
        return x.primal, x.tangent
    return x, np.zeros(np.shape(primal(x)))
