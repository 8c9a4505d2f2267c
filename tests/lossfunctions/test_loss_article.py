"""The numbers of the article that the pages explain, and those that put its mistakes right."""

import numpy as np
import pytest
from scipy import integrate

import lossfunctions as lf


def digits(value: np.ndarray | float, count: int) -> str:
    return f"{value:.{count}f}"


@pytest.mark.parametrize(("p", "natural", "base_ten"), [(0.8, "0.2231", "0.0969"), (0.08, "2.5257", "1.0969")])
def test_the_loss_of_a_score_in_two_bases(p: float, natural: str, base_ten: str) -> None:
    one_hot, scores = [1, 0, 0], [p, (1 - p) / 2, (1 - p) / 2]
    assert digits(lf.categorical_cross_entropy(one_hot, scores), 4) == natural
    assert digits(lf.categorical_cross_entropy(one_hot, scores, base=10), 4) == base_ten
    assert digits(lf.binary_cross_entropy(1, p), 4) == natural
    assert digits(lf.binary_cross_entropy(1, p, base=10), 4) == base_ten


def test_the_losses_of_the_worked_scores() -> None:
    np.testing.assert_allclose(lf.hinge(-1, [0.2, -0.7, -1.1], reduction="none"), [1.2, 0.3, 0], rtol=1e-15)


@pytest.mark.parametrize(
    ("right", "cross_entropy", "hinges"), [(0, ["0.5514", "4.12e-09"], [0, 0]), (1, ["1.5514", "20"], [3, 22])]
)
def test_which_scores_cost_more_depends_on_the_right_class(
    right: int, cross_entropy: list[str], hinges: list[int]
) -> None:
    scores = [[10, 9, 9], [10, -10, -10]]
    losses = lf.categorical_cross_entropy_from_logits(lf.one_hot(right, 3), scores, reduction="none")
    assert [digits(losses[0], 4), f"{losses[1]:.3g}"] == cross_entropy
    assert lf.multiclass_hinge(right, scores, reduction="none").tolist() == hinges


def test_the_hinge_of_the_first_scores_is_exactly_at_its_kink() -> None:
    assert lf.multiclass_hinge(0, [10, 9, 9], margin=1 + 1e-9) > 0
    assert lf.multiclass_hinge_gradient(0, [10, 9, 9]).tolist() == [0, 0, 0]


@pytest.mark.parametrize("p", [0.8, 0.3, 0.01])
def test_for_two_classes_the_second_variant_is_twice_the_first(p: float) -> None:
    first, second = (loss([1, 0], [p, 1 - p]) for loss in (lf.categorical_cross_entropy, lf.one_vs_rest_cross_entropy))
    assert second == pytest.approx(2 * first, rel=1e-15)
    assert first == lf.binary_cross_entropy(1, p)


def test_twice_the_loss_of_a_score() -> None:
    assert digits(lf.one_vs_rest_cross_entropy([1, 0], [0.8, 0.2]), 4) == "0.4463"


@pytest.mark.parametrize(("rest", "gap"), [([0.25, 0.25], "0.575"), ([0.5, 0], "0.693")])
def test_the_gap_between_the_variants_depends_on_the_spread_of_the_rest(rest: list[float], gap: str) -> None:
    y, p = [1, 0, 0], [0.5, *rest]
    assert digits(lf.one_vs_rest_cross_entropy(y, p) - lf.categorical_cross_entropy(y, p), 3) == gap


def test_the_gap_between_the_variants_falls_to_zero() -> None:
    sure = np.array([1 - 1e-9, 1e-9, 0])
    assert lf.one_vs_rest_cross_entropy([1, 0, 0], sure) - lf.categorical_cross_entropy([1, 0, 0], sure) < 2e-9


def test_half_the_sum_of_squares_is_not_their_mean() -> None:
    y, h = np.arange(7.0), np.arange(7.0) ** 2
    half = lf.half_squared_error(y, h, reduction="sum")
    assert half == 7 / 2 * lf.squared_error(y, h)


def test_the_density_integrates_to_one_and_its_exponential_does_not() -> None:
    area, _ = integrate.quad(lambda y: lf.gaussian_density(y, 0.5, sd=2.0), -40, 40)
    assert area == pytest.approx(1, rel=1e-9)
    assert digits(1 / lf.gaussian_density(0, 0), 4) == "2.5066"


def test_the_constant_of_the_log_likelihood() -> None:
    y, mean = np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.0, 3.0])
    constant = -lf.half_squared_error(y, mean, reduction="sum") - lf.gaussian_log_likelihood(y, mean)
    assert digits(constant / 3, 4) == "0.9189"


def test_the_minus_takes_in_both_terms() -> None:
    losses = lf.binary_cross_entropy([1, 0], [0.8, 0.3], reduction="none")
    assert lf.binary_cross_entropy([1, 0], [0.8, 0.3], reduction="sum") == pytest.approx(-np.log(0.8) - np.log(0.7))
    assert losses.min() > 0


def test_where_the_squared_error_after_a_sigmoid_is_least_convex() -> None:
    z = np.arange(-6000, 6000) / 1000
    curvature = lf.half_squared_error_from_logits_curvature(1, z)
    assert z[np.argmin(curvature)] == -1.852
    assert digits(curvature.min(), 4) == "-0.0601"


def test_the_sigmoid_is_steepest_at_zero() -> None:
    assert lf.sigmoid_derivative(0) == 0.25
    assert np.argmax(lf.sigmoid_derivative(np.linspace(-5, 5, 101))) == 50


def test_a_sigmoid_vanishes_for_large_weights_and_not_for_small_ones() -> None:
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 2000, 100))
    inputs = np.sum(x * w, axis=1)
    assert np.mean(lf.sigmoid_derivative(inputs * 0.01)) == pytest.approx(0.249, abs=0.001)
    assert np.mean(lf.sigmoid_derivative(inputs)) == pytest.approx(0.037, abs=0.005)


def test_how_fast_a_wrong_neuron_learns() -> None:
    outputs = {
        loss: lf.train_neuron(loss, x=1.0, y=0, w=2.0, b=2.0, rate=0.15, steps=300).output
        for loss in ("squared error", "cross-entropy")
    }
    squared, entropy = outputs.values()
    assert [digits(o, 4) for o in squared[[0, 150, 151, 299]]] == ["0.9820", "0.9334", "0.9323", "0.2045"]
    assert [digits(o, 4) for o in entropy[[0, 150, 151]]] == ["0.9820", "0.0257", "0.0255"]


def test_scaling_the_weights_takes_the_hinge_to_zero_at_any_margin() -> None:
    X, y, w = np.array([[1.0], [-1.0]]), [1, -1], np.array([0.01])
    assert lf.hinge(y, X @ w) > 0.9
    assert lf.hinge(y, X @ (100 * w)) == 0
    assert lf.geometric_margin(X, y, w, 0.0) == lf.geometric_margin(X, y, 100 * w, 0.0) == 1
    assert lf.l2_objective(X, y, 100 * w, 0.0, strength=0.1) < lf.l2_objective(X, y, 1000 * w, 0.0, strength=0.1)
