"""Labels that stand at what they name, in place of a legend: beside lines and points, where nothing else is."""

import math
from collections.abc import Iterable, Mapping
from itertools import product
from operator import itemgetter
from types import MappingProxyType
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from matplotlib.transforms import BboxBase
from matplotlib.typing import ColorType
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

AS_THEY_ARE: Mapping[str, str] = MappingProxyType({})
GAP = 5  # points between the end of a line and its label
NEAR = range(4, 30)  # points between any other label and what it names: as few as will do
CLEAR = 3  # points around it that are empty, and between labels in a column
# Above, beside, below or at a corner: the nearest place that is free is taken.
SIDES = ((0, 1), (1, 0), (-1, 0), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
PLACES = sorted(product(NEAR, SIDES), key=lambda place: place[0] * math.hypot(*place[1]))
ALIGNMENTS = {-1: "right", 0: "center", 1: "left"}


class Labels:
    """Writes labels into a figure in which all else is drawn: it is laid out, and stays so.

    Args:
        figure: the figure.
    """

    def __init__(self, figure: Figure) -> None:
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        self.pixels = figure.dpi / 72  # of a point

    def ends(
        self,
        axes: Axes,
        names: Iterable[str],
        side: Literal["left", "right"] = "right",
        texts: Mapping[str, str] = AS_THEY_ARE,
    ) -> None:
        """Write the labels of lines in a column beside their ends.

        Args:
            axes: what the lines are drawn in.
            names: the labels.
            side: the side on which these ends are.
            texts: what is written in place of a label.
        """
        end, away, alignment = (0, -GAP, "right") if side == "left" else (-1, GAP, "left")
        labels = [
            _write(axes, texts.get(name, name), _points(line)[end], line.get_color())
            for name, line in _named(axes, names)
        ]
        heights = [label.get_window_extent().height + CLEAR * self.pixels for label in labels]
        wanted = [axes.transData.transform(label.xy)[1] for label in labels]
        for label, higher in zip(labels, spread(wanted, heights) - wanted, strict=True):
            label.set(ha=alignment, position=(away, higher / self.pixels))

    def lines(self, axes: Axes, places: Mapping[str, float], texts: Mapping[str, str] = AS_THEY_ARE) -> None:
        """Write the labels of lines beside them.

        Args:
            axes: what the lines are drawn in.
            places: where on the horizontal axis each label stands, or as near as the line is to be seen.
            texts: what is written in place of a label.
        """
        for name, line in _named(axes, places):
            points = _seen(axes, _points(line))
            nearest = points[np.argmin(np.abs(points[:, 0] - places[name]))]
            self._beside(axes, texts.get(name, name), nearest, line.get_color())

    def points(self, axes: Axes, places: Mapping[str, ArrayLike], color: ColorType | None = None) -> None:
        """Write texts beside the points that they are about."""
        for text, point in places.items():
            self._beside(axes, text, np.asarray(point, float), color)

    def _beside(self, axes: Axes, text: str, point: Array, color: ColorType | None) -> None:
        """Write a text in the nearest place beside a point that is free; where none is, in the emptiest."""
        ink, others = _ink(axes), [other.get_window_extent() for other in axes.texts]
        label = _write(axes, text, point, color)
        box = label.get_window_extent()
        found: list[tuple[int, float, float, int]] = []
        for far, (right, up) in PLACES:
            x, y = right * (box.width / 2 + far * self.pixels), up * (box.height / 2 + far * self.pixels)
            place = box.translated(x, y).padded(CLEAR * self.pixels)
            if _holds(axes.bbox, place):
                crowd = place.count_contains(ink) + len(ink) * place.count_overlaps(others)
                found.append((crowd, x / self.pixels, y / self.pixels, right))
                if not crowd:
                    break
        if not found:
            raise ValueError(f"there is no room for {text!r} at {point.tolist()}: write another place")
        _, x, y, right = min(found, key=itemgetter(0))
        label.set(position=(x, y), multialignment=ALIGNMENTS[right])


def spread(wanted: ArrayLike, sizes: ArrayLike) -> Array:
    """The places nearest to those wanted, in sum of squares and in their order, for things of these sizes in a row."""
    wanted, sizes = np.asarray(wanted, float), np.asarray(sizes, float)
    order = np.argsort(wanted, kind="stable")
    steps = np.cumsum(sizes[order]) - sizes[order] / 2
    pools: list[Array] = []  # each of things that touch
    for alone in (wanted[order] - steps)[:, None]:
        pools.append(alone)
        while len(pools) > 1 and pools[-2].mean() > pools[-1].mean():
            pools[-2:] = [np.concatenate(pools[-2:])]
    found = np.empty_like(wanted)
    found[order] = steps + np.concatenate([np.full_like(pool, pool.mean()) for pool in pools])
    return found


def _named(axes: Axes, names: Iterable[str]) -> list[tuple[str, Line2D]]:
    lines = {line.get_label(): line for line in axes.get_lines()}
    return [(name, lines[name]) for name in names]


def _points(line: Line2D) -> Array:
    return np.asarray(line.get_xydata(), float)


def _seen(axes: Axes, points: Array) -> Array:
    """The points that are inside the frame; all, where none is."""
    inside = points[[axes.viewLim.contains(*point) for point in points]]
    return inside if len(inside) else points


def _write(axes: Axes, text: str, point: Array, color: ColorType | None) -> Annotation:
    """A text on a point, to be moved."""
    x, y = point
    return axes.annotate(text, (x, y), (0, 0), textcoords="offset points", ha="center", va="center", color=color)


def _holds(frame: BboxBase, box: BboxBase) -> bool:
    return frame.contains(*box.p0) and frame.contains(*box.p1)


def _ink(axes: Axes) -> Array:
    """Points on all lines, in pixels, closer to one another than any label is high."""
    drawn = []
    for line in axes.get_lines():
        points = line.get_transform().transform(_points(line))
        if line.get_linestyle() != "None":
            along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
            steps = np.arange(0, along[-1], 2)
            points = np.column_stack([np.interp(steps, along, points[:, axis]) for axis in (0, 1)])
        drawn.append(points)
    return np.concatenate(drawn)
