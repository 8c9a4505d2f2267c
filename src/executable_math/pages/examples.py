"""The ``>>>`` examples of a page, run as one session."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from executable_math.foreign.process import Foreign, Home, Trouble

NEWLINE = "\n"
NO_EXAMPLE = "there is no example in this block\n    write: >>> in front of the Python"
ORPHAN = """this line belongs to no example, and nothing checks it
    write: <BLANKLINE> for an empty line in what is printed, and a remark behind >>>"""
LENIENT = {doctest.SKIP: "SKIP", doctest.IGNORE_EXCEPTION_DETAIL: "IGNORE_EXCEPTION_DETAIL"}
NOT_COMPARED = """an example with {} is not compared with what Python gives
    write: it without, or without >>> in a fence named python"""
CUT = re.compile(r"(?<![\w.])(\d+\.\d+)\.\.\.")
CUT_WHOLE = re.compile(r"(?<![\w.])\d+\.\.\.")
UNSURE = "dots behind a whole number may stand for anything\n    write: digits behind its point first, as in 3.14..."


@dataclass(frozen=True)
class Failure:
    """An example that printed something else than the page says; `line` is counted in its block, from 1."""

    block: int
    line: int
    message: str


def failures(blocks: Sequence[str], module: Foreign) -> list[Failure]:
    r"""What is wrong in the blocks of a page, which share their names.

    >>> from executable_math.foreign.process import Here
    >>> failures(['>>> x = 0.5\n', '>>> x + x\n2.0\n'], Here())
    [Failure(block=1, line=1, message='>>> x + x\n    the page has:  2.0\n    Python gives:  1.0')]
    """
    found: list[Failure] = []
    for number, block in enumerate(blocks):
        try:
            found += module.run(run_block, number, block)
        except Trouble as trouble:  # with its process went what the blocks before had defined
            return [*found, Failure(number, 1, f"this example has no end\n    {trouble.said}")]
    return found


def run_block(home: Home, number: int, block: str) -> list[Failure]:
    """What is wrong in a block; it may name what is public in the module, NumPy as ``np``, and what others defined."""
    names = home.session or {"__name__": "__main__", "np": numpy, **home.names}
    home.session = names
    session = _Session(names)
    session.run_block(number, block)
    return session.found


class _Checker(doctest.OutputChecker):
    """Compares what is printed; dots behind decimals stand for more of them, other dots only where they are asked for.

    >>> [_Checker().check_output("3.14...", got, 0) for got in ("3.1415", "3.15", "3.14e9")]
    [True, False, False]
    """

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        texts = iter(CUT.split(want))  # what stands between such numbers, and the numbers, by turns
        pattern = "".join(re.escape(text) + rf"{re.escape(next(texts, ''))}\d*" for text in texts)
        return bool(re.fullmatch(pattern, got)) or super().check_output(want, got, optionflags)


class _Session(doctest.DocTestRunner):
    def __init__(self, names: dict[str, Any]) -> None:
        super().__init__(_Checker(), verbose=False)
        self.names, self.block = names, 0
        self.found: list[Failure] = []

    def run_block(self, number: int, block: str) -> None:
        self.block = number
        try:
            parsed = doctest.DocTestParser().parse(block)
            test = doctest.DocTestParser().get_doctest(block, self.names, "page", None, 0)
        except ValueError as error:
            problem = str(error).replace(" of the docstring for page", "")
            self.found.append(Failure(number, 1, f"this is no example: {problem}"))
            return
        if not test.examples:
            self.found.append(Failure(number, 1, NO_EXAMPLE))
            return
        self.found += (Failure(number, line, ORPHAN) for line in _orphans(parsed))
        for example in test.examples:
            self.found += (Failure(number, example.lineno + 1, told) for told in _unsure(example))
        test.globs = self.names  # the parser copies them: the next block is to see what this one defines
        self.run(test, out=lambda _: 0, clear_globs=False)

    def report_failure(self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        self._report(example, got)

    def report_unexpected_exception(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, exc_info: Any
    ) -> None:
        kind, error, _ = exc_info
        self._report(example, f"{kind.__name__}: {error.msg if isinstance(error, SyntaxError) else error}")

    def _report(self, example: doctest.Example, got: str) -> None:
        source = ">>> " + example.source.strip().replace("\n", "\n... ")
        expected = (example.exc_msg or example.want).strip() or "nothing"
        # Of an error only its last line is told: the way to it leads through this engine.
        got = got.strip().rpartition("\n")[2] if example.exc_msg else got
        sides = {"the page has:": expected, "Python gives:": got.strip() or "nothing"}
        told = [f"    {who}  {said.replace(NEWLINE, NEWLINE + ' ' * 19)}" for who, said in sides.items()]
        message = "\n".join([source, *told])
        self.found.append(Failure(self.block, example.lineno + 1, message))


def _orphans(parsed: Sequence[str | doctest.Example]) -> Iterator[int]:
    """The lines, from 1, at which text begins that belongs to no example."""
    line = 1
    for piece in parsed:
        if isinstance(piece, str):
            if piece.strip():
                yield line + piece[: len(piece) - len(piece.lstrip())].count(NEWLINE)
            line += piece.count(NEWLINE)
        else:
            line += piece.source.count(NEWLINE) + piece.want.count(NEWLINE)


def _unsure(example: doctest.Example) -> Iterator[str]:
    """Why an example could hold whatever Python gives."""
    yield from (NOT_COMPARED.format(name) for flag, name in LENIENT.items() if example.options.get(flag))
    if CUT_WHOLE.search(example.want):
        yield UNSURE
