"""Which samples are tried for a claim: small and large ones, edges between branches, numbers, and the tightest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np

from executable_math.claims.claim import Claim
from executable_math.claims.narrowing import at_numbers, movable, narrowed, numbers_in, on_edges, within
from executable_math.claims.outcome import Trial
from executable_math.latex.tree import applies, walk
from executable_math.values.derivative import Array
from executable_math.values.numbers import BALLS
from executable_math.values.sampling import moved_within
from executable_math.values.symbols import SAMPLES, Group

FEW = 4  # samples, for what takes more time
_POOL, _ROUND = 400, 3
_ROUNDS, _TRIED, _SHRINK = 16, 24, 0.55

Slack = Callable[[Group], Array]  # how far each sample is from breaking a relation; infinity where that has no value


def small(claim: Claim, samples: int = SAMPLES, seed: int = 0) -> list[Group]:
    """The samples of small sizes for which what is given holds."""
    return narrowed(claim.facts, claim.sizes, claim.conditions, samples if claim.varies else 1, seed)


def chosen(claim: Claim) -> list[Group]:
    """A few samples, of moderate size and far from it, for what takes more time."""
    groups = claim.symbols.groups(claim.sizes)
    near = [group.take(np.arange(group.count)[-FEW:]) for group in groups[1::2] or groups]
    tried = [*near, claim.symbols.far(claim.sizes)] if claim.varies else [_first(near[0])]
    return within(claim.facts, tried, claim.conditions, BALLS)


def _first(group: Group) -> Group:
    return group.take(np.zeros(1, int))


def of_other_sizes(claim: Claim) -> list[Group]:
    """Samples of sizes beyond the smallest."""
    groups = within(claim.facts, claim.symbols.other_sizes(claim.sizes), claim.conditions)
    return groups if claim.varies else [_first(group) for group in groups]


def at_own_numbers(claim: Claim) -> list[Group]:
    """Samples at the numbers of the formula that are no small round ones, which are tried anyway."""
    numbers = {number for number in numbers_in(claim.tree, claim.facts) if abs(number) > _ROUND or number % 0.5}
    if claim.code is not None or not numbers or not claim.varies:
        return []
    return within(claim.facts, _at(claim, numbers), claim.conditions)


def far_from_the_rest(claim: Claim, constants: Collection[float]) -> list[Group]:
    """Samples at which code may do another thing: at its own numbers and those of the formula, and far from 1."""
    if claim.code is None or not claim.varies:
        return []
    groups = _at(claim, {*constants, *numbers_in(claim.tree, claim.facts)})
    return within(claim.facts, [*groups, claim.symbols.far(claim.sizes)], claim.conditions)


def _at(claim: Claim, numbers: Collection[float]) -> list[Group]:
    return at_numbers(claim.facts, claim.symbols.groups(claim.sizes)[-1], numbers, movable(claim.facts, claim.keys))


def on_branch_edges(claim: Claim) -> list[Group]:
    """Samples on the edges between the branches of a claim."""
    return on_edges(claim.facts, small(claim), claim.tree, claim.conditions) if _has_branches(claim) else []


def pools(claim: Claim) -> list[Group]:
    """Many samples of a claim with branches, of which those that nearly take another one are kept."""
    return small(claim, _POOL, 1) if _has_branches(claim) else []


def _has_branches(claim: Claim) -> bool:
    return any(applies(node, "absolute", "indicator", "cases", "largest", "smallest") for node in walk(claim.tree))


def near_branches(wide: Trial) -> Group | None:
    """The samples that nearly take another branch than they do."""
    rows = np.unique([row for seen in wide.env.run.branches.values() for row in _nearest(seen)])
    return wide.group.take(rows.astype(int)) if len(rows) else None


def _nearest(seen: Any) -> list[int]:
    """For each branch of a node the samples that are nearest to another branch."""
    found: list[int] = []
    for where in seen.taken.values():
        rows = np.flatnonzero(np.broadcast_to(where, seen.gap.shape))
        found += rows[np.argsort(seen.gap[rows], kind="stable")[:2]].tolist()
    return found


def tightest(claim: Claim, trials: Sequence[Trial], slack: Slack) -> Group | None:
    """One sample, with as little slack as steps from the nearest of some trials find; None, where nothing moves."""
    moving = movable(claim.facts, claim.keys)
    if not moving:
        return None
    best, least = _least(min(trials, key=lambda trial: slack(trial.group).min()).group, slack)
    random = np.random.default_rng(0)
    for step in _SHRINK ** np.arange(_ROUNDS):
        near = best.take(np.zeros(_TRIED, int))
        for item in moving:
            near = near.replaced(item, moved_within(item.kind, near.data(item), step, random))
        for found in within(claim.facts, [near], claim.conditions)[:1]:
            one, size = _least(found, slack)
            best, least = (one, size) if size < least else (best, least)
    return best


def _least(group: Group, slack: Slack) -> tuple[Group, float]:
    values = slack(group)
    at = int(np.argmin(values))
    return group.take(np.array([at])), float(values[at])
