r"""Proof that the checks can fail: every formula and number of the pages with one error in it, which must be caught.

    python -m executable_math.mutants [--proofs=FILE] PATH ...

An error is caught if the page, from that formula on, has a failure that it has not without it. Those that make no
statement wrong are listed in a file, each with a proof:

    [["docs/hinge.md"]]
    original = 'H(u) = \max(0, 1 - u)'
    mutant = 'H(u) = \max(0, 1 + -u)'
    proof = "to take away is to add the negative"
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path

from executable_math.faults.slips import edits
from executable_math.latex.edits import Edit
from executable_math.pages.checks import PageChecks, Said
from executable_math.pages.equation import Page
from executable_math.pages.recall import speaker, verdict_on
from executable_math.project import PageError, Project, pages

Key = tuple[str, str, str]

CLAIMS = {"holds", "weak", "definition", "unbound", "number", "given"}


@dataclass(frozen=True)
class Mutant:
    """A page with an error in it: the lines without it and with it."""

    page: str
    line: int
    original: str
    mutant: str

    @property
    def key(self) -> Key:
        return self.page, self.original, self.mutant

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: not caught\n    {self.original}\n    {self.mutant}"


@dataclass(frozen=True)
class Score:
    """What came of the errors in a page: how many were tried, and those not caught, with a proof or without."""

    page: str
    tried: int
    proved: Sequence[Mutant]
    survivors: Sequence[Mutant]

    def __str__(self) -> str:
        return "\n".join([*map(str, self.survivors), f"{self.page}: {_count([self])}"])


def score(checks: PageChecks, proofs: Collection[Key] = ()) -> Score:
    """Try every error in every claim of a page.

    A formula that claims nothing, quotes a mistake or fails as it is has no mutants.
    """
    errors = list(_tried(checks))
    left = [mutant for mutant, caught in errors if not caught]
    proved = [mutant for mutant in left if mutant.key in proofs]
    return Score(checks.path, len(errors), proved, [mutant for mutant in left if mutant not in proved])


def _tried(checks: PageChecks) -> Iterator[tuple[Mutant, bool]]:
    page = Page(checks.symbols, checks.module, locate=False)
    for place, said in enumerate(checks.said):
        if isinstance(said, int):
            page.new_paragraph(said)
            continue
        if said.entry.ok and said.entry.status in CLAIMS and not said.entry.differs:
            for edit in edits(said.latex, page.facts.language, _words(speaker(page, said.attributes))):
                mutant = Mutant(said.entry.page, said.entry.line, *_lines(said.latex, edit))
                wrong = replace(said, latex=edit.applied(said.latex))
                yield mutant, _is_caught([wrong, *checks.said[place + 1 :]], copy(page), checks.recall.unbound)
        verdict_on(said.latex, said.attributes, page)


def _lines(latex: str, edit: Edit) -> tuple[str, str]:
    r"""The lines that a change is in, before and after.

    >>> _lines("a\n&= b + c - d\n", Edit(11, 12, "+"))
    ('&= b + c - d', '&= b + c + d')
    """
    first = latex.rfind("\n", 0, edit.start) + 1
    last = latex.find("\n", edit.end) if "\n" in latex[edit.end :] else len(latex)
    changed = latex[first : edit.start] + edit.text + latex[edit.end : last]
    return latex[first:last].strip(), changed.strip()


def _is_caught(rest: Iterable[Said | int], page: Page, unbound: Collection[str]) -> bool:
    """Whether something from here on fails, or ends up unchecked, that does not on the page as it is."""
    for said in rest:
        if isinstance(said, int):
            page.new_paragraph(said)
        elif not verdict_on(said.latex, said.attributes, page).ok and said.entry.ok:
            return True
    return not page.unbound.keys() <= set(unbound)


def _words(page: Page) -> set[str]:
    names = [*page.facts.symbols.words, *page.facts.definitions]
    return {re.sub(r"\W.*", "", name) for name in names}


# --- the command -----------------------------------------------------------------------------------------------


def _count(scores: Sequence[Score]) -> str:
    wrong = sum(score.tried - len(score.proved) for score in scores)
    survivors = sum(len(score.survivors) for score in scores)
    return f"{wrong - survivors} of {wrong} errors caught"


def read_proofs(file: Path) -> dict[Key, str]:
    """Why an error is none, by page, line and mutated line."""
    listed = tomllib.loads(file.read_text(encoding="utf-8"))
    return {(page, one["original"], one["mutant"]): one["proof"] for page in listed for one in listed[page]}


def idle(proofs: Collection[Key], scores: Sequence[Score], root: Path) -> list[Key]:
    """The proofs that stand for no survivor, of the pages that were tried and of those that are gone."""
    used = {mutant.key for score in scores for mutant in score.proved}
    pages = {score.page for score in scores}
    return [key for key in proofs if key not in used and (key[0] in pages or not (root / key[0]).exists())]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 only if every error is caught or has a proof, and every proof is needed."""
    parser = argparse.ArgumentParser(prog="python -m executable_math.mutants", description="Mutate what pages say.")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a page, a notebook, a module or a folder")
    parser.add_argument("--proofs", type=Path, metavar="FILE", help="the errors that change nothing, each with a proof")
    options = parser.parse_args(arguments)
    try:
        project = Project.of(Path.cwd())
        proofs = read_proofs(options.proofs) if options.proofs else {}
        scores = [score(project.checks(path.resolve()), proofs) for path in pages(options.paths)]
    except PageError as error:
        print(error, file=sys.stderr)
        return 2
    needless = idle(proofs, scores, project.root)
    print(*(score for score in scores if score.tried), f"all: {_count(scores)}", sep="\n")
    for page, original, mutant in needless:
        print(f"{page}: needs no proof, it is caught or gone\n    {original}\n    {mutant}")
    return int(bool(needless) or any(score.survivors for score in scores))


if __name__ == "__main__":
    raise SystemExit(main())
