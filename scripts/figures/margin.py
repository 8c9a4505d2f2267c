"""Two classes that a line can separate, the line with the largest margin, and the points that hold it in place.

After Introduction to Support Vector Machines, of the OpenCV tutorials,
https://docs.opencv.org/2.4.13.4/doc/tutorials/ml/introduction_to_svm/introduction_to_svm.html
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

import lossfunctions as lf
from figure_labels import Labels

Array = NDArray[np.float64]
ENDS = np.array([-4.0, 4.0])


def draw() -> Figure:
    figure, axes = plt.subplots(figsize=(4.6, 4.6))
    X, y = separable_points()
    separator = lf.maximum_margin(X, y)
    draw_lines(axes, separator)
    draw_points(axes, X, y, separator.support)
    axes.set(xlabel="first feature (arbitrary units)", ylabel="second feature (same units)")
    axes.set(xlim=ENDS, ylim=ENDS, xticks=range(-4, 5, 2), yticks=range(-4, 5, 2), aspect="equal")
    draw_distance(axes, Labels(figure), separator, lf.geometric_margin(X, y, separator.w, separator.b))
    return figure


def separable_points() -> tuple[Array, Array]:
    random = np.random.default_rng(538)
    X = random.uniform(-3.6, 3.6, (48, 2)) * [1, 0.86]
    side = X @ np.array([0.36, 0.93])
    apart = np.abs(side) > 0.8
    return X[apart], np.sign(side[apart])


def draw_points(axes: Axes, X: Array, y: Array, support: NDArray[np.intp]) -> None:
    axes.plot(*X[y > 0].T, "C0o", label="label +1")
    axes.plot(*X[y < 0].T, "C1s", label="label −1", fillstyle="none")
    axes.plot(*X[support].T, "o", color="C2", markersize=14, fillstyle="none", label="support vectors")
    axes.text(-3.9, 3.9, "label +1", color="C0", va="top")
    axes.text(-3.9, -3.9, "label −1", color="C1", va="bottom")
    axes.text(3.9, -3.9, "ringed: support vectors", color="C2", ha="right", va="bottom")


def draw_lines(axes: Axes, separator: lf.Separator) -> None:
    middle, upper, lower = (at_score(separator, score) for score in (0, 1, -1))
    axes.plot(ENDS, middle, "C2-", label="largest margin")
    axes.plot(ENDS, upper, "C2--", linewidth=1, label="score +1")
    axes.plot(ENDS, lower, "C2--", linewidth=1, label="score −1")
    axes.fill_between(ENDS, lower, upper, color="C2", alpha=0.1, linewidth=0)


def at_score(separator: lf.Separator, score: int) -> Array:
    """The heights of the line w·x + b = score at the ends of the first axis."""
    heights: Array = (score - separator.b - separator.w[0] * ENDS) / separator.w[1]
    return heights


def draw_distance(axes: Axes, labels: Labels, separator: lf.Separator, distance: float) -> None:
    """An arrow from the line to the edge of the margin, as long as the margin."""
    start = np.array([0.0, np.mean(at_score(separator, 0))])
    end = tuple(start + distance * separator.w / np.linalg.norm(separator.w))
    ink = {"arrowstyle": "<->", "color": plt.rcParams["text.color"], "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, tuple(start), arrowprops=ink)
    labels.points(axes, {f"margin {distance:.2f}": end})
