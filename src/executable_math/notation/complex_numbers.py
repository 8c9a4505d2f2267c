r"""Complex numbers, taken apart: conjugates, real and imaginary parts.

The unit is \(i\), on a page where that is no index and no symbol. What is rounded, or larger than another number, is
real; a conjugate is of what may be complex, since a bar above anything else means something else.
"""

from __future__ import annotations

from collections.abc import Callable

from executable_math.latex.atoms import braced
from executable_math.latex.cursor import Cursor
from executable_math.latex.language import Called, Function, Operator, Rule, Start
from executable_math.latex.slips import another, left_out
from executable_math.latex.tree import Apply, MathError
from executable_math.meaning.env import Env
from executable_math.values.arrays import Value
from executable_math.values.derivative import Array, Dual
from executable_math.values.numbers import DOUBLES, are_complex, conjugated, imaginary_part, real_part

ONLY_HERE = "complex numbers"


def _bar_ahead(reader: Cursor) -> bool:
    """Whether a bar is over more than one name, with or without an index."""
    own = {"letter", "word"}
    single = reader.next().kind in own or (reader.next(2).kind in own and reader.next(3).text in ("}", "_"))
    return reader.next().text == "{" and not single


def _read_bar(reader: Cursor, name: str) -> Apply:
    start = reader.advance().start
    return Apply(name, (braced(reader),), span=reader.since(start))


def _parts(function: Callable[[Array], Array]) -> Rule:
    """The rule of what is taken of each number, complex or not."""

    def rule(node: Apply, env: Env) -> Value:
        value = env.value(node.parts[0])
        if isinstance(value.data, Dual):
            advice = "a derivative of each part, written out"
            raise MathError("a derivative of a part of a complex number", node.span, advice)
        return value._replace(data=function(value.data))

    return rule


def _conjugate(node: Apply, env: Env) -> Value:
    value = _parts(conjugated)(node, env)
    if env.run.numbers is DOUBLES and not are_complex(value.data):
        advice = r"\bar{z} of a `z: complex` for the conjugate, \frac{1}{N} \sum_i x_i for the mean"
        raise MathError("a bar over what is real", node.span, advice)
    found: Value = value
    return found


RECORDS = (
    Operator(
        "conjugate", (Start("\\overline", _read_bar, _bar_ahead), Called("conj")), _conjugate,
        (left_out,), (r"\overline{z + w} = \bar{z} + \bar{w}", r"z \bar{z} = |z|^2"),
        (r"\overline{z w} = z \bar{w}",), only_here=ONLY_HERE,
    ),
    Operator(
        "real part", (Function("\\Re"),), _parts(real_part), (another("\\Im"),), (r"\Re z = \frac{z + \bar{z}}{2}",),
        (r"\Re z = |z|",), only_here=ONLY_HERE,
    ),
    Operator(
        "imaginary part", (Function("\\Im"),), _parts(imaginary_part), (another("\\Re"),),
        (r"(\Im z)^2 = |z|^2 - (\Re z)^2",), (r"\Im z = \Re z",), only_here=ONLY_HERE,
    ),
)  # fmt: skip
