"""What code can reach: an edit of it is seen, an edit of anything else is not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from executable_math.foreign.reach import package, reached, reached_by_words

FILES = {
    "kit/__init__.py": "from .tools import saw\nfrom . import paint\nLIST = [saw]\n",
    "kit/tools.py": '''"""Tools."""
import os
from .units import INCH as UNIT
from . import units
LIMIT: float = 3

def saw(x: int) -> float:
    """Cut."""
    return half(x) * UNIT

def half(x):
    return x / 2

def hammer(x):
    return units.FOOT * x

class Box:
    size = LIMIT
''',
    "kit/units.py": "INCH = 2.54\nFOOT = 12 * INCH\n",
    "kit/paint.py": """from kit.tools import hammer, Box
import kit.units
def brush():
    return hammer(kit.units.FOOT), Box
""",
}


@pytest.fixture
def kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name, text in FILES.items():
        path = tmp_path / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path / "src"))
    yield tmp_path / "src/kit"
    sys.modules.pop("kit", None)


def reach(kit: Path, script: str) -> list[str]:
    path = kit.parent.parent / "script.py"
    path.write_text(script)
    return reached(path, [kit.parent])


EDITS = {
    "half": ("tools.py", "x / 2", "x / 3"),
    "inch": ("units.py", "2.54", "2.55"),
    "foot": ("units.py", "12", "13"),
    "hammer": ("tools.py", "units.FOOT * x", "units.FOOT + x"),
    "limit": ("tools.py", "= 3", "= 4"),
    "docstring": ("tools.py", '"""Cut."""', '"""Cut in two."""'),
    "import": ("tools.py", "import os", "import json"),
    "statement": ("paint.py", "def brush", "print()\ndef brush"),
    "comment": ("tools.py", "import os", "import os  # not used"),
    "text": ("tools.py", '"""Tools."""', '"""All tools."""'),
    "name": ("__init__.py", "from .tools import saw", "from .tools import hammer as saw"),
}
ALWAYS = {"import", "statement", "name"}


@pytest.mark.parametrize(
    ("script", "seen"),
    [
        ("from kit import saw\nsaw(1)", {"half", "inch", "docstring"}),
        ("import kit\nkit.saw(1)", {"half", "inch", "docstring"}),
        ("import kit.tools as t\nt.saw", {"half", "inch", "docstring"}),
        ("def later():\n    from kit.tools import saw as s\n    return s", {"half", "inch", "docstring"}),
        ("from kit import LIST\nLIST[0](1)", {"half", "inch", "docstring"}),
        ("from kit.tools import Box\nBox()", {"limit"}),
        ("from kit import paint\npaint.brush()", {"hammer", "foot", "inch", "limit"}),
        ("import kit", set()),
        ("import kit\nuse(kit)", {"half", "inch", "docstring"}),
        ("from kit.tools import *\n", set()),
        ("from kit.tools import *\nsaw(1)", {"half", "inch", "docstring"}),
        ("import kit\ngetattr(kit, 'saw')(1)", {"half", "inch", "foot", "hammer", "limit", "docstring"}),
    ],
)
def test_a_script_reaches_what_it_names_and_what_that_names(kit: Path, script: str, seen: set[str]) -> None:
    before, noticed = reach(kit, script), set()
    for what, (file, old, new) in EDITS.items():
        right = (kit / file).read_text()
        assert old in right
        (kit / file).write_text(right.replace(old, new, 1))
        if reach(kit, script) != before:
            noticed.add(what)
        (kit / file).write_text(right)
    assert noticed == seen | ALWAYS


# What has no tree: it is cut off, has a zero byte, or is nested too deep.
@pytest.mark.parametrize(
    "text", ["def brush(", "TIN = 1\0", "TIN = " + "+".join(["1"] * 3000), "TIN = a" + ".b" * 3000], ids=len
)
def test_a_file_that_is_no_python_is_seen(kit: Path, text: str) -> None:
    before = reach(kit, "from kit import saw")
    (kit / "paint.py").write_text(text)
    broken = reach(kit, "from kit import saw")
    (kit / "paint.py").write_text(text + "(")
    assert before != broken != reach(kit, "from kit import saw")


def test_a_text_reaches_what_it_names(kit: Path) -> None:
    words = {"It", "takes", "a", "hammer"}
    before = reached_by_words(words, package("kit"))
    (kit / "tools.py").write_text(FILES["kit/tools.py"].replace("x / 2", "x / 3"))
    assert reached_by_words(words, package("kit")) == before
    (kit / "units.py").write_text(FILES["kit/units.py"].replace("12", "13"))
    assert reached_by_words(words, package("kit")) != before


def test_a_text_reaches_what_it_names_as_the_package_does(kit: Path) -> None:
    (kit / "__init__.py").write_text("from .tools import half as part\n")
    before = reached_by_words({"part"}, package("kit"))
    (kit / "tools.py").write_text(FILES["kit/tools.py"].replace("x / 2", "x / 3"))
    assert reached_by_words({"part"}, package("kit")) != before
