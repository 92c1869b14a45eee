"""The currents of voltage sources, as ngspice's own vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from spiketwin.circuits.decks import Deck
from spiketwin.models.errors import ParameterError, SimulationError

if TYPE_CHECKING:
    from spiketwin.circuits.engine import Engine

TAU = 1e-3  # s
STEP = TAU / 100


def charging(*branches: str) -> Deck:
    """Return a capacitor that a source inside of a subcircuit charges over 1 kΩ."""
    text = f"""RC
.subckt Supply out
Vdc out 0 2
.ends
XIN a Supply
R1 a b 1k
Vprobe b c 0
C1 c 0 1u ic=0
.tran {STEP!r} {3 * TAU!r} 0 {STEP!r} uic
.save v(b)
.end
"""
    return Deck(text=text, vectors=("b",), duration=3 * TAU, branches=branches)


def test_a_source_delivers_a_negative_current_and_a_probe_in_series_shows_it_positive(
    engine: Engine,
) -> None:
    run = engine.simulate(charging("v.xin.Vdc", "vprobe"))
    time = run.traces["b"].time
    # i = 2 V/1 kΩ·exp(−t/τ); the trapezoidal rule is off by less than 4e-6 of 2 V, see test_engine
    expected = 2e-3 * np.exp(-time / TAU)
    assert list(run.currents) == ["v.xin.Vdc", "vprobe"]
    np.testing.assert_allclose(run.currents["vprobe"], expected, atol=4e-6 * 2e-3)
    np.testing.assert_allclose(run.currents["v.xin.Vdc"], -expected, atol=4e-6 * 2e-3)


def test_a_run_without_branches_has_no_currents_and_the_same_waveform(engine: Engine) -> None:
    without, with_one = engine.simulate(charging()), engine.simulate(charging("vprobe"))
    assert without.currents == {}
    assert without.traces["b"].voltage.tobytes() == with_one.traces["b"].voltage.tobytes()


def test_a_source_that_is_not_there_is_named(engine: Engine) -> None:
    with pytest.raises(SimulationError, match=r"no voltage source named 'v\.xin\.vcc'"):
        engine.simulate(charging("v.xin.vcc"))


@pytest.mark.parametrize("name", ["", "r1", "vin)", "vin vout", "v.x1;quit", "vin#branch", "@v1"])
def test_what_is_no_voltage_source_is_refused_before_it_gets_near_ngspice(name: str) -> None:
    with pytest.raises(ParameterError, match=r"Deck\.branches must be voltage sources"):
        charging(name)
