r"""Losses of a residual: squared, absolute, Huber, log-cosh, quantile."""

import numpy as np
from numpy.typing import ArrayLike

from lossfunctions._validation import Array, finite, interval, positive, real, reduced, together


def _residual(y: ArrayLike, prediction: ArrayLike) -> Array:
    """Truth minus prediction."""
    y, prediction = finite("y", y), real("prediction", prediction)
    together(y=y, prediction=prediction)
    with np.errstate(over="ignore"):
        return y - prediction


def squared_error(y: ArrayLike, prediction: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""The square of the residual; its mean is the mean squared error.

    Example:
        >>> print(squared_error([1.0, 2.0], [1.0, 4.0]))
        2.0
    """
    with np.errstate(over="ignore"):
        losses = _residual(y, prediction) ** 2
    return reduced(losses, reduction)


def squared_error_gradient(y: ArrayLike, prediction: ArrayLike) -> Array:
    r"""The gradient of the squared error with respect to the prediction."""
    with np.errstate(over="ignore"):
        return -2 * _residual(y, prediction)


def half_squared_error(y: ArrayLike, prediction: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""Half the square of the residual, whose gradient has no factor.

    Example:
        >>> print(half_squared_error([1.0, 2.0], [1.0, 4.0], reduction="sum"))
        2.0
    """
    with np.errstate(over="ignore"):
        losses = _residual(y, prediction) ** 2 / 2
    return reduced(losses, reduction)


def half_squared_error_gradient(y: ArrayLike, prediction: ArrayLike) -> Array:
    r"""The gradient of half the squared error with respect to the prediction."""
    return -_residual(y, prediction)


def absolute_error(y: ArrayLike, prediction: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""The absolute value of the residual.

    Example:
        >>> print(absolute_error([1.0, 2.0], [1.0, 4.0]))
        1.0
    """
    return reduced(np.abs(_residual(y, prediction)), reduction)


def absolute_error_gradient(y: ArrayLike, prediction: ArrayLike) -> Array:
    r"""A subgradient of the absolute error with respect to the prediction: 0 at the kink."""
    return -np.sign(_residual(y, prediction))


def huber(y: ArrayLike, prediction: ArrayLike, delta: float = 1.0, *, reduction: str = "mean") -> Array:
    r"""Quadratic for residuals up to delta, linear beyond.

    Example:
        >>> print(huber([0.0, 0.0], [0.5, 3.0], reduction="none"))
        [0.125 2.5  ]
    """
    size = np.abs(_residual(y, prediction))
    # r²/2 if |r| <= delta, else delta (|r| - delta/2)
    near = np.minimum(size, positive("delta", delta))
    return reduced(near * (size - near / 2), reduction)


def huber_gradient(y: ArrayLike, prediction: ArrayLike, delta: float = 1.0) -> Array:
    r"""The gradient of the Huber loss with respect to the prediction."""
    positive("delta", delta)
    return -np.clip(_residual(y, prediction), -delta, delta)


def log_cosh(y: ArrayLike, prediction: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""The logarithm of the hyperbolic cosine of the residual.

    Example:
        >>> print(f"{log_cosh(0.0, 1.0):.4f}")
        0.4338
    """
    residual = _residual(y, prediction)
    # cosh r = 1 + 2 sinh²(r/2), which does not cancel near zero; |r| - log 2 where the square overflows
    with np.errstate(over="ignore"):
        excess = 2 * np.sinh(residual / 2) ** 2
    losses = np.where(np.isinf(excess), np.abs(residual) - np.log(2), np.log1p(excess))
    return reduced(losses, reduction)


def log_cosh_gradient(y: ArrayLike, prediction: ArrayLike) -> Array:
    r"""The gradient of log-cosh with respect to the prediction."""
    return -np.tanh(_residual(y, prediction))


def quantile(y: ArrayLike, prediction: ArrayLike, level: float = 0.5, *, reduction: str = "mean") -> Array:
    r"""The pinball loss, least at the quantile of the given level.

    Example:
        >>> print(quantile([1.0, 1.0], [0.0, 2.0], level=0.75, reduction="none"))
        [0.75 0.25]
    """
    interval("level", level, 0, 1, "a number between 0 and 1, both excluded")
    residual = _residual(y, prediction)
    return reduced(np.maximum(level * residual, (level - 1) * residual), reduction)


def quantile_gradient(y: ArrayLike, prediction: ArrayLike, level: float = 0.5) -> Array:
    r"""A subgradient of the pinball loss with respect to the prediction: 0 at the kink."""
    interval("level", level, 0, 1, "a number between 0 and 1, both excluded")
    residual = _residual(y, prediction)
    return (1 - level) * (residual < 0) - level * (residual > 0)
