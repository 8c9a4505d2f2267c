"""What can be seen in the HTML without a browser: links, hosts, names, mathematics."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup

import lossfunctions

HOST = "http://site"


def pages(site: Path) -> list[Path]:
    return [page for page in sorted(site.rglob("*.html")) if page.name != "404.html"]


@cache
def parsed(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


def target(site: Path, page: Path, link: str) -> tuple[Path, str]:
    """The file and the anchor that a link of a page leads to."""
    address = urljoin(f"{HOST}/{page.relative_to(site).as_posix()}", link)
    path, anchor = urldefrag(address)
    file = site / unquote(urlsplit(path).path).lstrip("/")
    return (file / "index.html" if file.is_dir() else file), unquote(anchor)


def test_every_link_leads_somewhere(site: Path) -> None:
    broken = []
    for page in pages(site):
        links = [tag.get("href") or tag.get("src") for tag in parsed(page).find_all(["a", "link", "script", "img"])]
        for link in map(str, filter(None, links)):
            if urlsplit(link).scheme in ("http", "https", "mailto", "data"):
                continue
            file, anchor = target(site, page, link)
            if not file.exists() or (anchor and not parsed(file).find(id=anchor)):
                broken.append(f"{page.relative_to(site)}: {link}")
    assert not broken


ADDRESSED = ["src", "srcset", "href", "xlink:href", "data", "poster", "action", "background"]
OTHER_HOST = re.compile(r"""(?:^|[\s,"'(=:])(?:https?:|wss?:)?[/\\]{2}[\w[]""", re.IGNORECASE)
STYLE = re.compile(r"""(?:url\(|@import)\s*["']?(?:https?:)?//""", re.IGNORECASE)


def loaded_from_another_host(html: str) -> list[str]:
    """The elements of a page that name another host, besides links to be followed and what is no more than data."""
    page, found = BeautifulSoup(html, "html.parser"), []
    for tag in page.find_all(True):
        told = tag.name in ("a", "area") or tag.get("rel") == ["canonical"]
        values = [] if told else [str(tag[name]) for name in ADDRESSED if tag.has_attr(name)]
        values += [str(tag["content"])] if tag.has_attr("http-equiv") else []
        if tag.name == "script" and not str(tag.get("type", "")).endswith("json"):
            values += [tag.string or "", *map(str, tag.attrs.values())]
        style = str(tag.get("style", "")) + (tag.string or "") * (tag.name == "style")
        if STYLE.search(style) or any(OTHER_HOST.search(value) for value in values):
            found.append(str(tag)[:200])
    return found


def test_nothing_is_loaded_from_another_host(site: Path) -> None:
    files = [*site.rglob("*.html"), *site.rglob("*.svg")]
    assert len(files) > 30
    assert not [f"{file.name}: {wrong}" for file in files for wrong in loaded_from_another_host(file.read_text())]
    sheets = {file.name: file.read_text(encoding="utf-8") for file in site.rglob("*.css")}
    assert not [name for name, sheet in sheets.items() if loaded_from_another_host(f"<style>{sheet}</style>")]


@pytest.mark.parametrize(
    "planted",
    [
        '<script src="https://example.org/a.js"></script>',
        "<script defer src=//example.org/a.js></script>",
        "<SCRIPT SRC='HTTP://EXAMPLE.ORG/A.JS'></SCRIPT>",
        "<script>document.head.append(Object.assign(document.createElement('script'), {src: 'https://example.org'}))"
        "</script>",
        '<script data-loader="{&quot;url&quot;: &quot;https://example.org/mathjax.js&quot;}">load()</script>',
        '<script type="module">import "https://example.org/a.js"</script>',
        '<link rel="stylesheet" href="https://example.org/a.css">',
        '<link rel="preconnect" href="//example.org">',
        '<img src="https://example.org/a.png">',
        '<img srcset="a.png 1x, //example.org/a.png 2x">',
        '<iframe src="https://example.org"></iframe>',
        '<meta http-equiv="refresh" content="0; url=https://example.org">',
        "<style>@import '//example.org/a.css';</style>",
        '<style>@font-face { src: url("https://example.org/a.woff2") }</style>',
        '<p style="background: url(https://example.org/a.png)"></p>',
        '<svg><image xlink:href="https://example.org/a.png"/></svg>',
    ],
)
def test_what_is_loaded_from_another_host_is_found(site: Path, planted: str) -> None:
    """The test above can fail: on any page, wherever it stands."""
    page = (site / "references/index.html").read_text(encoding="utf-8")
    for place in ("</head>", "</article>", "</body>"):
        assert len(loaded_from_another_host(page.replace(place, planted + place, 1))) == 1


def test_every_public_name_has_its_place_on_a_page(site: Path) -> None:
    documented = {str(tag["id"]) for page in site.glob("api/*/index.html") for tag in parsed(page).find_all(id=True)}
    missing = [name for name in lossfunctions.__all__ if not any(id_.endswith(f".{name}") for id_ in documented)]
    assert not missing


def test_all_mathematics_is_set(site: Path) -> None:
    formulas = [tag for page in pages(site) for tag in parsed(page).select(".arithmatex")]
    assert len(formulas) > 100
    assert not [tag.get_text()[:60] for tag in formulas if not tag.find("mjx-container")]


def test_no_latex_and_no_attribute_list_is_left_in_the_text(site: Path) -> None:
    left = []
    for page in pages(site):
        article = BeautifulSoup(str(parsed(page).find("article")), "html.parser")
        for code in article(["code", "pre", "script", "style", "mjx-container"]):
            code.decompose()
        raw = re.findall(r"\\[(\[a-z]+.{20}|\$.{20}|\{ .{20}", article.text)
        left += [f"{page.relative_to(site)}: {text}" for text in raw]
    assert not left


def test_every_figure_has_a_number_a_caption_a_text_alternative_and_its_links(site: Path) -> None:
    figures = [tag for page in pages(site) for tag in parsed(page).select("figure.figure")]
    assert len(figures) >= 11
    for figure in figures:
        (number,) = figure.select(".figure-number")
        (caption,) = figure.select("figcaption")
        (drawing,) = figure.select("svg")
        assert re.fullmatch(r"Figure \d+\.", number.text)
        assert len(caption.text) > 60, figure["id"]
        assert len(drawing["aria-label"]) > 40, figure["id"]
        assert [link.text for link in figure.select(".figure-links a")] == ["script", "data"]


@pytest.mark.parametrize("lab", ["learning_speed", "outliers", "calibration"])
def test_labs_show_what_was_executed_and_can_be_downloaded(site: Path, lab: str) -> None:
    page = parsed(site / "lab" / lab / "index.html")
    assert page.select(".output svg[aria-label]")
    assert page.select(".output pre")
    assert (site / "lab" / f"{lab}.ipynb").exists()


def test_what_the_post_got_wrong_is_refuted_by_an_example(site: Path) -> None:
    refuted = parsed(site / "errata/index.html").select(".equation.refuted")
    assert len(refuted) >= 5
    for equation in refuted:
        (check,) = equation.select(".check")
        assert re.search(r"computes: with .*, the formula gives .*, the code ", check.text)
