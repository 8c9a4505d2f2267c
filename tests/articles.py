"""What readers get of a built site, whichever generator and theme have built it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, Tag

# Zensical takes it out when it has made its index.
SEARCHED = ' data-search-exclude=""'


@dataclass(frozen=True)
class Article:
    """A page without what its theme puts around it.

    Args:
        text: All its words, those of formulas and drawings too.
        checks: The mark of each check: its name, and what it opens.
        formulas: Each formula as it was set.
        drawings: Each drawing.
    """

    text: str
    checks: list[tuple[str, str]]
    formulas: list[str]
    drawings: list[str]


def articles(site: Path) -> dict[str, Article]:
    """The articles of a site, by the folders that they are in."""
    pages = {page.parent.relative_to(site).as_posix(): page for page in site.rglob("index.html")}
    return {name: _article(page) for name, page in sorted(pages.items())}


def _article(page: Path) -> Article:
    article = BeautifulSoup(page.read_text(), "html.parser").find("article")
    assert isinstance(article, Tag)
    checks = [(str(check["id"]), check.get_text()) for check in article(class_="check")]
    formulas = [str(formula) for formula in article("mjx-container")]
    drawings = [str(drawing).replace(SEARCHED, "") for drawing in article.select(".figure-drawing svg")]
    # The versions at the end of the list of all checks have the generator's.
    text = " ".join(article.get_text().partition("Withexecutable-math")[0].split())
    return Article(text, checks, formulas, drawings)
