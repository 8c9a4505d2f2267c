"""What a Python file depends on inside the project, and a hash of it.

Whatever is kept from one build to the next is kept by the hash of its sources: a changed line in a module that a
script imports, however indirectly, is a different hash.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import sys
import traceback
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec, resolve_name
from pathlib import Path
from types import ModuleType


def sources(script: Path, roots: Iterable[Path]) -> list[Path]:
    """The project's files that a script imports, directly or not, in order; installed libraries are left out."""
    roots = [root for root in dict.fromkeys(roots) if root.is_dir() and not _is_installed(root)]
    found: set[Path] = set()
    asked: set[str] = set()
    waiting = [(script, "")]
    while waiting:
        names = imports(*waiting.pop()) - asked
        asked |= names
        modules = {module for name in names for module in _locate(name, roots)}
        waiting += [(path, package) for path, package in modules if path not in found]
        found |= {path for path, _ in modules}
    found.discard(script)
    return sorted(found)


def imports(path: Path, package: str = "") -> set[str]:
    """The dotted names that a file imports; a relative name is resolved against its package.

    A name imported *from* a module may be a module too, so both are given. A file that is no Python, because it is
    being edited, imports nothing, nor does a relative import that leaves its package: whoever runs it will say
    what is wrong.
    """
    return _imports(path.read_bytes(), package)


@cache
def _imports(text: bytes, package: str) -> set[str]:
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level <= len(package.split(".")) * bool(package):
            base = resolve_name("." * node.level + (node.module or ""), package) if node.level else node.module or ""
            names.update([base, *(f"{base}.{alias.name}" for alias in node.names)])
    return names


def _locate(name: str, roots: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """The file of a module and of each package around it, each with the package that its own relative names are in."""
    parts = name.split(".")
    for root in roots:
        if not ((root / parts[0]).is_dir() or (root / f"{parts[0]}.py").is_file()):
            continue
        for depth in range(1, len(parts) + 1):
            stem = root.joinpath(*parts[:depth])
            packages = {stem / "__init__.py": parts[:depth], stem.with_suffix(".py"): parts[: depth - 1]}
            yield from ((file, ".".join(package)) for file, package in packages.items() if file.is_file())
        return


def _is_installed(root: Path) -> bool:
    standard = (Path(ast.__file__).parent, Path(sys.prefix))
    return root in standard or root.name in ("site-packages", "dist-packages", "lib-dynload")


def digest(files: Iterable[Path], extra: Iterable[str] = ()) -> str:
    """One hash of the contents of files (their places do not count) and of some texts, as hexadecimal digits."""
    whole = hashlib.sha256()
    for part in [*(file.read_bytes() for file in files), *(text.encode() for text in extra)]:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()


_loaded: dict[str, str] = {}


def load(name: str) -> ModuleType:
    """A module as its files are now: `mkdocs serve` runs on while they are edited.

    >>> load("executable_math.sources").__name__
    'executable_math.sources'
    """
    package = name.partition(".")[0]
    now = digest(files_of(package))
    if _loaded.setdefault(package, now) != now:
        for module in [known for known in sys.modules if known == package or known.startswith(f"{package}.")]:
            del sys.modules[module]
        importlib.invalidate_caches()
        _loaded[package] = now
    return importlib.import_module(name)


def files_of(package: str) -> list[Path]:
    """The Python files of a module or of a package, wherever it is.

    Raises:
        ModuleNotFoundError: there is none of this name.
    """
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"there is no module named {package}: is it installed?")
    origin = Path(spec.origin)
    return sorted(origin.parent.rglob("*.py")) if origin.name == "__init__.py" else [origin]


def place(error: BaseException, root: Path) -> str:
    """The last line of a project's own files that an error went through, as ``file:line``; empty, if it is not theirs.

    >>> place(SyntaxError("invalid syntax", ("/project/src/loss.py", 3, 1, "", 3, 2)), Path("/project"))
    'src/loss.py:3'
    """
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError):
        frames.append((error.filename or "", error.lineno))
    others = {"site-packages", Path(__file__).parent.name}
    own = [(Path(file), line) for file, line in frames if Path(file).is_relative_to(root)]
    last = [f"{file.relative_to(root)}:{line}" for file, line in own if not others.intersection(file.parts)][-1:]
    return "".join(last)
