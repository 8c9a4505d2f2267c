"""Expectations and variances, by Gaussian quadrature or a finite sum."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from executable_math.arrays import Value
from executable_math.branches import Branches
from executable_math.dependence import dependencies
from executable_math.derivative import Array, Real, primal, total
from executable_math.names import Head
from executable_math.scope import Scope
from executable_math.symbols import RANDOM, Declaration
from executable_math.tree import (
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

_NODES = 40


class Chance(Branches):
    """Evaluates means over random variables and over indices."""

    def expectation(self, name: str, head: Head, node: Node, scope: Scope) -> Value:
        """The mean or variance over the random variables in the body, by Gaussian quadrature or a finite sum."""
        if not head.arguments:
            raise MathError(f"{name} of what?", node.span, r"\mathbb{E}[x]")
        body = head.arguments[0]
        over = [self.drawn_index(index, node) for index in head.indices if isinstance(index, Chain)]
        if over:
            return self.mean_over_index(name, body, over[0], scope)
        variables = self.random_in(body)
        if not variables:
            raise MathError("no random variable in this expectation", node.span, "declare one: `\\eta: normal(0, 1)`")
        weights, inner = np.ones(()), scope
        with self.fixing():
            for declaration in variables:
                nodes, weight = self.nodes_of(declaration)
                inner = inner.bind("random " + declaration.key, np.arange(float(nodes.shape[0])))
                shape = (nodes.shape[0], *[1] * (inner.depth - 1), -1)
                self.fixed[declaration.key] = Value(nodes.reshape(shape))
                weights = weights * weight.reshape(shape)
            data = self.scalar(body, inner)
        mean = self.weighted(data, weights, scope.depth, len(variables))
        if name in ("\\mathbb{E}", "E", "\\mathcal{E}"):
            return Value(mean)
        gap = data - mean
        return Value(self.weighted(gap * gap, weights, scope.depth, len(variables)))

    def weighted(self, data: Real, weights: Array, depth: int, count: int) -> Real:
        data = data * weights
        for _ in range(count):
            data = total(data, 0)
        return data

    def random_in(self, body: Node) -> list[Declaration]:
        names = dependencies(body, self.context)
        found = [item for key, item in self.symbols.declared.items() if key in names and item.kind.name in RANDOM]
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
        if name in ("\\mathbb{E}", "E", "\\mathcal{E}"):
            return self.value(mean, scope)
        centre = self.value(mean, scope)
        squared = Power(Add((body, Negate(Symbol("mean of it")))), Number("2"), span=body.span)
        inner = scope._replace(arguments={**scope.arguments, "mean of it": lambda: centre})
        return self.value(replace(mean, body=Multiply((chance, squared), ("",), span=body.span)), inner)
