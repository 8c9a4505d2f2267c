"""What survives in the source must be listed, and only that; here mutmut is a script that says what it would."""

import pytest

import mutants_source

MUTMUT = """#!/bin/sh
case $1 in
results) echo '    package.x_double__mutmut_1: survived'; echo '    package.x_double__mutmut_2: timeout' ;;
show) cat diff ;;
export-cicd-stats) mkdir -p mutants && echo '{"total": 5}' > mutants/mutmut-cicd-stats.json ;;
esac
"""
SOURCE = """def half(x):
    return x / 2

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
PROOF = """[["src/package.py"]]
original = "return 2 * x"
mutant = "return x * 2"
proof = "multiplication is commutative"
"""
NEEDLESS = """[["src/package.py"]]
original = "return x / 2"
mutant = "return x * 2"
proof = "none"
"""


@pytest.fixture
def proofs(tmp_path, monkeypatch):
    """The list of proofs of a project, which is empty."""
    (tmp_path / "mutmut").write_text(MUTMUT)
    (tmp_path / "mutmut").chmod(0o755)
    (tmp_path / "diff").write_text(DIFF)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "package.py").write_text(SOURCE)
    (tmp_path / "proofs.toml").touch()
    monkeypatch.setattr(mutants_source, "ROOT", tmp_path)
    monkeypatch.setattr(mutants_source, "MUTMUT", tmp_path / "mutmut")
    monkeypatch.setattr(mutants_source, "PROOFS", tmp_path / "proofs.toml")
    return tmp_path / "proofs.toml"


def test_a_survivor_fails(proofs, capsys):
    assert mutants_source.main() == 1
    shown = (
        "src/package.py:5: not caught\n    return 2 * x\n    return x * 2\nsrc/lossfunctions: 4 of 5 errors caught\n"
    )
    assert capsys.readouterr().out == shown


def test_a_survivor_with_a_proof_passes(proofs, capsys):
    proofs.write_text(PROOF)
    assert mutants_source.main() == 0
    assert capsys.readouterr().out == "src/lossfunctions: 4 of 4 errors caught\n"


def test_a_proof_that_is_not_needed_fails(proofs, capsys):
    proofs.write_text(PROOF + NEEDLESS)
    assert mutants_source.main() == 1
    assert "src/package.py: needs no proof, it is caught\n    return x * 2" in capsys.readouterr().out
