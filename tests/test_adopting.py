"""The page on documentation that stands does what it says: its files are written, and its commands run."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from executable_math.bindings.sidefile import KEYS, OF_A_FORMULA
from executable_math.hosts.files import FORMATS
from guide_files import ROOT, blocks, files_named_in

PAGE = (ROOT / "docs/adopting.md").read_text()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The files that the page names."""
    return files_named_in(PAGE, tmp_path)


def run(project: Path, command: str) -> subprocess.CompletedProcess[str]:
    program, *rest = shlex.split(command)
    arguments = [str(Path(sys.executable).with_name(program)), *rest]
    return subprocess.run(arguments, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")


def test_the_start_fails_as_printed_and_holds_once_the_slip_is_mended(project: Path) -> None:
    _, side = (block["body"] for block in blocks(PAGE) if block["title"])
    assert len(side.splitlines()) <= 10
    (block,) = blocks(PAGE, "console")
    command, _, printed = block["body"].removeprefix("$ ").partition("\n")
    failed = run(project, command)
    assert (failed.returncode, failed.stdout) == (1, printed)
    module = project / "losses.py"
    module.write_text(module.read_text().replace("e^{y s}", "e^{-y s}"))
    changed = run(project, command)
    now = changed.stdout.partition("reads: '")[2].partition("'")[0]
    assert "has changed since it was bound" in changed.stdout
    (project / "losses.math.yml").write_text(side.replace("4b7b4831", now))
    assert run(project, "executable-math --at-least=1 .").returncode == 0


def test_its_draft_can_be_used_as_it_is(project: Path) -> None:
    assert "executable-math bind --module=losses losses.py" in PAGE
    module = project / "losses.py"
    module.write_text(module.read_text().replace("e^{y s}", "e^{-y s}"))
    draft = run(project, "executable-math bind --module=losses losses.py")
    (project / "losses.math.yml").write_text(draft.stdout)
    assert run(project, "executable-math --at-least=1 losses.py").returncode == 0


def test_it_names_every_key_and_every_format() -> None:
    for word in (*KEYS, *OF_A_FORMULA, *FORMATS):
        assert f"`{word}`" in PAGE, word
