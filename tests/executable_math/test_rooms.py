"""The rooms of the engine, in the order in which CONTRIBUTING.md lists them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [row for row in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines() if row.startswith("| `")]
ROOMS = [room for row in ROWS for room in re.findall(r"`(\w+)`", row.split("|")[1])]
FILES = {path.stem: path for path in (ROOT / "src" / "executable_math").glob("*.py") if path.stem != "__init__"}


def test_every_room_is_listed_once() -> None:
    assert sorted(ROOMS) == sorted(FILES)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_from_those_above_it_only(room: str) -> None:
    text = FILES[room].read_text(encoding="utf-8")
    named = re.findall(r"^(?:from executable_math import (\w+)|from executable_math\.(\w+) import)", text, re.MULTILINE)
    above = ROOMS[: ROOMS.index(room)]
    assert {one or other for one, other in named} <= set(above)
