"""What a tree depends on: the names and sizes in it, also through definitions, and the indices that no sum binds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from executable_math.latex.tokens import EXPECTATIONS
from executable_math.latex.tree import (
    Add,
    Big,
    Call,
    Chain,
    Indexed,
    MathError,
    Node,
    Primed,
    Symbol,
    Transpose,
    name_of,
    walk,
)
from executable_math.meaning.names import Context, Definition, Head, definition_key
from executable_math.values.symbols import sizes_in

BRACKETS = r"brackets around the terms: \sum_j (a_j + b_j)"


def free_indices(tree: Node, context: Context) -> list[tuple[str, Node]]:
    """The indices that no sum binds, in the order in which they appear, each with its first place."""
    used = {
        symbol.name
        for node in walk(tree)
        if isinstance(node, Indexed)
        for index in node.indices
        for symbol in walk(index)
        if isinstance(symbol, Symbol)
    }
    found: dict[str, Node] = {}
    _collect_free(tree, context, frozenset(), used, found)
    return list(found.items())


def _collect_free(tree: Node, context: Context, bound: frozenset[str], used: set[str], found: dict[str, Node]) -> None:
    if isinstance(tree, Symbol | Primed) and context.is_index(name := name_of(tree)):
        if name not in bound and (name in used or name in context.symbols.indices):
            found.setdefault(name, tree)
        return
    if isinstance(tree, Big):
        for outside in (tree.lower, tree.upper):
            if outside is not None:
                _collect_free(outside, context, bound, used, found)
        inner = bound | {index.name for index in tree.indices}
        for part_of in (*tree.conditions, tree.body):
            _collect_free(part_of, context, inner, used, found)
        return
    if isinstance(tree, Indexed) and context.head(tree).node is tree:
        return
    skipped = _skipped(tree)
    if isinstance(tree, Indexed) and _is_expectation(tree):
        return
    if isinstance(tree, Call) and isinstance(tree.function, Indexed) and _is_expectation(tree.function):
        bound = bound | {name_of(index.sides[0]) for index in tree.function.indices if isinstance(index, Chain)}
        skipped = tree.function
    for child in tree.children:
        if child is not skipped:
            _collect_free(child, context, bound, used, found)


def _is_expectation(node: Indexed) -> bool:
    return isinstance(node.base, Symbol) and node.base.name in EXPECTATIONS


def _skipped(tree: Node) -> Node | None:
    """The name that a node is about, which is no index."""
    if isinstance(tree, Call) and isinstance(tree.function, Symbol):
        return tree.function
    return tree.base if isinstance(tree, Indexed) and isinstance(tree.base, Symbol) else None


def refuse_escaped_index(tree: Node, context: Context) -> None:
    """Refuse an index that is used after its sum has ended: is it meant to be inside?

    Raises:
        MathError: It is; the place is that of the index.
    """
    for node in walk(tree):
        bound: set[str] = set()
        for term in node.terms if isinstance(node, Add) else ():
            free = dict(free_indices(term, context))
            for name in bound & set(free):
                raise MathError(f"{name} is used after its sum has ended", free[name].span, BRACKETS)
            bound |= {index.name for big in walk(term) if isinstance(big, Big) for index in big.indices}


def dependencies(tree: Node, context: Context) -> set[str]:
    """The keys of all names that a tree depends on, also through definitions, without their own arguments."""
    found: set[str] = set()
    waiting: list[tuple[Node, frozenset[str]]] = [(tree, frozenset())]
    while waiting:
        part, own = waiting.pop()
        fresh = {key for key in references(part, context) if key not in own} - found
        found |= fresh
        for key in (key for key in fresh if key in context.definitions):
            waiting += list(_parts(context.definitions[key]))
    return found


def _parts(definition: Definition | None) -> Iterator[tuple[Node, frozenset[str]]]:
    """The right sides of a definition, each with the names that are its arguments."""
    while definition is not None:
        names = {name_of(node) for parameter in definition.parameters for node in walk(parameter)}
        yield definition.body, frozenset(names | {name + "[]" for name in names})
        definition = definition.otherwise


def letters(tree: Node, context: Context) -> set[str]:
    """The letters of all names in a tree, and in what defines them."""
    found: set[str] = set()
    keys: set[str] = set()
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        found |= {node.name for node in walk(part) if isinstance(node, Symbol)}
        fresh = set(references(part, context)) - keys
        keys |= fresh
        for key in fresh & context.definitions.keys():
            waiting += [body for body, _ in _parts(context.definitions[key])]
        for key in fresh & context.symbols.declared.keys():
            waiting += context.symbols.declared[key].arguments
    return found


def references(tree: Node, context: Context) -> Iterator[str]:
    """The keys of the names that stand in a tree."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        inside = list(node.children)
        if isinstance(node, Symbol):
            yield from context.keys_of(node.name)
        elif isinstance(node, Transpose) and node.mark == "T" and context.knows("T"):
            yield "T"  # of a number, this is a power
        elif isinstance(node, Call | Indexed):
            head = context.head(node)
            yield from _head_keys(head, context)
            inside = [*head.indices, *(head.arguments or ())]
            if isinstance(head.node, Indexed) and not context.knows(name_of(head.node)):
                inside += head.node.indices
            if not name_of(head.node):
                inside.append(head.node)
        waiting.extend(inside)


def _head_keys(head: Head, context: Context) -> Iterator[str]:
    node = head.node.base if isinstance(head.node, Primed) else head.node
    name = name_of(node)
    wanted = [definition_key(head._replace(node=node)), name + "()"] if head.arguments is not None else []
    wanted += [name + "[]"] if head.indices and context.knows(name + "[]") else []
    known = [key for key in wanted if context.knows(key)]
    yield from known or context.keys_of(name)


def sizes_used(keys: Iterable[str], context: Context) -> tuple[str, ...]:
    """The sizes that names depend on, in the order of their declaration."""
    symbols = context.symbols
    found: set[str] = set()
    for key in keys:
        if key in symbols.declared:
            found |= symbols.sizes_of(symbols.declared[key])
        if context.is_index(key) and (key in symbols.ranges or len(symbols.sizes) == 1):
            found |= sizes_in(symbols.range(key).high)
    return tuple(size for size in symbols.sizes if size in found)
