"""One neuron that has to learn 0 for the input 1, from a badly wrong start, under two losses.

Weight and bias start at 2 and the rate is 0.15, as in Michael Nielsen's Neural Networks and Deep Learning,
chapter 3, http://neuralnetworksanddeeplearning.com/chap3.html
"""

import matplotlib.pyplot as plt
import numpy as np

import lossfunctions as lf
from figure_labels import label_line

MARKED = 150


def draw():
    figure, (outputs, losses) = plt.subplots(2, 1, sharex=True, figsize=(4.6, 5.2))
    for loss, name, above, below in (
        ("cross-entropy", "cross-entropy", (25, 7, 5), (8, 7, 0)),
        ("squared error", "½ squared error", (200, 7, 5), (170, 0, 10)),
    ):
        history = lf.train_neuron(loss, x=1.0, y=0, w=2.0, b=2.0, rate=0.15, steps=300)
        label_line(draw_path(outputs, history.output, name), *above)
        label_line(draw_path(losses, history.loss, name), *below)
    for line in outputs.get_lines():
        mark(line)
    outputs.set(ylabel="output (a probability)", ylim=(0, 1.1), yticks=[0, 0.5, 1])
    losses.set(xlabel="steps of gradient descent", ylabel="loss (cross-entropy: nats)", xlim=(0, 300), ylim=(0, 4.2))
    return figure


def draw_path(axes, values, name):
    return axes.plot(np.arange(values.size), values, label=name)[0]


def mark(line):
    output = line.get_ydata()[MARKED]
    line.axes.plot([MARKED], [output], "o", color=line.get_color())
    line.axes.annotate(f"{output:.4f}", (MARKED, output), xytext=(0, 7), textcoords="offset points", ha="center")
