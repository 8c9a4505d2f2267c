"""The verdicts of pages, kept from build to build for the command and for every generator."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from executable_math.foreign.process import Foreign
from executable_math.foreign.sources import digest
from executable_math.pages.recall import Known
from executable_math.site.store import Store, installed

VERDICTS = "verdicts"


@dataclass(frozen=True)
class Verdicts:
    """What is known of a page, and where it is kept.

    Args:
        store: Where; None if nothing is to be kept.
        name: The name of the entry.
        module: The module that the page speaks of.
        known: What is known, as it was kept.
        read: The files that were read for it, with their hashes.
    """

    store: Store | None
    name: str
    module: Foreign
    known: Known = field(default_factory=dict)
    read: Mapping[str, str] = field(default_factory=dict)

    @property
    def opened(self) -> dict[str, str]:
        """The files that were read for all verdicts of the page, now or when they were kept."""
        return {**self.module.opened, **self.read}  # a file that has changed since then makes all of it anew

    def keep(self, used: Mapping[str, Any]) -> None:
        """Keep what is known now. A check that cannot be kept, on a full disk say, is made again."""
        if self.store and used != self.known:
            ground = self.module.ground
            with suppress(OSError):
                content = json.dumps(used).encode()
                self.store.keep(self.name, ground._replace(key=_key(ground.key)), content, self.opened)


def kept_in(cache: Path | None, name: Sequence[str], module: Foreign) -> Verdicts:
    """What is kept of a page in a folder; nothing without one, or where nobody knows what the module is made of."""
    if cache is None or not module.ground.key:
        return Verdicts(None, "", module)
    store, entry = Store(cache / VERDICTS), f"{digest([], name)}.json"
    kept = store.read(entry, _key(module.ground.key))
    return (
        Verdicts(store, entry, module, json.loads(kept.content), kept.opened)
        if kept
        else Verdicts(store, entry, module)
    )


def _key(code: str) -> str:
    return digest([], [installed(), code])
