"""The hinge with three worked examples on it, beside zero-one, squared hinge and logistic loss.

The examples are those of the post that this site is based on, https://rohanvarma.me/Loss-Functions/
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

import lossfunctions as lf
from figure_labels import label_line

Array = NDArray[np.float64]


def draw() -> Figure:
    figure, axes = plt.subplots(figsize=(4.6, 3.8))
    margin = np.linspace(-2, 3.2, 417)
    for name, loss, x, dx, dy in (
        ("hinge", lf.hinge, -2, -5, 0),
        ("squared hinge", lf.squared_hinge, -0.75, 7, 0),
        ("logistic", lf.logistic, -2, -5, 0),
        ("zero-one", lf.zero_one, -2, -5, 0),
    ):
        (line,) = axes.plot(margin, loss(1, margin, reduction="none"), label=name)
        label_line(line, x, dx, dy)
    mark_examples(axes, label=-1, scores=np.array([0.2, -0.7, -1.1]))
    axes.set(xlabel="margin: label × score (units of the score)", ylabel="loss", xlim=(-3.5, 3.2), ylim=(-0.45, 3.6))
    axes.set(xticks=range(-2, 4), yticks=range(4))
    return figure


def mark_examples(axes: Axes, label: int, scores: Array) -> None:
    margins, losses = label * scores, lf.hinge(label, scores, reduction="none")
    axes.plot(margins, losses, "o", color="C0", label="worked examples", zorder=3)
    for score, x, y, offset in zip(scores, margins, losses, ((9, 9), (9, 10), (-5, -15)), strict=True):
        text = f"score {score:g} costs {y:g}".replace("-", "−")
        axes.annotate(text, (x, y), xytext=offset, textcoords="offset points")
    axes.annotate(
        f"label {label}:".replace("-", "−"), (margins[0], losses[0]), xytext=(9, 22), textcoords="offset points"
    )
