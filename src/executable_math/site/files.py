"""Writing files so that an interrupted build leaves no half of one, and two builds at once do not meet."""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import BaseFileLock

log = logging.getLogger("mkdocs.plugins.executable_math")


def write(path: Path, content: bytes) -> None:
    """Write a file in one step: whoever reads it finds the old content or the new, never a part.

    So does who reads it after the power has failed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own for each writer, also in other processes; what a killed one left is removed by `tidy`.
    beside = path.with_name(f"{path.name}.{os.getpid()}{SUFFIX}")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def remove(path: Path) -> None:
    """Remove a file, a link, or a folder with all that is in it; what is not there is gone already."""
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)


SUFFIX = ".part"


def tidy(folder: Path) -> None:
    """Remove what writers that were killed have left in a folder. Nobody may be writing."""
    for part in folder.rglob(f"*{SUFFIX}"):
        if part.is_file():
            part.unlink()


def alone(folder: Path) -> BaseFileLock:
    """Wait until nobody else builds with a folder, and keep others out until the lock is released.

    The system releases it when the process ends, however it ends.
    """
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "lock"
    if path.is_dir():  # nothing of ours is one
        shutil.rmtree(path)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        log.info("waiting for another build to end")
        lock.acquire()
    return lock


def swap(new: Path, old: Path) -> None:
    """Put one folder in the place of another. Nothing may be aside: see `restore`."""
    aside = _aside(old)
    if old.exists():
        old.rename(aside)
    new.rename(old)
    _discard(aside, new)


def restore(old: Path, new: Path) -> None:
    """Finish what a killed `swap` has left: the folder that it had put aside goes back, or away."""
    aside = _aside(old)
    if old.exists():
        _discard(aside, new)
    elif aside.exists():
        aside.rename(old)


def _aside(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.old")


def _discard(aside: Path, new: Path) -> None:
    """Remove a folder, under the name of one that nobody takes for whole: a part of it is never put back."""
    if aside.exists():
        shutil.rmtree(new, ignore_errors=True)
        aside.rename(new)
        shutil.rmtree(new, ignore_errors=True)
