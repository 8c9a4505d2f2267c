"""Functions of numbers by name: exponentials, logarithms, circular functions, and what is taken of a whole vector."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from executable_math.latex.edits import Edit
from executable_math.latex.language import Called, Function, Operator, Rule
from executable_math.latex.slips import Loss, Place, another, left_out
from executable_math.latex.tree import Apply, Bind, Call, Indexed, MathError, Node, applies, name_of
from executable_math.meaning.env import Env, elementwise
from executable_math.meaning.facts import Head
from executable_math.meaning.resolve import Resolver
from executable_math.meaning.settled import refused
from executable_math.values.arrays import Value, widened
from executable_math.values.derivative import Real, apply, linear, primal, total
from executable_math.values.numbers import finite


def _settled(resolver: Resolver, record: Operator, head: Head, node: Node) -> Node:
    r"""A function at its one argument, with its base where it has one: \(\log_2 x\)."""
    call = node.base if isinstance(node, Indexed) else node
    assert isinstance(call, Call)
    if len(call.arguments) != 1 or call.given:
        return refused(MathError("one argument is needed here", node.span, f"{head.name}(x)"), node)
    if place := _ambiguous(call, resolver):
        advice = "\\log(a (b)) or (\\log a)(b)"
        return refused(MathError("does the function reach this bracket?", place, advice), node)
    base = head.node.indices[:1] if isinstance(head.node, Indexed) and record.name == "log" else ()
    found = Apply(record.name, resolver.all((*call.arguments, *base)), span=node.span)
    return found if isinstance(head.node, Indexed) else resolver.element(found, head, node)


def _ambiguous(call: Call, resolver: Resolver) -> tuple[int, int] | None:
    """Where a bracket begins that may belong to a function without brackets, or not."""
    argument = call.arguments[0]
    last = argument.parts[-1] if applies(argument, "multiply") else argument
    if call.bracketed or not isinstance(last, Call) or resolver.as_product(last) is None:
        return None
    return last.arguments[0].span


def _logarithm(node: Apply, env: Env) -> Value:
    value = env.value(node.parts[0])
    data = apply("log", value.data)
    if not value.rank and not finite(primal(data)).all():
        data = _log_of(node.parts[0], env)
    if len(node.parts) > 1:
        base = apply("log", env.scalar(node.parts[1]))
        data = data / linear(lambda array: widened(array, value.rank), base)
    return Value(data, value.rank, value.row)


def _log_of(node: Node, env: Env) -> Real:
    """The logarithm of a power or product that is too small or too large for a number of its own."""
    match node:
        case Apply("power", (base, exponent)):
            return env.scalar(exponent) * _log_of(base, env)
        case Apply("multiply", factors):
            logs = [_log_of(factor, env) for factor in factors]
            return sum(logs[1:], logs[0])
        case Bind("prod"):
            inside = Apply("log", (node.body,), span=node.body.span)
            return env.scalar(replace(node, operator="sum", body=inside))
    return apply("log", env.scalar(node))


def _decimal_logarithm(node: Apply, env: Env) -> Value:
    value = _logarithm(node, env)
    return Value(value.data / apply("log", env.run.numbers.literal("10")), value.rank, value.row)


def _aggregate(name: str) -> Rule:
    def rule(node: Apply, env: Env) -> Value:
        value = env.value(node.parts[0])
        data, rank = value.data, value.rank
        if not rank:
            raise MathError(f"the {name} of a single number", node.span, rf"\mathrm{{{name}}}(L) of a vector")
        count = math.prod(primal(data).shape[primal(data).ndim - rank :])
        for _ in range(rank):
            data = total(data, -1)
        return Value(data / float(count) if name == "mean" else data)

    return rule


def _natural(latex: str, node: Call) -> Iterator[Edit]:
    """The base of a logarithm is left out."""
    if isinstance(node.function, Indexed):
        yield Edit(*node.function.span, "\\log ")


def _with_base(latex: str, place: Place) -> Iterator[Edit]:
    """A logarithm gets a base that logarithms are taken to."""
    if isinstance(place.node, Call) and name_of(place.node.function) == "\\log":
        yield from (Edit(*place.node.function.span, f"\\log_{base}") for base in ("2", "{10}"))


def _elementary(name: str, holds: str, fails: str, slip: str = "", *other: str) -> Operator:
    function = partial(apply, name)
    slips = (another("\\" + slip),) if slip else (left_out,)
    forms = tuple(Function("\\" + mark) for mark in (name, *other))
    return Operator(name, forms, elementwise(function), slips, (holds,), (fails,), _settled, function)


RECORDS = (
    _elementary("exp", r"\exp(x + y) = \exp(x) \exp(y)", r"\exp(x) = \log(a)", "log"),
    Operator(
        "log", (Function("\\log"),), _logarithm,
        (another("\\exp"), Loss(_natural, _with_base)), (r"\log(a^2) = 2 \log a", r"\log_2 8 = 3"),
        (r"\log(a^2) = \log a", r"\log_2 8 = 2"), _settled, partial(apply, "log"),
    ),
    Operator(
        "decimal logarithm", (Function("\\lg"),), _decimal_logarithm, (left_out,), (r"\lg a = \log_{10} a",),
        (r"\lg a = \log a",), _settled,
    ),
    _elementary("sin", r"\sin(2 x) = 2 \sin(x) \cos(x)", r"\sin(x) = x", "cos"),
    _elementary("cos", r"\cos(x)^2 = 1 - \sin(x)^2", r"\cos(x) = \sin(x)"),
    _elementary("tan", r"\tan(x) = \frac{\sin x}{\cos x}", r"\tan(x) = \sin(x)"),
    _elementary("cot", r"\cot(a) = \frac{\cos a}{\sin a}", r"\cot(a) = \tan(a)"),
    _elementary("sec", r"\sec(x) = \frac{1}{\cos x}", r"\sec(x) = \cos(x)"),
    _elementary("csc", r"\csc(a) = \frac{1}{\sin a}", r"\csc(a) = \sin(a)"),
    _elementary("sinh", r"\sinh(x) = \frac{e^x - e^{-x}}{2}", r"\sinh(x) = \cosh(x)", "cosh"),
    _elementary("cosh", r"\cosh(x) = \frac{e^x + e^{-x}}{2}", r"\cosh(x) = \sinh(x)", "sinh"),
    _elementary("tanh", r"\tanh(x) = \frac{\sinh x}{\cosh x}", r"\tanh(x) = x", "sinh"),
    _elementary("coth", r"\coth(a) = \frac{\cosh a}{\sinh a}", r"\coth(a) = \tanh(a)"),
    _elementary("arcsin", r"\arcsin(p) = \frac{\pi}{2} - \arccos(p)", r"\arcsin(p) = p"),
    _elementary("arccos", r"\cos(\arccos(p)) = p", r"\arccos(p) = p"),
    _elementary("arctan", r"\tan(\arctan(x)) = x", r"\arctan(x) = x"),
    _elementary("arsinh", r"\sinh(\arsinh x) = x", r"\arsinh x = x", "", "asinh", "arcsinh"),
    _elementary("arcosh", r"\cosh(\arcosh(1 + a)) = 1 + a", r"\arcosh(1 + a) = a", "", "acosh", "arccosh"),
    _elementary("artanh", r"\tanh(\artanh p) = p", r"\artanh p = p", "", "atanh", "arctanh"),
    _elementary("erf", r"\erf(x) = \frac{2}{\sqrt{\pi}} \int_0^x e^{-t^2}\,dt", r"\erf(x) = \tanh(x)"),
    Operator(
        "sign", (Function("\\sgn"), Function("\\sign")), elementwise(partial(apply, "sign")), (left_out,),
        (r"\sgn(x) |x| = x",), (r"\sgn(x) = x",), _settled, partial(apply, "sign"),
    ),
    Operator(
        "sqrt", (Called("sqrt"),), elementwise(partial(apply, "sqrt")), (left_out,), (r"\mathrm{sqrt}(a) = \sqrt{a}",),
        (r"\mathrm{sqrt}(a) = a",), _settled, partial(apply, "sqrt"),
    ),
    Operator(
        "mean", (Called("mean"),), _aggregate("mean"), (left_out,), (r"\mathrm{mean}(u) = \frac{1}{N} \sum_i u_i",),
        (r"\mathrm{mean}(u) = \sum_i u_i",),
    ),
    Operator(
        "total", (Called("sum"),), _aggregate("sum"), (left_out,), (r"\mathrm{sum}(u) = \sum_i u_i",),
        (r"\mathrm{sum}(u) = u_1",),
    ),
)  # fmt: skip
