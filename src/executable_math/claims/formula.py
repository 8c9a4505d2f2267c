"""One formula on its way to a verdict: its statements in turn, and what they define for the rest of the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any

from executable_math.claims.cases import holds_where, narrowed
from executable_math.claims.claim import Claim
from executable_math.claims.code import Code
from executable_math.claims.outcome import Counterexample, Failed, Outcome
from executable_math.foreign.expression import BUILTINS, Expression
from executable_math.latex.reader import read
from executable_math.latex.tokens import EXTREMA, FUNCTIONS
from executable_math.latex.tree import (
    Add,
    Big,
    Both,
    Call,
    Chain,
    Choices,
    Conditional,
    Dots,
    Formula,
    Indexed,
    MathError,
    Negate,
    Node,
    Number,
    Symbol,
    Vector,
    name_of,
    position,
    walk,
)
from executable_math.meaning.definitions import define, new_sides
from executable_math.meaning.dependence import dependencies, free_indices, refuse_escaped_index, sizes_used
from executable_math.meaning.evaluation import Evaluator
from executable_math.meaning.names import CONSTANTS, Context, Told
from executable_math.meaning.scope import Scope
from executable_math.values.derivative import primal
from executable_math.values.numerals import printed
from executable_math.values.symbols import SAMPLES, Group, Range, sizes_in

MOST_GIVENS, MOST_TRIES = 50, 100
PASSING = frozenset(["holds", "weak", "definition", "unbound", "given", "symbol", "number", "unchecked"])


@dataclass(frozen=True)
class Verdict:
    """What came of checking one formula.

    Attributes:
        status: One of
            holds       checked, and true for all samples;
            weak        true, and the samples could hardly have shown otherwise; the message says why;
            definition  defines a name by what is already checked;
            unbound     defines a name, or states a number, that nothing has checked;
            given       states a case, which restricts what follows;
            symbol      names what is known, and relates nothing;
            number      a number that is named for later expressions;
            unchecked   left out, for the reason in the message;
            fails       false for the samples of the counterexample, or a rule of the page is broken;
            not read    the LaTeX text cannot be read;
            error       a name is not known, or something has no value.
        latex: The formula.
        message: What is wrong, where and for which inputs; "" where nothing is to be said.
        line: The line of the place within the formula, from 1.
        column: The column of the place, from 1.
        samples: The number of samples tried.
        counterexample: Inputs for which two values differ, where there are any.
        against: The names of the module that the formula was checked against.
        id: The formula's name.
    """

    status: str
    latex: str
    message: str = ""
    line: int = 1
    column: int = 1
    samples: int = 0
    counterexample: Counterexample | None = None
    against: tuple[str, ...] = ()
    id: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the page may be built."""
        return self.status in PASSING

    @property
    def holds(self) -> bool:
        """Whether something was checked, and is true."""
        return self.status in ("holds", "weak")


@dataclass
class Known:
    """What a page has said so far.

    Attributes:
        context: What the names mean.
        numbers: The named numbers.
        givens: The cases that restrict what follows in the paragraph.
        unbound: The definitions that nothing has checked so far, with their formulas, by name.
    """

    context: Context
    numbers: Told[Any] = field(default_factory=Told)
    givens: list[Node] = field(default_factory=list)
    unbound: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Forget afterwards what was defined, and the ranges that were learned."""
        definitions, unbound = self.context.definitions.copy(), dict(self.unbound)
        ranges = dict(self.context.symbols.ranges)
        try:
            yield
        finally:
            self.context.definitions, self.unbound = definitions, unbound
            self.context.symbols.restore(ranges)
            self.context.renew()


class FormulaCheck:
    """One formula on its way to a verdict.

    Args:
        known: What the page has said so far; what the formula defines is added.
        latex: The formula.
        equals: A Python expression that it must equal.
        differs: A Python expression that it must not equal.

    Raises:
        MathError: The formula, or the expression, cannot be read.
    """

    def __init__(self, known: Known, latex: str, equals: str | None = None, differs: str | None = None) -> None:
        self.known = known
        self.context = known.context
        self.symbols = known.context.symbols
        self.latex = latex
        self.differs = differs is not None
        text = equals if equals is not None else differs
        self.expression = Expression(text) if text is not None else None
        self.called: set[str] = set(self.expression.called if self.expression else ())
        self.context.effort = 0
        self.tree = self.read()

    def read(self) -> Formula:
        """The tree, with a run of letters as one name where they are no known factors."""
        words = self.symbols.words | self.context.definitions.words
        first = _leading_word(self.latex)
        if first and not all(self.knows_letter(letter) for letter in first):
            words |= {first}
        return read(self.latex, words)

    def knows_letter(self, letter: str) -> bool:
        return any(self.context.knows(letter + suffix) for suffix in ("", "[]", "()")) or letter in CONSTANTS

    # -- verdicts

    def verdict(self) -> Verdict:
        refuse_escaped_index(self.tree, self.context)
        found = self.statements()
        ranked = ("weak", "holds", "definition", "unbound", "symbol")
        best = min(found, key=lambda verdict: ranked.index(verdict.status))
        example = next((verdict.counterexample for verdict in found if verdict.counterexample), None)
        samples = max(verdict.samples for verdict in found)
        return replace(best, samples=samples, counterexample=example, against=self.against())

    def against(self) -> tuple[str, ...]:
        """The names of the module that were used."""
        return tuple(sorted(name for name in self.called if name.split(".")[0] in self.context.module.names))

    def statements(self) -> list[Verdict]:
        """A verdict on each statement; one that needs a later one waits for it."""
        waiting = list(self.tree.statements)
        last = waiting[-1]
        found: list[Verdict] = []
        postponed = tries = 0
        while waiting:
            statement = waiting.pop(0)
            try:
                found.append(self.statement(statement, self.expression if statement is last else None))
                postponed = 0
            except MathError as problem:
                postponed, tries = postponed + 1, tries + 1
                if isinstance(problem, Failed) or postponed > len(waiting) or tries > MOST_TRIES:
                    raise
                waiting.append(statement)
        return found

    def statement(self, node: Node, expression: Expression | None) -> Verdict:
        self.learn(node)
        conditions = list(self.known.givens)
        if isinstance(node, Conditional):
            condition, node = node.condition, node.body
            if isinstance(condition, Chain) and new_sides(condition, self.context):
                self.statement(condition, None)
            else:
                conditions.append(condition)
        if isinstance(node, Chain) or expression is not None:
            return self.claim(node, conditions, expression)
        return self.mention(node)

    def claim(self, node: Node, conditions: Sequence[Node], expression: Expression | None) -> Verdict:
        """A relation, or a value that is held against the code; what is new in it is defined."""
        chain = node if isinstance(node, Chain) else Chain((node,), (), span=node.span)
        claim = Claim(chain, self.context, conditions, self.code(expression, chain), self.differs)
        claim.called = self.called
        outcome = claim.outcome()
        used = {key for key in dependencies(Both(claim.sides), self.context) if key in self.context.definitions}
        keys = [] if self.differs else [define(side, claim.sides[0], self.latex, self.context) for side in claim.new]
        self.define_code(claim)
        if outcome.checked:
            return self.settled(outcome, {*used, *keys})
        return self.defined(outcome, used, keys)

    def define_code(self, claim: Claim) -> None:
        """A formula that a function of the module was found to compute stands for it from here on."""
        side = claim.sides[0]
        if len(claim.sides) > 1 and isinstance(side, Call | Indexed) and not self.differs:
            head = self.context.head(side)
            names = all(isinstance(part, Symbol) for part in head.arguments or ())
            if head.arguments and names and self.context.is_code(name_of(head.node)) and claim.relations[0].sign == "=":
                define(side, claim.sides[1], self.latex, self.context)

    def settled(self, outcome: Outcome, backed: set[str]) -> Verdict:
        for key in backed:
            self.known.unbound.pop(key, None)
        line, column = position(self.latex, outcome.span[0] if outcome.span else 0)
        status = "weak" if outcome.weakness else "holds"
        return Verdict(status, self.latex, outcome.weakness, line, column, outcome.samples, outcome.counterexample)

    def defined(self, outcome: Outcome, used: set[str], keys: Sequence[str]) -> Verdict:
        """A definition: backed where it builds on what is checked."""
        if not keys:
            advice = 'write: equals="..." with the function that takes it'
            raise Failed("nothing checks this step", self.tree.span, advice)
        if any(key not in self.known.unbound for key in used):
            return Verdict("definition", self.latex, samples=outcome.samples)
        self.known.unbound |= dict.fromkeys(keys, self.latex)
        return Verdict("unbound", self.latex, "nothing has checked this definition so far", samples=outcome.samples)

    def code(self, expression: Expression | None, chain: Chain) -> Callable[[Sequence[str]], Code] | None:
        if expression is None:
            return None
        return lambda indices: Code(expression, self.context, self.known.numbers, chain, indices)

    def learn(self, tree: Node) -> None:
        """Take the range of an index that is not declared from a sum over 1..N or 0..N-1."""
        for node in walk(tree):
            if isinstance(node, Big) and node.indices and node.upper and (low := _whole_range(node)) is not None:
                name, sizes = node.indices[0].name, sizes_in(node.upper)
                if sizes <= set(self.symbols.sizes) and not self.context.knows(name):
                    self.symbols.learn(name, Range(low, node.upper))
                    self.context.renew()

    # -- what relates nothing

    def mention(self, node: Node) -> Verdict:
        """A formula that relates nothing: what it names must be known, and a number must be bound."""
        if printed(node) is not None:
            advice = 'write: equals="..." to check it, as="..." to name it, or unchecked="why"'
            raise Failed("nothing checks this number", node.span, advice)
        for item in node.items if isinstance(node, Vector | Choices) else (node,):
            self.refuse_unknown(item)
        return Verdict("symbol", self.latex)

    def refuse_unknown(self, node: Node) -> None:
        name = name_of(node)
        known = self.context.is_index(name) or self.context.keys_known(name) or self.context.knows(name + "()")
        if not known and not isinstance(node, Dots):
            claim = Claim(Chain((node,), (), span=node.span), self.context)
            claim.trial(claim.groups()[0])

    # -- numbers and cases

    def number(self, name: str) -> Verdict:
        """A number under a name, for later expressions; also checked where an expression says so."""
        if not name.isidentifier() or name in BUILTINS or name in self.context.module.names:
            raise Failed(f"{name!r} cannot name a number", (0, 1), "write: a Python name that is not taken")
        statement = self.tree.statements[-1]
        node = statement.sides[-1] if isinstance(statement, Chain) else statement
        if depends := dependencies(node, self.context) & self.symbols.declared.keys():
            raise Failed(
                "a number under a name depends on no symbol", node.span, f"{', '.join(sorted(depends))} may be anything"
            )
        if isinstance(statement, Chain):
            self.hold_numbers(statement)
        if self.expression is not None:
            self.claim(node, (), self.expression)
        self.known.numbers[name] = self.constant(node)
        return Verdict("holds" if self.expression else "number", self.latex, samples=1, against=self.against())

    def hold_numbers(self, chain: Chain) -> None:
        """What relates numbers must be true, also where the last of them gets a name."""
        count = len(list(takewhile(self.is_constant, reversed(chain.sides))))
        if count > 1:
            sides, relations = chain.sides[-count:], chain.relations[1 - count :]
            self.claim(Chain(sides, relations, span=chain.span), (), None)

    def is_constant(self, node: Node) -> bool:
        if dependencies(node, self.context) & self.symbols.declared.keys():
            return False
        try:
            self.constant(node)
        except MathError:
            return False
        return True

    def constant(self, node: Node) -> Any:
        """The value of a number or list of numbers, as Python has it."""
        value = Evaluator(self.context, Group(self.symbols, {}, 1)).value(node, Scope())
        data = primal(value.data)[0]
        if value.rank:
            return data
        whole = (
            not any(isinstance(part, Number) and "." in part.text for part in walk(node)) and float(data).is_integer()
        )
        return int(data) if whole else float(data)

    def given(self) -> Verdict:
        """A case: true for some samples and false for others."""
        parts = [node.body if isinstance(node, Conditional) else node for node in self.tree.statements]
        condition = parts[0] if len(parts) == 1 else Both(tuple(parts), span=self.tree.span)
        for node in parts:
            self.learn(node)
        free = {name for name, _ in free_indices(condition, self.context)}
        sizes = sizes_used(dependencies(condition, self.context) | free, self.context)
        if all(holds_where(self.context, group, condition).all() for group in self.symbols.groups(sizes)):
            raise Failed(
                "this holds for every sample, and is marked as given", condition.span, "write: it without the mark"
            )
        groups = narrowed(self.context, sizes, [condition], SAMPLES, 0)
        if not groups:
            raise Failed("this holds for no sample", condition.span, "write: a case that the declared kinds allow")
        if len(self.known.givens) >= MOST_GIVENS:
            advice = "write: a paragraph for each part of it"
            raise Failed(f"more than {MOST_GIVENS} cases in one paragraph", condition.span, advice)
        self.known.givens.append(condition)
        return Verdict("given", self.latex, samples=sum(group.count for group in groups))


def command_without_backslash(latex: str, start: int) -> str:
    r"""The command that the letters at a place spell, `\log` for `log`, or ""."""
    for match in re.finditer(r"(?<![\\A-Za-z])[A-Za-z]{2,}", latex):
        command = "\\" + match.group()
        if match.start() <= start < match.end() and command in FUNCTIONS | EXTREMA.keys() | {"\\ln"}:
            return command
    return ""


def _whole_range(node: Big) -> int | None:
    """The first value of an index that runs over all of a size: 1 up to N, 0 up to N - 1."""
    if node.lower == Number("1") and isinstance(node.upper, Symbol | Indexed | Call):
        return 1
    shifted = isinstance(node.upper, Add) and len(node.upper.terms) == 2 and node.upper.terms[1] == Negate(Number("1"))
    return 0 if node.lower == Number("0") and shifted else None


def _leading_word(latex: str) -> str:
    """The run of letters that a formula begins with, such as `BS` in `BS = ...`."""
    match = re.match(r"\s*([A-Za-z]{2,})(?![A-Za-z])\s*(?=[=(\[_:]|\\(?:left|approx|le|ge|triangleq|coloneqq))", latex)
    return match[1] if match and not command_without_backslash(match[1], 0) else ""
