"""Notebooks as pages of this site: executed by mkdocs-jupyter, read and shown as any other page.

mkdocs-jupyter executes a notebook and renders it with the style sheets and scripts of JupyterLab, 650 kB of them.
Only what the cells printed and drew is taken from there. The page is written again as Markdown, cell by cell, so that
its mathematics, its code and its headings are those of the site.
"""

from __future__ import annotations

import base64
import html
import re
import sys
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

from executable_math.figures import themed
from executable_math.sources import digest, sources


class NotebookError(Exception):
    """A notebook cannot be shown; the message says which cell and what to write."""


def cache_folder(kept: Path, docs: Path) -> Path:
    """Where executed notebooks are kept: a folder for each state of the modules that they import.

    mkdocs-jupyter keeps an executed notebook by the notebook's own text. A folder named by the hash of the
    project's modules that the notebooks import, and of the libraries, makes its cache see those too.
    """
    imported = {module for notebook in docs.rglob("*.py") for module in sources(notebook, map(Path, sys.path))}
    libraries = [f"{name} {version(name)}" for name in ("numpy", "matplotlib", "nbconvert", "mkdocs-jupyter")]
    return kept / digest(sorted(imported), libraries)[:16]


def read(path: Path) -> Any:
    """A notebook in percent format, with cell identifiers that do not change from build to build."""
    import jupytext

    notebook = jupytext.read(path)
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{number}"
    return notebook


def downloadable(path: Path) -> str:
    """The notebook as .ipynb, without outputs."""
    import jupytext

    return str(jupytext.writes(read(path), fmt="ipynb"))


def outputs(rendered: str) -> list[list[str]]:
    """What each code cell printed, as ``<pre>``, and drew, as SVG, taken from the HTML of mkdocs-jupyter."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(re.sub(r"<(style|script)\b.*?</\1>", "", rendered, flags=re.S), "html.parser")
    cells = soup.select(".jp-CodeCell[id]")
    return [_outputs(cell.select(".jp-OutputArea-output")) for cell in cells]


def _outputs(areas: list[Any]) -> list[str]:
    """The drawings as they are; what is printed between two of them as one text, in however many pieces it came."""
    found = []
    for drawn, group in groupby(areas, key=lambda area: area.find("img")):
        found.append(_drawing(drawn) if drawn else _text("".join((area.pre or area).get_text() for area in group)))
    return found


def _drawing(image: Any) -> str:
    kind, _, data = image["src"].partition(";base64,")
    if kind != "data:image/svg+xml":
        raise NotebookError(f"a cell draws {kind[5:]}: let it draw SVG with `%config InlineBackend.figure_formats`")
    return base64.b64decode(data).decode()


def _text(printed: str) -> str:
    return "<pre tabindex=0>" + html.escape(printed.strip("\n").rstrip(), quote=False) + "</pre>"


def markdown(path: Path, printed: list[list[str]]) -> str:
    """The notebook as a page: front matter and text cells as they are, code in fences, a mark for each output."""
    count, page = 0, []
    for cell in read(path).cells:
        page.append(f"````python\n{cell.source}\n````" if cell.cell_type == "code" else cell.source)
        if cell.cell_type == "code":
            page += [mark(count, place) for place in range(len(printed[count]))]
            count += 1
    title = next(place for place, part in enumerate(page) if part.startswith("# "))
    page.insert(title + 1, f"[Download this notebook]({path.stem}.ipynb){{ .download }}")
    return "\n\n".join(page)


def prose(path: Path) -> str:
    """The notebook's front matter and text alone."""
    return "\n\n".join(cell.source for cell in read(path).cells if cell.cell_type != "code")


def mark(cell: int, place: int) -> str:
    return f"<div data-output={cell}-{place}></div>"


def with_outputs(page: str, path: Path, printed: list[list[str]]) -> str:
    """The rendered page with the outputs in the places of their marks.

    Raises:
        NotebookError: a drawing has no text alternative.
    """
    code = [cell for cell in read(path).cells if cell.cell_type == "code"]
    for number, (cell, shown) in enumerate(zip(code, printed, strict=True)):
        for place, output in enumerate(shown):
            figure = _figure(output, cell, f"{path.stem}-{number}-{place}", path) if "<svg" in output else output
            page = page.replace(mark(number, place), f'<div class="output">{figure}</div>')
    return page


def _figure(svg: str, cell: Any, name: str, path: Path) -> str:
    if "alt" not in cell.metadata:
        first = cell.source.partition("\n")[0]
        raise NotebookError(f'{path}: a cell draws and says not what: write `# %% alt="..."` above `{first}`')
    size = re.compile(r' (?:width|height)="[\d.]+pt"')
    label = f'<svg role="img" aria-label="{html.escape(cell.metadata["alt"])}" '
    return size.sub("", themed(svg, name).replace("<svg ", label, 1), count=2)
