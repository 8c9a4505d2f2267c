"""A small module for pages to be checked against: kinematics, a few losses, and functions that misbehave."""

from typing import NamedTuple

import numpy as np

__all__ = [
    "GRAVITY", "Line", "cross_entropy", "fall", "fit", "gaussian", "hinge", "log_loss", "multiclass_hinge", "pinball",
    "root", "sigmoid", "softmax", "squared",
]  # fmt: skip

GRAVITY = 9.81
_SECRET = 1.0


class Line(NamedTuple):
    intercept: float
    slope: float


def reduced(losses, reduction):
    return {"none": losses, "sum": np.sum(losses), "mean": np.mean(losses)}[reduction]


def fall(height, t):
    """The height after falling for a time t."""
    return height - GRAVITY * t**2 / 2


def hinge(y, s, reduction="mean"):
    return reduced(np.maximum(0, 1 - np.asarray(y) * np.asarray(s)), reduction)


def multiclass_hinge(y, s, margin=1.0):
    """Weston-Watkins, with classes counted from 0."""
    return sum(max(0.0, s[j] - s[y] + margin) for j in range(len(s)) if j != y)


def sigmoid(z):
    return 1 / (1 + np.exp(-np.asarray(z)))


def softmax(z):
    exps = np.exp(z - np.max(z, -1, keepdims=True))
    return exps / exps.sum(-1, keepdims=True)


def log_loss(y, p, reduction="mean"):
    y, p = np.asarray(y), np.asarray(p)
    return reduced(-(y * np.log(p) + (1 - y) * np.log(1 - p)), reduction)


def cross_entropy(p, q):
    return -(np.asarray(p) * np.log(q)).sum(-1)


def pinball(y, q, level=0.5):
    gap = np.asarray(y) - np.asarray(q)
    return np.mean(np.maximum(level * gap, (level - 1) * gap))


def squared(y, p):
    return np.mean((np.asarray(y) - np.asarray(p)) ** 2)


def gaussian(y, mean, sd):
    return np.exp(-(((y - mean) / sd) ** 2) / 2) / (sd * np.sqrt(2 * np.pi))


def fit(x, y):
    slope = np.cov(x, y, bias=True)[0, 1] / np.var(x)
    return Line(float(np.mean(y) - slope * np.mean(x)), float(slope))


def root(x):
    if x < 0:
        raise ValueError(f"x must not be negative, and is {x}")
    return np.sqrt(x)
