r"""Where a false formula is wrong, and what would put it right: what people lose, and the engine puts back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import right_functions

from executable_math import check
from executable_math.faults.fault import fault
from executable_math.latex.edits import Edit
from executable_math.notation.standard import LANGUAGE

RIGHT = r"J = \sum_{i=1}^{N} \max(0, 1 - y_i s_i)"


def change(latex: str, holds: Callable[[str], bool]) -> Edit:
    """The change that puts a formula right."""
    found = fault(latex, LANGUAGE, holds)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("wrong", "place", "advice"),
    [
        (r"J = \sum_{i=1}^{N} \max(0, 1 + y_i s_i)", "+", "with - in place of + it would hold"),
        (r"J = \sum_{i=1}^{N} \min(0, 1 - y_i s_i)", r"\min", r"with \max in place of \min it would hold"),
        (r"J = \sum_{i=1}^{N} \max(0, 2 - y_i s_i)", "2", "with 1 in place of 2 it would hold"),
        (r"J = \sum_{i=0}^{N} \max(0, 1 - y_i s_i)", "0}", "with 1 in place of 0 it would hold"),
    ],
)
def test_the_one_change_that_puts_a_formula_right(wrong: str, place: str, advice: str) -> None:
    edit = change(wrong, lambda latex: latex == RIGHT)
    assert wrong[edit.start :].startswith(place)
    assert edit.advice(wrong) == advice


def test_a_prime_too_many() -> None:
    assert change(r"\sigma'(z)", lambda latex: latex == r"\sigma(z)").advice(r"\sigma'(z)") == "without ' it would hold"


def test_a_symbol_for_another() -> None:
    edit = change(r"y \log p - p", lambda latex: latex == r"y \log p - y")
    assert (edit.start, edit.text) == (11, "y")


def test_what_no_single_change_puts_right_is_left() -> None:
    assert fault("a + b + c", LANGUAGE, lambda latex: False) is None


# --- what people lose ------------------------------------------------------------------------------------------


SYMBOLS = {
    "N": "size", "i": "index 1..N", "j": "index 1..N", "K": "size", "k": "index 1..K",
    "y_i": "real", "t_i": "real", "Q_{ij}": "real", "p_k": "distribution", "q_k": "distribution", "w_i": "real",
    "x": "real", "z": "real", "m": "real", "s": "positive", "v": "positive", "a": "positive", "b": "positive",
    "c": "positive", "r": "probability",
}  # fmt: skip

LOST = [
    ("a square", r"\frac{1}{N} \sum_{i=1}^N (y_i - t_i)", "mse(y, t)", "(y_i - t_i)^2"),
    ("a square within", r"\frac{1}{\sqrt{2\pi s}} e^{-\frac{(x-m)^2}{2 s^2}}", "normal(x, m, s)", "s^2"),
    ("an exponent", r"-(1 - r) \log r", "focal(r, c)", "(1 - r)^{c}"),
    ("a root", r"\frac{1}{N} \sum_{i=1}^N (y_i - t_i)^2", "rmse(y, t)", r"\sqrt{\frac{1}{N}"),
    ("a root within", r"\mathrm{erf}(x) = \frac{2}{\pi} \int_0^x e^{-u^2} du", None, r"\sqrt{\pi}"),
    ("how far a root goes", r"\frac{m}{\sqrt{v + c}}", "step(m, v, c)", r"\sqrt{v} + c"),
    ("a mean", r"\sum_{i=1}^N (y_i - t_i)^2", "mse(y, t)", "N}"),
    ("a sum", r"\frac{1}{N} (y_i - t_i)^2", "mse(y, t)", r"\sum_{i} \frac"),
    ("a bound", r"\frac{1}{N} \sum_{i=1}^{N-1} (y_i - t_i)^2", "mse(y, t)", "without -1"),
    ("a factor", r"\|w\|^2", "ridge(w, c)", r"c \|w\|^2"),
    ("a number", r"\frac{1}{\sqrt{2\pi s^2}} e^{-\frac{(x-m)^2}{s^2}}", "normal(x, m, s)", "2 s^2"),
    ("digits", r"\frac{x}{2} (1 + \tanh(0.7978845608 (x + 0.44715 x^3)))", "gelu(x)", "0.044715 in place"),
    ("a minus in braces", r"\frac{1}{1 + e^{x}}", "sigmoid(x)", "-x in place of x"),
    ("a minus before a fraction", r"\frac{1}{\sqrt{2\pi s^2}} e^{\frac{(x-m)^2}{2 s^2}}", "normal(x, m, s)", r"-\frac"),
    ("a bracket", r"e^{-a b / c - 1}", "profile(a, b, c)", "(b / c - 1)"),
    ("where a bracket ends", r"r^{a-1} (1 - r^{b-1})", "beta(r, a, b)", "(1 - r)"),
    ("a base", r"-\sum_k p_k \log p_k", "bits(p)", r"\log_2"),
    ("a transpose", r"y Q y", "quadratic(y, Q)", r"y^\top in place of y"),
    ("an index", r"\frac{1}{N} \sum_{i=1}^N (y_i - t_j)^2", "mse(y, t)", "t_i in place of t_j"),
    ("what is above", r"\sum_k p_k \log \frac{q_k}{p_k}", "divergence(p, q)", "in place of"),
    ("the order of two", r"D(p, q) = \sum_k q_k \log \frac{q_k}{p_k}", "divergence(p, q)", "(q, p) ="),
    ("a sign between", r"\log(a b) = \log(a) \log(b)", None, "with + here"),
    ("a factor of a sum", r"(x + z)^2 = x^2 + x z + z^2", None, "2 x z in place of x z"),
    ("a bracket that closes", r"\frac{1}{2} (x + 1 = \frac{x + 1}{2}", None, "with ) here"),
    ("brackets below a slash", r"\frac{x^2}{2 a^2} = x^2 / 2 a^2", None, "(2 a^2) in place of 2 a^2"),
    ("braces around a power", r"\frac{1}{1 + e^-x} = \frac{e^x}{1 + e^x}", None, "-x"),
    ("which side is larger", r"x^2 + z^2 \le 2 x z", None, r"\ge in place of \le"),
    ("the other name", r"2 (x + g) = 2 x + 2 z", None, "z in place of g"),
    ("a printed number", r"\log 92 \approx 4.511", None, "4.522 in place of 4.511"),
]


@pytest.mark.parametrize(("latex", "equals", "advice"), [row[1:] for row in LOST], ids=[row[0] for row in LOST])
def test_what_is_lost_is_named(latex: str, equals: str | None, advice: str) -> None:
    message = check(latex, symbols=SYMBOLS, equals=equals, module=right_functions).message
    fix = message.splitlines()[-1]
    assert fix.endswith("it would hold"), message
    assert advice in fix


@pytest.mark.parametrize(
    "latex",
    [
        "x = z^2",  # x is what it was; another name on the left would be defined
        r"x^2 \le 2",  # other numbers are easily true
        r"\sin(x) < 0.9",
        r"x z > 1",
        r"D_i = y_j",
    ],
)
def test_no_change_is_named_that_says_something_else(latex: str) -> None:
    verdict = check(latex, symbols=SYMBOLS)
    assert not verdict.ok
    assert "would hold" not in verdict.message


def test_the_search_ends() -> None:
    latex = " + ".join(f"x^{{{power}}}" for power in range(40)) + " = z"
    assert "would hold" not in check(latex, symbols=SYMBOLS).message
