r"""Entropy, cross-entropy and Kullback-Leibler divergence of distributions, in nats or in bits."""

import numpy as np
from numpy.typing import ArrayLike

from lossfunctions._exact import excess, expected_surprise, times
from lossfunctions._validation import Array, distribution, distributions, in_base


def entropy(p: ArrayLike, base: float | None = None) -> Array:
    r"""The entropy of a distribution: the surprise to expect of it.

    ```math equals="entropy(p)" symbols="K: size; p_k: distribution"
    H(p) = -\sum_{k=1}^{K} p_k \log p_k
    ```

    Args:
        p: distributions, shape (..., K), each row summing to 1 within 1e-6; 0 log 0 is 0.
        base: the base of the logarithm, above 1 (2 for bits); None for nats.

    Returns:
        Entropies in nats, or in the unit of the base, shape (...).

    Raises:
        ValueError: a row that is no distribution, a base that is not above 1.

    Examples:
        >>> print(entropy([0.5, 0.25, 0.25], base=2))
        1.5
        >>> print(entropy([1.0, 0.0, 0.0]))
        0.0

    References:
        Shannon (1948), A mathematical theory of communication,
        <https://doi.org/10.1002/j.1538-7305.1948.tb01338.x>
    """
    p = distribution("p", p)
    return in_base(expected_surprise(p, p), base)


def cross_entropy(p: ArrayLike, q: ArrayLike, base: float | None = None) -> Array:
    r"""The surprise to expect of p by one who believes q.

    ```math equals="cross_entropy(p, q)" symbols="K: size; p_k: distribution; q_k: distribution; H: function cross_entropy"
    H(p, q) = -\sum_{k=1}^{K} p_k \log q_k
    ```

    It is the entropy of p and the divergence from p to q together.

    Args:
        p: true distributions, shape (..., K), each row summing to 1 within 1e-6.
        q: believed distributions over the same classes, a shape that broadcasts with `p`.
        base: the base of the logarithm, above 1 (2 for bits); None for nats.

    Returns:
        Cross-entropies in nats, or in the unit of the base, shape (...); infinite where q rules out what
        p allows.

    Raises:
        ValueError: a row that is no distribution, classes that differ in number, shapes that do not
            broadcast, a base that is not above 1.

    Examples:
        >>> print(cross_entropy([0.5, 0.25, 0.25], [0.25, 0.25, 0.5], base=2))
        1.75
        >>> print(cross_entropy([0.5, 0.5], [1.0, 0.0]))
        inf

    References:
        Shannon (1948), <https://doi.org/10.1002/j.1538-7305.1948.tb01338.x>
    """  # noqa: E501
    p, q = distributions(p=p, q=q)
    return in_base(expected_surprise(p, q), base)


def kl_divergence(p: ArrayLike, q: ArrayLike, base: float | None = None) -> Array:
    r"""The Kullback-Leibler divergence: what believing q costs beyond the entropy of p.

    ```math equals="kl_divergence(p, q)" symbols="K: size; p_k: distribution; q_k: distribution; KL: function kl_divergence"
    \mathrm{KL}(p, q) = \sum_{k=1}^{K} p_k \log \frac{p_k}{q_k}
    ```

    It is 0 for equal distributions alone, and not symmetric. Its terms have both signs, so that near 0 it
    is right to about 1e-16 nats, not to its own last digits.

    Args:
        p: true distributions, shape (..., K), each row summing to 1 within 1e-6.
        q: believed distributions over the same classes, a shape that broadcasts with `p`.
        base: the base of the logarithm, above 1 (2 for bits); None for nats.

    Returns:
        Divergences in nats, or in the unit of the base, shape (...); infinite where q rules out what
        p allows.

    Raises:
        ValueError: a row that is no distribution, classes that differ in number, shapes that do not
            broadcast, a base that is not above 1.

    Examples:
        >>> print(kl_divergence([0.5, 0.25, 0.25], [0.25, 0.25, 0.5], base=2))
        0.25
        >>> print(kl_divergence([0.5, 0.5], [1.0, 0.0]), kl_divergence([1.0, 0.0], [0.5, 0.5], base=2))
        inf 1.0

    References:
        Kullback and Leibler (1951), On information and sufficiency, <https://doi.org/10.1214/aoms/1177729694>
    """  # noqa: E501
    p, q = distributions(p=p, q=q)
    # Rounding may take a sum that is never negative just below 0.
    return in_base(np.maximum(np.sum(times(p, excess(p, q)), axis=-1), 0), base)
