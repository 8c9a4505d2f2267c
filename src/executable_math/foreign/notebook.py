"""Notebooks as modules: what the cells of `name.ipynb` define is what `import name` gives."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType

SUFFIX = ".ipynb"
_COMMAND = re.compile(r"^\s*[%!].*$", re.MULTILINE)  # of IPython, and no Python


def notebook_of(name: str, folders: Iterable[str | Path]) -> Path | None:
    """The notebook of this name in the first folder that has one."""
    found = (Path(folder) / f"{name}{SUFFIX}" for folder in folders)
    return next((path for path in found if path.is_file()), None)


def cells(text: bytes) -> Iterator[str]:
    """The Python code of each cell of a notebook; a line for IPython alone is left out.

    Raises:
        SyntaxError: The text is no notebook.

    Example:
        >>> list(cells(b'{"cells": [{"cell_type": "code", "source": ["%pylab\\\\n", "x = 1"]}]}'))
        ['\\nx = 1']
    """
    try:
        found = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
        code = ["".join(cell["source"]) for cell in found]
    except (ValueError, KeyError, TypeError) as error:
        raise SyntaxError(f"no notebook: {error}") from error
    return (_COMMAND.sub("", one) for one in code)


class Finder(MetaPathFinder):
    """Finds a notebook in the folders of modules, where nothing else of its name is."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        found = notebook_of(fullname, sys.path) if path is None else None
        return spec_from_loader(fullname, _Cells(found), origin=str(found)) if found is not None else None


class _Cells(Loader):
    """Executes the cells of a notebook, one after the other; a traceback names the cell."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exec_module(self, module: ModuleType) -> None:
        for number, code in enumerate(cells(self.path.read_bytes()), 1):
            exec(compile(code, f"{self.path}, cell {number}", "exec"), module.__dict__)
