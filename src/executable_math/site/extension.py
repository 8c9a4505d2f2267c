r"""The Python-Markdown extension: what an author writes is checked, and becomes numbered equations and figures.

Everything is in syntax that Markdown has already:

- a fence named ``math`` is a display formula; with an ``id`` it is numbered and can be linked to;
- ``$...$`` is an inline formula, and braces directly behind it say what it is checked against;
- a paragraph that begins with an image of ``figures/`` is a figure, the rest of it the caption; with ``.play`` behind
  the image there is a button below it, for a script of the site to let readers move the figure;
- a link to ``#eq-...`` or ``#fig-...`` of the same page gets the number behind its text;
- a fence named ``pycon`` is a block of examples, which are run.

What fails is shown in its place, or above the page if it has none. If nobody keeps a ledger, it also ends the build:
a check that can be skipped silently is no check. A page then has a note of what was checked, for who finishes the site.
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
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown.core import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE, AtomicString
from pymdownx.superfences import SuperFencesCodeExtension

from executable_math.bindings.bound import Side, fault_of
from executable_math.bindings.bound import entries as bound_entries
from executable_math.bindings.files import beside, said_beside
from executable_math.foreign.process import DEADLINE, Foreign, Here, apart
from executable_math.pages.checks import ID, PageChecks, Piece, for_browser
from executable_math.pages.ledger import ChecksFailed, Entry, Ledger, failure, mark, report
from executable_math.pages.lost import CODE, FORMULA, is_code
from executable_math.pages.quantities import quantities
from executable_math.pages.text import Fence, faults, front_matter, parts, read, squeezed, told
from executable_math.site.files import alone
from executable_math.site.notes import OPENING, Note, state
from executable_math.site.settings import CACHE, DRAWN, PATHS, SCRIPTS, allowed, is_optional, module_folders
from executable_math.site.store import Store
from executable_math.site.typesetting import unsearched
from executable_math.site.verdicts import Verdicts, kept_in

INLINE = {"a", "abbr", "b", "br", "cite", "del", "em", "i", "img", "ins", "kbd", "mark", "q", "s", "small", "span"}
INLINE |= {"strong", "sub", "sup", "u"}
LISTS = {"ul", "ol"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
LEADING = {"p", "li", "dd"}
BLOCKS = {*LEADING, *HEADINGS, "td", "th", "dt"}
TITLES = {*HEADINGS, "a"}  # they may begin with the number of a section
HIDDEN = {"pre", "script", "style"}
# What others have made: links within the page, and the docstrings that mkdocstrings sets into it.
MADE = {"div": {"toc", "mkdocstrings"}, "a": {"headerlink", "footnote-ref", "footnote-backref"}}
SENTENCE_ENDS = re.compile(r"[.!?][)\]\"'”’»*_]*\s*$")
SECTION_NUMBER = re.compile(r"^\s*[1-9]\d?(?:\.\d+)*\.?\s(?=[A-Z])")
# Whole numbers in brackets behind such a word are the ends of an interval, and claim nothing.
INTERVAL = re.compile(r"[(\[]\s*[-+]?\d+\s*,\s*[-+]?\d+\s*[)\]]")
BEFORE_INTERVAL = re.compile(r"\b(?:in|inside|within|into|on|onto|over|from|outside|intervals?|range|between)\s+$")
TOLD = {"alt": "an alternative text", "title": "a title"}
MISSING_FIGURE = """there is no figure {}
    write: {} with a function draw()"""
NO_MATPLOTLIB = """figures are drawn with Matplotlib, which is not installed
    write: pip install 'executable-math[site]'"""
# A comment of an author's that begins as a note of ours stays one.
NO_NOTE = OPENING.replace("<!--", "<!-- ")
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
            "cache": [CACHE, "the folder of what is kept, as `root` sees it; without it no verdict is"],
            "figures": [DRAWN, "the folder of the drawn figures; without it scripts are looked for"],
            "broken": ["", "what is wrong with figures, by name; without it they are drawn where a page shows them"],
            "ledger": ["", "where the entries of the page go; without it a failure ends the conversion"],
            "deadline": [DEADLINE, "how many seconds the code behind a formula or an example, or a figure, may take"],
            "allowed": [[], "patterns of numbers in the text that only name something, as a version does"],
            "only_bound": [[], "patterns of pages where only formulas with a name or with braces are checked"],
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
        md.treeprocessors.register(_Indented(md, self.weaver), "executable-math-indented", 1000)
        # After every other treeprocessor, also the one of MkDocs that resolves links.
        md.treeprocessors.register(self.weaver, "executable-math", -10)
        md.postprocessors.register(_Whole(md, self.weaver), "executable-math-whole", -10)

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


@dataclass
class Scope:
    """How many of the cases that are given hold on in the next block.

    Args:
        base: In each item of the list that is open: those of the sentence that leads to it.
        lead: In what the last sentence leads to, without having ended: a list, or a display formula.
        displayed: Whether a display formula has come since: the sentence may go on behind it.
    """

    base: int = 0
    lead: int = 0
    displayed: bool = False

    def end(self, cases: int) -> None:
        """A text has ended; with so many cases if its sentence has not."""
        self.lead, self.displayed = max(self.base, cases), False

    def kept(self, first: str) -> int:
        """How many hold in a block that begins with a character."""
        goes_on = first == FORMULA or (self.displayed and first.islower())
        self.displayed |= first == FORMULA
        return self.lead if goes_on else self.base


class _Source(Preprocessor):
    """Keeps the page's text as it came, for the places that messages name."""

    def __init__(self, md: Markdown, weaver: Weaver) -> None:
        super().__init__(md)
        self.weaver = weaver

    def run(self, lines: list[str]) -> list[str]:
        lines = [line.replace(OPENING, NO_NOTE) for line in lines]
        self.weaver.begin("\n".join(lines))
        return lines


class _Whole(Postprocessor):
    """Has the last word on a page."""

    def __init__(self, md: Markdown, weaver: Weaver) -> None:
        super().__init__(md)
        self.weaver = weaver

    def run(self, text: str) -> str:
        return (unsearched(text) if self.weaver.is_page() else text) + self.weaver.note


class _Indented(Treeprocessor):
    """Looks at blocks of code that are no fences, before they are highlighted: then nothing tells them from fences."""

    def __init__(self, md: Markdown, weaver: Weaver) -> None:
        super().__init__(md)
        self.weaver = weaver

    def run(self, root: Element) -> None:
        for block in root.iter("pre") if self.weaver.is_page() else ():
            for code in block.iter("code"):
                self.weaver.checks.indented(html.unescape(HTML_PLACEHOLDER_RE.sub("", code.text or "")))


class Weaver(Treeprocessor):
    """Walks a finished page in the order of its text, checks every formula and puts it in its place."""

    def __init__(self, md: Markdown, settings: dict[str, Any]) -> None:
        super().__init__(md)
        self.settings = settings
        self.reset()

    def reset(self) -> None:
        self.stashed: list[Stashed] = []
        self.note = ""
        self.shown: list[Entry] = []
        self.figures: list[str] = []
        self.examples: dict[str, int] = {}
        self.numbers = Numbers()
        self.said: list[Piece] = []
        self.silent = False
        self.block, self.row_numbers = Element("div"), list[Element]()
        self.scope = Scope()
        self.checks = PageChecks(self.settings["page"], "", {}, Here())  # Markdown does not begin with an empty page
        for extension in self.md.registeredExtensions:
            if isinstance(extension, SuperFencesCodeExtension) and not _knows_math(extension):
                extension.extend_super_fences("math", self.stash, _accept, None)
                extension.extend_super_fences("pycon", self.stash_example(extension), _accept, None)

    def begin(self, text: str) -> None:
        """Take the page's text and its declarations, before anything of it is read."""
        page, self.root = self.page(), self.home()
        file = self.root / page
        whole, wrong = read(file) if page and file.is_file() else (text, [])
        symbols = self.settings["symbols"] or front_matter(whole)[1]
        self.folders = module_folders(self.root, self.settings)
        memory = self.settings["memory"] or None
        module = apart(self.settings["module"], float(self.settings["deadline"]), self.folders)
        self.kept = self.verdicts(page, text, module)
        is_shown = bool(self.settings["figures"])
        checked = self.bound(file, page) if page and self.is_page() else None
        self.checks = PageChecks(
            *(page, whole, symbols, module, str(self.root), memory, allowed(self.settings), self.kept.known),
            programs=is_shown,
            only_bound=checked is not None or is_optional(page, self.settings, whole),
            told=checked,
        )
        self.written = [piece for piece in parts(text) if isinstance(piece, Fence) and piece.is_ours]
        if self.is_page():
            for fault in (*wrong, *faults(whole)):
                self.checks.fault_at(*fault)
            self.checks.declarations()
            for line, column, shown in told(whole):
                self.checks.prose_at(line, column, shown, "the front matter")
            self.checks.source(text)

    def bound(self, file: Path, page: str) -> list[Entry] | None:
        """What came of the formulas of a page that has a side file; None, if it has none."""
        (documents, wrong), side = said_beside(file), beside(Path(page)).as_posix()
        if not documents:
            return None
        names = [document.module or self.settings["module"] for document in documents]
        seconds, folders = float(self.settings["deadline"]), (file.parent, *self.folders)
        modules = [apart(name, seconds, folders) for name in names]
        checked = [
            entry
            for document, module in zip(documents, modules, strict=True)
            for entry in bound_entries(file, page, Side(side, document), module)
        ]
        return [*(fault_of(side, fault, "page") for fault in wrong), *checked]

    def verdicts(self, page: str, text: str, module: Foreign) -> Verdicts:
        """What is kept of the page, or of the docstring that stands on it; nothing, if it has no name."""
        cache = self.root / self.settings["cache"] if page and self.settings["cache"] else None
        return kept_in(cache, [page] if self.is_page() else [page, text], module)

    def page(self) -> str:
        """The page's file: our settings have it, or Zensical, which tells it to its own extensions."""
        if zensical := self.zensical():
            return posixpath.join(str(zensical.config["docs_dir"]), zensical.page.path)
        return str(self.settings["page"])

    def home(self) -> Path:
        """The folder that the page's file is counted from."""
        zensical = self.zensical()
        return Path(zensical.config["root_dir"] if zensical else self.settings["root"])

    def zensical(self) -> Any:
        """What Zensical tells of the page, if it is that which reads it."""
        return "rendering_context" in self.md.preprocessors and self.md.preprocessors["rendering_context"]

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
        self.checks.reached = self.checks.begins
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
        root[:0] = [self.shown_above(entry) for entry in failures if entry.source not in self.examples]

    def shown_above(self, entry: Entry) -> Element:
        paragraph = Element("p")
        paragraph.text = AtomicString(self.md.htmlStash.store(failure(str(entry))))
        return paragraph

    def lost(self) -> None:
        """Tell the fences of the page that Markdown has not taken for fences: nothing has checked them."""
        taken = Counter(squeezed(stashed.source) for stashed in self.stashed)
        for fence in self.written:
            if not taken[squeezed(fence.body)]:
                self.checks.fault("text", fence.header, LOST_FENCE)
            taken[squeezed(fence.body)] -= 1

    def finish(self, entries: list[Entry]) -> None:
        self.kept.keep(self.checks.recall.used)
        if isinstance(ledger := self.settings["ledger"], Ledger):
            ledger.add(entries)
            ledger.opened |= self.kept.opened
        elif not all(entry.ok for entry in entries):
            raise ChecksFailed(report(entries))
        elif self.checks.path:
            self.note = str(self.noted(entries))

    def noted(self, entries: list[Entry]) -> Note:
        """What was checked on the page, and with what."""
        page, drawn = self.checks.path, self.root / self.settings["figures"]
        made_of = state(self.root / page, self.settings["module"], self.folders, drawn, self.figures)
        return Note(page, self.checks.symbols, entries, self.figures, self.kept.opened, made_of)

    def visit(self, element: Element) -> None:
        """Check an element and what is in it, in the order of the text."""
        around, base, silent = self.block, self.scope.base, self.silent
        self.silent |= bool(MADE.get(element.tag, set()) & set((element.get("class") or "").split()))
        if element.tag not in INLINE:
            self.begin_block(element)
        self.told(element)
        self.say("^" if element.tag == "sup" and not element.get("id") else "")
        self.text(SECTION_NUMBER.sub("", element.text or "") if element.tag in TITLES else element.text)
        for child in list(element):
            tail = child.tail
            self.child(child)
            self.text(tail)
        if element.tag not in INLINE:
            self.end_block(around, base)
        self.silent = silent

    def begin_block(self, block: Element) -> None:
        """Begin a block; what has been said so far in the block around it is told."""
        self.end_sentence()
        self.block = block
        if block.tag in LISTS:
            self.scope.base = self.scope.lead
        if block.tag in BLOCKS:
            self.checks.paragraph(self.scope.kept(self.begins(block)))
        if block.tag == "tbody":
            self.row_numbers = [row[0] for n, row in enumerate(block, 1) if _first(row) == str(n)]
        if _is_figure(block):
            self.put_figure(block)

    def end_block(self, around: Element, base: int) -> None:
        self.end_sentence()
        if self.block.tag != "p":  # no sentence leads out of what it stands in
            self.scope.lead = base
        self.block, self.scope.base = around, base

    def begins(self, block: Element) -> str:
        """The first character of a block: that of a formula, if it is a fence of mathematics."""
        text = (block.text or "").strip()
        if place := HTML_PLACEHOLDER_RE.fullmatch(text):
            found = STASHED.fullmatch(str(self.md.htmlStash.rawHtmlBlocks[int(place[1])]))
            return FORMULA if found and not self.stashed[int(found[1])].html else ""
        return text[:1]

    def end_sentence(self) -> None:
        """Tell what nothing checks in the text of a block."""
        text, said = "".join(piece.text for piece in self.said), self.said
        self.said = []
        if not text.strip():
            return
        self.scope.end(self.checks.cases if self.block.tag in LEADING and not SENTENCE_ENDS.search(text) else 0)
        if self.is_page():
            self.checks.prose(said, whole=self.block.tag == "td" and self.block not in self.row_numbers)

    def child(self, element: Element) -> None:
        if _is_formula(element):
            self.put_formula(element)
        elif element.tag == "code":
            self.code(html.unescape(element.text or ""))
        elif element.tag not in HIDDEN and not _is_address(element):
            self.visit(element)

    def code(self, text: str) -> None:
        """A piece of code is one character of the text; what is a mere number in the type of code is a number."""
        is_bare = self.block.tag == "td" and not re.search(r"[^\W\d_]", text)
        is_number = not is_code(text) and any(quantities(text, whole=is_bare))
        self.say(text if is_number else CODE)

    def told(self, element: Element) -> None:
        """Check what an element says to who listens, or points at it."""
        for name, where in TOLD.items() if self.is_page() and not self.silent else ():
            if text := self.as_written(element.get(name)):
                self.checks.prose([Piece(text, self.checks.reached)], element.tag == "img", where)

    def text(self, text: str | None) -> None:
        """Check a text: prose, and the fences whose places are marked in it."""
        if not text or isinstance(text, AtomicString):
            return
        prose, *others = HTML_PLACEHOLDER_RE.split(text)
        self.say(prose)
        for place, after in zip(others[::2], others[1::2], strict=True):
            self.put_stashed(int(place))
            self.say(after)

    def say(self, text: str) -> None:
        """Add to the text of the block."""
        if text and not self.silent:
            self.said.append(Piece(text, self.checks.reached))

    def put_stashed(self, place: int) -> None:
        """Check the fence, or the raw HTML, that a mark stands for; put the fence in its place."""
        raw = str(self.md.htmlStash.rawHtmlBlocks[place])
        if not (found := STASHED.fullmatch(raw)):
            self.say(self.checks.raw(raw) if self.is_page() else "")
            return
        stashed = self.stashed[int(found[1])]
        if stashed.html:
            self.checks.example(stashed.source)
            self.examples[stashed.source] = place
        self.md.htmlStash.rawHtmlBlocks[place] = stashed.html or self.display(stashed.source.strip(), stashed.options)

    def display(self, latex: str, options: dict[str, str]) -> str:
        id_ = options.get("id", "")
        entry = self.checks.formula(latex, "equation", options, id_)
        run = f' data-program="{html.escape(entry.program_id)}"' if entry.program else ""
        formula = rf'<div class="arithmatex" tabindex="0"{run}>\[{html.escape(latex, quote=False)}\]</div>'
        body = f"{formula}{self.mark(entry)}"
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
        if formula.tag == "div":
            self.end_sentence()
            self.checks.paragraph(self.scope.kept(FORMULA))
        is_interval = attributes.keys() <= {"class"} and INTERVAL.fullmatch(latex) and self.said
        if is_interval and BEFORE_INTERVAL.search(self.said[-1].text):
            entry = self.checks.interval(latex)
        else:
            entry = self.checks.formula(latex, "inline" if formula.tag == "span" else "equation", attributes)
        for name in itertools.filterfalse(for_browser, attributes):
            del formula.attrib[name]
        if entry.program:
            formula.set("data-program", entry.program_id)
        formula.set("class", " ".join(dict.fromkeys(["arithmatex", *attributes.get("class", "").split()])))
        self.say(FORMULA if formula.tag == "span" else "")
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
        self.figures.append(name)
        anchor = f"fig-{name}"
        number = self.numbers.next(anchor)
        paragraph.clear()
        paragraph.tag, paragraph.attrib = "figure", {"class": "figure", "id": anchor}
        drawing = SubElement(paragraph, "div", {"class": "figure-drawing"})
        drawing.text = AtomicString(self.md.htmlStash.store(self.drawing(name, image.get("alt", ""))))
        self.told(Element("figure", image.attrib))
        below = SubElement(paragraph, "figcaption")
        title = SubElement(below, "a", {"href": f"#{anchor}", "class": "figure-number"})
        title.text, title.tail = f"Figure {number}.", " " + (image.tail or "").lstrip()
        below.extend(caption)
        below.append(_links(posixpath.splitext(image.get("src", ""))[0]))
        if "play" in image.get("class", "").split():
            paragraph.append(_button(name))

    def drawing(self, name: str, alternative: str) -> str:
        """The figure's SVG with its text alternative, or what is wrong with it."""
        drawn, broken = self.settings["figures"], self.broken(name)
        script = f"{SCRIPTS}/{name.replace('-', '_')}.py"
        kept = Store(self.root / drawn).last(f"{name}.svg") if drawn else None
        if not (kept if drawn else (self.root / script).exists()):
            wrong = broken.get(name) or MISSING_FIGURE.format(name, script)
            return self.mark(self.checks.fault("figure", f"{name}.svg", wrong))
        svg = kept.content.decode() if kept else ""
        labelled = svg.replace("<svg ", f'<svg role="img" aria-label="{html.escape(alternative)}" ', 1)
        return re.sub(r' (?:width|height)="[\d.]+pt"', "", labelled, count=2)

    def broken(self, name: str) -> dict[str, str]:
        """What is wrong with figures, by name; if nobody has drawn them, they are drawn now."""
        known, drawn = self.settings["broken"], self.root / self.settings["figures"]
        if known != "" or not self.settings["figures"]:
            return known or {}
        if not find_spec("matplotlib"):
            return {name: NO_MATPLOTLIB}
        from executable_math.site import drawing as figures  # who only checks pages need not wait for it

        with alone(drawn.parent):
            drawings = figures.find(self.root / SCRIPTS, Store(drawn), self.folders)
            return figures.drawn_for(name, drawings, float(self.settings["deadline"]))


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


def _is_address(element: Element) -> bool:
    """Whether a link shows where it leads to, or a part of that: the number of an article, say."""
    text = element.text or ""
    return element.tag == "a" and text != "" and not len(element) and text in element.get("href", "")


def _first(row: Element) -> str:
    """What the first cell of a row says."""
    return "".join("".join(cell.itertext()) for cell in row[:1])


def _is_figure(element: Element) -> bool:
    if element.tag != "p" or not len(element) or (element.text or "").strip():
        return False
    return element[0].tag == "img" and "figures/" in element[0].get("src", "")


def _links(stem: str) -> Element:
    links = Element("span", {"class": "figure-links"})
    for text, suffix in (("script", "py"), ("data", "csv")):
        SubElement(links, "a", {"href": f"{stem}.{suffix}"}).text = text
    return links


def _button(name: str) -> Element:
    """What a reader presses to play with a figure. It does nothing without a script, and the site hides it then."""
    pressed = {"type": "button", "class": "figure-play", "data-play": name, "aria-expanded": "false"}
    button = Element("button", {**pressed, "data-search-exclude": ""})
    button.text = "Play with it"
    return button
