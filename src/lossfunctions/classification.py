r"""Losses of a predicted probability or distribution, from probabilities and from logits."""

import numpy as np
from numpy.typing import ArrayLike

from lossfunctions._validation import (
    Array,
    class_index,
    distribution,
    finite,
    in_base,
    interval,
    one_of,
    probability,
    real,
    reduced,
    times,
    together,
)
from lossfunctions.activations import (
    log_softmax,
    sigmoid,
    sigmoid_derivative,
    softmax_and_complement,
    softplus,
)


def _probabilities(y: ArrayLike, p: ArrayLike) -> tuple[Array, Array]:
    y, p = probability("y", y), probability("p", p)
    together(y=y, p=p)
    return y, p


def _distributions(y: ArrayLike, p: ArrayLike) -> tuple[Array, Array]:
    y, p = distribution("y", y), distribution("p", p)
    together(y=y, p=p)
    return y, p


def _label_and_logit(y: ArrayLike, z: ArrayLike) -> tuple[Array, Array]:
    y, z = probability("y", y), real("z", z)
    together(y=y, z=z)
    return y, z


def _distribution_and_logits(y: ArrayLike, z: ArrayLike) -> tuple[Array, Array]:
    y, z = distribution("y", y), finite("z", z)
    together(y=y, z=z)
    return y, z


def _binary_terms(y: Array, p: Array) -> Array:
    with np.errstate(divide="ignore"):
        return -(times(y, np.log(p)) + times(1 - y, np.log1p(-p)))


def binary_cross_entropy(
    y: ArrayLike, p: ArrayLike, base: float | None = None, *, reduction: str = "mean"
) -> Array:
    r"""The negative log-probability of a binary label.

    Example:
        >>> print(f"{binary_cross_entropy(1, 0.8):.4f}")
        0.2231
        >>> print(f"{binary_cross_entropy(1, 0.8, base=10):.4f}")
        0.0969
    """
    return reduced(in_base(_binary_terms(*_probabilities(y, p)), base), reduction)


def binary_cross_entropy_gradient(y: ArrayLike, p: ArrayLike) -> Array:
    r"""The gradient of binary cross-entropy (in nats) with respect to the probability."""
    y, p = _probabilities(y, p)
    # 1 / (1 - p) if y = 0,  -1 / p if y = 1,  (p - y) / (p (1 - p)) between
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.select([y == 0, y == 1], [1 / (1 - p), -1 / p], (p - y) / (p * (1 - p)))[()]


def binary_cross_entropy_from_logits(y: ArrayLike, z: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""Binary cross-entropy of the sigmoid of a logit.

    Example:
        >>> print(binary_cross_entropy_from_logits(1, -1000.0))
        1000.0
    """
    y, z = _label_and_logit(y, z)
    return reduced(times(1 - y, softplus(z)) + times(y, softplus(-z)), reduction)


def binary_cross_entropy_from_logits_gradient(y: ArrayLike, z: ArrayLike) -> Array:
    r"""The gradient of binary cross-entropy with respect to the logit: sigma(z) - y.

    Example:
        >>> print(binary_cross_entropy_from_logits_gradient(1, 0.0))
        -0.5
    """
    y, z = _label_and_logit(y, z)
    # sigma(z) - y, written so that a small error keeps its digits
    return (1 - y) * sigmoid(z) - y * sigmoid(-z)


def categorical_cross_entropy(
    y: ArrayLike, p: ArrayLike, base: float | None = None, *, reduction: str = "mean"
) -> Array:
    r"""The cross-entropy of a label and a predicted distribution, one loss a row.

    Example:
        >>> print(f"{categorical_cross_entropy([1, 0, 0], [0.8, 0.1, 0.1]):.4f}")
        0.2231
    """
    y, p = _distributions(y, p)
    with np.errstate(divide="ignore"):
        losses = -np.sum(times(y, np.log(p)), axis=-1)
    return reduced(in_base(losses, base), reduction)


def categorical_cross_entropy_gradient(y: ArrayLike, p: ArrayLike) -> Array:
    r"""The gradient of cross-entropy (in nats) with respect to each predicted probability: -y/p."""
    y, p = _distributions(y, p)
    with np.errstate(divide="ignore"):
        return -times(y, 1 / p)


def categorical_cross_entropy_from_logits(y: ArrayLike, z: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""Cross-entropy of a label and the softmax of logits, one loss a row.

    Example:
        >>> print(f"{categorical_cross_entropy_from_logits([1, 0, 0], [10.0, 9.0, 9.0]):.4f}")
        0.5514
    """
    y, z = _distribution_and_logits(y, z)
    return reduced(-np.sum(y * log_softmax(z), axis=-1), reduction)


def categorical_cross_entropy_from_logits_gradient(y: ArrayLike, z: ArrayLike) -> Array:
    r"""The gradient of cross-entropy with respect to the logits: softmax(z) - y."""
    y, z = _distribution_and_logits(y, z)
    p, complement = softmax_and_complement(z)
    return (1 - y) * p - y * complement


def one_vs_rest_cross_entropy(y: ArrayLike, p: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""Binary cross-entropy of every class against the rest, summed over the last axis.

    Example:
        >>> print(f"{one_vs_rest_cross_entropy([1, 0], [0.8, 0.2]):.4f}")
        0.4463
    """
    return reduced(np.sum(_binary_terms(*_probabilities(y, p)), axis=-1), reduction)


def one_vs_rest_cross_entropy_gradient(y: ArrayLike, p: ArrayLike) -> Array:
    r"""The gradient of the one-versus-rest loss with respect to each probability."""
    return binary_cross_entropy_gradient(y, p)


def half_squared_error_from_logits(y: ArrayLike, z: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""Half the squared error of the sigmoid of a logit; not convex in the logit.

    Example:
        >>> print(half_squared_error_from_logits(1, 0.0))
        0.125
    """
    return reduced(binary_cross_entropy_from_logits_gradient(y, z) ** 2 / 2, reduction)


def half_squared_error_from_logits_gradient(y: ArrayLike, z: ArrayLike) -> Array:
    r"""The gradient with respect to the logit: (sigma(z) - y) sigma'(z)."""
    return binary_cross_entropy_from_logits_gradient(y, z) * sigmoid_derivative(z)


def half_squared_error_from_logits_curvature(y: ArrayLike, z: ArrayLike) -> Array:
    r"""The second derivative with respect to the logit, negative where the loss is not convex.

    Example:
        >>> print(f"{half_squared_error_from_logits_curvature(1, -1.852):.4f}")
        -0.0601
    """
    error = binary_cross_entropy_from_logits_gradient(y, z)
    slope = sigmoid_derivative(z)
    bend = sigmoid(-real("z", z)) - sigmoid(z)
    return slope * (slope + error * bend)


def brier(y: ArrayLike, p: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""The squared error of a predicted probability.

    Example:
        >>> print(f"{brier(1, 0.8):.2f}")
        0.04
    """
    y, p = _probabilities(y, p)
    return reduced((y - p) ** 2, reduction)


def brier_gradient(y: ArrayLike, p: ArrayLike) -> Array:
    r"""The gradient of the Brier score with respect to the probability."""
    y, p = _probabilities(y, p)
    return 2 * (p - y)


def multiclass_brier(y: ArrayLike, p: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""The squared distance of a label and a predicted distribution, one loss a row.

    Example:
        >>> print(f"{multiclass_brier([1, 0, 0], [0.8, 0.1, 0.1]):.2f}")
        0.06
    """
    y, p = _distributions(y, p)
    return reduced(np.sum((y - p) ** 2, axis=-1), reduction)


def multiclass_brier_gradient(y: ArrayLike, p: ArrayLike) -> Array:
    r"""The gradient of the multi-class Brier score with respect to each probability."""
    y, p = _distributions(y, p)
    return 2 * (p - y)


def _focal_parts(
    y: ArrayLike, p: ArrayLike, gamma: float, alpha: float | None
) -> tuple[Array, Array, Array, Array]:
    """The probability of the other label, the log-probability of this one, the weight, and the positives."""
    y, p = one_of("y", y, 0, 1), probability("p", p)
    together(y=y, p=p)
    if np.ndim(gamma) or not 0 <= gamma < np.inf:
        raise ValueError(f"gamma is {gamma}; gamma must be a number from 0 up")
    positive = y == 1
    weight = np.ones_like(y)
    if alpha is not None:
        interval("alpha", alpha, 0, 1, "a number between 0 and 1, both excluded, or None")
        weight = np.where(positive, alpha, 1 - alpha)
    with np.errstate(divide="ignore"):
        return np.where(positive, 1 - p, p), np.where(positive, np.log(p), np.log1p(-p)), weight, positive


def focal(
    y: ArrayLike, p: ArrayLike, gamma: float = 2.0, alpha: float | None = None, *, reduction: str = "mean"
) -> Array:
    r"""Binary cross-entropy that counts well-classified examples less.

    Example:
        >>> print(f"{focal(1, 0.8):.4f}")
        0.0089
    """
    miss, log_p, weight, _ = _focal_parts(y, p, gamma, alpha)
    return reduced(-weight * miss**gamma * log_p, reduction)


def focal_gradient(y: ArrayLike, p: ArrayLike, gamma: float = 2.0, alpha: float | None = None) -> Array:
    r"""The gradient of the focal loss with respect to the probability."""
    miss, log_p, weight, positive = _focal_parts(y, p, gamma, alpha)
    # -log(1 - q) / q tends to 1 as q tends to 0
    ratio = np.divide(-log_p, miss, where=miss > 0, out=np.ones_like(miss))
    with np.errstate(divide="ignore"):
        slope = weight * miss**gamma * (gamma * ratio + 1 / (1 - miss))
    gradient: Array = np.where(positive, -slope, slope)[()]
    return gradient


def one_hot(labels: ArrayLike, classes: int) -> Array:
    r"""Class numbers as rows with a single 1.

    Example:
        >>> print(one_hot([0, 2], 3))
        [[1. 0. 0.]
         [0. 0. 1.]]
    """
    rows: Array = np.eye(classes)[class_index("labels", labels, classes)]
    return rows


def smooth_labels(y: ArrayLike, epsilon: float) -> Array:
    r"""Labels mixed with the uniform distribution over the K classes of the last axis.

    Example:
        >>> print(smooth_labels([1, 0, 0, 0], 0.1))
        [0.925 0.025 0.025 0.025]
    """
    y = distribution("y", y)
    if np.ndim(epsilon) or not 0 <= epsilon <= 1:
        raise ValueError(f"epsilon is {epsilon}; epsilon must be a number from 0 to 1")
    return (1 - epsilon) * y + epsilon / y.shape[-1]
