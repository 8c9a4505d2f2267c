"""One chain of relations on its way to an outcome: evaluated for many samples, link by link, and against the code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from executable_math.claims.code import Answer, Code, group_sizes
from executable_math.claims.definitions import ARROW, new_sides, refuse_idle_parameter, refuse_loose_index
from executable_math.claims.narrowing import Given, free_env, narrowed, on_edges
from executable_math.claims.outcome import Counterexample, Failed, Outcome, Trial, sample_first, value_at
from executable_math.foreign.process import Trouble
from executable_math.latex.tree import (
    Bind,
    Chain,
    MathError,
    Node,
    Relation,
    Symbol,
    applies,
    name_of,
    rebuilt,
    walk,
)
from executable_math.meaning.env import Thunk
from executable_math.meaning.facts import Facts
from executable_math.meaning.free import free_indices
from executable_math.meaning.leaves import evaluation, samples
from executable_math.meaning.reads import reads, sizes_used
from executable_math.meaning.resolve import resolve
from executable_math.meaning.settled import Argument, Sample, Slope
from executable_math.notation.conditions import belongs
from executable_math.notation.probability import distributed
from executable_math.values.arrays import Value, aligned, close, shown, widened
from executable_math.values.derivative import Array, primal
from executable_math.values.numerals import printed, stands_for
from executable_math.values.symbols import SAMPLES, Declaration, Group, python_name

_POOL, _SAME = 400, 1e-9
_SETS = ("\\in", "\\notin", "\\sim")
OTHER = "another"


class Claim:
    """A chain of relations, or a single expression, and the code that it is bound to.

    Args:
        chain: The relations.
        facts: What the page has said.
        conditions: What is given.
        code: The expression that the formula must equal.
        differs: Whether it must differ from it instead; then the relations are not checked.
    """

    def __init__(
        self,
        chain: Chain,
        facts: Facts,
        conditions: Sequence[Node] = (),
        code: Callable[[Node, Sequence[str]], Code] | None = None,
        differs: bool = False,
    ) -> None:
        self.written = chain
        self.facts = facts
        self.symbols = facts.symbols
        self.differs = differs
        self.free = free_indices(chain, facts)
        self.new = new_sides(chain, facts, code is not None)
        self.arguments = self._arguments(chain, code is not None)
        self.tree = resolve(chain, facts, [name for name, _ in self.free], self.arguments)
        assert isinstance(self.tree, Chain)
        self.code = code(self.tree, [name for name, _ in self.free]) if code is not None else None
        self.sides = self.tree.sides[len(self.new) :]
        self.relations = chain.relations[len(self.new) :]
        self.conditions = [given for given in (Given.of(one, facts) for one in conditions) if self.concerns(given)]
        self.tried = 0
        self.called: set[str] = set()

    def _arguments(self, chain: Chain, bound: bool) -> set[str]:
        """The arguments of a definition that only its left side names."""
        if bound or len(chain.sides) != len(self.new) + 1:
            return set()
        names = {name_of(part) for side in self.new for part in self.facts.head(side).arguments or ()}
        return {name for name in names if not any(self.facts.knows(name + end) for end in ("", "[]"))}

    def concerns(self, given: Given) -> bool:
        """Whether a condition is about something that the claim depends on."""
        if self.code is not None:
            return True
        own = reads(self.tree) | {node.name for node in walk(self.written) if isinstance(node, Symbol)}
        own |= set(sizes_used(own, self.facts))
        return bool(own & reads(given.tree))

    @cached_property
    def keys(self) -> set[str]:
        """The keys of the names that the claim depends on, through definitions, conditions and the expression."""
        found = reads(self.tree).union(*(reads(given.tree) for given in self.conditions))
        found |= {name for name, _ in self.free}
        return found | (self.code.keys() if self.code is not None else set())

    def outcome(self) -> Outcome:
        """Check the claim.

        Raises:
            Failed: It is false.
            MathError: Something in it has no meaning or no value.
        """
        body = self.written.sides[len(self.new)]
        for side in self.new:
            refuse_loose_index(side, body, self.facts)
        try:
            outcome = self._outcome()
        except Failed as problem:
            problem.samples = self.tried
            raise
        for side in self.new:
            refuse_idle_parameter(side, self.sides[0], self.facts)
        return outcome

    def _outcome(self) -> Outcome:
        trials = [self.trial(group) for group in self.groups()]
        if not trials:
            raise MathError("no sample is left by what is given", self.written.span, "cases that go together")
        found = self.against_code(trials)
        if not self.differs:
            trials += self.near_branches(trials)
        checked = self.code is not None or any(relation.sign != ARROW for relation in self.relations)
        weakness, span = self.weakness(trials) if checked and not self.conditions and not self.differs else ("", None)
        return Outcome(checked, self.tried, weakness, span, found)

    # -- samples

    def groups(self, samples: int = SAMPLES, seed: int = 0) -> list[Group]:
        """The samples for which what is given holds."""
        samples = samples if self.varies() else 1
        return narrowed(self.facts, sizes_used(self.keys, self.facts), self.conditions, samples, seed)

    def varies(self) -> bool:
        """Whether anything that the claim depends on differs from sample to sample."""
        fixed = ("size", "index", "function")
        declared = (self.symbols.declared[key] for key in self.keys & self.symbols.declared.keys())
        return any(item.kind.name not in fixed for item in declared) or bool(self.arguments)

    def trial(self, group: Group, kinked: bool = False) -> Trial:
        """The values of all sides for one group; every link between them must hold."""
        run = evaluation(self.facts, group)
        run.called = self.called
        env = free_env(run.env, self.free)._replace(arguments=self.parameters(group))
        trial = Trial(group, env, [], kinked)
        self.tried += group.count
        for place, side in enumerate(self.sides):
            if place and self.relations[place - 1].sign in _SETS:
                self.refuse_outsider(trial, place)
                break
            trial.values.append(env.value(side))
            if place and not self.differs:
                self.compare(trial, place)
        if len(self.sides) == 1 and self.code is None:
            self.refuse_cases(trial)
        return trial

    def refuse_cases(self, trial: Trial) -> None:
        """Refuse a definition by cases that leave values out, or say two things of them."""
        value = trial.values[0]
        for cause in trial.env.run.missing:
            undefined = np.isnan(primal(value.data)) & widened(cause.where, value.rank)
            if undefined.any() and not cause.advice:
                self.refuse_undefined(trial, undefined, value.rank, self.sides[0])

    def parameters(self, group: Group) -> dict[str, Thunk]:
        """Some values for the arguments that nothing declares."""
        return {name: lambda: Value(np.linspace(0.1, 0.9, group.count)) for name in self.arguments}

    # -- links

    def compare(self, trial: Trial, place: int) -> None:
        """Check the link before a side."""
        relation = self.relations[place - 1]
        left, right = trial.values[-2:]
        a, b, rank = aligned(left, right, relation)
        one, other = np.broadcast_arrays(primal(a), primal(b))
        holds = self.related(one, other, place)
        undefined = np.isnan(one) | np.isnan(other)
        if undefined.any():
            self.refuse_undefined(trial, undefined, rank, self.sides[place - (1 if np.isnan(one).any() else 0)])
            holds = holds | undefined
        if not holds.all():
            at = self.simplest(trial.group, ~holds, rank)
            found = Counterexample(self.inputs(trial.group, at), value_at(left, at), value_at(right, at))
            raise Failed(self.disagree(relation), relation.span, found.before(_sides(found, relation)), found)

    def related(self, one: Array, other: Array, place: int) -> Array:
        """Where a relation holds between two values."""
        relation = self.relations[place - 1]
        if relation.sign in ("\\approx", "=") and (
            found := stands_for(self.sides[place - 1], self.sides[place], relation)
        ):
            return found[1].admits(one if found[0] else other)
        related = self.facts.language.comparisons[relation.sign].related
        assert related is not None
        return np.asarray(related(one, other))

    def disagree(self, relation: Relation) -> str:
        """What is wrong where a relation does not hold."""
        return self.facts.language.comparisons[relation.sign].disagree

    def refuse_outsider(self, trial: Trial, place: int) -> None:
        """Check that a value belongs to a set, or does not."""
        relation = self.relations[place - 1]
        if relation.sign == "\\sim":
            wrong = ~distributed(self.sides[place - 1], self.sides[place], trial.env)
        else:
            inside = belongs(self.sides[place - 1], self.sides[place], trial.env)
            wrong = ~inside if relation.sign == "\\in" else inside
        if wrong.any():
            at = self.simplest(trial.group, wrong, 0)
            found = Counterexample(self.inputs(trial.group, at), value_at(trial.values[-1], at))
            raise Failed(self.disagree(relation), relation.span, found.before(f"it is {shown(found.left)}"), found)

    def refuse_undefined(self, trial: Trial, undefined: Array, rank: int, side: Node) -> None:
        """Refuse a value that is not there; at a kink, where there is no derivative, it may be missing."""
        refused = undefined if undefined.all() and not trial.kinked else undefined & ~widened(self.kinks(trial), rank)
        if not refused.any():
            return
        at = self.simplest(trial.group, refused, rank)
        found = Counterexample(self.inputs(trial.group, at))
        where = f" {found}" if found.inputs else ""
        cause = next((cause for cause in trial.env.run.missing if cause.where[at[-1]]), None)
        if cause is None:
            advice = "a narrower kind, such as `positive` or `real, not all 0`, or a case marked as given"
            raise MathError(f"this has no value{where}", side.span, advice)
        span = cause.node.span if cause.node is not None else side.span
        if cause.advice:
            raise MathError(cause.reason + where, span, cause.advice)
        raise Failed(cause.reason, span, where.strip(), found if where else None)

    def kinks(self, trial: Trial) -> Array:
        """Where a derivative has no value, by index and sample."""
        found = np.zeros((), bool)
        for side, value in zip(self.sides, trial.values, strict=False):
            if self.differentiates(side):
                found = found | np.isnan(primal(value.data)).any(axis=tuple(range(-value.rank, 0)))
        return found

    def differentiates(self, side: Node) -> bool:
        """Whether a derivative is taken in a side, or in what defines a name in it."""
        named = (self.facts.definitions[key] for key in reads(side) & self.facts.definitions.keys())
        trees = [side, *(one.body for definition in named for one in definition)]
        return any(_is_derivative(node) for tree in trees for node in walk(tree))

    # -- counterexamples

    def simplest(self, group: Group, wrong: Array, rank: int) -> tuple[int, ...]:
        """The place, indices and sample, of the wrong value whose inputs read best."""
        wrong = np.asarray(wrong.any(axis=tuple(range(-rank, 0)))) if rank else wrong
        places = np.argwhere(np.broadcast_to(wrong, np.broadcast_shapes(wrong.shape, (group.count,))))[:200]
        costs = [sum(len(shown(value)) for value in self.inputs(group, at).values()) for at in places.tolist()]
        return tuple(int(part) for part in places[int(np.argmin(costs))])

    def inputs(self, group: Group, at: Sequence[int]) -> dict[str, Any]:
        """The values of the symbols that matter at one place: sizes, indices, then the others."""
        found: dict[str, Any] = {python_name(name): size for name, size in group.sizes.items()}
        for (name, _), place in zip(self.free, at[-2::-1], strict=False):
            found[python_name(name)] = self.symbols.range(name).low + place
        for item in self.sampled:
            found[item.python] = samples(item, evaluation(self.facts, group))[at[-1]].tolist()
        return found

    @cached_property
    def sampled(self) -> list[Declaration]:
        """The symbols that matter and differ from sample to sample."""
        matter = (item for item in self.symbols.declared.values() if item.key in self.keys)
        return [item for item in matter if item.kind.name not in ("size", "index", "function")]

    # -- the code

    def against_code(self, trials: Iterable[Trial]) -> Counterexample | None:
        """The formula and the expression for every sample: the same, or, for `differs`, not always the same."""
        if self.code is None:
            return None
        if any(relation.sign in _SETS for relation in self.relations):
            raise Failed(
                "an expression beside what is no equation", self.written.span, "write: the expression at a value"
            )
        side = self.sides[self.compared_side()]
        for trial, answer in self.answered(trials):
            found = self.difference(trial, side, answer)
            if found is not None and self.differs:
                return found
            if found is not None:
                raise Failed("the formula and the code disagree", side.span, found.before(self.both(found)), found)
        if self.differs:
            message = "the formula and the code agree, and are said to differ"
            raise Failed(message, side.span, "write: equals instead of differs")
        return None

    def both(self, found: Counterexample) -> str:
        assert self.code is not None
        note = "".join(f"  ({name} counts from 0 in Python)" for name in self.code.counted_from_0())
        return f"the page gives {shown(found.left)},  {self.code.expression.text} gives {shown(found.right)}{note}"

    def compared_side(self) -> int:
        """The side that is held against the code: the last of those that equals signs or arrows join to the first."""
        if self.differs:
            return len(self.sides) - 1
        joined = [relation.sign in ("=", ARROW) for relation in self.relations]
        return joined.index(False) if False in joined else len(self.sides) - 1

    def answered(self, trials: Iterable[Trial]) -> Iterator[tuple[Trial, Answer]]:
        """Each group of samples with what the expression gives for it."""
        assert self.code is not None
        looped, trials = self.code.looped(), list(trials)
        if missing := [name for name, _ in self.free if looped and python_name(name) not in looped]:
            text = f"the expression does not use the index {missing[0]}"
            raise Failed(text, self.sides[self.compared_side()].span, "write: all of the indices, or none")
        batches = [self.code.batch(trial.env.run, self.free_sizes(trial)) for trial in trials]
        return zip(trials, self.code.answers(batches), strict=False)

    def free_sizes(self, trial: Trial) -> tuple[int, ...]:
        """How many values each free index has in a group of samples."""
        return group_sizes(self.facts, trial.group, [name for name, _ in self.free])

    def difference(self, trial: Trial, side: Node, answer: Answer) -> Counterexample | None:
        """Where the formula and the code differ, if they do."""
        value = trial.values[self.compared_side()]
        sizes = self.free_sizes(trial)
        page = sample_first(value, (trial.group.count, *sizes))
        code = self.coded(trial, answer, page.shape, side)
        number = printed(side)
        holds = np.broadcast_to(number.admits(code), page.shape) if number is not None else close(page, code)
        # Indices innermost first and samples last, as everywhere else.
        order = (*range(len(sizes), -1, -1), *range(len(sizes) + 1, page.ndim))
        undefined, wrong = np.isnan(page).transpose(order), ~holds.transpose(order)
        if undefined.any():
            self.refuse_undefined(trial, undefined, value.rank, side)
            wrong = wrong & ~undefined
        if not wrong.any():
            return None
        at = self.simplest(trial.group, wrong, value.rank)
        place = (at[-1], *at[-2::-1])
        return Counterexample(
            self.inputs(trial.group, at), page[place].tolist(), np.broadcast_to(code, page.shape)[place].tolist()
        )

    def coded(self, trial: Trial, answer: Answer, shape: tuple[int, ...], side: Node) -> Array:
        """The expression for every sample, in the shape of the formula: samples, indices, own axes."""
        assert self.code is not None
        if answer.trouble:
            raise self.no_value(trial.group, answer.row, answer.trouble) from answer.trouble
        code = np.asarray(answer.values)
        if code.shape[1:] not in (shape[1:], ()):
            text = f"the page gives {_shape(shape[1:])},  {self.code.expression.text} gives {_shape(code.shape[1:])}"
            raise Failed("the shapes of the formula and of the code do not fit", side.span, text)
        return code.reshape(-1, *[1] * (len(shape) - 1)) if code.ndim == 1 else code

    def no_value(self, group: Group, row: int | None, problem: Trouble) -> Failed:
        """The failure of an expression for one sample, if it is known for which."""
        assert self.code is not None
        inputs = Counterexample(self.inputs(group, (row,)) if row is not None else {})
        where = f" {inputs}" if inputs.inputs else ""
        message = f"{self.code.expression.text} gives no value{where}"
        return Failed(message, self.written.span, problem.said)

    # -- branches and weakness

    def near_branches(self, trials: Sequence[Trial]) -> list[Trial]:
        """More samples for a claim with branches: on their edges, and of many those that nearly take another one."""
        if not any(_is_branch(node) for node in walk(self.tree)):
            return []
        edges = on_edges(self.facts, self.groups(), self.tree, self.conditions)
        found = [self.trial(group, kinked=True) for group in edges]
        for group in self.groups(_POOL, 1):
            wide = self.trial(group)
            self.tried -= group.count
            rows = np.unique([row for seen in wide.env.run.branches.values() for row in _nearest(seen)])
            if len(rows):
                found.append(self.trial(group.take(rows.astype(int))))
        self.against_code(found)
        return found

    def weakness(self, trials: Sequence[Trial]) -> tuple[str, tuple[int, int] | None]:
        """Why the samples could hardly have shown that the claim is false, if so."""
        if self.is_constant(trials):
            return "both sides are the same whatever the values of the symbols", self.written.span
        for node in walk(self.tree):
            taken = {
                branch
                for trial in trials
                if (seen := trial.env.run.branches.get(id(node)))
                for branch, where in seen.taken.items()
                if where.any()
            }
            if taken and len(taken) < _count_branches(node):
                return "every sample takes the same branch here: the others are not checked", node.span
        return "", None

    def is_constant(self, trials: Sequence[Trial]) -> bool:
        """Whether the sides are one number for all samples, and no symbol in them matters for it."""
        values = [primal(value.data) for trial in trials for value in trial.values]
        if not values or not all(found.size and np.ptp(found) < _SAME for found in values):
            return False
        constant = float(values[0].flat[0])
        if not all(abs(found.flat[0] - constant) < _SAME for found in values):
            return False
        widest = max(trials, key=lambda trial: trial.group.count)
        places = [node for node in walk(self.tree) if self.is_sampled(node)]
        # What a random variable is in a covariance shows only when it is another one of the formula.
        random = [node for node in places if self.symbols.random & reads(node)]
        others = [Argument(OTHER), *random]
        return bool(places) and not any(self.matters(node, one, constant, widest) for node in places for one in others)

    def is_sampled(self, node: Node) -> bool:
        """Whether a node is a number that differs from sample to sample."""
        if not isinstance(node, Sample) or node.key.endswith("()"):
            return False
        item = self.symbols.declared[node.key]
        return item.kind.name not in ("size", "index", "function") and len(item.axes) == len(node.indices)

    def matters(self, place: Node, instead: Node, constant: float, trial: Trial) -> bool:
        """Whether a side changes when one symbol in it has other values, or is another one."""
        changed = rebuilt(self.tree, lambda node: instead if node is place else None)
        assert isinstance(changed, Chain)
        other = Value(np.linspace(-1.7, 2.3, trial.group.count))
        env = trial.env._replace(arguments={OTHER: lambda: other})
        try:
            values = [env.value(side) for side in changed.sides[len(self.new) :]]
        except MathError:
            return True
        return not all(close(primal(value.data), np.array(constant)).all() for value in values)


# --- values ---------------------------------------------------------------------------------------------------


def _sides(found: Counterexample, relation: Relation) -> str:
    text = f"the left side gives {shown(found.left)},  the right side gives {shown(found.right)}"
    return text if relation.sign != "\\propto" else f"{text}, and their ratio is another elsewhere"


def _shape(shape: tuple[int, ...]) -> str:
    return "a number" if not shape else "shape (" + ", ".join(map(str, shape)) + ")"


def _is_branch(node: Node) -> bool:
    return applies(node, "absolute", "indicator", "cases", "largest", "smallest")


def _is_derivative(node: Node) -> bool:
    return isinstance(node, Slope) or (isinstance(node, Bind) and node.operator == "derivative")


def _count_branches(node: Node) -> int:
    return len(node.parts) if applies(node, "cases", "largest", "smallest") else 2


def _nearest(seen: Any) -> list[int]:
    """For each branch of a node the samples that are nearest to another branch."""
    found: list[int] = []
    for where in seen.taken.values():
        rows = np.flatnonzero(np.broadcast_to(where, seen.gap.shape))
        found += rows[np.argsort(seen.gap[rows], kind="stable")[:2]].tolist()
    return found
