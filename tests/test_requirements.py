"""One product on every Python: the lock has one version of each library, and all who name Pythons name the same."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


def pinned(text: str) -> Counter[str]:
    return Counter(re.findall(r"(?m)^([\w.-]+)==", text))


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-test.txt"])
def test_a_library_has_one_version(lock: str) -> None:
    found = pinned((ROOT / lock).read_text(encoding="utf-8"))
    assert len(found) > 70
    assert [name for name, count in found.items() if count > 1] == []


def test_nothing_of_the_site_is_for_one_python_only() -> None:
    assert "python_full_version" not in (ROOT / "requirements.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", ["requirements.txt", "tests/chromium/package-lock.json"])
def test_a_lock_names_no_host(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text(encoding="utf-8")


def test_all_who_name_pythons_name_the_same() -> None:
    project, make = ((ROOT / name).read_text(encoding="utf-8") for name in ("pyproject.toml", "Makefile"))
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))["jobs"]
    assert re.findall(r"Python :: (3\.\d+)", project) == PYTHONS
    assert re.findall(r"\$\(VERSION\),([\d. ]+)\)", make) == [" ".join(PYTHONS)]
    assert jobs["test"]["strategy"]["matrix"]["python"] == PYTHONS
    assert jobs["pythons"]["steps"][1]["with"]["python-version"].split() == PYTHONS
