"""The value of a tree for many samples at once: what evaluates each type of node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from executable_math.latex.tree import (
    Absolute,
    Add,
    At,
    Big,
    Call,
    Cases,
    Ceiling,
    Choices,
    Derivative,
    Differential,
    Divide,
    Factorial,
    Floor,
    Gradient,
    Indexed,
    Indicator,
    Inner,
    Integral,
    Limit,
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
from executable_math.meaning.limits import Limits
from executable_math.meaning.scope import Rule


class Evaluator(Limits):
    """Evaluates trees for the samples of one group."""

    rules: ClassVar[Mapping[type[Node], Rule]] = dict.fromkeys(Node.__subclasses__(), Limits.refuse) | {
        Number: Limits.number, Symbol: Limits.symbol, Indexed: Limits.indexed, Call: Limits.call,
        Add: Limits.add, Negate: Limits.negate, Multiply: Limits.multiply, Divide: Limits.divide,
        Power: Limits.power, Root: Limits.root, Factorial: Limits.factorial, Percent: Limits.percent,
        Transpose: Limits.transpose, Absolute: Limits.absolute, Norm: Limits.norm, Floor: Limits.floor,
        Ceiling: Limits.ceiling, Inner: Limits.inner, Big: Limits.big, Derivative: Limits.derivative,
        Gradient: Limits.gradient, At: Limits.at, Integral: Limits.integral, Limit: Limits.limit,
        Differential: Limits.differential,
        Indicator: Limits.indicator,
        Cases: Limits.cases, Vector: Limits.vector, Choices: Limits.vector, Matrix: Limits.matrix,
        Primed: lambda self, node, scope: self.named(name_of(node), node, scope),
    }  # fmt: skip
