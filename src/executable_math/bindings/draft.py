"""A first draft of a side file: the formulas of a file, what their symbols might be, and what computes them."""

from __future__ import annotations

import ast
import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from executable_math.bindings.bound import named
from executable_math.bindings.sidefile import fingerprint
from executable_math.foreign.process import Foreign
from executable_math.hosts.files import printed
from executable_math.hosts.macros import Macro, expanded, macros
from executable_math.latex.cursor import NotRead
from executable_math.latex.reader import read as parse
from executable_math.latex.tree import Bind, Symbol, walk
from executable_math.notation.standard import LANGUAGE
from executable_math.pages.equation import Page
from executable_math.pages.text import read

HEAD = """\
# A first draft. Say of each symbol what it is, and of each formula what computes it.
# Leave out what is not to be checked: it is counted.
"""
# What a message says of a symbol that is not declared, or of an index.
ADVICE = re.compile(r"\bdeclare it\b.*")
DECLARED = re.compile(r"`([^`]+): ([^`:]+)`")
# What may be said of a symbol that was taken for something else, and what a narrower kind may mend.
OTHERWISE = ("size", "normal(0, 1)", "real")
NARROWER_KINDS = ({"real": "positive", "function": "function > 0"}, {"positive": "probability"})
NARROWER = ("has no value", "to enough digits", "does not settle")
# The most symbols of one formula.
MOST = 30


class Guess(NamedTuple):
    """What a formula might be held against, and what came of it.

    Args:
        symbols: What its symbols might be: kinds by symbol.
        equals: What might compute it.
        status: What came of it, as of a verdict.
        wrong: Why it does not hold so, if it does not.
    """

    symbols: dict[str, str]
    equals: str
    status: str
    wrong: str


def draft(path: Path, name: str, module: Foreign) -> str:
    """A side file that binds what can be bound of a file; all else is there as comments, with the reason.

    Args:
        path: The file.
        name: How the side file names it.
        module: The module that has the code.
    """
    formulas = [one for one in named(printed(path).formulas) if one.formula.is_display]
    commands = macros("\n".join(one.formula.latex for one in formulas))
    calls = _calls(read(path)[0]) if path.suffix == ".py" else {}
    lines = [f"{HEAD}of: {json.dumps(name)}", *([f"module: {module.name}"] if module.name else [])]
    lines.append("formulas:" if formulas else "formulas: {}")
    for one in formulas:
        call = calls.get(one.formula.section, "")
        known = call if call.partition("(")[0] in module.names else ""
        lines += _entry(one.name, one.formula.latex, guess(one.formula.latex, commands, known, module))
    return "\n".join(lines) + "\n"


def guess(written: str, commands: Mapping[str, Macro], call: str, module: Foreign) -> Guess:
    """Declare each symbol of a formula as its message advises, until nothing is unknown.

    Args:
        written: The formula.
        commands: The commands that its documentation defines.
        call: An expression that might compute it; nothing, if there is none.
        module: The module that has the code.
    """
    try:
        latex = expanded(written, commands)
    except ValueError as error:
        return Guess({}, "", "not read", str(error))
    symbols = dict.fromkeys(_sizes(latex), "size")
    for _ in range(MOST):
        verdict = Page(symbols, module, locate=False).check(latex, equals=call or None)
        better = _declared(symbols, verdict.message) if verdict.status == "error" else symbols
        if better == symbols:
            break
        symbols = better
    wrong = verdict.message.partition("\n")[0] if not verdict.ok else ""
    wrong = "nothing checks it yet" if verdict.status == "unbound" else wrong
    return Guess(symbols, call, verdict.status, wrong)


def _sizes(latex: str) -> Iterator[str]:
    """The names to which sums and products go."""
    try:
        tree = parse(latex, LANGUAGE)
    except NotRead:
        return
    for node in walk(tree):
        if isinstance(node, Bind) and isinstance(node.upper, Symbol) and node.upper.name.isalpha():
            yield node.upper.name


def _declared(symbols: dict[str, str], message: str) -> dict[str, str]:
    """Declarations with those that a message asks for; with narrower ones, where a value is missing."""
    if any(reason in message for reason in NARROWER):
        narrower = next((step for step in NARROWER_KINDS if step.keys() & set(symbols.values())), {})
        return {name: narrower.get(kind, kind) for name, kind in symbols.items()}
    advice = ADVICE.search(message)
    asked = DECLARED.findall(advice[0]) if advice else []
    new = {name: kind for name, kind in asked if name not in symbols or kind in OTHERWISE}
    ends = r"_\w$" if "over the dots" in message else "$"  # `x_k` is `x_1` and `x_n`, too, where dots stand between
    return {**new, **{name: kind for name, kind in symbols.items() if not any(_is_of(name, one, ends) for one in new)}}


def _is_of(name: str, other: str, ends: str) -> bool:
    """Whether a declaration is of the same symbol, with fewer indices or other ends: `x`, and `x_i`."""
    plain, longer = (re.sub(r"[{}]", "", one) for one in (name, other))
    return re.sub(ends, "", plain) in (re.sub(ends, "", longer), longer.partition("_")[0])


def _entry(name: str, latex: str, found: Guess) -> Iterator[str]:
    """The lines of one formula: as comments, if it does not hold as it is guessed."""
    told = [f"# {line}" for line in latex.strip().splitlines()]
    body = [f"{json.dumps(name, ensure_ascii=False)}:", f"  reads: {json.dumps(fingerprint(latex))}"]
    if found.symbols:
        body.append(f"  symbols: {json.dumps(found.symbols, ensure_ascii=False)}")
    if found.equals or found.wrong:
        body.append(f"  equals: {json.dumps(found.equals or 'what computes it')}")
    if found.wrong:
        body = [f"# {found.wrong}", *(f"# {line}" for line in body)]
    yield textwrap.indent("\n".join([*told, *body]), "  ")


def _calls(source: str) -> Mapping[str, str]:
    """How each function of a file is called with its own parameters, by its dotted name."""
    try:
        return dict(_functions(ast.parse(source), ""))
    except (SyntaxError, ValueError, RecursionError):
        return {}


def _functions(node: ast.AST, within: str) -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _functions(child, f"{within}{child.name}.")
        if isinstance(child, ast.FunctionDef):
            required = child.args.args[: len(child.args.args) - len(child.args.defaults)]
            yield f"{within}{child.name}", f"{child.name}({', '.join(one.arg for one in required)})"
