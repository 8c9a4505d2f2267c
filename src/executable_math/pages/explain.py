"""What a check evaluated: the formula, what it was held against, and both values for its first samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

import numpy as np

from executable_math.claims.claim import Claim
from executable_math.claims.formula import FormulaCheck
from executable_math.claims.outcome import Counterexample, Trial, sample_first
from executable_math.claims.told import inputs
from executable_math.claims.trials import Trials
from executable_math.claims.tried import small
from executable_math.latex.tree import MathError
from executable_math.pages.checks import PageChecks, Said
from executable_math.pages.equation import Page
from executable_math.pages.ledger import Entry
from executable_math.pages.recall import speaker, verdict_on
from executable_math.values.arrays import shown
from executable_math.values.derivative import Array

SAMPLES = 8


def explained(checks: PageChecks, name: str) -> str | None:
    """An account of what a page has under an id, or at a place; None if there is nothing."""
    entry = next((entry for entry in checks.entries if name in (entry.id, entry.place)), None)
    if entry is None:
        return None
    samples = [f"    {line}" for line in _samples(checks, entry)]
    return "\n".join([*_head(entry), *([""] if samples else []), *samples])


def _head(entry: Entry) -> Iterator[str]:
    yield f"{entry.place}: {entry.status}{f', for {entry.samples} samples' * (entry.samples > 1)}"
    yield entry.message if not entry.ok else "\n".join(f"    {line}" for line in entry.source.splitlines())
    if entry.against:
        yield f"    {'unlike' if entry.differs else 'against'} {entry.against}"


def _samples(checks: PageChecks, entry: Entry) -> Iterator[str]:
    """The first samples of a formula, evaluated where the page had got to."""
    page = Page(checks.symbols, checks.module, locate=False)
    for said in checks.said:
        if isinstance(said, int):
            page.new_paragraph(said)
        elif said.entry is entry:
            yield from _values(_claims(said, page))
            return
        else:
            verdict_on(said.latex, said.attributes, page)


def _claims(said: Said, page: Page) -> list[Claim]:
    with suppress(MathError), np.errstate(all="ignore"):
        facts = speaker(page, said.attributes).facts
        check = FormulaCheck(facts, said.latex, said.attributes.get("equals"), said.attributes.get("differs"))
        with suppress(MathError):
            check.verdict()
        return check.claims
    return []


def _values(claims: Sequence[Claim]) -> Iterator[str]:
    """Both values of the last claim, for some samples of each size."""
    with suppress(MathError), np.errstate(all="ignore"):
        for claim in claims[-1:]:
            claim.differs = True  # its values are looked at, whatever they are
            groups, trials = small(claim), Trials(claim)
            for group in groups:
                yield from list(dict.fromkeys(_lines(trials, trials.trial(group))))[: SAMPLES // len(groups)]


def _lines(trials: Trials, trial: Trial) -> Iterator[str]:
    claim, sides = trials.claim, _sides(trials, trial)
    for row in range(trial.group.count):
        first = (row, *[0] * len(claim.free))  # of each index its first value
        values = ",  ".join(f"{name} gives {shown(side[first].tolist())}" for name, side in sides.items())
        yield Counterexample(inputs(claim, trial.group, first[::-1])).before(values)


def _sides(trials: Trials, trial: Trial) -> dict[str, Array]:
    """What is compared, by name: samples first, then the free indices."""
    lead = (trial.group.count, *trials.claim.free_sizes(trial.group))
    *before, last = [sample_first(value, lead) for value in trial.values]
    if (against := trials.against) is not None:
        ((_, answer),) = against.answered([trial])
        code = against.coded(trial, answer, last.shape, trials.claim.sides[-1])
        return {"the page": last, against.code.expression.text: np.broadcast_to(code, last.shape)}
    return {"the left side": before[-1], "the right side": last} if before else {"it": last}
