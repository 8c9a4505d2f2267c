"""Samples of numbers, vectors and matrices, and what is done with whole arrays of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from executable_math.foreign.expression import unwritable
from executable_math.foreign.process import Foreign, Home, Trouble
from executable_math.latex.tree import MathError, Node, TooMuch, name_of, walk
from executable_math.values.derivative import Array, Dual, Real, linear, primal, total
from executable_math.values.numbers import are_balls, of_code, only_doubles, same

_RELATIVE, _ABSOLUTE = 1e-7, 1e-10
MOST_ROWS = 6  # of a determinant that a derivative is taken of: its cofactors are 6! products


class Value(NamedTuple):
    """Samples of a scalar, vector or matrix: axes for indices, one for samples, then `rank` axes of its own."""

    data: Real
    rank: int = 0
    row: bool = False


def widened(array: Array, count: int) -> Array:
    """With more axes at the end."""
    return array.reshape(*array.shape, *[1] * count) if count else array


def aligned(left: Value, right: Value, node: Node) -> tuple[Real, Real, int]:
    """Two values with the same number of axes of their own; a number goes with every element."""
    rank = max(left.rank, right.rank)
    if left.rank == right.rank == 0:
        return left.data, right.data, 0
    a = linear(lambda array: widened(array, rank - left.rank), left.data) if rank > left.rank else left.data
    b = linear(lambda array: widened(array, rank - right.rank), right.data) if rank > right.rank else right.data
    if left.rank and right.rank and (left.rank != right.rank or own_shape(left) != own_shape(right)):
        raise MathError(f"{shown_shape(left)} and {shown_shape(right)} do not fit", node.span, "values of one shape")
    return a, b, rank


def close(one: Array, other: Array) -> Array:
    """Where two values are the same up to rounding.

    What is left where large terms cancel is small and has few digits. A constant is no such rest: it has them all.
    """
    if are_balls(one) or are_balls(other):
        return same(one, other)
    values = np.unique(np.concatenate([one, other], axis=None))
    rests = len(values) > 2 or 0 in values
    near = np.abs(one - other) <= rests * _ABSOLUTE + _RELATIVE * np.maximum(np.abs(one), np.abs(other))
    return np.asarray((near & np.isfinite(one) & np.isfinite(other)) | (one == other))


def own_shape(value: Value) -> tuple[int, ...]:
    """The shape of a vector or matrix, without indices and samples."""
    shape = primal(value.data).shape
    return shape[len(shape) - value.rank :]


def shown_shape(value: Value) -> str:
    """What kind of value this is, in words."""
    kinds = ("a number", "a row of " if value.row else "a vector of ", "a matrix of ")
    kind = kinds[value.rank] if value.rank < len(kinds) else "an array of "
    return kind + "×".join(str(size) for size in own_shape(value))


def matrix_product(left: Value, right: Value, node: Node) -> Value:
    """The product of matrices and vectors; a vector is a row where it was transposed."""
    a = left.data if left.rank == 2 else linear(lambda array: array[..., None, :], left.data)
    b = right.data if right.rank == 2 else linear(lambda array: array[..., :, None], right.data)
    if (left.rank == 1 and not left.row) or (right.rank == 1 and right.row) or a.shape[-1] != b.shape[-2]:
        raise MathError(
            f"the product of {shown_shape(left)} and {shown_shape(right)} does not fit", node.span,
            r"the number of columns of the first is that of rows of the second; \top transposes",
        )  # fmt: skip
    wide = linear(lambda array: array[..., :, :, None], a) * linear(lambda array: array[..., None, :, :], b)
    result = total(wide, -2)
    if left.rank == 1:
        return Value(linear(lambda array: array[..., 0, :], result), 1, True)
    return Value(linear(lambda array: array[..., 0], result), 1) if right.rank == 1 else Value(result, 2)


def times(left: Value, right: Value, sign: str, node: Node) -> Value:
    """A product: of numbers, of matrices, inner with a dot, element by element with a circle."""
    if sign == "\\circ" and not (left.rank or right.rank):
        advice = rf"f(g(x)) for a composition, a b for a product{as_array(node, 'ij')}"
        raise MathError("a circle between two numbers", node.span, advice)
    if sign == "*" and left.rank and right.rank:
        advice = r"A \odot B element by element, A B for the product of matrices"
        raise MathError("a star between vectors or matrices has two readings", node.span, advice)
    if sign in ("\\odot", "\\circ") or not (left.rank and right.rank):
        a, b, rank = aligned(left, right, node)
        return Value(a * b, rank, left.row or right.row)
    if max(left.rank, right.rank) > 2:
        raise MathError("a product with an array of three axes", node.span, "indices, as in x_{ijk}")
    if left.rank == 1 and right.rank == 1:
        return _vector_product(left, right, sign, node)
    return matrix_product(left, right, node)


def _vector_product(left: Value, right: Value, sign: str, node: Node) -> Value:
    if left.row or sign == "\\cdot":
        a, b, _ = aligned(left, right, node)
        return Value(total(a * b, -1))
    if right.row:
        a = linear(lambda array: array[..., :, None], left.data)
        return Value(a * linear(lambda array: array[..., None, :], right.data), 2)
    raise MathError("a product of two vectors", node.span, r"w^\top x for the inner product, \odot element by element")


def entries(value: Value) -> Real:
    """All entries of a vector or matrix, on one axis."""
    size = math.prod(own_shape(value))  # which NumPy cannot tell of an array without elements
    return linear(lambda array: array.reshape(*array.shape[: array.ndim - value.rank], size), value.data)


def inverse(matrices: Array) -> Array:
    """The inverses of matrices; NaN where there is none."""
    matrices = only_doubles(matrices)
    singular = np.linalg.det(matrices)[..., None, None] == 0
    return np.where(singular, np.nan, np.linalg.inv(np.where(singular, np.eye(matrices.shape[-1]), matrices)))


def determinant(value: Value, node: Node) -> Value:
    """The determinant of a matrix.

    Raises:
        MathError: It is no square matrix, or one too large for the derivative.
    """
    shape = own_shape(value)
    if value.rank != 2 or shape[0] != shape[1]:
        raise MathError(f"the determinant of {shown_shape(value)}", node.span, f"a square matrix{as_array(node, 'ij')}")
    if not isinstance(value.data, Dual):
        return Value(np.asarray(np.linalg.det(only_doubles(value.data))))
    if shape[0] > MOST_ROWS:
        raise TooMuch(f"a derivative of {shown_shape(value)}", node.span, f"at most {MOST_ROWS} rows")
    return Value(_by_cofactors(value.data))


def as_array(node: Node, indices: str) -> str:
    """How what is named first in a node would be declared as a vector or a matrix, which it is not."""
    names = (name_of(part.written) for part in walk(node) if part.written is not None)
    name = next((name for name in names if name and "_" not in name), "")
    return f", or declare it, `{name}_{{{indices}}}: real`" if name else ""


def _by_cofactors(matrices: Real) -> Real:
    """The determinants of matrices by the cofactors of their first rows."""
    size = matrices.shape[-1]
    if size == 1:
        return linear(lambda array: array[..., 0, 0], matrices)
    result: Real = np.zeros(())
    for k in range(size):
        entry = linear(lambda array, k=k: array[..., 0, k], matrices)  # type: ignore[misc]
        minor = linear(lambda array, k=k: np.delete(array[..., 1:, :], k, axis=-1), matrices)  # type: ignore[misc]
        result = result + (-1.0) ** k * entry * _by_cofactors(minor)
    return result


def taken(data: Array, rows: Array, positions: tuple[Array, ...]) -> Array:
    """The samples' elements at these positions; NaN outside."""
    places, outside = [], np.zeros((), bool)
    for at, size in zip(positions, data.shape[1:], strict=False):
        if at.size and not (at.min() >= 0 and at.max() < size):
            wrong = ~((at >= 0) & (at < size))
            outside = outside | wrong
            at = np.where(wrong, 0, at)
        places.append(at.astype(int))
    if any(size == 0 for size in data.shape[1 : len(positions) + 1]):
        return np.full(np.broadcast_shapes(rows.shape, *(at.shape for at in positions)), np.nan)
    found = data[(rows, *places)]
    rest = data.ndim - 1 - len(positions)
    return np.where(widened(outside, rest), np.nan, found) if outside.any() else found


def clipped(at: Array, size: int) -> Array:
    """Positions within a vector, -1 where they are outside."""
    return np.where((at >= 0) & (at < size), at, -1).astype(int)


def picked(array: Array, rank: int, places: Sequence[Array]) -> Array:
    """Elements of the value's own axes, at positions that differ by index and sample."""
    lead = array.shape[: array.ndim - rank]
    shape = np.broadcast_shapes(lead, *(place.shape for place in places))
    array = np.broadcast_to(array, shape + array.shape[array.ndim - rank :])
    grid = np.ogrid[tuple(slice(size) for size in shape)]
    return np.asarray(array[(*grid, *places)])


def spread(array: Array, ndim: int, size: int) -> Array:
    """With its first axis of the given size, also where the value does not depend on the index."""
    if array.ndim < ndim:
        array = array.reshape(*[1] * (ndim - array.ndim), *array.shape)
    return np.broadcast_to(array, (size, *array.shape[1:])) if array.shape[0] != size else array


def moved(value: Value, depth: int, size: int) -> Value:
    """The value with its outermost index as an axis of its own."""
    full = depth + 2 + value.rank
    last = -1 - value.rank
    data = linear(lambda array: np.moveaxis(spread(array, full, size), 0, last), value.data)
    return Value(data, value.rank + 1)


def stacked_values(values: Sequence[Value], node: Node) -> Value:
    """A vector of numbers, or a matrix of its rows."""
    rank = values[0].rank
    if any(value.rank != rank or own_shape(value) != own_shape(values[0]) for value in values) or rank > 1:
        raise MathError("a list of values of different shapes", node.span, "numbers, or rows of one length")
    shape = np.broadcast_shapes(*(primal(value.data).shape for value in values))
    tags = [value.data for value in values if isinstance(value.data, Dual)]
    if not tags:
        parts = [np.broadcast_to(primal(value.data), shape) for value in values]
        return Value(np.stack(parts, axis=-1 - rank), rank + 1)
    result: Real = np.zeros((*shape[: len(shape) - rank], len(values), *shape[len(shape) - rank :]))
    for place, value in enumerate(values):
        unit = np.zeros(len(values))
        unit[place] = 1.0
        unit = unit.reshape(-1, *[1] * rank)
        result = result + linear(lambda array: np.expand_dims(array, -1 - rank), value.data) * unit
    return Value(result, rank + 1)


def pointwise(module: Foreign, name: str, values: Sequence[Value], node: Node) -> Value:
    """A function of the module for each sample: at once where a few single calls give the same, else one by one."""
    arrays = [only_doubles(primal(value.data), node) for value in values]
    leads = [array.shape[: array.ndim - value.rank] for array, value in zip(arrays, values, strict=True)]
    lead = np.broadcast_shapes(*leads)
    full = [
        np.broadcast_to(array, lead + array.shape[array.ndim - value.rank :])
        for array, value in zip(arrays, values, strict=True)
    ]
    try:
        whole = module.run(called_everywhere, name, full, lead)
    except Trouble as problem:
        raise MathError(f"{name} gives no value: {problem.said}", node.span) from problem
    except MathError as problem:
        raise MathError(problem.reason, node.span) from problem
    return Value(whole, whole.ndim - len(lead))


def called_everywhere(home: Home, name: str, full: Sequence[Array], lead: tuple[int, ...]) -> Array:
    """A function of the module at every place of arrays; at once, where a few single calls give the same."""
    places = list(np.ndindex(*lead))
    tried = places[:: max(1, len(places) // 3)]
    with np.errstate(all="ignore"):
        single = [np.asarray(called(home, name, [array[at] for array in full])) for at in tried]
        try:
            whole = of_code(home.names[name](*map(unwritable, full)))
        except (ValueError, TypeError, IndexError, ZeroDivisionError, FloatingPointError):
            whole = np.empty(0)
        agree = whole.shape[: len(lead)] == lead and all(
            np.array_equal(whole[at], one, equal_nan=True) for at, one in zip(tried, single, strict=True)
        )
        if agree:
            return whole
        whole = of_code([called(home, name, [array[at] for array in full]) for at in places])
    return whole.reshape(lead + whole.shape[1:])


def called(home: Home, name: str, arguments: Sequence[Any]) -> Any:
    try:
        return home.names[name](*map(unwritable, arguments))
    except Exception as problem:
        raise MathError(f"{name} refuses {', '.join(shown(value) for value in arguments)}: {problem}") from problem


class Digits(float):
    """A double that is shown with more digits than a double has."""

    text: str

    @classmethod
    def of(cls, value: float, text: str) -> Digits:
        found = cls(value)
        found.text = text
        return found


def shown(value: Any) -> str:
    """A number, vector or matrix as it is shown to the author.

    Example:
        >>> shown(np.array([1.0, 0.5])), shown(2.0)
        ('[1, 0.5]', '2')
    """
    if np.ndim(value):
        return "[" + ", ".join(shown(item) for item in np.asarray(value)) + "]"
    if isinstance(value, Digits):
        return value.text
    if isinstance(value, str | bool | np.bool_):
        return str(value)
    if isinstance(value, complex):
        return _shown_complex(value)
    return f"{float(value) + 0.0:.10g}" if abs(float(value)) != math.inf else ("-∞" if float(value) < 0 else "∞")


def _shown_complex(value: complex) -> str:
    sign = "-" if value.imag < 0 else "+"
    return f"{shown(value.real)} {sign} {shown(abs(value.imag))} i" if value.imag else shown(value.real)


def shortened(latex: str) -> str:
    line = " ".join(latex.split())
    return line if len(line) <= 60 else line[:57] + "..."
