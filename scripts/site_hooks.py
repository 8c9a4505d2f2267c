"""What this site adds to every page: a content security policy, links that tell other sites nothing, a light search.

MkDocs calls the functions by their names; see `hooks` in mkdocs.yml.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

# Scripts run only if they are files of the site or one of the page's own, known by its hash. MathJax and Matplotlib
# place glyphs and lines with style attributes, which no hash can name.
POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' {hashes}; " \
    "object-src 'none'; base-uri 'self'; form-action 'self'"
INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.S)
# Stops transitions while colours change. Material applies it to every element, twice, while a page is loaded.
SWITCHING = re.compile(r"[^{}]*\[data-md-color-switching\][^{}]*\{[^{}]*\}")
# What opens the menu and its parts on a phone: Material has them pressed by finger only.
LABEL = re.compile(r'<label class="md-(?:header__button md-icon" for="__drawer|nav__title" for="__nav_[^"]*|'
                   r'nav__link md-nav__link--active" for="__toc)"(?! role)')
FOREIGN_LINK = re.compile(r'<a (?![^>]*\brel=)(?=[^>]*\bhref="https?://)')

_serving = False


def on_startup(command: str, **_: Any) -> None:
    global _serving
    _serving = command == "serve"


def on_page_content(html: str, page: Any, **_: Any) -> str:
    """Leave code and lists of arguments out of the search: every visitor loads its index."""
    html = re.sub(r'<div class="[^"]*\bhighlight\b[^"]*"', r"\g<0> data-search-exclude", html)
    if page.file.src_uri.startswith("api/"):
        html = re.sub("<(ul|details)(?=[ >])", r"<\1 data-search-exclude", html)
    return html


def on_post_page(output: str, **_: Any) -> str:
    output = FOREIGN_LINK.sub('<a rel="noopener" ', output)
    output = LABEL.sub(r'\g<0> role="button" tabindex="0"', output)
    output = output.replace('for="__drawer" role="button"', 'for="__drawer" role="button" aria-label="Menu"')
    # The server that reloads a page adds a script of its own.
    return output if _serving else with_policy(output)


def on_post_build(config: Any) -> None:
    """Put the index aside for assets/search.js: what Material loads on every visit is empty."""
    index = Path(config.site_dir) / "search/search_index.json"
    index.replace(index.with_name("index.json"))
    index.write_text("{}", encoding="utf-8")
    for sheet in Path(config.site_dir).glob("assets/stylesheets/palette.*.css"):
        sheet.write_text(SWITCHING.sub("", sheet.read_text(encoding="utf-8")), encoding="utf-8")


def with_policy(page: str) -> str:
    """The page with a policy that allows its own inline scripts and no others."""
    hashes = " ".join(f"'sha256-{fingerprint(script)}'" for script in dict.fromkeys(INLINE_SCRIPT.findall(page)))
    meta = f'<meta http-equiv="Content-Security-Policy" content="{POLICY.format(hashes=hashes)}">'
    return page.replace('<meta charset="utf-8">', f'<meta charset="utf-8">{meta}', 1)


def fingerprint(script: str) -> str:
    return b64encode(sha256(script.encode()).digest()).decode()
