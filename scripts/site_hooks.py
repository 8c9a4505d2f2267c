"""What this site adds: links that tell other sites nothing, a menu by keyboard, a light search, what notebooks import.

MkDocs calls the functions by their names; see `hooks` in mkdocs.yml.
"""

from __future__ import annotations

import re
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

from mkdocs.structure.files import File

ROOT = Path(__file__).parents[1]
# Stops transitions while colours change. Material applies it to every element, twice, while a page is loaded.
SWITCHING = re.compile(r"[^{}]*\[data-md-color-switching\][^{}]*\{[^{}]*\}")
# What opens the menu and its parts on a phone: Material has them pressed by finger only.
LABEL = re.compile(
    r'<label class="md-(?:header__button md-icon" for="__drawer|nav__title" for="__nav_[^"]*|'
    r'nav__link md-nav__link--active" for="__toc)"(?! role)'
)
FOREIGN_LINK = re.compile(r'<a (?![^>]*\brel=)(?=[^>]*\bhref="https?://)')


def on_files(files: Any, config: Any) -> None:
    """Let who downloads a notebook have what it imports."""
    files.append(File.generated(config, "lab/lossfunctions.zip", content=archive()))


def archive() -> bytes:
    """The mathematics as a zip that pip installs: the same bytes for the same files, on every machine.

    Nothing is compressed: two libraries for it do not give the same.
    """
    module, whole = ROOT / "src/lossfunctions", BytesIO()
    files = [*sorted(module.glob("*.py")), module / "py.typed", module / "pyproject.toml", ROOT / "LICENSE"]
    with ZipFile(whole, "w") as opened:
        for file in files:
            entry = ZipInfo(f"{module.name}/{file.name}")
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # of Unix, to be read by everybody
            opened.writestr(entry, file.read_bytes())
    return whole.getvalue()


def on_page_markdown(markdown: str, page: Any, **_: Any) -> None:
    """Let what the theme shows of the front matter be text: it sets it into its HTML as it is."""
    for name in {"title", "description", "author"} & page.meta.keys():
        page.meta[name] = escape(str(page.meta[name]))


def on_page_content(html: str, page: Any, **_: Any) -> str:
    """Leave code and lists of arguments out of the search: every visitor loads its index."""
    html = re.sub(r'<div class="[^"]*\bhighlight\b[^"]*"', r"\g<0> data-search-exclude", html)
    if page.file.src_uri.startswith("api/"):
        html = re.sub("<(ul|details)(?=[ >])", r"<\1 data-search-exclude", html)
    return html


def on_post_page(output: str, **_: Any) -> str:
    output = FOREIGN_LINK.sub('<a rel="noopener" ', output)
    output = LABEL.sub(r'\g<0> role="button" tabindex="0"', output)
    return output.replace('for="__drawer" role="button"', 'for="__drawer" role="button" aria-label="Menu"')


def on_post_build(config: Any) -> None:
    """Put the index aside for assets/search.js: what Material loads on every visit is empty."""
    index = Path(config.site_dir) / "search/search_index.json"
    index.replace(index.with_name("index.json"))
    index.write_text("{}", encoding="utf-8")
    for sheet in Path(config.site_dir).glob("assets/stylesheets/palette.*.css"):
        sheet.write_text(SWITCHING.sub("", sheet.read_text(encoding="utf-8")), encoding="utf-8")
