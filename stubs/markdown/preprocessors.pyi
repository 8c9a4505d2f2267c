from markdown.core import Markdown

class Preprocessor:
    md: Markdown

    def __init__(self, md: Markdown) -> None: ...
    def run(self, lines: list[str]) -> list[str]: ...
