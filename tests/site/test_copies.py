"""The code that a reader takes away computes what the formula does, for the reader's inputs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from executable_math.programs.copies import copies
from executable_math.site.typesetting import node
from programs import Case, cases, codes, programs

COPIES = Path(__file__).parents[2] / "docs/assets/copies.js"
MOST = 12  # cases of each program
RELATIVE, ABSOLUTE = 1e-9, 1e-12

pytestmark = pytest.mark.xdist_group("programs")


@cache
def tried() -> list[Case]:
    """Some cases of each program, the first and the last among them."""
    by_name: dict[str, list[Case]] = {}
    for case in cases():
        by_name.setdefault(case.program, []).append(case)
    return [case for some in by_name.values() for case in some[:: max(1, len(some) // MOST)]]


@cache
def scripts(language: str) -> list[str | None]:
    """The script for each case, as `copies.js` writes it."""
    told = {name: {**json_, "copies": copies(found, codes()[name])} for name, (found, json_) in programs().items()}
    asked = [told, [[case.program, case.inputs] for case in tried()], language]
    source = f"""
        import {{ readFileSync }} from "node:fs";
        import {{ script }} from {json.dumps(COPIES.as_uri())};
        const [programs, cases, language] = JSON.parse(readFileSync(0, "utf-8"));
        console.log(JSON.stringify(cases.map(([name, inputs]) => script(programs[name], inputs, language))));
    """
    command = [node(), "--input-type=module", "--eval", source]
    ran = subprocess.run(command, input=json.dumps(asked), capture_output=True, encoding="utf-8", timeout=120)
    assert ran.returncode == 0, ran.stderr
    found: list[str | None] = json.loads(ran.stdout)
    return found


def printed(script: str) -> Any:
    """What a script prints last: a number or an array."""
    shown: list[Any] = []
    with np.errstate(all="ignore"):
        exec(script, {"print": shown.append})
    return shown[-1]


def run(language: str, plain: Callable[[Any], Any]) -> set[str]:
    """Run all scripts of a language; the programs that have one, all of which give what the formula does."""
    wrong, found = [], set()
    for case, script in zip(tried(), scripts(language), strict=True):
        if script is None:
            continue
        found.add(case.program)
        value = np.asarray(plain(printed(script)), dtype=float)
        if value.shape != case.value.shape or not np.allclose(value, case.value, RELATIVE, ABSOLUTE, equal_nan=True):
            wrong.append(f"{case.program}: {value.tolist()}, and the formula gives {case.value.tolist()}\n{script}")
    assert wrong == []
    return found


def test_the_numpy_code_of_every_program_computes_what_the_formula_does() -> None:
    assert run("numpy", lambda value: value) == programs().keys()


def test_the_call_of_the_module_computes_what_the_formula_does() -> None:
    """Those that have none are held against no code, or name what only their page knows."""
    assert len(run("python", lambda value: value)) >= 150


@pytest.mark.skipif(not find_spec("torch"), reason="PyTorch is not installed: the scheduled job has it")
def test_the_pytorch_code_of_every_program_computes_what_the_formula_does() -> None:
    assert run("torch", lambda value: value.numpy() if hasattr(value, "numpy") else value) == programs().keys()
