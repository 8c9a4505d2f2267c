"""Formulas that a reader runs: by mouse, by touch and by keyboard, with what a reader sees held against Python."""

from __future__ import annotations

import contextlib
import io
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unicodedata import normalize

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

import lossfunctions
from browser import LAY_OUT, load
from web_server import Server

DIGITS = 2e-3  # relative: four digits are shown
POWER = re.compile(r"([\d.]+)⋅10(−?\d+)")
NUMBER = re.compile(r"−?(?:[\d.]+(?:e-?\d+)?|∞)")
MODULES = ("evaluate", "inputs", "tryit", "plot", "programs", "steps")
LONGEST_WAIT = 60_000  # milliseconds: a panel is loaded, on a machine that has other things to do
WAYS = ["mouse", "touch", "keyboard"]


def programs(site: Path, page: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((site / page / "programs.json").read_text(encoding="utf-8"))
    return loaded


def pages(site: Path) -> list[str]:
    return sorted(path.parent.relative_to(site).as_posix() for path in site.rglob("programs.json"))


def in_python(program: dict[str, Any], inputs: dict[str, Any]) -> list[float] | None:
    """What the module gives for inputs; None where the formula was held against nothing that stands alone."""
    if not program["equals"] or any(item["kind"] == "class" for item in program["inputs"]):
        return None
    names = {name: np.array(value, float) if isinstance(value, list) else value for name, value in inputs.items()}
    try:
        value = eval(program["equals"], {**vars(np), **vars(lossfunctions)}, names)
    except (NameError, TypeError):  # a name that the page gives to something
        return None
    return np.ravel(np.asarray(value, float)).tolist()


def examples(program: dict[str, Any]) -> dict[str, Any]:
    return {item["name"]: item["example"] for item in program["inputs"]}


def read(shown: Locator) -> list[float]:
    """The numbers behind the last sign of equality, as a reader reads them."""
    text = shown.inner_text().replace("\n", "").rpartition("=")[2]
    text = POWER.sub(lambda found: f"{found[1]}e{found[2].replace('−', '-')}", text)
    return [float(number.replace("−", "-").replace("∞", "inf")) for number in NUMBER.findall(text)]


class Panel:
    """An open panel, and how it is handled."""

    def __init__(self, page: Page, name: str, way: str = "mouse") -> None:
        self.page, self.way = page, way
        page.evaluate(LAY_OUT)  # a tap meets what was there when it began
        self.equation = page.locator(f".equation:has([data-program='{name}'])")
        self.press(self.equation.locator(".try-it"))
        self.root = page.locator(f".equation:has([data-program='{name}']) + .tryit")
        self.total = self.root.locator(".tryit-total")
        expect(self.total).to_have_text(re.compile("."), timeout=LONGEST_WAIT)

    def press(self, button: Locator) -> None:
        if self.way == "touch":
            button.tap()
        elif self.way == "keyboard":
            button.focus()
            self.page.keyboard.press("Enter")
        else:
            button.click()

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    def field(self, name: str) -> Locator:
        fields = self.root.locator(".tryit-field :is(input, textarea)")
        return fields.and_(self.page.locator(f"[aria-label='{name}'], [aria-label^='{name}, ']"))

    def type(self, name: str, text: str) -> None:
        field = self.field(name)
        if self.way == "keyboard":
            field.focus()
            self.page.keyboard.press("Control+a")
            self.page.keyboard.type(text) if text else self.page.keyboard.press("Delete")
        else:
            self.press(field)
            field.fill(text)

    def handle(self) -> Locator:
        return self.root.get_by_role("slider")

    def assert_shows(self, expected: list[float]) -> None:
        assert read(self.total) == pytest.approx(expected, rel=DIGITS, abs=1e-9)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    permissions = ["clipboard-read", "clipboard-write"]
    opened = browser.new_context(has_touch=True, reduced_motion="reduce", permissions=permissions)
    yield opened
    opened.close()


@pytest.fixture
def hinge(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(f"{address}/hinge/")
    return page


def written(value: Any) -> str:
    return "\n".join(map(written, value)) if np.ndim(value) == 2 else re.sub(r"[\[\]]", "", json.dumps(value))


def changed(program: dict[str, Any]) -> tuple[str, Any] | None:
    """A real input with other values, which are allowed."""
    for item in program["inputs"]:
        if item["kind"] == "real" and not item["not_all_0"]:
            values = np.asarray(item["example"], float)
            new = values + 0.25 if item["high"] is None else values * 0.5
            return item["name"], new.tolist()
    return None


def test_readers_see_what_python_computes(site: Path, address: str, context: BrowserContext) -> None:
    """Three formulas of each page, one by mouse, one by touch, one by keyboard: their examples, and other numbers."""
    page, tried = context.new_page(), 0
    for name in pages(site):
        found = programs(site, name)
        known = [key for key, program in found.items() if in_python(program, examples(program)) is not None]
        page.goto(f"{address}/{name}/")
        page.evaluate("document.querySelectorAll('article details').forEach(part => { part.open = true })")
        for key, way in zip(random.Random(0).sample(known, min(3, len(known))), WAYS, strict=False):
            agrees(Panel(page, key, way), found[key])
            tried += 1
    assert tried > 40


def agrees(panel: Panel, program: dict[str, Any]) -> None:
    inputs = examples(program)
    panel.assert_shows(in_python(program, inputs) or [])
    if new := changed(program):
        panel.type(new[0], written(new[1]))
        panel.assert_shows(in_python(program, {**inputs, new[0]: new[1]}) or [])
    panel.press(panel.button("Close"))
    expect(panel.root).to_have_count(0)


def test_the_slope_is_that_of_python_and_a_kink_is_marked(hinge: Page) -> None:
    panel = Panel(hinge, "hinge-of-margin")
    output = panel.root.locator("output")
    for u, slope in (("0.5", "−1"), ("2", "0")):
        panel.type("u", u)
        expect(output).to_have_text(slope)
        assert lossfunctions.hinge_gradient(1, float(u)) == float(slope.replace("−", "-"))
    panel.type("u", "1")
    expect(output).to_contain_text("kink")
    expect(panel.root.locator("svg .plot-word")).to_have_text("kink")


@pytest.mark.parametrize("way", WAYS)
def test_the_picture_is_dragged(hinge: Page, way: str) -> None:
    panel = Panel(hinge, "hinge-of-margin")
    panel.type("u", "0")
    handle = panel.handle()
    handle.scroll_into_view_if_needed()
    box = handle.locator(".plot-grip").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    if way == "mouse":
        hinge.mouse.move(x, y)
        hinge.mouse.down()
        hinge.mouse.move(x - 40, y, steps=4)
        hinge.mouse.up()
    elif way == "touch":
        session = hinge.context.new_cdp_session(hinge)
        for kind, points in (("Start", [x]), ("Move", [x - 20]), ("Move", [x - 40]), ("End", [])):
            at = [{"x": place, "y": y} for place in points]
            session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": at})
    else:
        handle.focus()
        for _ in range(5):
            hinge.keyboard.press("ArrowLeft")
    expect(panel.field("u")).not_to_have_value("0")
    u = float(panel.field("u").input_value().replace("−", "-"))
    assert -4 < u < 0
    panel.assert_shows([float(lossfunctions.hinge(1, u))])
    assert float(handle.get_attribute("aria-valuenow") or "nan") == u


def test_a_term_is_shown_with_its_numbers(hinge: Page) -> None:
    panel = Panel(hinge, "hinge")
    panel.type("y", "1, -1")
    panel.type("s", "0.5, 3")
    shown = panel.root.locator(".tryit-steps li").all_inner_texts()
    steps = ["".join(normalize("NFKC", step).split()) for step in shown]
    assert steps == [
        "i=1:max(0,1−1⋅0.5)=max(0,0.5)=0.5",
        "i=2:max(0,1−(−1)⋅3)=max(0,4)=4",
        "(0.5+4)=4.5",
    ]
    panel.assert_shows([4.5])


BAD = ["", "NaN", "text", "1e308", "Infinity", "1, 2, 3, 4", "0x10", "<img src=x onerror=run()>"]


@pytest.mark.parametrize("text", BAD)
def test_a_bad_entry_says_what_is_allowed_and_the_last_good_value_stays(hinge: Page, text: str) -> None:
    panel = Panel(hinge, "hinge")
    before = panel.total.inner_text()
    panel.type("s", text)
    expect(panel.field("s")).to_have_attribute("aria-invalid", "true")
    expect(panel.root.get_by_role("alert").filter(has_text="3 numbers, each from")).to_be_visible()
    assert panel.total.inner_text() == before
    panel.press(panel.button("Reset"))
    expect(panel.field("s")).to_have_attribute("aria-invalid", "false")
    assert panel.total.inner_text() == before


def first_with(site: Path, kind: str) -> tuple[str, str, str]:
    """A page, a formula and an input of a kind."""
    found = (
        (page, key, item["name"])
        for page in pages(site)
        for key, program in programs(site, page).items()
        for item in program["inputs"]
        if item["kind"] == kind and not (kind == "probability" and item["shape"])
    )
    return next(found)


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("probability", "0", "above 0 and below 1"),
        ("distribution", "0.5, 0.6", "whose sum is 1"),
        ("sign", "2", "−1 or 1"),
    ],
)
def test_an_entry_is_of_its_kind(
    site: Path, address: str, context: BrowserContext, kind: str, text: str, said: str
) -> None:
    name, key, field = first_with(site, kind)
    page = context.new_page()
    page.goto(f"{address}/{name}/")
    panel = Panel(page, key)
    before = panel.total.inner_text()
    panel.type(field, text)
    expect(panel.field(field)).to_have_attribute("aria-invalid", "true")
    expect(panel.root.get_by_role("alert").filter(has_text=said).first).to_be_visible()
    assert panel.total.inner_text() == before


def test_what_is_shown_is_shared_as_a_link(hinge: Page) -> None:
    panel = Panel(hinge, "hinge")
    panel.type("s", "0.25, -3, 1")
    panel.root.get_by_role("radio").nth(1).check()
    shown, slope = panel.total.inner_text(), panel.root.locator("output").all_inner_texts()
    panel.press(panel.button("Share"))
    expect(panel.root.get_by_role("status").filter(has_text="link")).to_be_visible()
    link = hinge.url
    assert hinge.evaluate("navigator.clipboard.readText()") == link
    other = hinge.context.new_page()
    other.goto(link)
    expect(other.locator(".tryit-total")).to_have_text(panel.total.text_content() or "")
    assert other.locator(".tryit output").all_inner_texts() == slope
    expect(other.locator(".tryit :is(input, textarea)").nth(1)).to_have_value("0.25, −3, 1")
    expect(other.locator(".equation:has([data-program='hinge'])")).to_be_in_viewport()
    assert shown


def copied(page: Page, pressed: Locator) -> str:
    page.evaluate("navigator.clipboard.writeText('')")  # "Copied" may be said of the button before
    pressed.click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text !== '')", timeout=LONGEST_WAIT)
    expect(pressed.locator("xpath=following-sibling::*[@role='status']")).to_have_text("Copied", timeout=LONGEST_WAIT)
    return str(page.evaluate("navigator.clipboard.readText()"))


def printed(script: str) -> float:
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        exec(script, {})
    return float(told.getvalue())


@pytest.mark.parametrize("language", ["Python", "NumPy"])
def test_what_is_copied_gives_the_value_that_is_shown(hinge: Page, language: str) -> None:
    panel = Panel(hinge, "hinge")
    panel.type("s", "0.25, -3, 1")
    panel.assert_shows([printed(copied(hinge, panel.button(language)))])


def test_a_note_copies_code_with_the_example_of_the_formula(hinge: Page, site: Path) -> None:
    hinge.locator(".equation:has([data-program='hinge']) .check-mark").click()
    note = hinge.locator("#check-hinge")
    program = programs(site, "hinge")["hinge"]
    value = printed(copied(hinge, note.get_by_role("button", name="Python")))
    assert [value] == in_python(program, examples(program))
    assert copied(hinge, note.get_by_role("button", name="LaTeX")) == program["latex"]


VALUES = [
    "[1,2]", "[1e999]", "null", "{}", '{"__proto__":{"x":1}}', '"<img src=x onerror=run()>"', "[[[[1]]]]", "[" * 1900,
    "[" * 900 + "]" * 900, "NaN", "1e308", "-1", "1e9", "[" + "0," * 1500 + "0]", "javascript:run()", "%00",
    "[1,[2],3]", "true", "[true,1,1]", '["1","1","1"]', "\\", "</script><script>run()</script>", "[0.5,-0.5,2]",
    "999999999999",
]  # fmt: skip
NAMES = ["y", "s", "N", "with", "try", "__proto__", "constructor", "x", "toString", ""]


OPEN_LINK = """link => {
    location.hash = link;
    const tryit = import(new URL("../assets/tryit.js", location.href));
    tryit.then(({ openLink }) => openLink()).then(() => self.opened = link);
}"""


def forged(count: int) -> list[str]:
    chance = random.Random(0)
    formulas = ["hinge", "geometric-margin", "multiclass-hinge", "softmax", "nothing", "__proto__", "'] , body, [x='"]

    def said() -> str:
        return "".join(f"&{chance.choice(NAMES)}={chance.choice(VALUES)}" for _ in range(4))

    return [f"#try={chance.choice(formulas)}{said()}" for _ in range(count)]


def test_a_hundred_forged_links_run_nothing_and_hang_nothing(hinge: Page) -> None:
    complaints: list[str] = []
    hinge.on("pageerror", lambda error: complaints.append(str(error)))
    hinge.on("dialog", lambda dialog: complaints.append(dialog.message))
    hinge.on("request", lambda request: complaints.append(request.url) if request.url.endswith("/x") else None)
    hinge.evaluate("self.ran = 0; self.run = () => { ran++ }; null")
    for link in forged(100):
        hinge.evaluate(OPEN_LINK, link)
        hinge.wait_for_function("link => self.opened === link", arg=link)
        assert hinge.evaluate("ran") == 0, link
        assert complaints == [], link
    assert hinge.locator(".tryit").count() == 4
    assert hinge.locator(".tryit img, .tryit script").count() == 0
    for total in hinge.locator(".tryit-total").all():
        assert np.isfinite(read(total)).all()


def test_nothing_above_a_panel_moves_and_the_keyboard_goes_in_and_comes_back(hinge: Page) -> None:
    equation = hinge.locator(".equation:has([data-program='hinge'])")
    place = "equation => equation.getBoundingClientRect().top + scrollY"
    before = equation.evaluate(place)
    panel = Panel(hinge, "hinge", "keyboard")
    assert equation.evaluate(place) == before
    expect(panel.field("y")).to_be_focused()
    expect(equation.locator(".try-it")).to_have_attribute("aria-expanded", "true")
    panel.press(panel.button("Close"))
    expect(equation.locator(".try-it")).to_be_focused()
    expect(equation.locator(".try-it")).to_have_attribute("aria-expanded", "false")


def test_values_are_announced_when_they_have_settled(hinge: Page) -> None:
    panel = Panel(hinge, "hinge-of-margin")
    panel.type("u", "-2")
    told = panel.root.locator("[role=status].play-told")
    expect(told).to_have_text("The value is 3; the slope along u is −1")


def test_a_formula_runs_where_a_page_comes_without_tls(browser: Browser, address: str) -> None:
    """As on a phone that looks at what an author's machine serves: browsers lack parts of their interfaces there."""
    page = browser.new_page()
    page.add_init_script("delete Crypto.prototype.randomUUID; delete Navigator.prototype.clipboard")
    page.goto(f"{address}/hinge/")
    panel = Panel(page, "hinge")
    panel.button("Share").click()
    expect(page).to_have_url(re.compile("#try=hinge&"))
    page.close()


def test_a_note_opens_the_panel_of_its_formula(hinge: Page) -> None:
    equation = hinge.locator(".equation:has([data-program='hinge'])")
    equation.locator(".check-mark").click()
    hinge.locator("#check-hinge").get_by_role("button", name="Try it").click()
    expect(hinge.locator("#check-hinge")).to_be_hidden()
    expect(hinge.locator(".equation:has([data-program='hinge']) + .tryit .tryit-total")).to_be_visible()


def test_a_formula_that_is_asked_for_again_while_it_is_loaded_has_one_panel(hinge: Page) -> None:
    hinge.evaluate("location.hash = 'try=hinge'")
    hinge.evaluate("""async () => {
        const { openLink } = await import(new URL("../assets/tryit.js", location.href));
        await Promise.all([openLink(), openLink()]);
    }""")
    expect(hinge.locator(".tryit")).to_have_count(1)


def test_a_formula_that_could_not_be_loaded_can_be_tried_again(hinge: Page) -> None:
    pressed, panel = hinge.locator(".equation:has([data-program='hinge']) .try-it"), hinge.locator(".tryit")
    hinge.route("**/programs.json", lambda route: route.abort())
    pressed.click()
    expect(panel).to_contain_text("This formula could not be loaded")
    pressed.click()
    expect(panel).to_have_count(0)
    hinge.unroute("**/programs.json")
    pressed.click()
    expect(panel.locator(".tryit-total")).to_have_text(re.compile("."))


def test_nothing_of_it_is_loaded_before_it_is_asked_for(browser: Browser, server: Server) -> None:
    context = browser.new_context()
    page = context.new_page()
    server.sent.clear()
    load(page, f"{server.address}/hinge/")
    files = {f"/assets/{name}.js" for name in MODULES} | {"/hinge/programs.json"}
    assert not files & server.sent.keys()
    Panel(page, "hinge")
    assert files <= server.sent.keys()
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_axe_finds_nothing_in_open_panels(browser: Browser, address: str, width: int, scheme: Any) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{address}/hinge/")
    panels = [Panel(page, name) for name in ("hinge", "geometric-margin", "softmax")]
    panels[0].type("s", "text")
    levels = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    found = Axe().run(page, ".tryit", options=levels).response["violations"]
    assert [(one["id"], node["html"][:200]) for one in found for node in one["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    context.close()
