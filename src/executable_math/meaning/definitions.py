"""What a formula defines: which of its left sides are new, and what they may mean from then on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from executable_math.foreign.expression import Expression
from executable_math.latex.tree import (
    Apply,
    Chain,
    Conditional,
    Indexed,
    MathError,
    Node,
    Number,
    Symbol,
    applies,
    name_of,
    walk,
)
from executable_math.meaning.facts import CONSTANTS, MOST_CASES, PENDING, Definition, Facts, Head, Recurrence
from executable_math.meaning.free import BRACKETS, free_indices, summed
from executable_math.meaning.reads import letters, mentioned, reads
from executable_math.meaning.resolve import conjugated, is_refused, numbered, resolve
from executable_math.values.symbols import python_name

ARROW = "\\leftarrow"
_PROBABILITY = ("P", "p", "Pr", "\\Pr", "\\mathbb{P}", "\\mathrm{Pr}", "f_X", "p_X")


def new_sides(chain: Chain, facts: Facts, expression: Expression | None = None) -> tuple[Node, ...]:
    """The left sides of a chain that define a name: those before the first that has a value.

    A function of the module has one, unless the chain is bound to an expression that calls it with these arguments.
    """
    found: list[Node] = []
    for side, relation in zip(chain.sides, chain.relations, strict=False):
        if relation.sign not in ("=", ARROW):
            break
        if not (_defines(side, facts, expression) or (relation.sign == ARROW and renews(side, facts))):
            break
        if applies(side, "power") and not any(isinstance(node, Symbol) for node in walk(chain.sides[-1])):
            break  # y^2 = 1 says something of y
        found.append(side)
    return tuple(found)


def main_statement(statements: Sequence[Node], facts: Facts, expression: Expression | None) -> Node:
    """The statement that a formula is about, which an expression is held against.

    It is the first that defines, equates or is worth something, and that no other such statement builds on: the first
    in `L = a^2, where a = x - y`, the last in `L = a^2, L' = 2 a` and where a name is defined step by step.
    """
    bodies = [one.body if isinstance(one, Conditional) else one for one in statements]
    new = [_new_names(body, facts, expression) for body in bodies]
    stating = [place for place, body in enumerate(bodies) if _states_value(body)]
    for place in stating:
        others = (other for other in stating if other != place and not (other < place and new[other] & new[place]))
        if not any(_mentions(bodies[other], new[place]) for other in others):
            return statements[place]
    return statements[stating[0] if stating else 0]


def _new_names(body: Node, facts: Facts, expression: Expression | None) -> set[str]:
    sides = new_sides(body, facts, expression) if isinstance(body, Chain) else ()
    return {facts.head(_unsquared(side)).name for side in sides}


def _mentions(tree: Node, names: set[str]) -> bool:
    return any(name_of(node) in names for node in walk(tree))


def _states_value(body: Node) -> bool:
    if isinstance(body, Chain):
        return body.relations[0].sign in ("=", ARROW)
    return not name_of(body)


def _unsquared(side: Node) -> Node:
    r"""The name in `\sigma^2 = ...`, which is the root of the right side."""
    match side:
        case Apply("power", (Symbol() | Indexed() as base, Number("2"))):
            return base
    return side


def _defines(side: Node, facts: Facts, expression: Expression | None) -> bool:
    head = facts.head(_unsquared(side))
    if not isinstance(head.node, Symbol | Indexed) or not head.name or (head.name in CONSTANTS and not head.indices):
        return False
    if expression is not None and names_next(side, facts):
        return True
    if _is_taken(head, facts) or not all(facts.is_index(name_of(index)) for index in head.indices):
        return False
    _refuse_event(head, facts)
    taken = {head.key, head.name + "()"} | ({head.name + "[]"} if head.arguments is None else set())
    if taken & facts.symbols.declared.keys():
        return False
    if facts.is_code(head.name) and not _is_called(head, facts, expression):
        return False
    return _defines_name(head, facts) if head.arguments is None else _defines_function(head, facts)


def renews(side: Node, facts: Facts) -> bool:
    r"""Whether an arrow behind a side gives a defined name another meaning: `x \leftarrow x + 1` after `x = 1`."""
    head = facts.head(side)
    return head.arguments is None and not head.indices and head.key in facts.definitions


def names_next(side: Node, facts: Facts) -> bool:
    r"""Whether a side is the element after another, `x_{t + 1}` of a declared `x_t`: it may be beyond the last one.

    As a left side it says what the code is asked for, and defines nothing.
    """
    head = facts.head(side)
    declared = facts.symbols.declared.get(head.name + "[]")
    if declared is None or head.arguments is not None or len(declared.axes) != len(head.indices):
        return False
    own = zip(head.indices, declared.axes, strict=True)
    steps = [index == Apply("add", (Symbol(axis), Number("1"))) for index, axis in own if name_of(index) != axis]
    return bool(steps) and all(steps)


def _refuse_event(head: Head, facts: Facts) -> None:
    r"""Refuse to take a probability or density of a declared random variable for a new function: it has a value.

    Raises:
        MathError: It is one, such as `P(B = 1)` and `p(x)`.
    """
    if head.name not in _PROBABILITY or facts.knows(head.name):
        return
    for part in head.arguments or ():
        variable = part.sides[0] if isinstance(part, Chain) else part
        if name_of(variable) in facts.symbols.random:
            reason = f"{head.name} of the random variable {name_of(variable)} is not worked out here"
            raise MathError(reason, head.node.span, r"\mathbb{E}[\mathbb{1}[X > 1]] for the probability of X > 1")


def _is_called(head: Head, facts: Facts, expression: Expression | None) -> bool:
    """Whether an expression calls the function that a left side names, its arguments first and in order."""
    calls = expression.arguments(head.name) if expression is not None else []
    own = [_in_python(part, facts) for part in head.arguments or ()]
    return any(call[: len(own)] == own for call in calls)


def refuse_other_order(chain: Chain, facts: Facts, expression: Expression) -> None:
    """Refuse a left side that names the function that its expression calls, with the same arguments in another order.

    Raises:
        MathError: It does; that two values are the same then, as those of y s and s y, makes it no better.
    """
    head = facts.head(chain.sides[0])
    own = [_in_python(part, facts) for part in head.arguments or ()]
    for call in expression.arguments(head.name):
        first = call[: len(own)]
        if own != first and sorted(own) == sorted(first):
            reason = f"the arguments of {head.name} are in another order than in {expression.text}"
            raise MathError(reason, chain.sides[0].span, f"{', '.join(first)}, in this order")


def _in_python(argument: Node, facts: Facts) -> str:
    """What an argument on a left side is called in expressions."""
    head = facts.head(argument)
    declared = facts.symbols.declared.get(head.key)
    return declared.python if declared is not None else python_name(head.name)


def _defines_name(head: Head, facts: Facts) -> bool:
    vector = bool(head.indices) and head.name in facts.definitions
    return not vector and not facts.knows(head.key) and not facts.function_keys(head.name)


def _defines_function(head: Head, facts: Facts) -> bool:
    if not head.bar and (facts.knows(head.name) or facts.knows(head.name + "[]")):
        return False  # a product, or a name with two meanings
    known = facts.definitions.get(head.key)
    parts = head.arguments or ()
    fresh = all(_names_argument(part) and not facts.function_keys(name_of(part)) for part in parts)
    return fresh and (known is None or _extends(known, head))


def _is_taken(head: Head, facts: Facts) -> bool:
    """Whether the name is one of the notation's own: a logarithm, an expectation, a conjugate."""
    base = name_of(head.node.base if isinstance(head.node, Indexed) else head.node)
    if head.arguments is None or base not in facts.language.called:
        return bool(conjugated(head.name, facts))
    tree = resolve(Apply("vector", head.arguments), facts)
    unknown = base in facts.language.bracketed and is_refused(tree)
    return base not in facts.language.random or unknown or bool(reads(tree) & facts.symbols.random)


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
    inside = facts
    if before is not None and head.arguments is None:  # its old meaning has a key of its own from now on
        inside = facts.renamed(head.key, replace(before, key=f"{before.key} before"))
        before = None
    parameters = tuple(map(_parameter, head.arguments or ()))
    indices = tuple(name_of(index) for index in head.indices)
    body = body if side is _unsquared(side) else Apply("root", (body,), span=body.span)
    settled = resolve(body, inside, _running(indices, parameters, facts), map(_argument_name, parameters))
    return head.key, facts.defining(Definition(head.key, indices, parameters, body, settled, before, latex))


def recurrence(chain: Chain, latex: str, facts: Facts) -> tuple[str, Facts] | None:
    r"""The key of a recursion, such as \(m_t = \beta m_{t-1} + g_t\) after \(m_0 = 0\), and what is said with it.

    Raises:
        MathError: Nothing says where it starts.
    """
    side = chain.sides[0]
    if len(chain.sides) < 2 or chain.relations[0].sign not in ("=", ARROW) or not isinstance(side, Indexed):
        return None
    name, place, body = name_of(side.base), _shifted(side.indices), chain.sides[1]
    if not name or place is None or facts.is_known(name) or not _goes_on(name, side.indices[0], place[0], body, facts):
        return None
    index, step = place
    if not facts.is_index(index):
        advice = f"declare it, `{index}: index 1..N`, and `N: size`"
        raise MathError(f"{name} goes on over {index}, which is no index", side.indices[0].span, advice)
    starts = numbered(name, facts)
    if not starts:
        advice = f"{name}_0 = ... before it, or declare it, `{name}_0: real`"
        raise MathError(f"{name} goes on from where?", side.span, advice)
    pending = Definition(f"{name}[]", (index,), (), PENDING, PENDING, None, latex, Recurrence(starts, step))
    settled = resolve(body, facts.defining(pending), (index,))
    return pending.key, facts.defining(replace(pending, written=body, body=settled))


def _shifted(indices: Sequence[Node]) -> tuple[str, int] | None:
    """An index and how far an element is from it: `t` and 0 of `t`, `k` and 1 of `k + 1`."""
    match indices:
        case (Symbol(name),):
            return name, 0
        case (Apply("add", (Symbol(name), Number(text))),) if text.isdigit():
            return name, int(text)
    return None


def _goes_on(name: str, own: Node, index: str, body: Node, facts: Facts) -> bool:
    """Whether a right side names other elements of what it defines."""
    elements = (node for node in walk(body) if isinstance(node, Indexed) and name_of(node.base) == name)
    elements = (node for node in elements if not facts.is_known(name_of(node)))
    places = (one.indices[0] for one in elements if len(one.indices) == 1)
    return any(place != own and Symbol(index) in walk(place) for place in places)


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
            others = f"or declare it, `{name}: integer`, if it is no index"
            advice = f"{head.name}_{name} on the left, or a sum over {name}, {others}"
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
    """The letter of a name, without its indices."""
    while isinstance(node, Indexed):
        node = node.base
    return name_of(node)
