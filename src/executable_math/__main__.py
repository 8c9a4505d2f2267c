"""The command: checks pages, notebooks and docstrings, and says what does not hold.

executable-math [--format=github] [--explain=ID] [--fix-numbers] PATH ...
"""

from __future__ import annotations

import argparse
import difflib
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from executable_math.pages.explain import explained
from executable_math.pages.fixes import fixed
from executable_math.pages.ledger import Entry, github, report
from executable_math.project import PageError, Project, pages
from executable_math.site.files import write
from executable_math.site.settings import CACHE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 only if everything holds, and something does in each path; 2 if it cannot be tried."""
    parser = argparse.ArgumentParser(prog="executable-math", description="Check what pages say.")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a page, a notebook, a module or a folder")
    parser.add_argument("--format", choices=["text", "github"], default="text", help="how failures are printed")
    parser.add_argument("--explain", metavar="ID", help="show what a check evaluated, and its first samples")
    parser.add_argument("--fix-numbers", action="store_true", help="write wrong numbers as the code gives them")
    options = parser.parse_args(arguments)
    try:
        return run(options)
    except (PageError, OSError, ImportError, BrokenExecutor) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2


def run(options: argparse.Namespace) -> int:
    """Do what the options say, for every file."""
    project = Project.of(Path.cwd(), Path.cwd() / CACHE)
    found = {path: [file.resolve() for file in pages([path])] for path in options.paths}
    files = [file for named in found.values() for file in named]
    if options.explain:
        return explain(project, files, options.explain)
    if options.fix_numbers:
        for line in (line for path in files for line in fix(project, path)):
            print(line)
    checks = iter(check(project, files))
    checked = {path: [entry for _ in named for entry in next(checks)] for path, named in found.items()}
    entries = [entry for named in checked.values() for entry in named]
    print(github(entries) if options.format == "github" else report(entries))
    idle = [path for path, named in checked.items() if not named]
    for path in idle:
        print(f"{path}: nothing was found to check", file=sys.stderr)
    return int(bool(idle) or any(not entry.ok for entry in entries))


def check(project: Project, files: Sequence[Path]) -> list[list[Entry]]:
    """What was checked in each file, as many at a time as there are processors."""
    method = "fork" if hasattr(os, "fork") else None  # a fork has all that is loaded
    with warnings.catch_warnings():
        # A library may have threads; whoever forks is told so by Python 3.12. No thread of ours holds anything here.
        warnings.filterwarnings("ignore", message=".*fork", category=DeprecationWarning)
        with ProcessPoolExecutor(min(len(files), os.cpu_count() or 1), get_context(method)) as pool:
            return list(pool.map(project.check, files))


def explain(project: Project, files: Sequence[Path], name: str) -> int:
    """Print what the checks of this name evaluated, a file after the other."""
    checked = [project.checks(path) for path in files]
    found = [account for checks in checked if (account := explained(checks, name))]
    entries = [entry for checks in checked for entry in checks.entries]
    if not found:
        near = difflib.get_close_matches(name, {entry.id for entry in entries}, 1)
        raise PageError(f"no check has the id {name}{f': is it {near[0]}?' if near else ''}")
    print("\n\n".join(found))
    return int(any(not entry.ok for entry in entries))


def fix(project: Project, path: Path) -> Iterator[str]:
    """Write the wrong numbers of a file as the code gives them; yield each changed line, before and after.

    A number may name an input of others, so that the file is read again until nothing is new. Bytes that are no text
    stay as they are.
    """
    texts = [path.read_bytes().decode("utf-8", "surrogateescape")]
    while (better := fixed(texts[-1], project.check(path))) not in texts:
        write(path, better.encode("utf-8", "surrogateescape"))
        texts.append(better)
    shown = project.shown(path)
    yield from difflib.unified_diff(texts[0].split("\n"), texts[-1].split("\n"), shown, shown, n=0, lineterm="")


if __name__ == "__main__":
    raise SystemExit(main())
