"""The numbers with which a formula is evaluated: doubles, which are fast, or balls, which are certain.

A ball is a number and a bound of its error, of python-flint; what is computed with balls contains what is true. An
array of balls is an array of objects: sums, products, choices and changes of shape are NumPy's for both kinds. Here is
what differs.

Example:
    >>> BALLS.literal("0.1") + BALLS.literal("0.2") == BALLS.literal("0.3")
    array([False])
    >>> same(BALLS.literal("0.1") + BALLS.literal("0.2"), BALLS.literal("0.3"))
    array([ True])

References:
    Johansson, "Arb: efficient arbitrary-precision midpoint-radius interval arithmetic",
    https://doi.org/10.1109/TC.2017.2690633
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from threading import RLock
from typing import Any, NamedTuple

import flint
import numpy as np
from numpy.typing import NDArray

from executable_math.latex.tree import MathError, Node
from executable_math.values.forms import Form, Ring
from executable_math.values.kinds import Kind

Array = NDArray[Any]

# Sixty digits, so that a formula may lose twenty and still have forty.
BITS, DOUBLE, _ACCURATE = 200, 53, 133
_OF_REAL = "a form is what real numbers give"
# All threads share one precision, and pages are checked side by side.
_ONE_AT_A_TIME = RLock()
_CONSTANTS: dict[complex, Callable[[], Any]] = {math.pi: flint.arb.pi, math.e: flint.arb.const_e}


class OnlyDoubles(MathError):
    """Something is computed with doubles only: a function of the module, an integral."""


class NoOrder(MathError):
    """Something is asked of complex numbers that only real ones have."""


class Numbers(NamedTuple):
    """A kind of numbers.

    Attributes:
        literal: What a number says that is printed with these digits, for every sample.
        constant: A number such as π, from its double.
        lifted: Doubles as numbers of this kind.
        sampled: The samples of a symbol as such, from its key, its kind and doubles.
    """

    literal: Callable[[str], Array]
    constant: Callable[[complex], Array]
    lifted: Callable[[Array], Array]
    sampled: Callable[[str, Kind, Array], Array]


def balls(array: Array) -> Array:
    """An array of balls, of numbers of any kind; a double is the number that it is printed as."""
    return _each(array, _ball)


def _ball(one: Any) -> Any:
    if isinstance(one, flint.arb | flint.acb):
        return one
    if isinstance(one, complex):
        return flint.acb(_ball(one.real), _ball(one.imag))
    return flint.arb(one) if not math.isfinite(one) or one == int(one) else flint.arb(repr(float(one)))


def _each(array: Array, function: Callable[[Any], Any]) -> Array:
    array = np.asarray(array)
    return np.array([function(one) for one in array.astype(object).flat], object).reshape(array.shape)


def _alike(arrays: Sequence[Array]) -> Iterator[Array]:
    """Arrays of balls, or of forms where one of them has forms."""
    form = next((one for array in arrays for one in np.asarray(array).flat if isinstance(one, Form)), None)
    for array in arrays:
        yield balls(array) if form is None else _each(array, form.lifted)


def _sampled_ball(key: str, kind: Kind, data: Array) -> Array:
    found = balls(data)
    return found / np.sum(found, axis=-1, keepdims=True) if kind.name == "distribution" else found


def _one(value: Any) -> Array:
    found = np.empty(1, object)
    found[0] = value
    return found


def _constant(value: complex) -> Array:
    return _one(_CONSTANTS[value]() if value in _CONSTANTS else _ball(value))


DOUBLES = Numbers(
    lambda text: np.array([float(text)]),
    lambda value: np.array([value]),
    lambda array: array,
    lambda key, kind, data: data,
)
BALLS = Numbers(lambda text: _one(flint.arb(text)), _constant, balls, _sampled_ball)


def forms() -> Numbers:
    """Fractions of polynomials over the unknowns of one formula, whose symbols have one sample each."""
    ring = Ring()

    def lifted(array: Array) -> Array:
        return _each(array, ring.number(0).lifted)

    def constant(value: complex) -> Array:
        if isinstance(value, complex):
            raise NoOrder(_OF_REAL)
        known = {math.e: lambda: ring.number(1).exp(), math.pi: lambda: ring.unknown("pi", positive=True)}
        return _one(known.get(value, lambda: ring.number(value))())

    def sampled(key: str, kind: Kind, data: Array) -> Array:
        if kind.name in ("size", "class"):
            return lifted(data)
        if kind.name == "complex":
            raise NoOrder(_OF_REAL)
        found = np.empty(data.shape, object)
        for place in np.ndindex(*data.shape):
            found[place] = _symbol(ring, (key, place), kind)
        return found / np.sum(found, axis=-1, keepdims=True) if kind.name == "distribution" else found

    return Numbers(
        lambda text: _one(ring.number(flint.fmpq(*Fraction(text).as_integer_ratio()))),
        constant,
        lifted,
        sampled,
    )


def _symbol(ring: Ring, key: tuple[str, tuple[int, ...]], kind: Kind) -> Form:
    """An unknown that is all that a symbol may be, or more."""
    if kind.name in ("probability", "distribution"):
        positive = ring.unknown(key, True)
        return positive if kind.name == "distribution" else positive / (1 + positive)
    if math.isfinite(kind.low) and not math.isfinite(kind.high):
        return kind.low + (ring.unknown(key, True) if kind.low_open else ring.unknown(key) ** 2)
    return ring.unknown(key)


@contextmanager
def precisely(bits: int = BITS) -> Iterator[None]:
    """While balls are computed with: to so many bits, sixty digits if nothing else is said."""
    with _ONE_AT_A_TIME:
        before, flint.ctx.prec = flint.ctx.prec, bits
        try:
            yield
        finally:
            flint.ctx.prec = before


def are_balls(array: Array) -> bool:
    return bool(array.dtype == object)


def doubles(array: Array) -> Array:
    """The doubles nearest to the numbers of any kind, as positions and bounds need them."""
    if not are_balls(array):
        return array
    return np.asarray(array.astype(complex if are_complex(array) else float))


def of_code(value: Any) -> Array:
    """What code gives, as doubles; complex numbers stay what they are."""
    found = np.asarray(value)
    return np.asarray(found, dtype=complex if found.dtype.kind == "c" else float)


def are_complex(array: Array) -> bool:
    """Whether numbers of any kind are complex, be it that their imaginary parts are zero."""
    return any(map(_is_complex, array.flat)) if are_balls(array) else array.dtype.kind == "c"


def _is_complex(one: Any) -> bool:
    return isinstance(one, flint.acb)


def conjugated(array: Array) -> Array:
    return over(lambda one: one.conjugate() if _is_complex(one) else one, array) if are_balls(array) else np.conj(array)


def real_part(array: Array) -> Array:
    return over(lambda one: one.real if _is_complex(one) else one, array) if are_balls(array) else np.real(array)


def imaginary_part(array: Array) -> Array:
    return over(lambda one: one.imag if _is_complex(one) else one * 0, array) if are_balls(array) else np.imag(array)


def modulus(array: Array) -> Array:
    return over(abs, array) if are_balls(array) else np.asarray(np.abs(array))


def real(array: Array) -> Array:
    """The same array, for what is asked of real numbers only: which is larger, what it is rounded to.

    Raises:
        NoOrder: It has complex numbers.
    """
    if are_complex(array):
        advice = r"|z|, \Re z or \Im z, which are real"
        raise NoOrder("this is asked of a complex number, and only real ones have it", None, advice)
    return array


def ordered(compare: Callable[[Array, Array], Any]) -> Callable[[Array, Array], Array]:
    """A comparison of real numbers by size."""
    return lambda one, other: np.asarray(compare(real(one), real(other)))


def radii(array: Array) -> Array:
    """How far from the middle of each ball the true value may be."""
    return np.array([float(one.rad()) if one.is_finite() else math.inf for one in array.flat]).reshape(array.shape)


def only_doubles(array: Array, node: Node | None = None) -> Array:
    """The same array, for what is computed with doubles only.

    Raises:
        OnlyDoubles: It has balls.
    """
    if are_balls(array):
        raise OnlyDoubles("this is computed with doubles", node.span if node is not None else None)
    return array


def over(function: Callable[..., Any], *arrays: Array) -> Array:
    """A function of balls, at each place of arrays of any numbers."""
    return np.asarray(np.frompyfunc(function, len(arrays), 1)(*_alike(arrays)), object)


def undefined(array: Array) -> Array:
    """Where there is no value: NaN, or a ball without an end."""
    if not are_balls(array):
        return np.isnan(array)
    return np.array([not _finite(one) for one in array.flat], bool).reshape(array.shape)


def is_nan(array: Array) -> Array:
    """Where balls are of no number."""
    return over(lambda one: not one.is_finite() if _is_complex(one) else one.is_nan(), array).astype(bool)


def finite(array: Array) -> Array:
    """Where there is a value that is not infinite."""
    return ~undefined(array) if are_balls(array) else np.isfinite(array)


def _finite(one: Any) -> bool:
    return not math.isnan(one) if isinstance(one, int | float) else bool(one.is_finite())


def pi_as(array: Array) -> Array:
    """π as a number of the kind of others."""
    if not are_balls(array):
        return np.array(math.pi)
    first = next((one for one in array.flat if isinstance(one, Form)), None)
    return _one(flint.arb.pi() if first is None else first.ring.unknown("pi", positive=True))


def same(one: Array, other: Array) -> Array:
    """Where two numbers are equal, or nothing tells that two balls are not."""
    if not (are_balls(one) or are_balls(other)):
        return np.asarray(one == other)
    return over(_meet, one, other).astype(bool)


def _meet(one: Any, other: Any) -> bool:
    if _is_complex(other):
        one, other = other, one  # a complex ball meets a real one, which does not know of it
    return bool(one.overlaps(other))


def identical(one: Array, other: Array) -> Array:
    """Where two balls are one number, and certainly so."""
    return over(lambda a, b: a.is_exact() and b.is_exact() and _meet(a, b), one, other).astype(bool)


def at_most(one: Array, other: Array) -> Array:
    """Where a number is smaller than another, or nothing tells that they differ."""
    if not (are_balls(one) or are_balls(other)):
        return np.asarray(real(one) <= real(other))
    one, other = real(one), real(other)
    return over(lambda a, b: a <= b if isinstance(a, Form) else a < b or a.overlaps(b), one, other).astype(bool)


def is_whole(array: Array) -> Array:
    """Where a number is a whole one."""
    array = real(array)
    if not are_balls(array):
        return np.asarray(array == np.round(array))
    return over(_is_whole, array).astype(bool)


def _is_whole(one: Any) -> bool:
    if isinstance(one, Form):
        return one.is_integer()
    return bool(one.contains_integer() and one.rel_accuracy_bits() > _ACCURATE)


def accurate(array: Array) -> Array:
    """Where balls have forty digits, or are as small as if they had."""

    def enough(one: Any) -> bool:
        return bool(one.is_finite()) and (one.rel_accuracy_bits() > _ACCURATE or one.rad() < 1e-40)

    return over(enough, array).astype(bool)
