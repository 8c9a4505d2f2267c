"""The programs of the site, as Python has them, and what each gives for the samples that it was checked with."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from executable_math.latex.tree import MathError
from executable_math.meaning.leaves import samples
from executable_math.pages.checks import PageChecks, Said
from executable_math.pages.equation import Page
from executable_math.pages.memory import Memory
from executable_math.pages.recall import checked, speaker
from executable_math.programs.program import REAL, Program, program
from executable_math.project import Project, pages
from executable_math.values.derivative import Array

ROOT = Path(__file__).parents[1]
FOLDERS = [ROOT / "docs", ROOT / "src/lossfunctions"]


class Case(NamedTuple):
    """Inputs of a program, its value, and its derivative by each input that has one."""

    program: str
    inputs: dict[str, Any]
    value: Array
    slopes: dict[str, Array]


@cache
def programs() -> dict[str, tuple[Program, dict[str, Any]]]:
    """Every display equation of the site that a browser can run, with what that is told, by file and id."""
    return dict(_found(Project.of(ROOT)))


@cache
def refused() -> dict[str, str]:
    """Why the other display equations are none, by file and id."""
    programs()
    return _refused


@cache
def codes() -> dict[str, str]:
    """What each of them is held against, by file and id; nothing, where that is no code."""
    programs()
    return _codes


_refused: dict[str, str] = {}
_codes: dict[str, str] = {}


def _found(project: Project) -> Iterator[tuple[str, tuple[Program, dict[str, Any]]]]:
    project = Project(project.root, project.extensions, project.settings, Memory())
    for path in pages(FOLDERS):
        for said, before, after in _spoken(project.checks(path), project.memory):
            name = f"{said.entry.page}:{said.entry.id}"
            try:
                found = program(said.latex, said.attributes.get("equals"), before, after)
                yield name, (found, found.json())
                _codes[name] = said.attributes.get("equals", "")
            except MathError as problem:
                _refused[name] = str(problem)


def _spoken(checks: PageChecks, memory: Memory | None) -> Iterator[tuple[Said, Any, Any]]:
    """The display equations of a page, each with what the page had said before it and after it."""
    page = Page(checks.symbols, checks.module, memory=memory)
    for said in checks.said:
        if isinstance(said, int):
            page.new_paragraph(said)
            continue
        own = speaker(page, said.attributes)
        before = own.facts
        checked(said.latex, said.attributes, own)
        if said.entry.kind == "equation":
            yield said, before, own.facts


def cases() -> Iterator[Case]:
    """What every program gives for the samples that its formula was checked with."""
    for name, (found, _) in programs().items():
        for group in found.groups():
            run = found.run(group)
            drawn = {found.names[item.key]: samples(item, run) for item in found.declarations}
            value = found.value(group)
            slopes = {
                found.names[item.key]: found.slope(item, group) for item in found.declarations if item.kind.name in REAL
            }
            for row in range(group.count):
                inputs = {name: np.asarray(data[row]).tolist() for name, data in drawn.items()}
                yield Case(name, inputs, value[row], {name: slope[row] for name, slope in slopes.items()})
