"""The language of machine learning's formulas: all notations together."""

from __future__ import annotations

from collections.abc import Collection

from executable_math.latex import reader
from executable_math.latex.language import Language
from executable_math.latex.tree import Formula
from executable_math.notation import (
    arithmetic,
    calculus,
    complex_numbers,
    conditions,
    functions,
    limits,
    probability,
    sums,
    vectors,
)

LANGUAGE = Language(
    (
        *arithmetic.RECORDS,
        *functions.RECORDS,
        *complex_numbers.RECORDS,
        *conditions.RECORDS,
        *sums.RECORDS,
        *vectors.RECORDS,
        *calculus.RECORDS,
        *limits.RECORDS,
        *probability.RECORDS,
    )
)

# What the symbols in the examples of the records are.
SYMBOLS = {
    "N": "size", "K": "size", "i": "index 1..N", "j": "index 1..N", "k": "index 1..K", "n": "integer in [0, 6]",
    "x": "real", "y": "real", "a": "positive", "p": "probability", "u_i": "real", "v_i": "real",
    "z": "complex", "w": "complex", "q_k": "distribution", "\\eta": "normal(0, 1)",
}  # fmt: skip


def read(latex: str, words: Collection[str] = (), language: Language = LANGUAGE) -> Formula:
    r"""The tree of a formula.

    Args:
        latex: The LaTeX text, without dollar signs.
        words: Names of several letters that stand for one symbol, such as `BS`; letters are factors otherwise.
        language: The notations that are read.

    Returns:
        The statements of the formula, each a chain of relations or a single expression.

    Raises:
        NotRead: The text is not in the notation that is read.

    Example:
        >>> read(r"\frac{1}{N}").statements
        (Apply(operator='divide', parts=(Number(text='1'), Symbol(name='N')), marks=()),)
    """
    return reader.read(latex, language, words)
