"""What runs over an index: sums, products, and the largest and smallest of values."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from executable_math.latex.cursor import Cursor
from executable_math.latex.edits import Edit, Slip, change, whole
from executable_math.latex.language import Binder, Called, Operator, Rule, Start
from executable_math.latex.operators import below, bounds, over_indices
from executable_math.latex.scripts import attached, call
from executable_math.latex.tree import (
    Apply,
    Bind,
    Call,
    Chain,
    MathError,
    Node,
    Symbol,
    applies,
    has_dots,
    name_of,
    walk,
)
from executable_math.meaning.env import Env
from executable_math.meaning.leaves import first_index, range_of
from executable_math.meaning.settled import Argument, Index
from executable_math.notation.conditions import condition, unequal
from executable_math.values.arrays import Value, entries, spread, widened
from executable_math.values.derivative import Array, choose, largest, linear, primal, product, total

_LONGEST = 10_000
NEUTRAL = {"sum": 0.0, "prod": 1.0, "max": -math.inf, "argmax": -math.inf, "min": math.inf, "argmin": math.inf}


# --- how they are read -----------------------------------------------------------------------------------------


def _read(reader: Cursor, name: str) -> Bind:
    token = reader.advance()
    lower, upper = bounds(reader)
    return over_indices(reader, name, token, lower, upper)


def _read_extremum(reader: Cursor, name: str) -> Node:
    """An extremum over an index, or of what stands in brackets behind it."""
    token = reader.advance()
    if token.text == "\\arg":
        if reader.token.text not in ("\\max", "\\min"):
            reader.refuse("\\arg without \\max or \\min", r"\arg\max_j s_j", at=token.start)
        name = "arg" + reader.advance().text.lstrip("\\")
    lower, _ = bounds(reader)
    if lower:
        return over_indices(reader, name, token, lower, None)
    if reader.token.text not in ("(", "\\{", "[") or name.startswith("arg"):
        reader.refuse(f"{token.text} of what?", rf"{token.text}(a, b) or {token.text}_j x_j", at=token.start)
    found = call(reader, Symbol("\\" + name, span=(token.start, token.end)))
    if len(found.children) < 2:
        reader.refuse(f"{token.text} of what?", rf"{token.text}(a, b)", at=token.start)
    return attached(reader, found)


def _read_underset(reader: Cursor, name: str) -> Bind:
    r"""`\underset{j}{\arg\max}`, which is `\arg\max_j`."""
    token = reader.advance()
    lower = below(reader)
    braces = reader.take("{")
    parts = [reader.advance().text for _ in range(2 if reader.token.text == "\\arg" else 1)]
    name = "".join(parts).replace("\\", "")
    if braces:
        reader.take("}")
    if name not in NEUTRAL or name in ("sum", "prod"):
        reader.refuse("something set below what is not max or min", r"\max_j", at=token.start)
    return over_indices(reader, name, token, lower, None)


# --- over an index ---------------------------------------------------------------------------------------------


def _over(reduce: Callable[[Value, Array], Value], vectors: bool = False) -> Rule:
    """The rule of what takes all values over an index to one."""

    def rule(node: Bind, env: Env) -> Value:
        if not node.variables:
            advice = rf"\{node.operator}_{{i=1}}^{{N}}"
            raise MathError(f"a {node.operator} without an index", node.span, advice)
        node = _one_index(_bounded(node))
        name = name_of(node.variables[0])
        numbers, inside = span_of(node, env)
        inner = env.bind(name, numbers)
        kept = inside(inner.indices[name])
        for part in node.conditions:
            kept = kept & condition(part, inner)
        value = inner.value(node.body)
        if not vectors:
            env.run.spend(len(numbers), linear(lambda array: array[:1], value.data), node)
            if value.rank:
                raise MathError(f"a {node.operator} of vectors", node.span, "an index, as in y_i")
        return _reduced(node, value, kept, numbers, env, reduce)

    return rule


def _one_index(node: Bind) -> Bind:
    """A sum over several indices as one over the first, of sums over the others."""
    if len(node.variables) == 1:
        return node
    inside = replace(node, variables=node.variables[1:], lower=None, upper=None)
    return replace(node, variables=node.variables[:1], body=inside, conditions=())


def _bounded(node: Bind) -> Bind:
    r"""A sum over `i \in \{1, \dots, n\}` or `i \in [n]` as one from 1 to n."""
    for part in node.conditions:
        span = part.sides[-1] if isinstance(part, Chain) and part.relations[0].sign == "\\in" else None
        if applies(span, "set") and len(span.parts) >= 3 and has_dots(span.parts[-2:-1]):
            rest = tuple(other for other in node.conditions if other is not part)
            return replace(node, lower=span.parts[0], upper=span.parts[-1], conditions=rest)
    return node


def _reduced(
    node: Bind, value: Value, kept: Array, numbers: Array, env: Env, reduce: Callable[[Value, Array], Value]
) -> Value:
    data = value.data
    if kept.ndim:
        data = choose(widened(kept, value.rank), data, np.array([NEUTRAL[node.operator]]))
    full = env.depth + 2 + value.rank
    data = linear(lambda array: spread(array, full, len(numbers)), data)
    if not len(numbers) and node.operator not in ("sum", "prod"):
        return Value(np.full(data.shape[1:], NEUTRAL[node.operator]))
    return reduce(Value(data, value.rank, value.row), numbers)


def _sum(value: Value, numbers: Array) -> Value:
    return Value(total(value.data, 0), value.rank, value.row)


def _product(value: Value, numbers: Array) -> Value:
    return Value(product(value.data, 0))


def _extremum(sign: float) -> Callable[[Value, Array], Value]:
    def reduce(value: Value, numbers: Array) -> Value:
        rows = [linear(lambda array, k=k: array[k], value.data) for k in range(len(numbers))]  # type: ignore[misc]
        return Value(sign * largest([sign * row for row in rows]))

    return reduce


def _place(sign: float) -> Callable[[Value, Array], Value]:
    def reduce(value: Value, numbers: Array) -> Value:
        return Value(numbers[np.argmax(sign * primal(value.data), 0)])

    return reduce


def span_of(node: Bind, env: Env) -> tuple[Array, Callable[[Array], Array]]:
    """The values of an index, and which of them belong to the range for each sample."""
    name = name_of(node.variables[0])
    if node.lower is None and node.upper is None:
        low, size = _extent(node, name, env)
        return np.arange(low, low + size, dtype=float), _everywhere
    lower = primal(env.scalar(node.lower)) if node.lower is not None else np.array([1.0])
    if node.upper is None:
        raise MathError(f"{name} has a first value and no last", node.span, rf"\sum_{{{name}=1}}^{{N}}")
    upper = primal(env.scalar(node.upper))
    if not lower.size or not upper.size:  # within a sum that has no terms
        return np.zeros(0), _everywhere
    low, high = np.min(lower), np.max(upper)
    if not high - low < _LONGEST:
        raise MathError(f"{name} runs over {high - low + 1:g} values", node.span, f"at most {_LONGEST}")
    numbers = np.arange(low, high + 0.5)
    if np.ptp(lower) == 0 and np.ptp(upper) == 0:
        return numbers, _everywhere
    return numbers, lambda at: (at >= lower) & (at <= upper)


def _along(node: Argument, name: str, env: Env) -> tuple[int, int] | None:
    """First value and number of values of an index that points into an argument, where it is a vector."""
    places = [k for k, at in enumerate(node.indices) if isinstance(at, Index) and at.index == name]
    value = env.arguments[node.argument]() if places else None
    if value is None or value.rank != len(node.indices):
        return None
    shape = primal(value.data).shape
    return first_index(node.indices[places[0]], env.run), shape[len(shape) - value.rank + places[0]]


def _everywhere(at: Array) -> Array:
    return np.ones((), bool)


def _extent(node: Bind, name: str, env: Env) -> tuple[int, int]:
    """First value and number of values of an index without bounds: by the vector it points into, or its range."""
    for part in walk(node.body):
        if isinstance(part, Argument) and part.argument in env.arguments and (found := _along(part, name, env)):
            return found
    facts = env.run.facts
    if not facts.is_index(name) and name not in facts.symbols.ranges:
        raise MathError(f"{name} is not an index", node.variables[0].span, f"declare it: `{name}: index 1..K`")
    span = range_of(name, node, env.run)
    return span.low, span.size(env.run.group.sizes)


# --- of arguments ----------------------------------------------------------------------------------------------


def _extreme(sign: float) -> Rule:
    """The largest or smallest of several values, or of all entries of one."""

    def rule(node: Apply, env: Env) -> Value:
        values = [env.value(part) for part in node.parts]
        if len(values) == 1:
            if not values[0].rank:
                advice = r"\max(0, x), or \max_i x_i"
                raise MathError("the largest or smallest of a single number", node.span, advice)
            data = entries(values[0])
            values = [Value(linear(lambda array, k=k: array[..., k], data)) for k in range(data.shape[-1])]  # type: ignore[misc]
        rank = max(value.rank for value in values)
        wide = [linear(lambda array, v=v: widened(array, rank - v.rank), v.data) for v in values]  # type: ignore[misc]
        parts = [sign * data for data in wide]
        result = largest(parts)
        if len(parts) == len(node.parts) and not rank:
            _note(node, [primal(result) - primal(part) for part in parts], env)
        return Value(sign * result, rank)

    return rule


def _note(node: Node, gaps: Sequence[Array], env: Env) -> None:
    """Which of several values was taken, and how far the next one was."""
    nearest = np.min([np.where(gap > 0, gap, np.inf) for gap in np.broadcast_arrays(*gaps)], axis=0)
    env.run.took(node, {place: gap == 0 for place, gap in enumerate(gaps)}, nearest)


# --- slips -----------------------------------------------------------------------------------------------------


def _instead(new: str) -> Slip:
    """Another operator, and one term fewer."""

    def slip(latex: str, node: Bind) -> Iterator[Edit]:
        yield from change(latex, node.span, node.operator.removeprefix("arg"), new.removeprefix("arg"))
        if node.upper is not None:
            start, end = whole(latex, node.upper.span)
            yield Edit(start, end, f"{{{latex[start:end]} - 1}}")
        for part in node.conditions:
            if isinstance(part, Chain):
                yield from unequal(part)

    return slip


def _named(mark: str) -> Slip:
    def slip(latex: str, node: Call) -> Iterator[Edit]:
        yield Edit(*node.function.span, mark)

    return slip


RECORDS = (
    Binder(
        "sum", (Start("\\sum", _read, closed=False),), _over(_sum, vectors=True), (_instead("prod"),),
        (r"\sum_{i=1}^N 1 = N", r"\sum_{i \ne 1} u_i + u_1 = \sum_i u_i"), (r"\sum_{i=1}^N i = N",),
    ),
    Binder(
        "prod", (Start("\\prod", _read, closed=False),), _over(_product), (_instead("sum"),),
        (r"\prod_{i=1}^N a = a^N",), (r"\prod_{i=1}^N a = N a",),
    ),
    Binder(
        "max", (Start("\\max", _read_extremum, closed=False, upright=True),), _over(_extremum(1.0)),
        (_instead("min"),), (r"\max_i u_i \ge u_1",), (r"\max_i u_i = u_1",),
    ),
    Binder(
        "min", (Start("\\min", _read_extremum, closed=False, upright=True),), _over(_extremum(-1.0)),
        (_instead("max"),), (r"\min_i u_i = -\max_i (-u_i)",), (r"\min_i u_i = \max_i u_i",),
    ),
    Binder(
        "argmax",
        (
            Start("\\argmax", _read_extremum, closed=False, upright=True),
            Start("\\arg", _read_extremum, closed=False, upright=True),
            Start("\\underset", _read_underset, closed=False),
        ),
        _over(_place(1.0)), (_instead("argmin"),), (r"\arg\max_i u_i = \argmin_i (-u_i)",), (r"\argmax_i u_i = 1",),
    ),
    Binder(
        "argmin", (Start("\\argmin", _read_extremum, closed=False, upright=True),), _over(_place(-1.0)),
        (_instead("argmax"),), (r"\argmin_i u_i = \argmax_i (-u_i)",), (r"\argmin_i u_i = 1",),
    ),
    Operator(
        "largest", (Called("\\max"),), _extreme(1.0), (_named("\\min"),), (r"\max(x, -x) = |x|",), (r"\max(x, y) = x",)
    ),
    Operator(
        "smallest", (Called("\\min"),), _extreme(-1.0), (_named("\\max"),), (r"\min(x, -x) = -|x|",),
        (r"\min(x, y) = x",),
    ),
)  # fmt: skip
