"""What a mark opens: where it stands, whether it can be read, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Locator, Page, expect

from browser import LAY_OUT

# Marks of all kinds: of a sentence, of a numbered equation at the edge of the column, of a refuted equation.
MARKS = ["p .check-mark", ".equation:has(.equation-number) .check-mark", ".equation.refuted .check-mark"]
SIZES = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]
LONGEST_WAIT = 60_000  # milliseconds: what copies is loaded, on a machine that has other things to do
NEAR = 12  # pixels between a mark and its note

# How much of a note is seen: the share of its points at which nothing else is, and its opacity with all around it.
SEEN = """note => {
    const { left, top, width, height } = note.getBoundingClientRect(), points = [];
    for (let x = 0.02; x < 1; x += 0.04) for (let y = 0.05; y < 1; y += 0.09)
        points.push(document.elementFromPoint(left + x * width, top + y * height));
    return points.filter(point => note.contains(point)).length / points.length;
}"""
OPACITY = """note => {
    let opacity = 1;
    for (let at = note; at; at = at.parentElement) opacity *= getComputedStyle(at).opacity;
    return opacity;
}"""
# Painted over all of the page but what is open.
COVER = "() => { document.body.insertAdjacentHTML('beforeend', '<div class=cover></div>') }"
COVERING = ".cover { position: fixed; inset: 0; z-index: 99; background: lime }"


def opened(page: Page, mark: Locator, *, by_keyboard: bool = False) -> Locator:
    """The note of a mark that is pressed."""
    mark.scroll_into_view_if_needed()
    if by_keyboard:
        mark.focus()
        page.keyboard.press("Enter")
    else:
        mark.click()
    note = page.locator(f"[id='{mark.get_attribute('popovertarget')}']")
    expect(note).to_be_visible()
    return note


def assert_beside(note: Locator, mark: Locator, width: int, height: int) -> None:
    at, of = note.bounding_box(), mark.bounding_box()
    assert at
    assert of
    below, above = at["y"] - (of["y"] + of["height"]), of["y"] - (at["y"] + at["height"])
    assert min(abs(below), abs(above)) < NEAR
    assert at["x"] < of["x"] + of["width"]
    assert of["x"] < at["x"] + at["width"]
    assert 0 <= at["x"] <= at["x"] + at["width"] <= width
    assert 0 <= at["y"] <= at["y"] + at["height"] <= height


def painted(page: Page, note: Locator) -> bytes:
    """A picture of what is within the edge of a note."""
    box = note.bounding_box()
    assert box
    x, y, width, height = box["x"], box["y"], box["width"], box["height"]
    return page.screenshot(clip={"x": x + 6, "y": y + 6, "width": width - 12, "height": height - 12}, caret="hide")


@pytest.fixture(params=SIZES, ids=str)
def sized(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, int]]:
    width, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 700}, color_scheme=scheme, reduced_motion="reduce"
    )
    yield context.new_page(), width
    context.close()


def test_a_note_stands_at_its_mark_and_nothing_shows_through(sized: tuple[Page, int], address: str) -> None:
    page, width = sized
    page.goto(f"{address}/errata/")
    page.evaluate(LAY_OUT)
    page.add_style_tag(content=COVERING)
    for mark in [page.locator(kind).first for kind in MARKS] + [page.locator("article .check-mark").last]:
        note = opened(page, mark)
        assert_beside(note, mark, width, 700)
        assert note.evaluate(SEEN) == 1
        assert note.evaluate(OPACITY) == 1
        before = painted(page, note)
        page.evaluate(COVER)
        assert painted(page, note) == before
        page.evaluate("document.querySelector('.cover').remove()")
        page.keyboard.press("Escape")
        expect(note).to_be_hidden()


def test_a_note_stands_at_its_mark_where_a_browser_has_no_anchors(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 700})
    page.add_init_script("CSS.supports = () => false")
    page.goto(f"{address}/errata/")
    page.evaluate(LAY_OUT)
    page.add_style_tag(content=".check[popover] { position-area: none !important; margin: 0 !important }")
    for mark in [page.locator(kind).first for kind in MARKS] + [page.locator("article .check-mark").last]:
        note = opened(page, mark)
        expect(note).to_have_css("position", "absolute")
        assert_beside(note, mark, 360, 700)
        page.keyboard.press("Escape")
    page.close()


def test_a_note_opens_without_a_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 700})
    page = context.new_page()
    page.goto(f"{address}/hinge/")
    mark = page.locator(".equation .check-mark").first
    note = opened(page, mark)
    assert_beside(note, mark, 360, 700)
    assert "the number of examples" in note.inner_text()
    assert note.get_by_role("button").count() == 0  # what needs a script is not there
    context.close()


def test_a_note_opens_by_keyboard_and_says_what_its_mark_promises(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/hinge/")
    note = opened(page, page.locator(".equation .check-mark").first, by_keyboard=True)
    assert "Agrees with code: hinge(y, s, reduction='sum'), for " in note.inner_text()
    page.keyboard.press("Tab")
    assert note.evaluate("note => note.contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    page.goto(f"{address}/marks/")
    said = [opened(page, mark).inner_text() for mark in page.locator(".equation .check-mark").all()]
    promises = "Proven: for all values", "Agrees with code: hinge(y, s), for ", "Agrees on samples: both sides, for "
    for promise in promises:
        assert any(text.startswith(promise) for text in said), promise
    page.close()


def test_a_page_has_no_elements_of_notes_that_nobody_has_opened(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/errata/")
    assert page.locator("[popover]").count() == 0
    assert page.locator("article .check-mark").count() == page.locator("noscript.check-note").count() > 50
    opened(page, page.locator("article .check-mark").first)
    assert page.locator("[popover]").count() == 1
    page.close()


def test_every_mark_has_a_note(site: Path) -> None:
    pages = [BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser") for page in site.rglob("index.html")]
    marks = [mark for page in pages for mark in page.select(".check-mark")]
    assert len(marks) > 300
    for mark in marks:
        note = mark.find_next_sibling("noscript")
        assert note.span["id"] == mark["popovertarget"]  # type: ignore[union-attr, index]
        assert note.get_text().startswith(str(mark["aria-label"]).partition(":")[0] + ": ")  # type: ignore[union-attr]


def test_a_note_copies_its_formula(browser: Browser, address: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{address}/hinge/")
    mark = page.locator("p .check-mark").first
    opened(page, mark).get_by_role("button", name="LaTeX").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible(timeout=LONGEST_WAIT)
    latex = mark.locator("xpath=preceding-sibling::*[1]").get_attribute("data-latex")
    assert page.evaluate("navigator.clipboard.readText()") == latex
    context.close()
