"""What counts as told of a page while it is rendered."""

from __future__ import annotations

import logging
import threading

import pytest

from executable_math.site.rendering import _warnings

log = logging.getLogger("mkdocs.plugins.executable_math")


def test_what_the_page_is_told_of_counts_and_what_happens_beside_it_does_not(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, log.name)
    with _warnings() as told:
        beside = threading.Thread(target=log.info, args=("executed a notebook",))
        beside.start()
        beside.join()
        log.info("a link leads nowhere")
    assert told == ["a link leads nowhere"]
