"""Formulas and pages that nobody would write: each gets a verdict, and what is wrong with it is said, never raised.

Where they are changed, try more of them once: FORMULAS = 20_000 takes some ten minutes.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest
import sample_module
from markdown.core import Markdown

from executable_math import Page
from executable_math.claims.formula import Verdict
from executable_math.pages.ledger import Ledger

T = TypeVar("T")
FORMULAS, PAGES = 300, 20

SYMBOLS = {
    "N": "size", "K": "size", "D": "size >= 2", "T": "size", "i": "index 1..N", "j": "index 1..N", "k": "index 0..K-1",
    "x_i": "real", "y_i": "sign", "w_j": "positive", "p_k": "distribution", "t_k": "one-hot", "A_{ij}": "real",
    "c": "class of K", "u": "real", "v": "real", "q": "probability", "n": "integer >= 0", r"\lambda": "positive",
    r"\eta": "normal(0, 1)", "h(x_i)": "real", "g": "function double", r"\hat{y}_i": "probability", "s": "label",
    "z": "real", "W_{ik}": "real", "r": "real in {1, 2}", "X": "uniform(0, 1)", "b": "real, not all 0",
}  # fmt: skip
DEFINITIONS = [
    r"f(z) = z^2 + 1", r"\sigma(z) = \frac{1}{1 + e^{-z}}", r"L_i = \max(0, 1 - y_i x_i)", r"J = \sum_{i=1}^{N} L_i",
    r"P(y = 1 \mid z) = \sigma(z)", r"m_{ij} = x_i w_j", r"F(a, b) = a b", r"G(z) = \frac{d}{dz} f(z)", "a = u + v",
]  # fmt: skip
CODE = [
    "x", "mean(u)", "hinge(y, x)", "u + 1", "x[i]", "A @ x", "1 / 0", "missing(u)", "double(u)", "x.T", "u ** u", "(",
    "softmax(x)", "c", "{}", "sum(A)",
]  # fmt: skip
NAMES = [
    "u", "v", "x", "x_i", "x_j", "y_i", "w", "w_j", "A", "A_{ij}", "A_{ji}", "p_k", "p", "t_k", "c", "N", "K", "T",
    "D", "n", "q", r"\lambda", r"\eta", "h(x_i)", r"\hat{y}_i", "J", "L_i", "L", "m_{ij}", "m", "a", "W_{ik}", "z",
    "e", r"\pi", r"\infty", "B", "x_{N+1}", "x_0", "i", "k", "X", "x_{A_{ij}}", "f", r"\sigma", "x'", "f'", "r", "E",
    r"\theta_0", r"\mathcal{N}", r"\text{acc}", r"\mathbf{x}", "A_i", "W", "x^{(i)}", "d", "s", "b", "p(k)",
]  # fmt: skip
NUMBERS = [
    "0", "1", "2", "-1", "3", "0.5", "1.5", "10", "100", r"10^{-9}", r"93\%", "0.33…", "1000000", "07", "1{,}000",
]  # fmt: skip
LEAVES = [*NAMES, *NAMES, *NUMBERS]
BOUNDS = [
    "_{i=1}^{N}", "_{j=i+1}^{N}", "_{i=1}^{N-1}", "_i", "_{k}", "_{j \\ne i}", "_{i, j}", "_{i=0}^{n}", "_{i=3}^{2}",
    "_{i < j}", r"_{i : y_i = 1}", "", "_{i=1}", "^{N}", r"_{i \in \{1, \dots, N\}}", r"_{k \in \{0, 1\}}",
    "_{u=1}^{v}", r"_{j=1}^{\infty}", r"_{i=1}^{10^9}", "_{t=1}^{T}", "_{i=x}^{N}", "_{i=1}^{x}", "_{l}", "_{i=1}^{0}",
    "_{i=1}^{N/2}",
]  # fmt: skip
INFIX = [" + ", " - ", " ", r" \cdot ", " / ", r" \times ", r" \odot ", "^", r" \circ "]
RELATIONS = [
    " = ", " = ", r" \le ", r" \ge ", " < ", " > ", r" \approx ", r" \propto ", r" \ne ", r" \in ", r" \sim ", " := ",
    r" \leftarrow ", r" \notin ", r" \Rightarrow ",
]  # fmt: skip
WRAPPED = [
    r"\frac{%s}{%s}", r"\sqrt{%s}", r"\sqrt[%s]{%s}", "(%s)", "|%s|", r"\|%s\|", r"\|%s\|_1", r"\|%s\|_{\infty}",
    r"\|%s\|_{%s}", r"\lfloor %s \rfloor", r"\lceil %s \rceil", r"\exp(%s)", r"\log(%s)", r"\log_{%s} %s",
    r"\max(%s, %s)", r"\min\{%s, %s\}", r"\mathbb{1}[%s = %s]", "{%s}^2", "{%s}^{-1}", r"{%s}^\top", "{%s}^T",
    "(%s)^T", "-%s", "%s!", "f(%s)", r"\sigma(%s)", r"\sigma'(%s)", "f''(%s)", "F(%s, %s)", "G(%s)", "g(%s)",
    r"P(y = 1 \mid %s)", "h(%s)", r"\frac{d}{du}(%s)", r"\frac{\partial}{\partial x_i} (%s)", r"\nabla_x (%s)",
    r"\nabla (%s)", r"\frac{\partial^2}{\partial u \partial v} (%s)", r"\frac{d %s}{d %s}",
    r"\left. %s \right|_{u = %s}", r"\mathbb{E}[%s]", r"\mathbb{V}[%s]", r"\mathbb{E}_{k \sim p}[%s]",
    r"\mathrm{softmax}(%s)", r"\mathrm{mean}(%s)", r"\int_0^1 %s\,du", r"\int_{-\infty}^{%s} %s\,dv",
    r"\lim_{u \to 0} %s", r"\lim_{u \to \infty} %s", r"\begin{cases} %s & u > 0 \\ %s & \text{otherwise} \end{cases}",
    r"\begin{cases} %s & u > 0 \\ %s & u \le 0 \end{cases}",
    r"\begin{cases} %s & \text{if } y_i = 1 \\ %s & x_i > %s \end{cases}",
    r"\begin{bmatrix} %s & %s \\ %s & %s \end{bmatrix}", r"\begin{bmatrix} %s \\ %s \end{bmatrix}",
    r"\begin{pmatrix} %s & %s \end{pmatrix}", "[%s, %s]", "(%s, %s)", r"\{%s, %s\}", r"\langle %s, %s \rangle",
    r"\binom{%s}{%s}", "[%s, %s)", r"(%s, \dots, %s)", r"%s + \dots + %s", r"\delta_{%s %s}", "x_{%s}", "A_{%s, %s}",
    "x[%s]", r"\text{if } %s", r"\arg\max_k %s", r"\max_{i} %s", r"\hat{%s}", "%s_+", "[%s]_+",
    r"\underbrace{%s}_{%s}", r"\tanh %s", r"\sgn(%s)", r"\mathrm{sum}(%s)", "%s(%s)", "(%s)_i", "{%s}_{ij}",
]  # fmt: skip
STATEMENTS = [
    "%s, %s", r"%s \quad %s", r"\begin{aligned} %s \\ %s \end{aligned}", r"%s \text{ if } %s", r"%s \text{ where } %s",
    r"%s \text{ for all } %s", r"\text{if } %s, %s",
]  # fmt: skip
KINDS = [
    "size", "index 1..N", "index 0..N-1", "real", "positive", "probability", "label", "sign", "one-hot",
    "distribution", "class", "class of N", "integer", "normal(0, 1)", "function double", "real in [0, 1]", "real > 0",
    "size <= 2", "bernoulli(q)", "index 1..10", "class of 3", "real in {0}", "size in {0}", "index",
    "integer in [0.2, 0.8]", "wrong", "laplace(1)", "normal(u, v)", "real >= 1e308", "size in [3, 3.5]", "index 5..2",
    "index 1..x", "class of 0",
]  # fmt: skip
MARKS: list[str] = [
    *r"{}[]()^_&|'!=+-/,;:.%$\# ", r"\\", r"\frac", r"\left(", r"\right)", r"\end{cases}", r"\dots", r"\mid",
]  # fmt: skip


class Writer:
    """Writes formulas, declarations and pages at random, from the pieces of the grammar."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def pick(self, options: Sequence[T]) -> T:
        return self.random.choice(options)

    def term(self, depth: int) -> str:
        """An expression: the deeper, the longer."""
        if depth <= 0 or self.random.random() < 0.2:
            return self.pick(LEAVES)
        kind = self.random.random()
        if kind < 0.25:
            return self.term(depth - 1) + self.pick(INFIX) + self.term(depth - 1)
        if kind < 0.4:
            return rf"\{self.pick(['sum', 'prod', 'max', 'min'])}{self.pick(BOUNDS)} {self.term(depth - 1)}"
        return self.filled(self.pick(WRAPPED), lambda: self.term(depth - 1))

    def filled(self, pattern: str, part: Callable[[], str]) -> str:
        head, *rest = pattern.replace(r"93\%", "93").split("%s")
        return head + "".join(part() + after for after in rest)

    def chain(self) -> str:
        sides = [self.term(self.random.randrange(4)) for _ in range(self.pick([1, 2, 2, 2, 3]))]
        return sides[0] + "".join(self.pick(RELATIONS) + side for side in sides[1:])

    def formula(self) -> str:
        latex = self.chain() if self.random.random() < 0.8 else self.filled(self.pick(STATEMENTS), self.chain)
        return latex if self.random.random() < 0.8 else self.damaged(latex)

    def damaged(self, latex: str) -> str:
        """With one piece lost, doubled or put in."""
        at, length = self.random.randrange(len(latex) + 1), self.random.randrange(4)
        return latex[:at] + self.pick([*MARKS, latex[at : at + length]]) + latex[at + self.pick([0, length]) :]

    def symbols(self) -> dict[str, str]:
        """Declarations, some of them of another kind than usual."""
        changed = {name: self.pick(KINDS) for name in SYMBOLS if self.random.random() < 0.1}
        return {name: kind for name, kind in (SYMBOLS | changed).items() if self.random.random() > 0.05}

    def attributes(self) -> dict[str, str]:
        said = self.random.random()
        if said < 0.3:
            return {self.pick(["equals", "equals", "differs"]): self.pick(CODE)}
        return {"unchecked": "so"} if said < 0.35 else {}

    def page(self) -> str:
        """A page: declarations, definitions, and formulas of every kind in every place."""
        declared = "".join(f"  '{name}': '{kind}'\n" for name, kind in self.symbols().items())
        pieces = [f"```math\n{latex}\n```" for latex in DEFINITIONS if self.random.random() < 0.7]
        pieces += [self.piece() for _ in range(6)]
        return f"---\nsymbols:\n{declared}---\n" + "\n\n".join(pieces)

    def piece(self) -> str:
        latex, said = self.formula(), "".join(f' {name}="{text}"' for name, text in self.attributes().items())
        return self.pick([
            f"```math{said}\n{latex}\n```", f"Let ${latex}${{{said} }} be.", f"If ${latex}${{ .given }} and ${latex}$.",
            f"- $$\n  {latex}\n  $$", f"| a |\n|---|\n| ${latex}$ |", f"A ${self.pick(NUMBERS)}${{ as=\"n\" }}{latex}",
            f"```pycon\n>>> {self.pick(CODE)}\n{latex}\n```", f"{latex}", f"```math{{{said}\n{latex}",
            f"> ${latex}$ $ {latex} $",
        ])  # fmt: skip


def verdict_of(seed: int) -> Verdict:
    """What comes of a formula at random."""
    writer = Writer(seed)
    page = Page(writer.symbols(), sample_module, locate=seed % 10 == 0)
    for latex in DEFINITIONS:
        if writer.random.random() < 0.7:
            page.check(latex)
    said = writer.attributes()
    given = not said and writer.random.random() < 0.2
    name = "named" if not said and writer.random.random() < 0.1 else None
    return page.check(writer.formula(), **said, given=given, name=name)


def refuse_silence(verdict: Verdict) -> None:
    assert verdict.ok or verdict.message
    assert verdict.line >= 1
    assert verdict.column >= 1


def convert(text: str) -> Ledger:
    """A page as the site reads it."""
    ledger = Ledger()
    settings = {"executable_math": {"module": "sample_module", "ledger": ledger}}
    Markdown(extensions=["tables", "executable_math"], extension_configs=settings).convert(text)
    return ledger


@pytest.mark.parametrize("first", range(0, FORMULAS, FORMULAS // 6))
def test_any_formula_gets_a_verdict(first: int) -> None:
    for seed in range(first, first + FORMULAS // 6):
        refuse_silence(verdict_of(seed))


@pytest.mark.filterwarnings("ignore::SyntaxWarning")  # what an example says of its Python
def test_any_page_gets_its_entries() -> None:
    for seed in range(PAGES):
        assert all(entry.ok or entry.message for entry in convert(Writer(seed).page()).entries)


@pytest.mark.parametrize("attribute", ["id", "title", "equals", "unchecked", "given", "class", "data-x", "as", "j"])
def test_attributes_without_a_value_are_read(attribute: str) -> None:
    page = f"$1 = 1${{{attribute}}} $1 = 1${{ {attribute} }}\n\n```math {attribute}\n1 = 1\n```"
    assert all(entry.ok or entry.message for entry in convert(page).entries)


def test_a_formula_is_checked_whatever_its_class() -> None:
    assert [entry.ok for entry in convert('$1 = 2${ class="wide" } $1 = 1${class}').entries] == [False, True]
