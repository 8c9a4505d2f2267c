"""The formulas of released libraries are what the page on them says."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version

import pytest

from executable_math.pages.ledger import NOT_BOUND, Entry
from executable_math.project import Project
from guide_files import ROOT

PAGE = (ROOT / "docs/found.md").read_text()
FOUND = {"blackman#1": 2, "gauss_spline#1": 1, "genhalflogistic_gen#1": 1, "landau_gen#1": 1, "powerlaw_gen#2": 1}


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    """What is displayed in the files that the examples bind, and what came of it."""
    project = Project.of(ROOT / "examples")
    return [entry for side in sorted(project.root.glob("*.math.yml")) for entry in project.check(side)]


def test_each_formula_is_what_its_side_file_says(entries: list[Entry]) -> None:
    assert [str(entry) for entry in entries if not entry.ok] == []


def test_the_page_counts_them(entries: list[Entry]) -> None:
    bound = [entry for entry in entries if entry.bound_in]
    refuted = sum(entry.differs for entry in bound)
    assert f"Of {len(entries)} formulas that are displayed" in PAGE
    assert f"{len(bound)} are bound.\n{len(bound) - refuted} of these say what the code computes." in PAGE
    assert f"\n{refuted} do not.\n" in PAGE
    assert len(bound) >= 120
    assert sum(entry.status == NOT_BOUND for entry in entries) == len(entries) - len(bound)


def test_the_page_tells_of_each_that_does_not_hold(entries: list[Entry]) -> None:
    refuted = [entry for entry in entries if entry.differs]
    assert {entry.id: sum(other.id == entry.id for other in refuted) for entry in refuted} == FOUND
    for name in FOUND:
        assert f"{name.partition('_gen')[0].partition('#')[0]}`" in PAGE


def test_the_page_has_the_value_that_the_code_gives(entries: list[Entry]) -> None:
    [landau] = [entry for entry in entries if entry.id == "landau_gen#1"]
    assert landau.message.startswith("with x = 2, the formula gives 0.1049")
    assert landau.message.endswith("the code 0.09552422613")
    assert "`landau.pdf(2)` gives $0.0955$" in PAGE


def test_what_the_page_prints_of_the_command_is_what_it_prints() -> None:
    called, _, printed = PAGE.partition("```console\n$ ")[2].partition("```")[0].partition("\n")
    program, *arguments = called.split()
    assert program == "executable-math"
    command = [sys.executable, "-m", "executable_math", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.stdout == printed


def test_the_versions_are_those_that_are_named() -> None:
    readme = (ROOT / "examples/README.md").read_text()
    for name in ("numpy", "scipy", "scikit-learn"):
        assert re.search(rf"(?i){name} {re.escape(version(name))}\b", readme), name
    assert f"SciPy {version('scipy')} prints" in PAGE
