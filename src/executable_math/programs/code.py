"""A closed tree as NumPy or PyTorch code, without a loop: an index is an axis of an array.

The axes of an array are those of the indices that it depends on, the outermost first, and then its own, if it is a
vector or a matrix. What a page defines is computed once, under its own name.

Example:
    >>> half = {"type": "Apply", "operator": "divide", "parts": [{"type": "Number", "text": n} for n in "12"]}
    >>> written(half, {}, (), NUMPY)
    ([], '1 / 2')
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from executable_math.programs.closing import JSON
from executable_math.programs.slopes import NoSlope, apply, argument, slope
from executable_math.values.symbols import python_name


class NoCode(ValueError):
    """A tree has something that is not written as code here."""


class Dialect(NamedTuple):
    """How a library calls what is done with arrays.

    Attributes:
        name: What the library is imported as.
        axis: The option that says along which axis.
        other: What it calls otherwise than NumPy.
        scalars: Whether its functions take plain numbers, too.
    """

    name: str
    axis: str
    other: Mapping[str, str]
    scalars: bool

    def call(self, function: str, *arguments: str) -> str:
        return f"{self.name}.{self.other.get(function, function)}({', '.join(arguments)})"

    def along(self, function: str, array: str, rank: int) -> str:
        """An array taken together along the axis before its own."""
        return self.call(function, array, f"{self.axis}={-1 - rank}")


NUMPY = Dialect("np", "axis", {}, True)
TORCH = Dialect("torch", "dim", {"max": "amax", "min": "amin", "concatenate": "cat"}, False)


class Axis(NamedTuple):
    """An index that runs: how deep it is nested, its first value, and how many values it has."""

    depth: int
    low: int
    length: str


class Code(NamedTuple):
    """An expression.

    Attributes:
        text: It.
        axes: The indices that it depends on, the outermost first.
        sizes: The sizes of its own axes.
        binding: How strongly it holds together: of what stands in brackets or is one name, most.
        row: Whether it is a vector that was transposed.
        plain: Whether it is a number that depends on no input.
    """

    text: str
    axes: tuple[Axis, ...] = ()
    sizes: tuple[str, ...] = ()
    binding: int = 9
    row: bool = False
    plain: bool = False

    def within(self, binding: int) -> str:
        """Its text beside an operator that holds that strongly."""
        return self.text if self.binding >= binding else f"({self.text})"


SUM, PRODUCT, SIGN, POWER, ATOM = 1, 2, 3, 4, 9
COMPARE = 0


class Scope(NamedTuple):
    """What has a value in a part of a tree: its indices, and its arguments."""

    indices: Mapping[str, Axis | Code] = {}
    arguments: Mapping[str, Code] = {}
    depth: int = 0

    def over(self, name: str, axis: Axis) -> Scope:
        rest = {key: code for key, code in self.arguments.items() if key != name}
        return Scope({**self.indices, name: axis}, rest, axis.depth + 1)


def written(
    tree: JSON, shapes: Mapping[str, Sequence[str]], numbers: Collection[str], dialect: Dialect
) -> tuple[list[str], str]:
    """What a tree computes: the statements that come first, and the expression.

    Args:
        tree: The tree.
        shapes: The sizes of the axes of each input.
        numbers: The inputs that are plain numbers, also where others are tensors.
        dialect: The library.

    Raises:
        NoCode: It has something that is not written here, such as a derivative.
    """
    writer = Writer(shapes, numbers, dialect)
    code = writer.of(tree, Scope())
    return writer.statements, code.text


@dataclass
class Writer:
    """Writes the code of one tree, and keeps the statements that come before it."""

    shapes: Mapping[str, Sequence[str]]
    numbers: Collection[str]
    dialect: Dialect
    statements: list[str] = field(default_factory=list)
    known: dict[str, Code] = field(default_factory=dict)

    def of(self, node: JSON, scope: Scope) -> Code:
        rules, name = (_OPERATORS, node["operator"]) if "operator" in node else (_LEAVES, node["type"])
        rule: Callable[[Writer, JSON, Scope], Code] | None = rules.get(name)
        if rule is None:
            raise NoCode(f"{name} is not written as code")
        return rule(self, node, scope)

    def all(self, nodes: Iterable[JSON], scope: Scope) -> list[Code]:
        return [self.of(node, scope) for node in nodes]

    def call(self, function: str, *arguments: Code, row: bool = False) -> Code:
        """A function that is taken element by element."""
        axes, sizes, texts = aligned(arguments)
        plain = all(argument.plain for argument in arguments)
        of_numbers = {"abs": "fabs"}.get(function, function)
        called = f"math.{of_numbers}({', '.join(texts)})" if plain and not self.dialect.scalars else ""
        return Code(called or self.dialect.call(function, *texts), axes, sizes, ATOM, row, plain)

    def joined(self, sign: str, binding: int, codes: Sequence[Code]) -> Code:
        """Expressions with a sign between them, the first of which may be of the same sign."""
        axes, sizes, _ = aligned(codes)
        first, *others = (spread(code, axes, sizes) for code in codes)
        texts = [first.within(binding), *(code.within(binding + 1) for code in others)]
        return Code(sign.join(texts), axes, sizes, binding, codes[0].row, all(code.plain for code in codes))

    def reduced(self, function: str, code: Code, count: int = 1) -> Code:
        """Taken together along its last own axes."""
        text = code.text
        for _ in range(count):
            text = self.dialect.along(function, text, 0)
        return Code(text, code.axes, code.sizes[: len(code.sizes) - count])

    # -- names

    def sample(self, node: JSON, scope: Scope) -> Code:
        sizes = tuple(self.shapes[node["input"]])
        return self.at(Code(node["input"], (), sizes, plain=node["input"] in self.numbers), node, scope)

    def argument(self, node: JSON, scope: Scope) -> Code:
        given = scope.arguments.get(node["name"])
        if given is None and node["otherwise"] is None:
            raise NoCode(f"{node['name']} has no value")
        return self.at(given, node, scope) if given is not None else self.of(node["otherwise"], scope)

    def at(self, base: Code, node: JSON, scope: Scope) -> Code:
        """An array at its indices: one that runs over a whole axis is that axis."""
        places = [self.place(one, scope) for one in node["indices"]]
        if not places:
            return base
        if base.axes:
            raise NoCode("an element of what has an index")
        whole = [
            isinstance(one, Axis) and (one.low, one.length) == (low, size)
            for one, low, size in zip(places, node["low"], base.sizes, strict=False)
        ]
        rest = base.sizes[len(places) :]
        if all(whole):
            return turned(base, [one for one in places if isinstance(one, Axis)], rest)
        return self.elements(base, places, whole, node["low"])

    def elements(self, base: Code, places: Sequence[Axis | Code], whole: Sequence[bool], lows: Sequence[int]) -> Code:
        """The elements of an array at positions: each at its own, or all along the axes that are taken whole."""
        positions = [self.position(one, low) for one, low in zip(places, lows, strict=False)]
        moving = {axis for one, all_ in zip(positions, whole, strict=True) if not all_ for axis in one.axes}
        kept = [":" if all_ and not moving else one.text for one, all_ in zip(positions, whole, strict=True)]
        axes = [one for one in places if isinstance(one, Axis)] if not moving else list(moving | set(_axes(positions)))
        if len(axes) > 1 or (moving and any(whole) and moving != set(_axes(positions))):
            raise NoCode("an element at two indices that run apart")
        return Code(f"{base.within(ATOM)}[{', '.join(kept)}]", tuple(axes), base.sizes[len(places) :])

    def place(self, node: JSON, scope: Scope) -> Axis | Code:
        if node["type"] == "Index":
            return scope.indices[node["index"]]
        return self.of(node, scope)

    def position(self, place: Axis | Code, low: int) -> Code:
        """A place, counted from 0."""
        code = self.running(place)
        if match := re.fullmatch(r"\d+", code.text):
            return Code(str(int(match[0]) - low))
        if isinstance(place, Axis) and place.low == low:
            return Code(self.dialect.call("arange", place.length), code.axes)
        return Code(f"{code.within(SUM)} - {low}" if low else code.text, code.axes, (), SUM)

    def index(self, node: JSON, scope: Scope) -> Code:
        return self.running(scope.indices[node["index"]])

    def running(self, place: Axis | Code) -> Code:
        """An index as a number."""
        if isinstance(place, Code):
            return place
        last = place.length if place.low == 0 else f"{place.length} + {place.low}"
        arguments = [str(place.low), last] if place.low else [last]
        return Code(self.dialect.call("arange", *arguments), (place,))

    def defined(self, node: JSON, scope: Scope) -> Code:
        """What a page defines, as a statement of its own."""
        case, *others = node["cases"]
        if others or case["where"]:
            raise NoCode("a definition for single values")
        outer = Scope(depth=scope.depth) if node["outside"] else scope
        given = [self.place(one, scope) for one in node["indices"]]
        fresh = [self.axis(low, high, scope.depth + k) for k, (low, high) in enumerate(node["rest"])]
        arguments = {
            one["name"]: self.of(one["value"], outer)
            for one in case["bound"]
            if not one["same"] or one["name"] in outer.arguments
        }
        indices = dict(zip(case["indices"], [*given, *fresh], strict=True))
        indices |= {name: self.place(one, outer) for name, one in case["unified"]}
        inner = Scope(indices, arguments, scope.depth + len(fresh))
        code = self.lasting(self.of(case["body"], inner), fresh)
        return self.named(node["name"], code._replace(axes=code.axes[: len(code.axes) - len(fresh)],
                          sizes=(*(axis.length for axis in fresh), *code.sizes)))  # fmt: skip

    def named(self, name: str, code: Code) -> Code:
        """An expression under a name; that of one that was named before."""
        if re.fullmatch(r"\w+(\[\w+\])?", code.text):
            return code
        if code.text not in self.known:
            stem = python_name(name) or "value"
            taken = {*self.shapes, *(one.text for one in self.known.values()), self.dialect.name}
            free = next(one for one in (stem, *(f"{stem}_{k}" for k in range(2, 99))) if one not in taken)
            self.statements.append(f"{free} = {code.text}")
            self.known[code.text] = Code(free)
        return code._replace(text=self.known[code.text].text, binding=ATOM)

    def slope(self, node: JSON, scope: Scope) -> Code:
        """A derivative at a place, as a statement of its own."""
        name = node.get("parameter", "x")
        tree = node.get("body") or apply(node["function"], argument(name))
        for _ in range(node["order"]):
            try:
                tree = slope(tree, name)
            except NoSlope as problem:
                raise NoCode(str(problem)) from problem
        inner = Scope({}, {name: self.of(node["argument"], scope)}, scope.depth)
        stem = node["function"].partition("(")[0]
        return self.named(stem + "'" * node["order"], self.of(tree, inner))

    # -- what runs over an index

    def axis(self, lower: JSON, upper: JSON, depth: int) -> Axis:
        low, high = self.of(lower, Scope()), self.of(upper, Scope())
        if not re.fullmatch(r"-?\d+", low.text) or high.axes:
            raise NoCode("an index whose range depends on others")
        first = int(low.text)
        if re.fullmatch(r"\d+", high.text):
            return Axis(depth, first, str(int(high.text) - first + 1))
        return Axis(depth, first, high.text if first == 1 else f"{high.within(SUM)} - {first - 1}")

    def range(self, node: JSON, scope: Scope) -> Axis:
        ends = (node["lower"], node["upper"]) if node["upper"] else node["range"]
        if ends is None:
            raise NoCode("an index without a range")
        low, high = ends
        return self.axis(low, high, scope.depth)

    def over(self, function: str, neutral: str) -> Callable[[JSON, Scope], Code]:
        def rule(node: JSON, scope: Scope) -> Code:
            axis = self.range(node, scope)
            inner = scope.over(node["variables"][0], axis)
            body = self.of(node["body"], inner)
            for condition in node["conditions"]:
                body = self.chosen(
                    self.holds(condition, inner), body, Code(neutral.format(self.dialect.name), plain=True)
                )
            body = self.lasting(body, [axis])
            is_all = not body.sizes and body.axes == (axis,)
            text = self.dialect.call(function, body.text) if is_all else self.along(function, body)
            code = Code(text, tuple(one for one in body.axes if one != axis), body.sizes)
            return code if not function.startswith("arg") or not axis.low else self.shifted(code, axis.low)

        return rule

    def along(self, function: str, body: Code) -> str:
        return self.dialect.along(function, body.text, len(body.sizes))

    def lasting(self, code: Code, axes: Sequence[Axis]) -> Code:
        """An expression with a place for each of the last indices, also where it does not depend on them."""
        missing = [axis for axis in axes if axis not in code.axes]
        if not missing:
            return code
        if code.sizes:
            raise NoCode("a vector that is the same for each index")
        marks = f"[{', '.join([':'] * len(code.axes) + ['None'] * len(missing))}]" if code.axes else ""
        ones = self.dialect.call("ones", f"({', '.join(axis.length for axis in missing)},)")
        text = f"{code.within(ATOM if marks else PRODUCT)}{marks} * {ones}"
        return Code(text, tuple(sorted((*code.axes, *missing))), (), PRODUCT)

    def shifted(self, code: Code, low: int) -> Code:
        return Code(f"{code.text} + {low}", code.axes, (), SUM)

    def each(self, node: JSON, scope: Scope) -> Code:
        axis = self.axis(node["lower"], node["upper"], scope.depth)
        body = self.lasting(self.of(node["body"], scope.over(node["index"], axis)), [axis])
        return body._replace(axes=body.axes[:-1], sizes=(axis.length, *body.sizes))

    # -- conditions

    def holds(self, node: JSON, scope: Scope) -> Code:
        if node["type"] == "Index":
            return Code("True", plain=True)
        if node["type"] == "Chain":
            links = zip(node["sides"], node["relations"], node["sides"][1:], strict=False)
            return self.conjoined(" & ", [self.link(left, one["sign"], right, scope) for left, one, right in links])
        return self.conjoined(
            {"and": " & ", "or": " | "}[node["operator"]], [self.holds(one, scope) for one in node["parts"]]
        )

    def conjoined(self, sign: str, links: Sequence[Code]) -> Code:
        return (
            self.joined(sign, COMPARE, [one._replace(text=f"({one.text})", binding=ATOM) for one in links])
            if len(links) > 1
            else links[0]
        )

    def link(self, left: JSON, sign: str, right: JSON, scope: Scope) -> Code:
        if sign not in _SIGNS:
            raise NoCode(f"{sign} is not written as code")
        return self.joined(f" {_SIGNS[sign]} ", COMPARE, self.all((left, right), scope))

    def chosen(self, condition: Code, yes: Code, no: Code) -> Code:
        if condition.plain:
            raise NoCode("a condition that depends on nothing")
        return self.call("where", condition, yes, no)


def _axes(codes: Iterable[Code]) -> list[Axis]:
    return [axis for code in codes for axis in code.axes]


# --- axes -----------------------------------------------------------------------------------------------------------


def aligned(codes: Sequence[Code]) -> tuple[tuple[Axis, ...], tuple[str, ...], list[str]]:
    """The axes that expressions have together, and their texts with places for those that they have not."""
    axes = tuple(sorted({axis for code in codes for axis in code.axes}))
    sizes = max((code.sizes for code in codes), key=len)
    return axes, sizes, [spread(code, axes, sizes).text for code in codes]


def spread(code: Code, axes: tuple[Axis, ...], sizes: tuple[str, ...]) -> Code:
    """An array with a place for each axis of others."""
    if not (code.axes or code.sizes):
        return code
    marks = [":" if axis in code.axes else "None" for axis in axes if axis >= min(code.axes, default=axis)]
    marks = marks if code.axes else []
    own = [":"] * len(code.sizes) + ["None"] * (len(sizes) - len(code.sizes))
    if "None" not in marks + own:
        return code
    return code._replace(text=f"{code.within(ATOM)}[{', '.join(marks + own)}]", binding=ATOM)


def turned(base: Code, places: Sequence[Axis], rest: tuple[str, ...]) -> Code:
    """An array whose first axes are those of indices, the outermost first."""
    if list(places) == sorted(set(places)):
        return Code(base.text, tuple(places), rest, base.binding)
    if len(places) == 2 and not rest and len(set(places)) == 2:
        return Code(f"{base.within(ATOM)}.T", (places[1], places[0]))
    raise NoCode("an element on a diagonal")


# --- operations -----------------------------------------------------------------------------------------------------

Rule = Callable[[Writer, JSON, Scope], Code]
_SIGNS = {"=": "==", "\\ne": "!=", "<": "<", ">": ">", "\\le": "<=", "\\ge": ">="}


def _number(writer: Writer, node: JSON, scope: Scope) -> Code:
    return Code(node["text"], plain=True)


def _constant(writer: Writer, node: JSON, scope: Scope) -> Code:
    names = {"3.141592653589793": "pi", "2.718281828459045": "e", "Infinity": "inf"}
    return Code(f"{writer.dialect.name}.{names[node['value']]}", plain=True)


def _add(writer: Writer, node: JSON, scope: Scope) -> Code:
    first, *others = node["parts"]
    code = writer.of(first, scope)
    for term in others:
        is_less = term.get("operator") == "negate"
        code = writer.joined(
            " - " if is_less else " + ", SUM, [code, writer.of(term["parts"][0] if is_less else term, scope)]
        )
    return code


def _negate(writer: Writer, node: JSON, scope: Scope) -> Code:
    code = writer.of(node["parts"][0], scope)
    return code._replace(text=f"-{code.within(PRODUCT)}", binding=SUM)


def _multiply(writer: Writer, node: JSON, scope: Scope) -> Code:
    code, *others = writer.all(node["parts"], scope)
    for other, sign in zip(others, node["marks"], strict=True):
        code = _times(writer, code, other, sign)
    return code


def _times(writer: Writer, left: Code, right: Code, sign: str) -> Code:
    if not (left.sizes and right.sizes) or sign in ("\\odot", "\\circ"):
        return writer.joined(" * ", PRODUCT, [left, right])
    if len(left.sizes) == len(right.sizes) == 1:
        if right.row and not left.row and sign != "\\cdot":
            raise NoCode("an outer product")
        if not (left.axes and right.axes):
            first, second = (right, left) if right.axes else (left, right)
            return Code(f"{first.within(PRODUCT)} @ {second.within(SIGN)}", first.axes, (), PRODUCT)
        return writer.reduced("sum", writer.joined(" * ", PRODUCT, [left, right]))
    if left.axes or right.axes:
        raise NoCode("a product of matrices with an index")
    sizes = (*left.sizes[:-1], *right.sizes[1:])
    return Code(f"{left.within(PRODUCT)} @ {right.within(SIGN)}", (), sizes, PRODUCT, left.row)


def _divide(writer: Writer, node: JSON, scope: Scope) -> Code:
    return writer.joined(" / ", PRODUCT, writer.all(node["parts"], scope))


def _power(writer: Writer, node: JSON, scope: Scope) -> Code:
    base, exponent = node["parts"]
    if base["type"] == "Constant" and base["value"].startswith("2.718"):
        return writer.call("exp", writer.of(exponent, scope))
    one, other = writer.all((base, exponent), scope)
    if one.sizes:
        raise NoCode("a power of a matrix")
    axes, _, _ = aligned([one, other])
    one, other = spread(one, axes, ()), spread(other, axes, ())
    return Code(f"{one.within(ATOM)} ** {other.within(POWER)}", axes, (), POWER, False, one.plain and other.plain)


def _function(name: str) -> Rule:
    def rule(writer: Writer, node: JSON, scope: Scope) -> Code:
        code = writer.of(node["parts"][0], scope)
        return writer.call(name, code, row=code.row)

    return rule


def _log(writer: Writer, node: JSON, scope: Scope) -> Code:
    body, *base = (writer.call("log", code) for code in writer.all(node["parts"], scope))
    return writer.joined(" / ", PRODUCT, [body, *base]) if base else body


def _root(writer: Writer, node: JSON, scope: Scope) -> Code:
    if len(node["parts"]) > 1:
        raise NoCode("a root of another degree")
    return _function("sqrt")(writer, node, scope)


def _extreme(name: str) -> Rule:
    def rule(writer: Writer, node: JSON, scope: Scope) -> Code:
        codes = writer.all(node["parts"], scope)
        if len(codes) == 1:
            return writer.reduced(name, codes[0], len(codes[0].sizes))
        code = codes[0]
        for other in codes[1:]:
            code = _larger(writer, name, code, other)
        return code

    return rule


def _larger(writer: Writer, name: str, one: Code, other: Code) -> Code:
    if writer.dialect.scalars or not (one.plain or other.plain):
        return writer.call(f"{name}imum", one, other)
    bound, code = (one, other) if one.plain else (other, one)
    limit = "min" if name == "max" else "max"
    text = writer.dialect.call("clamp", code.text, f"{limit}={bound.text}")
    return Code(text, code.axes, code.sizes, ATOM)


def _aggregate(name: str) -> Rule:
    def rule(writer: Writer, node: JSON, scope: Scope) -> Code:
        code = writer.of(node["parts"][0], scope)
        return writer.reduced(name, code, len(code.sizes))

    return rule


def _absolute(writer: Writer, node: JSON, scope: Scope) -> Code:
    return _norm(writer, {**node, "marks": ["2"]}, scope)


def _norm(writer: Writer, node: JSON, scope: Scope) -> Code:
    code = writer.of(node["parts"][0], scope)
    if not code.sizes:
        return writer.call("abs", code)
    if len(code.sizes) > 1 or node["marks"][0] not in ("1", "2"):
        raise NoCode("the norm of a matrix")
    if node["marks"][0] == "1":
        return writer.reduced("sum", writer.call("abs", code))
    along = [f"{writer.dialect.axis}=-1"] if code.axes else []
    return Code(writer.dialect.call("linalg.norm", code.text, *along), code.axes)


def _indicator(writer: Writer, node: JSON, scope: Scope) -> Code:
    return writer.chosen(writer.holds(node["parts"][0], scope), Code("1.0", plain=True), Code("0.0", plain=True))


def _cases(writer: Writer, node: JSON, scope: Scope) -> Code:
    code = Code(f"{writer.dialect.name}.nan", plain=True)
    for row in reversed(node["parts"]):
        value = writer.of(row["value"], scope)
        condition = row["condition"] and writer.holds(row["condition"], scope)
        code = value if condition is None else writer.chosen(condition, value, code)
    return code


def _transpose(writer: Writer, node: JSON, scope: Scope) -> Code:
    code = writer.of(node["parts"][0], scope)
    if len(code.sizes) < 2:
        return code._replace(row=not code.row)
    if code.axes:
        raise NoCode("a transposed matrix with an index")
    return Code(f"{code.within(ATOM)}.T", (), code.sizes[::-1])


def _inner(writer: Writer, node: JSON, scope: Scope) -> Code:
    left, right = writer.all(node["parts"], scope)
    return _times(writer, left._replace(row=True), right, "\\cdot")


def _list(writer: Writer, node: JSON, scope: Scope) -> Code:
    codes = writer.all(node["parts"], scope)
    if any(code.axes or code.sizes for code in codes):
        raise NoCode("a list of vectors, or of what has an index")
    name = "array" if writer.dialect.scalars else "stack"
    parts = [code.text if writer.dialect.scalars else f"{writer.dialect.name}.as_tensor({code.text})" for code in codes]
    return Code(writer.dialect.call(name, f"[{', '.join(parts)}]"), (), (str(len(codes)),))


def _matrix(writer: Writer, node: JSON, scope: Scope) -> Code:
    if any(len(row["parts"]) > 1 for row in node["parts"]):
        raise NoCode("a matrix of several columns")
    return _list(writer, {"parts": [row["parts"][0] for row in node["parts"]]}, scope)


def _kronecker(writer: Writer, node: JSON, scope: Scope) -> Code:
    same = writer.joined(" == ", COMPARE, writer.all(node["parts"], scope))
    return writer.chosen(same, Code("1.0", plain=True), Code("0.0", plain=True))


def _percent(writer: Writer, node: JSON, scope: Scope) -> Code:
    return writer.joined(" / ", PRODUCT, [writer.of(node["parts"][0], scope), Code("100", plain=True)])


def _over(function: str, neutral: str) -> Rule:
    return lambda writer, node, scope: writer.over(function, neutral)(node, scope)


_SAME_NAME = ("exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "sign", "sqrt", "floor")
_LEAVES: Mapping[str, Rule] = {
    "Number": _number, "Constant": _constant, "Index": Writer.index, "Argument": Writer.argument,
    "Sample": Writer.sample, "Defined": Writer.defined, "Each": Writer.each, "Slope": Writer.slope,
}  # fmt: skip
_OPERATORS: Mapping[str, Rule] = {
    **{name: _function(name) for name in _SAME_NAME},
    "add": _add, "negate": _negate, "multiply": _multiply, "divide": _divide, "percent": _percent, "power": _power,
    "root": _root, "log": _log, "ceiling": _function("ceil"), "arsinh": _function("arcsinh"),
    "arcosh": _function("arccosh"), "artanh": _function("arctanh"), "largest": _extreme("max"),
    "smallest": _extreme("min"), "mean": _aggregate("mean"), "total": _aggregate("sum"), "absolute": _absolute,
    "norm": _norm, "indicator": _indicator, "cases": _cases, "transpose": _transpose, "inner": _inner,
    "vector": _list, "matrix": _matrix, "kronecker": _kronecker,
    "sum": _over("sum", "0.0"), "prod": _over("prod", "1.0"), "max": _over("max", "-{}.inf"),
    "min": _over("min", "{}.inf"), "argmax": _over("argmax", "-{}.inf"), "argmin": _over("argmin", "{}.inf"),
}  # fmt: skip
