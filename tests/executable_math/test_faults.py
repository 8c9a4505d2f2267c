import pytest

from executable_math.claims.faults import fault
from executable_math.notation.standard import LANGUAGE

RIGHT = r"J = \sum_{i=1}^{N} \max(0, 1 - y_i s_i)"


@pytest.mark.parametrize(
    ("wrong", "place", "advice"),
    [
        (r"J = \sum_{i=1}^{N} \max(0, 1 + y_i s_i)", "+", "with - in place of + it would hold"),
        (r"J = \sum_{i=1}^{N} \min(0, 1 - y_i s_i)", r"\min", r"with \max in place of \min it would hold"),
        (r"J = \sum_{i=1}^{N} \max(0, 2 - y_i s_i)", "2", "with 1 in place of 2 it would hold"),
        (r"J = \sum_{i=0}^{N} \max(0, 1 - y_i s_i)", "0}", "with 1 in place of 0 it would hold"),
    ],
)
def test_the_one_change_that_puts_a_formula_right(wrong, place, advice):
    edit = fault(wrong, LANGUAGE, lambda latex: latex == RIGHT)
    assert wrong[edit.start :].startswith(place)
    assert edit.advice(wrong) == advice


def test_a_minus_that_was_lost():
    edit = fault("a = b c", LANGUAGE, lambda latex: latex == "a = - b c")
    assert (edit.start, edit.text) == (3, " -")
    assert edit.advice("a = b c") == "with - here it would hold"


def test_a_prime_too_many():
    edit = fault(r"\sigma'(z)", LANGUAGE, lambda latex: latex == r"\sigma(z)")
    assert edit.advice(r"\sigma'(z)") == "without ' it would hold"


def test_a_symbol_for_another():
    edit = fault(r"y \log p - p", LANGUAGE, lambda latex: latex.replace(" ", "") == r"y\logp-y")
    assert (edit.start, edit.text) == (11, "y ")


def test_what_no_single_change_puts_right_is_left_and_the_search_ends():
    tried = []
    assert fault(" + ".join("abcdefgh"), LANGUAGE, lambda latex: bool(tried.append(latex))) is None
    assert 0 < len(tried) <= 80
