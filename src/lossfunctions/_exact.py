"""Arithmetic at its limits: 0 times infinity, the logarithm of 0, steps on the way that lose digits or overflow."""

import numpy as np

from lossfunctions._validation import Array


def times(a: Array | float, b: Array) -> Array:
    """The product, which is 0 where a is 0, whatever b is: the limit of x log x."""
    with np.errstate(invalid="ignore"):
        return np.where(a == 0, 0, a * b)


def surprise(p: Array) -> Array:
    """-log p, infinite at 0."""
    with np.errstate(divide="ignore"):
        return -np.log(p)


def expected_surprise(p: Array, q: Array) -> Array:
    """-sum p log q along the last axis."""
    expected: Array = np.sum(times(p, surprise(q)), axis=-1)
    return expected


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
    left: Array = np.ldexp(a - q_high * b_high - q_high * b_low - q_low * b_high - q_low * b_low, i + j)
    return left


def excess(p: Array, q: Array) -> Array:
    """log(p / q), the surprise of q beyond that of p."""
    with np.errstate(all="ignore"):
        ratio = p / q
        # log(1 + (p - q) / q) where p - q is exact; log p - log q where the quotient has lost digits or is infinite
        near, normal = (ratio > 0.5) & (ratio < 2), (ratio > 1e-300) & (ratio < np.inf)
        part = np.where(near, p - q, p)
        quotient = part / q
        lost = np.nan_to_num(_remainder(part, q, quotient) / p)
        return np.where(normal, np.where(near, np.log1p(quotient), np.log(ratio)) + lost, np.log(p) - np.log(q))


def standardised(y: Array, centre: Array, width: Array) -> tuple[Array, Array]:
    """The deviation of y in units of the width, and what its roundings lost."""
    with np.errstate(all="ignore"):
        # A unit in which the difference is not too large for a number, and what it lost not too small
        size = np.maximum(np.abs(y), np.abs(centre))
        unit = np.select([size > 2.0**1000, size < 2.0**-800], [4, 2.0**-200], 1)
        r, lost = difference(y / unit, centre / unit)
        z = r / width
        # An infinite deviation has lost nothing.
        return z * unit, np.nan_to_num((_remainder(r, width, z) + lost) / width * unit)


def _exp_minus(size: Array, correction: Array) -> tuple[Array, Array]:
    """exp(-size) (1 + correction), in a factor and the root of another: alone it may be too small for a number."""
    near = np.minimum(size, 700)
    factor, root = np.exp(-near), np.exp((near - size) / 2)
    return np.where(root > 0, factor + factor * correction, 0), root


def exp_minus_half_square(z: Array, lost: Array) -> tuple[Array, Array]:
    """exp(-(z + lost)²/2), in a factor and the root of another."""
    with np.errstate(all="ignore"):
        # A rounded square would lose digits of its exponential.
        high, low = _halves(z)
        return _exp_minus(high * high / 2, np.expm1(-low * (z + high) / 2 - z * lost))


def exp_minus_size(z: Array, lost: Array) -> tuple[Array, Array]:
    """exp(-|z + lost|), in a factor and the root of another."""
    with np.errstate(all="ignore"):
        return _exp_minus(np.abs(z), -np.sign(z) * lost)


def weighted_difference(weight: Array | float, a: Array, b: Array) -> Array:
    """weight (a - b), also where the difference alone is too large for a number."""
    with np.errstate(over="ignore"):
        d = a - b
        # Halves are no halves near the smallest numbers.
        return np.where(np.isinf(d), 2 * times(weight, a / 2 - b / 2), times(weight, d))


def power(base: Array, lost: Array, exponent: float) -> Array:
    """(base + lost) to the exponent, which magnifies what the rounding of the base lost."""
    with np.errstate(all="ignore"):
        rounded = base**exponent
        return rounded + times(rounded, np.expm1(exponent * np.where(base > 0, lost / base, 0)))


def scaled(x: Array) -> tuple[Array, Array]:
    """Rows of numbers of size 1 or less and the exponents of the powers of 2 that make them x."""
    exponent = np.frexp(np.max(np.abs(x), axis=-1))[1]
    return np.ldexp(x, -exponent[..., None]), exponent


def products(a: Array, b: Array) -> tuple[Array, Array]:
    """The sums of a b along the last axis, in units of powers of 2, and their exponents: none is too large or small."""
    (a, i), (b, j) = np.frexp(a), np.frexp(b)
    exponents = np.where(a * b == 0, -(2**15), i + j)
    top = np.max(exponents, axis=-1)
    return np.sum(np.ldexp(a * b, exponents - top[..., None]), axis=-1), top
