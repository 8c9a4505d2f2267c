"""What is compared with the code: the value of a formula, and what its expression gives for the same samples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from executable_math.claims.certain import worth
from executable_math.claims.claim import SETS, Claim
from executable_math.claims.outcome import Counterexample, Failed, Trial, sample_first
from executable_math.claims.told import inputs, refuse_undefined, simplest
from executable_math.claims.tried import FEW
from executable_math.foreign.process import Trouble
from executable_math.latex.tree import MathError, Node
from executable_math.meaning.code import Answer, Code
from executable_math.meaning.definitions import ARROW
from executable_math.values.arrays import close, shown
from executable_math.values.derivative import Array
from executable_math.values.numerals import printed
from executable_math.values.symbols import Group, python_name

_TIGHT, _ROUNDED, _ROUNDED_FAR = 1e-12, 1e-11, 1e-7


class Against:
    """A claim and the expression that it is held against.

    Attributes:
        constants: The numbers that the code has in it, once it was asked.
    """

    def __init__(self, claim: Claim, code: Code) -> None:
        self.claim = claim
        self.code = code
        self.constants: frozenset[float] = frozenset()

    def check(self, trials: Iterable[Trial]) -> Counterexample | None:
        """The formula and the expression for every sample: the same, or, for `differs`, not always the same.

        Raises:
            MathError: They are not so, or one of them has no value.
        """
        claim, side = self.claim, self.claim.sides[self._place]
        if any(relation.sign in SETS for relation in claim.relations):
            advice = "write: the expression at a value"
            raise Failed("an expression beside what is no equation", claim.written.span, advice)
        for trial, answer in self.answered(trials):
            found = self._difference(trial, side, answer)
            if found is not None and claim.differs:
                return found
            if found is not None:
                raise Failed("the formula and the code disagree", side.span, found.before(self._both(found)), found)
        if claim.differs:
            message = "the formula and the code agree, and are said to differ"
            raise Failed(message, side.span, "write: equals instead of differs")
        return None

    def _both(self, found: Counterexample) -> str:
        note = "".join(f"  ({name} counts from 0 in Python)" for name in self.code.counted_from_0())
        return f"the page gives {shown(found.left)},  {self.code.expression.text} gives {shown(found.right)}{note}"

    @property
    def _place(self) -> int:
        """The side that is held against the code: the last of those that equals signs or arrows join to the first."""
        last = len(self.claim.sides) - 1
        if self.claim.differs:
            return last
        joined = [relation.sign in ("=", ARROW) for relation in self.claim.relations]
        return joined.index(False) if False in joined else last

    def answered(self, trials: Iterable[Trial]) -> Iterator[tuple[Trial, Answer]]:
        """Each group of samples with what the expression gives for it."""
        looped, trials = self.code.looped, list(trials)
        if missing := [name for name, _ in self.claim.free if looped and python_name(name) not in looped]:
            text = f"the expression does not use the index {missing[0]}"
            raise Failed(text, self.claim.sides[self._place].span, "write: all of the indices, or none")
        sizes = [self.claim.free_sizes(trial.group) for trial in trials]
        batches = [self.code.batch(trial.env.run, own, trial.far) for trial, own in zip(trials, sizes, strict=True)]
        answers, self.constants = self.code.answers(batches)
        return zip(trials, answers, strict=False)

    def _difference(self, trial: Trial, side: Node, answer: Answer) -> Counterexample | None:
        """Where the formula and the code differ, if they do."""
        value = trial.values[self._place]
        sizes = self.claim.free_sizes(trial.group)
        page = sample_first(value, (trial.group.count, *sizes))
        code = np.broadcast_to(self.coded(trial, answer, page.shape, side), page.shape)
        holds = np.broadcast_to(self._stands(trial, side, page, code), page.shape)
        # Indices innermost first and samples last, as everywhere else.
        order = (*range(len(sizes), -1, -1), *range(len(sizes) + 1, page.ndim))
        undefined, wrong = np.isnan(page).transpose(order), ~holds.transpose(order)
        if undefined.any():
            if not (trial.far or trial.large):
                refuse_undefined(self.claim, trial, undefined, value.rank, side)
            wrong = wrong & ~undefined
        if not wrong.any():
            return None
        at = simplest(self.claim, trial.group, wrong, value.rank)
        place = (at[-1], *at[-2::-1])
        return Counterexample(inputs(self.claim, trial.group, at), page[place].tolist(), code[place].tolist())

    def coded(self, trial: Trial, answer: Answer, shape: tuple[int, ...], side: Node) -> Array:
        """The expression for every sample, in the shape of the formula: samples, indices, own axes."""
        if answer.trouble:
            raise self._no_value(trial.group, answer.row, answer.trouble) from answer.trouble
        code = np.asarray(answer.values)
        if code.shape[1:] not in (shape[1:], ()):
            text = f"the page gives {_shape(shape[1:])},  {self.code.expression.text} gives {_shape(code.shape[1:])}"
            raise Failed("the shapes of the formula and of the code do not fit", side.span, text)
        return code.reshape(-1, *[1] * (len(shape) - 1)) if code.ndim == 1 else code

    def _no_value(self, group: Group, row: int | None, problem: Trouble) -> Failed:
        """The failure of an expression for one sample, if it is known for which."""
        found = Counterexample(inputs(self.claim, group, (row,)) if row is not None else {})
        where = f" {found}" if found.inputs else ""
        message = f"{self.code.expression.text} gives no value{where}"
        return Failed(message, self.claim.written.span, problem.said)

    # -- up to rounding

    def _stands(self, trial: Trial, side: Node, page: Array, code: Array) -> Array:
        """Where the code gives what the formula says."""
        number = printed(side)
        if self.claim.bound is not None:
            related = self.claim.facts.language.comparisons[self.claim.bound.sign].related
            assert related is not None
            return np.asarray(related(code, page))
        return number.admits(code) if number is not None else self._agree(trial, side, page, code)

    def _agree(self, trial: Trial, side: Node, page: Array, code: Array) -> Array:
        """Where a formula and the code are the same, up to what rounding makes of either."""
        holds, tight = close(page, code), np.isfinite(page) & (np.abs(page - code) <= _TIGHT * np.abs(page))
        if trial.far:
            holds = holds | ~np.isfinite(code)
        asked = np.flatnonzero((~tight & ~(holds & ~np.isfinite(code))).reshape(len(page), -1).any(1))
        if not len(asked):
            return holds
        few = asked[:FEW]
        known = self._rounded(trial, side, few, code)
        if known is None:
            return holds | trial.far
        if not known.reshape(len(few), -1).all(1).any():
            return holds & ~np.isin(np.arange(len(page)), few).reshape(-1, *[1] * (page.ndim - 1))
        holds = holds.copy()
        holds[asked] = self._rounded(trial, side, asked, code)
        return holds

    def _rounded(self, trial: Trial, side: Node, rows: Array, code: Array) -> Array | None:
        """Where code is within rounding of what a formula is worth; None, where balls cannot tell."""
        try:
            exact, error = worth(self.claim, side, trial.group.take(rows))
        except MathError:
            return None
        # Far from the rest the expression itself, 1 - p for a tiny p, may lose what the formula keeps.
        share = _ROUNDED_FAR if trial.far else _ROUNDED
        near = np.abs(code[rows] - exact) <= share * np.abs(exact) + 64 * error + np.finfo(float).tiny
        nothing = ~np.isfinite(exact) | ~np.isfinite(code[rows])
        return np.asarray(near | (nothing & (trial.far or trial.large)))


def _shape(shape: tuple[int, ...]) -> str:
    return "a number" if not shape else "shape (" + ", ".join(map(str, shape)) + ")"
