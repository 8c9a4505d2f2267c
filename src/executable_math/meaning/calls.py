"""Functions at their arguments: those of the page, of the notation, and of the module."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from executable_math.latex.tokens import EXPECTATIONS, FUNCTIONS
from executable_math.latex.tree import (
    Big,
    Call,
    Chain,
    Derivative,
    Dots,
    Indexed,
    MathError,
    Multiply,
    Node,
    Power,
    Primed,
    Symbol,
    name_of,
)
from executable_math.meaning.chance import Chance
from executable_math.meaning.names import Definition, Head, definition_key
from executable_math.meaning.scope import Scope
from executable_math.values.arrays import Value, aligned, determinant, pointwise, times, widened
from executable_math.values.derivative import Array, Dual, Real, apply, choose, linear, part, primal, total
from executable_math.values.symbols import Declaration

# What each is in the table of derivatives.
_FUNCTIONS = {name: name[1:] for name in FUNCTIONS - {"\\lg", "\\det"}} | {"\\sgn": "sign", "sqrt": "sqrt"}


class Calls(Chance):
    """Evaluates calls; a name before a bracket may also be a factor."""

    def indexed(self, node: Indexed, scope: Scope) -> Value:
        name = name_of(node)
        if name in scope.arguments:
            return scope.arguments[name]()
        if isinstance(node.base, Call) and (product_of := self.as_product(node.base, scope)):
            factors = product_of.factors
            return times(self.value(factors[0], scope), self.indexed(replace(node, base=factors[1]), scope), "", node)
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

    def call(self, node: Call, scope: Scope) -> Value:
        if (product_of := self.as_product(node, scope)) is not None:
            return self.value(product_of, scope)
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
        return name in EXPECTATIONS or name in _CALLS or (len(name) > 1 and name in self.context.module.names)

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

    def at_own_arguments(self, definition: Definition, scope: Scope) -> Value:
        """A function named without its arguments is its value at the arguments that it was defined with."""
        return self.applied(definition, definition.parameters, Scope(scope.depth), scope, ())

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
        known = self.code(name, node)
        values = [self.value(argument, scope) for argument in arguments]
        if any(isinstance(value.data, Dual) for value in values):
            raise MathError(
                f"{known} is code, and has no derivative here", node.span, f"define {name} on the page by a formula"
            )
        self.called.add(known)
        return pointwise(self.context.module, known, values, node)

    def code(self, name: str, node: Node) -> str:
        """The name in the module of the function that a name stands for."""
        declaration = self.symbols.declared.get(name)
        declared = declaration is not None and declaration.kind.name == "function"
        known = declaration.kind.function or name if declaration is not None and declared else name
        called = self.context.module.names.get(known, False)
        if called and (declared or not self.context.keys_known(name)):
            return known
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
        with self.deriving() as tag:
            moving = Dual(at, linear(np.ones_like, at) if not isinstance(at, Dual) else np.ones(at.shape), tag)
            return part(self.slope(definition, name, moving, order - 1, scope), tag)


_COMB = np.vectorize(
    lambda n, k: math.comb(int(n), int(k)) if 0 <= n < 1000 and k >= 0 and n % 1 == k % 1 == 0 else math.nan,
    otypes=[float],
)


def _aggregate(name: str) -> Callable[[Calls, Sequence[Node], Node, Scope], Value]:
    def rule(self: Calls, arguments: Sequence[Node], node: Node, scope: Scope) -> Value:
        value = self.value(arguments[0], scope)
        data, rank = value.data, value.rank
        if not rank:
            raise MathError(f"the {name} of a single number", node.span, rf"\mathrm{{{name}}}(L) of a vector")
        count = math.prod(primal(data).shape[primal(data).ndim - rank :])
        for _ in range(rank):
            data = total(data, -1)
        return Value(data / float(count) if name == "mean" else data)

    return rule


def _binomial(self: Calls, arguments: Sequence[Node], node: Node, scope: Scope) -> Value:
    n, k = (primal(self.scalar(argument, scope)) for argument in arguments)
    return Value(_COMB(n, k))


def _determinant(self: Calls, arguments: Sequence[Node], node: Node, scope: Scope) -> Value:
    return determinant(self.value(arguments[0], scope), node)


_CALLS: dict[str, Callable[[Calls, Sequence[Node], Node, Scope], Value]] = {
    "\\max": lambda self, arguments, node, scope: self.extreme(arguments, node, scope, 1.0),
    "\\min": lambda self, arguments, node, scope: self.extreme(arguments, node, scope, -1.0),
    "\\binom": _binomial, "\\det": _determinant, "mean": _aggregate("mean"), "sum": _aggregate("sum"),
}  # fmt: skip


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


def _derived(definition: Definition, node: Derivative) -> Definition:
    """The derivative of a function, as a function of the same arguments."""
    own = len(definition.parameters) == 1
    variables = definition.parameters * len(node.variables) if own else node.variables
    before = definition.otherwise and _derived(definition.otherwise, node)
    body = Derivative(definition.body, variables, span=node.span)
    return replace(definition, key=f"derivative of {definition.key}", body=body, otherwise=before)
