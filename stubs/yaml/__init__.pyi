# What we use of PyYAML, which comes without types.

from collections.abc import Callable, Iterator
from typing import Any, TextIO

class Mark:
    line: int
    column: int

class YAMLError(Exception): ...

class MarkedYAMLError(YAMLError):
    problem: str
    problem_mark: Mark

class Event:
    start_mark: Mark

class AliasEvent(Event):
    anchor: str

class ScalarEvent(Event):
    anchor: str | None
    value: str

class CollectionStartEvent(Event):
    anchor: str | None

class CollectionEndEvent(Event): ...

class Node:
    id: str
    start_mark: Mark
    value: Any

class ScalarNode(Node):
    value: str

class MappingNode(Node):
    value: list[tuple[Node, Node]]

class SafeLoader:
    @classmethod
    def add_multi_constructor(cls, tag_prefix: str, constructor: Callable[[SafeLoader, str, Node], object]) -> None: ...

def load(stream: str | TextIO, Loader: type[SafeLoader]) -> Any: ...
def safe_load(stream: str | TextIO) -> Any: ...
def compose(stream: str | TextIO, Loader: type[SafeLoader]) -> Node | None: ...
def compose_all(stream: str | TextIO, Loader: type[SafeLoader]) -> Iterator[Node | None]: ...
def parse(stream: str | TextIO, Loader: type[SafeLoader]) -> Iterator[Event]: ...
def dump(data: object) -> str: ...
