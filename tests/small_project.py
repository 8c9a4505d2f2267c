"""A small site for the tests that build or serve one of their own."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]


def small_project(folder: Path, config: str, pages: dict[str, str]) -> Path:
    """Pages, one figure, and a copy of the mathematics that may be edited."""
    shutil.copytree(ROOT / "src/lossfunctions", folder / "src/lossfunctions")
    (folder / "scripts/figures").mkdir(parents=True)
    shutil.copy(ROOT / "scripts/figures/hinge.py", folder / "scripts/figures")
    for helper in (ROOT / "scripts").glob("*.py"):
        shutil.copy(helper, folder / "scripts")
    (folder / "docs").mkdir()
    for name, text in pages.items():
        (folder / "docs" / name).write_text(text)
    (folder / "mkdocs.yml").write_text(config)
    return folder
