"""What comes of a claim: the values that were tried, and those for which two of them differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from executable_math.latex.tree import MathError
from executable_math.meaning.env import Env
from executable_math.values.arrays import Value, shown
from executable_math.values.derivative import Array, primal
from executable_math.values.symbols import Group


@dataclass(frozen=True)
class Counterexample:
    """Inputs for which two values differ.

    Attributes:
        inputs: The value of each symbol that matters, by its name in Python: sizes and indices first.
        left: What the formula, or its left side, gives.
        right: What the code, or the right side, gives.
    """

    inputs: Mapping[str, Any]
    left: Any = None
    right: Any = None

    def __str__(self) -> str:
        return "with " + ", ".join(f"{name} = {shown(value)}" for name, value in self.inputs.items())

    def before(self, text: str) -> str:
        """A sentence on what comes out for these inputs."""
        return f"{self}:  {text}" if self.inputs else text


class Failed(MathError):
    """A claim that is false.

    Attributes:
        detail: What comes out for which inputs, or what to write instead.
        counterexample: The inputs, where there are any.
        samples: The number of samples tried.
    """

    def __init__(
        self, message: str, span: tuple[int, int] | None, detail: str = "", counterexample: Counterexample | None = None
    ) -> None:
        super().__init__(message, span)
        self.detail = detail
        self.counterexample = counterexample
        self.samples = 0


class Trial(NamedTuple):
    """The values of a claim's sides for the samples of one group.

    At a kink, far from the rest and for large sizes a value may be missing.
    """

    group: Group
    env: Env
    values: list[Value]
    kinked: bool = False
    far: bool = False
    large: bool = False


class Outcome(NamedTuple):
    """What came of a claim: whether anything was checked, what is weak about it, a difference, and how it is proven."""

    checked: bool
    samples: int
    weakness: str = ""
    span: tuple[int, int] | None = None
    counterexample: Counterexample | None = None
    proof: str = ""


def value_at(value: Value, at: Sequence[int]) -> Any:
    """The value at one place: indices, innermost first, and sample."""
    data = primal(value.data)
    lead = data.ndim - value.rank
    place = [min(k, size - 1) for k, size in zip(at[len(at) - lead :], data.shape, strict=False)]
    return np.asarray(data[tuple(place)]).tolist()


def sample_first(value: Value, lead: tuple[int, ...]) -> Array:
    """The value with all its axes, in this order: samples, indices, its own."""
    data = primal(value.data)
    own = data.shape[data.ndim - value.rank :]
    whole = np.broadcast_to(data, lead[:0:-1] + lead[:1] + own)
    return whole.transpose(*range(len(lead) - 1, -1, -1), *range(len(lead), whole.ndim))
