"""What a formula may be taken for: one reading holds or fails, two are refused."""

from __future__ import annotations

import pytest
import sample_module
from tables import each, must_be_refused, must_hold

from executable_math import Page, check

# A power, a transpose, a factorial or an index behind brackets is attached to all that stands in them.
ENCLOSED = {"N": "size", "i": "index 1..N", "j": "index 1..N", "S_{ij}": "real", "u_i": "real", "v_i": "real"}
FACTORS = {"b": "real", "x": "real", "n": "size"}

HOLDS: list[tuple[dict[str, str], list[str]]] = [
    (
        {"x_*": "real", "y": "real", r"n\_samples": "positive", "s": "real"},
        ["x_* y = y x_{*}", "x^* + x_* = 2 x_*", r"n\_samples = \mathrm{n\_samples}"],
    ),
    (
        {"N": "size", "i": "index 1..N", "j": "index 1..N", "u_i": "real", "X_{ij}": "real", "v_i": "real"},
        [r"\sum u_i = \sum_i u_i", r"\sum u_i v_i + \sum u_i = \sum (v_i + 1) u_i", r"\sqrt{\sum u_i^2} = \|u\|"],
    ),
    (
        {"N": "size", "i": "index 1..N", "j": "index 1..N", "u_i": "real", "X_{ij}": "real", "v_i": "real"},
        ["(u - v)' u = u' u - v' u", "(X' X)' = X' X", r"(u - v)^{\prime} X u = \sum_i (u_i - v_i) \sum_j X_{ij} u_j"],
    ),
    (
        {r"\hat{y}_{t|t-1}": "real", "y": "real"},
        [r"y - \hat{y}_{t|t-1} = -(\hat{y}_{t|t-1} - y)"],
    ),
    (
        {"x": "real", "y": "positive"},
        ["exp(x) = e^x", r"ln\left(y\right) = log(y)", "max(x, -x) = |x|", r"tanh(x) = 1 - \frac{2}{exp(2 x) + 1}"],
    ),
    (
        {"N": "size", "i": "index 1..N", "u_i": "real", "v_i": "real"},
        [r"{\|u - v\|}_2^2 = \sum_i (u_i - v_i)^2", "u_1 + u_2 + ... + u_N = \\sum_i u_i"],
    ),
    (
        FACTORS,
        [
            "(b(x - 1))^2 = b^2 (x - 1)^2",
            "b(x - 1)^2 = b (x - 1)^2",
            r"\left(b(x - 1)\right)^2 = b^2 (x - 1)^2",
            "[b(x - 1)]^3 = b^3 (x - 1)^3",
            "1 - (b(x - 1))^2 (x + 1) = 1 - b^2 (x - 1)^2 (x + 1)",
            r"b^2 = (b(x - 1))^2 / (x - 1)^2 \quad (x > 2)",
            "(n(n + 1))! = n (n + 1) (n (n + 1) - 1)!",
            r"\frac{1}{b (x - 1)} = 1 / (b(x - 1)) \quad (b > 0, x > 2)",
        ],
    ),
    (
        ENCLOSED,
        [
            r"(S(u + v))_i = \sum_j S_{ij} (u_j + v_j)",
            r"(S(S + S^\top))^\top = (S + S^\top) S^\top",
        ],
    ),
    (
        {"A_{ij}": "real", "B_{ij}": "real", "N": "size"},
        [
            "2 * A = A + A",
            "(A B)^{-1} = B^{-1} A^{-1}",
            r"(A \otimes B)^\top = A^\top \otimes B^\top",
        ],
    ),
    (
        {"x": "real"},
        [
            "2 * x = x + x",
            r"\max\{x, -x\} = |x|",
            r"\sqrt{x^2} = x \quad (x \ge 0)",
            r"\sqrt{x^2} = x, \quad (x \ge 0)",
            r"x \in \mathbb{C}",
            r"x \in \mathbb{R}",
            r"\frac{d}{dx} x^2 = 2 x",
            r"\frac{d x^2}{dx} = 2 x",
            r"\frac{d^2}{d x^2} x^2 = 2",
            r"\operatorname{arsinh} x = \log(x + \sqrt{x^2 + 1})",
            r"\operatorname{erf} x = -\operatorname{erf}(-x)",
            r"\frac{d}{dx} \operatorname{erf} x = \frac{2}{\sqrt{\pi}} e^{-x^2}",
        ],
    ),
    (
        {"N": "size", "x": "positive", "y": "real"},
        [
            r"(1/N)(x + y) = \frac{x + y}{N}",
        ],
    ),
    (
        {"x": "positive"},
        [
            r"1/(x + 1) = \frac{1}{x + 1}",
            r"x / 2 = \frac x2",
            r"x \in \mathbb{R}_+",
            r"x \in \mathbb{R}_{>0}",
        ],
    ),
    (
        {},
        [
            r"\Gamma(\frac12) = \sqrt{\pi}",
        ],
    ),
    (
        {"y": "sign"},
        [
            r"y \in \{-1, 1\}, \quad y^2 = 1",
        ],
    ),
    (
        {"p": "probability"},
        [
            r"0 < p \in [0, 1]",
        ],
    ),
    (
        {"N": "size", "x_i": "real"},
        [
            r"\sum_{i < j} x_i x_j = \frac{1}{2} \left(\left(\sum_{i=1}^{N} x_i\right)^2 - \sum_{i=1}^{N} x_i^2\right)",
            r"\sum_{i \ne j} x_i x_j = \left(\sum_{i=1}^{N} x_i\right)^2 - \sum_{i=1}^{N} x_i^2",
            r"\sum_{i < j} x_i + x_j = \sum_{i=1}^{j} x_i",
            r"x_j \sum_{i < j} x_i = \sum_{i=1}^{j-1} x_i x_j",
            r"\max_{i < j} (x_i - x_j) = \max_{i < j} (x_i - x_j)",
            r"x_i = x_i + 0 \text{ for all } i = 1, \dots, N",
            r"x_i = x_i + 0 \quad \forall i = 1, 2, \dots, N",
            r"x_1, \dots, x_N \in \mathbb{R}",
        ],
    ),
    (
        {"N": "size"},
        [
            r"\sum_{i < j} 1 = \frac{N (N-1)}{2}",
            r"\sum_{i \le j} 1 = \frac{N (N+1)}{2}",
            r"\sum_{j=1}^N \sum_{i < j} 1 = \frac{N (N-1)}{2}",
        ],
    ),
    (
        {"N": "size", "u_i": "real"},
        [
            r"\sum_{j \ne i} u_j + u_i = \sum_j u_j",
            r"\sum_{i} \sum_{j \ne i} u_j u_i = \left(\sum_j u_j\right)^2 - \sum_i u_i^2",
        ],
    ),
    (
        {"N": "size", "a": "positive"},
        [
            r"\prod_{i < j} a = a^{N (N-1)/2}",
        ],
    ),
    (
        {"N": "size", "x_i": "real", "y_i": "real"},
        [
            r"x_i + y_i = y_i + x_i, \quad i = 1, \dots, N",
            r"x_i + y_i = y_i + x_i \quad (i = 1, \dots, N)",
            r"x \otimes y = x y^\top",
        ],
    ),
    (
        {"x": "real", "y": "real"},
        [
            r"\sqrt{x^2} = x \quad (x > 0, y > 0)",
            "(x + y)(x - y) = x^2 - y^2",
            r"\boxed{(x + y)^2 = x^2 + 2 x y + y^2}",
            r"\boxed{x} + y = y + x",
            r"\boxed{ x^{2} = x x }",
        ],
    ),
    (
        {"x": "real >= 0"},
        [
            r"x \in \mathbb{R}_{\ge 0}",
        ],
    ),
    (
        {"N": "size", "x_i": "positive"},
        [
            r"x \in \mathbb{R}_+^N",
            r"x \in \mathbb{R}^N_+",
            r"x_1, \dots, x_N > 0",
        ],
    ),
    (
        {"n": "integer >= 0"},
        [
            r"n \in \mathbb{N}",
        ],
    ),
    (
        {"n": "integer >= 1"},
        [
            r"n \in \mathbb{Z}^+",
        ],
    ),
    (
        {"d": "size"},
        [
            r"\frac{d}{d + 1} < 1",
            r"\frac{d}{2 d} = \frac12",
            r"\frac{d - 1}{d - 1 + 1} < 1",
        ],
    ),
    (
        {"d_1": "positive", "d_2": "positive"},
        [
            r"\frac{d_1}{d_2} \cdot d_2 = d_1",
        ],
    ),
    (
        {r"\theta": "real"},
        [
            r"\frac{d}{d\theta} \theta^2 = 2 \theta",
        ],
    ),
    (
        {r"\hat{y}": "real"},
        [
            r"\frac{d}{d\hat{y}} \hat{y}^2 = 2 \hat{y}",
        ],
    ),
    (
        {"A_{ij}": "real", "N": "size", "x_i": "real"},
        [
            r"\nabla^2_x (x^\top A x) = A + A^\top",
            r"\nabla_x^2 (x^\top A x) = A + A^\top",
            "A^{-1} (A x) = x",
        ],
    ),
    (
        {"n": "integer in [1, 8]"},
        [
            r"\Gamma(n) = (n - 1)!",
        ],
    ),
    (
        {r"\Gamma": "real", "a": "real", "b": "real"},
        [
            r"\Gamma (a + b) = \Gamma a + \Gamma b",
        ],
    ),
    (
        {"A_{ij}": "real", "N": "size"},
        [
            r"A^{-\top} = (A^\top)^{-1}",
            r"(A^{-1})^\top = (A^\top)^{-1}",
            "A^{-T} = (A^T)^{-1}",
        ],
    ),
    (
        {"K": "size", "p_k": "distribution"},
        [
            r"\sum_x p(x) = 1",
            r"\sum_x p_x = 1",
            r"\sum_{x} p(x) \log p(x) \le 0",
            r"p \in \Delta^{K-1}",
        ],
    ),
    (
        {"N": "size", "X_i": "normal(0,1)"},
        [
            r"X_1, \dots, X_N \sim \mathcal{N}(0, 1)",
        ],
    ),
]  # fmt: skip

REFUSED: list[tuple[dict[str, str], list[str]]] = [
    (
        {"N": "size", "i": "index 1..N", "j": "index 1..N", "u_i": "real", "v_i": "real", "x": "real"},
        [r"u_i = \sum u_i", r"\sum u_i v_j = 1", r"\sum x = x", r"\sum u_i + u_i = u_i + \sum u_i"],
    ),
    (
        FACTORS,
        [
            "(b(x - 1))^2 = b (x - 1)^2",
            "b(x - 1)^2 = b^2 (x - 1)^2",
            "(n(n + 1))! = n (n + 1)!",
        ],
    ),
    (
        ENCLOSED,
        [
            r"(S(S + S^\top))^\top = S (S + S^\top)^\top",
        ],
    ),
    (
        {"A_{ij}": "real", "B_{ij}": "real", "N": "size"},
        [
            "A * B = A B",
            r"A * B = A \odot B",
            "(A B)^{-1} = A^{-1} B^{-1}",
            r"A \otimes B = B \otimes A",
        ],
    ),
    (
        {"x": "real"},
        [
            r"\sqrt{x^2} = x \quad (x \le 0)",
            r"\sqrt{x^2} = x, \quad x \ge 0",
            r"x \in \mathbb{N}",
            r"x \in \mathbb{Z}",
            r"x \in \mathbb{Q}^3",
            r"\frac{1}{x} x = 1",
            "x^{-1} x = 1",
        ],
    ),
    (
        {"a": "positive", "b": "positive", "c": "positive"},
        [
            r"a \div b (c) = \frac{a}{b c}",
            r"a \div b (c) = \frac{a}{b} c",
        ],
    ),
    (
        {"N": "size", "x": "positive"},
        [
            r"\frac{1}{2} / N (x) = \frac{1}{2 N x}",
        ],
    ),
    (
        {"N": "size", "x": "positive", "y": "real"},
        [
            r"1/N(x + y) = \frac{x + y}{N}",
            r"1/N(x + 1)^2 = \frac{(x + 1)^2}{N}",
        ],
    ),
    (
        {"x": "positive", "y": "real"},
        [
            r"1/2(x + y) = \frac{x + y}{2}",
        ],
    ),
    (
        {"x": "positive", "y": "positive"},
        [
            r"1/2(x + y) = \frac{1}{2(x + y)}",
        ],
    ),
    (
        {},
        [
            r"\{1, 2\} = \{2, 1\} + \{-1, 1\}",
            r"\{1, 2\} + 1 = \{2, 3\}",
            r"|\{1, 2\}| = \sqrt{5}",
            r"9.81\,\mathrm{m/s^2}",
            r"1\,\mathrm{km} = 1\,\mathrm{m}",
            r"3 < 5\,\mathrm{ms}",
        ],
    ),
    (
        {"y": "sign"},
        [
            r"y \in \{-1, 1\} = 7",
            r"y \in \{-1, 1\} = \{3, 4\}",
        ],
    ),
    (
        {r"\eta": "normal(0,1)"},
        [
            r"\eta \sim \mathcal{N}(0, 1) = 7",
        ],
    ),
    (
        {"N": "size", "x_i": "real"},
        [
            r"\sum_{i < j} x_i x_j = x_j \sum_{i=1}^{j-1} x_i",
            r"\sum_{i < j} x_i x_j = \left(\sum_{i=1}^{N} x_i\right)^2 - \sum_{i=1}^{N} x_i^2",
            r"x_1, \dots, x_N > 0",
        ],
    ),
    (
        {"N": "size", "x_i": "real", "y_i": "real"},
        [
            r"x_i + y_i = y_i - x_i, \quad i = 1, \dots, N",
            r"x \otimes y = y x^\top",
        ],
    ),
    (
        {"x": "real", "y": "real"},
        [
            r"\boxed{(x + y)^2 = x^2 + y^2}",
        ],
    ),
    (
        {"N": "size", "x_i": "positive"},
        [
            r"x \in \mathbb{R}_+^{N+1}",
        ],
    ),
    (
        {"K": "size", "N": "size", "i": "index 1..N", "x_i": "real"},
        [
            r"x \in \mathbb{R}^{N \times K}",
        ],
    ),
    (
        {"A_{ij}": "real", "N": "size", "x_i": "real"},
        [
            r"\nabla^2_x (x^\top A x) = 2 A",
        ],
    ),
    (
        {"n": "integer in [1, 8]"},
        [
            r"\Gamma(n) = n!",
        ],
    ),
    (
        {"x": "real in [1, 3]"},
        [
            r"\frac{d}{dx} x! = 0",
        ],
    ),
    (
        {"A_{ij}": "real", "N": "size"},
        [
            r"A^{-\top} = A^{-1}",
            r"A^{-1} = A^\top",
        ],
    ),
    (
        {"K": "size", "p_k": "distribution"},
        [
            r"\sum_x p(x) = 2",
            r"\sum_x x = 1",
            r"p \in \Delta^{K}",
        ],
    ),
    (
        {"K": "size", "p_k": "distribution", "q_k": "distribution"},
        [
            r"\sum_x p(x) q(x) = 1",
        ],
    ),
    (
        {"N": "size", "X_i": "normal(0,1)"},
        [
            r"X_1, \dots, X_N \sim \mathcal{N}(0, 2)",
        ],
    ),
    (
        {"a": "real", "b": "real"},
        [
            r"a \otimes b = a b",
        ],
    ),
    (
        {"K": "size", "p_k": "probability"},
        [
            r"p \in \Delta^{K-1}",
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("symbols", "latex"), each(HOLDS), ids=str)
def test_what_is_right_holds(symbols: dict[str, str], latex: str) -> None:
    must_hold(symbols, latex)


@pytest.mark.parametrize(("symbols", "latex"), each(REFUSED), ids=str)
def test_what_is_wrong_or_has_two_readings_is_refused(symbols: dict[str, str], latex: str) -> None:
    must_be_refused(symbols, latex)


@pytest.mark.parametrize(
    ("latex", "equals", "status"),
    [
        (r"\sim 0.73", "sigmoid(1)", "holds"),
        (r"\approx 0.73", "sigmoid(1)", "holds"),
        (r"\sim 0.74", "sigmoid(1)", "fails"),
        (r"< 0.75", "sigmoid(1)", "holds"),
        (r"\ge 0.5", "sigmoid(1)", "holds"),
        (r"> 0.75", "sigmoid(1)", "fails"),
        (r"0.73\,\mathrm{m/s^2}", "sigmoid(1)", "holds"),
        (r"0.74\,\mathrm{m/s^2}", "sigmoid(1)", "fails"),
        (r"7.3 \times 10^{-1}\,\text{ms}", "sigmoid(1)", "holds"),
        (r"0.73\,\mathrm{blah}", "sigmoid(1)", "error"),
        (r"1\,\mathrm{km} = 1\,\mathrm{m}", None, "error"),
        (r"< 0.75", None, "fails"),
        (r"\sim 0.73", None, "fails"),
    ],
)
def test_a_lone_number_with_a_relation_or_a_unit_is_about_the_code(latex: str, equals: str | None, status: str) -> None:
    assert check(latex, equals=equals, module=sample_module).status == status


@pytest.mark.parametrize(
    ("definitions", "latex", "symbols", "status"),
    [
        ([r"f(x) = x + 1", "f(1) = 2"], r"1/f(x) = \frac{1}{x + 1}", {"x": "positive"}, "holds"),
        ([r"f(x) = x^2", "f(1) = 1"], r"\nabla^2 f = 2", {"x": "real"}, "holds"),
        ([r"e_i = 2 x_i", "e_i = x_i + x_i"], r"e_i - x_i = x_i", {"N": "size", "x_i": "real"}, "holds"),
        ([r"P(k) = p^k", "P(1) = p"], r"P(y) P(1) = p^{y + 1}", {"p": "probability", "y": "label"}, "holds"),
        ([r"r(z) = \max(0, z)", "r(1) = 1"], r"\mathbb{E}[r(X)] = \frac{1}{\sqrt{2 \pi}}", {"X": "normal"}, "holds"),
        ([r"g(z) = \log z", "g(1) = 0"], r"\frac{d}{dx} g(x) = \frac1x", {"x": "real"}, "error"),
    ],
)
def test_it_is_read_so_through_definitions(
    definitions: list[str], latex: str, symbols: dict[str, str], status: str
) -> None:
    page = Page(symbols)
    for definition in definitions:
        assert page.check(definition).ok
    assert page.check(latex).status == status


SERIES = {
    "T": "size", "t": "index 1..T", "x_t": "real", r"\eta": "positive", "K": "size", "j": "index 1..K",
    "A_{tj}": "real",
}  # fmt: skip


@pytest.mark.parametrize(
    ("latex", "holds"),
    [
        (r"x_{t+1} = x_t - 9.81 \eta^2 / 2", True),
        (r"x_{t+1} \leftarrow x_t - 9.81 \eta^2 / 2", True),
        (r"x_{t+1} = x_t + 9.81 \eta^2 / 2", False),
        (r"x_{t+1} = x_{t-1} - 9.81 \eta^2 / 2", False),
        (r"x_{t+1} = x_{t+1} - 9.81 \eta^2 / 2", False),
        (r"x_{t-1} = x_t - 9.81 \eta^2 / 2", False),
        (r"x_{t+2} = x_t - 9.81 \eta^2 / 2", False),
        (r"x_t = x_t - 9.81 \eta^2 / 2", False),
    ],
)
def test_the_next_element_is_what_the_code_gives_for_this_one(latex: str, holds: bool) -> None:
    assert check(latex, symbols=SERIES, module=sample_module, equals="fall(x, eta)").ok == holds
    assert not check(latex, symbols=SERIES, module=sample_module).ok


def test_one_of_several_indices_may_be_the_next() -> None:
    assert check("A_{t+1,j} = A_{tj} - 4.905", symbols=SERIES, module=sample_module, equals="fall(A, 1)").holds
    assert not check("A_{t+1,j+2} = A_{tj} - 4.905", symbols=SERIES, module=sample_module, equals="fall(A, 1)").ok


def test_a_sign_above_a_letter_is_part_of_its_name() -> None:
    page = Page({"x": "real"}, sample_module)
    assert page.check(r"x^+ = 1 + x^2", equals="squared(x, 0) + 1").holds
    assert page.check("x^+ - x^2 = 1").holds
    assert not page.check("x^+ = x").ok
    assert page.check("x^- = x").status == "unbound"
    for latex in ("e^-x = 1 / e^x", "x^+x = x^2", "10^-3 = 0.001"):
        assert "a sign without braces" in check(latex, symbols={"x": "real"}).message


@pytest.mark.parametrize(
    ("latex", "status", "message"),
    [
        ("k(s, s') = s + 2 s'", "unbound", ""),
        ("k(s, s') = s'^2", "error", "k does not depend on s\n"),
        ("k(s, s') = s^2", "error", "k does not depend on s'\n"),
        ("k(s, s) = s^2", "error", "s stands for two things here"),
    ],
)
def test_an_argument_with_a_prime_is_another_one(latex: str, status: str, message: str) -> None:
    verdict = check(latex)
    assert verdict.status == status
    assert message in verdict.message
