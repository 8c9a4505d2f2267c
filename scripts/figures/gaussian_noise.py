"""Data, the line they come from, and the density of the label at three places: all Gaussian, all equally wide.

The model from which the squared error follows: y = 1 + 1.5 x + noise, of mean 0 and variance 1.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

import lossfunctions as lf
from figure_labels import Labels

Array = NDArray[np.float64]
DENSITY = "{0} + density of y at x = {0}"


def draw() -> Figure:
    figure, axes = plt.subplots(figsize=(4.6, 3.9))
    ends = np.array([0.0, 4.0])
    axes.plot(ends, mean(ends), label="mean of y")
    draw_data(axes)
    for place in (0.6, 1.8, 3.0):
        draw_density(axes, place)
    axes.set(xlabel="feature x (arbitrary units)", ylabel="label y (standard deviations of the noise)", xlim=(0, 4.6))
    axes.set(xticks=range(5))
    labels = Labels(figure)
    labels.ends(axes, ["mean of y"], texts={"mean of y": "mean\nof y"})
    labels.lines(axes, {DENSITY.format(3.0): 3}, {DENSITY.format(3.0): "density of y\nat x = 3"})
    return figure


def mean(x: ArrayLike) -> Array:
    return 1 + 1.5 * np.asarray(x, float)


def draw_data(axes: Axes) -> None:
    random = np.random.default_rng(3)
    x = random.uniform(0.05, 3.95, 70)
    axes.plot(x, random.normal(mean(x), 1), "C2o", markersize=3.5, label="data")


def draw_density(axes: Axes, x: float) -> None:
    """The density at one x, standing on its side: it is measured along the axis of x."""
    y = mean(x) + np.linspace(-3.2, 3.2, 129)
    density = lf.gaussian_density(y, mean(x))
    axes.fill_betweenx(y, x, x + density, color="C1", alpha=0.2, linewidth=0)
    axes.plot([x, x], y[[0, -1]], "C1-", linewidth=0.8)
    axes.plot(x + density, y, "C1-", label=DENSITY.format(x))
