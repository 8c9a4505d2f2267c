"""What a symbol may be."""

from __future__ import annotations

import math
from dataclasses import dataclass

from executable_math.latex.tree import Node


@dataclass(frozen=True)
class Kind:
    """What a symbol may be: a name of KINDS, with the bounds or the choices that restrict it.

    Attributes:
        name: One of KINDS.
        low: The lower end, and `low_open` whether it is left out.
        high: The upper end, and `high_open` whether it is left out.
        choices: The only values, or nothing.
        not_all_0: Whether one of its elements at least is not zero.
        extent: The first and last value of an index or a class; the last alone where they are counted from 1, or
            for a class as its indices are.
        function: The name of the module's function; of a function without one nothing is known.
        parameters: Of a random variable: mean and variance, or as its distribution has them.
    """

    name: str
    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False
    choices: tuple[float, ...] = ()
    not_all_0: bool = False
    extent: tuple[Node, ...] = ()
    function: str = ""
    parameters: tuple[Node, ...] = ()

    @property
    def is_unspecified(self) -> bool:
        """Whether it is a function of which nothing is said but that it is smooth."""
        return self.name == "function" and not self.function
