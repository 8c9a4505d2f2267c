r"""What a formula may name while it relates nothing, so that there is nothing to check.

A name, with what is attached to it; a list of names; a set, an interval or a shape of names and whole numbers. All
else is worth something, which a reader takes for what the text says it is: `The loss is $0.3 + 0.4$`.
"""

from __future__ import annotations

from executable_math.latex.language import Language
from executable_math.latex.tree import (
    Apply,
    Bind,
    Call,
    Chain,
    Dots,
    Indexed,
    Node,
    Number,
    Primed,
    Symbol,
    applies,
)


def only_names(node: Node, language: Language) -> bool:
    """Whether a formula says no more than what something is called."""
    match node:
        case Apply("vector" | "matrix", parts):
            return _is_list(parts, language) and _has_name(node)
        case Apply("set", parts):
            return _is_list(parts, language)
        case Apply("power", (Symbol(name), _)):
            return name.startswith("\\mathbb")
        case Apply("power", (Apply("set", parts), _)):
            return _is_list(parts, language)
        case Apply("multiply", parts, marks):
            return set(marks) == {"\\times"} and all(isinstance(part, Symbol) or _is_whole(part) for part in parts)
    return _is_name(node, language)


def _is_name(node: Node, language: Language) -> bool:
    match node:
        case Symbol():
            return True
        case Indexed(base) | Primed(base) | Bind("derivative" | "gradient", body=base) | Apply("transpose", (base,)):
            return _is_name(base, language)
        case Call(function, arguments, given):
            called = isinstance(function, Symbol) and function.name in language.functions
            return not called and _is_name(function, language) and _is_list((*arguments, *given), language)
    return False


def _is_list(items: tuple[Node, ...], language: Language) -> bool:
    return all(_is_item(item, language) for item in items)


def _is_item(node: Node, language: Language) -> bool:
    """What may stand in a list: a name, a whole number, a name at such a value, or a list."""
    match node:
        case Dots():
            return True
        case Chain(sides):
            return _is_list(sides, language)
        case Apply("vector", parts):
            return _is_list(parts, language)
    return _is_whole(node) or _is_name(node, language)


def _is_whole(node: Node) -> bool:
    if applies(node, "negate"):
        return _is_whole(node.parts[0]) or node.parts[0] == Symbol("\\infty")
    return isinstance(node, Number) and node.text.isdigit()


def _has_name(node: Apply) -> bool:
    return not all(_is_whole(part) or (applies(part, "vector") and not _has_name(part)) for part in node.parts)
