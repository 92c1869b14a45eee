"""What other runs tell, and the first way of a membrane, against algebra."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spiketwin.circuits.plans import plan_run
from spiketwin.compare.validate.faults import Rerun, find_faults
from spiketwin.compare.validate.faults.climb import find_climb
from spiketwin.compare.validate.faults.dither import find_dither
from spiketwin.models import Trace
from spiketwin.models.errors import SimulationError

SMOOTH = """\
a smooth comparator with hysteresis, whose crossings no switch locates
Vcc vcc 0 5
Iin 0 vm 50u
Rm vm 0 100k
Cm vm 0 100n
Bamp a 0 v=2.5+2.5*tanh(1e3*(v(vm)-v(plus)))
Ramp a b 1k
Camp b 0 1n
Eout out 0 b 0 1
Vref ref 0 2.4
Rh1 ref plus 10k
Rh2 nout plus 30k
Enot nout 0 vcc out 1
Dhold out hold dsmall
Chold hold 0 100n
Rdrop hold 0 22k
Mres vm hold 0 0 nmos1 w=100u l=1u
.model nmos1 nmos(level=1 vto=0.8 kp=100u)
.model dsmall d(is=1e-12)
.ic v(vm)=0 v(b)=0 v(hold)=0
{options}
.tran 10u 80m 0 50u uic
.end
"""


def test_an_option_looser_than_ngspices_own_is_told_with_what_it_moves(examine) -> None:
    found = examine(SMOOTH.format(options=".options reltol=0.05"))
    assert len(found.scene.events.spikes.train) > 3
    assert "options-change-the-result" in found.serious
    assert "reltol=0.05" in found.the("options-change-the-result").message


def test_a_tighter_option_is_not_held_against_the_deck(examine) -> None:
    found = examine(SMOOTH.format(options=".options reltol=1e-5 trtol=1"))
    assert len(found.scene.events.spikes.train) > 3
    assert "options-change-the-result" not in found.serious
    assert "not-converged" not in found.serious


def test_an_experiment_that_fails_tells_nothing(examine, neuron) -> None:
    found = examine(neuron({"input": "Iin 0 vm 9u"}))
    assert found.serious == ["threshold-out-of-reach"]

    def broken(*_args, **_options):
        raise SimulationError("the engine is gone")

    scene = found.scene
    rerun = Rerun(plan=plan_run(scene.deck), roles=scene.roles, simulate=broken)
    assert [fault.code for fault in find_faults(scene, rerun)] == ["no-spikes"]


def test_of_a_recording_nothing_is_said_that_needs_another_run(examine, neuron) -> None:
    found = examine(neuron({"input": "Iin 0 vm 9u"}))
    recording = replace(found.scene, deck=None, roles=None, trial=None)
    (told,) = find_faults(recording)
    assert told.code == "no-spikes"
    assert "Record with a stronger input" in told.message


@pytest.mark.parametrize("direction", [1.0, -1.0])
def test_a_membranes_first_half_tells_where_it_heads_and_how_fast(direction) -> None:
    # v = A(1 − e^(−t/τ)) with A = ±2 V, τ = 10 ms, over 20 τ. The trapezoidal sum of a convex curve
    # is off by h²/12·(v′(b) − v′(a)) < 1e-6 of its area at h = τ/200.
    time = np.linspace(0.0, 0.2, 4001)
    climb = find_climb(Trace(time=time, voltage=direction * 2 * -np.expm1(-time / 10e-3)), None)
    assert climb is not None
    assert climb.heads_for == pytest.approx(direction * 2, rel=1e-4)
    assert climb.tau == pytest.approx(10e-3, rel=1e-4)
    assert not climb.overshoots


def test_a_membrane_held_short_of_where_it_heads_shows_both() -> None:
    time = np.linspace(0.0, 0.2, 4001)
    climb = find_climb(
        Trace(time=time, voltage=np.minimum(2 * -np.expm1(-time / 10e-3), 1.0)), None
    )
    assert climb is not None
    assert climb.end == 1.0
    assert climb.heads_for == pytest.approx(2.0, rel=1e-4)


def test_a_ringing_that_fades_is_no_dithering_and_one_that_lasts_is() -> None:
    time = np.linspace(0.0, 1.0, 20001)
    ripple = 1e-3 * np.sin(2 * np.pi * 100 * time)
    lasting = find_dither(Trace(time=time, voltage=-np.expm1(-time / 1e-3) + ripple))
    assert lasting is not None
    # a sine of 1 mV goes 2 mV from turn to turn, a hundred times in a second
    assert lasting.amplitude == pytest.approx(2e-3, rel=1e-2)
    assert lasting.period == pytest.approx(0.01, rel=1e-2)
    fading = Trace(time=time, voltage=-np.expm1(-time / 1e-3) + ripple * np.exp(-time / 0.1))
    assert find_dither(fading) is None
