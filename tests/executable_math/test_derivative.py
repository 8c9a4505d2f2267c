import mpmath
import numpy as np
import pytest

from executable_math.values.derivative import ELEMENTARY, Dual, apply, choose, largest, part, power, primal, product

AT = np.array([0.3, 0.7])


def variable(x: np.ndarray, tag: int = 1) -> Dual:
    return Dual(x, np.ones_like(x), tag)


SAME = ["exp", "log", "sqrt", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth"]
REFERENCE = {"arcsin": mpmath.asin, "arccos": mpmath.acos, "arctan": mpmath.atan} | {
    name: getattr(mpmath, name) for name in SAME
}


@pytest.mark.parametrize("name", REFERENCE)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_elementary_functions_against_derivatives_at_30_digits(name, order):
    with mpmath.workdps(30):
        expected = [float(mpmath.diff(REFERENCE[name], x, order)) for x in AT]
    assert np.allclose(primal(nested(name, AT, order)), expected, rtol=1e-12)


def nested(name, x, order):
    """The derivative of an order, each by a dual number of its own."""
    if not order:
        return apply(name, x)
    inner = Dual(x, np.ones(np.shape(primal(x))), order_tag := 10 - order)
    return part(nested(name, inner, order - 1), order_tag)


def test_every_elementary_function_is_tried():
    assert set(ELEMENTARY) == {*REFERENCE, "sign", "floor", "ceil"}


def test_products_quotients_and_powers():
    x = variable(AT)
    assert np.allclose(part(x * x * 3.0, 1), 6 * AT)
    assert np.allclose(part(1.0 / x, 1), -1 / AT**2)
    assert np.allclose(part(2.0 - x, 1), -1)
    assert np.allclose(part(power(x, np.array([3.0])), 1), 3 * AT**2)
    assert np.allclose(part(power(np.array([2.0]), x), 1), np.log(2) * 2**AT)
    assert np.allclose(part(power(x, x), 1), AT**AT * (np.log(AT) + 1))


def test_the_power_0_and_the_base_0_have_derivatives():
    zero = variable(np.zeros(1))
    assert part(power(zero, np.array([0.0])), 1).tolist() == [0.0]
    assert part(power(zero, np.array([1.0])), 1).tolist() == [1.0]
    assert part(power(zero, np.array([2.0])), 1).tolist() == [0.0]


def test_inner_and_outer_derivatives_are_kept_apart():
    # d/dx (x d/dy (x + y)) at y = x is 1, and a confusion of the two makes it 2.
    x = variable(AT, 1)
    inner = part(x + Dual(AT, np.ones(2), 2), 2)
    assert np.allclose(primal(part(x * inner, 1)), 1)


def test_a_product_along_an_axis():
    x = variable(np.array([[2.0], [3.0], [5.0]]))
    whole = product(Dual(x.primal, np.array([[1.0], [0.0], [0.0]]), 1), 0)
    assert primal(whole).tolist() == [30.0]
    assert part(whole, 1).tolist() == [15.0]


def test_the_largest_has_no_derivative_where_two_are_equal_and_differ_in_slope():
    x = variable(np.array([-1.0, 0.0, 1.0]))
    slope = part(largest([x, np.zeros(3)]), 1)
    assert slope[[0, 2]].tolist() == [0.0, 1.0]
    assert np.isnan(slope[1])


def test_the_largest_of_the_same_has_a_derivative():
    x = variable(np.zeros(1))
    assert part(largest([x, x]), 1).tolist() == [1.0]


def test_a_choice_keeps_the_derivative_of_what_is_chosen():
    x = variable(AT)
    assert part(choose(np.array([True, False]), x * x, x), 1).tolist() == [0.6, 1.0]


def test_steps_have_no_derivative_where_they_jump():
    slopes = part(apply("floor", variable(np.array([0.5, 1.0]))), 1)
    assert slopes[0] == 0
    assert np.isnan(slopes[1])
