"""The figures: what they plot against formulas written out here, and what every one of them must be."""

import ast
import csv
import io
import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib import rc_context
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox
from numpy.typing import ArrayLike, NDArray
from sklearn.svm import SVC

from executable_math.site.drawing import STYLE, Drawing, draw_outdated, find, render
from executable_math.site.store import Store

Array = NDArray[np.float64]
Plotted = Callable[..., Array]

SCRIPTS = sorted((Path(__file__).parents[2] / "scripts" / "figures").glob("*.py"))
EVERY_SCRIPT = pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)


@pytest.fixture(scope="module")
def rendered() -> dict[str, Drawing]:
    """The SVG and the CSV of each figure, by the name of its script."""
    return {script.stem: render(script) for script in SCRIPTS}


@pytest.fixture(scope="module")
def plotted(rendered: dict[str, Drawing]) -> Plotted:
    """What a figure has plotted under a label: x and y."""

    def points(name: str, series: str, panel: int = 1) -> Array:
        rows = csv.DictReader(io.StringIO(rendered[name][1]))
        found = [(row["x"], row["y"]) for row in rows if (row["panel"], row["series"]) == (str(panel), series)]
        assert found, f"{name} has no {series!r} in panel {panel}"
        return np.array(found, dtype=float).T

    return points


def assert_close(actual: Array, expected: ArrayLike) -> None:
    np.testing.assert_allclose(actual, np.asarray(expected), rtol=1e-8, atol=1e-9)


def test_the_figures_are_those_of_the_article() -> None:
    assert [script.stem for script in SCRIPTS] == [
        "gaussian_noise",
        "gradient_vs_output",
        "hinge",
        "kl",
        "learning_speed",
        "loss_variants",
        "losses",
        "margin",
        "regression_losses",
        "scores",
        "sigmoid_derivative",
    ]


@EVERY_SCRIPT
def test_a_script_says_what_it_shows_and_draws_it_first(script: Path) -> None:
    tree = ast.parse(script.read_text())
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert len(ast.get_docstring(tree) or "") > 60
    assert functions[0] == "draw"


@EVERY_SCRIPT
def test_a_script_writes_no_loss_out_again(script: Path) -> None:
    assert "import lossfunctions as lf" in script.read_text()
    assert not re.findall(r"np\.(?:exp|log|maximum|minimum|cosh|tanh|clip|where)\w*", script.read_text())


@EVERY_SCRIPT
def test_every_colour_follows_the_page(script: Path, rendered: dict[str, Drawing]) -> None:
    svg = re.sub(r"var\(--figure-[a-z0-9]+,#[0-9a-f]{6}\)", "", rendered[script.stem][0])
    assert not re.findall(r"#[0-9a-f]{6}\b|rgb\(", svg)


@EVERY_SCRIPT
def test_no_text_is_on_a_line_or_a_point_on_another_text_or_outside(script: Path) -> None:
    with rc_context(dict[Any, Any](STYLE)):
        figure = runpy.run_path(str(script))["draw"]()
        figure.draw_without_rendering()
    for axes in figure.axes:
        boxes = {text.get_text(): text.get_window_extent() for text in axes.texts if text.get_text()}
        for text, box in boxes.items():
            on = [line.get_label() for line in axes.get_lines() if covers(box, line)]
            on += [other for other in boxes if other != text and box.overlaps(boxes[other])]
            assert not on, text
            assert figure.bbox.contains(*box.p0), text
            assert figure.bbox.contains(*box.p1), text
    plt.close(figure)


def covers(box: Bbox, line: Line2D) -> bool:
    """Whether a part of a line, or one of its points, is in a box."""
    path = line.get_path().transformed(line.get_transform())
    is_drawn = line.get_linestyle() != "None"
    return bool(box.count_contains(path.vertices)) or (is_drawn and path.intersects_bbox(box, filled=False))


@EVERY_SCRIPT
def test_a_figure_is_as_wide_as_a_phone_and_no_text_is_small(script: Path, rendered: dict[str, Drawing]) -> None:
    svg = rendered[script.stem][0]
    sizes = [float(size) for size in re.findall(r"font(?:-size)?: (?:bold )?([\d.]+)px", svg)]
    assert 'width="331.2pt"' in svg
    assert min(sizes) >= 8.5


def test_drawn_again_in_another_process_every_byte_is_the_same(rendered: dict[str, Drawing], tmp_path: Path) -> None:
    figures = find(SCRIPTS[0].parent, Store(tmp_path))
    assert len(list(draw_outdated(figures))) == len(SCRIPTS)
    for figure in figures:
        assert tuple(figure.drawn().values()) == tuple(
            part if isinstance(part, bytes) else part.encode() for part in rendered[figure.script.stem]
        )


def test_losses_of_a_residual(plotted: Plotted) -> None:
    r, squared = plotted("losses", "squared")
    assert_close(squared, r**2)
    assert_close(plotted("losses", "absolute")[1], np.abs(r))
    assert_close(plotted("losses", "Huber")[1], np.where(np.abs(r) <= 1, r**2 / 2, np.abs(r) - 1 / 2))
    assert_close(plotted("losses", "log-cosh")[1], np.log(np.cosh(r)))
    assert_close(plotted("losses", "quantile 0.2")[1], np.where(r > 0, 0.2 * r, -0.8 * r))


@pytest.mark.parametrize(("figure", "panel"), [("losses", 2), ("hinge", 1)])
def test_losses_of_a_margin(plotted: Plotted, figure: str, panel: int) -> None:
    m, hinge = plotted(figure, "hinge", panel)
    assert_close(hinge, np.where(m < 1, 1 - m, 0))
    assert_close(plotted(figure, "squared hinge", panel)[1], hinge**2)
    assert_close(plotted(figure, "logistic", panel)[1], np.log(1 + np.exp(-m)))
    assert_close(plotted(figure, "zero-one", panel)[1], m <= 0)


def test_losses_of_the_sigmoid_of_a_margin(plotted: Plotted) -> None:
    m, brier = plotted("losses", "Brier", 2)
    miss = 1 / (1 + np.exp(m))
    assert_close(brier, miss**2)
    assert_close(plotted("losses", "focal", 2)[1], -(miss**2) * np.log(1 - miss))


def test_the_worked_examples_lie_on_the_hinge(plotted: Plotted) -> None:
    assert_close(plotted("hinge", "worked examples"), [[-0.2, 0.7, 1.1], [1.2, 0.3, 0.0]])


def test_the_slope_of_the_sigmoid(plotted: Plotted) -> None:
    z, output = plotted("sigmoid_derivative", "sigmoid")
    assert_close(output, 1 / (1 + np.exp(-z)))
    assert_close(plotted("sigmoid_derivative", "slope of the sigmoid", 2)[1], output * (1 - output))
    assert_close(plotted("sigmoid_derivative", "largest slope", 2), [[0.0], [1 / 4]])


def test_the_margin_is_the_largest(plotted: Plotted) -> None:
    positive, negative = plotted("margin", "label +1"), plotted("margin", "label −1")
    X = np.hstack([positive, negative]).T
    y = np.repeat([1, -1], [positive.shape[1], negative.shape[1]])
    reference = SVC(kernel="linear", C=1e6, tol=1e-8).fit(X, y)
    for series, score in (("largest margin", 0), ("score +1", 1), ("score −1", -1)):
        np.testing.assert_allclose(reference.decision_function(plotted("margin", series).T), score, atol=1e-4)
    ringed = {tuple(point) for point in plotted("margin", "support vectors").T}
    assert ringed == {tuple(point) for point in X[reference.support_]}


def test_the_noise_is_gaussian_about_the_line(plotted: Plotted) -> None:
    for x in (0.6, 1.8, 3.0):
        drawn, y = plotted("gaussian_noise", f"{x} + density of y at x = {x}")
        assert_close(drawn - x, np.exp(-((y - 1 - 1.5 * x) ** 2) / 2) / np.sqrt(2 * np.pi))
    x, y = plotted("gaussian_noise", "data")
    assert np.std(y - 1 - 1.5 * x) == pytest.approx(1, abs=0.2)


def test_regression_losses(plotted: Plotted) -> None:
    r, half_squared = plotted("regression_losses", "½ squared")
    assert_close(half_squared, r**2 / 2)
    assert_close(plotted("regression_losses", "absolute")[1], np.abs(r))
    assert_close(plotted("regression_losses", "Huber")[1], np.where(np.abs(r) <= 1, r**2 / 2, np.abs(r) - 1 / 2))
    assert_close(plotted("regression_losses", "log-cosh")[1], np.log(np.cosh(r)))


@pytest.mark.parametrize(
    ("series", "pull"),
    [("½ squared", lambda r: r), ("Huber", lambda r: np.clip(r, -1, 1)), ("log-cosh", np.tanh)],
)
def test_a_fitted_line_is_where_the_pulls_balance(
    plotted: Plotted, series: str, pull: Callable[[Array], Array]
) -> None:
    x, y = plotted("regression_losses", "data", 2)
    pulls = pull(y - np.interp(x, *plotted("regression_losses", series, 2)))
    np.testing.assert_allclose([pulls.sum(), (x * pulls).sum()], 0, atol=1e-5)


def test_no_line_through_two_points_has_a_lower_absolute_error(plotted: Plotted) -> None:
    x, y = plotted("regression_losses", "data", 2)
    cost = np.abs(y - np.interp(x, *plotted("regression_losses", "absolute", 2))).sum()
    pairs = [(i, j) for j in range(len(x)) for i in range(j)]
    lines = [np.polyfit(x[[i, j]], y[[i, j]], 1) for i, j in pairs]
    assert cost == pytest.approx(min(np.abs(y - np.polyval(line, x)).sum() for line in lines), abs=1e-6)


def train(gradient: Callable[[float], float], steps: int = 300) -> Array:
    """Nielsen's neuron: input 1, right output 0, weight and bias 2, rate 0.15."""
    w = b = 2.0
    outputs = []
    for _ in range(steps + 1):
        outputs.append(1 / (1 + np.exp(-(w + b))))
        w, b = w - 0.15 * gradient(outputs[-1]), b - 0.15 * gradient(outputs[-1])
    return np.array(outputs)


def test_learning_speed(plotted: Plotted) -> None:
    _, cross_entropy = plotted("learning_speed", "cross-entropy")
    _, squared_error = plotted("learning_speed", "½ squared error")
    assert_close(cross_entropy, train(lambda a: a))
    assert_close(squared_error, train(lambda a: a * a * (1 - a)))
    assert_close(plotted("learning_speed", "cross-entropy", 2)[1], -np.log(1 - cross_entropy))
    assert_close(plotted("learning_speed", "½ squared error", 2)[1], squared_error**2 / 2)


@pytest.mark.parametrize(
    ("steps", "cross_entropy", "squared_error"),
    [(0, 0.9820, 0.9820), (150, 0.0257, 0.9334), (151, 0.0255, 0.9323), (299, 0.0121, 0.2045)],
)
def test_learning_speed_at_the_steps_that_are_quoted(
    plotted: Plotted, steps: int, cross_entropy: float, squared_error: float
) -> None:
    assert plotted("learning_speed", "cross-entropy")[1, steps].round(4) == cross_entropy
    assert plotted("learning_speed", "½ squared error")[1, steps].round(4) == squared_error


def test_gradients_against_the_output(plotted: Plotted) -> None:
    output, straight = plotted("gradient_vs_output", "cross-entropy")
    assert_close(straight, output)
    assert_close(plotted("gradient_vs_output", "½ squared error")[1], output**2 * (1 - output))


def test_cross_entropy_is_entropy_and_divergence(plotted: Plotted) -> None:
    q, cross_entropy = plotted("kl", "cross-entropy")
    _, entropy = plotted("kl", "entropy")
    divergence = 0.3 * np.log(0.3 / q) + 0.7 * np.log(0.7 / (1 - q))
    assert_close(cross_entropy, entropy + divergence)
    assert_close(entropy, -0.3 * np.log(0.3) - 0.7 * np.log(0.7))
    assert_close(plotted("kl", "prediction = truth"), [[0.3], [entropy[0]]])


def test_scores(plotted: Plotted) -> None:
    close, far = "scores [10, 9, 9]", "scores [10, −10, −10]"
    assert_close(plotted("scores", close)[1], np.add([0, 1, 1], np.log(1 + 2 / np.e)))
    np.testing.assert_allclose(plotted("scores", far)[1], [4.1223e-9, 20, 20], rtol=1e-4)
    assert_close(plotted("scores", close, 2)[1], [0, 3, 3])
    assert_close(plotted("scores", far, 2)[1], [0, 22, 22])


def test_what_the_post_plotted(plotted: Plotted) -> None:
    scores, first = plotted("loss_variants", "first variant")
    _, second = plotted("loss_variants", "second variant")
    assert (len(scores), scores.sum()) == (50, pytest.approx(25))
    assert_close(first, -np.log(scores))
    assert_close(second, -np.log(scores) + np.log(1 - scores) - np.log(1 - scores).sum())
    assert [first[0].round(3), first[-1].round(3)] == [4.605, 0.010]
    assert [second[0].round(3), second[-1].round(3)] == [54.249, 45.059]


def test_the_variants_of_valid_distributions(plotted: Plotted) -> None:
    p, first = plotted("loss_variants", "first", 2)
    assert_close(first, -np.log(p))
    assert_close(plotted("loss_variants", "second, 2 classes", 2)[1], 2 * first)
    _, second = plotted("loss_variants", "second, 10 classes", 2)
    assert_close(second, first - 9 * np.log(1 - (1 - p) / 9))


@pytest.mark.parametrize(
    ("series", "rivals", "at_half"),
    [("2 classes", 1, 0.693), ("3 classes", 2, 0.575), ("10 classes", 9, 0.514), ("100 classes", 99, 0.501)],
)
def test_the_gap_depends_on_the_spread_and_ends_at_zero(
    plotted: Plotted, series: str, rivals: int, at_half: float
) -> None:
    p, gap = plotted("loss_variants", series, 3)
    assert_close(gap, -rivals * np.log(1 - (1 - p) / rivals))
    assert np.interp(0.5, p, gap).round(3) == at_half
    assert (p[-1], gap[-1]) == (1, 0)


def test_one_rival_among_many_is_as_bad_as_two_classes(plotted: Plotted) -> None:
    p, gap = plotted("loss_variants", "10 classes, one rival", 3)
    assert_close(gap, -np.log(p))
