"""One neuron that has to learn 0 for the input 1, from a badly wrong start, under two losses.

Weight and bias start at 2 and the rate is 0.15, as in Michael Nielsen's Neural Networks and Deep Learning,
chapter 3, http://neuralnetworksanddeeplearning.com/chap3.html
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

import lossfunctions as lf
from figure_labels import Labels

Array = NDArray[np.float64]
MARKED = 150


def draw() -> Figure:
    figure, (outputs, losses) = plt.subplots(2, 1, sharex=True, figsize=(4.6, 5.2))
    for loss, name in (("cross-entropy", "cross-entropy"), ("squared error", "½ squared error")):
        history = lf.train_neuron(loss, x=1.0, y=0, w=2.0, b=2.0, rate=0.15, steps=300)
        draw_path(outputs, history.output, name)
        draw_path(losses, history.loss, name)
    outputs.set(ylabel="output (a probability)", ylim=(0, 1.1), yticks=[0, 0.5, 1])
    losses.set(xlabel="steps of gradient descent", ylabel="loss (cross-entropy: nats)", xlim=(0, 300), ylim=(0, 4.2))
    labels = Labels(figure)
    for line in outputs.get_lines():
        mark(outputs, labels, line)
    labels.lines(outputs, {"cross-entropy": 25, "½ squared error": 200})
    labels.lines(losses, {"cross-entropy": 8, "½ squared error": 170})
    return figure


def draw_path(axes: Axes, values: Array, name: str) -> None:
    axes.plot(np.arange(values.size), values, label=name)


def mark(axes: Axes, labels: Labels, line: Line2D) -> None:
    output = np.asarray(line.get_ydata())[MARKED]
    axes.plot([MARKED], [output], "o", color=line.get_color())
    labels.points(axes, {f"{output:.4f}": (MARKED, output)})
