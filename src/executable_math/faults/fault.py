r"""Where a false formula is wrong: the one small change after which it holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import pairwise

from executable_math.faults.repairs import bracket_repairs, keeps_numbers, repairs
from executable_math.faults.slips import distinct
from executable_math.latex.cursor import NotRead
from executable_math.latex.edits import Edit
from executable_math.latex.language import Language
from executable_math.latex.reader import read
from executable_math.latex.slips import Names
from executable_math.latex.tree import Chain, Formula

NONE = Names()
_MOST_READ = 120_000  # characters of all changed formulas together
_ORDERS = ("<", ">", "\\le", "\\ge", "\\ne")


def fault(
    latex: str,
    language: Language,
    holds: Callable[[str], bool],
    names: Names = NONE,
    words: Collection[str] = (),
    near: tuple[int, int] | None = None,
) -> Edit | None:
    """The likeliest change after which a formula holds, if there is one.

    Args:
        latex: The formula.
        language: The notations that are read.
        holds: Whether a changed formula holds.
        names: What the page has that may have been meant.
        words: Names of several letters that stand for one symbol.
        near: A place at which something is wrong; changes of it are tried first.

    Example:
        >>> from executable_math.notation.standard import LANGUAGE
        >>> fault("a + b", LANGUAGE, lambda latex: latex == "a - b")
        Edit(start=2, end=3, text='-')
    """
    try:
        tree = read(latex, language, words)
    except NotRead as problem:
        start = problem.span[0] if problem.span else 0
        return _first(latex, bracket_repairs(latex, start), holds)
    found = repairs(latex, tree, language, names)
    if near is not None:
        found.sort(key=lambda edit: not (edit.start < near[1] and near[0] < max(edit.end, edit.start + 1)))
    if _orders(tree):
        found = [edit for edit in found if keeps_numbers(latex, edit)]
    tried = distinct(latex, tree, found[: _MOST_READ // len(latex)], lambda text: read(text, language, words))
    return _first(
        latex, (edit for edit in tried if not _says_nothing(read(edit.applied(latex), language, words))), holds
    )


def _first(latex: str, found: Iterable[Edit], holds: Callable[[str], bool]) -> Edit | None:
    """The first of some changes after which a formula holds, with the whole of each bracket."""
    right = next((edit for edit in found if holds(edit.applied(latex))), None)
    return right and right.balanced(latex)


def _says_nothing(tree: Formula) -> bool:
    """Whether a formula says that something is itself."""
    chains = (node for node in tree.statements if isinstance(node, Chain))
    return any(one == other for chain in chains for one, other in pairwise(chain.sides))


def _orders(tree: Formula) -> bool:
    """Whether a formula says what is smaller: with other numbers, that is easily true."""
    chains = (node for node in tree.statements if isinstance(node, Chain))
    return any(relation.sign in _ORDERS for chain in chains for relation in chain.relations)
