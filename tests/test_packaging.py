"""What others install: the engine as a wheel, alone, and the losses for a notebook, each with what it declares."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from email.message import Message
from email.parser import Parser
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

from executable_math.bindings.sidefile import fingerprint
from guide_files import ROOT, blocks, files_named_in, starts
from site_hooks import archive
from small_project import with_mathjax

GUIDE = (ROOT / "docs/guide.md").read_text(encoding="utf-8")
MENDED = r"s = v r + \frac{v^2}{2 b}"
ENGINE_README = (ROOT / "src/executable_math/README.md").read_text(encoding="utf-8")
# Installed here for other reasons: whoever imports one of them must declare it.
UNDECLARED = ["filelock", "jupytext", "lossfunctions", "matplotlib", "mkdocs", "nbclient", "scipy"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, of a copy: building leaves its own files among the sources."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("node_modules", "*.egg-info"))
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    pip(sys.executable, "wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", folder, folder)
    (built,) = folder.glob("*.whl")
    return built


def pip(python: str | Path, *command: str | Path) -> None:
    """Run pip for a Python, which needs none of its own."""
    quiet = ["--quiet", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "pip", *quiet, "--python", python, *command], check=True)


def metadata(wheel: Path) -> Message:
    with ZipFile(wheel) as opened:
        (name,) = (name for name in opened.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(opened.read(name).decode())


def environment(folder: Path, wheel: Path, extra: str = "", *others: str) -> Path:
    """The programs of a new environment with the wheel and what it declares, and with others.

    pip looks whether all that the wheel declares is there, in the versions that it names.
    """
    declared = wanted(metadata(wheel).get_all("Requires-Dist", []), {extra})
    programs = with_links(folder, [*declared, *map(Requirement, others)])
    pip(programs / "python", "install", "--no-index", f"{wheel}[{extra}]" if extra else wheel)
    return programs


def with_links(folder: Path, declared: list[Requirement]) -> Path:
    """The programs of a new environment with nothing but links to what is installed here, so that nobody is asked."""
    venv.create(folder, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    for here in {place for requirement in declared for name in installed(requirement) for place in places(name)}:
        (site / here.name).symlink_to(here)
    return folder / "bin"


def wanted(requirements: list[str], extras: set[str]) -> list[Requirement]:
    """The requirements that hold here, with these extras."""
    parsed = map(Requirement, requirements)
    return [one for one in parsed if not one.marker or any(one.marker.evaluate({"extra": extra}) for extra in extras)]


def installed(requirement: Requirement, above: tuple[str, ...] = ()) -> Iterator[str]:
    """What is to be installed for a requirement: its own name, and those of what it needs in turn."""
    yield requirement.name
    for other in wanted(distribution(requirement.name).requires or [], requirement.extras or {""}):
        if other.name not in above:
            yield from installed(other, (*above, requirement.name))


def places(name: str) -> set[Path]:
    """The files and folders that a distribution has among the installed ones."""
    here = distribution(name)
    tops = {file.parts[0] for file in here.files or ()} - {"..", "__pycache__"}
    return {Path(str(here.locate_file(top))) for top in tops}


def run(project: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(command, cwd=project, env=clean, capture_output=True, encoding="utf-8")


def module_of_the_guide(folder: Path) -> Path:
    """A folder with the module that all starts of the guide are about."""
    return files_named_in(next(blocks(GUIDE, "python"))[0], folder)


def mend(page: Path) -> None:
    page.write_text(page.read_text().replace("v r -", "v r +"))


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment(tmp_path_factory.mktemp("plain"), wheel)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The guide's project, far from the checkout."""
    return files_named_in(ENGINE_README, tmp_path / "project")


def test_the_wheel_holds_the_engine_alone(wheel: Path) -> None:
    with ZipFile(wheel) as opened:
        names = opened.namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"executable_math"}
    assert not [name for name in names if "node_modules" in name]
    assert {"executable_math/py.typed", "executable_math/mathjax/package-lock.json"} <= set(names)
    sources = {str(path.relative_to(ROOT / "src")) for path in (ROOT / "src/executable_math").rglob("*.py")}
    assert sources == {name for name in names if name.endswith(".py")}


def test_its_readme_is_its_own_and_says_what_the_guide_says(wheel: Path, tmp_path: Path) -> None:
    assert metadata(wheel).get_payload() == ENGINE_README
    guide = files_named_in(starts(GUIDE)["Under MkDocs"], module_of_the_guide(tmp_path / "guide"))
    readme = files_named_in(ENGINE_README, tmp_path / "readme")
    for file in (path for path in readme.rglob("*") if path.is_file()):
        assert file.read_text() == (guide / file.relative_to(readme)).read_text()


def test_the_command_needs_nothing_that_is_not_declared(programs: Path, project: Path) -> None:
    wrong = run(project, programs / "executable-math", "docs")
    assert (wrong.returncode, wrong.stderr) == (1, "")
    assert wrong.stdout in ENGINE_README
    mend(project / "docs/index.md")
    for options in (["docs"], ["--explain=stopping", "docs"], ["--fix-numbers", "docs"]):
        done = run(project, programs / "executable-math", *options)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_site_needs_nothing_but_its_extra(wheel: Path, project: Path, tmp_path: Path) -> None:
    programs = environment(tmp_path / "environment", wheel, "site")
    mkdocs = [str(programs / "python"), "-P", "-m", "mkdocs", "build", "--strict"]  # -P: as its script does
    wrong = run(with_mathjax(project), *mkdocs)
    assert wrong.returncode == 1
    assert "docs/index.md:5:9: the formula and the code disagree" in wrong.stderr
    mend(project / "docs/index.md")
    done = run(project, *mkdocs)
    assert done.returncode == 0, done.stderr
    assert "<mjx-container" in (project / "site/index.html").read_text()
    assert not list(programs.parent.rglob("node_modules/@mathjax"))


@pytest.mark.parametrize("host", ["Under Sphinx", "In a README", "In a notebook"])
def test_each_start_takes_ten_lines_and_nothing_else(wheel: Path, programs: Path, tmp_path: Path, host: str) -> None:
    section = starts(GUIDE)[host]
    titled = [block for block in blocks(section) if block["title"]]
    assert sum(len(block["body"].splitlines()) for block in titled) <= 10
    project = files_named_in(section, module_of_the_guide(tmp_path / "project"))
    (console,) = (block["body"] for block in blocks(section, "console"))
    said, _, printed = console.removeprefix("$ ").partition("\n")
    program, *arguments = shlex.split(said)
    command: list[str | Path] = [programs / program, *arguments]
    if program == "sphinx-build":
        command = [environment(tmp_path / "sphinx", wheel, "", "sphinx") / "python", "-m", "sphinx", *arguments]
    wrong = run(project, *command)
    assert wrong.returncode == 1
    assert (wrong.stdout + wrong.stderr).replace(f"{project}/", "") == printed
    for file in (project / block["title"] for block in titled):
        file.write_text(file.read_text().replace("v r -", "v r +").replace("8c0fd0f5", fingerprint(MENDED)))
    right = run(project, *command)
    assert right.returncode == 0, right.stdout + right.stderr


@pytest.mark.parametrize("module", UNDECLARED)
def test_what_is_not_declared_is_not_there(programs: Path, tmp_path: Path, module: str) -> None:
    assert f"No module named '{module}'" in run(tmp_path, programs / "python", "-c", f"import {module}").stderr


def test_a_notebook_without_what_reads_it_says_what_to_install(programs: Path, project: Path) -> None:
    (project / "docs/lab.py").write_text("# %%\n1\n")
    mend(project / "docs/index.md")
    told = run(project, programs / "executable-math", "docs")
    assert told.returncode == 1
    assert "docs/lab.py:1:1: notebooks are read with jupytext" in told.stdout
    assert "write: pip install 'executable-math[notebooks]'" in told.stdout
    assert "1 agreeing" in told.stdout


# --- the losses, for who has downloaded a notebook ------------------------------------------------------------------

LABS = sorted((ROOT / "docs/lab").glob("*.py"))


@pytest.fixture(scope="module")
def losses(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The archive of the site, and the programs of an environment in which it is installed."""
    zipped = tmp_path_factory.mktemp("losses") / "lossfunctions.zip"
    zipped.write_bytes(archive())
    programs = with_links(zipped.with_name("environment"), [Requirement("numpy"), Requirement("setuptools")])
    pip(programs / "python", "install", "--no-index", "--no-build-isolation", zipped)
    return zipped, programs


def test_the_archive_has_the_module_and_its_license(losses: tuple[Path, Path]) -> None:
    with ZipFile(losses[0]) as opened:
        names = {name.removeprefix("lossfunctions/") for name in opened.namelist()}
    modules = {path.name for path in (ROOT / "src/lossfunctions").glob("*.py")}
    assert names == modules | {"LICENSE", "py.typed", "pyproject.toml"}


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.stem)
def test_a_notebook_says_how_to_install_what_it_imports(losses: tuple[Path, Path], lab: Path, tmp_path: Path) -> None:
    text = lab.read_text(encoding="utf-8")
    (named,) = re.findall(r"`pip install ([^`]+)`", text)
    assert "](lossfunctions.zip)" in text
    imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
    tops = {(getattr(node, "module", None) or node.names[0].name).partition(".")[0] for node in imports}
    assert tops <= {"numpy", *named.replace(".zip", "").split()}
    own = "\n".join(ast.unparse(node) for node in imports if getattr(node, "module", "") == "lossfunctions")
    done = run(tmp_path, losses[1] / "python", "-c", f"{own}\nimport lossfunctions\nprint(lossfunctions.__file__)")
    assert str(losses[1].parent) in done.stdout, done.stderr
