"""The values that are tried for a symbol: small round ones first, then random ones from a fixed seed."""

from __future__ import annotations

import math

import numpy as np

from executable_math.values.kinds import Kind
from executable_math.values.numbers import Array

_ROUND_REAL = (0.5, 1.0, -1.0, 2.0, -0.5, 0.0, 1.5, -2.0, 3.0, 0.25, -3.0, 0.2)
_ROUND_POSITIVE = (1.0, 2.0, 0.5, 3.0, 0.25, 1.5, 4.0, 0.1)
_ROUND_UNIT = (0.5, 0.8, 0.2, 0.9, 0.1, 0.25, 0.75, 0.3, 0.4, 0.6)
_ROUND_INTEGER = (1.0, 2.0, 0.0, 3.0, -1.0, -2.0, 5.0, 4.0)
_MANY = 8
RANDOM_KINDS = ("normal", "laplace", "uniform", "bernoulli")
_PART = Kind("real")  # of a complex number
FIXED = {"label": (0.0, 1.0), "sign": (1.0, -1.0)}


def drawn(kind: Kind, random: np.random.Generator, shape: tuple[int, ...], classes: int = 0) -> Array:
    """Samples of a kind: the first half small and round, the others random.

    Args:
        kind: What the symbol may be; of a function, the numbers that it is made of.
        random: The source of chance.
        shape: The number of samples, then the symbol's axes.
        classes: The number of classes, for the kind `class`.

    Example:
        >>> drawn(Kind("sign"), np.random.default_rng(0), (4,)).tolist()
        [1.0, -1.0, -1.0, 1.0]
    """
    if kind.name == "complex":
        return drawn(_PART, random, shape) + 1j * drawn(_PART, random, shape)
    if kind.name == "class":
        return random.integers(0, classes, shape)
    if kind.name == "function":
        return _smooth(random, shape)
    if kind.name in ("one-hot", "distribution"):
        return _one_hot(random, shape) if kind.name == "one-hot" else _distribution(random, shape)
    choices = kind.choices or FIXED.get(kind.name, ())
    values = random.choice(choices, shape) if choices else _wide(kind, random, shape)
    neat = np.array(choices or _round(kind))
    half = (shape[0] + 1) // 2
    if len(neat) and not choices:
        values[:half] = random.choice(neat if len(shape) == 1 else neat[:8], (half, *shape[1:]))
        values[: half // 2] = random.choice(neat[:6], (half // 2, *shape[1:]))
    if len(neat):
        _deal(values[:half], neat, random)
    return _not_all_0(values) if kind.not_all_0 else values


def extreme(kind: Kind, random: np.random.Generator, shape: tuple[int, ...], classes: int = 0) -> Array:
    """Samples of a kind at its ends, where they belong to it, near them, and far from 1.

    Example:
        >>> float(extreme(Kind("real", low=0.0), np.random.default_rng(0), (4,))[0])
        0.0
    """
    if kind.name == "complex":
        return extreme(_PART, random, shape) + 1j * extreme(_PART, random, shape)
    if kind.name == "distribution":
        return _extreme_distribution(random, shape)
    if kind.name in ("class", "function", "one-hot", *RANDOM_KINDS) or kind.choices or kind.name in FIXED:
        return drawn(kind, random, shape, classes)
    low, high = (0.0, 1.0) if kind.name == "probability" else (kind.low, kind.high)
    values = _far(kind, low, high, random, shape)
    for row, end in enumerate((low, high)):
        if row < len(values) and math.isfinite(end) and _inside(kind, np.array(end)):
            values[row] = end
    return _not_all_0(values) if kind.not_all_0 else values


def _far(kind: Kind, low: float, high: float, random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    steps = 10.0 ** random.uniform(*((0, 4) if kind.name == "integer" else (-9, 9)), shape)
    sides = random.choice((-1.0, 1.0), shape)
    if math.isfinite(low) and math.isfinite(high):
        near = (high - low) * np.minimum(steps, 1 / steps) / 2
        values = np.where(sides < 0, low + near, high - near)
    elif math.isfinite(low) or math.isfinite(high):
        values = low + steps if math.isfinite(low) else high - steps
    else:
        values = sides * steps
    return _whole(kind, values) if kind.name == "integer" else values


def _extreme_distribution(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Distributions with almost all in one place; the first two with all of it."""
    values = 10.0 ** random.uniform(-12, 0, shape)
    values[:2] = _one_hot(random, (min(2, shape[0]), *shape[1:]))
    return _summing_to_1(values)


def _summing_to_1(values: Array) -> Array:
    return np.asarray(values / np.maximum(values.sum(-1, keepdims=True), np.finfo(float).tiny))


def moved_within(kind: Kind, values: Array, step: float, random: np.random.Generator) -> Array:
    """Values of a kind near others: the smaller the step, the nearer.

    Example:
        >>> moved_within(Kind("sign"), np.array([1.0]), 0.1, np.random.default_rng(0)).tolist()
        [1.0]
    """
    if kind.name == "complex":
        parts = (moved_within(_PART, part, step, random) for part in (values.real, values.imag))
        return np.asarray(next(parts) + 1j * next(parts))
    moves = step * random.standard_normal(values.shape) * (random.random(values.shape) < 0.7)
    if kind.name == "distribution":
        return _summing_to_1(values * np.exp(3 * moves))
    if kind.name in ("class", "one-hot", "index", "size", "function") or kind.choices or kind.name in FIXED:
        return values
    low, high = (0.0, 1.0) if kind.name == "probability" else (kind.low, kind.high)
    if math.isfinite(low) or math.isfinite(high):
        moved = _moved_from_ends(values, low, high, moves)
    else:
        moved = values + moves * np.maximum(np.abs(values), 0.5)
    moved = _whole(kind, moved) if kind.name == "integer" else moved
    return np.where(allows(kind, moved), moved, values)


def _moved_from_ends(values: Array, low: float, high: float, moves: Array) -> Array:
    """Moved so that a value next to an end stays near it, and one in the middle goes anywhere."""
    with np.errstate(all="ignore"):
        if not math.isfinite(high):
            return np.asarray(low + (values - low) * np.exp(3 * moves) + (values == low) * np.abs(moves))
        if not math.isfinite(low):
            return np.asarray(high - (high - values) * np.exp(3 * moves) - (values == high) * np.abs(moves))
        share = np.clip((values - low) / (high - low), 1e-12, 1 - 1e-12)
        return np.asarray(low + (high - low) / (1 + (1 / share - 1) * np.exp(-3 * moves)))


def _deal(values: Array, neat: Array, random: np.random.Generator) -> None:
    """The simplest values come by no chance: a number has each of them, a vector is 0, constant and along an axis."""
    count = len(values)
    if values.ndim == 1:
        simplest = neat[: min(count, 6)]
        values[count - len(simplest) :] = simplest
        return
    rows = random.permutation(count)
    patterns = [np.full(values.shape[1:], value) for value in random.permutation(neat[:4])[:2]]
    if 0 in neat and neat.any() and values[0].size:
        patterns += [np.zeros(values.shape[1:]), _along_an_axis(values.shape[1:], neat[neat != 0][0], random)]
    for row, pattern in zip(rows, patterns, strict=False):
        values[row] = pattern


def _along_an_axis(shape: tuple[int, ...], value: float, random: np.random.Generator) -> Array:
    found = np.zeros(shape)
    found.flat[random.integers(found.size)] = value
    return found


def _smooth(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """The numbers of smooth functions; of many, the last are 0, 1, and the sum of what they depend on."""
    values = random.standard_normal(shape)
    if len(values) >= _MANY:
        values[-3:] = 0.0
        values[-2, 0, 0] = values[-1, 1, 1:] = 1.0
    return values


def _not_all_0(values: Array) -> Array:
    """With a one for the first element where all of them are zero."""
    flat = values.reshape(len(values), -1)
    flat[~flat.any(1), :1] = 1.0
    return flat.reshape(values.shape)


def _round(kind: Kind) -> list[float]:
    """The round values that a kind allows, the simplest first."""
    if kind.name in ("probability", "uniform"):
        candidates: tuple[float, ...] = _ROUND_UNIT
    elif kind.name == "integer":
        candidates = _ROUND_INTEGER
    else:
        candidates = _ROUND_POSITIVE if kind.low >= 0 else _ROUND_REAL
    ends = [end for end in (kind.low, kind.high) if math.isfinite(end)]
    shifted = [end + step for end in ends for step in (0.0, 1.0, -1.0, 0.5, -0.5)] if kind.name != "probability" else []
    allowed = [value for value in (*candidates, *shifted) if _inside(kind, np.array(value))]
    return list(dict.fromkeys(value for value in allowed if kind.name != "integer" or value.is_integer()))


def allows(kind: Kind, values: Array, classes: int = 0) -> Array:
    """Which of these values a symbol of a kind may have, each on its own.

    Example:
        >>> allows(Kind("probability"), np.array([0.8, 1.0])).tolist(), allows(Kind("sign"), np.array([0.5])).tolist()
        ([True, False], [False])
    """
    if kind.name in ("one-hot", "distribution", "size", "index", "function"):
        return np.zeros(values.shape, bool)
    if kind.name == "complex":
        return np.isfinite(values)
    if kind.name == "class":
        return np.asarray((values >= 0) & (values < classes) & (values == np.round(values)))
    if choices := kind.choices or FIXED.get(kind.name):
        return np.isin(values, choices)
    whole = kind.name != "integer" or values == np.round(values)
    return _inside(kind, values) & whole


def _inside(kind: Kind, values: Array) -> Array:
    unit = kind.name == "probability"
    low, high = (0.0, 1.0) if unit else (kind.low, kind.high)
    above = values > low if kind.low_open or unit else values >= low
    return np.asarray(above & (values < high if kind.high_open or unit else values <= high))


def _wide(kind: Kind, random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Random values over the whole of a kind, the later samples further out."""
    # Elements of vectors stay small, so that their products do not saturate an exponential.
    widest = 4.0 if len(shape) == 1 else 1.5
    scale = np.linspace(0.7, widest, shape[0]).reshape(-1, *[1] * (len(shape) - 1))
    normal = np.clip(random.standard_normal(shape) * scale, -2 * widest, 2 * widest)
    if kind.name == "probability":
        return np.clip(1 / (1 + np.exp(-normal)), 1e-4, 1 - 1e-4)
    if kind.name == "bernoulli":
        return (normal > 0).astype(float)
    if kind.name == "uniform":
        return random.random(shape)
    if math.isfinite(kind.low) and math.isfinite(kind.high):
        normal = kind.low + (kind.high - kind.low) * random.uniform(0.001, 0.999, shape)
    elif math.isfinite(kind.low):
        normal = kind.low + np.exp(normal / 3)
    elif math.isfinite(kind.high):
        normal = kind.high - np.exp(normal / 3)
    return _whole(kind, normal) if kind.name == "integer" else normal


def _whole(kind: Kind, values: Array) -> Array:
    return np.clip(np.round(values), *ends(kind))


def ends(kind: Kind) -> tuple[float, float]:
    """The smallest and the largest whole number that a kind allows."""
    low = math.floor(kind.low) + 1.0 if kind.low_open and math.isfinite(kind.low) else kind.low
    high = math.ceil(kind.high) - 1.0 if kind.high_open and math.isfinite(kind.high) else kind.high
    return (
        float(math.ceil(low)) if math.isfinite(low) else low,
        float(math.floor(high)) if math.isfinite(high) else high,
    )


def _one_hot(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return np.eye(max(shape[-1], 1))[random.integers(0, max(shape[-1], 1), shape[:-1])][..., : shape[-1]]


def _distribution(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Positive values that sum to 1 over the last axis, the first half in twentieths."""
    length = shape[-1]
    if not length:
        return np.zeros(shape)
    values = random.dirichlet(np.full(length, 0.8), shape[:-1]) + 1e-3
    values /= values.sum(-1, keepdims=True)
    half = shape[0] // 2
    if length < 20:
        parts = 1 + random.multinomial(20 - length, np.full(length, 1 / length), (half, *shape[1:-1]))
        values[:half] = parts / 20
    return values
