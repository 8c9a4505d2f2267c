from markdown.core import Markdown

class Postprocessor:
    md: Markdown

    def __init__(self, md: Markdown) -> None: ...
    def run(self, text: str) -> str: ...
