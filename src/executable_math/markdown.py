r"""The Python-Markdown extension: what an author writes becomes numbered equations and figures.

Three things of a page get their meaning here, each in syntax that Markdown has already:

- a fence named ``math`` is a display formula; with an ``id`` it is numbered and can be linked to;
- a paragraph that begins with an image of ``figures/`` is a figure, the rest of it the caption;
- a link to ``#eq-...`` or ``#fig-...`` of the same page gets the number behind its text.
"""

from __future__ import annotations

import html
import posixpath
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown.core import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE, AtomicString
from pymdownx.superfences import SuperFencesCodeExtension


class ExecutableMathExtension(Extension):
    """Registers the fence and the last treeprocessor; the extensions that it stands on come with it."""

    def __init__(self, **kwargs: Any) -> None:
        self.config = {"figures": [".cache/figures", "the folder of the drawn figures"]}
        super().__init__(**kwargs)

    def extendMarkdown(self, md: Markdown) -> None:
        md.registerExtensions(["attr_list", "pymdownx.superfences"], {})
        md.registerExtensions(["pymdownx.arithmatex"], {"pymdownx.arithmatex": {"generic": True}})
        md.registerExtension(self)
        self.weaver = Weaver(md, Path(self.getConfig("figures")))
        # After every other treeprocessor, also the one of MkDocs that resolves links.
        md.treeprocessors.register(self.weaver, "executable-math", -10)

    def reset(self) -> None:
        self.weaver.reset()


def makeExtension(**kwargs: Any) -> ExecutableMathExtension:
    """The name by which Python-Markdown finds the extension in a module."""
    return ExecutableMathExtension(**kwargs)


@dataclass
class Display:
    """A display formula as its author wrote it."""

    latex: str
    id: str
    attributes: dict[str, str]


@dataclass
class Numbers:
    """The numbers that a page has given to its equations and figures, by anchor."""

    given: dict[str, str] = field(default_factory=dict)

    def next(self, anchor: str) -> int:
        kind = anchor.partition("-")[0]
        number = 1 + sum(known.startswith(f"{kind}-") for known in self.given)
        self.given[anchor] = f"({number})" if kind == "eq" else str(number)
        return number


class Weaver(Treeprocessor):
    """Walks a finished page in the order of its text and puts every formula and figure in its place."""

    def __init__(self, md: Markdown, figures: Path) -> None:
        super().__init__(md)
        self.figures = figures
        self.reset()

    def reset(self) -> None:
        self.displays: list[Display] = []
        self.numbers = Numbers()
        for extension in self.md.registeredExtensions:
            if isinstance(extension, SuperFencesCodeExtension) and not _knows_math(extension):
                extension.extend_super_fences("math", self.fence, _accept, None)

    def fence(self, src: str, options: dict[str, str], **_: Any) -> str:
        """Remember a display formula; its place in the page is taken by a mark until the page is whole."""
        self.displays.append(Display(src.strip(), options.pop("id", ""), options))
        return f"<div data-display={len(self.displays) - 1}></div>"

    def run(self, root: Element) -> None:
        for element in list(root.iter()):
            if (stashed := self.stashed(element)) is not None:
                self.put_display(stashed)
            elif element.tag == "p" and len(element) and _is_figure(element):
                self.put_figure(element)
        for link in root.iter("a"):
            anchor = link.get("href", "").removeprefix("#")
            if anchor in self.numbers.given and not link.get("class"):
                link.text = AtomicString(f"{link.text or ''} {self.numbers.given[anchor]}")

    def stashed(self, element: Element) -> int | None:
        """Which raw block stands in the place of this element, if one does and it is a display formula."""
        match = HTML_PLACEHOLDER_RE.fullmatch((element.text or "").strip())
        if match and str(self.md.htmlStash.rawHtmlBlocks[int(match[1])]).startswith("<div data-display="):
            return int(match[1])
        return None

    def put_display(self, stashed: int) -> None:
        number = re.search(r"\d+", self.md.htmlStash.rawHtmlBlocks[stashed])
        assert number  # `fence` wrote it
        self.md.htmlStash.rawHtmlBlocks[stashed] = self.display(self.displays[int(number[0])])

    def display(self, formula: Display) -> str:
        body = rf'<div class="arithmatex">\[{html.escape(formula.latex, quote=False)}\]</div>'
        if not formula.id:
            return f'<div class="equation">{body}</div>'
        anchor = f"eq-{formula.id}"
        number = self.numbers.next(anchor)
        link = f'<a class="equation-number" href="#{anchor}" aria-label="Equation {number}">({number})</a>'
        return f'<div class="equation" id="{anchor}">{body}{link}</div>'

    def put_figure(self, paragraph: Element) -> None:
        image = paragraph[0]
        name = Path(image.get("src", "")).stem
        anchor = f"fig-{name}"
        number = self.numbers.next(anchor)
        caption = [*paragraph[1:]]
        text = image.tail
        paragraph.clear()
        paragraph.tag = "figure"
        paragraph.set("class", "figure")
        paragraph.set("id", anchor)
        SubElement(paragraph, "div", {"class": "figure-drawing"}).text = self.drawing(name, image.get("alt", ""))
        below = SubElement(paragraph, "figcaption")
        SubElement(below, "a", {"href": f"#{anchor}", "class": "figure-number"}).text = f"Figure {number}."
        below[0].tail = " " + (text or "").lstrip()
        below.extend(caption)
        below.append(_links(posixpath.splitext(image.get("src", ""))[0]))

    def drawing(self, name: str, alternative: str) -> str:
        """The figure's SVG, with its text alternative, kept away from Markdown until the page is written."""
        path = self.figures / f"{name}.svg"
        if not path.exists():
            raise FileNotFoundError(f"no figure is named {name}: {path} is not there; `make figures` draws it")
        svg = path.read_text(encoding="utf-8")
        labelled = svg.replace("<svg ", f'<svg role="img" aria-label="{html.escape(alternative)}" ', 1)
        return self.md.htmlStash.store(re.sub(r' (?:width|height)="[\d.]+pt"', "", labelled, count=2))


def _accept(_language: str, inputs: dict[str, str], options: dict[str, str], _attrs: object, _md: Markdown) -> bool:
    """Every attribute of a math fence is an option of it."""
    options.update(inputs)
    return True


def _knows_math(extension: SuperFencesCodeExtension) -> bool:
    return any(fence["name"] == "math" for fence in extension.superfences)


def _is_figure(paragraph: Element) -> bool:
    image = paragraph[0]
    return image.tag == "img" and not (paragraph.text or "").strip() and "figures/" in image.get("src", "")


def _links(stem: str) -> Element:
    links = Element("span", {"class": "figure-links"})
    for text, suffix in (("script", "py"), ("data", "csv")):
        SubElement(links, "a", {"href": f"{stem}.{suffix}"}).text = text
    return links


