"""Integrals and limits: right ones hold, wrong ones fail, and what does not settle is refused."""

import numpy as np
import pytest

from executable_math import Page, Verdict
from executable_math.notation.limits import limit_of

SYMBOLS = {
    "z": "real", "x": "real", "c": "positive", r"\mu": "real", "s": "positive", "n": "integer >= 1", "N": "size",
    "i": "index 1..N", "u_i": "positive",
}  # fmt: skip
DENSITY = r"p(x) = \frac{1}{\sqrt{2 \pi} s} e^{-\frac{(x - \mu)^2}{2 s^2}}"
SIGMOID = r"\sigma(z) = \frac{1}{1 + e^{-z}}"


def checked(latex: str) -> Verdict:
    page = Page(SYMBOLS, locate=False)
    assert page.check(DENSITY).ok
    assert page.check(SIGMOID).ok
    return page.check(latex)


RIGHT = [
    r"\int_0^1 x^2\,dx = \frac13",
    r"\int_{-\infty}^{\infty} p(x)\,dx = 1",
    r"\int_{-\infty}^\infty x p(x) \, \mathrm{d}x = \mu",
    r"\int\limits_{-\infty}^{\infty} (x - \mu)^2 p(x) dx = s^2",
    r"\int_{\infty}^{-\infty} p(x)\,dx = -1",
    r"\int_0^\infty e^{-c t} dt = \frac1c",
    r"\int_{-\infty}^0 e^{c t} dt = \frac1c",
    r"\int_0^1 \log t\,dt = -1",
    r"\int_0^c t e^{-t} + 1\,dt = c + 1 - (1 + c) e^{-c}",
    r"\int_0^z \sigma(t)\,dt = \log(1 + e^z) - \log 2",
    r"\sum_i \int_0^{u_i} t\,dt = \frac12 \sum_i u_i^2",
    r"\int_0^1 t^n dt = \frac{1}{n + 1}",
    r"\int_{-1}^1 |t|\,dt = 1",
    r"\int_{-2}^2 |t^2 - 1|\,dt = 4",
    r"\int_0^1 \mathbb{1}[t > 0.3] dt = 0.7",
    r"\int_{-\infty}^{\infty} e^{-(2 t - 1000)^2} dt = \frac{\sqrt{\pi}}{2}",
    r"\int_0^1 \int_0^1 x t\,dx\,dt = \frac14",
    r"\int_0^1 \int_0^t x t\,dx\,dt = \frac18",
    r"\lim_{z \to \infty} \sigma(z) = 1",
    r"\lim_{z \to -\infty} \sigma(z) = 0",
    r"\lim_{t \to 0^+} -\log t = \infty",
    r"\lim_{t \to 0^{+}} t \log t = 0",
    r"\lim_{h \to 0} \frac{\sigma(z + h) - \sigma(z)}{h} = \sigma'(z)",
    r"\lim_{h \to 0} \frac{(x + h)^2 - 2 x^2 + (x - h)^2}{h^2} = 2",
    r"\lim_{n \to \infty} \left(1 + \frac{x}{n}\right)^n = e^x",
    r"\lim_{x \to 0} \frac{\sin x}{x} = 1",
    r"\lim_{a \to 0^+} \frac{c^a - 1}{a} = \log c",
    r"\lim_{x \to z} x^2 = z^2",
]


@pytest.mark.parametrize("latex", RIGHT)
def test_what_is_right_holds(latex: str) -> None:
    verdict = checked(latex)
    assert (verdict.status, verdict.message) == ("holds", "")


@pytest.mark.parametrize("latex", RIGHT)
def test_what_is_off_by_a_little_fails(latex: str) -> None:
    side, sign, value = latex.rpartition("=")
    assert checked(f"{side}{sign} {value} + 10^{{-5}}").status == "fails" or r"\infty" in value


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        (r"\int_{-1}^{1} \frac1x dx = 0", "cannot be worked out"),
        (r"\int_1^\infty \frac1x dx = 0", "cannot be worked out"),
        (r"\int_0^1 \frac{1}{x^2} dx < 10^{30}", "cannot be worked out"),
        (r"\int_0^\infty \cos(x) dx = 0", "cannot be worked out"),
        (r"\int f(x) dx = 1", "without its two bounds"),
        (r"\int_0^1 x = 1", "an integral over what?"),
        (r"\frac{d}{dx} \int_0^x x t\,dt = x^2", "a derivative of an integral"),
        (r"\iint x\,dx\,dy = 1", r"\int_a^b f(x)\,dx"),
        (r"\lim_{x \to \infty} \sin x = 0", "cannot be worked out"),
        (r"\lim_{x \to \infty} \sin(2 \pi x) = 0", "cannot be worked out"),
        (r"\lim_{x \to 0} \frac1x = 0", "the two sides differ"),
        (r"\lim_{x \to 0} \frac{|x|}{x} = 1", "the two sides differ"),
        (r"\lim_{x \to 0^2} x = 0", "from which side?"),
        (r"\lim_x x = 1", "a limit of what?"),
        (r"\lim_{x = 1} x = 1", "without an arrow"),
    ],
)
def test_what_does_not_settle_is_refused(latex: str, message: str) -> None:
    verdict = checked(latex)
    assert verdict.status in ("error", "not read")
    assert message in verdict.message


MOVING = [
    r"\frac{d}{dx} \int_0^x t^2\,dt = x^2",
    r"\frac{d}{dx} \int_x^{2 x} t^2\,dt = 7 x^2",
    r"\frac{d^2}{dx^2} \int_0^x \sin t\,dt = \cos x",
    r"\frac{d}{dx} \int_{-\infty}^{x} e^{-t^2}\,dt = e^{-x^2}",
    r"\frac{\partial^2}{\partial x \partial z} \int_0^{x z} t\,dt = 2 x z",
    r"\frac{d}{dx} \int_0^x \int_0^t s\,ds\,dt = \frac{x^2}{2}",
]


@pytest.mark.parametrize("latex", MOVING)
def test_an_integral_grows_by_what_is_at_its_end(latex: str) -> None:
    assert checked(latex).holds
    assert checked(f"{latex} + x").status == "fails"


@pytest.mark.parametrize(
    "latex",
    [
        r"\int_0^1 t^{c - 1}\,dt = \frac{1}{c}",
        r"\int_0^\infty t^{c - 1} e^{-t}\,dt = \Gamma(c)",
    ],
)
def test_an_end_where_the_function_is_infinite_is_reached(latex: str) -> None:
    assert checked(latex).holds
    assert checked(f"{latex} + 10^{{-4}}").status == "fails"


@pytest.mark.parametrize("ends", [r"_0^\infty", r"_{-\infty}^0", r"_{-\infty}^\infty"])
def test_an_integral_does_not_end_where_its_powers_are_too_large_for_doubles(ends: str) -> None:
    verdict = checked(rf"\int{ends} \frac{{t}}{{1 + t^2}}\,dt = 0")
    assert "this integral cannot be worked out" in verdict.message


def test_a_sequence_that_creeps_is_not_settled() -> None:
    slow = np.array([1 / k for k in range(1, 20)])
    fast = np.array([k * 0.5**k for k in range(1, 20)])
    assert np.isnan(limit_of(slow))
    assert abs(limit_of(fast)) < 1e-9
