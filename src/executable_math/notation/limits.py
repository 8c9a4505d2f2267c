r"""Integrals over one variable, and limits: numerically, and refused where that does not settle.

A limit is taken along a sequence whose distance from its end is halved each time. Wynn's epsilon algorithm gives what
it tends to, which must be near where it has got to; what grows by no less each time tends to infinity.

References:
    Wynn, "On a device for computing the e_m(S_n) transformation", https://doi.org/10.2307/2002183
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from executable_math.latex.atoms import atom
from executable_math.latex.cursor import Cursor
from executable_math.latex.edits import Edit
from executable_math.latex.language import Binder, Start
from executable_math.latex.operators import bounds
from executable_math.latex.slips import body_alone, instead
from executable_math.latex.tree import Bind, MathError, Node, name_of
from executable_math.meaning.env import Env
from executable_math.meaning.resolve import Resolver
from executable_math.meaning.settled import Argument, Sample, at, written_name
from executable_math.notation.calculus import set_to
from executable_math.notation.kinks import kinks
from executable_math.values.arrays import Value
from executable_math.values.derivative import Array, Dual, Real, linear, primal, without
from executable_math.values.quadrature import Ends, integral

_OVER = "integral over "
# Doubled each time; no whole numbers, which a function of some period might all map to one.
_FAR = math.sqrt(2) * 2.0 ** np.arange(2, 21)
# Where rounding leaves a few digits, the body is still near what it tends to.
_NEAREST, _FARTHEST, _LEAVES = np.array([1e-5]), np.full((1, 1), 1e8), 1e-3
_SETTLED, _STILL = 1e-7, 1e-9
# How near to what a sequence tends to its last value is: the algorithm finds something for those that grow, too.
_NEAR = 0.05
_MANY = "it takes many values, and a judgement whether they settle"


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
    env.run.needs_doubles(node)
    assert node.lower is not None
    assert node.upper is not None
    return Value(_between(node, env.scalar(node.lower), env.scalar(node.upper), env))


def _between(node: Bind, lower: Real, upper: Real, env: Env) -> Real:
    """An integral between ends that may move: then it grows by what it is over at the end, times how that moves."""
    tag = max((end.tag for end in (lower, upper) if isinstance(end, Dual)), default=0)
    if not tag:
        return _settled_between(node, Ends(_wide(primal(lower), env), _wide(primal(upper), env)), env)
    found = _between(node, without(lower, tag), without(upper, tag), env)
    for end, sign in ((upper, 1.0), (lower, -1.0)):
        if isinstance(end, Dual) and end.tag == tag:
            moves = Dual(linear(np.zeros_like, end.tangent), end.tangent, tag)
            found = found + sign * _at(node, end.primal, env) * moves
    return found


def _at(node: Bind, place: Real, env: Env) -> Real:
    """The body at one place of its variable."""
    with env.run.fixing():
        return set_to(node.variables[0], Value(place), env).scalar(node.body)


def _settled_between(node: Bind, ends: Ends, env: Env) -> Array:
    def evaluate(part: Node, at: Array) -> Array:
        return _along(node, part, at, env.bind(_OVER + _name(node), np.arange(float(len(at)))))

    places = kinks(node.body, lambda part: _is_variable(part, node), evaluate, ends)
    found = integral(lambda at: evaluate(node.body, at), ends, places)
    if found is None:
        advice = "an integral that exists, and is not too slow"
        raise MathError("this integral cannot be worked out to enough digits", node.span, advice)
    return found


def _wide(data: Array, env: Env) -> Array:
    """With an axis for each index in scope."""
    return data.reshape(*[1] * (env.depth + 1 - data.ndim), *data.shape)


def _is_variable(part: Node, node: Bind) -> bool:
    """Whether a part is the variable of an integral."""
    variable = node.variables[0]
    if isinstance(variable, Argument):
        return isinstance(part, Argument) and part.argument == variable.argument
    return isinstance(part, Sample) and isinstance(variable, Sample) and part.key == variable.key


def _name(node: Bind) -> str:
    return written_name(node.variables[0])


def _limit(node: Bind, env: Env) -> Value:
    assert node.lower is not None
    env.run.needs_doubles(node)
    goal = _plain(node.lower, env)
    if np.isinf(goal).all():
        return Value(_tends(node, np.sign(goal) * _FAR.reshape(-1, *[1] * (env.depth + 1)), env))
    gaps = 8.0 / _FAR[2:14]
    signs = {"+": (1.0,), "-": (-1.0,)}.get(node.side, (1.0, -1.0))
    ends = [_tends(node, goal, env, sign * gaps) for sign in signs]
    if not np.allclose(ends[0], ends[-1], rtol=_SETTLED, atol=_SETTLED):
        raise MathError("the limits from the two sides differ", node.span, r"\lim_{z \to 0^+}")
    return Value(ends[0])


def _tends(node: Bind, goal: Array, env: Env, gaps: Array | None = None) -> Array:
    """What the body tends to along a sequence, and does not leave nearer to its end."""
    if gaps is None:
        values, nearer = _sequence(node, goal, env), _sequence(node, np.sign(goal[:1]) * _FARTHEST, env)
    else:
        values, nearer = (_sequence(node, goal + step.reshape(-1, *[1] * (env.depth + 1)), env)
                          for step in (gaps, np.sign(gaps[0]) * _NEAREST))  # fmt: skip
    found = limit_of(values)
    off = np.abs(nearer - found) > np.abs(values[-1] - found) + _LEAVES * (1 + np.abs(found))
    if (np.isnan(found) | (off & np.isfinite(found)).any(0)).any():
        raise MathError("this limit cannot be worked out", node.span, "a limit that exists, and is not too slow")
    return found


def _sequence(node: Bind, at: Array, env: Env) -> Array:
    """The body at places along the first axis."""
    inner = env.bind(f"limit in {_name(node)}", np.arange(float(len(at))))
    return _along(node, node.body, at, inner)


def _along(node: Bind, part: Node, at: Array, env: Env) -> Array:
    """A part of the body while its variable runs along the outermost axis."""
    with env.run.fixing():
        data = set_to(node.variables[0], Value(at), env).scalar(part)
    if isinstance(data, Dual):
        raise MathError("a derivative of an integral or a limit", node.body.span, "the derivative inside it")
    return np.broadcast_to(data, np.broadcast_shapes(primal(data).shape, at.shape))


def _plain(node: Node, env: Env) -> Array:
    """A number that no derivative is taken by."""
    data = env.scalar(node)
    if isinstance(data, Dual):
        raise MathError("a derivative by the end of a limit", node.span, "an end that is a number")
    return data


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
        (r"\int_0^1 t\,dt = \frac{1}{2}",), (r"\int_0^1 t\,dt = 1",), True, _settled, _MANY,
    ),
    Binder(
        "limit", (Start("\\lim", _read_limit, closed=False),), _limit, (body_alone,),
        (r"\lim_{t \to 0} \frac{\sin t}{t} = 1",), (r"\lim_{t \to 0} \frac{\sin t}{t} = 0",), True, _settled, _MANY,
    ),
)  # fmt: skip
