"""reStructuredText, as docutils reads it: also that of Sphinx, whose own directives are text with text in them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, NamedTuple
from unittest.mock import patch

from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import Directive, directives, roles

from executable_math.hosts.printed import Printed, Reading, Source, unlabelled
from executable_math.pages.text import Fault

# Nothing that stands in a text may read another file, or take a traceback for an answer.
SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 6,
    "doctitle_xform": False,
    "sectsubtitle_xform": False,
    "_disable_config": True,
    "syntax_highlight": "none",
    "smart_quotes": False,
}
# Characters at which Python ends a line, and nobody else does.
NO_ENDS = dict.fromkeys(map(ord, "\v\f\x1c\x1d\x1e\x85\u2028\u2029"), " ")
CODE = {"code", "code-block", "sourcecode", "literalinclude", "highlight", "raw", "plot", "testcode", "ipython"}


class Mathematics(Directive):
    """Sphinx's `math`, which has options that docutils does not know."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar = defaultdict(lambda: directives.unchanged, label=directives.unchanged)

    def run(self) -> list[nodes.Node]:
        text = "\n\n".join(filter(None, [*self.arguments, "\n".join(self.content)]))
        label = self.options.get("label", self.options.get("name", ""))
        return [nodes.math_block(text, text, first=self.lineno - 1, label=label)]


class Text(Directive):
    """A directive that only its project knows: what stands in it is read as text."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    name = ""

    def run(self) -> list[nodes.Node]:
        around = nodes.container()
        if self.name not in CODE:
            around += [node for text in self.arguments for node in self.state.inline_text(text, self.lineno)[0]]
            self.state.nested_parse(self.content, self.content_offset, around)
        return [around]


def read(text: str) -> Reading:
    r"""The formulas of a text.

    >>> [formula] = read("Loss\n====\n\n.. math:: x^2\n   :label: square\n").formulas
    >>> formula
    Printed(latex='x^2', is_display=True, line=4, column=11, section='Loss', label='square')
    """
    return read_part(text, Source(text), (0, text.count("\n") + 1))


def read_part(text: str, source: Source, lines: tuple[int, int]) -> Reading:
    """The formulas of a text that stands in a file.

    Args:
        text: The text.
        source: The file.
        lines: The line where the text begins, from 0, and the one behind its last.
    """
    with of_sphinx():
        try:
            document = publish_doctree(text.translate(NO_ENDS), settings_overrides=SETTINGS)
        except RecursionError:
            told = "this text is nested too deep to be read\n    write: fewer levels"
            return Reading([], [Fault(lines[0] + 1, 1, told)])
    found, reader = list(_found(document)), Reader(source, *lines)
    return Reading([one for node in found for one in reader.printed(node)], [*reader.faults(found)])


class Found(NamedTuple):
    """A node with formulas, and the heading above it."""

    node: Any
    section: str


def _found(document: Any) -> Iterator[Found]:
    """The formulas of a document with the headings above them, in order."""
    section = ""
    for node in document.findall():
        if isinstance(node, nodes.title) and isinstance(node.parent, nodes.section):
            section = node.astext()
        elif isinstance(node, nodes.math | nodes.math_block):
            yield Found(node, section)


class Reader(NamedTuple):
    """Finds the places of formulas between two lines of a file."""

    source: Source
    first: int
    last: int

    def printed(self, found: Found) -> Iterator[Printed]:
        """The formulas of a node; blank lines part those of a block, and the first has its label."""
        node, is_display = found.node, isinstance(found.node, nodes.math_block)
        first, given = self.first + node.get("first", 0), node.get("label", "")
        opening = "" if is_display else node.rawsource.partition("`")[0] + "`"
        for latex in filter(str.strip, re.split(r"\n[ \t]*\n", node.astext()) if is_display else [node.astext()]):
            plain, label = unlabelled(latex)
            place = self.source.place(opening, latex, (first, self.last))
            yield Printed(plain, is_display, *place, found.section, label or given)
            given = ""

    def faults(self, found: Sequence[Found]) -> Iterator[Fault]:
        """Directives without a formula in them."""
        for node in (one.node for one in found if not one.node.astext().strip()):
            told = "this formula is empty\n    write: it in the lines below, indented, after an empty line"
            yield Fault(self.first + node.get("first", 0) + 1, 1, told)


@contextmanager
def of_sphinx() -> Iterator[None]:
    """Read what docutils does not know as text, for as long as this lasts."""

    def directive(name: str, language: Any, document: Any) -> Any:
        if name in ("math", "displaymath"):
            return Mathematics, []
        known = None if name in {*CODE, "include"} else original(name, language, document)[0]
        return known or type("Other", (Text,), {"name": name}), []

    def role(name: str, language: Any, line: int, reporter: Any) -> Any:
        return (roles.math_role if name == "math" else _plain), []

    original: Callable[..., Any] = directives.directive
    with patch.object(directives, "directive", directive), patch.object(roles, "role", role):
        yield


def _plain(name: str, raw: str, text: str, *_: Any, **__: Any) -> tuple[list[Any], list[Any]]:
    return [nodes.inline(raw, text)], []
