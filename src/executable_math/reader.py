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

from collections.abc import Callable, Collection
from dataclasses import replace
from difflib import get_close_matches
from typing import NoReturn

from executable_math.tokens import (
    ACCENTS,
    BIG,
    CASES,
    ELSE,
    EXTREMA,
    FUNCTIONS,
    IF,
    KEPT_FONTS,
    LETTERS,
    MATRICES,
    PLAIN_FONTS,
    RELATIONS,
    SYNONYMS,
    TIMES,
    WHERE,
    Token,
    tokens,
)
from executable_math.tree import (
    Absolute,
    Add,
    At,
    Big,
    Both,
    Call,
    Case,
    Cases,
    Ceiling,
    Chain,
    Choices,
    Conditional,
    Derivative,
    Differential,
    Divide,
    Dots,
    Either,
    Factorial,
    Floor,
    Formula,
    Gradient,
    Indexed,
    Indicator,
    Inner,
    Interval,
    MathError,
    Matrix,
    Multiply,
    Negate,
    Node,
    Norm,
    Number,
    Percent,
    Power,
    Primed,
    Relation,
    Root,
    Symbol,
    Transpose,
    Vector,
    name_of,
    pointed,
    position,
    rebuilt,
)

LONGEST = 4000
DEEPEST = 30


class NotRead(MathError):
    """A formula that cannot be read: where, why, and the nearest form that can.

    Attributes:
        line: The line in the LaTeX text, from 1.
        column: The column in that line, from 1.
        nearest: The nearest form that can be read, or "".
    """

    def __init__(self, message: str, latex: str, offset: int, nearest: str = "") -> None:
        super().__init__(message, (offset, offset + 1), nearest)
        self.line, self.column = position(latex, offset)
        self.nearest = nearest
        self._shown = pointed(latex, offset)

    def __str__(self) -> str:
        advice = f"\n    write: {self.nearest}" if self.nearest else ""
        return f"{self.reason}\n{self._shown}{advice}"


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
    return _Reader(latex, tokens(latex, words)).formula()


# What each refused command may be replaced by.
_REFUSED = {
    "\\int": r"a sum, or leave it out with unchecked='an integral'",
    "\\iint": r"a sum, or leave it out with unchecked='an integral'",
    "\\oint": r"a sum, or leave it out with unchecked='an integral'",
    "\\lim": r"the value at a point, or leave it out with unchecked='a limit'",
    "\\rightarrow": r"a relation such as = or \le, or leave it out with unchecked='a limit'",
    "\\pm": "the two cases as two formulas",
    "\\mp": "the two cases as two formulas",
    "\\over": r"\frac{a}{b}",
    "\\sup": r"\max over an index",
    "\\inf": r"\min over an index",
    "\\ll": r"a bound, such as < 0.01",
    "\\gg": r"a bound, such as > 100",
    "\\otimes": r"x y^\top",
    "\\oplus": "+",
    "\\mapsto": "f(x) = ...",
    "\\abs": "|x|",
    "\\norm": r"\|x\|",
    "\\#": r"\sum_i \mathbb{1}[y_i = 1]",
    "\\setminus": r"a condition below the sum, such as \sum_{j \ne k}",
    "\\cup": "two conditions, joined by \\lor",
    "\\cap": "two conditions, joined by \\land",
    "\\bigcup": r"\sum or \max over an index",
    "\\mod": r"x - n \lfloor x / n \rfloor",
    "\\bmod": r"x - n \lfloor x / n \rfloor",
    "\\pmod": r"x - n \lfloor x / n \rfloor",
    "\\iff": r"the two directions, each with \Rightarrow",
    "\\subset": r"\in, for a single element",
    "\\perp": r"x^\top y = 0",
    "\\ldots": r"a list with its last element, such as 1, \dots, N",
}  # fmt: skip
_KNOWN = (
    LETTERS | FUNCTIONS | set(BIG) | set(ACCENTS) | PLAIN_FONTS | set(KEPT_FONTS) | set(SYNONYMS) | RELATIONS | TIMES
    | {"\\frac", "\\sqrt", "\\nabla", "\\partial", "\\infty", "\\lfloor", "\\lceil", "\\langle", "\\binom", "\\top"}
)  # fmt: skip


# --- the reader -----------------------------------------------------------------------------------------------

_CLOSING = {"(": ")", "[": "]", "\\{": "\\}", "\\lfloor": "\\rfloor", "\\lceil": "\\rceil", "\\langle": "\\rangle"}
_CLOSERS = frozenset([")", "]", "\\}", "}", "\\rfloor", "\\rceil", "\\rangle", "|)", "\\|)"])
_OPENERS = frozenset(["(", "[", "\\{", "{", "\\lfloor", "\\lceil", "\\langle", "|(", "\\|("])
_STARTERS = (
    _OPENERS | FUNCTIONS | set(BIG) | set(ACCENTS) | PLAIN_FONTS | set(KEPT_FONTS)
    | {"\\frac", "\\sqrt", "\\nabla", "\\partial", "\\infty", "\\binom", "\\underbrace", "\\overbrace"}
    | {"\\underset", "\\ldots", "\\textcolor", "\\mathrm"}
)  # fmt: skip
EXPECTATIONS = frozenset(["\\mathbb{E}", "E", "\\mathbb{V}", "Var", "Cov", "\\mathcal{E}"])


class _Reader:
    """A reader by recursive descent over the tokens of one formula."""

    def __init__(self, latex: str, found: list[Token]) -> None:
        self.latex = latex
        self.tokens = found
        self.place = 0
        self.token = found[0]
        self.depth = 0
        # The closing marks that are waited for; "call" is the bracket of a function, where | is a condition.
        self.open: list[str] = []

    # -- moving

    def advance(self) -> Token:
        token = self.token
        if token.kind != "end" or token.text:
            self.place += 1
            self.token = self.tokens[self.place]
        return token

    def next(self, ahead: int = 1) -> Token:
        return self.tokens[min(self.place + ahead, len(self.tokens) - 1)]

    def take(self, text: str) -> bool:
        if self.token.text != text or self.token.kind in ("word", "keyword", "begin", "end"):
            return False
        self.advance()
        return True

    def at_end(self) -> bool:
        return self.token.kind == "end" and not self.token.text

    def last(self) -> int:
        return self.tokens[self.place - 1].end if self.place else 0

    def since(self, start: int) -> tuple[int, int]:
        return start, max(self.last(), start)

    def refuse(self, message: str, nearest: str = "", at: int | None = None) -> NoReturn:
        raise NotRead(message, self.latex, self.token.start if at is None else at, nearest)

    def expect(self, text: str, opened: Token) -> None:
        if self.take(text):
            return
        if self.at_end():
            self.refuse(f"this {_bare(opened.text)} is never closed", f"{_bare(text)} after it", at=opened.start)
        self.refuse(f"expected {_bare(text)}, found {self.shown()}", f"{_bare(text)} before it")

    def shown(self) -> str:
        if self.at_end():
            return "the end of the formula"
        return self.latex[self.token.start : self.token.end].strip() or self.token.text

    def nested(self, part: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            self.refuse(f"nested more than {DEEPEST} levels deep", "a name for an inner part, in a formula of its own")
        found = part()
        self.depth -= 1
        return found

    # -- statements

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

    def is_keyword(self, keywords: Collection[str]) -> bool:
        return self.token.kind == "keyword" and self.token.text in keywords

    def refuse_leftover(self) -> NoReturn:
        text = self.token.text
        if text in _CLOSERS:
            self.refuse(f"{_bare(text)} closes nothing", "its opening bracket before it, or leave it out")
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

    def at_condition(self) -> bool:
        return self.starts_condition(self.token)

    def starts_condition(self, token: Token) -> bool:
        return (token.kind == "keyword" and token.text in IF) or token.text == "\\forall"

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

    def relation_follows(self) -> bool:
        depth = 0
        for token in self.tokens[self.place + 1 :]:
            depth += (token.text in _OPENERS) - (token.text in _CLOSERS)
            if depth < 0 or token.kind in ("end", "keyword"):
                return False
            if depth == 0 and token.text in RELATIONS | {"\\\\", "&", ",", "\\quad"}:
                return token.text in RELATIONS
        return False

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

    def skip_group(self) -> None:
        """Past a group whose content says nothing about values."""
        opened = self.token
        if not self.take("{"):
            self.advance()
            return
        depth = 1
        while depth:
            if self.at_end():
                self.refuse("this { is never closed", "} after it", at=opened.start)
            depth += (self.token.text == "{") - (self.token.text == "}")
            self.advance()

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

    # -- terms and factors

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

    def signed(self, part: Callable[[], Node]) -> Node:
        signs: list[int] = []
        while self.token.text in ("-", "+") and self.token.kind == "mark":
            if self.token.text == "-":
                signs.append(self.token.start)
            self.advance()
            if len(signs) > 2:
                self.refuse("three signs in a row", "-x")
        node = part()
        for start in reversed(signs):
            node = Negate(node, span=(start, node.span[1]))
        return node

    def term(self) -> Node:
        """A product: factors side by side or with signs between them, divided as they come."""
        start = self.token.start
        factors, signs = [self.factor()], list[str]()
        while True:
            if self.token.text in TIMES:
                signs.append(self.advance().text)
                factors.append(self.signed(self.factor))
            elif self.token.text == "/":
                factors, signs = [self.quotient(_product(factors, signs), start)], []
            elif self.starts_factor():
                self.refuse_two_numbers(factors[-1])
                signs.append("")
                factors.append(self.factor())
            else:
                return _product(factors, signs)

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

    def refuse_two_numbers(self, before: Node) -> None:
        if isinstance(before, Number) and self.token.kind == "number":
            self.refuse("two numbers side by side", rf"{before.text} \cdot {self.token.text}")

    def starts_factor(self) -> bool:
        token = self.token
        if token.kind in ("number", "letter", "word"):
            return True
        if token.kind == "begin":
            return token.text in CASES | MATRICES
        if token.text in ("|", "\\|"):
            return not self.open or self.open[-1] not in ("|", "call", "\\}")
        return token.kind == "mark" and token.text in _STARTERS and token.text != "\\ldots"

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
            return _taken_last(self.gradient())
        if text == "\\partial":
            return _taken_last(self.partial())
        if text == "\\underset":
            return self.underset()
        if self.token.text == "d" and self.differential_ahead():
            return self.differential()
        return self.attached(self.numbered(self.atom()))

    def numbered(self, node: Node) -> Node:
        """A name with a number right behind it, `x1`, which is no product."""
        if not (isinstance(node, Symbol) and self.token.kind == "number" and self.token.start == self.last()):
            return node
        return Symbol(node.name + self.advance().text, span=self.since(node.span[0]))

    def differential_ahead(self) -> bool:
        """Whether `d` begins a derivative written with a slash, `dJ/dw`."""
        place = self.place + 1
        while (
            self.tokens[place].kind == "letter"
            or self.tokens[place].text in ("_", "^", "{", "}")
            or (self.tokens[place].text in ACCENTS or self.tokens[place].text in PLAIN_FONTS)
        ):
            place += 1
        return (
            place > self.place + 1
            and self.tokens[place].text == "/"
            and self.tokens[place + 1].text == "d"
            and self.tokens[min(place + 2, len(self.tokens) - 1)].kind in ("letter", "mark")
        ) or (self.place > 1 and self.tokens[self.place - 1].text == "/" and self.after_differential())

    def after_differential(self) -> bool:
        place = self.place - 2
        while place >= 0 and self.tokens[place].text != "d":
            if self.tokens[place].kind != "letter" and self.tokens[place].text not in ("_", "^", "{", "}"):
                return self.tokens[place].text in ACCENTS
            place -= 1
        return place >= 0 and self.next().kind in ("letter", "mark")

    def differential(self) -> Node:
        start = self.advance().start
        return Differential(self.attached(self.atom()), span=self.since(start))

    # -- what is attached to an atom: indices, powers, primes, arguments

    def attached(self, node: Node) -> Node:
        while True:
            text = self.token.text if self.token.kind == "mark" else ""
            if text == "_" and node == Number("1"):
                node = self.indicator(self.tokens[self.place - 1])
            elif text in ("^", "_", "'"):
                node = self.scripts(node)
            elif text == "(" and _may_call(node):
                node = self.call(node)
            elif text == "[" and _may_call(node) and (self.element_ahead() or _expects(node)):
                node = self.call(node) if _expects(node) else self.element(node)
            elif text == "\\{" and _expects(node):
                node = self.call(node)
            elif text == "(" and node == Number("1") and self.relation_follows():
                node = Indicator(self.indicator_condition(), span=self.since(node.span[0]))
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
            node = _indexed(node, upper + lower, self.since(start))
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
        if self.token.text == "+" and self.tokens[self.place - 2].text in _CLOSERS | {"|"}:
            token = self.advance()
            return (Relation("+", span=(token.start, token.end)),)
        if signed := self.signed_name():
            return (signed,)
        if self.token.text != "{":
            return (self.single(),)
        return _split_indices([rebuilt(item, _primed_index) for item in self.braced_list()])

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
        if token.text == "+" and self.tokens[self.place - 2].text in _CLOSERS:
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
        if not _may_call(base):
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
        pair = _CLOSING.get(opening.text) == closing.text and opening.text in ("(", "[")
        transposed = self.next(4).text in ("\\top", "T")
        after = self.next(5 if transposed else 4)
        if not (pair and after.text == "}" and item.kind in ("letter", "number") and _may_call(base)):
            return ()
        for _ in range(4):
            self.advance()
        if transposed:
            self.mark(powers, (), self.token, base)
        self.advance()
        span = (item.start, item.end)
        return (Number(item.text, span=span) if item.kind == "number" else Symbol(item.text, span=span),)

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
        return _indexed(node, tuple(items), self.since(node.span[0]))

    def call(self, function: Node) -> Node:
        arguments, given = self.arguments()
        return Call(function, arguments, given, span=self.since(function.span[0]))

    def arguments(self) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
        """What stands between the brackets of a function: arguments, then those after a bar."""
        opened = self.advance()
        closing = _CLOSING[opened.text]
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

    def dots_or(self, part: Callable[[], Node]) -> Node:
        token = self.token
        if token.text in ("\\ldots", "\\cdot") and self.next().text in (",", ";", "|", ")", "]", "\\}"):
            self.advance()
            return Dots(span=(token.start, token.end))
        return part()

    # -- functions and operators by name

    def function(self) -> Node:
        token = self.advance()
        name: Node = Symbol(token.text, span=(token.start, token.end))
        exponent: Node | None = None
        while self.token.text in ("_", "^", "'"):
            mark = self.advance().text
            if mark == "_":
                name = _indexed(name, (self.braced(),), self.since(token.start))
            elif mark == "^":
                exponent = self.braced()
            else:
                name = Primed(name, 1 + (name.order if isinstance(name, Primed) else 0), span=self.since(token.start))
        found = self.applied(name, token)
        return Power(found, exponent, span=found.span) if exponent is not None else found

    def applied(self, name: Node, token: Token) -> Node:
        """A function with its argument, in brackets, in braces or bare."""
        if self.token.text in ("(", "["):
            return self.call(name)
        if self.token.text == "{":
            return Call(name, (self.braced(),), span=self.since(token.start))
        if not self.starts_factor():
            self.refuse(f"{token.text} is not followed by what it is applied to", f"{token.text}(x)", at=token.start)
        argument = self.bare_argument()
        return Call(name, (argument,), bracketed=False, span=self.since(token.start))

    def bare_argument(self) -> Node:
        r"""What follows a function without brackets: symbols and numbers as in `\log 2\pi`, or one other factor."""
        factors = [self.factor()]
        while _is_plain(factors[-1]) and (self.token.kind in ("letter", "number", "word") or self.starts_accent()):
            self.refuse_two_numbers(factors[-1])
            factors.append(self.factor())
        if self.token.text in ("(", "[", "\\{") and _is_plain(factors[-1]):
            self.refuse("does the function reach this bracket?", r"\log(a (b)) or (\log a)(b)")
        return _product(factors, [""] * (len(factors) - 1))

    def starts_accent(self) -> bool:
        return self.token.kind == "mark" and self.token.text in ACCENTS.keys() | PLAIN_FONTS | KEPT_FONTS.keys()

    def big(self) -> Node:
        token = self.advance()
        lower, upper = self.bounds()
        return self.ranged(BIG[token.text], token, lower, upper)

    def bounds(self) -> tuple[list[Node], Node | None]:
        lower: list[Node] = []
        upper: Node | None = None
        while self.token.text in ("_", "^") and self.token.kind == "mark":
            if self.advance().text == "_":
                lower = self.below()
            else:
                upper = self.braced()
        return lower, upper

    def below(self) -> list[Node]:
        r"""What stands below a big operator: `i=1`, `j \ne y_i`, `i, j`, `i : y_i = 1`."""
        if self.token.text != "{":
            return [self.single()]
        opened = self.advance()
        if self.token.text == "{":  # from \\substack
            items = self.below()
            self.expect("}", opened)
            return items
        self.open.append("{")
        items = [self.nested(self.chain)]
        while self.take(",") or self.take(":") or self.take("\\land") or self.take("|") or self.take("\\\\"):
            items.append(self.nested(self.chain))
        self.expect("}", opened)
        self.open.pop()
        return [rebuilt(item, _primed_index) for item in items]

    def ranged(self, operator: str, token: Token, lower: list[Node], upper: Node | None) -> Node:
        indices, start, conditions = self.binders(lower, token)
        body = self.signed(self.term)
        return Big(operator, indices, start, upper, conditions, body, span=self.since(token.start))

    def binders(self, lower: list[Node], token: Token) -> tuple[tuple[Symbol, ...], Node | None, tuple[Node, ...]]:
        """The indices that are bound, the first one's lower end, and the conditions on them."""
        indices: list[Symbol] = []
        start: Node | None = None
        conditions: list[Node] = []
        for place, item in enumerate(lower):
            bound = _bound(item)
            fresh = [symbol for symbol in bound if symbol.name not in {index.name for index in indices}]
            if place == 0 and isinstance(item, Chain) and item.relations[0].sign == "=" and len(item.sides) == 2:
                start = item.sides[1]
            elif not isinstance(item, Symbol) and bound != [item]:
                conditions.append(item)
            indices += fresh if place == 0 or isinstance(item, Symbol) else []
        return tuple(indices), start, tuple(conditions)

    def extremum(self) -> Node:
        token = self.advance()
        operator = EXTREMA[token.text]
        if operator == "arg":
            operator = "arg" + self.advance().text.lstrip("\\") if self.token.text in ("\\max", "\\min") else ""
            if not operator:
                self.refuse("\\arg without \\max or \\min", r"\arg\max_j s_j", at=token.start)
        lower, _ = self.bounds()
        if lower:
            return self.ranged(operator, token, lower, None)
        if self.token.text not in ("(", "\\{", "[") or operator.startswith("arg"):
            self.refuse(f"{token.text} of what?", rf"{token.text}(a, b) or {token.text}_j x_j", at=token.start)
        found = self.call(Symbol("\\" + operator, span=(token.start, token.end)))
        if len(found.children) < 2:
            self.refuse(f"{token.text} of what?", rf"{token.text}(a, b)", at=token.start)
        return self.attached(found)

    def underset(self) -> Node:
        r"""`\underset{j}{\arg\max}`, which is `\arg\max_j`."""
        token = self.advance()
        lower = self.below()
        braced = self.take("{")
        name = "".join(self.advance().text for _ in range(2 if self.token.text == "\\arg" else 1)).replace("\\", "")
        if braced:
            self.take("}")
        if name not in EXTREMA.values():
            self.refuse("something set below what is not max or min", r"\max_j", at=token.start)
        return self.ranged(name, token, lower, None)

    # -- fractions and derivatives

    def fraction(self) -> Node:
        token = self.advance()
        order = self.derivative_order()
        if order:
            return self.derivative(token, order)
        numerator = self.braced()
        denominator = self.braced()
        return Divide(numerator, denominator, span=self.since(token.start))

    def derivative_order(self) -> str:
        r"""The `d` or `\partial` of a derivative, when both halves of the fraction begin with it."""
        letter = self.next().text
        if self.token.text != "{" or letter not in ("d", "\\partial"):
            return ""
        depth, place = 0, self.place
        while place < len(self.tokens) - 1:
            depth += (self.tokens[place].text == "{") - (self.tokens[place].text == "}")
            place += 1
            if depth == 0:
                break
        below = self.tokens[place : place + 3]
        return letter if [token.text for token in below[:2]] == ["{", letter] and below[2].text != "}" else ""

    def derivative(self, token: Token, letter: str) -> Node:
        order, body = self.derivative_body()
        variables = self.derivative_variables(letter)
        if order != len(variables):
            self.refuse("the halves of a derivative differ in order", r"\frac{d^2 f}{dx^2}", at=token.start)
        if body is None:
            body = self.signed(self.term)
        return _taken_last(Derivative(body, variables, span=self.since(token.start)))

    def derivative_body(self) -> tuple[int, Node | None]:
        """The order in the upper half, and what is differentiated where it stands there."""
        opened = self.advance()
        self.advance()
        order = 1
        if self.take("^"):
            power = self.braced()
            order = int(power.text) if isinstance(power, Number) and power.text.isdigit() else 0
        if self.take("}"):
            return order, None
        self.open.append("{")
        body = self.expression()
        self.expect("}", opened)
        self.open.pop()
        return order, body

    def derivative_variables(self, letter: str) -> tuple[Node, ...]:
        opened = self.advance()
        found: list[Node] = []
        while self.take(letter):
            found.extend(self.derivative_variable())
        self.expect("}", opened)
        return tuple(found)

    def derivative_variable(self) -> list[Node]:
        node = self.attached(self.atom())
        if isinstance(node, Power):
            order = node.exponent
            if not (isinstance(order, Number) and order.text in "1234"):
                self.refuse("the order of a derivative is a number from 1 to 4", r"\frac{d^2}{dx^2}", at=order.span[0])
            return [node.base] * int(order.text)
        return [node]

    def gradient(self) -> Node:
        token = self.advance()
        variable: Node | None = None
        if self.take("_"):
            variable = self.braced()
        if self.token.text == "^":
            self.refuse(r"a power of \nabla", r"\frac{\partial^2 f}{\partial x_i \partial x_j}")
        if not self.starts_factor():
            self.refuse(r"\nabla of what?", r"\nabla_w L", at=token.start)
        return Gradient(self.operand(), variable, span=self.since(token.start))

    def partial(self) -> Node:
        token = self.advance()
        if not self.take("_"):
            return Differential(self.attached(self.atom()), span=self.since(token.start))
        variable = self.braced()
        return Derivative(self.operand(), (variable,), span=self.since(token.start))

    def operand(self) -> Node:
        """What a derivative written as a prefix acts on: the factors side by side, up to another derivative."""
        factors = [self.signed(self.factor)]
        while self.starts_factor() and self.token.text not in ("\\nabla", "\\partial"):
            factors.append(self.factor())
        return _product(factors, [""] * (len(factors) - 1))

    # -- atoms

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

    def refuse_token(self) -> NoReturn:
        text = self.token.text
        if self.at_end():
            self.refuse("the formula ends where a value is expected", "a symbol or a number")
        if text in _REFUSED:
            self.refuse(f"{text} is not read", _REFUSED[text])
        if text in _CLOSERS:
            self.refuse(f"{_bare(text)} where a value is expected", "a symbol or a number before it")
        if self.token.kind == "keyword":
            self.refuse(f'the word "{text}" where a value is expected', r"a comma before \text{if} and its condition")
        if self.token.kind in ("begin", "end"):
            known = "cases, aligned, bmatrix"
            self.refuse(f"the environment {text} is not read here", known)
        if text.startswith("\\") and len(text) > 2:
            close = get_close_matches(text, _KNOWN, 1, 0.6)
            self.refuse(f"{text} is not known", close[0] if close else rf"\mathrm{{{text[1:]}}}(x)")
        self.refuse(f"{self.shown()} where a value is expected", _NEAREST_MARK.get(text, "a symbol or a number"))

    def group(self) -> Node:
        """A bracket: a value, a list of values, or a condition (then it is 1 or 0)."""
        opened = self.advance()
        if opened.text == "\\{" and self.token.kind == "begin":
            return self.cases()
        closing = _CLOSING[opened.text]
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

    def between(self, kind: Callable[..., Node]) -> Node:
        opened = self.advance()
        closing = _CLOSING[opened.text]
        self.open.append(closing)
        body = self.expression()
        self.expect(closing, opened)
        self.open.pop()
        return kind(body, span=self.since(opened.start))

    def floor(self) -> Node:
        return self.between(Floor)

    def ceiling(self) -> Node:
        return self.between(Ceiling)

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
            condition = self.indicator_condition() if self.token.text in ("[", "(", "\\{") else self.condition()
            if braced:
                self.expect("}", opened)
            return Indicator(condition, span=self.since(token.start))
        if self.token.text not in ("[", "(", "\\{"):
            bare = f"{self.latex[token.start : token.end]} 1 without a condition"
            self.refuse(bare, r"\mathbb{1}[y = k], or \sum_i x_i for the product with a vector of ones", at=token.start)
        return Indicator(self.indicator_condition(), span=self.since(token.start))

    def indicator_condition(self) -> Node:
        opened = self.advance()
        closing = _CLOSING[opened.text]
        self.open.append(closing)
        condition = self.condition()
        self.expect(closing, opened)
        self.open.pop()
        return condition

    # -- environments

    def environment(self) -> Node:
        token = self.token
        if token.text in CASES:
            return self.cases()
        if token.text in MATRICES:
            return self.matrix()
        self.refuse_token()
        return None

    def cases(self) -> Node:
        token = self.advance()
        if token.text == "array" and self.token.text == "{":
            self.skip_group()
        self.open.append("cases")
        rows: list[Case] = []
        while not self.at_environment_end(token):
            rows.append(self.case())
            self.take("\\\\")
        self.advance()
        self.open.pop()
        if not rows:
            self.refuse(
                "cases without a row", r"\begin{cases} a & \text{if } x > 0 \\ b & \text{otherwise} \end{cases}"
            )
        return Cases(tuple(rows), span=self.since(token.start))

    def at_environment_end(self, opened: Token) -> bool:
        if self.at_end():
            self.refuse(f"this environment {opened.text} is never closed", rf"\end{{{opened.text}}}", at=opened.start)
        if self.token.kind == "end" and self.token.text != opened.text:
            self.refuse(f"this ends {self.token.text}, and {opened.text} is open", rf"\end{{{opened.text}}}")
        return self.token.kind == "end"

    def case(self) -> Case:
        start = self.token.start
        value = self.expression()
        self.skip_case_gap()
        condition = self.case_condition()
        while self.token.text in (",", ";", "."):
            self.advance()
        return Case(value, condition, span=self.since(start))

    def skip_case_gap(self) -> None:
        while self.token.text in (",", ";", "&", "\\quad", ":") and self.token.kind == "mark":
            self.advance()

    def case_condition(self) -> Node | None:
        opened = self.token
        if self.take("{"):
            condition = self.case_condition()
            self.expect("}", opened)
            return condition
        if self.token.text in ELSE and self.token.kind in ("keyword", "word"):
            self.advance()
            return None
        if self.token.text == "\\\\" or self.token.kind == "end":
            self.refuse("a case without its condition", r"& \text{otherwise}")
        self.skip_if()
        condition = self.condition()
        self.skip_case_gap()
        return condition

    def skip_if(self) -> None:
        """Past an "if", also one in italics."""
        italic = self.token.text == "i" and self.next().text == "f" and not self.next().spaced
        for _ in range(2 if italic else self.at_condition()):
            self.advance()

    def matrix(self) -> Node:
        token = self.advance()
        if token.text == "array" and self.token.text == "{":
            self.skip_group()
        self.open.append("matrix")
        rows: list[Vector] = []
        while not self.at_environment_end(token):
            rows.append(self.matrix_row())
            self.take("\\\\")
        self.advance()
        self.open.pop()
        self.refuse_ragged(rows, token)
        return Matrix(tuple(rows), span=self.since(token.start))

    def matrix_row(self) -> Vector:
        start = self.token.start
        items = [self.expression()]
        while self.take("&"):
            items.append(self.expression())
        return Vector(tuple(items), span=self.since(start))

    def refuse_ragged(self, rows: list[Vector], token: Token) -> None:
        if len({len(row.items) for row in rows}) != 1:
            self.refuse("a matrix whose rows differ in length", "rows with as many & each", at=token.start)


_ATOMS: dict[str, Callable[[_Reader], Node]] = {
    "(": _Reader.group, "[": _Reader.group, "\\{": _Reader.group, "{": _Reader.transparent,
    "|": _Reader.absolute, "|(": _Reader.absolute, "\\|": _Reader.norm_bars, "\\|(": _Reader.norm_bars,
    "\\lfloor": _Reader.floor, "\\lceil": _Reader.ceiling, "\\langle": _Reader.inner, "\\infty": _Reader.infinity,
    "\\sqrt": _Reader.root, "\\binom": _Reader.binomial, "\\underbrace": _Reader.brace_above,
    "\\overbrace": _Reader.brace_above, "\\textcolor": _Reader.coloured, "\\frac": _Reader.fraction,
}  # fmt: skip

_NEAREST_MARK = {
    "&": r"\begin{aligned} a &= b \end{aligned}", "\\\\": r"\begin{aligned} a &= b \end{aligned}", "^": "x^2",
    "_": "x_i", "=": "a = b", ":": r"h(x) \in [0, 1]", "$": "the formula without dollar signs", "#": "a symbol",
    "<": "a < b", ">": "a > b", "'": r"\sigma'", "+": r"\max(0, x) for the positive part",
}  # fmt: skip


def _bare(text: str) -> str:
    """A bracket as it is shown to the author."""
    return {"\\{": r"\{", "\\}": r"\}", "|(": "|", "|)": "|", "\\|(": r"\|", "\\|)": r"\|"}.get(text, text)


def _may_call(node: Node) -> bool:
    """Whether a bracket after this may hold its arguments."""
    base = node
    while isinstance(base, Indexed | Primed):
        base = base.base
    if isinstance(base, Derivative):
        return isinstance(base.body, Symbol | Indexed)
    return isinstance(base, Symbol)


def _is_plain(node: Node) -> bool:
    """Whether a factor is a number or a symbol, also with indices or a power."""
    return isinstance(node.base if isinstance(node, Power) else node, Number | Symbol | Indexed)


def _expects(node: Node) -> bool:
    base = node.base if isinstance(node, Indexed) else node
    return isinstance(base, Symbol) and base.name in EXPECTATIONS


def _indexed(base: Node, indices: tuple[Node, ...], span: tuple[int, int]) -> Node:
    """The base with its indices, joined to those it has: `(y_i)_j` is `y_{ij}`."""
    if isinstance(base, Indexed):
        return Indexed(base.base, base.indices + indices, span=span)
    return Indexed(base, indices, span=span)


def _primed_index(node: Node) -> Symbol | None:
    """An index of its own for `k'`."""
    return Symbol(name_of(node), span=node.span) if isinstance(node, Primed) and isinstance(node.base, Symbol) else None


def _taken_last(node: Node) -> Node:
    """A derivative written before a term with a bar behind it is taken first, and then its value at the place."""
    body = node.body if isinstance(node, Derivative | Gradient) else None
    last = body.factors[-1] if isinstance(body, Multiply) else body
    if not isinstance(last, At) or not isinstance(node, Derivative | Gradient):
        return node
    inside = replace(body, factors=(*body.factors[:-1], last.body)) if isinstance(body, Multiply) else last.body
    return At(replace(node, body=inside), last.settings, span=node.span)


def _product(factors: list[Node], signs: list[str]) -> Node:
    if len(factors) == 1:
        return factors[0]
    return Multiply(tuple(factors), tuple(signs), span=(factors[0].span[0], factors[-1].span[1]))


def _split_indices(items: list[Node]) -> tuple[Node, ...]:
    """Indices one by one: `ij` is i and j, `2i` is one index."""
    found: list[Node] = []
    for item in items:
        letters = isinstance(item, Multiply) and not any(item.signs) and not isinstance(item.factors[0], Number)
        plain = letters and all(isinstance(factor, Symbol | Indexed | Number) for factor in item.children)
        found.extend(item.children if plain else [item])
    return tuple(found)


def _bound(item: Node) -> list[Symbol]:
    """The indices that an item below a big operator binds."""
    if isinstance(item, Symbol):
        return [item]
    if isinstance(item, Multiply) and not any(item.signs):
        return [factor for factor in item.factors if isinstance(factor, Symbol)]
    if isinstance(item, Chain) and len(item.sides) > 2:
        return [side for side in item.sides[1:-1] if isinstance(side, Symbol)]
    return [side for side in item.children[:1] if isinstance(side, Symbol)]
