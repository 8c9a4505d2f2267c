"""Motion with a constant acceleration, in metres and seconds."""

from __future__ import annotations

import math

__all__ = ["GRAVITY", "fall_time", "position", "stopping_distance", "throw_height", "throw_range", "velocity"]

GRAVITY = 9.81


def position(t: float, start: float, speed: float, acceleration: float) -> float:
    r"""Where a body is after a time.

    ```math equals="position(t, x_0, v_0, a)" symbols="t: positive; x_0: real; v_0: real; a: real"
    x(t) = x_0 + v_0 t + \frac{1}{2} a t^2
    ```
    """
    return start + speed * t + acceleration * t**2 / 2


def velocity(t: float, speed: float, acceleration: float) -> float:
    """How fast a body is after a time."""
    return speed + acceleration * t


def stopping_distance(speed: float, reaction: float, deceleration: float) -> float:
    """How far a car goes from the moment at which its driver sees what to stop for."""
    return speed * reaction + speed**2 / (2 * deceleration)


def fall_time(height: float) -> float:
    """How long a body falls from a height.

    Raises:
        ValueError: The height is negative.
    """
    if height < 0:
        raise ValueError(f"height is {height}; it must not be negative")
    return math.sqrt(2 * height / GRAVITY)


def throw_range(speed: float, angle: float) -> float:
    """How far a throw goes over level ground, for an angle in radians above it."""
    return speed**2 * math.sin(2 * angle) / GRAVITY


def throw_height(speed: float, angle: float) -> float:
    """How high a throw goes, for an angle in radians above level ground."""
    return (speed * math.sin(angle)) ** 2 / (2 * GRAVITY)
