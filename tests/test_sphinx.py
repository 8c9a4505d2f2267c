"""Under Sphinx what side files bind is checked, in reStructuredText and in docstrings, and shown in its place."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from executable_math.bindings.sidefile import fingerprint

CONFIG = """
import sys
sys.path.insert(0, ".")
project = "Losses"
extensions = ["sphinx.ext.mathjax", "sphinx.ext.autodoc", "executable_math.sphinx_extension"]
executable_math_side_files = ["."]
"""
LATEX = r"\log(1 + e^{-y s})"
PAGE = rf"""
Losses
======

.. math:: {LATEX}
   :label: logistic

.. math::

   x = 2 x

.. automodule:: losses
   :members:
"""
MODULE = r'''
import numpy as np


def hinge(y, s):
    r"""The hinge loss.

    .. math:: \max(0, 1 - y s)
    """
    return np.maximum(0, 1 - y * s)


def logistic(y, s):
    """The logistic loss."""
    return np.log1p(np.exp(-y * s))
'''
SYMBOLS = "module: losses\nsymbols: {y: sign, s: real}\nformulas:\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    hinge = fingerprint(r"\max(0, 1 - y s)")
    files = {
        "conf.py": CONFIG,
        "index.rst": PAGE,
        "losses.py": MODULE,
        "index.math.yml": f"{SYMBOLS}  logistic: {{reads: '{fingerprint(LATEX)}', equals: 'logistic(y, s)'}}\n",
        "losses.math.yml": f"{SYMBOLS}  hinge#1: {{reads: '{hinge}', equals: 'hinge(y, s)'}}\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    return tmp_path


def build(project: Path) -> tuple[int, str, str]:
    """The status of a strict build, what it says, and the page."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-E", "-b", "html", ".", "out"]
    done = subprocess.run(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
    return done.returncode, done.stdout, (project / "out/index.html").read_text()


def test_what_holds_has_a_mark_behind_it(project: Path) -> None:
    status, said, page = build(project)
    assert status == 0, said
    assert "2 checked: 2 agreeing with code; 2 of 3 formulas bound" in said
    assert page.count("Agrees with code: logistic(y, s)") == 2  # to see and to hear
    assert page.count("Agrees with code: hinge(y, s)") == 2
    assert page.index("e^{-y s}") < page.index("Agrees with code: logistic") < page.index("x = 2 x")


def test_what_does_not_hold_is_a_warning_with_its_line_and_stands_in_its_place(project: Path) -> None:
    module = project / "losses.py"
    module.write_text(MODULE.replace("np.maximum(0, 1", "np.maximum(0, 2"))
    status, said, page = build(project)
    assert status == 1
    assert f"{module}:8: WARNING: the formula and the code disagree" in said
    assert "with y = " in said
    assert page.count('class="check-failure"') == 1
    assert "Agrees with code: logistic(y, s)" in page
