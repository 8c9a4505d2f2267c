r"""LaTeX text to tokens: one spelling for each meaning, spaces left out.

`\leq`, `\leqslant` and `≤` become one token.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

# Words of several letters that are one symbol even where nothing on the page declares them.
WORDS = frozenset({"Var", "Cov"})
# So many letters side by side are one name and no product.
WORD_LENGTH = 4


class Token(NamedTuple):
    """A piece of LaTeX text: its kind, its text in one spelling, where it stands, and if space comes before."""

    kind: str
    text: str
    start: int
    end: int
    spaced: bool = False


_TOKEN = re.compile(
    r"""
    (?P<space>(?:\s|~|\{\}|&nbsp;|\\[,;:!>\ ]
        |\\(?:displaystyle|textstyle|scriptstyle|limits|nolimits|nonumber|notag|hfill|allowbreak|strut|mathstrut
           |negthinspace|thinspace|enspace|normalsize|large|small|bf|it|sf|tt|cal|substack)(?![A-Za-z])
        |\\tag\*?\s*\{[\w\s.,:*'()-]*\}|\\(?:label|hspace\*?|vspace\*?|color|phantom)\s*\{[^{}]*\}|%[^\n]*(?:\n|$))+)
    |(?P<number>\d+(?:(?:\{,\}|\\,)\d{3}(?!\d))*(?:\.\d+)?|\.\d+)
    |(?P<word>\\(?:text|textrm|textit|textbf|textsf|texttt|textnormal|mathrm|mathit|mathsf|mathtt|mbox|operatorname\*?)
        \s*\{\s*+(?P<words>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}|\\rm\s+(?P<roman>[A-Za-z]+))
    |(?P<environment>\\(?P<edge>begin|end)\s*\{(?P<environments>[A-Za-z]+\*?)\}(?:\[[tbclr]\](?!\s*[&\\]))?)
    |(?P<size>\\(?:left|right|middle|[bB]igg?[lrm]?)(?![A-Za-z])\s*)
    |(?P<command>\\(?:[A-Za-z]+|.))
    |(?P<letters>[A-Za-z]+(?:\\_(?:\{\})?[A-Za-z]{2,})*)
    |(?P<mark>[<>=]=|\.\.\.|!(?:\s*!)*|.)
    """,
    re.VERBOSE | re.DOTALL,
)


_BRACKET = re.compile(r"\s*(?:\\(?:left|[bB]igg?l?)\s*)?[(\[]")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


LETTERS = _set(
    r"\alpha \beta \gamma \delta \epsilon \varepsilon \zeta \eta \theta \vartheta \iota \kappa \lambda \mu \nu \xi "
    r"\omicron \pi \varpi \rho \varrho \sigma \varsigma \tau \upsilon \phi \varphi \chi \psi \omega \Gamma \Delta "
    r"\Theta \Lambda \Xi \Pi \Sigma \Upsilon \Phi \Psi \Omega \ell \hbar \imath \jmath"
)
ACCENTS = {
    "\\hat": "hat", "\\widehat": "hat", "\\bar": "bar", "\\overline": "bar", "\\tilde": "tilde", "\\widetilde": "tilde",
    "\\dot": "dot", "\\ddot": "ddot", "\\check": "check", "\\breve": "breve", "\\underline": "underline",
}  # fmt: skip
# Fonts that make no difference, and those that make another symbol.
PLAIN_FONTS = _set(
    r"\mathbf \boldsymbol \bm \vec \mathrm \mathit \mathsf \mathtt \mathnormal \pmb \boxed \operatorname \text \textbf "
    r"\symbf \bold \mathop \mathbin"
)
KEPT_FONTS = {"\\mathcal": "mathcal", "\\mathscr": "mathcal", "\\mathbb": "mathbb", "\\mathfrak": "mathfrak"}
ALIGNMENTS = _set(
    "align align* aligned alignat alignedat split gather gather* gathered equation equation* multline multline* "
    "eqnarray eqnarray* displaymath math flalign"
)
IF = _set("if when for whenever given assuming provided on")
WHERE = _set("where with and so then hence therefore thus i.e. or but also")
ELSE = _set("otherwise else elsewhere o.w")
FILLERS = _set("all any each every that some is the")
# A unit, or several: `ms`, `m/s^2`, `kg m^{-3}`.
_ONE_UNIT = (
    r"(?:(?:[kMGTPmunp]|\\mu)?(?:m|s|g|A|K|mol|cd|Hz|N|Pa|J|Wh|W|V|C|F|eV|bits?|bytes?|b|B|FLOPS?|L|l)"
    r"|h|min|d|px|ppm|dB|rad|samples?|tokens?|parameters?)(?:\^(?:-?\d|\{-?\d\}))?"
)
UNIT = re.compile(rf"{_ONE_UNIT}(?:(?:/|\\cdot|\\[,;:! ]|[\s~])+{_ONE_UNIT})*")
# The one spelling of a token, and the others that are read as it.
_SPELLINGS = {
    "\\le": r"\leq \leqslant <= ≤", "\\ge": r"\geq \geqslant >= ≥", "\\ne": r"\neq ≠", "<": r"\lt", ">": r"\gt",
    "\\approx": r"\simeq \cong ≈", "=": r"\coloneqq \colonequals \triangleq \equiv \doteq ==", "\\propto": "∝",
    "\\in": "∈",
    "\\leftarrow": r"\gets", "\\rightarrow": r"\to →", "\\Rightarrow": r"\implies \Longrightarrow", "\\log": r"\ln",
    "*": r"\ast ∗", "/": r"\div", "\\cdot": r"\bullet \centerdot ·", "\\times": "×", "-": "−", "\\sum": "∑",
    "\\prod": "∏",
    "\\frac": r"\dfrac \tfrac \cfrac \nicefrac \sfrac", "\\sqrt": "√", "\\nabla": "∇", "\\partial": "∂", "\\infty": "∞",
    "\\ldots": r"\dots \cdots \dotsc \dotsb \dotsm \vdots \ddots … ...", "\\top": r"\intercal ⊤", "'": r"\prime ′ ’",
    "_": r"\_",
    "\\{": r"\lbrace", "\\}": r"\rbrace", "[": r"\lbrack", "]": r"\rbrack", "(": r"\lparen", ")": r"\rparen",
    "|": r"\vert \mid ∣", "\\|": r"\Vert \parallel ‖", "|(": r"\lvert", "|)": r"\rvert", "\\|(": r"\lVert",
    "\\|)": r"\rVert",
    "\\land": r"\wedge", "\\lor": r"\vee", ":": r"\colon", "\\\\": r"\newline \cr", "\\quad": r"\qquad",
    "\\mathbb": r"\mathds",
    "\\alpha": "α", "\\beta": "β", "\\gamma": "γ", "\\delta": "δ", "\\epsilon": "ε", "\\zeta": "ζ", "\\eta": "η",
    "\\theta": "θ", "\\iota": "ι", "\\kappa": "κ", "\\lambda": "λ", "\\mu": "μ", "\\nu": "ν", "\\xi": "ξ", "\\pi": "π",
    "\\rho": "ρ", "\\sigma": "σ", "\\tau": "τ", "\\upsilon": "υ", "\\phi": "φ", "\\chi": "χ", "\\psi": "ψ",
    "\\omega": "ω", "\\Gamma": "Γ", "\\Delta": "Δ", "\\Theta": "Θ", "\\Lambda": "Λ", "\\Xi": "Ξ", "\\Pi": "Π",
    "\\Sigma": "Σ", "\\Upsilon": "Υ", "\\Phi": "Φ", "\\Psi": "Ψ", "\\Omega": "Ω", "\\ell": "ℓ",
}  # fmt: skip
SYNONYMS = {other: one for one, others in _SPELLINGS.items() for other in others.split()}


def tokens(latex: str, words: Collection[str] = (), upright: Collection[str] = ()) -> list[Token]:
    r"""The pieces of a LaTeX text, spaces and layout left out; the last has the kind "end".

    Args:
        latex: The LaTeX text.
        words: Names of several letters that stand for one symbol.
        upright: The commands of functions, which may be written in upright letters instead.

    Example:
        >>> [token.text for token in tokens(r"2\,x \leq y")]
        ['2', 'x', '\\le', 'y', '']
    """
    found: list[Token] = []
    spaced, side = False, ""
    for match in _TOKEN.finditer(latex):
        kind = match.lastgroup or ""
        if kind == "space":
            spaced = True
        elif kind == "size":
            side = {"l": "(", "r": ")"}.get(_side(match.group()), "")
            found.extend([Token("size", match.group().strip(), *match.span())] if match.group().strip() else [])
        else:
            found.extend(_pieces(kind, match, spaced, side, words, upright))
            spaced, side = False, ""
    found.append(Token("end", "", len(latex), len(latex), spaced))
    return found


def _side(size: str) -> str:
    name = size.strip()
    return {"\\left": "l", "\\right": "r"}.get(name, name[-1])


def _pieces(
    kind: str, match: re.Match[str], spaced: bool, side: str, words: Collection[str], upright: Collection[str]
) -> list[Token]:
    start, end = match.span()
    text = match.group()
    if kind == "letters":
        command = SYNONYMS.get("\\" + text, "\\" + text)
        if command in upright and _BRACKET.match(match.string, end):  # which can be no product of letters
            return [Token("mark", command, start, end, spaced)]
        return _letters(text, start, spaced, words)
    if kind == "word":
        return _words(match, spaced, upright)
    if kind == "environment":
        return [Token(match["edge"], match["environments"], start, end, spaced)]
    if kind == "number":
        return [Token("number", text.replace("{,}", "").replace("\\,", ""), start, end, spaced)]
    text = SYNONYMS.get(text, text) if text[0] != "!" else "!" * text.count("!")
    if text in ("|", "\\|"):
        text += side
    return [Token("letter" if text in LETTERS else "mark", text, start, end, spaced)]


def _letters(text: str, start: int, spaced: bool, words: Collection[str]) -> list[Token]:
    if len(text) >= WORD_LENGTH or text in words or text in WORDS:
        return [Token("word", text.replace("\\_", "_").replace("{}", ""), start, start + len(text), spaced)]
    return [
        Token("letter", letter, start + place, start + place + 1, spaced and place == 0)
        for place, letter in enumerate(text)
    ]


def _words(match: re.Match[str], spaced: bool, upright: Collection[str]) -> list[Token]:
    """The tokens of upright text, and of the formulas between dollars in it."""
    if "$" not in match.group():
        return _upright(match["words"] or match["roman"] or "", *match.span(), spaced, upright)
    found: list[Token] = []
    for part in re.finditer(r"\$([^$]*)\$|[^$]+", match["words"]):
        start = match.start("words") + part.start()
        plain = part[1] is None
        end = start + len(part[0])
        inside = _upright(part[0], start, end, spaced, upright) if plain else tokens(part[1], (), upright)[:-1]
        shift = 0 if plain else start + 1
        found += [token._replace(start=token.start + shift, end=token.end + shift) for token in inside]
    return found


def _upright(text: str, start: int, end: int, spaced: bool, upright: Collection[str]) -> list[Token]:
    """The tokens of upright text: key words such as "if", a function that has a command, or a name."""
    content = text.strip(" \t\n,;:.~`'\"\\")
    first, _, rest = content.partition(" ")
    if first.lower() in IF | WHERE | ELSE:
        found = [Token("keyword", first.lower(), start, end, spaced)]
        rest = rest.strip(" ~")
        return found + ([Token("word", rest, start, end, spaced)] if rest and rest not in FILLERS else [])
    if not content:
        return []
    name = re.sub(r"\\[,;:! ]|\s", "", content)
    command = SYNONYMS.get("\\" + name, "\\" + name)
    if command in upright:
        return [Token("mark", command, start, end, spaced)]
    if content == "T":
        return [Token("mark", "\\top", start, end, spaced)]
    content = content.replace("\\_", "_")
    return [Token("letter" if len(content) == 1 else "word", content, start, end, spaced)]
