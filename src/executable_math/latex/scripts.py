"""What is attached to a name or a bracket: indices, powers, primes, arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from executable_math.latex.atoms import braced, call, indicator, single
from executable_math.latex.cursor import CLOSERS, CLOSING, Cursor
from executable_math.latex.tokens import Token
from executable_math.latex.tree import (
    Apply,
    Bind,
    Call,
    Dots,
    Indexed,
    Node,
    Number,
    Primed,
    Relation,
    Symbol,
    applies,
    indexed,
    primed_index,
    rebuilt,
)


def attached(reader: Cursor, node: Node) -> Node:
    """The node with all that is attached to it."""
    while True:
        more = _more(reader, node)
        if more is None:
            return node
        node = more


def _more(reader: Cursor, node: Node) -> Node | None:
    """The node with one thing more, or None where nothing more is attached."""
    text = reader.token.text if reader.token.kind == "mark" else ""
    if text == "_" and node == Number("1"):
        return indicator(reader, reader.tokens[reader.place - 1])
    if text in ("^", "_", "'"):
        return scripts(reader, node)
    if text in ("(", "[", "\\{"):
        return _bracket(reader, node, text)
    if text in reader.language.postfix:
        reader.advance()
        return Apply(reader.language.postfix[text], (node,), span=reader.since(node.span[0]))
    return None


def _bracket(reader: Cursor, node: Node, text: str) -> Node | None:
    """A call, an element or a condition, where a bracket is one of them."""
    expected = expects(reader, node)
    if (text == "(" and may_call(node)) or (text != "(" and expected):
        return call(reader, node)
    if text == "[" and may_call(node) and element_ahead(reader):
        return element(reader, node)
    if text == "(" and node == Number("1") and reader.relation_follows():
        return Apply("indicator", (reader.between(reader.condition),), span=reader.since(node.span[0]))
    return None


@dataclass
class Scripts:
    """What was read of the scripts behind a node: indices, primes, and what is done with powers."""

    lower: tuple[Node, ...] = ()
    upper: tuple[Node, ...] = ()
    primes: int = 0
    powers: list[Callable[[Node], Node]] = field(default_factory=list)


def scripts(reader: Cursor, node: Node) -> Node:
    """Sub- and superscripts in any order; indices are attached before powers."""
    start = node.span[0]
    found, seen = Scripts(), set[str]()
    while reader.token.text in ("^", "_", "'") and reader.token.kind == "mark":
        mark = reader.advance().text
        if mark != "'" and mark in seen:
            place = reader.tokens[reader.place - 1].start
            reader.refuse(f"two {mark} after one another", "braces around the first", at=place)
        seen.add(mark)
        if mark == "'":
            found.primes += 1
        elif mark == "_" and applies(node, "norm") and len(node.parts) == 1:  # in braces of its own
            node = Apply("norm", (*node.parts, braced(reader)), span=reader.since(start))
        elif mark == "_":
            sign = (_signed_name(reader) or _bounded_name(reader)) if _is_set(node) else None
            found.lower = (sign,) if sign is not None else _subscript(reader)
        else:
            _superscript(reader, found, node)
    return _scripted(reader, node, found, start)


def _scripted(reader: Cursor, node: Node, found: Scripts, start: int) -> Node:
    if found.lower and isinstance(found.lower[0], Relation):
        node = _positive_part(reader, node)
    else:
        if found.upper or found.lower:
            node = indexed(node, found.upper + found.lower, reader.since(start))
        if found.primes:
            node = Primed(node, found.primes, span=reader.since(start))
    for power in found.powers:
        node = power(node)
    return node


def _positive_part(reader: Cursor, node: Node) -> Node:
    span = reader.since(node.span[0])
    node = node.parts[0] if applies(node, "absolute") else node
    return Call(Symbol("\\max", span=node.span), (Number("0", span=node.span), node), span=span)


def _is_set(node: Node) -> bool:
    return isinstance(node, Symbol) and node.name.startswith("\\mathbb")


def _inverse_transpose(reader: Cursor, found: Scripts) -> None:
    r"""`A^{-\top}`."""
    for _ in range(2):
        reader.advance()
    mark = reader.advance()
    reader.advance()
    one = Apply("negate", (Number("1", span=(mark.start, mark.end)),), span=(mark.start, mark.end))
    found.powers += [
        lambda node: Apply("power", (node, one), span=(node.span[0], mark.end)),
        lambda node: Apply("transpose", (node,), (mark.text,), span=(node.span[0], mark.end)),
    ]


def _bounded_name(reader: Cursor) -> Symbol | None:
    r"""A bound that is part of the name of a set, as in `\mathbb{R}_{> 0}`."""
    sign, number = reader.next(), reader.next(2)
    if reader.token.text != "{" or sign.text not in (">", "\\ge", "<", "\\le") or reader.next(3).text != "}":
        return None
    for _ in range(4):
        reader.advance()
    return Symbol(f"{sign.text} {number.text}", span=(sign.start, number.end))


def _subscript(reader: Cursor) -> tuple[Node, ...]:
    if reader.token.text == "+" and reader.tokens[reader.place - 2].text in CLOSERS | {"|"}:
        token = reader.advance()
        return (Relation("+", span=(token.start, token.end)),)
    if sign := _signed_name(reader):
        return (sign,)
    if reader.token.text != "{":
        return (single(reader),)
    return _split_indices([rebuilt(item, primed_index) for item in _index_list(reader)])


def _signed_name(reader: Cursor) -> Symbol | None:
    """A sign that is part of a name, as in `N_+` and `x_*`."""
    braces = reader.token.text == "{" and reader.next(2).text == "}"
    sign = reader.next() if braces else reader.token
    if sign.text not in ("+", "-", "*"):
        return None
    for _ in range(3 if braces else 1):
        reader.advance()
    return Symbol(sign.text, span=(sign.start, sign.end))


def _index_list(reader: Cursor) -> list[Node]:
    opened = reader.advance()
    reader.open.append("{")
    items = [_index_item(reader)]
    while reader.take(",") or reader.take(";"):
        items.append(_index_item(reader))
    reader.expect("}", opened)
    reader.open.pop()
    return items


def _index_item(reader: Cursor) -> Node:
    if reader.token.text in reader.language.upright and reader.next().text in ("}", ","):
        token = reader.advance()
        return Symbol(token.text[1:], span=(token.start, token.end))
    if [reader.next(ahead).text for ahead in range(4)] in (["0", "-", "1", "}"], ["0", "/", "1", "}"]):
        return _zero_one(reader)
    if given := _given(reader):
        return given
    first = reader.nested(reader.chain)
    if not reader.take(":"):
        return first
    last = reader.nested(reader.chain)
    return Apply("vector", (first, Dots(span=first.span), last), span=reader.since(first.span[0]))


def _given(reader: Cursor) -> Symbol | None:
    """A time as it is seen from another, `t|t-1`: a name."""
    place, bars = reader.place, 0
    while reader.tokens[place].kind in ("letter", "number") or reader.tokens[place].text in ("|", "-", "+"):
        bars += reader.tokens[place].text == "|"
        place += 1
    if bars != 1 or reader.tokens[place].text not in ("}", ","):
        return None
    start, text = reader.token.start, ""
    while reader.place < place:
        text += reader.advance().text
    return Symbol(text, span=reader.since(start))


def _zero_one(reader: Cursor) -> Symbol:
    """The name of the zero-one loss, `L_{0-1}`."""
    start, text = reader.token.start, "".join(reader.advance().text for _ in range(3))
    return Symbol(text, span=reader.since(start))


def _superscript(reader: Cursor, found: Scripts, base: Node) -> None:
    token = reader.token
    mark = reader.next() if token.text == "{" else token
    if _is_set(base) and (sign := _signed_name(reader)):
        found.upper = (sign,)
    elif token.text == "+" and reader.tokens[reader.place - 2].text in CLOSERS:
        reader.advance()
        found.powers.append(lambda node: _positive_part(reader, node))
    elif [reader.next(ahead).text for ahead in (0, 1, 3)] == ["{", "-", "}"] and reader.next(2).text in ("\\top", "T"):
        _inverse_transpose(reader, found)
    elif token.text == "{" and reader.next(2).text == "}" and mark.text in (*MARKS, "'", "+"):
        reader.advance()
        _mark(reader, found, mark, base)
        reader.advance()
    elif token.text == "{" and mark.text == "'":
        found.primes += _braced_primes(reader)
    elif token.text in ("+", "-") and may_call(base):
        found.upper = (_sign_above(reader),)
    elif token.text in (*MARKS, "\\dagger"):
        _mark(reader, found, mark, base)
    elif token.text == "{" and (index := _bracketed_index(reader, found, base)):
        found.upper = index
    elif mark.kind == "word":
        found.upper = _word_above(reader, token)
    else:
        _power(reader, found, token)


def _sign_above(reader: Cursor) -> Symbol:
    """A sign that is part of a name, as in `x^+`; before a factor it may be that of a power."""
    sign = reader.advance()
    if reader.starts_factor():
        reader.refuse("a sign without braces", f"{{{sign.text}1}}", at=sign.start)
    return Symbol(sign.text, span=(sign.start, sign.end))


MARKS = ("\\top", "T", "*", "\\star")


def _power(reader: Cursor, found: Scripts, token: Token) -> None:
    exponent = braced(reader) if token.text == "{" else single(reader)

    def power(node: Node) -> Node:
        span = node.span[0], max(node.span[1], exponent.span[1], token.start)
        return Apply("power", (node, exponent), span=span)

    found.powers.append(power)


def _mark(reader: Cursor, found: Scripts, token: Token, base: Node) -> None:
    """A transpose, primes, or a star that is part of a name."""
    reader.advance()
    if token.text in ("T", "\\top"):
        span_end = token.end
        mark = (token.text,)
        found.powers.append(lambda node: Apply("transpose", (node,), mark, span=(node.span[0], span_end)))
    elif token.text == "'":
        found.primes += 1
    elif not may_call(base):
        reader.refuse(f"{token.text} after what is not a symbol", at=token.start)
    else:
        found.upper = (*found.upper, Symbol(token.text.lstrip("\\"), span=(token.start, token.end)))


def _braced_primes(reader: Cursor) -> int:
    opened = reader.advance()
    count = 0
    while reader.take("'"):
        count += 1
    reader.expect("}", opened)
    return count


def _word_above(reader: Cursor, opened: Token) -> tuple[Node, ...]:
    r"""A superscript that is part of the name: `x^{\text{new}}`."""
    braces = reader.take("{")
    word = reader.advance()
    if braces:
        reader.expect("}", opened)
    return (Symbol(word.text, span=(word.start, word.end)),)


def _bracketed_index(reader: Cursor, found: Scripts, base: Node) -> tuple[Node, ...]:
    r"""The index in `x^{(i)}`, `x^{(i) \top}` or `x^{[l]}`, or nothing where the brackets hold an exponent."""
    opening, item, closing = reader.next(1), reader.next(2), reader.next(3)
    pair = CLOSING.get(opening.text) == closing.text and opening.text in ("(", "[")
    transposed = reader.next(4).text in ("\\top", "T")
    after = reader.next(5 if transposed else 4)
    if not (pair and after.text == "}" and item.kind in ("letter", "number") and may_call(base)):
        return ()
    for _ in range(4):
        reader.advance()
    if transposed:
        _mark(reader, found, reader.token, base)
    reader.advance()
    span = (item.start, item.end)
    return (Number(item.text, span=span) if item.kind == "number" else Symbol(item.text, span=span),)


def element_ahead(reader: Cursor) -> bool:
    """Whether `[` directly after a name holds an index, as in `y[i]` and `x[y[j]]`."""
    if reader.token.spaced or reader.tokens[reader.place - 1].kind not in ("letter", "word"):
        return False
    depth = 0
    for place in range(reader.place, len(reader.tokens)):
        token = reader.tokens[place]
        depth += (token.text == "[") - (token.text == "]")
        if not depth:
            return place > reader.place + 1
        if token.kind not in ("letter", "number", "word") and token.text not in tuple("[],_{}"):
            return False
    return False


def element(reader: Cursor, node: Node) -> Node:
    opened = reader.advance()
    reader.open.append("]")
    items = [reader.expression()]
    while reader.take(","):
        items.append(reader.expression())
    reader.expect("]", opened)
    reader.open.pop()
    return indexed(node, tuple(items), reader.since(node.span[0]))


def may_call(node: Node) -> bool:
    """Whether a bracket after this may hold its arguments."""
    base = node
    while isinstance(base, Indexed | Primed):
        base = base.base
    if isinstance(base, Bind) and base.operator == "derivative":
        return isinstance(base.body, Symbol | Indexed)
    return isinstance(base, Symbol)


def expects(reader: Cursor, node: Node) -> bool:
    """Whether this is a name that is called with any brackets, such as an expectation."""
    base = node.base if isinstance(node, Indexed) else node
    return isinstance(base, Symbol) and base.name in reader.language.bracketed


def _split_indices(items: list[Node]) -> tuple[Node, ...]:
    """Indices one by one: `ij` is i and j, `2i` is one index."""
    found: list[Node] = []
    for item in items:
        letters = applies(item, "multiply") and not any(item.marks) and not isinstance(item.parts[0], Number)
        plain = letters and all(isinstance(factor, Symbol | Indexed | Number) for factor in item.children)
        found.extend(item.children if plain else [item])
    return tuple(found)
