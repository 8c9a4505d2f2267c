"""The policy lets known scripts run and no others; what would run or ask another host is seen in a finished file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

import policy
from policy import Script

OURS = frozenset({Script("", "ours()"), Script("../site.js", "")})
HEAD = '<!doctype html>\n<html lang="en"><head>\n<meta charset="utf-8">'
BODY = '</head><body><script>ours()</script><script src="../site.js" defer></script>{}</body></html>'


def seen(part: str) -> list[str]:
    """The first line of all that is said of a page with something on it."""
    return [said.splitlines()[0] for said in policy.foreign(BODY.format(part).encode(), OURS)]


@pytest.mark.parametrize(
    "part",
    [
        '<a href="https://example.org">elsewhere</a>',
        '<link rel="canonical" href="https://example.org/">',
        '<meta property="og:url" content="https://example.org/">',
        '<script type="application/ld+json">{"@context": "https://schema.org"}</script>',
        '<img src="a.png" alt="on error=1, see //example.org">',
        '<img src="data:image/png;base64,AAAA">',
        '<code>&lt;img src="https://example.org"&gt; url(https://example.org) onclick="run()" javascript:</code>',
        '<svg xmlns="http://www.w3.org/2000/svg"><use xlink:href="#a"/></svg>',
        "<style>a { background: url(a.png) }</style>",
    ],
)
def test_a_page_of_the_site_alone_is_right(part: str) -> None:
    assert seen(part) == []


@pytest.mark.parametrize(
    "part",
    [
        "<script>run()</script>",
        "<SCRIPT >ours() </SCRIPT\n>",
        '<script data-x="a > b">run()</script>',
        '<script type="module">run()</script>',
        '<script src="../other.js"></script>',
        '<script src="https://example.org/site.js"></script>',
        '<p onclick="run()">',
        "<svg/onload=run()>",
        '<img alt="a > b" src="a.png" OnError="run()">',
        '<a href="java\nscript:run()">',
        '<a href="&#106;avascript:run()">',
        '<form action="javascript:run()">',
    ],
)
def test_what_would_run_is_refused(part: str) -> None:
    assert [said for said in seen(part) if said.startswith("this is to run, and a page or a plugin wrote it: <")]


@pytest.mark.parametrize(
    "part",
    [
        '<img src="https://example.org/a.png">',
        "<img src=//example.org/a.png>",
        "<IMG SRC='HTTP://example.org/a.png'>",
        '<img alt="a > b" src="https://example.org/a.png">',
        '<img srcset="a.png 1x, https://example.org/a.png 2x">',
        '<link rel="stylesheet" href="https://example.org/a.css">',
        '<link rel="preconnect" href="//example.org">',
        '<iframe src="\\\\example.org">',
        '<video poster="https://example.org/a.png">',
        '<object data="https://example.org/a">',
        '<meta http-equiv="refresh" content="0; url=https://example.org">',
        '<svg><image xlink:href="https://example.org/a.png"/></svg>',
        '<body background="https://example.org/a.png">',
        '<p style="background: url(https://example.org/a.png)">',
        "<style>@import 'https://example.org/a.css';</style>",
        "<style>a { background: url( //example.org/a.png ) }</style>",
    ],
)
def test_what_asks_another_host_is_refused(part: str) -> None:
    assert [said for said in seen(part) if said.startswith("this asks another host: ")]


def test_what_is_refused_is_shown_in_one_short_line() -> None:
    (said,) = seen(f"<script>\n  run()\n  {'x' * 500}</script>")
    assert said.endswith("<script> run() " + "x" * (policy.LONGEST - 15) + " …")


def test_the_policy_has_the_known_scripts_and_stands_first() -> None:
    page = policy.with_policy(HEAD + BODY.format("<script>run()</script>"), OURS)
    assert page.startswith(HEAD + '<meta http-equiv="Content-Security-Policy" content="')
    assert page.count(policy.fingerprint("ours()")) == 1
    assert policy.fingerprint("run()") not in page
    assert len(page.partition("form-action")[0]) < 1024


@pytest.mark.parametrize("head", ["<p>", "<!-- " + HEAD + " -->", HEAD, "<script>run()</script>" + HEAD])
def test_a_page_without_the_policy_in_front_is_refused(tmp_path: Path, head: str) -> None:
    file = tmp_path / "page.html"
    file.write_text(head + policy.policy(OURS) * (head != HEAD) + BODY.format(""))
    assert policy.NO_POLICY in policy.refused(file, OURS)
    file.write_text(policy.with_policy(HEAD + BODY.format(""), OURS))
    assert list(policy.refused(file, OURS)) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.css", "a { background: url('https://example.org/a.png') }"),
        ("a.css", '@import "//example.org/a.css";'),
        ("a.svg", "<svg><script>ours()</script></svg>"),
        ("a.svg", '<svg onload="run()"/>'),
    ],
)
def test_style_sheets_and_drawings_are_looked_at_too(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text)
    assert len(list(policy.refused(file, frozenset()))) == 1


RELOADING = "<script>\nvar livereload = function(epoch, requestId) {}\nlivereload(12, 34);\n</script>"


def served(body: str) -> tuple[str, list[tuple[str, str]]]:
    """What a server sends that has this body, when it lets its own script run."""

    def serve(_: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(body)))])
        return [body.encode()]

    told: list[Any] = []
    sent = b"".join(policy.reloading(serve)({}, lambda *head: told.append(head)))
    return sent.decode(), told[0][1]


def test_the_server_lets_its_own_script_run() -> None:
    page = policy.with_policy(HEAD + BODY.format(RELOADING), OURS)
    sent, headers = served(page)
    script = RELOADING.removeprefix("<script>").removesuffix("</script>")
    assert f"script-src 'self' 'sha256-{policy.fingerprint(script)}' '" in sent
    assert ("Content-Length", str(len(sent))) in headers


@pytest.mark.parametrize("part", ["", RELOADING + "<p>", RELOADING.replace("livereload(12, 34)", "run()")])
def test_the_server_lets_nothing_else_run(part: str) -> None:
    page = policy.with_policy(HEAD + BODY.format(part), OURS)
    assert served(page)[0] == page
