"""What the text of a page says before Markdown reads it: its encoding, its front matter and its fences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from executable_math.tree import pointed

# As MkDocs has it: a page of which we read other declarations than the site does would be checked against those.
FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)(?:\.{3}|---)[ \t]*\n", re.DOTALL)
FENCE = re.compile(r"[\s>]*(`{3,}|~{3,})[ \t]*(.*)")
OURS = re.compile(r"\{?\s*\.?(math|pycon)\b")


class Fault(NamedTuple):
    """What is wrong with a page as a whole, and where."""

    line: int
    column: int
    message: str


class Fence(NamedTuple):
    """A fence as it is written: its first line and what stands in it, without white space."""

    header: str
    body: str


class Lenient(yaml.SafeLoader):
    """Reads YAML whose tags name Python objects, which nothing here needs."""


Lenient.add_multi_constructor("", lambda loader, suffix, node: None)


def read(path: Path) -> tuple[str, list[Fault]]:
    """The text of a file. A byte that is not UTF-8 is replaced and told, so that the rest can be checked."""
    raw = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8").rpartition("\n")
        line, column = before[0].count("\n") + len(before[1]) + 1, len(before[2]) + 1
        return text, [Fault(line, column, f"byte 0x{raw[error.start]:02x} is not UTF-8: save the page as UTF-8")]
    return text, []


def front_matter(text: str) -> tuple[str, dict[str, str]]:
    """A page without its front matter, and the symbols that this declares; as it is, if that is not YAML.

    >>> front_matter("---\\nsymbols:\\n  y: sign\\n---\\n# Title")
    ('# Title', {'y': 'sign'})
    """
    match = FRONT_MATTER.match(text)
    if match is None:
        return text, {}
    try:
        meta = yaml.load(match[1], Lenient)
    except yaml.YAMLError:
        return text, {}
    return (text[match.end() :], symbols_of(meta)) if isinstance(meta, dict) else (text, {})


def symbols_of(meta: Mapping[str, Any]) -> dict[str, str]:
    """The declarations of a page by symbol; none, if they are not written as such."""
    declared = meta.get("symbols")
    return {str(symbol): str(kind) for symbol, kind in declared.items()} if isinstance(declared, dict) else {}


def faults(text: str) -> Iterator[Fault]:
    """What is wrong with the front matter of a page, beyond the meaning of its declarations."""
    match = FRONT_MATTER.match(text)
    if match is None:
        return
    try:
        written = yaml.compose(match[1], Lenient)
    except yaml.MarkedYAMLError as error:
        place = min(_offset(match[1], error.problem_mark), len(match[1].rstrip()))
        message = f"the front matter is not YAML: {error.problem}\n{pointed(match[1], place)}\n    write: "
        yield _fault(error.problem_mark, message + "single quotes around a text with a colon or a backslash")
        return
    for key, value in written.value if isinstance(written, yaml.MappingNode) else ():
        if key.value == "symbols":
            yield from _declared_twice(value)


def _declared_twice(symbols: yaml.Node) -> Iterator[Fault]:
    """YAML takes the last of two declarations without a word."""
    if not isinstance(symbols, yaml.MappingNode):
        yield _fault(symbols.start_mark, "no declarations\n    write: one symbol a line, `y_i: sign, the label`")
        return
    lines: dict[str, int] = {}
    for symbol, _ in symbols.value:
        if symbol.value in lines:
            message = f"{symbol.value} has two meanings: it is declared in line {lines[symbol.value]} too"
            yield _fault(symbol.start_mark, f"{message}\n    write: another name for one of the two")
        lines[symbol.value] = symbol.start_mark.line + 2


def _fault(mark: Any, message: str) -> Fault:
    return Fault(mark.line + 2, mark.column + 1, message)


def _offset(text: str, mark: Any) -> int:
    return sum(len(line) for line in text.splitlines(keepends=True)[: mark.line]) + int(mark.column)


def fences(text: str) -> Iterator[Fence]:
    """The fences of a page that are for us, in order; what stands inside another fence is none."""
    marker, header, body = "", "", list[str]()
    for line in text.splitlines():
        match = FENCE.fullmatch(line)
        if match and not marker:
            marker, header, body = match[1], line.strip(), []
        elif match and match[1].startswith(marker) and not match[2]:
            if OURS.match(header.lstrip("`~ ")):
                yield Fence(header, squeezed("".join(body)))
            marker = ""
        elif marker:
            body.append(line)


def squeezed(text: str) -> str:
    """A text without its white space: Markdown takes indentation away."""
    return re.sub(r"\s", "", text)
