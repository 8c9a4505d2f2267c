"""A small module for pages to be checked against: kinematics, a few losses, and functions that misbehave."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Losses = Array | np.floating

__all__ = [
    "GRAVITY", "Line", "cross_entropy", "fall", "fit", "gaussian", "hinge", "log_loss", "multiclass_hinge", "pinball",
    "root", "sigmoid", "softmax", "squared",
]  # fmt: skip

GRAVITY = 9.81
_SECRET = 1.0


class Line(NamedTuple):
    intercept: float
    slope: float


def reduced(losses: Array, reduction: str) -> Losses:
    found: dict[str, Losses] = {"none": losses, "sum": np.sum(losses), "mean": np.mean(losses)}
    return found[reduction]


def fall(height: Array, t: Array) -> Array:
    """The height after falling for a time t."""
    return height - GRAVITY * t**2 / 2


def hinge(y: ArrayLike, s: ArrayLike, reduction: str = "mean") -> Losses:
    return reduced(np.maximum(0, 1 - np.asarray(y) * np.asarray(s)), reduction)


def multiclass_hinge(y: int, s: Array, margin: float = 1.0) -> float:
    """Weston-Watkins, with classes counted from 0."""
    return float(sum(max(0.0, s[j] - s[y] + margin) for j in range(len(s)) if j != y))


def sigmoid(z: ArrayLike) -> Array:
    output: Array = 1 / (1 + np.exp(-np.asarray(z)))
    return output


def softmax(z: Array) -> Array:
    exps = np.exp(z - np.max(z, -1, keepdims=True))
    p: Array = exps / exps.sum(-1, keepdims=True)
    return p


def log_loss(y: ArrayLike, p: ArrayLike, reduction: str = "mean") -> Losses:
    y, p = np.asarray(y), np.asarray(p)
    return reduced(-(y * np.log(p) + (1 - y) * np.log(1 - p)), reduction)


def cross_entropy(p: ArrayLike, q: ArrayLike) -> Array:
    nats: Array = -(np.asarray(p) * np.log(q)).sum(-1)
    return nats


def pinball(y: ArrayLike, q: ArrayLike, level: float = 0.5) -> float:
    gap = np.asarray(y) - np.asarray(q)
    return float(np.mean(np.maximum(level * gap, (level - 1) * gap)))


def squared(y: ArrayLike, p: ArrayLike) -> float:
    return float(np.mean((np.asarray(y) - np.asarray(p)) ** 2))


def gaussian(y: Array, mean: Array, sd: float) -> Array:
    density: Array = np.exp(-(((y - mean) / sd) ** 2) / 2) / (sd * np.sqrt(2 * np.pi))
    return density


def fit(x: Array, y: Array) -> Line:
    slope = np.cov(x, y, bias=True)[0, 1] / np.var(x)
    return Line(float(np.mean(y) - slope * np.mean(x)), float(slope))


def root(x: float) -> float:
    if x < 0:
        raise ValueError(f"x must not be negative, and is {x}")
    return float(np.sqrt(x))
