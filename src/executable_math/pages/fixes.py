r"""Numbers of a page, written as the code gives them.

A number that is printed, alone or behind the last sign of its formula, and that is not what the other side gives, is
written again, to the same digits. What has symbols in it is left to its author.
"""

from __future__ import annotations

from collections.abc import Iterable

from executable_math.faults.corrections import corrected
from executable_math.pages.ledger import Entry


def fixed(text: str, entries: Iterable[Entry]) -> str:
    """The text of a page with its wrong numbers written again."""
    lines = text.split("\n")
    for entry in sorted(entries, key=lambda entry: (entry.line, entry.column), reverse=True):
        if entry.values is not None and not entry.ok:
            lines[entry.line - 1] = _replaced(lines[entry.line - 1], entry)
    return "\n".join(lines)


def _replaced(line: str, entry: Entry) -> str:
    """A line with a formula corrected: of several that read the same, the one that the entry is about."""
    wrong, right = f"${entry.source}$", f"${corrected(entry.source, *entry.values or ())}$"
    start = line.rfind(wrong, 0, entry.column + len(wrong) - 2)
    return line[:start] + right + line[start + len(wrong) :] if start >= 0 else line
