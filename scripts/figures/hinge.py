"""The hinge with three worked examples on it, beside zero-one, squared hinge and logistic loss.

The examples are those of the post that this site is based on, https://rohanvarma.me/Loss-Functions/
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

import lossfunctions as lf
from figure_labels import Labels

Array = NDArray[np.float64]


def draw() -> Figure:
    figure, axes = plt.subplots(figsize=(4.6, 3.8))
    margin = np.linspace(-2, 3.2, 417)
    for name, loss in (
        ("hinge", lf.hinge),
        ("squared hinge", lf.squared_hinge),
        ("logistic", lf.logistic),
        ("zero-one", lf.zero_one),
    ):
        axes.plot(margin, loss(1, margin, reduction="none"), label=name)
    axes.set(xlabel="margin: label × score (units of the score)", ylabel="loss", xlim=(-3.5, 3.2), ylim=(-0.45, 3.6))
    axes.set(xticks=range(-2, 4), yticks=range(4))
    labels = Labels(figure)
    labels.ends(axes, ["hinge", "logistic", "zero-one"], "left")
    labels.lines(axes, {"squared hinge": -0.75})
    mark_examples(axes, labels, label=-1, scores=np.array([0.2, -0.7, -1.1]))
    return figure


def mark_examples(axes: Axes, labels: Labels, label: int, scores: Array) -> None:
    margins, losses = label * scores, lf.hinge(label, scores, reduction="none")
    axes.plot(margins, losses, "o", color="C0", label="worked examples", zorder=3)
    texts = [f"score {score:g} costs {loss:g}" for score, loss in zip(scores, losses, strict=True)]
    texts[0] = f"label {label}:\n{texts[0]}"
    points = zip(margins, losses, strict=True)
    labels.points(axes, {text.replace("-", "−"): point for text, point in zip(texts, points, strict=True)})
