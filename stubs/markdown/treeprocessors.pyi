from xml.etree.ElementTree import Element

from markdown.core import Markdown

class Treeprocessor:
    md: Markdown

    def __init__(self, md: Markdown) -> None: ...
    def run(self, root: Element) -> Element | None: ...
