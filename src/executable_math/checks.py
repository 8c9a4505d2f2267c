"""The checks of one page, in the order in which a reader meets what they check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from executable_math import examples
from executable_math.equation import Page
from executable_math.ledger import Entry

# What an author may say of a formula; everything else in its braces is for the browser.
ATTRIBUTES = {"equals", "differs", "unchecked", "as", "symbols"}

DECIMAL = re.compile(r"(?<![\w.,])\d+\.\d+(?![\w]|\.\d)")
LOST_ATTRIBUTES = re.compile(r"\{:?\s*(?:\.given\b|(?:equals|differs|unchecked|as)\s*=)[^}]*\}?")


@dataclass
class PageChecks:
    """Checks what a page says, piece by piece, and keeps what came of it.

    Args:
        path: The page's file, as messages name it.
        text: The file's whole text, in which places are looked up.
        symbols: The declarations of the page, by symbol.
        module: The module that the page speaks of.
    """

    path: str
    text: str
    symbols: dict[str, str]
    module: ModuleType | None
    entries: list[Entry] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page = Page(self.symbols, self.module)
        self.reached = 0  # in the text, by what was looked up last
        self.blocks: list[tuple[str, int]] = []

    def paragraph(self) -> None:
        """A new paragraph begins: the cases of the last one no longer hold."""
        self.page.new_paragraph()

    def formula(self, latex: str, kind: str, attributes: dict[str, str], id_: str = "") -> Entry:
        """Check a formula with what its author says of it."""
        path, line, column = self.place(latex)
        verdict = self.speaker(attributes).check(
            latex,
            equals=attributes.get("equals"),
            differs=attributes.get("differs"),
            unchecked=attributes.get("unchecked"),
            given="given" in attributes or "given" in attributes.get("class", "").split(),
            name=attributes.get("as"),
        )
        if verdict.line == 1:
            column += verdict.column - 1
        else:
            column = verdict.column
        return self._add(
            page=path,
            line=line + verdict.line - 1,
            column=column,
            id=id_,
            kind=kind,
            source=latex,
            status=verdict.status,
            ok=verdict.ok,
            message=verdict.message,
            against=attributes.get("equals") or attributes.get("differs") or "",
            differs="differs" in attributes,
            samples=verdict.samples,
        )

    def meanings(self, latex: str) -> dict[str, str]:
        """What the symbols of a formula stand for, as the page declares them."""
        return {symbol: meaning for symbol, meaning in self.page.meanings.items() if _names(symbol, latex)}

    def speaker(self, attributes: dict[str, str]) -> Page:
        """The page, or for a formula that brings its own declarations, as in a docstring, a page of its own."""
        if "symbols" not in attributes:
            return self.page
        declared = (declaration.partition(":") for declaration in attributes["symbols"].split(";"))
        return Page({symbol.strip(): kind.strip() for symbol, _, kind in declared}, self.module)

    def prose(self, text: str) -> list[Entry]:
        """The decimal numbers of a text, each an error, and attributes that no formula took."""
        found = [(match[0], _advice(match[0])) for match in DECIMAL.finditer(text)]
        found += [(match[0], _lost(match[0])) for match in LOST_ATTRIBUTES.finditer(text)]
        return [self._fault("text", source, message) for source, message in found]

    def fault(self, kind: str, source: str, message: str) -> Entry:
        """Something else that is wrong on the page."""
        return self._fault(kind, source, message)

    def example(self, block: str) -> None:
        """Remember a block of examples; they are run when the page ends, as one session."""
        self.blocks.append((block, self.place(block)[1]))

    def finish(self) -> list[Entry]:
        """Run the examples; return all entries of the page."""
        wrong = {failure.block: failure for failure in examples.failures([b for b, _ in self.blocks], self.module)}
        for number, (block, line) in enumerate(self.blocks):
            failure = wrong.get(number)
            self._add(
                page=self.path,
                line=line + (failure.line - 1 if failure else 0),
                column=1,
                id="",
                kind="example",
                source=block,
                status="fails" if failure else "holds",
                ok=failure is None,
                message=failure.message if failure else "",
            )
        return self.entries

    def place(self, source: str) -> tuple[str, int, int]:
        """File, line and column of a piece of the page: the next place where its first line stands.

        What an API page shows stands in none of its lines, but in a docstring of the module.
        """
        first = source.strip().partition("\n")[0]
        if (found := self.text.find(first, self.reached)) >= 0:
            self.reached = found + len(first)
        elif (found := self.text.find(first)) < 0:
            return next(_docstring(first, self.module), (self.path, 1, 1))
        return self.path, *_line_and_column(self.text, found)

    def _fault(self, kind: str, source: str, message: str) -> Entry:
        page, line, column = self.place(source)
        return self._add(
            page=page,
            line=line,
            column=column,
            id="",
            kind=kind,
            source=source,
            status="fails",
            ok=False,
            message=message,
        )

    def _add(self, **entry: Any) -> Entry:
        entry["id"] = entry["id"] or f"{entry['kind']}-{len(self.entries) + 1}"
        self.entries.append(Entry(**entry))
        return self.entries[-1]


def _docstring(first: str, module: ModuleType | None) -> Iterator[tuple[str, int, int]]:
    for folder in getattr(module, "__path__", []):
        for file in sorted(Path(folder).glob("*.py")):
            text = file.read_text(encoding="utf-8")
            if (found := text.find(first)) >= 0:
                yield str(file), *_line_and_column(text, found)


def _line_and_column(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _names(symbol: str, latex: str) -> bool:
    return re.search(rf"(?<![A-Za-z\\]){re.escape(symbol)}(?![A-Za-z])", latex) is not None


def _advice(number: str) -> str:
    return f'the number {number} is typed, not checked: write ${number}${{ equals="..." }} with what computes it'


def _lost(attributes: str) -> str:
    return f"no formula takes {attributes}: attributes stand directly behind the closing dollar, on the same line"
