"""Two sets of scores under cross-entropy and the multi-class hinge, with each class in turn as the right one.

The scores are those of the post that this site is based on, https://rohanvarma.me/Loss-Functions/
"""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

import lossfunctions as lf

Array = NDArray[np.floating]
RIGHT = np.arange(3)
WIDTH = 0.38


def draw() -> Figure:
    figure, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(4.6, 5.4), gridspec_kw={"hspace": 0.04})
    draw_scores(above, lambda s: lf.categorical_cross_entropy_from_logits(lf.one_hot(RIGHT, 3), s, reduction="none"))
    draw_scores(below, lambda s: lf.multiclass_hinge(RIGHT, s, reduction="none"))
    above.set(title="Cross-entropy", ylabel="loss (nats)", ylim=(0, 27))
    below.set(title="Multi-class hinge, margin 1", ylabel="loss (units of the score)", ylim=(0, 29.7))
    below.set(xlabel="the right class", xticks=RIGHT, xticklabels=["first", "second", "third"])
    return figure


def draw_scores(axes: Axes, loss: Callable[[Array], Array]) -> None:
    draw_bars(axes, [10.0, 9.0, 9.0], loss, RIGHT - 0.2, color="C0", alpha=0.85)
    draw_bars(axes, [10.0, -10.0, -10.0], loss, RIGHT + 0.2, color="C1", alpha=0.35)


def draw_bars(
    axes: Axes, scores: list[float], loss: Callable[[Array], Array], places: Array, color: str, alpha: float
) -> None:
    losses = loss(np.tile(scores, (3, 1)))
    name = f"[{', '.join(f'{score:g}' for score in scores)}]".replace("-", "−")
    bars = axes.bar(places, losses, WIDTH, color=color, alpha=alpha, label=f"scores {name}")
    axes.bar_label(bars, [short(value) for value in losses], padding=2)
    right_edge = (places[1] + WIDTH / 2, losses[1])
    axes.annotate(name, right_edge, xytext=(0, 17), textcoords="offset points", ha="right", color=color)


def short(loss: float) -> str:
    """Four decimals at most; a power of ten if these were all zero."""
    if 0 < loss < 1e-4:
        return f"{loss:.1e}".replace("e-0", "e−")
    return f"{loss:.4f}".rstrip("0").rstrip(".")
