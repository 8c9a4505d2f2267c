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
from figure_labels import Labels

Array = NDArray[np.float64]
RIGHT = np.linspace(0.05, 1, 191)
SIZES = (2, 3, 10, 100)
VARIANTS = ("first", "second, 10 classes", "second, 2 classes")


def draw() -> Figure:
    figure, (post, losses, gaps) = plt.subplots(3, 1, figsize=(4.6, 8.8), gridspec_kw={"hspace": 0.05})
    draw_post(post)
    draw_losses(losses)
    draw_gaps(gaps)
    for axes in (losses, gaps):
        axes.set(xlabel="probability of the right class", xlim=(-0.42, 1.02), xticks=[0, 0.2, 0.4, 0.6, 0.8, 1])
    label(Labels(figure), post, losses, gaps)
    return figure


def draw_post(axes: Axes) -> None:
    scores = np.arange(0.01, 1, 0.02)
    first = lf.binary_cross_entropy(1, scores, reduction="none")
    second = lf.one_vs_rest_cross_entropy(np.eye(scores.size), scores, reduction="none")
    axes.plot(scores, first, label="first variant")
    axes.plot(scores, second, label="second variant")
    axes.set(title="The post: 50 numbers that sum to 25", xlabel="number of the right class", ylabel="loss (nats)")
    axes.set(xlim=(0, 1.02), ylim=(0, 62))


def draw_losses(axes: Axes) -> None:
    first, second = variants(RIGHT, 10)
    _, twice = variants(RIGHT, 2)
    for name, losses in zip(VARIANTS, (first, second, twice), strict=True):
        axes.plot(RIGHT, losses, label=name)
    axes.set(title="Valid distributions: both variants", ylabel="loss (nats)", ylim=(0, 6.8))


def draw_gaps(axes: Axes) -> None:
    axes.set_prop_cycle(plt.rcParams["axes.prop_cycle"][2:])
    for classes in SIZES:
        axes.plot(RIGHT, gap(RIGHT, classes), label=f"{classes} classes")
    few = RIGHT[10::20]
    axes.plot(few, gap(few, 2, empty=8), "C2o", markersize=4, label="10 classes, one rival")
    axes.annotate("dots: 10 classes,\none rival has the rest", (0.22, 1.95))
    axes.set(title="Valid distributions: second minus first", ylabel="gap (nats)", ylim=(0, 3.4))


def label(labels: Labels, post: Axes, losses: Axes, gaps: Axes) -> None:
    labels.lines(post, {"first variant": 0.5, "second variant": 0.5})
    for line in post.get_lines():
        ends = np.asarray(line.get_xydata())[[0, -1]]
        labels.points(post, {f"{loss:.3f}": (score, loss) for score, loss in ends}, line.get_color())
    labels.ends(losses, VARIANTS, "left", {name: name.replace(", ", ",\n") for name in VARIANTS})
    labels.ends(gaps, [f"{classes} classes" for classes in SIZES], "left")


def variants(right: Array, classes: int, empty: int = 0) -> tuple[Array, Array]:
    """Both losses if the first class has this probability, the others share the rest, and some more have none."""
    rest = np.tile((1 - right) / (classes - 1), (classes - 1, 1))
    p = np.vstack([right, rest, np.zeros((empty, right.size))]).T
    y = np.eye(classes + empty)[0]
    return lf.categorical_cross_entropy(y, p, reduction="none"), lf.one_vs_rest_cross_entropy(y, p, reduction="none")


def gap(right: Array, classes: int, empty: int = 0) -> Array:
    first, second = variants(right, classes, empty)
    return second - first
