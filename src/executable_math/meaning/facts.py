r"""What a page has said so far: its declarations, its definitions, its numbers, and what is given.

`y_i` is an element where `y` is declared with an index, and a name of its own otherwise; `L(w, b)` is a call where `L`
is a function, and a product otherwise. Names are kept under keys that tell these apart: `y`, `y[]` with indices, and
`L(2|0)` with its numbers of arguments, the second of them those after a bar.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any, Generic, NamedTuple, Self, TypeVar

from executable_math.foreign.process import Foreign, Here
from executable_math.latex.language import Language
from executable_math.latex.tree import Call, Indexed, MathError, Node, Number, Symbol, name_of
from executable_math.values.symbols import Range, Symbols, python_name

Content = TypeVar("Content")

CONSTANTS = {"e": math.e, "\\pi": math.pi, "\\infty": math.inf}
IMAGINARY = "i"  # the unit, on a page where it is no index and no symbol
MOST_DEFINITIONS, MOST_CASES = 1000, 30
PENDING = Symbol("")  # the right side of a recursion within itself


@dataclass(frozen=True)
class Recurrence:
    """How the elements of a recursion follow one another.

    Attributes:
        starts: Its first elements by their index, with their names settled.
        step: How much larger the index on the left side is than it is called there, 1 for `x_{k + 1} = ...`.
    """

    starts: Mapping[int, Node]
    step: int = 0


@dataclass(frozen=True)
class Definition:
    """What a formula of the page defines.

    Attributes:
        key: The name, with `[]` if it has indices and the number of arguments if it is a function.
        indices: The indices on the left side.
        parameters: The arguments on the left side; one of the form `y = 1` restricts the definition to that value.
        written: The right side.
        body: The right side with its names settled.
        otherwise: What the name meant before, where this one is restricted and does not apply.
        latex: The formula, for messages.
        recurrence: Where a recursion starts, and how it goes on; nothing, if it is none.
    """

    key: str
    indices: tuple[str, ...]
    parameters: tuple[Node, ...]
    written: Node
    body: Node
    otherwise: Definition | None = None
    latex: str = ""
    recurrence: Recurrence | None = None

    def __hash__(self) -> int:
        """Of little, since definitions are many and their trees are large."""
        return hash((self.key, self.latex))

    def __iter__(self) -> Iterator[Definition]:
        """This one, and what the name meant before."""
        definition: Definition | None = self
        while definition is not None:
            yield definition
            definition = definition.otherwise

    @property
    def trees(self) -> Iterator[Node]:
        """What its value is made of: its right side, and what it meant before or starts with."""
        for one in self:
            yield one.body
            if one.recurrence is not None:
                yield from one.recurrence.starts.values()


class Told(dict[str, Content], Generic[Content]):
    """What a page has told, by name. It is not changed, but copied.

    Attributes:
        order: The names, in the order in which they were told.
    """

    order: tuple[str, ...] = ()

    def plus(self, told: Mapping[str, Content]) -> Self:
        """With more."""
        other = type(self)(self)
        other.__dict__.update(self.__dict__)
        other.update(told)
        other.order = (*self.order, *told)
        return other

    def since(self, before: Told[Content]) -> dict[str, Content]:
        """What was told after that."""
        return {name: self[name] for name in self.order[len(before.order) :]}


class Definitions(Told[Definition]):
    """The definitions of a page by key, which are found by their names, too.

    Attributes:
        functions: The keys of functions, by name.
        python: The keys of what is no function, by its name in Python expressions.
        words: The letters that names begin with.
    """

    functions: Mapping[str, tuple[str, ...]] = {}
    python: Mapping[str, str] = {}
    words: frozenset[str] = frozenset()

    def plus(self, told: Mapping[str, Definition]) -> Self:
        other = super().plus(told)
        for key in told.keys() - self.keys():
            other._find(key)
        return other

    def _find(self, key: str) -> None:
        """Have a name found."""
        name, bracket, _ = key.partition("(")
        self.words |= {re.sub(r"\W.*", "", key)}
        if bracket:
            self.functions = {**self.functions, name: (*self.functions.get(name, ()), key)}
        else:
            self.python = {python_name(name.removesuffix("[]")): key, **self.python}


class Head(NamedTuple):
    """A name with what is attached to it: `l^{(i)}(w, b)` and `softmax(o)_j`."""

    node: Node
    indices: tuple[Node, ...]
    arguments: tuple[Node, ...] | None
    bar: int

    @property
    def name(self) -> str:
        return name_of(self.node)

    @property
    def key(self) -> str:
        """The key under which it is defined."""
        if self.arguments is None:
            return self.name + "[]" if self.indices else self.name
        return f"{self.name}({len(self.arguments)}|{self.bar})"


@dataclass
class Effort:
    """What was evaluated for a formula so far, and what means in it were found to be, which depend on no sample."""

    spent: int = 0
    means: dict[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """What a page has said so far; another formula makes other facts of them.

    Attributes:
        symbols: The declarations, and how far the indices run.
        language: The notations.
        module: The module whose functions are called.
        definitions: What formulas have defined, by key.
        numbers: The named numbers.
        givens: The cases that restrict what follows in the paragraph.
        unbound: The definitions that nothing has checked so far, with their formulas, by name.
        effort: What the formula at hand has cost; no fact, and told apart from them by nothing.
        changed: A definition by its key, with a factor and a term: what if it were this much otherwise?
    """

    symbols: Symbols
    language: Language
    module: Foreign = field(default_factory=Here)
    definitions: Definitions = field(default_factory=Definitions)
    numbers: Told[Any] = field(default_factory=Told)
    givens: tuple[Node, ...] = ()
    unbound: Mapping[str, str] = field(default_factory=dict)
    effort: Effort = field(default_factory=Effort, compare=False)
    changed: tuple[str, float, float] | None = None

    # -- more facts

    def defining(self, definition: Definition) -> Facts:
        """With one more definition.

        Raises:
            MathError: The page, or the name, has too many: each may be what a later formula builds on.
        """
        if len(self.definitions) >= MOST_DEFINITIONS:
            reason = f"a page with more than {MOST_DEFINITIONS} definitions"
            raise MathError(reason, definition.written.span, "a page for each part of it")
        return replace(self, definitions=self.definitions.plus({definition.key: definition}))

    def renamed(self, key: str, definition: Definition) -> Facts:
        """With another definition under a key."""
        return replace(self, definitions=self.definitions.plus({key: definition}))

    def learning(self, index: str, found: Range) -> Facts:
        """With the range of an index."""
        return replace(self, symbols=self.symbols.learning({index: found}))

    def naming(self, name: str, value: Any) -> Facts:
        """With a number under a name."""
        return replace(self, numbers=self.numbers.plus({name: value}))

    def giving(self, condition: Node) -> Facts:
        """With one more case that is given."""
        return replace(self, givens=(*self.givens, condition))

    def bound(self, keys: Set[str]) -> Facts:
        """With these definitions checked."""
        checked = self.unbound.keys() & keys
        if not checked:
            return self
        left = dict(self.unbound)
        for key in checked:
            del left[key]
        return replace(self, unbound=left)

    def leaving(self, keys: Iterable[str], latex: str) -> Facts:
        """With these definitions not checked so far."""
        return replace(self, unbound={**self.unbound, **dict.fromkeys(keys, latex)})

    # -- what names are

    def is_index(self, name: str) -> bool:
        return self.symbols.is_index(name) and name not in self.definitions and name + "[]" not in self.definitions

    def knows(self, key: str) -> bool:
        return key in self.symbols.declared or key in self.definitions

    def head(self, node: Node) -> Head:
        """The name in a node and what is attached to it."""
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
        declared = self.symbols.declared.get(base)
        if self.knows(base + "[]") or (declared is not None and declared.kind.is_unspecified):
            return False
        pointing = (Number,) if self.knows(base) or self.function_keys(base) else ()
        return not all(
            self.is_index(name_of(index)) or not name_of(index) or isinstance(index, pointing) for index in node.indices
        )

    def is_code(self, name: str) -> bool:
        """Whether a name is that of a function of the module, and nothing on the page."""
        return len(name) > 1 and self.module.names.get(name, False) and not self.is_known(name)

    def is_known(self, name: str) -> bool:
        """Whether a name is declared or defined, with or without indices or arguments."""
        return self.knows(name) or self.knows(name + "[]") or bool(self.function_keys(name))

    def function_keys(self, name: str) -> tuple[str, ...]:
        return self.definitions.functions.get(name, ())
