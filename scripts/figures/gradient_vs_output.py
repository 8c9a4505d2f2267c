"""The gradients of two losses by the logit of a sigmoid, against its output, when the right output is 0.

After Michael Nielsen, Neural Networks and Deep Learning, chapter 3, http://neuralnetworksanddeeplearning.com/chap3.html
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

import lossfunctions as lf
from figure_labels import Labels


def draw() -> Figure:
    figure, axes = plt.subplots()
    z = np.linspace(-8, 8, 401)
    output, bent = lf.sigmoid(z), lf.half_squared_error_from_logits_gradient(0, z)
    axes.plot(output, lf.binary_cross_entropy_from_logits_gradient(0, z), label="cross-entropy")
    axes.plot(output, bent, label="½ squared error")
    axes.set(xlabel="output, a probability (right: 0, wrong: 1)", ylabel="gradient by the logit (no unit)")
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    highest = f"½ squared error: at most {bent.max():.3f}"
    Labels(figure).lines(axes, {"cross-entropy": 0.62, "½ squared error": 0.6}, {"½ squared error": highest})
    return figure
