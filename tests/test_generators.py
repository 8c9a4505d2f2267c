"""A project that is not about losses, built with MkDocs and with Zensical: both find the same, and both can fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from small_project import with_mathjax

SAMPLE = Path(__file__).parent / "sample_project"
GENERATORS = {"mkdocs": ["mkdocs", "build", "--strict"], "zensical": ["zensical", "build", "--clean"]}
# A formula, a number, the module.
SLIPS = [
    ("docs/motion.md", r"x_0 + v_0 t + \frac", r"x_0 + v_0 t - \frac"),
    ("docs/index.md", "$86.25$", "$86.52$"),
    ("kinematics.py", "speed * reaction + ", "speed * reaction - "),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return with_mathjax(shutil.copytree(SAMPLE, tmp_path / "project"))


def run(project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a program as an author does: it looks for no module where it is called."""
    program, *options = command
    command = (str(Path(sys.executable).with_name(program)), *options)
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, encoding="utf-8")


def verdicts(project: Path) -> list[tuple[str, str, str]]:
    """What the built pages say of each check: the page, the check, and how it was checked."""
    found = project.glob("site/**/*.html")
    pages = [(page.parent.name, BeautifulSoup(page.read_text(), "html.parser")) for page in found]
    return sorted((page, str(check["id"]), how(check)) for page, html in pages for check in html(class_="check"))


def how(check: Tag) -> str:
    """The sentence of a mark, without the symbols that follow it, which one generator sets and the other does not."""
    return "".join(part.get_text() for part in check.children if not (isinstance(part, Tag) and part.name == "span"))


def test_both_build_it_and_find_the_same(project: Path) -> None:
    found = []
    for generator in GENERATORS.values():
        built = run(project, *generator)
        assert built.returncode == 0, built.stdout + built.stderr
        found.append(verdicts(project))
        shutil.rmtree(project / "site")
    assert found[0] == found[1]
    assert len(found[0]) == 14
    assert ("motion", "check-stopping", "Checked against stopping_distance(v_0, r, b), for 40 samples.") in found[0]


@pytest.mark.parametrize(("file", "right", "wrong"), SLIPS)
def test_both_fail_with_the_message_of_the_command(project: Path, file: str, right: str, wrong: str) -> None:
    slipped = project / file
    assert right in slipped.read_text()
    slipped.write_text(slipped.read_text().replace(right, wrong, 1))
    said = run(project, "executable-math", "docs/index.md", "docs/motion.md")
    assert said.returncode == 1
    for generator in GENERATORS.values():
        built = run(project, *generator)
        assert built.returncode == 1
        assert said.stdout.partition("\n\n")[0] in built.stdout + built.stderr
