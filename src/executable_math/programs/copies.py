"""A program as code that a reader takes away: a call of the module, or its formula in NumPy and PyTorch.

Each is two texts: what is imported, and what comes behind the inputs. It ends in printing the value.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from executable_math.foreign.expression import BUILTINS, Expression
from executable_math.meaning.code import Code as Held
from executable_math.programs.closing import JSON, OnlyHere
from executable_math.programs.code import NUMPY, TORCH, Dialect, NoCode, written
from executable_math.programs.program import Program

# PyTorch's own numbers have half the digits.
_OF_TORCH = "import math\n\nimport torch\n\ntorch.set_default_dtype(torch.float64)"
_IMPORTS = {"np": "import numpy as np", "torch": _OF_TORCH}
_LINALG = {"norm": "linalg"}


def copies(program: Program, code: str) -> JSON:
    """The texts of a program by language, where it has them."""
    found = {"python": called(program, code), "numpy": computed(program, NUMPY), "torch": computed(program, TORCH)}
    return {language: texts for language, texts in found.items() if texts}


def computed(program: Program, dialect: Dialect) -> list[str] | None:
    """The code of the last of the sides that are equal which can be written."""
    shapes = {one["name"]: list(map(str, one["shape"])) for one in program.inputs}
    numbers = [one["name"] for one in program.inputs if one["kind"] in ("size", "class") and not one["shape"]]
    for side in reversed(program.sides):
        with suppress(NoCode, OnlyHere):
            statements, value = written(program.tree(side), shapes, numbers, dialect)
            return [_IMPORTS[dialect.name], "\n".join([*statements, f"print({value})"])]
    return None


def called(program: Program, code: str) -> list[str] | None:
    """The call that a formula is held against, once for each of the indices that it names."""
    if not code:
        return None
    expression = Expression(code)
    held = Held(expression, program.facts, program.side, [name for name, _ in program.free])
    own = {one["name"] for one in program.inputs} | set(held.looped)
    numbers = {name: value for name, value in held.numbers.items() if name in expression.names}
    imports = expression.names - own - numbers.keys()
    if not imports <= program.facts.module.names.keys() | BUILTINS.keys():
        return None  # what the page defines, say
    value = code
    for name in reversed(held.looped):
        value = f"[{value} for {name} in range({program.extent(name)})]"
    lines = [f"{name} = {_literal(number)}" for name, number in numbers.items()]
    return ["\n".join(_imported(imports, program)), "\n".join([*lines, f"print({value})"])]


def _literal(number: Any) -> str:
    return f"np.array({number.tolist()})" if hasattr(number, "tolist") else repr(number)


def _imported(names: Iterable[str], program: Program) -> Iterator[str]:
    yield "import numpy as np"
    module = program.facts.module
    own = sorted(name for name in names if name in module.names)
    of_numpy = sorted(name for name in names if name not in own and (name in _LINALG or not _is_builtin(name)))
    for name in of_numpy:
        yield f"from numpy{'.linalg' if name in _LINALG else ''} import {name}"
    if own:
        yield f"from {module.name} import {', '.join(own)}"


def _is_builtin(name: str) -> bool:
    """Whether Python's own function of a name is the one that is meant."""
    return BUILTINS[name] is getattr(builtins, name, None)
