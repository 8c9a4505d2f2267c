"""Series, integrals, limits, derivatives and extrema: what settles has its value, and what has none is refused."""

from __future__ import annotations

import pytest
from tables import each, must_be_refused, must_hold

HOLDS: list[tuple[dict[str, str], list[str]]] = [
    (
        {r"\gamma": "real in [0, 0.9]"},
        [
            r"\sum_{k=0}^{\infty} \gamma^k = \frac{1}{1 - \gamma}",
        ],
    ),
    (
        {"x": "real in [-2, 2]"},
        [
            r"\sum_{k=0}^{\infty} \frac{x^k}{k!} = e^x",
            r"\sum_{k=0}^{\infty} \frac{(-1)^k x^{2k+1}}{(2k+1)!} = \sin x",
        ],
    ),
    (
        {r"\lambda": "positive"},
        [
            r"\sum_{k=0}^{\infty} \frac{\lambda^k e^{-\lambda}}{k!} = 1",
            r"\sum_{k=0}^{\infty} k \frac{\lambda^k e^{-\lambda}}{k!} = \lambda",
        ],
    ),
    (
        {},
        [
            r"\sum_{k=1}^{\infty} \frac{1}{k^2} = \frac{\pi^2}{6}",
            r"\sum_{k=1}^{\infty} \frac{(-1)^{k+1}}{k} = \log 2",
            r"\sum_{k=0}^{\infty} \sum_{j=0}^{k} 2^{-k} = 4",
            r"\int_0^\infty x^2 e^{-x}\,dx = 2",
            r"\int_0^{2\pi} |\sin x|\,dx = 4",
            r"\int_{-\infty}^{\infty} \frac{1}{1 + x^2}\,dx = \pi",
            r"\int_0^1 x^{-1/2}\,dx = 2",
            r"\int_0^3 \lfloor x \rfloor\,dx = 3",
            r"\int_0^1 \int_0^1 |x - y|\,dx\,dy = \frac13",
            r"\int_0^{\pi} \sin^2 x\,dx = \frac{\pi}{2}",
            r"\int_0^1 \int_0^1 x y\,dx\,dy = \frac{1}{4}",
            r"\int_0^1 \int_0^y x y\,dx\,dy = \frac{1}{8}",
            r"\int_{-1}^{1} |x|\,dx = 1",
            r"\int_{-\infty}^{\infty} e^{-(x - 500)^2}\,dx = \sqrt{\pi}",
            r"\int_{-\infty}^{\infty} e^{-(2x - 5000)^2}\,dx = \frac{\sqrt{\pi}}{2}",
            r"\int_0^1 \mathbb{1}[x > 0.3]\,dx = 0.7",
            r"\int_{-1}^{2} \max(0, x)\,dx = 2",
            r"\int_{-2}^{2} |x^2 - 1|\,dx = 4",
            r"\int_0^1 \frac{1}{\sqrt{x}}\,dx = 2",
            r"\lim_{x \to 0} \frac{\sin x}{x} = 1",
            r"\lim_{x \to 0^+} \sqrt{x} = 0",
            r"\lim_{x \to 0} \frac{1 - \cos x}{x^2} = \frac12",
            r"\lim_{n \to \infty} (\sqrt{n^2 + n} - n) = \frac12",
            r"\lim_{x \to -\infty} e^x = 0",
        ],
    ),
    (
        {r"\gamma": "real in [0, 0.9]", "r": "real"},
        [
            r"\sum_{t=0}^{\infty} \gamma^t r = \frac{r}{1 - \gamma}",
        ],
    ),
    (
        {"p": "real in [0.1, 0.9]"},
        [
            r"\sum_{k=1}^{\infty} (1-p)^{k-1} p = 1",
            r"\sum_{k=1}^{\infty} k (1-p)^{k-1} p = \frac1p",
        ],
    ),
    (
        {"x": "real in [0, 0.5]"},
        [
            r"\sum_{k=1}^{\infty} x^k \le \sum_{k=0}^{\infty} x^k",
        ],
    ),
    (
        {"a": "real", "b": "real"},
        [
            r"\int_a^b x\,dx = \frac{b^2 - a^2}{2}",
        ],
    ),
    (
        {"m": "real", "v": "positive"},
        [
            r"\int_{-\infty}^{\infty} \frac{1}{\sqrt{2 \pi v}} e^{-(x - m)^2 / (2 v)}\,dx = 1",
        ],
    ),
    (
        {"k": "integer in [1,5]", "n": "integer in [5,8]"},
        [
            r"n (n-1) \cdots (n-k+1) = \frac{n!}{(n-k)!}",
        ],
    ),
    (
        {"n": "integer in [0, 8]"},
        [
            "(n + 1)!! (n)!! = (n + 1)!",
        ],
    ),
    (
        {"n": "integer in [1, 4]"},
        [
            "(2n)!! = 2^n n!",
        ],
    ),
    (
        {"a": "positive"},
        [
            r"\int_0^\infty e^{-a x}\,dx = \frac1a",
        ],
    ),
    (
        {"c": "real in [1, 3]"},
        [
            r"\int_0^c |x - 1|\,dx = \frac{1}{2} + \frac{(c-1)^2}{2}",
        ],
    ),
    (
        {"x": "real"},
        [
            r"\lim_{n \to \infty} \left(1 + \frac{x}{n}\right)^n = e^x",
            r"\frac{d}{dx} |x| = \mathrm{sign}(x)",
            r"\frac{d}{dx} \max(0, x) = \mathbb{1}[x > 0]",
            r"\frac{d^2}{dx^2} \max(0, x) = 0 x",
        ],
    ),
    (
        {"x": "positive"},
        [
            r"\frac{d}{dx} \log x = \frac{1}{x}",
        ],
    ),
    (
        {"x": "real, not all 0"},
        [
            r"\frac{d}{dx} \log|x| = \frac{1}{x}",
        ],
    ),
    (
        {"N": "size", "x_i": "real"},
        [
            r"\max_i x_i \ge x_1",
        ],
    ),
    (
        {"N": "size", "x_i": "positive"},
        [
            r"\frac{\partial}{\partial x_i} \sum_j \log x_j = \frac{1}{x_i}",
        ],
    ),
    (
        {"N": "size", "c": "real", "x_i": "real"},
        [
            r"\arg\min_c \sum_{i=1}^{N} (x_i - c)^2 = \frac{1}{N} \sum_{i=1}^{N} x_i",
        ],
    ),
    (
        {"p": "probability", "q": "probability"},
        [
            r"\arg\max_q (p \log q + (1 - p) \log(1 - q)) = p",
        ],
    ),
    (
        {"c": "real", "x": "real"},
        [
            r"\max_c (c x - \frac{c^2}{2}) = \frac{x^2}{2}",
        ],
    ),
    (
        {"w": "real", "x": "positive", "y": "real"},
        [
            r"\arg\min_w \frac12 (w x - y)^2 = \frac{y}{x}",
        ],
    ),
]  # fmt: skip

REFUSED: list[tuple[dict[str, str], list[str]]] = [
    (
        {r"\gamma": "real in [0, 0.9]"},
        [
            r"\sum_{k=1}^{\infty} \gamma^k = \frac{1}{1 - \gamma}",
        ],
    ),
    (
        {r"\gamma": "real in [0, 2]"},
        [
            r"\sum_{k=0}^{\infty} \gamma^k = \frac{1}{1 - \gamma}",
        ],
    ),
    (
        {r"\gamma": "real"},
        [
            r"\sum_{k=0}^{\infty} \gamma^k = \frac{1}{1 - \gamma}",
        ],
    ),
    (
        {"x": "real in [-2, 2]"},
        [
            r"\sum_{k=0}^{\infty} \frac{x^k}{k!} = e^x + 10^{-6}",
        ],
    ),
    (
        {},
        [
            r"\sum_{k=1}^{\infty} \frac{1}{k^2} = 1.6449",
            r"\sum_{k=1}^{\infty} \frac{1}{k} < 100",
            r"\sum_{k=1}^{\infty} \frac{1}{\sqrt{k}} < 10^{9}",
            r"\sum_{k=0}^{\infty} (-1)^k = 0",
            r"\sum_{k=0}^{\infty} (-1)^k = \frac12",
            r"\sum_{k=1}^{\infty} \frac{\sin k}{k^2} = 1",
            r"\sum_{k=1}^{\infty} k = -\frac{1}{12}",
            r"\sum_{k=1}^{\infty} \frac{1}{k \log(k + 1)} < 100",
            r"\int_{-\infty}^{\infty} \frac{x}{1 + x^2}\,dx = 0",
            r"\int_0^1 \int_0^1 x y\,dx\,dy = \frac{1}{5}",
            r"\int_{-\infty}^{\infty} e^{-(x - 500)^2}\,dx = 0",
            r"\int_{-\infty}^{\infty} e^{-(2x - 5000)^2}\,dx = 0",
            r"\int_{-2}^{2} |x^2 - 1|\,dx = 4.0001",
            r"\int_{-1}^{1} \frac1x\,dx = 0",
            r"\int_0^1 \frac{1}{x^2}\,dx < 10^{30}",
            r"\lim_{x \to 0} \frac{x^2}{x^2 + 10^{-9}} = 1",
            r"\lim_{x \to 0} \frac{x^2}{x^2 + 10^{-12}} = 1",
            r"\lim_{x \to \infty} \frac{x}{x + 10^{8}} = 0",
        ],
    ),
    (
        {"n": "integer in [1, 4]"},
        [
            "(2n)!! = (2n)!",
        ],
    ),
    (
        {"x": "real"},
        [
            r"\frac{d}{dx} \log x = \frac{1}{x}",
            r"\frac{d}{dx} \sqrt{x} = \frac{1}{2 \sqrt{|x|}}",
            r"\frac{d}{dx} \arcsin x = \frac{1}{\sqrt{|1 - x^2|}}",
        ],
    ),
    (
        {"N": "size in {2}", "x_i": "real"},
        [
            r"\nabla_x \sum_i \log x_i = [1/x_1, 1/x_2]",
        ],
    ),
    (
        {"N": "size", "x_i": "real"},
        [
            r"\frac{\partial}{\partial x_i} \sum_j \log x_j = \frac{1}{x_i}",
        ],
    ),
    (
        {"N": "size", "c": "real", "x_i": "real"},
        [
            r"\arg\min_c \sum_{i=1}^{N} (x_i - c)^2 = \frac{1}{N} \sum_{i=1}^{N} x_i + 10^{-4}",
            r"\arg\min_c \sum_{i=1}^{N} |x_i - c| = \frac{1}{N} \sum_{i=1}^{N} x_i",
        ],
    ),
    (
        {"p": "probability", "q": "probability"},
        [
            r"\arg\max_q (p \log q + (1 - p) \log(1 - q)) = 1 - p",
        ],
    ),
    (
        {"c": "real"},
        [
            r"\min_c c = 0",
            r"\arg\min_c (c^2 - 1)^2 = 1",
            r"\arg\min_c \max(0, |c| - 1) = 0",
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("symbols", "latex"), each(HOLDS), ids=str)
def test_what_is_right_holds(symbols: dict[str, str], latex: str) -> None:
    must_hold(symbols, latex)


@pytest.mark.parametrize(("symbols", "latex"), each(REFUSED), ids=str)
def test_what_is_wrong_or_has_two_readings_is_refused(symbols: dict[str, str], latex: str) -> None:
    must_be_refused(symbols, latex)
