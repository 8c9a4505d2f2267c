"""Arguments are checked here, once: what is allowed, and what is said when it is not."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

# A distribution may miss 1 by this much: single precision does, after a softmax.
SUM_TOLERANCE = 1e-6

REDUCTIONS: dict[str, Callable[[Array], Any]] = {
    "none": lambda losses: losses[()],
    "mean": np.mean,
    "sum": np.sum,
}


def _first(name: str, x: NDArray[Any], wrong: NDArray[np.bool_]) -> str:
    """The first wrong entry as `name[index] is value`."""
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    place = f"[{', '.join(map(str, index))}]" if index else ""
    return f"{name}{place} is {x[index]}"


def _require(name: str, x: Array, right: Mask, allowed: str) -> Array:
    if not np.all(right):
        raise ValueError(f"{_first(name, x, ~np.asarray(right))}; {name} must be {allowed}")
    return x


def real(name: str, x: ArrayLike) -> Array:
    """Numbers, none of them NaN, at least one."""
    try:
        values = np.asarray(x).astype(np.float64, casting="safe", copy=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} is {x!r}; {name} must be an array of real numbers") from error
    if not values.size:
        raise ValueError(f"{name} is empty, with shape {values.shape}; {name} must hold at least one number")
    return _require(name, values, ~np.isnan(values), "a number, not NaN")


def finite(name: str, x: ArrayLike) -> Array:
    values = real(name, x)
    return _require(name, values, np.isfinite(values), "finite")


def probability(name: str, p: ArrayLike) -> Array:
    values = real(name, p)
    return _require(name, values, (values >= 0) & (values <= 1), "a probability in [0, 1]")


def distribution(name: str, p: ArrayLike) -> Array:
    """Probabilities whose last axis sums to 1."""
    values = with_classes(name, probability(name, p))
    total = values.sum(axis=-1)
    allowed = f"1 within {SUM_TOLERANCE:g}: the last axis of {name} is a distribution"
    _require(f"the sum of {name}", total, np.abs(total - 1) <= SUM_TOLERANCE, allowed)
    return values


def with_classes(name: str, x: Array) -> Array:
    if not x.ndim:
        raise ValueError(f"{name} is {x}; {name} must be an array whose last axis runs over the classes")
    return x


def one_of(name: str, y: ArrayLike, *allowed: int) -> Array:
    values = real(name, y)
    return _require(name, values, np.isin(values, allowed), " or ".join(map(str, allowed)))


def class_index(name: str, y: ArrayLike, classes: int) -> NDArray[np.intp]:
    values = real(name, y)
    right = np.isin(values, np.arange(classes))
    _require(name, values, right, f"an integer from 0 to {classes - 1}, one of {classes} classes")
    return values.astype(np.intp)


def interval(name: str, value: float, low: float, high: float, allowed: str) -> float:
    """A single number strictly between low and high."""
    if np.ndim(value) or not low < value < high:
        raise ValueError(f"{name} is {value}; {name} must be {allowed}")
    return value


def positive(name: str, value: float) -> float:
    return interval(name, value, 0, np.inf, "a positive number")


def together(**arrays: NDArray[Any]) -> tuple[int, ...]:
    """The shape to which the arrays broadcast."""
    try:
        return np.broadcast_shapes(*(a.shape for a in arrays.values()))
    except ValueError:
        shapes = " and ".join(f"{name} has shape {a.shape}" for name, a in arrays.items())
        raise ValueError(f"{shapes}; the shapes must broadcast") from None


def reduced(losses: Array, reduction: str) -> Array:
    """The losses themselves, their mean or their sum."""
    if reduction not in REDUCTIONS:
        raise ValueError(f"reduction is {reduction!r}; reduction must be one of {', '.join(REDUCTIONS)}")
    result: Array = REDUCTIONS[reduction](losses)
    return result


def in_base(nats: Array, base: float | None) -> Array:
    """Nats, or the unit of another base: base 2 gives bits."""
    if base is None:
        return nats
    unit = np.log(interval("base", base, 1, np.inf, "a number greater than 1, or None for nats"))
    return nats / float(unit)


def times(a: Array, b: Array) -> Array:
    """The product, with 0 times infinity 0: the limit of x log x."""
    with np.errstate(invalid="ignore"):
        return np.where(a == 0, 0, a * b)
