import re
from typing import Generic, TypeVar
from xml.etree.ElementTree import Element

_T = TypeVar("_T")

HTML_PLACEHOLDER_RE: re.Pattern[str]

class AtomicString(str): ...

class HtmlStash:
    rawHtmlBlocks: list[str | Element]

    def store(self, html: str | Element) -> str: ...

class Registry(Generic[_T]):
    def __contains__(self, item: str | _T) -> bool: ...
    def __getitem__(self, key: str | int) -> _T: ...
    def register(self, item: _T, name: str, priority: float) -> None: ...
