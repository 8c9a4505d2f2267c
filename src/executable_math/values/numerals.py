r"""Numbers as they are printed: what `4.12 \times 10^{-9}` says, and how far from it a value may be."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from executable_math.latex.tree import Apply, MathError, Node, Number, Relation, applies, walk
from executable_math.values.derivative import Array

_EXACT = 1e-9


class Printed(NamedTuple):
    """A number as it is printed, and between what a value may be to be printed so."""

    value: Array
    low: Array
    high: Array

    def scaled(self, factor: float) -> Printed:
        ends = self.low * factor, self.high * factor
        return Printed(self.value * factor, np.minimum(*ends), np.maximum(*ends))

    def admits(self, values: Array) -> Array:
        """Where values are printed so; of complex ones those whose imaginary part is only rounding."""
        if np.iscomplexobj(values):
            flat = np.abs(values.imag) <= _EXACT * np.abs(values)
            return np.asarray(flat & self.admits(values.real))
        return np.asarray((values >= self.low) & (values <= self.high))


def printed(node: Node, rounded: bool = False) -> Printed | None:
    r"""The number that a node prints, or None if it is none.

    Args:
        node: A number, also with a sign, a power of ten or a percent sign, or a list of numbers.
        rounded: Whether an integer stands for what rounds to it; it is exact otherwise.

    Example:
        >>> printed(Number("0.25")).admits(np.array([0.2549, 0.2551])).tolist()
        [True, False]
    """
    if isinstance(node, Number):
        return _number(node, rounded)
    if applies(node, "vector"):
        parts = [printed(item, rounded) for item in node.parts]
        known = [part for part in parts if part is not None]
        return Printed(*(np.array(column) for column in zip(*known, strict=True))) if len(known) == len(parts) else None
    inner, factor = _scaled(node)
    found = printed(inner, rounded) if inner is not None else None
    return found.scaled(factor) if found is not None else None


def _number(node: Number, rounded: bool) -> Printed:
    """Half a unit in the last place; a whole one above where dots say that it is cut; nothing for an integer."""
    text = node.text.rstrip("…")
    digits = len(text.partition(".")[2])
    value = float(text)
    zeros = len(text) - len(text.rstrip("0")) if value and not digits else 0
    unit = 10.0 ** (zeros - digits) if digits or rounded else 0.0
    noise = _EXACT * max(abs(value), unit)
    above = unit if node.text.endswith("…") else unit / 2
    return Printed(np.array(value), np.array(value - unit / 2 - noise), np.array(value + above + noise))


def _scaled(node: Node) -> tuple[Node | None, float]:
    """What a number is written with: a sign, a percent sign, a power of ten."""
    match node:
        case Apply("negate", (body,)):
            return body, -1.0
        case Apply("percent", (body,)):
            return body, 0.01
        case Apply("multiply", (number, factor)) if power := _power_of_ten(factor):
            return number, power
    return None, 1.0


def _power_of_ten(node: Node) -> float:
    """The value of 10^n, or 0 for anything else."""
    match node:
        case Apply("power", (Number("10"), Apply("negate", (Number(text),)))) if _is_exponent(text):
            return float(f"1e-{text}")
        case Apply("power", (Number("10"), Number(text))) if _is_exponent(text):
            return float(f"1e{text}")
    return 0.0


def _is_exponent(text: str) -> bool:
    return text.isdigit() and len(text) <= 3


def stands_for(left: Node, right: Node, relation: Relation) -> tuple[int, Printed] | None:
    r"""Which of two sides is a number that stands for all that is printed so, and that number; None for equal sides.

    Args:
        left: The side before the relation.
        right: The side after it.
        relation: `\approx`, or an equals sign, which asks this of a number only that ends in dots.

    Raises:
        MathError: Neither side of `\approx` is a printed number.
    """
    rounded = relation.sign == "\\approx"
    for place, side in ((1, right), (0, left)):
        found = printed(side, rounded)
        if found is not None and (rounded or _goes_on(side)):
            return place, found
    if rounded:
        advice = (
            r"x \approx 0.22, to the digits printed, or a bound with \le, or `x: real in [-0.1, 0.1]` for a small x"
        )
        raise MathError(r"\approx without a printed number", relation.span, advice)
    return None


def _goes_on(node: Node) -> bool:
    return any(isinstance(part, Number) and part.text.endswith("…") for part in walk(node))
