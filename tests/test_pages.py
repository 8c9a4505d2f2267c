"""Every check of the pages, the notebooks and the docstrings is a test of its own, named by file and id."""

from __future__ import annotations

from pathlib import Path

import pytest

from executable_math.pages.ledger import Entry
from executable_math.project import Project, pages

ROOT = Path(__file__).parents[1]
PAGES = pages([ROOT / "docs", ROOT / "src/lossfunctions"])
ENTRIES = [entry for page in PAGES for entry in Project.of(ROOT).check(page)]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.page}::{entry.id}")
def test_it_holds(entry: Entry) -> None:
    if not entry.ok:
        pytest.fail(str(entry), pytrace=False)
