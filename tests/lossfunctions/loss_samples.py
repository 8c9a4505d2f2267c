"""Arguments for the tests: seeded, over many magnitudes, with the limits, the kinks and both sides of them."""

import numpy as np

Array = np.ndarray
COUNT = 2000
RNG = np.random.default_rng(20180101)


def _sizes(count: int, low: float, high: float) -> Array:
    """Numbers of either sign whose magnitudes spread evenly over powers of ten."""
    return RNG.choice([-1, 1], count) * 10 ** RNG.uniform(low, high, count)


def reals() -> Array:
    special = [0, 1, -1, 0.5, 2.5, 1e-300, 1e-160, 1e-8, 40, 709.5, 711, 1000, -1000, 1e100, -1e200]
    quarters = RNG.integers(-9, 9, COUNT // 8) / 4
    return np.concatenate([special, quarters, RNG.normal(size=COUNT), _sizes(COUNT // 4, -12, 6)])


def logits() -> Array:
    special = [0, 1e-300, -1e-20, 1, -1.852, 4, 36.7, 37.5, -37.5, 700, -700, 740, -740, 1000, -1000]
    far = RNG.uniform(-1000, 1000, COUNT // 8)
    return np.concatenate([special, RNG.normal(size=COUNT) * 4, far, _sizes(COUNT // 8, -10, 3)])


def probabilities() -> Array:
    special = [0, 1, 0.5, 0.8, 0.08, 1e-300, 5e-324, 2.0**-53, 1 - 2.0**-53, 1 - 2.0**-52]
    small = 10 ** RNG.uniform(-300, 0, COUNT // 8)
    large = 1 - 10 ** RNG.uniform(-15.9, 0, COUNT // 4)
    return np.concatenate([special, RNG.uniform(size=COUNT), small, large])


def chances(like: Array) -> Array:
    """Labels in [0, 1]: 0 and 1 each a third of them, soft ones the rest."""
    return RNG.choice([0, 1, 0.5, 0.9, 0.1, 1e-3], len(like), p=[1 / 3, 1 / 3, 1 / 12, 1 / 12, 1 / 12, 1 / 12])


def choices(values: list[float], like: Array) -> Array:
    return RNG.choice(values, len(like))


def targets(predictions: Array) -> Array:
    """True values: some at the prediction, some one unit from it, some anywhere."""
    anywhere = RNG.permutation(predictions)
    return np.where(RNG.uniform(size=len(predictions)) < 0.1, predictions - choices([-1, 0, 1], predictions), anywhere)


def logit_rows(classes: int) -> Array:
    """Rows of logits: near one another, equal, far apart, one far above the rest."""
    special = np.zeros((5, classes))
    special[1:, 0] = [1, 1000, -1000, 30.3]
    special[2:, 1] = [-1000, 1000, 0.1]
    near, wide = RNG.normal(size=(COUNT, classes)) * 3, RNG.uniform(-1000, 1000, (COUNT // 50, classes))
    ahead = RNG.normal(size=(COUNT // 10, classes))
    ahead[:, 0] += 18
    return np.concatenate([special, near, wide, ahead])


def distribution_rows(classes: int) -> Array:
    """Distributions: one-hot, uniform, with classes left out, and drawn flat and peaked."""
    special = np.concatenate([np.eye(classes), np.full((1, classes), 1 / classes)])
    tiny = np.zeros((2, classes))
    tiny[:, 0], tiny[0, 1], tiny[1, :2] = 1, 1e-300, [1 - 2.0**-53, 2.0**-53]
    flat, peaked = RNG.dirichlet(np.ones(classes), COUNT // 2), RNG.dirichlet(np.full(classes, 0.2), COUNT // 2)
    part = flat[: COUNT // 8] * (RNG.uniform(size=(COUNT // 8, classes)) < 0.7)
    part = part[part.any(axis=1)]
    return np.concatenate([special, tiny, flat, peaked, part / part.sum(axis=1, keepdims=True)])


def label_rows(like: Array) -> Array:
    """Labels for rows of classes: half of them one-hot, half soft."""
    rows, classes = like.shape
    hot, soft = np.eye(classes)[RNG.integers(classes, size=rows)], RNG.dirichlet(np.ones(classes), rows)
    return np.where(RNG.uniform(size=(rows, 1)) < 0.5, hot, soft)


def score_rows(classes: int) -> Array:
    """Scores of several classes, many of them exactly at a kink."""
    special = [[10, 9, 9], [10, -10, -10], [1000, -1000, 999], [0, 0, 0], [1, 0, 0]]
    whole = RNG.integers(-3, 4, (COUNT // 4, classes)) / 2
    return np.concatenate([np.resize(special, (5, classes)), whole, RNG.normal(size=(COUNT, classes)) * 2])
