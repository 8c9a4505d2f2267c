"""Gradient descent, the neuron, and the fitted lines and hyperplanes."""

import numpy as np
import pytest
from sklearn.svm import SVC

import lossfunctions as lf


def test_descent_keeps_its_whole_trajectory() -> None:
    path = lf.gradient_descent(lambda w: w - [1.0, -2.0], start=[5, 6], rate=0.5, steps=3)
    np.testing.assert_array_equal(path, [[5, 6], [3, 2], [2, 0], [1.5, -1]])


def test_descent_takes_a_number_or_a_matrix() -> None:
    assert lf.gradient_descent(lambda w: w, 1.0, 0.5, 2).tolist() == [1, 0.5, 0.25]
    assert lf.gradient_descent(lambda w: w, np.ones((2, 3)), 0.5, 2).shape == (3, 2, 3)


def test_a_neuron_with_one_input_takes_the_steps_of_the_chain_rule() -> None:
    history = lf.train_neuron("cross-entropy", x=2.0, y=1, w=0.5, b=-1.0, rate=0.25, steps=1)
    np.testing.assert_array_equal(history.output[0], 0.5)
    np.testing.assert_array_equal(history.w, [0.5, 0.5 + 0.25 * 0.5 * 2])
    np.testing.assert_array_equal(history.b, [-1, -1 + 0.25 * 0.5])
    assert history.loss[0] == pytest.approx(np.log(2), rel=1e-15)
    slow = lf.train_neuron("squared error", x=2.0, y=1, w=0.5, b=-1.0, rate=0.25, steps=1)
    np.testing.assert_array_equal(slow.w, [0.5, 0.5 + 0.25 * 0.5 * 2 / 4])
    assert slow.loss[0] == 0.125


@pytest.mark.parametrize("loss", ["cross-entropy", "squared error"])
def test_a_neuron_with_many_inputs_descends_their_mean_loss(loss: str) -> None:
    x, y = np.array([-1.0, 0.5, 2.0]), np.array([0, 0, 1])
    history = lf.train_neuron(loss, x, y, w=-1.0, b=0.5, rate=0.5, steps=20)
    assert history.w.shape == history.b.shape == history.loss.shape == (21,)
    assert history.output.shape == (21, 3)
    np.testing.assert_array_equal(history.output[7], lf.sigmoid(history.w[7] * x + history.b[7]))
    assert np.all(np.diff(history.loss) < 0)
    alone = [lf.train_neuron(loss, a, b, -1.0, 0.5, 0.5, 1) for a, b in zip(x, y, strict=True)]
    assert history.w[1] == pytest.approx(np.mean([one.w[1] for one in alone]), rel=1e-14)
    assert history.b[1] == pytest.approx(np.mean([one.b[1] for one in alone]), rel=1e-14)
    assert history.loss[0] == pytest.approx(np.mean([one.loss[0] for one in alone]), rel=1e-14)


@pytest.mark.parametrize("loss", ["squared error", "absolute error", "huber", "log-cosh"])
def test_points_on_a_line_give_the_line(loss: str) -> None:
    line = lf.fit_line([0, 1, 2, 4], [1, 3, 5, 9], loss)
    assert line == pytest.approx((1, 2), abs=1e-12)
    assert (line.intercept, line.slope) == tuple(line)


@pytest.mark.parametrize("loss", ["squared error", "absolute error", "huber", "log-cosh"])
def test_a_line_far_from_zero_keeps_its_digits(loss: str) -> None:
    k = np.arange(10.0)
    assert lf.fit_line(1e8 + k, 2 * k, loss) == pytest.approx((-2e8, 2), rel=1e-14)
    assert lf.fit_line(k, 1e8 + 2 * k, loss) == pytest.approx((1e8, 2), rel=1e-14)


@pytest.mark.parametrize("loss", ["squared error", "absolute error", "huber", "log-cosh"])
@pytest.mark.parametrize("unit", [1e-300, 1e-160, 1e160, 1e300, 2e307])
def test_a_line_through_numbers_of_any_size(loss: str, unit: float) -> None:
    k = np.arange(5.0)
    assert lf.fit_line(unit * k, 1 + 2 * k, loss).slope * unit == pytest.approx(2, rel=1e-3)
    if loss in ("squared error", "absolute error"):
        assert lf.fit_line(k, unit * k, loss).slope == pytest.approx(unit, rel=1e-14)


def test_a_robust_line_far_from_zero_is_that_near_zero() -> None:
    x = np.arange(20.0)
    y = 1 + 2 * x + np.sin(7 * x)
    y[10] += 1000
    for loss in "absolute error", "huber", "log-cosh":
        assert lf.fit_line(x + 2.0**30, y, loss).slope == pytest.approx(lf.fit_line(x, y, loss).slope, rel=1e-7)


def test_a_neuron_whose_steps_leave_the_numbers_names_the_rate() -> None:
    with pytest.raises(ValueError, match=r"rate is 1e\+308; a step has left the numbers: rate must be smaller"):
        lf.train_neuron("cross-entropy", 1e8, 0, 1.0, 0.0, rate=1e308, steps=2)


@pytest.mark.parametrize("loss", ["absolute error", "huber", "log-cosh"])
def test_an_outlier_moves_a_robust_line_little(loss: str) -> None:
    x = np.arange(20.0)
    y = 1 + 2 * x + np.sin(7 * x)
    y[10] += 1000
    line = lf.fit_line(x, y, loss)
    assert line.slope == pytest.approx(2, abs=0.1)
    assert lf.least_squares(x, y).intercept > 40
    assert line.intercept == pytest.approx(1, abs=1)


def test_equal_inputs_are_fitted_among_others() -> None:
    line = lf.fit_line([0, 0, 0, 1, 1, 1], [1, 2, 9, 3, 5, 6], "absolute error")
    assert line == pytest.approx((2, 3))


def test_the_widest_margin_between_two_examples() -> None:
    line = lf.maximum_margin([[3.0, 1.0], [-1.0, -2.0]], [1, -1])
    np.testing.assert_allclose(line.w, np.array([4, 3]) * 2 / 25, rtol=1e-14)
    assert line.support.tolist() == [0, 1]
    assert lf.geometric_margin([[3.0, 1.0], [-1.0, -2.0]], [1, -1], line.w, line.b) == pytest.approx(2.5, rel=1e-14)


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1e160, 1e300])
def test_the_widest_margin_of_examples_of_any_size(scale: float) -> None:
    line = lf.maximum_margin([[2 * scale], [-scale]], [1, -1])
    assert line.w * scale == pytest.approx(2 / 3)
    assert line.b == pytest.approx(-1 / 3)


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e4])
def test_the_support_vectors_lie_on_the_margin_at_any_scale(scale: float) -> None:
    rng = np.random.default_rng(8)
    y = np.where(np.arange(80) < 30, 1, -1)
    X = scale * (rng.normal(size=(80, 3)) + 2.5 * y[:, None] + 7)
    line = lf.maximum_margin(X, y)
    reach = y * (X @ line.w + line.b)
    assert reach.min() == pytest.approx(1, rel=1e-7)
    np.testing.assert_allclose(reach[line.support], 1, rtol=1e-5)
    assert lf.geometric_margin(X, y, line.w, line.b) == pytest.approx(1 / np.linalg.norm(line.w), rel=1e-7)
    assert set(y[line.support]) == {-1, 1}


def test_a_hyperplane_parallel_to_the_axis() -> None:
    X = [[0.0, 1.0], [5.0, 1.0], [0.0, -1.0], [5.0, -1.0], [2.0, -1.0]]
    line = lf.maximum_margin(X, [1, 1, -1, -1, -1])
    assert line.w == pytest.approx([0, 1], abs=1e-9)
    assert line.b == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("strength", [1e-3, 0.1, 10.0])
def test_nothing_near_a_soft_margin_has_a_lower_objective(strength: float) -> None:
    rng = np.random.default_rng(9)
    y = np.where(np.arange(50) < 20, 1, -1)
    X = rng.normal(size=(50, 2)) + 0.7 * y[:, None] + [3, -1]
    line = lf.fit_l2_hinge(X, y, strength)
    least = lf.l2_objective(X, y, line.w, line.b, strength)
    for step in rng.normal(size=(200, 3)) * 10 ** rng.uniform(-5, 0, (200, 1)):
        assert lf.l2_objective(X, y, line.w + step[:2], line.b + step[2], strength) >= least - 1e-12
    reach = y * (X @ line.w + line.b)
    assert set(np.flatnonzero(reach < 1 - 1e-6)) <= set(line.support) <= set(np.flatnonzero(reach < 1 + 1e-6))


def test_examples_that_coincide_with_both_labels_can_be_fitted() -> None:
    line = lf.fit_l2_hinge([[1.0], [1.0], [2.0], [0.0]], [1, -1, 1, -1], strength=0.1)
    assert line.w[0] > 0
    assert -line.b / line.w[0] == pytest.approx(1, abs=1e-6)


def test_a_weak_price_on_the_weights_gives_the_hard_margin() -> None:
    X, y = [[0.0, 2.0], [1.0, 3.0], [0.5, -1.0], [-1.0, -2.0]], [1, 1, -1, -1]
    hard, soft = lf.maximum_margin(X, y), lf.fit_l2_hinge(X, y, strength=1e-4)
    np.testing.assert_allclose(soft.w, hard.w, atol=1e-6)
    assert soft.b == pytest.approx(hard.b, abs=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_the_soft_margin_is_that_of_libsvm(seed: int) -> None:
    """libsvm penalises each example by C, as much as C = 1 / (strength N) does here."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((300, 2))
    y = np.where(X @ [1, 0.5] + rng.standard_normal(300) > 0, 1, -1)
    ours, theirs = lf.fit_l2_hinge(X, y, 0.01), SVC(kernel="linear", C=1 / 3, tol=1e-10).fit(X, y)
    reached = lf.l2_objective(X, y, theirs.coef_[0], theirs.intercept_[0], 0.01)
    assert lf.l2_objective(X, y, ours.w, ours.b, 0.01) <= reached * (1 + 1e-8)


@pytest.mark.parametrize("seed", range(40))
def test_the_hard_margin_is_the_largest_and_its_support_lies_on_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    X = rng.uniform(-3, 3, (40, 2))
    X = X[np.abs(X @ [0.36, 0.93]) > 0.8]
    y = np.sign(X @ [0.36, 0.93])
    line, svc = lf.maximum_margin(X, y), SVC(kernel="linear", C=1e8).fit(X, y)
    widest = lf.geometric_margin(X, y, svc.coef_[0], svc.intercept_[0])
    assert lf.geometric_margin(X, y, line.w, line.b) >= widest * (1 - 1e-6)
    assert (y * (X @ line.w + line.b))[line.support] == pytest.approx(1)
