from collections.abc import Mapping, Sequence
from typing import Any

from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import HtmlStash, Registry

class Markdown:
    htmlStash: HtmlStash
    preprocessors: Registry[Preprocessor]
    postprocessors: Registry[Postprocessor]
    treeprocessors: Registry[Treeprocessor]
    registeredExtensions: list[Extension]

    def __init__(
        self, *, extensions: Sequence[str | Extension] = ..., extension_configs: Mapping[str, Mapping[str, Any]] = ...
    ) -> None: ...
    def convert(self, source: str) -> str: ...
    def registerExtension(self, extension: Extension) -> Markdown: ...
    def registerExtensions(
        self, extensions: Sequence[str | Extension], configs: Mapping[str, dict[str, Any]]
    ) -> Markdown: ...
