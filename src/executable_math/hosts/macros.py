r"""The macros that a page defines for its formulas, and a formula with what they stand for.

A text is a stack of tokens, the next one last, as TeX has it: what a macro stands for is read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

TOKEN = re.compile(r"\\[a-zA-Z]+|\\?.", re.DOTALL)
NAME = re.compile(r"\\[a-zA-Z]+|\\.")
WORD = re.compile(r"\\[a-zA-Z]+")
COMMANDS = (r"\newcommand", r"\renewcommand", r"\providecommand")
OPERATOR = r"\DeclareMathOperator"
DEF = r"\def"
# More is an accident or an attack: each of twenty macros may stand for two of the next.
MOST = 100_000


class Macro(NamedTuple):
    """What a macro stands for: a text with `#1` for its first argument, which may have a default."""

    arguments: int
    body: str
    default: str | None = None


def macros(latex: str) -> dict[str, Macro]:
    r"""The macros that a LaTeX text defines, by their names with the backslash.

    Args:
        latex: A formula, or the preamble of a page. What cannot be read as a definition is none.

    >>> macros(r"\newcommand{\norm}[2][2]{\|#2\|_{#1}}")
    {'\\norm': Macro(arguments=2, body='\\|#2\\|_{#1}', default='2')}
    >>> macros(r"\def\R{\mathbb{R}} \DeclareMathOperator*{\argmin}{arg\,min}")["\\argmin"].body
    '\\operatorname*{arg\\,min}'
    """
    found, stack = dict[str, Macro](), _stack(latex)
    while stack:
        name, macro = _definition(stack.pop(), stack) or ("", None)
        if macro is not None:
            found[name] = macro
    return found


def expanded(latex: str, macros: Mapping[str, Macro]) -> str:
    r"""A LaTeX text with what its macros stand for, and without the definitions that it has.

    Args:
        latex: The text.
        macros: The macros, by their names with the backslash.

    Raises:
        ValueError: A macro refers to itself or lacks an argument, or the text gets too long.

    >>> expanded(r"\norm{x} + \norm[1]x", {r"\norm": Macro(2, r"\|#2\|_{#1}", "2")})
    '\\|x\\|_{2} + \\|x\\|_{1}'
    """
    _refuse_circles(latex, macros)
    written, stack, left = list[str](), _stack(latex), MOST + len(latex)
    while stack:
        token = stack.pop()
        if token in macros:
            meant = _applied(token, macros[token], stack)
            stack += meant
            left -= len(meant)
        elif not _definition(token, stack):
            written.append(token)
        if left < 0:
            raise ValueError(f"the macro {token} makes more than {MOST} tokens: write a shorter text for it")
    return _joined(written).strip()


def _refuse_circles(latex: str, macros: Mapping[str, Macro]) -> None:
    """Refuses macros that refer to themselves, if the text has one of those."""
    used, rest = dict[str, list[str]](), _named(latex, macros)
    while rest:
        name = rest.pop()
        if name not in used:
            used[name] = _named(macros[name].body + " " + (macros[name].default or ""), macros)
            rest += used[name]
    try:
        TopologicalSorter(used).prepare()
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise ValueError(f"the macro {error.args[1][0]} refers to itself: {circle}; write what it stands for") from None


def _named(latex: str, macros: Mapping[str, Macro]) -> list[str]:
    return [name for name in NAME.findall(latex) if name in macros]


def _stack(latex: str) -> list[str]:
    return TOKEN.findall(latex)[::-1]


@lru_cache(maxsize=256)
def _body(text: str) -> list[str]:
    return _stack(text)


def _joined(tokens: Sequence[str]) -> str:
    r"""Tokens as a text: a letter behind `\sin` is not a part of its name.

    >>> _joined([r"\sin", "x"])
    '\\sin x'
    """
    spaced = (
        " " + token if WORD.fullmatch(before) and token[0].isalpha() else token
        for before, token in zip(["", *tokens], tokens, strict=False)
    )
    return "".join(spaced)


def _applied(name: str, macro: Macro, stack: list[str]) -> list[str]:
    """What a macro stands for, as a stack; its arguments are taken from the one of the text."""
    arguments: list[list[str]] = []
    if macro.default is not None:
        found = _optional(stack)
        arguments.append(_stack(macro.default) if found is None else found)
    while len(arguments) < macro.arguments:
        found = _argument(stack)
        if found is None:
            raise ValueError(f"the macro {name} lacks its argument {len(arguments) + 1}: write it in braces behind it")
        arguments.append(found)
    return list(_substituted(_body(macro.body), arguments))


def _substituted(body: Sequence[str], arguments: Sequence[Sequence[str]]) -> Iterator[str]:
    """A stack with each `#1` replaced: the number is what stands behind in it."""
    number = ""
    for token in body:
        if token == "#" and number.isdigit() and 1 <= int(number) <= len(arguments):
            yield from arguments[int(number) - 1]
            number = ""
            continue
        yield from number
        number = token if token.isdigit() else ""
        if not number:
            yield token
    yield from number


def _skip_space(stack: list[str]) -> None:
    while stack and stack[-1].isspace():
        stack.pop()


def _argument(stack: list[str]) -> list[str] | None:
    """What stands in braces, or else the next token; none, if there is none. It is a stack again."""
    _skip_space(stack)
    if not stack or stack[-1] == "}":
        return None
    first = stack.pop()
    return _until("}", stack) if first == "{" else [first]


def _optional(stack: list[str]) -> list[str] | None:
    """What stands in brackets; none, if nothing does."""
    _skip_space(stack)
    if not stack or stack[-1] != "[":
        return None
    stack.pop()
    return _until("]", stack)


def _until(closing: str, stack: list[str]) -> list[str] | None:
    """What stands before a mark that closes, outside of braces; none, if nothing closes."""
    found, depth = list[str](), 0
    while stack:
        token = stack.pop()
        if token == closing and depth == 0:
            return found[::-1]
        depth += (token == "{") - (token == "}")
        found.append(token)
    return None


def _definition(token: str, stack: list[str]) -> tuple[str, Macro | None] | None:
    """What a definition defines, taken from the stack, if the token begins one; no macro, if it cannot be read."""
    if token not in (*COMMANDS, OPERATOR, DEF):
        return None
    is_starred = token != DEF and bool(stack) and stack[-1] == "*"
    if is_starred:
        stack.pop()
    name = "".join(_argument(stack) or ()).strip()
    count, default = _parameters(stack) if token == DEF else _options(stack) if token in COMMANDS else (0, None)
    body = _argument(stack)
    if not NAME.fullmatch(name) or body is None or count is None:
        return name, None
    text = _joined(body[::-1])
    operator = r"\operatorname*" if is_starred else r"\operatorname"
    return name, Macro(count, f"{operator}{{{text}}}" if token == OPERATOR else text, default)


def _options(stack: list[str]) -> tuple[int | None, str | None]:
    """The number of arguments and the default of the first, of a new command."""
    count, default = _optional(stack), _optional(stack)
    written = "".join(count or "0")
    return int(written) if re.fullmatch("[0-9]", written) else None, None if default is None else _joined(default[::-1])


def _parameters(stack: list[str]) -> tuple[int | None, str | None]:
    """The number of arguments of a `def`: nothing but numbers may stand before its braces."""
    written = list[str]()
    while stack and stack[-1] != "{":
        written.append(stack.pop())
    numbers = "".join(written).replace(" ", "")
    count = len(numbers) // 2
    return count if numbers == "".join(f"#{number + 1}" for number in range(count)) else None, None
