"""Derivatives by symbols and arguments, and values where symbols are set."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from executable_math.latex.tree import At, Derivative, Differential, Gradient, MathError, Node, name_of
from executable_math.meaning.arithmetic import Arithmetic
from executable_math.meaning.names import definition_key
from executable_math.meaning.scope import Scope
from executable_math.values.arrays import Value, aligned, own_shape, shown_shape, spread
from executable_math.values.derivative import Dual, linear, part, primal
from executable_math.values.symbols import Declaration


class Slopes(Arithmetic):
    """Evaluates derivatives."""

    def derivative(self, node: Derivative, scope: Scope) -> Value:
        return self.differentiated(node.body, node.variables, scope, node)

    def differentiated(self, body: Node, variables: Sequence[Node], scope: Scope, node: Node) -> Value:
        if not variables:
            return self.value(body, scope)
        variable = variables[0]
        name, indices = self.variable(variable)
        if name in scope.arguments and not indices:
            return self.by_argument(name, body, variables, scope, node)
        key, axes = self.axes_of(name, bool(indices), variable)
        given = self.index_values(indices, axes, variable, scope)
        ranges = [self.range_of(axis, variable) for axis in axes]
        places = [value - found.low for value, found in zip(given, ranges, strict=False)]
        inner = scope
        for axis, found in list(zip(axes, ranges, strict=True))[len(given) :]:
            inner = inner.bind(f"d{axis}", np.arange(found.size(self.group.sizes)))
            places.append(inner.indices[f"d{axis}"].astype(float))
        with self.moving(key, tuple(places)) as tag:
            found_value = self.differentiated(body, variables[1:], inner, node)
        return self.collected(found_value, tag, scope.depth, inner, [int(p.shape[0]) for p in places[len(given) :]])

    def variable(self, node: Node) -> tuple[str, tuple[Node, ...]]:
        head = self.context.head(node)
        if head.arguments is not None or not name_of(head.node):
            raise MathError("a derivative by what is not a symbol", node.span, r"\frac{\partial J}{\partial w_j}")
        return name_of(head.node), head.indices

    def axes_of(self, name: str, indexed: bool, node: Node) -> tuple[str, tuple[str, ...]]:
        for key in (name + "[]",) if indexed else (name, name + "[]"):
            if key in self.symbols.declared:
                return key, self.symbols.declared[key].axes
            if key in self.context.definitions:
                return key, self.context.definitions[key].indices
        raise self.unknown(node, name)

    def collected(self, value: Value, tag: int, depth: int, inner: Scope, sizes: list[int]) -> Value:
        """The derivatives, with those by the elements of a whole array as axes of the value."""
        data = part(value.data, tag)
        result = Value(data, value.rank)
        for place, size in reversed(list(enumerate(sizes))):
            full = depth + place + 2 + result.rank
            spread_data = linear(lambda array, full=full, size=size: spread(array, full, size), result.data)  # type: ignore[misc]
            rank = result.rank
            # After the axes of the value itself, before those already moved.
            target = -1 - (rank - value.rank)
            result = Value(linear(lambda array, target=target: np.moveaxis(array, 0, target), spread_data), rank + 1)  # type: ignore[misc]
        return result

    def by_argument(self, name: str, body: Node, variables: Sequence[Node], scope: Scope, node: Node) -> Value:
        """The derivative by an argument of the definition in which it stands."""
        at = scope.arguments[name]()
        if at.rank:
            raise MathError("a derivative by a vector that is an argument", node.span, "a symbol of the page")
        with self.deriving() as tag:
            seed = Value(Dual(at.data, np.ones(primal(at.data).shape), tag))
            inner = scope._replace(arguments={**scope.arguments, name: lambda: seed})
            value = self.differentiated(body, variables[1:], inner, node)
        return Value(part(value.data, tag), value.rank)

    def gradient(self, node: Gradient, scope: Scope) -> Value:
        variable = node.variable
        if variable is None:
            head = self.context.head(node.body)
            definition = self.context.definitions.get(definition_key(head))
            keys = self.context.function_keys(name_of(head.node))
            definition = definition or (self.context.definitions[keys[0]] if keys else None)
            if definition is None or not definition.parameters:
                raise MathError(r"\nabla by what?", node.span, r"\nabla_w L")
            variable = definition.parameters[0]
        return self.differentiated(node.body, [variable], scope, node)

    def differential(self, node: Differential, scope: Scope) -> Value:
        raise MathError("a differential on its own", node.span, r"\frac{\partial J}{\partial w}")

    def at(self, node: At, scope: Scope) -> Value:
        """The value of the body where some symbols are set."""
        values = [self.value(chain.sides[1], scope) for chain in node.settings]
        inner = scope
        with self.fixing():
            for chain, value in zip(node.settings, values, strict=True):
                inner = self.set_to(chain.sides[0], value, inner)
            return self.value(node.body, inner)

    def set_to(self, symbol: Node, value: Value, scope: Scope) -> Scope:
        name = name_of(symbol)
        if name in scope.arguments:
            return scope._replace(arguments={**scope.arguments, name: lambda: value})
        declared = next((key for key in (name, name + "[]") if key in self.symbols.declared), None)
        if declared is None:
            raise MathError(
                f"{name or 'this'} is no symbol that can be set", symbol.span, r"\big|_{z = 0} of `z: real`"
            )
        self.fixed[declared] = self.filled(self.symbols.declared[declared], value, symbol)
        return scope

    def filled(self, declaration: Declaration, value: Value, node: Node) -> Value:
        """A value in the shape of a symbol: a number is that of all its elements."""
        like = Value(self.samples(declaration), len(declaration.axes))
        if value.rank > like.rank:
            reason = f"{shown_shape(value)} for {declaration.latex}, which is {shown_shape(like)}"
            raise MathError(reason, node.span, "an element, as in y_i")
        data, _, rank = aligned(value, like, node)
        shape = (*primal(data).shape[: primal(data).ndim - rank], *own_shape(like))
        return Value(linear(lambda array: np.broadcast_to(array, shape), data), rank)
