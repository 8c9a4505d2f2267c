"""Labels at lines and points find room, keep their order, and say where there is none."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figure_labels import CLEAR, GAP, Labels, spread


@pytest.fixture
def figure() -> Iterator[Figure]:
    figure = plt.figure(figsize=(4, 3), dpi=72, layout="constrained")
    yield figure
    plt.close(figure)


@pytest.fixture
def axes(figure: Figure) -> Axes:
    axes = figure.subplots()
    axes.set(xlim=(0, 2), ylim=(0, 1))
    return axes


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ([3], [3]),
        ([0, 5], [0, 5]),
        ([0, 2], [0, 2]),
        ([0, 1], [-0.5, 1.5]),
        ([1, 0], [1.5, -0.5]),
        ([4, 4, 4], [2, 4, 6]),
        ([0, 1, 2.5, 9], [-0.83, 1.17, 3.17, 9]),
    ],
)
def test_things_that_are_two_high_are_spread(wanted: list[float], found: list[float]) -> None:
    assert spread(wanted, [2] * len(wanted)).tolist() == pytest.approx(found, abs=0.01)


def test_a_higher_thing_takes_more_room() -> None:
    assert spread([0, 0], [2, 4]).tolist() == [-1.5, 1.5]


def test_no_other_places_are_nearer() -> None:
    random = np.random.default_rng(0)
    wanted, sizes = np.sort(random.uniform(0, 6, 5)), random.uniform(0.5, 2, 5)
    found = spread(wanted, sizes)
    for _ in range(2000):
        other = found + random.normal(0, 0.2, 5)
        if np.all(np.diff(other) >= (sizes[1:] + sizes[:-1]) / 2):
            assert np.sum((other - wanted) ** 2) > np.sum((found - wanted) ** 2)


@pytest.mark.parametrize("side", ["left", "right"])
def test_labels_at_ends_stand_in_a_column(figure: Figure, axes: Axes, side: str) -> None:
    for name, height in (("low", 0.5), ("high", 0.51)):
        axes.plot([0.8, 1.2], [height, height], label=name)
    Labels(figure).ends(axes, ["low", "high"], "left" if side == "left" else "right", {"high": "higher"})
    low, high = (text.get_window_extent() for text in axes.texts)
    end = axes.transData.transform((0.8 if side == "left" else 1.2, 0.5))[0]
    for box in (low, high):
        assert (end - box.x1 if side == "left" else box.x0 - end) == pytest.approx(GAP)
    assert high.y0 - low.y1 == pytest.approx(CLEAR)
    assert [text.get_text() for text in axes.texts] == ["low", "higher"]


def test_a_label_has_the_colour_of_its_line_and_the_first_free_place(figure: Figure, axes: Axes) -> None:
    (line,) = axes.plot([0, 1, 2], [0.5, 0.5, 0.5], "r-", label="flat")
    labels = Labels(figure)
    labels.lines(axes, {"flat": 1})
    labels.points(axes, {"here": (1, 0.5)})
    above, beside = (text.get_window_extent() for text in axes.texts)
    x, y = axes.transData.transform((1, 0.5))
    assert above.y0 > y
    assert (above.x0 + above.x1) / 2 == pytest.approx(x)
    assert beside.y1 < y
    assert axes.texts[0].get_color() == line.get_color()


def test_where_nothing_is_free_the_emptiest_place_is_taken(figure: Figure, axes: Axes) -> None:
    """An edit of the module may move lines anywhere: its figure is drawn all the same."""
    axes.plot(np.linspace(0, 2, 400), np.arange(400) % 2, label="dense")
    axes.plot([0, 2], [0.6, 0.6], label="more above")
    Labels(figure).points(axes, {"here": (1, 0.5)})
    box = axes.texts[0].get_window_extent()
    assert axes.bbox.contains(*box.p0)
    assert axes.bbox.contains(*box.p1)
    assert box.y1 < axes.transData.transform((1, 0.6))[1]


def test_where_there_is_no_room_the_text_and_the_place_are_named(figure: Figure, axes: Axes) -> None:
    axes.plot([0, 1], [0, 1], label="a line")
    with pytest.raises(ValueError, match=r"there is no room for 'here here .*' at \[1\.0, 0\.5\]: write another place"):
        Labels(figure).points(axes, {"here " * 30: (1, 0.5)})
