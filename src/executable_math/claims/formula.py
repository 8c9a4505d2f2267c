"""One formula on its way to a verdict: its statements in turn, and what they define for the rest of the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from executable_math.claims.backing import backed, backs_own, is_code
from executable_math.claims.claim import Claim
from executable_math.claims.narrowing import holds_where, narrowed
from executable_math.claims.outcome import Counterexample, Failed, Outcome
from executable_math.claims.trials import Trials
from executable_math.claims.tried import small
from executable_math.foreign.expression import BUILTINS, Expression
from executable_math.latex.language import Language
from executable_math.latex.reader import read
from executable_math.latex.tree import (
    Apply,
    Bind,
    Call,
    Chain,
    Conditional,
    Dots,
    Formula,
    Indexed,
    MathError,
    Node,
    Number,
    Symbol,
    applies,
    name_of,
    position,
    walk,
)
from executable_math.meaning.definitions import (
    define,
    main_statement,
    names_next,
    new_sides,
    recurrence,
    refuse_other_order,
)
from executable_math.meaning.facts import CONSTANTS, Effort, Facts
from executable_math.meaning.free import Given, paired, refuse_escaped_index
from executable_math.meaning.leaves import evaluation
from executable_math.meaning.mentions import only_names
from executable_math.meaning.reads import reads, sizes_used
from executable_math.meaning.resolve import resolve
from executable_math.values.derivative import primal
from executable_math.values.numerals import printed
from executable_math.values.symbols import SAMPLES, Group, Range, sizes_in

MOST_GIVENS, MOST_TRIES = 50, 100
UNBOUND = "nothing has checked this definition so far"
PASSING = frozenset(["holds", "weak", "definition", "unbound", "given", "symbol", "number", "unchecked"])


@dataclass(frozen=True)
class Verdict:
    """What came of checking one formula.

    Attributes:
        status: One of
            holds       checked, and true for all samples;
            weak        true, and the samples could hardly have shown otherwise; the message says why;
            definition  gives a name to what the module computes;
            unbound     defines a name, which nothing has checked so far;
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
        proof: How it is known to hold for all values, if it is.
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
    proof: str = ""

    @property
    def ok(self) -> bool:
        """Whether the page may be built."""
        return self.status in PASSING

    @property
    def holds(self) -> bool:
        """Whether something was checked, and is true."""
        return self.status in ("holds", "weak")


class FormulaCheck:
    """One formula on its way to a verdict.

    Args:
        facts: What the page has said so far.
        latex: The formula.
        equals: A Python expression that it must equal.
        differs: A Python expression that it must not equal.

    Attributes:
        facts: What the page has said with it, as far as it was checked.
        claims: What was held to be true, in order.

    Raises:
        MathError: The formula, or the expression, cannot be read.
    """

    def __init__(self, facts: Facts, latex: str, equals: str | None = None, differs: str | None = None) -> None:
        self.facts = replace(facts, effort=Effort())
        self.claims: list[Claim] = []
        self.defines: set[str] = set()
        self.latex = latex
        self.differs = differs is not None
        text = equals if equals is not None else differs
        self.expression = Expression(text) if text is not None else None
        self.called: set[str] = set(self.expression.called if self.expression else ())
        self.tree = self.read()

    def read(self) -> Formula:
        """The tree, with a run of letters as one name where they are no known factors."""
        words = self.facts.symbols.words | self.facts.definitions.words
        first = _leading_word(self.latex, self.facts.language)
        if first and not all(self.knows_letter(letter) for letter in first):
            words |= {first}
        return read(self.latex, self.facts.language, words)

    def knows_letter(self, letter: str) -> bool:
        return any(self.facts.knows(letter + suffix) for suffix in ("", "[]", "()")) or letter in CONSTANTS

    # -- verdicts

    def verdict(self) -> Verdict:
        self.tree = Formula(tuple(paired(one, self.facts) for one in self.tree.statements), span=self.tree.span)
        refuse_escaped_index(self.tree, self.facts)
        found = self.statements()
        self.refuse_idle_expression()
        ranked = ("weak", "holds", "definition", "unbound", "symbol")
        best = min(found, key=lambda verdict: ranked.index(verdict.status))
        if self.facts.unbound.keys() & self.defines:
            best = replace(best, status="unbound", message=UNBOUND)
        example = next((verdict.counterexample for verdict in found if verdict.counterexample), None)
        samples = max(verdict.samples for verdict in found)
        proof = best.proof if all(verdict.proof for verdict in found if verdict.holds) else ""
        return replace(best, samples=samples, counterexample=example, against=self.against(), proof=proof)

    def against(self) -> tuple[str, ...]:
        """The names of the module that were used."""
        return tuple(sorted(name for name in self.called if name.split(".")[0] in self.facts.module.names))

    def statements(self) -> list[Verdict]:
        """A verdict on each statement; one that needs a later one waits for it."""
        waiting = list(self.tree.statements)
        main = main_statement(waiting, self.facts, self.expression)
        found: list[Verdict] = []
        problems: list[tuple[Node, MathError]] = []  # of those that wait, since one was settled
        tries = 0
        while waiting:
            statement = waiting.pop(0)
            try:
                found.append(self.statement(statement, self.expression if statement is main else None))
                problems.clear()
            except MathError as problem:
                problems.append((statement, problem))
                tries += 1
                if isinstance(problem, Failed):
                    raise
                if len(problems) > len(waiting) or tries > MOST_TRIES:
                    raise self.cause(problems) from problem
                waiting.append(statement)
        return found

    def cause(self, problems: Sequence[tuple[Node, MathError]]) -> MathError:
        """The first of some problems that is no name which another of the statements would define."""
        sides = [chain.sides[0] for node, _ in problems if isinstance(chain := _body(node), Chain)]
        defined = {name_of(self.facts.head(side).node) for side in sides}
        ordered = sorted((problem for _, problem in problems), key=lambda problem: problem.span or (0, 0))
        return next((one for one in ordered if self.named_at(one) not in defined), ordered[0])

    def named_at(self, problem: MathError) -> str:
        """The name at the place of a problem."""
        named = (node for node in walk(self.tree) if node.span == problem.span and isinstance(node, Symbol | Indexed))
        return next((name_of(node) for node in named), "no name")

    def statement(self, node: Node, expression: Expression | None) -> Verdict:
        self.learn(node)
        conditions = list(self.facts.givens)
        if isinstance(node, Conditional):
            condition, node = node.condition, node.body
            if isinstance(condition, Chain) and (new := new_sides(condition, self.facts)):
                self.statement(condition, None)
                self.facts = self.facts.bound({self.facts.head(side).key for side in new})  # a case, and no fact
            else:
                conditions.append(condition)
        if isinstance(node, Chain) or expression is not None:
            return self.claim(node, conditions, expression)
        return self.mention(node)

    def claim(self, node: Node, conditions: Sequence[Node], expression: Expression | None) -> Verdict:
        """A relation, or a value that is held against the code; what is new in it is defined."""
        chain = node if isinstance(node, Chain) else Chain((node,), (), span=node.span)
        bound = chain.relations[0] if chain.sides[0] == Symbol("") else None
        if bound is not None and expression is None:
            raise Failed("nothing checks this bound", node.span, 'write: equals="..." with what it bounds')
        chain = chain if bound is None else Chain(chain.sides[1:], chain.relations[1:], span=chain.span)
        if expression is not None:
            refuse_other_order(chain, self.facts, expression)
        keys: list[str] = []
        if recursion := recurrence(chain, self.latex, self.facts):
            key, self.facts = recursion
            keys, chain = [key], Chain((chain.sides[0], *chain.sides[2:]), chain.relations[1:], span=chain.span)
        claim = Claim(chain, self.facts, conditions, expression, self.differs, bound)
        self.claims.append(claim)
        outcome = Trials(claim, self.called).outcome()
        body = chain.sides[len(claim.new)]
        said = [side for side in claim.new if not (self.differs or names_next(side, self.facts))]
        keys += [self.define(side, body) for side in said]
        self.define_code(chain, claim)
        if not outcome.checked:
            return self.defined(claim, outcome, keys)
        found = backed(claim, reads(claim.tree) & self.facts.unbound.keys())
        if backs_own(claim):
            return self.settled(outcome, {*keys, *found})
        self.leave(keys)
        return self.settled(outcome, found)

    def define(self, side: Node, body: Node) -> str:
        key, self.facts = define(side, body, self.latex, self.facts)
        return key

    def define_code(self, chain: Chain, claim: Claim) -> None:
        """A formula that a function of the module was found to compute stands for it from here on."""
        sides, relations = chain.sides[len(claim.new) :], claim.relations
        if len(sides) > 1 and isinstance(sides[0], Call | Indexed) and not self.differs:
            head = self.facts.head(sides[0])
            names = all(isinstance(part, Symbol) for part in head.arguments or ())
            if head.arguments and names and self.facts.is_code(head.name) and relations[0].sign == "=":
                self.define(sides[0], sides[1])

    def settled(self, outcome: Outcome, backed: set[str]) -> Verdict:
        self.facts = self.facts.bound(backed)
        line, column = position(self.latex, outcome.span[0] if outcome.span else 0)
        status = "weak" if outcome.weakness else "holds"
        return Verdict(
            status,
            self.latex,
            outcome.weakness,
            line,
            column,
            outcome.samples,
            outcome.counterexample,
            proof=outcome.proof,
        )

    def defined(self, claim: Claim, outcome: Outcome, keys: Sequence[str]) -> Verdict:
        """A definition, which something else has to check, unless it is the code's value itself."""
        if not keys:
            advice = 'write: equals="..." with the function that takes it'
            raise Failed("nothing checks this step", self.tree.span, advice)
        if is_code(claim.sides[0], self.facts):
            return Verdict("definition", self.latex, samples=outcome.samples)
        self.leave(keys)
        return Verdict("unbound", self.latex, UNBOUND, samples=outcome.samples)

    def leave(self, keys: Sequence[str]) -> None:
        """Leave definitions to be checked by something else."""
        self.defines |= set(keys)
        self.facts = self.facts.leaving(keys, self.latex)

    def learn(self, tree: Node) -> None:
        """Take the range of an index that is not declared from a sum over 1..N or 0..N-1."""
        for node in walk(tree):
            if isinstance(node, Bind) and node.variables and node.upper and (low := _whole_range(node)) is not None:
                name, sizes = name_of(node.variables[0]), sizes_in(node.upper)
                if sizes <= set(self.facts.symbols.sizes) and not self.facts.knows(name):
                    self.facts = self.facts.learning(name, Range(low, node.upper))

    # -- what relates nothing

    def refuse_idle_expression(self) -> None:
        """Refuse an expression that is typed arithmetic: it checks a number as little as the number itself does.

        Raises:
            Failed: It names nothing that the page or the module has.
        """
        if self.expression is None or self.expression.names - BUILTINS.keys() or self.names_builtin():
            return
        advice = "write: a function of the module, a symbol, or a number that has a name"
        raise Failed(f"{self.expression.text} is typed, and computed by nothing", self.tree.span, advice)

    def names_builtin(self) -> bool:
        """Whether the page or the module has a name that is also one of the functions that expressions have."""
        assert self.expression is not None
        own = {*self.facts.module.names, *self.facts.numbers, *self.facts.definitions.python}
        return bool(self.expression.names & (own | self.facts.symbols.by_python.keys()))

    def mention(self, node: Node) -> Verdict:
        """A formula that relates nothing: it may only name, and what it names must be known."""
        if not only_names(node, self.facts.language):
            self.refuse_unknown(node)
            if printed(node) is not None:
                advice = 'write: equals="..." to check it, as="..." to name it, or unchecked="why"'
                raise Failed("nothing checks this number", node.span, advice)
            advice = 'write: equals="..." with what computes it, or what it is equal to'
            raise Failed("nothing checks this expression", node.span, advice)
        for item in node.parts if applies(node, "vector", "set") else (node,):
            self.refuse_unknown(item)
        return Verdict("symbol", self.latex)

    def refuse_unknown(self, node: Node) -> None:
        name = name_of(node)
        known = self.facts.is_index(name) or self.facts.is_known(name) or self.facts.knows(name + "()")
        if not known and not isinstance(node, Dots):
            claim = Claim(Chain((node,), (), span=node.span), self.facts)
            Trials(claim).trial(small(claim)[0])

    # -- numbers and cases

    def number(self, name: str) -> Verdict:
        """A number under a name, for later expressions; also checked where an expression says so."""
        if not name.isidentifier() or name in BUILTINS or name in self.facts.module.names:
            raise Failed(f"{name!r} cannot name a number", (0, 1), "write: a Python name that is not taken")
        statement = self.tree.statements[-1]
        node = statement.sides[-1] if isinstance(statement, Chain) else statement
        if depends := reads(resolve(node, self.facts)) & self.facts.symbols.declared.keys():
            raise Failed(
                "a number under a name depends on no symbol", node.span, f"{', '.join(sorted(depends))} may be anything"
            )
        if isinstance(statement, Chain):
            self.hold_numbers(statement)
        if self.expression is not None:
            self.claim(node, (), self.expression)
            self.refuse_idle_expression()
        self.facts = self.facts.naming(name, self.constant(node))
        return Verdict("holds" if self.expression else "number", self.latex, samples=1, against=self.against())

    def hold_numbers(self, chain: Chain) -> None:
        """What relates numbers must be true, also where the last of them gets a name."""
        count = len(list(takewhile(self.is_constant, reversed(chain.sides))))
        if count > 1:
            sides, relations = chain.sides[-count:], chain.relations[1 - count :]
            self.claim(Chain(sides, relations, span=chain.span), (), None)

    def is_constant(self, node: Node) -> bool:
        if reads(resolve(node, self.facts)) & self.facts.symbols.declared.keys():
            return False
        try:
            self.constant(node)
        except MathError:
            return False
        return True

    def constant(self, node: Node) -> Any:
        """The value of a number or list of numbers, as Python has it."""
        value = evaluation(self.facts, Group(self.facts.symbols, {}, 1)).env.value(resolve(node, self.facts))
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
        condition = parts[0] if len(parts) == 1 else Apply("and", tuple(parts), span=self.tree.span)
        for node in parts:
            self.learn(node)
        given = Given.of(condition, self.facts)
        sizes = sizes_used(reads(given.tree) | {name for name, _ in given.free}, self.facts)
        if all(holds_where(self.facts, group, given).all() for group in self.facts.symbols.groups(sizes)):
            raise Failed(
                "this holds for every sample, and is marked as given", condition.span, "write: it without the mark"
            )
        groups = narrowed(self.facts, sizes, [given], SAMPLES, 0)
        if not groups:
            raise Failed("this holds for no sample", condition.span, "write: a case that the declared kinds allow")
        if len(self.facts.givens) >= MOST_GIVENS:
            advice = "write: a paragraph for each part of it"
            raise Failed(f"more than {MOST_GIVENS} cases in one paragraph", condition.span, advice)
        self.facts = self.facts.giving(condition)
        return Verdict("given", self.latex, samples=sum(group.count for group in groups))


def command_without_backslash(latex: str, start: int, language: Language) -> str:
    r"""The command that the letters at a place spell, `\log` for `log`, or ""."""
    for match in re.finditer(r"(?<![\\A-Za-z])[A-Za-z]{2,}", latex):
        command = "\\" + match.group()
        if match.start() <= start < match.end() and command in language.upright | {"\\ln"}:
            return command
    return ""


def _body(node: Node) -> Node:
    return node.body if isinstance(node, Conditional) else node


def _whole_range(node: Bind) -> int | None:
    """The first value of an index that runs over all of a size: 1 up to N, 0 up to N - 1."""
    match node.lower, node.upper:
        case Number("1"), Symbol() | Indexed() | Call():
            return 1
        case Number("0"), Apply("add", (_, Apply("negate", (Number("1"),)))):
            return 0
    return None


def _leading_word(latex: str, language: Language) -> str:
    """The run of letters that a formula begins with, such as `BS` in `BS = ...`."""
    match = re.match(r"\s*([A-Za-z]{2,})(?![A-Za-z])\s*(?=[=(\[_:]|\\(?:left|approx|le|ge|triangleq|coloneqq))", latex)
    return match[1] if match and not command_without_backslash(match[1], 0, language) else ""
