"""What a browser is told of a formula: a closed tree, inputs with an example, and why some have none."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from executable_math.pages.equation import Page
from executable_math.programs.closing import OnlyHere
from executable_math.programs.program import Program, program

SYMBOLS = {
    "N": "size, how many",
    "K": "size >= 2",
    "i": "index 1..N",
    "k": "index 1..K",
    "x": "real in [-3, 3], a number",
    "y_i": "sign, a label",
    "s_i": "real",
    "p": "probability",
    "q_k": "distribution",
    "c": "class of K",
    "\\lambda": "positive",
    "\\eta": "normal(0, 1)",
}


def made(*latex: str) -> Program:
    """The program of the last of some formulas of a page."""
    page = Page(SYMBOLS)
    for one in latex:
        before = page.facts
        verdict = page.check(one)
        assert verdict.ok, verdict.message
    return program(latex[-1], None, before, page.facts)


def told(*latex: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(made(*latex).json()))  # of JSON alone
    return found


def types(tree: Any) -> set[str]:
    """The types of the nodes in a tree."""
    if isinstance(tree, list):
        return {name for part in tree for name in types(part)}
    inside = {name for part in tree.values() for name in types(part)} if isinstance(tree, dict) else set()
    return inside | ({tree["type"]} if isinstance(tree, dict) and "type" in tree else set())


def test_inputs_are_what_the_formula_depends_on_with_their_kinds_and_an_example() -> None:
    found = told(r"L = \frac{\lambda}{N} \sum_{i=1}^{N} \max(0, 1 - y_i s_i)")
    size, sign, real, strength = found["inputs"]
    assert found["left"] == "L"
    assert (size["name"], size["kind"], size["low"], size["example"]) == ("N", "size", 1, 3)
    assert (sign["name"], sign["choices"], sign["shape"], sign["meaning"]) == ("y", [-1, 1], ["N"], "a label")
    assert len(sign["example"]) == len(real["example"]) == 3
    assert (strength["name"], strength["low"], strength["low_open"], strength["high"]) == ("lambda_", 0, True, None)


def test_examples_are_of_their_kinds() -> None:
    found = {one["name"]: one["example"] for one in told(r"H = -p x \log q_c")["inputs"]}
    assert sum(found["q"]) == pytest.approx(1)
    assert (found["K"], len(found["q"])) == (3, 3)
    assert found["c"] in (1, 2, 3)
    assert 0 < found["p"] < 1
    assert abs(found["x"]) <= 3


def test_what_a_page_defines_stands_in_the_place_of_its_name() -> None:
    found = told(r"f(x) = x^2 + 1", r"A = f(p) - f(-p)")
    assert [one["name"] for one in found["inputs"]] == ["p"]
    assert {"Refused", "Call", "Indexed"} & types(found["tree"]) == set()


def test_a_formula_with_an_index_has_a_value_for_each() -> None:
    found = told(r"h_i = y_i s_i")
    assert (found["tree"]["type"], found["tree"]["index"]) == ("Each", "i")


def test_the_last_side_that_is_equal_is_run() -> None:
    found = told(r"D = (x - 1)(x + 1) = x^2 - 1 \ge -1")
    assert found["tree"]["parts"][0]["operator"] == "power"


@pytest.mark.parametrize(
    ("latex", "reason"),
    [
        (r"2 + 2 = 4", "there is nothing to put in"),
        (r"\mathbb{E}[\eta x] = 0 \cdot x + \mathbb{E}[\eta]", "expectation: it is about random variables"),
        (r"I = \int_0^x t\,dt", "integral: it takes many values"),
        (r"w = x + \eta", "\\eta is random"),
        (r"N! = 1 \cdot 2 \cdots N", "dots, of which samples tell"),
    ],
)
def test_what_is_worth_something_on_its_page_only_says_why(latex: str, reason: str) -> None:
    with pytest.raises(OnlyHere, match=reason.replace("\\", r"\\")):
        made(latex).json()


def test_what_code_alone_computes_runs_nowhere_else() -> None:
    page = Page({"x": "real"}, SimpleNamespace(double=lambda x: 2 * x))
    latex = r"2 x = \mathrm{double}(x)"
    before = page.facts
    assert page.check(latex).ok
    with pytest.raises(OnlyHere, match="double is code"):
        program(latex, None, before, page.facts).json()
