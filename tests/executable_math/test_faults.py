from collections.abc import Callable

import pytest

from executable_math.claims.faults import fault
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


def test_a_minus_that_was_lost() -> None:
    edit = change("a = b c", lambda latex: latex == "a = - b c")
    assert (edit.start, edit.text) == (3, " -")
    assert edit.advice("a = b c") == "with - here it would hold"


def test_a_prime_too_many() -> None:
    assert change(r"\sigma'(z)", lambda latex: latex == r"\sigma(z)").advice(r"\sigma'(z)") == "without ' it would hold"


def test_a_symbol_for_another() -> None:
    edit = change(r"y \log p - p", lambda latex: latex.replace(" ", "") == r"y\logp-y")
    assert (edit.start, edit.text) == (11, "y ")


def test_what_no_single_change_puts_right_is_left_and_the_search_ends() -> None:
    tried = list[str]()

    def fails(latex: str) -> bool:
        tried.append(latex)
        return False

    assert fault(" + ".join("abcdefgh"), LANGUAGE, fails) is None
    assert 0 < len(tried) <= 80
