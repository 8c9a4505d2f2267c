"""The losses beside scikit-learn's, on a million rows of ten: read the ratios, not the seconds.

Each pair is a group of two bars; the numbers in brackets are ratios to the faster one. scikit-learn checks its
arguments too, and takes classes where `categorical_cross_entropy` takes one-hot rows.
"""

from collections.abc import Callable

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from sklearn import metrics

import lossfunctions as lf

Data = dict[str, np.ndarray]
Measured = Callable[[Data], np.ndarray | float]
ROWS, CLASSES = 1_000_000, 10


@pytest.fixture(scope="module")
def data() -> Data:
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(ROWS, CLASSES))
    classes = rng.integers(CLASSES, size=ROWS)
    return {
        "scores": scores,
        "p": lf.softmax(scores),
        "classes": classes,
        "one-hot": lf.one_hot(classes, CLASSES),
        "signs": rng.choice([-1, 1], size=ROWS * CLASSES),
        "truth": rng.normal(size=(ROWS, CLASSES)),
    }


PAIRS: dict[str, tuple[Measured, Measured]] = {
    "log_loss": (
        lambda d: lf.categorical_cross_entropy(d["one-hot"], d["p"]),
        lambda d: metrics.log_loss(d["classes"], d["p"]),
    ),
    "hinge_loss": (
        lambda d: lf.hinge(d["signs"], d["scores"].ravel()),
        lambda d: metrics.hinge_loss(d["signs"], d["scores"].ravel()),
    ),
    "hinge_loss of classes": (
        lambda d: lf.crammer_singer(d["classes"], d["scores"]),
        lambda d: metrics.hinge_loss(d["classes"], d["scores"]),
    ),
    "mean_squared_error": (
        lambda d: lf.squared_error(d["truth"], d["scores"]),
        lambda d: metrics.mean_squared_error(d["truth"], d["scores"]),
    ),
}


@pytest.mark.parametrize("whose", ["lossfunctions", "scikit-learn"])
@pytest.mark.parametrize("pair", PAIRS)
def test_speed(benchmark: BenchmarkFixture, data: Data, pair: str, whose: str) -> None:
    benchmark.group = f"{pair}, {ROWS:,} x {CLASSES}"
    ours, theirs = PAIRS[pair]
    value = benchmark.pedantic(ours if whose == "lossfunctions" else theirs, args=(data,), rounds=5, warmup_rounds=1)
    assert value == pytest.approx(ours(data), rel=1e-9)
