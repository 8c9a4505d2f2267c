"""Every page in a real browser: on a phone and on a desk, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

LOOKS = [(width, scheme) for width in (360, 1280) for scheme in ("light", "dark")]

# Counted in the page: formulas and figures that take up no room, and text that is wider than the window.
UNSEEN = """() => [...document.querySelectorAll("article mjx-container, article figure svg")]
    .filter(seen => { const box = seen.getBoundingClientRect(); return box.width < 2 || box.height < 2 })
    .filter(seen => !seen.closest("details:not([open]), [popover]"))
    .map(seen => seen.closest("[data-latex]")?.dataset.latex || seen.ariaLabel)"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
FONTS = "() => document.fonts.ready.then(fonts => [...fonts].filter(f => f.status == 'error').map(f => f.family))"


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield opened
        opened.close()


def watch(page: Page, address: str) -> list[str]:
    """The complaints of a page, as they come: errors and requests to other hosts."""
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(f"{m.type}: {m.text}") if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("request", lambda r: complaints.append(f"asks {r.url}") if not r.url.startswith((address, "data:")) else None)
    page.on("requestfailed", lambda r: complaints.append(f"does not get {r.url}"))
    page.on("response", lambda r: complaints.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    return complaints


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_are_whole(browser: Browser, site: Path, address: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    complaints = watch(page, address)
    for path in sorted(site.rglob("index.html")):
        name = path.parent.relative_to(site).as_posix()
        page.goto(f"{address}/{name}/" if name != "." else f"{address}/")
        assert page.evaluate(UNSEEN) == [], name
        assert page.evaluate(OVERFLOW) == 0, f"{name} scrolls sideways at {width} pixels"
        assert page.evaluate(FONTS) == [], name
        assert complaints == [], name
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_follow_the_colours_of_the_page(browser: Browser, address: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{address}/hinge/")
    ink = page.evaluate("getComputedStyle(document.body).getPropertyValue('--figure-ink').trim()")
    used = page.evaluate("""() => [...document.querySelectorAll("figure svg *")]
        .map(part => getComputedStyle(part)).flatMap(style => [style.fill, style.stroke])""")
    red, green, blue = (int(ink[i : i + 2], 16) for i in (1, 3, 5))
    assert f"rgb({red}, {green}, {blue})" in used
    assert (red > 128) == (scheme == "dark")
    context.close()
