"""What survives in the source must be listed, and only that; here mutmut is a script that says what it would."""

from pathlib import Path

import pytest

import mutants_source
from executable_math.mutants import Mutant

MUTMUT = """#!/bin/sh
case $1 in
results) echo '    package.x_double__mutmut_1: survived'; echo '    package.x_double__mutmut_2: timeout' ;;
show) cat diff ;;
export-cicd-stats) mkdir -p mutants && echo '{"total": 5}' > mutants/mutmut-cicd-stats.json ;;
esac
"""
SOURCE = """HALF = 0.5

def half(x):
    return HALF * x

def double(x):
    return 2 * x
"""
DIFF = """# package.x_double__mutmut_1: survived
--- src/package.py
+++ src/package.py
@@ -1,2 +1,2 @@
 def double(x):
-    return 2 * x
+    return x * 2
"""
TEST = """from package import half

def test_half():
    assert half(4) == 2
"""
PROOF = """[["src/package.py"]]
original = "return 2 * x"
mutant = "return x * 2"
proof = "multiplication is commutative"
"""
NEEDLESS = """[["src/package.py"]]
original = "return HALF * x"
mutant = "return HALF / x"
proof = "none"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of a module with a test, and an empty list of proofs."""
    (tmp_path / "mutmut").write_text(MUTMUT)
    (tmp_path / "mutmut").chmod(0o755)
    for folder in ("src", "tests"):
        (tmp_path / folder).mkdir()
    files = {"diff": DIFF, "src/package.py": SOURCE, "tests/test_package.py": TEST, "proofs.toml": "", "pytest.ini": ""}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(mutants_source, "ROOT", tmp_path)
    monkeypatch.setattr(mutants_source, "SOURCE", "src")
    monkeypatch.setattr(mutants_source, "FOLDERS", ("src", "tests"))
    monkeypatch.setattr(mutants_source, "FILES", ("pytest.ini",))
    monkeypatch.setattr(mutants_source, "TESTS", (["tests"],))
    monkeypatch.setattr(mutants_source, "MUTMUT", tmp_path / "mutmut")
    monkeypatch.setattr(mutants_source, "PROOFS", tmp_path / "proofs.toml")
    return tmp_path


@pytest.fixture
def proofs(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The list of proofs of a project without errors outside its functions."""
    monkeypatch.setattr(mutants_source, "outside", lambda: (0, []))
    return project / "proofs.toml"


def test_a_survivor_fails(proofs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert mutants_source.main() == 1
    shown = "src/package.py:7: not caught\n    return 2 * x\n    return x * 2\nsrc: 4 of 5 errors caught\n"
    assert capsys.readouterr().out == shown


def test_a_survivor_with_a_proof_passes(proofs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    proofs.write_text(PROOF)
    assert mutants_source.main() == 0
    assert capsys.readouterr().out == "src: 4 of 4 errors caught\n"


def test_a_proof_that_is_not_needed_fails(proofs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    proofs.write_text(PROOF + NEEDLESS)
    assert mutants_source.main() == 1
    assert "src/package.py: needs no proof, it is caught\n    return HALF / x" in capsys.readouterr().out


def test_a_constant_outside_functions_is_changed_and_caught(project: Path) -> None:
    assert mutants_source.outside() == (2, [])
    (project / "tests" / "test_package.py").write_text("def test_nothing():\n    assert True\n")
    changes = [Mutant("src/package.py", 1, "HALF = 0.5", wrong) for wrong in ("HALF = None", "HALF = 1.5")]
    assert mutants_source.outside() == (2, changes)


def test_one_that_no_test_sees_survives(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "src" / "package.py").write_text("# ours\n" + SOURCE.replace("HALF * x", "x / 2"))
    assert mutants_source.main() == 1
    printed = capsys.readouterr().out
    assert "src/package.py:2: not caught\n    HALF = 0.5\n    HALF = 1.5\n" in printed
    assert "src: 4 of 7 errors caught\n" in printed


def test_tests_that_fail_without_an_error_prove_nothing(project: Path) -> None:
    (project / "tests" / "test_package.py").write_text(TEST.replace("== 2", "== 3"))
    with pytest.raises(RuntimeError, match="fail in a copy"):
        mutants_source.outside()
