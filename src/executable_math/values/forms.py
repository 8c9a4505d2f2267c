r"""Fractions of polynomials over what is unknown in a formula: sides that are one fraction are equal for all values.

Symbols are unknowns, and so are \(e^m\) for a monomial m, logarithms, roots, sines and cosines, with the rules that
join them. A probability is \(u / (1 + u)\) with a positive u, and a distribution \(u_k / \sum_j u_j\): what is written
with positive unknowns and positive coefficients is positive. A formula that asks which of two fractions is the larger,
where that is not seen so, is not decided here.

Example:
    >>> ring = Ring()
    >>> x, y = ring.unknown("x"), ring.unknown("y")
    >>> ((x + y) * (x - y)).overlaps(x * x - y * y), (x + y).exp().overlaps(x.exp() * y.exp())
    (True, True)
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import partialmethod
from math import factorial, prod
from typing import Any

import flint

from executable_math.latex.tree import MathError

_UNKNOWNS, _MOST_TERMS, _MOST_DIGITS = 40, 400, 300
# The monomials of exponentials are counted in twelfths, so that halves and thirds of one are powers of it.
_PARTS = 12


class Undecided(MathError):
    """What is asked of a fraction cannot be told from its form."""


class Ring:
    """The unknowns of one formula."""

    def __init__(self) -> None:
        names = [f"u{place}" for place in range(_UNKNOWNS)]
        self.context = flint.fmpq_mpoly_ctx.get(names, flint.Ordering.lex)
        self.places: dict[Hashable, int] = {}
        self.positive: set[int] = set()
        self.powers: dict[int, tuple[int, Any]] = {}  # a power of an unknown, and what that is
        self.logarithms: dict[int, Form] = {}  # what an unknown is the logarithm of
        self.exponents: dict[int, Form] = {}  # what is the logarithm of an unknown

    def unknown(self, key: Hashable, positive: bool = False) -> Form:
        """The unknown of a name."""
        place = self.places.setdefault(key, len(self.places))
        if place >= _UNKNOWNS:
            raise Undecided("too many unknowns")
        if positive:
            self.positive.add(place)
        return Form(self, self.context.gen(place), self.context.constant(1))

    def place(self, form: Form) -> int:
        return next(place for place, degree in enumerate(form.above.degrees()) if degree)

    def number(self, value: Any) -> Form:
        """A rational number, a double among them."""
        if isinstance(value, float):
            if value != value or value in (float("inf"), -float("inf")):
                raise Undecided("no number")
            value = flint.fmpq(*value.as_integer_ratio())
        return Form(self, self.context.constant(value), self.context.constant(1))

    def reduced(self, polynomial: Any) -> Any:
        """A polynomial without powers that are something else, such as that of a root."""
        for place, (power, instead) in self.powers.items():
            while polynomial.degrees()[place] >= power:
                polynomial = self._once(polynomial, place, power, instead)
        return polynomial

    def _once(self, polynomial: Any, place: int, power: int, instead: Any) -> Any:
        found = self.context.constant(0)
        for exponents, coefficient in polynomial.terms():
            times, rest = divmod(exponents[place], power)
            left = (*exponents[:place], rest, *exponents[place + 1 :])
            found += self.context.from_dict({left: coefficient}) * instead**times
        return found

    def is_positive(self, polynomial: Any) -> bool:
        """Whether a polynomial is positive, or zero where all its unknowns with an even power are."""
        return all(
            coefficient > 0
            and all(not power % 2 or place in self.positive for place, power in enumerate(exponents) if power)
            for exponents, coefficient in polynomial.terms()
        )

    def is_surely_positive(self, polynomial: Any) -> bool:
        """Whether it is positive, and never zero."""
        return self.is_positive(polynomial) and any(
            all(place in self.positive for place, power in enumerate(exponents) if power)
            for exponents, _ in polynomial.terms()
        )


class Form:
    """A fraction of polynomials.

    Args:
        ring: Its unknowns.
        above: The numerator.
        below: The denominator.
    """

    __slots__ = ("above", "below", "ring")

    def __init__(self, ring: Ring, above: Any, below: Any) -> None:
        self.ring = ring
        if below.is_zero():
            raise Undecided("a denominator of zero")
        if len(above) + len(below) > _MOST_TERMS:
            raise Undecided("too many terms")
        if not below.is_constant():
            common = above.gcd(below)
            above, below = above / common, below / common
        leading = below.leading_coefficient()
        self.above, self.below = above / leading, below / leading

    def lifted(self, other: Any) -> Form:
        return other if isinstance(other, Form) else self.ring.number(other)

    # -- arithmetic

    def __add__(self, other: Any) -> Form:
        other = self.lifted(other)
        return Form(self.ring, self.above * other.below + other.above * self.below, self.below * other.below)

    __radd__ = __add__

    def __neg__(self) -> Form:
        return Form(self.ring, -self.above, self.below)

    def __sub__(self, other: Any) -> Form:
        return self + -self.lifted(other)

    def __rsub__(self, other: Any) -> Form:
        return -self + self.lifted(other)

    def __mul__(self, other: Any) -> Form:
        other = self.lifted(other)
        return Form(self.ring, self.above * other.above, self.below * other.below)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Form:
        other = self.lifted(other)
        return Form(self.ring, self.above * other.below, self.below * other.above)

    def __rtruediv__(self, other: Any) -> Form:
        return self.lifted(other) / self

    def __pow__(self, other: Any) -> Form:
        exponent = self.lifted(other).constant()
        if exponent is None:
            return (self.log() * self.lifted(other)).exp()
        if exponent.q != 1:
            return self.root(int(exponent.q)) ** int(exponent.p)
        power = int(exponent.p)
        if abs(power) > _MOST_TERMS:
            raise Undecided("a large power")
        above, below = (self.above, self.below) if power >= 0 else (self.below, self.above)
        return Form(self.ring, above ** abs(power), below ** abs(power))

    def __rpow__(self, other: Any) -> Form:
        return self.lifted(other) ** self

    def __abs__(self) -> Form:
        return self if self >= 0 else -self

    # -- comparisons

    def constant(self) -> Any:
        """The rational number that this is, or None."""
        if self.above.is_constant() and self.below.is_constant():
            return self.above.leading_coefficient() if not self.above.is_zero() else flint.fmpq(0)
        return None

    def is_zero(self) -> bool:
        return bool(self.ring.reduced(self.above).is_zero())

    def overlaps(self, other: Any) -> bool:
        """Whether both are one number for all values."""
        return (self - self.lifted(other)).is_zero()

    def _sign(self, other: Any) -> tuple[int, bool]:
        """The sign of the difference, and whether it is never zero."""
        gap = self - self.lifted(other)
        if gap.is_zero():
            return 0, False
        for sign, form in ((1, gap), (-1, -gap)):
            if self.ring.is_positive(form.above) and self.ring.is_surely_positive(form.below):
                return sign, self.ring.is_surely_positive(form.above)
        raise Undecided("which of two values is the larger")

    def _strictly(self, other: Any, wanted: int) -> bool:
        sign, surely = self._sign(other)
        if sign == wanted and not surely:
            raise Undecided("whether two values are the same")
        return sign == wanted

    def __lt__(self, other: Any) -> bool:
        return self._strictly(other, -1)

    def __gt__(self, other: Any) -> bool:
        return self._strictly(other, 1)

    def __le__(self, other: Any) -> bool:
        return not self._strictly(other, 1) if self._sign(other)[0] > 0 else True

    def __ge__(self, other: Any) -> bool:
        return not self._strictly(other, -1) if self._sign(other)[0] < 0 else True

    def __eq__(self, other: object) -> bool:
        if self.overlaps(other):
            return True
        if self._sign(other)[1]:
            return False
        raise Undecided("whether two values are the same")

    def __hash__(self) -> int:
        return hash((str(self.above), str(self.below)))

    def is_finite(self) -> bool:
        return True

    def is_nan(self) -> bool:
        return False

    # -- functions

    def opaque(self, name: str, positive: bool = False) -> Form:
        """A function of which nothing is known here but that it is one."""
        return self.ring.unknown((name, str(self.above), str(self.below)), positive)

    def exp(self) -> Form:
        if not self.below.is_constant():
            return self._exponential(self, 1)
        found = self.ring.number(1)
        for exponents, coefficient in self.above.terms():
            monomial = self.ring.context.from_dict({exponents: flint.fmpq(1)})
            found = found * self._power_of_e(Form(self.ring, monomial, self.ring.context.constant(1)), coefficient)
        return found

    def _power_of_e(self, monomial: Form, coefficient: Any) -> Form:
        place = self.ring.place(monomial) if monomial.above.total_degree() == 1 else -1
        if place in self.ring.logarithms:
            return self.ring.logarithms[place] ** self.ring.number(coefficient)
        if _PARTS % int(coefficient.q) or abs(coefficient) > _MOST_TERMS:
            return self._exponential(monomial * coefficient, 1)
        return self._exponential(monomial, _PARTS) ** int(coefficient * _PARTS)

    def _exponential(self, exponent: Form, parts: int) -> Form:
        found = exponent.opaque(f"exp/{parts}", positive=True)
        self.ring.exponents[self.ring.place(found)] = exponent / parts
        return found

    def log(self) -> Form:
        above, below = self.ring.reduced(self.above), self.below
        if self.ring.is_surely_positive(above) and self.ring.is_surely_positive(below):
            return self._log_of(above) - self._log_of(below)
        return self._logarithm(self)

    def _log_of(self, polynomial: Any) -> Form:
        """The logarithm of a positive polynomial: of its factors, where all of them are positive."""
        constant, factors = polynomial.factor()
        if constant < 0 or not all(self.ring.is_surely_positive(factor) for factor, _ in factors):
            return self._logarithm(Form(self.ring, polynomial, self.ring.context.constant(1)))
        found = self._log_of_number(constant)
        for factor, power in factors:
            found = found + power * self._log_of_factor(factor)
        return found

    def _log_of_number(self, number: Any) -> Form:
        found = self.ring.number(0)
        for part, sign in ((number.p, 1), (number.q, -1)):
            for prime, power in part.factor():
                found = found + sign * int(power) * self._logarithm(self.ring.number(int(prime)))
        return found

    def _log_of_factor(self, factor: Any) -> Form:
        form = Form(self.ring, factor, self.ring.context.constant(1))
        if len(factor) == 1 and factor.total_degree() == 1:
            place = self.ring.place(form)
            if place in self.ring.exponents:
                return self.ring.exponents[place]
            if place in self.ring.powers:
                power, instead = self.ring.powers[place]
                return Form(self.ring, instead, self.ring.context.constant(1)).log() / power
        return self._logarithm(form)

    def _logarithm(self, form: Form) -> Form:
        found = form.opaque("log")
        self.ring.logarithms[self.ring.place(found)] = form
        return found

    def root(self, degree: int) -> Form:
        """A root, of numerator and denominator apart: of what is positive."""
        if not (self.ring.is_positive(self.above) and self.ring.is_surely_positive(self.below)):
            raise Undecided("a root of what may be negative")
        return self._root_of(self.above, degree) / self._root_of(self.below, degree)

    def _root_of(self, polynomial: Any, degree: int) -> Form:
        constant, factors = polynomial.factor()
        one = self.ring.context.constant(1)
        parts = [(Form(self.ring, self.ring.context.constant(constant), one), 1)]
        parts += [(Form(self.ring, factor, one), int(power)) for factor, power in factors]
        return prod((self._radical(form, power, degree) for form, power in parts), start=self.ring.number(1))

    def _radical(self, form: Form, power: int, degree: int) -> Form:
        if not power % degree:
            if not self.ring.is_positive(form.above):
                raise Undecided("a root of what may be negative")
            return form ** (power // degree)
        if form.constant() == 1:
            return form
        if not self.ring.is_surely_positive(form.above):
            raise Undecided("a root of what may be negative")
        found = form.opaque(f"root {degree}", positive=True)
        self.ring.powers[self.ring.place(found)] = degree, form.above
        return found**power

    def sqrt(self) -> Form:
        return self.root(2)

    def sin(self) -> Form:
        return self.opaque("sin")

    def cos(self) -> Form:
        found, sine = self.opaque("cos"), self.sin()
        self.ring.powers[self.ring.place(found)] = 2, (1 - sine * sine).above
        return found

    def tan(self) -> Form:
        return self.sin() / self.cos()

    def cosh(self) -> Form:
        return (self.exp() + (-self).exp()) / 2

    def sinh(self) -> Form:
        return (self.exp() - (-self).exp()) / 2

    def tanh(self) -> Form:
        return self.sinh() / self.cosh()

    def coth(self) -> Form:
        return self.cosh() / self.sinh()

    def cot(self) -> Form:
        return self.cos() / self.sin()

    def sec(self) -> Form:
        return 1 / self.cos()

    def csc(self) -> Form:
        return 1 / self.sin()

    asin = partialmethod(opaque, "asin")
    acos = partialmethod(opaque, "acos")
    atan = partialmethod(opaque, "atan")
    asinh = partialmethod(opaque, "asinh")
    acosh = partialmethod(opaque, "acosh")
    atanh = partialmethod(opaque, "atanh")
    erf = partialmethod(opaque, "erf")
    floor = partialmethod(opaque, "floor")
    ceil = partialmethod(opaque, "ceil")

    def gamma(self) -> Form:
        found = self.constant()
        if found is not None and found.q == 1 and 0 < found < _MOST_TERMS:
            return self.ring.number(factorial(int(found.p) - 1))
        return self.opaque("gamma")

    def sgn(self) -> Form:
        return self.ring.number(1 if self > 0 else -1 if self < 0 else 0)

    def is_integer(self) -> bool:
        """Whether this is a whole number.

        Raises:
            Undecided: It is no number.
        """
        return bool(self.rational().q == 1)

    def rational(self) -> Any:
        found = self.constant()
        if found is None:
            raise Undecided("which number this is")
        return found

    def __float__(self) -> float:
        found = self.rational()
        return float(int(found.p) / int(found.q))
