"""The formulas of a reStructuredText: docutils reads it, with every directive and role that it does not know.

What Sphinx and others define is text again, so that no formula in it is lost.
Nothing in the text can read a file or run code.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any

from docutils import frontend, nodes, utils
from docutils.parsers.rst import Directive, Parser, directives, roles, states

from executable_math.hosts.code import CODE
from executable_math.hosts.places import Place, placed, within
from executable_math.hosts.printed import Outline, Printed, Reading, equations, formula, moved, together
from executable_math.pages.text import Fault

# What ends a line for Python, and not for those who count the lines of a file.
NO_LINE_END = str.maketrans(dict.fromkeys("\v\f\x1c\x1d\x1e\x85\u2028\u2029", " "))
TAB = 8
# The line that docutils gives for a block is not always the first one.
NEAR = sorted(range(-20, 21), key=lambda step: (abs(step), -step))
SILENT = 5
BROKEN = 'Error in "math" directive'
SETTINGS = {
    "report_level": SILENT,
    "halt_level": SILENT,
    "warning_stream": False,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "line_length_limit": 10**9,
    "syntax_highlight": "none",
    "tab_width": TAB,
}


def outline(text: str, section: str = "") -> Outline:
    r"""What a reStructuredText prints, and its last heading.

    Args:
        text: The text; its lines end with line feeds.
        section: The heading above it.

    >>> outline("It is :math:`x^2`.").reading.formulas
    [Printed(latex='x^2', is_display=False, line=1, column=14, section='', label='')]
    """
    written = text.translate(NO_LINE_END).split("\n")
    lines = [line.expandtabs(TAB) for line in written]
    document, faults = _document(lines)
    try:
        with _ours():
            Parser(inliner=_inliner(lines)).parse("\n".join(lines), document)
    except RecursionError:
        message = "too many quotes, lists or directives in one another: write them side by side"
        return Outline(Reading([], [Fault(1, 1, message)]), section)
    read = _walked(document, section, faults)
    return Outline(moved(read.reading, partial(_with_tabs, written)), read.section)


def _document(lines: list[str]) -> tuple[nodes.document, list[Fault]]:
    """An empty document that knows the lines of the file, and the faults that reading it will tell."""
    settings = frontend.get_default_settings(Parser)
    for name, value in {**SETTINGS, "math_lines": lines, "math_roles": {"math"}}.items():
        setattr(settings, name, value)
    document = utils.new_document("", settings)
    faults: list[Fault] = []
    document.reporter.attach_observer(partial(_observe, faults, lines))
    return document, faults


def _observe(faults: list[Fault], lines: Sequence[str], message: nodes.Element) -> None:
    """Takes a message of docutils for a fault, if it says that a formula is lost."""
    reason = " ".join(message[0].astext().split())
    if reason.startswith(BROKEN):
        line = min(message.get("line", 1), len(lines))
        column = max(lines[line - 1].find(".."), 0) + 1
        told = reason.removeprefix(BROKEN).strip(" :.")
        faults.append(Fault(line, column, f"the formula of this directive is not read: {told}"))


@contextmanager
def _ours() -> Iterator[None]:
    """Directives and roles are ours inside; docutils has one collection of them for all, and Sphinx does the same."""
    before = directives.directive, roles.role
    ours: tuple[Any, Any] = _directive, _role
    directives.directive, roles.role = ours
    try:
        yield
    finally:
        directives.directive, roles.role = before


def _directive(name: str, language: object, document: object) -> tuple[type[Directive], list[nodes.Node]]:
    return KNOWN.get(name.lower(), Nothing if name.lower() in CODE else Prose), []


def _role(name: str | None, language: object, line: int, reporter: object) -> tuple[Any, list[nodes.Node]]:
    return partial(_interpreted, (name or "").lower()), []


def _interpreted(
    name: str, role: str, raw: str, text: str, line: int, inliner: Any
) -> tuple[list[nodes.Node], list[nodes.Node]]:
    """A role as a node: a formula, or the text of another."""
    if name not in inliner.document.settings.math_roles:
        return [nodes.inline(raw, nodes.unescape(text))], []
    begin, end = raw.index("`") + 1, raw.rindex("`")
    reading = formula(raw[begin:end], lambda offset: inliner.place(begin + offset), False, "")
    return [nodes.math(raw, one.latex, printed=one) for one in reading.formulas], []


def _inliner(lines: Sequence[str]) -> states.Inliner:
    """What reads the text of a block, and knows where a role that it meets begins in the file."""
    inliner: Any = states.Inliner()
    parse, taken = inliner.parse, dict[tuple[int, str], int]()

    def remember(text: str, line: int, memo: object, parent: nodes.Element) -> object:
        first = line - 2 if _is_in_cell(parent) else line - 1
        block = lru_cache(maxsize=1)(partial(_columns, text, first, lines, taken))
        inliner.locate = lambda offset: _located(text, offset, *block())
        inliner.text = text
        return parse(text, line, memo, parent)

    def backquote(self: Any, match: re.Match[str], line: int) -> object:
        # docutils goes on with what is left of the text, so that the length of this says where it is.
        start = len(self.text) - len(match.string) + match.start("role")
        self.place = lambda offset: self.locate(start + offset)
        return states.Inliner.interpreted_or_phrase_ref(self, match, line)

    inliner.parse = remember
    inliner.dispatch = {**states.Inliner.dispatch, "`": backquote}
    return inliner  # type: ignore[no-any-return]


def _is_in_cell(node: nodes.Node | None) -> bool:
    """Whether a node stands in a cell of a table: docutils counts a line too many there."""
    while node is not None and not isinstance(node, nodes.entry):
        node = node.parent
    return node is not None


def _columns(text: str, line: int, lines: Sequence[str], taken: dict[tuple[int, str], int]) -> tuple[int, list[int]]:
    """The line in which a block begins, from 0, and the column of each of its lines.

    Cells of a table may have the same text in one line: what is taken by one is not another's.
    """
    block = [one.strip() for one in text.split("\n")]
    line = next((line + step for step in NEAR if _stands(block, lines, line + step)), line)
    columns = []
    for number, one in enumerate(block, line):
        outer = lines[number] if 0 <= number < len(lines) else ""
        column = max(outer.find(one, taken.get((number, one), 0)), 0)
        taken[number, one] = column + len(one)
        columns.append(column)
    return line, columns


def _stands(block: Sequence[str], lines: Sequence[str], line: int) -> bool:
    """Whether a block begins in a line: two lines of it are enough to tell."""
    return 0 <= line <= len(lines) - len(block) and all(
        one in outer for one, outer in zip(block[:2], lines[line : line + 2], strict=False)
    )


def _located(text: str, offset: int, line: int, columns: Sequence[int]) -> Place:
    inner, column = within(text, offset)
    start = text.rfind("\n", 0, offset) + 1
    indent = len(text[start:offset]) - len(text[start:offset].lstrip())
    return line + inner + 1, columns[inner] + column - indent + 1


# docutils takes the options of a directive from here: any, as text.
ANY_OPTION: dict[str, Callable[[str], Any]] = defaultdict(lambda: directives.unchanged, label=directives.unchanged)


class Math(Directive):
    """A formula, or several that blank lines separate, with the options of docutils and of Sphinx."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = ANY_OPTION

    def run(self) -> list[nodes.Node]:
        """The formulas as nodes that have what is printed."""
        reading = together([*self._argument(), *self._content()])
        if not reading.formulas:
            raise self.severe(f"{BROKEN}: it is empty. Indent its formula, and write a blank line above it")
        return [nodes.math_block(one.latex, one.latex, printed=one) for one in reading.formulas]

    def _argument(self) -> Iterator[Reading]:
        lines = self.state.document.settings.math_lines
        for text in self.arguments:
            first = text.split("\n")[0]
            near = range(self.lineno - 1, min(self.lineno + 3, len(lines)))
            line = next((number for number in near if lines[number].rstrip().endswith(first)), self.lineno - 1)
            yield self._printed(text, 0, text, line)

    def _content(self) -> Iterator[Reading]:
        text = "\n".join(self.content)
        is_one = "nowrap" in self.options or "no-wrap" in self.options
        for start, raw in [(0, text)] if is_one else equations(text):
            yield self._printed(raw, start, text, self.content.offset(0))

    def _printed(self, raw: str, start: int, text: str, line: int) -> Reading:
        lines = self.state.document.settings.math_lines
        label = self.options.get("label") or self.options.get("name") or ""
        return formula(raw, lambda offset: placed(text, start + offset, lines, line), True, "", label)


class Prose(Directive):
    """A directive of others: all that stands in it is text."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """What its text is."""
        node = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


class Nothing(Directive):
    """A directive in which there is no text."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Nothing."""
        return []


class Role(Directive):
    """The declaration of a role, or of the one that counts where none is written: it may be that of formulas."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Nothing; the name is remembered."""
        declared = (self.content[0] if self.content else "").strip().lower()
        name, _, base = declared.rstrip(")").partition("(")
        known: set[str] = self.state.document.settings.math_roles
        if self.name == "default-role":
            known.discard("")
            known.update({""} if declared in known else ())
        elif base.strip() in known:
            known.add(name.strip())
        return []


KNOWN: dict[str, type[Directive]] = {
    "math": Math,
    "role": Role,
    "default-role": Role,
}


def _walked(document: nodes.document, section: str, faults: list[Fault]) -> Outline:
    """The formulas of a document, each with the heading above it."""
    formulas: list[Printed] = []
    for node in document.findall(nodes.Element):
        if isinstance(node, nodes.title):
            section = " ".join(node.astext().split())
        elif printed := node.get("printed"):
            formulas.append(printed._replace(section=section))
    return Outline(together([Reading(formulas, faults)]), section)


def _with_tabs(written: Sequence[str], line: int, column: int) -> Place:
    """The place in the file of one in a line whose tabs are spaces."""
    text = written[line - 1]
    if "\t" not in text:
        return line, column
    at = 0
    for count, letter in enumerate(text):
        if at >= column - 1:
            return line, count + 1
        at += TAB - at % TAB if letter == "\t" else 1
    return line, len(text) + 1
