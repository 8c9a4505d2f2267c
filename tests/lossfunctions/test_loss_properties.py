"""What a loss is said to be: convex or not, never negative, symmetric, least at the truth."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

import lossfunctions as lf

Array = NDArray[np.float64]

SLACK = 1e-9

numbers = st.floats(-100, 100)
chances = st.floats(0, 1)
rows = arrays(np.float64, 3, elements=st.floats(-50, 50))
# Numbers with few digits, whose sums are exact
eighths = st.integers(-800, 800).map(lambda k: k / 8)


@st.composite
def distributions(draw: st.DrawFn, least: float = 0.0) -> np.ndarray:
    weights = draw(arrays(np.float64, 3, elements=st.floats(least, 1)))
    assume(weights.sum() > 0.01)
    return np.asarray(weights / weights.sum())


LABELS = {
    "real": numbers,
    "probability": chances,
    "label": st.sampled_from([0, 1]),
    "sign": st.sampled_from([-1, 1]),
    "class": st.sampled_from([0, 1, 2]),
    "distribution": distributions(),
}
PREDICTIONS = {"real": numbers, "probability": chances, "distribution": distributions(0.01), "reals": rows}
CONVEX = [loss for loss in lf.LOSSES if loss.convex]


def each(losses: Iterable[lf.Loss]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("loss", losses, ids=lambda loss: loss.name)


def draw_from(data: st.DataObject, loss: lf.Loss, predictions: int) -> list[Any]:
    return [data.draw(LABELS[loss.labels]), *(data.draw(PREDICTIONS[loss.predictions]) for _ in range(predictions))]


@each(lf.LOSSES)
@given(data=st.data())
def test_a_loss_is_never_negative(loss: lf.Loss, data: st.DataObject) -> None:
    y, prediction = draw_from(data, loss, 1)
    assert loss.function(y, prediction) >= 0


@each(CONVEX)
@given(data=st.data(), share=chances)
def test_a_convex_loss_lies_below_its_chords(loss: lf.Loss, data: st.DataObject, share: float) -> None:
    y, a, b = draw_from(data, loss, 2)
    chord = times(share, loss.function(y, a)) + times(1 - share, loss.function(y, b))
    assert loss.function(y, share * a + (1 - share) * b) <= chord + SLACK * (1 + abs(chord))


@each([loss for loss in CONVEX if loss.gradient])
@given(data=st.data())
def test_a_convex_loss_lies_above_its_tangents(loss: lf.Loss, data: st.DataObject) -> None:
    assert loss.gradient is not None
    y, a, b = draw_from(data, loss, 2)
    assume(np.isfinite(loss.function(y, a)))
    slope = loss.gradient(y, a)
    assume(np.isfinite(slope).all())
    tangent = loss.function(y, a) + np.sum(slope * (np.asarray(b) - a))
    assert loss.function(y, b) >= tangent - SLACK * (1 + abs(tangent))


def times(share: float, value: Array) -> Array:
    return share * value if share else np.zeros(())


# For each loss that is not convex, a label and three predictions at equal distances that show it
WITNESSES = {"half squared error from logits": (1, [-6.0, -3.0, 0.0]), "zero-one": (1, [-1.0, 0.0, 1.0])}


@each([loss for loss in lf.LOSSES if not loss.convex])
def test_a_loss_that_is_not_convex_rises_above_a_chord(loss: lf.Loss) -> None:
    y, predictions = WITNESSES[loss.name]
    low, middle, high = loss.function(y, predictions, reduction="none")
    assert middle > (low + high) / 2


def test_focal_loss_is_convex_in_the_probability_but_not_in_the_logit() -> None:
    low, middle, high = lf.focal(1, lf.sigmoid([-9.0, -5.0, -1.0]), reduction="none")
    assert middle > (low + high) / 2


def test_the_curvature_of_the_squared_error_turns_negative_and_that_of_cross_entropy_does_not() -> None:
    z = np.linspace(-10, 10, 2001)
    curvature = lf.half_squared_error_from_logits_curvature(1, z)
    assert np.all((curvature < 0) == (lf.sigmoid(z) < 1 / 3))
    assert np.all(np.diff(lf.binary_cross_entropy_from_logits_gradient(1, z)) > 0)


def left_and_right(loss: lf.Loss, kink: float) -> tuple[Array, float]:
    """The slopes of a loss on both sides of a kink, and its gradient there, along the prediction."""
    step = 2.0**-20
    at: Array | float
    along: Array | float
    if loss.labels == "class":
        y, at, along = 0.0, np.array([1.0, kink, -9.0]), np.array([0.0, 1.0, 0.0])
    elif loss.labels == "sign":
        y, at, along = 1.0, kink, 1.0
    else:
        y, at, along = 0.0, -kink, 1.0
    here = loss.function(y, at)
    before, after = loss.function(y, at - step * along), loss.function(y, at + step * along)
    slope = float(np.sum(loss.gradient(y, at) * along)) if loss.gradient else np.nan
    return np.array([here - before, after - here]) / step, slope


@each([loss for loss in lf.LOSSES if loss.kinks])
def test_a_loss_has_its_kinks_and_a_subgradient_of_0_there(loss: lf.Loss) -> None:
    for kink in loss.kinks:
        (left, right), slope = left_and_right(loss, kink)
        assert abs(right - left) > 0.9
        if loss.gradient:
            assert left <= slope <= right
            assert slope == 0


@each([loss for loss in lf.LOSSES if loss.labels in ("real", "sign") and loss.gradient])
def test_a_loss_has_no_other_kinks(loss: lf.Loss) -> None:
    # The point furthest from a round number between 0 and the kinks, and round numbers that are no kinks
    for point in {-1.0, 0.0, 1.0, 0.381, 2.0} - set(loss.kinks):
        (left, right), slope = left_and_right(loss, point)
        assert left == pytest.approx(right, abs=1e-5)
        assert slope == pytest.approx(right, abs=1e-5)


@given(y=eighths, h=eighths)
def test_losses_of_an_error_are_symmetric_and_least_at_the_truth(y: float, h: float) -> None:
    symmetric = lf.squared_error, lf.half_squared_error, lf.absolute_error, lf.huber, lf.log_cosh, lf.quantile
    for loss in symmetric:
        assert loss(y, h) == loss(h, y) == loss(-y, -h)
        assert loss(y, y) == 0
        assert loss(y, h) > 0 or y == h
    assert lf.quantile(y, h, level=0.25) == lf.quantile(h, y, level=0.75)


@given(y=eighths, h=eighths)
def test_losses_of_an_error_compare_as_they_should(y: float, h: float) -> None:
    assert lf.squared_error(y, h) == 2 * lf.half_squared_error(y, h)
    assert lf.absolute_error(y, h) == 2 * lf.quantile(y, h)
    assert lf.log_cosh(y, h) <= lf.huber(y, h) <= lf.half_squared_error(y, h)
    assert lf.huber(y, h, delta=1e3) == lf.half_squared_error(y, h)


@given(y=chances, p=chances)
def test_proper_scores_are_least_at_the_truth(y: float, p: float) -> None:
    for score in lf.binary_cross_entropy, lf.brier:
        assert score(y, p) >= score(y, y) - 1e-15


@given(y=distributions(), p=distributions())
def test_proper_scores_of_several_classes_are_least_at_the_truth(y: np.ndarray, p: np.ndarray) -> None:
    for score in lf.categorical_cross_entropy, lf.one_vs_rest_cross_entropy, lf.multiclass_brier:
        assert score(y, p) >= score(y, y) - 1e-15


def test_the_focal_loss_is_least_at_a_probability_less_sure_than_the_truth() -> None:
    slopes = lf.focal_gradient([1, 0], 0.8)
    assert 0.8 * slopes[0] + 0.2 * slopes[1] > 0.1


@given(y=st.integers(0, 8).map(lambda k: k / 8), p=st.integers(0, 64).map(lambda k: k / 64))
def test_binary_losses_do_not_care_which_label_is_called_1(y: float, p: float) -> None:
    for loss in lf.binary_cross_entropy, lf.brier:
        assert loss(y, p) == pytest.approx(loss(1 - y, 1 - p), rel=1e-14)
    if y in (0, 1):
        assert lf.focal(y, p) == pytest.approx(lf.focal(1 - y, 1 - p), rel=1e-14)
        assert lf.focal(y, p, alpha=0.3) == pytest.approx(lf.focal(1 - y, 1 - p, alpha=0.7), rel=1e-14)


@given(y=LABELS["sign"], s=eighths)
def test_margin_losses_depend_on_the_product_of_label_and_score(y: int, s: float) -> None:
    for loss in lf.hinge, lf.squared_hinge, lf.logistic, lf.zero_one:
        assert loss(y, s) == loss(-y, -s) == loss(1, y * s)


@given(y=LABELS["sign"], s=numbers)
def test_the_surrogates_bound_the_zero_one_loss(y: int, s: float) -> None:
    wrong = lf.zero_one(y, s)
    assert wrong <= lf.hinge(y, s)
    assert wrong <= lf.squared_hinge(y, s)
    assert wrong <= lf.logistic(y, s) / np.log(2) + 1e-15


@given(y=chances, z=st.floats(-10, 10))
def test_a_loss_from_a_logit_is_the_loss_of_its_sigmoid(y: float, z: float) -> None:
    p = lf.sigmoid(z)
    assert lf.binary_cross_entropy_from_logits(y, z) == pytest.approx(lf.binary_cross_entropy(y, p), rel=1e-11)
    assert lf.half_squared_error_from_logits(y, z) == pytest.approx(lf.half_squared_error(y, p), abs=1e-15)
    assert lf.logistic(1, z) == pytest.approx(lf.binary_cross_entropy_from_logits(1, z), rel=1e-14)


@given(z=arrays(np.float64, 4, elements=eighths), shift=eighths)
def test_a_shift_of_the_logits_changes_no_softmax(z: np.ndarray, shift: float) -> None:
    assert np.array_equal(lf.softmax(z + shift), lf.softmax(z))
    assert np.array_equal(lf.log_softmax(z + shift), lf.log_softmax(z))
    assert np.array_equal(lf.softmax_jacobian(z + shift), lf.softmax_jacobian(z))
    assert lf.log_sum_exp(z + shift) == pytest.approx(lf.log_sum_exp(z) + shift, rel=1e-14, abs=1e-13)


@given(z=arrays(np.float64, 4, elements=numbers))
def test_a_softmax_is_a_distribution(z: np.ndarray) -> None:
    p = lf.softmax(z)
    assert p.min() >= 0
    assert p.sum() == pytest.approx(1, rel=1e-15)
    assert p[np.argmax(z)] == p.max()
    assert np.abs(lf.softmax_jacobian(z).sum(axis=0)).max() < 1e-15


@given(z=numbers)
def test_the_sigmoid_is_the_softmax_of_two_classes(z: float) -> None:
    assert lf.sigmoid(z) == pytest.approx(lf.softmax([z, 0.0])[0], rel=1e-15)
    assert lf.sigmoid(z) + lf.sigmoid(-z) == pytest.approx(1, rel=1e-15)
    assert lf.sigmoid_derivative(z) == lf.sigmoid_derivative(-z) <= np.nextafter(0.25, 1)  # as rounded


@given(p=distributions(), q=distributions(0.01))
def test_cross_entropy_is_entropy_and_divergence(p: np.ndarray, q: np.ndarray) -> None:
    assert lf.cross_entropy(p, q) == pytest.approx(lf.entropy(p) + lf.kl_divergence(p, q), rel=1e-14, abs=1e-15)
    assert lf.categorical_cross_entropy(p, q) == lf.cross_entropy(p, q)
    assert lf.kl_divergence(p, q) >= 0 == lf.kl_divergence(p, p)
    assert 0 <= lf.entropy(p) <= np.log(3) + 1e-15
    assert lf.entropy(p, base=2) == pytest.approx(lf.entropy(p) / np.log(2), rel=1e-15)


def test_a_divergence_is_not_negative_where_its_terms_round_so() -> None:
    p = np.random.default_rng(0).dirichlet(np.ones(5), 1000)
    q = np.nextafter(p, 1)
    divergence = lf.kl_divergence(p, q)
    assert divergence.min() == 0
    assert divergence.max() < 1e-15


def test_a_divergence_is_not_symmetric() -> None:
    assert lf.kl_divergence([0.5, 0.5], [0.25, 0.75]) > 1.05 * lf.kl_divergence([0.25, 0.75], [0.5, 0.5])


@given(y=LABELS["class"], s=rows)
def test_the_multiclass_hinges_bound_one_another(y: int, s: np.ndarray) -> None:
    one, all_rivals = lf.crammer_singer(y, s), lf.multiclass_hinge(y, s)
    assert one <= all_rivals <= 2 * one
    assert (one < 1) <= (np.argmax(s) == y)


@given(y=LABELS["sign"], s=eighths)
def test_two_classes_make_the_hinge_of_the_difference(y: int, s: float) -> None:
    scores = [0.0, s]
    assert lf.multiclass_hinge((1 + y) // 2, scores) == lf.crammer_singer((1 + y) // 2, scores) == lf.hinge(y, s)


@given(z=st.floats(-30, 30), y=LABELS["label"])
def test_cross_entropy_has_four_times_the_gradient_of_the_squared_error_or_more(z: float, y: int) -> None:
    slow = lf.half_squared_error_from_logits_gradient(y, z)
    assert abs(lf.binary_cross_entropy_from_logits_gradient(y, z)) >= 4 * abs(slow) * (1 - 1e-15)
