"""What is weak about a claim that holds: its samples could hardly have shown that it is false."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from executable_math.claims.claim import Claim
from executable_math.claims.outcome import Trial
from executable_math.latex.tree import Chain, MathError, Node, applies, rebuilt, walk
from executable_math.meaning.reads import reads
from executable_math.meaning.settled import Argument, Constant, Sample
from executable_math.values.arrays import Value, close
from executable_math.values.derivative import primal

_SAME, _OTHER, _TURNED = 1e-9, "another", "an imaginary one"


def weakness(
    claim: Claim, trials: Sequence[Trial], far: Sequence[Trial], proven: bool
) -> tuple[str, tuple[int, int] | None]:
    """Why the samples could hardly have shown that a claim is false, and where; "" where they could."""
    if _is_constant(claim, trials):
        return "both sides are the same whatever the values of the symbols", claim.written.span
    for node in walk(claim.tree):
        if proven and not applies(node, "cases"):  # what is proven may still have a row that nothing reaches
            continue
        taken = _taken(node, (*trials, *far))
        if taken and len(taken) < _count_branches(node):
            return "every sample takes the same branch here: the others are not checked", node.span
    return "", None


def _taken(node: Node, trials: Sequence[Trial]) -> set[object]:
    """The branches of a node that samples took."""
    seen = (trial.env.run.branches.get(id(node)) for trial in trials)
    return {branch for one in seen if one for branch, where in one.taken.items() if where.any()}


def _count_branches(node: Node) -> int:
    return len(node.parts) if applies(node, "cases", "largest", "smallest") else 2


def _is_constant(claim: Claim, trials: Sequence[Trial]) -> bool:
    """Whether the sides are one number for all samples, and no symbol in them matters for it."""
    values = [primal(value.data) for trial in trials for value in trial.values]
    if not values or not all(found.size for found in values):
        return False
    constant = values[0].flat[0]
    if not all((np.abs(found - constant) < _SAME).all() for found in values):
        return False
    widest = max(trials, key=lambda trial: trial.group.count)
    places = [node for node in walk(claim.tree) if _is_sampled(claim, node)]
    # What a random variable is in a covariance shows only when it is another one of the formula.
    random = [node for node in places if claim.symbols.random & reads(node)]
    # That |e^{i x}| is 1 is said of real numbers, and shows when x is none.
    has_unit = any(isinstance(node, Constant) and node.value == 1j for node in walk(claim.tree))
    others = [Argument(_OTHER), *[Argument(_TURNED)] * has_unit, *random]
    return bool(places) and not any(_matters(claim, node, one, constant, widest) for node in places for one in others)


def _is_sampled(claim: Claim, node: Node) -> bool:
    """Whether a node is a number that differs from sample to sample."""
    if not isinstance(node, Sample) or node.key.endswith("()"):
        return False
    item = claim.symbols.declared[node.key]
    return item.kind.name not in ("size", "index", "function") and len(item.axes) == len(node.indices)


def _matters(claim: Claim, place: Node, instead: Node, constant: complex, trial: Trial) -> bool:
    """Whether a side changes when one symbol in it has other values, or is another one."""
    changed = rebuilt(claim.tree, lambda node: instead if node is place else None)
    assert isinstance(changed, Chain)
    other = np.linspace(-1.7, 2.3, trial.group.count)
    env = trial.env._replace(arguments={_OTHER: lambda: Value(other), _TURNED: lambda: Value(1j * other)})
    try:
        values = [env.value(side) for side in changed.sides[len(claim.new) :]]
    except MathError:
        return True
    return not all(close(primal(value.data), np.array(constant)).all() for value in values)
