r"""A page's formulas against each other and against the code.

Every relation of a formula is evaluated on both sides for many samples of the page's symbols and must hold for all of
them. A left side that is new defines a name for the rest of the page. A formula may be bound to a Python expression,
which must then give the same.

Example:
    >>> check(r"(a + b)^2 = a^2 + 2 a b + b^2", symbols={"a": "real", "b": "real"}).holds
    True
    >>> print(check(r"(a + b)^2 = a^2 + b^2", symbols={"a": "real", "b": "real"}).message)
    the two sides disagree
        (a + b)^2 = a^2 + b^2
                  ^
        with a = 1, b = 2:  the left side gives 9,  the right side gives 5
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from executable_math.derivative import Array, primal
from executable_math.evaluation import NOTATION, Evaluator, Scope, Value, aligned, shortened, shown
from executable_math.expression import BUILTINS, Expression, Refused, public_names
from executable_math.names import (
    CONSTANTS,
    Context,
    Definition,
    Head,
    definition_key,
    dependencies,
    escaped_index,
    free_indices,
    sizes_used,
)
from executable_math.reader import EXPECTATIONS, NotRead, read
from executable_math.symbols import Declaration, Group, Range, Symbols, python_name, sizes_in
from executable_math.tree import (
    Absolute,
    Big,
    Both,
    Call,
    Cases,
    Chain,
    Choices,
    Conditional,
    Derivative,
    Dots,
    Formula,
    Gradient,
    Indexed,
    Indicator,
    MathError,
    Multiply,
    Negate,
    Node,
    Number,
    Percent,
    Power,
    Primed,
    Symbol,
    Vector,
    name_of,
    pointed,
    position,
    rebuilt,
    walk,
)

_RELATIVE, _ABSOLUTE = 1e-7, 1e-10
_POOL = 800

PASSING = frozenset(["holds", "weak", "definition", "unbound", "given", "symbol", "number", "unchecked"])


@dataclass(frozen=True)
class Counterexample:
    """Inputs for which two values differ.

    Attributes:
        inputs: The value of each symbol that matters, by its name in Python, sizes and indices first.
        left: What the formula or its left side gives.
        right: What the code or the right side gives.
    """

    inputs: Mapping[str, Any]
    left: Any
    right: Any

    def __str__(self) -> str:
        return "with " + ", ".join(f"{name} = {shown(value)}" for name, value in self.inputs.items())


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


class Failed(MathError):
    """A claim that is false; `counterexample` has the inputs."""

    def __init__(
        self, message: str, span: tuple[int, int] | None, detail: str = "", counterexample: Counterexample | None = None
    ) -> None:
        super().__init__(message, span)
        self.detail = detail
        self.counterexample = counterexample


class Outcome(NamedTuple):
    """What came of one statement of a formula."""

    status: str
    samples: int = 0
    note: str = ""
    span: tuple[int, int] | None = None
    counterexample: Counterexample | None = None


def check(
    latex: str,
    *,
    equals: str | None = None,
    differs: str | None = None,
    symbols: Mapping[str, str] | None = None,
    module: Any = None,
    definitions: Iterable[str] | None = None,
) -> Verdict:
    r"""Check one formula.

    Args:
        latex: The formula.
        equals: A Python expression that it must equal.
        differs: A Python expression that it must not equal.
        symbols: What its symbols are: kinds by symbol.
        module: The module whose functions expressions may call, or its dotted name.
        definitions: Formulas that define what this one uses.

    Returns:
        The verdict.

    Example:
        >>> check(r"\log(x^2) = 2 \log x", symbols={"x": "positive"}).holds
        True
    """
    page = Page(symbols, module)
    for definition in definitions or ():
        verdict = page.check(definition)
        if not verdict.ok:
            return replace(verdict, message=f"in the definition {shortened(definition)}: {verdict.message}")
    return page.check(latex, equals=equals, differs=differs)


class Page:
    """The formulas of a page, in order: what one defines the next may use.

    Args:
        symbols: What the page's symbols are: kinds by symbol.
        module: The module whose functions expressions may call, or its dotted name.

    Attributes:
        problems: What is wrong with a declaration, by symbol.
        numbers: The named numbers.
        meanings: What each declared symbol stands for, by symbol.
    """

    def __init__(self, symbols: Mapping[str, str] | None = None, module: Any = None) -> None:
        self.module = importlib.import_module(module) if isinstance(module, str) else module
        self.context = Context(Symbols(symbols or {}), public_names(self.module))
        self.problems = self.context.symbols.problems
        self.numbers: dict[str, Any] = {}
        self.meanings = {item.latex: item.meaning for item in self.context.symbols.declared.values() if item.meaning}
        self._givens: list[Node] = []
        self._unbound: dict[str, str] = {}

    @property
    def unbound(self) -> dict[str, str]:
        """The definitions that nothing has checked so far, with their formulas, by name."""
        return dict(self._unbound)

    def new_paragraph(self) -> None:
        """End the scope of the cases that are given."""
        self._givens.clear()

    def check(
        self,
        latex: str,
        *,
        equals: str | None = None,
        differs: str | None = None,
        unchecked: str | None = None,
        given: bool = False,
        name: str | None = None,
        id: str | None = None,
    ) -> Verdict:
        """Check the next formula of the page.

        Args:
            latex: The formula, without dollar signs.
            equals: A Python expression that it must equal.
            differs: A Python expression that it must not equal.
            unchecked: Why it is not checked.
            given: Whether it states a case, which restricts the formulas that follow in the paragraph.
            name: The name of a number, for the expressions that follow.
            id: The formula's name.

        Returns:
            The verdict; what is wrong with a formula is in it and never raised.
        """
        if unchecked is not None:
            return replace(self._unchecked(latex, unchecked, equals), id=id)
        try:
            with np.errstate(all="ignore"):
                verdict = _Check(self, latex, equals, differs).run(given, name)
        except NotRead as problem:
            verdict = Verdict("not read", latex, str(problem), problem.line, problem.column)
        except Refused as problem:
            verdict = _refused(latex, equals or differs or "", problem)
        except Failed as problem:
            verdict = _failed(latex, problem)
        except MathError as problem:
            verdict = _wrong(latex, problem)
        return replace(verdict, id=id)

    def _unchecked(self, latex: str, reason: str, equals: str | None) -> Verdict:
        """Left out, unless it could be checked: then the reason does not hold."""
        if not reason.strip():
            return Verdict("fails", latex, "unchecked without a reason\n    write: unchecked=\"why\"")
        known, bound = dict(self.context.definitions), dict(self._unbound)
        verdict = self.check(latex, equals=equals)
        self.context.definitions, self._unbound = known, bound
        if verdict.holds:
            return replace(verdict, status="fails", message=f"marked as unchecked ({reason}), and it holds: leave the mark out")
        return Verdict("unchecked", latex, reason)


def _wrong(latex: str, problem: MathError) -> Verdict:
    start = problem.span[0] if problem.span else 0
    advice = f"\n    write: {problem.advice}" if problem.advice else ""
    line, column = position(latex, start)
    return Verdict("error", latex, f"{problem.reason}\n{pointed(latex, start)}{advice}", line, column)


def _refused(latex: str, expression: str, problem: Refused) -> Verdict:
    start = problem.span[0] if problem.span else 0
    advice = f"\n    write: {problem.advice}" if problem.advice else ""
    return Verdict("error", latex, f"{problem.reason}\n{pointed(expression or ' ', start)}{advice}")


def _failed(latex: str, problem: Failed) -> Verdict:
    start = problem.span[0] if problem.span else 0
    line, column = position(latex, start)
    detail = f"\n    {problem.detail}" if problem.detail else ""
    message = f"{problem.reason}\n{pointed(latex, start)}{detail}"
    return Verdict("fails", latex, message, line, column, counterexample=problem.counterexample)


class _Check:
    """One formula on its way to a verdict."""

    def __init__(self, page: Page, latex: str, equals: str | None, differs: str | None) -> None:
        self.page = page
        self.context = page.context
        self.symbols = page.context.symbols
        self.latex = latex
        self.differs = differs is not None
        text = equals if equals is not None else differs
        self.expression = Expression(text) if text is not None else None
        self.called: set[str] = set(self.expression.called if self.expression else ())
        self.tree = self.read()

    def read(self) -> Formula:
        """The tree, with a run of letters as one name where they are no known factors."""
        words = self.symbols.words | {re.sub(r"\W.*", "", key) for key in self.context.definitions}
        fresh = _leading_word(self.latex)
        if fresh and fresh not in words and any(not self.knows_letter(letter) for letter in fresh):
            words |= {fresh}
        return read(self.latex, words)

    def knows_letter(self, letter: str) -> bool:
        return any(self.context.knows(letter + suffix) for suffix in ("", "[]", "()")) or letter in CONSTANTS

    # -- the parts of a verdict

    def run(self, given: bool, name: str | None) -> Verdict:
        if given:
            return self.given()
        if name is not None:
            return self.number(name)
        if (escaped := escaped_index(self.tree, self.context)) is not None:
            raise MathError(
                f"{name_of(escaped)} is used after its sum has ended", escaped.span, r"brackets around the terms: \sum_j (a_j + b_j)"
            )
        outcomes = self.outcomes()
        status = next((s for s in ("weak", "holds", "definition", "unbound") if s in [o.status for o in outcomes]), "symbol")
        first = next((o for o in outcomes if o.status == status), outcomes[0])
        line, column = position(self.latex, first.span[0] if first.span else 0)
        against = tuple(sorted(name for name in self.called if name.split(".")[0] in self.context.functions))
        found = next((o.counterexample for o in outcomes if o.counterexample), None)
        samples = max(outcome.samples for outcome in outcomes)
        return Verdict(status, self.latex, first.note, line, column, samples, found, against)

    def outcomes(self) -> list[Outcome]:
        """What comes of each statement; one that needs a later one waits for it."""
        waiting = list(self.tree.statements)
        found: list[Outcome] = []
        postponed = 0
        while waiting:
            statement = waiting.pop(0)
            try:
                found.append(self.statement(statement, last=not waiting))
                postponed = 0
            except Failed:
                raise
            except MathError:
                postponed += 1
                if postponed > len(waiting):
                    raise
                waiting.append(statement)
        return found

    def statement(self, node: Node, last: bool) -> Outcome:
        self.learn(node)
        conditions = list(self.page._givens)
        if isinstance(node, Conditional):
            condition, node = node.condition, node.body
            if isinstance(condition, Chain) and _Claim(self, condition, conditions, None).new:
                self.statement(condition, last=False)
            else:
                conditions.append(condition)
        expression = self.expression if last else None
        if isinstance(node, Chain):
            return _Claim(self, node, conditions, expression).outcome()
        if expression is not None:
            return _Claim(self, Chain((node,), (), span=node.span), conditions, expression).outcome()
        return self.mention(node)

    def learn(self, tree: Node) -> None:
        """Take the range of an index that is not declared from a sum that gives it."""
        for node in walk(tree):
            if isinstance(node, Big) and node.upper is not None and isinstance(node.lower, Number):
                name = node.indices[0].name
                sizes = sizes_in(node.upper)
                declared = sizes and sizes <= set(self.symbols.sizes)
                if name not in self.symbols.ranges and declared and not self.context.knows(name) and node.lower.text in "01":
                    self.symbols.learn(name, Range(int(node.lower.text), node.upper))

    def mention(self, node: Node) -> Outcome:
        """A formula that relates nothing: what it names must be known."""
        if printed(node) is not None:
            message = "nothing checks this number"
            raise Failed(message, node.span, 'write: equals="..." to check it, as="..." to name it, or unchecked="why"')
        self.known(node)
        return Outcome("symbol")

    def known(self, node: Node) -> None:
        if isinstance(node, Vector | Choices):
            for item in node.items:
                self.known(item)
            return
        name = name_of(node)
        if isinstance(node, Dots) or self.context.is_index(name) or self.context.function_keys(name) or (
            name in self.symbols.declared or name + "()" in self.symbols.declared
        ):  # fmt: skip
            return
        claim = _Claim(self, Chain((node,), (), span=node.span), [], None)
        group = claim.groups()[0]
        claim.evaluator(group).value(node, claim.scope(group))

    # -- numbers and cases

    def number(self, name: str) -> Verdict:
        """A number under a name, for later expressions; also checked where an expression says so."""
        if not name.isidentifier() or name in BUILTINS or name in self.context.functions:
            raise Failed(f"{name!r} cannot name a number", (0, 1), "write: a Python name that is not taken")
        statement = self.tree.statements[-1]
        node = statement.sides[-1] if isinstance(statement, Chain) else statement
        if self.expression is not None:
            _Claim(self, Chain((node,), (), span=node.span), [], self.expression).outcome()
        value = Evaluator(self.context, Group(self.symbols, {}, 1)).value(node, Scope())
        data = np.asarray(primal(value.data)).reshape(primal(value.data).shape[1:])
        whole = isinstance(node, Number) and "." not in node.text
        self.page.numbers[name] = (int(data) if whole else float(data)) if not data.ndim else data
        against = tuple(sorted(self.called & set(self.context.functions)))
        return Verdict("holds" if self.expression else "number", self.latex, samples=1, against=against)

    def given(self) -> Verdict:
        """A case: true for some samples and false for others."""
        conditions = [node.body if isinstance(node, Conditional) else node for node in self.tree.statements]
        condition = conditions[0] if len(conditions) == 1 else Both(tuple(conditions))
        claim = _Claim(self, Chain((condition,), (), span=condition.span), [], None)
        holds = [claim.holds_where(condition, group) for group in claim.groups()]
        narrowed = _Claim(self, claim.node, [condition], None).groups()
        if all(part.all() for part in holds):
            raise Failed("this holds for every sample, and is marked as given", condition.span, "leave the mark out")
        if not narrowed:
            raise Failed("this holds for no sample", condition.span, "a case that the declared kinds allow")
        self.page._givens.append(condition)
        return Verdict("given", self.latex, samples=sum(group.count for group in narrowed))


class _Claim:
    """One chain of relations, and the expression that it is bound to."""

    def __init__(self, owner: _Check, node: Chain, conditions: Sequence[Node], expression: Expression | None) -> None:
        self.owner = owner
        self.context = owner.context
        self.symbols = owner.symbols
        self.node = node
        self.conditions = conditions
        self.expression = expression
        self.free = free_indices(node, self.context)
        self.new = self.new_sides()
        self.evaluators: list[Evaluator] = []

    # -- what is new

    def new_sides(self) -> list[Node]:
        """The left sides that define a name: those before the first that has a value."""
        found: list[Node] = []
        for side, relation in zip(self.node.sides, self.node.relations, strict=False):
            if relation.sign not in ("=", "\\leftarrow") or not self.defines(side):
                break
            found.append(side)
        return found

    def defines(self, side: Node) -> bool:
        head = self.context.head(side)
        name = name_of(head.node)
        if not isinstance(head.node, Symbol | Indexed) or not name or name in CONSTANTS or self.is_taken(head):
            return False
        if not all(self.context.is_index(name_of(index)) for index in head.indices):
            return False
        key = definition_key(head)
        if any(known in self.symbols.declared for known in (key, name + "()")):
            return False
        if head.arguments is None:
            return not self.context.knows(key) and not self.context.function_keys(name)
        may_be_product = len(head.arguments) == 1 and not head.bar
        if may_be_product and any(self.context.knows(name + suffix) for suffix in ("", "[]")):
            return False
        known = self.context.definitions.get(key)
        return all(_names_parameter(part) for part in head.arguments) and (known is None or self.extends(known, head))

    def is_taken(self, head: Head) -> bool:
        """Whether the name is one of the notation's own: a logarithm, an expectation."""
        base = name_of(head.node.base if isinstance(head.node, Indexed) else head.node)
        if base in EXPECTATIONS and head.arguments is not None:
            keys = dependencies(Both(head.arguments), self.context)
            return base != "E" or any(not self.context.knows(key) for key in keys) or bool(keys & self.symbols.random)
        return head.arguments is not None and base in NOTATION

    def extends(self, known: Definition, head: Head) -> bool:
        """Whether a definition for one value of an argument is joined by one for another value."""
        restrictions = [_restriction(part) for part in head.arguments or ()]
        definition: Definition | None = known
        while definition is not None:
            if [_restriction(part) for part in definition.parameters] == restrictions:
                return False
            definition = definition.otherwise
        return any(restrictions)

    def define(self, side: Node, body: Node) -> str:
        head = self.context.head(side)
        key = definition_key(head)
        parameters = tuple(_parameter(part) for part in head.arguments or ())
        self.refuse_free(head, body)
        self.context.definitions[key] = Definition(
            key, tuple(name_of(index) for index in head.indices), parameters, body,
            self.context.definitions.get(key), self.owner.latex,
        )  # fmt: skip
        return key

    def refuse_free(self, head: Head, body: Node) -> None:
        bound = {name_of(node) for part in (*head.indices, *(head.arguments or ())) for node in walk(part)}
        for name, node in free_indices(body, self.context):
            if name not in bound:
                raise MathError(
                    f"{name} is on the right side only", node.span, f"{name_of(head.node)}_{name} on the left, or a sum over {name}"
                )

    # -- samples

    @cached_property
    def keys(self) -> set[str]:
        """The keys of the names that the claim depends on, through the definitions and the expression."""
        found = dependencies(Both((self.node, *self.conditions)), self.context) | {name for name, _ in self.free}
        if self.expression is not None:
            names = self.expression.names
            found |= {item.key for item in self.declarations(names) if len(self.declarations([item.python])) == 1}
            for key in self.context.definitions:
                if python_name(re.sub(r"\[\]$", "", key)) in names:
                    found |= dependencies(Symbol(re.sub(r"\[\]$", "", key)), self.context)
        return found

    def declarations(self, names: Iterable[str]) -> list[Declaration]:
        return [item for item in self.symbols.declared.values() if item.python in names]

    def groups(self) -> list[Group]:
        """The samples, restricted to the cases that are given."""
        sizes = sizes_used(self.keys, self.context)
        groups = self.symbols.groups(sizes)
        for condition in self.conditions:
            groups = self.narrowed(groups, condition, sizes)
        return groups

    def narrowed(self, groups: list[Group], condition: Node, sizes: tuple[str, ...]) -> list[Group]:
        """The samples for which a condition holds."""
        found = [group for group in (self.placed(group, condition) for group in groups) if group is not None]
        if not found:
            found = [part for group in groups if (part := self.filtered(group, condition)) is not None]
        if sum(group.count for group in found) < 10 and len(self.conditions) == 1:
            wide = self.symbols.groups(sizes, _POOL, 1)
            found = [part for group in wide if (part := self.filtered(group, condition, 10)) is not None]
        return found

    def placed(self, group: Group, condition: Node) -> Group | None:
        """The samples with a symbol set to what a condition `symbol = value` says."""
        if not (isinstance(condition, Chain) and len(condition.sides) == 2 and condition.relations[0].sign == "="):
            return None
        side, value = condition.sides
        head = self.context.head(side)
        key = name_of(head.node) + ("[]" if head.indices else "")
        declaration = self.symbols.declared.get(key)
        axes = tuple(name_of(index) for index in head.indices)
        if declaration is None or head.arguments is not None or declaration.axes != axes or not _placeable(declaration):
            return None
        evaluator, scope = Evaluator(self.context, group), self.scope(group, [(axis, side) for axis in axes])
        data = primal(evaluator.scalar(value, scope))
        shape = group.data(declaration).shape
        values = np.broadcast_to(data, shape[:0:-1] + shape[:1]).T
        low = self.symbols.classes(declaration).low if declaration.kind.name == "class" else 0
        return group.replaced(declaration, values - low) if allowed(declaration, values - low, group, self.symbols) else None

    def filtered(self, group: Group, condition: Node, most: int | None = None) -> Group | None:
        holds = self.holds_where(condition, group)
        rows = np.flatnonzero(holds.reshape(-1, holds.shape[-1]).all(0))[:most]
        return group.take(rows) if len(rows) else None

    def holds_where(self, condition: Node, group: Group) -> Array:
        free = free_indices(condition, self.context)
        scope = self.scope(group, free)
        holds = self.evaluator(group).condition(condition, scope)
        return np.broadcast_to(holds, np.broadcast_shapes(holds.shape, (group.count,)))

    def evaluator(self, group: Group) -> Evaluator:
        evaluator = Evaluator(self.context, group)
        evaluator.called = self.owner.called
        return evaluator

    def scope(self, group: Group, free: Sequence[tuple[str, Node]] | None = None) -> Scope:
        """A scope with the free indices, each on its axis."""
        scope = Scope()
        for name, node in self.free if free is None else free:
            try:
                found = self.symbols.range(name)
            except MathError as problem:
                raise MathError(problem.reason, node.span, problem.advice) from problem
            scope = scope.bind(name, np.arange(found.low, found.low + found.size(group.sizes), dtype=float))
        return scope

    def parameters(self, group: Group) -> dict[str, Callable[[], Value]]:
        """Some values for the arguments of a definition that only its left side names."""
        if self.expression is not None or len(self.node.sides) - len(self.new) != 1:
            return {}
        heads = [self.context.head(side) for side in self.new]
        names = {name_of(part) for head in heads for part in head.arguments or ()}
        some = Value(np.linspace(0.1, 0.9, group.count))
        return {name: lambda: some for name in names if not any(self.context.knows(name + end) for end in ("", "[]"))}

    # -- the verdict on the claim

    def outcome(self) -> Outcome:
        groups = self.groups()
        if not groups:
            raise MathError("no sample is left by what is given", self.node.span, "cases that go together")
        body = self.node.sides[len(self.new)] if len(self.new) < len(self.node.sides) else None
        if body is not None:
            for side in self.new:
                self.refuse_free(self.context.head(side), body)
        results = self.evaluated(groups)
        bound = self.expression is not None and not self.owner.differs
        found = self.against_code(groups, results) if self.expression is not None else None
        return self.settled(groups, results, body, bound, found)

    def settled(
        self, groups: list[Group], results: list[list[Value]], body: Node | None, bound: bool, found: Counterexample | None
    ) -> Outcome:
        samples = sum(group.count for group in groups)
        links = len(self.node.sides) - len(self.new) > 1
        checked = bound or found is not None or links
        keys = [self.define(side, body) for side in self.new] if body is not None and not self.owner.differs else []
        used = self.used_definitions()
        if checked:
            for key in {*used, *keys}:
                self.owner.page._unbound.pop(key, None)
            note, span = self.weakness(results) if not self.conditions else ("", None)
            return Outcome("weak" if note else "holds", samples, note, span, found)
        follows = any(key not in self.owner.page._unbound for key in used)
        if not follows:
            self.owner.page._unbound |= {key: self.owner.latex for key in keys}
        note = "" if follows else "nothing checks this definition so far"
        return Outcome("definition" if follows else "unbound", samples, note)

    def used_definitions(self) -> set[str]:
        sides = Both(self.node.sides[len(self.new) :])
        return dependencies(sides, self.context) & set(self.context.definitions)

    def evaluated(self, groups: list[Group]) -> list[list[Value]]:
        """The values of the sides for each group; every link between them must hold."""
        sides, results = self.node.sides[len(self.new) :], list[list[Value]]()
        relations = self.node.relations[len(self.new) :]
        for group in groups:
            evaluator, scope = self.evaluator(group), self.scope(group)._replace(arguments=self.parameters(group))
            self.evaluators.append(evaluator)
            values: list[Value] = []
            for place, side in enumerate(sides):
                sign = relations[place - 1].sign if place else ""
                if sign in ("\\in", "\\notin", "\\sim"):
                    self.member(sides[place - 1], sign, side, evaluator, scope, group, place)
                    break
                values.append(evaluator.value(side, scope))
                if place and not self.owner.differs:
                    self.compared(values[-2], values[-1], place, group)
            results.append(values)
        return results

    def member(
        self, left: Node, sign: str, right: Node, evaluator: Evaluator, scope: Scope, group: Group, place: int
    ) -> None:
        if sign == "\\sim":
            return
        inside = evaluator.belongs(left, right, scope)
        holds = inside if sign == "\\in" else ~inside
        if not holds.all():
            value = evaluator.value(left, scope)
            at = self.simplest(~np.broadcast_to(holds, np.broadcast_shapes(holds.shape, (group.count,))), group)
            counterexample = Counterexample(self.inputs(group, at), self.at(value, at), None)
            detail = f"{counterexample}:  it is {shown(counterexample.left)}"
            span = self.node.relations[place - 1 + len(self.new)].span
            raise Failed("this is not in the set" if sign == "\\in" else "this is in the set", span, detail, counterexample)

    def compared(self, left: Value, right: Value, place: int, group: Group) -> None:
        """Check one link."""
        relation = self.node.relations[place - 1 + len(self.new)]
        sides = self.node.sides[len(self.new) :]
        a, b, rank = aligned(left, right, relation)
        one, other = primal(a), primal(b)
        one, other = np.broadcast_arrays(one, other)
        if relation.sign == "\\approx":
            tolerance = _tolerance(sides[place - 1], sides[place], relation)
            holds = np.abs(one - other) <= tolerance
        elif relation.sign == "\\propto":
            holds = _proportional(one, other)
        else:
            holds = _LINKS[relation.sign](one, other)
        undefined = np.isnan(one) | np.isnan(other)
        if undefined.any():
            holds = self.without_undefined(holds, undefined, sides[place - 1 : place + 1], group, rank, one)
        if holds.all():
            return
        wrong = ~holds.all(axis=tuple(range(-rank, 0))) if rank else ~holds
        at = self.simplest(np.broadcast_to(wrong, np.broadcast_shapes(wrong.shape, (group.count,))), group)
        found = Counterexample(self.inputs(group, at), self.at(left, at), self.at(right, at))
        detail = f"the left side gives {shown(found.left)},  the right side gives {shown(found.right)}"
        if relation.sign == "\\propto":
            detail = f"the ratio of the two sides is {found.left / found.right:.6g}, and another elsewhere"
        prefix = f"{found}:  " if found.inputs else ""
        raise Failed(_DISAGREE.get(relation.sign, "the two sides disagree"), relation.span, prefix + detail, found)

    def without_undefined(
        self, holds: Array, undefined: Array, sides: Sequence[Node], group: Group, rank: int, one: Array
    ) -> Array:
        """Without the samples at a kink, where there is no derivative; other values must be there."""
        kinks = any(isinstance(node, Derivative | Gradient | Primed) for side in sides for node in walk(side))
        if kinks and not undefined.all():
            return holds | undefined
        bad = undefined.any(axis=tuple(range(-rank, 0))) if rank else undefined
        at = self.simplest(np.broadcast_to(bad, np.broadcast_shapes(bad.shape, (group.count,))), group)
        side = sides[0] if np.isnan(one).any() else sides[1]
        raise self.no_value(side, group, at)

    def no_value(self, side: Node, group: Group, at: tuple[int, ...]) -> MathError:
        inputs = Counterexample(self.inputs(group, at), None, None)
        return MathError(
            f"this has no value {inputs}", side.span, "narrower kinds, such as positive or real in [0, 1], or a case marked as given"
        )

    def at(self, value: Value, place: tuple[int, ...]) -> Any:
        """The value at one place: indices, innermost first, and sample."""
        data = primal(value.data)
        lead = data.ndim - value.rank
        cut = place[len(place) - lead :]
        return data[tuple(min(k, size - 1) for k, size in zip(cut, data.shape, strict=False))].tolist()

    def simplest(self, wrong: Array, group: Group) -> tuple[int, ...]:
        """The place of the wrong value whose inputs read best."""
        places = np.argwhere(wrong)
        costs = [self.cost(self.inputs(group, tuple(place))) for place in places[:200].tolist()]
        return tuple(int(part) for part in places[int(np.argmin(costs))])

    def cost(self, inputs: Mapping[str, Any]) -> int:
        return sum(len(shown(value)) for value in inputs.values())

    def inputs(self, group: Group, at: tuple[int, ...]) -> dict[str, Any]:
        """The symbols that matter at one place: sizes, indices, then the others."""
        row = at[-1]
        found: dict[str, Any] = {python_name(name): size for name, size in group.sizes.items()}
        for depth, (name, _) in enumerate(self.free):
            if depth + 2 <= len(at):
                found[python_name(name)] = self.symbols.range(name).low + at[-2 - depth]
        for item in self.symbols.declared.values():
            if item.key in self.keys and item.kind.name not in ("size", "index", "function"):
                found[item.python] = self.sample(item, group)[row]
        return found

    def sample(self, item: Declaration, group: Group) -> Array:
        return primal(Evaluator(self.context, group).samples(item))

    # -- against the code

    def against_code(self, groups: list[Group], results: list[list[Value]]) -> Counterexample | None:
        """The formula and the expression for every sample: the same, or, for `differs`, not always the same."""
        assert self.expression is not None
        side = self.node.sides[len(self.new) :][self.compared_side()]
        exact = printed(side) or printed(self.node.sides[-1])
        for group, values, evaluator in zip(groups, results, self.evaluators, strict=True):
            value = values[self.compared_side()]
            found = self.difference(group, value, evaluator, side, exact)
            if found is not None and self.owner.differs:
                return found
            if found is not None:
                self.disagree(found, side)
        if self.owner.differs:
            raise Failed("the formula and the code agree, and are said to differ", side.span, "write: equals instead of differs")
        return None

    def compared_side(self) -> int:
        """Which side is held against the code: the one that a printed number at the end stands for, or the last."""
        count = len(self.node.sides) - len(self.new)
        signs = [relation.sign for relation in self.node.relations[len(self.new) :]]
        if self.owner.differs:
            return count - 1
        return next((place for place, sign in enumerate(signs) if sign != "="), count - 1)

    def difference(
        self, group: Group, value: Value, evaluator: Evaluator, side: Node, exact: Printed | None
    ) -> Counterexample | None:
        data = primal(value.data)
        lead = (group.count,) + tuple(self.symbols.range(name).size(group.sizes) for name, _ in self.free)
        shape = lead[:0:-1] + lead[:1]
        rank = value.rank
        page = np.broadcast_to(data, shape + data.shape[data.ndim - rank :])
        order = (*range(len(shape) - 1, -1, -1), *range(len(shape), len(shape) + rank))
        page = np.transpose(page, order)
        code = self.expected(group, evaluator, lead, page.shape, side)
        holds = np.abs(page - code) <= exact.tolerance if exact is not None else close(page, code)
        undefined = np.isnan(page)
        kinks = any(isinstance(node, Derivative | Gradient | Primed) for node in walk(side))
        if undefined.any() and not (kinks and not undefined.all()):
            bad = undefined.reshape(*lead, -1).any(-1)
            raise self.no_value(side, group, self.simplest(np.transpose(bad, range(bad.ndim - 1, -1, -1)), group))
        holds = (holds | undefined).reshape(*lead, -1).all(-1)
        if holds.all():
            return None
        at = self.simplest(np.transpose(~holds, range(holds.ndim - 1, -1, -1)), group)
        return Counterexample(self.inputs(group, at), page[at[::-1]].tolist(), np.broadcast_to(code, page.shape)[at[::-1]].tolist())

    def disagree(self, found: Counterexample, side: Node) -> None:
        assert self.expression is not None
        prefix = f"{found}:  " if found.inputs else ""
        detail = f"{prefix}the page gives {shown(found.left)},  {self.expression.text} gives {shown(found.right)}"
        raise Failed("the formula and the code disagree", side.span, detail, found)

    def expected(
        self, group: Group, evaluator: Evaluator, lead: tuple[int, ...], shape: tuple[int, ...], side: Node
    ) -> Array:
        """The expression for every sample, in the shape of the formula: samples, indices, own axes."""
        assert self.expression is not None
        looped = [name for name, _ in self.free if python_name(name) in self.expression.names]
        arrays = self.arrays(group, evaluator, looped)
        rows = range(group.count) if arrays or looped else range(1)
        if looped and len(looped) != len(self.free):
            missing = next(name for name, _ in self.free if name not in looped)
            raise Failed(f"the expression does not name the index {missing}", side.span, f"write: {missing} in it, or none of the indices")
        found = [self.looped(arrays, row, lead[1:] if looped else (), looped, group) for row in rows]
        code = np.asarray(found, dtype=float)
        if code.shape[1:] not in (shape[1:], ()):
            raise Failed(
                "the shapes of the formula and of the code do not fit", side.span,
                f"the page gives {_shape(shape[1:])},  {self.expression.text} gives {_shape(code.shape[1:])}",
            )  # fmt: skip
        return code.reshape(code.shape[0], *[1] * (len(shape) - 1)) if code.ndim == 1 else code

    def looped(self, arrays: Mapping[str, Array], row: int, sizes: tuple[int, ...], names: list[str], group: Group) -> Any:
        fixed = {**self.fixed(), **{name: _python(array[min(row, len(array) - 1)]) for name, array in arrays.items()}}
        if not names:
            return self.evaluate(fixed, group, row)
        values = [
            self.evaluate({**fixed, **dict(zip(map(python_name, names), at, strict=True))}, group, row)
            for at in np.ndindex(*sizes)
        ]
        return np.asarray(values, dtype=float).reshape(*sizes, *np.shape(values[0]))

    def fixed(self) -> dict[str, Any]:
        return {**self.context.functions, **self.owner.page.numbers}

    def evaluate(self, names: Mapping[str, Any], group: Group, row: int) -> Any:
        assert self.expression is not None
        try:
            return np.asarray(self.expression.value(names), dtype=float)
        except Refused:
            raise
        except Exception as problem:
            inputs = Counterexample(self.inputs(group, (row,)), None, None)
            where = f" {inputs}" if inputs.inputs else ""
            raise Failed(
                f"{self.expression.text} gives no value{where}", self.node.span, f"{type(problem).__name__}: {problem}"
            ) from problem

    def arrays(self, group: Group, evaluator: Evaluator, looped: Sequence[str]) -> dict[str, Array]:
        """The samples of the symbols that the expression names, samples first."""
        assert self.expression is not None
        taken = set(self.owner.page.numbers) | {python_name(name) for name in looped}
        found: dict[str, Array] = {}
        for name in sorted(self.expression.names - taken):
            if name in self.expression.called and name in self.context.functions:
                continue
            array = self.array(name, group, evaluator)
            if array is not None:
                found[name] = array
        return found

    def array(self, name: str, group: Group, evaluator: Evaluator) -> Array | None:
        candidates = self.declarations([name])
        if len(candidates) > 1:
            names = self.written()
            candidates = [item for item in candidates if item.key in names] or candidates
        if len(candidates) > 1:
            raise Failed(f"{name} could be {' or '.join(c.latex for c in candidates)}", self.node.span, "only one of them in the formula")
        if candidates:
            return self.python_samples(candidates[0], group)
        for key in self.context.definitions:
            if python_name(re.sub(r"\[\]$", "", key)) == name and "(" not in key:
                value = evaluator.lookup(re.sub(r"\[\]$", "", key), Scope())
                return primal(value.data) if value is not None else None
        return None

    def written(self) -> set[str]:
        """The keys under which the formula uses its symbols."""
        found: set[str] = set()
        for node in walk(self.node):
            if isinstance(node, Indexed):
                found.add(name_of(node.base) + "[]")
            elif isinstance(node, Call):
                found.add(name_of(node.function) + "()")
        bases = {name[:-2] for name in found}
        return found | {node.name for node in walk(self.node) if isinstance(node, Symbol) and node.name not in bases}

    def python_samples(self, item: Declaration, group: Group) -> Array:
        if item.kind.name == "class":
            return group.data(item)
        data = self.sample(item, group)
        return data.astype(int) if item.kind.name in ("size", "integer", "index") else data

    # -- weakness

    def weakness(self, results: list[list[Value]]) -> tuple[str, tuple[int, int] | None]:
        """Why the samples could hardly have shown that the claim is false, if so."""
        if self.is_constant(results):
            return "both sides are the same whatever the values of the symbols", self.node.span
        nodes = {id(node): node for node in walk(self.node)}
        seen: dict[int, set[Any]] = {}
        for evaluator in self.evaluators:
            for key, (_, branches) in evaluator.branches.items():
                seen.setdefault(key, set()).update(branches)
        for key, branches in seen.items():
            node = nodes.get(key)
            if node is not None and len(branches) < _branches(node):
                return "every sample takes the same branch here: the others are not checked", node.span
        return "", None


    def is_constant(self, results: list[list[Value]]) -> bool:
        """Whether the sides are one number for all samples, and no symbol in them matters for it."""
        values = [np.unique(np.round(primal(value.data), 9)) for sides in results for value in sides]
        if not values or any(len(found) != 1 or found[0] != values[0][0] for found in values):
            return False
        places = [node for node in walk(self.node) if self.is_sampled(node)]
        return bool(places) and not any(self.matters(node, values[0][0]) for node in places)

    def is_sampled(self, node: Node) -> bool:
        """Whether a node is a number that differs from sample to sample."""
        head = self.context.head(node) if isinstance(node, Symbol | Indexed) else None
        name = name_of(head.node) if head is not None and head.arguments is None else ""
        item = self.symbols.declared.get(name + "[]" if head and head.indices else name)
        return item is not None and item.kind.name not in ("size", "index", "function") and (
            len(item.axes) == len(head.indices if head else ())
        )

    def matters(self, place: Node, constant: float) -> bool:
        """Whether a side changes when one symbol in it has other values."""
        changed = rebuilt(self.node, lambda node: Symbol("other", span=node.span) if node is place else None)
        evaluator = self.evaluators[-1]
        other = Value(np.linspace(-1.7, 2.3, evaluator.group.count))
        scope = self.scope(evaluator.group)._replace(arguments={"other": lambda: other})
        try:
            values = [evaluator.value(side, scope) for side in changed.children[len(self.new) : len(self.node.sides)]]
        except MathError:
            return True
        return not all(close(primal(value.data), np.array(constant)).all() for value in values)


class Printed(NamedTuple):
    """A number as it is printed, and how far from it a value may be to be printed so."""

    value: float
    tolerance: float


def printed(node: Node, rounded: bool = False) -> Printed | None:
    r"""The number that a node prints, or None if it is none.

    Args:
        node: A number, also with a sign, a power of ten or a percent sign, or a list of numbers.
        rounded: Whether an integer stands for what rounds to it; it is exact otherwise.

    Example:
        >>> printed(Number("22"))
        Printed(value=22.0, tolerance=2.2e-08)
    """
    if isinstance(node, Number):
        return _printed_number(node, rounded)
    if isinstance(node, Negate) and (found := printed(node.body, rounded)):
        return Printed(-found.value, found.tolerance)
    if isinstance(node, Percent) and (found := printed(node.body, rounded)):
        return Printed(found.value / 100, found.tolerance / 100)
    if isinstance(node, Multiply) and len(node.factors) == 2 and (scale := _power_of_ten(node.factors[1])):
        found = printed(node.factors[0], rounded)
        return Printed(found.value * scale, found.tolerance * scale) if found else None
    if isinstance(node, Vector):
        parts = [printed(item, rounded) for item in node.items]
        tolerances = [part.tolerance for part in parts if part is not None]
        return Printed(float("nan"), max(tolerances)) if len(tolerances) == len(parts) else None
    return None


def _printed_number(node: Number, rounded: bool) -> Printed:
    text = node.text.rstrip("…")
    digits = len(text.partition(".")[2])
    unit = 10.0**-digits if digits or rounded else 0.0
    value = float(text)
    exact = 1e-9 * max(1.0, abs(value))
    return Printed(value, (unit if node.text.endswith("…") else unit / 2) * (1 + 1e-9) + (exact if not unit else 0.0))


def _power_of_ten(node: Node) -> float | None:
    if not (isinstance(node, Power) and node.base == Number("10")):
        return None
    exponent = node.exponent.body if isinstance(node.exponent, Negate) else node.exponent
    if not isinstance(exponent, Number) or not exponent.text.isdigit() or len(exponent.text) > 3:
        return None
    return float(f"1e{'-' if isinstance(node.exponent, Negate) else ''}{exponent.text}")


def _tolerance(left: Node, right: Node, relation: Node) -> float:
    found = printed(right, True) or printed(left, True)
    if found is None:
        raise MathError(r"\approx without a printed number", relation.span, r"\approx 0.22, to the digits printed, or a bound with \le")
    return found.tolerance


def close(one: Array, other: Array) -> Array:
    """Where two values are the same up to rounding."""
    with np.errstate(invalid="ignore"):
        near = np.abs(one - other) <= _ABSOLUTE + _RELATIVE * np.maximum(np.abs(one), np.abs(other))
    finite = np.isfinite(one) & np.isfinite(other)
    return np.asarray((near & finite) | (one == other))


def _proportional(one: Array, other: Array) -> Array:
    """Where the ratio of two values is that of the first sample."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = one / other
    known = ratio[np.isfinite(ratio)]
    if not len(known):
        return close(one, other)
    return close(one, other * known[0])


_LINKS = {
    "=": close,
    "\\ne": lambda a, b: ~close(a, b),
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "\\le": lambda a, b: (a <= b) | close(a, b),
    "\\ge": lambda a, b: (a >= b) | close(a, b),
    "\\leftarrow": lambda a, b: np.ones(np.broadcast(a, b).shape, bool),
}
_DISAGREE = {
    "\\le": "the left side is larger", "\\ge": "the left side is smaller", "<": "the left side is not smaller",
    ">": "the left side is not larger", "\\ne": "the two sides are equal", "\\propto": "the two sides are not proportional",
    "\\approx": "the number is not what the other side rounds to",
}  # fmt: skip


def _branches(node: Node) -> int:
    """How many branches a node has."""
    if isinstance(node, Absolute | Indicator):
        return 2
    return len(node.rows) if isinstance(node, Cases) else len(node.arguments) if isinstance(node, Call) else 0


def _leading_word(latex: str) -> str:
    """The run of letters that a formula begins with, such as `BS` in `BS = ...`."""
    match = re.match(r"\s*([A-Za-z]{2,})(?![A-Za-z])\s*(?=[=(\[_:]|\\(?:left|approx|le|ge|triangleq|coloneqq))", latex)
    return match[1] if match else ""


def _restriction(parameter: Node) -> Node | None:
    """The value that a parameter such as `y = 1` is restricted to."""
    if isinstance(parameter, Chain) and printed(parameter.sides[-1]) is not None:
        return parameter.sides[-1]
    return None


def _parameter(part: Node) -> Node:
    return part.sides[-1] if isinstance(part, Chain) and _restriction(part) is None else part


def _names_parameter(part: Node) -> bool:
    """Whether an argument on a left side is a name, or a name with a value."""
    if isinstance(part, Chain):
        return len(part.sides) == 2 and part.relations[0].sign == "=" and bool(name_of(part.sides[0]))
    return bool(name_of(part)) and not isinstance(part, Number)


def _placeable(declaration: Declaration) -> bool:
    return declaration.kind.name not in ("one-hot", "distribution", "size", "index", "function")


def allowed(declaration: Declaration, values: Array, group: Group, symbols: Symbols) -> bool:
    """Whether a symbol may have these values."""
    kind = declaration.kind
    choices = kind.choices or {"label": (0.0, 1.0), "sign": (-1.0, 1.0), "bernoulli": (0.0, 1.0)}.get(kind.name)
    if choices:
        return bool(np.isin(values, choices).all())
    if kind.name == "class":
        return bool(((values >= 0) & (values < symbols.classes(declaration).size(group.sizes))).all())
    low, high = (0.0, 1.0) if kind.name == "probability" else (kind.low, kind.high)
    inside = (values > low) & (values < high) if kind.name == "probability" else (values >= low) & (values <= high)
    strict = (kind.low_open and (values == low).any()) or (kind.high_open and (values == high).any())
    return bool(inside.all()) and not strict


def _python(value: Any) -> Any:
    """A sample as Python has it: an array, or a plain number."""
    return value if np.ndim(value) else value.item()


def _shape(shape: tuple[int, ...]) -> str:
    return "a number" if not shape else "shape (" + ", ".join(map(str, shape)) + ")"
