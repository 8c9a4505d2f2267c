"""Python: what docstrings print, and the text of notebooks that are scripts."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from typing import NamedTuple

from executable_math.hosts import markdown, rst
from executable_math.hosts.printed import Reading, Source
from executable_math.pages.text import CELL, Fault

IS_RST = re.compile(r":math:`|^\s*\.\. math::", re.MULTILINE)
# A notebook without marks between its cells says so in a header that Jupytext has written.
LIGHT = re.compile(r"\A# ---\n(?:#.*\n)*?#\s+format_name: light\n")
MARKDOWN_CELL = re.compile(r"#\s*%%.*\[(?:markdown|md)\]")


class Docstring(NamedTuple):
    """A docstring, the dotted name of what it documents, its first line, from 0, and the one behind its last."""

    name: str
    text: str
    lines: tuple[int, int]


def read(text: str) -> Reading:
    r"""The formulas in the docstrings of a module, or in the text of a notebook that is a script.

    >>> [formula] = read("def f(x):\n    r'''The square, :math:`x^2`.'''").formulas
    >>> formula
    Printed(latex='x^2', is_display=False, line=2, column=28, section='f', label='')
    """
    if CELL.search(text) or LIGHT.match(text):
        return _of_notebook(text)
    try:
        found = sorted(docstrings(ast.parse(text)), key=lambda one: one.lines)
    except SyntaxError as error:
        return Reading([], [Fault(error.lineno or 1, error.offset or 1, f"this is not Python: {error.msg}")])
    except (ValueError, RecursionError) as error:  # a zero byte; nested too deep
        return Reading([], [Fault(1, 1, f"this is not Python that can be read: {error}")])
    source = Source(text, lambda piece: [piece, piece.replace("\\", "\\\\")])
    readings = [_of_docstring(one, source) for one in found]
    formulas = [formula for reading in readings for formula in reading.formulas]
    return Reading(formulas, [fault for reading in readings for fault in reading.faults])


def docstrings(node: ast.AST, within: str = "") -> Iterator[Docstring]:
    """The docstrings of a module or of a definition in it, with those that statements set: `f.__doc__ = ...`."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield from docstrings(child, f"{within}.{name}" if within else name)
            case ast.Assign(targets=[ast.Attribute(attr="__doc__", value=of)], value=ast.Constant(value=str()) as text):
                yield _docstring(ast.unparse(of), text)
            case ast.Expr(value=ast.Constant(value=str()) as text) if _is_first(child, node):
                yield _docstring(within, text)
            case ast.If() | ast.Try() | ast.With():
                yield from docstrings(child, within)


def _is_first(statement: ast.AST, node: ast.AST) -> bool:
    return isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and (
        node.body[0] is statement
    )


def _docstring(name: str, node: ast.Constant) -> Docstring:
    text = str(node.value)
    blank = text[: len(text) - len(text.lstrip())].count("\n")  # `cleandoc` leaves these lines out
    end = node.end_lineno or node.lineno
    return Docstring(name, inspect.cleandoc(text), (min(node.lineno - 1 + blank, end - 1), end))


def _of_docstring(docstring: Docstring, source: Source) -> Reading:
    """The formulas of a docstring: reStructuredText, if it has such a formula; else Markdown."""
    if IS_RST.search(docstring.text):
        reading = rst.read_part(docstring.text, source, docstring.lines)
    elif "$" in docstring.text or "\\" in docstring.text or "math" in docstring.text:
        reader = markdown.Reader(source)
        reader.read(docstring.text, docstring.lines[0])
        reading = Reading(reader.formulas, reader.faults)
    else:
        return Reading([], [])
    return reading._replace(formulas=[one._replace(section=docstring.name) for one in reading.formulas])


def _of_notebook(text: str) -> Reading:
    """The formulas of a script that is a notebook: its lines of text stay where they are, and all others are blank."""
    is_light = not CELL.search(text)
    lines, is_text = [], is_light
    for line in text.split("\n"):
        if CELL.match(line):
            is_text = bool(MARKDOWN_CELL.match(line))
            line = ""
        lines.append(re.sub(r"\A# ?", "", line) if is_text and line.startswith("#") else "")
    reader = markdown.Reader(Source(text))
    reader.read(textwrap.dedent("\n".join(lines)))
    return Reading(reader.formulas, reader.faults)
