"""Cross-entropy as entropy plus KL divergence: a true distribution of two classes, and every prediction of it.

After Kullback and Leibler (1951), On Information and Sufficiency, https://doi.org/10.1214/aoms/1177729694
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

import lossfunctions as lf
from figure_labels import Labels

TRUTH = 0.3


def draw() -> Figure:
    figure, axes = plt.subplots(figsize=(4.6, 3.7))
    q = np.linspace(0.001, 0.999, 500)
    truth, predicted = np.array([TRUTH, 1 - TRUTH]), np.stack([q, 1 - q], axis=-1)
    lowest, divergence = float(lf.entropy(truth)), lf.kl_divergence(truth, predicted)
    entropy = np.full_like(q, lowest)
    axes.plot(q, lf.cross_entropy(truth, predicted), label="cross-entropy")
    axes.plot(q, entropy, label="entropy")
    axes.fill_between(q, entropy, entropy + divergence, color="C0", alpha=0.15, linewidth=0)
    axes.fill_between(q, 0, entropy, color="C1", alpha=0.12, linewidth=0)
    axes.plot([TRUTH, TRUTH], [0, lowest], ":", color=plt.rcParams["axes.edgecolor"], linewidth=1)
    axes.plot([TRUTH], [lowest], "C0o", label="prediction = truth")
    axes.set(xlabel="predicted probability of the first class", ylabel="information (nats)")
    axes.set(xlim=(0, 1), ylim=(0, 2.2), yticks=[0, 0.5, 1, 1.5, 2])
    axes.text(0.64, lowest / 2, "entropy", color="C1", ha="center", va="center")
    axes.text(0.965, 0.84, "KL divergence", ha="right", va="center")
    labels = Labels(figure)
    labels.lines(axes, {"cross-entropy": 0.66})
    labels.points(axes, {f"truth: {TRUTH}": (TRUTH, 0)})
    return figure
