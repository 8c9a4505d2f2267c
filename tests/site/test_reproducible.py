"""The same sources give the same site, byte for byte, whoever builds it and where."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from small_project import ROOT, with_mathjax

# `make pythons` tells each Python of another.
OTHER_PYTHON = os.environ.get("OTHER_PYTHON", sys.executable)
# Everything of a machine that a build might let through, and that two machines differ in.
HERE = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}
THERE = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "2"}


def checkout(folder: Path, reverse: bool) -> Path:
    """What git tracks or would track, copied in one order or the other."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout.split("\n")
    for name in sorted(filter(None, listed), reverse=reverse):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    return with_mathjax(folder)


def build(folder: Path, python: str, differences: dict[str, str]) -> Path:
    environment = {**os.environ, "PYTHONPATH": f"{folder / 'src'}", "SOURCE_DATE_EPOCH": "1700000000", **differences}
    command = [python, "-m", "mkdocs", "build", "--strict", "--quiet"]
    built = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8")
    assert built.returncode == 0, built.stdout + built.stderr
    return folder / "site"


def files(site: Path) -> dict[str, bytes]:
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def test_two_builds_are_the_same_byte_for_byte(tmp_path: Path) -> None:
    here = files(build(checkout(tmp_path / "here", reverse=False), sys.executable, HERE))
    there = files(build(checkout(tmp_path / "there", reverse=True), OTHER_PYTHON, THERE))
    assert sorted(here) == sorted(there)
    assert [name for name in sorted(here) if here[name] != there[name]] == []
