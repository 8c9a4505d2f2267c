"""What a formula is made of: numbers, names, brackets, arguments, and what a font or an accent makes of a letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from executable_math.latex.cursor import CLOSING, Cursor
from executable_math.latex.language import Start
from executable_math.latex.tokens import ACCENTS, KEPT_FONTS, PLAIN_FONTS, Token
from executable_math.latex.tree import Apply, Call, Chain, Indexed, Node, Number, Symbol


def atom(reader: Cursor) -> Node:
    token = reader.token
    if token.kind == "number":
        return number(reader)
    if token.kind in ("letter", "word"):
        reader.advance()
        return Symbol(token.text, span=(token.start, token.end))
    if token.kind == "begin":
        return environment(reader)
    if token.kind == "mark" and (read := _ATOMS.get(token.text)):
        return read(reader)
    if found := start_of(reader, closed=True):
        form, name = found
        return form.read(reader, name)
    if token.text in ACCENTS and token.kind == "mark":
        return accented(reader)
    if token.text in PLAIN_FONTS or token.text in KEPT_FONTS:
        return font(reader)
    return reader.refuse_token()


def environment(reader: Cursor) -> Node:
    found = reader.language.environments.get(reader.token.text)
    if found is None or reader.token.kind != "begin":
        reader.refuse_token()
    form, name = found
    return form.read(reader, name)


def start_of(reader: Cursor, closed: bool = False) -> tuple[Start, str] | None:
    """The notation that begins here, if one does; one that is closed, where only that may stand."""
    forms = reader.language.starts.get(reader.token.text, ()) if reader.token.kind in ("mark", "letter") else ()
    fitting = (item for item in forms if item[0].closed or not closed)
    return next((item for item in fitting if item[0].ahead is None or item[0].ahead(reader)), None)


def number(reader: Cursor) -> Node:
    token = reader.advance()
    text = token.text
    if "." in text and reader.token.text == "\\ldots" and reader.next().text != ",":
        reader.advance()
        text += "…"
    return Number(text, span=reader.since(token.start))


def single(reader: Cursor) -> Node:
    """What a script or a fraction takes without braces: one digit, letter or command."""
    token = reader.token
    if token.kind == "number" and _is_long(token):
        reader.token = token._replace(text=token.text[1:], start=token.start + 1, spaced=False)
        reader.tokens[reader.place] = reader.token
        return Number(token.text[0], span=(token.start, token.start + 1))
    if token.text in reader.language.upright and token.kind == "mark":
        reader.advance()
        return Symbol(token.text[1:], span=(token.start, token.end))
    if token.text == "-":
        reader.refuse("a sign without braces", "{-1}")
    return reader.nested(lambda: atom(reader))


def _is_long(token: Token) -> bool:
    """Whether a number has more digits than one, which stand side by side."""
    return token.text[1:] != "" and token.text[0].isdigit() and token.end - token.start == len(token.text)


def braced(reader: Cursor) -> Node:
    """The expression between braces."""
    opened = reader.token
    if not reader.take("{"):
        return single(reader)
    reader.open.append("{")
    if reader.token.text == "}":
        reader.refuse("nothing between the braces", "{1}", at=opened.start)
    found = reader.expression()
    if reader.token.text == ",":
        items = [found]
        while reader.take(","):
            items.append(reader.dots_or(reader.expression))
        found = Apply("vector", tuple(items), span=reader.since(items[0].span[0]))
    elif operator := reader.language.halves.get(reader.token.text):
        reader.advance()
        found = Apply(operator, (found, reader.expression()), span=(opened.start, reader.token.end))
    reader.expect("}", opened)
    reader.open.pop()
    return found


def group(reader: Cursor) -> Node:
    """A bracket: a value, a list of values, or a condition (then it is 1 or 0)."""
    opened = reader.advance()
    if opened.text == "\\{" and reader.token.kind == "begin":
        form, name = reader.language.environments["cases"]  # whatever the rows behind a brace stand in
        return form.read(reader, name)
    closing = CLOSING[opened.text]
    reader.open.append(closing)
    items = _items(reader, closing)
    if reader.token.text in ("|", ":") and opened.text == "\\{":
        reader.refuse("a set given by a condition", r"a sum with a condition, such as \sum_{i : y_i = 1} 1")
    if reader.token.text in (")", "]") and reader.token.text != closing and len(items) == 2:
        reader.refuse("an interval where a value is expected", r"x \in [0, 1)", at=opened.start)
    reader.expect(closing, opened)
    reader.open.pop()
    return _grouped(reader, items, opened)


def _items(reader: Cursor, closing: str) -> list[Node]:
    if reader.token.text == closing:
        reader.refuse("nothing between the brackets", "(x)")
    items = [reader.dots_or(reader.range_or_chain)]
    while reader.take(",") or reader.take(";"):
        items.append(reader.dots_or(reader.chain))
    return items


def _grouped(reader: Cursor, items: list[Node], opened: Token) -> Node:
    span = reader.since(opened.start)
    if len(items) > 1:
        return Apply("set" if opened.text == "\\{" else "vector", tuple(items), span=span)
    if isinstance(items[0], Chain):
        if opened.text == "(":
            reader.refuse("a relation between brackets", r"\mathbb{1}[a = b]", at=opened.start)
        return Apply("indicator", (items[0],), span=span)
    return replace(items[0], enclosed=True) if isinstance(items[0], Call) else items[0]


def call(reader: Cursor, function: Node) -> Call:
    """A function with what stands between its brackets: arguments, then those after a bar."""
    opened = reader.advance()
    closing = CLOSING[opened.text]
    reader.open.append("call")
    before = _listed(reader, closing)
    after = _listed(reader, closing) if reader.take("|") or reader.take("\\|") else ()
    reader.expect(closing, opened)
    reader.open.pop()
    return Call(function, before, after, span=reader.since(function.span[0]))


def _listed(reader: Cursor, closing: str) -> tuple[Node, ...]:
    if reader.token.text == closing:
        return ()
    items = [reader.dots_or(reader.range_or_chain)]
    while reader.take(",") or reader.take(";"):
        items.append(reader.dots_or(reader.range_or_chain))
    return tuple(items)


def _infinity(reader: Cursor) -> Node:
    token = reader.advance()
    return Symbol("\\infty", span=(token.start, token.end))


def _brace_above(reader: Cursor) -> Node:
    r"""`\underbrace{x}_{note}`: the note says nothing about values."""
    reader.advance()
    body = braced(reader)
    if reader.take("_") or reader.take("^"):
        reader.skip_group()
    return body


def _coloured(reader: Cursor) -> Node:
    reader.advance()
    reader.skip_group()
    return braced(reader)


def accented(reader: Cursor) -> Node:
    token = reader.advance()
    body = braced(reader)
    base = body.base if isinstance(body, Indexed) else body
    if not isinstance(base, Symbol):
        reader.refuse(f"{token.text} over what is not a symbol", rf"{token.text}{{x}}", at=token.start)
    span = reader.since(token.start)
    symbol = Symbol(f"\\{ACCENTS[token.text]}{{{base.name}}}", span=span)
    return Indexed(symbol, body.indices, span=span) if isinstance(body, Indexed) else symbol


def font(reader: Cursor) -> Node:
    token = reader.advance()
    body = braced(reader)
    span = reader.since(token.start)
    if token.text in KEPT_FONTS or body == Number("1"):
        return _kept_font(reader, token, body, span)
    return Symbol(body.name, span=span) if isinstance(body, Symbol) else body


def _kept_font(reader: Cursor, token: Token, body: Node, span: tuple[int, int]) -> Node:
    if not isinstance(body, Symbol | Number):
        reader.refuse(f"{token.text} of more than a letter", rf"{token.text}{{L}}", at=token.start)
    text = body.name if isinstance(body, Symbol) else body.text
    if (token.text == "\\mathbb" and text in ("1", "I")) or text == "1":
        return indicator(reader, token)
    return Symbol(f"\\{KEPT_FONTS[token.text]}{{{text}}}", span=span)


def indicator(reader: Cursor, token: Token) -> Node:
    """1 or 0 by the condition in the brackets or below."""
    if reader.take("_"):
        condition = _below_indicator(reader)
    elif reader.token.text not in ("[", "(", "\\{"):
        bare = f"{reader.latex[token.start : token.end]} 1 without a condition"
        advice = r"\mathbb{1}[y = k], or \sum_i x_i for the product with a vector of ones"
        reader.refuse(bare, advice, at=token.start)
    else:
        condition = reader.between(reader.condition)
    return Apply("indicator", (condition,), span=reader.since(token.start))


def _below_indicator(reader: Cursor) -> Node:
    opened = reader.token
    braces = reader.take("{")
    bracket = reader.token.text in ("[", "(", "\\{")
    condition = reader.between(reader.condition) if bracket else reader.condition()
    if braces:
        reader.expect("}", opened)
    return condition


_ATOMS: dict[str, Callable[[Cursor], Node]] = {
    "(": group, "[": group, "\\{": group, "{": braced, "\\infty": _infinity,
    "\\underbrace": _brace_above, "\\overbrace": _brace_above, "\\textcolor": _coloured,
}  # fmt: skip
