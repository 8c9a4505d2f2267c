"""Means, variances and probabilities of random variables, also of elements and with kinks."""

from __future__ import annotations

import pytest
from tables import each, must_be_refused, must_hold

HOLDS: list[tuple[dict[str, str], list[str]]] = [
    (
        {"X": "normal(0,1)"},
        [
            r"\mathbb{E}[\max(0, X - 1)] \approx 0.0833",
            r"\mathbb{E}[e^{X}] = \sqrt{e}",
            r"\mathbb{E}[|X|] = \sqrt{\frac{2}{\pi}}",
            r"\mathrm{Var}(|X|) = 1 - \frac{2}{\pi}",
            r"P(X > 0) = \frac12",
            r"P(|X| < 1) \approx 0.683",
            r"P(-1 < X < 1) \approx 0.683",
            r"P(X > 1 \mid X > 0) = 2 P(X > 1)",
            r"\mathbb{P}(X > 0) = \frac12",
            r"\mathbb{P}[X > 0] = \frac12",
            "P(X = 0) = 0",
            r"P(X \in [0, 1]) = P(0 \le X \le 1)",
            r"\mathbb{E}[\min(X, 0)] = -\mathbb{E}[\max(X, 0)]",
            r"P(X \le 1.96) \approx 0.975",
        ],
    ),
    (
        {"X": "normal(0,1)", "a": "real"},
        [
            r"\mathbb{E}[e^{a X}] = e^{a^2/2}",
            r"\frac{d}{d a} \mathbb{E}[e^{a X}] = a e^{a^2/2}",
        ],
    ),
    (
        {"U": "uniform(0,1)"},
        [
            r"\mathbb{E}[\mathbb{1}[U > 0.3]] = 0.7",
            r"\mathbb{E}[\log U] = -1",
            r"\mathbb{E}[\lfloor 3 U \rfloor] = 1",
        ],
    ),
    (
        {"U": "uniform(0,1)", "c": "probability"},
        [
            r"\mathbb{E}[\mathbb{1}[U > c]] = 1 - c",
            r"P(U \le c) = c",
        ],
    ),
    (
        {"X": "normal(0,1)", "Y": "normal(0,1)"},
        [
            r"\mathbb{E}[\max(0, X)] = \frac{1}{\sqrt{2 \pi}}",
            r"\mathbb{E}[\max(X, Y)] = \frac{1}{\sqrt{\pi}}",
            r"\mathrm{Cov}(X, Y) = 0",
            r"\mathbb{E}[X^2 Y^2] = 1",
            r"P(X > Y) = \frac12",
            r"P(X > 0, Y > 0) = \frac14",
            r"\mathbb{E}[X \mid Y] = 0",
            r"\mathbb{E}[X Y \mid Y] = 0 Y",
            r"\mathbb{E}[|X| \mid Y] = \sqrt{2/\pi}",
            r"P(X + Y > 0) = \frac12",
            r"P(X < 0 \mid Y > 0) = \frac12",
        ],
    ),
    (
        {"X": r"normal(\mu,v)", r"\mu": "real", "v": "positive"},
        [
            r"\mathbb{E}[|X - \mu|] = \sqrt{\frac{2 v}{\pi}}",
            r"\mathbb{E}[(X - \mu)^2] = v",
        ],
    ),
    (
        {"L": "laplace(0,1)"},
        [
            r"\mathbb{E}[|L|] = 1",
        ],
    ),
    (
        {"X": "normal(0,1)", r"\lambda": "real"},
        [
            r"\mathbb{E}[\lambda^2 + X^2] = \lambda^2 + 1",
        ],
    ),
    (
        {"N": "size", "X_i": "normal(0,1)"},
        [
            r"\mathbb{E}\left[\sum_{i=1}^{N} X_i\right] = 0",
            r"\mathbb{E}\left[\sum_{i=1}^{N} X_i^2\right] = N",
            r"\mathbb{E}[X_i] = 0",
            r"\mathbb{E}[\max(0, X_i)] = \frac{1}{\sqrt{2\pi}}",
        ],
    ),
    (
        {"N": "size", "X_i": r"normal(\mu,v)", r"\mu": "real", "v": "positive"},
        [
            r"\mathrm{Var}\left(\frac1N \sum_{i=1}^{N} X_i\right) = \frac{v}{N}",
        ],
    ),
    (
        {"N": "size", "X_i": "normal(0,1)", "Y_i": "normal(0,1)"},
        [
            r"\mathrm{Var}(X_i - Y_i) = 2",
            r"\mathrm{Var}(X_i + X_i) = 4",
        ],
    ),
    (
        {"B": "bernoulli(p)", "p": "probability"},
        [
            "P(B = 1) = p",
            "P(B = 0) = 1 - p",
        ],
    ),
    (
        {"B": "bernoulli(0.3)", "X": "normal(0,1)"},
        [
            r"\mathrm{Cov}(B, X B) = 0",
        ],
    ),
]  # fmt: skip

REFUSED: list[tuple[dict[str, str], list[str]]] = [
    (
        {"X": "normal(0,1)"},
        [
            r"\mathbb{E}[\max(0, X - 1)] \approx 0.09",
            r"\mathbb{E}[\mathrm{sign}(X - 0.1)] = \mathbb{E}[\mathrm{sign}(X - 0.2)]",
            r"\mathbb{E}[e^{X^2}] < 10^{40}",
            r"\mathbb{E}\left[\frac{1}{X}\right] = 0",
            r"\mathbb{E}[\log X] < 10",
            "P(X > 0) = 0.5001",
        ],
    ),
    (
        {"U": "uniform(0,1)"},
        [
            r"\mathbb{E}[\mathbb{1}[U > 0.3]] = \mathbb{E}[\mathbb{1}[U > 0.31]]",
            r"\mathbb{E}\left[\frac1U\right] < 10^9",
        ],
    ),
    (
        {"X": "normal(0,1)", "Y": "normal(0,1)"},
        [
            r"\mathbb{E}\left[\frac{1}{X^2}\right] < 10^6",
        ],
    ),
    (
        {"N": "size", "X_i": "normal(0,1)"},
        [
            r"\mathbb{E}\left[\sum_{i=1}^{N} X_i\right] = 1",
            r"\mathbb{E}\left[\left(\sum_{i=1}^{N} X_i\right)^2\right] = 0",
            r"\mathrm{Var}\left(\sum_{i=1}^{N} X_1\right) = N",
            r"\mathbb{E}[X_i X_j] = 0",
        ],
    ),
    (
        {"N": "size", "X_i": r"normal(\mu,v)", r"\mu": "real", "v": "positive"},
        [
            r"\mathrm{Var}\left(\frac1N \sum_{i=1}^{N} X_i\right) = v",
        ],
    ),
    (
        {"N": "size", "X_i": "normal(0,1)", "Y_i": "normal(0,1)"},
        [
            r"\mathrm{Var}(X_i - X_j) = 2",
            r"\mathrm{Var}(X_i - X_i) = 2",
        ],
    ),
    (
        {"B": "bernoulli(p)", "p": "probability"},
        [
            "P(B = 1) = p^2",
            r"P(B = 1) = p^2, \quad 1 - P(B = 1) = 1 - p^2",
        ],
    ),
    (
        {"X": "normal(0,2)"},
        [
            r"P(|X| < 1) \approx 0.68",
        ],
    ),
    (
        {},
        [
            "P(A) = 1",
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("symbols", "latex"), each(HOLDS), ids=str)
def test_what_is_right_holds(symbols: dict[str, str], latex: str) -> None:
    must_hold(symbols, latex)


@pytest.mark.parametrize(("symbols", "latex"), each(REFUSED), ids=str)
def test_what_is_wrong_or_has_two_readings_is_refused(symbols: dict[str, str], latex: str) -> None:
    must_be_refused(symbols, latex)
