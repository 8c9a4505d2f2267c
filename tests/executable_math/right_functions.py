"""Right functions, against which formulas are held that lack something."""

import math
from collections.abc import Sequence

import numpy as np

Numbers = Sequence[float]


def mse(y: Numbers, t: Numbers) -> float:
    return float(np.mean((np.asarray(y) - t) ** 2))


def rmse(y: Numbers, t: Numbers) -> float:
    return math.sqrt(mse(y, t))


def normal(x: float, m: float, s: float) -> float:
    return math.exp(-((x - m) ** 2) / (2 * s * s)) / math.sqrt(2 * math.pi * s * s)


def quadratic(x: Numbers, matrix: Sequence[Numbers]) -> float:
    return float(np.asarray(x) @ np.asarray(matrix) @ np.asarray(x))


def bits(p: Numbers) -> float:
    return -float(np.sum(np.asarray(p) * np.log2(p)))


def divergence(p: Numbers, q: Numbers) -> float:
    return float(np.sum(np.asarray(p) * np.log(np.asarray(p) / q)))


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def ridge(w: Numbers, c: float) -> float:
    return c * float(np.sum(np.asarray(w) ** 2))


def focal(p: float, c: float) -> float:
    return -float((1 - p) ** c) * math.log(p)


def step(m: float, v: float, c: float) -> float:
    return m / (math.sqrt(v) + c)


def beta(p: float, a: float, b: float) -> float:
    return float(p ** (a - 1) * (1 - p) ** (b - 1))


def profile(a: float, b: float, c: float) -> float:
    return math.exp(-a * (b / c - 1))


def gelu(x: float) -> float:
    return 0.5 * x * (1 + math.tanh(0.7978845608 * (x + 0.044715 * x**3)))


def erf(x: float) -> float:
    return math.erf(x)
