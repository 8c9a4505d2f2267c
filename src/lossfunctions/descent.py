r"""Learning: gradient descent, one neuron, and the fits that the figures show."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossfunctions._validation import Array, finite, one_of, positive
from lossfunctions.activations import sigmoid
from lossfunctions.classification import (
    binary_cross_entropy_from_logits,
    binary_cross_entropy_from_logits_gradient,
    half_squared_error_from_logits,
    half_squared_error_from_logits_gradient,
)
from lossfunctions.regression import absolute_error_gradient, huber_gradient, log_cosh_gradient


class NeuronHistory(NamedTuple):
    """One neuron before the first step and after every step."""

    w: Array
    b: Array
    output: Array
    loss: Array


class Line(NamedTuple):
    """A fitted line."""

    intercept: float
    slope: float


class Separator(NamedTuple):
    """A separating hyperplane w·x + b = 0 and the indices of its support vectors."""

    w: Array
    b: float
    support: NDArray[np.intp]


NEURON_LOSSES = {
    "cross-entropy": (binary_cross_entropy_from_logits, binary_cross_entropy_from_logits_gradient),
    "squared error": (half_squared_error_from_logits, half_squared_error_from_logits_gradient),
}


def gradient_descent(
    gradient: Callable[[Array], ArrayLike], start: ArrayLike, rate: float, steps: int
) -> Array:
    r"""Steps against the gradient; returns the start and every point after it.

    Example:
        >>> print(gradient_descent(lambda w: 2 * w, start=1.0, rate=0.25, steps=3))
        [1.    0.5   0.25  0.125]
    """
    positive("rate", rate)
    path = [finite("start", start)]
    for _ in range(steps):
        path.append(path[-1] - rate * np.asarray(gradient(path[-1])))
    return np.array(path)


def train_neuron(
    loss: str, x: ArrayLike, y: ArrayLike, w: float, b: float, rate: float, steps: int
) -> NeuronHistory:
    r"""Gradient descent on one sigmoid neuron.

    Example:
        >>> history = train_neuron("cross-entropy", x=1.0, y=0, w=2.0, b=2.0, rate=0.15, steps=150)
        >>> print(f"{history.output[-1]:.4f}")
        0.0257
    """
    if loss not in NEURON_LOSSES:
        raise ValueError(f"loss is {loss!r}; loss must be one of {', '.join(NEURON_LOSSES)}")
    value, slope = NEURON_LOSSES[loss]
    x = finite("x", x)

    def gradient(parameters: Array) -> Array:
        w, b = parameters
        dz = slope(y, w * x + b)
        return np.array([np.mean(dz * x), np.mean(dz)])

    w_path, b_path = gradient_descent(gradient, [w, b], rate, steps).T
    logits = np.multiply.outer(w_path, x) + b_path.reshape(-1, *[1] * x.ndim)
    losses = np.array([value(y, z) for z in logits])
    return NeuronHistory(w_path, b_path, sigmoid(logits), losses)


def _points(x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    x, y = finite("x", x), finite("y", y)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(f"x has shape {x.shape} and y {y.shape}; both must be (N,)")
    if np.ptp(x) == 0:
        raise ValueError(f"x is {x}; x must hold two different values, or the slope is not determined")
    return x, y


def _weighted_line(x: Array, y: Array, weights: Array) -> Line:
    root = np.sqrt(weights)
    design = np.stack([np.ones_like(x), x], axis=1)
    intercept, slope = np.linalg.lstsq(root[:, None] * design, root * y)[0]
    return Line(float(intercept), float(slope))


def least_squares(x: ArrayLike, y: ArrayLike) -> Line:
    r"""The line with the least squared error.

    Example:
        >>> line = least_squares([0.0, 1.0, 2.0], [1.0, 3.0, 5.0])
        >>> print(f"{line.intercept:.4f} {line.slope:.4f}")
        1.0000 2.0000
    """
    x, y = _points(x, y)
    return _weighted_line(x, y, np.ones_like(x))


LINE_GRADIENTS = {
    "absolute error": absolute_error_gradient,
    "huber": huber_gradient,
    "log-cosh": log_cosh_gradient,
}


def fit_line(x: ArrayLike, y: ArrayLike, loss: str) -> Line:
    r"""The line with the least mean loss.

    Example:
        >>> line = fit_line([0.0, 1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 50.0, 7.0, 9.0], "absolute error")
        >>> print(f"{line.intercept:.4f} {line.slope:.4f}")
        1.0000 2.0000
    """
    x, y = _points(x, y)
    line = least_squares(x, y)
    if loss == "squared error":
        return line
    if loss not in LINE_GRADIENTS:
        allowed = ", ".join(["squared error", *LINE_GRADIENTS])
        raise ValueError(f"loss is {loss!r}; loss must be one of {allowed}")
    for _ in range(1000):
        residual = y - line.intercept - line.slope * x
        size = np.maximum(np.abs(residual), 1e-10)
        line = _weighted_line(x, y, -LINE_GRADIENTS[loss](size, np.zeros_like(size)) / size)
    return line


def _separator(X: ArrayLike, y: ArrayLike, cap: float) -> Separator:
    """Sequential minimal optimisation of the support vector machine's dual, each weight at most cap."""
    X, y = finite("X", X), one_of("y", y, -1, 1)
    if X.ndim != 2 or y.shape != X.shape[:1]:
        raise ValueError(f"X has shape {X.shape} and y {y.shape}; X must be (N, D) and y (N,)")
    if np.ptp(y) == 0:
        raise ValueError(f"y is {y}; y must hold both labels")
    alpha = np.zeros(len(y))
    w = np.zeros(X.shape[1])
    while True:
        slack = y - X @ w
        up = np.where(y > 0, alpha < cap, alpha > 0)
        down = np.where(y > 0, alpha > 0, alpha < cap)
        i = np.argmax(np.where(up, slack, -np.inf))
        j = np.argmin(np.where(down, slack, np.inf))
        gap = slack[i] - slack[j]
        if gap < 1e-9:
            break
        direction = X[i] - X[j]
        step = gap / max(direction @ direction, 1e-300)
        step = min(step, cap - alpha[i] if y[i] > 0 else alpha[i], alpha[j] if y[j] > 0 else cap - alpha[j])
        if step > 1e12:
            raise ValueError("X and y are not linearly separable")
        alpha[i] += y[i] * step
        alpha[j] -= y[j] * step
        w = (alpha * y) @ X
    return Separator(w, float((slack[i] + slack[j]) / 2), np.flatnonzero(alpha))


def maximum_margin(X: ArrayLike, y: ArrayLike) -> Separator:
    r"""The hyperplane farthest from the nearest example of separable data (hard margin).

    Example:
        >>> line = maximum_margin([[2.0, 0.0], [-1.0, 0.0], [5.0, 1.0]], [1, -1, 1])
        >>> print(f"{line.w[0]:.4f} {line.w[1]:.4f} {line.b:.4f}", line.support)
        0.6667 0.0000 -0.3333 [0 1]
    """
    return _separator(X, y, np.inf)


def fit_l2_hinge(X: ArrayLike, y: ArrayLike, strength: float) -> Separator:
    r"""The hyperplane with the least L2-regularised mean hinge (soft margin).

    Example:
        >>> line = fit_l2_hinge([[2.0], [-1.0]], [1, -1], strength=0.01)
        >>> print(f"{line.w[0]:.4f} {line.b:.4f}")
        0.6667 -0.3333
    """
    return _separator(X, y, 1 / (positive("strength", strength) * len(finite("X", X))))
