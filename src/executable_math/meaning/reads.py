"""What a tree with settled names depends on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from executable_math.latex.tree import Bind, Node, Primed, Symbol, name_of, walk
from executable_math.meaning.facts import Definition, Facts
from executable_math.meaning.settled import Argument, Defined, Index, Sample, Slope, Unspecified
from executable_math.values.symbols import sizes_in


def mentioned(tree: Node) -> Iterator[str]:
    """The keys of the names that stand in a tree; an argument of a definition is none."""
    for node in _walk(tree):
        if isinstance(node, Sample | Defined | Unspecified):
            yield node.key
        elif isinstance(node, Slope) and node.definition is not None:
            yield node.function
        elif isinstance(node, Index):
            yield node.index
        elif isinstance(node, Symbol):  # the index of a sum
            yield node.name


def _walk(tree: Node) -> Iterator[Node]:
    """The nodes of a tree, without what the arguments of a definition mean elsewhere."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.indices if isinstance(node, Argument) else node.children))


def reads(tree: Node) -> set[str]:
    """The keys of all names that a tree depends on, also through definitions, without their own arguments."""
    found: set[str] = set()
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        waiting += [tree for one in _definitions(part) if one.key not in found for tree in one.trees]
        found |= set(mentioned(part))
    return found


def _definitions(tree: Node) -> Iterator[Definition]:
    """The definitions that stand in a tree."""
    named = (node.definition for node in _walk(tree) if isinstance(node, Defined | Slope))
    return (definition for definition in named if definition is not None)


def letters(tree: Node, facts: Facts) -> set[str]:
    """The letters of all names in a tree, and in what defines them."""
    found: set[str] = set()
    keys: set[str] = set()
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        found |= set(_letters(part))
        waiting += [tree for one in _definitions(part) if one.key not in keys for tree in one.trees]
        fresh = set(mentioned(part)) - keys
        keys |= fresh
        for key in fresh & facts.symbols.declared.keys():
            found |= {name for argument in facts.symbols.declared[key].arguments for name in _letters(argument)}
    return found


def _letters(tree: Node) -> Iterator[str]:
    for node in walk(tree):
        if isinstance(node, Symbol):
            yield node.name
        elif isinstance(node.written, Primed):
            yield name_of(node.written)
        elif node.written is not None:
            yield from _letters(node.written)
        elif isinstance(node, Bind):
            yield from map(name_of, node.variables)


def free_in(tree: Node, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """Every index that no sum in a tree binds."""
    if isinstance(tree, Index):
        yield from {tree.index} - bound
        return
    inner = bound | {name_of(variable) for variable in tree.variables} if isinstance(tree, Bind) else bound
    for child in tree.indices if isinstance(tree, Argument) else tree.children:
        yield from free_in(child, inner)


def sizes_used(keys: Iterable[str], facts: Facts) -> tuple[str, ...]:
    """The sizes that names depend on, in the order of their declaration."""
    symbols = facts.symbols
    found: set[str] = set()
    for key in keys:
        if key in symbols.declared:
            found |= symbols.sizes_of(symbols.declared[key])
        if facts.is_index(key) and (key in symbols.ranges or len(symbols.sizes) == 1):
            found |= sizes_in(symbols.range(key).high)
    return tuple(size for size in symbols.sizes if size in found)
