"""The derivative of a closed tree by an argument, as another tree: what code needs where no dual numbers are.

Example:
    >>> slope(apply("power", argument("z"), number("2")), "z")["operator"]
    'multiply'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from executable_math.programs.closing import JSON


class NoSlope(ValueError):
    """A tree has something whose derivative is not written here."""


def number(text: str) -> JSON:
    return {"type": "Number", "text": text}


def argument(name: str) -> JSON:
    return {"type": "Argument", "name": name, "indices": [], "low": [], "otherwise": None}


def apply(operator: str, *parts: JSON) -> JSON:
    marks = [""] * (len(parts) - 1) if operator == "multiply" else []
    return {"type": "Apply", "operator": operator, "parts": list(parts), "marks": marks}


ZERO, ONE = number("0"), number("1")


def added(*terms: JSON) -> JSON:
    kept = [term for term in terms if term != ZERO]
    return apply("add", *kept) if len(kept) > 1 else kept[0] if kept else ZERO


def negated(term: JSON) -> JSON:
    if term == ZERO:
        return ZERO
    return term["parts"][0] if _is_negative(term) else apply("negate", term)


def multiplied(*factors: JSON) -> JSON:
    if ZERO in factors:
        return ZERO
    bare = [factor["parts"][0] if _is_negative(factor) else factor for factor in factors]
    kept = [factor for factor in bare if factor != ONE]
    found = apply("multiply", *kept) if len(kept) > 1 else kept[0] if kept else ONE
    return negated(found) if sum(map(_is_negative, factors)) % 2 else found


def divided(above: JSON, below: JSON) -> JSON:
    if _is_negative(above):
        return negated(divided(above["parts"][0], below))
    return ZERO if above == ZERO else apply("divide", above, below)


def _is_negative(term: JSON) -> bool:
    return bool(term.get("operator") == "negate")


def slope(tree: JSON, name: str) -> JSON:
    """The derivative of a tree by an argument.

    Raises:
        NoSlope: It has something whose derivative is not written here.
    """
    if tree["type"] in ("Number", "Constant", "Sample", "Index"):
        return ZERO
    if tree["type"] == "Argument":
        return ONE if tree["name"] == name else ZERO
    kind = str(tree.get("operator") or tree["type"])
    rule = _RULES.get(kind)
    if rule is None:
        raise NoSlope(f"the derivative of {kind}")
    return rule(tree, name)


def _add(tree: JSON, name: str) -> JSON:
    return added(*(slope(part, name) for part in tree["parts"]))


def _negate(tree: JSON, name: str) -> JSON:
    return negated(slope(tree["parts"][0], name))


def _multiply(tree: JSON, name: str) -> JSON:
    parts = tree["parts"]
    terms = (multiplied(*parts[:k], slope(part, name), *parts[k + 1 :]) for k, part in enumerate(parts))
    return added(*terms)


def _divide(tree: JSON, name: str) -> JSON:
    above, below = tree["parts"]
    right = divided(multiplied(above, slope(below, name)), apply("power", below, number("2")))
    return added(divided(slope(above, name), below), negated(right))


def _power(tree: JSON, name: str) -> JSON:
    base, exponent = tree["parts"]
    inner, outer = slope(base, name), slope(exponent, name)
    if outer == ZERO:
        lower = apply("power", base, added(exponent, apply("negate", ONE)))
        return multiplied(exponent, lower, inner)
    if base["type"] != "Constant":
        raise NoSlope("the derivative of a power by its exponent")
    return multiplied(tree, outer)


def _log(tree: JSON, name: str) -> JSON:
    body, *base = tree["parts"]
    if base:
        raise NoSlope("the derivative of a logarithm to another base")
    return divided(slope(body, name), body)


def _defined(tree: JSON, name: str) -> JSON:
    """By the chain rule: what is defined as a function of one argument."""
    case, *others = tree["cases"]
    inner = [slope(one["value"], name) for one in case["bound"]]
    if all(one == ZERO for one in inner):
        return ZERO
    if others or case["where"] or len(inner) > 1 or tree["indices"] or tree["rest"]:
        raise NoSlope("the derivative of a function of several arguments")
    (bound,) = case["bound"]
    outer = {"type": "Slope", "function": tree["key"], "order": 1, "argument": bound["value"]}
    return multiplied({**outer, "parameter": bound["name"], "body": case["body"]}, *inner)


def _slope(tree: JSON, name: str) -> JSON:
    return multiplied({**tree, "order": tree["order"] + 1}, slope(tree["argument"], name))


_RULES: Mapping[str, Callable[[JSON, str], JSON]] = {
    "add": _add, "negate": _negate, "multiply": _multiply, "divide": _divide, "power": _power, "log": _log,
    "exp": lambda tree, name: multiplied(tree, slope(tree["parts"][0], name)),
    "Defined": _defined, "Slope": _slope,
}  # fmt: skip
