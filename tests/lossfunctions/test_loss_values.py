"""Every function and every gradient against its definition at 50 digits."""

import numpy as np
import pytest
from loss_references import GRADIENTS, VALUES, Case, Reference

import lossfunctions as lf

# The gradient of a squared sigmoid multiplies three rounded factors.
ULPS = {"half squared error from logits, gradient": 6}


def worst(got: np.ndarray, exact: np.ndarray, crosses_zero: bool) -> np.ndarray:
    """How far each value is off, in units in the last place of the exact one, infinite if it is not finite.

    Near a zero crossing an error below 1e-15 is none.
    """
    rounded, rest = exact[..., 0], exact[..., 1]
    same = got == rounded
    with np.errstate(invalid="ignore"):
        error = np.abs((got - rounded) - rest)
        ulps = error / np.spacing(np.abs(rounded))
    off = np.where(np.isfinite(got) & np.isfinite(rounded), ulps, np.where(same, 0, np.inf))
    return np.where(crosses_zero & (error <= 1e-15), 0, off)


@pytest.mark.parametrize("case", VALUES + GRADIENTS, ids=lambda case: case.name)
def test_agrees_with_its_definition_at_50_digits(case: Case, reference: Reference) -> None:
    exact = reference(case)
    got = np.asarray(case.function(*case.arguments)).reshape(exact.shape[:2])
    off = worst(got, exact, case.crosses_zero)
    row, entry = np.unravel_index(np.argmax(off), off.shape)
    arguments = [argument[row] for argument in case.arguments]
    assert off.max() <= ULPS.get(case.name, 4), (arguments, got[row, entry], exact[row, entry])


@pytest.mark.parametrize("case", VALUES, ids=lambda case: case.name)
def test_the_comparison_notices_a_few_lost_digits(case: Case, reference: Reference) -> None:
    exact = reference(case)
    values = exact[..., 0]
    with np.errstate(over="ignore"):
        off = worst(values * (1 + 2.0**-47), exact, crosses_zero=False)
    assert off[(np.abs(values) > 1e-300) & np.isfinite(values)].min() > 4
    assert worst(np.full_like(values, np.nan), exact, case.crosses_zero).min() == np.inf


def test_every_function_is_compared_at_2000_points_or_more() -> None:
    compared = {case.name.partition(",")[0] for case in VALUES} | {loss.function.__name__ for loss in lf.LOSSES}
    gradients = {loss.gradient.__name__ for loss in lf.LOSSES if loss.gradient}
    elsewhere = {
        *("Line", "Loss", "LOSSES", "NeuronHistory", "Separator", "one_hot"),
        *("fit_l2_hinge", "fit_line", "geometric_margin", "gradient_descent", "l2_objective"),
        *("l2_objective_gradient", "least_squares", "maximum_margin", "train_neuron"),
    }
    assert compared | gradients | elsewhere >= set(lf.__all__)
    assert min(len(case.arguments[0]) for case in VALUES) >= 2000


def test_every_gradient_is_compared_at_2000_points_or_more() -> None:
    points: dict[str, int] = {}
    for case in GRADIENTS:
        name = case.name.partition(", gradient")[0]
        points[name] = points.get(name, 0) + case.arguments[1].size
    assert set(points) == {loss.name for loss in lf.LOSSES if loss.gradient}
    assert min(points.values()) >= 2000
