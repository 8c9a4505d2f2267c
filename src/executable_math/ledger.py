"""Everything of a site that was checked: for the terminal, for CI, and for the reader."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter


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
        kind: What it is: "equation", "inline", "number", "example", "figure" or "text".
        source: What the page says, as the author wrote it.
        status: What came of it: "holds", "fails", "unchecked" and so on.
        ok: Whether the page may be published with it.
        message: What is wrong and what would be right; for an unchecked one the reason.
        against: The Python expression that it was compared with, if there is one.
        samples: For how many samples of its symbols it was compared.
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
    samples: int = 0

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}:{self.column}"

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass
class Ledger:
    """The entries of all pages, in their order."""

    entries: list[Entry] = field(default_factory=list)

    def replace(self, page: str, entries: Iterable[Entry]) -> None:
        """Put a page's entries in the place of those that it had."""
        self.entries = [entry for entry in self.entries if entry.page != page] + list(entries)

    @property
    def failures(self) -> list[Entry]:
        return [entry for entry in self.entries if not entry.ok]

    def by_page(self) -> Iterator[tuple[str, list[Entry]]]:
        for page, entries in groupby(sorted(self.entries, key=attrgetter("page")), key=attrgetter("page")):
            yield page, list(entries)


def report(entries: Sequence[Entry]) -> str:
    """Every failure, and a closing count.

    >>> print(report([Entry("a.md", 3, 1, "e", "equation", "x = x", "holds")]))
    1 checked: 1 holds
    """
    failures = [str(entry) for entry in entries if not entry.ok]
    return "\n\n".join([*failures, summary(entries)])


def summary(entries: Sequence[Entry]) -> str:
    counts = Counter(entry.status for entry in entries)
    return f"{len(entries)} checked: " + ", ".join(f"{count} {status}" for status, count in counts.most_common())


def github(entries: Sequence[Entry]) -> str:
    """The failures as annotations of a pull request."""
    lines = []
    for entry in (entry for entry in entries if not entry.ok):
        text = entry.message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        lines.append(f"::error file={entry.page},line={entry.line},col={entry.column}::{text}")
    return "\n".join([*lines, summary(entries)])


def mark(entry: Entry, meanings: dict[str, str]) -> str:
    """A small mark behind a formula that opens what it was checked against and what its symbols mean; no script."""
    if not entry.ok:
        return f'<code class="check-failure" role="alert">{html.escape(str(entry))}</code>'
    name = f"check-{entry.id}"
    tick = "−" if entry.status == "unchecked" else "✓"
    return (
        f'<button class="check-mark" popovertarget="{name}" aria-label="{html.escape(_label(entry))}">{tick}</button>'
        f'<span class="check" id="{name}" popover>{_details(entry)}{_symbols(meanings)}</span>'
    )


def _label(entry: Entry) -> str:
    return "Not checked: why" if entry.status == "unchecked" else "Checked: how"


def _details(entry: Entry) -> str:
    if entry.status == "unchecked":
        return f"Not checked: {html.escape(entry.message)}."
    against = f" against <code>{html.escape(entry.against)}</code>" if entry.against else ""
    samples = f", for {entry.samples} sample{'s' * (entry.samples != 1)}" if entry.samples else ""
    return f"Checked{against}{samples}."


def _symbols(meanings: dict[str, str]) -> str:
    rows = (f"<span><b>{html.escape(symbol)}</b> {html.escape(meaning)}</span>" for symbol, meaning in meanings.items())
    return "".join(rows)


def table(ledger: Ledger, address: dict[str, str]) -> str:
    """The page that lists all checks: counts by page, then every `unchecked` with its reason."""
    rows = [_row(page, entries, address.get(page, "")) for page, entries in ledger.by_page()]
    head = "<tr><th>Page</th><th>Checked</th><th>Of these equations</th><th>Not checked</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>{_unchecked(ledger, address)}"


def _row(page: str, entries: list[Entry], link: str) -> str:
    checked = [entry for entry in entries if entry.status != "unchecked"]
    equations = sum(entry.kind == "equation" for entry in checked)
    name = f'<a href="{html.escape(link)}">{html.escape(page)}</a>' if link else html.escape(page)
    cells = (name, len(checked), equations, len(entries) - len(checked))
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _unchecked(ledger: Ledger, address: dict[str, str]) -> str:
    items = [entry for entry in ledger.entries if entry.status == "unchecked"]
    rows = (f"<li><code>{html.escape(e.source)}</code>: {html.escape(e.message)} ({html.escape(e.page)})</li>" for e in items)
    return f"<h2>Not checked, and why</h2><ul>{''.join(rows)}</ul>" if items else ""
