"""A user's deck is run at two accuracies, or as far as it gets."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from spiketwin.circuits.events import detect_spikes
from spiketwin.circuits.plans import plan_run
from spiketwin.circuits.reader import UserDeck, read_text
from spiketwin.circuits.solver import SolverSettings
from spiketwin.circuits.trials import (
    AGREED,
    first_run,
    is_smooth,
    refine,
    run_at,
    run_finer,
)
from spiketwin.models.errors import SimulationError

if TYPE_CHECKING:
    from spiketwin.circuits.engine import Engine
    from spiketwin.circuits.trial_runs import Trial

# τ = 10 ms, R·I = 2 V, threshold 1 V, reset 0 V, and a one-shot of 0.8·10p/4n = 2 ms: refractory
NEURON = """
Iin 0 vm 20u
Rm vm 0 100k
Cm vm 0 100n
Vth th 0 1
Vdd vdd 0 1
Ecmp over 0 vm th 1e4
Scmp vdd out over 0 comparator
.model comparator sw(vt=-4500 vh=4500 ron=1k roff=1e15)
Cout out 0 10p
Btimer out 0 i=4e-9*min(1, max(v(out), 0)*10)
Vhalf half 0 0.5
Edrive drive 0 out half 1e4
Sreset vm 0 drive 0 discharge
.model discharge sw(vt=0 vh=3e3 ron=1 roff=1e12)
.ic v(vm)=0 v(out)=0
"""


def deck(circuit: str, tran: str) -> UserDeck:
    return read_text(f"a title{circuit}{tran}\n.end")


def trial(engine: Engine, own: UserDeck, *nodes: str, **options: float) -> Trial:
    plan = plan_run(own)
    first = first_run(own, plan, nodes, simulate=engine.simulate)
    return refine(first, own, plan, nodes, simulate=engine.simulate, **options)


def test_a_sound_deck_is_run_until_two_accuracies_agree(engine: Engine) -> None:
    done = trial(engine, deck(NEURON, ".tran 10u 0.1 0 100u uic"), "vm", "out")
    assert done.complete
    assert done.failure is None
    assert done.unrefined == ""
    assert [run.solver.max_step for run in done.runs[:2]] == [
        pytest.approx(1e-4),
        pytest.approx(4.5e-5, rel=0.1),
    ]
    assert done.change is not None
    assert done.change <= AGREED
    spikes = detect_spikes(done.finest.traces["out"]).train.times
    # t₁ = τ ln 2, and every 2 ms + τ ln 2 another
    expected = 10e-3 * math.log(2) * (1 + np.arange(spikes.size)) + 2e-3 * np.arange(spikes.size)
    assert spikes.size == 11
    np.testing.assert_allclose(spikes, expected, atol=AGREED * 8.93e-3)


def test_the_first_run_is_at_the_decks_own_settings(engine: Engine) -> None:
    own = deck(NEURON, ".options reltol=2e-3\n.tran 10u 20m 0 100u uic")
    done = trial(engine, own, "vm")
    assert "reltol=0.002" in done.runs[0].deck.text
    assert done.runs[0].solver.options == {}
    assert ".save v(vm)\n" in done.runs[0].deck.text


def test_a_step_longer_than_the_interval_is_left_behind_at_once(engine: Engine) -> None:
    own = deck(NEURON.replace("20u", "200u").replace("4e-9", "4e-8"), ".tran 5m 20m 0 5m uic")
    done = trial(engine, own, "out")
    # τ ln(20/19) + 0.2 ms
    interval = 10e-3 * math.log(20 / 19) + 2e-4
    assert done.runs[0].solver.max_step == pytest.approx(20e-3 / 50)
    assert done.runs[1].solver.max_step == pytest.approx(interval / 200, rel=0.2)


def test_smooth_comparators_get_finer_tolerances_than_switches(engine: Engine) -> None:
    smooth = """
Iin 0 vm 20u
Cm vm 0 100n
Bout out 0 v=5/(1+exp(-20*(v(vm)-1)))
"""
    own = deck(smooth, ".tran 10u 10m 0 100u uic")
    assert is_smooth(own)
    assert not is_smooth(deck(NEURON, ".tran 10u 20m uic"))
    done = trial(engine, own, "vm")
    assert done.runs[1].solver.options["reltol"] == 1e-4
    assert "reltol=0.0001" in done.runs[1].deck.text


def test_a_tolerance_of_the_decks_own_that_is_finer_is_kept(engine: Engine) -> None:
    rc = "\nIin 0 vm sin(0 1u 100)\nRm vm 0 100k\nCm vm 0 100n\n"
    done = trial(engine, deck(rc, ".options reltol=1e-6\n.tran 10u 50m 0 100u uic"), "vm")
    assert done.runs[1].solver.options["reltol"] == 1e-6


def test_what_was_computed_before_an_abort_is_kept_and_the_line_is_named(engine: Engine) -> None:
    # an ideal comparator without hysteresis on its own reset: no step is short enough
    own = deck(
        """
Iin 0 vm 20u
Rm vm 0 100k
Cm vm 0 100n
Bcmp out 0 v=v(vm)>1 ? 5 : 0
Sreset vm 0 out 0 discharge
.model discharge sw(vt=2.5 vh=0 ron=1 roff=1e12)
.ic v(vm)=0
""",
        ".tran 10u 0.2 0 50u uic",
    )
    done = first_run(own, plan_run(own), ["vm"], simulate=engine.simulate, deadline=20.0)
    assert not done.complete
    assert done.failure is not None
    assert "imestep too small" in str(done.failure)
    membrane = done.finest.traces["vm"]
    # it stops where the membrane reaches 1 V: at τ ln 2
    assert membrane.time[-1] == pytest.approx(10e-3 * math.log(2), rel=1e-3)
    assert membrane.voltage[-1] == pytest.approx(1.0, rel=1e-3)
    assert refine(done, own, plan_run(own), ["vm"], simulate=engine.simulate) is done


def test_what_was_computed_before_the_deadline_is_kept(engine: Engine) -> None:
    own = deck(NEURON, ".tran 10u 100 0 100u uic")
    done = first_run(own, plan_run(own), ["vm"], simulate=engine.simulate, deadline=0.5)
    assert not done.complete
    assert "deadline" in str(done.failure)
    assert 0 < done.finest.traces["vm"].time[-1] < 100
    assert done.unrefined


def test_an_element_that_ngspice_complains_of_is_named_with_the_users_line(engine: Engine) -> None:
    # two sources that contradict each other: no first point is found
    own = deck("\nV1 a 0 1\nV2 a 0 2\nR1 a 0 1k\n", ".tran 10u 1m")
    with pytest.raises(SimulationError, match=r"^line [23]"):
        trial(engine, own, "a")


def test_finer_runs_end_with_the_patience(engine: Engine) -> None:
    own = deck(NEURON, ".tran 10u 0.1 0 100u uic")
    done = trial(engine, own, "vm", patience=1e-6, agreed=1e-9)
    assert len(done.runs) == 2
    assert done.change is not None
    assert "are left for it" in done.unrefined
    done = trial(engine, own, "vm", second=1e-6, patience=1e-6)
    assert done.complete
    assert len(done.runs) == 1
    assert done.change is None
    assert "are left for it" in done.unrefined


def test_the_nodes_of_the_finer_runs_may_be_fewer(engine: Engine) -> None:
    own = deck(NEURON, ".tran 10u 20m 0 100u uic")
    plan = plan_run(own)
    first = first_run(own, plan, ["vm", "out", "drive", "over"], simulate=engine.simulate)
    done = refine(first, own, plan, ["out"], simulate=engine.simulate)
    assert set(done.runs[0].traces) == {"vm", "out", "drive", "over"}
    assert set(done.finest.traces) == {"out"}


def test_runs_at_given_accuracies_hand_out_what_their_sources_deliver(engine: Engine) -> None:
    own = deck("\nV1 a 0 2\nR1 a b 1k\nC1 b 0 1u\n", ".tran 10u 4m uic")
    solvers = [SolverSettings(max_step=2e-5), SolverSettings(max_step=1e-5)]
    found = run_at(own, plan_run(own), ["b"], solvers, branches=["v1"], simulate=engine.simulate)
    assert [run.solver.max_step for run in found.runs] == [2e-5, 1e-5]
    assert found.complete
    run = found.finest
    # 2 V over 1 kΩ and 1 µF from rest: i = 2 mA·exp(−t/1 ms), into the circuit; the trapezoidal
    # rule's steps of a hundredth of τ err by 1e-5
    time = run.traces["b"].time[1:]
    np.testing.assert_allclose(
        run.currents["v1"][1:], -2e-3 * np.exp(-time / 1e-3), atol=1e-4 * 2e-3
    )
    finer = run_finer(
        found, plan_run(own).applied(own), ["b"], run.solver.finer(), simulate=engine.simulate
    )
    assert [one.solver.max_step for one in finer.runs] == [2e-5, 1e-5, 5e-6]
