"""What is kept from build to build: found again only as it was written, and made again where it was not.

An entry is one file: a seal, the key of what it was made from, the files that were read while it was made, and the
content. The seal is a hash of all the rest and of the entry's name. What is empty, cut, overwritten, moved, or no file
at all has no such seal: it is no entry.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from executable_math.foreign.observed import unchanged
from executable_math.foreign.sources import ENGINE, Ground, digest
from executable_math.site.files import remove, write

DAY = 24 * 60 * 60
EMPTY: Mapping[str, str] = MappingProxyType({})
LONGEST = 30 * DAY  # without a build that used it an entry is forgotten


class Kept(NamedTuple):
    """An entry: the key of what it was made from, a text of one line, what was made, and the files that were read."""

    key: str
    content: bytes
    opened: Mapping[str, str] = EMPTY


@dataclass(frozen=True)
class Store:
    """Entries in a folder of their own, one a name.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     store = Store(Path(folder))
    ...     store.get("greeting", Ground("1"), lambda: b"hello"), store.get("greeting", Ground("1"), lambda: b"no")
    (b'hello', b'hello')
    """

    folder: Path

    def get(self, name: str, ground: Ground, make: Callable[[], bytes]) -> bytes:
        """What is kept of what it is made of; what is not is made, and kept."""
        if kept := self.read(name, ground.key):
            return kept.content
        content = make()
        self.keep(name, ground, content)
        return content

    def read(self, name: str, key: str) -> Kept | None:
        """What is kept for a key, if anything is, and if the files that were read while it was made are the same."""
        kept = self.last(name)
        return kept if kept and key and kept.key == key and unchanged(kept.opened) else None

    def last(self, name: str) -> Kept | None:
        """What is kept under a name, whatever it was made from."""
        path = self.folder / name
        try:
            seal, key, opened, content = path.read_bytes().split(b"\n", 3)
        except (OSError, ValueError):
            return None
        if seal != self._seal(name, key, opened, content):
            return None
        _use(path)
        return Kept(key.decode(), content, json.loads(opened))

    def keep(self, name: str, ground: Ground, content: bytes, opened: Mapping[str, str] = EMPTY) -> None:
        """Keep an entry in the place of the last one of its name, or of whatever else is there.

        Args:
            name: Its name.
            ground: What it was made of. Of what is not known it is the last entry, and one for no key.
            content: What was made.
            opened: Further files that were read while it was made, with their hashes.
        """
        path = self.folder / name
        make_folder(path.parent, self.folder)
        if path.is_dir():
            self.drop(name)
        parts = ground.known.encode(), json.dumps(dict(opened)).encode(), content
        write(path, b"\n".join([self._seal(name, *parts), *parts]))

    def drop(self, name: str) -> None:
        """Keep nothing under a name."""
        with suppress(OSError):
            remove(self.folder / name)

    def forget(self) -> None:
        """Remove what no build has used for long: the entries of pages that are gone, say."""
        oldest = time.time() - LONGEST
        for path in list(self.folder.rglob("*")):
            with suppress(OSError):  # somebody may be writing beside us
                if path.is_file() and path.stat().st_mtime < oldest:
                    path.unlink()

    def _seal(self, name: str, key: bytes, opened: bytes, content: bytes) -> bytes:
        # Files have whole names: what has read some belongs to the project in which it did, and to no copy of it.
        folder = self.folder.name if opened == b"{}" else self.folder.resolve()
        parts = f"{folder}/{name}".encode(), key, opened, content
        return hashlib.sha256(b"\n".join(parts)).hexdigest().encode()


@cache
def installed() -> str:
    """Python, every library that is installed, by version, and our own code, as it was when the process began."""
    folders = [Path(folder) for folder in sys.path if Path(folder).is_dir()]
    libraries = sorted(found.name for folder in folders for found in folder.glob("*.*-info"))  # name-version.dist-info
    return digest(sorted(ENGINE.rglob("*.py")), [sys.version, *libraries])


def make_folder(folder: Path, inside: Path) -> None:
    """Make a folder for entries; a file that stands in its place is none of ours, and goes."""
    for part in (*reversed(folder.parents), folder):
        if part.is_relative_to(inside) and not part.is_dir():
            part.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)


def _use(path: Path) -> None:
    """Note the day on which an entry was last used: the time of its file."""
    with suppress(OSError):  # what may not be written to may be read
        if path.stat().st_mtime < time.time() - DAY:
            os.utime(path)
