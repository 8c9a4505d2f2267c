"""Arithmetic: terms, factors, fractions, powers, roots, rounding, factorials."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from executable_math.latex.atoms import braced
from executable_math.latex.cursor import Cursor
from executable_math.latex.edits import Edit, before, change, each_part, instead, last_part, left_out, swapped
from executable_math.latex.forms import command, fence
from executable_math.latex.language import Infix, Operator, Postfix, Start
from executable_math.latex.tree import Apply, Bind, Dots, MathError, Node, Number, Symbol, applies, has_dots, rebuilt
from executable_math.meaning.env import Env
from executable_math.meaning.settled import Index
from executable_math.values.arrays import Value, aligned, inverse, own_shape, times
from executable_math.values.derivative import Dual, apply, choose, power, primal

_GAMMA = np.vectorize(lambda x: math.nan if not x > 0 else math.gamma(x) if x < 171 else math.inf, otypes=[float])
_COMB = np.vectorize(
    lambda n, k: math.comb(int(n), int(k)) if 0 <= n < 1000 and k >= 0 and n % 1 == k % 1 == 0 else math.nan,
    otypes=[float],
)


# --- terms -----------------------------------------------------------------------------------------------------


def _add(node: Apply, env: Env) -> Value:
    if has_dots(node.parts):
        node = _without_dots(node)
    result = env.value(node.parts[0])
    for term in node.parts[1:]:
        left, right, rank = aligned(result, env.value(term), term)
        result = Value(left + right, rank, result.row)
    return result


def _without_dots(node: Apply) -> Apply:
    r"""The terms with `a_1 + a_2 + \dots + a_n` as a sum over what changes between the first and the last."""
    place = next(k for k, term in enumerate(node.parts) if isinstance(term, Dots))
    if not 0 < place < len(node.parts) - 1:
        raise MathError("dots without a last term", node.parts[place].span, r"a_1 + \dots + a_N")
    last = node.parts[place + 1]
    start = place - 1
    while start > 0 and _single_gap(node.parts[start - 1], last):
        start -= 1
    whole = ranged("sum", node.parts[start], last, node)
    return replace(node, parts=(*node.parts[:start], whole, *node.parts[place + 2 :]))


def ranged(operator: str, first: Node, last: Node, node: Node) -> Bind:
    """What runs from a first part to a last one of the same form, over the number in which they differ."""
    gap = _single_gap(first, last)
    if gap is None:
        raise MathError("dots between what and what?", node.span, r"x_1, \dots, x_N")
    index = Symbol("position in the list", span=node.span)
    settled = Index(index.name, span=node.span, written=index)
    body = rebuilt(first, lambda part: settled if part == gap[0] else None)
    return Bind(operator, (index,), *gap, (), body, span=node.span)


def _single_gap(first: Node, last: Node) -> tuple[Node, Node] | None:
    """The part in which two terms of one form differ, if it is one."""
    gaps = _differences(first, last)
    return gaps[0] if gaps and all(gap == gaps[0] for gap in gaps) and isinstance(gaps[0][0], Number) else None


def _differences(one: Node, other: Node) -> list[tuple[Node, Node]]:
    """The parts in which two trees of one shape differ."""
    if one == other:
        return []
    if type(one) is not type(other) or not one.children or len(one.children) != len(other.children):
        return [(one, other)]
    return [gap for pair in zip(one.children, other.children, strict=True) for gap in _differences(*pair)]


def _term_slips(latex: str, node: Apply) -> Iterator[Edit]:
    """A term is left out, or its sign is another."""
    for place, term in enumerate(node.parts):
        negative = applies(term, "negate")
        yield instead(latex, term.parts[0] if negative else term, "0")  # type: ignore[attr-defined]
        if place and not negative:
            yield from change(latex, (node.parts[place - 1].span[1], term.span[0]), "+", "-")
    if not applies(node.parts[0], "negate"):
        yield before(latex, node.parts[0], "-")


def _negate(node: Apply, env: Env) -> Value:
    value = env.value(node.parts[0])
    return Value(-value.data, value.rank, value.row)


# --- factors ---------------------------------------------------------------------------------------------------


def _multiply(node: Apply, env: Env) -> Value:
    result = env.value(node.parts[0])
    for factor, sign in zip(node.parts[1:], node.marks, strict=True):
        result = times(result, env.value(factor), sign, factor)
    return result


def _divide(node: Apply, env: Env) -> Value:
    left, right = map(env.value, node.parts)
    if right.rank:
        raise MathError("division by a vector", node.parts[1].span, "an index, as in y_i")
    a, b, rank = aligned(left, right, node)
    return Value(a / b, rank, left.row)


def _percent(node: Apply, env: Env) -> Value:
    return Value(env.scalar(node.parts[0]) / 100.0)


# --- powers and roots ------------------------------------------------------------------------------------------


def _power(node: Apply, env: Env) -> Value:
    base = env.value(node.parts[0])
    if base.rank:
        return _vector_power(base, node)
    return Value(power(base.data, env.scalar(node.parts[1])))


def _vector_power(base: Value, node: Apply) -> Value:
    square = base.rank == 2 and len(set(own_shape(base))) == 1
    if square and node.parts[1] == Apply("negate", (Number("1"),)) and not isinstance(base.data, Dual):
        return Value(inverse(base.data), 2)
    raise MathError("a power of a vector", node.span, r"\|x\|^2 for the squared length, x_i^2 for each element")


def _read_root(reader: Cursor, name: str) -> Apply:
    token = reader.advance()
    degree: tuple[Node, ...] = ()
    if reader.token.text == "[":
        opened = reader.advance()
        degree = (reader.expression(),)
        reader.expect("]", opened)
    return Apply(name, (braced(reader), *degree), span=reader.since(token.start))


def _root(node: Apply, env: Env) -> Value:
    body = env.scalar(node.parts[0])
    if len(node.parts) == 1:
        return Value(apply("sqrt", body))
    degree = env.scalar(node.parts[1])
    if (primal(degree) % 2 == 1).all():  # an odd root of a negative number is negative
        return Value(choose(primal(body) < 0, -power(-body, 1.0 / degree), power(body, 1.0 / degree)))
    return Value(power(body, 1.0 / degree))


# --- whole numbers ---------------------------------------------------------------------------------------------


def _factorial(node: Apply, env: Env) -> Value:
    return Value(_GAMMA(primal(env.scalar(node.parts[0])) + 1.0))


def _binomial(node: Apply, env: Env) -> Value:
    n, k = (primal(env.scalar(part)) for part in node.parts)
    return Value(_COMB(n, k))


def _floor(node: Apply, env: Env) -> Value:
    return Value(apply("floor", env.scalar(node.parts[0])))


def _ceiling(node: Apply, env: Env) -> Value:
    return Value(apply("ceil", env.scalar(node.parts[0])))


def _sign_slip(latex: str, node: Apply) -> Iterator[Edit]:
    yield from change(latex, node.span, "-", "+")


RECORDS = (
    Operator("add", value=_add, slips=(_term_slips,), holds=("x + y = y + x",), fails=("x + y = x - y",)),
    Operator("negate", value=_negate, slips=(_sign_slip,), holds=("-(x - y) = y - x",), fails=("-x = x",)),
    Operator(
        "multiply",
        tuple(map(Infix, ("\\cdot", "\\times", "*", "\\odot", "\\circ"))),
        _multiply,
        slips=(each_part("1"),),
        holds=(r"2 x \cdot y = 2 y x", r"u \odot v = v \circ u"),
        fails=(r"2 x \cdot y = x y", r"u \odot v = u"),
    ),
    Operator(
        "divide",
        (command("\\frac", 2),),
        _divide,
        slips=(each_part("1"),),
        holds=(r"\frac{x}{a} = x / a",),
        fails=(r"\frac{x}{a} = \frac{a}{x}",),
    ),
    Operator("percent", (Postfix("\\%"),), _percent, (left_out,), (r"50\% = 0.5",), (r"50\% = 0.05",)),
    Operator("power", value=_power, slips=(last_part("1"),), holds=("x^2 = x x",), fails=("x^2 = 2 x",)),
    Operator(
        "root",
        (Start("\\sqrt", _read_root),),
        _root,
        slips=(left_out,),
        holds=(r"\sqrt{a}^2 = a", r"\sqrt[3]{x}^3 = x"),
        fails=(r"\sqrt{a} = a", r"\sqrt[3]{x} = x"),
    ),
    Operator("factorial", (Postfix("!"),), _factorial, (left_out,), ("(n + 1)! = (n + 1) n!",), ("(n + 1)! = n!",)),
    Operator(
        "binomial",
        (command("\\binom", 2),),
        _binomial,
        slips=(swapped,),
        holds=(r"\binom{n}{2} = \frac{n (n - 1)}{2}",),
        fails=(r"\binom{n}{2} = n (n - 1)",),
    ),
    Operator(
        "floor",
        (fence("\\lfloor"),),
        _floor,
        slips=(left_out,),
        holds=(r"\lfloor x + 1 \rfloor = \lfloor x \rfloor + 1",),
        fails=(r"\lfloor x \rfloor = x",),
    ),
    Operator(
        "ceiling",
        (fence("\\lceil"),),
        _ceiling,
        slips=(left_out,),
        holds=(r"\lceil x \rceil = -\lfloor -x \rfloor",),
        fails=(r"\lceil x \rceil = \lfloor x \rfloor",),
    ),
)
