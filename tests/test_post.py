r"""What the page on the post's mistakes shows as the post's is what the post has.

Such a formula is said to differ from the code, and so would one be that was copied with a slip. So each is held against
the words of the post, with the letters of the page in the place of the post's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from executable_math import Page

ERRATA = (Path(__file__).parents[1] / "docs/errata.md").read_text(encoding="utf-8")
SIGMOID = r"\sigma(z) = \frac{1}{1 + e^{-z}}"


class Quote(NamedTuple):
    """What the post has, and what stands on the page for parts of it, in this order."""

    post: str
    page: Mapping[str, str]


TARGETS = {"y_i": "t_i"}
OUTPUT = {"h_\\theta(x_i)": "h_i"}
LINE = {"(\\theta_0 + \\theta_1x_i)": "(\\theta_0 + \\theta_1 x_i)"}
QUOTES = {
    "half-sum": Quote(
        r"\frac{1}{2}\sum_{i=1}^{N}(y_i - \theta^Tx_i)^2", TARGETS | {r"\theta^Tx_i": r"\theta_0 - \theta_1 x_i"}
    ),
    "density-without-constant": Quote(r"e^{-\frac{(y_i - (\theta_0 + \theta_1x_i))^2}{2}}", TARGETS | LINE),
    "log-likelihood-without-constant": Quote(
        r"-\frac{1}{2}\sum_{i=1}^{N}(y_i - (\theta_0 + \theta_1x_i))^2", TARGETS | LINE
    ),
    # With one feature.
    "no-intercept": Quote(
        r"\frac{1}{2}\sum_{i=1}^{N}(y_i - \theta^Tx_i)^2", TARGETS | {r"\theta^Tx_i": r"\theta_1 x_i"}
    ),
    # A sum ends at the plus; the page repeats it.
    "ungrouped": Quote(
        r"-\sum_{i=1}^{N} y_i\log (h_\theta(x_i)) + (1 - y_i)\log(1 - h_\theta(x_i))",
        OUTPUT | {"+ (1 - y_i)": r"+ \sum_{i=1}^{N} (1 - y_i)"},
    ),
    "one-term": Quote("- \\log p(Y = y_i | X = x_i)", {"p(Y = y_i | X = x_i)": "q_k"}),
    # For all examples, as the page has it.
    "climbing": Quote(
        r"(y_i - \hat{y_i})\sigma'(Wx_i + b)x_i",
        {r"\hat{y_i}": r"\sigma(Wx_i + b)", "W": "w ", "(y_i": r"\sum_{i=1}^{N} (y_i"},
    ),
    "loss-for-gradient": Quote(
        r"-\sum_{i=1}^{N} y_i\log(\sigma (Wx_i + b)) + (1-y_i)\log(1 - \sigma(Wx_i + b))",
        {"W": "w ", "} y_i": r"} \bigl( y_i", "(1 - \\sigma(w x_i + b))": "(1 - \\sigma(w x_i + b)) \\bigr)"},
    ),
}
# What is not quoted: what the post's words come to for two classes, and two things that it leaves unsaid.
OWN = {"second-variant-binary", "not-divergence", "not-symmetric"}
NUMBERS = {
    "0.09": "if we have a score of 0.8 for the correct label, our loss will be 0.09",
    "1.09": "if we have a score of .08 our loss would be 1.09",
    "0": "this expression will be very close to 0",
}


def formulas() -> dict[str, str]:
    """What is said to differ from the code, by its id."""
    fences = re.findall(r'^```math id="([^"]*)" differs=.*?\n(.*?)^```$', ERRATA, re.MULTILINE | re.DOTALL)
    return dict(fences)


def right_side(latex: str) -> str:
    """What stands right of the first equals sign, in one line."""
    _, _, right = latex.replace("\n", " ").partition("=")
    return re.sub(r"\\\\|&|\\quad|\\(begin|end)\{aligned\}", " ", right).strip()


def on_the_page(quote: Quote) -> str:
    latex = quote.post
    for theirs, ours in quote.page.items():
        assert theirs in latex, theirs
        latex = latex.replace(theirs, ours)
    return latex


def page() -> Page:
    found = Page(yaml.safe_load(ERRATA.split("---\n")[1])["symbols"])
    found.check(SIGMOID)
    return found


def test_all_that_is_said_to_differ_is_quoted_or_our_own() -> None:
    assert formulas().keys() == QUOTES.keys() | OWN
    numbers = re.findall(r"\$([\d.]+)\$\{ differs=", ERRATA)
    assert sorted(numbers) == sorted(NUMBERS)
    assert all(quote.endswith(number) for number, quote in NUMBERS.items())


@pytest.mark.parametrize("name", QUOTES)
def test_a_formula_of_the_post_is_that_of_the_post(name: str) -> None:
    verdict = page().check(f"{right_side(formulas()[name])} = {on_the_page(QUOTES[name])}")
    assert verdict.ok, verdict.message


@pytest.mark.parametrize("name", QUOTES)
def test_one_with_a_slip_is_not(name: str) -> None:
    slipped = right_side(formulas()[name])
    slipped = slipped.replace("-", "+", 1) if slipped.startswith("-") else f"2 {slipped}"
    verdict = page().check(f"{slipped} = {on_the_page(QUOTES[name])}")
    assert not verdict.ok
    assert verdict.counterexample, verdict.message
