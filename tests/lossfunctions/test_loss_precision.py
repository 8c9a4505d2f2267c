"""Numbers of lower precision mean their doubles: no argument takes digits from what is computed."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from loss_calls import GOOD, NUMERIC, PUBLIC

FLOATS = ["float16", "float32"]
WHOLE = ["bool", "int8", "uint8", "int16", "int32", "int64", "uint64"]


def results(function: str, arguments: dict[str, Any]) -> list[np.ndarray]:
    result = PUBLIC[function](**arguments)
    return list(map(np.asarray, result if isinstance(result, tuple) else [result]))


def compare(function: str, parameter: str, low: np.ndarray) -> None:
    got = results(function, GOOD[function] | {parameter: low})
    exact = results(function, GOOD[function] | {parameter: low.astype(np.float64)})
    assert [part.tolist() for part in got] == [part.tolist() for part in exact]
    assert all(part.dtype in (np.float64, np.intp) for part in got)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(("function", "parameter"), NUMERIC)
def test_a_short_float_is_its_double(function: str, parameter: str, dtype: str) -> None:
    compare(function, parameter, np.asarray(GOOD[function][parameter]).astype(dtype))


def whole_numbers(function: str, parameter: str) -> Iterator[np.ndarray]:
    """The whole numbers, in the shape of the good argument, that the function takes there."""
    good = np.trunc(GOOD[function][parameter])
    first = np.zeros_like(good)
    first.flat[0] = 1
    for value in good, 3 * good, np.full_like(good, 3), np.full_like(good, 1), first:
        try:
            results(function, GOOD[function] | {parameter: value})
        except ValueError:
            continue
        yield value


@pytest.mark.parametrize(("function", "parameter"), [case for case in NUMERIC if case[1] not in ("alpha", "level")])
def test_a_whole_number_is_its_double(function: str, parameter: str) -> None:
    values = list(whole_numbers(function, parameter))
    assert values
    for value in values:
        for dtype in WHOLE:
            if (low := value.astype(dtype)).tolist() == value.tolist():
                compare(function, parameter, low)


def test_the_gradient_that_descent_is_given_may_be_short() -> None:
    path = PUBLIC["gradient_descent"](lambda w: np.float16(w), 0.1, 0.3, 1)
    assert path[1] == 0.1 - 0.3 * float(np.float16(0.1))
