"""A small site for the tests that build or serve one of their own, and the server that its author has."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[1]
MKDOCS = Path(sys.executable).with_name("mkdocs")  # as an author calls it: this looks for no module where it is called
LONGEST_WAIT = 120  # seconds until we believe that it will never happen


def small_project(folder: Path, config: str, pages: dict[str, str]) -> Path:
    """Pages, one figure, and a copy of the mathematics that may be edited."""
    shutil.copytree(ROOT / "src/lossfunctions", folder / "src/lossfunctions")
    (folder / "scripts/figures").mkdir(parents=True)
    shutil.copy(ROOT / "scripts/figures/hinge.py", folder / "scripts/figures")
    for helper in (ROOT / "scripts").glob("*.py"):
        shutil.copy(helper, folder / "scripts")
    (folder / "docs").mkdir()
    for name, text in pages.items():
        (folder / "docs" / name).write_text(text)
    (folder / "mkdocs.yml").write_text(config)
    return with_mathjax(folder)


def with_mathjax(folder: Path) -> Path:
    """A project with the MathJax that `make` has installed, so that no test asks for it."""
    (folder / ".cache").mkdir(exist_ok=True)
    (folder / ".cache/mathjax").symlink_to(ROOT / ".cache/mathjax")
    return folder


def forget(folder: Path) -> None:
    """Remove all that is kept of earlier builds, but for MathJax."""
    for path in (folder / ".cache").iterdir():
        if path.name != "mathjax":
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def build(folder: Path) -> tuple[int, str]:
    """The status of `mkdocs build --strict` in the project, and what it says."""
    command = [str(MKDOCS), "build", "--strict"]
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
    return done.returncode, done.stdout


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of the project's site while `mkdocs serve` runs; the file `log` has what it says."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [str(MKDOCS), "serve", "--livereload", "--dev-addr", address]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            yield f"http://{address}"
        finally:
            server.terminate()
            server.wait()


def wait_until_told(project: Path, said: str) -> None:
    """Wait until the server says something; of a build that has ended in an error it gives no page."""
    deadline = time.monotonic() + LONGEST_WAIT
    while said not in (project / "log").read_text():
        assert time.monotonic() < deadline, (project / "log").read_text()
        time.sleep(0.2)


def wait_for(served: str, project: Path, wanted: Callable[[str], bool]) -> str:
    """The page, as soon as it is as wanted."""
    deadline = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < deadline:
        try:
            with urlopen(served, timeout=5) as answer:
                page: str = answer.read().decode()
            if wanted(page):
                return page
        except OSError:
            pass
        time.sleep(0.2)
    pytest.fail((project / "log").read_text())
