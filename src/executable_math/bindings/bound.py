"""The formulas that a documentation file prints, each with what came of checking it, if a side file binds it."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from executable_math.bindings.sidefile import Binding, Document, fingerprint
from executable_math.foreign.process import Foreign
from executable_math.hosts.files import printed
from executable_math.hosts.macros import Macro, expanded, macros
from executable_math.hosts.printed import Printed
from executable_math.pages.checks import Lines, PageChecks, Place, within
from executable_math.pages.ledger import NOT_BOUND, Entry
from executable_math.pages.text import Fault, read
from executable_math.values.arrays import shortened


class Named(NamedTuple):
    """A formula that a file prints, and the names by which it can be bound."""

    formula: Printed
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.names[0]


class Side(NamedTuple):
    """A document of a side file, and how messages name that file."""

    path: str
    document: Document


def named(formulas: Sequence[Printed]) -> list[Named]:
    r"""The formulas of a file with their names: the label, if there is one, and the place in the section.

    >>> from executable_math.hosts.printed import Printed
    >>> formulas = [Printed("x", True, 1, 1, "Loss", "eq-x"), Printed("y", False, 2, 1, "Loss", "")]
    >>> [one.names for one in named(formulas)]
    [('eq-x', 'Loss#1'), ('Loss$1',)]
    """
    counts, found = Counter[tuple[str, bool]](), []
    for formula in formulas:
        counts[formula.section, formula.is_display] += 1
        number = counts[formula.section, formula.is_display]
        place = f"{formula.section}{'#' if formula.is_display else '$'}{number}"
        found.append(Named(formula, (formula.label, place) if formula.label else (place,)))
    return found


def entries(path: Path, shown: str, side: Side, module: Foreign) -> list[Entry]:
    """What came of each formula of a file that is displayed or bound, and of what its side file says.

    Args:
        path: The file.
        shown: How messages name it.
        side: What is said of it.
        module: The module that has the code.
    """
    reading, text = printed(path), read(path)[0]
    formulas, document = named(reading.formulas), side.document
    bindings, gone = _matched(formulas, document.formulas)
    commands = {**macros(document.macros), **macros("\n".join(one.formula.latex for one in formulas))}
    checked = [
        entry
        for symbols, scope in _scopes(formulas, document, path.suffix == ".py")
        for entry in _checked(scope, bindings, Scope(shown, text, symbols, module, commands, side))
    ]
    faults = [fault_of(shown, fault, "page") for fault in reading.faults]
    return [*faults, *checked, *(_gone(binding, formulas, shown, side) for binding in gone)]


class Scope(NamedTuple):
    """What formulas of a file that stand together share."""

    shown: str
    text: str
    symbols: Mapping[str, str]
    module: Foreign
    commands: Mapping[str, Macro]
    side: Side


def _matched(formulas: Sequence[Named], bindings: Sequence[Binding]) -> tuple[dict[str, Binding], list[Binding]]:
    """The bindings by the first name of the formula that they bind, and those whose formula is not there."""
    first = {name: one.name for one in formulas for name in reversed(one.names)}
    return {first[one.name]: one for one in bindings if one.name in first}, [
        one for one in bindings if one.name not in first
    ]


def _scopes(
    formulas: Sequence[Named], document: Document, is_code: bool
) -> Iterator[tuple[dict[str, str], list[Named]]]:
    """Formulas that may use what one of them defines: of a docstring, of a section with symbols, or all others."""

    def scope(one: Named) -> str:
        return one.formula.section if is_code or one.formula.section in document.sections else ""

    for section, found in groupby(sorted(formulas, key=scope), key=scope):
        yield {**document.symbols, **document.sections.get(section, {})}, list(found)


def _checked(formulas: Sequence[Named], bindings: Mapping[str, Binding], scope: Scope) -> list[Entry]:
    """The entries of formulas that stand together, in their order."""
    checks = PageChecks(scope.shown, scope.text, dict(scope.symbols), scope.module)
    lines = Lines(scope.text)
    for name in checks.page.problems:
        checks.fault_at(1, 1, f"in {scope.side.path}: {checks.page.problems[name]}")
    for one in formulas:
        binding = bindings.get(one.name)
        if binding is not None:
            _check(one.formula, binding, checks, partial(_place, scope.shown, lines, one.formula), scope)
        elif one.formula.is_display:
            checks.entries.append(_left(one, scope.shown))
    return checks.finish()


def _check(
    formula: Printed, binding: Binding, checks: PageChecks, place: Callable[[int, int], Place], scope: Scope
) -> None:
    """Check a formula with what its side file says of it."""
    kind = "equation" if formula.is_display else "inline"
    if binding.reads != (now := fingerprint(formula.latex)):
        checks.entries.append(_changed(formula, binding, now, scope))
        return
    attributes = dict(binding.attributes)
    if binding.symbols:
        symbols = {**scope.symbols, **binding.symbols}
        attributes["symbols"] = "; ".join(f"{name}: {kind}" for name, kind in symbols.items())
    latex = _expanded(formula.latex, scope.commands)
    entry = checks.formula(latex, kind, attributes, "", place)
    checks.entries[-1] = replace(entry, id=binding.name, source=formula.latex, bound_in=scope.side.path)


def _expanded(latex: str, commands: Mapping[str, Macro]) -> str:
    """A formula with the commands of its file written out; as it is, if they cannot be: it is not read then."""
    with suppress(ValueError):
        return expanded(latex, commands)
    return latex


def _place(shown: str, lines: Lines, formula: Printed, line: int, column: int) -> Place:
    return within(shown, lines, lines.begins[formula.line - 1] + formula.column - 1, formula.latex, line, column)


def _left(one: Named, shown: str) -> Entry:
    """A formula of which nobody has said anything: it is counted."""
    formula = one.formula
    return Entry(shown, formula.line, formula.column, one.name, "equation", formula.latex, NOT_BOUND)


def _changed(formula: Printed, binding: Binding, now: str, scope: Scope) -> Entry:
    at = f"{scope.side.path}:{binding.line}:{binding.column}"
    told = "has changed since it was bound" if binding.reads else "is bound without its hash"
    message = f"this formula {told}, in {at}\n    {shortened(formula.latex)}\n    write there, if it is meant: "
    return Entry(
        *(scope.shown, formula.line, formula.column, binding.name, "equation", formula.latex, "fails"),
        ok=False,
        message=f"{message}reads: {now!r}",
        bound_in=scope.side.path,
    )


def _gone(binding: Binding, formulas: Sequence[Named], shown: str, side: Side) -> Entry:
    names = [name for one in formulas for name in one.names]
    near = difflib.get_close_matches(binding.name, names, 1) or names[:1]
    advice = f"write: {near[0]}" if near else "write: the name of a formula; this file prints none"
    message = f"no formula of {shown} is named {binding.name}\n    {advice}"
    return fault_of(side.path, Fault(binding.line, binding.column, message), binding.name)


def fault_of(path: str, fault: Fault, source: str) -> Entry:
    place = f"{fault.line}:{fault.column}"
    return Entry(path, fault.line, fault.column, place, "page", source, "fails", ok=False, message=fault.message)
