r"""Everything that a formula says is compared with something, or is an error: `The loss is $0.3 + 0.4$` says a lot."""

from pathlib import Path

import pytest
import sample_module

from executable_math import Page
from executable_math.latex.reader import read
from executable_math.meaning.mentions import only_names
from executable_math.notation.standard import LANGUAGE
from executable_math.pages.checks import PageChecks
from executable_math.pages.ledger import Entry, mark
from executable_math.project import Project

SYMBOLS = {
    "N": "size", "i": "index 1..N", "x": "real", "y": "sign", "s": "real", "w": "real", "p": "probability",
    "u_i": "real", "X": "normal(0, 1)", "B": "bernoulli(p)", "\\delta": "positive",
}  # fmt: skip


def page(*definitions: str) -> Page:
    found = Page(SYMBOLS, sample_module, locate=False)
    for definition in definitions:
        assert found.check(definition).ok, definition
    return found


def fails(found: Page, latex: str, message: str = "", **said: str) -> None:
    verdict = found.check(latex, **said)  # type: ignore[arg-type]
    assert not verdict.ok, verdict
    assert message in verdict.message


# --- what relates nothing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "latex",
    [
        "x", "u_i", r"\theta_0", "f(x)", "f(u_i, w)", r"h_\theta(u_i)", r"p(y \mid x)", r"p(y = 1 \mid x)", "f'",
        "f'(x)", r"\nabla_w J", r"\frac{\partial J}{\partial w}", r"A^\top", "(x, y)", "(x, 1)", "(u_i, y_i)",
        r"\{0, 1\}", r"\{-1, +1\}", r"\{1, \dots, K\}", r"\mathbb{R}^n",
        r"\mathbb{R}^{n \times m}", r"\{0, 1\}^N", r"N \times K", r"3 \times 3", r"\mathbb{E}[X]",
        r"\begin{bmatrix} a & b \\ c & 1 \end{bmatrix}", r"\pi",
    ],
)  # fmt: skip
def test_what_only_names(latex: str) -> None:
    assert only_names(read(latex, LANGUAGE).statements[0], LANGUAGE)


@pytest.mark.parametrize(
    "latex",
    [
        "0.3 + 0.4", r"\frac13", "2^{10}", "10^{-5}", r"12 \cdot 768^2", r"\sin 1", r"\log x", r"\binom{6}{2}", "5!",
        r"\sqrt{2}", "x^2", "x y", "2 x", "-x", "1 - p", "x + 1", "|x|", r"\|u\|", "f(0.3)", r"f(w x)", "f(x)^2",
        r"\{0.5, 1\}", "(0.3, 0.7)", "(0, 1)", "(1, 2, 3)", r"\begin{bmatrix} 0.3 & 0.4 \\ 0.1 & 0.2 \end{bmatrix}",
        r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", r"\sum_i u_i", r"\mathbb{1}[x > 0]", r"\max(0, 1 - y s)",
        r"3 \cdot 3", r"0.3 \times 2", r"\frac{1}{N}", r"u^\top u", r"2 \pi",
    ],
)  # fmt: skip
def test_what_says_more_than_a_name(latex: str) -> None:
    assert not only_names(read(latex, LANGUAGE).statements[0], LANGUAGE)


def test_an_expression_that_nothing_is_held_against_is_an_error() -> None:
    fails(page(), r"\max(0, 1 + y s)", 'write: equals="..." with what computes it')
    fails(page(), "1 - q", "the symbol q is not known")
    fails(page(), "(1, 2, 3)", "nothing checks this number")
    assert page().check(r"\max(0, 1 - y s)", equals="hinge(y, s)").status == "holds"


# --- statements -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latex", "equals"),
    [
        (r"L = a^2 \quad \text{where} \quad a = x - s", "(x - s)**2"),
        (r"L = a^2 b, \text{ where } a = x - s, \quad b = 2 w", "2 * w * (x - s)**2"),
        (r"a = x - s, \quad L = a^2", "(x - s)**2"),
        (r"a^2 \text{ where } a = x - s", "(x - s)**2"),
        (r"\begin{aligned} L &= (x - s)^2 \\ \frac{\partial L}{\partial x} &= 2 (x - s) \end{aligned}", "2 * (x - s)"),
        (r"L = (x - s)^2, \quad L \ge 0", "(x - s)**2"),
        (r"m = \frac1N \sum_i u_i, \quad \sum_i (u_i - m)^2 = \sum_i u_i^2 - N m^2", "sum((u - mean(u))**2)"),
    ],
)
def test_an_expression_is_held_against_the_statement_that_the_formula_is_about(latex: str, equals: str) -> None:
    verdict = page().check(latex, equals=equals)
    assert (verdict.status, verdict.message) == ("holds", "")
    assert not page().check(latex, equals=f"0.2 + {equals}").ok


@pytest.mark.parametrize(
    ("latex", "equals"),
    [
        (r"V = \frac{1}{N + 7} \sum_i (u_i - m)^2, \quad m = \frac1N \sum_i u_i", "mean(u)"),
        (r"L = a^2 \text{ where } a = x - s", "x - s"),
    ],
)
def test_an_expression_is_not_held_against_what_only_helps(latex: str, equals: str) -> None:
    fails(page(), latex, "the formula and the code disagree", equals=equals)


@pytest.mark.parametrize(
    ("latex", "equals"),
    [
        (r"L = (x - s)^2, \quad q = 5 x", "(x - s)**2"),
        (r"L = (x - s)^2 + a - a, \text{ where } a = 7 w", "(x - s)**2"),
        (r"q = \max(0, 1 + y s), \quad 1 = 1", None),
        (r"x^\dagger = x^2 + 1, \quad 1 = 1", None),
        (r"q = x^4 + 7 \ge 0", None),
        (r"q = x^4 \in \mathbb{R}", None),
        (r"\begin{aligned} q &= 3 x \\ x + x &= 2 x \end{aligned}", None),
    ],
)
def test_another_part_needs_support_of_its_own(latex: str, equals: str | None) -> None:
    found = page()
    assert found.check(latex, equals=equals).status == "unbound"
    assert found.unbound


# --- definitions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("definition", "relation"),
    [
        ("V = x^3", "2 V = V + V"),
        ("V = x^3", "V - V + x = x"),
        (r"q = \frac{1}{1 + e^{-x}}", r"\log q + \log(1 - q) = \log(q (1 - q))"),
        (r"q = \frac{1}{1 + e^{-x}}", r"q \ge 0"),
        (r"q = \frac{1}{1 + e^{-x}}", r"q \le 1"),
        ("V = p (1 - p)", r"V \le \frac14"),
        ("f(x) = x^2 + 1", "f(0) = 1"),
        ("f(x) = x^3", "f(2 s) = f(s + s)"),
        ("r_i = 2 u_i", r"\sum_i (r_i + 1) = \sum_i r_i + N"),
        ("m = \\frac1N \\sum_i u_i", "V = \\sum_i (u_i - m)^3"),
    ],
)
def test_a_definition_is_not_backed_by_what_holds_without_it(definition: str, relation: str) -> None:
    found = page(definition)
    assert found.check(relation).ok
    assert definition in found.unbound.values()


@pytest.mark.parametrize(
    ("definition", "relation"),
    [
        ("V = (x - 1)^2", "V = x^2 - 2 x + 1"),
        (r"q = \frac{1}{1 + e^{-x}}", r"\frac{1}{q} = 1 + e^{-x}"),
        (r"f(x) = \frac{1}{1 + e^{-x}}", "f'(x) = f(x) (1 - f(x))"),
        (r"f(x) = \frac{1}{1 + e^{-x}}", "f(-s) = 1 - f(s)"),
        ("f(x) = x^2", "f'(x) = 2 x"),
        (r"q_i = \frac{e^{u_i}}{\sum_l e^{u_l}}", r"\sum_i q_i = 1"),
        (r"m = \frac1N \sum_i u_i", r"\sum_i (u_i - m) = 0"),
        (r"q = \frac{1}{1 + e^{-x}}", r"\log(1 - q) = \log q - x"),
    ],
)
def test_a_definition_is_backed_by_what_fails_without_it(definition: str, relation: str) -> None:
    found = page(definition)
    assert found.unbound
    assert found.check(relation).status == "holds"
    assert not found.unbound


def test_a_definition_is_backed_by_the_code_through_others() -> None:
    found = page("a = y s", "b = 1 - a")
    assert found.check(r"\max(0, b)", equals="hinge(y, s)").status == "holds"
    assert not found.unbound


def test_a_definition_that_the_expression_uses_as_well_is_not_backed() -> None:
    found = page("a = 3 s")
    assert found.check(r"\max(0, 1 - y a)", equals="hinge(y, a)").status == "holds"
    assert found.unbound == {"a": "a = 3 s"}


@pytest.mark.parametrize("latex", ["P(B = 1) = p^2", r"p(X) = e^{-X^2}", r"P(X) = X"])
def test_the_probability_of_a_random_variable_is_no_new_name(latex: str) -> None:
    fails(page(), latex)


@pytest.mark.parametrize("latex", ["f^2(x) = x f(x)^2", r"f^2\left(x\right) = f(x)^2", "f^{-1}(x) = x"])
def test_a_power_of_a_function_has_two_readings(latex: str) -> None:
    fails(page("f(x) = x + 1"), latex, "has two readings")


def test_a_power_of_a_value_has_one() -> None:
    found = page("f(x) = x + 1")
    assert found.check("f(x)^2 = x^2 + 2 x + 1").status == "holds"
    assert found.check(r"\sin^2(x) + \cos^2(x) = 1").holds


# --- the module's functions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latex", "equals"),
    [
        (r"\mathrm{hinge}(s, y) = \max(0, 1 - y s)", "hinge(y, s)"),
        (r"\mathrm{sigmoid}(x) = \max(0, 1 - y s)", "hinge(y, s)"),
        (r"\mathrm{sigmoid} = \max(0, 1 - y s)", "hinge(y, s)"),
        (r"\mathrm{hinge}(x) = \frac{1}{1 + e^{-x}}", "sigmoid(x)"),
        (r"\mathrm{hinge}(y, s) = \max(0, 1 + y s)", None),
    ],
)
def test_a_left_side_that_names_another_function_of_the_module(latex: str, equals: str | None) -> None:
    assert not page().check(latex, equals=equals).ok


@pytest.mark.parametrize(
    ("latex", "equals"),
    [
        (r"\mathrm{hinge}(y, s) = \max(0, 1 - y s)", "hinge(y, s)"),
        (r"\mathrm{hinge} = \max(0, 1 - y s)", "hinge(y, s)"),
        (r"\mathrm{hinge}(y, s) = \max(0, 1 - y s)", None),
        (r"\mathrm{gaussian}(y, x) = \frac{1}{\sqrt{2 \pi}} e^{-\frac12 (y - x)^2}", "gaussian(y, x, 1)"),
    ],
)
def test_a_left_side_that_names_the_function(latex: str, equals: str | None) -> None:
    verdict = page().check(latex, equals=equals)
    assert (verdict.status, verdict.message) == ("holds", "")


# --- numbers --------------------------------------------------------------------------------------------------------


TYPED = [("0.37", "0.37"), ("0.37", "exp(-0.994)"), ("-0", "0"), ("1024", "2**10"), ("0.5", "mean([0, 1])")]


@pytest.mark.parametrize(("latex", "equals"), TYPED)
def test_an_expression_that_is_typed_computes_nothing(latex: str, equals: str) -> None:
    fails(page(), latex, "is typed, and computed by nothing", equals=equals)


@pytest.mark.parametrize(
    ("latex", "equals"), [("1.2", "hinge(-1, 0.2)"), (r"x - \delta w", "x - delta * w"), ("0.4", "2 * c")]
)
def test_an_expression_over_what_has_a_name(latex: str, equals: str) -> None:
    found = page()
    assert found.check("0.2", name="c").ok
    assert found.check(latex, equals=equals).status == "holds"


def test_a_number_that_is_called_like_a_symbol_leaves_formulas_of_the_symbol_alone() -> None:
    found = page()
    assert found.check("0.2", name="s").ok
    assert found.check("-1", name="y").ok
    assert found.check("1.2", equals="hinge(y, s)").status == "holds"
    verdict = found.check(r"\max(0, 1 - y s)", equals="hinge(y, s)")
    assert verdict.status == "holds"
    assert verdict.samples > 10
    fails(found, r"\max(0, 1 + y s)", equals="hinge(y, s)")


@pytest.mark.parametrize(
    ("text", "idle"),
    [
        ('A score of $0.2${ as="c" } costs $1.2${ equals="abs(-6 * c)" }.', []),
        ('It costs $99.0${ as="c" }.', ["c"]),
        ('It costs $99.0${ as="c" }, which is $99.0${ equals="c" }.', ["c"]),
        ('A score of $0.2${ as="c" } costs $0.4${ as="d" equals="2 * c" }.', []),
        ('$0.2${ as="c" }, $0.3${ as="d" } and $0.4${ equals="2 * c" }.', ["d"]),
    ],
)
def test_a_number_with_a_name_that_nothing_uses(tmp_path: Path, text: str, idle: list[str]) -> None:
    written = tmp_path / "page.md"
    written.write_text(text, encoding="utf-8")
    checks: PageChecks = Project(tmp_path).checks(written)
    found = [entry.message for entry in checks.entries if not entry.ok]
    assert len(found) == len(idle)
    assert all(f"nothing uses {name}" in message for name, message in zip(idle, found, strict=True))


def test_readers_see_why_a_weak_check_is_enough() -> None:
    found = page().check(r"\max(x, -10^{20}) = x", weak="scores stay < 100")
    entry = Entry("a.md", 3, 1, "e", "equation", found.latex, found.status, message=found.message)
    shown = mark(entry, {})
    assert "Hardly checked: why" in shown
    assert "It could hardly have failed: scores stay &lt; 100." in shown


# --- what is written beside a formula ---------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["1", "2.3a", "*", "A-1", "Bayes' rule"])
def test_a_tag_that_names_a_formula(tag: str) -> None:
    assert page().check(rf"x + x = 2 x \tag{{{tag}}}").status == "holds"


@pytest.mark.parametrize("tag", ["x = 5", "< 3", r"x \ge 0", "x + 1"])
def test_a_tag_that_says_something(tag: str) -> None:
    fails(page(), rf"x + x = 2 x \tag{{{tag}}}", r"\tag")
