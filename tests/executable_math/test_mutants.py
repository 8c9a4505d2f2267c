"""Every error in the pages and docstrings is caught; and the count of those caught can be less than all."""

import json
import re
from pathlib import Path

import pytest

from executable_math import read
from executable_math.faults.slips import edits
from executable_math.mutants import idle, main, read_proofs, score
from executable_math.notation.standard import LANGUAGE
from executable_math.project import Project, pages

ROOT = Path(__file__).parents[2]
PROOFS = ROOT / "tests" / "equivalent_mutants.toml"
PAGES = pages([ROOT / "docs", ROOT / "src/lossfunctions"])
SAYING = [page for page in PAGES if re.search(r"```math|\$", page.read_text())]
CORPUS = [json.loads(line)["latex"] for line in (Path(__file__).parent / "corpus.jsonl").read_text().splitlines()]


# --- the pages -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", SAYING, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_error_in_a_page_is_caught(page: Path) -> None:
    proofs = read_proofs(PROOFS)
    found = score(Project.of(ROOT).checks(page), proofs)
    assert not found.survivors, str(found)
    assert not idle(proofs, [found], ROOT)


def test_the_pages_have_errors_to_catch() -> None:
    assert score(Project.of(ROOT).checks(ROOT / "docs" / "hinge.md"), read_proofs(PROOFS)).tried > 200


def test_every_proof_says_something() -> None:
    assert all(len(proof.split()) > 2 for proof in read_proofs(PROOFS).values())


# --- which errors are tried ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latex", "mutants"),
    [
        ("a - 2", {"0 - 2", "a - 0", "-a - 2", "a + 2", "a - 3", "a - 1"}),
        ("a + b", {"0 + b", "a + 0", "-a + b", "a - b"}),
        ("a b", {"{1} b", "a {1}"}),
        ("-x", {"+x"}),
        ("x^3", {"x^1", "x^4", "x^2"}),
        ("0.20", {"0.21", "0.19"}),
        ("0", {"1"}),
        (r"1.09\ldots", {"1.10…", "1.08…"}),
        (r"\frac{a}{N}", {r"\frac{1}{N}", r"\frac{a}{1}", r"\frac{N}{a}"}),
        (r"\max(0, u)", {r"\min(0, u)", r"\max(1, u)"}),
        (r"\log x", {r"\exp x"}),
        (r"\sigma'(2)", {r"\sigma(2)", r"\sigma'(3)", r"\sigma'(1)"}),
        (r"u \le 1", {r"u  \ge  1", r"u \le -1", r"u \le 2", r"u \le 0"}),
        (r"[j = 0]", {r"[j  \ne  0]", r"[j = 1]"}),
        (r"[j = k]", {r"[j  \ne  k]", r"[j = -k]"}),
        (r"|a - b|", {"|0 - b|", "|a - 0|", "|-a - b|", "{a - b}"}),
        (r"\sqrt{a}", {"{a}"}),
        ("n!", {"{n}"}),
        (r"w^\top x", {r"{1} x", r"w^\top {1}", r"{w} x", r"x^\top {w}"}),
        (r"\sum_{i=0}^{N} x_i", {
            "{x_i}", r"\prod_{i=0}^{N} x_i", r"\sum_{i=1}^{N} x_i", r"\sum_{i=0}^{{N - 1}} x_i", r"\sum_{i=0}^{x} N_i",
        }),
        (r"\arg\max_{k} f_k", {r"\arg\min_{k} f_k"}),
        (r"x_{ij}", {"x_{{j}{i}}"}),
        (r"(a + b)^2 \log 2", {
            r"1 \log 2", r"(a + b)^2 {1}", r"(a + b)^1 \log 2", r"(a + b)^3 \log 2", r"(0 + b)^2 \log 2",
            r"(a + 0)^2 \log 2", r"(a - b)^2 \log 2", r"(a + b)^2 \exp 2", r"(a + b)^2 \log 3",
            r"(a + b)^2 \log 1",
        }),
    ],
)  # fmt: skip
def test_errors_of_a_formula(latex: str, mutants: set[str]) -> None:
    assert {edit.applied(latex) for edit in edits(latex, LANGUAGE)} == mutants


@pytest.mark.parametrize("latex", CORPUS, ids=range(len(CORPUS)))
def test_every_error_reads_to_another_tree(latex: str) -> None:
    mutants = [edit.applied(latex) for edit in edits(latex, LANGUAGE)]
    assert mutants
    assert all(read(mutant) != read(latex) for mutant in mutants)
    assert len(set(mutants)) == len(mutants)


# --- what is caught --------------------------------------------------------------------------------------------


def survivors(folder: Path, text: str, symbols: str = "x: real") -> list[str]:
    page = folder / "page.md"
    page.write_text(f"---\nsymbols: {{{symbols}}}\n---\n{text}\n", encoding="utf-8")
    return [mutant.mutant for mutant in score(Project(folder).checks(page)).survivors]


def test_errors_in_a_relation_are_caught(tmp_path: Path) -> None:
    assert survivors(tmp_path, "$(x + 1)^2 = x^2 + 2 x + 1$") == []


def test_errors_in_a_bound_number_are_caught(tmp_path: Path) -> None:
    assert survivors(tmp_path, '$0.5${ as="half" } doubled is $1.0${ equals="2 * half" }.') == []


def test_an_error_in_a_definition_is_caught_where_it_is_used(tmp_path: Path) -> None:
    assert survivors(tmp_path, "$d(x) = x^2$ is $d(3) = 9$ at three, and $d(x) = x x$.") == []


def test_an_error_in_a_case_is_caught_by_what_follows_in_its_paragraph(tmp_path: Path) -> None:
    assert "x  <  0" not in survivors(tmp_path, "If $x > 0${ .given }, $|x| = x$.")
    assert "x  <  0" in survivors(tmp_path, "If $x > 0${ .given }, so what.\n\n$x + x = 2 x$")


def test_a_claim_bound_to_nothing_survives(tmp_path: Path) -> None:
    assert len(survivors(tmp_path, "$d = x + 1$")) == 5
    assert len(survivors(tmp_path, '$0.5${ as="half" }')) == 2


def test_an_error_that_leaves_a_name_unchecked_is_caught(tmp_path: Path) -> None:
    assert survivors(tmp_path, "$d_0 = x$ and $d_0 = x$") == []


def test_an_error_that_the_samples_cannot_show_survives(tmp_path: Path) -> None:
    assert survivors(tmp_path, r"$x \le 9$", 'x: "real in [2, 9]"') == [r"x \le 10"]
    assert survivors(tmp_path, r"$\max(2, x) = x$", 'x: "real in [2, 9]"') == []


def test_a_failure_that_was_there_before_catches_nothing(tmp_path: Path) -> None:
    assert len(survivors(tmp_path, "$d = x + 1$ and $d = x$")) == 5
    assert len(survivors(tmp_path, "$d = x + 1$ and $d = x + 1$")) == 0


def test_only_claims_have_errors(tmp_path: Path) -> None:
    for text in '$x^2${ differs="x" }', '$x!${ unchecked="no factorial of a real number" }', "$x^2 + 1$", "$x = x + 1$":
        (tmp_path / "page.md").write_text(f"---\nsymbols: {{x: real}}\n---\n{text}\n", encoding="utf-8")
        assert score(Project(tmp_path).checks(tmp_path / "page.md")).tried == 0


# --- the command -----------------------------------------------------------------------------------------------


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page with a definition that nothing uses, so that its errors survive."""
    (tmp_path / "page.md").write_text("---\nsymbols: {x: real}\n---\n$d = 2 x$\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "page.md"


def proofs(page: Path, *mutants: str, of: str = "page.md") -> str:
    entries = (f"[['{of}']]\noriginal = 'd = 2 x'\nmutant = '{mutant}'\nproof = 'why'\n" for mutant in mutants)
    page.with_name("proofs.toml").write_text("\n".join(entries), encoding="utf-8")
    return "--proofs=proofs.toml"


SURVIVORS = ["d = -2 x", "d = {1} x", "d = 2 {1}", "d = 3 x"]


def test_the_command_tells_what_survives(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["page.md"]) == 1
    printed = capsys.readouterr().out
    assert "page.md:4: not caught\n    d = 2 x\n    d = 3 x\n" in printed
    assert "page.md: 1 of 5 errors caught\nall: 1 of 5 errors caught\n" in printed


def test_a_listed_survivor_passes(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([proofs(page, *SURVIVORS), "page.md"]) == 0
    assert "page.md: 1 of 1 errors caught" in capsys.readouterr().out


@pytest.mark.parametrize("of", ["page.md", "gone.md"])
def test_a_proof_that_is_not_needed_fails(page: Path, capsys: pytest.CaptureFixture[str], of: str) -> None:
    page.write_text("nothing", encoding="utf-8")
    assert main([proofs(page, "d = 4 x", of=of), "page.md"]) == 1
    assert f"{of}: needs no proof, it is caught or gone\n    d = 2 x\n    d = 4 x" in capsys.readouterr().out


def test_a_page_that_is_not_there(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gone.md"]) == 2
    assert "gone.md" in capsys.readouterr().err
