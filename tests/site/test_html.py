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
        for link in filter(None, links):
            if urlsplit(link).scheme in ("http", "https", "mailto", "data"):
                continue
            file, anchor = target(site, page, link)
            if not file.exists() or (anchor and not parsed(file).find(id=anchor)):
                broken.append(f"{page.relative_to(site)}: {link}")
    assert not broken


def test_nothing_is_loaded_from_another_host(site: Path) -> None:
    loads = re.compile(r"""<(?:script|img|iframe|source|video)\b[^>]*\bsrc=["']?(?:https?:)?//|"""
                       r"""<link\b(?![^>]*rel=["']?canonical)[^>]*\bhref=["']?(?:https?:)?//|"""
                       r"""url\(["']?(?:https?:)?//""")
    files = [*site.rglob("*.html"), *site.rglob("*.css")]
    assert files
    assert not [file.name for file in files if loads.search(file.read_text(encoding="utf-8"))]


def test_every_public_name_has_its_place_on_a_page(site: Path) -> None:
    documented = {tag["id"] for page in site.glob("api/*/index.html") for tag in parsed(page).find_all(id=True)}
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
        assert re.fullmatch(r"Figure \d+\.", figure.select_one(".figure-number").text)
        assert len(figure.figcaption.text) > 60, figure["id"]
        assert len(figure.svg["aria-label"]) > 40, figure["id"]
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
        assert re.search(r"computes: with .*, the formula gives .*, the code ", equation.select_one(".check").text)
