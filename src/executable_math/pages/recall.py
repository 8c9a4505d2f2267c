"""What a page says, formula by formula, with the verdicts that are known already.

What comes of a formula depends on the declarations of the page, on all that it said before, and on the code. So a
verdict is known by a hash of the first two; whoever keeps it sees to the code. A formula whose verdict is known is not
evaluated. Should one behind it have to be, those before are evaluated first, for what they say.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from typing import Any

from executable_math.claims.formula import Verdict
from executable_math.claims.outcome import Counterexample
from executable_math.foreign.process import Foreign
from executable_math.latex.tree import MathError
from executable_math.meaning.facts import Facts
from executable_math.pages import examples
from executable_math.pages.equation import Page
from executable_math.pages.memory import Memory
from executable_math.programs.closing import JSON
from executable_math.programs.copies import copies
from executable_math.programs.program import program

# What is known, by a hash of what was said: of a formula its verdict and how the page stood then, as JSON has them.
Known = Mapping[str, Any]
# What may be run: a formula that was checked, and one that others check.
RUN = {"holds", "weak", "definition", "unbound"}


def speaker(page: Page, attributes: Mapping[str, str]) -> Page:
    """The page, or for a formula that brings its own declarations, as in a docstring, a page of its own."""
    if "symbols" not in attributes:
        return page
    declared = (declaration.partition(":") for declaration in attributes["symbols"].split(";"))
    symbols = {symbol.strip(): kind.strip() for symbol, _, kind in declared}
    return Page(symbols, page.module, locate=page.locate, memory=page.memory)


def verdict_on(latex: str, attributes: Mapping[str, str], page: Page) -> Verdict:
    """What comes of a formula, with what its author says of it, where the page has got to."""
    return checked(latex, attributes, speaker(page, attributes))


def checked(latex: str, attributes: Mapping[str, str], page: Page) -> Verdict:
    """What comes of a formula on the page that speaks of it."""
    return page.check(
        latex,
        equals=attributes.get("equals"),
        differs=attributes.get("differs"),
        unchecked=attributes.get("unchecked"),
        given="given" in attributes or "given" in attributes.get("class", "").split(),
        name=attributes.get("as"),
        weak=attributes.get("weak"),
    )


class Recall:
    """A page that is told formula by formula.

    Args:
        symbols: Its declarations.
        module: The module that it speaks of.
        memory: What is kept of earlier checks while the process runs, if anything is.
        known: What is known from an earlier check with the same code.

    Attributes:
        page: The page, up to the last formula that was evaluated.
        used: What is known now, of what has been said.
        cases: How many cases hold.
        unbound: The definitions that nothing has checked so far, with their formulas, by name.
    """

    def __init__(self, symbols: Mapping[str, str], module: Foreign, memory: Memory | None, known: Known) -> None:
        self.page = Page(symbols, module, memory=memory)
        self.known = known
        self.used: dict[str, Any] = {}
        self.cases = 0
        self.unbound: Mapping[str, str] = {}
        self._said = _hash(*symbols.items())
        self._waiting: list[Callable[[], object]] = []

    def paragraph(self, kept: int) -> None:
        """A new paragraph begins: of the cases so far only the first ones hold on."""
        self._said = _hash(self._said, kept)
        self._waiting.append(partial(self.page.new_paragraph, kept))
        self.cases = min(self.cases, kept)

    def verdict(self, latex: str, attributes: Mapping[str, str], runs: bool = False) -> tuple[Verdict, JSON | None]:
        """What comes of the next formula, with what its author says of it; and its program, if it runs and has one."""
        self._said = _hash(self._said, latex, attributes)
        known = self.known.get(self._said)
        if known is None or (runs and "program" not in known):
            self._catch_up()
            known = self._checked(latex, attributes, runs)
        else:
            self._waiting.append(partial(verdict_on, latex, attributes, self.page))
        verdict = _verdict(**known["verdict"])
        if verdict.ok:
            self.used[self._said] = known
        self.cases, self.unbound = known["cases"], known["unbound"]
        return verdict, known["program"] if runs else None

    def _checked(self, latex: str, attributes: Mapping[str, str], runs: bool) -> JSON:
        page = speaker(self.page, attributes)
        before = page.facts
        verdict = checked(latex, attributes, page)
        known = {"verdict": asdict(verdict), "cases": len(self.page.facts.givens), "unbound": self.page.unbound}
        if not runs:
            return known
        return {**known, "program": _program(latex, attributes, before, page.facts) if verdict.status in RUN else None}

    def _catch_up(self) -> None:
        """Evaluate what was known, so that the page has said it."""
        for say in self._waiting:
            say()
        self._waiting.clear()

    def failures(self, blocks: Sequence[str]) -> list[examples.Failure]:
        """What is wrong in the examples of the page; those that are known to be right are not run."""
        said = _hash("examples", *blocks)
        failures = [] if said in self.known else examples.failures(blocks, self.page.module)
        if not failures:
            self.used[said] = True
        return failures


def _program(latex: str, attributes: Mapping[str, str], before: Facts, after: Facts) -> JSON | None:
    """The program that a formula is, with the code that it equals; None, where it is worth something here only."""
    with suppress(MathError):
        code = attributes.get("equals", "")
        found = program(latex, code or None, before, after)
        return {"equals": code, **found.json(), "copies": copies(found, code)}
    return None


def _hash(*said: object) -> str:
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _verdict(counterexample: Mapping[str, Any] | None, against: Sequence[str], **told: Any) -> Verdict:
    """A verdict as it was before it was JSON."""
    found = counterexample and Counterexample(**counterexample)
    return Verdict(**told, counterexample=found or None, against=tuple(against))
