"""What takes in what follows it: functions with a bare argument, bounds, and the body of an operator."""

from __future__ import annotations

from collections.abc import Sequence

from executable_math.latex.atoms import braced, call, single
from executable_math.latex.cursor import Cursor
from executable_math.latex.tokens import ACCENTS, KEPT_FONTS, PLAIN_FONTS, Token
from executable_math.latex.tree import (
    Apply,
    Bind,
    Call,
    Chain,
    Indexed,
    Node,
    Number,
    Primed,
    Symbol,
    applies,
    indexed,
    primed_index,
    rebuilt,
)


def function(reader: Cursor) -> Node:
    r"""A function with its scripts and its argument: `\log_2 x`, `\sin^2(x)`, `\log' x`."""
    token = reader.advance()
    name: Node = Symbol(token.text, span=(token.start, token.end))
    exponent: Node | None = None
    while reader.token.text in ("_", "^", "'"):
        mark = reader.advance().text
        if mark == "_":
            name = indexed(name, (braced(reader),), reader.since(token.start))
        elif mark == "^":
            exponent = braced(reader)
        else:
            name = Primed(name, 1 + (name.order if isinstance(name, Primed) else 0), span=reader.since(token.start))
    found = _applied(reader, name, token)
    return Apply("power", (found, exponent), span=found.span) if exponent is not None else found


def _applied(reader: Cursor, name: Node, token: Token) -> Node:
    """A function with its argument, in brackets, in braces or bare."""
    if reader.token.text in ("(", "["):
        return call(reader, name)
    if reader.token.text == "{":
        return Call(name, (braced(reader),), span=reader.since(token.start))
    if not reader.starts_factor():
        reader.refuse(f"{token.text} is not followed by what it is applied to", f"{token.text}(x)", at=token.start)
    argument = _bare_argument(reader)
    return Call(name, (argument,), bracketed=False, span=reader.since(token.start))


def _bare_argument(reader: Cursor) -> Node:
    r"""What follows a function without brackets: symbols and numbers as in `\log 2\pi`, or one other factor."""
    factors = [reader.factor()]
    while _is_plain(factors[-1]) and _starts_plain(reader):
        refuse_two_numbers(reader, factors[-1])
        factors.append(reader.factor())
    if reader.token.text in ("(", "[", "\\{") and _is_plain(factors[-1]):
        reader.refuse("does the function reach this bracket?", r"\log(a (b)) or (\log a)(b)")
    return product(factors, [""] * (len(factors) - 1))


def _starts_plain(reader: Cursor) -> bool:
    fonts = ACCENTS.keys() | PLAIN_FONTS | KEPT_FONTS.keys()
    accented = reader.token.kind == "mark" and reader.token.text in fonts
    return (accented or reader.token.kind in ("letter", "number", "word")) and not reader.ends_integral()


def _is_plain(node: Node) -> bool:
    """Whether a factor is a number or a symbol, also with indices or a power."""
    return isinstance(node.parts[0] if applies(node, "power") else node, Number | Symbol | Indexed)


def refuse_two_numbers(reader: Cursor, before: Node) -> None:
    if isinstance(before, Number) and reader.token.kind == "number":
        reader.refuse("two numbers side by side", rf"{before.text} \cdot {reader.token.text}")


def product(factors: Sequence[Node], signs: Sequence[str]) -> Node:
    if len(factors) == 1:
        return factors[0]
    return Apply("multiply", tuple(factors), tuple(signs), span=(factors[0].span[0], factors[-1].span[1]))


def operand(reader: Cursor) -> Node:
    """What a derivative written as a prefix acts on: the factors side by side, up to another derivative."""
    factors = [reader.signed(reader.factor)]
    while reader.starts_factor() and reader.token.text not in ("\\nabla", "\\partial"):
        factors.append(reader.factor())
    return product(factors, [""] * (len(factors) - 1))


def bounds(reader: Cursor) -> tuple[list[Node], Node | None]:
    """What stands below and above an operator."""
    lower: list[Node] = []
    upper: Node | None = None
    while reader.token.text in ("_", "^") and reader.token.kind == "mark":
        if reader.advance().text == "_":
            lower = below(reader)
        else:
            upper = braced(reader)
    return lower, upper


def below(reader: Cursor) -> list[Node]:
    r"""What stands below a big operator: `i=1`, `j \ne y_i`, `i, j`, `i : y_i = 1`."""
    if reader.token.text != "{":
        return [single(reader)]
    opened = reader.advance()
    if reader.token.text == "{":  # from \\substack
        items = below(reader)
        reader.expect("}", opened)
        return items
    reader.open.append("{")
    items = [reader.nested(reader.chain)]
    while any(reader.take(mark) for mark in (",", ":", "\\land", "|", "\\\\")):
        items.append(reader.nested(reader.chain))
    reader.expect("}", opened)
    reader.open.pop()
    return [rebuilt(item, primed_index) for item in items]


def over_indices(reader: Cursor, operator: str, token: Token, lower: list[Node], upper: Node | None) -> Bind:
    """An operator over indices, with the body that it takes in."""
    indices, start, conditions = _bound_indices(lower)
    body = reader.signed(reader.term)
    return Bind(operator, indices, start, upper, conditions, body, span=reader.since(token.start))


def _bound_indices(lower: Sequence[Node]) -> tuple[tuple[Symbol, ...], Node | None, tuple[Node, ...]]:
    """The indices that are bound, the first one's lower end, and the conditions on them."""
    indices: list[Symbol] = []
    start: Node | None = None
    conditions: list[Node] = []
    for place, item in enumerate(lower):
        bound = _bound(item)
        if place == 0 and isinstance(item, Chain) and item.relations[0].sign == "=" and len(item.sides) == 2:
            start = item.sides[1]
        elif not isinstance(item, Symbol) and bound != [item]:
            conditions.append(item)
        if place == 0 or isinstance(item, Symbol):
            indices += [symbol for symbol in bound if symbol not in indices]
    return tuple(indices), start, tuple(conditions)


def _bound(item: Node) -> list[Symbol]:
    """The indices that an item below a big operator binds."""
    if isinstance(item, Symbol):
        return [item]
    if applies(item, "multiply") and not any(item.marks):
        return [factor for factor in item.parts if isinstance(factor, Symbol)]
    if isinstance(item, Chain) and len(item.sides) > 2:
        return [side for side in item.sides[1:-1] if isinstance(side, Symbol)]
    return [side for side in item.children[:1] if isinstance(side, Symbol)]
