"""The Python expressions that a formula is checked against: `hinge(y, s, reduction='sum')`.

An expression is read into Python's own syntax tree and evaluated node by node. It may name the page's symbols and the
public names of the module, call the module's functions, take elements and fields of what they return, and use
arithmetic, literals and the few functions of `BUILTINS`. Nothing else is evaluated: no attribute that begins with an
underscore, no comprehension, no lambda, and no work beyond what the module's own functions do.

Example:
    >>> Expression("2 * x + 1").value({"x": 1.0})
    3.0
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import math
import operator
import types
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NoReturn

import numpy as np

from executable_math.latex.tree import MathError

LONGEST = 1000
_LARGEST = 10.0**15
_MOST_DIGITS = 1000
_MOST_STEPS = 10**6

BUILTINS: Mapping[str, Any] = {
    "log": np.log, "exp": np.exp, "sqrt": np.sqrt, "abs": np.abs, "sum": np.sum, "mean": np.mean, "max": np.max,
    "min": np.min, "len": len, "array": lambda items: np.asarray(items), "sign": np.sign, "pi": math.pi, "e": math.e,
    "inf": math.inf, "log10": np.log10, "log2": np.log2, "argmax": np.argmax, "argmin": np.argmin, "round": np.round,
    "norm": np.linalg.norm, "True": True, "False": False, "None": None,
}  # fmt: skip

_OPTIONS = ("axis", "keepdims", "ord", "decimals")
_OF_NUMPY = [value for value in BUILTINS.values() if callable(value)]
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.MatMult: operator.matmul, ast.Pow: operator.pow,
}  # fmt: skip
_SIGNS: dict[type[ast.unaryop], Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}
_ARRAY_FIELDS = frozenset(["T", "shape", "size", "ndim"])


class Refused(MathError):
    """An expression that is not evaluated; `span` is the place in the expression."""


class Expression:
    """A Python expression over a page's symbols and a module's public names.

    Args:
        text: The expression.

    Attributes:
        names: The names that it uses.
        called: The names among them that are called, in order.
        numbers: The numbers that are written in it.

    Raises:
        Refused: The text is not an expression of the kind that is evaluated.
    """

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        self._tree = _parsed(self.text)
        found = list(ast.walk(self._tree))
        self.names = frozenset(node.id for node in found if isinstance(node, ast.Name))
        self.called = tuple(dict.fromkeys(ast.unparse(node.func) for node in found if isinstance(node, ast.Call)))
        self.numbers = tuple(
            node.value for node in found if isinstance(node, ast.Constant) and isinstance(node.value, int | float)
        )
        _refuse_unknown_nodes(self._tree)

    def arguments(self, function: str) -> list[list[str]]:
        """The names of the arguments of each call of a function, without their own names and places.

        Example:
            >>> Expression("hinge(y[i], s, reduction='sum')").arguments("hinge")
            [['y', 's']]
        """
        calls = (node for node in ast.walk(self._tree) if isinstance(node, ast.Call))
        return [
            [ast.unparse(part.value if isinstance(part, ast.Subscript) else part) for part in call.args]
            for call in calls
            if ast.unparse(call.func) == function
        ]

    def value(self, names: Mapping[str, Any]) -> Any:
        """The value of the expression.

        Args:
            names: The values of names; those that are missing are looked up in BUILTINS.

        Raises:
            Refused: A name is not known, or the work has no bound.
            Exception: Whatever a function of the module raises.
        """
        return _value(self._tree, names)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise Refused(f"an expression of {len(text)} characters", (LONGEST, LONGEST), f"at most {LONGEST}")
    if not text or max(text.count(mark) for mark in "([{-~+") > 100:
        raise Refused("an empty expression" if not text else "an expression nested too deeply", (0, 1), "f(x, y)")
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as problem:
        place = max((getattr(problem, "offset", 1) or 1) - 1, 0)
        raise Refused("not a Python expression", (place, place + 1), "such as f(x, y)") from problem


_ALLOWED = (
    ast.Name, ast.Call, ast.Attribute, ast.Constant, ast.BinOp, ast.UnaryOp, ast.Subscript, ast.Slice, ast.Tuple,
    ast.List, ast.keyword, ast.Load, *_OPERATORS, *_SIGNS,
)  # fmt: skip


def _refuse_unknown_nodes(tree: ast.expr) -> None:
    for node in ast.walk(tree):
        if not isinstance(node, _ALLOWED) or (isinstance(node, ast.keyword) and node.arg is None):
            _refuse("this is not evaluated here", node, "names, calls, literals, arithmetic and indexing")
        hidden = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if hidden.startswith("_"):
            _refuse(f"{hidden} is private", node, "a public name of the module")
        if isinstance(node, ast.Constant):
            _refuse_constant(node)


def _refuse_constant(node: ast.Constant) -> None:
    if not isinstance(node.value, int | float | str | bool | None):
        _refuse(f"a literal of type {type(node.value).__name__}", node, "a number or a string")
    if isinstance(node.value, int | float) and not abs(node.value) < _LARGEST:
        _refuse("a number this large", node, "at most 1e15")


def _refuse(message: str, node: ast.AST, advice: str = "") -> NoReturn:
    start = getattr(node, "col_offset", 0)
    raise Refused(message, (start, getattr(node, "end_col_offset", start + 1)), advice)


def _value(node: ast.AST, names: Mapping[str, Any]) -> Any:
    return _RULES[type(node)](node, names)


def _name(node: ast.Name, names: Mapping[str, Any]) -> Any:
    if node.id in names:
        return names[node.id]
    if node.id in BUILTINS:
        return BUILTINS[node.id]
    _refuse(f"{node.id} is no public name of the module and no symbol of the page", node, _near(node.id, names))


def _near(name: str, names: Mapping[str, Any]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, [*names, *BUILTINS], 1)
    return close[0] if close else "a name that the module has, or a declared symbol"


def _called(node: ast.Call, names: Mapping[str, Any]) -> Any:
    function = _value(node.func, names)
    if not callable(function):
        _refuse(f"{ast.unparse(node.func)} is not a function", node.func, "a function of the module")
    _refuse_option_of_numpy(function, node)
    arguments = [unwritable(_value(argument, names)) for argument in node.args]
    keywords = {word.arg: unwritable(_value(word.value, names)) for word in node.keywords if word.arg}
    if any(isinstance(value, int) and abs(value) > _MOST_STEPS for value in (*arguments, *keywords.values())):
        _refuse("a whole number this large in a call", node, f"at most {_MOST_STEPS}: it may be a number of steps")
    try:
        return function(*arguments, **keywords)
    except TypeError:
        _refuse_other_arguments(node, function, arguments, keywords)
        raise


def _refuse_other_arguments(node: ast.Call, function: Any, arguments: list[Any], keywords: dict[str, Any]) -> None:
    """Refuse arguments that a function does not take: each Python says so in other words."""
    try:
        signature = inspect.signature(function)
    except ValueError:  # some that are written in C do not say what they take
        return
    try:
        signature.bind(*arguments, **keywords)
    except TypeError:
        plain = [item.replace(annotation=item.empty) for item in signature.parameters.values()]
        name = ast.unparse(node.func)
        _refuse(f"{name} does not take these arguments", node, f"{name}{inspect.Signature(plain)}")


def unwritable(value: Any) -> Any:
    """A value whose array, if it is one, cannot be changed by the function that is given it."""
    if isinstance(value, np.ndarray):
        value = value.view()
        value.flags.writeable = False
    return value


def _refuse_option_of_numpy(function: Any, node: ast.Call) -> None:
    """Let functions of NumPy write nowhere, leave nothing out, and count in no other type."""
    if not (isinstance(function, np.ufunc) or str(getattr(function, "__module__", "")).startswith("numpy")):
        return
    if wrong := [word for word in node.keywords if word.arg not in _OPTIONS]:
        _refuse(f"the option {wrong[0].arg} of {ast.unparse(node.func)}", wrong[0], f"only {', '.join(_OPTIONS)}")
    most = function.nin if isinstance(function, np.ufunc) else 2
    if len(node.args) > most and function in _OF_NUMPY:
        _refuse(f"{len(node.args)} arguments of {ast.unparse(node.func)}", node, f"at most {most}, and options by name")


def _attribute(node: ast.Attribute, names: Mapping[str, Any]) -> Any:
    """A public name of a module, a field of a returned record, or the shape of an array; nothing else."""
    owner = _value(node.value, names)
    if isinstance(owner, types.ModuleType):
        found = public_names(owner)
        if node.attr in found:
            return found[node.attr]
    elif isinstance(owner, np.ndarray):
        if node.attr in _ARRAY_FIELDS:
            return getattr(owner, node.attr)
    elif node.attr in _fields(owner):
        return getattr(owner, node.attr)
    _refuse(
        f".{node.attr} is not evaluated here", node, "a field of a named tuple or dataclass, or a name of the module"
    )


def _fields(owner: Any) -> tuple[str, ...]:
    if isinstance(owner, type):
        return ()
    if dataclasses.is_dataclass(owner):
        return tuple(item.name for item in dataclasses.fields(owner))
    return tuple(getattr(owner, "_fields", ())) if isinstance(owner, tuple) else ()


def _arithmetic(node: ast.BinOp, names: Mapping[str, Any]) -> Any:
    left, right = _number(node.left, names), _number(node.right, names)
    if isinstance(node.op, ast.Pow):
        return _power(left, right, node)
    return _OPERATORS[type(node.op)](left, right)


def _number(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """An operand: a number or an array; lists become arrays, so that no operation repeats them."""
    value = _value(node, names)
    if isinstance(value, list | tuple):
        value = np.asarray(value)
    if isinstance(value, str) or value is None or callable(value) or np.asarray(value).dtype.hasobject:
        _refuse("arithmetic with what is not a number", node, "numbers and arrays")
    return value


def _power(left: Any, right: Any, node: ast.BinOp) -> Any:
    """A power in floating point where its digits would have no bound."""
    if isinstance(left, int) and isinstance(right, int):
        digits = right * math.log10(abs(left) + 1)
        if abs(digits) > _MOST_DIGITS:
            _refuse("a power this large", node, f"at most {_MOST_DIGITS} digits")
    return left**right


def _signed(node: ast.UnaryOp, names: Mapping[str, Any]) -> Any:
    return _SIGNS[type(node.op)](_number(node.operand, names))


def _element(node: ast.Subscript, names: Mapping[str, Any]) -> Any:
    owner = _value(node.value, names)
    if not isinstance(owner, np.ndarray | tuple | list):
        _refuse("an element of what is not an array", node, "y[i]")
    return owner[_value(node.slice, names)]


_RULES: dict[type[ast.AST], Callable[[Any, Mapping[str, Any]], Any]] = {
    ast.Name: _name, ast.Call: _called, ast.Attribute: _attribute, ast.BinOp: _arithmetic, ast.UnaryOp: _signed,
    ast.Subscript: _element, ast.Constant: lambda node, names: node.value,
    ast.Tuple: lambda node, names: tuple(_value(item, names) for item in node.elts),
    ast.List: lambda node, names: [_value(item, names) for item in node.elts],
    ast.Slice: lambda node, names: slice(
        *(None if part is None else _value(part, names) for part in (node.lower, node.upper, node.step))
    ),
}  # fmt: skip


def public_names(module: Any) -> dict[str, Any]:
    """The public names of a module: those of `__all__`, or those that it defines itself.

    Example:
        >>> sorted(public_names(types.SimpleNamespace(double=lambda x: 2 * x, _hidden=1)))
        ['double']
    """
    if module is None:
        return {}
    listed = getattr(module, "__all__", None)
    if listed is not None:
        return {name: getattr(module, name) for name in listed if not name.startswith("_") and hasattr(module, name)}
    return {name: value for name, value in vars(module).items() if not name.startswith("_") and _own(value, module)}


def _own(value: Any, module: Any) -> bool:
    """Whether a value belongs to a module, and was not imported into it from elsewhere."""
    root = getattr(module, "__name__", "").split(".")[0]
    if isinstance(value, types.ModuleType):
        return bool(root) and value.__name__.startswith(root + ".")
    if not root or not callable(value):
        return True
    return (getattr(value, "__module__", "") or "").split(".")[0] == root
