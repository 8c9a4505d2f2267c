"""What is kept is found again as it was written, or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from executable_math.foreign.sources import Ground
from executable_math.site import store as module
from executable_math.site.store import Kept, Store

KEY = Ground("key")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with two entries."""
    store = Store(tmp_path / "pages")
    store.keep("a/one.json", KEY, b"line\nanother\n")
    store.keep("two.json", KEY, b"line\nanother\n")
    return store


def test_what_is_kept_is_read_for_its_key_only(store: Store) -> None:
    assert store.read("a/one.json", "key") == Kept("key", b"line\nanother\n")
    assert store.read("a/one.json", "another key") is None
    assert store.read("three.json", "key") is None
    assert store.last("a/one.json") == Kept("key", b"line\nanother\n")


def test_what_is_kept_is_made_once(store: Store) -> None:
    made: list[str] = []

    def make() -> bytes:
        made.append("")
        return b"made"

    assert [store.get("two.json", Ground("new"), make) for _ in range(3)] == [b"made"] * 3
    assert len(made) == 1


def test_what_is_not_known_to_be_made_of_something_is_the_last_entry_and_one_for_no_key(store: Store) -> None:
    for unknown in (Ground(""), meanwhile_edited(store.folder / "source.py")):
        store.keep("two.json", unknown, b"made")
        assert store.last("two.json") == Kept("", b"made")
        assert store.read("two.json", unknown.key) is None


def meanwhile_edited(path: Path) -> Ground:
    path.write_text("before")
    ground = Ground.of([path], lambda: "key")
    path.write_text("after, and longer")
    return ground


def folder(path: Path) -> None:
    path.unlink()
    (path / "in").mkdir(parents=True)
    (path / "in/it").write_text("something")


def link_to_nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def become_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("a file")


def swapped(path: Path) -> None:
    path.write_bytes(path.parents[1].joinpath("two.json").read_bytes())


DAMAGE: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "cut in its head": lambda path: path.write_bytes(path.read_bytes()[:30]),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"\n"),
    "another key": lambda path: path.write_bytes(path.read_bytes().replace(b"key", b"kay")),
    "not UTF-8": lambda path: path.write_bytes(b"\xff\xfe\n\xff\n\xff"),
    "of another shape": lambda path: path.write_text("[]"),
    "another entry": swapped,
    "a folder": folder,
    "a link to nowhere": link_to_nowhere,
    "its folder is a file": lambda path: become_file(path.parent),
    "all is a file": lambda path: become_file(path.parents[1]),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_was_damaged_is_no_entry_and_is_made_again(store: Store, damage: str) -> None:
    DAMAGE[damage](store.folder / "a/one.json")
    assert store.last("a/one.json") is None
    assert store.get("a/one.json", KEY, lambda: b"again") == b"again"
    assert store.read("a/one.json", "key") == Kept("key", b"again")


def test_an_entry_of_another_store_is_none_of_this(store: Store) -> None:
    other = Store(store.folder.with_name("notebooks"))
    shutil.copytree(store.folder, other.folder)
    assert other.last("two.json") is None


@pytest.mark.parametrize("name", ["no\0name", "x" * 5000, "a/one.json/in/it", ""])
def test_what_is_no_name_has_no_entry(store: Store, name: str) -> None:
    assert store.last(name) is None


def test_what_is_dropped_is_gone_whatever_it_is(store: Store) -> None:
    folder(store.folder / "two.json")
    for name in ("a/one.json", "two.json", "three.json"):
        store.drop(name)
        assert not (store.folder / name).exists()


def aged(path: Path, days: float) -> None:
    then = path.stat().st_mtime - days * module.DAY
    os.utime(path, (then, then))


def test_what_no_build_has_used_for_long_is_forgotten_and_what_this_one_used_is_not(store: Store) -> None:
    store.keep("three.json", KEY, b"")
    for name, days in {"a/one.json": 31, "two.json": 31, "three.json": 29}.items():
        aged(store.folder / name, days)
    assert store.read("two.json", "key")
    store.forget()
    assert {path.name for path in store.folder.rglob("*.json")} == {"two.json", "three.json"}


def test_reading_what_was_used_today_writes_nothing(store: Store) -> None:
    """While the site is served the folder of runs is watched: it would be built again, and again."""
    path = store.folder / "two.json"
    aged(path, 0.9)
    before = path.stat().st_mtime_ns
    store.read("two.json", "key")
    assert path.stat().st_mtime_ns == before


def test_what_a_store_forgets_may_not_be_there(tmp_path: Path) -> None:
    Store(tmp_path / "nothing").forget()
