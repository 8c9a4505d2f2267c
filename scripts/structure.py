"""How the engine is built, in figures, each beside what is wanted: ends with an error where one is missed.

How complex a function may be is what `ruff check` holds.

    python scripts/structure.py
"""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from itertools import groupby
from pathlib import Path

ENGINE = Path(__file__).parents[1] / "src" / "executable_math"
NAME = ENGINE.name
Function = ast.FunctionDef | ast.AsyncFunctionDef
WANTED = {
    "packages": 10, "most files in one": 13, "floors of packages": 9, "floors within one": 6, "longest class chain": 2,
    "isinstance": 120, "lines of code": 9500, "bodies: median": 5, "bodies: p90": 12,
    "bodies: largest": 32,
}  # fmt: skip


def floors(graph: Mapping[str, set[str]]) -> int:
    """How many steps the longest way through imports has."""
    depth: dict[str, int] = {}
    for name in TopologicalSorter(graph).static_order():
        depth[name] = 1 + max((depth[other] for other in graph.get(name, ())), default=0)
    return max(depth.values(), default=0)


def imported(tree: ast.Module) -> Iterator[list[str]]:
    """The modules of the engine that a file imports, each as the parts of its name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == NAME:
            for alias in node.names:
                yield f"{node.module}.{alias.name}".split(".")[1:]


def class_chain(trees: Mapping[Path, ast.Module]) -> int:
    """How many classes of the engine inherit from one another at most."""
    classes = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    bases = {node.name: {base.id for base in node.bases if isinstance(base, ast.Name)} for node in classes}
    return floors({name: parents & bases.keys() for name, parents in bases.items()})


def body_lines(function: Function) -> int:
    """The lines of a function without its head and its docstring."""
    first = function.body[1:] if ast.get_docstring(function) else function.body
    return (first[-1].end_lineno or 0) - first[0].lineno + 1 if first else 0


def measured() -> dict[str, float]:
    """All figures."""
    files = sorted(ENGINE.rglob("*.py"))
    trees = {file: ast.parse(file.read_text(encoding="utf-8")) for file in files}
    nodes = [node for tree in trees.values() for node in ast.walk(tree)]
    packages = {folder: list(inside) for folder, inside in groupby(files, key=lambda file: file.parent)}
    packages.pop(ENGINE, None)
    names = {file: list(imported(trees[file])) for file in files}
    own = {folder.name: {name[0] for file in inside for name in names[file]} for folder, inside in packages.items()}
    between = {name: others & own.keys() - {name} for name, others in own.items()}
    inner = {file: {name[1] for name in names[file] if name[0] == file.parent.name} for file in files}
    within = [floors({file.stem: inner[file] for file in inside}) for inside in packages.values()]
    functions = [node for node in nodes if isinstance(node, Function)]
    bodies = sorted(filter(None, map(body_lines, functions)))
    calls = (node.func for node in nodes if isinstance(node, ast.Call))
    return {
        "packages": len(packages),
        "most files in one": max(map(len, packages.values())) - 1,  # without __init__
        "floors of packages": floors(between),
        "floors within one": max(within),
        "longest class chain": class_chain(trees),
        "isinstance": sum(isinstance(call, ast.Name) and call.id == "isinstance" for call in calls),
        "lines of code": sum(bool(line.strip()) for file in files for line in file.read_text().splitlines()),
        "bodies: median": statistics.median(bodies),
        "bodies: p90": bodies[int(0.9 * len(bodies))],
        "bodies: largest": bodies[-1],
    }


def main() -> int:
    found = measured()
    for name, value in found.items():
        print(f"{name:22} {value:8g}   at most {WANTED[name]:g}{'' if value <= WANTED[name] else '   MISSED'}")
    return int(any(value > WANTED[name] for name, value in found.items()))


if __name__ == "__main__":
    sys.exit(main())
