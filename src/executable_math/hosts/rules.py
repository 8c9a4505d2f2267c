r"""How Markdown is read: markdown-it with the plugins for mathematics, and rules for `\(`, `\[` and GitHub's dollars.

texmath has rules for these too, but they copy the rest of a text at every mark.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.amsmath import RE_OPEN, amsmath_block
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath.index import math_block_dollar, math_inline_dollar
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_role.index import myst_role

Inline = Callable[[StateInline, bool], bool]
Block = Callable[[StateBlock, int, int, bool], bool]

INTERRUPTS: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list", "footnote_def"]}
# A quote or a list in another is read by a call of its own: Python's stack ends at some thousand of these.
DEEPEST = 60
DOLLARS_END = re.compile(r"\$\$[ \t]*(?:\([^()\n]*\)[ \t]*)?$", re.MULTILINE)
DISPLAY_END = re.compile(r"(\\\\?\])[ \t]*(?:\(([^()$\n]+)\))?[.,;]?[ \t]*$", re.MULTILINE)
LATEX = re.compile(r"['\\^_=+<>]")
ROLE = re.compile(r"\{[^{}]*\}(`+)")


class TooDeep(Exception):
    """Quotes and lists stand in one another deeper than is read; it has the line, from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


# Whether indented text is code is the reader's to say: in a docstring it is not.
@lru_cache(maxsize=2)
def parser(has_indented_code: bool = True) -> MarkdownIt:
    """Markdown with mathematics."""
    md = MarkdownIt("commonmark", {"maxNesting": 2 * DEEPEST}).enable("table")
    md.use(front_matter_plugin).use(colon_fence_plugin).use(admon_plugin)
    md.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
    md.block.ruler.before("code", "depth", _depth)
    md.block.ruler.before("fence", "math_block", _dollars(math_block_dollar(allow_blank_lines=True)), INTERRUPTS)
    md.block.ruler.before("fence", "math_display", _display, INTERRUPTS)
    md.block.ruler.before("blockquote", "amsmath", _environment, INTERRUPTS)
    md.inline.ruler.before("backticks", "math_role", _role)
    for name, rule in INLINE:
        md.inline.ruler.before("escape", name, rule)
    return md if has_indented_code else md.disable("code")


def _depth(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.level > DEEPEST:
        raise TooDeep(start + 1)
    return False


@lru_cache(maxsize=8)
def _last(text: str, closing: str) -> int:
    """Where the last mark that closes stands: behind it nothing need be looked for, however much is open."""
    return text.rfind(closing)


@lru_cache(maxsize=8)
def _last_end(text: str, closing: re.Pattern[str]) -> int:
    """Where the last line stands that ends with a mark that closes."""
    return max((match.start() for match in closing.finditer(text)), default=-1)


def _between(opening: str, closing: str, name: str) -> Inline:
    """A rule for what stands between two marks."""

    def rule(state: StateInline, silent: bool) -> bool:
        start = state.pos + len(opening)
        if not state.src.startswith(opening, state.pos) or _last(state.src, closing) <= start:
            return False
        end = state.src.find(closing, start)
        if end <= start:
            return False
        state.pos = end + len(closing)
        return silent or _pushed(state, name, start, end)

    return rule


def _pushed(state: StateInline, name: str, start: int, end: int) -> bool:
    token = state.push(name, "math", 0)
    token.content, token.meta = state.src[start:end], {"at": start}
    return True


def _dollar(rule: Inline) -> Inline:
    """The rule for dollars, that keeps the place and leaves sums of money alone."""

    def placed(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        pending = state.pending
        if not rule(state, silent):
            return False
        marks = 2 if state.src.startswith("$$", start) else 1
        inside = state.src[start + marks : state.pos - marks]
        if marks == 1 and _is_money(inside, state.src[state.pos : state.pos + 1]):
            state.pos, state.pending = start, pending
            del state.tokens[count:]
            return False
        if not silent:
            state.tokens[-1].meta = {"at": start + marks}
        return True

    return placed


def _is_money(inside: str, after: str) -> bool:
    """Whether dollars are those of amounts or of a shell: `$5 and $6`, or `$HOME and $PATH`.

    A digit is behind them, or a space is inside of one of them only, with words and nothing of LaTeX.
    """
    is_uneven = inside[0].isspace() != inside[-1].isspace()
    is_prose = not LATEX.search(inside) and (inside[0].isdigit() or len(inside.split()) > 1)
    return after.isdigit() or (is_uneven and is_prose)


def _role(state: StateInline, silent: bool) -> bool:
    """A role of MyST, with its place and its line feeds."""
    start = state.pos
    if state.src[start] != "{" or not myst_role(state, silent):
        return False
    match = ROLE.match(state.src, start)
    if match and not silent:
        token = state.tokens[-1]
        token.content, token.meta["at"] = state.src[match.end() : state.pos - len(match[1])], match.end()
    return True


INLINE: tuple[tuple[str, Inline], ...] = (
    ("math_ticks", _between("$`", "`$", "math_inline")),
    ("math_escaped", _between(r"\\(", r"\\)", "math_escaped")),
    ("math_escaped_display", _between(r"\\[", r"\\]", "math_escaped_display")),
    ("math_bracket", _between(r"\(", r"\)", "math_inline")),
    ("math_inline", _dollar(math_inline_dollar(allow_double=True))),
)


def _first(state: StateBlock, line: int) -> int:
    return state.bMarks[line] + state.tShift[line]


def _silently(rule: Block, state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A rule that pushes its token also when it is only asked whether it applies."""
    line, count = state.line, len(state.tokens)
    if not rule(state, start, end, silent):
        return False
    if silent:
        state.line = line
        del state.tokens[count:]
    return True


def _dollars(rule: Block) -> Block:
    """The rule for two dollars, that does not look for an end where there is none."""

    def guarded(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        first = _first(state, start)
        if not state.src.startswith("$$", first) or _last_end(state.src, DOLLARS_END) <= first:
            return False
        return _is_whole(state, start, end) and _silently(rule, state, start, end, silent)

    return guarded


def _is_whole(state: StateBlock, start: int, end: int) -> bool:
    """Whether two dollars close before a blank line that stands in no environment: what is behind it is prose."""
    ends, depth = state.env.setdefault("open", {}), 0
    text = state.src[_first(state, start) : state.eMarks[start]]
    is_closed = DOLLARS_END.search(text, 3) is not None
    if is_closed or "$$" in text[2:] or start < ends.get("$$", 0):  # the last as in `_closed`
        return is_closed
    for line in range(start, end):
        text = state.src[_first(state, line) : state.eMarks[line]]
        depth += text.count(r"\begin{") - text.count(r"\end{")
        if line > start and DOLLARS_END.search(text):
            return True
        if depth <= 0 and not text:
            break
    ends["$$"] = line
    return False


def _environment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The rule for environments, that does not look for an end where there is none."""
    match = re.compile(RE_OPEN).match(state.src, _first(state, start))
    if not match or _last(state.src, rf"\end{{{match[1]}{match[2]}}}") < match.end():
        return False
    return _silently(amsmath_block, state, start, end, silent)


def _display(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    r"""A rule for `\[`, with one backslash or two, whose end is at the end of a line."""
    first = _first(state, start)
    opening = next((mark for mark in (r"\\[", r"\[") if state.src.startswith(mark, first)), "")
    if not opening or state.is_code_block(start) or _last_end(state.src, DISPLAY_END) <= first:
        return False
    found = _closed(state, start, end, first + len(opening), opening.replace("[", "]"))
    if found is None:
        return False
    if not silent:
        _push_display(state, start, found[0], opening, found[1])
    return True


def _closed(state: StateBlock, start: int, end: int, inside: int, closing: str) -> tuple[int, re.Match[str]] | None:
    """The line behind the end of a formula, and its mark; none, if a blank line comes first."""
    ends = state.env.setdefault("open", {})
    if start < ends.get(closing, 0):  # a formula above has looked for its end through this line
        return None
    for line in range(start, end):
        if state.isEmpty(line) or state.sCount[line] < state.blkIndent:
            break
        match = DISPLAY_END.search(state.src, max(state.bMarks[line], inside), state.eMarks[line])
        if match and match[1] == closing:
            return line + 1, match
    else:
        line = end
    ends[closing] = line
    return None


def _push_display(state: StateBlock, start: int, after: int, opening: str, match: re.Match[str]) -> None:
    token = state.push("math_display", "math", 0)
    inside = state.getLines(start, after, state.sCount[start], False)
    # Of the last line what the mark is in front of, of the first what is behind the mark.
    last = state.src[match.start() : state.eMarks[after - 1]]
    token.content = inside[len(opening) : len(inside) - len(last)]
    token.markup, token.info = opening, match[2] or ""
    token.map, state.line = [start, after], after
