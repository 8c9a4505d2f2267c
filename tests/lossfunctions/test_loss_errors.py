"""What is said of a bad argument: which one it is, its first offending value and where, and what is allowed."""

import re
from collections.abc import Callable

import numpy as np
import pytest

import lossfunctions as lf

NAN = float("nan")
X, SIGNS = [[2.0], [-1.0]], [1, -1]

# A call and all that it says; where mypy is told to ignore one, it refuses it too
ERRORS: dict[str, tuple[Callable[[], object], str]] = {
    # Not a number
    "nan": (lambda: lf.squared_error([1.0, NAN, NAN], 0.0), "y[1] is nan; y must be a number"),
    "nan in two axes": (lambda: lf.hinge(1, [[0.0, 1.0], [NAN, 1.0]]), "s[1, 0] is nan; s must be a number"),
    "nan alone": (lambda: lf.sigmoid(NAN), "z is nan; z must be a number"),
    "nan as an option": (lambda: lf.hinge(1, 0.0, margin=NAN), "margin is nan; margin must be a number"),
    "text": (lambda: lf.sigmoid("half"), "z is 'half'; z must be an array of real numbers"),
    "nothing": (
        lambda: lf.sigmoid(None),  # type: ignore[arg-type]
        "z is None; z must be an array of real numbers",
    ),
    "complex": (lambda: lf.sigmoid(1j), "z is 1j; z must be an array of real numbers"),
    "ragged": (lambda: lf.sigmoid([[1.0], [1.0, 2.0]]), "z is [[1.0], [1.0, 2.0]]; z must be an array of real numbers"),
    "empty": (lambda: lf.brier([], 0.5), "y has shape (0,); y must hold at least one number"),
    "infinite truth": (lambda: lf.absolute_error([0.0, np.inf], 0.0), "y[1] is inf; y must be finite"),
    "infinite logits": (lambda: lf.softmax([[0.0, -np.inf]]), "z[0, 1] is -inf; z must be finite"),
    "infinite scores": (lambda: lf.multiclass_hinge(0, [0.0, np.inf]), "s[1] is inf; s must be finite"),
    "masked": (
        lambda: lf.squared_error(np.ma.array([1.0, 2.0], mask=[False, True]), 0.0),
        "y is a masked array; y must be one without: leave out or fill what is masked",
    ),
    "a mask in a list": (
        lambda: lf.squared_error(0.0, [[1.0, np.ma.masked]]),  # type: ignore[arg-type]
        "prediction is a masked array; prediction must be one without: leave out or fill what is masked",
    ),
    # Shapes
    "shapes": (
        lambda: lf.squared_error([1.0, 2.0], [1.0, 2.0, 3.0]),
        "y has shape (2,) and prediction has shape (3,); the shapes must broadcast",
    ),
    "shapes of labels and logits": (
        lambda: lf.binary_cross_entropy_from_logits([1, 0], [1.0, 2.0, 3.0]),
        "y has shape (2,) and z has shape (3,); the shapes must broadcast",
    ),
    "shapes of rows": (
        lambda: lf.categorical_cross_entropy(np.eye(3)[[0, 1]], np.eye(3)),
        "y has shape (2, 3) and p has shape (3, 3); the shapes must broadcast",
    ),
    "shapes of classes and scores": (
        lambda: lf.crammer_singer([0, 1], np.zeros((3, 4))),
        "y has shape (2,) and s without its last axis has shape (3,); the shapes must broadcast",
    ),
    "numbers of classes": (
        lambda: lf.categorical_cross_entropy([1.0], [0.5, 0.5]),
        "y has shape (1,) and p has shape (2,); the last axes must run over the same classes",
    ),
    "numbers of classes of logits": (
        lambda: lf.categorical_cross_entropy_from_logits([1.0], [0.5, 0.5]),
        "y has shape (1,) and z has shape (2,); the last axes must run over the same classes",
    ),
    "no classes": (
        lambda: lf.softmax(1.0),
        "z is 1.0; z must be an array whose last axis runs over the classes",
    ),
    "no classes to predict": (
        lambda: lf.one_vs_rest_cross_entropy([1, 0], 0.5),
        "p is 0.5; p must be an array whose last axis runs over the classes",
    ),
    "no classes to differentiate": (
        lambda: lf.one_vs_rest_cross_entropy_gradient([1, 0], 0.5),
        "p is 0.5; p must be an array whose last axis runs over the classes",
    ),
    "no classes of scores": (
        lambda: lf.multiclass_hinge(0, 1.0),
        "s is 1.0; s must be an array whose last axis runs over the classes",
    ),
    "an axis that is not there": (
        lambda: lf.softmax([[1.0, 2.0]], axis=2),
        "axis is 2; axis must be a whole number from -2 to 1",
    ),
    "no distribution": (
        lambda: lf.entropy(1.0),
        "p is 1.0; p must be an array whose last axis runs over the classes",
    ),
    "examples": (
        lambda: lf.l2_objective(X, [1, -1, 1], [1.0], 0.0, 1.0),
        "X has shape (2, 1), y (3,) and w (1,); X must be (N, D), y (N,) and w (D,)",
    ),
    "weights": (
        lambda: lf.geometric_margin(X, SIGNS, [1.0, 2.0], 0.0),
        "X has shape (2, 1), y (2,) and w (2,); X must be (N, D), y (N,) and w (D,)",
    ),
    "one feature": (
        lambda: lf.l2_objective_gradient([2.0, -1.0], SIGNS, [1.0], 0.0, 1.0),
        "X has shape (2,), y (2,) and w (1,); X must be (N, D), y (N,) and w (D,)",
    ),
    # Probabilities and distributions
    "a probability": (lambda: lf.brier(1, [0.5, 1.5, -1.0]), "p[1] is 1.5; p must be in [0, 1]"),
    "a negative probability": (lambda: lf.bernoulli_mass(1, -0.5), "p is -0.5; p must be in [0, 1]"),
    "a soft label": (lambda: lf.binary_cross_entropy(1.25, 0.5), "y is 1.25; y must be in [0, 1]"),
    "a label beside a logit": (lambda: lf.half_squared_error_from_logits(-1, 0.0), "y is -1.0; y must be in [0, 1]"),
    "a distribution": (
        lambda: lf.categorical_cross_entropy([1, 0], [[0.5, 0.5], [0.5, 0.25]]),
        "the sum of p[1] is 0.75; the sum of p must be 1 within 1e-06 along the last axis",
    ),
    "a label that is no distribution": (
        lambda: lf.categorical_cross_entropy_from_logits([1, 1], [0.0, 0.0]),
        "the sum of y is 2.0; the sum of y must be 1 within 1e-06 along the last axis",
    ),
    "the other distribution": (
        lambda: lf.kl_divergence([0.5, 0.5], [0.25, 0.5]),
        "the sum of q is 0.75; the sum of q must be 1 within 1e-06 along the last axis",
    ),
    "smoothing what is no distribution": (
        lambda: lf.smooth_labels([1, 1], 0.1),
        "the sum of y is 2.0; the sum of y must be 1 within 1e-06 along the last axis",
    ),
    # Labels
    "a sign": (lambda: lf.hinge([1, 0, 2], 0.0), "y[1] is 0.0; y must be -1 or 1"),
    "a sign beside features": (lambda: lf.maximum_margin(X, [1, 0]), "y[1] is 0.0; y must be -1 or 1"),
    "a binary label": (lambda: lf.focal(0.5, 0.5), "y is 0.5; y must be 0 or 1"),
    "a Bernoulli label": (lambda: lf.bernoulli_mass([0, -1], 0.5), "y[1] is -1.0; y must be 0 or 1"),
    "a likely label": (lambda: lf.bernoulli_log_likelihood(0.5, 0.5), "y is 0.5; y must be 0 or 1"),
    "a one-hot label": (lambda: lf.categorical_mass([0.5, 0.5], [0.5, 0.5]), "y[0] is 0.5; y must be 0 or 1"),
    "a likely one-hot label": (
        lambda: lf.categorical_log_likelihood([0.5, 0.5], [0.5, 0.5]),
        "y[0] is 0.5; y must be 0 or 1",
    ),
    "a class": (
        lambda: lf.multiclass_hinge([0, 3], np.zeros((2, 3))),
        "y[1] is 3.0; y must be a whole number below 3, from 0 up",
    ),
    "a class between two": (
        lambda: lf.one_hot([[0.5]], 2),
        "labels[0, 0] is 0.5; labels must be a whole number below 2, from 0 up",
    ),
    "a negative class": (lambda: lf.one_hot(-1, 2), "labels is -1.0; labels must be a whole number below 2, from 0 up"),
    "no class at all": (lambda: lf.one_hot(0, 0), "classes is 0; classes must be a whole number from 1 up"),
    "classes for no memory": (
        lambda: lf.one_hot([0, 1], 1e300),  # type: ignore[arg-type]
        f"classes is {int(1e300)}; 2 rows of so many classes do not fit into memory",
    ),
    "half a class": (
        lambda: lf.one_hot(0, 1.5),  # type: ignore[arg-type]
        "classes is 1.5; classes must be a whole number from 1 up",
    ),
    # Options
    "reduction": (
        lambda: lf.hinge(1, 0.0, reduction="average"),
        "reduction is 'average'; reduction must be one of 'none', 'mean', 'sum'",
    ),
    "several reductions": (
        lambda: lf.hinge(1, 0.0, reduction=["mean"]),  # type: ignore[arg-type]
        "reduction is ['mean']; reduction must be one of 'none', 'mean', 'sum'",
    ),
    "delta": (lambda: lf.huber(0.0, 0.0, delta=0), "delta is 0; delta must be a positive number"),
    "delta of a gradient": (lambda: lf.huber_gradient(0, 0, -1), "delta is -1; delta must be a positive number"),
    "infinite delta": (lambda: lf.huber(0.0, 0.0, np.inf), "delta is inf; delta must be a positive number"),
    "several deltas": (
        lambda: lf.huber(0.0, 0.0, [1, 2]),  # type: ignore[arg-type]
        "delta is [1, 2]; delta must be a positive number",
    ),
    "level": (lambda: lf.quantile(0.0, 0.0, level=1), "level is 1; level must be a number between 0 and 1"),
    "level 0": (lambda: lf.quantile_gradient(0.0, 0.0, 0), "level is 0; level must be a number between 0 and 1"),
    "margin": (lambda: lf.hinge(1, 0.0, margin=0), "margin is 0; margin must be a positive number"),
    "margin of a gradient": (lambda: lf.hinge_gradient(1, 0.0, -1), "margin is -1; margin must be a positive number"),
    "margin of a class": (lambda: lf.crammer_singer(0, [0.0, 1.0], 0), "margin is 0; margin must be a positive number"),
    "gamma": (lambda: lf.focal(1, 0.5, gamma=-0.5), "gamma is -0.5; gamma must be a number from 0 up"),
    "infinite gamma": (lambda: lf.focal(1, 0.5, gamma=np.inf), "gamma is inf; gamma must be a number from 0 up"),
    "alpha": (lambda: lf.focal(1, 0.5, alpha=1), "alpha is 1; alpha must be a number between 0 and 1"),
    "epsilon": (lambda: lf.smooth_labels([1, 0], 1.5), "epsilon is 1.5; epsilon must be a number in [0, 1]"),
    "negative epsilon": (lambda: lf.smooth_labels([1, 0], -0.5), "epsilon is -0.5; epsilon must be a number in [0, 1]"),
    "base": (lambda: lf.entropy([1.0], base=1), "base is 1; base must be a number above 1, or None for nats"),
    "infinite base": (
        lambda: lf.binary_cross_entropy(1, 0.5, base=np.inf),
        "base is inf; base must be a number above 1, or None for nats",
    ),
    "sd": (lambda: lf.gaussian_density(0.0, 0.0, sd=0), "sd is 0; sd must be a positive number"),
    "scale": (lambda: lf.laplace_log_likelihood(0.0, 0.0, -1), "scale is -1; scale must be a positive number"),
    "mean": (lambda: lf.gaussian_density(0.0, [0, np.inf]), "mean[1] is inf; mean must be finite"),
    "strength": (
        lambda: lf.l2_objective(X, SIGNS, [1.0], 0.0, 0.0),
        "strength is 0.0; strength must be a positive number",
    ),
    "strength of a gradient": (
        lambda: lf.l2_objective_gradient(X, SIGNS, [1.0], 0.0, 0.0),
        "strength is 0.0; strength must be a positive number",
    ),
    "bias": (lambda: lf.geometric_margin(X, SIGNS, [1.0], np.inf), "b is inf; b must be a finite number"),
    "no weights": (
        lambda: lf.geometric_margin(X, SIGNS, [0.0], 1.0),
        "w is [0.]; w must have an entry other than 0, or there is no hyperplane",
    ),
    # Descent
    "rate": (lambda: lf.gradient_descent(np.cos, 0.0, 0, 1), "rate is 0; rate must be a positive number"),
    "steps": (lambda: lf.gradient_descent(np.cos, 0.0, 1, -1), "steps is -1; steps must be a whole number from 0 up"),
    "half a step": (
        lambda: lf.gradient_descent(np.cos, 0.0, 1, 0.5),  # type: ignore[arg-type]
        "steps is 0.5; steps must be a whole number from 0 up",
    ),
    "endless steps": (
        lambda: lf.gradient_descent(np.cos, 0.0, 1, np.inf),  # type: ignore[arg-type]
        "steps is inf; steps must be a whole number from 0 up",
    ),
    "start": (lambda: lf.gradient_descent(np.cos, [0, np.inf], 1, 1), "start[1] is inf; start must be finite"),
    "gradient": (
        lambda: lf.gradient_descent(np.sum, [0.0, 1.0], 1, 1),
        "gradient gives shape (); it must give (2,), as start has",
    ),
    "no gradient": (
        lambda: lf.gradient_descent(3, [0.0, 1.0], 1, 1),  # type: ignore[arg-type]
        "gradient is 3; gradient must be a function from a point to the gradient there",
    ),
    "a gradient that gives nothing": (
        lambda: lf.gradient_descent(lambda w: None, [0.0, 1.0], 1, 1),  # type: ignore[arg-type, return-value]
        "what gradient gives is None; what gradient gives must be an array of real numbers",
    ),
    "loss of a neuron": (
        lambda: lf.train_neuron("hinge", 1.0, 0, 2.0, 2.0, 0.15, 1),
        "loss is 'hinge'; loss must be one of 'cross-entropy', 'squared error'",
    ),
    "label of a neuron": (
        lambda: lf.train_neuron("cross-entropy", 1.0, 2, 2.0, 2.0, 0.15, 1),
        "y is 2.0; y must be in [0, 1]",
    ),
    "shapes of a neuron": (
        lambda: lf.train_neuron("cross-entropy", [1.0, 2.0], [0, 1, 0], 2.0, 2.0, 0.15, 1),
        "x has shape (2,) and y has shape (3,); the shapes must broadcast",
    ),
    "input of a neuron": (
        lambda: lf.train_neuron("cross-entropy", np.inf, 0, 2.0, 2.0, 0.15, 1),
        "x is inf; x must be finite",
    ),
    "loss of a line": (
        lambda: lf.fit_line([0, 1], [0, 1], "hinge"),
        "loss is 'hinge'; loss must be one of 'squared error', 'absolute error', 'huber', 'log-cosh'",
    ),
    "points": (
        lambda: lf.least_squares([0, 1], [0, 1, 2]),
        "x has shape (2,) and y has shape (3,); both must be (N,)",
    ),
    "a grid of points": (
        lambda: lf.least_squares([[0, 1]], [[0, 1]]),
        "x has shape (1, 2) and y has shape (1, 2); both must be (N,)",
    ),
    "one point": (
        lambda: lf.fit_line([2, 2], [0, 1], "huber"),
        "x is 2.0 everywhere; x must hold two values, or the slope is not determined",
    ),
    "one label": (lambda: lf.fit_l2_hinge(X, [1, 1], 1.0), "y is 1 everywhere; y must hold both labels"),
    "labels of features": (
        lambda: lf.fit_l2_hinge(X, [1], 1.0),
        "X has shape (2, 1) and y has shape (1,); X must be (N, D) and y (N,)",
    ),
    "a row of features": (
        lambda: lf.maximum_margin([2.0, -1.0], SIGNS),
        "X has shape (2,) and y has shape (2,); X must be (N, D) and y (N,)",
    ),
    "strength of a fit": (
        lambda: lf.fit_l2_hinge(X, SIGNS, 0),
        "strength is 0; strength must be a positive number",
    ),
    "inseparable": (
        lambda: lf.maximum_margin([[0.0], [1.0], [2.0]], [1, -1, 1]),
        "no hyperplane separates the labels y of X; maximum_margin needs one that does",
    ),
    "touching": (
        lambda: lf.maximum_margin([[0.0], [1.0], [1.0]], [1, -1, 1]),
        "no hyperplane separates the labels y of X; maximum_margin needs one that does",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_says_where_what_and_what_is_right(name: str) -> None:
    call, message = ERRORS[name]
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()


def test_an_error_of_a_conversion_stands_alone() -> None:
    with pytest.raises(ValueError, match="real numbers") as raised:
        lf.sigmoid("half")
    assert raised.value.__suppress_context__


@pytest.mark.parametrize("missing", [1e-6, -1e-6])
def test_a_distribution_may_miss_one_by_the_tolerance_and_no_more(missing: float) -> None:
    assert np.isfinite(lf.entropy([0.5, 0.5 + missing * 0.999]))
    with pytest.raises(ValueError, match="the sum of p"):
        lf.entropy([0.5, 0.5 + missing * 1.001])


def test_the_tolerance_takes_in_single_precision() -> None:
    rng = np.random.default_rng(0)
    p = lf.softmax(rng.normal(size=(1000, 10)) * 3).astype(np.float32)
    assert lf.entropy(p).dtype == np.float64


def test_the_ends_of_what_is_allowed_are_allowed() -> None:
    assert lf.brier([0, 1], [1, 0]) == 1
    assert lf.focal(1, 0.5, gamma=0) == pytest.approx(np.log(2))
    assert np.array_equal(lf.gradient_descent(np.cos, 0.0, 1, 0), [0])
    assert lf.hinge(True, np.int32(3)) == 0
    assert lf.huber(0.0, 3.0, delta=np.array(1.0)) == 2.5  # type: ignore[arg-type]
