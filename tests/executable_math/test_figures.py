"""Figures are drawn when something that they depend on has changed, and only then; failures say where."""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from executable_math.figures import main
from executable_math.foreign.process import Here
from executable_math.foreign.sources import digest, sources
from executable_math.site import drawing as figures
from executable_math.site.drawing import Figure, FigureError, data, draw, draw_outdated, find, render, themed
from executable_math.site.store import Store

Array = NDArray[np.float64]

SCRIPT = """
    '''A line, as long as the ruler.'''
    import matplotlib.pyplot as plt
    from ruler import LENGTH

    def draw():
        drawing, axes = plt.subplots()
        axes.plot([0, LENGTH], [0, 1], label="edge")
        return drawing
"""


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text))
    return path


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project with one figure, the package that it draws from, and a module that it does not use."""
    write(tmp_path / "scripts" / "figures" / "a_line.py", SCRIPT)
    write(tmp_path / "src" / "ruler" / "__init__.py", "from .inches import LENGTH\n")
    write(tmp_path / "src" / "ruler" / "inches.py", "LENGTH = 12\n")
    write(tmp_path / "src" / "ruler" / "unused.py", "WEIGHT = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path / "src"))
    yield tmp_path
    for name in [name for name in sys.modules if name.split(".")[0] == "ruler"]:
        del sys.modules[name]


@pytest.fixture
def figure(project: Path) -> Figure:
    (figure,) = find(project / "scripts" / "figures", Store(project / "drawn"))
    return figure


def test_a_figure_has_the_name_of_its_script(figure: Figure) -> None:
    assert (figure.name, figure.files) == ("a-line", ("a-line.svg", "a-line.csv", "a-line.png"))


def test_a_script_with_a_leading_underscore_is_no_figure(project: Path) -> None:
    write(project / "scripts" / "figures" / "_shared.py", "")
    assert [figure.name for figure in find(project / "scripts" / "figures", Store(project))] == ["a-line"]


def test_a_drawing_keeps_its_svg_and_its_data(figure: Figure) -> None:
    assert not figure.is_current()
    assert draw(figure, Here()) > 0
    assert figure.is_current()
    drawn = figure.drawn()
    assert tuple(drawn) == figure.files
    assert drawn["a-line.svg"].startswith(b"<svg")
    assert drawn["a-line.csv"] == b"panel,series,x,y\n1,edge,0,0\n1,edge,12,1\n"


def test_the_card_has_the_size_that_other_sites_ask_for(figure: Figure) -> None:
    with Image.open(io.BytesIO(render(figure.script).card)) as card:
        assert card.size == (1200, 630)


@pytest.mark.parametrize("changed", ["scripts/figures/a_line.py", "src/ruler/__init__.py", "src/ruler/inches.py"])
def test_a_change_in_what_a_figure_depends_on_outdates_it(project: Path, figure: Figure, changed: str) -> None:
    draw(figure, Here())
    with (project / changed).open("a") as file:
        file.write("print()\n")
    assert not figure.is_current()


def test_a_change_elsewhere_does_not(project: Path, figure: Figure) -> None:
    draw(figure, Here())
    write(project / "src" / "ruler" / "unused.py", "WEIGHT = 2\n")
    assert figure.is_current()


def test_another_version_of_a_library_outdates_a_figure(figure: Figure, monkeypatch: pytest.MonkeyPatch) -> None:
    draw(figure, Here())
    monkeypatch.setattr(figures, "libraries", lambda: ["matplotlib 0.1"])
    assert not figure.is_current()


@pytest.mark.parametrize("lost", ["svg", "csv", "png"])
def test_a_drawing_with_a_lost_file_is_drawn_again(figure: Figure, lost: str) -> None:
    draw(figure, Here())
    figure.kept.drop(f"a-line.{lost}")
    assert not figure.is_current()


def test_an_edited_module_is_drawn_as_it_is_now(project: Path, figure: Figure) -> None:
    assert [drawn for drawn, _ in draw_outdated([figure])] == [figure]
    assert list(draw_outdated([figure])) == []
    write(project / "src" / "ruler" / "inches.py", "LENGTH = 12 + 24\n")
    assert [drawn for drawn, _ in draw_outdated([figure])] == [figure]
    assert b"1,edge,36,1" in figure.drawn()["a-line.csv"]


def test_a_figure_is_drawn_again_when_what_it_reads_has_changed(project: Path, figure: Figure) -> None:
    data = project / "scripts" / "figures" / "length.txt"
    reading = "axes.plot([0, float((__import__('pathlib').Path(__file__).parent / 'length.txt').read_text())]"
    write(figure.script, SCRIPT.replace("axes.plot([0, LENGTH]", reading))
    for length in ("12", "24"):
        data.write_text(length)
        assert [drawn for drawn, _ in draw_outdated([figure])] == [figure]
        assert list(draw_outdated([figure])) == []
        assert f"1,edge,{length},1".encode() in figure.drawn()["a-line.csv"]


def test_a_drawing_of_what_is_written_to_meanwhile_is_drawn_again(project: Path, figure: Figure) -> None:
    write(figure.script, SCRIPT.replace("drawing, axes", "open(__file__, 'a').close()\n        drawing, axes"))
    draw(figure, Here())
    assert figure.is_current()
    write(figure.script, SCRIPT.replace("drawing, axes", "__import__('os').utime(__file__)\n        drawing, axes"))
    draw(figure, Here())
    assert not figure.is_current()
    assert tuple(figure.drawn()) == figure.files


def test_force_draws_what_is_up_to_date(figure: Figure) -> None:
    draw(figure, Here())
    assert [drawn for drawn, _ in draw_outdated([figure], force=True)] == [figure]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def draw():\n\n    return 1 / 0\n", "a_line.py:3: ZeroDivisionError: division by zero"),
        ("import ruler\nimport no_such_module\n", "a_line.py:2: ModuleNotFoundError: No module named 'no_such_module'"),
        ("def draw():\n    return (\n", "a_line.py:2: SyntaxError: '(' was never closed (a_line.py, line 2)"),
        ("def draw():\n    return 3\n", "a_line.py: draw() returned int: return the Matplotlib figure"),
        (
            dedent(SCRIPT).replace("    return", "    axes.lines[0].set_url('https://example.org')\n    return"),
            "a_line.py: draw() draws <a>, which no page shows: let it draw shapes and words alone",
        ),
        ("LENGTH = 1\n", "AttributeError: module 'figure_a_line' has no attribute 'draw'"),
    ],
)
def test_a_script_that_fails_is_named_with_the_line(figure: Figure, text: str, message: str) -> None:
    figure.script.write_text(text)
    with pytest.raises(FigureError, match=re.escape(message)):
        draw(figure, Here())
    assert not figure.drawn()


@pytest.mark.parametrize("kind", ["folder", "link to nowhere"])
def test_a_script_that_is_no_file_is_named(figure: Figure, kind: str) -> None:
    figure.script.unlink()
    figure.script.mkdir() if kind == "folder" else figure.script.symlink_to("nowhere.py")
    ((_, error),) = draw_outdated([figure])
    reason = {"folder": "Is a directory", "link to nowhere": "No such file or directory"}[kind]
    assert str(error) == f"{figure.script}: {reason}\n    write: a Python file with a function draw()"


def test_a_failure_inside_a_module_is_placed_where_the_script_called_it(project: Path, figure: Figure) -> None:
    write(project / "src" / "ruler" / "inches.py", "def LENGTH():\n    raise ValueError('too long')\n")
    figure.script.write_text("from ruler import LENGTH\ndef draw():\n    LENGTH()\n")
    with pytest.raises(FigureError, match=re.escape(f"{figure.script}:3: ValueError: too long")):
        draw(figure, Here())


def test_a_module_that_cannot_be_read_is_named_with_its_line(
    project: Path, figure: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    write(project / "src" / "ruler" / "inches.py", "def LENGTH((:\n")
    figure.script.write_text("\nfrom ruler import LENGTH\n")
    with pytest.raises(FigureError, match=re.escape(f"{figure.script}:2: src/ruler/inches.py:1: SyntaxError")):
        draw(figure, Here())


def test_the_line_is_found_for_a_relative_path_too(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    script = write(Path("scripts/figures/a_line.py"), "def draw():\n    return 1 / 0\n")
    with pytest.raises(FigureError, match=r"^scripts/figures/a_line\.py:2: "):
        render(script)


def test_a_failure_in_another_process_arrives_whole(figure: Figure) -> None:
    figure.script.write_text("def draw():\n    return 1 / 0\n")
    ((failed, error),) = draw_outdated([figure])
    assert failed == figure
    assert isinstance(error, FigureError)
    assert "a_line.py:2: ZeroDivisionError" in str(error)


def test_a_figure_that_fails_does_not_leave_its_earlier_drawing(figure: Figure) -> None:
    draw(figure, Here())
    figure.script.write_text("def draw():\n    return 1 / 0\n")
    list(draw_outdated([figure]))
    assert not figure.drawn()


def test_a_drawing_takes_the_colours_of_the_page(figure: Figure) -> None:
    svg = render(figure.script).svg
    assert "var(--figure-1,#1b4f9c)" in svg
    assert set(re.findall(r'\bid="(a_line-)?', svg)) == {"a_line-"}
    assert "<metadata>" not in svg
    assert "<?xml" not in svg


def test_matplotlibs_own_colours_are_served_as_the_pages() -> None:
    assert themed('<svg><path style="fill: #ffffff"/><path style="stroke: #1f77b4"/></svg>', "lab") == (
        '<svg><path style="fill: none"/><path style="stroke: var(--figure-1,#1b4f9c)"/></svg>'
    )


def traced(path: str) -> Array:
    """The points of a path whose steps are counted from point to point."""
    points, here, start = [], np.zeros(2), np.zeros(2)
    for letter, numbers in re.findall("([mlqcz])([^mlqcz]*)", path):
        ends = here + np.array(numbers.split(), float).reshape(-1, 2)
        points += list(ends)
        here = ends[-1] if letter != "z" else start
        start = here if letter == "m" else start
    return np.array(points)


def test_a_path_that_is_written_shorter_goes_through_the_same_points() -> None:
    random = np.random.default_rng(1)
    points = random.uniform(-500, 500, (90, 2)).round(6)
    pairs = iter([f"{x} {y}" for x, y in points])
    rows = ("M {} L {} L {} C {} {} {} z M {} Q {} {}".format(*(next(pairs) for _ in range(9))) for _ in range(10))
    short = themed(f'<svg><path d="{" ".join(rows)}"/></svg>', "n").partition(' d="')[2].partition('"')[0]
    np.testing.assert_allclose(traced(short), points, atol=0.0051)


def test_data_are_what_has_a_label() -> None:
    import matplotlib.pyplot as plt

    drawing, (above, below) = plt.subplots(2, 1)
    above.axhline(0.5)
    above.plot([1, 2], [1 / 3, 4], label="line")
    above.scatter([5, 6], [7, 8], label="points")
    above.fill_between([0, 1], [0, 1], label="area")
    below.bar([0, 1], [3, 4], width=0.5, label="bars")
    table = data(drawing)
    plt.close(drawing)
    assert table.splitlines() == [
        "panel,series,x,y",
        "1,line,1,0.3333333333",
        "1,line,2,4",
        "1,points,5,7",
        "1,points,6,8",
        "2,bars,0,3",
        "2,bars,1,4",
    ]


def test_the_command_draws_what_is_outdated_and_says_so(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--scripts", str(project / "scripts" / "figures"), "--output", str(project / "drawn")]
    assert main(arguments) == 0
    told = capsys.readouterr().out
    assert re.fullmatch(r"drew a-line in \d+\.\d s\n1 drawn, 0 failed, 0 up to date\n", told)
    assert main([*arguments, "a-line"]) == 0
    assert capsys.readouterr().out == "0 drawn, 0 failed, 1 up to date\n"
    assert main([*arguments, "--force"]) == 0
    assert capsys.readouterr().out.endswith("1 drawn, 0 failed, 0 up to date\n")


def test_the_command_names_the_figures_that_there_are(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--scripts", str(project / "scripts" / "figures"), "a-lion"]) == 1
    assert capsys.readouterr().err == "no figure is named a-lion: there are a-line\n"


@pytest.mark.parametrize("date", ["", "tomorrow", "1e99", "9" * 30])
def test_a_date_that_is_no_number_is_one_line(
    figure: Figure, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], date: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", date)
    assert main(["--scripts", str(figure.script.parent), "--output", str(figure.kept.folder)]) == 1
    said = f"SOURCE_DATE_EPOCH is '{date}': write: seconds since 1970, such as 1700000000\n"
    assert capsys.readouterr().err == said


def test_the_command_fails_with_the_script(project: Path, figure: Figure, capsys: pytest.CaptureFixture[str]) -> None:
    figure.script.write_text("def draw():\n    return 1 / 0\n")
    assert main(["--scripts", str(figure.script.parent), "--output", str(figure.kept.folder)]) == 1
    assert capsys.readouterr().err == f"{figure.script}:2: ZeroDivisionError: division by zero\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import ruler", ["__init__.py", "inches.py"]),
        ("from ruler import inches", ["__init__.py", "inches.py"]),
        ("import ruler.unused", ["__init__.py", "inches.py", "unused.py"]),
        ("def later():\n    from ruler.unused import WEIGHT\n", ["__init__.py", "inches.py", "unused.py"]),
        ("import csv, numpy, no_such_module", []),
        ("import ruler (", []),
        ("from . import ruler", []),
    ],
)
def test_sources_are_the_projects_own_modules(project: Path, text: str, found: list[str]) -> None:
    script = write(project / "script.py", text)
    roots = [project / "no such folder", *map(Path, sys.path)]
    assert [path.name for path in sources(script, roots)] == found


def test_sources_follow_relative_imports_and_circles(project: Path) -> None:
    write(project / "src" / "ruler" / "inches.py", "from . import unused\n")
    write(project / "src" / "ruler" / "unused.py", "from .inches import unused\n")
    script = write(project / "script.py", "import ruler.inches")
    assert [path.name for path in sources(script, [project / "src"])] == ["__init__.py", "inches.py", "unused.py"]


def test_a_digest_is_of_contents_and_not_of_places(tmp_path: Path) -> None:
    one, two = write(tmp_path / "one.py", "same"), write(tmp_path / "two" / "other.py", "same")
    assert digest([one]) == digest([two])
    assert digest([one], ["numpy 2.0"]) != digest([one], ["numpy 2.1"])
    assert digest([one, two]) != digest([one])
    assert digest([], ["ab", "c"]) != digest([], ["a", "bc"])
