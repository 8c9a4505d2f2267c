"""The command that installs MathJax into a project's cache, for builds that have no network.

python -m executable_math.typeset [CACHE]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from executable_math.site.files import alone
from executable_math.site.typesetting import TypesetError, install


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m executable_math.typeset", description="Install MathJax.")
    parser.add_argument("cache", nargs="?", type=Path, default=Path(".cache"), help="the folder of what is kept")
    options = parser.parse_args(arguments)
    try:
        with alone(options.cache):
            install(options.cache / "mathjax")
    except (TypesetError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
