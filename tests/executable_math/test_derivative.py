import mpmath
import numpy as np
import pytest

from executable_math.values.derivative import (
    ELEMENTARY,
    Dual,
    Real,
    apply,
    choose,
    largest,
    part,
    power,
    primal,
    product,
)

AT = np.array([0.3, 0.7])


def variable(x: np.ndarray, tag: int = 1) -> Dual:
    return Dual(x, np.ones_like(x), tag)


def slope(x: Real) -> np.ndarray:
    """The derivative by the variable, which has no derivative of its own."""
    return primal(part(x, 1))


SAME = ["exp", "log", "sqrt", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth"]
REFERENCE = {
    "arcsin": mpmath.asin, "arccos": mpmath.acos, "arctan": mpmath.atan, "arsinh": mpmath.asinh,
    "arcosh": mpmath.acosh, "artanh": mpmath.atanh, "erf": mpmath.erf,
} | {name: getattr(mpmath, name) for name in SAME}  # fmt: skip
# Where a function has values, if not between 0 and 1.
ELSEWHERE = {"arcosh": AT + 1}


@pytest.mark.parametrize("name", REFERENCE)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_elementary_functions_against_derivatives_at_30_digits(name: str, order: int) -> None:
    at = ELSEWHERE.get(name, AT)
    with mpmath.workdps(30):
        expected = [float(mpmath.diff(REFERENCE[name], x, order)) for x in at]
    assert np.allclose(primal(nested(name, at, order)), expected, rtol=1e-12)


def nested(name: str, x: Real, order: int) -> Real:
    """The derivative of an order, each by a dual number of its own."""
    if not order:
        return apply(name, x)
    inner = Dual(x, np.ones(np.shape(primal(x))), order_tag := 10 - order)
    return part(nested(name, inner, order - 1), order_tag)


def test_every_elementary_function_is_tried() -> None:
    assert set(ELEMENTARY) == {*REFERENCE, "sign", "floor", "ceil"}


def test_products_quotients_and_powers() -> None:
    x = variable(AT)
    assert np.allclose(slope(x * x * 3.0), 6 * AT)
    assert np.allclose(slope(1.0 / x), -1 / AT**2)
    assert np.allclose(slope(2.0 - x), -1)
    assert np.allclose(slope(power(x, np.array([3.0]))), 3 * AT**2)
    assert np.allclose(slope(power(np.array([2.0]), x)), np.log(2) * 2**AT)
    assert np.allclose(slope(power(x, x)), AT**AT * (np.log(AT) + 1))


def test_the_power_0_and_the_base_0_have_derivatives() -> None:
    zero = variable(np.zeros(1))
    assert slope(power(zero, np.array([0.0]))).tolist() == [0.0]
    assert slope(power(zero, np.array([1.0]))).tolist() == [1.0]
    assert slope(power(zero, np.array([2.0]))).tolist() == [0.0]


def test_inner_and_outer_derivatives_are_kept_apart() -> None:
    # d/dx (x d/dy (x + y)) at y = x is 1, and a confusion of the two makes it 2.
    x = variable(AT, 1)
    inner = part(x + Dual(AT, np.ones(2), 2), 2)
    assert np.allclose(slope(x * inner), 1)


def test_a_product_along_an_axis() -> None:
    x = variable(np.array([[2.0], [3.0], [5.0]]))
    whole = product(Dual(x.primal, np.array([[1.0], [0.0], [0.0]]), 1), 0)
    assert primal(whole).tolist() == [30.0]
    assert slope(whole).tolist() == [15.0]


def test_the_largest_has_no_derivative_where_two_are_equal_and_differ_in_slope() -> None:
    x = variable(np.array([-1.0, 0.0, 1.0]))
    found = slope(largest([x, np.zeros(3)]))
    assert found[[0, 2]].tolist() == [0.0, 1.0]
    assert np.isnan(found[1])


def test_the_largest_of_the_same_has_a_derivative() -> None:
    x = variable(np.zeros(1))
    assert slope(largest([x, x])).tolist() == [1.0]


def test_a_choice_keeps_the_derivative_of_what_is_chosen() -> None:
    x = variable(AT)
    assert slope(choose(np.array([True, False]), x * x, x)).tolist() == [0.6, 1.0]


def test_steps_have_no_derivative_where_they_jump() -> None:
    slopes = slope(apply("floor", variable(np.array([0.5, 1.0]))))
    assert slopes[0] == 0
    assert np.isnan(slopes[1])
