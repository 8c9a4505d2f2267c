"""`executable-math`: what it prints, what it rewrites, and the status that it ends with."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from executable_math.__main__ import main
from executable_math.pages.fixes import fixed
from executable_math.project import Project

CONFIG = "markdown_extensions:\n  - executable_math:\n      module: lossfunctions\n"
RIGHT = '# A page\n\nIt costs $1.2${ equals="hinge(-1, 0.2)" }.\n'
WRONG = '# A page\n\nIt costs $1.3${ equals="hinge(-1, 0.2)" }.\n'


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one page; the command runs in its folder."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/page.md").write_text(RIGHT)
    (tmp_path / "mkdocs.yml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_holds_ends_with_0() -> None:
    done = subprocess.run([sys.executable, "-m", "executable_math", "docs"], capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 checked: 1 agreeing with code\n", "")


def test_a_failure_ends_with_1_and_names_its_place(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "docs/page.md").write_text(WRONG)
    (project / "docs/right.md").write_text(RIGHT)
    assert main(["docs"]) == 1
    assert capsys.readouterr().out == (
        "docs/page.md:3:11: the formula and the code disagree\n"
        "    1.3\n"
        "    ^\n"
        "    the page gives 1.3,  hinge(-1, 0.2) gives 1.2\n"
        "\n"
        "2 checked: 1 fails, 1 agreeing with code\n"
    )


def test_a_pull_request_is_annotated(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "docs/a page, 100%.md").write_text(WRONG)
    assert main(["--format=github", "docs"]) == 1
    failure, count = capsys.readouterr().out.splitlines()
    assert failure.startswith("::error file=docs/a page%2C 100%25.md,line=3,col=11::the formula and the code")
    assert count == "2 checked: 1 fails, 1 agreeing with code"


# --- numbers -------------------------------------------------------------------------------------------------------

NUMBERS = r"""# Numbers

The score $0.2${ as="score" } costs $1.30${ equals="hinge(-1, score)" }, and
$1.0${ equals="hinge(-1, score)" as="cost" }. Half of it is $0.5${ equals="cost / 2" as="half" }, a quarter
$0.25${ equals="half / 2" }: $1.2${ equals="6 * half" }. In percent $10\%${ equals="half" }, in powers
$7.2 \cdot 10^{-3}${ equals="half / 100" }, and $\log 2 \approx 0.70$. Several:
$(0.5, 0.25)${ equals="array([half, half / 2])" }. Below: $0.1${ equals="-half" }. No: $0.1${ equals="-score/20" }.
"""
FIXED = r"""# Numbers

The score $0.2${ as="score" } costs $1.20${ equals="hinge(-1, score)" }, and
$1.2${ equals="hinge(-1, score)" as="cost" }. Half of it is $0.6${ equals="cost / 2" as="half" }, a quarter
$0.30${ equals="half / 2" }: $3.6${ equals="6 * half" }. In percent $60\%${ equals="half" }, in powers
$6.0 \cdot 10^{-3}${ equals="half / 100" }, and $\log 2 \approx 0.69$. Several:
$(0.6, 0.30)${ equals="array([half, half / 2])" }. Below: $-0.6${ equals="-half" }. No: $0.0${ equals="-score/20" }.
"""


def test_wrong_numbers_are_written_again(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = project / "docs/page.md"
    page.write_text(NUMBERS)
    assert main(["--fix-numbers", "docs"]) == 0
    assert page.read_text() == FIXED
    *changes, count = capsys.readouterr().out.splitlines()
    assert changes[:3] == ["--- docs/page.md", "+++ docs/page.md", "@@ -3,5 +3,5 @@"]
    assert [line[1:] for line in changes[3:]] == NUMBERS.splitlines()[2:] + FIXED.splitlines()[2:]
    assert main(["--fix-numbers", "docs"]) == 0
    assert capsys.readouterr().out == f"{count}\n"
    assert page.read_text() == FIXED


def test_nothing_else_is_rewritten(project: Path) -> None:
    page = project / "docs/page.md"
    symbols = "---\r\nsymbols:\r\n  x: real\r\n---\r\n"
    text = f"{symbols}{WRONG}\r\nBut $1.3$, `$1.3$`, $x = 1.3$, $x^2 = 2 x$, $1 + 1 = 3, 5$ and caf\xe9.\r\n"
    text += 'Not $1.3${ differs="hinge(-1, 0.2)" }.\r\n'
    page.write_bytes(text.encode("latin-1"))
    assert main(["--fix-numbers", "docs"]) == 1
    assert page.read_bytes() == text.replace("$1.3${", "$1.2${", 1).encode("latin-1")


def test_of_numbers_that_read_the_same_each_is_written_for_itself(project: Path) -> None:
    page = project / "docs/page.md"
    factors = "0.1", "-10.25", "-20.25", "0.1"
    page.write_text(", ".join(f'$0.1${{ equals="{factor} * hinge(1, 0)" }}' for factor in factors))
    once = fixed(page.read_text(), Project.of(project).check(page))
    assert re.findall(r"\$(.+?)\$", once) == ["0.1", "-10.2", "-20.2", "0.1"]


def test_an_interrupted_rewriting_loses_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    (project / "docs/page.md").write_text(WRONG)
    monkeypatch.setattr(Path, "replace", full)
    assert main(["--fix-numbers", "docs"]) == 2
    assert capsys.readouterr().err == "executable-math: [Errno 28] No space left on device\n"
    assert (project / "docs/page.md").read_text() == WRONG


# --- explanations --------------------------------------------------------------------------------------------------

EXPLAINED = r"""---
symbols: {N: size, y_i: sign, s_i: real, h: probability, t: label}
---

```math id="hinge" equals="hinge(y, s, reduction='sum')"
J = \sum_{i=1}^{N} \max(0, 1 - y_i s_i)
```

A score of $0.2${ as="score" }. If $t = 1${ .given }, the loss is $-\log h${ equals="binary_cross_entropy(t, h)" }.

```math id="slope"
\frac{\partial J}{\partial s_i} = -y_i
```

Numbers: $1.2${ equals="hinge(-1, score)" }.

```pycon
>>> 1 + 1
2
```
"""


def explain(name: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    status = main(["--explain", name, "docs"])
    return status, capsys.readouterr().out.splitlines()


def test_a_check_is_explained_with_its_first_samples(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "docs/page.md").write_text(EXPLAINED)
    status, printed = explain("hinge", capsys)
    assert status == 1, "not everything holds"
    assert re.fullmatch(r"docs/page.md:6:1: holds, for \d+ samples", printed[0])
    assert printed[1:4] == [
        r"    J = \sum_{i=1}^{N} \max(0, 1 - y_i s_i)", "    against hinge(y, s, reduction='sum')", ""
    ]  # fmt: skip
    values = re.compile(r"    with N = (\d), .*:  the page gives (\S+),  hinge\(y, s, reduction='sum'\) gives (\S+)")
    samples = [match.groups() for line in printed[4:] if (match := values.fullmatch(line))]
    assert [int(size) for size, _, _ in samples] == [1, 1, 2, 2, 3, 3, 4, 4]
    assert all(page == code for _, page, code in samples)


def test_what_is_given_narrows_the_samples(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "docs/page.md").write_text(EXPLAINED)
    place = "9:" + str(EXPLAINED.splitlines()[8].index(r"-\log") + 1)
    for name in (place, f"docs/page.md:{place}"):
        _, printed = explain(name, capsys)
        assert len(printed) == 12
        assert all("t = 1" in line for line in printed[4:])


def test_a_failure_is_explained_with_its_message_and_both_sides(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "docs/page.md").write_text(EXPLAINED)
    _, printed = explain("slope", capsys)
    assert printed[1].startswith("the two sides disagree")
    values = re.compile(r"    with N = \d, .*:  the left side gives (\S+),  the right side gives (\S+)")
    samples = [match.groups() for line in printed if (match := values.fullmatch(line))]
    assert len(samples) == 9, "the counterexample, and eight samples"
    assert len({left == right for left, right in samples}) == 2


def test_other_checks_are_explained_without_samples(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "docs/page.md").write_text(EXPLAINED)
    _, printed = explain("15:11", capsys)
    assert printed[0].startswith("docs/page.md:15:11: holds")
    assert printed[1:] == [
        "    1.2", "    against hinge(-1, score)", "", "    the page gives 1.2,  hinge(-1, score) gives 1.2"
    ]  # fmt: skip
    _, printed = explain("18:1", capsys)
    assert printed == ["docs/page.md:18:1: holds", "    >>> 1 + 1", "    2"]


def test_an_id_that_nothing_has_gets_one_line_with_the_nearest(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "docs/page.md").write_text(EXPLAINED)
    assert main(["--explain", "hing", "docs"]) == 2
    assert capsys.readouterr().err == "executable-math: no check has the id hing: is it hinge?\n"
    (project / "docs/broken.py").write_text("1 +")
    assert main(["--explain", "hinge", "docs"]) == 2
    assert capsys.readouterr().err.endswith("docs/broken.py:1:4: this is not Python: invalid syntax\n")


# --- bad input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("a: b: c\n", "this is no configuration of MkDocs: mapping values are not allowed here"),
        ("- a\n", "this is no configuration of MkDocs"),
        ("markdown_extensions: [no_such_extension]\n", "No module named 'no_such_extension'"),
        (CONFIG.replace("lossfunctions", "no_such_module"), "there is no module named no_such_module"),
        (CONFIG.replace("lossfunctions", "broken"), "broken cannot be imported: broken.py:1: ZeroDivisionError: "),
    ],
)
def test_a_project_that_cannot_be_read_gets_one_line(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, config: str, message: str
) -> None:
    monkeypatch.syspath_prepend(str(project))
    (project / "broken.py").write_text("1 / 0\n")
    (project / "mkdocs.yml").write_text(config)
    assert main(["docs"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message in printed.err
    assert printed.err.count("\n") <= 4, "the place in a YAML file takes four lines"


@pytest.mark.parametrize("path", ["docs/missing.md", "empty"])
def test_nothing_to_check_is_no_success(project: Path, capsys: pytest.CaptureFixture[str], path: str) -> None:
    (project / "empty").mkdir()
    assert main(["docs", path]) == 2
    assert capsys.readouterr().err.startswith(f"executable-math: {path}: there is no")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("module.py", b"def f(:\n", "docs/module.py:1:7: this is not Python"),
        ("null.py", b"x = 1\0\n", "docs/null.py:1:1: this is not Python"),
        ("picture.png", b"\x89PNG", "docs/picture.png:1:1: this is no page, notebook or module"),
        ("latin.md", b"caf\xe9\n\n$1 = 1$", "docs/latin.md:1:4: byte 0xe9 is not UTF-8"),
        ("latin.py", b"#%%\n# caf\xe9\n", "docs/latin.py:2:6: byte 0xe9 is not UTF-8"),
        ("ends.md", b"---\r---\r\rcaf\xe9\r", "docs/ends.md:4:4: byte 0xe9 is not UTF-8"),
        ("listed.md", b"---\nsymbols: {y: [sign]}\n---\n", "docs/listed.md:2:14: no declaration: a sequence"),
        ("keyed.md", b"---\nsymbols: {[y]: sign}\n---\n", "docs/keyed.md:2:11: the front matter is not YAML"),
        ("dated.md", b"---\ndate: 2026-13-45\n---\n", "docs/dated.md:2:1: the front matter cannot be read"),
        ("deep.md", b"---\na: %s\n---\n" % (b"[" * 20_000), "docs/deep.md:2:23: the front matter has more than 20"),
        ("endless.md", b"---\na: &a [*a]\n---\n", "docs/endless.md:2:8: the front matter has more than 100000"),
    ],
)
def test_a_file_that_cannot_be_read_does_not_hide_the_others(
    project: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, message: str
) -> None:
    (project / "docs" / name).write_bytes(content)
    assert main([f"docs/{name}", "docs/page.md"]) == 1
    printed = capsys.readouterr().out
    assert printed.startswith(message)
    assert " agreeing with code" in printed.splitlines()[-1]


MODULE = """
class Loss:
    def value(y, s):
        '''The hinge.

        ```math equals="hinge(y, s)" symbols="y: sign; s: real"
        \\\\max(0, 1 - y s)
        ```
        '''

def relative(y, s):
    '''Another, with its own page of symbols.

    ```math equals="squared_hinge(y, s)" symbols="y: sign; s: real"
    \\\\max(0, 1 - y s)
    ```
    '''
"""


def test_a_docstring_that_is_wrong_is_named_by_its_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "module.py").write_text(MODULE)
    assert main(["module.py"]) == 1
    assert capsys.readouterr().out.startswith("module.py:15:5: the formula and the code disagree")


def test_a_formula_of_100_kilobytes_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "docs/page.md").write_text(f"{RIGHT}\n```math\n{'1 + ' * 25_000}1\n```\n")
    assert main(["docs"]) == 1
    printed = capsys.readouterr().out
    assert printed.startswith("docs/page.md:6:4001: a formula of 100001 characters")
    assert printed.endswith("2 checked: 1 agreeing with code, 1 not read\n")
    assert len(printed) < 500


def test_a_link_to_nowhere_does_not_hide_the_others(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "docs/nowhere.md").symlink_to("missing.md")
    (project / "docs/folder.md").mkdir()
    assert main(["docs"]) == 1
    printed = capsys.readouterr().out
    assert printed.startswith("docs/missing.md:1:1: this cannot be read: No such file or directory\n")
    assert printed.endswith("2 checked: 1 fails, 1 agreeing with code\n")


@pytest.mark.parametrize(("ends", "mark"), [(b"\r\n", b""), (b"\r", b""), (b"\n", b"\xef\xbb\xbf")])
def test_a_byte_order_mark_and_other_ends_of_lines_change_nothing(project: Path, ends: bytes, mark: bytes) -> None:
    page, lab, module = (project / "docs" / name for name in ("page.md", "lab.py", "module.py"))
    page.write_text(EXPLAINED)
    lab.write_text(f"#%% [markdown]\n# {WRONG.splitlines()[2]}\n\n#%%\n1\n")
    module.write_text(MODULE)
    files = (page, lab, module)
    before = [Project.of(project).check(path) for path in files]
    assert [sum(not entry.ok for entry in entries) for entries in before] == [1, 1, 1]
    for path in files:
        path.write_bytes(mark + path.read_bytes().replace(b"\n", ends))
    assert [Project.of(project).check(path) for path in files] == before


@pytest.mark.parametrize(
    ("name", "text"), [("empty.md", ""), ("prose.md", "# Prose\n\nAnd nothing else.\n"), ("code.py", "x = 1\n")]
)
def test_where_nothing_is_found_to_check_it_is_said_and_is_no_success(
    project: Path, capsys: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    (project / name).write_text(text)
    assert main(["docs", name]) == 1
    printed = capsys.readouterr()
    assert printed.out == "1 checked: 1 agreeing with code\n"
    assert printed.err == f"{name}: nothing was found to check\n"


def test_a_docstring_that_is_set_as_one_is_checked(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    formula = '```math symbols="x: real"\n    x + x = 3 x\n    ```'
    (project / "set.py").write_text(
        f"def double(x):\n    return 2 * x\n\n\ndouble.__doc__ = r'''Twice.\n\n    {formula}\n'''\n"
    )
    assert main(["set.py"]) == 1
    assert "set.py:8:13: the two sides disagree" in capsys.readouterr().out


def test_an_empty_page_says_nothing_wrong(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "docs/empty.md").write_text("")
    assert main(["docs"]) == 0
    assert capsys.readouterr().out == "1 checked: 1 agreeing with code\n"
