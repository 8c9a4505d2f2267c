r"""The value of a tree for many samples at once.

A value is an array with an axis for the samples; before it an axis for each index in scope, the innermost first, and
after it the axes of a vector or matrix. So arrays of outer scopes broadcast against those of inner ones, and
\(\sum_i\) adds up the first axis.

What a name means is looked up in this order: an argument of the definition that is being evaluated, an index in
scope, the page's declarations, the page's definitions, the module's functions, constants.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from executable_math.arrays import (
    Value,
    aligned,
    clipped,
    close,
    inverse,
    matrix_product,
    moved,
    own_shape,
    picked,
    pointwise,
    shortened,
    spread,
    stacked_values,
    taken,
    widened,
)
from executable_math.derivative import (
    Array,
    Dual,
    Real,
    apply,
    choose,
    largest,
    linear,
    part,
    power,
    primal,
    product,
    total,
    unless_kinked,
)
from executable_math.names import CONSTANTS, Context, Definition, Head, definition_key, dependencies
from executable_math.reader import EXPECTATIONS
from executable_math.symbols import RANDOM, Declaration, Group, Range
from executable_math.tokens import FUNCTIONS
from executable_math.tree import (
    Absolute,
    Add,
    At,
    Big,
    Both,
    Call,
    Case,
    Cases,
    Ceiling,
    Chain,
    Choices,
    Conditional,
    Derivative,
    Differential,
    Divide,
    Dots,
    Either,
    Factorial,
    Floor,
    Gradient,
    Indexed,
    Indicator,
    Inner,
    Interval,
    MathError,
    Matrix,
    Multiply,
    Negate,
    Node,
    Norm,
    Number,
    Percent,
    Power,
    Primed,
    Root,
    Symbol,
    Transpose,
    Vector,
    name_of,
    rebuilt,
    walk,
)

_FUNCTIONS = {
    "\\exp": "exp", "\\log": "log", "\\sin": "sin", "\\cos": "cos", "\\tan": "tan", "\\sinh": "sinh", "\\cosh": "cosh",
    "\\tanh": "tanh", "\\arcsin": "arcsin", "\\arccos": "arccos", "\\arctan": "arctan", "\\sgn": "sign",
    "\\sign": "sign", "sqrt": "sqrt",
}  # fmt: skip
_LONGEST_SUM = 10_000
_NODES = 40


class Branching(NamedTuple):
    """Which branches of a node were taken: for each branch the samples, and for each how far it was from another."""

    node: Node
    taken: dict[Any, Array]
    gap: Array


class Row(NamedTuple):
    """A row of cases: its value, where it applies, where that may tip, and how far it is from that."""

    value: Value
    holds: Array
    tied: Array
    margin: Array
    rest: bool = False


class Missing(NamedTuple):
    """Why a value is not there, for which samples, and where that is written; None within a definition."""

    node: Node | None
    reason: str
    where: Array
    advice: str = ""


class Scope(NamedTuple):
    """Where a part of a formula stands: indices and arguments that have values there, and the axes in use."""

    depth: int = 0
    indices: Mapping[str, Array] = {}
    arguments: Mapping[str, Callable[[], Value]] = {}

    def bind(self, name: str, values: Array) -> Scope:
        """With one more index, on an axis of its own."""
        axis = values.reshape(-1, *[1] * (self.depth + 1))
        hidden = {key: value for key, value in self.arguments.items() if key != name}
        return Scope(self.depth + 1, {**self.indices, name: axis}, hidden)


class Evaluator:
    """Evaluates trees for the samples of one group.

    Args:
        context: What the names mean.
        group: The samples.
    """

    def __init__(self, context: Context, group: Group) -> None:
        self.context = context
        self.symbols = context.symbols
        self.group = group
        self.rows = np.arange(group.count)
        self.tag = 0
        # Derivatives being taken: for each key the tags, with the place in the array that is varied.
        self.varied: dict[str, list[tuple[int, tuple[Array, ...]]]] = {}
        # Symbols that have other values than their samples: over which an expectation is taken, or set behind a bar.
        self.fixed: dict[str, Value] = {}
        # What was seen of each node that branches, such as a maximum.
        self.branches: dict[int, Branching] = {}
        # How far the last condition was from changing, for each sample.
        self.margin: Array = np.full(1, np.inf)
        self.missing: list[Missing] = []
        self.called: set[str] = set()
        self.nesting = 0
        # The derivatives and expectations that are being taken, and what definitions gave under them.
        self.active: list[int] = []
        self.known: dict[tuple[Any, ...], tuple[tuple[Array, ...], Value]] = {}

    def value(self, node: Node, scope: Scope) -> Value:
        """The value of a node.

        Raises:
            MathError: A name is not known, or parts do not fit together.
        """
        return _RULES[type(node)](self, node, scope)

    def scalar(self, node: Node, scope: Scope) -> Real:
        value = self.value(node, scope)
        if value.rank:
            kind = "vector" if value.rank == 1 else "matrix"
            raise MathError(f"this is a {kind}, and a number is needed here", node.span, "an index, as in y_i")
        return value.data

    # -- numbers and names

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
        if plain in self.context.functions:
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
        shape = (-1, *[1] * (data.ndim - 1))
        first, second = first.reshape(shape), second.reshape(shape)
        name = declaration.kind.name
        if name == "uniform":
            return first + (second - first) * data
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

    def at_own_arguments(self, definition: Definition, scope: Scope) -> Value:
        """A function named without its arguments is its value at the arguments that it was defined with."""
        return self.applied(definition, definition.parameters, Scope(scope.depth), scope, ())

    # -- indices

    def indexed(self, node: Indexed, scope: Scope) -> Value:
        name = name_of(node)
        if name in scope.arguments:
            return scope.arguments[name]()
        if isinstance(node.base, Call) and (product_of := self.as_product(node.base, scope)):
            factors = product_of.factors
            return self.times(
                self.value(factors[0], scope), self.indexed(replace(node, base=factors[1]), scope), "", node
            )
        head = self.context.head(node)
        if not head.indices:
            return self.value(head.node, scope) if head.node is not node else self.named(name, node, scope)
        if head.arguments is not None:
            return self.call_of(node, head, scope)
        base = name_of(head.node)
        if base in scope.arguments or not base:
            return self.element(self.value(head.node, scope), head.indices, node, scope)
        if base + "[]" in self.symbols.declared:
            declaration = self.symbols.declared[base + "[]"]
            return self.declared_at(declaration, head.indices, node, scope)
        if base + "[]" in self.context.definitions:
            definition = self.context.definitions[base + "[]"]
            return self.defined(definition, scope, self.index_values(head.indices, definition.indices, node, scope))
        if base == "\\delta" and len(head.indices) == 2 and base not in self.symbols.declared:
            one, other = (primal(self.scalar(index, scope)) for index in head.indices)
            return Value((one == other).astype(float))
        return self.element(self.named(base, head.node, scope), head.indices, node, scope)

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

    def miss(self, node: Node, reason: str, where: Array, advice: str = "") -> None:
        """Note why a value is not there."""
        self.missing.append(Missing(None if self.nesting else node, reason, self.by_sample(where, np.any), advice))

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

    # -- calls

    def call(self, node: Call, scope: Scope) -> Value:
        if (product_of := self.as_product(node, scope)) is not None:
            return self.multiply(product_of, scope)
        return self.call_of(node, self.context.head(node), scope)

    def as_product(self, node: Call, scope: Scope) -> Multiply | None:
        """The call as a product, where its name is not a function."""
        if len(node.arguments) != 1 or node.given or isinstance(node.arguments[0], Chain | Dots):
            return None
        if isinstance(node.function, Derivative):
            at_itself = self.definition_of(self.context.head(node)) or node.arguments == node.function.variables
            return None if at_itself else Multiply((node.function, node.arguments[0]), ("",), span=node.span)
        name = name_of(node.function)
        if self.is_element(name, node.arguments):
            return None
        if (name.startswith("\\") and (name in _CALLS or name in _FUNCTIONS)) or self.is_function(node, scope):
            return None
        try:
            known = self.lookup(name, scope) if isinstance(node.function, Symbol) else self.value(node.function, scope)
        except MathError:
            return None
        if known is not None and self.context.function_keys(name_of(node.arguments[0])):
            argument = name_of(node.arguments[0])
            raise MathError(f"{argument} is a function", node.arguments[0].span, f"{argument}(x)")
        return Multiply((node.function, node.arguments[0]), ("",), span=node.span) if known is not None else None

    def is_element(self, name: str, arguments: Sequence[Node]) -> bool:
        """Whether `p(k)` is the element that is declared as `p_k`."""
        declared = self.symbols.declared.get(name + "[]")
        indices = all(self.context.is_index(name_of(argument)) for argument in arguments)
        return declared is not None and indices and 0 < len(arguments) == len(declared.axes)

    def is_function(self, node: Call, scope: Scope) -> bool:
        head = self.context.head(node)
        name = name_of(head.node)
        if isinstance(head.node, Primed):
            return not self.context.knows(name)
        if name in scope.arguments:
            return False
        declared = self.symbols.declared
        if (name in declared and declared[name].kind.name == "function") or name + "()" in declared:
            return True
        if definition_key(head) in self.context.definitions:
            return True
        if self.context.knows(name) or self.context.knows(name + "[]"):
            return False
        return name in EXPECTATIONS or name in _CALLS or (len(name) > 1 and name in self.context.functions)

    def call_of(self, node: Node, head: Head, scope: Scope) -> Value:
        name = name_of(head.node)
        arguments = head.arguments or ()
        definition = self.definition_of(head)
        if isinstance(head.node, Derivative) and definition is None:
            return self.indexed_result(self.value(head.node, scope), head, node, scope)
        if self.is_element(name, arguments):
            return self.declared_at(self.symbols.declared[name + "[]"], arguments, node, scope)
        if isinstance(head.node, Primed) and not self.context.knows(name):
            return self.indexed_result(self.primed_call(head.node, arguments, node, scope), head, node, scope)
        if definition is not None and name not in scope.arguments:
            own = len(definition.indices)
            values = tuple(primal(self.scalar(index, scope)) for index in head.indices[:own])
            found = self.applied(definition, arguments, scope, scope, values)
            return self.indexed_result(found, head._replace(indices=head.indices[own:]), node, scope)
        if name + "()" in self.symbols.declared:
            return self.declared_call(self.symbols.declared[name + "()"], arguments, head, node, scope)
        if name in EXPECTATIONS and not self.context.knows(name):
            return self.expectation(name, head, node, scope)
        rule = None if self.context.knows(name) else _CALLS.get(name)
        if rule is not None and not arguments:
            raise MathError(f"{name} of what?", node.span, f"{name}(x)")
        if rule is not None or self.is_elementary(head.node):
            found = rule(self, arguments, node, scope) if rule else self.elementary(head.node, node, scope)
            return self.indexed_result(found, head, node, scope, attached=isinstance(head.node, Symbol))
        found = self.module_call(name, arguments, node, scope)
        return self.indexed_result(found, head, node, scope)

    def definition_of(self, head: Head) -> Definition | None:
        r"""What a call is defined by; that of `\frac{d\sigma}{dz}(x)` is the derivative of what \(\sigma\) is."""
        if not isinstance(head.node, Derivative):
            return self.context.definitions.get(definition_key(head))
        found = self.context.definitions.get(definition_key(head._replace(node=head.node.body)))
        return _derived(found, head.node) if found is not None else None

    def is_elementary(self, node: Node) -> bool:
        base = node.base if isinstance(node, Indexed) else node
        return isinstance(base, Symbol) and base.name in (*_FUNCTIONS, "\\lg")

    def indexed_result(self, value: Value, head: Head, node: Node, scope: Scope, attached: bool = True) -> Value:
        return self.element(value, head.indices, node, scope) if head.indices and attached else value

    def applied(
        self, definition: Definition, arguments: Sequence[Node], outer: Scope, scope: Scope, values: tuple[Array, ...]
    ) -> Value:
        """A defined function at its arguments, which are evaluated when they are needed."""
        if len(arguments) != len(definition.parameters):
            raise MathError(f"{len(arguments)} arguments for {len(definition.parameters)}", None, definition.latex)
        bound: dict[str, Callable[[], Value]] = {}
        indices: dict[str, Array] = {}
        applies: Array | None = None
        for parameter, argument in zip(definition.parameters, arguments, strict=True):
            asked = _asked(argument)
            pattern = _asked(parameter) if isinstance(parameter, Chain) else None
            variable = parameter.sides[0] if isinstance(parameter, Chain) else parameter
            thunk = _once(lambda asked=asked: self.value(asked, outer))  # type: ignore[misc]
            name = name_of(variable)
            if name and (name != name_of(asked) or name in outer.arguments):
                bound[name] = thunk
            indices |= self.unified(variable, argument, outer)
            if pattern is not None:
                holds = self.link(asked, "=", pattern, argument, outer)
                applies = holds if applies is None else applies & holds
        given = {"arguments": bound, "indices": indices}
        if applies is None:
            return self.defined(definition, scope, values, given)
        found = self.body(definition, scope, values, given)
        rest = Value(np.array([np.nan]))
        if definition.otherwise is not None:
            rest = self.applied(definition.otherwise, arguments, outer, scope, values)
        yes, no, rank = aligned(found, rest, definition.body)
        return Value(choose(widened(applies, rank), yes, no), rank, found.row)

    def unified(self, parameter: Node, argument: Node, scope: Scope) -> dict[str, Array]:
        """The values that the indices of a parameter such as `y_i` take for an argument such as `y_n`."""
        found: dict[str, Array] = {}
        written = argument.sides[0] if isinstance(argument, Chain) else argument
        if isinstance(parameter, Indexed) and isinstance(written, Indexed):
            for index, value in zip(parameter.indices, written.indices, strict=False):
                if self.context.is_index(name_of(index)):
                    found[name_of(index)] = primal(self.scalar(value, scope))
        return found

    def declared_call(
        self, declaration: Declaration, arguments: Sequence[Node], head: Head, node: Node, scope: Scope
    ) -> Value:
        """A symbol declared as a call, `h(x_i)`: the element at the indices that its arguments have."""
        indices: dict[str, Node] = {}
        for pattern, argument in zip(declaration.arguments, arguments, strict=False):
            indices |= _matched(pattern, argument, declaration.axes)
        inner = [indices[axis] for axis in declaration.axes if axis in indices]
        if len(arguments) != len(declaration.arguments):
            raise MathError(f"{declaration.latex} is declared, with other arguments", node.span, declaration.latex)
        return self.declared_at(declaration, [*inner, *head.indices], node, scope)

    def elementary(self, function: Node, node: Node, scope: Scope) -> Value:
        """exp, log and the like, of each element."""
        assert isinstance(node, Call | Indexed)
        call = node if isinstance(node, Call) else node.base
        assert isinstance(call, Call)
        if len(call.arguments) != 1 or call.given:
            raise MathError("one argument is needed here", node.span, f"{name_of(function)}(x)")
        self.refuse_ambiguous(call, scope)
        name = function.base if isinstance(function, Indexed) else function
        argument = call.arguments[0]
        if name_of(name) in ("\\log", "\\lg"):
            return self.logarithm(function, argument, scope)
        value = self.value(argument, scope)
        return Value(apply(_FUNCTIONS[name_of(name)], value.data), value.rank, value.row)

    def refuse_ambiguous(self, call: Call, scope: Scope) -> None:
        argument = call.arguments[0]
        last = argument.factors[-1] if isinstance(argument, Multiply) else argument
        if not call.bracketed and isinstance(last, Call) and self.as_product(last, scope) is not None:
            raise MathError(
                "does the function reach this bracket?", last.arguments[0].span, "\\log(a (b)) or (\\log a)(b)"
            )

    def logarithm(self, function: Node, argument: Node, scope: Scope) -> Value:
        value = self.value(argument, scope)
        data = apply("log", value.data)
        if not value.rank and not np.isfinite(primal(data)).all():
            data = self.log_of(argument, scope)
        if name_of(function) == "\\lg":
            return Value(data / math.log(10), value.rank, value.row)
        if isinstance(function, Indexed):
            base = apply("log", self.scalar(function.indices[0], scope))
            data = data / linear(lambda array: widened(array, value.rank), base)
        return Value(data, value.rank, value.row)

    def log_of(self, node: Node, scope: Scope) -> Real:
        """The logarithm of a power or product that is too small or too large for a number of its own."""
        if isinstance(node, Power):
            return self.scalar(node.exponent, scope) * self.log_of(node.base, scope)
        if isinstance(node, Multiply):
            logs = [self.log_of(factor, scope) for factor in node.factors]
            return sum(logs[1:], logs[0])
        if isinstance(node, Big) and node.operator == "prod":
            inside = Call(Symbol("\\log"), (node.body,), span=node.body.span)
            return self.scalar(replace(node, operator="sum", body=inside), scope)
        return apply("log", self.scalar(node, scope))

    def module_call(self, name: str, arguments: Sequence[Node], node: Node, scope: Scope) -> Value:
        """A function of the module, called once for each sample or for all where that gives the same."""
        known, function = self.code(name, node)
        values = [self.value(argument, scope) for argument in arguments]
        if any(isinstance(value.data, Dual) for value in values):
            raise MathError(
                f"{known} is code, and has no derivative here", node.span, f"define {name} on the page by a formula"
            )
        self.called.add(known)
        return pointwise(function, values, node)

    def code(self, name: str, node: Node) -> tuple[str, Callable[..., Any]]:
        """The function of the module that a name stands for, with its name there."""
        declaration = self.symbols.declared.get(name)
        declared = declaration is not None and declaration.kind.name == "function"
        known = declaration.kind.function or name if declaration is not None and declared else name
        function = self.context.functions.get(known)
        if callable(function) and (declared or not self.context.keys_known(name)):
            return known, function
        if declared:
            raise MathError(
                f"the module has no function {known!r}", node.span, f"`{name}: function NAME`, with another name"
            )
        if self.context.keys_known(name):
            raise MathError(
                f"{name} is not a function of this form", node.span, "another name for one of the two meanings"
            )
        if "\\" + name in FUNCTIONS:
            raise MathError(f"the function {name} without its backslash", node.span, f"\\{name}(x)")
        raise MathError(
            f"the function {name} is not known",
            node.span,
            f"define it before, {name}(x) = ..., or declare `{name}: function NAME`",
        )

    def primed_call(self, function: Primed, arguments: Sequence[Node], node: Node, scope: Scope) -> Value:
        """The derivative of a function of one argument, at the argument."""
        name = name_of(function.base)
        definition = self.context.definitions.get(f"{name}(1|0)")
        if len(arguments) != 1 or (definition is None and name not in _FUNCTIONS):
            raise MathError(
                f"{name} is not defined as a function of one argument", node.span, f"define it before: {name}(x) = ..."
            )
        value = self.value(arguments[0], scope)
        return Value(self.slope(definition, name, value.data, function.order, scope), value.rank)

    def slope(self, definition: Definition | None, name: str, at: Real, order: int, scope: Scope) -> Real:
        if not order:
            if definition is None:
                return apply(_FUNCTIONS[name], at)
            bound = {name_of(definition.parameters[0]): lambda: Value(at)}
            return self.body(definition, scope, (), {"arguments": bound}).data
        tag = self.fresh()
        moving = Dual(at, linear(np.ones_like, at) if not isinstance(at, Dual) else np.ones(at.shape), tag)
        return part(self.slope(definition, name, moving, order - 1, scope), tag)

    def fresh(self) -> int:
        self.tag += 1
        return self.tag

    # -- arithmetic

    def add(self, node: Add, scope: Scope) -> Value:
        if any(isinstance(term, Dots) for term in node.terms):
            node = self.without_dots(node)
        result = self.value(node.terms[0], scope)
        for term in node.terms[1:]:
            left, right, rank = aligned(result, self.value(term, scope), term)
            result = Value(left + right, rank, result.row)
        return result

    def without_dots(self, node: Add) -> Add:
        r"""The terms with `a_1 + a_2 + \dots + a_n` as a sum over what changes between the first and the last."""
        place = next(k for k, term in enumerate(node.terms) if isinstance(term, Dots))
        if not 0 < place < len(node.terms) - 1:
            raise MathError("dots without a last term", node.terms[place].span, r"a_1 + \dots + a_N")
        last = node.terms[place + 1]
        start = place - 1
        while start > 0 and _single_gap(node.terms[start - 1], last):
            start -= 1
        low, high = _gap(node.terms[start], last, node)
        index = Symbol("position in the sum", span=node.span)
        body = rebuilt(node.terms[start], lambda part_of: index if part_of == low else None)
        whole = Big("sum", (index,), low, high, (), body, span=node.span)
        return replace(node, terms=(*node.terms[:start], whole, *node.terms[place + 2 :]))

    def negate(self, node: Negate, scope: Scope) -> Value:
        value = self.value(node.body, scope)
        return Value(-value.data, value.rank, value.row)

    def multiply(self, node: Multiply, scope: Scope) -> Value:
        result = self.value(node.factors[0], scope)
        for factor, sign in zip(node.factors[1:], node.signs, strict=True):
            result = self.times(result, self.value(factor, scope), sign, factor)
        return result

    def times(self, left: Value, right: Value, sign: str, node: Node) -> Value:
        """A product: of numbers, of matrices, inner with a dot, element by element with a circle."""
        if sign == "\\odot" or not (left.rank and right.rank):
            a, b, rank = aligned(left, right, node)
            return Value(a * b, rank, left.row or right.row)
        if max(left.rank, right.rank) > 2:
            raise MathError("a product with an array of three axes", node.span, "indices, as in x_{ijk}")
        if left.rank == 1 and right.rank == 1:
            return self.vector_product(left, right, sign, node)
        return matrix_product(left, right, node)

    def vector_product(self, left: Value, right: Value, sign: str, node: Node) -> Value:
        if left.row or sign == "\\cdot":
            a, b, _ = aligned(left, right, node)
            return Value(total(a * b, -1))
        if right.row:
            a = linear(lambda array: array[..., :, None], left.data)
            return Value(a * linear(lambda array: array[..., None, :], right.data), 2)
        raise MathError(
            "a product of two vectors", node.span, r"w^\top x for the inner product, \odot element by element"
        )

    def divide(self, node: Divide, scope: Scope) -> Value:
        left, right = self.value(node.numerator, scope), self.value(node.denominator, scope)
        if right.rank:
            raise MathError("division by a vector", node.denominator.span, "an index, as in y_i")
        a, b, rank = aligned(left, right, node)
        return Value(a / b, rank, left.row)

    def power(self, node: Power, scope: Scope) -> Value:
        if isinstance(node.base, Call) and (product_of := self.as_product(node.base, scope)):
            head, argument = product_of.factors
            inner = self.power(Power(argument, node.exponent, span=node.span), scope)
            return self.times(self.value(head, scope), inner, "", node)
        base = self.value(node.base, scope)
        if base.rank:
            return self.vector_power(base, node, scope)
        return Value(power(base.data, self.scalar(node.exponent, scope)))

    def vector_power(self, base: Value, node: Power, scope: Scope) -> Value:
        square = base.rank == 2 and len(set(own_shape(base))) == 1
        if square and node.exponent == Negate(Number("1")) and not isinstance(base.data, Dual):
            return Value(inverse(base.data), 2)
        raise MathError("a power of a vector", node.span, r"\|x\|^2 for the squared length, x_i^2 for each element")

    def root(self, node: Root, scope: Scope) -> Value:
        body = self.scalar(node.body, scope)
        if node.degree is None:
            return Value(apply("sqrt", body))
        degree = self.scalar(node.degree, scope)
        if (primal(degree) % 2 == 1).all():  # an odd root of a negative number is negative
            return Value(choose(primal(body) < 0, -power(-body, 1.0 / degree), power(body, 1.0 / degree)))
        return Value(power(body, 1.0 / degree))

    def factorial(self, node: Factorial, scope: Scope) -> Value:
        body = primal(self.scalar(node.body, scope))
        return Value(_GAMMA(body + 1.0))

    def percent(self, node: Percent, scope: Scope) -> Value:
        return Value(self.scalar(node.body, scope) / 100.0)

    def transpose(self, node: Transpose, scope: Scope) -> Value:
        if isinstance(node.body, Call) and (product_of := self.as_product(node.body, scope)):
            head, argument = product_of.factors
            return self.times(self.value(head, scope), self.transpose(replace(node, body=argument), scope), "", node)
        value = self.value(node.body, scope)
        if value.rank == 0:
            known = self.lookup("T", scope) if node.mark == "T" else None
            return Value(power(value.data, known.data)) if known is not None else value
        if value.rank == 1:
            return Value(value.data, 1, not value.row)
        return Value(linear(lambda array: np.swapaxes(array, -1, -2), value.data), 2)

    def absolute(self, node: Absolute, scope: Scope) -> Value:
        value = self.value(node.body, scope)
        if value.rank:
            return self.norm(Norm(node.body, span=node.span), scope)
        data = primal(value.data)
        self.took(node, {"+": data > 0, "-": data < 0}, np.abs(data))
        return Value(largest([value.data, -value.data]))

    def norm(self, node: Norm, scope: Scope) -> Value:
        value = self.value(node.body, scope)
        flat = value.data if value.rank < 2 else linear(lambda array: array.reshape(*array.shape[:-2], -1), value.data)
        if not value.rank:
            return Value(largest([flat, -flat]))
        order = node.order
        name = name_of(order) if order is not None else "2"
        if name in ("2", "F"):
            return Value(apply("sqrt", total(flat * flat, -1)))
        size = largest([flat, -flat])
        if name == "\\infty":
            return Value(largest([linear(lambda array, k=k: array[..., k], size) for k in range(size.shape[-1])]))  # type: ignore[misc]
        degree = self.scalar(order, scope) if order is not None else np.array([2.0])
        wide = linear(lambda array: array[..., None], degree)
        return Value(total(size, -1) if name == "1" else power(total(power(size, wide), -1), 1.0 / degree))

    def floor(self, node: Floor, scope: Scope) -> Value:
        return Value(apply("floor", self.scalar(node.body, scope)))

    def ceiling(self, node: Ceiling, scope: Scope) -> Value:
        return Value(apply("ceil", self.scalar(node.body, scope)))

    def inner(self, node: Inner, scope: Scope) -> Value:
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        return self.times(left, right, "\\cdot", node)

    # -- sums, products, extremes

    def big(self, node: Big, scope: Scope) -> Value:
        if not node.indices:
            raise MathError(f"a {node.operator} without an index", node.span, rf"\{node.operator}_{{i=1}}^{{N}}")
        node = bounded(node)
        if len(node.indices) > 1:
            first = replace(node, indices=node.indices[1:], lower=None, upper=None)
            node = replace(node, indices=node.indices[:1], body=first, conditions=())
        name = node.indices[0].name
        numbers, inside = self.span_of(node, name, scope)
        inner = scope.bind(name, numbers)
        kept = inside(inner.indices[name])
        for condition in node.conditions:
            kept = kept & self.condition(condition, inner)
        value = self.value(node.body, inner)
        if value.rank and node.operator not in ("sum",):
            raise MathError(f"a {node.operator} of vectors", node.span, "an index, as in y_i")
        return self.reduced(node, value, kept, numbers, scope)

    def reduced(self, node: Big, value: Value, kept: Array, numbers: Array, scope: Scope) -> Value:
        neutral = {"sum": 0.0, "prod": 1.0, "max": -math.inf, "argmax": -math.inf}.get(node.operator, math.inf)
        data = value.data
        if kept.ndim:
            data = choose(kept.reshape(*kept.shape, *[1] * value.rank), data, np.array([neutral]))
        full = scope.depth + 2 + value.rank
        data = linear(lambda array: spread(array, full, len(numbers)), data)
        if node.operator == "sum":
            return Value(total(data, 0), value.rank, value.row)
        if node.operator == "prod":
            return Value(product(data, 0))
        if not len(numbers):
            return Value(np.full(data.shape[1:], neutral))
        if node.operator.startswith("arg"):
            best = np.argmax(primal(data), 0) if node.operator == "argmax" else np.argmin(primal(data), 0)
            return Value(numbers[best])
        rows = [linear(lambda array, k=k: array[k], data) for k in range(len(numbers))]  # type: ignore[misc]
        return Value(largest(rows) if node.operator == "max" else -largest([-row for row in rows]))

    def span_of(self, node: Big, name: str, scope: Scope) -> tuple[Array, Callable[[Array], Array]]:
        """The values of an index, and which of them belong to the range for each sample."""
        if node.lower is None and node.upper is None:
            low, size = self.extent(node, name, scope)
            return np.arange(low, low + size, dtype=float), lambda at: np.ones((), bool)
        lower = primal(self.scalar(node.lower, scope)) if node.lower is not None else np.array([1.0])
        if node.upper is None:
            raise MathError(f"{name} has a first value and no last", node.span, rf"\sum_{{{name}=1}}^{{N}}")
        upper = self.upper_end(node.upper, scope)
        low, high = np.min(lower, initial=math.inf), np.max(upper, initial=-math.inf)
        if not high - low < _LONGEST_SUM:
            raise MathError(f"{name} runs over {high - low + 1:g} values", node.span, f"at most {_LONGEST_SUM}")
        numbers = np.arange(low, high + 0.5)
        if np.ptp(lower) == 0 and np.ptp(upper) == 0:
            return numbers, lambda at: np.ones((), bool)
        return numbers, lambda at: (at >= lower) & (at <= upper)

    def upper_end(self, node: Node, scope: Scope) -> Array:
        name = name_of(node) if isinstance(node, Symbol | Indexed) else ""
        known = self.context.keys_known(name) or name in scope.arguments or name in scope.indices or name in CONSTANTS
        if name and not known:
            raise MathError(f"the size {name} is not declared", node.span, f"declare it: `{name}: size`")
        return primal(self.scalar(node, scope))

    def extent(self, node: Big, name: str, scope: Scope) -> tuple[int, int]:
        """First value and number of values of an index without bounds: by the vector it points into, or its range."""
        for part_of in walk(node.body):
            if isinstance(part_of, Indexed) and name_of(part_of.base) in scope.arguments:
                names = [name_of(index) for index in part_of.indices]
                value = scope.arguments[name_of(part_of.base)]()
                if name in names and value.rank == len(names):
                    shape = primal(value.data).shape
                    return self.first(part_of.indices[names.index(name)]), shape[
                        len(shape) - value.rank + names.index(name)
                    ]
        if not self.context.is_index(name) and name not in self.symbols.ranges:
            raise MathError(f"{name} is not an index", node.indices[0].span, f"declare it: `{name}: index 1..K`")
        found = self.range_of(name, node)
        return found.low, found.size(self.group.sizes)

    def range_of(self, name: str, node: Node) -> Range:
        try:
            return self.symbols.range(name)
        except MathError as problem:
            raise MathError(problem.reason, node.span, problem.advice) from problem

    # -- branches

    def took(self, node: Node, taken: Mapping[Any, Array], gap: Array) -> None:
        """Note for which samples each branch was taken, and how far another one was."""
        seen = self.branches.setdefault(id(node), Branching(node, {}, np.full(self.group.count, np.inf)))
        for branch, where in taken.items():
            seen.taken[branch] = seen.taken.get(branch, np.zeros((), bool)) | self.by_sample(where, np.any)
        np.minimum(seen.gap, self.by_sample(gap, np.min), out=seen.gap)

    def by_sample(self, array: Array, reduce: Callable[..., Any]) -> Array:
        """One value for each sample, of all those for its indices."""
        if not array.size:
            return np.zeros(self.group.count, array.dtype)
        array = np.broadcast_to(array, (*array.shape[:-1], self.group.count))
        return np.asarray(reduce(array.reshape(-1, array.shape[-1]), axis=0)) if array.ndim > 1 else array

    def extreme(self, arguments: Sequence[Node], node: Node, scope: Scope, sign: float) -> Value:
        values = [self.value(argument, scope) for argument in arguments]
        if len(values) == 1 and values[0].rank == 1:
            data = values[0].data
            values = [Value(linear(lambda array, k=k: array[..., k], data)) for k in range(data.shape[-1])]  # type: ignore[misc]
        if any(value.rank for value in values):
            rank = max(value.rank for value in values)
            values = [Value(linear(lambda array, v=v: widened(array, rank - v.rank), v.data), rank) for v in values]  # type: ignore[misc]
        parts = [sign * value.data for value in values]
        result = largest(parts)
        best = primal(result)
        if len(parts) == len(arguments) and not values[0].rank:
            gaps = [best - primal(value) for value in parts]
            nearest = np.min([np.where(gap > 0, gap, np.inf) for gap in np.broadcast_arrays(*gaps)], axis=0)
            self.took(node, {place: gap == 0 for place, gap in enumerate(gaps)}, nearest)
        return Value(sign * result, values[0].rank)

    def indicator(self, node: Indicator, scope: Scope) -> Value:
        holds, margin = self.condition_with_margin(node.condition, scope)
        self.took(node, {True: holds, False: ~holds}, margin)
        return Value(np.where(holds, 1.0, 0.0))

    def condition_with_margin(self, node: Node, scope: Scope) -> tuple[Array, Array]:
        self.margin = np.full(1, np.inf)
        return self.condition(node, scope), self.margin

    def cases(self, node: Cases, scope: Scope) -> Value:
        """The value of the row whose condition holds; there is none where no row's does, or where two differ."""
        rows = [self.tested(row, scope) for row in node.rows]
        data: Real = np.array([np.nan])
        for row in reversed(rows):
            chosen = choose(widened(row.holds, row.value.rank), row.value.data, data)
            data = chosen if row.value.rank else unless_kinked(chosen, row.value.data, data, row.tied)
        self.note_cases(node, rows)
        rank = max(row.value.rank for row in rows)
        clash = self.clash(node, rows)
        return Value(choose(widened(clash, rank), np.full((), np.nan), data) if clash.any() else data, rank)

    def tested(self, row: Case, scope: Scope) -> Row:
        """A row's value, and where it applies; a row without a condition applies where no other does."""
        value = self.value(row.value, scope)
        if row.condition is None:
            return Row(value, np.ones((), bool), np.zeros((), bool), np.full(1, np.inf), True)
        self.margin = np.full(1, np.inf)
        holds, tied = self.condition_with_ties(row.condition, scope)
        return Row(value, holds, tied, self.margin)

    def note_cases(self, node: Cases, rows: Sequence[Row]) -> None:
        left, taken = np.ones((), bool), dict[Any, Array]()
        for place, row in enumerate(rows):
            taken[place] = left & row.holds
            left = left & ~row.holds
        nearest = rows[0].margin
        for row in rows[1:]:
            nearest = np.minimum(nearest, row.margin)
        self.took(node, taken, nearest)
        if left.any():
            self.miss(node, "no row of these cases holds", left)

    def clash(self, node: Cases, rows: Sequence[Row]) -> Array:
        """Where two rows hold and give different values."""
        found = np.zeros((), bool)
        for (one, first), (other, second) in combinations(enumerate(row for row in rows if not row.rest), 2):
            both = first.holds & second.holds
            if both.any():
                a, b, rank = aligned(first.value, second.value, node)
                differ = ~close(primal(a), primal(b)) & ~np.isnan(primal(a)) & ~np.isnan(primal(b))
                differ = both & differ.any(axis=tuple(range(-rank, 0)))
                if differ.any():
                    self.miss(node, f"rows {one + 1} and {other + 1} of these cases both hold, and differ", differ)
                found = found | differ
        return found

    def condition_with_ties(self, node: Node, scope: Scope) -> tuple[Array, Array]:
        """Where a condition holds, and where a change of the variable would tip it."""
        holds = self.condition(node, scope)
        tied = np.zeros((), bool)
        if self.varied or self.tag:
            for chain in (part_of for part_of in walk(node) if isinstance(part_of, Chain)):
                for left, right in zip(chain.sides, chain.sides[1:], strict=False):
                    if isinstance(right, Choices | Interval | Vector):
                        continue
                    gap = self.value(left, scope).data - self.value(right, scope).data
                    if isinstance(gap, Dual):
                        tied = tied | ((primal(gap) == 0) & (primal(gap.tangent) != 0))
        return holds, tied

    def condition(self, node: Node, scope: Scope) -> Array:
        """Where a condition holds."""
        if isinstance(node, Both | Either):
            parts = [self.condition(part_of, scope) for part_of in node.parts]
            result = parts[0]
            for one in parts[1:]:
                result = result & one if isinstance(node, Both) else result | one
            return result
        if not isinstance(node, Chain):
            if isinstance(node, Symbol) and self.context.is_index(node.name):
                return np.ones((), bool)
            raise MathError("a condition without a relation", node.span, "y = 1, s > 0 or k \\ne y")
        return self.chain(node, scope)

    def chain(self, node: Chain, scope: Scope) -> Array:
        result = np.ones((), bool)
        for left, relation, right in zip(node.sides, node.relations, node.sides[1:], strict=False):
            result = result & self.link(left, relation.sign, right, node, scope)
        return result

    def link(self, left: Node, sign: str, right: Node, node: Node, scope: Scope) -> Array:
        if sign in ("\\in", "\\notin"):
            inside = self.belongs(left, right, scope)
            return inside if sign == "\\in" else ~inside
        if isinstance(right, Vector) and any(isinstance(item, Dots) for item in right.items):
            return np.ones((), bool)
        if sign not in COMPARISONS:
            raise MathError(f"{sign} is not a condition", node.span, r"=, \ne, <, >, \le or \ge")
        a, b, rank = aligned(self.value(left, scope), self.value(right, scope), node)
        result = COMPARISONS[sign](primal(a), primal(b))
        if not rank:
            self.margin = np.minimum(self.margin, np.abs(primal(a) - primal(b)))
        return np.asarray(result.all(axis=tuple(range(-rank, 0)))) if rank else result

    def belongs(self, left: Node, right: Node, scope: Scope) -> Array:
        value = self.value(left, scope)
        data = primal(value.data)
        axes = tuple(range(-value.rank, 0))
        return np.asarray(
            self.inside(data, value.rank, right, scope).all(axis=axes) if axes else self.inside(data, 0, right, scope)
        )

    def inside(self, data: Array, rank: int, right: Node, scope: Scope) -> Array:
        def end(node: Node) -> Array:
            return widened(primal(self.scalar(node, scope)), rank)

        if isinstance(right, Choices):
            if any(isinstance(item, Dots) for item in right.items):
                first, last = end(right.items[0]), end(right.items[-1])
                return np.asarray((data >= first) & (data <= last) & (data == np.round(data)))
            return np.any([self.equal(data, rank, item, scope) for item in right.items], axis=0)
        if isinstance(right, Interval):
            above = data >= end(right.low) if right.low_closed else data > end(right.low)
            return above & (data <= end(right.high) if right.high_closed else data < end(right.high))
        base = right.base if isinstance(right, Power) else right
        name = name_of(base.base if isinstance(base, Indexed) else base)
        if name in ("\\mathbb{R}", "R"):
            return np.isfinite(data)
        if name in ("\\mathbb{N}", "\\mathbb{Z}"):
            return np.asarray((data == np.round(data)) & ((data >= 0) | (name == "\\mathbb{Z}")))
        if isinstance(right, Node) and not isinstance(right, Symbol):
            return data == end(right)
        raise MathError(f"the set {name or 'here'} is not known", right.span, r"\{0, 1\}, [0, 1] or \mathbb{R}")

    def equal(self, data: Array, rank: int, item: Node, scope: Scope) -> Array:
        """Where a value, or each of its elements, is one of a set; a vector where the set has vectors."""
        value = self.value(item, scope)
        if not value.rank:
            return np.asarray(data == widened(primal(value.data), rank))
        if value.rank != rank or own_shape(value) != data.shape[data.ndim - rank :]:
            return np.zeros(data.shape, bool)
        axes = tuple(range(-rank, 0))
        return np.asarray((data == primal(value.data)).all(axis=axes, keepdims=True) & np.ones(data.shape, bool))

    # -- derivatives

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

    @contextmanager
    def moving(self, key: str, place: tuple[Array, ...]) -> Iterator[int]:
        """While a symbol is varied at a place."""
        tag = self.fresh()
        self.varied.setdefault(key, []).append((tag, place))
        self.active.append(tag)
        try:
            yield tag
        finally:
            self.varied[key].pop()
            self.active.pop()

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
        data, _, rank = aligned(value, like, node)
        shape = (*primal(data).shape[: primal(data).ndim - rank], *own_shape(like))
        return Value(linear(lambda array: np.broadcast_to(array, shape), data), rank)

    def by_argument(self, name: str, body: Node, variables: Sequence[Node], scope: Scope, node: Node) -> Value:
        """The derivative by an argument of the definition in which it stands."""
        tag = self.fresh()
        at = scope.arguments[name]()
        if at.rank:
            raise MathError("a derivative by a vector that is an argument", node.span, "a symbol of the page")
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

    # -- expectations

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

    @contextmanager
    def fixing(self) -> Iterator[None]:
        """While symbols have other values than their samples."""
        before = dict(self.fixed)
        self.active.append(self.fresh())
        try:
            yield
        finally:
            self.fixed = before
            self.active.pop()

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

    # -- lists

    def vector(self, node: Vector | Choices, scope: Scope) -> Value:
        if any(isinstance(item, Dots) for item in node.items):
            return self.sequence(node, scope)
        return stacked_values([self.value(item, scope) for item in node.items], node)

    def sequence(self, node: Vector | Choices, scope: Scope) -> Value:
        r"""A list written with dots, `l_1, \dots, l_N`: the element that changes runs from the first to the last."""
        items = [item for item in node.items if not isinstance(item, Dots)]
        low, high = _gap(items[0], items[-1], node)
        index = Symbol("position in the list", span=node.span)
        body = rebuilt(items[0], lambda part_of: index if part_of == low else None)
        numbers, _ = self.span_of(Big("sum", (index,), low, high, (), body, span=node.span), index.name, scope)
        return moved(self.value(body, scope.bind(index.name, numbers)), scope.depth, len(numbers))

    def matrix(self, node: Matrix, scope: Scope) -> Value:
        if len(node.rows[0].items) == 1:
            return stacked_values([self.value(row.items[0], scope) for row in node.rows], node)
        rows = [stacked_values([self.value(item, scope) for item in row.items], row) for row in node.rows]
        return stacked_values(rows, node) if len(rows) > 1 else Value(rows[0].data, 1, True)

    def refuse(self, node: Node, scope: Scope) -> Value:
        raise MathError("this is not a value", node.span, "a symbol, a number or a bracket")


Arguments = Mapping[str, Any] | None

COMPARISONS: dict[str, Callable[[Array, Array], Array]] = {
    "=": np.equal, "\\ne": np.not_equal, "<": np.less, ">": np.greater, "\\le": np.less_equal, "\\ge": np.greater_equal,
}  # fmt: skip

_COMB = np.vectorize(
    lambda n, k: math.comb(int(n), int(k)) if 0 <= n < 1000 and k >= 0 and n % 1 == k % 1 == 0 else math.nan,
    otypes=[float],
)
_GAMMA = np.vectorize(lambda x: math.nan if not x > 0 else math.gamma(x) if x < 171 else math.inf, otypes=[float])

_RULES: dict[type[Node], Callable[[Evaluator, Any, Scope], Value]] = {
    Number: Evaluator.number, Symbol: Evaluator.symbol, Indexed: Evaluator.indexed, Call: Evaluator.call,
    Add: Evaluator.add, Negate: Evaluator.negate, Multiply: Evaluator.multiply, Divide: Evaluator.divide,
    Power: Evaluator.power, Root: Evaluator.root, Factorial: Evaluator.factorial, Percent: Evaluator.percent,
    Transpose: Evaluator.transpose, Absolute: Evaluator.absolute, Norm: Evaluator.norm, Floor: Evaluator.floor,
    Ceiling: Evaluator.ceiling, Inner: Evaluator.inner, Big: Evaluator.big, Derivative: Evaluator.derivative,
    Gradient: Evaluator.gradient, At: Evaluator.at, Differential: Evaluator.differential,
    Indicator: Evaluator.indicator,
    Cases: Evaluator.cases, Vector: Evaluator.vector, Choices: Evaluator.vector, Matrix: Evaluator.matrix,
    Primed: lambda self, node, scope: self.named(name_of(node), node, scope),
    Chain: Evaluator.refuse, Dots: Evaluator.refuse, Interval: Evaluator.refuse, Conditional: Evaluator.refuse,
    Both: Evaluator.refuse, Either: Evaluator.refuse,
}  # fmt: skip


def _aggregate(name: str) -> Callable[[Evaluator, Sequence[Node], Node, Scope], Value]:
    def rule(self: Evaluator, arguments: Sequence[Node], node: Node, scope: Scope) -> Value:
        value = self.value(arguments[0], scope)
        data, rank = value.data, value.rank
        if not rank:
            raise MathError(f"the {name} of a single number", node.span, rf"\mathrm{{{name}}}(L) of a vector")
        count = math.prod(primal(data).shape[primal(data).ndim - rank :])
        for _ in range(rank):
            data = total(data, -1)
        return Value(data / float(count) if name == "mean" else data)

    return rule


def _binomial(self: Evaluator, arguments: Sequence[Node], node: Node, scope: Scope) -> Value:
    n, k = (primal(self.scalar(argument, scope)) for argument in arguments)
    return Value(_COMB(n, k))


_CALLS: dict[str, Callable[[Evaluator, Sequence[Node], Node, Scope], Value]] = {
    "\\max": lambda self, arguments, node, scope: self.extreme(arguments, node, scope, 1.0),
    "\\min": lambda self, arguments, node, scope: self.extreme(arguments, node, scope, -1.0),
    "\\binom": _binomial, "mean": _aggregate("mean"), "sum": _aggregate("sum"),
}  # fmt: skip


def _derived(definition: Definition, node: Derivative) -> Definition:
    """The derivative of a function, as a function of the same arguments."""
    own = len(definition.parameters) == 1
    variables = definition.parameters * len(node.variables) if own else node.variables
    before = definition.otherwise and _derived(definition.otherwise, node)
    body = Derivative(definition.body, variables, span=node.span)
    return replace(definition, key=f"derivative of {definition.key}", body=body, otherwise=before)


def _elements(value: Value, positions: Sequence[Array]) -> Value:
    """The elements of a vector or matrix at positions along its first axes."""
    if not positions:
        return value
    own = own_shape(value)
    places = [clipped(at, size) for at, size in zip(positions, own, strict=False)]
    return Value(linear(lambda array: picked(array, value.rank, places), value.data), value.rank - len(positions))


def bounded(node: Big) -> Big:
    r"""A sum over `i \in \{1, \dots, n\}` or `i \in [n]` as one from 1 to n."""
    for condition in node.conditions:
        span = condition.sides[-1] if isinstance(condition, Chain) and condition.relations[0].sign == "\\in" else None
        if isinstance(span, Choices) and len(span.items) >= 3 and isinstance(span.items[-2], Dots):
            rest = tuple(other for other in node.conditions if other is not condition)
            return replace(node, lower=span.items[0], upper=span.items[-1], conditions=rest)
    return node


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


def _once(function: Callable[[], Value]) -> Callable[[], Value]:
    found: list[Value] = []

    def value() -> Value:
        if not found:
            found.append(function())
        return found[0]

    return value


def _asked(argument: Node) -> Node:
    """The value of an argument; of `y = 1` it is 1."""
    return argument.sides[-1] if isinstance(argument, Chain) else argument


def _matched(pattern: Node, argument: Node, axes: Sequence[str]) -> dict[str, Node]:
    """What the indices of a declared call stand for in a call."""
    name = name_of(pattern)
    if isinstance(pattern, Symbol) and name in axes:
        return {name: argument}
    found: dict[str, Node] = {}
    for one, other in zip(pattern.children, argument.children, strict=False):
        found |= _matched(one, other, axes)
    return found


def _single_gap(first: Node, last: Node) -> tuple[Node, Node] | None:
    """The part in which two terms of one form differ, if it is one."""
    gaps = _differences(first, last)
    return gaps[0] if gaps and all(gap == gaps[0] for gap in gaps) and isinstance(gaps[0][0], Number) else None


def _gap(first: Node, last: Node, node: Node) -> tuple[Node, Node]:
    gap = _single_gap(first, last)
    if gap is None:
        raise MathError("dots between what and what?", node.span, r"x_1, \dots, x_N")
    return gap


def _differences(one: Node, other: Node) -> list[tuple[Node, Node]]:
    """The parts in which two trees of one shape differ."""
    if one == other:
        return []
    if type(one) is not type(other) or isinstance(one, Number | Symbol) or len(one.children) != len(other.children):
        return [(one, other)]
    return [gap for pair in zip(one.children, other.children, strict=True) for gap in _differences(*pair)]
