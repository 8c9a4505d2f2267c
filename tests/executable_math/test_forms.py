"""Fractions over unknowns: what is told apart, what is one, and what they do not decide."""

from __future__ import annotations

import pytest

from executable_math.values.forms import Form, Ring, Undecided


@pytest.fixture
def ring() -> Ring:
    return Ring()


def test_roots_and_powers(ring: Ring) -> None:
    a, b = ring.unknown("a", positive=True), ring.unknown("b", positive=True)
    assert (a * b).sqrt().overlaps(a.sqrt() * b.sqrt())
    assert (a**3).sqrt().overlaps(a * a.sqrt())
    assert a.sqrt().log().overlaps(a.log() / 2)
    assert not a.sqrt().overlaps(a)


def test_a_root_of_what_may_be_negative_is_undecided(ring: Ring) -> None:
    x = ring.unknown("x")
    for root in (x.sqrt, (x * x).sqrt, (x - 1).log):
        with pytest.raises(Undecided):
            assert root().sqrt() is None


def test_logarithms_are_taken_apart_only_where_all_factors_are_positive(ring: Ring) -> None:
    x, y, a = ring.unknown("x"), ring.unknown("y"), ring.unknown("a", positive=True)
    assert not (x * y).log().overlaps(x.log() + y.log())
    assert (a * a).log().overlaps(2 * a.log())
    assert not (x * x).log().overlaps(2 * x.log())
    assert (x.exp() * a).log().overlaps(x + a.log())
    assert ((x * y).log()).exp().overlaps(x * y)


def test_order(ring: Ring) -> None:
    x, a = ring.unknown("x"), ring.unknown("a", positive=True)
    assert a > 0
    assert x * x >= 0
    assert x.exp() + 1 > 1
    assert not a < 0
    for undecided, number in ((x, 0), (x * x, 0), (a, 1)):
        with pytest.raises(Undecided):
            assert undecided > number
        with pytest.raises(Undecided):
            assert undecided == number


def test_too_much_is_undecided(ring: Ring) -> None:
    found: Form = ring.number(0)
    for place in range(12):
        found = found + ring.unknown(place)
    with pytest.raises(Undecided):
        assert found**6 is None
