"""The records of the notation: each is checked by its own examples, and is noticed when it is wrong."""

from __future__ import annotations

import pytest

from executable_math import check
from executable_math.faults.slips import edits
from executable_math.latex.language import Binder, Function, Infix, Language, LanguageError, Operator
from executable_math.latex.slips import swapped
from executable_math.latex.tree import Apply, Symbol, from_json, to_json
from executable_math.meaning.env import elementwise
from executable_math.notation.standard import LANGUAGE, SYMBOLS, read

a, b = Symbol("a"), Symbol("b")


def examples(which: str) -> list[tuple[str, str]]:
    return [(record.name, latex) for record in LANGUAGE.records for latex in getattr(record, which)]


@pytest.mark.parametrize(("name", "latex"), examples("holds"))
def test_what_a_record_says_to_hold_holds(name: str, latex: str) -> None:
    verdict = check(latex, symbols=SYMBOLS)
    assert verdict.holds, verdict.message


@pytest.mark.parametrize(("name", "latex"), examples("fails"))
def test_what_a_record_says_to_fail_fails_and_shows_where(name: str, latex: str) -> None:
    verdict = check(latex, symbols=SYMBOLS)
    assert verdict.status == "fails", verdict.message


WITH_SLIPS = [record for record in LANGUAGE.records if isinstance(record, Operator | Binder) and record.slips]


@pytest.mark.parametrize("record", WITH_SLIPS, ids=lambda record: record.name)
def test_the_slips_of_a_record_change_what_is_said(record: Operator | Binder) -> None:
    found = [edit.applied(latex) for latex in record.holds for edit in edits(latex, LANGUAGE)]
    assert found
    assert any(not check(latex, symbols=SYMBOLS).holds for latex in found)


def test_every_operation_has_slips() -> None:
    without = {record.name for record in LANGUAGE.records if not getattr(record, "slips", True)}
    assert without == {"cases"}, "the rows of cases have their own"


# --- a notation of one's own -----------------------------------------------------------------------------------


STAR = Operator(
    "star",
    (Infix(r"\star"),),
    elementwise(lambda a, b: a + b + a * b),
    (swapped,),
    holds=(r"x \star y = x + y + x y",),
    fails=(r"x \star y = x y",),
)
STARRED = LANGUAGE.with_records(STAR)


def test_it_is_read() -> None:
    assert read(r"a \star b", language=STARRED).statements == (Apply("star", (a, b)),)
    assert read(r"a + a b \star b", language=STARRED).statements[0] == Apply(
        "add", (a, Apply("star", (Apply("multiply", (a, b), ("",)), b)))
    )


def test_it_has_values() -> None:
    symbols = {"a": "real", "b": "real"}
    assert check(r"a \star b = (1 + a)(1 + b) - 1", symbols=symbols, language=STARRED).holds
    failed = check(r"a \star b = a + b", symbols=symbols, language=STARRED)
    assert failed.counterexample is not None
    assert failed.counterexample.inputs == {"a": 1.0, "b": 2.0}
    assert check(r"\frac{d}{da} (a \star b) = 1 + b", symbols=symbols, language=STARRED).holds


def test_it_has_slips() -> None:
    assert [edit.applied(r"a \star b") for edit in edits(r"a \star b", STARRED)] == [r"b \star {a}"]


def test_it_has_json() -> None:
    tree = read(r"a \star b", language=STARRED)
    assert to_json(tree)["statements"][0]["operator"] == "star"
    assert from_json(to_json(tree)) == tree


def test_without_its_record_it_is_not_read() -> None:
    assert check(r"a \star b = a", symbols={"a": "real", "b": "real"}).status == "not read"


# --- what is no language ---------------------------------------------------------------------------------------


def test_a_mark_that_two_records_claim_is_refused() -> None:
    other = Operator("other star", (Infix(r"\star"),), holds=("x = x",), fails=("x = y",))
    with pytest.raises(LanguageError, match=r"\\star is claimed by star and by other star"):
        Language((STAR, other))


def test_a_function_that_two_records_claim_is_refused() -> None:
    other = Operator("logarithm of mine", (Function(r"\log"),), holds=("x = x",), fails=("x = y",))
    with pytest.raises(LanguageError, match=r"\\log is claimed by log and by logarithm of mine"):
        LANGUAGE.with_records(other)


@pytest.mark.parametrize(("holds", "fails"), [((), ("x = y",)), (("x = x",), ())])
def test_a_record_without_examples_is_refused(holds: tuple[str, ...], fails: tuple[str, ...]) -> None:
    with pytest.raises(LanguageError, match="star has no formula that holds, or none that fails"):
        Language((Operator("star", (Infix(r"\star"),), holds=holds, fails=fails),))
