"""The indices of a formula that no sum binds."""

from __future__ import annotations

from collections.abc import Iterator

from executable_math.latex.tree import (
    Bind,
    Call,
    Chain,
    Indexed,
    MathError,
    Node,
    Primed,
    Symbol,
    applies,
    name_of,
    walk,
)
from executable_math.meaning.facts import Facts

BRACKETS = r"brackets around the terms: \sum_j (a_j + b_j)"


def free_indices(tree: Node, facts: Facts) -> list[tuple[str, Node]]:
    """The indices that no sum binds, in the order in which they appear, each with its first place."""
    places = (index for node in walk(tree) if isinstance(node, Indexed) for index in node.indices)
    used = {symbol.name for place in places for symbol in walk(place) if isinstance(symbol, Symbol)}
    found: dict[str, Node] = {}
    for name, node in _unbound(tree, facts, frozenset()):
        if name in used or name in facts.symbols.indices:
            found.setdefault(name, node)
    return list(found.items())


def _unbound(tree: Node, facts: Facts, bound: frozenset[str]) -> Iterator[tuple[str, Node]]:
    """Every index that is not bound, where it stands."""
    if isinstance(tree, Symbol | Primed) and facts.is_index(name := name_of(tree)):
        if name not in bound:
            yield name, tree
        return
    if isinstance(tree, Indexed) and (_is_bracketed(tree, facts) or facts.head(tree).node is tree):
        return
    for part, own in _parts(tree, facts, bound):
        yield from _unbound(part, facts, own)


def _parts(tree: Node, facts: Facts, bound: frozenset[str]) -> Iterator[tuple[Node, frozenset[str]]]:
    """What stands in a node, each with the indices that are bound there; the name that it is about is none."""
    if isinstance(tree, Bind) and facts.language.binders[tree.operator].binds:
        inner = bound | {name_of(variable) for variable in tree.variables}
        yield from ((outside, bound) for outside in (tree.lower, tree.upper) if outside is not None)
        yield from ((part, inner) for part in (*tree.conditions, tree.body))
        return
    if isinstance(tree, Bind):
        yield from ((part, bound) for part in (tree.body, *tree.conditions, *tree.variables))
        return
    skipped: Node | None = None
    if isinstance(tree, Call) and isinstance(tree.function, Symbol):
        skipped = tree.function
    elif isinstance(tree, Indexed) and isinstance(tree.base, Symbol):
        skipped = tree.base
    elif isinstance(tree, Call) and isinstance(tree.function, Indexed) and _is_bracketed(tree.function, facts):
        bound = bound | {name_of(index.sides[0]) for index in tree.function.indices if isinstance(index, Chain)}
        skipped = tree.function
    yield from ((child, bound) for child in tree.children if child is not skipped)


def _is_bracketed(node: Indexed, facts: Facts) -> bool:
    """Whether a name with an index is that of an expectation: what stands below it is bound by it."""
    return isinstance(node.base, Symbol) and node.base.name in facts.language.bracketed


def refuse_escaped_index(tree: Node, facts: Facts) -> None:
    """Refuse an index that is used after its sum has ended: is it meant to be inside?

    Raises:
        MathError: It is; the place is that of the index.
    """
    for node in walk(tree):
        bound: set[str] = set()
        for term in node.parts if applies(node, "add") else ():
            free = dict(free_indices(term, facts))
            for name in bound & set(free):
                raise MathError(f"{name} is used after its sum has ended", free[name].span, BRACKETS)
            bound |= summed(term)


def summed(tree: Node) -> set[str]:
    """The names that the sums in a tree are over."""
    return {name_of(variable) for node in walk(tree) if isinstance(node, Bind) for variable in node.variables}
