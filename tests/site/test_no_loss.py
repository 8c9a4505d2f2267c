"""No JavaScript of ours has a loss, an activation or a gradient: a browser runs the trees that were checked.

Every expression of at most two quantities is computed, and compared with what the module gives. What is made of whole
vectors, such as a softmax, needs an exponential or a logarithm, and the evaluator alone has those.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import permutations, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lossfunctions
from executable_math.site.typesetting import node
from lossfunctions.catalogue import LOSSES, Loss

ASSETS = Path(__file__).parents[2] / "docs/assets"
EVALUATOR = "evaluate.js"
SCRIPTS = {path.relative_to(ASSETS).as_posix(): path.read_text(encoding="utf-8") for path in ASSETS.rglob("*.js")}

# Values of each kind, among which no two functions are the same by chance.
TRIED = {"real": (-1.3, 0.4, 2.2), "probability": (0.2, 0.7, 0.9), "label": (0.0, 1.0), "sign": (-1.0, 1.0)}
# What any script computes: a difference, a distance, and of one quantity a square or its slope.
OF_TWO = ("absolute error", "half squared error gradient")
OF_ONE = ("squared error", "half squared error", "absolute error", "brier")
ACTIVATIONS = ("sigmoid", "sigmoid_derivative", "softplus")

TRANSCENDENTAL = re.compile(r"\bMath\.(?:exp|expm1|log|log1p|tanh|sinh|cosh)\b")
DECLARED = re.compile(r"\b(?:const|let|var|function)\s+(\w+)")
COMMENT_OR_TEXT = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'", re.DOTALL)
BEGINS = re.compile(r"=>|\breturn\b|(?<![=!<>])=(?![=>])|\(|,|\?|:")
NAME = re.compile(r"(?<![\w.$])[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*|\[[\w$.]+\])*")
ARITHMETIC = re.compile(r"[\w\s.()+\-*/?:<>=!&|,]+")
MOST = 2  # quantities in an expression


class Written:
    """What the module computes of one or two quantities, at some places."""

    def __init__(self, name: str, function: Callable[..., Any], places: Sequence[Sequence[float]]) -> None:
        self.name, self.places = name, list(map(list, places))
        self.values = [float(function(*place)) for place in self.places]


def of_losses() -> Iterator[Written]:
    for loss in LOSSES:
        for name, function in ((loss.name, loss.function), (f"{loss.name} gradient", loss.gradient)):
            if function is not None and {loss.labels, loss.predictions} <= TRIED.keys():
                yield from of_loss(loss, name, function)
    for name in ACTIVATIONS:
        yield Written(name, getattr(lossfunctions, name), [[x] for x in TRIED["real"]])


def of_loss(loss: Loss, name: str, function: Callable[..., Any]) -> Iterator[Written]:
    """A loss of label and prediction, and of the prediction alone for each label."""
    labels, predictions = TRIED[loss.labels], TRIED[loss.predictions]
    if name not in OF_TWO:
        yield Written(name, function, list(product(labels, predictions)))
    fixed = (0.0,) if loss.labels == "real" else labels
    for label in fixed if loss.name not in OF_ONE else ():
        yield Written(f"{name} for {label:g}", partial(function, label), [[x] for x in predictions])


def expressions(script: str) -> Iterator[tuple[str, list[str]]]:
    """The arithmetic in a script, with the quantities in it as its letters."""
    code = COMMENT_OR_TEXT.sub(lambda found: '""' if found[0][0] in "\"'" else "", script)
    for begin in BEGINS.finditer(code):
        text = ended(code[begin.end() : begin.end() + 300]).strip()
        names = list(dict.fromkeys(name for name in NAME.findall(text) if not name.startswith("Math.")))
        if not 0 < len(names) <= MOST or any(re.search(rf"{re.escape(name)}\s*\(", text) for name in names):
            continue
        for letter, name in zip("xy", names, strict=False):
            text = re.sub(rf"(?<![\w.$]){re.escape(name)}(?![\w$\[])", letter, text)
        if ARITHMETIC.fullmatch(text) and re.search(r"[-+*/?]|Math", text):
            yield text, list("xy"[: len(names)])


def ended(text: str) -> str:
    """An expression up to where it ends."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if depth < 0 or (not depth and sign in ",;:") or (not depth and text[place:].startswith("=>")):
            if sign == ":" and "?" in text[:place]:
                continue
            return text[:place]
    return text


def found_in(scripts: dict[str, str]) -> list[str]:
    """What scripts have of the module, each by its script and its expression."""
    wanted = list(of_losses())
    asked = [
        (name, text, order, number)
        for name, script in scripts.items()
        for text, letters in dict.fromkeys((text, tuple(letters)) for text, letters in expressions(script))
        for order in map(list, permutations(letters))
        for number, one in enumerate(wanted)
        if len(one.places[0]) == len(letters)
    ]
    values = computed([[text, order, wanted[number].places] for _, text, order, number in asked])
    alike = [
        f"{name}: {text} is the {wanted[number].name}"
        for (name, text, _, number), given in zip(asked, values, strict=True)
        if given and np.allclose(np.array(given, float), wanted[number].values, 1e-9, 1e-12)
    ]
    told = [
        f"{name}: {found[0]}, which the evaluator alone has"
        for name, script in scripts.items()
        for found in TRANSCENDENTAL.finditer(COMMENT_OR_TEXT.sub("", script))
        if name != EVALUATOR
    ]
    named = [
        f"{name}: {found[1]} is a function of the module"
        for name, script in scripts.items()
        for found in DECLARED.finditer(COMMENT_OR_TEXT.sub("", script))
        if re.sub("([A-Z])", r"_\1", found[1]).lower() in lossfunctions.__all__
    ]
    return [*dict.fromkeys(alike), *told, *named]


def computed(asked: list[Any]) -> list[list[Any] | None]:
    """What expressions give at places; nothing, where they are none."""
    source = """
        import { readFileSync } from "node:fs";
        const told = value => typeof value !== "number" ? "NaN" : Number.isFinite(value) ? value : String(value);
        console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf-8")).map(([text, letters, places]) => {
            try {
                const compute = new Function(...letters, `return (${text})`);
                return places.map(place => told(compute(...place)));
            } catch { return null; }
        })));
    """
    command = [node(), "--input-type=module", "--eval", source]
    ran = subprocess.run(command, input=json.dumps(asked), capture_output=True, encoding="utf-8", timeout=60)
    assert ran.returncode == 0, ran.stderr
    values: list[list[Any] | None] = json.loads(ran.stdout)
    return values


def test_no_script_has_a_loss() -> None:
    assert EVALUATOR in SCRIPTS
    assert found_in(SCRIPTS) == []


@pytest.mark.parametrize(
    "planted",
    [
        "const a = z => 1 / (1 + Math.exp(-z));",
        "function f(u) { return Math.max(0, 1 - u); }",
        "draw(Math.max(1 - y * s, 0), 3);",
        "const e = (target - guess) ** 2;",
        "const e = (a.y - a.h) * (a.y - a.h) / 2;",
        "const loss = p => -Math.log(p);",
        "let c = -(y * Math.log(p) + (1 - y) * Math.log(1 - p));",
        "const g = 2 * (points[k] - value);",
        "const q = r => Math.abs(r) <= 1 ? r * r / 2 : Math.abs(r) - 0.5;",
        "const d = y * s < 1 ? -y : 0;",
        "const scores = list.map(one => Math.exp(one) / sum);",
        "const hinge = () => 0;",
        "const squaredHinge = () => 0;",
    ],
)
def test_a_planted_one_is_found(planted: str) -> None:
    assert found_in({"planted.js": planted})


def test_it_is_found_in_the_evaluator_too() -> None:
    assert found_in({EVALUATOR: SCRIPTS[EVALUATOR] + "\nconst a = z => 1 / (1 + Math.exp(-z));"})
