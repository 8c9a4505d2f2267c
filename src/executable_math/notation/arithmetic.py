"""Arithmetic: terms, factors, fractions, powers, roots, rounding, factorials."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from executable_math.latex.atoms import braced
from executable_math.latex.cursor import Cursor
from executable_math.latex.edits import Edit, change
from executable_math.latex.forms import command, fence
from executable_math.latex.language import Called, Halves, Infix, Operator, Postfix, Start
from executable_math.latex.operators import product
from executable_math.latex.slips import Loss, Place, around, before, each_part, instead, last_part, left_out, swapped
from executable_math.latex.tree import Apply, Dots, MathError, Node, Number, applies, has_dots
from executable_math.meaning.env import Env
from executable_math.notation.dots import filled
from executable_math.values.arrays import Value, aligned, inverse, own_shape, times
from executable_math.values.derivative import Array, Dual, apply, choose, power, primal
from executable_math.values.numbers import are_balls, doubles, only_doubles, over, real

_GAMMA = np.vectorize(lambda x: math.nan if not x > 0 else math.gamma(x) if x < 171 else math.inf, otypes=[float])
_EVERY_OTHER = np.vectorize(
    lambda n: float(math.prod(range(int(n), 0, -2))) if n % 1 == 0 and -1 <= n < 300 else math.nan, otypes=[float]
)
_COMB = np.vectorize(
    lambda n, k: math.comb(int(n), int(k)) if 0 <= n < 1000 and k >= 0 and n % 1 == k % 1 == 0 else math.nan,
    otypes=[float],
)


# --- terms -----------------------------------------------------------------------------------------------------


def _add(node: Apply, env: Env) -> Value:
    first, *others = filled("sum", node.parts, env) if has_dots(node.parts) else node.parts
    result = env.value(first)
    for term in others:
        left, right, rank = aligned(result, env.value(term), term)
        result = Value(left + right, rank, result.row)
    return result


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
    if has_dots(node.parts):
        return _dotted(node, env)
    result = env.value(node.parts[0])
    for factor, sign in zip(node.parts[1:], node.marks, strict=True):
        result = times(result, env.value(factor), sign, factor)
    return result


def _dotted(node: Apply, env: Env) -> Value:
    """A product that goes on over dots."""
    parts = filled("prod", _grouped(node) if any(node.marks) else _flat(node), env)
    return env.value(product(parts, [""] * (len(parts) - 1)))


def _grouped(node: Apply) -> list[Node]:
    r"""The factors between signs, as in `2 \cdot 4 \cdots 2 N`: those side by side are one."""
    groups = [[node.parts[0]]]
    for left, factor, sign in zip(node.parts, node.parts[1:], node.marks, strict=False):
        if sign or isinstance(left, Dots) or isinstance(factor, Dots):
            groups.append([])
        groups[-1].append(factor)
    return [product(group, [""] * (len(group) - 1)) for group in groups]


def _flat(node: Apply) -> list[Node]:
    """The factors one by one; `N (N - 1)`, which was read as a call, is two."""
    return [part for factor in node.parts for part in (factor.parts if applies(factor, "multiply") else (factor,))]


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
        return _vector_power(base, node, env)
    return Value(power(base.data, env.scalar(node.parts[1])))


def _vector_power(base: Value, node: Apply, env: Env) -> Value:
    square = base.rank == 2 and len(set(own_shape(base))) == 1
    if square and node.parts[1] == Apply("negate", (Number("1"),)) and not isinstance(base.data, Dual):
        found = inverse(base.data)
        singular = np.asarray(np.isnan(found).any((-2, -1)))
        env.run.singular = env.run.singular | env.run.by_sample(singular, np.any)
        return Value(found, 2)
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
    if (doubles(primal(degree)) % 2 == 1).all():  # an odd root of a negative number is negative
        return Value(choose(real(primal(body)) < 0, -power(-body, 1.0 / degree), power(body, 1.0 / degree)))
    return Value(power(body, 1.0 / degree))


# --- whole numbers ---------------------------------------------------------------------------------------------


def _ball_gamma(above: Any) -> Any:
    return above.gamma() if above > 0 else above.nan()


def _ball_comb(n: Any, k: Any) -> Any:
    whole = n.is_integer() and k.is_integer() and k >= 0 and 0 <= n < 1000
    return n * 0 + math.comb(int(float(n)), int(float(k))) if whole else n.nan()


def _gamma(node: Apply, env: Env) -> Value:
    if len(node.parts) != 1:
        raise MathError("the gamma function of one number", node.span, r"\Gamma(x)")
    return Value(_gamma_of(_plain(node.parts[0], env)))


def _gamma_of(data: Array) -> Array:
    return over(_ball_gamma, data) if are_balls(data) else np.asarray(_GAMMA(data))


def _plain(node: Node, env: Env) -> Array:
    """A number that no derivative is taken by.

    Raises:
        MathError: One is, and this function of it has none here.
    """
    data = env.scalar(node)
    if isinstance(data, Dual):
        raise MathError("a derivative of a function of whole numbers", node.span, "a derivative by what is not in it")
    return real(data)


def _factorial(node: Apply, env: Env) -> Value:
    return Value(_gamma_of(_plain(node.parts[0], env) + 1.0))


def _double_factorial(node: Apply, env: Env) -> Value:
    """The product of every other number down to 1 or 2; nothing is left of it for 0 and -1."""
    return Value(_EVERY_OTHER(only_doubles(_plain(node.parts[0], env), node)))


def _binomial(node: Apply, env: Env) -> Value:
    n, k = (_plain(part, env) for part in node.parts)
    return Value(over(_ball_comb, n, k) if are_balls(n) or are_balls(k) else _COMB(n, k))


def _floor(node: Apply, env: Env) -> Value:
    return Value(apply("floor", env.scalar(node.parts[0])))


def _ceiling(node: Apply, env: Env) -> Value:
    return Value(apply("ceil", env.scalar(node.parts[0])))


def _sign_slip(latex: str, node: Apply) -> Iterator[Edit]:
    yield from change(latex, node.span, "-", "+")


def _minus(latex: str, place: Place) -> Iterator[Edit]:
    """A minus sign that was lost at the beginning of a side, a bracket or a brace."""
    first = not applies(place.outer, "add") or place.node is place.outer.parts[0]
    yield from around("-(@)", whole_only=True)(latex, place) if first else ()


RECORDS = (
    Operator("add", value=_add, slips=(_term_slips,), holds=("x + y = y + x",), fails=("x + y = x - y",)),
    Operator(
        "negate", value=_negate, slips=(Loss(_sign_slip, _minus),), holds=("-(x - y) = y - x",), fails=("-x = x",)
    ),
    Operator(
        "multiply",
        tuple(map(Infix, ("\\cdot", "\\times", "*", "\\odot", "\\circ"))),
        _multiply,
        slips=(Loss(each_part("1"), around("2 (@)", r"\frac{1}{2} (@)", "#value (@)", whole_only=True)),),
        holds=(r"2 x \cdot y = 2 y x", r"u \odot v = v \circ u"),
        fails=(r"2 x \cdot y = x y", r"u \odot v = u"),
    ),
    Operator(
        "divide",
        (command("\\frac", 2), Halves("\\over")),
        _divide,
        slips=(Loss(each_part("1"), around(r"\frac{1}{#size} (@)", r"\frac{@}{#value}", whole_only=True)), swapped),
        holds=(r"\frac{x}{a} = x / a", r"{x \over a} = x / a"),
        fails=(r"\frac{x}{a} = \frac{a}{x}",),
    ),
    Operator("percent", (Postfix("\\%"),), _percent, (left_out,), (r"50\% = \frac{1}{2}",), (r"50\% = \frac{1}{20}",)),
    Operator(
        "power",
        value=_power,
        slips=(Loss(last_part("1"), around("(@)^2", "(@)^{#value}")),),
        holds=("x^2 = x x",),
        fails=("x^2 = 2 x",),
    ),
    Operator(
        "root",
        (Start("\\sqrt", _read_root),),
        _root,
        slips=(Loss(left_out, around(r"\sqrt{@}")),),
        holds=(r"\sqrt{a}^2 = a", r"\sqrt[3]{x}^3 = x"),
        fails=(r"\sqrt{a} = a", r"\sqrt[3]{x} = x"),
    ),
    Operator(
        "double factorial",
        (Postfix("!!"),),
        _double_factorial,
        (left_out,),
        ("5!! = 15", "n! = n!! (n - 1)!!"),
        ("3!! = 720",),
    ),
    Operator(
        "gamma",
        (Called("\\Gamma"),),
        _gamma,
        (left_out,),
        (r"\Gamma(a + 1) = a \Gamma(a)", r"\Gamma(n + 1) = n!"),
        (r"\Gamma(n + 1) = (n + 1)!",),
    ),
    Operator("factorial", (Postfix("!"),), _factorial, (left_out,), ("(n + 1)! = (n + 1) n!",), ("(n + 1)! = n!",)),
    Operator(
        "binomial",
        (command("\\binom", 2), Halves("\\choose")),
        _binomial,
        slips=(swapped,),
        holds=(r"\binom{n}{2} = \frac{n (n - 1)}{2}", r"{n \choose 2} = \binom{n}{2}"),
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
