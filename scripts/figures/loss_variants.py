"""Two cross-entropies for several classes: what the post plotted, and both for valid distributions.

The first variant takes the logarithm of the right class's probability alone; the second adds, for each other class,
the logarithm of one minus its probability. The post compared them on the 50 numbers 0.01, 0.03, ..., 0.99, each in
turn the right class's: they sum to 25 and are no distribution (loss-experiment/loss.py in
https://github.com/rohan-varma/machine-learning-courses).
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

import lossfunctions as lf
from figure_labels import label_line

Array = NDArray[np.float64]
RIGHT = np.linspace(0.05, 1, 191)


def draw() -> Figure:
    figure, (post, losses, gaps) = plt.subplots(3, 1, figsize=(4.6, 8.8), gridspec_kw={"hspace": 0.05})
    draw_post(post)
    draw_losses(losses)
    draw_gaps(gaps)
    for axes in (losses, gaps):
        axes.set(xlabel="probability of the right class", xlim=(-0.42, 1.02), xticks=[0, 0.2, 0.4, 0.6, 0.8, 1])
    return figure


def draw_post(axes: Axes) -> None:
    scores = np.arange(0.01, 1, 0.02)
    first = lf.binary_cross_entropy(1, scores, reduction="none")
    second = lf.one_vs_rest_cross_entropy(np.eye(scores.size), scores, reduction="none")
    for name, losses, last in (("first variant", first, 11), ("second variant", second, -9)):
        (line,) = axes.plot(scores, losses, label=name)
        label_line(line, 0.5, 0, 10)
        label_line(line, 0, 5, 9, text=f"{losses[0]:.3f}")
        label_line(line, 1, -3, last, text=f"{losses[-1]:.3f}")
    axes.set(title="The post: 50 numbers that sum to 25", xlabel="number of the right class", ylabel="loss (nats)")
    axes.set(xlim=(0, 1.02), ylim=(0, 62))


def draw_losses(axes: Axes) -> None:
    first, second = variants(RIGHT, 10)
    _, twice = variants(RIGHT, 2)
    for name, losses in (("first", first), ("second, 10 classes", second), ("second, 2 classes", twice)):
        (line,) = axes.plot(RIGHT, losses, label=name)
        label_line(line, 0, -5, 0, text=name.replace(", ", ",\n"))
    axes.set(title="Valid distributions: both variants", ylabel="loss (nats)", ylim=(0, 6.8))


def draw_gaps(axes: Axes) -> None:
    axes.set_prop_cycle(plt.rcParams["axes.prop_cycle"][2:])
    for classes, dy in ((2, 0), (3, 5), (10, 2), (100, -8)):
        (line,) = axes.plot(RIGHT, gap(RIGHT, classes), label=f"{classes} classes")
        label_line(line, 0, -5, dy)
    few = RIGHT[10::20]
    axes.plot(few, gap(few, 2, empty=8), "C2o", markersize=4, label="10 classes, one rival")
    axes.annotate("dots: 10 classes,\none rival has the rest", (0.22, 1.95))
    axes.set(title="Valid distributions: second minus first", ylabel="gap (nats)", ylim=(0, 3.4))


def variants(right: Array, classes: int, empty: int = 0) -> tuple[Array, Array]:
    """Both losses if the first class has this probability, the others share the rest, and some more have none."""
    rest = np.tile((1 - right) / (classes - 1), (classes - 1, 1))
    p = np.vstack([right, rest, np.zeros((empty, right.size))]).T
    y = np.eye(classes + empty)[0]
    return lf.categorical_cross_entropy(y, p, reduction="none"), lf.one_vs_rest_cross_entropy(y, p, reduction="none")


def gap(right: Array, classes: int, empty: int = 0) -> Array:
    first, second = variants(right, classes, empty)
    return second - first
