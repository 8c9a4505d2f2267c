"""What checking costs: a page when it has changed, and the whole site when nothing is kept."""

from pathlib import Path

import pytest

from executable_math.project import Project, pages

ROOT = Path(__file__).parents[1]
PAGES = [page.resolve() for page in pages([ROOT / "docs"])]


@pytest.mark.parametrize("page", [page for page in PAGES if page.suffix == ".md"], ids=lambda page: page.stem)
def test_a_changed_page(benchmark, page):
    benchmark.group = "a changed page"
    assert all(entry.ok for entry in benchmark(Project.of(ROOT).check, page))


def test_the_whole_site(benchmark):
    benchmark.group = "the whole site"
    project = Project.of(ROOT)
    benchmark.pedantic(lambda: [project.check(page) for page in PAGES], rounds=5, warmup_rounds=1)
