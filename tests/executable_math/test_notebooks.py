"""Notebooks: read from percent format, kept by what they import, shown with what their cells printed."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from executable_math import notebooks

NOTEBOOK = '''# %% [markdown]
# # A lab
#
# With $x$.

# %% alt="A line that rises."
import mathematics
draw()

# %%
print(1 < 2)
'''
LINE = '<path d="M 1.2345 2" style="stroke: #1f77b4"/>'
SVG = f'<?xml version="1.0"?><svg width="10pt" height="5pt" viewBox="0 0 10 5">{LINE}</svg>'


def area(content: str) -> str:
    return f'<div class="jp-OutputArea-output">{content}</div>'


def cell(number: int, *areas: str) -> str:
    return f'<div class="jp-CodeCell"><div class="jp-CodeCell" id="c{number}">{"".join(areas)}</div></div>'


IMAGE = f'<img src="data:image/svg+xml;base64,{base64.b64encode(SVG.encode()).decode()}">'
RENDERED = "<style>.jp{}</style>" + cell(1, area(IMAGE)) + cell(2, area("<pre>1 &lt; 2\n</pre>"))


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    path = tmp_path / "docs/lab.py"
    path.parent.mkdir()
    path.write_text(NOTEBOOK)
    return path


def test_outputs_are_taken_cell_by_cell() -> None:
    assert notebooks.outputs(RENDERED) == [[SVG], ["<pre tabindex=0>1 &lt; 2</pre>"]]


def test_what_is_printed_is_one_text_in_however_many_pieces_it_came() -> None:
    pieces = area("<pre>one\n</pre>") + area("<pre>two\n</pre>")
    assert notebooks.outputs(cell(1, pieces, area(IMAGE), area("<pre>three</pre>"))) == [
        ["<pre tabindex=0>one\ntwo</pre>", SVG, "<pre tabindex=0>three</pre>"]
    ]


def test_a_picture_that_is_no_svg_is_refused() -> None:
    with pytest.raises(notebooks.NotebookError, match=r"draws image/png.*figure_formats"):
        notebooks.outputs(cell(1, area('<img src="data:image/png;base64,AAAA">')))


def test_the_page_has_every_cell_and_a_mark_for_every_output(lab: Path) -> None:
    page = notebooks.markdown(lab, [["a drawing"], ["a line", "another"]])
    places = [page.index(part) for part in ("# A lab", "With $x$", "import mathematics", "data-output=0-0",
                                            "print(1 < 2)", "data-output=1-0", "data-output=1-1")]
    assert places == sorted(places)
    assert "[Download this notebook](lab.ipynb)" in page


def test_outputs_stand_in_the_place_of_their_marks(lab: Path) -> None:
    printed = notebooks.outputs(RENDERED)
    page = notebooks.with_outputs(notebooks.markdown(lab, printed), lab, printed)
    assert 'aria-label="A line that rises."' in page
    assert "var(--figure-1" in page
    assert 'width="10pt"' not in page
    assert "<pre tabindex=0>1 &lt; 2</pre>" in page
    assert "data-output" not in page


def test_a_drawing_without_a_text_alternative_is_refused(lab: Path) -> None:
    lab.write_text(NOTEBOOK.replace(' alt="A line that rises."', ""))
    with pytest.raises(notebooks.NotebookError, match=r'lab\.py: a cell draws.*alt="\.\.\.".*import mathematics'):
        notebooks.with_outputs("", lab, notebooks.outputs(RENDERED))


def test_the_download_has_no_outputs_and_is_the_same_every_time(lab: Path) -> None:
    notebook = json.loads(notebooks.downloadable(lab))
    assert [cell["cell_type"] for cell in notebook["cells"]] == ["markdown", "code", "code"]
    assert all(cell["outputs"] == [] for cell in notebook["cells"][1:])
    assert notebooks.downloadable(lab) == notebooks.downloadable(lab)


def test_an_edited_import_is_another_folder_of_the_cache(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = lab.parent.parent / "mathematics.py"
    module.write_text("ONE = 1\n")
    monkeypatch.syspath_prepend(str(module.parent))
    before = notebooks.cache_folder(Path("kept"), lab.parent)
    assert notebooks.cache_folder(Path("kept"), lab.parent) == before
    module.write_text("ONE = 2\n")
    assert notebooks.cache_folder(Path("kept"), lab.parent) != before
