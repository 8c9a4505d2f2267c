"""The figures that a reader plays with: by mouse, by touch and by keyboard, read as a reader reads them.

What they show is computed in the browser from the formulas of their page; it is compared with the module here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from numpy.typing import ArrayLike, NDArray
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

import lossfunctions as lf
from browser import LAY_OUT, load
from web_server import Server

ROOT = Path(__file__).parents[2]
FIGURES = {
    "losses": "",
    "scores": "hinge/",
    "learning-speed": "learning-speed/",
    "kl": "information/",
    "loss-variants": "cross-entropy/",
    "regression-losses": "squared-error/",
    "margin": "hinge/",
}
EVERY_FIGURE = pytest.mark.parametrize("name", FIGURES)
WAYS = ["mouse", "touch", "keyboard"]
EVERY_WAY = pytest.mark.parametrize("way", WAYS)
POWERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
SHOWN = 5.1e-5  # four decimals are
READY = re.compile(r"\d\.\d{4}.*\.$")  # a sentence with a number that has been computed
QUIET = 700  # milliseconds until what has changed is told
Figure = Callable[[str], Page]


@pytest.fixture(scope="module")
def pages(browser: Browser, address: str) -> Iterator[dict[str, Page]]:
    """A page for each figure, opened as a reader opens it."""
    context = browser.new_context(viewport={"width": 800, "height": 1600}, has_touch=True, reduced_motion="reduce")
    found = {name: opened(context, address, name) for name in FIGURES}
    yield found
    context.close()


def opened(context: BrowserContext, address: str, name: str) -> Page:
    page = context.new_page()
    page.goto(f"{address}/{FIGURES[name]}")
    page.evaluate(LAY_OUT)
    page.locator(f"[data-play={name}]").click()
    expect(page.locator(".play-told")).to_have_text(READY, timeout=30_000)
    return page


@pytest.fixture
def figure(pages: dict[str, Page]) -> Iterator[Figure]:
    """The page of a figure, which is as at the start."""
    complaints: list[str] = []

    def reset(name: str) -> Page:
        page = pages[name]
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.get_by_role("button", name="Reset").click()
        settled(page)
        return page

    yield reset
    assert complaints == []


def number(text: str) -> float:
    """A number as a reader sees it."""
    digits, _, power = text.replace("−", "-").partition(" · 10")
    return float(digits) * 10.0 ** int(power.translate(POWERS) or 0)


def table(page: Page, caption: str) -> dict[str, list[float]]:
    """The numbers of a table, by the name of their row."""
    found = page.locator(".play-values").filter(has=page.locator("caption", has_text=caption))
    rows = [row.locator("th, td").all_inner_texts() for row in found.locator("tbody tr").all()]
    return {name.strip(): [number(cell) for cell in cells] for name, *cells in rows}


def drag(page: Page, handle: Locator, across: float, up: float, way: str) -> None:
    """Move a handle of a plot by pixels, or as far by arrow keys as each pixel were a press."""
    centred(handle)
    if way == "keyboard":
        handle.focus()
        for key, presses in (("ArrowRight", across), ("ArrowLeft", -across), ("ArrowUp", up), ("ArrowDown", -up)):
            for _ in range(int(presses) // 10):
                page.keyboard.press(key)
    else:
        box = handle.locator(".plot-grip").bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        path = [(x, y), (x + across / 2, y - up / 2), (x + across, y - up)]
        (by_mouse if way == "mouse" else by_touch)(page, path)
    settled(page)


def centred(element: Locator) -> None:
    """Scroll to where nothing covers an element."""
    element.evaluate("element => element.scrollIntoView({block: 'center', behavior: 'instant'})")


def by_mouse(page: Page, path: list[tuple[float, float]]) -> None:
    page.mouse.move(*path[0])
    page.mouse.down()
    for place in path[1:]:
        page.mouse.move(*place)
    page.mouse.up()


def by_touch(page: Page, path: list[tuple[float, float]]) -> None:
    session = page.context.new_cdp_session(page)
    kinds = ["touchStart", *["touchMove"] * (len(path) - 1)]
    for kind, (x, y) in zip(kinds, path, strict=True):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def settled(page: Page) -> None:
    """Wait until what has changed is drawn."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def slide(page: Page, label: str, value: float, way: str) -> None:
    """Set a slider of the browser's own near to a value."""
    slider = page.get_by_role("slider", name=label)
    centred(slider)
    low, high, now = (float(str(slider.evaluate(f"slider => slider.{name}"))) for name in ("min", "max", "value"))
    if way == "keyboard":
        slider.focus()
        step = float(slider.evaluate("slider => slider.step"))
        for _ in range(min(round(abs(value - now) / step), 20)):
            page.keyboard.press("ArrowRight" if value > now else "ArrowLeft")
    else:
        box = slider.bounding_box()
        assert box
        x, y = box["x"] + box["width"] * (value - low) / (high - low), box["y"] + box["height"] / 2
        page.mouse.click(x, y) if way == "mouse" else page.touchscreen.tap(x, y)
    settled(page)
    assert float(slider.evaluate("slider => slider.value")) != now


def slider_value(page: Page, label: str) -> float:
    return float(page.get_by_role("slider", name=label).evaluate("slider => slider.value"))


RESIDUAL = {
    "squared": (lambda r: lf.squared_error(r, 0), lambda r: -lf.squared_error_gradient(r, 0)),
    "absolute": (lambda r: lf.absolute_error(r, 0), lambda r: -lf.absolute_error_gradient(r, 0)),
    "Huber": (lambda r: lf.huber(r, 0), lambda r: -lf.huber_gradient(r, 0)),
    "log-cosh": (lambda r: lf.log_cosh(r, 0), lambda r: -lf.log_cosh_gradient(r, 0)),
    "quantile 0.2": (lambda r: lf.quantile(r, 0, level=0.2), lambda r: -lf.quantile_gradient(r, 0, level=0.2)),
}
MARGIN = {
    "zero-one": (lambda u: lf.zero_one(1, u), lambda u: 0.0),
    "hinge": (lambda u: lf.hinge(1, u), lambda u: lf.hinge_gradient(1, u)),
    "squared hinge": (lambda u: lf.squared_hinge(1, u), lambda u: lf.squared_hinge_gradient(1, u)),
    "logistic": (lambda u: lf.logistic(1, u), lambda u: lf.logistic_gradient(1, u)),
    "focal": (
        lambda u: lf.focal(1, lf.sigmoid(u)),
        lambda u: lf.focal_gradient(1, lf.sigmoid(u)) * lf.sigmoid_derivative(u),
    ),
    "Brier": (
        lambda u: lf.brier(1, lf.sigmoid(u)),
        lambda u: lf.brier_gradient(1, lf.sigmoid(u)) * lf.sigmoid_derivative(u),
    ),
}


@EVERY_WAY
@pytest.mark.parametrize(("dragged", "losses"), [("residual", RESIDUAL), ("margin", MARGIN)])
def test_every_loss_is_read_where_a_mistake_is_dragged_to(
    figure: Figure, way: str, dragged: str, losses: dict[str, tuple[Callable[[float], float], ...]]
) -> None:
    page = figure("losses")
    drag(page, page.get_by_role("slider", name=dragged), -70 if dragged == "residual" else 70, 0, way)
    caption = f"Here the {dragged} is"
    place = number(page.locator("caption", has_text=caption).inner_text().removeprefix(caption))
    assert place not in (2, -2)
    for name, shown in table(page, caption).items():
        assert shown == pytest.approx([function(place) for function in losses[name]], abs=SHOWN), (name, place)


def test_the_table_which_one_says_what_the_mistake_costs(figure: Figure) -> None:
    page = figure("losses")
    drag(page, page.get_by_role("slider", name="residual"), -70, 0, "keyboard")
    answers = page.locator(".play-answers tbody tr").all()
    costs = [number(row.locator("td").nth(2).inner_text()) for row in answers]
    place = float(page.get_by_role("slider", name="residual").get_attribute("aria-valuenow") or "nan")
    logistic = float(lf.logistic(1, -2))
    expected = [place**2, float(lf.huber(place, 0)), float(lf.quantile(place, 0, level=0.2)), *[logistic] * 3, 3]
    assert costs == pytest.approx(expected, abs=SHOWN)


def test_a_loss_that_is_switched_off_is_not_drawn(figure: Figure) -> None:
    page = figure("losses")
    lines = page.locator(".play svg.plot").first.locator(".plot-line")
    assert lines.count() == 5
    page.get_by_role("checkbox", name="absolute").uncheck()
    expect(lines).to_have_count(4)


@EVERY_WAY
def test_scores_under_both_hinges_and_cross_entropy(figure: Figure, way: str) -> None:
    page = figure("scores")
    slide(page, "first score", 3, way)
    slide(page, "third score", -2, way)
    scores = [slider_value(page, f"{name} score") for name in ("first", "second", "third")]
    for right, shown in enumerate(table(page, "If this class is right").values()):
        expected = [
            lf.softmax(scores)[right],
            lf.categorical_cross_entropy_from_logits(lf.one_hot(right, 3), scores),
            lf.multiclass_hinge(right, scores),
            lf.crammer_singer(right, scores),
        ]
        assert shown == pytest.approx([float(value) for value in expected], abs=SHOWN)


def test_the_scores_of_the_post_are_a_press_away(figure: Figure) -> None:
    page = figure("scores")
    page.get_by_role("button", name="10, −10, −10").click()
    settled(page)
    assert table(page, "If this class is right")["first"][1] == pytest.approx(4.12e-9, rel=1e-3)


@EVERY_WAY
def test_the_race_of_two_losses(figure: Figure, way: str) -> None:
    page = figure("learning-speed")
    for label, value in (("first weight", 1), ("first bias", 1), ("learning rate", 0.6)):
        slide(page, label, value, way)
    step = page.get_by_role("slider", name="step")
    drag(page, step, 150, 0, way)
    w, b, rate = (slider_value(page, label) for label in ("first weight", "first bias", "learning rate"))
    raced(page, w, b, rate, 0, int(step.get_attribute("aria-valuenow") or 0))


def raced(page: Page, w: float, b: float, rate: float, answer: int, step: int) -> None:
    shown = table(page, "At this step")
    names = {"cross-entropy": lf.binary_cross_entropy_from_logits_gradient}
    names["squared error"] = lf.half_squared_error_from_logits_gradient
    for column, (name, gradient) in enumerate(names.items()):
        history = lf.train_neuron(name, 1.0, answer, w, b, rate, step)
        z = history.w[-1] + history.b[-1]
        expected = [history.output[-1], history.output[-1] - answer, lf.sigmoid_derivative(z), gradient(answer, z)]
        read = [row[column] for row in shown.values()]
        assert read == pytest.approx([*map(float, expected), float(history.loss[-1])], abs=SHOWN)


def test_a_race_is_over_at_once_for_who_wants_no_motion(figure: Figure) -> None:
    page = figure("learning-speed")
    page.get_by_role("radio", name="1").check()
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("button", name="Run")).to_be_visible()
    settled(page)
    raced(page, 2, 2, 0.15, 1, 300)


def test_a_race_runs_and_can_be_stopped(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/learning-speed/#play=learning-speed")
    page.get_by_role("button", name="Run").click()
    page.wait_for_function("() => document.querySelector('.plot [role=slider]').ariaValueNow > 10")
    page.get_by_role("button", name="Stop").click()
    step = page.get_by_role("slider", name="step")
    stopped = step.get_attribute("aria-valuenow")
    settled(page)
    assert step.get_attribute("aria-valuenow") == stopped
    page.close()


def shares(page: Page, whose: str) -> list[float]:
    handles = [page.get_by_role("slider", name=f"{whose}, {name} class") for name in ("first", "second", "third")]
    return [float(handle.get_attribute("aria-valuenow") or "nan") for handle in handles]


@EVERY_WAY
def test_entropy_and_divergence_of_dragged_distributions(figure: Figure, way: str) -> None:
    page = figure("kl")
    drag(page, page.get_by_role("slider", name="truth, first class"), 0, 60, way)
    drag(page, page.get_by_role("slider", name="prediction, third class"), 0, 40, way)
    p, q = shares(page, "truth"), shares(page, "prediction")
    assert [sum(p), sum(q)] == pytest.approx([1, 1], abs=0.011)
    assert p[0] > 0.3
    assert q[2] > 0.2
    entropy, divergence, cross_entropy, _ = (row[0] for row in table(page, "They add up").values())
    assert entropy + divergence == pytest.approx(cross_entropy, abs=2 * SHOWN)
    # The shares are read to hundredths only.
    truth, prediction = np.array(p) / sum(p), np.array(q) / sum(q)
    expected = [float(lf.entropy(truth)), float(lf.kl_divergence(truth, prediction))]
    assert [entropy, divergence] == pytest.approx(expected, abs=0.02)


def test_a_smoothed_label(figure: Figure) -> None:
    page = figure("kl")
    slide(page, "smooth the label", 0.2, "mouse")
    epsilon, q = slider_value(page, "smooth the label"), [0.6, 0.2, 0.2]
    p = lf.smooth_labels(lf.one_hot(0, 3), epsilon)
    expected = [lf.entropy(p), lf.kl_divergence(p, q), lf.cross_entropy(p, q), lf.kl_divergence(q, p)]
    shown = [row[0] for row in table(page, "They add up").values()]
    assert shown == pytest.approx([float(value) for value in expected], abs=SHOWN)


@EVERY_WAY
def test_both_variants_of_a_dragged_prediction(figure: Figure, way: str) -> None:
    page = figure("loss-variants")
    drag(page, page.get_by_role("slider", name="prediction"), -40, -60, way)
    right, second, third, *shown = (row[0] for row in table(page, "At the point").values())
    q = np.array([right, second, third])
    assert q.sum() == pytest.approx(1, abs=2 * SHOWN)
    assert right < 0.5
    first = float(lf.categorical_cross_entropy([1, 0, 0], q))
    variant = float(lf.one_vs_rest_cross_entropy([1, 0, 0], q))
    assert shown == pytest.approx([first, variant, variant - first], abs=2 * SHOWN)


@EVERY_WAY
def test_the_rest_spread_over_many_classes(figure: Figure, way: str) -> None:
    page = figure("loss-variants")
    page.get_by_role("radio", name="100 classes").check()
    handle = page.get_by_role("slider", name="probability of the right class")
    drag(page, handle, 60, 0, way)
    right = float(handle.get_attribute("aria-valuenow") or "nan")
    q, y = np.array([right, *[(1 - right) / 99] * 99]), np.eye(100)[0]
    first, second, gap = (row[0] for row in table(page, "At the line").values())
    assert first == pytest.approx(float(lf.categorical_cross_entropy(y, q)), abs=SHOWN)
    assert second == pytest.approx(float(lf.one_vs_rest_cross_entropy(y, q)), abs=SHOWN)
    assert gap == pytest.approx(second - first, abs=2 * SHOWN)


def test_what_the_post_plotted(figure: Figure) -> None:
    page = figure("loss-variants")
    page.get_by_role("radio", name="the post’s fifty numbers").check()
    page.get_by_role("slider", name="probability of the right class").focus()
    page.keyboard.press("Home")
    settled(page)
    first, second, _ = (row[0] for row in table(page, "At the line").values())
    assert (round(first, 3), round(second, 3)) == (4.605, 54.249)


@EVERY_WAY
def test_lines_follow_a_point(figure: Figure, way: str) -> None:
    page = figure("regression-losses")
    drag(page, page.get_by_role("slider", name="point 9"), -40, -60, way)
    x, y = points(page)
    assert (x[8], y[8]) != (2.8, 2.1)
    for name, shown in table(page, "The lines that they fit").items():
        line = lf.fit_line(x, y, {"½ squared": "squared error", "absolute": "absolute error", "Huber": "huber"}[name])
        assert shown == pytest.approx([line.intercept, line.slope], abs=SHOWN), name


def points(page: Page) -> tuple[list[float], list[float]]:
    said = [page.get_by_role("slider", name=f"point {n}").get_attribute("aria-valuetext") or "" for n in range(1, 10)]
    found = [re.fullmatch("feature (.*), label (.*)", text) for text in said]
    return [number(point[1]) for point in found if point], [number(point[2]) for point in found if point]


def test_a_threshold_without_end_makes_huber_squared_error(figure: Figure) -> None:
    page = figure("regression-losses")
    slide(page, "Huber’s threshold", 4.8, "mouse")
    drag(page, page.get_by_role("slider", name="point 8"), 0, 100, "mouse")
    lines = table(page, "The lines that they fit")
    assert lines["Huber"] == pytest.approx(lines["½ squared"], abs=SHOWN)


LABELS = [1] * 4 + [-1] * 4
BEGINS = 3.0  # how long the weights are before the hinge alone is descended on


def classes(page: Page) -> NDArray[np.float64]:
    """The points of both classes, where they are."""
    handles = page.get_by_role("slider", name=re.compile("point ., label"))
    said = [handle.get_attribute("aria-valuetext") or "" for handle in handles.all()]
    return np.array([[number(text) for text in re.findall(r"−?\d\.\d", one)] for one in said])


def line_with_l2(page: Page) -> lf.Separator:
    """The line that the module finds, once what is shown of it has been compared."""
    X, strength = classes(page), 10 ** slider_value(page, "strength λ")
    line = lf.fit_l2_hinge(X, LABELS, strength)
    shown = [row[0] for row in table(page, "The two lines").values()]
    assert shown == pytest.approx(measured(X, line.w, line.b, strength), abs=SHOWN)
    return line


def measured(X: ArrayLike, w: ArrayLike, b: float, strength: float) -> list[float]:
    scores = np.asarray(X) @ np.asarray(w) + b
    distance, objective = lf.geometric_margin(X, LABELS, w, b), lf.l2_objective(X, LABELS, w, b, strength)
    return [distance, float(np.min(LABELS * scores)), float(lf.hinge(LABELS, scores, reduction="sum")), objective]


@EVERY_WAY
def test_line_margin_and_support_vectors_follow_a_point(figure: Figure, way: str) -> None:
    page = figure("margin")
    before, line = classes(page), line_with_l2(page)
    drag(page, page.get_by_role("slider", name="point 3"), -40, -60, way)
    assert (classes(page)[2] < before[2]).all()
    after = line_with_l2(page)
    assert not np.allclose(after.w, line.w, atol=SHOWN)
    expect(page.locator(".play .plot-hollow")).to_have_count(len(after.support))
    page.wait_for_timeout(QUIET)
    told = page.locator(".play-told").inner_text()
    assert f"support vectors: {', '.join(str(n + 1) for n in after.support)}." in told


def test_no_press_of_a_key_is_lost_before_a_frame_is_drawn(figure: Figure) -> None:
    page = figure("margin")
    before = classes(page)[2, 1]
    page.get_by_role("slider", name="point 3").evaluate(
        """handle => {
            const pressed = () => new KeyboardEvent("keydown", {key: "ArrowDown", bubbles: true});
            for (let n = 0; n < 4; n++) handle.dispatchEvent(pressed());
        }"""
    )
    settled(page)
    assert classes(page)[2, 1] == pytest.approx(before - 0.4)


@EVERY_WAY
def test_a_higher_price_of_the_weights_widens_the_margin(figure: Figure, way: str) -> None:
    page = figure("margin")
    light = line_with_l2(page)
    slide(page, "strength λ", 0.4, way)
    heavy = line_with_l2(page)
    assert np.linalg.norm(heavy.w) < 0.6 * np.linalg.norm(light.w)
    assert len(heavy.support) > len(light.support)


@EVERY_WAY
def test_where_the_hinge_alone_stops_depends_on_where_it_began(figure: Figure, way: str) -> None:
    page = figure("margin")
    widest = lf.maximum_margin(classes(page), LABELS)
    first = stopped(page)
    slide(page, "start angle", 130, way)
    second = stopped(page)
    farthest = lf.geometric_margin(classes(page), LABELS, widest.w, widest.b)
    assert first != pytest.approx(second, abs=0.01)
    assert max(first, second) < 0.9 * farthest


def stopped(page: Page) -> float:
    """How far the line of the hinge alone is from the nearest point; what is shown of it is the module's."""
    X, strength = classes(page), 10 ** slider_value(page, "strength λ")
    angle = np.radians(slider_value(page, "start angle"))
    ones = np.insert(X, 2, 1, axis=1)
    start = BEGINS * np.array([np.cos(angle), np.sin(angle), 0])
    *_, (w1, w2, b) = lf.gradient_descent(lambda w: lf.hinge_gradient(LABELS, ones @ w) @ ones, start, 0.05, 100)
    shown = [row[1] for row in table(page, "The two lines").values()]
    assert shown == pytest.approx(measured(X, [w1, w2], b, strength), abs=SHOWN)
    assert shown[2] == 0
    return shown[0]


def test_classes_that_no_line_separates_have_a_soft_margin(figure: Figure) -> None:
    page = figure("margin")
    drag(page, page.get_by_role("slider", name="point 6"), 0, 280, "mouse")
    line = line_with_l2(page)
    X = classes(page)
    with pytest.raises(ValueError, match="no hyperplane separates"):
        lf.maximum_margin(X, LABELS)
    assert lf.geometric_margin(X, LABELS, line.w, line.b) < 0
    page.wait_for_timeout(QUIET)
    expect(page.locator(".play-told")).to_have_text(re.compile("has not stopped after 100 steps"))


@EVERY_FIGURE
def test_a_figure_is_told_to_who_listens(figure: Figure, name: str) -> None:
    page = figure(name)
    told = page.locator(".play-told")
    expect(told).to_have_attribute("role", "status")
    expect(told).to_have_text(READY)
    for handle in page.locator(".play [role=slider]").all():
        low, now, high = (float(handle.get_attribute(f"aria-value{end}") or "nan") for end in ("min", "now", "max"))
        assert low <= now <= high
        assert re.search(r"\d", handle.get_attribute("aria-valuetext") or "")


@EVERY_FIGURE
def test_a_state_is_shared_as_a_link_and_reset(figure: Figure, browser: Browser, name: str) -> None:
    page = figure(name)
    told = page.locator(".play-told")
    page.wait_for_timeout(QUIET)
    start = told.inner_text()
    # Not all of them: scores that move together say what they said.
    for slider in page.locator(".play :is(input[type=range], [role=slider])").all()[:2]:
        slider.focus()
        page.keyboard.press("PageDown")
        page.keyboard.press("ArrowLeft")
    expect(told).not_to_have_text(start)
    page.get_by_role("button", name="Share").click()
    expect(page).to_have_url(re.compile(f"#play={name}&"))
    other = browser.new_page()
    other.goto(page.url)
    expect(other.locator(".play-told")).to_have_text(told.inner_text(), timeout=30_000)
    other.close()
    page.get_by_role("button", name="Reset").click()
    expect(told).to_have_text(start)


SCRIPTED = ["<img src=x onerror=alert(1)>", "javascript:alert(1)", "';alert(1);'", "<svg onload=alert(1)>", "${x}"]
NO_NUMBER = ["NaN", "Infinity", "-1e308", "1e308", "0x10", "null", "[1]", "1;5", "١", "-", ".", "--1", "undefined"]
WRONG = [*SCRIPTED, *NO_NUMBER, "1" * 5000, "", " "]
FIELDS = [
    "residual",
    "margin",
    "hinge",
    "a",
    "w",
    "rate",
    "step",
    "p1",
    "smoothing",
    "right",
    "x0",
    "strength",
    "angle",
    "__proto__",
]


def test_a_forged_link_runs_nothing_and_hangs_nothing(figure: Figure) -> None:
    """A wrong value for every field, and for some that there are not: the figure stays as it is at the start."""
    assert len(FIGURES) * len(WRONG) >= 100
    for name in FIGURES:
        page = figure(name)
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        told = page.locator(".play-told")
        page.wait_for_timeout(QUIET)
        start = told.inner_text()
        for value in WRONG:
            said = "&".join(f"{field}={quote(value)}" for field in FIELDS)
            page.evaluate("hash => location.hash = hash", f"play={name}&{said}")
            settled(page)
        page.wait_for_timeout(QUIET)
        assert told.inner_text() == start


def test_a_link_with_too_large_a_number_gets_the_largest(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/#play=losses&residual=999999&margin=-99999999")
    expect(page.locator("caption output")).to_have_text(["3.00", "−3.00"])
    page.close()


def test_a_link_to_a_figure_opens_it_where_it_is(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    for name, where in FIGURES.items():
        page.goto(f"{address}/{where}#play={name}")
        expect(page.locator(f"[data-play={name}]")).to_be_in_viewport()
        expect(page.locator(f"[data-play={name}]")).to_have_attribute("aria-expanded", "true")
    page.close()


TOO_WIDE = """() => [...document.querySelectorAll(".play, .play table")]
    .filter(part => part.scrollWidth > part.clientWidth + 1).map(part => part.className)"""


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")])
def test_axe_finds_nothing_in_a_figure_and_nothing_is_too_wide(
    browser: Browser, address: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    for name, where in FIGURES.items():
        page.goto(f"{address}/{where}#play={name}")
        expect(page.locator(".play-told")).to_have_text(READY, timeout=30_000)
        results = Axe().run(page, context=".play", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert [(found["id"], found["nodes"][0]["html"]) for found in results.response["violations"]] == [], name
        assert page.evaluate(TOO_WIDE) == [], name
    context.close()


def test_nothing_of_a_figure_is_loaded_before_it_is_opened(browser: Browser, server: Server) -> None:
    server.sent.clear()
    page = browser.new_page()
    load(page, f"{server.address}/hinge/")
    of_figures = re.compile(r"/figures/[^/]*\.js|/play|/plot|/evaluate|programs")
    assert not [path for path in server.sent if of_figures.search(path)]
    page.close()


def test_without_a_script_there_is_no_button_and_the_still_figure_stays(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert not page.locator("[data-play]").is_visible()
    assert page.locator("#fig-losses svg").is_visible()
    context.close()


def test_a_figure_that_cannot_be_loaded_says_so_and_can_be_tried_again(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.route("**/programs.json", lambda route: route.abort())
    page.goto(address)
    button = page.locator("[data-play=losses]")
    button.click()
    expect(page.locator(".play")).to_have_text(re.compile("could not be loaded"))
    page.unroute("**/programs.json")
    button.click()
    button.click()
    expect(page.locator(".play-shelf").last).to_be_visible()
    page.close()


def test_every_figure_that_is_played_with_has_a_module_and_every_module_a_figure(site: Path) -> None:
    pages = [page.read_text("utf-8") for page in site.rglob("*.html")]
    asked = {name for page in pages for name in re.findall(r'data-play="([^"]+)"', page)}
    assert asked == {module.stem for module in (ROOT / "docs/assets/figures").glob("*.js")} == FIGURES.keys()


DRAGGED = {
    "": ("score", ["sigmoid", "brier", "logistic", "hinge", "logistic", "brier"]),
    "learning-speed/": ("logit", ["ratio"]),
    "squared-error/": ("residual", ["huber delta=1", "huber delta=100"]),
}


@EVERY_WAY
@pytest.mark.parametrize("where", DRAGGED)
def test_a_sentence_stays_true_when_its_number_is_dragged(browser: Browser, address: str, where: str, way: str) -> None:
    page = browser.new_context(has_touch=True).new_page()
    page.goto(f"{address}/{where}")
    name, formulas = DRAGGED[where]
    dragged = page.get_by_role("slider", name=name, exact=True)
    results = page.locator("[data-shows]")
    assert [result.get_attribute("data-shows") for result in results.all()] == formulas
    typeset = results.first.locator("mjx-container")
    centred(dragged)
    dragged.focus()
    expect(dragged).to_have_attribute("aria-valuetext", re.compile(r"\d"), timeout=30_000)  # it listens
    if way == "keyboard":
        page.keyboard.press("ArrowLeft")
    else:
        box = dragged.bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        (by_mouse if way == "mouse" else by_touch)(page, [(x, y), (x - 10, y), (x - 40, y)])
    expect(typeset).to_have_count(0)
    value = number(dragged.inner_text())
    assert [number(result.inner_text()) for result in results.all()] == pytest.approx(sentence(where, value), abs=0.05)
    dragged.focus()
    page.keyboard.press("Escape")
    expect(typeset).to_have_count(1)
    page.context.close()


def sentence(where: str, value: float) -> list[float]:
    """The numbers behind the one that is dragged."""
    if where == "learning-speed/":
        return [float(1 / lf.sigmoid_derivative(value))]
    if where == "squared-error/":
        return [float(lf.huber(0, value)), float(lf.huber(0, value, 100))]
    p = lf.sigmoid(value)
    slopes = lf.logistic_gradient(1, value), lf.brier_gradient(1, p) * lf.sigmoid_derivative(value)
    values = p, lf.brier(1, p), lf.logistic(1, value), lf.hinge(1, value), *slopes
    return [float(result) for result in values]
