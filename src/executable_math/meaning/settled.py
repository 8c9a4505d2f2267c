r"""What names mean, once that is settled: the leaves of a tree that can be evaluated.

Whether `a(b)` is a call or a product, and whether `y_i` is an element or a name, is written in these and nowhere else.
Each remembers what was written, for messages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypedDict

from executable_math.latex.tree import MathError, Node, name_of
from executable_math.meaning.facts import Definition


class Written(TypedDict):
    """What was written for a leaf, and where."""

    written: Node
    span: tuple[int, int]


def at(node: Node) -> Written:
    return {"written": node, "span": node.span}


@dataclass(frozen=True)
class Constant(Node):
    r"""A number that has a name, such as \(\pi\)."""

    value: complex


@dataclass(frozen=True)
class Index(Node):
    """An index, which has a value where a sum or the formula as a whole runs over it."""

    index: str


@dataclass(frozen=True)
class Argument(Node):
    """An argument of the definition in which it stands; where it has no value, what its name means on the page."""

    argument: str
    otherwise: Node | None = None
    indices: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Sample(Node):
    """A declared symbol, by its key, at the given indices; all of it where these are fewer than it has.

    Attributes:
        key: The key of its declaration.
        indices: Its indices.
        numbered: Elements that have names of their own, such as `x_0`, where it has none of its own.
        numbers: Their numbers.
    """

    key: str
    indices: tuple[Node, ...] = ()
    numbered: tuple[Node, ...] = ()
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Defined(Node):
    """What a formula of the page defines, by its key, at indices and arguments.

    Without arguments a function is meant at its own.
    """

    key: str
    indices: tuple[Node, ...] = ()
    arguments: tuple[Node, ...] | None = None
    definition: Definition | None = field(default=None, kw_only=True, compare=False, repr=False)


@dataclass(frozen=True)
class Slope(Node):
    """A derivative with primes: of a function of the page by its key, or of one of the notation, at its argument."""

    function: str
    order: int
    argument: Node
    definition: Definition | None = field(default=None, kw_only=True, compare=False, repr=False)


@dataclass(frozen=True)
class Element(Node):
    """An element of a value that is not declared with indices."""

    base: Node
    indices: tuple[Node, ...]


@dataclass(frozen=True)
class CodeCall(Node):
    """A function of the module at its arguments."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Unspecified(Node):
    """A declared function of which nothing is said but that it is smooth, by its key, or its derivative.

    Attributes:
        key: The key of its declaration.
        indices: Its own indices, on which it depends, too.
        arguments: What it depends on.
        order: How often its derivative is taken by the elements of its only argument.
    """

    key: str
    indices: tuple[Node, ...]
    arguments: tuple[Node, ...]
    order: int = 0


@dataclass(frozen=True)
class Refused(Node):
    """What has no meaning: why, and what to write. It is an error only where it is needed."""

    reason: str
    advice: str
    place: tuple[int, int] | None = None

    def problem(self) -> MathError:
        return MathError(self.reason, self.place, self.advice)


Leaf = Constant | Index | Argument | Sample | Defined | Slope | Element | CodeCall | Unspecified | Refused


def written_name(node: Node) -> str:
    """The name that a node was written as, before it was settled."""
    return name_of(node.written or node)


def refused(problem: MathError, written: Node) -> Refused:
    return Refused(problem.reason, problem.advice, problem.span, written=written, span=written.span)
