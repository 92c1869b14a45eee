"""What a waveform looks like is told from its course over time, and not from its points."""

from __future__ import annotations

import numpy as np
import pytest

from spiketwin.compare.validate.wiring.shapes import shape_of, together
from spiketwin.models.waveforms import Trace


def straight(*corners: tuple[float, float], most: float = 0.01) -> Trace:
    """Straight lines through the corners, with points that crowd where the course is steep."""
    times, volts = np.array(corners).T
    even = np.arange(times[0], times[-1], most)
    around = (times[:, np.newaxis] + np.linspace(-1e-3, 1e-3, 41)).ravel()
    grid = np.unique(np.concatenate((times, even, around[around > times[0]])))
    grid = grid[grid <= times[-1]]
    return Trace(time=grid, voltage=np.interp(grid, times, volts))


def repeated(shape: list[tuple[float, float]], period: float, count: int) -> Trace:
    return straight(*[(k * period + t, v) for k in range(count) for t, v in shape])


SAW = repeated([(0.0, 0.0), (0.95, 1.0), (1.0, 0.0 + 1e-9)], 1.001, 12)
SQUARE = repeated([(0.0, 0.0), (0.7, 0.0), (0.701, 5.0), (0.999, 5.0)], 1.0, 12)
ONE_SHOT = repeated([(0.0, 0.0), (0.7, 0.0), (0.701, 1.0), (0.999, 0.0)], 1.0, 12)


def test_a_saw_tooth_is_on_its_way_and_has_no_two_levels() -> None:
    shape = shape_of(SAW)
    # 15 % at either end count as there
    assert shape.between == pytest.approx(0.7, abs=0.02)
    assert not shape.two_levels
    assert not shape.pulses
    assert shape.interval == pytest.approx(1.001, rel=1e-3)


def test_a_square_wave_has_two_levels() -> None:
    shape = shape_of(SQUARE)
    assert shape.two_levels
    assert (shape.low, shape.high) == (0.0, 5.0)
    # after the first half per cent of the run
    np.testing.assert_allclose(shape.rises, np.arange(12) + 0.7005, atol=1e-3)
    # the fall is the first millisecond of the next period; the run ends before the last
    np.testing.assert_allclose(shape.falls, np.arange(11) + 0.9995, atol=1e-3)


def test_a_one_shot_that_is_discharged_on_a_straight_line_makes_pulses() -> None:
    shape = shape_of(ONE_SHOT)
    assert not shape.two_levels
    assert shape.pulses


def test_a_glitch_at_the_start_decides_nothing() -> None:
    glitch = np.where(SQUARE.time < 1e-3, 100.0, SQUARE.voltage)
    shape = shape_of(Trace(time=SQUARE.time, voltage=glitch))
    assert shape.high == 5.0


def test_a_constant_is_still() -> None:
    assert shape_of(straight((0.0, 1.8), (1.0, 1.8))).still


def test_events_go_together_where_each_has_one_near() -> None:
    events = np.array([1.0, 2.0, 3.0, 4.0])
    assert together(events, events + 0.01, 0.02) == 1.0
    assert together(events, events[:2] - 0.01, 0.02) == 0.5
    assert together(events, np.array([0.5]), 0.02) == 0.0
    assert together(events, np.empty(0), 0.02) == 0.0
