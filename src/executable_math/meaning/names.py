r"""What the names of a page mean: its declarations, its definitions, and the functions of its module.

`y_i` is an element where `y` is declared with an index, and a name of its own otherwise; `L(w, b)` is a call where `L`
is a function, and a product otherwise. Names are kept under keys that tell these apart: `y`, `y[]` with indices, and
`L(2|0)` with its numbers of arguments, the second of them those after a bar.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from executable_math.foreign.process import Foreign, Here
from executable_math.latex.tokens import FUNCTIONS
from executable_math.latex.tree import (
    Call,
    Indexed,
    Node,
    Number,
    name_of,
)
from executable_math.values.symbols import Symbols, python_name

# The names that the notation itself gives a meaning.
NOTATION = FUNCTIONS | {"\\max", "\\min", "\\binom", "mean", "sum", "sqrt"}


Content = TypeVar("Content")


CONSTANTS = {"e": math.e, "\\pi": math.pi, "\\infty": math.inf}


@dataclass(frozen=True)
class Definition:
    """What a formula of the page defines.

    Attributes:
        key: The name, with `[]` if it has indices and the number of arguments if it is a function.
        indices: The indices on the left side.
        parameters: The arguments on the left side; one of the form `y = 1` restricts the definition to that value.
        body: The right side.
        otherwise: What the name meant before, where this one is restricted and does not apply.
        latex: The formula, for messages.
    """

    key: str
    indices: tuple[str, ...]
    parameters: tuple[Node, ...]
    body: Node
    otherwise: Definition | None = None
    latex: str = ""

    def __hash__(self) -> int:
        """Of little, since definitions are many and their trees are large."""
        return hash((self.key, self.latex))


class Told(dict[str, Content], Generic[Content]):
    """What a page has told, by name.

    Attributes:
        order: The names, in the order in which they were told.
    """

    def __init__(self) -> None:
        super().__init__()
        self.order: list[str] = []

    def __setitem__(self, name: str, content: Content) -> None:
        self.order.append(name)
        super().__setitem__(name, content)

    def add(self, told: Mapping[str, Content]) -> None:
        for name, content in told.items():
            self[name] = content

    def since(self, place: int) -> dict[str, Content]:
        """What was told after so many others."""
        return {name: self[name] for name in self.order[place:]}


class Definitions(Told[Definition]):
    """The definitions of a page by key, which are found by their names, too.

    Attributes:
        functions: The keys of functions, by name.
        python: The keys of what is no function, by its name in Python expressions.
        words: The letters that names begin with.
    """

    def __init__(self) -> None:
        super().__init__()
        self.functions: dict[str, tuple[str, ...]] = {}
        self.python: dict[str, str] = {}
        self.words: set[str] = set()

    def __setitem__(self, key: str, definition: Definition) -> None:
        if key not in self:
            self._note(key)
        super().__setitem__(key, definition)

    def copy(self) -> Definitions:
        other = Definitions()
        other.update(self)
        other.order, other.functions = self.order.copy(), self.functions.copy()
        other.python, other.words = self.python.copy(), self.words.copy()
        return other

    def _note(self, key: str) -> None:
        name, bracket, _ = key.partition("(")
        self.words.add(re.sub(r"\W.*", "", key))
        if bracket:
            self.functions[name] = (*self.functions.get(name, ()), key)
        else:
            self.python.setdefault(python_name(name.removesuffix("[]")), key)


class Head(NamedTuple):
    """A name with what is attached to it: `l^{(i)}(w, b)` and `softmax(o)_j`."""

    node: Node
    indices: tuple[Node, ...]
    arguments: tuple[Node, ...] | None
    bar: int


@dataclass
class Context:
    """What the names on a page mean: declarations, definitions, and names of the module."""

    symbols: Symbols
    module: Foreign = field(default_factory=Here)
    definitions: Definitions = field(default_factory=Definitions)
    effort: int = 0  # of all that was evaluated for the formula so far
    _heads: dict[int, tuple[Node, Head]] = field(default_factory=dict)

    def is_index(self, name: str) -> bool:
        return self.symbols.is_index(name) and name not in self.definitions and name + "[]" not in self.definitions

    def knows(self, key: str) -> bool:
        return key in self.symbols.declared or key in self.definitions

    def renew(self) -> None:
        """Forget what names were taken to mean, after a definition or a declaration."""
        self._heads.clear()

    def head(self, node: Node) -> Head:
        """The name in a node and what is attached to it."""
        known = self._heads.get(id(node))
        if known is None or known[0] is not node:
            known = self._heads[id(node)] = node, self._head(node)
        return known[1]

    def _head(self, node: Node) -> Head:
        after: tuple[Node, ...] = ()
        arguments: tuple[Node, ...] | None = None
        bar = 0
        if isinstance(node, Indexed) and isinstance(node.base, Call):
            after, node = node.indices, node.base
        if isinstance(node, Call):
            arguments, bar, node = node.arguments + node.given, len(node.given), node.function
        if isinstance(node, Indexed) and not self.is_name(node):
            return Head(node.base, node.indices + after, arguments, bar)
        return Head(node, after, arguments, bar)

    def is_name(self, node: Indexed) -> bool:
        r"""Whether a subscript is part of the name, as in `\theta_0` and `h_\theta`."""
        name, base = name_of(node), name_of(node.base)
        if not name or any(self.knows(name + suffix) for suffix in ("", "()", "[]")) or self.function_keys(name):
            return bool(name)
        if self.knows(base + "[]"):
            return False
        pointing = (Number,) if self.knows(base) or self.function_keys(base) else ()
        return not all(
            self.is_index(name_of(index)) or not name_of(index) or isinstance(index, pointing) for index in node.indices
        )

    def keys_of(self, name: str) -> list[str]:
        """The keys that a name alone may stand for, the first that is known."""
        for key in (name, name + "[]"):
            if self.knows(key):
                return [key]
        return self.function_keys(name) or ([name] if name else [])

    def is_code(self, name: str) -> bool:
        """Whether a name is that of a function of the module, and nothing on the page."""
        return len(name) > 1 and self.module.names.get(name, False) and not self.keys_known(name)

    def keys_known(self, name: str) -> bool:
        return any(self.knows(key) for key in self.keys_of(name))

    def function_keys(self, name: str) -> list[str]:
        return list(self.definitions.functions.get(name, ()))


def definition_key(head: Head) -> str:
    """The key under which a head is defined."""
    name = name_of(head.node)
    if head.arguments is None:
        return name + "[]" if head.indices else name
    return f"{name}({len(head.arguments)}|{head.bar})"
