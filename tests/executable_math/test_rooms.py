"""The packages of the engine, in the order in which they are listed: data flows one way."""

from __future__ import annotations

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "src" / "executable_math"
LISTED = re.findall(r"^\| `(\w+)` \|", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.MULTILINE)
PACKAGES = sorted(path.parent.name for path in ENGINE.glob("*/__init__.py"))


def imported(file: Path) -> set[tuple[str, ...]]:
    """The modules of the engine that a file names, as parts of their dotted names."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    named = [f"{node.module}.{alias.name}".split(".") for node in found for alias in node.names]
    return {tuple(parts[1:]) for parts in named if parts[0] == "executable_math"}


def test_every_package_is_listed_once() -> None:
    assert sorted(LISTED) == PACKAGES


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_from_those_above_it_only(package: str) -> None:
    others = {name[0] for file in (ENGINE / package).glob("*.py") for name in imported(file)} - {package}
    assert others <= set(LISTED[: LISTED.index(package)])


@pytest.mark.parametrize("package", PACKAGES)
def test_no_two_files_of_a_package_import_from_one_another(package: str) -> None:
    files = {file.stem: imported(file) for file in (ENGINE / package).glob("*.py")}
    inside = {stem: {name[1] for name in names if name[0] == package} for stem, names in files.items()}
    TopologicalSorter(inside).prepare()  # raises a CycleError
