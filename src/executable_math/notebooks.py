"""Notebooks as pages of this site: kept by what they import, and without the style of another application."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

from executable_math.sources import digest, sources


def cache_folder(kept: Path, docs: str | Path) -> Path:
    """Where executed notebooks are kept: a folder for each state of the modules that they import.

    mkdocs-jupyter keeps an executed notebook by the notebook's own text. A folder named by the hash of the
    project's modules that the notebooks import, and of the libraries, makes its cache see those too.
    """
    imported = {module for notebook in Path(docs).rglob("*.py") for module in sources(notebook, map(Path, sys.path))}
    libraries = [f"{name} {version(name)}" for name in ("numpy", "matplotlib", "nbconvert", "mkdocs-jupyter")]
    return kept / digest(sorted(imported), libraries)[:16]


def tidy(html: str) -> str:
    return html
