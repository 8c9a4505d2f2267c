r"""What a reader sees on a page and nothing checks is refused, wherever it stands: numbers, examples and formulas.

Each row is a page, or a piece of one; the module has `hinge`, and the page declares `x`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from executable_math.pages.quantities import quantities
from executable_math.project import PageError, Project

FRONT = "---\nsymbols: {x: real}\n---\n"
CONFIGURATION = """markdown_extensions:
  - tables
  - footnotes
  - admonition
  - def_list
  - md_in_html
  - executable_math: {{module: lossfunctions, paths: ['{source}'], allowed: {allowed}}}
"""


def project(folder: Path, allowed: str = "[]") -> Project:
    source = Path(__file__).parents[2] / "src"
    (folder / "mkdocs.yml").write_text(CONFIGURATION.format(source=source, allowed=allowed))
    return Project.of(folder)


def wrong(folder: Path, page: str, allowed: str = "[]") -> list[str]:
    """What is told of a page."""
    (folder / "page.md").write_text(page if page.startswith("---") else FRONT + page)
    return [str(entry) for entry in project(folder, allowed).check(folder / "page.md") if not entry.ok]


AMOUNTS = [
    "0.37", ".37", "0,37", "37,5 %", "97 %", "97%", "97 percent", "40 per cent", "2.5x", "100x", "3×", "2-fold",
    "5 times", "12.5 ms", "12 ms", "3 s", "10 GB", "45°", "3.2k", "7B", "1,234", "1,234.5", "10 000", "1e-3", "1.5e-3",
    "6.02E23", "3×10⁸", "3 × 10^8", "6.02·10²³", "10⁻³", "2^10", "2¹⁰", "3/4", "½", "99.9th", "0.37km",
]  # fmt: skip
NO_AMOUNTS = [
    "Section 3.2", "Sections 3.2 and 3.4", "§3.2", "Figure 1.2", "Figs. 1.2–1.4", "Eq. (2.1)", "Theorem 2.1", "p. 12",
    "arXiv 1412.6980", "arXiv:1412.6980v9", "10.1145/3377.22", "https://a.org/0.37", "v1.2", "version 0.4", "1.2.3",
    "1.2.x", "2.0rc1", "Python 3.11", "Python >= 3.11", "Python 3.11 to 3.14",
    "Python 3.10+", "Versions 1.2 and 1.3", "Lecture 3.2", "Llama 3.1",
    "numpy>=2.0", "CC BY 4.0", "Apache-2.0", "GPLv3", "HTTP 1.1",
    "127.0.0.1", "27.11.2026", "2026-11-27", "27 Nov 2026", "in 2015", "at 12:30", "10 pm", "the 1980s", "0s and 1s",
    "28x28", "3 × 3", "3D", "64-bit", "top-5", "COVID-19", "0/1 loss", "24/7", "5-fold cross-validation", "3 kinds",
]  # fmt: skip


@pytest.mark.parametrize("amount", AMOUNTS)
@pytest.mark.parametrize("text", ["{}", "It is {}, say.", "(x,{})", "Section 3.2 has {} of it", "In 2015 it was −{}."])
def test_a_quantity_is_found_and_is_all_that_is_found(amount: str, text: str) -> None:
    found = [quantity.written for quantity in quantities(text.format(amount))]
    assert len(found) == 1
    assert found[0] in amount


@pytest.mark.parametrize("name", NO_AMOUNTS)
@pytest.mark.parametrize("text", ["{}", "See {}.", "({}), say"])
def test_what_names_something_is_no_quantity(name: str, text: str) -> None:
    assert not list(quantities(text.format(name)))


@pytest.mark.parametrize(
    ("written", "latex"),
    [
        ("1,234.5", "1234.5"),
        ("0,37", "0.37"),
        ("97 %", r"97\%"),
        ("1.5e-3", r"1.5 \cdot 10^{-3}"),
        ("3×10⁸", r"3 \cdot 10^{8}"),
        ("10⁻³", "10^{-3}"),
        ("½", r"\frac{1}{2}"),
        ("12.5 ms", "12.5"),
    ],
)
def test_a_quantity_is_written_as_mathematics(written: str, latex: str) -> None:
    assert [quantity.latex for quantity in quantities(written)] == [latex]


NUMBERS = {
    "a paragraph": "It is 0.37.",
    "two elements": "It is **97** %.",
    "an entity": "It is 97&nbsp;%.",
    "raw superscript": "It is 10<sup>8</sup>.",
    "superscript in Markdown": '<div markdown>It is 10<sup markdown="span">8</sup>.</div>',
    "a heading": "## A loss of 0.37",
    "a table": "| a | b |\n|---|---|\n| x | 93 |",
    "a link": "[0.37](https://example.org)",
    "a title of a link": '[a](b.md "accuracy 0.93")',
    "an alternative text": "![The loss is 99.](a.png)\nIt grows.",
    "a title of an image": '![a](a.png "accuracy 0.93")',
    "a footnote": "See[^1].\n\n[^1]: It is 0.37.",
    "an admonition": '!!! note "It is 0.37"\n    So.',
    "a definition": "Loss\n:   It is 0.37.",
    "code in a table": "| a | b |\n|---|---|\n| x | `93` |",
    "an output": "```console\n$ python train.py\naccuracy 0.93\n```",
    "raw HTML": "<p>The loss is 0.37.</p>",
    "a raw table": "<table><tr><td>93</td></tr></table>",
    "a raw image": '<img src="a.png" alt="accuracy 0.93">',
    "code": "It is `0.37`.",
    "code with a name": "It is `loss: 0.37`.",
    "a block of text": "```text\naccuracy (of all) 0.93\n```",
    "a block without a name": "```\naccuracy 0.93\n```",
    "an indented block": "    accuracy 0.93",
    "a title of the page": "---\ntitle: A loss of 0.37\n---\nSo.",
    "a description": "---\ndescription: >\n  The loss is\n  97 %.\n---\nSo.",
    "a declaration": "---\nsymbols:\n  x: real, about 0.37\n---\nSo.",
}


@pytest.mark.parametrize("page", NUMBERS.values(), ids=NUMBERS)
def test_a_typed_number_is_told_wherever_it_stands(page: str, tmp_path: Path) -> None:
    told = wrong(tmp_path, page)
    assert len(told) == 1, told
    assert "is typed, and nothing checks it\n    write: $" in told[0]
    assert "`allowed` in mkdocs.yml" in told[0].replace("`allowed` of", "`allowed` in")


NO_NUMBERS = {
    "a version": "It needs **Python** 3.11.",
    "a section of a link": "See [Section 3.2](https://example.org).",
    "an address": "<https://example.org/0.37> and [1412.6980](https://arxiv.org/abs/1412.6980)",
    "a numbered heading": "## 3.2 Methods",
    "a numbered table": "| n | b |\n|---|---|\n| 1 | x |\n| 2 | y |",
    "a head of a table": "| top 5 | top 10 |\n|---|---|\n| x | y |",
    "years in a table": "| year | loss |\n|---|---|\n| 1995 | x |\n| 2026-11-27 | y |",
    "a link to a section": "See [3.2 Methods](#methods).",
    "a range in a table": "| a | b |\n|---|---|\n| x | `index 1..N` |",
    "a command": "```console\n$ pip install hinge==1.2\n```",
    "code": "It is `hinge(-1, 0.2)`, `rate=0.1` or `x[0.5]`.",
    "a fence of code": "```python\nrate = 0.1\n```",
    "an indented block": "    rate = 0.1",
    "a source of a page": "````markdown\nIt is 0.37.\n\n```text\n0.93\n```\n````",
    "a raw comment": "<!-- 0.37 -->",
    "raw styles": "<style>p { margin: 0.5em }</style>",
    "unchecked": '$0.37${ unchecked="measured by others" }',
}


@pytest.mark.parametrize("page", NO_NUMBERS.values(), ids=NO_NUMBERS)
def test_what_is_no_result_is_left_alone(page: str, tmp_path: Path) -> None:
    assert wrong(tmp_path, page) == []


def test_the_place_of_a_number_is_that_of_the_second_too(tmp_path: Path) -> None:
    told = wrong(tmp_path, "It is 0.37, or\n**0.37** or $x + x = 2 x$ or\n0.37.\n\n```text\na 0.37\n```\n")
    assert [one.partition(" ")[0] for one in told] == [f"page.md:{place}:" for place in ("4:7", "5:3", "6:1", "9:3")]


def test_a_project_says_what_else_only_names_something(tmp_path: Path) -> None:
    page = "It meets Euro 5.5 and costs 5.5."
    assert len(wrong(tmp_path, page)) == 2
    assert len(wrong(tmp_path, page, r"['Euro \d\.\d']")) == 1


@pytest.mark.parametrize(
    ("allowed", "reason"),
    [(r"['\d+']", "any number"), ("['.']", "any number"), ("['(']", "is no pattern"), ("'a'", "is no list")],
)
def test_what_would_allow_all_is_refused(allowed: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(PageError, match=reason):
        project(tmp_path, allowed)


UNREAD_EXAMPLES = {
    "another name": "```py\n>>> hinge(-1, 0.2)\n99.0\n```",
    "no name": "```\n>>> hinge(-1, 0.2)\n99.0\n```",
    "a longer name": "```pycon3\n>>> hinge(-1, 0.2)\n99.0\n```",
    "IPython": "```ipython\nIn [1]: hinge(-1, 0.2)\nOut[1]: 99.0\n```",
    "text": "```text\n>>> hinge(-1, 1)\n99\n```",
    "indented": "    >>> hinge(-1, 1)\n    99\n",
    "indented in a list": "- a\n\n    ```py\n    >>> hinge(-1, 1)\n    99\n    ```",
    "raw HTML": "<pre><code>&gt;&gt;&gt; hinge(-1, 1)\n99</code></pre>",
    "in a quotation": "> ```py\n> >>> hinge(-1, 1)\n> 99\n> ```",
}


@pytest.mark.parametrize("page", UNREAD_EXAMPLES.values(), ids=UNREAD_EXAMPLES)
def test_examples_that_nothing_runs_are_told(page: str, tmp_path: Path) -> None:
    assert ["a fence named pycon" in one for one in wrong(tmp_path, page)] == [True]


UNCOMPARED = {
    "skipped": (">>> hinge(-1, 1)  # doctest: +SKIP\n99", "with SKIP"),
    "an error of any text": (
        ">>> 1 / 0  # doctest: +IGNORE_EXCEPTION_DETAIL\nTraceback (most recent call last):\nZeroDivisionError: x",
        "with IGNORE_EXCEPTION_DETAIL",
    ),
    "behind an empty line": (">>> y = 1\n\n99", "<BLANKLINE>"),
    "in front": ("99\n>>> y = 1", "<BLANKLINE>"),
    "a whole number that is cut": (">>> 1.2  # doctest: +ELLIPSIS\n1...", "behind a whole number"),
    "dots for words": (">>> print('abc')\na...", "Python gives:  abc"),
    "dots for a power": (">>> 3.14e9 * 1e10\n3.14...", "Python gives:  3.14e+19"),
}


@pytest.mark.parametrize(("example", "reason"), UNCOMPARED.values(), ids=UNCOMPARED)
def test_what_an_example_prints_is_compared(example: str, reason: str, tmp_path: Path) -> None:
    assert any(reason in told for told in wrong(tmp_path, f"```pycon\n{example}\n```"))


EXAMPLES = {
    "decimals that are cut": ">>> 2 / 3\n0.66...",
    "several": ">>> 2 / 3, 1 / 3\n(0.66..., 0.333...)",
    "dots that are asked for": ">>> object()  # doctest: +ELLIPSIS\n<object object at ...>",
    "an empty line that is printed": ">>> print('a\\n\\nb')\na\n<BLANKLINE>\nb",
    "an error": ">>> 1 / 0\nTraceback (most recent call last):\n    ...\nZeroDivisionError: division by zero",
    "an empty line between": ">>> y = 1\n\n>>> y\n1",
}


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_examples_that_are_right_hold(example: str, tmp_path: Path) -> None:
    assert wrong(tmp_path, f"```pycon\n{example}\n```") == []


def test_no_class_hides_a_formula(tmp_path: Path) -> None:
    page = '<div class="toc mkdocstrings" markdown>\n$x = 2 x$\n</div>\n\n$x = 3 x$\n{ .toc }\n'
    assert len(wrong(tmp_path, page)) == 2


UNREAD_FORMULAS = {
    "another name": ("```Math\nx = 2 x\n```", "```math"),
    "LaTeX": ("```latex\nx = 2 x\n```", "```math"),
    "TeX, by tildes": ("~~~tex\nx = 2 x\n~~~", "```math"),
    "never closed": ("```math\nx = 2 x\n", "```math"),
    "backquotes": ("It is $`x = 2 x`$.", "without backquotes"),
    "a bar in a table": ("| a | b |\n|---|---|\n| $|x| = x$ | b |", r"\lvert"),
    "a bar in a head": ("| $|x| = x$ | b |\n|---|---|\n| a | b |", r"\lvert"),
    "a condition in a table": ("a | b\n--|--\n$p(x|x) = x$ | b", r"\mid"),
    "raw HTML": ("<div>\n\n$$\\sqrt{x^2} = x$$\n\n</div>", "outside of the tags"),
    "raw HTML, in a line": ("<div>It is $x = 2 x$.</div>", "outside of the tags"),
    "MathML": ("<math><mn>2</mn><mo>=</mo><mn>3</mn></math>", "MathML"),
    "MathML in a line": ("It is <math><mi>x</mi></math>.", "MathML"),
    "a directive": (".. math:: x = 2 x", "a fence named math"),
    "a role": ("It is :math:`x = 2 x`.", "a fence named math"),
    "escaped brackets": ("It is \\\\(x = 2 x\\\\).", "no space inside dollars"),
    "slanted": ("*√x²* = *x* for all *x*.", "in dollars"),
    "a letter": ("Here x = 2.", "in dollars"),
    "a slanted letter": ("Here *n* = 40.", "in dollars"),
    "beside a formula": ("Here $x$ = 40.", "in dollars"),
    "a function": ("So max(0, x) ≥ x.", "in dollars"),
    "Greek": ("So σ(x) ≤ 1.", "in dollars"),
    "a number": ("So accuracy = 93.", "in dollars"),
}


@pytest.mark.parametrize(("page", "advice"), UNREAD_FORMULAS.values(), ids=UNREAD_FORMULAS)
def test_formulas_that_nothing_reads_are_told(page: str, advice: str, tmp_path: Path) -> None:
    told = wrong(tmp_path, page)
    assert any(advice in one.partition("write:")[2] or advice in one for one in told), told
    assert "engine" not in "".join(told)


NO_FORMULAS = {
    "a preamble": "```latex\n\\usepackage{amsmath}\n```",
    "arrows": "A -> B => C <- D",
    "words": "Key = value, and a <b>word</b>.",
    "prices": "| $5 | $6 |\n|---|---|\n| a | b |",
    "bars that are written": "| a | b |\n|---|---|\n| $\\lvert x \\rvert \\ge x$ | b |",
    "two formulas in a row": "| a | b |\n|---|---|\n| $x$ | $x + 1 > x$ |",
    "code": "Write `x = 2` or `$x$`.",
}


@pytest.mark.parametrize("page", NO_FORMULAS.values(), ids=NO_FORMULAS)
def test_what_is_no_formula_is_left_alone(page: str, tmp_path: Path) -> None:
    assert wrong(tmp_path, page) == []


ROOT = r"\sqrt{x^2} = x"
GIVEN = "If $x > 0${ .given }"
HELD = {
    "a fence": f"{GIVEN}, then\n\n```math\n{ROOT}\n```",
    "dollars": f"{GIVEN}, then\n\n$${ROOT}$$",
    "behind a fence": f"{GIVEN}, then\n\n```math\n{ROOT}\n```\n\nand so ${ROOT}$.",
    "a nested list": f"- {GIVEN}:\n    - ${ROOT}$\n    - ${ROOT}$",
    "a list": f"{GIVEN}:\n\n- ${ROOT}$\n- ${ROOT}$",
    "a fence in a list": f"- {GIVEN}:\n\n    ```math\n    {ROOT}\n    ```",
    "a case of an item": f"{GIVEN}:\n\n- if $x < 2${{ .given }}, $\\sqrt{{x^2}} = x < 2$;\n- ${ROOT}$.",
    "negative": "If $x < 0${ .given },\n\n$$\\sqrt{x^2} = -x,$$\n\n$$|x| = -x$$",
}


@pytest.mark.parametrize("page", HELD.values(), ids=HELD)
def test_a_case_holds_in_what_its_sentence_leads_to(page: str, tmp_path: Path) -> None:
    assert wrong(tmp_path, page) == []


OVER = {
    "dollars behind its sentence": f"{GIVEN}, all is well.\n\n$${ROOT}$$",
    "a fence behind its sentence": f"{GIVEN}, all is well.\n\n```math\n{ROOT}\n```",
    "another paragraph": f"{GIVEN}:\n\nSo ${ROOT}$.",
    "behind a formula": f"{GIVEN}, then\n\n$${ROOT}$$\n\nBut ${ROOT}$.",
    "another item": f"- {GIVEN}.\n- ${ROOT}$",
    "an outer item": f"- {GIVEN}:\n    - ${ROOT}$\n- ${ROOT}$",
    "a list behind its sentence": f"{GIVEN}, all is well.\n\n- ${ROOT}$",
    "behind a list": f"{GIVEN}:\n\n- ${ROOT}$\n\n```math\n{ROOT}\n```",
    "a heading": f"## {GIVEN}\n\n$${ROOT}$$",
    "another cell": f"| if | then |\n|---|---|\n| $x > 0${{ .given }} | ${ROOT}$ |",
    "another definition": f"Case\n:   {GIVEN}.\n\n    ${ROOT}$",
    "an admonition": f"!!! note\n    {GIVEN}, then\n\n$${ROOT}$$",
    "a quotation": f"> {GIVEN}, then\n\n```math\n{ROOT}\n```",
    "an item's own case": f"- A list:\n    - {GIVEN};\n    - ${ROOT}$",
}


@pytest.mark.parametrize("page", OVER.values(), ids=OVER)
def test_a_case_is_over_with_its_sentence(page: str, tmp_path: Path) -> None:
    assert ["the two sides disagree" in one for one in wrong(tmp_path, page)] == [True]


@pytest.mark.parametrize(
    ("page", "is_right"),
    [
        ("The values are in $(0, 1)$.", True),
        ("It maps onto $[-1, 1]$.", True),
        ("Over the interval $[0, 255)$ it grows.", True),
        ("The gradient is $(0, 1)$.", False),
        ("The centre is in $(0.5, 0.7)$.", False),
        ("The values are in $(0, 1, 2)$.", False),
        ('It is in $(0, 1)${ equals="3" }.', False),
    ],
)
def test_an_interval_that_a_text_names_claims_nothing(page: str, is_right: bool, tmp_path: Path) -> None:
    assert (wrong(tmp_path, page) == []) == is_right


DOCSTRINGS = {
    "dollars": ("$$\n    1 + 1 = 3\n    $$", "disagree"),
    "tildes": ("~~~math\n    1 + 1 = 3\n    ~~~", "disagree"),
    "LaTeX": ("```latex\n    1 + 1 = 3\n    ```", "```math"),
    "another name": ("```Math\n    1 + 1 = 3\n    ```", "```math"),
    "a directive": (".. math:: 1 + 1 = 3", "a fence named math"),
    "a role": ("It is :math:`1 + 1 = 3`.", "a fence named math"),
    "backquotes": ("It is $`1 + 1 = 3`$.", "without backquotes"),
}


@pytest.mark.parametrize(("docstring", "told"), DOCSTRINGS.values(), ids=DOCSTRINGS)
def test_formulas_of_docstrings_are_checked_or_told(docstring: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "tool.py").write_text(f'def f():\n    r"""What it does.\n\n    {docstring}\n    """\n')
    entries = [entry for entry in project(tmp_path).check(tmp_path / "tool.py") if not entry.ok]
    assert [told in entry.message for entry in entries] == [True], entries
    assert entries[0].line >= 4
