"""The samples for which the cases hold that a page has given."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import TypeGuard

import numpy as np

from executable_math.latex.tree import Chain, MathError, Node, Number, Relation, applies, walk
from executable_math.meaning.env import Env
from executable_math.meaning.facts import Facts
from executable_math.meaning.free import Given
from executable_math.meaning.leaves import evaluation
from executable_math.meaning.reads import free_in, reads
from executable_math.meaning.settled import Index, Sample
from executable_math.notation.conditions import condition
from executable_math.values.derivative import Array, primal
from executable_math.values.numbers import DOUBLES, Numbers, doubles
from executable_math.values.sampling import FIXED, allows
from executable_math.values.symbols import Declaration, Group

_FEW, _POOL = 10, 800
_STEP, _SECANTS = 1e-4, 30
_MOST_NUMBERS = 30
_AT_SOME_PLACE = 3  # of a vector: on its edge are not all elements of it


def narrowed(facts: Facts, sizes: tuple[str, ...], conditions: Sequence[Given], samples: int, seed: int) -> list[Group]:
    """The samples for which all conditions hold, by their sizes.

    A condition such as `y = 1` sets its symbol. Another one selects; where too few samples are left, more are tried.
    """
    groups = within(facts, facts.symbols.groups(sizes, samples, seed), conditions)
    if conditions and sum(group.count for group in groups) < _FEW and samples < _POOL:
        wide = within(facts, facts.symbols.groups(sizes, _POOL, seed + 1), conditions)
        groups = [group.take(np.arange(min(group.count, _FEW))) for group in wide]
    others = [*facts.symbols.other_sizes(sizes), facts.symbols.far(sizes)] if not groups else []
    return groups or within(facts, others, conditions)


def within(
    facts: Facts, groups: Sequence[Group], conditions: Sequence[Given], numbers: Numbers = DOUBLES
) -> list[Group]:
    """The samples of groups for which all conditions hold."""
    groups = list(groups)
    for one in conditions:
        groups = [found for group in groups for found in _where(facts, group, one, numbers)]
    return groups


def _where(facts: Facts, group: Group, given: Given, numbers: Numbers) -> list[Group]:
    """The samples of a group for which a condition holds: set so, chosen, or solved for."""
    if applies(given.tree, "or"):
        return [one for part in given.tree.parts for one in _where(facts, group, given._replace(tree=part), numbers)]
    if placed := _placed(facts, group, given.tree, numbers):
        return [placed]
    found = [_selected(facts, group, given, numbers)]
    if numbers is DOUBLES and is_equation(given.tree):
        found.append(_solved(facts, group, given))
    return [one for one in found if one is not None]


def on_edges(facts: Facts, groups: Sequence[Group], tree: Node, conditions: Sequence[Given]) -> list[Group]:
    """A few samples on the edge between two branches of a formula: `x = a` for its condition `x > a`."""
    found: list[Group] = []
    for left, right in _edges(tree, facts):
        for group in groups:
            with suppress(MathError):
                equation = Chain((left, right), (Relation("="),))
                edge = _placed(facts, group, equation, DOUBLES) or _solved(facts, group, Given(equation, ()), 0.0)
                few = _AT_SOME_PLACE if set(free_in(right)) - set(free_in(left)) else _FEW
                found += within(facts, [edge.take(np.arange(min(edge.count, few)))] if edge else [], conditions)
    return found


def _edges(tree: Node, facts: Facts) -> Iterator[tuple[Node, Node]]:
    """The sides of each comparison that decides between branches, in both orders."""
    branching = (node for node in walk(tree) if applies(node, "cases", "indicator"))
    for chain in {part for node in branching for part in walk(node) if isinstance(part, Chain)}:
        for pair, relation in zip(pairwise(chain.sides), chain.relations, strict=True):
            if facts.language.comparisons[relation.sign].exact is not None:
                yield from (pair, pair[::-1])


def numbers_in(tree: Node, facts: Facts) -> set[float]:
    """The numbers that are written in a formula, and in what defines its names."""
    defined = (part.body for key in reads(tree) & facts.definitions.keys() for part in facts.definitions[key])
    nodes = (node for one in (tree, *defined) for node in walk(one) if isinstance(node, Number))
    return {float(node.text.rstrip("…")) for node in nodes}


def at_numbers(facts: Facts, group: Group, numbers: Collection[float], moving: Sequence[Declaration]) -> list[Group]:
    """Samples in which one symbol at a time is one of these numbers, or next to it."""
    found: list[Group] = []
    for item in moving:
        near = {one + move for one in (*numbers, *(-one for one in numbers)) for move in _beside(one, item)}
        values = np.array(sorted(near, key=abs, reverse=True))[:_MOST_NUMBERS]
        values = values[allows(item.kind, values)]
        if not item.axes and len(values):
            rows = np.arange(len(values)) % group.count
            found.append(group.take(rows).replaced(item, values))
    return found


def _beside(number: float, item: Declaration) -> tuple[float, float, float]:
    step = 1.0 if item.kind.name == "integer" else 1e-3 * abs(number)
    return -step, 0.0, step


def is_equation(node: Node) -> TypeGuard[Chain]:
    return isinstance(node, Chain) and [relation.sign for relation in node.relations] == ["="]


def _solved(facts: Facts, group: Group, given: Given, tolerance: float = 1e-13) -> Group | None:
    """Samples for which an equation holds, each solved for the first of its numbers for which that can be done."""
    if given.free or not is_equation(given.tree):
        return None
    for item in movable(facts, reads(given.tree)):
        with suppress(MathError):
            found = _root(facts, group, item, given.tree, tolerance)
            if found is not None:
                return found
    return None


def movable(facts: Facts, keys: Collection[str]) -> list[Declaration]:
    """The symbols among some that are a number, or an array of numbers, of a range."""
    fixed = ("size", "index", "function", "class", "one-hot", "distribution")
    known = (facts.symbols.declared[key] for key in facts.symbols.declared if key in keys)
    return [item for item in known if item.kind.name not in (*fixed, *FIXED) and not item.kind.choices]


def _root(facts: Facts, group: Group, item: Declaration, equation: Chain, tolerance: float) -> Group | None:
    """The samples with one number changed, by secants, until the two sides are the same."""
    if item.axes or item.kind.name == "integer":
        return None
    before, gap = group.data(item), _gap(facts, group, equation)
    now = before + np.where(np.abs(gap) > 0, _STEP * np.maximum(np.abs(before), 1.0), 0.0)
    for _ in range(_SECANTS):
        found = _gap(facts, group.replaced(item, now), equation)
        slope = (found - gap) / np.where(now == before, np.nan, now - before)
        moves = np.where(np.isfinite(slope) & (slope != 0), -found / slope, 0.0)
        before, gap, now = now, found, now + moves
    scale = np.maximum(np.abs(now), 1.0)
    solved = (np.abs(_gap(facts, group.replaced(item, now), equation)) <= tolerance * scale) & np.isfinite(now)
    rows = np.flatnonzero(solved & allows(item.kind, now))
    return group.replaced(item, now).take(rows) if len(rows) else None


def _gap(facts: Facts, group: Group, equation: Chain) -> Array:
    """How far apart the two sides of an equation are, for each sample."""
    env = evaluation(facts, group).env
    one, other = (primal(env.scalar(side)) for side in equation.sides)
    gap = np.broadcast_to(one - other, np.broadcast_shapes(one.shape, other.shape, (group.count,)))
    if gap.ndim > 1:
        raise MathError("an equation for each value of an index", equation.span)
    return np.asarray(gap)


def _selected(facts: Facts, group: Group, given: Given, numbers: Numbers) -> Group | None:
    """The samples for which a condition holds, for every value of its indices."""
    rows = np.flatnonzero(holds_where(facts, group, given, numbers).reshape(-1, group.count).all(0))
    return group.take(rows) if len(rows) else None


def holds_where(facts: Facts, group: Group, given: Given, numbers: Numbers = DOUBLES) -> Array:
    """Where a condition holds: an axis for each of its free indices, the last for the samples."""
    holds = condition(given.tree, evaluation(facts, group, numbers).env.over(given.free))
    return np.broadcast_to(holds, np.broadcast_shapes(holds.shape, (group.count,)))


def _placed(facts: Facts, group: Group, given: Node, numbers: Numbers) -> Group | None:
    """The samples with a symbol set to what a condition `symbol = value` says, where it may be that."""
    if not is_equation(given):
        return None
    side, value = given.sides
    declaration = _whole_symbol(facts, side)
    if declaration is None:
        return None
    env = evaluation(facts, group, numbers).env.over([(axis, side) for axis in declaration.axes])
    data = primal(_at_some_place(env, value).scalar(value))
    shape = group.data(declaration).shape
    values = np.broadcast_to(data, shape[:0:-1] + shape[:1]).T - first_class(facts, declaration)
    rows = np.flatnonzero(_allowed(facts, declaration, doubles(values), group).reshape(group.count, -1).all(1))
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
