"""What a browser makes of the site's formulas: the same as Python, under Node and in Chromium."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from playwright.sync_api import Browser

from executable_math.latex.language import Binder, Comparison, Operator, Record
from executable_math.notation.standard import LANGUAGE
from executable_math.site.typesetting import node
from programs import Case, cases, programs, refused
from web_server import serving

ROOT = Path(__file__).parents[2]
EVALUATOR = ROOT / "docs/assets/evaluate.js"

# All values and derivatives of some cases; what JSON has no number for as text.
COMPUTED = """([programs, cases], {evaluate, derivative}) => {
    const told = value => Array.isArray(value) ? value.map(told) : Number.isFinite(value) ? value : String(value);
    return cases.map(([name, inputs, by]) => [
        told(evaluate(programs[name], inputs)),
        ...by.map(input => told(derivative(programs[name], inputs, input))),
    ]);
}"""
pytestmark = pytest.mark.xdist_group("programs")

# What is left where numbers near one cancel has no more digits than these.
RELATIVE, ROUNDING = 1e-12, 1e-15


def in_node(expression: str, given: object = None) -> Any:
    """What an expression in JavaScript gives, of `given` and of what the evaluator exports."""
    script = f"""
        import {{ readFileSync }} from "node:fs";
        const evaluator = await import({json.dumps(EVALUATOR.as_uri())});
        console.log(JSON.stringify(await ({expression})(JSON.parse(readFileSync(0, "utf-8")), evaluator)));
    """
    command = [node(), "--input-type=module", "--eval", script]
    ran = subprocess.run(command, input=json.dumps(given), capture_output=True, encoding="utf-8", timeout=120)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@cache
def drawn() -> list[Case]:
    return list(cases())


def asked() -> list[Any]:
    told = {name: described for name, (_, described) in programs().items()}
    return [told, [[case.program, case.inputs, list(case.slopes)] for case in drawn()]]


def compare(found: list[list[Any]]) -> Iterator[str]:
    """Where a browser and Python differ."""
    for case, (value, *slopes) in zip(drawn(), found, strict=True):
        wanted = {"its value": case.value, **case.slopes}
        for (name, right), given in zip(wanted.items(), [value, *slopes], strict=True):
            numbers = np.array(given, dtype=float)
            if numbers.shape != right.shape or not np.allclose(numbers, right, RELATIVE, ROUNDING, equal_nan=True):
                yield f"{case.program}, {name} for {case.inputs}: {given}, and Python has {right.tolist()}"


def test_most_display_equations_are_programs() -> None:
    """The others are about random variables, integrate, call code, or have nothing to put in."""
    assert len(programs()) >= 190
    reasons = ("is random", "is code", "there is nothing to put in", "whether they settle")
    assert [name for name, reason in refused().items() if not reason.endswith(reasons)] == []


def test_node_computes_what_python_does() -> None:
    assert len(drawn()) >= 5000
    assert list(compare(in_node(COMPUTED, asked()))) == []


def test_chromium_computes_what_python_does(browser: Browser) -> None:
    with serving(ROOT / "docs") as server:
        page = browser.new_page()
        page.goto(f"{server.address}/assets/evaluate.js")
        found = page.evaluate(f"async given => ({COMPUTED})(given, await import('/assets/evaluate.js'))", asked())
        page.close()
    assert list(compare(found)) == []


# --- records --------------------------------------------------------------------------------------------------------

TABLES = "(_, {OPERATORS, BINDERS, COMPARISONS}) => [OPERATORS, BINDERS, COMPARISONS].map(Object.keys)"
SETS = ("\\in", "\\notin")


def has_value(record: Record) -> bool:
    """Whether a record has a value, or as a condition decides about one."""
    if isinstance(record, Comparison):
        return record.exact is not None or record.sign in SETS
    return record.value is not None and not record.only_here


@pytest.mark.parametrize(("kind", "place"), [(Operator, 0), (Binder, 1), (Comparison, 2)])
def test_every_record_with_a_value_is_known_in_the_browser(kind: type, place: int) -> None:
    wanted = {record.name for record in LANGUAGE.records if isinstance(record, kind) and has_value(record)}
    known = set(in_node(TABLES)[place])
    assert wanted - known == set()


# --- what readers are shown -----------------------------------------------------------------------------------------

SHOWN = """async programs => {
    const [{evaluate, example}, {wrong}, {explain}] =
        await Promise.all(["evaluate", "inputs", "steps"].map(name => import(`${FOLDER}/${name}.js`)));
    return Object.entries(programs).map(([name, program]) => {
        const inputs = example(program), value = evaluate(program, inputs), steps = explain(program, inputs);
        const told = value => Array.isArray(value) ? value.map(told) : Number.isFinite(value);
        return [name, wrong(program, inputs), told(value), steps.at(-1).kind,
            JSON.stringify(steps.at(-1).value) === JSON.stringify(value), steps.map(step => step.mathml)];
    });
}"""


def test_every_example_is_allowed_and_is_shown_step_by_step() -> None:
    told = {name: described for name, (_, described) in programs().items()}
    for name, wrong, finite, last, same, steps in in_node(SHOWN.replace("${FOLDER}", EVALUATOR.parent.as_uri()), told):
        assert (wrong, last, same) == ({}, "total", True), name
        assert np.all(finite), f"{name} has no value for its example"
        assert len(steps) > 1
        for step in steps:
            ElementTree.fromstring(step)  # of what browsers read as MathML nothing is left open


HINGE = {
    "inputs": [
        {"name": "N", "kind": "size", "low": 1, "high": None, "choices": [], "shape": []},
        {"name": "y", "kind": "sign", "low": None, "high": None, "choices": [-1, 1], "shape": ["N"]},
        {"name": "p", "kind": "probability", "low": 0, "high": 1, "low_open": True, "high_open": True, "choices": [],
         "shape": []},
        {"name": "q", "kind": "distribution", "low": 0, "high": 1, "choices": [], "shape": ["N"]},
    ]
}  # fmt: skip
GOOD = {"N": 2, "y": [1, -1], "p": 0.5, "q": [0.25, 0.75]}


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("p", 1, "a number, above 0 and below 1"),
        ("p", "0.5", "a number, above 0 and below 1"),
        ("p", None, "a number, above 0 and below 1"),
        ("p", [0.5], "a number, above 0 and below 1"),
        ("y", [1, 0], "2 numbers, each -1 or 1"),
        ("y", [1, -1, 1], "2 numbers, each -1 or 1"),
        ("y", {"length": 2}, "2 numbers, each -1 or 1"),
        ("q", [0.5, 0.6], "2 numbers, each from 0 to 1, whose sum is 1"),
        ("q", [1.5, -0.5], "2 numbers, each from 0 to 1, whose sum is 1"),
        ("N", 1e308, "a whole number, from 1 to 100"),
        ("N", 1.5, "a whole number, from 1 to 100"),
    ],
)
def test_a_bad_entry_is_told_what_is_allowed(name: str, value: object, allowed: str) -> None:
    expression = (
        f"async given => (await import({json.dumps((EVALUATOR.parent / 'inputs.js').as_uri())})).wrong(...given)"
    )
    assert in_node(expression, [HINGE, GOOD]) == {}
    assert in_node(expression, [HINGE, {**GOOD, name: value}])[name] == allowed


def test_work_has_a_bound() -> None:
    number = {"type": "Number", "text": "1"}
    tree: dict[str, Any] = number
    for index in "ijk":
        ends = {"lower": number, "upper": {"type": "Number", "text": "5000"}}
        tree = {"type": "Bind", "operator": "sum", "variables": [index], "conditions": [], "body": tree, **ends}
    asked = """(tree, {evaluate}) => {
        let deep = {type: "Number", text: "1"};
        for (let k = 0; k < 1000; k++) deep = {type: "Apply", operator: "negate", parts: [deep]};
        return [tree, deep].map(tree => { try { evaluate({tree}, {}) } catch (problem) { return problem.message } });
    }"""
    assert in_node(asked, tree) == ["this takes more than 2000000 steps", "this is nested too deeply"]
