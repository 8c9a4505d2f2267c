"""Work grows in proportion to what an author writes, or is refused with the bound that was passed.

What Python does is counted, in steps of the engine's own code. What a regular expression does cannot be counted: each
gets a text so long that it would not end within minutes if it went over it again and again.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sample_module
from markdown.core import Markdown

from executable_math import Page, project
from executable_math.claims.formula import MOST_GIVENS
from executable_math.latex import tokens
from executable_math.latex.reader import LONGEST
from executable_math.latex.tree import Symbol
from executable_math.meaning import env
from executable_math.meaning.facts import MOST_CASES, MOST_DEFINITIONS, Definition
from executable_math.pages import equation, examples, lost, memory, quantities, text
from executable_math.pages.ledger import Ledger
from executable_math.pages.memory import Memory
from executable_math.site import extension, rendering
from executable_math.site import plugin as mkdocs
from executable_math.site import typesetting as typeset
from steps import steps


def convert(page: str, kept: Memory | None = None) -> None:
    """As the site is built."""
    settings = {"module": sample_module.__name__, "ledger": Ledger(), "figures": "", "memory": kept or ""}
    Markdown(extensions=["tables", "executable_math"], extension_configs={"executable_math": settings}).convert(page)


def written(symbols: str, pieces: Iterator[str], between: str = "\n\n") -> str:
    return f"---\nsymbols:\n  x: real\n{symbols}---\n\n" + between.join(pieces)


# Pages by the number of their pieces, which are all of one length.
PAGES = {
    "formulas in a paragraph": lambda n: written("", (f"$x + {k} = {k} + x$" for k in named(n)), " "),
    "formulas that are not found where they are sought": lambda n: written("", (f"$x &lt; {k} + x$" for k in named(n))),
    "equations with names": lambda n: written("", (f'```math id="e{k}"\n\\frac{{x}}{{1}} = x\n```' for k in named(n))),
    "false equations": lambda n: written("", (f"```math\n{k} x = 1\n```" for k in named(n))),
    "definitions": lambda n: written("", (f"```math\nf_{{{k}}}(x) = x + 1\n```" for k in named(n))),
    "definitions that nothing checks": lambda n: written("", (f"```math\nf_{{{k}}} = x + 1\n```" for k in named(n))),
    "symbols": lambda n: written(
        "".join(f"  a_{{{k}}}: real, a number\n" for k in named(n)), (f"$a_{{{k}}} = a_{{{k}}}$" for k in named(n))
    ),
    "formulas that are not checked": lambda n: written("", (f'$x = {k}${{ unchecked="so" }}' for k in named(n))),
    "named numbers": lambda n: written("", (f'${k}${{ as="n{k}" }}' for k in named(n))),
    "figures": lambda n: written("", (f"![a](figures/f{k}.svg)" for k in named(n))),
    "typed numbers": lambda n: written("", (f"It is {k}.5 here." for k in named(n))),
    "formulas that Markdown does not read": lambda n: written("", (f"It is $ x = {k}$ here." for k in named(n))),
    "fences that Markdown does not read": lambda n: written("", (f'```math id="{k}\nx = x\n```' for k in named(n))),
    "examples": lambda n: written("", (f"```pycon\n>>> 1 + {k}\n{k + 1}\n```" for k in named(n))),
    "examples that fail": lambda n: written("", (f"```pycon\n>>> 1 + {k}\n{k}\n```" for k in named(n))),
    "rows of a table": lambda n: written("", iter(["a|b\n-|-\n" + "\n".join(f"${k} = {k}$|b" for k in named(n))])),
}  # fmt: skip


def named(count: int) -> range:
    return range(1000, 1000 + count)


def served(page: str) -> None:
    """With what is kept while the site is served, and nothing in it yet."""
    convert(page, Memory())


# While the site is served, each formula is kept with the definitions that it may build on: these are many of one name.
FAMILIES = {"definitions", "definitions that nothing checks"}


READINGS: list[tuple[str, Callable[[str], None]]] = [
    *((kind, convert) for kind in PAGES),
    *((kind, served) for kind in PAGES if kind not in FAMILIES),
]


@pytest.mark.parametrize(("kind", "read"), READINGS)
def test_a_page_takes_steps_in_proportion_to_its_length(kind: str, read: Callable[[str], None]) -> None:
    read(PAGES[kind](2))

    def taken(n: int) -> int:
        return steps(lambda: read(PAGES[kind](n)))

    one, two, three = map(taken, (10, 20, 30))
    assert three - two <= 1.002 * (two - one)


def test_a_page_has_as_many_definitions_as_can_be_kept() -> None:
    page = Page({"x": "real"})
    for k in range(MOST_DEFINITIONS):
        page.facts = page.facts.defining(Definition(f"f_{k}", (), (), Symbol("x"), Symbol("x")))
    assert "more than 1000 definitions" in page.check("y = x + 1").message


def test_a_function_has_as_many_cases_as_can_be_tried() -> None:
    page = Page({"x": "real", "y": "integer"})
    verdicts = [page.check(rf"P(y = {k} \mid x) = x + {k}") for k in range(MOST_CASES + 1)]
    assert all(verdict.ok for verdict in verdicts[:-1])
    assert "P with more than 30 values of an argument" in verdicts[-1].message


def test_a_paragraph_has_as_many_cases_as_can_be_tried() -> None:
    page = Page({"x": "real"})
    verdicts = [page.check(f"x > -{k} / 60", given=True) for k in range(1, MOST_GIVENS + 2)]
    assert "more than 50 cases in one paragraph" in verdicts[-1].message


def test_a_formula_that_is_too_long_is_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "tokens", None)
    page = Page({"x": "real"}, memory=Memory())
    assert page.check("x" + "\\\\ " * LONGEST, unchecked="so").status == "unchecked"


# --- evaluation ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "latex",
    [
        r"\frac{d}{dx} " * 12 + "e^{x^2} > 0",
        r"\frac{d^{12}}{dx^4 dx^4 dx^4} e^{x^2} > 0",
        f"f{12 * chr(39)}(x) > 0",
        "g(y) = " + r"\frac{d}{dy} " * 9 + "e^{y^2}",
    ],
)
def test_derivatives_of_one_another_double_the_work(latex: str) -> None:
    page = Page({"x": "real"})
    page.check("f(x) = e^{x^2}")
    assert "more than 8 derivatives of one another\n" in page.check(latex).message


def test_definitions_that_double_the_work_are_refused_before_they_take_years(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "MOST_EFFORT", env.STEP * 1000)
    page = Page({"x": "real"})
    page.check("f_0(x) = x")
    verdicts = [page.check(rf"f_{{{k}}}(x) = f_{{{k - 1}}}(x) f_{{{k - 1}}}(x)") for k in range(1, 12)]
    assert "this takes more than 1000 steps" in next(verdict.message for verdict in verdicts if not verdict.ok)


def test_no_change_is_tried_of_what_takes_long_to_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(equation, "Search", None)
    monkeypatch.setattr(equation, "MOST_EFFORT", 1000)
    assert Page({"x": "real"}).check("x + 1 = x").status == "fails"


def test_statements_that_wait_for_each_other_are_not_tried_for_ever() -> None:
    rows = r" \\ ".join(f"a_{{{k}}} = a_{{{k + 1}}} + x" for k in range(150))
    tried = steps(lambda: Page({"x": "real"}).check(rf"\begin{{aligned}} {rows} \\ a_{{150}} = x \end{{aligned}}"))
    few = r" \\ ".join(f"a_{{{k}}} = a_{{{k + 1}}} + x" for k in range(75))
    half = steps(lambda: Page({"x": "real"}).check(rf"\begin{{aligned}} {few} \\ a_{{75}} = x \end{{aligned}}"))
    assert tried < 3 * half


# --- regular expressions ---------------------------------------------------------------------------------------------

MANY = 50_000


SOUGHT = [
    (lost.LOST_FORMULA, "$ ", "="), (lost.LOST_FORMULA, "$$ ", "a"), (lost.LOST_FORMULA, "", "$ ="),
    (lost.LOST_ATTRIBUTES, "", "{equals="), (lost.LOST_ATTRIBUTES, "{", " "),
    *[(lost.INLINE, first, again) for first in ("", "$") for again in ("$", " ", "a", "\\", "$a ")],
    *[(pattern, first, again) for pattern in (quantities.QUANTITY, quantities.NAMES) for first, again in (
        ("", "1."), ("1.", "1"), ("", "1,"), ("", "1,111"), ("", " 111"), ("", "1 "), ("", "1/"), ("", "1e"),
        ("", "1:"), ("Sections 1", ", 1"), ("Section", " "), ("Section ", "1"), ("Section 1", ".1"), ("Python", " "),
        ("", "Python "), ("arXiv", " "), ("10.", "1"), ("", "10.1111"), ("", "http://"), ("May ", "1"),
        ("", "1 May "), ("v1", ".1"))],
    (lost.RELATION, "", "="), (lost.IS_LATEX, "", "\\begin "), (lost.IS_LATEX, "\\begin", " "),
    (lost.EXAMPLE, "", "In [1"), (lost.EXAMPLE, "", ">"),
    (lost.CODE_SIGN, "", "a"), (lost.CODE_SIGN, "", " "), (project.DISPLAY, "", "$$ "), (project.DISPLAY, "", " "),
    (project.DISPLAY, "", ":math:`"), (project.DISPLAY, "", "$`a"), (examples.CUT, "", "1."), (examples.CUT, "1.", "1"),
    (extension.SENTENCE_ENDS, "", "."), (extension.SENTENCE_ENDS, ".", ")"), (extension.SENTENCE_ENDS, "", ". "),
    (rendering.FIGURE, "", "figures/"), (rendering.FIGURE, "figures/", "a"),
    (rendering.DIRECTIVE, "", "::: a"), (rendering.DIRECTIVE, "::: a", "\n a"), (rendering.DIRECTIVE, ":::", " "),
    (mkdocs.HEAVY, "", "<svg "), (mkdocs.HEAVY, "", '<noscript class="check-note"'),
    (mkdocs.PUT_ASIDE, "", "<!--aside 1"),
    (typeset.FORMULA, "", '<span class="arithmatex'), (typeset.FORMULA, "<span ", 'class="arithmatex'),
    (typeset.FORMULA, "", r'<span class="arithmatex">\('), (typeset.FORMULA, r'<span class="arithmatex">\(', r"\)"),
    (tokens._TOKEN, r"\text{", " "), (tokens._TOKEN, "", r"\text{{}"), (tokens._TOKEN, "", r"\label{"),
    (tokens._TOKEN, "", r"\begin{a}["), (tokens._TOKEN, "1", r"{,}111"), (tokens._TOKEN, "a", r"\_bb"),
]  # fmt: skip
BEGUN = [
    (text.FRONT_MATTER, "---\n", "--- a\n"), (text.FRONT_MATTER, "---", " "), (text.FENCE, "", "> "),
    (text.FENCE, "", "`"), (text.FENCE, "```", " "),
    (text.LANGUAGE, "", "`"), (text.LANGUAGE, "```", " "), (extension.SECTION_NUMBER, "", " "),
    (extension.SECTION_NUMBER, "1", ".1"),
]  # fmt: skip


@contextmanager
def ending() -> Iterator[None]:
    """So that what would not end fails; it never comes to that, however slow the machine."""

    def give_up(*_: Any) -> None:
        raise AssertionError("this does not end")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(120)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(("sought", "first", "again"), SOUGHT, ids=range(len(SOUGHT)))
def test_a_text_is_gone_through_once(sought: re.Pattern[str], first: str, again: str) -> None:
    written = first + again * MANY
    with ending():
        assert sum(len(match[0]) for match in sought.finditer(written)) <= len(written)


@pytest.mark.parametrize(("begun", "first", "again"), BEGUN, ids=range(len(BEGUN)))
def test_the_begin_of_a_text_is_gone_through_once(begun: re.Pattern[str], first: str, again: str) -> None:
    with ending():
        begun.match(first + again * MANY)
        begun.fullmatch(first + again * MANY)


def test_fences_of_docstrings_are_found_in_one_go() -> None:
    with ending():
        assert len(list(project.mathematics("```math\n" * MANY + "```"))) == 1
        assert len(list(project.mathematics("  ```math\n  a\n  ```\n" * MANY))) == MANY
