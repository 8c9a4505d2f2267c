"""What a mark promises: that no digit, no far value, no size and no branch was left out, and what is proven."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from executable_math import check

X, P, N, V = {"x": "real"}, {"p": "probability"}, {"N": "size"}, {"N": "size", "x_i": "real"}
KL = {"K": "size", "p_k": "distribution", "q_k": "distribution"}


def _ticket(age: float) -> float:
    return 3.0 if age < 65 else 1.0


def _steps(t: float) -> float:
    return 0.1 if t < 250 else 0.02


def _prize(ticket: float) -> float:
    return max([20.0 if ticket == 6400 else 3.0 for _ in range(1)])  # before Python 3.12 it is compiled for itself


module = SimpleNamespace(
    __all__=["clipped_log", "ticket", "steps", "prize", "warm", "norm", "softplus", "where", "gt", "naive_softmax"],
    clipped_log=lambda p, floor=1e-6: np.log(np.maximum(p, floor)),
    ticket=_ticket,
    steps=_steps,
    prize=_prize,
    warm=lambda t: 0.1 * min(1.0, t / 100),
    norm=lambda x, eps=1e-11: x / np.sqrt(x * x + eps),
    softplus=lambda z: np.logaddexp(0.0, z),
    where=lambda condition, a, b: np.where(condition, a, b),
    gt=lambda a, b: np.greater(a, b),
    naive_softmax=lambda x: np.exp(x) / np.sum(np.exp(x)),
)


@pytest.mark.parametrize(
    ("latex", "symbols"),
    [
        # digits
        (r"3^{40} = 12157665459056928802", {}),
        (r"\binom{50}{25} = 126410606437751", {}),
        (r"150! = 160!", {}),
        (r"0.1 + 0.7 > 0.8", {}),
        (r"8.9 \cdot 10^{-12} = 8.8 \cdot 10^{-12}", {}),
        (r"10^{11} + x = 10^{11} + 3 x", X),
        (r"e^{-2 x} = e^{-3 x}", {"x": "real in [20, 40]"}),
        (r"\frac{x}{\sqrt{x^2 + 10^{-13}}} = 1", {"x": "positive"}),
        (r"x + 10^{-9} = x", {"x": "real >= 1"}),
        # far values, and ends
        (r"-\log p < 12", P),
        (r"\frac{1}{x} \le 50", {"x": "positive"}),
        (r"x \ge 0.01", {"x": "positive"}),
        (r"n \le 30", {"n": "integer >= 0"}),
        (r"e^x \le 10 + 10^3 x^2", X),
        (r"|x + 30| = x + 30", X),
        (r"\sum_{k=1}^{K} p_k \log \frac{p_k}{q_k} \le 9", KL),
        (r"q_k > 0", KL),
        (r"0^x = 0", {"x": "real >= 0"}),
        (r"x < 1", {"x": "real in [0, 1]"}),
        (r"\frac{x^2 - 2.89}{x - 1.7} = x + 1.7", X),
        (r"\mathbb{1}[x \ge 5.3] = \mathbb{1}[x > 5.3]", X),
        # where an inequality is tight
        (r"x^2 - 2.4 x + 1.43 \ge 0", X),
        (r"-p \log p - (1 - p) \log (1 - p) \le 0.693", P),
        (r"x e^{-x} \le 0.3678", {"x": "positive"}),
        (r"x > 3 \Rightarrow x^2 > 9.5", X),
        # sizes
        (r"\sum_{k=1}^{N} \frac{1}{k} \le 2.1", N),
        (r"3^N \le 30 N", N),
        (r"\log N \le 1.6", N),
        (r"\|x\|_1 \le 2 \|x\|_2", V),
        (r"N \ne K", {"N": "size", "K": "size"}),
        (r"\prod_{k=1}^{N} (k - 5) \cdot 0 = \prod_{k=1}^{N} (k - 6) (k - 5) (k - 7)", N),
        # conditions are solved
        (r"x^2 = 9 \Rightarrow x = 3", X),
        (r"x^2 + y^2 = 2 \Rightarrow x + y \le 1.9", {"x": "real", "y": "real"}),
        (r"x + y = 5 \Rightarrow x y = 6", {"x": "real", "y": "real"}),
        (r"x^2 = x, \text{ if } x = 1 \text{ or } x = 4", X),
        # relations
        (r"4 \propto 9", {}),
        (r"N^2 \propto N", N),
        (r"\sum_{i=1}^{N} x_i \propto \frac{1}{N^2} \sum_{i=1}^{N} x_i", V),
        (r"y \in \{-1, 1\} = 3", {"y": "sign"}),
    ],
)
def test_false(latex: str, symbols: dict[str, str]) -> None:
    assert not check(latex, symbols=symbols).ok


@pytest.mark.parametrize(
    ("latex", "equals", "symbols"),
    [
        (r"\log p", "clipped_log(p)", P),
        (r"3", "ticket(a)", {"a": "integer >= 0"}),
        (r"0.1", "steps(t)", {"t": "integer >= 0"}),
        (r"3", "prize(t)", {"t": "integer >= 0"}),
        (r"\frac{x}{|x|}", "norm(x)", {"x": "positive"}),
        (r"x + 10^{-9}", "x + 0 * softplus(x)", {"x": "real in [1, 4]"}),
        (r"\mathbb{1}[x + 3 y < 11]", "where(gt(x + 3*y, 11), 0, 1)", {"x": "real", "y": "real"}),
        (r"\max(0, x - 7000)", "where(gt(x, 7000), 2 * (x - 7000), 0)", {"x": "real >= 0"}),
    ],
)
def test_code_that_differs_where_few_look(latex: str, equals: str, symbols: dict[str, str]) -> None:
    assert not check(latex, equals=equals, symbols=symbols, module=module).ok


@pytest.mark.parametrize(
    ("latex", "equals", "symbols"),
    [
        (r"\log(1 + e^x)", "softplus(x)", X),
        (
            r"\frac{e^{x_j}}{\sum_{k=1}^{K} e^{x_k}}",
            "naive_softmax(x)[j]",
            {"K": "size", "x_k": "real"},
        ),
        (r"\frac{x}{\sqrt{x^2 + 10^{-11}}}", "norm(x)", X),
    ],
)
def test_right_code_passes_however_it_rounds(latex: str, equals: str, symbols: dict[str, str]) -> None:
    verdict = check(latex, equals=equals, symbols=symbols, module=module)
    assert verdict.holds, verdict.message


@pytest.mark.parametrize(
    ("latex", "symbols"),
    [
        (r"(n + 1)! = (n + 1) n (n - 1)!", {"n": "integer in [1, 9]"}),
        (r"x (50 \%) = \frac{x}{2}", X),
    ],
)
def test_what_stands_behind_a_bracket_belongs_to_it(latex: str, symbols: dict[str, str]) -> None:
    assert check(latex, symbols=symbols).holds


def test_a_branch_that_only_far_samples_take_is_taken() -> None:
    verdict = check(r"0.1 \min(1, \frac{t}{100})", equals="warm(t)", symbols={"t": "integer >= 1"}, module=module)
    assert verdict.status == "holds", verdict.message


PROVEN = [
    (r"(x + y)^2 = x^2 + 2 x y + y^2", {"x": "real", "y": "real"}),
    (r"\frac{d}{dx} \frac{1}{1 + e^{-x}} = \frac{e^{-x}}{(1 + e^{-x})^2}", X),
    (r"\log \frac{a}{b} = \log a - \log b", {"a": "positive", "b": "positive"}),
    (r"\sqrt{a} \sqrt{a b} = a \sqrt{b}", {"a": "positive", "b": "positive"}),
    (r"\sin^2 x + \cos^2 x = 1", X),
    (r"\sum_{i=1}^{N} (x_i - 1)^2 = \sum_{i=1}^{N} x_i^2 - 2 \sum_{i=1}^{N} x_i + N", V),
    (r"\tanh x = \frac{e^{2 x} - 1}{e^{2 x} + 1}", X),
    (r"a^x a^y = a^{x + y}", {"a": "positive", "x": "real", "y": "real"}),
    (r"\frac{1}{1 + e^x} < 1", X),
    (r"x^2 + y^2 \ge 0", {"x": "real", "y": "real"}),
    (r"p (1 - p) > 0", P),
    (r"\sum_{k=1}^{K} p_k = 1", {"K": "size", "p_k": "distribution"}),
    (r"|a| = a", {"a": "positive"}),
    (r"2^{32} = 4294967296", {}),
    (r"\sqrt{2} < 1.4143", {}),
]


@pytest.mark.parametrize(("latex", "symbols"), PROVEN)
def test_proven(latex: str, symbols: dict[str, str]) -> None:
    verdict = check(latex, symbols=symbols)
    assert verdict.holds, verdict.message
    assert verdict.proof


def test_the_proof_says_for_which_sizes() -> None:
    found = check(r"\sum_{i=1}^{N} 2 x_i = 2 \sum_{i=1}^{N} x_i", symbols=V).proof
    assert found == "for all values, with N = 1, 2, 3, 4"


@pytest.mark.parametrize(
    ("latex", "symbols"),
    [
        (r"|x y| = |x| |y|", {"x": "real", "y": "real"}),
        (r"e^x \ge 1 + x", X),
        (r"\int_0^1 x t \, dt = \frac{x}{2}", X),
    ],
)
def test_true_and_not_proven(latex: str, symbols: dict[str, str]) -> None:
    verdict = check(latex, symbols=symbols)
    assert verdict.holds, verdict.message
    assert not verdict.proof


def test_a_counterexample_has_the_digits_that_differ() -> None:
    assert "12157665459056928801" in check(r"3^{40} = 12157665459056928802").message
