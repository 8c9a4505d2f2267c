"""A drawing on a page has shapes and words; what acts, or asks for something, is refused."""

from __future__ import annotations

import pytest

from executable_math.site.svg import refused

LINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'


def drawing(inside: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {LINK} viewBox="0 0 10 5">{inside}</svg>'


@pytest.mark.parametrize(
    "inside",
    [
        "<text>&lt;script>alert(1)&lt;/script></text>",
        '<defs><path id="a" d="M 0 0"/></defs><use xlink:href="#a"/><use href="#a"/>',
        '<g clip-path="url(#a)" style="fill: url( \'#a\' )"/>',
        '<image href="data:image/png;base64,AAAA"/>',
        '<g aria-label="a letter at url(example)"><title>A line</title></g>',
        '<filter id="f"><feGaussianBlur stdDeviation="1"/></filter>',
    ],
)
def test_shapes_and_words_are_shown(inside: str) -> None:
    assert refused(drawing(inside)) == ""


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<SCRIPT>alert(1)</SCRIPT>", "<SCRIPT>"),
        ('<g onclick="alert(1)"/>', '<g onclick="alert(1)">'),
        ("<foreignObject><p>text</p></foreignObject>", "<foreignObject>"),
        ("<style>* { fill: red }</style>", "<style>"),
        ('<a href="javascript:alert(1)"><text>go</text></a>', "<a>"),
        ('<use href="https://example.org/a.svg#a"/>', '<use href="https://example.org/a.svg#a">'),
        ('<use xlink:href="other.svg#a"/>', '<use href="other.svg#a">'),
        ('<image href="//example.org/a.png"/>', '<image href="//example.org/a.png">'),
        ('<image href="data:image/svg+xml;base64,AAAA"/>', '<image href="data:image/svg+xml;base64,AAAA">'),
        ('<feImage href="#a"/>', "<feImage>"),
        ('<set attributeName="href" to="javascript:alert(1)"/>', "<set>"),
        ('<g style="fill: url(https://example.org/a)"/>', '<g style="fill: url(https://example.org/a)">'),
        ('<g style="fill: u\\72l(//example.org/a)"/>', '<g style="fill: u\\72l(//example.org/a)">'),
        ('<g filter="url(other.svg#a)"/>', '<g filter="url(other.svg#a)">'),
        ("<!--><script>alert(1)</script>-->", "<!--><script>alert(1)</script>--></svg>"),
        ("<desc><![CDATA[</desc><script>alert(1)</script>]]></desc>", "<![CDATA[</desc><script>alert(1)</script"),
    ],
)
def test_what_acts_or_asks_is_refused(inside: str, what: str) -> None:
    assert refused(drawing(inside)) == what


@pytest.mark.parametrize("inside", ["<g>", '<text data-x="&alert;"/>', "<g x=1/>"])
def test_what_is_no_xml_is_refused(inside: str) -> None:
    assert refused(drawing(inside)).startswith("what is no XML (")
