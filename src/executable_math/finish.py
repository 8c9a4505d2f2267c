"""The command that finishes a site which Zensical has built.

zensical build && python -m executable_math.finish [SITE]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from executable_math.pages.ledger import summary
from executable_math.site.finishing import FinishError, finish, notebooks
from executable_math.site.settings import SettingsError
from executable_math.site.typesetting import TypesetError


def main(arguments: Sequence[str] | None = None) -> int:
    about = "Set the formulas of a site that Zensical has built, list its checks, and add its figures."
    parser = argparse.ArgumentParser(prog="python -m executable_math.finish", description=about)
    parser.add_argument("site", nargs="?", type=Path, default=Path("site"), help="the folder of the site")
    site = parser.parse_args(arguments).site
    try:
        ledger = finish(Path.cwd(), site)
    except (FinishError, SettingsError, TypesetError, ImportError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    if said := notebooks(site):
        print(said, file=sys.stderr)
    print(summary(ledger.entries))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
