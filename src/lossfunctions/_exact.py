"""Arithmetic at its limits: 0 times infinity, the logarithm of 0, and the digits that a rounding loses."""

import numpy as np

from lossfunctions._validation import Array


def times(a: Array, b: Array) -> Array:
    """The product, which is 0 where a is 0, whatever b is: the limit of x log x."""
    with np.errstate(invalid="ignore"):
        return np.where(a == 0, 0, a * b)


def surprise(p: Array) -> Array:
    """-log p, infinite at 0."""
    with np.errstate(divide="ignore"):
        return -np.log(p)


def expected_surprise(p: Array, q: Array) -> Array:
    """-sum p log q along the last axis."""
    return np.sum(times(p, surprise(q)), axis=-1)


def difference(a: Array, b: Array) -> tuple[Array, Array]:
    """The rounded difference a - b and what the rounding lost (Knuth's two-sum)."""
    with np.errstate(all="ignore"):
        d = a - b
        back = d - a
        return d, (a - (d - back)) - (b + back)


def _halves(a: Array) -> tuple[Array, Array]:
    """Two numbers that sum to a and are short enough for their products to be exact."""
    high = a.astype(np.float32).astype(np.float64)
    return high, a - high


def _remainder(a: Array, b: Array, q: Array) -> Array:
    """What the rounded quotient q = a / b leaves: a - q b (Dekker's product)."""
    # Mantissas fit single precision, whatever the exponents are.
    (b, i), (q, j) = np.frexp(b), np.frexp(q)
    (b_high, b_low), (q_high, q_low) = _halves(b), _halves(q)
    a = np.ldexp(a, -i - j)
    return np.ldexp(a - q_high * b_high - q_high * b_low - q_low * b_high - q_low * b_low, i + j)


def standardised(y: Array, centre: Array, width: Array) -> tuple[Array, Array]:
    """The deviation of y in units of the width, and what its roundings lost."""
    with np.errstate(all="ignore"):
        r, lost = difference(y, centre)
        z = r / width
        # An infinite deviation has lost nothing.
        return z, np.nan_to_num((_remainder(r, width, z) + lost) / width)


def exp_minus_half_square(z: Array, lost: Array) -> Array:
    """exp(-(z + lost)²/2), in two factors: a rounded square would lose digits of its exponential."""
    with np.errstate(all="ignore"):
        high, low = _halves(z)
        factor = np.exp(-high * high / 2)
        return factor + times(factor, np.expm1(-low * (z + high) / 2 - z * lost))


def exp_minus_size(z: Array, lost: Array) -> Array:
    """exp(-|z + lost|)."""
    factor = np.exp(-np.abs(z))
    return factor - times(factor, np.sign(z) * lost)
