# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab: calibration
#
# Logistic regression and a linear support vector machine see the same data.
# Both find nearly the same decisions.
# Which of them gives probabilities that can be believed?
# We can tell, because here the true probabilities are known.
# The theory is on the page [Choosing](../choosing.md).
#
# To run it on your own machine, download [lossfunctions.zip](lossfunctions.zip) as well, and `pip install lossfunctions.zip matplotlib`.

# %%
# %config InlineBackend.figure_formats = ["svg"]
import matplotlib.pyplot as plt
import numpy as np

from lossfunctions import (
    binary_cross_entropy,
    binary_cross_entropy_from_logits_gradient,
    brier,
    fit_l2_hinge,
    gradient_descent,
    sigmoid,
)

# %% [markdown]
# ## Data whose probabilities are known
#
# Each example has two features.
# Its true probability of the label one is the sigmoid of a linear function of them.
# Then a coin with this probability decides the label.

# %%
rng = np.random.default_rng(0)


def draw(count):
    """Features, true probabilities and labels of some examples."""
    features = rng.standard_normal((count, 2))
    truth = sigmoid(features @ [2.0, -1.0] + 0.5)
    return features, truth, (rng.random(count) < truth).astype(int)


X, truth, y = draw(1000)
print(f"labels that are one:  {y.mean():.3f}")
print(f"probability over 1/2: {np.mean(truth > 0.5):.3f}")

# %% [markdown]
# ## Two models
#
# Logistic regression: gradient descent on cross-entropy.
# A column of ones takes the place of the bias.

# %%
design = np.column_stack([np.ones(len(X)), X])


def slope(weights):
    return design.T @ binary_cross_entropy_from_logits_gradient(y, design @ weights) / len(y)


weights = gradient_descent(slope, start=np.zeros(3), rate=1.0, steps=500)[-1]
print("bias and weights:", *weights.round(3))
print("the truth:         0.5 2 -1")
assert np.abs(slope(weights)).max() < 1e-9
assert np.abs(weights - [0.5, 2.0, -1.0]).max() < 0.3

# %% [markdown]
# Support vector machine: the L2-regularised hinge, with labels minus one and plus one.

# %%
machine = fit_l2_hinge(X, 2 * y - 1, strength=0.01)
print("bias and weights:", round(machine.b, 3), *machine.w.round(3))
print(f"support vectors:   {len(machine.support)} of {len(y)}")
tilt = machine.w[1] / machine.w[0]
assert abs(tilt + 0.5) < 0.1
assert np.linalg.norm(machine.w) < 0.8 * np.linalg.norm(weights[1:])

# %% [markdown]
# The weights have another length, but nearly the same direction.
# So the decisions should be nearly the same.
#
# ## Decisions
#
# On fifty thousand new examples, count how often each is right.
# For comparison, so does somebody who knows the true probabilities.
# No model can do better in the long run.

# %%
X_new, truth_new, y_new = draw(50_000)
logits = weights[0] + X_new @ weights[1:]
scores = X_new @ machine.w + machine.b

accuracy = {
    "knowing the truth": np.mean((truth_new > 0.5) == y_new),
    "cross-entropy": np.mean((logits > 0) == y_new),
    "hinge": np.mean((scores > 0) == y_new),
}
for name, value in accuracy.items():
    print(f"{name:18} {value:.4f}")
assert max(accuracy.values()) - min(accuracy.values()) < 0.005

# %% [markdown]
# ## Probabilities
#
# Now read both as probabilities.
# For logistic regression, the sigmoid of the logit is what it was trained to be.
# For the hinge, the sigmoid of the score is an act of hope.
#
# Sort the examples into ten groups by predicted probability.
# In each, compare the mean prediction with the share of labels that really are one.
# For a calibrated model the two agree.

# %% alt="The share of ones in each of ten groups over the mean predicted probability. The points of cross-entropy lie on the diagonal. Those of the hinge are below it on the left and above it on the right."
def reliability(predicted, labels, groups=10):
    """Mean prediction and share of ones, in groups of equal width."""
    group = np.minimum((predicted * groups).astype(int), groups - 1)
    size = np.bincount(group, minlength=groups)
    return np.bincount(group, predicted, groups) / size, np.bincount(group, labels, groups) / size


predictions = {"cross-entropy": sigmoid(logits), "hinge": sigmoid(scores)}

figure, axes = plt.subplots(figsize=(4.6, 4.0))
axes.plot([0, 1], [0, 1], color="#b0b0b0", linestyle=":")
gap = {}
for (name, predicted), style in zip(predictions.items(), ["o-", "s--"]):
    mean, share = reliability(predicted, y_new)
    gap[name] = np.abs(mean - share).max()
    axes.plot(mean, share, style, label=name, markersize=4)
    print(f"{name:14} largest gap {gap[name]:.3f}")
axes.set(xlabel="mean predicted probability", ylabel="share of ones")
axes.legend(frameon=False)
plt.show()

assert gap["cross-entropy"] < 0.06
assert gap["hinge"] > 0.08
assert 0.74 < mean[7] < 0.76 and share[7] > 0.8  # the hinge came last
assert (share[:4] < mean[:4]).all() and (share[6:] > mean[6:]).all()
assert sigmoid(1) < 0.75

# %% [markdown]
# The hinge is too timid: where it says three quarters, more than four fifths are ones.
# It was never asked for a probability.
# It stops pushing once an example has a margin of one, and the sigmoid of one is less than three quarters.
#
# ## What it costs
#
# Proper scores notice: cross-entropy in the first column, Brier in the second.
# So does the distance from the true probabilities, which we can only compute because we made the data.

# %%
print("model          entropy Brier   distance")
cost = {}
for name, predicted in predictions.items():
    cost[name] = [
        float(binary_cross_entropy(y_new, predicted)),
        float(brier(y_new, predicted)),
        float(np.abs(predicted - truth_new).mean()),
    ]
    print(f"{name:13}  {cost[name][0]:.4f}  {cost[name][1]:.4f}  {cost[name][2]:.4f}")
assert all(a < b for a, b in zip(cost["cross-entropy"], cost["hinge"]))

# %% [markdown]
# ## Repair
#
# Platt's remedy: fit a factor and an offset for the scores by cross-entropy, on examples that the machine has not seen.
# Here this is enough, because the score has the right direction and only the wrong length.

# %%
X_held, _, y_held = draw(1000)
held = np.column_stack([np.ones(len(X_held)), X_held @ machine.w + machine.b])


def platt_slope(parameters):
    return held.T @ binary_cross_entropy_from_logits_gradient(y_held, held @ parameters) / len(y_held)


offset, factor = gradient_descent(platt_slope, start=[0.0, 1.0], rate=1.0, steps=500)[-1]
repaired = sigmoid(offset + factor * scores)
mean, share = reliability(repaired, y_new)
print(f"factor {factor:.3f}, offset {offset:.3f}")
print(f"largest gap {np.abs(mean - share).max():.3f}")
print(f"distance from the truth {np.abs(repaired - truth_new).mean():.4f}")
assert np.abs(mean - share).max() < 0.06
assert np.abs(repaired - truth_new).mean() < cost["hinge"][2] / 2

# %% [markdown]
# ## Try it yourself
#
# - Change the `strength` of the machine.
#   How do accuracy and calibration change?
# - Let the true logit depend on the square of a feature.
#   Is logistic regression still calibrated?
#   Is it still close to the truth?
# - Train with few examples, thirty say.
#   Which of the two suffers more, and does the repair still work?
