"""Every function takes numbers, lists and arrays that broadcast, and reduces as it is told."""

from collections.abc import Callable

import numpy as np
import pytest

import lossfunctions as lf

Function = Callable[..., np.ndarray]

# One truth and one prediction of each kind
TRUTHS = {
    "real": 1.5,
    "probability": 1,
    "label": 1,
    "sign": -1,
    "class": 2,
    "distribution": [0.0, 0.25, 0.75],
}
PREDICTIONS = {
    "real": 0.25,
    "probability": 0.8,
    "reals": [0.5, 1.0, 0.0],
    "distribution": [0.5, 0.25, 0.25],
}
by_name = pytest.mark.parametrize("loss", lf.LOSSES, ids=lambda loss: loss.name)
with_gradient = pytest.mark.parametrize(
    "loss", [loss for loss in lf.LOSSES if loss.gradient], ids=lambda loss: loss.name
)


def arguments(loss: lf.Loss) -> tuple[np.ndarray, np.ndarray]:
    return np.array(TRUTHS[loss.labels]), np.array(PREDICTIONS[loss.predictions])


@by_name
def test_a_single_loss_is_a_number(loss: lf.Loss) -> None:
    y, prediction = arguments(loss)
    for reduction in "none", "mean", "sum":
        value = loss.function(y.tolist(), prediction.tolist(), reduction=reduction)
        assert isinstance(value, np.float64)
        assert value > 0
    assert loss.function(y, prediction) == value


@by_name
def test_arguments_broadcast(loss: lf.Loss) -> None:
    y, prediction = arguments(loss)
    ys, predictions = np.stack([y] * 2)[:, None], np.stack([prediction] * 3)
    losses = loss.function(ys, predictions, reduction="none")
    assert losses.shape == (2, 3)
    assert np.all(losses == loss.function(y, prediction))


@by_name
def test_reductions(loss: lf.Loss) -> None:
    y, prediction = arguments(loss)
    predictions = np.stack([prediction, prediction[::-1] if prediction.ndim else prediction / 2])
    losses = loss.function(y, predictions, reduction="none")
    assert losses[0] != losses[1] or loss.name == "zero-one"
    assert loss.function(y, predictions, reduction="sum") == pytest.approx(losses[0] + losses[1], rel=1e-15)
    assert loss.function(y, predictions, reduction="mean") == pytest.approx((losses[0] + losses[1]) / 2, rel=1e-15)
    assert loss.function(y, predictions) == loss.function(y, predictions, reduction="mean")


@with_gradient
def test_a_gradient_has_the_shape_of_its_arguments(loss: lf.Loss) -> None:
    y, prediction = arguments(loss)
    assert loss.gradient is not None
    one = loss.gradient(y.tolist(), prediction.tolist())
    assert np.shape(one) == prediction.shape
    assert isinstance(one, np.ndarray if prediction.ndim else np.float64)
    many = loss.gradient(np.stack([y] * 2)[:, None], np.stack([prediction] * 3))
    assert many.shape == (2, 3, *prediction.shape)
    assert np.all(many == one)


@pytest.mark.parametrize("function", [lf.sigmoid, lf.sigmoid_derivative, lf.softplus, lf.log_sigmoid])
def test_an_activation_keeps_the_shape(function: Function) -> None:
    assert isinstance(function(0), np.float64)
    assert function([[0, 1, 2]]).shape == (1, 3)


def test_activations_have_their_limits() -> None:
    limits = [-np.inf, np.inf]
    np.testing.assert_array_equal(lf.sigmoid(limits), [0, 1])
    np.testing.assert_array_equal(lf.sigmoid_derivative(limits), [0, 0])
    np.testing.assert_array_equal(lf.softplus(limits), [0, np.inf])
    np.testing.assert_array_equal(lf.log_sigmoid(limits), [-np.inf, 0])


@pytest.mark.parametrize("function", [lf.softmax, lf.log_softmax])
def test_a_softmax_along_another_axis(function: Function) -> None:
    z = np.arange(24.0).reshape(2, 3, 4) % 5
    expected = np.moveaxis(function(np.moveaxis(z, 1, -1)), -1, 1)
    np.testing.assert_array_equal(function(z, axis=1), expected)
    np.testing.assert_array_equal(function(z, axis=-2), expected)


def test_log_sum_exp_along_another_axis() -> None:
    z = np.arange(24.0).reshape(2, 3, 4) % 5
    np.testing.assert_array_equal(lf.log_sum_exp(z, axis=0), lf.log_sum_exp(np.moveaxis(z, 0, -1)))
    assert isinstance(lf.log_sum_exp([1.0, 2.0]), np.float64)


def test_the_jacobian_of_many_rows() -> None:
    z = np.arange(12.0).reshape(2, 2, 3) % 5
    jacobians = lf.softmax_jacobian(z)
    assert jacobians.shape == (2, 2, 3, 3)
    np.testing.assert_array_equal(jacobians[1, 0], lf.softmax_jacobian(z[1, 0]))


@pytest.mark.parametrize("function", [lf.entropy, lambda p: lf.cross_entropy(p, p), lambda p: lf.kl_divergence(p, p)])
def test_information_is_one_number_a_row(function: Function) -> None:
    assert isinstance(function([0.5, 0.5]), np.float64)
    assert function(np.full((2, 3, 4), 0.25)).shape == (2, 3)


def test_information_broadcasts() -> None:
    p, q = np.full((2, 1, 4), 0.25), np.full((3, 4), 0.25)
    assert lf.cross_entropy(p, q).shape == lf.kl_divergence(p, q).shape == (2, 3)


def test_likelihoods_broadcast_and_reduce() -> None:
    y, mean = np.zeros((2, 1)), np.ones(3)
    for density, likelihood in [
        (lf.gaussian_density, lf.gaussian_log_likelihood),
        (lf.laplace_density, lf.laplace_log_likelihood),
    ]:
        assert density(y, mean).shape == likelihood(y, mean, reduction="none").shape == (2, 3)
        assert likelihood(y, mean) == pytest.approx(6 * likelihood(0.0, 1.0))
        assert likelihood(y, mean, reduction="mean") == pytest.approx(likelihood(0.0, 1.0))
    assert lf.bernoulli_mass(np.array([[0], [1]]), [0.5, 0.25, 0.125]).shape == (2, 3)
    assert lf.bernoulli_log_likelihood([0, 1], 0.5) == -2 * np.log(2)
    assert lf.categorical_mass(np.eye(2), [0.75, 0.25]).tolist() == [0.75, 0.25]
    assert lf.categorical_mass([0, 1], [0.75, 0.25]) == 0.25
    assert lf.categorical_log_likelihood(np.eye(2), [0.5, 0.5]) == -2 * np.log(2)


def test_labels_of_any_shape_become_rows() -> None:
    rows = lf.one_hot([[0, 2], [1, 1]], 3)
    assert rows.tolist() == [[[1, 0, 0], [0, 0, 1]], [[0, 1, 0], [0, 1, 0]]]
    assert lf.one_hot(1, 2).tolist() == [0, 1]
    assert lf.one_hot(0, 1).tolist() == [1]


def test_smoothed_labels_lie_between_the_labels_and_the_uniform_distribution() -> None:
    labels = np.eye(4)
    assert np.array_equal(lf.smooth_labels(labels, 0), labels)
    assert np.array_equal(lf.smooth_labels(labels, 1), np.full((4, 4), 0.25))
    assert np.array_equal(lf.smooth_labels(labels, 0.5), labels / 2 + 0.125)


def test_limits_of_gradients_at_certain_predictions() -> None:
    np.testing.assert_array_equal(lf.binary_cross_entropy_gradient([0, 1], [0, 1]), [1, -1])
    np.testing.assert_array_equal(lf.binary_cross_entropy_gradient([1, 0], [0, 1]), [-np.inf, np.inf])
    np.testing.assert_array_equal(lf.binary_cross_entropy_gradient(0.5, [0, 1]), [-np.inf, np.inf])
    np.testing.assert_array_equal(lf.categorical_cross_entropy_gradient([0, 1], [0, 1]), [0, -1])
    np.testing.assert_array_equal(lf.categorical_cross_entropy_gradient([1, 0], [0, 1]), [-np.inf, 0])
    np.testing.assert_array_equal(lf.one_vs_rest_cross_entropy_gradient([1, 0], [1, 0]), [-1, 1])
    np.testing.assert_array_equal(lf.focal_gradient([0, 1], [0, 1], gamma=0), [1, -1])
    np.testing.assert_array_equal(lf.focal_gradient([0, 1], [0, 1]), [0, 0])
    np.testing.assert_array_equal(lf.focal_gradient([1, 0], [0, 1]), [-np.inf, np.inf])


def test_an_infinite_prediction_costs_infinitely_much_or_nothing() -> None:
    for loss in lf.LOSSES:
        if loss.labels == "real":
            assert loss.gradient is not None
            assert loss.function(0.0, [np.inf, -np.inf]) == np.inf
            assert not np.isnan(loss.gradient(0.0, [np.inf, -np.inf])).any()
    for of_margin in lf.hinge, lf.squared_hinge, lf.logistic:
        losses = of_margin([1, -1, 1], [np.inf, -np.inf, -np.inf], reduction="none")
        np.testing.assert_array_equal(losses, [0, 0, np.inf])
    np.testing.assert_array_equal(
        lf.binary_cross_entropy_from_logits([1, 0, 0.5], [np.inf, -np.inf, np.inf], reduction="none"), [0, 0, np.inf]
    )


def test_likelihoods_of_any_width() -> None:
    for width in 1e-300, 1e308:
        assert lf.gaussian_log_likelihood(0.0, 0.0, width) == pytest.approx(-np.log(width) - np.log(2 * np.pi) / 2)
        assert lf.laplace_log_likelihood(0.0, 0.0, width) == pytest.approx(-np.log(width) - np.log(2))
        assert lf.gaussian_density(width, 0.0, width) == pytest.approx(np.exp(-0.5) / np.sqrt(2 * np.pi) / width)
        assert lf.laplace_density(width, 0.0, width) == pytest.approx(np.exp(-1) / 2 / width)


def test_losses_too_large_for_a_number_are_infinite_without_a_warning() -> None:
    huge = 1.7e308
    assert lf.absolute_error(huge, -huge) == np.inf
    assert lf.absolute_error([huge, huge], 0.0, reduction="sum") == np.inf
    assert lf.huber(huge, 0.0, delta=huge) == np.inf
    assert lf.squared_error_gradient(0.0, huge) == np.inf
    assert lf.squared_hinge_gradient(-1, huge) == np.inf
    assert lf.multiclass_hinge(0, [-huge, huge]) == np.inf
    assert lf.softmax([huge, -huge]).tolist() == [1, 0]
    assert lf.log_softmax([huge, -huge]).tolist() == [0, -np.inf]
    assert lf.categorical_cross_entropy_from_logits(np.eye(2), [huge, -huge], reduction="none").tolist() == [0, np.inf]
    assert lf.gaussian_density(0.0, 0.0, sd=1e-310) == lf.laplace_density(0.0, 0.0, scale=1e-310) == np.inf
    assert lf.gaussian_density(1e10, 0.0, sd=1e-300) == 0
    assert lf.laplace_density(1e10, 0.0, scale=1e-300) == 0
    assert lf.gaussian_log_likelihood(1e200, 0.0) == -np.inf
    assert lf.laplace_log_likelihood(1e10, 0.0, scale=1e-300) == -np.inf
