"""The command that draws the figures that are out of date.

python -m executable_math.figures [--force] [NAME ...]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from executable_math.site.drawing import Figure, FigureError, chosen, draw_outdated, find, wrong_date
from executable_math.site.files import alone
from executable_math.site.settings import NAME, SettingsError, extensions, module_folders
from executable_math.site.store import Store


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m executable_math.figures", description="Draw what is out of date.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a figure, by the name of its script (default: all)")
    parser.add_argument("--force", action="store_true", help="draw also what is up to date")
    parser.add_argument("--scripts", type=Path, default=Path("scripts/figures"))
    parser.add_argument("--output", type=Path, default=Path(".cache/figures"))
    options = parser.parse_args(arguments)
    try:
        if wrong := wrong_date():
            raise FigureError(wrong)
        folders = module_folders(Path.cwd(), extensions(Path.cwd()).get(NAME, {}))
        figures = chosen(find(options.scripts.resolve(), Store(options.output), folders), options.names)
    except (FigureError, SettingsError) as error:
        print(error, file=sys.stderr)
        return 1
    with alone(options.output.parent):
        return _report(figures, options.force)


def _report(figures: Sequence[Figure], force: bool) -> int:
    """Draw, tell each drawing as it is finished and each failure, and return the exit status."""
    outcomes = []
    for figure, outcome in draw_outdated(figures, force):
        outcomes.append(outcome)
        failed = isinstance(outcome, FigureError)
        told = str(outcome) if failed else f"drew {figure.name} in {outcome:.1f} s"
        print(told, file=sys.stderr if failed else sys.stdout, flush=True)
    failures = sum(isinstance(outcome, FigureError) for outcome in outcomes)
    print(f"{len(outcomes) - failures} drawn, {failures} failed, {len(figures) - len(outcomes)} up to date")
    return int(failures > 0)


if __name__ == "__main__":
    raise SystemExit(main())
