r"""From scores to probabilities: the sigmoid, the softmax, their logarithms and derivatives."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossfunctions._validation import Array, finite, real, with_classes


def sigmoid(z: ArrayLike) -> Array:
    r"""The logistic sigmoid: a probability from a logit.

    ```math equals="sigmoid(z)"
    \sigma(z) = \frac{1}{1 + e^{-z}}
    ```

    Example:
        >>> print(sigmoid(0.0))
        0.5
    """
    z = real("z", z)
    # The exponent is never positive, so nothing overflows.
    p: Array = np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))
    return p


def sigmoid_derivative(z: ArrayLike) -> Array:
    r"""The derivative of the sigmoid, largest at zero, where it is 1/4.

    Example:
        >>> print(sigmoid_derivative(0.0))
        0.25
    """
    z = real("z", z)
    return sigmoid(z) * sigmoid(-z)


def softplus(z: ArrayLike) -> Array:
    r"""A smooth max(0, z): log(1 + exp(z)).

    Example:
        >>> print(f"{softplus(0.0):.4f}")
        0.6931
    """
    z = real("z", z)
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def log_sigmoid(z: ArrayLike) -> Array:
    r"""The logarithm of the sigmoid.

    Example:
        >>> print(log_sigmoid(-1000.0))
        -1000.0
    """
    return -softplus(-real("z", z))


def _shifted(z: ArrayLike, axis: int) -> tuple[Array, Array, NDArray[np.intp]]:
    """The differences to the largest logit, their exponentials without that logit's own 1, and its place."""
    z = with_classes("z", finite("z", z))
    top = np.expand_dims(np.argmax(z, axis=axis), axis)
    largest = np.take_along_axis(z, top, axis)
    below = z - largest
    # What the rounding of the difference lost (Knuth's two-sum): the exponential would magnify it.
    back = below - z
    lost = (z - (below - back)) - (largest + back)
    rest = np.exp(below) * (1 + lost)
    np.put_along_axis(rest, top, 0, axis)
    return below, rest, top


def log_sum_exp(z: ArrayLike, axis: int = -1) -> Array:
    r"""The logarithm of the sum of exponentials: a smooth maximum.

    Example:
        >>> print(f"{log_sum_exp([10.0, 9.0, 9.0]):.4f}")
        10.5514
    """
    z = with_classes("z", finite("z", z))
    _, rest, _ = _shifted(z, axis)
    value: Array = np.max(z, axis=axis) + np.log1p(np.sum(rest, axis=axis))
    return value


def log_softmax(z: ArrayLike, axis: int = -1) -> Array:
    r"""The logarithm of the softmax.

    Example:
        >>> print(log_softmax([10.0, 9.0, 9.0]).round(4))
        [-0.5514 -1.5514 -1.5514]
    """
    below, rest, _ = _shifted(z, axis)
    value: Array = below - np.log1p(np.sum(rest, axis=axis, keepdims=True))
    return value


def softmax_and_complement(z: ArrayLike, axis: int = -1) -> tuple[Array, Array]:
    """The softmax p and 1 - p, neither of which cancels."""
    _, rest, top = _shifted(z, axis)
    others = np.sum(rest, axis=axis, keepdims=True)
    p = rest / (1 + others)
    np.put_along_axis(p, top, 1 / (1 + others), axis)
    complement = 1 - p
    np.put_along_axis(complement, top, others / (1 + others), axis)
    return p, complement


def softmax(z: ArrayLike, axis: int = -1) -> Array:
    r"""The softmax: a distribution from logits.

    Example:
        >>> print(softmax([0.0, 0.0]))
        [0.5 0.5]
    """
    return softmax_and_complement(z, axis)[0]


def softmax_jacobian(z: ArrayLike) -> Array:
    r"""The derivative of each softmax output with respect to each logit, along the last axis.

    Example:
        >>> print(softmax_jacobian([0.0, 0.0]))
        [[ 0.25 -0.25]
         [-0.25  0.25]]
    """
    p, complement = softmax_and_complement(z)
    jacobian = -p[..., :, None] * p[..., None, :]
    k = np.arange(p.shape[-1])
    jacobian[..., k, k] = p * complement
    return jacobian
