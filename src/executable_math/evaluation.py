"""The value of a tree for many samples at once: what evaluates each type of node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from executable_math.scope import Rule
from executable_math.slopes import Slopes
from executable_math.tree import (
    Absolute,
    Add,
    At,
    Big,
    Both,
    Call,
    Cases,
    Ceiling,
    Chain,
    Choices,
    Conditional,
    Derivative,
    Differential,
    Divide,
    Dots,
    Either,
    Factorial,
    Floor,
    Gradient,
    Indexed,
    Indicator,
    Inner,
    Interval,
    Matrix,
    Multiply,
    Negate,
    Node,
    Norm,
    Number,
    Percent,
    Power,
    Primed,
    Root,
    Symbol,
    Transpose,
    Vector,
    name_of,
)


class Evaluator(Slopes):
    """Evaluates trees for the samples of one group."""

    rules: ClassVar[Mapping[type[Node], Rule]] = {
        Number: Slopes.number, Symbol: Slopes.symbol, Indexed: Slopes.indexed, Call: Slopes.call,
        Add: Slopes.add, Negate: Slopes.negate, Multiply: Slopes.multiply, Divide: Slopes.divide,
        Power: Slopes.power, Root: Slopes.root, Factorial: Slopes.factorial, Percent: Slopes.percent,
        Transpose: Slopes.transpose, Absolute: Slopes.absolute, Norm: Slopes.norm, Floor: Slopes.floor,
        Ceiling: Slopes.ceiling, Inner: Slopes.inner, Big: Slopes.big, Derivative: Slopes.derivative,
        Gradient: Slopes.gradient, At: Slopes.at, Differential: Slopes.differential,
        Indicator: Slopes.indicator,
        Cases: Slopes.cases, Vector: Slopes.vector, Choices: Slopes.vector, Matrix: Slopes.matrix,
        Primed: lambda self, node, scope: self.named(name_of(node), node, scope),
        Chain: Slopes.refuse, Dots: Slopes.refuse, Interval: Slopes.refuse, Conditional: Slopes.refuse,
        Both: Slopes.refuse, Either: Slopes.refuse,
    }  # fmt: skip
