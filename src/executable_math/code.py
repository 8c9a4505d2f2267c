"""The code's side of an equation: a Python expression for every sample of a page's symbols."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from executable_math.dependence import dependencies, references
from executable_math.derivative import Array, primal
from executable_math.evaluation import Evaluator
from executable_math.expression import Expression, Refused
from executable_math.foreign import Home, Trouble, told
from executable_math.names import Context
from executable_math.scope import Scope
from executable_math.symbols import Declaration, Group, python_name
from executable_math.tree import MathError, Node, Symbol

_WHOLE = ("size", "integer", "class")


@dataclass(frozen=True)
class Code:
    """A Python expression, and what its names mean.

    Args:
        expression: The expression.
        context: What the page's names mean.
        numbers: The page's named numbers.
        node: The formula, which tells which of two symbols of one name is meant.
        indices: The free indices of the formula.
    """

    expression: Expression
    context: Context
    numbers: Mapping[str, Any]
    node: Node
    indices: Sequence[str]

    def keys(self) -> set[str]:
        """The keys of the names that the expression depends on."""
        found = {item.key for name in self.names() for item in self.declarations(name)}
        for name in self.names():
            if not found & {item.key for item in self.declarations(name)} and (key := self.definition(name)):
                found |= dependencies(Symbol(re.sub(r"\[\]$", "", key)), self.context)
        return found

    def names(self) -> list[str]:
        """The names in the expression that are symbols of the page."""
        code = {name for name in self.expression.called if name in self.context.module.names}
        return sorted(self.expression.names - code - set(self.numbers) - set(self.looped()))

    def looped(self) -> list[str]:
        """The names of the free indices that the expression uses: it is evaluated for each of their values."""
        return [python_name(name) for name in self.indices if python_name(name) in self.expression.names]

    def declarations(self, name: str) -> list[Declaration]:
        """The declared symbols that a Python name may stand for: one, if the formula tells which."""
        found = [item for item in self.context.symbols.declared.values() if item.python == name]
        written = set(references(self.node, self.context)) if len(found) > 1 else set()
        return [item for item in found if item.key in written] or found

    def definition(self, name: str) -> str:
        """The key of the definition that a Python name stands for, or ""."""
        keys = (key for key in self.context.definitions if "(" not in key)
        return next((key for key in keys if python_name(re.sub(r"\[\]$", "", key)) == name), "")

    def values(
        self, evaluator: Evaluator, sizes: tuple[int, ...], refuse: Callable[[int | None, Trouble], Exception]
    ) -> Array:
        """The expression for every sample: an axis for the samples, then those of its own value.

        Args:
            evaluator: The evaluator of the formula, for the samples of one group.
            sizes: How many values each free index has.
            refuse: What to raise when the expression fails for a sample, or, if it is not known for which, for one.
        """
        arrays = {name: array for name in self.names() if (array := self.samples(name, evaluator)) is not None}
        rows = evaluator.group.count if arrays or self.looped() else 1
        places = [dict(zip(self.looped(), at, strict=True)) for at in np.ndindex(*sizes)] if self.looped() else [{}]
        samples = [
            {name: _plain(array[min(row, len(array) - 1)]) for name, array in arrays.items()} for row in range(rows)
        ]
        text, row = self.expression.text, None
        try:
            found, trouble = self.context.module.run(computed, text, dict(self.numbers), samples, places)
            row = len(found)
        except Trouble as problem:
            trouble = problem
        if trouble is not None:
            raise refuse(row, trouble) from trouble
        own = sizes if self.looped() else ()
        return np.asarray([np.stack(values).reshape((*own, *values[0].shape)) for values in found], dtype=float)

    def samples(self, name: str, evaluator: Evaluator) -> Array | None:
        """The samples of a symbol as Python has them: classes and indices count from 0."""
        declared = self.declarations(name)
        if len(declared) > 1:
            meant = " or ".join(item.latex for item in declared)
            raise MathError(
                f"{name} in the expression could be {meant}", self.node.span, "a formula that uses one of them"
            )
        if declared:
            item, group = declared[0], evaluator.group
            data = group.data(item) if item.kind.name == "class" else evaluator.samples(item)
            return data.astype(int) if item.kind.name in _WHOLE else data
        key = self.definition(name)
        value = evaluator.lookup(re.sub(r"\[\]$", "", key), Scope()) if key else None
        return primal(value.data) if value is not None else None

    def counted_from_0(self) -> list[str]:
        """The names in the expression that count from 0 there and from 1 in the formula."""
        declared = [item for name in self.names() for item in self.declarations(name) if item.kind.name == "class"]
        classes = [item.python for item in declared if self.context.symbols.classes(item).low]
        return classes + [python_name(name) for name in self.indices if self._index_from_1(name)]

    def _index_from_1(self, name: str) -> bool:
        return python_name(name) in self.looped() and self.context.symbols.range(name).low == 1


def computed(
    home: Home,
    text: str,
    numbers: Mapping[str, Any],
    samples: Sequence[Mapping[str, Any]],
    places: Sequence[Mapping[str, int]],
) -> tuple[list[list[Array]], Trouble | None]:
    """An expression for each sample and, in it, for each place of the indices, up to the first that has no value."""
    expression, found = Expression(text), list[list[Array]]()
    for sample in samples:
        names = {**home.names, **numbers, **sample}
        try:
            with np.errstate(all="ignore"):
                found.append([np.asarray(expression.value({**names, **place}), dtype=float) for place in places])
        except (Refused, KeyboardInterrupt):
            raise
        except BaseException as problem:
            return found, told(problem)
    return found, None


def _plain(value: Any) -> Any:
    """A sample as Python has it: an array, or a plain number."""
    return value if np.ndim(value) else value.item()


def group_sizes(context: Context, group: Group, indices: Sequence[str]) -> tuple[int, ...]:
    """How many values each index has in a group of samples."""
    return tuple(context.symbols.range(name).size(group.sizes) for name in indices)
