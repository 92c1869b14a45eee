"""Energies of sources, against integrals on paper and against what parts burn and store."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spiketwin.circuits.decks import Deck
from spiketwin.circuits.engine import simulate
from spiketwin.compare import compare
from spiketwin.compare.studies.targets.energy import delivered, input_energy
from spiketwin.models import Constant, LeakyNeuron, Trace

R, C, I = 100e3, 100e-9, 5e-6
TAU, STOP = R * C, 40e-3


def charging_energy(stop):
    # v = R·I·(1 − exp(−t/τ)), and E = ∫ v·I dt = R·I²·(T − τ·(1 − exp(−T/τ)))
    return R * I**2 * (stop + TAU * math.expm1(-stop / TAU))


def test_a_constant_current_gives_a_leaky_membrane_what_the_integral_says_at_second_order():
    def error(steps):
        time = np.linspace(0.0, STOP, steps + 1)
        membrane = Trace(time=time, voltage=-R * I * np.expm1(-time / TAU))
        return input_energy(membrane, Constant(current=I)) / charging_energy(STOP) - 1

    # h²/12·(P'(T) − P'(0)), with P' = I·R·I/τ·exp(−t/τ)
    step = STOP / 100
    expected = step**2 / 12 * R * I**2 / TAU * math.expm1(-STOP / TAU) / charging_energy(STOP)
    assert error(100) == pytest.approx(expected, rel=0.01)
    assert error(100) / error(200) == pytest.approx(4, rel=0.01)


def test_so_does_the_circuit_and_the_finer_run_is_nearer():
    # R·I = 0.5 V stays below the threshold
    found = compare("lif", LeakyNeuron(), Constant(current=I), duration=STOP, max_step=TAU / 30)
    assert len(found.circuit.spikes.train) == 0
    errors = [
        abs(input_energy(run.membrane, found.stimulus) / charging_energy(STOP) - 1)
        for run in found.runs[:2]
    ]
    # the trapezoidal sum's own error at this step, and as much again for the solver's voltage
    bound = (TAU / 30) ** 2 / 12 * R * I**2 / TAU / charging_energy(STOP)
    assert errors[0] < 2 * bound
    assert errors[1] < errors[0] / 3


def test_a_source_delivers_what_the_resistor_burns_and_the_capacitor_stores():
    volts, ohms, farads, stop = 2.0, 1e3, 1e-6, 2e-3
    tau, step = ohms * farads, 1e-5
    text = f"""RC
Vsupply a 0 {volts}
R1 a b {ohms}
C1 b 0 {farads} ic=0
.tran {step} {stop} 0 {step} uic
.save v(b)
.end
"""
    run = simulate(Deck(text=text, vectors=("b",), duration=stop, branches=("vsupply",)))
    time, voltage = run.traces["b"].time, run.traces["b"].voltage
    given = delivered(-volts * run.currents["vsupply"], time)
    burnt = delivered((volts - voltage) ** 2 / ohms, time)
    stored = farads * (voltage[-1] ** 2 - voltage[0] ** 2) / 2
    # the trapezoidal sums err by h²/12 of the change of the power's slope, at most 2·V²/(R·τ)
    bound = step**2 / 12 * 2 * volts**2 / (ohms * tau)
    assert given == pytest.approx(burnt + stored, abs=bound)
    # on paper, from the first point that ngspice hands out: C·V²·(exp(−t₁/τ) − exp(−T/τ))
    first = float(time[0])
    on_paper = farads * volts**2 * (math.exp(-first / tau) - math.exp(-stop / tau))
    assert given == pytest.approx(on_paper, abs=2 * bound)
    assert burnt > 0.4 * given
    assert stored > 0.3 * given


def test_the_quiet_transistor_neuron_takes_three_tails_of_ten_microamperes():
    found = compare("lif", level="transistor", stimulus=Constant(current=I), duration=20e-3)
    power = found.circuit.supply_power
    assert len(found.circuit.spikes.train) == 0
    # bias, tail and load, 10 µA each at the drain of a saturated transistor; its channel's
    # modulation of 0.05/V adds up to 3.3 V · 0.05/V to each
    assert 3 * 10e-6 * 3.3 < power[-1] < 3 * 10e-6 * 3.3 * (1 + 0.05 * 3.3)
