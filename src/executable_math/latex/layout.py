"""Layout is left out: alignments, rows that go on with the line before, wide spaces, sizes of brackets."""

from __future__ import annotations

from executable_math.latex.language import Language
from executable_math.latex.tokens import ALIGNMENTS, Token


def without_layout(found: list[Token], language: Language) -> list[Token]:
    """Tokens that say the same on one line."""
    lines = _on_one_line(_without_sizes(_rows_of_cases(_without_frames(found, language))), language)
    return _without_gaps(_without_wrappers(lines, language), language)


def _without_frames(found: list[Token], language: Language) -> list[Token]:
    r"""With what `\boxed` frames alone, where that is a relation."""
    kept: list[Token] = []
    braces: list[bool] = []
    for place, token in enumerate(found):
        framed = place > 0 and found[place - 1].text == "\\boxed" and _relates(found, place, language)
        if token.text == "{" and token.kind == "mark":
            braces.append(framed)
            kept = kept[:-1] if framed else [*kept, token]
        elif token.text != "}" or token.kind != "mark" or not braces or not braces.pop():
            kept.append(token)
    return kept


def _relates(found: list[Token], opening: int, language: Language) -> bool:
    """Whether there is a relation in the braces that open here, and in none within them."""
    depth = 0
    for token in found[opening:]:
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0 or (depth == 1 and token.text in language.comparisons):
            return depth == 1
    return False


def _rows_of_cases(found: list[Token]) -> list[Token]:
    """With cases for an alignment that follows a brace."""
    kept: list[Token] = []
    opened: list[str] = []
    for token in found:
        if token.kind == "begin" and token.text in ALIGNMENTS and kept and kept[-1].text == "\\{":
            opened.append(token.text)
            token = token._replace(text="cases")
        elif token.kind == "end" and opened and token.text == opened[-1]:
            opened.pop()
            token = token._replace(text="cases")
        kept.append(token)
    return [token for token in kept if not (token.kind in ("begin", "end") and token.text in ALIGNMENTS)]


def _without_sizes(found: list[Token]) -> list[Token]:
    """Without the sizes of brackets, and the dot that stands for none."""
    kept: list[Token] = []
    sized = False
    for token in found:
        if token.kind != "size" and not (sized and token.text == "."):
            kept.append(token)
        sized = token.kind == "size"
    return kept


def _on_one_line(found: list[Token], language: Language) -> list[Token]:
    """Without the marks of columns and rows outside environments; a row that begins anew is kept apart."""
    kept: list[Token] = []
    depth = 0
    joins = language.continuing | {"-", "\\\\", "\\quad"}
    for place, token in enumerate(found):
        depth += (token.kind == "begin") - (token.kind == "end" and bool(token.text) and depth > 0)
        anew = token.text == "\\\\" and kept and kept[-1].text not in joins
        if depth or token.text not in ("&", "\\\\") or (anew and not _continues(found, place, language)):
            kept.append(token)
    return kept


def _without_wrappers(found: list[Token], language: Language) -> list[Token]:
    r"""With `\max` for `\mathop{\max}`."""
    kept: list[Token] = []
    for token in found:
        kept.append(token)
        wrapped = [part.text for part in kept[-4:]]
        if wrapped[:2] == ["\\mathop", "{"] and wrapped[3:] == ["}"] and wrapped[2] in language.prefixes:
            kept[-4:] = [kept[-2]]
    return kept


def _continues(found: list[Token], place: int, language: Language) -> bool:
    """Whether the row that begins after a line break goes on with what was on the line before."""
    aligned = False
    for token in found[place + 1 :]:
        if token.text in ("&", "\\quad", "\\\\"):
            aligned |= token.text == "&"
        else:
            closing = token.kind == "end"
            return closing or token.text in language.continuing or (aligned and token.text == "-")
    return True


def _without_gaps(found: list[Token], language: Language) -> list[Token]:
    """Without the wide spaces that separate nothing."""
    kept: list[Token] = []
    joined = language.continuing | {"\\quad", "&", "\\\\", ",", "-", ")", "]", "}"}
    joining = language.continuing | {"-", "&", "\\\\", ",", ";", "(", "[", "{", "\\{"}
    for token, after in zip(found, [*found[1:], found[-1]], strict=True):
        parts = kept and kept[-1].text not in joining and after.text not in joined and after.kind != "end"
        if token.text != "\\quad" or parts:
            kept.append(token)
    return kept
