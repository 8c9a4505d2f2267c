"""Side files: documentation that nobody edits is checked, formula by formula, where somebody has said against what."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from executable_math.__main__ import main
from executable_math.bindings.draft import guess
from executable_math.bindings.sidefile import fingerprint, side_file
from executable_math.foreign.process import foreign

MODULE = r'''
"""Losses of labels $y$ and scores $s$."""

import numpy as np


def hinge(y, s):
    r"""The hinge loss.

    .. math::

        L = \max(0, 1 - y s)
    """
    return np.maximum(0, 1 - y * s)


def logistic(y, s):
    r"""The logistic loss.

    .. math:: L = \log(1 + e^{-y s})
        :label: logistic

    .. math:: \frac{\partial L}{\partial s} = \frac{-y}{1 + e^{y s}}
    """
    return np.log1p(np.exp(-y * s))
'''.lstrip()
HINGE, LOGISTIC = r"L = \max(0, 1 - y s)", r"L = \log(1 + e^{-y s})"
SLOPE = r"\frac{\partial L}{\partial s} = \frac{-y}{1 + e^{y s}}"
SIDE = f"""\
module: losses
symbols: {{y: sign, s: real}}
formulas:
  hinge#1:
    reads: {fingerprint(HINGE)}
    equals: hinge(y, s)
  logistic:
    reads: {fingerprint(LOGISTIC)}
    equals: logistic(y, s)
  logistic#2:
    reads: {fingerprint(SLOPE)}
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module of losses without a `mkdocs.yml`, and a side file for its docstrings."""
    (tmp_path / "losses.py").write_text(MODULE)
    (tmp_path / "losses.math.yml").write_text(SIDE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def edited(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


@pytest.mark.parametrize("path", ["losses.math.yml", "losses.py", "."])
def test_what_is_bound_is_checked_whichever_file_is_named(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([path]) == 0
    assert capsys.readouterr().out == ("3 checked: 2 agreeing with code, 1 proven; 3 of 3 formulas bound\n")


def test_a_wrong_formula_is_told_where_it_stands(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edited(project / "losses.py", "e^{-y s}", "e^{y s}")
    edited(project / "losses.math.yml", fingerprint(LOGISTIC), fingerprint(LOGISTIC.replace("-y", "y")))
    assert main(["losses.py"]) == 1
    told = capsys.readouterr().out
    assert told.startswith("losses.py:19:31: the formula and the code disagree\n    L = \\log(1 + e^{y s})")
    assert "with " in told


def test_a_place_in_a_later_line_of_a_formula_is_exact(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edited(project / "losses.py", "L = \\max(0, 1 - y s)", "L = \\max(0,\n            1 - y t)")
    edited(project / "losses.math.yml", fingerprint(HINGE), fingerprint(HINGE.replace("s)", "t)")))
    assert main(["losses.py"]) == 1
    assert capsys.readouterr().out.startswith("losses.py:12:19: the symbol t is not known")


def test_what_is_not_bound_is_counted_and_never_fails(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "losses.math.yml").write_text(SIDE.partition("  logistic:")[0])
    edited(project / "losses.py", "e^{-y s}", "e^{y s} \\nonsense{")
    assert main(["losses.py"]) == 0
    assert capsys.readouterr().out == "1 checked: 1 agreeing with code; 1 of 3 formulas bound\n"


def test_where_nothing_is_bound_it_is_said_how_to_begin(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "guide.rst").write_text(".. math:: x = y\n")
    assert main(["guide.rst"]) == 1
    printed = capsys.readouterr()
    assert printed.out == "0 checked; 0 of 1 formulas bound\n"
    assert "nothing was found to check\n    write a side file: executable-math bind guide.rst" in printed.err


def test_what_was_bound_stays_bound(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--at-least=3", "losses.py"]) == 0
    edited(project / "losses.math.yml", f"  logistic#2:\n    reads: {fingerprint(SLOPE)}\n", "")
    assert main(["--at-least=3", "losses.py"]) == 1
    assert "2 of 3 formulas are bound, and at least 3 were to be" in capsys.readouterr().err


def test_what_is_left_out_with_a_reason_is_not_bound(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mystery = SLOPE.replace(r"\frac{-y}", r"\mystery{-y}")
    edited(project / "losses.math.yml", fingerprint(SLOPE), f"{fingerprint(mystery)}\n    unchecked: nobody knows it")
    edited(project / "losses.py", SLOPE, mystery)
    assert main(["losses.py"]) == 0
    assert capsys.readouterr().out.endswith("; 2 of 3 formulas bound\n")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (fingerprint(HINGE), "12345678", "losses.py:11:9: this formula has changed since it was bound, in losses.math"),
        (f"reads: {fingerprint(HINGE)}", "", "losses.py:11:9: this formula is bound without its hash"),
        ("hinge#1", "hing#1", "losses.math.yml:4:3: no formula of losses.py is named hing#1\n    write: hinge#1"),
        ("equals: hinge", "equal: hinge", "losses.math.yml:6:5: nothing is named equal here\n    write: equals"),
        ("hinge(y, s)", "hing(y, s)", "losses.py:11:9: "),
        ("module: losses", "module: loses", "losses.math.yml:1:1: the module loses cannot be imported"),
        ("module: losses", "of: loses.py", "losses.math.yml:1:1: there is no file or module loses.py\n    write: of:"),
        ("y: sign", "y: sgn", "losses.py:1:1: in losses.math.yml: "),
        ("symbols: {y", "symbols: {[y]", "losses.math.yml:2:11: this is no name"),
        ("formulas:", "formulas: [", "losses.math.yml:5:10: this is not YAML"),
        ("equals: hinge(y, s)", "equals: [hinge]", "losses.math.yml:6:13: this is no text, but a sequence"),
        ("logistic#2", "hinge#1", "losses.math.yml:10:3: hinge#1 is there twice"),
        ("module: losses", "module: &a losses", ""),
        ("module: losses", "module: &a losses\nof: *a", "losses.math.yml:2:5: a side file has no aliases"),
    ],
)
def test_what_is_wrong_with_a_side_file_has_its_place(
    project: Path, capsys: pytest.CaptureFixture[str], before: str, after: str, told: str
) -> None:
    edited(project / "losses.math.yml", before, after)
    assert main(["losses.math.yml"]) == bool(told)
    printed = capsys.readouterr().out
    assert printed.startswith(told)
    assert "Traceback" not in printed


def test_bytes_that_are_no_text_hide_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "losses.math.yml").write_bytes(f"# caf\xe9\n{SIDE}".encode("latin-1"))
    assert main(["losses.math.yml"]) == 1
    printed = capsys.readouterr().out
    assert printed.startswith("losses.math.yml:1:6: byte 0xe9 is not UTF-8")
    assert "3 of 3 formulas bound" in printed


def test_one_file_binds_many_and_says_once_what_they_share(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "losses.math.yml").unlink()
    (project / "guide.md").write_text("# Losses\n\nThe $\\score$ and\n\n$$\n\\max(0, 1 - y \\score)\n$$\n")
    written = fingerprint(r"\max(0, 1 - y \score)")
    (project / "all.math.yml").write_text(
        "module: losses\nsymbols: {y: sign, s: real}\nmacros: \\newcommand{\\score}{s}\n---\n"
        f"of: guide.md\nformulas:\n  Losses#1: {{reads: '{written}', equals: 'hinge(y, s)'}}\n---\n"
        f"of: losses.py\nformulas:\n  hinge#1: {{reads: '{fingerprint(HINGE)}', equals: 'hinge(y, s)'}}\n"
    )
    assert main(["."]) == 0
    assert capsys.readouterr().out.endswith("2 checked: 2 agreeing with code; 2 of 4 formulas bound\n")


SCOPES = "# A\n\n$$\nf(x) = 2 x\n$$\n\n$$\nf(x) = x + x\n$$\n\n# B\n\n$$\nf(x) = 3 x\n$$\n\n$$\nf(x) = 4 x - x\n$$\n"


def test_a_name_may_mean_another_thing_in_another_section(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "guide.md").write_text(SCOPES)
    names = {"A#1": "f(x) = 2 x", "A#2": "f(x) = x + x", "B#1": "f(x) = 3 x", "B#2": "f(x) = 4 x - x"}
    bound = "".join(f"  {name}: {{reads: '{fingerprint(latex)}'}}\n" for name, latex in names.items())
    side = project / "guide.math.yml"
    side.write_text(f"symbols: {{x: real}}\nformulas:\n{bound}")
    assert main(["guide.md"]) == 1
    assert "guide.md:14:" in capsys.readouterr().out
    side.write_text(f"sections:\n  A: {{x: real}}\n  B: {{x: real}}\nformulas:\n{bound}")
    assert main(["guide.md"]) == 0
    assert capsys.readouterr().out.endswith("4 of 4 formulas bound\n")


def test_a_formula_may_have_symbols_of_its_own(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edited(project / "losses.math.yml", "symbols: {y: sign, s: real}", "symbols: {y: sign}")
    edited(project / "losses.math.yml", "equals: hinge(y, s)", "equals: hinge(y, s)\n    symbols: {s: real}")
    assert main(["losses.math.yml"]) == 1
    printed = capsys.readouterr().out
    assert "losses.py:19:34: the symbol s is not known" in printed
    assert "1 agreeing with code" in printed


def test_documentation_of_an_installed_module_is_found_without_importing_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "losses.math.yml").write_text("of: executable_math.pages.no_such\n")
    assert main(["losses.math.yml"]) == 1
    assert "there is no file or module executable_math.pages.no_such" in capsys.readouterr().out
    (project / "side.math.yml").write_text("of: scipy.special._basic\n")
    code = "import sys; from executable_math.__main__ import main; main(['side.math.yml']); print('scipy' in {})"
    command = [sys.executable, "-c", code.format("sys.modules")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.stdout.splitlines()[-1] == "False"
    assert " formulas bound" in done.stdout


def test_failures_are_written_for_code_scanners(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edited(project / "losses.py", "return np.maximum(0, 1 - y * s)", "return np.maximum(0, 2 - y * s)")
    assert main(["--format=sarif", "losses.py"]) == 1
    [run] = json.loads(capsys.readouterr().out)["runs"]
    [result] = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "losses.py"
    assert place["region"] == {"startLine": 11, "startColumn": 21}
    assert result["message"]["text"].startswith("the formula and the code disagree")
    assert result["ruleId"] in {rule["id"] for rule in run["tool"]["driver"]["rules"]}


def test_each_bound_formula_is_a_test(project: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-rA"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout
    assert "PASSED losses.math.yml::hinge#1" in done.stdout
    edited(project / "losses.py", "np.maximum(0, 1", "np.maximum(0, 2")
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 1
    assert "losses.py:11:21: the formula and the code disagree" in done.stdout
    assert "2 passed" in done.stdout.replace("1 failed, ", "")
    assert "Traceback" not in done.stdout


def test_a_draft_binds_what_holds_and_tells_of_the_rest(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "losses.math.yml").unlink()
    edited(project / "losses.py", "e^{-y s}", "e^{y s}")
    assert main(["bind", "--module=losses", "losses.py"]) == 0
    draft = capsys.readouterr().out
    assert "# the formula and the code disagree" in draft
    document = side_file(draft).documents[0]
    assert [(one.name, one.attributes) for one in document.formulas] == [("hinge#1", {"equals": "hinge(y, s)"})]
    (project / "losses.math.yml").write_text(draft)
    assert main(["losses.py"]) == 0
    assert capsys.readouterr().out.endswith("1 of 3 formulas bound\n")


def test_only_documentation_is_drafted(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "picture.png").write_bytes(b"\x89PNG")
    assert main(["bind", "picture.png"]) == 2
    assert capsys.readouterr().err.startswith("executable-math: picture.png:1:1: no formulas are read of such a file")


PAGE = """---
only_bound: true
symbols: {y: sign, s: real}
---
It took 12.5 s, and $\\nonsense$ is $1 = 2$, but $1 = 2${ equals="2" } is not, nor

```math equals="hinge(y, s)"
\\max(0, 2 - y s)
```

```math
\\text{anything}
```
"""


def test_on_a_page_that_says_so_only_what_is_bound_is_checked(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "page.md").write_text(PAGE)
    assert main(["--module=losses", "page.md"]) == 1
    printed = capsys.readouterr().out
    assert [line for line in printed.splitlines() if line.startswith("page.md")] == [
        "page.md:5:52: the two sides disagree",
        "page.md:8:9: the formula and the code disagree",
    ]
    assert printed.endswith("2 checked: 2 fails; 2 of 3 formulas bound\n")
    (project / "page.md").write_text(PAGE.replace("only_bound: true", "only_bound: false"))
    assert main(["--module=losses", "page.md"]) == 1
    assert "the number 12.5 s is typed" in capsys.readouterr().out


def test_a_project_says_which_pages_are_checked_only_where_they_are_bound(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "old").mkdir()
    (project / "old/page.md").write_text('$$\nx = 2 x\n$$\n\n$1 + 1$\n{ as="two" }\n')
    config = "markdown_extensions:\n  - executable_math:\n      only_bound: {}\n"
    (project / "mkdocs.yml").write_text(config.format("['old/*']"))
    assert main(["old"]) == 1
    assert capsys.readouterr().out == "0 checked; 0 of 1 formulas bound\n"
    (project / "mkdocs.yml").write_text(config.format("old"))
    assert main(["old"]) == 2
    assert "`only_bound` of executable_math is no list" in capsys.readouterr().err


def test_a_saved_notebook_is_a_page_of_a_site_and_else_other_documentation(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell = {"cell_type": "markdown", "metadata": {}, "source": ["It is\n", "\n", "$$\n", "1 = 2\n", "$$"]}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (project / "saved.ipynb").write_text(json.dumps(notebook, indent=1))
    assert main(["saved.ipynb"]) == 1
    assert capsys.readouterr().out == "0 checked; 0 of 1 formulas bound\n"
    (project / "mkdocs.yml").write_text("site_name: A site\n")
    assert main(["saved.ipynb"]) == 1
    assert capsys.readouterr().out.startswith("saved.ipynb:10:10: the two sides disagree\n    1 = 2\n")
    (project / "saved.ipynb").write_text('{"cells": [\n')
    assert main(["saved.ipynb"]) == 1
    assert capsys.readouterr().out.startswith("saved.ipynb:2:1: this is no notebook: Expecting value")


def test_what_is_installed_in_a_folder_is_none_of_its_documentation(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in (".venv/lib", "node_modules/package", "lib/site-packages/package"):
        (project / folder).mkdir(parents=True)
        (project / folder / "wrong.md").write_text("It is $1 = 2$.\n")
        (project / folder / "wrong.math.yml").write_text("of: nothing.md\n")
    assert main(["."]) == 0
    assert capsys.readouterr().out.endswith("; 3 of 3 formulas bound\n")


@pytest.mark.parametrize(
    ("latex", "symbols"),
    [
        (r"f(x) = x g(x)", {"g": "function"}),
        (r"\frac{1}{n} \sum_{i=1}^n x_i + x = 0", {"x_i": "real", "n": "size"}),
        (r"\alpha (1 - y) + \alpha = 0", {r"\alpha": "real", "y": "real"}),
        (r"m_t = \beta_1 m_{t-1} + g_t", {"t": "index 1..N", "N": "size", "m_0": "real", "g_t": "real"}),
        (r"c_0 + c_1 x + \dots + c_p x^p = 0", {"c_k": "real", "k": "index 0..p", "p": "size"}),
        (r"\mathbb{E}[X^2] = 1", {"X": "normal(0, 1)"}),
        (r"w_k = c L_{n-1}(k)", {"n": "integer", "L": "function"}),
        (r"\int_0^\infty t^{z - 1} e^{-t} dt = 1", {"z": "positive"}),
        (r"n\_samples + \hat{p}_* = 0", {r"n\_samples": "real", r"\hat{p}_{*}": "real"}),
    ],
)
def test_a_draft_declares_what_messages_ask_for(latex: str, symbols: dict[str, str]) -> None:
    found = guess(latex, {}, "", foreign(None))
    assert found.status not in ("error", "not read"), found.wrong
    assert symbols.items() <= found.symbols.items()


def notebook(folder: Path, *code: str) -> None:
    """A notebook whose text has a formula, with cells of code; and a side file that binds it to what they define."""
    text = ["# Hinge\n", r"$$\max(0, 1 - y s)$$"]
    cells = [{"cell_type": "markdown", "source": text}, *({"cell_type": "code", "source": one} for one in code)]
    (folder / "lab.ipynb").write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))
    side = {"module": "lab", "symbols": {"y": "sign", "s": "real"}}
    reads = fingerprint(r"\max(0, 1 - y s)")
    formulas = {"Hinge#1": {"reads": reads, "equals": "hinge(y, s)"}}
    (folder / "lab.math.yml").write_text(json.dumps(side | {"formulas": formulas}))


CELL = "def hinge(y, s):\n    return np.maximum(0, 1 - y * s)"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (["%matplotlib inline\nimport numpy as np\n!ls", CELL], "1 agreeing with code"),
        (["import numpy as np", CELL.replace("1 -", "1 +")], "the formula and the code disagree"),
        (["import numpy as np", CELL, "del hinge"], "hinge is no public name of the module"),
        ([CELL, "x = [\n1, 2"], "cannot be imported: lab.ipynb, cell 2:1: SyntaxError"),
        (["import numpy", "raise ValueError(3)"], "cannot be imported: lab.ipynb, cell 2:1: ValueError: 3"),
    ],
)
def test_what_the_cells_of_a_notebook_define_can_be_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    notebook(tmp_path, *code)
    assert main(["lab.ipynb"]) == (0 if "agreeing" in said else 1)
    assert said in capsys.readouterr().out
