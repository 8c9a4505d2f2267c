"""The place that has been reached in the tokens of a formula: looking ahead, going on, and refusing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from difflib import get_close_matches
from typing import NoReturn

from executable_math.latex.language import Language
from executable_math.latex.tokens import (
    ACCENTS,
    IF,
    KEPT_FONTS,
    LETTERS,
    PLAIN_FONTS,
    SYNONYMS,
    Token,
)
from executable_math.latex.tree import Apply, Dots, MathError, Node, pointed, position

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


# What each refused command may be replaced by.
_REFUSED = {
    "\\iint": r"\int_a^b f(x)\,dx, over one variable",
    "\\oint": r"\int_a^b f(x)\,dx, over one variable",
    "\\rightarrow": r"a relation such as = or \le, or leave it out with unchecked='a limit'",
    "\\tag": "a tag that names the formula, such as (2.1), and what it says as a formula of its own",
    "\\pm": "the two cases as two formulas",
    "\\mp": "the two cases as two formulas",
    "\\sup": r"\max over an index",
    "\\inf": r"\min over an index",
    "\\ll": r"a bound, such as < 0.01",
    "\\gg": r"a bound, such as > 100",
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
    "\\Pr": r"\mathbb{E}[\mathbb{1}[x > 0]]",
    "\\dim": r"the size itself, such as N",
    "\\perp": r"x^\top y = 0",
    "\\ldots": r"a list with its last element, such as 1, \dots, N",
}  # fmt: skip


_NEAREST_MARK = {
    "&": r"\begin{aligned} a &= b \end{aligned}", "\\\\": r"\begin{aligned} a &= b \end{aligned}", "^": "x^2",
    "_": "x_i", "=": "a = b", ":": r"h(x) \in [0, 1]", "$": "the formula without dollar signs", "#": "a symbol",
    "<": "a < b", ">": "a > b", "'": r"\sigma'", "+": r"\max(0, x) for the positive part",
}  # fmt: skip


# Where those marks stand that are known and begin no value.
_PLACES = {
    "\\top": r"A^\top, and (A^{-1})^\top for the transposed inverse",
    "\\land": r"\mathbb{1}[x > 0 \land y > 0]",
    "\\lor": r"\mathbb{1}[x > 0 \lor y > 0]",
    "\\Rightarrow": r"x > 0 \Rightarrow |x| = x, between two relations",
    "\\forall": r"x^2 \ge 0 \quad \forall x, behind a relation",
    "\\in": r"x \in \{0, 1\}",
    "\\notin": r"x \notin \{0, 1\}",
    "\\sim": r"x \sim \mathcal{N}(0, 1)",
}


CLOSING = {"(": ")", "[": "]", "\\{": "\\}", "\\lfloor": "\\rfloor", "\\lceil": "\\rceil", "\\langle": "\\rangle"}


CLOSERS = frozenset([")", "]", "\\}", "}", "\\rfloor", "\\rceil", "\\rangle", "|)", "\\|)"])


OPENERS = frozenset(["(", "[", "\\{", "{", "\\lfloor", "\\lceil", "\\langle", "|(", "\\|("])


# What begins a factor whatever the language: brackets, fonts, and what says nothing about values.
STARTERS = (
    OPENERS | set(ACCENTS) | PLAIN_FONTS | set(KEPT_FONTS)
    | {"\\infty", "\\underbrace", "\\overbrace", "\\textcolor", "\\mathrm"}
)  # fmt: skip


class Cursor(ABC):
    """A place in the tokens of one formula."""

    def __init__(self, latex: str, language: Language, tokens: list[Token]) -> None:
        self.latex = latex
        self.language = language
        self.tokens = tokens
        self.place = 0
        self.token = self.tokens[0]
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
            self.refuse(f"this {bare(opened.text)} is never closed", f"{bare(text)} after it", at=opened.start)
        self.refuse(f"expected {bare(text)}, found {self.shown()}", f"{bare(text)} before it")

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

    def is_keyword(self, keywords: Collection[str]) -> bool:
        return self.token.kind == "keyword" and self.token.text in keywords

    def starts_condition(self, token: Token) -> bool:
        return (token.kind == "keyword" and token.text in IF) or token.text == "\\forall"

    def at_condition(self) -> bool:
        return self.starts_condition(self.token)

    def ends_integral(self) -> bool:
        """Whether the `dx` of an open integral comes next."""
        return bool(self.open) and self.open[-1] == "d" and self.token.text == "d" and self.next().kind == "letter"

    def starts_factor(self) -> bool:
        token = self.token
        if self.ends_integral():
            return False
        if token.kind in ("number", "letter", "word"):
            return True
        if token.kind == "begin":
            return token.text in self.language.environments
        if token.text in ("|", "\\|"):
            paired = bool(self.open) and self.open[-1] == "call" and self.bars_ahead(token.text) % 2 == 0
            return paired or not self.open or self.open[-1] not in ("|", "call", "\\}")
        return token.kind == "mark" and (token.text in STARTERS or token.text in self.language.marks)

    def bars_ahead(self, bar: str) -> int:
        """How many such bars stand from here to the end of the bracket: of an even number, each has its other one."""
        depth = count = 0
        for token in self.tokens[self.place :]:
            depth += (token.text in OPENERS) - (token.text in CLOSERS)
            if depth < 0:
                break
            count += token.text == bar and depth == 0
        return count

    def relation_follows(self) -> bool:
        depth = 0
        for token in self.tokens[self.place + 1 :]:
            depth += (token.text in OPENERS) - (token.text in CLOSERS)
            if depth < 0 or token.kind in ("end", "keyword"):
                return False
            if depth == 0 and token.text in self.language.comparisons:
                return True
            if depth == 0 and token.text in ("\\\\", "&", ",", "\\quad"):
                return False
        return False

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
            node = Apply("negate", (node,), span=(start, node.span[1]))
        return node

    def dots_or(self, part: Callable[[], Node]) -> Node:
        token = self.token
        if token.text in ("\\ldots", "\\cdot") and self.next().text in (",", ";", "|", ")", "]", "\\}"):
            self.advance()
            return Dots(span=(token.start, token.end))
        return part()

    def refuse_token(self) -> NoReturn:
        text = self.token.text
        if self.at_end():
            self.refuse("the formula ends where a value is expected", "a symbol or a number")
        if text in _REFUSED:
            self.refuse(f"{text} is not read", _REFUSED[text])
        if text in CLOSERS:
            self.refuse(f"{bare(text)} where a value is expected", "a symbol or a number before it")
        if self.token.kind == "keyword":
            self.refuse(f'the word "{text}" where a value is expected', r"a comma before \text{if} and its condition")
        if self.token.kind in ("begin", "end"):
            known = "cases, aligned, bmatrix"
            self.refuse(f"the environment {text} is not read here", known)
        if text in self.known_commands():
            self.refuse(f"{text} where a value is expected", self.in_its_place(text))
        if text.startswith("\\") and len(text) > 2:
            close = get_close_matches(text, self.known_commands(), 1, 0.6)
            self.refuse(f"{text} is not known", close[0] if close else rf"\mathrm{{{text[1:]}}}(x)")
        self.refuse(f"{self.shown()} where a value is expected", _NEAREST_MARK.get(text, "a symbol or a number"))

    def in_its_place(self, text: str) -> str:
        """Where a mark may stand that does not begin a value."""
        if text in _PLACES:
            return _PLACES[text]
        if text in self.language.comparisons or text in self.language.infix:
            return f"a {text} b"
        return f"braces around all of it, {{{text} ...}}"

    def known_commands(self) -> list[str]:
        """The commands that are read."""
        marks = self.language.marks | self.language.comparisons.keys() | self.language.infix.keys()
        others = (
            LETTERS | ACCENTS.keys() | PLAIN_FONTS | KEPT_FONTS.keys() | SYNONYMS.keys() | {"\\infty"} | _PLACES.keys()
        )
        return sorted(mark for mark in marks | others if mark.startswith("\\"))

    def between(self, read: Callable[[], Node]) -> Node:
        """What stands between a bracket and the one that closes it."""
        opened = self.advance()
        closing = CLOSING[opened.text]
        self.open.append(closing)
        body = read()
        self.expect(closing, opened)
        self.open.pop()
        return body

    # -- what looser rooms of the grammar read

    @abstractmethod
    def range_or_chain(self) -> Node:
        r"""A relation, or a range written out: `i = 1, \dots, N`."""

    @abstractmethod
    def chain(self) -> Node:
        """Sides with relations between them; a single side is itself."""

    @abstractmethod
    def condition(self) -> Node:
        """Relations joined by "and", "or" or commas."""

    @abstractmethod
    def expression(self) -> Node:
        """A sum of terms."""

    @abstractmethod
    def term(self) -> Node:
        """A product: factors side by side or with signs between them."""

    @abstractmethod
    def factor(self) -> Node:
        """A factor, with all that is attached to it."""


def bare(text: str) -> str:
    """A bracket as it is shown to the author."""
    return {"\\{": r"\{", "\\}": r"\}", "|(": "|", "|)": "|", "\\|(": r"\|", "\\|)": r"\|"}.get(text, text)
