"""The checks of one page, in the order in which a reader meets what they check."""

from __future__ import annotations

import difflib
import os
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import accumulate
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from executable_math.claims.equation import Page
from executable_math.claims.formula import Verdict
from executable_math.claims.memory import Memory
from executable_math.foreign.process import Foreign
from executable_math.pages import examples
from executable_math.pages.ledger import Entry
from executable_math.pages.text import FRONT_MATTER, read
from executable_math.values.arrays import shortened, shown

# What an author may say of a formula; everything else in its braces is for the browser.
ATTRIBUTES = {"equals", "differs", "unchecked", "as", "symbols", "given"}
BROWSER = {"id", "class", "title", "style", "lang", "dir"}

# What may stand in an address and in an attribute as it is; a check without an id goes by its place, with a colon.
ID = re.compile(r"[^\W_][\w.-]*")
DECIMAL = re.compile(r"(?<![\w.,])\d+\.\d+(?![\w]|\.\d)")
LOST_FORMULA = re.compile(r"\$\$[^$]+\$\$|\$(?=\s|[^$\n]*\s\$)[^$\n\\=<>^_]*[\\=<>^_][^$\n]*\$")
UNBOUND = "nothing checks this definition"
BIND = 'write: equals="..." with what computes it, or use it in a relation, or unchecked="why"'
LOST_ATTRIBUTES = re.compile(r"\{:?\s*(?:\.given\b|(?:equals|differs|unchecked|as)\s*=)[^}]*\}?")

NO_FORMULA = """Markdown reads no formula here
    write: no space inside dollars, and an empty line before and after double ones"""


@dataclass(frozen=True)
class Said:
    """A formula of a page with what its author says of it, and what came of it."""

    latex: str
    attributes: dict[str, str]
    entry: Entry


def speaker(page: Page, attributes: dict[str, str]) -> Page:
    """The page, or for a formula that brings its own declarations, as in a docstring, a page of its own."""
    if "symbols" not in attributes:
        return page
    declared = (declaration.partition(":") for declaration in attributes["symbols"].split(";"))
    symbols = {symbol.strip(): kind.strip() for symbol, _, kind in declared}
    return Page(symbols, page.module, locate=page.locate, memory=page.memory)


def verdict_on(latex: str, attributes: dict[str, str], page: Page) -> Verdict:
    """What comes of a formula, with what its author says of it, where the page has got to."""
    return speaker(page, attributes).check(
        latex,
        equals=attributes.get("equals"),
        differs=attributes.get("differs"),
        unchecked=attributes.get("unchecked"),
        given="given" in attributes or "given" in attributes.get("class", "").split(),
        name=attributes.get("as"),
    )


@dataclass
class PageChecks:
    """Checks what a page says, piece by piece, and keeps what came of it.

    Args:
        path: The page's file, as messages name it.
        text: The file's whole text, in which places are looked up.
        symbols: The declarations of the page, by symbol.
        module: The module that the page speaks of.
        root: The folder that files are named from.
        memory: What is kept of earlier checks, if anything is.
    """

    path: str
    text: str
    symbols: dict[str, str]
    module: Foreign
    root: str = ""
    memory: Memory | None = None
    entries: list[Entry] = field(default_factory=list)
    said: list[Said | None] = field(default_factory=list)  # in order; None where a paragraph begins

    def __post_init__(self) -> None:
        self.page = Page(self.symbols, self.module, memory=self.memory)
        self.order = {symbol: place for place, symbol in enumerate(self.page.meanings)}
        self.lengths = sorted(set(map(len, self.order)))
        front_matter = FRONT_MATTER.match(self.text)
        self.begins = front_matter.end() if front_matter else 0
        self.reached = self.begins  # in the text, by what was looked up last
        self.lines = Lines(self.text)
        self.ids = {entry.id for entry in self.entries}
        self.blocks: list[tuple[str, Place]] = []

    def paragraph(self) -> None:
        """A new paragraph begins: the cases of the last one no longer hold."""
        self.said.append(None)
        self.page.new_paragraph()

    def formula(self, latex: str, kind: str, attributes: dict[str, str], id_: str = "") -> Entry:
        """Check a formula with what its author says of it."""
        if unknown := [name for name in attributes if name not in ATTRIBUTES and not for_browser(name)]:
            return self.fault(kind, latex, _unknown(unknown[0]))
        if id_ and not ID.fullmatch(id_):
            self.fault(kind, id_, _no_id(id_))
            id_ = ""
        if id_ in self.ids:
            self.fault(kind, f'id="{id_}"', f"another equation of this page has the id {id_}: give one of them another")
        verdict = verdict_on(latex, attributes, self.page)
        entry = self._add(
            self.place(latex or (f'id="{id_}"' if id_ else "```math"), kind, verdict.line, verdict.column),
            id=id_,
            kind=kind,
            source=latex,
            status=verdict.status,
            ok=verdict.ok,
            message=verdict.message or _example(verdict),
            against=attributes.get("equals") or attributes.get("differs") or "",
            differs="differs" in attributes,
            samples=verdict.samples,
            values=_values(verdict),
        )
        self.said.append(Said(latex, attributes, entry))
        return entry

    def meanings(self, latex: str) -> dict[str, str]:
        """What the symbols of a formula stand for, as the page declares them."""
        starts = [match.start() for match in re.finditer(r"(?<![A-Za-z\\])", latex)]
        ends = {match.start() for match in re.finditer(r"(?![A-Za-z])", latex)}
        pieces = {latex[at : at + length] for at in starts for length in self.lengths if at + length in ends}
        named = sorted(pieces & self.order.keys(), key=self.order.__getitem__)
        return {symbol: self.page.meanings[symbol] for symbol in named}

    def declarations(self) -> None:
        """Tell what is wrong with the declarations of the page."""
        for symbol, problem in self.page.problems.items():
            at = max(self.text.find(f"{symbol}:"), 0)
            self.fault_at(*self.lines.place(at), problem)

    def prose(self, text: str) -> None:
        """Tell the decimal numbers of a text, each an error, and attributes that no formula took."""
        for match in LOST_ATTRIBUTES.finditer(text):
            self.fault("text", match[0], _lost(match[0]))
        for match in LOST_FORMULA.finditer(text):
            self.fault("text", match[0], NO_FORMULA)
        for match in DECIMAL.finditer(LOST_ATTRIBUTES.sub("", text)):
            self.fault("text", match[0], _advice(match[0]))

    def fault(self, kind: str, source: str, message: str) -> Entry:
        """Something else that is wrong on the page."""
        return self._fault(self.place(source), kind, source, message)

    def fault_at(self, line: int, column: int, message: str) -> Entry:
        """Something that is wrong with the page as a whole."""
        return self._fault(Place(self.path, line, column), "page", "", message)

    def example(self, block: str) -> None:
        """Remember a block of examples; they are run when the page ends, as one session."""
        self.blocks.append((block, self.place(block)))

    def finish(self) -> list[Entry]:
        """Settle what was open, run the examples; return all entries of the page."""
        unbound = set(self.page.unbound.values())
        self.entries[:] = [self._settled(entry, unbound) for entry in self.entries]
        failures = self._failures(tuple(block for block, _ in self.blocks))
        for failure in failures:
            block, place = self.blocks[failure.block]
            self._fault(place._replace(line=place.line + failure.line - 1), "example", block, failure.message)
        wrong = {failure.block for failure in failures}
        for block, place in (found for number, found in enumerate(self.blocks) if number not in wrong):
            self._add(place, kind="example", source=block, status="holds")
        self.entries.sort(key=attrgetter("page", "line", "column"))
        self.module.rest()
        return self.entries

    def _failures(self, blocks: tuple[str, ...]) -> list[examples.Failure]:
        """What is wrong in the examples; those that were right are not run again while the module is the same."""
        if self.page.memory is not None and blocks in self.page.memory.examples:
            return []
        failures = examples.failures(list(blocks), self.module)
        if self.page.memory is not None and not failures:
            self.page.memory.examples.add(blocks)
        return failures

    def _settled(self, entry: Entry, unbound: set[str]) -> Entry:
        """A definition that nothing had checked is checked by what used it later, or is wrong unnoticed."""
        if entry.status != "unbound":
            return entry
        if entry.source not in unbound:
            return replace(entry, status="definition", message="")
        return replace(entry, ok=False, message=f"{UNBOUND}\n    {shortened(entry.source)}\n    {BIND}")

    def place(self, source: str, kind: str = "", line: int = 1, column: int = 1) -> Place:
        """Where a place in a piece of the page is: in the next such piece that its text has.

        What an API page shows stands in none of its lines, but in a docstring of the module.
        """
        first = source.strip().partition("\n")[0]
        sought = [(first, 0)]
        if not self.path.endswith(".md"):
            sought.insert(0, (first.replace("\\", "\\\\"), 0))  # in a docstring that is not raw
        if kind == "inline":
            sought.insert(0, (f"${first}" + ("$" if first == source.strip() else "\n"), 1))
        for piece, skipped in sought:
            for start in (self.reached, self.begins):
                if (found := self.text.find(piece, start)) >= 0:
                    self.reached = found + len(piece)
                    return _within(self.path, self.lines, found + skipped, source, line, column)
        for file, text, found in _docstring(source, self.module):
            return _within(os.path.relpath(file, self.root), Lines(text), found, source, line, column)
        return Place(self.path, 1, 1)

    def _fault(self, place: Place, kind: str, source: str, message: str) -> Entry:
        return self._add(place, kind=kind, source=source, status="fails", ok=False, message=message)

    def _add(self, place: Place, **entry: Any) -> Entry:
        entry["id"] = entry.get("id") or f"{place.line}:{place.column}"
        self.ids.add(entry["id"])
        self.entries.append(Entry(*place, **entry))
        return self.entries[-1]


class Place(NamedTuple):
    """A file, a line and a column, both from 1."""

    page: str
    line: int
    column: int


class Lines:
    """The lines of a text, in which many places are looked up."""

    def __init__(self, text: str) -> None:
        self.written = text.split("\n")
        self.begins = [0, *accumulate(len(line) + 1 for line in self.written)]

    def place(self, at: int) -> tuple[int, int]:
        """Line and column, both from 1, of an offset."""
        line = bisect_right(self.begins, at)
        return line, at - self.begins[line - 1] + 1


def _within(page: str, lines: Lines, found: int, source: str, line: int, column: int) -> Place:
    """A line and a column of a piece that begins at an offset of a text; the text may have its lines indented."""
    first, indentation = lines.place(found)
    if line > 1:
        written = lines.written[first + line - 2 : first + line - 1]
        indentation = 1 + max(written[0].find(source.split("\n")[line - 1]), 0) if written else 1
    return Place(page, first + line - 1, indentation + column - 1)


def _docstring(source: str, module: Foreign) -> Iterator[tuple[Path, str, int]]:
    """Where a piece stands in the files of a module, whatever it is indented by there."""
    indented = re.compile(r"\n\s*".join(re.escape(line.strip()) for line in source.strip().split("\n")))
    for file in module.files:
        text, _ = read(file)
        if found := indented.search(text):
            yield file, text, found.start()


def for_browser(attribute: str) -> bool:
    """Whether an attribute of a formula may stand in the page."""
    return attribute in BROWSER or attribute.startswith(("data-", "aria-"))


def _no_id(id_: str) -> str:
    near = re.sub(r"[^\w.]+", "-", id_).strip("-._") or "hinge"
    return f'an id begins with a letter or a digit, and has only those, "-", "_" and "."\n    write: id="{near}"'


def _unknown(attribute: str) -> str:
    near = difflib.get_close_matches(attribute, ATTRIBUTES, 1)
    advice = near[0] if near else f"one of {', '.join(sorted(ATTRIBUTES))}, and close every quotation mark"
    return f"no attribute is named {attribute}\n    write: {advice}"


def _example(verdict: Verdict) -> str:
    """What tells a formula apart from the code that it is to differ from."""
    if verdict.counterexample is None:
        return ""
    found = verdict.counterexample
    return f"{found}, the formula gives {shown(found.left)}, the code {shown(found.right)}"


def _values(verdict: Verdict) -> tuple[Any, Any] | None:
    found = verdict.counterexample
    return (found.left, found.right) if found and not found.inputs else None


def _advice(number: str) -> str:
    advice = f'${number}${{ equals="..." }}, with what computes it'
    return f"the number {number} is typed, and nothing checks it\n    write: {advice}"


def _lost(attributes: str) -> str:
    return f"no formula takes {attributes}\n    write: it on one line, directly behind the closing dollar"
