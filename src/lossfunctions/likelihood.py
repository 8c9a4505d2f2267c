r"""The noise models behind the losses: densities, masses and log-likelihoods."""

import numpy as np
from numpy.typing import ArrayLike

from lossfunctions._exact import exp_minus_half_square, exp_minus_size, standardised
from lossfunctions._validation import (
    Array,
    distributions,
    finite,
    one_of,
    positive,
    probability,
    reduced,
    together,
)
from lossfunctions.classification import binary_cross_entropy, categorical_cross_entropy


def _deviation(y: ArrayLike, mean: ArrayLike, **width: float) -> tuple[Array, Array, Array]:
    """The deviations from the mean in units of the one named width, what their rounding lost, and the width."""
    y, mean = finite("y", y), finite("mean", mean)
    together(y=y, mean=mean)
    ((name, value),) = width.items()
    unit = np.array(positive(name, value))
    return *standardised(y, mean, unit), unit


def gaussian_density(y: ArrayLike, mean: ArrayLike, sd: float = 1.0) -> Array:
    r"""The density of normal noise around the mean.

    ```math equals="gaussian_density(y, mu, sigma)" symbols="y: real; \mu: real; \sigma: positive"
    p(y) = \frac{1}{\sigma \sqrt{2 \pi}} \exp\left(-\frac{(y - \mu)^2}{2 \sigma^2}\right)
    ```

    Args:
        y: values, finite, any shape.
        mean: means mu, finite, a shape that broadcasts with `y`.
        sd: the standard deviation sigma, positive, in the unit of `y`.

    Returns:
        Densities per unit of `y`, the broadcast shape. Not probabilities: they may be above 1.

    Raises:
        ValueError: values that are not finite, shapes that do not broadcast, an `sd` that is not positive.

    Examples:
        Without the factor before the exponential the density would integrate to its inverse:

        >>> print(f"{gaussian_density(0.0, 0.0):.4f} {1 / gaussian_density(0.0, 0.0):.4f}")
        0.3989 2.5066
    """
    z, lost, width = _deviation(y, mean, sd=sd)
    factor, root = exp_minus_half_square(z, lost)
    with np.errstate(over="ignore"):
        density: Array = factor / np.sqrt(2 * np.pi) / width * root * root
        return density


def gaussian_log_likelihood(y: ArrayLike, mean: ArrayLike, sd: float = 1.0, *, reduction: str = "sum") -> Array:
    r"""The log-likelihood of normal noise: minus half the squared errors, less a constant for each value.

    ```math equals="gaussian_log_likelihood(y, mu, sigma)" symbols="N: size; y_i: real; \mu_i: real; \sigma: positive"
    \begin{aligned}
    \ell = \sum_{i=1}^{N} \Bigl( & -\frac{(y_i - \mu_i)^2}{2 \sigma^2} - \log \sigma \\
    & - \frac{1}{2} \log(2 \pi) \Bigr)
    \end{aligned}
    ```

    Args:
        y: values, finite, any shape.
        mean: means mu, finite, a shape that broadcasts with `y`.
        sd: the standard deviation sigma, positive, in the unit of `y`.
        reduction: "sum" (independent values), "mean" or "none".

    Returns:
        Log-likelihoods in nats: the broadcast shape for "none", else one number.

    Raises:
        ValueError: values that are not finite, shapes that do not broadcast, an `sd` that is not positive,
            an unknown reduction.

    Examples:
        A value at its mean has

        >>> print(f"{gaussian_log_likelihood(0.0, 0.0):.4f}")
        -0.9189
    """
    z, lost, width = _deviation(y, mean, sd=sd)
    with np.errstate(over="ignore"):
        return reduced(-z * (z / 2 + lost) - np.log(width) - np.log(2 * np.pi) / 2, reduction)


def laplace_density(y: ArrayLike, mean: ArrayLike, scale: float = 1.0) -> Array:
    r"""The density of Laplace noise around the mean, with heavier tails than normal noise.

    ```math equals="laplace_density(y, mu, scale=b)" symbols="y: real; \mu: real; b: positive"
    p(y) = \frac{1}{2 b} \exp\left(-\frac{|y - \mu|}{b}\right)
    ```

    Args:
        y: values, finite, any shape.
        mean: means mu, finite, a shape that broadcasts with `y`.
        scale: the mean absolute deviation b, positive, in the unit of `y`.

    Returns:
        Densities per unit of `y`, the broadcast shape. Not probabilities: they may be above 1.

    Raises:
        ValueError: values that are not finite, shapes that do not broadcast, a `scale` that is not positive.

    Examples:
        >>> print(laplace_density(0.0, 0.0))
        0.5
    """
    z, lost, width = _deviation(y, mean, scale=scale)
    factor, root = exp_minus_size(z, lost)
    with np.errstate(over="ignore"):
        return factor / 2 / width * root * root


def laplace_log_likelihood(y: ArrayLike, mean: ArrayLike, scale: float = 1.0, *, reduction: str = "sum") -> Array:
    r"""The log-likelihood of Laplace noise: minus the absolute errors, less a constant for each value.

    ```math equals="laplace_log_likelihood(y, mu, scale=b)" symbols="N: size; y_i: real; \mu_i: real; b: positive"
    \ell = \sum_{i=1}^{N} \left(-\frac{|y_i - \mu_i|}{b} - \log(2 b)\right)
    ```

    Args:
        y: values, finite, any shape.
        mean: means mu, finite, a shape that broadcasts with `y`.
        scale: the mean absolute deviation b, positive, in the unit of `y`.
        reduction: "sum" (independent values), "mean" or "none".

    Returns:
        Log-likelihoods in nats: the broadcast shape for "none", else one number.

    Raises:
        ValueError: values that are not finite, shapes that do not broadcast, a `scale` that is not positive,
            an unknown reduction.

    Examples:
        >>> print(f"{laplace_log_likelihood(0.0, 0.0):.4f}")
        -0.6931
    """
    z, _, width = _deviation(y, mean, scale=scale)
    return reduced(-np.abs(z) - np.log(2) - np.log(width), reduction)


def bernoulli_mass(y: ArrayLike, p: ArrayLike) -> Array:
    r"""The probability of a label of 0 or 1.

    ```math equals="bernoulli_mass(y, p)" symbols="y: label; p: probability"
    P(y) = p^{y} (1 - p)^{1 - y}
    ```

    Args:
        y: labels, 0 or 1, any shape.
        p: probabilities of a label of 1, in [0, 1], a shape that broadcasts with `y`.

    Returns:
        Probabilities, the broadcast shape.

    Raises:
        ValueError: other labels, probabilities outside [0, 1], NaN, shapes that do not broadcast.

    Examples:
        >>> print(bernoulli_mass([1, 0], 0.75))
        [0.75 0.25]
    """
    y, p = one_of("y", y, 0, 1), probability("p", p)
    together(y=y, p=p)
    return p**y * (1 - p) ** (1 - y)


def bernoulli_log_likelihood(y: ArrayLike, p: ArrayLike, *, reduction: str = "sum") -> Array:
    r"""The log-likelihood of labels of 0 or 1: minus their summed binary cross-entropy.

    ```math equals="bernoulli_log_likelihood(y, p)" symbols="N: size; y_i: label; p_i: probability"
    \ell = \sum_{i=1}^{N} \left(y_i \log p_i + (1 - y_i) \log(1 - p_i)\right)
    ```

    Args:
        y: labels, 0 or 1, any shape.
        p: probabilities of a label of 1, in [0, 1], a shape that broadcasts with `y`.
        reduction: "sum" (independent labels), "mean" or "none".

    Returns:
        Log-likelihoods in nats: the broadcast shape for "none", else one number.

    Raises:
        ValueError: other labels, probabilities outside [0, 1], NaN, shapes that do not broadcast, an
            unknown reduction.

    Examples:
        The sum takes in both terms:

        >>> print(f"{bernoulli_log_likelihood([1, 0], [0.8, 0.3]):.4f}")
        -0.5798
    """
    return -binary_cross_entropy(one_of("y", y, 0, 1), p, reduction=reduction)


def categorical_mass(y: ArrayLike, p: ArrayLike) -> Array:
    r"""The probability of a one-hot label.

    ```math equals="categorical_mass(y, p)" symbols="K: size; y_k: one-hot; p_k: distribution"
    P(y) = \prod_{k=1}^{K} p_k^{y_k}
    ```

    Args:
        y: one-hot labels, shape (..., K).
        p: distributions over the same classes, a shape that broadcasts with `y`.

    Returns:
        Probabilities, shape (...).

    Raises:
        ValueError: labels that are not one-hot, rows that are no distribution, classes that differ in
            number, shapes that do not broadcast.

    Examples:
        >>> print(categorical_mass([0, 1, 0], [0.5, 0.3, 0.2]))
        0.3
    """
    y, p = distributions(y=one_of("y", y, 0, 1), p=p)
    mass: Array = np.prod(p**y, axis=-1)
    return mass


def categorical_log_likelihood(y: ArrayLike, p: ArrayLike, *, reduction: str = "sum") -> Array:
    r"""The log-likelihood of one-hot labels: minus their summed cross-entropy.

    ```math equals="categorical_log_likelihood(y, p)" symbols="N: size; K: size; i: index 1..N; k: index 1..K; y_{ik}: one-hot; p_{ik}: distribution"
    \ell = \sum_{i=1}^{N} \sum_{k=1}^{K} y_{ik} \log p_{ik}
    ```

    Args:
        y: one-hot labels, shape (..., K).
        p: distributions over the same classes, a shape that broadcasts with `y`.
        reduction: "sum" (independent labels), "mean" or "none".

    Returns:
        Log-likelihoods in nats: shape (...) for "none", else one number.

    Raises:
        ValueError: labels that are not one-hot, rows that are no distribution, classes that differ in
            number, shapes that do not broadcast, an unknown reduction.

    Examples:
        >>> print(f"{categorical_log_likelihood([1, 0, 0], [0.8, 0.1, 0.1]):.4f}")
        -0.2231
    """  # noqa: E501
    return -categorical_cross_entropy(one_of("y", y, 0, 1), p, reduction=reduction)
