"""What a formula defines: which of its left sides are new, and what they may mean from then on."""

from __future__ import annotations

from executable_math.latex.tree import (
    Apply,
    Chain,
    Indexed,
    MathError,
    Node,
    Number,
    Primed,
    Symbol,
    applies,
    name_of,
    walk,
)
from executable_math.meaning.facts import CONSTANTS, MOST_CASES, Definition, Facts, Head
from executable_math.meaning.free import BRACKETS, free_indices, summed
from executable_math.meaning.reads import letters, mentioned, reads
from executable_math.meaning.resolve import is_refused, resolve

ARROW = "\\leftarrow"


def new_sides(chain: Chain, facts: Facts, bound: bool = False) -> tuple[Node, ...]:
    """The left sides of a chain that define a name: those before the first that has a value.

    A function of the module has one, unless the chain is bound to an expression that says what it is.
    """
    found: list[Node] = []
    for side, relation in zip(chain.sides, chain.relations, strict=False):
        if relation.sign not in ("=", ARROW) or not _defines(side, facts, bound):
            break
        if applies(side, "power") and not any(isinstance(node, Symbol) for node in walk(chain.sides[-1])):
            break  # y^2 = 1 says something of y
        found.append(side)
    return tuple(found)


def _unsquared(side: Node) -> Node:
    r"""The name in `\sigma^2 = ...`, which is the root of the right side."""
    match side:
        case Apply("power", (Symbol() | Indexed() as base, Number("2"))):
            return base
    return side


def _defines(side: Node, facts: Facts, bound: bool) -> bool:
    head = facts.head(_unsquared(side))
    if not isinstance(head.node, Symbol | Indexed) or not head.name or head.name in CONSTANTS:
        return False
    if _is_taken(head, facts) or not all(facts.is_index(name_of(index)) for index in head.indices):
        return False
    taken = {head.key, head.name + "()"} | ({head.name + "[]"} if head.arguments is None else set())
    if taken & facts.symbols.declared.keys():
        return False
    return _defines_name(head, facts) if head.arguments is None else _defines_function(head, facts, bound)


def _defines_name(head: Head, facts: Facts) -> bool:
    vector = bool(head.indices) and head.name in facts.definitions
    return not vector and not facts.knows(head.key) and not facts.function_keys(head.name)


def _defines_function(head: Head, facts: Facts, bound: bool) -> bool:
    if facts.is_code(head.name) and not bound:
        return False
    if not head.bar and (facts.knows(head.name) or facts.knows(head.name + "[]")):
        return False  # a product, or a name with two meanings
    known = facts.definitions.get(head.key)
    parts = head.arguments or ()
    fresh = all(_names_argument(part) and not facts.function_keys(name_of(part)) for part in parts)
    return fresh and (known is None or _extends(known, head))


def _is_taken(head: Head, facts: Facts) -> bool:
    """Whether the name is one of the notation's own: a logarithm, an expectation."""
    base = name_of(head.node.base if isinstance(head.node, Indexed) else head.node)
    if head.arguments is None or base not in facts.language.bracketed:
        return head.arguments is not None and base in facts.language.called
    tree = resolve(Apply("vector", head.arguments), facts)
    return base != "E" or is_refused(tree) or bool(reads(tree) & facts.symbols.random)


def _names_argument(part: Node) -> bool:
    """Whether an argument on a left side is a name, or a name with a value."""
    if isinstance(part, Chain):
        return len(part.sides) == 2 and part.relations[0].sign == "=" and bool(name_of(part.sides[0]))
    return bool(name_of(part)) and not isinstance(part, Number)


def _extends(known: Definition, head: Head) -> bool:
    """Whether a definition for one value of an argument is joined by one for another value."""
    wanted = [_restriction(part) for part in head.arguments or ()]
    for definition in known:
        given = [_restriction(part) for part in definition.parameters]
        if given == wanted or not any(given):
            return False
    return any(wanted)


def _restriction(parameter: Node) -> Node | None:
    """The value that an argument such as `y = 1` is restricted to."""
    value = parameter.sides[-1] if isinstance(parameter, Chain) else None
    return value if isinstance(value, Number) or applies(value, "negate") else None


def define(side: Node, body: Node, latex: str, facts: Facts) -> tuple[str, Facts]:
    """Give a name its meaning for the rest of the page; its key, and what the page has said then.

    Raises:
        MathError: A declared symbol would become a function too, or there are too many definitions.
    """
    head = facts.head(_unsquared(side))
    # p(y | x) is written beside a probability p everywhere; no other letter is two things.
    chances = ("probability", "distribution")
    twice = (item for item in facts.symbols.declared.values() if item.kind.name not in chances)
    if head.arguments and any(item.key.partition("[")[0] == head.name for item in twice):
        reason = f"{head.name} is declared as a symbol, and is no function"
        raise MathError(reason, head.node.span, "another name for one")
    before = facts.definitions.get(head.key)
    if before is not None and len(list(before)) >= MOST_CASES:
        reason = f"{head.name} with more than {MOST_CASES} values of an argument"
        raise MathError(reason, head.node.span, "one formula, with the argument in it")
    parameters = tuple(map(_parameter, head.arguments or ()))
    indices = tuple(name_of(index) for index in head.indices)
    body = body if side is _unsquared(side) else Apply("root", (body,), span=body.span)
    settled = resolve(body, facts, _running(indices, parameters, facts), map(_argument_name, parameters))
    return head.key, facts.defining(Definition(head.key, indices, parameters, body, settled, before, latex))


def _parameter(part: Node) -> Node:
    return part.sides[-1] if isinstance(part, Chain) and _restriction(part) is None else part


def _argument_name(parameter: Node) -> str:
    return name_of(parameter.sides[0] if isinstance(parameter, Chain) else parameter)


def _running(indices: tuple[str, ...], parameters: tuple[Node, ...], facts: Facts) -> set[str]:
    """The indices that have values on a right side: those of the name, and of its arguments."""
    inside = (node for part in parameters for node in walk(part) if isinstance(node, Indexed))
    names = {name_of(index) for node in inside for index in node.indices}
    return {*indices, *(name for name in names if facts.is_index(name))}


def refuse_loose_index(side: Node, body: Node, facts: Facts) -> None:
    """Refuse a definition whose right side has an index that its left side has not.

    Raises:
        MathError: It has; the place is that of the index.
    """
    head = facts.head(_unsquared(side))
    bound = {name_of(node) for part in (*head.indices, *(head.arguments or ())) for node in walk(part)}
    over = summed(body)
    for name, node in free_indices(body, facts):
        if name in over:
            raise MathError(f"{name} is used after its sum has ended", node.span, BRACKETS)
        if name not in bound:
            advice = f"{head.name}_{name} on the left, or a sum over {name}"
            raise MathError(f"{name} is on the right side only", node.span, advice)


def refuse_idle_parameter(side: Node, body: Node, facts: Facts) -> None:
    """Refuse a function whose value does not depend on each of its arguments: another letter was meant.

    Raises:
        MathError: One of them is not on the right side, stands twice, or is the function's own name.
    """
    head = facts.head(side)
    parameters = [part for part in head.arguments or () if not isinstance(part, Chain)]
    found = letters(body, facts) if parameters else set()
    taken = {_stem(head.node)}
    for part in parameters:
        letter = _stem(part)
        if letter in taken:
            raise MathError(f"{letter} stands for two things here", part.span, "another letter for one of them")
        if letter not in found and not _is_worked_out(part, found, facts):
            advice = f"an argument that the right side has, or {head.name} without it"
            raise MathError(f"{head.name} does not depend on {letter}", part.span, advice)
        taken.add(name_of(part) if isinstance(part, Indexed) else letter)


def _is_worked_out(part: Node, found: set[str], facts: Facts) -> bool:
    """Whether an argument is defined by what a right side depends on, as softmax outputs are by their scores."""
    keys = set(mentioned(resolve(part, facts))) & facts.definitions.keys()
    return bool(keys) and all(letters(facts.definitions[key].body, facts) <= found for key in keys)


def _stem(node: Node) -> str:
    """The letter of a name, without what is attached to it."""
    while isinstance(node, Indexed | Primed):
        node = node.base
    return name_of(node)
