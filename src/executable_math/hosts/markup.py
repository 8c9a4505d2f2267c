"""The formulas of a text that does not say what format it has: a docstring, or a comment of a script."""

from __future__ import annotations

import re

from executable_math.hosts import markdown, rst
from executable_math.hosts.printed import EMPTY, Outline

RST = re.compile(r":math:|^[ \t]*\.\. math::", re.MULTILINE)
# Most docstrings have no formula, and docutils takes its time.
MAYBE = re.compile(r"\$|\\[(\[]|\\begin|math")


def outline(text: str, section: str, is_docstring: bool = False) -> Outline:
    """What a text prints: it is reStructuredText if it has a role or a directive for formulas, else Markdown.

    Args:
        text: The text, without indentation.
        section: What it is about.
        is_docstring: Whether indentation is layout in it, and `>>>` an example.
    """
    if not MAYBE.search(text):
        return Outline(EMPTY, section)
    if RST.search(text):
        return rst.outline(text, section)
    text = _without_examples(text) if is_docstring else text
    return markdown.outline(text, section, has_indented_code=not is_docstring)


def _without_examples(text: str) -> str:
    """A text with blank lines in place of its examples of the interpreter, which Markdown takes for quotes."""
    lines, is_example = [], False
    for line in text.split("\n"):
        is_example = bool(line.strip()) and (is_example or line.lstrip().startswith(">>>"))
        lines.append("" if is_example else line)
    return "\n".join(lines)
