"""How much of the field's documentation can be checked: of the displayed formulas in files, those with a value.

python scripts/corpus.py [--every=N] FILE_OR_FOLDER ...

A formula has a value if it is read, and each of its symbols can be declared as its message advises. Nothing is said of
whether it is right. An expression is given a name, as `equals` would give it a side to be held against.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from executable_math.bindings.draft import guess
from executable_math.foreign.process import foreign
from executable_math.hosts.files import SUFFIXES, printed
from executable_math.hosts.macros import macros

NO_VALUE = {"not read": "not read", "error": "no value"}


def formulas(path: Path) -> Iterator[str]:
    """The displayed formulas of a file, or of all in a folder, each once."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    found = (one for file in files if file.suffix in SUFFIXES and file.is_file() for one in printed(file).formulas)
    yield from dict.fromkeys(one.latex for one in found if one.is_display)


def outcome(latex: str) -> str:
    """Whether a formula is "not read", has "no value", or has a "value".

    >>> [outcome(latex) for latex in ("a + b", "a = b^2", "a \\in V", "{")]
    ['value', 'value', 'no value', 'not read']
    """
    statuses = [guess(text, macros(latex), "", foreign(None)).status for text in (latex, rf"\Xi = {latex}")]
    found = {NO_VALUE.get(status, "value") for status in statuses}
    return next(name for name in ("value", "no value", "not read") if name in found)


def main() -> None:
    """Print how many formulas there are, and what became of them, a path a line and all together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take one of so many formulas")
    options = parser.parse_args()
    total = Counter[str]()
    for path in options.paths:
        counts = Counter(map(outcome, list(formulas(path))[:: options.every]))
        total += counts
        print(told(path.name, counts), flush=True)
    print(told("all", total))


def told(name: str, counts: Counter[str]) -> str:
    """A line of the report.

    >>> told("scipy", Counter({"value": 3, "not read": 1}))
    'scipy: 4 displayed formulas, 75.0% have a value, 1 are not read'
    """
    number = counts.total()
    share = counts["value"] / number if number else 0
    return f"{name}: {number} displayed formulas, {share:.1%} have a value, {counts['not read']} are not read"


if __name__ == "__main__":
    main()
