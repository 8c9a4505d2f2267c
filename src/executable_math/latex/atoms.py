"""What a formula is made of: numbers, names, brackets, bars, roots, and what a font or an accent makes of a letter."""

from __future__ import annotations

from collections.abc import Callable

from executable_math.latex.cursor import CLOSING
from executable_math.latex.environments import Environments
from executable_math.latex.tokens import ACCENTS, EXTREMA, FUNCTIONS, KEPT_FONTS, PLAIN_FONTS, Token
from executable_math.latex.tree import (
    Absolute,
    Call,
    Ceiling,
    Chain,
    Choices,
    Floor,
    Indexed,
    Indicator,
    Inner,
    Node,
    Norm,
    Number,
    Root,
    Symbol,
    Vector,
)


class Atoms(Environments):
    """Reads the smallest parts of a formula."""

    def atom(self) -> Node:
        token = self.token
        span = (token.start, token.end)
        if token.kind == "number":
            return self.number()
        if token.kind in ("letter", "word"):
            self.advance()
            return Symbol(token.text, span=span)
        if token.kind == "begin":
            return self.environment()
        read_mark = _ATOMS.get(token.text) if token.kind == "mark" else None
        if read_mark is not None:
            return read_mark(self)
        if token.text in ACCENTS and token.kind == "mark":
            return self.accented()
        if token.text in PLAIN_FONTS or token.text in KEPT_FONTS:
            return self.font()
        self.refuse_token()
        return None

    def number(self) -> Node:
        token = self.advance()
        text = token.text
        if "." in text and self.token.text == "\\ldots" and self.next().text != ",":
            self.advance()
            text += "…"
        return Number(text, span=self.since(token.start))

    def single(self) -> Node:
        """What a script or a fraction takes without braces: one digit, letter or command."""
        token = self.token
        if (
            token.kind == "number"
            and token.text[1:]
            and token.text[0].isdigit()
            and token.end - token.start == len(token.text)
        ):
            self.tokens[self.place] = token._replace(text=token.text[1:], start=token.start + 1, spaced=False)
            self.token = self.tokens[self.place]
            return Number(token.text[0], span=(token.start, token.start + 1))
        if token.text in FUNCTIONS | set(EXTREMA) and token.kind == "mark":
            self.advance()
            return Symbol(token.text[1:], span=(token.start, token.end))
        if token.text == "\\frac":
            return self.fraction()
        if token.text == "-":
            self.refuse("a sign without braces", "{-1}")
        return self.nested(self.atom)

    def braced(self) -> Node:
        """The expression between braces."""
        opened = self.token
        if not self.take("{"):
            return self.single()
        self.open.append("{")
        if self.token.text == "}":
            self.refuse("nothing between the braces", "{1}", at=opened.start)
        found = self.expression()
        if self.token.text == ",":
            items = [found]
            while self.take(","):
                items.append(self.dots_or(self.expression))
            found = Vector(tuple(items), span=self.since(items[0].span[0]))
        self.expect("}", opened)
        self.open.pop()
        return found

    def group(self) -> Node:
        """A bracket: a value, a list of values, or a condition (then it is 1 or 0)."""
        opened = self.advance()
        if opened.text == "\\{" and self.token.kind == "begin":
            return self.cases()
        closing = CLOSING[opened.text]
        self.open.append(closing)
        items = self.group_items(closing)
        if self.token.text in ("|", ":") and opened.text == "\\{":
            self.refuse("a set given by a condition", r"a sum with a condition, such as \sum_{i : y_i = 1} 1")
        if self.token.text in (")", "]") and self.token.text != closing and len(items) == 2:
            self.refuse("an interval where a value is expected", r"x \in [0, 1)", at=opened.start)
        self.expect(closing, opened)
        self.open.pop()
        return self.grouped(items, opened)

    def group_items(self, closing: str) -> list[Node]:
        if self.token.text == closing:
            self.refuse("nothing between the brackets", "(x)")
        items = [self.dots_or(self.range_or_chain)]
        while self.take(",") or self.take(";"):
            items.append(self.dots_or(self.chain))
        return items

    def grouped(self, items: list[Node], opened: Token) -> Node:
        span = self.since(opened.start)
        if len(items) > 1:
            return Choices(tuple(items), span=span) if opened.text == "\\{" else Vector(tuple(items), span=span)
        if isinstance(items[0], Chain):
            if opened.text == "(":
                self.refuse("a relation between brackets", r"\mathbb{1}[a = b]", at=opened.start)
            return Indicator(items[0], span=span)
        return items[0]

    def transparent(self) -> Node:
        return self.braced()

    def between(self, read: Callable[[], Node]) -> Node:
        """What stands between a bracket and the one that closes it."""
        opened = self.advance()
        closing = CLOSING[opened.text]
        self.open.append(closing)
        body = read()
        self.expect(closing, opened)
        self.open.pop()
        return body

    def floor(self) -> Node:
        start = self.token.start
        return Floor(self.between(self.expression), span=self.since(start))

    def ceiling(self) -> Node:
        start = self.token.start
        return Ceiling(self.between(self.expression), span=self.since(start))

    def inner(self) -> Node:
        opened = self.advance()
        self.open.append("\\rangle")
        left = self.expression()
        if not self.take(",") and not self.take("|"):
            self.refuse("an inner product has two parts", r"\langle a, b \rangle", at=opened.start)
        right = self.expression()
        self.expect("\\rangle", opened)
        self.open.pop()
        return Inner(left, right, span=self.since(opened.start))

    def absolute(self) -> Node:
        opened = self.advance()
        if opened.text == "|" and self.token.text == "|" and not self.token.spaced:
            self.advance()
            return self.norm(opened, "||")
        self.open.append("|")
        body = self.expression()
        if not (self.take("|") or self.take("|)")):
            self.expect("|", opened)
        self.open.pop()
        return Absolute(body, span=self.since(opened.start))

    def norm_bars(self) -> Node:
        return self.norm(self.advance(), "\\|")

    def norm(self, opened: Token, closing: str) -> Node:
        self.open.append("|")
        body = self.expression()
        if closing == "||":
            self.expect("|", opened)
            self.expect("|", opened)
        elif not (self.take("\\|") or self.take("\\|)")):
            self.expect("\\|", opened)
        self.open.pop()
        return Norm(body, self.norm_order(), span=self.since(opened.start))

    def norm_order(self) -> Node | None:
        if not self.take("_"):
            return None
        return self.braced()

    def infinity(self) -> Node:
        token = self.advance()
        return Symbol("\\infty", span=(token.start, token.end))

    def root(self) -> Node:
        token = self.advance()
        degree: Node | None = None
        if self.token.text == "[":
            opened = self.advance()
            degree = self.expression()
            self.expect("]", opened)
        return Root(self.braced(), degree, span=self.since(token.start))

    def binomial(self) -> Node:
        token = self.advance()
        name = Symbol("\\binom", span=(token.start, token.end))
        parts = (self.braced(), self.braced())
        return Call(name, parts, span=self.since(token.start))

    def brace_above(self) -> Node:
        r"""`\underbrace{x}_{note}`: the note says nothing about values."""
        self.advance()
        body = self.braced()
        if self.take("_") or self.take("^"):
            self.skip_group()
        return body

    def coloured(self) -> Node:
        self.advance()
        self.skip_group()
        return self.braced()

    def accented(self) -> Node:
        token = self.advance()
        body = self.braced()
        base = body.base if isinstance(body, Indexed) else body
        if not isinstance(base, Symbol):
            self.refuse(f"{token.text} over what is not a symbol", rf"{token.text}{{x}}", at=token.start)
        span = self.since(token.start)
        accented = Symbol(f"\\{ACCENTS[token.text]}{{{base.name}}}", span=span)
        return Indexed(accented, body.indices, span=span) if isinstance(body, Indexed) else accented

    def font(self) -> Node:
        token = self.advance()
        body = self.braced()
        span = self.since(token.start)
        if token.text in KEPT_FONTS or (isinstance(body, Number) and body.text == "1"):
            return self.kept_font(token, body, span)
        if isinstance(body, Symbol):
            return Symbol(body.name, span=span)
        return body

    def kept_font(self, token: Token, body: Node, span: tuple[int, int]) -> Node:
        if not isinstance(body, Symbol | Number):
            self.refuse(f"{token.text} of more than a letter", rf"{token.text}{{L}}", at=token.start)
        text = body.name if isinstance(body, Symbol) else body.text
        if (token.text == "\\mathbb" and text in ("1", "I")) or text == "1":
            return self.indicator(token)
        return Symbol(f"\\{KEPT_FONTS[token.text]}{{{text}}}", span=span)

    def indicator(self, token: Token) -> Node:
        """1 or 0 by the condition in the brackets or below."""
        if self.take("_"):
            opened = self.token
            braced = self.take("{")
            condition = self.between(self.condition) if self.token.text in ("[", "(", "\\{") else self.condition()
            if braced:
                self.expect("}", opened)
            return Indicator(condition, span=self.since(token.start))
        if self.token.text not in ("[", "(", "\\{"):
            bare = f"{self.latex[token.start : token.end]} 1 without a condition"
            self.refuse(bare, r"\mathbb{1}[y = k], or \sum_i x_i for the product with a vector of ones", at=token.start)
        return Indicator(self.between(self.condition), span=self.since(token.start))


_ATOMS: dict[str, Callable[[Atoms], Node]] = {
    "(": Atoms.group, "[": Atoms.group, "\\{": Atoms.group, "{": Atoms.transparent,
    "|": Atoms.absolute, "|(": Atoms.absolute, "\\|": Atoms.norm_bars, "\\|(": Atoms.norm_bars,
    "\\lfloor": Atoms.floor, "\\lceil": Atoms.ceiling, "\\langle": Atoms.inner, "\\infty": Atoms.infinity,
    "\\sqrt": Atoms.root, "\\binom": Atoms.binomial, "\\underbrace": Atoms.brace_above,
    "\\overbrace": Atoms.brace_above, "\\textcolor": Atoms.coloured, "\\frac": lambda reader: reader.fraction(),
}  # fmt: skip
