"""What names are worth: numbers, indices, declared symbols, definitions, and functions of the module."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from executable_math.latex.language import Rule
from executable_math.latex.tree import Chain, MathError, Node, Number, TooMuch, applies, name_of, walk
from executable_math.meaning.env import Env, Evaluation, Thunk
from executable_math.meaning.facts import CONSTANTS, PENDING, Definition, Facts, Recurrence
from executable_math.meaning.resolve import indexed, unknown
from executable_math.meaning.settled import (
    Argument,
    CodeCall,
    Constant,
    Defined,
    Element,
    Index,
    Refused,
    Sample,
    Slope,
    Unspecified,
    written_name,
)
from executable_math.values.arrays import (
    Value,
    aligned,
    clipped,
    entries,
    moved,
    own_shape,
    picked,
    pointwise,
    shortened,
    stacked_values,
    taken,
    widened,
)
from executable_math.values.derivative import Array, Dual, Real, apply, choose, linear, part, primal
from executable_math.values.numbers import DOUBLES, Numbers, doubles, real, same, undefined
from executable_math.values.symbols import Declaration, Group, Range
from executable_math.values.unspecified import TERMS, are_forms, opaque, smooth

DEEPEST, FURTHEST = 30, 1000


def evaluation(facts: Facts, group: Group, numbers: Numbers = DOUBLES) -> Evaluation:
    """The evaluation of trees for the samples of a group."""
    return Evaluation(facts, group, LEAVES, numbers)


def number(node: Number, env: Env) -> Value:
    return Value(env.run.numbers.literal(node.text.rstrip("…")))


def constant(node: Constant, env: Env) -> Value:
    return Value(env.run.numbers.constant(node.value))


def index(node: Index, env: Env) -> Value:
    found = env.indices.get(node.index)
    if found is None:
        raise unknown(node.index, node)
    return Value(env.run.numbers.lifted(found))


def argument(node: Argument, env: Env) -> Value:
    thunk = env.arguments.get(node.argument)
    if thunk is not None:
        return at_places(thunk(), node.indices, node, env) if node.indices else thunk()
    if node.otherwise is None:
        raise unknown(node.argument, node)
    return env.value(node.otherwise)


def refuse(node: Refused, env: Env) -> Value:
    raise node.problem()


def element(node: Element, env: Env) -> Value:
    return at_places(env.value(node.base), node.indices, node, env)


# --- declared symbols ------------------------------------------------------------------------------------------


def sample(node: Sample, env: Env) -> Value:
    """A declared symbol at its indices."""
    declaration = env.run.symbols.declared[node.key]
    if not node.indices:
        return declared(declaration, (), env.run)
    values = index_values(node.indices, declaration.axes, node, env)
    ranges = (env.run.symbols.range(axis) for axis in declaration.axes)
    found = declared(declaration, tuple(value - span.low for value, span in zip(values, ranges, strict=False)), env.run)
    named = dict(zip(node.numbers, node.numbered, strict=True))
    if named and undefined(primal(found.data)).any():
        found = _picked_of({number: env.value(one) for number, one in named.items()}, values[0], node, found)
    _miss(node, found, lambda: _named_element(node, values), env.run)
    return found


def _named_element(node: Sample, values: Sequence[Array]) -> str:
    """What to write where an element is asked for that does not exist: the first may have a name of its own."""
    name = name_of(getattr(node.written, "base", None) or node)
    least = min((float(value.min()) for value in values if value.size), default=-1.0)
    own = f", or declare it, `{name}_{least:g}: real`" if name and len(values) == 1 and least in (0, 1) else ""
    return f"bounds within the range of the index{own}"


def _miss(node: Node, found: Value, advice: Callable[[], str], run: Evaluation) -> None:
    """Note where an element is asked for that does not exist."""
    absent = undefined(primal(found.data))
    if absent.any():
        where = np.asarray(absent.any(axis=tuple(range(-found.rank, 0))))
        run.miss(node, "there is no such element", where, advice())


def declared(declaration: Declaration, positions: tuple[Array, ...], run: Evaluation) -> Value:
    """A declared symbol: its samples, taken at the positions along its first axes."""
    key = declaration.key
    if key in run.fixed:
        return varying(key, _elements(run.fixed[key], positions), positions, run)
    data = samples(declaration, run)
    if positions:
        data = taken(data, run.rows, positions)
    return varying(key, Value(data, len(declaration.axes) - len(positions)), positions, run)


def samples(declaration: Declaration, run: Evaluation) -> Array:
    """The samples of a symbol, of shape (samples, *axes)."""
    data = run.numbers.sampled(declaration.key, declaration.kind, run.group.data(declaration))
    if declaration.kind.name == "class":
        return data + float(run.symbols.classes(declaration).low)
    return _transformed(declaration, data, run) if declaration.kind.parameters else data


def parameters(declaration: Declaration, run: Evaluation) -> list[Array]:
    """The values of the parameters of a random variable."""
    return [primal(run.env.scalar(run.settle(node))) for node in declaration.kind.parameters]


def _transformed(declaration: Declaration, data: Array, run: Evaluation) -> Array:
    """Samples of a random variable with parameters, from samples of the standard one."""
    values = parameters(declaration, run)
    first, second = values[0], values[-1] if len(values) == 1 else values[1]
    if first.ndim > 1 or second.ndim > 1:
        reason = f"a parameter of {declaration.latex} is set, or runs over values, here"
        raise MathError(reason, None, "parameters that no integral, limit or bar is about")
    shape = (-1, *[1] * (data.ndim - 1))
    first, second = first.reshape(shape), second.reshape(shape)
    name = declaration.kind.name
    if name == "bernoulli":
        return data
    scale = {"uniform": second - first, "normal": apply("sqrt", second)}.get(name, second)
    return np.asarray(first + scale * data)


def varying(key: str, value: Value, positions: tuple[Array, ...], run: Evaluation) -> Value:
    """The value with the derivatives that are being taken by it."""
    for tag, place in run.varied.get(key, ()):
        slope: Array = np.ones(())
        for at, wanted in zip(positions, place, strict=False):
            slope = slope * (at == wanted)
        slope = slope.reshape(*slope.shape, *[1] * value.rank) if slope.ndim else slope
        size = primal(value.data).shape[primal(value.data).ndim - value.rank :]
        for axis, wanted in enumerate(place[len(positions) :]):
            own = np.arange(size[axis]).reshape(-1, *[1] * (value.rank - axis - 1))
            slope = slope * (wanted.reshape(*wanted.shape, *[1] * value.rank) == own)
        shape = np.broadcast_shapes(primal(value.data).shape, slope.shape)
        seed = np.broadcast_to(slope, shape)
        data = linear(lambda array, shape=shape: np.broadcast_to(array, shape), value.data)  # type: ignore[misc]
        value = Value(Dual(data, seed, tag), value.rank, value.row)
    return value


# --- definitions -----------------------------------------------------------------------------------------------


def defined(node: Defined, env: Env) -> Value:
    """What a definition gives at its indices and arguments."""
    definition = node.definition
    assert definition is not None
    if definition.parameters and node.arguments is None:
        return _applied(definition, tuple(map(env.run.settle, definition.parameters)), Env(env.run, env.depth), env, ())
    if node.arguments is not None:
        values = tuple(position(at, env) for at in node.indices)
        return _applied(definition, node.arguments, env, env, values)
    found = of_definition(definition, env, index_values(node.indices, definition.indices, node, env))
    if definition.recurrence is not None:
        _miss(node, found, lambda: f"the elements with which {definition.key[:-2]} starts", env.run)
    return found


def of_definition(
    definition: Definition,
    env: Env,
    values: tuple[Array, ...] = (),
    indices: Mapping[str, Array] | None = None,
    arguments: Mapping[str, Thunk] | None = None,
) -> Value:
    """What a definition gives, for these values of its first indices and these arguments."""
    if len(values) < len(definition.indices):
        return _stacked(definition, env, values, indices, arguments)
    if definition.recurrence is not None:
        return _element_of(definition, definition.recurrence, values[0], env)
    if indices is not None or arguments is not None:
        return _at_values(definition, values, _inside(definition, env, values, indices or {}, arguments or {}))
    # The same element, within as many indices and for the same derivatives and expectations, is evaluated once.
    place = (definition.key, env.depth, *map(id, values), *env.run.active)
    known = env.run.known.get(place)
    if known is None:
        inner = _inside(definition, env, values, {}, {})
        known = env.run.known[place] = values, _at_values(definition, values, inner)
    return known[1]


def _element_of(definition: Definition, recurrence: Recurrence, at: Array, env: Env) -> Value:
    """The elements of a recursion at an index, which are worked out one after the other from where it starts."""
    run, last = env.run, float(at.max(initial=min(recurrence.starts)))
    if run.varied.get(definition.key):
        raise MathError("a derivative by an element of a recursion", None, "a symbol that it depends on")
    if not last < FURTHEST:
        raise TooMuch(f"element {last:g} of a recursion", None, f"one of the first {FURTHEST}")
    known = run.recursions.setdefault((definition.key, env.depth, *run.active), {})
    if definition.body != PENDING:
        for place in range(min(recurrence.starts), int(last) + 1):
            known[place] = known[place] if place in known else _next_of(definition, recurrence, place, env)
    elif last > max(known):
        raise MathError("an element of a recursion that comes later", None, "elements before it on the right side")
    return _picked_of(known, at, definition.body, Value(np.array([np.nan])))


def _next_of(definition: Definition, recurrence: Recurrence, place: int, env: Env) -> Value:
    start, step = recurrence.starts.get(place), recurrence.step
    if start is not None:
        return Env(env.run, env.depth).value(start)
    return _body(definition, Env(env.run, env.depth, {definition.indices[0]: np.array([float(place - step)])}))


def _picked_of(known: Mapping[int, Value], at: Array, node: Node, found: Value) -> Value:
    """The elements at places that differ by index and sample; where none is known, what is found otherwise."""
    for place in np.unique(at):
        if place in known:
            yes, no, rank = aligned(known[int(place)], found, node)
            found = Value(choose(widened(at == place, rank), yes, no), rank, known[int(place)].row)
    return found


def _inside(
    definition: Definition,
    env: Env,
    values: tuple[Array, ...],
    indices: Mapping[str, Array],
    arguments: Mapping[str, Thunk],
) -> Env:
    """Where the right side of a definition stands."""
    own = dict(zip(definition.indices, values, strict=True))
    return Env(env.run, env.depth, {**own, **indices}, arguments)


def _at_values(definition: Definition, values: tuple[Array, ...], inner: Env) -> Value:
    """The value of a definition, for these values of its own indices, which may be varied for a derivative."""
    key, run = definition.key, inner.run
    varied = bool(run.varied.get(key))
    places = zip(definition.indices, values, strict=True)
    positions = tuple(value - run.symbols.range(name).low if varied else value for name, value in places)
    return varying(key, _body(definition, inner), positions, run)


def _body(definition: Definition, inner: Env) -> Value:
    """The value of the right side of a definition where it stands."""
    run = inner.run
    run.nesting += 1
    if run.nesting > DEEPEST:
        raise MathError(f"definitions nested more than {DEEPEST} deep", None, "a shorter chain of definitions")
    try:
        return changed(definition.key, inner.value(definition.body), run)
    except MathError as problem:
        if problem.span is None:
            raise
        where = f"{problem.reason} (in the definition {shortened(definition.latex)})"
        raise MathError(where, None, problem.advice) from problem
    finally:
        run.nesting -= 1


def changed(key: str, value: Value, run: Evaluation) -> Value:
    """The value of a definition, as it would be if that were otherwise where the question is what then follows."""
    if run.facts.changed is None or run.facts.changed[0] != key:
        return value
    _, factor, term = run.facts.changed
    return value._replace(data=value.data * factor + term)


def _stacked(
    definition: Definition,
    env: Env,
    values: tuple[Array, ...],
    indices: Mapping[str, Array] | None,
    arguments: Mapping[str, Thunk] | None,
) -> Value:
    """A definition with indices as a whole: a vector over the first index that has no value yet."""
    name = definition.indices[len(values)]
    span = env.run.symbols.range(name)
    numbers = np.arange(span.low, span.low + span.size(env.run.group.sizes), dtype=float)
    deeper = env.bind(name, numbers)
    inner = of_definition(definition, deeper, (*values, deeper.indices[name]), indices, arguments)
    return moved(inner, env.depth, len(numbers))


def _applied(
    definition: Definition, arguments: Sequence[Node], outer: Env, env: Env, values: tuple[Array, ...]
) -> Value:
    """A defined function at its arguments, which are evaluated when they are needed."""
    if len(arguments) != len(definition.parameters):
        raise MathError(f"{len(arguments)} arguments for {len(definition.parameters)}", None, definition.latex)
    bound: dict[str, Thunk] = {}
    indices: dict[str, Array] = {}
    applies_where: Array | None = None
    for parameter, given in zip(definition.parameters, arguments, strict=True):
        symbol, value = variable(parameter), asked(given)
        name = name_of(symbol)
        if name and (name != written_name(value) or name in outer.arguments):
            bound[name] = _once(lambda value=value: outer.value(value))  # type: ignore[misc]
        indices |= {index: position(at, outer) for index, at in unified(symbol, given, env.run.facts)}
        if isinstance(parameter, Chain):
            holds = _matches(value, env.run.settle(asked(parameter)), given, outer)
            applies_where = holds if applies_where is None else applies_where & holds
    if applies_where is None:
        return of_definition(definition, env, values, indices, bound)
    found = _body(definition, _inside(definition, env, values, indices, bound))
    rest = Value(np.array([np.nan]))
    if definition.otherwise is not None:
        rest = _applied(definition.otherwise, arguments, outer, env, values)
    yes, no, rank = aligned(found, rest, definition.body)
    return Value(choose(widened(applies_where, rank), yes, no), rank, found.row)


def _matches(value: Node, pattern: Node, given: Node, env: Env) -> Array:
    """Where an argument has the value that a definition is restricted to."""
    a, b, rank = aligned(env.value(value), env.value(pattern), given)
    if rank:
        return np.asarray(same(primal(a), primal(b)).all(axis=tuple(range(-rank, 0))))
    env.run.approach(primal(a), primal(b))
    return same(primal(a), primal(b))


def variable(parameter: Node) -> Node:
    return parameter.sides[0] if isinstance(parameter, Chain) else parameter


def asked(argument: Node) -> Node:
    """The value of an argument; of `y = 1` it is 1."""
    return argument.sides[-1] if isinstance(argument, Chain) else argument


def unified(parameter: Node, given: Node, facts: Facts) -> Iterator[tuple[str, Node]]:
    """What the indices of a parameter such as `y_i` stand for in an argument such as `y_n`."""
    names = getattr(parameter, "indices", ())
    argument = variable(given)
    if isinstance(argument, Argument) and not argument.indices:
        argument = argument.otherwise or argument
    pairs = zip(map(name_of, names), getattr(argument, "indices", ()), strict=False)
    return ((name, at) for name, at in pairs if facts.is_index(name))


def _once(function: Thunk) -> Thunk:
    found: list[Value] = []

    def value() -> Value:
        if not found:
            found.append(function())
        return found[0]

    return value


def slope(node: Slope, env: Env) -> Value:
    """The derivative of a function of one argument, at the argument."""
    value = env.value(node.argument)
    return Value(_slope(node, value.data, node.order, env), value.rank)


def _slope(node: Slope, at: Real, order: int, env: Env) -> Real:
    if order:
        with env.run.deriving() as tag:
            moving = Dual(at, linear(np.ones_like, at) if not isinstance(at, Dual) else np.ones(at.shape), tag)
            return part(_slope(node, moving, order - 1, env), tag)
    if node.definition is None:
        function = env.run.facts.language.operators[node.function].function
        assert function is not None
        value: Real = function(at)
        return value
    name = name_of(node.definition.parameters[0])
    return _body(node.definition, _inside(node.definition, env, (), {}, {name: lambda: Value(at)})).data


# --- code ------------------------------------------------------------------------------------------------------


def code_call(node: CodeCall, env: Env) -> Value:
    """A function of the module, called once for each sample or for all where that gives the same."""
    values = [env.value(given) for given in node.arguments]
    if any(isinstance(value.data, Dual) for value in values):
        name = name_of(getattr(node.written, "function", node)) or node.function
        advice = f"define {name} on the page by a formula"
        raise MathError(f"{node.function} is code, and has no derivative here", node.span, advice)
    env.run.called.add(node.function)
    return pointwise(env.run.facts.module, node.function, values, node)


# --- functions of which nothing is known -----------------------------------------------------------------------


def unspecified(node: Unspecified, env: Env) -> Value:
    """A smooth function at its arguments, or its derivative by the elements of the only one."""
    declaration = env.run.symbols.declared[node.key]
    indices = [env.scalar(at) for at in node.indices]
    arguments = list(map(env.value, node.arguments))
    elements = [element for value in arguments for element in _all_elements(value)]
    one_number = arguments[0].rank == 0
    return _differentiated(
        lambda found: Value(_any_smooth(declaration, [*indices, *found], env.run)), elements, node.order, env.run,
        lambda found: found[0] if one_number else stacked_values(found, node),
    )  # fmt: skip


def _all_elements(value: Value) -> list[Real]:
    whole = entries(value)
    return [
        linear(lambda array, place=place: array[..., place], whole)  # type: ignore[misc]
        for place in range(primal(whole).shape[-1])
    ]


def _any_smooth(declaration: Declaration, elements: Sequence[Real], run: Evaluation) -> Real:
    if are_forms(*map(primal, elements)):
        return opaque(declaration.key, elements, declaration.kind)
    coefficients = run.group.data(declaration, (TERMS, len(elements) + 1))
    return smooth(run.numbers.lifted(coefficients), elements, declaration.kind)


def _differentiated(
    function: Callable[[Sequence[Real]], Value],
    elements: Sequence[Real],
    order: int,
    run: Evaluation,
    together: Callable[[Sequence[Value]], Value],
) -> Value:
    """A function at its elements, or its derivatives by each of them, put together."""
    if not order:
        return function(elements)
    found = []
    for place, element in enumerate(elements):
        with run.deriving() as tag:
            moving = Dual(element, np.ones(primal(element).shape), tag)
            others = [*elements[:place], moving, *elements[place + 1 :]]
            value = _differentiated(function, others, order - 1, run, together)
        found.append(value._replace(data=part(value.data, tag)))
    return together(found)


# --- elements --------------------------------------------------------------------------------------------------


def position(at: Node, env: Env) -> Array:
    """The value of an index."""
    return doubles(real(primal(env.scalar(at))))


def index_values(indices: Sequence[Node], axes: Sequence[str], node: Node, env: Env) -> tuple[Array, ...]:
    """The values of the indices of a symbol that has these axes."""
    indices = apart(indices, len(axes))
    if len(indices) > len(axes):
        reason = f"{len(indices)} indices, and the symbol has {len(axes)}"
        declared = indexed(node.written, env.run.facts)
        advice = declared and f"declare it with as many, such as {declared}"
        raise MathError(reason, node.span, advice or ", ".join(axes) or "no index")
    return tuple(position(at, env) for at in indices)


def _no_index(name: str, node: Node, facts: Facts) -> MathError:
    """The error of an index behind what has none."""
    if name in CONSTANTS:
        advice = "another letter for what has an index"
        return MathError(f"{name} is {CONSTANTS[name]:.4g}, and has no index", node.span, advice)
    declared = indexed(node.written or node, facts)
    advice = f"declare it with one{declared and ', such as ' + declared}, or write {name} alone"
    advice = advice if name else "a power in braces without brackets, f(x)^{2}"
    return MathError(f"{name or 'this'} has no index", node.span, advice)


def at_places(value: Value, indices: Sequence[Node], node: Node, env: Env) -> Value:
    """An element of a vector or matrix that is not declared with indices."""
    indices = apart(indices, value.rank)
    if value.rank < len(indices):
        base = getattr(node.written or node, "base", None)
        raise _no_index(name_of(base) if base is not None else "", node, env.run.facts)
    size = primal(value.data).ndim - value.rank
    places = [
        clipped(position(at, env) - first_index(at, env.run), primal(value.data).shape[size + axis])
        for axis, at in enumerate(indices)
    ]
    return Value(linear(lambda array: picked(array, value.rank, places), value.data), value.rank - len(indices))


def first_index(at: Node, run: Evaluation) -> int:
    """What the index of a vector's first element is."""
    ranges = run.symbols.ranges
    for node in walk(at):
        name = written_name(node)
        if not isinstance(node, Number) and name in ranges:
            return ranges[name].low
    return 0 if {found.low for found in ranges.values()} == {0} else 1


def range_of(name: str, node: Node, run: Evaluation) -> Range:
    """What an index runs over, or an error at the node that needs it."""
    try:
        return run.symbols.range(name)
    except MathError as problem:
        raise MathError(problem.reason, node.span, problem.advice) from problem


def _elements(value: Value, positions: Sequence[Array]) -> Value:
    """The elements of a vector or matrix at positions along its first axes."""
    if not positions:
        return value
    places = [clipped(at, size) for at, size in zip(positions, own_shape(value), strict=False)]
    return Value(linear(lambda array: picked(array, value.rank, places), value.data), value.rank - len(positions))


def apart(indices: Sequence[Node], count: int) -> Sequence[Node]:
    """Indices written without a comma, `A_{12}` and `A_{1j}`, one by one where the symbol has as many."""
    found: list[Node] = []
    for at in indices:
        if isinstance(at, Number):
            found += [Number(digit, span=at.span) for digit in at.text]
        elif applies(at, "multiply") and not any(at.marks):
            found += at.parts
        else:
            found.append(at)
    return found if len(indices) < len(found) == count else indices


LEAVES: Mapping[type[Node], Rule] = {
    Number: number, Constant: constant, Index: index, Argument: argument, Sample: sample, Defined: defined,
    Slope: slope, Element: element, CodeCall: code_call, Unspecified: unspecified,
    Refused: refuse,
}  # fmt: skip
