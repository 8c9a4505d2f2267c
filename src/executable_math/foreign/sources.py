"""What a Python file depends on inside the project, and a hash of it.

Whatever is kept from one build to the next is kept by the hash of its sources: a changed line in a module that a
script imports, however indirectly, is a different hash.
"""

from __future__ import annotations

import ast
import hashlib
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, resolve_name
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

# The folder of our own code.
ENGINE = Path(__file__).parents[1]


class Source(NamedTuple):
    """A module of the project: its dotted name, its file, and the package that its relative names are in."""

    name: str
    path: Path
    package: str


def sources(script: Path, roots: Iterable[str | Path]) -> list[Path]:
    """The project's files that a script imports, directly or not, in order; installed libraries are left out."""
    return [source.path for source in modules([Source("", script, "")], roots)]


def modules(start: Iterable[Source], roots: Iterable[str | Path]) -> list[Source]:
    """The modules of the project that some code imports, directly or not, with those of the code that have a name."""
    places = {root: _tops(root) for root in map(Path, roots) if root.is_dir() and not _is_installed(root)}
    waiting = list(start)
    scripts = {source.path for source in waiting if not source.name}
    found = {source for source in waiting if source.name}
    asked: set[str] = set()
    while waiting:
        source = waiting.pop()
        names = imports(source.path, source.package) - asked
        asked |= names
        new = {module for name in names for module in _locate(name, places)} - found
        found |= new
        waiting += new
    return sorted((source for source in found if source.path not in scripts), key=attrgetter("path"))


def imports(path: Path, package: str = "") -> set[str]:
    """The dotted names that a file imports; a relative name is resolved against its package.

    A name imported *from* a module may be a module too, so both are given. A file that is no Python, because it is
    being edited, imports nothing, nor does a relative import that leaves its package: whoever runs it will say
    what is wrong.
    """
    return _imports(path.read_bytes(), package)


def parsed(text: str | bytes) -> ast.Module:
    """The tree of a Python file.

    Raises:
        SyntaxError: it is no Python, or is nested too deep to be read.
    """
    try:
        return ast.parse(text)
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(str(error)) from error


@cache
def _imports(text: bytes, package: str) -> set[str]:
    try:
        tree = parsed(text)
    except SyntaxError:
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (base := origin(node, package)):
            names.update([base, *(f"{base}.{alias.name}" for alias in node.names)])
    return names


def origin(node: ast.ImportFrom, package: str) -> str:
    """The module that names are imported from; empty, if a relative import leaves its package."""
    if not node.level:
        return node.module or ""
    inside = package and node.level <= len(package.split("."))
    return resolve_name("." * node.level + (node.module or ""), package) if inside else ""


def _tops(root: Path) -> set[str]:
    """What in a folder may be imported by its name alone; nothing, if it cannot be read."""
    return {path.name.removesuffix(".py") for path in root.glob("*") if path.suffix == ".py" or path.is_dir()}


def _locate(name: str, roots: Mapping[Path, set[str]]) -> Iterator[Source]:
    """A module and each package around it."""
    parts = name.split(".")
    for root, tops in roots.items():
        if parts[0] not in tops:
            continue
        for depth in range(1, len(parts) + 1):
            stem = root.joinpath(*parts[:depth])
            packages = {stem / "__init__.py": parts[:depth], stem.with_suffix(".py"): parts[: depth - 1]}
            found = [(file, ".".join(package)) for file, package in packages.items() if file.is_file()]
            yield from (Source(".".join(parts[:depth]), file, package) for file, package in found)
        return


def _is_installed(root: Path) -> bool:
    standard = (Path(ast.__file__).parent, Path(sys.prefix))
    return root in standard or root.name in ("site-packages", "dist-packages", "lib-dynload")


def digest(files: Iterable[Path], extra: Iterable[str | bytes] = ()) -> str:
    """One hash of the contents of files (their places do not count) and of some texts, as hexadecimal digits."""
    whole = hashlib.sha256()
    texts = (text.encode() if isinstance(text, str) else text for text in extra)
    for part in [*(file.read_bytes() for file in files), *texts]:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()


def stamp(files: Iterable[Path]) -> tuple[object, ...]:
    """What tells that one of some files has been written to, even if all are again what they were.

    What is made of files takes a while. It is kept for their hash only if they were left alone meanwhile.
    """
    return tuple(map(_written, files))


def _written(file: Path) -> object:
    try:
        status = file.stat()
    except OSError:
        return file
    return file, status.st_ino, status.st_size, status.st_mtime_ns


def files_of(package: str, folders: Sequence[Path] = ()) -> list[Path]:
    """The Python files of a module or of a package, in one of the folders or installed; a package's own comes first.

    Raises:
        ModuleNotFoundError: there is none of this name.
    """
    spec = PathFinder.find_spec(package, search_path(folders))
    if spec is None or spec.origin is None:  # an editable install may have a finder of its own
        spec = find_spec(package)
    if spec is None or spec.origin is None:
        places = " or ".join(map(str, folders))
        advice = f"it is neither installed nor in {places}" if folders else "is it installed?"
        raise ModuleNotFoundError(f"there is no module named {package}: {advice}")
    origin = Path(spec.origin)
    others = set(origin.parent.rglob("*.py")) - {origin} if origin.name == "__init__.py" else ()
    return [origin, *sorted(others)]


def search_path(folders: Iterable[Path]) -> list[str]:
    """Where modules are looked for, a project's own folders first: its `sys.path`."""
    return list(dict.fromkeys([*map(str, folders), *sys.path]))


def place(error: BaseException, root: Path) -> str:
    """The last line of a project's own files that an error went through, as ``file:line``; empty, if it is not theirs.

    >>> place(SyntaxError("invalid syntax", ("/project/src/loss.py", 3, 1, "", 3, 2)), Path("/project"))
    'src/loss.py:3'
    """
    others = {"site-packages", ENGINE.name}
    own = [(file, line) for file, line in trail(error) if file.is_relative_to(root)]
    last = [f"{file.relative_to(root)}:{line}" for file, line in own if not others.intersection(file.parts)][-1:]
    return "".join(last)


def trail(error: BaseException) -> list[tuple[Path, int | None]]:
    """The files and lines that an error went through; the last of a syntax error is what it could not read."""
    frames = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    return [*frames, (Path(error.filename or ""), error.lineno)] if isinstance(error, SyntaxError) else frames
