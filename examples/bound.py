"""What the side files beside this module hold formulas against: functions of libraries, called as they are documented.

No formula is written here again. A name ends in what is computed: `alpha_pdf(x, a)` is `scipy.stats.alpha.pdf(x, a)`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special, stats
from scipy.stats._continuous_distns import _argus_phi

# What a docstring of `scipy.stats` gives a formula of: densities, and the one distribution function.
DENSITIES = """
alpha anglit arcsine argus beta betaprime bradford burr burr12 cauchy chi chi2 cosine dgamma dpareto_lognorm dweibull
expon exponnorm exponpow exponweib f fatiguelife fisk foldcauchy foldnorm gamma genexpon genextreme gengamma
genhalflogistic genhyperbolic geninvgauss genlogistic gennorm genpareto gibrat gompertz gumbel_l gumbel_r halfcauchy
halfgennorm halflogistic halfnorm hypsecant invgamma invgauss invweibull johnsonsb johnsonsu kappa3 kappa4 landau
laplace laplace_asymmetric levy levy_l loggamma logistic loglaplace lognorm lomax maxwell mielke moyal nakagami ncx2
norm norminvgauss pareto powerlaw powerlognorm powernorm rayleigh rdist recipinvgauss reciprocal rice semicircular
skewcauchy studentized_range t truncexpon truncpareto truncweibull_min vonmises wald weibull_max weibull_min wrapcauchy
""".split()
globals().update({f"{name}_pdf": getattr(stats, name).pdf for name in DENSITIES})
exponweib_cdf = stats.exponweib.cdf

# What their formulas call by a letter.
normal_pdf: Callable[..., Any] = stats.norm.pdf
normal_cdf: Callable[..., Any] = stats.norm.cdf
beta_function = special.beta
bessel_i0 = special.i0
bessel_k1 = special.k1
erfc = special.erfc
cosh = np.cosh
argus_psi = _argus_phi


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


__all__ = sorted(name for name, value in globals().copy().items() if callable(value) and name not in ("Any", "Callable"))
