"""Models held against spikes: what is predicted, what is weighed, and what no spike can tell."""

import numpy as np
import pytest

from spiketwin.compare.as_built.threshold_readings import fit_lift
from spiketwin.compare.validate.waveforms.affine import affine
from spiketwin.compare.validate.waveforms.candidates import weigh_candidates
from spiketwin.compare.validate.waveforms.observation import Drive, Observation
from spiketwin.compare.validate.waveforms.understanding import Understanding, understand
from spiketwin.models import (
    AdaptiveNeuron,
    AlphaSynapse,
    Constant,
    LeakyNeuron,
    PulseTrain,
    RegularTrain,
    Sine,
    Solution,
    Step,
    Stimulus,
    Sum,
    Trace,
    solve,
    solve_remembering,
)


def watched(solution: Solution, stimulus: Stimulus) -> Observation:
    """A model's membrane at uneven times, with points right before and after its events."""
    rng = np.random.default_rng(2)
    spikes, stop = solution.spikes.times, solution.duration
    events = np.concatenate([spikes + d for d in (-1e-9, 1e-9, 2e-3 - 1e-9, 2e-3 + 1e-9)])
    times = np.unique(np.concatenate((rng.uniform(0, stop, 8000), events)))
    times = times[(times > 0) & (times < stop)]
    membrane = Trace(time=times, voltage=solution.voltage(times))
    return Observation(membrane=membrane, drive=Drive(stimulus=stimulus, unit="A", name="Iin"))


def names(found: Understanding) -> list[str]:
    return [candidate.name for candidate in found.candidates]


STIMULI = [
    Constant(current=20e-6),
    Sine(amplitude=10e-6, offset=15e-6, frequency=30.0),
    PulseTrain(current=30e-6, width=12e-3, period=20e-3, rise=1e-4),
]


@pytest.mark.parametrize("stimulus", STIMULI, ids=lambda stimulus: stimulus.kind)
def test_the_model_that_made_the_spikes_is_the_one_that_explains_them(stimulus: Stimulus) -> None:
    solution = solve(LeakyNeuron(), stimulus, 0.3)
    found = understand([watched(solution, stimulus)])
    assert len(solution.spikes) > 10
    assert len(found.events.spikes.train) == len(solution.spikes)
    best = found.candidates[0]
    assert best.name == "lif-refractory"
    # spikes are read to 1 ns, and shown to the fit only as edges between points 2 ns apart; in the
    # threshold that is at most 2 ns · 200 V/s, and in the next spike at its slope as much again
    assert best.rms < 1e-5 * float(np.median(solution.spikes.intervals))
    # its parameters, found from the waveform alone
    assert best.parameters["tau"] == pytest.approx(10e-3, rel=1e-5)
    assert best.parameters["refractory"] == pytest.approx(2e-3, rel=1e-4)
    # weights are shares
    assert sum(c.weight or 0.0 for c in found.candidates) == pytest.approx(1.0)
    assert best.weight == pytest.approx(1.0, abs=1e-6)


def test_of_two_models_that_do_equally_well_the_simpler_one_is_preferred() -> None:
    stimulus = Constant(current=20e-6)
    neuron = LeakyNeuron(refractory=0.0)
    solution = solve(neuron, stimulus, 0.2)
    spikes = solution.spikes.times
    edges = np.concatenate((spikes - 1e-9, spikes + 1e-9))
    times = np.union1d(np.random.default_rng(4).uniform(0, 0.2, 10_000), edges)
    seen = Observation(membrane=Trace(time=times, voltage=solution.voltage(times)))
    found = understand([seen])
    assert len(found.events.spikes.train) == len(spikes) > 20
    # a nanosecond of a refractory time is read off the edges: nothing to an accuracy of 1 µs
    weighed = weigh_candidates(found.measurement, 1e-6)
    by_name = {candidate.name: candidate for candidate in weighed}
    plain, held = by_name["lif"].criterion, by_name["lif-refractory"].criterion
    assert weighed[0].name == "lif"
    assert plain is not None
    # one number more costs two
    assert held == pytest.approx(plain + 2, abs=0.1)


def test_adaptation_is_explained_by_adaptation_and_by_nothing_else() -> None:
    neuron = AdaptiveNeuron(adaptation_increment=2e-6)
    stimulus = Step(current=40e-6, onset=5e-3)
    solution = solve_remembering(neuron, stimulus, 0.4)
    found = understand([watched(solution, stimulus)])
    assert names(found)[0] == "alif"
    by_name = {candidate.name: candidate for candidate in found.candidates}
    assert by_name["alif"].rms < 1e-3 * by_name["lif-refractory"].rms
    # by itself it stays with the circuit, too: errors of the intervals add up over 30 of them
    free = by_name["alif"].free_shift
    assert free is not None
    assert free < 1e-3 * float(np.median(solution.spikes.intervals))
    increment = found.figure("adaptation_increment")
    assert increment is not None
    assert increment.value == pytest.approx(2e-6, rel=1e-4)


def test_one_interval_is_not_enough_for_a_weight() -> None:
    stimulus = Constant(current=20e-6)
    solution = solve(LeakyNeuron(), stimulus, 0.02)
    found = understand([watched(solution, stimulus)])
    assert len(solution.spikes) == 2
    assert found.candidates
    assert all(c.weight is None and c.criterion is None for c in found.candidates)


@pytest.mark.parametrize(
    "stimulus",
    [
        *STIMULI,
        Step(current=1e-6, onset=3e-3),
        Sum(parts=(Sine(amplitude=1e-6, frequency=70.0), Step(current=2e-6, onset=20e-3))),
        AlphaSynapse(weight=3e-6, spikes=RegularTrain(period=9e-3), time_constant=2e-3),
    ],
    ids=lambda stimulus: stimulus.kind,
)
def test_a_stimulus_times_a_number_plus_another_is_just_that(stimulus: Stimulus) -> None:
    times = np.linspace(0, 0.1, 777)
    changed = affine(stimulus, -3.0, 5e-6, 0.1)
    expected = -3 * stimulus.current_at(times) + 5e-6
    # a few roundings of numbers of some 1e-4
    np.testing.assert_allclose(changed.current_at(times), expected, rtol=0, atol=1e-18)


def test_the_lift_of_a_threshold_is_found_in_its_own_valley() -> None:
    # 1 V + 0.2 V·m, with m fading in 30 ms, at nearly regular spikes. Beside the right time
    # constant lies a wide valley of a wrong one; the first spike would tell, and is missing
    spikes = np.cumsum(np.r_[7e-3, 13.35e-3 - 2.9e-3 * 0.55 ** np.arange(17)])
    memory = np.array([np.exp(-(t - spikes[spikes < t]) / 30e-3).sum() for t in spikes])
    which = np.arange(1, 18)
    found = fit_lift(1 + 0.2 * memory[which], which, spikes)
    assert found is not None
    # bounded minimisation of a norm that is exact to rounding
    assert found.memory_tau == pytest.approx(30e-3, rel=1e-5)
    assert found.lift == pytest.approx(0.2, rel=1e-4)
    assert found.rest == pytest.approx(1.0, rel=1e-5)
