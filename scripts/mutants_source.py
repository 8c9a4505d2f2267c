"""Mutate the mathematics, one operator, comparison or constant at a time: its tests or the pages must notice each.

mutmut tries what is inside functions. What stands outside them it changes too, but cannot put to the test: that is
tried here, each error in a copy of the project. What survives must be listed with a proof in
tests/equivalent_source_mutants.toml, as the errors of the pages are.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import compress
from pathlib import Path
from tempfile import TemporaryDirectory

import libcst
from mutmut.mutation.file_mutation import create_mutations

from executable_math.mutants import Mutant, Score, read_proofs

ROOT = Path(__file__).parents[1]
SOURCE = "src/lossfunctions"
FOLDERS = (SOURCE, "docs", "scripts", "tests/lossfunctions")
FILES = ("mkdocs.yml", "pyproject.toml")
# Most errors show at once: the docstrings' examples and the values come before what takes ten times as long.
TESTS = ((SOURCE, "tests/lossfunctions/test_loss_values.py"), ("tests/lossfunctions",))
# Nothing is left behind in the checkout, and no plugin is loaded that these tests do not need.
ENVIRONMENT = {"PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
PROOFS = ROOT / "tests" / "equivalent_source_mutants.toml"
MUTMUT = Path(sys.executable).with_name("mutmut")


# --- inside functions ------------------------------------------------------------------------------------------


def inside() -> tuple[int, list[Mutant]]:
    """How many errors mutmut tries, and those that survive."""
    subprocess.run([MUTMUT, "run"], cwd=ROOT, check=True)
    _printed("export-cicd-stats")
    counts = json.loads((ROOT / "mutants" / "mutmut-cicd-stats.json").read_text(encoding="utf-8"))
    lines = _printed("results").splitlines()
    names = [line.partition(":")[0].strip() for line in lines if line.endswith(": survived")]
    return counts["total"], [_mutant(_printed("show", name)) for name in names]


def _printed(*arguments: str) -> str:
    return subprocess.run([MUTMUT, *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def _mutant(diff: str) -> Mutant:
    """The mutant that a diff shows; the line numbers of mutmut's diffs count from the head of a function."""
    head, body = diff.split("\n@@", 1)
    page = re.findall(r"^--- (\S+)", head, re.MULTILINE)[0]
    original, mutant = ("\n".join(re.findall(rf"^[{sign}](.*)$", body, re.MULTILINE)).strip() for sign in "-+")
    before, _, _ = (ROOT / page).read_text(encoding="utf-8").partition(original)
    return Mutant(page, before.count("\n") + 1, original, mutant)


# --- outside functions -----------------------------------------------------------------------------------------


def outside() -> tuple[int, list[Mutant]]:
    """How many errors there are outside functions, and those that survive."""
    changes = list(_changes())
    page, _ = changes[0]
    if not _survives(page, (ROOT / page).read_text(encoding="utf-8")):
        raise RuntimeError("the tests fail in a copy of the project that has no error in it")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        survives = list(pool.map(_survives, *zip(*changes, strict=True)))
    return len(changes), [_mutant(_diff(*change)) for change in compress(changes, survives)]


def _changes() -> Iterator[tuple[str, str]]:
    """Each file with one error in what it says outside functions."""
    for file in sorted((ROOT / SOURCE).glob("*.py")):
        module, mutations, *_ = create_mutations(str(file), file.read_text(encoding="utf-8"))
        for mutation in mutations:
            if not isinstance(mutation.contained_by_top_level_function, libcst.FunctionDef):
                wrong = module.deep_replace(mutation.original_node, mutation.mutated_node)
                yield file.relative_to(ROOT).as_posix(), module.code_for_node(wrong)


def _diff(page: str, wrong: str) -> str:
    right = (ROOT / page).read_text(encoding="utf-8")
    return "\n".join(difflib.unified_diff(right.splitlines(), wrong.splitlines(), page, page, n=0, lineterm=""))


def _survives(page: str, wrong: str) -> bool:
    """Whether the tests pass with a file as it is given."""
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in FOLDERS:
            shutil.copytree(ROOT / name, copy / name)
        for name in FILES:
            shutil.copy(ROOT / name, copy)
        (copy / page).write_text(wrong, encoding="utf-8")
        return all(_passes(tests, copy) for tests in TESTS)


def _passes(tests: Sequence[str], folder: Path) -> bool:
    command = [sys.executable, "-m", "pytest", "-qx", "-o", f"cache_dir={ROOT / '.pytest_cache'}", *tests]
    environment = {**os.environ, **ENVIRONMENT, "PYTHONPATH": str(folder / "src")}
    return not subprocess.run(command, cwd=folder, env=environment, capture_output=True).returncode


def main() -> int:
    tried = inside(), outside()
    survivors = [mutant for _, left in tried for mutant in left]
    proofs = read_proofs(PROOFS)
    proved = [mutant for mutant in survivors if mutant.key in proofs]
    unproved = [mutant for mutant in survivors if mutant not in proved]
    score = Score(SOURCE, sum(count for count, _ in tried), proved, unproved)
    needless = proofs.keys() - {mutant.key for mutant in proved}
    print(score, *(f"{page}: needs no proof, it is caught\n    {mutant}" for page, _, mutant in needless), sep="\n")
    return int(bool(score.survivors or needless))


if __name__ == "__main__":
    raise SystemExit(main())
