"""The formulas of other projects' files: what they print, where, under which heading, and what cannot be read."""

from __future__ import annotations

import json
import re
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from docutils.parsers.rst import directives, roles

from executable_math.hosts.files import SUFFIXES, of, printed
from executable_math.hosts.macros import Macro, expanded, macros
from executable_math.hosts.printed import Reading
from executable_math.pages.text import Fault
from steps import steps

Row = tuple[str, int, int]

INLINE = [
    ("$x^2$", "x^2", 2),
    ("a $ x $ b", "x", 5),
    (r"a $U^\top $ b", r"U^\top", 4),
    (r"\(x\)", "x", 3),
    (r"\\(x \_ y\\)", "x _ y", 4),
    ("$`x`$", "x", 3),
    ("{math}`x`", "x", 8),
    ("{math}``x`y``", "x`y", 9),
    ("*a* **$x$**", "x", 8),
    ("[a $x$](b)", "x", 5),
    ("1. a $x$", "x", 7),
    ("> - a $x$", "x", 8),
    ("| a | $x$ |\n|---|---|", "x", 8),
    ("| $y$ | $y$ |\n|---|---|", "y", 4),
    (r"| $\|x\|$ |" + "\n|---|", "|x|", 4),
    ("[^1]: $x$", "x", 8),
    (r"\$1 $x$", "x", 6),
    ("\ta\n\n- b $x$", "x", 6),
]
NO_MATH = [
    "costs $5 and $6",
    "$5 or $ 6",
    "in $HOME and $PATH",
    "`$x$`",
    "    $x$",
    "```\n$x$\n```",
    "```python\n$x$\n```",
    "```{code-cell}\n$x$\n```",
    ":::{code-block} python\n$x$\n:::",
    "<!-- $x$ -->",
    "a <!-- $x$ -->",
    "---\ntitle: $x$\n---",
    r"\[a link\](x) $",
    "$$ \n",
    "$$\na\n\nprose",
    "$$\na\n\nprose\n\nb\n$$",
    r"\$x\$",
]
DISPLAY = [
    ("$$x$$", "x", (1, 3), ""),
    ("$$ x $$ (eq:a)", "x", (1, 4), "eq:a"),
    ("a $$x$$ b", "x", (1, 5), ""),
    ("a\n$$\nx\n+ y\n$$", "x\n+ y", (3, 1), ""),
    ("> $$\n> x\n> $$", "x", (2, 3), ""),
    ("- a\n\n  $$\n  x\n    y\n  $$", "x\ny", (4, 3), ""),
    ("\\[\nx\n- y\n\\]", "x\n- y", (2, 1), ""),
    ("\\[ x \\] (eq-1)", "x", (1, 4), "eq-1"),
    ("\\[ [ \\]", "[", (1, 4), ""),
    ("a \\\\[x\\\\] b", "x", (1, 6), ""),
    ("a\n\\\\[ x \\\\\\\\ y \\\\]", "x \\\\ y", (2, 5), ""),
    ("\\begin{align}\nx\n\\end{align}", "\\begin{align}\nx\n\\end{align}", (1, 1), ""),
    ("$$\\label{a} x$$", "x", (1, 13), "a"),
    ("$$\nx \\label{a}\ny$$", "x\ny", (2, 1), "a"),
    ("$$\n\\begin{a}\n\nx\\end{a}\n$$", "\\begin{a}\n\nx\\end{a}", (2, 1), ""),
    ("```math\nx\n```", "x", (2, 1), ""),
    ("~~~ math\nx\n~~~", "x", (2, 1), ""),
    ("```{math}\n:label: a\n\nx\n```", "x", (4, 1), "a"),
    ("```{math}\n---\nlabel: a\n---\nx\n```", "x", (5, 1), "a"),
    (":::{math} x\n:::", "x", (1, 11), ""),
    ("```{math}\n:nowrap:\n\nx\n\ny\n```", "x\n\ny", (4, 1), ""),
    ("$$x$$ {#eq-a}", "x", (1, 3), "eq-a"),
    (r"$$\newcommand{\R}{x}$$", r"\newcommand{\R}{x}", (1, 3), ""),
]
NESTED = [
    (":::{note}\na $x$\n:::", [("x", 2, 4)]),
    (":::{note} A $y$\n:class: z\n\na $x$\n:::", [("y", 1, 14), ("x", 4, 4)]),
    ("````{note}\n```{tip}\n> $x$\n```\n````", [("x", 3, 4)]),
    ("> ```{note}\n> a $x$\n> ```", [("x", 2, 6)]),
    ("::: {.callout-note}\n$x$\n:::", [("x", 2, 2)]),
    ("!!! note\n    a\n\n    b $x$", [("x", 4, 8)]),
    ("```{math}\nx\n\ny\n```", [("x", 2, 1), ("y", 4, 1)]),
]
RST = [
    (":math:`x`", "x", (1, 8), ""),
    ("`x`:math:", "x", (1, 2), ""),
    ("``:math:`x``` and :math:`x`", "x", (1, 26), ""),
    (r":math:`\a\ \{x\}`", r"\a\ \{x\}", (1, 8), ""),
    ("a\n  b :math:`x\n  y`", "x\ny", (2, 12), ""),
    ("* a\n\n  - :math:`x`", "x", (3, 12), ""),
    ("a\n\tb :math:`x`", "x", (2, 11), ""),
    (".. math:: x", "x", (1, 11), ""),
    (".. math::\n   :label: a\n\n   x", "x", (4, 4), "a"),
    (".. math::\n   :name: a\n\n   x", "x", (4, 4), "a"),
    (".. math::\n   :nowrap:\n\n   x\n\n   y", "x\n\ny", (4, 4), ""),
    (".. math:: x\n   :label: a", "x", (1, 11), "a"),
    (".. math::\n\n   \\label{a} x", "x", (3, 14), "a"),
    (".. note:: :math:`x`", "x", (1, 18), ""),
    (".. dropdown:: a\n   :open:\n\n   :math:`x`", "x", (4, 11), ""),
    (".. unknown::\n\n   .. math::\n\n      x", "x", (5, 7), ""),
    (".. |a| replace:: :math:`x`", "x", (1, 25), ""),
    (".. [1] :math:`x`", "x", (1, 15), ""),
    (":param a: :math:`x`", "x", (1, 18), ""),
    ("a\n  b :math:`x`", "x", (2, 12), ""),
    (":unknown:`y` :math:`x`", "x", (1, 21), ""),
    (".. default-role:: math\n\n`x`", "x", (3, 2), ""),
    (".. default-role:: math\n\n`x`\n\n.. default-role::\n\n`y`", "x", (3, 2), ""),
    (".. role:: m(math)\n\n:m:`x`", "x", (3, 5), ""),
]
GRID = """\
+-----------+-----------+
| :math:`x` | :math:`x` |
| :math:`y` | a         |
+-----------+-----------+
"""
SIMPLE = """\
==  ==========
a   :math:`x`
b   :math:`x`
c   - :math:`x`
==  ==========
"""
MODULE = r'''
"""Of the module: $m$."""

class A:
    """Of the class: :math:`\\frac{a}{b}`.

    .. math::

        c \\
        d

    """

    def f(self):
        r"""Of the method: $\alpha$.

        Parameters
        ----------
        x : :math:`no`

            Deep: $x$

        >>> f("$no$")
        """

        async def g(): "é" "of a " 'function: $\u03b2$'

text = "By name: $n$"
A.f.__doc__ = text
A.g.__doc__ = "Assigned: $g$"
other = "Not a docstring: $no$"
A.f.other = "Nor is this: $no$"
'''.replace("x : :math:`no`", "x : int")
PERCENT = """\
# %% [markdown]
# # Lab
#
# - a $x$
y = 1  # $no$
# %%
# $no$

# %% [md]
# $z$

# %%
# Gallery :math:`g`
"""
LIGHT = """\
# ---
# jupytext:
#   format_name: light
# ---

# # Lab
# a $x$

# code $no$
y = 1

# +
# $no$
# -
"""


def read(text: str, suffix: str = ".md") -> Reading:
    """What a text prints; nothing in it is at fault."""
    reading = of(text, suffix)
    assert reading.faults == []
    return reading


def rows(text: str, suffix: str = ".md") -> list[Row]:
    return [(one.latex, one.line, one.column) for one in read(text, suffix).formulas]


@pytest.mark.parametrize(("text", "latex", "column"), INLINE)
def test_a_formula_in_a_line_of_markdown(text: str, latex: str, column: int) -> None:
    first = read(text).formulas[0]
    assert (first.latex, first.is_display, first.column) == (latex, False, column)


@pytest.mark.parametrize("text", NO_MATH)
def test_what_is_no_formula_of_markdown(text: str) -> None:
    assert rows(text) == []


@pytest.mark.parametrize(("text", "latex", "place", "label"), DISPLAY)
def test_a_formula_in_lines_of_its_own(text: str, latex: str, place: tuple[int, int], label: str) -> None:
    [one] = read(text).formulas
    assert (one.latex, one.is_display, (one.line, one.column), one.label) == (latex, True, place, label)


@pytest.mark.parametrize(("text", "expected"), NESTED)
def test_directives_hold_markdown_again(text: str, expected: list[Row]) -> None:
    assert rows(text) == expected


def test_cells_of_a_table_are_told_apart() -> None:
    assert rows("| $y$ | $y$ |\n|---|---|\n| $a$ | $y$ |") == [("y", 1, 4), ("y", 1, 10), ("a", 3, 4), ("y", 3, 10)]
    assert rows(GRID, ".rst") == [("x", 2, 10), ("x", 2, 22), ("y", 3, 10)]
    assert rows(SIMPLE, ".rst") == [("x", 2, 12), ("x", 3, 12), ("x", 4, 14)]


def test_a_heading_counts_until_the_next() -> None:
    text = "$a$\n\n# One `b` $c$ {#one}\n\n$d$\n\n> ## Two\n>\n> $e$\n\n:::{note}\n$f$\n## Three\n:::\n\n$g$"
    assert [one.section for one in read(text).formulas] == ["", "One b $c$", "One b $c$", "Two", "Two", "Three"]
    text = ":math:`a`\n\nOne\n===\n\n.. math:: b\n\nTwo\n---\n\n.. note:: :math:`c`"
    assert [one.section for one in read(text, ".rst").formulas] == ["", "One", "Two"]


@pytest.mark.parametrize(("text", "latex", "place", "label"), RST)
def test_a_formula_of_restructuredtext(text: str, latex: str, place: tuple[int, int], label: str) -> None:
    [one] = read(text, ".rst").formulas
    assert (one.latex, (one.line, one.column), one.label) == (latex, place, label)
    assert one.is_display == (".. math::" in text)


def test_equations_of_a_directive_are_separate() -> None:
    text = ".. math::\n   :label: a\n\n   x\n   y\n\n   z\n\n   \\begin{b}\n\n   w\\end{b}"
    assert rows(text, ".rst") == [("x\ny", 4, 4), ("z", 7, 4), ("\\begin{b}\n\nw\\end{b}", 9, 4)]
    assert [one.label for one in read(text, ".rst").formulas] == ["a"] * 3


@pytest.mark.parametrize("name", ["code-block", "plot", "doctest", "raw", "parsed-literal"])
def test_directives_that_hold_code_are_not_read(name: str) -> None:
    assert rows(f".. {name}:: a\n\n   :math:`no`\n", ".rst") == []


def test_nothing_in_a_text_reads_another_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.rst"
    secret.write_text(":math:`secret`")
    text = f".. include:: {secret}\n\n.. csv-table::\n   :file: {secret}\n\n.. raw:: html\n   :file: {secret}\n\n"
    assert "secret" not in [one.latex for one in of(text, ".rst").formulas]


def test_docutils_is_left_as_it_was() -> None:
    of(".. default-role:: math\n\n.. role:: m(math)\n\n.. math::", ".rst")
    assert directives.directive.__module__ == directives.__name__
    assert roles.role.__module__ == roles.__name__
    assert rows("`x` :m:`x`", ".rst") == []


def test_docstrings_have_the_names_of_what_they_describe() -> None:
    found = [(one.latex, one.line, one.column, one.section) for one in read(MODULE, ".py").formulas]
    assert found == [
        ("m", 2, 20, ""),
        (r"\frac{a}{b}", 5, 29, "A"),
        ("c \\\nd", 9, 9, "A"),
        (r"\alpha", 15, 29, "A.f"),
        ("x", 21, 20, "A.f"),
        ("β", 26, 48, "A.f.g"),
        ("n", 28, 19, "A.f"),
        ("g", 30, 27, "A.g"),
    ]


def test_columns_are_letters_and_no_bytes() -> None:
    assert rows('x = "é"; f.__doc__ = "é $x$"', ".py") == [("x", 1, 26)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_end(end: str) -> None:
    assert rows(f"a{end}{end}b :math:`x`", ".rst") == [("x", 3, 10)]


def test_a_docstring_in_one_line_of_several_strings() -> None:
    assert rows('def f():\n    """a\n    é $x$""" r"$\\b$" "$\\\\b$"', ".py") == [
        ("x", 3, 8),
        (r"\b", 3, 17),
        (r"\b", 3, 24),
    ]


def test_the_text_of_a_script() -> None:
    found = [(one.latex, one.line, one.column, one.section) for one in read(PERCENT, ".py").formulas]
    assert found == [("x", 4, 8, "Lab"), ("z", 10, 4, "Lab"), ("g", 13, 18, "Lab")]
    found = [(one.latex, one.line, one.column, one.section) for one in read(LIGHT, ".py").formulas]
    assert found == [("x", 7, 6, "Lab")]


def notebook(*sources: str | list[str]) -> str:
    cells = [{"cell_type": "markdown", "source": source} for source in sources]
    return json.dumps({"cells": [{"cell_type": "code", "source": "$no$"}, *cells], "nbformat": 4}, indent=1)


def test_the_markdown_cells_of_a_notebook() -> None:
    text = notebook(["# Lab\n", 'a "é" $\\alpha$\n', "$$\n", "\\beta\n", "$$"], "b $\U0001d465+1$ $c$")
    lines = text.split("\n")
    found = read(text, ".ipynb").formulas
    assert [(one.latex, one.section) for one in found] == [
        (r"\alpha", "Lab"),
        (r"\beta", "Lab"),
        ("\U0001d465+1", "Lab"),
        ("c", "Lab"),
    ]
    written = [r"\\alpha$\n", r"\\beta\n", r"\ud835\udc65+1$", "c$"]
    assert all(lines[one.line - 1][one.column - 1 :].startswith(it) for one, it in zip(found, written, strict=True))


def test_cells_of_quarto_are_code() -> None:
    text = "```{python}\n$no$\n```\n\n```{anything}\n$no$\n```\n\n::: {#fig-a}\n$x$\n:::"
    assert rows(text, ".qmd") == [("x", 10, 2)]


IN_LINE, APART, REST = ([row[0] for row in INLINE], [row[0] for row in DISPLAY], [row[0] for row in RST[:-3]])
EVERYWHERE = {
    ".md": "\n\n".join([*IN_LINE, *APART]),
    ".rst": "\n\n".join(REST),
    ".py": MODULE,
    ".ipynb": notebook(*IN_LINE, *APART),
}


@pytest.mark.parametrize("suffix", EVERYWHERE)
def test_the_latex_stands_in_its_place(suffix: str) -> None:
    """In the order of their places, and up to escapes and labels: the strings of Python and JSON double backslashes."""
    lines = EVERYWHERE[suffix].split("\n")
    found = read(EVERYWHERE[suffix], suffix).formulas
    assert len(found) > 7
    assert [(one.line, one.column) for one in found] == sorted((one.line, one.column) for one in found)
    for one in found:
        source = plain(lines[one.line - 1][one.column - 1 :])
        assert source.startswith(plain(one.latex.split("\n")[0])), one


def plain(text: str) -> str:
    letters = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)
    return re.sub(r"\s*\\label\{[^}]*\}|[\\\s|]", "", letters)


FAULTS = [
    (".. math::\n\n$x$", ".rst", (1, 1), "empty"),
    ("a\n\n  .. math:: x\n     :label: a\n     :label: b", ".rst", (3, 3), 'duplicate option "label"'),
    ("x = (\n", ".py", (1, 5), "never closed"),
    ("a\0", ".py", (1, 1), "null"),
    ("-" * 100_000 + "1", ".py", (1, 1), "too deep"),
    ('{"cells":\n oops}', ".ipynb", (2, 2), "no JSON: Expecting value"),
    ("[" * 100_000, ".ipynb", (1, 1), "too deep"),
    ("a\n\n" + ">" * 1000 + " $x$", ".md", (3, 1), "too many quotes"),
    (":::{a}\n" * 100, ".md", (31, 1), "too many quotes"),
    ("- " * 1000 + "a", ".rst", (1, 1), "too many quotes"),
    ("# %% [markdown]\n# $x$\n#\n# " + ">" * 1000, ".py", (4, 3), "too many quotes"),
    (notebook(["a\n", ">" * 1000]), ".ipynb", (11, 6), "too many quotes"),
]


@pytest.mark.parametrize(("text", "suffix", "place", "message"), FAULTS, ids=lambda value: str(value)[:12])
def test_what_is_not_read_is_told_with_its_place(text: str, suffix: str, place: tuple[int, int], message: str) -> None:
    [fault] = of(text, suffix).faults
    assert (fault.line, fault.column) == place
    assert message in fault.message


def test_what_stands_beside_a_fault_is_read() -> None:
    text = ".. math::\n\n:math:`x`"
    assert [one.latex for one in of(text, ".rst").formulas] == ["x"]


def test_a_byte_that_is_not_utf_8_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_bytes(b"\xef\xbb\xbf$x$\r\n\r\na \xff $y$\r")
    reading = printed(path)
    assert [(one.latex, one.line, one.column) for one in reading.formulas] == [("x", 1, 2), ("y", 3, 6)]
    assert reading.faults == [Fault(3, 3, "byte 0xff is not UTF-8: save the page as UTF-8")]


def test_another_suffix_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'\.tex': write one of \.md, "):
        of("$x$", ".tex")
    assert {".md", ".qmd", ".rst", ".py", ".ipynb"} <= set(SUFFIXES)


HOSTILE = [
    ("$", ".md"), (r"\(", ".md"), (r"\\(", ".md"), (r"\[", ".md"), ("\\[\n", ".md"), ("$$ a\n", ".md"),
    ("$$ x $$ y\n", ".md"), ("$$\n\\begin{a}\n\n", ".md"), ("\\begin{align}\n", ".md"), ("`", ".md"), ("$`", ".md"),
    ("{a}`", ".md"),
    ("> ", ".md"), (":::\n", ".md"), ("$x$ ", ".md"), ("$x$\n", ".md"), ("|$x$", ".md"), (r"$$\label{a}", ".md"),
    (":math:`x` ", ".rst"), (":math:`x`\n", ".rst"), (".. math:: a\n\n", ".rst"), ("`", ".rst"), (":math:`", ".rst"),
    ("# %%\n# a\n", ".py"),
]  # fmt: skip


# What closes what is open, far behind it.
ENDS = ("", "\n\\]\n$$\n", "\n\n\\)\n\\]\n$$\n\\end{align}\n")


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(("text", "suffix"), HOSTILE)
def test_a_hostile_text_takes_steps_in_proportion_to_its_length(text: str, suffix: str, end: str) -> None:
    few, many = (steps(partial(of, text * count + end, suffix)) for count in (100, 400))
    assert many < 6 * few


def test_macros_are_collected() -> None:
    text = r"""\newcommand{\R}{\mathbb{R}} \renewcommand\E[2][P]{E_{#1} #2} \def\f#1{f(#1)} \def\d#1.{#1}
        \DeclareMathOperator*{\argmin}{arg\,min} \newcommand{\open}{ x"""
    assert macros(text) == {
        r"\R": Macro(0, r"\mathbb{R}"),
        r"\E": Macro(2, "E_{#1} #2", "P"),
        r"\f": Macro(1, "f(#1)"),
        r"\argmin": Macro(0, r"\operatorname*{arg\,min}"),
    }


EXPANDED = [
    (r"\R^n", r"\mathbb{R}^n"),
    (r"\E{x} + \E[Q] x", "E_{P} x + E_{Q} x"),
    (r"\f{\f{x}}", "f(f(x))"),
    (r"\s x", r"\sin x"),
    (r"\Rn \\R", r"\Rn \\R"),
    (r"\newcommand{\R}{x} \R", r"\mathbb{R}"),
    (r"{\f\R}", r"{f(\mathbb{R})}"),
]
MACROS = {
    r"\R": Macro(0, r"\mathbb{R}"),
    r"\E": Macro(2, "E_{#1} #2", "P"),
    r"\f": Macro(1, "f(#1)"),
    r"\s": Macro(1, r"\sin#1"),
}


@pytest.mark.parametrize(("latex", "expected"), EXPANDED)
def test_macros_are_expanded(latex: str, expected: str) -> None:
    assert expanded(latex, MACROS) == expected


def doubling(last: str) -> dict[str, Macro]:
    """Macros of which each stands for two of the next."""
    pairs = pairwise("abcdefghijklmnopqrstuvwxyz")
    return {**{f"\\{one}": Macro(0, f"\\{other}\\{other}") for one, other in pairs}, r"\z": Macro(0, last)}


REFUSED = [
    (r"x \a", {r"\a": Macro(0, r"\b"), r"\b": Macro(0, r"1 \a")}, r"\\a refers to itself: \\a -> \\b -> \\a"),
    (r"\a", {r"\a": Macro(2, "#1 #2")}, r"\\a lacks its argument 1"),
    (r"{\a x}", {r"\a": Macro(2, "#1 #2")}, r"\\a lacks its argument 2"),
    (r"\a", doubling("x"), "more than 100000 tokens"),
    (r"\a", doubling(""), "more than 100000 tokens"),
    (r"\a\a", {r"\a": Macro(1, "#1#1")}, "lacks its argument|tokens"),
    (r"\a{" * 30_000 + "}" * 30_000, {r"\a": Macro(1, "#1")}, "more than 100000 tokens"),
]


@pytest.mark.parametrize(("latex", "known", "message"), REFUSED, ids=lambda value: str(value)[:12])
def test_a_macro_without_end_is_refused(latex: str, known: dict[str, Macro], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        expanded(latex, known)


def test_a_circle_that_the_formula_does_not_use_is_no_error() -> None:
    assert expanded("x", {r"\a": Macro(0, r"\a")}) == "x"
