"""The whole site, built with Zensical from a copy of the checkout: readers get what they get from MkDocs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from articles import articles
from small_project import ROOT, with_mathjax

SOURCES = ("docs", "overrides", "scripts", "src", "mkdocs.yml")
KEPT = ("figures", "typeset")  # the other build has just made them


def test_readers_get_the_same_as_from_mkdocs(site: Path, tmp_path: Path) -> None:
    for name in SOURCES:
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, tmp_path / name)
    with_mathjax(tmp_path)
    for name in KEPT:
        shutil.copytree(ROOT / ".cache" / name, tmp_path / ".cache" / name)
    zensical = str(Path(sys.executable).with_name("zensical"))
    for command in ([zensical, "build", "--strict"], [sys.executable, "-m", "executable_math.finish"]):
        done = subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
        assert done.returncode == 0, done.stdout
    labs = {f"lab/{path.stem}": path for path in (ROOT / "docs/lab").glob("*.py")}
    assert all(f"lab/{path.name}" in done.stdout for path in labs.values())
    expected = articles(site)
    assert expected.keys() >= labs.keys()
    assert articles(tmp_path / "site") == {name: page for name, page in expected.items() if name not in labs}
