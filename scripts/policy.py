"""Which scripts run in a reader's browser: the theme's and our own, known before anything of a page is.

A page is made of what its author wrote and of what plugins add. None of that may run, or ask another host for
anything: the content security policy keeps a browser from it, and a build that would publish it fails. Both know the
scripts from the theme's templates, rendered with no page. What is refused is seen in one place, the files as they were
written: every plugin has been there before.

MkDocs calls the functions by their names; see `hooks` in mkdocs.yml.
"""

from __future__ import annotations

import logging
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from posixpath import normpath
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from mkdocs.commands.build import get_context
from mkdocs.plugins import event_priority
from mkdocs.structure.nav import Navigation
from mkdocs.utils import get_relative_url, is_error_template

log = logging.getLogger("mkdocs.plugins.policy")

# MathJax and Matplotlib place glyphs and lines with style attributes, which no hash can name.
POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' {}; "
    "object-src 'none'; base-uri 'self'; form-action 'self'"
)
# Nothing of an author's stands before this, and browsers look for the encoding in the first kilobyte.
HEAD = re.compile(r'\A\s*<!doctype html>\s*<html[^<>]*>\s*<head>(?:\s*<meta charset="utf-8">)?', re.IGNORECASE)
# The script of `mkdocs serve`, with other numbers each time: it stands last, behind all that an author writes.
RELOADING = re.compile(rb"<script>([^<]*\blivereload\(\d+, \d+\);\s*)</script></body>\s*</html>\s*\Z")

# HTML is searched in small letters, and as bytes: that is ten times as fast, and a site has many pages.
REST = rb"""(?:[^>"']+|"[^"]*"|'[^']*')*+>"""
TAG = re.compile(rb"<[a-z]" + REST)
ASKING = re.compile(
    rb"<(?:audio|base|embed|feimage|form|frame|iframe|image|img|input|link|meta|object|source|track|"
    rb"use|video)\b" + REST
)
SCRIPT = re.compile(rb"<script\b" + REST + rb"(.*?)(?:</script|\Z)", re.DOTALL)
STYLE = re.compile(rb"<style\b" + REST + rb"(.*?)(?:</style|\Z)", re.DOTALL)
# What any element may have. It is rare, and only where it is are all elements looked at.
ACTING = re.compile(
    rb"""on(?<=[\s"'/]on)[a-z]+\s*=|background\s*=|url\(\s*["']?(?:[a-z]+:)?//|"""
    rb"""javascript:|href\s*=\s*["']?[^"'>]*(?:[\t\n\r]|&(?:#|tab|newline|colon))"""
)
HOST = re.compile(rb"//|\\|&")  # no other host is named without one of these

DATA = {"application/json", "application/ld+json"}  # no browser runs them
ADDRESSES = {"action", "background", "data", "formaction", "href", "poster", "src", "srcset", "xlink:href"}
# Links that no browser follows by itself.
NOT_ASKED_FOR = {"alternate", "author", "canonical", "license", "next", "prev"}
ELSEWHERE = re.compile(r"(?:^|,|url=)\s*(?:[a-z][a-z\d+.-]*:)?[/\\]{2}", re.IGNORECASE)
STYLE_ELSEWHERE = re.compile(rb"""(?:url\(|src\(|image-set\(|@import)\s*["']?\s*(?:[a-z]+:)?//""", re.IGNORECASE)
LONGEST = 120  # letters of what is refused, in a message

RUNS = "this is to run, and a page or a plugin wrote it: {}\n    write: a file, and its name in `extra_javascript`"
ASKS = "this asks another host: {}\n    write: the address of a copy among the sources"
NO_POLICY = "this page has no content security policy\n    write: it as Markdown, of which the theme makes a page"


class Script(NamedTuple):
    """A script: the address of its file, or its text."""

    address: str
    text: str


class Element(HTMLParser):
    """The name and the attributes of an element, as a browser reads its first tag."""

    def __init__(self, tag: bytes) -> None:
        super().__init__()
        self.name, self.attributes = "", dict[str, str]()
        self.feed(tag.decode("utf-8", "replace"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.name, self.attributes = tag, {name: (value or "").strip() for name, value in attrs}

    @property
    def runs(self) -> bool:
        """Whether it has a script in an attribute."""
        return any(
            name.startswith("on") or (name in ADDRESSES and "".join(value.split()).lower().startswith("javascript:"))
            for name, value in self.attributes.items()
        )

    @property
    def asks(self) -> bool:
        """Whether a browser asks another host for something because of it."""
        followed = self.name in ("a", "area") or (self.name == "link" and self.attributes.get("rel") in NOT_ASKED_FOR)
        refresh = {"content"} if "http-equiv" in self.attributes else set()
        addresses = self.attributes.keys() & (ADDRESSES | refresh)
        return not followed and any(ELSEWHERE.search(self.attributes[name]) for name in addresses)


_trusted: Callable[[str], frozenset[Script]]


def on_env(env: Any, config: Any, **_: Any) -> None:
    """Take the scripts from the theme's page for what is missing: nothing of an author's or of a plugin's is on it."""
    global _trusted

    @cache
    def trusted(base: str) -> frozenset[Script]:
        page = env.get_template("404.html").render(get_context(Navigation([], []), [], config, base_url=base))
        return frozenset(script for script, _ in scripts(page.encode()))

    _trusted = trusted


@event_priority(-100)  # when others have changed the page
def on_post_page(output: str, page: Any, **_: Any) -> str:
    return with_policy(output, _trusted(get_relative_url(".", page.url)))


@event_priority(-100)
def on_post_template(output: str, template_name: str, config: Any) -> str:
    return with_policy(output, _trusted(_base(template_name, config)))


@event_priority(-100)  # when others have changed the files
def on_post_build(config: Any) -> None:
    """Tell what must not reach a reader: it ends a strict build."""
    site = Path(config.site_dir)
    for file in sorted(site.rglob("*.*")):
        name = file.relative_to(site).as_posix()
        for wrong in refused(file, _trusted(_base(name, config)) if file.suffix == ".html" else frozenset()):
            log.error("%s: %s", name, wrong)


def on_serve(server: Any, **_: Any) -> None:
    """Let the script run that reloads a page when it has been built again."""
    server.set_app(reloading(server.get_app()))


def _base(name: str, config: Any) -> str:
    """The root of the site as one of its pages names it."""
    return urlsplit(config.site_url or "/").path if is_error_template(name) else get_relative_url(".", name)


def with_policy(page: str, trusted: frozenset[Script]) -> str:
    """The page with a policy that lets these scripts run and no others, before anything that is an author's."""
    return HEAD.sub(lambda head: head[0] + policy(trusted), page, count=1)


def policy(trusted: frozenset[Script]) -> str:
    hashes = sorted(f"'sha256-{fingerprint(script.text)}'" for script in trusted if not script.address)
    return f'<meta http-equiv="Content-Security-Policy" content="{POLICY.format(" ".join(hashes))}">'


def fingerprint(script: str) -> str:
    return b64encode(sha256(script.encode()).digest()).decode()


def refused(file: Path, trusted: frozenset[Script]) -> Iterator[str]:
    """What of a file of the finished site must not reach a reader; pages, drawings and style sheets are looked at."""
    if file.suffix == ".html":
        text = file.read_text(encoding="utf-8", errors="replace")
        head = HEAD.match(text)
        if not (head and text.startswith(policy(trusted), head.end())):
            yield NO_POLICY
    if file.suffix in (".html", ".svg"):
        yield from foreign(file.read_bytes(), trusted)
    if file.suffix == ".css":
        yield from _foreign_style(file.read_bytes())


def foreign(page: bytes, trusted: frozenset[Script]) -> Iterator[str]:
    """What of a page or a drawing would run and is not among the scripts, or would ask another host.

    >>> print(*foreign(b"<img src='//example.org/a.png'>", frozenset()))
    this asks another host: <img src='//example.org/a.png'>
        write: the address of a copy among the sources
    """
    small = page.lower()
    for script, written in scripts(page):
        if script not in trusted:
            yield RUNS.format(_shown(written))
    for sheet in STYLE.finditer(small):
        yield from _foreign_style(page[slice(*sheet.span(1))])
    acting = ACTING.search(small)
    for tag in (TAG if acting else ASKING).finditer(small):
        if acting or HOST.search(tag[0]):
            yield from _foreign_tag(page[slice(*tag.span())])


def scripts(page: bytes) -> Iterator[tuple[Script, bytes]]:
    """The scripts of a page, each with how it is written."""
    for found in SCRIPT.finditer(page.lower()):
        attributes = Element(page[found.start() : found.start(1)]).attributes
        if attributes.get("type", "").lower() not in DATA:
            address, text = attributes.get("src", ""), page[slice(*found.span(1))].decode("utf-8", "replace")
            yield Script(address and normpath(address), text), page[found.start() : found.end(1)]


def _foreign_tag(tag: bytes) -> Iterator[str]:
    element = Element(tag)
    if element.runs:
        yield RUNS.format(_shown(tag))
    if element.asks:
        yield ASKS.format(_shown(tag))
    yield from _foreign_style(element.attributes.get("style", "").encode())


def _foreign_style(style: bytes) -> Iterator[str]:
    if found := STYLE_ELSEWHERE.search(style):
        yield ASKS.format(_shown(style[found.start() :]))


def _shown(markup: bytes) -> str:
    """The beginning of something, in one line."""
    text = " ".join(markup.decode("utf-8", "replace").split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def reloading(serve: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """A server, by WSGI, whose pages let its own script run as well."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        said: list[Any] = []
        body = with_reloading(b"".join(serve(environ, lambda *head: said.append(head))))
        status, headers = said[-1][:2]
        length = ("Content-Length", str(len(body)))
        start(status, [length if name == length[0] else (name, value) for name, value in headers])
        return [body]

    return answer


def with_reloading(page: bytes) -> bytes:
    """The page with a policy that lets the script of the server run as well, if it has one."""
    script = RELOADING.search(page)
    if script is None:
        return page
    allowed = f"script-src 'self' 'sha256-{fingerprint(script[1].decode())}' "
    return page.replace(b"script-src 'self' ", allowed.encode(), 1)
