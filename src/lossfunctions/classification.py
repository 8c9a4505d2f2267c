r"""Losses of a predicted probability p or distribution p, and of the logits z from which it comes."""

import numpy as np
from numpy.typing import ArrayLike

from lossfunctions._exact import difference, expected_surprise, power, surprise, times, weighted_difference
from lossfunctions._validation import (
    Array,
    class_index,
    distribution,
    distributions,
    finite,
    fraction,
    in_base,
    number,
    one_of,
    probability,
    real,
    reduced,
    same_classes,
    together,
    whole,
    with_classes,
)
from lossfunctions.activations import (
    _softmax_and_complement,
    log_softmax,
    sigmoid,
    sigmoid_derivative,
    softplus,
)


def _label_and_probability(y: ArrayLike, p: ArrayLike) -> tuple[Array, Array]:
    y, p = probability("y", y), probability("p", p)
    together(y=y, p=p)
    return y, p


def _label_and_logit(y: ArrayLike, z: ArrayLike) -> tuple[Array, Array]:
    y, z = probability("y", y), real("z", z)
    together(y=y, z=z)
    return y, z


def _label_and_logits(y: ArrayLike, z: ArrayLike) -> tuple[Array, Array]:
    y, z = distribution("y", y), with_classes("z", finite("z", z))
    together(y=y, z=z)
    same_classes(y=y, z=z)
    return y, z


def _binary_terms(y: Array, p: Array) -> Array:
    with np.errstate(divide="ignore"):
        return times(y, surprise(p)) + times(1 - y, -np.log1p(-p))


def binary_cross_entropy(y: ArrayLike, p: ArrayLike, base: float | None = None, *, reduction: str = "mean") -> Array:
    r"""The negative log-probability of a label of 0 or 1.

    ```math equals="binary_cross_entropy(y, p)" symbols="y: real in [0, 1]; p: probability"
    \ell = -\left(y \log p + (1 - y) \log(1 - p)\right)
    ```

    Args:
        y: labels in [0, 1], any shape; one between 0 and 1 is the probability of a label of 1.
        p: predicted probabilities of a label of 1, in [0, 1], a shape that broadcasts with `y`.
        base: the base of the logarithm, above 1; None for nats.
        reduction: "none", "mean" or "sum".

    Returns:
        Losses in nats, or in the unit of the base: the broadcast shape for "none", else one number.
        Infinite where p rules out the label.

    Raises:
        ValueError: labels or probabilities outside [0, 1], NaN, shapes that do not broadcast, a base that
            is not above 1, an unknown reduction.

    Examples:
        >>> print(binary_cross_entropy(1, [0.8, 0.08], reduction="none").round(4))
        [0.2231 2.5257]
        >>> print(binary_cross_entropy(1, [0.8, 0.08], base=10, reduction="none").round(4))
        [0.0969 1.0969]
        >>> print(binary_cross_entropy(1, 0.0))
        inf
    """
    return reduced(in_base(_binary_terms(*_label_and_probability(y, p)), base), reduction)


def binary_cross_entropy_gradient(y: ArrayLike, p: ArrayLike) -> Array:
    r"""The gradient of binary cross-entropy, in nats, with respect to the probability.

    ```math equals="binary_cross_entropy_gradient(y, p)" symbols="y: real in [0, 1]; p: probability"
    \begin{aligned}
    \ell &= -\left(y \log p + (1 - y) \log(1 - p)\right) \\
    \frac{\partial \ell}{\partial p} &= \frac{p - y}{p (1 - p)}
    \end{aligned}
    ```

    Args:
        y: labels, as for `binary_cross_entropy`.
        p: predicted probabilities, as for `binary_cross_entropy`.

    Returns:
        Derivatives of the unreduced losses in nats, the broadcast shape. At p = y = 0 and at p = y = 1
        the limits, 1 and -1; infinite where p rules out the label.

    Raises:
        ValueError: labels or probabilities outside [0, 1], NaN, shapes that do not broadcast.

    Examples:
        >>> print(binary_cross_entropy_gradient([1, 0], 0.8).round(4))
        [-1.25  5.  ]
        >>> print(binary_cross_entropy_gradient([0, 1], [0.0, 1.0]))
        [ 1. -1.]
    """
    y, p = _label_and_probability(y, p)
    # 1 / (1 - p) for y = 0, -1 / p for y = 1, (p - y) / (1 - p) / p between: p (1 - p) may be too small for its digits
    with np.errstate(all="ignore"):
        return np.select([y == 0, y == 1], [1 / (1 - p), -1 / p], (p - y) / (1 - p) / p)[()]


def binary_cross_entropy_from_logits(y: ArrayLike, z: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""Binary cross-entropy of the sigmoid of a logit, right for logits of any size.

    ```math equals="binary_cross_entropy_from_logits(y, z)" symbols="y: real in [0, 1]; z: real"
    \ell = y \log(1 + e^{-z}) + (1 - y) \log(1 + e^{z})
    ```

    Args:
        y: labels in [0, 1], any shape; one between 0 and 1 is the probability of a label of 1.
        z: logits, a shape that broadcasts with `y`.
        reduction: "none", "mean" or "sum".

    Returns:
        Losses in nats: the broadcast shape for "none", else one number.

    Raises:
        ValueError: labels outside [0, 1], NaN, shapes that do not broadcast, an unknown reduction.

    Examples:
        >>> print(f"{binary_cross_entropy_from_logits(1, 0.0):.4f}")
        0.6931
        >>> print(binary_cross_entropy_from_logits(1, -1000.0))
        1000.0
    """
    y, z = _label_and_logit(y, z)
    return reduced(times(y, softplus(-z)) + times(1 - y, softplus(z)), reduction)


def binary_cross_entropy_from_logits_gradient(y: ArrayLike, z: ArrayLike) -> Array:
    r"""The gradient of binary cross-entropy with respect to the logit: the error, and nothing else.

    ```math equals="binary_cross_entropy_from_logits_gradient(y, z)" symbols="y: real in [0, 1]; z: real"
    \begin{aligned}
    \ell &= y \log(1 + e^{-z}) + (1 - y) \log(1 + e^{z}) \\
    \frac{\partial \ell}{\partial z} &= \frac{1}{1 + e^{-z}} - y
    \end{aligned}
    ```

    Args:
        y: labels, as for `binary_cross_entropy_from_logits`.
        z: logits, as for `binary_cross_entropy_from_logits`.

    Returns:
        Derivatives of the unreduced losses, without a unit, the broadcast shape.

    Raises:
        ValueError: labels outside [0, 1], NaN, shapes that do not broadcast.

    Examples:
        Nielsen's neuron, sure of the wrong label, learns at nearly full speed:

        >>> print(f"{binary_cross_entropy_from_logits_gradient(0, 4.0):.4f}")
        0.9820
    """
    y, z = _label_and_logit(y, z)
    # sigma(z) - y = (1 - y) sigma(z) - y sigma(-z), which keeps the digits of a small error
    return (1 - y) * sigmoid(z) - y * sigmoid(-z)


def categorical_cross_entropy(
    y: ArrayLike, p: ArrayLike, base: float | None = None, *, reduction: str = "mean"
) -> Array:
    r"""The cross-entropy of a label and a predicted distribution: for a one-hot label, one term.

    ```math equals="categorical_cross_entropy(y, p)" symbols="K: size; y_k: distribution; p_k: distribution"
    \ell = -\sum_{k=1}^{K} y_k \log p_k
    ```

    Args:
        y: one-hot labels or distributions (soft labels), shape (..., K).
        p: predicted distributions over the same classes, a shape that broadcasts with `y`.
        base: the base of the logarithm, above 1; None for nats.
        reduction: "none", "mean" or "sum" over the rows.

    Returns:
        Losses in nats, or in the unit of the base: shape (...) for "none", else one number. Infinite where
        p rules out a class that y allows.

    Raises:
        ValueError: rows that do not sum to 1 within 1e-6, numbers outside [0, 1], NaN, classes that differ
            in number, shapes that do not broadcast, a base that is not above 1, an unknown reduction.

    Examples:
        >>> print(f"{categorical_cross_entropy([1, 0, 0], [0.8, 0.1, 0.1]):.4f}")
        0.2231
        >>> print(f"{categorical_cross_entropy([0.5, 0.5, 0], [0.8, 0.1, 0.1]):.4f}")
        1.2629
    """
    y, p = distributions(y=y, p=p)
    return reduced(in_base(expected_surprise(y, p), base), reduction)


def categorical_cross_entropy_gradient(y: ArrayLike, p: ArrayLike) -> Array:
    r"""The gradient of cross-entropy, in nats, with respect to each predicted probability.

    ```math equals="categorical_cross_entropy_gradient(y, p)" symbols="K: size; y_k: distribution; p_k: distribution"
    \begin{aligned}
    \ell &= -\sum_{k=1}^{K} y_k \log p_k \\
    \frac{\partial \ell}{\partial p_j} &= -\frac{y_j}{p_j}
    \end{aligned}
    ```

    Args:
        y: labels, as for `categorical_cross_entropy`.
        p: predicted distributions, as for `categorical_cross_entropy`.

    Returns:
        Derivatives of the unreduced losses in nats, each with the other probabilities held fixed, shape
        (..., K).

    Raises:
        ValueError: rows that do not sum to 1 within 1e-6, numbers outside [0, 1], NaN, classes that differ
            in number, shapes that do not broadcast.

    Examples:
        >>> print(categorical_cross_entropy_gradient([1, 0, 0], [0.8, 0.1, 0.1]))
        [-1.25  0.    0.  ]
    """
    y, p = distributions(y=y, p=p)
    with np.errstate(all="ignore"):
        return np.where(y == 0, 0, -y / p)


def categorical_cross_entropy_from_logits(y: ArrayLike, z: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""Cross-entropy of a label and the softmax of logits, right for logits of any size.

    ```math equals="categorical_cross_entropy_from_logits(y, z)" symbols="K: size; y_k: distribution; z_k: real"
    \ell = \sum_{k=1}^{K} y_k \left(\log \sum_{j=1}^{K} e^{z_j} - z_k\right)
    ```

    Args:
        y: one-hot labels or distributions (soft labels), shape (..., K).
        z: logits of the same classes, finite, a shape that broadcasts with `y`.
        reduction: "none", "mean" or "sum" over the rows.

    Returns:
        Losses in nats: shape (...) for "none", else one number.

    Raises:
        ValueError: labels that do not sum to 1 within 1e-6 or are outside [0, 1], logits that are not
            finite, classes that differ in number, shapes that do not broadcast, an unknown reduction.

    Examples:
        Which of these scores costs more depends on which class is the right one:

        >>> scores = [[10.0, 9.0, 9.0], [10.0, -10.0, -10.0]]
        >>> for label in [1, 0, 0], [0, 1, 0]:
        ...     losses = categorical_cross_entropy_from_logits(label, scores, reduction="none")
        ...     print(f"{losses[0]:.4f} {losses[1]:.3g}")
        0.5514 4.12e-09
        1.5514 20
    """
    y, z = _label_and_logits(y, z)
    log_p = log_softmax(z)
    # Where a logit is farther from the largest than numbers go, the rest of the sum does not count.
    far = weighted_difference(y, np.max(z, axis=-1, keepdims=True), z)
    with np.errstate(over="ignore"):
        return reduced(np.sum(np.where(np.isinf(log_p), far, times(y, -log_p)), axis=-1), reduction)


def categorical_cross_entropy_from_logits_gradient(y: ArrayLike, z: ArrayLike) -> Array:
    r"""The gradient of cross-entropy with respect to the logits: prediction minus label.

    ```math equals="categorical_cross_entropy_from_logits_gradient(y, z)" symbols="K: size; y_k: distribution; z_k: real"
    \begin{aligned}
    \ell &= \sum_{k=1}^{K} y_k \left(\log \sum_{j=1}^{K} e^{z_j} - z_k\right) \\
    \frac{\partial \ell}{\partial z_j} &= \frac{e^{z_j}}{\sum_{k=1}^{K} e^{z_k}} - y_j
    \end{aligned}
    ```

    Args:
        y: labels, as for `categorical_cross_entropy_from_logits`.
        z: logits, as for `categorical_cross_entropy_from_logits`.

    Returns:
        Derivatives of the unreduced losses, without a unit, shape (..., K).

    Raises:
        ValueError: labels that do not sum to 1 within 1e-6 or are outside [0, 1], logits that are not
            finite, classes that differ in number, shapes that do not broadcast.

    Examples:
        >>> print(categorical_cross_entropy_from_logits_gradient([1, 0, 0], [10.0, 9.0, 9.0]).round(4))
        [-0.4239  0.2119  0.2119]
    """  # noqa: E501
    y, z = _label_and_logits(y, z)
    p, complement = _softmax_and_complement(z)
    # p - y = (1 - y) p - y (1 - p), which keeps the digits of a small error
    return (1 - y) * p - y * complement


def one_vs_rest_cross_entropy(y: ArrayLike, p: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""Binary cross-entropy of every class against the rest, summed: it charges the wrong classes too.

    ```math equals="one_vs_rest_cross_entropy(y, p)" symbols="K: size; y_k: probability; p_k: probability"
    \ell = -\sum_{k=1}^{K} \left(y_k \log p_k + (1 - y_k) \log(1 - p_k)\right)
    ```

    Beyond the first term, which is all of the usual cross-entropy, the loss depends on how the rest of the
    probability is spread. For two classes it is twice binary cross-entropy.

    Args:
        y: labels in [0, 1], shape (..., K), one-hot or not.
        p: predicted probabilities of each class, in [0, 1], a shape that broadcasts with `y`; they need not
            sum to 1, as a sigmoid for every class gives them.
        reduction: "none", "mean" or "sum" over the rows.

    Returns:
        Losses in nats: shape (...) for "none", else one number. Infinite where p rules out a label.

    Raises:
        ValueError: labels or probabilities outside [0, 1], NaN, shapes that do not broadcast or have no axis
            for the classes, an unknown reduction.

    Examples:
        >>> print(f"{one_vs_rest_cross_entropy([1, 0], [0.8, 0.2]):.4f} {2 * binary_cross_entropy(1, 0.8):.4f}")
        0.4463 0.4463

        What it adds to the usual loss, for one half spread evenly and for one half on a single rival:

        >>> even, rival = [0.5, 0.25, 0.25], [0.5, 0.5, 0.0]
        >>> both = one_vs_rest_cross_entropy([1, 0, 0], [even, rival], reduction="none")
        >>> print((both - categorical_cross_entropy([1, 0, 0], [even, rival], reduction="none")).round(3))
        [0.575 0.693]
    """
    y, p = _label_and_probability(y, p)
    with_classes("p", p)
    return reduced(np.sum(_binary_terms(y, p), axis=-1), reduction)


def one_vs_rest_cross_entropy_gradient(y: ArrayLike, p: ArrayLike) -> Array:
    r"""The gradient of the one-versus-rest loss with respect to each probability.

    ```math equals="one_vs_rest_cross_entropy_gradient(y, p)" symbols="K: size; y_k: probability; p_k: probability"
    \begin{aligned}
    \ell &= -\sum_{k=1}^{K} \left(y_k \log p_k + (1 - y_k) \log(1 - p_k)\right) \\
    \frac{\partial \ell}{\partial p_j} &= \frac{p_j - y_j}{p_j (1 - p_j)}
    \end{aligned}
    ```

    Args:
        y: labels, as for `one_vs_rest_cross_entropy`.
        p: predicted probabilities, as for `one_vs_rest_cross_entropy`.

    Returns:
        Derivatives of the unreduced losses in nats, each with the other probabilities held fixed, the
        broadcast shape (..., K).

    Raises:
        ValueError: labels or probabilities outside [0, 1], NaN, shapes that do not broadcast or have no axis
            for the classes.

    Examples:
        >>> print(one_vs_rest_cross_entropy_gradient([1, 0], [0.8, 0.2]).round(4))
        [-1.25  1.25]
    """
    return binary_cross_entropy_gradient(y, with_classes("p", probability("p", p)))


def half_squared_error_from_logits(y: ArrayLike, z: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""Half the squared error of the sigmoid of a logit, which is not convex in the logit.

    ```math equals="half_squared_error_from_logits(y, z)" symbols="y: real in [0, 1]; z: real"
    \begin{aligned}
    \sigma(z) &= \frac{1}{1 + e^{-z}} \\
    \ell &= \frac{1}{2} (y - \sigma(z))^2
    \end{aligned}
    ```

    Args:
        y: labels in [0, 1], any shape.
        z: logits, a shape that broadcasts with `y`.
        reduction: "none", "mean" or "sum".

    Returns:
        Losses, without a unit: the broadcast shape for "none", else one number.

    Raises:
        ValueError: labels outside [0, 1], NaN, shapes that do not broadcast, an unknown reduction.

    Examples:
        >>> print(half_squared_error_from_logits(1, 0.0))
        0.125

    References:
        Nielsen (2015), Neural networks and deep learning, chapter 3,
        <http://neuralnetworksanddeeplearning.com/chap3.html>
    """
    return reduced(binary_cross_entropy_from_logits_gradient(y, z) ** 2 / 2, reduction)


def half_squared_error_from_logits_gradient(y: ArrayLike, z: ArrayLike) -> Array:
    r"""The gradient of the loss with respect to the logit: the error times the sigmoid's derivative.

    ```math equals="half_squared_error_from_logits_gradient(y, z)" symbols="y: real in [0, 1]; z: real"
    \begin{aligned}
    \sigma(z) &= \frac{1}{1 + e^{-z}} \\
    \ell &= \frac{1}{2} (y - \sigma(z))^2 \\
    \frac{\partial \ell}{\partial z} &= (\sigma(z) - y) \sigma(z) (1 - \sigma(z))
    \end{aligned}
    ```

    Args:
        y: labels, as for `half_squared_error_from_logits`.
        z: logits, as for `half_squared_error_from_logits`.

    Returns:
        Derivatives of the unreduced losses, per nat, the broadcast shape.

    Raises:
        ValueError: labels outside [0, 1], NaN, shapes that do not broadcast.

    Examples:
        Nielsen's neuron, sure of the wrong label, hardly learns:

        >>> print(f"{half_squared_error_from_logits_gradient(0, 4.0):.4f}")
        0.0173
    """
    return binary_cross_entropy_from_logits_gradient(y, z) * sigmoid_derivative(z)


def half_squared_error_from_logits_curvature(y: ArrayLike, z: ArrayLike) -> Array:
    r"""The second derivative of the loss with respect to the logit, negative where it is not convex.

    ```math equals="half_squared_error_from_logits_curvature(y, z)" symbols="y: real in [0, 1]; z: real"
    \begin{aligned}
    \sigma(z) &= \frac{1}{1 + e^{-z}} \\
    \ell &= \frac{1}{2} (y - \sigma(z))^2 \\
    \frac{\partial^2 \ell}{\partial z^2}
      &= \sigma'(z) \left(\sigma'(z) + (\sigma(z) - y) (1 - 2 \sigma(z))\right)
    \end{aligned}
    ```

    Args:
        y: labels, as for `half_squared_error_from_logits`.
        z: logits, as for `half_squared_error_from_logits`.

    Returns:
        Second derivatives of the unreduced losses, per square nat, the broadcast shape.

    Raises:
        ValueError: labels outside [0, 1], NaN, shapes that do not broadcast.

    Examples:
        Its least value for a label of 1:

        >>> print(f"{half_squared_error_from_logits_curvature(1, -1.852):.4f}")
        -0.0601
    """
    y, z = _label_and_logit(y, z)
    error = binary_cross_entropy_from_logits_gradient(y, z)
    slope = sigmoid_derivative(z)
    # 1 - 2 sigma(z) = -tanh(z / 2)
    return slope * (slope - error * np.tanh(z / 2))


def brier(y: ArrayLike, p: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""The squared error of a predicted probability: a strictly proper score.

    ```math equals="brier(y, p)" symbols="y: real in [0, 1]; p: probability"
    \ell = (y - p)^2
    ```

    Args:
        y: labels in [0, 1], any shape.
        p: predicted probabilities of a label of 1, in [0, 1], a shape that broadcasts with `y`.
        reduction: "none", "mean" or "sum".

    Returns:
        Losses, without a unit: the broadcast shape for "none", else one number.

    Raises:
        ValueError: labels or probabilities outside [0, 1], NaN, shapes that do not broadcast, an unknown
            reduction.

    Examples:
        >>> print(brier(1, [0.8, 0.08], reduction="none").round(4))
        [0.04   0.8464]

    References:
        Brier (1950), Verification of forecasts expressed in terms of probability,
        <https://doi.org/10.1175/1520-0493(1950)078%3C0001:VOFEIT%3E2.0.CO;2>
    """
    y, p = _label_and_probability(y, p)
    return reduced((p - y) ** 2, reduction)


def brier_gradient(y: ArrayLike, p: ArrayLike) -> Array:
    r"""The gradient of the Brier score with respect to the probability.

    ```math equals="brier_gradient(y, p)" symbols="y: real in [0, 1]; p: probability"
    \begin{aligned}
    \ell &= (y - p)^2 \\
    \frac{\partial \ell}{\partial p} &= 2 (p - y)
    \end{aligned}
    ```

    Args:
        y: labels, as for `brier`.
        p: predicted probabilities, as for `brier`.

    Returns:
        Derivatives of the unreduced losses, without a unit, the broadcast shape.

    Raises:
        ValueError: labels or probabilities outside [0, 1], NaN, shapes that do not broadcast.

    Examples:
        >>> print(brier_gradient(1, [0.8, 0.08]).round(4))
        [-0.4  -1.84]
    """
    y, p = _label_and_probability(y, p)
    return 2 * (p - y)


def multiclass_brier(y: ArrayLike, p: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""The squared distance of a label and a predicted distribution; for two classes twice `brier`.

    ```math equals="multiclass_brier(y, p)" symbols="K: size; y_k: distribution; p_k: distribution"
    \ell = \sum_{k=1}^{K} (y_k - p_k)^2
    ```

    Args:
        y: one-hot labels or distributions (soft labels), shape (..., K).
        p: predicted distributions over the same classes, a shape that broadcasts with `y`.
        reduction: "none", "mean" or "sum" over the rows.

    Returns:
        Losses, without a unit: shape (...) for "none", else one number.

    Raises:
        ValueError: rows that do not sum to 1 within 1e-6, numbers outside [0, 1], NaN, classes that differ
            in number, shapes that do not broadcast, an unknown reduction.

    Examples:
        >>> print(f"{multiclass_brier([1, 0, 0], [0.8, 0.1, 0.1]):.2f}")
        0.06
        >>> print(f"{multiclass_brier([1, 0], [0.8, 0.2]):.2f} {2 * brier(1, 0.8):.2f}")
        0.08 0.08

    References:
        Brier (1950), <https://doi.org/10.1175/1520-0493(1950)078%3C0001:VOFEIT%3E2.0.CO;2>
    """
    y, p = distributions(y=y, p=p)
    return reduced(np.sum((p - y) ** 2, axis=-1), reduction)


def multiclass_brier_gradient(y: ArrayLike, p: ArrayLike) -> Array:
    r"""The gradient of the multi-class Brier score with respect to each probability.

    ```math equals="multiclass_brier_gradient(y, p)" symbols="K: size; y_k: distribution; p_k: distribution"
    \begin{aligned}
    \ell &= \sum_{k=1}^{K} (y_k - p_k)^2 \\
    \frac{\partial \ell}{\partial p_j} &= 2 (p_j - y_j)
    \end{aligned}
    ```

    Args:
        y: labels, as for `multiclass_brier`.
        p: predicted distributions, as for `multiclass_brier`.

    Returns:
        Derivatives of the unreduced losses, without a unit, each with the other probabilities held fixed,
        shape (..., K).

    Raises:
        ValueError: rows that do not sum to 1 within 1e-6, numbers outside [0, 1], NaN, classes that differ
            in number, shapes that do not broadcast.

    Examples:
        >>> print(multiclass_brier_gradient([1, 0, 0], [0.8, 0.1, 0.1]).round(4))
        [-0.4  0.2  0.2]
    """
    y, p = distributions(y=y, p=p)
    return 2 * (p - y)


def _exponent(gamma: float) -> float:
    return number("gamma", gamma, lambda v: 0 <= v < np.inf, "a number from 0 up")


def _binary_label_and_probability(y: ArrayLike, p: ArrayLike) -> tuple[Array, Array]:
    y, p = one_of("y", y, 0, 1), probability("p", p)
    together(y=y, p=p)
    return y, p


def _class_weight(y: Array, alpha: float | None) -> Array:
    if alpha is None:
        return np.ones_like(y)
    alpha = fraction("alpha", alpha)
    return np.where(y, alpha, 1 - alpha)


def _hit_and_miss(y: Array, p: Array, gamma: float) -> tuple[Array, Array, Array]:
    """The probabilities of the label and of the other one, and the latter's power gamma."""
    rest, lost = difference(np.ones_like(p), p)
    hit, miss = np.where(y, p, rest), np.where(y, rest, p)
    return hit, miss, power(miss, np.where(y, lost, 0), gamma)


def focal(
    y: ArrayLike, p: ArrayLike, gamma: float = 2.0, alpha: float | None = None, *, reduction: str = "mean"
) -> Array:
    r"""Binary cross-entropy that counts well-classified examples less.

    ```math equals="focal(y, p, gamma)" symbols="y: label; p: probability; \gamma: real >= 0"
    \begin{aligned}
    \ell = {} & -y (1 - p)^{\gamma} \log p \\
    & - (1 - y) p^{\gamma} \log(1 - p)
    \end{aligned}
    ```

    Args:
        y: labels, 0 or 1, any shape.
        p: predicted probabilities of a label of 1, in [0, 1], a shape that broadcasts with `y`.
        gamma: how much less they count, from 0 (not at all: cross-entropy) up.
        alpha: the weight of the label 1, between 0 and 1, with 1 - alpha for the label 0; None weights
            neither.
        reduction: "none", "mean" or "sum".

    Returns:
        Losses in nats: the broadcast shape for "none", else one number. Infinite where p rules out the label.
        Right to 4 units in the last place, but for a gamma above 1e14 or where the power is below 1e-300.

    Raises:
        ValueError: other labels, probabilities outside [0, 1], NaN, shapes that do not broadcast, a `gamma`
            below 0, an `alpha` not between 0 and 1, an unknown reduction.

    Examples:
        >>> print(focal(1, [0.8, 0.08], reduction="none").round(4))
        [0.0089 2.1378]

    References:
        Lin, Goyal, Girshick, He and Dollár (2017), Focal loss for dense object detection,
        <https://doi.org/10.1109/ICCV.2017.324>
    """
    y, p = _binary_label_and_probability(y, p)
    _, _, weight = _hit_and_miss(y, p, _exponent(gamma))
    return reduced(_class_weight(y, alpha) * times(weight, _binary_terms(y, p)), reduction)


def focal_gradient(y: ArrayLike, p: ArrayLike, gamma: float = 2.0, alpha: float | None = None) -> Array:
    r"""The gradient of the focal loss with respect to the probability.

    ```math equals="focal_gradient(y, p, gamma)" symbols="y: label; p: probability; \gamma: real >= 0"
    \begin{aligned}
    \ell = {} & -y (1 - p)^{\gamma} \log p \\
    & - (1 - y) p^{\gamma} \log(1 - p) \\
    \frac{\partial \ell}{\partial p} = {} & y (1 - p)^{\gamma} \left(\frac{\gamma \log p}{1 - p} - \frac{1}{p}\right) \\
    & - (1 - y) p^{\gamma} \left(\frac{\gamma \log(1 - p)}{p} - \frac{1}{1 - p}\right)
    \end{aligned}
    ```

    Args:
        y: labels, as for `focal`.
        p: predicted probabilities, as for `focal`.
        gamma: as for `focal`.
        alpha: as for `focal`.

    Returns:
        Derivatives of the unreduced losses in nats, the broadcast shape; infinite where p rules out the
        label. As right as `focal`.

    Raises:
        ValueError: other labels, probabilities outside [0, 1], NaN, shapes that do not broadcast, a `gamma`
            below 0, an `alpha` not between 0 and 1.

    Examples:
        >>> print(focal_gradient(1, [0.8, 0.08]).round(4))
        [ -0.1393 -15.2273]
    """
    y, p = _binary_label_and_probability(y, p)
    gamma, share = _exponent(gamma), _class_weight(y, alpha)
    hit, miss, weight = _hit_and_miss(y, p, gamma)
    # -log(1 - q) / q tends to 1 as q tends to 0
    ratio = np.divide(_binary_terms(y, p), miss, out=np.ones_like(miss), where=miss > 0)
    with np.errstate(all="ignore"):
        steepness = share * times(weight, times(gamma, ratio)) + times(weight, share / hit)
    return np.where(y, -steepness, steepness)[()]


def one_hot(labels: ArrayLike, classes: int) -> Array:
    r"""Class numbers as rows of zeros with a single 1.

    ```math equals="one_hot(c, K)" symbols="K: size; k: index 1..K; c: class"
    y_k = \begin{cases} 1 & k = c \\ 0 & k \ne c \end{cases}
    ```

    Args:
        labels: classes c, whole numbers from 0 to K - 1, shape (...).
        classes: the number K of classes.

    Returns:
        One-hot labels, shape (..., K).

    Raises:
        ValueError: a label that is not one of the classes, a number of classes that is not whole, below 1, or
            so large that the rows do not fit into memory.

    Examples:
        >>> print(one_hot([0, 2], classes=3))
        [[1. 0. 0.]
         [0. 0. 1.]]
    """
    classes = whole("classes", classes, 1)
    index = class_index("labels", labels, classes)
    try:
        rows = np.zeros((*index.shape, classes))
    except (ValueError, MemoryError):
        raise ValueError(f"classes is {classes}; {index.size} rows of so many classes do not fit into memory") from None
    np.put_along_axis(rows, index[..., None], 1, -1)
    return rows


def smooth_labels(y: ArrayLike, epsilon: float) -> Array:
    r"""Labels mixed with the uniform distribution over their classes.

    ```math equals="smooth_labels(y, epsilon)" symbols="K: size; y_k: distribution; \epsilon: probability"
    \tilde{y}_k = (1 - \epsilon) y_k + \frac{\epsilon}{K}
    ```

    Args:
        y: one-hot labels or distributions, shape (..., K).
        epsilon: the share of the uniform distribution, in [0, 1].

    Returns:
        Soft labels, the shape of `y`.

    Raises:
        ValueError: rows that do not sum to 1 within 1e-6, numbers outside [0, 1], NaN, an `epsilon` outside
            [0, 1].

    Examples:
        >>> print(smooth_labels([1, 0, 0, 0], epsilon=0.1))
        [0.925 0.025 0.025 0.025]

    References:
        Szegedy, Vanhoucke, Ioffe, Shlens and Wojna (2016), Rethinking the Inception architecture for
        computer vision, <https://doi.org/10.1109/CVPR.2016.308>
    """
    y = distribution("y", y)
    epsilon = number("epsilon", epsilon, lambda v: 0 <= v <= 1, "a number in [0, 1]")
    smooth = (1 - epsilon) * y
    smooth += epsilon / y.shape[-1]
    return smooth
