"""What the guide says of the workflows: whoever's code they run finds nothing there that it could take or change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

WORKFLOWS = sorted((Path(__file__).parents[1] / ".github/workflows").glob("*.yml"))


def read(path: Path) -> dict[Any, Any]:
    """A workflow; YAML takes its key `on` for a truth value."""
    workflow: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return workflow


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_read_and_knows_no_secret(path: Path) -> None:
    assert read(path)["permissions"] == {"contents": "read"}
    assert "secrets" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_job_that_may_write_builds_nothing_and_is_not_for_pull_requests(path: Path) -> None:
    workflow = read(path)
    assert "pull_request_target" not in workflow[True]
    for job in workflow["jobs"].values():
        if "write" in job.get("permissions", {}).values():
            assert not [step for step in job["steps"] if "run" in step or "checkout" in step["uses"]]
            assert workflow[True] == {"push": {"branches": ["main"]}}
