"""Side files as tests: pytest collects each `*.math.yml`, with an item for each formula that it binds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from executable_math.pages.ledger import Entry


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a side file."""
    return Side.from_parent(parent, path=file_path) if file_path.name.endswith(".math.yml") else None


class Side(pytest.File):
    """A side file: what it binds, and what in it is not understood."""

    def collect(self) -> Iterator[pytest.Item]:
        from executable_math.pages.ledger import NOT_BOUND
        from executable_math.project import Project

        for entry in Project.of(self.config.rootpath).check(self.path.resolve()):
            if entry.status != NOT_BOUND:
                yield Formula.from_parent(self, name=entry.id, entry=entry)


class Formula(pytest.Item):
    """A formula of a documentation file, with what came of checking it."""

    def __init__(self, *, entry: Entry, **named: Any) -> None:
        super().__init__(**named)
        self.entry = entry

    def runtest(self) -> None:
        """Fail, if it does not hold."""
        if not self.entry.ok:
            raise DoesNotHold(str(self.entry))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is wrong, without a traceback."""
        found = isinstance(excinfo.value, DoesNotHold)
        return str(excinfo.value) if found else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands."""
        return Path(self.entry.page), self.entry.line - 1, self.name


class DoesNotHold(AssertionError):
    """A formula does not hold; the message says where, and shows a counterexample."""
