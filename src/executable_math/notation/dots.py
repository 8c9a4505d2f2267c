r"""Dots between written terms, as in `x_1 + x_2 + \dots + x_N`: the last term, with a number that runs, gives them all.

What runs is the part of the last term that gives the first one where a number stands in its place. It goes on in steps
of one, or in those of the written terms. Each written term must be what the last one gives at its place; where two
parts of the last term can run and the results differ, the dots have two readings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from executable_math.latex.tree import Apply, Bind, Dots, MathError, Node, Number, Symbol, applies, rebuilt, walk
from executable_math.meaning.env import Env
from executable_math.meaning.settled import Index, Leaf, Sample
from executable_math.values.arrays import aligned, close
from executable_math.values.derivative import Array, primal
from executable_math.values.numbers import doubles, undefined

_TOLD = r"terms that go on in equal steps, as in x_1 + x_2 + \dots + x_N"
_ELEMENT = re.compile(r"(.+)_\{(\w)\}")
_SMALLEST = (0.0, 1.0, 2.0)


class Run(NamedTuple):
    """What runs in a last term, from which number on, and in which steps."""

    part: Node
    first: float
    step: float

    def at(self, last: Node, number: Node) -> Node:
        """The last term with a number in the place of what runs."""
        return rebuilt(last, lambda node: number if node == self.part else None)

    def written(self, last: Node, place: int) -> Node:
        """What the last term gives at a place, counted from 0."""
        return self.at(last, _number(self.first + place * self.step))

    def bound(self, operator: str, last: Node) -> Bind:
        """All terms, joined by an operation over their places."""
        symbol = Symbol(f"place in the list that ends at {last.span[1]}", span=last.span)
        index = Index(symbol.name, span=last.span, written=symbol)
        steps = Apply("multiply", (_number(self.step), index), ("",), span=last.span)
        body = self.at(last, Apply("add", (_number(self.first), steps), span=last.span))
        gap = Apply("add", (self.part, _number(-self.first)), span=last.span)
        count = Apply("divide", (gap, _number(self.step)), span=last.span)
        whole = Apply("floor", (Apply("add", (count, Number("0.5"))),), span=last.span)
        return Bind(operator, (symbol,), Number("0"), whole, (), body, span=last.span)

    def arrives(self, env: Env) -> bool:
        """Whether the steps arrive at the last term, or one before the first, for every sample."""
        count = (doubles(primal(env.scalar(self.part))) - self.first) / self.step
        return bool(np.all((np.abs(count - np.round(count)) < 1e-6) & (count > -1.5)))


def filled(operator: str, parts: Sequence[Node], env: Env) -> tuple[Node, ...]:
    """The parts, with one operation in the place of the dots and of all terms that go on to the last one.

    Raises:
        MathError: There is no last part, a written one does not go on with the others, or there are two readings.
    """
    place = next(k for k, part in enumerate(parts) if isinstance(part, Dots))
    if not 0 < place < len(parts) - 1:
        raise MathError("dots without a last term", parts[place].span, r"a_1 + \dots + a_N")
    if not isinstance(parts[place + 1], Number) or operator == "vector":
        return (*_joined(operator, parts[:place], parts[place + 1], env), *parts[place + 2 :])
    back = tuple(reversed(parts))  # 3 * 2 * 1 is said of N (N - 1) ... 1 as of 1 ... (N - 1) N
    return filled(operator, back, env) if not isinstance(parts[place - 1], Number) else _refuse(parts[place])


def _joined(operator: str, before: Sequence[Node], last: Node, env: Env) -> tuple[Node, ...]:
    """The terms before the dots, with all that go on to the last one as one operation."""
    for start in range(len(before)):
        runs = [run for run in _runs(before[start:], last, operator == "prod") if _fits(run, before[start:], last, env)]
        if runs:
            alike = [term for term in before[:start] if _is_alike(term, last)]
            return (*before[:start], _agreed(operator, runs, last, env)) if not alike else _refuse(alike[0])
        if not start and len(before) == 2 and (found := _in_step(operator, before[0], before[1], last, env)):
            return (found,)
    for term in (*before, last):
        env.value(term)  # what has no value cannot be compared: that is wrong, and not how it goes on
    return _refuse(before[-1], _elements(before, last))


def _in_step(operator: str, first: Node, second: Node, last: Node, env: Env) -> Bind | None:
    r"""All terms, as the second goes on from the first: up to the last in `c_0 x^n + c_1 x^{n-1} + \dots + c_n`."""
    gaps = dict(_differences(first, second))
    place = Symbol(f"place in the list that ends at {last.span[1]}", span=last.span)
    if not gaps or first in gaps:
        return None

    def term(number: Node) -> Node:
        return rebuilt(first, lambda node: _moved(node, gaps[node], number) if node in gaps else None)

    index = Index(place.name, span=last.span, written=place)
    joined = "prod" if operator == "prod" else "sum"
    goes_on = _is_value(term(Number("1")), second, env)
    for end in dict.fromkeys(_ends(last)) if goes_on else ():
        if _is_value(term(end), last, env):
            return Bind(joined, (place,), Number("0"), end, (), term(index), span=last.span)
    return None


def _moved(one: Node, other: Node, steps: Node) -> Node:
    """What becomes of a part that goes from one to another in a step, after so many."""
    step = Apply("add", (other, Apply("negate", (one,))), span=one.span)
    return Apply("add", (one, Apply("multiply", (steps, step), ("",), span=one.span)), span=one.span)


def _ends(last: Node) -> Iterator[Node]:
    """How many steps there may be to a last term: what it names, or one more or less."""
    for part in _named(last):
        if part == last and part.children:
            continue
        yield part
        yield from (Apply("add", (part, _number(shift)), span=last.span) for shift in (-1.0, 1.0))


def _is_value(one: Node, other: Node, env: Env) -> bool:
    try:
        a, b, _ = aligned(env.value(one), env.value(other), other)
    except MathError:
        return False
    return _same(primal(a), primal(b))


def _elements(before: Sequence[Node], last: Node) -> str:
    """What to write where terms name elements that are declared one by one: `x_0` and `x_n` are two names."""
    ends = dict(_numbered(last))
    for name, first in (pair for term in before for pair in _numbered(term)):
        if end := ends.get(name):
            return f"declare it, `{name}_k: real`, with `k: index {first}..{end}` and `{end}: size`"
    return ""


def _numbered(tree: Node) -> Iterator[tuple[str, str]]:
    """The names in a tree that end in a number or a letter, and that."""
    keys = (node.key for node in walk(tree) if isinstance(node, Sample))
    return ((match[1], match[2]) for match in map(_ELEMENT.fullmatch, keys) if match)


def _is_alike(term: Node, last: Node) -> bool:
    """Whether a term looks as if it were one of those that go on; a number before a product is none."""
    gap = _gap(term, last)
    return gap is not None and (gap[1] != last or _is_linear(last))


def _refuse(term: Node, advice: str = "") -> tuple[Node, ...]:
    raise MathError("this does not go on over the dots to the last term", term.span, advice or _TOLD)


def _agreed(operator: str, runs: Sequence[Run], last: Node, env: Env) -> Bind:
    """All terms, for whatever runs in the last one."""
    totals = [env.value(run.bound("prod" if operator == "prod" else "sum", last)) for run in runs[1:] and runs]
    if not all(_same(primal(one.data), primal(totals[0].data)) for one in totals):
        raise MathError("the dots have two readings here", last.span, "one more term before the dots")
    return runs[0].bound(operator, last)


def _fits(run: Run, terms: Sequence[Node], last: Node, env: Env) -> bool:
    """Whether the last term gives each written one at its place, and is reached."""
    try:
        pairs = [(env.value(run.written(last, place)), env.value(term)) for place, term in enumerate(terms)]
        sides = [aligned(one, other, last)[:2] for one, other in pairs]
        return all(_same(primal(one), primal(other)) for one, other in sides) and run.arrives(env)
    except MathError:
        return False


def _same(one: Array, other: Array) -> bool:
    """Whether two terms are the same, or are both not there."""
    one, other = np.broadcast_arrays(one, other)
    none, others = undefined(one), undefined(other)  # a ball without an end meets every other
    return bool(((close(one, other) & ~none & ~others) | (none & others)).all())


def _runs(terms: Sequence[Node], last: Node, factors: bool) -> list[Run]:
    """What may run: where the first term has a number, or else any part that gives it as one of the smallest."""
    gap = _gap(terms[0], last)
    found = []
    if gap is not None:
        run = Run(gap[1], float(gap[0].text), _step(terms, last, float(gap[0].text)))
        if gap[1] != last and _is_linear(gap[1]):
            return [run]
        found = [run] if _is_linear(gap[1]) or (run.step == 1 and not factors) else []
    parts = dict.fromkeys(part for part in _named(last) if part != last)
    return [run for run in found if run.step] + [Run(part, first, 1.0) for part in parts for first in _SMALLEST]


def _step(terms: Sequence[Node], last: Node, first: float) -> float:
    """By how much the number in the second term is larger than that in the first."""
    second = _gap(terms[1], last) if len(terms) > 1 else None
    return float(second[0].text) - first if second is not None else 1.0


def _gap(term: Node, last: Node) -> tuple[Number, Node] | None:
    """The number of a term and the part of the last one in which alone they differ."""
    gaps = _differences(term, last)
    same = gaps and all(gap == gaps[0] for gap in gaps)
    number, part = gaps[0] if same else (term, last)
    return (number, part) if same and isinstance(number, Number) and any(_named(part)) else None


def _differences(one: Node, other: Node) -> list[tuple[Node, Node]]:
    """The parts in which two trees of one shape differ."""
    if one == other:
        return []
    if type(one) is not type(other) or not one.children or len(one.children) != len(other.children):
        return [(one, other)]
    if isinstance(one, Apply) and isinstance(other, Apply) and one.operator != other.operator:
        return [(one, other)]
    return [gap for pair in zip(one.children, other.children, strict=True) for gap in _differences(*pair)]


def _named(tree: Node) -> Iterator[Node]:
    """The parts of a tree that name something, but for those that an operation over variables has of its own."""
    if isinstance(tree, Bind):
        return
    inside = [part for child in tree.children for part in _named(child)]
    if inside or isinstance(tree, Leaf):
        yield tree
    yield from inside


def _is_linear(node: Node) -> bool:
    """Whether a term is a sum of names and numbers, and of one with the other."""
    if applies(node, "add", "negate"):
        return all(map(_is_linear, node.children))
    if applies(node, "multiply", "divide"):
        return sum(not isinstance(part, Number) for part in node.parts) < 2 and all(map(_is_linear, node.parts))
    return isinstance(node, Number | Leaf)


def _number(value: float) -> Number:
    return Number(f"{value:.15g}")
