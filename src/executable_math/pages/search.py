"""The search for the change after which a formula holds, of what a page has said and for a bounded effort."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from executable_math.claims.formula import FormulaCheck
from executable_math.claims.outcome import Counterexample
from executable_math.faults.corrections import corrected
from executable_math.faults.fault import fault
from executable_math.foreign.expression import Expression
from executable_math.foreign.process import Foreign
from executable_math.foreign.sources import Ground
from executable_math.latex.cursor import NotRead
from executable_math.latex.edits import Edit, changed
from executable_math.latex.reader import read
from executable_math.latex.slips import Names
from executable_math.latex.tree import Chain
from executable_math.meaning.definitions import new_sides
from executable_math.meaning.env import MOST_EFFORT
from executable_math.meaning.facts import Facts

MOST_SPENT = MOST_EFFORT // 20


class Search:
    """Tries changes of one formula.

    Args:
        latex: The formula.
        equals: The Python expression that it must equal.
        facts: What the page has said before it.
        most: How many changes are tried at most.

    Attributes:
        tried: How many were tried.
    """

    def __init__(self, latex: str, equals: str | None, facts: Facts, most: int) -> None:
        self.latex = latex
        self.equals = equals
        self.facts = replace(facts, module=Recalled(facts.module))
        self.few = replace(self.facts, symbols=facts.symbols.sparse())
        self.words = facts.symbols.words | facts.definitions.words
        self.most = most
        self.tried = 0
        self.spent = 0

    def number(self, found: Counterexample) -> Edit | None:
        """The number that comes out, in the place of the one that is printed."""
        right = corrected(self.latex, found.left, found.right) if not found.inputs else self.latex
        with suppress(Exhausted):
            return changed(self.latex, right) if right != self.latex and self.holds(right) else None
        return None

    def repair(self, near: tuple[int, int] | None = None) -> Edit | None:
        """The likeliest change after which the formula holds; first of a place at which something is wrong."""
        with suppress(Exhausted):
            return fault(self.latex, self.facts.language, self.holds, self.names(), self.words, near)
        return None

    def names(self) -> Names:
        """What the page has that may have been meant: first what stands in the expression."""
        symbols = self.facts.symbols
        said = re.findall(r"\w+", self.equals or "")
        values = [item for item in symbols.declared.values() if item.kind.name not in ("size", "index")]
        values.sort(key=lambda item: item.python not in said)
        return Names(
            [item.latex for item in values], symbols.sizes, tuple(dict.fromkeys((*symbols.indices, *symbols.ranges)))
        )

    def holds(self, latex: str) -> bool:
        """Whether a changed formula holds, and defines no other name.

        Raises:
            Exhausted: Too much was tried.
        """
        if self.spent > MOST_SPENT or self.tried >= self.most:
            raise Exhausted
        if not self.comes_to(latex, self.few, ("holds", "weak")) or not self.comes_to(latex, self.facts, ("holds",)):
            return False
        return self.defined(latex) == self.defined(self.latex)

    def comes_to(self, latex: str, facts: Facts, wanted: Sequence[str]) -> bool:
        """Whether a formula gets one of some verdicts."""
        check: FormulaCheck | None = None
        try:
            with np.errstate(all="ignore"):
                check = FormulaCheck(facts, latex, self.equals)
                self.tried += 1
                return check.verdict().status in wanted
        except Exception:
            return False
        finally:
            self.spent += check.facts.effort.spent if check is not None else 0

    def defined(self, latex: str) -> set[str]:
        """The keys of the names that a formula defines."""
        with suppress(NotRead):
            statements = read(latex, self.facts.language, self.words).statements
            chains = [node for node in statements if isinstance(node, Chain)]
            expression = Expression(self.equals) if self.equals else None
            new = (side for chain in chains for side in new_sides(chain, self.facts, expression))
            return {self.facts.head(side).key for side in new}
        return set()


class Exhausted(Exception):
    """No more may be tried."""


class Recalled:
    """A module that is not run again for what it was asked before."""

    def __init__(self, module: Foreign) -> None:
        self.module = module
        self.answers: dict[bytes, Any] = {}

    @property
    def name(self) -> str:
        return self.module.name

    @property
    def names(self) -> Mapping[str, bool]:
        return self.module.names

    @property
    def state(self) -> Hashable:
        return self.module.state

    @property
    def ground(self) -> Ground:
        return self.module.ground

    @property
    def files(self) -> Sequence[Path]:
        return self.module.files

    @property
    def opened(self) -> Mapping[str, str]:
        return self.module.opened

    def run(self, task: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        asked = pickle.dumps((task, arguments, named))
        if asked not in self.answers:
            self.answers[asked] = self.module.run(task, *arguments, **named)
        return self.answers[asked]

    def rest(self) -> None:
        self.module.rest()
