r"""Entropy, cross-entropy and Kullback-Leibler divergence of distributions."""

import numpy as np
from numpy.typing import ArrayLike

from lossfunctions._validation import Array, distribution, in_base, times, together


def _pair(p: ArrayLike, q: ArrayLike) -> tuple[Array, Array]:
    p, q = distribution("p", p), distribution("q", q)
    together(p=p, q=q)
    return p, q


def _log(p: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.log(p)


def entropy(p: ArrayLike, base: float | None = None) -> Array:
    r"""The expected surprise of a distribution.

    Example:
        >>> print(entropy([0.5, 0.5], base=2))
        1.0
    """
    p = distribution("p", p)
    return in_base(-np.sum(times(p, _log(p)), axis=-1), base)


def cross_entropy(p: ArrayLike, q: ArrayLike, base: float | None = None) -> Array:
    r"""The expected surprise, under p, of someone who believes q.

    Example:
        >>> print(cross_entropy([0.5, 0.5], [0.25, 0.75], base=2).round(4))
        1.2075
    """
    p, q = _pair(p, q)
    return in_base(-np.sum(times(p, _log(q)), axis=-1), base)


def kl_divergence(p: ArrayLike, q: ArrayLike, base: float | None = None) -> Array:
    r"""What believing q costs beyond the entropy of p.

    Example:
        >>> print(kl_divergence([0.5, 0.5], [0.25, 0.75], base=2).round(4))
        0.2075
    """
    p, q = _pair(p, q)
    with np.errstate(invalid="ignore"):
        nats = np.sum(times(p, _log(p) - _log(q)), axis=-1)
    # Never negative (Gibbs), but for rounding
    return in_base(np.maximum(nats, 0), base)
