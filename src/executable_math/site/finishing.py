"""What concerns the whole of a site: the list of all checks, set formulas, and the files that pages name.

The MkDocs plugin does it while MkDocs builds. `finish` does it in the folder that another generator has written.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path, PurePosixPath

from executable_math.foreign.process import DEADLINE
from executable_math.pages.equation import Page as Declarations
from executable_math.pages.ledger import Ledger, overview
from executable_math.pages.text import CELL
from executable_math.site import drawing as figures
from executable_math.site.files import write
from executable_math.site.notes import Note, taken
from executable_math.site.settings import DRAWN, NAME, SCRIPTS, extensions, module_folders
from executable_math.site.store import Store
from executable_math.site.typesetting import STYLESHEET, Typesetter

# An author writes this where the list of all checks is to stand.
LEDGER_PLACE = '<div class="all-checks"></div>'
# The theme's and the author's style sheets come behind ours: they have the last word.
FIRST_STYLESHEET = re.compile(r"""(?=<link\b[^<>]*\brel=["']?stylesheet\b|</head>)""", re.IGNORECASE)

NO_SITE = """no page in the folder {} says what was checked on it
    write: zensical build, and then this command once"""
STALE = """{}: this page, what it speaks of, or what draws its figures has changed since it was built
    write: zensical build --clean, which builds every page anew, and then this command once"""
NOTEBOOKS = """Zensical makes no pages of notebooks; readers get the files as they are: {}
    write: mkdocs build, which makes pages of them, or take them out of `nav`"""


class FinishError(Exception):
    """A site cannot be finished; the message says why, and what to write."""


@dataclass(frozen=True)
class Built:
    """A page that a generator has written: its file, its HTML without notes, and what those say."""

    path: Path
    html: str
    notes: list[Note]

    @property
    def name(self) -> str:
        return self.notes[-1].page

    @property
    def meanings(self) -> dict[str, str]:
        return Declarations(self.notes[-1].symbols).meanings

    def address(self, path: Path) -> str:
        """How the page names a file of the site."""
        return Path(os.path.relpath(path, self.path.parent)).as_posix()


def with_overview(page: str, ledger: Ledger, addresses: Mapping[str, str], generator: str) -> str:
    """A page with the list of all checks in its place, with links to the pages that have an address."""
    # Not Python's version: the site is the same on each.
    versions = {name: version(name) for name in ("executable-math", "numpy", "matplotlib", generator)}
    return page.replace(LEDGER_PLACE, overview(ledger, dict(addresses), versions))


def programs(page: str, ledger: Ledger, address: str) -> dict[str, bytes]:
    """The file that has the programs of a page, beside it, if it has any.

    Args:
        page: The page's file.
        ledger: What was checked.
        address: The address of its HTML within the site.

    >>> from executable_math.pages.ledger import Entry
    >>> entry = Entry("a.md", 1, 1, "j", "equation", "J = 1", "holds", program={"left": "J"}, shown_on="a.md")
    >>> programs("a.md", Ledger([entry]), "a/index.html")
    {'a/programs.json': b'{"j":{"left":"J"}}'}
    """
    found, path = ledger.programs(page), PurePosixPath(address)
    folder = path.parent if path.name == "index.html" else path.with_suffix("")
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return {str(folder / "programs.json"): text.encode()} if found else {}


def finish(root: Path, site: Path) -> Ledger:
    """Finish the site of a project that Zensical has built; return what was checked.

    Raises:
        FinishError: It is not to be published; nothing of it has been changed.
        SettingsError: The project's configuration cannot be used.
        TypesetError: There is no MathJax, or it stops.
    """
    settings = {"module": "", "figures": DRAWN, "deadline": DEADLINE, **extensions(root).get(NAME, {})}
    folders, drawn = module_folders(root, settings), root / settings["figures"]
    drawings = figures.find(root / SCRIPTS, Store(drawn), folders)
    if broken := figures.drawn_anew(drawings, float(settings["deadline"])):
        raise FinishError("\n".join(broken.values()))
    pages = _built(site)
    for page in pages:
        if not all(note.is_current(root, settings["module"], folders, drawn) for note in page.notes):
            raise FinishError(STALE.format(page.name))
    ledger = Ledger([entry for page in pages for note in page.notes for entry in note.entries])
    typesetter = Typesetter(Store(drawn.with_name("typeset")), drawn.with_name("mathjax"))
    files = {site / name: content for figure in drawings for name, content in figure.published().items()}
    for path, content in (files | _finished(pages, ledger, site, typesetter)).items():
        write(path, content)
    return ledger


def _built(site: Path) -> list[Built]:
    """The pages of a site, by the names of their sources."""
    read = [(path, *taken(path.read_text(encoding="utf-8"))) for path in site.rglob("*.html")]
    pages = [Built(path, html, notes) for path, html, notes in read if notes]
    if not pages:
        raise FinishError(NO_SITE.format(site))
    return sorted(pages, key=lambda page: page.name)


def _finished(pages: Sequence[Built], ledger: Ledger, site: Path, typesetter: Typesetter) -> dict[Path, bytes]:
    """The pages as they are to be, and the files that they need for their formulas."""
    listed = [_with_overview(page, pages, ledger) for page in pages]
    if faults := typesetter.prepare(listed):
        raise FinishError("\n".join(faults))
    files = {site / name: content for name, content in typesetter.files().items()}
    for page, html in zip(pages, listed, strict=True):
        address = page.path.relative_to(site).as_posix()
        files |= {site / name: content for name, content in programs(page.name, ledger, address).items()}
        link = f'<link rel="stylesheet" href="{page.address(site / STYLESHEET)}">'
        files[page.path] = typesetter.page(FIRST_STYLESHEET.sub(link, html, count=1), page.meanings).encode()
    return files


def _with_overview(page: Built, pages: Sequence[Built], ledger: Ledger) -> str:
    addresses = {other.name: page.address(other.path).removesuffix("index.html") for other in pages}
    return with_overview(page.html, ledger, addresses, "zensical")


def notebooks(site: Path) -> str:
    """What there is to say about the notebooks of a site; nothing, if it has none."""
    scripts = (path for path in site.rglob("*.py") if CELL.search(path.read_text(encoding="utf-8", errors="replace")))
    found = sorted(path.relative_to(site).as_posix() for path in [*scripts, *site.rglob("*.ipynb")])
    return NOTEBOOKS.format(", ".join(found)) if found else ""
