"""Side files: which formulas of a documentation file are checked, and against what, without a change of that file.

A side file is YAML. Each of its documents binds formulas of one file; a first one that binds none is shared by all.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import yaml

from executable_math.pages.text import Fault, Lenient, squeezed

SUFFIX = ".math.yml"
# What a document of a side file says, and what it says of a formula.
KEYS = ("of", "module", "macros", "symbols", "sections", "formulas")
NO_YAML = "this is not YAML: {}\n    write: {}"
OF_A_FORMULA = ("reads", "equals", "differs", "symbols", "given", "as", "weak", "unchecked")


class Binding(NamedTuple):
    """What a side file says of one formula.

    Args:
        name: Its label, or its section and its number in it: `Hinge loss#2`; `Hinge loss$2` of those in sentences.
        line: Where it is said, from 1.
        column: Where in that line, from 1.
        reads: The hash of its LaTeX; see `fingerprint`.
        attributes: What it is held against, and how: as in the braces behind a formula of a page.
        symbols: The declarations of this formula alone.
    """

    name: str
    line: int
    column: int
    reads: str
    attributes: Mapping[str, str]
    symbols: Mapping[str, str]


@dataclass(frozen=True)
class Document:
    """What a side file says of one documentation file.

    Args:
        of: The file, as it is seen from the side file, or the dotted name of an installed module.
        line: Where it is said, from 1.
        module: The dotted name of the module that has the code; nothing, if the project says it.
        macros: Definitions of LaTeX commands, as a file has them.
        symbols: Declarations for all formulas, by symbol.
        sections: Declarations by section, and in it by symbol.
        formulas: What is bound.
    """

    of: str = ""
    line: int = 1
    module: str = ""
    macros: str = ""
    symbols: Mapping[str, str] = field(default_factory=dict)
    sections: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    formulas: tuple[Binding, ...] = ()


class SideFile(NamedTuple):
    """A side file as it is read, and what in it is not understood."""

    documents: list[Document]
    faults: list[Fault]


def fingerprint(latex: str) -> str:
    r"""The hash by which a side file knows the formula that it binds; white space is no part of it.

    >>> fingerprint(r"x^2  =  y"), fingerprint("x^2=y")
    ('a44e2d9e', 'a44e2d9e')
    """
    return hashlib.sha256(squeezed(latex).encode()).hexdigest()[:8]


def side_file(text: str) -> SideFile:
    r"""Read a side file; what is not understood is a fault, and the rest is read.

    >>> [document] = side_file("of: hinge.md\nformulas:\n  Hinge#1: {reads: a44e2d9e, equals: hinge(m)}").documents
    >>> document.formulas[0].name
    'Hinge#1'
    """
    faults: list[Fault] = []
    try:
        for event in yaml.parse(text, Lenient):
            if isinstance(event, yaml.AliasEvent):
                return SideFile([], [_fault(event, "a side file has no aliases\n    write: what it stands for")])
        nodes = [node for node in yaml.compose_all(text, Lenient) if node is not None]
        documents = [_document(node, faults) for node in nodes]
    except yaml.MarkedYAMLError as error:
        mark, advice = error.problem_mark, "single quotes around a text with a colon or a backslash"
        return SideFile([], [Fault(mark.line + 1, mark.column + 1, NO_YAML.format(error.problem, advice))])
    except (yaml.YAMLError, RecursionError) as error:
        return SideFile([], [Fault(1, 1, NO_YAML.format(str(error).partition("\n")[0], "text, with few levels"))])
    return SideFile(_shared(documents), faults)


def _shared(documents: list[Document]) -> list[Document]:
    """The documents, each with what the first one says for all."""
    first, *others = documents or [Document()]
    if not others or first.of or first.formulas:
        return documents
    return [
        replace(
            one,
            module=one.module or first.module,
            macros=f"{first.macros}\n{one.macros}",
            symbols={**first.symbols, **one.symbols},
        )
        for one in others
    ]


def _document(node: yaml.Node, faults: list[Fault]) -> Document:
    items = _named(node, faults, KEYS)
    sections = _items(items["sections"], faults) if "sections" in items else ()
    formulas = _items(items["formulas"], faults) if "formulas" in items else ()
    return Document(
        **{key: _text(items[key], faults) for key in ("of", "module", "macros") if key in items},
        line=node.start_mark.line + 1,
        symbols=_texts(items.get("symbols"), faults),
        sections={name.value: _texts(value, faults) for name, value in sections},
        formulas=tuple(_binding(name, value, faults) for name, value in formulas),
    )


def _binding(name: yaml.ScalarNode, node: yaml.Node, faults: list[Fault]) -> Binding:
    items = _named(node, faults, OF_A_FORMULA)
    told = {key: _text(value, faults) for key, value in items.items() if key != "symbols"}
    place = (name.start_mark.line + 1, name.start_mark.column + 1)
    return Binding(name.value, *place, told.pop("reads", ""), told, _texts(items.get("symbols"), faults))


def _named(node: yaml.Node, faults: list[Fault], known: tuple[str, ...] = ()) -> dict[str, yaml.Node]:
    return {key.value: value for key, value in _items(node, faults, known)}


def _items(
    node: yaml.Node, faults: list[Fault], known: tuple[str, ...] = ()
) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    """The keys and values of a mapping; a key that is not known, or is there twice, is a fault."""
    if not isinstance(node, yaml.MappingNode):
        faults.append(_fault(node, f"this is no mapping\n    write: {_example(known)}"))
        return
    seen = set[str]()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            faults.append(_fault(key, "this is no name\n    write: a name"))
        elif known and key.value not in known:
            near = difflib.get_close_matches(key.value, known, 1) or [f"one of {', '.join(known)}"]
            faults.append(_fault(key, f"nothing is named {key.value} here\n    write: {near[0]}"))
        elif key.value in seen:
            faults.append(_fault(key, f"{key.value} is there twice\n    write: another name for one of the two"))
        else:
            seen.add(key.value)
            yield key, value


def _example(known: tuple[str, ...]) -> str:
    return f"{known[0]}: ..." if known else "a name, a colon, and what it is, a line each"


def _texts(node: yaml.Node | None, faults: list[Fault]) -> dict[str, str]:
    return {name: _text(value, faults) for name, value in _named(node, faults).items()} if node is not None else {}


def _text(node: yaml.Node, faults: list[Fault]) -> str:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    faults.append(_fault(node, f"this is no text, but a {node.id}\n    write: a text"))
    return ""


def _fault(node: Any, message: str) -> Fault:
    return Fault(node.start_mark.line + 1, node.start_mark.column + 1, message)
