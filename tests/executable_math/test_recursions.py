"""Recursions: elements that follow one another from a start."""

from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

from executable_math import Page, Verdict

SYMBOLS = {
    "T": "size", "t": "index 1..T", "k": "index 0..T", "g_t": "real", r"\beta": "real in (0, 1)", r"\eta": "positive",
    "a": "real", "x_0": "real", "f": "function", "i": "index 1..T", "n": "index 0..T",
}  # fmt: skip
MEAN = [r"m_0 = 0", r"m_t = \beta m_{t-1} + (1 - \beta) g_t"]
DESCENT = [r"x_{k+1} = x_k - \eta a x_k"]
FIBONACCI = ["F_0 = 0", "F_1 = 1", "F_{n+2} = F_{n+1} + F_n"]


def last_of(*said: str) -> Verdict:
    page = Page(SYMBOLS, locate=False)
    *before, last = said
    for latex in before:
        assert page.check(latex).ok, latex
    return page.check(last)


@pytest.mark.parametrize(
    "said",
    [
        [*MEAN, r"m_t = (1 - \beta) \sum_{i=1}^t \beta^{t-i} g_i"],
        [*MEAN, r"m_1 = (1 - \beta) g_1"],
        [*MEAN, r"\frac{\partial m_t}{\partial g_t} = 1 - \beta"],
        [*MEAN, r"m_t - m_{t-1} = (1 - \beta) (g_t - m_{t-1})"],
        [*DESCENT, r"x_k = (1 - \eta a)^k x_0"],
        [*DESCENT, r"x_{k+1} - x_k = - \eta a x_k"],
        [r"x_{k+1} \leftarrow x_k - \eta a x_k", r"x_2 = (1 - \eta a)^2 x_0"],
        [r"x_{k+1} = x_k - \eta f'(x_k)", r"x_1 = x_0 - \eta f'(x_0)"],
        [*FIBONACCI, "F_7 = 13"],
        [*FIBONACCI, r"F_{n+1} F_{n+3} - F_{n+2}^2 = (-1)^n"],
        [*FIBONACCI, r"F_n = \frac{1}{\sqrt 5} ((\frac{1 + \sqrt 5}{2})^n - (\frac{1 - \sqrt 5}{2})^n)"],
        [r"m_0 = 0", r"m_t = \beta m_{t-1} + (1 - \beta) g_t = m_{t-1} + (1 - \beta) (g_t - m_{t-1})"],
    ],
)
def test_what_follows_from_a_recursion_holds(said: list[str]) -> None:
    verdict = last_of(*said)
    assert (verdict.status, verdict.message) == ("holds", "")


@pytest.mark.parametrize(
    "said",
    [
        [*MEAN, r"m_t = \sum_{i=1}^t \beta^{t-i} g_i"],
        [*MEAN, r"m_t = (1 - \beta) \sum_{i=1}^t \beta^{i} g_i"],
        [*MEAN, r"\frac{\partial m_t}{\partial g_t} = \beta"],
        [*DESCENT, r"x_k = (1 - \eta a)^{k+1} x_0"],
        [*FIBONACCI, "F_7 = 21"],
        ["F_0 = 1", *FIBONACCI[1:], "F_7 = 13"],
        [r"m_0 = 0", r"m_t = \beta m_{t-1} + (1 - \beta) g_t = m_{t-1} + \beta (g_t - m_{t-1})"],
    ],
)
def test_what_does_not_follow_fails_with_values(said: list[str]) -> None:
    verdict = last_of(*said)
    assert verdict.status == "fails"
    assert "gives" in verdict.message


@pytest.mark.parametrize(
    ("said", "reason", "advice"),
    [
        (["s_r = s_{r-1} + 1"], "s goes on over r, which is no index", "`r: index 1..N`, and `N: size`"),
        ([MEAN[0], r"m_t \le m_{t-1} + g_t"], "the symbol m is not known", "`m_t: real`"),
        ([MEAN[1]], "m goes on from where?", "m_0 = ... before it, or declare it, `m_0: real`"),
        (["m_0 = 0", r"m_t = \beta m_{t+1} + g_t"], "an element of a recursion that comes later", "elements before it"),
        (["m_0 = 0", r"m_t = \beta m_t + g_t"], "the symbol m is not known", "`m_t: real`"),
        (["m_0 = 0", r"m_t = m_{t-1} + m_t"], "an element of a recursion that comes later", "elements before it"),
        (["m_1 = 0", r"m_t = \beta m_{t-2} + g_t", "m_3 = 0"], "there is no such element", "with which m starts"),
        ([*MEAN, "m_{1000} = 0"], "element 1000 of a recursion", "one of the first 1000"),
        ([*MEAN, r"\frac{\partial m_t}{\partial m_{t-1}} = \beta"], "a derivative by an element of a", "a symbol"),
    ],
)
def test_what_does_not_go_on_is_refused(said: list[str], reason: str, advice: str) -> None:
    verdict = last_of(*said)
    assert not verdict.ok
    assert reason in verdict.message
    assert advice in verdict.message


def moving_mean(g: NDArray[np.float64], beta: float) -> NDArray[np.float64]:
    found = [0.0]
    for one in g:
        found.append(beta * found[-1] + (1 - beta) * one)
    return np.array(found[1:])


@pytest.mark.parametrize(
    ("right_side", "status"),
    [
        (r"\beta m_{t-1} + (1 - \beta) g_t", "holds"),
        (r"\beta m_{t-1} + \beta g_t", "fails"),
        (r"(1 - \beta) m_{t-1} + \beta g_t", "fails"),
    ],
)
def test_a_recursion_is_held_against_code(right_side: str, status: str) -> None:
    page = Page(SYMBOLS, SimpleNamespace(__all__=["moving_mean"], moving_mean=moving_mean), locate=False)
    start = page.check("m_0 = 0")
    assert start.status == "unbound"
    verdict = page.check(f"m_t = {right_side}", equals="moving_mean(g, beta)")
    assert verdict.status == status
    assert set(page.unbound) == (set() if status == "holds" else {"m_{0}"})


def test_an_element_before_the_first_may_have_a_name_of_its_own() -> None:
    declared = {"T": "size", "t": "index 1..T", "x_t": "real", "x_0": "real"}
    assert Page(declared).check(r"\sum_{t=1}^T (x_t - x_{t-1}) = x_T - x_0").holds
    wrong = Page(declared).check(r"\sum_{t=1}^T (x_t - x_{t-1}) = x_T - x_1")
    assert "x_0 = " in wrong.message
    assert Page(declared).check(r"\frac{\partial}{\partial x_0} \sum_t (x_t - x_{t-1})^2 = 2 (x_0 - x_1)").holds
    missing = Page({name: kind for name, kind in declared.items() if name != "x_0"}).check(r"x_t - x_{t-1} = 0")
    assert "declare it, `x_0: real`" in missing.message


def test_an_arrow_gives_a_defined_name_another_meaning() -> None:
    page = Page({"x": "real", "y": "real"}, locate=False)
    for latex in ("a = x + 1", "b = a + 1", r"a \leftarrow 2 a", r"a \leftarrow a^2 + y"):
        assert page.check(latex).status == "unbound"
    assert page.check("a = 4 (x + 1)^2 + y").holds
    assert page.check("b = x + 2").holds  # of what a was when b was defined
    assert page.check(r"\frac{\partial a}{\partial x} = 8 (x + 1)").holds
    assert page.check("a = x + 1").status == "fails"
    assert page.check("b = 4 (x + 1)^2 + y + 1").status == "fails"
    assert page.unbound == {}
    assert page.check(r"x \leftarrow x + 1").status == "fails"  # a step of what is declared needs code


@pytest.mark.parametrize(
    ("last", "status"),
    [
        (r"\theta_t \leftarrow \theta_t - \gamma m / (\sqrt{v} + \epsilon)", "holds"),
        (r"\theta_t \leftarrow \theta_{t-1} - \gamma m / (\sqrt{v} + \epsilon)", "fails"),
    ],
)
def test_two_steps_in_one_formula_are_held_against_code(last: str, status: str) -> None:
    def step(theta: float, m: float, v: float, rate: float, decay: float, small: float) -> float:
        decayed = theta * (1 - rate * decay)
        return float(decayed - rate * m / (np.sqrt(v) + small))

    declared = {r"\theta_{t-1}": "real", "m": "real"}
    declared |= dict.fromkeys([r"\gamma", r"\lambda", "v", r"\epsilon"], "positive")
    page = Page(declared, SimpleNamespace(__all__=["step"], step=step), locate=False)
    first = r"\theta_t \leftarrow \theta_{t-1} - \gamma \lambda \theta_{t-1}"
    found = page.check(rf"{first} \\ {last}", equals="step(theta_t_minus1, m, v, gamma, lambda_, epsilon)")
    assert found.status == status, found.message
