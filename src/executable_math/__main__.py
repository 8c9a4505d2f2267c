"""The command: checks pages, notebooks and docstrings, and says what does not hold.

executable-math [--module=NAME] [--at-least=N] [--format=github] [--explain=ID] [--fix-numbers] PATH ...
executable-math bind FILE
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
from executable_math.pages.ledger import NOT_BOUND, Entry, bound, github, report
from executable_math.pages.sarif import sarif
from executable_math.project import PAGES, PageError, Project, pages
from executable_math.site.files import write
from executable_math.site.settings import CACHE

PROGRAM = "executable-math"
FORMATS = {"text": report, "github": github, "sarif": sarif}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 only if everything holds, and something does in each path; 2 if it cannot be tried."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    drafts = given[:1] == ["bind"]
    options = _parser(drafts).parse_args(given[drafts:])
    try:
        return bind(options) if drafts else run(options)
    except (PageError, OSError, ImportError, BrokenExecutor) as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 2


def _parser(drafts: bool) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"{PROGRAM} bind" if drafts else PROGRAM,
        description="Print a first draft of a side file." if drafts else "Check what documentation says.",
        epilog=None if drafts else f"{PROGRAM} bind FILE prints a first draft of a side file.",
    )
    parser.add_argument("--module", default="", metavar="NAME", help="the module that has the code, by its dotted name")
    if drafts:
        parser.add_argument("file", type=Path, metavar="FILE", help="the documentation whose formulas are to be bound")
        return parser
    paths = "a page, a notebook, a module, other documentation, a side file (*.math.yml), or a folder of these"
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=paths)
    parser.add_argument("--format", choices=sorted(FORMATS), default="text", help="how failures are printed")
    parser.add_argument("--at-least", type=int, default=0, metavar="N", help="fail if fewer formulas are bound")
    parser.add_argument("--explain", metavar="ID", help="show what a check evaluated, and its first samples")
    parser.add_argument("--fix-numbers", action="store_true", help="write wrong numbers as the code gives them")
    return parser


def bind(options: argparse.Namespace) -> int:
    """Print a first draft of a side file for a documentation file."""
    print(Project.of(Path.cwd(), module=options.module).draft(options.file), end="")
    return 0


def run(options: argparse.Namespace) -> int:
    """Do what the options say, for every file."""
    project = Project.of(Path.cwd(), Path.cwd() / CACHE, options.module)
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
    print(FORMATS[options.format](entries))
    idle = [path for path, named in checked.items() if not _says(named)]
    missing = [*map(_idle, idle), *_fewer(entries, options.at_least)]
    for line in missing:
        print(line, file=sys.stderr)
    return int(bool(missing) or any(not entry.ok for entry in entries))


def _says(entries: Sequence[Entry]) -> bool:
    """Whether anything was checked: a formula that is only counted was not."""
    return any(entry.status != NOT_BOUND for entry in entries)


def _idle(path: Path) -> str:
    advice = f"\n    write a side file: {PROGRAM} bind {path}" if path.suffix not in ("", *PAGES) else ""
    return f"{path}: nothing was found to check{advice}"


def _fewer(entries: Sequence[Entry], least: int) -> Iterator[str]:
    number, of = bound(entries)
    if number < least:
        yield f"{number} of {of} formulas are bound, and at least {least} were to be: what was bound stays bound"


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
