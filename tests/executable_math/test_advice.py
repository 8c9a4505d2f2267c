r"""What a message says to write can be written: it is read, and is not what was wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from executable_math.latex.cursor import NotRead
from executable_math.latex.tokens import LETTERS, SYNONYMS
from executable_math.notation.standard import LANGUAGE, SYMBOLS, read
from executable_math.pages.equation import Page

HERE = Path(__file__).parent
MARKS = sorted(
    {
        *LANGUAGE.marks,
        *LANGUAGE.comparisons,
        *LANGUAGE.infix,
        *LANGUAGE.postfix,
        *SYNONYMS,
        *SYNONYMS.values(),
        *LETTERS,
    }
    | {"\\top", "\\land", "\\Rightarrow", "\\forall", "\\pm", "\\iint", "\\frobnicate", "\\operatorname{foo}"}
)
FORMS = ("{}", "{} x", "x {}", "x {} y = y", "{}(x) = x", "x^{} = x", "x_{} = x", "{} = x", "{}_i = x", "x = {}'")
LINES = "".join((HERE / f"{name}.jsonl").read_text(encoding="utf-8") for name in ("corpus", "field")).splitlines()
PRINTED = [json.loads(line)["latex"] for line in LINES]


def advised(latex: str) -> Iterator[tuple[str, str]]:
    """What is wrong with a formula, and what is to be written."""
    page = Page(SYMBOLS, locate=False)
    reason, _, advice = page.check(latex).message.partition("\n")
    yield from ((reason, one) for one in re.findall("    write: (.*)", advice))


def formulas(advice: str) -> list[str]:
    """The pieces of an advice that are formulas, and no words."""
    kept = re.sub(r"`[^`]*`", "", advice)
    while (shorter := re.sub(r"(\([^()]*|\[[^\[\]]*|\\langle [^,]*|\{[^{}]*), ", r"\1; ", kept)) != kept:
        kept = shorter  # what stands between brackets is one piece
    pieces = (piece.replace("; ", ", ") for piece in re.split(r", (?:or |and |with |for )?|: | or ", kept))
    plain = (piece for piece in pieces if not re.search(r"(?<![\\{A-Za-z])[A-Za-z]{2,}|\.\.\.|dots", piece))
    return [piece for piece in plain if re.search(r"\\[a-zA-Z]|=", piece) and not re.fullmatch(r"\\\w+|=", piece)]


def is_read(piece: str) -> bool:
    """Whether a piece is read, or a mark with what stands at it is, before what it takes in."""
    for latex in (piece, piece + " x"):
        try:
            read(latex)
        except NotRead:
            continue
        return True
    return False


def refuse(latex: str) -> list[str]:
    found = []
    for reason, advice in advised(latex):
        if not advice.strip() or "  " in advice or "write  " in advice:
            found.append(f"{latex!r}: nothing is named in {advice!r}")
        if advice == reason.split(" ")[0] and advice:
            found.append(f"{latex!r}: {reason!r} is answered by {advice!r}")
        found += [f"{latex!r}: {piece!r} of {advice!r} is not read" for piece in formulas(advice) if not is_read(piece)]
    return found


@pytest.mark.parametrize("form", FORMS, ids=range(len(FORMS)))
def test_what_is_advised_about_a_mark_is_read(form: str) -> None:
    wrong = [problem for mark in MARKS for problem in refuse(form.replace("{}", mark, 1))]
    assert not wrong, "\n".join(wrong)


def test_what_is_advised_about_printed_formulas_is_read() -> None:
    wrong = [problem for latex in PRINTED for problem in refuse(latex)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("latex", "reason", "advice"),
    [
        (r"\le x", r"\le where a value is expected", r"a \le b"),
        (r"\approx", r"\approx where a value is expected", r"a \approx b"),
        (r"x \land y", r"\land where a value is expected", r"\mathbb{1}[x > 0 \land y > 0]"),
        (r"x^\sum = x", r"\sum where a value is expected", "braces around"),
        (r"x = 9.81\,\mathrm{m/s^2}", "m/s^2 is no symbol", "a unit beside the formula"),
        (r"\frac{\xi_2}{x} = 1", r"the symbol \xi_{2} is not known", r"declare it, such as `\xi_{2}: real`"),
        (r"\sum_{i=1}^{N} \xi_i = 1", r"the symbol \xi is not known", r"declare it, such as `\xi_i: real`"),
        (r"\sum_{i=1}^{N} \xi_{ii} = 1", r"the symbol \xi is not known", r"declare it, such as `\xi_{ii}: real`"),
        ("(x - y)' = x", "a prime behind a number", r"f'(x) for a derivative"),
    ],
)
def test_a_message_names_the_real_cause(latex: str, reason: str, advice: str) -> None:
    ((said, write),) = advised(latex)
    assert said == reason
    assert advice in write


def test_of_two_rows_the_one_is_named_that_is_wrong() -> None:
    matrix = r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"
    ((reason, _),) = advised(rf"\begin{{aligned}} O &= {matrix} [1, 2, 3] \\ z &= \max(0, O) \end{{aligned}}")
    assert "does not fit" in reason
    ((reason, _),) = advised(r"f = g + 1, \quad g = Q")
    assert reason == "the symbol Q is not known"


def test_a_function_that_the_module_has_not_is_answered_by_one_that_it_has() -> None:
    import math

    message = Page({"x": "positive", r"\Gamma": "function gama"}, math).check(r"\Gamma(x) = x").message
    assert r"`\Gamma: function gamma`" in message


def test_bars_behind_a_factor_in_a_call_are_those_of_an_absolute_value() -> None:
    page = Page({"x": "real", "y": "real"})
    assert page.check(r"\exp(y |x - y|) = e^{y |y - x|}").holds
    assert read(r"p(y \mid x)").statements == read("p(y | x)").statements
    assert read(r"p(y \mid |x|)") != read(r"p(y |x|)")


def test_a_letter_that_is_declared_as_a_number_is_no_index() -> None:
    page = Page({"n": "real", "b_n": "positive"})
    assert page.check("2 b_n = b_n + b_n").holds
