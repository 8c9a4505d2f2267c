"""What Lighthouse says of every page on a simulated phone: 100 of 100 in each of its four categories."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from browser import chromium
from executable_math.site.typesetting import node, npm_ci
from web_server import Server, serving

HERE = Path(__file__).parent
RUNS = 3  # of which the median counts


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The site as it is published, with the address that it is published at."""
    site = tmp_path_factory.mktemp("built") / "site"
    with serving(site) as server:
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(site)]
        subprocess.run(command, cwd=HERE.parent, env={**os.environ, "SITE_URL": f"{server.address}/"}, check=True)
        yield server


def test_every_page_scores_100(server: Server) -> None:
    if not (HERE / "node_modules").is_dir():
        assert npm_ci(HERE) == 0
    pages = [page.parent.relative_to(server.site).as_posix() for page in sorted(server.site.rglob("index.html"))]
    measured = lighthouse([f"{server.address}/{page}/".replace("/./", "/") for page in pages])
    for page, result in zip(pages, measured, strict=True):
        print(row(page, result))
    assert [page for page, result in zip(pages, measured, strict=True) if set(result["scores"].values()) != {100}] == []


def lighthouse(addresses: list[str]) -> list[dict[str, Any]]:
    command = [node(), str(HERE / "lighthouse.mjs"), str(RUNS), *addresses]
    answer = subprocess.run(command, env={**os.environ, "CHROME_PATH": chromium()}, capture_output=True, check=True)
    results: list[dict[str, Any]] = json.loads(answer.stdout)
    return results


def row(page: str, result: dict[str, Any]) -> str:
    scores = " ".join(f"{score:4}" for score in result["scores"].values())
    first, largest, blocked, shift = result["metrics"].values()
    times = f"paint {first / 1000:.2f} s, largest {largest / 1000:.2f} s, blocked {blocked:3.0f} ms, shift {shift:.3f}"
    return f"{page:24}{scores}  {times}  {' '.join(result['lost'])}"
