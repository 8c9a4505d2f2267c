r"""The Python-Markdown extension: what an author writes is checked, and becomes numbered equations and figures.

Everything is in syntax that Markdown has already:

- a fence named ``math`` is a display formula; with an ``id`` it is numbered and can be linked to;
- ``$...$`` is an inline formula, and braces directly behind it say what it is checked against;
- a paragraph that begins with an image of ``figures/`` is a figure, the rest of it the caption;
- a link to ``#eq-...`` or ``#fig-...`` of the same page gets the number behind its text;
- a fence named ``pycon`` is a block of examples, which are run.

What fails is shown in its place, or above the page if it has none. If nobody keeps a ledger, it also ends the build:
a check that can be skipped silently is no check.
"""

from __future__ import annotations

import html
import itertools
import posixpath
import re
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown.core import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE, AtomicString
from pymdownx.superfences import SuperFencesCodeExtension

from executable_math.foreign.process import DEADLINE, Here, apart
from executable_math.pages.checks import ID, PageChecks, for_browser
from executable_math.pages.ledger import ChecksFailed, Entry, Ledger, failure, mark, report
from executable_math.pages.text import faults, fences, front_matter, read, squeezed
from executable_math.site.settings import PATHS, module_folders
from executable_math.site.store import Store

BLOCKS = {"p", "li", "td", "th", "dd", "h1", "h2", "h3", "h4", "h5", "h6"}
NOT_PROSE = {"a", "code", "pre", "script", "style"}
MISSING_FIGURE = """there is no figure {}
    write: {} with a function draw(), and run `python -m executable_math.figures`"""
# The place of a fence until the page is whole. No author knows the word, so that no raw HTML passes for one.
STASH = f'<div data-stashed="{secrets.token_hex(16)}-{{}}"></div>'
STASHED = re.compile(STASH.format(r"(\d+)"))
LOST_FENCE = """Markdown does not read this fence, and nothing checks it
    write: ```math name="value", with every quotation mark closed, and an empty line before it"""


class ExecutableMathExtension(Extension):
    """Registers the fences and the last treeprocessor; the extensions that it stands on come with it."""

    def __init__(self, **kwargs: Any) -> None:
        self.config = {
            "module": ["", "the module that the pages speak of, by its dotted name"],
            "paths": [PATHS, "the folders in which modules are looked for first, as `root` sees them"],
            "figures": [".cache/figures", "the folder of the drawn figures; without it scripts are looked for"],
            "broken": [{}, "what is wrong with figures that could not be drawn, by name"],
            "ledger": ["", "where the entries of the page go; without it a failure ends the conversion"],
            "deadline": [DEADLINE, "how many seconds the code behind a formula or an example, or a figure, may take"],
            "memory": ["", "what is kept of earlier checks while the process runs; without it nothing is"],
            "page": ["", "the file of the page"],
            "root": ["", "the folder that `page` is counted from"],
            "symbols": [{}, "the declarations of the page, by symbol; without them those of its front matter"],
        }
        super().__init__(**kwargs)

    def extendMarkdown(self, md: Markdown) -> None:
        md.registerExtensions(["attr_list", "pymdownx.superfences"], {})
        md.registerExtensions(["pymdownx.arithmatex"], {"pymdownx.arithmatex": {"generic": True}})
        md.registerExtension(self)
        self.weaver = Weaver(md, self.getConfigs())
        md.preprocessors.register(_Source(md, self.weaver), "executable-math-source", 1000)
        # After every other treeprocessor, also the one of MkDocs that resolves links.
        md.treeprocessors.register(self.weaver, "executable-math", -10)

    def reset(self) -> None:
        self.weaver.reset()


def makeExtension(**kwargs: Any) -> ExecutableMathExtension:
    """The name by which Python-Markdown finds the extension in a module."""
    return ExecutableMathExtension(**kwargs)


@dataclass
class Stashed:
    """A fence as its author wrote it, until the page is whole and its turn comes."""

    source: str
    options: dict[str, str]
    html: str = ""


@dataclass
class Numbers:
    """The numbers that a page has given to its equations and figures, by anchor."""

    given: dict[str, str] = field(default_factory=dict)
    last: Counter[str] = field(default_factory=Counter)

    def next(self, anchor: str) -> int:
        kind = anchor.partition("-")[0]
        number = self.last[kind] + 1
        self.last[kind] += anchor not in self.given
        self.given[anchor] = f"({number})" if kind == "eq" else str(number)
        return number


class _Source(Preprocessor):
    """Keeps the page's text as it came, for the places that messages name."""

    def __init__(self, md: Markdown, weaver: Weaver) -> None:
        super().__init__(md)
        self.weaver = weaver

    def run(self, lines: list[str]) -> list[str]:
        self.weaver.begin("\n".join(lines))
        return lines


class Weaver(Treeprocessor):
    """Walks a finished page in the order of its text, checks every formula and puts it in its place."""

    def __init__(self, md: Markdown, settings: dict[str, Any]) -> None:
        super().__init__(md)
        self.settings = settings
        self.reset()

    def reset(self) -> None:
        self.stashed: list[Stashed] = []
        self.shown: list[Entry] = []
        self.examples: dict[str, int] = {}
        self.numbers = Numbers()
        self.checks = PageChecks(self.settings["page"], "", {}, Here())  # Markdown does not begin with an empty page
        for extension in self.md.registeredExtensions:
            if isinstance(extension, SuperFencesCodeExtension) and not _knows_math(extension):
                extension.extend_super_fences("math", self.stash, _accept, None)
                extension.extend_super_fences("pycon", self.stash_example(extension), _accept, None)

    def begin(self, text: str) -> None:
        """Take the page's text and its declarations, before anything of it is read."""
        page = self.page()
        file = Path(self.settings["root"]) / page
        whole, wrong = read(file) if page and file.is_file() else (text, [])
        symbols = self.settings["symbols"] or front_matter(whole)[1]
        root, memory = self.settings["root"], self.settings["memory"] or None
        folders = module_folders(Path(root), self.settings)
        module = apart(self.settings["module"], float(self.settings["deadline"]), folders)
        self.checks = PageChecks(page, whole, symbols, module, root, memory)
        self.written = list(fences(text))
        if self.is_page():
            for fault in (*wrong, *faults(whole)):
                self.checks.fault_at(*fault)
            self.checks.declarations()

    def page(self) -> str:
        """The page's file: our settings have it, or Zensical, which tells it to its own extensions."""
        if "rendering_context" in self.md.preprocessors:
            context: Any = self.md.preprocessors["rendering_context"]
            return posixpath.join(str(context.config["docs_dir"]), context.page.path)
        return str(self.settings["page"])

    def is_page(self) -> bool:
        """Whether this is a whole page, and no docstring that mkdocstrings sets into one."""
        return "mkdocstrings_ids" not in self.md.treeprocessors

    def stash(self, src: str, options: dict[str, str], **_: Any) -> str:
        """Remember a fence; its place in the page is taken by a mark until the page is whole."""
        self.stashed.append(Stashed(src.strip("\n"), options))
        return STASH.format(len(self.stashed) - 1)

    def stash_example(self, superfences: SuperFencesCodeExtension) -> Callable[..., str]:
        def formatter(src: str, options: dict[str, str], md: Markdown, **kwargs: Any) -> str:
            place = self.stash(src, {})
            highlight = superfences.superfences[0]["formatter"]
            self.stashed[-1].html = highlight(src=src, options=options, md=md, **kwargs)
            return place

        return formatter

    def run(self, root: Element) -> None:
        self.visit(root)
        self.lost()
        entries = self.checks.finish()
        self.finish(entries)
        shown = set(map(id, self.shown))
        self.show([entry for entry in entries if not entry.ok and id(entry) not in shown], root)
        for link in root.iter("a"):
            anchor = link.get("href", "").removeprefix("#")
            if anchor in self.numbers.given and not link.get("class"):
                link.text = AtomicString(f"{link.text or ''} {self.numbers.given[anchor]}")

    def show(self, failures: list[Entry], root: Element) -> None:
        """Show what failed when the page was whole: behind the example that it is, or above the page."""
        for entry in failures:
            if entry.source in self.examples:
                blocks, place = self.md.htmlStash.rawHtmlBlocks, self.examples[entry.source]
                blocks[place] = f"{blocks[place]}{failure(str(entry))}"
        root[:0] = [self.told(entry) for entry in failures if entry.source not in self.examples]

    def told(self, entry: Entry) -> Element:
        paragraph = Element("p")
        paragraph.text = AtomicString(self.md.htmlStash.store(failure(str(entry))))
        return paragraph

    def lost(self) -> None:
        """Tell the fences of the page that Markdown has not taken for fences: nothing has checked them."""
        taken = Counter(squeezed(stashed.source) for stashed in self.stashed)
        for fence in self.written:
            if not taken[fence.body]:
                self.checks.fault("text", fence.header, LOST_FENCE)
            taken[fence.body] -= 1

    def finish(self, entries: list[Entry]) -> None:
        if isinstance(ledger := self.settings["ledger"], Ledger):
            ledger.add(entries)
            ledger.opened |= self.checks.module.opened
        elif not all(entry.ok for entry in entries):
            raise ChecksFailed(report(entries))

    def visit(self, element: Element) -> None:
        """Check an element and what is in it, in the order of the text."""
        if element.tag in BLOCKS:
            self.checks.paragraph()
        if _is_figure(element):
            self.put_figure(element)
        self.text(element, element.text)
        for child in list(element):
            tail = child.tail
            if _is_formula(child):
                self.put_formula(child)
            else:
                self.visit(child)
            self.text(element, tail)

    def text(self, element: Element, text: str | None) -> None:
        """Check a text: prose, and the fences whose places are marked in it."""
        if not text or isinstance(text, AtomicString) or element.tag in NOT_PROSE:
            return
        prose, *others = HTML_PLACEHOLDER_RE.split(text)
        for place, after in zip(others[::2], others[1::2], strict=True):
            self.put_stashed(int(place))
            prose += after
        if self.is_page():
            self.checks.prose(prose)

    def put_stashed(self, place: int) -> None:
        """Check the fence that a mark stands for, and put it in its place."""
        if not (found := STASHED.fullmatch(str(self.md.htmlStash.rawHtmlBlocks[place]))):
            return
        stashed = self.stashed[int(found[1])]
        if stashed.html:
            self.checks.example(stashed.source)
            self.examples[stashed.source] = place
        self.md.htmlStash.rawHtmlBlocks[place] = stashed.html or self.display(stashed.source.strip(), stashed.options)

    def display(self, latex: str, options: dict[str, str]) -> str:
        id_ = options.get("id", "")
        entry = self.checks.formula(latex, "equation", options, id_)
        body = rf'<div class="arithmatex" tabindex="0">\[{html.escape(latex, quote=False)}\]</div>{self.mark(entry)}'
        kind = "equation refuted" if entry.differs else "equation"
        if not ID.fullmatch(id_):
            return f'<div class="{kind}">{body}</div>'
        anchor = f"eq-{id_}"
        number = self.numbers.next(anchor)
        link = f'<a class="equation-number" href="#{anchor}" aria-label="Equation {number}">({number})</a>'
        return f'<div class="{kind}" id="{anchor}">{body}{link}</div>'

    def put_formula(self, formula: Element) -> None:
        """Check a formula that arithmatex has found, in dollars or in brackets; its mark stands behind it."""
        attributes = {name: self.as_written(value) for name, value in formula.items()}
        latex = html.unescape(formula.text or "")[2:-2].strip()
        entry = self.checks.formula(latex, "inline" if formula.tag == "span" else "equation", attributes)
        for name in itertools.filterfalse(for_browser, attributes):
            del formula.attrib[name]
        formula.set("class", " ".join(dict.fromkeys(["arithmatex", *attributes.get("class", "").split()])))
        formula.tail = self.md.htmlStash.store(self.mark(entry)) + (formula.tail or "")

    def as_written(self, value: str | None) -> str:
        """An attribute as its author wrote it: Markdown has put aside what looks like HTML, and would bring it back."""
        return HTML_PLACEHOLDER_RE.sub(lambda place: str(self.md.htmlStash.rawHtmlBlocks[int(place[1])]), value or "")

    def mark(self, entry: Entry) -> str:
        self.shown.append(entry)
        return mark(entry, self.checks.meanings(entry.source))

    def put_figure(self, paragraph: Element) -> None:
        image, caption = paragraph[0], list(paragraph)[1:]
        name = Path(image.get("src", "")).stem
        anchor = f"fig-{name}"
        number = self.numbers.next(anchor)
        paragraph.clear()
        paragraph.tag, paragraph.attrib = "figure", {"class": "figure", "id": anchor}
        drawing = SubElement(paragraph, "div", {"class": "figure-drawing"})
        drawing.text = AtomicString(self.md.htmlStash.store(self.drawing(name, image.get("alt", ""))))
        below = SubElement(paragraph, "figcaption")
        title = SubElement(below, "a", {"href": f"#{anchor}", "class": "figure-number"})
        title.text, title.tail = f"Figure {number}.", " " + (image.tail or "").lstrip()
        below.extend(caption)
        below.append(_links(posixpath.splitext(image.get("src", ""))[0]))

    def drawing(self, name: str, alternative: str) -> str:
        """The figure's SVG with its text alternative, or what is wrong with it."""
        root, drawn = Path(self.settings["root"]), self.settings["figures"]
        script = f"scripts/figures/{name.replace('-', '_')}.py"
        kept = Store(root / drawn).last(f"{name}.svg") if drawn else None
        if not (kept if drawn else (root / script).exists()):
            wrong = self.settings["broken"].get(name) or MISSING_FIGURE.format(name, script)
            return self.mark(self.checks.fault("figure", f"{name}.svg", wrong))
        svg = kept.content.decode() if kept else ""
        labelled = svg.replace("<svg ", f'<svg role="img" aria-label="{html.escape(alternative)}" ', 1)
        return re.sub(r' (?:width|height)="[\d.]+pt"', "", labelled, count=2)


def _accept(_language: str, inputs: dict[str, str], options: dict[str, str], _attrs: object, _md: Markdown) -> bool:
    """Every attribute of our fences is an option of them."""
    options.update(inputs)
    return True


def _knows_math(extension: SuperFencesCodeExtension) -> bool:
    return any(fence["name"] == "math" for fence in extension.superfences)


def _is_formula(element: Element) -> bool:
    """Whether arithmatex has made an element, whatever class its author has given it instead."""
    made = (element.text or "").startswith((r"\(", r"\["))
    return (made and element.tag in ("span", "div")) or "arithmatex" in (element.get("class") or "").split()


def _is_figure(element: Element) -> bool:
    if element.tag != "p" or not len(element) or (element.text or "").strip():
        return False
    return element[0].tag == "img" and "figures/" in element[0].get("src", "")


def _links(stem: str) -> Element:
    links = Element("span", {"class": "figure-links"})
    for text, suffix in (("script", "py"), ("data", "csv")):
        SubElement(links, "a", {"href": f"{stem}.{suffix}"}).text = text
    return links
