"""Pages and the verdicts that they must get, messages included: `tests/golden/NAME.md` and `NAME.txt`.

After a change of what the checks say, write the verdicts again, and read the difference before it is committed:

    python tests/executable_math/test_golden.py
    git diff tests/golden
"""

from __future__ import annotations

from pathlib import Path

import pytest

from executable_math.pages.ledger import report
from executable_math.project import Project

GOLDEN = Path(__file__).parents[1] / "golden"
PAGES = sorted(GOLDEN.glob("*.md"))


def verdicts(page: Path) -> str:
    """What each thing on a page got, then what the command prints."""
    entries = Project.of(GOLDEN).check(page)
    lines = [f"{entry.line}:{entry.column} {entry.kind} {entry.status}" for entry in entries]
    return "\n".join([*lines, "", report(entries), ""])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_gets_its_verdicts(page: Path) -> None:
    assert verdicts(page) == page.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_good_or_bad_as_its_name_says(page: Path) -> None:
    entries = Project.of(GOLDEN).check(page)
    assert all(entry.ok for entry in entries) == page.stem.startswith("good-")
    assert any(entry.ok for entry in entries), "one thing that is wrong hides the others"


if __name__ == "__main__":
    for page in PAGES:
        page.with_suffix(".txt").write_text(verdicts(page), encoding="utf-8")
