"""Writing files so that an interrupted build leaves no half of one."""

from __future__ import annotations

import os
from pathlib import Path


def replace(path: Path, content: str | bytes) -> None:
    """Write a file in one step: whoever reads it finds the old content or the new, never a part."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.write_bytes(content.encode() if isinstance(content, str) else content)
    beside.replace(path)
