r"""Commands that a documentation defines for its formulas, `\newcommand` and its kin: they are written out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from executable_math.latex.tree import MathError

DEFINITION = re.compile(
    r"\\(?P<kind>(?:re|provide)?newcommand|providecommand|DeclareMathOperator)(?P<star>\*?)\s*\{?\s*(?P<name>\\(?:[A-Za-z]+|.))\s*\}?"
    r"\s*(?:\[(?P<count>[1-9])\])?\s*(?:\[(?P<default>[^\]]*)\])?\s*(?=\{)"
    r"|\\def\s*(?P<defined>\\(?:[A-Za-z]+|.))(?P<parameters>(?:#[1-9])*)\s*(?=\{)"
)
COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL)
# More than these is a definition that refers to itself, or an attack.
MOST, LONGEST = 1000, 100_000


class Macro(NamedTuple):
    """What a command stands for: a text with `#1`, `#2` ... for its arguments; the first may have a default."""

    body: str
    arguments: int = 0
    default: str | None = None


def macros(latex: str) -> dict[str, Macro]:
    r"""The commands that a text defines, by their names.

    >>> macros(r"\newcommand{\norm}[1]{\|#1\|} \DeclareMathOperator*{\argmax}{arg\,max}")["\\norm"]
    Macro(body='\\|#1\\|', arguments=1, default=None)
    """
    return {name: macro for name, macro, _, _ in _definitions(latex)}


class Definition(NamedTuple):
    """A definition, and where it begins and ends."""

    name: str
    macro: Macro
    start: int
    end: int


def _definitions(latex: str) -> list[Definition]:
    found, at = [], 0
    while match := DEFINITION.search(latex, at):
        body, at = _group(latex, match.end())
        found.append(_definition(match, body, at))
    return found


def _definition(match: re.Match[str], body: str, end: int) -> Definition:
    if match["defined"]:
        return Definition(match["defined"], Macro(body, match["parameters"].count("#")), match.start(), end)
    if match["kind"] == "DeclareMathOperator":
        body = rf"\operatorname{match['star']}{{{body}}}"
    return Definition(match["name"], Macro(body, int(match["count"] or 0), match["default"]), match.start(), end)


def expanded(latex: str, commands: Mapping[str, Macro]) -> str:
    r"""A formula with its commands written out, and without the definitions in it.

    Raises:
        MathError: A command refers to itself, or lacks an argument.

    >>> expanded(r"\norm{x}_2", macros(r"\newcommand{\norm}[1]{\|#1\|}"))
    '\\|x\\|_2'
    """
    for definition in reversed(_definitions(latex)):
        latex = latex[: definition.start] + latex[definition.end :]
    at = 0
    for _ in range(MOST):
        match = next((found for found in COMMAND.finditer(latex, at) if found[0] in commands), None)
        if match is None:
            return latex
        text, end = _written_out(latex, match, commands[match[0]])
        latex, at = latex[: match.start()] + text + latex[end:], match.start()
        if len(latex) > LONGEST:
            break
    raise MathError(f"{match[0] if match else ''} stands for itself, or for too much")


def _written_out(latex: str, match: re.Match[str], macro: Macro) -> tuple[str, int]:
    """What a command stands for in its place, and where its arguments end."""
    at, given = match.end(), []
    if macro.default is not None:
        optional = re.compile(r"\s*\[([^\]]*)\]").match(latex, at)
        given.append(optional[1] if optional else macro.default)
        at = optional.end() if optional else at
    while len(given) < macro.arguments:
        argument, at = _group(latex, at)
        if not argument and at >= len(latex):
            raise MathError(f"{match[0]} lacks an argument", match.span())
        given.append(argument)
    numbered = {str(number): text for number, text in enumerate(given, 1)}
    text = re.sub(r"#([1-9])", lambda found: numbered.get(found[1], ""), macro.body)
    return (f"{text} " if re.search(r"\\[A-Za-z]+\Z", text) and latex[at : at + 1].isalpha() else text), at


def _group(latex: str, at: int) -> tuple[str, int]:
    """What stands in the braces that open at a place, or the next mark alone; and where it ends."""
    at += len(latex[at:]) - len(latex[at:].lstrip())
    if latex[at : at + 1] != "{":
        found = COMMAND.match(latex, at)
        return (found[0], found.end()) if found else (latex[at : at + 1], at + 1)
    depth = 0
    for match in re.finditer(r"\\.|[{}]", latex[at:], re.DOTALL):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if not depth:
            return latex[at + 1 : at + match.start()], at + match.end()
    return latex[at + 1 :], len(latex)
