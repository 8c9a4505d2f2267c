"""How far a car goes until it stops, against its speed."""

import kinematics
import matplotlib.pyplot as plt
from matplotlib.figure import Figure


def draw() -> Figure:
    figure, axes = plt.subplots()
    speeds = range(41)
    axes.plot(speeds, [kinematics.stopping_distance(speed, 1, 8) for speed in speeds], label="stopping distance")
    axes.set(xlabel="speed (m/s)", ylabel="distance (m)")
    return figure
