"""Finer and finer settings of the solver."""

from __future__ import annotations

import pytest

from spiketwin.circuits.solver import SolverSettings
from spiketwin.models import ParameterError


def test_finer_means_half_the_step_and_a_quarter_of_each_tolerance() -> None:
    settings = SolverSettings(
        max_step=1e-4, options={"reltol": 1e-4, "chgtol": 1e-17, "trtol": 1.0, "itl4": 50.0}
    )
    finer = settings.finer()
    assert finer.max_step == 5e-5
    assert finer.options == {"reltol": 2.5e-5, "chgtol": 2.5e-18, "trtol": 1.0, "itl4": 50.0}
    assert settings.options["reltol"] == 1e-4


def test_without_options_only_the_step_is_refined() -> None:
    finer = SolverSettings(max_step=1e-4).finer().finer()
    assert finer == SolverSettings(max_step=2.5e-5)
    assert not finer.options


def test_settings_that_mean_nothing_are_refused() -> None:
    with pytest.raises(ParameterError, match="max_step must be positive"):
        SolverSettings(max_step=0.0)
    with pytest.raises(ParameterError, match="reltol must be positive"):
        SolverSettings(max_step=1e-4, options={"reltol": -1e-4})
