"""What is compared: the two sides of each relation, with doubles where these are enough and with balls where not."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from math import inf

import numpy as np

from executable_math.claims.certain import Link, both_shown, links
from executable_math.claims.claim import PROPORTIONAL, Claim
from executable_math.claims.outcome import Trial, value_at
from executable_math.claims.told import disagreement, refuse_undefined, simplest
from executable_math.claims.tried import FEW
from executable_math.latex.tree import MathError, walk
from executable_math.meaning.expansion import expands, small_symbols
from executable_math.meaning.settled import Constant
from executable_math.notation.conditions import belongs
from executable_math.notation.probability import distributed
from executable_math.values.arrays import aligned, widened
from executable_math.values.derivative import Array, primal
from executable_math.values.numerals import printed, stands_for
from executable_math.values.symbols import Group

NO_EXPANSION = "the right side is not the first terms of the left one"
ORDER = {"<": 1.0, "\\le": 1.0, ">": -1.0, "\\ge": -1.0}


class Sides:
    """The sides of a claim, each held against the one before it.

    Attributes:
        factor: That between two sides that are said to be proportional, once it is known.
    """

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.factor: float | None = None

    def compare(self, trial: Trial, place: int) -> None:
        """Check the relation before a side, whose value is the last.

        Raises:
            MathError: It does not hold, or a side has no value.
        """
        relation = self.claim.relations[place - 1]
        left, right = trial.values[-2:]
        a, b, rank = aligned(left, right, relation)
        one, other = np.broadcast_arrays(primal(a), primal(b))
        if relation.sign == PROPORTIONAL:
            other = other * self._ratio(one, other, rank)
        expanded = self._is_expansion(place)
        holds = self._expanded(trial, place) if expanded else self._related(one, other, place)
        undefined = np.isnan(one) | np.isnan(other)
        if undefined.any() or not holds.all():
            cleared = self._cleared(trial, place, ~holds | undefined, rank)
            holds, undefined = holds | cleared, undefined & ~cleared
        if undefined.any() and trial.large:
            holds, undefined = holds | undefined, np.zeros((), bool)
        if undefined.any():
            side = self.claim.sides[place - (1 if np.isnan(one).any() else 0)]
            refuse_undefined(self.claim, trial, undefined, rank, side)
            holds = holds | undefined
        if not holds.all():
            at = simplest(self.claim, trial.group, ~holds, rank)
            told = NO_EXPANSION if expanded else ""
            raise disagreement(self.claim, relation, trial.group, at, value_at(left, at), value_at(right, at), told)
        endless = self._endless(trial, place, np.isinf(one) | np.isinf(other), rank)
        if endless.any() and not trial.large:
            refuse_undefined(self.claim, trial, endless, rank, self.claim.sides[place])

    def _ratio(self, one: Array, other: Array, rank: int) -> Array:
        """What one side is of the other: for each sample where they have elements, else one for all of them."""
        with np.errstate(all="ignore"):
            ratio = one / other
        if rank or self.claim.free:
            first = next(iter(np.moveaxis(ratio, -1 - rank, -1).reshape(-1, ratio.shape[-1 - rank])), np.ones(1))
            return widened(first, rank)
        known = ratio[np.isfinite(ratio)]
        self.factor = known[0] if self.factor is None and len(known) else self.factor
        return np.asarray(1.0 if self.factor is None else self.factor)

    def _related(self, one: Array, other: Array, place: int) -> Array:
        """Where a relation holds between two values."""
        relation = self.claim.relations[place - 1]
        if relation.sign in ("\\approx", "=") and (
            found := stands_for(self.claim.sides[place - 1], self.claim.sides[place], relation)
        ):
            return found[1].admits(one if found[0] else other)
        related = self.claim.facts.language.comparisons[relation.sign].related
        assert related is not None
        return np.asarray(related(one, other))

    def _is_expansion(self, place: int) -> bool:
        """Whether a link says that one expression is nearly another, and some symbols of theirs are small."""
        numbers = (printed(side, rounded=True) for side in self.claim.sides[place - 1 : place + 1])
        nearly = self.claim.relations[place - 1].sign == "\\approx" and all(number is None for number in numbers)
        return nearly and bool(small_symbols(self.claim.facts, self.claim.keys))

    def _expanded(self, trial: Trial, place: int) -> Array:
        """Where a side is the first terms of the one before it."""
        left, right = self.claim.sides[place - 1 : place + 1]
        return expands(left, right, trial.group, small_symbols(self.claim.facts, self.claim.keys), self.claim.env)

    def refuse_outsider(self, trial: Trial, place: int) -> None:
        """Refuse a value that does not belong to the set that it is said to be of, or does to one that it is not of."""
        relation = self.claim.relations[place - 1]
        value, whole = self.claim.sides[place - 1 : place + 1]
        among = distributed if relation.sign == "\\sim" else belongs
        wrong = among(value, whole, trial.env) if relation.sign == "\\notin" else ~among(value, whole, trial.env)
        if wrong.any():
            at = simplest(self.claim, trial.group, wrong, 0)
            raise disagreement(self.claim, relation, trial.group, at, value_at(trial.values[-1], at))

    # -- with balls

    def _endless(self, trial: Trial, place: int, infinite: Array, rank: int) -> Array:
        """Where an infinite value is none, such as 1/0, and no number that is too large for doubles."""
        found = np.zeros(trial.group.count, bool)
        said = (node for side in self.claim.sides[place - 1 : place + 1] for node in walk(side))
        if trial.kinked or not infinite.any() or any(isinstance(node, Constant) and node.value == inf for node in said):
            return widened(found, rank)
        rows = _rows(infinite, rank, trial.group.count)
        link = self._link(trial.group.take(rows), place)
        found[rows] = ~link.has_values(len(rows)) if link is not None else False
        return widened(found, rank) & infinite

    def _cleared(self, trial: Trial, place: int, wrong: Array, rank: int) -> Array:
        """Where doubles only seem to break a relation, or to have no value: balls have one, and it holds."""
        rows = _rows(wrong, rank, trial.group.count)
        surely = trial.kinked or self.claim.conditions
        if surely or not self._cleared_rows(trial.group.take(rows[:FEW]), place).all():
            return np.zeros((), bool)
        holds = np.ones(trial.group.count, bool)
        holds[rows] = self._cleared_rows(trial.group.take(rows), place)
        return widened(holds, rank)

    def _cleared_rows(self, group: Group, place: int) -> Array:
        """For which samples balls say that a relation holds."""
        found = self._link(group, place)
        return found.everywhere(group.count) if found else np.zeros(group.count, bool)

    def _link(self, group: Group, place: int) -> Link | None:
        """The relation before a side, if balls can decide it."""
        return next((link for link in self._links(group) if link.place == place), None)

    def _links(self, group: Group) -> list[Link]:
        """The relations that balls can decide; what has no value with them was told, or seen, with doubles."""
        found: list[Link] = []
        with suppress(MathError):
            for link in links(self.claim, group):
                found.append(link)
        return found

    def certainly(self, groups: Iterable[Group]) -> None:
        """Every relation between balls, too: these tell what doubles cannot.

        Raises:
            Failed: One is certainly false.
        """
        for group in groups:
            for link in self._links(group):
                if link.refuted.any():
                    at = simplest(self.claim, group, link.refuted, link.rank)
                    relation = self.claim.relations[link.place - 1]
                    raise disagreement(self.claim, relation, group, at, *both_shown(link.left, link.right, at))

    def is_certain(self, group: Group) -> bool:
        """Whether every relation between numbers is certain."""
        found = self._links(group)
        return len(found) == len(self.claim.relations) and all(link.holds.all() for link in found)

    def slack(self, place: int, group: Group) -> Array:
        """How far the samples are from breaking an inequality."""
        env, relation = self.claim.env(group), self.claim.relations[place - 1]
        left, right = (env.value(side) for side in self.claim.sides[place - 1 : place + 1])
        a, b, rank = aligned(left, right, relation)
        gap = ORDER[relation.sign] * (primal(b) - primal(a))
        gap = np.where(np.isnan(gap), np.inf, gap)
        gap = np.broadcast_to(gap, np.broadcast_shapes(gap.shape, (group.count, *[1] * rank)))
        least: Array = gap.min(axis=tuple(range(-rank, 0)) if rank else ()).reshape(-1, group.count).min(0)
        return least


def _rows(where: Array, rank: int, count: int) -> Array:
    """The samples for which something holds anywhere."""
    where = np.asarray(where.any(axis=tuple(range(-rank, 0)))) if rank else where
    return np.flatnonzero(np.broadcast_to(where, (*where.shape[:-1], count)).reshape(-1, count).any(0))
