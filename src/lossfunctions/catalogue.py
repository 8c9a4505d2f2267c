"""One table of the losses, which tests and figures go through.

Examples:
    The losses, the kinds of labels and predictions that they take, whether they are convex, and their kinks:

    >>> for loss in LOSSES:
    ...     print(f"{loss.name}: {loss.labels}, {loss.predictions}, {loss.convex}, {loss.kinks}")
    squared error: real, real, True, ()
    half squared error: real, real, True, ()
    absolute error: real, real, True, (0.0,)
    huber: real, real, True, ()
    log-cosh: real, real, True, ()
    quantile: real, real, True, (0.0,)
    binary cross-entropy: probability, probability, True, ()
    binary cross-entropy from logits: probability, real, True, ()
    categorical cross-entropy: distribution, distribution, True, ()
    categorical cross-entropy from logits: distribution, reals, True, ()
    one-versus-rest cross-entropy: distribution, distribution, True, ()
    half squared error from logits: probability, real, False, ()
    brier: probability, probability, True, ()
    multi-class brier: distribution, distribution, True, ()
    focal: label, probability, True, ()
    hinge: sign, real, True, (1.0,)
    squared hinge: sign, real, True, ()
    logistic: sign, real, True, ()
    zero-one: sign, real, False, (0.0,)
    multi-class hinge: class, reals, True, (0.0,)
    crammer-singer: class, reals, True, (0.0,)
"""

from collections.abc import Callable
from typing import NamedTuple

from lossfunctions import classification, margin, regression
from lossfunctions._validation import Array


class Loss(NamedTuple):
    """A loss, its gradient and what they take.

    Attributes:
        name: what the loss is called.
        function: the loss.
        gradient: its gradient with respect to the prediction; None where that tells nothing.
        labels: the kind of the first argument, as a page's symbols name it.
        predictions: the kind of the second argument.
        convex: whether the loss is convex in the prediction.
        kinks: the places where the loss has no derivative, in the loss's natural variable: the residual
            y - prediction, the product y s of label and score, or the amount by which a rival class comes
            within the margin.
    """

    name: str
    function: Callable[..., Array]
    gradient: Callable[..., Array] | None
    labels: str
    predictions: str
    convex: bool = True
    kinks: tuple[float, ...] = ()


LOSSES: tuple[Loss, ...] = (
    Loss("squared error", regression.squared_error, regression.squared_error_gradient, "real", "real"),
    Loss(
        "half squared error",
        regression.half_squared_error,
        regression.half_squared_error_gradient,
        "real",
        "real",
    ),
    Loss(
        "absolute error",
        regression.absolute_error,
        regression.absolute_error_gradient,
        "real",
        "real",
        kinks=(0.0,),
    ),
    Loss("huber", regression.huber, regression.huber_gradient, "real", "real"),
    Loss("log-cosh", regression.log_cosh, regression.log_cosh_gradient, "real", "real"),
    Loss("quantile", regression.quantile, regression.quantile_gradient, "real", "real", kinks=(0.0,)),
    Loss(
        "binary cross-entropy",
        classification.binary_cross_entropy,
        classification.binary_cross_entropy_gradient,
        "probability",
        "probability",
    ),
    Loss(
        "binary cross-entropy from logits",
        classification.binary_cross_entropy_from_logits,
        classification.binary_cross_entropy_from_logits_gradient,
        "probability",
        "real",
    ),
    Loss(
        "categorical cross-entropy",
        classification.categorical_cross_entropy,
        classification.categorical_cross_entropy_gradient,
        "distribution",
        "distribution",
    ),
    Loss(
        "categorical cross-entropy from logits",
        classification.categorical_cross_entropy_from_logits,
        classification.categorical_cross_entropy_from_logits_gradient,
        "distribution",
        "reals",
    ),
    Loss(
        "one-versus-rest cross-entropy",
        classification.one_vs_rest_cross_entropy,
        classification.one_vs_rest_cross_entropy_gradient,
        "distribution",
        "distribution",
    ),
    Loss(
        "half squared error from logits",
        classification.half_squared_error_from_logits,
        classification.half_squared_error_from_logits_gradient,
        "probability",
        "real",
        convex=False,
    ),
    Loss("brier", classification.brier, classification.brier_gradient, "probability", "probability"),
    Loss(
        "multi-class brier",
        classification.multiclass_brier,
        classification.multiclass_brier_gradient,
        "distribution",
        "distribution",
    ),
    Loss("focal", classification.focal, classification.focal_gradient, "label", "probability"),
    Loss("hinge", margin.hinge, margin.hinge_gradient, "sign", "real", kinks=(1.0,)),
    Loss("squared hinge", margin.squared_hinge, margin.squared_hinge_gradient, "sign", "real"),
    Loss("logistic", margin.logistic, margin.logistic_gradient, "sign", "real"),
    Loss("zero-one", margin.zero_one, None, "sign", "real", convex=False, kinks=(0.0,)),
    Loss(
        "multi-class hinge",
        margin.multiclass_hinge,
        margin.multiclass_hinge_gradient,
        "class",
        "reals",
        kinks=(0.0,),
    ),
    Loss(
        "crammer-singer",
        margin.crammer_singer,
        margin.crammer_singer_gradient,
        "class",
        "reals",
        kinks=(0.0,),
    ),
)
"""Every loss of the package, with what it takes."""
