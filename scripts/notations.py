"""Writes into the page "Notation" every notation that is read, each with a formula that holds: what the records say.

python scripts/notations.py
"""

from __future__ import annotations

from pathlib import Path

from executable_math.latex.cursor import bare
from executable_math.latex.language import Comparison, Record
from executable_math.notation.standard import LANGUAGE

PAGE = Path(__file__).parents[1] / "docs/notation.md"
BEFORE, AFTER = '??? info "Every notation, with a formula that holds"\n\n    ```text\n', "    ```\n"


def line(record: Record) -> str:
    """A record by name, what is written for it, and what else may be written."""
    marks = [] if isinstance(record, Comparison) else [bare(form.mark) for form in record.forms]
    others = ", ".join(mark for mark in dict.fromkeys(marks) if mark not in record.holds[0])
    return f"    {record.name:18} {record.holds[0]}{f'   also {others}' if others else ''}\n"


def listed() -> str:
    """All notations of the language, in the order of their records."""
    return "".join(map(line, LANGUAGE.records))


def with_list(page: str) -> str:
    """The page with the list as it is to be."""
    before, _, rest = page.partition(BEFORE)
    return before + BEFORE + listed() + AFTER + rest.partition(AFTER)[2]


if __name__ == "__main__":
    PAGE.write_text(with_list(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
