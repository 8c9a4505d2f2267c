"""The sigmoid and its slope, which is one quarter at zero and nearly nothing where the sigmoid is saturated.

The figure that the post, https://rohanvarma.me/Loss-Functions/, announces and does not show.
"""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

import lossfunctions as lf
from figure_labels import Labels

Array = NDArray[np.float64]
END = 8


def draw() -> Figure:
    figure, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(4.6, 4.6))
    z = np.linspace(-END, END, 321)
    above.plot(z, lf.sigmoid(z), label="sigmoid")
    below.plot(z, lf.sigmoid_derivative(z), "C1-", label="slope of the sigmoid")
    shade_saturated((above, below), z)
    above.set(ylabel="output σ(z), a probability", yticks=[0, 0.5, 1], ylim=(-0.03, 1.03))
    below.set(ylabel="slope σ′(z), per nat", yticks=[0, 0.1, 0.2], ylim=(0, 0.29))
    below.set(xlabel="logit z (nats)", xlim=(-END, END))
    mark_peak(below, Labels(figure))
    return figure


def shade_saturated(panels: Sequence[Axes], z: Array) -> None:
    """Shade where the slope is less than a tenth of its largest value."""
    edge = z[lf.sigmoid_derivative(z) >= lf.sigmoid_derivative(0) / 10].max()
    for axes in panels:
        axes.axvspan(-END, -edge, color="C0", alpha=0.1, linewidth=0)
        axes.axvspan(edge, END, color="C0", alpha=0.1, linewidth=0)
    for side in (-1, 1):
        panels[0].text(side * (edge + END) / 2, 0.5, "saturated", ha="center", va="center")


def mark_peak(axes: Axes, labels: Labels) -> None:
    peak = float(lf.sigmoid_derivative(0))
    axes.plot([0], [peak], "C1o", label="largest slope")
    labels.points(axes, {f"{peak:.2f} at zero": (0, peak)})
