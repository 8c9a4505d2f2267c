"""The losses of the field, written down once more from their definitions, for pages to be checked against."""

import numpy as np


def sig(z):
    return 1 / (1 + np.exp(-np.asarray(z)))


def softmax(z):
    e = np.exp(z - np.max(z, -1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def bce(x, y):
    return float(np.mean(-(y * np.log(sig(x)) + (1 - y) * np.log(1 - sig(x)))))


def bcep(p, y):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def ce(x, y):
    return np.array([-np.log(softmax(a)[c]) for a, c in zip(x, y, strict=True)])


def ce1(x, c):
    return -np.log(softmax(x)[c])


def mse(x, y):
    return np.mean((x - y) ** 2)


def mae(x, y):
    return np.mean(np.abs(x - y))


def huber(x, y, d):
    r = np.abs(x - y)
    return np.where(r <= d, 0.5 * r**2, d * (r - 0.5 * d))


def smoothl1(x, y, beta):
    r = np.abs(x - y)
    return np.where(r < beta, 0.5 * r**2 / beta, r - 0.5 * beta)


def kl(p, q):
    return float((p * (np.log(p) - np.log(q))).sum())


def hinge(y, s):
    return np.maximum(0, 1 - y * s)


def mhinge(s, c):
    return sum(max(0, s[j] - s[c] + 1) for j in range(len(s)) if j != c)


def mmargin(x, c, p=1):
    return sum(max(0, 1 - x[c] + x[j]) ** p for j in range(len(x)) if j != c) / len(x)


def softmargin(x, y):
    return float(np.mean(np.log1p(np.exp(-y * x))))


def poisson(x, y):
    return np.exp(x) - y * x


def gnll(m, v, y):
    return 0.5 * (np.log(v) + (y - m) ** 2 / v)


def cosine(a, b):
    return a @ b / np.sqrt((a @ a) * (b @ b))


def ranking(x1, x2, y, m):
    return max(0, -y * (x1 - x2) + m)


def triplet(a, p, n, m):
    return max(np.linalg.norm(a - p) - np.linalg.norm(a - n) + m, 0)


def logcosh(x):
    return np.log(np.cosh(x))


def focal(p, t, g):
    pt = np.where(t == 1, p, 1 - p)
    return -((1 - pt) ** g) * np.log(pt)


def pinball(y, q, a):
    return np.where(y >= q, a * (y - q), (1 - a) * (q - y))


def entropy(p):
    return float(-(p * np.log(p)).sum())


def entropy2(p):
    return float(-(p * np.log2(p)).sum())


def brier(p, c):
    e = np.zeros(len(p))
    e[c] = 1
    return float(((p - e) ** 2).sum())


def logsumexp(x):
    m = np.max(x)
    return m + np.log(np.exp(x - m).sum())


def softplus(x):
    return np.log1p(np.exp(x))


def msle(y, p):
    return np.mean((np.log1p(y) - np.log1p(p)) ** 2)


def mape(y, p):
    return np.mean(np.abs((y - p) / y)) * 100


def ridge(X, y, w, a):
    return float(((y - X @ w) ** 2).sum() + a * (w**2).sum())


def lasso(X, y, w, a):
    return float(((y - X @ w) ** 2).sum() / (2 * len(y)) + a * np.abs(w).sum())


def zero_one(y, p):
    return float(np.mean(y != p))


def gauss(x, m, s):
    return np.exp(-(((x - m) / s) ** 2) / 2) / (s * np.sqrt(2 * np.pi))


def accuracy(a, b):
    return float(np.mean(a == b))


def r2(y, f):
    return 1 - ((y - f) ** 2).sum() / ((y - y.mean()) ** 2).sum()


def dice(p, t):
    return 1 - 2 * (p * t).sum() / (p.sum() + t.sum())


def sgd(w, g, eta):
    return w - eta * g


def relu(x):
    return np.maximum(0, x)


def elu(x, a):
    return np.where(x > 0, x, a * (np.exp(x) - 1))


def silu(x):
    return x * sig(x)


def leaky(x, a):
    return np.where(x >= 0, x, a * x)


def mcc(tp, tn, fp, fn):
    return (tp * tn - fp * fn) / np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))


def fbeta(p, r, b):
    return (1 + b**2) * p * r / (b**2 * p + r)


def var(x):
    return float(np.var(x))


def contrastive(s, i, t):
    return float(-np.log(np.exp(s[i] / t) / np.exp(s / t).sum()))


def labelsmooth(y, a, K):
    return (1 - a) * y + a / K


def gini(p):
    return float((p * (1 - p)).sum())


def tweedie(y, m, p):
    return 2 * (np.maximum(y, 0) ** (2 - p) / ((1 - p) * (2 - p)) - y * m ** (1 - p) / (1 - p) + m ** (2 - p) / (2 - p))


def quad(x, A):
    return float(x @ A @ x)
