"""What the text of a page says before Markdown reads it: its encoding, its front matter and its fences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from executable_math.latex.tree import pointed

# As MkDocs has it: a page of which we read other declarations than the site does would be checked against those.
FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)(?:\.{3}|---)[ \t]*\n", re.DOTALL)
FENCE = re.compile(r"[\s>]*(`{3,}|~{3,})[ \t]*(.*)")
CELL = re.compile(r"^#\s*%%(?!%)", re.MULTILINE)
LANGUAGE = re.compile(r"[`~]+\s*+\{?\s*+\.?([\w+#-]+)")
TOLD = ("title", "subtitle", "description", "summary")
OURS = ("math", "pycon")


class Fault(NamedTuple):
    """What is wrong with a page as a whole, and where."""

    line: int
    column: int
    message: str


class Fence(NamedTuple):
    """A fence as it is written: its first line without white space around it, and the lines that stand in it."""

    header: str
    body: str

    @property
    def language(self) -> str:
        """What it is named; nothing, if it has no name."""
        return match[1] if (match := LANGUAGE.match(self.header)) else ""

    @property
    def is_ours(self) -> bool:
        """Whether it is checked, or run."""
        return self.language in OURS


class Lenient(yaml.SafeLoader):
    """Reads YAML whose tags name Python objects, which nothing here needs."""


Lenient.add_multi_constructor("", lambda loader, suffix, node: None)

# More levels, or more characters with every alias written out, are an attack or an accident.
DEEPEST = 20
LONGEST = 100_000


def read(path: Path) -> tuple[str, list[Fault]]:
    """The text of a file, its lines ended by line feeds, without a byte order mark.

    A byte that is not UTF-8 is replaced and told, so that the rest can be checked.
    """
    raw = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    text = _lines(raw.decode("utf-8", "replace"))
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = _lines(raw[: error.start].decode("utf-8")).rpartition("\n")
        line, column = before[0].count("\n") + len(before[1]) + 1, len(before[2]) + 1
        return text, [Fault(line, column, f"byte 0x{raw[error.start]:02x} is not UTF-8: save the page as UTF-8")]
    return text, []


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def front_matter(text: str) -> tuple[str, dict[str, str]]:
    """A page without its front matter, and the symbols that this declares: none, if it cannot be read.

    >>> front_matter("---\\nsymbols:\\n  y: sign\\n---\\n# Title")
    ('# Title', {'y': 'sign'})
    """
    match = FRONT_MATTER.match(text)
    if match is None:
        return text, {}
    meta, fault = _loaded(match[1])
    is_front_matter = fault or isinstance(meta, dict)
    return (text[match.end() :], symbols_of(meta or {})) if is_front_matter else (text, {})


def flag(text: str, name: str) -> bool:
    """Whether the front matter of a page says that something is so.

    >>> flag("---\\nonly_bound: true\\n---\\n# Title", "only_bound")
    True
    """
    match = FRONT_MATTER.match(text)
    meta = _loaded(match[1])[0] if match else None
    return isinstance(meta, dict) and meta.get(name) is True


def without_faults(text: str) -> str:
    """A page as others may read it: without its front matter, if that cannot be read."""
    match = FRONT_MATTER.match(text)
    # An empty line in front: what follows is not to be taken for another kind of front matter.
    return "\n" + text[match.end() :] if match and _loaded(match[1])[1] else text


def not_blank(text: str) -> str:
    """A page that Markdown reads. It does not begin with a blank one: nothing would tell what is wrong with it."""
    return text if text.strip() else "<!-- blank -->"


def symbols_of(meta: Mapping[str, Any]) -> dict[str, str]:
    """The declarations of a page by symbol; without those that are not written as such."""
    declared = meta.get("symbols")
    pairs = declared.items() if isinstance(declared, dict) else ()
    return {str(symbol): str(kind) for symbol, kind in pairs if _is_scalar(symbol) and _is_scalar(kind)}


def _is_scalar(value: object) -> bool:
    return not isinstance(value, list | tuple | dict | set)


def faults(text: str) -> Iterator[Fault]:
    """What is wrong with the front matter of a page, beyond the meaning of its declarations."""
    match = FRONT_MATTER.match(text)
    if match is None:
        return
    if fault := _loaded(match[1])[1]:
        yield fault
        return
    for key, value in _composed(match[1]):
        if key.value == "symbols":
            yield from _misdeclared(value)


@lru_cache(maxsize=64)
def _loaded(written: str) -> tuple[Any, Fault | None]:
    """What the text of a front matter says, or why it cannot be read."""
    try:
        fault = _too_much(written)
        return (None, fault) if fault else (yaml.load(written, Lenient), None)
    except yaml.MarkedYAMLError as error:
        place = min(_offset(written, error.problem_mark), len(written.rstrip()))
        message = f"the front matter is not YAML: {error.problem}\n{pointed(written, place)}\n    write: "
        return None, _fault(error.problem_mark, message + "single quotes around a text with a colon or a backslash")
    except Exception as error:  # a date or a character that is none: what YAML makes of it may raise anything
        reason = str(error).partition("\n")[0]
        return None, Fault(2, 1, f"the front matter cannot be read: {reason}\n    write: single quotes around a text")


@lru_cache(maxsize=64)
def _composed(written: str) -> list[tuple[yaml.Node, yaml.Node]]:
    """The keys and the values of a front matter that can be read, with their places."""
    node = yaml.compose(written, Lenient)
    return node.value if isinstance(node, yaml.MappingNode) else []


def _too_much(written: str) -> Fault | None:
    """Brackets in brackets, and aliases of aliases, which unfold to any length: found without unfolding them."""
    lengths: dict[str | None, int] = {}
    opened: list[tuple[str | None, int]] = [(None, 0)]
    for event in yaml.parse(written, Lenient):
        anchor, length = getattr(event, "anchor", None), 0
        if isinstance(event, yaml.CollectionStartEvent):
            opened.append((anchor, 0))
            lengths[anchor] = LONGEST + 1  # what stands in itself has no end
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, length = opened.pop()
            lengths[anchor] = length
        elif isinstance(event, yaml.ScalarEvent):
            lengths[anchor] = length = len(event.value)
        elif isinstance(event, yaml.AliasEvent):
            length = lengths.get(anchor, 0)
        opened[-1] = (opened[-1][0], opened[-1][1] + length + 1)
        if len(opened) > DEEPEST + 1:  # beside the first, which is of the whole text
            return _fault(event.start_mark, f"the front matter has more than {DEEPEST} levels\n    write: fewer")
        if opened[-1][1] > LONGEST:
            told = f"the front matter has more than {LONGEST} characters, with every alias written out"
            return _fault(event.start_mark, f"{told}\n    write: fewer")
    return None


def told(text: str) -> Iterator[Fault]:
    """What the front matter of a page says to readers, each text where it stands."""
    match = FRONT_MATTER.match(text)
    for key, value in _composed(match[1]) if match and not _loaded(match[1])[1] else ():
        if key.value in TOLD and isinstance(value, yaml.ScalarNode):
            yield _fault(value.start_mark, value.value)


def _misdeclared(symbols: yaml.Node) -> Iterator[Fault]:
    """Declarations that are none, and those of a symbol declared twice: YAML takes the last without a word."""
    if not isinstance(symbols, yaml.MappingNode):
        yield _fault(symbols.start_mark, "no declarations\n    write: one symbol a line, `y_i: sign, the label`")
        return
    lines: dict[str, int] = {}
    for symbol, kind in symbols.value:
        if wrong := [node for node in (symbol, kind) if not isinstance(node, yaml.ScalarNode)]:
            yield _fault(wrong[0].start_mark, f"no declaration: a {wrong[0].id}\n    write: `y_i: sign, the label`")
            continue
        if symbol.value in lines:
            message = f"{symbol.value} has two meanings: it is declared in line {lines[symbol.value]} too"
            yield _fault(symbol.start_mark, f"{message}\n    write: another name for one of the two")
        lines[symbol.value] = symbol.start_mark.line + 2


def _fault(mark: Any, message: str) -> Fault:
    return Fault(mark.line + 2, mark.column + 1, message)


def _offset(text: str, mark: Any) -> int:
    return sum(len(line) for line in text.splitlines(keepends=True)[: mark.line]) + int(mark.column)


def parts(text: str) -> Iterator[Fence | str]:
    """The fences of a page and its lines outside of them, in order; what stands inside another fence is none.

    One of ours that is never closed is one all the same: nothing else would tell that it is lost.
    """
    marker, header, body, quoted = "", "", list[str](), ""
    for line in text.splitlines():
        match = FENCE.fullmatch(line)
        if match and not marker:
            marker, header, body = match[1], line[match.start(1) :].strip(), []
            quoted = rf"(?:\s*>){{{line[: match.start(1)].count('>')}}}\s?" if line.lstrip().startswith(">") else ""
        elif match and match[1].startswith(marker) and not match[2]:
            yield Fence(header, "\n".join(body))
            marker = ""
        elif marker:
            body.append(re.sub(rf"\A{quoted}", "", line))
        else:
            yield line
    if marker and (unclosed := Fence(header, "\n".join(body))).is_ours:
        yield unclosed


def squeezed(text: str) -> str:
    """A text without its white space: Markdown takes indentation away."""
    return re.sub(r"\s", "", text)
