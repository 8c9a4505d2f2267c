r"""Losses of a raw score and a label of -1 or +1, and of the scores of several classes."""

import numpy as np
from numpy.typing import ArrayLike

from lossfunctions._validation import (
    Array,
    Mask,
    class_index,
    finite,
    one_of,
    positive,
    real,
    reduced,
    together,
    with_classes,
)
from lossfunctions.activations import sigmoid, softplus


def _label_and_score(y: ArrayLike, s: ArrayLike) -> tuple[Array, Array]:
    y, s = one_of("y", y, -1, 1), real("s", s)
    together(y=y, s=s)
    return y, s


def hinge(y: ArrayLike, s: ArrayLike, margin: float = 1.0, *, reduction: str = "mean") -> Array:
    r"""Zero once the score has the label's sign and reaches the margin, linear before.

    Example:
        >>> print(hinge(-1, [0.2, -0.7, -1.1], reduction="none").round(4))
        [1.2 0.3 0. ]
    """
    y, s = _label_and_score(y, s)
    return reduced(np.maximum(0, positive("margin", margin) - y * s), reduction)


def hinge_gradient(y: ArrayLike, s: ArrayLike, margin: float = 1.0) -> Array:
    r"""A subgradient of the hinge with respect to the score: 0 at the kink."""
    y, s = _label_and_score(y, s)
    return -y * (y * s < positive("margin", margin))


def squared_hinge(y: ArrayLike, s: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""The square of the hinge, which has no kink.

    Example:
        >>> print(f"{squared_hinge(-1, 0.2):.2f}")
        1.44
    """
    with np.errstate(over="ignore"):
        return reduced(hinge(y, s, reduction="none") ** 2, reduction)


def squared_hinge_gradient(y: ArrayLike, s: ArrayLike) -> Array:
    r"""The gradient of the squared hinge with respect to the score."""
    y, s = _label_and_score(y, s)
    with np.errstate(over="ignore"):
        return -2 * y * np.maximum(0, 1 - y * s)


def logistic(y: ArrayLike, s: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""Cross-entropy written for labels of -1 and +1.

    Example:
        >>> print(f"{logistic(-1, 0.2):.4f}")
        0.7981
    """
    y, s = _label_and_score(y, s)
    return reduced(softplus(-y * s), reduction)


def logistic_gradient(y: ArrayLike, s: ArrayLike) -> Array:
    r"""The gradient of the logistic loss with respect to the score."""
    y, s = _label_and_score(y, s)
    return -y * sigmoid(-y * s)


def zero_one(y: ArrayLike, s: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""1 for a score of the wrong sign, and for a score of 0; else 0.

    Example:
        >>> print(zero_one(-1, [0.2, -0.7, -1.1], reduction="none"))
        [1. 0. 0.]
    """
    y, s = _label_and_score(y, s)
    return reduced((y * s <= 0).astype(np.float64), reduction)


def _rivals(y: ArrayLike, s: ArrayLike, margin: float) -> tuple[Array, Mask]:
    """By how much each class comes within the margin of the right one, and which one is right."""
    s = with_classes("s", finite("s", s))
    y = class_index("y", y, s.shape[-1])
    together(**{"y with an axis for the classes": y[..., None], "s": s})
    right = y[..., None] == np.arange(s.shape[-1])
    own = np.sum(s, axis=-1, where=right, keepdims=True)
    with np.errstate(over="ignore"):
        excess = positive("margin", margin) + (s - own)
    return np.where(right, -np.inf, excess), right


def multiclass_hinge(y: ArrayLike, s: ArrayLike, margin: float = 1.0, *, reduction: str = "mean") -> Array:
    r"""The multi-class hinge of Weston and Watkins: every rival within the margin costs.

    Example:
        >>> print(multiclass_hinge([0, 1], [[10.0, 9.0, 9.0], [10.0, 9.0, 9.0]], reduction="none"))
        [0. 3.]
    """
    excess, _ = _rivals(y, s, margin)
    return reduced(np.sum(np.maximum(0, excess), axis=-1), reduction)


def multiclass_hinge_gradient(y: ArrayLike, s: ArrayLike, margin: float = 1.0) -> Array:
    r"""A subgradient of the Weston-Watkins hinge with respect to the scores: 0 at each kink."""
    excess, right = _rivals(y, s, margin)
    violated = (excess > 0).astype(np.float64)
    gradient: Array = violated - right * np.sum(violated, axis=-1, keepdims=True)
    return gradient


def crammer_singer(y: ArrayLike, s: ArrayLike, margin: float = 1.0, *, reduction: str = "mean") -> Array:
    r"""The multi-class hinge of Crammer and Singer: only the strongest rival costs.

    Example:
        >>> print(crammer_singer([0, 1], [[10.0, 9.0, 9.0], [10.0, 9.0, 9.0]], reduction="none"))
        [0. 2.]
    """
    excess, _ = _rivals(y, s, margin)
    return reduced(np.maximum(0, np.max(excess, axis=-1)), reduction)


def crammer_singer_gradient(y: ArrayLike, s: ArrayLike, margin: float = 1.0) -> Array:
    r"""A subgradient of the Crammer-Singer hinge with respect to the scores: 0 at the hinge's kink."""
    excess, right = _rivals(y, s, margin)
    strongest = np.argmax(excess, axis=-1)[..., None] == np.arange(excess.shape[-1])
    violated = np.max(excess, axis=-1, keepdims=True) > 0
    gradient: Array = violated * (strongest.astype(np.float64) - right)
    return gradient


def _examples(X: ArrayLike, y: ArrayLike, w: ArrayLike, b: float) -> tuple[Array, Array, Array, Array]:
    """Features (N, D), labels (N,), weights (D,) and the scores of the examples."""
    X, y, w = finite("X", X), one_of("y", y, -1, 1), finite("w", w)
    if X.ndim != 2 or y.shape != X.shape[:1] or w.shape != X.shape[1:]:
        raise ValueError(
            f"X has shape {X.shape}, y {y.shape} and w {w.shape}; X must be (N, D), y (N,) and w (D,)"
        )
    return X, y, w, X @ w + finite("b", b)


def l2_objective(X: ArrayLike, y: ArrayLike, w: ArrayLike, b: float, strength: float) -> float:
    r"""The objective of the soft-margin support vector machine: half the squared norm, and the mean hinge.

    Example:
        >>> print(l2_objective([[2.0], [-1.0]], [1, -1], [0.5], 0.0, strength=1.0))
        0.375
    """
    _, y, w, scores = _examples(X, y, w, b)
    return float(positive("strength", strength) / 2 * (w @ w) + hinge(y, scores))


def l2_objective_gradient(
    X: ArrayLike, y: ArrayLike, w: ArrayLike, b: float, strength: float
) -> tuple[Array, float]:
    r"""A subgradient of the objective with respect to the weights and to the bias."""
    X, y, w, scores = _examples(X, y, w, b)
    slopes = hinge_gradient(y, scores)
    return positive("strength", strength) * w + slopes @ X / len(y), float(np.mean(slopes))


def geometric_margin(X: ArrayLike, y: ArrayLike, w: ArrayLike, b: float) -> float:
    r"""The signed distance from the hyperplane to the nearest example, negative if one is on the wrong side.

    Example:
        >>> print(geometric_margin([[2.0, 0.0], [-1.0, 0.0]], [1, -1], [3.0, 0.0], 0.0))
        1.0
    """
    _, y, w, scores = _examples(X, y, w, b)
    if not w.any():
        raise ValueError(f"w is {w}; w must have an entry that is not 0, or there is no hyperplane")
    return float(np.min(y * scores) / np.linalg.norm(w))
