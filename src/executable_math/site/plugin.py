"""The MkDocs plugin: each hook hands what MkDocs knows to a function that knows no MkDocs."""

from __future__ import annotations

import errno
import logging
import os
import re
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from html import escape, unescape
from itertools import chain
from pathlib import Path
from typing import Any

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils import CountHandler
from watchdog.observers.polling import PollingObserverVFS

from executable_math.foreign.process import DEADLINE, Trouble, apart, retry, told
from executable_math.foreign.sources import place
from executable_math.pages.equation import Page as Declarations
from executable_math.pages.equation import broken
from executable_math.pages.ledger import Ledger, failure, summary
from executable_math.pages.memory import Memory
from executable_math.pages.text import front_matter, not_blank, read, symbols_of, without_faults
from executable_math.site import drawing as figures
from executable_math.site.files import alone, restore, swap, tidy
from executable_math.site.finishing import LEDGER_PLACE, programs, with_overview
from executable_math.site.notebooks import (
    Kernels,
    Notebook,
    NotebookError,
    Run,
    downloadable,
    fitted,
    markdown,
    with_outputs,
)
from executable_math.site.rendering import Renderer
from executable_math.site.settings import SCRIPTS, SettingsError, allowed, module_folders
from executable_math.site.store import Store, make_folder
from executable_math.site.typesetting import STYLESHEET, TypesetError, Typesetter
from executable_math.site.verdicts import VERDICTS

log = logging.getLogger("mkdocs.plugins.executable_math")

# What is never closed goes on to the end of the page, as a browser reads it.
HEAVY = re.compile(r'<svg\b.*?(?:</svg>|\Z)|<noscript class="check-note".*?(?:</noscript>|\Z)', re.DOTALL)
# The place of a drawing or a note until the page is finished. No author knows the word: no comment passes for one.
ASIDE = f"<!--aside {secrets.token_hex(16)} {{}}-->"
PUT_ASIDE = re.compile(ASIDE.format(r"\d+"))
STALE = '<div class="admonition warning" role="status"><p>{}</p></div>'
OLD_OUTPUTS = STALE.format("The outputs are those of an earlier state: this notebook is being executed.")
NO_OUTPUTS = STALE.format("There are no outputs yet: this notebook is being executed.")
# What a disk says that is full, broken, or not to be written to.
UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ENOTDIR}


class Options(Config):
    figures = config_options.Type(str, default=SCRIPTS)
    cache = config_options.Type(str, default=".cache")


class ExecutableMath(BasePlugin[Options]):
    """Draws figures, executes notebooks, keeps pages, and sets the mathematics of every page."""

    serving = False
    beside = False
    built = False
    lock: Any = None

    def __init__(self) -> None:
        self.kernels = Kernels()
        self.memory = Memory()

    def on_startup(self, command: str, dirty: bool, **_: Any) -> None:
        self.serving = command == "serve"
        self.beside = not (self.serving or dirty)

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        if wrong := figures.wrong_date():
            raise PluginError(wrong)
        self.root = Path(config.config_file_path).parent
        self._open_stores()
        retry()
        self._build_beside(config)
        if self.serving:
            _be_lenient()
        config.extra_css.insert(0, STYLESHEET)
        _read_no_markdown_twice(config)
        _add_nothing_for_notebooks(config)
        self.aside: dict[str, str] = {}
        self.unreadable: dict[str, str] = {}
        self.unrendered: dict[str, str] = {}
        self.ledger = Ledger()
        self.settings = config.mdx_configs.setdefault("executable_math", {})
        self.settings |= {
            "cache": str(self.cache),
            "figures": str(self.drawn.folder),
            "ledger": self.ledger,
            "root": str(self.root),
        }
        with _plugin_errors(SettingsError):
            self.folders = module_folders(self.root, self.settings)
            allowed(self.settings)
        self.deadline = float(self.settings.get("deadline", DEADLINE))
        with suppress(ImportError):  # to be told by the first page that needs it; it is loaded until then
            apart(self.settings.get("module", ""), self.deadline, self.folders)
        if self.serving:
            self.settings["memory"] = self.memory
        return config

    def _open_stores(self) -> None:
        """Take the cache, which belongs to one build at a time."""
        self.cache = self.root / self.config.cache
        rooms = ("figures", "notebooks", "pages", "typeset", VERDICTS)
        self.stores = [Store(self.cache / room) for room in rooms]
        self.drawn, self.runs, self.pages, self.formulas, _ = self.stores
        with _plugin_errors(OSError):
            self.lock = alone(self.cache)
        for store in self.stores if not self.kernels.running else ():  # a notebook may be keeping its run
            tidy(store.folder)

    def _build_beside(self, config: MkDocsConfig) -> None:
        """Let the site be built into a folder beside its own: it takes that place when it is whole."""
        self.site, self.mkdocs = Path(config.site_dir), config
        if self.beside and not (self.site.is_symlink() or os.path.ismount(self.site)):
            config.site_dir = f"{self.site}.new"
            restore(self.site, Path(config.site_dir))

    def on_serve(self, server: Any, **_: Any) -> Any:
        """Build again when a notebook has been executed, and go on whatever ends a build."""
        server.builder = partial(self._outlive, server.builder)
        _be_patient(server)
        make_folder(self.runs.folder, self.cache)
        server.watch(str(self.runs.folder))
        return server

    def _outlive(self, build: Callable[[], None]) -> None:
        """Build; code that leaves the process leaves the build alone."""
        try:
            build()
        except SystemExit as left:
            self.lock.release()
            raise left if isinstance(left, Exception) else _given_up(left) from left

    @event_priority(-50)  # after mkdocs-jupyter, which would make pages of the scripts that are added here
    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        drawings = figures.find(self.root / self.config.figures, self.drawn, self.folders)
        self.notebooks = self._notebooks(files, config)
        self.stale: list[Notebook] = []
        if not self.serving:
            self._execute()
        self.settings["broken"] = figures.drawn_anew(drawings, self.deadline)
        for figure in drawings:
            for name, content in figure.published().items():
                files.append(File.generated(config, name, content=content))
        for uri, notebook in self.notebooks.items():
            name = Path(uri).with_suffix(".ipynb").as_posix()
            files.append(File.generated(config, name, content=downloadable(notebook.path)))
        module = self.settings.get("module", "")
        self.renderer = Renderer(self.pages, config, files, self.ledger, module, self.drawn, self.folders)
        return files

    def _notebooks(self, files: Files, config: MkDocsConfig) -> dict[str, Notebook]:
        """The files of which mkdocs-jupyter makes pages, by their address among the sources."""
        jupyter = config.plugins.get("mkdocs-jupyter")
        found = [file for file in files if file.src_uri.endswith(".py") and jupyter and jupyter.should_include(file)]
        paths = {file.src_uri: Path(file.abs_src_path or "") for file in found}
        read = {uri: path for uri, path in paths.items() if self._is_notebook(uri, path)}
        return {uri: Notebook(path, self.runs, f"{uri}.json", self.folders) for uri, path in read.items()}

    def _is_notebook(self, uri: str, path: Path) -> bool:
        """Whether a file can be read as a notebook; if not, its page says why."""
        try:
            downloadable(path)
        except NotebookError as error:
            self.unreadable[uri] = str(error)
        return uri not in self.unreadable

    def _execute(self) -> None:
        """Begin to execute the notebooks that are out of date, beside all the rest."""
        outdated = [book for book in self.notebooks.values() if book.last().error or not book.is_current()]
        for notebook in outdated:
            self.kernels.start(notebook, self.deadline)
        log.info("executing %d notebooks, kept %d", len(outdated), len(self.notebooks) - len(outdated))

    @event_priority(-50)  # after mkdocs-jupyter, too, which renders notebooks in its own way
    def on_pre_page(self, page: Page, **_: Any) -> Page:
        page.render = partial(self._render, page)  # type: ignore[method-assign]
        return page

    @event_priority(50)  # what others make of a page is made of this
    def on_page_read_source(self, page: Page, **_: Any) -> str | None:
        """The text of a page as it is checked. One that cannot be read is empty until its turn comes to say why."""
        path = page.file.abs_src_path
        if path is None:
            return None
        try:
            return without_faults(read(Path(path))[0])
        except OSError as error:
            self.unreadable[page.file.src_uri] = f"{page.file.src_uri}: {error.strerror}"
            return ""

    def on_page_markdown(self, markdown: str, page: Page, **_: Any) -> str:
        """Tell the extension, which is set up anew for each page, which page is next."""
        name = self._name(page)
        self.ledger.forget(name)
        self.settings |= {"page": name, "symbols": symbols_of(page.meta)}
        return not_blank(markdown)

    def _name(self, page: Page) -> str:
        """How messages name the file of a page."""
        path = Path(page.file.abs_src_path or page.file.src_uri)
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else page.file.src_uri

    def _render(self, page: Page, _config: MkDocsConfig, _files: Files) -> None:
        """Render a page. What keeps it from that ends the build when all others are rendered; the page shows it."""
        try:
            if wrong := self.unreadable.get(page.file.src_uri):
                raise PluginError(wrong)
            notebook = self.notebooks.get(page.file.src_uri)
            self._render_notebook(page, notebook) if notebook else self.renderer.render(page)
        except Exception as error:
            said = self._told(error, page)
            page.toc = get_toc([])
            page.content = f"<h1>{escape(unescape(str(page.title)))}</h1>{failure(said)}"

    def _told(self, error: Exception, page: Page) -> str:
        """What keeps a page from being rendered; said in the log, once if it is the same for many pages."""
        if isinstance(error, PluginError | NotebookError | Trouble):
            said = str(error)
        else:
            where = place(error, self.root)
            fault = f"{where}: {type(error).__name__}: {error}"
            said = fault if where else f"{page.file.src_uri}: this page {broken(error)}"
        if said not in self.unrendered.values():
            log.error("%s", said)
        self.unrendered[page.file.src_uri] = said
        return said

    def _render_notebook(self, page: Page, notebook: Notebook) -> None:
        run, note = self._run(notebook)
        printed = fitted(run.outputs, notebook.path)
        page.markdown, self.settings["symbols"] = front_matter(markdown(notebook.path, printed, note))
        page.meta["symbols"] = self.settings["symbols"]
        self.renderer.render(page)
        page.content = with_outputs(page.content or "", notebook.path, printed)

    def _run(self, notebook: Notebook) -> tuple[Run, str]:
        """A run of the notebook and what the page says of it. While serving, an old one is better than to wait."""
        if not self.serving:
            run = self.kernels.finished(notebook)
            if run.error:
                raise PluginError(run.error)
            return run, ""
        run = notebook.last()
        if not notebook.is_current():
            self.stale.append(notebook)
            return run, OLD_OUTPUTS if run.outputs else NO_OUTPUTS
        if run.error:
            log.error("%s", run.error)
        return run, failure(run.error) if run.error else ""

    def on_page_content(self, html: str, page: Page, **_: Any) -> str:
        # MkDocs looks for anchors in what it has parsed: it has not seen ours, and would call links to them broken.
        page.present_anchor_ids = {*(page.present_anchor_ids or ()), *re.findall(r'\bid="((?:eq|fig)-[^"]+)', html)}
        return self._lightened(html)

    def _lightened(self, html: str) -> str:
        """A page with marks for its drawings and notes: they are most of its text, and nobody is to search them."""

        def put_aside(match: re.Match[str]) -> str:
            mark = ASIDE.format(len(self.aside))
            self.aside[mark] = match[0]
            return mark

        return HEAVY.sub(put_aside, html)

    def on_page_context(self, context: Any, page: Page, **_: Any) -> Any:
        """The page's first figure is its card."""
        if first := re.search(r'<figure class="figure" id="fig-([^"]+)', page.content or ""):
            page.meta.setdefault("card", first[1])
        return context

    def on_env(self, env: Any, config: MkDocsConfig, files: Files) -> Any:
        pages = [file.page for file in files.documentation_pages() if file.page and file.page.content]
        rendered, kept, seconds = len(self.renderer.rendered), len(self.renderer.kept), self.renderer.seconds
        log.info("rendered and checked %d pages, kept %d, in %.1f s", rendered, kept, seconds)
        self._judge()
        for page in pages:
            if page.content and LEDGER_PLACE in page.content:
                addresses = {f"docs/{other.file.src_uri}": other.file.url_relative_to(page.file) for other in pages}
                page.content = with_overview(page.content, self.ledger, addresses, "mkdocs")
        self._typeset([*(page.content or "" for page in pages), *self.aside.values()])
        made = [programs(self._name(page), self.ledger, page.file.dest_uri) for page in pages]
        for name, content in chain.from_iterable(map(dict.items, [self.typesetter.files(), *made])):
            files.append(File.generated(config, name, content=content))
        return env

    def _typeset(self, pages: list[str]) -> None:
        start = time.perf_counter()
        self.typesetter = Typesetter(self.formulas, self.cache / "mathjax")
        with _plugin_errors(TypesetError):
            faults = self.typesetter.prepare(pages)
        new, used = self.typesetter.new, len(self.typesetter.used)
        log.info("set %d formulas, kept %d, in %.1f s", new, used - new, time.perf_counter() - start)
        for fault in faults:
            log.error("%s", fault)
        if faults and not self.serving:
            raise PluginError(f"MathJax cannot read {len(faults)} of {used} formulas")

    @event_priority(50)  # before others read the finished page
    def on_post_page(self, output: str, page: Page, **_: Any) -> str:
        whole = PUT_ASIDE.sub(lambda match: self.aside.get(match[0], match[0]), output)
        return self.typesetter.page(whole, Declarations(symbols_of(page.meta)).meanings)

    def on_post_build(self, **_: Any) -> None:
        self.built = True
        for store in self.stores:
            store.forget()
        if self.serving:
            self.lock.release()
        for notebook in self.stale:  # now that the pages need the processors no more
            self.kernels.start(notebook, self.deadline)

    def on_build_error(self, error: Exception, **_: Any) -> None:
        self.built = False
        if self.lock:
            self.lock.release()
        if isinstance(error, OSError) and error.errno in UNWRITABLE:
            raise Abort(f"The build ends, and leaves the site that was there: {error}") from error

    def on_shutdown(self) -> None:
        """Only now is it known that nothing was wrong."""
        left = sys.exception()
        if self.built and left is None and self.mkdocs.site_dir != str(self.site):
            swap(Path(self.mkdocs.site_dir), self.site)
            self.mkdocs.site_dir = str(self.site)
        if self.lock:
            self.lock.release()
        if isinstance(left, SystemExit) and not left.code:
            raise _given_up(left) from left

    def _judge(self) -> None:
        """Say what does not hold. A build ends with it; while the site is served the page shows it in its place."""
        for entry in self.ledger.failures:
            log.error("%s", entry)
        log.info("%s", summary(self.ledger.entries))
        wrong = {
            "figures cannot be drawn": len(self.settings["broken"]),
            "pages cannot be rendered": len(self.unrendered),
            f"of {len(self.ledger.entries)} checks fail": len(self.ledger.failures),
        }
        if any(wrong.values()) and not self.serving:
            raise PluginError(", ".join(f"{count} {what}" for what, count in wrong.items() if count))


def _read_no_markdown_twice(config: MkDocsConfig) -> None:
    """Keep mkdocs-jupyter from reading every page, four times, to see whether it is a notebook, where none can be."""
    jupyter = config.plugins.get("mkdocs-jupyter")
    if jupyter and all(pattern.endswith((".py", ".ipynb")) for pattern in jupyter.config["include"]):
        jupyter.config["ignore"] = [*jupyter.config["ignore"], "*.md"]


def _add_nothing_for_notebooks(config: MkDocsConfig) -> None:
    """Keep mkdocs-jupyter from finished pages: it has them load MathJax from another host, from version 0.27 on."""
    jupyter, hooks = config.plugins.get("mkdocs-jupyter"), config.plugins.events["post_page"]
    hooks[:] = [hook for hook in hooks if not (jupyter and getattr(hook, "__self__", None) is jupyter)]


def _given_up(left: SystemExit) -> Abort:
    return Abort(f"The build ends before it is done: {told(left)}")


def _be_lenient() -> None:
    """Take back that a warning ends a strict build, also while serving: what is wrong is shown on its page."""
    logger = logging.getLogger("mkdocs")
    for handler in [handler for handler in logger.handlers if isinstance(handler, CountHandler)]:
        logger.removeHandler(handler)


def _be_patient(server: Any) -> None:
    """Let the server watch on when a folder that it watches is away: a cache that is removed, say."""
    watched = list(server._watched_paths)
    for path in watched:
        server.unwatch(path)
    server.observer = PollingObserverVFS(_stat, os.scandir, polling_interval=server.observer.timeout)
    for path in watched:
        server.watch(path)


def _stat(path: str) -> os.stat_result:
    """What is away is seen as something else in its place."""
    try:
        return os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return os.stat(os.devnull)


@contextmanager
def _plugin_errors(*kinds: type[Exception]) -> Iterator[None]:
    """An error that names the author's mistake ends the build with its message alone, without a traceback."""
    try:
        yield
    except kinds as error:
        raise PluginError(str(error)) from error
