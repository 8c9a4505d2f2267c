"""What may happen to the files that are kept from build to build."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path


def become_folders(paths: list[Path]) -> None:
    for path in paths:
        path.unlink()
        (path / "in").mkdir(parents=True)


def change_places(paths: list[Path]) -> None:
    """Each file gets the content of the next, and the last that of the first."""
    contents = [path.read_bytes() for path in paths]
    for path, content in zip(paths, [*contents[1:], contents[0]], strict=True):
        path.write_bytes(content)


def each(spoil: Callable[[Path], object]) -> Callable[[list[Path]], None]:
    def spoil_all(paths: list[Path]) -> None:
        for path in paths:
            spoil(path)

    return spoil_all


DAMAGE: dict[str, Callable[[list[Path]], None]] = {
    "emptied": each(lambda path: path.write_bytes(b"")),
    "cut in half": each(lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])),
    "replaced by folders": become_folders,
    "random bytes": each(lambda path: path.write_bytes(random.Random(path.name).randbytes(1000))),
    "JSON of another shape": each(lambda path: path.write_text(json.dumps({"key": "value"}))),
    "one byte changed": each(lambda path: path.write_bytes(path.read_bytes().replace(b"0", b"1", 1))),
    "in each other's places": change_places,
}
