"""The indices of a formula that no sum binds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

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
    has_dots,
    name_of,
    rebuilt,
    walk,
)
from executable_math.meaning.facts import Facts
from executable_math.meaning.resolve import resolve

BRACKETS = r"brackets around the terms: \sum_j (a_j + b_j)"


class Given(NamedTuple):
    """A condition with the meaning of its names, and the indices over which it runs."""

    tree: Node
    free: Sequence[tuple[str, Node]]

    @classmethod
    def of(cls, written: Node, facts: Facts) -> Given:
        free = free_indices(written, facts)
        return cls(resolve(written, facts, [name for name, _ in free]), free)


def free_indices(tree: Node, facts: Facts) -> list[tuple[str, Node]]:
    """The indices that no sum binds, in the order in which they appear, each with its first place."""
    places = (index for node in walk(tree) if isinstance(node, Indexed) for index in node.indices)
    used = {symbol.name for place in places for symbol in walk(place) if isinstance(symbol, Symbol)}
    used |= {name_of(node.sides[0]) for node in walk(tree) if isinstance(node, Chain) and _is_range(node.sides[-1])}
    found: dict[str, Node] = {}
    for name, node in _unbound(tree, facts, frozenset()):
        if name in used or name in facts.symbols.indices:
            found.setdefault(name, node)
    return list(found.items())


def _is_range(side: Node) -> bool:
    r"""Whether a side is the numbers that an index runs over, `1, \dots, N`."""
    return applies(side, "set") and has_dots(side.parts)


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


def paired(tree: Node, facts: Facts) -> Node:
    r"""A statement with sums such as `\sum_{i < j}` over both indices, where the second means nothing outside them.

    Raises:
        MathError: It is not said whether it is over one of them or both.
    """
    binds = [node for node in walk(tree) if isinstance(node, Bind)]
    sums = [(node.span, other.name) for node in binds if (other := _other_index(node, facts))]
    outside = [
        (name, node.span[0])
        for name, node in _unbound(tree, facts, frozenset())
        if not any(start <= node.span[0] < end and name == other for (start, end), other in sums)
    ]

    def widened(node: Node, bound: frozenset[str] = frozenset()) -> Node | None:
        if not isinstance(node, Bind) or not facts.language.binders[node.operator].binds:
            return None
        if not node.variables and (only := _only_index(node, tree, facts)) is not None:
            node = replace(node, variables=(only,))
        other = _other_index(node, facts)
        inner = bound | {name_of(variable) for variable in node.variables}
        if other is not None and other.name not in inner and _is_double(node, other.name, outside):
            node = replace(node, variables=(*node.variables, other))
            inner |= {other.name}
        return replace(node, body=rebuilt(node.body, lambda part: widened(part, inner)))

    return rebuilt(tree, widened)


def _only_index(node: Bind, tree: Node, facts: Facts) -> Node | None:
    r"""The index that a sum without one, `\sum u_i^2`, is over: the only one in it, which stands in such sums alone."""
    names = dict(_unbound(node.body, facts, frozenset()))
    own = next(iter(names), "")
    sums = [one.body.span for one in walk(tree) if isinstance(one, Bind) and not one.variables]
    places = [one.span[0] for name, one in _unbound(tree, facts, frozenset()) if name == own]
    alone = all(any(start <= place < end for start, end in sums) for place in places)
    return Symbol(own, span=node.span) if len(names) == 1 and alone else None


def _other_index(node: Bind, facts: Facts) -> Symbol | None:
    r"""The index that the variable of a sum is compared with, as in `i < j` and `i \ne j`."""
    match node.conditions:
        case (Chain((_, Symbol(name) as other), (relation,)),) if facts.is_index(name):
            return other if relation.sign in ("<", ">", "\\le", "\\ge", "\\ne") else None
    return None


def _is_double(node: Bind, name: str, outside: Sequence[tuple[str, int]]) -> bool:
    """Whether a sum is over the other index, too: where that is in its body and nowhere else."""
    places = [place for one, place in outside if one == name]
    inside = any(isinstance(part, Symbol) and part.name == name for part in walk(node.body))
    chain = node.conditions[0]
    ordered = isinstance(chain, Chain) and chain.relations[0].sign != "\\ne"
    if ordered and inside and places and min(places) > node.span[0]:
        advice = rf"\sum_{{{name}}} \sum_{{i < {name}}} for both, \sum_{{i=1}}^{{{name} - 1}} for one"
        raise MathError(f"is this sum over {name}, too?", chain.span, advice)
    return not places and (ordered or inside)


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
