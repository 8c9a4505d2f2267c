"""Notebooks as pages of this site: executed beside the build, read and shown as any other page.

mkdocs-jupyter makes pages of notebooks, with the style sheets and scripts of JupyterLab, 650 kB of them. Here a
notebook is executed with nbclient, as it does, and only what the cells printed and drew is kept. The page is written
as Markdown, cell by cell, so that its mathematics, its code and its headings are those of the site.
"""

from __future__ import annotations

import asyncio
import copy
import html
import json
import logging
import os
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

from executable_math.figures import themed
from executable_math.files import keep
from executable_math.reach import reached
from executable_math.sources import digest

log = logging.getLogger("mkdocs.plugins.executable_math")

LONGEST_CELL = 600  # seconds until a cell that does not end is given up
# A kernel says at every start that it listens on this machine, as every kernel does.
QUIET = ["--IPKernelApp.log_level=ERROR"]
CELL = re.compile(r"^# %%(?!%).*", re.MULTILINE)


class NotebookError(Exception):
    """A notebook cannot be executed or shown; the message says which cell and what to write."""


@dataclass(frozen=True)
class Run:
    """What came of executing a notebook.

    Args:
        state: The hash of all that it came from.
        outputs: For each code cell what it printed, as ``<pre>``, and drew, as SVG.
        error: Where it stopped and why, if it did.
    """

    state: str = ""
    outputs: list[list[str]] = field(default_factory=list)
    error: str = ""


@dataclass(frozen=True)
class Notebook:
    """A notebook's file, in percent format, and the file in which its last run is kept."""

    path: Path
    kept: Path

    def state(self) -> str:
        """The hash of its text, of the project's code that it can reach, and of the libraries."""
        libraries = [f"{name} {version(name)}" for name in ("numpy", "matplotlib", "nbclient", "ipykernel")]
        return digest([self.path, Path(__file__)], [*libraries, *reached(self.path, map(Path, sys.path))])

    def is_current(self) -> bool:
        return self.last().state == self.state()

    def last(self) -> Run:
        """The run that is kept; an empty one if there is none."""
        try:
            return Run(**json.loads(self.kept.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return Run()

    def execute(self) -> Run:
        """Run all cells in a new kernel, and keep what came of it."""
        state, start = self.state(), time.perf_counter()
        try:
            run = Run(state, executed(self.path))
        except NotebookError as error:
            run = Run(state, self.last().outputs, str(error))
        keep(self.kept, json.dumps(asdict(run)))
        log.info("executed %s in %.1f s", self.path.name, time.perf_counter() - start)
        return run


class Kernels:
    """Executes notebooks beside the build, as many at a time as there are processors."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(os.cpu_count())
        self.running: dict[Path, Future[Run]] = {}

    def finished(self, notebook: Notebook) -> Run:
        """The run of a notebook, when it has ended, or the one that is kept."""
        return self.running[notebook.path].result() if notebook.path in self.running else notebook.last()

    def start(self, notebook: Notebook) -> Future[Run]:
        """Execute a notebook; one that is running goes on, and is not started a second time."""
        running = self.running.get(notebook.path)
        if running is None or running.done():
            running = self.running[notebook.path] = self.pool.submit(notebook.execute)
            running.add_done_callback(_told)
        return running


def _told(run: Future[Run]) -> None:
    """Say what kept a run from being kept: nobody may be waiting for it."""
    if error := run.exception():
        log.error("a notebook's run is lost: %s", error)


def read(path: Path) -> Any:
    """A notebook in percent format, with cell identifiers that do not change from build to build."""
    return _read(path.read_text(encoding="utf-8"))


@cache
def _read(text: str) -> Any:
    import jupytext

    notebook = jupytext.reads(text, fmt="py:percent")
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{number}"
    return notebook


def downloadable(path: Path) -> str:
    """The notebook as .ipynb, without outputs."""
    import jupytext

    return str(jupytext.writes(read(path), fmt="ipynb"))


def executed(path: Path) -> list[list[str]]:
    """What each code cell printed and drew.

    Raises:
        NotebookError: a cell failed, or drew what no page can show.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellControlSignal

    notebook, place = copy.deepcopy(read(path)), {"metadata": {"path": str(path.parent)}}
    try:
        client = NotebookClient(notebook, timeout=LONGEST_CELL, extra_arguments=QUIET, resources=place)
        asyncio.run(client.async_execute())
    except (CellControlSignal, RuntimeError) as error:
        raise NotebookError(_failure(path, notebook) or f"{path}: {error}") from error
    return [list(outputs(cell.outputs)) for cell in notebook.cells if cell.cell_type == "code"]


def _failure(path: Path, notebook: Any) -> str:
    """The place in the file of the error that a cell ended with, and what it says; empty, if none did."""
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                line = re.search(r"Cell In\S*, line (\d+)", _plain("\n".join(output.traceback)))
                first = _first_line(path, number - len(notebook.cells))
                return f"{path}:{first + int(line[1]) - 1 if line else first}: {output.ename}: {output.evalue}"
    return ""


def _first_line(path: Path, cell: int) -> int:
    """The line of a cell, counted from the last: a header is a cell, too, and has no mark of one."""
    text = path.read_text(encoding="utf-8")
    return text.count("\n", 0, [match.end() for match in CELL.finditer(text)][cell]) + 2


def outputs(shown: list[Any]) -> Iterator[str]:
    """The outputs of a cell: drawings as they are; what is printed between two of them as one text."""
    for drawn, group in groupby(shown, key=_drawing):  # the same drawing twice running is shown once
        texts = [] if drawn else [_text(output) for output in group]
        yield drawn or _printed("".join(texts))


def _printed(text: str) -> str:
    return "<pre tabindex=0>" + html.escape(text.strip("\n").rstrip(), quote=False) + "</pre>"


def _drawing(output: Any) -> str:
    """The SVG of an output; empty, if it is a text."""
    kinds = output.get("data", {})
    if other := [kind for kind in kinds if kind.startswith("image/") and kind != "image/svg+xml"]:
        raise NotebookError(f"a cell draws {other[0]}: let it draw SVG with `%config InlineBackend.figure_formats`")
    return str(kinds.get("image/svg+xml", ""))


def _text(output: Any) -> str:
    return _plain(output.text if output.output_type == "stream" else output.data.get("text/plain", ""))


def _plain(printed: str) -> str:
    """What was printed, without the colours of a terminal."""
    return re.sub(r"\x1b\[[\d;]*m", "", printed)


def markdown(path: Path, printed: list[list[str]], note: str = "") -> str:
    """The notebook as a page: front matter and text cells as they are, code in fences, a mark for each output."""
    count, page = 0, []
    for cell in read(path).cells:
        page.append(f"````python\n{cell.source}\n````" if cell.cell_type == "code" else cell.source)
        if cell.cell_type == "code":
            page += [mark(count, place) for place in range(len(printed[count]))]
            count += 1
    title = next((place for place, part in enumerate(page) if part.startswith("# ")), -1)
    page[title + 1 : title + 1] = [f"[Download this notebook]({path.stem}.ipynb){{ .download }}", note]
    return "\n\n".join(page)


def fitted(printed: list[list[str]], path: Path) -> list[list[str]]:
    """The outputs of an earlier state of a notebook, one list for each code cell that it has now."""
    count = sum(cell.cell_type == "code" for cell in read(path).cells)
    return (printed + [[]] * count)[:count]


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
