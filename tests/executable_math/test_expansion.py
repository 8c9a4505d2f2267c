r"""What \(\approx\) says between two expressions: the first terms for a small symbol, and no term that is none."""

from __future__ import annotations

import pytest
from tables import must_be_refused, must_hold

SMALL = {
    "x": "real in [-0.1, 0.1]", r"\epsilon": "real in [-0.01, 0.01]", "a": "positive", "y": "real",
    "n": "integer in [2, 6]", "N": "size", "i": "index 1..N", "u_i": "real in [-0.1, 0.1]",
}  # fmt: skip


@pytest.mark.parametrize(
    "latex",
    [
        r"e^x \approx 1 + x + \frac{x^2}{2}",
        r"\sqrt{1 + x} \approx 1 + \frac{x}{2}",
        r"\sin x \approx x",
        r"\cos x \approx 1 - \frac{x^2}{2}",
        r"\log(1 + x) \simeq x - \frac{x^2}{2}",
        r"(1 + x)^n \approx 1 + n x",
        r"\frac{1}{1 + x} \approx 1 - x + x^2",
        r"\log(1 + e^x) \approx \log 2 + \frac{x}{2} + \frac{x^2}{8}",
        r"e^{y + \epsilon} \approx e^y + \epsilon e^y",
        r"a e^x \approx a + a x",
        r"e^{u_i} \approx 1 + u_i",
    ],
)
def test_the_first_terms_hold(latex: str) -> None:
    must_hold(SMALL, latex)


@pytest.mark.parametrize(
    "latex",
    [
        r"e^x \approx 1 + x + x^2",
        r"e^x \approx 1 + x + \frac{x^2}{3}",
        r"e^x \approx x",
        r"e^x \approx 1 - x",
        r"\sqrt{1 + x} \approx 1 + x",
        r"\sqrt{1 + x} \approx 1 + 0.505 x",
        r"\sin x \approx 1.01 x",
        r"\sin x \approx x + \frac{x^3}{6}",
        r"\log(1 + x) \approx 1 + x",
        r"(1 + x)^n \approx 1 + x",
        r"e^{y + \epsilon} \approx e^y + \epsilon",
        r"e^{u_i} \approx 1 - u_i",
        r"a \approx a + x",
        r"x \approx 2 x",
        r"\pi \approx 3 + x",
    ],
)
def test_a_term_that_is_none_is_refused(latex: str) -> None:
    must_be_refused(SMALL, latex)


@pytest.mark.parametrize("kind", ["real", "positive", "real in [0.9, 1.1]", "real in [-5, 5]", "real < 0.1"])
def test_what_is_not_small_is_refused(kind: str) -> None:
    must_be_refused({"x": kind}, r"e^x \approx 1 + x")
