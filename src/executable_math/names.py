r"""What the names of a page mean: its declarations, its definitions, and the functions of its module.

`y_i` is an element where `y` is declared with an index, and a name of its own otherwise; `L(w, b)` is a call where `L`
is a function, and a product otherwise. Names are kept under keys that tell these apart: `y`, `y[]` with indices, and
`L(2|0)` with its numbers of arguments, the second of them those after a bar.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from executable_math.reader import EXPECTATIONS
from executable_math.symbols import Symbols, sizes_in
from executable_math.tokens import FUNCTIONS
from executable_math.tree import (
    Add,
    Big,
    Both,
    Call,
    Chain,
    Indexed,
    MathError,
    Negate,
    Node,
    Number,
    Power,
    Primed,
    Root,
    Symbol,
    name_of,
    walk,
)

# The names that the notation itself gives a meaning.
NOTATION = FUNCTIONS | {"\\max", "\\min", "\\binom", "mean", "sum", "sqrt"}
BRACKETS = r"brackets around the terms: \sum_j (a_j + b_j)"
CONSTANTS = {"e": math.e, "\\pi": math.pi, "\\infty": math.inf}


@dataclass(frozen=True)
class Definition:
    """What a formula of the page defines.

    Attributes:
        key: The name, with `[]` if it has indices and the number of arguments if it is a function.
        indices: The indices on the left side.
        parameters: The arguments on the left side; one of the form `y = 1` restricts the definition to that value.
        body: The right side.
        otherwise: What the name meant before, where this one is restricted and does not apply.
        latex: The formula, for messages.
    """

    key: str
    indices: tuple[str, ...]
    parameters: tuple[Node, ...]
    body: Node
    otherwise: Definition | None = None
    latex: str = ""


class Head(NamedTuple):
    """A name with what is attached to it: `l^{(i)}(w, b)` and `softmax(o)_j`."""

    node: Node
    indices: tuple[Node, ...]
    arguments: tuple[Node, ...] | None
    bar: int


@dataclass
class Context:
    """What the names on a page mean: declarations, definitions, and functions of the module."""

    symbols: Symbols
    functions: Mapping[str, Any] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    _heads: dict[int, tuple[Node, Head]] = field(default_factory=dict)

    def is_index(self, name: str) -> bool:
        return self.symbols.is_index(name) and name not in self.definitions and name + "[]" not in self.definitions

    def knows(self, key: str) -> bool:
        return key in self.symbols.declared or key in self.definitions

    def renew(self) -> None:
        """Forget what names were taken to mean, after a definition or a declaration."""
        self._heads.clear()

    def head(self, node: Node) -> Head:
        """The name in a node and what is attached to it."""
        known = self._heads.get(id(node))
        if known is None or known[0] is not node:
            known = self._heads[id(node)] = node, self._head(node)
        return known[1]

    def _head(self, node: Node) -> Head:
        after: tuple[Node, ...] = ()
        arguments: tuple[Node, ...] | None = None
        bar = 0
        if isinstance(node, Indexed) and isinstance(node.base, Call):
            after, node = node.indices, node.base
        if isinstance(node, Call):
            arguments, bar, node = node.arguments + node.given, len(node.given), node.function
        if isinstance(node, Indexed) and not self.is_name(node):
            return Head(node.base, node.indices + after, arguments, bar)
        return Head(node, after, arguments, bar)

    def is_name(self, node: Indexed) -> bool:
        r"""Whether a subscript is part of the name, as in `\theta_0` and `h_\theta`."""
        name, base = name_of(node), name_of(node.base)
        if not name or any(self.knows(name + suffix) for suffix in ("", "()", "[]")) or self.function_keys(name):
            return bool(name)
        if self.knows(base + "[]"):
            return False
        pointing = (Number,) if self.knows(base) or self.function_keys(base) else ()
        return not all(
            self.is_index(name_of(index)) or not name_of(index) or isinstance(index, pointing) for index in node.indices
        )

    def keys_of(self, name: str) -> list[str]:
        """The keys that a name alone may stand for, the first that is known."""
        for key in (name, name + "[]"):
            if self.knows(key):
                return [key]
        return self.function_keys(name) or ([name] if name else [])

    def is_code(self, name: str) -> bool:
        """Whether a name is that of a function of the module, and nothing on the page."""
        return len(name) > 1 and callable(self.functions.get(name)) and not self.keys_known(name)

    def keys_known(self, name: str) -> bool:
        return any(self.knows(key) for key in self.keys_of(name))

    def function_keys(self, name: str) -> list[str]:
        return [key for key in self.definitions if key.startswith(name + "(")]


def definition_key(head: Head) -> str:
    """The key under which a head is defined."""
    name = name_of(head.node)
    if head.arguments is None:
        return name + "[]" if head.indices else name
    return f"{name}({len(head.arguments)}|{head.bar})"


# --- what a tree depends on -----------------------------------------------------------------------------------


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
        for key in fresh & set(context.definitions):
            waiting += list(_parts(context.definitions[key]))
    return found


def _parts(definition: Definition | None) -> Iterator[tuple[Node, frozenset[str]]]:
    """The right sides of a definition, each with the names that are its arguments."""
    while definition is not None:
        names = {name_of(node) for parameter in definition.parameters for node in walk(parameter)}
        yield definition.body, frozenset(names | {name + "[]" for name in names})
        definition = definition.otherwise


def new_sides(chain: Chain, context: Context, bound: bool = False) -> tuple[Node, ...]:
    """The left sides of a chain that define a name: those before the first that has a value.

    A function of the module has one, unless the chain is bound to an expression that says what it is.
    """
    found: list[Node] = []
    for side, relation in zip(chain.sides, chain.relations, strict=False):
        if relation.sign not in ("=", "\\leftarrow") or not _defines(side, context, bound):
            break
        if isinstance(side, Power) and not any(isinstance(node, Symbol) for node in walk(chain.sides[-1])):
            break  # y^2 = 1 says something of y
        found.append(side)
    return tuple(found)


def _unsquared(side: Node) -> Node:
    r"""The name in `\sigma^2 = ...`, which is the root of the right side."""
    square = isinstance(side, Power) and side.exponent == Number("2") and isinstance(side.base, Symbol | Indexed)
    return side.base if isinstance(side, Power) and square else side


def _defines(side: Node, context: Context, bound: bool) -> bool:
    head = context.head(_unsquared(side))
    name = name_of(head.node)
    if not isinstance(head.node, Symbol | Indexed) or not name or name in CONSTANTS or _is_taken(head, context):
        return False
    if not all(context.is_index(name_of(index)) for index in head.indices):
        return False
    taken = {definition_key(head), name + "()"} | ({name + "[]"} if head.arguments is None else set())
    if taken & context.symbols.declared.keys() or (head.arguments is not None and context.is_code(name) and not bound):
        return False
    if head.arguments is None:
        vector = bool(head.indices) and name in context.definitions
        return not vector and not context.knows(definition_key(head)) and not context.function_keys(name)
    if not head.bar and (context.knows(name) or context.knows(name + "[]")):
        return False  # a product, or a name with two meanings
    known = context.definitions.get(definition_key(head))
    fresh = all(_names_argument(part) and not context.function_keys(name_of(part)) for part in head.arguments)
    return fresh and (known is None or _extends(known, head))


def _is_taken(head: Head, context: Context) -> bool:
    """Whether the name is one of the notation's own: a logarithm, an expectation."""
    base = name_of(head.node.base if isinstance(head.node, Indexed) else head.node)
    if head.arguments is None or base not in EXPECTATIONS:
        return head.arguments is not None and base in NOTATION
    keys = dependencies(Both(head.arguments), context)
    return base != "E" or any(not context.knows(key) for key in keys) or bool(keys & context.symbols.random)


def _names_argument(part: Node) -> bool:
    """Whether an argument on a left side is a name, or a name with a value."""
    if isinstance(part, Chain):
        return len(part.sides) == 2 and part.relations[0].sign == "=" and bool(name_of(part.sides[0]))
    return bool(name_of(part)) and not isinstance(part, Number)


def _extends(known: Definition, head: Head) -> bool:
    """Whether a definition for one value of an argument is joined by one for another value."""
    wanted = [_restriction(part) for part in head.arguments or ()]
    definition: Definition | None = known
    while definition is not None:
        given = [_restriction(part) for part in definition.parameters]
        if given == wanted or not any(given):
            return False
        definition = definition.otherwise
    return any(wanted)


def _restriction(parameter: Node) -> Node | None:
    """The value that an argument such as `y = 1` is restricted to."""
    value = parameter.sides[-1] if isinstance(parameter, Chain) else None
    return value if isinstance(value, (Number, Negate)) else None


def define(side: Node, body: Node, latex: str, context: Context) -> str:
    """Give a name its meaning for the rest of the page; return its key.

    Raises:
        MathError: A declared symbol would become a function too.
    """
    head = context.head(_unsquared(side))
    name = name_of(head.node)
    # p(y | x) is written beside a probability p everywhere; no other letter is two things.
    chances = ("probability", "distribution")
    twice = (item for item in context.symbols.declared.values() if item.kind.name not in chances)
    if head.arguments and any(item.key.partition("[")[0] == name for item in twice):
        raise MathError(f"{name} is declared as a symbol, and is no function", head.node.span, "another name for one")
    key = definition_key(head)
    parameters = tuple(
        part.sides[-1] if isinstance(part, Chain) and _restriction(part) is None else part
        for part in head.arguments or ()
    )
    indices = tuple(name_of(index) for index in head.indices)
    body = body if side is _unsquared(side) else Root(body, span=body.span)
    context.definitions[key] = Definition(key, indices, parameters, body, context.definitions.get(key), latex)
    context.renew()
    return key


def refuse_loose_index(side: Node, body: Node, context: Context) -> None:
    """Refuse a definition whose right side has an index that its left side has not.

    Raises:
        MathError: It has; the place is that of the index.
    """
    head = context.head(_unsquared(side))
    bound = {name_of(node) for part in (*head.indices, *(head.arguments or ())) for node in walk(part)}
    summed = {index.name for node in walk(body) if isinstance(node, Big) for index in node.indices}
    for name, node in free_indices(body, context):
        if name in summed:
            raise MathError(f"{name} is used after its sum has ended", node.span, BRACKETS)
        if name not in bound:
            advice = f"{name_of(head.node)}_{name} on the left, or a sum over {name}"
            raise MathError(f"{name} is on the right side only", node.span, advice)


def refuse_idle_parameter(side: Node, body: Node, context: Context) -> None:
    """Refuse a function whose value does not depend on each of its arguments: another letter was meant.

    Raises:
        MathError: One of them is not on the right side, stands twice, or is the function's own name.
    """
    head = context.head(side)
    parameters = [part for part in head.arguments or () if not isinstance(part, Chain)]
    found = letters(body, context) if parameters else set()
    taken = {_stem(head.node)}
    for part in parameters:
        letter, name = _stem(part), name_of(head.node)
        if letter in taken:
            raise MathError(f"{letter} stands for two things here", part.span, "another letter for one of them")
        if letter not in found and not _is_worked_out(part, found, context):
            advice = f"an argument that the right side has, or {name} without it"
            raise MathError(f"{name} does not depend on {letter}", part.span, advice)
        taken.add(name_of(part) if isinstance(part, Indexed) else letter)


def _is_worked_out(part: Node, found: set[str], context: Context) -> bool:
    """Whether an argument is defined by what a right side depends on, as softmax outputs are by their scores."""
    defined = [key for key in references(part, context) if key in context.definitions]
    return bool(defined) and all(letters(context.definitions[key].body, context) <= found for key in defined)


def _stem(node: Node) -> str:
    """The letter of a name, without what is attached to it."""
    while isinstance(node, Indexed | Primed):
        node = node.base
    return name_of(node)


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
