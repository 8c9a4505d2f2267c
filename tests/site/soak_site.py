"""Random edits of a served project: the server lives through them, and serves what a new one does.

With others, or more: ``make soak SOAK_SEED=7 SOAK_EDITS=500``.
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from urllib.request import urlopen

import pytest

from damage import DAMAGE
from small_project import LONGEST_WAIT, forget, served, small_project, with_mathjax

SEED, EDITS = int(os.environ.get("SOAK_SEED", 8)), int(os.environ.get("SOAK_EDITS", 100))
ROUND = 25  # edits, until what is served is compared
Site = dict[str, bytes]  # files by name
CONFIG = """
site_name: A site
hooks: [hooks.py]
watch: [src, scripts]
markdown_extensions:
  - admonition
  - toc: {permalink: true}
  - executable_math: {module: lossfunctions, paths: [src, scripts], deadline: 30}
plugins:
  - search
  - executable-math
  - mkdocs-jupyter: {include: ["lab*.py"]}
  - mkdocstrings: {handlers: {python: {paths: [src]}}}
"""
FIGURE, MODULE, INIT = "scripts/figures/hinge.py", "src/lossfunctions/margin.py", "src/lossfunctions/__init__.py"
PAGES = {
    "index.md": "# A site\n\nSee [the hinge](hinge.md#eq-hinge) and [its code][lossfunctions.margin.hinge].\n\n"
    '<div class="all-checks"></div>\n',
    "hinge.md": '---\nsymbols:\n  y: sign\n  s: real\n---\n# Hinge\n\n```math id="hinge" equals="hinge(y, s)"\n'
    'L = \\max(0, 1 - y s)\n```\n\nIt costs $1.2${ equals="hinge(-1, 0.2)" }.\n\n'
    "![The hinge.](figures/hinge.svg)\nThe hinge.\n",
    "examples.md": "# Examples\n\n```pycon\n>>> float(hinge(-1, 0.2))\n1.2\n```\n",
    "api.md": "# Functions\n\n::: lossfunctions.margin\n    options: {members: [hinge]}\n",
    "lab.py": "# %% [markdown]\n# # A lab\n#\n# With $1 + 1 = 2$.\n\n"
    "# %%\nfrom lossfunctions import hinge\nprint(hinge(-1, 0.2))\n",
}
HOOKS = "from pathlib import Path\n\n\ndef on_env(env, **_):\n    exec(Path('docs/hook.txt').read_text())\n"
# What the other branch says otherwise: file, old and new text.
BRANCH = [
    (MODULE, "margin: float = 1.0", "margin: float = 2.0"),
    ("docs/hinge.md", "0, 1 - y s", "0, 2 - y s"),
    ("docs/hinge.md", "$1.2$", "$2.2$"),
    ("docs/examples.md", "1.2", "2.2"),
    ("docs/index.md", "# A site", "# Another site"),
    ("mkdocs.yml", "A site", "Another site"),
    (FIGURE, "C0", "C3"),
]
CODE = ["1 / 0", "raise SystemExit(0)", "import os; os._exit(0)", "while True: pass", "def (", "\0", "\udce9"]
# Before which line of a file code is put that fails, leaves, crashes, never ends, or is none.
PLACES = [
    (FIGURE, "import matplotlib"),
    (FIGURE, "figure, axes = "),
    (MODULE, "import numpy as np"),
    (MODULE, "y, s = _label"),
    ("docs/lab.py", "print(hinge"),
    ("docs/examples.md", ">>> float"),
]
SPOILT = [
    *((file, line, f"{code}\n{line}") for file, line in PLACES for code in CODE),
    ("docs/hinge.md", "$1.2$", "$1.3$"),
    ("docs/hinge.md", "\\max", "\\frac"),
    ("docs/hinge.md", "y: sign", "y: [sign"),
    ("docs/hinge.md", "hinge.svg", "hunge.svg"),
    ("docs/hinge.md", "# Hinge", "# H\udce9nge"),
    ("docs/index.md", "hinge.md", "nowhere.md"),
    ("docs/api.md", "lossfunctions.margin", "lossfunctions.nowhere"),
    ("docs/hook.txt", "pass", "raise SystemExit(0)"),
    ("docs/hook.txt", "pass", "1 / 0"),
    ("docs/lab.py", "print(", 'import sys; print("heard", file=sys.stderr)\nprint('),
    ("mkdocs.yml", "site_name", "site_name: [\nsite_name"),
    ("mkdocs.yml", "lossfunctions", "nowhere"),
    ("mkdocs.yml", "  - admonition\n", ""),
]


@dataclass
class Project:
    """A small site with all that is kept, on two branches, and what happens to it."""

    folder: Path
    chance: Random
    done: list[str] = field(default_factory=list)

    def git(self, *arguments: str) -> None:
        author = ["-c", "user.name=An author", "-c", "user.email=author@example.org", "-c", "core.hooksPath=/dev/null"]
        subprocess.run(["git", *author, *arguments], cwd=self.folder, check=True, capture_output=True)

    def commit(self, branch: str) -> None:
        self.git("checkout", "--quiet", "-b", branch)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", branch)

    def files(self, *patterns: str) -> list[Path]:
        return sorted(path for pattern in patterns for path in self.folder.glob(pattern) if path.is_file())

    def pause(self, longest: float) -> None:
        time.sleep(self.chance.uniform(0, longest))

    def change(self, file: str, old: str, new: str) -> None:
        """Change a file that is there, and that may be no text."""
        with suppress(FileNotFoundError):
            path, code = self.folder / file, {"encoding": "utf-8", "errors": "surrogateescape"}
            path.write_text(path.read_text(**code).replace(old, new, 1), **code)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = small_project(tmp_path / "project", CONFIG, {**PAGES, "hook.txt": "pass\n"})
    (folder / "hooks.py").write_text(HOOKS)
    (folder / ".gitignore").write_text(".cache\nlog*\n__pycache__\n")
    (folder / "docs/data").mkdir()
    for number in range(200):
        (folder / f"docs/data/{number}.csv").write_text(f"x,y\n{number},1\n")
    project = Project(folder, Random(SEED))
    project.git("init", "--quiet")
    project.commit("one")
    for change in BRANCH:
        project.change(*change)
    (folder / "docs/lab.py").rename(folder / "docs/lab_again.py")
    (folder / "docs/more.md").write_text("# More\n\nOf $2 + 2 = 4$.\n")
    project.commit("other")
    project.git("checkout", "--quiet", "one")
    return project


# --- what happens to the project -------------------------------------------------------------------------------------


def spoil(project: Project) -> None:
    project.change(*project.chance.choice(SPOILT))


def mend(project: Project) -> None:
    project.git("checkout", "--force", "HEAD", "--", ".")


def check_out(project: Project) -> None:
    project.git("checkout", "--quiet", "--force", project.chance.choice(["one", "other"]))


def rename(project: Project) -> None:
    path = project.chance.choice(project.files("docs/*.md", "docs/*.py", "scripts/figures/*.py", "src/*/[im]*.py"))
    path.rename(path.with_stem(f"{path.stem}_{project.chance.randrange(3)}"))


def rename_folder(project: Project) -> None:
    """A folder, or the configuration, is away for a moment."""
    path = project.folder / project.chance.choice(["docs", "src", "src/lossfunctions", "scripts", "mkdocs.yml"])
    path.rename(path.with_name("away"))
    project.pause(3)
    path.with_name("away").rename(path)


def touch(project: Project) -> None:
    for path in project.files("docs/**/*", "src/**/*.py", "scripts/**/*.py", "mkdocs.yml"):
        path.touch()


def save_in_parts(project: Project) -> None:
    """A file is cut off for a moment, as by an editor that writes slowly."""
    path = project.chance.choice(project.files("docs/*.*", "scripts/*/*.py", "src/*/[im]*.py", "mkdocs.yml"))
    whole = path.read_bytes()
    path.write_bytes(whole[: project.chance.randrange(len(whole) + 1)])
    project.pause(2)
    path.write_bytes(whole)


def damage(project: Project) -> None:
    """Something that is kept is damaged, while it may be being written; the next save meets it."""
    chance, kept = Random(project.chance.random()), project.files(".cache/**/*")
    with suppress(OSError):
        DAMAGE[chance.choice(list(DAMAGE))](chance.sample(kept, min(len(kept), 5)))
    touch(project)


def clear(project: Project) -> None:
    with suppress(OSError):  # something is being written there
        forget(project.folder)
    touch(project)


def add(project: Project) -> None:
    name, text = f"added_{project.chance.randrange(5)}.md", project.chance.choice(list(PAGES.values())[:4])
    (project.folder / "docs" / name).write_text(text)


def remove(project: Project) -> None:
    project.chance.choice(project.files("docs/*.*", "scripts/*/*.py", "src/*/[im]*.py")).unlink()


def change_a_function(project: Project) -> None:
    project.change(MODULE, "    y, s = _label", f"    _ = {project.chance.randrange(10)}\n    y, s = _label")


def write(project: Project) -> None:
    path = project.chance.choice(project.files("docs/*.md"))
    with path.open("a") as page:
        page.write(f"\nOf ${project.chance.randrange(10)} < 10$.\n")


COMMON = [spoil] * 6 + [mend] * 4 + [save_in_parts] * 2
HAPPENINGS = [*COMMON, check_out, rename, rename_folder, touch, damage, clear, add, remove, change_a_function, write]


# --- what is served --------------------------------------------------------------------------------------------------


@contextmanager
def serving(folder: Path, place: Path) -> Iterator[tuple[str, Callable[[], Site]]]:
    """The address of a server, and what gives all files of its site, without that address in them."""
    place.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(place))
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        with served(folder) as address:
            yield address, partial(site, place, address)


def site(place: Path, address: str) -> Site:
    (root,) = place.glob("mkdocs_*")
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    plain = {name: gzip.decompress(file) if name.endswith(".gz") else file for name, file in files.items()}
    return {name: file.replace(address.encode(), b"") for name, file in plain.items()}


def settled(address: str, site: Callable[[], Site], wanted: Callable[[Site], bool]) -> Site:
    """The site, as soon as it is as wanted, or as it is when we believe that it never will."""
    deadline, found = time.monotonic() + LONGEST_WAIT, Site()
    while time.monotonic() < deadline and not wanted(found):
        with suppress(OSError, EOFError, ValueError):  # it is being built
            urlopen(address, timeout=5).close()
            found = site()
        time.sleep(0.2)
    return found


def whole(site: Site) -> bool:
    """Whether all notebooks have been executed."""
    return bool(site) and b"is being executed" not in b"".join(site.values())


def anew(project: Project, place: Path) -> Site:
    """What a server gives that has nothing kept."""
    place.mkdir()
    copy = shutil.copytree(project.folder, place / "project", ignore=shutil.ignore_patterns(".cache", ".git", "log"))
    with serving(with_mathjax(copy), place / "site") as (address, site):
        return settled(address, site, whole)


def happen(project: Project) -> None:
    happening = project.chance.choice(HAPPENINGS)
    project.done.append(happening.__name__)
    with suppress(FileNotFoundError, IndexError):  # another happening has taken it away
        happening(project)
    project.pause(project.chance.choice([0.1, 1, 4]))


def test_after_random_edits_the_server_serves_what_a_new_one_does(project: Project, tmp_path: Path) -> None:
    with serving(project.folder, tmp_path / "site") as (address, site):
        assert whole(settled(address, site, whole))
        for first in range(0, EDITS, ROUND):
            for _ in range(min(ROUND, EDITS - first)):
                happen(project)
            mend(project)
            # A notebook that fails shows its last outputs, which a new server has not.
            project.git("clean", "--force", "--quiet", "docs/lab*")
            wanted = anew(project, tmp_path / f"after {first + ROUND}")
            assert whole(wanted)
            found = settled(address, site, wanted.__eq__)
            other = sorted(name for name in wanted | found if wanted.get(name) != found.get(name))
            told = [" ".join(other), " ".join(project.done), (project.folder / "log").read_text()]
            assert not other, "\n\n".join(told)
