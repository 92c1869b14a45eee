"""Synaptic drives through whole comparisons: every neuron, both signs, two scales."""

from __future__ import annotations

import json

import pytest

from spiketwin.circuits.engine import Engine
from spiketwin.compare import TWINS, Verdict, compare, result_json
from spiketwin.compare.analyses.drives import usual_current
from spiketwin.compare.durations import default_duration
from spiketwin.compare.provenance import provenance
from spiketwin.compare.report import render_report
from spiketwin.compare.report.wording import stimulus_label
from spiketwin.models import (
    AlphaSynapse,
    Constant,
    ExponentialSynapse,
    GivenTrain,
    LeakyNeuron,
    OrnsteinUhlenbeck,
    PoissonTrain,
    PulseSynapse,
    RegularTrain,
    Sine,
    Sum,
)

BENCH = LeakyNeuron()
# a hundred thousand times less current and a tenth of the swing
BIOLOGY = LeakyNeuron(
    resistance=100e6,
    capacitance=100e-12,
    threshold=-50e-3,
    reset=-65e-3,
    leak_potential=-65e-3,
    refractory=2e-3,
)


@pytest.fixture(scope="module")
def engine():
    with Engine() as running:
        yield running


def excited_and_inhibited(current: float, pace: float) -> Sum:
    """Return a synapse of each sign; their mean currents are 1.6 and −0.3 of ``current`` amperes.

    Through one stage a spike brings weight·τ, through two e·weight·τ.
    """
    tau, e = pace / 2, 2.718281828459045
    return Sum(
        parts=(
            ExponentialSynapse(
                weight=1.6 * current, time_constant=tau, spikes=PoissonTrain(rate=1 / tau, seed=1)
            ),
            AlphaSynapse(
                weight=-0.3 * current / e, time_constant=2 * tau,
                spikes=PoissonTrain(rate=0.5 / tau, seed=2),
            ),
        )
    )  # fmt: skip


@pytest.mark.parametrize("name", TWINS)
def test_every_neuron_agrees_with_its_model_when_excited_and_inhibited(engine, name):
    twin = TWINS[name]
    neuron = twin.neuron()
    current = usual_current(twin, neuron)
    whole = default_duration(neuron, Constant(current=current))
    # as many synaptic spikes in each spike of the neuron, however slowly it fires
    fired = twin.solve(neuron, Constant(current=current), whole).spikes.times
    pace = float(fired[-1]) / len(fired)
    drive = excited_and_inhibited(current, pace)
    comparison = compare(twin, neuron, drive, duration=6 * pace, simulate=engine.simulate)
    assert len(comparison.model.spikes) >= 3
    assert len(comparison.agreement.match.pairs) == len(comparison.model.spikes)
    assert comparison.verdict is Verdict.AGREE
    assert comparison.settings.tolerance == 1e-3


def lif_drives(unit: float) -> list[Sum | ExponentialSynapse | AlphaSynapse | PulseSynapse]:
    """Return synaptic drives of a membrane whose rheobase is ``unit`` and whose τ is 10 ms."""
    fast, slow = PoissonTrain(rate=400.0, seed=3), PoissonTrain(rate=100.0, seed=4)
    pairs = GivenTrain(times=tuple(20e-3 * k + gap for k in range(12) for gap in (0.0, 2.5e-3)))
    return [
        ExponentialSynapse(weight=0.8 * unit, time_constant=5e-3, spikes=fast),
        AlphaSynapse(weight=1.5 * unit, time_constant=3e-3, spikes=slow),
        # one that decays more slowly than the membrane, one by one as fast
        ExponentialSynapse(weight=0.5 * unit, time_constant=40e-3, spikes=slow),
        AlphaSynapse(weight=1.5 * unit, time_constant=10e-3, spikes=RegularTrain(period=15e-3)),
        PulseSynapse(weight=3 * unit, spikes=pairs, width=4e-3),
        excited_and_inhibited(2 * unit, 12e-3),
        Sum(
            parts=(
                Constant(current=0.8 * unit),
                ExponentialSynapse(weight=unit, time_constant=5e-3, spikes=slow),
                AlphaSynapse(weight=-0.5 * unit, time_constant=2e-3, spikes=pairs),
                Sine(amplitude=0.3 * unit, frequency=60.0),
                OrnsteinUhlenbeck(mean=0.1 * unit, sigma=0.2 * unit, tau=5e-3, seed=5),
            )
        ),
    ]


@pytest.mark.parametrize(
    ("neuron", "index"),
    [*((BENCH, index) for index in range(7)), *((BIOLOGY, index) for index in (0, 1, 5))],
    ids=lambda value: str(value) if isinstance(value, int) else f"{value.resistance:g} Ω",
)
def test_the_leaky_circuit_agrees_with_its_model_under_synapses(engine, neuron, index):
    drive = lif_drives(neuron.rheobase)[index]
    comparison = compare("lif", neuron, drive, duration=0.24, simulate=engine.simulate)
    assert len(comparison.model.spikes) >= 7
    assert comparison.verdict is Verdict.AGREE
    assert len(comparison.agreement.match.pairs) == len(comparison.model.spikes)
    # a tenth of the tolerance, which is 1e-3 of an interval
    assert comparison.agreement.max_shift < 1e-4 * comparison.time_scale
    # the fit drives a membrane with the same stimulus, so it knows synapses, too
    assert comparison.as_built.tau is not None
    assert comparison.as_built.tau.value == pytest.approx(neuron.time_constant, rel=1e-4)


def test_inhibition_alone_keeps_a_neuron_silent_and_fewer_spikes_come_with_it(engine):
    both = excited_and_inhibited(40e-6, 12e-3)
    spikes = [
        len(compare("lif", BENCH, drive, duration=0.24, simulate=engine.simulate).model.spikes)
        for drive in (both.parts[0], both, both.parts[1])
    ]
    assert spikes[0] > spikes[1] > spikes[2] == 0


def test_a_drawing_has_two_lines_for_a_synapse():
    drive = Sum(parts=(Constant(current=1e-6), *excited_and_inhibited(1e-6, 10e-3).parts))
    assert stimulus_label(drive).replace("\u00a0", " ").splitlines() == [
        "constant 1 µA",
        "+ Poisson spikes at 200 Hz,",
        "exponential synapse of 1.6 µA",
        "+ Poisson spikes at 100 Hz,",
        "alpha synapse of −110 nA",
    ]


def test_the_files_name_a_synapses_train_and_its_seed(engine):
    drive = Sum(
        parts=(
            Constant(current=11e-6),
            AlphaSynapse(
                weight=-2e-6, time_constant=5e-3, spikes=PoissonTrain(rate=250.0, seed=41)
            ),
            PulseSynapse(weight=2e-6, width=1e-3, spikes=GivenTrain(times=(2e-3, 5e-3))),
        )
    )
    comparison = compare("lif", BENCH, drive, duration=60e-3, simulate=engine.simulate)
    origin = provenance(comparison, ngspice=engine.version)
    result = json.loads(result_json(comparison, origin))
    alpha, pulse = result["stimulus"]["parts"][1:]
    assert alpha == {
        "kind": "alpha-synapse", "weight": -2e-6, "time_constant": 5e-3, "width": 5e-4,
        "rise": 5e-8, "spikes": {"kind": "poisson", "rate": 250.0, "seed": 41},
    }  # fmt: skip
    assert pulse["spikes"] == {"kind": "given", "times": [2e-3, 5e-3]}
    assert result["provenance"]["seed"] == 41
    page = render_report(comparison, origin).replace("\u00a0", " ")
    assert "Poisson spikes at 250 Hz, alpha synapse of −2 µA" in page
    assert "2 given spikes, pulse synapse of 2 µA" in page
    assert "stimulus: 3, pulse-synapse: last spike" in page
