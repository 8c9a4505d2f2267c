"""The guide does what it says: its files are written, its commands run, and its examples checked."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from executable_math import NotRead, check, read
from executable_math.notation.standard import LANGUAGE
from executable_math.pages.text import FRONT_MATTER
from executable_math.project import Project
from executable_math.values.symbols import SAMPLES, Symbols
from guide_files import ROOT, blocks, files_named_in
from notations import with_list
from small_project import with_mathjax

GUIDE = (ROOT / "docs/guide.md").read_text()
NOTATION = (ROOT / "docs/notation.md").read_text()
MKDOCS = GUIDE.replace(GUIDE[GUIDE.index("### Under Sphinx") : GUIDE.index("## Write a page")], "")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The files that the guide names, but for those of other hosts."""
    return with_mathjax(files_named_in(MKDOCS, tmp_path))


def run(project: Path, command: str) -> subprocess.CompletedProcess[str]:
    program, *rest = shlex.split(command, comments=True)
    arguments = [str(Path(sys.executable).with_name(program)), *rest]
    return subprocess.run(arguments, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")


def test_the_start_takes_ten_lines_and_fails_as_printed(project: Path) -> None:
    written = [len(block["body"].splitlines()) for block in blocks(MKDOCS) if block["title"]]
    assert sum(written[1:3]) == 10
    (block,) = blocks(MKDOCS, "console")
    command, _, printed = block["body"].removeprefix("$ ").partition("\n")
    failed = run(project, command)
    assert failed.returncode == 1
    assert failed.stdout == printed


def test_its_commands_run_once_the_slip_is_mended(project: Path) -> None:
    page = project / "docs/index.md"
    page.write_text(page.read_text().replace("v r -", "v r +"))
    install, commands = (block["body"] for block in blocks(GUIDE, "shell"))
    assert install.startswith("pip install")
    for command in [*commands.splitlines(), "mkdocs build -q --strict", "python -m pytest -q"]:
        done = run(project, command)
        assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_its_examples_hold(tmp_path: Path) -> None:
    declared = FRONT_MATTER.match(GUIDE)
    assert declared
    page, module = tmp_path / "page.md", tmp_path / "module.py"
    page.write_text(declared[0] + "\n".join(block["body"] for block in blocks(GUIDE, "markdown") if not block["title"]))
    module.write_text(next(block["body"] for block in blocks(GUIDE, "python") if not block["title"]))
    for file, count in ((page, 6), (module, 1)):
        entries = Project.of(ROOT).check(file)
        assert len(entries) == count
        assert not [str(entry) for entry in entries if not entry.ok]


def test_the_notation_is_read_and_what_is_not_is_refused() -> None:
    table = NOTATION.partition("| Write |")[2].partition("\n\n")[0]
    notation = [latex for latex in re.findall("`([^`]+)`", table) if r"\begin" not in latex and ": " not in latex]
    assert len(notation) >= 15
    for latex in notation:
        read(latex + " f" if latex.startswith((r"\sum", r"\prod", r"\frac{d}")) else latex)
    for latex in (r"\iint x", r"\{x : x > 0\}"):
        with pytest.raises(NotRead):
            read(latex)


def test_every_notation_stands_in_it() -> None:
    assert with_list(NOTATION) == NOTATION, "write: make notations"


def test_its_limits_are_those_of_the_engine() -> None:
    assert "tried: for forty samples" in GUIDE
    assert SAMPLES == 40
    assert "**Sizes are one to four, and a few larger ones.**" in GUIDE
    assert {group.sizes["N"] for group in Symbols({"N": "size"}, LANGUAGE).groups(["N"])} == {1, 2, 3, 4}
    assert "compared to forty digits" in GUIDE
    assert not check("x (1 + 10^{-39}) = x", symbols={"x": "real"}).holds
    assert "compared to about seven digits" in GUIDE
    integral = r"\int_0^1 x \, dt"
    assert not check(rf"{integral} = x (1 + 10^{{-6}})", symbols={"x": "real"}).holds
    assert check(rf"{integral} = x (1 + 10^{{-9}})", symbols={"x": "real"}).holds
    assert "one part in a hundred thousand million" in GUIDE
    assert not check("x (1 + 10^{-10})", equals="x", symbols={"x": "real"}).holds
    assert check("x (1 + 10^{-12})", equals="x", symbols={"x": "real"}).holds
