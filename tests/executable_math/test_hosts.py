"""Documentation as it stands: which formulas each format prints, and where exactly they stand in their file."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from executable_math.hosts.files import FORMATS, of, printed
from executable_math.hosts.macros import expanded, macros
from executable_math.hosts.printed import Printed
from executable_math.hosts.printed import Source as source
from executable_math.latex.tree import MathError

MARKDOWN = r"""
---
title: $front$ matter
---
# Loss functions {#loss}

It costs $5 and $6, but $x^2$, \(y\), \\(z\\), $`a_i`$ and {math}`q` are formulas; `$code$` is none.

$$
L = \sum_i x_i \label{eq:l}
$$

$$ a = b $$ (lab)

\[
c
+ d
\]

Text \\[ e = f \\] more. And $$g$$ {#eq-g}.

> $$
> h = 1
> $$

```{math}
:label: my

i = j

k = l
```

```math
m
```

:::{note}
Some $n$ here.

```{math} o = 1
```
:::

```{code-cell}
$no$
```

```{python}
$no$
```

```python
$no$
```

\begin{align}
p &= q \\
&= r
\end{align}

| a | b |
|---|---|
| $s$ | $t$ |

<!-- $hidden$ -->

## Next
- item $u$
  $$
  v
  $$

<div>
$w$
</div>
""".lstrip()

RST = r"""
.. _top:

Loss functions
==============

Inline :math:`x^2` and :ref:`top` and :unknown:`z` and ``:math:`no```.

.. math:: a = b
   :label: ab

.. math::
   :nowrap:

   \begin{align}
   c &= d \label{eq:c} \\
   \end{align}

.. math::
   :unknown: to docutils

   e = f

   g = h

.. dropdown:: More :math:`q`

   Text :math:`i`

   .. math::

      j = k

.. code-block:: python

   $x$ :math:`no`

.. include:: other.rst

.. list-table::

   * - :math:`l`
     - :math:`m`

Next
----

.. note:: :math:`n`

term
   def :math:`o`

The quick q is :math:`q`.
""".lstrip()

PYTHON = r'''
r"""The module.

.. math:: a = b
"""


class Loss:
    """A class of losses. $c$

    $$
    d = e
    $$
    """

    def value(y, s):
        """Not raw.

        Parameters
        ----------
        y : sign
            The label :math:`y`.

        Notes
        -----
        .. math:: \\max(0, 1 - y s)
            :label: hinge

        .. math::

            f = g
        """

        def inner():
            r"""Google's style.

            Args:
                y: the label, :math:`z`.

            Returns:
                :math:`\frac{1}{2}`
            """


def later(): ...


later.__doc__ = r"""Set later: \(h\)"""
Loss.value.other = "$no$"
'''.lstrip()

PERCENT = """
# %% [markdown]
# # Loss
# The $x$ of it:
# $$
# y
# $$
# %%
z = "$no$"  # $no$
""".lstrip()

LIGHT = """
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: light
# ---

# # Loss
# The $x$ of it.

z = "$no$"
""".lstrip()


def written(*lines: str) -> dict[str, object]:
    return {"cell_type": "markdown", "metadata": {}, "source": [*lines]}


NOTEBOOK = json.dumps(
    {
        "cells": [
            written("# Loss\n", "The $x$ and \"quoted\" $\\frac{1}{2}$.\n", "\n", "$$\n", "\\log p\n", "$$"),
            {"cell_type": "code", "source": ["'$no$'"], "outputs": []},
            {"cell_type": "markdown", "source": "$x$ again, é $p_i$"},
        ]
    },
    indent=1,
)

# Of each text: the sections, and in each the formulas; those that are displayed begin with `=`, a label stands behind.
SAID: dict[str, tuple[str, dict[str, list[str]]]] = {
    "Markdown": (
        ".md",
        {
            "Loss functions": [
                *("x^2", "y", "z", "a_i", "q", r"=L = \sum_i x_i @eq:l", "=a = b @lab", "=c\n+ d"),
                *("=e = f", "=g @eq-g", "=h = 1", "=i = j @my", "=k = l", "=m", "n", "=o = 1"),
                *("=\\begin{align}\np &= q \\\\\n&= r\n\\end{align}", "s", "t"),
            ],
            "Next": ["u", "=v", "w"],
        },
    ),
    "reStructuredText": (
        ".rst",
        {
            "Loss functions": [
                *("x^2", "=a = b @ab", "=\\begin{align}\nc &= d  \\\\\n\\end{align} @eq:c", "=e = f", "=g = h"),
                *("q", "i", "=j = k", "l", "m"),
            ],
            "Next": ["n", "o", "q"],
        },
    ),
    "docstrings": (
        ".py",
        {
            "": ["=a = b"],
            "Loss": ["c", "=d = e"],
            "Loss.value": ["y", r"=\max(0, 1 - y s) @hinge", "=f = g"],
            "Loss.value.inner": ["z", r"\frac{1}{2}"],
            "later": ["h"],
        },
    ),
    "percent": (".py", {"Loss": ["x", "=y"]}),
    "light": (".py", {"Loss": ["x"]}),
    "notebook": (".ipynb", {"Loss": ["x", r"\frac{1}{2}", r"=\log p", "x", "p_i"]}),
    "Quarto": (".qmd", {"Loss": ["=a @eq-a"], "Next": ["b"]}),
}
QUARTO = "# Loss\n\n$$\na\n$$ {#eq-a}\n\n```{python}\n'$no$'\n```\n\n## Next\n\n::: {.callout-note}\n$b$\n:::\n"
TEXTS = {
    **{"Markdown": MARKDOWN, "reStructuredText": RST, "docstrings": PYTHON, "percent": PERCENT, "light": LIGHT},
    **{"notebook": NOTEBOOK, "Quarto": QUARTO},
}


def said(formula: Printed) -> str:
    return f"{'=' * formula.is_display}{formula.latex}{f' @{formula.label}' if formula.label else ''}"


@pytest.mark.parametrize("kind", SAID)
def test_every_formula_of_a_format_is_found_in_its_section(kind: str) -> None:
    suffix, sections = SAID[kind]
    reading = of(TEXTS[kind], suffix)
    found: dict[str, list[str]] = {}
    for formula in reading.formulas:
        found.setdefault(formula.section, []).append(said(formula))
    assert found == sections
    assert reading.faults == []


@pytest.mark.parametrize("kind", SAID)
def test_a_formula_is_where_it_is_said_to_be(kind: str) -> None:
    lines, seen = TEXTS[kind].split("\n"), set[tuple[int, int]]()
    for formula in of(TEXTS[kind], SAID[kind][0]).formulas:
        first = formula.latex.partition("\n")[0].replace(" \\\\", "")
        there = lines[formula.line - 1][formula.column - 1 :]
        assert there.startswith((first, first.replace("\\", "\\\\"))), formula
        seen.add((formula.line, formula.column))
    assert len(seen) == sum(map(len, SAID[kind][1].values())), "each has a place of its own"


@pytest.mark.parametrize(
    ("suffix", "text", "place", "told"),
    [
        (".rst", "Text\n\n.. math::\n\nMore :math:`x`\n", (3, 1), "this formula is empty"),
        (".md", "$x$\n\n```{math}\ny\n", (3, 1), "this is never closed"),
        (".py", "def f(:\n", (1, 7), "this is not Python"),
        (".py", "x = 1\0", (1, 1), "this is not Python"),
        (".ipynb", '{"cells": [\n  oops]}', (2, 3), "this is no notebook: Expecting value"),
        (".ipynb", "[" * 100_000, (1, 1), "this is no notebook: it is nested too deep"),
        (".ipynb", '{"cells": 3}', (1, 1), "this is no notebook: it has no cells"),
    ],
)
def test_what_cannot_be_read_has_its_place(suffix: str, text: str, place: tuple[int, int], told: str) -> None:
    [fault] = of(text, suffix).faults
    assert (fault.line, fault.column) == place
    assert fault.message.startswith(told)
    assert "\n    write: " in fault.message or suffix == ".py"


def test_what_is_not_utf_8_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "page.rst"
    path.write_bytes(b"Caf\xe9 :math:`x`\n")
    reading = printed(path)
    assert [(fault.line, fault.column) for fault in reading.faults] == [(1, 4)]
    assert [formula.latex for formula in reading.formulas] == ["x"]


def test_nothing_in_a_text_reads_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.rst").write_text(":math:`secret`")
    directives = [".. include:: other.rst", ".. raw:: html\n   :file: other.rst", ".. csv-table::\n   :file: other.rst"]
    for text in (*directives, ".. literalinclude:: other.rst"):
        assert of(text, ".rst").formulas == []


def test_a_line_ends_where_editors_end_it() -> None:
    for text in ("a\x0cb\n\n:math:`x`\n", "a\u2028b\n\n:math:`x`\n"):
        [formula] = of(text, ".rst").formulas
        assert (formula.line, formula.column) == (3, 8)


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("text", ["", "\n", "$", "`", "\\[", "$$", ".. math::", "```", ":::", "\\begin{align}"])
def test_any_text_is_read(suffix: str, text: str) -> None:
    for wrapped in (text, textwrap.indent(text, "    "), f"{text}{text}", f'"""{text}"""'):
        of(wrapped, suffix)


def looked_at(text: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many characters are looked through for the places of formulas."""
    looked = 0

    class Counting(str):
        __slots__ = ()

        def find(self, sub: str, start: int = 0, end: int = 0) -> int:  # type: ignore[override]
            nonlocal looked
            at = super().find(sub, start, end)
            looked += (at if at >= 0 else end) - start
            return at

    with monkeypatch.context() as patch:
        patch.setattr("executable_math.hosts.markdown.Source", lambda whole: source(Counting(whole)))
        of(text, ".md")
    return looked


@pytest.mark.parametrize("piece", ["$a$ ", "\\(a\\) ", "$$\na\n$$ (l)\n\n", "$`a`$\n", "> $a$\n\n", "$\\a{$ "])
def test_places_are_found_in_proportion_to_the_text(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = (looked_at(piece * count, monkeypatch) for count in (100, 1000))
    assert few > 0
    assert many < 12 * few


@pytest.mark.parametrize(
    ("defined", "latex", "expected"),
    [
        (r"\newcommand{\E}{\mathbb{E}}", r"\E x", r"\mathbb{E} x"),
        (r"\newcommand\E{\mathbb E}", r"\E[x]", r"\mathbb E[x]"),
        (r"\newcommand{\half}[1]{\frac{#1}{2}}", r"\half x + \half{y}", r"\frac{x}{2} + \frac{y}{2}"),
        (r"\newcommand{\p}[2][x]{#1^{#2}}", r"\p{2} \p[y]{3}", "x^{2} y^{3}"),
        (r"\def\sq#1{#1^2}", r"\sq{ab} \square", r"ab^2 \square"),
        (r"\DeclareMathOperator{\sgn}{sgn}", r"\sgn x", r"\operatorname{sgn} x"),
        (r"\newcommand{\a}{\alpha} \newcommand{\b}{\a}", r"\b x", r"\alpha x"),
        (r"\newcommand{\a}{\alpha}", r"\a{}x \newcommand{\a}{\alpha}", r"\alpha{}x "),
        (r"\newcommand{\a}{\alpha}", r"{\a}b", r"{\alpha}b"),
    ],
)
def test_commands_are_written_out(defined: str, latex: str, expected: str) -> None:
    assert expanded(latex, macros(defined)) == expected


@pytest.mark.parametrize(
    ("defined", "latex", "told"),
    [
        (r"\newcommand{\a}{\a}", r"\a", r"\a stands for itself"),
        (r"\newcommand{\a}{\a\a}", r"\a", r"\a stands for itself"),
        (r"\newcommand{\a}[1]{#1}", r"\a", r"\a lacks an argument"),
    ],
)
def test_a_command_that_cannot_be_written_out_is_named(defined: str, latex: str, told: str) -> None:
    with pytest.raises(MathError, match="^" + told.replace("\\", r"\\")):
        expanded(latex, macros(defined))
