"""The code's side of an equation: a Python expression for every sample of a page's symbols."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import CodeType
from typing import Any, NamedTuple

import numpy as np

from executable_math.foreign.expression import Expression, Refused
from executable_math.foreign.process import Home, Trouble, told
from executable_math.latex.tree import MathError, Node, Symbol
from executable_math.meaning.env import Evaluation
from executable_math.meaning.facts import Facts
from executable_math.meaning.leaves import samples
from executable_math.meaning.reads import mentioned, reads
from executable_math.meaning.resolve import resolve
from executable_math.values.derivative import Array, primal
from executable_math.values.numbers import of_code
from executable_math.values.symbols import Declaration, python_name

_WHOLE = ("size", "integer", "class")
_LARGEST = 1e12


@dataclass(frozen=True)
class Code:
    """A Python expression, and what its names mean.

    Args:
        expression: The expression.
        facts: What the page has said.
        node: The formula, with its names settled, which tells which of two symbols of one name is meant.
        indices: The free indices of the formula.
    """

    expression: Expression
    facts: Facts
    node: Node
    indices: Sequence[str]

    def keys(self) -> set[str]:
        """The keys of the names that the expression depends on."""
        found = {item.key for name in self.names for item in self.declarations(name)}
        for name in self.names:
            if not found & {item.key for item in self.declarations(name)} and (key := self.definition(name)):
                found |= reads(self.settled(key))
        return found

    @cached_property
    def names(self) -> list[str]:
        """The names in the expression that are symbols of the page."""
        code = {name for name in self.expression.called if name in self.facts.module.names}
        return sorted(self.expression.names - code - self.numbers.keys() - set(self.looped))

    @cached_property
    def numbers(self) -> dict[str, Any]:
        """The named numbers: a name is a number only where the formula has no symbol that is called so."""
        own = reads(self.node)
        symbols = {item.python for key, item in self.facts.symbols.declared.items() if key in own}
        defined = {name for name, key in self.facts.definitions.python.items() if key in own}
        return {name: value for name, value in self.facts.numbers.items() if name not in symbols | defined}

    @cached_property
    def looped(self) -> list[str]:
        """The names of the free indices that the expression uses: it is evaluated for each of their values."""
        return [python_name(name) for name in self.indices if python_name(name) in self.expression.names]

    def declarations(self, name: str) -> list[Declaration]:
        """The declared symbols that a Python name may stand for: one, if the formula tells which."""
        found = self.facts.symbols.by_python.get(name, [])
        written = set(mentioned(self.node)) if len(found) > 1 else set()
        return [item for item in found if item.key in written] or found

    def definition(self, name: str) -> str:
        """The key of the definition that a Python name stands for, or ""."""
        return self.facts.definitions.python.get(name, "")

    def settled(self, key: str) -> Node:
        """What the name of a definition means."""
        return resolve(Symbol(key.removesuffix("[]")), self.facts)

    def batch(self, run: Evaluation, sizes: tuple[int, ...], far: bool = False) -> Batch:
        """What the expression is evaluated for in a group of samples; `sizes` are those of the free indices."""
        arrays = {name: array for name in self.names if (array := self.samples(name, run)) is not None}
        rows = run.group.count if arrays or self.looped else 1
        return Batch(
            [{name: _plain(array[min(row, len(array) - 1)]) for name, array in arrays.items()} for row in range(rows)],
            [dict(zip(self.looped, at, strict=True)) for at in np.ndindex(*sizes)] if self.looped else [{}],
            sizes if self.looped else (),
            far,
        )

    def answers(self, batches: Sequence[Batch]) -> tuple[list[Answer], frozenset[float]]:
        """The values of the expression for each batch, and the numbers that its code has in it.

        All of them are asked for at once, since the code runs in another process.
        """
        try:
            return self.facts.module.run(computed, self.expression.text, self.numbers, batches)
        except Trouble as problem:
            return [Answer([], None, problem)], frozenset()

    def samples(self, name: str, run: Evaluation) -> Array | None:
        """The samples of a symbol as Python has them: classes and indices count from 0."""
        declared = self.declarations(name)
        if len(declared) > 1:
            meant = " or ".join(item.latex for item in declared)
            raise MathError(
                f"{name} in the expression could be {meant}", self.node.span, "a formula that uses one of them"
            )
        if declared:
            item = declared[0]
            if item.kind.name == "function":
                advice = "a function of the module"
                raise MathError(f"{name} is a function without code", self.node.span, advice)
            data = run.group.data(item) if item.kind.name == "class" else samples(item, run)
            return data.astype(int) if item.kind.name in _WHOLE else data
        key = self.definition(name)
        return primal(run.env.value(self.settled(key)).data) if key else None

    def counted_from_0(self) -> list[str]:
        """The names in the expression that count from 0 there and from 1 in the formula."""
        declared = [item for name in self.names for item in self.declarations(name) if item.kind.name == "class"]
        classes = [item.python for item in declared if self.facts.symbols.classes(item).low]
        return classes + [python_name(name) for name in self.indices if self._index_from_1(name)]

    def _index_from_1(self, name: str) -> bool:
        return python_name(name) in self.looped and self.facts.symbols.range(name).low == 1


class Batch(NamedTuple):
    """What an expression is evaluated for: samples of its names, and places of its indices, which have these sizes.

    Far from the rest it need not have a value: there is NaN then.
    """

    samples: Sequence[Mapping[str, Any]]
    places: Sequence[Mapping[str, int]]
    sizes: tuple[int, ...]
    far: bool


class Answer(NamedTuple):
    """The values for the samples of a batch, up to the first that has none, and why; its row may be unknown."""

    values: list[Array]
    row: int | None = None
    trouble: Trouble | None = None


def constants(home: Home, names: Sequence[str]) -> frozenset[float]:
    """The numbers that are written in functions, and in those of the same package that they call."""
    found: set[float] = set()
    seen: set[int] = set()
    waiting = [home.names[name] for name in names]
    while waiting:
        function = inspect.unwrap(waiting.pop())
        code = getattr(function, "__code__", None)
        if code is None or id(code) in seen:
            continue
        seen.add(id(code))
        scope, package = function.__globals__, str(function.__module__).partition(".")[0]
        defaults = (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values())
        parts = list(_parts(code))
        known = [scope[name] for part in parts for name in part.co_names if name in scope]
        written = (one for part in parts for one in part.co_consts)
        found |= {float(one) for one in (*written, *defaults, *known) if _is_number(one)}
        waiting += [one for one in known if str(getattr(one, "__module__", "")).partition(".")[0] == package]
    return frozenset(found)


def _parts(code: CodeType) -> Iterator[CodeType]:
    """Compiled code and all that is compiled for itself in it: before Python 3.12 a comprehension is."""
    yield code
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _parts(part)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST


def computed(
    home: Home, text: str, numbers: Mapping[str, Any], batches: Sequence[Batch]
) -> tuple[list[Answer], frozenset[float]]:
    """The values of an expression for each batch, and the numbers that are written in it and in what it calls."""
    expression = Expression(text)
    with np.errstate(all="ignore"):
        answers = [_computed(home, expression, numbers, batch) for batch in batches]
    own = frozenset(float(one) for one in expression.numbers if _is_number(one))
    return answers, own | constants(home, [name for name in expression.called if name in home.names])


def _computed(home: Home, expression: Expression, numbers: Mapping[str, Any], batch: Batch) -> Answer:
    values: list[Array] = []
    known = {**home.names, **numbers}
    for sample in batch.samples:
        names = {**known, **sample}
        try:
            found = [of_code(expression.value({**names, **place})) for place in batch.places]
        except (Refused, KeyboardInterrupt):
            raise
        except BaseException as problem:
            if batch.far and values:
                values.append(np.full_like(values[0], np.nan))
                continue
            return Answer(values, len(values), told(problem))
        values.append(np.stack(found).reshape((*batch.sizes, *found[0].shape)))
    return Answer(values)


def _plain(value: Any) -> Any:
    """A sample as Python has it: an array, or a plain number."""
    return value if np.ndim(value) else value.item()
