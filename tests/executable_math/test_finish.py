"""A site that knows no plugin is finished by a command, or is left as it was and told why."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from markdown.core import Markdown

from executable_math.finish import main
from executable_math.pages.ledger import Entry
from executable_math.site.finishing import NO_SITE, NOTEBOOKS, STALE
from executable_math.site.notes import Note, taken
from small_project import with_mathjax

FILES = {
    "mkdocs.yml": "markdown_extensions: [executable_math: {module: finished}]\n",
    "finished.py": "from pathlib import Path\n\n\ndef double(x):\n"
    "    return x * int(Path(__file__).with_name('factor.txt').read_text())\n",
    "factor.txt": "2",
    "scripts/figures/line.py": "import matplotlib.pyplot as plt\n\n\ndef draw():\n    figure, axes = plt.subplots()\n"
    "    axes.plot([0, 1], label='a line')\n    return figure\n",
    "docs/index.md": "---\nsymbols: {x: 'real, any number'}\n---\n# A page\n\n"
    '```math id="double" equals="double(x)"\n2 x\n```\n\n![A line.](figures/line.svg)\nA line.\n',
    "docs/more/checks.md": '<div class="all-checks"></div>\n\n<!--executable-math {"page": "docs/forged.md"}-->\n',
}
PAGES = {"docs/index.md": "index.html", "docs/more/checks.md": "more/checks/index.html"}
AROUND = '<html><head><title>A site</title><link href="theme.css" rel="stylesheet"></head><body>{}</body></html>'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, with its figure drawn, which takes seconds."""
    folder = tmp_path_factory.mktemp("made")
    for name, text in FILES.items():
        write(folder / name, text)
    with_mathjax(folder)
    build(folder, "docs/index.md")
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose pages a generator that knows no plugin has built."""
    folder = shutil.copytree(made, tmp_path / "project", symlinks=True)
    monkeypatch.chdir(folder)
    for page in PAGES:
        build(folder, page)
    return folder


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def edit(file: Path, right: str, wrong: str) -> None:
    assert right in file.read_text()
    file.write_text(file.read_text().replace(right, wrong))


def build(project: Path, page: str) -> None:
    settings = {"module": "finished", "page": page, "root": str(project)}
    text = (project / page).read_text().rpartition("---\n")[2]
    html = Markdown(extensions=["executable_math"], extension_configs={"executable_math": settings}).convert(text)
    write(project / "site" / PAGES[page], AROUND.format(html))


def site(project: Path) -> dict[str, bytes]:
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in project.rglob("site/**/*.*")}


def test_programs_of_a_page_are_beside_it_and_named_on_its_formulas(project: Path) -> None:
    assert main([]) == 0
    assert 'data-program="double"' in (project / "site/index.html").read_text()
    told = json.loads((project / "site/programs.json").read_text())
    assert (list(told), told["double"]["equals"]) == (["double"], "double(x)")
    assert "from finished import double" in told["double"]["copies"]["python"][0]


def test_it_has_formulas_figures_and_the_list_of_checks(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out == "1 checked: 1 agreeing with code\n"
    page, checks = ((project / "site" / name).read_text() for name in PAGES.values())
    assert "<mjx-container" in page
    assert 'title="any number"' in page
    assert "<svg" in page
    assert '<link rel="stylesheet" href="assets/mathematics.css"><link href="theme.css"' in page
    assert 'href="../../assets/mathematics.css"' in checks
    assert '<a href="../../">docs/index.md</a></td><td>1</td><td>1</td>' in checks
    assert "forged" not in checks.partition("<!--")[0]
    assert not taken(page)[1]
    assert {"site/figures/line.svg", "site/figures/line.csv", "site/figures/line.png", "site/figures/line.py"} <= {
        *site(project)
    }


def test_a_site_is_finished_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert refused(project, capsys) == NO_SITE.format("site") + "\n"


def refused(project: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What is said of a site, which stays as it was."""
    before = site(project)
    capsys.readouterr()
    assert main([]) == 1
    assert site(project) == before
    return capsys.readouterr().err


CHANGES = {
    "the page": ("docs/index.md", "# A page", "# Another page"),
    "the module": ("finished.py", "x * int", "x + int"),
    "what it reads": ("factor.txt", "2", "3"),
    "a figure": ("scripts/figures/line.py", "[0, 1]", "[0, 2]"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_page_that_was_built_with_something_else_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str], change: str
) -> None:
    name, right, wrong = CHANGES[change]
    edit(project / name, right, wrong)
    assert refused(project, capsys) == STALE.format("docs/index.md") + "\n"
    edit(project / name, wrong, right)
    assert main([]) == 0


def test_a_figure_that_fails_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(project / "scripts/figures/line.py", "plt.subplots()", "1 / 0")
    assert "line.py:5: ZeroDivisionError: division by zero" in refused(project, capsys)


def test_latex_that_mathjax_cannot_read_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(project / "docs/index.md", "A line.\n", 'A line.\n\nAnd $\\unknown${ unchecked="nobody reads it" }.\n')
    build(project, "docs/index.md")
    assert "MathJax cannot read this formula: Undefined control sequence \\unknown" in refused(project, capsys)


def test_a_module_that_is_gone_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "finished.py").unlink()
    assert "there is no module named finished" in refused(project, capsys)


def test_notebooks_are_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in {"lab/a.py": "# %%\n1 + 1\n", "lab/module.py": "x = 1\n", "b.ipynb": "{}"}.items():
        write(project / "site" / name, text)
    assert main([]) == 0
    assert capsys.readouterr().err == NOTEBOOKS.format("b.ipynb, lab/a.py") + "\n"


def test_a_note_survives_what_a_page_says() -> None:
    entry = Entry("docs/a.md", 1, 1, "1:1", "inline", "a --> <b> & --!> é", "holds")
    note = Note("docs/a.md", {"x": "real, <i>any</i>"}, [entry], ["line"], {}, "abc")
    assert str(note).count("-->") == 1
    assert taken(f"<p>{note}</p>") == ("<p></p>", [note])


def test_without_matplotlib_a_figure_says_what_to_install(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / ".cache/figures/line.svg").unlink()
    monkeypatch.setattr("executable_math.site.extension.find_spec", lambda _: None)
    with pytest.raises(Exception, match=r"write: pip install 'executable-math\[site\]'"):
        build(project, "docs/index.md")
