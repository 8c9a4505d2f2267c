r"""Losses of a raw score s and a label y of -1 or +1, and of the raw scores of several classes."""

import numpy as np
from numpy.typing import ArrayLike

from lossfunctions._exact import products, scaled
from lossfunctions._validation import (
    Array,
    Mask,
    class_index,
    finite,
    finite_number,
    mean,
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
    r"""Zero for a score of the label's sign that reaches the margin, linear for all others.

    ```math equals="hinge(y, s, margin=m)" symbols="y: sign; s: real; m: positive"
    \ell = \max(0, m - y s)
    ```

    Args:
        y: labels, -1 or +1, any shape.
        s: raw scores (not probabilities), a shape that broadcasts with `y`.
        margin: the product m of label and score from which nothing is lost, positive.
        reduction: "none", "mean" or "sum".

    Returns:
        Losses in the unit of the scores: the broadcast shape for "none", else one number.

    Raises:
        ValueError: other labels, NaN, shapes that do not broadcast, a `margin` that is not positive, an
            unknown reduction.

    Examples:
        >>> print(hinge(-1, [0.2, -0.7, -1.1], reduction="none").round(4))
        [1.2 0.3 0. ]

    References:
        Cortes and Vapnik (1995), Support-vector networks, <https://doi.org/10.1007/BF00994018>
    """
    y, s = _label_and_score(y, s)
    with np.errstate(over="ignore"):
        return reduced(np.maximum(0, positive("margin", margin) - y * s), reduction)


def hinge_gradient(y: ArrayLike, s: ArrayLike, margin: float = 1.0) -> Array:
    r"""A subgradient of the hinge with respect to the score: 0 at the kink.

    ```math equals="hinge_gradient(y, s, margin=m)" symbols="y: sign; s: real; m: positive"
    \begin{aligned}
    \ell &= \max(0, m - y s) \\
    \frac{\partial \ell}{\partial s} &= \begin{cases} -y & y s < m \\ 0 & y s \ge m \end{cases}
    \end{aligned}
    ```

    Args:
        y: labels, as for `hinge`.
        s: raw scores, as for `hinge`.
        margin: the margin m, as for `hinge`.

    Returns:
        Derivatives of the unreduced losses, without a unit, the broadcast shape.

    Raises:
        ValueError: other labels, NaN, shapes that do not broadcast, a `margin` that is not positive.

    Examples:
        >>> print(hinge_gradient(-1, [0.2, -0.7, -1.1]))
        [1. 1. 0.]
    """
    y, s = _label_and_score(y, s)
    return np.where(y * s < positive("margin", margin), -y, 0)[()]


def squared_hinge(y: ArrayLike, s: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""The square of the hinge with margin 1, which has no kink.

    ```math equals="squared_hinge(y, s)" symbols="y: sign; s: real"
    \ell = \max(0, 1 - y s)^2
    ```

    Args:
        y: labels, -1 or +1, any shape.
        s: raw scores (not probabilities), a shape that broadcasts with `y`.
        reduction: "none", "mean" or "sum".

    Returns:
        Losses in the square of the unit of the scores: the broadcast shape for "none", else one number.

    Raises:
        ValueError: other labels, NaN, shapes that do not broadcast, an unknown reduction.

    Examples:
        >>> print(squared_hinge(-1, [0.2, -0.7, -1.1], reduction="none").round(4))
        [1.44 0.09 0.  ]
    """
    with np.errstate(over="ignore"):
        losses = hinge(y, s, reduction="none") ** 2
    return reduced(losses, reduction)


def squared_hinge_gradient(y: ArrayLike, s: ArrayLike) -> Array:
    r"""The gradient of the squared hinge with respect to the score.

    ```math equals="squared_hinge_gradient(y, s)" symbols="y: sign; s: real"
    \begin{aligned}
    \ell &= \max(0, 1 - y s)^2 \\
    \frac{\partial \ell}{\partial s} &= -2 y \max(0, 1 - y s)
    \end{aligned}
    ```

    Args:
        y: labels, as for `squared_hinge`.
        s: raw scores, as for `squared_hinge`.

    Returns:
        Derivatives of the unreduced losses in the unit of the scores, the broadcast shape.

    Raises:
        ValueError: other labels, NaN, shapes that do not broadcast.

    Examples:
        >>> print(squared_hinge_gradient(-1, [0.2, -0.7, -1.1]).round(4))
        [2.4 0.6 0. ]
    """
    y, s = _label_and_score(y, s)
    with np.errstate(over="ignore"):
        return -2 * y * np.maximum(0, 1 - y * s)


def logistic(y: ArrayLike, s: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""Binary cross-entropy from a logit, written for labels of -1 and +1.

    ```math equals="logistic(y, s)" symbols="y: sign; s: real"
    \ell = \log(1 + e^{-y s})
    ```

    Args:
        y: labels, -1 or +1, any shape.
        s: raw scores, taken for logits, a shape that broadcasts with `y`.
        reduction: "none", "mean" or "sum".

    Returns:
        Losses in nats: the broadcast shape for "none", else one number.

    Raises:
        ValueError: other labels, NaN, shapes that do not broadcast, an unknown reduction.

    Examples:
        >>> print(logistic(-1, [0.2, -0.7, -1.1], reduction="none").round(4))
        [0.7981 0.4032 0.2873]
    """
    y, s = _label_and_score(y, s)
    return reduced(softplus(-y * s), reduction)


def logistic_gradient(y: ArrayLike, s: ArrayLike) -> Array:
    r"""The gradient of the logistic loss with respect to the score.

    ```math equals="logistic_gradient(y, s)" symbols="y: sign; s: real"
    \begin{aligned}
    \ell &= \log(1 + e^{-y s}) \\
    \frac{\partial \ell}{\partial s} &= -\frac{y}{1 + e^{y s}}
    \end{aligned}
    ```

    Args:
        y: labels, as for `logistic`.
        s: raw scores, as for `logistic`.

    Returns:
        Derivatives of the unreduced losses, without a unit, the broadcast shape.

    Raises:
        ValueError: other labels, NaN, shapes that do not broadcast.

    Examples:
        >>> print(logistic_gradient(-1, [0.2, -0.7, -1.1]).round(4))
        [0.5498 0.3318 0.2497]
    """
    y, s = _label_and_score(y, s)
    return -y * sigmoid(-y * s)


def zero_one(y: ArrayLike, s: ArrayLike, *, reduction: str = "mean") -> Array:
    r"""1 for a score that has not the label's sign, else 0; a score of 0 has no sign and costs 1.

    ```math equals="zero_one(y, s)" symbols="y: sign; s: real"
    \ell = \begin{cases} 1 & y s \le 0 \\ 0 & y s > 0 \end{cases}
    ```

    Args:
        y: labels, -1 or +1, any shape.
        s: raw scores, a shape that broadcasts with `y`.
        reduction: "none", "mean" or "sum"; the mean is the error rate.

    Returns:
        Losses, without a unit: the broadcast shape for "none", else one number.

    Raises:
        ValueError: other labels, NaN, shapes that do not broadcast, an unknown reduction.

    Examples:
        >>> print(zero_one(-1, [0.2, -0.7, -1.1], reduction="none"))
        [1. 0. 0.]
    """
    y, s = _label_and_score(y, s)
    return reduced((y * s <= 0).astype(np.float64), reduction)


def _rivals(y: ArrayLike, s: ArrayLike, margin: float) -> tuple[Array, Mask]:
    """How far each rival class comes within the margin of the right one, and which class is right."""
    s = with_classes("s", finite("s", s))
    classes = np.arange(s.shape[-1])
    y = class_index("y", y, len(classes))
    together(**{"y": y, "s without its last axis": s[..., 0]})
    right = y[..., None] == classes
    own = np.sum(np.where(right, s, 0), axis=-1, keepdims=True)
    with np.errstate(over="ignore"):
        excess = positive("margin", margin) + (s - own)
    return np.where(right, -np.inf, excess), right


def multiclass_hinge(y: ArrayLike, s: ArrayLike, margin: float = 1.0, *, reduction: str = "mean") -> Array:
    r"""The multi-class hinge of Weston and Watkins: every rival within the margin costs.

    ```math equals="multiclass_hinge(y, s, margin=m)" symbols="K: size; y: class; s_k: real; m: positive"
    \ell = \sum_{k \ne y} \max(0, m + s_k - s_y)
    ```

    Args:
        y: right classes, whole numbers from 0 to K - 1, shape (...).
        s: raw scores, shape (..., K), finite; the leading axes broadcast with `y`.
        margin: the lead m over a rival from which nothing is lost, positive.
        reduction: "none", "mean" or "sum".

    Returns:
        Losses in the unit of the scores: the broadcast shape (...) for "none", else one number.

    Raises:
        ValueError: a class that is not one of K, scores that are not finite, shapes that do not broadcast,
            a `margin` that is not positive, an unknown reduction.

    Examples:
        The hinge tells these scores apart only if the first class is not the right one:

        >>> scores = [[10.0, 9.0, 9.0], [10.0, -10.0, -10.0]]
        >>> print(multiclass_hinge(0, scores, reduction="none"))
        [0. 0.]
        >>> print(multiclass_hinge(1, scores, reduction="none"))
        [ 3. 22.]

    References:
        Weston and Watkins (1999), Support vector machines for multi-class pattern recognition, ESANN.
    """
    excess, _ = _rivals(y, s, margin)
    with np.errstate(over="ignore"):
        return reduced(np.sum(np.maximum(0, excess), axis=-1), reduction)


def multiclass_hinge_gradient(y: ArrayLike, s: ArrayLike, margin: float = 1.0) -> Array:
    r"""A subgradient of the Weston-Watkins hinge with respect to the scores: 0 at each kink.

    ```math equals="multiclass_hinge_gradient(y, s, margin=m)" symbols="K: size; y: class; s_k: real; m: positive"
    \begin{aligned}
    \ell &= \sum_{k \ne y} \max(0, m + s_k - s_y) \\
    \frac{\partial \ell}{\partial s_j} &= \begin{cases}
      [m + s_j > s_y] & j \ne y \\
      -\sum_{k \ne y} [m + s_k > s_y] & j = y
    \end{cases}
    \end{aligned}
    ```

    Each rival within the margin has derivative 1, and the right class minus the number of them.

    Args:
        y: right classes, as for `multiclass_hinge`.
        s: raw scores, as for `multiclass_hinge`.
        margin: the margin m, as for `multiclass_hinge`.

    Returns:
        Derivatives of the unreduced losses, without a unit, shape (..., K).

    Raises:
        ValueError: a class that is not one of K, scores that are not finite, shapes that do not broadcast,
            a `margin` that is not positive.

    Examples:
        >>> print(multiclass_hinge_gradient(1, [10.0, 9.0, 9.0]))
        [ 1. -2.  1.]
    """
    excess, right = _rivals(y, s, margin)
    violated = (excess > 0).astype(np.float64)
    count: Array = np.sum(violated, axis=-1, keepdims=True)
    return violated - right * count


def crammer_singer(y: ArrayLike, s: ArrayLike, margin: float = 1.0, *, reduction: str = "mean") -> Array:
    r"""The multi-class hinge of Crammer and Singer: only the strongest rival costs.

    ```math equals="crammer_singer(y, s, margin=m)" symbols="K: size; y: class; s_k: real; m: positive"
    \ell = \max\left(0, m - s_y + \max_{k \ne y} s_k\right)
    ```

    Args:
        y: right classes, whole numbers from 0 to K - 1, shape (...).
        s: raw scores, shape (..., K), finite; the leading axes broadcast with `y`.
        margin: the lead m over the strongest rival from which nothing is lost, positive.
        reduction: "none", "mean" or "sum".

    Returns:
        Losses in the unit of the scores: the broadcast shape (...) for "none", else one number.

    Raises:
        ValueError: a class that is not one of K, scores that are not finite, shapes that do not broadcast,
            a `margin` that is not positive, an unknown reduction.

    Examples:
        >>> scores = [[10.0, 9.0, 9.0], [10.0, -10.0, -10.0]]
        >>> print(crammer_singer(1, scores, reduction="none"))
        [ 2. 21.]

    References:
        Crammer and Singer (2001), On the algorithmic implementation of multiclass kernel-based vector
        machines, Journal of Machine Learning Research 2, 265-292.
    """
    excess, _ = _rivals(y, s, margin)
    return reduced(np.maximum(0, np.max(excess, axis=-1)), reduction)


def crammer_singer_gradient(y: ArrayLike, s: ArrayLike, margin: float = 1.0) -> Array:
    r"""A subgradient of the Crammer-Singer hinge with respect to the scores: 0 at the hinge's kink.

    ```math equals="crammer_singer_gradient(y, s, margin=m)" symbols="K: size >= 2; y: class; s_k: real; m: positive"
    \begin{aligned}
    r &= \arg\max_{k \ne y} s_k \\
    \ell &= \max(0, m + s_r - s_y) \\
    \frac{\partial \ell}{\partial s_j} &= [m + s_r > s_y] ([j = r] - [j = y])
    \end{aligned}
    ```

    The strongest rival, if it is within the margin, has derivative 1 and the right class -1; of equally
    strong rivals the first counts.

    Args:
        y: right classes, as for `crammer_singer`.
        s: raw scores, as for `crammer_singer`.
        margin: the margin m, as for `crammer_singer`.

    Returns:
        Derivatives of the unreduced losses, without a unit, shape (..., K).

    Raises:
        ValueError: a class that is not one of K, scores that are not finite, shapes that do not broadcast,
            a `margin` that is not positive.

    Examples:
        >>> print(crammer_singer_gradient(1, [[10.0, 9.0, 9.0], [9.0, 9.0, 9.0]]))
        [[ 1. -1.  0.]
         [ 1. -1.  0.]]
    """
    excess, right = _rivals(y, s, margin)
    strongest: Mask = np.argmax(excess, axis=-1)[..., None] == np.arange(excess.shape[-1])
    violated: Mask = np.max(excess, axis=-1, keepdims=True) > 0
    return violated * (strongest.astype(np.float64) - right)


def _examples(X: ArrayLike, y: ArrayLike, w: ArrayLike, b: float) -> tuple[Array, Array, Array, tuple[Array, Array]]:
    """Features (N, D), labels (N,), weights (D,) and the scores of the examples (N,), with their exponents of 2."""
    X, y, w, b = finite("X", X), one_of("y", y, -1, 1), finite("w", w), finite_number("b", b)
    if X.ndim != 2 or y.shape != X.shape[:1] or w.shape != X.shape[1:]:
        shapes = f"X has shape {X.shape}, y {y.shape} and w {w.shape}"
        raise ValueError(f"{shapes}; X must be (N, D), y (N,) and w (D,)")
    # The bias is the weight of a feature that is always 1.
    return X, y, w, products(np.insert(X, 0, 1, axis=1), np.insert(w, 0, b))


def l2_objective(X: ArrayLike, y: ArrayLike, w: ArrayLike, b: float, strength: float) -> float:
    r"""The objective of the soft-margin support vector machine: the mean hinge, and a price on the weights.

    ```math equals="l2_objective(x, y, w, b, alpha)" symbols="N: size; D: size; i: index 1..N; j: index 1..D; x_{ij}: real; y_i: sign; w_j: real; b: real; \alpha: positive"
    \begin{aligned}
    s_i &= w^\top x_i + b \\
    J &= \frac{\alpha}{2} \|w\|^2 + \frac{1}{N} \sum_{i=1}^{N} \max(0, 1 - y_i s_i)
    \end{aligned}
    ```

    Without the first term the hinge of separable data can be made 0 at any margin, by scaling the weights.

    Args:
        X: features x, shape (N, D).
        y: labels, -1 or +1, shape (N,).
        w: weights, shape (D,).
        b: the bias, which is not regularised.
        strength: the weight alpha of the first term, positive.

    Returns:
        The objective, in the unit of the scores.

    Raises:
        ValueError: other labels or shapes, numbers that are not finite, a `strength` that is not positive.

    Examples:
        >>> print(l2_objective([[2.0], [-1.0]], [1, -1], w=[0.5], b=0.0, strength=1.0))
        0.375

    References:
        Cortes and Vapnik (1995), <https://doi.org/10.1007/BF00994018>
    """  # noqa: E501
    _, y, w, scores = _examples(X, y, w, b)
    strength, k = np.frexp(positive("strength", strength))
    w, j = scaled(w)
    with np.errstate(over="ignore"):
        return float(np.ldexp(strength * (w @ w), 2 * j + k - 1) + hinge(y, np.ldexp(*scores)))


def l2_objective_gradient(X: ArrayLike, y: ArrayLike, w: ArrayLike, b: float, strength: float) -> tuple[Array, float]:
    r"""A subgradient of the regularised objective with respect to the weights, and to the bias.

    ```math equals="l2_objective_gradient(x, y, w, b, alpha)[0]" symbols="N: size; D: size; i: index 1..N; j: index 1..D; x_{ij}: real; y_i: sign; w_j: real; b: real; \alpha: positive"
    \begin{aligned}
    s_i &= w^\top x_i + b \\
    J &= \frac{\alpha}{2} \|w\|^2 + \frac{1}{N} \sum_{i=1}^{N} \max(0, 1 - y_i s_i) \\
    \frac{\partial J}{\partial w_j} &= \alpha w_j - \frac{1}{N} \sum_{i=1}^{N} [y_i s_i < 1] y_i x_{ij}
    \end{aligned}
    ```

    The price of the weights does not depend on the bias:

    ```math equals="l2_objective_gradient(x, y, w, b, alpha)[1]" symbols="N: size; D: size; i: index 1..N; j: index 1..D; x_{ij}: real; y_i: sign; w_j: real; b: real; \alpha: positive"
    \begin{aligned}
    s_i &= w^\top x_i + b \\
    \ell &= \frac{1}{N} \sum_{i=1}^{N} \max(0, 1 - y_i s_i) \\
    \frac{\partial \ell}{\partial b} &= -\frac{1}{N} \sum_{i=1}^{N} [y_i s_i < 1] y_i
    \end{aligned}
    ```

    Args:
        X: features x, as for `l2_objective`.
        y: labels, as for `l2_objective`.
        w: weights, as for `l2_objective`.
        b: the bias, as for `l2_objective`.
        strength: the price alpha of the weights, as for `l2_objective`.

    Returns:
        The derivatives with respect to `w`, shape (D,), and to `b`, a number.

    Raises:
        ValueError: other labels or shapes, numbers that are not finite, a `strength` that is not positive.

    Examples:
        >>> print(l2_objective_gradient([[2.0], [-1.0]], [1, -1], w=[0.5], b=0.0, strength=1.0))
        (array([0.]), 0.5)
    """  # noqa: E501
    X, y, w, scores = _examples(X, y, w, b)
    with np.errstate(over="ignore"):
        slopes = hinge_gradient(y, np.ldexp(*scores))
        return positive("strength", strength) * w + mean(slopes[:, None] * X, axis=0), float(np.mean(slopes))


def geometric_margin(X: ArrayLike, y: ArrayLike, w: ArrayLike, b: float) -> float:
    r"""The distance from the hyperplane to the nearest example, negative if one is on the wrong side.

    ```math equals="geometric_margin(x, y, w, b)" symbols="N: size; D: size; i: index 1..N; j: index 1..D; x_{ij}: real; y_i: sign; w_j: real, not all 0; b: real"
    \begin{aligned}
    s_i &= w^\top x_i + b \\
    \gamma &= \min_i \frac{y_i s_i}{\|w\|}
    \end{aligned}
    ```

    Args:
        X: features x, shape (N, D).
        y: labels, -1 or +1, shape (N,).
        w: weights, shape (D,), not all 0.
        b: the bias.

    Returns:
        The distance, in the unit of the features.

    Raises:
        ValueError: other labels or shapes, numbers that are not finite, weights that are all 0.

    Examples:
        >>> print(geometric_margin([[2.0, 0.0], [-1.0, 0.0]], [1, -1], w=[3.0, 0.0], b=0.0))
        1.0
    """  # noqa: E501
    _, y, w, (scores, i) = _examples(X, y, w, b)
    if not w.any():
        raise ValueError(f"w is {w}; w must have an entry other than 0, or there is no hyperplane")
    w, j = scaled(w)
    with np.errstate(over="ignore"):
        return float(np.min(np.ldexp(y * scores / np.linalg.norm(w), i - j)))
