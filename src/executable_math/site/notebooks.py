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
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import cache, partial
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from subprocess import DEVNULL
from tempfile import NamedTemporaryFile
from typing import Any

from executable_math.foreign import observed
from executable_math.foreign.process import DEADLINE
from executable_math.foreign.reach import reached
from executable_math.foreign.sources import Ground, digest, sources
from executable_math.pages.text import FRONT_MATTER
from executable_math.pages.text import read as text_of
from executable_math.site.drawing import themed
from executable_math.site.store import Store
from executable_math.site.svg import refused

log = logging.getLogger("mkdocs.plugins.executable_math")

# A kernel says at every start that it listens on this machine, and at an end that is not its own how it came to it.
QUIET = "--IPKernelApp.log_level=CRITICAL"
OBSERVED = f"--IPKernelApp.extensions={observed.__name__}"
# What the text of a cell has in front of a line, or of a line of it: jupytext writes text and magics as comments.
NO_NOTEBOOK = "this is no notebook"
# How Jupytext calls what is in such a file.
FORMATS = {".py": "py:percent", ".ipynb": "ipynb"}
COMMENT = re.compile(r"^(?:# ?)+")


class NotebookError(Exception):
    """A notebook cannot be executed or shown; the message says which cell and what to write."""


@dataclass(frozen=True)
class Run:
    """What came of executing a notebook.

    Args:
        outputs: For each code cell what it printed, as ``<pre>``, and drew, as SVG.
        error: Where it stopped and why, if it did.
    """

    outputs: list[list[str]] = field(default_factory=list)
    error: str = ""


@dataclass(frozen=True)
class Notebook:
    """A notebook's file, and where its last run is kept, by which name.

    It is a script in percent format, or as Jupyter saves it.

    Its kernel looks for the modules of the project in these folders.
    """

    path: Path
    kept: Store
    name: str
    folders: Sequence[Path] = ()

    def ground(self) -> Ground:
        """Its text, the project's code that it can reach, and the libraries."""
        return Ground.of([self.path, *sources(self.path, self.folders)], self._digest)

    def _digest(self) -> str:
        libraries = [f"{name} {version(name)}" for name in ("numpy", "matplotlib", "nbclient", "ipykernel")]
        return digest([self.path, Path(__file__)], [*libraries, *reached(self.path, self.folders)])

    def is_current(self) -> bool:
        return self.kept.read(self.name, self.ground().key) is not None

    def last(self) -> Run:
        """The run that is kept; an empty one if there is none."""
        try:
            return Run(**json.loads(kept.content)) if (kept := self.kept.last(self.name)) else Run()
        except TypeError:  # another version of this module kept it
            return Run()

    def execute(self, seconds: float = DEADLINE) -> Run:
        """Run all cells in a new kernel, each for so many seconds at most, and keep what came of it."""
        ground, start, opened = self.ground(), time.perf_counter(), dict[str, str]()
        try:
            run = Run(executed(self.path, seconds, self.folders, opened))
        except NotebookError as error:
            run = Run(self.last().outputs, str(error))
        self.kept.keep(self.name, ground, json.dumps(asdict(run)).encode(), opened)
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

    def start(self, notebook: Notebook, seconds: float = DEADLINE) -> Future[Run]:
        """Execute a notebook; one that is running goes on, and is not started a second time.

        Args:
            notebook: The notebook.
            seconds: How long each of its cells may take.
        """
        running = self.running.get(notebook.path)
        if running is None or running.done():
            running = self.running[notebook.path] = self.pool.submit(notebook.execute, seconds)
            running.add_done_callback(_told)
        return running


def _told(run: Future[Run]) -> None:
    """Say what kept a run from being kept: nobody may be waiting for it."""
    if error := run.exception():
        log.error("a notebook's run is lost: %s", error)


def read(path: Path) -> Any:
    """A notebook without what an earlier run left in it, with cell identifiers that do not change from build to build.

    Args:
        path: A script in percent format, or what Jupyter saves.

    Raises:
        NotebookError: it is none, or no text at all.
    """
    try:
        text, faults = text_of(path)
    except OSError as error:
        raise NotebookError(f"{path}: {error.strerror}") from error
    for line, column, message in faults:
        raise NotebookError(f"{path}:{line}:{column}: {message}")
    try:
        return _read(text, FORMATS[path.suffix])
    except json.JSONDecodeError as error:
        raise NotebookError(f"{path}:{error.lineno}:{error.colno}: {NO_NOTEBOOK}: {error.msg}") from error
    except Exception as error:  # whatever is wrong with the JSON of a notebook, Jupytext raises it
        raise NotebookError(f"{path}:1:1: {NO_NOTEBOOK}: {type(error).__name__}") from error


def first_lines(path: Path) -> list[int]:
    """The lines of a notebook's file in which its cells begin, below their marks, from 1."""
    return _lines(text_of(path)[0], read(path).cells)


@cache
def _read(text: str, form: str) -> Any:
    import jupytext

    json.loads(text if form == "ipynb" else "null")  # says where it is none
    notebook = jupytext.reads(text, fmt=form)
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{number}"
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def _lines(text: str, cells: list[Any]) -> list[int]:
    written, after, found = [_bare(_unquoted(line)) for line in text.split("\n")], 0, list[int]()
    for cell in cells:
        source = [_bare(line) for line in cell.source.split("\n")]
        places = (place for place in range(after, len(written)) if written[place : place + len(source)] == source)
        found.append(next(places, after) + 1)
        after = found[-1] - 1 + len(source)
    return found


def _unquoted(line: str) -> str:
    """A line of a cell as Jupyter saves it, without its quotation marks; any other line as it is."""
    quoted = re.fullmatch(r'\s*("(?:[^"\\]|\\.)*"),?', line)
    return str(json.loads(quoted[1], strict=False)) if quoted else line


def _bare(line: str) -> str:
    return COMMENT.sub("", line).rstrip()


def download(path: Path) -> str:
    """The name of the notebook that readers download: not that of a source."""
    return f"{path.stem}{'' if path.suffix == '.py' else '-download'}.ipynb"


def downloadable(path: Path) -> str:
    """The notebook as .ipynb, without outputs."""
    import jupytext

    return str(jupytext.writes(read(path), fmt="ipynb"))


def executed(
    path: Path, seconds: float = DEADLINE, folders: Sequence[Path] = (), opened: dict[str, str] | None = None
) -> list[list[str]]:
    """What each code cell printed and drew.

    Args:
        path: The notebook.
        seconds: How long a cell may take.
        folders: Where the modules of the project are looked for.
        opened: Where the files that are read are noted, also if a cell fails.

    Raises:
        NotebookError: a cell failed, or drew what no page can show.
    """
    with NamedTemporaryFile() as report:
        try:
            notebook = _executed(path, seconds, _environment(folders, report.name))
        finally:
            (opened if opened is not None else {}).update(observed.reported(Path(report.name)))
    if wrong := _failure(path, notebook):  # with the tag `raises-exception` the others are executed all the same
        raise NotebookError(f"{wrong}\n    write: `try` and `except` around it, and print what is to be shown")
    cells = zip(notebook.cells, first_lines(path), strict=True)
    return [list(outputs(cell.outputs, f"{path}:{line}")) for cell, line in cells if cell.cell_type == "code"]


def _executed(path: Path, seconds: float, environment: Mapping[str, str]) -> Any:
    """A notebook with what its cells gave.

    Raises:
        NotebookError: a cell failed, or its kernel.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellControlSignal, DeadKernelError

    notebook, place = copy.deepcopy(read(path)), {"metadata": {"path": str(path.parent)}}
    try:
        client = NotebookClient(notebook, timeout=seconds, extra_arguments=[QUIET, OBSERVED], resources=place)
        # What a kernel itself says, as when it is ended, is for nobody. What its code says arrives as an output.
        asyncio.run(client.async_execute(env=environment, stderr=DEVNULL))
    except TimeoutError as error:
        raise NotebookError(f"{_reached(path, notebook)}: Endless: not done after {seconds:g} seconds") from error
    except DeadKernelError as error:
        raise NotebookError(f"{_reached(path, notebook)}: the code ended its process") from error
    except (CellControlSignal, RuntimeError) as error:
        raise NotebookError(_failure(path, notebook) or f"{path}: {error}") from error
    return notebook


def _environment(folders: Sequence[Path], report: str) -> dict[str, str]:
    """What a kernel is told, which is a process of its own: where the modules are, and where to note what it reads."""
    others = filter(None, [os.environ.get("PYTHONPATH")])
    places = {"PYTHONPATH": os.pathsep.join([*map(str, folders), *others]), observed.REPORT: report}
    # What is kept of compiled code goes by the second in which a file was written.
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **places}


def _reached(path: Path, notebook: Any) -> str:
    """The place of the first cell that has not been executed to its end."""
    cells = zip(first_lines(path), notebook.cells, strict=True)
    code = ((line, cell.metadata.get("execution", {})) for line, cell in cells if cell.cell_type == "code")
    return f"{path}:{next((line for line, told in code if 'shell.execute_reply' not in told), 1)}"


def _failure(path: Path, notebook: Any) -> str:
    """The place in the file of the error that a cell ended with, and what it says; empty, if none did."""
    for first, cell in zip(first_lines(path), notebook.cells, strict=True):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                line = re.search(r"Cell In\S*, line (\d+)", _plain("\n".join(output.traceback)))
                return f"{path}:{first + int(line[1]) - 1 if line else first}: {output.ename}: {output.evalue}"
    return ""


def outputs(shown: list[Any], place: str) -> Iterator[str]:
    """The outputs of a cell: drawings as they are; what is printed between two of them as one text.

    What goes to standard error is for who executes it: it names paths of this machine, and is not the same each time.

    Raises:
        NotebookError: the cell, which is at this place, draws what no page can show.
    """
    for warning in filter(_is_warning, shown):
        log.info("%s: standard error: %s", place, _plain(warning.text).strip())
    published = [output for output in shown if not _is_warning(output)]
    for drawn, group in groupby(published, key=partial(_drawing, place=place)):  # one twice running is shown once
        texts = [] if drawn else [_text(output) for output in group]
        yield drawn or _printed("".join(texts))


def _printed(text: str) -> str:
    return "<pre tabindex=0>" + html.escape(text.strip("\n").rstrip(), quote=False) + "</pre>"


def _is_warning(output: Any) -> bool:
    return bool(output.output_type == "stream" and output.name == "stderr")


def _drawing(output: Any, place: str) -> str:
    """The SVG of an output; empty, if it is a text."""
    kinds = output.get("data", {})
    if other := [kind for kind in kinds if kind.startswith("image/") and kind != "image/svg+xml"]:
        advice = "let it draw SVG with `%config InlineBackend.figure_formats`"
        raise NotebookError(f"{place}: a cell draws {other[0]}: {advice}")
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
            page += [mark(path, count, place) for place in range(len(printed[count]))]
            count += 1
    if match := FRONT_MATTER.match(page[0]) if page else None:  # the title may stand in the same cell
        page[:1] = [match[0].rstrip(), page[0][match.end() :].strip()]
    title = next((place for place, part in enumerate(page) if part.startswith("# ")), -1)
    page[title + 1 : title + 1] = [f"[Download this notebook]({download(path)}){{ .download }}", note]
    return "\n\n".join(page)


def fitted(printed: list[list[str]], path: Path) -> list[list[str]]:
    """The outputs of an earlier state of a notebook, one list for each code cell that it has now."""
    count = sum(cell.cell_type == "code" for cell in read(path).cells)
    return (printed + [[]] * count)[:count]


def prose(path: Path) -> str:
    """The notebook's front matter and text alone."""
    return "\n\n".join(cell.source for cell in read(path).cells if cell.cell_type != "code")


def mark(path: Path, cell: int, place: int) -> str:
    """The place of an output. No text of a notebook passes for one: none has its own hash in it."""
    return f'<div data-output="{digest([path])}-{cell}-{place}"></div>'


def with_outputs(page: str, path: Path, printed: list[list[str]]) -> str:
    """The rendered page with the outputs in the places of their marks.

    Raises:
        NotebookError: a drawing has no text alternative.
    """
    cells = zip(read(path).cells, first_lines(path), strict=True)
    code = [(cell, f"{path}:{line}") for cell, line in cells if cell.cell_type == "code"]
    for number, ((cell, where), shown) in enumerate(zip(code, printed, strict=True)):
        for place, output in enumerate(shown):
            figure = _figure(output, cell, f"{path.stem}-{number}-{place}", where) if "<svg" in output else output
            page = page.replace(mark(path, number, place), f'<div class="output">{figure}</div>')
    return page


def _figure(svg: str, cell: Any, name: str, where: str) -> str:
    alternative = cell.metadata.get("alt")
    if not (isinstance(alternative, str) and alternative.strip()):
        first = cell.source.partition("\n")[0]
        raise NotebookError(f'{where}: a cell draws and says not what: write `# %% alt="..."` above `{first}`')
    drawing = themed(svg, name)
    if found := refused(drawing):
        raise NotebookError(f"{where}: a cell draws {found}, which no page shows: let it draw shapes and words alone")
    size = re.compile(r' (?:width|height)="[\d.]+pt"')
    label = f'<svg role="img" aria-label="{html.escape(alternative)}" '
    return size.sub("", drawing.replace("<svg ", label, 1), count=2)
