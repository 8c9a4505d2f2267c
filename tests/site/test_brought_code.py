"""A figure, a notebook, a module, a formula or a hook may leave, crash or never end: the build says so and fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from small_project import build, served, small_project, wait_for, wait_until_told

DEADLINE = 4
CONFIG = f"""
site_name: A site
hooks: [hooks.py]
watch: [src, scripts]
markdown_extensions: [executable_math: {{module: lossfunctions, paths: [src], deadline: {DEADLINE}}}]
plugins:
  - executable-math
  - mkdocs-jupyter: {{include: ["lab.py"]}}
"""
PAGES = {
    "index.md": "# A page\n\n![The hinge.](figures/hinge.svg)\nThe hinge.\n\n"
    'It costs $1.2${ equals="hinge(-1, 0.2)" }.\n',
    "other.md": "# Another\n\n```pycon\n>>> float(hinge(-1, 0.2))\n1.2\n```\n",
    "lab.py": "# %% [markdown]\n# # A lab\n\n# %%\nprint(1 + 1)\n",
}
# For each piece of code where a statement is put in it, and what a build then names.
PLACES = {
    "figure": ("scripts/figures/hinge.py", "def draw():\n    {}\n", "hinge.py"),
    "notebook": ("docs/lab.py", PAGES["lab.py"] + "{}\n", "lab.py:5"),
    "module": ("src/lossfunctions/__init__.py", "{}\n", "index.md"),
    "function": ("src/lossfunctions/__init__.py", "def hinge(y, s):\n    {}\n", "index.md:6"),
    "example": ("docs/other.md", "# Another\n\n```pycon\n>>> {}\n```\n", "other.md:4"),
    "hook": ("docs/hook.txt", "{}\n", "The build ends before it is done"),
}
ENDS = {
    "leaves": ("raise SystemExit(0)", "SystemExit: 0"),
    "crashes": ("import os; os._exit(0)", "the code ended its process"),
    "never ends": ("while True: pass", f"not done after {DEADLINE} seconds"),
}
# A hook runs in MkDocs' own process: what ends that ends the build, and nobody is left to say so.
CASES = [(place, end) for place in PLACES for end in ENDS if place != "hook" or end == "leaves"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = small_project(tmp_path, CONFIG, PAGES)
    (project / "docs/hook.txt").write_text("pass\n")
    (project / "hooks.py").write_text("def on_env(env, **_): exec(open('docs/hook.txt').read())\n")
    return project


@pytest.mark.parametrize(("place", "end"), CASES)
def test_a_build_fails_with_one_clear_line(project: Path, place: str, end: str) -> None:
    (file, code, named), (statement, said) = PLACES[place], ENDS[end]
    (project / file).write_text(code.format(statement))
    status, told = build(project)
    assert status == 1
    assert not (project / "site").exists()
    assert [line for line in told.splitlines() if said in line], told
    assert named in told
    assert "Traceback" not in told


@pytest.fixture(name="served")
def served_(project: Path) -> Iterator[str]:
    with served(project) as address:
        yield address


SAVES = [
    ("figure", "never ends"),
    ("function", "never ends"),
    ("example", "never ends"),
    ("module", "leaves"),
    ("hook", "leaves"),
]


@pytest.mark.parametrize(("place", "end"), SAVES)
def test_the_server_goes_on_and_builds_the_next_save(served: str, project: Path, place: str, end: str) -> None:
    (file, code, _), (statement, said) = PLACES[place], ENDS[end]
    address = f"{served}/other/" if place == "example" else served
    wait_for(served, project, lambda page: "check-mark" in page)
    right = (project / file).read_text()
    (project / file).write_text(code.format(statement))
    if place == "hook":
        wait_until_told(project, said)
    else:
        wait_for(address, project, lambda page: "check-failure" in page and said in page)
    (project / file).write_text(right)
    (project / "docs/other.md").write_text(PAGES["other.md"] + "\nIt is right again.\n")
    wait_for(f"{served}/other/", project, lambda page: "right again" in page and "check-failure" not in page)
    wait_for(served, project, lambda page: "check-failure" not in page)
