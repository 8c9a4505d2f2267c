r"""Functions of which nothing is said but that they are smooth, `f: function`: others in each sample.

What holds for all functions, a rule for derivatives or a linearity, holds for these; and hardly anything else does,
for each is a sum of terms that have no law in common. They take numbers and vectors, whose elements are one by one
what they depend on.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from executable_math.values.derivative import Array, Dual, Real, apply, highest_tag, parts
from executable_math.values.forms import Form
from executable_math.values.kinds import Kind

TERMS = 5  # a constant, a line, a square and two waves, each along a direction of its own


def smooth(coefficients: Array, elements: Sequence[Real], kind: Kind) -> Real:
    r"""The value of such a function, \(c + u_1 + u_2^2 / 4 + \sin u_3 + \sin u_4\) where no bound is declared.

    Args:
        coefficients: Random numbers, of shape (..., TERMS, elements + 1).
        elements: What it depends on, each as the first axes of the coefficients have it.
        kind: What its values may be.

    Example:
        >>> float(smooth(np.ones((5, 2)), [np.array(0.0)], Kind("function")))
        3.9329419696157935
    """
    constant, line, square, *waves = (_along(coefficients[..., term, :], elements) for term in range(TERMS))
    found = constant + line + square * square * 0.25
    for wave in waves:
        found = found + apply("sin", wave)
    return _bounded(found, kind)


def _along(weights: Array, elements: Sequence[Real]) -> Real:
    total: Real = weights[..., 0]
    for place, element in enumerate(elements, 1):
        total = total + weights[..., place] * element
    return total


def _bounded(value: Real, kind: Kind) -> Real:
    """A value between the bounds of a kind, which it comes near to; it reaches an end that belongs to it."""
    low, high = np.isfinite(kind.low), np.isfinite(kind.high)
    if low and high:
        return kind.low + (kind.high - kind.low) * (0.5 + 0.499 * apply("sin", value))
    if low:
        return kind.low + value * value + 0.05 * kind.low_open
    return kind.high - value * value - 0.05 * kind.high_open if high else value


def are_forms(*arrays: Array) -> bool:
    return any(isinstance(one, Form) for array in arrays for one in np.asarray(array).flat)


def opaque(key: Hashable, elements: Sequence[Real], kind: Kind, orders: tuple[int, ...] = ()) -> Real:
    """The same of forms: an unknown for each of its derivatives at each place, of which nothing else is known.

    Args:
        key: The function.
        elements: What it depends on.
        kind: What its values may be.
        orders: How often the derivative is taken by each of them.
    """
    orders = orders or (0,) * len(elements)
    positive = kind.low >= 0 and kind.low_open and not any(orders)
    tag = highest_tag(*elements)
    if not tag:
        unknown = np.frompyfunc(lambda *forms: _unknown((key, orders), forms, positive), len(elements), 1)
        return np.asarray(unknown(*elements))
    pairs = [parts(element, tag) for element in elements]
    at = [value for value, _ in pairs]
    slope: Real = np.zeros(())
    for place, (_, tangent) in enumerate(pairs):
        higher = tuple(order + (place == one) for one, order in enumerate(orders))
        slope = slope + opaque(key, at, kind, higher) * tangent
    return Dual(opaque(key, at, kind, orders), slope, tag)


def _unknown(key: Hashable, forms: Sequence[object], positive: bool) -> Form:
    ring = next(form.ring for form in forms if isinstance(form, Form))
    told = tuple((str(one.above), str(one.below)) for one in map(ring.number(0).lifted, forms))
    return ring.unknown((key, told), positive)
