"""Expectations, variances and covariances, by Gaussian quadrature or a finite sum; distributions."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set

import numpy as np

from executable_math.latex.edits import left_out
from executable_math.latex.language import Called, Operator, Rule
from executable_math.latex.tree import Apply, Bind, Call, Chain, Indexed, MathError, Node, Number, Symbol, name_of
from executable_math.meaning.env import Env
from executable_math.meaning.facts import Head
from executable_math.meaning.leaves import parameters
from executable_math.meaning.reads import reads
from executable_math.meaning.resolve import Resolver
from executable_math.meaning.settled import Index, Sample, refused
from executable_math.values.arrays import Value, close
from executable_math.values.derivative import Array, Real, primal, total
from executable_math.values.symbols import RANDOM, Declaration

_NODES = 40
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
    return Apply(record.name, (*resolver.all(bodies), *given), span=node.span)


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


# --- what they are worth ---------------------------------------------------------------------------------------


def _rule(bodies: int, of: Callable[[Sequence[Callable[[Env], Real]], Sequence[Declaration], Env], Real]) -> Rule:
    """The rule of a mean that is of so many things."""

    def rule(node: Apply, env: Env) -> Value:
        inside, given = node.parts[:bodies], node.parts[bodies:]
        variables = _averaged(inside, {part.key for part in given if isinstance(part, Sample)}, node, env)
        return Value(of([_evaluated(body) for body in inside], variables, env))

    return rule


def _evaluated(body: Node) -> Callable[[Env], Real]:
    return lambda env: env.scalar(body)


def _expectation(parts: Sequence[Callable[[Env], Real]], variables: Sequence[Declaration], env: Env) -> Real:
    return _mean(parts[0], variables, env)


def _covariance(parts: Sequence[Callable[[Env], Real]], variables: Sequence[Declaration], env: Env) -> Real:
    one, other = _mean(parts[0], variables, env), _mean(parts[-1], variables, env)
    return _mean(lambda at: (parts[0](at) - one) * (parts[-1](at) - other), variables, env)


def _averaged(bodies: Sequence[Node], given: Set[str], node: Node, env: Env) -> list[Declaration]:
    """The random variables over which a mean is taken: those in it, but for what is given behind a bar."""
    found: dict[str, Declaration] = {}
    for body in bodies:
        names = reads(body) & (env.run.symbols.random - given)
        for key in (key for key in env.run.symbols.declared if key in names):
            declaration = found[key] = env.run.symbols.declared[key]
            if declaration.axes:
                reason = f"an expectation over {declaration.latex}"
                raise MathError(reason, body.span, "a random variable without index")
    if not found and not given & env.run.symbols.random:
        raise MathError("no random variable in this expectation", node.span, "declare one: `\\eta: normal(0, 1)`")
    return list(found.values())


def _mean(integrand: Callable[[Env], Real], variables: Sequence[Declaration], env: Env) -> Real:
    """The mean over random variables, by Gaussian quadrature or a finite sum."""
    weights, inner = np.ones(()), env
    with env.run.fixing():
        for declaration in variables:
            nodes, weight = _nodes_of(declaration, env)
            inner = inner.bind("random " + declaration.key, np.arange(float(nodes.shape[0])))
            shape = (nodes.shape[0], *[1] * (inner.depth - 1), -1)
            env.run.fixed[declaration.key] = Value(nodes.reshape(shape))
            weights = weights * weight.reshape(shape)
        data = integrand(inner) * weights
    for _ in variables:
        data = total(data, 0)
    return data


def _nodes_of(declaration: Declaration, env: Env) -> tuple[Array, Array]:
    """The places and weights that integrate over a random variable."""
    name, own = declaration.kind.name, parameters(declaration, env.run)
    if name == "bernoulli":
        chance = own[0] if own else np.full(1, 0.5)
        return np.array([[0.0], [1.0]]), np.stack([1 - chance, chance])
    first, second = own or (np.zeros(1), np.ones(1))
    if name == "normal":
        at, weight = np.polynomial.hermite_e.hermegauss(_NODES)
        return first + np.sqrt(second) * at[:, None], weight / weight.sum()
    if name == "laplace":
        at, weight = np.polynomial.laguerre.laggauss(_NODES)
        both = np.concatenate([-at[::-1], at])[:, None]
        return first + second * both, np.concatenate([weight[::-1], weight]) / 2
    at, weight = np.polynomial.legendre.leggauss(_NODES)
    return first + (second - first) * (at[:, None] + 1) / 2, weight / 2


def distributed(left: Node, right: Node, env: Env) -> Array:
    """Where a random variable is declared to have a distribution."""
    kind = DISTRIBUTIONS.get(name_of(right.function)) if isinstance(right, Call) else None
    if not isinstance(right, Call) or kind is None:
        raise MathError("this is no distribution", right.span, r"x \sim \mathcal{N}(0, 1), or a declaration alone")
    declared = env.run.symbols.declared.get(left.key) if isinstance(left, Sample) else None
    if declared is None or declared.kind.name not in RANDOM:
        name = left.name if isinstance(left, Sample | Index) else name_of(left)
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
        "expectation", _called("\\mathbb{E}", "E", "\\mathcal{E}"), _rule(1, _expectation), (left_out,),
        (r"\mathbb{E}[\eta^2] = 1",), (r"\mathbb{E}[\eta] = 1",), _settled,
    ),
    Operator(
        "variance", _called("\\mathbb{V}", "Var"), _rule(1, _covariance), (left_out,),
        (r"\mathrm{Var}[2 \eta] = 4",), (r"\mathrm{Var}[2 \eta] = 2",), _settled,
    ),
    Operator(
        "covariance", _called("Cov"), _rule(2, _covariance), (left_out,), (r"\mathrm{Cov}[\eta, 2 \eta] = 2",),
        (r"\mathrm{Cov}[\eta, 2 \eta] = 1",), _settled,
    ),
)  # fmt: skip
