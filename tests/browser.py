"""The Chromium that looks at the pages: the machine's own, else one that npm brings with its libraries and fonts."""

from __future__ import annotations

import io
import shutil
import tarfile
from pathlib import Path

import brotli
from playwright.sync_api import Page

from executable_math.site.typesetting import npm_ci

HERE = Path(__file__).parent / "chromium"
PACKED = HERE / "node_modules/@sparticuz/chromium/bin"
UNPACKED = HERE / "node_modules/unpacked"

# In a page: what is far from the screen is laid out, as when a reader comes near.
LAY_OUT = """() => document.querySelectorAll(".md-typeset > *, .doc-children > *")
    .forEach(piece => piece.style.contentVisibility = "visible")"""
# In a page: a reader comes by everything.
READ_THROUGH = """async () => {
    for (let top = 0; top < document.documentElement.scrollHeight; top += 400) {
        scrollTo(0, top);
        await new Promise(requestAnimationFrame);
    }
    scrollTo(0, 0);
}"""


def load(page: Page, address: str) -> None:
    """Open a page and wait until it asks for nothing more: that alone can be so before its script has run."""
    page.goto(address)
    page.wait_for_load_state("networkidle")


def chromium() -> str:
    """The program. `tests/chromium/chromium` tells ours where its libraries and fonts are."""
    own = shutil.which("chromium") or shutil.which("google-chrome")
    assert own or (UNPACKED / "chromium").exists(), "there is no Chromium: `make test` brings one"
    return own or str(HERE / "chromium")


def bring() -> int:
    """Install what the lock file names and unpack it, the program last; return npm's exit status."""
    if status := npm_ci(HERE):
        return status
    for name in ("al2023", "fonts"):
        with tarfile.open(fileobj=io.BytesIO(_content(f"{name}.tar.br"))) as packed:
            # As it is: the lock file has its hash. The `filter` of `extractall` came with Python 3.11.4.
            packed.extraction_filter = lambda member, path: member
            packed.extractall(UNPACKED / name)
    part = UNPACKED / "chromium.part"
    part.write_bytes(_content("chromium.br"))
    part.chmod(0o755)
    part.replace(UNPACKED / "chromium")
    return 0


def _content(name: str) -> bytes:
    content: bytes = brotli.decompress((PACKED / name).read_bytes())
    return content


if __name__ == "__main__":
    raise SystemExit(bring())
