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
# # Lab: learning speed
#
# One neuron, two losses.
# Which one learns faster, from where, and at which rate?
# Change the numbers and run the cells again.
# The theory is on the page [Learning speed](../learning-speed.md).
#
# To run it on your own machine, download [lossfunctions.zip](lossfunctions.zip) as well, and `pip install lossfunctions.zip matplotlib`.

# %%
# %config InlineBackend.figure_formats = ["svg"]
import matplotlib.pyplot as plt
import numpy as np

from lossfunctions import (
    binary_cross_entropy_from_logits_gradient,
    half_squared_error_from_logits_gradient,
    sigmoid,
    sigmoid_derivative,
    train_neuron,
)

LOSSES = ["squared error", "cross-entropy"]

# %% [markdown]
# ## The neuron that would not learn
#
# The neuron has one weight and one bias.
# Its input is one, and it should answer zero.
# It starts out sure of the opposite: weight and bias are both two.

# %% alt="The output of the neuron over three hundred steps. With cross-entropy it falls at once. With squared error it stays near one for half of the time, then falls."
task = dict(x=1.0, y=0, w=2.0, b=2.0, rate=0.15, steps=300)
history = {loss: train_neuron(loss, **task) for loss in LOSSES}

figure, axes = plt.subplots(figsize=(4.6, 3.0))
for loss, style in zip(LOSSES, ["-", "--"]):
    axes.plot(history[loss].output, style, label=loss)
axes.set(xlabel="step", ylabel="output of the neuron", ylim=(0, 1.05))
axes.legend(frameon=False)
plt.show()

for loss in LOSSES:
    print(f"{loss:13}  at step 150: {history[loss].output[150]:.4f}")
assert history["squared error"].output[150] > 0.93
assert history["cross-entropy"].output[150] < 0.03

# %% [markdown]
# ## Why: the gradient at the start
#
# Both gradients push the logit in the same direction.
# The ratio of their sizes is one over the slope of the sigmoid, and that slope is small where the neuron is sure.

# %%
start = 2.0 * 1.0 + 2.0
slow = half_squared_error_from_logits_gradient(0, start)
fast = binary_cross_entropy_from_logits_gradient(0, start)
print(f"squared error {slow:.4f}\ncross-entropy {fast:.4f}\nratio {fast / slow:.1f}")
assert np.isclose(fast / slow, 1 / sigmoid_derivative(start))

# %% [markdown]
# ## Other starting points
#
# How many steps until the output is below one half?
# Each start is a weight and a bias.
# The surer the neuron is of the wrong answer, the longer squared error takes.

# %%
starts = [(0.0, 0.0), (0.6, 0.9), (1.0, 1.0), (2.0, 2.0), (2.5, 2.5), (3.0, 3.0)]


def steps_needed(loss, w, b, rate=0.15, below=0.5, steps=1500):
    """The first step whose output is below the given value."""
    output = train_neuron(loss, 1.0, 0, w, b, rate, steps).output
    assert output[-1] < below, "not reached: allow more steps"
    return int(np.argmax(output < below))


needed = np.array([[steps_needed(loss, w, b) for loss in LOSSES] for w, b in starts])
print("w    b    output  squared   cross")
for (w, b), (slow, fast) in zip(starts, needed):
    print(f"{w:.1f}  {b:.1f}  {sigmoid(w + b):.4f}  {slow:7}  {fast:6}")
assert (needed[:, 0] >= needed[:, 1]).all()
assert (np.diff(needed[:, 0]) > 0).all()
assert (needed[0] == 1).all() and needed[-1, 0] > 50 * needed[-1, 1]

# %% [markdown]
# From the last start, squared error needs more than fifty times as many steps.
# From the first, the neuron is not sure of anything, and the first step is enough for both.
#
# ## Other rates
#
# Is the comparison fair?
# Squared error could simply take a larger rate.
# Here it gets one up to a hundred times as large.

# %%
rates = [0.15, 0.6, 1.5, 6.0, 15.0]
reached = {rate: steps_needed("squared error", 2.0, 2.0, rate, steps=300) for rate in rates}
fast = steps_needed("cross-entropy", 2.0, 2.0, steps=300)
for rate, steps in reached.items():
    print(f"squared error, rate {rate:5}: {steps:4} steps")
print(f"cross-entropy, rate {task['rate']:5}: {fast:4} steps")
assert reached[1.5] > fast > reached[6.0]

# %% [markdown]
# So a larger rate helps.
# But which one?
# The factor between the gradients is not constant.
# Along the way it goes from large to four and back to large:

# %% alt="The ratio of the two gradients over the output of the neuron, on a logarithmic scale. It is four at one half and grows without bound towards zero and one."
outputs = history["cross-entropy"].output
logits = history["cross-entropy"].w + history["cross-entropy"].b
factor = 1 / sigmoid_derivative(logits)

figure, axes = plt.subplots(figsize=(4.6, 3.0))
axes.plot(outputs, factor)
axes.axhline(4, color="#b0b0b0", linestyle=":")
axes.set(xlabel="output on the way from 0.98 to 0.01", ylabel="ratio of the gradients", yscale="log", xlim=(1, 0))
axes.set_yticks([4, 10, 40], labels=["4", "10", "40"])
axes.minorticks_off()
plt.show()

print(f"start {factor[0]:.1f}, smallest {factor.min():.2f}, end {factor[-1]:.1f}")
assert factor.min() >= 4 and factor[0] > 50 and factor[-1] > 50

# %% [markdown]
# A rate that fits one part of the way does not fit another.
# With cross-entropy there is nothing to make up for.
#
# ## Where to start
#
# A neuron with many inputs adds up many terms, and its logits grow with the weights.
# Here are a thousand neurons with a hundred standard normal inputs each.
# Small weights keep the slope near its maximum of one quarter.
# Large ones saturate.

# %%
rng = np.random.default_rng(0)
inputs = rng.standard_normal((1000, 100))
directions = rng.standard_normal((1000, 100))
slopes = {}
for sd in [0.001, 0.01, 0.1, 1.0]:
    logits = np.sum(inputs * sd * directions, axis=1)
    slopes[sd] = sigmoid_derivative(logits).mean()
    print(f"weights of sd {sd:5}: slope {slopes[sd]:.4f}")
assert 0.249 < slopes[0.01] < 0.25
assert slopes[1.0] < 0.05

# %% [markdown]
# ## Try it yourself
#
# - Give `train_neuron` two examples with different labels: `x=[1.0, -1.0], y=[0, 1]`.
#   Then two that contradict each other: `x=[1.0, 1.0], y=[0, 1]`.
# - Set the label to one half.
#   Where does each loss lead?
# - Start at weight and bias ten.
#   How many steps does squared error need now?
#   Predict it before you run it.
