"""What a build keeps, and what is left when it is interrupted, meets another, or finds no room."""

from __future__ import annotations

import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from damage import DAMAGE
from small_project import forget, small_project

DATE = "1700000000"
CONFIG = """
site_name: A site
strict: true
markdown_extensions:
  - admonition
  - toc: {permalink: true}
  - executable_math: {module: lossfunctions, paths: [src]}
plugins:
  - search
  - executable-math
  - mkdocs-jupyter: {include: ["lab.py"]}
  - mkdocstrings: {handlers: {python: {paths: [src]}}}
nav: [index.md, hinge.md, api.md, lab.py]
"""
PAGES = {
    "index.md": "# A site\n\nSee [the hinge](hinge.md#eq-hinge) and [its code][lossfunctions.margin.hinge].\n",
    "hinge.md": '---\nsymbols:\n  y: sign\n  s: real\n---\n# Hinge\n\n```math id="hinge" equals="hinge(y, s)"\n'
    'L = \\max(0, 1 - y s)\n```\n\nIt costs $1.2${ equals="hinge(-1, 0.2)" }.\n\n'
    "![The hinge.](figures/hinge.svg)\nThe hinge.\n",
    "api.md": "# Functions\n\n::: lossfunctions.margin\n    options: {members: [hinge]}\n",
    "lab.py": "# %% [markdown]\n# # A lab\n#\n# With $1 + 1 = 2$.\n\n"
    "# %%\nfrom lossfunctions import hinge\nprint(hinge(-1, 0.2))\n",
}


def write(project: Path) -> Path:
    """A small site with all that is kept: a formula, a figure, a notebook, docstrings."""
    return small_project(project, CONFIG, PAGES)


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = write(tmp_path_factory.mktemp("built"))
    assert "rendered and checked 4 pages, kept 0" in build(project)
    return project


@pytest.fixture
def built(built_once: Path, tmp_path: Path) -> Path:
    """A site of one's own that is built already."""
    return shutil.copytree(built_once, tmp_path / "project", symlinks=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path)


def start(
    project: Path, date: str = DATE, limit: Callable[[], None] | None = None, session: bool = False
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "mkdocs", "build"],
        cwd=project,
        env={**os.environ, "SOURCE_DATE_EPOCH": date},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        preexec_fn=limit,
        start_new_session=session,
    )


def build(project: Path) -> str:
    """Build the site, and return what was said."""
    process = start(project)
    said, _ = process.communicate()
    assert process.returncode == 0, said
    return said


def files(project: Path) -> dict[str, bytes]:
    site = project / "site"
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_what_is_kept_is_what_would_be_made(built: Path) -> None:
    first = files(built)
    assert "rendered and checked 0 pages, kept 4" in build(built)
    assert files(built) == first
    assert "objects.inv" in first
    assert b"<svg" in first["hinge/index.html"]
    assert b"<!--aside" not in first["hinge/index.html"]
    assert b'href="api/#lossfunctions.margin.hinge"' in first["index.html"]


MARGIN, DESCENT = "src/lossfunctions/margin.py", "src/lossfunctions/descent.py"
# What is edited, by file, old and new text, and how many pages are made of it.
EDITS = {
    "nothing": ("docs/index.md", "See", "See", 0),
    "a page": ("docs/index.md", "See", "Look at", 1),
    "a function": (MARGIN, "    y, s = _label", "    _ = 1\n    y, s = _label", 4),
    "a helper": ("src/lossfunctions/_validation.py", "    return result\n", "    return +result\n", 4),
    "its docstring": (MARGIN, "Zero for a score", "Nothing for a score", 4),
    "another function": (DESCENT, "        return Line(", "        _ = 1\n        return Line(", 0),
    "another docstring": (DESCENT, '"""', '"""In short: ', 0),
    "what importing does": (DESCENT, "import numpy as np\n", "import numpy as np\n\nprint()\n", 4),
    "a figure, not what it shows": ("scripts/figures/hinge.py", "def draw(", "NEW = 1\n\n\ndef draw(", 0),
    "a figure": ("scripts/figures/hinge.py", "C0", "C3", 1),
    "a notebook": ("docs/lab.py", "1 + 1 = 2", "1 + 2 = 3", 1),
    "an output": ("docs/lab.py", "-1, 0.2", "-1, 0.3", 1),
    "the configuration": ("mkdocs.yml", "A site", "The site", 4),
    "the directives": ("docs/api.md", "[hinge]", "[hinge, zero_one]", 1),
}


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_renders_the_pages_that_are_made_of_it(built: Path, what: str) -> None:
    file, old, new, count = EDITS[what]
    edit(built / file, old, new)
    assert f"checked {count} pages" in build(built)
    kept = files(built)
    forget(built)
    build(built)
    assert kept == files(built)


def test_a_page_is_made_again_when_what_its_code_reads_has_changed(built: Path) -> None:
    data = (built / MARGIN).with_suffix(".txt")
    reads = '    margin = margin * float(open(__file__[:-2] + "txt").read())\n    y, s = _label'
    edit(built / MARGIN, "    y, s = _label", reads)
    data.write_text("1")
    build(built)
    assert "rendered and checked 0 pages, kept 4" in build(built)
    data.write_text("2")
    process = start(built)
    said, _ = process.communicate()
    assert process.returncode == 1
    assert re.search(r"docs/hinge.md:\d+:\d+: ", said), said


def test_a_page_is_kept_only_if_the_code_was_left_alone_meanwhile(built: Path) -> None:
    (built / "hooks.py").write_text(
        f"from pathlib import Path\n\n\ndef on_page_markdown(markdown, **_):\n    Path({MARGIN!r}).touch()\n"
    )
    edit(built / "mkdocs.yml", "strict: true\n", "strict: true\nhooks: [hooks.py]\n")
    build(built)
    assert "kept 0" in re.findall(r"rendered .*", build(built))[0]


def test_another_page_may_be_linked_to_by_all(built: Path) -> None:
    (built / "docs/more.md").write_text("# More\n")
    assert "rendered and checked 5 pages, kept 0" in build(built)


def test_a_function_that_stands_on_two_pages_may_leave_one(built: Path) -> None:
    edit(built / "mkdocs.yml", "strict: true\n", "")
    (built / "docs/z.md").write_text((built / "docs/api.md").read_text())
    build(built)
    edit(built / "docs/api.md", "[hinge]", "[zero_one]")
    build(built)
    kept = files(built)
    forget(built)
    build(built)
    assert files(built) == kept


def test_a_page_of_which_something_is_told_is_told_of_again(project: Path) -> None:
    edit(project / "mkdocs.yml", "strict: true\n", "")
    edit(project / "docs/index.md", "hinge.md#eq-hinge", "nowhere.md")
    told = "contains a link 'nowhere.md', but the target is not found"
    assert told in build(project)
    assert told in build(project)


def test_with_an_extension_that_may_read_other_files_no_page_is_kept(project: Path) -> None:
    edit(project / "mkdocs.yml", "  - admonition", "  - pymdownx.snippets\n  - admonition")
    build(project)
    assert "kept 0" in re.findall(r"rendered .*", build(project))[0]


def test_a_build_that_fails_leaves_the_site_that_was_there(built: Path) -> None:
    before = files(built)
    edit(built / "docs/hinge.md", "1.2", "1.3")
    process = start(built)
    said, _ = process.communicate()
    assert process.returncode == 1
    assert "the page gives 1.3,  hinge(-1, 0.2) gives 1.2" in said
    assert files(built) == before


def test_a_warning_of_a_strict_build_leaves_the_site_that_was_there(built: Path) -> None:
    before = files(built)
    edit(built / "docs/index.md", "hinge.md#eq-hinge", "nowhere.md")
    process = start(built)
    process.communicate()
    assert process.returncode == 1
    assert files(built) == before


def test_a_build_that_is_killed_at_any_moment_leaves_nothing_wrong(built: Path, tmp_path: Path) -> None:
    project = write(tmp_path / "killed")
    moments = random.Random(20)
    longest = float(re.findall(r"built in ([\d.]+)", build(built))[0]) * 5
    for _ in range(20):
        process = start(project, session=True)
        time.sleep(moments.uniform(0, longest))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    build(project)
    assert files(project) == files(built)
    assert not [path for path in project.rglob("*") if path.name.endswith(".part")]
    assert not (project / "site.new").exists()


def test_two_builds_at_once_wait_for_each_other(project: Path) -> None:
    both = [start(project), start(project)]
    said = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum("waiting for another build to end" in told for told in said) <= 1
    assert sorted(re.findall(r"checked (\d) pages", "".join(said))) == ["0", "4"]
    together = files(project)
    forget(project)
    build(project)
    assert files(project) == together


def full(most: int) -> Callable[[], None]:
    """A disk that takes no file of more than so many bytes."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return limit


@pytest.mark.parametrize("most", [1_000, 20_000])
@pytest.mark.parametrize("cache", ["empty", "whole"])
def test_a_full_disk_is_one_clear_line_and_no_half_of_a_site(built: Path, most: int, cache: str) -> None:
    before = files(built)
    if cache == "empty":
        forget(built)
    process = start(built, limit=full(most))
    said, _ = process.communicate()
    assert process.returncode == 1
    assert "Traceback" not in said
    assert "leaves the site that was there: [Errno 27] File too large" in said
    assert files(built) == before


def test_a_cache_that_cannot_be_written_to_is_one_clear_line(project: Path) -> None:
    shutil.rmtree(project / ".cache")
    (project / ".cache").write_text("a file")
    process = start(project)
    said, _ = process.communicate()
    assert process.returncode == 1
    assert "Traceback" not in said
    assert re.search(r"(?m)^.*\.cache.*$", said)


def kept(project: Path) -> list[Path]:
    """Every file that is kept: the lock, too."""
    return sorted(path for path in (project / ".cache").rglob("*") if path.is_file())


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_kept_and_was_damaged_is_made_again(built: Path, damage: str) -> None:
    before = files(built)
    DAMAGE[damage](kept(built))
    said = build(built)
    assert files(built) == before
    assert not re.search("WARNING|ERROR|Traceback", said), said
    assert "rendered and checked 0 pages, kept 4" in build(built)


def test_folders_of_what_is_kept_that_became_files_are_made_again(built: Path) -> None:
    before = files(built)
    for folder in [path for path in (built / ".cache").iterdir() if path.is_dir() and not path.is_symlink()]:
        shutil.rmtree(folder)
        folder.write_text("a file")
    build(built)
    assert files(built) == before


def test_what_no_build_has_used_for_a_month_is_forgotten_and_what_it_uses_is_not(built: Path) -> None:
    (built / ".cache/pages/gone.md.json").write_text("of a page that is gone")
    (built / ".cache/from-another-tool").write_text("not ours to forget")
    for path in kept(built):
        os.utime(path, (0, 0))
    assert "rendered and checked 0 pages, kept 4" in build(built)
    assert not (built / ".cache/pages/gone.md.json").exists()
    assert (built / ".cache/from-another-tool").exists()
    assert "rendered and checked 0 pages, kept 4" in build(built)


def test_a_site_that_was_put_aside_is_put_back_also_by_a_build_that_fails(built: Path) -> None:
    """A build that is killed while its site takes the place of the last leaves neither there."""
    before = files(built)
    (built / "site").rename(built / "site.old")
    edit(built / "docs/hinge.md", "1.2", "1.3")
    assert refused(built)
    assert files(built) == before
    assert not (built / "site.old").exists()


# --- odd files -------------------------------------------------------------------------------------------------------


def refused(project: Path, date: str = DATE) -> str:
    """Build a site that is wrong, and return what was said."""
    process = start(project, date)
    said, _ = process.communicate()
    assert process.returncode == 1, said
    assert "Traceback" not in said
    return said


def test_a_byte_order_mark_and_other_ends_of_lines_change_no_page(built: Path) -> None:
    before = files(built)
    sources = ["docs/hinge.md", "docs/api.md", "docs/lab.py", "scripts/figures/hinge.py", MARGIN]
    for ends, mark in ((b"\r\n", b""), (b"\r", b""), (b"\n", b"\xef\xbb\xbf")):
        for source in sources:
            text = (built / source).read_text(encoding="utf-8-sig").encode()
            (built / source).write_bytes(mark + text.replace(b"\n", ends))
        forget(built)
        build(built)
        after = files(built)
        script = "figures/hinge.py"  # the file itself, for who wants to have it
        assert {name: after[name] for name in after if name != script} == {
            name: before[name] for name in before if name != script
        }


BOMB = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10 if n else ['x'] * 10)}]" for n in range(7))
DRAW = (
    "# %config InlineBackend.figure_formats = ['svg']\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\n"
)


def headed(front_matter: str) -> str:
    return f"---\n{front_matter}\n---\n"


# What becomes of a file, and what is said then, behind its name.
ODD: dict[str, tuple[str, str | bytes, str]] = {
    "a list for a symbol": ("hinge.md", headed("symbols:\n  y: [sign, real]"), "3:6: no declaration: a sequence"),
    "20,000 brackets": ("hinge.md", headed("title: " + "[" * 20_000), "2:27: the front matter has more than 20 levels"),
    "aliases": ("hinge.md", headed(f"{BOMB}\nsymbols: {{y: *a6}}"), "6:30: the front matter has more than 100000"),
    "no YAML": ("hinge.md", headed("title: {a: [b}"), "2:14: the front matter is not YAML"),
    "a page in Latin-1": ("hinge.md", b"# caf\xe9\n", "1:6: byte 0xe9 is not UTF-8"),
    "a notebook in Latin-1": ("lab.py", b"# %%\n# caf\xe9\n", "2:6: byte 0xe9 is not UTF-8"),
    "a cell without a space": ("lab.py", "#%%\nx = 1\n\n#%%\n1 / 0\n", "5: ZeroDivisionError"),
    "no marks of cells": ("lab.py", "x = 1\n\n1 / 0\n", "3: ZeroDivisionError"),
    "a byte order mark": ("lab.py", "\ufeff# %%\n1 / 0\n", "2: ZeroDivisionError"),
    "a tag": ("lab.py", '# %% tags=["raises-exception"]\n1 / 0\n', "2: ZeroDivisionError: division by zero\n    w"),
    "a text that is a number": ("lab.py", f"# %% alt=3\n{DRAW}", "2: a cell draws and says not what: write"),
}


@pytest.mark.parametrize("what", ODD)
def test_a_file_that_is_odd_ends_a_build_with_one_clear_line(built: Path, what: str) -> None:
    name, content, told = ODD[what]
    (built / "docs" / name).write_bytes(content.encode() if isinstance(content, str) else content)
    said = refused(built)
    assert f"docs/{name}:{told}" in said
    assert len(said) < 4000


def saved(*cells: str) -> str:
    """A notebook as Jupyter saves it, with what an earlier run has left; cells of code begin with a prompt."""
    made = [new_code_cell(cell[4:]) if cell.startswith(">>> ") else new_markdown_cell(cell) for cell in cells]
    for cell in made:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [new_output("stream", text="earlier\n")], 7
    return str(nbformat.writes(new_notebook(cells=made)))


SAVED = (
    "---\nsymbols: {x: real}\n---\n# Saved\n\nIt is $2 x = x + x$.",
    ">>> from lossfunctions import hinge\nhinge(-1, 0.2)",
)


def test_a_notebook_that_jupyter_has_saved_is_a_page(built: Path) -> None:
    edit(built / "mkdocs.yml", '["lab.py"]', '["lab.py", "saved.ipynb"]')
    edit(built / "mkdocs.yml", "lab.py]", "lab.py, saved.ipynb]")
    notebook = built / "docs/saved.ipynb"
    notebook.write_text(saved(*SAVED).replace("x + x", "x + 3 x"))
    line = next(at for at, text in enumerate(notebook.read_text().split("\n"), 1) if "x + 3 x" in text)
    assert f"docs/saved.ipynb:{line}:" in refused(built)
    notebook.write_text(saved(*SAVED))
    assert "rendered and checked" in build(built)
    page = (built / "site/saved/index.html").read_text()
    assert "1.2" in page
    assert "earlier" not in page
    given = json.loads((built / "site/saved-download.ipynb").read_text())
    assert [cell.get("outputs") for cell in given["cells"] if cell["cell_type"] == "code"] == [[]]


def test_a_saved_notebook_that_is_broken_ends_a_build_with_one_clear_line(built: Path) -> None:
    edit(built / "mkdocs.yml", '["lab.py"]', '["lab.py", "saved.ipynb"]')
    edit(built / "mkdocs.yml", "lab.py]", "lab.py, saved.ipynb]")
    for content, told in (
        ('{"cells": [\n', "2:1: this is no notebook: Expecting value"),
        ('{"cells": 3}', "1:1: this is no notebook"),
        (saved("# Saved", ">>> 1 / 0"), ": ZeroDivisionError"),
    ):
        (built / "docs/saved.ipynb").write_text(content)
        said = refused(built)
        assert re.search(rf"docs/saved\.ipynb:(\d+)?{re.escape(told)}", said), said


OTHERS = "# Others\n\nIt took 12.5 s.\n\n$$\n\\max(0, 1 - y s)\n$$\n\n$$\nx = 2 x\n$$\n"
SIDE = """
symbols: {y: sign, s: real}
formulas:
  Others#1:
    reads: 1cad677d
    equals: hinge(y, s)
"""


def test_a_page_with_a_side_file_has_marks_where_it_says(built: Path) -> None:
    page, side = built / "docs/hinge.md", built / "docs/hinge.math.yml"
    page.write_text(OTHERS)
    side.write_text(SIDE)
    edit(built / "docs/index.md", "See [the hinge](hinge.md#eq-hinge)", "See")
    assert "1 of 2 formulas bound" in build(built)
    shown = (built / "site/hinge/index.html").read_text()
    assert shown.count('class="check-mark"') == 1
    assert "hinge(y, s)" in shown
    edit(side, "hinge(y, s)", "hinge(-y, s)")
    assert re.search(r"docs/hinge\.md:6:\d+: the formula and the code disagree", refused(built))
    edit(side, "hinge(-y, s)", "hinge(y, s)\n    wek: because")
    assert "docs/hinge.math.yml:7:5: nothing is named wek here\n    write: weak" in refused(built)
    edit(side, "\n    wek: because", "")
    edit(page, "1 - y s", "1 + y s")
    changed = "docs/hinge.md:6:1: this formula has changed since it was bound, in docs/hinge.math.yml:4:3"
    assert changed in refused(built)
    side.unlink()
    assert "the number 12.5 s is typed" in refused(built)


def test_a_page_that_is_a_link_to_nowhere_ends_a_build_with_one_clear_line(built: Path) -> None:
    (built / "docs/hinge.md").unlink()
    (built / "docs/hinge.md").symlink_to("nowhere.md")
    assert "hinge.md: No such file or directory" in refused(built)


def test_a_figure_that_is_a_folder_ends_a_build_with_one_clear_line(built: Path) -> None:
    (built / "scripts/figures/odd.py").mkdir()
    assert "scripts/figures/odd.py: Is a directory" in refused(built)


def test_what_only_looks_like_ours_is_left_as_it_is(built: Path) -> None:
    edit(built / "docs/index.md", "# A site", "---\ntitle: '<span class=\"arithmatex\">x</span>'\n---\n# A site")
    edit(built / "docs/api.md", "# Functions", "# Functions\n\n<!--aside 99999-->")
    build(built)


def test_what_a_cell_writes_to_standard_error_is_told_and_not_published(built: Path) -> None:
    edit(built / "docs/lab.py", "print(hinge", "import sys\nprint('whoever executes it', file=sys.stderr)\nprint(hinge")
    assert "lab.py:7: standard error: whoever executes it" in build(built)
    page = files(built)["lab/index.html"]
    assert b"1.2" in page
    assert page.count(b"whoever executes it") == 1, "in the code of the cell"


@pytest.mark.parametrize("date", ["", "tomorrow", "1e99", "9" * 30])
def test_a_date_that_is_no_number_is_one_clear_line(built: Path, date: str) -> None:
    said = refused(built, date=date)
    assert f"SOURCE_DATE_EPOCH is '{date}': write: seconds since 1970" in said
    assert said.count("\n") < 8
