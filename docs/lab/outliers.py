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
# # Lab: outliers
#
# One point is moved away from a line.
# How far does each loss follow it?
# The theory is on the page [Squared error](../squared-error.md).
#
# To run it on your own machine, download [lossfunctions.zip](lossfunctions.zip) as well, and `pip install lossfunctions.zip matplotlib`.

# %%
# %config InlineBackend.figure_formats = ["svg"]
import matplotlib.pyplot as plt
import numpy as np

from lossfunctions import absolute_error_gradient, fit_line, huber_gradient, log_cosh_gradient, squared_error_gradient

LOSSES = ["squared error", "absolute error", "huber", "log-cosh"]
STYLES = ["-", "--", "-.", ":"]

# %% [markdown]
# ## The data
#
# Twenty points near a line with intercept one and slope two, with Gaussian noise of standard deviation one half.
# This is just what squared error assumes.

# %%
rng = np.random.default_rng(0)
x = np.linspace(0, 10, 20)
y = 1 + 2 * x + 0.5 * rng.standard_normal(20)

for loss in LOSSES:
    line = fit_line(x, y, loss)
    print(f"{loss:15} {line.intercept:.3f} + {line.slope:.3f} x")
    assert abs(line.slope - 2) < 0.1

# %% [markdown]
# Without an outlier the four agree.
# Now lower the last point by forty.

# %% alt="Twenty points, nineteen of them along a line and the last one far below. The squared-error line is tilted towards the last point. The other three lie on the nineteen."
moved = y.copy()
moved[-1] -= 40

figure, axes = plt.subplots(figsize=(4.6, 3.4))
axes.plot(x, moved, "o", color="#000000", markersize=4)
slopes = {}
for loss, style in zip(LOSSES, STYLES):
    line = fit_line(x, moved, loss)
    slopes[loss] = line.slope
    axes.plot(x, line.intercept + line.slope * x, style, label=loss)
    print(f"{loss:15} slope {line.slope:.3f}")
axes.set(xlabel="x", ylabel="y")
axes.legend(frameon=False)
plt.show()

assert slopes["squared error"] < 1.5
assert all(abs(slopes[loss] - 2) < 0.15 for loss in LOSSES[1:])

# %% [markdown]
# ## How far does a loss follow?
#
# Move the point by more and more.
# Under squared error the slope falls along a straight line, without end.
# Under the others it stops: beyond a certain distance it does not matter how far away the point is.

# %% alt="The fitted slope over the distance by which the last point was lowered. Under squared error it falls along a straight line. Under the other three it bends at once and stays near two."
shifts = np.linspace(0, 60, 25)


def slope_after(shift, loss):
    lowered = y.copy()
    lowered[-1] -= shift
    return fit_line(x, lowered, loss).slope


paths = {loss: np.array([slope_after(shift, loss) for shift in shifts]) for loss in LOSSES}

figure, axes = plt.subplots(figsize=(4.6, 3.0))
for loss, style in zip(LOSSES, STYLES):
    axes.plot(shifts, paths[loss], style, label=loss)
axes.set(xlabel="distance by which the last point is lowered", ylabel="fitted slope")
axes.legend(frameon=False)
plt.show()

straight = np.diff(paths["squared error"])
assert np.allclose(straight, straight[0]) and straight[0] < 0
assert all(abs(paths[loss][-1] - paths[loss][12]) < 1e-3 for loss in LOSSES[1:])

# %% [markdown]
# ## The pull of one residual
#
# The reason is in the gradient.
# It says how hard a point pulls the line towards itself.
# Under squared error the pull grows with the residual.
# Under the others it never exceeds one.

# %%
residuals = np.array([0.1, 1.0, 10.0, 40.0])
for name, gradient in [
    ("squared error", squared_error_gradient),
    ("absolute error", absolute_error_gradient),
    ("huber", huber_gradient),
    ("log-cosh", log_cosh_gradient),
]:
    pull = np.abs(gradient(0.0, residuals))
    print(f"{name:14}", *(f"{value:5.1f}" for value in pull))
    assert name == "squared error" or pull.max() <= 1

# %% [markdown]
# ## Too many outliers
#
# A limited pull does not help against a crowd.
# Lower more and more of the points on the right, and watch the slope:

# %%
print(" n", *(f"{loss.split()[0]:>8}" for loss in LOSSES))
table = []
for count in range(0, 11, 2):
    crowd = y.copy()
    crowd[len(y) - count :] -= 40
    table.append([fit_line(x, crowd, loss).slope for loss in LOSSES])
    print(f"{count:2}", *(f"{slope:8.2f}" for slope in table[-1]))
table = np.array(table)
assert abs(table[1, 1] - 2) < 0.2
assert (np.abs(table[-1] - 2) > 2).all()

# %% [markdown]
# ## An outlier in x
#
# All four measure residuals upwards and downwards.
# A point that is wrong in `x` sits at the end of a long lever.
# It can drag the line through itself, so that its own residual is small:

# %%
far = x.copy()
far[-1] = 200
for loss in LOSSES:
    line = fit_line(far, y, loss)
    sizes = np.abs(y - line.intercept - line.slope * far)
    print(f"{loss:15} slope {line.slope:.3f}, residual of the point {sizes[-1]:.2f}, of the others up to {sizes.max():.2f}")
    assert line.slope < 0.5 and sizes[-1] < sizes.max() / 4

# %% [markdown]
# None of the four helps here.
# Look at the features as well as at the residuals.
#
# ## The threshold of Huber has a unit
#
# Huber turns from square to straight at a residual of one.
# One what?
# If `y` is measured in smaller units, all numbers grow, nearly every residual is beyond the threshold, and Huber behaves like absolute error.
# In larger units it behaves like squared error.

# %%
print("squared error, Huber, absolute error:")
for unit, name in [(0.001, "thousands"), (1, "ones"), (1000, "thousandths")]:
    slope = {loss: fit_line(x, moved * unit, loss).slope / unit for loss in ["squared error", "huber", "absolute error"]}
    print(f"{name:11}", *(f"{value:.3f}" for value in slope.values()))
    if unit == 0.001:
        assert abs(slope["huber"] - slope["squared error"]) < 1e-6
    if unit == 1000:
        line = fit_line(x, moved * unit, "huber")
        assert np.mean(np.abs(moved * unit - line.intercept - line.slope * x) > 1) > 0.8
        assert abs(slope["huber"] - slope["absolute error"]) < 0.01

# %% [markdown]
# ## Try it yourself
#
# - Lower a point in the middle instead of the last one.
#   Which of intercept and slope changes?
# - Replace the noise by `rng.laplace(size=20)`.
#   Which loss is closest to the true slope on average, over many seeds?
# - How many outliers does each loss tolerate if they are scattered over all of `x`, half of them up and half down?
