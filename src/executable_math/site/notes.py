"""What a page says of its checks to who finishes the site, where no plugin is there to be told.

It is a comment at the end of the page. A generator that keeps the page for another build keeps it too, and what a page
says was checked is then still what was checked on it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from executable_math.foreign.observed import unchanged
from executable_math.foreign.sources import digest, files_of
from executable_math.pages.ledger import Entry
from executable_math.site.store import Store, installed

OPENING = "<!--executable-math"
NOTE = re.compile(rf"{OPENING} (.*?)-->")


@dataclass(frozen=True)
class Note:
    """What was checked on a page, or in a docstring that stands on it.

    Args:
        page: The file of the page.
        symbols: Its declarations.
        entries: What was checked.
        figures: The names of the figures that it shows.
        opened: The files that its code has read, with their hashes.
        state: The hash of all else that it was made of; see `state`.
    """

    page: str
    symbols: dict[str, str]
    entries: list[Entry]
    figures: list[str]
    opened: dict[str, str]
    state: str

    def __str__(self) -> str:
        """The comment. It ends where it is to end: nothing in it closes one."""
        told = replace(self, entries=[replace(entry, values=None) for entry in self.entries])
        text = json.dumps(asdict(told)).replace("<", r"\u003c").replace(">", r"\u003e")
        return f"{OPENING} {text}-->"

    def is_current(self, root: Path, module: str, folders: Sequence[Path], drawn: Path) -> bool:
        """Whether all that it was made of is still the same, with these settings."""
        return self.state == state(root / self.page, module, folders, drawn, self.figures) and unchanged(self.opened)


def state(page: Path, module: str, folders: Sequence[Path], drawn: Path, figures: Iterable[str]) -> str:
    """The hash of a page's file, of the module that it speaks of, of its drawn figures, and of the libraries."""
    kept = [Store(drawn).last(f"{name}.svg") for name in figures]
    files = [file for file in [page] if file.is_file()]
    files += files_of(module.partition(".")[0], folders) if module else []
    return digest(files, [installed(), *(entry.content for entry in kept if entry)])


def taken(page: str) -> tuple[str, list[Note]]:
    """A page without its notes, and the notes.

    >>> taken("<p>" + str(Note("docs/index.md", {}, [], [], {}, "")))
    ('<p>', [Note(page='docs/index.md', symbols={}, entries=[], figures=[], opened={}, state='')])
    """
    notes = [json.loads(found[1]) for found in NOTE.finditer(page)]
    read = [Note(**{**note, "entries": [Entry(**entry) for entry in note["entries"]]}) for note in notes]
    return NOTE.sub("", page), read
