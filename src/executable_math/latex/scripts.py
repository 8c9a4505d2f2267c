"""What is attached to a name or a bracket: indices, powers, primes, arguments."""

from __future__ import annotations

from collections.abc import Callable

from executable_math.latex.atoms import Atoms
from executable_math.latex.cursor import CLOSERS, CLOSING
from executable_math.latex.tokens import EXPECTATIONS, EXTREMA, FUNCTIONS, Token
from executable_math.latex.tree import (
    Absolute,
    Call,
    Derivative,
    Dots,
    Factorial,
    Indexed,
    Indicator,
    Multiply,
    Node,
    Number,
    Percent,
    Power,
    Primed,
    Relation,
    Symbol,
    Transpose,
    Vector,
    name_of,
    rebuilt,
)


class Scripts(Atoms):
    """Reads what is attached to an atom."""

    def attached(self, node: Node) -> Node:
        while True:
            text = self.token.text if self.token.kind == "mark" else ""
            if text == "_" and node == Number("1"):
                node = self.indicator(self.tokens[self.place - 1])
            elif text in ("^", "_", "'"):
                node = self.scripts(node)
            elif text == "(" and may_call(node):
                node = self.call(node)
            elif text == "[" and may_call(node) and (self.element_ahead() or expects(node)):
                node = self.call(node) if expects(node) else self.element(node)
            elif text == "\\{" and expects(node):
                node = self.call(node)
            elif text == "(" and node == Number("1") and self.relation_follows():
                node = Indicator(self.between(self.condition), span=self.since(node.span[0]))
            elif text == "!":
                self.advance()
                node = Factorial(node, span=self.since(node.span[0]))
            elif text == "\\%":
                self.advance()
                node = Percent(node, span=self.since(node.span[0]))
            else:
                return node

    def scripts(self, node: Node) -> Node:
        """Sub- and superscripts in any order; indices are attached before powers."""
        start = node.span[0]
        lower: tuple[Node, ...] = ()
        upper: tuple[Node, ...] = ()
        powers: list[Callable[[Node], Node]] = []
        primes = 0
        seen = set[str]()
        while self.token.text in ("^", "_", "'") and self.token.kind == "mark":
            mark = self.advance().text
            if mark != "'" and mark in seen:
                self.refuse(
                    f"two {mark} after one another", "braces around the first", at=self.tokens[self.place - 1].start
                )
            seen.add(mark)
            if mark == "'":
                primes += 1
            elif mark == "_":
                lower = self.subscript(node)
            else:
                primes, upper = self.superscript(powers, primes, upper, node)
        if lower and isinstance(lower[0], Relation):
            return self.positive_part(node, powers)
        if upper or lower:
            node = indexed(node, upper + lower, self.since(start))
        if primes:
            node = Primed(node, primes, span=self.since(start))
        for power in powers:
            node = power(node)
        return node

    def positive_part(self, node: Node, powers: list[Callable[[Node], Node]]) -> Node:
        span = self.since(node.span[0])
        node = node.body if isinstance(node, Absolute) else node
        node = Call(Symbol("\\max", span=node.span), (Number("0", span=node.span), node), span=span)
        for power in powers:
            node = power(node)
        return node

    def subscript(self, base: Node) -> tuple[Node, ...]:
        if self.token.text == "+" and self.tokens[self.place - 2].text in CLOSERS | {"|"}:
            token = self.advance()
            return (Relation("+", span=(token.start, token.end)),)
        if signed := self.signed_name():
            return (signed,)
        if self.token.text != "{":
            return (self.single(),)
        return _split_indices([rebuilt(item, primed_index) for item in self.braced_list()])

    def signed_name(self) -> Symbol | None:
        """A sign that is part of a name, as in `N_+`."""
        braced = self.token.text == "{" and self.next(2).text == "}"
        sign = self.next() if braced else self.token
        if sign.text not in ("+", "-"):
            return None
        for _ in range(3 if braced else 1):
            self.advance()
        return Symbol(sign.text, span=(sign.start, sign.end))

    def braced_list(self) -> list[Node]:
        opened = self.advance()
        self.open.append("{")
        items = [self.index_item()]
        while self.take(",") or self.take(";"):
            items.append(self.index_item())
        self.expect("}", opened)
        self.open.pop()
        return items

    def index_item(self) -> Node:
        if self.token.text in FUNCTIONS | set(EXTREMA) and self.next().text in ("}", ","):
            token = self.advance()
            return Symbol(token.text[1:], span=(token.start, token.end))
        if [self.next(ahead).text for ahead in range(4)] in (["0", "-", "1", "}"], ["0", "/", "1", "}"]):
            return self.zero_one()
        first = self.nested(self.chain)
        if not self.take(":"):
            return first
        last = self.nested(self.chain)
        return Vector((first, Dots(span=first.span), last), span=self.since(first.span[0]))

    def zero_one(self) -> Symbol:
        """The name of the zero-one loss, `L_{0-1}`."""
        start, text = self.token.start, "".join(self.advance().text for _ in range(3))
        return Symbol(text, span=self.since(start))

    def superscript(
        self, powers: list[Callable[[Node], Node]], primes: int, upper: tuple[Node, ...], base: Node
    ) -> tuple[int, tuple[Node, ...]]:
        token = self.token
        mark = self.tokens[self.place + 1] if token.text == "{" else token
        if token.text == "+" and self.tokens[self.place - 2].text in CLOSERS:
            self.advance()
            powers.append(lambda node: self.positive_part(node, []))
            return primes, upper
        if (
            token.text == "{"
            and self.next(2).text == "}"
            and self.next().text in ("'", "\\top", "T", "*", "\\star", "+")
        ):
            self.advance()
            upper = self.mark(powers, upper, mark, base)
            self.advance()
            return primes + (mark.text == "'"), upper
        if token.text == "{" and self.next().text == "'":
            return primes + self.braced_primes(), upper
        if token.text in ("\\top", "T", "*", "\\star", "\\dagger"):
            return primes, self.mark(powers, upper, mark, base)
        if token.text == "{" and (index := self.bracketed_index(powers, base)):
            return primes, index
        if mark.kind == "word":
            return primes, self.named(token)
        start = token.start
        exponent = self.braced() if token.text == "{" else self.single()
        powers.append(
            lambda node: Power(node, exponent, span=(node.span[0], max(node.span[1], exponent.span[1], start)))
        )
        return primes, upper

    def mark(
        self, powers: list[Callable[[Node], Node]], upper: tuple[Node, ...], token: Token, base: Node
    ) -> tuple[Node, ...]:
        """A transpose, or a star that is part of a name."""
        self.advance()
        if token.text in ("T", "\\top"):
            powers.append(lambda node: Transpose(node, token.text, span=(node.span[0], token.end)))
            return upper
        if token.text == "'":
            return upper
        if not may_call(base):
            self.refuse(f"{token.text} after what is not a symbol", at=token.start)
        return (*upper, Symbol(token.text.lstrip("\\"), span=(token.start, token.end)))

    def braced_primes(self) -> int:
        opened = self.advance()
        count = 0
        while self.take("'"):
            count += 1
        self.expect("}", opened)
        return count

    def named(self, opened: Token) -> tuple[Node, ...]:
        r"""A superscript that is part of the name: `x^{\text{new}}`."""
        braced = self.take("{")
        word = self.advance()
        if braced:
            self.expect("}", opened)
        return (Symbol(word.text, span=(word.start, word.end)),)

    def bracketed_index(self, powers: list[Callable[[Node], Node]], base: Node) -> tuple[Node, ...]:
        r"""The index in `x^{(i)}`, `x^{(i) \top}` or `x^{[l]}`, or nothing where the brackets hold an exponent."""
        opening, item, closing = self.next(1), self.next(2), self.next(3)
        pair = CLOSING.get(opening.text) == closing.text and opening.text in ("(", "[")
        transposed = self.next(4).text in ("\\top", "T")
        after = self.next(5 if transposed else 4)
        if not (pair and after.text == "}" and item.kind in ("letter", "number") and may_call(base)):
            return ()
        for _ in range(4):
            self.advance()
        if transposed:
            self.mark(powers, (), self.token, base)
        self.advance()
        span = (item.start, item.end)
        return (Number(item.text, span=span) if item.kind == "number" else Symbol(item.text, span=span),)

    def element_ahead(self) -> bool:
        """Whether `[` directly after a name holds an index, as in `y[i]` and `x[y[j]]`."""
        if self.token.spaced or self.tokens[self.place - 1].kind not in ("letter", "word"):
            return False
        depth = 0
        for place in range(self.place, len(self.tokens)):
            text = self.tokens[place].text
            depth += (text == "[") - (text == "]")
            if not depth:
                return place > self.place + 1
            if self.tokens[place].kind not in ("letter", "number", "word") and text not in (
                "[",
                "]",
                ",",
                "_",
                "{",
                "}",
            ):
                return False
        return False

    def element(self, node: Node) -> Node:
        opened = self.advance()
        self.open.append("]")
        items = [self.expression()]
        while self.take(","):
            items.append(self.expression())
        self.expect("]", opened)
        self.open.pop()
        return indexed(node, tuple(items), self.since(node.span[0]))

    def call(self, function: Node) -> Node:
        arguments, given = self.arguments()
        return Call(function, arguments, given, span=self.since(function.span[0]))

    def arguments(self) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
        """What stands between the brackets of a function: arguments, then those after a bar."""
        opened = self.advance()
        closing = CLOSING[opened.text]
        self.open.append("call")
        before = self.listed(closing)
        after = self.listed(closing) if self.take("|") or self.take("\\|") else ()
        self.expect(closing, opened)
        self.open.pop()
        return before, after

    def listed(self, closing: str) -> tuple[Node, ...]:
        if self.token.text == closing:
            return ()
        items = [self.dots_or(self.range_or_chain)]
        while self.take(",") or self.take(";"):
            items.append(self.dots_or(self.range_or_chain))
        return tuple(items)


def may_call(node: Node) -> bool:
    """Whether a bracket after this may hold its arguments."""
    base = node
    while isinstance(base, Indexed | Primed):
        base = base.base
    if isinstance(base, Derivative):
        return isinstance(base.body, Symbol | Indexed)
    return isinstance(base, Symbol)


def expects(node: Node) -> bool:
    base = node.base if isinstance(node, Indexed) else node
    return isinstance(base, Symbol) and base.name in EXPECTATIONS


def indexed(base: Node, indices: tuple[Node, ...], span: tuple[int, int]) -> Node:
    """The base with its indices, joined to those it has: `(y_i)_j` is `y_{ij}`."""
    if isinstance(base, Indexed):
        return Indexed(base.base, base.indices + indices, span=span)
    return Indexed(base, indices, span=span)


def primed_index(node: Node) -> Symbol | None:
    """An index of its own for `k'`."""
    return Symbol(name_of(node), span=node.span) if isinstance(node, Primed) and isinstance(node.base, Symbol) else None


def _split_indices(items: list[Node]) -> tuple[Node, ...]:
    """Indices one by one: `ij` is i and j, `2i` is one index."""
    found: list[Node] = []
    for item in items:
        letters = isinstance(item, Multiply) and not any(item.signs) and not isinstance(item.factors[0], Number)
        plain = letters and all(isinstance(factor, Symbol | Indexed | Number) for factor in item.children)
        found.extend(item.children if plain else [item])
    return tuple(found)
