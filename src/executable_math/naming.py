"""What names are worth: declared symbols and their elements, definitions, constants.

What a name means is looked up in this order: an argument of the definition that is being evaluated, an index in
scope, the page's declarations, the page's definitions, constants.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from executable_math.arrays import Value, clipped, moved, own_shape, picked, shortened, taken
from executable_math.derivative import Array, Dual, linear, primal
from executable_math.names import CONSTANTS, Definition
from executable_math.scope import Scope, State
from executable_math.symbols import Declaration, Range
from executable_math.tokens import EXPECTATIONS
from executable_math.tree import Indexed, MathError, Multiply, Node, Number, Symbol, name_of, walk

Arguments = Mapping[str, Any] | None


class Naming(State):
    """Evaluates names, with and without indices."""

    def number(self, node: Number, scope: Scope) -> Value:
        return Value(np.array([float(node.text.rstrip("…"))]))

    def symbol(self, node: Symbol, scope: Scope) -> Value:
        return self.named(node.name, node, scope)

    def named(self, name: str, node: Node, scope: Scope) -> Value:
        found = self.lookup(name, scope)
        if found is None:
            raise self.unknown(node, name)
        return found

    def lookup(self, name: str, scope: Scope) -> Value | None:
        """The value of a name without indices, or None."""
        if name in scope.arguments:
            return scope.arguments[name]()
        if name in scope.indices:
            return Value(scope.indices[name])
        for key in (name, name + "[]"):
            if key in self.symbols.declared:
                return self.declared(self.symbols.declared[key], ())
            if key in self.context.definitions:
                return self.defined(self.context.definitions[key], scope)
        keys = self.context.function_keys(name)
        if len(keys) == 1 and not self.context.definitions[keys[0]].indices:
            return self.at_own_arguments(self.context.definitions[keys[0]], scope)
        return Value(np.array([CONSTANTS[name]])) if name in CONSTANTS else None

    def unknown(self, node: Node, name: str) -> MathError:
        plain = name[5:-1] if name.startswith("\\text") else name
        if plain in self.context.module.names:
            return MathError(f"{name} is not declared", node.span, f"\\mathrm{{{plain}}}(...), to call the function")
        if name in EXPECTATIONS or name == "I":
            advice = r"\mathbb{E}[x], with brackets" if name in EXPECTATIONS else r"\mathbb{1}[y = k], for an indicator"
            return MathError(f"the symbol {name} is not known", node.span, advice)
        if " " in name:
            return MathError(f"the words {name!r} are no symbol", node.span, "words beside the formula, not in it")
        return MathError(
            f"the symbol {name} is not known", node.span, f"declare it, such as `{name}: real`, or define it before"
        )

    def declared(self, declaration: Declaration, positions: tuple[Array, ...]) -> Value:
        """A declared symbol: its samples, taken at the positions along its first axes."""
        key = declaration.key
        if key in self.fixed:
            return self.varying(key, _elements(self.fixed[key], positions), positions)
        if declaration.kind.name == "function":
            raise MathError(f"{declaration.latex} is a function", None, f"{declaration.latex}(x)")
        data = self.samples(declaration)
        if positions:
            data = taken(data, self.rows, positions)
        return self.varying(key, Value(data, len(declaration.axes) - len(positions)), positions)

    def samples(self, declaration: Declaration) -> Array:
        data = self.group.data(declaration)
        if declaration.kind.name == "class":
            return data + float(self.symbols.classes(declaration).low)
        if declaration.kind.parameters:
            return self.transformed(declaration, data)
        return data

    def transformed(self, declaration: Declaration, data: Array) -> Array:
        """Samples of a random variable with parameters, from samples of the standard one."""
        first, second = (primal(self.scalar(node, Scope())) for node in _two(declaration.kind.parameters))
        if first.ndim > 1 or second.ndim > 1:
            reason = f"a parameter of {declaration.latex} is set, or runs over values, here"
            raise MathError(reason, None, "parameters that no integral, limit or bar is about")
        shape = (-1, *[1] * (data.ndim - 1))
        first, second = first.reshape(shape), second.reshape(shape)
        name = declaration.kind.name
        if name == "uniform":
            between: Array = first + (second - first) * data
            return between
        return first + (np.sqrt(second) if name == "normal" else second) * data if name != "bernoulli" else data

    def varying(self, key: str, value: Value, positions: tuple[Array, ...]) -> Value:
        """The value with the derivatives that are being taken by it."""
        for tag, place in self.varied.get(key, ()):
            slope: Array = np.ones(())
            for at, wanted in zip(positions, place, strict=False):
                slope = slope * (at == wanted)
            slope = slope.reshape(*slope.shape, *[1] * value.rank) if slope.ndim else slope
            size = primal(value.data).shape[primal(value.data).ndim - value.rank :]
            for axis, wanted in enumerate(place[len(positions) :]):
                own = np.arange(size[axis]).reshape(-1, *[1] * (value.rank - axis - 1))
                slope = slope * (wanted.reshape(*wanted.shape, *[1] * value.rank) == own)
            shape = np.broadcast_shapes(primal(value.data).shape, slope.shape)
            seed = np.broadcast_to(slope, shape)
            data = linear(lambda array, shape=shape: np.broadcast_to(array, shape), value.data)  # type: ignore[misc]
            value = Value(Dual(data, seed, tag), value.rank, value.row)
        return value

    def defined(
        self, definition: Definition, scope: Scope, values: tuple[Array, ...] = (), given: Arguments = None
    ) -> Value:
        """What a definition gives, for these values of its first indices and these arguments."""
        if len(values) < len(definition.indices):
            return self.stacked(definition, scope, values, given)
        if given:
            return self.at_values(definition, scope, values, given)
        # The same element, within as many indices and for the same derivatives and expectations, is evaluated once.
        place = (definition.key, scope.depth, *map(id, values), *self.active)
        known = self.known.get(place)
        if known is None:
            known = self.known[place] = values, self.at_values(definition, scope, values, {})
        return known[1]

    def at_values(
        self, definition: Definition, scope: Scope, values: tuple[Array, ...], given: Mapping[str, Any]
    ) -> Value:
        key = definition.key
        positions = tuple(
            value - self.symbols.range(name).low if self.varied.get(key) else value
            for name, value in zip(definition.indices, values, strict=True)
        )
        return self.varying(key, self.body(definition, scope, values, given), positions)

    def body(self, definition: Definition, scope: Scope, values: tuple[Array, ...], given: Mapping[str, Any]) -> Value:
        indices = dict(zip(definition.indices, values, strict=True)) | given.get("indices", {})
        inner = Scope(scope.depth, indices, given.get("arguments", {}))
        self.nesting += 1
        if self.nesting > 30:
            raise MathError("definitions nested more than 30 deep", None, "a shorter chain of definitions")
        try:
            return self.value(definition.body, inner)
        except MathError as problem:
            if problem.span is None:
                raise
            where = f"{problem.reason} (in the definition {shortened(definition.latex)})"
            raise MathError(where, None, problem.advice) from problem
        finally:
            self.nesting -= 1

    def stacked(self, definition: Definition, scope: Scope, values: tuple[Array, ...], given: Arguments) -> Value:
        """A definition with indices as a whole: a vector over the first index that has no value yet."""
        index = definition.indices[len(values)]
        span = self.symbols.range(index)
        numbers = np.arange(span.low, span.low + span.size(self.group.sizes), dtype=float)
        deeper = scope.bind(index, numbers)
        inner = self.defined(definition, deeper, (*values, deeper.indices[index]), given)
        return moved(inner, scope.depth, len(numbers))

    @abstractmethod
    def at_own_arguments(self, definition: Definition, scope: Scope) -> Value:
        """A function named without its arguments."""

    def declared_at(self, declaration: Declaration, indices: Sequence[Node], node: Node, scope: Scope) -> Value:
        values = self.index_values(indices, declaration.axes, node, scope)
        positions = tuple(
            value - self.symbols.range(axis).low for value, axis in zip(values, declaration.axes, strict=False)
        )
        found = self.declared(declaration, positions)
        absent = np.isnan(primal(found.data))
        if absent.any():
            where = np.asarray(absent.any(axis=tuple(range(-found.rank, 0))))
            self.miss(node, "there is no such element", where, "bounds within the range of the index")
        return found

    def index_values(self, indices: Sequence[Node], axes: Sequence[str], node: Node, scope: Scope) -> tuple[Array, ...]:
        indices = apart(indices, len(axes))
        if len(indices) > len(axes):
            raise MathError(
                f"{len(indices)} indices, and the symbol has {len(axes)}", node.span, f"{', '.join(axes) or 'no index'}"
            )
        return tuple(primal(self.scalar(index, scope)) for index in indices)

    def element(self, value: Value, indices: Sequence[Node], node: Node, scope: Scope) -> Value:
        """An element of a vector or matrix that is not declared with indices."""
        indices = apart(indices, value.rank)
        if value.rank < len(indices):
            name = name_of(node.base) if isinstance(node, Indexed) else ""
            raise MathError(f"{name or 'this'} has no index", node.span, f"declare it with one, or write {name} alone")
        data = value.data
        size = primal(data).ndim - value.rank
        places = []
        for axis, index in enumerate(indices):
            at = primal(self.scalar(index, scope)) - self.first(index)
            places.append(clipped(at, primal(data).shape[size + axis]))
        return Value(linear(lambda array: picked(array, value.rank, places), data), value.rank - len(indices))

    def first(self, index: Node) -> int:
        """What the index of a vector's first element is."""
        for node in walk(index):
            if isinstance(node, Symbol) and node.name in self.symbols.ranges:
                return self.symbols.ranges[node.name].low
        lows = {found.low for found in self.symbols.ranges.values()}
        return 0 if lows == {0} else 1

    def range_of(self, name: str, node: Node) -> Range:
        try:
            return self.symbols.range(name)
        except MathError as problem:
            raise MathError(problem.reason, node.span, problem.advice) from problem


def _elements(value: Value, positions: Sequence[Array]) -> Value:
    """The elements of a vector or matrix at positions along its first axes."""
    if not positions:
        return value
    own = own_shape(value)
    places = [clipped(at, size) for at, size in zip(positions, own, strict=False)]
    return Value(linear(lambda array: picked(array, value.rank, places), value.data), value.rank - len(positions))


def apart(indices: Sequence[Node], count: int) -> Sequence[Node]:
    """Indices written without a comma, `A_{12}` and `A_{1j}`, one by one where the symbol has as many."""
    found: list[Node] = []
    for index in indices:
        if isinstance(index, Number):
            found += [Number(digit, span=index.span) for digit in index.text]
        elif isinstance(index, Multiply) and not any(index.signs):
            found += index.factors
        else:
            found.append(index)
    return found if len(indices) < len(found) == count else indices


def _two(parameters: Sequence[Node]) -> tuple[Node, Node]:
    return (parameters[0], parameters[1] if len(parameters) > 1 else parameters[0])
