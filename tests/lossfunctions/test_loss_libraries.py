"""The same values as SciPy's and scikit-learn's, wherever they have the function."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import optimize, special, stats
from sklearn import linear_model, metrics, svm

import lossfunctions as lf

Array = NDArray[np.float64]

RNG = np.random.default_rng(0)
Y, H = RNG.normal(size=(2, 500)) * 3
Z = RNG.normal(size=(300, 4)) * 5
P, Q = RNG.dirichlet(np.ones(4), size=(2, 300))
CHANCE = RNG.uniform(0.01, 0.99, size=400)
LABEL = RNG.integers(2, size=400)
SIGN, SCORE = 2 * LABEL - 1, RNG.normal(size=400) * 2
CLASS = RNG.integers(4, size=300)

same = pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        # SciPy, special
        pytest.param(lambda: lf.sigmoid(Z), lambda: special.expit(Z), id="expit"),
        pytest.param(lambda: lf.log_sigmoid(Z), lambda: special.log_expit(Z), id="log_expit"),
        pytest.param(lambda: lf.softplus(Z), lambda: np.logaddexp(0, Z), id="logaddexp"),
        pytest.param(lambda: lf.softmax(Z, axis=0), lambda: special.softmax(Z, axis=0), id="softmax"),
        pytest.param(lambda: lf.log_softmax(Z), lambda: special.log_softmax(Z, axis=1), id="log_softmax"),
        pytest.param(lambda: lf.log_sum_exp(Z), lambda: special.logsumexp(Z, axis=1), id="logsumexp"),
        pytest.param(
            lambda: lf.huber(Y, H, delta=1.5, reduction="none"), lambda: special.huber(1.5, Y - H), id="huber"
        ),
        pytest.param(lambda: lf.entropy(P), lambda: special.entr(P).sum(axis=1), id="entr"),
        pytest.param(lambda: lf.kl_divergence(P, Q), lambda: special.rel_entr(P, Q).sum(axis=1), id="rel_entr"),
        # SciPy, stats
        pytest.param(lambda: lf.entropy(P, base=2), lambda: stats.entropy(P, base=2, axis=1), id="entropy"),
        pytest.param(
            lambda: lf.kl_divergence(P, Q, base=2), lambda: stats.entropy(P, Q, 2, axis=1), id="entropy of two"
        ),
        pytest.param(lambda: lf.gaussian_density(Y, H, sd=0.7), lambda: stats.norm.pdf(Y, H, 0.7), id="norm.pdf"),
        pytest.param(
            lambda: lf.gaussian_log_likelihood(Y, H, sd=0.7),
            lambda: stats.norm.logpdf(Y, H, 0.7).sum(),
            id="norm.logpdf",
        ),
        pytest.param(lambda: lf.laplace_density(Y, H, 0.7), lambda: stats.laplace.pdf(Y, H, 0.7), id="laplace.pdf"),
        pytest.param(
            lambda: lf.laplace_log_likelihood(Y, H, 0.7),
            lambda: stats.laplace.logpdf(Y, H, 0.7).sum(),
            id="laplace.logpdf",
        ),
        pytest.param(
            lambda: lf.bernoulli_mass(LABEL, CHANCE), lambda: stats.bernoulli.pmf(LABEL, CHANCE), id="bernoulli"
        ),
        pytest.param(
            lambda: lf.bernoulli_log_likelihood(LABEL, CHANCE),
            lambda: stats.bernoulli.logpmf(LABEL, CHANCE).sum(),
            id="bernoulli.logpmf",
        ),
        pytest.param(
            lambda: lf.categorical_mass(lf.one_hot(CLASS, 4), P),
            lambda: stats.multinomial.pmf(np.eye(4)[CLASS], 1, P),
            id="multinomial",
        ),
        # scikit-learn
        pytest.param(lambda: lf.squared_error(Y, H), lambda: metrics.mean_squared_error(Y, H), id="mean_squared_error"),
        pytest.param(
            lambda: lf.absolute_error(Y, H), lambda: metrics.mean_absolute_error(Y, H), id="mean_absolute_error"
        ),
        pytest.param(
            lambda: lf.quantile(Y, H, level=0.9),
            lambda: metrics.mean_pinball_loss(Y, H, alpha=0.9),
            id="mean_pinball_loss",
        ),
        pytest.param(
            lambda: lf.binary_cross_entropy(LABEL, CHANCE), lambda: metrics.log_loss(LABEL, CHANCE), id="log_loss"
        ),
        pytest.param(
            lambda: lf.categorical_cross_entropy(lf.one_hot(CLASS, 4), P),
            lambda: metrics.log_loss(CLASS, P),
            id="log_loss of classes",
        ),
        pytest.param(
            lambda: lf.brier(LABEL, CHANCE), lambda: metrics.brier_score_loss(LABEL, CHANCE), id="brier_score_loss"
        ),
        pytest.param(lambda: lf.hinge(SIGN, SCORE), lambda: metrics.hinge_loss(SIGN, SCORE), id="hinge_loss"),
        pytest.param(
            lambda: lf.crammer_singer(CLASS, Z), lambda: metrics.hinge_loss(CLASS, Z), id="hinge_loss of classes"
        ),
        pytest.param(
            lambda: lf.zero_one(SIGN, SCORE), lambda: metrics.zero_one_loss(SIGN, np.sign(SCORE)), id="zero_one_loss"
        ),
    ],
)


@same
def test_agrees(ours: Callable[[], Array], theirs: Callable[[], Array]) -> None:
    np.testing.assert_allclose(ours(), theirs(), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("gradient", ["squared_error", "log_cosh", "logistic", "binary_cross_entropy_from_logits"])
def test_a_gradient_agrees_with_finite_differences(gradient: str) -> None:
    loss, slope = getattr(lf, gradient), getattr(lf, f"{gradient}_gradient")
    for x in np.linspace(-3, 3, 13):
        assert optimize.check_grad(lambda z: loss(1, z[0]), lambda z: slope(1, z), [x]) < 1e-6


def test_the_objective_and_its_gradient_agree_with_finite_differences() -> None:
    X, w = Z[:50], np.array([0.3, -0.2, 0.1, 0.05, 0.7])
    y = SIGN[:50]

    def value(v: Array) -> float:
        return lf.l2_objective(X, y, v[:4], v[4], strength=0.5)

    def slope(v: Array) -> Array:
        dw, db = lf.l2_objective_gradient(X, y, v[:4], v[4], strength=0.5)
        return np.append(dw, db)

    assert optimize.check_grad(value, slope, w) < 1e-6


def separable(count: int = 60) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    y = np.where(np.arange(count) % 2, 1, -1)
    return rng.normal(size=(count, 2)) + 2.5 * y[:, None], y


def test_the_widest_margin_is_that_of_scikit_learn() -> None:
    X, y = separable()
    ours, theirs = lf.maximum_margin(X, y), svm.SVC(kernel="linear", C=1e6, tol=1e-9).fit(X, y)
    np.testing.assert_allclose(ours.w, theirs.coef_[0], rtol=1e-6)
    assert ours.b == pytest.approx(theirs.intercept_[0], abs=1e-6)
    assert set(ours.support) == set(theirs.support_)


@pytest.mark.parametrize("strength", [1e-3, 0.03, 0.5])
def test_the_soft_margin_is_that_of_scikit_learn(strength: float) -> None:
    X, y = separable()
    X = X * 0.3
    ours = lf.fit_l2_hinge(X, y, strength)
    theirs = svm.SVC(kernel="linear", C=1 / (strength * len(y)), tol=1e-9).fit(X, y)
    np.testing.assert_allclose(ours.w, theirs.coef_[0], rtol=1e-5)
    assert ours.b == pytest.approx(theirs.intercept_[0], abs=1e-5)
    assert set(ours.support) == set(theirs.support_)


def noisy_line() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    x = rng.uniform(-3, 3, 40)
    y = 1 + 2 * x + rng.normal(size=40)
    y[5] = 60
    return x, y


@pytest.mark.parametrize(
    ("loss", "function"),
    [("squared error", lf.squared_error), ("huber", lf.huber), ("log-cosh", lf.log_cosh)],
)
def test_a_line_has_the_least_loss_that_scipy_finds(loss: str, function: Callable[[Array, Array], Array]) -> None:
    x, y = noisy_line()
    found = optimize.minimize(lambda v: function(y, v[0] + v[1] * x), [0, 0], method="BFGS", options={"gtol": 1e-9})
    np.testing.assert_allclose(lf.fit_line(x, y, loss), found.x, rtol=1e-6)


def test_the_line_of_least_absolute_error_is_that_of_scikit_learn() -> None:
    x, y = noisy_line()
    theirs = linear_model.QuantileRegressor(quantile=0.5, alpha=0).fit(x[:, None], y)
    np.testing.assert_allclose(lf.fit_line(x, y, "absolute error"), [theirs.intercept_, theirs.coef_[0]], rtol=1e-9)


def test_least_squares_is_numpys_polynomial_fit() -> None:
    x, y = noisy_line()
    slope, intercept = np.polyfit(x, y, 1)
    np.testing.assert_allclose(lf.least_squares(x, y), [intercept, slope], rtol=1e-12)
