"""A project's pages, checked without a site generator: what `mkdocs.yml` says of them, and one page at a time."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from markdown.core import Markdown

from executable_math.checks import PageChecks
from executable_math.ledger import Entry, Ledger
from executable_math.markdown import Weaver
from executable_math.text import Lenient, front_matter, read

NAME = "executable_math"
MATH = re.compile(r"^([ \t]*)```math\b.*?^\1```[ \t]*$", re.DOTALL | re.MULTILINE)


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
        written = yaml.load(file.read_text(encoding="utf-8"), Loader=Lenient).get("markdown_extensions", [])
        named = [entry if isinstance(entry, dict) else {entry: {}} for entry in written]
        settings = {name: options or {} for entry in named for name, options in entry.items()}
        # Colours are for the reader: without them a page is checked several times as fast.
        settings["pymdownx.highlight"] = {**settings.get("pymdownx.highlight", {}), "use_pygments": False}
        return cls(root, [*settings, *({NAME} - settings.keys())], settings)

    def check(self, path: Path) -> list[Entry]:
        """Everything that a page says and that was checked: a Markdown page, a notebook or a module's docstrings."""
        return self.checks(path).entries

    def checks(self, path: Path) -> PageChecks:
        """The checks of a page, with what its author says of each formula."""
        text, symbols = written(path)
        shown = path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)
        page = {"ledger": Ledger(), "page": shown, "symbols": symbols, "root": str(self.root), "figures": ""}
        own = {**self.settings.get(NAME, {}), **page}
        markdown = Markdown(extensions=self.extensions, extension_configs={**self.settings, NAME: own})
        markdown.convert(text)
        weaver = markdown.treeprocessors["executable-math"]
        assert isinstance(weaver, Weaver)  # the extension registered it
        return weaver.checks


def pages(paths: Iterable[Path]) -> Iterator[Path]:
    """The files to check: those named, and in a folder every page, notebook and module."""
    for path in paths:
        if not path.exists():
            raise PageError(f"{path}: there is no such file or folder")
        found = sorted(file for file in path.rglob("*") if file.suffix in (".md", ".py")) if path.is_dir() else [path]
        yield from found


def written(path: Path) -> tuple[str, dict[str, str]]:
    """The Markdown of a page, of a notebook's text or of a module's docstrings, with its declarations."""
    text, _ = read(path)
    if path.suffix == ".md":
        return front_matter(text)
    if "\n# %%" in text:
        from executable_math import notebooks

        return front_matter(notebooks.prose(path))
    return formulas(text, path), {}


def formulas(text: str, path: Path) -> str:
    """The formulas in the docstrings of a module, in order."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    try:
        nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, documented)]
    except SyntaxError as error:
        raise PageError(f"{path}:{error.lineno}:{error.offset}: this is not Python: {error.msg}") from None
    docstrings = [ast.get_docstring(node) or "" for node in sorted(nodes, key=lambda node: getattr(node, "lineno", 0))]
    return "\n\n".join(textwrap.dedent(fence[0]) for text in docstrings for fence in MATH.finditer(text))
