"""The functions of released libraries, called as their documentation describes them: no formula is repeated here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy import special, stats
from scipy.signal import windows
from scipy.spatial import distance
from sklearn import metrics

Function = Callable[..., Any]


def _called(function: Function) -> Function:
    """A function of one's own, as expressions may call it, in place of a method or a compiled one."""
    return lambda *arguments: function(*arguments)


def _distributions() -> Iterator[tuple[str, Function]]:
    """The densities of all distributions, such as `norm_pdf`; behind their shapes come `loc` and `scale`."""
    for name, one in vars(stats).items():
        if isinstance(one, stats.rv_continuous):
            yield f"{name}_pdf", one.pdf
        elif isinstance(one, stats.rv_discrete):
            yield f"{name}_pmf", one.pmf


globals().update({name: _called(function) for name, function in _distributions()})

# --- what densities are written with ---
norm_cdf, standard_pdf, exponweib_cdf = map(_called, (stats.norm.cdf, stats.norm.pdf, stats.exponweib.cdf))
beta, erfc, zeta, comb = map(_called, (special.beta, special.erfc, special.zeta, special.comb))
bessel_i0, bessel_k1 = map(_called, (special.i0, special.k1))


def sech(x: Any) -> Any:
    return 1 / np.cosh(x)


# --- distances ---
sqeuclidean, cosine, seuclidean = map(_called, (distance.sqeuclidean, distance.cosine, distance.seuclidean))
cityblock, chebyshev = map(_called, (distance.cityblock, distance.chebyshev))
braycurtis, canberra = map(_called, (distance.braycurtis, distance.canberra))


# --- statistics ---
def gmean(a: Any, w: Any = None) -> Any:
    return stats.gmean(a, weights=w)


def hmean(a: Any, w: Any = None) -> Any:
    return stats.hmean(a, weights=w)


def pmean(a: Any, p: Any, w: Any = None) -> Any:
    return stats.pmean(a, p, weights=w)


def moment(x: Any, order: Any, center: Any) -> Any:
    return stats.moment(x, order=int(order), center=center)


def yeojohnson(x: Any, lambda_: Any) -> Any:
    return stats.yeojohnson(np.atleast_1d(x), lambda_)[0]


circvar, boxcox = map(_called, (stats.circvar, special.boxcox))


# --- windows: the value at a place, from 0, or from the middle ---
def _at(window: Function) -> Function:
    return lambda n, length, *shape: window(int(length), *shape)[int(n)]


scipy_blackman, scipy_bartlett, scipy_hann = map(_at, (windows.blackman, windows.bartlett, windows.hann))
scipy_hamming, scipy_general_hamming = map(_at, (windows.hamming, windows.general_hamming))
numpy_blackman, numpy_bartlett, numpy_hanning = map(_at, (np.blackman, np.bartlett, np.hanning))
numpy_hamming, sinc = _at(np.hamming), _called(np.sinc)


def scipy_kaiser(n: Any, length: Any, beta: Any) -> Any:
    return windows.kaiser(int(length), beta)[int(n + (length - 1) / 2)]


def numpy_kaiser(n: Any, length: Any, beta: Any) -> Any:
    return np.kaiser(int(length), beta)[int(n + (length - 1) / 2)]


def gaussian(n: Any, sigma: Any) -> Any:
    return windows.gaussian(7, sigma)[int(n) + 3]


def general_gaussian(n: Any, p: Any, sigma: Any) -> Any:
    return windows.general_gaussian(7, p, sigma)[int(n) + 3]


# --- scores of classifiers ---
def _labels(tp: Any, fp: Any, fn: Any) -> tuple[list[int], list[int]]:
    """Labels and answers with so many hits, false alarms and misses."""
    return [1] * int(tp + fn) + [0] * int(fp), [1] * int(tp) + [0] * int(fn) + [1] * int(fp)


def f1_score(tp: Any, fp: Any, fn: Any) -> Any:
    return metrics.f1_score(*_labels(tp, fp, fn))


def fbeta_score(beta: Any, tp: Any, fp: Any, fn: Any) -> Any:
    return metrics.fbeta_score(*_labels(tp, fp, fn), beta=beta)


def log_loss(y: Any, p: Any) -> Any:
    return metrics.log_loss([y], [p], labels=[0, 1])


def brier_score_loss(y: Any, p: Any) -> Any:
    return metrics.brier_score_loss(y, p, pos_label=1)
