"""What runs over an index: sums, products, and the largest and smallest of values."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from executable_math.latex.atoms import call
from executable_math.latex.cursor import Cursor
from executable_math.latex.edits import Edit, Slip, change, whole
from executable_math.latex.language import Binder, Called, Operator, Rule, Start
from executable_math.latex.operators import below, bounds, over_indices
from executable_math.latex.scripts import attached
from executable_math.latex.slips import Loss, another, around, body_alone
from executable_math.latex.tree import (
    Apply,
    Bind,
    Chain,
    MathError,
    Node,
    Symbol,
    TooMuch,
    applies,
    has_dots,
    name_of,
    walk,
)
from executable_math.meaning.env import Env
from executable_math.meaning.leaves import first_index, position, range_of
from executable_math.meaning.settled import Argument, Index, Sample
from executable_math.notation.conditions import condition, unequal
from executable_math.notation.limits import limit_of
from executable_math.notation.optima import optimum, varies
from executable_math.values.arrays import Value, entries, spread, widened
from executable_math.values.derivative import Array, Dual, choose, largest, linear, primal, product, total
from executable_math.values.numbers import real

_LONGEST = 10_000
_OPTIMA = ("max", "min", "argmax", "argmin")
# Of a sum without end: how many terms are tried, what is nothing beside the sum, and what a small term is.
_TERMS, _NOTHING, _SMALL = (128, 512, 8192), 1e-15, 1e-3
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
        of_two = "" if name.startswith("arg") else rf"{token.text}(a, b) or "
        reader.refuse(f"{token.text} of what?", rf"{of_two}{token.text}_j x_j", at=token.start)
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
        reader.refuse("something set below what is not max or min", r"\max_j x_j", at=token.start)
    return over_indices(reader, name, token, lower, None)


# --- over an index ---------------------------------------------------------------------------------------------


def _over(reduce: Callable[[Value, Array], Value], vectors: bool = False) -> Rule:
    """The rule of what takes all values over an index to one."""

    def rule(node: Bind, env: Env) -> Value:
        if not node.variables:
            advice = rf"\{node.operator}_{{i=1}}^{{N}}"
            raise MathError(f"a {node.operator} without an index", node.span, advice)
        if node.operator in _OPTIMA and varies(node, env):
            return optimum(node, env)
        node = one_index(bounded(node))
        name = name_of(node.variables[0])
        if node.operator == "sum" and node.upper is not None and _is_endless(node.upper, env):
            return _series(node, env)
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


def one_index(node: Bind) -> Bind:
    """A sum over several indices as one over the first, of sums over the others."""
    if len(node.variables) == 1:
        return node
    inside = replace(node, variables=node.variables[1:], lower=None, upper=None)
    return replace(node, variables=node.variables[:1], body=inside, conditions=())


def bounded(node: Bind) -> Bind:
    r"""A sum over `i \in \{1, \dots, n\}` or `i \in [n]` as one from 1 to n."""
    for part in node.conditions:
        span = part.sides[-1] if isinstance(part, Chain) and part.relations[0].sign == "\\in" else None
        if applies(span, "set") and len(span.parts) == 3 and has_dots(span.parts):
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
        return Value(numbers[np.argmax(sign * real(primal(value.data)), 0)])

    return reduce


def _is_endless(end: Node, env: Env) -> bool:
    return bool((position(end, env) == math.inf).all())


def _series(node: Bind, env: Env) -> Value:
    """A sum without end: its terms get smaller by a factor, or the partial sums settle.

    Raises:
        MathError: It does not converge, or too slowly to tell.
    """
    env.run.needs_doubles(node)
    for count in _TERMS:
        terms = _terms(node, count, env)
        if _vanishes(terms):
            return Value(terms.sum(0))
    partial = terms.cumsum(0)[[2**power - 1 for power in range(3, _TERMS[-1].bit_length())]]
    found = limit_of(partial)
    if (np.abs(terms[-8:]) <= _SMALL * np.abs(terms).max(0)).all() and np.isfinite(found).all():
        return Value(found)
    raise MathError("this sum does not settle", node.span, "a sum that converges, and not too slowly")


def _terms(node: Bind, count: int, env: Env) -> Array:
    """The first terms of a sum without end, along the first axis."""
    low = position(node.lower, env) if node.lower is not None else np.array([1.0])
    if np.ptp(low) or node.conditions:
        raise MathError("a sum without end and with a condition", node.span, r"\sum_{k=0}^{\infty}")
    inner = env.bind(name_of(node.variables[0]), low.flat[0] + np.arange(float(count)))
    data = inner.scalar(node.body)
    if isinstance(data, Dual):
        raise MathError("a derivative of a sum without end", node.span, "the derivative inside it")
    return spread(data, inner.depth + 1, count)


def _vanishes(terms: Array) -> bool:
    """Whether the last quarter of the terms get smaller by a factor, so that what follows them is nothing."""
    size = np.abs(terms)
    tail = size[-len(size) // 4 :]
    factor = np.max(tail[1:] / np.where(tail[:-1] > 0, tail[:-1], np.inf), axis=0)
    rest = tail[-1] * factor / (1 - factor)
    return bool(((factor < 1) & (rest <= _NOTHING * size.sum(0))).all())


def span_of(node: Bind, env: Env) -> tuple[Array, Callable[[Array], Array]]:
    """The values of an index, and which of them belong to the range for each sample."""
    name = name_of(node.variables[0])
    if node.lower is None and node.upper is None:
        low, size = _extent(node, name, env)
        return np.arange(low, low + size, dtype=float), _everywhere
    lower = position(node.lower, env) if node.lower is not None else np.array([1.0])
    if node.upper is None:
        raise MathError(f"{name} has a first value and no last", node.span, rf"\sum_{{{name}=1}}^{{N}}")
    upper = position(node.upper, env)
    if not lower.size or not upper.size:  # within a sum that has no terms
        return np.zeros(0), _everywhere
    low, high = np.min(lower), np.max(upper)
    if not high - low < _LONGEST:
        raise TooMuch(f"{name} runs over {high - low + 1:g} values", node.span, f"at most {_LONGEST}")
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


def _axis(body: Node, name: str, env: Env) -> str:
    """The index that an element is declared with at the place where another name stands."""
    declared = env.run.symbols.declared
    elements = [part for part in walk(body) if isinstance(part, Sample)]
    places = ((part, place) for part in elements for place, at in enumerate(part.indices))
    here = (declared[part.key].axes[place] for part, place in places if part.indices[place] == Index(name))
    return next(here, "")


def _extent(node: Bind, name: str, env: Env) -> tuple[int, int]:
    """First value and number of values of an index without bounds: by the vector it points into, or its range."""
    for part in walk(node.body):
        if isinstance(part, Argument) and part.argument in env.arguments and (found := _along(part, name, env)):
            return found
    facts = env.run.facts
    if not facts.is_index(name) and (axis := _axis(node.body, name, env)):
        return _extent(node, axis, env)
    if not facts.is_index(name) and name not in facts.symbols.ranges:
        advice = f"declare it: `{name}: index 1..K`, and `K: size`"
        raise MathError(f"{name} is not an index", node.variables[0].span, advice)
    span = range_of(name, node, env.run)
    return span.low, span.size(env.run.group.sizes)


# --- of arguments ----------------------------------------------------------------------------------------------


def _extreme(sign: float) -> Rule:
    """The largest or smallest of several values, or of all entries of one."""

    def rule(node: Apply, env: Env) -> Value:
        listed = has_dots(node.parts)
        parts = (Apply("vector", node.parts, span=node.span),) if listed else node.parts
        values = [env.value(part) for part in parts]
        if len(values) == 1:
            if not values[0].rank:
                advice = r"\max(0, x), or \max_i x_i"
                raise MathError("the largest or smallest of a single number", node.span, advice)
            data = entries(values[0])
            values = [Value(linear(lambda array, k=k: array[..., k], data)) for k in range(data.shape[-1])]  # type: ignore[misc]
        rank = max(value.rank for value in values)
        wide = [linear(lambda array, v=v: widened(array, rank - v.rank), v.data) for v in values]  # type: ignore[misc]
        signed = [sign * data for data in wide]
        result = largest(signed)
        if len(signed) == len(node.parts) and not rank and not listed:
            _note(node, [primal(result) - primal(part) for part in signed], env)
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


RECORDS = (
    Binder(
        "sum", (Start("\\sum", _read, closed=False),), _over(_sum, vectors=True),
        (_instead("prod"), Loss(body_alone, around(r"\sum_{#index} (@)", whole_only=True))),
        (r"\sum_{i=1}^N 1 = N", r"\sum_{k=0}^\infty 2^{-k} = 2", r"\sum_{i \ne 1} u_i + u_1 = \sum_i u_i"),
        (r"\sum_{i=1}^N i = N",),
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
        "largest", (Called("\\max"),), _extreme(1.0), (another("\\min"),), (r"\max(x, -x) = |x|",), (r"\max(x, y) = x",)
    ),
    Operator(
        "smallest", (Called("\\min"),), _extreme(-1.0), (another("\\max"),), (r"\min(x, -x) = -|x|",),
        (r"\min(x, y) = x",),
    ),
)  # fmt: skip
