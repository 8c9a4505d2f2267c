"""The files that a project's code opens while it runs: what it makes is kept only while they are what they were.

Source code is left out, since `reach` knows which of it matters, and so are libraries and the system's own files. What
is not opened by Python, such as the clock, the network or an environment variable, is not seen.

Example:
    >>> unchanged({"no such file": ABSENT}), unchanged({"no such file": "1f3a"})
    (True, False)
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from executable_math.foreign.sources import ENGINE

ABSENT = "absent"
CHANGED = "changed while it was read"  # no file has this hash: what was made of it is made again
CODE = (".py", ".pyc", ".pyi", ".so", ".pyd", ".dll", ".pth", ".zip")
SYSTEM = ("/proc/", "/sys/", "/dev/", "/etc/", "/usr/lib/", "/usr/share/")
OWN = tuple(os.path.expanduser(folder) for folder in ("~/.cache/", "~/.config/"))  # of libraries, such as fonts
LIBRARIES = (sys.prefix, sys.base_prefix, str(Path(os.__file__).parent), str(ENGINE))

# The file in which a kernel notes what it opens: it may end at any time, and in any way.
REPORT = "EXECUTABLE_MATH_OPENED"

# What was opened since it was last asked for, with what tells whether it has been written to since.
_opened: dict[str, object] = {}


def observe(note: Callable[[str, object], object] = _opened.setdefault) -> None:
    """Note from now on what this process opens to read. There is no way back, as for all audit hooks."""

    def seen(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | bytes) and not _is_written(*arguments[1:]):
            path = os.path.abspath(os.fsdecode(arguments[0]))
            if _is_data(path):
                note(path, _stamp(path))

    sys.addaudithook(seen)


def files_read() -> dict[str, str]:
    """The files that were opened since the last time that this was asked, with their hashes."""
    found = _hashed(_opened)
    _opened.clear()
    return found


def load_ipython_extension(_kernel: object) -> None:
    """Note in the file that the environment names what a kernel opens to read."""
    report = os.open(os.environ[REPORT], os.O_WRONLY | os.O_APPEND)
    observe(lambda path, stamp: os.write(report, json.dumps([path, stamp]).encode() + b"\n"))


def reported(report: Path) -> dict[str, str]:
    """The files that a kernel has opened, with their hashes."""
    noted = [json.loads(line) for line in report.read_bytes().splitlines()]
    return _hashed({path: stamp and tuple(stamp) for path, stamp in reversed(noted)})


def _hashed(opened: Mapping[str, object]) -> dict[str, str]:
    return {path: hashed(path) if _stamp(path) == stamp else CHANGED for path, stamp in opened.items()}


def unchanged(opened: Mapping[str, str]) -> bool:
    """Whether files are what they were when they were opened."""
    # A copy: pages are checked side by side, and another may note a file meanwhile.
    return all(hashed(path) == known for path, known in list(opened.items()))


def hashed(path: str) -> str:
    """The hash of a file, also of one that is not there."""
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ABSENT


def _is_written(mode: str | None, flags: int) -> bool:
    """Whether a file is opened to be made or changed: by a mode, or by flags alone."""
    return bool({*"wax+"} & {*mode}) if mode else flags & (os.O_WRONLY | os.O_RDWR) != 0


def _is_data(path: str) -> bool:
    return not path.endswith(CODE) and not path.startswith((*SYSTEM, *OWN, *LIBRARIES)) and "site-packages" not in path


def _stamp(path: str) -> object:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
