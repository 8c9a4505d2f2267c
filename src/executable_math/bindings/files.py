"""Which documentation file a side file binds, and which files of a folder are checked through one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from executable_math.bindings.sidefile import SUFFIX, Document, SideFile, side_file
from executable_math.hosts.files import SUFFIXES
from executable_math.pages.text import read

# What is installed into a project, or made in it, is none of its own.
NOT_OWN = {"node_modules", "site-packages", "__pycache__"}


def files_within(folder: Path) -> Iterator[Path]:
    """The files of a folder and of those in it, in order; not what is hidden, or installed there."""
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not (name.startswith(".") or name in NOT_OWN))
        yield from (Path(root, name) for name in sorted(names) if not name.startswith("."))


def is_side_file(path: Path) -> bool:
    """Whether a file says what formulas of others are held against.

    >>> is_side_file(Path("docs/hinge.math.yml"))
    True
    """
    return path.name.endswith(SUFFIX)


def beside(path: Path) -> Path:
    """The side file that stands beside a documentation file, if there is one.

    >>> beside(Path("docs/hinge.md")).as_posix()
    'docs/hinge.math.yml'
    """
    return path.with_name(f"{path.stem}{SUFFIX}")


def read_side(path: Path) -> SideFile:
    """Read a side file, and tell what in it is not understood, bytes that are no text among it."""
    text, faults = read(path)
    found = side_file(text)
    return SideFile(found.documents, [*faults, *found.faults])


def bound_by(side: Path) -> Iterator[Path]:
    """The files that a side file binds formulas of."""
    for document in read_side(side).documents:
        if (path := located(document, side)) is not None:
            yield path


def said_beside(path: Path) -> SideFile:
    """What the side file beside a documentation file says of it, and what in that file is not understood."""
    side = beside(path)
    found = read_side(side) if side.is_file() else SideFile([], [])
    return found._replace(documents=[one for one in found.documents if located(one, side) == path.resolve()])


def located(document: Document, side: Path) -> Path | None:
    """The file that a document of a side file speaks of; None, if there is none.

    A module that is installed is found, and not imported.
    """
    name = side.name.removesuffix(SUFFIX)
    named = [document.of] if document.of else [f"{name}{suffix}" for suffix in SUFFIXES]
    files = [side.parent / each for each in named]
    return next((path.resolve() for path in [*files, *_of_module(document.of)] if path.is_file()), None)


def _of_module(name: str) -> Sequence[Path]:
    """Where the source of a module may be."""
    top, *rest = name.split(".")
    spec = find_spec(top) if all(part.isidentifier() for part in (top, *rest)) else None
    if spec is None or spec.origin is None:
        return []
    if not rest:
        return [Path(spec.origin)]
    path = Path(spec.origin).parent.joinpath(*rest)
    return [path.with_suffix(".py"), path / "__init__.py"]
