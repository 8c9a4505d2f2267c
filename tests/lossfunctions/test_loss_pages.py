"""The pages agree with the functions; mutation of the source runs this test, so the pages are read while it runs."""

from pathlib import Path

from executable_math.project import Project, pages

ROOT = Path(__file__).parents[2]


def test_the_pages_agree_with_the_functions() -> None:
    project = Project.of(ROOT)
    entries = [entry for page in pages([ROOT / "docs"]) for entry in project.check(page)]
    assert len(entries) > 100
    assert not [str(entry) for entry in entries if not entry.ok]
