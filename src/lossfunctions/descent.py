r"""Learning: gradient descent, one neuron, and the lines and hyperplanes that the figures show."""

from collections.abc import Callable
from reprlib import repr as short
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lossfunctions._exact import scaled
from lossfunctions._validation import (
    Array,
    Classes,
    Mask,
    choice,
    doubles,
    finite,
    finite_number,
    mean,
    one_of,
    positive,
    probability,
    together,
    whole,
)
from lossfunctions.activations import sigmoid
from lossfunctions.classification import (
    binary_cross_entropy_from_logits,
    binary_cross_entropy_from_logits_gradient,
    half_squared_error_from_logits,
    half_squared_error_from_logits_gradient,
)
from lossfunctions.regression import huber, huber_gradient, log_cosh, log_cosh_gradient


class NeuronHistory(NamedTuple):
    """A neuron before the first step and after each.

    Attributes:
        w: its weight, shape (steps + 1,).
        b: its bias, shape (steps + 1,).
        output: its output, a probability, shape (steps + 1,) and then the shape of the input.
        loss: its mean loss, shape (steps + 1,).
    """

    w: Array
    b: Array
    output: Array
    loss: Array


class Line(NamedTuple):
    """A straight line.

    Attributes:
        intercept: its value at 0, in the unit of y.
        slope: its slope, in the unit of y per unit of x.
    """

    intercept: float
    slope: float


class Separator(NamedTuple):
    """A hyperplane w·x + b = 0 between two classes.

    Attributes:
        w: the weights, shape (D,).
        b: the bias.
        support: the indices of the examples that hold it in place (support vectors).
    """

    w: Array
    b: float
    support: Classes


def gradient_descent(gradient: Callable[[Array], ArrayLike], start: ArrayLike, rate: float, steps: int) -> Array:
    r"""Steps against the gradient, each of them kept.

    From a point w, where the gradient is g(w), a step goes to

    ```math equals="gradient_descent(sigmoid, w, eta, 1)[1]" symbols="w: real; \eta: positive; g: function sigmoid"
    w - \eta g(w)
    ```

    Args:
        gradient: a function from a point to the gradient there, of the point's shape.
        start: the first point, finite, any shape.
        rate: the learning rate eta, positive.
        steps: how many steps to take.

    Returns:
        The start and the point after each step, shape (steps + 1, ...).

    Raises:
        ValueError: a start that is not finite, a rate that is not positive, a number of steps that is not
            whole or below 0, a gradient that is no function, gives no numbers or another shape than the point's.

    Examples:
        >>> print(gradient_descent(lambda w: 2 * w, start=1.0, rate=0.25, steps=3))
        [1.    0.5   0.25  0.125]
    """
    if not callable(gradient):
        raise ValueError(
            f"gradient is {short(gradient)}; gradient must be a function from a point to the gradient there"
        )
    start, rate = finite("start", start), positive("rate", rate)
    path = [start]
    for _ in range(whole("steps", steps, 0)):
        slope = doubles("what gradient gives", gradient(path[-1]))
        if slope.shape != start.shape:
            raise ValueError(f"gradient gives shape {slope.shape}; it must give {start.shape}, as start has")
        with np.errstate(over="ignore", invalid="ignore"):
            path.append(path[-1] - rate * slope)
    return np.array(path)


_NEURON_LOSSES = {
    "cross-entropy": (binary_cross_entropy_from_logits, binary_cross_entropy_from_logits_gradient),
    "squared error": (half_squared_error_from_logits, half_squared_error_from_logits_gradient),
}


def train_neuron(loss: str, x: ArrayLike, y: ArrayLike, w: float, b: float, rate: float, steps: int) -> NeuronHistory:
    r"""Gradient descent on the mean loss of one sigmoid neuron with one input.

    With g for the derivative of the loss with respect to the logit w x + b, a step takes the weight to

    ```math equals="train_neuron('cross-entropy', x, y, w, b, eta, 1).w[1]" symbols="N: size; x_i: real; y_i: real in [0, 1]; w: real; b: real; \eta: positive; g: function binary_cross_entropy_from_logits_gradient"
    w - \frac{\eta}{N} \sum_{i=1}^{N} g(y_i, w x_i + b) x_i
    ```

    and the bias to

    ```math equals="train_neuron('cross-entropy', x, y, w, b, eta, 1).b[1]" symbols="N: size; x_i: real; y_i: real in [0, 1]; w: real; b: real; \eta: positive; g: function binary_cross_entropy_from_logits_gradient"
    b - \frac{\eta}{N} \sum_{i=1}^{N} g(y_i, w x_i + b)
    ```

    Args:
        loss: "cross-entropy", or "squared error" for half the squared error, as Nielsen has it.
        x: inputs, finite, one number or shape (N,).
        y: labels in [0, 1], the shape of `x`.
        w: the weight to start from.
        b: the bias to start from.
        rate: the learning rate eta, positive.
        steps: how many steps to take.

    Returns:
        The history of weight, bias, output (a probability) and mean loss, each with steps + 1 entries.

    Raises:
        ValueError: an unknown loss, inputs or starting values that are not finite, labels outside [0, 1],
            shapes that do not broadcast, a rate that is not positive or with which the steps grow beyond
            all numbers, a number of steps below 0.

    Examples:
        Nielsen's neuron is to answer an input of 1 with 0; its outputs after 150 steps and after 299:

        >>> for loss in "squared error", "cross-entropy":
        ...     history = train_neuron(loss, x=1.0, y=0, w=2.0, b=2.0, rate=0.15, steps=299)
        ...     print(history.output[[0, 150, 299]].round(4))
        [0.982  0.9334 0.2045]
        [0.982  0.0257 0.0121]

    References:
        Nielsen (2015), Neural networks and deep learning, chapter 3,
        <http://neuralnetworksanddeeplearning.com/chap3.html>
    """  # noqa: E501
    value, slope = choice("loss", loss, _NEURON_LOSSES)
    x, y = finite("x", x), probability("y", y)
    together(x=x, y=y)

    def logit(parameters: Array) -> Array:
        if not np.isfinite(parameters).all():
            raise ValueError(f"rate is {rate}; a step has left the numbers: rate must be smaller")
        w, b = parameters
        with np.errstate(over="ignore"):
            z: Array = w * x + b
            return z

    def gradient(parameters: Array) -> Array:
        dz = slope(y, logit(parameters))
        return np.array([mean(dz * x), np.mean(dz)])

    path = gradient_descent(gradient, [finite_number("w", w), finite_number("b", b)], rate, steps)
    logits = np.array(list(map(logit, path)))
    losses = np.array([value(y, z) for z in logits])
    return NeuronHistory(path[:, 0], path[:, 1], sigmoid(logits), losses)


def _points(x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    x, y = finite("x", x), finite("y", y)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(f"x has shape {x.shape} and y has shape {y.shape}; both must be (N,)")
    if np.all(x == x[0]):
        raise ValueError(f"x is {np.max(x)} everywhere; x must hold two values, or the slope is not determined")
    return x, y


class _Ray(NamedTuple):
    """A line through a point among the data: far from 0 an intercept would lose the digits of the residuals."""

    x: float
    y: float
    slope: float

    def residuals(self, x: Array, y: Array) -> Array:
        return (y - self.y) - self.slope * (x - self.x)

    def line(self) -> Line:
        return Line(float(self.y - self.slope * self.x), float(self.slope))


def _weighted_least_squares(x: Array, y: Array, weights: Array) -> _Ray:
    y, j = scaled(y)
    share = weights / np.sum(weights)
    x0, y0 = x[0] + share @ (x - x[0]), y[0] + share @ (y - y[0])
    pull = share * (x - x0)
    return _Ray(x0, np.ldexp(y0, j), np.ldexp(pull @ (y - y0) / (pull @ (x - x0)), j))


def least_squares(x: ArrayLike, y: ArrayLike) -> Line:
    r"""The line whose squared errors have the least sum.

    Args:
        x: inputs, finite, shape (N,), not all equal.
        y: values, finite, shape (N,).

    Returns:
        Its intercept and its slope.

    Raises:
        ValueError: other shapes, numbers that are not finite, inputs that are all equal.

    Examples:
        >>> line = least_squares([0.0, 1.0, 2.0], [1.0, 3.0, 5.0])
        >>> print(f"{line.intercept:.4f} {line.slope:.4f}")
        1.0000 2.0000
    """
    return fit_line(x, y, "squared error")


def _least_absolute(x: Array, y: Array) -> Line:
    """The best of the lines through two points: one of them always has the least absolute error."""
    y, unit = scaled(y)
    i, j = np.nonzero(np.subtract.outer(x, x))
    slopes = (y[j] - y[i]) / (x[j] - x[i])
    best = np.argmin(sum(np.abs((b - y[i]) - slopes * (a - x[i])) for a, b in np.transpose([x, y])))
    return _Ray(x[i[best]], np.ldexp(y[i[best]], unit), np.ldexp(slopes[best], unit)).line()


def _reweighted(
    value: Callable[[Array, Array], Array], slope: Callable[[Array, Array], Array], x: Array, y: Array
) -> Line:
    """Least squares with the weights psi(r)/r, again and again, which lowers the loss until rounding stops it."""
    best, zero = np.inf, np.zeros_like(x)
    ray = lower = _weighted_least_squares(x, y, np.ones_like(x))
    while (loss := float(value(zero, lower.residuals(x, y)))) < best:
        ray, best = lower, loss
        size = np.abs(ray.residuals(x, y))
        weights = np.divide(slope(zero, size), size, out=np.ones_like(size), where=size > 0)
        lower = _weighted_least_squares(x, y, weights)
    return ray.line()


_LINES: dict[str, Callable[[Array, Array], Line]] = {
    "squared error": lambda x, y: _weighted_least_squares(x, y, np.ones_like(x)).line(),
    "absolute error": _least_absolute,
    "huber": lambda x, y: _reweighted(huber, huber_gradient, x, y),
    "log-cosh": lambda x, y: _reweighted(log_cosh, log_cosh_gradient, x, y),
}


def fit_line(x: ArrayLike, y: ArrayLike, loss: str) -> Line:
    r"""The line with the least mean loss.

    Args:
        x: inputs, finite, shape (N,), not all equal.
        y: values, finite, shape (N,).
        loss: "squared error", "absolute error", "huber" (delta 1) or "log-cosh". The least absolute error
            is sought among the lines through two points, at a cost of the order of N³.

    Returns:
        Its intercept and its slope.

    Raises:
        ValueError: an unknown loss, other shapes, numbers that are not finite, inputs that are all equal.

    Examples:
        One outlier, which the absolute error ignores and the squared error does not:

        >>> x, y = [0.0, 1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 50.0, 7.0, 9.0]
        >>> for loss in "squared error", "absolute error":
        ...     line = fit_line(x, y, loss)
        ...     print(f"{line.intercept:.4f} {line.slope:.4f}")
        10.0000 2.0000
        1.0000 2.0000

    References:
        Holland and Welsch (1977), Robust regression using iteratively reweighted least-squares,
        <https://doi.org/10.1080/03610927708827533>
    """
    fit: Callable[[Array, Array], Line] = choice("loss", loss, _LINES)
    x, y = _points(x, y)
    # In a unit in which no square is too large or small: the greatest x is between 2 and 4.
    x, i = scaled(x)
    with np.errstate(over="ignore", invalid="ignore"):
        line = fit(4 * x, y)
        return Line(line.intercept, float(np.ldexp(line.slope, 2 - i)))


def _labelled(X: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    X, y = finite("X", X), one_of("y", y, -1, 1)
    if X.ndim != 2 or y.shape != X.shape[:1]:
        raise ValueError(f"X has shape {X.shape} and y has shape {y.shape}; X must be (N, D) and y (N,)")
    if not np.ptp(y):
        raise ValueError(f"y is {np.max(y):.0f} everywhere; y must hold both labels")
    return X, y


def _room(y: Array, v: Array) -> tuple[Array, Array]:
    """How far each weight may move up and down while 0 <= v y <= 1."""
    return np.maximum(y, 0) - v, v - np.minimum(y, 0)


def _counts(room: Array) -> Mask:
    """Where there is room to speak of: rounding leaves rests, which single precision loses beside 1."""
    return (1 + room).astype(np.float32) > 1


def _worst_pair(slack: Array, up: Mask, down: Mask) -> tuple[float, int, int]:
    """Which weights to move, one up and one down, and by how much they are off balance."""
    highest, lowest = np.where(up, slack, -np.inf), np.where(down, slack, np.inf)
    return float(np.max(highest) - np.min(lowest)), int(np.argmax(highest)), int(np.argmin(lowest))


def _ascend(X: Array, y: Array, v: Array, pull: Array, groups: list[Mask]) -> Array:
    """The weights v, with 0 <= v y <= 1, of the greatest v·pull - |v X|²/2 (Platt's pairwise steps).

    The sum of the weights is kept in each group. Ends when rounding stops the objective from growing.
    """
    best = -np.inf
    while (objective := float(v @ pull - np.sum((v @ X) ** 2) / 2)) > best:
        weights, best = v.copy(), objective
        slack = pull - X @ (v @ X)
        up, down = _room(y, v)
        gap, i, j = max(_worst_pair(slack, group & _counts(up), group & _counts(down)) for group in groups)
        with np.errstate(all="ignore"):
            step = min(np.divide(max(gap, 0), np.sum((X[i] - X[j]) ** 2)), up[i], down[j])
        v[i] += step
        v[j] -= step
    return weights


def maximum_margin(X: ArrayLike, y: ArrayLike) -> Separator:
    r"""The hyperplane farthest from the nearest example, for data that a hyperplane separates (hard margin).

    It halves the gap between the nearest points of the two classes' convex hulls.

    Args:
        X: features x, finite, shape (N, D).
        y: labels, -1 or +1, both of them, shape (N,).

    Returns:
        Weights, bias and support vectors, scaled so that the score of a support vector is its label.

    Raises:
        ValueError: other shapes or labels, numbers that are not finite, data that no hyperplane separates.

    Examples:
        >>> line = maximum_margin([[2.0, 0.0], [-1.0, 0.0], [5.0, 1.0]], [1, -1, 1])
        >>> print(f"{line.w[0]:.4f} {line.w[1]:.4f} {line.b:.4f}", line.support)
        0.6667 0.0000 -0.3333 [0 1]

    References:
        Cortes and Vapnik (1995), Support-vector networks, <https://doi.org/10.1007/BF00994018>
    """
    X, y = _labelled(X, y)
    # In a unit in which no square is too large or small.
    flat, i = scaled(X.ravel())
    X = flat.reshape(X.shape)
    start = np.zeros_like(y)
    start[[np.argmax(y), np.argmin(y)]] = 1, -1
    v = _ascend(X, y, start, np.zeros_like(y), [y == 1, y == -1])
    w = v @ X
    near, far = np.min((X @ w)[y == 1]), np.max((X @ w)[y == -1])
    if not near > far:
        raise ValueError("no hyperplane separates the labels y of X; maximum_margin needs one that does")
    with np.errstate(over="ignore"):
        w = np.ldexp(2 * w / (near - far), -i)
    return Separator(w, float((near + far) / (far - near)), np.flatnonzero(_counts(np.abs(v))))


def fit_l2_hinge(X: ArrayLike, y: ArrayLike, strength: float) -> Separator:
    r"""The hyperplane with the least `l2_objective` (soft margin), for any data.

    Args:
        X: features x, finite, shape (N, D).
        y: labels, -1 or +1, both of them, shape (N,).
        strength: the weight of the squared norm in the objective, positive.

    Returns:
        Weights, bias and support vectors: the examples that reach into the margin or lie on it.

    Raises:
        ValueError: other shapes or labels, numbers that are not finite, a `strength` that is not positive.

    Examples:
        >>> line = fit_l2_hinge([[2.0], [-1.0]], [1, -1], strength=0.01)
        >>> print(f"{line.w[0]:.4f} {line.b:.4f}")
        0.6667 -0.3333

    References:
        Cortes and Vapnik (1995), <https://doi.org/10.1007/BF00994018>
    """
    X, y = _labelled(X, y)
    unit = np.sqrt(positive("strength", strength) * len(y))
    everyone = np.ones_like(y, dtype=bool)
    v = _ascend(X / unit, y, np.zeros_like(y), y, [everyone])
    w = v @ X / unit**2
    slack = y - X @ w
    up, down = _room(y, v)
    b = (np.max(slack[_counts(up)]) + np.min(slack[_counts(down)])) / 2
    return Separator(w, float(b), np.flatnonzero(_counts(np.abs(v))))
