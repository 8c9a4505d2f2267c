import numpy as np
import pytest

from executable_math import read
from executable_math.latex.tree import MathError, Node, Relation, Symbol
from executable_math.values.numerals import Printed, printed, stands_for


def node(latex: str) -> Node:
    return read(latex).statements[0]


def as_printed(latex: str) -> Printed:
    found = printed(node(latex))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("latex", "low", "high"),
    [
        ("0.25", 0.245, 0.255),
        ("0.2500", 0.24995, 0.25005),
        ("-1.5", -1.55, -1.45),
        (r"93.2\%", 0.9315, 0.9325),
        (r"4.12 \times 10^{-9}", 4.115e-9, 4.125e-9),
        (r"1{,}234.5", 1234.45, 1234.55),
        (r"0.333\ldots", 0.3325, 0.334),
        (r"-1.41\ldots", -1.42, -1.405),
        ("[0.5, 0.25]", [0.45, 0.245], [0.55, 0.255]),
    ],
)
def test_between_what_a_value_may_be_to_be_printed_so(
    latex: str, low: float | list[float], high: float | list[float]
) -> None:
    found = as_printed(latex)
    assert np.allclose([found.low, found.high], [low, high], rtol=1e-6, atol=0)
    step = 1e-6 * np.abs(found.value)
    assert found.admits(found.low + step).all()
    assert found.admits(found.high).all()
    assert not found.admits(found.low - step).any()
    assert not found.admits(found.high + step).any()


@pytest.mark.parametrize("latex", ["x", "1 + 1", r"\frac12", "2 x", "[1, x]", r"2 \cdot 3", "10^x", r"10^{5000}"])
def test_what_is_no_printed_number(latex: str) -> None:
    assert printed(node(latex)) is None


@pytest.mark.parametrize(("latex", "value"), [("22", 22), (r"2 \cdot 10^3", 2000)])
def test_an_integer_is_exact(latex: str, value: int) -> None:
    assert as_printed(latex).admits(np.array([value, value + 1e-3])).tolist() == [True, False]


@pytest.mark.parametrize(
    ("left", "sign", "right", "place"),
    [("x", r"\approx", "22", 1), ("22", r"\approx", "x", 0), ("x", "=", r"1.4\ldots", 1), (r"1.4\ldots", "=", "x", 0)],
)
def test_a_number_stands_for_what_is_printed_so(left: str, sign: str, right: str, place: int) -> None:
    found = stands_for(node(left), node(right), Relation(sign))
    assert found is not None
    at, number = found
    assert at == place
    assert number.admits(number.value + 0.04)
    assert not number.admits(number.value + 0.6)


def test_a_number_after_an_equals_sign_stands_for_itself() -> None:
    assert stands_for(Symbol("x"), node("1.4"), Relation("=")) is None


def test_an_approximation_without_a_number_says_what_to_write() -> None:
    with pytest.raises(MathError) as caught:
        stands_for(Symbol("x"), Symbol("y"), Relation(r"\approx"))
    assert r"\approx 0.22" in caught.value.advice
