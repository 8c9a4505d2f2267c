"""The smallest value over a number, and where it is: the best of many places, and from there where the slope is zero.

It is refused where it is not inside of what the number may be, or where there are several.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from executable_math.latex.tree import Bind, MathError, name_of
from executable_math.meaning.env import Env
from executable_math.values.arrays import Value
from executable_math.values.derivative import Array, Dual, Real, part, primal
from executable_math.values.kinds import Kind

_PLACES, _HALVINGS, _FLAT, _APART = 801, 80, 1e-13, 1e-3


def varies(node: Bind, env: Env) -> bool:
    """Whether an extremum is over a number of the page, and no index."""
    declared = env.run.symbols.declared.get(name_of(node.variables[0]))
    bare = node.lower is None and node.upper is None and not node.conditions
    return bare and declared is not None and declared.kind.name in ("real", "probability") and not declared.axes


def optimum(node: Bind, env: Env) -> Value:
    """The least value of the body, or where it is; the largest for a maximum.

    Raises:
        MathError: It has none inside, or several.
    """
    env.run.needs_doubles(node)
    name = name_of(node.variables[0])
    sign = -1.0 if node.operator.endswith("max") else 1.0

    def body(at: Array, tag: int = 0) -> Real:
        inner = env.bind(name, np.zeros(len(at)))
        moving = Dual(at, np.ones(at.shape), tag) if tag else at
        return sign * inner._replace(indices={**inner.indices, name: moving}).scalar(node.body)  # type: ignore[dict-item]

    places = _places(env.run.symbols.declared[name].kind).reshape(-1, *[1] * (env.depth + 1))
    low, high = _around(places, primal(body(places)), node)
    with env.run.deriving() as tag:
        found = _level(lambda at: primal(part(body(at, tag), tag)), low, high)
    _refuse_flat(lambda at: primal(body(at)), found, high - low, node)
    return Value(found[0] if node.operator.startswith("arg") else sign * primal(body(found))[0])


def _places(kind: Kind) -> Array:
    """Places over all that a number may be, denser where it is small."""
    steps = np.linspace(-1.0, 1.0, _PLACES)
    low, high = (0.0, 1.0) if kind.name == "probability" else (kind.low, kind.high)
    if math.isfinite(low) and math.isfinite(high):
        return low + (high - low) * (steps[1:-1] + 1) / 2
    if math.isfinite(low) or math.isfinite(high):
        return low + np.exp(14 * steps) if math.isfinite(low) else high - np.exp(-14 * steps)
    return np.sinh(8 * steps)


def _around(places: Array, values: Array, node: Bind) -> tuple[Array, Array]:
    """The places beside the best one."""
    values = np.where(np.isnan(values), np.inf, values)
    best = np.argmin(values, axis=0)[None]
    if (best == 0).any() or (best == len(places) - 1).any():
        raise MathError("no extremum inside of what this number may be", node.span, "one that is no end of the range")
    least = np.take_along_axis(values, best, 0)
    near = np.abs(np.arange(len(places)).reshape(places.shape) - best) <= 1
    if (~near & (values <= least + _FLAT * (1 + np.abs(least)))).any():
        raise MathError("more than one extremum", node.span, "a function that has one")
    flat = places.reshape(-1)
    return flat[best - 1], flat[best + 1]


def _level(slope: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Where a slope turns from down to up; at a kink it has no value."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        steep = slope(middle)
        low, high = np.where(steep > 0, low, middle), np.where(steep < 0, high, middle)
    return (low + high) / 2


def _refuse_flat(body: Callable[[Array], Array], found: Array, width: Array, node: Bind) -> None:
    least = body(found)
    for step in (-_APART * width, _APART * width):
        if not (body(found + step) > least).all():
            raise MathError("more than one extremum", node.span, "a function that has one")
