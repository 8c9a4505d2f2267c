"""Functions of which nothing is said: what holds for all smooth ones holds, and what holds for some only does not."""

import pytest
from tables import must_hold

from executable_math import Page, Verdict

SYMBOLS = {
    "x": "real", "y": "real", "t": "real", "a": "real", "b": "real", "n": "size", "i": "index 1..n", "j": "index 1..n",
    "u_i": "real", "v_i": "real", "A_{ij}": "real",
    "f": "function", "g": "function", "h(x, y)": "function, with its arguments", "F": "function", "q_i": "function",
    "p": "function > 0, a density", "w": "function in [0, 1]", "r": "function <= 2",
}  # fmt: skip


def checked(latex: str) -> Verdict:
    page = Page(SYMBOLS, locate=False)
    assert page.problems == {}
    return page.check(latex)


RIGHT = [
    r"\frac{d}{dx} f(g(x)) = f'(g(x)) g'(x)",
    r"\frac{d}{dx} f(x) g(x) = f'(x) g(x) + f(x) g'(x)",
    r"\frac{d}{dx} (a f(x) + b g(x)) = a f'(x) + b g'(x)",
    r"\frac{d f(x)}{dx} = f'(x)",
    r"\frac{df}{dx}(x) = f'(x)",
    r"f'''(x) = \frac{d^3}{dx^3} f(x)",
    r"\frac{d}{dx} f(x)^2 = 2 f(x) f'(x)",
    r"\frac{d}{dx} \log p(x) = \frac{p'(x)}{p(x)}",
    r"\frac{d}{dx} \frac{f(x)}{p(x)} = \frac{f'(x) p(x) - f(x) p'(x)}{p(x)^2}",
    r"\log \frac{p(x)}{p(y)} = \log p(x) - \log p(y)",
    r"\frac{\partial h}{\partial x}(x, y) = \frac{\partial}{\partial x} h(x, y)",
    r"\frac{\partial h}{\partial y} = \frac{\partial h(x, y)}{\partial y}",
    r"\frac{\partial^2 h}{\partial x \partial y} = \frac{\partial^2 h}{\partial y \partial x}",
    r"\frac{d}{dt} h(t, t^2) = \frac{\partial h(x, y)}{\partial x}\big|_{x = t, y = t^2}"
    r" + 2 t \frac{\partial h(x, y)}{\partial y}\big|_{x = t, y = t^2}",
    r"\nabla F(u) = \nabla_u F(u)",
    r"\nabla_u F(A u) = A^\top \nabla F(A u)",
    r"\nabla_u f(\sum_i u_i^2) = 2 f'(\sum_i u_i^2) u",
    r"\frac{\partial}{\partial u_i} F(u) = [\nabla F(u)]_i",
    r"\nabla^2 F(u) = (\nabla^2 F(u))^\top",
    r"\sum_{i=1}^n (q_i(x) + q_i(y)) = \sum_{i=1}^n (q_i(y) + q_i(x))",
    r"\frac{d}{dx} \sum_i q_i(a x) = a \sum_i q_i'(a x)",
    r"\int_0^1 f'(t)\,dt = f(1) - f(0)",
    r"\frac{d}{dx} \int_0^x f(t)\,dt = f(x)",
    r"\lim_{t \to 0} \frac{f(x + t) - f(x)}{t} = f'(x)",
    r"p(x) > 0",
    r"0 \le w(x) \le 1",
    r"r(x) \le 2",
]
WRONG = [
    r"\frac{d}{dx} f(g(x)) = f'(g(x))",
    r"\frac{d}{dx} f(x) g(x) = f'(x) g'(x)",
    r"f(x + y) = f(x) + f(y)",
    r"f(a x) = a f(x)",
    r"f(x) = g(x)",
    r"f(0) = f(1)",
    r"f(x) = f(-x)",
    r"f''(x) = -f(x)",
    r"f''''(x) = -f''(x)",
    r"f(x) f''(x) = f'(x)^2",
    r"f(f(x)) = f(x)^2",
    r"\frac{d}{dx} \log p(x) = \frac{1}{p(x)}",
    r"h(x, y) = h(y, x)",
    r"\frac{\partial h}{\partial x} = \frac{\partial h}{\partial y}",
    r"\frac{\partial^2 h}{\partial x \partial y} = 0",
    r"\nabla_u F(A u) = \nabla F(A u)",
    r"F(u) = F(v)",
    r"F(u) = \sum_i f(u_i)",
    r"F(2 u) = 2 F(u)",
    r"\nabla^2 F(u) \cdot u = \nabla F(u)",
    r"\sum_i q_i(x) = n q_1(x)",
    r"q_i(x) = q_j(x)",
    r"\int_0^1 f(t)\,dt = f(1) - f(0)",
    r"f(x) > 0",
    r"f(x) \le 10",
    r"f(x) \ne g(x)",
    r"f(x) \ne 1",
    r"f'(x) \ne 0",
    r"f(x + y) \ne f(x) + f(y)",
    r"p(x) > 0.1",
    r"p(x) < 100",
    r"w(x) \le 0.99",
    r"r(x) > -100",
]


@pytest.mark.parametrize("latex", RIGHT)
def test_what_is_right_for_all_functions_holds(latex: str) -> None:
    must_hold(SYMBOLS, latex)


@pytest.mark.parametrize("latex", WRONG)
def test_what_is_right_for_some_functions_fails_with_values(latex: str) -> None:
    verdict = checked(latex)
    assert verdict.status == "fails"
    assert "gives" in verdict.message


@pytest.mark.parametrize("latex", RIGHT[:12])
def test_rules_are_proven_for_functions_of_which_nothing_is_known(latex: str) -> None:
    assert checked(latex).proof


REFUSED = [
    (r"\frac{df}{dx} = f'(x)", "f is a function", "declare it, `f(x): function`"),
    (r"f^2(x) = f(x)^2", "f is a function", "f(x)"),
    (r"\frac{d}{df} f(x)^2 = 0", "f is a function", "a derivative by a symbol"),
    (r"h(x) = h(x, y)", "h has 2 arguments", "h(x, y)"),
    (r"h'(x, y) = 1", "by which of its arguments is the derivative of h?", r"\frac{\partial h}{\partial x}(x, y)"),
    (r"\nabla^3 F(u) = u", r"a power of \nabla", r"\nabla^2"),
    (r"k(x) = k(y) + 1", "the function k is not known", "declare it, `k: function` for any smooth one"),
]


@pytest.mark.parametrize(("latex", "reason", "advice"), REFUSED)
def test_what_has_no_meaning_is_refused_with_what_to_write(latex: str, reason: str, advice: str) -> None:
    verdict = checked(latex)
    assert not verdict.ok
    assert reason in verdict.message
    assert advice in verdict.message


def test_an_expression_cannot_call_a_function_without_code() -> None:
    verdict = Page(SYMBOLS).check("x", equals="f")
    assert "f is a function without code" in verdict.message


@pytest.mark.parametrize("kind", ["function > 0, a density", "function in (0, 1) — a share", "function, a density"])
def test_a_function_may_be_bounded_and_told_of(kind: str) -> None:
    page = Page({"x": "real", "f": kind})
    assert page.problems == {}
    assert page.meanings["f"].startswith("a ")
