r"""Formulas of the field as books, courses and libraries print them: right ones hold, and wrong ones fail.

The dialects are those of CS231n, Dive into Deep Learning, PyTorch, optax, scikit-learn, Keras and PaddlePaddle. What
is wrong is what an author gets wrong: a sign, an index, a bound, a factor, a square, a base, a branch.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import field_losses
import pytest

from executable_math import Page, Verdict

LINES = (Path(__file__).parent / "field.jsonl").read_text(encoding="utf-8").splitlines()
RIGHT, WRONG = [[row for row in map(json.loads, LINES) if row["holds"] == holds] for holds in (True, False)]


def checked(
    latex: str, symbols: dict[str, str], definitions: Sequence[str] = (), equals: str | None = None, **_: object
) -> Verdict:
    page = Page(symbols, field_losses, locate=False)
    for definition in definitions:
        assert page.check(definition).ok
    return page.check(latex, equals=equals)


@pytest.mark.parametrize("row", RIGHT, ids=lambda row: row["latex"])
def test_what_is_right_is_read_and_holds(row: dict[str, Any]) -> None:
    verdict = checked(**row)
    assert (verdict.status, verdict.message) == ("holds", "")


@pytest.mark.parametrize("row", WRONG, ids=lambda row: row["latex"])
def test_what_is_wrong_fails_with_a_counterexample(row: dict[str, Any]) -> None:
    verdict = checked(**row)
    assert verdict.status == "fails", verdict.message
    assert verdict.counterexample is not None


@pytest.mark.parametrize(
    ("latex", "advice"),
    [
        (r"\#\{i : x_i = 1\} = 1", r"\sum_i \mathbb{1}[y_i = 1]"),
        (r"|\{i : x_i = 1\}| = 1", "a sum with a condition"),
        (r"\mathbf 1^\top x = \sum_i x_i", r"\sum_i x_i"),
        (r"I[y > 0] = 1", r"\mathbb{1}[y = k]"),
        (r"\mathbb{E}_{i \sim p} x_i = 1", "with brackets"),
        (r"\abs{y} = y", "|x|"),
        (r"y \le y, \text{where } z \text{ is the raw score}", "words beside the formula"),
        (r"y \leftarrow y - 1", 'equals="..."'),
        (r"y = y1", "declare it, such as `y1: real`"),
    ],
)
def test_what_is_refused_says_what_to_write(latex: str, advice: str) -> None:
    symbols = {"N": "size", "i": "index 1..N", "x_i": "real", "p_i": "distribution", "y": "real", "z": "real"}
    verdict = checked(latex, symbols)
    assert not verdict.ok
    assert advice in verdict.message
