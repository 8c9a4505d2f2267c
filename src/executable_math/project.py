"""A project's pages, checked without a site generator: what `mkdocs.yml` says of them, and one page at a time."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from markdown.core import Markdown

from executable_math.ledger import Entry, Ledger

NAME = "executable_math"


class PageError(ValueError):
    """A page cannot be read; the message says which and why."""


@dataclass(frozen=True)
class Project:
    """How a project's pages are read.

    Args:
        root: The folder of `mkdocs.yml`.
        extensions: The Markdown extensions, by name.
        settings: What each of them is told.
    """

    root: Path
    extensions: list[str] = field(default_factory=lambda: [NAME])
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Path) -> Project:
        """The project of a folder; one without a `mkdocs.yml` has our extension only."""
        file = root / "mkdocs.yml"
        if not file.exists():
            return cls(root)
        written = yaml.load(file.read_text(encoding="utf-8"), Loader=_Lenient).get("markdown_extensions", [])
        named = [entry if isinstance(entry, dict) else {entry: {}} for entry in written]
        settings = {name: options or {} for entry in named for name, options in entry.items()}
        # Colours are for the reader: without them a page is checked several times as fast.
        settings["pymdownx.highlight"] = {**settings.get("pymdownx.highlight", {}), "use_pygments": False}
        return cls(root, [*settings, *({NAME} - settings.keys())], settings)

    def check(self, path: Path) -> list[Entry]:
        """Everything that a page says and that was checked: a Markdown page, a notebook or a module's docstrings."""
        ledger = Ledger()
        shown = path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)
        for text, symbols in texts(path):
            page = {"ledger": ledger, "page": shown, "symbols": symbols, "root": str(self.root)}
            own = {**self.settings.get(NAME, {}), **page}
            Markdown(extensions=self.extensions, extension_configs={**self.settings, NAME: own}).convert(text)
        return ledger.entries


class _Lenient(yaml.SafeLoader):
    """Reads a `mkdocs.yml` whose tags name Python objects, which nothing here needs."""


_Lenient.add_multi_constructor("", lambda loader, suffix, node: None)


def pages(paths: Iterable[Path]) -> Iterator[Path]:
    """The files to check: those named, and in a folder every page, notebook and module."""
    for path in paths:
        if not path.exists():
            raise PageError(f"{path}: there is no such file or folder")
        found = sorted(file for file in path.rglob("*") if file.suffix in (".md", ".py")) if path.is_dir() else [path]
        yield from found


def texts(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The Markdown of a file, in one piece or, of a module, a piece a docstring; each with its declarations."""
    text = read(path)
    if path.suffix == ".md":
        yield front_matter(text, path)
    elif "\n# %%" in text:
        from executable_math import notebooks

        yield front_matter(notebooks.prose(path), path)
    else:
        yield from ((docstring, {}) for docstring in docstrings(text))


def read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        place = f"{path}:{error.object.count(bytes([10]), 0, error.start) + 1}"
        byte = error.object[error.start]
        raise PageError(f"{place}: byte 0x{byte:02x} is not UTF-8: save the page as UTF-8") from None


def front_matter(text: str, path: Path) -> tuple[str, dict[str, str]]:
    """A page without its front matter, and the symbols that this declares.

    >>> front_matter("---\\nsymbols:\\n  y: sign\\n---\\n# Title", Path("page.md"))
    ('# Title', {'y': 'sign'})
    """
    head, end, body = text.removeprefix("---\n").partition("\n---\n")
    if not text.startswith("---\n") or not end:
        return text, {}
    try:
        meta = yaml.load(head, Loader=_Lenient) or {}
    except yaml.YAMLError as error:
        raise PageError(f"{path}: the front matter is not YAML: {error}") from None
    return body, meta.get("symbols") or {}


def docstrings(text: str) -> Iterator[str]:
    """The docstrings of a module, in order, that have a formula."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, documented) and "```math" in (docstring := ast.get_docstring(node) or ""):
            yield docstring
