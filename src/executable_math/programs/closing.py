"""A settled tree as JSON that needs nothing else of its page: what is defined stands in the place of its name.

Samples become inputs, indices get the numbers that they begin with, and a call has what it binds. So what evaluates the
JSON knows operations and binders by the names of their records, and nothing of a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from executable_math.latex.tree import (
    Apply,
    Bind,
    Chain,
    Dots,
    MathError,
    Node,
    Number,
    Relation,
    Symbol,
    applies,
    has_dots,
    name_of,
    said,
)
from executable_math.meaning.facts import Definition, Facts
from executable_math.meaning.leaves import apart, asked, evaluation, first_index, unified, variable
from executable_math.meaning.settled import (
    Argument,
    CodeCall,
    Constant,
    Defined,
    Element,
    Index,
    Refused,
    Sample,
    Slope,
    Unspecified,
    written_name,
)
from executable_math.notation.optima import varies
from executable_math.notation.sums import bounded, one_index
from executable_math.notation.vectors import order_of
from executable_math.values.symbols import Group, Range

JSON = dict[str, Any]
DEEPEST = 12
NORMS = ("1", "2", "F", "\\infty")  # that are names; another order is a number


class OnlyHere(MathError):
    """A part of a formula is worth something on its page only; the message says which."""


@dataclass(frozen=True)
class Closing:
    """Closes trees over what a page has said.

    Args:
        facts: What the page has said.
        inputs: What the declared symbols are called, by key.
        bound: The arguments that have values where the tree stands.
        depth: In how many definitions it stands.
    """

    facts: Facts
    inputs: Mapping[str, str]
    bound: frozenset[str] = frozenset()
    depth: int = 0

    def of(self, node: Node) -> JSON:
        """A tree as JSON.

        Raises:
            OnlyHere: It calls code, is random, or has what is worked out by many samples.
        """
        rule = _RULES.get(type(node))
        return rule(self, node) if rule is not None else self.parts(node)

    def all(self, nodes: Iterable[Node]) -> list[JSON]:
        return [self.of(node) for node in nodes]

    def parts(self, node: Node) -> JSON:
        return {"type": type(node).__name__} | {name: self._part(getattr(node, name)) for name in said(node)}

    def _part(self, value: Any) -> Any:
        if isinstance(value, Node):
            return self.of(value)
        return [self._part(item) for item in value] if isinstance(value, tuple) else value

    # -- operations

    def apply(self, node: Apply) -> JSON:
        _refuse(self.facts.language.operators[node.operator].only_here, node)
        if has_dots(node.parts):
            raise OnlyHere("dots, of which samples tell what they stand for", node.span)
        if applies(node, "norm"):
            name = order_of(node.parts[1] if len(node.parts) > 1 else None)
            kept = node.parts if name not in NORMS else node.parts[:1]
            return self.parts(replace(node, parts=kept, marks=(name,)))
        return self.parts(node)

    def bind(self, node: Bind) -> JSON:
        _refuse(self.facts.language.binders[node.operator].only_here, node)
        if not self.facts.language.binders[node.operator].binds:
            return self.parts(node)
        if varies(node, self._run.env):
            raise OnlyHere("an extremum over all numbers", node.span)
        node = one_index(bounded(node))
        name = name_of(node.variables[0])
        closed = {**self.parts(node), "variables": [name]}
        if node.lower is None and node.upper is None:
            closed |= {"lower": None, "upper": None, "range": self._range_or_none(name)}
        elif node.lower is None:
            closed["lower"] = self.of(Number("1"))
        return closed

    def _range_or_none(self, name: str) -> list[JSON] | None:
        try:
            return self.range(self.facts.symbols.range(name))
        except MathError:
            return None

    def range(self, found: Range) -> list[JSON]:
        """The first and the last value of an index."""
        return [self.of(Number(str(found.low))), self.end(found.high)]

    def end(self, node: Node) -> JSON:
        """The end of a range, which is written with the names of sizes."""
        return self.of(self._run.settle(node))

    @property
    def _run(self) -> Any:
        return evaluation(self.facts, Group(self.facts.symbols, {}, 1))

    # -- names

    def number(self, node: Number) -> JSON:
        return {"type": "Number", "text": node.text.rstrip("…")}

    def constant(self, node: Constant) -> JSON:
        if isinstance(node.value, complex):
            raise OnlyHere("complex numbers", node.span)
        return {"type": "Constant", "name": written_name(node), "value": str(node.value).replace("inf", "Infinity")}

    def index(self, node: Index) -> JSON:
        return {"type": "Index", "index": node.index}

    def argument(self, node: Argument) -> JSON:
        means = node.otherwise if node.argument not in self.bound else None
        otherwise = self.of(means) if means is not None else None
        return {"type": "Argument", "name": node.argument, **self.at(node.indices), "otherwise": otherwise}

    def sample(self, node: Sample) -> JSON:
        declaration = self.facts.symbols.declared[node.key]
        if node.key in self.facts.symbols.random:
            raise OnlyHere(f"{declaration.latex} is random", node.span)
        if declaration.kind.name == "complex":
            raise OnlyHere("complex numbers", node.span)
        if node.numbered:
            raise OnlyHere(f"some elements of {declaration.latex} have names of their own", node.span)
        if node.key not in self.inputs:
            raise OnlyHere(f"{declaration.latex} is no input", node.span)
        indices = apart(node.indices, len(declaration.axes))
        low = [self.facts.symbols.range(axis).low for axis in declaration.axes]
        return {"type": "Sample", "input": self.inputs[node.key], "indices": self.all(indices), "low": low}

    def element(self, node: Element) -> JSON:
        return {"type": "Element", "base": self.of(node.base), **self.at(node.indices)}

    def at(self, indices: Sequence[Node]) -> JSON:
        """Indices of a value that is not declared with any, with what its first ones are."""
        if any(isinstance(one, Number) and len(one.text) > 1 for one in indices):
            raise OnlyHere("an index of two digits may be two indices", indices[0].span)
        return {"indices": self.all(indices), "low": [first_index(one, self._run) for one in indices]}

    def code_call(self, node: CodeCall) -> JSON:
        raise OnlyHere(f"{node.function} is code", node.span)

    def unspecified(self, node: Unspecified) -> JSON:
        raise OnlyHere("nothing is said of the function but that it is smooth", node.span)

    def refused(self, node: Refused) -> JSON:
        raise OnlyHere(node.reason, node.span)

    def symbol(self, node: Symbol) -> JSON:
        return {"type": "Symbol", "name": node.name}

    def relation(self, node: Relation) -> JSON:
        return {"type": "Relation", "sign": node.sign}

    # -- definitions

    def inside(self, node: Node, names: Iterable[str]) -> Closing:
        """Within a definition whose arguments have values."""
        if self.depth == DEEPEST:
            raise OnlyHere(f"definitions nested more than {DEEPEST} deep", node.span)
        return replace(self, bound=frozenset(names), depth=self.depth + 1)

    def defined(self, node: Defined) -> JSON:
        definition = node.definition
        assert definition is not None
        if definition.recurrence is not None:
            raise OnlyHere("a recursion", node.span)
        called = node.arguments is not None or definition.parameters
        arguments = node.arguments
        if arguments is None and called:
            arguments = tuple(map(self._run.settle, definition.parameters))
        indices = apart(node.indices, len(definition.indices))
        ranges = [self.facts.symbols.range(name) for name in definition.indices]
        return {
            "type": "Defined",
            "key": definition.key,
            "name": written_name(node) or definition.key.partition("(")[0].removesuffix("[]"),
            "indices": self.all(indices),
            "low": [found.low for found in ranges],
            "rest": [self.range(found) for found in ranges[len(indices) :]],
            "outside": node.arguments is None,
            "cases": [self.case(one, arguments or (), node) for one in definition],
        }

    def case(self, definition: Definition, arguments: Sequence[Node], node: Defined) -> JSON:
        """What a definition gives at its arguments: what it binds, for which values it holds, and its right side."""
        if len(arguments) != len(definition.parameters):
            raise OnlyHere(f"{len(arguments)} arguments for {len(definition.parameters)}", node.span)
        pairs = list(zip(definition.parameters, arguments, strict=True))
        bound = [self.binding(parameter, asked(one)) for parameter, one in pairs]
        surely = (one["name"] for one in bound if not one["same"] or one["name"] in self.bound)
        return {
            "indices": list(definition.indices),
            "bound": bound,
            "unified": [[name, self.of(at)] for pair in pairs for name, at in self.unified(*pair)],
            "where": [
                [self.of(asked(one)), self.of(self._run.settle(asked(parameter)))]
                for parameter, one in pairs
                if isinstance(parameter, Chain)
            ],
            "body": self.inside(node, surely).of(definition.body),
        }

    def binding(self, parameter: Node, argument: Node) -> JSON:
        """An argument, and whether it is written as its parameter: one without a value then means that itself."""
        name = name_of(variable(parameter))
        return {"name": name, "value": self.of(argument), "same": name == written_name(argument)}

    def unified(self, parameter: Node, argument: Node) -> Iterable[tuple[str, Node]]:
        return unified(variable(parameter), argument, self.facts)

    def slope(self, node: Slope) -> JSON:
        closed = {"type": "Slope", "function": node.function, "order": node.order, "argument": self.of(node.argument)}
        if node.definition is None:
            return closed
        parameter = name_of(node.definition.parameters[0])
        return {**closed, "parameter": parameter, "body": self.inside(node, {parameter}).of(node.definition.body)}


def _refuse(reason: str, node: Apply | Bind) -> None:
    if reason:
        raise OnlyHere(f"{node.operator}: {reason}", node.span)


def _no_dots(closing: Closing, node: Dots) -> JSON:
    raise OnlyHere("dots, of which samples tell what they stand for", node.span)


_RULES: Mapping[type[Node], Any] = {
    Apply: Closing.apply, Bind: Closing.bind, Number: Closing.number, Constant: Closing.constant, Index: Closing.index,
    Argument: Closing.argument, Sample: Closing.sample, Element: Closing.element, CodeCall: Closing.code_call,
    Unspecified: Closing.unspecified, Refused: Closing.refused, Symbol: Closing.symbol, Relation: Closing.relation,
    Defined: Closing.defined, Slope: Closing.slope, Dots: _no_dots,
}  # fmt: skip
