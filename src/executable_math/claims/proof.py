"""What is shown for all values: two sides that are one fraction of polynomials over the unknowns of a formula."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from executable_math.claims.claim import Claim
from executable_math.latex.tree import MathError
from executable_math.meaning.leaves import evaluation
from executable_math.values.arrays import aligned
from executable_math.values.derivative import primal
from executable_math.values.numbers import forms
from executable_math.values.symbols import Group


def is_proven(claim: Claim, groups: Sequence[Group]) -> bool:
    """Whether every relation of a claim holds for all values that the declared kinds allow, for the sizes of groups."""
    return all(_holds(claim, group.take(np.zeros(1, int))) for group in groups)


def _holds(claim: Claim, group: Group) -> bool:
    try:
        env = evaluation(claim.facts, group, forms()).env.over(claim.free)
        values = [env.value(side) for side in claim.sides]
        for place, relation in enumerate(claim.relations):
            a, b, _ = aligned(values[place], values[place + 1], relation)
            exact = claim.facts.language.comparisons[relation.sign].exact
            if exact is None or not np.all(exact(primal(a), primal(b))):
                return False
    except (MathError, ArithmeticError, AttributeError, TypeError):  # what has no form is not proven, and may be true
        return False
    return True
