r"""Numbers of a formula, written as the other side gives them.

A number that is printed behind the last sign, and that is not what the other side gives, is written again, to the same
digits. What has symbols in it is left to its author.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

NUMBER = re.compile(r"(-?\d+)(?:\.(\d+))?(\s*\\%|\s*\\cdot\s*10\^\{?(-?\d+)\}?)?")
BETWEEN = re.compile(r"[\s(),\[\]]*")


def corrected(latex: str, left: Any, right: Any) -> str:
    r"""A formula with the numbers of its last side as the other side gives them.

    >>> corrected(r"\log 2 \approx 0.70", 0.6931471805599453, 0.7)
    '\\log 2 \\approx 0.69'
    >>> corrected(r"(0.10, 20\%)", [0.1, 0.2], [0.125, 0.25])
    '(0.12, 25\\%)'
    """
    *before, last = re.split(r"(=|\\approx)", latex)
    printed = [_value(match) for match in NUMBER.finditer(last)]
    if not printed or not BETWEEN.fullmatch(NUMBER.sub("", last)) or np.size(left) != len(printed):
        return latex
    left, right = np.real_if_close(left), np.real_if_close(right)
    if np.iscomplexobj(left):
        return latex
    other = iter(np.ravel(right if np.allclose(np.ravel(left), printed) else left).tolist())
    return "".join(before) + NUMBER.sub(lambda match: _written(match, next(other)), last)


def _value(match: re.Match[str]) -> float:
    return float(f"{match[1]}.{match[2] or 0}") * _unit(match)


def _unit(match: re.Match[str]) -> float:
    return 10.0 ** int(match[4]) if match[4] else 0.01 if match[3] else 1.0


def _written(match: re.Match[str], value: float) -> str:
    digits = len(match[2] or "")
    return f"{round(value / _unit(match), digits) + 0.0:.{digits}f}{match[3] or ''}"
