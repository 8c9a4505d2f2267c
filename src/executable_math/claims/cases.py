"""The samples for which the cases hold that a page has given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise

import numpy as np

from executable_math.latex.tree import Cases, Chain, Indicator, MathError, Node, Relation, name_of, walk
from executable_math.meaning.branches import COMPARISONS
from executable_math.meaning.dependence import free_indices
from executable_math.meaning.evaluation import Evaluator
from executable_math.meaning.names import Context
from executable_math.meaning.scope import Scope
from executable_math.values.derivative import Array, primal
from executable_math.values.sampling import allows
from executable_math.values.symbols import Declaration, Group

_FEW, _POOL = 10, 800


def narrowed(
    context: Context, sizes: tuple[str, ...], conditions: Sequence[Node], samples: int, seed: int
) -> list[Group]:
    """The samples for which all conditions hold, by their sizes.

    A condition such as `y = 1` sets its symbol. Another one selects; where too few samples are left, more are tried.
    """
    groups = _narrowed(context, context.symbols.groups(sizes, samples, seed), conditions)
    if conditions and sum(group.count for group in groups) < _FEW and samples < _POOL:
        wide = _narrowed(context, context.symbols.groups(sizes, _POOL, seed + 1), conditions)
        groups = [group.take(np.arange(min(group.count, _FEW))) for group in wide]
    return groups


def _narrowed(context: Context, groups: list[Group], conditions: Sequence[Node]) -> list[Group]:
    for condition in conditions:
        found = [_placed(context, group, condition) or _selected(context, group, condition) for group in groups]
        groups = [group for group in found if group is not None]
    return groups


def on_edges(context: Context, groups: Sequence[Group], tree: Node, conditions: Sequence[Node]) -> list[Group]:
    """A few samples on the edge between two branches of a formula: `x = a` for its condition `x > a`."""
    found: list[Group] = []
    for left, right in _edges(tree):
        for group in groups:
            with suppress(MathError):
                edge = _placed(context, group, Chain((left, right), (Relation("="),)))
                found += _narrowed(context, [edge.take(np.arange(min(edge.count, _FEW)))] if edge else [], conditions)
    return found


def _edges(tree: Node) -> Iterator[tuple[Node, Node]]:
    """The sides of each comparison that decides between branches, in both orders."""
    branching = (node for node in walk(tree) if isinstance(node, Cases | Indicator))
    for chain in {part for node in branching for part in walk(node) if isinstance(part, Chain)}:
        for pair, relation in zip(pairwise(chain.sides), chain.relations, strict=True):
            if relation.sign in COMPARISONS:
                yield from (pair, pair[::-1])


def _selected(context: Context, group: Group, condition: Node) -> Group | None:
    """The samples for which a condition holds, for every value of its indices."""
    rows = np.flatnonzero(holds_where(context, group, condition).reshape(-1, group.count).all(0))
    return group.take(rows) if len(rows) else None


def holds_where(context: Context, group: Group, condition: Node) -> Array:
    """Where a condition holds: an axis for each of its free indices, the last for the samples."""
    scope = free_scope(context, group, free_indices(condition, context))
    holds = Evaluator(context, group).condition(condition, scope)
    return np.broadcast_to(holds, np.broadcast_shapes(holds.shape, (group.count,)))


def free_scope(context: Context, group: Group, free: Sequence[tuple[str, Node]]) -> Scope:
    """A scope in which each free index runs over its range, on an axis of its own.

    Raises:
        MathError: Nothing says how far an index runs.
    """
    scope = Scope()
    for name, node in free:
        try:
            found = context.symbols.range(name)
        except MathError as problem:
            raise MathError(problem.reason, node.span, problem.advice) from problem
        scope = scope.bind(name, np.arange(found.low, found.low + found.size(group.sizes), dtype=float))
    return scope


def _placed(context: Context, group: Group, condition: Node) -> Group | None:
    """The samples with a symbol set to what a condition `symbol = value` says, where it may be that."""
    if not isinstance(condition, Chain) or [relation.sign for relation in condition.relations] != ["="]:
        return None
    side, value = condition.sides
    head = context.head(side)
    axes = tuple(name_of(index) for index in head.indices)
    declaration = context.symbols.declared.get(name_of(head.node) + ("[]" if axes else ""))
    if (
        declaration is None
        or declaration.kind.name == "index"
        or head.arguments is not None
        or declaration.axes != axes
    ):
        return None
    scope = free_scope(context, group, [(axis, side) for axis in axes])
    data = primal(Evaluator(context, group).scalar(value, scope))
    shape = group.data(declaration).shape
    values = np.broadcast_to(data, shape[:0:-1] + shape[:1]).T - first_class(context, declaration)
    rows = np.flatnonzero(_allowed(context, declaration, values, group).reshape(group.count, -1).all(1))
    return group.replaced(declaration, values).take(rows) if len(rows) else None


def first_class(context: Context, declaration: Declaration) -> int:
    """What the first class is called in the formulas; samples, and Python, count from 0."""
    return context.symbols.classes(declaration).low if declaration.kind.name == "class" else 0


def _allowed(context: Context, declaration: Declaration, values: Array, group: Group) -> Array:
    classes = context.symbols.classes(declaration).size(group.sizes) if declaration.kind.name == "class" else 0
    return allows(declaration.kind, values, classes)
