r"""What a reader takes for a formula or an example, and nothing checks, because it is not written as one.

A page is looked at twice: its text before Markdown reads it (fences, tables), and the text that a reader sees, in which
a formula and a piece of code are one character each.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import NamedTuple

from executable_math.pages.text import Fence

# A formula and a piece of code in the text of a block: no author writes these.
FORMULA, CODE = "\ue000", "\ue001"

LOST_ATTRIBUTES = re.compile(r"\{:?\s*(?:\.given\b|(?:equals|differs|unchecked|as|weak)\s*=)[^}]*\}?")
LOST_FORMULA = re.compile(r"\$\$[^$]+\$\$|\$(?=\s|[^$\n]*\s\$)[^$\n\\=<>^_]*[\\=<>^_][^$\n]*\$|\\[(\[]")
QUOTED_FORMULA = re.compile(rf"\$(?={CODE}\$)")
RESTRUCTURED = re.compile(r"\.\. math::.*|:math:")
RELATION = re.compile(r"(?<![=<>!:-])(?:[≈≠≤≥∝∈=]|[<>]=?)(?![=>-])")
MATHEMATICAL = re.compile(
    rf"[a-zA-Z{FORMULA}]|\w*\([^()]*\)|.*[√∑∏∫∂²³⁰-⁹^α-ωΑ-Ω].*|[-−+]?\d[\d.,]*[a-z]?",
)
LONGEST_WORD = 40
LOST = {
    LOST_ATTRIBUTES: "no formula takes {}\n    write: it on one line, directly behind the closing dollar",
    LOST_FORMULA: "Markdown reads no formula here\n"
    "    write: no space inside dollars, and an empty line before and after double ones",
    QUOTED_FORMULA: "a formula in backquotes is code, and nothing checks it\n    write: $x$ without backquotes",
    RESTRUCTURED: "this is no formula in Markdown, and nothing checks it\n    write: $x$, or a fence named math",
}
PLAIN_FORMULA = "this is a formula outside of mathematics, and nothing checks it\n    write: it in dollars, $x = y$"

EXAMPLE = re.compile(r"^(?:>>> |In \[\d+\]: )", re.MULTILINE)
IS_LATEX = re.compile(r"\\(?:documentclass|usepackage|(?:re)?newcommand|def|begin\s*\{document\})(?![a-z])")
MATHEMATICS = {"math", "latex", "tex", "katex", "mathjax", "amsmath", "asciimath"}
SOURCES = {"markdown", "md", "rst", "diff", "html"}  # of pages: what stands in them is shown as it is written
UNNAMED = {"", "console", "shell-session", "terminal"}  # code and what it prints, line by line
TEXTS = {"text", "txt", "plain", "plaintext", "output", "out", "log", "csv", "tsv", "none"}
NO_FORMULA = "a fence named {} is shown as it is written, and nothing checks it\n    write: ```math"
NO_EXAMPLE = "nothing runs these examples\n    write: them in a fence named pycon, with >>> in front of the Python"
NO_CELL = "a bar ends the cell of a table, also in a formula\n    write: \\lvert x \\rvert, or \\mid for a condition"
RAW_FORMULA = "nothing is read in raw HTML\n    write: it outside of the tags, or <div markdown> with md_in_html"
MATHML = "nothing checks MathML\n    write: LaTeX, in dollars or in a fence named math"

INLINE = re.compile(r"(?<![\\$])\$(?![\s$])((?:\\.|[^$\\])+)(?<!\s)\$")
IN_DOLLARS = re.compile(rf"\$\$[^$]+\$\$|{INLINE.pattern}")
BAR = re.compile(r"(?<!\\)\|")
CODE_SIGN = re.compile(r"[][(){}\"'`_*/\\<>$;|#&@]|\w=\S|==|^\s*--?\w")


class Lost(NamedTuple):
    """Where in a text something begins that is lost, what it is, and what to write."""

    start: int
    written: str
    message: str


def lost(text: str) -> tuple[list[Lost], str]:
    """What is lost in the text of a block, as a reader sees it, and the text with blanks in its place."""
    found = list[Lost]()
    for pattern, message in LOST.items():
        found += [Lost(match.start(), match[0], message.format(match[0])) for match in pattern.finditer(text)]
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return found + [Lost(start, text[start], PLAIN_FORMULA) for start in _relations(text)], text


def _relations(text: str) -> Iterator[int]:
    """Where a sign of a relation stands beside what is mathematics: no mere words."""
    for sign in RELATION.finditer(text):
        start, end = sign.span()
        before, after = text[max(start - LONGEST_WORD, 0) : start], text[end : end + LONGEST_WORD]
        left, right = "".join(before.split()[-1:]), "".join(after.split()[:1])
        is_spaced = before[-1:].isspace() and after[:1].isspace() and sign[0] not in ("<", ">")
        if left and right and (_is_mathematical(left) or (is_spaced and _is_mathematical(right))):
            yield start


def _is_mathematical(word: str) -> bool:
    return bool(MATHEMATICAL.fullmatch(word.strip(",;:.\"'")) or MATHEMATICAL.fullmatch(word.strip("(),;:.\"'")))


def lost_in_html(text: str) -> tuple[list[Lost], str]:
    """What is lost in the text of raw HTML, and the text with blanks in the place of formulas."""
    prompts = [Lost(match.start(), match[0], NO_EXAMPLE) for match in EXAMPLE.finditer(text)][:1]
    found = [match for match in IN_DOLLARS.finditer(text) if re.search(r"[\\=<>^_]", match[0])]
    blank = IN_DOLLARS.sub(lambda match: " " * len(match[0]), text) if found else text
    return prompts + [Lost(match.start(), match[0], RAW_FORMULA) for match in found], blank


def lost_in_fence(fence: Fence) -> Iterator[Lost]:
    """What is lost in a fence that is not for us."""
    name = fence.language
    if name.lower() in MATHEMATICS and name != "math" and not IS_LATEX.search(fence.body):
        yield Lost(0, fence.header, NO_FORMULA.format(name))
    if name != "pycon" and name not in SOURCES and EXAMPLE.search(textwrap.dedent(fence.body)):
        yield Lost(0, fence.header, NO_EXAMPLE)


def lost_cells(line: str) -> Iterator[Lost]:
    """The formulas of a line of a table that a bar cuts."""
    for match in INLINE.finditer(line):
        if BAR.search(match[1]) and re.search(r"[a-zA-Z\\]", match[1]):
            yield Lost(match.start(), match[0], NO_CELL)


def rows(text: Iterable[Fence | str]) -> Iterator[str]:
    """The lines of tables: the one above dashes and bars, and those below, down to an empty one."""
    before, inside = "", False
    for line in text:
        written = line.strip("> \t") if isinstance(line, str) else ""
        if {"|", "-"} <= set(written) <= set("|:- "):
            inside = True
            yield before
        elif inside and (inside := bool(written)):
            yield written
        before = written


def is_code(line: str) -> bool:
    """Whether a piece of code, or a line of it, is no mere text or number.

    >>> [is_code("0.37"), is_code("loss: 0.37"), is_code("hinge(-1, 0.2)"), is_code("lr=0.1")]
    [False, False, True, True]
    """
    return bool(CODE_SIGN.search(line) and re.search(r"[^\W\d_]", line))


class Visible(HTMLParser):
    """What a reader sees, or hears, of raw HTML.

    Attributes:
        text: Its text, without that of tables.
        cells: The text of each cell of a table.
        told: Alternative texts and titles.
        mathml: Whether it has formulas.
    """

    HIDDEN = ("script", "style", "svg", "math")
    OTHERS = frozenset(("highlight", "highlighttable", "mermaid", "arithmatex", "mkdocstrings", "doc"))
    TOLD = ("alt", "title", "aria-label")

    def __init__(self, written: str) -> None:
        super().__init__()
        self.text, self.cells, self.told, self.mathml = "", list[str](), list[str](), False
        self.hidden, self.depth, self.in_cell = "", 0, False
        self.feed(written)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.mathml |= tag == "math" or given.get("type", "").startswith("math/")
        if not self.hidden and (tag in self.HIDDEN or self.OTHERS & set(given.get("class", "").split())):
            self.hidden = tag
        self.depth += tag == self.hidden
        self.told += [given[name] for name in self.TOLD if name in given and not self.hidden]
        if tag in ("td", "th"):
            self.in_cell = tag == "td"
            self.cells += [""] * self.in_cell
        self.handle_data("^" if tag == "sup" else "")

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == self.hidden
        self.hidden *= self.depth > 0
        self.in_cell &= tag != "td"

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        if self.in_cell:
            self.cells[-1] += data
        else:
            self.text += data
