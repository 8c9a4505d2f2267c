"""Four losses of a residual, and the line that each of them fits to the same points with one outlier.

After Huber (1964), Robust Estimation of a Location Parameter, https://doi.org/10.1214/aoms/1177703732
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

import lossfunctions as lf
from figure_labels import Labels

Array = NDArray[np.float64]
OUTLIER = -2
NAMES = ("½ squared", "absolute", "Huber", "log-cosh")


def draw() -> Figure:
    figure, (losses, fits) = plt.subplots(2, 1, figsize=(4.6, 6.4), gridspec_kw={"hspace": 0.07})
    draw_losses(losses)
    x, y = points_with_outlier()
    draw_fits(fits, x, y)
    labels = Labels(figure)
    labels.ends(losses, NAMES[1:])
    labels.lines(losses, {NAMES[0]: 2.6})
    labels.ends(fits, NAMES)
    labels.points(fits, {"outlier": (x[OUTLIER], y[OUTLIER])})
    return figure


def draw_losses(axes: Axes) -> None:
    residual = np.linspace(-4, 4, 321)
    functions = (lf.half_squared_error, lf.absolute_error, lf.huber, lf.log_cosh)
    for name, loss in zip(NAMES, functions, strict=True):
        axes.plot(residual, loss(residual, 0, reduction="none"), label=name)
    axes.set(xlabel="residual: truth − prediction (units of the label)", ylabel="loss")
    axes.set(title="The losses", xlim=(-4, 6.2), ylim=(0, 4.2), xticks=range(-4, 5, 2), yticks=range(5))


def draw_fits(axes: Axes, x: Array, y: Array) -> None:
    ends = np.array([0.0, 10.0])
    axes.plot(x, y, "C4o", markersize=5, label="data")
    axes.set_prop_cycle(plt.rcParams["axes.prop_cycle"])
    for name, loss in zip(NAMES, ("squared error", "absolute error", "huber", "log-cosh"), strict=True):
        line = lf.fit_line(x, y, loss)
        axes.plot(ends, line.intercept + line.slope * ends, label=name)
    axes.set(xlabel="feature (arbitrary units)", ylabel="label (units of Huber’s threshold)")
    axes.set(title="The lines that they fit", xlim=(0, 12.8), ylim=(-4.8, 10.6), xticks=range(0, 11, 2))


def points_with_outlier() -> tuple[Array, Array]:
    random = np.random.default_rng(5)
    x = np.linspace(0.5, 9.5, 13)
    y = 1 + 0.8 * x + random.normal(0, 0.6, x.size)
    y[OUTLIER] = -4
    return x, y
