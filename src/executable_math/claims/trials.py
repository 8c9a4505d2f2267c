"""A claim to its outcome: it is evaluated for more and more samples, and the first that breaks it ends that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import numpy as np

from executable_math.claims import tried
from executable_math.claims.against import Against
from executable_math.claims.claim import PROPORTIONAL, SETS, Claim
from executable_math.claims.outcome import Counterexample, Failed, Outcome, Trial
from executable_math.claims.proof import is_proven
from executable_math.claims.sides import ORDER, Sides
from executable_math.claims.told import refuse_undefined
from executable_math.claims.weakness import weakness
from executable_math.latex.tree import MathError, TooMuch
from executable_math.meaning.definitions import ARROW, refuse_idle_parameter, refuse_loose_index
from executable_math.values.arrays import widened
from executable_math.values.derivative import primal
from executable_math.values.symbols import SIZES, Group


class Trials:
    """A claim, tried.

    Args:
        claim: What is claimed.

    Attributes:
        count: How many samples were tried.
        called: The functions of the module that were called.
    """

    def __init__(self, claim: Claim, called: set[str] | None = None) -> None:
        self.claim = claim
        self.count = 0
        self.called = set() if called is None else called
        self.sides = Sides(claim)
        self.against = Against(claim, claim.code) if claim.code is not None else None

    def outcome(self) -> Outcome:
        """Check the claim.

        Raises:
            Failed: It is false.
            MathError: Something in it has no meaning or no value.
        """
        claim = self.claim
        body = claim.written.sides[len(claim.new)]
        for side in claim.new:
            refuse_loose_index(side, body, claim.facts)
        try:
            outcome = self._outcome()
        except Failed as problem:
            problem.samples = self.count
            raise
        for side in claim.new:
            refuse_idle_parameter(side, claim.sides[0], claim.facts)
        return outcome

    def _outcome(self) -> Outcome:
        claim = self.claim
        trials = [self.trial(group) for group in tried.small(claim)]
        if not trials:
            raise MathError("no sample is left by what is given", claim.written.span, "cases that go together")
        found, far = self._against_code(trials), list[Trial]()
        if not claim.differs:
            near = len(trials)
            trials += [*self._near_branches(), *self._of_other_sizes(), *map(self.trial, tried.at_own_numbers(claim))]
            constants = self.against.constants if self.against is not None else ()
            far = [self.trial(group, far=True) for group in tried.far_from_the_rest(claim, constants)]
            self._against_code([*trials[near:], *far])
            self.sides.certainly(tried.chosen(claim) if claim.relations else ())
            self._try_tightest(trials)
        self._refuse_two_numbers(trials[0].group)
        checked = claim.code is not None or any(relation.sign != ARROW for relation in claim.relations)
        proof = self._proof() if checked else ""
        doubtful = checked and not (claim.conditions or claim.differs)
        weak, span = weakness(claim, trials, far, bool(proof)) if doubtful else ("", None)
        return Outcome(checked, self.count, weak, span, found, proof)

    def _refuse_two_numbers(self, group: Group) -> None:
        """Refuse what is said to be proportional where nothing varies."""
        proportional = any(relation.sign == PROPORTIONAL for relation in self.claim.relations)
        if proportional and not (self.claim.varies or group.sizes):
            span = self.claim.written.span
            raise Failed("two numbers are always proportional", span, "write: what may vary")

    def _against_code(self, trials: Iterable[Trial]) -> Counterexample | None:
        return self.against.check(trials) if self.against is not None else None

    def _proof(self) -> str:
        """How the claim is known to hold for all values that its symbols may have; "" where it is not."""
        claim = self.claim
        if claim.differs or claim.code is not None or not claim.relations:
            return ""
        groups = tried.small(claim)
        if not claim.varies and len(groups) == 1 and not groups[0].sizes:
            return "worked out with bounds for the error" if self.sides.is_certain(groups[0]) else ""
        return "for all values" + _of_sizes(groups) if is_proven(claim, groups) else ""

    # -- samples

    def trial(self, group: Group, kinked: bool = False, far: bool = False, large: bool = False) -> Trial:
        """The values of all sides for one group; every relation between them must hold."""
        claim, env = self.claim, self.claim.env(group)
        env.run.called = self.called
        trial = Trial(group, env, [], kinked, far, large)
        self.count += group.count
        for place, side in enumerate(claim.sides):
            if place and claim.relations[place - 1].sign in SETS:
                self.sides.refuse_outsider(trial, place)
                self._refuse_more(place)
                break
            trial.values.append(env.value(side))
            if place and not (claim.differs or far):
                self.sides.compare(trial, place)
        if len(claim.sides) == 1 and claim.code is None:
            self._refuse_cases(trial)
        return trial

    def _refuse_more(self, place: int) -> None:
        """Refuse a relation behind a set."""
        relations = self.claim.relations
        if place < len(relations):
            sign = relations[place - 1].sign
            raise MathError(f"a relation behind {sign}", relations[place].span, "a formula of its own")

    def _refuse_cases(self, trial: Trial) -> None:
        """Refuse a definition by cases that leave values out, or say two things of them."""
        value = trial.values[0]
        for cause in trial.env.run.missing:
            undefined = np.isnan(primal(value.data)) & widened(cause.where, value.rank)
            if undefined.any() and not cause.advice:
                refuse_undefined(self.claim, trial, undefined, value.rank, self.claim.sides[0])

    def _near_branches(self) -> Iterator[Trial]:
        """More samples for a claim with branches: on their edges, and of many those that nearly take another one."""
        for group in tried.on_branch_edges(self.claim):
            yield self.trial(group, kinked=True)
        for pool in tried.pools(self.claim):
            near = tried.near_branches(self.trial(pool))
            self.count -= pool.count
            if near is not None:
                yield self.trial(near)

    def _of_other_sizes(self) -> Iterator[Trial]:
        """Samples of sizes beyond the smallest; one that takes too much is left out."""
        effort = self.claim.facts.effort
        for group in tried.of_other_sizes(self.claim):
            spent = effort.spent
            try:
                yield self.trial(group, large=max(group.sizes.values()) > SIZES)
            except TooMuch:
                effort.spent = spent

    def _try_tightest(self, trials: Sequence[Trial]) -> None:
        """The samples at which an inequality is nearest to being broken."""
        for place, relation in enumerate(self.claim.relations, start=1):
            if relation.sign in ORDER and (
                found := tried.tightest(self.claim, trials, partial(self.sides.slack, place))
            ):
                self.trial(found)
                if not self.claim.conditions:
                    self.sides.certainly([found])


def _of_sizes(groups: Sequence[Group]) -> str:
    """The sizes of groups, in words."""
    names = list(groups[0].sizes)
    apart = ", " if len(names) == 1 else "; "
    values = apart.join(dict.fromkeys(", ".join(map(str, group.sizes.values())) for group in groups))
    return f", with {', '.join(names)} = {values}" if names else ""
