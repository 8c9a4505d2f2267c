"""What the side files beside this module hold formulas against: functions of JAX and Optax, in double precision.

No formula is written here again. A name ends in what is computed: `beta_pdf(x, a, b)` is `jax.scipy.stats.beta.pdf`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import optax
from jax import nn
from jax import numpy as jnp
from jax.scipy import special, stats

jax.config.update("jax_enable_x64", True)


def of_arrays(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of JAX that takes numbers and arrays of NumPy, and returns them."""

    def value(*arguments: Any, **options: Any) -> Any:
        return np.asarray(function(*map(jnp.asarray, arguments), **options))

    return value


def _words(text: str) -> list[str]:
    return text.split()


ACTIVATIONS = _words("""
celu elu gelu hard_sigmoid hard_silu hard_tanh leaky_relu log_sigmoid log_softmax mish relu relu6
sigmoid silu soft_sign softplus sparse_plus sparse_sigmoid squareplus
""")
ELEMENTARY = _words("arccosh arcsinh arctanh cosh heaviside sign sinc sinh tanh")
SPECIAL = _words("""
betainc betaln boxcox boxcox1p dawsn entr erf erfc erfcx expi expit factorial gamma i0 i0e i1 i1e
kl_div logit ndtr owens_t poch rel_entr
""")
DISTRIBUTIONS = _words("""
bernoulli beta cauchy chi2 expon gamma gennorm geom gumbel_l gumbel_r laplace logistic norm
pareto poisson t truncnorm uniform vonmises wrapcauchy
""")
METHODS = _words("pdf logpdf pmf logpmf cdf logcdf sf logsf ppf")

globals().update({name: of_arrays(getattr(nn, name)) for name in ACTIVATIONS})
globals().update({name: of_arrays(getattr(jnp, name)) for name in ELEMENTARY})
globals().update({name: of_arrays(getattr(special, name)) for name in SPECIAL})
globals().update(
    {
        f"{name}_{method}": of_arrays(getattr(getattr(stats, name), method))
        for name in DISTRIBUTIONS
        for method in METHODS
        if hasattr(getattr(stats, name), method)
    }
)
beta = beta_function = of_arrays(special.beta)
# The formulas print their arguments in the other order, (x; a): so they have other names here.
lower_gamma_ratio = of_arrays(special.gammainc)
upper_gamma_ratio = of_arrays(special.gammaincc)
ranking_softmax_loss = of_arrays(optax.losses.ranking_softmax_loss)
softmax_cross_entropy = of_arrays(optax.losses.softmax_cross_entropy)
softmax_cross_entropy_with_integer_labels = of_arrays(optax.losses.softmax_cross_entropy_with_integer_labels)


@np.vectorize
def comb(n: float, k: float) -> float:
    """The number of combinations."""
    return float(special.comb(int(n), int(k)))


@np.vectorize
def polynomial_schedule(t: float, start: float, end: float, power: float, steps: float, begin: float) -> float:
    """A polynomial schedule at a step."""
    return float(optax.schedules.polynomial_schedule(start, end, power, int(steps), int(begin))(t))


@np.vectorize
def linear_schedule(t: float, start: float, end: float, steps: float, begin: float) -> float:
    """A linear schedule at a step."""
    return float(optax.schedules.linear_schedule(start, end, int(steps), int(begin))(t))


@np.vectorize
def cosine_decay_schedule(t: float, start: float, steps: float, alpha: float, exponent: float) -> float:
    """A cosine schedule at a step."""
    return float(optax.schedules.cosine_decay_schedule(start, int(steps), alpha, exponent)(t))


__all__ = sorted(name for name, value in globals().copy().items() if callable(value) and not name.startswith("_"))
