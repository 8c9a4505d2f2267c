r"""A notation is one record: how it is read, what it is worth, and what is easily written in its place.

Example:
    >>> twice = Operator("twice", (Postfix("@"),), holds=("1@ = 2",), fails=("1@ = 1",))
    >>> Language((twice,)).postfix
    {'@': 'twice'}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from executable_math.latex.edits import Slip
from executable_math.latex.tree import MathError, Node

# What a node is worth in an environment, and how a notation is read by a reader and under the name of its record.
# The reader looks for the forms, and the environment for the values: here they are not known.
Rule = Callable[[Any, Any], Any]
Read = Callable[[Any, str], Node]


class LanguageError(ValueError):
    """Two records claim one mark, or a record does not say what it is."""


@dataclass(frozen=True)
class Start:
    r"""How a notation is read that begins with a mark, such as a fraction or a sum.

    Args:
        mark: The mark that it begins with.
        read: Reads it from the mark on, and is given the name of its record.
        ahead: Whether it is this one that begins; without it every such mark does.
        closed: Whether it ends where it ends, so that indices and powers may be attached; else it takes in a body.
        upright: Whether it may be written in upright letters, as `\operatorname{max}`.
    """

    mark: str
    read: Read
    ahead: Callable[[Any], bool] | None = None
    closed: bool = True
    upright: bool = False


@dataclass(frozen=True)
class Function:
    r"""A function that needs no brackets: `\log x`, `\log(x)`, `\log^2 x`."""

    mark: str


@dataclass(frozen=True)
class Called:
    r"""A name that means an operation where it is called, `mean(x)`.

    Args:
        mark: The name.
        bracketed: Whether it is called with other brackets, too: `E[x]`.
        random: Whether it means it of random variables only; of others, a page may define what it is.
    """

    mark: str
    bracketed: bool = False
    random: bool = False


@dataclass(frozen=True)
class Infix:
    r"""A sign between two factors: `a \star b`."""

    mark: str


@dataclass(frozen=True)
class Postfix:
    """A mark behind what it applies to: `n!`."""

    mark: str


@dataclass(frozen=True)
class Halves:
    r"""A mark between the two halves of what stands in braces: `{n \choose k}`."""

    mark: str


@dataclass(frozen=True)
class Environment:
    """Rows between a begin and its end, read by `read` from the rows."""

    mark: str
    read: Read


Form = Start | Function | Called | Infix | Postfix | Halves | Environment


@dataclass(frozen=True)
class Operator:
    """An operation whose parts are evaluated first: a fraction, a root, a logarithm.

    Args:
        name: What it is called in trees, in JSON and in messages.
        forms: How it is written; none, where the grammar itself reads it, as it reads sums of terms.
        value: What a node of it is worth in an environment; None, where it is no value, such as an interval.
        slips: What is easily written in its place; each must be noticed by a check.
        holds: Formulas with it that hold.
        fails: Formulas with it that do not.
        settled: What a call of it means; without it, the operation on the arguments.
        function: The function of one number that it is, if it is one, so that derivatives of it may have primes.
        only_here: Why no other program is to know what it is worth, such as a reader's browser.
    """

    name: str
    forms: Sequence[Form] = ()
    value: Rule | None = None
    slips: Sequence[Slip] = ()
    holds: Sequence[str] = ()
    fails: Sequence[str] = ()
    settled: Callable[[Any, Operator, Any, Node], Node] | None = None
    function: Callable[[Any], Any] | None = None
    only_here: str = ""


@dataclass(frozen=True)
class Binder:
    """An operation about variables: a sum over an index, an integral, a derivative.

    Args:
        name: What it is called in trees, in JSON and in messages.
        forms: How it is written.
        value: What a node of it is worth in an environment.
        slips: What is easily written in its place; each must be noticed by a check.
        holds: Formulas with it that hold.
        fails: Formulas with it that do not.
        binds: Whether its variables are names of its own, which mean nothing outside.
        settled: What a node of it means; without it, its variables are indices.
        only_here: Why no other program is to know what it is worth, such as a reader's browser.
    """

    name: str
    forms: Sequence[Form] = ()
    value: Rule | None = None
    slips: Sequence[Slip] = ()
    holds: Sequence[str] = ()
    fails: Sequence[str] = ()
    binds: bool = True
    settled: Callable[[Any, Any], Node] | None = None
    only_here: str = ""


@dataclass(frozen=True)
class Comparison:
    """A relation between two sides.

    Args:
        sign: How it is written.
        related: Where it holds between two arrays; None, where more than their numbers is asked.
        disagree: What is wrong where it does not hold.
        exact: Where it holds as a condition, without any tolerance; None, where it is no condition.
        refuted: Where it certainly does not hold between two arrays of balls; None, where they cannot tell.
        slip: The relation that is easily written in its place.
        holds: Formulas with it that hold.
        fails: Formulas with it that do not.
    """

    sign: str
    related: Callable[[Any, Any], Any] | None = None
    disagree: str = ""
    exact: Callable[[Any, Any], Any] | None = None
    refuted: Callable[[Any, Any], Any] | None = None
    slip: str = ""
    holds: Sequence[str] = ()
    fails: Sequence[str] = ()

    @property
    def name(self) -> str:
        return self.sign


Record = Operator | Binder | Comparison


class Language:
    """All notations that are read.

    Args:
        records: The notations.

    Raises:
        LanguageError: Two records claim one mark, or a record has nothing that holds or nothing that fails.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        self.records = tuple(records)
        self.operators = {record.name: record for record in self.records if isinstance(record, Operator)}
        self.binders = {record.name: record for record in self.records if isinstance(record, Binder)}
        self.comparisons = {record.sign: record for record in self.records if isinstance(record, Comparison)}
        self._forms = [(form, record) for record in self.records for form in _forms(record)]
        _refuse_two_claims(self._forms)
        for record in self.records:
            if not (record.holds and record.fails):
                raise LanguageError(f"{record.name} has no formula that holds, or none that fails: give both")

    def with_records(self, *records: Record) -> Language:
        """This language, and more notations."""
        return Language((*self.records, *records))

    def _of(self, kind: type[Any]) -> Mapping[str, Any]:
        return {form.mark: form for form, _ in self._forms if isinstance(form, kind)}

    @cached_property
    def starts(self) -> Mapping[str, Sequence[tuple[Start, str]]]:
        """What may begin with a mark, those first that look ahead, each with the name of its record."""
        found: dict[str, list[tuple[Start, str]]] = {}
        for form, record in self._forms:
            if isinstance(form, Start):
                found.setdefault(form.mark, []).append((form, record.name))
        return {mark: sorted(forms, key=lambda item: item[0].ahead is None) for mark, forms in found.items()}

    @cached_property
    def functions(self) -> frozenset[str]:
        """The marks of functions that need no brackets."""
        return frozenset(self._of(Function))

    @cached_property
    def called(self) -> Mapping[str, Operator]:
        """The operations that a name means where it is called."""
        wanted = (Function, Called)
        return {form.mark: record for form, record in self._forms if isinstance(form, wanted)}  # type: ignore[misc]

    @cached_property
    def bracketed(self) -> frozenset[str]:
        """The names that are called with any brackets."""
        return frozenset(mark for mark, form in self._of(Called).items() if form.bracketed)

    @cached_property
    def random(self) -> frozenset[str]:
        """The names that mean an operation of random variables only."""
        return frozenset(mark for mark, form in self._of(Called).items() if form.random)

    @cached_property
    def slips(self) -> Sequence[Slip]:
        """All that is easily written in the place of a notation."""
        return [slip for record in self.records if not isinstance(record, Comparison) for slip in record.slips]

    @cached_property
    def infix(self) -> Mapping[str, str]:
        """The names of the operations by the sign between their parts."""
        return self._named(Infix)

    @cached_property
    def postfix(self) -> Mapping[str, str]:
        """The names of the operations by the mark behind them."""
        return self._named(Postfix)

    @cached_property
    def halves(self) -> Mapping[str, str]:
        """The names of the operations by the mark between the halves of a brace."""
        return self._named(Halves)

    def _named(self, kind: type[Any]) -> Mapping[str, str]:
        return {form.mark: record.name for form, record in self._forms if isinstance(form, kind)}

    @cached_property
    def environments(self) -> Mapping[str, tuple[Environment, str]]:
        return {form.mark: (form, record.name) for form, record in self._forms if isinstance(form, Environment)}

    @cached_property
    def upright(self) -> frozenset[str]:
        """The marks that may be written in upright letters."""
        return self.functions | {form.mark for form, _ in self._forms if isinstance(form, Start) and form.upright}

    @cached_property
    def prefixes(self) -> frozenset[str]:
        """The marks that take in what follows them."""
        return frozenset(form.mark for form, _ in self._forms if isinstance(form, Start) and not form.closed)

    @cached_property
    def continuing(self) -> frozenset[str]:
        """The marks with which a line goes on with what was on the line before."""
        return frozenset({"+", "/", "\\pm", "\\land"} | self.comparisons.keys() | self.infix.keys())

    @cached_property
    def marks(self) -> frozenset[str]:
        """All marks that begin something."""
        return frozenset(self.starts) | self.functions


def _forms(record: Record) -> Sequence[Form]:
    return () if isinstance(record, Comparison) else record.forms


def _refuse_two_claims(forms: Sequence[tuple[Form, Record]]) -> None:
    claimed: dict[tuple[str, str], str] = {}
    for form, record in forms:
        if isinstance(form, Start) and form.ahead is not None:
            continue
        place = type(form).__name__ if not isinstance(form, Function | Called) else "name"
        other = claimed.setdefault((place, form.mark), record.name)
        if other != record.name:
            told = f"{form.mark} is claimed by {other} and by {record.name}"
            raise LanguageError(f"{told}: give one of them another mark")


def no_own_value(message: str, advice: str) -> Rule:
    """The value of what has none on its own."""

    def rule(node: Any, env: Any) -> Any:
        raise MathError(message, node.span, advice)

    return rule
