"""The tree of a formula: what was read, and where in the LaTeX text each part stands.

Nodes say what is written, not what it means: whether `a(b)` is a call or a product, and whether `y_i` is an
element or a name, depends on the page's symbols and is settled when the tree is evaluated.

Example:
    >>> Apply("divide", (Number("1"), Symbol("N")))
    Apply(operator='divide', parts=(Number(text='1'), Symbol(name='N')), marks=())
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, TypeGuard


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


class TooMuch(MathError):
    """More work than one formula may ask for."""


@dataclass(frozen=True)
class Node:
    """A part of a formula.

    Attributes:
        span: Its start and end in the LaTeX text, as offsets from 0.
        written: What the formula has, where a name was settled.
    """

    span: tuple[int, int] = field(default=(0, 0), kw_only=True, compare=False, repr=False)
    written: Node | None = field(default=None, kw_only=True, compare=False, repr=False)

    @cached_property
    def children(self) -> tuple[Node, ...]:
        """The nodes directly inside this one, in the order in which they are written."""
        found: list[Node] = []
        for name in said(self):
            value = getattr(self, name)
            if isinstance(value, Node):
                found.append(value)
            elif isinstance(value, tuple):
                found.extend(item for item in value if isinstance(item, Node))
        return tuple(found)


_SAID: dict[str, tuple[str, ...]] = {}


def said(node: Node) -> tuple[str, ...]:
    """The names of the fields by which two nodes of a type differ."""
    kind = type(node).__name__
    if kind not in _SAID:
        _SAID[kind] = tuple(item.name for item in fields(node) if item.compare)
    return _SAID[kind]


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
        """The name with its indices, or "" where a part of it is no name, nor a step from one as in `t - 1`."""
        parts = [name_of(self.base), *(name_of(part) or _step(part) for part in self.indices)]
        return f"{parts[0]}_{{{','.join(parts[1:])}}}" if all(parts) else ""


@dataclass(frozen=True)
class Primed(Node):
    r"""A derivative written with primes: `\sigma''`."""

    base: Node
    order: int


@dataclass(frozen=True)
class Call(Node):
    r"""`f(x, y; w)` or `p(y \mid x)`, and `\log x` without brackets.

    A name before one bracketed group may turn out to be a factor: then this is a product. `enclosed` says that brackets
    stand around all of it: what is attached behind them, as a power, is then attached to the product.
    """

    function: Node
    arguments: tuple[Node, ...]
    given: tuple[Node, ...] = ()
    bracketed: bool = True
    enclosed: bool = field(default=False, compare=False, repr=False)


@dataclass(frozen=True)
class Apply(Node):
    r"""An operation on parts, by the name of its record: a sum of terms, a fraction, a root, a determinant.

    `marks` are the signs that were written where an operation has several: those between the factors of a product.
    """

    operator: str
    parts: tuple[Node, ...]
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bind(Node):
    r"""An operation about variables, by the name of its record: a sum over an index, an integral, a derivative.

    What it takes in is the body. `side` is the sign that a limit is taken from.
    """

    operator: str
    variables: tuple[Node, ...]
    lower: Node | None
    upper: Node | None
    conditions: tuple[Node, ...]
    body: Node
    side: str = ""


@dataclass(frozen=True)
class Case(Node):
    """A row of cases; without a condition it holds otherwise."""

    value: Node
    condition: Node | None


@dataclass(frozen=True)
class Dots(Node):
    r"""`\dots` in a list."""


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
        >>> [type(node).__name__ for node in walk(Apply("negate", (Symbol("x"),)))]
        ['Apply', 'Symbol']
    """
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def rebuilt(tree: Node, change: Callable[[Node], Node | None]) -> Node:
    """The tree with every node for which `change` gives another one replaced by that.

    Example:
        >>> rebuilt(Case(Symbol("x"), None), lambda node: Number("2") if node == Symbol("x") else None)
        Case(value=Number(text='2'), condition=None)
    """
    changed = change(tree)
    if changed is not None:
        return changed
    inside = {name: _rebuilt_part(getattr(tree, name), change) for name in said(tree)}
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
    return {"type": type(tree).__name__} | {name: _plain(getattr(tree, name)) for name in ("span", *said(tree))}


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


def applies(node: Node | None, *operators: str) -> TypeGuard[Apply]:
    """Whether a node is one of these operations.

    Example:
        >>> applies(Apply("negate", (Symbol("x"),)), "negate", "add")
        True
    """
    return isinstance(node, Apply) and node.operator in operators


def has_dots(parts: Sequence[Node]) -> bool:
    """Whether a list is written with dots, as in `1, ..., N`."""
    return any(isinstance(part, Dots) for part in parts)


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


def indexed(base: Node, indices: tuple[Node, ...], span: tuple[int, int]) -> Node:
    """The base with its indices, joined to those it has: `(y_i)_j` is `y_{ij}`."""
    if isinstance(base, Indexed):
        return Indexed(base.base, base.indices + indices, span=span)
    return Indexed(base, indices, span=span)


def primed_index(node: Node) -> Symbol | None:
    """An index of its own for `k'`."""
    return Symbol(name_of(node), span=node.span) if isinstance(node, Primed) and isinstance(node.base, Symbol) else None


def _step(node: Node) -> str:
    """A name with a number added or taken away, as in `t - 1`, or "" for anything else."""
    match node:
        case Apply("add", (Symbol(name), Number(text))):
            return f"{name}+{text}"
        case Apply("add", (Symbol(name), Apply("negate", (Number(text),)))):
            return f"{name}-{text}"
    return ""


def position(latex: str, offset: int) -> tuple[int, int]:
    r"""Line and column, both from 1, of an offset in a text.

    Example:
        >>> position("a\nbc", 3)
        (2, 2)
    """
    before = latex[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def offset(latex: str, line: int, column: int) -> int:
    r"""The offset of a line and column, both from 1, in a text.

    Example:
        >>> offset("a\nbc", 2, 2)
        3
    """
    return sum(len(before) + 1 for before in latex.split("\n")[: line - 1]) + column - 1


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
