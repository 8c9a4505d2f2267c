"""What of a drawing may stand on a page: shapes, words and pictures of its own, nothing that acts or asks.

An SVG within a page is part of it: its scripts, style sheets and addresses would be the page's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, fromstring

DRAWN = re.compile(
    "svg|g|defs|symbol|use|title|desc|path|rect|circle|ellipse|line|polyline|polygon|text|tspan|textPath|image|"
    "clipPath|mask|pattern|marker|linearGradient|radialGradient|stop|filter|fe(?!Image)[A-Z][A-Za-z]*"
)
OWN_ADDRESS = re.compile(r"#|data:image/(?:png|jpeg|gif);base64,")
# What a style names in another place. An escape may hide anything.
ELSEWHERE = re.compile(r"""url\((?!\s*["']?#)|image-set\(|\bsrc\(|@import|\\""", re.IGNORECASE)
# A browser reads these in a page in another way than XML has them.
NO_HTML = re.compile(r"<[!?]")


def refused(svg: str) -> str:
    """What of a drawing no page shows, the first of it; empty, if there is nothing.

    >>> refused('<svg><g onclick="alert(1)"/></svg>')
    '<g onclick="alert(1)">'
    >>> refused('<svg><path d="M 0 0" style="fill: url(#a)"/></svg>')
    ''
    """
    if found := NO_HTML.search(svg):
        return svg[found.start() : found.start() + 40]
    try:
        drawing = fromstring(svg)
    except ParseError as error:
        return f"what is no XML ({error})"
    return next(_refused(drawing), "")


def _refused(drawing: Element) -> Iterator[str]:
    for element in drawing.iter():
        tag = _local(element.tag)
        if not DRAWN.fullmatch(tag):
            yield f"<{tag}>"
        for name, value in element.items():
            if _acts(_local(name), value):
                yield f'<{tag} {_local(name)}="{value[:40]}">'


def _acts(name: str, value: str) -> bool:
    if name.lower() in ("href", "src"):
        return not OWN_ADDRESS.match(value)
    return name.lower().startswith("on") or bool(ELSEWHERE.search(value) and not name.startswith(("aria-", "data-")))


def _local(name: str) -> str:
    return name.rpartition("}")[2]
