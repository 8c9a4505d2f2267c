"""Code that a project brings, run where it can end nothing but itself.

A process of its own loads the module once and forks for every page, so that what one page does to the module no other
page sees. Whatever the code does there, it raises, leaves, does not end or takes all memory, comes back as `Trouble`.
What runs is a task, a function of this engine; it is given the `Home` of the module, and what it returns is sent back.

Example:
    >>> def product(home: Home, x: float) -> float:
    ...     return home.names["prod"]([x, x])
    >>> import math
    >>> Here(math).run(product, 3.0)
    9.0
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
import subprocess
import sys
import threading
import warnings
import weakref
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any, Concatenate, NoReturn, ParamSpec, Protocol, TypeVar

from executable_math.foreign.expression import public_names
from executable_math.foreign.notebook import Finder
from executable_math.foreign.observed import files_read, observe, unchanged
from executable_math.foreign.sources import ENGINE, Ground, code_of, digest, files_of, place, search_path
from executable_math.latex.tree import MathError

DEADLINE = 120.0  # seconds; the option `deadline` says otherwise
MEMORY = 4 << 30  # bytes that the code of a page may take
GRACE = 2.0  # seconds that code has to end when it is told to
MOST_NURSERIES = 4  # processes that wait to be asked again
UNKNOWN = Ground("")
STARTING = 60.0  # seconds until a process is given up that does not even start

P = ParamSpec("P")
T = TypeVar("T")


class Trouble(Exception):
    """What foreign code raised, or how it ended; a message such as ``ValueError: no sign``.

    Args:
        said: The message.
        where: The last line of the project that it went through, as ``file:line``, or "".
    """

    def __init__(self, said: str, where: str = "") -> None:
        super().__init__(said, where)
        self.said, self.where = said, where

    def __str__(self) -> str:
        return f"{self.where}: {self.said}" if self.where else self.said


class Endless(BaseException):
    """Foreign code has not ended in time; no `except Exception` of it keeps this."""


class Home:
    """A module in the process in which its code runs.

    Args:
        module: The module; None if there is none.

    Attributes:
        names: Its public names.
        session: What the examples of the page have defined so far.
    """

    def __init__(self, module: Any = None) -> None:
        self.module = module
        self.names = public_names(module)
        self.session: dict[str, Any] = {}


class Foreign(Hashable, Protocol):
    """A module whose code is run somewhere.

    Attributes:
        name: Its dotted name; empty, if there is no module.
        names: Its public names, and whether they can be called.
        state: Equal for two of these only where their code is the same.
        ground: The files of that code, with its hash where it is known.
        files: The Python files of its package, where docstrings stand.
        opened: The files that it has read, with their hashes.
    """

    @property
    def name(self) -> str: ...

    @property
    def names(self) -> Mapping[str, bool]: ...

    @property
    def state(self) -> Hashable: ...

    @property
    def ground(self) -> Ground: ...

    @property
    def files(self) -> Sequence[Path]: ...

    @property
    def opened(self) -> Mapping[str, str]: ...

    def run(self, task: Callable[Concatenate[Home, P], T], *arguments: P.args, **named: P.kwargs) -> T:
        """What a task gives.

        Raises:
            Trouble: Foreign code has failed in it.
            MathError: The task refuses what it is asked.
        """

    def rest(self) -> None:
        """Nothing more is asked for now."""


class Here:
    """A module in this process: whoever has loaded it runs its code anyway.

    Args:
        module: The module; None if there is none.
    """

    def __init__(self, module: Any = None) -> None:
        self.home = Home(module)
        self.name: str = getattr(module, "__name__", "")
        self.state: Hashable = module
        self.ground = Ground("" if module else digest([]))
        self.names = callables(self.home)
        self.opened: Mapping[str, str] = {}  # whoever has loaded it opens files, too
        self._running = threading.RLock()  # examples take over what is printed

    @property
    def files(self) -> Sequence[Path]:
        folders = getattr(self.home.module, "__path__", [])
        return [file for folder in folders for file in sorted(Path(folder).rglob("*.py"))]

    def run(self, task: Callable[Concatenate[Home, P], T], *arguments: P.args, **named: P.kwargs) -> T:
        try:
            with self._running:
                return task(self.home, *arguments, **named)
        except (MathError, Trouble, KeyboardInterrupt):
            raise
        except BaseException as error:
            raise told(error) from error

    def rest(self) -> None:
        pass


class Apart:
    """A module in a process of its own, which is forked when it is first needed.

    Args:
        nursery: The process that has loaded the module.
        seconds: How long a task may take. One that took longer is given up, and the next has a quarter of the time.
        opened: Where the files that are read are noted.
    """

    def __init__(self, nursery: Nursery, seconds: float = DEADLINE, opened: dict[str, str] | None = None) -> None:
        self.nursery, self.seconds = nursery, seconds
        self.opened = {} if opened is None else opened
        self.line: Connection | None = None
        self.process = 0

    @property
    def name(self) -> str:
        return self.nursery.module

    @property
    def names(self) -> Mapping[str, bool]:
        return self.nursery.names

    @property
    def state(self) -> Hashable:
        return self.nursery.version

    @property
    def ground(self) -> Ground:
        return self.nursery.ground

    @property
    def files(self) -> Sequence[Path]:
        return self.nursery.files

    def run(self, task: Callable[Concatenate[Home, P], T], *arguments: P.args, **named: P.kwargs) -> T:
        if self.line is None:
            self.line, self.process = self.nursery.fork()
        line = self.line
        try:
            line.send((os.getcwd(), self.seconds, task, arguments, named))
            if not line.poll(self.seconds + GRACE):
                raise Endless(_late(self.seconds))
            answer: T
            answer, problem, fit, opened = line.recv()
        except (OSError, EOFError):
            self.rest()
            raise Trouble("the code ended its process") from None
        except Endless as error:
            self._give_up()
            raise told(error) from None
        self.opened |= opened
        if not fit:
            self._give_up()
        if problem is not None:
            raise problem
        return answer

    def _give_up(self) -> None:
        self.rest()
        with suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)
        self.seconds = max(self.seconds / 4, min(self.seconds, 1.0))

    def rest(self) -> None:
        if self.line is not None:
            self.line.close()
        self.line = None


def apart(name: str, seconds: float = DEADLINE, folders: Sequence[Path] = ()) -> Foreign:
    """A module by its dotted name, as its files are now; without a name there is none.

    Args:
        name: The name.
        seconds: How long a task may take.
        folders: Where it is looked for before all that is installed.

    Raises:
        ModuleNotFoundError: There is none of this name.
    """
    if not name:
        return Here()
    path, files = search_path(folders), files_of(name.partition(".")[0], folders)
    if not hasattr(os, "fork"):
        sys.path[:] = path
        return Here(importlib.import_module(name))
    key = (name, *path)
    code = code_of(name.partition(".")[0], folders)
    ground = Ground.of(code, lambda: digest(code, [name]))
    with _opening:
        known = _nurseries.pop(key, None)
        if known is None or known.ground != ground or not unchanged(known.opened):
            known = Nursery(name, files, ground, seconds, load_tasks, path)
        _nurseries[key] = known  # at the end: the first is the one that was asked for longest ago
        if len(_nurseries) > MOST_NURSERIES:
            del _nurseries[next(iter(_nurseries))]
    return Apart(known, seconds, known.opened)


def foreign(module: Any) -> Foreign:
    """A module, or its dotted name, as something whose code can be run."""
    if isinstance(module, Here | Apart):
        return module
    return apart(module) if isinstance(module, str) else Here(module)


_nurseries: dict[Hashable, Nursery] = {}
_opening = threading.Lock()


def retry() -> None:
    """Load again what could not be loaded: its files may be the same, and what kept it from that may be gone."""
    for key in [key for key, nursery in _nurseries.items() if nursery.failed]:
        del _nurseries[key]


class Nursery:
    """A process that loads a module and forks for everybody who asks; it ends, and all its forks, with this one.

    A fork of this process may ask, too.

    Args:
        module: The dotted name of what tasks are given; "" for none.
        files: What it is made of.
        ground: What tells that they are the same, with the project's other modules that it imports.
        seconds: How long loading may take.
        first: What is done before anything is forked, so that not every fork has to.
        path: Where modules are looked for; where this process does, if nothing is said.
    """

    def __init__(
        self,
        module: str = "",
        files: Sequence[Path] = (),
        ground: Ground = UNKNOWN,
        seconds: float = DEADLINE,
        first: Callable[[], object] | None = None,
        path: Sequence[str] = (),
    ) -> None:
        self.module, self.files, self.ground, self.seconds = module, files, ground, seconds
        self.version = object()  # equal for no two: what a module reads may differ although its files do not
        self.opened: dict[str, str] = {}
        self.failed = False
        self._names: Mapping[str, bool] | None = None
        self._asking = threading.Lock()
        self._control, theirs = socket.socketpair()
        named = f"{first.__module__}:{first.__name__}" if first else ""
        where = [*(path or sys.path)]
        load = f"from {__name__} import nurse; nurse({theirs.fileno()}, {module!r}, {seconds!r}, {named!r}, {where!r})"
        self.process = subprocess.Popen(
            # What is kept of compiled code goes by the second in which a file was written.
            [sys.executable, "-B", "-c", f"import sys; sys.path[:] = {sys.path!r}; {load}"],
            stdin=subprocess.DEVNULL,
            stdout=2,  # what a module prints is for its author, and no part of a report
            pass_fds=[theirs.fileno()],
            process_group=0,
        )
        theirs.close()
        self._spare, self._asked_by = self.ask(), os.getpid()
        self.close = weakref.finalize(self, _end, self._control, self.process, os.getpid())

    def ask(self) -> Connection:
        """A line to a process that is being forked."""
        ours, theirs = socket.socketpair()
        with theirs, suppress(OSError):  # that nobody is there any more shows when something is asked
            socket.send_fds(self._control, [b"f"], [theirs.fileno()])
        return Connection(ours.detach())

    def fork(self) -> tuple[Connection, int]:
        """A line to a new process, and its number. The next one is forked meanwhile: it is there when it is needed.

        Raises:
            Trouble: The module cannot be loaded.
        """
        with self._asking:
            line = self._spare if self._asked_by == os.getpid() else self.ask()
            self._spare, self._asked_by = self.ask(), os.getpid()
        answer = self._answer(line)
        self.failed = isinstance(answer, Trouble)
        if isinstance(answer, Trouble):
            raise answer
        self._names, process = answer
        return line, process

    def _answer(self, line: Connection) -> Any:
        """What a new process says first: its names and its number, or why there are none."""
        try:
            if line.poll(self.seconds + STARTING):
                return line.recv()
        except (OSError, EOFError):
            return Trouble("the code ended its process while it was loaded")
        self.close()
        return Trouble(f"Endless: loading it is {_late(self.seconds)}")

    @property
    def names(self) -> Mapping[str, bool]:
        """The public names of the module, and whether they can be called."""
        if self._names is None:
            self.fork()[0].close()
        assert self._names is not None
        return self._names


def _end(control: socket.socket, process: subprocess.Popen[bytes], begun_by: int) -> None:
    control.close()
    if begun_by != os.getpid():
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


# --- in the other processes ------------------------------------------------------------------------------------


def load_tasks() -> None:
    """Load where the tasks stand that are asked for of every page."""
    for room in ("values.arrays", "meaning.code", "pages.examples"):
        importlib.import_module(f"{ENGINE.name}.{room}")


def nurse(control: int, module: str, seconds: float, first: str, path: Sequence[str]) -> NoReturn:
    """Load a module, then fork for each request that comes; end everything when nobody can ask any more.

    The engine is loaded before the project's folders are looked into: a `code.py` there hides one of Python's own.
    """
    # A module may have threads; whoever forks is told so by Python 3.12, and can do nothing about it.
    warnings.filterwarnings("ignore", message=".*fork", category=DeprecationWarning)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    asked = socket.socket(fileno=control)
    if first:
        where, _, name = first.partition(":")
        getattr(importlib.import_module(where), name)()
    sys.path[:] = path
    sys.meta_path.append(Finder())
    observe()
    home = _loaded(module, seconds)
    gc.freeze()  # a fork that collects would write to, and so copy, all that is loaded
    while True:
        message, descriptors, *_ = socket.recv_fds(asked, 1, 1)
        if not message:
            os.killpg(0, signal.SIGKILL)
        if not os.fork():
            asked.close()
            _answer(Connection(descriptors[0]), home)
        os.close(descriptors[0])


def _loaded(module: str, seconds: float) -> Home | Trouble:
    try:
        with deadline(seconds):
            return Home(importlib.import_module(module) if module else None)
    except BaseException as error:
        return told(error)


def _answer(line: Connection, home: Home | Trouble) -> NoReturn:
    """Run what comes over a line, until it is closed."""
    with suppress(BaseException):
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _bound_memory()
        line.send((callables(home), os.getpid()) if isinstance(home, Home) else home)
        while isinstance(home, Home):
            folder, seconds, task, arguments, named = line.recv()
            os.chdir(folder)
            line.send((*_done(seconds, task, home, arguments, named), files_read()))
    os._exit(0)


def _done(
    seconds: float, task: Callable[..., Any], home: Home, arguments: Any, named: Any
) -> tuple[Any, Exception | None, bool]:
    """What a task gives, or raises, and whether this process is fit for another one."""
    overdue: list[str] = []
    try:
        with deadline(seconds, overdue):
            return task(home, *arguments, **named), None, not overdue
    except (MathError, Trouble) as error:
        return None, error, not overdue
    except BaseException as error:
        return None, told(error), not overdue


def _bound_memory() -> None:
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most), most))


@contextmanager
def deadline(seconds: float, overdue: list[str] | None = None) -> Iterator[None]:
    """Raise `Endless` in what has not ended in time, and again each second, should it go on."""

    def late(_: int, frame: FrameType | None) -> NoReturn:
        said = _late(seconds) + _at(frame)
        if overdue is not None:
            overdue.append(said)
        raise Endless(said)

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _late(seconds: float) -> str:
    return f"not done after {seconds:g} seconds"


def _at(frame: FrameType | None) -> str:
    """The line of foreign code that is being run."""
    while frame and not _is_foreign(frame.f_code.co_filename):
        frame = frame.f_back
    return f", at {os.path.relpath(frame.f_code.co_filename)}:{frame.f_lineno}" if frame else ""


def _is_foreign(file: str) -> bool:
    libraries = (str(ENGINE), os.path.dirname(os.__file__))
    return not file.startswith(("<", *libraries)) and "site-packages" not in file


def told(error: BaseException) -> Trouble:
    """What an error says, in words that survive the process in which it was raised."""
    try:
        text = str(error)
    except BaseException:  # the error is foreign, too
        text = "(it cannot say what)"
    return Trouble(f"{type(error).__name__}: {text}", place(error, Path.cwd()))


def callables(home: Home) -> dict[str, bool]:
    return {name: callable(value) for name, value in home.names.items()}
