import contextlib
import itertools
import math
import os
import types
from typing import Any

import numpy as np
import pytest
import sample_module
from hypothesis import given, settings
from hypothesis import strategies as st

from executable_math.foreign.expression import Expression, Refused, public_names
from steps import steps

NAMES = {
    **public_names(sample_module),
    "x": np.array([1.0, 2.0, 3.0]),
    "y": np.array([[1.0, 2.0], [3.0, 4.0]]),
    "s": 0.5,
    "sample": sample_module,
}


def value(text: str) -> Any:
    return Expression(text).value(NAMES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("-s ** 2", -0.25),
        ("x[0]", 1),
        ("x[-1]", 3),
        ("x[1:]", [2, 3]),
        ("y[0, 1]", 2),
        ("y[:, 0]", [1, 3]),
        ("y.T[0]", [1, 3]),
        ("y.shape[0]", 2),
        ("x @ x", 14),
        ("7 // 2 + 7 % 2", 4),
        ("hinge(-1, 0.2)", 1.2),
        ("hinge(array([1, -1]), [0.5, 0.5], reduction='sum')", 2),
        ("log(e) + exp(0) + sqrt(4) + abs(-1) + pi", 5 + math.pi),
        ("sum(x) + mean(x) + max(x) - min(x)", 10),
        ("fit([0, 1], [1, 3]).slope", 2),
        ("sample.hinge(1, 1)", 0),
        ("GRAVITY", 9.81),
        ("[1, 2] + 1", [2, 3]),
        ("(1, 2)", [1, 2]),
        ("inf", math.inf),
        ("2 ** -1", 0.5),
        ("1e3", 1000),
    ],
)
def test_what_is_evaluated(text: str, expected: float | list[int]) -> None:
    assert np.allclose(value(text), expected)


def test_the_names_and_the_calls_of_an_expression() -> None:
    found = Expression("hinge(y, s0, reduction='sum') / len(y)")
    assert found.names == {"hinge", "y", "s0", "len"}
    assert found.called == ("hinge", "len")


@pytest.mark.parametrize(
    ("text", "message", "column", "advice"),
    [
        ("hinges(1, 1)", "hinges is no public name", 0, "hinge"),
        ("1 + q", "q is no public name", 4, ""),
        ("x(1)", "x is not a function", 0, "a function of the module"),
        ("1 )", "not a Python expression", 2, "f(x, y)"),
        ("", "an empty expression", 0, "f(x, y)"),
        ("'a' + 'b'", "arithmetic with what is not a number", 0, "numbers"),
        ("fit([0, 1], [1, 3]).intercepts", ".intercepts is not evaluated", 0, "a field"),
        ("s[0]", "an element of what is not an array", 0, "y[i]"),
        ("1 + hinge(1)", "hinge does not take these arguments", 4, "hinge(y, s, reduction='mean')"),
        ("hinge(1, 1, margins=1)", "hinge does not take these arguments", 0, "hinge(y, s, reduction='mean')"),
        ("len(x, x)", "len does not take these arguments", 0, "len(obj, /)"),
    ],
)
def test_what_is_wrong_says_where_and_what_to_write(text: str, message: str, column: int, advice: str) -> None:
    with pytest.raises(Refused) as caught:
        value(text)
    assert message in caught.value.reason
    assert caught.value.span is not None
    assert caught.value.span[0] == column
    assert advice in caught.value.advice


def test_an_error_within_a_function_is_its_own() -> None:
    with pytest.raises(TypeError, match="ufunc"):
        value("hinge('a', 1)")


ATTRIBUTES = [
    "__class__", "__bases__", "__mro__", "__subclasses__", "__globals__", "__code__", "__builtins__", "__dict__",
    "__init__", "__import__", "__reduce__", "__getattribute__", "_SECRET", "__wrapped__", "__closure__",
]  # fmt: skip
OWNERS = ["x", "s", "hinge", "()", "''", "sample", "1.0", "[]"]
ARRAY_METHODS = ["tofile", "dump", "tobytes", "resize", "data", "ctypes", "base", "flags", "view", "setflags", "tolist"]
MODULES = [
    "os",
    "sys",
    "subprocess",
    "np",
    "numpy",
    "builtins",
    "importlib",
    "types",
    "sample_module",
    "pathlib",
    "ctypes",
]
FUNCTIONS = [
    "eval('1')", "exec('1')", "compile('1', '', 'eval')", "open('/etc/passwd')", "input()", "print(1)",
    "getattr(x, 'T')",
    "setattr(x, 'T', 1)", "delattr(x, 'T')", "vars()", "globals()", "locals()", "dir()", "type(x)", "object()",
    "super()",
    "breakpoint()", "exit()", "quit()", "help()", "memoryview(x)", "bytes(10**9)", "bytearray(10**9)", "range(10**9)",
    "list(x)", "tuple(x)", "dict(a=1)", "set(x)", "str(x)", "int('9' * 9)", "iter(x)", "map(hinge, x)",
    "filter(None, x)",
    "zip(x, x)", "enumerate(x)", "pow(9, 9)", "divmod(9, 9)", "id(x)", "hash(1)", "format(1, '9')", "repr(x)",
    "__import__('os')", "hasattr(x, 'T')", "callable(x)", "isinstance(x, int)", "sorted(x)", "reversed(x)", "any(x)",
]  # fmt: skip
SYNTAX = [
    "lambda: 0", "(lambda: 0)()", "[a for a in x]", "{a for a in x}", "{a: 1 for a in x}", "(a for a in x)",
    "sum(a for a in x)",
    "1 if x else 2", "x == 1", "x < 1", "not x", "x and x", "x or x", "x is x", "1 in x", "{1: 2}", "{1, 2}", "{**x}",
    "[*x]",
    "hinge(*x)", "hinge(**x)", "(q := 1)", "f'{x}'", "f'{x!r:>{10}}'", "b'x'", "...", "1j", "await x", "yield", "x; x",
    "import os", "x = 1", "del x", "x += 1", "assert x", "pass", "return 1", "def f(): pass", "class A: pass",
    "for a in x: 1",
    "while 1: 1", "try: 1\nexcept: 1", "with x: 1", "global x", "raise x", "@x", "x->y", "x!", "$x", "`x`", "hinge(",
    ")", "x[", "]",
    "a.b.c", "x..T", "1..real", "x.T.base", "hinge.x", "fit([0, 1], [1, 3])._replace", "fit([0, 1], [1, 3]).__class__",
    "fit([0, 1], [1, 3]).count", "sample._SECRET", "sample.np", "sample.reduced", "sample.NamedTuple",
    "sample.__name__",
]  # fmt: skip
COSTLY = [
    "9**9**9", "9**9**9**9", "10**10**10", "-9**9**9", "(9**9)**(9**9)", "2**100000", "fall(1, 10**9)", "1e16",
    "9" * 400, "1 << 10**9",
    "'a' * 10**9", "'%s' % x", "'{}'.format(x)", "'a'.join(x)", "(((" * 200 + "1" + ")))" * 200, "-" * 500 + "1",
    "1" + "+1" * 600, "x" * 2000, "~x", "x ^ x", "x | x", "x & x", "x >> 1", "[" * 150 + "]" * 150,
    "x[" * 120 + "0" + "]" * 120,
    "\x00", "x\x00", "\ud800", "é(", "(" * 10**5,
]  # fmt: skip
HOSTILE = [
    *(f"{owner}.{name}" for owner, name in itertools.product(OWNERS, ATTRIBUTES)),
    *(f"x.{name}" for name in ARRAY_METHODS),
    *(f"{module}.system" for module in MODULES),
    *FUNCTIONS,
    *SYNTAX,
    *COSTLY,
]


def test_there_are_enough_hostile_expressions() -> None:
    assert len(set(HOSTILE)) >= 200


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_hostile_is_refused_at_once(text: str) -> None:
    def refused() -> None:
        with pytest.raises(Refused):
            value(text)

    assert steps(refused) < 100_000


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(["x", "s", "hinge", "(", ")", "[", "]", ",", ".", "+", "*", "**", "-", "1", "'a'", "=", ":"])
    )
)
def test_any_pieces_end_in_a_value_or_in_a_known_error(pieces: list[str]) -> None:
    with contextlib.suppress(Refused, ValueError, TypeError, IndexError, ZeroDivisionError):
        Expression("".join(pieces)).value({"x": np.ones(2), "s": 2.0, "hinge": sample_module.hinge})


def test_arithmetic_does_not_repeat_a_list() -> None:
    assert value("[1, 2] * 3").tolist() == [3, 6]


def test_the_public_names_of_a_module_are_its_own() -> None:
    module = types.ModuleType("project.losses")
    double = types.FunctionType((lambda x: 2 * x).__code__, {"__name__": "project.losses"})
    double.__module__ = "project.losses"
    part = types.ModuleType("project.losses.part")
    vars(module).update(os=os, path=os.path.join, rate=0.1, _hidden=1, double=double, part=part)
    assert set(public_names(module)) == {"rate", "double", "part"}


def test_all_says_what_is_public() -> None:
    module = types.SimpleNamespace(__all__=["a", "_b", "missing"], a=1, _b=2, c=3)
    assert public_names(module) == {"a": 1}
    assert public_names(None) == {}
