"""The directives of Sphinx, MyST and Quarto in which there is no prose."""

# What these hold is code, data or a picture, and no prose.
CODE = frozenset(
    [
        "code", "code-block", "code-cell", "sourcecode", "literalinclude", "highlight", "parsed-literal", "raw",
        "include", "toctree", "tableofcontents", "bibliography", "image", "jupyter-execute", "ipython", "plot",
        "doctest", "testcode", "testsetup", "testcleanup", "testoutput", "prompt", "graphviz", "digraph",
        "graph", "mermaid", "plantuml", "tikz", "uml", "csv-table", "data-table", "productionlist", "embed",
        "iframe", "python", "py", "r", "julia", "ojs", "bash", "sh", "sql", "dot", "stan", "rust", "javascript",
        "js", "asciinema",
    ]
)
