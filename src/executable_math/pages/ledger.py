"""Everything of a site that was checked: for the terminal, for CI, and for the reader."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from pathlib import PurePosixPath
from typing import Any

# The status of a formula of which nobody has said what it is held against, where only those are checked.
NOT_BOUND = "not bound"


class ChecksFailed(Exception):
    """Something on a page does not hold; the message has every failure."""


@dataclass(frozen=True)
class Entry:
    """One thing that a page says, and what came of checking it.

    Args:
        page: The file.
        line: Where it stands in the file, from 1.
        column: Where it stands in the line, from 1.
        id: The name by which an author asks for it: that of the equation, or its place in the page.
        kind: What it is: "equation", "inline", "example", "figure", "text" or "page".
        source: What the page says, as the author wrote it.
        status: What came of it: "holds", "fails", "unchecked" and so on.
        ok: Whether the page may be published with it.
        message: What is wrong and what would be right; for an unchecked one the reason.
        against: The Python expression that it was compared with, if there is one.
        differs: Whether it was shown to differ from that expression, and not to equal it.
        samples: For how many samples of its symbols it was compared.
        values: What the two sides give, or the page and the code, where they differ and no symbol takes part.
        proof: How it is known to hold for all values of its symbols, if it is.
        program: What a browser runs of it, as JSON, if it is a formula that can run there.
        shown_on: The file of the page that shows it: of what stands in a docstring, another one than its own.
        bound_in: The side file that says what it is held against, if one does.
    """

    page: str
    line: int
    column: int
    id: str
    kind: str
    source: str
    status: str
    ok: bool = True
    message: str = ""
    against: str = ""
    differs: bool = False
    samples: int = 0
    values: tuple[Any, Any] | None = None
    proof: str = ""
    program: dict[str, Any] | None = None
    shown_on: str = ""
    bound_in: str = ""

    @property
    def program_id(self) -> str:
        """What its program is called on the page that shows it; several files may have something in one place."""
        return self.id if self.page == self.shown_on else f"{PurePosixPath(self.page).stem}:{self.id}"

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}:{self.column}"

    @property
    def mark(self) -> str:
        """What is known of it: one of the three marks of what holds, or else its status."""
        if self.status != "holds":
            return self.status
        if self.proof:
            return "proven"
        return "agreeing with code" if self.against or self.kind in ("example", "figure") else "agreeing on samples"

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass
class Ledger:
    """The entries of all pages, in their order, and the files that their code has read."""

    entries: list[Entry] = field(default_factory=list)
    pages: set[str] = field(default_factory=set)
    opened: dict[str, str] = field(default_factory=dict)

    def add(self, entries: Sequence[Entry]) -> None:
        self.entries += entries
        self.pages.update(entry.page for entry in entries)

    def forget(self, page: str) -> None:
        """Drop a page's entries: it is about to be read again."""
        if page in self.pages:
            self.pages.remove(page)
            self.entries = [entry for entry in self.entries if entry.page != page]

    def programs(self, page: str) -> dict[str, dict[str, Any]]:
        """The programs of a page, by the ids of their entries."""
        return {entry.program_id: entry.program for entry in self.entries if entry.program and entry.shown_on == page}

    @property
    def failures(self) -> list[Entry]:
        return [entry for entry in self.entries if not entry.ok]

    def by_page(self) -> Iterator[tuple[str, list[Entry]]]:
        for page, entries in groupby(sorted(self.entries, key=attrgetter("page")), key=attrgetter("page")):
            yield page, list(entries)


def report(entries: Sequence[Entry]) -> str:
    """Every failure, and a closing count.

    >>> print(report([Entry("a.md", 3, 1, "e", "equation", "x = x", "holds")]))
    1 checked: 1 agreeing on samples
    """
    failures = [str(entry) for entry in entries if not entry.ok]
    return "\n\n".join([*failures, summary(entries)])


def summary(entries: Sequence[Entry]) -> str:
    """How many of each kind there are, and of those where only what is bound is checked, how many are.

    >>> left = Entry("a.rst", 3, 1, "e", "equation", "x = x", "not bound")
    >>> summary([left, Entry("a.rst", 5, 1, "f", "equation", "x = x", "holds", bound_in="a.math.yml")])
    '1 checked: 1 agreeing on samples; 1 of 2 formulas bound'
    """
    counts = Counter(entry.mark for entry in entries if entry.status != NOT_BOUND)
    told = ", ".join(f"{count} {status}" for status, count in counts.most_common())
    checked = f"{counts.total()} checked{f': {told}' if told else ''}"
    number, of = bound(entries)
    return f"{checked}; {number} of {of} formulas bound" if of else checked


def bound(entries: Sequence[Entry]) -> tuple[int, int]:
    """In the files where only what is bound is checked: how many formulas are, of how many."""
    left = sum(entry.status == NOT_BOUND for entry in entries)
    checked = [entry.status != "unchecked" for entry in entries if entry.bound_in]
    return sum(checked), len(checked) + left


def github(entries: Sequence[Entry]) -> str:
    """The failures as annotations of a pull request."""
    lines = []
    for entry in (entry for entry in entries if not entry.ok):
        page = _escaped(entry.page).replace(":", "%3A").replace(",", "%2C")
        lines.append(f"::error file={page},line={entry.line},col={entry.column}::{_escaped(entry.message)}")
    return "\n".join([*lines, summary(entries)])


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def mark(entry: Entry, meanings: dict[str, str]) -> str:
    """A small mark behind a formula that opens what it was checked against and what its symbols mean; no script.

    A browser that runs scripts makes elements of what stands in `noscript` when the mark is pressed: until then a page
    has none of them to lay out. A formula that only names something, or states a case, claims nothing: it has no mark.
    """
    if not entry.ok:
        return failure(str(entry))
    if entry.mark not in MARKS:
        return ""
    name = html.escape(f"check-{entry.id}")
    label, tick = MARKS[entry.mark] if not entry.differs else REFUTED
    return (
        f'<button class="check-mark" popovertarget="{name}" aria-label="{label}" data-search-exclude>'
        f'{tick}</button><noscript class="check-note" data-search-exclude>'
        f'<span class="check" id="{name}" role="note" popover><strong>{label.partition(":")[0]}</strong>'
        f"{_details(entry)}{_symbols(meanings)}</span></noscript>"
    )


def failure(message: str) -> str:
    """What is wrong, in its place on the page."""
    return f'<code class="check-failure" role="alert">{html.escape(message)}</code>'


NEWLINE = "\n"
MARKS = {
    "proven": ("Proven: how", "∎"),
    "agreeing with code": ("Agrees with code: how", "✓"),
    "agreeing on samples": ("Agrees on samples: how", "≈"),
    "weak": ("Hardly checked: why", "~"),
    "unchecked": ("Not checked: why", "−"),
}
REFUTED = ("Refuted: how", "✓")


def _details(entry: Entry) -> str:
    """What is behind a mark, to follow its name."""
    if entry.status == "unchecked":
        return f": {html.escape(entry.message)}."
    if entry.differs:
        return f": not what <code>{html.escape(entry.against)}</code> computes: {html.escape(entry.message)}."
    if entry.proof:
        return f": {html.escape(entry.proof)}."
    against = f"<code>{html.escape(entry.against)}</code>" if entry.against else "both sides"
    samples = f", for {entry.samples} sample{'s' * (entry.samples != 1)}" if entry.samples > 1 else ""
    weak = f" It could hardly have failed: {html.escape(entry.message)}." if entry.status == "weak" else ""
    unproven = " No proof was found." if entry.mark == "agreeing on samples" else ""
    return f": {against}{samples}.{unproven}{weak}"


def _symbols(meanings: dict[str, str]) -> str:
    rows = (
        rf'<span><span class="arithmatex">\({html.escape(symbol)}\)</span> {html.escape(meaning)}</span>'
        for symbol, meaning in meanings.items()
    )
    return "".join(rows)


def overview(ledger: Ledger, addresses: dict[str, str], versions: dict[str, str]) -> str:
    """The page that lists all checks: counts by file, what is left out and why, every check, and what was used."""
    rows = [_row(page, entries, addresses.get(page, "")) for page, entries in ledger.by_page()]
    rows.append(_row("All", ledger.entries, ""))
    heads = ("File", "Equations", "of them checked", "∎ proven", "✓ with code", "≈ on samples")
    head = f"<tr>{''.join(f'<th>{name}</th>' for name in heads)}</tr>"
    used = ", ".join(f"{html.escape(name)} {html.escape(version)}" for name, version in versions.items())
    return (
        f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"
        f"<h2>Left out</h2>{_unchecked(ledger)}<h2>One by one</h2>"
        f"{''.join(_listed(page, entries) for page, entries in ledger.by_page())}<h2>With</h2><p>{used}.</p>"
    )


def _listed(page: str, entries: Sequence[Entry]) -> str:
    checks = [entry for entry in entries if entry.status in ("holds", "weak")]
    items = (
        f"<li>line {entry.line}: {MARKS[entry.mark][1]} <code>{html.escape(entry.source.partition(NEWLINE)[0])}</code>"
        f"{' is not' if entry.differs else ' against' if entry.against else ''}"
        f"{f' <code>{html.escape(entry.against)}</code>' if entry.against else ''}</li>"
        for entry in checks
    )
    return f"<details data-search-exclude><summary>{html.escape(page)}</summary><ul>{''.join(items)}</ul></details>"


def _row(page: str, entries: Sequence[Entry], link: str) -> str:
    equations = [entry for entry in entries if entry.kind == "equation"]
    checked = sum(entry.status in ("holds", "weak") for entry in equations)
    name = f'<a href="{html.escape(link)}">{html.escape(page)}</a>' if link else html.escape(page)
    marks = Counter(entry.mark for entry in entries)
    known = (marks[mark] for mark in ("proven", "agreeing with code", "agreeing on samples"))
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in (name, len(equations), checked, *known)) + "</tr>"


def _unchecked(ledger: Ledger) -> str:
    rows = [
        f"<li>{html.escape(entry.place)}: <code>{html.escape(entry.source)}</code>, "
        f"because {html.escape(entry.message)}</li>"
        for entry in ledger.entries
        if entry.status == "unchecked"
    ]
    return f"<ul>{''.join(rows)}</ul>" if rows else "<p>Nothing is left out.</p>"
