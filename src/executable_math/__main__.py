"""The command: checks pages, notebooks and docstrings, and says what does not hold.

    python -m executable_math [--format=github] [--explain=ID] PATH ...
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from executable_math.ledger import github, report
from executable_math.project import PageError, Project, pages


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 only if everything holds."""
    parser = argparse.ArgumentParser(prog="python -m executable_math", description="Check what pages say.")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a page, a notebook, a module or a folder")
    parser.add_argument("--format", choices=["text", "github"], default="text", help="how failures are printed")
    parser.add_argument("--explain", metavar="ID", help="show what a check evaluated, and its first samples")
    options = parser.parse_args(arguments)
    try:
        project = Project.of(Path.cwd())
        entries = [entry for path in pages(options.paths) for entry in project.check(path.resolve())]
    except PageError as error:
        print(error, file=sys.stderr)
        return 2
    print(github(entries) if options.format == "github" else report(entries))
    return int(any(not entry.ok for entry in entries))


if __name__ == "__main__":
    raise SystemExit(main())
