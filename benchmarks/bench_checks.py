"""What checking costs: the whole site when nothing is kept, and a page after an edit while the site is served."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from executable_math.pages.memory import Memory
from executable_math.project import Project, pages

ROOT = Path(__file__).parents[1]
PAGES = [page.resolve() for page in pages([ROOT / "docs"])]
WRITTEN = [page for page in PAGES if page.suffix == ".md"]
WITH_FORMULAS = [page for page in WRITTEN if "```math" in page.read_text(encoding="utf-8")]


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.stem)
def test_a_page_with_nothing_kept(benchmark: BenchmarkFixture, page: Path) -> None:
    benchmark.group = "a page, nothing kept"
    assert all(entry.ok for entry in benchmark(Project.of(ROOT).check, page))


def edited(benchmark: BenchmarkFixture, page: Path, tmp_path: Path, edit: Callable[[str, int], str]) -> None:
    """Check a page again and again, each time after another edit."""
    project = replace(Project.of(ROOT), memory=Memory())
    text, copy, number = page.read_text(encoding="utf-8"), tmp_path / page.name, count()

    def setup() -> None:
        copy.write_text(edit(text, next(number)), encoding="utf-8")

    benchmark.pedantic(lambda: project.check(copy), setup=setup, rounds=10, warmup_rounds=1)


@pytest.mark.parametrize("page", WITH_FORMULAS, ids=lambda page: page.stem)
def test_an_edit_of_prose(benchmark: BenchmarkFixture, page: Path, tmp_path: Path) -> None:
    benchmark.group = "an edit of prose"
    edited(benchmark, page, tmp_path, lambda text, number: text + "\nMore." * number)


@pytest.mark.parametrize("page", WITH_FORMULAS, ids=lambda page: page.stem)
def test_an_edit_of_a_formula(benchmark: BenchmarkFixture, page: Path, tmp_path: Path) -> None:
    benchmark.group = "an edit of the first displayed formula"

    def edit(text: str, number: int) -> str:
        head, fence, rest = text.partition("```math")
        attributes, end, body = rest.partition("\n")
        return head + fence + attributes + end + "\\," * (number + 1) + body

    edited(benchmark, page, tmp_path, edit)


def test_the_whole_site(benchmark: BenchmarkFixture) -> None:
    benchmark.group = "the whole site, nothing kept"
    project = Project.of(ROOT)
    benchmark.pedantic(lambda: [project.check(page) for page in PAGES], rounds=5, warmup_rounds=1)
