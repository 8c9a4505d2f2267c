"""A project's code may raise, leave, crash or never end: it is that check's failure, and everything else is checked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from executable_math import Page, check
from executable_math.__main__ import main
from executable_math.foreign.process import Home, Trouble, apart, retry
from executable_math.project import Project

MODULE = """
import os
import sys
import time

import numpy as np

TABLE = np.array([1.0, 2.0, 3.0])
counted = 0


def double(x):
    return 2 * x


def leave(x):
    sys.exit(0)


def interrupt(x):
    raise KeyboardInterrupt


def crash(x):
    os._exit(0)


def endless(x):
    while True:
        pass


def stubborn(x):
    while True:
        try:
            time.sleep(10)
        except BaseException:
            pass


def mute(x):
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError
    raise Mute


def greedy(x):
    return np.ones((40_000, 40_000)) + np.ones((40_000, 40_000))


def count():
    global counted
    counted += 1
    return counted


def scaled(x):
    x *= 2
    return x


def pid():
    return os.getpid()


LOADED = os.getpid()


def loader():
    return LOADED
"""
DEADLINE = 0.5
CONFIG = "markdown_extensions:\n  - executable_math: {{module: {}, deadline: {}}}\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "brought.py").write_text(MODULE)
    (tmp_path / "mkdocs.yml").write_text(CONFIG.format("brought", DEADLINE))
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def formula(equals: str, latex: str = "2 x") -> str:
    return f'---\nsymbols:\n  x: real\n---\n```math equals="{equals}"\n{latex}\n```\n'


def checked(project: Path, *pages: str) -> list[list[tuple[bool, str]]]:
    """Of each check of each page whether it is good, and its message."""
    known = Project.of(project)
    found = []
    for number, text in enumerate(pages):
        page = project / f"page{number}.md"
        page.write_text(text)
        found.append([(entry.ok, entry.message) for entry in known.check(page)])
    return found


def call(home: Home, name: str, *arguments: object) -> object:
    return home.names[name](*arguments)


# --- what code can do ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("leave", "SystemExit: 0"),
        ("interrupt", "KeyboardInterrupt"),
        ("crash", "the code ended its process"),
        ("endless", "Endless: not done after 0.5 seconds, at brought.py:29"),
        ("stubborn", "Endless: not done after 0.5 seconds"),
        ("mute", "Mute: (it cannot say what)"),
        ("greedy", "MemoryError: Unable to allocate"),
    ],
)
def test_code_that_ends_or_does_not_is_the_failure_of_its_check(project: Path, name: str, said: str) -> None:
    wrong, right = checked(project, formula(f"{name}(x)") + "\n" + formula("double(x)")[25:], formula("double(x)"))
    assert not wrong[0][0]
    assert f"{name}(x) gives no value" in wrong[0][1]
    assert said in wrong[0][1]
    assert wrong[1] == right[0] == (True, "")


@pytest.mark.parametrize(
    "statement", ["import sys; sys.exit(0)", "import os; os._exit(0)", "while True: pass", "1 / 0"]
)
def test_a_module_that_cannot_be_loaded_is_told_in_one_line(
    project: Path, capsys: pytest.CaptureFixture[str], statement: str
) -> None:
    (project / "brought.py").write_text(statement)
    (project / "page.md").write_text(formula("double(x)"))
    assert main(["page.md"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "the module brought cannot be imported: " in printed.err


@pytest.mark.parametrize("statement", ["raise SystemExit(0)", "import os; os._exit(0)", "while True: pass"])
def test_examples_that_end_the_process_fail_in_their_place(project: Path, statement: str) -> None:
    blocks = ["one = 1", statement, "two = 2"]
    text = "\n".join(f"```pycon\n>>> {block}\n```\n" for block in blocks)
    entries = Project.of(project).check(_written(project, text))
    assert [entry.line for entry in entries if not entry.ok] == [6]


def _written(project: Path, text: str) -> Path:
    page = project / "page.md"
    page.write_text(text)
    return page


def test_the_command_ends_with_0_only_after_it_has_printed_its_count(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, status in (("double", 0), ("leave", 1), ("crash", 1)):
        _written(project, formula(f"{name}(x)"))
        assert main(["page.md"]) == status
        assert "1 checked" in capsys.readouterr().out


def test_a_fault_of_the_engine_is_a_failure_of_its_check_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page({"x": "real"})
    with monkeypatch.context() as patch:
        patch.setattr("executable_math.pages.equation.FormulaCheck", lambda *_: 1 / 0)
        verdict = page.check("x = x")
    assert (verdict.status, verdict.line, verdict.column) == ("error", 1, 1)
    assert verdict.message.startswith("this cannot be checked, by a fault of the engine: ZeroDivisionError")
    assert "x = x" in verdict.message
    assert page.check("x + x = 2 x").holds


def test_a_fault_of_the_engine_on_a_page_keeps_no_other_from_being_checked(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, page = Project.of(project), _written(project, formula("double(x)"))
    with monkeypatch.context() as patch:
        patch.setattr("executable_math.site.extension.Weaver.run", lambda *_: 1 / 0)
        (entry,) = known.check(page)
    assert (entry.ok, entry.place) == (False, "page.md:1:1")
    assert "this page cannot be checked, by a fault of the engine: ZeroDivisionError" in entry.message
    assert known.check(page)[0].ok


def test_a_file_that_vanishes_while_a_page_is_checked_is_told_by_its_name(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, page = Project.of(project), _written(project, formula("double(x)"))
    gone = project / "data.csv"
    with monkeypatch.context() as patch:
        patch.setattr("executable_math.site.extension.Weaver.run", lambda *_: gone.read_text())
        (entry,) = known.check(page)
    assert (entry.ok, entry.message) == (False, f"this page cannot be checked: {gone} was there and is gone")
    assert known.check(page)[0].ok


# --- what pages share ----------------------------------------------------------------------------------------------


def test_what_a_page_does_to_the_module_no_other_page_sees(project: Path) -> None:
    spoils = "```pycon\n>>> np.set_printoptions(precision=2)\n>>> TABLE[0] = 5.0\n>>> count()\n1\n```\n"
    finds = "```pycon\n>>> TABLE / 3\narray([0.33333333, 0.66666667, 1.        ])\n>>> count()\n1\n```\n"
    assert checked(project, spoils, finds, spoils) == [[(True, "")]] * 3


def test_examples_name_what_is_public_also_without_all(project: Path) -> None:
    assert checked(project, "```pycon\n>>> double(2)\n4\n>>> 'sys' in globals()\nFalse\n```\n") == [[(True, "")]]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("exp(TABLE, out=TABLE)", "the option out of exp"),
        ("sum(TABLE, where=[True, False, True])", "the option where of sum"),
        ("sum(TABLE, dtype='float16')", "the option dtype of sum"),
        ("exp(TABLE, TABLE)", "2 arguments of exp"),
        ("sum(TABLE, 0, 'float16')", "3 arguments of sum"),
        ("scaled(TABLE)", "ValueError: output array is read-only"),
    ],
)
def test_an_expression_changes_nothing_in_the_module(project: Path, code: str, said: str) -> None:
    ((wrong, after),) = checked(project, formula(f"{code}[0]", "1") + '\n```math equals="TABLE[0]"\n1\n```\n')
    assert (wrong[0], after) == (False, (True, ""))
    assert said in wrong[1]


def test_numbers_of_any_size_are_no_arithmetic(project: Path) -> None:
    ((wrong,),) = checked(project, formula("array([10**14 * 10**14]) ** 10**6"))
    assert "arithmetic with what is not a number" in wrong[1]


# --- processes -----------------------------------------------------------------------------------------------------


def test_a_page_has_one_process_and_a_module_that_is_edited_a_new_one(project: Path) -> None:
    one, other = apart("brought"), apart("brought")
    assert one.run(call, "pid") == one.run(call, "pid") != other.run(call, "pid")
    assert one.state == other.state
    (project / "brought.py").write_text(MODULE.replace("return 2 * x", "return 3 * x"))
    edited = apart("brought")
    assert (one.run(call, "double", 1), edited.run(call, "double", 1)) == (2, 3)
    assert one.state != edited.state


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_forks_of_this_process_ask_the_one_that_has_loaded_the_module(project: Path) -> None:
    here = loader_and_process()
    with ProcessPoolExecutor(2, get_context("fork")) as pool:
        asked = [here, *(one.result() for one in [pool.submit(loader_and_process) for _ in range(3)])]
    asked.append(loader_and_process())
    assert {loader for loader, _ in asked} == {here[0]}
    assert len({process for _, process in asked}) == 5


def loader_and_process() -> tuple[object, object]:
    module = apart("brought")
    return module.run(call, "loader"), module.run(call, "pid")


def test_a_module_that_is_edited_twice_within_a_second_is_what_it_says(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's compiled code goes by the size of a file and the second in which it was written."""
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    file = project / "brought.py"
    found = []
    for factor in "34":
        file.write_text(MODULE.replace("return 2 * x", f"return {factor} * x"))
        os.utime(file, (1_000_000_000, 1_000_000_000))
        found.append(apart("brought").run(call, "double", 1))
    assert found == [3, 4]


def test_a_module_that_was_written_to_is_loaded_again(project: Path) -> None:
    """It may have been something else while it was loaded."""
    one = apart("brought")
    os.utime(project / "brought.py")
    again = apart("brought")
    assert one.state != again.state
    assert one.run(call, "loader") != again.run(call, "loader")


def test_a_module_that_cannot_be_loaded_is_no_fault_of_the_engine(project: Path) -> None:
    (project / "brought.py").write_text("1 / 0\n")
    said = check("2 x", equals="double(x)", symbols={"x": "real"}, module="brought").message
    assert said.startswith("the code cannot be run: brought.py:1: ZeroDivisionError")


def test_a_module_that_cannot_be_loaded_is_tried_again(project: Path) -> None:
    (project / "brought.py").write_text(f"open('data').close()\n{MODULE}")
    for _ in range(2):
        with pytest.raises(Trouble, match="FileNotFoundError"):
            apart("brought").names  # noqa: B018
    (project / "data").touch()
    retry()
    assert apart("brought").run(call, "double", 1) == 2


def test_code_that_will_not_end_is_killed(project: Path) -> None:
    module = apart("brought", DEADLINE)
    process = module.run(call, "pid")
    assert isinstance(process, int)
    with pytest.raises(Trouble):
        module.run(call, "stubborn", 1)
    wait(lambda: not runs(process))


def test_what_did_not_end_leaves_less_time_to_what_comes_next(project: Path) -> None:
    module = apart("brought", 2.0)
    for seconds in (2, 1, 1):
        with pytest.raises(Trouble, match=f"not done after {seconds} seconds"):
            module.run(call, "endless", 1)


@pytest.mark.parametrize("name", ["endless", "stubborn"])
def test_a_build_that_is_killed_leaves_no_process(project: Path, name: str) -> None:
    started = project / "started"
    named = f"equals='{name}(x)', symbols={{'x': 'real'}}, module='brought'"
    program = f"from executable_math import check\ncheck('2 x', {named})"
    (project / "brought.py").write_text(
        MODULE.replace("    while True:", f"    open({str(started)!r}, 'w').write(str(os.getpid()))\n    while True:")
    )
    command = subprocess.Popen([sys.executable, "-c", program], cwd=project)
    wait(lambda: started.exists() and started.read_text())
    os.kill(command.pid, signal.SIGKILL)
    command.wait()
    wait(lambda: not runs(int(started.read_text())))


def wait(until: Callable[[], object], seconds: float = 60.0) -> None:
    for _ in range(int(seconds * 20)):
        if until():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to pass")


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_module_that_is_given_as_itself_runs_in_this_process() -> None:
    module = type(os)("given")
    vars(module).update(pid=os.getpid, leave=lambda: sys.exit(0), __all__=["pid", "leave"])
    assert check(str(os.getpid()), equals="pid()", module=module).holds
    assert "SystemExit: 0" in check("1", equals="leave()", module=module).message
