from collections.abc import Mapping
from typing import Any

from markdown.core import Markdown

class Extension:
    config: Mapping[str, list[Any]]

    def __init__(self, **kwargs: Any) -> None: ...
    def getConfigs(self) -> dict[str, Any]: ...
    def extendMarkdown(self, md: Markdown) -> None: ...
