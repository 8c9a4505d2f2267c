"""The samples for which the cases hold that a page has given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from executable_math.latex.tree import Chain, MathError, Node, Relation, applies, walk
from executable_math.meaning.env import Env
from executable_math.meaning.facts import Facts
from executable_math.meaning.free import free_indices
from executable_math.meaning.leaves import evaluation
from executable_math.meaning.reads import free_in
from executable_math.meaning.resolve import resolve
from executable_math.meaning.settled import Index, Sample
from executable_math.notation.conditions import condition
from executable_math.values.derivative import Array, primal
from executable_math.values.sampling import allows
from executable_math.values.symbols import Declaration, Group

_FEW, _POOL = 10, 800
_AT_SOME_PLACE = 3  # of a vector: on its edge are not all elements of it


@dataclass(frozen=True)
class Given:
    """A condition with the meaning of its names, and the indices over which it runs."""

    tree: Node
    free: Sequence[tuple[str, Node]]

    @classmethod
    def of(cls, written: Node, facts: Facts) -> Given:
        free = free_indices(written, facts)
        return cls(resolve(written, facts, [name for name, _ in free]), free)


def narrowed(facts: Facts, sizes: tuple[str, ...], conditions: Sequence[Given], samples: int, seed: int) -> list[Group]:
    """The samples for which all conditions hold, by their sizes.

    A condition such as `y = 1` sets its symbol. Another one selects; where too few samples are left, more are tried.
    """
    groups = _narrowed(facts, facts.symbols.groups(sizes, samples, seed), conditions)
    if conditions and sum(group.count for group in groups) < _FEW and samples < _POOL:
        wide = _narrowed(facts, facts.symbols.groups(sizes, _POOL, seed + 1), conditions)
        groups = [group.take(np.arange(min(group.count, _FEW))) for group in wide]
    return groups


def _narrowed(facts: Facts, groups: list[Group], conditions: Sequence[Given]) -> list[Group]:
    for one in conditions:
        found = [_placed(facts, group, one.tree) or _selected(facts, group, one) for group in groups]
        groups = [group for group in found if group is not None]
    return groups


def on_edges(facts: Facts, groups: Sequence[Group], tree: Node, conditions: Sequence[Given]) -> list[Group]:
    """A few samples on the edge between two branches of a formula: `x = a` for its condition `x > a`."""
    found: list[Group] = []
    for left, right in _edges(tree, facts):
        for group in groups:
            with suppress(MathError):
                edge = _placed(facts, group, Chain((left, right), (Relation("="),)))
                few = _AT_SOME_PLACE if set(free_in(right)) - set(free_in(left)) else _FEW
                found += _narrowed(facts, [edge.take(np.arange(min(edge.count, few)))] if edge else [], conditions)
    return found


def _edges(tree: Node, facts: Facts) -> Iterator[tuple[Node, Node]]:
    """The sides of each comparison that decides between branches, in both orders."""
    branching = (node for node in walk(tree) if applies(node, "cases", "indicator"))
    for chain in {part for node in branching for part in walk(node) if isinstance(part, Chain)}:
        for pair, relation in zip(pairwise(chain.sides), chain.relations, strict=True):
            if facts.language.comparisons[relation.sign].exact is not None:
                yield from (pair, pair[::-1])


def _selected(facts: Facts, group: Group, given: Given) -> Group | None:
    """The samples for which a condition holds, for every value of its indices."""
    rows = np.flatnonzero(holds_where(facts, group, given).reshape(-1, group.count).all(0))
    return group.take(rows) if len(rows) else None


def holds_where(facts: Facts, group: Group, given: Given) -> Array:
    """Where a condition holds: an axis for each of its free indices, the last for the samples."""
    holds = condition(given.tree, free_env(evaluation(facts, group).env, given.free))
    return np.broadcast_to(holds, np.broadcast_shapes(holds.shape, (group.count,)))


def free_env(env: Env, free: Sequence[tuple[str, Node]]) -> Env:
    """An environment in which each free index runs over its range, on an axis of its own.

    Raises:
        MathError: Nothing says how far an index runs.
    """
    for name, node in free:
        try:
            found = env.run.symbols.range(name)
        except MathError as problem:
            raise MathError(problem.reason, node.span, problem.advice) from problem
        env = env.bind(name, np.arange(found.low, found.low + found.size(env.run.group.sizes), dtype=float))
    return env


def _placed(facts: Facts, group: Group, given: Node) -> Group | None:
    """The samples with a symbol set to what a condition `symbol = value` says, where it may be that."""
    if not isinstance(given, Chain) or [relation.sign for relation in given.relations] != ["="]:
        return None
    side, value = given.sides
    declaration = _whole_symbol(facts, side)
    if declaration is None:
        return None
    env = free_env(evaluation(facts, group).env, [(axis, side) for axis in declaration.axes])
    data = primal(_at_some_place(env, value).scalar(value))
    shape = group.data(declaration).shape
    values = np.broadcast_to(data, shape[:0:-1] + shape[:1]).T - first_class(facts, declaration)
    rows = np.flatnonzero(_allowed(facts, declaration, values, group).reshape(group.count, -1).all(1))
    return group.replaced(declaration, values).take(rows) if len(rows) else None


def _at_some_place(env: Env, value: Node) -> Env:
    """Where each other index of a value is at one place for each sample, all places in turn."""
    for name in free_in(value):
        if name not in env.indices:
            found = env.run.symbols.range(name)
            places = found.low + np.arange(env.run.group.count) % max(1, found.size(env.run.group.sizes))
            env = env._replace(indices={**env.indices, name: places.astype(float)})
    return env


def _whole_symbol(facts: Facts, side: Node) -> Declaration | None:
    """The symbol that a side is, if it is every element of one."""
    if not isinstance(side, Sample) or not all(isinstance(at, Index) for at in side.indices):
        return None
    declaration = facts.symbols.declared[side.key]
    axes = tuple(at.index for at in side.indices if isinstance(at, Index))
    return declaration if declaration.axes == axes and not side.key.endswith("()") else None


def first_class(facts: Facts, declaration: Declaration) -> int:
    """What the first class is called in the formulas; samples, and Python, count from 0."""
    return facts.symbols.classes(declaration).low if declaration.kind.name == "class" else 0


def _allowed(facts: Facts, declaration: Declaration, values: Array, group: Group) -> Array:
    classes = facts.symbols.classes(declaration).size(group.sizes) if declaration.kind.name == "class" else 0
    return allows(declaration.kind, values, classes)
