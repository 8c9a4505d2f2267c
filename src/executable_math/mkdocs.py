"""The MkDocs plugin: each hook hands what MkDocs knows to a function that knows no MkDocs."""

from __future__ import annotations

import logging
import platform
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from executable_math import figures, notebooks
from executable_math.equation import Page as Declarations
from executable_math.ledger import Ledger, overview, summary
from executable_math.text import front_matter, symbols_of
from executable_math.typeset import TypesetError, Typesetter

log = logging.getLogger("mkdocs.plugins.executable_math")

STYLESHEET = "assets/mathematics.css"
# An author writes this where the list of all checks is to stand.
LEDGER_PLACE = '<div class="all-checks"></div>'


class Options(Config):
    figures = config_options.Type(str, default="scripts/figures")
    cache = config_options.Type(str, default=".cache")


class ExecutableMath(BasePlugin[Options]):
    """Draws figures, keeps notebooks by what they import, and sets the mathematics of every page."""

    serving = False

    def on_startup(self, command: str, **_: Any) -> None:
        self.serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        self.root = Path(config.config_file_path).parent
        self.cache = self.root / self.config.cache
        config.extra_css.insert(0, STYLESHEET)
        self.ledger = Ledger()
        self.settings = config.mdx_configs.setdefault("executable_math", {})
        self.settings |= {"figures": str(self.cache / "figures"), "ledger": self.ledger, "root": str(self.root)}
        if jupyter := config.plugins.get("mkdocs-jupyter"):
            jupyter.config["cache_dir"] = str(notebooks.cache_folder(self.cache / "notebooks", Path(config.docs_dir)))
        return config

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        drawings = figures.find(self.root / self.config.figures, self.cache / "figures")
        with _reported("drew"), _plugin_errors(figures.FigureError):
            for figure, seconds in figures.draw_outdated(drawings):
                log.info("drew the figure %s in %.1f s", figure.name, seconds)
        for figure in drawings:
            for path in figure.files:
                files.append(File.generated(config, f"figures/{path.name}", abs_src_path=str(path)))
            files.append(File.generated(config, f"figures/{figure.name}.py", abs_src_path=str(figure.script)))
        for notebook in Path(config.docs_dir).rglob("*.py"):
            name = notebook.relative_to(config.docs_dir).with_suffix(".ipynb").as_posix()
            files.append(File.generated(config, name, content=notebooks.downloadable(notebook)))
        return files

    def on_page_markdown(self, markdown: str, page: Page, **_: Any) -> str:
        """Tell the extension, which is set up anew for each page, which page is next."""
        path = Path(page.file.abs_src_path or page.file.src_uri)
        name = path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else page.file.src_uri
        self.ledger.forget(name)
        self.settings |= {"page": name, "symbols": symbols_of(page.meta)}
        return markdown

    def on_page_context(self, context: Any, page: Page, **_: Any) -> Any:
        """The page's first figure is its card."""
        if first := re.search(r'<figure class="figure" id="fig-([^"]+)', page.content or ""):
            page.meta.setdefault("card", first[1])
        return context

    def on_page_content(self, html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
        if page.file.src_uri.endswith(".py"):
            html = self._notebook(html, page, config, files)
        # MkDocs looks for anchors in what it has parsed: it has not seen ours, and would call links to them broken.
        page.present_anchor_ids = {*(page.present_anchor_ids or ()), *re.findall(r'\bid="((?:eq|fig)-[^"]+)', html)}
        return html

    def on_env(self, env: Any, config: MkDocsConfig, files: Files) -> Any:
        pages = [file.page for file in files.documentation_pages() if file.page and file.page.content]
        typesetter = Typesetter(self.cache / "typeset")
        self._judge()
        for page in pages:
            if page.content and LEDGER_PLACE in page.content:
                page.content = page.content.replace(LEDGER_PLACE, self._overview(pages, page))
        with _reported("set the mathematics"), _plugin_errors(TypesetError):
            contents = typesetter.pages([page.content or "" for page in pages], [_meanings(page) for page in pages])
        for page, content in zip(pages, contents, strict=True):
            page.content = content
        files.append(File.generated(config, STYLESHEET, content=typesetter.stylesheet()))
        for name, font in typesetter.fonts().items():
            files.append(File.generated(config, f"assets/fonts/{name}", content=font))
        return env


    def _notebook(self, html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
        """A notebook, as mkdocs-jupyter rendered it, rendered again as a page of this site."""
        path = Path(page.file.abs_src_path or "")
        with _plugin_errors(notebooks.NotebookError):
            printed = notebooks.outputs(html)
            page.markdown, self.settings["symbols"] = front_matter(notebooks.markdown(path, printed))
            Page.render(page, config, files)
            return notebooks.with_outputs(page.content or "", path, printed)

    def _overview(self, pages: list[Page], origin: Page) -> str:
        """All checks, with links from one of the pages to the others."""
        addresses = {f"docs/{page.file.src_uri}": page.file.url_relative_to(origin.file) for page in pages}
        versions = {name: version(name) for name in ("executable-math", "numpy", "matplotlib", "mkdocs")}
        return overview(self.ledger, addresses, {"Python": platform.python_version(), **versions})

    def _judge(self) -> None:
        """Say what does not hold. A build ends with it; while the site is served the page shows it in its place."""
        for entry in self.ledger.failures:
            log.error("%s", entry)
        log.info("%s", summary(self.ledger.entries))
        if self.ledger.failures and not self.serving:
            raise PluginError(f"{len(self.ledger.failures)} of {len(self.ledger.entries)} checks fail")


def _meanings(page: Page) -> dict[str, str]:
    """What the symbols of a page stand for."""
    return Declarations(symbols_of(page.meta)).meanings


@contextmanager
def _reported(what: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    log.info("%s in %.1f s", what, time.perf_counter() - start)


@contextmanager
def _plugin_errors(*kinds: type[Exception]) -> Iterator[None]:
    """An error that names the author's mistake ends the build with its message alone, without a traceback."""
    try:
        yield
    except kinds as error:
        raise PluginError(str(error)) from error
