r"""Integrals over one variable, and limits: numerically, and refused where that does not settle.

An integral is taken by the double exponential rule, with more and more points until half of them give the same. A
limit is taken along a sequence whose distance from its end is halved each time. Wynn's epsilon algorithm gives what it
tends to, which must be near where it has got to; what grows by no less each time tends to infinity.

References:
    Takahasi and Mori, "Double exponential formulas for numerical integration", https://doi.org/10.2977/prims/1195192451
    Wynn, "On a device for computing the e_m(S_n) transformation", https://doi.org/10.2307/2002183
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from executable_math.latex.atoms import atom
from executable_math.latex.cursor import Cursor
from executable_math.latex.edits import Edit, body_alone, instead
from executable_math.latex.language import Binder, Start
from executable_math.latex.operators import bounds
from executable_math.latex.tree import Bind, MathError, Node, name_of
from executable_math.meaning.env import Env
from executable_math.meaning.resolve import Resolver
from executable_math.meaning.settled import Argument, Sample, at
from executable_math.notation.calculus import set_to
from executable_math.values.arrays import Value
from executable_math.values.derivative import Array, Dual, primal

_OVER = "integral over "
_WIDEST, _POINTS = 4.5, (801, 3201, 12801)
# Doubled each time; no whole numbers, which a function of some period might all map to one.
_FAR = math.sqrt(2) * 2.0 ** np.arange(2, 21)
_SETTLED, _STILL = 1e-7, 1e-9
# How near to what a sequence tends to its last value is: the algorithm finds something for those that grow, too.
_NEAR = 0.05


def _read_integral(reader: Cursor, name: str) -> Bind:
    token = reader.advance()
    lower, upper = bounds(reader)
    if len(lower) != 1 or upper is None:
        reader.refuse("an integral without its two bounds", r"\int_{-\infty}^{\infty} f(x)\,dx", at=token.start)
    reader.open.append("d")
    body = reader.expression()
    if not reader.ends_integral():
        reader.refuse("an integral over what?", r"\int_a^b f(x)\,dx", at=token.start)
    reader.advance()
    reader.open.pop()
    return Bind(name, (atom(reader),), lower[0], upper, (), body, span=reader.since(token.start))


def _read_limit(reader: Cursor, name: str) -> Bind:
    token = reader.advance()
    opened = reader.next()
    if not (reader.take("_") and reader.take("{")):
        reader.refuse("a limit of what?", r"\lim_{z \to 0}", at=token.start)
    variable = atom(reader)
    if not reader.take("\\rightarrow"):
        reader.refuse("a limit without an arrow", r"\lim_{z \to 0}", at=token.start)
    target = reader.signed(lambda: atom(reader))
    side = _read_side(reader)
    reader.expect("}", opened)
    body = reader.signed(reader.term)
    return Bind(name, (variable,), target, None, (), body, side, span=reader.since(token.start))


def _read_side(reader: Cursor) -> str:
    """The sign in `0^+`."""
    if not reader.take("^"):
        return ""
    braces = reader.take("{")
    if reader.token.text not in ("+", "-"):
        reader.refuse("a limit from which side?", r"\lim_{z \to 0^+}")
    sign = reader.advance().text
    if braces:
        reader.take("}")
    return sign


def _settled(resolver: Resolver, node: Bind) -> Node:
    """The variable is a declared symbol that runs, or a name that means nothing outside."""
    variable = node.variables[0]
    name = name_of(variable)
    place = at(variable)
    if name in resolver.facts.symbols.declared:
        found: Node = Sample(name, **place)
        found = Argument(name, found, **place) if name in resolver.arguments else found
        inner = resolver
    else:
        found, inner = Argument(name, None, **place), resolver.given(name)
    ends = [resolver.settle(end) if end is not None else None for end in (node.lower, node.upper)]
    return replace(node, variables=(found,), lower=ends[0], upper=ends[1], body=inner.settle(node.body))


def _integral(node: Bind, env: Env) -> Value:
    if any(name.startswith(_OVER) for name in env.indices):
        raise MathError("an integral within an integral", node.span, "a name for the inner one, or its value")
    assert node.lower is not None
    assert node.upper is not None
    ends = _plain(node.lower, env), _plain(node.upper, env)
    for points in _POINTS:
        fine, coarse = _quadrature(node, ends, env, points)
        if (np.abs(fine - coarse) <= _SETTLED * (1 + np.abs(fine))).all():
            return Value(fine)
    advice = "an integral that exists, split where its function has a kink"
    raise MathError("this integral cannot be worked out to enough digits", node.span, advice)


def _quadrature(node: Bind, ends: tuple[Array, Array], env: Env, points: int) -> tuple[Array, Array]:
    """An integral with so many points, and with every other of them."""
    inner = env.bind(_OVER + _name(node), np.arange(float(points)))
    steps = np.linspace(-_WIDEST, _WIDEST, points).reshape(-1, *[1] * inner.depth)
    at, weight = _double_exponential(steps, *ends)
    terms = _along(node, at, inner) * weight * (2 * _WIDEST / (points - 1))
    # The weights vanish faster than anything that can be integrated grows, or overflows.
    terms = np.where(np.isfinite(terms) | (np.abs(steps) < 0.6 * _WIDEST), terms, 0.0)
    return terms.sum(0), 2 * terms[::2].sum(0)


def _name(node: Bind) -> str:
    variable = node.variables[0]
    return variable.name if isinstance(variable, Argument | Sample) else name_of(variable)


def _limit(node: Bind, env: Env) -> Value:
    assert node.lower is not None
    goal = _plain(node.lower, env)
    if np.isinf(goal).all():
        return Value(_tends(node, np.sign(goal) * _FAR.reshape(-1, 1), env))
    gaps = 8.0 / _FAR[2:14]
    signs = {"+": (1.0,), "-": (-1.0,)}.get(node.side, (1.0, -1.0))
    ends = [_tends(node, goal, env, sign * gaps) for sign in signs]
    if not np.allclose(ends[0], ends[-1], rtol=_SETTLED, atol=_SETTLED):
        raise MathError("the limits from the two sides differ", node.span, r"\lim_{z \to 0^+}")
    return Value(ends[0])


def _tends(node: Bind, goal: Array, env: Env, gaps: Array | None = None) -> Array:
    """What the body tends to along a sequence."""
    count = len(goal) if gaps is None else len(gaps)
    inner = env.bind(f"limit in {_name(node)}", np.arange(float(count)))
    shape = (-1, *[1] * inner.depth)
    at = goal.reshape(shape) if gaps is None else goal + gaps.reshape(shape)
    found = limit_of(_along(node, at, inner))
    if np.isnan(found).any():
        raise MathError("this limit cannot be worked out", node.span, "a limit that exists, and is not too slow")
    return found


def _along(node: Bind, at: Array, env: Env) -> Array:
    """The body while its variable runs along the outermost axis."""
    with env.run.fixing():
        data = set_to(node.variables[0], Value(at), env).scalar(node.body)
    if isinstance(data, Dual):
        raise MathError("a derivative of an integral or a limit", node.body.span, "the derivative inside it")
    return np.broadcast_to(data, np.broadcast_shapes(primal(data).shape, at.shape))


def _plain(node: Node, env: Env) -> Array:
    """A number that no derivative is taken by."""
    data = env.scalar(node)
    if isinstance(data, Dual):
        raise MathError("a derivative by the end of an integral or a limit", node.span, "an end that is a number")
    return data


def _double_exponential(steps: Array, lower: Array, upper: Array) -> tuple[Array, Array]:
    """The places and weights of the rule, by which of the ends are infinite."""
    inside, slope = math.pi / 2 * np.sinh(steps), math.pi / 2 * np.cosh(steps)
    if np.isinf(lower).all() and np.isinf(upper).all():
        return np.sinh(inside), np.sign(upper) * slope * np.cosh(inside)
    if np.isinf(upper).all():
        return lower + np.sign(upper) * np.exp(inside), np.sign(upper) * slope * np.exp(inside)
    if np.isinf(lower).all():
        return upper + np.sign(lower) * np.exp(inside), -np.sign(lower) * slope * np.exp(inside)
    half = (upper - lower) / 2
    return (lower + upper) / 2 + half * np.tanh(inside), half * slope / np.cosh(inside) ** 2


def limit_of(values: Array) -> Array:
    """What sequences along the first axis tend to: a number, plus or minus infinity, or NaN where that is not settled.

    Example:
        >>> limit_of(np.array([1 + 2.0**-k for k in range(12)])).round(9).tolist()
        1.0
        >>> limit_of(np.array([2.0**k for k in range(12)])).tolist()
        inf
    """
    steps = np.diff(values, axis=0)[-5:]
    still = (np.abs(steps) <= _STILL * (1 + np.abs(values[-1]))).all(0)
    shrinks = np.abs(steps[1:]) < 0.999 * np.abs(steps[:-1])
    one_way = (steps > 0).all(0) | (steps < 0).all(0)
    far = np.abs(values[-1] - values[len(values) // 2]) > 0.25 * np.abs(values[-1])  # what rounding leaves grows, too
    grows = ~shrinks.any(0) & one_way & far
    found = _epsilon(values)
    near = np.abs(values[-1] - found) <= _NEAR * (1 + np.abs(found))
    tends = np.where(grows, np.sign(steps[-1]) * np.inf, np.where(near, found, np.nan))
    return np.asarray(np.where(still, values[-1], tends))


def _epsilon(values: Array) -> Array:
    """Wynn's epsilon algorithm: the last of the column that changes least; NaN where all of them change."""
    before, now = np.zeros((len(values) + 1, *values.shape[1:])), values
    columns = [now[-2:]]
    for column in range(1, 9):
        gaps = np.diff(now, axis=0)
        before, now = now, before[1:-1] + 1.0 / np.where(gaps == 0, np.nan, gaps)
        columns += [now[-2:]] if column % 2 == 0 else []
    changes = np.array([np.abs(last - one) for one, last in columns])
    best = np.argmin(np.where(np.isnan(changes), np.inf, changes), axis=0)[None]
    found = np.take_along_axis(np.array([last for _, last in columns]), best, 0)[0]
    agreed = np.take_along_axis(changes, best, 0)[0] <= _SETTLED * (1 + np.abs(found))
    return np.asarray(np.where(agreed, found, np.nan))


def _ends(latex: str, node: Bind) -> Iterator[Edit]:
    """An end is another one."""
    for end in (node.lower, node.upper):
        if end is not None:
            yield instead(latex, end, "1")


RECORDS = (
    Binder(
        "integral", (Start("\\int", _read_integral, closed=False),), _integral, (_ends, body_alone),
        (r"\int_0^1 t\,dt = \frac{1}{2}",), (r"\int_0^1 t\,dt = 1",), True, _settled,
    ),
    Binder(
        "limit", (Start("\\lim", _read_limit, closed=False),), _limit, (body_alone,),
        (r"\lim_{t \to 0} \frac{\sin t}{t} = 1",), (r"\lim_{t \to 0} \frac{\sin t}{t} = 0",), True, _settled,
    ),
)  # fmt: skip
