"""Writing files so that an interrupted build leaves no half of one, and two builds at once do not meet."""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

log = logging.getLogger("mkdocs.plugins.executable_math")


def keep(path: Path, content: str | bytes) -> None:
    """Write a file in one step: whoever reads it finds the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own for each writer, also in other processes; what a killed one left is removed by `tidy`.
    beside = path.with_name(f"{path.name}.{os.getpid()}{SUFFIX}")
    beside.write_bytes(content.encode() if isinstance(content, str) else content)
    beside.replace(path)


SUFFIX = ".part"


def tidy(folder: Path) -> None:
    """Remove what writers that were killed have left in a folder. Nobody may be writing."""
    for part in folder.rglob(f"*{SUFFIX}"):
        part.unlink()


def alone(folder: Path) -> BaseFileLock:
    """Wait until nobody else builds with a folder, and keep others out until the lock is released.

    The system releases it when the process ends, however it ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        log.info("waiting for another build to end")
        lock.acquire()
    return lock


def swap(new: Path, old: Path) -> None:
    """Put one folder in the place of another."""
    aside = old.with_name(f"{old.name}.old")
    shutil.rmtree(aside, ignore_errors=True)
    if old.exists():
        old.rename(aside)
    new.rename(old)
    shutil.rmtree(aside, ignore_errors=True)
