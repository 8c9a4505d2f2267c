"""What is claimed: relations whose names are settled, what is given, and the code that they are held against."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from executable_math.foreign.expression import Expression
from executable_math.latex.tree import Chain, Node, Relation, Symbol, name_of, walk
from executable_math.meaning.code import Code
from executable_math.meaning.definitions import new_sides
from executable_math.meaning.env import Env
from executable_math.meaning.facts import Facts
from executable_math.meaning.free import Given, free_indices
from executable_math.meaning.leaves import evaluation
from executable_math.meaning.reads import reads, sizes_used
from executable_math.meaning.resolve import resolve
from executable_math.values.arrays import Value
from executable_math.values.symbols import Declaration, Group

SETS, PROPORTIONAL = ("\\in", "\\notin", "\\sim"), "\\propto"


class Claim:
    """A chain of relations, or a single expression, and the code that it is bound to.

    Args:
        chain: The relations.
        facts: What the page has said.
        conditions: What is given.
        expression: What the formula must equal.
        differs: Whether it must differ from it instead; then the relations are not checked.
        bound: How the code must be to the formula, where that is not equal.

    Attributes:
        new: The sides that it defines.
        sides: The others, with their names settled.
        relations: Those between them.
        free: The indices that no sum binds.
        conditions: What is given of what it depends on.
        code: The expression, and what its names mean.
    """

    def __init__(
        self,
        chain: Chain,
        facts: Facts,
        conditions: Sequence[Node] = (),
        expression: Expression | None = None,
        differs: bool = False,
        bound: Relation | None = None,
    ) -> None:
        self.written = chain
        self.given = conditions
        self.expression = expression
        self.bound = bound
        self.facts = facts
        self.symbols = facts.symbols
        self.differs = differs
        self.free = free_indices(chain, facts)
        self.new = new_sides(chain, facts, expression)
        self.arguments = self._arguments(chain, expression is not None)
        names = [name for name, _ in self.free]
        self.tree = resolve(chain, facts, names, self.arguments)
        assert isinstance(self.tree, Chain)
        self.code = Code(expression, facts, self.tree, names) if expression is not None else None
        self.sides = self.tree.sides[len(self.new) :]
        self.relations = chain.relations[len(self.new) :]
        self.conditions = [given for given in (Given.of(one, facts) for one in conditions) if self._concerns(given)]

    def under(self, facts: Facts) -> Claim:
        """The same claim, if a page had said something else."""
        return Claim(self.written, facts, self.given, self.expression, self.differs, self.bound)

    def _arguments(self, chain: Chain, bound: bool) -> set[str]:
        """The arguments of a definition that only its left side names."""
        if bound or len(chain.sides) != len(self.new) + 1:
            return set()
        names = {name_of(part) for side in self.new for part in self.facts.head(side).arguments or ()}
        return {name for name in names if not any(self.facts.knows(name + end) for end in ("", "[]"))}

    def _concerns(self, given: Given) -> bool:
        """Whether a condition is about something that the claim depends on."""
        if self.code is not None:
            return True
        own = reads(self.tree) | {node.name for node in walk(self.written) if isinstance(node, Symbol)}
        own |= set(sizes_used(own, self.facts))
        return bool(own & reads(given.tree))

    # -- what it depends on

    @cached_property
    def keys(self) -> set[str]:
        """The keys of the names that it depends on, through definitions, conditions and the expression."""
        found = reads(self.tree).union(*(reads(given.tree) for given in self.conditions))
        found |= {name for name, _ in self.free}
        return found | (self.code.keys() if self.code is not None else set())

    @property
    def sizes(self) -> tuple[str, ...]:
        """The sizes that it depends on."""
        return sizes_used(self.keys, self.facts)

    @cached_property
    def sampled(self) -> list[Declaration]:
        """The symbols that matter and differ from sample to sample."""
        matter = (item for item in self.symbols.declared.values() if item.key in self.keys)
        return [item for item in matter if item.kind.name not in ("size", "index", "function")]

    @property
    def varies(self) -> bool:
        """Whether anything that it depends on differs from sample to sample."""
        declared = self.symbols.declared
        unspecified = any(declared[key].kind.is_unspecified for key in self.keys & declared.keys())
        return bool(self.sampled or self.arguments or unspecified)

    # -- where it is evaluated

    def env(self, group: Group) -> Env:
        """Where its sides stand: free indices run over their ranges, and undeclared arguments have some values."""
        some = Value(np.linspace(0.1, 0.9, group.count))
        env = evaluation(self.facts, group).env.over(self.free)
        return env._replace(arguments={name: lambda: some for name in self.arguments})

    def free_sizes(self, group: Group) -> tuple[int, ...]:
        """How many values each free index has in a group of samples."""
        return tuple(self.symbols.range(name).size(group.sizes) for name, _ in self.free)
