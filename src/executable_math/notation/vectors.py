"""Vectors and matrices: lists, rows, transposes, inner products, lengths, determinants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from executable_math.latex.atoms import braced
from executable_math.latex.cursor import Cursor
from executable_math.latex.edits import Edit, change, left_out, swapped
from executable_math.latex.environments import cells, rows
from executable_math.latex.language import Environment, Function, Operator, Start
from executable_math.latex.tokens import Token
from executable_math.latex.tree import Apply, Dots, MathError, Node, applies, has_dots, name_of
from executable_math.meaning.env import Env
from executable_math.notation.arithmetic import ranged
from executable_math.notation.sums import span_of
from executable_math.values.arrays import (
    Value,
    determinant,
    entries,
    moved,
    stacked_values,
    times,
)
from executable_math.values.derivative import Dual, Real, apply, largest, linear, power, primal, total

# --- lists -----------------------------------------------------------------------------------------------------


def _list(node: Apply, env: Env) -> Value:
    if has_dots(node.parts):
        return _sequence(node, env)
    return stacked_values([env.value(item) for item in node.parts], node)


def _sequence(node: Apply, env: Env) -> Value:
    r"""A list written with dots, `l_1, \dots, l_N`: the element that changes runs from the first to the last."""
    items = [item for item in node.parts if not isinstance(item, Dots)]
    whole = ranged("sum", items[0], items[-1], node)
    numbers, _ = span_of(whole, env)
    return moved(env.bind(name_of(whole.variables[0]), numbers).value(whole.body), env.depth, len(numbers))


def _matrix(node: Apply, env: Env) -> Value:
    lines = [row for row in node.parts if isinstance(row, Apply)]
    if len(lines[0].parts) == 1:
        return stacked_values([env.value(row.parts[0]) for row in lines], node)
    values = [stacked_values([env.value(item) for item in row.parts], row) for row in lines]
    return stacked_values(values, node) if len(values) > 1 or values[0].rank > 1 else Value(values[0].data, 1, True)


def _read_matrix(reader: Cursor, name: str) -> Apply:
    token, lines = rows(reader, cells)
    if len({len(row.children) for row in lines}) != 1:
        reader.refuse("a matrix whose rows differ in length", "rows with as many & each", at=token.start)
    return Apply("matrix", lines, span=reader.since(token.start))


def _read_determinant(reader: Cursor, name: str) -> Apply:
    matrix = _read_matrix(reader, name)
    return Apply(name, (matrix,), span=matrix.span)


def _read_double_bars(reader: Cursor, name: str) -> Apply:
    start = reader.token.start
    _read_matrix(reader, name)
    reader.refuse("double bars around a matrix: which norm?", r"\|A\|_F, with a matrix A", at=start)


# --- products --------------------------------------------------------------------------------------------------


def _transpose(node: Apply, env: Env) -> Value:
    value = env.value(node.parts[0])
    if value.rank == 0:  # T is a number then, if it is anything
        return Value(power(value.data, env.value(node.parts[1]).data)) if len(node.parts) > 1 else value
    if value.rank == 1:
        return Value(value.data, 1, not value.row)
    return Value(linear(lambda array: np.swapaxes(array, -1, -2), value.data), 2)


def _read_inner(reader: Cursor, name: str) -> Apply:
    opened = reader.advance()
    reader.open.append("\\rangle")
    left = reader.expression()
    if not reader.take(",") and not reader.take("|"):
        reader.refuse("an inner product has two parts", r"\langle a, b \rangle", at=opened.start)
    right = reader.expression()
    reader.expect("\\rangle", opened)
    reader.open.pop()
    return Apply(name, (left, right), span=reader.since(opened.start))


def _inner(node: Apply, env: Env) -> Value:
    left, right = map(env.value, node.parts)
    return times(left, right, "\\cdot", node)


def _kronecker(node: Apply, env: Env) -> Value:
    one, other = (primal(env.scalar(part)) for part in node.parts)
    return Value((one == other).astype(float))


# --- bars ------------------------------------------------------------------------------------------------------


def _read_absolute(reader: Cursor, name: str) -> Apply:
    opened = reader.advance()
    if opened.text == "|" and reader.token.text == "|" and not reader.token.spaced:
        reader.advance()
        return _read_norm(reader, opened, "||")
    reader.open.append("|")
    body = reader.expression()
    if not (reader.take("|") or reader.take("|)")):
        reader.expect("|", opened)
    reader.open.pop()
    return Apply(name, (body,), span=reader.since(opened.start))


def _read_norm_bars(reader: Cursor, name: str) -> Apply:
    return _read_norm(reader, reader.advance(), "\\|")


def _read_norm(reader: Cursor, opened: Token, closing: str) -> Apply:
    reader.open.append("|")
    body = reader.expression()
    if closing == "||":
        reader.expect("|", opened)
        reader.expect("|", opened)
    elif not (reader.take("\\|") or reader.take("\\|)")):
        reader.expect("\\|", opened)
    reader.open.pop()
    order = (braced(reader),) if reader.take("_") else ()
    return Apply("norm", (body, *order), span=reader.since(opened.start))


def _absolute(node: Apply, env: Env) -> Value:
    value = env.value(node.parts[0])
    if applies(node.parts[0], "matrix") and value.rank == 2:
        return determinant(value, node)
    if value.rank == 2:
        advice = r"\det A for the determinant, \|A\|_F for the norm"
        raise MathError("bars around a matrix have two readings", node.span, advice)
    if value.rank:
        return _norm(Apply("norm", node.parts, span=node.span), env)
    data = primal(value.data)
    env.run.took(node, {"+": data > 0, "-": data < 0}, np.abs(data))
    return Value(largest([value.data, -value.data]))


def _norm(node: Apply, env: Env) -> Value:
    value = env.value(node.parts[0])
    order = node.parts[1] if len(node.parts) > 1 else None
    name = _order(order)
    if value.rank == 2:
        return _matrix_norm(value, name, node)
    flat = value.data
    if not value.rank:
        return Value(largest([flat, -flat]))
    if name in ("2", "F"):
        return _length(flat)
    size = largest([flat, -flat])
    if name == "\\infty":
        return Value(largest([linear(lambda array, k=k: array[..., k], size) for k in range(size.shape[-1])]))  # type: ignore[misc]
    degree = env.scalar(order) if order is not None else np.array([2.0])
    wide = linear(lambda array: array[..., None], degree)
    return Value(total(size, -1) if name == "1" else power(total(power(size, wide), -1), 1.0 / degree))


def _order(order: Node | None) -> str:
    """The name of the order of a norm."""
    return "2" if order is None else name_of(getattr(order, "written", order))


def _length(flat: Real) -> Value:
    return Value(apply("sqrt", total(flat * flat, -1)))


def _matrix_norm(value: Value, name: str, node: Apply) -> Value:
    """The norm of a matrix: of its entries, or its largest singular value."""
    if name == "F":
        return _length(entries(value))
    if name == "2" and len(node.parts) > 1 and not isinstance(value.data, Dual):
        return Value(np.asarray(np.linalg.norm(value.data, 2, axis=(-2, -1))))
    reason = "this norm of a matrix has two readings, or no derivative here"
    raise MathError(reason, node.span, r"\|A\|_F, or \|A\|_2 for the largest singular value")


def _determinant(node: Apply, env: Env) -> Value:
    return determinant(env.value(node.parts[0]), node)


def _norm_slips(latex: str, node: Apply) -> Iterator[Edit]:
    """The order is another."""
    if len(node.parts) > 1:
        yield from change(latex, node.parts[1].span, "1", "2")
        yield from change(latex, node.parts[1].span, "2", "1")


def _first_two(latex: str, node: Apply) -> Iterator[Edit]:
    """The first two of a list stand in each other's place."""
    pair: Sequence[Node] = node.parts[:2]
    if len(pair) == 2 and not has_dots(pair):
        yield from swapped(latex, Apply("pair", tuple(pair), span=node.span))


MATRICES = ("matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix", "array")
_SQUARE = r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"

RECORDS = (
    Operator(
        "vector", value=_list, slips=(_first_two,), holds=(r"\max([x, y]) = \max(x, y)",), fails=("[1, 2] = [2, 1]",)
    ),
    Operator("set", value=_list, slips=(_first_two,), holds=(r"2 \in \{1, 2\}",), fails=(r"3 \in \{1, 2\}",)),
    Operator(
        "matrix", tuple(Environment(name, _read_matrix) for name in MATRICES), _matrix, (_first_two,),
        (rf"{_SQUARE} [1, 0] = [1, 3]",), (rf"{_SQUARE} [1, 0] = [1, 2]",),
    ),
    Operator(
        "determinant",
        (Function("\\det"), Environment("vmatrix", _read_determinant), Environment("Vmatrix", _read_double_bars)),
        _determinant, (left_out,), (rf"\det {_SQUARE} = -2", r"\begin{vmatrix} 1 & 2 \\ 3 & 4 \end{vmatrix} = -2"),
        (rf"\det {_SQUARE} = 2",),
    ),
    Operator(
        "transpose", value=_transpose, slips=(left_out,), holds=(r"u^\top v = v^\top u",), fails=(r"u^\top v = u_1",)
    ),
    Operator(
        "inner", (Start("\\langle", _read_inner),), _inner, (left_out,), (r"\langle u, v \rangle = \sum_i u_i v_i",),
        (r"\langle u, v \rangle = \sum_i u_i",),
    ),
    Operator(
        "absolute", (Start("|", _read_absolute), Start("|(", _read_absolute)), _absolute, (left_out,),
        ("|x| = |-x|",), ("|x| = x",),
    ),
    Operator(
        "norm", (Start("\\|", _read_norm_bars), Start("\\|(", _read_norm_bars)), _norm, (left_out, _norm_slips),
        (r"\|u\|^2 = \sum_i u_i^2", r"\|u\|_1 = \sum_i |u_i|"), (r"\|u\| = \sum_i u_i", r"\|u\|_1 = \|u\|_2"),
    ),
    Operator(
        "kronecker", value=_kronecker, slips=(swapped,), holds=(r"\sum_j \delta_{ij} u_j = u_i",),
        fails=(r"\sum_j \delta_{ij} u_j = 1",),
    ),
)  # fmt: skip
