"""Arguments as large and as small as numbers go: a result that is a number is right to its last digits all the same."""

import tracemalloc
from functools import partial

import loss_references as definitions
import numpy as np
import pytest
from loss_references import Case, Reference
from mpmath import mp, mpf
from scipy import special
from test_loss_values import worst

import lossfunctions as lf

RNG = np.random.default_rng(20261126)
COUNT = 120
LEAST, NEAREST_TO_1 = 5e-324, 1 - 2.0**-53
SIZES = [
    *(5e-324, 1e-320, 3e-310, 2.3e-308, 3e-300, 7e-201, 4e-162, 1e-154, 1e-100, 1e-30, 1e-16, 1e-8, 0.3),
    *(1.0, 3.0, 40.0, 700.0, 1e8, 1e16, 1e30, 1e100, 1.2e154, 1.6e154, 1e200, 1e300, 1.1e308, 1.7e308),
]


def sizes(most: float = np.inf) -> np.ndarray:
    drawn = RNG.choice([size for size in SIZES if size <= most], COUNT) * RNG.uniform(0.7, 1, COUNT)
    least: np.ndarray = np.maximum(drawn, LEAST)
    return least


def reals() -> np.ndarray:
    either: np.ndarray = sizes() * RNG.choice([-1, -1, -1, 0, 1, 1, 1], COUNT)
    return either


def chances() -> np.ndarray:
    """Probabilities other than 0 and 1, near to both."""
    small = sizes(most=1)
    return np.clip(np.where(RNG.uniform(size=COUNT) < 0.3, 1 - small, small), LEAST, NEAREST_TO_1)


def distributions() -> np.ndarray:
    """Rows whose third probability is within what a sum may miss."""
    p = chances()
    return RNG.permuted(np.stack([1 - p, p, sizes(most=1e-7)], axis=1), axis=1)


def focal_gradient(y: mpf, p: mpf, gamma: mpf = 2.0, alpha: mpf | None = None) -> mpf:
    share = (alpha if y else 1 - alpha) if alpha is not None else 1
    hit, sign = (p, -1) if y else (1 - p, 1)
    return sign * share * (1 - hit) ** mpf(gamma) * (-gamma * mp.log(hit) / (1 - hit) + 1 / hit)


def geometric_margin(x: list[mpf], w: list[mpf]) -> mpf:
    return mp.fsum(xk * wk for xk, wk in zip(x, w, strict=True)) / mp.sqrt(mp.fsum(wk**2 for wk in w))


def l2_objective(x: list[mpf], w: list[mpf], strength: mpf) -> mpf:
    return strength / 2 * mp.fsum(wk**2 for wk in w) + max(0, 1 - mp.fsum(map(mp.fmul, x, w)))


ERROR = reals(), reals()
BINARY = RNG.choice([0.0, 1.0], COUNT), chances()
SOFT = chances(), chances()
LOGIT = BINARY[0], reals()
ROWS = distributions(), distributions()
LOGITS = np.stack([reals(), reals(), reals()], axis=1)
SCORE = RNG.choice([-1.0, 1.0], COUNT), reals()
PLACES = np.stack([sizes(), sizes()], axis=1), np.stack([sizes(), sizes()], axis=1)
WIDTHS = 10.0 ** RNG.uniform(-323, 305, COUNT)
AWAY = WIDTHS * RNG.choice([0.1, 1, 30, 38, 39, 45, 50, 52, 700], COUNT), np.zeros(COUNT), WIDTHS
FAR = reals(), reals()
APART = *FAR, np.clip(np.abs(FAR).max(axis=0), 1e-320, 1e306) * RNG.choice([1 / 32, 1, 32], COUNT)

CASES = [
    Case("squared_error", lf.squared_error, lambda y, h: (y - h) ** 2, ERROR),
    Case("half_squared_error", lf.half_squared_error, lambda y, h: (y - h) ** 2 / 2, ERROR),
    Case("absolute_error", lf.absolute_error, lambda y, h: abs(y - h), ERROR),
    Case("log_cosh", lf.log_cosh, lambda y, h: mp.log(mp.cosh(y - h)), ERROR),
    Case("huber", lf.huber, definitions.huber, (*ERROR, sizes())),
    Case("quantile", lf.quantile, definitions.quantile, (*ERROR, chances())),
    Case("binary_cross_entropy", lf.binary_cross_entropy, definitions.binary_cross_entropy, SOFT),
    Case("cross-entropy gradient", lf.binary_cross_entropy_gradient, lambda y, p: (1 - y) / (1 - p) - y / p, SOFT),
    Case("brier", lf.brier, lambda y, p: (y - p) ** 2, SOFT),
    *(
        case
        for gamma in (0, 0.5, 2, 5, 7.3, 30, 1000)
        for case in (
            Case(f"focal {gamma}", partial(lf.focal, gamma=gamma), partial(definitions.focal, gamma=gamma), BINARY),
            Case(
                f"focal gradient {gamma}",
                partial(lf.focal_gradient, gamma=gamma),
                partial(focal_gradient, gamma=gamma),
                BINARY,
            ),
        )
    ),
    Case(
        "focal, alpha",
        lambda y, p, alpha: lf.focal(y, p, alpha=alpha),
        lambda y, p, alpha: definitions.focal(y, p, alpha=alpha),
        (*BINARY, chances()),
    ),
    Case(
        "focal gradient, alpha",
        lambda y, p, alpha: lf.focal_gradient(y, p, alpha=alpha),
        lambda y, p, alpha: focal_gradient(y, p, alpha=alpha),
        (*BINARY, chances()),
    ),
    Case("from logits", lf.binary_cross_entropy_from_logits, definitions.binary_cross_entropy_from_logits, LOGIT),
    Case("squared, logits", lf.half_squared_error_from_logits, definitions.half_squared_error_from_logits, LOGIT),
    Case("gaussian_density", lf.gaussian_density, definitions.gaussian_density, AWAY),
    Case("laplace_density", lf.laplace_density, definitions.laplace_density, AWAY),
    Case("gaussian_density, apart", lf.gaussian_density, definitions.gaussian_density, APART),
    Case("laplace_density, apart", lf.laplace_density, definitions.laplace_density, APART),
    Case("categorical_cross_entropy", lf.categorical_cross_entropy, definitions.cross_entropy, ROWS),
    Case(
        "categorical gradient",
        lf.categorical_cross_entropy_gradient,
        lambda y, p: [-yk / pk for yk, pk in zip(y, p, strict=True)],
        ROWS,
    ),
    Case("one_vs_rest", lf.one_vs_rest_cross_entropy, definitions.one_vs_rest, ROWS),
    Case(
        "categorical, logits",
        lf.categorical_cross_entropy_from_logits,
        definitions.categorical_cross_entropy_from_logits,
        (ROWS[0], LOGITS),
    ),
    Case("hinge", lf.hinge, definitions.hinge, (*SCORE, sizes())),
    Case("squared_hinge", lf.squared_hinge, lambda y, s: definitions.hinge(y, s) ** 2, SCORE),
    Case("logistic", lf.logistic, lambda y, s: definitions.softplus(-y * s), SCORE),
    Case("geometric_margin", lambda x, w: lf.geometric_margin([x], [1], w, 0.0), geometric_margin, PLACES),
    Case(
        "l2_objective",
        lambda x, w, strength: lf.l2_objective([x], [1], w, 0.0, strength),
        l2_objective,
        (*PLACES, sizes()),
    ),
    Case("the mean", lambda y: lf.absolute_error(y, 0.0), lambda y: mp.fsum(map(abs, y)) / 3, (LOGITS,)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_a_number_is_right_however_large_or_small_the_arguments(case: Case, reference: Reference) -> None:
    exact = reference(case)
    got = np.array([np.ravel(case.function(*row)) for row in zip(*case.arguments, strict=True)])
    off = worst(got, exact, case.crosses_zero)
    row = np.unravel_index(np.argmax(off), off.shape)[0]
    assert off.max() <= 4, ([argument[row] for argument in case.arguments], got[row], exact[row])


def test_the_results_are_not_all_beyond_the_numbers(reference: Reference) -> None:
    for case in CASES:
        values = reference(case)[..., 0]
        assert np.mean(np.isfinite(values) & (values != 0)) > 0.2, case.name


def test_the_ends_that_were_lost() -> None:
    assert lf.gaussian_density(38.6e-300, 0, 1e-300) == pytest.approx(1.1487008370544e-24, rel=1e-12)
    assert lf.half_squared_error(0, 1.6e154) == pytest.approx(1.28e308, rel=1e-15)
    assert lf.binary_cross_entropy_gradient(1e-10, 1e-310) == pytest.approx(-1e300, rel=1e-12)
    likelihood = lf.gaussian_log_likelihood(1.7e308, -1.7e308, 1.7e308)
    assert likelihood == pytest.approx(-2 - np.log(1.7e308) - np.log(2 * np.pi) / 2)
    assert lf.focal_gradient(1, 0.0, gamma=0) == -np.inf
    assert lf.focal_gradient(0, 1.0, gamma=0) == np.inf
    for scale in 1e200, 1e-200:
        assert lf.geometric_margin([[2.0, 1.0]], [1], [3 * scale, 4 * scale], 5 * scale) == pytest.approx(3)


def test_a_divergence_is_no_less_exact_than_scipys() -> None:
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(5), (2, 4000))
    q[:2000] = p[:2000] * rng.uniform(0.7, 1.4, (2000, 5))
    q /= q.sum(axis=1, keepdims=True)
    with mp.workdps(50):
        exact = np.array(
            [
                float(definitions.kl_divergence(*([mpf(x) for x in part] for part in row)))
                for row in zip(p, q, strict=True)
            ]
        )
    ours, theirs = lf.kl_divergence(p, q), special.rel_entr(p, q).sum(axis=1)
    off = [np.sum(np.abs(found - exact) / np.spacing(exact) > 4) for found in (ours, theirs)]
    assert off[0] <= off[1]


@pytest.mark.parametrize("labels", [np.zeros(1), np.arange(50) % 3, np.full((2, 3), 7)])
def test_labels_take_memory_in_proportion_to_what_they_become(labels: np.ndarray) -> None:
    classes = 200_000
    tracemalloc.start()
    rows = lf.one_hot(labels, classes)
    _, peak = tracemalloc.get_traced_memory()
    assert rows.shape == (*labels.shape, classes)
    assert peak < 1.5 * rows.nbytes
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    smooth = lf.smooth_labels(rows, 0.1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak - before < 2 * smooth.nbytes
