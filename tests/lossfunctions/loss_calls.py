"""Good arguments of every public function, for every parameter of its signature: what the tests of arguments vary."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

import lossfunctions as lf

X, SIGNS = [[2.0], [-1.0]], [1, -1]
MEAN, SUM = {"reduction": "mean"}, {"reduction": "sum"}
REAL = {"y": [0.0, 0.0], "prediction": [1.0, -0.5]}
BINARY, BINARY_LOGIT = {"y": [1, 0], "p": [0.5, 0.25]}, {"y": [1, 0], "z": [0.5, 0.25]}
ROW, LOGIT_ROW = {"y": [1, 0], "p": [0.5, 0.5]}, {"y": [1, 0], "z": [0.5, 0.5]}
SIGN, CLASS = {"y": [1], "s": [0.5]}, {"y": [1], "s": [[0.5, 0.5]]}
TWO = {"p": [1, 0], "q": [0.5, 0.5]}
EXAMPLES = {"X": X, "y": SIGNS, "w": [1.0], "b": 0.0}
DESCENT = {"rate": 1.0, "steps": 1}
_GOOD: dict[str, dict[str, Any]] = {
    "sigmoid sigmoid_derivative softplus log_sigmoid softmax_jacobian": {"z": [0.0, 1.0]},
    "softmax log_softmax log_sum_exp": {"z": [0.0, 1.0], "axis": 0},
    "squared_error half_squared_error absolute_error log_cosh": REAL | MEAN,
    "squared_error_gradient half_squared_error_gradient absolute_error_gradient log_cosh_gradient": REAL,
    "huber": REAL | {"delta": 0.75} | MEAN,
    "huber_gradient": REAL | {"delta": 0.75},
    "quantile": REAL | {"level": 0.3} | MEAN,
    "quantile_gradient": REAL | {"level": 0.3},
    "binary_cross_entropy": BINARY | {"base": 3} | MEAN,
    "binary_cross_entropy_gradient brier_gradient bernoulli_mass": BINARY,
    "brier": BINARY | MEAN,
    "bernoulli_log_likelihood": BINARY | SUM,
    "binary_cross_entropy_from_logits half_squared_error_from_logits": BINARY_LOGIT | MEAN,
    "binary_cross_entropy_from_logits_gradient": BINARY_LOGIT,
    "half_squared_error_from_logits_gradient half_squared_error_from_logits_curvature": BINARY_LOGIT,
    "categorical_cross_entropy": ROW | {"base": 3} | MEAN,
    "categorical_cross_entropy_gradient one_vs_rest_cross_entropy_gradient multiclass_brier_gradient": ROW,
    "one_vs_rest_cross_entropy multiclass_brier": ROW | MEAN,
    "categorical_mass": ROW,
    "categorical_log_likelihood": ROW | SUM,
    "categorical_cross_entropy_from_logits": LOGIT_ROW | MEAN,
    "categorical_cross_entropy_from_logits_gradient": LOGIT_ROW,
    "focal": BINARY | {"gamma": 1.7, "alpha": 0.3} | MEAN,
    "focal_gradient": BINARY | {"gamma": 1.7, "alpha": 0.3},
    "one_hot": {"labels": [0], "classes": 3},
    "smooth_labels": {"y": [1, 0], "epsilon": 0.1},
    "hinge": SIGN | {"margin": 1.3} | MEAN,
    "hinge_gradient": SIGN | {"margin": 1.3},
    "squared_hinge logistic zero_one": SIGN | MEAN,
    "squared_hinge_gradient logistic_gradient": SIGN,
    "multiclass_hinge crammer_singer": CLASS | {"margin": 1.3} | MEAN,
    "multiclass_hinge_gradient crammer_singer_gradient": CLASS | {"margin": 1.3},
    "l2_objective l2_objective_gradient": EXAMPLES | {"strength": 0.7},
    "geometric_margin": EXAMPLES,
    "entropy": {"p": [1, 0], "base": 3},
    "cross_entropy kl_divergence": TWO | {"base": 3},
    "gaussian_density": {"y": [0.0], "mean": [1.0], "sd": 0.7},
    "gaussian_log_likelihood": {"y": [0.0], "mean": [1.0], "sd": 0.7} | SUM,
    "laplace_density": {"y": [0.0], "mean": [1.0], "scale": 0.7},
    "laplace_log_likelihood": {"y": [0.0], "mean": [1.0], "scale": 0.7} | SUM,
    "gradient_descent": {"gradient": np.cos, "start": [0.5]} | DESCENT,
    "train_neuron": {"loss": "cross-entropy", "x": [1.0], "y": [0], "w": 2.0, "b": 2.0} | DESCENT,
    "least_squares": {"x": [0.0, 1.0], "y": [0.0, 1.0]},
    "fit_line": {"x": [0.0, 1.0], "y": [0.0, 1.0], "loss": "huber"},
    "maximum_margin": {"X": X, "y": SIGNS},
    "fit_l2_hinge": {"X": X, "y": SIGNS, "strength": 0.7},
}
GOOD = {function: good for functions, good in _GOOD.items() for function in functions.split()}

PUBLIC: dict[str, Callable[..., Any]] = {
    name: getattr(lf, name) for name in lf.__all__ if inspect.isfunction(getattr(lf, name))
}
PARAMETERS = [
    (name, parameter) for name, function in PUBLIC.items() for parameter in inspect.signature(function).parameters
]
NUMERIC = [
    (name, parameter)
    for name, parameter in PARAMETERS
    if not isinstance(GOOD[name][parameter], str) and not callable(GOOD[name][parameter])
]
