"""What is told of a claim that is false, or has no value: the inputs that read best, and what comes out for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from executable_math.claims.claim import PROPORTIONAL, SETS, Claim
from executable_math.claims.outcome import Counterexample, Failed, Trial
from executable_math.latex.tree import MathError, Node, Relation, walk
from executable_math.meaning.leaves import evaluation, samples
from executable_math.meaning.reads import reads
from executable_math.notation.calculus import differentiates
from executable_math.values.arrays import shown, widened
from executable_math.values.derivative import Array, primal
from executable_math.values.numbers import doubles
from executable_math.values.symbols import Group, python_name


def simplest(claim: Claim, group: Group, wrong: Array, rank: int) -> tuple[int, ...]:
    """The place, indices and sample, of the wrong value whose inputs read best."""
    wrong = np.asarray(wrong.any(axis=tuple(range(-rank, 0)))) if rank else wrong
    places = np.argwhere(np.broadcast_to(wrong, np.broadcast_shapes(wrong.shape, (group.count,))))[:200]
    costs = [sum(len(shown(value)) for value in inputs(claim, group, at).values()) for at in places.tolist()]
    return tuple(int(part) for part in places[int(np.argmin(costs))])


def inputs(claim: Claim, group: Group, at: Sequence[int]) -> dict[str, Any]:
    """The values of the symbols that matter at one place: sizes, indices, then the others."""
    found: dict[str, Any] = {python_name(name): size for name, size in group.sizes.items()}
    for (name, _), place in zip(claim.free, at[-2::-1], strict=False):
        found[python_name(name)] = claim.symbols.range(name).low + place
    for item in claim.sampled:
        found[item.python] = doubles(samples(item, evaluation(claim.facts, group)))[at[-1]].tolist()
    return found


def disagreement(
    claim: Claim, relation: Relation, group: Group, at: Sequence[int], left: Any, right: Any = None, told: str = ""
) -> Failed:
    """The failure of a relation between two values, or of a value and the set that it is said to be of."""
    found = Counterexample(inputs(claim, group, at), left, right)
    disagree = claim.facts.language.comparisons[relation.sign].disagree
    return Failed(told or disagree, relation.span, found.before(_both(found, relation)), found)


def _both(found: Counterexample, relation: Relation) -> str:
    if relation.sign in SETS:
        return f"it is {shown(found.left)}"
    text = f"the left side gives {shown(found.left)},  the right side gives {shown(found.right)}"
    return text if relation.sign != PROPORTIONAL else f"{text}, and their ratio is another elsewhere"


def refuse_undefined(claim: Claim, trial: Trial, undefined: Array, rank: int, side: Node) -> None:
    """Refuse a value that is not there; at a kink, where there is no derivative, it may be missing.

    Raises:
        MathError: One is missing elsewhere; the message says for which inputs, and why.
    """
    refused = undefined if undefined.all() and not trial.kinked else undefined & ~widened(_kinks(claim, trial), rank)
    if not refused.any():
        return
    at = simplest(claim, trial.group, refused, rank)
    found = Counterexample(inputs(claim, trial.group, at))
    where = f" {found}" if found.inputs else ""
    cause = next((cause for cause in trial.env.run.missing if cause.where[at[-1]]), None)
    if cause is None:
        advice = "a narrower kind, such as `positive` or `real, not all 0`, or a case marked as given"
        raise MathError(f"this has no value{where}", side.span, advice)
    span = cause.node.span if cause.node is not None else side.span
    if cause.advice:
        raise MathError(cause.reason + where, span, cause.advice)
    raise Failed(cause.reason, span, where.strip(), found if where else None)


def _kinks(claim: Claim, trial: Trial) -> Array:
    """Where a derivative has no value, or a matrix no inverse, by index and sample."""
    found = trial.env.run.singular
    for side, value in zip(claim.sides, trial.values, strict=False):
        if _differentiates(claim, side):
            found = found | np.isnan(primal(value.data)).any(axis=tuple(range(-value.rank, 0)))
    return found & ~trial.env.run.outside


def _differentiates(claim: Claim, side: Node) -> bool:
    """Whether a derivative is taken in a side, or in what defines a name in it."""
    known = claim.facts.definitions
    trees = [side, *(one.body for key in reads(side) & known.keys() for one in known[key])]
    return any(differentiates(node) for tree in trees for node in walk(tree))
