"""Balls, whose precision all threads share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import flint
import numpy as np
import pytest

from executable_math.values.numbers import BALLS, BITS, DOUBLE, accurate, at_most, balls, precisely, same


def test_a_double_is_the_number_that_it_is_printed_as() -> None:
    with precisely():
        assert same(balls(np.array([3.7])), BALLS.literal("3.7")).all()
        assert not same(balls(np.array([0.1 + 0.2])), BALLS.literal("0.3")).any()


def test_what_may_be_equal_is_at_most_the_other() -> None:
    with precisely():
        third = BALLS.literal("1") / BALLS.literal("3")
        assert at_most(3.0 * third, BALLS.literal("1")).all()
        assert accurate(third).all()


def test_threads_do_not_change_one_another_s_precision() -> None:
    together = Barrier(2)

    def bits(wanted: int) -> int:
        with precisely(wanted):
            with suppress(BrokenBarrierError):
                together.wait(0.2)  # the other thread would come here too, if nothing kept it out
            seen = int(flint.ctx.prec)
            with suppress(BrokenBarrierError):
                together.wait(0.2)
            return seen

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(bits, (BITS, DOUBLE)))
    assert found == [BITS, DOUBLE]


@pytest.mark.parametrize(("text", "whole"), [("2", True), ("2.5", False)])
def test_a_ball_keeps_what_is_written(text: str, whole: bool) -> None:
    assert BALLS.literal(text)[0].is_integer() is whole
