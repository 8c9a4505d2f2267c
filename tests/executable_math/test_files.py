"""A site takes the place of another: whole, or not at all, whenever the build is killed."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from executable_math.site.files import alone, restore, swap, tidy


class Killed(BaseException):
    """Ends a build as a signal does."""


def folder(path: Path, content: str) -> Path:
    path.mkdir()
    for name in ("a", "b"):
        (path / name).write_text(content)
    return path


def content(path: Path) -> list[str]:
    return [file.read_text() for file in sorted(path.iterdir())]


def dying(real: Callable[..., object], steps: int) -> Callable[..., object]:
    """A function that is killed in its call of this number: before it does anything, or with half of it done."""
    left = [steps]

    def call(*arguments: object, **named: object) -> object:
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return real(*arguments, **named)

    return call


@pytest.mark.parametrize("steps", range(4))
@pytest.mark.parametrize("moment", ["rename", "rmtree"])
def test_after_a_kill_at_any_step_there_is_a_whole_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int, moment: str
) -> None:
    site, new = folder(tmp_path / "site", "old"), folder(tmp_path / "site.new", "new")
    with monkeypatch.context() as patch:
        owner = Path if moment == "rename" else shutil
        patch.setattr(owner, moment, dying(getattr(owner, moment), steps))
        with contextlib.suppress(Killed):
            swap(new, site)
    restore(site, new)
    assert content(site) in (["old", "old"], ["new", "new"])
    assert not (tmp_path / "site.old").exists()


def test_a_part_of_a_site_is_never_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site, new = folder(tmp_path / "site", "old"), folder(tmp_path / "site.new", "new")

    def half(path: Path, **_: object) -> None:
        (Path(path) / "a").unlink(missing_ok=True)

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", half)
        swap(new, site)
    shutil.rmtree(site)
    restore(site, new)
    assert not site.exists()


def test_the_first_site_takes_the_place_of_none(tmp_path: Path) -> None:
    new = folder(tmp_path / "site.new", "new")
    restore(tmp_path / "site", new)
    swap(new, tmp_path / "site")
    assert content(tmp_path / "site") == ["new", "new"]
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_folder_of_pages_may_be_named_as_what_is_tidied(tmp_path: Path) -> None:
    (tmp_path / "first.part").mkdir()
    (tmp_path / "first.part/left.part").write_text("half")
    tidy(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["first.part"]


def test_a_folder_in_place_of_the_lock_keeps_nobody_out(tmp_path: Path) -> None:
    (tmp_path / "lock/in").mkdir(parents=True)
    with alone(tmp_path):
        assert (tmp_path / "lock").is_file()
