"""The promise of the site, tried: one number changed in the module is seen by the figure, the tests and the page."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from executable_math.site.store import Store

ROOT = Path(__file__).parents[1]
DEFAULT = "def hinge(y: ArrayLike, s: ArrayLike, margin: float = "


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the hinge asks for a margin of 2, not of 1."""
    project = tmp_path_factory.mktemp("changed")
    for folder in ("src/lossfunctions", "docs", "scripts", "tests/lossfunctions"):
        shutil.copytree(ROOT / folder, project / folder)
    for file in ("mkdocs.yml", "pyproject.toml"):
        shutil.copy(ROOT / file, project)
    module = project / "src/lossfunctions/margin.py"
    text = module.read_text()
    edited = text.replace(DEFAULT + "1.0", DEFAULT + "2.0")
    assert edited != text
    module.write_text(edited)
    return project


def run(project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *command], cwd=project, capture_output=True, encoding="utf-8")


def test_the_page_does_not_pass_and_says_why(changed: Path) -> None:
    checked = run(changed, "executable_math", "docs/hinge.md")
    assert checked.returncode == 1
    assert "docs/hinge.md:" in checked.stdout
    assert "hinge(y, s, reduction='sum') gives" in checked.stdout
    assert "the page gives 1.2" in checked.stdout


def test_the_tests_fail(changed: Path) -> None:
    tested = run(changed, "pytest", "-q", "-x", "-k", "hinge", "tests/lossfunctions")
    assert tested.returncode == 1
    assert "1 failed" in tested.stdout


def test_the_figure_changes(changed: Path) -> None:
    drawn = run(changed, "executable_math.figures", "hinge")
    assert drawn.returncode == 0, drawn.stderr
    kept = run(ROOT, "executable_math.figures", "hinge", "--output", str(changed / "kept"))
    assert kept.returncode == 0, kept.stderr
    there, here = (Store(changed / place).last("hinge.svg") for place in (".cache/figures", "kept"))
    assert there
    assert here
    assert there.content != here.content
