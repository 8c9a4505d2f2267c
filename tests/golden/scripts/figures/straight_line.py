"""A straight line."""

import matplotlib.pyplot as plt
from matplotlib.figure import Figure


def draw() -> Figure:
    figure, axes = plt.subplots()
    axes.plot([0, 1], [0, 1])
    return figure
