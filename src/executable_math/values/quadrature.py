"""Integrals by an adaptive rule, refused where they do not settle.

Double exponential places make ends harmless, finite or not. Between them Gauss and Kronrod rules of each panel must
agree; where they do not, the panel is halved. What is known of kinks and narrow places is an edge of panels that
shrink towards it.

References:
    Takahasi and Mori, "Double exponential formulas for numerical integration", https://doi.org/10.2977/prims/1195192451
    Piessens and others, "QUADPACK", https://doi.org/10.1007/978-3-642-61786-7
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from executable_math.values.derivative import Array

# Steps to an end that is a number, and to one that is not, beyond which powers are too large for doubles.
_NEAR, _FAR = 6.2, 4.5
_PANELS, _MOST_VALUES, _MOST_HALVINGS = 18, 4_000_000, 50
# What is smaller than this has no digits for two rules to agree in.
_NOTHING = 1e-200
_PANEL, _SETTLED, _TAIL = 1e-11, 1e-9, 1e-7
# How far from a kink the edges of the panels beside it are.
_GRADED = np.concatenate([sign * 0.2 * 0.125 ** np.arange(8) for sign in (1.0, -1.0)] + [np.zeros(1)])
# Places and weights of the rules of 7 and of 15 points, from the outermost place to the middle.
_PLACES = np.array([
    0.991455371120812639206854697526329, 0.949107912342758524526189684047851, 0.864864423359769072789712788640926,
    0.741531185599394439863864773280788, 0.586087235467691130294144691693013, 0.405845151377397166906606412076961,
    0.207784955007898467600689403773245, 0.0,
])  # fmt: skip
_KRONROD = np.array([
    0.022935322010529224963732008058970, 0.063092092629978553290700663189204, 0.104790010322250183839876322541518,
    0.140653259715525918745189590510238, 0.169004726639267902826583426598550, 0.190350578064785409913256402421014,
    0.204432940075298892414161999234649, 0.209482141084727828012999174891714,
])  # fmt: skip
_GAUSS = np.array([
    0.0, 0.129484966168869693270611432679082, 0.0, 0.279705391489276667901467771423780, 0.0,
    0.381830050505118944950369775488975, 0.0, 0.417959183673469387755102040816327,
])  # fmt: skip
_NODES = np.concatenate([-_PLACES, _PLACES[-2::-1]])
_FINE, _COARSE = (np.concatenate([half, half[-2::-1]]) for half in (_KRONROD, _GAUSS))

Integrand = Callable[[Array], Array]


class Ends(NamedTuple):
    """The two ends of an integral, one or both of which may be infinite."""

    lower: Array
    upper: Array

    @property
    def infinite(self) -> tuple[bool, bool]:
        return bool(np.isinf(self.lower).all()), bool(np.isinf(self.upper).all())

    @property
    def reach(self) -> tuple[float, float]:
        """The first and the last step."""
        low, high = (_FAR if infinite else _NEAR for infinite in self.infinite)
        return -low, high

    def places(self, steps: Array) -> tuple[Array, Array]:
        """Where steps from about -5 to 5 fall, and by how much more than they the places move there."""
        inside, slope = np.pi / 2 * np.sinh(steps), np.pi / 2 * np.cosh(steps)
        match self.infinite:
            case True, True:
                return np.sign(self.upper) * np.sinh(inside), np.sign(self.upper) * slope * np.cosh(inside)
            case False, True:
                far = np.sign(self.upper)
                return self.lower + far * np.exp(inside), far * slope * np.exp(inside)
            case True, False:
                far = np.sign(self.lower)
                return self.upper + far * np.exp(-inside), -far * slope * np.exp(-inside)
        width, small = self.upper - self.lower, 1 / (1 + np.exp(2 * np.abs(inside)))
        at = np.where(steps < 0, self.lower + width * small, self.upper - width * small)
        return at, width / 2 * slope / np.cosh(inside) ** 2

    def steps(self, places: Array) -> Array:
        """The steps that fall on places; the last one for those that are outside."""
        match self.infinite:
            case True, True:
                inside = np.arcsinh(np.sign(self.upper) * places)
            case False, True:
                inside = np.log(np.sign(self.upper) * (places - self.lower))
            case True, False:
                inside = -np.log(np.sign(self.lower) * (places - self.upper))
            case _:
                inside = np.log((places - self.lower) / (self.upper - places)) / 2
        found = np.arcsinh(2 / np.pi * inside)
        return np.where(np.isfinite(found), np.clip(found, *self.reach), self.reach[1])


def integral(integrand: Integrand, ends: Ends, kinks: Sequence[Array] = ()) -> Array | None:
    """An integral, or None where it does not settle.

    Args:
        integrand: The values at places, which are along the first axis.
        ends: Where it begins and ends; their axes follow that of the places.
        kinks: Places at which the integrand may have a kink, or be narrow.

    Example:
        >>> ends = Ends(np.array([-1.0]), np.array([2.0]))
        >>> integral(np.abs, ends, [np.zeros(1)]).round(12).tolist()
        [2.5]
        >>> integral(lambda x: 1 / x**2, ends, [np.zeros(1)]) is None
        True
    """
    with np.errstate(all="ignore"):
        panels = _Panels.between(_edges(ends, kinks), integrand, ends)
        core = panels.core()
        return _refined(panels.within(core), core, integrand, ends) if core is not None else None


def _edges(ends: Ends, kinks: Sequence[Array]) -> Array:
    """The edges of the first panels, in order."""
    shape = np.broadcast_shapes(ends.lower.shape, ends.upper.shape, *(kink.shape for kink in kinks))
    lead = (-1, *[1] * len(shape))
    even = [np.linspace(*ends.reach, _PANELS + 1).reshape(lead)]
    near = [np.clip(ends.steps(kink) + _GRADED.reshape(lead), *ends.reach) for kink in kinks]
    return np.sort(np.concatenate([np.broadcast_to(part, (len(part), *shape)) for part in even + near]), axis=0)


Core = tuple[Array, Array]


@dataclass(frozen=True)
class _Panels:
    """Some panels: their edges, and the steps of the nodes in them with what the integrand gives there."""

    first: Array
    last: Array
    steps: Array
    values: Array

    @classmethod
    def between(cls, edges: Array, integrand: Integrand, ends: Ends) -> _Panels:
        return cls.of(edges[:-1], edges[1:], integrand, ends)

    @classmethod
    def of(cls, first: Array, last: Array, integrand: Integrand, ends: Ends) -> _Panels:
        nodes = _NODES.reshape(-1, *[1] * (first.ndim - 1))
        steps = ((first + last) / 2)[:, None] + ((last - first) / 2)[:, None] * nodes
        at, moves = ends.places(steps.reshape(-1, *steps.shape[2:]))
        values = integrand(at) * moves
        return cls(first, last, steps, values.reshape(*steps.shape[:2], *values.shape[1:]))

    def core(self) -> Core | None:
        """Between which steps the integrand has values; None where it does not vanish towards both ends."""
        values = self.values.reshape(-1, *self.values.shape[2:])
        steps = np.broadcast_to(self.steps.reshape(-1, *self.steps.shape[2:]), values.shape)
        finite = np.isfinite(values)
        outer = [np.argmax(finite, axis=0)[None], len(finite) - 1 - np.argmax(finite[::-1], axis=0)[None]]
        tails = [np.abs(np.take_along_axis(values, one, 0)[0]) for one in outer]
        low, high = (np.take_along_axis(steps, one, 0)[0] for one in outer)
        inside = self.within((low, high))
        scale = inside.sums(np.abs(inside.values), _FINE).sum(0)
        small = all((tail <= _TAIL * scale).all() for tail in tails)
        return (low, high) if small else None

    def within(self, core: Core) -> _Panels:
        """With nothing where the integrand has no value outside its core."""
        outside = ~np.isfinite(self.values) & ((self.steps < core[0]) | (self.steps > core[1]))
        return replace(self, values=np.where(outside, 0.0, self.values))

    def sums(self, values: Array, weights: Array) -> Array:
        """What a rule gives for each panel."""
        found = (values * weights.reshape(-1, *[1] * (values.ndim - 2))).sum(1)
        return np.asarray(found * (self.last - self.first) / 2)

    def halved(self, wanted: Array, integrand: Integrand, ends: Ends) -> _Panels:
        first, last = self.first[wanted], self.last[wanted]
        middle = (first + last) / 2
        return self.of(np.concatenate([first, middle]), np.concatenate([middle, last]), integrand, ends)


def _refined(panels: _Panels, core: Core, integrand: Integrand, ends: Ends) -> Array | None:
    """The integral, with each panel halved until its two rules agree."""
    scale = np.maximum(panels.sums(np.abs(panels.values), _FINE).sum(0), _NOTHING)
    total, error, spent = np.zeros(()), np.zeros(()), 0
    for _ in range(_MOST_HALVINGS):
        fine, coarse = panels.sums(panels.values, _FINE), panels.sums(panels.values, _COARSE)
        gap = np.abs(fine - coarse)
        wanted = ~(gap <= _PANEL * scale).reshape(len(gap), -1).all(1)
        total, error = total + fine[~wanted].sum(0), error + gap[~wanted].sum(0)
        spent += panels.values.size
        if not wanted.any() or spent > _MOST_VALUES:
            break
        panels = panels.halved(wanted, integrand, ends).within(core)
    settled = not wanted.any() and (error <= _SETTLED * scale).all() and np.isfinite(total).all()
    return np.asarray(total) if settled else None
