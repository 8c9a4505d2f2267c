r"""Numbers as they are printed: what `4.12 \times 10^{-9}` says, and how far from it a value may be."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from executable_math.derivative import Array
from executable_math.tree import MathError, Multiply, Negate, Node, Number, Percent, Power, Vector

_EXACT = 1e-9


class Printed(NamedTuple):
    """A number as it is printed, and how far from it a value may be to be printed so."""

    value: Array
    tolerance: Array

    def scaled(self, factor: float) -> Printed:
        return Printed(self.value * factor, self.tolerance * abs(factor))


def printed(node: Node, rounded: bool = False) -> Printed | None:
    r"""The number that a node prints, or None if it is none.

    Args:
        node: A number, also with a sign, a power of ten or a percent sign, or a list of numbers.
        rounded: Whether an integer stands for what rounds to it; it is exact otherwise.

    Example:
        >>> found = printed(Number("0.25"))
        >>> float(found.value), round(float(found.tolerance), 6)
        (0.25, 0.005)
    """
    if isinstance(node, Number):
        return _number(node, rounded)
    if isinstance(node, Vector):
        parts = [printed(item, rounded) for item in node.items]
        known = [part for part in parts if part is not None]
        return Printed(*(np.array(column) for column in zip(*known, strict=True))) if len(known) == len(parts) else None
    inner, factor = _scaled(node)
    found = printed(inner, rounded) if inner is not None else None
    return found.scaled(factor) if found is not None else None


def _number(node: Number, rounded: bool) -> Printed:
    """Half a unit in the last place; a whole one where dots say that more digits follow; nothing for an integer."""
    text = node.text.rstrip("…")
    digits = len(text.partition(".")[2])
    value = float(text)
    unit = 10.0**-digits if digits or rounded else 0.0
    if node.text.endswith("…"):
        unit *= 2
    return Printed(np.array(value), np.array(unit / 2 + _EXACT * max(abs(value), unit)))


def _scaled(node: Node) -> tuple[Node | None, float]:
    """What a number is written with: a sign, a percent sign, a power of ten."""
    if isinstance(node, Negate):
        return node.body, -1.0
    if isinstance(node, Percent):
        return node.body, 0.01
    if isinstance(node, Multiply) and len(node.factors) == 2 and (power := _power_of_ten(node.factors[1])):
        return node.factors[0], power
    return None, 1.0


def _power_of_ten(node: Node) -> float:
    """The value of 10^n, or 0 for anything else."""
    if not (isinstance(node, Power) and node.base == Number("10")):
        return 0.0
    negative = isinstance(node.exponent, Negate)
    exponent = node.exponent.body if isinstance(node.exponent, Negate) else node.exponent
    if not isinstance(exponent, Number) or not exponent.text.isdigit() or len(exponent.text) > 3:
        return 0.0
    return float(f"1e{'-' if negative else ''}{exponent.text}")


def rounding(left: Node, right: Node, relation: Node) -> Array:
    r"""How far the sides of `\approx` may be apart: to the digits that one of them prints.

    Raises:
        MathError: Neither side is a printed number.
    """
    found = printed(right, True) or printed(left, True)
    if found is None:
        advice = r"\approx 0.22, to the digits printed, or a bound with \le"
        raise MathError(r"\approx without a printed number", relation.span, advice)
    return found.tolerance
