"""The quantities in a text: numbers that somebody has measured, counted or computed, and that code can compute again.

What only names something is none: a version, a section, a figure, a date, an address. Nor is a whole number without a
unit, unless it stands where only results do, as in a table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_SPACE = "[ \u00a0\u2009\u202f]"
_EXPONENT = "[⁻⁺]?[⁰¹²³⁴-⁹]+"
_DIGITS = r"(?>\d{1,3}(?:[,\u00a0\u2009\u202f ]\d{3}(?!\d))+|\d+)"
# A unit may be joined to its number; some letters have to be, or must not: `a 5 k run`, `the 90s`, `zeros and 1s`.
_SPACED = (
    rf"[%‰°]|(?:per{_SPACE}?cent|percentage|times|nats?|ppm|dB|rpm|min|h|sec|seconds?|minutes?|hours?"
    r"|[mµμnp]s|[mµμnck]m|[kmµμ]g|(?:[kKMGTP]|[KMGT]i)B|[kMGT]?(?:Hz|FLOPS?|eV|Pa|W|V|J)"
    rf"|(?<={_SPACE})[smg])(?!\w)"
)
_JOINED = r"×(?!\s?\d)|(?:[xkM]|bn?|B)(?!\w)|-?fold\b(?!\s+cross)"
_UNIT = rf"{_SPACE}?(?:{_SPACED})|{_JOINED}"
_NUMBER = rf"\d+,\d+(?=(?:{_UNIT}))|0,\d+|(?:{_DIGITS})(?:\.\d+)?|\.\d+"
_POWER = rf"[eE][-+−]?\d+|\s?[×x·⋅*]\s?10(?:\^[-−]?\d+|{_EXPONENT})|\^[-−]?\d+|{_EXPONENT}"
QUANTITY = re.compile(
    r"(?<![\w.^])(?<!\d,)(?<![^\W\d_]-)"
    r"(?:(?P<fraction>(?<!/)[1-9]\d?/[1-9]\d?(?![\w/])|[½⅓⅔¼¾⅕-⅞])"
    rf"|(?P<number>{_NUMBER})(?P<power>{_POWER})?(?P<unit>{_UNIT})?(?P<rest>\w*))"
)

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_LABEL = (
    r"sec(?:tion|\.)?|§|chap(?:ter|\.)?|ch\.|appendix|fig(?:ure|\.)?|tab(?:le|\.)|eqn?\.|equation|theorem|lemma"
    r"|corollary|proposition|remark|algorithm|listing|exercise|problem|lecture|page|pp?\.|vol(?:ume|\.)|(?-i:Example|Part|Definition|Step|Note)"
)
_SERIES = r"sections|sec[st]\.|§§|chapters|appendices|figures|figs\.|tables|equations|eqs\.|theorems|exercises|pages"
_VERSIONED = (
    r"versions?|releases?|v\.?|c?python|numpy|scipy|sympy|pandas|matplotlib|scikit-learn|(?:py)?torch|tensorflow|keras|jax"
    r"|mkdocs|mathjax|katex|sphinx|node(?:\.js)?|java|julia|ruby|rust|php|perl|(?-i:Go)|gcc|clang|git|docker|cuda|cudnn"
    r"|ubuntu|debian|macos|windows|linux|android|ios|chrom(?:e|ium)|firefox|llama|gpt|html|http|tls|unicode|apache"
    r"|[al]?gpl|mpl|bsd|cc[ -]by(?:-[a-z]{2})*|licen[cs]e|rfc|iso|ieee|pep"
)
_AMOUNT = rf"(?!\.?\d|\w|{_UNIT})"
_PLACE = rf"\(?[1-9]\d*(?:\.\d+)*[a-z]?{_AMOUNT}"
NAMES = re.compile(
    r"\b(?:https?|ftp|mailto):\S+|\bdoi:\S+|\b10\.\d{4,9}/\S+"
    r"|\barxiv(?:\s+preprint)?[:\s]\s*(?:arxiv:)?\d{4}\.\d{4,5}(?:v\d+)?"
    r"|(?<![\w.])\d+(?:\.(?:\d+|x\b|\*)){2,}\w*|(?<![\w.])\d+\.\d+(?:rc|a|b|alpha|beta|dev|post)\d+"
    r"|\b24/7\b"
    rf"|(?<!\w)(?:{_LABEL})[\s:~]*{_PLACE}"
    rf"|(?<!\w)(?:{_SERIES})[\s:~]*{_PLACE}(?:\s*(?:,|[-–—&]|and|or|to)\s*{_PLACE})*"
    rf"|(?<!\w)(?:{_VERSIONED})[-\s/:]*(?:[<>=~!≥≤]=?\s*|version\s|v)?\d+(?:\.\d+)?\+?{_AMOUNT}"
    rf"(?:\s?(?:[-–—&]|and|or|to)\s?[1-9]\d*\.\d+{_AMOUNT})*"
    rf"|(?<![\w.,])(?:\d{{1,2}}\.?\s)?{_MONTH}\s(?:\d{{1,2}}(?!\d),?\s?)?(?:\d{{4}})?{_AMOUNT}"
    rf"|(?<![\w.,])(?:\d{{4}}-\d\d(?:-\d\d)?|\d{{1,2}}:\d\d(?::\d\d)?|(?:1[5-9]|20)\d\d){_AMOUNT}",
    re.IGNORECASE,
)
_TEN = re.compile(r"\s?[×x·⋅*]\s?10|[eE]")
_EXPONENTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--", "⁺+^")
_SEPARATORS = str.maketrans("", "", " \u00a0\u2009\u202f,")


class Quantity(NamedTuple):
    """A quantity as it is written, where it begins in its text, and how it would be written as mathematics."""

    written: str
    start: int
    latex: str


def quantities(text: str, allowed: Iterable[re.Pattern[str]] = (), whole: bool = False) -> Iterator[Quantity]:
    """The quantities of a text, in order.

    Args:
        text: What a reader sees.
        allowed: What else is none.
        whole: Whether whole numbers are quantities too, as in a table.

    >>> [quantity.written for quantity in quantities("In Section 3.2, 97 % of 1,234.5 are 2.5x faster.")]
    ['97 %', '1,234.5', '2.5x']
    """
    for name in (NAMES, *allowed):
        text = name.sub(lambda match: " " * len(match[0]), text)
    for match in QUANTITY.finditer(text):
        if match["fraction"] or _is_amount(match, whole):
            yield Quantity(match[0], match.start(), _latex(match))


def _is_amount(match: re.Match[str], whole: bool) -> bool:
    """Whether a number is no mere whole one: `28x28` and `3D` begin with such."""
    return not match["number"].isdigit() or bool(match["power"] or match["unit"]) or (whole and not match["rest"])


def _latex(match: re.Match[str]) -> str:
    if match["fraction"]:
        part, of = re.split("[/\u2044]", unicodedata.normalize("NFKC", match["fraction"]))
        return rf"\frac{{{part}}}{{{of}}}"
    number = re.sub(r",(?!\d{3})", ".", match["number"]).translate(_SEPARATORS)
    return number + _power(match["power"] or "") + (r"\%" if "%" in (match["unit"] or "") else "")


def _power(written: str) -> str:
    """A power of ten, or what a number is raised to."""
    if not written:
        return ""
    exponent = int(_TEN.sub("", written).translate(_EXPONENTS))
    return (r" \cdot 10" if _TEN.match(written) else "") + f"^{{{exponent}}}"
