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
from figure_labels import label_line

Array = NDArray[np.float64]
Loss = Callable[..., Array]


def draw() -> Figure:
    figure, (numbers, classes) = plt.subplots(2, 1, figsize=(4.6, 6.4), gridspec_kw={"hspace": 0.07})
    draw_regression(numbers)
    draw_classification(classes)
    return figure


def draw_regression(axes: Axes) -> None:
    residual = np.linspace(-3, 3, 241)
    for name, loss, x, dx, dy in (
        ("squared", lf.squared_error, 1.9, -7, 0),
        ("absolute", lf.absolute_error, 3, 5, 1),
        ("Huber", lf.huber, 3, 5, 2),
        ("log-cosh", lf.log_cosh, 3, 5, -4),
        ("quantile 0.2", quantile, 3, 5, 0),
    ):
        (line,) = axes.plot(residual, loss(residual, 0, reduction="none"), label=name)
        label_line(line, x, dx, dy)
    axes.set(title="For numbers", xlabel="residual: truth − prediction (units of the label)", ylabel="loss")
    axes.set(xlim=(-3.1, 4.9), ylim=(0, 4), xticks=range(-3, 4), yticks=range(5))


def quantile(y: Array, prediction: float, reduction: str) -> Array:
    return lf.quantile(y, prediction, level=0.2, reduction=reduction)


def draw_classification(axes: Axes) -> None:
    score = np.linspace(-2, 3, 401)
    for name, loss, x, dx, dy in (
        ("zero-one", lf.zero_one, -2, -5, 2),
        ("hinge", lf.hinge, -2, -5, 0),
        ("squared hinge", lf.squared_hinge, -0.8, 6, 0),
        ("logistic", lf.logistic, -2, -5, 0),
        ("focal", of_probability(lf.focal), -2, -5, 0),
        ("Brier", of_probability(lf.brier), -2, -5, -2),
    ):
        (line,) = axes.plot(score, loss(1, score, reduction="none"), label=name)
        label_line(line, x, dx, dy)
    axes.set(title="For classes", xlabel="margin: label × score (units of the score)", ylabel="loss")
    axes.set(xlim=(-3.6, 3), ylim=(-0.05, 4), xticks=range(-2, 4), yticks=range(5))


def of_probability(loss: Loss) -> Loss:
    return lambda y, score, reduction: loss(y, lf.sigmoid(score), reduction=reduction)
