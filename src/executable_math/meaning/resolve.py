r"""What the names in a tree mean, settled before anything is evaluated.

A name is looked up in this order: an argument of the definition in which it stands, an index that runs there, the
page's declarations, the page's definitions, constants. Whether `a(b)` is a call or a product is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from executable_math.latex.language import Operator
from executable_math.latex.tree import (
    Apply,
    Bind,
    Call,
    Case,
    Chain,
    Dots,
    Indexed,
    MathError,
    Node,
    Number,
    Primed,
    Symbol,
    applies,
    name_of,
    said,
    walk,
)
from executable_math.meaning.facts import CONSTANTS, IMAGINARY, Definition, Facts, Head
from executable_math.meaning.settled import (
    Argument,
    CodeCall,
    Constant,
    Defined,
    Element,
    Index,
    Leaf,
    Refused,
    Sample,
    Slope,
    Unspecified,
    at,
    refused,
)
from executable_math.values.symbols import Declaration

MOST_NUMBERED = 10
SETS = ("\\in", "\\notin")
# What may have sets in it; braces with a transpose are a vector.
_OF_SETS = ("and", "or", "indicator", "vector", "set", "transpose")


def resolve(tree: Node, facts: Facts, indices: Iterable[str] = (), arguments: Iterable[str] = ()) -> Node:
    """The tree with the meaning of its names.

    Args:
        tree: What was read.
        facts: What the page has said.
        indices: The indices that run over the formula as a whole.
        arguments: The arguments of the definition whose right side it is.
    """
    return Resolver(facts, frozenset(indices), frozenset(arguments)).settle(tree)


@dataclass(frozen=True)
class Resolver:
    """Settles the names of one place of a formula, where these indices run and these arguments have values."""

    facts: Facts
    indices: frozenset[str]
    arguments: frozenset[str]

    def settle(self, node: Node) -> Node:
        if isinstance(node, Leaf | Number | Dots):
            return node
        rule = _RULES.get(type(node))
        return rule(self, node) if rule is not None else self.parts(node)

    def all(self, nodes: Iterable[Node]) -> tuple[Node, ...]:
        return tuple(map(self.settle, nodes))

    def parts(self, node: Node) -> Node:
        """The node with its parts settled."""
        return replace(node, **{name: self._part(getattr(node, name)) for name in said(node)})

    def _part(self, value: Any) -> Any:
        if isinstance(value, Node):
            return self.settle(value)
        return tuple(self._part(item) for item in value) if isinstance(value, tuple) else value

    def over(self, names: Iterable[str]) -> Resolver:
        """Where more indices run, which hide arguments of their names."""
        own = frozenset(names)
        return replace(self, indices=self.indices | own, arguments=self.arguments - own)

    def given(self, name: str) -> Resolver:
        """Where an argument has a value."""
        return replace(self, arguments=self.arguments | {name})

    # -- names

    def symbol(self, node: Node) -> Node:
        return self.named(name_of(node), node)

    def primed(self, node: Primed) -> Node:
        r"""A name with a prime, or the transpose of what has no such name: `(x - \mu)'`, and `X'` of a matrix X."""
        name = name_of(node)
        if name and (found := self.lookup(name, node)) is not None:
            return found
        if node.order > 1 or (name and not self.is_array(self.facts.head(node.base))):
            return self.unknown(name, node)
        return Apply("transpose", (self.settle(node.base),), ("'",), span=node.span)

    def is_array(self, head: Head) -> bool:
        """Whether a name is declared with more indices than it has here."""
        declared = self.facts.symbols.declared.get(head.name + "[]")
        return declared is not None and len(head.indices) < len(declared.axes)

    def named(self, name: str, node: Node) -> Node:
        """What a name without indices means."""
        found = self.lookup(name, node)
        return found if found is not None else self.unknown(name, node)

    def lookup(self, name: str, node: Node) -> Node | None:
        if name in self.arguments:
            otherwise = replace(self, arguments=self.arguments - {name}).lookup(name, node)
            return Argument(name, otherwise, **at(node))
        if name in self.indices:
            return Index(name, **at(node))
        for key in (name, name + "[]"):
            if key in self.facts.symbols.declared:
                return self.declared(key, node)
            if key in self.facts.definitions:
                return Defined(key, definition=self.facts.definitions[key], **at(node))
        keys = self.facts.function_keys(name)
        if len(keys) == 1 and not self.facts.definitions[keys[0]].indices:
            return Defined(keys[0], definition=self.facts.definitions[keys[0]], **at(node))
        if name == IMAGINARY and not self.facts.symbols.runs(name):
            return Constant(1j, **at(node))
        return Constant(CONSTANTS[name], **at(node)) if name in CONSTANTS else self.conjugate(name, node)

    def conjugate(self, name: str, node: Node) -> Node | None:
        r"""What `\bar{z}` and `z^*` are of a complex symbol."""
        key = conjugated(name, self.facts)
        return Apply("conjugate", (Sample(key, **at(node)),), span=node.span) if key else None

    def declared(self, key: str, node: Node) -> Node:
        declaration = self.facts.symbols.declared[key]
        if declaration.kind.is_unspecified and declaration.arguments:
            return self.settle(Call(node, declaration.arguments, (), span=node.span))
        if declaration.kind.name == "function":
            name = name_of(node)
            others = f", or declare it, `{name}(x): function`, or `{name}: real` if it is a factor"
            others = others if declaration.kind.is_unspecified else ""
            problem = MathError(f"{declaration.latex} is a function", None, f"{declaration.latex}(x){others}")
            return refused(problem, node)
        return Sample(key, **at(node))

    def unknown(self, name: str, node: Node, declared: str = "") -> Refused:
        """What a name is that nothing on the page is; it may have to be declared with its indices."""
        plain = name[5:-1] if name.startswith("\\text") else name
        problem = unknown(name, node, declared)
        reason, advice = problem.reason, problem.advice
        if plain in self.facts.module.names:
            reason, advice = f"{name} is not declared", f"\\mathrm{{{plain}}}(...), to call the function"
        elif name in self.facts.language.bracketed:
            advice = r"\mathbb{E}[x], with brackets"
        elif name == "I":
            advice = r"\mathbb{1}[y = k], for an indicator"
        elif " " in name:
            reason, advice = f"the words {name!r} are no symbol", "words beside the formula, not in it"
        return refused(MathError(reason, node.span, advice), node)

    # -- names with indices

    def indexed(self, node: Indexed) -> Node:
        name = name_of(node)
        if name in self.arguments:
            return Argument(name, replace(self, arguments=self.arguments - {name}).indexed(node), **at(node))
        if factors := self.as_open_product(node.base):
            return self.product(factors, replace(node, base=factors[1]), node)
        if isinstance(node.base, Call) and self.as_product(node.base):
            return Element(self.settle(node.base), self.all(node.indices), **at(node))
        head = self.facts.head(node)
        if not head.indices:
            return self.settle(head.node) if head.node is not node else self.named(name, node)
        if head.arguments is not None:
            return self.call_of(node, head)
        return self.at_indices(node, head)

    def at_indices(self, node: Node, head: Head) -> Node:
        """A name at its indices."""
        if is_complex(head.name + "[]", self.facts) and (found := self.starred(node, head)):
            return found
        indices = self.all(head.indices)
        base = head.name
        if not base:
            return Element(self.settle(head.node), indices, **at(node))
        if base in self.arguments:
            otherwise = replace(self, arguments=self.arguments - {base}).at_indices(node, head)
            return Argument(base, otherwise, indices, **at(node))
        if base + "[]" in self.facts.symbols.declared:
            named = numbered(base, self.facts) if len(indices) == 1 else {}
            return Sample(base + "[]", indices, tuple(named.values()), tuple(named), **at(node))
        if base + "[]" in self.facts.definitions:
            return Defined(base + "[]", indices, definition=self.facts.definitions[base + "[]"], **at(node))
        if base == "\\delta" and len(head.indices) == 2 and base not in self.facts.symbols.declared:
            return Apply("kronecker", indices, span=node.span)
        found = self.lookup(base, head.node)
        found = found if found is not None else self.unknown(base, head.node, indexed(node, self.facts))
        return Element(found, indices, **at(node))

    def starred(self, node: Node, head: Head) -> Node | None:
        r"""What `z_i^*` and `U^\dagger` are of complex symbols with indices."""
        mark, *rest = head.indices
        if mark == Symbol("*") and rest:
            element = Sample(head.name + "[]", self.all(rest), **at(node))
            return Apply("conjugate", (element,), span=node.span)
        if mark == Symbol("dagger"):
            whole = Apply("conjugate", (Sample(head.name + "[]", **at(node)),), span=node.span)
            turned = Apply("transpose", (whole,), span=node.span)
            return Element(turned, self.all(rest), **at(node)) if rest else turned
        return None

    # -- calls and products

    def call(self, node: Call) -> Node:
        if factors := self.as_product(node):
            return self.product(factors, factors[1], node)
        return self.call_of(node, self.facts.head(node))

    def product(self, factors: tuple[Node, Node], other: Node, node: Node) -> Node:
        """Two factors side by side, the second with what is attached to it; a function is none."""
        one, bracket = factors
        name = name_of(bracket)
        if not isinstance(one, Bind) and self.facts.function_keys(name):
            second: Node = refused(MathError(f"{name} is a function", bracket.span, f"{name}(x)"), bracket)
        else:
            second = self.settle(other)
        return Apply("multiply", (self.settle(one), second), ("",), span=node.span)

    def as_product(self, node: Call) -> tuple[Node, Node] | None:
        """The two factors of what looks like a call, where its name is not a function."""
        if len(node.arguments) != 1 or node.given or isinstance(node.arguments[0], Chain | Dots):
            return None
        argument = node.arguments[0]
        if isinstance(node.function, Bind):
            at_itself = self.definition_of(self.facts.head(node)) or node.arguments == node.function.variables
            return None if at_itself else (node.function, argument)
        name = name_of(node.function)
        if self.is_element(name, node.arguments) or self.is_function(node):
            return None
        if name.startswith("\\") and name in self.facts.language.called and not self.facts.is_known(name):
            return None
        known = self.lookup(name, node) if isinstance(node.function, Symbol) else self.settle(node.function)
        return None if known is None or is_refused(known) else (node.function, argument)

    def as_open_product(self, node: Node | None) -> tuple[Node, Node] | None:
        """The two factors of what looks like a call, where what is attached behind it is attached to the second."""
        return self.as_product(node) if isinstance(node, Call) and not node.enclosed else None

    def is_element(self, name: str, arguments: Sequence[Node]) -> bool:
        """Whether `p(k)` is the element that is declared as `p_k`."""
        declared = self.facts.symbols.declared.get(name + "[]")
        indices = all(self.facts.is_index(one) or one in self.indices for one in map(name_of, arguments))
        return declared is not None and indices and 0 < len(arguments) == len(declared.axes)

    def is_function(self, node: Call) -> bool:
        head = self.facts.head(node)
        name, declared = head.name, self.facts.symbols.declared
        if isinstance(head.node, Primed):
            return not self.facts.knows(name)
        if name in self.arguments:
            return False
        if self.declared_function(name) is not None or name + "()" in declared:
            return True
        if head.key in self.facts.definitions:
            return True
        if self.facts.knows(name) or self.facts.knows(name + "[]"):
            return False
        return name in self.facts.language.called or (len(name) > 1 and name in self.facts.module.names)

    def declared_function(self, name: str) -> Declaration | None:
        """The declaration of a function, of the module or unspecified."""
        found = self.facts.symbols.declared.get(name)
        return found if found is not None and found.kind.name == "function" else None

    def unspecified(self, head: Head, node: Node, order: int = 0) -> Node | None:
        """A function of which nothing is said at its arguments, or its derivative by the only one."""
        function = head.node
        if isinstance(function, Primed):
            own = self.facts.head(function.base)
            head, order = own._replace(arguments=head.arguments, indices=own.indices + head.indices), function.order
        name = head.name
        declaration = self.declared_function(name)
        if declaration is None or not declaration.kind.is_unspecified or not head.arguments:
            return None
        known = len(declaration.arguments) or len(head.arguments)
        if known != len(head.arguments):
            return refused(MathError(f"{name} has {known} arguments", node.span, declaration.latex), node)
        if order and len(head.arguments) > 1:
            reason = f"by which of its arguments is the derivative of {name}?"
            return refused(MathError(reason, node.span, rf"\frac{{\partial {name}}}{{\partial x}}(x, y)"), node)
        arguments, indices = self.all(head.arguments), self.all(head.indices)
        return Unspecified(declaration.key, indices, arguments, order, **at(node))

    def call_of(self, node: Node, head: Head) -> Node:
        """A function at its arguments; what is attached behind them are indices of its value."""
        name = head.name
        definition = self.definition_of(head)
        if definition is not None and name not in self.arguments:
            return self.defined(node, head, definition)
        if self.is_element(name, head.arguments or ()):
            return Sample(name + "[]", self.all(head.arguments or ()), **at(node))
        if name + "()" in self.facts.symbols.declared:
            return self.declared_call(self.facts.symbols.declared[name + "()"], head, node)
        return self.function_value(node, head)

    def function_value(self, node: Node, head: Head) -> Node:
        """The value of a function that the page does not define."""
        if isinstance(head.node, Bind):
            return self.element(self.settle(self.at_its_own(head.node, head)), head, node)
        if (found := self.unspecified(head, node)) is not None:
            return found
        if isinstance(head.node, Primed) and not self.facts.knows(head.name):
            return self.element(self.slope(head.node, head, node), head, node)
        record = None if self.facts.knows(head.name) else self.record(head.node)
        if record is None:
            return self.element(self.code_call(head, node), head, node)
        return (record.settled or applied)(self, record, head, node)

    def at_its_own(self, node: Bind, head: Head) -> Bind:
        r"""A derivative with its function at the arguments behind it, as in `\frac{\partial f}{\partial x}(x, y)`."""
        declaration = self.declared_function(name_of(node.body))
        own = declaration is not None and set(node.variables) <= set(head.arguments or ())
        return replace(node, body=Call(node.body, head.arguments or (), (), span=node.span)) if own else node

    def record(self, function: Node) -> Operator | None:
        r"""The notation that a function is, also one with a base, as \(\log_2\)."""
        called = self.facts.language.called
        found = called.get(name_of(function))
        if found is None and isinstance(function, Indexed):
            found = called.get(name_of(function.base))
            return found if found is not None and found.function is not None else None
        return found

    def element(self, found: Node, head: Head, node: Node) -> Node:
        """The element of a value at the indices that stand behind a call."""
        return Element(found, self.all(head.indices), **at(node)) if head.indices else found

    def definition_of(self, head: Head) -> Definition | None:
        r"""What a call is defined by; that of `\frac{d\sigma}{dz}(x)` is what \(\sigma\) is."""
        function = head.node.body if isinstance(head.node, Bind) else head.node
        return self.facts.definitions.get(head._replace(node=function).key)

    def defined(self, node: Node, head: Head, definition: Definition) -> Node:
        if isinstance(head.node, Bind):
            definition = self.derived(definition, head.node)
        own = len(definition.indices)
        arguments, indices = self.all(head.arguments or ()), self.all(head.indices)
        found = Defined(definition.key, indices[:own], arguments, definition=definition, **at(node))
        return Element(found, indices[own:], **at(node)) if indices[own:] else found

    def derived(self, definition: Definition, node: Bind) -> Definition:
        """The derivative of a function, as a function of the same arguments."""
        own = len(definition.parameters) == 1
        variables = definition.parameters * len(node.variables) if own else node.variables
        inside = Resolver(self.facts, frozenset(definition.indices), frozenset(map(name_of, definition.parameters)))
        before = definition.otherwise and self.derived(definition.otherwise, node)
        body = replace(node, variables=inside.all(variables), body=definition.body)
        return replace(definition, body=body, otherwise=before)

    def declared_call(self, declaration: Declaration, head: Head, node: Node) -> Node:
        """A symbol declared as a call, `h(x_i)`: the element at the indices that its arguments have."""
        arguments = head.arguments or ()
        if len(arguments) != len(declaration.arguments):
            reason = f"{declaration.latex} is declared, with other arguments"
            return refused(MathError(reason, node.span, declaration.latex), node)
        indices: dict[str, Node] = {}
        for pattern, argument in zip(declaration.arguments, arguments, strict=True):
            indices |= _matched(pattern, argument, declaration.axes)
        inner = [indices[axis] for axis in declaration.axes if axis in indices]
        return Sample(declaration.key, self.all([*inner, *head.indices]), **at(node))

    def slope(self, function: Primed, head: Head, node: Node) -> Node:
        """The derivative of a function of one argument, at the argument."""
        name, arguments = name_of(function.base), head.arguments or ()
        definition = self.facts.definitions.get(f"{name}(1|0)")
        record = self.facts.language.called.get(name)
        if len(arguments) != 1 or (definition is None and (record is None or record.function is None)):
            reason = f"{name} is not defined as a function of one argument"
            return refused(MathError(reason, node.span, f"define it before: {name}(x) = ..."), node)
        known = definition.key if definition is not None else record.name if record is not None else name
        argument = self.settle(arguments[0])
        return Slope(known, function.order, argument, definition=definition, **at(node))

    def code_call(self, head: Head, node: Node) -> Node:
        """A function of the module at its arguments, or why it is none."""
        known = self.code(head.name, node)
        if isinstance(known, MathError):
            return refused(known, node)
        return CodeCall(known, self.all(head.arguments or ()), **at(node))

    def code(self, name: str, node: Node) -> str | MathError:
        """The name in the module of the function that a name stands for."""
        declaration = self.declared_function(name)
        declared = declaration is not None
        known = declaration.kind.function if declaration is not None else name
        called = self.facts.module.names.get(known, False)
        if called and (declared or not self.facts.is_known(name)):
            return known
        reason, advice = (
            f"the function {name} is not known",
            f"declare it, `{in_latex(name)}: function` for any smooth one, `function NAME` for code, "
            f"or define it before, {name}(x) = ...",
        )
        if declared:
            reason, advice = f"the module has no function {known!r}", self.another_function(name, known)
        elif self.facts.is_known(name):
            reason, advice = f"{name} is not a function of this form", "another name for one of the two meanings"
        return MathError(reason, node.span, advice)

    def another_function(self, name: str, missing: str) -> str:
        """What a name may be declared as in the place of a function that the module has not."""
        has = [other for other, called in self.facts.module.names.items() if called]
        near = get_close_matches(missing, has, 1) or has[:1]
        return f"`{name}: function {near[0]}`, or another name that it has" if near else f"define it: {name}(x) = ..."

    # -- operations

    def apply(self, node: Apply) -> Node:
        if problem := self.two_readings(node):
            return refused(problem, node)
        behind = ("power", "transpose", *self.facts.language.postfix.values())
        base = node.parts[0] if node.operator in behind else None
        if factors := self.as_open_product(base):
            return self.product(factors, replace(node, parts=(factors[1], *node.parts[1:])), node)
        if node.operator == "transpose" and node.marks == ("T",) and (power := self.lookup("T", node)):
            return replace(node, parts=(*self.all(node.parts), power))
        return replace(node, parts=self.all(node.parts))

    def two_readings(self, node: Apply) -> MathError | None:
        """What is wrong with a division that may reach a bracket or not, a set that is no value, a power of a name."""
        if node.operator not in _OF_SETS and any(applies(part, "set") for part in node.parts):
            return MathError("a set where a value is expected", node.span, r"x \in \{1, 2\}, or [1, 2] for a list")
        below = node.parts[1] if node.marks == ("/",) else None
        base = below.parts[0] if applies(below, "power", "transpose") else below
        if isinstance(base, Call) and self.as_open_product(base):
            advice = r"\frac{a}{b (c)} or \frac{a}{b} (c)"
            return MathError("does the division reach this bracket?", base.arguments[0].span, advice)
        return self.power_of_a_function(node) if node.operator == "multiply" else None

    def power_of_a_function(self, product: Apply) -> MathError | None:
        r"""What is wrong with \(f^2(x)\), for a function \(f\) of the page: some write so for f(f(x))."""
        for factor in product.parts[:-1]:
            if applies(factor, "power") and self.facts.function_keys(name := name_of(factor.parts[0])):
                reason = f"a power of the function {name} before its argument has two readings"
                return MathError(reason, factor.span, f"{name}(x)^2 for a product, {name}({name}(x)) for twice")
        return None

    def bind(self, node: Bind) -> Node:
        record = self.facts.language.binders[node.operator]
        return record.settled(self, node) if record.settled is not None else self.over_indices(node)

    def over_indices(self, node: Bind) -> Node:
        """An operation over indices, which mean nothing outside."""
        inner = self.over(map(name_of, node.variables))
        lower = self.settle(node.lower) if node.lower is not None else None
        upper = self.upper_end(node.upper) if node.upper is not None else None
        conditions, body = inner.all(node.conditions), inner.settle(node.body)
        return replace(node, lower=lower, upper=upper, conditions=conditions, body=body)

    def upper_end(self, node: Node) -> Node:
        name = name_of(node) if isinstance(node, Symbol | Indexed) else ""
        own = self.arguments | self.indices | CONSTANTS.keys()
        if not name or name in own or self.facts.is_known(name):
            return self.settle(node)
        return refused(MathError(f"the size {name} is not declared", node.span, f"declare it: `{name}: size`"), node)

    # -- relations

    def chain(self, node: Chain) -> Node:
        sides = [self.settle(node.sides[0])]
        for relation, side in zip(node.relations, node.sides[1:], strict=True):
            sides.append(self.set(side) if relation.sign in SETS else self.distribution(side, relation.sign))
        return replace(node, sides=tuple(sides))

    def set(self, node: Node) -> Node:
        r"""A set, which is none of the page's names: `\{0, 1\}`, `[0, 1]`, `\mathbb{R}^n`."""
        name = name_of(node)
        if isinstance(node, Symbol) or name.startswith("\\mathbb"):
            return Symbol(name, span=node.span)
        if applies(node, "power"):
            return replace(node, parts=(self.set(node.parts[0]), self.settle(node.parts[1])))
        return self.settle(node)

    def distribution(self, node: Node, sign: str) -> Node:
        if sign != "\\sim" or not isinstance(node, Call):
            return self.settle(node)
        return replace(node, arguments=self.all(node.arguments))


def numbered(name: str, facts: Facts) -> dict[int, Node]:
    """The elements of a name that have names of their own, such as `x_0`, by their number."""
    found = {}
    for number in range(MOST_NUMBERED):
        element = Indexed(Symbol(name), (Number(str(number)),))
        if facts.knows(name_of(element)):
            found[number] = resolve(element, facts)
    return found


def conjugated(name: str, facts: Facts) -> str:
    """The key of the complex symbol that a name is the conjugate of, or ""."""
    match = re.fullmatch(r"\\bar\{(.+)\}|(.+)_\{\*\}", name)
    keys = (match[1], f"{match[1]}[]", match[2]) if match else ()
    return next((key for key in keys if is_complex(key, facts)), "")


def is_complex(key: str, facts: Facts) -> bool:
    """Whether a symbol is declared as complex."""
    return key in facts.symbols.declared and facts.symbols.declared[key].kind.name == "complex"


def applied(resolver: Resolver, record: Operator, head: Head, node: Node) -> Node:
    """An operation that is called by its name, at its arguments."""
    if not head.arguments:
        return refused(MathError(f"{head.name} of what?", node.span, f"{head.name}(x)"), node)
    found = Apply(record.name, resolver.all(head.arguments), span=node.span)
    return resolver.element(found, head, node) if isinstance(head.node, Symbol) else found


def indexed(node: Node | None, facts: Facts) -> str:
    r"""How a name is declared with its indices, `x_i: real`, and those of them that are not declared.

    Nothing, where one of them names none; that of `x_{i+1}` is i.
    """
    parts = node.indices if isinstance(node, Indexed) else ()
    names = [_index_in(one) for one in parts]
    base = name_of(node.base) if isinstance(node, Indexed) else ""
    if not base or not all(names):
        return ""
    written = "".join(names) if all(len(name) == 1 for name in names) else ",".join(names)
    known = f"`{base}_{written}: real`" if len(written) == 1 else f"`{base}_{{{written}}}: real`"
    size = next(iter(facts.symbols.sizes), "N")
    more = [f"`{name}: index 1..{size}`" for name in dict.fromkeys(names) if not facts.is_index(name)]
    more += [f"`{size}: size`"] * bool(more and not facts.symbols.sizes)
    return ", with ".join([known, *([" and ".join(more)] if more else [])])


def _index_in(node: Node) -> str:
    """The index in the place of an element: t of `t - 1`; one that is not named there, where that is a size."""
    names = [part.name for part in walk(node) if isinstance(part, Symbol)]
    small = [name for name in names if not name.isupper()]
    return next(iter(small), "i" if names else "")


def in_latex(name: str) -> str:
    r"""How a name is written, `n\_samples` with a line that begins no index."""
    return re.sub(r"_(?!\{)", r"\\_", name)


def unknown(name: str, node: Node, declared: str = "") -> MathError:
    """The error of a name that means nothing; it may have to be declared with its indices."""
    advice = f"declare it, such as {declared or f'`{in_latex(name)}: real`'}, or define it before"
    if name.startswith("\\mathbb{R}"):
        return MathError("a set where a value is expected", node.span, r"x \in \mathbb{R}, or x > 0 for a half of it")
    if not name:
        advice = r"(x - y)^\top for a transpose, f'(x) for a derivative"
        return MathError("a prime behind what is no name", node.span, advice)
    if re.search(r"[/.]|\d[^\w}]", name):
        return MathError(f"{name} is no symbol", node.span, "a unit beside the formula, or a product of symbols")
    return MathError(f"the symbol {name} is not known", node.span, advice)


def is_refused(tree: Node) -> bool:
    """Whether a part of a tree has no meaning; an argument has one where it is given."""
    if isinstance(tree, Argument):
        return any(map(is_refused, tree.indices))
    return isinstance(tree, Refused) or any(map(is_refused, tree.children))


_RULES: Mapping[type[Node], Callable[[Resolver, Any], Node]] = {
    Symbol: Resolver.symbol, Primed: Resolver.primed, Indexed: Resolver.indexed, Call: Resolver.call,
    Apply: Resolver.apply, Bind: Resolver.bind, Chain: Resolver.chain, Case: Resolver.parts,
}  # fmt: skip


def _matched(pattern: Node, argument: Node, axes: Sequence[str]) -> dict[str, Node]:
    """What the indices of a declared call stand for in a call."""
    name = name_of(pattern)
    if isinstance(pattern, Symbol) and name in axes:
        return {name: argument}
    found: dict[str, Node] = {}
    for one, other in zip(pattern.children, argument.children, strict=False):
        found |= _matched(one, other, axes)
    return found
