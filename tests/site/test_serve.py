"""What an author sees while the site is served: an edited module is on the page without a restart."""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from small_project import forget, served, small_project, wait_for

CONFIG = """
site_name: A page
strict: true
watch: [src, scripts]
markdown_extensions: [executable_math: {module: lossfunctions, paths: [src]}]
plugins:
  - executable-math
  - mkdocs-jupyter: {include: ["*.py"]}
"""
LAB = """# %% [markdown]
# # A lab

# %%
from lossfunctions import hinge
print("it costs", hinge(-1, 0.2))
"""
PAGE = "# A page\n\n![The hinge.](figures/hinge.svg)\nThe hinge.\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small site with one figure, and a copy of the mathematics that may be edited."""
    return small_project(tmp_path, CONFIG, {"index.md": PAGE, "lab.py": LAB})


@pytest.fixture(name="served")
def served_(project: Path) -> Iterator[str]:
    with served(project) as address:
        yield address


def test_an_edit_of_the_module_redraws_the_figure(served: str, project: Path) -> None:
    before = wait_for(served, project, lambda page: 'id="fig-hinge"' in page)
    module = project / "src/lossfunctions/margin.py"
    edited = module.read_text().replace("margin: float = 1.0", "margin: float = 2.0", 1)
    assert edited != module.read_text()
    module.write_text(edited)
    after = wait_for(served, project, lambda page: 'id="fig-hinge"' in page and drawing(page) != drawing(before))
    assert drawing(after) != drawing(before)


def drawing(page: str) -> str:
    return page.partition("<figure")[2].partition("</figure>")[0]


def test_a_broken_script_is_named_and_the_server_recovers(served: str, project: Path) -> None:
    before = wait_for(served, project, lambda page: 'id="fig-hinge"' in page)
    script = project / "scripts/figures/hinge.py"
    right = script.read_text()
    script.write_text(right + "\n1 / 0\n")
    shown = wait_for(served, project, lambda page: "check-failure" in page)
    assert f"hinge.py:{right.count(chr(10)) + 2}: ZeroDivisionError" in shown
    assert "<svg" not in drawing(shown)
    script.write_text(right.replace("def draw(", "TITLE = 'again'\n\n\ndef draw(", 1))
    assert drawing(wait_for(served, project, lambda page: "<svg" in drawing(page))) == drawing(before)


def test_a_failure_stands_in_its_place_until_page_and_module_are_right(served: str, project: Path) -> None:
    page, module = project / "docs/index.md", project / "src/lossfunctions/margin.py"
    text, code = '# A page\n\nIt costs $1.3${ equals="hinge(-1, 0.2)" }.\n', module.read_text()
    page.write_text(text)
    shown = wait_for(served, project, lambda html: "check-failure" in html)
    assert "the page gives 1.3,  hinge(-1, 0.2) gives 1.2" in shown
    page.write_text(text.replace("1.3", "1.2"))
    wait_for(served, project, lambda html: "check-mark" in html and "check-failure" not in html)
    module.write_text(code.replace("margin: float = 1.0", "margin: float = 2.0", 1))
    shown = wait_for(served, project, lambda html: "check-failure" in html)
    assert "the page gives 1.2,  hinge(-1, 0.2) gives 2.2" in shown
    module.write_text(code)
    wait_for(served, project, lambda html: "check-mark" in html and "check-failure" not in html)


def test_an_edit_of_the_module_executes_the_notebook_again_and_says_so_until_then(served: str, project: Path) -> None:
    lab, module = f"{served}/lab/", project / "src/lossfunctions/margin.py"
    wait_for(lab, project, lambda html: "it costs 1.2" in html and "is being executed" not in html)
    code = module.read_text()
    module.write_text(code.replace("margin: float = 1.0", "margin: float = 2.0", 1))
    stale = wait_for(lab, project, lambda html: "is being executed" in html)
    assert "it costs 1.2" in stale
    wait_for(lab, project, lambda html: "it costs 2.2" in html and "is being executed" not in html)


def test_all_that_is_kept_may_be_removed(served: str, project: Path) -> None:
    lab, page = f"{served}/lab/", project / "docs/index.md"
    wait_for(lab, project, lambda html: "it costs 1.2" in html and "is being executed" not in html)
    forget(project)
    page.write_text(PAGE + "\nNow.\n")
    wait_for(served, project, lambda html: "Now." in html and 'id="fig-hinge"' in html)
    wait_for(lab, project, lambda html: "it costs 1.2" in html and "is being executed" not in html)


def test_the_pages_may_be_away_for_a_moment(served: str, project: Path) -> None:
    wait_for(served, project, lambda html: 'id="fig-hinge"' in html)
    (project / "docs").rename(project / "away")
    time.sleep(2)  # as long as the server takes to see it; if it takes longer, nothing is tested
    (project / "away").rename(project / "docs")
    wait_for(served, project, lambda html: 'id="fig-hinge"' in html)
    (project / "docs/index.md").write_text(PAGE + "\nThey are back.\n")
    wait_for(served, project, lambda html: "They are back." in html)


def spoil(path: Path, old: str, new: str) -> Callable[[], object]:
    """Break a file, and return what makes it right again."""
    right = path.read_text()
    assert old in right
    path.write_text(right.replace(old, new))
    return lambda: path.write_text(right)


# A file that is broken, how, and what its page says then, with the place.
SPOILT = {
    "figure": ("scripts/figures/hinge.py", "def draw(", "1 / 0\n\n\ndef draw(", "", "hinge.py:"),
    "notebook": ("docs/lab.py", "hinge(-1, 0.2)", "1 / 0", "lab/", "lab.py:6: ZeroDivisionError: "),
    "module": ("src/lossfunctions/margin.py", "def hinge(", "def hinge((", "", "src/lossfunctions/margin.py:"),
    "formula": ("docs/index.md", "The hinge.\n", "The hinge.\n\n$\\frac$\n", "", "MathJax cannot read this formula"),
    "front matter": ("docs/index.md", "# A page", "---\nsymbols: [y\n---\n# A page", "", "docs/index.md:"),
    "missing figure": ("docs/index.md", "figures/hinge.svg", "figures/hunge.svg", "", "there is no figure hunge"),
}


@pytest.fixture(params=SPOILT)
def spoilt(request: pytest.FixtureRequest, project: Path) -> tuple[Callable[[], object], str, str]:
    file, old, new, page, said = SPOILT[request.param]
    return spoil(project / file, old, new), page, said


def test_what_is_broken_from_the_start_is_shown_until_it_is_right(
    spoilt: tuple[Callable[[], object], str, str], served: str, project: Path
) -> None:
    mend, page, said = spoilt
    shown = wait_for(f"{served}/{page}", project, lambda html: "check-failure" in html)
    assert said in html.unescape(shown)
    assert said in (project / "log").read_text()
    mend()
    whole = "it costs 1.2" if page else 'id="fig-hinge"'
    wait_for(f"{served}/{page}", project, lambda html: whole in html and "check-failure" not in html)


# Files that no page can be made of, and what their pages say.
ODD = {
    "latin.md": (b"# caf\xe9\n", "latin.md:1:6: byte 0xe9 is not UTF-8"),
    "deep.md": (b"---\ntitle: " + b"[" * 20_000 + b"\n---\n# Deep\n", "more than 20 levels"),
    "listed.md": (b"---\nsymbols:\n  y: [sign, real]\n---\n# Listed\n", "listed.md:3:6: no declaration"),
    "figured.md": (b"# Figured\n\n![A folder.](figures/odd.svg)\nOdd.\n", "odd.py: Is a directory"),
    "latin_lab.py": (b"# %%\n# caf\xe9\n", "latin_lab.py:2:6: byte 0xe9 is not UTF-8"),
    "failing_lab.py": (b"#%%\nx = 1\n#%%\n1 / 0\n", "failing_lab.py:4: ZeroDivisionError"),
}
FINE = {
    "aside.md": b"# Aside\n\n<!--aside 99999-->\n",
    "titled.md": b"---\ntitle: '<span class=\"arithmatex\">x</span>'\n---\n# Titled\n",
}


@pytest.fixture
def odd(project: Path) -> None:
    for name, content in {**{name: content for name, (content, _) in ODD.items()}, **FINE}.items():
        (project / "docs" / name).write_bytes(content)
    (project / "docs/nowhere.md").symlink_to("missing.md")
    (project / "scripts/figures/odd.py").mkdir()


def test_an_odd_file_shows_what_is_wrong_with_it_and_all_others_are_served(
    odd: None, served: str, project: Path
) -> None:
    wait_for(served, project, lambda html: 'id="fig-hinge"' in html and "check-failure" not in html)
    wait_for(f"{served}/lab/", project, lambda html: "it costs 1.2" in html)
    for name, (_, said) in {**ODD, "nowhere.md": (b"", "nowhere.md: No such file")}.items():
        wait_for(f"{served}/{name.partition('.')[0]}/", project, said_by(said))
    for name in FINE:
        wait_for(f"{served}/{name.partition('.')[0]}/", project, lambda html: "check-failure" not in html)
    (project / "docs/nowhere.md").unlink()
    (project / "docs/nowhere.md").write_text("# It is here\n")
    wait_for(f"{served}/nowhere/", project, lambda html: "It is here" in html and "check-failure" not in html)


def said_by(said: str) -> Callable[[str], bool]:
    return lambda page: "check-failure" in page and said in html.unescape(page)
