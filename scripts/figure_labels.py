"""Labels that stand at their lines, in place of a legend."""

from typing import Any

import numpy as np


def label_line(line: Any, x: float, dx: float = 0, dy: float = 0, text: str | None = None) -> None:
    """Write a line's label beside it, in its colour.

    Args:
        line: the Matplotlib line.
        x: where on the horizontal axis; the line's point nearest to it is taken.
        dx: points to the right of there, to the start of the text; if negative, to the left, to its end.
        dy: points above there, to the middle of the text.
        text: what to write in place of the label.
    """
    xs, ys = line.get_data()
    nearest = np.argmin(np.abs(xs - x))
    line.axes.annotate(
        text or line.get_label(),
        (xs[nearest], ys[nearest]),
        xytext=(dx, dy),
        textcoords="offset points",
        ha=("center", "left", "right")[int(np.sign(dx))],
        va="center",
        color=line.get_color(),
    )
