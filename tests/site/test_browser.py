"""Every page in a real browser: on a phone and on a desk, in light and in dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from browser import LAY_OUT, READ_THROUGH, load
from web_server import Server

# One worker opens a browser for the phone, and one for all the rest.
pytestmark = pytest.mark.xdist_group("desk")
AXE = Axe()
Scheme = Literal["light", "dark"]

HEAVIEST_PAGE, HEAVIEST_SCRIPTS = 130_000, 60_000  # bytes
# The width of a window, and the colours of its pages: each width and each scheme once, for axe takes its time.
VISITS: list[Any] = [pytest.param((360, "light"), marks=pytest.mark.xdist_group("phone")), (1280, "dark")]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]  # WCAG 2.2, levels A and AA

# Counted in the page: formulas and figures that take up no room, and text that is wider than the window.
UNSEEN = """() => [...document.querySelectorAll("article mjx-container, article figure svg")]
    .filter(seen => { const box = seen.getBoundingClientRect(); return box.width < 2 || box.height < 2 })
    .filter(seen => !seen.closest("details:not([open]), [popover]"))
    .map(seen => seen.closest("[data-latex]")?.dataset.latex || seen.ariaLabel)"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Scrolls through a page and back: every block of code has the button and the focus then that it gets when it is seen.
READ = """async () => {
    for (const code of document.querySelectorAll("article pre > code")) {
        if (!code.checkVisibility()) continue;
        code.scrollIntoView();
        while (!code.parentElement.querySelector("nav")) await new Promise(requestAnimationFrame);
    }
    const scrolled = [document.documentElement, ...document.querySelectorAll(".md-sidebar__scrollwrap")];
    while (scrolled.some(part => part.scrollTop > 0)) {
        scrolled.forEach(part => part.scrollTo({top: 0, behavior: "instant"}));
        await new Promise(requestAnimationFrame);
    }
}"""
SHIFT = """self.shift = 0; new PerformanceObserver(list => {
    for (const entry of list.getEntries()) self.shift += entry.value
}).observe({type: "layout-shift", buffered: true})"""
# A page has laid out what is far, too: by itself, after some seconds.
ALL_LAID_OUT = """() => [...document.querySelectorAll(".md-typeset > *, .doc-children > *")]
    .every(piece => getComputedStyle(piece).contentVisibility === "visible")"""
FONTS = "() => document.fonts.ready.then(fonts => [...fonts].filter(f => f.status == 'error').map(f => f.family))"


def watch(page: Page, address: str) -> list[str]:
    """The complaints of a page, as they come: errors and requests to other hosts."""
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(f"{m.type}: {m.text}") if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    own = (address, "data:")
    page.on("request", lambda r: complaints.append(f"asks {r.url}") if not r.url.startswith(own) else None)
    # A request that is under way when the next page is opened is given up.
    given_up = "net::ERR_ABORTED"
    page.on("requestfailed", lambda r: complaints.append(f"lacks {r.url}") if r.failure != given_up else None)
    page.on("response", lambda r: complaints.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    return complaints


def names(site: Path) -> list[str]:
    """The address of every page, from the site's root."""
    folders = (page.parent.relative_to(site).as_posix() for page in sorted(site.rglob("index.html")))
    return ["" if folder == "." else f"{folder}/" for folder in folders]


@dataclass(frozen=True)
class Visit:
    """What somebody finds who opens a page first of all, and reads it to its end.

    Args:
        name: The page.
        faults: What is not whole.
        violations: What axe finds.
        complaints: What the browser says of it.
        shift: How far its parts have moved while it was loaded.
        sent: What the server has sent, in bytes by path.
        search: What the search says before there is a word.
    """

    name: str
    faults: list[str]
    violations: list[tuple[str, str]]
    complaints: list[str]
    shift: float
    sent: dict[str, int]
    search: str | None


def visited(browser: Browser, server: Server, name: str, width: int, scheme: Scheme) -> Visit:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    context.add_init_script(SHIFT)
    page = context.new_page()
    complaints = watch(page, server.address)
    server.sent.clear()
    load(page, f"{server.address}/{name}")
    sent = dict(server.sent)
    page.evaluate(READ_THROUGH)
    shift = page.evaluate("self.shift")
    page.evaluate(LAY_OUT)
    search = page.locator(".md-search-result__meta").text_content()
    faults = faults_of(page)
    page.evaluate(READ)
    violations = violations_of(page)
    context.close()
    return Visit(name, faults, violations, complaints, shift, sent, search)


def faults_of(page: Page) -> list[str]:
    overflow = page.evaluate(OVERFLOW)
    return [*page.evaluate(UNSEEN), *page.evaluate(FONTS), *[f"{overflow} pixels too wide"] * (overflow != 0)]


def violations_of(page: Page) -> list[tuple[str, str]]:
    """Rule and markup of each; WCAG exempts the size of targets in a sentence, which axe sees for links only."""
    found = AXE.run(page, options={"runOnly": WCAG, "resultTypes": ["violations"]}).response["violations"]
    nodes = [(violation["id"], node["html"][:200]) for violation in found for node in violation["nodes"]]
    return [(rule, html) for rule, html in nodes if not (rule == "target-size" and "check-mark" in html)]


@pytest.fixture(scope="module")
def visits(request: pytest.FixtureRequest, browser: Browser, site: Path, server: Server) -> list[Visit]:
    return [visited(browser, server, name, *request.param) for name in [*names(site), "404.html"]]


every_visit = pytest.mark.parametrize("visits", VISITS, indirect=True, ids=lambda look: "-".join(map(str, look)))


def test_a_group_of_tests_has_one_worker(request: pytest.FixtureRequest) -> None:
    """Else each worker looks at each page, and the tests take half as long again: see requirements-test.in."""
    assert not request.config.getoption("loadgroup", default=False) or request.node.nodeid.endswith("@desk")


@every_visit
def test_pages_are_whole(visits: list[Visit]) -> None:
    for visit in visits:
        assert (visit.faults, visit.complaints) == ([], []), visit.name


@every_visit
def test_axe_finds_nothing(visits: list[Visit]) -> None:
    """WCAG 2.2, levels A and AA."""
    assert [(visit.name, *found) for visit in visits for found in visit.violations] == []


@every_visit
def test_a_first_visit_is_light(visits: list[Visit]) -> None:
    """Everything that the server sends, compressed, for a page that is the first of a visit: workers' requests too."""
    for visit in visits:
        assert visit.search == "Type to start searching", visit.name
        assert sum(visit.sent.values()) <= HEAVIEST_PAGE, f"{visit.name}: {visit.sent}"
        scripts = sum(size for path, size in visit.sent.items() if urlsplit(path).path.endswith(".js"))
        assert scripts <= HEAVIEST_SCRIPTS, visit.name


@every_visit
def test_nothing_moves_while_a_page_loads(visits: list[Visit]) -> None:
    assert [(visit.name, visit.shift) for visit in visits if visit.shift >= 0.01] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_follow_the_colours_of_the_page(browser: Browser, address: str, scheme: Scheme) -> None:
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


INDEX = "/search/index.json"


@pytest.mark.parametrize("key", ["/", "s", "f", "click"])
def test_the_search_is_loaded_with_the_first_word(browser: Browser, server: Server, key: str) -> None:
    """No stroke is lost while it loads."""
    page = browser.new_context().new_page()
    complaints = watch(page, server.address)
    server.sent.clear()
    load(page, f"{server.address}/hinge/")
    expect(page.locator(".md-search-result__meta")).to_have_text("Type to start searching")  # it listens
    page.get_by_placeholder("Search").click() if key == "click" else page.keyboard.press(key)
    expect(page.get_by_placeholder("Search")).to_be_focused()
    assert INDEX not in server.sent
    page.keyboard.type("entropy")
    expect(page.locator(".md-search-result__meta")).to_have_text(re.compile(r"\d+ matching documents"))
    assert INDEX in server.sent
    expect(page.locator(".md-search-result__link").first).to_have_attribute("href", re.compile("/information/"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/information/"))
    assert complaints == []
    page.context.close()


def test_a_search_can_be_linked_to(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/lab/outliers/?q=hinge")
    expect(page.locator(".md-search-result mark").first).to_have_text(re.compile("^hinge", re.I))
    page.close()


def test_pages_are_complete_without_javascript(browser: Browser, site: Path, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for name in names(site):
        page.goto(f"{address}/{name}")
        assert page.locator("article h1").first.is_visible(), name
        for seen in page.locator("article mjx-container:not([popover] *), article figure svg").all()[:5]:
            box = seen.bounding_box()
            assert box, name
            assert box["height"] > 2, name
    context.close()


def test_a_page_begins_where_a_link_points(browser: Browser, site: Path, address: str) -> None:
    """Also when what stands above the place is laid out later."""
    page = browser.new_page(viewport={"width": 360, "height": 800})
    for name in names(site):
        page.goto(f"{address}/{name}")
        last = page.locator("article [id]:is(h2, h3, .equation, .figure)").last
        if last.count():
            page.goto(f"{address}/{name}#{last.get_attribute('id')}")
            expect(last).to_be_in_viewport()
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_has_its_colours_before_scripts_arrive(browser: Browser, address: str, scheme: Scheme) -> None:
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.route("**/*.js", lambda route: route.abort())
    page.goto(address)
    shown = page.evaluate("document.body.dataset.mdColorScheme")
    assert shown == {"light": "default", "dark": "slate"}[scheme]
    context.close()


def test_screen_readers_get_every_formula_as_mathml(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/errata/")
    page.wait_for_function(ALL_LAID_OUT)
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in tree if not node["ignored"]]
    assert roles.count("MathMLMath") == page.locator("article mjx-container").filter(visible=True).count() > 50
    assert {"MathMLFraction", "MathMLSub", "MathMLUnderOver"} <= set(roles)
    page.close()


def test_wide_formulas_scroll_within_themselves(browser: Browser, site: Path, address: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800})
    scrolled = 0
    for name in names(site):
        page.goto(f"{address}/{name}")
        page.evaluate(LAY_OUT)
        for formula in page.locator(".equation > .arithmatex").filter(visible=True).all():
            if formula.evaluate("formula => formula.scrollWidth > formula.clientWidth + 1"):
                formula.focus()
                page.keyboard.press("ArrowRight")
                page.wait_for_function("() => document.activeElement.scrollLeft > 0")
                scrolled += 1
        assert page.evaluate(OVERFLOW) == 0, name
    assert scrolled
    page.close()


# Whether the reader sees where the keyboard is; the label behind a hidden button of the palette stands for it.
FOCUS_IS_SEEN = """() => {
    const at = document.activeElement, seen = at.matches(".md-option") ? at.nextElementSibling : at;
    const box = seen.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && seen.checkVisibility({opacityProperty: true, visibilityProperty: true})
        && box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight
        && (getComputedStyle(seen).outlineStyle != "none" || at.matches("input"))
}"""


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["", "hinge/", "api/descent/", "lab/outliers/", "checks/"])
def test_the_keyboard_goes_everywhere_and_is_seen(browser: Browser, address: str, name: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{address}/{name}")
    reached = []
    while "BODY" not in reached:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.tagName"))
        if reached[-1] != "BODY":
            page.wait_for_function(FOCUS_IS_SEEN)
        assert len(reached) < 500, "the keyboard is trapped"
    within = "article :is(a[href], button, [tabindex='0'])"
    reachable = page.locator(within).filter(visible=True).count()
    assert len(reached) > reachable > 5
    page.close()


def test_the_menu_of_a_phone_works_by_keyboard(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(f"{address}/hinge/")
    menu, losses = page.get_by_role("button", name="Menu"), page.locator("#__nav_2_label")
    menu.focus()
    page.keyboard.press("Space")
    expect(page.locator(".md-nav__title[for=__nav_2]")).to_be_in_viewport()
    page.locator(".md-nav__title[for=__nav_2]").focus()
    page.keyboard.press("Enter")
    expect(losses).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(losses).not_to_be_in_viewport()
    menu.focus()
    page.keyboard.press("Enter")
    losses.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Cross-entropy").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cross-entropy/")
    page.close()


def test_colours_and_the_skip_link_work_by_keyboard(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/hinge/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert urlsplit(page.url).fragment
    page.locator("#__palette_0").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.body.dataset.mdColorScheme") == "slate"
    page.close()


NOT_PRINTED = ".md-header, .md-sidebar, .md-footer, .check-mark, [popover], .headerlink, .mkdocstrings-source"


def styles(page: Page, selector: str, name: str) -> set[str]:
    """What a property is for the elements that a selector finds."""
    found = "([selector, name]) => [...document.querySelectorAll(selector)].map(part => getComputedStyle(part)[name])"
    return set(page.evaluate(found, [selector, name]))


@pytest.mark.parametrize("name", ["squared-error", "api/margin", "lab/outliers"])
def test_a_page_prints_whole_and_on_white(browser: Browser, address: str, name: str) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(f"{address}/{name}/")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(NOT_PRINTED).filter(visible=True).count() == 0
    assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--figure-ink').trim()") == "#1a1a1c"
    assert styles(page, ".equation, .figure, .output", "breakInside") == {"avoid"}
    assert styles(page, ".equation > .arithmatex", "overflow") <= {"visible"}
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.body.dataset.mdColorScheme") == "slate"
    context.close()


def copied(page: Page) -> str:
    page.keyboard.press("Control+c")
    return str(page.evaluate("navigator.clipboard.readText()"))


@pytest.fixture
def copying(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{address}/hinge/")
    yield page
    context.close()


def test_a_selection_is_copied_with_its_formulas_as_latex(copying: Page) -> None:
    chosen = """() => {
        const formula = document.querySelector("article p [data-latex]"), around = formula.closest("p");
        getSelection().setBaseAndExtent(around, 0, around.nextElementSibling, 1);
        return [formula.dataset.latex, around.firstChild.textContent.trim()]
    }"""
    latex, words = copying.evaluate(chosen)
    text = copied(copying)
    assert text.startswith(words)
    assert f"${latex}$" in text
    assert "\n" in text
    assert not set("∎✓≈") & set(text)


def test_a_formula_is_copied_alone_by_keyboard(copying: Page) -> None:
    display = copying.locator(".equation [data-latex]").first
    latex = display.get_attribute("data-latex")
    display.focus()
    assert copied(copying) == f"$${latex}$$"
    inline = copying.locator("p [data-latex] ~ .check-mark").first
    before = inline.locator("xpath=preceding-sibling::*[1]").get_attribute("data-latex")
    inline.focus()
    assert copied(copying) == f"${before}$"


def test_a_part_of_a_formula_is_copied_whole_and_other_text_as_it_is(copying: Page) -> None:
    inside = copying.locator("p [data-latex] mjx-c").first
    inside.evaluate("part => getSelection().selectAllChildren(part)")
    latex = inside.locator("xpath=ancestor::*[@data-latex]").get_attribute("data-latex")
    assert copied(copying) == f"${latex}$"
    copying.locator("article h1").evaluate("title => getSelection().selectAllChildren(title)")
    assert copied(copying).startswith("The hinge")
