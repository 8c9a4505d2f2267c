r"""The sigmoid and the softmax, their logarithms and their derivatives."""

import numpy as np
from numpy.typing import ArrayLike

from lossfunctions._exact import difference, times
from lossfunctions._validation import Array, Classes, axis_of, finite, real, with_classes


def sigmoid(z: ArrayLike) -> Array:
    r"""The logistic sigmoid: the probability that belongs to a logit.

    ```math equals="sigmoid(z)" symbols="z: real"
    \sigma(z) = \frac{1}{1 + e^{-z}}
    ```

    Args:
        z: logits (log-odds, in nats), any shape.

    Returns:
        Probabilities, the shape of `z`.

    Raises:
        ValueError: an entry of `z` is NaN.

    Examples:
        The neuron with weight 2 and bias 2 answers an input of 1 with

        >>> print(f"{sigmoid(2.0 * 1.0 + 2.0):.4f}")
        0.9820
    """
    z = real("z", z)
    # e^z / (1 + e^z) below 0, 1 / (1 + e^-z) above: no exponent is positive, so nothing overflows
    output: Array = np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))
    return output


def sigmoid_derivative(z: ArrayLike) -> Array:
    r"""The derivative of the sigmoid, largest at a logit of 0 and vanishing far from it.

    ```math equals="sigmoid_derivative(z)" symbols="z: real"
    \begin{aligned}
    \sigma(z) &= \frac{1}{1 + e^{-z}} \\
    \sigma'(z) &= \sigma(z) (1 - \sigma(z))
    \end{aligned}
    ```

    Args:
        z: logits (log-odds, in nats), any shape.

    Returns:
        Derivatives, per nat, the shape of `z`.

    Raises:
        ValueError: an entry of `z` is NaN.

    Examples:
        >>> print(sigmoid_derivative(0.0))
        0.25
        >>> print(f"{sigmoid_derivative(4.0):.4f}")
        0.0177
    """
    e: Array = np.exp(-np.abs(real("z", z)))
    return e / (1 + e) ** 2


def softplus(z: ArrayLike) -> Array:
    r"""A smooth maximum of 0 and z: the cross-entropy of a logit for a label of 0.

    ```math equals="softplus(z)" symbols="z: real"
    \mathrm{softplus}(z) = \log(1 + e^{z})
    ```

    Args:
        z: logits (log-odds, in nats), any shape.

    Returns:
        Values in nats, the shape of `z`.

    Raises:
        ValueError: an entry of `z` is NaN.

    Examples:
        >>> print(f"{softplus(0.0):.4f}")
        0.6931
        >>> print(softplus(1000.0))
        1000.0
    """
    z = real("z", z)
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def log_sigmoid(z: ArrayLike) -> Array:
    r"""The logarithm of the sigmoid, which stays finite where the sigmoid itself rounds to 0.

    ```math equals="log_sigmoid(z)" symbols="z: real; \sigma: function sigmoid"
    \log \sigma(z) = -\log(1 + e^{-z})
    ```

    Args:
        z: logits (log-odds, in nats), any shape.

    Returns:
        Log-probabilities in nats, the shape of `z`.

    Raises:
        ValueError: an entry of `z` is NaN.

    Examples:
        >>> print(log_sigmoid(-1000.0))
        -1000.0
    """
    return -softplus(-real("z", z))


def _logits(z: ArrayLike, axis: int) -> tuple[Array, int]:
    z = with_classes("z", finite("z", z))
    return z, axis_of(z, axis)


def _below_top(z: Array, axis: int) -> tuple[Array, Array, Classes]:
    """The logits less the largest, the exponentials of these but for the largest's own 1, and its place."""
    top = np.expand_dims(np.argmax(z, axis=axis), axis)
    # The exponential would magnify what the difference's rounding lost.
    below, lost = difference(z, np.take_along_axis(z, top, axis))
    rest = np.exp(below)
    rest += times(rest, lost)
    np.put_along_axis(rest, top, 0, axis)
    return below, rest, top


def log_sum_exp(z: ArrayLike, axis: int = -1) -> Array:
    r"""The logarithm of a sum of exponentials: a smooth maximum, and the normaliser of the softmax.

    ```math equals="log_sum_exp(z)" symbols="K: size; z_k: real"
    \mathrm{lse}(z) = \log \sum_{k=1}^{K} e^{z_k}
    ```

    Args:
        z: logits in nats, shape (..., K), finite.
        axis: the axis that runs over the K classes.

    Returns:
        Values in nats, the shape of `z` without that axis.

    Raises:
        ValueError: `z` has no axis, or an entry that is NaN or infinite; an `axis` that `z` has not.

    Examples:
        >>> print(f"{log_sum_exp([10.0, 9.0, 9.0]):.4f}")
        10.5514

    References:
        Blanchard, Higham and Higham (2021), Accurately computing the log-sum-exp and softmax functions,
        <https://doi.org/10.1093/imanum/draa038>
    """
    z, axis = _logits(z, axis)
    _, rest, _ = _below_top(z, axis)
    logarithm: Array = np.max(z, axis=axis) + np.log1p(np.sum(rest, axis=axis))
    return logarithm


def log_softmax(z: ArrayLike, axis: int = -1) -> Array:
    r"""The logarithm of the softmax, which stays finite where a probability rounds to 0 or to 1.

    ```math equals="log_softmax(z)" symbols="K: size; z_k: real"
    \log \mathrm{softmax}(z)_j = z_j - \log \sum_{k=1}^{K} e^{z_k}
    ```

    Args:
        z: logits in nats, shape (..., K), finite.
        axis: the axis that runs over the K classes.

    Returns:
        Log-probabilities in nats, the shape of `z`.

    Raises:
        ValueError: `z` has no axis, or an entry that is NaN or infinite; an `axis` that `z` has not.

    Examples:
        >>> print(log_softmax([10.0, 9.0, 9.0]).round(4))
        [-0.5514 -1.5514 -1.5514]

    References:
        Blanchard, Higham and Higham (2021), <https://doi.org/10.1093/imanum/draa038>
    """
    z, axis = _logits(z, axis)
    below, rest, _ = _below_top(z, axis)
    logarithms: Array = below - np.log1p(np.sum(rest, axis=axis, keepdims=True))
    return logarithms


def _softmax_and_complement(z: Array, axis: int = -1) -> tuple[Array, Array]:
    """The softmax p, and 1 - p with the digits that a subtraction from 1 would lose."""
    _, rest, top = _below_top(z, axis)
    others = np.sum(rest, axis=axis, keepdims=True)
    p = rest / (1 + others)
    complement = 1 - p
    np.put_along_axis(p, top, 1 / (1 + others), axis)
    np.put_along_axis(complement, top, others / (1 + others), axis)
    return p, complement


def softmax(z: ArrayLike, axis: int = -1) -> Array:
    r"""The softmax: the distribution that belongs to logits; a shift of all of them changes nothing.

    ```math equals="softmax(z)" symbols="K: size; z_k: real"
    \mathrm{softmax}(z)_j = \frac{e^{z_j}}{\sum_{k=1}^{K} e^{z_k}}
    ```

    Args:
        z: logits in nats, shape (..., K), finite.
        axis: the axis that runs over the K classes.

    Returns:
        Probabilities that sum to 1 along the axis, the shape of `z`.

    Raises:
        ValueError: `z` has no axis, or an entry that is NaN or infinite; an `axis` that `z` has not.

    Examples:
        >>> print(softmax([10.0, 9.0, 9.0]).round(4))
        [0.5761 0.2119 0.2119]

    References:
        Blanchard, Higham and Higham (2021), <https://doi.org/10.1093/imanum/draa038>
    """
    return _softmax_and_complement(*_logits(z, axis))[0]


def softmax_jacobian(z: ArrayLike) -> Array:
    r"""The derivative of every softmax output with respect to every logit.

    ```math equals="softmax_jacobian(z)" symbols="K: size; z_k: real"
    \begin{aligned}
    p_j &= \frac{e^{z_j}}{\sum_{k=1}^{K} e^{z_k}} \\
    \frac{\partial p_j}{\partial z_k} &= p_j (\delta_{jk} - p_k)
    \end{aligned}
    ```

    Args:
        z: logits in nats, shape (..., K), finite.

    Returns:
        Derivatives per nat, shape (..., K, K): the row is the output, the column the logit.

    Raises:
        ValueError: `z` has no axis, or an entry that is NaN or infinite.

    Examples:
        >>> print(softmax_jacobian([0.0, 0.0]))
        [[ 0.25 -0.25]
         [-0.25  0.25]]
    """
    p, complement = _softmax_and_complement(*_logits(z, -1))
    jacobian = -p[..., :, None] * p[..., None, :]
    k = np.arange(p.shape[-1])
    jacobian[..., k, k] = p * complement
    return jacobian
