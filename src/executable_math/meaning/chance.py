"""Expectations and variances, by Gaussian quadrature or a finite sum."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from functools import partial

import numpy as np

from executable_math.latex.tree import (
    Add,
    Big,
    Call,
    Chain,
    Indexed,
    MathError,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Symbol,
    name_of,
)
from executable_math.meaning.branches import Branches
from executable_math.meaning.dependence import dependencies
from executable_math.meaning.names import Head
from executable_math.meaning.scope import Scope
from executable_math.values.arrays import Value, close
from executable_math.values.derivative import Array, Real, primal, total
from executable_math.values.symbols import RANDOM, Declaration

_NODES = 40
MEANS = ("\\mathbb{E}", "E", "\\mathcal{E}")
# How distributions are written, and how they are declared.
DISTRIBUTIONS = {
    "\\mathcal{N}": "normal", "N": "normal", "Normal": "normal", "\\mathcal{U}": "uniform", "U": "uniform",
    "Uniform": "uniform", "Laplace": "laplace", "Bernoulli": "bernoulli", "Ber": "bernoulli",
}  # fmt: skip


class Chance(Branches):
    """Evaluates means over random variables and over indices."""

    def expectation(self, name: str, head: Head, node: Node, scope: Scope) -> Value:
        """The mean, variance or covariance over the random variables in it."""
        bodies = _of_what(name, head, node)
        over = [self.drawn_index(index, node) for index in head.indices if isinstance(index, Chain)]
        if over and len(bodies) == 1 and not head.bar:
            return self.mean_over_index(name, bodies[0], over[0], scope)
        if over:
            raise MathError("this is no mean over an index", node.span, r"\mathbb{E}_{k \sim p}[f(k)]")
        variables = self.averaged(bodies, head, node)
        parts = [partial(self.scalar, body) for body in bodies]
        if name in MEANS:
            return Value(self.mean(parts[0], variables, scope))
        one, other = self.mean(parts[0], variables, scope), self.mean(parts[-1], variables, scope)
        return Value(self.mean(lambda at: (parts[0](at) - one) * (parts[-1](at) - other), variables, scope))

    def averaged(self, bodies: Sequence[Node], head: Head, node: Node) -> list[Declaration]:
        """The random variables over which a mean is taken: those in it, but for what is given behind a bar."""
        given = {self.given_key(part) for part in (head.arguments or ())[len(bodies) :]}
        found = {item.key: item for body in bodies for item in self.random_in(body, given)}
        if not found and not given & self.symbols.random:
            raise MathError("no random variable in this expectation", node.span, "declare one: `\\eta: normal(0, 1)`")
        return list(found.values())

    def given_key(self, condition: Node) -> str:
        """The key of a symbol that a mean is given; its samples are its values.

        Raises:
            MathError: Something else is given, of which nothing is known here.
        """
        name = name_of(self.context.head(condition).node)
        key = next((key for key in (name, name + "[]") if key in self.symbols.declared), None)
        if key is None:
            advice = r"declared symbols behind the bar, as in \mathbb{E}[y \mid x]"
            raise MathError("an expectation given what is no declared symbol", condition.span, advice)
        return key

    def mean(self, integrand: Callable[[Scope], Real], variables: Sequence[Declaration], scope: Scope) -> Real:
        """The mean over random variables, by Gaussian quadrature or a finite sum."""
        weights, inner = np.ones(()), scope
        with self.fixing():
            for declaration in variables:
                nodes, weight = self.nodes_of(declaration)
                inner = inner.bind("random " + declaration.key, np.arange(float(nodes.shape[0])))
                shape = (nodes.shape[0], *[1] * (inner.depth - 1), -1)
                self.fixed[declaration.key] = Value(nodes.reshape(shape))
                weights = weights * weight.reshape(shape)
            data = integrand(inner) * weights
        for _ in variables:
            data = total(data, 0)
        return data

    def random_in(self, body: Node, given: Set[str]) -> list[Declaration]:
        names = dependencies(body, self.context) & (self.symbols.random - given)
        found = [item for key, item in self.symbols.declared.items() if key in names]
        for declaration in found:
            if declaration.axes:
                raise MathError(
                    f"an expectation over {declaration.latex}", body.span, "a random variable without index"
                )
        return found

    def nodes_of(self, declaration: Declaration) -> tuple[Array, Array]:
        """The places and weights that integrate over a random variable."""
        name = declaration.kind.name
        parameters = [primal(self.scalar(node, Scope())) for node in declaration.kind.parameters]
        if name == "normal":
            mean, variance = parameters or (np.zeros(1), np.ones(1))
            at, weight = np.polynomial.hermite_e.hermegauss(_NODES)
            return mean + np.sqrt(variance) * at[:, None], weight / weight.sum()
        if name == "laplace":
            mean, scale = parameters or (np.zeros(1), np.ones(1))
            at, weight = np.polynomial.laguerre.laggauss(_NODES)
            both = np.concatenate([-at[::-1], at])[:, None]
            return mean + scale * both, np.concatenate([weight[::-1], weight]) / 2
        if name == "uniform":
            low, high = parameters or (np.zeros(1), np.ones(1))
            at, weight = np.polynomial.legendre.leggauss(_NODES)
            return low + (high - low) * (at[:, None] + 1) / 2, weight / 2
        chance = parameters[0] if parameters else np.full(1, 0.5)
        return np.array([[0.0], [1.0]]), np.stack([1 - chance, chance])

    def drawn_index(self, chain: Chain, node: Node) -> tuple[str, Node]:
        index = name_of(chain.sides[0])
        if chain.relations[0].sign != "\\sim" or not self.context.is_index(index):
            raise MathError("an expectation over what is not an index", node.span, r"\mathbb{E}_{x \sim p}[f(x)]")
        return index, chain.sides[1]

    def mean_over_index(self, name: str, body: Node, over: tuple[str, Node], scope: Scope) -> Value:
        index, distribution = over
        at = Symbol(index, span=body.span)
        called = name_of(distribution) + "()" in self.symbols.declared
        chance = Call(distribution, (at,), span=body.span) if called else Indexed(distribution, (at,), span=body.span)
        mean = Big("sum", (at,), None, None, (), Multiply((chance, body), ("",), span=body.span), span=body.span)
        if name in MEANS:
            return self.value(mean, scope)
        centre = self.value(mean, scope)
        squared = Power(Add((body, Negate(Symbol("mean of it")))), Number("2"), span=body.span)
        inner = scope._replace(arguments={**scope.arguments, "mean of it": lambda: centre})
        return self.value(replace(mean, body=Multiply((chance, squared), ("",), span=body.span)), inner)

    def distributed(self, left: Node, right: Node, scope: Scope) -> Array:
        """Where a random variable is declared to have a distribution."""
        name = name_of(left)
        declared = self.symbols.declared.get(name) or self.symbols.declared.get(name + "[]")
        kind = DISTRIBUTIONS.get(name_of(right.function)) if isinstance(right, Call) else None
        if not isinstance(right, Call) or kind is None:
            raise MathError("this is no distribution", right.span, r"x \sim \mathcal{N}(0, 1), or a declaration alone")
        if declared is None or declared.kind.name not in RANDOM:
            raise MathError(
                f"{name} is not declared as random", left.span, f"declare it, such as `{name}: normal(0, 1)`"
            )
        own = [primal(self.scalar(part, Scope())) for part in declared.kind.parameters]
        said = [primal(self.scalar(part, scope)) for part in right.arguments]
        standard = [np.zeros(1), np.ones(1)] if kind != "bernoulli" else [np.full(1, 0.5)]
        same = [close(*np.broadcast_arrays(one, other)) for one, other in zip(own or standard, said, strict=False)]
        known = kind == declared.kind.name and len(said) == len(own or standard)
        return np.asarray(np.all(np.broadcast_arrays(*same), axis=0)) if known else np.zeros((), bool)


def _of_what(name: str, head: Head, node: Node) -> Sequence[Node]:
    """What an expectation is of: one thing; a covariance is of two."""
    bodies = (head.arguments or ())[: len(head.arguments or ()) - head.bar]
    wanted = 2 if name == "Cov" else 1
    if len(bodies) != wanted:
        shown = f"\\mathrm{{{name}}}" if name in ("Var", "Cov") else name
        found = f"{len(bodies)} things" if bodies else "what?"
        raise MathError(f"{name} of {found}", node.span, f"{shown}[x, y]" if wanted == 2 else f"{shown}[x]")
    return bodies
