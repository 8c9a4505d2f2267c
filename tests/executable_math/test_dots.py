"""Dots are what the written terms say, and double factorials: right ones hold, wrong ones and unclear ones do not."""

from __future__ import annotations

import pytest
from tables import each, must_be_refused, must_hold

POLYNOMIAL = {"n": "size", "k": "index 0..n", "c_k": "real", "x": "real"}
LAGS = {"p": "size", "k": "index 1..p", "a_k": "real", "x": "real"}

HOLDS: list[tuple[dict[str, str], list[str]]] = [
    (
        POLYNOMIAL,
        [
            r"c_0 x^n + c_1 x^{n-1} + \dots + c_n = \sum_{k=0}^n c_k x^{n-k}",
            r"c_0 + c_1 x + \dots + c_n x^n = \sum_{k=0}^n c_k x^k",
            r"(x - c_0) (x - c_1) \cdots (x - c_n) = \prod_{k=0}^n (x - c_k)",
        ],
    ),
    (
        {"M": "size", "j": "index 0..M-1", "p_j": "real", "x": "real"},
        [r"p_0 x^{M - 1} + p_1 x^{M - 2} + \dots + p_{M - 1} = \sum_{j=0}^{M-1} p_j x^{M - 1 - j}"],
    ),
    (LAGS, [r"1 - a_1 x - \dots - a_p x^p = 1 - \sum_{k=1}^p a_k x^k"]),
    (
        {"N": "size", "x_i": "real"},
        [
            r"x_1 - x_2 + \dots + (-1)^{N+1} x_N = -\sum_{i=1}^{N} (-1)^i x_i",
            r"x_1 x_2 \cdots x_N = \prod_{i=1}^N x_i",
            r"x_1 + 2 x_2 + \dots + N x_N = \sum_{i=1}^N i x_i",
            r"\max(x_1, \dots, x_N) = \max_i x_i",
            r"\|x\|^2 = x_1^2 + x_2^2 + \dots + x_N^2",
            r"e^{-x_1} + \dots + e^{-x_N} = \sum_{i=1}^N e^{-x_i}",
            r"\sum_{i \in \{1, \dots, N\}} x_i = \sum_{i=1}^N x_i",
            r"\sum_{i \in \{1, 2, \dots, N\}} x_i = \sum_{i=1}^N x_i",
            r"x_i = x_i + 0 \text{ for all } i = 1, \dots, N",
            r"\max\{x_1, \dots, x_N\} = \max_i x_i",
            r"\prod_{i=1}^N x_i = x_1 \cdot x_2 \cdots x_N",
        ],
    ),
    (
        {"N": "size"},
        [
            r"10 + 20 + \dots + 10 N = 5 N (N + 1)",
            r"2 + 4 + \dots + 2N = N(N+1)",
            r"1 + 3 + \dots + (2N - 1) = N^2",
            r"1 + 2 + \dots + N = \frac{N(N+1)}{2}",
            r"1 + 2 + ... + N = \frac{N(N+1)}{2}",
            r"1 \cdot 2 \cdots N = N!",
            r"1 \cdot 2 \cdot \ldots \cdot N = N!",
            r"2 \cdot 4 \cdots 2N = 2^N N!",
            r"N (N-1) \cdots 1 = N!",
            r"N + (N-1) + \dots + 1 = \frac{N(N+1)}{2}",
            r"1 + \frac12 + \dots + \frac1N = \sum_{k=1}^N \frac1k",
            r"\frac12 + \frac14 + \dots + \frac{1}{2^N} = 1 - 2^{-N}",
            r"1 + 2 + 4 + \dots + 2^N = 2^{N+1} - 1",
            r"1^2 + \dots + N^2 = \frac{N(N+1)(2N+1)}{6}",
            r"1 + 4 + \dots + N^2 = \frac{N(N+1)(2N+1)}{6}",
            r"1 + 2 + \dots + (N - 1) + N = \frac{N(N+1)}{2}",
            r"3 + 6 + \dots + 3N = \frac{3N(N+1)}{2}",
            r"1! + 2! + \dots + N! = \sum_{k=1}^{N} k!",
            r"1^3 + 2^3 + \dots + N^3 = (1 + 2 + \dots + N)^2",
            r"\frac{1}{1 \cdot 2} + \frac{1}{2 \cdot 3} + \dots + \frac{1}{N (N+1)} = \frac{N}{N+1}",
        ],
    ),
    (
        {"N": "size", "q": "real in [0.1, 0.9]"},
        [
            r"1 + q + \dots + q^N = \frac{1 - q^{N+1}}{1 - q}",
            r"1 + q + q^2 + \dots + q^{N-1} = \frac{1 - q^N}{1 - q}",
        ],
    ),
    (
        {"N": "size", "a": "real", "q": "real in [0.1, 0.9]"},
        [
            r"a + a q + \dots + a q^{N} = a \frac{1 - q^{N+1}}{1 - q}",
        ],
    ),
    (
        {"N": "size", "x_i": "real", "y": "real"},
        [
            r"x_1 \cdots x_N y = y \prod_{i=1}^N x_i",
        ],
    ),
    (
        {"N": "size", "b": "real", "w_i": "real", "x_i": "real"},
        [
            r"b + w_1 x_1 + \dots + w_N x_N = b + \sum_{i=1}^N w_i x_i",
        ],
    ),
    (
        {},
        [
            "3!! = 3",
            "5!! = 15",
            "6!! = 48",
            "(3!)! = 720",
            "7!! = 105",
        ],
    ),
    (
        {"N": "size", "n": "index 1..N"},
        [
            r"n \in \{1, \dots, N\}",
            r"n \in \{0, 1, \dots, N\}",
        ],
    ),
    (
        {"n": "integer in [1, 4]"},
        [
            "(2n)!! = 2^n n!",
        ],
    ),
    (
        {"n": "integer in [0, 8]"},
        [
            "(n + 1)!! (n)!! = (n + 1)!",
        ],
    ),
    (
        {"N": "size", "x_i": "real", "y_i": "real"},
        [
            r"(x_1 - y_1)^2 + \dots + (x_N - y_N)^2 = \|x - y\|^2",
        ],
    ),
    (
        {"N": "size", "x_i": "positive"},
        [
            r"\log x_1 + \log x_2 + \dots + \log x_N = \log \prod_{i=1}^N x_i",
        ],
    ),
    (
        {"k": "integer in [1,5]", "n": "integer in [5,8]"},
        [
            r"n (n-1) \cdots (n-k+1) = \frac{n!}{(n-k)!}",
        ],
    ),
]  # fmt: skip

REFUSED: list[tuple[dict[str, str], list[str]]] = [
    (POLYNOMIAL, [r"c_0 x^n + c_1 x^{n-1} + \dots + c_n = \sum_{k=0}^n c_k x^k", r"c_0 x^n + c_1 x + \dots + c_n = 0"]),
    (LAGS, [r"1 - a_1 x - \dots + a_p x^p = 1 - \sum_k a_k x^k", r"1 - a_1 x - \dots - a_p x^p = 1 + \sum_k a_k x^k"]),
    (
        {"N": "size", "x_i": "real"},
        [
            r"x_1 - x_2 + \dots + x_N = \sum_{i=1}^{N} x_i",
            r"x_1 x_2 \cdots x_N = \sum_{i=1}^N x_i",
            r"\|x\|^2 = x_1^2 + x_2 + \dots + x_N^2",
            r"x_1 + x_2 - x_3 + \dots + x_N = \sum_{i=1}^{N} x_i",
            r"\sum_{i \in \{1, 3, \dots, N\}} x_i = \sum_{i=1}^N x_i",
            r"x_1 x_3 \cdots x_N = \prod_{i=1}^N x_i",
        ],
    ),
    (
        {"N": "size"},
        [
            r"1! + 2! + 7! + \dots + N! = \sum_{k=1}^{N} k!",
            r"0^2 + 2^2 + \dots + N^2 = \frac{N(N+1)(2N+1)}{6}",
            r"10 + 20 + \dots + 10 N = \sum_{k=10}^{10 N} k",
            r"2 + 4 + \dots + 2N = 2N^2 + N - 1",
            r"1 \cdot 3 \cdots N = N!",
            r"1 + 2 + \dots + 2^N = 2^{N+1} - 1",
            r"2 + \dots + 2N = N(N+1)",
            r"\max(1, 3, \dots, 2N) = 2N",
            r"1 - 2 + 3 + \dots + N = \frac{N(N+1)}{2}",
            r"3 + 6 + 8 + \dots + 3N = \frac{3N(N+1)}{2}",
            r"1 + 2 + 3 + 5 + \dots + N = \frac{N(N+1)}{2}",
            r"1 + 2 + \dots + N^2 = \frac{N(N+1)}{2}",
            r"\frac{1}{1 \cdot 2} + \frac{1}{3 \cdot 4} + \dots + \frac{1}{N (N+1)} = \frac{N}{N+1}",
        ],
    ),
    (
        {"N": "size", "q": "real in [0.1, 0.9]"},
        [
            r"1 + q + q^3 + \dots + q^{N} = \frac{1 - q^{N+1}}{1 - q}",
        ],
    ),
    (
        {},
        [
            "3!! = 720",
            "3! ! = 720",
            "3!!! = 720",
        ],
    ),
    (
        {"N": "size", "n": "index 1..N"},
        [
            r"n \in \{1, 3, \dots, N\}",
            r"n \in \{2, \dots, N\}",
        ],
    ),
    (
        {"n": "integer in [1, 4]"},
        [
            "(2n)!! = (2n)!",
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("symbols", "latex"), each(HOLDS), ids=str)
def test_what_is_right_holds(symbols: dict[str, str], latex: str) -> None:
    must_hold(symbols, latex)


@pytest.mark.parametrize(("symbols", "latex"), each(REFUSED), ids=str)
def test_what_is_wrong_or_has_two_readings_is_refused(symbols: dict[str, str], latex: str) -> None:
    must_be_refused(symbols, latex)
