"""The checks of one page, in the order in which a reader meets what they check."""

from __future__ import annotations

import difflib
import html
import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import accumulate
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from executable_math.claims.formula import Verdict
from executable_math.foreign.process import Foreign
from executable_math.pages.ledger import NOT_BOUND, Entry
from executable_math.pages.lost import (
    MATHML,
    TEXTS,
    UNNAMED,
    Lost,
    Visible,
    is_code,
    lost,
    lost_cells,
    lost_in_fence,
    lost_in_html,
    rows,
)
from executable_math.pages.memory import Memory
from executable_math.pages.quantities import quantities
from executable_math.pages.recall import Known, Recall
from executable_math.pages.text import FRONT_MATTER, Fence, parts, read, squeezed
from executable_math.values.arrays import shortened, shown

# What an author may say of a formula; everything else in its braces is for the browser.
ATTRIBUTES = {"equals", "differs", "unchecked", "as", "symbols", "given", "weak"}
BROWSER = {"id", "class", "title", "style", "lang", "dir"}

# What may stand in an address and in an attribute as it is; a check without an id goes by its place, with a colon.
ID = re.compile(r"[^\W_][\w.-]*")
UNBOUND = "nothing checks this definition"
BIND = 'write: equals="..." with what computes it, or use it in a relation, or unchecked="why"'
TYPED = """the number {} is typed, and nothing checks it
    write: ${}${{ equals="..." }}, with what computes it{}
    If it only names something, as a version does: allow it with a pattern in `allowed` of mkdocs.yml"""
ELSEWHERE = ", in the text of the page: nothing is checked in {}"


@dataclass(frozen=True)
class Said:
    """A formula of a page with what its author says of it, and what came of it."""

    latex: str
    attributes: dict[str, str]
    entry: Entry


class Piece(NamedTuple):
    """A piece of text that Markdown left in one, and how far the page's text had been looked through before it."""

    text: str
    reached: int


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
        allowed: Patterns of numbers that only name something.
        known: Verdicts that are known already.
        programs: Whether to make programs of formulas, for who reads the page in a browser.
        only_bound: Whether only formulas are checked that have a name, or of which their author says something.
        told: What came of the formulas of the page, if somebody else has checked them.
    """

    path: str
    text: str
    symbols: dict[str, str]
    module: Foreign
    root: str = ""
    memory: Memory | None = None
    allowed: Sequence[re.Pattern[str]] = ()
    known: Known = field(default_factory=dict)
    programs: bool = False
    only_bound: bool = False
    told: list[Entry] | None = None
    entries: list[Entry] = field(default_factory=list)
    said: list[Said | int] = field(default_factory=list)  # in order; where a paragraph begins, how many cases it keeps

    def __post_init__(self) -> None:
        self.recall = Recall(self.symbols, self.module, self.memory, self.known)
        self.page = self.recall.page
        self.order = {symbol: place for place, symbol in enumerate(self.page.meanings)}
        self.lengths = sorted(set(map(len, self.order)))
        front_matter = FRONT_MATTER.match(self.text)
        self.begins = front_matter.end() if front_matter else 0
        self.reached = self.begins  # in the text, by what was looked up last
        self.lines = Lines(self.text)
        self.ids = {entry.id for entry in self.entries}
        self.blocks: list[tuple[str, Place]] = []
        self.named: dict[str, str] = {}  # the numbers of the page that have a name, by the id of their entry

    def paragraph(self, kept: int = 0) -> None:
        """A new paragraph begins: of the cases so far only the first ones hold on."""
        self.said.append(kept)
        self.recall.paragraph(kept)

    @property
    def cases(self) -> int:
        """How many cases hold."""
        return self.recall.cases

    def formula(
        self,
        latex: str,
        kind: str,
        attributes: dict[str, str],
        id_: str = "",
        place: Callable[[int, int], Place] | None = None,
    ) -> Entry:
        """Check a formula with what its author says of it.

        Args:
            latex: The formula.
            kind: Whether it is an "equation" of its own, or "inline".
            attributes: What its author says of it.
            id_: Its name.
            place: Where a line and a column of it are, if that is known; else it is looked up in the text.
        """
        if self.told is not None:
            return self._told(latex, kind, self.told)
        if self.only_bound and not (id_ or "id" in attributes or ATTRIBUTES & attributes.keys()):
            return self._left(latex, kind)
        return self._checked(latex, kind, attributes, id_, place)

    def _checked(
        self,
        latex: str,
        kind: str,
        attributes: dict[str, str],
        id_: str,
        place: Callable[[int, int], Place] | None,
    ) -> Entry:
        """What comes of a formula that is to be checked."""
        if unknown := [name for name in attributes if name not in ATTRIBUTES and not for_browser(name)]:
            return self.fault(kind, latex, _unknown(unknown[0]))
        if id_ and not ID.fullmatch(id_):
            self.fault(kind, id_, _no_id(id_))
            id_ = ""
        if id_ in self.ids:
            self.fault(kind, f'id="{id_}"', f"another equation of this page has the id {id_}: give one of them another")
        verdict, run = self.recall.verdict(latex, attributes, self.programs and kind == "equation")
        place = place or partial(self.place, latex or (f'id="{id_}"' if id_ else "```math"), kind)
        entry = self._add(
            place(verdict.line, verdict.column),
            id=id_,
            kind=kind,
            source=latex,
            status=verdict.status,
            ok=verdict.ok,
            message=verdict.message or _example(verdict),
            against=attributes.get("equals") or attributes.get("differs") or "",
            differs="differs" in attributes,
            samples=verdict.samples,
            proof=verdict.proof,
            values=_values(verdict),
            program=run,
            bound_in=self.path if self.only_bound else "",
        )
        self.said.append(Said(latex, attributes, entry))
        if entry.status == "number":
            self.named[entry.id] = attributes["as"]
        return entry

    def _left(self, latex: str, kind: str) -> Entry:
        """A formula of which nothing is said, where only others are checked: one that stands alone is counted."""
        place = self.place(latex, kind)
        if kind == "equation":
            return self._add(place, kind=kind, source=latex, status=NOT_BOUND)
        return Entry(*place, "", kind, latex, NOT_BOUND)

    def _told(self, latex: str, kind: str, told: list[Entry]) -> Entry:
        """What came of a formula that somebody else has checked: of equal ones, those of a page come in its order."""
        entry = next((entry for entry in told if squeezed(entry.source) == squeezed(latex)), None)
        if entry is None:
            return Entry(*self.place(latex, kind), "", kind, latex, NOT_BOUND)
        told.remove(entry)
        self.entries.append(replace(entry, shown_on=self.path))
        return self.entries[-1]

    def interval(self, latex: str) -> Entry:
        """Remember the ends of an interval that a text names: they claim nothing."""
        return self._add(self.place(latex, "inline"), kind="inline", source=latex, status="symbol")

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
        for symbol, meaning in self.page.meanings.items():
            at = max(self.text.find(f"{symbol}:"), 0)
            self.prose_at(*self.lines.place(at), meaning, "a declaration")

    def prose_at(self, line: int, column: int, text: str, where: str) -> None:
        """Tell what nothing checks in a text that is no text of the page, but is shown with it."""
        for _, written, message in self._untold(text, False, where):
            self._fault(Place(self.path, line, column), "text", written, message)

    def prose(self, written: Sequence[Piece], whole: bool = False, where: str = "") -> None:
        """Tell what nothing checks in the text of a block: typed numbers, and what is lost.

        Args:
            written: The text, as Markdown left it.
            whole: Whether whole numbers are results, as in a table.
            where: Where the text stands, if no formula can be written there.
        """
        text, reached = "".join(piece.text for piece in written), self.reached
        begins, found = [0, *accumulate(len(piece.text) for piece in written)], 0
        for start, source, message in sorted(self._untold(text, whole, where)):
            number = bisect_right(begins, start) - 1
            self.reached = max(written[number].reached, found)
            self.fault("text", text[start : min(start + len(source), begins[number + 1])], message)
            found = self.reached
        self.reached = max(reached, self.reached)

    def _untold(self, text: str, whole: bool, where: str) -> Iterator[Lost]:
        found, rest = lost(text)
        yield from found
        for written, start, latex in quantities(rest, self.allowed, whole):
            yield Lost(start, written, TYPED.format(written, latex, ELSEWHERE.format(where) if where else ""))

    def raw(self, written: str) -> str:
        """Check raw HTML, of which nothing is read; return what a tag of a line is in its text."""
        if written.startswith("&"):
            return html.unescape(written)
        seen = Visible(written)
        if seen.mathml:
            self.fault("text", "<math", MATHML)
        for text in seen.told:
            self.prose([Piece(text, self.reached)], where="raw HTML")
        if not (seen.text.strip("^ \n") or seen.cells):
            return seen.text
        for text in (seen.text, *seen.cells):
            found, rest = lost_in_html(text)
            for one in found:
                self.fault("text", one.written, one.message)
            self.prose([Piece(rest, self.reached)], whole=text is not seen.text, where="raw HTML")
        return ""

    def source(self, text: str) -> None:
        """Tell what nothing checks in fences and tables, before Markdown has read them."""
        for fence in (piece for piece in parts(text) if isinstance(piece, Fence)):
            self.block(f"{fence.header}\n{fence.body}", [*lost_in_fence(fence)] or [*self._printed(fence)])
        self.reached = self.begins
        for row in rows(parts(text)):
            self.block(row, list(lost_cells(row)))
        self.reached = self.begins

    def indented(self, code: str) -> None:
        """Tell what nothing checks in a block of code that is no fence."""
        fence = Fence("", code)
        self.block(f"\n{code}", [*lost_in_fence(fence)] or [*self._printed(fence)])

    def block(self, written: str, found: Sequence[Lost]) -> None:
        """Tell what is lost in lines of the page's text that follow each other."""
        reached, lines = self.reached, Lines(written)
        for start, source, message in found:
            self.reached = reached
            self._fault(self.place(written, "", *lines.place(start)), "text", source, message)
        self.reached = reached
        self.place(written)

    def _printed(self, fence: Fence) -> Iterator[Lost]:
        """The quantities of a fence that is text, or of one without a name whose lines are no code."""
        start = len(fence.header) + 1
        for line in fence.body.split("\n") if fence.language in TEXTS | UNNAMED else ():
            is_text = fence.language in TEXTS or not (is_code(line) or "=" in line)
            for written, at, latex in quantities(line, self.allowed) if is_text else ():
                yield Lost(start + at, written, TYPED.format(written, latex, ELSEWHERE.format("a block of text")))
            start += len(line) + 1

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
        self.entries += self.told or []
        unbound, used = set(self.recall.unbound.values()), self._used()
        self.entries[:] = [self._settled(entry, unbound, used) for entry in self.entries]
        failures = self.recall.failures([block for block, _ in self.blocks])
        for failure in failures:
            block, place = self.blocks[failure.block]
            self._fault(place._replace(line=place.line + failure.line - 1), "example", block, failure.message)
        wrong = {failure.block for failure in failures}
        for block, place in (found for number, found in enumerate(self.blocks) if number not in wrong):
            self._add(place, kind="example", source=block, status="holds")
        self.entries.sort(key=attrgetter("page", "line", "column"))
        self.module.rest()
        return self.entries

    def _used(self) -> set[str]:
        """The names in the expressions of the page, apart from numbers that are held against themselves alone."""
        spoken = (said.attributes for said in self.said if isinstance(said, Said))
        texts = [text for one in spoken for text in (one.get("equals"), one.get("differs")) if text]
        return {name for text in texts for name in re.findall(r"[^\W\d]\w*", text) if name != text.strip()}

    def _settled(self, entry: Entry, unbound: set[str], used: set[str]) -> Entry:
        """What only the rest of the page can tell of an entry.

        A definition that nothing had checked is checked by what used it later, or is wrong unnoticed; and so is a
        number that has a name.
        """
        if (name := self.named.get(entry.id, "")) and name not in used:
            return replace(entry, status="fails", ok=False, message=_idle(name))
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
                    return within(self.path, self.lines, found + skipped, source, line, column)
        for file, text, found in _docstring(source, self.module):
            return within(os.path.relpath(file, self.root), Lines(text), found, source, line, column)
        return Place(self.path, 1, 1)

    def _fault(self, place: Place, kind: str, source: str, message: str) -> Entry:
        if kind == "text" and self.only_bound:  # what nothing checks may stand there
            return Entry(*place, "", kind, source, "symbol")
        return self._add(place, kind=kind, source=source, status="fails", ok=False, message=message)

    def _add(self, place: Place, **entry: Any) -> Entry:
        entry["id"] = entry.get("id") or f"{place.line}:{place.column}"
        self.ids.add(entry["id"])
        self.entries.append(Entry(*place, **entry, shown_on=self.path))
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


def within(page: str, lines: Lines, found: int, source: str, line: int, column: int) -> Place:
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


def _idle(name: str) -> str:
    advice = f'{name} in the equals="..." of what it leads to, or equals="..." here, with what computes it'
    return f"nothing uses {name}, and nothing checks this number\n    write: {advice}"
