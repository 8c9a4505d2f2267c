"""What a check evaluated: the formula, what it was held against, and both values for its first samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

import numpy as np

from executable_math.claims.claim import Claim
from executable_math.claims.code import group_sizes
from executable_math.claims.equation import Page
from executable_math.claims.formula import FormulaCheck
from executable_math.claims.outcome import Counterexample, Trial, sample_first
from executable_math.latex.tree import MathError
from executable_math.pages.checks import PageChecks, Said, speaker, verdict_on
from executable_math.pages.ledger import Entry
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
        if said is None:
            page.new_paragraph()
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
            groups = claim.groups()
            for trial in map(claim.trial, groups):
                yield from list(dict.fromkeys(_lines(claim, trial)))[: SAMPLES // len(groups)]


def _lines(claim: Claim, trial: Trial) -> Iterator[str]:
    sides = _sides(claim, trial)
    for row in range(trial.group.count):
        first = (row, *[0] * len(claim.free))  # of each index its first value
        values = ",  ".join(f"{name} gives {shown(side[first].tolist())}" for name, side in sides.items())
        yield Counterexample(claim.inputs(trial.group, first[::-1])).before(values)


def _sides(claim: Claim, trial: Trial) -> dict[str, Array]:
    """What is compared, by name: samples first, then the free indices."""
    sizes = group_sizes(claim.facts, trial.group, [name for name, _ in claim.free])
    *before, last = [sample_first(value, (trial.group.count, *sizes)) for value in trial.values]
    if claim.code is not None:
        ((_, answer),) = claim.answered([trial])
        code = claim.coded(trial, answer, last.shape, claim.sides[-1])
        return {"the page": last, claim.code.expression.text: np.broadcast_to(code, last.shape)}
    return {"the left side": before[-1], "the right side": last} if before else {"it": last}
