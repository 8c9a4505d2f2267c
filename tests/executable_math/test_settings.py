"""What `mkdocs.yml` says, and where the modules of a project are looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from executable_math.site.settings import SettingsError, extensions, module_folders


def test_extensions_are_known_by_name_with_what_they_are_told(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("markdown_extensions: [tables, toc: {permalink: true}, admonition: ]\n")
    assert extensions(tmp_path) == {"tables": {}, "toc": {"permalink": True}, "admonition": {}}


def test_a_project_without_a_configuration_has_our_extension(tmp_path: Path) -> None:
    assert extensions(tmp_path) == {"executable_math": {}}


@pytest.mark.parametrize("text", ["a: [b", "- a list", "markdown_extensions: 1", "\xff"])
def test_what_is_no_configuration_is_refused_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "mkdocs.yml").write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError, match=r"mkdocs\.yml: this is no configuration of MkDocs"):
        extensions(tmp_path)


def test_modules_are_looked_for_beside_the_configuration_or_where_it_says(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    assert module_folders(tmp_path, {}) == (tmp_path,)
    assert module_folders(tmp_path, {"paths": ["src", "."]}) == (tmp_path / "src", tmp_path)


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        ("src", r"the `paths` of executable_math are no list: src\n    write: paths: \[src\]"),
        (["lib"], "the `paths` of executable_math name lib, which is no folder\n    write: a folder, as it is seen"),
    ],
)
def test_paths_that_are_none_are_refused(tmp_path: Path, paths: object, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        module_folders(tmp_path, {"paths": paths})
