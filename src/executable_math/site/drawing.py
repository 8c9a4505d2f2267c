"""Figures that are drawn when they are out of date.

A figure is a Python file with one function, ``draw()``, that returns a Matplotlib figure. It is drawn
when something that it depends on has changed: the script, a definition of the project that the script can reach,
this module, or the version of a library. Each drawing gives a ``NAME.svg`` whose colours
are CSS variables, so that it follows the page in light and dark, and a ``NAME.csv`` with what was plotted.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import logging
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from executable_math.foreign.process import DEADLINE, Apart, Foreign, Home, Nursery, Trouble
from executable_math.foreign.reach import reached
from executable_math.foreign.sources import Ground, digest, place, search_path, sources, trail
from executable_math.site.store import Store
from executable_math.site.svg import refused

log = logging.getLogger("mkdocs.plugins.executable_math")

# Drawn in these colours, served as CSS variables of these names: see `themed`.
COLOURS = {
    "#1b4f9c": "--figure-1",
    "#a8430c": "--figure-2",
    "#22702b": "--figure-3",
    "#7a3a9a": "--figure-4",
    "#7a6000": "--figure-5",
    "#a02050": "--figure-6",
    "#1a1a1c": "--figure-ink",
    "#76767c": "--figure-faint",
}
*SERIES, INK, FAINT = COLOURS
# Matplotlib's own colours, in which a notebook draws, by the names that they are served as.
DEFAULTS = dict(
    zip(["#1f77b4", "#ff7f0e", "#2ca02c", "#9467bd", "#8c564b", "#d62728", "#000000", "#b0b0b0"], COLOURS, strict=True)
)
# Lines are told apart by their dashes too, for those who cannot tell the colours.
DASHES: list[Any] = ["-", (0, (6, 2)), (0, (7, 2, 1.5, 2)), (0, (1.5, 1.8)), (0, (4, 1, 1, 1, 1, 1)), (0, (10, 3))]

# A phone shows a figure about 330 pixels wide: 4.6 inches at 72 points an inch are 331 points, so that a
# text of 9 points is as large on a phone as it is here.
STYLE: dict[str, Any] = {
    "figure.figsize": (4.6, 3.3),
    "figure.constrained_layout.use": True,
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "mathtext.fontset": "dejavusans",
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "text.color": INK,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": FAINT,
    "grid.alpha": 0.3,
    "lines.linewidth": 1.9,
    "legend.frameon": False,
    "savefig.transparent": True,
    # Words are text, in the font of the page around them.
    "svg.fonttype": "none",
}


@dataclass(frozen=True)
class Figure:
    """A figure's script, where its drawing is kept, and where the modules of the project are looked for."""

    script: Path
    kept: Store
    folders: Sequence[Path] = ()

    @property
    def name(self) -> str:
        return self.script.stem.replace("_", "-")

    @property
    def files(self) -> tuple[str, ...]:
        """The names of what a drawing gives, in the order of `Drawing`."""
        return f"{self.name}.svg", f"{self.name}.csv", f"{self.name}.png"

    def ground(self) -> Ground:
        """Everything that the drawing depends on.

        Raises:
            FigureError: the script cannot be read.
        """
        try:
            return Ground.of([self.script, *sources(self.script, self._roots)], self._digest)
        except OSError as error:
            advice = "write: a Python file with a function draw()"
            raise FigureError(f"{self.script}: {error.strerror}\n    {advice}") from error

    def _digest(self) -> str:
        return digest([self.script, Path(__file__)], [*libraries(), *reached(self.script, self._roots)])

    @property
    def _roots(self) -> list[Path]:
        return [*_beside(self.script), *self.folders]

    def is_current(self) -> bool:
        try:
            key = self.ground().key
        except FigureError:  # to be told by who draws it
            return False
        return all(self.kept.read(file, key) for file in self.files)

    def drawn(self) -> dict[str, bytes]:
        """What is kept of the drawing, by the name of the file that it is on the site."""
        kept = ((file, self.kept.last(file)) for file in self.files)
        return {file: entry.content for file, entry in kept if entry}

    def published(self) -> dict[str, bytes]:
        """The files of the site that a page with the figure links to: the drawing, its data and its script."""
        script = {f"{self.name}.py": self.script.read_bytes()} if self.script.is_file() else {}
        return {f"figures/{file}": content for file, content in (self.drawn() | script).items()}


def libraries() -> list[str]:
    return [f"{name} {version(name)}" for name in ("matplotlib", "numpy")]


def find(scripts: Path, kept: Store, folders: Sequence[Path] = ()) -> list[Figure]:
    """The figures of a folder, by name."""
    return [Figure(script, kept, folders) for script in sorted(scripts.glob("[!_]*.py"))]


def draw(figure: Figure, process: Foreign) -> float:
    """Draw one figure in a process and keep it; return the seconds it took.

    Raises:
        FigureError: the script failed, or does not have a `draw()` that returns a Matplotlib figure.
        OSError: the drawing cannot be kept: the disk is full, say.
    """
    start = time.perf_counter()
    for file in figure.files:  # an earlier drawing does not stand in for one that fails
        figure.kept.drop(file)
    ground = figure.ground()
    contents: list[str | bytes] = [*_rendered(figure, process)]
    for file, content in zip(figure.files, contents, strict=True):
        figure.kept.keep(file, ground, content.encode() if isinstance(content, str) else content, process.opened)
    return time.perf_counter() - start


def _rendered(figure: Figure, process: Foreign) -> Drawing:
    try:
        drawing = process.run(_drawing, figure.script, figure.folders)
    except Trouble as trouble:
        raise FigureError(f"{figure.script}: {trouble.said}") from None
    if isinstance(drawing, FigureError):
        raise drawing
    return drawing


def _drawing(_: Home, script: Path, folders: Sequence[Path]) -> Drawing | FigureError:
    try:
        return render(script, folders)
    except FigureError as error:
        return error


class FigureError(Exception):
    """A figure's script failed; the message says where."""


class Drawing(NamedTuple):
    """A figure as SVG that takes the page's colours, its data as CSV, and the card that links to its page show."""

    svg: str
    data: str
    card: bytes


def render(script: Path, folders: Sequence[Path] = ()) -> Drawing:
    """Run a script's `draw()`, with the modules of the project in these folders."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt
    from cycler import cycler

    cycle = cycler(color=SERIES) + cycler(linestyle=DASHES)
    style: dict[Any, Any] = {**STYLE, "axes.prop_cycle": cycle}
    with matplotlib.rc_context(style):
        figure = _call_draw(script, folders)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
        drawing = Drawing(themed(buffer.getvalue(), script.stem), data(figure), card(figure))
        plt.close("all")
    if found := refused(drawing.svg):
        raise FigureError(f"{script}: draw() draws {found}, which no page shows: let it draw shapes and words alone")
    return drawing


def _call_draw(script: Path, folders: Sequence[Path]) -> Any:
    from matplotlib.figure import Figure

    try:
        figure = _load(script, folders).draw()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise FigureError(f"{_where(error, script)}: {type(error).__name__}: {error}") from error
    if not isinstance(figure, Figure):
        raise FigureError(f"{script}: draw() returned {type(figure).__name__}: return the Matplotlib figure")
    return figure


def card(figure: Any) -> bytes:
    """The figure on a white ground of 1200 by 630 pixels, as other sites show it beside a link."""
    from PIL import Image

    width, height = figure.get_size_inches()
    buffer, whole = io.BytesIO(), io.BytesIO()
    figure.savefig(buffer, format="png", dpi=min(1120 / width, 590 / height), facecolor="white", transparent=False)
    ground = Image.new("RGB", (1200, 630), "white")
    with Image.open(buffer) as drawn:
        ground.paste(drawn, ((1200 - drawn.width) // 2, (630 - drawn.height) // 2))
    ground.quantize(64).save(whole, format="png")
    return whole.getvalue()


def _beside(script: Path) -> list[Path]:
    """The folders whose modules a script may import besides the installed ones."""
    return [script.parent, script.parent.parent]


def _load(script: Path, folders: Sequence[Path]) -> Any:
    sys.path[:] = search_path([*_beside(script), *folders])
    spec = importlib.util.spec_from_file_location(f"figure_{script.stem}", script)
    assert spec is not None  # as for every path that ends in .py
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _where(error: BaseException, script: Path) -> str:
    """The last line of the script that an error went through, and that of a module of the project, if it was there."""
    lines = [line for file, line in trail(error) if file == script.absolute()]
    last = f"{script}:{lines[-1]}" if lines else str(script)
    inside = place(error, Path.cwd())
    elsewhere = inside and Path(inside.rpartition(":")[0]).absolute() != script.absolute()
    return f"{last}: {inside}" if elsewhere else last


def themed(svg: str, name: str) -> str:
    """The SVG alone, without a prologue or a background, in the page's colours, with identifiers of its own.

    >>> themed('<?xml?><svg><g id="a" style="stroke: #1b4f9c"/><use href="#a" x="0.125"/></svg>', "hinge")
    '<svg><g id="hinge-1" style="stroke: var(--figure-1,#1b4f9c)"/><use href="#hinge-1" x="0.12"/></svg>'
    """
    svg = re.sub(r"<metadata>.*?</metadata>\s*|<!--.*?-->", "", svg[svg.index("<svg") :], flags=re.S)
    svg = re.sub(r"#[0-9a-f]{6}\b", _variable, svg).replace("fill: #ffffff", "fill: none")
    # A style sheet in a drawing is one of the whole page: its rule is the drawing's own, and so is a font for words
    # that have none from the page.
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.S)
    svg = svg.replace("<svg ", '<svg font-family="sans-serif" stroke-linejoin="round" data-search-exclude="" ', 1)
    svg = re.sub(r" font-family: 'DejaVu Sans';| transform=\"rotate\(-0 [^\"]*\"", "", _identified(svg, name))
    svg = re.sub(r'(?<= [xy]=")[\d.]+', lambda number: f"{round(float(number[0]), 2):g}", svg)
    svg = re.sub(r'(?<= d=")[^"]*', lambda path: _relative(path[0]), svg)
    return re.sub(r"\s*\n\s*", " ", svg).strip()


def _variable(colour: re.Match[str]) -> str:
    served = DEFAULTS.get(colour[0], colour[0])
    return f"var({COLOURS[served]},{served})" if served in COLOURS else colour[0]


def _identified(svg: str, name: str) -> str:
    """The SVG with the identifiers that it refers to, numbered: Matplotlib's change from run to run."""
    used = dict.fromkeys(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    numbers = {key: f"{name}-{n}" for n, key in enumerate(used, start=1)}
    svg = re.sub(r' id="([^"]+)"', lambda m: f' id="{numbers[m[1]]}"' if m[1] in used else "", svg)
    return re.sub(r'(href="#|url\(#)([^")]+)', lambda m: m[1] + numbers[m[2]], svg)


def _relative(path: str) -> str:
    """A path with each point counted from the last, to hundredths: it is half as long as Matplotlib writes it.

    >>> _relative("M 10 20 L 11 20.125 L 12 21 z M 1 1")
    'm10 20l1 0.12l1 0.88zm-9 -19'
    """
    steps, here, start = [], [0, 0], [0, 0]
    for letter, numbers in re.findall("([MLQCz])([^MLQCz]*)", path):
        ends = [round(100 * float(number)) for number in numbers.split()]
        steps.append(letter.lower() + " ".join(f"{(end - here[i % 2]) / 100:g}" for i, end in enumerate(ends)))
        here = ends[-2:] or start
        start = here if letter == "M" else start
    return "".join(steps)


def data(figure: Any) -> str:
    """What was plotted: every labelled line, set of points and bar, a row a point."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["panel", "series", "x", "y"])
    for panel, axes in enumerate(figure.axes, start=1):
        for label, points in _series(axes):
            writer.writerows([panel, label, f"{x:.10g}", f"{y:.10g}"] for x, y in points)
    return table.getvalue()


def _series(axes: Any) -> Iterator[tuple[str, Iterable[tuple[float, float]]]]:
    drawn = [
        *((line, zip(*line.get_data(orig=True), strict=True)) for line in axes.get_lines()),
        *((points, points.get_offsets().tolist()) for points in axes.collections if len(points.get_offsets()) > 1),
        *((bars, ((bar.get_x() + bar.get_width() / 2, bar.get_height()) for bar in bars)) for bars in axes.containers),
    ]
    return ((artist.get_label(), points) for artist, points in drawn if not str(artist.get_label()).startswith("_"))


def draw_outdated(
    figures: Sequence[Figure], force: bool = False, seconds: float = DEADLINE
) -> Iterator[tuple[Figure, float | FigureError]]:
    """Draw those that are out of date, side by side, each in a process that has the sources as they are now.

    Args:
        figures: The figures.
        force: Whether to draw also what is up to date.
        seconds: How long a figure may take.

    Yields:
        Each figure, as soon as it is finished, with the seconds that it took, or with what is wrong with it.
    """
    outdated = [figure for figure in figures if force or not figure.is_current()]
    if not outdated:
        return
    nursery = _with_matplotlib(tuple(sys.path))
    with ThreadPoolExecutor(min(len(outdated), os.cpu_count() or 1)) as pool:
        drawn = {pool.submit(_drawn_apart, figure, Apart(nursery, seconds)): figure for figure in outdated}
        for future in as_completed(drawn):
            yield drawn[future], future.result()


def drawn_anew(figures: Sequence[Figure], seconds: float = DEADLINE) -> dict[str, str]:
    """Draw what is out of date, say so in the log, and return what is wrong with figures, by name."""
    start, broken, drawn = time.perf_counter(), dict[str, str](), 0
    for figure, outcome in draw_outdated(figures, seconds=seconds):
        if isinstance(outcome, FigureError):
            broken[figure.name] = str(outcome)
            log.error("%s", outcome)
        else:
            drawn += 1
            log.info("drew the figure %s in %.1f s", figure.name, outcome)
    kept, taken = len(figures) - drawn - len(broken), time.perf_counter() - start
    log.info("drew %d figures, kept %d, in %.1f s", drawn, kept, taken)
    return broken


def drawn_for(name: str, figures: Sequence[Figure], seconds: float = DEADLINE) -> dict[str, str]:
    """Do the same where a page shows a figure that is out of date: all others are drawn beside it, at once."""
    is_current = all(figure.is_current() for figure in figures if figure.name == name)
    return {} if is_current else drawn_anew(figures, seconds)


@lru_cache(maxsize=1)
def _with_matplotlib(_path: tuple[str, ...]) -> Nursery:
    """A process with Matplotlib loaded, which is slow, and the project's modules not, which change."""
    return Nursery(first=warm_up)


def warm_up() -> None:
    """Load Matplotlib, its fonts and its reader of formulas."""
    import matplotlib.pyplot as plt

    style: dict[Any, Any] = {**STYLE}
    with plt.rc_context(style):
        figure = plt.figure()
        figure.text(0, 0, "a word and $x$")
        for kind in ("svg", "png"):
            figure.savefig(io.BytesIO(), format=kind)
        plt.close("all")


def _drawn_apart(figure: Figure, process: Apart) -> float | FigureError:
    """Draw a figure in another process, which ends with it."""
    try:
        return draw(figure, process)
    except FigureError as error:
        return error
    finally:
        process.rest()


def chosen(figures: Sequence[Figure], names: Sequence[str]) -> list[Figure]:
    """The named figures, or all if none is named."""
    known = {figure.name: figure for figure in figures}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise FigureError(f"no figure is named {', '.join(unknown)}: there are {', '.join(known)}")
    return [known[name] for name in names] or list(figures)


def wrong_date() -> str:
    """What is wrong with the date that the build is given, if anything: who writes a file with a date in it asks."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "0")
    try:
        datetime.fromtimestamp(int(given), UTC)
    except (ValueError, OverflowError, OSError):
        return f"SOURCE_DATE_EPOCH is {given!r}: write: seconds since 1970, such as 1700000000"
    return ""
