"""What balls say of a chain of relations for some samples: that a link is certainly false, or that it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import flint
import numpy as np

from executable_math.claims.claim import Claim
from executable_math.claims.outcome import sample_first, value_at
from executable_math.latex.language import Comparison
from executable_math.latex.tree import Node, Relation
from executable_math.meaning.leaves import evaluation
from executable_math.values.arrays import Digits, Value, aligned, shown
from executable_math.values.derivative import Array, primal
from executable_math.values.numbers import (
    BALLS,
    BITS,
    DOUBLE,
    accurate,
    balls,
    doubles,
    finite,
    is_nan,
    precisely,
    radii,
)
from executable_math.values.numerals import stands_for
from executable_math.values.symbols import Group


class Link(NamedTuple):
    """A relation between two sides, evaluated with balls.

    Attributes:
        place: That of its right side in the chain.
        left: The left side.
        right: The right side.
        refuted: Where it certainly does not hold, in the axes of both sides.
        holds: Where it holds to forty digits.
        valued: Where both sides have a value; infinity is one, and 1/0 is none.
        rank: How many of the axes are of vectors and matrices.
    """

    place: int
    left: Value
    right: Value
    refuted: Array
    holds: Array
    valued: Array
    rank: int

    def everywhere(self, count: int) -> Array:
        """For which samples it holds at all indices."""
        return self._everywhere(self.holds, count)

    def has_values(self, count: int) -> Array:
        """For which samples both sides have a value at all indices."""
        return self._everywhere(self.valued, count)

    def _everywhere(self, where: Array, count: int) -> Array:
        found = np.asarray(where.all(axis=tuple(range(-self.rank, 0))))
        rows = np.broadcast_to(found, (*found.shape[:-1], count)).reshape(-1, count)
        return np.asarray(rows.all(0))


def links(claim: Claim, group: Group) -> Iterator[Link]:
    """The relations of a chain that balls can decide, up to the first that they cannot.

    Raises:
        OnlyDoubles: A side cannot be evaluated with balls.
        MathError: A side has no value.
    """
    with precisely(), np.errstate(all="ignore"):
        env = evaluation(claim.facts, group, BALLS).env.over(claim.free)
        left = env.value(claim.sides[0])
        between = zip(claim.sides, claim.relations, claim.sides[1:], strict=False)
        for place, (left_side, relation, side) in enumerate(between, start=1):
            comparison = claim.facts.language.comparisons[relation.sign]
            if comparison.refuted is None or (relation.sign == "=" and stands_for(left_side, side, relation)):
                return
            right = env.value(side)
            yield _link(place, left, right, comparison, relation)
            left = right


def _link(place: int, left: Value, right: Value, comparison: Comparison, relation: Relation) -> Link:
    a, b, rank = aligned(left, right, relation)
    one, other = map(balls, np.broadcast_arrays(primal(a), primal(b)))
    assert comparison.refuted is not None
    assert comparison.exact is not None
    known = finite(one) & finite(other)
    worth_something = ~(is_nan(one) | is_nan(other))
    refuted = np.asarray(comparison.refuted(one, other), bool) & known
    holds = np.asarray(comparison.exact(one, other), bool) & accurate(one) & accurate(other)
    return Link(place, left, right, refuted, holds & ~refuted, worth_something, rank)


def worth(claim: Claim, side: Node, group: Group) -> tuple[Array, Array]:
    """What a side is worth, and how far from it doubles may come that follow the formula step by step.

    Raises:
        OnlyDoubles: It cannot be evaluated with balls.
    """
    found: list[Array] = []
    for bits in (BITS, DOUBLE):
        with precisely(bits), np.errstate(all="ignore"):
            value = evaluation(claim.facts, group, BALLS).env.over(claim.free).value(side)
            found.append(balls(sample_first(value, (group.count, *claim.free_sizes(group)))))
    return doubles(found[0]), radii(found[1])


def both_shown(left: Value, right: Value, at: Sequence[int]) -> tuple[Any, Any]:
    """Two values at one place: doubles, or with as many digits as tell one from the other."""
    one, other = value_at(left, at), value_at(right, at)
    if isinstance(one, list | flint.acb) or isinstance(other, list | flint.acb):
        return doubles(balls(one)).tolist(), doubles(balls(other)).tolist()
    if shown(float(one)) != shown(float(other)):
        return float(one), float(other)
    texts = ((_printed(one, digits), _printed(other, digits)) for digits in (20, 30, 40, 60))
    left_text, right_text = next((pair for pair in texts if pair[0] != pair[1]), ("", ""))
    if not left_text:
        return float(one), float(other)
    return Digits.of(float(one), left_text), Digits.of(float(other), right_text)


def _printed(ball: Any, digits: int) -> str:
    return str(ball.unique_fmpz()) if ball.is_integer() else str(ball.str(digits, radius=False))
