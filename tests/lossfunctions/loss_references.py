"""What every function is by definition, in mpmath, and the arguments at which the tests compare the two.

The definitions are the textbook's, not the source module's arrangement of them: mpmath has the digits to
spare that double precision has not. Derivatives are taken of the definitions, not written down.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from loss_samples import (
    COUNT,
    RNG,
    chances,
    choices,
    distribution_rows,
    label_rows,
    logit_rows,
    logits,
    probabilities,
    reals,
    score_rows,
    targets,
)
from mpmath import mp, mpf

import lossfunctions as lf


class Case(NamedTuple):
    """A function, its definition, the arguments at which they are compared, and whether it crosses zero."""

    name: str
    function: Callable[..., Any]
    definition: Callable[..., Any]
    arguments: tuple[np.ndarray, ...]
    crosses_zero: bool = False


Reference = Callable[[Case], np.ndarray]


def weighted(weight: mpf, value: Callable[[], mpf]) -> mpf:
    """A term that its weight can switch off, however infinite it is."""
    return weight * value() if weight else mpf(0)


def log(x: mpf) -> mpf:
    return mp.log(x) if x else -mp.inf


# Activations


def sigmoid(z: mpf) -> mpf:
    return 1 / (1 + mp.exp(-z))


def softplus(z: mpf) -> mpf:
    return mp.log(1 + mp.exp(z))


def softmax(z: list[mpf]) -> list[mpf]:
    powers = [mp.exp(zk) for zk in z]
    return [power / mp.fsum(powers) for power in powers]


def log_sum_exp(z: list[mpf]) -> mpf:
    return mp.log(mp.fsum(map(mp.exp, z)))


def jacobian(z: list[mpf]) -> list[mpf]:
    p = softmax(z)
    return [p[j] * ((j == k) - p[k]) for j in range(len(z)) for k in range(len(z))]


# Regression


def huber(y: mpf, h: mpf, delta: mpf = 1.0) -> mpf:
    r, delta = abs(y - h), mpf(delta)
    return r**2 / 2 if r <= delta else delta * (r - delta / 2)


def quantile(y: mpf, h: mpf, level: mpf = 0.5) -> mpf:
    return max(level * (y - h), (mpf(level) - 1) * (y - h))


# Classification


def binary_cross_entropy(y: mpf, p: mpf, base: mpf = mp.e) -> mpf:
    return -(weighted(y, lambda: log(p)) + weighted(1 - y, lambda: log(1 - p))) / mp.log(base)


def binary_cross_entropy_from_logits(y: mpf, z: mpf) -> mpf:
    return y * softplus(-z) + (1 - y) * softplus(z)


def cross_entropy(p: list[mpf], q: list[mpf], base: mpf = mp.e) -> mpf:
    return -mp.fsum(weighted(pk, partial(log, qk)) for pk, qk in zip(p, q, strict=True)) / mp.log(base)


def categorical_cross_entropy_from_logits(y: list[mpf], z: list[mpf]) -> mpf:
    return mp.fsum(yk * (log_sum_exp(z) - zk) for yk, zk in zip(y, z, strict=True))


def one_vs_rest(y: list[mpf], p: list[mpf]) -> mpf:
    return mp.fsum(map(binary_cross_entropy, y, p))


def half_squared_error_from_logits(y: mpf, z: mpf) -> mpf:
    return (y - sigmoid(z)) ** 2 / 2


def multiclass_brier(y: list[mpf], p: list[mpf]) -> mpf:
    return mp.fsum((yk - pk) ** 2 for yk, pk in zip(y, p, strict=True))


def focal(y: mpf, p: mpf, gamma: mpf = 2.0, alpha: mpf | None = None) -> mpf:
    right, weight = (p, alpha) if y == 1 else (1 - p, 1 - mpf(alpha or 0))
    return (1 if alpha is None else weight) * weighted((1 - right) ** gamma, lambda: -log(right))


# Margin


def hinge(y: mpf, s: mpf, margin: mpf = 1.0) -> mpf:
    return max(mpf(0), margin - y * s)


def multiclass_hinge(y: mpf, s: list[mpf], margin: mpf = 1.0) -> mpf:
    return mp.fsum(max(mpf(0), margin + s[j] - s[int(y)]) for j in range(len(s)) if j != y)


def crammer_singer(y: mpf, s: list[mpf], margin: mpf = 1.0) -> mpf:
    return max(mpf(0), margin - s[int(y)] + max(s[j] for j in range(len(s)) if j != y))


# Information and likelihood


def kl_divergence(p: list[mpf], q: list[mpf], base: mpf = mp.e) -> mpf:
    def term(pk: mpf, qk: mpf) -> mpf:
        return weighted(pk, lambda: log(pk) - log(qk))

    return mp.fsum(term(pk, qk) for pk, qk in zip(p, q, strict=True)) / mp.log(base)


def gaussian_density(y: mpf, mean: mpf, sd: mpf = 1.0) -> mpf:
    return mp.exp(-(((y - mean) / sd) ** 2) / 2) / (sd * mp.sqrt(2 * mp.pi))


def laplace_density(y: mpf, mean: mpf, scale: mpf = 1.0) -> mpf:
    return mp.exp(-abs(y - mean) / scale) / (2 * scale)


def half_squared_error_curvature(y: mpf, z: mpf) -> mpf:
    p = sigmoid(z)
    return p * (1 - p) * (p * (1 - p) + (p - y) * (1 - 2 * p))


def _pair(predictions: np.ndarray, labels: Callable[[np.ndarray], np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    return labels(predictions), predictions


# The arguments of each family, the truth first
REALS = _pair(reals(), targets)
PROBABILITIES = _pair(probabilities(), chances)
BINARY = _pair(probabilities(), partial(choices, [0, 1]))
LOGITS = _pair(logits(), chances)
SURE_LOGITS = _pair(logits(), partial(choices, [0, 1]))
DISTRIBUTIONS = _pair(distribution_rows(3), label_rows)
DISTRIBUTION_LOGITS = _pair(logit_rows(3), label_rows)
ONE_HOT = _pair(distribution_rows(3), lambda p: np.eye(3)[choices([0, 1, 2], p)])
SIGNS = _pair(np.concatenate([logits(), [2.5, 0.3]]), partial(choices, [-1, 1]))
CLASSES = _pair(score_rows(3), partial(choices, [0, 1, 2]))
BELIEFS = _pair(distribution_rows(3), RNG.permutation)
NOISE = _pair(RNG.normal(size=COUNT) * 9, lambda mean: mean + choices([0, 0.1, 1, 3, 9, 40], mean) * np.sin(mean))


def none(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    return partial(function, reduction="none", **options)


# One row a loss of the catalogue, by its name: the definition and the arguments.
LOSSES: dict[str, tuple[Callable[..., Any], tuple[np.ndarray, np.ndarray]]] = {
    "squared error": (lambda y, h: (y - h) ** 2, REALS),
    "half squared error": (lambda y, h: (y - h) ** 2 / 2, REALS),
    "absolute error": (lambda y, h: abs(y - h), REALS),
    "huber": (huber, REALS),
    "log-cosh": (lambda y, h: mp.log(mp.cosh(y - h)), REALS),
    "quantile": (quantile, REALS),
    "binary cross-entropy": (binary_cross_entropy, PROBABILITIES),
    "binary cross-entropy from logits": (binary_cross_entropy_from_logits, LOGITS),
    "categorical cross-entropy": (cross_entropy, DISTRIBUTIONS),
    "categorical cross-entropy from logits": (categorical_cross_entropy_from_logits, DISTRIBUTION_LOGITS),
    "one-versus-rest cross-entropy": (one_vs_rest, DISTRIBUTIONS),
    "half squared error from logits": (half_squared_error_from_logits, SURE_LOGITS),
    "brier": (lambda y, p: (y - p) ** 2, PROBABILITIES),
    "multi-class brier": (multiclass_brier, DISTRIBUTIONS),
    "focal": (focal, BINARY),
    "hinge": (hinge, SIGNS),
    "squared hinge": (lambda y, s: hinge(y, s) ** 2, SIGNS),
    "logistic": (lambda y, s: softplus(-y * s), SIGNS),
    "zero-one": (lambda y, s: mpf(y * s <= 0), SIGNS),
    "multi-class hinge": (multiclass_hinge, CLASSES),
    "crammer-singer": (crammer_singer, CLASSES),
}

# Losses whose options are not the default ones
OPTIONS = [
    Case("huber, delta 0.7", none(lf.huber, delta=0.7), partial(huber, delta=0.7), REALS),
    Case("quantile, level 0.9", none(lf.quantile, level=0.9), partial(quantile, level=0.9), REALS),
    Case(
        "binary cross-entropy, base 10",
        none(lf.binary_cross_entropy, base=10),
        partial(binary_cross_entropy, base=10),
        PROBABILITIES,
    ),
    Case(
        "categorical cross-entropy, base 2",
        none(lf.categorical_cross_entropy, base=2),
        partial(cross_entropy, base=2),
        DISTRIBUTIONS,
    ),
    Case("focal, gamma 0", none(lf.focal, gamma=0), partial(focal, gamma=0), BINARY),
    Case("focal, gamma 0.5", none(lf.focal, gamma=0.5), partial(focal, gamma=0.5), BINARY),
    Case("focal, alpha 0.3", none(lf.focal, alpha=0.3), partial(focal, alpha=0.3), BINARY),
    Case("hinge, margin 2.5", none(lf.hinge, margin=2.5), partial(hinge, margin=2.5), SIGNS),
    Case(
        "multi-class hinge, margin 0.5",
        none(lf.multiclass_hinge, margin=0.5),
        partial(multiclass_hinge, margin=0.5),
        CLASSES,
        crosses_zero=True,
    ),
    Case(
        "crammer-singer, margin 0.5",
        none(lf.crammer_singer, margin=0.5),
        partial(crammer_singer, margin=0.5),
        CLASSES,
        crosses_zero=True,
    ),
]

# What is no loss
OTHERS = [
    Case("sigmoid", lf.sigmoid, sigmoid, (logits(),)),
    Case("sigmoid_derivative", lf.sigmoid_derivative, lambda z: sigmoid(z) * (1 - sigmoid(z)), (logits(),)),
    Case("softplus", lf.softplus, softplus, (logits(),)),
    Case("log_sigmoid", lf.log_sigmoid, lambda z: mp.log(sigmoid(z)), (logits(),)),
    Case("softmax", lf.softmax, softmax, (logit_rows(4),)),
    Case("log_softmax", lf.log_softmax, lambda z: list(map(mp.log, softmax(z))), (logit_rows(4),)),
    Case("softmax_jacobian", lf.softmax_jacobian, jacobian, (logit_rows(2),)),
    Case("log_sum_exp", lf.log_sum_exp, log_sum_exp, (logit_rows(4),), crosses_zero=True),
    Case(
        "half_squared_error_from_logits_curvature",
        lf.half_squared_error_from_logits_curvature,
        half_squared_error_curvature,
        LOGITS,
        crosses_zero=True,
    ),
    Case(
        "smooth_labels",
        partial(lf.smooth_labels, epsilon=0.1),
        lambda y: [(1 - mpf(0.1)) * yk + mpf(0.1) / 3 for yk in y],
        (distribution_rows(3),),
    ),
    Case("entropy", lf.entropy, lambda p: cross_entropy(p, p), BELIEFS[:1]),
    Case("entropy, base 2", partial(lf.entropy, base=2), lambda p: cross_entropy(p, p, 2), BELIEFS[:1]),
    Case("cross_entropy", lf.cross_entropy, cross_entropy, BELIEFS),
    Case("cross_entropy, base 2", partial(lf.cross_entropy, base=2), partial(cross_entropy, base=2), BELIEFS),
    Case("kl_divergence", lf.kl_divergence, kl_divergence, BELIEFS, crosses_zero=True),
    Case(
        "kl_divergence, base 2",
        partial(lf.kl_divergence, base=2),
        partial(kl_divergence, base=2),
        BELIEFS,
        crosses_zero=True,
    ),
    Case("gaussian_density", lf.gaussian_density, gaussian_density, NOISE),
    Case("gaussian_density, sd 0.3", partial(lf.gaussian_density, sd=0.3), partial(gaussian_density, sd=0.3), NOISE),
    Case(
        "gaussian_density, sd 1e200", partial(lf.gaussian_density, sd=1e200), partial(gaussian_density, sd=1e200), NOISE
    ),
    Case(
        "gaussian_log_likelihood",
        none(lf.gaussian_log_likelihood),
        lambda y, mean: mp.log(gaussian_density(y, mean)),
        NOISE,
    ),
    Case(
        "gaussian_log_likelihood, sd 0.03",
        none(lf.gaussian_log_likelihood, sd=0.03),
        lambda y, mean: mp.log(gaussian_density(y, mean, 0.03)),
        NOISE,
        crosses_zero=True,
    ),
    Case("laplace_density", lf.laplace_density, laplace_density, NOISE),
    Case(
        "laplace_density, scale 0.3", partial(lf.laplace_density, scale=0.3), partial(laplace_density, scale=0.3), NOISE
    ),
    Case(
        "laplace_log_likelihood",
        none(lf.laplace_log_likelihood),
        lambda y, mean: mp.log(laplace_density(y, mean)),
        NOISE,
    ),
    Case(
        "laplace_log_likelihood, scale 0.03",
        none(lf.laplace_log_likelihood, scale=0.03),
        lambda y, mean: mp.log(laplace_density(y, mean, 0.03)),
        NOISE,
        crosses_zero=True,
    ),
    Case("bernoulli_mass", lf.bernoulli_mass, lambda y, p: p if y else 1 - p, BINARY),
    Case(
        "bernoulli_log_likelihood",
        none(lf.bernoulli_log_likelihood),
        lambda y, p: log(p if y else 1 - p),
        BINARY,
    ),
    Case("categorical_mass", lf.categorical_mass, lambda y, p: p[y.index(1)], ONE_HOT),
    Case(
        "categorical_log_likelihood",
        none(lf.categorical_log_likelihood),
        lambda y, p: log(p[y.index(1)]),
        ONE_HOT,
    ),
]

VALUES = [
    *(
        Case(loss.name, none(loss.function), *LOSSES[loss.name], crosses_zero=loss.labels == "class")
        for loss in lf.LOSSES
    ),
    *OPTIONS,
    *OTHERS,
]


def derivative(definition: Callable[..., mpf], y: Any, prediction: Any) -> Any:
    """The derivative of a definition with respect to the prediction, or to each of its entries."""
    if not isinstance(prediction, list):
        return mp.diff(lambda x: definition(y, x), prediction)

    def along(k: int) -> mpf:
        return mp.diff(lambda x: definition(y, [*prediction[:k], x, *prediction[k + 1 :]]), prediction[k])

    return [along(k) for k in range(len(prediction))]


def smooth(loss: lf.Loss, y: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    """The rows at which the definition can be differentiated: off the kinks, inside the domain."""
    if loss.labels == "class":
        return np.asarray((prediction % 0.5).any(axis=1))
    if loss.labels == "sign":
        return np.asarray(~np.isin(y * prediction, [1, *loss.kinks]))
    if loss.labels == "real":
        return np.asarray(~np.isin(y - prediction, loss.kinks))
    inside = (prediction > 0) & (prediction < 1) | (loss.predictions in ("real", "reals"))
    return np.asarray(inside.reshape(len(y), -1).all(axis=1))


def gradient_cases(loss: lf.Loss, gradient: Callable[..., Any]) -> list[Case]:
    """The gradient for sure labels, to the last digits, and for soft ones, whose gradient crosses zero."""
    definition, (y, prediction) = LOSSES[loss.name]
    if loss.name == "half squared error from logits":
        y, prediction = LOGITS
    soft = ((y % 1 != 0) & (loss.labels in ("probability", "distribution"))).reshape(len(y), -1).any(axis=1)
    rows = smooth(loss, y, prediction)
    if prediction.ndim > 1:  # Three derivatives a row: half of the rows will do.
        rows &= np.arange(len(rows)) % 2 == 0
    return [
        Case(f"{loss.name}, {kind}", gradient, partial(derivative, definition), (y[use], prediction[use]), crosses)
        for kind, use, crosses in [("gradient", rows & ~soft, False), ("gradient, soft labels", rows & soft, True)]
        if use.any()
    ]


GRADIENTS = [case for loss in lf.LOSSES if loss.gradient for case in gradient_cases(loss, loss.gradient)]


def digits(values: list[float]) -> int:
    """How many digits leave 50 after the definition's worst cancellation."""
    sizes = [abs(v) for v in values if v]
    if any(size < 1e-240 for size in sizes):
        return 760
    return 550 if any(size < 1e-12 or size > 25 for size in sizes) else 80


def exact(definition: Callable[..., Any], row: tuple[Any, ...]) -> list[mpf]:
    """The definition at one row of arguments, as a list of numbers to 50 digits."""
    with mp.workdps(digits(np.concatenate([np.ravel(a) for a in row]).tolist())):
        value = definition(*([mpf(x) for x in a] if np.ndim(a) else mpf(float(a)) for a in row))
        return value if isinstance(value, list) else [value]


def expected(case: Case) -> np.ndarray:
    """The definition at all rows, each value the sum of two numbers: its rounding and the rest."""
    rows = [exact(case.definition, row) for row in zip(*case.arguments, strict=True)]
    with mp.workdps(50):
        return np.array([[[float(v), float(v - float(v)) if mp.isfinite(v) else 0] for v in row] for row in rows])
