"""The MkDocs plugin: each hook hands what MkDocs knows to a function that knows no MkDocs."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
from executable_math.typeset import TypesetError, Typesetter

log = logging.getLogger("mkdocs.plugins.executable_math")

STYLESHEET = "assets/mathematics.css"


class Options(Config):
    figures = config_options.Type(str, default="scripts/figures")
    cache = config_options.Type(str, default=".cache")


class ExecutableMath(BasePlugin[Options]):
    """Draws figures, keeps notebooks by what they import, and sets the mathematics of every page."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        self.root = Path(config.config_file_path).parent
        self.cache = self.root / self.config.cache
        config.extra_css.insert(0, STYLESHEET)
        config.mdx_configs.setdefault("executable_math", {})["figures"] = str(self.cache / "figures")
        if jupyter := config.plugins.get("mkdocs-jupyter"):
            jupyter.config["cache_dir"] = str(notebooks.cache_folder(self.cache / "notebooks", Path(config.docs_dir)))
        return config

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        drawings = figures.find(self.root / self.config.figures, self.cache / "figures")
        with _reported("drew"), _plugin_errors(figures.FigureError):
            for figure, seconds in figures.draw_outdated(drawings):
                log.info("drew the figure %s in %.1f s", figure.name, seconds)
        for path in (path for figure in drawings for path in (figure.svg, figure.csv)):
            files.append(File.generated(config, f"figures/{path.name}", abs_src_path=str(path)))
        for notebook in Path(config.docs_dir).rglob("*.py"):
            name = notebook.relative_to(config.docs_dir).with_suffix(".ipynb").as_posix()
            files.append(File.generated(config, name, content=notebooks.downloadable(notebook)))
        for figure in drawings:
            files.append(File.generated(config, f"figures/{figure.name}.py", abs_src_path=str(figure.script)))
        return files

    def on_page_content(self, html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
        if not page.file.src_uri.endswith(".py"):
            return html
        path = Path(page.file.abs_src_path or "")
        with _plugin_errors(notebooks.NotebookError):
            printed = notebooks.outputs(html)
            page.markdown = notebooks.markdown(path, printed)
            Page.render(page, config, files)
            return notebooks.with_outputs(page.content or "", path, printed)

    def on_env(self, env: Any, config: MkDocsConfig, files: Files) -> Any:
        pages = [file.page for file in files.documentation_pages() if file.page and file.page.content]
        typesetter = Typesetter(self.cache / "typeset")
        with _reported("set the mathematics"), _plugin_errors(TypesetError):
            for page, content in zip(pages, typesetter.pages([page.content for page in pages]), strict=True):
                page.content = content
        files.append(File.generated(config, STYLESHEET, content=typesetter.stylesheet()))
        for name, font in typesetter.fonts().items():
            files.append(File.generated(config, f"assets/fonts/{name}", content=font))
        return env


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
