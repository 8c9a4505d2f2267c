r"""A page's formulas against each other and against the code.

Every relation of a formula is evaluated on both sides for many samples of the page's symbols and must hold for all of
them. A left side that is new defines a name for the rest of the page. A formula may be bound to a Python expression,
which must then give the same.

Example:
    >>> check(r"(a + b)^2 = a^2 + 2 a b + b^2", symbols={"a": "real", "b": "real"}).holds
    True
    >>> print(check(r"(a + b)^2 = a^2 + b^2", symbols={"a": "real", "b": "real"}).message)
    the two sides disagree
        (a + b)^2 = a^2 + b^2
                  ^
        with a = 1, b = 2:  the left side gives 9,  the right side gives 5
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from executable_math.claims.formula import FormulaCheck, Verdict, command_without_backslash
from executable_math.claims.outcome import Failed
from executable_math.foreign.expression import Refused
from executable_math.foreign.process import Trouble, foreign
from executable_math.latex.cursor import NotRead
from executable_math.latex.edits import Edit
from executable_math.latex.language import Language
from executable_math.latex.tree import (
    MathError,
    offset,
    pointed,
    position,
)
from executable_math.meaning.env import MOST_EFFORT
from executable_math.meaning.facts import Facts
from executable_math.notation.standard import LANGUAGE
from executable_math.pages.memory import Memory
from executable_math.pages.search import Search
from executable_math.values.arrays import shortened
from executable_math.values.symbols import Symbols


def check(
    latex: str,
    *,
    equals: str | None = None,
    differs: str | None = None,
    symbols: Mapping[str, str] | None = None,
    module: Any = None,
    definitions: Iterable[str] | Mapping[str, str] | None = None,
    language: Language = LANGUAGE,
) -> Verdict:
    r"""Check one formula.

    Args:
        latex: The formula.
        equals: A Python expression that it must equal.
        differs: A Python expression that it must not equal.
        symbols: What its symbols are: kinds by symbol.
        module: The module whose functions expressions may call, or its dotted name.
        definitions: Formulas that define what this one uses, or right sides by left side.
        language: The notations that are read.

    Returns:
        The verdict.

    Example:
        >>> check(r"\log(x^2) = 2 \log x", symbols={"x": "positive"}).holds
        True
    """
    page = Page(symbols, module, language=language)
    if isinstance(definitions, Mapping):
        definitions = [f"{left} = {right}" for left, right in definitions.items()]
    for definition in definitions or ():
        verdict = page.check(definition)
        if not verdict.ok:
            return replace(verdict, message=f"in the definition {shortened(definition)}: {verdict.message}")
    return page.check(latex, equals=equals, differs=differs)


class Page:
    """The formulas of a page, in order: what one defines the next may use.

    Args:
        symbols: What the page's symbols are: kinds by symbol.
        module: The module whose functions expressions may call: itself, to be run in this process, or its dotted name,
            to be run in one of its own.
        locate: Whether to look for the place at which a false formula is wrong.
        memory: What is kept of earlier checks, of this page as it was or of others; without it nothing is.
        language: The notations that are read.

    Attributes:
        module: The module whose code is run; see `foreign`.
        problems: What is wrong with a declaration, by symbol.
        facts: What the page has said so far.
        meanings: What each declared symbol stands for, by symbol.
    """

    def __init__(
        self,
        symbols: Mapping[str, str] | None = None,
        module: Any = None,
        *,
        locate: bool = True,
        memory: Memory | None = None,
        language: Language = LANGUAGE,
    ) -> None:
        self.module = foreign(module)
        declared = Symbols(symbols or {}, language)
        self.facts = Facts(declared, language, self.module)
        self.problems = declared.problems
        self.meanings = {item.latex: item.meaning for item in declared.declared.values() if item.meaning}
        self.locate = locate
        self.memory = memory and memory.of(self.module.state)
        self._declared = tuple((symbols or {}).items())
        self._left = MOST_TRIES

    @property
    def unbound(self) -> dict[str, str]:
        """The definitions that nothing has checked so far, with their formulas, by name."""
        return dict(self.facts.unbound)

    def new_paragraph(self, kept: int = 0) -> None:
        """End the scope of the cases that are given, but for the first ones: those of a sentence that goes on."""
        self.facts = replace(self.facts, givens=self.facts.givens[:kept])

    def check(
        self,
        latex: str,
        *,
        equals: str | None = None,
        differs: str | None = None,
        unchecked: str | None = None,
        given: bool = False,
        name: str | None = None,
        weak: str | None = None,
        id: str | None = None,
    ) -> Verdict:
        """Check the next formula of the page.

        Args:
            latex: The formula, without dollar signs.
            equals: A Python expression that it must equal.
            differs: A Python expression that it must not equal.
            unchecked: Why it is not checked.
            given: Whether it states a case, which restricts the formulas that follow in the paragraph.
            name: The name of a number, for the expressions that follow.
            weak: Why it is enough that the samples could hardly show it to be false.
            id: The formula's name.

        Returns:
            The verdict; what is wrong with a formula is in it and never raised.
        """
        check = partial(self._checked, latex, equals, differs, unchecked, given, name)
        if self.memory is None:
            verdict, self.facts = check(self.facts)
        else:
            said = (self._declared, equals, differs, unchecked, given, name)
            verdict, self.facts = self.memory.verdict(latex, equals or differs or "", said, self.facts, check)
        return replace(_weighed(verdict, weak), id=id)

    def _checked(
        self,
        latex: str,
        equals: str | None,
        differs: str | None,
        unchecked: str | None,
        given: bool,
        name: str | None,
        facts: Facts,
    ) -> tuple[Verdict, Facts]:
        """What comes of a formula, and what the page has said with it."""
        if unchecked is not None:
            return self._unchecked(latex, unchecked, equals, facts), facts
        check: FormulaCheck | None = None
        try:
            with np.errstate(all="ignore"):
                check = FormulaCheck(facts, latex, equals, differs)
                verdict = check.given() if given else check.verdict() if name is None else check.number(name)
        except NotRead as problem:
            verdict = Verdict("not read", latex, str(problem), problem.line, problem.column)
            verdict = self._mended(verdict, equals, facts, problem)
        except Refused as problem:
            verdict = replace(self._wrong(equals or differs or " ", problem), latex=latex, line=1, column=1)
        except Failed as problem:
            spent = check.facts.effort.spent if check is not None else 0
            verdict = self._failed(latex, equals if differs is None else None, problem, facts, spent)
        except MathError as problem:
            verdict = self._mended(self._wrong(latex, problem), equals if differs is None else None, facts, problem)
        except Trouble as problem:  # the module that has the code cannot be loaded, say
            verdict = self._wrong(latex, MathError(f"the code cannot be run: {problem}"))
        except Exception as problem:  # one check must not keep the others from being made
            verdict = self._wrong(latex, MathError(f"this {broken(problem)}"))
        return verdict, check.facts if check is not None else facts

    def _unchecked(self, latex: str, reason: str, equals: str | None, facts: Facts) -> Verdict:
        """Left out, unless it could be checked: then the reason does not hold."""
        if not reason.strip():
            return Verdict("fails", latex, 'unchecked without a reason\n    write: unchecked="why"')
        quiet = copy(self)
        quiet.locate = False
        verdict = quiet._checked(latex, equals, None, None, False, None, facts)[0]
        if verdict.holds:
            return Verdict("fails", latex, f"marked as unchecked ({reason}), and it holds: leave the mark out")
        if verdict.counterexample is not None:
            return replace(verdict, message=f"marked as unchecked ({reason}), and it is false: {verdict.message}")
        return Verdict("unchecked", latex, reason)

    def _failed(self, latex: str, equals: str | None, problem: Failed, facts: Facts, spent: int) -> Verdict:
        """A false formula, with the place where it is wrong if one change would put it right."""
        edit = None
        if self._locatable(latex, problem, spent):
            edit = self._repair(Search(latex, equals, facts, min(MOST_TRIES // 2, self._left)), problem)
        start = edit.start if edit else problem.span[0] if problem.span else 0
        lines = [problem.reason, pointed(latex, start), *(["    " + problem.detail] if problem.detail else [])]
        lines += ["    " + edit.advice(latex)] if edit else []
        line, column = position(latex, start)
        return Verdict("fails", latex, "\n".join(lines), line, column, problem.samples, problem.counterexample)

    def _mended(self, verdict: Verdict, equals: str | None, facts: Facts, problem: MathError) -> Verdict:
        """A formula that has no meaning, with the change that gives it a true one, if there is one."""
        edit = None
        if self.locate and len(verdict.latex) <= LONGEST_SEARCHED:
            edit = self._repair(Search(verdict.latex, equals, facts, min(FEW_TRIES, self._left)), problem)
        advice = f"\n    {edit.advice(verdict.latex)}" if edit else ""
        return replace(verdict, message=verdict.message + advice)

    def _repair(self, search: Search, problem: MathError) -> Edit | None:
        """The change after which a formula holds; what was tried is not there for the rest of the page."""
        if isinstance(problem, Failed):
            edit = (problem.counterexample and search.number(problem.counterexample)) or search.repair()
        else:
            edit = search.repair(problem.span)
        self._left -= search.tried
        return edit

    def _locatable(self, latex: str, problem: Failed, spent: int) -> bool:
        """Whether changes of a formula are to be tried: not, where a hundred more checks of it would take too long."""
        quick = spent <= MOST_EFFORT // 100
        short = len(latex) <= LONGEST_SEARCHED and not _is_number(latex)
        return self.locate and quick and short and problem.counterexample is not None

    def _wrong(self, latex: str, problem: MathError) -> Verdict:
        start = problem.span[0] if problem.span else 0
        meant = command_without_backslash(latex, start, self.facts.language) or problem.advice
        advice = f"\n    write: {meant}" if meant else ""
        line, column = position(latex, start)
        return Verdict("error", latex, f"{problem.reason}\n{pointed(latex, start)}{advice}", line, column)


def _weighed(verdict: Verdict, reason: str | None) -> Verdict:
    """A verdict with the reason for which a weak check is enough: it fails without one, and no other check has one."""
    if verdict.status == "weak" and reason is None:
        at = f"{verdict.message}\n{pointed(verdict.latex, offset(verdict.latex, verdict.line, verdict.column))}"
        advice = 'write: symbols of kinds that reach the others, or weak="why" for readers'
        return replace(verdict, status="fails", message=f"{at}\n    {advice}")
    if reason is None or not verdict.ok:
        return verdict
    if not reason.strip():
        return replace(verdict, status="fails", message='weak without a reason\n    write: weak="why"')
    if verdict.status != "weak":
        return replace(verdict, status="fails", message=f"marked as weak ({reason}), and it is not: leave the mark out")
    return replace(verdict, message=reason)


# Changes to try of all formulas of one page, and of a formula that has no meaning as it is: some two seconds.
MOST_TRIES, FEW_TRIES, LONGEST_SEARCHED = 500, 150, 600


def broken(problem: Exception) -> str:
    """Why something cannot be checked: a file is gone that was there, or the engine has a fault.

    >>> broken(FileNotFoundError(2, "No such file or directory", "data.csv"))
    'cannot be checked: data.csv was there and is gone'
    """
    if isinstance(problem, FileNotFoundError) and problem.filename:
        return f"cannot be checked: {problem.filename} was there and is gone"
    return f"cannot be checked, by a fault of the engine: {type(problem).__name__}: {problem}"


def _is_number(latex: str) -> bool:
    return re.fullmatch(r"[-+\d.,{}\\% ]*", latex) is not None
