r"""Complex numbers: what holds of them, what does not, and what only real ones have."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from tables import each, must_be_refused, must_hold

from executable_math import Page, check
from executable_math.notation.standard import LANGUAGE, SYMBOLS

REAL = {"x": "real", "y": "real"}
NUMBERS = {"z": "complex", "w": "complex", "n": "integer >= 1"}
ARRAYS = {"N": "size", "k": "index 1..N", "l": "index 1..N", "z_k": "complex", "U_{kl}": "complex"}
CHANCE = {"X": "normal(0, 1)", "t": "real in [-2, 2]"}

RIGHT = [
    ({}, [r"e^{i \pi} + 1 = 0", "i^2 = -1", r"i^i = e^{-\pi / 2}", r"e^{2 \pi i / 3} = -\frac12 + \frac{\sqrt3}{2} i",
          r"\int_0^{\pi} e^{i t}\,dt = 2 i", r"\lim_{t \to 0} \frac{e^{i t} - 1}{t} = i", r"e^{i \pi} \approx -1.00"]),
    (REAL, [r"e^{i x} = \cos x + i \sin x", r"e^{\mathrm{i} x} = \cos x + \mathrm{i} \sin x", r"|e^{i x}| = 1",
            r"\sin x = \frac{e^{i x} - e^{-i x}}{2 i}", "(x + i y)(x - i y) = x^2 + y^2",
            r"\frac{d}{dx} e^{i x} = i e^{i x}", r"\operatorname{Im}(e^{i x}) = \sin x",
            r"\sum_{k=0}^{\infty} \frac{(i x)^k}{k!} = e^{i x}"]),
    (NUMBERS, ["z w = w z", "e^{z + w} = e^z e^w", r"|z + w| \le |z| + |w|", "|z|^2 = z z^*",
               r"\overline{z w} = \bar z \bar w", r"z = \Re z + i \Im z", r"z \in \mathbb{C}", r"|z|^2 \in \mathbb{R}",
               r"\sqrt[4]{z}^4 = z",
               r"\sum_{k=0}^{n} z^k (1 - z) = 1 - z^{n + 1}"]),
    (ARRAYS, [r"\sum_k z_k^* z_k = \|z\|^2", r"\bar{z}^\top z = \|z\|^2", r"(U^\dagger)_{kl} = \bar{U}_{lk}",
              r"\mathrm{tr}(U^\dagger U) = \|U\|_F^2"]),
    (CHANCE, [r"\mathbb{E}[e^{i t X}] = e^{-t^2 / 2}"]),
]  # fmt: skip
WRONG = [
    ({}, [r"e^{i \pi} + 2 = 0", r"e^{i \pi / 4} \approx 0.71", r"i^2 = 1"]),
    (REAL, [r"e^{i x} = \cos x - i \sin x", r"e^{i x} = \cos x + \sin x", r"\sin x = \frac{e^{i x} - e^{-i x}}{2}",
            r"\overline{x^2} = x^2", r"\frac{d}{dx} |e^{i x}|^2 = 0", r"|e^{i x}| = 2"]),
    (NUMBERS, ["z < w", r"\max(z, w) = w", r"\lfloor z \rfloor = z", r"\Gamma(z + 1) = z \Gamma(z)", r"\sqrt{z^2} = z",
               "|z|^2 = z^2", r"z \in \mathbb{R}", r"\mathbb{1}[z > 0] = 1", r"\bar z = z", r"\frac{d}{dz} \bar z = 0",
               "z^* = z", r"\sqrt[3]{z}^3 = z"]),
    (ARRAYS, [r"\|z\|^2 = z^\top z", r"\langle z, z \rangle = \|z\|^2", r"\mathrm{tr}(U^\top U) = \|U\|_F^2",
              r"\max_k z_k = z_1", r"\arg\max_k z_k = 1"]),
    (CHANCE, [r"\mathbb{E}[e^{i t X}] = e^{-t^2}"]),
]  # fmt: skip


@pytest.mark.parametrize(("symbols", "latex"), each(RIGHT))
def test_what_is_right_holds(symbols: dict[str, str], latex: str) -> None:
    must_hold(symbols, latex)


@pytest.mark.parametrize(("symbols", "latex"), each(WRONG))
def test_what_is_wrong_or_asked_of_real_numbers_is_refused(symbols: dict[str, str], latex: str) -> None:
    must_be_refused(symbols, latex)


def test_i_is_an_index_where_the_page_has_one() -> None:
    assert "the left side gives" in check("x_i = i", symbols={"N": "size", "x_i": "real"}).message
    assert check(r"e^{i} > 2", symbols={"N": "size", "i": "index 1..N"}).holds
    assert check("i^2 = 4", symbols={"i": "real in {2}"}).ok


def turned(x: float) -> complex:
    return complex(np.exp(1j * x))


def pair(z: complex) -> list[complex]:
    return [z, z.conjugate()]


CODE = sys.modules[__name__]


def test_code_is_not_cut_to_its_real_part() -> None:
    assert check(r"\cos x + i \sin x", symbols=REAL, equals="turned(x)", module=CODE).holds
    verdict = check(r"\cos x", symbols=REAL, equals="turned(x)", module=CODE)
    assert verdict.status == "fails"
    assert "the page gives -0.4161468365,  turned(x) gives -0.4161468365 + 0.9092974268 i" in verdict.message


def test_code_is_given_complex_numbers() -> None:
    assert check(r"[z, \bar z]", symbols=NUMBERS, equals="pair(z)", module=CODE).holds
    assert not check(r"[\bar z, z]", symbols=NUMBERS, equals="pair(z)", module=CODE).ok
    assert check(r"\mathrm{turned}(x) = e^{i x}", symbols=REAL, module=CODE).holds


def test_no_record_breaks_on_complex_numbers_or_lets_what_is_wrong_hold() -> None:
    symbols = SYMBOLS | dict.fromkeys(("x", "y", "a", "p", "u_i", "v_i"), "complex")
    for record in LANGUAGE.records:
        for latex in (*record.holds, *record.fails):
            verdict = Page(symbols, locate=False).check(latex)
            assert "fault of the engine" not in verdict.message, latex
            assert not (verdict.holds and latex in record.fails), latex
