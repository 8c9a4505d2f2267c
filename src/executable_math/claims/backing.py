"""Which definitions a relation backs: those without which it would not hold.

`2 V = V + V` holds whatever `V` is, and so says nothing of what defines `V`. A definition is therefore changed a
little, up and down, and the relation tried again: only one that then fails has checked the definition. An inequality
bears one of the two changes, and what holds at one value of an argument says nothing of the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from executable_math.claims.claim import Claim
from executable_math.claims.outcome import Failed
from executable_math.claims.trials import Trials
from executable_math.latex.tree import Chain, MathError, Node, walk
from executable_math.meaning.facts import Definition, Effort, Facts
from executable_math.meaning.reads import reads
from executable_math.meaning.settled import CodeCall, Constant, Defined, Element, Leaf, Slope

# A factor and a term. Of a probability the first makes another one, so that its logarithms keep a value.
UP, DOWN = (0.93, 0.0317), (0.93, -0.0317)


def backed(claim: Claim, keys: Iterable[str]) -> set[str]:
    """The definitions, of these, that a claim which holds would not bear otherwise."""
    return {key for key in keys if _is_asked(claim, key) and _disagrees(claim, key, UP) and _fails(claim, key, DOWN)}


def backs_own(claim: Claim) -> bool:
    """Whether a chain itself checks what it defines: it equates it with another side or the code; no bound does."""
    equated = any(relation.sign in ("=", "\\approx") for relation in claim.relations)
    return equated or claim.code is not None or is_code(claim.sides[0], claim.facts)


def is_code(side: Node, facts: Facts) -> bool:
    """Whether a value is what a function of the module gives, so that there is nothing else to compare it with."""
    if isinstance(side, Element):
        return is_code(side.base, facts)
    # A formula that was held against a function of the module goes by its name.
    by_name = isinstance(side, Defined) and side.key.partition("(")[0] in facts.module.names
    return isinstance(side, CodeCall) or by_name


def _disagrees(claim: Claim, key: str, change: tuple[float, float]) -> bool:
    problem = _problem(claim, key, change)
    return isinstance(problem, Failed) and problem.counterexample is not None


def _fails(claim: Claim, key: str, change: tuple[float, float]) -> bool:
    """Whether a claim has another outcome, be it that something has no value any more."""
    return _problem(claim, key, change) is not None


def _problem(claim: Claim, key: str, change: tuple[float, float]) -> MathError | None:
    """What is wrong with a claim once a definition is changed."""
    try:
        Trials(claim.under(replace(claim.facts, changed=(key, *change), effort=Effort()))).outcome()
    except MathError as problem:
        return problem
    return None


def _is_asked(claim: Claim, key: str) -> bool:
    """Whether the value of a definition is asked for, of a function for more than fixed arguments."""
    trees = [*claim.sides, *(one.body for name in reads(claim.tree) for one in claim.facts.definitions.get(name, ()))]
    places = [node for tree in trees for node in walk(tree) if _key(node) == key]
    return not places or any(map(_varies, places))


def _key(node: Node) -> str:
    return node.key if isinstance(node, Defined) else node.function if isinstance(node, Slope) else ""


def _varies(node: Node) -> bool:
    """Whether a name is met at arguments that are not all numbers; those that a definition is restricted to may be."""
    if isinstance(node, Slope):
        return _has_name(node.argument)
    if not isinstance(node, Defined) or not node.arguments:
        return True
    return _is_restricted(node.definition) or any(map(_has_name, node.arguments))


def _is_restricted(definition: Definition | None) -> bool:
    return definition is not None and any(isinstance(part, Chain) for part in definition.parameters)


def _has_name(argument: Node) -> bool:
    return any(isinstance(part, Leaf) and not isinstance(part, Constant) for part in walk(argument))
