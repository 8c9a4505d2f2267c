"""Notebooks: read from percent format, kept by what they import, shown with what their cells printed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output

from executable_math.foreign.sources import Ground
from executable_math.site import notebooks
from executable_math.site.store import Store

NOTEBOOK = """# %% [markdown]
# # A lab
#
# With $x$.

# %% alt="A line that rises."
import mathematics
draw(mathematics.ONE)

# %%
print(1 < 2)
"""
LINE = '<path d="M 1.2345 2" style="stroke: #1f77b4"/>'
SVG = f'<?xml version="1.0"?><svg width="10pt" height="5pt" viewBox="0 0 10 5">{LINE}</svg>'


OUTPUTS = [[SVG], ["<pre tabindex=0>1 &lt; 2</pre>"]]


def stream(text: str) -> NotebookNode:
    output: NotebookNode = new_output("stream", text=text)
    return output


def picture(kind: str = "svg+xml", content: str = SVG) -> NotebookNode:
    output: NotebookNode = new_output("display_data", {f"image/{kind}": content, "text/plain": "<Figure>"})
    return output


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    path = tmp_path / "docs/lab.py"
    path.parent.mkdir()
    path.write_text(NOTEBOOK)
    return path


def test_what_is_printed_between_two_drawings_is_one_text() -> None:
    result = new_output("execute_result", {"text/plain": "1 < 2"})
    shown = [stream("one\n"), result, picture(), stream("\x1b[31mred\x1b[0m\n")]
    texts = ["<pre tabindex=0>one\n1 &lt; 2</pre>", "<pre tabindex=0>red</pre>"]
    assert list(notebooks.outputs(shown, "lab.py:3")) == [texts[0], SVG, texts[1]]


def test_a_picture_that_is_no_svg_is_refused() -> None:
    with pytest.raises(notebooks.NotebookError, match=r"^lab\.py:3: a cell draws image/png.*figure_formats"):
        list(notebooks.outputs([picture("png", "AAAA")], "lab.py:3"))


def executed(lab: Path, last_cell: str) -> notebooks.Run:
    header, first = "# ---\n# title: A lab\n# ---\n\n", "# %%\n# %matplotlib inline\nx = 2\n\n"
    lab.write_text(f"{header}{first}# %%\nprint(x)\n{last_cell}\n")
    return notebooks.Kernels().start(kept(lab)).result()  # as a build does: beside an event loop, if there is one


def kept(lab: Path) -> notebooks.Notebook:
    return notebooks.Notebook(lab, Store(lab.parent / "kept"), "lab.json")


def test_a_notebook_is_executed_and_its_run_is_kept(lab: Path) -> None:
    run = executed(lab, "x + 1")
    assert run.outputs == [[], ["<pre tabindex=0>2\n3</pre>"]]
    notebook = kept(lab)
    assert notebook.last() == run
    assert notebook.is_current()


def test_a_cell_that_fails_is_named_by_its_line_and_the_last_outputs_stay(lab: Path) -> None:
    before = executed(lab, "x + 1").outputs
    run = executed(lab, "x / 0")
    assert run.error == f"{lab}:11: ZeroDivisionError: division by zero"
    assert run.outputs == before


def test_a_notebook_that_is_written_to_meanwhile_is_executed_again(lab: Path) -> None:
    run = executed(lab, "import os\nos.utime('lab.py')")
    assert run.outputs[-1] == ["<pre tabindex=0>2</pre>"]
    assert not kept(lab).is_current()


def test_a_cell_that_python_cannot_read_is_named_by_its_line(lab: Path) -> None:
    assert re.fullmatch(rf"{lab}:11: SyntaxError: .*", executed(lab, "x = = 3").error)


def test_a_run_that_another_version_kept_is_no_run(lab: Path) -> None:
    notebook = kept(lab)
    notebook.kept.keep("lab.json", Ground("ab"), b'{"state": "ab", "cells": []}')
    assert notebook.last() == notebooks.Run()
    assert not notebook.is_current()


def test_a_notebook_that_runs_is_not_started_again(lab: Path) -> None:
    kernels, notebook = notebooks.Kernels(), kept(lab)
    first = kernels.start(notebook)
    assert kernels.start(notebook) is first
    assert kernels.finished(notebook).error  # there is no module `mathematics`
    assert kernels.start(notebook) is not first


def test_the_page_has_every_cell_and_a_mark_for_every_output(lab: Path) -> None:
    page = notebooks.markdown(lab, [["a drawing"], ["a line", "another"]])
    places = [
        page.index(part)
        for part in (
            "# A lab",
            "With $x$",
            "import mathematics",
            '-0-0"></div>',
            "print(1 < 2)",
            '-1-0"></div>',
            '-1-1"></div>',
        )
    ]
    assert places == sorted(places)
    assert "[Download this notebook](lab.ipynb)" in page


def test_outputs_stand_in_the_place_of_their_marks(lab: Path) -> None:
    page = notebooks.with_outputs(notebooks.markdown(lab, OUTPUTS), lab, OUTPUTS)
    assert 'aria-label="A line that rises."' in page
    assert "var(--figure-1" in page
    assert 'width="10pt"' not in page
    assert "<pre tabindex=0>1 &lt; 2</pre>" in page
    assert "data-output" not in page


def test_a_drawing_without_a_text_alternative_is_refused(lab: Path) -> None:
    lab.write_text(NOTEBOOK.replace(' alt="A line that rises."', ""))
    with pytest.raises(notebooks.NotebookError, match=r'lab\.py:7: a cell draws.*alt="\.\.\.".*import mathematics'):
        notebooks.with_outputs("", lab, OUTPUTS)


def test_a_drawing_with_a_script_is_refused(lab: Path) -> None:
    outputs = [[SVG.replace("<path", "<script/><path")], OUTPUTS[1]]
    with pytest.raises(notebooks.NotebookError, match=r"lab\.py:7: a cell draws <script>, which no page shows"):
        notebooks.with_outputs("", lab, outputs)


def test_no_text_passes_for_the_place_of_an_output(lab: Path) -> None:
    lab.write_text(NOTEBOOK.replace("With $x$.", "With <div data-output=1-0></div>."))
    page = notebooks.with_outputs(notebooks.markdown(lab, OUTPUTS), lab, OUTPUTS)
    assert page.count("<pre tabindex=0>1 &lt; 2</pre>") == 1


def test_the_download_has_no_outputs_and_is_the_same_every_time(lab: Path) -> None:
    notebook = json.loads(notebooks.downloadable(lab))
    assert [cell["cell_type"] for cell in notebook["cells"]] == ["markdown", "code", "code"]
    assert all(cell["outputs"] == [] for cell in notebook["cells"][1:])
    assert notebooks.downloadable(lab) == notebooks.downloadable(lab)


def test_an_edited_import_makes_a_run_out_of_date(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = lab.parent.parent / "mathematics.py"
    module.write_text("ONE = 1\n")
    monkeypatch.syspath_prepend(str(module.parent))
    notebook = kept(lab)
    before = notebook.ground().key
    assert notebook.ground().key == before
    module.write_text("ONE = 2\n")
    assert notebook.ground().key != before


def test_a_file_that_a_notebook_has_read_makes_its_run_out_of_date(lab: Path) -> None:
    data = lab.parent / "data.txt"
    data.write_text("1")
    assert executed(lab, "print(open('data.txt').read())").outputs[-1] == ["<pre tabindex=0>2\n1</pre>"]
    assert kept(lab).is_current()
    data.write_text("2")
    assert not kept(lab).is_current()


def test_a_file_that_a_failing_notebook_has_read_is_seen_too(lab: Path) -> None:
    assert executed(lab, "open('data.txt')").error
    assert kept(lab).is_current()
    (lab.parent / "data.txt").write_text("1")
    assert not kept(lab).is_current()


def test_old_outputs_fit_a_notebook_that_has_more_or_fewer_cells(lab: Path) -> None:
    assert notebooks.fitted([["one"]], lab) == [["one"], []]
    assert notebooks.fitted([["one"], ["two"], ["three"]], lab) == [["one"], ["two"]]
