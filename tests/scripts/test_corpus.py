"""How much of a documentation can be checked is counted formula by formula."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import formulas, main, outcome

PAGE = "$$\na + b\n$$\n\n$$\na + b\n$$\n\n$$\nx \\in V\n$$\n\n$$\n\\nonsense{\n$$\n\nIn a sentence $x$.\n"


def test_each_displayed_formula_is_counted_once(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(PAGE)
    (tmp_path / "code.c").write_text(PAGE)
    assert list(formulas(tmp_path)) == ["a + b", "x \\in V", "\\nonsense{"]
    assert list(map(outcome, formulas(tmp_path))) == ["value", "no value", "not read"]


def test_the_command_prints_the_shares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.md").write_text(PAGE)
    monkeypatch.setattr("sys.argv", ["corpus.py", str(tmp_path / "page.md")])
    main()
    line = "3 displayed formulas, 33.3% have a value, 1 are not read"
    assert capsys.readouterr().out == f"page.md: {line}\nall: {line}\n"
