"""Verdicts that are kept from run to run are those that a fresh check gives, and are given without any computing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from executable_math.foreign.process import Apart, apart
from executable_math.pages.equation import Page
from executable_math.pages.ledger import Entry
from executable_math.pages.recall import Recall
from executable_math.programs.closing import JSON
from executable_math.project import Project
from executable_math.site.verdicts import kept_in

MODULE = """
from pathlib import Path

SLOPE = 2.0


def line(x):
    return SLOPE * x + float((Path(__file__).parent / "offset.txt").read_text())
"""
PAGE = """---
symbols:
  x: real
  y: label
---

```math equals="line(x)"
f(x) = 2 x + 1
```

Since $f(0) = 1$, we have $f(x) - 1 = 2 x$. If $y = 1${ .given }, then $y x = x$.

It begins at $1${ as="start" equals="line(0)" }, and $f(1) = 3${ equals="start + 2" }.

```pycon
>>> line(1.0)
3.0
```
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "ruler_of_recall.py").write_text(MODULE)
    (tmp_path / "offset.txt").write_text("1")
    (tmp_path / "page.md").write_text(PAGE)
    (tmp_path / "mkdocs.yml").write_text("markdown_extensions: [{executable_math: {module: ruler_of_recall}}]\n")
    return tmp_path


def checked(project: Path, kept: bool = True) -> list[Entry]:
    cache = project / ".cache" if kept else None
    return Project.of(project, cache).check(project / "page.md")


class Computed(Exception):
    """Something is computed that was known."""


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Nothing may be evaluated, and no code of the project be run."""

    def refuse(*_: object, **__: object) -> None:
        raise Computed

    monkeypatch.setattr(Page, "check", refuse)
    monkeypatch.setattr(Apart, "run", refuse)
    return monkeypatch


def edit(project: Path, old: str, new: str, name: str = "page.md") -> None:
    text = (project / name).read_text()
    assert old in text
    (project / name).write_text(text.replace(old, new))


def test_what_is_unchanged_is_not_computed_again(project: Path, request: pytest.FixtureRequest) -> None:
    before = checked(project)
    assert all(entry.ok for entry in before)
    assert len(before) == 8
    request.getfixturevalue("idle")
    assert checked(project) == before


def test_an_edit_of_prose_computes_nothing(project: Path, request: pytest.FixtureRequest) -> None:
    checked(project)
    request.getfixturevalue("idle")
    edit(project, "Since", "\nBecause")
    assert all(entry.ok for entry in checked(project))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("page.md", "f(x) = 2 x + 1", "f(x) = 2 x + 2"),
        ("page.md", "f(0) = 1", "f(0) = 2"),
        ("page.md", "$y x = x$", "$y x = 2 x$"),
        ("page.md", "If $y = 1${ .given }, then", "Then"),
        ("page.md", "If $y = 1${ .given }, then", "If $y = 1${ .given }, it is so.\n\nThen"),
        ("page.md", "start + 2", "start + 3"),
        ("page.md", "y: label", "y: real in [2, 3]"),
        ("page.md", "\n3.0\n", "\n4.0\n"),
        ("ruler_of_recall.py", "2.0", "3.0"),
        ("offset.txt", "1", "2"),
    ],
)
def test_what_an_edit_concerns_is_checked_again(project: Path, name: str, old: str, new: str) -> None:
    before = checked(project)
    edit(project, old, new, name)
    after = checked(project)
    assert after == checked(project, kept=False) == checked(project)
    assert after != before
    assert not all(entry.ok for entry in after)
    edit(project, new, old, name)
    assert checked(project) == before


def test_a_program_is_added_to_what_is_known(project: Path, request: pytest.FixtureRequest) -> None:
    """The command needs no programs, and keeps its verdicts for a build, which does."""
    told = r"\phi = 2 x + x", {"equals": "3 * x"}
    module = apart("ruler_of_recall", 60.0, [project])

    def run(cache: Path, runs: bool) -> JSON | None:
        kept = kept_in(cache, ["page.md"], module)
        recall = Recall({"x": "real"}, module, None, kept.known)
        _, program = recall.verdict(*told, runs)
        kept.keep(recall.used)
        return program

    assert run(project / ".cache", False) is None
    program = run(project / ".cache", True)
    assert program
    request.getfixturevalue("idle")
    assert run(project / ".cache", True) == program
    assert run(project / ".cache", False) is None


def test_a_copy_of_a_project_does_not_believe_in_what_the_original_has_read(project: Path, tmp_path: Path) -> None:
    assert all(entry.ok for entry in checked(project))
    copy = shutil.copytree(project, tmp_path / "copy")
    edit(copy, "1", "2", "offset.txt")
    assert not all(entry.ok for entry in checked(copy))


def test_another_version_of_the_engine_or_of_a_library_computes_anew(
    project: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    checked(project)
    monkeypatch.setattr("executable_math.site.verdicts.installed", lambda: "others")
    request.getfixturevalue("idle")
    assert not all(entry.ok for entry in checked(project))


def test_a_module_beside_that_of_the_pages_counts(project: Path) -> None:
    (project / "slope_of_recall.py").write_text("SLOPE = 2.0\n")
    edit(project, "SLOPE = 2.0", "from slope_of_recall import SLOPE", "ruler_of_recall.py")
    assert all(entry.ok for entry in checked(project))
    edit(project, "2.0", "3.0", "slope_of_recall.py")
    assert not all(entry.ok for entry in checked(project))


def test_what_is_kept_and_was_damaged_is_computed_again(project: Path) -> None:
    before = checked(project)
    (kept,) = (project / ".cache/verdicts").iterdir()
    kept.write_bytes(kept.read_bytes().replace(b"holds", b"fails"))
    assert checked(project) == before
    assert json.loads(kept.read_bytes().split(b"\n", 3)[3])


def test_where_nothing_can_be_kept_all_is_checked_the_same(project: Path) -> None:
    (project / ".cache").write_text("a file")
    assert all(entry.ok for entry in checked(project))
