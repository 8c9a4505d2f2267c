"""What a project's `mkdocs.yml` tells the Markdown extensions, read without a site generator."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml

from executable_math.pages.text import Lenient, flag

NAME = "executable_math"
PATHS = ["."]
# Where all is kept that is, where figures are drawn by scripts, and where drawings are kept.
CACHE = ".cache"
SCRIPTS, DRAWN = "scripts/figures", f"{CACHE}/figures"


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


def allowed(settings: Mapping[str, Any]) -> tuple[re.Pattern[str], ...]:
    """What a project says of numbers that only name something, as patterns of the text that they stand in.

    Raises:
        SettingsError: They are no list of patterns, or one of them allows any number.

    >>> allowed({"allowed": ["Euro [56]"]})
    (re.compile('Euro [56]'),)
    """
    patterns = settings.get("allowed", [])
    if not isinstance(patterns, list):
        raise SettingsError(f"`allowed` of {NAME} is no list: {patterns}\n    write: allowed: ['{patterns}']")
    return tuple(map(_pattern, patterns))


def is_optional(page: str, settings: Mapping[str, Any], text: str) -> bool:
    """Whether only those formulas of a page are checked that say against what: the page says so, or its project.

    Args:
        page: The file of the page, as `mkdocs.yml` sees it.
        settings: What our extension is told.
        text: The whole page.

    >>> is_optional("docs/old/page.md", {"only_bound": ["docs/old/*"]}, "")
    True
    >>> is_optional("docs/page.md", {}, "---\\nonly_bound: true\\n---\\n# Title")
    True
    """
    return flag(text, "only_bound") or any(fnmatch(page, pattern) for pattern in optional(settings))


def optional(settings: Mapping[str, Any]) -> list[str]:
    """Patterns of the pages where only those formulas are checked that say against what.

    Raises:
        SettingsError: They are no list.
    """
    patterns = settings.get("only_bound", [])
    if not isinstance(patterns, list):
        advice = "write: only_bound: ['docs/*']"
        raise SettingsError(f"`only_bound` of {NAME} is no list: {patterns}\n    {advice}")
    return [*map(str, patterns)]


def _pattern(written: object) -> re.Pattern[str]:
    try:
        pattern = re.compile(str(written))
    except re.error as error:
        advice = "write: a regular expression of Python, in single quotes"
        raise SettingsError(f"`allowed` of {NAME} has {written}, which is no pattern: {error}\n    {advice}") from None
    if sum(bool(pattern.search(number)) for number in ("0.37", "41.8", "97 %", "12 ms")) > 1:
        advice = "write: the words that it stands with, as in 'Euro \\d'"
        raise SettingsError(f"`allowed` of {NAME} has {written}, which allows any number\n    {advice}")
    return pattern
