r"""Mathematics on a page, checked against the code that it describes.

LaTeX text is read to a tree, the tree is evaluated for many values of its symbols, and what comes out is held against
the other side of the equation and against a Python expression.

Example:
    >>> check(r"\log \prod_{i=1}^{N} p_i = \sum_{i=1}^{N} \log p_i", symbols={"N": "size", "p_i": "probability"}).holds
    True
"""

from executable_math.claims.formula import Verdict
from executable_math.claims.outcome import Counterexample
from executable_math.latex.cursor import NotRead
from executable_math.notation.standard import read
from executable_math.pages.equation import Page, check

__all__ = ["Counterexample", "NotRead", "Page", "Verdict", "check", "read"]
