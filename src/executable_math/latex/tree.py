"""The tree of a formula: what was read, and where in the LaTeX text each part stands.

Nodes say what is written, not what it means: whether `a(b)` is a call or a product, and whether `y_i` is an
element or a name, depends on the page's symbols and is settled when the tree is evaluated.

Example:
    >>> Divide(Number("1"), Symbol("N"))
    Divide(numerator=Number(text='1'), denominator=Symbol(name='N'))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any


class MathError(ValueError):
    """What is wrong with a formula, where, and what to write instead.

    Args:
        message: What is wrong.
        span: Start and end of the place in the LaTeX text, as offsets from 0; None where it is not known.
        advice: What to write instead.
    """

    def __init__(self, message: str, span: tuple[int, int] | None = None, advice: str = "") -> None:
        super().__init__(message, span, advice)  # all of them: it may be raised in another process
        self.reason = message
        self.span = span
        self.advice = advice

    def __str__(self) -> str:
        return self.reason

    def advised(self) -> str:
        """What is wrong, and below it what to write."""
        return f"{self.reason}\n    write: {self.advice}" if self.advice else self.reason


@dataclass(frozen=True)
class Node:
    """A part of a formula; `span` is its start and end in the LaTeX text, as offsets from 0."""

    span: tuple[int, int] = field(default=(0, 0), kw_only=True, compare=False, repr=False)

    @cached_property
    def children(self) -> tuple[Node, ...]:
        """The nodes directly inside this one, in the order in which they are written."""
        found: list[Node] = []
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if isinstance(value, Node):
                found.append(value)
            elif isinstance(value, tuple):
                found.extend(item for item in value if isinstance(item, Node))
        return tuple(found)


@dataclass(frozen=True)
class Number(Node):
    """A number with its digits as printed: `0.20`, `301029995.6…`."""

    text: str


@dataclass(frozen=True)
class Symbol(Node):
    r"""A name as LaTeX writes it, without bold type: `y`, `\hat{y}`, `\theta`, `softmax`."""

    name: str


@dataclass(frozen=True)
class Indexed(Node):
    r"""Sub- and superscript indices: `y_{ij}`, `x^{(i)}_j` (superscript first), `x[i]`, also `\theta_0`."""

    base: Node
    indices: tuple[Node, ...]

    @cached_property
    def full_name(self) -> str:
        """The name with its indices, or "" where a part of it is no name."""
        parts = [name_of(part) for part in (self.base, *self.indices)]
        return f"{parts[0]}_{{{','.join(parts[1:])}}}" if all(parts) else ""


@dataclass(frozen=True)
class Primed(Node):
    r"""A derivative written with primes: `\sigma''`."""

    base: Node
    order: int


@dataclass(frozen=True)
class Call(Node):
    r"""`f(x, y; w)` or `p(y \mid x)`, and `\log x` without brackets.

    A name before one bracketed group may turn out to be a factor: then this is a product.
    """

    function: Node
    arguments: tuple[Node, ...]
    given: tuple[Node, ...] = ()
    bracketed: bool = True


@dataclass(frozen=True)
class Add(Node):
    """A sum of terms; a term that is taken away is a Negate."""

    terms: tuple[Node, ...]


@dataclass(frozen=True)
class Negate(Node):
    """A minus sign before its body; the span begins at the sign."""

    body: Node


@dataclass(frozen=True)
class Multiply(Node):
    r"""Factors and the signs between them: "" for juxtaposition, `\cdot`, `\times`, `*`, `\odot`."""

    factors: tuple[Node, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Divide(Node):
    r"""A fraction, by `\frac` or by a slash."""

    numerator: Node
    denominator: Node


@dataclass(frozen=True)
class Power(Node):
    """`base^exponent`."""

    base: Node
    exponent: Node


@dataclass(frozen=True)
class Root(Node):
    """The square root, or the root of the given degree."""

    body: Node
    degree: Node | None = None


@dataclass(frozen=True)
class Factorial(Node):
    """`n!`."""

    body: Node


@dataclass(frozen=True)
class Percent(Node):
    r"""`93\%`."""

    body: Node


@dataclass(frozen=True)
class Transpose(Node):
    r"""`w^\top`, `w^T`; `mark` is what was written, since T may also be a number."""

    body: Node
    mark: str


@dataclass(frozen=True)
class Absolute(Node):
    """`|x|`."""

    body: Node


@dataclass(frozen=True)
class Norm(Node):
    r"""`\|x\|_order`; Euclidean without an order."""

    body: Node
    order: Node | None = None


@dataclass(frozen=True)
class Floor(Node):
    r"""`\lfloor x \rfloor`."""

    body: Node


@dataclass(frozen=True)
class Ceiling(Node):
    r"""`\lceil x \rceil`."""

    body: Node


@dataclass(frozen=True)
class Inner(Node):
    r"""The inner product `\langle a, b \rangle`."""

    left: Node
    right: Node


@dataclass(frozen=True)
class Big(Node):
    r"""A sum, product, maximum or minimum over indices, with the body it takes in.

    `operator` is one of sum, prod, max, min, argmax, argmin. Without bounds the index runs over its range.
    """

    operator: str
    indices: tuple[Symbol, ...]
    lower: Node | None
    upper: Node | None
    conditions: tuple[Node, ...]
    body: Node


@dataclass(frozen=True)
class Derivative(Node):
    r"""`\frac{\partial^2 body}{\partial a\,\partial b}`, with one variable for each order."""

    body: Node
    variables: tuple[Node, ...]


@dataclass(frozen=True)
class At(Node):
    r"""`\frac{dL}{dz} \big|_{z = 0}`: the body where its symbols have the values that the settings give them."""

    body: Node
    settings: tuple[Chain, ...]


@dataclass(frozen=True)
class Integral(Node):
    r"""`\int_a^b f(x)\,dx`."""

    variable: Node
    lower: Node
    upper: Node
    body: Node


@dataclass(frozen=True)
class Limit(Node):
    r"""`\lim_{z \to a} f(z)`; `side` is "+" or "-" where it is taken from above or below."""

    variable: Node
    target: Node
    side: str
    body: Node


@dataclass(frozen=True)
class Differential(Node):
    r"""`\partial x` or `dx` on its own, as in `\partial J / \partial w`."""

    body: Node


@dataclass(frozen=True)
class Gradient(Node):
    r"""`\nabla_w body`; without a variable, by the first argument of the function."""

    body: Node
    variable: Node | None = None


@dataclass(frozen=True)
class Indicator(Node):
    r"""1 where the condition holds and 0 elsewhere: `\mathbb{1}[y = k]`."""

    condition: Node


@dataclass(frozen=True)
class Case(Node):
    """A row of Cases; without a condition it holds otherwise."""

    value: Node
    condition: Node | None


@dataclass(frozen=True)
class Cases(Node):
    """Values by condition; where two conditions hold their values are the same."""

    rows: tuple[Case, ...]


@dataclass(frozen=True)
class Vector(Node):
    """A list of values, `[10, 9, 9]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Matrix(Node):
    """Rows of values."""

    rows: tuple[Vector, ...]


@dataclass(frozen=True)
class Dots(Node):
    r"""`\dots` in a list."""


@dataclass(frozen=True)
class Choices(Node):
    r"""A set by its elements, `\{-1, 1\}`."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Interval(Node):
    """`[low, high)`, with whether each end belongs to it."""

    low: Node
    high: Node
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True)
class Relation(Node):
    r"""The sign between two sides of a chain: `=`, `\le`, `\approx`, `\in`."""

    sign: str


@dataclass(frozen=True)
class Chain(Node):
    """`a = b \\le c`: sides, and one relation fewer."""

    sides: tuple[Node, ...]
    relations: tuple[Relation, ...]


@dataclass(frozen=True)
class Both(Node):
    """Conditions that must all hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Either(Node):
    """Conditions of which one must hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Conditional(Node):
    r"""A statement that holds under a condition: `a = b \text{ if } c`."""

    body: Node
    condition: Node


@dataclass(frozen=True)
class Formula(Node):
    """What one formula states: relations or single expressions, in order."""

    statements: tuple[Node, ...]


_TYPES: dict[str, type[Node]] = {kind.__name__: kind for kind in Node.__subclasses__()}


def walk(tree: Node) -> Iterator[Node]:
    """Every node of a tree, each before those inside it.

    Example:
        >>> [type(node).__name__ for node in walk(Negate(Symbol("x")))]
        ['Negate', 'Symbol']
    """
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def rebuilt(tree: Node, change: Callable[[Node], Node | None]) -> Node:
    """The tree with every node for which `change` gives another one replaced by that.

    Example:
        >>> rebuilt(Negate(Symbol("x")), lambda node: Number("2") if node == Symbol("x") else None)
        Negate(body=Number(text='2'))
    """
    changed = change(tree)
    if changed is not None:
        return changed
    inside = {name: _rebuilt_part(getattr(tree, name), change) for name in tree.__dataclass_fields__}
    return replace(tree, **inside)


def _rebuilt_part(value: Any, change: Callable[[Node], Node | None]) -> Any:
    if isinstance(value, Node):
        return rebuilt(value, change)
    return tuple(_rebuilt_part(item, change) for item in value) if isinstance(value, tuple) else value


def to_json(tree: Node) -> dict[str, Any]:
    """A tree as JSON values: the type of each node, its fields and its span.

    Example:
        >>> to_json(Symbol("x", span=(0, 1)))
        {'type': 'Symbol', 'span': [0, 1], 'name': 'x'}
    """
    return {"type": type(tree).__name__} | {item.name: _plain(getattr(tree, item.name)) for item in fields(tree)}


def from_json(data: dict[str, Any]) -> Node:
    """The tree that `to_json` wrote.

    Raises:
        ValueError: The data name a type of node that there is not.

    Example:
        >>> from_json({"type": "Symbol", "span": [0, 1], "name": "x"})
        Symbol(name='x')
    """
    kind = _TYPES.get(data.get("type", ""))
    if kind is None:
        raise ValueError(f"not a node of a formula: {data!r:.80}")
    return kind(**{name: _noded(value) for name, value in data.items() if name != "type"})


def _plain(value: Any) -> Any:
    if isinstance(value, Node):
        return to_json(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _noded(value: Any) -> Any:
    if isinstance(value, dict):
        return from_json(value)
    return tuple(_noded(item) for item in value) if isinstance(value, list) else value


def name_of(node: Node) -> str:
    r"""The name that a symbol with its subscript is known by, or "" for anything else.

    Example:
        >>> name_of(Indexed(Symbol(r"\theta"), (Number("0"),)))
        '\\theta_{0}'
    """
    if isinstance(node, Symbol):
        return node.name
    if isinstance(node, Indexed):
        return node.full_name
    if isinstance(node, Number):
        return node.text
    if isinstance(node, Primed) and (base := name_of(node.base)):
        return base + "'" * node.order
    return ""


def position(latex: str, offset: int) -> tuple[int, int]:
    r"""Line and column, both from 1, of an offset in a text.

    Example:
        >>> position("a\nbc", 3)
        (2, 2)
    """
    before = latex[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def pointed(latex: str, offset: int, indent: str = "    ") -> str:
    """The line of a text that an offset falls in, with a caret below the place.

    Example:
        >>> print(pointed("1 + x", 2))
            1 + x
              ^
    """
    line, column = position(latex, offset)
    text = (latex.split("\n")[line - 1]).rstrip()
    start, text = _window(text, column - 1)
    return f"{indent}{text}\n{indent}{' ' * (column - 1 - start)}^"


def _window(text: str, column: int, width: int = 100) -> tuple[int, str]:
    """The part of a long line around a column, and where it starts."""
    start = max(0, column - width // 2) if len(text) > width else 0
    return start, text[start : start + width]
