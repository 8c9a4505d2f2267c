"""What a Python file depends on inside the project, and a hash of it.

Whatever is kept from one build to the next is kept by the hash of its sources: a changed line in a module that a
script imports, however indirectly, is a different hash.
"""

from __future__ import annotations

import ast
import hashlib
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from importlib.machinery import PathFinder
from importlib.util import find_spec, resolve_name
from itertools import accumulate
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from executable_math.foreign.notebook import SUFFIX, cells, notebook_of

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
    locate = cache(partial(_locate, places))  # many names are of one module
    waiting = list(start)
    scripts = {source.path for source in waiting if not source.name}
    found = {source for source in waiting if source.name}
    asked: set[str] = set()
    while waiting:
        source = waiting.pop()
        names = imports(source.path, source.package) - asked
        asked |= names
        new = {module for name in names for around in _packages(name) for module in locate(around)} - found
        found |= new
        waiting += new
    return sorted((source for source in found if source.path not in scripts), key=attrgetter("path"))


def imports(path: Path, package: str = "") -> set[str]:
    """The dotted names that a file imports; a relative name is resolved against its package.

    A name imported *from* a module may be a module too, so both are given. A file that is no Python, because it is
    being edited, imports nothing, nor does a relative import that leaves its package: whoever runs it will say
    what is wrong.
    """
    text = path.read_bytes()
    if path.suffix != SUFFIX:
        return _imports(text, package)
    try:
        return _imports("\n".join(cells(text)).encode(), package)
    except SyntaxError:
        return set()


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


def _packages(name: str) -> Iterator[str]:
    """A dotted name, and each before a dot of it.

    >>> list(_packages("a.b.c"))
    ['a', 'a.b', 'a.b.c']
    """
    return accumulate(name.split("."), "{}.{}".format)


def _locate(places: Mapping[Path, set[str]], name: str) -> list[Source]:
    """The files of a module of this name: of two folders that have its first part, those in the first."""
    top, *_ = parts = name.split(".")
    root = next((root for root, tops in places.items() if top in tops), None)
    if root is None:
        return []
    stem = root.joinpath(*parts)
    packages = {stem / "__init__.py": name, stem.with_suffix(".py"): ".".join(parts[:-1])}
    return [Source(name, file, package) for file, package in packages.items() if file.is_file()]


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


class Ground(NamedTuple):
    """What something is made of that is kept.

    Args:
        key: The hash of all of it, a text of one line; "" if that cannot be known.
        files: Those that are read for it while it is made.
        written: What tells that one of them has been written to, from before they were hashed.
    """

    key: str
    files: Sequence[Path] = ()
    written: tuple[object, ...] = ()

    @classmethod
    def of(cls, files: Sequence[Path], key: Callable[[], str]) -> Ground:
        """Files as they are now, with the hash that is then made of them."""
        written = stamp(files)
        return cls(key(), files, written)

    @property
    def known(self) -> str:
        """The key; "" if a file has been written to meanwhile: nobody knows what was made of what."""
        return self.key if stamp(self.files) == self.written else ""


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
    if (spec is None or spec.origin is None) and (notebook := notebook_of(package, search_path(folders))):
        return [notebook]
    if spec is None or spec.origin is None:  # an editable install may have a finder of its own
        spec = find_spec(package)
    if spec is None or spec.origin is None:
        places = " or ".join(map(str, folders))
        advice = f"it is neither installed nor in {places}" if folders else "is it installed?"
        raise ModuleNotFoundError(f"there is no module named {package}: {advice}")
    origin = Path(spec.origin)
    others = set(origin.parent.rglob("*.py")) - {origin} if origin.name == "__init__.py" else ()
    return [origin, *sorted(others)]


def code_of(package: str, folders: Sequence[Path] = ()) -> list[Path]:
    """The files of a package, and those of the project's other modules that it imports.

    Raises:
        ModuleNotFoundError: there is no package of this name.
    """
    files = files_of(package, folders)
    others = modules([Source(package, files[0], package)], search_path(folders))
    return [*files, *sorted({source.path for source in others} - set(files))]


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
