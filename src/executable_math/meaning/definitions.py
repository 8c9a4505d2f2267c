"""What a formula defines: which of its left sides are new, and what they may mean from then on."""

from __future__ import annotations

from executable_math.latex.tokens import EXPECTATIONS
from executable_math.latex.tree import (
    Big,
    Both,
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
from executable_math.meaning.dependence import BRACKETS, dependencies, free_indices, letters, references
from executable_math.meaning.names import CONSTANTS, NOTATION, Context, Definition, Head, definition_key

MOST_DEFINITIONS, MOST_CASES = 1000, 30


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
    refuse_too_many(head, context)
    parameters = tuple(
        part.sides[-1] if isinstance(part, Chain) and _restriction(part) is None else part
        for part in head.arguments or ()
    )
    indices = tuple(name_of(index) for index in head.indices)
    body = body if side is _unsquared(side) else Root(body, span=body.span)
    context.definitions[key] = Definition(key, indices, parameters, body, context.definitions.get(key), latex)
    context.renew()
    return key


def refuse_too_many(head: Head, context: Context) -> None:
    """Refuse more definitions than are looked through in no time: each may be what a later formula builds on.

    Raises:
        MathError: The page, or the name, has too many.
    """
    if len(context.definitions) >= MOST_DEFINITIONS:
        reason = f"a page with more than {MOST_DEFINITIONS} definitions"
        raise MathError(reason, head.node.span, "a page for each part of it")
    before, definition = 0, context.definitions.get(definition_key(head))
    while definition is not None:
        before, definition = before + 1, definition.otherwise
    if before >= MOST_CASES:
        reason = f"{name_of(head.node)} with more than {MOST_CASES} values of an argument"
        raise MathError(reason, head.node.span, "one formula, with the argument in it")


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
