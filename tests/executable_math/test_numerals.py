import numpy as np
import pytest

from executable_math.numerals import printed, rounding
from executable_math.reader import read
from executable_math.tree import MathError, Symbol


def node(latex):
    return read(latex).statements[0]


@pytest.mark.parametrize(
    ("latex", "value", "tolerance"),
    [
        ("0.25", 0.25, 0.005),
        ("0.2500", 0.25, 0.00005),
        ("-1.5", -1.5, 0.05),
        ("22", 22, 0),
        (r"93.2\%", 0.932, 0.0005),
        (r"4.12 \times 10^{-9}", 4.12e-9, 5e-12),
        (r"2 \cdot 10^3", 2000, 0),
        (r"1{,}234.5", 1234.5, 0.05),
        (r"0.333\ldots", 1 / 3, 1e-3),
    ],
)
def test_what_a_number_prints_and_how_far_a_value_may_be(latex, value, tolerance):
    found = printed(node(latex))
    assert np.isclose(found.value, value, rtol=2e-3)
    assert np.isclose(found.tolerance, tolerance, rtol=1e-4, atol=1e-5 * abs(value))


def test_half_a_unit_in_the_last_place_either_way_and_no_more():
    found = printed(node("0.25"))
    assert abs(0.255 - found.value) <= found.tolerance
    assert abs(0.2551 - found.value) > found.tolerance


def test_a_list_has_a_tolerance_for_each_number():
    assert np.allclose(printed(node("[0.5, 0.25]")).tolerance, [0.05, 0.005])


@pytest.mark.parametrize("latex", ["x", "1 + 1", r"\frac12", "2 x", "[1, x]", r"2 \cdot 3", "10^x", r"10^{5000}"])
def test_what_is_no_printed_number(latex):
    assert printed(node(latex)) is None


def test_an_integer_after_an_approximation_sign_is_rounded_to():
    assert rounding(Symbol("x"), node("22"), Symbol("r")) >= 0.5


def test_an_approximation_without_a_number_says_what_to_write():
    with pytest.raises(MathError) as caught:
        rounding(Symbol("x"), Symbol("y"), Symbol("r"))
    assert r"\approx 0.22" in caught.value.advice
