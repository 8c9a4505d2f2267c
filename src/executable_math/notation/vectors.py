"""Vectors and matrices: lists, rows, transposes, inner products, lengths, determinants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from executable_math.latex.atoms import braced
from executable_math.latex.cursor import Cursor
from executable_math.latex.edits import Edit, change
from executable_math.latex.environments import cells, rows
from executable_math.latex.language import Environment, Function, Infix, Operator, Start
from executable_math.latex.slips import Loss, another, around, left_out, swapped
from executable_math.latex.tokens import Token
from executable_math.latex.tree import Apply, Bind, MathError, Node, applies, has_dots, name_of
from executable_math.meaning.env import Env
from executable_math.meaning.settled import written_name
from executable_math.notation.dots import filled
from executable_math.notation.sums import span_of
from executable_math.values.arrays import (
    Value,
    as_array,
    determinant,
    entries,
    moved,
    own_shape,
    shown_shape,
    stacked_values,
    times,
)
from executable_math.values.derivative import Array, Dual, Real, apply, largest, linear, power, primal, total
from executable_math.values.numbers import are_complex, modulus, only_doubles, same

# --- lists -----------------------------------------------------------------------------------------------------


def _list(node: Apply, env: Env) -> Value:
    if has_dots(node.parts):
        return _sequence(node, env)
    return stacked_values([env.value(item) for item in node.parts], node)


def _sequence(node: Apply, env: Env) -> Value:
    r"""A list written with dots, `l_1, \dots, l_N`: the elements run from the first to the last."""
    whole, *others = filled("vector", node.parts, env)
    if others or not isinstance(whole, Bind):
        raise MathError("a list with more than what goes on over its dots", node.span, r"x_1, x_2, \dots, x_N")
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
    if value.rank == 0 and node.marks == ("'",):
        advice = f"f'(x) for a derivative; a prime transposes vectors and matrices{as_array(node, 'i')}"
        raise MathError("a prime behind a number", node.span, advice)
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
    if are_complex(primal(left.data)) or are_complex(primal(right.data)):
        advice = r"\sum_i \bar{u}_i v_i, or \sum_i u_i \bar{v}_i"
        raise MathError("an inner product of complex vectors has two readings", node.span, advice)
    return times(left, right, "\\cdot", node)


def _outer(node: Apply, env: Env) -> Value:
    """All products of entries: a matrix of two vectors, the Kronecker product of two matrices."""
    left, right = map(env.value, node.parts)
    if left.rank != right.rank or not left.rank:
        raise MathError("this product is of two vectors or two matrices", node.span, r"x \otimes y of `x_i` and `y_i`")
    if left.rank == 1:
        return times(left._replace(row=False), right._replace(row=True), "", node)
    a = linear(lambda array: array[..., :, None, :, None], left.data)
    b = linear(lambda array: array[..., None, :, None, :], right.data)
    return Value(linear(_blocks, a * b), 2)


def _blocks(array: Array) -> Array:
    """Four axes as two: those of the blocks with those in them."""
    *lead, rows, inner_rows, columns, inner_columns = array.shape
    return array.reshape(*lead, rows * inner_rows, columns * inner_columns)


def _kronecker(node: Apply, env: Env) -> Value:
    one, other = (primal(env.scalar(part)) for part in node.parts)
    return Value(env.run.numbers.lifted(same(one, other).astype(float)))


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
    if are_complex(data):
        return Value(_moduli(value, node).data)
    env.run.took(node, {"+": data > 0, "-": data < 0}, np.abs(data))
    return Value(largest([value.data, -value.data]))


def _norm(node: Apply, env: Env) -> Value:
    value = env.value(node.parts[0])
    order = node.parts[1] if len(node.parts) > 1 else None
    name = order_of(order)
    if value.rank == 2:
        return _matrix_norm(value, name, node)
    flat = _moduli(value, node).data if are_complex(primal(value.data)) else value.data
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


def _moduli(value: Value, node: Apply) -> Value:
    """The absolute values of complex numbers."""
    if isinstance(value.data, Dual):
        raise MathError("a derivative of the absolute value of a complex number", node.span, r"z \bar{z}, written out")
    return value._replace(data=modulus(value.data))


def order_of(order: Node | None) -> str:
    """The name of the order of a norm."""
    return "2" if order is None else written_name(order)


def _length(flat: Real) -> Value:
    return Value(apply("sqrt", total(flat * flat, -1)))


def _matrix_norm(value: Value, name: str, node: Apply) -> Value:
    """The norm of a matrix: of its entries, or its largest singular value."""
    if name == "F":
        return _length(entries(_moduli(value, node) if are_complex(primal(value.data)) else value))
    if name == "2" and len(node.parts) > 1 and not isinstance(value.data, Dual):
        return Value(np.asarray(np.linalg.norm(only_doubles(value.data, node), 2, axis=(-2, -1))))
    reason = "this norm of a matrix has two readings, or no derivative here"
    raise MathError(reason, node.span, r"\|A\|_F, or \|A\|_2 for the largest singular value")


def _trace(node: Apply, env: Env) -> Value:
    value = env.value(node.parts[0])
    if value.rank != 2 or len(set(own_shape(value))) != 1:
        raise MathError(f"the trace of {shown_shape(value)}", node.span, f"a square matrix{as_array(node, 'ij')}")
    return Value(linear(lambda array: np.trace(array, axis1=-2, axis2=-1), value.data))


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
        "trace", (Function("\\tr"), Function("\\Tr")), _trace, (another("\\det"),), (rf"\mathrm{{tr}}({_SQUARE}) = 5",),
        (rf"\mathrm{{tr}}({_SQUARE}) = 4",),
    ),
    Operator(
        "transpose", value=_transpose, slips=(Loss(left_out, around(r"(@)^\top")),), holds=(r"u^\top v = v^\top u",),
        fails=(r"u^\top v = u_1",),
    ),
    Operator(
        "outer", (Infix("\\otimes"),), _outer, (swapped,), (r"u \otimes v = u v^\top",), (r"u \otimes v = v u^\top",),
    ),
    Operator(
        "inner", (Start("\\langle", _read_inner),), _inner, (left_out,), (r"\langle u, v \rangle = \sum_i u_i v_i",),
        (r"\langle u, v \rangle = \sum_i u_i",),
    ),
    Operator(
        "absolute", (Start("|", _read_absolute), Start("|(", _read_absolute)), _absolute,
        (Loss(left_out, around("|@|")),),
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
