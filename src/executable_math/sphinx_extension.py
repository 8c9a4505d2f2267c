"""The Sphinx extension: what side files bind is checked when the documentation is built, and shown in its place.

    extensions = ["sphinx.ext.mathjax", "executable_math.sphinx_extension"]

Side files are looked for beside the sources and, for docstrings, in the folders that `executable_math_side_files`
names, as `conf.py` sees them. A failure is a warning with its file and line, so that `sphinx-build -W` fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from executable_math.bindings.files import files_within, is_side_file
from executable_math.pages.ledger import MARKS, NOT_BOUND, Entry, failure, summary
from executable_math.pages.text import squeezed
from executable_math.project import Project

if TYPE_CHECKING:
    from sphinx.application import Sphinx

SETTING = "executable_math_side_files"
MARK = '<span class="executable-math" role="img" aria-label="{0}" title="{0}">{1}</span>'


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_config_value(SETTING, [], "env", list)
    app.connect("builder-inited", check)
    app.connect("doctree-resolved", show)
    app.connect("build-finished", lambda app, _: count(app))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def check(app: Sphinx) -> None:
    """Check what the side files bind, and warn of what does not hold."""
    from sphinx.util import logging

    root, log = Path(app.confdir), logging.getLogger(__name__)
    project = Project.of(root)
    checked = [entry for side in side_files(app) for entry in project.check(side)]
    for entry in (entry for entry in checked if not entry.ok):
        log.warning(entry.message, location=f"{root / entry.page}:{entry.line}", type="executable_math")
    app.executable_math = checked  # type: ignore[attr-defined]


def side_files(app: Sphinx) -> Iterator[Path]:
    """The side files of a project, each once."""
    folders = [Path(app.srcdir), *(Path(app.confdir) / folder for folder in app.config[SETTING])]
    found = (path for folder in folders for path in files_within(folder) if is_side_file(path))
    yield from sorted({path.resolve() for path in found})


def show(app: Sphinx, document: nodes.document, _name: str) -> None:
    """Put a mark behind each displayed formula that is bound, or what is wrong with it."""
    known = {squeezed(entry.source): entry for entry in checks(app) if entry.bound_in}
    for node in list(document.findall(nodes.math_block)):
        for entry in (known[part] for part in map(squeezed, node.astext().split("\n\n")) if part in known):
            node.parent.insert(node.parent.index(node) + 1, nodes.raw("", mark(entry), format="html"))


def mark(entry: Entry) -> str:
    """What readers see behind a formula: that it holds, or why not."""
    if not entry.ok:
        return failure(str(entry))
    label, sign = MARKS.get(entry.mark, ("", ""))
    against = f": {entry.against}" if entry.against else ""
    return MARK.format(label.partition(":")[0] + against.replace('"', "&quot;"), sign) if sign else ""


def checks(app: Sphinx) -> list[Entry]:
    found: list[Entry] = app.executable_math  # type: ignore[attr-defined]
    return found


def count(app: Sphinx) -> None:
    """Say how much was checked."""
    from sphinx.util import logging

    entries = checks(app)
    if any(entry.status != NOT_BOUND for entry in entries):
        logging.getLogger(__name__).info("%s", summary(entries))
