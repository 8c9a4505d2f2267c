r"""Where a false formula is wrong: the one change of a sign, a function, a digit or a symbol after which it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from executable_math.latex.edits import Edit
from executable_math.latex.language import Language
from executable_math.latex.layout import without_layout
from executable_math.latex.tokens import LETTERS, Token, tokens

_MOST = 80


def fault(latex: str, language: Language, holds: Callable[[str], bool]) -> Edit | None:
    """The first single change after which a formula holds, if there is one.

    Args:
        latex: The formula.
        language: The notations that are read.
        holds: Whether a changed formula holds.

    Example:
        >>> from executable_math.notation.standard import LANGUAGE
        >>> fault("a + b", LANGUAGE, lambda latex: latex == "a - b")
        Edit(start=2, end=3, text='-')
    """
    return next((edit for edit in islice(_edits(latex, language), _MOST) if holds(edit.applied(latex))), None)


def _edits(latex: str, language: Language) -> Iterator[Edit]:
    found = without_layout(tokens(latex, (), language.upright), language)[:-1]
    for rule in (_signs, _minus, _functions, _primes, _digits):
        for token in found:
            yield from rule(token, language)
    letters = [token for token in found if token.kind == "letter"]
    names = list(dict.fromkeys(token.text for token in letters))
    for token in letters:
        yield from (
            Edit(token.start, token.end, name + " ") for name in names if name != token.text and _alike(name, token)
        )


def _signs(token: Token, language: Language) -> Iterator[Edit]:
    if token.text in ("+", "-"):
        yield Edit(token.start, token.end, "-" if token.text == "+" else "+")


def _minus(token: Token, language: Language) -> Iterator[Edit]:
    """A minus sign that was lost at the beginning of a side or bracket."""
    if token.text in language.comparisons or token.text in ("(", "[", "\\{"):
        yield Edit(token.end, token.end, " -")


def _functions(token: Token, language: Language) -> Iterator[Edit]:
    if token.text in ("\\max", "\\min"):
        yield Edit(token.start, token.end, "\\min" if token.text == "\\max" else "\\max")


def _primes(token: Token, language: Language) -> Iterator[Edit]:
    if token.text == "'":
        yield Edit(token.start, token.end, "")


def _digits(token: Token, language: Language) -> Iterator[Edit]:
    if token.kind == "number" and token.text.isdigit():
        yield from (
            Edit(token.start, token.end, str(int(token.text) + step)) for step in (1, -1) if int(token.text) + step >= 0
        )


def _alike(name: str, token: Token) -> bool:
    """Whether two names are of one alphabet, so that one may have been written for the other."""
    return (name in LETTERS) == (token.text in LETTERS)
