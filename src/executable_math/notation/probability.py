"""Expectations, variances and covariances, by two rules that agree or by integrals that settle; distributions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from executable_math.latex.language import Called, Operator, Rule
from executable_math.latex.slips import left_out
from executable_math.latex.tree import (
    Apply,
    Bind,
    Call,
    Chain,
    Dots,
    Indexed,
    MathError,
    Node,
    Number,
    Symbol,
    applies,
    name_of,
    rebuilt,
    walk,
)
from executable_math.meaning.env import Env
from executable_math.meaning.facts import Head
from executable_math.meaning.leaves import parameters
from executable_math.meaning.reads import reads
from executable_math.meaning.resolve import Resolver
from executable_math.meaning.settled import Argument, Constant, Index, Leaf, Refused, Sample, refused, written_name
from executable_math.notation.kinks import kinks, opened
from executable_math.values.arrays import Value, close
from executable_math.values.derivative import Array, Dual, Real, primal, total
from executable_math.values.quadrature import Ends, integral
from executable_math.values.symbols import RANDOM, Declaration

_FINE, _COARSE, _AGREED = 60, 51, 1e-9
_RANDOM = "it is about random variables, of which a reader has no samples"
# How distributions are written, and how they are declared.
DISTRIBUTIONS = {
    "\\mathcal{N}": "normal", "N": "normal", "Normal": "normal", "\\mathcal{U}": "uniform", "U": "uniform",
    "Uniform": "uniform", "Laplace": "laplace", "Bernoulli": "bernoulli", "Ber": "bernoulli",
}  # fmt: skip

# --- what they mean --------------------------------------------------------------------------------------------


def _settled(resolver: Resolver, record: Operator, head: Head, node: Node) -> Node:
    """A mean over random variables, or over an index; what stands behind a bar is given."""
    arguments = head.arguments or ()
    bodies = arguments[: len(arguments) - head.bar]
    try:
        _refuse_count(record.name, head.name, bodies, node)
        over = [_drawn_index(resolver, index, node) for index in head.indices if isinstance(index, Chain)]
        if over and len(bodies) == 1 and not head.bar:
            return resolver.settle(_over_index(record.name, bodies[0], *over[0], resolver))
        if over:
            raise MathError("this is no mean over an index", node.span, r"\mathbb{E}_{k \sim p}[f(k)]")
        given = tuple(_given(resolver, part) for part in arguments[len(bodies) :])
    except MathError as problem:
        return refused(problem, node)
    settled = resolver.all(bodies)
    if len(settled) == 1 and not given and _elements(settled[0], resolver):
        return _apart(record.name, opened(settled[0]), resolver)
    return Apply(record.name, (*settled, *given), span=node.span)


def _refuse_count(operator: str, name: str, bodies: Sequence[Node], node: Node) -> None:
    """Refuse an expectation of other than one thing; a covariance is of two."""
    wanted = 2 if operator == "covariance" else 1
    if len(bodies) != wanted:
        shown = f"\\mathrm{{{name}}}" if name in ("Var", "Cov") else name
        found = f"{len(bodies)} things" if bodies else "what?"
        raise MathError(f"{name} of {found}", node.span, f"{shown}[x, y]" if wanted == 2 else f"{shown}[x]")


def _given(resolver: Resolver, condition: Node) -> Sample:
    """A symbol that a mean is given; its samples are its values.

    Raises:
        MathError: Something else is given, of which nothing is known here.
    """
    name = resolver.facts.head(condition).name
    key = next((key for key in (name, name + "[]") if key in resolver.facts.symbols.declared), None)
    if key is None:
        advice = r"declared symbols behind the bar, as in \mathbb{E}[y \mid x]"
        raise MathError("an expectation given what is no declared symbol", condition.span, advice)
    return Sample(key, written=condition, span=condition.span)


def _drawn_index(resolver: Resolver, chain: Chain, node: Node) -> tuple[str, Node]:
    index = name_of(chain.sides[0])
    if chain.relations[0].sign != "\\sim" or not resolver.facts.is_index(index):
        raise MathError("an expectation over what is not an index", node.span, r"\mathbb{E}_{x \sim p}[f(x)]")
    return index, chain.sides[1]


def _over_index(operator: str, body: Node, index: str, distribution: Node, resolver: Resolver) -> Node:
    """A mean over an index as the sum that it is."""
    at = Symbol(index, span=body.span)
    called = name_of(distribution) + "()" in resolver.facts.symbols.declared
    chance = Call(distribution, (at,), span=body.span) if called else Indexed(distribution, (at,), span=body.span)

    def mean(of: Node) -> Bind:
        return Bind("sum", (at,), None, None, (), Apply("multiply", (chance, of), ("",), span=of.span), span=of.span)

    if operator == "expectation":
        return mean(body)
    gap = Apply("add", (body, Apply("negate", (mean(body),))), span=body.span)
    return mean(Apply("power", (gap, Number("2")), span=body.span))


def _elements(body: Node, resolver: Resolver) -> set[str]:
    """The keys of the random variables in a body that have an element for each index."""
    return {key for key in reads(body) & resolver.facts.symbols.random if key.endswith("[]")}


def _apart(operator: str, body: Node, resolver: Resolver) -> Node:
    """The mean, or variance, of a sum over elements, which are independent, as the sum of theirs."""
    if not _elements(body, resolver):
        return body if operator == "expectation" else Number("0", span=body.span)
    inner = partial(_apart, operator, resolver=resolver)
    scale = (lambda node: node) if operator == "expectation" else _squared
    match body:
        case Apply("negate", (term,)):
            return replace(body, parts=(inner(term),)) if operator == "expectation" else inner(term)
        case Apply("divide", (upper, lower)) if not _elements(lower, resolver):
            return replace(body, parts=(inner(upper), scale(lower)))
        case Apply("multiply", factors) if sum(bool(_elements(one, resolver)) for one in factors) == 1:
            return replace(body, parts=tuple(inner(one) if _elements(one, resolver) else scale(one) for one in factors))
        case Apply("add", terms) if operator == "expectation" or _are_independent(terms, resolver):
            return replace(body, parts=tuple(map(inner, terms)))
        case Bind("sum", (_,)) if _goes_in(operator, body, resolver):
            return replace(body, body=inner(body.body))
    return Apply(operator, (body,), span=body.span)


def _squared(node: Node) -> Node:
    return Apply("power", (node, Number("2")), span=node.span)


def _are_independent(terms: Sequence[Node], resolver: Resolver) -> bool:
    """Whether no two terms have a random variable in common."""
    keys = [key for term in terms for key in reads(term) & resolver.facts.symbols.random]
    return len(keys) == len(set(keys))


def _goes_in(operator: str, node: Bind, resolver: Resolver) -> bool:
    """Whether the mean of a sum over an index is the sum of means; a variance, where each term has its own element."""
    kinds = resolver.facts.symbols.random
    if any(reads(part) & kinds for part in node.children if part is not node.body):
        return False
    own = (Index(name_of(node.variables[0])),)
    random = [part for part in walk(node.body) if isinstance(part, Sample) and part.key in kinds]
    apart = all(part.indices == own for part in random) and {part.key for part in random} == reads(node.body) & kinds
    return operator == "expectation" or apart


def _settled_chance(resolver: Resolver, record: Operator, head: Head, node: Node) -> Node:
    """The probability of an event is the mean of its indicator; behind a bar stands an event that is given."""
    arguments = head.arguments or ()
    events = resolver.all(arguments)
    if not all(isinstance(event, Chain) for event in events):
        advice = f"events of random variables, such as P(X > 0), or declare it, `{head.name}: function`, if it is none"
        return refused(MathError(f"{head.name} of what is no event", node.span, advice), node)
    together = _chance(events, node)
    given = events[len(events) - head.bar :] if head.bar else ()
    return Apply("divide", (together, _chance(given, node)), span=node.span) if given else together


def _chance(events: Sequence[Node], node: Node) -> Apply:
    event = events[0] if len(events) == 1 else Apply("and", tuple(events), span=node.span)
    return Apply("expectation", (Apply("indicator", (event,), span=node.span),), span=node.span)


# --- what they are worth ---------------------------------------------------------------------------------------


Inside = Callable[[Env], Real]


def _rule(bodies: int, of: Callable[[Sequence[Mean], Env], Real]) -> Rule:
    """The rule of a mean that is of so many things."""

    def rule(node: Apply, env: Env) -> Value:
        env.run.needs_doubles(node)
        inside, given = node.parts[:bodies], node.parts[bodies:]
        variables = _averaged(inside, {part.key for part in given if isinstance(part, Sample)}, node, env)
        means = [Mean(_at_one_element(body, variables), variables, node) for body in inside]
        if not all(mean.is_constant() for mean in means):
            return Value(of(means, env))
        known, key = env.run.facts.effort.means, (node.operator, *(mean.body for mean in means), env.depth)
        if key not in known:
            known[key] = of(means, env)
        return Value(known[key])

    return rule


def _at_one_element(body: Node, variables: Sequence[Declaration]) -> Node:
    """A body with a number in the place of each random variable that has elements.

    Raises:
        MathError: More than one of its elements is in the body.
    """
    keys = {declaration.key for declaration in variables if declaration.axes}
    places = {node for node in walk(body) if isinstance(node, Sample) and node.key in keys}
    if keys and (len({node.key for node in places}) < len(places) or keys - {node.key for node in places}):
        advice = r"a sum of means of single elements, such as \sum_i \mathbb{E}[X_i]"
        raise MathError("a mean over several elements of one random variable", body.span, advice)
    return rebuilt(body, lambda node: Argument(node.key, node, span=node.span) if node in places else None)


def _expectation(parts: Sequence[Mean], env: Env) -> Real:
    return parts[0].of(lambda at: at.scalar(parts[0].body), env)


def _covariance(parts: Sequence[Mean], env: Env) -> Real:
    one, other = (part.of(lambda at, part=part: at.scalar(part.body), env) for part in (parts[0], parts[-1]))  # type: ignore[misc]
    return parts[0].of(lambda at: (at.scalar(parts[0].body) - one) * (at.scalar(parts[-1].body) - other), env)


def _averaged(bodies: Sequence[Node], given: Set[str], node: Node, env: Env) -> list[Declaration]:
    """The random variables over which a mean is taken: those in it, but for what is given behind a bar."""
    names = {key for body in bodies for key in reads(body)} & (env.run.symbols.random - given)
    if not names and not given & env.run.symbols.random:
        unknown = (written_name(part) for body in bodies for part in walk(body) if isinstance(part, Refused))
        name = next(filter(None, unknown), "\\eta")
        advice = f"declare it, such as `{name}: normal(0, 1)`"
        raise MathError("no random variable in this expectation", node.span, advice)
    return [declaration for key, declaration in env.run.symbols.declared.items() if key in names]


class Mean(NamedTuple):
    """A mean over random variables: by two Gaussian rules that agree, or else by integrals split at kinks.

    Attributes:
        body: What it is of.
        variables: The random variables.
        node: Where it is written.
    """

    body: Node
    variables: Sequence[Declaration]
    node: Node

    def is_constant(self) -> bool:
        """Whether nothing in it differs from sample to sample but the random variables themselves."""
        own = {variable.key for variable in self.variables}
        leaves = (node for node in walk(self.body) if isinstance(node, Leaf | Call | Bind))
        plain = not any(variable.axes or any(map(_names, variable.kind.parameters)) for variable in self.variables)
        return plain and all(isinstance(one, Constant) or getattr(one, "key", "") in own for one in leaves)

    def of(self, inside: Inside, env: Env) -> Real:
        """The mean of what is inside, which may have the mean of the body in it."""
        fine, scale = self._by_rule(inside, env, _FINE)
        coarse, _ = self._by_rule(inside, env, _COARSE)
        return fine if _agree(fine, coarse, scale) else self._by_integrals(inside, env, self.variables)

    def _by_rule(self, inside: Inside, env: Env, nodes: int) -> tuple[Real, Array]:
        """The mean by a Gaussian rule, or the sum that it is, and how large what is added up is."""
        weights, inner = np.ones(()), env
        with env.run.fixing():
            for declaration in self.variables:
                places, weight = _nodes_of(declaration, env, nodes)
                inner = inner.bind("random " + declaration.key, np.arange(float(places.shape[0])))
                shape = (places.shape[0], *[1] * (inner.depth - 1), -1)
                inner = _set(declaration, Value(places.reshape(shape)), inner)
                weights = weights * weight.reshape(shape)
            data = inside(inner) * weights
        size = np.abs(primal(data))
        for _ in self.variables:
            data, size = total(data, 0), size.sum(0)
        return data, size

    def _by_integrals(self, inside: Inside, env: Env, variables: Sequence[Declaration]) -> Real:
        """The mean over one variable after the other."""
        if not variables:
            return self._plain(inside(env))
        own, others = variables[0], variables[1:]
        if own.kind.name == "bernoulli":
            over = self._replace(variables=[own])
            return over._by_rule(lambda at: self._by_integrals(inside, at, others), env, _FINE)[0]
        random = _Random.of(own, env)
        evaluate = partial(self._while, own, random, env)
        hidden = {other.key for other in others}
        places = kinks(
            self.body if not hidden & reads(self.body) else Number("1"),
            partial(_is_variable, own.key),
            lambda part, at: evaluate(lambda inner: inner.scalar(part), at),
            random.ends,
        )
        found = integral(
            lambda at: random.density(at) * evaluate(lambda inner: self._by_integrals(inside, inner, others), at),
            random.ends, [*places, np.zeros(1)],
        )  # fmt: skip
        if found is None:
            advice = "a mean that exists, of what does not jump too often"
            raise MathError("this mean cannot be worked out to enough digits", self.node.span, advice)
        return found

    def _while(self, own: Declaration, random: _Random, env: Env, value: Inside, at: Array) -> Array:
        """A value while a random variable is at places."""
        inner = env.bind("random " + own.key, np.arange(float(len(at))))
        with env.run.fixing():
            data = self._plain(value(_set(own, Value(random.middle + random.scale * at), inner)))
        return np.broadcast_to(data, np.broadcast_shapes(data.shape, at.shape))

    def _plain(self, data: Real) -> Array:
        if isinstance(data, Dual):
            reason = "a derivative of a mean of what has a kink"
            raise MathError(reason, self.node.span, "the derivative inside it, or a smooth function")
        return data


def _is_variable(key: str, node: Node) -> bool:
    """Whether a node is a random variable, or the one element of it that a body has."""
    return (isinstance(node, Sample) and node.key == key) or (isinstance(node, Argument) and node.argument == key)


def _set(declaration: Declaration, value: Value, env: Env) -> Env:
    """Where a random variable, or the one element of it that a body has, is something."""
    if declaration.axes:
        return env.given(declaration.key, lambda: value)
    env.run.fixed[declaration.key] = value
    return env


class _Random(NamedTuple):
    """A random variable as a standard one that is moved and stretched."""

    middle: Array
    scale: Array
    ends: Ends
    density: Callable[[Array], Array]

    @classmethod
    def of(cls, declaration: Declaration, env: Env) -> _Random:
        first, second = parameters(declaration, env.run) or (np.zeros(1), np.ones(1))
        name, axes = declaration.kind.name, (1,) * (env.depth + 1)
        scale = {"normal": np.sqrt(second), "uniform": second - first}.get(name, second)
        low, high = (0.0, 1.0) if name == "uniform" else (-np.inf, np.inf)
        ends = Ends(np.full(axes, low), np.full(axes, high))
        return cls(first, scale, ends, _DENSITIES[name])


_DENSITIES: dict[str, Callable[[Array], Array]] = {
    "normal": lambda at: np.exp(-at * at / 2) / math.sqrt(2 * math.pi),
    "laplace": lambda at: np.exp(-np.abs(at)) / 2,
    "uniform": np.ones_like,
}


def _names(parameter: Node) -> bool:
    return any(isinstance(node, Symbol | Indexed | Call) for node in walk(parameter))


def _agree(fine: Real, coarse: Real, scale: Array) -> bool:
    """Whether two rules give the same, as do those for its derivatives."""
    if isinstance(fine, Dual) and isinstance(coarse, Dual):
        size = np.maximum(scale, np.abs(primal(fine.tangent)))
        return _agree(fine.primal, coarse.primal, scale) and _agree(fine.tangent, coarse.tangent, size)
    near = np.abs(primal(fine) - primal(coarse)) <= _AGREED * scale
    return bool((near & np.isfinite(scale) & (scale > 0)).all())


def _nodes_of(declaration: Declaration, env: Env, count: int) -> tuple[Array, Array]:
    """The places and weights that integrate over a random variable."""
    name, own = declaration.kind.name, parameters(declaration, env.run)
    if name == "bernoulli":
        chance = own[0] if own else np.full(1, 0.5)
        return np.array([[0.0], [1.0]]), np.stack([1 - chance, chance])
    first, second = own or (np.zeros(1), np.ones(1))
    if name == "normal":
        at, weight = np.polynomial.hermite_e.hermegauss(count)
        return first + np.sqrt(second) * at[:, None], weight / weight.sum()
    if name == "laplace":
        at, weight = np.polynomial.laguerre.laggauss(count)
        both = np.concatenate([-at[::-1], at])[:, None]
        return first + second * both, np.concatenate([weight[::-1], weight]) / 2
    at, weight = np.polynomial.legendre.leggauss(count)
    return first + (second - first) * (at[:, None] + 1) / 2, weight / 2


def distributed(left: Node, right: Node, env: Env) -> Array:
    """Where a random variable is declared to have a distribution."""
    kind = DISTRIBUTIONS.get(name_of(right.function)) if isinstance(right, Call) else None
    if not isinstance(right, Call) or kind is None:
        raise MathError("this is no distribution", right.span, r"x \sim \mathcal{N}(0, 1), or a declaration alone")
    if applies(left, "vector"):
        parts = [part for part in left.parts if not isinstance(part, Dots)]
        return np.asarray(np.all(np.broadcast_arrays(*(distributed(part, right, env) for part in parts)), axis=0))
    declared = env.run.symbols.declared.get(left.key) if isinstance(left, Sample) else None
    if declared is None or declared.kind.name not in RANDOM:
        name = written_name(left)
        advice = f"declare it, such as `{name}: normal(0, 1)`"
        raise MathError(f"{name} is not declared as random", left.span, advice)
    own = parameters(declared, env.run)
    said = [primal(env.scalar(part)) for part in right.arguments]
    standard = [np.zeros(1), np.ones(1)] if kind != "bernoulli" else [np.full(1, 0.5)]
    same = [close(*np.broadcast_arrays(one, other)) for one, other in zip(own or standard, said, strict=False)]
    known = kind == declared.kind.name and len(said) == len(own or standard)
    return np.asarray(np.all(np.broadcast_arrays(*same), axis=0)) if known else np.zeros((), bool)


def _called(*names: str) -> tuple[Called, ...]:
    return tuple(Called(name, bracketed=True) for name in names)


RECORDS = (
    Operator(
        "expectation", (*_called("\\mathbb{E}", "\\mathcal{E}"), Called("E", bracketed=True, random=True)),
        _rule(1, _expectation), (left_out,),
        (r"\mathbb{E}[\eta^2] = 1",), (r"\mathbb{E}[\eta] = 1",), _settled, only_here=_RANDOM,
    ),
    Operator(
        "probability", (Called("P", random=True), Called("\\mathbb{P}", bracketed=True)), None, (left_out,),
        (r"P(\eta > 0) = \frac12",), (r"P(\eta > 0) = 1",), _settled_chance,
    ),
    Operator(
        "variance", _called("\\mathbb{V}", "Var"), _rule(1, _covariance), (left_out,),
        (r"\mathrm{Var}[2 \eta] = 4",), (r"\mathrm{Var}[2 \eta] = 2",), _settled, only_here=_RANDOM,
    ),
    Operator(
        "covariance", _called("Cov"), _rule(2, _covariance), (left_out,), (r"\mathrm{Cov}[\eta, 2 \eta] = 2",),
        (r"\mathrm{Cov}[\eta, 2 \eta] = 1",), _settled, only_here=_RANDOM,
    ),
)  # fmt: skip
