r"""Each mark means what it says: what would only hold if it meant less is false, or refused with its two readings."""

import pytest

from executable_math import check
from executable_math.notation.standard import LANGUAGE

MATRIX = {"A_{ij}": "real", "B_{ij}": "real", "M": "size", "N": "size", "i": "index 1..M", "j": "index 1..N"}
SQUARE = {"S_{ij}": "real", "N": "size", "i": "index 1..N", "j": "index 1..N", "t": "real"}
VECTORS = {"N": "size", "u_i": "real", "v_i": "real", "a": "real", "b": "positive"}
CHANCE = {"x": "normal(0, 1)", "y": "normal(2, 4)", "u": "uniform(0, 1)", "a": "real", "b": "positive"}
ANGLE = {"t": "real in [0.1, 0.9]"}

HOLDS = [
    ({}, r"\begin{vmatrix} 2 & 1 \\ 5 & 4 \end{vmatrix} = 3"),
    ({}, r"\left| \begin{matrix} 2 & 1 \\ 5 & 4 \end{matrix} \right| = 3"),
    (SQUARE, r"\det(S^\top) = \det S"),
    (ANGLE, r"\frac{d}{dt} \det\begin{pmatrix} t & 1 \\ 3 & t^2 \end{pmatrix} = 3 t^2"),
    ({}, r"\|\begin{pmatrix} 3 & 0 \\ 0 & 4 \end{pmatrix}\|_2 = 4"),
    ({}, r"\|\begin{pmatrix} 3 & 0 \\ 0 & 4 \end{pmatrix}\|_F = 5"),
    (MATRIX, r"\|A\|_F^2 = \sum_i \sum_j A_{ij}^2"),
    (MATRIX, r"\|A\|_2 \le \|A\|_F"),
    (MATRIX, r"(A \circ B)_{ij} = A_{ij} B_{ij}"),
    (MATRIX, r"A \circ B = A \odot B"),
    (MATRIX, r"\max(A) = \max_i \max_j A_{ij}"),
    (MATRIX, r"A \in \mathbb{R}^{M \times N}"),
    (VECTORS, r"u \in \mathbb{R}^N"),
    (VECTORS, r"u \in \mathbb{R}^{N \times 1}"),
    (VECTORS, r"a \in \mathbb{R}"),
    (CHANCE, r"\mathrm{Cov}(x, y) = 0"),
    (CHANCE, r"\mathrm{Cov}(x, x) = \mathrm{Var}(x)"),
    (CHANCE, r"\mathrm{Cov}(x, x + y) = 1"),
    (CHANCE, r"\mathrm{Cov}(x + y, x - y) = \mathrm{Var}(x) - \mathrm{Var}(y)"),
    (CHANCE, r"\mathbb{E}[x \mid x] = x"),
    (CHANCE, r"\mathbb{E}[x y \mid x] = 2 x"),
    (CHANCE, r"\mathbb{E}[a x + y \mid a] = 2"),
    (VECTORS | {"x": "normal(0, 1)"}, r"\mathbb{E}[u_i + x \mid u_i] = u_i"),
    (CHANCE, r"x \sim \mathcal{N}(0, 1)"),
    (CHANCE, r"y \sim \mathcal{N}(2, 2^2)"),
    (CHANCE, r"u \sim \mathcal{U}(0, 1)"),
    (ANGLE, r"\cot t \tan t = \sec t \cos t = \csc t \sin t = \coth t \tanh t"),
    *[(ANGLE, rf"\frac{{d}}{{dt}} \{mark} t = {slope}") for mark, slope in {
        "cot": r"-\frac{1}{\sin^2 t}", "sec": r"\frac{\sin t}{\cos^2 t}", "csc": r"-\frac{\cos t}{\sin^2 t}",
        "coth": r"-\frac{1}{\sinh^2 t}"}.items()],
]  # fmt: skip


@pytest.mark.parametrize(("symbols", "latex"), HOLDS, ids=[latex for _, latex in HOLDS])
def test_what_is_right_holds(symbols: dict[str, str], latex: str) -> None:
    verdict = check(latex, symbols=symbols)
    assert verdict.status == "holds", verdict


FAILS = [
    ({}, r"\begin{vmatrix} 1 & 2 \\ 3 & 4 \end{vmatrix} = 2"),
    ({}, r"\begin{vmatrix} 1 & 2 \\ 3 & 4 \end{vmatrix} = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}"),
    (MATRIX, r"\|A\|_2 = \|A\|_F"),
    (SQUARE, r"S \circ S = S S"),
    (SQUARE, r"\det(2 S) = 2 \det S"),
    (MATRIX, r"\max(A) = A"),
    (MATRIX, r"A \in \mathbb{R}^{N \times M}"),
    (VECTORS, r"u \in \mathbb{R}^{7}"),
    (VECTORS, r"a \in \mathbb{R}^{N}"),
    (CHANCE, r"\mathrm{Cov}(x, y) = \mathrm{Var}(x)"),
    (CHANCE, r"\mathbb{E}[x \mid x] = 0"),
    (CHANCE, r"\mathbb{E}[x y \mid x] = 0"),
    (CHANCE, r"x \sim \mathcal{N}(5, 1)"),
    (CHANCE, r"y \sim \mathcal{N}(2, 2)"),
    (CHANCE, r"y \sim \mathcal{N}(a, 4)"),
    (CHANCE, r"u \sim \mathcal{N}(0, 1)"),
    (CHANCE, r"x \sim \mathrm{Laplace}(0, 1)"),
]


@pytest.mark.parametrize(("symbols", "latex"), FAILS, ids=[latex for _, latex in FAILS])
def test_what_is_wrong_fails(symbols: dict[str, str], latex: str) -> None:
    verdict = check(latex, symbols=symbols)
    assert verdict.status == "fails", verdict


REFUSED = [
    (MATRIX, r"|A|^2 = \sum_i \sum_j A_{ij}^2", "two readings", r"\det A"),
    (MATRIX, r"\|A\| = 1", "two readings", r"\|A\|_F"),
    (MATRIX, r"\|A\|_1 = 1", "two readings", r"\|A\|_F"),
    ({}, r"\begin{Vmatrix} 1 & 2 \\ 3 & 4 \end{Vmatrix} = 2", "which norm?", r"\|A\|_F"),
    (MATRIX, r"\det A = 1", "the determinant of a matrix of", "a square matrix"),
    (VECTORS, r"\det u = 1", "the determinant of a vector", "a square matrix"),
    (VECTORS, r"a \circ b = a b", "a circle between two numbers", "f(g(x))"),
    (VECTORS, r"\max(a) = a", "of a single number", r"\max(0, x)"),
    (CHANCE, r"\mathbb{E}[x, y] = 0", "of 2 things", r"\mathbb{E}[x]"),
    (CHANCE, r"\mathrm{Cov}(x) = 1", "of 1 things", r"\mathrm{Cov}[x, y]"),
    (CHANCE, r"\mathbb{E}[x \mid x + y] = 0", "given what is no declared symbol", "behind the bar"),
    (CHANCE, r"\mathbb{E}[x \mid x = 1] = 1", "given what is no declared symbol", "behind the bar"),
    (CHANCE, r"a \sim \mathcal{N}(0, 1)", "not declared as random", "`a: normal(0, 1)`"),
    (CHANCE, r"x \sim Q", "no distribution", r"\mathcal{N}(0, 1)"),
    (CHANCE, r"\Pr(x > 0) = \frac{1}{2}", r"\Pr is not read", r"\mathbb{1}"),
]


@pytest.mark.parametrize(("symbols", "latex", "reason", "advice"), REFUSED, ids=[row[1] for row in REFUSED])
def test_what_has_no_one_meaning_is_refused_with_what_to_write(
    symbols: dict[str, str], latex: str, reason: str, advice: str
) -> None:
    verdict = check(latex, symbols=symbols)
    assert verdict.status in ("error", "not read"), verdict
    assert reason in verdict.message
    assert advice in verdict.message.partition("write:")[2]


@pytest.mark.parametrize("mark", sorted(LANGUAGE.functions))
def test_each_function_that_is_read_has_a_value(mark: str) -> None:
    square = mark in (r"\det", r"\tr", r"\Tr")
    argument = r"\begin{pmatrix} t & 0 \\ 0 & 1 \end{pmatrix}" if square else "t"
    argument = "t + 1" if mark in (r"\arcosh", r"\acosh", r"\arccosh") else argument
    assert check(rf"{mark}({argument}) = {mark}({argument}) + 1", symbols=ANGLE).status == "fails"


@pytest.mark.parametrize("name", [name for name in LANGUAGE.environments if "matrix" in name and name != "Vmatrix"])
def test_each_matrix_that_is_read_has_a_value(name: str) -> None:
    rows = r"{cc} t & 0 \\ 0 & t" if name == "array" else r"t & 0 \\ 0 & t"
    value = "t^2" if name == "vmatrix" else r"\begin{pmatrix} t & 0 \\ 0 & t \end{pmatrix}"
    matrix = rf"\begin{{{name}}} {rows} \end{{{name}}}"
    assert check(f"{matrix} = {value}", symbols=ANGLE).status == "holds"
    assert check(f"{matrix} = 2 {value}", symbols=ANGLE).status == "fails"
