"""What a page is told of while it is rendered keeps it from being kept, so that it is told again."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import pytest
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files, get_files
from mkdocs.structure.pages import Page

from executable_math.pages.ledger import Ledger
from executable_math.site.rendering import Renderer
from executable_math.site.store import Store

log = logging.getLogger("mkdocs.plugins.executable_math")


def rendered(project: Path, text: str) -> Renderer:
    """The renderer of a build of a site with one page, after it."""
    (project / "docs").mkdir(exist_ok=True)
    (project / "docs/index.md").write_text(text)
    (project / "mkdocs.yml").write_text("site_name: A site\nplugins: []\n")
    config = load_config(str(project / "mkdocs.yml"))
    files = get_files(config)
    (file,) = files.documentation_pages()
    page = Page(None, file, config)
    page.read_source(config)
    renderer = Renderer(Store(project / "pages"), config, files, Ledger(), "", Store(project / "figures"))
    renderer.render(page)
    return renderer


def test_a_page_that_is_told_of_is_rendered_again(tmp_path: Path) -> None:
    for _ in range(2):
        assert rendered(tmp_path, "[A link](nowhere.md).").rendered == ["index.md"]


def test_what_happens_beside_it_is_of_no_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def busy(page: Page, config: MkDocsConfig, files: Files) -> None:
        beside = threading.Thread(target=log.info, args=("executed a notebook",))
        beside.start()
        beside.join()
        alone(page, config, files)

    alone = Page.render
    monkeypatch.setattr(Page, "render", busy)
    caplog.set_level(logging.INFO, log.name)
    assert rendered(tmp_path, "A page.").rendered == ["index.md"]
    assert caplog.messages == ["executed a notebook"]
    assert rendered(tmp_path, "A page.").kept == ["index.md"]
