"""What code reads while it runs is seen, and what was made by it is kept only while that is the same."""

import os
import sys
from pathlib import Path

import pytest

from executable_math.foreign.observed import ABSENT, hashed, unchanged
from executable_math.foreign.process import Apart, Home, apart

MODULE = """
from pathlib import Path

HERE = Path(__file__).parent
MARGIN = float((HERE / "margin.txt").read_text())


def hinge(s, name="slope.txt"):
    try:
        slope = float((HERE / name).read_text())
    except FileNotFoundError:
        slope = 1.0
    return slope * max(0, MARGIN - s)


def written():
    (HERE / "log.txt").write_text("asked")
    with open(HERE / "margin.txt", "a"):
        return 0.0
"""
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="code runs in this process")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "observed_ruler.py").write_text(MODULE)
    (tmp_path / "margin.txt").write_text("1")
    (tmp_path / "slope.txt").write_text("2")
    return tmp_path


def opened(folder: Path) -> Apart:
    found = apart("observed_ruler", folders=[folder])
    assert isinstance(found, Apart)
    return found


def hinge(home: Home, *arguments: object) -> float:
    return float(home.names["hinge"](*arguments))


def written(home: Home) -> float:
    return float(home.names["written"]())


def test_what_is_read_at_import_and_by_a_call_is_seen(folder: Path) -> None:
    module = opened(folder)
    assert module.run(hinge, 0.0) == 2.0
    assert module.opened == {str(folder / name): hashed(str(folder / name)) for name in ("margin.txt", "slope.txt")}


def test_a_file_that_is_not_there_is_seen_when_it_comes(folder: Path) -> None:
    module = opened(folder)
    assert module.run(hinge, 0.0, "none.txt") == 1.0
    assert module.opened[str(folder / "none.txt")] == ABSENT
    assert unchanged(module.opened)
    (folder / "none.txt").write_text("3")
    assert not unchanged(module.opened)


def test_what_is_written_is_not_read(folder: Path) -> None:
    module = opened(folder)
    module.run(written)
    assert set(module.opened) == {str(folder / "margin.txt")}


@pytest.mark.parametrize(("name", "value"), [("margin.txt", 4.0), ("slope.txt", 3.0)])
def test_a_module_is_loaded_again_when_what_it_has_read_has_changed(folder: Path, name: str, value: float) -> None:
    before = opened(folder)
    before.run(hinge, 0.0)
    assert opened(folder).state == before.state
    (folder / name).write_text({"margin.txt": "2", "slope.txt": "3"}[name])
    after = opened(folder)
    assert after.state != before.state
    assert after.run(hinge, 0.0) == value


def test_code_and_libraries_are_not_seen(folder: Path) -> None:
    (folder / "observed_ruler.py").write_text(
        f"import json, wave\nopen(__file__).close()\nopen({json_of_python()!r}).close()\n" + MODULE
    )
    module = opened(folder)
    module.run(hinge, 0.0)
    assert {Path(path).name for path in module.opened} == {"margin.txt", "slope.txt"}


def json_of_python() -> str:
    """Some file that comes with Python, and is no code."""
    return next(str(path) for path in Path(sys.base_prefix).rglob("*.txt"))
