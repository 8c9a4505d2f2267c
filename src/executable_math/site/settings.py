"""What a project's `mkdocs.yml` tells the Markdown extensions, read without a site generator."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from executable_math.pages.text import Lenient

NAME = "executable_math"
PATHS = ["."]


class SettingsError(ValueError):
    """A configuration cannot be used; the message says which, and what is right."""


def extensions(root: Path) -> dict[str, dict[str, Any]]:
    """What each Markdown extension is told, by name; without a `mkdocs.yml` there is ours only.

    Raises:
        SettingsError: `mkdocs.yml` cannot be read.
    """
    file = root / "mkdocs.yml"
    if not file.exists():
        return {NAME: {}}
    try:
        return _extensions(yaml.load(file.read_text(encoding="utf-8"), Loader=Lenient))
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError, TypeError) as error:
        raise SettingsError(f"{file}: this is no configuration of MkDocs: {error}") from error


def _extensions(config: dict[str, Any]) -> dict[str, dict[str, Any]]:
    named = [entry if isinstance(entry, dict) else {entry: {}} for entry in config.get("markdown_extensions") or []]
    return {name: options or {} for entry in named for name, options in entry.items()}


def module_folders(root: Path, settings: Mapping[str, Any]) -> tuple[Path, ...]:
    """The folders in which a project's modules are looked for, before all that is installed.

    Args:
        root: The folder of `mkdocs.yml`.
        settings: What our extension is told.

    Raises:
        SettingsError: They are no list, or one of them is no folder.

    >>> module_folders(Path("/"), {})
    (PosixPath('/'),)
    """
    paths = settings.get("paths", PATHS)
    if not isinstance(paths, list):
        raise SettingsError(f"the `paths` of {NAME} are no list: {paths}\n    write: paths: [{paths}]")
    folders = {path: (root / str(path)).resolve() for path in paths}
    for path, folder in folders.items():
        if not folder.is_dir():
            advice = "write: a folder, as it is seen from mkdocs.yml"
            raise SettingsError(f"the `paths` of {NAME} name {path}, which is no folder\n    {advice}")
    return tuple(folders.values())
