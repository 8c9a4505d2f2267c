"""The formulas in the docstrings of a Python module, each in what it is the docstring of."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from typing import NamedTuple

from executable_math.hosts.literals import Written, line_starts, mover, offset_of, strings
from executable_math.hosts.markup import MAYBE, outline
from executable_math.hosts.printed import Reading, moved, together
from executable_math.pages.text import Fault

Scope = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class Docstring(NamedTuple):
    """A string that documents something, and the dotted name of that."""

    section: str
    string: ast.expr


def reading(text: str) -> Reading:
    r"""What the docstrings of a module print.

    Args:
        text: The module; its lines end with line feeds.

    >>> reading("def f():\n    'It is $x^2$.'").formulas
    [Printed(latex='x^2', is_display=False, line=2, column=13, section='f', label='')]
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python says of escapes is not about formulas
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Reading([], [_fault(text, error)])
    lines, starts = text.split("\n"), line_starts(text)
    found = []
    for section, string in docstrings(tree):
        start = offset_of(lines, starts, string.lineno, string.col_offset)
        end = offset_of(lines, starts, string.end_lineno or 1, string.end_col_offset or 0)
        if MAYBE.search(text, start, end):
            found.append(_printed(strings(text, start, end), section, starts))
    return together(found)


def _fault(text: str, error: Exception) -> Fault:
    if isinstance(error, SyntaxError):
        line = min(max(error.lineno or 1, 1), text.count("\n") + 1)
        return Fault(line, max(error.offset or 1, 1), f"this is not Python: {error.msg}")
    reason = "its expressions stand too deep in one another" if not isinstance(error, ValueError) else str(error)
    return Fault(1, 1, f"this module cannot be parsed: {reason}")


def docstrings(tree: ast.Module) -> Iterator[Docstring]:
    """The docstrings of a module, also those that are assigned, as strings or by their names."""
    named = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_string(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    rest: list[tuple[str, ast.AST]] = [("", tree)]
    while rest:
        section, node = rest.pop()
        if isinstance(node, Scope) and (string := _first_string(node)):
            yield Docstring(section, string)
        if isinstance(node, ast.Assign | ast.AugAssign):
            yield from _assigned(section, node, named)
        rest += [(_within(section, child), child) for child in ast.iter_child_nodes(node) if _has_statements(child)]


def _first_string(node: Scope) -> ast.expr | None:
    """What stands first in a body, if it is a string."""
    first = node.body[0] if node.body else None
    return first.value if isinstance(first, ast.Expr) and _is_string(first.value) else None


def _has_statements(node: ast.AST) -> bool:
    return isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case)


def _within(section: str, node: ast.AST) -> str:
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return f"{section}.{node.name}".lstrip(".")
    return section


def _is_string(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _assigned(section: str, node: ast.Assign | ast.AugAssign, named: dict[str, ast.expr]) -> Iterator[Docstring]:
    """The string that an assignment makes a docstring of."""
    value = named.get(node.value.id, node.value) if isinstance(node.value, ast.Name) else node.value
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        if not _is_string(value):
            continue
        if isinstance(target, ast.Attribute) and target.attr == "__doc__":
            yield Docstring(ast.unparse(target.value), value)
        elif isinstance(target, ast.Name) and target.id == "__doc__":
            yield Docstring(section, value)


def _printed(written: Written, section: str, starts: list[int]) -> Reading:
    text, removed = _dedented(written.text)
    read = outline(text, section, is_docstring=True)
    formulas = [one._replace(section=section) for one in read.reading.formulas]
    return moved(Reading(formulas, read.reading.faults), mover(text, removed, written, starts))


def _dedented(text: str) -> tuple[str, list[int]]:
    """A docstring without its indentation, and how much was taken from each line."""
    first, *others = text.split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in others if line.strip()), default=0)
    removed = [0, *(min(margin, len(line)) for line in others)]
    return "\n".join(line[count:] for line, count in zip([first, *others], removed, strict=True)), removed
