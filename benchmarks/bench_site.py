"""What building costs, beside plain MkDocs-Material with the same pages: read the ratios, not the seconds.

Plain is Material with mkdocs-jupyter, mkdocstrings and MathJax in the browser, and nothing of ours: no checks, no
figures, no typesetting. Both are measured in turn, several times, and the medians compared.

    python benchmarks/bench_site.py [--rounds 5] [--copies 100 500]
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import yaml

ROOT = Path(__file__).parents[1]
MATHJAX = ".cache/mathjax"
COPIED = "squared-error.md"
ENVIRONMENT = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "1700000000"}


class Loader(yaml.SafeLoader):
    """Reads `!ENV` as nothing."""


Loader.add_multi_constructor("!", lambda loader, suffix, node: None)


def ours(folder: Path) -> Path:
    """The checkout, with nothing that was ever built."""
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
    for name in names.splitlines():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    link_mathjax(folder)
    return folder


def link_mathjax(folder: Path) -> None:
    """What is installed is not measured."""
    (folder / MATHJAX).parent.mkdir()
    (folder / MATHJAX).symlink_to(ROOT / MATHJAX)


def plain(folder: Path) -> Path:
    """The same pages without anything of ours."""
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copytree(ROOT / "src/lossfunctions", folder / "src/lossfunctions")
    config = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader)
    for name in ("hooks", "strict", "watch", "extra_css", "site_url"):
        config.pop(name, None)
    config["theme"].pop("custom_dir")
    math = {"pymdownx.arithmatex": {"generic": True}}
    others = [extension for extension in config["markdown_extensions"] if "executable_math" not in extension]
    config["markdown_extensions"] = [*others, math]
    config["plugins"].remove("executable-math")
    # Building writes the address into the pages and asks nobody for the script.
    config["extra_javascript"] = ["assets/tex-mml-chtml.js"]
    (folder / "mkdocs.yml").write_text(yaml.dump(config), encoding="utf-8")
    return folder


class Server:
    """A process that builds again and again, as `mkdocs serve` does, and says how long each build took."""

    def __init__(self, project: Path) -> None:
        environment = {**ENVIRONMENT, "PYTHONPATH": f"{project / 'src'}"}
        command = [sys.executable, __file__, "--serve"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, cwd=project, env=environment, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, encoding="utf-8"
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.orders, self.answers = self.process.stdin, self.process.stdout
        self.build()

    def build(self) -> float:
        self.orders.write("build\n")
        self.orders.flush()
        seconds = float(self.answers.readline())
        self.answers.readline()  # when no notebook runs any more
        return seconds

    def stop(self) -> None:
        self.orders.close()
        self.process.wait()


def serve() -> None:
    """Build at each line of the input."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    answers = os.fdopen(os.dup(1), "w")
    started = False
    for _ in sys.stdin:
        begun = time.perf_counter()
        config = load_config("mkdocs.yml", site_dir="served")
        if not started:
            config.plugins.on_startup(command="serve", dirty=False)
            started = True
        build(config, serve_url="http://127.0.0.1:8000/")
        print(time.perf_counter() - begun, file=answers, flush=True)
        kernels = getattr(config.plugins.get("executable-math"), "kernels", None)
        for run in kernels.running.values() if kernels else ():
            run.result()
        print("at rest", file=answers, flush=True)


def command(project: Path) -> float:
    """The seconds of one `mkdocs build`."""
    begun = time.perf_counter()
    environment = {**ENVIRONMENT, "PYTHONPATH": f"{project / 'src'}"}
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    subprocess.run(command, cwd=project, env=environment, check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


def forget(project: Path) -> None:
    shutil.rmtree(project / ".cache", ignore_errors=True)
    link_mathjax(project)


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def prose(project: Path) -> None:
    append(project / "docs/choosing.md", "\nOne more sentence.\n")


def module(project: Path) -> None:
    """A function that figures, pages and docstrings use has a new first line."""
    path = project / "src/lossfunctions/margin.py"
    before, call, after = path.read_text(encoding="utf-8").partition("    y, s = _label_and_score(y, s)\n")
    path.write_text(f"{before}    _ = {time.monotonic_ns()}\n{call}{after}", encoding="utf-8")


def in_turn(rounds: int, *measured: Callable[[], float]) -> list[float]:
    """The medians of several measurements, taken in turn, so that what else the machine does meets all of them."""
    taken = [[measure() for measure in measured] for _ in range(rounds)]
    return [median(column) for column in zip(*taken, strict=True)]


def told(what: str, seconds: Sequence[float], goal: float) -> None:
    mine, other = seconds
    print(f"{what:<44} {mine:6.2f} s {other:6.2f} s {mine / other:6.2f}   at most {goal}", flush=True)


def after(edit: Callable[[Path], None], project: Path, server: Server) -> Callable[[], float]:
    def measure() -> float:
        edit(project)
        return server.build()

    return measure


def serving(mine: Path, other: Path, rounds: int) -> None:
    servers = [Server(mine), Server(other)]
    edited = [after(prose, mine, servers[0]), after(prose, other, servers[1])]
    told("serve: a sentence is edited", in_turn(rounds, *edited), 1.0)
    edited = [after(module, mine, servers[0]), after(prose, other, servers[1])]
    told("serve: the module is edited (plain: a sentence)", in_turn(rounds, *edited), 2.5)
    for server in servers:
        server.stop()


def building(mine: Path, other: Path, rounds: int) -> None:
    def anew(project: Path) -> Callable[[], float]:
        def measure() -> float:
            forget(project)
            return command(project)

        return measure

    told("build with nothing kept, notebooks executed", in_turn(rounds, anew(mine), anew(other)), 1.5)
    again = [lambda: command(mine), lambda: command(other)]
    told("build with nothing changed", in_turn(rounds, *again), 1.0)


def growing(mine: Path, other: Path, copies: list[int]) -> None:
    """The article copied, in one process each: what a page costs at first, and when one of them is edited."""
    for count in copies:
        seconds = {}
        for project in (mine, other):
            for number in range(count):
                shutil.copy(ROOT / "docs" / COPIED, project / f"docs/copy-{number}.md")
            forget(project)
            begun = time.perf_counter()
            server = Server(project)
            first = time.perf_counter() - begun
            seconds[project] = [first, *in_turn(3, after(prose, project, server))]
            server.stop()
        for what, number, goal in (("first build", 0, 1.0), ("a sentence is edited", 1, 1.0)):
            per_page = [1000 * seconds[project][number] / (count + 22) for project in (mine, other)]
            print(
                f"{count} copies: {what:<30} {per_page[0]:6.1f} ms {per_page[1]:6.1f} ms a page "
                f"{per_page[0] / per_page[1]:6.2f}   at most {goal}",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--copies", type=int, nargs="*", default=[100, 500])
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve()
        return
    with tempfile.TemporaryDirectory() as folder:
        mine, other = ours(Path(folder, "ours")), plain(Path(folder, "plain"))
        print(f"{'':<44} {'ours':>8} {'plain':>8} {'ratio':>6}")
        serving(mine, other, options.rounds)
        building(mine, other, options.rounds)
        growing(mine, other, options.copies)


if __name__ == "__main__":
    main()
