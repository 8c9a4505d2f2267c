"""What is kept of earlier checks is never wrong: whatever is edited, the verdicts are those of a fresh check."""

from collections.abc import Callable, Hashable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import sample_module

from executable_math import Page, Verdict
from executable_math.faults.slips import edits
from executable_math.meaning.facts import Facts
from executable_math.notation.standard import LANGUAGE
from executable_math.pages.memory import Memory
from executable_math.pages.recall import verdict_on
from executable_math.project import Project, written

Said = str | tuple[str, dict[str, Any]]
Told = tuple[str, dict[str, str]]

ROOT = Path(__file__).parents[2]
SYMBOLS = {
    "N": "size",
    "M": "size",
    "i": "index 1..N",
    "x_i": "real",
    "z": "real",
    "a": "real",
    "y": "label",
    "p": "probability",
}


class Counting(Memory):
    """Counts the formulas that are evaluated, and not taken from it."""

    evaluated = 0

    def verdict(
        self,
        latex: str,
        code: str,
        said: tuple[Hashable, ...],
        facts: Facts,
        check: Callable[[Facts], tuple[Verdict, Facts]],
    ) -> tuple[Verdict, Facts]:
        def counted(facts: Facts) -> tuple[Verdict, Facts]:
            self.evaluated += 1
            return check(facts)

        return super().verdict(latex, code, said, facts, counted)


def checked(
    memory: Counting, *formulas: Said, symbols: dict[str, str] = SYMBOLS, module: ModuleType | str = sample_module
) -> tuple[list[str], int]:
    """The verdicts on formulas, each a text or a text with what is said of it, and how many were evaluated."""
    page, before = Page(symbols, module, memory=memory), memory.evaluated
    said = [(formula, {}) if isinstance(formula, str) else formula for formula in formulas]
    return [page.check(latex, **attributes).status for latex, attributes in said], memory.evaluated - before


def test_what_is_as_it_was_is_not_evaluated_again() -> None:
    memory = Counting()
    page = (r"f(z) = z^2", ("f(z)", {"equals": "z * z"}), r"f'(z) = 2 z", r"\sum_i x_i = N \frac{1}{N} \sum_i x_i")
    first, evaluated = checked(memory, *page)
    assert (first, evaluated) == (["unbound", "holds", "holds", "holds"], 4)
    assert checked(memory, *page) == (first, 0)


def test_only_what_depends_on_an_edit_is_evaluated_again() -> None:
    memory = Counting()
    rest = (r"g(z) = f(z) + 1", r"g(z) > 0", "a + a = 2 a", r"h(a) = a^2", "h(a) \\ge 0")
    before = checked(memory, r"f(z) = z^2", *rest)
    assert before == (["unbound", "unbound", "holds", "holds", "unbound", "holds"], 6)
    after = checked(memory, r"f(z) = -z^2", *rest)
    assert after == (["unbound", "unbound", "fails", "holds", "unbound", "holds"], 3)


@pytest.mark.parametrize(
    ("before", "after", "formula", "statuses"),
    [
        (("f(z) = z",), ("f(z) = -z",), "f(z) = z", ("holds", "fails")),
        (("c = 2",), ("c = 3",), (r"c z", {"equals": "2 * z"}), ("holds", "fails")),
        (("c = 2",), ("c = 3",), ("2 z", {"equals": "c * z"}), ("holds", "fails")),
        ((r"\theta_0 = 2",), (r"\theta_0 = 3",), ("2 z", {"equals": "theta_0 * z"}), ("holds", "fails")),
        ((r"\hat{y} = 2",), (r"\hat{y} = 3",), r"\widehat y = 2", ("holds", "fails")),
        ((r"\mathrm{BS} = 2",), (r"\mathrm{BS} = 3",), "BS = 2", ("holds", "fails")),
        ((r"\text{soft max} = 2",), (r"\text{soft max} = 3",), r"\text{soft max} = 2", ("holds", "fails")),
        (("σ(z) = z",), ("σ(z) = 2 z",), r"\sigma(z) = z", ("holds", "fails")),
        ((("2", {"name": "n"}),), (("3", {"name": "n"}),), ("2 z", {"equals": "n * z"}), ("holds", "fails")),
        ((("y = 1", {"given": True}),), (), "y = 1", ("holds", "fails")),
        ((("y = 1", {"given": True}),), (("y = 0", {"given": True}),), "y = 1", ("holds", "fails")),
        ((r"\sum_{k=1}^{N} 1 = N",), (r"\sum_{k=1}^{M} 1 = M",), r"\sum_k 1 = N", ("holds", "fails")),
        ((("f(z) = z", {"equals": "z"}),), (("f(z) = 2 z", {"equals": "2 * z"}),), "f(z) = z", ("holds", "fails")),
        (("c = 2", "d = c"), ("c = 3", "d = c"), "d = 2", ("holds", "fails")),
        ((), ("c = 2",), "c = 2", ("unbound", "holds")),
        (("q(y = 1) = p",), ("q(y = 1) = 1 - p",), "q(1) = p", ("holds", "fails")),
    ],
)
def test_an_edit_before_a_formula_changes_its_verdict(
    before: tuple[Said, ...], after: tuple[Said, ...], formula: Said, statuses: tuple[str, str]
) -> None:
    memory = Counting()
    for page, status in ((before, statuses[0]), (after, statuses[1]), (before, statuses[0])):
        assert checked(memory, *page, formula)[0][-1] == status
        assert checked(Counting(), *page, formula)[0][-1] == status


def test_an_edit_of_a_declaration_changes_verdicts() -> None:
    memory = Counting()
    for kind, status in (("positive", "holds"), ("real", "fails"), ("positive", "holds")):
        assert checked(memory, "z > -z", symbols=SYMBOLS | {"z": kind})[0] == [status]


def test_a_definition_in_a_declaration_is_followed() -> None:
    memory, symbols = Counting(), SYMBOLS | {r"\xi": r"normal(\mu, 1)"}
    for value, status in ((2, "holds"), (3, "fails")):
        assert checked(memory, rf"\mu = {value}", r"\mathbb{E}[\xi] = 2", symbols=symbols)[0][-1] == status


def test_an_edit_of_the_module_changes_verdicts() -> None:
    memory = Counting()
    for factor, status in ((2, "holds"), (3, "fails"), (2, "holds")):
        module = ModuleType("doubling")
        exec(f"def double(x):\n    return {factor} * x", vars(module))
        assert checked(memory, ("2 z", {"equals": "double(z)"}), module=module)[0] == [status]


def test_a_module_that_is_edited_and_loaded_again_changes_verdicts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    memory, file = Counting(), tmp_path / "tripling.py"
    for factor, status in ((2, "holds"), (3, "fails")):
        file.write_text(
            f"def inner(x):\n    return {factor} * x\n\ndef double(x):\n    return inner(x)\n", encoding="utf-8"
        )
        assert checked(memory, ("2 z", {"equals": "double(z)"}), module="tripling")[0] == [status]


def test_what_fails_is_checked_each_time() -> None:
    memory = Counting()
    assert checked(memory, "z = 2 z", "q = 1 + q", r"\frac") == (["fails", "error", "not read"], 3)
    assert checked(memory, "z = 2 z", "q = 1 + q", r"\frac")[1] == 3


@pytest.mark.parametrize("name", ["cross-entropy.md", "hinge.md", "learning-speed.md", "squared-error.md"])
def test_a_page_with_an_error_gets_the_verdicts_of_a_fresh_check(name: str) -> None:
    path = ROOT / "docs" / name
    checks, (_, symbols), memory = Project.of(ROOT).checks(path), written(path), Memory()
    told: list[Told | int] = [said if isinstance(said, int) else (said.latex, said.attributes) for said in checks.said]

    def verdicts(said: list[Told | int], memory: Memory | None) -> tuple[object, ...]:
        page, found = Page(symbols, checks.module, locate=False, memory=memory), list[Verdict]()
        for one in said:
            if isinstance(one, int):
                page.new_paragraph(one)
            else:
                found.append(verdict_on(*one, page))
        return found, page.unbound, page.facts.numbers.keys(), page.facts.definitions

    expected = verdicts(told, None)
    assert verdicts(told, memory) == expected
    places = [(place, *one) for place, one in enumerate(told) if not isinstance(one, int) and edits(one[0], LANGUAGE)]
    for turn, (place, latex, attributes) in enumerate(places[::5]):
        changes = edits(latex, LANGUAGE)
        wrong = [*told[:place], (changes[turn % len(changes)].applied(latex), attributes), *told[place + 1 :]]
        assert verdicts(wrong, memory) == verdicts(wrong, None)
        assert verdicts(told, memory) == expected
