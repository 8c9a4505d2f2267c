"""A module that lies beside `mkdocs.yml`, or where `paths` says, is found by whatever needs it, however called."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from small_project import with_mathjax

CONFIG = """
site_name: A site
markdown_extensions: [executable_math: {{module: brought.slow, paths: [{}]}}]
plugins: [executable-math, mkdocs-jupyter: {{include: ["lab.py"]}}]
nav: [index.md]
not_in_nav: lab.py
"""
FILES = {
    "brought/__init__.py": "",
    "brought/slow.py": "def double(x):\n    return 2 * x\n",
    "scripts/figures/line.py": "import matplotlib.pyplot as plt\nfrom brought.slow import double\n\n\n"
    "def draw():\n    figure, axes = plt.subplots()\n    axes.plot([0, double(1)])\n    return figure\n",
    "docs/index.md": '---\nsymbols: {x: real}\n---\n# A page\n\n```math equals="double(x)"\n2 x\n```\n\n'
    "![A line.](figures/line.svg)\nA line.\n",
    "docs/lab.py": "# %%\nfrom brought.slow import double\nprint(double(21))\n",
}
PROGRAMS = {
    "mkdocs": ["mkdocs", "build", "--strict"],
    "python -m mkdocs": ["python", "-m", "mkdocs", "build", "--strict"],
    "zensical": ["zensical", "build"],
    "command": ["executable-math", "docs/index.md"],
    "figures": ["python", "-P", "-m", "executable_math.figures"],
}


def written(project: Path, folder: str, paths: str) -> Path:
    for name, text in FILES.items():
        file = project / (folder if name.startswith("brought") else "") / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (project / "mkdocs.yml").write_text(CONFIG.format(paths))
    return with_mathjax(project)


def run(project: Path, name: str) -> tuple[int, str]:
    program, *options = PROGRAMS[name]
    command = [str(Path(sys.executable).with_name(program)), *options]
    done = subprocess.run(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
    return done.returncode, done.stdout


@pytest.mark.parametrize("folder", [".", "code"])
def test_it_is_found_by_whatever_needs_it(tmp_path: Path, folder: str) -> None:
    project = written(tmp_path, folder, folder)
    for name in ("figures", "mkdocs", "zensical", "command", "python -m mkdocs"):
        status, said = run(project, name)
        assert status == 0, f"{name}: {said}"
        if name == "mkdocs":
            assert "42" in (project / "site/lab/index.html").read_text()


@pytest.mark.parametrize("name", ["mkdocs", "zensical", "command", "figures"])
def test_it_is_not_found_where_nobody_said_it_is(tmp_path: Path, name: str) -> None:
    status, said = run(written(tmp_path, "code", "."), name)
    assert status
    other = "No module named 'brought'"  # in the words of the figure's own `import`
    assert (other if name == "figures" else "there is no module named brought: it is neither installed nor in") in said


@pytest.mark.parametrize("name", ["mkdocs", "zensical", "command", "figures"])
def test_a_folder_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    status, said = run(written(tmp_path, "code", "lib"), name)
    assert status
    assert "the `paths` of executable_math name lib, which is no folder" in said
    if name != "zensical":
        assert "Traceback" not in said
