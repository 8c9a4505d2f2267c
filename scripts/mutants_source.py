"""Mutate the mathematics, one operator, comparison or constant at a time: its tests or the pages must notice each.

What survives must be listed with a proof in tests/equivalent_source_mutants.toml, as the errors of the pages are.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from executable_math.mutants import Mutant, Score, read_proofs

ROOT = Path(__file__).parents[1]
PROOFS = ROOT / "tests" / "equivalent_source_mutants.toml"
MUTMUT = Path(sys.executable).with_name("mutmut")


def survivors() -> list[Mutant]:
    lines = _printed("results").splitlines()
    return [_mutant(_printed("show", line.partition(":")[0].strip())) for line in lines if line.endswith(": survived")]


def _mutant(diff: str) -> Mutant:
    """The mutant that a diff shows; the diff's own line numbers count from the head of a function."""
    head, body = diff.split("\n@@", 1)
    page = re.findall(r"^--- (.*)$", head, re.MULTILINE)[0]
    original, mutant = ("\n".join(re.findall(rf"^[{sign}](.*)$", body, re.MULTILINE)).strip() for sign in "-+")
    before, _, _ = (ROOT / page).read_text(encoding="utf-8").partition(original)
    return Mutant(page, before.count("\n") + 1, original, mutant)


def _printed(*arguments: str) -> str:
    return subprocess.run([MUTMUT, *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def main() -> int:
    subprocess.run([MUTMUT, "run"], cwd=ROOT, check=True)
    _printed("export-cicd-stats")
    counts = json.loads((ROOT / "mutants" / "mutmut-cicd-stats.json").read_text(encoding="utf-8"))
    proofs = read_proofs(PROOFS)
    left = survivors()
    proved = [mutant for mutant in left if mutant.key in proofs]
    score = Score("src/lossfunctions", counts["total"], proved, [mutant for mutant in left if mutant not in proved])
    needless = proofs.keys() - {mutant.key for mutant in proved}
    print(score, *(f"{page}: needs no proof, it is caught\n    {mutant}" for page, _, mutant in needless), sep="\n")
    return int(bool(score.survivors or needless))


if __name__ == "__main__":
    raise SystemExit(main())
