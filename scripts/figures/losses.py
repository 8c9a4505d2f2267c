"""All losses at a glance: those of a residual above, those of a label and a score below.

The Brier and the focal loss take a probability: here it is the sigmoid of the score.
"""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

import lossfunctions as lf
from figure_labels import Labels

Array = NDArray[np.float64]
Loss = Callable[..., Array]


def draw() -> Figure:
    figure, (numbers, classes) = plt.subplots(2, 1, figsize=(4.6, 6.4), gridspec_kw={"hspace": 0.07})
    draw_regression(numbers)
    draw_classification(classes)
    labels = Labels(figure)
    labels.ends(numbers, ["absolute", "Huber", "log-cosh", "quantile 0.2"])
    labels.lines(numbers, {"squared": 1.9})
    labels.ends(classes, ["zero-one", "hinge", "logistic", "focal", "Brier"], "left")
    labels.lines(classes, {"squared hinge": -0.8})
    return figure


def draw_regression(axes: Axes) -> None:
    residual = np.linspace(-3, 3, 241)
    for name, loss in (
        ("squared", lf.squared_error),
        ("absolute", lf.absolute_error),
        ("Huber", lf.huber),
        ("log-cosh", lf.log_cosh),
        ("quantile 0.2", quantile),
    ):
        axes.plot(residual, loss(residual, 0, reduction="none"), label=name)
    axes.set(title="For numbers", xlabel="residual: truth − prediction (units of the label)", ylabel="loss")
    axes.set(xlim=(-3.1, 4.9), ylim=(0, 4), xticks=range(-3, 4), yticks=range(5))


def quantile(y: Array, prediction: float, reduction: str) -> Array:
    return lf.quantile(y, prediction, level=0.2, reduction=reduction)


def draw_classification(axes: Axes) -> None:
    score = np.linspace(-2, 3, 401)
    for name, loss in (
        ("zero-one", lf.zero_one),
        ("hinge", lf.hinge),
        ("squared hinge", lf.squared_hinge),
        ("logistic", lf.logistic),
        ("focal", of_probability(lf.focal)),
        ("Brier", of_probability(lf.brier)),
    ):
        axes.plot(score, loss(1, score, reduction="none"), label=name)
    axes.set(title="For classes", xlabel="margin: label × score (units of the score)", ylabel="loss")
    axes.set(xlim=(-3.6, 3), ylim=(-0.05, 4), xticks=range(-2, 4), yticks=range(5))


def of_probability(loss: Loss) -> Loss:
    return lambda y, score, reduction: loss(y, lf.sigmoid(score), reduction=reduction)
