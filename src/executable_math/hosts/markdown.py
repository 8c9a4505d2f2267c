"""The formulas of a Markdown text: CommonMark with the mathematics of GitHub, MyST, Jupyter and Quarto."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from markdown_it.token import Token

from executable_math.hosts.code import CODE
from executable_math.hosts.places import Place, placed
from executable_math.hosts.printed import EMPTY, Outline, Reading, equations, formula, inside, together
from executable_math.hosts.rules import TooDeep, parser
from executable_math.pages.text import Fault

DIRECTIVE = re.compile(r"\s*\{([\w:.+-]+)\}[ \t]*")
OPTION = re.compile(r"[ \t]*:([\w-]+):[ \t]*(.*)")
ATTRIBUTES = re.compile(r"\s*\{[#.:][^{}]*\}$")
QUARTO_LABEL = re.compile(r"\$\$[ \t]*\{#([\w:.-]+)[^{}\n]*\}[ \t]*$", re.MULTILINE)
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
# Directives in directives, each of which is read by itself.
DEEPEST = 30

DISPLAYS = ("math_block", "math_block_label", "math_display", "amsmath")


class Text(NamedTuple):
    """What is read, and how: its lines, how deep it stands in directives, and what its host makes of it."""

    lines: list[str]
    section: str
    depth: int
    has_cells: bool
    has_indented_code: bool


def outline(text: str, section: str = "", *, has_cells: bool = False, has_indented_code: bool = True) -> Outline:
    r"""What a Markdown text prints, and its last heading.

    Args:
        text: The text; its lines end with line feeds.
        section: The heading above it.
        has_cells: Whether each directive in backticks is a cell of code, as in Quarto.
        has_indented_code: Whether what is indented by four spaces is code.

    >>> outline("# Loss\n\nIt is $x^2$.").reading.formulas
    [Printed(latex='x^2', is_display=False, line=3, column=8, section='Loss', label='')]
    """
    text = QUARTO_LABEL.sub(r"$$ (\1)", text)
    return _outline(text, Text(text.split("\n"), section, 0, has_cells, has_indented_code))


def _outline(text: str, page: Text) -> Outline:
    try:
        tokens = parser(page.has_indented_code).parse(text, {})
    except TooDeep as deep:
        return Outline(Reading([], [_too_deep(deep.line)]), page.section)
    except RecursionError:
        return Outline(Reading([], [_too_deep(1)]), page.section)
    return _folded(tokens, page)


def _too_deep(line: int) -> Fault:
    return Fault(line, 1, "too many quotes, lists or directives in one another: write them side by side")


def _folded(tokens: Sequence[Token], page: Text) -> Outline:
    """What the tokens print; a heading counts for itself and for what follows it."""
    readings: list[Reading] = []
    cells = _cells(tokens, page.lines)
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            page = page._replace(section=_heading(tokens[index + 1]))
        if token.type == "inline":
            readings.extend(_inline(token, page, cells.get(index)))
        elif read := BLOCKS.get(token.type):
            reading, section = read(token, page)
            readings.append(reading)
            page = page._replace(section=section)
    return Outline(together(readings), page.section)


def _heading(token: Token) -> str:
    """The text of a heading, without its marks."""
    parts = (_shown(child) for child in token.children or ())
    return ATTRIBUTES.sub("", "".join(parts)).strip()


def _shown(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return "" if token.type in ("html_inline", "image", "footnote_ref") else _delimited(token)


def _delimited(token: Token) -> str:
    return f"${token.content}$" if _is_inline_math(token) else token.content


def _is_inline_math(token: Token) -> bool:
    return token.type.startswith("math_") or (token.type == "myst_role" and token.meta["name"] == "math")


class Cell(NamedTuple):
    """Where the text of a cell of a table stands in its line, and how it is written there."""

    column: int
    written: str


def _cells(tokens: Sequence[Token], lines: Sequence[str]) -> dict[int, Cell]:
    """The cells of tables, by the numbers of their tokens: several stand in one line."""
    found: dict[int, Cell] = {}
    line, after = -1, 0
    for index, token in enumerate(tokens):
        if token.type == "inline" and token.map and tokens[index - 1].type in ("th_open", "td_open"):
            line, after = token.map[0], after if token.map[0] == line else 0
            found[index] = _cell(token.content, lines[line], after)
            after = found[index].column + len(found[index].written)
    return found


def _cell(content: str, line: str, after: int) -> Cell:
    # A bar in a cell is written with a backslash, of which the parser says nothing any more.
    plain, escaped = (line.find(text, after) for text in (content, content.replace("|", r"\|")))
    return Cell(escaped, content.replace("|", r"\|")) if plain < 0 <= escaped else Cell(max(plain, after), content)


def _inline(token: Token, page: Text, cell: Cell | None) -> Iterator[Reading]:
    """The formulas of a paragraph, of a heading or of a cell."""
    for child in token.children or ():
        if _is_inline_math(child) and child.meta:
            at = partial(_inline_place, token, page.lines, cell, child.meta["at"])
            yield _inline_formula(child, at, page.section)


def _inline_formula(token: Token, at: Callable[[int], Place], section: str) -> Reading:
    is_display = token.type in ("math_inline_double", "math_escaped_display")
    reading = formula(token.content, at, is_display, section)
    return _unescaped(reading) if token.type.startswith("math_escaped") else reading


def _unescaped(reading: Reading) -> Reading:
    """What is left of its backslashes when Markdown has taken those in front of punctuation."""
    return Reading([one._replace(latex=ESCAPED.sub(r"\1", one.latex)) for one in reading.formulas], [])


def _inline_place(token: Token, lines: Sequence[str], cell: Cell | None, start: int, more: int) -> Place:
    first, offset = token.map[0] if token.map else 0, start + more
    if cell is None:
        return placed(token.content, offset, lines, first)
    escapes = token.content.count("|", 0, offset) if cell.written != token.content else 0
    return first + 1, cell.column + offset + escapes + 1


def _display(token: Token, page: Text) -> Outline:
    """A formula in lines of its own."""
    first = token.map[0] if token.map else 0
    opening = token.markup if token.type != "amsmath" else ""
    after = page.lines[first].find(opening) + len(opening)
    reading = formula(
        token.content, lambda at: placed(token.content, at, page.lines, first, after), True, page.section, token.info
    )
    return Outline(_unescaped(reading) if opening == r"\\[" else reading, page.section)


def _fence(token: Token, page: Text) -> Outline:
    """What stands between fences: a formula, code, or Markdown again."""
    match = DIRECTIVE.match(token.info)
    name = match[1] if match else token.info.strip().partition(" ")[0]
    if name == "math":
        return Outline(_math(token, page, token.info[match.end() :] if match else ""), page.section)
    is_code = not match if token.type == "fence" else False
    if is_code or name in CODE or (page.has_cells and token.type == "fence"):
        return Outline(EMPTY, page.section)
    return _directive(token, page, token.info[match.end() :] if match else "")


def _math(token: Token, page: Text, argument: str) -> Reading:
    """The equations of a directive for mathematics, or those of a fence."""
    first = token.map[0] if token.map else 0
    options, content = _options(token.content) if DIRECTIVE.match(token.info) else ({}, token.content)
    label = options.get("label") or options.get("name") or ""
    title = page.lines[first].rfind(argument.strip())
    readings = [formula(argument.strip(), lambda at: (first + 1, title + at + 1), True, page.section, label)]
    for start, raw in [(0, content)] if "nowrap" in options else equations(content):
        at = partial(_later, content, start, page.lines, first + 1)
        readings.append(formula(raw, at, True, page.section, label))
    return together(readings)


def _later(content: str, start: int, lines: Sequence[str], first: int, offset: int) -> Place:
    return placed(content, start + offset, lines, first)


def _options(content: str) -> tuple[dict[str, str], str]:
    """The options of a directive, and its text with blank lines in their place."""
    lines = content.split("\n")
    if lines[0].strip() == "---":
        count = next((number + 1 for number, line in enumerate(lines[1:], 1) if line.strip() == "---"), 0)
        pairs = [line.strip().partition(":")[::2] for line in lines[1 : max(count - 1, 1)]]
    else:
        count = next((number for number, line in enumerate(lines) if not OPTION.match(line)), len(lines))
        pairs = [(match[1], match[2]) for line in lines[:count] if (match := OPTION.match(line))]
    return {key.strip(): value.strip() for key, value in pairs}, "\n".join([""] * count + lines[count:])


def _directive(token: Token, page: Text, title: str) -> Outline:
    """A directive whose title and text are Markdown again."""
    first = token.map[0] if token.map else 0
    if page.depth >= DEEPEST:
        return Outline(Reading([], [_too_deep(first + 1)]), page.section)
    above = _inner(title, page)
    below = _inner(_options(token.content)[1], page)
    titled = inside(above.reading, title, page.lines, first)
    return Outline(together([titled, inside(below.reading, token.content, page.lines, first + 1)]), below.section)


def _inner(text: str, page: Text) -> Outline:
    return _outline(text, page._replace(lines=text.split("\n"), depth=page.depth + 1))


BLOCKS: dict[str, Callable[[Token, Text], Outline]] = {
    "fence": _fence,
    "colon_fence": _fence,
    **dict.fromkeys(DISPLAYS, _display),
}
