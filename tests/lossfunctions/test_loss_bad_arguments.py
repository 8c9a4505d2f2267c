"""Every argument of every function is given what it is not: the error names it, and nothing else comes of it."""

import inspect
import re
from fractions import Fraction
from typing import NoReturn

import numpy as np
import pytest
from loss_calls import GOOD, NUMERIC, PARAMETERS, PUBLIC

every_argument = pytest.mark.parametrize(("function", "parameter"), PARAMETERS)
every_number = pytest.mark.parametrize(("function", "parameter"), NUMERIC)


class Broken:
    """A foreign array that cannot be converted, nor printed."""

    def __array__(self, dtype: object = None, copy: object = None) -> NoReturn:
        raise RuntimeError

    def __repr__(self) -> NoReturn:
        raise RuntimeError


def endless() -> list[object]:
    itself: list[object] = []
    itself.append(itself)
    return itself


def nested(depth: int) -> list[object]:
    value: list[object] = [1.0]
    for _ in range(depth):
        value = [value]
    return value


# What no argument can be, whatever it is for
NOTHING = {
    "text": "half",
    "digits": "1",
    "bytes": b"half",
    "texts": np.array(["1", "2"]),
    "objects": np.array([None, 1.0], dtype=object),
    "fractions": [Fraction(1, 2)],
    "none in a list": [None],
    "complex": 1j,
    "complex numbers": np.array([1j, 1.0]),
    "ragged": [[1.0], [1.0, 2.0]],
    "empty": [],
    "empty rows": np.zeros((0, 3)),
    "empty columns": np.zeros((3, 0)),
    "nan": float("nan"),
    "nan in an array": np.array([np.nan, 1.0]),
    "mask": np.ma.array([1.0, 0.0], mask=[False, True]),
    "mask without a masked entry": np.ma.array([1.0, 0.0]),
    "masked constant": np.ma.masked,
    "masked in lists": ([1.0, 0.0], [1.0, np.ma.masked]),
    "dictionary": {"y": 1.0},
    "set": {1.0, 2.0},
    "iterator": iter([1.0]),
    "type": float,
    "object": object(),
    "broken": Broken(),
    "endless": endless(),
    "deep": nested(5000),
    "date": np.datetime64("2018-01-01"),
    "duration": np.timedelta64(1, "s"),
    "record": np.zeros(2, dtype=[("y", float)]),
    "long double": np.longdouble(1),
    "huge integer": 10**400,
}

# What some arguments can be and others cannot
ODD = {
    "infinity": np.inf,
    "minus infinity": [-np.inf],
    "minus one": -1,
    "a half": 0.5,
    "zero": 0,
    "truth": True,
    "many axes": np.full((2, 3, 5), 0.2),
    "five": np.full(5, 0.2),
    "seven rows": np.eye(7),
    "one column": [[1.0]] * 4,
    "beyond": [5.0, -3.0],
}
# Not for numbers of steps, which would be taken one by one
LARGE = {"large": 1e308, "small": 5e-324, "largest of both signs": [1.7e308, -1.7e308], "size": 2**62}


def said(function: str, parameter: str, value: object) -> str:
    """What is said of a value, or nothing where it is taken; what is raised or warned of in another way stands out."""
    try:
        PUBLIC[function](**GOOD[function] | {parameter: value})
    except ValueError as error:
        return str(error)
    except Exception as error:
        return f"{type(error).__name__}: ..."
    return ""


def test_every_function_and_parameter_has_a_good_argument() -> None:
    assert set(PARAMETERS) == {(function, parameter) for function, good in GOOD.items() for parameter in good}
    for function, good in GOOD.items():
        PUBLIC[function](**good)


@every_argument
def test_what_no_argument_can_be_is_refused_by_name(function: str, parameter: str) -> None:
    messages = {kind: said(function, parameter, value) for kind, value in NOTHING.items()}
    if parameter == "gradient":
        del messages["type"]  # It can be called.
    assert {kind: message for kind, message in messages.items() if not re.search(rf"\b{parameter}\b", message)} == {}


@every_argument
def test_none_is_refused_by_name_where_it_is_not_the_default(function: str, parameter: str) -> None:
    default = inspect.signature(PUBLIC[function]).parameters[parameter].default
    assert (default is None) == (not said(function, parameter, None))
    assert default is None or said(function, parameter, None).startswith(f"{parameter} is None; {parameter} must be ")


@every_number
def test_what_some_arguments_cannot_be_is_taken_or_an_argument_is_named(function: str, parameter: str) -> None:
    values = ODD if parameter == "steps" else ODD | LARGE
    messages = {kind: said(function, parameter, value) for kind, value in values.items()}
    named = re.compile(rf"\b({'|'.join(GOOD[function])})\b")
    assert {kind: message for kind, message in messages.items() if message and not named.search(message)} == {}


@every_number
def test_what_is_not_a_number_is_placed(function: str, parameter: str) -> None:
    value = np.full(np.shape(GOOD[function][parameter]), np.nan)
    with pytest.raises(ValueError, match=rf"^{parameter}(\[0(, 0)?\])? is nan; {parameter} must be a number$"):
        PUBLIC[function](**GOOD[function] | {parameter: value})
