"""The blocks of code in a text such as the guide, and the files that they name, written out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(
    r'^(?P<fence>`{3,})(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<body>.*?)^(?P=fence)$', re.M | re.S
)


def blocks(text: str, language: str = r"\w+") -> Iterator[re.Match[str]]:
    """The blocks of a language, in order."""
    return (block for block in BLOCK.finditer(text) if re.fullmatch(language, block["language"]))


def files_named_in(text: str, folder: Path) -> Path:
    """A folder with the files that the titles of blocks name."""
    for block in filter(lambda block: block["title"], blocks(text)):
        (folder / block["title"]).parent.mkdir(parents=True, exist_ok=True)
        (folder / block["title"]).write_text(block["body"])
    return folder


def starts(guide: str) -> dict[str, str]:
    """The sections of the guide on how to start, by their headings."""
    text = guide[guide.index("## Start in ten lines") : guide.index("## Write a page")]
    _, *sections = re.split(r"^### (.+)\n", text, flags=re.M)
    return dict(zip(sections[::2], sections[1::2], strict=True))
