"""The ends of what is allowed, which mutation showed that no other test reaches."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

import lossfunctions as lf

Array = NDArray[np.float64]

TWO, THREE = [1, 0], [0.25, 0.5, 0.75]
NAMES = {
    lf.brier: "p",
    lf.focal: "p",
    lf.bernoulli_mass: "p",
    lf.hinge: "s",
    lf.gaussian_density: "mean",
}


@pytest.mark.parametrize("function", NAMES, ids=lambda function: function.__name__)
def test_shapes_that_do_not_fit_are_named(function: Callable[[list[int], list[float]], object]) -> None:
    message = f"y has shape (2,) and {NAMES[function]} has shape (3,); the shapes must broadcast"
    labels = [1, -1] if function is lf.hinge else TWO
    with pytest.raises(ValueError, match=re.escape(message)):
        function(labels, THREE)


def test_rows_of_logits_that_do_not_fit_are_named() -> None:
    message = "y has shape (2, 3) and z has shape (3, 3); the shapes must broadcast"
    with pytest.raises(ValueError, match=re.escape(message)):
        lf.categorical_cross_entropy_from_logits(np.eye(3)[[0, 1]], np.eye(3))


def test_a_logit_that_has_no_classes_is_named() -> None:
    message = "z is 0.5; z must be an array whose last axis runs over the classes"
    with pytest.raises(ValueError, match=re.escape(message)):
        lf.categorical_cross_entropy_from_logits([1, 0], 0.5)


def test_a_square_that_is_too_large_is_infinite_without_a_warning() -> None:
    assert lf.squared_hinge(-1, 1e200) == np.inf


def test_one_class_has_no_rival() -> None:
    assert lf.multiclass_hinge(0, [0.5]) == 0
    assert lf.crammer_singer([0, 0], [[0.5], [3.0]]) == 0


@pytest.fixture
def unwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory that a division leaves unwritten may hold anything: here it holds NaN."""
    divide = np.divide

    def spoilt(a: Array, b: Array, out: Array | None = None, where: NDArray[np.bool_] | bool = True) -> Array:
        return divide(a, b, out=np.full(np.shape(b), np.nan) if out is None else out, where=where)

    monkeypatch.setattr(np, "divide", spoilt)


@pytest.mark.usefixtures("unwritten")
def test_the_focal_gradient_of_a_certain_and_right_answer() -> None:
    assert lf.focal_gradient([1, 0], [1.0, 0.0]).tolist() == [0, 0]
    assert lf.focal_gradient(1, 1.0, gamma=0.0) == -1


@pytest.mark.usefixtures("unwritten")
def test_a_point_on_the_line_has_a_weight() -> None:
    # The middle point is on every line tried. The slope is where 2 psi(6 - 2 m) + psi(1 - m) = 0: 2 * 1/2 - 1.
    line = lf.fit_line([-2.0, -1.0, 0.0, 1.0, 2.0], [-6.0, -1.0, 0.0, 1.0, 6.0], "huber")
    assert (line.intercept, line.slope) == pytest.approx((0, 2.75), abs=1e-6)
