r"""Verdicts that are kept while a process runs, each by all that it depends on.

A verdict is given again only where the formula, what its author says of it, the declarations, the module, the cases
that are given, the named numbers that it uses and every definition that shares its letters are what they were. Shared
letters are followed from definition to definition, so that too much is compared rather than too little. What does not
hold is checked each time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from executable_math.claims.formula import Verdict
from executable_math.latex.reader import LONGEST
from executable_math.latex.tokens import WORD_LENGTH, tokens
from executable_math.latex.tree import Node, Symbol, walk
from executable_math.meaning.facts import Definition, Facts
from executable_math.values.symbols import Range, python_name


class Kept(NamedTuple):
    """A verdict, and what the page knew after the formula and not before it."""

    verdict: Verdict
    definitions: Mapping[str, Definition]
    numbers: Mapping[str, Any]
    ranges: Mapping[str, Range]
    unbound: Mapping[str, str]
    bound: frozenset[str]
    givens: tuple[Node, ...]

    @classmethod
    def of(cls, verdict: Verdict, before: Facts, after: Facts) -> Kept:
        definitions = after.definitions.since(before.definitions)
        ranges, known = after.symbols.ranges, before.symbols.ranges
        return cls(
            verdict,
            definitions,
            after.numbers.since(before.numbers),
            {index: ranges[index] for index in ranges.keys() - known.keys()},
            {key: after.unbound[key] for key in definitions if key in after.unbound},
            frozenset(before.unbound.keys() - after.unbound.keys()),
            after.givens[len(before.givens) :],
        )

    def told(self, facts: Facts) -> Facts:
        """What the page has said once it has told what the formula tells it."""
        facts = facts.bound(self.bound)
        return replace(
            facts,
            symbols=facts.symbols.learning(self.ranges) if self.ranges else facts.symbols,
            definitions=facts.definitions.plus(self.definitions),
            numbers=facts.numbers.plus(self.numbers),
            givens=(*facts.givens, *self.givens),
            unbound={**facts.unbound, **self.unbound},
        )


@dataclass
class Memory:
    """What is kept, as long as the code of the module is the same.

    Attributes:
        state: What tells that.
        verdicts: Verdicts by what they depend on.
    """

    state: Hashable = None
    verdicts: dict[Hashable, Kept] = field(default_factory=dict)

    def of(self, state: Hashable) -> Memory:
        """This memory, emptied if the code of the module has changed."""
        if self.state != state:
            self.state, self.verdicts = state, {}
        return self

    def verdict(
        self,
        latex: str,
        code: str,
        said: tuple[Hashable, ...],
        facts: Facts,
        check: Callable[[Facts], tuple[Verdict, Facts]],
    ) -> tuple[Verdict, Facts]:
        """What a check gives, or what it gave when all that it depends on was the same.

        Args:
            latex: The formula.
            code: The Python expression that it is held against, or "".
            said: All else that is said of it, and the declarations.
            facts: What the page has said so far.
            check: The check.
        """
        if len(latex) > LONGEST:
            return check(facts)
        key = (latex, code, *said, *_ground(latex, code, facts))
        if (kept := self.verdicts.get(key)) is not None:
            return kept.verdict, kept.told(facts)
        verdict, after = check(facts)
        if verdict.ok:
            self.verdicts[key] = Kept.of(verdict, facts, after)
        return verdict, after


def _ground(latex: str, code: str, facts: Facts) -> tuple[Hashable, ...]:
    """All that a check may depend on in what a page has said."""
    names = set(re.findall(r"[A-Za-z]\w*", code))
    declared = facts.symbols.declared.values()
    nodes = [*facts.givens, *(node for item in declared for node in item.kind.parameters)]
    mentioned = {latex, *(node.name for tree in nodes for node in walk(tree) if isinstance(node, Symbol))}
    definitions = _sharing(mentioned, names, facts.definitions)
    return (
        tuple(definitions.items()),
        tuple((key, facts.unbound[key]) for key in definitions if key in facts.unbound),
        tuple((name, _exact(facts.numbers[name])) for name in sorted(names) if name in facts.numbers),
        tuple(facts.symbols.ranges.items()),
        tuple(facts.givens),
    )


def _sharing(mentioned: set[str], names: set[str], known: Mapping[str, Definition]) -> dict[str, Definition]:
    """The definitions whose letters are mentioned, in these texts or in one of them."""
    found: set[str] = set()
    letters, size = set[str]().union(*map(_atoms, mentioned)), -1
    while len(found) > size:
        size = len(found)
        for key, definition in known.items():
            if key not in found and (_atoms(_base(key)) <= letters or python_name(_bare(key)) in names):
                found.add(key)
                letters |= _letters(definition)
    return {key: definition for key, definition in known.items() if key in found}


def _letters(definition: Definition) -> set[str]:
    """The letters of a definition, and of what its name meant before."""
    return set[str]().union(*(_atoms(one.latex) for one in definition))


def _bare(key: str) -> str:
    """The name in a key, without its numbers of arguments."""
    return re.sub(r"\(\d+\|\d+\)$|\[\]$", "", key)


def _base(key: str) -> str:
    """The letters that a name begins with, without its indices."""
    return _bare(key).partition("_{")[0]


@lru_cache(maxsize=4096)
def _atoms(text: str) -> frozenset[str]:
    """The letters of a text and its longer words, in one spelling."""
    named = [token.text for token in tokens(text) if token.kind in ("letter", "word")]
    runs = [run for name in named for run in re.findall(r"\\?[^\W\d_]+", name)]
    return frozenset(
        atom for run in runs for atom in ([run] if len(run) >= WORD_LENGTH or run.startswith("\\") else run)
    )


def _exact(value: Any) -> Hashable:
    """A number or an array as something that is equal only to the same, of the same type."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    return repr(value)
