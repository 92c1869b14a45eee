"""Each newer kind of stimulus through a whole comparison, at two scales, and into the files."""

from __future__ import annotations

import json
import math

import pytest

from spiketwin.circuits.engine import Engine
from spiketwin.compare import Verdict, compare, result_json
from spiketwin.compare.provenance import provenance
from spiketwin.compare.report import render_report
from spiketwin.compare.report.wording import stimulus_label
from spiketwin.models import (
    Chirp,
    HeldNoise,
    LeakyNeuron,
    OrnsteinUhlenbeck,
    PoissonPulses,
    PulseTrain,
    Sine,
    Staircase,
    Step,
    Stimulus,
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


def stimuli(unit: float) -> list[Stimulus]:
    """Return stimuli for a membrane whose rheobase is ``unit`` and whose τ is 10 ms."""
    noise = OrnsteinUhlenbeck(mean=1.3 * unit, sigma=0.6 * unit, tau=5e-3, seed=3)
    return [
        noise,
        OrnsteinUhlenbeck(mean=1.5 * unit, sigma=1.5 * unit, tau=1e-3, seed=4),
        PoissonPulses(current=3 * unit, width=3e-3, rate=150.0, seed=1, rise=1e-5),
        Staircase(initial=0.5 * unit, increment=0.5 * unit, hold=50e-3, steps=5, rise=1e-5),
        Chirp(
            amplitude=1.2 * unit, initial_frequency=5.0, final_frequency=300.0, length=0.3,
            offset=1.2 * unit,
        ),
        Sum(
            parts=(
                Step(current=1.4 * unit, onset=10e-3),
                Sine(amplitude=0.5 * unit, frequency=50.0),
                Sine(amplitude=0.5 * unit, frequency=340.0, phase=1.0),
            )
        ),
        Sum(
            parts=(
                noise,
                PulseTrain(current=2 * unit, width=2e-3, period=25e-3, rise=1e-5),
                Sine(amplitude=0.3 * unit, frequency=80.0),
            )
        ),
    ]  # fmt: skip


@pytest.mark.parametrize("index", range(7))
@pytest.mark.parametrize("neuron", [BENCH, BIOLOGY], ids=["bench", "biology"])
def test_the_circuit_agrees_with_its_model_under_each_newer_stimulus(engine, neuron, index):
    stimulus = stimuli(neuron.rheobase)[index]
    comparison = compare("lif", neuron, stimulus, simulate=engine.simulate)
    assert len(comparison.model.spikes) >= 7
    assert comparison.verdict is Verdict.AGREE
    assert len(comparison.agreement.match.pairs) == len(comparison.model.spikes)
    # a tenth of the tolerance, which is 1e-3 of an interval
    assert comparison.agreement.max_shift < 1e-4 * comparison.time_scale
    # the fit drives a membrane with the same stimulus, so it knows each kind, too
    assert comparison.as_built.tau is not None
    assert comparison.as_built.tau.value == pytest.approx(neuron.time_constant, rel=1e-4)


def test_the_time_step_follows_the_fastest_sinusoid_of_a_sum(engine):
    fast = Sum(parts=(Step(current=20e-6), Sine(amplitude=1e-6, frequency=2000.0)))
    comparison = compare("lif", BENCH, fast, duration=20e-3, simulate=engine.simulate)
    assert comparison.settings.max_step == pytest.approx(1 / 2000.0 / 120, rel=1e-12)


def test_the_files_name_each_part_of_a_sum_and_the_first_seed(engine):
    stimulus = Sum(
        parts=(
            Step(current=12e-6),
            HeldNoise(mean=0.0, sigma=3e-6, hold=2e-3, seed=41),
            OrnsteinUhlenbeck(mean=3e-6, sigma=1e-6, tau=5e-3, seed=17),
        )
    )
    comparison = compare("lif", BENCH, stimulus, duration=60e-3, simulate=engine.simulate)
    origin = provenance(comparison, ngspice=engine.version)
    result = json.loads(result_json(comparison, origin))
    assert result["stimulus"]["kind"] == "sum"
    parts = result["stimulus"]["parts"]
    assert [part["kind"] for part in parts] == ["step", "held-noise", "noise"]
    assert [part.get("seed") for part in parts] == [None, 41, 17]
    assert parts[2]["interval"] == pytest.approx(5e-4, rel=1e-12)
    assert result["provenance"]["seed"] == 41
    page = render_report(comparison, origin).replace("\u00a0", " ")
    assert "step to 12 µA + noise, 0 A ± 3 µA + noise, 3 µA ± 1 µA" in page
    assert "stimulus: 3, noise: seed" in page


def test_a_drawing_has_a_line_for_each_part_of_a_sum():
    stimulus = Sum(parts=(Step(current=12e-6), Sine(amplitude=1e-6, frequency=50.0)))
    assert stimulus_label(stimulus) == "step to 12 µA\n+ sine, 50 Hz"
    assert stimulus_label(stimulus.parts[0]) == "step to 12 µA"


def test_the_default_duration_shows_the_whole_course_of_each_part(engine):
    stairs = Staircase(initial=5e-6, increment=5e-6, hold=0.1, steps=4)
    sweep = Chirp(amplitude=2e-6, initial_frequency=5.0, final_frequency=90.0, length=0.7)
    for stimulus, expected in ((stairs, 0.5), (sweep, 0.7), (Sum(parts=(stairs, sweep)), 0.7)):
        comparison = compare("lif", BENCH, stimulus, simulate=engine.simulate)
        assert math.isclose(comparison.settings.duration, expected, rel_tol=1e-12)
