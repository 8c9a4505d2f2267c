"""Arguments are checked here, once: what is allowed, and what is said when it is not."""

from collections.abc import Callable
from reprlib import repr as short
from typing import Any

import numpy as np
from numpy.ma import MaskedArray  # loaded here: NumPy itself does so only when it is first asked for
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Classes = NDArray[np.intp]

# A distribution may miss 1 by this much: single precision does, after a softmax.
SUM_TOLERANCE = 1e-6


def mean(values: Array, axis: int | None = None) -> Array:
    """The mean, also where the sum would be too large for a number."""
    with np.errstate(over="ignore", invalid="ignore"):
        plain = np.mean(values, axis=axis)
        return np.where(np.isfinite(plain), plain, np.sum(values / (values.size / plain.size), axis=axis))[()]


REDUCTIONS: dict[str, Callable[[Array], Any]] = {
    "none": lambda losses: losses[()],
    "mean": mean,
    "sum": np.sum,
}


def _first(name: str, x: Array, wrong: Mask) -> str:
    """The first wrong entry, as `name[index] is value`."""
    index = tuple(np.argwhere(wrong)[0].tolist())
    return f"{name}{list(index) or ''} is {x[index]}"


def _require(name: str, x: Array, right: Mask, allowed: str) -> Array:
    if not np.all(right):
        raise ValueError(f"{_first(name, x, ~np.asarray(right))}; {name} must be {allowed}")
    return x


def _masked(x: ArrayLike) -> bool:
    """Whether there is a mask, which NumPy would leave out of an array."""
    return isinstance(x, MaskedArray) or (isinstance(x, list | tuple) and any(map(_masked, x)))


def doubles(name: str, x: ArrayLike) -> Array:
    """Numbers in double precision, in which all that follows is computed, whatever they come in."""
    try:
        masked = _masked(x)
        values = np.zeros(()) if masked else np.asarray(x).astype(np.float64, casting="safe", copy=False)
    # A foreign array's own conversion raises what it likes, and a list may contain itself.
    except (TypeError, ValueError, RuntimeError):
        raise ValueError(f"{name} is {short(x)}; {name} must be an array of real numbers") from None
    if masked:
        raise ValueError(f"{name} is a masked array; {name} must be one without: leave out or fill what is masked")
    return values


def real(name: str, x: ArrayLike) -> Array:
    """Numbers, at least one, none of them NaN."""
    values = doubles(name, x)
    if not values.size:
        raise ValueError(f"{name} has shape {values.shape}; {name} must hold at least one number")
    return _require(name, values, ~np.isnan(values), "a number")


def finite(name: str, x: ArrayLike) -> Array:
    """Numbers, none of them NaN or infinite."""
    values = real(name, x)
    return _require(name, values, np.isfinite(values), "finite")


def probability(name: str, p: ArrayLike) -> Array:
    """Numbers in [0, 1]."""
    values = real(name, p)
    return _require(name, values, (values >= 0) & (values <= 1), "in [0, 1]")


def one_of(name: str, y: ArrayLike, *allowed: int) -> Array:
    """Labels, each of them one of those allowed."""
    values = real(name, y)
    return _require(name, values, np.isin(values, allowed), " or ".join(map(str, allowed)))


def class_index(name: str, y: ArrayLike, classes: int) -> Classes:
    """Classes, counted from 0."""
    values = real(name, y)
    right = (values == np.floor(values)) & (values >= 0) & (values < classes)
    return _require(name, values, right, f"a whole number below {classes}, from 0 up").astype(np.intp)


def with_classes(name: str, x: Array) -> Array:
    """An array that has a last axis, which runs over the classes."""
    if not x.ndim:
        raise ValueError(f"{name} is {x}; {name} must be an array whose last axis runs over the classes")
    return x


def distribution(name: str, p: ArrayLike) -> Array:
    """Probabilities that sum to 1 along the last axis."""
    values = with_classes(name, probability(name, p))
    total = np.sum(values, axis=-1)
    near = np.isclose(total, 1, rtol=0, atol=SUM_TOLERANCE)
    _require(f"the sum of {name}", total, near, f"1 within {SUM_TOLERANCE} along the last axis")
    return values


def distributions(**arrays: ArrayLike) -> list[Array]:
    """Distributions over the same classes, whose other axes broadcast."""
    checked = {name: distribution(name, array) for name, array in arrays.items()}
    together(**checked)
    same_classes(**checked)
    return list(checked.values())


def together(**arrays: NDArray[Any]) -> None:
    """Shapes that broadcast."""
    try:
        np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        raise ValueError(f"{_shapes(arrays)}; the shapes must broadcast") from None


def same_classes(**arrays: Array) -> None:
    """Last axes of one length: a single class is not stretched to several."""
    if len({array.shape[-1] for array in arrays.values()}) > 1:
        raise ValueError(f"{_shapes(arrays)}; the last axes must run over the same classes")


def _shapes(arrays: dict[str, NDArray[Any]]) -> str:
    return " and ".join(f"{name} has shape {array.shape}" for name, array in arrays.items())


def number(name: str, value: float, right: Callable[[float], bool], allowed: str) -> float:
    """A single number of the right kind."""
    single = real(name, value)
    if single.ndim or not right(float(single)):
        raise ValueError(f"{name} is {value}; {name} must be {allowed}")
    return float(single)


def finite_number(name: str, value: float) -> float:
    """A single number below infinity in size."""
    return number(name, value, np.isfinite, "a finite number")


def positive(name: str, value: float) -> float:
    """A single number above 0 and below infinity."""
    return number(name, value, lambda v: 0 < v < np.inf, "a positive number")


def fraction(name: str, value: float) -> float:
    """A single number between 0 and 1, neither of them."""
    return number(name, value, lambda v: 0 < v < 1, "a number between 0 and 1")


def whole(name: str, value: int, least: int) -> int:
    """A single whole number, at least so large."""
    return int(number(name, value, lambda v: v == v // 1 >= least, f"a whole number from {least} up"))


def axis_of(x: Array, axis: int) -> int:
    """An axis of x, counted from the first or, below 0, from the last."""
    allowed = f"a whole number from {-x.ndim} to {x.ndim - 1}"
    return int(number("axis", axis, lambda v: v == v // 1 and -x.ndim <= v < x.ndim, allowed))


def choice(name: str, value: str, allowed: dict[str, Any]) -> Any:
    """What the name chosen stands for."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} is {short(value)}; {name} must be one of {', '.join(map(repr, allowed))}")
    return allowed[value]


def reduced(losses: Array, reduction: str) -> Array:
    """The losses themselves, their mean or their sum."""
    with np.errstate(over="ignore"):
        result: Array = choice("reduction", reduction, REDUCTIONS)(losses)
    return result


def in_base(nats: Array, base: float | None) -> Array:
    """Nats, or the unit of another base of the logarithm: bits for base 2."""
    if base is None:
        return nats
    base = number("base", base, lambda v: 1 < v < np.inf, "a number above 1, or None for nats")
    return nats / float(np.log(base))
