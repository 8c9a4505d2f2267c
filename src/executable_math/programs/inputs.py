"""What a reader may put into a formula: its declared symbols, each with an example that its sampler has drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from executable_math.latex.tree import Node, Number
from executable_math.meaning.env import Evaluation
from executable_math.meaning.leaves import samples
from executable_math.programs.closing import JSON, OnlyHere
from executable_math.values.derivative import Array
from executable_math.values.kinds import Kind
from executable_math.values.sampling import FIXED
from executable_math.values.symbols import Declaration, Group, Symbols, size_name, sizes_in

_DIGITS = 3  # that a reader would type
_UNIT = ("probability", "distribution")


class Worth(Protocol):
    """What has a value for the samples of a group."""

    def run(self, group: Group) -> Evaluation: ...

    def value(self, group: Group) -> Array: ...

    def slopes(self, group: Group) -> Array: ...


def named(declarations: Sequence[Declaration]) -> dict[str, str]:
    """What symbols are called, by key: their names in Python, or their keys where two would have one name."""
    names = [item.python for item in declarations]
    return {item.key: item.key if names.count(item.python) > 1 else item.python for item in declarations}


def described(declaration: Declaration, names: Mapping[str, str], symbols: Symbols) -> JSON:
    """What a reader is told of an input, and what a browser holds its entries against."""
    kind = declaration.kind
    low, high = _ends(declaration, names, symbols)
    return {
        "name": names[declaration.key],
        "latex": declaration.latex,
        "kind": kind.name,
        "low": low,
        "high": high,
        "low_open": kind.low_open or kind.name == "probability",
        "high_open": kind.high_open or kind.name == "probability",
        "choices": sorted(kind.choices or FIXED.get(kind.name, ())),
        "not_all_0": kind.not_all_0,
        "shape": [extent(axis, names, symbols) for axis in declaration.axes],
        "meaning": declaration.meaning,
    }


def _ends(declaration: Declaration, names: Mapping[str, str], symbols: Symbols) -> tuple[Any, Any]:
    kind = declaration.kind
    if kind.name == "class":
        found = symbols.classes(declaration)
        return found.low, _size(found.high, names)
    if kind.name in _UNIT:
        return 0, 1
    return _finite(kind.low), _finite(kind.high)


def _finite(end: float) -> float | None:
    return end if math.isfinite(end) else None


def extent(axis: str, names: Mapping[str, str], symbols: Symbols) -> Any:
    """How many elements there are along an axis: a number, or the name of a size."""
    found = symbols.range(axis)
    if not sizes_in(found.high):
        return found.size({})
    if found.low != 1:
        raise OnlyHere(f"{axis} begins at {found.low}, and ends at a size")
    return _size(found.high, names)


def _size(node: Node, names: Mapping[str, str]) -> Any:
    if isinstance(node, Number):
        return int(node.text)
    if (name := size_name(node)) in names:
        return names[name]
    raise OnlyHere("a range that ends at no size alone", node.span)


def example(declarations: Sequence[Declaration], group: Group, worth: Worth) -> dict[str, Any]:
    """Small and round values of some symbols, for which a formula has a value and slopes: by key.

    Args:
        declarations: The symbols.
        group: Samples of them.
        worth: What the formula gives for these: its value, and all its slopes.
    """
    drawn = {item.key: samples(item, worth.run(group)) for item in declarations}
    numbers = np.concatenate([data.reshape(group.count, -1) for data in drawn.values()], axis=1)
    value, slopes = worth.value(group), worth.slopes(group)
    row = max(range(group.count), key=lambda row: _merit(numbers[row], value[row], slopes[row]))
    return {item.key: _typed(item.kind, drawn[item.key][row]) for item in declarations}


def _merit(numbers: Array, value: Array, slopes: Array) -> tuple[int, ...]:
    """How much an example shows: one that has a value, slopes and round numbers, is not zero, and has many of them."""
    is_round = bool((numbers == np.round(numbers, 2)).all())
    has_values = bool(np.isfinite(value).all()), bool(np.isfinite(slopes).all())
    return *has_values, is_round, bool(np.any(value)), bool(np.any(slopes)), len(np.unique(numbers[numbers != 0]))


def _typed(kind: Kind, values: Array) -> Any:
    """Values as a reader would type them, and still of their kind."""
    if kind.name in ("size", "class", "integer", "label", "sign", "one-hot"):
        return np.asarray(values).astype(int).tolist()
    return np.vectorize(lambda one: float(f"{one:.{_DIGITS}g}") + 0.0, otypes=[float])(values).tolist()
