"""Derivatives by symbols and arguments, and values where symbols are set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from executable_math.latex.atoms import atom, braced
from executable_math.latex.cursor import Cursor
from executable_math.latex.edits import Edit
from executable_math.latex.language import Binder, Operator, Start, no_own_value
from executable_math.latex.operators import operand
from executable_math.latex.scripts import attached
from executable_math.latex.slips import before, body_alone
from executable_math.latex.tokens import ACCENTS, KEPT_FONTS, PLAIN_FONTS, Token
from executable_math.latex.tree import Apply, Bind, Chain, MathError, Node, Number, applies, name_of, walk
from executable_math.meaning.env import Env
from executable_math.meaning.leaves import index_values, range_of, samples
from executable_math.meaning.resolve import Resolver
from executable_math.meaning.settled import Argument, Defined, Refused, Sample, Slope, Unspecified, at, refused
from executable_math.notation.kinks import opened
from executable_math.values.arrays import Value, aligned, own_shape, shown_shape, spread
from executable_math.values.derivative import Dual, linear, part, primal
from executable_math.values.numbers import undefined
from executable_math.values.symbols import Declaration

# --- how they are read -----------------------------------------------------------------------------------------


def _letter(reader: Cursor) -> str:
    r"""The `d` or `\partial` of a derivative, when both halves of the fraction that begins here begin with it."""
    letter = reader.next(2).text
    if reader.next().text != "{" or letter not in ("d", "\\partial") or reader.next(3).text == "_":
        return ""
    depth, place = 0, reader.place + 1
    while place < len(reader.tokens) - 1:
        depth += (reader.tokens[place].text == "{") - (reader.tokens[place].text == "}")
        place += 1
        if depth == 0:
            break
    below = reader.tokens[place : place + 3]
    return letter if [token.text for token in below[:2]] == ["{", letter] and _begins_name(below[2]) else ""


def _begins_name(token: Token) -> bool:
    """Whether a name begins here; what is behind the `d` of `\\frac{d}{d + 1}` and `\\frac{d_1}{d_2}` is none."""
    marks = ACCENTS.keys() | PLAIN_FONTS | KEPT_FONTS.keys() | {"{", "("}
    return token.kind in ("letter", "word") or token.text in marks


def _is_derivative(reader: Cursor) -> bool:
    return bool(_letter(reader))


def _read_fraction(reader: Cursor, name: str) -> Node:
    letter = _letter(reader)
    token = reader.advance()
    order, body = _upper_half(reader)
    variables = _variables(reader, letter)
    if order != len(variables):
        reader.refuse("the halves of a derivative differ in order", r"\frac{d^2 f}{dx^2}", at=token.start)
    if body is None:
        body = reader.signed(reader.term)
    return _taken_last(Bind(name, variables, None, None, (), body, span=reader.since(token.start)))


def _upper_half(reader: Cursor) -> tuple[int, Node | None]:
    """The order in the upper half, and what is differentiated where it stands there."""
    opened = reader.advance()
    reader.advance()
    order = 1
    if reader.take("^"):
        power = braced(reader)
        order = int(power.text) if isinstance(power, Number) and power.text.isdigit() else 0
    if reader.take("}"):
        return order, None
    reader.open.append("{")
    body = reader.expression()
    reader.expect("}", opened)
    reader.open.pop()
    return order, body


def _variables(reader: Cursor, letter: str) -> tuple[Node, ...]:
    opened = reader.advance()
    found: list[Node] = []
    while reader.take(letter):
        found.extend(_variable(reader))
    reader.expect("}", opened)
    return tuple(found)


def _variable(reader: Cursor) -> list[Node]:
    node = attached(reader, atom(reader))
    if not applies(node, "power"):
        return [node]
    base, order = node.parts
    if not (isinstance(order, Number) and order.text in "1234"):
        advice = r"\frac{d^2}{dx^2}"
        reader.refuse("the order of a derivative is a number from 1 to 4", advice, at=order.span[0])
    return [base] * int(order.text)


def _read_gradient(reader: Cursor, name: str) -> Node:
    token = reader.advance()
    variables: tuple[Node, ...] = ()
    order: Node | None = None
    while reader.token.text in ("_", "^"):
        if reader.advance().text == "_":
            variables = (braced(reader),)
        elif (order := braced(reader)) != Number("2"):
            reader.refuse(r"a power of \nabla", r"\nabla^2 for the matrix of second derivatives", at=order.span[0])
    if not reader.starts_factor():
        reader.refuse(r"\nabla of what?", r"\nabla_w L", at=token.start)
    return _taken_last(Bind(name, variables, None, order, (), operand(reader), span=reader.since(token.start)))


def _read_partial(reader: Cursor, name: str) -> Node:
    token = reader.advance()
    if not reader.take("_"):
        return Apply("differential", (attached(reader, atom(reader)),), span=reader.since(token.start))
    variable = braced(reader)
    return _taken_last(Bind(name, (variable,), None, None, (), operand(reader), span=reader.since(token.start)))


def _taken_last(node: Bind) -> Node:
    """A derivative written before a term with a bar behind it is taken first, and then its value at the place."""
    body = node.body
    last = body.parts[-1] if applies(body, "multiply") else body
    if not (isinstance(last, Bind) and last.operator == "at"):
        return node
    inside = replace(body, parts=(*body.parts[:-1], last.body)) if applies(body, "multiply") else last.body
    return replace(last, body=replace(node, body=inside), span=node.span)


def _differential_ahead(reader: Cursor) -> bool:
    """Whether `d` begins a derivative written with a slash, `dJ/dw`."""
    place = reader.place + 1
    while _may_stand_in_one(reader, place):
        place += 1
    tokens = reader.tokens
    after = tokens[min(place + 2, len(tokens) - 1)]
    upper = place > reader.place + 1 and tokens[place].text == "/" and tokens[place + 1].text == "d"
    return (upper and after.kind in ("letter", "mark")) or _after_differential(reader)


def _may_stand_in_one(reader: Cursor, place: int) -> bool:
    token = reader.tokens[place]
    fonts = ACCENTS.keys() | PLAIN_FONTS
    return token.kind == "letter" or token.text in ("_", "^", "{", "}") or token.text in fonts


def _after_differential(reader: Cursor) -> bool:
    if not (reader.place > 1 and reader.tokens[reader.place - 1].text == "/"):
        return False
    place = reader.place - 2
    while place >= 0 and reader.tokens[place].text != "d":
        token = reader.tokens[place]
        if token.kind != "letter" and token.text not in ("_", "^", "{", "}"):
            return token.text in ACCENTS
        place -= 1
    return place >= 0 and reader.next().kind in ("letter", "mark")


def _read_differential(reader: Cursor, name: str) -> Apply:
    start = reader.advance().start
    return Apply(name, (attached(reader, atom(reader)),), span=reader.since(start))


# --- what their variables mean ---------------------------------------------------------------------------------


def _settled(resolver: Resolver, node: Bind) -> Node:
    return replace(node, variables=tuple(_by(resolver, one) for one in node.variables), body=resolver.settle(node.body))


def _settled_gradient(resolver: Resolver, node: Bind) -> Node:
    """A gradient without a variable is by the first argument of the function; a second one is by it twice."""
    variables = node.variables
    if not variables:
        facts = resolver.facts
        head = facts.head(node.body)
        if head.arguments and (found := resolver.unspecified(head, node, 1 if node.upper is None else 2)):
            return found
        keys = facts.function_keys(head.name)
        definition = facts.definitions.get(head.key) or (facts.definitions[keys[0]] if keys else None)
        if definition is None or not definition.parameters:
            return refused(MathError(r"\nabla by what?", node.span, r"\nabla_w L"), node)
        variables = definition.parameters[:1]
    variables *= 1 if node.upper is None else 2
    return _settled(resolver, replace(node, operator="derivative", variables=variables, upper=None))


def _by(resolver: Resolver, variable: Node) -> Node:
    """What a derivative is taken by: a symbol, all of it or an element, or an argument."""
    head = resolver.facts.head(variable)
    name = head.name
    if head.arguments is not None or not name:
        advice = r"\frac{\partial J}{\partial w_j}"
        return refused(MathError("a derivative by what is not a symbol", variable.span, advice), variable)
    if resolver.declared_function(name) is not None:
        return refused(MathError(f"{name} is a function", variable.span, "a derivative by a symbol"), variable)
    place = at(variable)
    indices = resolver.all(head.indices)
    for key in (name + "[]",) if indices else (name, name + "[]"):
        if key in resolver.facts.symbols.declared:
            found: Node = Sample(key, indices, **place)
            break
        if key in resolver.facts.definitions:
            found = Defined(key, indices, definition=resolver.facts.definitions[key], **place)
            break
    else:
        found = resolver.unknown(name, variable)
    return Argument(name, found, **place) if name in resolver.arguments and not indices else found


def _settled_at(resolver: Resolver, node: Bind) -> Node:
    """The body where symbols are set: each a declared symbol, or an argument."""
    settings = tuple(_setting(resolver, chain) for chain in node.conditions if isinstance(chain, Chain))
    return replace(node, conditions=settings, body=resolver.settle(node.body))


def _setting(resolver: Resolver, chain: Chain) -> Chain:
    symbol, value = chain.sides
    return replace(chain, sides=(target(resolver, symbol), resolver.settle(value)))


def target(resolver: Resolver, symbol: Node) -> Node:
    """A symbol that can be set: a declared one, or an argument."""
    name = name_of(symbol)
    place = at(symbol)
    found: Node
    for key in (name, name + "[]"):
        if key in resolver.facts.symbols.declared and resolver.declared_function(name) is None:
            found = Sample(key, **place)
            break
    else:
        reason = f"{name or 'this'} is no symbol that can be set"
        found = refused(MathError(reason, symbol.span, r"\big|_{z = 0} of `z: real`"), symbol)
    return Argument(name, found, **place) if name in resolver.arguments else found


# --- derivatives -----------------------------------------------------------------------------------------------


def _derivative(node: Bind, env: Env) -> Value:
    return _differentiated(node.body, node.variables, env)


def _differentiated(body: Node, variables: Sequence[Node], env: Env) -> Value:
    if not variables:
        return env.value(body)
    variable = variables[0]
    if isinstance(variable, Argument):
        if variable.argument in env.arguments:
            return _by_argument(variable, body, variables, env)
        variable = variable.otherwise or variable
    if isinstance(variable, Refused):
        raise variable.problem()
    assert isinstance(variable, Sample | Defined)
    axes = _axes(variable, env)
    given = index_values(variable.indices, axes, variable, env)
    ranges = [range_of(axis, variable, env.run) for axis in axes]
    places = [value - found.low for value, found in zip(given, ranges, strict=False)]
    inner = env
    for axis, found in list(zip(axes, ranges, strict=True))[len(given) :]:
        inner = inner.bind(f"d{axis}", np.arange(found.size(env.run.group.sizes)))
        places.append(inner.indices[f"d{axis}"].astype(float))
    with env.run.moving(variable.key, tuple(places)) as tag:
        value = _within(body, variables, _differentiated(body, variables[1:], inner), env)
    return _collected(value, tag, env.depth, [int(place.shape[0]) for place in places[len(given) :]])


def _within(body: Node, variables: Sequence[Node], value: Value, env: Env) -> Value:
    """The value, with no derivative where what is differentiated has none: outside its domain."""
    outside = undefined(primal(value.data))
    if len(variables) > 1 or not outside.any() or any(map(differentiates, walk(opened(body)))):
        return value
    lost = np.asarray(outside.any(axis=tuple(range(-value.rank, 0))))
    env.run.outside = env.run.outside | env.run.by_sample(lost, np.any)
    nothing = linear(lambda array: np.where(outside, np.nan, array), value.data)
    return value._replace(data=nothing)


def differentiates(node: Node) -> bool:
    """Whether a node is a derivative, once names are settled."""
    primed = isinstance(node, Slope) or (isinstance(node, Unspecified) and node.order > 0)
    return primed or (isinstance(node, Bind) and node.operator == "derivative")


def _axes(variable: Sample | Defined, env: Env) -> tuple[str, ...]:
    if isinstance(variable, Sample):
        return env.run.symbols.declared[variable.key].axes
    return variable.definition.indices if variable.definition is not None else ()


def _collected(value: Value, tag: int, depth: int, sizes: Sequence[int]) -> Value:
    """The derivatives, with those by the elements of a whole array as axes of the value."""
    result = Value(part(value.data, tag), value.rank)
    for place, size in reversed(list(enumerate(sizes))):
        full = depth + place + 2 + result.rank
        wide = linear(lambda array, full=full, size=size: spread(array, full, size), result.data)  # type: ignore[misc]
        # After the axes of the value itself, before those already moved.
        last = -1 - (result.rank - value.rank)
        moved = linear(lambda array, last=last: np.moveaxis(array, 0, last), wide)  # type: ignore[misc]
        result = Value(moved, result.rank + 1)
    return result


def _by_argument(variable: Argument, body: Node, variables: Sequence[Node], env: Env) -> Value:
    """The derivative by an argument of the definition in which it stands."""
    at = env.arguments[variable.argument]()
    if at.rank:
        raise MathError("a derivative by a vector that is an argument", variable.span, "a symbol of the page")
    with env.run.deriving() as tag:
        seed = Value(Dual(at.data, np.ones(primal(at.data).shape), tag))
        inner = env.given(variable.argument, lambda: seed)
        value = _within(body, variables, _differentiated(body, variables[1:], inner), env)
    return Value(part(value.data, tag), value.rank)


# --- symbols that are set --------------------------------------------------------------------------------------


def _at(node: Bind, env: Env) -> Value:
    """The value of the body where some symbols are set."""
    settings = [chain.sides for chain in node.conditions if isinstance(chain, Chain)]
    values = [env.value(value) for _, value in settings]
    inner = env
    with env.run.fixing():
        for (symbol, _), value in zip(settings, values, strict=True):
            inner = set_to(symbol, value, inner)
        return inner.value(node.body)


def set_to(symbol: Node, value: Value, env: Env) -> Env:
    """Where a symbol, or an argument, has another value."""
    if isinstance(symbol, Argument):
        if symbol.argument in env.arguments or symbol.otherwise is None:
            return env.given(symbol.argument, lambda: value)
        symbol = symbol.otherwise
    if isinstance(symbol, Refused):
        raise symbol.problem()
    assert isinstance(symbol, Sample)
    env.run.fixed[symbol.key] = _filled(env.run.symbols.declared[symbol.key], value, symbol, env)
    return env


def _filled(declaration: Declaration, value: Value, node: Node, env: Env) -> Value:
    """A value in the shape of a symbol: a number is that of all its elements."""
    like = Value(samples(declaration, env.run), len(declaration.axes))
    if value.rank > like.rank:
        reason = f"{shown_shape(value)} for {declaration.latex}, which is {shown_shape(like)}"
        raise MathError(reason, node.span, "an element, as in y_i")
    data, _, rank = aligned(value, like, node)
    shape = (*primal(data).shape[: primal(data).ndim - rank], *own_shape(like))
    return Value(linear(lambda array: np.broadcast_to(array, shape), data), rank)


def _other_sign(latex: str, node: Bind) -> Iterator[Edit]:
    yield before(latex, node, "-")


RECORDS = (
    Binder(
        "derivative",
        (
            Start("\\frac", _read_fraction, _is_derivative),
            Start("\\partial", _read_partial, closed=False),
        ),
        _derivative, (body_alone,),
        (r"\frac{d}{dx} x^3 = 3 x^2", r"\frac{\partial}{\partial u_i} \sum_j u_j^2 = 2 u_i"),
        (r"\frac{d}{dx} x^3 = x^2",), False, _settled,
    ),
    Binder(
        "gradient", (Start("\\nabla", _read_gradient, closed=False),), None, (body_alone,),
        (r"\nabla_u \sum_i u_i^2 = 2 u",), (r"\nabla_u \sum_i u_i^2 = u",), False, _settled_gradient,
    ),
    Binder(
        "at", (), _at, (body_alone,), (r"\frac{d}{dx} x^2 \big|_{x = 3} = 6",),
        (r"\frac{d}{dx} x^2 \big|_{x = 3} = 9",), False, _settled_at,
    ),
    Operator(
        "differential", (Start("d", _read_differential, _differential_ahead, closed=False),),
        no_own_value("a differential on its own", r"\frac{\partial J}{\partial w}"), (_other_sign,),
        (r"dy/dx + x = x",), (r"dy/dx + x = y",), only_here="it is no value",
    ),
)  # fmt: skip
