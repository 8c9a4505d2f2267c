"""Pages rendered once, and kept as long as nothing that they are made of has changed.

Rendering is most of a build's work, and an edit changes one page of many. What a page renders to is kept in a file,
with the hash of all that it came from: its text, the configuration, the list of the site's files, the code that it
speaks of, its figures, and the libraries. What rendering tells to other parts of the site (what was checked, anchors,
entries of the inventory) is kept too, and told again.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, get_toc

from executable_math.bindings.files import beside
from executable_math.foreign.reach import Module, package, reached_by_words, words
from executable_math.foreign.sources import Ground, digest, files_of, stamp
from executable_math.pages.ledger import Entry, Ledger
from executable_math.pages.text import read
from executable_math.site.store import Store, installed

# Extensions of which we know that what they make of a page depends on its text and their settings alone. With any
# other in the configuration, one that reads further files say, no page is kept.
KNOWN_EXTENSIONS = re.compile(
    r"(markdown\.extensions\.)?(abbr|admonition|attr_list|codehilite|def_list|extra|fenced_code|footnotes|md_in_html|"
    r"meta|nl2br|sane_lists|smarty|tables|toc)|executable_math|"
    r"pymdownx\.(arithmatex|betterem|caret|details|emoji|highlight|inlinehilite|keys|magiclink|mark|smartsymbols|"
    r"superfences|tabbed|tasklist|tilde)"
)
KNOWN_OBJECTS = {"AutorefsExtension", "MkdocstringsExtension"}
DIRECTIVE = re.compile(r"^:::\s*([\w.]+).*(?:\n[ \t]+.*)*", re.MULTILINE)
FIGURE = re.compile(r"figures/([\w-]+)\.svg")


@dataclass
class Renderer:
    """Renders the pages of one build.

    Args:
        pages: Where pages are kept.
        config: The configuration of the build.
        files: All files of the site.
        ledger: Where the extension puts what it has checked.
        module: The module that the pages speak of; its name is empty if there is none.
        figures: Where the drawn figures are kept.
        folders: Where the modules of the project are looked for.
    """

    pages: Store
    config: MkDocsConfig
    files: Files
    ledger: Ledger
    module: str
    figures: Store
    folders: Sequence[Path] = ()

    def __post_init__(self) -> None:
        self.rendered: list[str] = []
        self.kept: list[str] = []
        self.seconds = 0.0
        self.begun = stamp(self._module)  # of one build: what is written to since then goes into the next

    def render(self, page: Page) -> None:
        """Do what `page.render` does, or what it did when the page was as it is now."""
        ground, name = self._ground(page), f"{page.file.src_uri}.json"
        if kept := self.pages.read(name, ground.key):
            self._restore(page, json.loads(kept.content))
            self.kept.append(page.file.src_uri)
            return
        start = time.perf_counter()
        with self._observed(page) as seen:
            Page.render(page, self.config, self.files)
        self.seconds += time.perf_counter() - start
        self.rendered.append(page.file.src_uri)
        if ground.key and not seen.pop("told") and all(entry["ok"] for entry in seen["entries"]):
            opened = seen.pop("opened")
            self.pages.keep(name, ground, json.dumps({**_rendered(page), **seen}).encode(), opened)

    def _ground(self, page: Page) -> Ground:
        """All that a page is made of, and the module as it was when the build began."""
        documented = self._documented(page)
        written = *self.begun, *stamp(documented or [])
        return Ground(self._key(page, documented), [*self._module, *(documented or [])], written)

    @cached_property
    def common(self) -> str:
        """The hash of what all pages depend on; empty, if that cannot be known."""
        for extension in self.config.markdown_extensions:
            known = isinstance(extension, str) and KNOWN_EXTENSIONS.fullmatch(extension)
            if not known and type(extension).__name__ not in KNOWN_OBJECTS:
                return ""
        code = [Path(self.config.config_file_path), *map(Path, self.config.hooks)]
        listed = sorted(f"{file.src_uri} {file.url}" for file in self.files)
        return digest(code, [installed(), str(self.config.site_url), *listed])

    def _key(self, page: Page, documented: list[Path] | None) -> str:
        """The hash of all that a page is made of; empty, if that cannot be known."""
        drawn = [self.figures.last(f"{name}.svg") for name in FIGURE.findall(page.markdown or "")]
        if not self.common or documented is None or not all(drawn) or _is_bound(page):
            return ""
        texts = [page.markdown or "", *(read(file)[0] for file in documented)]
        code = reached_by_words(words(" ".join(texts)), self._code)
        directives = self._directives if documented else []
        made = [page.file.content_bytes, *(kept.content for kept in drawn if kept)]
        return digest([], [self.common, *texts, *directives, *code, *made])

    def _documented(self, page: Page) -> list[Path] | None:
        """The code whose docstrings stand on the page; nothing, if they depend on more than that."""
        found = list(DIRECTIVE.finditer(page.markdown or ""))
        plugin = self._plugin("mkdocstrings")
        if not found:
            return []
        if plugin is None or plugin.config.custom_templates or any("handler:" in match[0] for match in found):
            return None
        return [file for match in found for file in _documents(match[1], self.folders)]

    @cached_property
    def _code(self) -> list[Module]:
        return package(self.module, self.folders)

    @property
    def _module(self) -> list[Path]:
        """The files of the module; none, if there is none, which each page tells."""
        try:
            return files_of(self.module.partition(".")[0], self.folders) if self.module else []
        except ModuleNotFoundError:
            return []

    @cached_property
    def _directives(self) -> list[str]:
        """What all pages take from docstrings: a name is noted in the inventory where it stands first."""
        paths = [Path(file.abs_src_path or "") for file in self.files.documentation_pages()]
        pages = [read(path)[0] for path in paths if path.suffix == ".md" and path.is_file()]
        return [match[0] for page in pages for match in DIRECTIVE.finditer(page)]

    @contextmanager
    def _observed(self, page: Page) -> Iterator[dict[str, Any]]:
        """What rendering a page tells to the ledger, to the log, and to the plugins that link to docstrings."""
        already, seen = len(self.ledger.entries), dict[str, Any]()
        with ExitStack() as stack:
            seen["told"] = stack.enter_context(_warnings())
            seen["anchors"] = stack.enter_context(_calls(self._plugin("autorefs"), "register_anchor"))
            seen["inventory"] = stack.enter_context(_calls(self._inventory(), "register"))
            yield seen
        seen["opened"] = dict(self.ledger.opened)
        seen["anchors"] = [(arguments[1:], named) for arguments, named in seen["anchors"]]
        seen["entries"] = [asdict(replace(entry, values=None)) for entry in self.ledger.entries[already:]]

    def _inventory(self) -> Any:
        """Where mkdocstrings notes what other sites may link to."""
        plugin = self._plugin("mkdocstrings")
        return plugin and plugin.handlers.inventory

    def _plugin(self, name: str) -> Any:
        return self.config.plugins.get(name)

    def _restore(self, page: Page, kept: dict[str, Any]) -> None:
        page.content, page.toc = kept["content"], get_toc(kept["toc"])
        page._title_from_render = kept["title"]
        page.present_anchor_ids = set(kept["ids"])
        page.links_to_anchors = {self.files.src_uris[uri]: links for uri, links in kept["links"].items()}
        self.ledger.add([Entry(**entry) for entry in kept["entries"]])
        for arguments, named in kept["anchors"]:
            self._plugin("autorefs").register_anchor(page, *arguments, **named)
        for arguments, named in kept["inventory"]:
            self._inventory().register(*arguments, **named)
        if kept["inventory"]:
            # mkdocstrings writes the style sheets of the handlers that it has seen.
            mkdocstrings = self._plugin("mkdocstrings")
            mkdocstrings.get_handler(mkdocstrings.config.default_handler)


def _is_bound(page: Page) -> bool:
    """Whether a side file says what of the page is checked: what that is made of is not looked into."""
    return beside(Path(page.file.abs_src_path or page.file.src_uri)).exists()


def _rendered(page: Page) -> dict[str, Any]:
    links = page.links_to_anchors or {}
    return {
        "content": page.content,
        "toc": [_token(anchor) for anchor in page.toc],
        "title": page._title_from_render,
        "ids": sorted(page.present_anchor_ids or ()),
        "links": {file.src_uri: anchors for file, anchors in links.items()},
    }


def _token(anchor: AnchorLink) -> dict[str, Any]:
    children = [_token(child) for child in anchor.children]
    return {"name": anchor.title, "id": anchor.id, "level": anchor.level, "children": children}


def _documents(name: str, folders: Sequence[Path]) -> list[Path]:
    """The files of a documented object: its module, or all of a package."""
    parts, files = name.split("."), files_of(name.partition(".")[0], folders)
    for depth in range(len(parts), 1, -1):
        inside = Path(*parts[1:depth])
        own = [file for file in files if file.with_suffix("").is_relative_to(files[0].parent / inside)]
        if own:
            return own
    return files


@contextmanager
def _calls(owner: Any, method: str) -> Iterator[list[tuple[tuple[Any, ...], dict[str, Any]]]]:
    """The arguments of every call of a method; none, if there is no owner."""
    calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
    if owner is None:
        yield calls
        return
    original = getattr(owner, method)

    def noted(*arguments: Any, **named: Any) -> Any:
        calls.append((arguments, named))
        return original(*arguments, **named)

    setattr(owner, method, noted)
    try:
        yield calls
    finally:
        delattr(owner, method)


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """What is told to the author meanwhile: a page of which something is told is not kept, so that it is told again."""
    told: list[str] = []
    handler, here = logging.Handler(logging.INFO), threading.get_ident()
    handler.addFilter(lambda record: record.thread == here)  # a notebook that ends meanwhile is of no page
    handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("mkdocs")
    logger.addHandler(handler)
    try:
        yield told
    finally:
        logger.removeHandler(handler)
