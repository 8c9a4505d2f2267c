import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
import sample_module
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from executable_math import Counterexample, Page, Verdict, check
from executable_math.latex.tokens import tokens

CORPUS = {
    row["id"]: row["latex"]
    for row in map(json.loads, (Path(__file__).parent / "corpus.jsonl").read_text(encoding="utf-8").splitlines())
}

SCALARS = {
    "x": "real", "y": "real", "z": "real", "a": "real", "b": "real", "p": "probability", "t": "positive",
    "n": "integer >= 1",
    "v": "sign", "w": "label", r"\delta": "positive", r"\eta": "normal(0, 1)", r"\lambda": "positive",
}  # fmt: skip
EXAMPLES = {
    "N": "size", "D": "size", "i": "index 1..N", "k": "index 1..D", "y_i": "label", "x_{ik}": "real", "w_k": "real",
    "b": "real",
    "z": "real", "v_i": "sign", "s_i": "real", "u_i": "real", "p_i": "probability", r"\theta": "real",
}  # fmt: skip
CLASSES = {
    "K": "size", "j": "index 1..K", "l": "index 1..K", "z_j": "real", "y_j": "one-hot", "c": "class of K",
    "q_j": "distribution",
    "r_j": "distribution", "A_{jl}": "real", "B_{jl}": "real", r"\lambda": "positive",
}  # fmt: skip
SIGMOID = r"\sigma(z) = \frac{1}{1 + e^{-z}}"


def page(symbols: dict[str, str], *definitions: str) -> Page:
    found = Page(symbols, sample_module)
    assert not found.problems
    for latex in definitions:
        assert found.check(latex).ok, latex
    return found


def counterexample(verdict: Verdict) -> Counterexample:
    assert verdict.counterexample is not None
    return verdict.counterexample


# --- what is true holds, and what is false fails ----------------------------------------------------------------

TRUE = [
    (SCALARS, r"(a + b)(a - b) = a^2 - b^2"),
    (SCALARS, r"x(y + 1) = xy + x"),
    (SCALARS, r"\log(t^2) = 2 \log t"),
    (SCALARS, r"\log_2 8 = 3 = \log_{10} 1000"),
    (SCALARS, r"\ln t = \log t = \log_e t"),
    (SCALARS, r"-\log_{10} 0.8 \approx 0.0969"),
    (SCALARS, r"\frac12 \log 2\pi \approx 0.9189"),
    (SCALARS, r"\log((1/2)^{1000000000}) = 1000000000 \cdot \log(1/2) \approx -693147180.6"),
    (SCALARS, r"e^{-10} \approx 4.5 \times 10^{-5}"),
    (SCALARS, r"|x| = \max(x, -x) = \sqrt{x^2}"),
    ({"N": "size", "u_i": "real"},  # the outer sum is empty for N = 1
     r"2 \sum_{i=1}^{N-1} \sum_{j=i+1}^{N} u_i u_j = (\sum_i u_i)^2 - \sum_i u_i^2"),
    ({"T": "size", "c": "positive"}, r"c^T = c \cdot c^{T-1}"),
    ({"N": "size", "u_i": "real", "z": "real"},
     r"\begin{cases} 0 & z > 0 \\ u & z \le 0 \end{cases} = \mathbb{1}[z \le 0] u"),
    ({"K": "size", "x": "normal(K, K)"}, r"\mathbb{E}[x] = K"),
    (SCALARS, r"[x]_+ = \max\{0, x\}"),
    (SCALARS, r"\max(x, y) = \frac{x + y + |x - y|}{2}"),
    (SCALARS, r"\max(x, y) + \min(x, y) = x + y"),
    (SCALARS, r"\lfloor x \rfloor \le x \le \lceil x \rceil"),
    (SCALARS, r"(x + y)^2 \ge 4 x y"),
    (SCALARS, r"0 < p < 1"),
    (SCALARS,
     r"p \in (0, 1), \quad v \in \{-1, +1\}, \quad w \in \{0, 1\}, \quad x \in \mathbb{R}, \quad w \notin \{2\}"),
    (SCALARS, r"e^x \ne 0"),
    (SCALARS, r"\frac{x^3}{2} \propto x^3"),
    (SCALARS, r"\sqrt[3]{x^3} = x"),
    (SCALARS, r"\sum_{i=1}^{n} i = \frac{n (n + 1)}{2}"),
    (SCALARS, r"\sum_{i=0}^{n} \binom{n}{i} = 2^n"),
    (SCALARS, r"n! = n \cdot (n - 1)!"),
    (SCALARS, r"\prod_{i=1}^{n} i = n!"),
    (SCALARS, r"\sum_{i=1}^{n} \sum_{j=1}^{i} 1 = \frac{n^2 + n}{2}"),
    (SCALARS, r"\sum_{i=1, i \ne 2}^{4} i = 8"),
    (SCALARS, r"\sum_{i \in [n]} i = \sum_{i \in \{1, \dots, n\}} i = \sum_{i=1}^{n} i"),
    (SCALARS, r"\mathbb{1}[x > 0] + \mathbb{1}[x \le 0] = 1"),
    (SCALARS, r"\operatorname{sign}(x) = \begin{cases} 1 & x > 0 \\ -1 & x < 0 \\ 0 & \text{otherwise} \end{cases}"),
    (SCALARS, r"|x| = x \quad \text{if } x \ge 0"),
    (SCALARS, r"x > 0 \Rightarrow |x| = x"),
    (SCALARS, r"\log(p^w (1 - p)^{1 - w}) = \log p, \quad \text{if } w = 1"),
    (SCALARS, r"93\% = 0.93"),
    (SCALARS, r"\frac{d}{dx} x^3 = 3 x^2"),
    (SCALARS, r"\frac{d^2}{dx^2} x^3 = 6 x"),
    (SCALARS, r"\frac{d}{dt} \log t = 1/t"),
    (SCALARS, r"\frac{d}{dx} |x| = \operatorname{sign}(x)"),
    (SCALARS, r"\frac{\partial}{\partial x} x^2 y = 2 x y"),
    (SCALARS, r"\frac{\partial^2}{\partial x \partial y} x^2 y = 2 x"),
    (SCALARS, r"\partial_x \log(1 + e^{x}) = \frac{1}{1 + e^{-x}}"),
    (SCALARS, r"\tanh'(x) = 1 - \tanh^2 x"),
    (SCALARS, r"\frac{d}{dx} \max(0, 1 - v x) = -v \mathbb{1}[v x < 1]"),
    (SCALARS, r"\mathbb{E}[\eta] = 0, \quad \mathbb{E}[\eta^2] = 1, \quad \mathbb{E}[\eta^4] = 3"),
    (SCALARS, r"\operatorname{Var}[a + b \eta] = b^2"),
    (SCALARS, r"E[x + \eta] = x"),
    (SCALARS | {r"\xi": "laplace(1, 2)"}, r"\mathbb{E}[\xi] = 1, \quad \operatorname{Var}[\xi] = 8"),
    (SCALARS | {r"\xi": "uniform(1, 4)"}, r"\mathbb{E}[x \xi] = 2.5 x, \quad \operatorname{Var}[\xi] = 0.75"),
    (SCALARS | {r"\xi": "bernoulli(p)"}, r"\mathbb{E}[\xi] = p, \quad \operatorname{Var}[\xi] = p (1 - p)"),
    (SCALARS | {r"\xi": "normal(a, t)"}, r"\mathbb{E}[\xi \mid x] = a, \quad \mathbb{E}[\xi^2] = a^2 + t"),
    (SCALARS | {r"\xi": "normal"}, r"\mathbb{E}[(\xi + \eta)^2] = 2"),
    (SCALARS, r"\lg 1000 = 3"),
    (SCALARS, r"\log((1/10)^{1000} \cdot 10^{-1000}) = -2000 \log 10"),
    (SCALARS, r"\log \prod_{i=1}^{2000} \frac12 = -2000 \log 2"),
    (SCALARS, r"\mathbb{1}[x > 0 \land y > 0] = \mathbb{1}[\min(x, y) > 0]"),
    (SCALARS, r"\mathbb{1}[x > 0 \lor y > 0] = \mathbb{1}_{\max(x, y) > 0}"),
    (SCALARS, r"|x| + |y| = x + y \text{ if } x > 0 \text{ and } y > 0"),
    (SCALARS, r"\begin{cases} 1 & v \in \{1, 2\} \\ 0 & \text{otherwise} \end{cases} = \frac{1 + v}{2}"),
    (SCALARS, r"\begin{cases} x & x \ge 0 \\ -x & x \le 0 \end{cases} = |x|"),
    (SCALARS, r"\frac{d}{dx} |x| = \begin{cases} 1 & x > 0 \\ -1 & x < 0 \end{cases}"),
    (SCALARS, r"\sqrt[t]{p} = p^{1/t}"),
    (SCALARS, r"x^n = \prod_{i=1}^{n} x"),
    (SCALARS, r"n \in \mathbb{N}, \quad n \in \mathbb{Z}"),
    (SCALARS, r"(x + y)(x - y)^T = x^2 - y^2"),
    (SCALARS, r"x (y)^2 = x y^2"),
    (SCALARS, r"\frac{\partial}{\partial x} \min(x, y)^2 = 2 x \mathbb{1}[x < y]"),
    (EXAMPLES, r"\log \prod_{i=1}^{N} p_i = \sum_{i=1}^{N} \log p_i"),
    (EXAMPLES, r"u_i - u_i \in \{0\} \quad \text{for } i = 1, \dots, N"),
    (EXAMPLES, r"v_i^2 u_i = u_i \quad \forall i"),
    (EXAMPLES | {"h(x_i)": "real", "f(x_i; w)_k": "real"},
     r"\sum_i \sum_k (h(x_i) + f(x_i; w)_k) = D \sum_i h(x_i) + \sum_{i,k} f(x_i; w)_k"),
    (EXAMPLES, r"x (w)_k = b + x (w)_k - b"),
    (CLASSES, r"\operatorname{Var}_{j \sim q}[z_j] = \sum_j q_j z_j^2 - (\sum_j q_j z_j)^2"),
    (CLASSES, r"A A^{-1} z = z \quad \text{if } K = 1, A_{11} > 0"),
    (CLASSES, r"\max(z) = \max_j z_j, \quad \operatorname{sum}(z) = \sum_j z_j"),
    (CLASSES, r"\min_{j \ne c} z_j \ge \min_j z_j"),
    (EXAMPLES, r"\sum_i (u_i - s_i) = \sum_i u_i - \sum_i s_i"),
    (EXAMPLES, r"u_1 + \dots + u_N = \sum_i u_i"),
    (EXAMPLES, r"\sum_i \mathbb{1}[y_i = 1] = \sum_i y_i"),
    (EXAMPLES, r"\sum_{i : y_i = 1} u_i = \sum_i y_i u_i"),
    (EXAMPLES, r"w^\top x_i = \sum_k w_k x_{ik} = w \cdot x_i = \langle w, x_i \rangle"),
    (EXAMPLES, r"\|w\|^2 = w^T w = \sum_k w_k^2"),
    (EXAMPLES, r"\mathbf{w}^\top \mathbf{x}^{(i)} + b = b + \sum_k x^{(i)}_k w_k"),
    (EXAMPLES, r"v_i^2 = 1"),
    (EXAMPLES, r"\frac{\partial}{\partial w_k} \|w\|^2 = 2 w_k"),
    (EXAMPLES, r"\nabla_w \frac12 \|w\|^2 = w"),
    (EXAMPLES, r"x w = \begin{pmatrix} x_1^\top w \end{pmatrix}, \quad \text{if } N = 1"),
    (CLASSES, r"\sum_j q_j = 1"),
    (CLASSES, r"\sum_j q_j \log \frac{q_j}{r_j} \ge 0"),
    (CLASSES, r"\log \sum_j e^{z_j} = \max_l z_l + \log \sum_j e^{z_j - \max_l z_l}"),
    (CLASSES, r"\max_j z_j \ge z_c"),
    (CLASSES, r"z_{\arg\max_j z_j} = \max_j z_j"),
    (CLASSES, r"\operatorname*{argmax}_j z_j = \arg\min_j -z_j"),
    (CLASSES, r"\sum_j \mathbb{1}[j = c] z_j = z_c"),
    (CLASSES, r"\sum_{j \ne c} z_j = \sum_j z_j - z_c"),
    (CLASSES, r"\|z\|_1 = \sum_j |z_j|, \quad \|z\|_\infty = \max_j |z_j|, \quad \|z\|_3 = \sqrt[3]{\sum_j |z_j|^3}"),
    (CLASSES, r"\mathbb{E}_{j \sim q}[z_j] = \sum_j q_j z_j"),
    (CLASSES, r"(A B)^\top = B^\top A^\top"),
    (CLASSES, r"(A z)_j = \sum_l A_{jl} z_l"),
    (CLASSES, r"z^\top A z = \sum_{j,l} z_j A_{jl} z_l"),
    (CLASSES, r"\nabla_z z^\top A z = (A + A^\top) z"),
    (CLASSES, r"\frac{\partial z_j}{\partial z_l} = \delta_{jl}"),
    (CLASSES, r"z z^\top z = \|z\|^2 z"),
    (CLASSES, r"(A \odot B)_{jl} = A_{jl} B_{jl}"),
    (CLASSES, r"\operatorname{mean}(z) = \frac1K \sum_j z_j"),
    (CLASSES, r"c \in \{1, \dots, K\}"),
    (CLASSES, r"y \in \{(1, 0), (0, 1)\} \quad \text{if } K = 2"),
    (CLASSES,
     r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} \begin{bmatrix} 1 \\ 1 \end{bmatrix} = [3, 7]"),
]  # fmt: skip


@pytest.mark.parametrize(("symbols", "latex"), TRUE, ids=[latex for _, latex in TRUE])
def test_what_is_true_holds(symbols: dict[str, str], latex: str) -> None:
    verdict = page(symbols).check(latex)
    assert (verdict.status, verdict.message) == ("holds", "")
    assert verdict.samples >= 10 or verdict.samples == 1  # one evaluation, where there is nothing to vary


FALSE = [
    (SCALARS, r"(a + b)^2 = a^2 + b^2"),
    (SCALARS, r"\log(t^2) = \log^2 t"),
    (SCALARS, r"\log t = \log_{10} t"),
    (SCALARS, r"-\log_{10} 0.8 \approx 0.09"),
    (SCALARS, r"-\log 0.8 = 0.2231"),
    (SCALARS, r"\log((1/2)^{1000000000}) \approx -301029995.6\ldots"),
    (SCALARS, r"\min(x, y) < \max(x, y)"),
    (SCALARS, r"x^2 \le x^3"),
    (SCALARS, r"x \ne y"),
    (SCALARS, r"w \in \{-1, 1\}"),
    (SCALARS, r"x \in [-1, 1]"),
    (SCALARS, r"x^2 \propto x^3"),
    (SCALARS, r"x + 1 \propto x"),
    (SCALARS, r"\frac{d}{dx} x^3 = 3 x"),
    (SCALARS, r"\frac{d}{dx} \max(0, 1 - v x) = v \mathbb{1}[v x < 1]"),
    (SCALARS, r"\frac{d}{dx} \max(0, 1 - v x) = -v"),
    (SCALARS, r"|x| = x"),
    (SCALARS, r"|x| = x \quad \text{if } x \ge -1"),
    (SCALARS, r"\mathbb{1}[x > 0] + \mathbb{1}[x < 0] = 1"),
    (SCALARS, r"\operatorname{Var}[b \eta] = b"),
    (SCALARS, r"\sum_{i=1}^{n} i = \frac{n (n - 1)}{2}"),
    (SCALARS, r"\max(0, x) = \max(0, x, x - 3.9, y - 3.5)"),
    (EXAMPLES, r"\log \sum_i p_i = \sum_i \log p_i"),
    (EXAMPLES, r"\sum_{i=1}^{N} u_i = N u_1"),
    (EXAMPLES, r"\frac{\partial}{\partial w_k} \|w\|^2 = w_k"),
    (CLASSES, r"\sum_j q_j \log \frac{q_j}{r_j} = \sum_j r_j \log \frac{r_j}{q_j}"),
    (CLASSES, r"A B = B A"),
    (CLASSES, r"\nabla_z z^\top A z = 2 A z"),
    (CLASSES, r"\sum_{j \ne c} z_j = \sum_j z_j"),
    (CLASSES, r"\exp(\sum_j z_j) = \sum_j \exp(z_j)"),
]  # fmt: skip


@pytest.mark.parametrize(("symbols", "latex"), FALSE, ids=[latex for _, latex in FALSE])
def test_what_is_false_fails_with_a_counterexample(symbols: dict[str, str], latex: str) -> None:
    verdict = page(symbols).check(latex)
    assert verdict.status == "fails"
    assert not verdict.ok
    assert not verdict.holds
    assert verdict.counterexample is not None
    assert verdict.samples > 0


# --- the code -----------------------------------------------------------------------------------------------------

BOUND = [
    (EXAMPLES, r"J = \sum_{i=1}^{N} \max(0, 1 - v_i s_i)", "hinge(v, s, reduction='sum')"),
    (EXAMPLES, r"J = \frac1N \sum_i \max(0, 1 - v_i s_i)", "hinge(v, s)"),
    (EXAMPLES, r"\ell_i = \max(0, 1 - v_i s_i)", "hinge(v, s, reduction='none')"),
    (EXAMPLES, r"\ell_i = \max(0, 1 - v_i s_i)", "hinge(v[i], s[i])"),
    (EXAMPLES, r"-\frac1N \sum_i \left[ y_i \log p_i + (1 - y_i) \log(1 - p_i) \right]", "log_loss(y, p)"),
    (SCALARS, SIGMOID, "sigmoid(z)"),
    (SCALARS, r"\frac{1}{\sqrt{2 \pi t^2}} \exp\left(-\frac{1}{2 t^2} (y - x)^2\right)", "gaussian(y, x, t)"),
    (SCALARS, r"h = x - \frac12 g t^2", "fall(x, t)"),
    (CLASSES, r"\mathrm{softmax}(z)_j = \frac{e^{z_j}}{\sum_l e^{z_l}}", "softmax(z)"),
    (CLASSES, r"p = \mathrm{softmax}(z)", "softmax(z)"),
    (CLASSES, r"L = \sum_{j \ne c} \max(0, z_j - z_c + 1)", "multiclass_hinge(c, z)"),
    (CLASSES, r"H(q, r) = -\sum_j q_j \log r_j", "cross_entropy(q, r)"),
    (CLASSES, r"A z", "A @ z"),
    (CLASSES, r"z_j + \lambda", "z + lambda_"),
    (SCALARS, "1.2", "hinge(-1, 0.2)"),
    (SCALARS, r"[2.4, 0.6]", "[2 * hinge(-1, 0.2), hinge(-1, 0.2) / 2]"),
    (SCALARS, r"y = 1.2", "hinge(-1, 0.2)"),
    (SCALARS, r"0.2231 \approx -\log 0.8", "log_loss(1, 0.8)"),
]  # fmt: skip


@pytest.mark.parametrize(("symbols", "latex", "code"), BOUND, ids=[latex for _, latex, _ in BOUND])
def test_a_formula_that_the_code_computes(symbols: dict[str, str], latex: str, code: str) -> None:
    declared = {name: kind for name, kind in symbols.items() if name != "y" or not latex.startswith("y =")}
    found = page(declared | ({"g": "real in {9.81}"} if "g t" in latex else {}))
    verdict = found.check(latex, equals=code)
    assert (verdict.status, verdict.message) == ("holds", "")
    assert set(verdict.against) == {name for name in code.replace("(", " ").split() if name in dir(sample_module)} - {
        "g"
    }


# Formulas that were printed with an error, each beside what was meant.
CANARIES = [
    # pytorch#73288: the exponential of a sum for the sum of exponentials
    (CLASSES, r"-\log \frac{\exp(z_c)}{\exp(\sum_j z_j)}", r"-\log \frac{\exp(z_c)}{\sum_j \exp(z_j)}",
     "-log(softmax(z)[c])"),
    # scikit-learn#20075: a lost `1 -`
    (EXAMPLES, r"-\frac1N \sum_i y_i \log p_i + (y_i) \log(1 - p_i)", None, "log_loss(y, p)"),
    (EXAMPLES, r"-\frac1N \sum_i \left[y_i \log p_i + y_i \log(1 - p_i)\right]",
     r"-\frac1N \sum_i \left[y_i \log p_i + (1 - y_i) \log(1 - p_i)\right]", "log_loss(y, p)"),
    # scikit-learn#23445: a lost minus in the pinball loss
    (SCALARS, r"\max(p (x - y), (1 - p) (x - y))", r"\max(p (x - y), -(1 - p) (x - y))", "pinball(x, y, p)"),
    # optax: a lost minus in the cross-entropy of integer labels
    (CLASSES, r"\log\left(\frac{\exp(z_c)}{\sum_j \exp(z_j)}\right)",
     r"-\log\left(\frac{\exp(z_c)}{\sum_j \exp(z_j)}\right)",
     "-log(softmax(z)[c])"),
    # a sum for a mean, and a half for both
    (EXAMPLES, r"\frac12 \sum_i (u_i - s_i)^2", r"\frac1N \sum_i (u_i - s_i)^2", "squared(u, s)"),
    # a density without its constant
    (SCALARS, r"e^{-\frac{(x - y)^2}{2}}", r"\frac{1}{\sqrt{2\pi}} e^{-\frac{(x - y)^2}{2}}", "gaussian(x, y, 1)"),
]  # fmt: skip


@pytest.mark.parametrize(("symbols", "wrong", "right", "code"), CANARIES)
def test_errors_that_were_printed_are_caught(symbols: dict[str, str], wrong: str, right: str | None, code: str) -> None:
    assert not page(symbols).check(wrong, equals=code).ok
    assert right is None or page(symbols).check(right, equals=code).status == "holds"


def flips(latex: str) -> Iterator[str]:
    for place, sign in enumerate(latex):
        if sign in "+-":
            yield latex[:place] + ("-" if sign == "+" else "+") + latex[place + 1 :]


FLIPPED = [(symbols, flip, code) for symbols, latex, code in BOUND if code[0].isalpha() for flip in flips(latex)]


@pytest.mark.parametrize(("symbols", "latex", "code"), FLIPPED)
def test_a_flipped_sign_is_caught(symbols: dict[str, str], latex: str, code: str) -> None:
    found = page(symbols | ({"g": "real in {9.81}"} if "g t" in latex else {}))
    found.locate = False
    assert not found.check(latex, equals=code).ok


def test_differs_holds_where_the_formula_is_not_what_the_code_computes() -> None:
    verdict = page(EXAMPLES).check(r"\frac12 \sum_i (u_i - s_i)^2", differs="squared(u, s)")
    assert verdict.status == "holds"
    assert counterexample(verdict).inputs["N"] == 1
    assert counterexample(verdict).left == 0.5 * counterexample(verdict).right


def test_differs_fails_where_they_agree() -> None:
    verdict = page(EXAMPLES).check(r"\frac1N \sum_i (u_i - s_i)^2", differs="squared(u, s)")
    assert verdict.status == "fails"
    assert "agree" in verdict.message


def test_differs_defines_nothing() -> None:
    found = page(EXAMPLES)
    assert found.check(r"J = \frac12 \sum_i (u_i - s_i)^2", differs="squared(u, s)").ok
    assert found.check(r"J = \frac1N \sum_i (u_i - s_i)^2", equals="squared(u, s)").ok


# --- definitions --------------------------------------------------------------------------------------------------


def test_a_derivation_from_likelihood_to_gradient() -> None:
    found = page(EXAMPLES, SIGMOID, r"z_i = w^\top x_i + b", r"h_i = \sigma(z_i)")
    for latex in (
        r"\sigma'(z) = \sigma(z) (1 - \sigma(z))",
        r"\sigma''(z) = \sigma'(z) (1 - 2 \sigma(z))",
        r"\sigma(-z) = 1 - \sigma(z)",
        r"\sigma'(0) = \frac14",
        r"p(y_i = 1 \mid x_i) = h_i",
        r"p(y_i = 0 \mid x_i) = 1 - h_i",
        r"p(y_i \mid x_i) = h_i^{y_i} (1 - h_i)^{1 - y_i}",
        r"L(w, b) = \prod_{i=1}^{N} p(y_i \mid x_i)",
        r"\ell(w, b) = \log L(w, b) = \sum_{i=1}^{N} \left[ y_i \log h_i + (1 - y_i) \log(1 - h_i) \right]",
        r"J = -\ell",
        r"\frac{\partial J}{\partial z_i} = h_i - y_i",
        r"\frac{\partial J}{\partial h_i} = \frac{h_i - y_i}{h_i (1 - h_i)}",
        r"\frac{\partial J}{\partial z_i} = \frac{\partial J}{\partial h_i} \frac{\partial h_i}{\partial z_i}",
        r"\frac{\partial J}{\partial w_k} = \sum_{i=1}^{N} (h_i - y_i) x_{ik}",
        r"\nabla_w J = \sum_{i=1}^{N} (h_i - y_i) x_i",
        r"dJ/db = \sum_{i=1}^{N} (h_i - y_i)",
        r"\frac{\partial^2 J}{\partial w_k \partial b} = \sum_{i=1}^{N} h_i (1 - h_i) x_{ik}",
    ):
        verdict = found.check(latex)
        assert verdict.ok, verdict.message
    assert found.check("J", equals="log_loss(y, h, reduction='sum')").status == "holds"
    assert not found.check(r"\frac{\partial J}{\partial z_i} = y_i - h_i").ok


def test_a_softmax_and_its_jacobian() -> None:
    found = page(CLASSES, r"\mathrm{softmax}(z)_j = \frac{e^{z_j}}{\sum_l e^{z_l}}", r"p_j = \mathrm{softmax}(z)_j")
    assert found.check(r"L = -\sum_j y_j \log p_j").ok
    for latex in (
        r"\frac{\partial p_j}{\partial z_l} = p_j (\delta_{jl} - p_l)",
        r"\frac{\partial L}{\partial z_j} = p_j - y_j",
        r"\nabla_z L = p - y",
        r"\mathrm{softmax}(z + \lambda) = \mathrm{softmax}(z)",
    ):
        verdict = found.check(latex)
        assert verdict.status == "holds", verdict.message


def test_a_function_of_the_module_has_a_value_without_a_definition() -> None:
    found = page(CLASSES)
    assert found.check(r"\mathrm{softmax}(z)_j = \frac{e^{z_j}}{\sum_l e^{-z_l}}").status == "fails"
    verdict = found.check(r"\mathrm{softmax}(z)_j = \frac{e^{z_j}}{\sum_l e^{z_l}}")
    assert (verdict.status, verdict.against) == ("holds", ("softmax",))
    assert (
        found.check(r"\frac{\partial}{\partial z_l} \mathrm{softmax}(z)_j = p_j (\delta_{jl} - p_l)").status == "error"
    )
    assert found.check(r"p_j = \mathrm{softmax}(z)_j").status == "definition"
    assert found.check(r"\frac{\partial p_j}{\partial z_l} = p_j (\delta_{jl} - p_l)").status == "holds"


def test_a_function_of_the_module_that_reduces_is_called_for_each_element() -> None:
    found = page(EXAMPLES)
    assert found.check(r"\mathrm{hinge}(v_i, s_i) = \max(0, 1 - v_i s_i)").status == "holds"
    assert found.check(r"\sum_i \mathrm{hinge}(v_i, s_i) = \sum_i \max(0, 1 - v_i s_i)").status == "holds"
    assert found.check(r"\mathrm{hinge}(v, s) = \frac1N \sum_i \max(0, 1 - v_i s_i)").status == "holds"


def test_a_name_with_and_without_an_index_is_the_one_that_the_formula_uses() -> None:
    found = page(EXAMPLES | {"v": "sign", "s": "real"})
    assert found.check(r"\max(0, 1 - v s)", equals="hinge(v, s)").status == "holds"
    assert found.check(r"\sum_i \max(0, 1 - v_i s_i)", equals="hinge(v, s, reduction='sum')").status == "holds"
    assert "could be v_i or v" in found.check(r"\max(0, 1 - v s) v_1 v_1", equals="hinge(v, s)").message


def test_expectation_of_a_linear_model_with_noise() -> None:
    found = page(SCALARS, r"Y = a + b x + \eta")
    assert found.check(r"\mathbb{E}[Y \mid x] = a + b x").status == "holds"
    assert found.check(r"\operatorname{Var}[Y \mid x] = 1", weak="it depends on nothing").holds
    assert not found.check(r"\operatorname{Var}[Y \mid x] = b^2").ok


def test_a_gradient_without_a_variable_is_by_the_first_argument() -> None:
    found = page(EXAMPLES, r"R(w) = \frac12 \|w\|^2")
    assert found.check(r"\nabla R(w) = w").status == "holds"
    assert found.check(r"\nabla R = w").status == "holds"
    assert found.check(r"\nabla b = w").status == "error"


def test_a_derivative_inside_a_definition_is_by_its_argument() -> None:
    found = page(SCALARS, r"D(x) = \frac{d}{dx} x^3", r"f(x) = x^2 y")
    assert found.check(r"D(2) = 12").status == "holds"
    assert found.check(r"D(y) = 3 y^2").status == "holds"


def test_a_function_with_an_index() -> None:
    found = page(EXAMPLES, r"l^{(i)}(b) = (u_i - b)^2", r"S(b) = \frac1N \sum_i l^{(i)}(b)")
    assert found.check(r"l^{(i)}(0) = u_i^2").status == "holds"
    assert found.check(r"S(0) = \frac1N \sum_i u_i^2", equals="mean(u**2)").status == "holds"
    assert found.check(r"\frac{\partial S}{\partial b} = \frac2N \sum_i (b - u_i)").status == "holds"


def test_a_vector_that_a_function_gives_is_that_of_its_argument() -> None:
    found = page(EXAMPLES, r"f(u)_i = 2 u_i + 1")
    assert found.check(r"f(s) = 2 s + 1").status == "holds"
    assert found.check(r"f(s) = 2 u + 1").status == "fails"


def test_a_definition_for_single_values_grows_and_is_then_checked() -> None:
    found = page(SCALARS, r"q(w = 1) = p", r"q(w = 0) = 1 - p")
    assert found.check(r"q(w) = p^w (1 - p)^{1 - w}").status == "holds"
    assert found.check(r"q(w = 1) = 1 - p").status == "fails"
    assert found.check(r"q(2) = 0").status == "error"


def test_a_name_in_another_case_of_a_given_variable() -> None:
    found = page(EXAMPLES, r"f(u_i) = u_i^2")
    assert found.check(r"f(u_1) + f(s_1) = u_1^2 + s_1^2").status == "holds"
    assert found.check(r"\sum_i f(s_i) = \sum_i s_i^2").status == "holds"


def test_classes_and_indices_may_count_from_0() -> None:
    declared = {"K": "size", "j": "index 0..K-1", "z_j": "real", "c": "class"}
    found = page(declared)
    assert found.check(r"\sum_{j=0}^{K-1} z_j", equals="sum(z)").status == "holds"
    assert found.check(r"z_c", equals="z[c]").status == "holds"
    assert found.check(r"z_0 + z_{K-1} = z_0 + z_{K - 1}", equals="z[0] + z[-1]").status == "holds"
    assert found.check(r"c \in \{0, \dots, K - 1\}").status == "holds"


def test_functions_of_several_arguments_and_their_derivatives() -> None:
    found = page(SCALARS, r"f(x, y) = x^2 y", r"g(x) = f(x, 3)")
    for latex in (
        r"f(2, 3) = 12",
        r"f(y, x) = x y^2",
        r"g'(x) = 6 x",
        r"\frac{\partial f}{\partial x} = 2 x y",
        r"\nabla_y f = x^2",
        r"\frac{\partial f(x, y)}{\partial y} = x^2",
    ):
        assert found.check(latex).status == "holds", latex


def test_piecewise_functions() -> None:
    rows = r"\frac12 x^2 & |x| \le \delta \\ \delta (|x| - \frac12 \delta) & \text{otherwise}"
    found = page(SCALARS, rf"L_\delta(x) = \begin{{cases}} {rows} \end{{cases}}")
    assert found.check(r"L_\delta'(x) = \max(-\delta, \min(\delta, x))").status == "holds"
    assert not found.check(r"L_\delta'(x) = \max(-\delta, \min(\delta, 2 x))").ok


def test_a_statement_may_use_what_a_later_one_of_the_formula_defines() -> None:
    declared = {
        "N": "size",
        "n": "index 1..N",
        "x_n": "real",
        "y_n": "probability",
        "w_n": "positive",
        r"\sigma": "function sigmoid",
    }
    verdict = check(
        CORPUS["F34"], symbols=declared, module=sample_module, equals="w * log_loss(y, sigmoid(x), reduction='none')"
    )
    assert verdict.status == "holds"
    assert verdict.against == ("log_loss", "sigmoid")


def test_a_definition_is_unbound_until_something_has_checked_it() -> None:
    found = page(EXAMPLES)
    assert found.check(r"\ell_i = \max(0, 1 - v_i s_i)").status == "unbound"
    assert list(found.unbound) == [r"\ell[]"]
    assert found.check(r"J = \sum_i \ell_i", equals="hinge(v, s, reduction='sum')").status == "holds"
    assert not found.unbound
    assert found.check(r"R = \frac1N J").status == "unbound"


def test_a_name_that_is_defined_again_is_checked_against_what_it_was() -> None:
    found = page(SCALARS, "q = x + 1")
    assert found.check("q = 1 + x").status == "holds"
    assert not found.check("q = x - 1").ok


@pytest.mark.parametrize("latex", ["BS = x^2", r"\text{BS} = x^2", r"FL(x) = x^2", "MSE = x^2"])
def test_names_of_several_letters(latex: str) -> None:
    found = page(SCALARS)
    assert found.check(latex).status == "unbound"
    name = latex.split(" =")[0]
    assert found.check(rf"{name} = x \cdot x").status == "holds"


@pytest.mark.parametrize(
    ("id", "symbols", "definitions", "code"),
    [
        ("F01", {"N": "size", "K": "size", "i": "index 1..N", "j": "index 1..K", "y_i": "class", "s_j": "real",
         r"\Delta": "positive"},
         (), "multiclass_hinge(y[i], s, Delta)"),
        ("F05", {"K": "size", "x": "index 1..K", "p(x)": "distribution", "q(x)": "distribution"}, (),
         "cross_entropy(p, q)"),
        ("F06", {"K": "size", "i": "index 1..3", "j": "index 1..K", "y_i": "class of K", "f_j": "real",
         "C": "positive"}, (), None),
        ("F10", {"D": "size", "k": "index 1..D", "w_k": "real", "x_k": "real", "b": "real", "y": "label"}, (SIGMOID,),
         "sigmoid(w @ x + b)"),
        ("F13", {"N": "size", "K": "size", "i": "index 1..N", "j": "index 1..K", "y_{ij}": "real", "f_j": "real"}, (),
         None),
        ("F15", {"n": "size", "D": "size", "i": "index 1..n", "k": "index 1..D", "w_k": "real", "x^{(i)}_k": "real",
         "b": "real",
                 "y^{(i)}": "real"},
         (r"l^{(i)}(\mathbf{w}, b) = \frac12 (\mathbf{w}^\top \mathbf{x}^{(i)} + b - y^{(i)})^2",),
          "squared(x @ w + b, y) / 2"),
        ("F17", {"D": "size", "k": "index 1..D", "w_k": "real", "x_k": "real", "b": "real", "y": "real",
         r"\sigma": "positive"}, (),
         "gaussian(y, w @ x + b, sigma)"),
        ("F19", {"K": "size", "i": "index 1..K", "j": "index 1..K", "o_i": "real"}, (), "softmax(o)"),
        ("F20", {"q": "size", "j": "index 1..q", "y_j": "distribution", r"\hat{y}_j": "distribution"}, (),
         "cross_entropy(y, y_hat)"),
        ("F22", {"q": "size", "j": "index 1..q", "y_j": "distribution", "o_j": "real"},
         (r"\hat{y}_j = \frac{\exp(o_j)}{\sum_{k=1}^q \exp(o_k)}", CORPUS["F20"]), "softmax(o) - y"),
        ("F29", {"N": "size", "K": "size", "i": "index 1..N", "j": "index 1..K", "k": "index 1..K", "y_{ij}": "one-hot",
                 "x_{ij}": "real"}, (), "cross_entropy(y, softmax(x))"),
        ("F31", {"p_t": "probability", r"\alpha_t": "positive", r"\gamma": "positive"}, (),
         "-alpha_t * (1 - p_t)**gamma * log(p_t)"),
        ("F32", {"p": "probability", "y": "label"}, (), "y * p + (1 - y) * (1 - p)"),
        ("F36", {"i": r"index 1..\text{x.nelement}()", "x_i": "real", "y_i": "sign", r"\text{x.nelement}()": "size"},
         (),
         "mean(log(1 + exp(-y * x)))"),
        ("F40", {r"n_{\text{samples}}": "size", "y_i": "label", "p_i": "probability"}, (), "squared(y, p)"),
    ],
)  # fmt: skip
def test_formulas_of_the_corpus_against_code(
    id: str, symbols: dict[str, str], definitions: tuple[str, ...], code: str | None
) -> None:
    verdict = check(CORPUS[id], equals=code, symbols=symbols, module=sample_module, definitions=definitions)
    assert (verdict.status, verdict.message) == ("holds", "")


@pytest.mark.parametrize(
    ("id", "symbols"),
    [
        ("F11", {"N": "size", "K": "size", "i": "index 1..N", "j": "index 1..K", "y_{ij}": "label", "f_j": "real"}),
        ("F25", {"n": "size", "i": "index 1..n", "y_i": "label", r"\pi_i": "probability", r"\theta": "probability"}),
    ],
)
def test_an_index_after_its_sum_needs_brackets(id: str, symbols: dict[str, str]) -> None:
    definitions = [SIGMOID, r"L(\theta) = \prod_{i=1}^n \theta^{y_i} (1 - \theta)^{1 - y_i}"][id == "F25" :][:1]
    verdict = check(CORPUS[id], symbols=symbols, definitions=definitions)
    assert verdict.status == "error"
    assert "used after its sum has ended" in verdict.message
    assert "brackets around the terms" in verdict.message


def test_an_index_takes_its_range_from_a_sum_over_a_whole_size_only() -> None:
    declared = {"N": "size", "K": "size", "u_i": "real", "s_j": "real"}
    assert page(declared).check(r"\sum_{i=1}^{N} u_i", equals="sum(u)").status == "holds"
    assert page(declared).check(r"\sum_{i=0}^{N-1} u_i \sum_{j=1}^K s_j", equals="sum(u) * sum(s)").status == "holds"
    for bounds in ("_{i=1}^{N-1}", "_{i=2}^{N}", "_{i=0}^{N}", "_{i=1}^{N+1}"):
        assert not page({"N": "size", "u_i": "real"}).check(rf"\sum{bounds} u_i", equals="sum(u)").ok


# --- cases that are given -----------------------------------------------------------------------------------------


def test_a_case_restricts_the_paragraph() -> None:
    found = page(EXAMPLES)
    assert found.check(r"v_i s_i \ge 1", given=True).status == "given"
    assert found.check(r"\max(0, 1 - v_i s_i) = 0").status == "holds"
    found.new_paragraph()
    assert not found.check(r"\max(0, 1 - v_i s_i) = 0").ok


def test_a_case_sets_a_symbol() -> None:
    found = page(EXAMPLES)
    assert found.check("y_i = 1", given=True).ok
    assert found.check(r"-\log p_i", equals="log_loss(y[i], p[i])").status == "holds"
    assert found.check("p_i = 0.8", given=True).ok
    assert found.check(r"-\log p_i \approx 0.22").status == "holds"


def test_a_case_is_about_the_code_too() -> None:
    found = page(SCALARS)
    assert found.check("x > 0", given=True).ok
    assert found.check("1", equals="sign(x)").status == "holds"
    found.new_paragraph()
    assert not found.check("1", equals="sign(x)").ok


def test_cases_add_up() -> None:
    found = page(SCALARS)
    assert found.check("x > 0", given=True).ok
    assert found.check("y < x", given=True).ok
    assert found.check(r"\max(0, x, y) = x").status == "holds"


@pytest.mark.parametrize(
    ("latex", "message"),
    [("p > 0", "holds for every sample"), ("p = 2", "holds for no sample"), ("p > 1", "holds for no sample")],
)
def test_a_case_that_is_none(latex: str, message: str) -> None:
    verdict = page(SCALARS).check(latex, given=True)
    assert verdict.status == "fails"
    assert message in verdict.message


def test_a_case_in_the_formula_itself() -> None:
    found = page(SCALARS)
    assert found.check(r"\max(0, x) = 0 \quad \text{if } x < 0").status == "holds"
    assert found.check(r"\max(0, x) = 0 \quad \text{if } x < 1").status == "fails"


# --- numbers ------------------------------------------------------------------------------------------------------


def test_named_numbers_are_inputs_of_what_follows() -> None:
    found = page(SCALARS)
    assert found.check("0.2", name="s0").status == "number"
    assert found.check("-1", name="y0").status == "number"
    assert found.facts.numbers == {"s0": 0.2, "y0": -1}
    assert found.check("1.2", equals="hinge(y0, s0)").status == "holds"
    assert found.check("1.20", equals="hinge(y0, s0)", name="cost").status == "holds"
    assert found.check("2.4", equals="2 * cost").status == "holds"
    assert found.check("[10, 9, 9]", name="scores").ok
    assert found.check("0.576", equals="softmax(scores)[0]").status == "holds"
    assert found.check("150", name="steps").ok
    assert isinstance(found.facts.numbers["steps"], int)


@pytest.mark.parametrize("latex", ["1.21", "1.19", "1.3", "1", "12", "-1.2", "1.2001"])
def test_a_number_that_is_off_by_a_unit_in_its_last_place_is_caught(latex: str) -> None:
    verdict = page(SCALARS).check(latex, equals="hinge(-1, 0.2)")
    assert verdict.status == "fails"
    assert f"the page gives {float(latex):g},  hinge(-1, 0.2) gives 1.2" in verdict.message


def test_a_number_that_nothing_checks() -> None:
    verdict = page(SCALARS).check("0.3")
    assert (verdict.status, verdict.ok) == ("fails", False)
    assert 'equals="..."' in verdict.message


@pytest.mark.parametrize(("name", "latex"), [("hinge", "1"), ("a b", "1"), ("pi", "1"), ("q", "x")])
def test_a_name_or_number_that_will_not_do(name: str, latex: str) -> None:
    assert page(SCALARS).check(latex, name=name).status == "fails"


# --- what is weak, or left out --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        (r"\max(-10^{20}, x) = x", "the same branch"),
        (r"\begin{cases} x & x \ge -10^{20} \\ 0 & \text{otherwise} \end{cases} = x", "the same branch"),
        (r"\mathbb{1}[x^2 < -1] y = 0 \cdot y", "the same"),
        (r"0 \cdot x = 0", "whatever the values"),
        (r"x^0 = 1", "whatever the values"),
    ],
)
def test_a_check_that_could_hardly_fail_is_weak(latex: str, message: str) -> None:
    verdict = page(SCALARS).check(latex)
    assert (verdict.status, verdict.ok) == ("fails", False)
    assert message in verdict.message
    assert 'or weak="why"' in verdict.message
    verdict = page(SCALARS).check(latex, weak="there is no other case")
    assert (verdict.status, verdict.message, verdict.holds) == ("weak", "there is no other case", True)


@pytest.mark.parametrize(
    ("latex", "reason", "message"),
    [
        ("x + x = 2 x", "it is easy", "and it is not: leave the mark out"),
        ("x^0 = 1", " ", "weak without a reason"),
        ("x + x = 3 x", "it is easy", "the two sides disagree"),
    ],
)
def test_a_mark_as_weak_that_is_wrong(latex: str, reason: str, message: str) -> None:
    verdict = page(SCALARS).check(latex, weak=reason)
    assert (verdict.status, verdict.ok) == ("fails", False)
    assert message in verdict.message


def test_both_sides_of_a_branch_are_tried_where_it_is_rare() -> None:
    verdict = page(SCALARS).check(r"\max(x, y + 5.5) = x + \max(0, y + 5.5 - x)")
    assert verdict.status == "holds"


def test_a_step_is_looked_at_from_near() -> None:
    assert not page(SCALARS).check(r"\max(0, x - 2.3) = \max(0, x - 2.3) + \mathbb{1}[2.25 < x < 2.3] (x - 2.3)").ok


def test_unchecked_with_its_reason() -> None:
    verdict = page(SCALARS).check(r"\oint x\,dx = 0", unchecked="along a curve")
    assert (verdict.status, verdict.message, verdict.ok) == ("unchecked", "along a curve", True)


def test_unchecked_that_could_be_checked_is_an_error() -> None:
    verdict = page(SCALARS).check(r"x + x = 2 x", unchecked="too hard")
    assert (verdict.status, verdict.ok) == ("fails", False)
    assert "it holds: leave the mark out" in verdict.message
    assert not page(SCALARS).check(r"x + x = 2 x", unchecked=" ").ok


@pytest.mark.parametrize("latex", [r"\sqrt{x^2} = x", "1 + 1 = 3", r"x \le 2 x"])
def test_unchecked_that_is_false_is_an_error(latex: str) -> None:
    verdict = page(SCALARS).check(latex, unchecked="well known")
    assert (verdict.status, verdict.ok) == ("fails", False)
    assert "and it is false" in verdict.message


def test_unchecked_defines_nothing() -> None:
    found = page(SCALARS)
    assert found.check("q = x", unchecked="a sketch").ok
    assert found.check("q = x + 1").status == "unbound"


@pytest.mark.parametrize("latex", ["x", r"\sigma", r"\sigma(x)", "(x, y)", r"x_i", "i"])
def test_what_only_names_what_is_known(latex: str) -> None:
    found = page(SCALARS | {"N": "size", "x_i": "real"}, SIGMOID)
    assert found.check(latex).status == "symbol"


# --- what is wrong with a formula -----------------------------------------------------------------------------------


def test_a_failure_reads_as_it_should() -> None:
    verdict = page(EXAMPLES).check(r"J = \sum_{i=1}^{N} \max(0, 1 + v_i s_i)", equals="hinge(v, s, reduction='sum')")
    assert verdict.message.splitlines() == [
        "the formula and the code disagree",
        r"    J = \sum_{i=1}^{N} \max(0, 1 + v_i s_i)",
        r"                                 ^",
        "    with N = 1, v = [-1], s = [2]:  the page gives 0,  hinge(v, s, reduction='sum') gives 3",
        "    with - in place of + it would hold",
    ]
    assert (verdict.line, verdict.column) == (1, 30)
    assert counterexample(verdict).inputs == {"N": 1, "v": [-1.0], "s": [2.0]}
    assert (counterexample(verdict).left, counterexample(verdict).right) == (0.0, 3.0)


def test_the_smallest_counterexample_is_shown() -> None:
    verdict = page(EXAMPLES).check(r"\sum_i u_i = \sum_i u_i^2 + \mathbb{1}[N > 1]")
    assert counterexample(verdict).inputs["N"] == 1
    verdict = page(EXAMPLES).check(r"\sum_i u_i = N u_1")
    assert counterexample(verdict).inputs["N"] == 2


def test_a_failure_in_a_later_row_has_its_line() -> None:
    verdict = page(SCALARS).check(
        "\\begin{aligned}\nq &= (x + y)^2 \\\\\n  &= x^2 + 2 x y + y^2 \\\\\n  &= x^2 + y^2\n\\end{aligned}"
    )
    assert (verdict.line, verdict.column) == (4, 4)
    assert "&= x^2 + y^2" in verdict.message


def test_a_number_is_evaluated_once() -> None:
    assert page(SCALARS).check("1.2", equals="hinge(-1, 0.2)").samples == 1
    assert page(EXAMPLES).check(r"\sum_{i=1}^{N} 1 = N").samples == 7  # each size


@pytest.mark.parametrize(("index", "first"), [("index 0..K-1", 0), ("index 1..K", 1), ("index 2..K", 1)])
def test_classes_count_as_the_index_that_runs_over_all_of_them(index: str, first: int) -> None:
    for kind in ("class of K", "class"):
        found = page({"K": "size >= 2", "k": index, "c": kind})
        assert found.check(rf"c \ge {first}").ok
        assert found.check(rf"c \le K - {1 - first}").ok
        assert not found.check(rf"c > {first}").ok


def test_the_value_of_a_vector_that_nobody_thought_of_is_tried() -> None:
    declared = {"K": "size >= 3", "j": "index 1..K", "u_j": "real", "y_j": "sign", "a": "real"}
    for latex in (r"\|u\| \ne 0", r"\max_j u_j > \min_j u_j", r"\sum_{j} \mathbb{1}[u_j = 0] \ne K - 1",
                  r"|\sum_j y_j| < K"):  # fmt: skip
        verdict = page(declared).check(latex)
        assert verdict.status == "fails", latex
    assert page(declared | {"u_j": "real, not all 0"}).check(r"\|u\| > 0").status == "holds"


def test_classes_are_said_to_count_from_0_in_python() -> None:
    verdict = page(CLASSES).check(r"\sum_{j \ne c} \max(0, z_j - z_c - 1)", equals="multiclass_hinge(c, z)")
    assert "(c counts from 0 in Python)" in verdict.message


ERRORS = [
    (SCALARS, "x = q", "the symbol q is not known", "declare it", 5),
    (SCALARS, "x_1 + 1 = 2", "x has no index", "declare it with one", 1),
    (SCALARS, "x_{r+1} = 2", "x has no index", "`x_r: real`, with `r: index 1..N` and `N: size`", 1),
    (SCALARS, r"\mathbb{E}[R^2] = 1", "no random variable", "`R: normal(0, 1)`", 1),
    (SCALARS, r"n\_samples = n\_samples x", "the symbol n_samples is not known", r"`n\_samples: real`", 14),
    (SCALARS, r"x + r_1 + \dots + r_9 = 0", "the symbol r_{1} is not known", "`r_{1}: real`", 5),
    (SCALARS, r"\sum_{i=1}^{5000} \sum_{j=1}^{5000} 1 = x", "25000000 values, of all indices together", "at most", 1),
    (SCALARS, r"\int_0^1 \sum_{i=1}^{5000} x^i dx = 1", "values, of all indices together", "at most", 1),
    (SCALARS, "x_i = 1", "how far does i run?", "`i: index 1..N`", 3),
    (SCALARS, r"f(x) = f(y)", "the function f is not known", "f(x) = ...", 8),
    (EXAMPLES, r"\sum_{i=1}^{M} u_i = 0", "the size M is not declared", "`M: size`", 13),
    (EXAMPLES, r"\sum_{i=1}^{N} u_{i+1} = 0", "there is no such element with N = 1", "bounds", 16),
    (EXAMPLES, r"\sum_t t = 0", "t is not an index", "`t: index 1..K`, and `K: size`", 6),
    (EXAMPLES, r"q = u_i", "i is on the right side only", "q_i on the left", 7),
    (EXAMPLES, r"q = (\sum_i u_i) s_i", "i is used after its sum has ended", "brackets", 20),
    (EXAMPLES, r"u w = 1", "a product of two vectors", r"w^\top x", 3),
    (EXAMPLES, r"u + w = w", "a vector of 1 and a vector of 2 do not fit", "one shape", 5),
    (EXAMPLES, r"x w + w = w", "do not fit", "one shape", 7),
    (EXAMPLES, r"w x = w", "the product of a vector of 2 and a matrix of 1×2 does not fit", r"\top transposes", 3),
    (EXAMPLES, r"u^2 = 1", "a power of a vector", r"\|x\|^2", 1),
    (SCALARS, r"\log x = 1", "this has no value with x = ", "a narrower kind", 1),
    (SCALARS, r"\sigma(x) = \zeta(x)", r"the function \zeta is not known", "define it before", 13),
    (SCALARS, r"\sigma'(x) = 1", r"\sigma is not defined as a function", "define it before", 1),
    (SCALARS, r"\frac{d}{d(x + 1)} x = 1", "a derivative by what is not a symbol", r"\partial w_j", 12),
    (SCALARS, r"x \approx y", r"\approx without a printed number", r"\approx 0.22", 3),
    (SCALARS, r"\log x (y) = 1", "does the function reach this bracket?", r"\log(a (b))", 9),
    (SCALARS, r"\mathbb{E}[x] = x", "no random variable", "normal(0, 1)", 1),
    (SCALARS, r"\sum_{i=1}^{10^9} i = 1", "runs over 1e+09 values", "at most 10000", 1),
    (SCALARS, r"log x = 1", "is not known", r"\log", 1),
    (SCALARS, r"max_x 1 = x", "is not known", r"\max", 1),
    (SCALARS, r"1 + tanh x = 1", "is not known", r"\tanh", 5),
    (SCALARS, r"a(x, y) = 1", "a is not a function of this form", "another name", 1),
    (SCALARS, r"f(x, y) = 1 + f(x)", "the function f is not known", "f(x) = ...", 15),
    (SCALARS, r"\log(x, y) = 1", "one argument is needed", r"\log(x)", 1),
    (SCALARS, r"\operatorname{sum}() = 1", "sum of what?", "sum(x)", 1),
    (SCALARS, r"\operatorname{mean}(x) = x", "the mean of a single number", "of a vector", 1),
    (SCALARS, r"\mathbb{1}[x] = 1", "a condition without a relation", "y = 1", 12),
    (SCALARS, r"\mathbb{1}[x \propto y] = 1", "is not a condition", r"\le", 12),
    (SCALARS, r"[x, \dots, y] = 1", "does not go on over the dots", r"x_1 + x_2 + \dots + x_N", 2),
    (SCALARS, r"\mathbb{E}_{x \sim p}[x] = 1", "not an index", r"\mathbb{E}_{x \sim p}", 1),
    (EXAMPLES, r"\sum u_i + u_i = 1", "a sum without an index", r"\sum_{i=1}^{N}", 1),
    (SCALARS, r"x + \dots = 1", "dots without a last term", r"a_1 + \dots + a_N", 5),
    (EXAMPLES, r"\prod_i x_i = 1", "a prod of vectors", "an index", 1),
    (EXAMPLES, r"\sum_{i=2} u_i = 1", "has a first value and no last", r"\sum_{i=1}^{N}", 1),
    (EXAMPLES, r"u_i / w = 1", "division by a vector", "an index", 7),
    (EXAMPLES, r"u_{i,k} = 1", "2 indices, and the symbol has 1", "i", 1),
    (EXAMPLES | {r"\eta_i": "normal"}, r"\mathbb{E}[\eta_1 \eta_2] = 0", "over several", "single elements", 12),
    (SCALARS | {"g": "function nothing"}, r"g(x) = 1", "the module has no function 'nothing'", "another name", 1),
    (SCALARS, r"x \in Q", "the set Q is not known", r"\mathbb{R}", 7),
    (SCALARS, r"\partial x = 1", "a differential on its own", r"\partial w", 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("symbols", "latex", "message", "advice", "column"), ERRORS, ids=[latex for _, latex, *_ in ERRORS]
)
def test_what_is_wrong_says_where_and_what_to_write(
    symbols: dict[str, str], latex: str, message: str, advice: str, column: int
) -> None:
    found = page(symbols, SIGMOID) if "zeta" in latex else page(symbols)
    verdict = found.check(latex)
    assert verdict.status == "error"
    assert message in verdict.message
    assert advice in verdict.message.partition("write:")[2]
    assert verdict.column == column


@pytest.mark.parametrize(
    ("latex", "code", "message"),
    [
        ("x", "hinges(1, x)", "hinges is no public name of the module and no symbol of the page"),
        ("x", "root(x)", "root(x) gives no value with x = -"),
        ("x", "root(x)", "ValueError: x must not be negative"),
        ("x", "hinge(1, [x, x], reduction='none')", "the shapes of the formula and of the code do not fit"),
        ("x", "x.__class__", "__class__ is private"),
        ("x", "1 +", "not a Python expression"),
        (r"p \in (0, 1)", "p", "an expression beside what is no equation"),
        (r"\mathrm{root}(x) = x", None, "root refuses -"),
        (r"\frac{d}{dx} \mathrm{sigmoid}(x) = 1", None, "sigmoid is code, and has no derivative here"),
    ],
)
def test_what_is_wrong_with_the_code_is_said(latex: str, code: str | None, message: str) -> None:
    verdict = page(SCALARS).check(latex, equals=code)
    assert verdict.status in ("error", "fails")
    assert message in verdict.message


def test_a_function_where_a_number_is_needed() -> None:
    verdict = page(SCALARS, "f(x) = x^2").check(r"x(f) = y")
    assert "f is a function" in verdict.message
    assert page(SCALARS, "f(x) = x^2").check(r"g(f) = x").status == "error"


def test_one_error_does_not_stop_the_page() -> None:
    found = page(SCALARS)
    assert found.check(r"\frac{1}{").status == "not read"
    assert found.check("x = q").status == "error"
    assert found.check("x + 0 = x").status == "holds"


def test_a_wrong_declaration_does_not_stop_the_page() -> None:
    found = Page({"x": "real", "y": "vector", "a + b": "real"})
    assert set(found.problems) == {"y", "a + b"}
    assert found.check("x + 0 = x").status == "holds"


def test_meanings_are_kept_for_the_reader() -> None:
    assert Page({"y_i": "sign, a label", "x": "real"}).meanings == {"y_i": "a label"}


def test_what_a_formula_was_checked_against() -> None:
    verdict = page(EXAMPLES).check(
        r"\frac1N \sum_i \max(0, 1 - v_i s_i)",
        equals="hinge(v, s)",
    )
    assert verdict.against == ("hinge",)
    assert Page({}, "sample_module").check("1.2", equals="hinge(-1, 0.2)", id="cost").id == "cost"


@pytest.mark.parametrize("definitions", [[SIGMOID], (SIGMOID,), {r"\sigma(z)": r"\frac{1}{1 + e^{-z}}"}])
def test_definitions_that_check_is_given(definitions: Sequence[str] | Mapping[str, str]) -> None:
    assert check(r"\sigma(-x) = 1 - \sigma(x)", symbols={"x": "real"}, definitions=definitions).holds


def test_a_definition_that_check_is_given_is_shown_where_it_is_wrong() -> None:
    verdict = check("f(x) = 1", symbols={"x": "real"}, definitions=[r"f(x) = \frac{x}"])
    assert verdict.message.startswith(r"in the definition f(x) = \frac{x}")


PIECES = [token.text for _, latex in TRUE + FALSE for token in tokens(latex) if token.text]
KNOWN = {**SCALARS, **CLASSES, "N": "size", "i": "index 1..N", "u_i": "real", "x_{ij}": "real"}
DEFINED = [
    r"f(x) = x^2",
    r"L_i = \max(0, u_i)",
    r"q(w \mid x) = w x",
    r"m_{ij} = x_{ij}^2",
    r"J = \sum_i L_i",
    r"g(x, y) = x y",
]
WRITTEN = [latex for _, latex in TRUE + FALSE] + DEFINED
CODE = [None, None, "x", "hinge(v, x)", "softmax(z)", "u[i]", "mean(u)", "multiclass_hinge(c, z)", "A @ z"]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(WRITTEN),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 4), st.sampled_from(PIECES)), max_size=3),
    st.sampled_from(CODE), st.booleans(),
)  # fmt: skip
def test_any_formula_gets_a_verdict(
    latex: str, edits: list[tuple[int, int, str]], code: str | None, given: bool
) -> None:
    for place, length, piece in edits:
        latex = latex[:place] + piece + latex[place + length :]
    verdict = defined_page().check(latex, equals=code, given=given and code is None)
    assert verdict.message or verdict.ok
    assert verdict.line >= 1
    assert verdict.column >= 1


def defined_page() -> Page:
    found = page({key: kind for key, kind in KNOWN.items() if key not in ("a", "b")}, *DEFINED)
    found.locate = False
    return found


# --- the losses of this project --------------------------------------------------------------------------------------

LOSSES = {
    "N": "size", "K": "size", "i": "index 1..N", "j": "index 1..K", "y_i": "sign", "s_i": "real", "w_i": "label",
    "p_i": "probability",
    "z_j": "real", "t_j": "distribution", r"\delta": "positive", "r": "real", "q_i": "real",
}  # fmt: skip


@pytest.mark.parametrize(
    ("latex", "code"),
    [
        (r"\frac1N \sum_i \max(0, 1 - y_i s_i)", "hinge(y, s)"),
        (r"-\frac1N \sum_i \left[ w_i \log p_i + (1 - w_i) \log(1 - p_i) \right]", "binary_cross_entropy(w, p)"),
        (r"-\sum_j t_j \log \frac{e^{z_j}}{\sum_k e^{z_k}}", "categorical_cross_entropy_from_logits(t, z)"),
        (r"\frac1N \sum_i (q_i - s_i)^2", "squared_error(q, s)"),
        (r"\begin{cases} \frac12 r^2 & |r| \le \delta \\ \delta (|r| - \frac12 \delta) & \text{otherwise} \end{cases}",
         "huber(r, 0, delta=delta, reduction='none')"),
        (r"-\sum_j t_j \log_2 t_j", "entropy(t, base=2)"),
    ],
)  # fmt: skip
def test_the_losses_against_their_formulas(latex: str, code: str) -> None:
    declared = LOSSES | {"k": "index 1..K"}
    assert Page(declared, "lossfunctions").check(latex, equals=code).status == "holds"
    assert not Page(declared, "lossfunctions").check(rf"2 \cdot \left( {latex} \right)", equals=code).ok


# --- cost -----------------------------------------------------------------------------------------------------------


def test_values_are_the_same_on_every_run() -> None:
    one, other = (page(EXAMPLES).check(r"\sum_i u_i = N u_1") for _ in range(2))
    assert one == other
    assert isinstance(counterexample(one).left, float)
    assert not isinstance(counterexample(one).inputs["u"], np.ndarray)


def test_a_formula_that_is_left_out_says_nothing_of_an_index() -> None:
    page = Page({"N": "size", "M": "size"})
    assert page.check(r"\sum_{k=1}^{M} 1 = L", unchecked="later").status == "unchecked"
    assert page.facts.symbols.ranges == {}
