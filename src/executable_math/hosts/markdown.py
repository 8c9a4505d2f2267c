"""Markdown of every kind: GitHub's, MyST's, Quarto's, and that of pages on which MathJax finds formulas itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import zip_longest
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

from executable_math.hosts.printed import Printed, Reading, Source, unlabelled
from executable_math.pages.text import Fault

# Raw HTML is text here, since MathJax reads it too; but not what no reader sees.
UNSEEN = re.compile(r"<!--.*?-->|<(script|style|pre|code)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
DIRECTIVE = re.compile(r"\{\s*([\w:.-]+)\s*\}\s*(.*)", re.DOTALL)
# Directives whose content is no text.
CODE = {"code", "code-block", "code-cell", "sourcecode", "literalinclude", "raw", "mermaid", "csv-table", "include"}
CODE |= {"python", "r", "julia", "ojs", "bash", "sql", "dot"}  # Quarto's cells
OPTION = re.compile(r"\s*:([\w-]+):\s*(.*)")
BEHIND = re.compile(r"\s*(?:\((?P<myst>[\w:.-]+)\)|\{#(?P<quarto>[\w:.-]+)[^}]*\})")
ATTRIBUTES = re.compile(r"\s*\{[#.:][^}]*\}\s*$")
BRACKETS = re.compile(r"\\{1,2}[(\[]")
UNCLOSED = "this is never closed\n    write: {} in a line of its own below it"


def read(text: str) -> Reading:
    r"""The formulas of a text.

    >>> [formula] = read("# Loss\n\nHere $x^2$.").formulas
    >>> formula
    Printed(latex='x^2', is_display=False, line=3, column=7, section='Loss', label='')
    """
    reader = Reader(Source(text))
    reader.read(text)
    return Reading(reader.formulas, reader.faults)


class Found(NamedTuple):
    """A formula as a parser found it: what stands before it and in it, and between which lines."""

    opening: str
    latex: str
    is_display: bool
    lines: Sequence[int]
    label: str = ""


class Reader:
    """Reads a text and the texts that stand in it, in their order.

    Args:
        source: The file that has the texts.
        anywhere: Whether their lines are not lines of the file.
    """

    def __init__(self, source: Source, anywhere: bool = False) -> None:
        self.source, self.anywhere = source, anywhere
        self.formulas: list[Printed] = []
        self.faults: list[Fault] = []
        self.section = ""

    def read(self, text: str, first: int = 0) -> None:
        """Read a text that begins in a line of the file, from 0."""
        try:
            tokens = parser().parse(UNSEEN.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text))
        except RecursionError:
            self.faults.append(Fault(first + 1, 1, "this text is nested too deep to be read\n    write: fewer levels"))
            return
        for number, token in enumerate(tokens):
            if token.map is not None:
                token.map = [first, len(self.source.begins)] if self.anywhere else [line + first for line in token.map]
            if token.type == "heading_open":
                self.section = ATTRIBUTES.sub("", tokens[number + 1].content).strip()
            elif token.type in ("fence", "colon_fence"):
                self.fence(token)
            for found in _found(token):
                self.add(found)

    def add(self, found: Found) -> None:
        latex, label = unlabelled(found.latex)
        line, column = self.source.place(found.opening, found.latex, found.lines)
        self.formulas.append(Printed(latex, found.is_display, line, column, self.section, label or found.label))

    def fence(self, token: Token) -> None:
        """A fence: a formula, a directive with text in it, or code."""
        first, last = token.map or (0, 0)
        directive = DIRECTIVE.match(token.info.strip())
        name = directive[1] if directive else token.info.strip()
        if name == "math":
            if not self.anywhere and not self.source.line(last - 1).strip(" >").startswith(token.markup):
                self.faults.append(Fault(first + 1, 1, UNCLOSED.format(token.markup)))
            self.mathematics(token, directive[2] if directive else "")
        elif (directive or token.type == "colon_fence") and name not in CODE:
            self.read(_options(token.content)[1], first + 1)


    def mathematics(self, token: Token, argument: str) -> None:
        """A fence of formulas, which blank lines part; the first of them has the label."""
        first, last = token.map or (0, 0)
        options, body = _options(token.content)
        label = options.get("label", options.get("name", ""))
        for latex in filter(str.strip, re.split(r"\n[ \t]*\n", f"{argument}\n{body}" if argument else body)):
            self.add(Found("", latex, True, (first + (not argument), last), label))
            label = ""


def _found(token: Token) -> Iterator[Found]:
    """The formulas of a block that is no fence."""
    lines = token.map or (0, 0)
    if token.type in ("math_block", "math_block_label", "amsmath", "brackets"):
        label = token.info if token.type == "math_block_label" else ""
        yield Found("" if token.type == "amsmath" else token.markup, token.content, True, lines, label)
    children = token.children or []
    for child, after in zip_longest(children, children[1:]):
        behind = BEHIND.match(after.content) if after and after.type == "text" else None
        yield from _in_line(child, lines, (behind["myst"] or behind["quarto"]) if behind else "")


def _in_line(child: Token, lines: Sequence[int], label: str) -> Iterator[Found]:
    """The formula that a piece of a paragraph is, if it is one; a label may follow one that is displayed."""
    if child.type in ("math_inline_double", "brackets_display"):
        yield Found(child.markup, child.content, True, lines, label)
    elif child.type == "math_inline" and re.fullmatch(r"`.*`", child.content, re.DOTALL):
        yield Found("$`", child.content[1:-1], False, lines)
    elif child.type in ("math_inline", "brackets_inline"):
        yield Found(child.markup, child.content, False, lines)
    elif child.type == "myst_role" and child.meta.get("name") == "math":
        yield Found("{math}`", child.content, False, lines)


def _options(content: str) -> tuple[dict[str, str], str]:
    """The options of a directive, and its content with their lines blank, so that all others stay where they are."""
    options, lines = {}, content.split("\n")
    for number, line in enumerate(lines):
        match = OPTION.fullmatch(line)
        if not match:
            break
        options[match[1]], lines[number] = match[2].strip(), ""
    return options, "\n".join(lines)


@cache
def parser() -> MarkdownIt:
    """What reads a text: CommonMark, with tables and every way to write a formula."""
    reader = MarkdownIt("commonmark").enable("table").disable(["html_block", "html_inline"])
    reader.use(front_matter_plugin).use(colon_fence_plugin).use(myst_role_plugin).use(amsmath_plugin)
    reader.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    ended = ["paragraph", "reference", "blockquote", "list"]
    reader.block.ruler.before("fence", "brackets", _block_in_brackets, {"alt": ended})
    reader.inline.ruler.before("escape", "brackets", _in_brackets)
    return reader


def _block_in_brackets(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    r"""A paragraph that is a formula between `\[` and `\]`: in its lines nothing else is looked for."""
    start = state.bMarks[first] + state.tShift[first]
    opening = re.compile(r"\\{1,2}\[").match(state.src, start)
    if opening is None or state.is_code_block(first):
        return False
    closing = opening[0].replace("[", "]")
    for line in range(first, last):
        begin = opening.end() if line == first else state.bMarks[line]
        at = state.src.find(closing, begin, state.eMarks[line])
        if at >= 0 and state.src[at + len(closing) : state.eMarks[line]].strip(" .,;"):
            return False
        if at >= 0:
            return silent or _add_block(state, (first, line), opening, at)
        if line > first and state.isEmpty(line):
            return False
    return False


def _add_block(state: StateBlock, lines: tuple[int, int], opening: re.Match[str], end: int) -> bool:
    token = state.push("brackets", "math", 0)
    token.block, token.markup, token.content = True, opening[0], state.src[opening.end() : end]
    token.map, state.line = [lines[0], lines[1] + 1], lines[1] + 1
    return True


def _in_brackets(state: StateInline, silent: bool) -> bool:
    r"""A formula between `\(` and `\)`, or `\[` and `\]`, with one backslash or with two."""
    opening = BRACKETS.match(state.src, state.pos)
    if opening is None:
        return False
    closing = opening[0].translate(str.maketrans("([", ")]"))
    if state.env.get(closing) is state.src:  # none was found for one before, in the same block
        return False
    end = state.src.find(closing, opening.end())
    if end < 0:
        state.env[closing] = state.src
        return False
    if not silent:
        token = state.push("brackets_inline" if closing[-1] == ")" else "brackets_display", "math", 0)
        token.markup, token.content = opening[0], state.src[opening.end() : end]
    state.pos = end + len(closing)
    return True
