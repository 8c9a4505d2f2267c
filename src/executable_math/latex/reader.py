r"""LaTeX text to a tree, for the notation of machine learning's formulas.

From loose to tight:

    ,  \quad  \\  where        statements
    =  <  \le  \approx  \in    relations, in chains
    +  -                       terms
    \sum  \prod  d/dx          take in the product that follows
    \cdot  \times  /  (none)   factors
    \log  \exp  \sin           without brackets, take in the plain factors that follow
    ^  _  '  !  f(x)           what is attached to a symbol or a bracket

What cannot be read is refused with its place and the nearest form that can.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache
from typing import NoReturn

from executable_math.latex.atoms import atom, start_of
from executable_math.latex.cursor import CLOSERS, OPENERS, Cursor, NotRead, bare
from executable_math.latex.language import Language
from executable_math.latex.layout import without_layout
from executable_math.latex.operators import below, function, product, refuse_two_numbers
from executable_math.latex.scripts import attached
from executable_math.latex.tokens import UNIT, WHERE, Token, tokens
from executable_math.latex.tree import (
    Apply,
    Bind,
    Chain,
    Conditional,
    Dots,
    Formula,
    Node,
    Number,
    Relation,
    Symbol,
    applies,
)

LONGEST = 4000


def read(latex: str, language: Language, words: Collection[str] = ()) -> Formula:
    """The tree of a formula.

    Args:
        latex: The LaTeX text, without dollar signs.
        language: The notations that are read.
        words: Names of several letters that stand for one symbol, such as `BS`; letters are factors otherwise.

    Returns:
        The statements of the formula, each a chain of relations or a single expression.

    Raises:
        NotRead: The text is not in the notation that is read.
    """
    if len(latex) > LONGEST:
        raise NotRead(f"a formula of {len(latex)} characters", latex, LONGEST, f"at most {LONGEST} in one formula")
    return _read(latex, language, frozenset(words))


@lru_cache(maxsize=64)
def _read(latex: str, language: Language, words: frozenset[str]) -> Formula:
    """The tree, kept for those who read a formula again."""
    found = without_layout(tokens(latex, words, language.upright), language)
    return Reader(latex, language, found).formula()


class Reader(Cursor):
    """Reads the statements of a formula, by recursive descent over its tokens."""

    def formula(self) -> Formula:
        statements: list[Node] = []
        self.drop_unit()
        self.skip_separators()
        while not self.at_end():
            statements.append(self.statement())
            before = self.place
            self.skip_separators()
            if not self.at_end() and before == self.place:
                self.refuse_leftover()
        if not statements:
            self.refuse("an empty formula", "a relation, such as a = b", at=0)
        return Formula(tuple(statements), span=(statements[0].span[0], statements[-1].span[1]))

    def drop_unit(self) -> None:
        """Without the unit of a number that is the whole formula: it is held against the code in that unit."""
        if len(self.tokens) < 3:
            return
        *number, unit, end = self.tokens
        marks = {"-", "\\times", "\\cdot", "^", "{", "}"}
        first = number[:1] if number and number[0].text in self.language.comparisons else []
        alone = number != first and all(one.kind == "number" or one.text in marks for one in number[len(first) :])
        written = self.latex[unit.start : unit.end].startswith("\\") and unit.kind in ("word", "letter")
        if alone and written and UNIT.fullmatch(unit.text):
            self.tokens = [*number, end]

    def skip_separators(self) -> None:
        separators = [",", ";", ".", "\\quad", "\\\\"]
        while self.token.text in separators or self.is_keyword(WHERE):
            self.advance()
            separators += ["\\rightarrow", "\\Rightarrow"]

    def refuse_leftover(self) -> NoReturn:
        text = self.token.text
        if text in CLOSERS:
            self.refuse(f"{bare(text)} closes nothing", "its opening bracket before it, or leave it out")
        self.refuse_token()

    def statement(self) -> Node:
        start = self.token.start
        if self.place == 0 and self.next().kind == "number" and (sign := self.relation()) is not None:
            return self.left_open(sign)
        if self.at_condition():
            condition = self.condition_after_keyword()
            if not self.take(","):
                self.take(":")
            return Conditional(self.chain(), condition, span=self.since(start))
        body = self.listed(self.chain())
        if self.token.text in (",", ";", "\\quad") and self.starts_condition(self.next()):
            self.advance()
        if self.at_condition():
            return Conditional(body, self.condition_after_keyword(), span=self.since(start))
        if self.condition_apart():
            return Conditional(body, self.condition_behind(), span=self.since(start))
        return self.implication(body, start)

    def listed(self, first: Node) -> Node:
        r"""A list with dots that something is said of, `x_1, \dots, x_N > 0`, or what is no list."""
        if isinstance(first, Chain) or self.token.text != "," or not self.sequence_ahead():
            return first
        items = [first]
        while self.take(","):
            items.append(self.dots_or(self.expression))
        return self.chained(Apply("vector", tuple(items), span=self.since(first.span[0])))

    def left_open(self, sign: Relation) -> Node:
        """A number behind a relation whose left side is what the formula is held against; `~ 0.93` is the number."""
        number = self.expression()
        if sign.sign in ("\\sim", "\\approx"):
            return number
        return Chain((Symbol("", span=sign.span), number), (sign,), span=self.since(sign.span[0]))

    def condition_apart(self) -> bool:
        r"""Whether what a gap sets apart is a condition: a relation in brackets, or `i = 1, \dots, N`."""
        gap = 0
        while self.next(gap).text in (",", ";", "\\quad"):
            gap += 1
        texts = [self.next(gap + ahead).text for ahead in range(8)]
        if not gap or texts[0] != "(":
            return bool(gap) and texts[1] == "=" and texts[3] == "," and "\\ldots" in (texts[4], texts[6])
        depth, place = 1, gap + 1
        while depth and self.next(place).text:
            depth += (self.next(place).text in OPENERS) - (self.next(place).text in CLOSERS)
            place += 1
        inside = [self.next(ahead).text for ahead in range(gap, place)]
        ended = self.next(place).text in ("", ",", ".", ";", "\\quad", "\\\\")
        return ended and any(text in self.language.comparisons for text in inside)

    def condition_behind(self) -> Node:
        while self.token.text in (",", ";", "\\quad"):
            self.advance()
        return self.between(self.condition) if self.token.text == "(" else self.range_or_chain()

    def implication(self, body: Node, start: int) -> Node:
        if isinstance(body, Chain) and (self.take("\\Rightarrow") or self.take("\\rightarrow")):
            return Conditional(self.chain(), body, span=self.since(start))
        return body

    def condition_after_keyword(self) -> Node:
        self.advance()
        return self.condition()

    def condition(self) -> Node:
        """Relations joined by "and", "or" or commas."""
        start = self.token.start
        alternatives = [self.conjunction()]
        while self.take("\\lor") or (self.is_keyword({"or"}) and self.advance()):
            alternatives.append(self.conjunction())
        return alternatives[0] if len(alternatives) == 1 else Apply("or", tuple(alternatives), span=self.since(start))

    def conjunction(self) -> Node:
        start = self.token.start
        parts = [self.range_or_chain()]
        while self.take("\\land") or (self.is_keyword({"and"}) and self.advance()) or self.takes_condition_comma():
            parts.append(self.range_or_chain())
        return parts[0] if len(parts) == 1 else Apply("and", tuple(parts), span=self.since(start))

    def takes_condition_comma(self) -> bool:
        """A comma goes on with the condition where another relation follows in the same bracket or row."""
        if self.token.text != "," or not self.relation_follows():
            return False
        self.advance()
        return True

    def range_or_chain(self) -> Node:
        r"""A relation, or a range written out: `i = 1, \dots, N`."""
        chain = self.chain()
        if not (isinstance(chain, Chain) and self.token.text == "," and self.sequence_ahead()):
            return chain
        items = [chain.sides[-1]]
        while self.take(","):
            items.append(self.dots_or(self.expression))
        whole = Apply("set", tuple(items), span=(items[0].span[0], items[-1].span[1]))
        relations = (*chain.relations[:-1], replace(chain.relations[-1], sign="\\in"))
        return Chain((*chain.sides[:-1], whole), relations, span=self.since(chain.span[0]))

    def sequence_ahead(self) -> bool:
        return ("\\ldots" in (self.next().text, self.next(3).text) and self.next(2).text == ",") or (
            self.next().text == "\\ldots"
        )

    def chain(self) -> Node:
        """Sides with relations between them; a single side is itself."""
        return self.chained(self.expression())

    def chained(self, first: Node) -> Node:
        """A first side with what stands behind it in a chain."""
        start = first.span[0]
        sides = [first]
        relations: list[Relation] = []
        while (sign := self.relation()) is not None:
            if relations and relations[-1].sign in ("\\in", "\\notin", "\\sim"):
                advice = "a formula for each of the two relations"
                self.refuse("a relation behind a set or a distribution", advice, at=sign.span[0])
            relations.append(sign)
            sides.append(self.set_of_values() if sign.sign in ("\\in", "\\notin") else self.expression())
        return Chain(tuple(sides), tuple(relations), span=self.since(start)) if relations else sides[0]

    def relation(self) -> Relation | None:
        token = self.token
        if token.text in self.language.comparisons and token.kind == "mark":
            self.advance()
            return Relation(token.text, span=(token.start, token.end))
        if token.text == ":" and self.next().text == "=":
            self.advance()
            self.advance()
            return Relation("=", span=self.since(token.start))
        if token.text == "\\not":
            return self.negated_relation()
        if token.text in ("\\stackrel", "\\overset"):
            return self.decorated_relation()
        return None

    def negated_relation(self) -> Relation:
        start = self.advance().start
        sign = {"=": "\\ne", "\\in": "\\notin"}.get(self.token.text)
        if sign is None:
            self.refuse(f"\\not before {self.shown()}", r"\ne or \notin")
        self.advance()
        return Relation(sign, span=self.since(start))

    def decorated_relation(self) -> Relation:
        start = self.advance().start
        self.skip_group()
        opened = self.token
        braced = self.take("{")
        sign = self.relation()
        if sign is None:
            self.refuse("something set above what is not a relation", "=")
        if braced:
            self.expect("}", opened)
        return Relation(sign.sign, span=self.since(start))

    def set_of_values(self) -> Node:
        r"""What may follow `\in`: elements, an interval, `[n]` for 1 to n, or a name such as `\mathbb{R}^n`."""
        opened = self.token
        if opened.text not in ("[", "(", "]"):
            return self.expression()
        self.advance()
        self.open.append("interval")
        low = self.expression()
        if opened.text == "[" and self.token.text == "]":
            found: Node = self.first_to(low)
        else:
            found = self.interval(low, opened)
        self.open.pop()
        return replace(found, span=self.since(opened.start))

    def first_to(self, last: Node) -> Apply:
        self.advance()
        return Apply("set", (Number("1", span=last.span), Dots(span=last.span), last))

    def interval(self, low: Node, opened: Token) -> Apply:
        if not (self.take(",") or self.take(";")):
            self.refuse("an interval has two ends", "[0, 1]", at=opened.start)
        high = self.expression()
        closed = self.token
        if closed.text not in (")", "]", "["):
            self.expect("]", opened)
        self.advance()
        return Apply("interval", (low, high), (opened.text, closed.text))

    def expression(self) -> Node:
        return self.nested(self.sum_of_terms)

    def sum_of_terms(self) -> Node:
        start = self.token.start
        self.take("+")
        terms = [self.signed_term()]
        while self.token.text in ("+", "-") and self.token.kind == "mark":
            self.take("+")
            terms.append(self.term_or_dots())
        return terms[0] if len(terms) == 1 else Apply("add", tuple(terms), span=self.since(start))

    def signed_term(self) -> Node:
        return self.signed(self.term)

    def term_or_dots(self) -> Node:
        if self.token.text == "-" and self.next().text == "\\ldots":
            self.advance()  # the last term says that all are taken away
        token = self.token
        if not self.take("\\ldots"):
            return self.signed_term()
        return Dots(span=(token.start, token.end))

    def term(self) -> Node:
        """A product: factors side by side or with signs between them, divided as they come."""
        start = self.token.start
        factors, signs = [self.factor()], list[str]()
        while True:
            operator = self.language.infix.get(self.token.text) if self.token.kind == "mark" else None
            if operator == "multiply":
                signs.append(self.advance().text)
                factors.append(self.signed(self.factor) if self.token.text != "\\ldots" else self.dots())
            elif operator is not None:
                factors, signs = [self.joined(operator, product(factors, signs), start)], []
            elif self.token.text == "\\ldots":
                signs.append("")
                factors.append(self.dots())
            elif self.token.text == "/":
                factors, signs = [self.quotient(product(factors, signs), start)], []
            elif self.starts_factor():
                refuse_two_numbers(self, factors[-1])
                signs.append("")
                factors.append(self.factor())
            else:
                return product(factors, signs)

    def dots(self) -> Dots:
        """The dots within a product, which goes on behind them."""
        token = self.advance()
        sign = self.language.infix.get(self.token.text) == "multiply" and self.advance()
        if not (sign or self.starts_factor()):
            self.refuse("dots without a last factor", r"1 \cdot 2 \cdots N", at=token.start)
        return Dots(span=(token.start, token.end))

    def joined(self, operator: str, left: Node, start: int) -> Node:
        self.advance()
        return Apply(operator, (left, self.signed(self.factor)), span=self.since(start))

    def quotient(self, numerator: Node, start: int) -> Node:
        slash = self.advance()
        denominator = self.signed(self.factor)
        if applies(numerator, "differential") and applies(denominator, "differential"):
            variables, body = denominator.parts, numerator.parts[0]
            return Bind("derivative", variables, None, None, (), body, span=self.since(start))
        word = self.token.kind == "word" and self.starts_factor()
        if word or self.token.kind in ("letter", "number") or self.token.text in ("(", "["):
            self.refuse(
                f"does the division reach {self.shown()}? add brackets",
                r"\frac{a}{b c} or (a / b) c",
                at=slash.start,
            )
        return Apply("divide", (numerator, denominator), ("/",), span=self.since(start))

    def factor(self) -> Node:
        node = self.nested(self.prefixed)
        while self.at_evaluation_bar():
            settings = self.settings()
            node = Bind("at", (), None, None, settings, node, span=self.since(node.span[0]))
        return node

    def at_evaluation_bar(self) -> bool:
        """Whether a bar says where what stands before it is taken, and closes no absolute value."""
        closes = bool(self.open) and self.open[-1] == "|"
        return self.token.text in ("|", "|)") and self.next().text == "_" and not closes

    def settings(self) -> tuple[Chain, ...]:
        bar = self.advance()
        self.advance()
        items = below(self)
        found = tuple(item for item in items if isinstance(item, Chain) and len(item.sides) == 2)
        if len(found) < len(items) or any(item.relations[0].sign != "=" for item in found):
            self.refuse("a bar that does not say where", r"\big|_{z = 0}", at=bar.start)
        return found

    def prefixed(self) -> Node:
        """A notation that takes in what follows it, or an atom, with what is attached to it."""
        if self.token.kind == "mark" and self.token.text in self.language.functions:
            return attached(self, function(self))
        found = start_of(self)
        if found is None:
            return attached(self, self.numbered(atom(self)))
        form, name = found
        node = form.read(self, name)
        return attached(self, node) if form.closed else node

    def numbered(self, node: Node) -> Node:
        """A name with a number right behind it, `x1`, which is no product."""
        if not (isinstance(node, Symbol) and self.token.kind == "number" and self.token.start == self.last()):
            return node
        return Symbol(node.name + self.advance().text, span=self.since(node.span[0]))
