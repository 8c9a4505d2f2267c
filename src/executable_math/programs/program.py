"""A checked formula as a program: its value, by the tree that was checked, for any inputs of the declared kinds."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import Any

import numpy as np

from executable_math.claims.claim import Claim
from executable_math.claims.formula import FormulaCheck
from executable_math.claims.narrowing import narrowed, within
from executable_math.claims.outcome import sample_first
from executable_math.latex.tree import Bind, Chain, Conditional, MathError, Node
from executable_math.meaning.definitions import main_statement
from executable_math.meaning.env import Evaluation
from executable_math.meaning.facts import Facts
from executable_math.meaning.free import Given, paired
from executable_math.meaning.leaves import evaluation
from executable_math.meaning.reads import reads, sizes_used
from executable_math.meaning.resolve import resolve
from executable_math.meaning.settled import Sample
from executable_math.programs.closing import JSON, Closing, OnlyHere
from executable_math.programs.inputs import described, example, extent, named
from executable_math.values.derivative import Array
from executable_math.values.symbols import SAMPLES, Declaration, Group

LEFT = r"\left"
REAL = ("real", "probability", "distribution")


@dataclass(frozen=True)
class Program:
    """What a formula is worth.

    Args:
        latex: The formula.
        left: Its left side, or nothing.
        sides: Those that it sets equal, with their names settled.
        free: The indices for which it has a value each.
        facts: What the page has said, this formula included.
        conditions: What is given.
    """

    latex: str
    left: str
    sides: Sequence[Node]
    free: Sequence[tuple[str, Node]]
    facts: Facts
    conditions: Sequence[Given]

    @property
    def side(self) -> Node:
        """The side that is evaluated: the last has its value most plainly."""
        return self.sides[-1]

    @cached_property
    def declarations(self) -> list[Declaration]:
        """The symbols that it depends on, in the order of their declaration."""
        found = reads(self.side) | set(self.sizes)
        declared = (item for key, item in self.facts.symbols.declared.items() if key in found)
        return [item for item in declared if item.kind.name not in ("index", "function")]

    @cached_property
    def sizes(self) -> tuple[str, ...]:
        """The sizes that it depends on."""
        return sizes_used(reads(self.side) | {name for name, _ in self.free}, self.facts)

    def groups(self) -> list[Group]:
        """Samples of its inputs, by their sizes."""
        return narrowed(self.facts, self.sizes, self.conditions, SAMPLES, 0)

    def example(self) -> dict[str, Any]:
        """One sample of its inputs, by key."""
        few = within(self.facts, [self.facts.symbols.few(self.sizes)], self.conditions)
        return example(self.declarations, (few or self.groups())[0], self)

    def run(self, group: Group) -> Evaluation:
        return evaluation(self.facts, group)

    def value(self, group: Group) -> Array:
        """Its value for each sample, with an axis for each index and for each of its own."""
        return self._array(self.side, group)

    def slope(self, declaration: Declaration, group: Group) -> Array:
        """Its derivative by a symbol, with the axes of that behind its own."""
        return self._array(Bind("derivative", (Sample(declaration.key),), None, None, (), self.side), group)

    def slopes(self, group: Group) -> Array:
        """All its derivatives, in one row for each sample."""
        found = [np.zeros((group.count, 0))]
        for item in self.declarations:
            with suppress(MathError):  # a factorial has none, say
                found += [self.slope(item, group).reshape(group.count, -1)] if item.kind.name in REAL else []
        return np.concatenate(found, axis=1)

    def _array(self, node: Node, group: Group) -> Array:
        with np.errstate(all="ignore"):
            value = self.run(group).env.over(self.free).value(node)
        sizes = [self.facts.symbols.range(name).size(group.sizes) for name, _ in self.free]
        return sample_first(value, (group.count, *sizes))

    @cached_property
    def names(self) -> dict[str, str]:
        return named(self.declarations)

    @cached_property
    def inputs(self) -> list[JSON]:
        """What a reader is told of its inputs."""
        return [described(item, self.names, self.facts.symbols) for item in self.declarations]

    def extent(self, index: str) -> str:
        """How many values one of its indices has, by the names of its inputs."""
        return str(extent(index, self.names, self.facts.symbols))

    def tree(self, side: Node) -> JSON:
        """A side as JSON, closed, with a value for each of the indices."""
        closing = Closing(self.facts, self.names)
        tree = closing.of(side)
        for name, _ in reversed(self.free):
            low, high = closing.range(self.facts.symbols.range(name))
            tree = {"type": "Each", "index": name, "lower": low, "upper": high, "body": tree}
        return tree

    def json(self) -> JSON:
        """All that a browser is told of it.

        Raises:
            OnlyHere: It is worth something on its page only, or has no inputs.
        """
        if not self.declarations:
            raise OnlyHere("there is nothing to put in")
        tree, drawn = self.tree(self.side), self.example()
        inputs = [{**one, "example": drawn[item.key]} for one, item in zip(self.inputs, self.declarations, strict=True)]
        return {"latex": self.latex, "left": self.left, "inputs": inputs, "tree": tree}


def program(latex: str, code: str | None, before: Facts, after: Facts) -> Program:
    """The program that a formula is.

    Args:
        latex: The formula.
        code: The Python expression that it was held against, if there is one.
        before: What the page has said before it.
        after: What the page has said with it.

    Raises:
        OnlyHere: It relates nothing that has a value.
    """
    check = FormulaCheck(before, latex, code)
    main = main_statement([paired(one, before) for one in check.tree.statements], before, check.expression)
    body, given = (main.body, [main.condition]) if isinstance(main, Conditional) else (main, [])
    chain = body if isinstance(body, Chain) else Chain((body,), (), span=body.span)
    place = len(list(takewhile(lambda relation: relation.sign == "=", chain.relations)))
    claim = Claim(chain, after, [*before.givens, *given])
    free = [name for name, _ in claim.free]
    settled = [resolve(side, after, free) for side in chain.sides[: place + 1]]
    left = _written(latex, chain.sides[0]) if place else ""
    return Program(latex, left, settled, claim.free, after, claim.conditions)


def _written(latex: str, node: Node) -> str:
    """A part of a formula as its author wrote it, with the `\\left` of its first bracket."""
    start, end = node.span
    return latex[start - len(LEFT) * latex.endswith(LEFT, 0, start) : end]
