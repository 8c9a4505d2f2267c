"""The losses of the field, written down once more from their definitions, for pages to be checked against."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Classes = NDArray[np.intp]


def sig(z: Array) -> Array:
    return 1 / (1 + np.exp(-np.asarray(z)))


def softmax(z: Array) -> Array:
    e = np.exp(z - np.max(z, -1, keepdims=True))
    p: Array = e / e.sum(-1, keepdims=True)
    return p


def bce(x: Array, y: Array) -> float:
    return float(np.mean(-(y * np.log(sig(x)) + (1 - y) * np.log(1 - sig(x)))))


def bcep(p: Array, y: Array) -> Array:
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def ce(x: Array, y: Classes) -> Array:
    return np.array([-np.log(softmax(a)[c]) for a, c in zip(x, y, strict=True)])


def ce1(x: Array, c: int) -> float:
    return float(-np.log(softmax(x)[c]))


def mse(x: Array, y: Array) -> float:
    return float(np.mean((x - y) ** 2))


def mae(x: Array, y: Array) -> float:
    return float(np.mean(np.abs(x - y)))


def huber(x: Array, y: Array, d: float) -> Array:
    r = np.abs(x - y)
    return np.where(r <= d, 0.5 * r**2, d * (r - 0.5 * d))


def smoothl1(x: Array, y: Array, beta: float) -> Array:
    r = np.abs(x - y)
    return np.where(r < beta, 0.5 * r**2 / beta, r - 0.5 * beta)


def kl(p: Array, q: Array) -> float:
    return float((p * (np.log(p) - np.log(q))).sum())


def hinge(y: Array, s: Array) -> Array:
    return np.maximum(0, 1 - y * s)


def mhinge(s: Array, c: int) -> float:
    return float(sum(max(0, s[j] - s[c] + 1) for j in range(len(s)) if j != c))


def mmargin(x: Array, c: int, p: int = 1) -> float:
    return float(sum(max(0, 1 - x[c] + x[j]) ** p for j in range(len(x)) if j != c) / len(x))


def softmargin(x: Array, y: Array) -> float:
    return float(np.mean(np.log1p(np.exp(-y * x))))


def poisson(x: Array, y: Array) -> Array:
    return np.exp(x) - y * x


def gnll(m: Array, v: Array, y: Array) -> Array:
    return 0.5 * (np.log(v) + (y - m) ** 2 / v)


def cosine(a: Array, b: Array) -> float:
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


def ranking(x1: float, x2: float, y: float, m: float) -> float:
    return max(0, -y * (x1 - x2) + m)


def triplet(a: Array, p: Array, n: Array, m: float) -> float:
    return max(float(np.linalg.norm(a - p) - np.linalg.norm(a - n)) + m, 0)


def logcosh(x: Array) -> Array:
    return np.log(np.cosh(x))


def focal(p: Array, t: Array, g: float) -> Array:
    pt = np.where(t == 1, p, 1 - p)
    return -((1 - pt) ** g) * np.log(pt)


def pinball(y: Array, q: Array, a: float) -> Array:
    return np.where(y >= q, a * (y - q), (1 - a) * (q - y))


def entropy(p: Array) -> float:
    return float(-(p * np.log(p)).sum())


def entropy2(p: Array) -> float:
    return float(-(p * np.log2(p)).sum())


def brier(p: Array, c: int) -> float:
    e = np.zeros(len(p))
    e[c] = 1
    return float(((p - e) ** 2).sum())


def logsumexp(x: Array) -> float:
    m = np.max(x)
    return float(m + np.log(np.exp(x - m).sum()))


def softplus(x: Array) -> Array:
    return np.log1p(np.exp(x))


def msle(y: Array, p: Array) -> float:
    return float(np.mean((np.log1p(y) - np.log1p(p)) ** 2))


def mape(y: Array, p: Array) -> float:
    return float(np.mean(np.abs((y - p) / y)) * 100)


def ridge(X: Array, y: Array, w: Array, a: float) -> float:
    return float(((y - X @ w) ** 2).sum() + a * (w**2).sum())


def lasso(X: Array, y: Array, w: Array, a: float) -> float:
    return float(((y - X @ w) ** 2).sum() / (2 * len(y)) + a * np.abs(w).sum())


def zero_one(y: Array, p: Array) -> float:
    return float(np.mean(y != p))


def gauss(x: Array, m: float, s: float) -> Array:
    density: Array = np.exp(-(((x - m) / s) ** 2) / 2) / (s * np.sqrt(2 * np.pi))
    return density


def accuracy(a: Array, b: Array) -> float:
    return float(np.mean(a == b))


def r2(y: Array, f: Array) -> float:
    return float(1 - ((y - f) ** 2).sum() / ((y - y.mean()) ** 2).sum())


def dice(p: Array, t: Array) -> float:
    return float(1 - 2 * (p * t).sum() / (p.sum() + t.sum()))


def sgd(w: Array, g: Array, eta: float) -> Array:
    return w - eta * g


def relu(x: Array) -> Array:
    return np.maximum(0, x)


def elu(x: Array, a: float) -> Array:
    return np.where(x > 0, x, a * (np.exp(x) - 1))


def silu(x: Array) -> Array:
    return x * sig(x)


def leaky(x: Array, a: float) -> Array:
    return np.where(x >= 0, x, a * x)


def mcc(tp: float, tn: float, fp: float, fn: float) -> float:
    return float((tp * tn - fp * fn) / np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)))


def fbeta(p: float, r: float, b: float) -> float:
    return (1 + b**2) * p * r / (b**2 * p + r)


def var(x: Array) -> float:
    return float(np.var(x))


def contrastive(s: Array, i: int, t: float) -> float:
    return float(-np.log(np.exp(s[i] / t) / np.exp(s / t).sum()))


def labelsmooth(y: Array, a: float, K: int) -> Array:
    return (1 - a) * y + a / K


def gini(p: Array) -> float:
    return float((p * (1 - p)).sum())


def tweedie(y: Array, m: Array, p: float) -> Array:
    return 2 * (np.maximum(y, 0) ** (2 - p) / ((1 - p) * (2 - p)) - y * m ** (1 - p) / (1 - p) + m ** (2 - p) / (2 - p))


def quad(x: Array, A: Array) -> float:
    return float(x @ A @ x)
