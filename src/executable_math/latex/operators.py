"""Operators that take in what follows them: functions, sums, extremes, fractions and derivatives."""

from __future__ import annotations

from dataclasses import replace

from executable_math.latex.scripts import Scripts, indexed, primed_index
from executable_math.latex.tokens import ACCENTS, BIG, EXTREMA, KEPT_FONTS, PLAIN_FONTS, Token
from executable_math.latex.tree import (
    At,
    Big,
    Call,
    Chain,
    Derivative,
    Differential,
    Divide,
    Gradient,
    Indexed,
    Integral,
    Limit,
    Multiply,
    Node,
    Number,
    Power,
    Primed,
    Symbol,
    rebuilt,
)


class Operators(Scripts):
    """Reads functions and operators by name."""

    def function(self) -> Node:
        token = self.advance()
        name: Node = Symbol(token.text, span=(token.start, token.end))
        exponent: Node | None = None
        while self.token.text in ("_", "^", "'"):
            mark = self.advance().text
            if mark == "_":
                name = indexed(name, (self.braced(),), self.since(token.start))
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
        while (
            _is_plain(factors[-1])
            and not self.ends_integral()
            and (self.token.kind in ("letter", "number", "word") or self.starts_accent())
        ):
            self.refuse_two_numbers(factors[-1])
            factors.append(self.factor())
        if self.token.text in ("(", "[", "\\{") and _is_plain(factors[-1]):
            self.refuse("does the function reach this bracket?", r"\log(a (b)) or (\log a)(b)")
        return product(factors, [""] * (len(factors) - 1))

    def refuse_two_numbers(self, before: Node) -> None:
        if isinstance(before, Number) and self.token.kind == "number":
            self.refuse("two numbers side by side", rf"{before.text} \cdot {self.token.text}")

    def starts_plain(self) -> bool:
        named = self.token.kind in ("letter", "number", "word") or self.starts_accent()
        return named and not self.ends_integral()

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
        return [rebuilt(item, primed_index) for item in items]

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

    def integral(self) -> Node:
        token = self.advance()
        lower, upper = self.bounds()
        if len(lower) != 1 or upper is None:
            self.refuse("an integral without its two bounds", r"\int_{-\infty}^{\infty} f(x)\,dx", at=token.start)
        self.open.append("d")
        body = self.expression()
        if not self.ends_integral():
            self.refuse("an integral over what?", r"\int_a^b f(x)\,dx", at=token.start)
        self.advance()
        self.open.pop()
        return Integral(self.atom(), lower[0], upper, body, span=self.since(token.start))

    def limit(self) -> Node:
        token = self.advance()
        opened = self.next()
        if not (self.take("_") and self.take("{")):
            self.refuse("a limit of what?", r"\lim_{z \to 0}", at=token.start)
        variable = self.atom()
        if not self.take("\\rightarrow"):
            self.refuse("a limit without an arrow", r"\lim_{z \to 0}", at=token.start)
        target = self.signed(self.atom)
        side = self.side()
        self.expect("}", opened)
        return Limit(variable, target, side, self.signed(self.term), span=self.since(token.start))

    def side(self) -> str:
        """The sign in `0^+`."""
        if not self.take("^"):
            return ""
        braced = self.take("{")
        if self.token.text not in ("+", "-"):
            self.refuse("a limit from which side?", r"\lim_{z \to 0^+}")
        sign = self.advance().text
        if braced:
            self.take("}")
        return sign

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
        return _taken_last(Gradient(self.operand(), variable, span=self.since(token.start)))

    def partial(self) -> Node:
        token = self.advance()
        if not self.take("_"):
            return Differential(self.attached(self.atom()), span=self.since(token.start))
        variable = self.braced()
        return _taken_last(Derivative(self.operand(), (variable,), span=self.since(token.start)))

    def operand(self) -> Node:
        """What a derivative written as a prefix acts on: the factors side by side, up to another derivative."""
        factors = [self.signed(self.factor)]
        while self.starts_factor() and self.token.text not in ("\\nabla", "\\partial"):
            factors.append(self.factor())
        return product(factors, [""] * (len(factors) - 1))

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


def _is_plain(node: Node) -> bool:
    """Whether a factor is a number or a symbol, also with indices or a power."""
    return isinstance(node.base if isinstance(node, Power) else node, Number | Symbol | Indexed)


def _taken_last(node: Node) -> Node:
    """A derivative written before a term with a bar behind it is taken first, and then its value at the place."""
    body = node.body if isinstance(node, Derivative | Gradient) else None
    last = body.factors[-1] if isinstance(body, Multiply) else body
    if not isinstance(last, At) or not isinstance(node, Derivative | Gradient):
        return node
    inside = replace(body, factors=(*body.factors[:-1], last.body)) if isinstance(body, Multiply) else last.body
    return At(replace(node, body=inside), last.settings, span=node.span)


def product(factors: list[Node], signs: list[str]) -> Node:
    if len(factors) == 1:
        return factors[0]
    return Multiply(tuple(factors), tuple(signs), span=(factors[0].span[0], factors[-1].span[1]))


def _bound(item: Node) -> list[Symbol]:
    """The indices that an item below a big operator binds."""
    if isinstance(item, Symbol):
        return [item]
    if isinstance(item, Multiply) and not any(item.signs):
        return [factor for factor in item.factors if isinstance(factor, Symbol)]
    if isinstance(item, Chain) and len(item.sides) > 2:
        return [side for side in item.sides[1:-1] if isinstance(side, Symbol)]
    return [side for side in item.children[:1] if isinstance(side, Symbol)]
