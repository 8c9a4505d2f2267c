r"""Losses of the error of a real-valued prediction h, each with its gradient."""

import numpy as np
from numpy.typing import ArrayLike

from lossfunctions._exact import weighted_difference
from lossfunctions._validation import Array, finite, fraction, positive, real, reduced, together


def _truth_and_prediction(y: ArrayLike, prediction: ArrayLike) -> tuple[Array, Array]:
    y, prediction = finite("y", y), real("prediction", prediction)
    together(y=y, prediction=prediction)
    return y, prediction


def _error(y: ArrayLike, prediction: ArrayLike) -> Array:
    """Prediction minus truth."""
    y, prediction = _truth_and_prediction(y, prediction)
    with np.errstate(over="ignore"):
        return prediction - y


def squared_error(y: ArrayLike, prediction: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""The square of the error; its mean is the mean squared error.

    ```math equals="squared_error(y, h)" symbols="y: real; h: real"
    \ell = (y - h)^2
    ```

    Beware of three losses of one name: the mean, the sum and half the sum of these squares are least for
    the same prediction, and differ in value. Half the sum of N squares is N/2 times their mean.

    Args:
        y: true values, finite, any shape.
        prediction: predicted values h, a shape that broadcasts with `y`.
        reduction: "none", "mean" or "sum".

    Returns:
        Losses in the square of the unit of `y`: the broadcast shape for "none", else one number.

    Raises:
        ValueError: NaN, an infinite `y`, shapes that do not broadcast, an unknown reduction.

    Examples:
        >>> print(squared_error([1.0, 2.0, 3.0], [1.0, 2.0, 6.0]))
        3.0
        >>> print(half_squared_error([1.0, 2.0, 3.0], [1.0, 2.0, 6.0], reduction="sum"))
        4.5
    """
    with np.errstate(over="ignore"):
        losses = _error(y, prediction) ** 2
    return reduced(losses, reduction)


def squared_error_gradient(y: ArrayLike, prediction: ArrayLike) -> Array:
    r"""The gradient of the squared error with respect to the prediction.

    ```math equals="squared_error_gradient(y, h)" symbols="y: real; h: real"
    \begin{aligned}
    \ell &= (y - h)^2 \\
    \frac{\partial \ell}{\partial h} &= 2 (h - y)
    \end{aligned}
    ```

    Args:
        y: true values, as for `squared_error`.
        prediction: predicted values h, as for `squared_error`.

    Returns:
        Derivatives of the unreduced losses in the unit of `y`, the broadcast shape.

    Raises:
        ValueError: NaN, an infinite `y`, shapes that do not broadcast.

    Examples:
        >>> print(squared_error_gradient(3.0, 6.0))
        6.0
    """
    with np.errstate(over="ignore"):
        return 2 * _error(y, prediction)


def half_squared_error(y: ArrayLike, prediction: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""Half the square of the error, whose gradient is the error itself.

    ```math equals="half_squared_error(y, h)" symbols="y: real; h: real"
    \ell = \frac{1}{2} (y - h)^2
    ```

    Args:
        y: true values, finite, any shape.
        prediction: predicted values h, a shape that broadcasts with `y`.
        reduction: "none", "mean" or "sum".

    Returns:
        Losses in the square of the unit of `y`: the broadcast shape for "none", else one number.

    Raises:
        ValueError: NaN, an infinite `y`, shapes that do not broadcast, an unknown reduction.

    Examples:
        >>> print(half_squared_error(3.0, 6.0))
        4.5
    """
    error = _error(y, prediction)
    with np.errstate(over="ignore"):
        return reduced(error * (error / 2), reduction)


def half_squared_error_gradient(y: ArrayLike, prediction: ArrayLike) -> Array:
    r"""The gradient of half the squared error with respect to the prediction.

    ```math equals="half_squared_error_gradient(y, h)" symbols="y: real; h: real"
    \begin{aligned}
    \ell &= \frac{1}{2} (y - h)^2 \\
    \frac{\partial \ell}{\partial h} &= h - y
    \end{aligned}
    ```

    Args:
        y: true values, as for `half_squared_error`.
        prediction: predicted values h, as for `half_squared_error`.

    Returns:
        Derivatives of the unreduced losses in the unit of `y`, the broadcast shape.

    Raises:
        ValueError: NaN, an infinite `y`, shapes that do not broadcast.

    Examples:
        >>> print(half_squared_error_gradient(3.0, 6.0))
        3.0
    """
    return _error(y, prediction)


def absolute_error(y: ArrayLike, prediction: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""The absolute value of the error, least on average at the median.

    ```math equals="absolute_error(y, h)" symbols="y: real; h: real"
    \ell = |y - h|
    ```

    Args:
        y: true values, finite, any shape.
        prediction: predicted values h, a shape that broadcasts with `y`.
        reduction: "none", "mean" or "sum".

    Returns:
        Losses in the unit of `y`: the broadcast shape for "none", else one number.

    Raises:
        ValueError: NaN, an infinite `y`, shapes that do not broadcast, an unknown reduction.

    Examples:
        >>> print(absolute_error([1.0, 2.0, 3.0], [1.0, 2.0, 6.0]))
        1.0
    """
    return reduced(np.abs(_error(y, prediction)), reduction)


def absolute_error_gradient(y: ArrayLike, prediction: ArrayLike) -> Array:
    r"""A subgradient of the absolute error with respect to the prediction: 0 at the kink.

    ```math equals="absolute_error_gradient(y, h)" symbols="y: real; h: real"
    \begin{aligned}
    \ell &= |y - h| \\
    \frac{\partial \ell}{\partial h} &= \begin{cases} 1 & h > y \\ 0 & h = y \\ -1 & h < y \end{cases}
    \end{aligned}
    ```

    Args:
        y: true values, as for `absolute_error`.
        prediction: predicted values h, as for `absolute_error`.

    Returns:
        Derivatives of the unreduced losses, without a unit, the broadcast shape.

    Raises:
        ValueError: NaN, an infinite `y`, shapes that do not broadcast.

    Examples:
        >>> print(absolute_error_gradient(3.0, [6.0, 3.0, 0.0]))
        [ 1.  0. -1.]
    """
    return np.sign(_error(y, prediction))


def huber(y: ArrayLike, prediction: ArrayLike, delta: float = 1.0, *, reduction: str = "mean") -> Array:
    r"""Quadratic for errors up to delta, linear beyond: an outlier pulls no harder than delta.

    ```math equals="huber(y, h, delta)" symbols="y: real; h: real; \delta: positive"
    \ell = \begin{cases}
      \frac{1}{2} (y - h)^2 & |y - h| \le \delta \\
      \delta \left(|y - h| - \frac{1}{2} \delta\right) & |y - h| > \delta
    \end{cases}
    ```

    Args:
        y: true values, finite, any shape.
        prediction: predicted values h, a shape that broadcasts with `y`.
        delta: the error at which the loss turns linear, positive, in the unit of `y`.
        reduction: "none", "mean" or "sum".

    Returns:
        Losses in the square of the unit of `y`: the broadcast shape for "none", else one number.

    Raises:
        ValueError: NaN, an infinite `y`, shapes that do not broadcast, a `delta` that is not positive,
            an unknown reduction.

    Examples:
        >>> print(huber([3.0, 3.0], [3.5, 6.0], reduction="none"))
        [0.125 2.5  ]

    References:
        Huber (1964), Robust estimation of a location parameter, <https://doi.org/10.1214/aoms/1177703732>
    """
    y, prediction = _truth_and_prediction(y, prediction)
    size = np.abs(_error(y, prediction))
    # size²/2 up to delta, delta (size - delta/2) beyond
    quadratic = np.minimum(size, positive("delta", delta))
    with np.errstate(over="ignore"):
        beyond = np.abs(weighted_difference(quadratic, prediction, y))
        return reduced(np.where(np.isinf(size), beyond, quadratic * (size - quadratic / 2)), reduction)


def huber_gradient(y: ArrayLike, prediction: ArrayLike, delta: float = 1.0) -> Array:
    r"""The gradient of the Huber loss with respect to the prediction: the error, clipped.

    ```math equals="huber_gradient(y, h, delta)" symbols="y: real; h: real; \delta: positive; huber: function huber"
    \begin{aligned}
    \ell &= \begin{cases}
      \frac{1}{2} (y - h)^2 & |y - h| \le \delta \\
      \delta \left(|y - h| - \frac{1}{2} \delta\right) & |y - h| > \delta
    \end{cases} \\
    &= \mathrm{huber}(y, h, \delta) \\
    \frac{\partial \ell}{\partial h} &= \max(-\delta, \min(\delta, h - y))
    \end{aligned}
    ```

    Args:
        y: true values, as for `huber`.
        prediction: predicted values h, as for `huber`.
        delta: the error at which the loss turns linear, as for `huber`.

    Returns:
        Derivatives of the unreduced losses in the unit of `y`, the broadcast shape.

    Raises:
        ValueError: NaN, an infinite `y`, shapes that do not broadcast, a `delta` that is not positive.

    Examples:
        >>> print(huber_gradient([3.0, 3.0], [3.5, 6.0]))
        [0.5 1. ]
    """
    delta = positive("delta", delta)
    return np.clip(_error(y, prediction), -delta, delta)


def log_cosh(y: ArrayLike, prediction: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""The logarithm of the hyperbolic cosine of the error: half its square near 0, its size far away.

    ```math equals="log_cosh(y, h)" symbols="y: real; h: real"
    \ell = \log \cosh(y - h)
    ```

    Args:
        y: true values, finite, any shape; the loss takes the unit of `y` for 1.
        prediction: predicted values h, a shape that broadcasts with `y`.
        reduction: "none", "mean" or "sum".

    Returns:
        Losses, without a unit: the broadcast shape for "none", else one number.

    Raises:
        ValueError: NaN, an infinite `y`, shapes that do not broadcast, an unknown reduction.

    Examples:
        >>> print(log_cosh([3.0, 3.0], [3.5, 6.0], reduction="none").round(4))
        [0.1201 2.3093]

    References:
        Green (1990), Bayesian reconstructions from emission tomography data using a modified EM algorithm,
        <https://doi.org/10.1109/42.52985>
    """
    size = np.abs(_error(y, prediction))
    # cosh r = 1 + (e^r - 1)(1 - e^-r)/2, which keeps the digits of a small r; e^r/2 where that overflows
    with np.errstate(over="ignore"):
        excess = -np.expm1(size) * np.expm1(-size) / 2
    losses = np.where(np.isinf(excess), size - np.log(2), np.log1p(excess))
    return reduced(losses, reduction)


def log_cosh_gradient(y: ArrayLike, prediction: ArrayLike) -> Array:
    r"""The gradient of log-cosh with respect to the prediction.

    ```math equals="log_cosh_gradient(y, h)" symbols="y: real; h: real"
    \begin{aligned}
    \ell &= \log \cosh(y - h) \\
    \frac{\partial \ell}{\partial h} &= \tanh(h - y)
    \end{aligned}
    ```

    Args:
        y: true values, as for `log_cosh`.
        prediction: predicted values h, as for `log_cosh`.

    Returns:
        Derivatives of the unreduced losses, without a unit, the broadcast shape.

    Raises:
        ValueError: NaN, an infinite `y`, shapes that do not broadcast.

    Examples:
        >>> print(log_cosh_gradient([3.0, 3.0], [3.5, 6.0]).round(4))
        [0.4621 0.9951]
    """
    return np.tanh(_error(y, prediction))


def quantile(y: ArrayLike, prediction: ArrayLike, level: float = 0.5, *, reduction: str = "mean") -> Array:
    r"""The pinball loss, least on average at the quantile of the given level.

    ```math equals="quantile(y, h, level=tau)" symbols="y: real; h: real; \tau: probability"
    \ell = \max(\tau (y - h), (\tau - 1) (y - h))
    ```

    Args:
        y: true values, finite, any shape.
        prediction: predicted values h, a shape that broadcasts with `y`.
        level: the level tau of the quantile, between 0 and 1; at 1/2 the loss is half the absolute error.
        reduction: "none", "mean" or "sum".

    Returns:
        Losses in the unit of `y`: the broadcast shape for "none", else one number.

    Raises:
        ValueError: NaN, an infinite `y`, shapes that do not broadcast, a `level` not between 0 and 1,
            an unknown reduction.

    Examples:
        >>> print(quantile(3.0, [2.0, 4.0], level=0.75, reduction="none"))
        [0.75 0.25]

    References:
        Koenker and Bassett (1978), Regression quantiles, <https://doi.org/10.2307/1913643>
    """
    y, prediction = _truth_and_prediction(y, prediction)
    level = fraction("level", level)
    too_low = weighted_difference(level, y, prediction)
    return reduced(np.maximum(too_low, weighted_difference(1 - level, prediction, y)), reduction)


def quantile_gradient(y: ArrayLike, prediction: ArrayLike, level: float = 0.5) -> Array:
    r"""A subgradient of the pinball loss with respect to the prediction: 0 at the kink.

    ```math equals="quantile_gradient(y, h, level=tau)" symbols="y: real; h: real; \tau: probability"
    \begin{aligned}
    \ell &= \max(\tau (y - h), (\tau - 1) (y - h)) \\
    \frac{\partial \ell}{\partial h} &= \begin{cases} 1 - \tau & h > y \\ 0 & h = y \\ -\tau & h < y \end{cases}
    \end{aligned}
    ```

    Args:
        y: true values, as for `quantile`.
        prediction: predicted values h, as for `quantile`.
        level: the level tau of the quantile, as for `quantile`.

    Returns:
        Derivatives of the unreduced losses, without a unit, the broadcast shape.

    Raises:
        ValueError: NaN, an infinite `y`, shapes that do not broadcast, a `level` not between 0 and 1.

    Examples:
        >>> print(quantile_gradient(3.0, [2.0, 3.0, 4.0], level=0.75))
        [-0.75  0.    0.25]
    """
    level, error = fraction("level", level), _error(y, prediction)
    return (1 - level) * (error > 0) - level * (error < 0)
