r"""What a page declares its symbols to be, and the values that are tried for them.

A declaration is a symbol as LaTeX writes it and a kind: `y_i: sign`, `p_{ij}: distribution`, `\lambda: positive`. Its
indices are axes: `y_i` has an element for each i, and i runs over 1..N where N is the page's only size or where
`i: index 1..N` says so. What follows the kind after a comma or a dash is the symbol's meaning, for the reader.

Values are tried in this order: small round ones, so that a counterexample reads well; then random ones from a fixed
seed, some of them large. Sizes run from 1 to 4.

Example:
    >>> from executable_math.notation.standard import LANGUAGE
    >>> symbols = Symbols({"N": "size", "y_i": "sign, a label"}, LANGUAGE)
    >>> symbols.declared["y[]"].meaning
    'a label'
    >>> [group.sizes for group in symbols.groups(("N",))]
    [{'N': 1}, {'N': 2}, {'N': 3}, {'N': 4}]
"""

from __future__ import annotations

import keyword
import math
import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np

from executable_math.latex.cursor import NotRead
from executable_math.latex.language import Language
from executable_math.latex.reader import read
from executable_math.latex.tree import Apply, Call, Indexed, MathError, Node, Number, Symbol, TooMuch, name_of, walk
from executable_math.values.derivative import Array
from executable_math.values.kinds import Kind
from executable_math.values.sampling import RANDOM_KINDS, drawn, ends, extreme

SAMPLES = 40
SIZES = 4
LARGER = (7, 16, 64)
FAR, _FEW = 8, 2
SPARSE_GROUPS, SPARSE_SAMPLES = 2, 4
MOST_VALUES = 10**6
_INDEX_LETTERS = frozenset("ijklmn")

RANDOM = RANDOM_KINDS
KINDS = (
    "size", "index", "real", "complex", "positive", "probability", "label", "sign", "one-hot", "distribution", "class",
    "integer", "function", *RANDOM,
)  # fmt: skip


@dataclass(frozen=True)
class Declaration:
    """A declared symbol.

    Attributes:
        key: Its name; with `[]` after it if it has indices, `()` if it is written as a call.
        latex: The symbol as it was declared.
        kind: What it may be.
        axes: The indices it has an element for, in order.
        python: Its name in Python expressions.
        meaning: What it stands for, for the reader.
        arguments: For a symbol written as a call, such as `h(x_i)`, its arguments; else nothing.
    """

    key: str
    latex: str
    kind: Kind
    axes: tuple[str, ...] = ()
    python: str = ""
    meaning: str = ""
    arguments: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Range:
    """The values of an index: from `low` to `high`, which may name a size."""

    low: int
    high: Node

    def size(self, sizes: Mapping[str, int]) -> int:
        """How many values there are.

        Raises:
            MathError: There are too many, or the end depends on something that is no size.
        """
        high = extent_of(self.high, sizes)
        if not high - self.low < MOST_VALUES:
            raise MathError(f"an index that runs to {high:g}", advice=f"at most {MOST_VALUES} values")
        return max(0, int(high) - self.low + 1)


@dataclass
class Group:
    """Samples that share their sizes.

    Attributes:
        sizes: The value of each size.
        count: The number of samples.
        far: Whether they are at the ends of what is declared, and far from 1.
    """

    symbols: Symbols
    sizes: dict[str, int]
    count: int
    seed: int = 0
    far: bool = False
    _data: dict[str, Array] = field(default_factory=dict)
    _parent: Group | None = None
    _rows: Array | None = None

    def data(self, declaration: Declaration, own: tuple[int, ...] = ()) -> Array:
        """The samples of a symbol, of shape (samples, *axes); of a function so many numbers, (samples, *axes, *own)."""
        key = declaration.key + "".join(f",{size}" for size in own)
        found = self._data.get(key)
        if found is None:
            found = self._data[key] = self._drawn(declaration, own)
        return found

    def take(self, rows: Array) -> Group:
        """The samples in these rows."""
        return Group(self.symbols, self.sizes, len(rows), self.seed, _parent=self, _rows=rows)

    def replaced(self, declaration: Declaration, values: Array) -> Group:
        """The same samples, with other values of one symbol; a complex one stays complex where they are real."""
        before = self.data(declaration)
        values = np.asarray(values, np.result_type(values, before))
        data = {declaration.key: np.broadcast_to(values, before.shape)}
        return Group(
            self.symbols, self.sizes, self.count, self.seed, _data=data, _parent=self, _rows=np.arange(self.count)
        )

    def _drawn(self, declaration: Declaration, own: tuple[int, ...]) -> Array:
        if self._parent is not None:
            return self._parent.data(declaration, own)[self._rows]
        kind, dims = declaration.kind, [self.symbols.range(axis).size(self.sizes) for axis in declaration.axes]
        if kind.name == "size":
            return np.full(self.count, float(self._size(declaration)))
        if kind.name in ("one-hot", "distribution") and not dims:
            reason = f"{declaration.latex} is a {kind.name} without an index"
            raise MathError(reason, advice=f"declare `{declaration.latex}_k: {kind.name}`, and `k: index 1..K`")
        dims += own
        if math.prod(dims) > MOST_VALUES:
            reason = f"{declaration.latex} has {math.prod(dims)} elements"
            raise TooMuch(reason, advice=f"at most {MOST_VALUES}, by smaller sizes")
        classes = self.symbols.classes(declaration).size(self.sizes) if kind.name == "class" else 1
        if not classes:
            raise MathError(f"there is no class for {declaration.latex} to be", advice="class of K, with `K: size`")
        entropy = (zlib.crc32(declaration.key.encode()), self.seed, *self.sizes.values())
        draw = extreme if self.far else drawn
        return draw(kind, np.random.default_rng(entropy), (self.count, *dims), classes)

    def _size(self, declaration: Declaration) -> int:
        try:
            return self.sizes[declaration.key]
        except KeyError:
            reason = f"the value of the size {declaration.latex} is not known here"
            raise MathError(reason, advice=f"a formula in which {declaration.latex} stands") from None


class Symbols:
    """The symbols of a page.

    Args:
        declared: Kinds by symbol, such as `{"N": "size", "y_i": "sign"}`.
        language: The notations in which symbols and bounds are written.

    Attributes:
        declared: The declarations by key.
        problems: What is wrong with a declaration, by symbol; such a symbol is not declared.
    """

    def __init__(self, declared: Mapping[str, str], language: Language) -> None:
        self.language = language
        self.declared: dict[str, Declaration] = {}
        self.problems: dict[str, str] = {}
        self.ranges: dict[str, Range] = {}
        self._groups: dict[tuple[object, ...], list[Group]] = {}
        self._is_sparse = False
        kinds = {latex: self._kind(latex, text) for latex, text in declared.items()}
        self.indices = {
            latex.strip() for latex, (kind, _) in kinds.items() if kind is not None and kind.name == "index"
        }
        self.running = self.indices | (_INDEX_LETTERS - {latex.strip() for latex, (kind, _) in kinds.items() if kind})
        for latex, (kind, meaning) in kinds.items():
            if kind is not None:
                self._declare(latex, kind, meaning)
        for item in list(self.declared.values()):
            if item.key in self._behind(item):
                self.problems[item.latex] = f"{item.latex} depends on itself\n    write: parameters of other symbols"
                del self.declared[item.key]

    def _kind(self, latex: str, text: str) -> tuple[Kind | None, str]:
        try:
            return read_kind(str(text), self.language)
        except MathError as problem:
            self.problems[latex] = problem.advised()
            return None, ""

    def _declare(self, latex: str, kind: Kind, meaning: str) -> None:
        try:
            declaration = declare(latex, kind, meaning, self.running, self.language)
            found = _range(kind.extent) if kind.name == "index" and kind.extent else None
        except MathError as problem:
            self.problems[latex] = problem.advised()
            return
        if declaration.key in self.declared:
            self.problems[latex] = f"{latex} is declared twice: keep one, or give one of them another name"
        self.declared[declaration.key] = declaration
        if found is not None:
            self.ranges[declaration.key] = found

    def _behind(self, declaration: Declaration) -> set[str]:
        """The keys of the symbols that the parameters of a random variable depend on."""
        found, waiting = set[str](), [declaration]
        while waiting:
            nodes = [node for tree in waiting.pop().kind.parameters for node in walk(tree)]
            names = {name_of(node) for node in nodes if isinstance(node, Symbol | Indexed)}
            fresh = {name + end for name in names for end in ("", "[]")} & self.declared.keys() - found
            found |= fresh
            waiting += [self.declared[key] for key in fresh]
        return found

    @cached_property
    def words(self) -> frozenset[str]:
        """The names of several letters, which are one symbol and no product."""
        bases = {re.sub(r"\W.*", "", key) for key in self.declared if not key.startswith("\\")}
        return frozenset(base for base in bases if len(base) > 1)

    @cached_property
    def by_python(self) -> dict[str, list[Declaration]]:
        """The declarations by their name in Python expressions."""
        found: dict[str, list[Declaration]] = {}
        for item in self.declared.values():
            found.setdefault(item.python, []).append(item)
        return found

    @cached_property
    def sizes(self) -> tuple[str, ...]:
        """The sizes, in the order of their declaration."""
        return tuple(key for key, item in self.declared.items() if item.kind.name == "size")

    @cached_property
    def random(self) -> frozenset[str]:
        """The keys of the random variables."""
        return frozenset(key for key, item in self.declared.items() if item.kind.name in RANDOM)

    def is_index(self, name: str) -> bool:
        """Whether a name is an index: declared as one, or one of i to n and not declared as anything else."""
        name = name.rstrip("'")
        if name in self.indices or name in self.ranges:
            return True
        return name in _INDEX_LETTERS and not any(key in self.declared for key in (name, name + "[]", name + "()"))

    def runs(self, name: str) -> bool:
        """Whether something on the page has this name for its index."""
        indexed = (item.axes for item in self.declared.values())
        return name in self.indices or name in self.ranges or any(name in axes for axes in indexed)

    def range(self, index: str) -> Range:
        """What an index runs over.

        Raises:
            MathError: Nothing says how far it runs.
        """
        index = index.rstrip("'")
        if index in self.ranges:
            return self.ranges[index]
        if len(self.sizes) == 1:
            return Range(1, Symbol(self.sizes[0]))
        raise MathError(f"how far does {index} run?", advice=f"declare it: `{index}: index 1..N`, and `N: size`")

    def learning(self, ranges: Mapping[str, Range]) -> Symbols:
        """The same symbols, with ranges of indices that are not declared."""
        other = copy(self)
        other.ranges = {**ranges, **self.ranges}
        other._groups = {}
        return other

    def sparse(self) -> Symbols:
        """The same symbols, with so few samples that most of what is false is seen soon."""
        other = copy(self)
        other._is_sparse = True
        return other

    def classes(self, declaration: Declaration) -> Range:
        """The classes that a symbol of the kind `class` may be."""
        if len(declaration.kind.extent) == 2:
            return _range(declaration.kind.extent)
        if declaration.kind.extent:
            return self._counted(declaration.kind.extent[0])
        used = {size for axis in declaration.axes for size in sizes_in(self.range(axis).high)}
        left = [size for size in self.sizes if size not in used]
        if len(left) == 1:
            return self._counted(Symbol(left[0]))
        raise MathError(
            f"how many classes are there for {declaration.latex}?", advice=f"declare `{declaration.latex}: class of K`"
        )

    def _counted(self, count: Node) -> Range:
        """So many classes, counted as an index that runs over all of them is; from 1 where there is none."""
        some = dict.fromkeys(sizes_in(count), 3)
        along = (found for found in self.ranges.values() if sizes_in(found.high) == some.keys())
        return next((found for found in along if found.size(some) == extent_of(count, some)), Range(1, count))

    def sizes_of(self, declaration: Declaration) -> set[str]:
        """The sizes that a symbol's samples depend on."""
        found = {size for axis in declaration.axes for size in sizes_in(self.range(axis).high)}
        if declaration.kind.name == "class":
            found |= sizes_in(self.classes(declaration).high)
        found |= {key for key in self._behind(declaration) if self.declared[key].kind.name == "size"}
        return found | ({declaration.key} if declaration.kind.name == "size" else set())

    def groups(self, sizes: Iterable[str], samples: int = SAMPLES, seed: int = 0) -> list[Group]:
        """The samples to try for formulas that depend on these sizes, the smallest sizes first."""
        names = tuple(sizes)
        found = self._once((names, samples, seed), lambda: self._grouped(names, samples, seed))
        return list(map(_thinned, found[-SPARSE_GROUPS:])) if self._is_sparse else found

    def _once(self, key: tuple[object, ...], made: Callable[[], list[Group]]) -> list[Group]:
        """Groups that are made once, so that formulas share their samples."""
        if key not in self._groups:
            self._groups[key] = made()
        return self._groups[key]

    def few(self, sizes: Iterable[str]) -> Group:
        """Samples of which a reader sees one whole: the first size is three, the others are two, where they may be."""
        at = {name: self._near(name, 2 if place else 3) for place, name in enumerate(sizes)}
        return self._once(("few", *at), lambda: [Group(self, at, SAMPLES // 2)])[0]

    def far(self, sizes: Iterable[str]) -> Group:
        """Samples at the ends of what is declared, and far from 1."""
        at = {name: self._size(name, 1) for name in sizes}
        found = self._once(("far", *at), lambda: [Group(self, at, FAR, far=True)])[0]
        return _thinned(found) if self._is_sparse else found

    def _grouped(self, sizes: tuple[str, ...], samples: int, seed: int) -> list[Group]:
        if not sizes:
            return [Group(self, {}, samples, seed)]
        count = max(1, samples // SIZES)
        return [
            Group(self, {name: self._size(name, place + step) for place, name in enumerate(sizes)}, count, seed)
            for step in range(SIZES)
        ]

    def other_sizes(self, sizes: tuple[str, ...]) -> list[Group]:
        """A few samples of equal sizes, of each pair of small sizes, and of larger ones."""
        if self._is_sparse or not sizes:
            return []
        return self._once(("others", *sizes), lambda: self._with_other_sizes(sizes))

    def _with_other_sizes(self, sizes: tuple[str, ...]) -> list[Group]:
        pairs = [(step, step) for step in range(SIZES)] + [(step, 0) for step in range(1, SIZES)] + [(0, 2), (1, 3)]
        small = [[pair[place % 2] for place in range(len(sizes))] for pair in pairs] if len(sizes) > 1 else []
        large = [[step + place for place in range(len(sizes))] for step in range(len(LARGER))]
        chosen = [{name: self._size(name, step) for name, step in zip(sizes, steps, strict=True)} for steps in small]
        chosen += [{name: self._larger(name, step) for name, step in zip(sizes, steps, strict=True)} for steps in large]
        return [Group(self, one, _FEW, 2) for one in chosen]

    def _larger(self, name: str, step: int) -> int:
        kind = self.declared[name].kind
        low, high = ends(kind)
        allowed = kind.choices or [size for size in LARGER if max(low, 1.0) <= size <= high] or [self._size(name, step)]
        return int(allowed[step % len(allowed)])

    def _near(self, name: str, wanted: int) -> int:
        kind = self.declared[name].kind
        low, high = ends(kind)
        return int(kind.choices[0] if kind.choices else min(max(wanted, low), high))

    def _size(self, name: str, step: int) -> int:
        kind = self.declared[name].kind
        if kind.choices:
            return int(kind.choices[step % len(kind.choices)])
        low, high = ends(kind)
        low = max(low, 1.0)
        return int(low + step % min(SIZES, high - low + 1))


def _thinned(group: Group) -> Group:
    return group.take(np.arange(min(group.count, SPARSE_SAMPLES)))


# --- reading declarations -------------------------------------------------------------------------------------

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"
_NAME = re.compile(r"\s*(one[- ]hot|[a-z]+)\s*", re.IGNORECASE)
_BOUND = re.compile(rf"(?:and\s+)?(>=|<=|>|<|≥|≤)\s*({_NUMBER})\s*")
_WITHIN = re.compile(rf"in\s*([\[({{])\s*({_NUMBER}(?:\s*,\s*{_NUMBER})*)\s*([\])}}])\s*")
_NOT_ALL_0 = re.compile(r"\s*,?\s*not all (?:0|zero)\b\s*")
_EXTENT = re.compile(r"(?:of\s+)?(?:([^.,;#—–]+?)\s*\.\.\.?\s*)?([^.,;#—–]+(?:\.\w+\(\))?)\s*")
_PARAMETERS = re.compile(r"\(([^)]*)\)\s*")
_MEANING = re.compile(r"\s*(?:[,;:#—–]|--?(?=\s))+\s*(.*)", re.DOTALL)


_UNBOUNDED = {"positive": Kind("real", low=0.0, low_open=True), "size": Kind("size", low=1.0)}


def read_kind(text: str, language: Language) -> tuple[Kind, str]:
    """A kind and the meaning that follows it.

    Raises:
        MathError: There is no such kind, or what follows it is not understood.

    Example:
        >>> from executable_math.notation.standard import LANGUAGE
        >>> kind, meaning = read_kind("real in [-5, 5], a raw score", LANGUAGE)
        >>> kind.low, kind.high, meaning
        (-5.0, 5.0, 'a raw score')
    """
    match = _NAME.match(text)
    name = match[1].lower().replace(" ", "-") if match else ""
    if match is None or name not in KINDS:
        raise MathError(f"no such kind: {text.strip()!r}", advice="one of " + ", ".join(KINDS))
    kind, rest = _restricted(name, text[match.end() :], language)
    meaning = _MEANING.fullmatch(rest)
    if rest.strip() and meaning is None:
        raise MathError(
            f"{rest.strip()!r} after {name!r} is not understood",
            advice="a bound such as `> 0`, `in [0, 1]` or `of K`, or a comma and the meaning",
        )
    _refuse_empty(kind, text)
    return kind, meaning[1].strip() if meaning else ""


def _refuse_empty(kind: Kind, text: str) -> None:
    """Refuse a kind that no value is of."""
    whole = kind.name in ("size", "integer")
    low, high = ends(kind) if whole else (kind.low, kind.high)
    closed = whole or not (kind.low_open or kind.high_open)
    sizes = kind.name != "size" or all(choice >= 1 and choice.is_integer() for choice in kind.choices)
    if not sizes or not (low < high or (low == high and closed)):
        raise MathError(f"nothing is {text.strip()!r}", advice="bounds with a value between them, for a size from 1 on")


def _restricted(name: str, rest: str, language: Language) -> tuple[Kind, str]:
    if name in ("index", "class", "function"):
        return _extended(name, rest, language)
    if name in RANDOM and (match := _PARAMETERS.match(rest)):
        parameters = tuple(_expression(part, language) for part in match[1].split(","))
        return Kind(name, parameters=parameters), rest[match.end() :]
    if name == "complex":
        return Kind(name), rest
    kind, rest = _between(_UNBOUNDED.get(name, Kind(name)), rest)
    if match := _NOT_ALL_0.match(rest):
        kind, rest = replace(kind, not_all_0=True), rest[match.end() :]
    return kind, rest


def _between(kind: Kind, rest: str) -> tuple[Kind, str]:
    """A kind with the bounds that are written behind it."""
    if match := _WITHIN.match(rest):
        kind, rest = _within(kind, match), rest[match.end() :]
    while match := _BOUND.match(rest):
        kind, rest = _bounded(kind, match[1], float(match[2])), rest[match.end() :]
    return kind, rest


def _extended(name: str, rest: str, language: Language) -> tuple[Kind, str]:
    match = _EXTENT.match(rest)
    if match is None or _MEANING.fullmatch(rest) or (name == "function" and re.match(r"[<>≤≥]|in\b", rest)):
        return _between(Kind(name), rest) if name == "function" else (Kind(name), rest)
    if name == "function":
        return Kind(name, function=match[2].strip()), rest[match.end() :]
    low = (_expression(match[1], language),) if match[1] else ()
    return Kind(name, extent=(*low, _expression(match[2], language))), rest[match.end() :]


def _expression(latex: str, language: Language) -> Node:
    try:
        return read(latex.strip().replace("$", ""), language).statements[0]
    except NotRead as problem:
        raise MathError(f"{latex.strip()!r} is not read: {problem.reason}", advice="index 1..N") from problem


def _within(kind: Kind, match: re.Match[str]) -> Kind:
    ends = tuple(float(end) for end in match[2].split(","))
    if match[1] == "{":
        return Kind(kind.name, choices=ends)
    if len(ends) != 2 or ends[0] >= ends[1]:
        raise MathError(f"{match[0].strip()!r} is no interval", advice="in [low, high], with low < high")
    return Kind(kind.name, *ends, match[1] == "(", match[3] == ")")


def _bounded(kind: Kind, sign: str, end: float) -> Kind:
    strict = sign in "<>"
    if sign in (">", ">=", "≥"):
        return Kind(kind.name, end, kind.high, strict, kind.high_open)
    return Kind(kind.name, kind.low, end, kind.low_open, strict)


def declare(latex: str, kind: Kind, meaning: str, indices: Iterable[str], language: Language) -> Declaration:
    r"""The declaration of a symbol.

    Args:
        latex: The symbol: `y`, `y_i`, `x^{(i)}_j`, `\theta_0`, `h(x_i)`, `f(x_i; W)_j`.
        kind: What it may be.
        meaning: What it stands for.
        indices: The names of indices.
        language: The notations in which the symbol is written.

    Raises:
        MathError: The text is not a symbol.

    Example:
        >>> from executable_math.notation.standard import LANGUAGE
        >>> declare(r"\hat{y}_i", Kind("real"), "", "i", LANGUAGE).python
        'y_hat'
    """
    node = _symbol(latex, language)
    if kind.name == "function":
        arguments = node.arguments if isinstance(node, Call) else ()
        node = node.function if isinstance(node, Call) else node
        # What it is at an index is the function of that, too: no index of it runs over anything.
        base = node.base if isinstance(node, Indexed) and _all_indices(node.indices, indices) else node
        return replace(_declared(base, latex, kind, meaning, ()), arguments=arguments)
    return _declared(node, latex, kind, meaning, indices)


def _declared(node: Node, latex: str, kind: Kind, meaning: str, indices: Iterable[str]) -> Declaration:
    axes: tuple[str, ...] = ()
    if isinstance(node, Indexed) and _all_indices(node.indices, indices):
        axes, node = tuple(name_of(index) for index in node.indices), node.base
    arguments = node.arguments + node.given if isinstance(node, Call) else ()
    called = isinstance(node, Call)
    if isinstance(node, Call):
        axes = tuple(dict.fromkeys(name for part in arguments for name in _indices_in(part, indices))) + axes
        node = node.function
    name = name_of(node)
    if not name or isinstance(node, Number):
        raise MathError(f"{latex!r} is not a symbol", advice="y, y_i, \\hat{y}, \\theta_0 or h(x_i)")
    key = name + ("()" if called else "[]" if axes else "")
    return Declaration(key, latex, kind, axes, python_name(name), meaning, arguments)


def _symbol(latex: str, language: Language) -> Node:
    word = latex.strip()
    try:
        words = re.findall(r"(?<!\\)\b[A-Za-z]{2,}\b", re.sub(r"\{[^}]*\}", "", word))
        tree = read(latex, language, words)
    except NotRead as problem:
        raise MathError(f"{latex!r} is not a symbol: {problem.reason}", advice="y, y_i or \\hat{y}") from problem
    if len(tree.statements) != 1:
        raise MathError(f"{latex!r} is not one symbol", advice="one symbol in each declaration")
    return tree.statements[0]


def _all_indices(parts: tuple[Node, ...], indices: Iterable[str]) -> bool:
    names = [name_of(part) for part in parts]
    return all(name in indices for name in names) and len(set(names)) == len(names)


def _indices_in(tree: Node, indices: Iterable[str]) -> list[str]:
    names = [node.name for node in walk(tree) if isinstance(node, Symbol)]
    return [name for name in names if name in indices]


@lru_cache(maxsize=4096)
def python_name(name: str) -> str:
    r"""The name of a symbol in Python expressions.

    Example:
        >>> python_name(r"\hat{y}"), python_name(r"\theta_{0}"), python_name(r"\lambda")
        ('y_hat', 'theta_0', 'lambda_')
    """
    while match := re.search(r"\\([A-Za-z]+)\{([^{}]*)\}", name):
        accent = match[2] if match[1].startswith("math") else f"{match[2]}_{match[1]}"
        name = name[: match.start()] + accent + name[match.end() :]
    for mark, word in {"*": "star", "+": "plus", "-": "minus", "'": "prime"}.items():
        name = name.replace(mark, f"_{word}")
    plain = re.sub(r"[\W_]+", "_", name).strip("_")
    return plain + "_" if keyword.iskeyword(plain) else plain


def _range(extent: tuple[Node, ...]) -> Range:
    low, high = extent if len(extent) == 2 else (Number("1"), extent[0])
    first = extent_of(low, {})
    if not abs(first) < MOST_VALUES:
        raise MathError(f"an index that begins at {first:g}", advice="index 1..N")
    return Range(int(first), high)


def extent_of(node: Node, sizes: Mapping[str, int]) -> float:
    """The value of a bound such as `N - 1`.

    Raises:
        MathError: It depends on something that is not a size.
    """
    match node:
        case Number(text):
            return float(text.rstrip("…"))
        case Apply("add", terms):
            return sum(extent_of(term, sizes) for term in terms)
        case Apply("negate", (body,)):
            return -extent_of(body, sizes)
        case Apply("multiply", factors):
            return math.prod(extent_of(factor, sizes) for factor in factors)
    name = size_name(node)
    if name in sizes:
        return sizes[name]
    raise MathError(f"{name or 'this bound'} is not a size", advice=f"declare it, `{name or 'N'}: size`")


def size_name(node: Node) -> str:
    """The key under which a size is declared."""
    return name_of(node.function) + "()" if isinstance(node, Call) else name_of(node)


def sizes_in(node: Node) -> set[str]:
    """The sizes that a bound names."""
    if isinstance(node, Call | Symbol | Indexed):
        return {size_name(node)}
    return {name for child in node.children for name in sizes_in(child)}
