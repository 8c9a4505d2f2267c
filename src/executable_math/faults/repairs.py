r"""What may put a wrong formula right: one small change of its text, the likeliest first.

Most errors are undone by the slips of the notation: one sign by the other, what is lost by what puts it back. Beside
them are those that belong to no notation: brackets, a name for another, the order of arguments, digits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise

from executable_math.faults.slips import slips
from executable_math.latex.edits import Edit, fit, shared, whole
from executable_math.latex.language import Language
from executable_math.latex.slips import Loss, Names, Place, factors, swapped
from executable_math.latex.tokens import LETTERS, Token, tokens
from executable_math.latex.tree import (
    Apply,
    Bind,
    Call,
    Case,
    Chain,
    Formula,
    Indexed,
    Node,
    Number,
    Primed,
    Relation,
    Symbol,
    applies,
    walk,
)

_STRICT = {"<": "\\le", ">": "\\ge", "\\le": "<", "\\ge": ">"}
_SILENT = ("{", "}", "end")
_MOST_NAMES, _MOST_TERMS, _MOST_BRACKETS = 8, 6, 400
_FAR = 12  # by so many pieces of text a bracket may have been misplaced


def repairs(latex: str, tree: Formula, language: Language, names: Names) -> list[Edit]:
    """Every change to try of a formula that is read, the likeliest first."""
    names = _with_own(names, latex, tree)
    nodes, places = list(walk(tree)), list(_places(tree, names))
    found = [edit for node in nodes for edit in _left_out(latex, node)]
    found += slips(latex, tree, language)
    for place in places:
        found += _put_back(latex, place, language)
    for rule in (_joined, _bracketed, _reordered, _across, _of_kind):
        found += [edit for node in nodes for edit in rule(latex, node)]
    found += [edit for node in nodes for edit in _renamed(latex, node, names)]
    return _ranked(latex, [*found, *_exchanged(latex, tree), *_brackets_moved(latex)])


def _ranked(latex: str, found: Iterable[Edit]) -> list[Edit]:
    """Changes in order: those of least text that leave all names in use first."""
    before = _spelled(latex)
    return sorted(dict.fromkeys(found), key=lambda edit: _cost(latex, edit, before))


def keeps_numbers(latex: str, edit: Edit) -> bool:
    """Whether a change puts signs or names of the formula in one another's place, and nothing comes or goes."""
    old, new = _spelled(latex[edit.start : edit.end]), _spelled(edit.text)
    gone, come, known = old - new, new - old, _spelled(latex)
    fresh = any(_is_name(piece) and piece not in known for piece in come)
    return gone.total() == come.total() and not fresh and not any(map(_is_number, gone + come))


def _cost(latex: str, edit: Edit, before: Counter[str]) -> tuple[int, int, int]:
    """How much a change is: in pieces of text and names that come and go, in pieces that are other, in characters."""
    old, new = _spelled(latex[edit.start : edit.end]), _spelled(edit.text)
    gone, come = old - new, new - old
    after = before - old + new
    lost = sum(not after[name] for name in gone if _is_name(name))
    fresh = sum(not before[name] for name in come if _is_name(name))
    torn = edit.text.count("{") != edit.text.count("}")  # a brace is seldom misplaced: what is set shows it
    long = any(_is_number(piece) and len(piece) > 1 for piece in gone)  # a number of many digits is seldom wrong in one
    pieces = max(gone.total() + come.total(), 2) + 2 * lost + fresh + torn + long
    other = 1 if gone and not come else (max(gone.total(), come.total()) or 2) + sum(map(_is_name, come)) + (not gone)
    return pieces, other, _length(latex, edit)


def _length(latex: str, edit: Edit) -> int:
    """How much text a change is, without what stands before and behind it in both texts."""
    old, new = latex[edit.start : edit.end], edit.text
    same = shared(old, new)
    old, new = old[same:], new[same:]
    return len(old) + len(new) - 2 * shared(old[::-1], new[::-1])


def _spelled(latex: str) -> Counter[str]:
    return Counter(token.text for token in tokens(latex) if token.text and token.text not in _SILENT)


def _is_number(text: str) -> bool:
    return text[:1].isdigit()


def _is_name(text: str) -> bool:
    return text.isalpha() or text in LETTERS


def _with_own(names: Names, latex: str, tree: Node) -> Names:
    """The names of the page, those of the formula before them."""
    named = (node for node in walk(tree) if isinstance(node, Symbol | Indexed))
    own = (latex[slice(*node.span)] for node in named)
    return names._replace(values=tuple(dict.fromkeys((*own, *names.values)))[:_MOST_NAMES])


# --- what the records put back ---------------------------------------------------------------------------------


def _places(tree: Node, names: Names) -> Iterator[Place]:
    """Every value in a tree, with what it stands in."""
    waiting = [Place(tree, tree, names)]
    while waiting:
        place = waiting.pop()
        if not isinstance(place.node, Formula | Chain | Relation | Case):
            yield place
        waiting += [Place(part, place.node, names) for part in reversed(_values(place.node))]


def _values(node: Node) -> Sequence[Node]:
    """The values in a node: no names of functions, indices or variables."""
    match node:
        case Call():
            return (*node.arguments, *node.given)
        case Indexed(Call() as base):
            return (base,)
        case Indexed() | Primed() | Symbol() | Number():
            return ()
        case Bind(operator=operator, lower=lower, upper=upper):
            ends = [end for end in (lower, upper) if end is not None and operator == "integral"]
            return (*ends, *node.conditions, node.body)
    return node.children


def _put_back(latex: str, place: Place, language: Language) -> Iterator[Edit]:
    for slip in language.slips:
        if isinstance(slip, Loss):
            yield from slip.undone(latex, place)


# --- what belongs to no notation -------------------------------------------------------------------------------


def _left_out(latex: str, node: Node) -> Iterator[Edit]:
    """A term or factor too many."""
    if applies(node, "add", "multiply"):
        spans = [whole(latex, part.span) for part in node.parts]
        yield Edit(spans[0][0], spans[1][0], "")
        yield from (Edit(one[1], other[1], "") for one, other in pairwise(spans))
    elif applies(node, "power"):
        yield Edit(whole(latex, node.parts[0].span)[1], whole(latex, node.span)[1], "")


def _joined(latex: str, node: Node) -> Iterator[Edit]:
    """A sign that is lost between what is a product without it."""
    if applies(node, "multiply"):
        spans = [whole(latex, part.span) for part in node.parts]
        yield from (Edit(one[1], other[0], f" {sign} ") for one, other in pairwise(spans) for sign in "+-")


def _across(latex: str, node: Node) -> Iterator[Edit]:
    """A factor on the other side of a fraction's bar, or beside the fraction."""
    if applies(node, "divide"):
        for side, other in (node.parts, node.parts[::-1]):
            alone = not applies(side, "multiply")
            yield from (_carried(latex, factor, other, "1" if alone else "") for factor in factors(side))
    elif applies(node, "multiply"):
        bars = [part for part in node.parts if applies(part, "divide")]
        yield from (_carried(latex, one, bar.parts[1], "") for bar in bars for one in node.parts if one is not bar)


def _carried(latex: str, factor: Node, to: Node, left: str) -> Edit:
    """A factor taken from where it stands, where something is left, to the front of another product."""
    (start, end), (first, last) = whole(latex, factor.span), whole(latex, to.span)
    text, product = latex[start:end], latex[first:last]
    if applies(to, "add") and not product.startswith(("(", "\\left")):
        product = f"({product})"
    if end <= first:
        return Edit(start, last, left + (latex[end:first] + f"{text} {product}").lstrip())
    return Edit(first, end, (f"{text} {product}" + latex[last:start]).rstrip() + left)


def _bracketed(latex: str, node: Node) -> Iterator[Edit]:
    """Brackets around several terms, which may begin and end within one."""
    for one, last in combinations(node.parts[:_MOST_TERMS] if applies(node, "add") else (), 2):
        starts = {whole(latex, part.span)[0] for part in _parts(one)}
        ends = {whole(latex, part.span)[1] for part in _parts(last)}
        yield from (Edit(start, end, f"({latex[start:end]})") for start in starts for end in ends)


def _parts(term: Node) -> Iterator[Node]:
    """A term and the factors in it, through signs and slashes."""
    yield term
    if applies(term, "multiply", "divide", "negate", "power"):
        for part in term.parts:
            yield from _parts(part)
    elif isinstance(term, Bind):
        yield from _parts(term.body)
    elif isinstance(term, Call) and not term.bracketed:
        yield from _parts(term.arguments[0])


def _reordered(latex: str, node: Node) -> Iterator[Edit]:
    """Two arguments in each other's place."""
    if isinstance(node, Call):
        for pair in pairwise((*node.arguments, *node.given)):
            yield from swapped(latex, Apply("pair", pair, span=node.span))


def _renamed(latex: str, node: Node, names: Names) -> Iterator[Edit]:
    """A name, or an index, for another."""
    if isinstance(node, Symbol | Indexed):
        old = latex[slice(*node.span)]
        others = names.values if isinstance(node, Indexed) else (*names.values, *names.sizes, *names.indices)
        yield from (Edit(*node.span, fit(latex, node.span, name)) for name in others if name != old)


def _exchanged(latex: str, tree: Node) -> Iterator[Edit]:
    """Two names in each other's place, wherever they stand."""
    spans = sorted({node.span for node in walk(tree) if isinstance(node, Symbol)})
    names = sorted({latex[slice(*span)] for span in spans})
    for one, other in combinations(names[:_MOST_NAMES], 2):
        turned = {one: other, other: one}
        mine = [span for span in spans if latex[slice(*span)] in turned]
        start, end = mine[0][0], mine[-1][1]
        kept = [latex[before[1] : after[0]] for before, after in pairwise(mine)]
        new = [fit(latex, span, turned[latex[slice(*span)]]) for span in mine]
        yield Edit(start, end, "".join(piece for pair in zip(new, [*kept, ""], strict=True) for piece in pair))


def _of_kind(latex: str, node: Node) -> Iterator[Edit]:
    """A digit for another, a bound that belongs to its side or not, a prime that is lost."""
    match node:
        case Number(text):
            yield from (Edit(*node.span, fit(latex, node.span, other)) for other in _misprints(text))
        case Relation(sign) if sign in _STRICT:
            yield Edit(*node.span, f"{_STRICT[sign]} ")
        case Call(Symbol() as function):
            yield Edit(function.span[1], function.span[1], "'")


def _misprints(text: str) -> Iterator[str]:
    """The numbers for which one of several digits may have been misprinted: by one, by the next digit, by the point."""
    for place, digit in enumerate(text if len(text) > 1 else ""):
        if digit.isdigit():
            yield from (text[:place] + str((int(digit) + step) % 10) + text[place + 1 :] for step in (1, -1))
        if digit.isdigit() and text[place + 1 : place + 2].isdigit() and text[place + 1] != "0":
            yield text[:place] + text[place + 1] + digit + text[place + 2 :]
    if "." in text:
        yield re.sub(r"(\d)\.", r".\1", text) if not text.startswith("0.") else text.replace("0.", "0.0", 1)
        yield re.sub(r"\.(\d)", r"\1.", text).rstrip(".")


def _brackets_moved(latex: str) -> Iterator[Edit]:
    """A bracket that ends sooner or later, or begins so, or is not there."""
    found = [token for token in tokens(latex) if token.text]
    opened: list[int] = []
    for place, token in enumerate(found):
        if token.text in ("(", "[", "{"):
            opened.append(place)
        elif token.text in (")", "]", "}") and opened:
            first = opened.pop()
            yield _without(latex, found, first, place)
            yield from (_moved(latex, found, place, at) for at in _around(place, found) if at > first)
            yield from (_moved(latex, found, first, at) for at in _around(first, found) if at < place)


def _around(place: int, found: Sequence[Token]) -> Iterator[int]:
    yield from (at for at in range(max(0, place - _FAR), min(len(found), place + _FAR)) if at not in (place, place + 1))


def _sized(found: Sequence[Token], place: int) -> int:
    """Where a bracket begins, with the mark of its size."""
    before = found[place - 1] if place else found[place]
    return before.start if before.kind == "size" else found[place].start


def _moved(latex: str, found: Sequence[Token], place: int, at: int) -> Edit:
    """A bracket in front of another piece of the text."""
    start, end = _sized(found, place), found[place].end
    to, bracket = len(latex[: _sized(found, at)].rstrip()), latex[start:end]
    if to >= end:
        return Edit(start, to, latex[end:to] + bracket)
    return Edit(to, end, bracket + latex[to:start])


def _without(latex: str, found: Sequence[Token], first: int, last: int) -> Edit:
    start, end = _sized(found, first), found[last].end
    return Edit(start, end, latex[found[first].end : _sized(found, last)])


def bracket_repairs(latex: str, start: int) -> list[Edit]:
    """Every bracket to try, in or out, in a formula that cannot be read from a place on."""
    found = [token for token in tokens(latex) if token.text and token.kind not in ("size", "end")]
    ends = [token.end for token in found]
    edits = [Edit(token.start, token.end, "") for token in found if token.text in "()[]{}"]
    edits += [Edit(at, at, mark) for at in [*(token.start for token in found), len(latex)] for mark in ")}("]
    after = [token.start for token in found if token.start >= start][:3]
    edits += [
        Edit(at, end, pair[0] + latex[at:end] + pair[1])
        for at in after
        for end in ends
        if at < end
        for pair in ("()", "{}")
    ]
    return sorted(edits, key=lambda edit: (len(edit.text) > 1, abs(edit.start - start)))[:_MOST_BRACKETS]
