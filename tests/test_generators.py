"""A project that is not about losses, built with MkDocs and with Zensical: readers get the same, and both can fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from articles import Article, articles
from small_project import with_mathjax

SAMPLE = Path(__file__).parent / "sample_project"
FINISH = ["python", "-m", "executable_math.finish"]
GENERATORS = {"mkdocs": [["mkdocs", "build", "--strict"]], "zensical": [["zensical", "build", "--strict"], FINISH]}
# A formula, a number, the module.
SLIPS = [
    ("docs/motion.md", r"x_0 + v_0 t + \frac", r"x_0 + v_0 t - \frac"),
    ("docs/index.md", "$86.25$", "$86.52$"),
    ("kinematics.py", "speed * reaction + ", "speed * reaction - "),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copied(tmp_path / "project")


def copied(project: Path) -> Path:
    return with_mathjax(shutil.copytree(SAMPLE, project))


def run(project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a program as an author does: it looks for no module where it is called."""
    program, *options = command
    command = (str(Path(sys.executable).with_name(program)), *options)
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, encoding="utf-8")


def built(project: Path, generator: str) -> dict[str, Article]:
    for command in GENERATORS[generator]:
        done = run(project, *command)
        assert done.returncode == 0, done.stdout + done.stderr
    return articles(project / "site")


def edit(project: Path, file: str, right: str, wrong: str) -> None:
    text = (project / file).read_text()
    assert right in text
    (project / file).write_text(text.replace(right, wrong, 1))


def test_readers_get_the_same_from_both(tmp_path: Path) -> None:
    projects = {generator: copied(tmp_path / generator) for generator in GENERATORS}
    found = {generator: built(project, generator) for generator, project in projects.items()}
    assert found["mkdocs"] == found["zensical"]
    motion, checks = found["zensical"]["motion"], found["zensical"]["checks"]
    assert len([check for article in found["zensical"].values() for check in article.checks]) == 14
    said = dict(motion.checks)["check-stopping"]
    assert said.startswith("Agrees with code: stopping_distance(v_0, r, b), for ")
    assert "docs/motion.md" in checks.text
    assert len(motion.drawings) == 1
    fonts = sorted(path.name for path in (projects["mkdocs"] / "site/assets/fonts").iterdir())
    for name in ("figures/stopping.csv", "figures/stopping.py", "assets/mathematics.css", f"assets/fonts/{fonts[0]}"):
        files = [(project / "site" / name).read_bytes() for project in projects.values()]
        assert files[0] == files[1]


@pytest.mark.parametrize(("file", "right", "wrong"), SLIPS)
def test_both_fail_with_the_message_of_the_command(project: Path, file: str, right: str, wrong: str) -> None:
    edit(project, file, right, wrong)
    said = run(project, "executable-math", "docs/index.md", "docs/motion.md")
    assert said.returncode == 1
    for generate, *_ in GENERATORS.values():
        done = run(project, *generate)
        assert done.returncode == 1
        assert said.stdout.partition("\n\n")[0] in done.stdout + done.stderr
