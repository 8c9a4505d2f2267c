"""A project's pages, checked without a site generator: what `mkdocs.yml` says of them, and one page at a time."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from markdown.core import Markdown

from executable_math.bindings.bound import Side, entries
from executable_math.bindings.draft import draft
from executable_math.bindings.files import beside, bound_by, files_within, is_side_file, located, read_side
from executable_math.bindings.sidefile import Document
from executable_math.foreign.process import DEADLINE, Foreign, Trouble, apart
from executable_math.foreign.sources import parsed
from executable_math.hosts.files import SUFFIXES
from executable_math.pages.checks import PageChecks
from executable_math.pages.equation import broken
from executable_math.pages.ledger import Entry, Ledger
from executable_math.pages.lost import MATHEMATICS
from executable_math.pages.memory import Memory
from executable_math.pages.text import CELL, Fence, front_matter, not_blank, parts, read
from executable_math.site.extension import Weaver
from executable_math.site.settings import NAME, SettingsError, allowed, extensions, module_folders, optional

# What is a page: all of it is checked. Of other documentation only that which a side file binds.
PAGES = (".md", ".py")
# What else is meant as a formula in a docstring: a page shows it, so it is checked, or refused.
DISPLAY = re.compile(r"\$\$[^$]+\$\$|^[ \t]*\.\. math::.*|:math:`[^`\n]*`|\$`[^`\n]+`\$", re.MULTILINE)


class PageError(ValueError):
    """A page or a project cannot be read; the message says which and why.

    Args:
        reason: What is wrong, and what is right.
        path: The file, or the folder.
        line: The line where it is, from 1.
        column: The column, from 1.
    """

    def __init__(self, reason: str, path: Path | None = None, line: int = 1, column: int = 1) -> None:
        super().__init__(f"{path}:{line}:{column}: {reason}" if path else reason)
        self.reason, self.line, self.column = reason, line, column


@dataclass(frozen=True)
class Project:
    """How a project's pages are read.

    Args:
        root: The folder of `mkdocs.yml`.
        extensions: The Markdown extensions, by name.
        settings: What each of them is told.
        memory: What is kept of earlier checks while the process runs; without it nothing is.
        cache: The folder of what is kept from run to run; without it nothing is.
    """

    root: Path
    extensions: list[str] = field(default_factory=lambda: [NAME])
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    memory: Memory | None = None
    cache: Path | None = None

    @classmethod
    def of(cls, root: Path, cache: Path | None = None, module: str = "") -> Project:
        """The project of a folder; one without a `mkdocs.yml` has our extension only.

        Args:
            root: The folder.
            cache: The folder of what is kept from run to run; without it nothing is.
            module: The module that has the code, in place of the one that `mkdocs.yml` names.

        Raises:
            PageError: `mkdocs.yml` cannot be read, or the module that it names cannot be imported.
        """
        try:
            settings = extensions(root)
            own = settings.setdefault(NAME, {})
            own.update({"module": module} if module else {})
            module_folders(root, own)
            allowed(own)
            optional(own)
        except SettingsError as error:
            raise PageError(str(error)) from error
        project = cls(root, list(settings), settings, cache=cache)
        project.module()
        return project

    def check(self, path: Path) -> list[Entry]:
        """Everything that a file says and that was checked.

        Args:
            path: A Markdown page, a notebook or a module, of which all is checked; a side file, for what it binds; or
                other documentation, of which nothing is.
        """
        try:
            if is_side_file(path):
                return self._bound(path)
            if path.suffix in SUFFIXES and not self.is_page(path):
                return self._printed(path, Document(path.name))
            return self.checks(path).entries
        except PageError as error:
            return [self._fault(path, error.reason, error.line, error.column)]
        except ImportError as error:  # of an extension: no page can be checked
            raise PageError(str(error)) from error
        except Exception as error:  # one page must not keep the others from being checked
            return [self._fault(path, f"this page {broken(error)}")]

    def is_page(self, path: Path) -> bool:
        """Whether all of a file is checked; a notebook that Jupyter has saved may be a page of a site only."""
        return path.suffix in PAGES or (path.suffix == ".ipynb" and (self.root / "mkdocs.yml").exists())

    def _fault(self, path: Path, message: str, line: int = 1, column: int = 1) -> Entry:
        return Entry(self.shown(path), line, column, f"{line}:{column}", "page", "", "fails", ok=False, message=message)

    def _bound(self, side: Path) -> list[Entry]:
        """What a side file binds, with what it says that is not understood."""
        read = read_side(side)
        faults = [self._fault(side, fault.message, fault.line, fault.column) for fault in read.faults]
        return [*faults, *(entry for document in read.documents for entry in self._of(document, side))]

    def _of(self, document: Document, side: Path) -> list[Entry]:
        path = located(document, side)
        if path is None:
            named = f"there is no file or module {document.of}"
            wrong = named if document.of else "no file beside this one has its name"
            return [self._fault(side, f"{wrong}\n    write: of: hinge.md, or of: package.module", document.line)]
        return self._printed(path, document, side)

    def _printed(self, path: Path, document: Document, side: Path | None = None) -> list[Entry]:
        try:
            module = self.module(document.module, [side.parent] if side else [])
        except PageError as error:
            return [self._fault(side or path, error.reason, document.line)]
        return entries(path, self.shown(path), Side(self.shown(side) if side else "", document), module)

    def draft(self, path: Path) -> str:
        """A first draft of a side file, to stand beside a documentation file.

        Raises:
            PageError: It is no documentation.
        """
        if path.suffix not in SUFFIXES:
            raise PageError(f"no formulas are read of such a file: their names end in {', '.join(SUFFIXES)}", path)
        return draft(path, path.name, self.module())

    def module(self, name: str = "", folders: Sequence[Path] = ()) -> Foreign:
        """A module whose code is loaded.

        Args:
            name: Its dotted name; without it the one that the project speaks of.
            folders: Where it is looked for, before the folders of the project and all that is installed.

        Raises:
            PageError: It cannot be imported.
        """
        own = self.settings.get(NAME, {})
        name = name or own.get("module") or ""
        try:
            folders = [*folders, *module_folders(self.root, own)]
            module = apart(name, float(own.get("deadline", DEADLINE)), folders)
            module.names  # noqa: B018, it is loaded when it is asked
        except (Trouble, ImportError) as error:
            raise PageError(f"the module {name} cannot be imported: {error}") from error
        return module

    def checks(self, path: Path) -> PageChecks:
        """The checks of a page, with what its author says of each formula.

        Raises:
            PageError: It is no page.
        """
        text, symbols = written(path)
        page = {"ledger": Ledger(), "page": self.shown(path), "symbols": symbols, "root": str(self.root)}
        own = {
            **self.settings.get(NAME, {}),
            **page,
            "figures": "",
            "memory": self.memory or "",
            "cache": str(self.cache or ""),
        }
        markdown = Markdown(extensions=self.extensions, extension_configs={**self.settings, NAME: own})
        markdown.convert(not_blank(text))
        weaver = markdown.treeprocessors["executable-math"]
        assert isinstance(weaver, Weaver)  # the extension registered it
        return weaver.checks

    def shown(self, path: Path) -> str:
        """How messages name a file: as it is seen from the folder of the project."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)


def pages(paths: Iterable[Path]) -> Iterator[Path]:
    """The files to check: those named, and in a folder every page, notebook, module and side file, and other text.

    What a side file binds is checked through it.
    """
    for path in paths:
        if not path.exists():
            raise PageError(f"{path}: there is no such file or folder")
        found = list(_within(path) if path.is_dir() else _through(path))
        if not found:
            raise PageError(f"{path}: there is no page, notebook, module or other documentation in this folder")
        yield from found


def _within(folder: Path) -> Iterator[Path]:
    """What is to be checked in a folder: its side files, and the documentation that none of them binds."""
    files = list(files_within(folder))
    bound = {path for file in files if is_side_file(file) for path in bound_by(file)}
    readable = (file for file in files if file.suffix in SUFFIXES and file.resolve() not in bound)
    yield from sorted({*readable, *filter(is_side_file, files)})


def _through(path: Path) -> Iterator[Path]:
    """A file, or the side file beside it that binds it."""
    side = beside(path)
    yield side if side.is_file() and path.resolve() in bound_by(side) else path


def written(path: Path) -> tuple[str, dict[str, str]]:
    """The Markdown of a page, of a notebook's text or of a module's docstrings, with its declarations."""
    if path.suffix not in {*PAGES, ".ipynb"}:
        raise PageError(f"this is no page, notebook or module: names end in {', '.join(SUFFIXES)}", path)
    try:
        text, wrong = read(path)
    except OSError as error:
        raise PageError(f"this cannot be read: {error.strerror}", path) from error
    if path.suffix == ".md":
        return front_matter(text)
    if path.suffix == ".ipynb" or CELL.search(text):
        for line, column, message in wrong:
            raise PageError(message, path, line, column)
        return front_matter(_prose(path))
    return formulas(text, path), {}


def _prose(path: Path) -> str:
    from executable_math.site import notebooks

    if not find_spec("jupytext"):
        advice = "write: pip install 'executable-math[notebooks]'"
        raise PageError(f"notebooks are read with jupytext, which is not installed\n    {advice}", path)
    try:
        return notebooks.prose(path)
    except notebooks.NotebookError as error:
        line, column, reason = str(error).removeprefix(f"{path}:").split(":", 2)
        raise PageError(reason.strip(), path, int(line), int(column)) from error


def formulas(text: str, path: Path) -> str:
    """The formulas in the docstrings of a module, in order."""
    try:
        nodes = sorted(ast.walk(parsed(text)), key=lambda node: getattr(node, "lineno", 0))
    except SyntaxError as error:
        raise PageError(f"this is not Python: {error.msg}", path, error.lineno or 1, error.offset or 1) from None
    return "\n\n".join(piece for node in nodes for piece in mathematics(documentation(node)))


def documentation(node: ast.AST) -> str:
    """The docstring of a definition, or the text that a statement sets as one: `f.__doc__ = ...`."""
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return ast.get_docstring(node) or ""
    match node:
        case ast.Assign(targets=[ast.Attribute(attr="__doc__")], value=ast.Constant(value=str(text))):
            return inspect.cleandoc(text)
    return ""


def mathematics(text: str) -> Iterator[str]:
    """The fences of formulas in a docstring, and what else is meant as a formula, in the order of their kinds."""
    found = list(parts(text))
    for fence in found:
        if isinstance(fence, Fence) and fence.language.lower() in MATHEMATICS:
            marks = fence.header[: len(fence.header) - len(fence.header.lstrip("`~"))]
            yield f"{fence.header}\n{textwrap.dedent(fence.body)}\n{marks}"
    outside = "\n".join(line if isinstance(line, str) else "" for line in found)
    yield from (textwrap.dedent(match[0]) for match in DISPLAY.finditer(outside))
