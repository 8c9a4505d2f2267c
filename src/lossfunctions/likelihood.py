r"""Densities, masses and log-likelihoods of the noise models behind the losses."""

import numpy as np
from numpy.typing import ArrayLike

from lossfunctions._validation import Array, distribution, one_of, positive, probability, reduced, together
from lossfunctions.classification import binary_cross_entropy, categorical_cross_entropy
from lossfunctions.regression import absolute_error, half_squared_error


def gaussian_density(y: ArrayLike, mean: ArrayLike, sd: float = 1.0) -> Array:
    r"""The normal density.

    Example:
        >>> print(f"{gaussian_density(0.0, 0.0):.4f}")
        0.3989
    """
    deviation = half_squared_error(y, mean, reduction="none") / positive("sd", sd) ** 2
    density: Array = np.exp(-deviation) / (sd * np.sqrt(2 * np.pi))
    return density


def gaussian_log_likelihood(
    y: ArrayLike, mean: ArrayLike, sd: float = 1.0, *, reduction: str = "sum"
) -> Array:
    r"""The logarithm of the normal density of every sample, summed.

    Example:
        >>> print(f"{gaussian_log_likelihood(0.0, 0.0):.4f}")
        -0.9189
    """
    deviation = half_squared_error(y, mean, reduction="none") / positive("sd", sd) ** 2
    return reduced(-deviation - np.log(sd) - np.log(2 * np.pi) / 2, reduction)


def laplace_density(y: ArrayLike, mean: ArrayLike, scale: float = 1.0) -> Array:
    r"""The Laplace density.

    Example:
        >>> print(laplace_density(0.0, 0.0))
        0.5
    """
    deviation = absolute_error(y, mean, reduction="none") / positive("scale", scale)
    density: Array = np.exp(-deviation) / (2 * scale)
    return density


def laplace_log_likelihood(
    y: ArrayLike, mean: ArrayLike, scale: float = 1.0, *, reduction: str = "sum"
) -> Array:
    r"""The logarithm of the Laplace density of every sample, summed.

    Example:
        >>> print(f"{laplace_log_likelihood(0.0, 0.0):.4f}")
        -0.6931
    """
    deviation = absolute_error(y, mean, reduction="none") / positive("scale", scale)
    return reduced(-deviation - np.log(2 * scale), reduction)


def bernoulli_mass(y: ArrayLike, p: ArrayLike) -> Array:
    r"""The probability of a binary label.

    Example:
        >>> print(bernoulli_mass(1, 0.8))
        0.8
    """
    y, p = one_of("y", y, 0, 1), probability("p", p)
    together(y=y, p=p)
    return p**y * (1 - p) ** (1 - y)


def bernoulli_log_likelihood(y: ArrayLike, p: ArrayLike, *, reduction: str = "sum") -> Array:
    r"""The log-probability of every binary label, summed: minus the cross-entropy.

    Example:
        >>> print(f"{bernoulli_log_likelihood(1, 0.8):.4f}")
        -0.2231
    """
    return -binary_cross_entropy(one_of("y", y, 0, 1), p, reduction=reduction)


def categorical_mass(y: ArrayLike, p: ArrayLike) -> Array:
    r"""The probability of a one-hot label.

    Example:
        >>> print(categorical_mass([1, 0, 0], [0.8, 0.1, 0.1]))
        0.8
    """
    y, p = distribution("y", one_of("y", y, 0, 1)), distribution("p", p)
    together(y=y, p=p)
    mass: Array = np.prod(p**y, axis=-1)
    return mass


def categorical_log_likelihood(y: ArrayLike, p: ArrayLike, *, reduction: str = "sum") -> Array:
    r"""The log-probability of every one-hot label, summed: minus the cross-entropy.

    Example:
        >>> print(f"{categorical_log_likelihood([1, 0, 0], [0.8, 0.1, 0.1]):.4f}")
        -0.2231
    """
    return -categorical_cross_entropy(one_of("y", y, 0, 1), p, reduction=reduction)
