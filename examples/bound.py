"""What the side files beside this module hold formulas against: functions of libraries, called as they are documented.

No formula is written here again. A name ends in what is computed: `alpha_pdf(x, a)` is `scipy.stats.alpha.pdf(x, a)`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import scipy.fft
from numpy.polynomial import polynomial
from scipy import fftpack, signal, special, stats
from scipy.signal import windows
from scipy.spatial import distance
from scipy.stats._continuous_distns import _argus_phi
from scipy.stats._new_distributions import _LogUniform
from scipy.stats._stats_py import _xp_mean
from sklearn import metrics
from sklearn.gaussian_process import kernels


def _words(text: str) -> list[str]:
    return text.split()


# What a docstring of `scipy.stats` gives a formula of: densities, and the one distribution function.
DENSITIES = _words("""
alpha anglit arcsine argus beta betaprime bradford burr burr12 cauchy chi chi2 cosine dgamma dpareto_lognorm dweibull
expon exponnorm exponpow exponweib f fatiguelife fisk foldcauchy foldnorm gamma genexpon genextreme gengamma
genhalflogistic genhyperbolic geninvgauss genlogistic gennorm genpareto gibrat gompertz gumbel_l gumbel_r halfcauchy
halfgennorm halflogistic halfnorm hypsecant invgamma invgauss invweibull johnsonsb johnsonsu kappa3 kappa4 landau
laplace laplace_asymmetric levy levy_l loggamma logistic loglaplace lognorm lomax maxwell mielke moyal nakagami ncx2
norm norminvgauss pareto powerlaw powerlognorm powernorm rayleigh rdist recipinvgauss reciprocal rice semicircular
skewcauchy studentized_range t truncexpon truncpareto truncweibull_min vonmises wald weibull_max weibull_min wrapcauchy
""")
globals().update({f"{name}_pdf": getattr(stats, name).pdf for name in DENSITIES})
exponweib_cdf = stats.exponweib.cdf
PROBABILITIES = _words("""
bernoulli betabinom betanbinom binom boltzmann dlaplace geom hypergeom logser nbinom nhypergeom planck poisson randint
yulesimon zipf
""")
globals().update({f"{name}_pmf": getattr(stats, name).pmf for name in PROBABILITIES})

# What their formulas call by a letter.
normal_pdf: Callable[..., Any] = stats.norm.pdf
normal_cdf: Callable[..., Any] = stats.norm.cdf
beta_function = special.beta
bessel_i0 = special.i0
bessel_k1 = special.k1
erfc = special.erfc
cosh = np.cosh
exp = np.exp
sinc = np.sinc
zeta = special.zeta
factorial = special.factorial
argus_psi = _argus_phi

canberra = distance.canberra
chebyshev = distance.chebyshev
cityblock = distance.cityblock
cosine = distance.cosine
seuclidean = distance.seuclidean
sqeuclidean = distance.sqeuclidean


def sech(x: Any) -> Any:
    """The hyperbolic secant, which SciPy has no function for."""
    return 1 / np.cosh(x)


def gamma_rate_pdf(x: Any, alpha: Any, beta: Any) -> Any:
    """The gamma distribution by its rate, as its docstring says to call it."""
    return stats.gamma.pdf(x, alpha, scale=1 / beta)


def invgauss_scaled_pdf(x: Any, nu: Any, lam: Any) -> Any:
    """The inverse Gaussian distribution with a scale, as its docstring says to call it."""
    return stats.invgauss.pdf(x, nu / lam, scale=lam)


def norminvgauss_scaled_pdf(x: Any, alpha: Any, beta: Any, delta: Any, mu: Any) -> Any:
    """The normal inverse Gaussian distribution with place and scale, as its docstring says to call it."""
    return stats.norminvgauss.pdf(x, alpha * delta, beta * delta, mu, delta)


def genhyperbolic_scaled_pdf(x: Any, lam: Any, alpha: Any, beta: Any, delta: Any, mu: Any) -> Any:
    """The generalized hyperbolic distribution with place and scale, as its docstring says to call it."""
    return stats.genhyperbolic.pdf(x, lam, alpha * delta, beta * delta, mu, delta)


def truncated_power_pdf(x: Any, a: Any, low: Any, high: Any) -> Any:
    """A power law between two ends, as the docstring of `truncpareto` says to call it."""
    return stats.truncpareto.pdf(x, -a, high / low, scale=low)


def correlation_pdf(r: Any, n: Any) -> Any:
    """The distribution of a sample correlation, as the docstring of `pearsonr` says to call it."""
    return stats.beta.pdf(r, n / 2 - 1, n / 2 - 1, loc=-1, scale=2)


def gmean(a: Any, w: Any = None) -> Any:
    """The geometric mean, with weights or without."""
    return stats.gmean(a, weights=w)


def hmean(a: Any, w: Any = None) -> Any:
    """The harmonic mean, with weights or without."""
    return stats.hmean(a, weights=w)


def pmean(a: Any, p: Any, w: Any = None) -> Any:
    """The power mean, with weights or without."""
    return stats.pmean(a, p, weights=w)


def moment(x: Any, k: Any, center: Any) -> Any:
    """The moment of an order about a center."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SciPy warns where all samples are nearly the center, which is what is tried
        return stats.moment(x, int(k), center=center)


def weighted_mean(x: Any, w: Any) -> Any:
    """The mean that `scipy.stats` computes with weights."""
    return _xp_mean(x, weights=w)


def new_normal_pdf(x: Any, mu: Any, sigma: Any) -> Any:
    """The density of the class `Normal`."""
    return stats.Normal(mu=mu, sigma=sigma).pdf(x)


def new_standard_normal_pdf(x: Any) -> Any:
    """The density of the class `Normal` without parameters, which is a `StandardNormal`."""
    return stats.Normal().pdf(x)


def new_logistic_pdf(x: Any) -> Any:
    """The density of the class `Logistic`."""
    return stats.Logistic().pdf(x)


def new_log_uniform_pdf(x: Any, a: Any, b: Any) -> Any:
    """The density of the class `_LogUniform`."""
    return _LogUniform(a=a, b=b).pdf(x)


def pdist(u: Any, v: Any, metric: str) -> Any:
    """The distance of two rows, as `pdist` gives it."""
    return distance.pdist([u, v], metric)[0]


def cdist(u: Any, v: Any, metric: str) -> Any:
    """The distance of two rows, as `cdist` gives it."""
    return distance.cdist([u], [v], metric)[0, 0]


def at_index(window: Callable[..., Any], middle: float = 0.0) -> Callable[..., Any]:
    """A window of M points as a function of the index n, elementwise; n counts from 0, or from the middle."""

    def value(n: float, size: float, *shape: float) -> Any:
        return window(int(size), *shape)[round(n + middle * (size - 1))]

    return np.vectorize(value, otypes=[float])


bartlett = at_index(windows.bartlett)
blackman = at_index(windows.blackman)
general_hamming = at_index(windows.general_hamming)
hamming = at_index(windows.hamming)
hann = at_index(windows.hann)
lanczos = at_index(windows.lanczos)
# A center is for windows that are periodic only, as the docstring says.
exponential = at_index(partial(windows.exponential, sym=False))
gaussian = at_index(windows.gaussian, 0.5)
general_gaussian = at_index(windows.general_gaussian, 0.5)
kaiser = at_index(windows.kaiser, 0.5)


def gauss_spline_of_width(x: Any, sigma: Any) -> Any:
    """The Gaussian approximation to a B-spline of order n, where the docstring says: sigma = (n + 1) / 12."""
    return signal.gauss_spline(x, 12 * sigma - 1)


numpy_bartlett = at_index(np.bartlett)
numpy_blackman = at_index(np.blackman)
numpy_hamming = at_index(np.hamming)
numpy_hanning = at_index(np.hanning)
numpy_kaiser = at_index(np.kaiser, 0.5)

polygrid2d = polynomial.polygrid2d
polyval2d = polynomial.polyval2d
polyval3d = polynomial.polyval3d
polyvalfromroots = polynomial.polyvalfromroots

circvar = stats.circvar
dct = scipy.fft.dct
dst = scipy.fft.dst
softmax = special.softmax
boxcox = np.vectorize(stats.boxcox)
yeojohnson = np.vectorize(stats.yeojohnson, otypes=[float])


def old_dct(x: Any, kind: int, norm: str | None = None) -> Any:
    """The cosine transform of `scipy.fftpack`."""
    return fftpack.dct(x, kind, norm=norm)


def old_dst(x: Any, kind: int) -> Any:
    """The sine transform of `scipy.fftpack`."""
    return fftpack.dst(x, kind)


def multinomial_entropy(n: Any, p: Any) -> Any:
    """The entropy of the multinomial distribution."""
    return stats.multinomial(n, p).entropy()


def distance_of_numbers(x: Any, y: Any) -> Any:
    """The Euclidean distance of points with one coordinate."""
    return np.abs(x - y)


def of_numbers(kernel: Any, x: Any) -> Any:
    """A kernel of scikit-learn for every two of these points with one coordinate."""
    return kernel(np.reshape(x, (-1, 1)))


def rbf_kernel(x: Any, length: Any) -> Any:
    """The radial basis function kernel."""
    return of_numbers(kernels.RBF(length), x)


def rational_quadratic_kernel(x: Any, length: Any, alpha: Any) -> Any:
    """The rational quadratic kernel."""
    return of_numbers(kernels.RationalQuadratic(length, alpha), x)


def exp_sine_squared_kernel(x: Any, length: Any, period: Any) -> Any:
    """The periodic kernel."""
    return of_numbers(kernels.ExpSineSquared(length, period), x)


def dot_product_kernel(x: Any, sigma: Any) -> Any:
    """The dot product kernel."""
    return of_numbers(kernels.DotProduct(sigma), x)


def labels_of_counts(tp: float, fp: float, fn: float) -> tuple[list[int], list[int]]:
    """True and predicted labels with so many true positives, false positives and false negatives."""
    a, b, c = int(tp), int(fp), int(fn)
    return [1] * a + [0] * b + [1] * c, [1] * (a + b) + [0] * c


@np.vectorize
def f1_of_counts(tp: float, fp: float, fn: float) -> float:
    """The F1 score of labels with these counts."""
    return float(metrics.f1_score(*labels_of_counts(tp, fp, fn)))


@np.vectorize
def f_beta_of_counts(tp: float, fp: float, fn: float, beta: float) -> float:
    """The F-beta score of labels with these counts."""
    return float(metrics.fbeta_score(*labels_of_counts(tp, fp, fn), beta=beta))


@np.vectorize
def log_loss_of_one(y: float, p: float) -> float:
    """The log loss of a single sample."""
    return float(metrics.log_loss([y], [p], labels=[0, 1]))


def brier_score(y: Any, p: Any) -> Any:
    """The Brier score of two classes."""
    return metrics.brier_score_loss(y, p, pos_label=1)


def brier_score_of_classes(y: Any, p: Any) -> Any:
    """The Brier score of several classes; labels come one-hot here."""
    return metrics.brier_score_loss(np.argmax(y, axis=1), p, labels=np.arange(np.shape(p)[1]))


def nan_euclidean(x: Any, y: Any) -> Any:
    """The distance of two rows, where None stands for what is missing."""
    return metrics.pairwise.nan_euclidean_distances(np.array([x], float), np.array([y], float))[0, 0]


__all__ = sorted(name for name, value in globals().copy().items() if callable(value) and not name.startswith("_"))
