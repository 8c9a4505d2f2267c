"""Conditions, and what they decide between: comparisons, sets, cases, indicators."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any, NamedTuple

import numpy as np

from executable_math.latex.cursor import Cursor
from executable_math.latex.edits import Edit, change
from executable_math.latex.environments import rows
from executable_math.latex.language import Comparison, Environment, Operator
from executable_math.latex.tokens import ELSE
from executable_math.latex.tree import Apply, Case, Chain, Dots, MathError, Node, Symbol, applies, has_dots, walk
from executable_math.meaning.env import Env
from executable_math.meaning.settled import Index
from executable_math.values.arrays import Value, aligned, close, own_shape, widened
from executable_math.values.derivative import Array, Dual, Real, choose, primal, unless_kinked
from executable_math.values.numbers import (
    are_complex,
    at_most,
    doubles,
    finite,
    identical,
    is_whole,
    ordered,
    real,
    same,
    undefined,
)

# --- where a condition holds -----------------------------------------------------------------------------------


def condition(node: Node, env: Env) -> Array:
    """Where a condition holds."""
    if applies(node, "and", "or"):
        parts = [condition(part, env) for part in node.parts]
        combine = np.logical_and if node.operator == "and" else np.logical_or
        result = parts[0]
        for one in parts[1:]:
            result = np.asarray(combine(result, one))
        return result
    if isinstance(node, Chain):
        return _chain(node, env)
    if isinstance(node, Index):
        return np.ones((), bool)
    raise MathError("a condition without a relation", node.span, "y = 1, s > 0 or k \\ne y")


def condition_with_margin(node: Node, env: Env) -> tuple[Array, Array]:
    """Where a condition holds, and how far it is from changing."""
    env.run.margin = np.full(1, np.inf)
    return condition(node, env), env.run.margin


def _chain(node: Chain, env: Env) -> Array:
    result = np.ones((), bool)
    for left, relation, right in zip(node.sides, node.relations, node.sides[1:], strict=False):
        result = result & _link(left, relation.sign, right, node, env)
    return result


def _link(left: Node, sign: str, right: Node, node: Node, env: Env) -> Array:
    if sign in ("\\in", "\\notin"):
        inside = belongs(left, right, env)
        return inside if sign == "\\in" else ~inside
    if applies(right, "vector") and has_dots(right.parts):
        return belongs(left, replace(right, operator="set"), env)
    exact = env.run.facts.language.comparisons[sign].exact
    if exact is None:
        raise MathError(f"{sign} is not a condition", node.span, r"=, \ne, <, >, \le or \ge")
    a, b, rank = aligned(env.value(left), env.value(right), node)
    result = exact(primal(a), primal(b))
    if not rank:
        env.run.approach(primal(a), primal(b))
    return np.asarray(result.all(axis=tuple(range(-rank, 0)))) if rank else result


# --- sets ------------------------------------------------------------------------------------------------------


def belongs(left: Node, right: Node, env: Env) -> Array:
    """Where a value is in a set."""
    value = env.value(left)
    data = primal(value.data)
    if applies(right, "power") and right.parts[0] == Symbol("\\Delta"):
        return _in_simplex(data, value.rank, right.parts[1], env)
    if applies(right, "power"):
        if not _has_shape(value, right.parts[1], env):
            return np.zeros((), bool)
        right = right.parts[0]
    found = _inside(data, value.rank, right, env)
    axes = tuple(range(-value.rank, 0))
    return np.asarray(found.all(axis=axes) if axes else found)


def _in_simplex(data: Array, rank: int, dimension: Node, env: Env) -> Array:
    r"""Where the numbers of a vector are a distribution; there is one more of them than \(\Delta^{K - 1}\) says."""
    size = primal(env.scalar(dimension)) + 1
    if rank != 1 or not np.all(data.shape[-1] == size):
        return np.zeros((), bool)
    return np.asarray((real(data) >= 0).all(-1) & close(data.sum(-1), np.ones(data.shape[:-1])))


def _inside(data: Array, rank: int, right: Node, env: Env) -> Array:
    match right:
        case Apply("set", items) if has_dots(items):
            first, step, last = (widened(one, rank) for one in _stepped(items, right, env))
            return np.asarray(at_most(first, data) & at_most(data, last) & is_whole((data - first) / step))
        case Apply("set", items):
            return np.asarray(np.any([_equal(data, rank, item, env) for item in items], axis=0))
        case Apply("interval", (low, high), (opened, closed)):
            data, lowest, highest = real(data), _end(low, rank, env), _end(high, rank, env)
            above = at_most(lowest, data) if opened == "[" else data > lowest
            return np.asarray(above & (at_most(data, highest) if closed == "]" else data < highest))
        case Symbol(name):
            return _in_named(data, name, right)
    return same(data, _end(right, rank, env))


def _stepped(items: Sequence[Node], node: Node, env: Env) -> tuple[Array, Array, Array]:
    r"""The first number of a list with dots, its step, and the last one: 1, 2 and N of `1, 3, \dots, N`."""
    *written, dots, last = items
    numbers = [primal(env.scalar(item)) for item in (*written, last) if not isinstance(item, Dots)]
    steps = [other - one for one, other in pairwise(numbers[:-1])] or [np.ones(1)]
    if not (written and isinstance(dots, Dots) and all(np.all(same(step, steps[0]) & (step > 0)) for step in steps)):
        raise MathError("a list that does not go on in equal steps to a last one", node.span, r"1, 2, \dots, N")
    return numbers[0], steps[0], numbers[-1]


def _end(node: Node, rank: int, env: Env) -> Array:
    return widened(primal(env.scalar(node)), rank)


def _in_named(data: Array, name: str, node: Node) -> Array:
    base, _, bound = name.rstrip("}").partition("}_{")
    base = base.removeprefix("\\mathbb{")
    if base not in ("R", "C", "Q", "N", "Z") or (bound and base == "C") or (base == name != "R"):
        raise MathError(f"the set {name or 'here'} is not known", node.span, r"\{0, 1\}, [0, 1] or \mathbb{R}")
    if are_complex(data) and base != "C":
        return same(data, np.conj(data)) & _in_named(np.real(doubles(data)), name, node)
    whole = is_whole(data) if base in ("N", "Z") else finite(data)
    return np.asarray(whole & ((data >= 0) | (base != "N")) & _bounded(data, bound, node))


def _bounded(data: Array, bound: str, node: Node) -> Array:
    r"""Where numbers are within the bound of a set: `+` and `-`, `> 0` and the like.

    Raises:
        MathError: The bound may have 0 in it or not, and 0 is asked for.
    """
    if bound in ("+", "-"):
        if (data == 0).any():
            reason = "0 belongs to this set for some, and not for others"
            raise MathError(reason, node.span, r"\mathbb{R}_{\ge 0} or \mathbb{R}_{> 0}")
        return data > 0 if bound == "+" else data < 0
    sign, _, end = bound.partition(" ")
    compare = {">": np.greater, "\\ge": np.greater_equal, "<": np.less, "\\le": np.less_equal}.get(sign)
    return np.asarray(compare(data, float(end))) if compare is not None else np.ones(data.shape, bool)


def _has_shape(value: Value, sizes: Node, env: Env) -> bool:
    r"""Whether a value has the sizes behind a set, as in `\mathbb{R}^{N \times K}`; a last 1 may be left out."""
    parts = sizes.parts if applies(sizes, "multiply") and set(sizes.marks) == {"\\times"} else (sizes,)
    wanted = [primal(env.scalar(part)) for part in parts]
    own = [*own_shape(value), *[1] * (len(wanted) - value.rank)]
    return len(own) == len(wanted) and all(np.all(one == size) for size, one in zip(own, wanted, strict=True))


def _equal(data: Array, rank: int, item: Node, env: Env) -> Array:
    """Where a value, or each of its elements, is one of a set; a vector where the set has vectors."""
    value = env.value(item)
    if not value.rank:
        return same(data, widened(primal(value.data), rank))
    if value.rank != rank or own_shape(value) != data.shape[data.ndim - rank :]:
        return np.zeros(data.shape, bool)
    axes = tuple(range(-rank, 0))
    return np.asarray(same(data, primal(value.data)).all(axis=axes, keepdims=True) & np.ones(data.shape, bool))


# --- indicators and cases --------------------------------------------------------------------------------------


def _indicator(node: Apply, env: Env) -> Value:
    holds, margin = condition_with_margin(node.parts[0], env)
    env.run.took(node, {True: holds, False: ~holds}, margin)
    return Value(env.run.numbers.lifted(np.where(holds, 1.0, 0.0)))


class Row(NamedTuple):
    """A row of cases: its value, where it applies, where that may tip, and how far it is from that."""

    value: Value
    holds: Array
    tied: Array
    margin: Array
    rest: bool = False


def _cases(node: Apply, env: Env) -> Value:
    """The value of the row whose condition holds; there is none where no row's does, or where two differ."""
    tested = [_tested(row, env) for row in node.parts if isinstance(row, Case)]
    widest = max((row.value for row in tested), key=lambda value: value.rank)
    rank = widest.rank
    data: Real = np.full((1,) * (rank + 1), np.nan)
    for row in reversed(tested):
        _, value, _ = aligned(widest, row.value, node)
        chosen = choose(widened(row.holds, rank), value, data)
        data = chosen if rank else unless_kinked(chosen, value, data, row.tied)
    _note(node, tested, env)
    clash = _clash(node, tested, env)
    return Value(choose(widened(clash, rank), np.full((), np.nan), data) if clash.any() else data, rank)


def _tested(row: Case, env: Env) -> Row:
    """A row's value, and where it applies; a row without a condition applies where no other does."""
    value = env.value(row.value)
    if row.condition is None:
        return Row(value, np.ones((), bool), np.zeros((), bool), np.full(1, np.inf), True)
    env.run.margin = np.full(1, np.inf)
    holds = condition(row.condition, env)
    return Row(value, holds, _tied(row.condition, env), env.run.margin)


def _tied(node: Node, env: Env) -> Array:
    """Where a change of a variable that a derivative is taken by would tip a condition."""
    tied = np.zeros((), bool)
    if not (env.run.varied or env.run.tag):
        return tied
    for chain in (part for part in walk(node) if isinstance(part, Chain)):
        for left, right in zip(chain.sides, chain.sides[1:], strict=False):
            if applies(right, "set", "interval", "vector"):
                continue
            a, b, rank = aligned(env.value(left), env.value(right), chain)
            gap = a - b
            if isinstance(gap, Dual) and not rank:
                tied = tied | ((primal(gap) == 0) & (primal(gap.tangent) != 0))
    return tied


def _note(node: Node, tested: Sequence[Row], env: Env) -> None:
    left, taken = np.ones((), bool), dict[Any, Array]()
    for place, row in enumerate(tested):
        taken[place] = left & row.holds
        left = left & ~row.holds
    nearest = tested[0].margin
    for row in tested[1:]:
        nearest = np.minimum(nearest, row.margin)
    env.run.took(node, taken, nearest)
    if left.any():
        env.run.miss(node, "no row of these cases holds", left)


def _clash(node: Node, tested: Sequence[Row], env: Env) -> Array:
    """Where two rows hold and give different values."""
    found = np.zeros((), bool)
    env.run.spend(len(tested) ** 2, np.zeros(env.run.group.count), node)
    for (one, first), (other, second) in combinations(enumerate(row for row in tested if not row.rest), 2):
        differ = _differ(first, second, node)
        if differ.any():
            env.run.miss(node, f"rows {one + 1} and {other + 1} of these cases both hold, and differ", differ)
        found = found | differ
    return found


def _differ(first: Row, second: Row, node: Node) -> Array:
    both = first.holds & second.holds
    if not both.any():
        return np.zeros((), bool)
    a, b, rank = aligned(first.value, second.value, node)
    differ = ~close(primal(a), primal(b)) & ~undefined(primal(a)) & ~undefined(primal(b))
    return np.asarray(both & differ.any(axis=tuple(range(-rank, 0))))


# --- how cases are read ----------------------------------------------------------------------------------------


def _read_cases(reader: Cursor, name: str) -> Apply:
    token, found = rows(reader, _read_case)
    if not found:
        advice = r"\begin{cases} a & \text{if } x > 0 \\ b & \text{otherwise} \end{cases}"
        reader.refuse("cases without a row", advice)
    return Apply(name, found, span=reader.since(token.start))


def _read_case(reader: Cursor) -> Case:
    start = reader.token.start
    value = reader.expression()
    _skip_gap(reader)
    found = _read_condition(reader)
    while reader.token.text in (",", ";", "."):
        reader.advance()
    return Case(value, found, span=reader.since(start))


def _skip_gap(reader: Cursor) -> None:
    while reader.token.text in (",", ";", "&", "\\quad", ":") and reader.token.kind == "mark":
        reader.advance()


def _read_condition(reader: Cursor) -> Node | None:
    opened = reader.token
    if reader.take("{"):
        found = _read_condition(reader)
        reader.expect("}", opened)
        return found
    if reader.token.text in ELSE and reader.token.kind in ("keyword", "word"):
        reader.advance()
        return None
    if reader.token.text == "\\\\" or reader.token.kind == "end":
        reader.refuse("a case without its condition", r"& \text{otherwise}")
    _skip_if(reader)
    found = reader.condition()
    _skip_gap(reader)
    return found


def _skip_if(reader: Cursor) -> None:
    """Past an "if", also one in italics."""
    italic = reader.token.text == "i" and reader.next().text == "f" and not reader.next().spaced
    for _ in range(2 if italic else reader.at_condition()):
        reader.advance()


# --- relations -------------------------------------------------------------------------------------------------


def _differs(one: Array, other: Array) -> Array:
    return ~same(one, other)


def _not_equal(latex: str, node: Apply) -> Iterator[Edit]:
    """An equality in a condition is its contrary."""
    for chain in (part for part in node.children if isinstance(part, Chain)):
        yield from unequal(chain)


def unequal(chain: Chain) -> Iterator[Edit]:
    yield from (Edit(*relation.span, r" \ne ") for relation in chain.relations if relation.sign == "=")


def _interval_slips(latex: str, node: Apply) -> Iterator[Edit]:
    """An end of an interval belongs to it, or not."""
    for place, text in ((node.span[0], "[("), (node.span[1] - 1, "])")):
        if latex[place : place + 1] in tuple(text):
            yield Edit(place, place + 1, text.replace(latex[place], ""))


def _joined(old: Sequence[str], new: str) -> Callable[[str, Apply], Iterator[Edit]]:
    """The one word between conditions for the other."""

    def slip(latex: str, node: Apply) -> Iterator[Edit]:
        for mark in old:
            yield from change(latex, (node.parts[0].span[1], node.parts[1].span[0]), mark, new)

    return slip


_STEP = r"\begin{cases} x & x > 0 \\ -x & \text{otherwise} \end{cases}"

RECORDS = (
    Operator(
        "indicator", value=_indicator, slips=(_not_equal,), holds=(r"\mathbb{1}[x > 0] + \mathbb{1}[x \le 0] = 1",),
        fails=(r"\mathbb{1}[x > 0] = 1",),
    ),
    Operator("cases", (Environment("cases", _read_cases), Environment("dcases", _read_cases),
        Environment("rcases", _read_cases)), _cases, (), (f"{_STEP} = |x|",), (f"{_STEP} = x",)),
    Operator(
        "interval", slips=(_interval_slips,), holds=(r"p \in (0, 1)",), fails=(r"p \in (0.3, 1)",),
    ),
    Operator(
        "and", slips=(_joined((",", r"\land", "and"), r"\lor "),),
        holds=(r"\mathbb{1}[x > 0, y > 0] = \mathbb{1}[x > 0] \mathbb{1}[y > 0]",),
        fails=(r"\mathbb{1}[x > 0, y > 0] = \mathbb{1}[x > 0]",),
    ),
    Operator(
        "or", slips=(_joined((r"\lor", "or"), r"\land "),),
        holds=(r"\mathbb{1}[x > 0 \lor x < 0] = \mathbb{1}[x \ne 0]",),
        fails=(r"\mathbb{1}[x > 0 \lor y > 0] = 1",),
    ),
    Comparison(
        "=", close, "the two sides disagree", exact=same, refuted=_differs, holds=("x = x",), fails=("x = y",),
    ),
    Comparison(
        "\\ne", lambda a, b: ~close(a, b), "the two sides are equal", exact=_differs, refuted=identical, slip="=",
        holds=(r"e^x \ne 0",), fails=(r"x \ne x",),
    ),
    Comparison(
        "<", ordered(np.less), "the left side is not smaller", exact=ordered(np.less), refuted=np.greater_equal,
        slip=">", holds=("x < x + 1",), fails=("x < x",),
    ),
    Comparison(
        ">", ordered(np.greater), "the left side is not larger", exact=ordered(np.greater), refuted=np.less_equal,
        slip="<", holds=("e^x > 0",), fails=("x > x",),
    ),
    Comparison(
        "\\le", ordered(lambda a, b: (a <= b) | close(a, b)), "the left side is larger", exact=at_most,
        refuted=np.greater, slip="\\ge", holds=(r"x \le |x|",), fails=(r"|x| \le x",),
    ),
    Comparison(
        "\\ge", ordered(lambda a, b: (a >= b) | close(a, b)), "the left side is smaller",
        exact=lambda a, b: at_most(b, a), refuted=np.less, slip="\\le", holds=(r"|x| \ge x",), fails=(r"x \ge |x|",),
    ),
    Comparison("\\approx", None, "the number is not what the other side rounds to", holds=(r"\pi \approx 3",),
        fails=(r"\pi \approx 4",)),
    Comparison("\\propto", close, "the two sides are not proportional", holds=(r"2 e^x \propto e^x",),
        fails=(r"e^x \propto e^{2 x}",)),
    Comparison("\\in", None, "this is not in the set", holds=(r"p \in [0, 1]",), fails=(r"x \in [0, 1]",)),
    Comparison("\\notin", None, "this is in the set", holds=(r"p \notin \{0, 1\}",), fails=(r"x \notin \{0, 1\}",)),
    Comparison("\\sim", None, "this is declared with another distribution", holds=(r"\eta \sim \mathcal{N}(0, 1)",),
        fails=(r"\eta \sim \mathcal{N}(0, 2)",)),
    Comparison("\\leftarrow", lambda a, b: np.ones(a.shape, bool), holds=(r"a \leftarrow a = a",),
        fails=(r"a \leftarrow a = x",)),
)  # fmt: skip
