"""Failures as SARIF, which code scanners and editors read: docs.oasis-open.org/sarif/sarif/v2.1.0."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from executable_math.pages.ledger import Entry

VERSION = "2.1.0"
SCHEMA = f"https://docs.oasis-open.org/sarif/sarif/v{VERSION}/errata01/os/schemas/sarif-schema-{VERSION}.json"


def sarif(entries: Sequence[Entry]) -> str:
    """A run of the command with its failures, as JSON.

    >>> '"startLine": 3' in sarif([Entry("a.md", 3, 1, "e", "equation", "x = 2 x", "fails", ok=False, message="no")])
    True
    """
    failures = [entry for entry in entries if not entry.ok]
    rules = [{"id": kind} for kind in sorted({entry.kind for entry in failures})]
    driver = {"name": "executable-math", "version": version("executable-math"), "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": [*map(_result, failures)]}
    return json.dumps({"$schema": SCHEMA, "version": VERSION, "runs": [run]}, indent=2, ensure_ascii=False)


def _result(entry: Entry) -> dict[str, Any]:
    path = Path(entry.page)
    artifact = {"uri": path.as_uri() if path.is_absolute() else quote(path.as_posix())}
    region = {"startLine": entry.line, "startColumn": entry.column}
    location = {"physicalLocation": {"artifactLocation": artifact, "region": region}}
    return {"ruleId": entry.kind, "level": "error", "message": {"text": entry.message}, "locations": [location]}
