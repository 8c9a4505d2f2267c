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
from typing import NoReturn

from executable_math.latex.cursor import CLOSERS, NotRead, bare
from executable_math.latex.operators import Operators, product
from executable_math.latex.tokens import BIG, EXTREMA, FUNCTIONS, RELATIONS, TIMES, WHERE, Token, tokens
from executable_math.latex.tree import (
    Add,
    At,
    Both,
    Chain,
    Choices,
    Conditional,
    Derivative,
    Differential,
    Divide,
    Dots,
    Either,
    Formula,
    Interval,
    Node,
    Number,
    Relation,
    Symbol,
    Vector,
)

LONGEST = 4000


def read(latex: str, words: Collection[str] = ()) -> Formula:
    r"""The tree of a formula.

    Args:
        latex: The LaTeX text, without dollar signs.
        words: Names of several letters that stand for one symbol, such as `BS`; letters are factors otherwise.

    Returns:
        The statements of the formula, each a chain of relations or a single expression.

    Raises:
        NotRead: The text is not in the notation that is read.

    Example:
        >>> read(r"\frac{1}{N}").statements
        (Divide(numerator=Number(text='1'), denominator=Symbol(name='N')),)
    """
    if len(latex) > LONGEST:
        raise NotRead(f"a formula of {len(latex)} characters", latex, LONGEST, f"at most {LONGEST} in one formula")
    return Reader(latex, tokens(latex, words)).formula()


class Reader(Operators):
    """Reads the statements of a formula, by recursive descent over its tokens."""

    def formula(self) -> Formula:
        statements: list[Node] = []
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
        if self.at_condition():
            condition = self.condition_after_keyword()
            if not self.take(","):
                self.take(":")
            return Conditional(self.chain(), condition, span=self.since(start))
        body = self.chain()
        if self.token.text in (",", ";", "\\quad") and self.starts_condition(self.next()):
            self.advance()
        if self.at_condition():
            return Conditional(body, self.condition_after_keyword(), span=self.since(start))
        return self.implication(body, start)

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
        return alternatives[0] if len(alternatives) == 1 else Either(tuple(alternatives), span=self.since(start))

    def conjunction(self) -> Node:
        start = self.token.start
        parts = [self.range_or_chain()]
        while self.take("\\land") or (self.is_keyword({"and"}) and self.advance()) or self.takes_condition_comma():
            parts.append(self.range_or_chain())
        return parts[0] if len(parts) == 1 else Both(tuple(parts), span=self.since(start))

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
        whole = Vector(tuple(items), span=(items[0].span[0], items[-1].span[1]))
        return Chain((*chain.sides[:-1], whole), chain.relations, span=self.since(chain.span[0]))

    def sequence_ahead(self) -> bool:
        return ("\\ldots" in (self.next().text, self.next(3).text) and self.next(2).text == ",") or (
            self.next().text == "\\ldots"
        )

    def chain(self) -> Node:
        """Sides with relations between them; a single side is itself."""
        start = self.token.start
        sides = [self.expression()]
        relations: list[Relation] = []
        while (sign := self.relation()) is not None:
            relations.append(sign)
            sides.append(self.set_of_values() if sign.sign in ("\\in", "\\notin") else self.expression())
        return Chain(tuple(sides), tuple(relations), span=self.since(start)) if relations else sides[0]

    def relation(self) -> Relation | None:
        token = self.token
        if token.text in RELATIONS and token.kind == "mark":
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

    def first_to(self, last: Node) -> Choices:
        self.advance()
        return Choices((Number("1", span=last.span), Dots(span=last.span), last))

    def interval(self, low: Node, opened: Token) -> Interval:
        if not (self.take(",") or self.take(";")):
            self.refuse("an interval has two ends", "[0, 1]", at=opened.start)
        high = self.expression()
        closed = self.token
        if closed.text not in (")", "]", "["):
            self.expect("]", opened)
        self.advance()
        return Interval(low, high, opened.text == "[", closed.text == "]")

    def expression(self) -> Node:
        return self.nested(self.sum_of_terms)

    def sum_of_terms(self) -> Node:
        start = self.token.start
        self.take("+")
        terms = [self.signed_term()]
        while self.token.text in ("+", "-") and self.token.kind == "mark":
            self.take("+")
            terms.append(self.term_or_dots())
        return terms[0] if len(terms) == 1 else Add(tuple(terms), span=self.since(start))

    def signed_term(self) -> Node:
        return self.signed(self.term)

    def term_or_dots(self) -> Node:
        token = self.token
        if not self.take("\\ldots"):
            return self.signed_term()
        return Dots(span=(token.start, token.end))

    def term(self) -> Node:
        """A product: factors side by side or with signs between them, divided as they come."""
        start = self.token.start
        factors, signs = [self.factor()], list[str]()
        while True:
            if self.token.text in TIMES:
                signs.append(self.advance().text)
                factors.append(self.signed(self.factor))
            elif self.token.text == "/":
                factors, signs = [self.quotient(product(factors, signs), start)], []
            elif self.starts_factor():
                self.refuse_two_numbers(factors[-1])
                signs.append("")
                factors.append(self.factor())
            else:
                return product(factors, signs)

    def quotient(self, numerator: Node, start: int) -> Node:
        slash = self.advance()
        denominator = self.signed(self.factor)
        if isinstance(numerator, Differential) and isinstance(denominator, Differential):
            return Derivative(numerator.body, (denominator.body,), span=self.since(start))
        if self.token.kind in ("letter", "number") or (self.token.kind == "word" and self.starts_factor()):
            self.refuse(
                f"does the division reach {self.shown()}? add brackets",
                r"\frac{a}{b c} or (a / b) c",
                at=slash.start,
            )
        return Divide(numerator, denominator, span=self.since(start))

    def factor(self) -> Node:
        node = self.nested(self.prefixed)
        while self.at_evaluation_bar():
            node = At(node, self.settings(), span=self.since(node.span[0]))
        return node

    def at_evaluation_bar(self) -> bool:
        """Whether a bar says where what stands before it is taken, and closes no absolute value."""
        closes = bool(self.open) and self.open[-1] == "|"
        return self.token.text in ("|", "|)") and self.next().text == "_" and not closes

    def settings(self) -> tuple[Chain, ...]:
        bar = self.advance()
        self.advance()
        items = self.below()
        found = tuple(item for item in items if isinstance(item, Chain) and len(item.sides) == 2)
        if len(found) < len(items) or any(item.relations[0].sign != "=" for item in found):
            self.refuse("a bar that does not say where", r"\big|_{z = 0}", at=bar.start)
        return found

    def prefixed(self) -> Node:
        text = self.token.text if self.token.kind == "mark" else ""
        if text in BIG:
            return self.extremum() if text in EXTREMA else self.big()
        if text in FUNCTIONS:
            return self.attached(self.function())
        if text == "\\frac":
            return self.attached(self.fraction())
        if text == "\\nabla":
            return self.gradient()
        if text == "\\partial":
            return self.partial()
        if text == "\\underset":
            return self.underset()
        if text == "\\int":
            return self.integral()
        if text == "\\lim":
            return self.limit()
        if self.token.text == "d" and self.differential_ahead():
            return self.differential()
        return self.attached(self.numbered(self.atom()))

    def numbered(self, node: Node) -> Node:
        """A name with a number right behind it, `x1`, which is no product."""
        if not (isinstance(node, Symbol) and self.token.kind == "number" and self.token.start == self.last()):
            return node
        return Symbol(node.name + self.advance().text, span=self.since(node.span[0]))
